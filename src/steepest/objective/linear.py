"""The objective of a linear model on rows: any loss of the table, one or several targets.

Contract of every objective
---------------------------
- Parameters have shape (P, K): one column a target; with an intercept row 0 holds it.
- ``value(p)`` is the weighted *mean* over rows of the loss, summed over the K targets.
- ``gradient(p)`` is its derivative with respect to the parameters and has their shape; descent
  subtracts it.
- ``curvature`` (where known) is the Hessian's largest eigenvalue or a bound of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from steepest.data.source import Block, Source
from steepest.objective.losses import Loss

Floats = npt.NDArray[np.float64]

# Numbers in a table below which a pass in numpy is over before numba is imported.
_PLAIN_NUMBERS = 200_000


class Objective(Protocol):
    """See the module's docstring."""

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""

    def value(self, parameters: Floats) -> Floats:
        """Return the objective at parameters of shape (P, K)."""

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters of shape (P, K), in their shape."""


@dataclass(frozen=True, eq=False)
class LinearObjective:
    """Mean loss of a linear model over the rows of a source.

    Parameters
    ----------
    source : Source
        Rows in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    intercept : bool
        Whether row 0 of the parameters is added to every score.

    Examples
    --------
    >>> from steepest.data.source import ArraySource
    >>> from steepest.objective.losses import LOSSES
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> objective = LinearObjective(rows, LOSSES["squared_error"], intercept=False)
    >>> value, gradient = objective.value_and_gradient(np.array([[1.0]]))
    >>> round(value, 12), gradient.round(12).tolist()
    (4.666666666667, [[-9.333333333333]])
    """

    source: Source
    loss: Loss
    intercept: bool

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""
        return self.source.columns + self.intercept, self.source.targets

    def value(self, parameters: Floats) -> Floats:
        """Return the objective at parameters of shape (P, K)."""
        return np.asarray(self.value_and_gradient(parameters)[0])

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters of shape (P, K), in their shape."""
        return self.value_and_gradient(parameters)[1]

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both from one pass over the rows."""
        rows = np.ascontiguousarray(parameters.T)
        summed = self.source.total(self._partial(), rows, add=np.add)
        value, weight, gradient = summed[0], summed[1], summed[2:]
        return float(value / weight), gradient.reshape(rows.shape).T / weight

    def _partial(self) -> Callable[[Block, Floats], Floats]:
        numbers = self.source.rows * (self.source.columns + 1) * self.source.targets
        return self._numpy_partial if numbers <= _PLAIN_NUMBERS else self._compiled_partial

    def _numpy_partial(self, block: Block, parameters: Floats) -> Floats:
        w = parameters[:, int(self.intercept) :]
        scores = np.einsum("ij,kj->ik", block.X, w)
        if self.intercept:
            scores = scores + parameters[:, 0]
        values = self.loss.value(scores, block.y)
        slopes = self.loss.slope(scores, block.y)
        weight = float(len(block.X))
        if block.weight is not None:
            values = values * block.weight[:, None]
            slopes = slopes * block.weight[:, None]
            weight = float(block.weight.sum())
        gradient = np.einsum("ik,ij->kj", slopes, block.X)
        if self.intercept:
            gradient = np.concatenate([slopes.sum(axis=0)[:, None], gradient], axis=1)
        return np.concatenate([[values.sum(), weight], gradient.ravel()])

    def _compiled_partial(self, block: Block, parameters: Floats) -> Floats:
        from steepest.objective.pass_kernel import block_pass

        gradient = np.zeros_like(parameters)
        weights = np.empty(0) if block.weight is None else block.weight
        value = block_pass(
            block.X, block.y, weights, parameters, int(self.intercept), self.loss.number, gradient
        )
        weight = float(len(block.X)) if block.weight is None else float(block.weight.sum())
        return np.concatenate([[value, weight], gradient.ravel()])
