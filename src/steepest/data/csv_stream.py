"""CSV files as a stream: parsed once, piece by piece, into a binary copy that is read afterwards.

What each column is follows from all of its cells in all files. A column whose cells are numbers
from the first piece on is parsed as numbers; if a later cell is none, the files are parsed once
more with that column taken as texts, so that nothing depends on where a piece ends.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from steepest.data.arrow_files import stamp_of
from steepest.data.block_store import BlockStore
from steepest.data.column_types import (
    LARGEST_EXACT_INTEGER,
    CountedTexts,
    DistinctTexts,
    identifier_in,
    typed_texts,
)
from steepest.data.csv_pieces import CsvPiece, PlainPiece, csv_pieces, plain_pieces
from steepest.data.files import ReadingOptions, wanted_columns
from steepest.data.finding import shown
from steepest.data.float_blocks import numbers
from steepest.data.freed_memory import keep_freed_memory
from steepest.data.read_ahead import ahead
from steepest.data.source import BLOCK_ROWS
from steepest.data.table import Column, Note, Table, counted
from steepest.data.table_stream import MOST_TEXTS, Head, Tell
from steepest.data.unchanged_file import check_unchanged
from steepest.words.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

Values = np.ndarray

# Blocks that wait to be written while the next are read.
_WRITTEN_AHEAD = 8


@dataclass
class _Numbers:
    """What the cells of a column of numbers have shown so far."""

    missing: int = 0
    infinite: int = 0
    first: int = -1
    value: str = ""
    identifier: str | None = None


@dataclass
class _Texts:
    """The distinct texts of a column, how many rows hold each, and which is the first."""

    codes: dict[str, int] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    missing: int = 0


class _RestartError(Exception):
    """Some columns hold other things than numbers after all."""

    def __init__(self, names: set[str]) -> None:
        self.names = names
        super().__init__(names)


class CsvStream:
    """CSV files as a stream; see the module's docstring.

    Parameters
    ----------
    name : str
        What to call the table in messages.
    paths : sequence of str
        Its files.
    columns : sequence of str or None
        The columns to read, all of them where None.
    reading : ReadingOptions
        How the text is to be understood.
    tell : function, optional
        Called with the rows read so far, and 0, since the rows in all are not known.
    """

    def __init__(
        self,
        name: str,
        paths: Sequence[str],
        columns: Sequence[str] | None,
        reading: ReadingOptions,
        tell: Tell | None = None,
    ) -> None:
        keep_freed_memory(largest=32, kept=64)
        self.name, self.paths = name, list(paths)
        self._reading, self._tell = reading, tell
        self._stamps = [stamp_of(path) for path in paths]
        named = {shown(path): next(csv_pieces(path, reading)).text.names for path in paths}
        self.wanted = wanted_columns(name, named, columns)
        self._head: Head | None = None
        self.scans = 0
        self._store = BlockStore()
        self._lookups: dict[str, Values] = {}

    @property
    def head(self) -> Head:
        """See :class:`TableStream`; the first look at it parses the files."""
        if self._head is None:
            texts: set[str] = set()
            while self._head is None:
                self.scans += 1
                try:
                    self._head = _Parsing(self, texts).head()
                except _RestartError as again:
                    texts |= again.names
        return self._head

    def blocks(self) -> Iterator[Table]:
        """Yield the rows in their order, cut at the grid, from the binary copy."""
        known = self.head.table.columns
        done = 0
        for number in range(len(self._store)):
            arrays = self._store.read(number)
            rows = len(arrays[0])
            columns = {}
            for name, array in zip(self.wanted, arrays, strict=True):
                lookup = self._lookups.get(name)
                values = array if lookup is None else lookup[array]
                columns[name] = Column(name, known[name].kind, values, known[name].levels)
            done += rows
            if self._tell is not None:
                self._tell(done, self.head.table.rows)
            yield Table(self.name, columns, rows, (), (), 0)
        self.scans += 1

    def pieces(self) -> Iterator[CsvPiece]:
        """Yield the text of all files, each of them unchanged before and after."""
        for path, stamp in zip(self.paths, self._stamps, strict=True):
            check_unchanged(path, stamp)
            yield from csv_pieces(path, self._reading)
            check_unchanged(path, stamp)

    def plain_pieces(self) -> Iterator[CsvPiece | PlainPiece]:
        """Yield the same, as numbers where there is nothing else."""
        for path, stamp in zip(self.paths, self._stamps, strict=True):
            check_unchanged(path, stamp)
            yield from plain_pieces(path, self._reading, self.wanted)
            check_unchanged(path, stamp)

    def keep(self, store: BlockStore, lookups: dict[str, Values]) -> None:
        """Take over what a parsing has made."""
        self._store, self._lookups = store, lookups

    @property
    def reading(self) -> ReadingOptions:
        """How the text is understood."""
        return self._reading

    @property
    def tell(self) -> Tell | None:
        """What is called with the rows read so far."""
        return self._tell


class _Parsing:
    """One parse of all files, with some columns taken as texts."""

    def __init__(self, stream: CsvStream, texts: set[str]) -> None:
        self._stream, self._wanted = stream, stream.wanted
        self._names_of_texts = set(texts)
        self._numbers = {name: _Numbers() for name in stream.wanted}
        self._texts = {name: _Texts() for name in stream.wanted}
        self._store = BlockStore()
        self._written: deque[Future[None]] = deque()
        self._pending: list[list[Values]] = []
        self._rows = self._waiting = self._skipped = 0
        self._failing: set[str] = set()
        self._notes: dict[str, list[Note]] = {}

    def head(self) -> Head:
        """Return what the files hold, or raise ``_RestartError``; a second thread writes."""
        with ThreadPoolExecutor(1) as self._writer:
            self._parse()
            for written in self._written:
                written.result()
        return self._made()

    def _parse(self) -> None:
        reading = self._stream.reading
        skip = reading.bad_rows == "skip"
        typed = set(self._wanted) - self._names_of_texts if reading.decimal == "." else set()
        first = not self._names_of_texts
        # Texts need the cells as they stand.
        pieces = self._stream.pieces() if self._names_of_texts else self._stream.plain_pieces()
        for piece in ahead(pieces, 1):
            if isinstance(piece, PlainPiece):
                with np.errstate(all="ignore"):
                    sums = piece.columns.sum(axis=1)
                for place in np.flatnonzero(~np.isfinite(sums)):
                    missing = np.count_nonzero(np.isnan(piece.columns[place]))
                    self._numbers[self._wanted[place]].missing += int(missing)
                self._keep(list(piece.columns), piece.columns.shape[1])
                continue
            cells = piece.cells(self._wanted, skip_bad_rows=skip, numbers=typed)
            arrays = [self._column(name, cells.column(name), piece) for name in self._wanted]
            if first and self._failing:
                # Nothing is lost yet: what is no number at once is text.
                raise _RestartError(self._failing)
            first = False
            self._keep(arrays, cells.num_rows)
            self._note(piece)
        if self._failing:
            raise _RestartError(self._failing)
        self._flush(last=True)

    def _column(self, name: str, cells: pa.ChunkedArray, piece: CsvPiece) -> Values:
        import pyarrow as pa
        import pyarrow.compute as pc

        if name in self._names_of_texts:
            return self._coded(self._texts[name], name, cells)
        if pa.types.is_string(cells.type):
            if self._stream.reading.decimal != ".":
                self._failing.add(name)
                return np.zeros(len(cells))
            try:
                cells = pc.cast(cells, pa.float64())
            except pa.ArrowInvalid:
                self._failing.add(name)
                return np.zeros(len(cells))
        values = numbers(cells)
        self._look(self._numbers[name], name, values, piece)
        return values

    def _look(self, seen: _Numbers, name: str, values: Values, piece: CsvPiece) -> None:
        """Count what is missing, infinite, or too long an integer among new numbers."""
        seen.missing += int(np.count_nonzero(np.isnan(values)))
        with np.errstate(invalid="ignore"):
            large = np.abs(values) >= LARGEST_EXACT_INTEGER
        if not large.any():
            return
        infinite = np.flatnonzero(np.isinf(values))
        fresh = len(infinite) > 0 and seen.first < 0
        if fresh or seen.identifier is None:
            skip = self._stream.reading.bad_rows == "skip"
            cells = piece.cells([name], skip_bad_rows=skip).column(name)
            if fresh:
                seen.first = self._rows + int(infinite[0])
                seen.value = str(cells[int(infinite[0])].as_py()).strip()
            if seen.identifier is None:
                seen.identifier = identifier_in(cells, values)
        seen.infinite += len(infinite)

    def _coded(self, seen: _Texts, name: str, cells: pa.ChunkedArray) -> Values:
        """Return the codes of new texts, which are told apart by the whole table's."""
        distinct = DistinctTexts.of(cells)
        present = distinct.codes[distinct.codes >= 0]
        counts = np.bincount(present, minlength=len(distinct.texts))
        _, where = np.unique(distinct.codes, return_index=True)
        where = where[len(where) - len(distinct.texts) :]
        places = np.empty(len(distinct.texts) + 1, np.int32)
        places[-1] = -1
        for code, text in enumerate(distinct.texts.to_pylist()):
            place = seen.codes.setdefault(text, len(seen.codes))
            if place == len(seen.counts):
                seen.counts.append(0)
                seen.rows.append(self._rows + int(where[code]))
            seen.counts[place] += int(counts[code])
            places[code] = place
        if len(seen.codes) > MOST_TEXTS:
            raise InputError("too_many_texts", column=name, most=MOST_TEXTS)
        seen.missing += len(distinct.codes) - len(present)
        coded: Values = places[distinct.codes]
        return coded

    def _keep(self, arrays: list[Values], rows: int) -> None:
        self._rows += rows
        if self._stream.tell is not None:
            self._stream.tell(self._rows, 0)
        if self._failing:
            return
        self._pending.append(arrays)
        self._waiting += rows
        if self._waiting >= BLOCK_ROWS:
            self._flush(last=False)

    def _flush(self, *, last: bool) -> None:
        """Write what fills blocks of the grid, and at last the rest."""
        if not self._waiting:
            return
        stop = self._waiting if last else self._waiting // BLOCK_ROWS * BLOCK_ROWS
        for start in range(0, stop, BLOCK_ROWS):
            block = self._between(start, min(start + BLOCK_ROWS, stop))
            self._written.append(self._writer.submit(self._store.append, block))
            while len(self._written) > _WRITTEN_AHEAD:
                self._written.popleft().result()
        self._pending = [self._between(stop, self._waiting)]
        self._waiting -= stop

    def _between(self, start: int, stop: int) -> list[Values]:
        """Return some of the rows that wait; nothing is copied that lies in one piece."""
        found: list[list[Values]] = []
        first = 0
        for arrays in self._pending:
            rows = len(arrays[0])
            if first < stop and first + rows > start:
                here = slice(max(start - first, 0), min(stop - first, rows))
                found.append([column[here] for column in arrays])
            first += rows
        if len(found) == 1:
            return found[0]
        if not found:
            return [column[:0] for column in self._pending[-1]]
        return [np.concatenate(columns) for columns in zip(*found, strict=True)]

    def _note(self, piece: CsvPiece) -> None:
        """Remember what a piece says; rows left out are counted over the whole file."""
        self._skipped += piece.text.skipped
        notes = self._notes.setdefault(piece.text.file, [])
        for note in piece.notes:
            same = [one for one in notes if one.name == note.name]
            if note.name not in ("rows_skipped", "empty_lines"):
                notes.append(note)
            elif same:
                notes[notes.index(same[0])] = _added(same[0], note)
            else:
                notes.append(note)

    def _made(self) -> Head:
        columns: dict[str, Column] = {}
        missing: dict[str, int] = {}
        lookups: dict[str, Values] = {}
        notes = [
            note
            for said in self._notes.values()
            for note in said
            if "name" not in note.facts or note.facts["name"] in self._wanted
        ]
        for name in self._wanted:
            if name in self._names_of_texts:
                column, said, lookups[name], absent = self._decided(name)
            else:
                column, said, absent = self._plain(name)
            columns[name] = column
            notes += said
            if absent and column.problem is None:
                missing[name] = absent
        partly = {name: count for name, count in missing.items() if count < self._rows}
        if partly:
            notes.append(Note("missing_values", {"rows": self._rows, "counts": counted(partly)}))
        stream = self._stream
        stream.keep(self._store, lookups)
        files = tuple(stream.paths)
        table = Table(stream.name, columns, self._rows, tuple(notes), files, self._skipped)
        return Head(table, missing)

    def _plain(self, name: str) -> tuple[Column, list[Note], int]:
        """Return a column whose cells were all numbers."""
        seen, problem = self._numbers[name], None
        notes = []
        if seen.missing == self._rows:
            notes.append(Note("all_missing", {"column": name}))
        if seen.infinite:
            file, line = self._locate(seen.first)
            problem = InputError(
                "not_finite", file=file, line=line, column=name, value=seen.value,
                count=seen.infinite,
            )  # fmt: skip
        if seen.identifier is not None:
            notes.append(Note("identifier", {"column": name, "value": seen.identifier}))
        return Column(name, "number", np.empty(0), problem=problem), notes, seen.missing

    def _decided(self, name: str) -> tuple[Column, list[Note], Values, int]:
        """Return a column of texts, what its texts stand for, and how many rows miss it."""
        import pyarrow as pa

        seen = self._texts[name]
        counts = np.array(seen.counts, np.int64)
        texts = pa.array(list(seen.codes), pa.string())
        everything = np.arange(len(texts), dtype=np.int32)
        distinct = CountedTexts(texts, everything, counts, np.array(seen.rows, np.int64))
        column, notes = typed_texts(name, distinct, self._stream.reading.decimal, self._locate)
        if column.kind == "text":
            lookup, absent = np.append(column.values, np.int32(-1)), 0
        else:
            lookup = np.append(column.values, np.nan)
            absent = int(counts[np.isnan(column.values)].sum())
        head = Column(name, column.kind, np.empty(0), column.levels, column.problem)
        return head, notes, lookup, seen.missing + absent

    def _locate(self, row: int) -> tuple[str, int]:
        """Return the file and the line of a row, found by reading again up to it."""
        skip = self._stream.reading.bad_rows == "skip"
        for piece in self._stream.pieces():
            rows = piece.cells(self._wanted[:1], skip_bad_rows=skip).num_rows
            if row < rows:
                return piece.text.file, piece.line(row)
            row -= rows
        raise ValueError("the table has not that many rows")


def _added(left: Note, right: Note) -> Note:
    """Return what two pieces of one file say of left out rows or empty lines as one."""
    facts = dict(left.facts)
    facts["count"] = int(str(left.facts["count"])) + int(str(right.facts["count"]))
    return Note(left.name, facts)
