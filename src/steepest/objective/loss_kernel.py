"""The loss table inside compiled loops: the same elementwise functions, chosen by number.

The functions of ``losses.py`` are compiled as they stand, so that a loss is written once. They
are reached through names of this module and not passed as arguments, because functions passed
as arguments miss numba's disk cache in every new process. The number does not change inside a
loop, so the branch is predicted (measured: no difference on 500,000 x 10).
"""

from __future__ import annotations

import numba

from steepest.objective.losses import LOSSES

_squared_value = numba.njit(inline="always")(LOSSES["squared_error"].value)
_squared_slope = numba.njit(inline="always")(LOSSES["squared_error"].slope)
_half_value = numba.njit(inline="always")(LOSSES["half_squared_error"].value)
_half_slope = numba.njit(inline="always")(LOSSES["half_squared_error"].slope)
_logistic_value = numba.njit(inline="always")(LOSSES["logistic"].value)
_logistic_slope = numba.njit(inline="always")(LOSSES["logistic"].slope)


@numba.njit(inline="always")
def loss_value(number, score, target):
    """Return loss number ``number`` of one score."""
    if number == 0:
        return _squared_value(score, target)
    if number == 1:
        return _half_value(score, target)
    return _logistic_value(score, target)


@numba.njit(inline="always")
def loss_slope(number, score, target):
    """Return the derivative of loss number ``number`` with respect to the score."""
    if number == 0:
        return _squared_slope(score, target)
    if number == 1:
        return _half_slope(score, target)
    return _logistic_slope(score, target)
