"""The forecast as plain values: the keys that ``steepest forecast --json`` prints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from steepest.descent.rates import rounded_down
from steepest.forecasting.rates import RateForecast, Step
from steepest.forecasting.sampling import Floor, Sampling

if TYPE_CHECKING:
    from steepest.forecasting.record import Forecast


def answer_of(made: Forecast, sentences: Sequence[str]) -> dict[str, Any]:
    """Return every key; None where a number is not finite or does not apply."""
    bounds, conditions, sampling = made.bounds, made.conditions, made.sampling
    quadratic, first = made.journey.quadratic, made.rates[0]
    exact = made.journey.exact
    answer: dict[str, Any] = finite(
        {
            "largest_stable_rate": bounds.largest_stable,
            "best_rate": made.best_rate,
            "safe_rate": made.safe_rate,
            "auto_rate": bounds.auto,
            "kind": made.kind,
            "method": made.method,
            "loss": made.loss,
            "batch_size": made.batch_size,
            "order": made.order,
            "schedule": made.schedule,
            "standardized": made.standardized,
            "eigenvalues": quadratic.curvatures.tolist(),
            "condition_number": quadratic.condition,
            "condition_number_raw": conditions.raw,
            "condition_number_scaled": conditions.scaled,
            "condition_number_standardized": conditions.standardized,
            "units_to_blame": {
                "factor": conditions.units,
                "largest": {"column": conditions.largest, "size": _size(made, "largest")},
                "smallest": {"column": conditions.smallest, "size": _size(made, "smallest")},
                "steepest": conditions.steepest,
                "flattest": conditions.flattest,
                "largest_stable_rate_raw": conditions.raw_limit,
                "largest_stable_rate_standardized": conditions.standardized_limit,
                "epochs_to_tolerance_standardized": made.standardized_epochs,
            },
            "collinear": [
                {"condition_index": one.index, "columns": one.columns} for one in conditions.near
            ],
            "variance_inflation": conditions.inflation,
            "dependent_columns": made.dependent_columns,
            "learning_rate": first.rate,
            "tolerance": made.tolerance,
            "epochs_to_tolerance": first.epochs,
            "directions": directions_at(made, first),
            "optimum_loss": quadratic.floor if exact else None,
            "start_loss": float(quadratic.value(made.journey.start)) if exact else None,
            "epochs": made.journey.epochs,
            "rates": [_rate(made, one) for one in made.rates],
            "fourth_moment": sampling.fourth_moment,
            "batch_size_enough": sampling.enough,
            "batch_sizes": batch_sizes(sampling, made.batch_size),
            "rows": dict(made.rows),
            "sentences": list(sentences),
        }
    )
    return answer


def directions_at(made: Forecast, one: RateForecast) -> list[dict[str, Any]]:
    """Return each direction with what becomes of it at a rate, steepest first."""
    return [
        {
            "curvature": direction.curvature,
            "factor": factor,
            "fate": fate,
            "columns": direction.columns,
            "excess": direction.excess if made.journey.exact else None,
        }
        for direction, factor, fate in zip(made.directions, one.factors, one.fates, strict=True)
    ]


def batch_sizes(sampling: Sampling, chosen: int) -> list[dict[str, Any]]:
    """Return what random batches of 1, 4, 16, ... rows allow, and all rows.

    ``floor`` is the loss above the minimum at half the bound, the automatic rate.
    """
    n = sampling.rows
    sizes = {4**i for i in range(40) if 4**i < n} | {chosen, sampling.enough, n}
    rows = []
    for m in sorted(sizes):
        bound = sampling.bound(m)
        floor = sampling.floor(0.5 * bound, m)
        rows.append(
            {
                "batch_size": m,
                "smallest_batch": n % m or m,
                "largest_stable_rate": bound,
                "kind": "sufficient" if m < n or not sampling.loss.quadratic else "exact",
                "mean_square_limit": sampling.exact_limit(m) if m < n else math.nan,
                "auto_rate": rounded_down(0.5 * bound),
                "floor": floor.reshuffled,
                "floor_kind": "approximate" if m < n else "exact",
                "floor_independent": floor.independent,
                "floor_independent_kind": floor.kind,
            }
        )
    return rows


def finite(value: Any) -> Any:
    """Return plain values, numbers that are not finite as None."""
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _rate(made: Forecast, one: RateForecast) -> dict[str, Any]:
    return {
        "learning_rate": one.rate,
        "automatic": one.automatic,
        "regime": one.regime,
        "epochs_to_tolerance": one.epochs,
        "diverges_at_update": one.bad_update,
        "loss_after": one.loss_after,
        "slowest_factor": None if one.slowest is None else one.factors[one.slowest],
        "floor": None if one.floor is None else _floor(one.floor),
        "epochs_to_floor": one.epochs_to_floor,
        "directions": [
            {"factor": factor, "fate": fate}
            for factor, fate in zip(one.factors, one.fates, strict=True)
        ],
        "steps": [_step(step) for step in one.steps],
    }


def _floor(floor: Floor) -> dict[str, Any]:
    return {
        "reshuffled": floor.reshuffled,
        "reshuffled_kind": "approximate",
        "independent": floor.independent,
        "independent_kind": floor.kind,
        "low": floor.low,
        "high": floor.high,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "parameter": step.parameter,
        "curvature": step.curvature,
        "step": step.steps[0] if len(step.steps) == 1 else list(step.steps),
        "loss": step.loss,
        "fate": step.fate,
    }


def _size(made: Forecast, which: str) -> float:
    sizes = made.conditions.sizes
    return sizes.get(getattr(made.conditions, which), math.nan)
