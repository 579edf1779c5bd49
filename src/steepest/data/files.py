"""Files, folders and patterns to one table: found, decompressed, read and put together."""

from __future__ import annotations

import codecs
import glob
import gzip
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

import numpy as np

from steepest.data.column_types import typed_column
from steepest.data.csv_text import CsvText, open_csv
from steepest.data.table import Column, Note, Table, counted, listed, unknown_column
from steepest.words.catalogue import phrase
from steepest.words.errors import FileError, InputError, reason_of

if TYPE_CHECKING:
    import pyarrow.parquet as pq

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
COMPRESSED_SUFFIXES = (".gz", ".zip")

# Text seldom shrinks below a twentieth; what grows more than a hundredfold to more than this
# was made to fill the memory.
_BOMB_RATIO = 100
_BOMB_BYTES = 256 << 20
_CHUNK = 8 << 20

StrPath = str | os.PathLike[str]


def read_table(
    data: StrPath | Sequence[StrPath],
    *,
    columns: Sequence[str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str = ".",
    bad_rows: Literal["error", "skip"] = "error",
) -> Table:
    r"""Read CSV or Parquet files into one table.

    Several files are put together in the given order, columns matched by name; what a column
    is (numbers, texts, dates) is decided over all of them.

    Parameters
    ----------
    data : path or sequence of paths
        Files (``.csv``, ``.tsv``, ``.txt``, each also as ``.gz`` or as ``.zip`` with one member;
        ``.parquet``, ``.pq``), folders (all data files in them, by name; ``_SUCCESS`` and names
        that begin with a dot are ignored) or glob patterns (by name).
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
    options = _Options(encoding, _delimiter(delimiter), decimal, bad_rows)
    given = [data] if isinstance(data, str | os.PathLike) else list(data)
    paths = [path for item in given for path in _found(os.fspath(item))]
    if not paths:
        raise InputError("no_data")
    name = _table_name(given, paths)
    kinds = {path: _is_parquet(path) for path in paths}
    if len(set(kinds.values())) > 1:
        other = next(path for path in paths if kinds[path] != kinds[paths[0]])
        raise InputError("mixed_files", file=shown(paths[0]), other=shown(other))
    with _interruptible():
        if kinds[paths[0]]:
            return _parquet_table(name, paths, columns)
        return _csv_table(name, paths, columns, options)


@contextmanager
def _interruptible() -> Iterator[None]:
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
    _Options(encoding, _delimiter(delimiter), decimal, bad_rows)


@dataclass(frozen=True)
class _Options:
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


def _delimiter(delimiter: str | None) -> str | None:
    if delimiter is None:
        return None
    spelled = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(spelled) != 1 or not spelled.isascii() or spelled in '"\r\n\0':
        raise InputError("bad_delimiter", delimiter=delimiter)
    return spelled


def shown(path: str) -> str:
    """Return a path as text that can be printed, whatever bytes its name holds."""
    return path.encode("utf-8", "backslashreplace").decode()


def _table_name(given: Sequence[StrPath], paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return shown(os.path.basename(paths[0]))
    folders = {os.path.dirname(path) for path in paths}
    folder = folders.pop() if len(folders) == 1 else os.path.commonpath(map(os.path.abspath, paths))
    first = os.path.join(
        os.path.basename(os.path.abspath(folder)), os.path.relpath(paths[0], folder)
    )
    return f"{shown(first)} (+{len(paths) - 1})"


# ---- finding files -------------------------------------------------------------------------


def _found(path: str) -> list[str]:
    """Return the files that a path, a folder or a pattern stands for."""
    if os.path.isdir(path):
        return _files_in(path)
    if os.path.exists(path):
        return [path]
    if glob.has_magic(path):
        matches = sorted(match for match in glob.glob(path) if not os.path.isdir(match))
        if not matches:
            raise FileError("empty_pattern", file=shown(path))
        return matches
    raise FileError("file_not_found", file=shown(path))


def _files_in(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise _read_failed(folder, error) from None
    names = [name for name in names if name != "_SUCCESS" and not name.startswith(".")]
    if not names:
        raise InputError("empty_folder", file=shown(folder))
    other = [name for name in names if not _is_data(os.path.join(folder, name))]
    if other:
        raise InputError("other_files", file=shown(folder), names=listed(other))
    return [os.path.join(folder, name) for name in names]


def _is_data(path: str) -> bool:
    if os.path.isdir(path):
        return False
    return _is_parquet(path) or _csv_suffix(path) in CSV_SUFFIXES


def _is_parquet(path: str) -> bool:
    return path.lower().endswith(PARQUET_SUFFIXES)


def _csv_suffix(path: str) -> str:
    """Return the suffix that tells the kind of text, that of the compression removed."""
    inner, suffix = os.path.splitext(path.lower())
    if suffix not in COMPRESSED_SUFFIXES:
        return suffix
    inner_suffix = os.path.splitext(inner)[1]
    return inner_suffix if inner_suffix in CSV_SUFFIXES or suffix == ".gz" else ".csv"


def _read_failed(path: str, error: OSError) -> FileError:
    return FileError("read_failed", file=shown(path), reason=reason_of(error))


# ---- bytes ---------------------------------------------------------------------------------


def _bytes(path: str) -> bytes:
    """Return a file's content, decompressed by its first bytes whatever its name says."""
    try:
        with open(path, "rb") as stream:
            start = stream.read(4)
            stream.seek(0)
            if start.startswith(b"\x1f\x8b"):
                return _unpacked(gzip.GzipFile(fileobj=stream), os.path.getsize(path), path)
            if start == b"PK\x03\x04":
                return _unzipped(stream, path)
            if start == b"PAR1":
                raise InputError("parquet_as_csv", file=shown(path))
            if path.lower().endswith(COMPRESSED_SUFFIXES):
                reason = phrase("reason_other_start" if start else "reason_empty")
                raise FileError("damaged_archive", file=shown(path), reason=reason)
            return stream.read()
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise FileError("damaged_archive", file=shown(path), reason=str(error)) from None
    except FileError:
        raise
    except OSError as error:
        raise _read_failed(path, error) from None


def _unzipped(stream: IO[bytes], path: str) -> bytes:
    with zipfile.ZipFile(stream) as archive:
        members = [
            member
            for member in archive.infolist()
            # Folders, and the side files that macOS puts into every archive, hold no rows.
            if not member.is_dir() and not member.filename.startswith("__MACOSX/")
        ]
        if len(members) != 1:
            names = listed([member.filename for member in members])
            raise InputError("zip_members", file=shown(path), count=len(members), names=names)
        try:
            with archive.open(members[0]) as packed:
                return _unpacked(packed, members[0].compress_size, path)
        except RuntimeError as error:  # encrypted, or packed in a way zipfile does not know
            raise FileError("damaged_archive", file=shown(path), reason=str(error)) from None


def _unpacked(packed: IO[bytes] | gzip.GzipFile, size: int, path: str) -> bytes:
    chunks, total = [], 0
    while chunk := packed.read(_CHUNK):
        chunks.append(chunk)
        total += len(chunk)
        if total > _BOMB_BYTES and total > _BOMB_RATIO * size:
            raise InputError(
                "archive_bomb", file=shown(path), ratio=_BOMB_RATIO, mebibytes=_BOMB_BYTES >> 20
            )
    return b"".join(chunks)


# ---- CSV -----------------------------------------------------------------------------------


def _csv_table(
    name: str, paths: Sequence[str], columns: Sequence[str] | None, options: _Options
) -> Table:
    import pyarrow as pa

    texts = [_open_csv(path, options) for path in paths]
    wanted = _wanted(name, {text.file: text.names for text in texts}, columns)
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


def _open_csv(path: str, options: _Options) -> CsvText:
    suffix = _csv_suffix(path)
    if suffix not in CSV_SUFFIXES:
        raise InputError("unknown_suffix", file=shown(path), suffix=suffix)
    delimiter = options.delimiter or ("\t" if suffix == ".tsv" else ",")
    content = _bytes(path)
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


# ---- Parquet -------------------------------------------------------------------------------


def _parquet_table(name: str, paths: Sequence[str], columns: Sequence[str] | None) -> Table:
    opened = _open_all_parquet(paths)
    named = {}
    for path, parquet in zip(paths, opened, strict=True):
        names = tuple(parquet.schema_arrow.names)
        _refuse_duplicates(shown(path), names)
        named[shown(path)] = names
    wanted = _wanted(name, named, columns)
    from steepest.data.parquet import parquet_columns

    notes: list[Note] = []
    parts: list[list[Column]] = []
    for path, parquet in zip(paths, opened, strict=True):
        read, said = parquet_columns(parquet, shown(path), wanted)
        parts.append(read)
        notes += [note for note in said if note not in notes]
    rows = sum(parquet.metadata.num_rows for parquet in opened)
    if rows == 0:
        raise InputError("no_rows", file=name)
    files = [shown(path) for path in paths]
    typed = {
        column: _joined([part[index] for part in parts], files)
        for index, column in enumerate(wanted)
    }
    return _table(name, typed, rows, notes, paths, 0)


def _open_all_parquet(paths: Sequence[str]) -> list[pq.ParquetFile]:
    """Open all files before one is read, so that damage is told for all of them at once."""
    from steepest.data.parquet import open_parquet

    opened = []
    damaged: list[FileError] = []
    for path in paths:
        try:
            opened.append(open_parquet(path, shown(path)))
        except FileError as error:
            damaged.append(error)
        except OSError as error:
            raise _read_failed(path, error) from None
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
    pieces = [np.asarray(part.values, np.float64) for part in parts]
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


def _wanted(
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
