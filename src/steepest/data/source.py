"""The Source contract: rows that can be walked block by block and summed in a fixed order.

Memory, files and workers are the same thing: a sum over blocks. The grid of blocks is laid
over the rows' *positions* (their numbers in the table as read), never over what remains after
dropping or splitting, and never by threads; partial sums are folded in one fixed tree. So the
same table gives the same bits wherever it lies.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order

Floats = npt.NDArray[np.float64]
T = TypeVar("T")

# Large enough that a call for each block costs nothing beside reading it (1,000,000 rows of one
# number: 31 calls), small enough that two threads end at about the same time.
BLOCK_ROWS = 32_768

# Compiled sums of wide rows are made in pieces of about this size: two threads then pass over
# 200,000 x 100 rows in 3.7 ms, and in 5.8 ms in 7 whole blocks.
_PIECE_BYTES = 4_000_000

# (X (m, d), y (m, K), weight (m,) or empty, sums (w,)): adds a block's sums, holding no lock.
Fill = Callable[[npt.NDArray[Any], npt.NDArray[Any], Floats, Floats], None]


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


def available_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Folding(Generic[T]):
    """A sum that grows part by part in a fixed binary tree that depends on their number alone.

    Neighbours are added first, then neighbouring pairs, and so on (a binary counter), which
    keeps at most log2(parts) sums alive and the rounding error proportional to it.

    Examples
    --------
    >>> sum = Folding(lambda left, right: f"({left}{right})")
    >>> for part in "abcde":
    ...     sum.add(part)
    >>> sum.total()
    '(((ab)(cd))e)'
    """

    def __init__(self, add: Callable[[T, T], T], waiting: Iterable[tuple[int, T]] = ()) -> None:
        self._add = add
        self._waiting = list(waiting)

    def waiting(self) -> tuple[tuple[int, T], ...]:
        """Return the sums that wait, each with its level: a later tree goes on from them."""
        return tuple(self._waiting)

    def add(self, part: T) -> None:
        """Add one more part."""
        level, value = 0, part
        while self._waiting and self._waiting[-1][0] == level:
            value = self._add(self._waiting.pop()[1], value)
            level += 1
        self._waiting.append((level, value))

    def total(self) -> T:
        """Return the sum of all parts; none may be added afterwards."""
        if not self._waiting:
            raise ValueError("there is nothing to add: the source has no rows")
        value = self._waiting.pop()[1]
        while self._waiting:
            value = self._add(self._waiting.pop()[1], value)
        return value


def fold(parts: Iterable[T], add: Callable[[T, T], T]) -> T:
    """Add ``parts`` in the tree of :class:`Folding`.

    Examples
    --------
    >>> fold(["a", "b", "c", "d", "e"], lambda left, right: f"({left}{right})")
    '(((ab)(cd))e)'
    """
    folding = Folding(add)
    for part in parts:
        folding.add(part)
    return folding.total()


def grid_cuts(positions: npt.NDArray[np.int64], size: int = BLOCK_ROWS) -> list[int]:
    """Return where the fixed grid cuts rows at ascending positions, both ends included.

    Examples
    --------
    >>> grid_cuts(np.array([0, 5, 8]), size=4)
    [0, 1, 2, 3]
    """
    if not len(positions):
        return [0]
    grid = np.arange(positions[0] // size * size, positions[-1] + size + 1, size)
    return [int(cut) for cut in np.unique(np.searchsorted(positions, grid))]


def folded(parts: Floats) -> Floats:
    """Return the sum of parts (m, width) in the tree of :class:`Folding`."""
    while len(parts) > 1:
        even = len(parts) // 2 * 2
        parts = np.concatenate([parts[0:even:2] + parts[1:even:2], parts[even:]])
    return np.asarray(parts[0])


def piece_rows(columns: int, itemsize: int) -> int:
    """Return the grid of pieces: of some 4 MB, the size a function of the data alone."""
    row = max(1, columns * itemsize)
    rows = BLOCK_ROWS
    while rows > BLOCK_ROWS // 8 and rows * row > _PIECE_BYTES:
        rows //= 2
    return rows


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

    @property
    def weighted(self) -> bool:
        """Whether rows have weights."""
        return self.weight is not None

    def take(self, rows: npt.NDArray[np.bool_]) -> ArraySource:
        """Return the source of the chosen rows, which keep their positions."""
        positions = np.arange(self.rows) if self.positions is None else self.positions
        weight = None if self.weight is None else self.weight[rows]
        return replace(
            self, X=self.X[rows], y=self.y[rows], weight=weight, positions=positions[rows]
        )

    def in_coordinates(self, shift: Floats, scale: Floats) -> ArraySource:
        """Return the same rows seen as ``(x - shift) / scale``; as they are if that is all."""
        if not shift.any() and (scale == 1.0).all():
            return replace(self, shift=None, scale=None)
        return replace(self, shift=shift, scale=scale)

    def gathered(self) -> ArraySource:
        """Return the same rows in training coordinates, contiguous, converted block by block.

        float64, but for features given as float32, which stay so: their coordinates are computed
        in float64 and rounded once, and no copy of twice their size is ever made.
        """
        narrow = self.X.dtype == np.float32
        plain = self.shift is None or self.scale is None
        if plain and (narrow or self.X.dtype == np.float64):
            X = np.ascontiguousarray(self.X)
        else:
            X = np.empty(self.X.shape, np.float32 if narrow else np.float64)
            for start in range(0, self.rows, BLOCK_ROWS):
                part = slice(start, start + BLOCK_ROWS)
                X[part] = self._gather(part).X
        y = np.ascontiguousarray(self.y, dtype=np.float64)
        weight = None
        if self.weight is not None:
            weight = np.ascontiguousarray(self.weight, dtype=np.float64)
        return replace(self, X=X, y=y, weight=weight, shift=None, scale=None)

    def parts(self) -> Iterator[ArraySource]:
        """Yield the rows block by block as sources of their own, with their positions."""
        positions = np.arange(self.rows) if self.positions is None else self.positions
        for start, stop in pairwise(self._cuts()):
            if stop > start:
                rows = slice(start, stop)
                weight = None if self.weight is None else self.weight[rows]
                yield replace(
                    self, X=self.X[rows], y=self.y[rows], weight=weight, positions=positions[rows]
                )

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in their order, cut at multiples of ``BLOCK_ROWS`` positions."""
        for start, stop in pairwise(self._cuts()):
            if stop > start:
                yield self._gather(slice(start, stop))

    def _cuts(self, size: int | None = None) -> list[int]:
        """Return where the fixed grid of positions cuts the rows, both ends included."""
        size = size or BLOCK_ROWS
        if self.positions is None:
            return [*range(0, self.rows, size), self.rows]
        last = int(self.positions[-1]) if self.rows else 0
        grid = np.arange(0, last + size + 1, size)
        return [int(cut) for cut in np.searchsorted(self.positions, grid)]

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

    def sums(self, fill: Fill, width: int, *, threads: int | None = None) -> Floats:
        """Return the fold over all blocks of what a compiled ``fill`` adds for each, (width,).

        Parameters as for :meth:`partial_sums`; the tree is that of :func:`fold`. Blocks of many
        bytes are summed in pieces of an eighth to a half, so that threads finish together.
        """
        size = piece_rows(self.columns, self.X.itemsize)
        parts = self.partial_sums(fill, width, threads=threads, size=size)
        cuts = self._cuts()
        if size < BLOCK_ROWS and len(cuts) > 2:  # of one block the pieces are the whole tree
            fine, coarse = np.unique(self._cuts(size)), np.unique(cuts)
            stops = np.searchsorted(fine, coarse)
            parts = np.array([folded(parts[first:stop]) for first, stop in pairwise(stops)])
        return folded(parts)

    def partial_sums(
        self, fill: Fill, width: int, *, threads: int | None = None, size: int | None = None
    ) -> Floats:
        """Return what a compiled ``fill`` adds for each block, shape (blocks, width).

        Blocks (of ``size`` positions) are views of the arrays as they lie (float64 or float32;
        other types are converted block by block), not in training coordinates. Threads share
        them out; since every block has sums of its own, the bits do not depend on their number.
        """
        cuts = [(start, stop) for start, stop in pairwise(self._cuts(size)) if stop > start]
        parts = np.zeros((len(cuts), width))
        workers = min(threads or available_cores(), len(cuts))

        def work(first: int) -> None:
            for number in range(first, len(cuts), workers):
                X, y, weight = self._plain_block(slice(*cuts[number]))
                fill(X, y, weight, parts[number])

        if workers == 1:
            work(0)
        else:
            with ThreadPoolExecutor(workers) as pool:
                list(pool.map(work, range(workers)))
        return parts

    def _plain_block(self, rows: slice) -> tuple[npt.NDArray[Any], npt.NDArray[Any], Floats]:
        X = self.X[rows]
        kind = X.dtype if X.dtype in (np.float64, np.float32) else np.dtype(np.float64)
        X = np.ascontiguousarray(X, dtype=kind.newbyteorder("="))
        y = self.y[rows]
        exact = np.dtype(np.float32 if y.dtype == np.float32 else np.float64)
        y = np.ascontiguousarray(y, dtype=exact)
        weight = np.empty(0) if self.weight is None else self.weight[rows]
        return X, y, np.ascontiguousarray(weight, dtype=np.float64)

    def _gather(self, rows: Any) -> Block:
        X = np.ascontiguousarray(self.X[rows], dtype=np.float64)
        if self.shift is not None and self.scale is not None:
            X = X - self.shift
            X /= self.scale
        y = np.ascontiguousarray(self.y[rows], dtype=np.float64)
        weight = None
        if self.weight is not None:
            weight = np.ascontiguousarray(self.weight[rows], dtype=np.float64)
        return Block(X, y, weight)
