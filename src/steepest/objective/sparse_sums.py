"""Loss and gradient over sparse rows: scores by rows, gradients by columns.

Each row's score and slope depend on that row alone; the loss is summed block by block in the fixed
tree. Each column's gradient is one sum over its filled entries, in the order of the rows: from the
copy by columns on all cores where there is one, else on one core. So the bits do not depend on
threads, and the cost is that of the filled entries and the columns, not of their product.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from steepest.data.source import available_cores, folded
from steepest.data.sparse_source import PLAIN_ENTRIES, SparseSource
from steepest.objective.losses import Loss

Floats = npt.NDArray[np.float64]
Task = Callable[[], None]


def sparse_scores(source: SparseSource, parameters: Floats, *, intercept: bool) -> Floats:
    """Return the scores (n, K) of all rows at parameters (P, K) in training coordinates."""
    slopes = _in_table_units(source, parameters[int(intercept) :])
    if source.filled > PLAIN_ENTRIES:
        from steepest.objective.sparse_kernel import scores_of

        scores: Floats = scores_of(source.values, source.indices, source.indptr, slopes)
    else:
        columns = [
            _by_row(source, source.values * slopes[source.indices, k])
            for k in range(slopes.shape[1])
        ]
        scores = np.stack(columns, axis=1)
    return scores + parameters[0] if intercept else scores


def sparse_sums(
    source: SparseSource, loss: Loss, parameters: Floats, *, intercept: bool
) -> tuple[float, float, Floats]:
    """Return the sums over all rows of loss, weight and gradient (P, K) at parameters (P, K)."""
    rows = _plain_rows if source.filled <= PLAIN_ENTRIES else _compiled_rows
    value, weight, slopes = rows(source, loss, parameters, intercept)
    return value, weight, sparse_products(source, slopes, intercept=intercept)


def sparse_products(source: SparseSource, slopes: Floats, *, intercept: bool) -> Floats:
    """Return the sum over rows of (1, x) times their slopes (n, K), in training coordinates."""
    products = np.zeros((source.columns + intercept, slopes.shape[1]))
    sums = products[int(intercept) :]
    if source.filled <= PLAIN_ENTRIES:
        for k in range(slopes.shape[1]):
            sums[:, k] = _by_column(source, source.values * slopes[source.row_of_entry, k])
    elif not source.turned:
        from steepest.objective.sparse_kernel import add_rows

        add_rows(source.values, source.indices, source.indptr, slopes, sums)
    else:
        _columns_sums(source, np.ascontiguousarray(slopes), sums)
    if source.scale is not None:
        sums /= source.scale[:, None]
    if intercept:
        products[0] = folded(_blocks_of(source, slopes))
    return products


def turn(source: SparseSource) -> None:
    """Make the copy by columns, for many gradients to come, unless numpy is faster anyway."""
    if source.filled > PLAIN_ENTRIES:
        _ = source.by_columns  # kept with the source


def _columns_sums(source: SparseSource, slopes: Floats, sums: Floats) -> None:
    """Fill ``sums`` (d, K) with X' slopes, in the table's units, on all cores."""
    from steepest.objective.sparse_kernel import add_columns

    values, rows, starts = source.by_columns
    shares = np.linspace(0, source.filled, 4 * available_cores() + 1)
    cuts = [0, *np.searchsorted(starts, shares[1:-1]).tolist(), source.columns]

    def task(first: int, last: int) -> Task:
        return lambda: add_columns(values, rows, starts, slopes, first, last, sums)

    _together([task(first, last) for first, last in pairwise(cuts) if last > first])


def sparse_value(source: SparseSource, loss: Loss, parameters: Floats, *, intercept: bool) -> float:
    """Return the mean loss at parameters (P, K)."""
    rows = _plain_rows if source.filled <= PLAIN_ENTRIES else _compiled_rows
    value, weight, _ = rows(source, loss, parameters, intercept)
    return value / weight


def _plain_rows(
    source: SparseSource, loss: Loss, parameters: Floats, intercept: bool
) -> tuple[float, float, Floats]:
    """Return summed loss, summed weight, and each row's weighted slopes (n, K)."""
    scores = sparse_scores(source, parameters, intercept=intercept)
    y = np.asarray(source.y, dtype=np.float64)
    values, slopes = loss.value(scores, y).sum(axis=1), loss.slope(scores, y)
    weight = np.ones(source.rows) if source.weight is None else source.weight
    sums = folded(_blocks_of(source, np.stack([values * weight, weight], axis=1)))
    return float(sums[0]), float(sums[1]), np.asarray(slopes * weight[:, None])


def _compiled_rows(
    source: SparseSource, loss: Loss, parameters: Floats, intercept: bool
) -> tuple[float, float, Floats]:
    from steepest.objective.sparse_kernel import rows_kernel

    kernel = rows_kernel(loss.number)
    w = _in_table_units(source, parameters[int(intercept) :])
    b = parameters[0].copy() if intercept else np.zeros(source.targets)
    y = np.ascontiguousarray(source.y, dtype=np.float64)
    weight = np.empty(0) if source.weight is None else source.weight
    weight = np.ascontiguousarray(weight, dtype=np.float64)
    cuts = [(first, last) for first, last in pairwise(source.cuts()) if last > first]
    slopes, parts = np.empty((source.rows, source.targets)), np.zeros((len(cuts), 2))
    entries = (source.values, source.indices, source.indptr)

    def task(number: int) -> Task:
        first, last = cuts[number]
        return lambda: kernel(
            *entries, y, weight, first, last, w, b, loss.extra, slopes, parts[number]
        )

    _together([task(number) for number in range(len(cuts))])
    sums = folded(parts)
    return float(sums[0]), float(sums[1]), slopes


def _in_table_units(source: SparseSource, slopes: Floats) -> Floats:
    if source.scale is not None:
        slopes = slopes / source.scale[:, None]
    return np.ascontiguousarray(slopes)


def _together(tasks: list[Task]) -> None:
    """Run tasks that touch nothing of each other's on all cores."""
    if len(tasks) == 1 or available_cores() == 1:
        for task in tasks:
            task()
        return
    with ThreadPoolExecutor(available_cores()) as pool:
        list(pool.map(lambda task: task(), tasks))


def _by_row(source: SparseSource, products: Floats) -> Floats:
    sums = np.bincount(source.row_of_entry, weights=products, minlength=source.rows)
    return np.asarray(sums, dtype=np.float64)


def _by_column(source: SparseSource, products: Floats) -> Floats:
    sums = np.bincount(source.indices, weights=products, minlength=source.columns)
    return np.asarray(sums, dtype=np.float64)


def _blocks_of(source: SparseSource, rows: Floats) -> Floats:
    """Return the sums of rows (n, width) over each block of the grid."""
    cuts = [first for first, last in pairwise(source.cuts()) if last > first]
    return np.asarray(np.add.reduceat(rows, cuts, axis=0))
