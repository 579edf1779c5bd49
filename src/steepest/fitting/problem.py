"""Rows and a loss made into a problem: moments, training coordinates, curvature."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steepest.data.source import ArraySource
from steepest.descent.minimize import Problem
from steepest.objective.losses import LOSSES
from steepest.objective.moments import Moments, moments_of, standard_coordinates
from steepest.words.errors import InputError


def linear_problem(
    training: ArraySource,
    validation: ArraySource,
    *,
    loss: str,
    intercept: bool,
    standardize: bool,
    names: Sequence[str],
) -> Problem:
    """Return the problem of fitting a linear model, from one pass over the training rows.

    Parameters
    ----------
    training, validation : ArraySource
        Rows in the table's units.
    loss : str
        A key of ``LOSSES``.
    intercept, standardize : bool
        Whether the model has an intercept, and features are standardized.
    names : sequence of str
        Of the features, then of the targets.

    Raises
    ------
    InputError
        If values are so large that float64 cannot hold the sum of their squares.
    """
    with np.errstate(all="ignore"):
        moments = moments_of(training)
        _check_magnitude(moments, names)
    where = standard_coordinates(moments, intercept=intercept, standardize=standardize)
    problem = Problem(
        training.in_coordinates(where.shift, where.scale),
        LOSSES[loss],
        where,
        validation=validation.in_coordinates(where.shift, where.scale),
    )
    return problem.with_moments(moments)


def _check_magnitude(moments: Moments, names: Sequence[str]) -> None:
    squares = np.hypot(moments.means, moments.deviations) ** 2 * moments.weight
    bad = np.flatnonzero(~np.isfinite(squares))
    if len(bad):
        raise InputError("values_too_large", column=names[int(bad[0])])
    if not np.isfinite(moments.R).all():
        raise InputError("values_too_large", column=names[0])
