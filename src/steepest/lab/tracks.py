"""The track of the rate's slider: what rates do to this very data, and where its marks stand."""

from __future__ import annotations

import math
from typing import Any

from steepest import RULES, Quadratic
from steepest.lab.runs import Made

# The slider's ends, as multiples of the largest stable rate; or of 1/L where none is known.
_LOW, _HIGH = 1e-4, 5.0


def numbers_of_rates(made: Made) -> dict[str, Any]:
    """Return curvatures, and the rates that follow from them."""
    bowl, about = made.bench.bowl, made.trace.metadata
    L, mu = (bowl.largest_curvature, bowl.smallest_curvature) if bowl else (None, None)
    other = made.bench.conditions.get(not made.options.standardize, math.inf)
    return {
        "largest_stable_rate": about.get("largest_stable_rate"),
        "auto_rate": about.get("auto_rate"),
        "bound": about.get("bound"),
        "bound_kind": about.get("bound_kind"),
        "safe_rate": 1.0 / L if L else None,
        "best_rate": 2.0 / (mu + L) if L and mu is not None else None,
        "L": L,
        "mu": mu,
        "condition_number": _finite(bowl.condition) if bowl else None,
        "condition_other": _finite(other),
        "hyperparameters": about.get("hyperparameters"),
        "rate_kind": _kind(made),
    }


def _kind(made: Made) -> str | None:
    """Return how an automatic rate without a bound comes about: tested at each step, or falling."""
    loss = made.bench.problem.loss
    if made.state.rate != "auto" or made.state.searched or loss.bounded:
        return None
    return "tested" if loss.smooth else "falling"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def track(made: Made) -> dict[str, Any]:
    """Return low, high, marks and bands of the slider."""
    bench, about = made.bench, made.trace.metadata
    if not bench.unit:
        return {"low": 1e-6, "high": 1.0, "marks": [], "bands": []}
    largest = about.get("largest_stable_rate")
    if not largest or not math.isfinite(largest):
        rule = RULES[made.options.rule]
        unit = rule.usual_rate if rule.stable is None else bench.unit
        return _track(_LOW * (unit or 1.0), 1e3 * (unit or 1.0), [], [])
    low, high = _LOW * largest, _HIGH * largest
    if about.get("bound_kind") == "exact" and made.options.rule == "plain" and bench.bowl:
        return _of_batch(made, bench.bowl, low, high)
    exact = about.get("bound_kind") == "exact"
    names = ("stable", "divergent") if exact else ("proven", "unproven")
    marks = [_mark("largest" if exact else "bound", largest)]
    return _track(low, high, marks, _bands(names, (low, largest, high)))


def _of_batch(made: Made, quadratic: Quadratic, low: float, high: float) -> dict[str, Any]:
    L, mu = quadratic.largest_curvature, quadratic.smallest_curvature
    marks = [_mark("safe", 1.0 / L), _mark("best", 2.0 / (mu + L)), _mark("largest", 2.0 / L)]
    slow = min(max(_slow(made, mu), low), 1.0 / L)
    names = ("slow", "monotone", "oscillating", "divergent")
    return _track(low, high, marks, _bands(names, (low, slow, 1.0 / L, 2.0 / L, high)))


def _slow(made: Made, mu: float) -> float:
    """Return the rate below which the flattest direction needs more epochs than there are."""
    tolerance, epochs = made.options.tolerance, made.options.epochs
    if tolerance <= 0.0:
        return 0.0
    return float(-math.expm1(math.log(tolerance) / epochs)) / mu


def _bands(names: tuple[str, ...], edges: tuple[float, ...]) -> list[dict[str, Any]]:
    pairs = zip(names, edges[:-1], edges[1:], strict=True)
    return [{"name": name, "low": a, "high": b} for name, a, b in pairs if a < b]


def _mark(name: str, value: float) -> dict[str, Any]:
    return {"name": name, "value": value}


def _track(
    low: float, high: float, marks: list[dict[str, Any]], bands: list[dict[str, Any]]
) -> dict[str, Any]:
    return {"low": low, "high": high, "marks": marks, "bands": bands}
