"""What is known of sparse rows beforehand: moments of few columns, curvature of many."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.sparse_source import SparseSource
from steepest.objective.factor import factor_of_products
from steepest.objective.moments import Moments, moments_of
from steepest.objective.sparse_sums import sparse_products, sparse_scores, turn

Floats = npt.NDArray[np.float64]

#: Features, intercept and targets up to which moments are made: their spectrum takes O(d^3).
MOST_MOMENT_COLUMNS = 1_000
# Work (rows x columns^2) of reflections of dense pieces: below the first they are over before
# compiled code is loaded; above the second (seconds) they cost more than they tell.
_SMALL_WORK, _MOST_WORK = 5_000_000, 5_000_000_000
# As for dense rows: cross products square the condition number of the columns (here not centred).
_MILD_CONDITION = 300.0

# Lanczos' method from a random start finds the largest eigenvalue to this share of itself, but
# for this probability (Kuczynski and Wozniakowski, SIAM J. Matrix Anal. Appl. 13(4), 1992).
_SHARE, _FAILURE = 0.1, 1e-9
_LEAST_SQUARES_STEPS = 30


def sparse_moments(source: SparseSource) -> Moments | None:
    """Return the moments of rows in the table's units, None where the columns are too many.

    By cross products of filled entries where the columns' condition number is mild, else by
    reflections of dense pieces where their number times the columns' square is moderate.
    """
    width = 1 + source.columns + source.targets
    if width > MOST_MOMENT_COLUMNS:
        return None
    work = source.rows * width * width
    made = _by_products(source) if work > _SMALL_WORK else None
    if made is not None:
        return made
    return moments_of(source) if work <= _MOST_WORK else None


def _by_products(source: SparseSource) -> Moments | None:
    from steepest.objective.sparse_kernel import cross_products

    columns = source.columns
    y = np.asarray(source.y, dtype=np.float64)
    middle = (min(len(y), 255) - 1) // 2
    shift = np.zeros(columns + source.targets)
    shift[columns:] = np.partition(y[:255], middle, axis=0)[middle]
    weight = np.ones(source.rows) if source.weight is None else source.weight
    weight = np.ascontiguousarray(weight, dtype=np.float64)
    moved = np.ascontiguousarray(y - shift[columns:])
    G = cross_products(source.values, source.indices, source.indptr, moved, weight, columns)
    empty = np.diag(G) == 0.0
    sizes = np.where(empty, 1.0, np.sqrt(np.diag(G) / max(G[0, 0], 1.0)))[1:]
    unit = np.ldexp(1.0, np.clip(np.frexp(sizes)[1], -500, 500))
    scale = np.concatenate([[1.0], unit])
    G = G / scale / scale[:, None]
    G[empty, empty] = 1.0  # a column of zeros has no pivot of its own
    R = factor_of_products(G)
    if R is None or not _condition(R[: 1 + columns, : 1 + columns]) <= _MILD_CONDITION:
        return None
    R[empty, empty] = 0.0
    return Moments(R, shift, unit, columns, float(G[0, 0]), source.rows, orthogonal=False)


def _condition(R: Floats) -> float:
    singular = np.linalg.svd(R / np.sqrt((R * R).sum(axis=0)), compute_uv=False)
    return float(singular[0] / singular[-1]) if singular[-1] > 0.0 else math.inf


@dataclass(frozen=True, eq=False)
class SparseCurvature:
    """Curvature of half the squared error over sparse rows, by products with the rows alone.

    ``a`` is a row in training coordinates with the 1 of the intercept, ``share`` its weight
    divided by the mean weight.

    Attributes
    ----------
    source : SparseSource
        Rows in training coordinates.
    intercept : bool
        Whether every row begins with 1.
    """

    source: SparseSource
    intercept: bool

    @property
    def share(self) -> Floats:
        """Weights of the rows divided by their mean, (n,)."""
        weight = self.source.weight
        return np.ones(self.source.rows) if weight is None else np.asarray(weight / weight.mean())

    def lengths(self) -> Floats:
        """Return ``share |a|^2`` of every row, (n,)."""
        rows = self.source.gathered()
        squares = np.concatenate([[0.0], np.cumsum(rows.values * rows.values)])
        return np.asarray(self.share * (np.diff(squares[rows.indptr]) + float(self.intercept)))

    def times(self, points: Floats) -> Floats:
        """Return the Hessian times points (P, K)."""
        scores = sparse_scores(self.source, points, intercept=self.intercept)
        return self.transposed(scores)

    def transposed(self, rows: Floats) -> Floats:
        """Return the weighted mean of ``a`` times numbers (n, K) of the rows, (P, K)."""
        weighted = self.share[:, None] * rows / self.source.rows
        return sparse_products(self.source, weighted, intercept=self.intercept)

    def largest(self) -> float:
        """Return a bound of the largest curvature, right but for a chance of 1e-9.

        Lanczos' largest value is at most the share of itself above which it is divided; the mean
        square length of the rows bounds the curvature for certain.
        """
        size = self.source.columns + self.intercept
        trace = float(self.lengths().mean())
        wanted = math.log(1.648 * math.sqrt(size) / _FAILURE) / math.sqrt(_SHARE)
        steps = min(size, math.ceil(0.5 * (wanted + 1.0)))
        turn(self.source)
        start = np.random.Generator(np.random.PCG64(0)).standard_normal((size, 1))
        before, now = np.zeros_like(start), start / np.linalg.norm(start)
        diagonal: list[float] = []
        beside: list[float] = []
        for _ in range(steps):
            after = self.times(now)
            diagonal.append(float((now * after).sum()))
            after -= diagonal[-1] * now + (beside[-1] * before if beside else 0.0)
            length = float(np.linalg.norm(after))
            if not length > 1e-12 * trace:
                break
            beside.append(length)
            before, now = now, after / length
        few = len(diagonal)
        matrix = np.diag(diagonal) + np.diag(beside[: few - 1], 1) + np.diag(beside[: few - 1], -1)
        return min(float(np.linalg.eigvalsh(matrix)[-1]) / (1.0 - _SHARE), trace)

    def least_squares(self) -> tuple[Floats, float]:
        """Return parameters (P, K) near least squares, and half the squared error there.

        Some steps of conjugate gradients on the normal equations (Hestenes and Stiefel 1952).
        """
        y = np.asarray(self.source.y, dtype=np.float64)
        turn(self.source)
        left = self.transposed(y)
        point, way, size = np.zeros_like(left), left, (left * left).sum(axis=0)
        for _ in range(_LEAST_SQUARES_STEPS):
            curved = self.times(way)
            along = (way * curved).sum(axis=0)
            if not (along > 0.0).any():
                break
            step = np.where(along > 0.0, size / np.where(along > 0.0, along, 1.0), 0.0)
            point, left = point + step * way, left - step * curved
            after = (left * left).sum(axis=0)
            way = left + np.where(size > 0.0, after / np.where(size > 0.0, size, 1.0), 0.0) * way
            size = after
        errors = sparse_scores(self.source, point, intercept=self.intercept) - y
        return point, 0.5 * float((self.share[:, None] * errors * errors).sum(axis=1).mean())
