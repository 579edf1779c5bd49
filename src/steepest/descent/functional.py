"""Descent on a function itself: a formula, a named function, or anything with its contract."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.writing import atomic_folder
from steepest.descent.checks import (
    check_numbers,
    check_options,
    check_real,
    check_step,
    check_target,
    start_of_function,
)
from steepest.descent.function_endings import judged, shown_point
from steepest.descent.function_engine import FunctionEngine
from steepest.descent.loop import Stopping, Watch, descend
from steepest.descent.rules import Rule, rule_of
from steepest.functions.formula import Formula
from steepest.functions.library import formula_of, start_of
from steepest.objective.function import FunctionObjective, length
from steepest.trace.record import Trace, strict
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# An update of a formula costs microseconds, and curved valleys take tens of thousands.
EPOCHS = 100_000
# A value this many times the larger size of those at the start and at zero (or 1) below zero ...
UNBOUNDED = 1e30
# A run with a tolerance of at most this whose gradient became small on a mere slope goes on: far
# out on -log(x), or where the start's gradient was enormous, a small gradient proves nothing.
_STRICT = 1e-8
# Gradients and curvatures below this are what is left of a slope before float64 ends.
_VANISHED = 1e-290
# Answers of `steepest minimize --json`, always all of them.
ANSWER = (
    *("ending", "sentence", "kind", "point", "value", "gradient_norm", "hessian_eigenvalues"),
    *("updates", "evaluations", "learning_rate", "method", "seed", "seconds"),
)


def objective_of(
    function: str | FunctionObjective,
) -> tuple[FunctionObjective, str, tuple[float, ...] | None]:
    """Return the function that is meant, how it is called, and its documented start if it has one.

    Parameters
    ----------
    function : str or FunctionObjective
        A formula, the name of a function (a key of ``FUNCTIONS``), or an objective.

    Raises
    ------
    InputError
        If a text is neither a formula nor a name.
    """
    if isinstance(function, str):
        formula, entry = formula_of(function)
        start = None if entry is None else start_of(entry, len(formula.names))
        return formula, formula.text, start
    if not isinstance(function, FunctionObjective):
        raise InputError("not_minimizable", kind=type(function).__name__)
    return function, function.text if isinstance(function, Formula) else "", None


def minimize_function(
    function: str | FunctionObjective,
    *,
    start: npt.ArrayLike | None = None,
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
) -> Trace:
    """Minimize a function by gradient descent, and say what the point is where it ends.

    Parameters
    ----------
    function : str or FunctionObjective
        A formula such as ``"x**2 - y**2"``, a key of ``FUNCTIONS``, or an objective with value,
        gradient and Hessian.
    start : array of shape (P,) or (P, 1), optional
        First point, in the order of the function's ``names``; the documented one of a named
        function, zero else.
    learning_rate : float or "auto"
        A constant rate; ``auto`` is backtracking (see ``descent/function_engine.py``).
    rule : str or Rule
        A key of ``RULES``; all but plain need a constant rate.
    momentum : float, optional
        Of the rules momentum and nesterov, from 0 to below 1; 0.9 by default.
    schedule : str
        A key of ``SCHEDULES``, for a constant rate.
    epochs : int, optional
        Most updates; 100,000 by default.
    tolerance, target_loss, record_all, watch
        As for ``minimize``.
    noise : float
        Standard deviation of Gaussian noise added to each component of the gradient in every
        update. A noisy run has no tolerance: it ends with its epochs, or unbounded.
    seed : int
        Of the noise.

    Returns
    -------
    Trace
        ``metadata["critical"]`` says what the point is (kind, point, value, gradient_norm,
        hessian_eigenvalues, moved). The ending is saddle, maximum or degenerate where that is what
        descent converged to, unbounded where the value falls below -1e30 times its scale.

    Raises
    ------
    InputError
        If an option does not fit, or the function has no finite value at the start.

    Examples
    --------
    >>> minimize_function("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1).ending.name
    'saddle'
    >>> minimize_function("x**2 - y**2", start=[1.0, 1e-3], learning_rate=0.1).ending.name
    'unbounded'
    """
    objective, text, documented = objective_of(function)
    chosen = rule_of(rule, momentum)
    check_options(schedule=schedule, rate=learning_rate, rule=chosen)
    limit = EPOCHS if epochs is None else epochs
    check_numbers(epochs=limit, tolerance=tolerance, batch_size=None, seed=seed)
    check_target(target_loss)
    check_real("noise", noise)
    if not (math.isfinite(noise) and noise >= 0.0):
        raise InputError("noise_negative", value=noise)
    check_step(learning_rate, chosen, schedule)
    first = start_of_function(documented if start is None else start, objective.names)
    engine = FunctionEngine(
        objective=objective,
        start=first,
        constant_rate=None if learning_rate == "auto" else float(learning_rate),
        schedule=schedule,
        epochs=limit,
        noise=noise,
        seed=seed,
        rule=chosen,
    )
    stopping = _stopping(objective, first, 0.0 if noise > 0.0 else tolerance, target_loss)
    first_end = trace = _run(engine, stopping, text, watch, record_all=record_all)
    while _flat_slope(trace) and 0.0 < stopping.tolerance <= _STRICT:
        stopping = replace(stopping, tolerance=_tighter(stopping.tolerance))
        trace = _run(engine, stopping, text, watch, record_all=record_all)
    return first_end if _vanished(trace, objective) else trace


def _run(
    engine: FunctionEngine, stopping: Stopping, text: str, watch: Watch | None, *, record_all: bool
) -> Trace:
    with np.errstate(all="ignore"):
        trace = descend(engine, stopping, watch=watch, record_all=record_all)
    automatic = engine.constant_rate is None
    about = {
        "method": "descent",
        "rule": engine.rule.name,
        "hyperparameters": dict(engine.rule.hyperparameters),
        "schedule": engine.schedule,
        "learning_rate": trace.last("rate") if automatic else engine.rate,
        "automatic_rate": automatic,
        "noise": engine.noise,
        "seed": engine.seed,
        "function": text,
        "names": list(engine.objective.names),
    }
    trace = replace(trace, metadata={**about, **trace.metadata})
    return judged(trace, engine.objective)


def _flat_slope(trace: Trace) -> bool:
    """Return whether the gradient became small where no critical point is near."""
    kind = trace.metadata["critical"]["kind"]
    return trace.ending.name == "converged" and kind == "not_critical"


def _vanished(trace: Trace, objective: FunctionObjective) -> bool:
    """Return whether the gradient is zero only because numbers so small vanish in float64.

    Around a flat minimum the value rises to both sides of every variable; beyond a slope it does
    not.
    """
    found = trace.metadata["critical"]
    if not found["gradient_norm"] < _VANISHED or trace.ending.name not in ("degenerate", "stalled"):
        return False
    if min(map(abs, found["hessian_eigenvalues"])) >= _VANISHED:
        return False
    point = np.array(list(found["point"].values()))
    ways = max(1.0, float(np.abs(point).max())) * np.eye(len(point))
    sides = objective.value((point + np.concatenate([ways, -ways]))[..., None])
    return not bool((sides - found["value"] > _VANISHED).all())


def _tighter(tolerance: float) -> float:
    return tolerance * 1e-4 if tolerance > 1e-22 else 0.0


def _stopping(
    objective: FunctionObjective, start: Floats, tolerance: float, target_loss: float | None
) -> Stopping:
    """Return when to stop; zero counts for the scales only if the function exists there."""
    value, gradient = objective.value_and_gradient(start)
    if not np.isfinite(value):
        shown = shown_point(objective.names, start[:, 0])
        raise InputError("start_outside_domain", point=shown)
    at_zero, gradient_at_zero = objective.value_and_gradient(np.zeros_like(start))
    with np.errstate(all="ignore"):
        norms = [length(one) for one in (gradient, gradient_at_zero)]
    values = [abs(float(one)) for one in (value, at_zero)]
    scale = max([1.0, *(one for one in values if math.isfinite(one))])
    slope = max([0.0, *(one for one in norms if math.isfinite(one))])
    return Stopping(tolerance, target_loss, slope, scale, floor=-UNBOUNDED * scale)


def function_answer(trace: Trace, language: str = "en") -> dict[str, Any]:
    """Return what ``steepest minimize --json`` answers, as JSON values.

    Parameters
    ----------
    trace : Trace
        Of :func:`minimize` on a function, or of :func:`search_function`.
    language : str
        Of the sentence.

    Returns
    -------
    dict
        ending, sentence, kind, point (name -> number), value, gradient_norm,
        hessian_eigenvalues, updates, evaluations, learning_rate, method, seed, seconds; None for
        what does not apply or is not finite. Point, value, gradient norm and eigenvalues belong
        to the polished point if there is one (see :func:`critical_point`).

    Examples
    --------
    >>> from steepest import minimize
    >>> answer = function_answer(minimize("x**2 + 1", start=[3.0]))
    >>> answer["ending"], answer["kind"], answer["value"]
    ('converged', 'minimum', 1.0)
    """
    about, found = trace.metadata, trace.metadata["critical"]
    known: Mapping[str, Any] = {
        **{name: found[name] for name in ANSWER if name in found},
        "ending": trace.ending.name,
        "sentence": trace.ending.sentence(language),
        "updates": None if about["method"] != "descent" else int(trace.last("updates")),
        "evaluations": int(trace.last("evaluations")),
        "learning_rate": about["learning_rate"],
        "method": about["method"],
        "seed": about["seed"],
        "seconds": trace.last("seconds"),
    }
    return {name: strict(known[name]) for name in ANSWER}


def save_trace(trace: Trace, folder: str | Path) -> Path:
    """Write the trace of a function into a folder, whole or not at all, and return its path.

    Parameters
    ----------
    trace : Trace
        As for :func:`function_answer`; ``load_trace`` reads it again.
    folder : str or Path
        A folder that does not exist yet, or is empty.

    Raises
    ------
    InputError
        If the folder exists and is not empty.
    FileError
        If something cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from steepest import load_trace, minimize
    >>> with tempfile.TemporaryDirectory() as place:
    ...     saved = save_trace(minimize("x**2", start=[1.0]), f"{place}/run")
    ...     load_trace(saved).metadata["function"]
    'x**2'
    """
    with atomic_folder(Path(folder)) as place:
        trace.save(place)
    return Path(folder)
