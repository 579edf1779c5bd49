"""The forecast in sentences, each with the number that makes it true; the verdict comes first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from steepest.data.table import Note, listed
from steepest.forecasting.answer import finite
from steepest.forecasting.courses import epochs_to_gradient
from steepest.forecasting.rates import RateForecast

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
        units = _units(made)
        blamed = units.name.startswith("forecast_units_unscaled")
        parts = [_verdict(made), *([units, *notes] if blamed else [*notes, units])]
        parts += _best(made)
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
    return [Note(f"forecast_arrives_{one.regime.replace('too ', '')}", facts)]


def _facts(made: Forecast, one: RateForecast) -> dict[str, Any]:
    quadratic, bounds = made.journey.quadratic, made.bounds
    slowest = made.directions[one.slowest or 0]
    steepest = made.directions[0]
    return {
        "rate": one.rate,
        "auto": bounds.auto,
        "times": one.rate / bounds.largest_stable,
        "largest": bounds.largest_stable,
        "tolerance": made.tolerance,
        "needed": in_words(one.epochs),
        "needed_auto": in_words(_needed_at(made, bounds.auto)) if one.regime == "too low" else "",
        "columns": listed(list(slowest.columns)),
        "factor": one.factors[one.slowest or 0],
        "steepest": listed(list(steepest.columns)),
        "grows": one.factors[0],
        "update": in_words(one.bad_update),
        "schedule": made.schedule,
        "epochs": made.journey.epochs,
        "loss": one.loss_after,
        "optimum": quadratic.floor,
        "batch_size": made.batch_size,
    }


def _best(made: Forecast) -> list[Note]:
    """Return the fastest constant rate, unless it is the automatic one or all but unstable."""
    bounds, best = made.bounds, made.best_rate
    known = made.journey.exact and made.schedule == "constant" and made.tolerance > 0.0
    if not known or not bounds.auto * 1.01 < best < bounds.largest_stable * 0.999:
        return []
    facts = {
        "best": best,
        "auto": bounds.auto,
        "tolerance": made.tolerance,
        "needed": in_words(_needed_at(made, best)),
        "needed_auto": in_words(_needed_at(made, bounds.auto)),
    }
    return [Note("forecast_best", facts)]


def _needed_at(made: Forecast, rate: float) -> float:
    journey = made.journey
    if made.bounds.rule != "batch":
        return math.nan
    return epochs_to_gradient(journey.quadratic, journey.start, rate, journey.limits.gradient)


def _rate_of_batches(made: Forecast, one: RateForecast, facts: dict[str, Any]) -> list[Note]:
    if one.regime == "unproven":
        limit = made.sampling.exact_limit(made.batch_size)
        if made.bounds.rule == "random" and one.rate > limit:
            return [Note("forecast_unproven_grows", {**facts, "limit": limit})]
        return [Note("forecast_unproven", facts)]
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
        "raw_limit": conditions.raw_limit,
        "limit": conditions.standardized_limit,
        "needed": in_words(made.standardized_epochs),
    }
    if not conditions.units >= _HARSH_UNITS:
        return Note("forecast_units_alike", facts)
    if made.standardized:
        return Note("forecast_units_scaled", facts)
    known = math.isfinite(made.standardized_epochs) and made.tolerance > 0.0
    return Note("forecast_units_unscaled" if known else "forecast_units_unscaled_only", facts)


def _near(made: Forecast) -> list[Note]:
    conditions = made.conditions
    return [
        Note(
            "forecast_near",
            {
                "columns": listed(list(one.columns)),
                "index": one.index,
                "inflation": max(conditions.inflation[name] for name in one.columns),
            },
        )
        for one in conditions.near[:_SHOWN_NEAR]
    ]


def _batches(made: Forecast) -> list[Note]:
    sampling = made.sampling
    if sampling.rows < 2:
        return []
    facts = {
        "one": sampling.bound(1),
        "enough": sampling.enough,
        "fourth": sampling.fourth_moment,
        "rows": sampling.rows,
        "all": sampling.bound(sampling.rows),
    }
    return [Note("forecast_batches", facts)]
