"""Function engine: descent on a function itself, by a constant rate or by backtracking.

Steps of backtracking and their first tries are those of ``backtracking.py``. Where the fall is
lost in the value's rounding, the condition is put in terms of the gradient (Hager & Zhang, SIAM J.
Optim. 16 (2005) 170-192, "approximate Wolfe"): without that no run would meet a tolerance below
1e-8. A step to where value or gradient is not finite is refused like one that does not fall.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.draws import normals_at, stream_key
from steepest.descent.backtracking import ARMIJO, ROUNDING, next_step, turned
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.rules import RULES, Memory, Rule
from steepest.descent.schedules import rate_factors
from steepest.objective.function import FunctionObjective, length
from steepest.trace.recorder import Stretch

Floats = npt.NDArray[np.float64]

# Parameters this many times larger than at the start (or than 1) run away.
RUNAWAY = 1e100
# A step this many times smaller than the first goes nowhere: there is a kink (or a wall).
TINY = 1e-30
_HALVINGS = 1100  # from the largest float64 to the smallest


@dataclass(frozen=True, eq=False)
class FunctionState:
    """Updates done, parameters (P, 1), value and gradient there, the step to try next, evaluations.

    Backtracking gives up below the step ``least``.
    """

    epoch: int
    parameters: Floats
    value: float
    gradient: Floats
    step: float
    evaluations: int
    least: float = 0.0
    still: bool = False
    memory: Memory = ()


@dataclass(frozen=True, eq=False)
class FunctionEngine:
    """Advances descent on a function; an epoch is one update.

    Parameters
    ----------
    objective : FunctionObjective
        What is minimized.
    start : array of shape (P, 1)
        Parameters before the first update.
    constant_rate : float or None
        The learning rate, None for backtracking.
    schedule, epochs
        As for ``MomentsEngine``.
    rule : Rule
        How an update at a constant rate uses the gradient; an entry of ``RULES``.
    noise : float
        Standard deviation of Gaussian noise added to every component of the gradient.
    seed : int
        Of the noise, which is a pure function of (seed, update, component).
    """

    objective: FunctionObjective
    start: Floats
    constant_rate: float | None
    schedule: str = "constant"
    epochs: int = 100_000
    noise: float = 0.0
    seed: int = 0
    rule: Rule = RULES["plain"]
    name: str = "function"
    stretch: int = 256
    updates_per_epoch: int = 1
    stochastic: bool = False

    @property
    def rate(self) -> float:
        """The constant rate, NaN for backtracking."""
        return np.nan if self.constant_rate is None else self.constant_rate

    def begin(self) -> FunctionState:
        """Return the state before the first update."""
        with np.errstate(all="ignore"):
            value, gradient = self.objective.value_and_gradient(self.start)
            norm = length(gradient)
        first = min(1.0, 1.0 / norm) if norm > 0.0 else 1.0
        still = not np.isfinite(gradient).all()  # without a gradient there is no way to go
        memory = self.rule.begin(self.start)
        return FunctionState(0, self.start, value, gradient, first, 1, TINY * first, still, memory)

    def parameters(self, state: FunctionState) -> Floats:
        """Return the parameters (P, 1) of a state."""
        return state.parameters

    def measure(self, state: FunctionState) -> Stretch:
        """Return the trace row of ``state`` itself."""
        return self._rows([state], [np.nan])

    def advance(self, state: FunctionState, epochs: int) -> tuple[FunctionState, Stretch]:
        """Return the state after ``epochs`` updates and their trace rows."""
        size = len(self.start)
        noise = np.zeros((epochs, size, 1))
        if self.noise > 0.0:
            key = stream_key(self.seed, "noise")
            drawn = normals_at([key], state.epoch * size, epochs * size)
            noise = self.noise * drawn.reshape(epochs, size, 1)
        states, rates = [], []
        factors = rate_factors(self.schedule, state.epoch, epochs, self.epochs)
        with np.errstate(all="ignore"):
            for update in range(epochs):
                state, rate = self._update(state, noise[update], float(factors[update]))
                states.append(state)
                rates.append(rate)
        return state, self._rows(states, rates)

    def bad_update(self, state: FunctionState, limit: float) -> int:
        """Return the first update of the next epoch after which the value passes ``limit``."""
        return 1

    def _update(
        self, state: FunctionState, noise: Floats, factor: float
    ) -> tuple[FunctionState, float]:
        if self.constant_rate is None:
            return backtracked(self.objective, state, noise)
        rate, update = self.constant_rate * factor, state.epoch + 1
        noisy = state.gradient + noise
        after, memory = self.rule.apply(state.parameters, noisy, state.memory, rate, update)
        value, gradient = self.objective.value_and_gradient(after)
        pairs = zip((after, *memory), (state.parameters, *state.memory), strict=True)
        still = self.noise == 0.0 and all((new == old).all() for new, old in pairs)
        hit = np.isfinite(value) and not np.isfinite(gradient).all()  # a kink, without a way on
        still = bool(still or hit)
        count = state.evaluations + 1
        return FunctionState(update, after, value, gradient, rate, count, 0.0, still, memory), rate

    def _rows(self, states: list[FunctionState], rates: list[float]) -> Stretch:
        path = np.array([one.parameters for one in states])
        away = np.abs(path).max(axis=(1, 2)) > RUNAWAY * max(1.0, float(np.abs(self.start).max()))
        norms = np.array([length(one.gradient) for one in states])
        columns = {
            "epoch": np.array([float(one.epoch) for one in states]),
            "updates": np.array([float(one.epoch) for one in states]),
            "evaluations": np.array([float(one.evaluations) for one in states]),
            "loss": infinite_if_nan(np.array([one.value for one in states])),
            "gradient_norm": infinite_if_nan(norms),
            "rate": np.array(rates),
        }
        still = np.array([one.still for one in states]) | away
        return Stretch(columns, lambda rows: path[rows], still, {})


def backtracked(
    objective: FunctionObjective, state: FunctionState, noise: Floats
) -> tuple[FunctionState, float]:
    """Return the state after one update by backtracking, and the step it took.

    The step is the one accepted along the gradient; noise, where there is any, is added to the
    gradient of the update itself. Where no step is left that changes a bit, the state is ``still``.
    """
    x, gradient = state.parameters, state.gradient
    norm, square = length(gradient), float((gradient * gradient).sum())
    step, count = state.step, state.evaluations
    for _ in range(_HALVINGS):
        after = x - step * gradient
        unmoved = bool((after == x).all())
        if unmoved and norm > 0.0 and count == state.evaluations:
            step *= 2.0  # nothing was tried yet: on a plateau the last step is too short to move
            continue
        if (unmoved and not noise.any()) or step < state.least:
            break
        value = float(objective.value(after))
        count += 1
        promised = step * square if 0.0 < square < np.inf else step * norm * norm
        found = _accepted(objective, state, after, value, promised)
        if found is not None:
            grown = next_step(after - x, found - gradient, step)
            if noise.any():
                after = x - step * (gradient + noise)
                value, found = objective.value_and_gradient(after)
                count += 1
            done = state.epoch + 1
            return FunctionState(done, after, value, found, grown, count, state.least), step
        step *= 0.5
    stuck = not noise.any()
    after = x if stuck else x - step * (gradient + noise)
    value, found = objective.value_and_gradient(after)
    done = state.epoch + 1
    made = FunctionState(done, after, value, found, state.step, count, state.least, stuck)
    return made, step


def _accepted(
    objective: FunctionObjective,
    state: FunctionState,
    after: Floats,
    value: float,
    promised: float,
) -> Floats | None:
    """Return the gradient at an accepted point, None if the step is refused."""
    if not np.isfinite(value):
        return None
    falls = value <= state.value - ARMIJO * promised
    lost = promised <= ROUNDING * abs(state.value)
    if not falls and not (lost and value <= state.value + ROUNDING * abs(state.value)):
        return None
    gradient = objective.value_and_gradient(after)[1]
    if not np.isfinite(gradient).all():
        return None
    if lost and turned(gradient, state.gradient):
        return None
    return gradient
