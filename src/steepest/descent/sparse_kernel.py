"""Compiled sweeps over sparse rows: an update costs the entries of its rows, not the columns.

The updates are those of ``sweep_kernel.py``; ``sweep_rows`` in ``sweep.py`` on the same rows made
dense defines what all of these must equal.

- *L2* multiplies every parameter by ``c = 1 - rate l2`` in every update. Parameters are kept as
  ``w = s v``: an update multiplies the number s, and adds ``- rate g / s`` to the few v that its
  rows fill (Bottou, *Stochastic Gradient Descent Tricks*, 2012, 5.1; Shalev-Shwartz, Singer,
  Srebro, Cotter, *Pegasos*, Math. Programming 127, 2011). Before s leaves float64's comfortable
  range, v is multiplied out. The intercept stands apart: it is not penalized.
- *L1* moves every parameter ``t = rate l1`` towards 0 after every update. A column that no row of
  the last m updates fills is caught up when it is needed: its size is then
  ``max(0, c^m a - t (c^m - 1)/(c - 1))``, which is m proximal steps in closed form and so leaves
  exact zeros (Langford, Li, Zhang, *Sparse Online Learning via Truncated Gradient*, JMLR 10, 2009;
  Duchi, Singer, *Forward Backward Splitting*, JMLR 10, 2009, section 5.1). The rate is constant
  within an epoch, and at its end every column is caught up.
- *Rules with memory* change every parameter in every update, whatever its row fills, so their
  updates cost the columns too (``ruled``).

Rows lie at random places, so those ``ahead`` are prefetched. Column numbers come as unsigned
integers, for which no negative index has to be thought of.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from steepest.data.compiled_kernel import fast
from steepest.descent.rule_kernel import _change, _per_update
from steepest.objective.loss_kernel import loss_slope, loss_value, row_loss
from steepest.objective.prefetch_kernel import prefetch

_SMALLEST, _LARGEST = 1e-9, 1e9


@fast
def _ask(values, indices, indptr, row):
    first, last = indptr[row], indptr[row + 1]
    prefetch(values, first, 0, (last - first) * values.itemsize)
    prefetch(indices, first, 0, (last - first) * indices.itemsize)


@cache
def single_kernel(number: int):
    """Return the kernel of batch size 1, one target, and no L1 for loss number ``number``."""

    @fast
    def single(
        entries,
        y,
        share,
        order,
        size,
        intercept,
        rate,
        terms,
        parameters,
        ahead,
        many,
        done,
        every,
        kept,
    ):
        """Run ``many`` updates; return the sum of losses before each; arguments of ``scaled``."""
        values, indices, indptr = entries
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        v = parameters[0, intercept:].copy()
        b = parameters[0, 0] if intercept else 0.0
        one = 1.0 if intercept else 0.0
        extra, _, l2 = terms
        c, s, total = 1.0 - rate * l2, 1.0, 0.0
        weighted = share.size > 0
        for i in range(many):
            q = np.intp(order[min(i + ahead, many - 1)])
            _ask(values, indices, indptr, q)
            prefetch(y, q, 0, 1)
            row = order[i]
            x = values[indptr[row] : indptr[row + 1]]
            columns = indices[indptr[row] : indptr[row + 1]]
            score = 0.0
            for e in range(x.shape[0]):
                score += x[e] * v[columns[e]]
            score = s * score + b
            part = share[row] if weighted else 1.0
            total += part * loss_value(number, score, y[row, 0], extra)
            slope = part * loss_slope(number, score, y[row, 0], extra)
            if every > 0 and i % every == 0:
                place = count[0]
                kept_update[place] = done + i + 1
                kept_batch[place] = row
                if intercept:
                    kept_parameters[place, 0, 0] = b
                    kept_gradient[place, 0, 0] = slope
                for j in range(v.shape[0]):
                    kept_parameters[place, 0, intercept + j] = s * v[j]
                    kept_gradient[place, 0, intercept + j] = l2 * s * v[j]
                for e in range(x.shape[0]):
                    kept_gradient[place, 0, intercept + columns[e]] += slope * x[e]
                count[0] += 1
            b -= one * rate * slope
            if l2 > 0.0:
                s *= c
                if not _SMALLEST < abs(s) < _LARGEST:
                    for j in range(v.shape[0]):
                        v[j] *= s
                    s = 1.0
            step = rate * slope / s
            for e in range(x.shape[0]):
                v[columns[e]] -= step * x[e]
        for j in range(v.shape[0]):
            parameters[0, intercept + j] = s * v[j]
        if intercept:
            parameters[0, 0] = b
        return total

    return single


@cache
def scaled_kernel(number: int):
    """Return the kernel of any batch size and targets, without L1, for loss number ``number``."""

    @fast
    def scaled(
        entries,
        y,
        share,
        order,
        size,
        intercept,
        rate,
        terms,
        parameters,
        ahead,
        many,
        done,
        every,
        kept,
    ):
        """Run ``many`` updates; return the sum of each row's loss before its update.

        ``entries`` = (values (m,), columns (m,), beginnings of rows (n + 1,)), y (n, K), share (n,)
        or empty, order (n,), ``terms`` = (the loss's own parameter, strength of L1, of L2),
        parameters (K, P) which change, ``kept`` as for the dense sweeps.
        """
        values, indices, indptr = entries
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        rows, targets = order.shape[0], parameters.shape[0]
        v = np.ascontiguousarray(parameters[:, intercept:].T)
        extra, _, l2 = terms
        c, s, total = 1.0 - rate * l2, 1.0, 0.0
        scores, slopes = np.empty(targets), np.empty((size, targets))
        for batch in range(many):
            start, stop = batch * size, min(batch * size + size, rows)
            mean = 1.0 / (stop - start)
            for i in range(start, stop):
                _ask(values, indices, indptr, np.intp(order[min(i + ahead, rows - 1)]))
                row = order[i]
                scores[:] = 0.0
                for e in range(indptr[row], indptr[row + 1]):
                    j, x = indices[e], values[e]
                    for k in range(targets):
                        scores[k] += x * v[j, k]
                for k in range(targets):
                    scores[k] = s * scores[k] + (parameters[k, 0] if intercept else 0.0)
                part = share[row] if share.size else 1.0
                total += part * row_loss(number, scores, y[row], extra, slopes[i - start])
                for k in range(targets):
                    slopes[i - start, k] *= mean * part
            if every > 0 and batch % every == 0:
                place = count[0]
                kept_update[place] = done + batch + 1
                kept_batch[place] = batch if size > 1 else order[start]
                _keep_points(
                    kept_parameters[place], kept_gradient[place], v, s, parameters, intercept, l2
                )
                _keep_slopes(kept_gradient[place], entries, order[start:stop], slopes, intercept)
                count[0] += 1
            if l2 > 0.0:
                s *= c
                if not _SMALLEST < abs(s) < _LARGEST:
                    v *= s
                    s = 1.0
            _step(entries, order[start:stop], slopes, rate, s, v, parameters, intercept)
        for j in range(v.shape[0]):
            for k in range(targets):
                parameters[k, intercept + j] = s * v[j, k]
        return total

    return scaled


@fast
def _step(entries, rows, slopes, rate, s, v, parameters, intercept):
    """Subtract what the batch's rows say, all slopes known, from v and the intercepts."""
    values, indices, indptr = entries
    for i in range(rows.shape[0]):
        row = rows[i]
        for k in range(v.shape[1]):
            if intercept:
                parameters[k, 0] -= rate * slopes[i, k]
        for e in range(indptr[row], indptr[row + 1]):
            j, x = indices[e], rate * values[e] / s
            for k in range(v.shape[1]):
                v[j, k] -= x * slopes[i, k]


@fast
def _keep_points(point, gradient, v, s, parameters, intercept, l2):
    """Write s v and the penalty's gradient there, (K, P)."""
    for k in range(v.shape[1]):
        if intercept:
            point[k, 0] = parameters[k, 0]
            gradient[k, 0] = 0.0
        for j in range(v.shape[0]):
            point[k, intercept + j] = s * v[j, k]
            gradient[k, intercept + j] = l2 * point[k, intercept + j]


@fast
def _keep_slopes(gradient, entries, rows, slopes, intercept):
    """Add the loss's gradient over a batch to ``gradient`` (K, P)."""
    values, indices, indptr = entries
    for i in range(rows.shape[0]):
        for k in range(gradient.shape[0]):
            if intercept:
                gradient[k, 0] += slopes[i, k]
            for e in range(indptr[rows[i]], indptr[rows[i] + 1]):
                gradient[k, intercept + indices[e]] += slopes[i, k] * values[e]


@fast
def _caught_up(w, missed, c, width):
    """Return a parameter after ``missed`` updates whose rows did not fill its column."""
    if missed == 0 or w == 0.0:
        return w
    if c == 1.0:
        left = abs(w) - missed * width
    else:
        power = abs(c) ** missed
        gathered = missed if abs(c) == 1.0 else (1.0 - power) / (1.0 - abs(c))
        left = power * abs(w) - width * gathered
    flipped = c < 0.0 and missed % 2 == 1
    sign = -1.0 if (w < 0.0) != flipped else 1.0
    return sign * max(left, 0.0)


@cache
def lazy_kernel(number: int):
    """Return the kernel of any batch size, targets and penalty for loss number ``number``."""

    @fast
    def lazy(
        entries,
        y,
        share,
        order,
        size,
        intercept,
        rate,
        terms,
        parameters,
        ahead,
        many,
        done,
        every,
        kept,
    ):
        """Run ``many`` updates; return the sum of each row's loss before; as for ``scaled``."""
        values, indices, indptr = entries
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        rows, targets = order.shape[0], parameters.shape[0]
        w = np.ascontiguousarray(parameters[:, intercept:].T)
        now = np.zeros(w.shape[0], np.int64)  # updates that each column has had
        stepped = np.full(w.shape[0], -1, np.int64)  # the last batch that moved it
        extra, l1, l2 = terms
        c, width, total = 1.0 - rate * l2, rate * l1, 0.0
        scores, slopes = np.empty(targets), np.empty((size, targets))
        for batch in range(many):
            start, stop = batch * size, min(batch * size + size, rows)
            mean = 1.0 / (stop - start)
            for i in range(start, stop):
                _ask(values, indices, indptr, np.intp(order[min(i + ahead, rows - 1)]))
                row = order[i]
                scores[:] = 0.0
                for e in range(indptr[row], indptr[row + 1]):
                    j, x = indices[e], values[e]
                    missed = batch - now[j]
                    now[j] = batch
                    for k in range(targets):
                        w[j, k] = _caught_up(w[j, k], missed, c, width)
                        scores[k] += x * w[j, k]
                for k in range(targets):
                    scores[k] += parameters[k, 0] if intercept else 0.0
                part = share[row] if share.size else 1.0
                total += part * row_loss(number, scores, y[row], extra, slopes[i - start])
                for k in range(targets):
                    slopes[i - start, k] *= mean * part
            if every > 0 and batch % every == 0:
                place = count[0]
                kept_update[place] = done + batch + 1
                kept_batch[place] = batch if size > 1 else order[start]
                point = w.copy()
                for j in range(w.shape[0]):
                    for k in range(targets):
                        point[j, k] = _caught_up(w[j, k], batch - now[j], c, width)
                _keep_points(
                    kept_parameters[place],
                    kept_gradient[place],
                    point,
                    1.0,
                    parameters,
                    intercept,
                    l2,
                )
                _keep_slopes(kept_gradient[place], entries, order[start:stop], slopes, intercept)
                count[0] += 1
            if stop - start == 1:  # no column is filled twice: step and prox in one walk
                row = order[start]
                for e in range(indptr[row], indptr[row + 1]):
                    j, x = indices[e], rate * values[e]
                    now[j] = batch + 1
                    for k in range(targets):
                        moved = c * w[j, k] - x * slopes[0, k]
                        w[j, k] = moved - min(max(moved, -width), width)
                if intercept:
                    for k in range(targets):
                        parameters[k, 0] -= rate * slopes[0, k]
                continue
            for i in range(start, stop):
                row = order[i]
                for e in range(indptr[row], indptr[row + 1]):
                    j = indices[e]
                    for k in range(targets):
                        before = w[j, k] if stepped[j] == batch else c * w[j, k]
                        w[j, k] = before - rate * slopes[i - start, k] * values[e]
                    stepped[j] = batch
                if intercept:
                    for k in range(targets):
                        parameters[k, 0] -= rate * slopes[i - start, k]
            for i in range(start, stop):
                row = order[i]
                for e in range(indptr[row], indptr[row + 1]):
                    j = indices[e]
                    if now[j] == batch:
                        now[j] = batch + 1
                        for k in range(targets):
                            w[j, k] -= min(max(w[j, k], -width), width)
        for j in range(w.shape[0]):
            for k in range(targets):
                parameters[k, intercept + j] = _caught_up(w[j, k], many - now[j], c, width)
        return total

    return lazy


@cache
def ruled_kernel(loss: int, rule: int):
    """Return the kernel of any rule of the table, which touches every column in every update."""

    @fast(error_model="numpy")
    def ruled(
        entries,
        y,
        share,
        order,
        size,
        intercept,
        rate,
        momentum,
        terms,
        parameters,
        memory,
        ahead,
        many,
        done,
        every,
        kept,
    ):
        """Run ``many`` updates; as ``scaled``, with memory (slots, K, P) which changes too."""
        values, indices, indptr = entries
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        rows, targets = order.shape[0], parameters.shape[0]
        gradient, scores = np.empty_like(parameters), np.empty(targets)
        slopes = np.empty((size, targets))
        extra, _, l2 = terms
        total = 0.0
        for batch in range(many):
            start, stop = batch * size, min(batch * size + size, rows)
            mean = 1.0 / (stop - start)
            for k in range(targets):
                for j in range(parameters.shape[1]):
                    gradient[k, j] = l2 * parameters[k, j] if j >= intercept else 0.0
            for i in range(start, stop):
                _ask(values, indices, indptr, np.intp(order[min(i + ahead, rows - 1)]))
                row = order[i]
                for k in range(targets):
                    score = parameters[k, 0] if intercept else 0.0
                    for e in range(indptr[row], indptr[row + 1]):
                        score += values[e] * parameters[k, intercept + indices[e]]
                    scores[k] = score
                part = share[row] if share.size else 1.0
                total += part * row_loss(loss, scores, y[row], extra, slopes[i - start])
                for k in range(targets):
                    slopes[i - start, k] *= mean * part
            _keep_slopes(gradient, entries, order[start:stop], slopes, intercept)
            if every > 0 and batch % every == 0:
                place = count[0]
                kept_update[place] = done + batch + 1
                kept_batch[place] = batch if size > 1 else order[start]
                kept_parameters[place] = parameters
                kept_gradient[place] = gradient
                count[0] += 1
            numbers = _per_update(rule, float(done + batch + 1), momentum)
            for k in range(targets):
                for j in range(parameters.shape[1]):
                    _change(rule, parameters, gradient, memory, k, j, rate, numbers)
        return total

    return ruled
