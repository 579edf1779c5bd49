"""Compiled sweeps: a whole epoch of updates over rows in a given order, in one call.

An update takes the mean over its batch of each row's gradient at the same parameters,
``g = 1/m sum_i share_i l'(s_i, y_i) (1, x_i)``, and steps down it. Shares are the rows' weights
divided by their mean, so that a batch's gradient is an unbiased estimate of the whole one.
``sweep_rows`` in ``sweep.py`` is the plain version that defines what all three must equal.

``single_kernel`` (batch size 1, one target) takes four rows at a time: with scores
``s_k = x_k . w`` of all four at the same parameters, each later score is corrected by the
earlier steps times the rows' inner products,
``s_k - sum_{j<k} step_j (1 + x_j . x_k)``, and the parameters are touched once instead of four
times. The iterates are those of row by row (to 2e-15). Rows are prefetched; of the four rows
ahead two are asked for while scores are formed and two while parameters are changed, since the
machine holds few outstanding requests. ns a row, in one run (2 cores, AVX-512):

=============  ======  ==================  ==================  =================
rows           plain   plain + prefetch    four, spread        scikit-learn
=============  ======  ==================  ==================  =================
2,000,000x2      70         7.0                 4.8                 116
500,000x10      102        12.6                 7.8                 136
200,000x100     178        45                   40                  360
50,000x1000     680       477                  323                 2049
=============  ======  ==================  ==================  =================

L2 of strength l is part of the gradient: an update multiplies the parameters (not the intercept)
by ``c = 1 - rate l`` first, so the later scores and the four steps carry powers of c.

``batch_kernel`` (one target) forms a batch's gradient from four rows at a time, which loads and
stores the gradient a quarter as often. ``general_kernel`` serves any number of targets, losses
whose scores belong together, and L1, whose prox (``_shrink``) follows every update.

The loss number is a constant of the compiled code (a closure over a whole number, which numba's
disk cache can tell apart), so the loss table costs no branch.
"""

from __future__ import annotations

from functools import cache

import numba
import numpy as np

from steepest.data.compiled_kernel import fast
from steepest.objective.loss_kernel import loss_slope, loss_value, row_loss
from steepest.objective.prefetch_kernel import prefetch

_CHUNK = 64  # columns between two lots of prefetches
_NOTHING = (0.0,) * 10


@fast
def _dot(x, w):
    inner = 0.0
    for j in range(x.shape[0]):
        inner += x[j] * w[j]
    return inner


@numba.njit(inline="always")
def _products(x0, x1, x2, x3, w):
    """Return four scores and the six inner products of four rows."""
    s0, s1, s2, s3, g01, g02, g03, g12, g13, g23 = _NOTHING
    for j in range(w.shape[0]):
        a0, a1, u = np.float64(x0[j]), np.float64(x1[j]), w[j]
        a2, a3 = np.float64(x2[j]), np.float64(x3[j])
        s0 += a0 * u
        s1 += a1 * u
        s2 += a2 * u
        s3 += a3 * u
        g01 += a0 * a1
        g02 += a0 * a2
        g03 += a0 * a3
        g12 += a1 * a2
        g13 += a1 * a3
        g23 += a2 * a3
    return s0, s1, s2, s3, g01, g02, g03, g12, g13, g23


@numba.njit(inline="always")
def _step(w, kept, x0, x1, x2, x3, t0, t1, t2, t3):
    for j in range(w.shape[0]):
        w[j] = kept * w[j] - (t0 * x0[j] + t1 * x1[j] + t2 * x2[j] + t3 * x3[j])


def rows_ahead(columns: int) -> int:
    """Return how many rows ahead to prefetch: about 10 kB of them, a multiple of four."""
    return max(8, min(96, 1200 // columns // 4 * 4))


@cache
def single_kernel(number: int, columns: int):
    """Return the kernel of batch size 1 and one target for a loss and a number of columns."""
    return _single(number, int(columns > _CHUNK))


@numba.njit(inline="always")
def _keep(number, kept, X, y, share, order, w, b, about, first, done, many, intercept):
    """Keep ``many`` updates from number ``first`` of the epoch on, walked row by row on a copy."""
    count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
    rate, extra, l2 = about
    v, c = w.copy(), b
    for i in range(first, first + many):
        place, row = count[0], order[i]
        score = c
        for j in range(v.shape[0]):
            score += X[row, j] * v[j]
        slope = loss_slope(number, score, y[row], extra) * (share[row] if share.size else 1.0)
        kept_update[place] = done + i + 1
        kept_batch[place] = row
        if intercept:
            kept_parameters[place, 0, 0] = c
            kept_gradient[place, 0, 0] = slope
            c -= rate * slope
        for j in range(v.shape[0]):
            step = slope * X[row, j] + l2 * v[j]
            kept_parameters[place, 0, intercept + j] = v[j]
            kept_gradient[place, 0, intercept + j] = step
            v[j] -= rate * step
        count[0] += 1


@cache
def _single(number: int, wide: int):
    @fast
    def single(X, y, share, order, intercept, rate, terms, parameters, ahead, done, every, kept):
        """Run one update a row of ``order``; return the sum of losses before each update.

        X (n, d), y (n,), share (n,) or empty, order (m,), parameters (P,) which change. Every
        update whose number in the epoch is a multiple of ``every`` (1, or a multiple of 4; 0:
        none) is kept in ``kept`` as in ``sweep``; what is kept changes no bit of the run, since
        the walk goes on in the same groups of four.
        """
        columns = X.shape[1]
        w = parameters[intercept:].copy()
        b = parameters[0] if intercept else 0.0
        one = 1.0 if intercept else 0.0
        extra, _, l2 = terms
        c1 = 1.0 - rate * l2
        c2, c3, c4 = c1 * c1, c1 * c1 * c1, (c1 * c1) * (c1 * c1)
        weighted = share.size > 0
        total = 0.0
        updates = order.shape[0]
        stride = max(every, 4) if every > 0 else max(updates, 1)
        for first in range(0, updates, stride):
            last = min(first + stride, updates)
            if every > 0:
                many = last - first if every == 1 else 1
                about = (rate, extra, l2)
                _keep(number, kept, X, y, share, order, w, b, about, first, done, many, intercept)
            full = last - (last - first) % 4
            for i in range(first, full, 4):
                q = min(i + ahead, updates - 4)
                q0, q1 = np.intp(order[q]), np.intp(order[q + 1])
                q2, q3 = np.intp(order[q + 2]), np.intp(order[q + 3])
                prefetch(y, q0, 0, 1)
                prefetch(y, q1, 0, 1)
                prefetch(y, q2, 0, 1)
                prefetch(y, q3, 0, 1)
                r0, r1, r2, r3 = order[i], order[i + 1], order[i + 2], order[i + 3]
                x0, x1, x2, x3 = X[r0], X[r1], X[r2], X[r3]
                if not wide:
                    prefetch(X, q0, 0, columns * X.itemsize)
                    prefetch(X, q1, 0, columns * X.itemsize)
                    prefetch(X, q2, 0, columns * X.itemsize)
                    prefetch(X, q3, 0, columns * X.itemsize)
                    s0, s1, s2, s3, g01, g02, g03, g12, g13, g23 = _products(x0, x1, x2, x3, w)
                else:
                    s0, s1, s2, s3, g01, g02, g03, g12, g13, g23 = _NOTHING
                    for c in range(0, columns, _CHUNK):
                        e = min(c + _CHUNK, columns)
                        prefetch(X, q0, c * X.itemsize, e * X.itemsize)
                        prefetch(X, q1, c * X.itemsize, e * X.itemsize)
                        h0, h1, h2, h3, k01, k02, k03, k12, k13, k23 = _products(
                            x0[c:e], x1[c:e], x2[c:e], x3[c:e], w[c:e]
                        )
                        s0, s1, s2, s3 = s0 + h0, s1 + h1, s2 + h2, s3 + h3
                        g01, g02, g03 = g01 + k01, g02 + k02, g03 + k03
                        g12, g13, g23 = g12 + k12, g13 + k13, g23 + k23
                p0, p1, p2, p3 = 1.0, 1.0, 1.0, 1.0
                if weighted:
                    p0, p1, p2, p3 = share[r0], share[r1], share[r2], share[r3]
                s0 += b
                t0 = rate * p0 * loss_slope(number, s0, y[r0], extra)
                total += p0 * loss_value(number, s0, y[r0], extra)
                b -= one * t0
                s1 = c1 * s1 - t0 * g01 + b
                t1 = rate * p1 * loss_slope(number, s1, y[r1], extra)
                total += p1 * loss_value(number, s1, y[r1], extra)
                b -= one * t1
                s2 = c1 * (c1 * s2 - t0 * g02) - t1 * g12 + b
                t2 = rate * p2 * loss_slope(number, s2, y[r2], extra)
                total += p2 * loss_value(number, s2, y[r2], extra)
                b -= one * t2
                s3 = c1 * (c1 * (c1 * s3 - t0 * g03) - t1 * g13) - t2 * g23 + b
                t3 = rate * p3 * loss_slope(number, s3, y[r3], extra)
                total += p3 * loss_value(number, s3, y[r3], extra)
                b -= one * t3
                t0, t1, t2 = c3 * t0, c2 * t1, c1 * t2
                if not wide:
                    _step(w, c4, x0, x1, x2, x3, t0, t1, t2, t3)
                else:
                    for c in range(0, columns, _CHUNK):
                        e = min(c + _CHUNK, columns)
                        prefetch(X, q2, c * X.itemsize, e * X.itemsize)
                        prefetch(X, q3, c * X.itemsize, e * X.itemsize)
                        _step(w[c:e], c4, x0[c:e], x1[c:e], x2[c:e], x3[c:e], t0, t1, t2, t3)
            for i in range(full, last):
                q = np.intp(order[min(i + ahead, updates - 1)])
                prefetch(X, q, 0, columns * X.itemsize)
                prefetch(y, q, 0, 1)
                row = order[i]
                x = X[row]
                score = b + _dot(x, w)
                part = share[row] if weighted else 1.0
                total += part * loss_value(number, score, y[row], extra)
                slope = part * loss_slope(number, score, y[row], extra)
                step = rate * slope
                b -= one * step
                for j in range(columns):
                    w[j] = c1 * w[j] - step * x[j]
        parameters[intercept:] = w
        if intercept:
            parameters[0] = b
        return total

    return single


@cache
def batch_kernel(number: int):
    """Return the kernel of mini-batches and one target for loss number ``number``."""

    @fast
    def batches(
        X, y, share, order, size, intercept, rate, terms, parameters, ahead, many, done, every, kept
    ):
        """Run ``many`` updates; return the sum of each row's loss before its update.

        Shapes as for ``single``; the last batch may be shorter.
        """
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        rows, columns = order.shape[0], X.shape[1]
        w = parameters[intercept:].copy()
        g = np.empty(columns)
        b = parameters[0] if intercept else 0.0
        weighted = share.size > 0
        extra, l1, l2 = terms
        total = 0.0
        for batch in range(many):
            start, stop = batch * size, min(batch * size + size, rows)
            mean = 1.0 / (stop - start)
            g[:] = 0.0
            gb = 0.0
            full = start + (stop - start) // 4 * 4
            for i in range(start, full, 4):
                for q in range(min(i + ahead, rows - 4), min(i + ahead, rows - 4) + 4):
                    prefetch(X, np.intp(order[q]), 0, columns * X.itemsize)
                    prefetch(y, np.intp(order[q]), 0, 1)
                r0, r1, r2, r3 = order[i], order[i + 1], order[i + 2], order[i + 3]
                x0, x1, x2, x3 = X[r0], X[r1], X[r2], X[r3]
                s0, s1, s2, s3 = b, b, b, b
                for j in range(columns):
                    u = w[j]
                    s0 += x0[j] * u
                    s1 += x1[j] * u
                    s2 += x2[j] * u
                    s3 += x3[j] * u
                p0, p1, p2, p3 = 1.0, 1.0, 1.0, 1.0
                if weighted:
                    p0, p1, p2, p3 = share[r0], share[r1], share[r2], share[r3]
                total += p0 * loss_value(number, s0, y[r0], extra) + p1 * loss_value(
                    number, s1, y[r1], extra
                )
                total += p2 * loss_value(number, s2, y[r2], extra) + p3 * loss_value(
                    number, s3, y[r3], extra
                )
                t0 = p0 * loss_slope(number, s0, y[r0], extra)
                t1 = p1 * loss_slope(number, s1, y[r1], extra)
                t2 = p2 * loss_slope(number, s2, y[r2], extra)
                t3 = p3 * loss_slope(number, s3, y[r3], extra)
                gb += t0 + t1 + t2 + t3
                for j in range(columns):
                    g[j] += t0 * x0[j] + t1 * x1[j] + t2 * x2[j] + t3 * x3[j]
            for i in range(full, stop):
                row = order[i]
                x = X[row]
                score = b + _dot(x, w)
                part = share[row] if weighted else 1.0
                total += part * loss_value(number, score, y[row], extra)
                slope = part * loss_slope(number, score, y[row], extra)
                gb += slope
                for j in range(columns):
                    g[j] += slope * x[j]
            for j in range(columns):
                g[j] = mean * g[j] + l2 * w[j]
            if every > 0 and batch % every == 0:
                place = count[0]
                kept_update[place] = done + batch + 1
                kept_batch[place] = batch
                for j in range(columns):
                    kept_parameters[place, 0, intercept + j] = w[j]
                    kept_gradient[place, 0, intercept + j] = g[j]
                if intercept:
                    kept_parameters[place, 0, 0] = b
                    kept_gradient[place, 0, 0] = mean * gb
                count[0] += 1
            if intercept:
                b -= rate * mean * gb
            for j in range(columns):
                w[j] -= rate * g[j]
            if l1 > 0.0:
                _shrink(w, rate * l1)
        parameters[intercept:] = w
        if intercept:
            parameters[0] = b
        return total

    return batches


@fast
def _score(parameters, x, intercept):
    score = parameters[0] if intercept else 0.0
    w = parameters[intercept:]
    for j in range(x.shape[0]):
        score += x[j] * w[j]
    return score


@numba.njit(inline="always")
def _shrink(w, width):
    """Move every parameter ``width`` towards 0, and onto it from nearer: the prox of L1."""
    for j in range(w.shape[0]):
        w[j] -= min(max(w[j], -width), width)


@cache
def general_kernel(number: int):
    """Return the kernel of any batch size, targets and penalty for loss number ``number``."""

    @fast
    def sweep(
        X, y, share, order, size, intercept, rate, terms, parameters, batches, done, every, kept
    ):
        """Run ``batches`` updates; return the sum of each row's loss before its update.

        X (n, d), y (n, K), share (n,) or empty, order (n,), ``terms`` = (the loss's own parameter,
        strength of L1, of L2), parameters (K, P) which change; ``done`` updates have been made
        before, and each update whose number in the epoch is a multiple of ``every`` (0: none) is
        kept: ``kept`` = (count (1,), update (m,), batch (m,), parameters (m, K, P), gradient
        (m, K, P)).
        """
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        rows, columns = order.shape[0], X.shape[1]
        targets = parameters.shape[0]
        extra, l1, l2 = terms
        gradient = np.empty_like(parameters)
        scores, slopes = np.empty(targets), np.empty(targets)
        total = 0.0
        for batch in range(batches):
            start = batch * size
            stop = min(start + size, rows)
            mean = 1.0 / (stop - start)
            gradient[:] = 0.0
            for i in range(start, stop):
                row = order[i]
                x = X[row]
                part = share[row] if share.size else 1.0
                for k in range(targets):
                    scores[k] = _score(parameters[k], x, intercept)
                total += part * row_loss(number, scores, y[row], extra, slopes)
                for k in range(targets):
                    slope = mean * part * slopes[k]
                    if intercept:
                        gradient[k, 0] += slope
                    g = gradient[k, intercept:]
                    for j in range(columns):
                        g[j] += slope * x[j]
            if l2 > 0.0:
                for k in range(targets):
                    for j in range(intercept, parameters.shape[1]):
                        gradient[k, j] += l2 * parameters[k, j]
            if every > 0 and batch % every == 0 and count[0] < len(kept_update):
                place = count[0]
                kept_parameters[place] = parameters
                kept_gradient[place] = gradient
                kept_update[place] = done + batch + 1
                kept_batch[place] = batch if size > 1 else order[start]
                count[0] += 1
            for k in range(targets):
                for j in range(parameters.shape[1]):
                    parameters[k, j] -= rate * gradient[k, j]
                if l1 > 0.0:
                    _shrink(parameters[k, intercept:], rate * l1)
        return total

    return sweep
