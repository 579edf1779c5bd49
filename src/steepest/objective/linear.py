"""The objective of a linear model on rows: any loss of the table, one or several targets.

Contract of every objective
---------------------------
- Parameters have shape (P, K): one column a target; with an intercept row 0 holds it.
- ``value(p)`` is the weighted *mean* over rows of the loss, summed over the K targets, plus the
  penalty.
- ``gradient(p)`` is the derivative of its smooth part (all but the L1 penalty) with respect to the
  parameters and has their shape; descent subtracts it, and the proximal step of L1 follows.
- ``curvature`` (where known) is the Hessian's largest eigenvalue or a bound of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from steepest.data.file_source import FileSource, RowSource
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource, Block, Fill, Source
from steepest.data.sparse_source import SparseSource
from steepest.objective.losses import Loss
from steepest.objective.penalties import NO_PENALTY, Penalty
from steepest.objective.sparse_sums import sparse_scores, sparse_sums, sparse_value

Floats = npt.NDArray[np.float64]

# Numbers in a table below which a pass in numpy is over before numba is imported.
PLAIN_NUMBERS = 200_000


class Objective(Protocol):
    """See the module's docstring."""

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""

    def value(self, parameters: Floats) -> Floats:
        """Return the objective at parameters of shape (P, K)."""

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters of shape (P, K), in their shape."""

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both, which often costs no more than one of them."""


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
    penalty : Penalty
        Added to the mean loss; none by default.

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
    penalty: Penalty = NO_PENALTY

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, K) of the parameters."""
        return self.source.columns + self.intercept, self.source.targets

    def value(self, parameters: Floats) -> Floats:
        """Return the objective at parameters of shape (P, K)."""
        if isinstance(self.source, SparseSource):
            mean = sparse_value(self.source, self.loss, parameters, intercept=self.intercept)
            return np.asarray(mean + float(self.penalty.value(parameters)))
        return np.asarray(self.value_and_gradient(parameters)[0])

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters of shape (P, K), in their shape."""
        return self.value_and_gradient(parameters)[1]

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both from one pass over the rows."""
        if isinstance(self.source, SparseSource):
            value, weight, summed = sparse_sums(
                self.source, self.loss, parameters, intercept=self.intercept
            )
            return self._penalized(float(value / weight), summed / weight, parameters)
        rows = np.array(parameters.T, order="C")
        numbers = self.source.rows * (self.source.columns + 1) * self.source.targets
        if isinstance(self.source, (ArraySource, FileSource)) and numbers > PLAIN_NUMBERS:
            summed = self._compiled_sums(self.source, rows)
        else:
            summed = self.source.total(self._numpy_partial, rows, add=np.add)
        value, weight, gradient = summed[0], summed[1], summed[2:]
        return self._penalized(
            float(value / weight), gradient.reshape(rows.shape).T / weight, parameters
        )

    def _penalized(self, mean: float, slope: Floats, parameters: Floats) -> tuple[float, Floats]:
        if not self.penalty:
            return mean, slope
        value = mean + float(self.penalty.value(parameters))
        return value, slope + self.penalty.gradient(parameters)

    def separated(self, parameters: Floats) -> bool:
        """Return whether every row's own class, and no other, has the largest score."""
        return self.classified(parameters) == self.source.rows

    def classified(self, parameters: Floats) -> int:
        """Return of how many rows the own class, and no other, has the largest score.

        Targets are 0 and 1: one column of two classes, or one 1 a row of several.
        """
        if isinstance(self.source, SparseSource):
            scores = sparse_scores(self.source, parameters, intercept=self.intercept)
            return _classified(scores, self.source.y)
        rows = np.array(parameters.T, order="C")
        return sum(
            _classified(self._scores(block, rows), block.y) for block in self.source.blocks()
        )

    def _scores(self, block: Block, parameters: Floats) -> Floats:
        scores = np.einsum("ij,kj->ik", block.X, parameters[:, int(self.intercept) :])
        return np.asarray(scores + parameters[:, 0] if self.intercept else scores)

    def _compiled_sums(self, source: RowSource, parameters: Floats) -> Floats:
        """Return loss, weight and gradient sums, the rows read as they lie.

        ``w . (x - shift) / scale = (w / scale) . (x - shift)``: the change of variables is made
        on the parameters and undone on the gradient, and no standardized copy is needed.
        """
        offset = int(self.intercept)
        shift = np.zeros(source.columns) if source.shift is None else source.shift
        scale = np.ones(source.columns) if source.scale is None else source.scale
        parameters[:, offset:] /= scale
        given = {
            "loss": self.loss.number,
            "extra": self.loss.extra,
            "weighted": source.weighted,
            "shift": shift,
            "parameters": parameters,
            "offset": offset,
        }
        fill = Recipe(f"{__name__}:made_fill", given)
        summed = source.sums(fill, 2 + parameters.size)
        summed[2:].reshape(parameters.shape)[:, offset:] /= scale
        return summed

    def _numpy_partial(self, block: Block, parameters: Floats) -> Floats:
        scores = self._scores(block, parameters)
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


def _classified(scores: Floats, y: npt.NDArray[Any]) -> int:
    if scores.shape[1] == 1:
        return int(((2.0 * y - 1.0) * scores > 0.0).sum())
    own = np.where(y == 1.0, scores, np.inf).min(axis=1)
    others = np.where(y == 1.0, -np.inf, scores).max(axis=1)
    return int(((y.max(axis=1) == 1.0) & (own > others)).sum())


def made_fill(
    loss: int, extra: float, weighted: bool, shift: Floats, parameters: Floats, offset: int
) -> Fill:
    """Return the kernel of loss and gradient, bound to parameters (K, P)."""
    from steepest.objective.pass_kernel import pass_kernel

    targets, columns = parameters.shape[0], parameters.shape[1] - offset
    kernel = pass_kernel(loss, columns, targets, weighted, bool(shift.any()))

    def fill(X: Any, y: Any, weight: Floats, sums: Floats) -> None:
        kernel(X, y, weight, shift, parameters, offset, extra, sums)

    return fill
