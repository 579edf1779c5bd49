"""Rows and a loss made into a problem: moments, training coordinates, curvature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from steepest.data.coordinates import Coordinates, identity
from steepest.data.file_source import AnyRows, FileSource, RowSource
from steepest.data.sparse_source import SparseSource
from steepest.descent.problem import Problem
from steepest.fitting.sparse_problem import sparse_problem
from steepest.objective.losses import LOSSES
from steepest.objective.moments import Moments, moments_of, moments_of_both, standard_coordinates
from steepest.words.errors import InputError

_FIRST_ROWS = 16
# The spectrum of unscaled columns is found to eps times the largest; measured: right to a ratio
# of 1e24 (1e12 beside 1e-12), wrong from 1e40.
_FARTHEST = 1e24
# Features are scaled before they are squared, targets are not: squares of smaller ones fall out
# of float64.
_SMALLEST_FEATURE, _SMALLEST_TARGET = 1e-290, 1e-145


def linear_problem(
    training: AnyRows,
    validation: AnyRows,
    *,
    loss: str,
    intercept: bool,
    standardize: bool,
    names: Sequence[str],
    moments: bool = True,
    made: tuple[Moments, Moments | None] | None = None,
    check: Callable[[], None] | None = None,
) -> Problem:
    """Return the problem of fitting a linear model, from at most one pass over the training rows.

    Parameters
    ----------
    training, validation : ArraySource, FileSource or SparseSource
        Rows in the table's units.
    loss : str
        A key of ``LOSSES``.
    intercept, standardize : bool
        Whether the model has an intercept, and features are standardized.
    names : sequence of str
        Of the features, then of the targets.
    moments : bool
        Whether the quadratic will be needed: moments are then made even where the coordinates
        do not ask for them.
    made : tuple of Moments, optional
        Of training and validation rows, if they are there already.
    check : function, optional
        Called if moments were made and are not finite, to say which value is not: finite rows are
        not looked through for it.

    Raises
    ------
    InputError
        If values are so large or so small that float64 cannot hold their squares.
    """
    if isinstance(training, SparseSource):
        if check is not None:
            check()
        return sparse_problem(
            training,
            validation,
            loss=LOSSES[loss],
            intercept=intercept,
            standardize=standardize,
            names=names,
            moments=moments,
        )
    if not (moments or standardize):
        where = _own_units(training, intercept=intercept)
        return _problem(training, validation, loss, where)
    with np.errstate(all="ignore"):
        beside = None
        if made is not None or isinstance(training, FileSource):
            assert not isinstance(validation, SparseSource)  # tables bring rows of their own kind
            own, beside = made or moments_of_both(training, validation)
        else:
            own = moments_of(training)
        if check is not None and not np.isfinite(own.R).all():
            check()
        _check_magnitude(own, names)
    if not standardize:
        _check_scales(own, names)
    where = standard_coordinates(own, intercept=intercept, standardize=standardize)
    problem = _problem(training, validation, loss, where)
    return replace(problem, beside=beside).with_moments(own)


def _problem(training: RowSource, validation: AnyRows, loss: str, where: Coordinates) -> Problem:
    return Problem(
        training.in_coordinates(where.shift, where.scale),
        LOSSES[loss],
        where,
        validation=validation.in_coordinates(where.shift, where.scale),
    )


def _own_units(rows: RowSource, *, intercept: bool) -> Coordinates:
    """Return the table's units, constant features taken out where there is an intercept.

    A column is looked through only if its first rows are all equal.
    """
    where = identity(rows.columns, intercept=intercept)
    if not intercept:
        return where
    if isinstance(rows, FileSource):
        raise AssertionError("rows of files are fitted from their moments")
    first = rows.X[:_FIRST_ROWS]
    for column in np.flatnonzero((first == first[0]).all(axis=0)):
        if (rows.X[:, column] == rows.X[0, column]).all():
            where.shift[column], where.scale[column] = float(rows.X[0, column]), np.inf
    return where


def _check_scales(moments: Moments, names: Sequence[str]) -> None:
    """Refuse columns whose squares cannot stand in one sum; standardized ones always can."""
    sizes = np.hypot(moments.means, moments.deviations)[: moments.columns]
    present = np.flatnonzero((sizes > 0.0) & ~moments.constant[: moments.columns])
    if len(present) == 0:
        return
    large, small = present[np.argmax(sizes[present])], present[np.argmin(sizes[present])]
    factor = float(sizes[large] / sizes[small])
    if factor > _FARTHEST:
        raise InputError(
            "scales_too_far_apart", large=names[large], small=names[small], factor=factor
        )


def _check_magnitude(moments: Moments, names: Sequence[str]) -> None:
    squares = np.hypot(moments.means, moments.deviations) ** 2 * moments.weight
    bad = np.flatnonzero(~np.isfinite(squares))
    if len(bad):
        raise InputError("values_too_large", column=names[int(bad[0])])
    if not np.isfinite(moments.R).all():
        raise InputError("values_too_large", column=names[0])
    smallest = np.where(
        np.arange(len(names)) < moments.columns, _SMALLEST_FEATURE, _SMALLEST_TARGET
    )
    largest = np.hypot(moments.means, moments.deviations)
    small = np.flatnonzero((largest > 0.0) & (largest < smallest) & ~moments.constant)
    if len(small):
        raise InputError("values_too_small", column=names[int(small[0])])
