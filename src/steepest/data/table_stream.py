"""Tables that are read block by block: what all of their columns are, and their rows in turn.

A stream knows of its table what a read one knows (:class:`steepest.data.table.Table`: kinds,
levels, notes, problems) after one pass, and hands out its rows as small tables cut at the fixed
grid of positions.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from steepest.data.arrow_columns import converter, identifier_note, is_text
from steepest.data.arrow_files import ArrowFile, stamp_of
from steepest.data.files import names_of, open_all_arrow, wanted_columns
from steepest.data.finding import shown
from steepest.data.float_blocks import FloatBlock, float_blocks
from steepest.data.freed_memory import keep_freed_memory
from steepest.data.source import BLOCK_ROWS
from steepest.data.table import Column, Note, Table, counted
from steepest.data.unchanged_file import Unchanged, check_unchanged
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

# Grid blocks that one read of a file asks for at a time.
_AT_ONCE = 4
#: Distinct texts of one column that are counted; a column with more is no category.
MOST_TEXTS = 1_000_000

Kind = Literal["number", "text", "date"]
Tell = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Head:
    """What is known of a table without its rows.

    Attributes
    ----------
    table : Table
        Its columns, kinds, levels and problems, with ``rows`` but without values.
    missing : mapping of str to int
        How many rows miss each column, those with any.
    """

    table: Table
    missing: Mapping[str, int]


class TableStream(Protocol):
    """A table whose rows are read as often as they are asked for."""

    @property
    def head(self) -> Head:
        """What is known after a pass over the rows, which is made where it was not yet."""

    @property
    def scans(self) -> int:
        """How many passes over all rows were made."""

    def blocks(self) -> Iterator[Table]:
        """Yield the rows in their order, at most ``BLOCK_ROWS`` at a time, cut at the grid."""


@dataclass
class _Seen:
    """What one file's rows have shown of one column so far."""

    present: int = 0
    missing: int = 0
    infinite: int = 0
    first: tuple[int, str] | None = None
    notes: list[Note] = field(default_factory=list)


class ArrowStream:
    """Parquet or Feather files as a stream; every scan checks that they are still the same.

    Parameters
    ----------
    name : str
        What to call the table in messages.
    paths : sequence of str
        Its files.
    columns : sequence of str or None
        The columns to read, all of them where None.
    tell : function, optional
        Called with rows read and rows in all as a scan goes on.
    """

    def __init__(
        self,
        name: str,
        paths: Sequence[str],
        columns: Sequence[str] | None,
        tell: Tell | None = None,
    ) -> None:
        keep_freed_memory(largest=8, kept=16)
        self.name, self.paths = name, list(paths)
        self._stamps = [stamp_of(path) for path in paths]
        opened = open_all_arrow(paths, keep=False)
        self.wanted = wanted_columns(name, names_of(opened), columns)
        self._counts = [one.rows for one in opened]
        self._schemas = [one.schema for one in opened]
        self.groups = [one.groups for one in opened]
        self.rows = sum(self._counts)
        if self.rows == 0:
            raise InputError("no_rows", file=name)
        self.tell = tell
        self._head: Head | None = None
        self.scans = 0
        self._codes: dict[str, dict[str, int]] = {}
        self._converters = [
            {column: converter(schema.field(column).type) for column in self.wanted}
            for schema in self._schemas
        ]

    @cached_property
    def numbers_only(self) -> bool:
        """Whether every column is of numbers in every file, so that nothing of it is learnt."""
        import pyarrow as pa

        types = [schema.field(name).type for schema in self._schemas for name in self.wanted]
        return all(pa.types.is_integer(one) or pa.types.is_floating(one) for one in types)

    @cached_property
    def floats_only(self) -> bool:
        """Whether every column is of float64 in every file."""
        import pyarrow as pa

        types = [schema.field(name).type for schema in self._schemas for name in self.wanted]
        return all(pa.types.is_float64(one) for one in types)

    def complete(self) -> None:
        """Take note that all values of all columns were found to be finite numbers."""
        if self._head is None:
            seen = [{name: _Seen(present=count) for name in self.wanted} for count in self._counts]
            self._head = self._made_head(seen, {name: set() for name in self.wanted})

    @property
    def head(self) -> Head:
        """See :class:`TableStream`."""
        if self._head is None:
            for _ in self.blocks(survey=True):
                pass
        assert self._head is not None
        return self._head

    def blocks(self, *, survey: bool = False) -> Iterator[Table]:
        """Yield the rows; ``survey``: what they show makes the head, complete with the last row.

        Before the head is known only tables of nothing but numbers are handed out.
        """
        seen: list[dict[str, _Seen]] = []
        levels: dict[str, set[str]] = {name: set() for name in self.wanted}
        pending: list[Table] = []
        done = 0
        for number, path in enumerate(self.paths):
            with Unchanged(path, self._stamps[number], len(self.wanted)) as opened:
                convert = self._converters[number]
                found = {name: _Seen() for name in self.wanted}
                seen.append(found)
                row = 0
                for table in self._pieces(opened, done):
                    columns = self._columns(table, convert)
                    if survey:
                        _survey(table, columns, found, levels, row)
                    row, done = row + table.num_rows, done + table.num_rows
                    if self.tell is not None:
                        self.tell(done, self.rows)
                    if self._head is None and not self.numbers_only:
                        continue
                    pending.append(self._block(table.num_rows, columns))
                    if done % BLOCK_ROWS == 0:
                        yield _stacked(pending)
                        pending = []
        if pending:
            yield _stacked(pending)
        self.scans += 1
        if survey:
            self._head = self._made_head(seen, levels)

    def between(self, start: int, stop: int) -> Iterator[Table]:
        """Yield the rows ``start`` to ``stop``, both on the grid, as :meth:`blocks` does."""
        pending: list[Table] = []
        done = start
        for number, batch in self._batches(start, stop, _AT_ONCE * BLOCK_ROWS):
            for table in _cut(batch, done):
                columns = self._columns(table, self._converters[number])
                pending.append(self._block(table.num_rows, columns))
                done += table.num_rows
                if done % BLOCK_ROWS == 0:
                    yield _stacked(pending)
                    pending = []
        if pending:
            yield _stacked(pending)

    def float_blocks(self, start: int, stop: int, *, threads: bool = False) -> Iterator[FloatBlock]:
        """Yield the same blocks as they lie in memory; of a table of numbers only.

        Where ``start`` or ``stop`` is not on the grid the first or the last is part of a block.
        ``threads``: columns are decoded by several of them.
        """
        # A read of one block stays in the cache until its sums are made.
        read = self._batches(start, stop, BLOCK_ROWS, threads=threads)
        batches = (batch.select(self.wanted) for _, batch in read)
        return float_blocks(self.name, self.wanted, batches, start)

    def _batches(
        self, start: int, stop: int, size: int, *, threads: bool = False
    ) -> Iterator[tuple[int, pa.RecordBatch]]:
        """Yield the rows ``start`` to ``stop`` with the numbers of their files."""
        first = 0
        for number, (path, rows) in enumerate(zip(self.paths, self._counts, strict=True)):
            here, first = first, first + rows
            if here >= stop or first <= start:
                continue
            asked = (max(start, here) - here, min(stop, first) - here)
            with Unchanged(path, self._stamps[number], len(self.wanted)) as opened:
                names = self._readable(opened)
                batch_rows = min(size, asked[1] - asked[0])
                for batch in opened.batches_between(names, batch_rows, *asked, threads=threads):
                    batch.validate()
                    yield number, batch

    def cuts(self, least: int, *, grid: int = BLOCK_ROWS) -> list[int]:
        """Return where parts of at least so many rows begin, and the number of rows.

        Parts end where groups do, which are read from their beginning on, or at the first line
        of a grid of so many rows after that.
        """
        cuts, row = [0], 0
        for rows in (rows for groups in self.groups for rows in groups):
            row += rows
            cut = -(-row // grid) * grid
            if cut - cuts[-1] >= least and cut < self.rows:
                cuts.append(cut)
        return [*cuts, self.rows]

    def take_head(self, head: Head) -> None:
        """Take over what is known of the table."""
        self._head = head
        for name, column in head.table.columns.items():
            self._codes[name] = {level: code for code, level in enumerate(column.levels)}

    def files_of(self, start: int, stop: int) -> list[str]:
        """Return the files that hold the rows ``start`` to ``stop``."""
        first, found = 0, []
        for path, rows in zip(self.paths, self._counts, strict=True):
            if first < stop and start < first + rows:
                found.append(path)
            first += rows
        return found

    def told(self) -> dict[str, Any]:
        """Return as plain values what another process needs to read the same rows."""
        known = None if self._head is None else self._head.table.columns.values()
        columns = None if known is None else [[one.name, one.kind, one.levels] for one in known]
        return {
            "name": self.name,
            "paths": [os.path.abspath(path) for path in self.paths],
            "wanted": self.wanted,
            "stamps": self._stamps,
            "columns": columns,
        }

    @classmethod
    def again(cls, told: Mapping[str, Any]) -> ArrowStream:
        """Return the stream that :meth:`told` has told of; its files must still be the same."""
        for path, stamp in zip(told["paths"], told["stamps"], strict=True):
            check_unchanged(path, tuple(stamp))
        made = cls(told["name"], told["paths"], told["wanted"])
        if told["columns"] is not None:
            columns = {
                name: Column(name, kind, np.empty(0), tuple(levels))
                for name, kind, levels in told["columns"]
            }
            for one in columns.values():
                made._codes[one.name] = {level: code for code, level in enumerate(one.levels)}
            files = tuple(made.paths)
            made._head = Head(Table(made.name, columns, made.rows, (), files, 0), {})
        return made

    def _pieces(self, opened: ArrowFile, done: int) -> Iterator[pa.Table]:
        """Yield a file's rows cut where the grid of the whole table cuts them."""
        for batch in opened.batches(self._readable(opened), _AT_ONCE * BLOCK_ROWS):
            batch.validate()
            yield from _cut(batch, done)
            done += batch.num_rows

    def _readable(self, opened: ArrowFile) -> list[str]:
        """Return the wanted columns of a file that become a column of a table."""
        return [name for name in self.wanted if converter(opened.schema.field(name).type)]

    def _columns(self, table: pa.Table, convert: Mapping[str, object]) -> dict[str, Column]:
        columns = {}
        for name in self.wanted:
            if convert[name] is None:
                columns[name] = Column(name, "number", np.full(table.num_rows, np.nan))
                continue
            cells = _plain(table.column(name))
            make = converter(cells.type)
            assert make is not None
            kind, values, levels = make(cells)
            columns[name] = Column(name, kind, values, levels)
        return columns

    def _block(self, rows: int, columns: Mapping[str, Column]) -> Table:
        """Return columns as a table, each of the kind that it has in the whole table."""
        if self._head is not None:
            known = self._head.table.columns
            columns = {
                name: self._as_known(column, known[name]) for name, column in columns.items()
            }
        return Table(self.name, columns, rows, (), (), 0)

    def _as_known(self, column: Column, known: Column) -> Column:
        """Return a piece of a column; one without a single value may be of any kind."""
        if known.kind == "text":
            codes = np.full(len(column.values), -1, np.int32)
            if column.kind == "text":
                places = self._codes[known.name]
                found = np.array([places[level] for level in column.levels] + [-1], np.int32)
                codes = found[column.values]
            return Column(known.name, "text", codes, known.levels)
        values = column.values
        if column.kind == "text":
            values = np.full(len(values), np.nan)
        return Column(known.name, known.kind, values)

    def _made_head(
        self, seen: Sequence[Mapping[str, _Seen]], levels: Mapping[str, set[str]]
    ) -> Head:
        columns, missing = {}, {}
        files = [shown(path) for path in self.paths]
        notes: list[Note] = []
        for found, schema in zip(seen, self._schemas, strict=True):
            for name in self.wanted:
                said = _notes_of(name, schema.field(name).type, found[name])
                notes += [note for note in said if note not in notes]
        for name in self.wanted:
            column = self._column_of(name, [found[name] for found in seen], files, levels[name])
            columns[name] = column
            self._codes |= {name: {level: code for code, level in enumerate(column.levels)}}
            count = sum(found[name].missing for found in seen)
            if count and column.problem is None:
                missing[name] = count
        partly = {name: count for name, count in missing.items() if count < self.rows}
        if partly:
            notes.append(Note("missing_values", {"rows": self.rows, "counts": counted(partly)}))
        paths = tuple(self.paths)
        return Head(Table(self.name, columns, self.rows, tuple(notes), paths, 0), missing)

    def _column_of(
        self, name: str, seen: Sequence[_Seen], files: Sequence[str], levels: set[str]
    ) -> Column:
        kinds = [self._kind(schema.field(name).type) for schema in self._schemas]
        problem = next(
            (one for one in map(self._problem_of, [name] * len(seen), seen, files, self._schemas)
             if one is not None),
            None,
        )  # fmt: skip
        filled = [number for number, one in enumerate(seen) if one.present] or [0]
        first = filled[0]
        for number in filled[1:]:
            if kinds[number] != kinds[first] and problem is None:
                problem = InputError(
                    "kinds_differ", file=files[number], column=name, other=files[first],
                    kind=phrase(f"values_{kinds[number]}"),
                    other_kind=phrase(f"values_{kinds[first]}"),
                )  # fmt: skip
        kind = "number" if problem is not None else kinds[first]
        return Column(name, kind, np.empty(0), tuple(sorted(levels)), problem)

    def _problem_of(
        self, name: str, seen: _Seen, file: str, schema: pa.Schema
    ) -> InputError | None:
        kind = schema.field(name).type
        if converter(kind) is None:
            return InputError("unusable_type", file=file, column=name, type=str(kind))
        if seen.first is None:
            return None
        row, value = seen.first
        return InputError(
            "not_finite_row", file=file, row=row + 1, column=name, value=value,
            count=seen.infinite,
        )  # fmt: skip

    def _kind(self, kind: pa.DataType) -> Kind:
        import pyarrow as pa

        types = pa.types
        inner = kind.value_type if types.is_dictionary(kind) else kind
        if is_text(inner):
            return "text"
        return "date" if types.is_date(inner) or types.is_timestamp(inner) else "number"


def _cut(batch: pa.RecordBatch, done: int) -> Iterator[pa.Table]:
    """Yield a batch cut at the grid, its first row being at position ``done``."""
    import pyarrow as pa

    table, start = pa.Table.from_batches([batch]), 0
    while start < batch.num_rows:
        length = min(BLOCK_ROWS - (done + start) % BLOCK_ROWS, batch.num_rows - start)
        yield table.slice(start, length)
        start += length


def _plain(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    if pa.types.is_dictionary(cells.type) and not is_text(cells.type.value_type):
        return cells.cast(cells.type.value_type)
    return cells


def _survey(
    table: pa.Table,
    columns: Mapping[str, Column],
    found: Mapping[str, _Seen],
    levels: Mapping[str, set[str]],
    row: int,
) -> None:
    """Add what a piece of a file shows of its columns."""
    for name, column in columns.items():
        seen = found[name]
        if column.kind == "number" and math.isfinite(_sum(column.values)):
            seen.present += len(column.values)  # neither missing nor infinite values
            _identify(table, name, column, seen)
            continue
        if column.kind == "text":
            absent = int(np.count_nonzero(column.values < 0))
            levels[name].update(column.levels)
            if len(levels[name]) > MOST_TEXTS:
                raise InputError("too_many_texts", column=name, most=MOST_TEXTS)
        else:
            absent = int(np.count_nonzero(np.isnan(column.values)))
        seen.missing += absent
        seen.present += len(column.values) - absent
        if column.kind == "number":
            infinite = np.flatnonzero(np.isinf(column.values))
            if len(infinite) and seen.first is None:
                seen.first = (row + int(infinite[0]), str(column.values[infinite[0]]))
            seen.infinite += len(infinite)
        _identify(table, name, column, seen)


def _sum(values: np.ndarray) -> float:
    with np.errstate(all="ignore"):
        return float(values.sum())


def _identify(table: pa.Table, name: str, column: Column, seen: _Seen) -> None:
    """Look for an integer that float64 does not hold."""
    import pyarrow as pa

    if name not in table.column_names or seen.notes:
        return
    cells = _plain(table.column(name))
    if pa.types.is_integer(cells.type) or pa.types.is_decimal(cells.type):
        seen.notes = identifier_note(name, cells, column.values)


def _notes_of(name: str, kind: pa.DataType, seen: _Seen) -> list[Note]:
    import pyarrow as pa

    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    if converter(inner) is None or is_text(inner):
        return []
    if not seen.present:
        return [Note("all_missing", {"column": name})]
    if pa.types.is_boolean(inner):
        return [Note("booleans", {"column": name, "spelled": ["true", "false"]})]
    return seen.notes


def _stacked(parts: Sequence[Table]) -> Table:
    """Return the rows of several tables of one stream as one."""
    if len(parts) == 1:
        return parts[0]
    columns = {
        name: Column(name, one.kind, np.concatenate([part.columns[name].values for part in parts]),
                     one.levels)
        for name, one in parts[0].columns.items()
    }  # fmt: skip
    return Table(parts[0].name, columns, sum(part.rows for part in parts), (), (), 0)
