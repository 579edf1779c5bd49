"""Rows of files laid down row after row in a temporary file, so that they can be walked at random.

Each block carries a CRC-32, verified when blocks are read as such (:meth:`RowSpill.block`); rows
reached through the memory map come from the system's cache as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.nameless_file import NamelessFile
from steepest.data.read_ahead import in_order
from steepest.data.source import ArraySource

Floats = npt.NDArray[np.float64]


class RowSpill:
    """Features, targets, positions and weights of rows in training coordinates, in rows' order.

    Parameters
    ----------
    rows, columns, targets : int
        How many there will be.
    weighted : bool
        Whether the rows have weights.

    Examples
    --------
    >>> spill = RowSpill(2, 1, 1)
    >>> spill.add(np.array([[1.0], [2.0]]), np.array([[3.0], [4.0]]), np.array([0, 7]))
    >>> spill.source().y.tolist(), spill.block(0).positions.tolist()
    ([[3.0], [4.0]], [0, 7])
    """

    def __init__(self, rows: int, columns: int, targets: int, *, weighted: bool = False) -> None:
        self.rows, self.columns, self.targets = rows, columns, targets
        self.file = NamelessFile()
        self.weighted = weighted
        self._widths = (columns, targets, 1, int(weighted))
        self._starts = [0, *(8 * rows * np.cumsum(self._widths[:-1])).tolist()]
        self._checks: list[tuple[int, int, int]] = []
        self._done = 0

    @property
    def bytes(self) -> int:
        """Size of the file."""
        return 8 * self.rows * sum(self._widths)

    def add(
        self,
        X: Floats,
        y: Floats,
        positions: npt.NDArray[np.int64],
        weight: Floats | None = None,
    ) -> None:
        """Lay down the next rows.

        Raises
        ------
        FileError
            ``write_failed``, such as for want of space.
        """
        self.note(self.lay(self._done, X, y, positions, weight))

    def lay(
        self,
        first: int,
        X: Floats,
        y: Floats,
        positions: npt.NDArray[np.int64],
        weight: Floats | None = None,
    ) -> tuple[int, int, int]:
        """Lay down rows in their place; return what :meth:`note` must be told in their order."""
        every = [X, y, positions, np.empty(0) if weight is None else weight]
        places = [place for _, place in self._places(first, first + len(X))]
        parts = [np.ascontiguousarray(part).reshape(-1).view(np.uint8) for part in every]
        check = self.file.write([(part.data, at) for part, at in zip(parts, places, strict=True)])
        return first, first + len(X), check

    def note(self, laid: tuple[int, int, int]) -> None:
        """Count rows that were laid down."""
        self._checks.append(laid)
        self._done = laid[1]

    def source(self) -> ArraySource:
        """Return the rows as views of the file."""
        X = self._view(0, (self.rows, self.columns)).view(np.float64)
        y = self._view(1, (self.rows, self.targets)).view(np.float64)
        weight = self._view(3, (self.rows,)).view(np.float64) if self.weighted else None
        return ArraySource(X, y, weight, self._view(2, (self.rows,)))

    @property
    def blocks(self) -> int:
        """How many blocks were laid down."""
        return len(self._checks)

    def block_rows(self, number: int) -> int:
        """Return how many rows a block has."""
        first, stop, _ = self._checks[number]
        return stop - first

    def empty(self) -> ArraySource:
        """Return a source without rows, of the same widths."""
        weight = np.empty(0) if self.weighted else None
        none = np.empty(0, np.int64)
        return ArraySource(np.empty((0, self.columns)), np.empty((0, self.targets)), weight, none)

    def read_block(
        self,
        number: int,
        X: Floats,
        y: Floats,
        weight: Floats,
        positions: npt.NDArray[np.int64] | None = None,
    ) -> None:
        """Read one block into rows of arrays, contiguous, ``weight`` empty where there is none.

        Raises
        ------
        FileError
            As for :meth:`block`.
        """
        first, stop, check = self._checks[number]
        if positions is None:
            positions = np.empty(stop - first, np.int64)
        places = [place for _, place in self._places(first, stop)]
        parts: list[npt.NDArray[Any]] = [X, y, positions, weight]
        self.file.read_into(list(zip(parts, places, strict=True)), check)

    def block(self, number: int) -> ArraySource:
        """Return one block, read and verified, as a source of its own.

        Raises
        ------
        FileError
            ``damaged_file`` if it is not what was laid down.
        """
        rows = self.block_rows(number)
        X, y = np.empty((rows, self.columns)), np.empty((rows, self.targets))
        positions, weight = np.empty(rows, np.int64), np.empty(rows if self.weighted else 0)
        self.read_block(number, X, y, weight, positions)
        return ArraySource(X, y, weight if self.weighted else None, positions)

    def _places(self, first: int, stop: int) -> list[tuple[int, int]]:
        """Return size and place in the file of some rows' features, targets and positions."""
        return [
            (8 * (stop - first) * width, start + 8 * first * width)
            for start, width in zip(self._starts, self._widths, strict=True)
        ]

    def _view(self, part: int, shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
        start = self._starts[part]
        stop = start + 8 * int(np.prod(shape))
        return self.file.mapped(self.bytes)[start:stop].view(np.int64).reshape(shape)


def spill_of(
    rows: int, columns: int, targets: int, parts: Iterable[ArraySource], *, weighted: bool
) -> RowSpill:
    """Return a spill of rows that come part by part, each in its training coordinates."""
    spill = RowSpill(rows, columns, targets, weighted=weighted)

    def laid(placed: tuple[int, ArraySource]) -> tuple[int, int, int]:
        first, part = placed
        assert part.positions is not None
        block = part.gathered()
        return spill.lay(first, block.X, block.y, part.positions, block.weight)

    for one in in_order(laid, _placed(parts), None):
        spill.note(one)
    return spill


def _placed(parts: Iterable[ArraySource]) -> Iterator[tuple[int, ArraySource]]:
    first = 0
    for part in parts:
        yield first, part
        first += part.rows
