"""One read of a block of rows: the sum of its losses and of their gradients.

For each row: scores s_k = b_k + x . w_k, values l(s_k, y_k), slopes l'(s_k, y_k), and
gradient += slope_k * (1, x). X is read once (numpy's two products read it twice).
"""

from __future__ import annotations

import numba

from steepest.objective.loss_kernel import loss_slope, loss_value


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def block_pass(X, y, weight, parameters, intercept, number, gradient):
    """Add the block's gradient (K, P) to ``gradient`` and return the sum of its losses.

    ``parameters`` has shape (K, P), intercept first; ``weight`` (m,) may be empty.
    """
    total = 0.0
    rows, columns = X.shape
    for i in range(rows):
        x = X[i]
        share = weight[i] if weight.size else 1.0
        for k in range(parameters.shape[0]):
            w = parameters[k, intercept:]
            score = parameters[k, 0] if intercept else 0.0
            for j in range(columns):
                score += x[j] * w[j]
            total += share * loss_value(number, score, y[i, k])
            slope = share * loss_slope(number, score, y[i, k])
            if intercept:
                gradient[k, 0] += slope
            g = gradient[k, intercept:]
            for j in range(columns):
                g[j] += slope * x[j]
    return total
