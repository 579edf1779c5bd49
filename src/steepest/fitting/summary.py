"""The summary of a fit: the keys that ``steepest fit --json`` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.problem import Problem
from steepest.fitting.classes import scored
from steepest.fitting.options import SEARCHES, FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.forecasting.making import named_dependences
from steepest.objective.losses import LOSSES
from steepest.objective.quadratic import Quadratic, quadratic_of
from steepest.trace.diagnosis import diagnose
from steepest.trace.endings import ENDINGS
from steepest.trace.record import Trace

Floats = npt.NDArray[np.float64]


# Every key, in the order in which they are printed.
KEYS = (
    *("ending", "sentence", "method", "engine", "loss", "loss_parameter", "penalty", "alpha"),
    *("l1_ratio", "classes", "train_accuracy", "batch_size", "order", "rule", "momentum"),
    *("learning_rate", "largest_stable_rate", "epochs", "updates", "evaluations", "intercept"),
    *("coefficients", "train_loss", "objective", "validation_loss", "optimum_loss"),
    *("gradient_norm", "dependent_columns", "findings", "standardized", "network", "rows"),
    *("seed", "run", "seconds"),
)


def completed(
    known: Mapping[str, Any],
    rows: PreparedRows,
    options: FitOptions,
    trace: Trace,
    seconds: float,
) -> dict[str, Any]:
    """Return every key: what is known of the model, what is true of any run, None for the rest."""
    about = trace.metadata
    of_any = {
        "ending": trace.ending.name,
        "sentence": trace.ending.sentence(),
        "method": about["method"],
        "engine": about["engine"],
        "penalty": "none",
        "batch_size": about.get("batch_size"),
        "rule": about.get("rule"),
        "momentum": about.get("hyperparameters", {}).get("momentum"),
        "learning_rate": about.get("learning_rate"),
        "dependent_columns": [],
        "findings": [],
        "standardized": options.standardize,
        "rows": {
            "read": rows.table.rows,
            "dropped": rows.dropped,
            "train": rows.training.rows,
            "validation": rows.validation.rows,
        },
        "seed": options.seed,
        "seconds": seconds,
    }
    found = {**of_any, **known}
    return {name: found.get(name) for name in KEYS}


def summary_of(
    problem: Problem,
    rows: PreparedRows,
    options: FitOptions,
    trace: Trace,
    coefficients: Floats,
    intercept: Floats,
    seconds: float,
    *,
    diagnosed: bool = True,
) -> dict[str, Any]:
    """Return every key, None where a value does not apply; no findings if not ``diagnosed``."""
    validation, known = problem.validation_objective(), least_squares(problem)
    names = scored(options, rows.classes, rows.training.targets)
    about, facts = trace.metadata, trace.ending.facts
    searched, loss = options.method in SEARCHES, problem.loss_at(trace.parameters)
    of_model = {
        "loss": options.loss,
        "loss_parameter": problem.loss.extra if problem.loss.parameter else None,
        "penalty": options.penalty,
        "alpha": None if options.penalty == "none" else options.alpha,
        "l1_ratio": options.l1_ratio if options.penalty == "elasticnet" else None,
        "classes": list(rows.classes) or None,
        "train_accuracy": _accuracy(problem, trace, rows.training.rows, rows.classes),
        "order": None if searched else about["order"],
        "largest_stable_rate": about.get("largest_stable_rate"),
        "epochs": facts["rounds"] if searched else facts["epochs"],
        "updates": None if searched else facts["updates"],
        "evaluations": facts.get("evaluations"),
        "intercept": _by_target(names, intercept),
        "coefficients": _coefficients(names, rows.preparation.names, coefficients),
        "train_loss": loss,
        "objective": trace.last("loss") if problem.penalty else loss,
        "validation_loss": None
        if validation is None
        else float(validation.value(trace.parameters)),
        "optimum_loss": known.floor if problem.loss.quadratic else None,
        "gradient_norm": _gradient_norm(problem, trace),
        "dependent_columns": named_dependences(known, rows.preparation.names),
        "findings": [one.as_dict() for one in diagnose(trace)] if diagnosed else [],
    }
    return completed(of_model, rows, options, trace, seconds)


def roots_of(quadratic: Quadratic, parameters: Floats, options: FitOptions) -> dict[str, float]:
    """Return the root mean squared error of each target, in the target's own unit."""
    half = 2.0 if options.loss == "half_squared_error" else 1.0
    roots = np.sqrt(half * quadratic.value_each(parameters))
    return {name: float(root) for name, root in zip(options.target, roots, strict=True)}


def least_squares(problem: Problem) -> Quadratic:
    """Return the quadratic of the loss, or of half the squared error where that has none."""
    if problem.quadratic is not None:
        return problem.quadratic
    assert problem.moments is not None
    return quadratic_of(problem.moments, LOSSES["half_squared_error"], problem.coordinates)


def _accuracy(problem: Problem, trace: Trace, rows: int, classes: tuple[str, ...]) -> float | None:
    if not classes:
        return None
    return problem.by_rows().classified(trace.parameters) / rows


def _gradient_norm(problem: Problem, trace: Trace) -> float:
    """Return the norm at the returned parameters: the trace's own where they are its last ones."""
    recorded = trace.last("gradient_norm")
    if np.isnan(recorded) or ENDINGS[trace.ending.name][1]:
        _, gradient = problem.objective().value_and_gradient(trace.parameters)
        rate = float(trace.metadata.get("learning_rate", 1.0))
        left = problem.penalty.residual(trace.parameters, gradient, rate)
        return float(np.linalg.norm(left))
    return recorded


def _by_target(targets: Sequence[str], values: Floats) -> Any:
    numbers = {name: float(value) for name, value in zip(targets, values, strict=True)}
    return numbers if len(targets) > 1 else numbers[targets[0]]


def _coefficients(targets: Sequence[str], names: Sequence[str], coefficients: Floats) -> Any:
    maps = {
        target: {name: float(v) for name, v in zip(names, coefficients[:, k], strict=True)}
        for k, target in enumerate(targets)
    }
    return maps if len(targets) > 1 else maps[targets[0]]
