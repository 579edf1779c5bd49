"""The summary of a fit: the keys that ``steepest fit --json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.problem import Problem
from steepest.fitting.options import SEARCHES, FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.forecasting.making import named_dependences
from steepest.objective.quadratic import Quadratic
from steepest.trace.diagnosis import diagnose
from steepest.trace.endings import ENDINGS
from steepest.trace.record import Trace

Floats = npt.NDArray[np.float64]


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
    quadratic, validation = problem.quadratic, problem.validation_objective()
    assert quadratic is not None
    about, facts = trace.metadata, trace.ending.facts
    searched = options.method in SEARCHES
    return {
        "ending": trace.ending.name,
        "sentence": trace.ending.sentence(),
        "method": about["method"],
        "engine": about["engine"],
        "loss": options.loss,
        "batch_size": about.get("batch_size"),
        "order": None if searched else about["order"],
        "rule": about.get("rule"),
        "learning_rate": about.get("learning_rate"),
        "largest_stable_rate": about.get("largest_stable_rate"),
        "epochs": facts["rounds"] if searched else facts["epochs"],
        "updates": None if searched else facts["updates"],
        "evaluations": facts.get("evaluations"),
        "intercept": _by_target(options.target, intercept),
        "coefficients": _coefficients(options.target, rows.preparation.names, coefficients),
        "train_loss": float(quadratic.value(trace.parameters)),
        "validation_loss": None
        if validation is None
        else float(validation.value(trace.parameters)),
        "optimum_loss": quadratic.floor,
        "gradient_norm": _gradient_norm(quadratic, trace),
        "dependent_columns": named_dependences(quadratic, rows.preparation.names),
        "findings": [one.as_dict() for one in diagnose(trace)] if diagnosed else [],
        "standardized": options.standardize,
        "network": None,
        "rows": {
            "read": rows.table.rows,
            "dropped": rows.dropped,
            "train": rows.training.rows,
            "validation": rows.validation.rows,
        },
        "seed": options.seed,
        "run": None,
        "seconds": seconds,
    }


def roots_of(quadratic: Quadratic, parameters: Floats, options: FitOptions) -> dict[str, float]:
    """Return the root mean squared error of each target, in the target's own unit."""
    half = 2.0 if options.loss == "half_squared_error" else 1.0
    roots = np.sqrt(half * quadratic.value_each(parameters))
    return {name: float(root) for name, root in zip(options.target, roots, strict=True)}


def _gradient_norm(quadratic: Quadratic, trace: Trace) -> float:
    """Return the norm at the returned parameters: the trace's own where they are its last ones."""
    recorded = trace.last("gradient_norm")
    if np.isnan(recorded) or ENDINGS[trace.ending.name][1]:
        return float(np.linalg.norm(quadratic.gradient(trace.parameters)))
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
