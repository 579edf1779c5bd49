"""Moments engine: batch descent on a quadratic loss, exactly, without touching a row.

Along each direction of curvature one epoch multiplies the way from the optimum by
``1 - rate * curvature``, so an epoch costs O(d) however many rows there are, and loss and
gradient norm of every epoch follow for nothing (``quadratic.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.schedules import rate_factors
from steepest.objective.quadratic import Quadratic
from steepest.trace.recorder import Stretch

Floats = npt.NDArray[np.float64]

_HALF_ULP = 2.0**-54
_TINY = 1e-307


@dataclass(frozen=True, eq=False)
class MomentsState:
    """Epochs done, and the way from the optimum along each direction (P, K)."""

    epoch: int
    along: Floats


@dataclass(frozen=True, eq=False)
class MomentsEngine:
    """Advances batch descent on a quadratic; see the module's docstring.

    Parameters
    ----------
    quadratic : Quadratic
        The training loss.
    validation : Quadratic, optional
        The validation loss, in the same coordinates.
    start : array of shape (P, K)
        Parameters before the first update.
    rate : float
        Learning rate.
    schedule : str
        A key of ``SCHEDULES``.
    epochs : int
        Epochs of the whole run.
    """

    quadratic: Quadratic
    start: Floats
    rate: float
    schedule: str = "constant"
    epochs: int = 1000
    validation: Quadratic | None = None
    name: str = "moments"
    updates_per_epoch: int = 1
    stochastic: bool = False

    @property
    def stretch(self) -> int:
        """Most epochs of one advance: a few megabytes of directions."""
        return max(1, min(65_536, 500_000 // max(1, self.start.size)))

    def begin(self) -> MomentsState:
        """Return the state before the first update."""
        with np.errstate(over="ignore", invalid="ignore"):
            return MomentsState(0, self.quadratic.along(self.start))

    def measure(self, state: MomentsState) -> Stretch:
        """Return the trace row of ``state`` itself."""
        return self._rows(state, state.along[None], np.array([np.nan]))

    def advance(self, state: MomentsState, epochs: int) -> tuple[MomentsState, Stretch]:
        """Return the state after ``epochs`` epochs and the trace rows on the way."""
        rates = self.rate * rate_factors(self.schedule, state.epoch, epochs, self.epochs)
        factors = 1.0 - rates[:, None] * self.quadratic.curvatures
        ways = np.empty((epochs + 1, *state.along.shape))
        ways[0], ways[1:] = state.along, factors[:, :, None]
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            np.multiply.accumulate(ways, axis=0, out=ways)
        after = MomentsState(state.epoch + epochs, ways[-1].copy())
        return after, self._rows(state, ways[1:], rates)

    def parameters(self, state: MomentsState) -> Floats:
        """Return the parameters (P, K) of a state."""
        return self.start if state.epoch == 0 else self.quadratic.at(state.along)

    def bad_update(self, state: MomentsState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``."""
        return 1

    def _rows(self, state: MomentsState, ways: Floats, rates: Floats) -> Stretch:
        curvature = self.quadratic.curvatures[:, None]
        single = len(ways) == 1 and np.isnan(rates[0])
        epoch = float(state.epoch) + (np.zeros(1) if single else np.arange(1.0, len(ways) + 1))
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            loss = self.quadratic.floor + 0.5 * (curvature * ways * ways).sum(axis=(1, 2))
            norm = np.sqrt(((curvature * ways) ** 2).sum(axis=(1, 2)))
        columns = {
            "epoch": epoch,
            "updates": epoch,
            "loss": infinite_if_nan(loss),
            "gradient_norm": infinite_if_nan(norm),
            "rate": rates,
        }
        if self.validation is not None:
            columns["validation_loss"] = self._validation(ways)

        def parameters(rows: npt.NDArray[np.int64]) -> Floats:
            points = self.quadratic.at(ways[rows])
            if single and state.epoch == 0:
                points[:] = self.start
            return points

        return Stretch(columns, parameters, self._still(ways), {})

    def _validation(self, ways: Floats) -> Floats:
        assert self.validation is not None
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            return infinite_if_nan(self.validation.value(self.quadratic.at(ways)))

    def _still(self, ways: Floats) -> npt.NDArray[np.bool_]:
        """Whether what is left of the way is less than half a unit in every last place."""
        left = np.where(self.quadratic.curvatures[:, None] > 0.0, np.abs(ways), 0.0)
        optimum = np.abs(self.quadratic.optimum)
        most = max(_HALF_ULP * float(optimum.max(initial=0.0)), _TINY)
        still = left.max(axis=(1, 2), initial=0.0) <= most
        rows = np.flatnonzero(still)
        reach = np.einsum("pi,nik->npk", np.abs(self.quadratic.directions), left[rows])
        # below the smallest normal number a factor rounds to itself and the way never ends
        still[rows] = (reach <= np.maximum(_HALF_ULP * optimum, _TINY)).all(axis=(1, 2))
        return np.asarray(still)


def infinite_if_nan(values: Floats) -> Floats:
    """Return evaluated numbers with NaN as inf, since NaN in a trace means *not evaluated*."""
    return np.where(np.isnan(values), np.inf, values)
