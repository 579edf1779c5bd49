"""Facts of a problem that a diagnosis reads: curvature, optimum, sizes and dependence of features.

All of them follow from the quadratic that moments give, in O(d^3) and without touching a row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.problem import Problem
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]

# Lists of one number a feature or direction are kept up to this length (20 kB each as JSON).
MOST_LISTED = 1000
_EPSILON = float(np.finfo(np.float64).eps)


def problem_facts(
    problem: Problem, start: Floats, end: Floats, names: Sequence[str] | None = None
) -> dict[str, Any]:
    """Return what is known of a problem and of both ends of a run, as JSON values.

    Parameters
    ----------
    problem : Problem
        What was minimized; without its quadratic only the numbers of rows are known.
    start, end : arrays of shape (P, K)
        First and last point of the run, in training coordinates.
    names : sequence of str, optional
        Of the features.

    Returns
    -------
    dict
        ``rows, validation_rows``; ``exact`` (whether the quadratic is the loss itself),
        ``parameters`` (P), ``intercept_fitted``, ``optimum_loss``, ``loss_at_zero``,
        ``target_means``, ``target_deviations``; ``curvatures`` (of the directions that curve,
        descending), ``gaps_at_start``, ``gaps_at_end`` (length over targets of the way from the
        optimum along each); ``condition``, ``condition_standardized``; ``columns`` (names),
        ``means``, ``deviations`` (in training coordinates), ``inflation`` (variance inflation
        factors; None where constant or part of an exact combination), ``partners`` (place of the
        feature that gives most of it), ``dependent`` and ``constant`` (names).
    """
    validation = 0 if problem.validation is None else problem.validation.rows
    facts: dict[str, Any] = {"rows": problem.rows.rows, "validation_rows": validation}
    quadratic = problem.quadratic
    if quadratic is None:
        return facts
    with np.errstate(all="ignore"):
        facts |= {"exact": problem.exact, "parameters": quadratic.shape[0]}
        facts["intercept_fitted"] = problem.coordinates.intercept
        facts |= _of_target(quadratic, problem.loss.curvature_bound)
        if problem.exact:
            zero = np.zeros_like(quadratic.optimum)
            facts["optimum_loss"] = quadratic.floor
            facts["loss_at_zero"] = float(quadratic.value(zero))
        if quadratic.shape[0] <= MOST_LISTED:
            if problem.exact:
                facts |= _of_directions(quadratic, start, end)
            facts |= _of_features(quadratic, problem.loss.curvature_bound, names)
    return facts


def _weight(quadratic: Quadratic, bound: float) -> float:
    return 0.5 * bound / quadratic.scale


def _of_target(quadratic: Quadratic, bound: float) -> dict[str, Any]:
    weight, t = _weight(quadratic, bound), quadratic.t
    means = t[0] / np.sqrt(weight)
    spread = np.sqrt(((t[1:] ** 2).sum(axis=0) + quadratic.unreachable) / weight)
    still = spread <= 8.0 * _EPSILON * np.abs(means)
    return {
        "target_means": means.tolist(),
        "target_deviations": np.where(still, 0.0, spread).tolist(),
    }


def _of_directions(quadratic: Quadratic, start: Floats, end: Floats) -> dict[str, Any]:
    rank = quadratic.rank
    first, last = (np.linalg.norm(quadratic.along(point)[:rank], axis=1) for point in (start, end))
    return {
        "curvatures": quadratic.curvatures[:rank].tolist(),
        "gaps_at_start": first.tolist(),
        "gaps_at_end": last.tolist(),
    }


def _of_features(quadratic: Quadratic, bound: float, names: Sequence[str] | None) -> dict[str, Any]:
    offset = int(quadratic.coordinates.intercept)
    weight = _weight(quadratic, bound)
    slopes = quadratic.B[:, offset:] / np.sqrt(weight)
    columns = slopes.shape[1]
    named = list(names) if names is not None else [f"x{i}" for i in range(columns)]
    means, deviations = slopes[0], np.sqrt((slopes[1:] ** 2).sum(axis=0))
    constant = np.isinf(quadratic.coordinates.scale)
    dependent = [one.column for one in quadratic.dependent]
    seen = slopes[offset:]  # an intercept takes the means out
    lengths = np.sqrt((seen**2).sum(axis=0))
    present = np.flatnonzero(~constant & (lengths > 0.0))
    unit = seen[:, present] / lengths[present]
    condition = quadratic.condition
    standard = bool((np.abs(lengths[present] - 1.0) < 1e-6).all())
    if not standard or (offset and bool((np.abs(means[present]) > 1e-6).any())):
        standardized = _condition(unit, len(present) - len(dependent), offset)
    else:
        standardized = condition
    kept = ~np.isin(present, dependent)
    inflation, partners = _inflation(unit[:, kept], present[kept], columns)
    inflation[combined_columns(quadratic)] = np.nan
    return {
        "condition": condition,
        "condition_standardized": standardized,
        "columns": named,
        "means": means.tolist(),
        "deviations": deviations.tolist(),
        "inflation": [None if np.isnan(one) else float(one) for one in inflation],
        "partners": partners.tolist(),
        "dependent": [named[column] for column in dependent],
        "constant": [named[column] for column in np.flatnonzero(constant)],
    }


def combined_columns(quadratic: Quadratic) -> list[int]:
    """Return the columns that take part in an exact combination.

    The others explain them completely; what fewer of the others explain would depend on which of
    them were left out.
    """
    parts = {one.column for one in quadratic.dependent}
    for one in quadratic.dependent:
        parts |= {other for other in one.others if other >= 0}
    return sorted(parts)


def _condition(unit: Floats, rank: int, offset: int) -> float:
    """Return the condition number that standardized features have, those of length 1."""
    squares = np.linalg.svd(unit, compute_uv=False)[:rank] ** 2
    both = [*squares, *([1.0] if offset else [])]
    return float(max(both) / min(both)) if both and min(both) > 0.0 else float("inf")


def _inflation(
    unit: Floats, places: npt.NDArray[np.int64], columns: int
) -> tuple[Floats, npt.NDArray[np.int64]]:
    """Return each feature's variance inflation factor, and the feature that gives most of it.

    The diagonal of the inverse correlation matrix ``(U'U)^-1 = R^-1 R^-T``; a feature's regression
    on the others has the coefficients ``-inverse_jk / inverse_jj`` (Kutner, Nachtsheim, Neter, Li,
    *Applied Linear Statistical Models*, 5th ed., 2005, 10.5).
    """
    inflation, partners = np.full(columns, np.nan), np.full(columns, -1)
    if unit.shape[1] < 2 or unit.shape[0] < unit.shape[1]:
        return inflation, partners
    try:
        back = np.linalg.inv(np.linalg.qr(unit)[1])
    except np.linalg.LinAlgError:
        return inflation, partners
    inverse = np.einsum("jk,lk->jl", back, back)
    inflation[places] = np.diag(inverse)
    np.fill_diagonal(inverse, 0.0)
    partners[places] = places[np.argmax(np.abs(inverse), axis=1)]
    return inflation, partners
