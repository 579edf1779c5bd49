"""Schedules: how the learning rate changes from epoch to epoch.

A schedule gives the factor of the learning rate in an epoch (counted from 0); within an epoch
the rate is constant. Stochastic descent at a constant rate hovers around the optimum at a
distance that grows with the rate (Bottou, Curtis, Nocedal, SIAM Review 60(2), 2018, theorem
4.6); a falling rate makes it settle (theorem 4.7).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def _constant(epoch: Any, epochs: int) -> Any:
    return np.ones_like(epoch)


def _inverse_time(epoch: Any, epochs: int) -> Any:
    return 1.0 / (1.0 + epoch)


def _step(epoch: Any, epochs: int) -> Any:
    return 0.5 ** np.floor(10.0 * epoch / epochs)


def _cosine(epoch: Any, epochs: int) -> Any:
    return 0.5 * (1.0 + np.cos(np.pi * epoch / epochs))


def _geometric(epoch: Any, epochs: int) -> Any:
    return 10.0 ** (-6.0 * epoch / epochs)


# Name -> (its factor in words, the function of (epoch, epochs)).
SCHEDULES: dict[str, tuple[str, Callable[[Any, int], Any]]] = {
    "constant": ("1", _constant),
    "inverse-time": ("1 / (1 + epoch)", _inverse_time),
    "step": ("halved ten times, every tenth of the epochs", _step),
    "cosine": ("(1 + cos(pi epoch / epochs)) / 2", _cosine),
    "geometric": ("a millionth at the end, by the same factor every epoch", _geometric),
}


def rate_factors(name: str, first: int, count: int, epochs: int) -> Floats:
    """Return the factors of ``count`` epochs from epoch ``first`` on, shape (count,).

    Parameters
    ----------
    name : str
        A key of ``SCHEDULES``.
    first, count : int
        Which epochs, counted from 0.
    epochs : int
        Epochs of the whole run, which ``step`` and ``cosine`` stretch over.

    Examples
    --------
    >>> rate_factors("step", 0, 4, 20).tolist()
    [1.0, 1.0, 0.5, 0.5]
    """
    return np.asarray(SCHEDULES[name][1](np.arange(first, first + count, dtype=float), epochs))
