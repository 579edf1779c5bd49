"""The table of penalties: ``alpha * (l1 |w|_1 + l2 |w|^2 / 2)``, as in scikit-learn's ``SGD*``.

The objective is the mean loss plus the penalty, in training coordinates; the intercept is never
penalized. The squared part is smooth and belongs to the gradient. The absolute part enters through
its proximal step, ``w -> sign(w) max(|w| - rate * l1, 0)``, which follows every update and gives
exact zeros (Parikh and Boyd, *Proximal Algorithms*, Foundations and Trends in Optimization 1(3),
2014, 6.5.2). Adding a penalty that is a sum of these two costs one entry and one line of
documentation.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Name -> from l1_ratio to the shares of |w|_1 and of |w|^2 / 2.
PENALTIES: dict[str, Callable[[float], tuple[float, float]]] = {
    "none": lambda ratio: (0.0, 0.0),
    "l2": lambda ratio: (0.0, 1.0),
    "l1": lambda ratio: (1.0, 0.0),
    "elasticnet": lambda ratio: (ratio, 1.0 - ratio),
}


@dataclass(frozen=True)
class Penalty:
    """A penalty with its strengths.

    Attributes
    ----------
    l1, l2 : float
        Of ``|w|_1`` and of ``|w|^2 / 2``: alpha times the shares.
    intercept : bool
        Whether row 0 of the parameters is the intercept, which is left alone.

    Examples
    --------
    >>> penalty = penalty_of("elasticnet", 0.5, 0.2, intercept=True)
    >>> w = np.array([[7.0], [2.0], [-0.05]])
    >>> round(float(penalty.value(w)), 9), penalty.shrunk(w, 1.0).ravel().tolist()
    (1.0055, [7.0, 1.9, 0.0])
    """

    l1: float = 0.0
    l2: float = 0.0
    intercept: bool = True

    def __bool__(self) -> bool:
        return self.l1 > 0.0 or self.l2 > 0.0

    def value(self, parameters: Floats) -> Floats:
        """Return the penalty of parameters (..., P, K), shape (...)."""
        w = parameters[..., int(self.intercept) :, :]
        total = np.zeros(parameters.shape[:-2])
        if self.l1:
            total = total + self.l1 * np.abs(w).sum(axis=(-2, -1))
        if self.l2:
            total = total + 0.5 * self.l2 * (w * w).sum(axis=(-2, -1))
        return np.asarray(total)

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient (P, K) of the smooth part."""
        gradient = self.l2 * parameters
        if self.intercept:
            gradient[0] = 0.0
        return gradient

    def shrunk(self, parameters: Floats, rate: float) -> Floats:
        """Return the proximal step of the absolute part, a new array unless nothing shrinks."""
        if not self.l1:
            return parameters
        after = parameters.copy()
        w = after[int(self.intercept) :]
        w -= np.clip(w, -rate * self.l1, rate * self.l1)
        return after

    def residual(self, parameters: Floats, gradient: Floats, rate: float) -> Floats:
        """Return ``(w - prox(w - rate gradient)) / rate``; the gradient where nothing shrinks.

        ``gradient`` is that of loss and smooth part. It is 0 exactly at the objective's minimum.
        """
        if not self.l1:
            return gradient
        return (parameters - self.shrunk(parameters - rate * gradient, rate)) / rate


NO_PENALTY = Penalty()


def penalty_of(name: str, alpha: float, l1_ratio: float, *, intercept: bool) -> Penalty:
    """Return the penalty of this name.

    Parameters
    ----------
    name : str
        A key of ``PENALTIES``.
    alpha : float
        Its strength; at least 0.
    l1_ratio : float
        Share of ``|w|_1`` in an elastic net, from 0 to 1.
    intercept : bool
        Whether row 0 of the parameters is the intercept.
    """
    l1, l2 = PENALTIES[name](l1_ratio)
    return Penalty(alpha * l1, alpha * l2, intercept)


def possible(alpha: Any, l1_ratio: Any) -> bool:
    """Return whether strength and share can be used."""
    return math.isfinite(alpha) and alpha >= 0.0 and 0.0 <= l1_ratio <= 1.0
