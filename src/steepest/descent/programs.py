"""Descent on a program: a differentiable function of arrays, a network, with rows or without."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.checks import batch_rows, check_numbers, check_options, check_step
from steepest.descent.functional import minimize_function
from steepest.descent.loop import Stopping, Watch, descend
from steepest.descent.program_endings import CRITICAL, judged_program
from steepest.descent.program_engine import ProgramEngine
from steepest.descent.rules import Rule, rule_of
from steepest.descent.snapshot import Keeper
from steepest.descent.sweep import EVALUATE_EVERY
from steepest.programs.network import Network
from steepest.programs.program import Program, check_mean, program_of
from steepest.programs.training import layer_facts, network_program
from steepest.trace.record import Trace, strict
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

EPOCHS = 1000


def minimize_program(
    function: Callable[..., Any] | Program | Network,
    *,
    start: Any = None,
    data: Any = None,
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
    noise: float = 0.0,
    seed: int = 0,
    record_all: bool = False,
    watch: Watch | None = None,
    keeper: Keeper | None = None,
) -> Trace:
    """Minimize a differentiable program by gradient descent; see ``minimize``.

    Parameters
    ----------
    function : function, Program or Network
        ``function(parameters)``, or ``function(parameters, batch)`` with data: a mean over the
        rows of the batch, written with ``jax.numpy``.
    start : array, or tree of arrays
        First parameters; a network draws its own (Glorot, He) from the seed.
    data : array, or tree of arrays, optional
        Training rows.
    validation : array, or tree of arrays, optional
        Rows whose loss is recorded beside.
    method, batch_size, order, rule, momentum, schedule, epochs, tolerance, target_loss, seed
        As for ``minimize``.
    learning_rate : float or "auto"
        ``auto`` is backtracking, with the rule ``plain``: on all rows by Armijo's condition, on
        batches by the same condition on each batch's own value.
    noise
        As for ``minimize``; of a function without rows only.
    record_all, watch, keeper
        As for ``minimize``.

    Returns
    -------
    Trace
        Parameters are (P, 1), the arrays of the tree one after the other; ``metadata["tree"]``
        names them with their shapes, ``metadata["compilation_seconds"]`` is what compiling took.

    Raises
    ------
    InputError
        If JAX is missing, an option does not fit, or the function cannot be minimized there.

    Examples
    --------
    >>> trace = minimize_program(lambda p: ((p - 1.0) ** 2).sum(), start=[3.0, -1.0])
    >>> trace.ending.name, trace.parameters.ravel().round(9).tolist()
    ('converged', [1.0, 1.0])
    """
    chosen = rule_of(rule, momentum)
    check_options(
        method=method,
        order=order,
        schedule=schedule,
        rate=1.0 if learning_rate == "auto" else learning_rate,
        rule=chosen,
    )
    limit = EPOCHS if epochs is None else epochs
    check_numbers(epochs=limit, tolerance=tolerance, batch_size=batch_size, seed=seed)
    program = _program(function, start, data, seed)
    size = _size(program, method, batch_size)
    check_step(learning_rate, chosen, schedule)
    if not program.rows and program.tree.size <= CRITICAL:
        trace = minimize_function(
            program,
            start=program.start,
            learning_rate=learning_rate,
            rule=chosen,
            schedule=schedule,
            epochs=epochs,
            tolerance=tolerance,
            target_loss=target_loss,
            noise=noise,
            seed=seed,
            record_all=record_all,
            watch=watch,
        )
        return replace(trace, metadata={**trace.metadata, **_about(program)})
    if noise:
        raise InputError("noise_of_functions")
    first = program.value_and_gradient(program.start)
    engine = ProgramEngine(
        program=program,
        start=program.start,
        constant_rate=None if learning_rate == "auto" else float(learning_rate),
        rule=chosen,
        batch_size=size,
        order=order,
        seed=seed,
        schedule=schedule,
        epochs=limit,
        validation=None if validation is None else program.on(validation),
        evaluate_every=EVALUATE_EVERY if target_loss is None else 1,
        first=first,
    )
    engine.prepare()
    stopping = _stopping(program, first, tolerance, target_loss)
    trace = descend(engine, stopping, watch=watch, record_all=record_all, keeper=keeper)
    facts: dict[str, Any] = {
        "rows": program.rows,
        "validation_rows": 0 if engine.validation is None else engine.validation.rows,
        "parameters": program.tree.size,
    }
    if program.network is not None:
        facts |= layer_facts(program.network, program, trace, first[1])
    about = {
        "method": method,
        "batch_size": size or None,
        "order": order,
        "schedule": schedule,
        "learning_rate": trace.last("rate") if engine.constant_rate is None else engine.rate,
        "automatic_rate": engine.constant_rate is None,
        "rule": chosen.name,
        "hyperparameters": dict(chosen.hyperparameters),
        "seed": seed,
        **_about(program),
        "facts": facts,
    }
    trace = replace(trace, metadata=strict({**about, **trace.metadata}))
    return judged_program(_told(trace), program)


def _program(
    function: Callable[..., Any] | Program | Network, start: Any, data: Any, seed: int
) -> Program:
    """Return what is minimized."""
    if isinstance(function, Program):
        return function
    if isinstance(function, Network):
        if data is None:
            raise InputError("network_needs_data")
        return network_program(function, data, start=start, seed=seed)
    if start is None:
        raise InputError("program_needs_start")
    return program_of(function, start, data)


def _size(program: Program, method: str, batch_size: int | None) -> int:
    """Return the rows of an update, 0 without rows; batches are refused where they are no part."""
    if not program.rows:
        if method != "batch":
            raise InputError("program_method_needs_data", method=method)
        return 0
    size = batch_rows(method, batch_size, program.rows)
    if size < program.rows and not program.in_parts:
        check_mean(program)
    return size


def _stopping(
    program: Program,
    first: tuple[float, Floats],
    tolerance: float,
    target_loss: float | None,
) -> Stopping:
    """Return when to stop; zero counts for the scales only if the function exists there."""
    values, norms = [1.0 if not program.rows else 0.0], []
    for value, gradient in (first, program.value_and_gradient(np.zeros_like(program.start))):
        norm = float(np.linalg.norm(gradient))
        if math.isfinite(value) and math.isfinite(norm):
            values.append(abs(value))
            norms.append(norm)
    return Stopping(tolerance, target_loss, max(norms), max(values))


def _about(program: Program) -> dict[str, Any]:
    """Return how the program is called, its arrays in the order of the parameters, and its cost."""
    tree = program.tree
    arrays = [
        {"name": name, "shape": list(shape)}
        for name, shape in zip(tree.names, tree.shapes, strict=True)
    ]
    return {
        "function": program.label,
        "tree": arrays,
        "dtype": tree.dtype,
        "compilation_seconds": program.compilation_seconds,
    }


def _told(trace: Trace) -> Trace:
    """Return the trace with the sentence that is true of a program's ending."""
    ending, about = trace.ending, trace.metadata
    facts = {**ending.facts, "rule": about["rule"], "rate_then": trace.last("rate")}
    if about["automatic_rate"]:
        facts["rate"] = trace.last("rate")
    phrase = ending.phrase
    if phrase == "diverged":
        automatic = about["automatic_rate"]
        phrase = "program_diverged_automatic" if automatic else "program_diverged"
    if phrase == "stalled_idle" and about["schedule"] != "constant":
        phrase = "stalled_idle_falling"
    return replace(trace, ending=replace(ending, phrase=phrase, facts=strict(facts)))
