"""The part of a diagnosis that is about the learning rate."""

from __future__ import annotations

import math
from typing import Any

from steepest.trace.evidence import Evidence, epochs_until
from steepest.trace.findings import Finding

# Up to half of 1/L doubling the rate halves the epochs along every direction and overshoots along
# none: log(1 - 2x) <= 2 log(1 - x), and 2x <= 1. Above three halves the steepest direction keeps
# more than half of its way at every update, on the other side.
TOO_SMALL, TOO_LARGE = 0.5, 1.5
# A rate is near the best one if the slowest direction takes at most a quarter more epochs.
NEAR_BEST = 1.25
# Tolerance by which epochs are counted where the run was given none: the default one.
TOLERANCE = 1e-8
# Share of the optimum's loss above it from which a run is far from it (a stochastic one hovers, or
# is on its way still): the second digit of the loss differs. Of the way from the start, for losses
# whose optimum is 0.
FAR, FAR_OF_START = 0.01, 1e-4
# Most of what is left is way that the mean path has not walked yet.
WAY = 0.5


def diverged(e: Evidence) -> Finding:
    """Return how a diverged run did so, with the factor where it is exact."""
    facts = {"rate": e.number("learning_rate"), **e.chosen("update", "epochs", "loss_limit")}
    if e.number("update") == 0.0:
        return Finding("diverged", "found_diverged_at_start", facts)
    if not e.plain:
        return _diverged_under_rule(e, facts)
    if not e.has("times", "largest_stable_rate", "factor"):
        return Finding("diverged", "found_diverged", facts)
    facts |= e.chosen("times", "largest_stable_rate", "auto_rate", "factor")
    exact = e.numbers.get("bound_kind") == "exact"  # of batch descent on a squared error
    if exact and not e.constant_rate:
        facts |= e.chosen("schedule")
        return Finding("diverged", "found_diverged_by_schedule", facts)
    facts |= e.chosen("direction", "direction_share", "smallest_batch")
    phrase = "found_diverged_exactly" if exact else "found_diverged_beyond_proof"
    return Finding("diverged", phrase, facts)


def _diverged_under_rule(e: Evidence, facts: dict[str, Any]) -> Finding:
    facts |= e.chosen("rule")
    if not e.has("times", "largest_stable_rate"):
        return Finding("diverged", "found_diverged_under_rule", facts)
    facts |= e.chosen("times", "largest_stable_rate", "auto_rate", "direction", "direction_share")
    return Finding("diverged", "found_diverged_beyond_rule", facts)


def _slowest(e: Evidence, rate: float) -> float:
    """Return the epochs in which batch descent shrinks its slowest direction to the tolerance."""
    ends = (e.number("largest_curvature"), e.number("smallest_curvature"))
    factor = max(abs(1.0 - rate * curvature) for curvature in ends)
    if factor >= 1.0:
        return math.inf
    if factor == 0.0:
        return 1.0
    return max(1.0, math.log(e.number("tolerance") or TOLERANCE) / math.log(factor))


def _rates(e: Evidence) -> dict[str, float] | None:
    """Return the rate beside the best one, for batch descent on a quadratic."""
    known = e.has("learning_rate", "largest_curvature", "smallest_curvature", "tolerance")
    walked = e.plain and e.constant_rate and e.number("epochs") > 0
    if not (known and e.batch and e.exact and walked):
        return None
    L, mu = e.number("largest_curvature"), e.number("smallest_curvature")
    rate, best = e.number("learning_rate"), 2.0 / (mu + L)
    return {
        "rate": rate,
        "best_rate": best,
        "largest_curvature": L,
        "smallest_curvature": mu,
        "overshoot": rate * L,
        "factor": abs(1.0 - rate * L),
        "worst_factor": max(abs(1.0 - rate * L), abs(1.0 - rate * mu)),
        "slowest": _slowest(e, rate),
        "slowest_at_best": _slowest(e, best),
        "tolerance": e.number("tolerance") or TOLERANCE,
    }


def rate_too_small(e: Evidence) -> Finding | None:
    """Return the epochs still needed, where no direction was walked at half the safe speed."""
    if not e.batch:
        return _rate_too_small_of_sweep(e)
    facts, known = _rates(e), e.descents()
    if facts is None or known is None or facts["overshoot"] > TOO_SMALL:
        return None
    limit = facts["tolerance"] * e.number("gradient_scale")
    needed = epochs_until(known[0], known[2], facts["rate"], limit)
    if e.ending != "epochs_used_up" or not 0.0 < needed < math.inf:
        return None
    facts |= {
        "epochs": e.number("epochs"),
        "epochs_needed": needed,
        "epochs_at_best": epochs_until(known[0], known[1], facts["best_rate"], limit),
        "times": e.number("auto_rate") / facts["rate"],
        "auto_rate": e.number("auto_rate"),
    }
    return Finding("rate_too_small", "found_rate_too_small", facts)


def _rate_too_small_of_sweep(e: Evidence) -> Finding | None:
    """Half of the stochastic `auto` (itself half the proven bound), and the way is not walked."""
    rate, automatic = e.number("learning_rate"), e.number("auto_rate")
    small = e.plain and e.exact and e.constant_rate and rate <= TOO_SMALL * automatic
    if not small or e.ending not in ("epochs_used_up", "stalled"):
        return None
    slack = FAR * e.optimum if e.optimum > e.rounding else FAR_OF_START * e.excess_at("start")
    updates = e.number("epochs") * e.per_epoch
    left, excess = e.excess_of_mean(updates), e.excess_at("end")
    if not excess > slack or not left >= WAY * excess:
        return None
    most = updates
    while e.excess_of_mean(2.0 * most) > slack and most < 1e15:
        most *= 2.0
    low, high = most, 2.0 * most
    while high - low > max(1.0, 1e-9 * high):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if e.excess_of_mean(middle) > slack else (low, middle)
    facts = {
        "rate": rate,
        "auto_rate": automatic,
        "times": automatic / rate,
        "epochs": e.number("epochs"),
        "epochs_needed": float(math.ceil((high - updates) / e.per_epoch)),
        "excess": excess,
        "way_left": left,
        "slack": slack,
        "optimum_loss": e.optimum,
    }
    return Finding("rate_too_small", "found_rate_too_small_of_sweep", facts)


def rate_too_large(e: Evidence) -> Finding | None:
    """Beyond the proven rate, and beyond the mean-square limit or no nearer than at the start."""
    known = e.has("learning_rate", "largest_stable_rate", "auto_rate", "smallest_batch")
    if e.batch or not (known and e.plain and e.exact and e.constant_rate):
        return None
    rate, proven = e.number("learning_rate"), e.number("largest_stable_rate")
    limit, first = e.number("mean_square_limit"), e.excess_at("start")
    epochs, losses = e.recorded("epoch", "loss")
    late = losses[(epochs > 0.0) & (epochs >= 0.5 * e.number("epochs"))]
    if not rate > proven or not len(late):
        return None
    facts = {"rate": rate, "proven": proven, "times": rate / proven, "loss": float(late.mean())}
    facts |= e.chosen("auto_rate", "smallest_batch")
    facts["optimum_loss"] = e.optimum
    if rate > limit:
        facts["limit"] = limit
        return Finding("rate_too_large", "found_rate_too_large", facts)
    if facts["loss"] - e.optimum < first or not first > FAR * e.optimum:
        return None
    facts["first"] = e.optimum + first
    return Finding("rate_too_large", "found_rate_too_large_seen", facts)


def oscillating(e: Evidence) -> Finding | None:
    """Beyond the best rate, and most of what is left lies along directions that overshoot."""
    facts, known = _rates(e), e.descents()
    if facts is None or known is None or facts["overshoot"] < TOO_LARGE:
        return None
    if not facts["slowest"] > NEAR_BEST * facts["slowest_at_best"]:
        return None
    curvatures, _, gaps = known
    parts = curvatures * gaps * gaps
    share = float(parts[facts["rate"] * curvatures > 1.0].sum() / parts.sum()) if any(parts) else 0
    if facts["rate"] <= facts["best_rate"] or share < 0.5:
        return None
    facts |= {"share": share, **e.chosen("direction", "direction_share", "largest_stable_rate")}
    if facts["factor"] < 1.0 - 1e-12:
        return Finding("oscillating", "found_oscillating", facts)
    del facts["slowest"]
    return Finding("oscillating", "found_oscillating_forever", facts)


def rate_near_best(e: Evidence) -> Finding | None:
    """Return how near the rate is to the best constant one, where that is near."""
    facts = _rates(e)
    if facts is None or not facts["slowest"] <= NEAR_BEST * facts["slowest_at_best"]:
        return None
    return Finding("rate_near_best", "found_rate_near_best", facts)
