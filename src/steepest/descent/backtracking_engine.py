"""Backtracking: batch descent whose every step is tested, for losses without a curvature bound.

A step of rate r goes from w to ``v = prox(w - r g)``. It is taken if loss and penalty fall by at
least a hundredth of ``|v - w|^2 / (2 r)`` (Armijo's condition for proximal steps: Wright, Nowak,
Figueiredo, IEEE Trans. Signal Processing 57(7), 2009, without their memory, so that the objective
never rises); where rounding hides the fall, it is taken from the slopes at both ends,
``(g(w) + g(v))'(v - w) / 2`` (Hager and Zhang, SIAM J. Optim. 16(1), 2005). Otherwise the rate is
halved; a step whose loss is not finite is refused likewise.

The first rate tried is the inverse of the curvature along the last step, ``|d|^2 / d'(g - g_old)``
(Barzilai and Borwein, IMA J. Numer. Anal. 8(1), 1988), so that ill-conditioned tables take
hundreds of updates where 1/L takes tens of thousands.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.backtracking import next_step
from steepest.descent.moments_engine import infinite_if_nan
from steepest.objective.linear import Objective
from steepest.objective.penalties import Penalty
from steepest.trace.recorder import Stretch, one_row

Floats = npt.NDArray[np.float64]

_HALVINGS = 100
_LEAST_FALL = 0.01
# A first try that is too long costs one evaluation; the loss of rows has one valley.
_LEAP = 1e10
# Beyond this relative size a fall of the loss is larger than the rounding of its sum over rows.
_ROUNDING = 1e-13
# Rate at which the residual of a proximal step is measured; any fixed one is 0 at the optimum.
MEASURED_AT = 1.0


@dataclass(frozen=True, eq=False)
class TestedState:
    """Epochs and evaluations done, parameters (P, K), value and gradient there, the next rate."""

    epoch: int
    evaluations: int
    parameters: Floats
    value: float
    gradient: Floats
    rate: float


@dataclass(frozen=True, eq=False)
class BacktrackingEngine:
    """Advances batch descent by tested steps; loss and gradient are exact each epoch.

    Parameters
    ----------
    objective : Objective
        Loss and penalty over all training rows.
    start : array of shape (P, K)
        Parameters before the first update.
    penalty : Penalty
        Whose absolute part enters by its proximal step.
    rate : float
        The first rate tried.
    epochs : int
        Most epochs.
    validation : Objective, optional
        The loss over the validation rows, evaluated every epoch.
    """

    objective: Objective
    start: Floats
    penalty: Penalty
    rate: float = 1.0
    epochs: int = 1000
    validation: Objective | None = None
    name: str = "pass"
    stretch: int = 1
    updates_per_epoch: int = 1
    stochastic: bool = False

    def begin(self) -> TestedState:
        """Return the state before the first update."""
        value, gradient = self._at(self.start)
        return TestedState(0, 1, self.start, value, gradient, self.rate)

    def parameters(self, state: TestedState) -> Floats:
        """Return the parameters (P, K) of a state."""
        return state.parameters

    def measure(self, state: TestedState) -> Stretch:
        """Return the trace row of ``state`` itself."""
        return self._row(state, math.nan, still=False)

    def advance(self, state: TestedState, epochs: int) -> tuple[TestedState, Stretch]:
        """Return the state after one epoch and its trace row."""
        rate, evaluations = state.rate, state.evaluations
        for _ in range(_HALVINGS):
            point = self.penalty.shrunk(state.parameters - rate * state.gradient, rate)
            value, gradient = self._at(point)
            evaluations += 1
            if self._accepted(state, point, value, gradient, rate):
                break
            rate *= 0.5
        else:
            point, value, gradient = state.parameters, state.value, state.gradient
        way, change = point - state.parameters, gradient - state.gradient
        following = next_step(way, change, rate, leap=_LEAP)
        after = TestedState(state.epoch + 1, evaluations, point, value, gradient, following)
        still = not way.any()
        return after, self._row(after, rate, still=still)

    def bad_update(self, state: TestedState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``."""
        return 1

    def _accepted(
        self, state: TestedState, point: Floats, value: float, gradient: Floats, rate: float
    ) -> bool:
        if not (math.isfinite(value) and np.isfinite(gradient).all()):
            return False
        way = point - state.parameters
        wanted = -_LEAST_FALL * float((way * way).sum()) / (2.0 * rate)
        fall = value - state.value
        if abs(fall) <= _ROUNDING * abs(state.value):
            fall = 0.5 * float(((state.gradient + gradient) * way).sum())
            if self.penalty.l1:
                first = int(self.penalty.intercept)
                sizes = np.abs(point[first:]) - np.abs(state.parameters[first:])
                fall += self.penalty.l1 * float(sizes.sum())
        return fall <= wanted

    def _at(self, point: Floats) -> tuple[float, Floats]:
        with np.errstate(all="ignore"):
            return self.objective.value_and_gradient(point)

    def _row(self, state: TestedState, rate: float, *, still: bool) -> Stretch:
        left = self.penalty.residual(state.parameters, state.gradient, MEASURED_AT)
        columns = {
            "epoch": np.array([float(state.epoch)]),
            "updates": np.array([float(state.epoch)]),
            "evaluations": np.array([float(state.evaluations)]),
            "loss": infinite_if_nan(np.array([state.value])),
            "gradient_norm": infinite_if_nan(np.array([np.linalg.norm(left)])),
            "rate": np.array([rate]),
        }
        if self.validation is not None:
            with np.errstate(all="ignore"):
                value = np.atleast_1d(self.validation.value(state.parameters))
            columns["validation_loss"] = infinite_if_nan(value)
        return one_row(columns, state.parameters, still=still)
