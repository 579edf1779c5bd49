"""The compiled sweep: a stretch of updates over rows in a given order.

An update takes the mean over its batch of each row's gradient at the same parameters,
``g = 1/m sum_i share_i l'(s_i, y_i) (1, x_i)``, and applies the update rule to every
parameter. Shares are the rows' weights divided by their mean, so that a batch's gradient is an
unbiased estimate of the whole one.

With batch size 1 the gradient is applied as it is formed, without being stored.
``sweep_rows`` in ``sweep.py`` is the plain version that defines what this must equal.
"""

from __future__ import annotations

import numba

from steepest.descent.rules import RULES
from steepest.objective.loss_kernel import loss_slope, loss_value

_plain = numba.njit(inline="always")(RULES["plain"])


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _score(parameters, x, intercept):
    score = parameters[0] if intercept else 0.0
    w = parameters[intercept:]
    for j in range(x.shape[0]):
        score += x[j] * w[j]
    return score


@numba.njit(cache=True, nogil=True, fastmath={"contract", "nsz"})
def sweep(
    X, y, share, order, size, intercept, number, rate, parameters, batches, done, every, kept
):
    """Run ``batches`` updates; return the sum of each row's loss before its update.

    X (n, d), y (n, K), share (n,) or empty, order (n,), parameters (K, P) which change;
    ``done`` updates have been made before, and each update whose number is a multiple of
    ``every`` is kept: ``kept`` = (count (1,), update (m,), batch (m,), parameters (m, K, P),
    gradient (m, K, P)).
    """
    count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
    rows, columns = X.shape
    targets = parameters.shape[0]
    gradient = parameters.copy()
    total = 0.0
    for batch in range(batches):
        start = batch * size
        stop = min(start + size, rows)
        keep = every > 0 and (done + batch) % every == 0 and count[0] < len(kept_update)
        if keep:
            kept_parameters[count[0]] = parameters
        gradient[:] = 0.0
        if stop - start == 1 and not keep:
            row = order[start]
            x = X[row]
            part = share[row] if share.size else 1.0
            for k in range(targets):
                score = _score(parameters[k], x, intercept)
                total += part * loss_value(number, score, y[row, k])
                slope = part * loss_slope(number, score, y[row, k])
                if intercept:
                    parameters[k, 0] = _plain(parameters[k, 0], slope, rate)
                w = parameters[k, intercept:]
                for j in range(columns):
                    w[j] = _plain(w[j], slope * x[j], rate)
            continue
        mean = 1.0 / (stop - start)
        for i in range(start, stop):
            row = order[i]
            x = X[row]
            part = share[row] if share.size else 1.0
            for k in range(targets):
                score = _score(parameters[k], x, intercept)
                total += part * loss_value(number, score, y[row, k])
                slope = mean * part * loss_slope(number, score, y[row, k])
                if intercept:
                    gradient[k, 0] += slope
                g = gradient[k, intercept:]
                for j in range(columns):
                    g[j] += slope * x[j]
        for k in range(targets):
            for j in range(parameters.shape[1]):
                parameters[k, j] = _plain(parameters[k, j], gradient[k, j], rate)
        if keep:
            kept_gradient[count[0]] = gradient
            kept_update[count[0]] = done + batch + 1
            kept_batch[count[0]] = batch if size > 1 else order[start]
            count[0] += 1
    return total
