"""The loss table: each loss is a function of one row's score and target.

``value``, ``slope`` and ``curvature`` are elementwise functions of (score, target): the loss
and its first and second derivative with respect to the score. They are written so that they
work on numbers and on arrays of any shape alike. With K scores a row the loss is the sum over
its K entries; the loss of a set of rows is the weighted mean over the rows.

``gradient`` always means with respect to the parameters, and lives in ``linear.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Elementwise = Callable[[Any, Any], Any]


def squared_value(score: Any, target: Any) -> Any:
    """(score - target)^2."""
    return (score - target) * (score - target)


def squared_slope(score: Any, target: Any) -> Any:
    """2 (score - target)."""
    return 2.0 * (score - target)


def squared_curvature(score: Any, target: Any) -> Any:
    """2 everywhere."""
    return 2.0 + 0.0 * (score - target)


def half_squared_value(score: Any, target: Any) -> Any:
    """(score - target)^2 / 2."""
    return 0.5 * (score - target) * (score - target)


def half_squared_slope(score: Any, target: Any) -> Any:
    """Score - target."""
    return score - target


def half_squared_curvature(score: Any, target: Any) -> Any:
    """1 everywhere."""
    return 1.0 + 0.0 * (score - target)


def logistic_value(score: Any, target: Any) -> Any:
    """log(1 + exp(score)) - target * score, without overflow at any score."""
    return np.maximum(score, 0.0) - target * score + np.log1p(np.exp(-np.abs(score)))


def logistic_slope(score: Any, target: Any) -> Any:
    """1 / (1 + exp(-score)) - target, without overflow at any score."""
    small = np.exp(-np.abs(score))
    positive = 1.0 * (score >= 0.0)
    return (positive + (1.0 - positive) * small) / (1.0 + small) - target


def logistic_curvature(score: Any, target: Any) -> Any:
    """P (1 - p) with p = 1 / (1 + exp(-score)); at most 1/4."""
    small = np.exp(-np.abs(score))
    return small / ((1.0 + small) * (1.0 + small)) + 0.0 * target


@dataclass(frozen=True)
class Loss:
    """One entry of the loss table.

    Attributes
    ----------
    number : int
        Its number inside compiled loops.
    value, slope, curvature : functions of (score, target)
        See the module's docstring.
    curvature_bound : float
        The smallest c with ``curvature <= c`` everywhere.
    quadratic : bool
        Whether the curvature is that bound everywhere, so that moments say everything.
    targets : str
        Which targets are valid: the sentence that says it.
    valid : function
        Elementwise: whether a target is valid.
    """

    number: int
    value: Elementwise
    slope: Elementwise
    curvature: Elementwise
    curvature_bound: float
    quadratic: bool
    targets: str
    valid: Callable[[Any], Any]


LOSSES: dict[str, Loss] = {
    "squared_error": Loss(
        0,
        squared_value,
        squared_slope,
        squared_curvature,
        curvature_bound=2.0,
        quadratic=True,
        targets="targets_finite",
        valid=np.isfinite,
    ),
    "half_squared_error": Loss(
        1,
        half_squared_value,
        half_squared_slope,
        half_squared_curvature,
        curvature_bound=1.0,
        quadratic=True,
        targets="targets_finite",
        valid=np.isfinite,
    ),
    "logistic": Loss(
        2,
        logistic_value,
        logistic_slope,
        logistic_curvature,
        curvature_bound=0.25,
        quadratic=False,
        targets="targets_binary",
        valid=lambda target: (target == 0.0) | (target == 1.0),
    ),
}
