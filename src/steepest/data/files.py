"""Files, folders and patterns to one table: found, decompressed, read and put together."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from steepest.data.arrow_files import ArrowFile
from steepest.data.column_types import typed_column
from steepest.data.csv_numbers import plain_numbers
from steepest.data.csv_text import CsvText, open_csv
from steepest.data.file_bytes import whole_bytes
from steepest.data.finding import CSV_SUFFIXES, StrPath, csv_suffix, data_files, read_failed, shown
from steepest.data.table import Column, Note, Table, counted, listed, unknown_column
from steepest.words.catalogue import phrase
from steepest.words.errors import FileError, InputError


def read_table(
    data: StrPath | Sequence[StrPath],
    *,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    bad_rows: Literal["error", "skip"] = "error",
) -> Table:
    r"""Read CSV, Parquet or Feather files into one table.

    Several files are put together in the given order, columns matched by name; what a column
    is (numbers, texts, dates) is decided over all of them.

    Parameters
    ----------
    data : path or sequence of paths
        Files (``.csv``, ``.tsv``, ``.txt``, each also as ``.gz`` or as ``.zip`` with one member;
        ``.parquet``, ``.pq``; ``.feather``, ``.arrow``, ``.ipc``), folders (all data files in
        them, by name; ``_SUCCESS`` and names that begin with a dot are ignored) or glob patterns
        (by name).
    columns : sequence of str, optional
        The columns to keep, in the table's order; by default all.
    encoding : str, optional
        Of CSV files; by default UTF-8, with or without byte order mark.
    delimiter : str, optional
        The one character between the cells of CSV files (``"\t"`` or ``tab`` for a tab); by
        default a comma, in ``.tsv`` files a tab.
    decimal : {".", ","}
        The decimal sign of CSV files.
    bad_rows : {"error", "skip"}
        What to do with rows of CSV files that have too few or too many cells. Skipped rows are
        counted in ``Table.skipped`` and listed in a note.

    Raises
    ------
    InputError
        By the name of what is wrong with the data or with an argument.
    FileError
        If a file cannot be found or read, or is damaged.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "rooms.csv"
    ...     _ = file.write_text("rooms,price\n2,150\n3,NA\n")
    ...     read_table(file).column("price").values.tolist()
    [150.0, nan]
    """
    options = ReadingOptions(encoding, spelled_delimiter(delimiter), decimal, bad_rows)
    name, paths, arrow = data_files(data)
    with interruptible():
        if arrow:
            return _arrow_table(name, paths, columns)
        return _csv_table(name, paths, columns, options)


@contextmanager
def interruptible() -> Iterator[None]:
    """Leave Ctrl-C to Python: Arrow's own handler loses one that comes as a read ends.

    Seen with pyarrow 26.0.1: 4 of 40 interrupts of a read were swallowed.
    """
    import pyarrow as pa

    pa.enable_signal_handlers(False)
    try:
        yield
    finally:
        pa.enable_signal_handlers(True)


def check_reading(encoding: str | None, delimiter: str | None, decimal: str, bad_rows: str) -> None:
    """Raise InputError if an option of :func:`read_table` is impossible; open nothing."""
    ReadingOptions(encoding, spelled_delimiter(delimiter), decimal, bad_rows)


@dataclass(frozen=True)
class ReadingOptions:
    """How the text of CSV files is to be understood."""

    encoding: str | None
    delimiter: str | None
    decimal: str
    bad_rows: str

    def __post_init__(self) -> None:
        if self.decimal not in (".", ","):
            raise InputError("bad_decimal", decimal=self.decimal)
        if self.bad_rows not in ("error", "skip"):
            raise InputError("bad_bad_rows", value=self.bad_rows)
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise InputError("unknown_encoding", encoding=self.encoding) from None


def spelled_delimiter(delimiter: str | None) -> str | None:
    """Return the one character that a delimiter option names."""
    if delimiter is None:
        return None
    spelled = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(spelled) != 1 or not spelled.isascii() or spelled in '"\r\n\0':
        raise InputError("bad_delimiter", delimiter=delimiter)
    return spelled


# ---- CSV -----------------------------------------------------------------------------------


def _csv_table(
    name: str, paths: Sequence[str], columns: Sequence[str] | None, options: ReadingOptions
) -> Table:
    import pyarrow as pa

    texts = [_open_csv(path, options) for path in paths]
    wanted = wanted_columns(name, {text.file: text.names for text in texts}, columns)
    plain = _plain_columns(texts, wanted) if options.decimal == "." else None
    if plain is not None:
        notes = [note for text in texts for note in text.notes if _concerns(note, wanted)]
        return _table(name, plain, len(plain[wanted[0]].values), notes, paths, 0)
    skip = options.bad_rows == "skip"
    tables = [text.cells(wanted, skip_bad_rows=skip) for text in texts]
    cells = pa.concat_tables(tables)
    locate = _locator(texts, [table.num_rows for table in tables])
    notes = [note for text in texts for note in text.notes if _concerns(note, wanted)]
    typed = {}
    for column in wanted:
        typed[column], said = typed_column(column, cells[column], options.decimal, locate)
        notes += said
    skipped = sum(text.skipped for text in texts)
    return _table(name, typed, cells.num_rows, notes, paths, skipped)


def _plain_columns(texts: Sequence[CsvText], wanted: Sequence[str]) -> dict[str, Column] | None:
    """Return the columns of files that hold nothing but plain numbers, None of any others."""
    parts = []
    for text in texts:
        part = plain_numbers(text.data, text.body, text.names, wanted, text.delimiter)
        if part is None:
            return None
        parts += part
    columns = [np.concatenate(one) for one in zip(*parts, strict=True)]
    if any(np.isnan(values).all() for values in columns):
        return None  # there is something to say about it
    return {
        name: Column(name, "number", values) for name, values in zip(wanted, columns, strict=True)
    }


def _open_csv(path: str, options: ReadingOptions) -> CsvText:
    suffix = csv_suffix(path)
    if suffix not in CSV_SUFFIXES:
        raise InputError("unknown_suffix", file=shown(path), suffix=suffix)
    delimiter = options.delimiter or ("\t" if suffix == ".tsv" else ",")
    content = whole_bytes(path)
    return open_csv(content, shown(path), delimiter=delimiter, encoding=options.encoding)


def _concerns(note: Note, wanted: Sequence[str]) -> bool:
    return "name" not in note.facts or note.facts["name"] in wanted


def _locator(texts: Sequence[CsvText], rows: Sequence[int]) -> Callable[[int], tuple[str, int]]:
    ends = np.cumsum(rows)

    def locate(row: int) -> tuple[str, int]:
        which = int(np.searchsorted(ends, row, side="right"))
        begin = int(ends[which - 1]) if which else 0
        return texts[which].file, texts[which].line(row - begin)

    return locate


# ---- Parquet and Feather --------------------------------------------------------------------


def _arrow_table(name: str, paths: Sequence[str], columns: Sequence[str] | None) -> Table:
    from steepest.data.arrow_columns import arrow_columns

    opened = open_all_arrow(paths)
    wanted = wanted_columns(name, names_of(opened), columns)
    notes: list[Note] = []
    parts: list[list[Column]] = []
    for one in opened:
        read, said = arrow_columns(one, wanted)
        parts.append(read)
        notes += [note for note in said if note not in notes]
    rows = sum(one.rows for one in opened)
    if rows == 0:
        raise InputError("no_rows", file=name)
    files = [one.file for one in opened]
    typed = {
        column: _joined([part[index] for part in parts], files)
        for index, column in enumerate(wanted)
    }
    return _table(name, typed, rows, notes, paths, 0)


def names_of(opened: Sequence[ArrowFile]) -> dict[str, tuple[str, ...]]:
    """Return the columns of every file, none of them named twice in it."""
    named = {}
    for one in opened:
        names = tuple(one.schema.names)
        _refuse_duplicates(one.file, names)
        named[one.file] = names
    return named


def open_all_arrow(paths: Sequence[str], *, keep: bool = True) -> list[ArrowFile]:
    """Open all files before one is read, so that damage is told for all of them at once.

    Not ``keep``: let go of each file as soon as its footer is read.
    """
    from steepest.data.arrow_files import open_arrow

    opened = []
    damaged: list[FileError] = []
    for path in paths:
        try:
            opened.append(open_arrow(path, shown(path)))
            if not keep:
                opened[-1].close()
        except FileError as error:
            damaged.append(error)
        except OSError as error:
            raise read_failed(path, error) from None
    if len(damaged) > 1:
        names = listed([str(error.facts["file"]) for error in damaged])
        raise FileError("damaged_files", count=len(damaged), total=len(paths), files=names)
    if damaged:
        raise damaged[0]
    return opened


def _refuse_duplicates(file: str, names: Sequence[str]) -> None:
    for position, name in enumerate(names):
        first = names.index(name)
        if first != position:
            raise InputError(
                "duplicate_column", file=file, column=name, first=first + 1, second=position + 1
            )


def _joined(parts: Sequence[Column], files: Sequence[str]) -> Column:
    """Put the pieces of one column together, file by file."""
    if len(parts) == 1:
        return parts[0]
    problem = next((part.problem for part in parts if part.problem is not None), None)
    # A piece without a single value fits every kind.
    filled = [index for index, part in enumerate(parts) if not _is_missing(part)] or [0]
    first = parts[filled[0]]
    for index in filled[1:]:
        part = parts[index]
        if part.kind != first.kind and problem is None:
            problem = InputError(
                "kinds_differ", file=files[index], column=part.name, other=files[filled[0]],
                kind=phrase(f"values_{part.kind}"), other_kind=phrase(f"values_{first.kind}"),
            )  # fmt: skip
    if problem is not None:
        rows = sum(len(part.values) for part in parts)
        return Column(first.name, "number", np.full(rows, np.nan), problem=problem)
    if first.kind == "text":
        return _joined_texts(parts, first.name)
    # A piece of texts among numbers has no single value: its codes say "missing".
    pieces = [
        np.full(len(part.values), np.nan) if part.kind == "text" else part.values for part in parts
    ]
    return Column(first.name, first.kind, np.concatenate(pieces))


def _is_missing(part: Column) -> bool:
    if part.kind == "text":
        return bool((part.values < 0).all())
    return part.problem is None and bool(np.isnan(part.values).all())


def _joined_texts(parts: Sequence[Column], name: str) -> Column:
    levels = tuple(sorted({level for part in parts for level in part.levels}))
    code = {level: index for index, level in enumerate(levels)}
    pieces = []
    for part in parts:
        recoded = np.array([code[level] for level in part.levels] + [-1], np.int32)
        codes = part.values if part.kind == "text" else np.full(len(part.values), -1)
        pieces.append(recoded[codes])
    return Column(name, "text", np.concatenate(pieces), levels)


# ---- both ----------------------------------------------------------------------------------


def wanted_columns(
    table: str, named: Mapping[str, Sequence[str]], columns: Sequence[str] | None
) -> list[str]:
    """Return the columns to read, every one of them present in every file."""
    first = next(iter(named.values()))
    asked = None if columns is None else set(columns)
    everywhere = {name for names in named.values() for name in names}
    for name in columns or ():
        if name not in everywhere:
            raise unknown_column(table, name, first)
    for file, names in named.items():
        for name in everywhere if asked is None else asked:
            if name not in names:
                other = next(file for file in named if name in named[file])
                raise InputError("column_missing_in_file", file=file, column=name, other=other)
    return [name for name in first if asked is None or name in asked]


def _table(
    name: str, columns: Mapping[str, Column], rows: int, notes: Sequence[Note],
    paths: Sequence[str], skipped: int,
) -> Table:  # fmt: skip
    missing = {
        column.name: count
        for column in columns.values()
        if column.problem is None and 0 < (count := _missing(column)) < rows
    }
    said = list(notes)
    if missing:
        said.append(Note("missing_values", {"rows": rows, "counts": counted(missing)}))
    files = tuple(str(Path(path)) for path in paths)
    return Table(name, dict(columns), rows, tuple(said), files, skipped)


def _missing(column: Column) -> int:
    absent = column.values < 0 if column.kind == "text" else np.isnan(column.values)
    return int(np.count_nonzero(absent))
