"""What happens at one learning rate: its regime, the fate of each direction, its course and end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.rates import RateBounds
from steepest.forecasting.courses import (
    Limits,
    by_schedule,
    epochs_to_gradient,
    epochs_to_loss,
    log_factors,
    losses_and_norms,
)
from steepest.forecasting.fates import Direction, fate, regime
from steepest.forecasting.sampling import Floor, Sampling
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Step:
    """One update along a single parameter, the others fixed at the start: a cross-section.

    Attributes
    ----------
    parameter : str
        Its name.
    curvature : float
        Of the loss along it, in training coordinates.
    steps : tuple of float
        What the update adds to it, one number a target: minus rate times gradient.
    loss : float
        The training loss after that.
    fate : str
        What repeating it would do, a member of ``FATES``.
    """

    parameter: str
    curvature: float
    steps: tuple[float, ...]
    loss: float
    fate: str


@dataclass(frozen=True)
class RateForecast:
    """What happens at one learning rate.

    Attributes
    ----------
    rate : float
        The learning rate.
    automatic : bool
        Whether it is what ``auto`` takes.
    regime : str
        too low, good, high, too high, or unproven: see ``forecasting/fates.py``.
    limit : float
        The rate from which on random batches grow in mean square; NaN for rates proven stable and
        where it is not known.
    fates : tuple of str
        Of every direction, steepest first: flat, crawls, converges, oscillates, diverges.
    factors : tuple of float
        |1 - rate * curvature| of every direction.
    slowest : int or None
        The direction that is left over last: that of the largest factor among those that the
        start is not yet at rest along.
    epochs : float
        Epochs to the tolerance, inf for never, NaN where it is not known (rows in batches, other
        losses).
    bad_update : float
        The update after which the loss passes 1000 times the start's; inf or NaN likewise.
    loss_after : float
        The training loss after the epochs asked for; NaN where it is not known, or the run has
        diverged by then.
    floor : Floor or None
        Where random batches make the loss hover.
    epochs_to_floor : float
        About how many epochs it takes to get there, NaN where there is no floor.
    steps : tuple of Step
        One update along each cross-section.
    """

    rate: float
    automatic: bool
    regime: str
    limit: float
    fates: tuple[str, ...]
    factors: tuple[float, ...]
    slowest: int | None
    epochs: float
    bad_update: float
    loss_after: float
    floor: Floor | None
    epochs_to_floor: float
    steps: tuple[Step, ...]


@dataclass(frozen=True, eq=False)
class Journey:
    """Where a descent starts, how it walks, and when it is judged to have arrived."""

    quadratic: Quadratic
    start: Floats
    bounds: RateBounds
    limits: Limits
    schedule: str
    epochs: int
    batch_size: int
    updates_per_epoch: int
    exact: bool


def rate_forecast(
    journey: Journey,
    rate: float,
    directions: Sequence[Direction],
    names: Sequence[str],
    sampling: Sampling,
    *,
    automatic: bool,
) -> RateForecast:
    """Return what happens at one learning rate."""
    quadratic, bounds = journey.quadratic, journey.bounds
    by_batch = bounds.rule == "batch"
    epochs = bad = loss_after = waiting = limit = math.nan
    floor = None
    if by_batch and journey.exact:
        epochs, bad, loss_after = _course(journey, rate)
    elif bounds.rule == "random" and journey.exact:
        floor = sampling.floor(rate, journey.batch_size)
        waiting = _epochs_to_floor(journey, rate, floor)
        if rate > bounds.largest_stable and journey.schedule == "constant":
            limit = sampling.exact_limit(journey.batch_size)
    kind = regime(rate, bounds, limit)
    if journey.schedule != "constant" and kind == "too high" and not math.isfinite(bad):
        kind = "high"
    factors = np.exp(log_factors(quadratic.curvatures, rate))
    return RateForecast(
        rate=rate,
        automatic=automatic,
        regime=kind,
        limit=limit,
        fates=tuple(fate(one.curvature, rate) for one in directions),
        factors=tuple(factors.tolist()),
        slowest=_slowest(directions, factors),
        epochs=epochs,
        bad_update=bad,
        loss_after=loss_after,
        floor=floor,
        epochs_to_floor=waiting,
        steps=_steps(journey, rate, names) if journey.exact else (),
    )


def _course(journey: Journey, rate: float) -> tuple[float, float, float]:
    """Return epochs to the tolerance, the bad update, and the loss after the epochs asked for."""
    quadratic, start, limits = journey.quadratic, journey.start, journey.limits
    if journey.schedule == "constant":
        epochs = epochs_to_gradient(quadratic, start, rate, limits.gradient)
        bad = epochs_to_loss(quadratic, start, rate, limits.loss)
        if bad < epochs:
            epochs = math.inf
        elif epochs <= bad:
            bad = math.inf
        wanted = np.array([journey.epochs])
        loss_after = float(losses_and_norms(quadratic, start, rate, wanted)[0][0])
        return epochs, bad, loss_after if journey.epochs < bad else math.nan
    return by_schedule(quadratic, start, rate, journey.schedule, journey.epochs, limits)


def _slowest(directions: Sequence[Direction], factors: Floats) -> int | None:
    """Return the direction that rests last: of those that matter, that of the largest factor."""
    total = sum(one.excess for one in directions)
    moving = [i for i, one in enumerate(directions) if one.excess > 1e-15 * total]
    return max(moving, key=lambda i: factors[i]) if moving else None


def _epochs_to_floor(journey: Journey, rate: float, floor: Floor) -> float:
    """Return the epochs after which the mean of the way adds no more loss than the floor."""
    if not (math.isfinite(floor.reshuffled) and floor.reshuffled > 0.0):
        return math.nan
    quadratic, per_epoch = journey.quadratic, journey.updates_per_epoch
    along = quadratic.along(journey.start)
    excess = 0.5 * quadratic.curvatures * (along * along).sum(axis=1)
    logs = log_factors(quadratic.curvatures, rate)[excess > 0.0]
    excess = excess[excess > 0.0]
    if not len(excess) or float(excess.sum()) <= floor.reshuffled:
        return 0.0
    if logs.max() >= 0.0:
        return math.inf
    low, high = 0.0, 1.0
    while float((excess * np.exp(2.0 * high * logs)).sum()) > floor.reshuffled:
        low, high = high, 2.0 * high
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = float((excess * np.exp(2.0 * middle * logs)).sum()) > floor.reshuffled
        low, high = (middle, high) if above else (low, middle)
    return math.ceil(high / per_epoch)


def _steps(journey: Journey, rate: float, names: Sequence[str]) -> tuple[Step, ...]:
    quadratic, start = journey.quadratic, journey.start
    loss, gradient = quadratic.value_and_gradient(start)
    curvatures = 2.0 * quadratic.scale * (quadratic.B**2).sum(axis=0)
    squares = (gradient**2).sum(axis=1)
    after = loss - rate * squares * (1.0 - 0.5 * rate * curvatures)
    return tuple(
        Step(
            parameter=name,
            curvature=float(curvatures[j]),
            steps=tuple((-rate * gradient[j]).tolist()),
            loss=float(after[j]),
            fate=fate(float(curvatures[j]), rate),
        )
        for j, name in enumerate(names)
    )
