"""The loss table inside compiled loops: the same elementwise functions, chosen by number.

The functions of ``losses.py`` are compiled as they stand, so that a loss is written once. The
number is a constant of the compiled code (kernels close over it), and the table is looked up by an
``overload`` when a kernel is compiled, so that a kernel holds one loss and no branch; functions
passed as arguments would miss numba's disk cache in every new process. ``extra`` is the loss's own
parameter, given at run time, so that a new ``epsilon`` compiles nothing.
"""

from __future__ import annotations

import numba
from numba.extending import overload, register_jitable

from steepest.objective.exponential_kernel import exponential, logarithm
from steepest.objective.losses import LOSSES

_TABLE = tuple(LOSSES.values())
_inlined = register_jitable(forceinline=True)  # LLVM vectorizes no loop that calls


def loss_value(number, score, target, extra):
    """Return loss number ``number`` of one score; replaced when compiled."""


def loss_slope(number, score, target, extra):
    """Return the derivative with respect to the score; replaced when compiled."""


def row_loss(number, scores, targets, extra, slopes):
    """Return a row's loss and fill ``slopes`` (K,); replaced when compiled."""


@overload(loss_value, prefer_literal=True, inline="always")
def _chosen_value(number, score, target, extra):
    value = _inlined(_TABLE[number.literal_value].functions[0])

    def one(number, score, target, extra):
        return value(score, target, extra)

    return one


@overload(loss_slope, prefer_literal=True, inline="always")
def _chosen_slope(number, score, target, extra):
    slope = _inlined(_TABLE[number.literal_value].functions[1])

    def one(number, score, target, extra):
        return slope(score, target, extra)

    return one


@numba.njit
def _logsum(scores):
    top = scores[0]
    for k in range(1, scores.shape[0]):
        top = max(top, scores[k])
    total = 0.0
    for k in range(scores.shape[0]):
        total += exponential(scores[k] - top)
    return top + logarithm(total)


@overload(row_loss, prefer_literal=True, inline="always")
def _chosen_row(number, scores, targets, extra, slopes):
    value, slope = map(_inlined, _TABLE[number.literal_value].functions[:2])

    def apart(number, scores, targets, extra, slopes):
        total = 0.0
        for k in range(scores.shape[0]):
            total += value(scores[k], targets[k], extra)
            slopes[k] = slope(scores[k], targets[k], extra)
        return total

    def coupled(number, scores, targets, extra, slopes):
        joint, total = _logsum(scores), 0.0
        for k in range(scores.shape[0]):
            total += value(scores[k], targets[k], joint)
            slopes[k] = slope(scores[k], targets[k], joint)
        return total

    return coupled if _TABLE[number.literal_value].coupled else apart
