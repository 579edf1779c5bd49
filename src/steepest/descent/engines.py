"""Which engine runs a plan, and what it is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.file_source import FileSource
from steepest.data.sparse_source import SparseSource
from steepest.descent.backtracking_engine import BacktrackingEngine
from steepest.descent.buffered_sweep import BufferedSweepEngine, buffered_rows
from steepest.descent.choosing import ChosenRate
from steepest.descent.loop import Engine
from steepest.descent.moments_engine import MomentsEngine
from steepest.descent.pass_engine import PassEngine
from steepest.descent.plan import Plan
from steepest.descent.problem import Problem
from steepest.descent.rule_moments import RuleMomentsEngine
from steepest.descent.rules import Rule
from steepest.descent.shared_sweep import LocalSweepEngine, SharedBatchEngine, held_rows
from steepest.descent.sparse_sweep import SparseSweepEngine, stand_in
from steepest.descent.sweep import UPDATE_POINTS, SweepEngine
from steepest.objective.quadratic import Quadratic
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


def engine_of(
    plan: Plan,
    problem: Problem,
    start: Floats,
    known: tuple[float, Floats],
    choice: ChosenRate,
    rule: Rule,
    order: str,
    seed: int,
    *,
    evaluate_every: int,
    record_all: bool,
    average: bool,
    local: bool,
) -> Engine:
    """Return what advances a run.

    Parameters
    ----------
    plan : Plan
        Which engine, and its sizes.
    problem : Problem
        What is minimized.
    start : array of shape (P, K)
        Parameters before the first update.
    known : tuple of (float, array)
        The objective's value and gradient there.
    choice : ChosenRate
        The rate and its schedule.
    rule : Rule
        An entry of ``RULES``.
    order, seed
        How an epoch walks the rows.
    evaluate_every, record_all, average, local
        As for ``minimize`` and ``SweepEngine``.

    Raises
    ------
    InputError
        If moments are asked for where the objective is no quadratic.
    """
    validation = problem.validation_objective()
    epochs, rate, schedule = plan.epochs, choice.rate, choice.schedule
    if plan.engine == "moments":
        if problem.bowl is None or not problem.loss.quadratic or problem.penalty.l1:
            raise InputError("engine_needs_quadratic_loss", engine=plan.engine)
        beside = validation if isinstance(validation, Quadratic) else None
        moments = (problem.bowl, start, rate, schedule, epochs, beside)
        if rule.plain:
            return MomentsEngine(*moments)
        return RuleMomentsEngine(*moments, rule=rule)
    if choice.tested and plan.engine == "pass":
        objective = problem.objective()
        return BacktrackingEngine(objective, start, problem.penalty, rate, epochs, validation)
    if plan.engine == "pass":
        objective = problem.objective() if problem.penalty.l1 else problem.by_rows()
        passes = (objective, start, rate, schedule, epochs, validation, rule)
        return PassEngine(*passes, penalty=problem.penalty)
    kind, order, swept = _rows_of_sweep(problem, order, local=local)
    return kind(
        **swept,
        loss=problem.loss,
        intercept=problem.coordinates.intercept,
        objective=problem.objective(),
        free=problem.free,
        start=start,
        rate=rate,
        batch_size=plan.batch_size,
        order=order,
        seed=seed,
        schedule=schedule,
        epochs=epochs,
        validation=validation,
        validation_free=isinstance(validation, Quadratic),
        compiled=plan.compiled,
        evaluate_every=evaluate_every,
        first=known,
        rule=rule,
        penalty=problem.penalty,
        average=average,
        kept_updates=None if record_all else min(UPDATE_POINTS, _update_budget(start)),
    )


def _rows_of_sweep(
    problem: Problem, order: str, *, local: bool
) -> tuple[type[SweepEngine], str, dict[str, Any]]:
    """Return the engine that walks rows where they lie, its order, and what it walks."""
    rows = problem.rows
    held = held_rows(rows)
    if held is not None:
        kind = LocalSweepEngine if local else SharedBatchEngine
        return kind, order if local else "shares", {"rows": rows, "held": held}
    if isinstance(rows, FileSource) and not rows.fits:
        walked = "buffered" if order == "random" else order
        return BufferedSweepEngine, walked, buffered_rows(rows)
    if isinstance(rows, SparseSource):
        sparse = rows.gathered()
        return SparseSweepEngine, order, {"rows": stand_in(sparse), "sparse": sparse}
    return SweepEngine, order, {"rows": rows.gathered()}


def _update_budget(start: Floats) -> int:
    """Return how many single updates fit 64 MiB with their gradients."""
    return max(2, 2**26 // (16 * max(1, start.size)))
