"""Rows of which most numbers are zero: compressed sparse rows, never made dense.

What walks all rows walks their filled entries. Sums over rows that land in columns (gradients)
are made from a copy by columns, every column's sum by one thread in the order of the rows, so
that bits do not depend on the number of threads and no thread needs a dense row of its own.
Features are scaled but never centred: centring would fill every entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order
from steepest.data.source import BLOCK_ROWS, ArraySource, Block, fold
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
T = TypeVar("T")

# Bytes of a piece of rows that is made dense, where something needs it: one row at the least.
_PIECE_BYTES = 4_000_000
# Entries below which numpy is done before compiled code is loaded.
PLAIN_ENTRIES = 200_000


@dataclass(frozen=True, eq=False)
class SparseSource:
    """Rows given by their filled entries. ``SparseSource.of`` makes one of a scipy matrix.

    Parameters
    ----------
    values : array of shape (m,)
        Filled entries, row by row; float32 stays float32, all else becomes float64.
    indices : array of shape (m,)
        Their columns, ascending within a row, none twice.
    indptr : array of shape (n + 1,)
        Where each row begins among them.
    columns : int
        Number of features d.
    y : array of shape (n, K)
        Targets.
    weight : array of shape (n,), optional
        Weights of the rows.
    positions : array of shape (n,), optional
        Each row's number in the table as read, ascending; 0 .. n - 1 by default.
    scale : array of shape (d,), optional
        Training coordinates: a feature is ``x / scale``.
    checked : bool
        Whether the arrays were looked through; set by the first look, kept by what is made of it.

    Raises
    ------
    InputError
        If the arrays do not describe a matrix: nothing is read outside of them.

    Examples
    --------
    >>> rows = SparseSource(
    ...     np.array([5.0, 7.0]), np.array([0, 2]), np.array([0, 1, 2]), 3, np.zeros((2, 1))
    ... )
    >>> rows.rows, rows.columns, rows.filled
    (2, 3, 2)
    """

    values: npt.NDArray[Any]
    indices: npt.NDArray[Any]
    indptr: npt.NDArray[Any]
    columns: int
    y: npt.NDArray[Any]
    weight: npt.NDArray[Any] | None = None
    positions: npt.NDArray[np.int64] | None = None
    scale: Floats | None = None
    checked: bool = field(default=False, repr=False)

    def __post_init__(self) -> None:
        if not self.checked:
            check_entries(self.values, self.indices, self.indptr, self.rows, self.columns)
        if self.y.ndim != 2 or len(self.y) != self.rows:
            raise ValueError(f"y must have shape ({self.rows}, K); got {self.y.shape}")
        kind = np.dtype(np.float32 if self.values.dtype == np.float32 else np.float64)
        small = self.columns <= np.iinfo(np.int32).max
        place = np.dtype(np.int32 if small else np.int64)
        object.__setattr__(self, "values", np.ascontiguousarray(self.values, kind))
        object.__setattr__(self, "indices", np.ascontiguousarray(self.indices, place))
        object.__setattr__(self, "indptr", np.ascontiguousarray(self.indptr, np.int64))
        object.__setattr__(self, "checked", True)

    @classmethod
    def of(cls, X: Any, y: npt.ArrayLike, weight: npt.NDArray[Any] | None = None) -> SparseSource:
        """Return the rows of a scipy.sparse matrix or array X (n, d) and targets (n, K) or (n,).

        X is not changed. Entries given twice count with their sum, as everywhere in scipy.

        Parameters
        ----------
        X : scipy.sparse matrix or array
            Of any format; CSR is taken as it is, the others are converted once.
        y : array of shape (n, K) or (n,)
            Targets.
        weight : array of shape (n,), optional
            Weights of the rows.

        Examples
        --------
        >>> from scipy.sparse import csc_array
        >>> SparseSource.of(csc_array([[0.0, 2.0], [1.0, 0.0]]), [1.0, 2.0]).values.tolist()
        [2.0, 1.0]
        """
        check_matrix(X)
        X = X.tocsr()
        indices, indptr = np.asarray(X.indices), np.asarray(X.indptr)
        if not ascending(indices, indptr):
            X = X.copy()
            X.sum_duplicates()
            indices, indptr = np.asarray(X.indices), np.asarray(X.indptr)
        targets = np.asarray(y)
        targets = targets.reshape(len(targets), -1)
        used = int(indptr[-1])
        values = np.asarray(X.data)[:used]
        return cls(values, indices[:used], indptr, int(X.shape[1]), targets, weight)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.indptr) - 1

    @property
    def targets(self) -> int:
        """Number of targets K."""
        return int(self.y.shape[1])

    @property
    def filled(self) -> int:
        """Number of filled entries."""
        return len(self.values)

    @property
    def shift(self) -> None:
        """Nothing is centred."""
        return None

    @cached_property
    def row_of_entry(self) -> npt.NDArray[np.int64]:
        """The row of each filled entry (m,)."""
        return np.repeat(np.arange(self.rows), np.diff(self.indptr))

    @property
    def turned(self) -> bool:
        """Whether the copy by columns has been made: it pays from some gradients on."""
        return "by_columns" in vars(self)

    @cached_property
    def by_columns(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[np.int64]]:
        """The entries column by column: values (m,), their rows (m,), where columns begin."""
        from steepest.data.sparse_kernel import transposed

        values, rows, starts = transposed(self.values, self.indices, self.indptr, self.columns)
        return values, rows, starts

    def in_table_units(self) -> SparseSource:
        """Return the same rows as they lie."""
        return replace(self, scale=None)

    def take(self, rows: npt.NDArray[np.bool_]) -> SparseSource:
        """Return the source of the chosen rows, which keep their positions."""
        positions = np.arange(self.rows) if self.positions is None else self.positions
        lengths = np.diff(self.indptr)
        kept = np.repeat(rows, lengths) if rows.any() else slice(0, 0)
        return replace(
            self,
            values=self.values[kept],
            indices=self.indices[kept],
            indptr=np.concatenate([[0], np.cumsum(lengths[rows])]),
            y=self.y[rows],
            weight=None if self.weight is None else self.weight[rows],
            positions=positions[rows],
        )

    def in_coordinates(self, shift: Floats, scale: Floats) -> SparseSource:
        """Return the same rows seen as ``x / scale``; a shift is refused."""
        if shift.any():
            raise InputError("sparse_not_centred", count=int((shift != 0.0).sum()))
        return replace(self, scale=None if (scale == 1.0).all() else scale)

    def gathered(self) -> SparseSource:
        """Return the same rows in training coordinates, float64."""
        values = np.asarray(self.values, dtype=np.float64)
        if self.scale is not None:
            values = values / self.scale[self.indices]
        weight = self.weight
        weight = None if weight is None else np.ascontiguousarray(weight, dtype=np.float64)
        y = np.ascontiguousarray(self.y, dtype=np.float64)
        return replace(self, values=values, y=y, weight=weight, scale=None)

    def cuts(self, size: int = BLOCK_ROWS) -> list[int]:
        """Return where the fixed grid of positions cuts the rows, both ends included."""
        return ArraySource(self.y, self.y, positions=self.positions)._cuts(size)

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in their order as dense pieces of a few megabytes.

        They serve what needs every column and is done for few columns only; what is done for
        many columns walks the filled entries.
        """
        for start, stop in pairwise(self.cuts(dense_rows(self.columns))):
            if stop > start:
                yield self._gather(np.arange(start, stop))

    def batches(
        self, size: int, *, seed: int, epoch: int, order: str = "random"
    ) -> Iterator[Block]:
        """Yield one epoch in dense batches of ``size`` rows; the last one may be shorter."""
        walk = epoch_order(self.rows, seed, epoch) if order == "random" else np.arange(self.rows)
        for start in range(0, self.rows, size):
            yield self._gather(walk[start : start + size].astype(np.int64))

    def total(self, partial: Callable[..., T], *parameters: Any, add: Callable[[T, T], T]) -> T:
        """Return the fold of ``partial(block, *parameters)`` over all blocks."""
        return fold((partial(block, *parameters) for block in self.blocks()), add)

    def _gather(self, rows: npt.NDArray[np.int64]) -> Block:
        X = np.zeros((len(rows), self.columns))
        lengths = np.diff(self.indptr)[rows]
        first = np.repeat(self.indptr[rows] - np.cumsum(lengths) + lengths, lengths)
        entries = first + np.arange(int(lengths.sum()))
        columns = self.indices[entries]
        values = np.asarray(self.values[entries], dtype=np.float64)
        if self.scale is not None:
            values = values / self.scale[columns]
        X[np.repeat(np.arange(len(rows)), lengths), columns] = values
        y = np.ascontiguousarray(self.y[rows], dtype=np.float64)
        weight = None
        if self.weight is not None:
            weight = np.ascontiguousarray(self.weight[rows], dtype=np.float64)
        return Block(X, y, weight)


def dense_rows(columns: int) -> int:
    """Return how many rows of so many columns are made dense at once: a part of a block.

    Examples
    --------
    >>> dense_rows(3), dense_rows(1_000)
    (32768, 256)
    """
    size = BLOCK_ROWS
    while size > 1 and size * columns * 8 > _PIECE_BYTES:
        size //= 2
    return size


def is_sparse(X: object) -> bool:
    """Return whether X is a scipy.sparse matrix or array, by what it can do."""
    return all(hasattr(X, name) for name in ("tocsr", "toarray", "nnz", "shape"))


def ascending(indices: npt.NDArray[Any], indptr: npt.NDArray[Any]) -> bool:
    """Return whether columns ascend within every row, none twice."""
    used = indices[: int(indptr[-1])]
    if len(used) < 2:
        return True
    rises = used[1:] > used[:-1]
    begins = np.asarray(indptr[1:-1])
    rises[begins[(begins > 0) & (begins < len(used))] - 1] = True
    return bool(rises.all())


def check_matrix(X: Any) -> None:
    """Refuse a sparse matrix whose own arrays point outside of it, before anything reads it.

    Raises
    ------
    InputError
        ``sparse_arrays_impossible``.
    """
    rows, columns = (int(length) for length in X.shape)
    layout = getattr(X, "format", "")
    if layout == "csr":
        check_entries(X.data, X.indices, X.indptr, rows, columns)
    elif layout == "csc":
        check_entries(X.data, X.indices, X.indptr, columns, rows)
    elif layout == "bsr":
        high, wide = (int(length) for length in X.data.shape[1:])
        check_entries(X.data, X.indices, X.indptr, rows // high, columns // wide)
    elif layout == "coo":
        for place, most in ((X.row, rows), (X.col, columns)):
            _check_places(np.asarray(place), most)


def check_entries(values: Any, indices: Any, indptr: Any, rows: int, columns: int) -> None:
    """Refuse arrays that do not describe ``rows`` compressed rows of ``columns`` numbers."""
    values, indices, indptr = (np.asarray(one) for one in (values, indices, indptr))
    if indices.ndim != 1 or indptr.ndim != 1 or len(indptr) != rows + 1 or rows < 0:
        _refuse("sparse_lengths", array="indptr", given=len(np.atleast_1d(indptr)), wanted=rows + 1)
    if not (indptr[0] == 0 and (indptr[1:] >= indptr[:-1]).all()):
        _refuse("sparse_descending", array="indptr")
    if values.dtype.kind not in "fiub":
        _refuse("sparse_value_type", dtype=str(values.dtype))
    used = int(indptr[-1])
    if used > min(len(indices), len(values)):
        _refuse("sparse_short", array="indptr", given=min(len(indices), len(values)), wanted=used)
    _check_places(indices[:used], columns)


def _check_places(places: npt.NDArray[Any], most: int) -> None:
    if places.dtype.kind not in "iu":
        _refuse("sparse_index_type", dtype=str(places.dtype))
    if len(places) and not (places.min() >= 0 and places.max() < most):
        wrong = places.min() if places.min() < 0 else places.max()
        _refuse("sparse_outside", index=int(wrong), most=most - 1)


def _refuse(name: str, **facts: object) -> None:
    raise InputError("sparse_arrays_impossible", why=phrase(name, **facts), library="scipy.sparse")
