"""Whether a run that used up its epochs was still on its way, or only swung to and fro."""

from __future__ import annotations

import math

import numpy as np

from steepest.trace.record import Trace

# Losses in each of the last two quarters of the record below which nothing is claimed.
_FEWEST = 4
# A swing has not shrunk if the last quarter keeps this share of the quarter before, and the run
# gets no lower if the lowest values of the two differ by at most this share of the swing.
_KEPT, _LOWER = 0.5, 0.1
# Share of updates that do not lower the loss from which a run is no steady fall.
_RISES = 0.1


def hovers(trace: Trace) -> bool:
    """Return whether the loss, over the last half of the record, rose and fell and got no lower.

    Nothing but the recorded losses is looked at; a run that falls at every recorded row never
    hovers, however slow it is, and neither does a swing that shrinks.

    Examples
    --------
    >>> from steepest import minimize
    >>> slow = minimize("x**2", start=[1.0], learning_rate=1e-6, epochs=99)
    >>> swings = minimize("abs(x)", start=[1.0], learning_rate=0.3, epochs=99)
    >>> hovers(slow), hovers(swings)
    (False, True)
    """
    known = trace["loss"][np.isfinite(trace["loss"])]
    quarter = len(known) // 4
    if quarter < _FEWEST:
        return False
    before, last = known[-2 * quarter : -quarter], known[-quarter:]
    half = known[-2 * quarter :]
    if float((np.diff(half) >= 0.0).mean()) < _RISES:
        return False
    swing = float(np.ptp(before))
    falls = float(before.min() - last.min())
    return bool(np.ptp(last) >= _KEPT * swing and falls <= _LOWER * swing)


def last_moves(trace: Trace) -> dict[str, float]:
    """Return what sentences say of the end of a run.

    ``low`` and ``high`` are the smallest and largest loss of the record's last half, ``since`` the
    number of updates at which that half begins, ``last_step`` how far the parameters moved between
    the last two recorded points, and ``step_from`` the number of updates at the first of these.
    """
    loss, updates = trace["loss"], trace["updates"]
    middle = len(loss) // 2
    half = loss[middle:][np.isfinite(loss[middle:])]
    many = len(trace.path) > 1
    step = float(np.linalg.norm(trace.path[-1] - trace.path[-2])) if many else math.nan
    return {
        "low": float(half.min()) if len(half) else math.nan,
        "high": float(half.max()) if len(half) else math.nan,
        "since": int(updates[middle]),
        "last_step": step,
        "step_from": int(updates[-2]) if len(updates) > 1 else 0,
    }
