"""Parquet and Feather files behind one door: names, types, row count, whole or batch by batch.

Feather files (``.feather``, ``.arrow``, ``.ipc``) are Arrow's own file format; files of its first
version, which no writer makes any more, are refused.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from steepest.words.catalogue import phrase
from steepest.words.errors import FileError, reason_of

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET_SUFFIXES = (".parquet", ".pq")
FEATHER_SUFFIXES = (".feather", ".arrow", ".ipc")
# The end of a file: both formats keep there where everything stands, and how many rows there are.
_FOOTER = 64 << 10
# A scan reads its columns through buffers of so many bytes in all, each of them bounded: whole
# column chunks would be held otherwise, which are as large as the writer made row groups.
_BUFFERS, _LEAST_BUFFER, _MOST_BUFFER = 16 << 20, 64 << 10, 256 << 10


@dataclass(eq=False)
class ArrowFile:
    """One opened Parquet or Feather file.

    Attributes
    ----------
    path, file : str
        Where it stands, and what to call it in messages.
    handle : object
        pyarrow's reader of it.
    rows : int
        Number of rows.
    schema : pyarrow.Schema
        Names and types of its columns.
    groups : tuple of int
        Rows of each part that is read as a whole: Parquet's row groups, Feather's batches.
    """

    path: str
    file: str
    handle: Any
    rows: int
    schema: pa.Schema
    groups: tuple[int, ...]

    @property
    def _is_parquet(self) -> bool:
        return hasattr(self.handle, "schema_arrow")

    def read(self, names: Sequence[str]) -> pa.Table:
        """Return the named columns, checked for damage.

        Raises
        ------
        FileError
            ``damaged_file`` if a page cannot be read or its checksum is wrong.
        """
        import pyarrow as pa

        try:
            if self._is_parquet:
                table = self.handle.read(columns=list(names))
            else:
                table = self.handle.read_all().select(list(names))
            table.validate()
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise damaged(self.file, error) from None
        return table

    def batches(self, names: Sequence[str], size: int) -> Iterator[pa.RecordBatch]:
        """Yield the named columns in the file's order, some rows at a time.

        Raises
        ------
        FileError
            As for :meth:`read`.
        """
        import pyarrow as pa

        try:
            yield from self._batches(names, size, range(len(self.groups)))
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise damaged(self.file, error) from None

    def _batches(
        self, names: Sequence[str], size: int, groups: Sequence[int], *, threads: bool = True
    ) -> Iterator[pa.RecordBatch]:
        if self._is_parquet:
            yield from self.handle.iter_batches(
                size, row_groups=groups, columns=list(names), use_threads=threads
            )
            return
        for number in groups:
            yield self.handle.get_batch(number).select(list(names))

    def batches_between(
        self, names: Sequence[str], size: int, start: int, stop: int, *, threads: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """Yield the rows ``start`` to ``stop`` of the file, reading only the groups they are in.

        One thread decodes all columns where other threads read other parts.

        Raises
        ------
        FileError
            As for :meth:`read`.
        """
        import pyarrow as pa

        ends = list(accumulate(self.groups))
        chosen = [
            number
            for number, (end, rows) in enumerate(zip(ends, self.groups, strict=True))
            if end > start and end - rows < stop
        ]
        if not chosen:
            return
        row = ends[chosen[0]] - self.groups[chosen[0]]
        try:
            for batch in self._batches(names, size, chosen, threads=threads):
                first, last = max(start - row, 0), min(stop - row, batch.num_rows)
                if first < last:
                    yield batch.slice(first, last - first)
                row += batch.num_rows
                if row >= stop:
                    return  # the rest of the last group is another part's
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise damaged(self.file, error) from None

    def close(self) -> None:
        """Let go of the file."""
        if self._is_parquet:
            self.handle.close()
        self.handle = None


def open_arrow(path: str | os.PathLike[str], file: str, columns: int = 0) -> ArrowFile:
    """Open a Parquet or Feather file, told apart by its ending, and read its footer.

    Parameters
    ----------
    path : path
        Where it stands.
    file : str
        What to call it in messages.
    columns : int
        How many columns will be scanned through buffers; 0: columns are read as wholes.

    Raises
    ------
    FileError
        ``damaged_file`` if the footer is missing, cut or no footer at all.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = os.fspath(path)
    if os.path.getsize(path) == 0:
        raise FileError("damaged_file", file=file, reason=phrase("reason_empty"))
    try:
        if path.lower().endswith(FEATHER_SUFFIXES):
            return _feather(path, file)
        # Without read-ahead of whole row groups: 0.2 GB instead of 0.9 GB for a scan.
        buffer = columns and min(max(_BUFFERS // columns, _LEAST_BUFFER), _MOST_BUFFER)
        handle = pq.ParquetFile(
            path, page_checksum_verification=True, pre_buffer=False, buffer_size=buffer
        )
        about = handle.metadata
        groups = tuple(about.row_group(i).num_rows for i in range(about.num_row_groups))
        return ArrowFile(path, file, handle, about.num_rows, handle.schema_arrow, groups)
    except (pa.ArrowException, OSError) as error:
        raise damaged(file, error) from None


def _feather(path: str, file: str) -> ArrowFile:
    import pyarrow as pa

    handle = pa.ipc.open_file(pa.OSFile(path, "rb"))
    # Batches do not say how many rows they hold before one of their columns is read.
    first = pa.ipc.IpcReadOptions(included_fields=[0])
    counted = pa.ipc.open_file(pa.OSFile(path, "rb"), options=first)
    groups = tuple(counted.get_batch(i).num_rows for i in range(counted.num_record_batches))
    return ArrowFile(path, file, handle, sum(groups), handle.schema, groups)


def damaged(file: str, error: BaseException) -> FileError:
    """Return the error that says what the system or pyarrow said of a file."""
    if isinstance(error, OSError) and error.errno:
        return FileError("read_failed", file=file, reason=reason_of(error))
    said = str(error).strip().rstrip(".")
    reason = said.splitlines()[0] if said else repr(error)
    return FileError("damaged_file", file=file, reason=reason)


def stamp_of(path: str) -> tuple[int, int, str]:
    """Return what tells a file from its changed self: size, time of change, digest of its end."""
    about = os.stat(path)
    with open(path, "rb") as stream:
        stream.seek(max(0, about.st_size - _FOOTER))
        digest = hashlib.sha256(stream.read(_FOOTER)).hexdigest()
    return about.st_size, about.st_mtime_ns, digest
