"""What becomes of each direction of curvature at a rate, and of the rate as a whole.

One epoch of batch descent multiplies the way from the optimum along a direction by
``1 - rate * curvature``. With k = rate * curvature the direction

| fate | when | what an epoch does |
|---|---|---|
| flat | no curvature | nothing; the loss does not depend on it |
| crawls | k < 0.01 | takes off less than 1 %: more than 229 epochs for each factor of ten |
| converges | 0.01 <= k <= 1 | comes nearer from one side |
| oscillates | 1 < k <= 2 | leaps over the minimum, and at k = 2 for ever |
| diverges | k > 2 | leaps farther away than it was |

and the rate is

| regime | when |
|---|---|
| too low | below 1/(2L): about twice the epochs of the safe rate 1/L or more |
| good | from there to the best constant rate 2/(mu + L) |
| high | above, but stable |
| too high | above 2/L: diverges |

For rows in batches the bound of ``descent/rates.py`` stands in place of 2/L: a rate is too low
below a quarter of it, good up to it, and above it *unproven*, or *too high* where it is known that
the mean square of the parameters grows. Under a falling schedule the first rate is judged, and one
above 2/L is only *high* where the schedule lowers it before the loss passes its limit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.rates import RateBounds
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]

FATES = ("flat", "crawls", "converges", "oscillates", "diverges")
REGIMES = ("too low", "good", "high", "too high", "unproven")
CRAWL = 0.01
# Bounds are known to this much of themselves.
_ROUNDING = 1e-12
# A direction is described by the fewest columns that hold this share of it, at most three.
_NAMED_SHARE, _MOST_NAMED = 0.8, 3


@dataclass(frozen=True)
class Direction:
    """A direction of curvature.

    Attributes
    ----------
    curvature : float
        Eigenvalue of the Hessian.
    columns : mapping of str to float
        Its main columns, each with its share (the square of its part in the unit eigenvector).
    excess : float
        How much of the loss at the start lies along it, above the minimum.
    """

    curvature: float
    columns: dict[str, float]
    excess: float


def directions_of(quadratic: Quadratic, start: Floats, names: Sequence[str]) -> list[Direction]:
    """Return all directions, steepest first.

    Parameters
    ----------
    quadratic : Quadratic
        The training loss.
    start : array of shape (P, K)
        Parameters before the first update.
    names : sequence of str
        Of the parameters, the intercept's included.
    """
    along = quadratic.along(start)
    excess = 0.5 * quadratic.curvatures * (along * along).sum(axis=1)
    columns = [main_columns(shares, names) for shares in (quadratic.directions**2).T]
    sizes = zip(quadratic.curvatures.tolist(), columns, excess.tolist(), strict=True)
    return [Direction(curvature, main, above) for curvature, main, above in sizes]


def main_columns(shares: Floats, names: Sequence[str]) -> dict[str, float]:
    """Return the columns that describe a direction, the largest share first.

    >>> main_columns(np.array([0.05, 0.6, 0.35]), ["a", "b", "c"])
    {'b': 0.6, 'c': 0.35}
    """
    order = np.argsort(-shares, kind="stable")[:_MOST_NAMED]
    reached = np.cumsum(shares[order])
    count = int(np.searchsorted(reached, _NAMED_SHARE * (1.0 - _ROUNDING))) + 1
    return {names[i]: float(shares[i]) for i in order[:count]}


def fate(curvature: float, rate: float) -> str:
    """Return what becomes of a direction: a member of ``FATES``.

    >>> [fate(2.0, rate) for rate in (0.001, 0.2, 0.8, 1.0, 1.1)]
    ['crawls', 'converges', 'oscillates', 'oscillates', 'diverges']
    """
    kept = rate * curvature
    if curvature == 0.0:
        return "flat"
    if kept < CRAWL:
        return "crawls"
    if kept <= 1.0 + _ROUNDING:
        return "converges"
    return "oscillates" if kept <= 2.0 * (1.0 + _ROUNDING) else "diverges"


def regime(rate: float, bounds: RateBounds, limit: float = math.nan) -> str:
    """Return what a constant rate is: a member of ``REGIMES``.

    ``limit`` is the rate from which on random batches grow in mean square, NaN if not known.
    """
    L, mu, largest = bounds.largest_curvature, bounds.smallest_curvature, bounds.largest_stable
    if L == 0.0:
        return "good"
    if bounds.rule != "batch" or bounds.kind != "exact":
        if rate > largest * (1.0 + _ROUNDING):
            return "too high" if rate > limit else "unproven"
        return "too low" if rate < 0.25 * largest else "good"
    if rate > largest * (1.0 + _ROUNDING):
        return "too high"
    if rate > 2.0 / (mu + L) * (1.0 + _ROUNDING):
        return "high"
    return "good" if rate >= 0.25 * largest else "too low"
