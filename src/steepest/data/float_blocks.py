"""Blocks of numbers as they lie in Arrow's buffers: compiled loops read them by their addresses.

A block of the grid may come in several segments, where a file or a read of one ended. Of each
segment it is kept where row 0 of the block *would* lie if the segment had begun there, so that a
row's number in the block finds it whatever the segment.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from steepest.data.source import BLOCK_ROWS
from steepest.data.table import Column, Table

if TYPE_CHECKING:
    import pyarrow as pa

Addresses = npt.NDArray[np.int64]
_BYTES = 8


@dataclass(frozen=True, eq=False)
class FloatBlock:
    """Rows of float64 columns.

    Attributes
    ----------
    name : str
        What to call the table in messages.
    names : tuple of str
        Its columns.
    rows : int
        How many rows it has.
    bounds : array of shape (segments + 1,)
        The rows at which segments begin, and the number of rows.
    starts : array of shape (segments, columns)
        Where row 0 would lie, segment by segment.
    kept : list
        What the addresses belong to, kept alive.
    """

    name: str
    names: tuple[str, ...]
    rows: int
    bounds: npt.NDArray[np.int64]
    starts: Addresses
    kept: list[object]

    def addresses(self, names: Sequence[str]) -> Addresses:
        """Return where some columns lie, shape (segments, columns)."""
        places = [self.names.index(name) for name in names]
        return np.ascontiguousarray(self.starts[:, places])

    def followed_by(self, other: FloatBlock) -> FloatBlock:
        """Return the rows of both as one block."""
        return FloatBlock(
            self.name,
            self.names,
            self.rows + other.rows,
            np.concatenate([self.bounds, other.bounds[1:] + self.rows]),
            np.concatenate([self.starts, other.starts - _BYTES * self.rows]),
            [*self.kept, *other.kept],
        )

    def table(self) -> Table:
        """Return the block as a table, its numbers copied."""
        from steepest.data.gather_kernel import gather

        columns = {}
        everything = np.arange(self.rows)
        for name in self.names:
            values = np.empty((self.rows, 1))
            gather(self.addresses([name]), self.bounds, everything, values)
            columns[name] = Column(name, "number", values[:, 0])
        return Table(self.name, columns, self.rows, (), (), 0)


@dataclass(frozen=True, eq=False)
class _Segment:
    """Some rows of a block: where their columns lie, and what must be kept for it."""

    starts: Addresses
    rows: int
    kept: object


def float_blocks(
    name: str, names: Sequence[str], batches: Iterable[pa.RecordBatch], first: int
) -> Iterator[FloatBlock]:
    """Yield the rows of batches of numbers, cut at the grid of positions.

    Parameters
    ----------
    name : str
        What to call the table in messages.
    names : sequence of str
        The columns of every batch.
    batches : iterable of pyarrow.RecordBatch
        Of columns of numbers.
    first : int
        The position of the first row.
    """
    pending: list[_Segment] = []
    done = first
    for batch in batches:
        starts, kept = _lying(batch)
        row = 0
        while row < batch.num_rows:
            rows = min(BLOCK_ROWS - done % BLOCK_ROWS, batch.num_rows - row)
            pending.append(_Segment(starts + _BYTES * row, rows, kept))
            row, done = row + rows, done + rows
            if done % BLOCK_ROWS == 0:
                yield _block(name, names, pending)
                pending = []
    if pending:
        yield _block(name, names, pending)


def lying_columns(table: Table, names: Sequence[str]) -> FloatBlock | None:
    """Return columns of a table as they lie, None if one is not of contiguous float64."""
    columns = [table.columns[name].values for name in names]
    if any(one.dtype != np.float64 or not one.flags.c_contiguous for one in columns):
        return None
    starts = np.array([[one.ctypes.data for one in columns]], np.int64)
    bounds = np.array([0, table.rows])
    return FloatBlock(table.name, tuple(names), table.rows, bounds, starts, [columns])


def _block(name: str, names: Sequence[str], segments: Sequence[_Segment]) -> FloatBlock:
    bounds = np.cumsum([0, *(one.rows for one in segments)])
    starts = np.stack([one.starts for one in segments]) - _BYTES * bounds[:-1, None]
    kept = [one.kept for one in segments]
    return FloatBlock(name, tuple(names), int(bounds[-1]), bounds, starts, kept)


def _lying(batch: pa.RecordBatch) -> tuple[Addresses, object]:
    """Return where a batch's columns lie, and what owns that memory."""
    import pyarrow as pa

    kept: list[object] = []
    starts = np.empty(batch.num_columns, np.int64)
    for place, cells in enumerate(batch.columns):
        buffers = cells.buffers() if pa.types.is_float64(cells.type) else (None, None)
        if buffers[1] is not None and (buffers[0] is None or cells.null_count == 0):
            starts[place] = buffers[1].address + _BYTES * cells.offset
            kept.append(buffers[1])
        else:
            values = numbers(cells)
            starts[place] = values.ctypes.data
            kept.append(values)
    return starts, kept


def numbers(cells: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.float64]:
    """Return cells of any type of numbers as float64, NaN where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    # An integer beyond 2**53 is rounded here and noted; pyarrow's safe cast would refuse it.
    cast = pc.cast(cells, pa.float64(), safe=False)
    chunks = cast.chunks if isinstance(cast, pa.ChunkedArray) else [cast]
    found = [_values(chunk) for chunk in chunks]
    return found[0] if len(found) == 1 else np.concatenate([np.empty(0), *found])


def _values(cells: pa.Array) -> npt.NDArray[np.float64]:
    """Return float64 cells; pyarrow's own conversion would import pandas where it is installed."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if cells.null_count:
        cells = pc.fill_null(cells, pa.scalar(np.nan, pa.float64()))
    if not len(cells):
        return np.empty(0)
    return np.frombuffer(cells.buffers()[1], np.float64)[cells.offset : cells.offset + len(cells)]
