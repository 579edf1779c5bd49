"""Planted tables, and descents on independent batches: what forecasts are checked against."""

from __future__ import annotations

from typing import Any

import numpy as np

from steepest import LOSSES, ArraySource, moments_of, standard_coordinates
from steepest.descent.problem import Problem
from steepest.forecasting.making import forecast_of
from steepest.forecasting.record import Forecast


def random_table(seed: int, rows: int, columns: int) -> ArraySource:
    """Correlated columns of different scales and offsets, and noise that grows with the first."""
    random = np.random.default_rng(seed)
    mix = np.eye(columns) + 0.5 * random.normal(size=(columns, columns))
    X = random.normal(size=(rows, columns)) @ mix * 10.0 ** random.uniform(-1.0, 1.0, columns)
    X = X + random.normal(size=columns)
    noise = random.normal(size=rows) * (1.0 + np.abs(X[:, 0] / X[:, 0].std()))
    y = X @ random.normal(size=columns) + noise + 1.0
    return ArraySource(X, y[:, None])


def problem_of(
    rows: ArraySource,
    *,
    standardize: bool = True,
    intercept: bool = True,
    loss: str = "squared_error",
) -> Problem:
    moments = moments_of(rows)
    where = standard_coordinates(moments, intercept=intercept, standardize=standardize)
    seen = rows.in_coordinates(where.shift, where.scale)
    return Problem(seen, LOSSES[loss], where).with_moments(moments)


def seen(problem: Problem, loss: str = "squared_error", **options: Any) -> Forecast:
    names = [f"x{i}" for i in range(problem.rows.columns)]
    return forecast_of(problem, loss=loss, names=names, **options)


def design(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    block = problem.rows.gathered()
    ones = np.ones((block.rows, 1))
    A = np.concatenate([ones, block.X], axis=1) if problem.coordinates.intercept else block.X
    return A, block.y


def hovering(
    problem: Problem, rate: float, size: int, *, draws: str, seed: int, epochs: int, chains: int
) -> tuple[float, float]:
    """Return how far above its minimum the loss hovers, by many chains at once, and its error.

    ``independent``: batches drawn with replacement, looked at after every update;
    ``reshuffled``: every epoch a permutation of the rows, looked at after its last update.
    """
    assert problem.quadratic is not None
    A, y = design(problem)
    c, n = problem.loss.curvature_bound, len(A)
    random = np.random.default_rng(seed)
    errors = (A @ problem.quadratic.optimum - y)[:, 0]
    H = c * A.T @ A / n
    way, found = np.zeros((chains, A.shape[1])), []
    for epoch in range(epochs):
        walk = random.permuted(np.tile(np.arange(n), (chains, 1)), axis=1)
        if draws == "independent":
            walk = random.integers(0, n, (chains, n // size * size))
        for first in range(0, walk.shape[1], size):
            chosen = walk[:, first : first + size]
            a = A[chosen]
            slopes = np.einsum("cip,cp->ci", a, way) + errors[chosen]
            way = way - rate * c / chosen.shape[1] * np.einsum("cip,ci->cp", a, slopes)
            if epoch >= epochs // 3 and draws == "independent":
                found.append(0.5 * ((way @ H) * way).sum(axis=1))
        if epoch >= epochs // 3 and draws == "reshuffled":
            found.append(0.5 * ((way @ H) * way).sum(axis=1))
    means = np.mean(found, axis=0)
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(chains))
