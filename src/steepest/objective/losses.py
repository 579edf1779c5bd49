"""The loss table: each loss is a function of one row's scores and targets.

The functions of an entry, ``f(score, target, extra)``, are elementwise and written once: they work
on numbers and on arrays of any shape, and compiled loops inline them as they stand
(``loss_kernel.py``). With K scores a row the loss is the sum over its K entries; the loss of a set
of rows is the weighted mean over the rows. ``extra`` is the loss's own parameter (Huber's
``epsilon``, the ``quantile``), or, where a row's scores belong together (softmax), the logarithm of
the sum of their exponentials.

Scores of any size give no NaN. Where an exponential link overflows, value and slope are infinite.

Adding a loss costs its functions, one entry of ``_TABLE`` and one line of documentation
(CONTRIBUTING shows it). ``gradient`` always means with respect to the parameters, and lives in
``linear.py``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Elementwise = Callable[[Any, Any, Any], Any]


def exp(x: Any) -> Any:
    """e^x; in compiled loops ``exponential_kernel.py``'s, which vectorizes."""
    return np.exp(x)


def log(x: Any) -> Any:
    """Logarithm; in compiled loops ``exponential_kernel.py``'s."""
    return np.log(x)


def log1p(x: Any) -> Any:
    """log(1 + x), x from 0 to 1; in compiled loops ``exponential_kernel.py``'s."""
    return np.log1p(x)


def squared_value(score: Any, target: Any, extra: Any) -> Any:
    """(score - target)^2."""
    return (score - target) * (score - target)


def squared_slope(score: Any, target: Any, extra: Any) -> Any:
    """2 (score - target)."""
    return 2.0 * (score - target)


def squared_curvature(score: Any, target: Any, extra: Any) -> Any:
    """2 everywhere."""
    return 2.0 + 0.0 * (score - target)


def half_squared_value(score: Any, target: Any, extra: Any) -> Any:
    """(score - target)^2 / 2."""
    return 0.5 * (score - target) * (score - target)


def half_squared_slope(score: Any, target: Any, extra: Any) -> Any:
    """Score - target."""
    return score - target


def half_squared_curvature(score: Any, target: Any, extra: Any) -> Any:
    """1 everywhere."""
    return 1.0 + 0.0 * (score - target)


def absolute_value(score: Any, target: Any, extra: Any) -> Any:
    """|score - target|."""
    return np.abs(score - target)


def absolute_slope(score: Any, target: Any, extra: Any) -> Any:
    """Sign of score - target; 0, a subgradient, where they are equal."""
    return 1.0 * (score > target) - 1.0 * (score < target)


def no_curvature(score: Any, target: Any, extra: Any) -> Any:
    """0 wherever there is a second derivative."""
    return 0.0 * (score - target)


def huber_value(score: Any, target: Any, extra: Any) -> Any:
    """r^2 / 2 up to |r| = epsilon, epsilon (|r| - epsilon / 2) beyond."""
    size = np.abs(score - target)
    inner = np.minimum(size, extra)
    return inner * (size - 0.5 * inner)


def huber_slope(score: Any, target: Any, extra: Any) -> Any:
    """Score - target, cut off at epsilon."""
    return np.minimum(np.maximum(score - target, -extra), extra)


def huber_curvature(score: Any, target: Any, extra: Any) -> Any:
    """1 up to epsilon, 0 beyond."""
    return 1.0 * (np.abs(score - target) <= extra)


def quantile_value(score: Any, target: Any, extra: Any) -> Any:
    """Q r where the target is r above the score, (1 - q) r where it is r below."""
    above = target - score
    return np.maximum(extra * above, (extra - 1.0) * above)


def quantile_slope(score: Any, target: Any, extra: Any) -> Any:
    """-q below the target, 1 - q above; 0, a subgradient, at it."""
    return (1.0 - extra) * (score > target) - extra * (score < target)


def logistic_value(score: Any, target: Any, extra: Any) -> Any:
    """log(1 + exp(score)) - target * score, without overflow at any score."""
    return np.maximum(score, 0.0) - target * score + log1p(exp(-np.abs(score)))


def logistic_slope(score: Any, target: Any, extra: Any) -> Any:
    """1 / (1 + exp(-score)) - target, without overflow at any score."""
    small = exp(-np.abs(score))
    positive = 1.0 * (score >= 0.0)
    return (positive + (1.0 - positive) * small) / (1.0 + small) - target


def logistic_curvature(score: Any, target: Any, extra: Any) -> Any:
    """P (1 - p) with p = 1 / (1 + exp(-score)); at most 1/4."""
    small = exp(-np.abs(score))
    return small / ((1.0 + small) * (1.0 + small)) + 0.0 * target


def poisson_value(score: Any, target: Any, extra: Any) -> Any:
    """Half the deviance, exp(score) - target score - target + target log(target)."""
    return exp(score) - target * (score + 1.0 - log(np.maximum(target, _TINY)))


def poisson_slope(score: Any, target: Any, extra: Any) -> Any:
    """Exp(score) - target."""
    return exp(score) - target


def poisson_curvature(score: Any, target: Any, extra: Any) -> Any:
    """Exp(score)."""
    return exp(score) + 0.0 * target


def gamma_value(score: Any, target: Any, extra: Any) -> Any:
    """Half the deviance, target / exp(score) - 1 - log(target / exp(score))."""
    return target * exp(-score) - 1.0 + (score - log(target))


def gamma_slope(score: Any, target: Any, extra: Any) -> Any:
    """1 - target / exp(score)."""
    return 1.0 - target * exp(-score)


def gamma_curvature(score: Any, target: Any, extra: Any) -> Any:
    """Target / exp(score)."""
    return target * exp(-score)


def hinge_value(score: Any, target: Any, extra: Any) -> Any:
    """Max(0, 1 - m), m the score times +1 (target 1) or -1 (target 0)."""
    return np.maximum(0.0, 1.0 - (2.0 * target - 1.0) * score)


def hinge_slope(score: Any, target: Any, extra: Any) -> Any:
    """-1 or +1 where the margin m is below 1, else 0."""
    sign = 2.0 * target - 1.0
    return -sign * (sign * score < 1.0)


def squared_hinge_value(score: Any, target: Any, extra: Any) -> Any:
    """Max(0, 1 - m)^2."""
    short = np.maximum(0.0, 1.0 - (2.0 * target - 1.0) * score)
    return short * short


def squared_hinge_slope(score: Any, target: Any, extra: Any) -> Any:
    """-2 max(0, 1 - m) times the sign of the class."""
    sign = 2.0 * target - 1.0
    return -2.0 * sign * np.maximum(0.0, 1.0 - sign * score)


def squared_hinge_curvature(score: Any, target: Any, extra: Any) -> Any:
    """2 where the margin is below 1, else 0."""
    return 2.0 * ((2.0 * target - 1.0) * score < 1.0)


def softmax_value(score: Any, target: Any, extra: Any) -> Any:
    """Target times (logsum - score): one class's share of -log(probability of the true one)."""
    return target * (extra - score)


def softmax_slope(score: Any, target: Any, extra: Any) -> Any:
    """Probability of the class minus its target."""
    return exp(score - extra) - target


def softmax_curvature(score: Any, target: Any, extra: Any) -> Any:
    """P (1 - p): the diagonal of the Hessian diag(p) - p p' of a row."""
    p = exp(score - extra)
    return p * (1.0 - p) + 0.0 * target


def logsum(scores: Any) -> Any:
    """Return log(sum(exp(scores))) over the last axis, kept as 1, without overflow."""
    top = scores.max(axis=-1, keepdims=True)
    return top + np.log(np.exp(scores - top).sum(axis=-1, keepdims=True))


_TINY = 5e-324  # x log(x) is 0 at 0


def _identity(score: Any) -> Any:
    return score


def _probability(score: Any) -> Any:
    small = np.exp(-np.abs(score))
    return np.where(score >= 0.0, 1.0, small) / (1.0 + small)


def _shares(scores: Any) -> Any:
    return np.exp(scores - logsum(scores))


_DOMAINS: dict[str, Callable[[Any], Any]] = {
    "finite": np.isfinite,
    "binary": lambda target: (target == 0.0) | (target == 1.0),
    "counts": lambda target: np.isfinite(target) & (target >= 0.0),
    "positive": lambda target: np.isfinite(target) & (target > 0.0),
    "shares": lambda target: (target >= 0.0) & (target <= 1.0),
}


@dataclass(frozen=True)
class Loss:
    """One entry of the loss table.

    Attributes
    ----------
    name : str
        Its key in ``LOSSES``.
    functions : tuple of three functions of (score, target, extra)
        Value, slope and curvature, as compiled loops use them.
    curvature_bound : float
        The smallest c with ``curvature <= c`` everywhere (for softmax: with the Hessian of a row at
        most c); infinite where there is none, as where slopes jump.
    domain : {"finite", "binary", "counts", "positive", "shares"}
        Which targets are valid.
    task : {"numbers", "two classes", "classes"}
        What is predicted. Two classes are the targets 0 and 1; of K classes a row's K targets are
        0 but for a 1.
    formula, source : str
        s score, y target, r = s - y; where it comes from.
    inverse_link : function
        From scores (..., K) to predictions: means, or probabilities where ``probabilities``.
    smooth : bool
        Whether it has a slope everywhere; where not, ``slope`` is a subgradient.
    coupled : bool
        Whether the K scores of a row belong together.
    probabilities : bool
        Whether ``inverse_link`` gives probabilities of classes.
    parameter : str or None
        Name of its own parameter, whose value is ``extra``.
    extra : float
        That value.

    Examples
    --------
    >>> huber = LOSSES["huber"].with_parameter(0.5)
    >>> float(huber.value(2.0, 0.0)), float(huber.slope(2.0, 0.0)), float(huber.curvature(0.1, 0.0))
    (0.875, 0.5, 1.0)
    """

    name: str
    functions: tuple[Elementwise, Elementwise, Elementwise]
    curvature_bound: float
    domain: str
    task: str
    formula: str
    source: str
    inverse_link: Callable[[Any], Any] = _identity
    smooth: bool = True
    coupled: bool = False
    probabilities: bool = False
    parameter: str | None = None
    extra: float = 0.0

    @property
    def number(self) -> int:
        """Its number inside compiled loops: its place in the table."""
        return _NUMBERS[self.name]

    @property
    def quadratic(self) -> bool:
        """Whether the curvature is its bound everywhere, so that moments say everything."""
        return self.functions[2] in (squared_curvature, half_squared_curvature)

    @property
    def bounded(self) -> bool:
        """Whether its curvature has a bound, from which rates follow."""
        return math.isfinite(self.curvature_bound)

    @property
    def slope_bound(self) -> float:
        """The largest size of a slope; infinite where slopes have no bound."""
        if self.smooth:
            return math.inf
        return max(self.extra, 1.0 - self.extra) if self.parameter else 1.0

    @property
    def targets(self) -> str:
        """Name of the sentence that says which targets are valid."""
        return f"targets_{self.domain}"

    def with_parameter(self, value: float) -> Loss:
        """Return the same loss with another value of its own parameter."""
        return replace(self, extra=float(value))

    def value(self, score: Any, target: Any) -> Any:
        """Return the loss of each score; of coupled scores (..., K) each one's share of it."""
        return self._filled(0, score, target)

    def slope(self, score: Any, target: Any) -> Any:
        """Return the derivative with respect to each score."""
        return self._filled(1, score, target)

    def curvature(self, score: Any, target: Any) -> Any:
        """Return the second derivative with respect to each score."""
        return self._filled(2, score, target)

    def valid(self, target: Any) -> Any:
        """Return whether each target is valid."""
        return _DOMAINS[self.domain](target)

    def predicted(self, score: Any) -> Any:
        """Return the prediction that scores (..., K) mean, with every overflow as infinity."""
        with np.errstate(over="ignore", under="ignore"):
            return self.inverse_link(score)

    def _filled(self, which: int, score: Any, target: Any) -> Any:
        with np.errstate(over="ignore", under="ignore"):
            extra = logsum(np.asarray(score)) if self.coupled else self.extra
            return self.functions[which](score, target, extra)


_TABLE = (
    Loss(
        "squared_error",
        (squared_value, squared_slope, squared_curvature),
        curvature_bound=2.0,
        domain="finite",
        task="numbers",
        formula="r^2",
        source="Legendre 1805",
    ),
    Loss(
        "half_squared_error",
        (half_squared_value, half_squared_slope, half_squared_curvature),
        curvature_bound=1.0,
        domain="finite",
        task="numbers",
        formula="r^2 / 2; scikit-learn's squared_error",
        source="Legendre 1805",
    ),
    Loss(
        "logistic",
        (logistic_value, logistic_slope, logistic_curvature),
        curvature_bound=0.25,
        domain="binary",
        task="two classes",
        formula="log(1 + exp(s)) - y s; scikit-learn's log_loss",
        source="Cox 1958",
        inverse_link=_probability,
        probabilities=True,
    ),
    Loss(
        "absolute",
        (absolute_value, absolute_slope, no_curvature),
        curvature_bound=math.inf,
        domain="finite",
        task="numbers",
        formula="|r|",
        source="Boscovich 1757",
        smooth=False,
    ),
    Loss(
        "huber",
        (huber_value, huber_slope, huber_curvature),
        curvature_bound=1.0,
        domain="finite",
        task="numbers",
        formula="r^2 / 2 up to |r| = epsilon, epsilon (|r| - epsilon / 2) beyond",
        source="Huber 1964",
        parameter="epsilon",
        extra=1.35,
    ),
    Loss(
        "quantile",
        (quantile_value, quantile_slope, no_curvature),
        curvature_bound=math.inf,
        domain="finite",
        task="numbers",
        formula="q |r| where s < y, (1 - q) |r| where s > y",
        source="Koenker, Bassett 1978",
        smooth=False,
        parameter="quantile",
        extra=0.5,
    ),
    Loss(
        "poisson",
        (poisson_value, poisson_slope, poisson_curvature),
        curvature_bound=math.inf,
        domain="counts",
        task="numbers",
        formula="exp(s) - y s - y + y log(y), half the deviance",
        source="Nelder, Wedderburn 1972",
        inverse_link=np.exp,
    ),
    Loss(
        "gamma",
        (gamma_value, gamma_slope, gamma_curvature),
        curvature_bound=math.inf,
        domain="positive",
        task="numbers",
        formula="y exp(-s) - 1 + s - log(y), half the deviance",
        source="Nelder, Wedderburn 1972",
        inverse_link=np.exp,
    ),
    Loss(
        "hinge",
        (hinge_value, hinge_slope, no_curvature),
        curvature_bound=math.inf,
        domain="binary",
        task="two classes",
        formula="max(0, 1 - m), m = s for class 1, -s for class 0",
        source="Cortes, Vapnik 1995",
        smooth=False,
    ),
    Loss(
        "squared_hinge",
        (squared_hinge_value, squared_hinge_slope, squared_hinge_curvature),
        curvature_bound=2.0,
        domain="binary",
        task="two classes",
        formula="max(0, 1 - m)^2",
        source="Cortes, Vapnik 1995",
    ),
    Loss(
        "softmax",
        (softmax_value, softmax_slope, softmax_curvature),
        curvature_bound=0.5,  # of diag(p) - p p': Boehning, Ann. Inst. Stat. Math. 44, 1992
        domain="shares",
        task="classes",
        formula="log(sum_k exp(s_k)) - s_y",
        source="Cox 1966; Theil 1969",
        inverse_link=_shares,
        coupled=True,
        probabilities=True,
    ),
)
LOSSES: dict[str, Loss] = {loss.name: loss for loss in _TABLE}
_NUMBERS = {loss.name: number for number, loss in enumerate(_TABLE)}
