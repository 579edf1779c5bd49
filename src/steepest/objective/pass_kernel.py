"""One read of a block of rows: the sum of its losses and of their gradients.

For each row: scores ``s_k = b_k + (x - shift) . v_k``, losses ``l(s_k, y_k)``, slopes
``l'(s_k, y_k)``, and ``gradient += slope_k (1, x - shift)``. numpy's two products read
X twice; here it is read once.

- Wide rows of squared errors, whose losses cost nothing, are taken four at a time and read once,
  prefetched 24 rows ahead: 4,000,000 x 20 in 1.16 pure reads, in groups 1.34.
- Wide rows of other losses are taken in groups of 32, three loops a group: scores, four rows at a
  time; losses and slopes of the group's scores, vectorized (``exponential_kernel.py``; over copies
  in local arrays, since LLVM must see that they do not overlap); the gradient, four rows at a time
  out of the cache, which loads and stores it a quarter as often. Rows are prefetched 64 ahead,
  half of each before the first loop and half before the third. Logistic loss of 1,000,000 x 50:
  11.2 ms, where calls of the C library row by row took 15.4 ms and a pure read takes 8.6 ms;
  2,500,000 x 20: 11.4 and 34 ms (two cores, in one run; of the three loops in a prototype,
  logistic alone).
- From 64 columns on two rows at a time, read once, 8 rows ahead: four touch memory in four places
  at once and lose more than they save, and the losses hide behind the reading. 1,500,000 x 100 as
  multiples of a pure read: four 1.42, two 1.05; 400,000 x 250: 1.28 and 1.11.
- Shift, parameters and gradient are local copies: numba cannot promise LLVM that arrays do not
  overlap, and would reload them for every row. Whether rows are weighted or shifted is a constant
  of the compiled code.
- Narrow rows (up to 4 columns) are vectorized over rows: with the width a constant of the
  compiled code the loop over columns is unrolled and rows are loaded interleaved. 20,000,000 x 2
  takes 1.7 x a pure read, 6 x by the wide loop.
- Sums run over at most 1,024 rows in the type of X (float32 keeps its speed) and are then added
  in float64.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from steepest.data.compiled_kernel import fast
from steepest.objective.loss_kernel import loss_slope, loss_value, row_loss
from steepest.objective.losses import LOSSES
from steepest.objective.prefetch_kernel import prefetch

_TILE_ROWS = 1024
_GROUP = 32
_AHEAD, _AHEAD_GROUP, _AHEAD_LONG = 24, 64, 8
NARROW, LONG = 4, 64
_TABLE = tuple(LOSSES.values())


@cache
def pass_kernel(number: int, columns: int, targets: int, weighted: bool, shifted: bool):
    """Return the kernel for loss number ``number`` on rows of ``columns`` numbers."""
    if _TABLE[number].coupled:
        return _coupled(number)
    if columns <= NARROW and targets == 1:
        return _narrow(number, columns, int(weighted))
    short = _wide if _TABLE[number].quadratic else _grouped
    kernel = short if columns < LONG else _long
    return kernel(number, int(weighted), int(shifted))


def _narrow(number: int, columns: int, weighted: int):
    @fast
    def narrow(X, y, weight, shift, parameters, intercept, extra, sums):
        """Add to ``sums`` (2 + K P,): loss, weight, gradient (K, P); as for ``wide``."""
        x, target = X.reshape(-1), y.reshape(-1)
        b = parameters[0, 0] if intercept else 0.0
        v, h, g = parameters[0, intercept:].copy(), shift.copy(), np.zeros(columns)
        total, mass, gb = 0.0, 0.0, 0.0
        for i in range(target.shape[0]):
            score = b
            for j in range(columns):
                score += (x[columns * i + j] - h[j]) * v[j]
            value = loss_value(number, score, target[i], extra)
            slope = loss_slope(number, score, target[i], extra)
            if weighted:
                mass += weight[i]
                value *= weight[i]
                slope *= weight[i]
            total += value
            gb += slope
            for j in range(columns):
                g[j] += slope * (x[columns * i + j] - h[j])
        sums[0] += total
        sums[1] += mass if weighted else target.shape[0]
        if intercept:
            sums[2] += gb
        for j in range(columns):
            sums[2 + intercept + j] += g[j]

    return narrow


@cache
def _wide(number: int, weighted: int, shifted: int):
    @fast
    def wide(X, y, weight, shift, parameters, intercept, extra, sums):
        """Add to ``sums`` (2 + K P,): loss, weight, gradient (K, P).

        X (m, d), y (m, K), weight (m,) or empty, shift (d,), parameters (K, P) with the slopes
        for ``x - shift``, intercept first.
        """
        rows, columns = X.shape
        targets = y.shape[1]
        width = columns + intercept
        h = shift.astype(X.dtype)
        v = np.empty(columns, X.dtype)
        g = np.empty(columns, X.dtype)
        t = np.zeros(5, X.dtype)  # t[4] stays 0: a zero of X's type
        row_bytes = columns * X.itemsize
        for start in range(0, rows, _TILE_ROWS):
            stop = min(start + _TILE_ROWS, rows)
            full = start + (stop - start) // 4 * 4
            for k in range(targets):
                b = parameters[k, 0] if intercept else 0.0
                total, mass, gb = 0.0, 0.0, 0.0
                for j in range(columns):
                    v[j] = parameters[k, intercept + j]
                    g[j] = 0
                for i in range(start, full, 4):
                    prefetch(X, np.intp(i + _AHEAD), 0, 2 * row_bytes)
                    x0, x1, x2, x3 = X[i], X[i + 1], X[i + 2], X[i + 3]
                    s0, s1, s2, s3 = t[4], t[4], t[4], t[4]
                    if shifted:
                        for j in range(columns):
                            u, c = v[j], h[j]
                            s0 += (x0[j] - c) * u
                            s1 += (x1[j] - c) * u
                            s2 += (x2[j] - c) * u
                            s3 += (x3[j] - c) * u
                    else:
                        for j in range(columns):
                            u = v[j]
                            s0 += x0[j] * u
                            s1 += x1[j] * u
                            s2 += x2[j] * u
                            s3 += x3[j] * u
                    p0, p1, p2, p3 = 1.0, 1.0, 1.0, 1.0
                    if weighted:
                        p0, p1, p2, p3 = weight[i], weight[i + 1], weight[i + 2], weight[i + 3]
                    y0, y1, y2, y3 = y[i, k], y[i + 1, k], y[i + 2, k], y[i + 3, k]
                    mass += p0 + p1 + p2 + p3
                    total += p0 * loss_value(number, b + s0, y0, extra)
                    total += p1 * loss_value(number, b + s1, y1, extra)
                    total += p2 * loss_value(number, b + s2, y2, extra)
                    total += p3 * loss_value(number, b + s3, y3, extra)
                    t[0] = p0 * loss_slope(number, b + s0, y0, extra)
                    t[1] = p1 * loss_slope(number, b + s1, y1, extra)
                    t[2] = p2 * loss_slope(number, b + s2, y2, extra)
                    t[3] = p3 * loss_slope(number, b + s3, y3, extra)
                    t0, t1, t2, t3 = t[0], t[1], t[2], t[3]
                    gb += t0 + t1 + t2 + t3
                    prefetch(X, np.intp(i + _AHEAD), 2 * row_bytes, 4 * row_bytes)
                    if shifted:
                        for j in range(columns):
                            c = h[j]
                            g[j] += (
                                t0 * (x0[j] - c)
                                + t1 * (x1[j] - c)
                                + t2 * (x2[j] - c)
                                + t3 * (x3[j] - c)
                            )
                    else:
                        for j in range(columns):
                            g[j] += t0 * x0[j] + t1 * x1[j] + t2 * x2[j] + t3 * x3[j]
                for i in range(full, stop):
                    x = X[i]
                    score = t[4]
                    for j in range(columns):
                        score += (x[j] - h[j]) * v[j]
                    share = weight[i] if weighted else 1.0
                    mass += share
                    total += share * loss_value(number, b + score, y[i, k], extra)
                    t[0] = share * loss_slope(number, b + score, y[i, k], extra)
                    slope = t[0]
                    gb += slope
                    for j in range(columns):
                        g[j] += slope * (x[j] - h[j])
                sums[0] += total
                if k == 0:
                    sums[1] += mass
                if intercept:
                    sums[2 + k * width] += gb
                for j in range(columns):
                    sums[2 + k * width + intercept + j] += g[j]

    return wide


@cache
def _grouped(number: int, weighted: int, shifted: int):
    @fast
    def grouped(X, y, weight, shift, parameters, intercept, extra, sums):
        """Add to ``sums`` (2 + K P,): loss, weight, gradient (K, P); as for ``wide``."""
        rows, columns = X.shape
        targets = y.shape[1]
        width = columns + intercept
        h = shift.astype(X.dtype)
        v = np.empty(columns, X.dtype)
        g = np.empty(columns, X.dtype)
        s, r, p, t = np.empty(_GROUP), np.empty(_GROUP), np.ones(_GROUP), np.empty(_GROUP, X.dtype)
        zero = np.zeros(1, X.dtype)[0]
        row_bytes = columns * X.itemsize
        for start in range(0, rows, _TILE_ROWS):
            stop = min(start + _TILE_ROWS, rows)
            for k in range(targets):
                b = parameters[k, 0] if intercept else 0.0
                total, mass, gb = 0.0, 0.0, 0.0
                for j in range(columns):
                    v[j] = parameters[k, intercept + j]
                    g[j] = 0
                for first in range(start, stop, _GROUP):
                    many = min(_GROUP, stop - first)
                    full = many // 4 * 4
                    for i in range(first, first + full, 4):
                        prefetch(X, np.intp(i + _AHEAD_GROUP), 0, 2 * row_bytes)
                        x0, x1, x2, x3 = X[i], X[i + 1], X[i + 2], X[i + 3]
                        s0, s1, s2, s3 = zero, zero, zero, zero
                        if shifted:
                            for j in range(columns):
                                u, c = v[j], h[j]
                                s0 += (x0[j] - c) * u
                                s1 += (x1[j] - c) * u
                                s2 += (x2[j] - c) * u
                                s3 += (x3[j] - c) * u
                        else:
                            for j in range(columns):
                                u = v[j]
                                s0 += x0[j] * u
                                s1 += x1[j] * u
                                s2 += x2[j] * u
                                s3 += x3[j] * u
                        q = i - first
                        s[q], s[q + 1], s[q + 2], s[q + 3] = s0, s1, s2, s3
                    for q in range(full, many):
                        x, score = X[first + q], zero
                        for j in range(columns):
                            score += (x[j] - h[j]) * v[j]
                        s[q] = score
                    for q in range(many):
                        r[q] = y[first + q, k]
                        if weighted:
                            p[q] = weight[first + q]
                    for q in range(many):  # of local arrays only: this loop is vectorized
                        share, score, target = p[q], b + s[q], r[q]
                        slope = share * loss_slope(number, score, target, extra)
                        total += share * loss_value(number, score, target, extra)
                        mass += share
                        gb += slope
                        t[q] = slope
                    for i in range(first, first + full, 4):
                        prefetch(X, np.intp(i + _AHEAD_GROUP), 2 * row_bytes, 4 * row_bytes)
                        x0, x1, x2, x3 = X[i], X[i + 1], X[i + 2], X[i + 3]
                        q = i - first
                        t0, t1, t2, t3 = t[q], t[q + 1], t[q + 2], t[q + 3]
                        if shifted:
                            for j in range(columns):
                                c = h[j]
                                g[j] += (
                                    t0 * (x0[j] - c)
                                    + t1 * (x1[j] - c)
                                    + t2 * (x2[j] - c)
                                    + t3 * (x3[j] - c)
                                )
                        else:
                            for j in range(columns):
                                g[j] += t0 * x0[j] + t1 * x1[j] + t2 * x2[j] + t3 * x3[j]
                    for q in range(full, many):
                        x, slope = X[first + q], t[q]
                        for j in range(columns):
                            g[j] += slope * (x[j] - h[j])
                sums[0] += total
                if k == 0:
                    sums[1] += mass
                if intercept:
                    sums[2 + k * width] += gb
                for j in range(columns):
                    sums[2 + k * width + intercept + j] += g[j]

    return grouped


@cache
def _long(number: int, weighted: int, shifted: int):
    @fast
    def long(X, y, weight, shift, parameters, intercept, extra, sums):
        """Add to ``sums`` (2 + K P,): loss, weight, gradient (K, P); as for ``wide``."""
        rows, columns = X.shape
        targets = y.shape[1]
        width = columns + intercept
        h = shift.astype(X.dtype)
        v = np.empty(columns, X.dtype)
        g = np.empty(columns, X.dtype)
        t = np.zeros(3, X.dtype)  # t[2] stays 0: a zero of X's type
        row_bytes = columns * X.itemsize
        for start in range(0, rows, _TILE_ROWS):
            stop = min(start + _TILE_ROWS, rows)
            full = start + (stop - start) // 2 * 2
            for k in range(targets):
                b = parameters[k, 0] if intercept else 0.0
                total, mass, gb = 0.0, 0.0, 0.0
                for j in range(columns):
                    v[j] = parameters[k, intercept + j]
                    g[j] = 0
                for i in range(start, full, 2):
                    prefetch(X, np.intp(i + _AHEAD_LONG), 0, row_bytes)
                    x0, x1 = X[i], X[i + 1]
                    s0, s1 = t[2], t[2]
                    if shifted:
                        for j in range(columns):
                            u, c = v[j], h[j]
                            s0 += (x0[j] - c) * u
                            s1 += (x1[j] - c) * u
                    else:
                        for j in range(columns):
                            u = v[j]
                            s0 += x0[j] * u
                            s1 += x1[j] * u
                    p0, p1 = 1.0, 1.0
                    if weighted:
                        p0, p1 = weight[i], weight[i + 1]
                    y0, y1 = y[i, k], y[i + 1, k]
                    mass += p0 + p1
                    total += p0 * loss_value(number, b + s0, y0, extra)
                    total += p1 * loss_value(number, b + s1, y1, extra)
                    t[0] = p0 * loss_slope(number, b + s0, y0, extra)
                    t[1] = p1 * loss_slope(number, b + s1, y1, extra)
                    t0, t1 = t[0], t[1]
                    gb += t0 + t1
                    prefetch(X, np.intp(i + _AHEAD_LONG), row_bytes, 2 * row_bytes)
                    if shifted:
                        for j in range(columns):
                            c = h[j]
                            g[j] += t0 * (x0[j] - c) + t1 * (x1[j] - c)
                    else:
                        for j in range(columns):
                            g[j] += t0 * x0[j] + t1 * x1[j]
                for i in range(full, stop):
                    x = X[i]
                    score = t[2]
                    for j in range(columns):
                        score += (x[j] - h[j]) * v[j]
                    share = weight[i] if weighted else 1.0
                    mass += share
                    total += share * loss_value(number, b + score, y[i, k], extra)
                    t[0] = share * loss_slope(number, b + score, y[i, k], extra)
                    slope = t[0]
                    gb += slope
                    for j in range(columns):
                        g[j] += slope * (x[j] - h[j])
                sums[0] += total
                if k == 0:
                    sums[1] += mass
                if intercept:
                    sums[2 + k * width] += gb
                for j in range(columns):
                    sums[2 + k * width + intercept + j] += g[j]

    return long


@cache
def _coupled(number: int):
    @fast
    def coupled(X, y, weight, shift, parameters, intercept, extra, sums):
        """Add to ``sums`` (2 + K P,): loss, weight, gradient (K, P); as for ``wide``.

        All K scores of a row are known before its slopes: rows are read once, the K columns of
        parameters and gradient stay in the cache.
        """
        rows, columns = X.shape
        targets = y.shape[1]
        width = columns + intercept
        v = np.ascontiguousarray(parameters[:, intercept:])
        x, scores, slopes = np.empty(columns), np.empty(targets), np.empty(targets)
        g, gb = np.zeros((targets, columns)), np.zeros(targets)
        total, mass = 0.0, 0.0
        for i in range(rows):
            row = X[i]
            for j in range(columns):
                x[j] = row[j] - shift[j]
            for k in range(targets):
                u = v[k]
                score = 0.0
                for j in range(columns):
                    score += x[j] * u[j]
                scores[k] = score + (parameters[k, 0] if intercept else 0.0)
            share = weight[i] if weight.size else 1.0
            mass += share
            total += share * row_loss(number, scores, y[i], extra, slopes)
            for k in range(targets):
                u, slope = g[k], share * slopes[k]
                gb[k] += slope
                for j in range(columns):
                    u[j] += slope * x[j]
        sums[0] += total
        sums[1] += mass
        for k in range(targets):
            if intercept:
                sums[2 + k * width] += gb[k]
            for j in range(columns):
                sums[2 + k * width + intercept + j] += g[k, j]

    return coupled
