"""Compiled sweeps under any update rule: a whole epoch of updates in one call.

The update is that of ``sweep_kernel.py`` with the plain step replaced by a rule of the table; the
rule's own Python function is inlined, chosen by its number at compilation. Numbers (of loss and
rule) are closed over, since numba's disk cache can tell them apart, and the table is looked up by
an ``overload``: jitted functions in the closure would miss the cache in every new process.

A division that may raise is a branch, and the loop over parameters would not be vectorized:
``error_model="numpy"`` makes adagrad 11 times faster at 20 columns. ns a row, best of five on a
machine with other work, single rows (or batches of 32); the plain kernels beside:

=================  =====  ========  =======  =======  ====
rows               plain  momentum  adagrad  rmsprop  adam
=================  =====  ========  =======  =======  ====
2,000,000x2            5        15       25       25    67
200,000x20            10        30       82       85   151
200,000x20, of 32      8        14       15       15    17
200,000x100           40       117      324      330   543
=================  =====  ========  =======  =======  ====
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numba.extending import overload, register_jitable

from steepest.data.compiled_kernel import fast
from steepest.descent.rules import RULES, Rule
from steepest.objective.loss_kernel import row_loss
from steepest.objective.prefetch_kernel import prefetch

_TABLE = tuple(RULES.values())


def number_of(rule: Rule) -> int:
    """Return the rule's number inside compiled loops: its place in the table."""
    return next(place for place, one in enumerate(_TABLE) if one.step is rule.step)


def _per_update(number, update, momentum):
    """Return what rule ``number`` needs of the number of the update; replaced when compiled."""


def _change(number, parameters, gradient, memory, k, j, rate, per_update):
    """Change one parameter and its memory by rule ``number``; replaced when compiled."""


@overload(_per_update, prefer_literal=True, inline="always")
def _chosen_per_update(number, update, momentum):
    chosen = register_jitable(_TABLE[number.literal_value].per_update)

    def numbers(number, update, momentum):
        return chosen(update, momentum)

    return numbers


@overload(_change, prefer_literal=True, inline="always")
def _chosen_change(number, parameters, gradient, memory, k, j, rate, per_update):
    step = register_jitable(_TABLE[number.literal_value].step)

    def without(number, parameters, gradient, memory, k, j, rate, per_update):
        parameters[k, j] = step(parameters[k, j], gradient[k, j], (), rate, per_update)[0]

    def one(number, parameters, gradient, memory, k, j, rate, per_update):
        before = (memory[0, k, j],)
        after, kept = step(parameters[k, j], gradient[k, j], before, rate, per_update)
        parameters[k, j] = after
        memory[0, k, j] = kept[0]

    def two(number, parameters, gradient, memory, k, j, rate, per_update):
        before = (memory[0, k, j], memory[1, k, j])
        after, kept = step(parameters[k, j], gradient[k, j], before, rate, per_update)
        parameters[k, j] = after
        memory[0, k, j] = kept[0]
        memory[1, k, j] = kept[1]

    return (without, one, two)[_TABLE[number.literal_value].slots]


@cache
def rule_sweep(loss: int, rule: int):
    """Return the kernel for loss number ``loss`` and rule number ``rule``."""

    @fast(error_model="numpy")  # a division that may raise is not vectorized
    def ruled(
        X,
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
        """Run ``many`` updates; return the sum of each row's loss before its update.

        X (n, d), y (n, K), share (n,) or empty, order (n,), parameters (K, P) and memory
        (slots, K, P), which both change; the rest as for ``sweep_kernel.sweep``.
        """
        count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
        rows, columns = order.shape[0], X.shape[1]
        targets = parameters.shape[0]
        gradient = np.empty_like(parameters)
        scores, slopes = np.empty(targets), np.empty(targets)
        extra, _, l2 = terms
        total = 0.0
        for batch in range(many):
            start, stop = batch * size, min(batch * size + size, rows)
            mean = 1.0 / (stop - start)
            gradient[:] = 0.0
            for i in range(start, stop):
                q = np.intp(order[min(i + ahead, rows - 1)])
                prefetch(X, q, 0, columns * X.itemsize)
                prefetch(y, q, 0, 1)
                row = order[i]
                x = X[row]
                part = share[row] if share.size else 1.0
                for k in range(targets):
                    w = parameters[k, intercept:]
                    score = parameters[k, 0] if intercept else 0.0
                    for j in range(columns):
                        score += x[j] * w[j]
                    scores[k] = score
                total += part * row_loss(loss, scores, y[row], extra, slopes)
                for k in range(targets):
                    g, slope = gradient[k, intercept:], mean * part * slopes[k]
                    if intercept:
                        gradient[k, 0] += slope
                    for j in range(columns):
                        g[j] += slope * x[j]
            if l2 > 0.0:
                for k in range(targets):
                    for j in range(intercept, parameters.shape[1]):
                        gradient[k, j] += l2 * parameters[k, j]
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
