"""The forecast in sentences, each with the number that makes it true; the verdict comes first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from steepest.data.table import Note, listed
from steepest.forecasting.answer import finite
from steepest.forecasting.courses import epochs_to_gradient, log_factors
from steepest.forecasting.rates import RateForecast
from steepest.words.catalogue import phrase

if TYPE_CHECKING:
    from steepest.forecasting.record import Forecast

# Units are worth a sentence of blame from this factor of the condition number on.
_HARSH_UNITS = 3.0
_SHOWN_NEAR, _SHOWN_DEPENDENT = 3, 5


def told(made: Forecast) -> tuple[Note, ...]:
    """Return the sentences of a forecast, in order."""
    if made.journey.quadratic.rank == 0:
        parts = [Note("forecast_flat", {"count": len(made.names)})]
    else:
        notes = [note for one in made.rates for note in _rate(made, one)]
        parts = [_verdict(made), *notes, *_best(made), _units(made)]
        parts += [*_near(made), *_batches(made)]
    parts += dependent_notes(made.dependent_columns)
    return tuple(Note(part.name, finite(dict(part.facts))) for part in parts)


def dependent_notes(dependent: Sequence[Mapping[str, Any]]) -> list[Note]:
    """Return a sentence for each exactly dependent column, the first few of them."""
    parts = []
    for one in dependent[:_SHOWN_DEPENDENT]:
        combination = " + ".join(
            f"{factor:g} {name}" if name != "intercept" else f"{factor:g}"
            for name, factor in one["combination"].items()
        )
        facts = {"column": one["column"], "combination": combination.replace("+ -", "- ") or "0"}
        parts.append(Note("story_dependent", facts))
    more = len(dependent) - _SHOWN_DEPENDENT
    if more > 0:
        parts.append(Note("story_dependent_more", {"count": more}))
    return parts


def in_words(count: float) -> str:
    """Return a number of epochs as it is read: 12,345, or 1.2e+13.

    >>> in_words(12345.0), in_words(1.234e13)
    ('12,345', '1.2e+13')
    """
    return f"{count:,.0f}" if count < 1e12 else f"{count:.2g}"


def _times(ratio: float) -> str:
    """Return a ratio in as many digits as it takes to tell it from 1, three at least.

    >>> _times(32436.7), _times(1.2726), _times(1.00012)
    ('32,437', '1.27', '1.0001')
    """
    if 1e3 <= ratio < 1e12:
        return f"{ratio:,.0f}"
    shown = (f"{ratio:.{digits}g}" for digits in (3, 4, 5, 6, 8, 10, 12))
    return next((text for text in shown if float(text) != 1.0), "1")


def _verdict(made: Forecast) -> Note:
    bounds = made.bounds
    facts = {
        "auto": bounds.auto,
        "largest": bounds.largest_stable,
        "L": bounds.largest_curvature,
        "columns": listed(list(made.directions[0].columns)),
        "batch_size": made.batch_size,
        "smallest": bounds.smallest_batch,
        "batch_limit": 2.0 / bounds.largest_curvature,
    }
    if not made.journey.exact:
        return Note("forecast_use_bound", facts)
    if bounds.rule == "batch" and made.schedule != "constant":
        return Note("forecast_use_batch_falling", facts)
    return Note(f"forecast_use_{bounds.rule}", facts)


def _rate(made: Forecast, one: RateForecast) -> list[Note]:
    if not made.journey.exact:
        return []
    facts = _facts(made, one)
    if made.bounds.rule != "batch":
        return _rate_of_batches(made, one, facts)
    if made.schedule != "constant":
        if math.isfinite(one.bad_update):
            return [Note("forecast_schedule_diverges", facts)]
        late = not math.isfinite(one.epochs)
        return [Note("forecast_schedule_late" if late else "forecast_schedule_arrives", facts)]
    if one.epochs == 0.0:
        return [Note("forecast_at_once", facts)]
    if one.regime == "too high":
        seen = math.isfinite(one.bad_update)
        return [Note("forecast_too_high" if seen else "forecast_too_high_unmoved", facts)]
    if made.tolerance == 0.0:
        return [Note("forecast_no_tolerance", facts)]
    if not math.isfinite(one.epochs):
        return [Note("forecast_never", facts)]
    too_few = "late_" if one.epochs > made.journey.epochs else ""
    return [Note(f"forecast_arrives_{too_few}{one.regime.replace('too ', '')}", facts)]


def _facts(made: Forecast, one: RateForecast) -> dict[str, Any]:
    quadratic, bounds = made.journey.quadratic, made.bounds
    slowest = made.directions[one.slowest or 0]
    steepest = made.directions[0]
    kept = one.rate * slowest.curvature
    return {
        "rate": one.rate,
        "regime": phrase(f"forecast_regime_{one.regime.replace(' ', '_')}"),
        "auto": bounds.auto,
        "times": _times(one.rate / bounds.largest_stable),
        "largest": bounds.largest_stable,
        "tolerance": made.tolerance,
        "needed": in_words(one.epochs),
        "needed_auto": in_words(_needed_at(made, bounds.auto)) if one.regime == "too low" else "",
        "columns": listed(list(slowest.columns)),
        "taken": 100.0 * (kept if kept <= 1.0 else 2.0 - kept),
        "nearer": 100.0 * (2.0 - one.rate * steepest.curvature),
        "steepest": listed(list(steepest.columns)),
        "grows": one.factors[0],
        "update": in_words(one.bad_update),
        "schedule": made.schedule,
        "epochs": made.journey.epochs,
        "loss": one.loss_after,
        "above": _above_after(made, one),
        "optimum": quadratic.floor,
        "batch_size": made.batch_size,
    }


def _above_after(made: Forecast, one: RateForecast) -> float:
    """Return the loss above its minimum after the epochs asked for, tiny ones to all digits."""
    journey, quadratic = made.journey, made.journey.quadratic
    if made.schedule != "constant" or made.bounds.rule != "batch":
        return max(0.0, one.loss_after - quadratic.floor)
    along = quadratic.along(journey.start)
    excess = 0.5 * quadratic.curvatures * (along * along).sum(axis=1)
    with np.errstate(all="ignore"):
        left = np.exp(2.0 * journey.epochs * log_factors(quadratic.curvatures, one.rate))
        return float(excess[excess > 0.0] @ left[excess > 0.0])


def _best(made: Forecast) -> list[Note]:
    """Return the best constant rate, where it is faster from this start and not all but unstable.

    2/(mu + L) shrinks the slowest direction fastest; a start may have little to walk along that.
    """
    bounds, best = made.bounds, made.best_rate
    known = made.journey.exact and made.schedule == "constant" and made.tolerance > 0.0
    if not known or not bounds.auto * 1.01 < best < bounds.largest_stable * 0.999:
        return []
    needed, needed_auto = _needed_at(made, best), _needed_at(made, bounds.auto)
    if not needed < needed_auto:
        return []
    facts = {
        "best": best,
        "auto": bounds.auto,
        "tolerance": made.tolerance,
        "needed": in_words(needed),
        "needed_auto": in_words(needed_auto),
    }
    return [Note("forecast_best", facts)]


def _needed_at(made: Forecast, rate: float) -> float:
    journey = made.journey
    if made.bounds.rule != "batch":
        return math.nan
    return epochs_to_gradient(journey.quadratic, journey.start, rate, journey.limits.gradient)


def _rate_of_batches(made: Forecast, one: RateForecast, facts: dict[str, Any]) -> list[Note]:
    if one.regime == "too high":
        return [Note("forecast_unproven_grows", {**facts, "limit": one.limit})]
    if one.regime == "unproven":
        falls = made.schedule != "constant"
        return [Note("forecast_unproven_falling" if falls else "forecast_unproven", facts)]
    if one.floor is None or made.schedule != "constant":
        return []
    if not math.isfinite(one.floor.reshuffled):
        return []
    if one.floor.reshuffled <= 1e-14 * made.journey.limits.loss:
        return [Note("forecast_no_floor", facts)]
    waiting = in_words(one.epochs_to_floor)
    hovering = {
        "floor": one.floor.reshuffled,
        "independent": one.floor.independent,
        "level": made.journey.quadratic.floor + one.floor.reshuffled,
        "waiting": waiting,
    }
    return [Note("forecast_floor", {**facts, **hovering})]


def _units(made: Forecast) -> Note:
    conditions = made.conditions
    facts = {
        "factor": conditions.units,
        "raw": conditions.raw,
        "standardized": conditions.standardized,
        "largest": conditions.largest,
        "largest_size": conditions.sizes.get(conditions.largest, math.nan),
        "smallest": conditions.smallest,
        "smallest_size": conditions.sizes.get(conditions.smallest, math.nan),
        "columns": listed(list(conditions.steepest)),
        "flat": listed(list(conditions.flattest)),
        "raw_limit": conditions.raw_limit,
        "limit": conditions.standardized_limit,
        "needed": in_words(made.standardized_epochs),
    }
    if not conditions.units >= _HARSH_UNITS:
        return Note("forecast_units_alike", facts)
    # units need not cost rates: small columns only make the descent slow
    slow = "_slow" if conditions.raw_limit >= conditions.standardized_limit else ""
    known = math.isfinite(made.standardized_epochs) and made.tolerance > 0.0
    kind = "scaled" if made.standardized else "unscaled" if known else "unscaled_only"
    return Note(f"forecast_units_{kind}{slow}", facts)


def _near(made: Forecast) -> list[Note]:
    parts, inflation = [], made.conditions.inflation
    for one in made.conditions.near[:_SHOWN_NEAR]:
        known = [inflation[name] for name in one.columns if name in inflation]
        facts: dict[str, Any] = {"columns": listed(list(one.columns)), "index": one.index}
        facts["inflation"] = max(known, default=math.nan)
        parts.append(Note("forecast_near" if known else "forecast_near_only", facts))
    return parts


def _batches(made: Forecast) -> list[Note]:
    sampling = made.sampling
    if sampling.rows < 2:
        return []
    facts = {
        "one": sampling.bound(1),
        "enough": sampling.enough,
        "rows": sampling.rows,
        "all": sampling.bound(sampling.rows),
    }
    return [Note("forecast_batches_given" if made.order == "given" else "forecast_batches", facts)]
