"""Descent written as plainly as the contract says it, one row at a time: the tests' oracle."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from steepest import LOSSES, ArraySource, Coordinates, moments_of, standard_coordinates
from steepest.data.draws import epoch_order

# What the table of schedules says in words: factors of the rate in epoch e of E.
FACTORS: dict[str, Callable[[int, int], float]] = {
    "constant": lambda e, E: 1.0,
    "inverse-time": lambda e, E: 1.0 / (1.0 + e),
    "step": lambda e, E: 0.5 ** (10 * e // E),
    "geometric": lambda e, epochs: 10.0 ** (-6.0 * e / epochs),
    "cosine": lambda e, E: 0.5 * (1.0 + math.cos(math.pi * e / E)),
}

# Losses whose curvature has a bound, from which rates follow.
BOUNDED = sorted(name for name, loss in LOSSES.items() if loss.bounded and not loss.coupled)


def random_rows(
    seed: int,
    rows: int,
    columns: int,
    targets: int = 1,
    *,
    weighted: bool = False,
    logistic: bool = False,
) -> ArraySource:
    """A table with correlated columns of moderately different scales, and noise."""
    random = np.random.default_rng(seed)
    mix = np.eye(columns) + 0.4 * random.normal(size=(columns, columns))
    X = random.normal(size=(rows, columns)) @ mix * 10.0 ** random.uniform(-0.5, 0.5, columns)
    X = X + random.normal(size=columns)
    y = X @ random.normal(size=(columns, targets)) + random.normal(size=(rows, targets)) + 2.0
    if logistic:
        y = (y > np.median(y, axis=0)).astype(float)
    return ArraySource(X, y, random.uniform(0.3, 2.5, rows) if weighted else None)


def where_of(rows: ArraySource, *, intercept: bool, standardize: bool) -> Coordinates:
    return standard_coordinates(moments_of(rows), intercept=intercept, standardize=standardize)


def design(rows: ArraySource, where: Coordinates) -> np.ndarray:
    """Rows a of the descent: (x - shift) / scale, with the intercept's 1 in front."""
    seen = (rows.X - where.shift) / where.scale
    return np.concatenate([np.ones((rows.rows, 1)), seen], axis=1) if where.intercept else seen


def shares(rows: ArraySource) -> np.ndarray:
    """Weights divided by their mean."""
    return np.ones(rows.rows) if rows.weight is None else rows.weight / rows.weight.mean()


def hessian(rows: ArraySource, where: Coordinates, c: float = 2.0) -> np.ndarray:
    A = design(rows, where)
    return c * (A.T * shares(rows)) @ A / rows.rows


def loss_at(rows: ArraySource, where: Coordinates, loss: str, p: np.ndarray) -> float:
    values = LOSSES[loss].value(design(rows, where) @ p, rows.y)
    return float((values * shares(rows)[:, None]).sum() / rows.rows)


def gradient_of(
    A: np.ndarray, y: np.ndarray, share: np.ndarray, loss: str, p: np.ndarray, chosen: Sequence[int]
) -> tuple[float, np.ndarray]:
    """Sum of losses and mean gradient of some rows, row by row and number by number."""
    gradient, total = np.zeros(p.shape), 0.0
    for i in chosen:
        for k in range(p.shape[1]):
            score = 0.0
            for j in range(p.shape[0]):
                score += A[i, j] * p[j, k]
            total += share[i] * float(LOSSES[loss].value(score, y[i, k]))
            slope = share[i] * float(LOSSES[loss].slope(score, y[i, k]))
            for j in range(p.shape[0]):
                gradient[j, k] += slope * A[i, j]
    return total, gradient / len(chosen)


def descend_plainly(
    rows: ArraySource,
    where: Coordinates,
    start: np.ndarray,
    rates: Sequence[float],
    *,
    size: int,
    order: str = "given",
    seed: int = 0,
    loss: str = "squared_error",
) -> tuple[np.ndarray, list[float]]:
    """Return the parameters after every update (start first) and each epoch's running loss."""
    A, share, n = design(rows, where), shares(rows), rows.rows
    p, path, running = start.copy(), [start.copy()], []
    for epoch, rate in enumerate(rates):
        walk = epoch_order(n, seed, epoch).tolist() if order == "random" else list(range(n))
        total = 0.0
        for first in range(0, n, size):
            chosen = walk[first : first + size]
            values, gradient = gradient_of(A, rows.y, share, loss, p, chosen)
            total += values
            p = p - rate * gradient
            path.append(p)
        running.append(total / n)
    return np.array(path), running
