"""Pass engine: batch descent on any objective, one read of all rows an update."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.rules import RULES, Memory, Rule
from steepest.descent.schedules import rate_factors
from steepest.objective.linear import Objective
from steepest.objective.penalties import NO_PENALTY, Penalty
from steepest.trace.recorder import Stretch, one_row

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PassState:
    """Epochs done, parameters (P, K), the objective's value and gradient there, the memory."""

    epoch: int
    parameters: Floats
    value: float
    gradient: Floats
    memory: Memory


@dataclass(frozen=True, eq=False)
class PassEngine:
    """Advances batch descent by passes over the rows; loss and gradient are exact each epoch.

    Parameters
    ----------
    objective : Objective
        Loss and penalty over all training rows.
    start : array of shape (P, K)
        Parameters before the first update.
    rate, schedule, epochs
        As for ``MomentsEngine``.
    validation : Objective, optional
        The loss over the validation rows, evaluated every epoch.
    rule : Rule
        An entry of ``RULES``.
    penalty : Penalty
        Whose absolute part enters by its proximal step, after the rule's.
    """

    objective: Objective
    start: Floats
    rate: float
    schedule: str = "constant"
    epochs: int = 1000
    validation: Objective | None = None
    rule: Rule = RULES["plain"]
    penalty: Penalty = NO_PENALTY
    name: str = "pass"
    stretch: int = 1
    updates_per_epoch: int = 1
    stochastic: bool = False

    def begin(self) -> PassState:
        """Return the state before the first update."""
        return self._state(0, self.start, self.rule.begin(self.start))

    def parameters(self, state: PassState) -> Floats:
        """Return the parameters (P, K) of a state."""
        return state.parameters

    def measure(self, state: PassState) -> Stretch:
        """Return the trace row of ``state`` itself."""
        return self._row(state, np.nan, still=False)

    def advance(self, state: PassState, epochs: int) -> tuple[PassState, Stretch]:
        """Return the state after one epoch and its trace row."""
        rate = self.rate * float(rate_factors(self.schedule, state.epoch, 1, self.epochs)[0])
        epoch = state.epoch + 1
        point, memory = self.rule.apply(state.parameters, state.gradient, state.memory, rate, epoch)
        point = self.penalty.shrunk(point, rate)
        after = self._state(epoch, point, memory)
        pairs = zip((point, *memory), (state.parameters, *state.memory), strict=True)
        return after, self._row(after, rate, still=all((new == old).all() for new, old in pairs))

    def bad_update(self, state: PassState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``."""
        return 1

    def _state(self, epoch: int, parameters: Floats, memory: Memory) -> PassState:
        with np.errstate(all="ignore"):
            value, gradient = self.objective.value_and_gradient(parameters)
        return PassState(epoch, parameters, value, gradient, memory)

    def _row(self, state: PassState, rate: float, *, still: bool) -> Stretch:
        epoch = np.array([float(state.epoch)])
        left = self.penalty.residual(state.parameters, state.gradient, self.rate)
        columns = {
            "epoch": epoch,
            "updates": epoch,
            "loss": infinite_if_nan(np.array([state.value])),
            "gradient_norm": infinite_if_nan(np.array([np.linalg.norm(left)])),
            "rate": np.array([rate]),
        }
        if self.validation is not None:
            value = np.atleast_1d(self.validation.value(state.parameters))
            columns["validation_loss"] = infinite_if_nan(value)
        return one_row(columns, state.parameters, still=still)
