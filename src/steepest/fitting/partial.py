"""Training on rows that come part by part: what ``partial_fit`` does.

Squared errors by batch descent keep the moments of all rows so far and descend on them, so that
each call ends where one fit of all those rows would. Everything else walks the rows of a call
once. What must be known of the rows beforehand (training coordinates, a rate called ``auto``)
is then taken from those of the first call.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates, identity
from steepest.data.source import ArraySource
from steepest.data.sparse_source import SparseSource
from steepest.descent.checks import check_options
from steepest.descent.choosing import check_together, chosen_rate
from steepest.descent.continued_sweep import Continued, ContinuedSparseSweep, ContinuedSweep
from steepest.descent.loop import DIVERGENCE
from steepest.descent.problem import Problem
from steepest.descent.rules import Rule
from steepest.descent.sparse_plan import sparse_notes
from steepest.descent.sparse_rates import sparse_bounds
from steepest.descent.sparse_sweep import stand_in
from steepest.descent.sweep import SweepState
from steepest.fitting.problem import linear_problem
from steepest.fitting.sparse_problem import sparse_coordinates
from steepest.objective.losses import Loss
from steepest.objective.moments import Moments
from steepest.objective.penalties import Penalty
from steepest.objective.running_moments import RunningMoments
from steepest.objective.sparse_moments import MOST_MOMENT_COLUMNS
from steepest.trace.endings import Ending
from steepest.trace.record import Trace
from steepest.trace.recorder import Recorder, Stretch, row_budget
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Rows = ArraySource | SparseSource

WALKED = "partial_walked"
# Calls that a trace keeps, evenly thinned, and of many columns this share of a run's memory: every
# call copies them into its trace.
CALLS, _SHARE = 1000, 16


@dataclass(frozen=True)
class PartialOptions:
    """What an estimator asks of a call.

    Attributes
    ----------
    method : {"batch", "mini-batch", "stochastic"}
        Batch only for quadratic losses.
    epochs : int
        To a schedule a call is an epoch of so many.
    average : bool
        Whether the result is the mean of the calls' last points.
    names : sequence of str
        Of the features.
    """

    loss: Loss
    penalty: Penalty
    method: str
    batch_size: int
    learning_rate: float | str
    rule: Rule
    schedule: str
    epochs: int
    average: bool
    standardize: bool
    intercept: bool
    names: Sequence[str]

    @property
    def size(self) -> int:
        """Rows of an update."""
        return 1 if self.method == "stochastic" else self.batch_size

    @property
    def fixed(self) -> dict[str, Any]:
        """What no later call may change."""
        return {
            "loss": self.loss.name,
            "method": self.method,
            "standardize": self.standardize,
            "fit_intercept": self.intercept,
        }


@dataclass(frozen=True, eq=False)
class Walk:
    """What goes along from call to call of a sweep.

    Attributes
    ----------
    coordinates : Coordinates
        Training coordinates, from the rows of the first call.
    state : SweepState
        Parameters, memory, mean; its epoch is the number of calls.
    updates, rows : int
        So far.
    rate : float
        Before the schedule's factor.
    rate_for : tuple
        Of which options it is the rate.
    schedule : str
        That of a rate that falls by itself, else the one asked for.
    limit : float
        The mean loss above which a call has diverged.
    recorder : Recorder
        One row a call.
    """

    coordinates: Coordinates
    state: SweepState
    updates: int
    rows: int
    rate: float
    rate_for: tuple[object, ...]
    schedule: str
    limit: float
    recorder: Recorder
    seconds: float = 0.0


@dataclass(frozen=True, eq=False)
class Partial:
    """What an estimator keeps between two calls.

    Attributes
    ----------
    fixed : dict
        The options of the first call that no later one may change, and the number of targets;
        ``auto`` methods stay what they were there.
    moments : RunningMoments or None
        Of batch descent.
    walk : Walk or None
        Of the rest.
    """

    fixed: dict[str, Any] = field(default_factory=dict)
    moments: RunningMoments | None = None
    walk: Walk | None = None


def check_unchanged(before: Partial, options: PartialOptions, targets: int) -> None:
    """Refuse what cannot change between calls, by name."""
    now = {**options.fixed, "targets": targets}
    for option, value in before.fixed.items():
        if now[option] != value:
            facts = {"option": option, "before": str(value), "now": str(now[option])}
            raise InputError("partial_changed", **facts)


def too_wide(columns: int) -> bool:
    """Return whether sparse rows of one target have too many columns for moments."""
    return columns + 2 > MOST_MOMENT_COLUMNS


def counted_rows(rows: int, columns: int, targets: int) -> ArraySource:
    """Return rows that are counted and nowhere: what they held is in the moments."""
    nothing = np.broadcast_to(np.nan, (rows, 1))
    return ArraySource(
        np.broadcast_to(nothing, (rows, columns)), np.broadcast_to(nothing, (rows, targets))
    )


def without_shift(problem: Problem, moments: Moments) -> Problem:
    """Return a problem of moments in the coordinates of sparse rows, which are never centred."""
    where = replace(problem.coordinates, shift=np.zeros_like(problem.coordinates.shift))
    return replace(problem, coordinates=where, moments=None, quadratic=None).with_moments(moments)


def notes_of(problem: Problem, rows: Rows, rule: Rule) -> dict[str, Any]:
    """Return what the trace of moments of rows that began sparse tells of the rows of a call."""
    seen = rows.in_coordinates(problem.coordinates.shift, problem.coordinates.scale)
    if not isinstance(seen, SparseSource):
        return {}
    return {"notes": sparse_notes("moments", seen, rule)}


def walked(
    walk: Walk | None,
    rows: Rows,
    options: PartialOptions,
    start: Callable[[Problem], Floats],
) -> tuple[Walk, Problem, Trace]:
    """Walk the rows of one call once.

    Parameters
    ----------
    walk : Walk or None
        What the calls before left; None before the first.
    rows : ArraySource or SparseSource
        Rows of this call in the table's units, all of them with weight.
    options : PartialOptions
        What is asked of this call.
    start : function
        From the first call's problem to the first parameters.

    Returns
    -------
    tuple of Walk, Problem, Trace
        What goes along, the rows of this call as they were seen, the record of all calls.

    Raises
    ------
    InputError
        If the options do not go together, a target is outside the loss's domain, or rows are
        sparse and those of the first call were centred.
    """
    check_options(
        loss=options.loss.name,
        method=options.method,
        order="given",
        schedule=options.schedule,
        rate=options.learning_rate,
        rule=options.rule,
    )
    where = _first_coordinates(rows, options) if walk is None else walk.coordinates
    if isinstance(rows, SparseSource) and where.shift.any():
        raise InputError("partial_sparse_centred", rows=rows.rows)
    seen = rows.in_coordinates(where.shift, where.scale)
    problem = Problem(seen, options.loss, where, penalty=options.penalty)
    problem.check_rows()
    if options.learning_rate == "auto" and problem.loss.smooth and not problem.loss.bounded:
        raise InputError("auto_of_partial", loss=problem.loss.name)
    check_together(problem, options.rule, options.learning_rate, by_batch=False)
    with np.errstate(all="ignore"):
        walk = _begun(problem, options, start(problem)) if walk is None else walk
        walk = _with_rate(walk, problem, options)
        return _walked(walk, problem, options)


def _first_coordinates(rows: Rows, options: PartialOptions) -> Coordinates:
    """Return the coordinates that the first rows give; what is constant there may vary later."""
    if not options.standardize:
        return identity(rows.columns, intercept=options.intercept)
    if isinstance(rows, SparseSource):
        where = sparse_coordinates(rows, intercept=options.intercept)
        return replace(where, scale=np.where(np.isinf(where.scale), 1.0, where.scale))
    where = linear_problem(
        rows,
        rows.take(np.zeros(rows.rows, dtype=bool)),
        loss=options.loss.name,
        intercept=options.intercept,
        standardize=True,
        names=(*options.names, *(f"target {k}" for k in range(rows.targets))),
    ).coordinates
    return replace(where, scale=np.where(np.isinf(where.scale), 1.0, where.scale))


def _begun(problem: Problem, options: PartialOptions, start: Floats) -> Walk:
    memory = np.zeros((options.rule.slots, *start.T.shape))
    shape = (start.shape[0], start.shape[1])
    recorder = Recorder(shape, min(CALLS, max(2, row_budget(shape) // _SHARE)))
    recorder.add(_row(start, 0, 0, 0.0))
    limit = DIVERGENCE * float(problem.by_rows().value(start))
    state = SweepState(0, start, memory, start)
    return Walk(problem.coordinates, state, 0, 0, 0.0, (), "", limit, recorder)


def _with_rate(walk: Walk, problem: Problem, options: PartialOptions) -> Walk:
    """Return the walk at the rate asked for; one chosen from the rows is chosen once."""
    rule = options.rule
    wanted = (options.learning_rate, rule.name, rule.momentum, options.size, options.schedule)
    state = walk.state
    if walk.rate_for[1:2] != (rule.name,):  # another rule remembers nothing
        memory = np.zeros((options.rule.slots, *state.parameters.T.shape))
        state = replace(state, memory=memory)
    if walk.rate_for == wanted:
        return walk
    rate, schedule = options.learning_rate, options.schedule
    if isinstance(rate, str):
        known = problem.with_moments()
        size = min(options.size, problem.rows.rows)
        choice = chosen_rate(known, state.parameters, size, "given", rule, rate, options.schedule)
        rate, schedule = choice.rate, choice.schedule
        if problem.rows.weight is not None:  # bounds are of weights whose mean is 1
            rate /= float(problem.rows.weight.mean())
    return replace(walk, state=state, rate=rate, rate_for=wanted, schedule=schedule)


def _borne(walk: Walk, problem: Problem, options: PartialOptions) -> float:
    """Return the rate of a call: ``auto`` at most what is proven for the rows of this call.

    Of many sparse columns most are hardly filled in the first call, and later rows may be far
    longer than its rows in its coordinates. Their bound costs no more than their entries.
    """
    rows, rule = problem.rows, options.rule
    automatic = options.learning_rate == "auto" and problem.loss.smooth
    if not (automatic and isinstance(rows, SparseSource) and too_wide(rows.columns)):
        return walk.rate
    bounds = sparse_bounds(problem, rows, min(options.size, rows.rows), "given", rule)
    mean = 1.0 if rows.weight is None else float(rows.weight.mean())
    return min(walk.rate, bounds.auto / mean)


def _walked(walk: Walk, problem: Problem, options: PartialOptions) -> tuple[Walk, Problem, Trace]:
    rate = _borne(walk, problem, options)
    engine = _engine(walk, problem, options, rate)
    started = time.perf_counter()
    state, running = engine.walk(walk.state, walk.updates)
    seconds = walk.seconds + time.perf_counter() - started
    limit = max(walk.limit, DIVERGENCE * _at_zero(engine.rows, problem.loss))
    after = replace(
        walk,
        state=state,
        updates=walk.updates + engine.updates_per_epoch,
        rows=walk.rows + engine.rows.rows,
        limit=limit,
        seconds=seconds,
    )
    facts: dict[str, object] = {
        "epochs": state.epoch,
        "updates": after.updates,
        "rows": engine.rows.rows,
        "seen": after.rows,
        "loss": running,
        "loss_limit": limit,
        "rate": rate,
    }
    finite = math.isfinite(running) and bool(np.isfinite(state.parameters).all())
    if not finite or running > limit > 0.0:
        ending = Ending("diverged", "partial_diverged", facts)
        return walk, problem, _trace(walk, engine, ending, options, problem)
    columns = {"running_loss": running, "rate": engine.rate_at(walk.state)}
    row = _row(engine.parameters(state), state.epoch, after.updates, seconds, **columns)
    walk.recorder.add(row)
    ending = Ending("epochs_used_up", WALKED, facts)
    return after, problem, _trace(after, engine, ending, options, problem)


def _engine(walk: Walk, problem: Problem, options: PartialOptions, rate: float) -> Continued:
    rows = problem.rows.gathered()
    arguments: dict[str, Any] = {
        "loss": options.loss,
        "intercept": options.intercept,
        "objective": problem.by_rows(),
        "free": False,
        "start": walk.state.parameters,
        "rate": rate,
        "batch_size": options.size,
        "schedule": walk.schedule,
        "epochs": max(options.epochs, walk.state.epoch + 1),
        "rule": options.rule,
        "penalty": options.penalty,
        "average": options.average,
    }
    if isinstance(rows, SparseSource):
        return ContinuedSparseSweep(rows=stand_in(rows), sparse=rows, **arguments)
    return ContinuedSweep(rows=rows, **arguments)


def _at_zero(rows: ArraySource, loss: Loss) -> float:
    """Return the mean loss at zero parameters, where every score is 0."""
    losses = loss.value(np.zeros_like(rows.y), rows.y).sum(axis=1)
    return float(np.average(losses, weights=rows.weight))


def _row(point: Floats, epoch: int, updates: int, seconds: float, **columns: float) -> Stretch:
    values = {"epoch": epoch, "updates": updates, "seconds": seconds, **columns}
    made = {name: np.array([float(value)]) for name, value in values.items()}
    return Stretch(
        made, lambda rows: np.repeat(point[None], len(rows), axis=0), np.array([False]), {}
    )


def _trace(
    walk: Walk, engine: Continued, ending: Ending, options: PartialOptions, problem: Problem
) -> Trace:
    columns, path = walk.recorder.finish()
    metadata: dict[str, Any] = {
        "engine": engine.name,
        "method": options.method,
        "batch_size": options.size,
        "order": "given",
        "schedule": walk.schedule,
        "learning_rate": engine.rate,
        "rule": options.rule.name,
        "hyperparameters": dict(options.rule.hyperparameters),
        "loss": options.loss.name,
        "loss_parameter": options.loss.extra if options.loss.parameter else None,
        "smooth": options.loss.smooth,
        "l1": options.penalty.l1,
        "l2": options.penalty.l2,
        "average": options.average,
        "recorded_every": walk.recorder.every,
        "partial": True,
        "facts": {},
    }
    if isinstance(problem.rows, SparseSource):
        metadata["notes"] = sparse_notes("sweep", problem.rows, options.rule)
    return Trace(columns, path, engine.parameters(walk.state), ending, {}, metadata)
