"""Directions in which no row's loss rises however far one goes, so that there is no optimum.

A convex loss attains no minimum if along a direction no row's loss ever rises and one's falls on
and on (Rockafellar, *Convex Analysis*, 1970, theorem 27.1; for classes Albert and Anderson,
Biometrika 71(1), 1984, who call them separated completely or quasi-completely). Descent itself
moves along such a direction more and more purely, so its last way is tried; what it moves the
scores of rows that it leaves as they are is first projected away, so that the proof is the rows'.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from steepest.data.source import ArraySource
from steepest.descent.problem import Problem
from steepest.objective.losses import Loss
from steepest.trace.record import Trace

Floats = npt.NDArray[np.float64]

# A score so far out that the slope of a loss is its limit, and no exponential overflows.
_FAR_OUT = 700.0
# Of the largest change of a score: what counts as none after projecting, and before.
_NONE, _SMALL = 1e-9, 1e-2
# Rows times squared parameters up to which projecting takes less than a second or so.
_MOST_WORK = 200_000_000


def falling_rows(trace: Trace, problem: Problem) -> int:
    """Return how many rows' losses fall without end in a direction in which none rises, or 0.

    0 means that no such direction was found: of rows that are not in memory, or of many columns,
    none is looked for.
    """
    rows = problem.rows
    far = problem.loss.probabilities or problem.loss.inverse_link is np.exp
    if not far or problem.penalty or not isinstance(rows, ArraySource):
        return 0
    if rows.rows * problem.coordinates.parameters**2 > _MOST_WORK:
        return 0
    X = np.concatenate([block.X for block in rows.blocks()])
    y = np.concatenate([block.y for block in rows.blocks()]).astype(np.float64)
    if problem.coordinates.intercept:
        X = np.column_stack([np.ones(len(X)), X])
    for way in _ways(trace, intercept=problem.coordinates.intercept):
        # Targets with a loss each have directions of their own.
        cuts = [slice(None)] if problem.loss.coupled else [slice(k, k + 1) for k in range(len(y.T))]
        falls = max(_falls(X, y[:, cut], way[:, cut], problem.loss) for cut in cuts)
        if falls:
            return falls
    return 0


def _ways(trace: Trace, *, intercept: bool) -> Iterator[Floats]:
    """Yield directions to try: of the descent's last half, and of the intercept alone."""
    yield trace.path[-1] - trace.path[len(trace.path) // 2]
    if intercept:
        alone = np.zeros_like(trace.parameters)
        alone[0] = np.sign(trace.parameters[0])
        yield alone


def _falls(X: Floats, y: Floats, way: Floats, loss: Loss) -> int:
    """Return of how many rows the loss falls along a way along which none rises, else 0."""
    if loss.coupled:  # only differences of scores count
        way = way - way.mean(axis=1, keepdims=True)
    moved = X @ way
    largest = float(np.abs(moved).max(initial=0.0))
    if not 0.0 < largest < np.inf:
        return 0
    still = (np.abs(moved) <= _SMALL * largest).all(axis=1)
    if still.any():
        way = way - np.linalg.lstsq(X[still], X[still] @ way)[0]
        moved = X @ way
    gain = _gains(moved, y, loss)
    limit = _NONE * largest
    return int((gain > limit).sum()) if (gain >= -limit).all() else 0


def _gains(moved: Floats, y: Floats, loss: Loss) -> Floats:
    """Return by how much each row's score moves to where its loss falls; below 0 the loss rises."""
    if loss.coupled:
        others = np.where(y == 1.0, -np.inf, moved).max(axis=1)
        return np.asarray(np.where(y == 1.0, moved, np.inf).min(axis=1) - others)
    with np.errstate(all="ignore"):
        slope = loss.slope(_FAR_OUT * np.sign(moved), y)
    return np.asarray(np.where(slope * moved > 0.0, -np.abs(moved), np.abs(moved))[:, 0])
