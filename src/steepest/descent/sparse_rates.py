"""Rates that are proven for sparse rows of many columns, whose moments are not made.

The theorems are those of ``rates.py``, all sufficient here, with the numbers they need bounded by
products with the rows alone: the largest curvature by Lanczos' method, R2 (the smallest number
with ``E[|a|^2 a a'] <= R2 E[a a']``) by the longest row, and the largest curvature of a batch by
the mean square length of its rows.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.sparse_source import SparseSource
from steepest.descent.problem import Problem
from steepest.descent.rates import RateBounds, falling_from, rounded_down
from steepest.descent.rules import Rule
from steepest.objective.sparse_moments import SparseCurvature

Floats = npt.NDArray[np.float64]


def sparse_bounds(
    problem: Problem, rows: SparseSource, batch_size: int, order: str, rule: Rule
) -> RateBounds:
    """Return a sufficient bound on constant rates; parameters as for ``rate_bounds``."""
    loss, penalty = problem.loss, problem.penalty
    stable, c, l2 = rule.stable, loss.curvature_bound, penalty.l2
    curvature = SparseCurvature(rows, problem.coordinates.intercept)
    by_batch = batch_size >= rows.rows
    smallest = rows.rows if by_batch else rows.rows % batch_size or batch_size
    theorem = "batch" if by_batch else order
    if stable is None:
        nothing = (math.nan,) * 3
        return RateBounds(math.nan, math.nan, "none", theorem, *nothing, smallest)
    lengths = curvature.lengths()
    largest = math.nan
    if by_batch:
        largest, fourth = curvature.largest(), math.nan
        quadratic = loss.quadratic and not penalty.l1
        share = stable.quadratic if quadratic else stable.convex
        bound = _over(share, c * largest + l2)
        chosen = _over(1.0, c * largest + l2) if quadratic else 0.5 * bound
        largest = c * largest + l2
    elif order == "given":
        starts = np.arange(0, rows.rows, batch_size)
        counts = np.diff(np.append(starts, rows.rows))
        fourth = c * float((np.add.reduceat(lengths, starts) / counts).max()) + l2
        bound = stable.given * _over(2.0, fourth)
        chosen = 0.5 * bound
    else:
        fourth = float(lengths.max())
        mixed = fourth / smallest
        if smallest > 1:
            L = curvature.largest()
            mixed, largest = mixed + (smallest - 1) / smallest * L, c * L + l2
        bound = stable.random * _over(2.0, c * mixed + l2)
        chosen = 0.5 * bound
    auto = rounded_down(chosen)
    return RateBounds(bound, auto, "sufficient", theorem, largest, 0.0, fourth, smallest)


def sparse_falling_rate(
    problem: Problem, rows: SparseSource, start: Floats, *, updates: int
) -> float:
    """Return the first rate of a loss without a slope everywhere; see ``falling_rate``."""
    curvature = SparseCurvature(rows, problem.coordinates.intercept)
    near, floor = curvature.least_squares()
    way, size = float(np.linalg.norm(near - start)), math.sqrt(float(curvature.lengths().mean()))
    return falling_from(size, way, floor, problem.loss, updates=updates)


def sparse_divergence(
    problem: Problem, size: int, order: str, rule: Rule, facts: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Return the sentence of a divergence, and its facts with the rate that was proven stable."""
    rows = problem.rows
    if not isinstance(rows, SparseSource):
        return "diverged_no_bound", facts
    bounds = sparse_bounds(problem, rows, size, order, rule)
    if math.isnan(bounds.largest_stable):
        return "diverged_sparse_rule", facts
    known = {"largest_stable_rate": bounds.largest_stable, "auto_rate": bounds.auto}
    times = float(facts["rate"]) / bounds.largest_stable
    return "diverged_sparse", {**facts, **known, "times": times}


def _over(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0.0 else math.inf
