"""The functional core's front: rows and a loss in, a trace out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates, identity
from steepest.data.file_source import AnyRows, FileSource
from steepest.data.source import ArraySource
from steepest.data.sparse_source import SparseSource
from steepest.descent.checks import (
    DESCENTS,
    ENGINES,
    batch_rows,
    check_numbers,
    check_options,
    checked_penalty,
    first_point,
    loss_of,
)
from steepest.descent.choosing import ChosenRate, check_together, chosen_rate
from steepest.descent.engines import engine_of
from steepest.descent.explanation import explained
from steepest.descent.loop import Stopping, Watch, descend
from steepest.descent.plan import Plan, plan_of
from steepest.descent.problem import Problem
from steepest.descent.rules import Rule, rule_of
from steepest.descent.shared_sweep import check_local, partition_facts, shared_plan
from steepest.descent.snapshot import Keeper
from steepest.descent.sparse_plan import sparse_notes, sparse_plan
from steepest.descent.sweep import EVALUATE_EVERY
from steepest.objective.function import FunctionObjective
from steepest.objective.sparse_sums import turn
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

if TYPE_CHECKING:
    from steepest.programs.network import Network

Floats = npt.NDArray[np.float64]

EPOCHS = 1000


def minimize(
    rows: AnyRows | str | FunctionObjective | Callable[..., Any] | Network,
    *,
    data: Any = None,
    loss: str = "squared_error",
    loss_parameter: float | None = None,
    penalty: str = "none",
    alpha: float = 0.0001,
    l1_ratio: float = 0.15,
    intercept: bool = True,
    coordinates: Coordinates | None = None,
    validation: Any = None,
    method: str = "batch",
    batch_size: int | None = None,
    order: str = "random",
    learning_rate: float | str = "auto",
    rule: str | Rule = "plain",
    momentum: float | None = None,
    schedule: str = "constant",
    epochs: int | None = None,
    tolerance: float = 1e-8,
    target_loss: float | None = None,
    patience: int = 0,
    average: bool = False,
    local: bool = False,
    start: Any = None,
    seed: int = 0,
    names: Sequence[str] | None = None,
    problem: Problem | None = None,
    engine: str | None = None,
    noise: float = 0.0,
    record_all: bool = False,
    watch: Watch | None = None,
    keeper: Keeper | None = None,
) -> Trace:
    """Minimize the mean loss of a linear model over rows, or a function, by gradient descent.

    Parameters
    ----------
    rows : ArraySource, FileSource, SparseSource, str, FunctionObjective, function or Network
        Training rows in the table's units: X (n, d), y (n, K). Or a function instead of rows: a
        formula such as ``"x**2 - y**2"``, a key of ``FUNCTIONS``, a ``Formula``. A function takes
        start, learning_rate, rule, schedule, epochs, tolerance, target_loss, noise, seed,
        record_all and watch, and its trace says what the point is (``metadata["critical"]``).
        Or a program: a Python function ``f(parameters)`` that JAX can differentiate, or
        ``f(parameters, batch)`` with ``data``, or a ``Network``. With data it takes validation,
        method, batch_size and order too.
    data : array, or tree of arrays, optional
        Rows of a program: every array has the same first axis; ``(X, y)`` for a network.
    loss : str
        A key of ``LOSSES``.
    loss_parameter : float, optional
        Huber's ``epsilon`` (in the target's unit; 1.35 by default) or the ``quantile`` (0.5).
    penalty : {"none", "l2", "l1", "elasticnet"}
        Added to the mean loss: ``alpha`` times half the squared norm, the sum of sizes, or
        ``l1_ratio`` of the latter and the rest of the former; never of the intercept.
    alpha, l1_ratio : float
        See ``penalty``; as in scikit-learn's ``SGDRegressor``.
    intercept : bool
        Whether the model has an intercept (row 0 of the parameters).
    coordinates : Coordinates, optional
        Training coordinates in which to descend; the table's own units by default. Learning
        rate, start, gradient, path and the returned parameters are in these.
    validation : ArraySource, optional
        Rows whose loss is recorded beside; of a function, arrays as ``data`` has them.
    method : {"batch", "mini-batch", "stochastic"}
        How many rows each update looks at.
    batch_size : int, optional
        Rows of a mini-batch, 32 by default.
    order : {"random", "given"}
        Reshuffled every epoch (a pure function of seed and epoch), or as the rows stand.
    learning_rate : float or "auto"
        ``auto`` is proven stable (``descent/rates.py``); on functions, and for losses whose
        curvature is not bounded (Poisson, Gamma), it is ``backtracking``, which batch descent on
        any smooth loss may ask for. For losses without a slope everywhere it falls geometrically.
        Rules of which no rate is proven stable (AdaGrad, RMSProp, Adam) need a number, and on
        functions so do all but plain.
    rule : str or Rule
        A key of ``RULES``: how an update uses the gradient and those before it.
    momentum : float, optional
        Of the rules momentum and nesterov, from 0 to below 1; 0.9 by default.
    schedule : str
        A key of ``SCHEDULES``.
    epochs : int, optional
        Most epochs to run: 1,000 by default; of updates of a function 100,000.
    tolerance : float
        Converged when the gradient norm is at most this times the larger of its norms at the
        start and at zero parameters; 0 runs on until no bit changes.
    target_loss : float, optional
        Stop as soon as the training loss is at most this.
    patience : int
        Stop early when the loss of ``validation`` has not improved by 1e-4 of itself for so many
        epochs, and return the parameters where it was lowest; 0 never does.
    average : bool
        Mini-batch and stochastic descent: points and result are means of the epochs' last points,
        the late ones weighing more, which takes out most of the noise of a constant rate.
    local : bool
        Mini-batch and stochastic descent over files that workers share: partitions descend over
        their own rows and their parameters are averaged after every epoch (docs/cluster.md).
    start : array of shape (P, K), optional
        Parameters before the first update; zero by default. A function needs one: an array, or a
        tree (dict, tuple, list) of arrays, which becomes its first argument.
    seed : int
        Of the random order.
    names : sequence of str, optional
        Of the features, for sentences.
    problem : Problem, optional
        What has been computed already, in place of rows, loss, coordinates and validation.
    engine : {"moments", "pass", "sweep"}, optional
        By default moments for batch descent on a quadratic loss, passes for other losses,
        sweeps for the rest.
    noise : float
        Standard deviation of Gaussian noise on every component of a function's gradient.
    record_all : bool
        Record every epoch and every update, whatever memory it takes.
    watch : function, optional
        Called with the newest trace row (a mapping of column to number) after every stretch.
    keeper : Keeper, optional
        Where to leave the run from time to time, and to take it up again (``fit`` with a
        checkpoint folder brings one). Functions without rows take seconds, and begin anew.

    Returns
    -------
    Trace
        The record of the run; ``trace.ending.name`` says how it ended.

    Raises
    ------
    InputError
        If an option is unknown or does not fit the rows.

    Examples
    --------
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> trace = minimize(rows, intercept=False, start=[[1.0]], learning_rate=0.01, epochs=100)
    >>> round(float(trace.parameters[0, 0]), 9), trace.ending.name
    (1.99994444, 'epochs_used_up')
    >>> minimize("x**2 - y**2", start=[1.0, 0.0]).ending.name
    'saddle'
    """
    chosen = rule_of(rule, momentum)
    if not isinstance(rows, (ArraySource, FileSource, SparseSource)):
        shared: dict[str, Any] = {
            "start": start,
            "learning_rate": learning_rate,
            "rule": chosen,
            "schedule": schedule,
            "epochs": epochs,
            "tolerance": tolerance,
            "target_loss": target_loss,
            "noise": noise,
            "seed": seed,
            "record_all": record_all,
            "watch": watch,
        }
        if _is_program(rows):
            from steepest.descent.programs import minimize_program

            return minimize_program(
                rows,
                data=data,
                validation=validation,
                method=method,
                batch_size=batch_size,
                order=order,
                keeper=keeper,
                **shared,
            )
        _refuse_options_of_rows(
            data=(data, None),
            loss=(loss, "squared_error"),
            loss_parameter=(loss_parameter, None),
            penalty=(penalty, "none"),
            intercept=(intercept, True),
            coordinates=(coordinates, None),
            validation=(validation, None),
            method=(method, "batch"),
            batch_size=(batch_size, None),
            order=(order, "random"),
            names=(names, None),
            patience=(patience, 0),
            average=(average, False),
            local=(local, False),
            problem=(problem, None),
            engine=(engine, None),
        )
        from steepest.descent.functional import minimize_function  # 0.03 s that rows do without

        return minimize_function(cast("str | FunctionObjective", rows), **shared)
    if data is not None:
        raise InputError("data_of_programs")
    if noise:
        raise InputError("noise_of_functions")
    epochs = EPOCHS if epochs is None else epochs
    check_options(
        loss=loss, method=method, order=order, schedule=schedule, rate=learning_rate, rule=chosen
    )
    check_numbers(epochs=epochs, tolerance=tolerance, batch_size=batch_size, seed=seed)
    if method not in DESCENTS:
        raise InputError("method_is_search", method=method)
    if engine not in (None, *ENGINES):
        raise InputError("unknown_choice", option="engine", value=engine, known=list(ENGINES))
    if problem is None:
        where = coordinates or identity(rows.columns, intercept=intercept)
        problem = Problem(
            rows.in_coordinates(where.shift, where.scale),
            loss_of(loss, loss_parameter),
            where,
            validation=validation and validation.in_coordinates(where.shift, where.scale),
            penalty=checked_penalty(penalty, alpha, l1_ratio, intercept=where.intercept),
        )
    problem.check_rows()
    problem = problem.without_zero_weights()
    size = batch_rows(method, batch_size, problem.rows.rows)
    by_batch = size >= problem.rows.rows
    if names is not None and len(names) != problem.rows.columns:
        raise InputError("names_length", count=len(names), columns=problem.rows.columns)
    check_together(problem, chosen, learning_rate, by_batch=by_batch)
    if average and by_batch:
        raise InputError("average_of_batches", size=size, rows=problem.rows.rows)
    if local:
        check_local(problem, by_batch=by_batch)
    if patience and (problem.validation is None or not problem.validation.rows):
        raise InputError("patience_without_rows", patience=patience)
    if (by_batch and problem.loss.quadratic) or learning_rate == "auto":
        problem = problem.with_moments()
    first = first_point(start, problem.by_rows().shape)
    choice = chosen_rate(problem, first, size, order, chosen, learning_rate, schedule)
    plan = _plan(
        problem,
        method,
        size,
        epochs,
        choice,
        engine,
        local=local,
        automatic=learning_rate == "auto",
    )
    smooth = problem.loss.smooth
    stopping, at_start = _stopping(
        problem, first, tolerance if smooth else 0.0, target_loss, choice.measured_at
    )
    runner = engine_of(
        plan,
        problem,
        first,
        at_start,
        choice,
        chosen,
        order,
        seed,
        evaluate_every=EVALUATE_EVERY if target_loss is None and not patience else 1,
        record_all=record_all,
        average=average,
        local=local,
    )
    stopping = replace(stopping, patience=patience)
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        trace = descend(runner, stopping, watch=watch, record_all=record_all, keeper=keeper)
    about = {
        "method": method,
        "order": getattr(runner, "order", order),
        "average": average,
        "seed": seed,
        **_about(problem, plan, choice, chosen),
        **partition_facts(runner),
    }
    trace = replace(trace, metadata={**about, **trace.metadata})
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        return explained(trace, problem, size, order, choice.bounds, names)


def _plan(
    problem: Problem,
    method: str,
    size: int,
    epochs: int,
    choice: ChosenRate,
    engine: str | None,
    local: bool,
    *,
    automatic: bool,
) -> Plan:
    """Return how the run is carried out; sparse rows that passes walk are turned now."""
    rows = problem.rows
    plan = plan_of(
        rows.rows,
        rows.columns,
        targets=rows.targets,
        loss=problem.loss,
        method=method,
        batch_size=size,
        epochs=epochs,
        automatic_rate=automatic,
        penalty=problem.penalty,
        tested=choice.tested,
    )
    if isinstance(rows, SparseSource):
        plan = sparse_plan(plan, rows, quadratic=problem.quadratic is not None)
        if plan.engine == "pass":
            turn(rows)
    if engine is not None:
        plan = replace(plan, engine=engine)
    return shared_plan(plan, rows, local=local)


def _about(problem: Problem, plan: Plan, choice: ChosenRate, rule: Rule) -> dict[str, Any]:
    """Return, for the trace's metadata, what a run minimizes, its rate and its plan."""
    about: dict[str, Any] = {
        "batch_size": plan.batch_size,
        "schedule": choice.schedule,
        "learning_rate": choice.rate,
        "rate_choice": choice.name,
        "rule": rule.name,
        "hyperparameters": dict(rule.hyperparameters),
        "loss": problem.loss.name,
        "loss_parameter": problem.loss.extra if problem.loss.parameter else None,
        "smooth": problem.loss.smooth,
        "l1": problem.penalty.l1,
        "l2": problem.penalty.l2,
        "plan": phrase(plan.reason, **plan.as_dict()),
        "threads": plan.threads,
    }
    if isinstance(problem.rows, SparseSource):
        about["notes"] = sparse_notes(plan, problem.rows, rule)
    return about


def _is_program(rows: object) -> TypeGuard[Callable[..., Any]]:
    """Return whether what is minimized needs JAX: a Python function, a program, a network."""
    from steepest.programs.network import Network
    from steepest.programs.program import Program

    if isinstance(rows, (Network, Program)):
        return True
    return callable(rows) and not isinstance(rows, FunctionObjective)


def _refuse_options_of_rows(**options: tuple[object, object]) -> None:
    """Refuse options, each given with its default, that a function has no use for."""
    for option, (value, default) in options.items():
        if value is not default and value != default:
            raise InputError("option_of_rows", option=option)


def _stopping(
    problem: Problem,
    start: Floats,
    tolerance: float,
    target_loss: float | None,
    measured_at: float,
) -> tuple[Stopping, tuple[float, Floats]]:
    """Return when to stop, and the objective's value and gradient at the start."""
    points = [start, np.zeros_like(start)] if start.any() else [start]
    objective = problem.objective()
    with np.errstate(all="ignore"):
        both = [objective.value_and_gradient(point) for point in points]
        left = [
            problem.penalty.residual(point, gradient, measured_at)
            for point, (_, gradient) in zip(points, both, strict=True)
        ]
        norms = [float(np.linalg.norm(one)) for one in left]
    if np.isnan(both[0][0]):  # a finite start on finite rows gives a number, or inf
        raise InputError("rows_not_finite")
    largest = max(value for value, _ in both)
    return Stopping(tolerance, target_loss, max(norms), largest), both[0]
