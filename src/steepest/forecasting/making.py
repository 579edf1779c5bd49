"""A forecast made: from a problem and what is asked of the descent to the frozen record."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.problem import Problem
from steepest.descent.rates import RateBounds, random_order_bounds, rate_bounds, rounded_down
from steepest.forecasting.conditions import Views, conditioning_of, views_of
from steepest.forecasting.courses import epochs_to_gradient, limits_of
from steepest.forecasting.fates import directions_of
from steepest.forecasting.rates import Journey, rate_forecast
from steepest.forecasting.record import Forecast
from steepest.forecasting.sampling import Sampling, sampling_of
from steepest.forecasting.telling import told
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]


def forecast_of(
    problem: Problem,
    *,
    loss: str,
    names: Sequence[str],
    learning_rates: Sequence[float | str] = ("auto",),
    method: str = "batch",
    batch_size: int | None = None,
    order: str = "random",
    schedule: str = "constant",
    epochs: int = 1000,
    tolerance: float = 1e-8,
    start: Floats | None = None,
    standardized: bool = True,
) -> Forecast:
    """Return the forecast of descents on a problem, from one more pass over its rows.

    Parameters
    ----------
    problem : Problem
        With its quadratic.
    loss : str
        Its name in ``LOSSES``.
    names : sequence of str
        Of the features.
    learning_rates : sequence of float or "auto"
        The rates to look at.
    method, batch_size, order, schedule, epochs, tolerance
        As for ``minimize``.
    start : array of shape (P, K), optional
        Parameters before the first update, in training coordinates; zero by default.
    standardized : bool
        Whether the training coordinates are standardized ones.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates
    >>> from steepest.descent.problem import Problem
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> units = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> problem = Problem(rows, LOSSES["squared_error"], units).with_moments()
    >>> seen = forecast_of(problem, loss="squared_error", names=["x"], standardized=False)
    >>> round(seen.bounds.largest_stable, 6)
    0.214286
    """
    quadratic = problem.quadratic
    assert quadratic is not None
    parameters = (*(("intercept",) if problem.coordinates.intercept else ()), *names)
    count = problem.rows.rows
    size = count if batch_size is None else min(batch_size, count)
    first = np.zeros(quadratic.shape) if start is None else start
    with np.errstate(all="ignore"):
        sampling = sampling_of(quadratic, problem.loss, problem.rows)
        bounds = _bounds(problem, sampling, size, order)
        journey = Journey(
            quadratic=quadratic,
            start=first,
            bounds=bounds,
            limits=limits_of(quadratic, first, tolerance),
            schedule=schedule,
            epochs=epochs,
            batch_size=size,
            updates_per_epoch=-(-count // size),
            exact=problem.exact,
        )
        directions = directions_of(quadratic, first, parameters)
        views = views_of(quadratic, 0.5 * problem.loss.curvature_bound / quadratic.scale)
        asked = [
            (bounds.auto if one == "auto" else float(one), one == "auto") for one in learning_rates
        ]
        rates = tuple(
            rate_forecast(journey, rate, directions, parameters, sampling, automatic=automatic)
            for rate, automatic in asked
        )
        beside = problem.validation_objective()
        made = Forecast(
            names=parameters,
            loss=loss,
            method=method,
            order=order,
            schedule=schedule,
            batch_size=size,
            tolerance=tolerance,
            standardized=standardized,
            kind=bounds.kind if problem.exact else "bound",
            bounds=bounds,
            directions=tuple(directions),
            conditions=conditioning_of(views, parameters),
            dependent_columns=named_dependences(quadratic, names),
            rates=rates,
            standardized_epochs=_standardized_epochs(journey, views, tolerance),
            sampling=sampling,
            rows={
                "train": count,
                "validation": 0 if problem.validation is None else problem.validation.rows,
            },
            story=(),
            journey=journey,
            validation=beside if isinstance(beside, Quadratic) else None,
        )
        return replace(made, story=told(made))


def _bounds(problem: Problem, sampling: Sampling, size: int, order: str) -> RateBounds:
    """Return the bounds that fit; for random batches the pass over the rows has been made."""
    quadratic, rows = problem.quadratic, problem.rows
    assert quadratic is not None
    if size < rows.rows and order == "random":
        R2 = sampling.fourth_moment
        return random_order_bounds(quadratic, problem.loss, R2, rows=rows.rows, batch_size=size)
    return rate_bounds(quadratic, problem.loss, rows, batch_size=size, order=order)


def _standardized_epochs(journey: Journey, views: Views, tolerance: float) -> float:
    """Return the epochs of batch descent in standardized features at their own automatic rate."""
    if not journey.exact or journey.schedule != "constant":
        return math.nan
    there, here = views.standardized, journey.quadratic.coordinates
    L = there.largest_curvature
    if L == 0.0:
        return 0.0
    start = there.coordinates.from_table(*here.to_table(journey.start))
    limit = limits_of(there, start, tolerance).gradient
    return epochs_to_gradient(there, start, rounded_down(1.0 / L), limit)


def named_dependences(quadratic: Quadratic, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the exactly dependent columns with their combinations, by name."""
    return [
        {
            "column": names[one.column],
            "combination": {
                "intercept" if other < 0 else names[other]: factor
                for other, factor in zip(one.others, one.factors, strict=True)
            },
        }
        for one in quadratic.dependent
    ]
