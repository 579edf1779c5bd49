"""Continued sweep: one pass over rows that come part by part, in their order.

Parameters, the rule's memory and the number of updates go along from part to part, so that parts
cut between batches give the bits of one pass over them all. Two things differ from a sweep over a
table: weights are taken as they are (their mean over rows yet to come is not known), and
single rows take the kernel that walks them one by one (that of four at a time would tell
where the rows were cut, in the last bits).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from steepest.descent.sparse_sweep import SparseSweepEngine
from steepest.descent.sweep import Kept, SweepEngine, SweepState

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Continued(SweepEngine):
    """Walks one part of the rows; see the module's docstring."""

    order: str = "given"

    @cached_property
    def _share(self) -> Floats:
        return np.empty(0) if self.rows.weight is None else self.rows.weight

    def walk(self, state: SweepState, done: int) -> tuple[SweepState, float]:
        """Return the state after all rows and their mean loss, each before its update.

        Parameters
        ----------
        state : SweepState
            Its epoch is the number of parts before.
        done : int
            Updates before.
        """
        parameters, memory = np.array(state.parameters.T, order="C"), state.memory.copy()
        order = np.arange(self.rows.rows, dtype=np.uint32)
        batches, kept = self.updates_per_epoch, self._room(0, 0)
        total = self._swept(state, order, parameters, memory, batches, done, 0, kept)
        weight = float(self._share.sum()) if self._share.size else float(self.rows.rows)
        return self._after(state, parameters, memory), total / weight

    def rate_at(self, state: SweepState) -> float:
        """Return the rate of the part that follows ``state``."""
        return self._rate(state)


@dataclass(frozen=True, eq=False, kw_only=True)
class ContinuedSparseSweep(Continued, SparseSweepEngine):
    """Walks one part of sparse rows. Penalties are brought up to date at its end, in all columns.

    So parts end in the bits of one pass only where there is no penalty, or a rule with memory;
    else in the same numbers to rounding.
    """


@dataclass(frozen=True, eq=False)
class ContinuedSweep(Continued):
    """Walks one part of dense rows."""

    def _swept(
        self,
        state: SweepState,
        order: npt.NDArray[np.uint32],
        parameters: Floats,
        memory: Floats,
        batches: int,
        done: int,
        every: int,
        kept: Kept,
    ) -> float:
        tail = (batches, done, every, kept)
        if self.batch_size > 1 or not self.rule.plain:
            return super()._swept(state, order, parameters, memory, *tail)
        from steepest.descent.sweep_kernel import general_kernel

        rows, intercept, rate = self.rows, int(self.intercept), self._rate(state)
        general = (rows.X, rows.y, self._share, order, 1, intercept, rate, self._terms)
        return float(general_kernel(self.loss.number)(*general, parameters, *tail))
