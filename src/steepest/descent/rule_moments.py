"""Moments engine under any update rule but plain: iterated on the quadratic, without a row.

A linear rule is iterated along the directions of curvature, where the gradient is curvature times
the way from the optimum: O(d) an epoch. The others act on single parameters and are iterated on
the way from the optimum along each parameter: O(d^2) an epoch for the gradient. Both are ways
from the optimum, so that no digit is lost near it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from steepest.descent.moments_engine import MomentsEngine, MomentsState
from steepest.descent.rules import RULES, Memory, Rule
from steepest.descent.schedules import rate_factors
from steepest.trace.recorder import Stretch

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RuleMomentsState(MomentsState):
    """As ``MomentsState``; ``along`` (P, K) is in the coordinates that the rule is iterated in."""

    memory: Memory


@dataclass(frozen=True, eq=False)
class RuleMomentsEngine(MomentsEngine):
    """Advances batch descent on a quadratic under a rule; see the module's docstring.

    Parameters
    ----------
    quadratic, validation, start, rate, schedule, epochs
        As for ``MomentsEngine``.
    rule : Rule
        An entry of ``RULES``.
    """

    rule: Rule = RULES["momentum"]

    def begin(self) -> RuleMomentsState:
        """Return the state before the first update."""
        with np.errstate(over="ignore", invalid="ignore"):
            way = self.start - self.quadratic.optimum
            along = self.quadratic.along(self.start) if self.rule.linear else way
        return RuleMomentsState(0, along, self.rule.begin(along))

    def measure(self, state: MomentsState) -> Stretch:
        """Return the trace row of ``state`` itself."""
        return self._rows(state, self._turned(state.along[None]), np.array([np.nan]))

    def parameters(self, state: MomentsState) -> Floats:
        """Return the parameters (P, K) of a state."""
        turned = replace(state, along=self._turned(state.along[None])[0])
        return super().parameters(turned)

    def advance(self, state: MomentsState, epochs: int) -> tuple[MomentsState, Stretch]:
        """Return the state after ``epochs`` epochs and the trace rows on the way."""
        assert isinstance(state, RuleMomentsState)
        rates = self.rate * rate_factors(self.schedule, state.epoch, epochs, self.epochs)
        ways = np.empty((epochs, *state.along.shape))
        memories = np.empty((self.rule.slots, *ways.shape))
        way, memory = state.along, state.memory
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            for i in range(epochs):
                numbers = self.rule.numbers(state.epoch + i + 1)
                way, memory = self.rule.step(way, self._gradient(way), memory, rates[i], numbers)
                ways[i] = way
                for slot, values in enumerate(memory):
                    memories[slot, i] = values
            after = RuleMomentsState(state.epoch + epochs, way, memory)
            rows = self._rows(state, self._turned(ways), rates)
            still = self._unchanged(state, ways, memories)
        return after, replace(rows, still=still)

    def _gradient(self, way: Floats) -> Floats:
        curvature, turn = self.quadratic.curvatures[:, None], self.quadratic.directions
        if self.rule.linear:
            return np.asarray(curvature * way)
        return np.asarray(np.einsum("pi,ik->pk", turn, curvature * self._turned(way[None])[0]))

    def _turned(self, ways: Floats) -> Floats:
        """Return ways (n, P, K) along the directions of curvature."""
        if self.rule.linear:
            return ways
        return np.asarray(np.einsum("pi,npk->nik", self.quadratic.directions, ways))

    def _unchanged(
        self, state: RuleMomentsState, ways: Floats, memories: Floats
    ) -> npt.NDArray[np.bool_]:
        """Whether no bit changes any more, also by what is still in the memory."""
        if self.rule.linear:
            # a velocity v still moves a parameter by v / (1 - b) in all; twice that, to be safe
            reach = 2.0 / (1.0 - self.rule.momentum)
            return self._still(np.abs(ways) + reach * np.abs(memories).sum(axis=0))
        points = self.quadratic.optimum + np.concatenate([state.along[None], ways])
        still = (points[1:] == points[:-1]).all(axis=(1, 2))
        for slot, before in enumerate(state.memory):
            kept = np.concatenate([before[None], memories[slot]])
            still &= (kept[1:] == kept[:-1]).all(axis=(1, 2))
        return np.asarray(still)
