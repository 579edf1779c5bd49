"""One step by hand: a single update of a run, with every number that goes into it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from steepest import Rule, formula_of, rule_of
from steepest.lab.function_runs import FunctionMade
from steepest.lab.runs import Made
from steepest.words.catalogue import sentence

Floats = npt.NDArray[np.float64]
_MOST_PARAMETERS, _MOST_ROWS = 20, 8


def step_of_table(made: Made) -> dict[str, Any] | None:
    """Return the update of a state's ``step``; None for searches and runs without an update."""
    trace, problem = made.trace, made.bench.problem
    objective, bowl = problem.objective(), made.bench.bowl
    if made.state.searched or len(trace) < 2:
        return None
    updates = trace.updates
    if "gradient" in updates and len(updates["update"]):
        numbers = updates["update"] - 1  # updates are counted from 1, steps from 0
        row = int(np.argmin(np.abs(numbers - made.state.step)))
        before, gradient = updates["parameters"][row], updates["gradient"][row]
        whole = row + 1 < len(numbers) and numbers[row + 1] == numbers[row] + 1
        after = updates["parameters"][row + 1] if whole else None
        number, batch = int(numbers[row]), int(updates["batch"][row])
    else:
        row = min(made.state.step, len(trace) - 2)
        before, after = trace.path[row], trace.path[row + 1]
        gradient = np.asarray(objective.gradient(before))
        number, batch = int(trace["updates"][row]), None
    rate = _rate(made, number)
    shrinks = problem.penalty.l1 > 0.0
    if after is None and made.options.rule == "plain" and not shrinks:
        after = before - rate * gradient
    run = made.recorded
    places = [(p, k) for p in range(before.shape[0]) for k in range(before.shape[1])]
    names = [run.name_of(place, made.state.lang) for place in places[:_MOST_PARAMETERS]]
    told = _told(made.options.update_rule, names, before, gradient, after, rate, made.state.lang)
    if shrinks:  # a proximal step follows, so that the plain sum is not where it ends
        told["sentences"] = []
    return {
        **told,
        "number": number,
        "last": int(trace.last("updates")) - 1,
        "batch": batch,
        "rate": rate,
        "loss_before": float(objective.value(before)),
        "loss_after": None if after is None else float(objective.value(after)),
        "angle": None if bowl is None else _angle(gradient, bowl.optimum - before),
        "rows": _rows(made, before),
    }


def _angle(gradient: Floats, way: Floats) -> float | None:
    """Return the angle between the step down the gradient and the way to the optimum, degrees."""
    sizes = float(np.linalg.norm(gradient) * np.linalg.norm(way))
    if not sizes > 0.0:
        return None
    cosine = -float((gradient * way).sum()) / sizes
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _rate(made: Made, number: int) -> float:
    """Return the rate of an update: that of its epoch."""
    trace, per_epoch = made.trace, max(1, int(made.trace["updates"][-1] / made.trace["epoch"][-1]))
    row = int(np.searchsorted(trace["epoch"], number // per_epoch + 1))
    rates = trace.columns.get("rate", np.full(len(trace), np.nan))
    value = float(rates[min(row, len(rates) - 1)])
    return value if np.isfinite(value) else float(trace.metadata["learning_rate"])


def _rows(made: Made, before: Floats) -> dict[str, Any]:
    """Return the first training rows with what the model says of them before the step."""
    rows = made.bench.sample
    first = np.flatnonzero(~rows.validation)[:_MOST_ROWS]
    features, targets = rows.features[first], rows.targets[first]
    guessed = made.recorded.predicted(before, features)
    return {
        "features": list(made.bench.rows.preparation.names[:_MOST_PARAMETERS]),
        "x": features[:, :_MOST_PARAMETERS].tolist(),
        "target": targets[:, 0].tolist(),
        "prediction": guessed[:, 0].tolist(),
        "error": (guessed - targets)[:, 0].tolist(),
        "count": made.bench.rows.training.rows,
    }


def step_of_function(made: FunctionMade) -> dict[str, Any] | None:
    """Return the update of a state's ``step`` on a function."""
    trace = made.trace
    if made.state.searched or len(trace) < 2:
        return None
    formula, _ = formula_of(made.state.formula)
    row = min(made.state.step, len(trace) - 2)
    before, after = trace.path[row], trace.path[row + 1]
    gradient = np.asarray(formula.gradient(before))
    rate = float(trace["rate"][row + 1])
    if (
        trace.metadata["noise"] > 0.0 and made.state.rule == "plain"
    ):  # the gradient that was used carried noise of its own
        gradient = (before - after) / rate
    rule = rule_of(made.state.rule, made.state.momentum)
    told = _told(rule, list(formula.names), before, gradient, after, rate, made.state.lang)
    return {
        **told,
        "number": int(trace["updates"][row]),
        "last": int(trace.last("updates")) - 1,
        "batch": None,
        "rate": rate,
        "loss_before": float(trace["loss"][row]),
        "loss_after": float(trace["loss"][row + 1]),
        "gradient_text": list(formula.gradient_text),
    }


def _told(
    rule: Rule,
    names: list[str],
    before: Floats,
    gradient: Floats,
    after: Floats | None,
    rate: float,
    language: str,
) -> dict[str, Any]:
    """Return the rule's formula, and each parameter's numbers as a table and in words."""
    count = len(names)
    old, slope = before.ravel()[:count], gradient.ravel()[:count]
    new = None if after is None else after.ravel()[:count]
    parameters, said = [], []
    for place, name in enumerate(names):
        end = None if new is None else float(new[place])
        one = {"name": name, "before": float(old[place]), "gradient": float(slope[place])}
        parameters.append({**one, "after": end})
        if rule.plain and end is not None:
            facts = {**one, "after": end, "rate": rate}
            said.append(sentence("lab_step", facts, language))
    return {
        "formula": rule.formula,
        "parameters": parameters,
        "sentences": said,
        "gradient_norm": float(np.linalg.norm(gradient)),
    }
