"""True losses over rows at any parameters: the ground of pictures where moments do not say it.

On a plane the scores of a row are ``u + a v + b w``: three numbers for each row and target, so that
a grid of heights costs a loss for each grid point and row, whatever the number of columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.data.source import ArraySource
from steepest.objective.landscape import Plane, Surface
from steepest.objective.losses import Loss
from steepest.objective.penalties import Penalty
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]
# Scores that heights are made of at most: rows are thinned evenly beyond. A grid takes 0.2 s then.
MOST_SCORES = 2_500
# Points along an axis of a grid: over few scores, over many, and while something is dragged.
FINE, COARSE, SKETCH, _FEW = 61, 41, 15, 700
_SKETCHED = 200
# Numbers looked at together; they stay in the cache.
_TOGETHER = 200_000


@dataclass(frozen=True, eq=False)
class RowLosses:
    """The objective (loss plus penalty) over rows, by looking at the rows.

    Attributes
    ----------
    X, y : arrays of shape (m, d), (m, K)
        Rows in training coordinates: all, or an even sample.
    loss, penalty : Loss, Penalty
        What is minimized.
    coordinates : Coordinates
        Of the parameters.
    count : int
        Number of training rows, of which m are looked at.
    squares : Quadratic, optional
        The loss without penalty where moments give it; no row is looked at then.
    whole : function, optional
        From one point to the objective over all training rows.
    points : int
        Along an axis of a grid of heights.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates
    >>> from steepest.objective.penalties import NO_PENALTY
    >>> rows = ArraySource(np.array([[1.0], [2.0]]), np.array([[0.0], [1.0]]))
    >>> own = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> ground = row_losses(rows, LOSSES["logistic"], NO_PENALTY, own)
    >>> ground.value(np.zeros((3, 1, 1))).round(12).tolist()
    [0.69314718056, 0.69314718056, 0.69314718056]
    """

    X: Floats
    y: Floats
    loss: Loss
    penalty: Penalty
    coordinates: Coordinates
    count: int
    squares: Quadratic | None = None
    whole: Callable[[Floats], Floats] | None = None
    points: int = FINE

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""
        return self.coordinates.parameters, self.y.shape[1]

    @property
    def looked_at(self) -> int:
        """How many of the rows heights are made of."""
        return self.count if self.squares is not None else len(self.X)

    def scores(self, parameters: Floats) -> Floats:
        """Return the scores (..., m, K) of the rows at parameters (..., P, K)."""
        first = int(self.coordinates.intercept)
        made = np.einsum("ij,...jk->...ik", self.X, parameters[..., first:, :])
        return np.asarray(made + parameters[..., :1, :] if first else made)

    def value(self, parameters: Floats) -> Floats:
        """Return the objective at parameters (..., P, K), shape (...)."""
        with np.errstate(all="ignore"):
            if self.squares is not None:
                return np.asarray(self.squares.value(parameters) + self.penalty.value(parameters))
            stack = parameters.reshape(-1, *parameters.shape[-2:])
            step = max(1, _TOGETHER // self.y.size)
            parts = [
                self._mean(self.scores(stack[at : at + step])) for at in range(0, len(stack), step)
            ]
            means = np.concatenate(parts).reshape(parameters.shape[:-2])
            return np.asarray(means + self.penalty.value(parameters))

    def exactly(self, point: Floats) -> float:
        """Return the objective at one point (P, K) over all training rows."""
        if self.whole is None:
            return float(self.value(point))
        with np.errstate(all="ignore"):
            return float(self.whole(point))

    def sketched(self) -> RowLosses:
        """Return the same over few rows and a coarse grid, for pictures of one moment."""
        step = max(1, self.y.size // _SKETCHED)
        return replace(self, X=self.X[::step], y=self.y[::step], points=SKETCH)

    def _mean(self, scores: Floats) -> Floats:
        return np.asarray(self.loss.value(scores, self.y).sum(axis=-1).mean(axis=-1))

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient of the smooth part at parameters (P, K), in their shape."""
        if self.squares is not None:
            return self.squares.gradient(parameters) + self.penalty.gradient(parameters)
        with np.errstate(all="ignore"):
            slopes = self.loss.slope(self.scores(parameters), self.y) / len(self.X)
        gradient = np.einsum("ij,ik->jk", self.X, slopes)
        if self.coordinates.intercept:
            gradient = np.concatenate([slopes.sum(axis=0)[None], gradient])
        return np.asarray(gradient + self.penalty.gradient(parameters))

    def curvature(self, parameters: Floats, place: tuple[int, int]) -> float:
        """Return the second derivative along one parameter, 0 at the flat parts of a loss."""
        row, k = place
        first = int(self.coordinates.intercept)
        own = 0.0 if row < first else self.penalty.l2
        if self.squares is not None:
            column = self.squares.B[:, row]
            return float(2.0 * self.squares.scale * (column @ column)) + own
        with np.errstate(all="ignore"):
            bends = self.loss.curvature(self.scores(parameters), self.y)[:, k]
        column = np.ones(len(self.X)) if row < first else self.X[:, row - first]
        return float((bends * column * column).mean()) + own

    def surface(self, plane: Plane, a: Floats, b: Floats) -> Surface:
        """Return the heights (n, m) over a plane at coordinates ``b`` (n,) and ``a`` (m,)."""
        if self.squares is not None:
            grid = plane.at(*np.meshgrid(a, b))
            return Surface(plane, a, b, self.value(grid))
        held = plane.at(0.0, 0.0)
        u = self.scores(held)
        v, w = (self.scores(held + way) - u for way in plane.directions)
        across = u + a[:, None, None] * v
        heights = np.empty((len(b), len(a)))
        with np.errstate(all="ignore"):
            for place, along in enumerate(b):
                heights[place] = self._mean(across + along * w)
        heights += self.penalty.value(plane.at(*np.meshgrid(a, b)))
        return Surface(plane, a, b, heights)


def row_losses(
    source: ArraySource,
    loss: Loss,
    penalty: Penalty,
    coordinates: Coordinates,
    squares: Quadratic | None = None,
    whole: Callable[[Floats], Floats] | None = None,
) -> RowLosses:
    """Return the ground of a problem's pictures.

    Parameters
    ----------
    source : ArraySource
        All training rows in training coordinates.
    loss, penalty, coordinates
        Of the problem.
    squares : Quadratic, optional
        The loss without penalty, where it is quadratic.
    whole : function, optional
        From one point to the objective over all training rows.
    """
    most = max(50, MOST_SCORES // source.targets)
    chosen = np.unique(np.linspace(0, source.rows - 1, min(source.rows, most)).round()).astype(int)
    taken = ArraySource(
        source.X[chosen], source.y[chosen], None, None, source.shift, source.scale
    ).gathered()
    points = FINE if taken.y.size <= _FEW else COARSE
    return RowLosses(
        *(taken.X, taken.y, loss, penalty, coordinates, source.rows, squares),
        whole=whole,
        points=points,
    )
