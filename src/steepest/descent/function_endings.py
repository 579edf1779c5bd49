"""How descent on a function ended: the ending by the kind of point, the sentence by evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.critical import POLISH, CriticalPoint, critical_point
from steepest.descent.function_engine import RUNAWAY
from steepest.objective.function import FunctionObjective
from steepest.trace.endings import Ending
from steepest.trace.hovering import hovers, last_moves
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase

Floats = npt.NDArray[np.float64]

# How far polishing may lead from where a run stopped for another reason than its gradient.
_NEARBY = 1e-2
_KINK = 1e-6
# At a tenth of the distance the slope jumps a tenth as far in a smooth valley, as far at a kink.
_NEARER, _LASTS = 0.1, 0.5
# ... and at a cusp more than that far; ten times as far beside a pole.
_SHARPER, _POLE = 1.2, 9.5
# A slope this many times that of the start or zero is the wall of a pole or of the domain's edge.
_STEEP = 1e3
# A bottom this many times the point's size away is none that a parabola can foretell.
_FAR = 1e6
# Updates from which a fall that does not slow down is spoken of.
_ENOUGH = 100
# Endings that a critical point can be the reason of.
_SETTLED = ("converged", "stalled")


def judged(trace: Trace, objective: FunctionObjective) -> Trace:
    """Return the trace with its ending by the kind of point that descent came to.

    ``metadata["critical"]`` holds what is known of that point, as JSON values.
    """
    name = trace.ending.name
    ran_away = float(np.abs(trace.parameters).max(initial=0.0)) > RUNAWAY
    if name == "stalled" and ran_away:
        name = "unbounded"
    noisy = float(trace.metadata["noise"]) > 0.0  # its end is where it is, not the valley's bottom
    polish = 0.0 if noisy or name in ("unbounded", "diverged") else _NEARBY
    found = critical_point(
        objective, trace.parameters, polish=POLISH if name in _SETTLED and not noisy else polish
    )
    if name in ("unbounded", "diverged"):
        found = replace(found, kind="not_critical", around=None)
    if name in _SETTLED and found.kind in ("saddle", "maximum", "degenerate"):
        name = found.kind
    facts = {**trace.ending.facts, **_facts(trace, objective, found)}
    told = _phrase(name, found, facts, trace)
    ending = Ending(name, told, facts)
    about = {**trace.metadata, "critical": critical_facts(found, objective.names)}
    return replace(trace, ending=ending, metadata=about)


def critical_facts(found: CriticalPoint, names: Sequence[str]) -> dict[str, Any]:
    """Return what is known of a point as JSON values."""
    return {
        "kind": found.kind,
        "point": dict(zip(names, (found.point + 0.0).tolist(), strict=True)),
        "value": found.value + 0.0,  # no -0
        "gradient_norm": found.gradient_norm,
        "hessian_eigenvalues": found.eigenvalues.tolist(),
        "counted": found.counted.tolist(),
        "moved": found.moved,
        "newton_steps": found.steps,
        "around": None if found.around is None else asdict(found.around),
    }


def shown_point(names: Sequence[str], point: Floats) -> list[str]:
    """Return a point as texts, one for each variable."""
    return [f"{name} = {value + 0.0:.6g}" for name, value in zip(names, point, strict=True)]


def _facts(trace: Trace, objective: FunctionObjective, found: CriticalPoint) -> dict[str, Any]:
    eigenvalues = found.eigenvalues
    around = found.around
    return {
        "point": shown_point(objective.names, found.point),
        "value": found.value + 0.0,
        "slope": found.gradient_norm,
        "span": _span(float(eigenvalues[0]), float(eigenvalues[-1])),
        "least": float(eigenvalues[0]),
        "most": float(eigenvalues[-1]),
        "negative": int((eigenvalues < 0.0).sum()),
        "variables": len(eigenvalues),
        "undecided": int((~found.counted).sum()),
        "moved": found.moved,
        "newton_steps": found.steps,
        "evaluations": int(trace.last("evaluations")),
        "noise": float(trace.metadata["noise"]),
        "last_rate": trace.last("rate") if len(trace) > 1 else math.nan,
        "distance": 0.0 if around is None else around.distance,
        "directions": 0 if around is None else around.directions,
        "rising": 0 if around is None else around.rising,
        "falling": 0 if around is None else around.falling,
        "deepest": 0.0 if around is None else around.deepest,
        "rule": str(trace.metadata["rule"]),
        "schedule": str(trace.metadata["schedule"]),
        "first_rate": float(trace.metadata["learning_rate"] or math.nan),
        **_falls(trace),
        **last_moves(trace),
        "step": _step(trace),
        **_bend(objective, trace.parameters),
        **_kink(objective, found.point),
    }


def _bend(objective: FunctionObjective, point: Floats) -> dict[str, float]:
    """Return the curvature along the gradient, and how far its parabola's bottom is."""
    with np.errstate(all="ignore"):
        gradient = objective.gradient(point)[:, 0]
        way = gradient / np.linalg.norm(gradient)
        along = float(way @ objective.hessian(point) @ way)
        ahead = float(np.linalg.norm(gradient)) / along if along > 0.0 else math.inf
    fitting = 1.0 / along if along > 0.0 else math.inf
    return {"along": along, "ahead": ahead, "fitting": fitting}


def _span(least: float, most: float) -> dict[str, object]:
    """Return the curvatures as a phrase, one number where they are one."""
    if f"{least:.4g}" == f"{most:.4g}":
        return phrase("curvature_span_one", least=least)
    return phrase("curvature_span", least=least, most=most)


def _step(trace: Trace) -> dict[str, object]:
    """Return how long the steps are at the end, as a phrase.

    Recorded points may be many updates apart, and a swing comes back to where it was: plain
    descent's next step is known exactly.
    """
    rate = trace.metadata["learning_rate"]
    if trace.metadata["rule"] == "plain" and trace.metadata["schedule"] == "constant" and rate:
        return phrase("function_step_next", length=float(rate) * trace.last("gradient_norm"))
    moves = last_moves(trace)
    return phrase("function_step_recorded", since=moves["step_from"], length=moves["last_step"])


def _kink(objective: FunctionObjective, point: Floats) -> dict[str, Any]:
    """Return the slopes a little to both sides, along the way of the steepest difference."""
    reach = _KINK * max(1.0, float(np.linalg.norm(point)))
    slopes, nearer = (_slopes(objective, point, d) for d in (reach, _NEARER * reach))
    jumps = np.abs(slopes[1] - slopes[0])
    place = int(np.argmax(np.where(np.isfinite(jumps), jumps, -1.0)))
    return {
        "kink_distance": reach,
        "kink_name": objective.names[place],
        "slope_before": float(slopes[0, place]),
        "slope_after": float(slopes[1, place]),
        "jump_nearer": float(nearer[1, place] - nearer[0, place]),
    }


def _slopes(objective: FunctionObjective, point: Floats, distance: float) -> Floats:
    """Return the slope along each variable at a distance before and after, shape (2, P)."""
    ways = np.eye(len(point))
    moves = distance * np.stack([-ways, ways])
    with np.errstate(all="ignore"):
        gradients = objective.gradient((point + moves)[..., None])[..., 0]
    return np.asarray(np.einsum("swp,wp->sw", gradients, ways))


def _phrase(name: str, found: CriticalPoint, facts: dict[str, Any], trace: Trace) -> str:
    """Return the name of the sentence that is true of this ending."""
    if name == "converged":
        exact = found.kind == "minimum" and found.moved == 0.0
        return f"function_converged_{found.kind}{'_exact' if exact else ''}"
    if name == "stalled":
        return _stalled(found, facts, trace)
    if name == "degenerate":
        return _degenerate(facts)
    if name == "unbounded":
        far = trace.ending.name == "stalled"
        return "function_runs_away" if far else "function_unbounded"
    if name == "epochs_used_up":
        return _used_up(found, facts, trace)
    if name == "diverged":
        plain = facts["rule"] == "plain"
        outside = math.isinf(trace.last("loss"))
        told = "function_diverged_outside" if outside else "function_diverged"
        return told if plain else f"{told}_rule"
    return f"function_{name}"


def _stalled(found: CriticalPoint, facts: dict[str, Any], trace: Trace) -> str:
    if found.kind == "minimum":
        return "function_stalled_minimum"
    if not math.isfinite(found.gradient_norm):
        return "function_no_gradient"
    if _cusp(facts):
        return "function_cusp"
    if _kinked(found, facts):
        return "function_kink"
    if found.gradient_norm > _STEEP * facts["gradient_scale"]:
        return "function_wall"
    if trace.metadata["automatic_rate"]:
        return "function_stalled"
    if facts["schedule"] != "constant":
        return "function_stalled_schedule"
    plain = facts["rule"] == "plain"
    return "function_stalled_constant" if plain else "function_stalled_rule"


def _used_up(found: CriticalPoint, facts: dict[str, Any], trace: Trace) -> str:
    """Return the sentence of a run that used up its updates; the remedies differ."""
    automatic = trace.metadata["automatic_rate"]
    falling, plain = facts["schedule"] != "constant", facts["rule"] == "plain"
    if facts["noise"] > 0.0:
        if automatic:
            return "function_noise_epochs_automatic"
        return "function_noise_epochs_falling" if falling else "function_noise_epochs"
    critical = found.kind != "not_critical"
    if not (automatic or falling) and hovers(trace):
        return "function_epochs_hovers_critical" if critical else "function_epochs_hovers"
    if critical and not facts["tolerance"]:
        return "function_epochs_asked"
    if critical:
        return "function_epochs_critical_falling" if falling else "function_epochs_critical"
    if automatic and _kinked(found, facts):
        return "function_epochs_kink"
    if falling:
        return "function_epochs_schedule"
    if facts["second_half"] > 0.9 * abs(facts["first_half"]) and len(trace) > _ENOUGH:
        if facts["ahead"] > _FAR * max(1.0, float(np.linalg.norm(trace.parameters))):
            return "function_epochs_falling"
        if not automatic and _short(facts):
            return "function_epochs_slow" if plain else "function_epochs_slow_rule"
        if not automatic and plain:
            return "function_epochs_leaps"
    if automatic:
        return "function_epochs"
    return "function_epochs_constant" if plain else "function_epochs_rule"


def _short(facts: dict[str, Any]) -> bool:
    """Return whether a step at the rate stays before the bottom along the gradient.

    The rate of AdaGrad, RMSProp and Adam is a length, that of the others one over a curvature.
    """
    if facts["rule"] in ("plain", "momentum", "nesterov"):
        return bool(facts["rate"] < facts["fitting"])
    return bool(facts["rate"] < facts["ahead"])


def _cusp(facts: dict[str, Any]) -> bool:
    """Return whether the slope grows without bound towards the point, and the value does not.

    Beside |x|^a the slope grows 10^(1 - a) times at a tenth of the distance: ten times only beside
    a pole or a logarithm, where the value has no bound either.
    """
    jump = facts["slope_after"] - facts["slope_before"]
    turns = facts["slope_before"] < 0.0 < facts["slope_after"]
    return bool(turns and _SHARPER * jump < facts["jump_nearer"] < _POLE * jump)


def _kinked(found: CriticalPoint, facts: dict[str, Any]) -> bool:
    before, after = facts["slope_before"], facts["slope_after"]
    lasts = facts["jump_nearer"] >= _LASTS * (after - before)
    steep = min(-before, after) > 0.01 * found.gradient_norm
    return bool(before < 0.0 < after and lasts and steep)


def _falls(trace: Trace) -> dict[str, float]:
    """Return how far the value fell in the first half of the record, and in the second."""
    loss = trace["loss"]
    first, middle, last = float(loss[0]), float(loss[len(loss) // 2]), float(loss[-1])
    return {"first_half": first - middle, "second_half": middle - last}


def _degenerate(facts: dict[str, Any]) -> str:
    if facts["falling"]:
        return "function_degenerate_falls"
    return "function_degenerate_rises" if facts["rising"] else "function_degenerate_flat"
