"""Condition numbers: what of them is the table's units, and what is columns that say the same.

The condition number L/mu of a least-squares loss depends on the units of the columns, and only
what no scaling and centring removes says something about the data. Three of them are compared:
in the table's own units; with every column divided by its root mean square (no other scaling does
better by more than a factor of the number of columns: van der Sluis, Numer. Math. 14, 1969); and
standardized, where only correlations are left. Their ratios are what units, offsets and
collinearity contribute.

What is left is told apart by columns as Belsley, Kuh and Welsch do (*Regression Diagnostics*, 1980,
section 3.2): the condition index of a direction is the root of L/curvature of the columns scaled
to equal length; the variance of a coefficient is a sum over directions, and a near dependence is
a direction of large index that has more than half of the variance of two or more columns. The
variance inflation factor of a column is 1/(1 - R^2) of the column given the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.descent.facts import combined_columns
from steepest.forecasting.fates import main_columns
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]

# Belsley, Kuh and Welsch: 5 to 10 weak, 30 and more strong dependence.
_LARGE_INDEX = 10.0
_VARIANCE_SHARE = 0.5
_EPSILON = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class NearDependence:
    """Columns that almost determine each other.

    Attributes
    ----------
    index : float
        Condition index of the direction.
    columns : mapping of str to float
        The share of each one's variance that lies along the direction.
    """

    index: float
    columns: dict[str, float]


@dataclass(frozen=True)
class Conditioning:
    """Condition numbers of one table, in three coordinates, and the columns behind them.

    Attributes
    ----------
    raw, scaled, standardized : float
        L/mu in the table's own units, with columns of root mean square 1, and standardized; inf
        where nothing curves.
    raw_limit, standardized_limit : float
        Largest stable rates of batch descent, 2/L.
    sizes : mapping of str to float
        Root mean square of every column in the table's units; the intercept's is 1.
    largest, smallest : str
        The columns of the largest and of the smallest size.
    steepest, flattest : mapping of str to float
        Main columns, with shares, of the steepest and flattest direction in the table's units.
    inflation : mapping of str to float
        Variance inflation factor of each column that takes part in no exact combination.
    near : tuple of NearDependence
        Directions of condition index 10 or more, the flattest first.
    """

    raw: float
    scaled: float
    standardized: float
    raw_limit: float
    standardized_limit: float
    sizes: dict[str, float]
    largest: str
    smallest: str
    steepest: dict[str, float]
    flattest: dict[str, float]
    inflation: dict[str, float]
    near: tuple[NearDependence, ...]

    @property
    def units(self) -> float:
        """The factor of the condition number that units and offsets make."""
        return self.raw / self.standardized if self.standardized > 0.0 else np.inf


@dataclass(frozen=True, eq=False)
class Views:
    """The same loss in the table's units and standardized, and what scaling alone would do.

    Attributes
    ----------
    raw, standardized : Quadratic
        The loss in other coordinates.
    scaled : float
        Condition number with columns of root mean square 1.
    sizes : array of shape (d,)
        Root mean squares of the columns in the table's units.
    """

    raw: Quadratic
    scaled: float
    standardized: Quadratic
    sizes: Floats


def views_of(quadratic: Quadratic, weight: float) -> Views:
    """Return the loss in other coordinates; ``weight`` is the sum of the rows' weights."""
    here = quadratic.coordinates
    finite = np.isfinite(here.scale)
    first = int(here.intercept)
    columns = quadratic.B[:, first:] / np.sqrt(weight)
    scale = np.where(finite, here.scale, 0.0)
    means = here.shift + columns[0] * scale
    deviations = np.sqrt((columns[1:] ** 2).sum(axis=0)) * scale
    constant = deviations <= 8.0 * _EPSILON * np.abs(means)
    sizes = np.hypot(means, deviations)
    ones, zeros = np.where(finite, 1.0, np.inf), np.where(finite, 0.0, means)
    lengths = np.where(sizes > 0.0, sizes, 1.0) * ones
    spread = np.where(constant, 1.0, deviations) * ones
    middle = means if here.intercept else np.zeros_like(means)
    raw = _seen(quadratic, Coordinates(zeros, ones, here.intercept))
    B = raw.B.copy()
    B[:, first:] /= lengths
    singular = np.linalg.svd(B, compute_uv=False)
    scaled = (singular[0] / singular[raw.rank - 1]) ** 2 if raw.rank else np.inf
    standardized = _seen(quadratic, Coordinates(middle, spread, here.intercept))
    return Views(raw, float(scaled), standardized, sizes)


def _seen(quadratic: Quadratic, there: Coordinates) -> Quadratic:
    """Return the loss in other coordinates, itself where they are its own but for rounding."""
    here = quadratic.coordinates
    near = np.abs(here.shift - there.shift) <= 1e-14 * (np.abs(there.shift) + there.scale)
    alike = np.isclose(here.scale, there.scale, rtol=1e-14, atol=0.0)
    return quadratic if near.all() and alike.all() else quadratic.seen_in(there)


def conditioning_of(views: Views, names: Sequence[str]) -> Conditioning:
    """Return what makes the condition number what it is.

    Parameters
    ----------
    views : Views
        The loss in its coordinates.
    names : sequence of str
        Of the parameters, the intercept's included.
    """
    raw, standardized = views.raw, views.standardized
    first = int(raw.coordinates.intercept)
    present = np.isfinite(raw.coordinates.scale) & (views.sizes > 0.0)
    sizes = {"intercept": 1.0} if first else {}
    sizes |= {names[first + i]: float(views.sizes[i]) for i in np.flatnonzero(present).tolist()}
    inflation, near = collinearity(standardized, names)
    shares = raw.directions**2
    last = max(0, raw.rank - 1)
    return Conditioning(
        raw=raw.condition,
        scaled=views.scaled,
        standardized=standardized.condition,
        raw_limit=_limit(raw),
        standardized_limit=_limit(standardized),
        sizes=sizes,
        largest=max(sizes, key=sizes.__getitem__, default=""),
        smallest=min(sizes, key=sizes.__getitem__, default=""),
        steepest=main_columns(shares[:, 0], names) if shares.size else {},
        flattest=main_columns(shares[:, last], names) if shares.size else {},
        inflation=inflation,
        near=near,
    )


def _limit(quadratic: Quadratic) -> float:
    L = quadratic.largest_curvature
    return 2.0 / L if L > 0.0 else np.inf


def collinearity(
    standardized: Quadratic, names: Sequence[str]
) -> tuple[dict[str, float], tuple[NearDependence, ...]]:
    """Return variance inflation factors, and near dependences.

    Exact combinations are no slow directions (nothing is to be walked along them): they count
    neither among the near dependences, which are made of all columns, nor have their columns
    inflation factors, which would depend on the columns chosen to be left out.
    """
    first = int(standardized.coordinates.intercept)
    design = standardized.B[first:, first:]
    lengths = np.sqrt((design**2).sum(axis=0))
    dependent = [one.column for one in standardized.dependent]
    kept = np.flatnonzero((lengths > 0.0) & np.isfinite(standardized.coordinates.scale)).tolist()
    rank = sum(i not in dependent for i in kept)
    if not rank:
        return {}, ()
    _, singular, V = np.linalg.svd(design[:, kept] / lengths[kept], full_matrices=False)
    singular, V = singular[:rank], V[:rank]
    parts = (V / singular[:, None]) ** 2
    inflation = parts.sum(axis=0)
    index = singular[0] / singular
    near = []
    for k in reversed(np.flatnonzero(index >= _LARGE_INDEX)):
        share = parts[k] / inflation
        members = [i for i in np.argsort(-share) if share[i] > _VARIANCE_SHARE]
        if len(members) < 2:  # others share the variance: the columns that make up the direction
            members = list(np.argsort(-(V[k] ** 2))[:2])
        columns = {names[first + kept[i]]: float(share[i]) for i in members}
        near.append(NearDependence(float(index[k]), columns))
    combined = combined_columns(standardized)
    single = [(place, i) for place, i in enumerate(kept) if i not in combined]
    factors = {names[first + i]: float(inflation[place]) for place, i in single}
    return factors, tuple(near)
