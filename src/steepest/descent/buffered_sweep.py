"""Sweeps over more rows than memory holds: blocks at random, then rows at random in a buffer.

The order called ``buffered``: in each epoch the spill's blocks (at most 32,768 rows each) come in a
random order, as many at a time as the buffer holds, and the rows of the buffer are shuffled. Both
are pure functions of (seed, epoch), so that runs repeat and resume bit for bit. Batches run on from
one filling of the buffer to the next; only an epoch's last batch may be shorter.

A full shuffle lets every row meet every other in a batch; here rows meet those of the blocks that
share the buffer with theirs. Rows whose place in the files says nothing lose nothing by it; files
sorted by a feature or the target do (docs/design.md says by how much).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order, permutation
from steepest.data.file_source import FileSource
from steepest.data.row_spill import RowSpill
from steepest.data.source import ArraySource
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.sweep import SweepEngine, SweepState

Floats = npt.NDArray[np.float64]
#: Features, targets, weights (or none) and numbers of the rows in the buffer, as they are walked.
Filling = tuple[Floats, Floats, Floats, npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False, kw_only=True)
class BufferedSweepEngine(SweepEngine):
    """A sweep whose rows come from a spill, some blocks at a time; see the module's docstring.

    Parameters
    ----------
    spill : RowSpill
        The training rows in training coordinates; ``rows`` are its memory map, of which only
        the sizes are used.
    buffer_rows : int
        How many rows the buffer may hold; a block always fits.
    mean_weight : float
        Of all training rows.
    """

    spill: RowSpill
    buffer_rows: int
    mean_weight: float = 1.0

    @cached_property
    def _share(self) -> Floats:
        weight = self.rows.weight
        return np.empty(0) if weight is None else np.asarray(weight / self.mean_weight)

    def groups(self, epoch: int) -> list[list[int]]:
        """Return the blocks that share the buffer, in the order of an epoch."""
        blocks = list(range(self.spill.blocks))
        if self.order != "given":
            blocks = permutation(self.spill.blocks, self.seed, epoch)
        groups: list[list[int]] = []
        filled = self.buffer_rows
        for block in blocks:
            rows = self.spill.block_rows(block)
            if filled + rows > self.buffer_rows:
                groups.append([])
                filled = 0
            groups[-1].append(block)
            filled += rows
        return groups

    def fillings(self, epoch: int) -> Iterator[Filling]:
        """Yield the rows of an epoch in their order, buffer by buffer, with their numbers."""
        starts = np.cumsum([0, *map(self.spill.block_rows, range(self.spill.blocks))])
        for number, group in enumerate(self.groups(epoch)):
            parts = [self.spill.block(block) for block in group]
            X, y, weight = (np.concatenate([part[i] for part in parts]) for i in range(3))
            rows = np.concatenate(
                [starts[block] + np.arange(self.spill.block_rows(block)) for block in group]
            )
            if self.order == "given":
                yield X, y, weight, rows
                continue
            walk = epoch_order(len(rows), self.seed, epoch, number + 1)
            yield X[walk], y[walk], weight[walk] if len(weight) else weight, rows[walk]

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return the first update found by bisection after which the loss passes ``limit``."""
        good, bad = 0, self.updates_per_epoch
        while bad - good > 1:
            middle = (good + bad) // 2
            after, _, _ = self._run(state, middle, record=False)
            if float(self._losses(after.parameters[None])[0]) <= limit:
                good = middle
            else:
                bad = middle
        return bad

    def _run(
        self, state: SweepState, batches: int, *, record: bool
    ) -> tuple[SweepState, float, dict[str, npt.NDArray[Any]]]:
        before = state.epoch * self.updates_per_epoch
        parameters, memory = np.array(state.parameters.T, order="C"), state.memory.copy()
        every = self.every if record and self._recorded(state.epoch) else 0
        left: Filling | None = None
        done, total = 0, 0.0
        kept: list[dict[str, npt.NDArray[Any]]] = []
        for filling in self.fillings(state.epoch):
            held = filling if left is None else _joined(left, filling)
            count = min(len(held[0]) // self.batch_size, batches - done)
            total += self._walk(state, held, count, parameters, memory, before, done, every, kept)
            done += count
            rest = count * self.batch_size
            X, y, weight, rows = held
            left = X[rest:].copy(), y[rest:].copy(), weight[rest:].copy(), rows[rest:].copy()
            if done == batches:
                break
        if done < batches and left is not None:
            total += self._walk(state, left, 1, parameters, memory, before, done, every, kept)
        running = float(infinite_if_nan(np.array([total / self.rows.rows]))[0])
        after = self._after(state, parameters, memory)
        names = kept[0] if kept else {}
        return after, running, {name: np.concatenate([one[name] for one in kept]) for name in names}

    def _walk(
        self,
        state: SweepState,
        filling: Filling,
        batches: int,
        parameters: Floats,
        memory: Floats,
        before: int,
        done: int,
        every: int,
        kept: list[dict[str, npt.NDArray[Any]]],
    ) -> float:
        """Walk the buffer's rows as they lie; return the sum of their losses."""
        X, y, weight, rows = filling
        if not batches:
            return 0.0
        part = replace(self, rows=ArraySource(X, y, weight if len(weight) else None))
        order = np.arange(len(rows), dtype=np.uint32)
        room = part._room(batches, every)
        total = part._swept(state, order, parameters, memory, batches, before + done, every, room)
        if every:
            made = part._updates(room)
            numbers = made["batch"]
            made["batch"] = rows[numbers] if self.batch_size == 1 else numbers + done
            kept.append(made)
        return total


def _joined(left: Filling, right: Filling) -> Filling:
    X, y, weight = (np.concatenate(both) for both in zip(left[:3], right[:3], strict=True))
    return X, y, weight, np.concatenate([left[3], right[3]])


def buffered_rows(source: FileSource) -> dict[str, Any]:
    """Return what the engine needs of rows that are too many for their budget.

    Half of the budget is the buffer: blocks are read into it and shuffled out of it.
    """
    spill = source.spilled()
    rows = spill.source()
    mean = 1.0 if rows.weight is None else float(rows.weight.mean())
    return {"rows": rows, "spill": spill, "buffer_rows": source.buffer_rows, "mean_weight": mean}
