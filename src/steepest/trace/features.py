"""The part of a diagnosis that is about the data: features, targets, rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steepest.trace.evidence import Evidence
from steepest.trace.findings import Finding

# Variance inflation factor from which a feature is called collinear, as is usual (Kutner,
# Nachtsheim, Neter, Li, Applied Linear Statistical Models, 5th ed., 2005, 10.5): nine tenths of
# its variance are the other features', and its coefficient's error is 3.2 times as large.
INFLATED = 10.0
# Epochs grow with the condition number. Unscaled features are at fault if it is beyond 100 (more
# than 900 epochs to 1e-8 at 1/L) and standardizing makes it ten times as small.
HARSH, TIMES = 100.0, 10.0
# Outliers dominate if at most 1 % of the rows carry half of the squared error; of Gaussian errors
# they carry 8.5 %, of Laplace ones 16 %. With 30 rows more than parameters a single row does so by
# chance once in 4,000 tables (Student's t at 5.4, times 30).
TOP_SHARE, LEAST_ROWS = 0.5, 30
_SHOWN = 5


def of_features(e: Evidence) -> list[Finding]:
    """Return what is found in features and target; of a search, nothing about descent."""
    rules = (_constant_target, _unscaled, _collinear, _dependent, _constant_features)
    return [found for rule in rules if (found := rule(e)) is not None]


def of_rows(e: Evidence) -> list[Finding]:
    """Return what is found in single rows, at the returned parameters."""
    if not e.has("top_share", "top_rows", "largest_residual", "largest_row"):
        return []
    spare = e.number("rows") - e.number("parameters")
    if e.number("top_share") < TOP_SHARE or not spare >= LEAST_ROWS:
        return []
    names = ("top_rows", "top_share", "rows", "largest_residual", "largest_row", "loss_there")
    return [Finding("outliers", "found_outliers", e.chosen(*names))]


def quoted(names: Sequence[str]) -> str:
    """Return names quoted and separated by commas, a long list cut short."""
    shown = ", ".join(f"'{name}'" for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown}, …"


def _constant_target(e: Evidence) -> Finding | None:
    still = np.flatnonzero(e.array("target_deviations") == 0.0)
    if not len(still) or not e.has("rows"):
        return None
    place = int(still[0])
    about = e.numbers.get("coordinates")
    names = about["targets"] if isinstance(about, dict) and "targets" in about else ()
    target = names[place] if place < len(names) else f"target {place}"
    facts = {"target": target, "value": float(e.array("target_means")[place])}
    facts |= e.chosen("rows")
    return Finding("constant_target", "found_constant_target", facts)


def _unscaled(e: Evidence) -> Finding | None:
    """High condition number, which standardizing the features would make low."""
    if not e.descends or not e.has("condition", "condition_standardized"):
        return None
    condition, standardized = e.number("condition"), e.number("condition_standardized")
    means, deviations = np.abs(e.array("means")), e.array("deviations")
    if condition <= HARSH or condition < TIMES * standardized or not len(means):
        return None
    columns, centred = e.names("columns"), e.numbers.get("intercept_fitted") is True
    sizes = np.hypot(means, deviations)
    if centred:  # what means do is told apart, since centring mends it
        columns, sizes = [*columns, "intercept"], np.append(deviations, 1.0)
    present = np.flatnonzero(sizes > 0.0)
    wide, narrow = present[np.argmax(sizes[present])], present[np.argmin(sizes[present])]
    with np.errstate(all="ignore"):
        away = np.where(deviations > 0.0, means / deviations, 0.0)
    far = int(np.argmax(away))
    facts = {
        "condition": condition,
        "condition_standardized": standardized,
        "wide": columns[wide],
        "narrow": columns[narrow],
        "ratio": float(sizes[wide] / sizes[narrow]),
        "far_column": columns[far],
        "deviations_away": float(away[far]),
    }
    if not centred:
        return Finding("unscaled_features", "found_unscaled_through_zero", facts)
    # a mean m beside a deviation 1 makes the condition number about m^4, a ratio r about r^2
    offset = facts["deviations_away"] ** 2 > facts["ratio"]
    return Finding("unscaled_features", "found_uncentred" if offset else "found_unscaled", facts)


def _collinear(e: Evidence) -> Finding | None:
    inflation = e.array("inflation")
    high = np.flatnonzero(inflation >= INFLATED)
    if not len(high):
        return None
    columns = e.names("columns")
    order = high[np.argsort(-inflation[high], kind="stable")]
    worst = int(order[0])
    facts = {
        "column": columns[worst],
        "partner": columns[int(e.array("partners")[worst])],
        "inflation": float(inflation[worst]),
        "explained": 1.0 - 1.0 / float(inflation[worst]),
        "count": len(high),
        "columns": quoted([columns[place] for place in order]),
    }
    return Finding("collinear_features", "found_collinear", facts)


def _dependent(e: Evidence) -> Finding | None:
    names = e.names("dependent")
    if not names:
        return None
    facts = {"count": len(names), "columns": quoted(names)}
    return Finding("dependent_features", "found_dependent", facts)


def _constant_features(e: Evidence) -> Finding | None:
    names = e.names("constant")
    if not names:
        return None
    facts = {"count": len(names), "columns": quoted(names), **e.chosen("rows")}
    return Finding("constant_features", "found_constant_features", facts)
