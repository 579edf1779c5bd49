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

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order, permutation
from steepest.data.file_source import FileSource
from steepest.data.nameless_file import NamelessFile
from steepest.data.read_ahead import in_order
from steepest.data.row_spill import RowSpill
from steepest.data.source import ArraySource
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.sweep import SweepEngine, SweepState

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class BufferedSweepEngine(SweepEngine):
    """A sweep whose rows come from a spill, some blocks at a time; see the module's docstring.

    Parameters
    ----------
    spill : RowSpill
        The training rows in the table's units; ``rows`` only says how many they are.
    move : function
        Takes features (m, d) to training coordinates, in place.
    buffer_rows : int
        How many rows the buffer may hold; a block always fits.
    mean_weight : float
        Of all training rows.
    """

    spill: RowSpill
    move: Callable[[Floats], None]
    buffer_rows: int
    mean_weight: float = 1.0

    @cached_property
    def _share(self) -> Floats:
        weight = self.rows.weight
        return np.empty(0) if weight is None else np.asarray(weight / self.mean_weight)

    @cached_property
    def _buffers(self) -> list[_Buffer]:
        largest = max(map(self.spill.block_rows, range(self.spill.blocks)))
        room = min(max(self.buffer_rows, largest), self.rows.rows)
        return [_Buffer(self.spill, room, self.batch_size) for _ in range(2)]

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
        """Yield the rows of an epoch buffer by buffer, and the order in which they are walked.

        The next buffer is filled by a second thread meanwhile. What is yielded is overwritten
        by the filling after the next.
        """
        groups = self.groups(epoch)

        def filled(number: int) -> Filling:
            buffer = self._buffers[number % 2]
            rows = buffer.fill(groups[number], self.move)
            if self.order == "given":
                return buffer, np.arange(rows, dtype=np.uint32)
            return buffer, epoch_order(rows, self.seed, epoch, number + 1)

        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(filled, 0)
            for number in range(len(groups)):
                filling = coming.result()
                if number + 1 < len(groups):
                    coming = pool.submit(filled, number + 1)
                yield filling

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return the first update found by bisection after which the loss passes ``limit``."""
        return self.halved(state, limit)

    def _run(
        self, state: SweepState, batches: int, *, record: bool
    ) -> tuple[SweepState, float, dict[str, npt.NDArray[Any]]]:
        parameters, memory = np.array(state.parameters.T, order="C"), state.memory.copy()
        every = self.every if record and self._recorded(state.epoch) else 0
        done, total = 0, 0.0
        kept: list[dict[str, npt.NDArray[Any]]] = []
        left: _Buffer | None = None
        for buffer, order in self.fillings(state.epoch):
            held = 0 if left is None else buffer.take_over(left)
            walk = buffer.walk(held, order)
            count = min(len(walk) // self.batch_size, batches - done)
            swept = self._walk(state, buffer, walk, count, parameters, memory, done, every, kept)
            done, total = done + count, total + swept
            if done == batches:
                break
            buffer.leave(walk[count * self.batch_size :])
            left = buffer
        if done < batches and left is not None:
            buffer, walk = left, left.walk(left.left, np.empty(0, np.uint32))
            total += self._walk(state, buffer, walk, 1, parameters, memory, done, every, kept)
        running = float(infinite_if_nan(np.array([total / self.rows.rows]))[0])
        after = self._after(state, parameters, memory)
        names = kept[0] if kept else {}
        return after, running, {name: np.concatenate([one[name] for one in kept]) for name in names}

    def _walk(
        self,
        state: SweepState,
        buffer: _Buffer,
        walk: npt.NDArray[np.uint32],
        batches: int,
        parameters: Floats,
        memory: Floats,
        done: int,
        every: int,
        kept: list[dict[str, npt.NDArray[Any]]],
    ) -> float:
        """Make some updates from rows of the buffer in an order; return the sum of their losses."""
        if not batches:
            return 0.0
        part = replace(self, rows=buffer.rows)
        before = state.epoch * self.updates_per_epoch + done
        room = part._room(batches, every)
        total = part._swept(state, walk, parameters, memory, batches, before, every, room)
        if every:
            made = part._updates(room)
            numbers = made["batch"]
            made["batch"] = buffer.numbers[numbers] if self.batch_size == 1 else numbers + done
            kept.append(made)
        return total


class _Buffer:
    """Rows of some blocks, and before them those that were left of the buffer before.

    Parameters
    ----------
    spill : RowSpill
        Where blocks come from.
    room : int
        How many rows of blocks it holds at most.
    batch : int
        Rows of a batch: fewer than that are left.
    """

    def __init__(self, spill: RowSpill, room: int, batch: int) -> None:
        self.spill, self.before, self.left = spill, batch, 0
        self.X = np.empty((batch + room, spill.columns))
        self.y = np.empty((batch + room, spill.targets))
        self.weight = np.empty(batch + room if spill.weighted else 0)
        self.numbers = np.empty(batch + room, np.int64)
        self._starts = np.cumsum([0, *map(spill.block_rows, range(spill.blocks))])

    @property
    def rows(self) -> ArraySource:
        """All that it holds, as it lies."""
        return ArraySource(self.X, self.y, self.weight if self.spill.weighted else None)

    def fill(self, group: Sequence[int], move: Callable[[Floats], None]) -> int:
        """Read blocks one after the other; return how many rows they have."""
        first = self.before
        cuts = [first, *(first + np.cumsum([self.spill.block_rows(block) for block in group]))]

        def read(number: int) -> None:
            block, part = group[number], slice(cuts[number], cuts[number + 1])
            self.spill.read_block(block, self.X[part], self.y[part], self.weight[part])
            move(self.X[part])
            self.numbers[part] = self._starts[block] + np.arange(part.stop - part.start)

        for _ in in_order(read, iter(range(len(group))), None):
            pass
        return int(cuts[-1]) - first

    def walk(self, held: int, order: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        """Return where rows lie in their order: the ``held`` ones left first, then a filling's."""
        left = np.arange(self.before - held, self.before, dtype=np.uint32)
        return np.concatenate([left, order + np.uint32(self.before)])

    def leave(self, walk: npt.NDArray[np.uint32]) -> None:
        """Keep rows, fewer than a batch, for the buffer after this one."""
        self.left = len(walk)
        place = slice(self.before - self.left, self.before)
        for held in self._columns():
            held[place] = held[walk]

    def take_over(self, other: _Buffer) -> int:
        """Take what another one left; return how many rows that is."""
        place = slice(self.before - other.left, self.before)
        for own, held in zip(self._columns(), other._columns(), strict=True):
            own[place] = held[place]
        return other.left

    def _columns(self) -> list[npt.NDArray[Any]]:
        weight = [self.weight] if self.spill.weighted else []
        return [self.X, self.y, self.numbers, *weight]


Filling = tuple[_Buffer, npt.NDArray[np.uint32]]


def buffered_rows(source: FileSource) -> dict[str, Any]:
    """Return what the engine needs of rows that are too many for their budget.

    A buffer takes half of the budget: while one is walked the other is filled.
    """
    spill = source.prepared.laid_down().training
    return {
        "rows": _stand_in(source),
        "spill": spill,
        "move": source.move,
        "buffer_rows": source.buffer_rows,
        "mean_weight": _mean_weight(spill) if spill.weighted else 1.0,
    }


def _stand_in(source: FileSource) -> ArraySource:
    """Return rows of the same number and widths that take no memory."""
    features, targets = (
        np.broadcast_to(np.zeros(1), (source.rows, width))
        for width in (source.columns, source.targets)
    )
    return ArraySource(features, targets)


def _mean_weight(spill: RowSpill) -> float:
    """Return the mean as numpy makes it of one array, whose bits depend on all of it."""
    file, done = NamelessFile(), 0
    for number in range(spill.blocks):
        weight = spill.block(number).weight
        assert weight is not None
        file.write([(weight.data, done)])
        done += weight.nbytes
    return float(file.mapped(done).view(np.float64).mean())
