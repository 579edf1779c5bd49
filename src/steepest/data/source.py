"""The Source contract: rows that can be walked block by block and summed in a fixed order.

Memory, files and workers are the same thing: a sum over blocks. The grid of blocks is laid
over the rows' *positions* (their numbers in the table as read), never over what remains after
dropping or splitting, and never by threads; partial sums are folded in one fixed tree. So the
same table gives the same bits wherever it lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order

Floats = npt.NDArray[np.float64]
T = TypeVar("T")

BLOCK_ROWS = 4096


class Block(NamedTuple):
    """Some rows: X (m, d), y (m, K), weight (m,) or None, all float64 and contiguous."""

    X: Floats
    y: Floats
    weight: Floats | None


class Source(Protocol):
    """Rows with features, targets and perhaps weights; see the module's docstring."""

    @property
    def rows(self) -> int:
        """Number of rows."""

    @property
    def columns(self) -> int:
        """Number of features d."""

    @property
    def targets(self) -> int:
        """Number of targets K."""

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in their order, cut at the fixed grid."""

    def batches(
        self, size: int, *, seed: int, epoch: int, order: str = "random"
    ) -> Iterator[Block]:
        """Yield one epoch in batches of ``size`` rows; the last one may be shorter."""

    def total(self, partial: Callable[..., T], *parameters: Any, add: Callable[[T, T], T]) -> T:
        """Return the fold of ``partial(block, *parameters)`` over all blocks."""


def fold(parts: Iterable[T], add: Callable[[T, T], T]) -> T:
    """Add ``parts`` in a fixed binary tree that depends on their number alone.

    Neighbours are added first, then neighbouring pairs, and so on (a binary counter), which
    keeps at most log2(parts) sums alive and the rounding error proportional to it.

    Examples
    --------
    >>> fold(["a", "b", "c", "d", "e"], lambda left, right: f"({left}{right})")
    '(((ab)(cd))e)'
    """
    waiting: list[tuple[int, T]] = []
    for part in parts:
        level, value = 0, part
        while waiting and waiting[-1][0] == level:
            value = add(waiting.pop()[1], value)
            level += 1
        waiting.append((level, value))
    if not waiting:
        raise ValueError("there is nothing to add: the source has no rows")
    value = waiting.pop()[1]
    while waiting:
        value = add(waiting.pop()[1], value)
    return value


@dataclass(frozen=True, eq=False)
class ArraySource:
    """Rows of arrays in memory. Nothing is copied until a block is asked for.

    Parameters
    ----------
    X : array of shape (n, d)
        Features, any real dtype and any strides; blocks are made float64.
    y : array of shape (n, K)
        Targets.
    weight : array of shape (n,), optional
        Weights; rows of weight 0 should be left out by the caller (``without_zero_weights``).
    positions : array of shape (n,), optional
        Each row's number in the table as read, ascending; 0 .. n - 1 by default.
    shift, scale : arrays of shape (d,), optional
        Training coordinates: a block's features are ``(x - shift) / scale``.

    Examples
    --------
    >>> source = ArraySource(np.ones((3, 2)), np.zeros((3, 1)))
    >>> source.total(lambda block: block.X.sum(), add=lambda left, right: left + right)
    np.float64(6.0)
    """

    X: npt.NDArray[Any]
    y: npt.NDArray[Any]
    weight: npt.NDArray[Any] | None = None
    positions: npt.NDArray[np.int64] | None = None
    shift: Floats | None = None
    scale: Floats | None = None

    def __post_init__(self) -> None:
        if self.X.ndim != 2 or self.y.ndim != 2 or len(self.X) != len(self.y):
            raise ValueError(
                f"X must have shape (n, d) and y (n, K) with the same n; "
                f"got {self.X.shape} and {self.y.shape}"
            )

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.X.shape[0])

    @property
    def columns(self) -> int:
        """Number of features d."""
        return int(self.X.shape[1])

    @property
    def targets(self) -> int:
        """Number of targets K."""
        return int(self.y.shape[1])

    def take(self, rows: npt.NDArray[np.bool_]) -> ArraySource:
        """Return the source of the chosen rows, which keep their positions."""
        positions = np.arange(self.rows) if self.positions is None else self.positions
        weight = None if self.weight is None else self.weight[rows]
        return replace(
            self, X=self.X[rows], y=self.y[rows], weight=weight, positions=positions[rows]
        )

    def in_coordinates(self, shift: Floats, scale: Floats) -> ArraySource:
        """Return the same rows seen as ``(x - shift) / scale``."""
        return replace(self, shift=shift, scale=scale)

    def gathered(self) -> ArraySource:
        """Return the same rows in training coordinates, float64 and contiguous."""
        block = self._gather(slice(None))
        return replace(self, X=block.X, y=block.y, weight=block.weight, shift=None, scale=None)

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in their order, cut at multiples of ``BLOCK_ROWS`` positions."""
        if self.positions is None:
            cuts = [*range(0, self.rows, BLOCK_ROWS), self.rows]
        else:
            last = int(self.positions[-1]) if self.rows else 0
            grid = np.arange(0, last + BLOCK_ROWS + 1, BLOCK_ROWS)
            cuts = np.searchsorted(self.positions, grid).tolist()
        for start, stop in pairwise(cuts):
            if stop > start:
                yield self._gather(slice(start, stop))

    def batches(
        self, size: int, *, seed: int, epoch: int, order: str = "random"
    ) -> Iterator[Block]:
        """Yield one epoch in batches of ``size`` rows; the last one may be shorter."""
        walk = epoch_order(self.rows, seed, epoch) if order == "random" else np.arange(self.rows)
        for start in range(0, self.rows, size):
            yield self._gather(walk[start : start + size])

    def total(self, partial: Callable[..., T], *parameters: Any, add: Callable[[T, T], T]) -> T:
        """Return the fold of ``partial(block, *parameters)`` over all blocks."""
        return fold((partial(block, *parameters) for block in self.blocks()), add)

    def _gather(self, rows: Any) -> Block:
        X = np.ascontiguousarray(self.X[rows], dtype=np.float64)
        if self.shift is not None and self.scale is not None:
            X = (X - self.shift) / self.scale
        y = np.ascontiguousarray(self.y[rows], dtype=np.float64)
        weight = None
        if self.weight is not None:
            weight = np.ascontiguousarray(self.weight[rows], dtype=np.float64)
        return Block(X, y, weight)
