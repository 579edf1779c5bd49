"""Sweep engine over sparse rows: stochastic and mini-batch descent whose updates cost entries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.source import ArraySource
from steepest.data.sparse_source import SparseSource
from steepest.descent.sweep import Kept, SweepEngine, SweepState

Floats = npt.NDArray[np.float64]

# As for dense rows: of the time, what recording single updates may take.
_RECORDING_SHARE = 0.02
# Numbers of the points that are looked at together where the update of a divergence is named.
_POINT_NUMBERS = 2**23
# Bytes of rows that are asked for before they are needed, and the most and fewest rows.
_AHEAD_BYTES, _MOST_AHEAD, _LEAST_AHEAD = 5_000, 64, 2


def stand_in(rows: SparseSource) -> ArraySource:
    """Return rows of the same sizes, targets and weights whose features take no memory."""
    nothing = np.broadcast_to(np.zeros(1), (rows.rows, rows.columns))
    return ArraySource(nothing, rows.y, rows.weight)


@dataclass(frozen=True, eq=False, kw_only=True)
class SparseSweepEngine(SweepEngine):
    """Advances stochastic and mini-batch descent over sparse rows; see ``SweepEngine``.

    Parameters
    ----------
    sparse : SparseSource
        The training rows, gathered in training coordinates; ``rows`` is their ``stand_in``.
    """

    sparse: SparseSource

    @cached_property
    def every(self) -> int:
        """Every how manyth update is recorded; see ``SweepEngine``.

        A row takes about 20 ns and 1 ns an entry, a record 1,000 ns and 20 ns a column.
        """
        total = self.updates_per_epoch * self.epochs
        if self.kept_updates is None or total <= self.kept_updates:
            return 1
        spacing = -(-total // max(1, self.kept_updates))
        row = (20.0 + self._entries_of_row) * self.batch_size
        record = 1000.0 + 20.0 * self.start.size
        return -(-max(spacing, math.ceil(record / row / _RECORDING_SHARE)) // 4) * 4

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``.

        Of many columns one that is found by bisection; see ``SweepEngine``.
        """
        if self.updates_per_epoch * self.start.size <= _POINT_NUMBERS:
            return super().bad_update(state, limit)
        return self.halved(state, limit)

    def _points(
        self, state: SweepState, parameters: Floats, memory: Floats, done: int, count: int
    ) -> Floats:
        """Return the parameters (count, P, K) after each of some updates of an epoch."""
        order, before = self._order(state.epoch), state.epoch * self.updates_per_epoch
        points = np.empty((count, *state.parameters.shape))
        for i in range(count):
            first = (done + i) * self.batch_size
            part = order[first : first + self.batch_size]
            kept = self._room(0, 0)
            self._swept(state, part, parameters, memory, 1, before + done + i, 0, kept)
            points[i] = parameters.T
        return points

    @property
    def _entries_of_row(self) -> float:
        return self.sparse.filled / max(1, self.sparse.rows)

    @cached_property
    def _entries(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        unsigned = np.dtype(f"u{self.sparse.indices.dtype.itemsize}")
        return self.sparse.values, self.sparse.indices.view(unsigned), self.sparse.indptr

    @cached_property
    def _ahead(self) -> int:
        rows = _AHEAD_BYTES / (12.0 * self._entries_of_row + 8.0)
        return int(min(_MOST_AHEAD, max(_LEAST_AHEAD, rows)))

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
        """Change ``parameters`` (K, P) and memory by some updates; return the sum of losses."""
        from steepest.descent import rule_kernel, sparse_kernel

        number, size = self.loss.number, self.batch_size
        about = (int(self.intercept), self._rate(state), self._terms)
        rows = (self._entries, self.sparse.y, self._share, order, size, *about)
        tail = (self._ahead, batches, done, every, kept)
        if not self.rule.plain:
            ruled = sparse_kernel.ruled_kernel(number, rule_kernel.number_of(self.rule))
            rates = (self.rule.momentum, self._terms)
            return float(ruled(*rows[:-1], *rates, parameters, memory, *tail))
        if self.penalty.l1:
            kernel = sparse_kernel.lazy_kernel(number)
        elif self.sparse.targets == 1 and size == 1 and not self.loss.coupled:
            kernel = sparse_kernel.single_kernel(number)
        else:
            kernel = sparse_kernel.scaled_kernel(number)
        return float(kernel(*rows, parameters, *tail))
