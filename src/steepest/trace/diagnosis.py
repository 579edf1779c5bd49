"""Diagnosis: what a run's trace proves about rate, data and course; findings, not adjectives.

Every rule states its threshold and the reason for it. A rule whose numbers the trace does not hold
claims nothing, and of findings that exclude each other only the first is claimed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from steepest.trace.evidence import Evidence
from steepest.trace.features import of_features, of_rows
from steepest.trace.findings import FINDINGS, Finding
from steepest.trace.layers import of_layers
from steepest.trace.rate import (
    FAR,
    diverged,
    oscillating,
    rate_near_best,
    rate_too_large,
    rate_too_small,
)
from steepest.trace.record import Trace

# Share of the optimum's loss above it up to which nothing is left to gain: six digits agree.
NEAR = 1e-6
# Of what is left, hardly any is way that the mean path has not walked yet.
NO_WAY = 0.1
# A hovering loss does not halve from the third to the last quarter of the run.
HOVERS = 0.5
# Correlation of rows one batch apart from which they are alike: closer than half the spread of
# independent ones; 3 / sqrt(rows) is three deviations of what independent rows show.
ALIKE = 0.5
# What chance does once in 740 times is not claimed: three standard deviations of a Gaussian.
DEVIATIONS = 3.0
# Rise of the validation loss above its minimum: one percent, and three standard errors of the
# difference, row by row, of the squared errors at both ends; where a trace does not hold that, of
# the mean of so many squared Gaussian errors, sqrt(2 / rows). Fewer than ten rows show nothing. Of
# stochastic runs, means of a tenth of the run are compared, by three deviations of those too.
RISE, VALIDATING_ROWS, WINDOWS = 0.01, 10, 10

# A schedule was cut short if the rate, and with it the level at which the loss hovers, had not
# halved: `inverse-time` halves it after one epoch, `step` and `cosine` stretch over all of them.
CUT_SHORT = 0.5

Rule = Callable[[Evidence], Finding | None]


def diagnose(trace: Trace) -> list[Finding]:
    """Return what a trace proves about its run, the most urgent first.

    Parameters
    ----------
    trace : Trace
        Of a fit, a search, an estimator (``trace_``) or ``minimize``. A fit's trace also tells
        about its rows (outliers, their order); what a trace does not hold is not claimed.

    Returns
    -------
    list of Finding
        Empty where nothing was found. ``FINDINGS`` says what each name means.

    Examples
    --------
    >>> from steepest import ArraySource, minimize
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> trace = minimize(rows, intercept=False, learning_rate=0.3)
    >>> [finding.name for finding in diagnose(trace)]
    ['diverged']
    """
    evidence = Evidence.of(trace)
    found = [*of_features(evidence), *of_layers(evidence), *_of_course(evidence)]
    if evidence.ending != "diverged":
        found += of_rows(evidence)
    order = list(FINDINGS)
    return sorted(found, key=lambda finding: order.index(finding.name))


def _of_course(e: Evidence) -> list[Finding]:
    """Return the findings about rate and course, those that exclude each other once."""
    if not e.descends:
        return []
    if e.ending == "diverged":
        return [diverged(e)]
    standing = (_optimum_at_start, _more_epochs_useless, rate_too_large, _sorted_rows)
    left = _first(e, *standing, _noise_floor, _schedule_cut_short)
    rising = _validation_loss_rising(e)
    rate = None
    if left is None or left.name != "optimum_at_start":
        rate = _first(e, rate_too_small, oscillating, rate_near_best)
    settled = left is not None or rising is not None
    if rate is not None and rate.name == "rate_too_small" and settled:
        rate = None
    return [finding for finding in (left, rising, rate) if finding is not None]


def _first(e: Evidence, *rules: Rule) -> Finding | None:
    return next((found for rule in rules if (found := rule(e)) is not None), None)


# ---- where the run stands ------------------------------------------------------------------------


def _optimum_at_start(e: Evidence) -> Finding | None:
    """Nothing to walk: the run converged before its first update, or began and stayed there."""
    if 0.0 in e.array("target_deviations"):
        return None
    at_once = e.ending == "converged" and e.number("epochs") == 0.0
    least = NEAR * e.optimum + e.rounding
    there = e.exact and e.excess_at("start") <= least and e.excess_at("end") <= least
    if not (at_once or there):
        return None
    facts = e.chosen("first_loss", "gradient_scale", "epochs")
    facts["gradient_norm"] = float(e.trace["gradient_norm"][0])
    return Finding("optimum_at_start", "found_optimum_at_start", facts)


def _more_epochs_useless(e: Evidence) -> Finding | None:
    """Six digits of the loss are the optimum's, though the run did not end by its gradient."""
    least = NEAR * e.optimum + e.rounding
    if e.ending not in ("epochs_used_up", "stalled") or not e.exact:
        return None
    epochs, losses = e.recorded("epoch", "loss")
    above = np.flatnonzero(losses - e.optimum > least)
    if not len(losses) or not e.excess_at("end") <= least or len(above) == len(losses):
        return None
    first = int(above[-1]) + 1 if len(above) else 0
    if first == len(losses):
        return None
    facts = {
        "epoch": int(epochs[first]),
        "epochs": int(e.number("epochs")),
        "loss": float(losses[-1]),
        "optimum_loss": e.optimum,
        "excess": e.excess_at("end"),
    }
    return Finding("more_epochs_useless", "found_more_epochs_useless", facts)


def _quarters(e: Evidence) -> tuple[float, float]:
    """Return the mean loss above the optimum in the third and the last quarter of the epochs."""
    epochs, losses = e.recorded("epoch", "loss")
    total = e.number("epochs")
    third = losses[(epochs >= 0.5 * total) & (epochs < 0.75 * total)]
    last = losses[epochs >= 0.75 * total]
    if not len(third) or not len(last):
        return math.nan, math.nan
    return float(third.mean()) - e.optimum, float(last.mean()) - e.optimum


def _hovering(e: Evidence) -> dict[str, float] | None:
    """Return what shows that a constant rate holds the loss of a sweep above its minimum."""
    if e.batch or not e.exact or not e.constant_rate or not e.plain:
        return None
    third, last = _quarters(e)
    excess = 0.5 * (third + last)
    walked = 0.5 * e.number("epochs") * e.per_epoch
    hovers = excess > FAR * e.optimum > e.rounding and last >= HOVERS * third
    if not hovers or not e.excess_of_mean(walked) <= NO_WAY * excess:
        return None
    return {
        "excess": excess,
        "relative": excess / e.optimum,
        "optimum_loss": e.optimum,
        "level": e.optimum + excess,
        "way_share": e.excess_of_mean(walked) / excess,
        "rate": e.number("learning_rate"),
        "batch_size": e.number("batch_size"),
    }


def _noise_floor(e: Evidence) -> Finding | None:
    """Above the optimum although the mean path has arrived there."""
    facts = _hovering(e)
    return None if facts is None else Finding("noise_floor", "found_noise_floor", facts)


def _schedule_cut_short(e: Evidence) -> Finding | None:
    """Idle epochs ended the run far above the optimum before the schedule halved the rate.

    At a tolerance of 0 idle epochs end nothing, and the schedule runs its course.
    """
    idle = e.trace.ending.phrase == "stalled_idle_falling" and not e.batch
    known = e.has("learning_rate", "rate_then", "epochs")
    if not (idle and known and e.exact and e.plain):
        return None
    excess = e.excess_at("end")
    rate, then = e.number("learning_rate"), e.number("rate_then")
    if not excess > FAR * e.optimum > e.rounding or then < CUT_SHORT * rate:
        return None
    facts = {
        "excess": excess,
        "relative": excess / e.optimum,
        "optimum_loss": e.optimum,
        "rate": rate,
        "rate_then": then,
        "rate_share": then / rate,
        "epochs": int(e.number("epochs")),
        **e.chosen("schedule"),
    }
    return Finding("schedule_cut_short", "found_schedule_cut_short", facts)


def _sorted_rows(e: Evidence) -> Finding | None:
    """Rows are walked as they stand, are like their neighbours, and hold the loss up."""
    if e.numbers.get("order") != "given" or not e.has("serial_correlation", "rows"):
        return None
    facts = _hovering(e)
    correlation = e.number("serial_correlation")
    least = max(ALIKE, DEVIATIONS / math.sqrt(e.number("rows")))
    if facts is None or correlation < least:
        return None
    facts |= {"correlation": correlation, "column": e.numbers["serial_column"]}
    facts |= e.chosen("serial_lag")
    return Finding("sorted_rows", "found_sorted_rows", facts)


def _validation_loss_rising(e: Evidence) -> Finding | None:
    """Up from its minimum, while the training loss went on falling."""
    epochs, validation, training = e.recorded("epoch", "validation_loss", "loss")
    width = 1 if e.batch else len(epochs) // WINDOWS
    if not e.number("validation_rows") >= VALIDATING_ROWS or width == 0 or len(epochs) < 2:
        return None
    starts = len(epochs) % width + width * np.arange(len(epochs) // width)
    means = np.add.reduceat(validation, starts) / width
    trained = np.add.reduceat(training, starts) / width
    best = int(np.argmin(means))
    rise = float(means[-1] - means[best])
    error = math.sqrt(2.0 / e.number("validation_rows"))
    if e.has("validation_rise_error"):
        error = e.number("validation_rise_error")
    share = max(RISE, DEVIATIONS * error)
    falls = trained[-1] < trained[best] and rise > 1e-12 * validation[0]
    if not falls or not rise >= share * means[best]:
        return None
    if width > 1:
        ends = (validation[starts[best] : starts[best] + width], validation[-width:])
        spread = math.sqrt(sum(float(one.var()) for one in ends) / width)
        if rise < DEVIATIONS * spread:
            return None
    elif not e.batch:
        return None
    facts = {
        "epoch": int(epochs[starts[best] + width // 2]),
        "best": float(means[best]),
        "last": float(means[-1]),
        "relative": rise / float(means[best]),
        "standard_error": error,
        "epochs": int(e.number("epochs")),
        "training_then": float(trained[best]),
        "training": float(trained[-1]),
        "rows": int(e.number("validation_rows")),
    }
    phrase = "found_validation_loss_rising" if facts["epoch"] else "found_validation_loss_rises"
    return Finding("validation_loss_rising", phrase, facts)
