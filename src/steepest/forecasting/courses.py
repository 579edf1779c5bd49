"""The course of batch descent in closed form: at any epoch, and when it ends.

Along direction i of a quadratic loss the way from the optimum is ``f_i^t`` times that of the start
after t epochs, ``f_i = 1 - rate * curvature_i``. The excess of the loss over its minimum and the
squared gradient norm are then sums of ``weight_i * f_i^(2 t)`` with weights that are not negative:
convex functions of t. So the epochs at which one of them is small enough, or too large, are an
interval, whose ends bisection finds however far away they are. All of it is done with logarithms,
which neither overflow nor vanish.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.loop import DIVERGENCE
from steepest.descent.moments_engine import MomentsEngine, infinite_if_nan
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]
Epochs = npt.NDArray[np.int64]

# Beyond this many epochs the answer is *never*.
NEVER = 10**15
# Multiplied numbers of one piece of a curve: a few megabytes.
_PIECE = 500_000


@dataclass(frozen=True)
class Limits:
    """What the loop judges a run by: see ``descent/loop.py``.

    Attributes
    ----------
    gradient : float
        Converged when the gradient norm is at most this.
    loss : float
        Diverged when the loss is above this.
    """

    gradient: float
    loss: float


def limits_of(quadratic: Quadratic, start: Floats, tolerance: float) -> Limits:
    """Return the limits of a run from ``start``: CONTRACT 4, relative to start and zero."""
    zero = np.zeros_like(start)
    norms = [float(np.linalg.norm(quadratic.gradient(point))) for point in (start, zero)]
    losses = [float(quadratic.value(point)) for point in (start, zero)]
    return Limits(tolerance * max(norms), DIVERGENCE * max(losses))


def log_factors(curvatures: Floats, rate: float) -> Floats:
    """Return log |1 - rate * curvature|, exact also where that is close to 0."""
    kept = rate * curvatures
    with np.errstate(divide="ignore", over="ignore"):
        return np.where(kept < 1.0, np.log1p(-np.minimum(kept, 1.0)), np.log(np.abs(kept - 1.0)))


def epochs_to_gradient(quadratic: Quadratic, start: Floats, rate: float, limit: float) -> float:
    """Return the first epoch whose gradient norm is at most ``limit``; inf if none up to 1e15.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates, moments_of, quadratic_of
    >>> rows = ArraySource(np.array([[1.0], [-1.0]]), np.array([[3.0], [-3.0]]))
    >>> units = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> quadratic = quadratic_of(moments_of(rows), LOSSES["squared_error"], units)
    >>> epochs_to_gradient(quadratic, np.zeros((1, 1)), rate=0.25, limit=6.0 / 1000)
    10.0
    """
    sizes = _sizes(quadratic, start)
    log_size = _log_sum(2.0 * _log(quadratic.curvatures) + _log(sizes), quadratic, rate)
    wanted = 2.0 * math.log(limit) if limit > 0.0 else -math.inf
    if log_size(0) <= wanted:
        return 0.0
    turn = NEVER
    if log_factors(quadratic.curvatures, rate).max(initial=0.0) > 0.0:
        turn = _first(lambda t: not log_size(t + 1) < log_size(t)) or 0
    if not log_size(turn) <= wanted:
        return math.inf
    found = _first(lambda t: t >= turn or log_size(t) <= wanted)
    return math.inf if found is None else float(found)


def epochs_to_loss(quadratic: Quadratic, start: Floats, rate: float, limit: float) -> float:
    """Return the first epoch whose loss is above ``limit``, inf if none up to 1e15.

    The loss at the start must not be above it.
    """
    above = limit - quadratic.floor
    if not math.isfinite(above) or above <= 0.0:
        return math.inf
    sizes = _sizes(quadratic, start)
    log_size = _log_sum(_log(0.5 * quadratic.curvatures) + _log(sizes), quadratic, rate)
    found = _first(lambda t: log_size(t) > math.log(above))
    return math.inf if found is None else float(found)


def losses_and_norms(
    quadratic: Quadratic,
    start: Floats,
    rate: float,
    epochs: Epochs,
    validation: Quadratic | None = None,
) -> tuple[Floats, Floats, Floats | None]:
    """Return loss, gradient norm and validation loss at some epochs, each (n,)."""
    along = quadratic.along(start)
    factors = 1.0 - rate * quadratic.curvatures
    piece = max(1, _PIECE // max(1, along.size))
    parts = []
    for first in range(0, len(epochs), piece):
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            powers = factors[None, :] ** epochs[first : first + piece, None].astype(float)
            ways = powers[:, :, None] * along
            parts.append(_evaluated(quadratic, validation, ways))
    loss, norm, beside = zip(*parts, strict=True)
    joined = None if validation is None else np.concatenate(beside)
    return np.concatenate(loss), np.concatenate(norm), joined


def _evaluated(
    quadratic: Quadratic, validation: Quadratic | None, ways: Floats
) -> tuple[Floats, Floats, Floats]:
    curvature = quadratic.curvatures[:, None]
    loss = quadratic.floor + 0.5 * (curvature * ways * ways).sum(axis=(1, 2))
    norm = np.sqrt(((curvature * ways) ** 2).sum(axis=(1, 2)))
    beside = np.empty(0) if validation is None else validation.value(quadratic.at(ways))
    return infinite_if_nan(loss), infinite_if_nan(norm), infinite_if_nan(beside)


def by_schedule(
    quadratic: Quadratic, start: Floats, rate: float, schedule: str, epochs: int, limits: Limits
) -> tuple[float, float, float]:
    """Return the epochs to convergence and to divergence under a schedule, and the loss there.

    Inf where it does not happen in time. A falling rate has no closed form; the moments engine
    walks the epochs, O(d) each.
    """
    engine = MomentsEngine(quadratic, start, rate, schedule, epochs)
    state, small, large = engine.begin(), math.inf, math.inf
    first = engine.measure(state).columns
    loss = float(first["loss"][0])
    if first["gradient_norm"][0] <= limits.gradient:
        small = 0.0
    while state.epoch < epochs and math.isinf(small) and math.isinf(large):
        done = state.epoch
        state, rows = engine.advance(state, min(engine.stretch, epochs - done))
        small = _first_row(rows.columns["gradient_norm"] <= limits.gradient, done)
        large = _first_row(rows.columns["loss"] > limits.loss, done)
        last = min(small, large, float(state.epoch))
        loss = float(rows.columns["loss"][int(last) - done - 1])
    return (math.inf, large, loss) if large < small else (small, math.inf, loss)


def _first_row(found: npt.NDArray[np.bool_], done: int) -> float:
    rows = np.flatnonzero(found)
    return float(done + 1 + rows[0]) if len(rows) else math.inf


def _sizes(quadratic: Quadratic, start: Floats) -> Floats:
    """Return the squared way from the optimum along each direction, summed over targets, (P,)."""
    along = quadratic.along(start)
    return np.asarray((along * along).sum(axis=1))


def _log(values: Floats) -> Floats:
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(values))


def _log_sum(weights: Floats, quadratic: Quadratic, rate: float) -> Callable[[int], float]:
    """Return t -> log sum_i exp(weights_i) f_i^(2 t)."""
    present = np.isfinite(weights)
    logs, start = log_factors(quadratic.curvatures[present], rate), weights[present]

    def at(t: int) -> float:
        terms = start + (2.0 * t * logs if t else 0.0)
        largest = float(terms.max(initial=-math.inf))
        if math.isinf(largest):
            return largest
        return largest + math.log(float(np.exp(terms - largest).sum()))

    return at


def _first(holds: Callable[[int], bool]) -> int | None:
    """Return the first t >= 0 from which on ``holds``, None if it does not at ``NEVER``."""
    high = 1
    while not holds(high):
        if high >= NEVER:
            return None
        high = min(2 * high, NEVER)
    if holds(0):
        return 0
    low = high // 2 if high > 1 else 0
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
