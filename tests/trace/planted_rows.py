"""Rows with planted conditions, and what plain numpy says about them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steepest import FINDINGS, LOSSES, ArraySource, Finding, Trace, diagnose, minimize
from steepest.data.coordinates import identity
from steepest.descent.problem import Problem

Floats = npt.NDArray[np.float64]
PROBLEMS = {name for name, (kind, _) in FINDINGS.items() if kind in ("critical", "warning")}


def orthonormal(rows: int, columns: int, seed: int = 0) -> Floats:
    """Return columns of mean 0, deviation 1 and no correlation."""
    X = np.random.default_rng(seed).normal(size=(rows, columns))
    return np.linalg.qr(X - X.mean(axis=0))[0] * math.sqrt(rows)


def noisy(X: Floats, noise: float = 1.0, seed: int = 1) -> ArraySource:
    random = np.random.default_rng(seed)
    y = X.sum(axis=1) + 1.0 + noise * random.normal(size=len(X))
    return ArraySource(X, y[:, None])


def hessian(rows: ArraySource) -> Floats:
    A = np.c_[np.ones(rows.rows), rows.X]
    return 2.0 * A.T @ A / rows.rows


def least_squares(rows: ArraySource) -> tuple[Floats, float]:
    A = np.c_[np.ones(rows.rows), rows.X]
    best = np.linalg.lstsq(A, rows.y)[0]
    return best, float(((A @ best - rows.y) ** 2).mean())


def epochs_of_descent(rows: ArraySource, rate: float, tolerance: float) -> int:
    """Count the epochs of plain descent from zero until its gradient is small."""
    A = np.c_[np.ones(rows.rows), rows.X]
    H, g = hessian(rows), -2.0 * A.T @ rows.y / rows.rows
    p, scale, epochs = np.zeros((A.shape[1], 1)), np.linalg.norm(g), 0
    while np.linalg.norm(H @ p + g) > tolerance * scale:
        p, epochs = p - rate * (H @ p + g), epochs + 1
    return epochs


def sweep(rows: ArraySource, **options: object) -> Trace:
    """Descend stochastically with moments, as a fit does, whatever the rate."""
    units = identity(rows.columns, intercept=True)
    problem = Problem(rows, LOSSES["squared_error"], units).with_moments()
    return minimize(rows, problem=problem, **{"method": "stochastic", **options})


def names(trace: Trace) -> set[str]:
    return {finding.name for finding in diagnose(trace)}


def problems(trace: Trace) -> set[str]:
    return names(trace) & PROBLEMS


def only(trace: Trace, name: str) -> Finding:
    """Return the finding of this name, which is the only problem (or the only one at all)."""
    kinds = {finding.name: finding for finding in diagnose(trace)}
    rest = set(kinds) & PROBLEMS if name in PROBLEMS else set(kinds) & PROBLEMS | {name}
    assert rest == {name}, f"{sorted(kinds)}: {trace.ending.sentence()}"
    return kinds[name]


def altered(trace: Trace, **facts: object) -> Trace:
    """Return the trace with other facts."""
    return replace(
        trace, metadata={**trace.metadata, "facts": {**trace.metadata["facts"], **facts}}
    )


# Curvatures 2 (intercept), 2, 1/2: L = 2, mu = 1/2, best 0.8, largest stable 1.
PLAIN = noisy(orthonormal(200, 2) * [1.0, 0.5])
# Curvatures 2 and 2: every direction is alike.
ROUND = noisy(orthonormal(200, 1))
