"""Sparse rows and a loss made into a problem: training coordinates without centring."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates, identity
from steepest.data.file_source import AnyRows
from steepest.data.sparse_source import SparseSource
from steepest.descent.problem import Problem
from steepest.objective.losses import Loss
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
_FIRST_ROWS = 16
_PART = 32_768
# Squares of larger numbers leave float64, those of smaller ones vanish.
_LARGEST, _SMALLEST = 1e150, 1e-145


def sparse_problem(
    training: SparseSource,
    validation: AnyRows,
    *,
    loss: Loss,
    intercept: bool,
    standardize: bool,
    names: Sequence[str],
    moments: bool,
) -> Problem:
    """Return the problem of fitting a linear model to sparse rows; as ``linear_problem``.

    Raises
    ------
    InputError
        If values are so large or so small that float64 cannot hold their squares.
    """
    _check_magnitude(training, names)
    if standardize:
        where = sparse_coordinates(training, intercept=intercept)
    else:
        where = _own_units(training, intercept=intercept)
    problem = Problem(
        training.in_coordinates(where.shift, where.scale),
        loss,
        where,
        validation=validation.in_coordinates(where.shift, where.scale),
    )
    return problem.with_moments() if moments else problem


@dataclass(frozen=True, eq=False)
class ColumnSums:
    """Weighted means, deviations (d,) of sparse columns, and which vary by rounding alone."""

    means: Floats
    deviations: Floats

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which columns vary by no more than rounding."""
        return np.asarray(self.deviations <= 8.0 * _EPSILON * np.abs(self.means))


def column_sums(rows: SparseSource) -> ColumnSums:
    """Return means and population standard deviations from two walks over the entries.

    Examples
    --------
    >>> y = np.zeros((2, 1))
    >>> rows = SparseSource(np.array([4.0]), np.array([0]), np.array([0, 1, 1]), 1, y)
    >>> column_sums(rows).means.tolist(), column_sums(rows).deviations.tolist()
    ([2.0], [2.0])
    """
    values, columns = np.asarray(rows.values, dtype=np.float64), rows.indices
    weight = np.ones(rows.rows) if rows.weight is None else rows.weight
    of_entry, total = np.repeat(weight, np.diff(rows.indptr)), float(weight.sum())

    def summed(parts: Floats) -> Floats:
        sums = np.bincount(columns, weights=parts, minlength=rows.columns)
        return np.asarray(sums, dtype=np.float64)

    means = summed(of_entry * values) / total
    ways = values - means[columns]
    left = np.maximum(total - summed(of_entry), 0.0)
    left[np.bincount(columns, minlength=rows.columns) == rows.rows] = 0.0
    squares = summed(of_entry * ways * ways) + left * means * means
    return ColumnSums(means, np.sqrt(squares / total))


def sparse_coordinates(rows: SparseSource, *, intercept: bool) -> Coordinates:
    """Return standardized coordinates without a shift: features are divided by their deviation.

    Columns that are constant on the training rows are taken out where there is an intercept and
    left as they are where there is none.
    """
    sums = column_sums(rows)
    scale = np.where(sums.constant, np.inf if intercept else 1.0, sums.deviations)
    return Coordinates(np.zeros(rows.columns), scale, intercept)


def _own_units(rows: SparseSource, *, intercept: bool) -> Coordinates:
    """Return the table's own units, constant columns taken out where there is an intercept.

    Only a column that the first rows fill alike can be constant and not 0.
    """
    where = identity(rows.columns, intercept=intercept)
    if not intercept or rows.rows == 0:
        return where
    left: dict[int, float] = _row(rows, 0)
    for row in range(1, min(rows.rows, _FIRST_ROWS)):
        these = _row(rows, row)
        left = {column: value for column, value in left.items() if these.get(column) == value}
    if left:
        candidates = np.zeros(rows.columns, dtype=np.bool_)
        candidates[list(left)] = True
        first = np.zeros(rows.columns)
        first[list(left)] = list(left.values())
        alike = candidates[rows.indices] & (rows.values == first[rows.indices])
        counts = np.bincount(rows.indices[alike], minlength=rows.columns)
        where.scale[candidates & (counts == rows.rows)] = np.inf
    return where


def _sizes(rows: SparseSource) -> tuple[float, float]:
    """Return the largest and the smallest size of an entry, looked at in parts the cache holds."""
    large, small = 0.0, np.inf
    for start in range(0, rows.filled, _PART):
        part = np.abs(rows.values[start : start + _PART])
        large, small = max(large, float(part.max())), min(small, float(part.min()))
    return large, small


def _row(rows: SparseSource, row: int) -> dict[int, float]:
    part = slice(int(rows.indptr[row]), int(rows.indptr[row + 1]))
    return dict(zip(rows.indices[part].tolist(), rows.values[part].tolist(), strict=True))


def _check_magnitude(rows: SparseSource, names: Sequence[str]) -> None:
    large, small = _sizes(rows)
    if large > _LARGEST:
        place = int(np.abs(rows.values).argmax())
        raise InputError("values_too_large", column=names[int(rows.indices[place])])
    for target in range(rows.targets):
        if rows.rows and np.abs(rows.y[:, target]).max() > _LARGEST:
            raise InputError("values_too_large", column=names[rows.columns + target])
    if small >= _SMALLEST:
        return
    largest = np.zeros(rows.columns)
    np.maximum.at(largest, rows.indices, np.abs(rows.values))
    tiny = np.flatnonzero((largest > 0.0) & (largest < _SMALLEST))
    if len(tiny):
        raise InputError("values_too_small", column=names[int(tiny[0])])
