"""Which rate a run takes: given, proven, tested or falling; and what cannot go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.sparse_source import SparseSource
from steepest.descent.backtracking_engine import MEASURED_AT
from steepest.descent.checks import BACKTRACKING
from steepest.descent.problem import Problem
from steepest.descent.rates import RateBounds, falling_rate
from steepest.descent.rules import Rule
from steepest.descent.sparse_rates import sparse_bounds, sparse_falling_rate
from steepest.objective.losses import LOSSES
from steepest.objective.quadratic import quadratic_of
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ChosenRate:
    """The rate of a run.

    Attributes
    ----------
    name : {"given", "proven", "backtracking", "falling"}
        How it came to be.
    rate : float
        The constant rate, the first one tried, or the first one of a falling schedule.
    schedule : str
        A key of ``SCHEDULES``.
    bounds : RateBounds or None
        What is known about constant rates, None where nothing is.
    """

    name: str
    rate: float
    schedule: str
    bounds: RateBounds | None

    @property
    def tested(self) -> bool:
        """Whether every step is tested."""
        return self.name == BACKTRACKING

    @property
    def measured_at(self) -> float:
        """Rate at which the residual of a proximal step is measured."""
        return MEASURED_AT if self.tested else self.rate


def check_together(problem: Problem, rule: Rule, rate: float | str, *, by_batch: bool) -> None:
    """Refuse, by name, what does not go together with the loss or the penalty."""
    loss, tested = problem.loss, rate == BACKTRACKING
    if problem.penalty.l1 and not rule.plain:
        raise InputError("rule_without_prox", rule=rule.name)
    if tested and not loss.smooth:
        raise InputError("backtracking_needs_slopes", loss=loss.name)
    automatic = rate == "auto" and loss.smooth and not loss.bounded
    if tested or automatic:
        if not by_batch:
            name = "backtracking_of_batch" if tested else "auto_without_bound"
            raise InputError(name, loss=loss.name)
        if not rule.plain:
            raise InputError("backtracking_of_plain", rule=rule.name, loss=loss.name)


def chosen_rate(
    problem: Problem,
    start: Floats,
    size: int,
    order: str,
    rule: Rule,
    rate: float | str,
    schedule: str,
) -> ChosenRate:
    """Return the rate of a run of a problem whose moments are made where they are needed."""
    loss = problem.loss
    bounds = problem.bounds(size, order, rule)
    rows = problem.rows
    if isinstance(rows, SparseSource) and bounds is None and rate == "auto" and loss.bounded:
        bounds = sparse_bounds(problem, rows, size, order, rule)
    if not isinstance(rate, str):
        return ChosenRate("given", float(rate), schedule, bounds)
    if rate == BACKTRACKING or (loss.smooth and not loss.bounded):
        if schedule != "constant":
            raise InputError("backtracking_without_schedule", schedule=schedule)
        return ChosenRate(BACKTRACKING, 1.0, schedule, None)
    if not loss.smooth:
        updates = -(-problem.rows.rows // size)
        falling = schedule if schedule != "constant" else "geometric"
        if isinstance(rows, SparseSource) and problem.moments is None:
            first = sparse_falling_rate(problem, rows, start, updates=updates)
        else:
            assert problem.moments is not None
            half = quadratic_of(problem.moments, LOSSES["half_squared_error"], problem.coordinates)
            first = falling_rate(half, loss, start, updates=updates)
        return ChosenRate("falling", first, falling, None)
    assert bounds is not None
    return ChosenRate("proven", bounds.auto, schedule, bounds)
