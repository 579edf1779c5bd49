"""Compiled passes over sparse rows: scores and slopes by rows, gradients by columns.

With parameters and gradients laid out (d, K) the K numbers of a column lie side by side, so an
entry costs one place in memory whatever K is. Sums of one target are kept in a register.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from steepest.data.compiled_kernel import fast
from steepest.objective.loss_kernel import row_loss


@fast
def scores_of(values, indices, indptr, w):
    """Return the scores (n, K) of slopes w (d, K), without an intercept."""
    rows, targets = indptr.shape[0] - 1, w.shape[1]
    scores = np.zeros((rows, targets))
    for row in range(rows):
        for entry in range(indptr[row], indptr[row + 1]):
            for k in range(targets):
                scores[row, k] += values[entry] * w[indices[entry], k]
    return scores


@cache
def rows_kernel(number: int):
    """Return the kernel of scores, losses and slopes for loss number ``number``."""

    @fast
    def rows(values, indices, indptr, y, weight, first, last, w, b, extra, slopes, sums):
        """Fill ``slopes`` (n, K) of rows first to last; add loss and weight to ``sums`` (2,)."""
        targets = w.shape[1]
        scores = np.empty(targets)
        total, mass = 0.0, 0.0
        for row in range(first, last):
            if targets == 1:
                score = b[0]
                for entry in range(indptr[row], indptr[row + 1]):
                    score += values[entry] * w[indices[entry], 0]
                scores[0] = score
            else:
                scores[:] = b
                for entry in range(indptr[row], indptr[row + 1]):
                    for k in range(targets):
                        scores[k] += values[entry] * w[indices[entry], k]
            share = weight[row] if weight.size else 1.0
            mass += share
            total += share * row_loss(number, scores, y[row], extra, slopes[row])
            for k in range(targets):
                slopes[row, k] *= share
        sums[0] += total
        sums[1] += mass

    return rows


@fast
def add_columns(values, rows, starts, slopes, first, last, sums):
    """Fill ``sums`` (d, K) of columns first to last with their entries times the rows' slopes."""
    targets = slopes.shape[1]
    for column in range(first, last):
        if targets == 1:
            total = 0.0
            for entry in range(starts[column], starts[column + 1]):
                total += values[entry] * slopes[rows[entry], 0]
            sums[column, 0] = total
        else:
            for k in range(targets):
                sums[column, k] = 0.0
            for entry in range(starts[column], starts[column + 1]):
                for k in range(targets):
                    sums[column, k] += values[entry] * slopes[rows[entry], k]


@fast
def cross_products(values, indices, indptr, y, weight, columns):
    """Return the cross products of ``[1, x, y]`` over all rows, upper triangle, in their order."""
    targets = y.shape[1]
    width = 1 + columns + targets
    G = np.zeros((width, width))
    for row in range(indptr.shape[0] - 1):
        share, first, last = weight[row], indptr[row], indptr[row + 1]
        G[0, 0] += share
        for k in range(targets):
            part = share * y[row, k]
            G[0, 1 + columns + k] += part
            for other in range(k, targets):
                G[1 + columns + k, 1 + columns + other] += part * y[row, other]
        for entry in range(first, last):
            part, column = share * values[entry], 1 + indices[entry]
            G[0, column] += part
            for other in range(entry, last):
                G[column, 1 + indices[other]] += part * values[other]
            for k in range(targets):
                G[column, 1 + columns + k] += part * y[row, k]
    return G


@fast
def add_rows(values, indices, indptr, slopes, sums):
    """Add to ``sums`` (d, K) every row's entries times its slopes (n, K), row by row."""
    targets = slopes.shape[1]
    for row in range(indptr.shape[0] - 1):
        x, columns = values[indptr[row] : indptr[row + 1]], indices[indptr[row] : indptr[row + 1]]
        if targets == 1:
            slope = slopes[row, 0]
            for entry in range(x.shape[0]):
                sums[columns[entry], 0] += x[entry] * slope
            continue
        for entry in range(indptr[row], indptr[row + 1]):
            for k in range(targets):
                sums[indices[entry], k] += values[entry] * slopes[row, k]
