"""Why a run ended as it did: the ending's phrase chosen and filled with what rates explain."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np

from steepest.descent.checks import BACKTRACKING
from steepest.descent.facts import problem_facts
from steepest.descent.problem import Problem
from steepest.descent.rates import RateBounds
from steepest.descent.recession import falling_rows
from steepest.descent.rules import Rule, factors, rule_of_run
from steepest.descent.sparse_rates import sparse_divergence
from steepest.objective.quadratic import Quadratic
from steepest.trace.endings import Ending
from steepest.trace.evidence import epochs_until
from steepest.trace.hovering import hovers, last_moves
from steepest.trace.rate import FAR, FAR_OF_START
from steepest.trace.record import Trace

# Condition number of unscaled features from which standardizing them is the remedy.
_HARSH_CONDITION = 100.0


def explained(
    trace: Trace,
    problem: Problem,
    size: int,
    order: str,
    bounds: RateBounds | None,
    names: Sequence[str] | None,
) -> Trace:
    """Return the trace with what is known about rows and rates among its metadata and facts.

    Parameters
    ----------
    trace : Trace
        As the loop returned it, with the options among its metadata.
    problem : Problem
        What was minimized.
    size, order
        Rows of an update, and how an epoch walks them.
    bounds : RateBounds, optional
        What is known about rates; made now if the run diverged without.
    names : sequence of str, optional
        Of the features.
    """
    rule = str(trace.metadata["rule"])
    if trace.ending.phrase == "diverged" and bounds is None:
        problem = problem.with_moments()
        bounds = problem.bounds(size, order, rule)
    known_facts = problem_facts(problem, trace.path[0], trace.path[-1], names)
    trace = replace(trace, metadata={**trace.metadata, "facts": known_facts})
    if bounds is None or problem.quadratic is None:
        last = trace.last("rate")
        facts = {**trace.ending.facts, "rate_then": last if not math.isnan(last) else 0.0}
        facts |= {"rule": rule, "loss_name": problem.loss.name, "remedy": BACKTRACKING}
        facts |= {"schedule": trace.metadata["schedule"], **last_moves(trace)}
        facts["rate_share"] = float(str(facts["rate_then"])) / float(
            trace.metadata["learning_rate"]
        )
        phrase = _phrase(trace, None, {})
        if phrase.startswith("diverged_no_bound") and problem.loss.bounded:
            phrase, facts = sparse_divergence(
                problem, size, order, rule_of_run(trace.metadata), facts
            )
        facts |= _course(trace)
        phrase, facts = _separable(trace, problem, *_far_out(trace, problem, phrase, facts))
        ending = replace(trace.ending, phrase=phrase, facts=facts)
        return replace(trace, ending=_without_optimum(ending))
    known = {
        "largest_stable_rate": bounds.largest_stable,
        "auto_rate": bounds.auto,
        "bound": bounds.rule,
        "bound_kind": bounds.kind,
        **{name: value for name, value in asdict(bounds).items() if name in _KEPT},
    }
    steepest, share = _steepest(problem.quadratic, names)
    rate = float(trace.metadata["learning_rate"])
    last_rate = trace.last("rate")
    mu = bounds.smallest_curvature
    seen: dict[str, Any] = {
        **known,
        "rule": rule,
        "schedule": trace.metadata["schedule"],
        **last_moves(trace),
        "rate_then": rate if math.isnan(last_rate) else last_rate,
        "rate_share": 1.0 if math.isnan(last_rate) else last_rate / rate,
        "direction": steepest,
        "direction_share": share,
        "factor": _factor(rule_of_run(trace.metadata), rate, bounds.largest_curvature),
        "times": rate / bounds.largest_stable if bounds.largest_stable > 0.0 else math.inf,
        "condition": bounds.largest_curvature / mu if mu > 0.0 else math.inf,
        **_distance(trace, problem),
        "unscaled": bool((problem.coordinates.scale == 1.0).any()),
        "needed": _needed(trace, problem, bounds),
    }
    phrase, facts = _phrase(trace, bounds, seen), {**trace.ending.facts, **seen}
    facts["remedy"] = BACKTRACKING
    facts |= _course(trace)
    phrase, facts = _separable(trace, problem, *_far_out(trace, problem, phrase, facts))
    ending = replace(trace.ending, phrase=phrase, facts=facts)
    return replace(trace, ending=_without_optimum(ending), metadata={**trace.metadata, **known})


# Endings that a loss without an optimum has too.
_OPEN = ("converged", "epochs_used_up", "stalled")
# Of a run that did not converge: the share of its epochs that tells how fast it still falls.
_LATELY = 0.1
_KEPT = ("largest_curvature", "smallest_curvature", "smallest_batch", "fourth_moment")


def _phrase(trace: Trace, bounds: RateBounds | None, seen: dict[str, Any]) -> str:
    """Return the name of the sentence that is true of this ending."""
    phrase = trace.ending.phrase
    if phrase == "converged" and seen.get("far"):
        return "converged_far_unscaled" if seen["unscaled"] else "converged_far"
    if phrase == "stalled_still" and trace.metadata["engine"] == "sweep" and seen.get("far"):
        return "stalled_cycle"
    if phrase == "epochs_used_up" and not trace.metadata["smooth"]:
        steady = trace.metadata["schedule"] == "constant"
        return "epochs_used_up_kinks_constant" if steady else "epochs_used_up_kinks"
    constant, plain = trace.metadata["schedule"] == "constant", trace.metadata["rule"] == "plain"
    if phrase == "stalled_idle" and not constant:
        return "stalled_idle_falling"
    if phrase == "stalled_idle" and plain and seen.get("times", 0.0) > 1.0:
        return "stalled_idle_unproven"
    if phrase == "diverged":
        if bounds is None and not trace.metadata["smooth"]:
            return "diverged_kinks"
        if bounds is None:
            tested = plain and constant and trace.metadata["method"] == "batch"
            return "diverged_no_bound" if tested else "diverged_no_bound_smaller"
        if not plain:
            known = "diverged_rule_unproven" if bounds.kind == "none" else "diverged_rule_proven"
            known = "diverged_rule_exact" if bounds.kind == "exact" else known
            return f"{known}_unscaled" if seen["unscaled"] else known
        rule = "bound" if bounds.rule == "batch" and bounds.kind != "exact" else bounds.rule
        if rule == "batch" and not constant:
            return "diverged_schedule"
        return f"diverged_{rule}_unscaled" if seen["unscaled"] else f"diverged_{rule}"
    penalized = trace.metadata["l1"] > 0.0 or trace.metadata["l2"] > 0.0
    if phrase == "epochs_used_up" and penalized:
        return "epochs_used_up_penalty_steady" if _steady(trace) else "epochs_used_up_penalty"
    if phrase == "epochs_used_up" and not plain and (bounds is None or bounds.kind != "exact"):
        if not constant:
            return "epochs_used_up_rule_falling"
        return "epochs_used_up_rule_hovers" if hovers(trace) else "epochs_used_up_rule"
    if phrase == "epochs_used_up" and bounds is not None and bounds.rule == "batch":
        if not constant:
            foreseen = bounds.kind == "exact" and plain
            return "epochs_used_up_falling" if foreseen else phrase
        if bounds.kind == "exact" and seen["times"] >= 1.0 - 1e-12:
            return "epochs_used_up_unstable" if plain else "epochs_used_up_rule_unstable"
        if math.isfinite(seen["needed"]):
            harsh = seen["unscaled"] and seen["condition"] > _HARSH_CONDITION
            return "epochs_used_up_unscaled" if harsh else "epochs_used_up_batch"
    if phrase == "epochs_used_up" and _steady(trace) and (bounds is None or bounds.kind != "exact"):
        return "epochs_used_up_steady"
    return phrase


def _steady(trace: Trace) -> bool:
    """Return whether all rows made each step and none was tested, so that backtracking may help."""
    about = trace.metadata
    plain = about["rule"] == "plain" and about["schedule"] == "constant"
    tested = about["rate_choice"] == BACKTRACKING or not trace.ending.facts.get("tolerance")
    return bool(plain and about["method"] == "batch" and not tested)


def _course(trace: Trace) -> dict[str, Any]:
    """Return how far a run was from its tolerance, and how fast the objective fell lately."""
    facts = trace.ending.facts
    asked = float(str(facts.get("tolerance", 0.0))) * float(str(facts.get("gradient_scale", 0.0)))
    norm = float(str(facts.get("gradient_norm", math.nan)))
    known = ~np.isnan(trace["loss"])
    loss, epoch = trace["loss"][known], trace["epoch"][known]
    if not len(loss):
        return {}
    before = int(np.searchsorted(epoch, (1.0 - _LATELY) * epoch[-1], "right")) - 1
    fell = float(loss[before] - loss[-1]) / abs(float(loss[before])) if loss[before] else 0.0
    told = {"lately": int(epoch[-1] - epoch[before]), "fell": fell}
    return {**told, "short": norm / asked if asked > 0.0 else math.inf}


def _far_out(
    trace: Trace, problem: Problem, phrase: str, facts: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return phrase and facts, naming a penalty where classes have none and nothing else helps."""
    classes = problem.loss.task != "numbers" and not problem.penalty
    tested = trace.metadata["rate_choice"] == BACKTRACKING and trace.ending.facts.get("tolerance")
    if phrase != "epochs_used_up" or not (classes and tested):
        return phrase, facts
    length = float(np.linalg.norm(trace.parameters))
    return "epochs_used_up_classes", {**facts, "length": length}


def _separable(
    trace: Trace, problem: Problem, phrase: str, facts: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return phrase and facts, saying so where the end itself proves that there is no optimum.

    Without a penalty the loss of separable classes falls towards 0 as the parameters grow; so does
    that of some rows where classes are separated in part or a group's counts are all 0.
    """
    if trace.ending.name not in _OPEN or problem.penalty:
        return phrase, facts
    length = float(np.linalg.norm(trace.parameters))
    told = {"rows": problem.rows.rows, "length": length, "loss_name": problem.loss.name}
    apart = problem.rows.targets > 1 and not problem.loss.coupled  # each against the rest
    classes = problem.loss.probabilities and not apart
    if classes and problem.by_rows().separated(trace.parameters):
        return "separable", {**facts, **told}
    falling = falling_rows(trace, problem)
    if falling:
        return "separable_partly", {**facts, **told, "falling": falling}
    return phrase, facts


def _without_optimum(ending: Ending) -> Ending:
    """Return an ending by its true name: no run converges where there is no optimum."""
    if ending.name == "converged" and ending.phrase in ("separable", "separable_partly"):
        return replace(ending, name="degenerate")
    return ending


def _steepest(quadratic: Quadratic, names: Sequence[str] | None) -> tuple[str, float]:
    """Return which parameter the direction of largest curvature is mostly along, and its share."""
    direction = np.abs(quadratic.directions[:, 0]) if quadratic.directions.size else np.zeros(1)
    place = int(np.argmax(direction))
    offset = int(quadratic.coordinates.intercept)
    if offset and place == 0:
        return "intercept", float(direction[0] ** 2)
    feature = place - offset
    return (names[feature] if names else f"x{feature}"), float(direction[place] ** 2)


def _distance(trace: Trace, problem: Problem) -> dict[str, Any]:
    """Return the loss at the optimum, and whether the descent ended far above it."""
    if problem.quadratic is None or not problem.exact:
        return {"optimum_loss": math.nan, "above": math.nan, "far": False}
    floor = problem.quadratic.floor
    first = float(trace["loss"][0])
    above = float(problem.quadratic.value(trace.parameters)) - floor
    far = above > FAR * floor and above > FAR_OF_START * (first - floor)
    return {"optimum_loss": floor, "above": above, "far": bool(far)}


def _factor(rule: Rule, rate: float, curvature: float) -> float:
    """Return by what an update multiplies the error along a curvature, NaN if it depends."""
    if not rule.linear:
        return math.nan
    return float(factors(rule, rate, [curvature])[0])


def _needed(trace: Trace, problem: Problem, bounds: RateBounds) -> float:
    """Return how many more epochs batch descent needs to meet its tolerance.

    Known only for a quadratic loss and a linear rule at a constant, stable rate; else inf. A rule
    with memory may swing through the optimum: the larger of the last two recorded points counts.
    """
    facts, quadratic = trace.ending.facts, problem.quadratic
    rate = float(trace.metadata["learning_rate"])
    constant = trace.metadata["schedule"] == "constant"
    if quadratic is None or not problem.exact or not constant:
        return math.inf
    rule = rule_of_run(trace.metadata)
    if not rule.linear or rate >= bounds.largest_stable:
        return math.inf
    tolerance, scale = float(str(facts["tolerance"])), float(str(facts["gradient_scale"]))
    if tolerance == 0.0 or quadratic.rank == 0:
        return math.inf
    gaps = np.linalg.norm(quadratic.along(trace.parameters)[: quadratic.rank], axis=1)
    curvatures = quadratic.curvatures[: quadratic.rank]
    if rule.plain:
        return epochs_until(curvatures, gaps, rate, tolerance * scale)
    ways = np.stack([quadratic.along(point)[: quadratic.rank] for point in trace.path[-2:]])
    sizes = np.sqrt(((curvatures[:, None] * ways) ** 2).sum(axis=2)).max(axis=0)
    with np.errstate(all="ignore"):
        epochs = np.log(tolerance * scale / sizes) / np.log(factors(rule, rate, curvatures))
    worst = float(np.max(np.where(sizes > 0.0, epochs, 0.0)))  # NaN is not finite either
    return math.ceil(max(0.0, worst)) if math.isfinite(worst) else math.inf
