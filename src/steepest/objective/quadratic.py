"""A squared error of a linear model, known completely from its moments.

In training coordinates ``loss(p) = floor + 1/2 sum_i curvature_i c_i^2``, where ``c = V'(p - p*)``
are the coordinates along the directions of curvature (the columns of V) and p* the optimum.
One epoch of batch descent multiplies each c_i by ``1 - rate * curvature_i`` (Nocedal and
Wright, *Numerical Optimization*, 2nd ed., section 3.3), so it costs O(d) and needs no rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.objective.dependence import Dependence, dependent_columns, tidy
from steepest.objective.losses import Loss
from steepest.objective.moments import Moments, standard_coordinates
from steepest.objective.penalties import Penalty

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Quadratic:
    """Objective contract, for a quadratic loss and from moments alone.

    Attributes
    ----------
    B, t : arrays of shape (1 + d, P), (1 + d, K)
        ``loss(p) = scale * (|B p - t|^2 + unreachable)``, summed over targets.
    scale : float
        Half the loss's curvature divided by the sum of weights.
    unreachable : array of shape (K,)
        Sum of squared errors of each target that no parameters remove.
    optimum : array of shape (P, K)
        A minimum; of smallest length in standardized coordinates where there are many.
    floor : float
        The loss there.
    directions : array of shape (P, P)
        V: orthonormal columns, steepest curvature first.
    curvatures : array of shape (P,)
        Eigenvalues of the Hessian, descending, in training coordinates.
    rank : int
        How many of them are not zero.
    dependent : list of Dependence
        Exactly dependent columns, by their place among the features; -1 is the intercept.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates, moments_of
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> units = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> quadratic = quadratic_of(moments_of(rows), LOSSES["squared_error"], units)
    >>> round(float(quadratic.value(np.array([[1.0]]))), 12)
    4.666666666667
    """

    B: Floats
    t: Floats
    scale: float
    unreachable: Floats
    optimum: Floats
    floor: float
    directions: Floats
    curvatures: Floats
    rank: int
    dependent: list[Dependence]
    coordinates: Coordinates

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""
        return self.B.shape[1], self.t.shape[1]

    @property
    def largest_curvature(self) -> float:
        """L, the largest eigenvalue of the Hessian."""
        return float(self.curvatures[0]) if len(self.curvatures) else 0.0

    @property
    def smallest_curvature(self) -> float:
        """mu, the smallest eigenvalue of the Hessian that is not zero."""
        return float(self.curvatures[self.rank - 1]) if self.rank else 0.0

    @property
    def condition(self) -> float:
        """The condition number L/mu, inf where nothing curves."""
        mu = self.smallest_curvature
        return self.largest_curvature / mu if mu > 0.0 else math.inf

    def value(self, parameters: Floats) -> Floats:
        """Return the loss at parameters of shape (..., P, K), shape (...)."""
        return np.asarray(self.value_each(parameters).sum(axis=-1))

    def value_each(self, parameters: Floats) -> Floats:
        """Return the loss of each target at parameters (..., P, K), shape (..., K)."""
        errors = np.einsum("ip,...pk->...ik", self.B, parameters) - self.t
        squares = (errors * errors).sum(axis=-2)
        return np.asarray(self.scale * (squares + self.unreachable))

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters of shape (P, K), in their shape."""
        errors = np.einsum("ip,pk->ik", self.B, parameters) - self.t
        return np.asarray(2.0 * self.scale * np.einsum("ip,ik->pk", self.B, errors))

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return loss and gradient at parameters of shape (P, K)."""
        return float(self.value(parameters)), self.gradient(parameters)

    def along(self, parameters: Floats) -> Floats:
        """Return c (P, K): the way from the optimum along each direction of curvature."""
        return np.asarray(np.einsum("pi,pk->ik", self.directions, parameters - self.optimum))

    def at(self, along: Floats) -> Floats:
        """Return the parameters (..., P, K) at ``along`` (..., P, K), the inverse of it."""
        return np.asarray(self.optimum + np.einsum("pi,...ik->...pk", self.directions, along))

    def seen_in(self, coordinates: Coordinates) -> Quadratic:
        """Return the same loss of the same rows in other coordinates of theirs."""
        here, there = self.coordinates, coordinates
        kept = np.isfinite(here.scale) & np.isfinite(there.scale)
        ratio = np.where(kept, here.scale, 0.0) / np.where(kept, there.scale, 1.0)
        first = int(here.intercept)
        B = self.B.copy()
        B[:, first:] *= ratio
        if first:
            drift = np.where(kept, (here.shift - there.shift) / there.scale, 0.0)
            B[:, 1:] += drift * B[:, :1]
        directions, curvatures = _spectrum(B, self.scale, self.rank)
        return replace(
            self,
            B=B,
            optimum=_moved(self.optimum, here, there),
            directions=directions,
            curvatures=curvatures,
            coordinates=there,
        )


def quadratic_of(moments: Moments, loss: Loss, coordinates: Coordinates) -> Quadratic:
    """Return the quadratic that ``loss`` is on the rows of ``moments``.

    The optimum is found in standardized coordinates by orthogonal factors, never by the normal
    equations, and then moved to the coordinates asked for.

    Examples
    --------
    >>> from steepest.data.coordinates import identity
    >>> from steepest.data.source import ArraySource
    >>> from steepest.objective.losses import LOSSES
    >>> from steepest.objective.moments import moments_of
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> q = quadratic_of(
    ...     moments_of(rows), LOSSES["squared_error"], identity(1, intercept=False)
    ... )
    >>> round(float(q.optimum[0, 0]), 12), round(q.largest_curvature, 12)
    (2.0, 9.333333333333)
    """
    B = moments.design(coordinates)
    t, unreachable = moments.target()
    if not loss.bounded:
        raise ValueError(f"the loss {loss.name} has no quadratic that bounds it")
    scale = 0.5 * loss.curvature_bound / moments.weight
    reference = standard_coordinates(moments, intercept=coordinates.intercept, standardize=True)
    dependent, missing = _dependences(moments, reference)
    optimum = _moved(_optimum(moments, reference, missing), reference, coordinates)
    errors = np.einsum("ip,pk->ik", B, optimum) - t
    rank = B.shape[1] - missing
    directions, curvatures = _spectrum(B, scale, rank)
    return Quadratic(
        B=B,
        t=t,
        scale=scale,
        unreachable=unreachable,
        optimum=optimum,
        floor=float(scale * ((errors * errors).sum() + unreachable.sum())),
        directions=directions,
        curvatures=curvatures,
        rank=rank,
        dependent=dependent,
        coordinates=coordinates,
    )


def _spectrum(B: Floats, scale: float, rank: int) -> tuple[Floats, Floats]:
    """Return directions and curvatures, steepest first; beyond ``rank`` there is no curvature."""
    _, lengths, V = np.linalg.svd(B, full_matrices=True)
    curvatures = np.zeros(B.shape[1])
    curvatures[: len(lengths)] = 2.0 * scale * lengths**2
    curvatures[rank:] = 0.0
    return np.ascontiguousarray(V.T), curvatures


def _dependences(moments: Moments, reference: Coordinates) -> tuple[list[Dependence], int]:
    """Return the dependent columns and the number of directions without curvature."""
    columns = moments.columns
    design = moments.design(reference)
    slopes = design[:, int(reference.intercept) :]
    present = np.flatnonzero(np.abs(slopes).max(axis=0, initial=0.0) > 0.0)
    means, deviations = moments.means[:columns], moments.deviations[:columns]
    lengths = np.hypot(means, deviations) / reference.scale * np.sqrt(moments.weight)
    centred = slopes[1:, present] if reference.intercept else slopes[:, present]
    triangle = _upper(centred)
    if triangle.shape[0] < triangle.shape[1]:
        padding = np.zeros((triangle.shape[1] - triangle.shape[0], triangle.shape[1]))
        triangle = np.concatenate([triangle, padding])
    found = dependent_columns(triangle, lengths[present])
    named = [_in_table_units(one, present, moments, reference) for one in found]
    return named, len(found) + columns - len(present)


def _upper(columns: Floats) -> Floats:
    """Return the triangular factor of columns (m, p)."""
    return np.asarray(np.linalg.qr(columns)[1]) if columns.size else np.zeros((0, 0))


def _in_table_units(
    found: Dependence, present: npt.NDArray[np.int64], moments: Moments, reference: Coordinates
) -> Dependence:
    column = int(present[found.column])
    others = tuple(int(present[other]) for other in found.others)
    scale, means = reference.scale, moments.means
    factors = [
        tidy(factor * scale[column] / scale[other])
        for factor, other in zip(found.factors, others, strict=True)
    ]
    if not reference.intercept:
        return Dependence(column, others, tuple(factors))
    parts = [factor * means[other] for factor, other in zip(factors, others, strict=True)]
    constant = means[column] - sum(parts)
    size = abs(means[column]) + sum(map(abs, parts)) + reference.scale[column]
    if abs(constant) > 1e-9 * size:
        others, factors = (*others, -1), [*factors, tidy(constant)]
    return Dependence(column, others, tuple(factors))


def _optimum(moments: Moments, reference: Coordinates, missing: int) -> Floats:
    """Return the least-squares parameters in ``reference``, of smallest length if many."""
    B = moments.design(reference)
    t, _ = moments.target()
    U, lengths, V = np.linalg.svd(B, full_matrices=False)
    rank = min(B.shape[1] - missing, len(lengths))
    if missing == 0:
        Q, R = np.linalg.qr(B)
        return np.asarray(np.linalg.solve(R, np.einsum("ij,ik->jk", Q, t)))
    reached = np.einsum("ij,ik->jk", U[:, :rank], t) / lengths[:rank, None]
    return np.asarray(np.einsum("ji,jk->ik", V[:rank], reached))


def _moved(parameters: Floats, here: Coordinates, there: Coordinates) -> Floats:
    finite = np.isfinite(here.scale)
    ratio = np.where(finite, there.scale, 0.0) / np.where(finite, here.scale, 1.0)
    ratio = np.where(np.isfinite(ratio), ratio, 0.0)
    if not here.intercept:
        return parameters * ratio[:, None]
    slopes = parameters[1:]
    drift = np.where(finite, (there.shift - here.shift) / here.scale, 0.0)
    first = parameters[:1] + (slopes * drift[:, None]).sum(axis=0)
    return np.concatenate([first, slopes * ratio[:, None]])


def penalized(quadratic: Quadratic, l2: float) -> Quadratic:
    """Return the quadratic plus ``l2 / 2`` times the squared length of all but the intercept.

    ``l2 / 2 |w|^2 = scale |D w|^2``, so that it is d rows more beside those of B. What the
    coordinates and the dependences say stays that of the rows.
    """
    if l2 == 0.0:
        return quadratic
    first = int(quadratic.coordinates.intercept)
    width = quadratic.B.shape[1]
    D = np.sqrt(0.5 * l2 / quadratic.scale) * np.eye(width)[first:]
    B = np.concatenate([quadratic.B, D])
    t = np.concatenate([quadratic.t, np.zeros((len(D), quadratic.t.shape[1]))])
    Q, R = np.linalg.qr(B)
    optimum = np.linalg.solve(R, np.einsum("ij,ik->jk", Q, t))
    errors = np.einsum("ip,pk->ik", B, optimum) - t
    directions, curvatures = _spectrum(B, quadratic.scale, width)
    return replace(
        quadratic,
        B=B,
        t=t,
        optimum=optimum,
        floor=float(quadratic.scale * ((errors * errors).sum() + quadratic.unreachable.sum())),
        directions=directions,
        curvatures=curvatures,
        rank=width,
    )


@dataclass(frozen=True, eq=False)
class PenalizedQuadratic:
    """Objective contract, for a quadratic loss with any penalty, from moments alone."""

    quadratic: Quadratic
    penalty: Penalty

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""
        return self.quadratic.shape

    def value(self, parameters: Floats) -> Floats:
        """Return loss and penalty at parameters of shape (..., P, K), shape (...)."""
        return np.asarray(self.quadratic.value(parameters) + self.penalty.value(parameters))

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient of the smooth part at parameters (P, K), in their shape."""
        return self.quadratic.gradient(parameters) + self.penalty.gradient(parameters)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both at parameters of shape (P, K)."""
        return float(self.value(parameters)), self.gradient(parameters)
