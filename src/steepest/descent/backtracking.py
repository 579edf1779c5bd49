"""Backtracking: what one run, programs and crowds of runs share.

Algorithm 3.1 of Nocedal & Wright (2006): halve the step until the value falls by at least
``ARMIJO`` times what the slope promises (Armijo, 1966). The step that the next update tries first
comes from the curvature along the last one (Barzilai & Borwein, IMA J. Numer. Anal. 8 (1988)
141-148).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from steepest.objective.function import length

Floats = npt.NDArray[np.float64]

ARMIJO = 1e-4
# The next step is at most this many times the last where the function curves up (beyond a bend
# lies another valley), and exactly this many times where it does not.
LEAP, GROWTH = 100.0, 2.0
# A fall below this share of the value is lost in rounding.
ROUNDING = 1e-14


def next_step(way: Floats, change: Floats, step: float, *, leap: float = LEAP) -> float:
    """Return the step to try first after one of ``way`` that changed the gradient by ``change``.

    It is at most ``leap`` times the last.

    >>> next_step(np.array([2.0]), np.array([8.0]), 0.1), next_step(np.ones(1), -np.ones(1), 0.1)
    (0.25, 0.2)
    """
    curved, square = float((way * change).sum()), float((way * way).sum())
    if square == 0.0:
        return step
    return min(square / curved, leap * step) if curved > 0.0 else GROWTH * step


def next_steps(way: Floats, change: Floats, step: Floats) -> Floats:
    """Return :func:`next_step` of each row, shapes (S, P), (S, P) and (S,)."""
    curved, square = (way * change).sum(axis=1), (way * way).sum(axis=1)
    leap = np.minimum(square / np.where(curved > 0.0, curved, np.inf), LEAP * step)
    grown = np.where(curved > 0.0, leap, GROWTH * step)
    return np.asarray(np.where(square == 0.0, step, grown))


def turned(after: Floats, before: Floats) -> bool:
    """Return whether the slope along a step has turned round too far (Hager & Zhang).

    >>> turned(np.array([-0.9]), np.array([1.0])), turned(np.array([-1.0]), np.array([1.0]))
    (False, True)
    """
    norm = length(before)
    return float((after * (before / (norm or 1.0))).sum()) < -(1.0 - 2.0 * ARMIJO) * norm
