"""Training rows of partitions, kept by workers from round to round of one descent.

A worker lays the rows of a partition down the first time it is asked about them, and answers
further questions from there. That is only speed: whoever is asked about a partition that it does
not keep reads it from the files, to the same bits.
"""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order, stream_key, words
from steepest.data.file_source import FileSource
from steepest.data.partition_work import PartitionWork, files_named_here, tables_of, told_stream
from steepest.data.recipe import Recipe
from steepest.data.row_spill import spill_of
from steepest.data.source import ArraySource, fold
from steepest.data.table_stream import ArrowStream
from steepest.workers.messages import decoded, encoded

Counts = npt.NDArray[np.int64]
# (rows in training coordinates, number of the partition): what a task says of them.
RowsTask = Callable[[ArraySource, int], Any]
# Halvings after which the place of a rank in an epoch is decided to the last bit of a float64.
_HALVINGS = 64


class HeldRows:
    """The driver's side: rounds of questions about the rows of partitions.

    Parameters
    ----------
    source : FileSource
        Training rows in training coordinates.
    work : PartitionWork
        Who keeps them.
    """

    def __init__(self, source: FileSource, work: PartitionWork) -> None:
        self._work, self._stream = work, source.prepared.stream
        table, cuts = told_stream(source.prepared)
        fixed = {
            "table": np.frombuffer(table, np.uint8),
            "cuts": cuts,
            "validation": source.validation,
            "shift": np.zeros(source.columns) if source.shift is None else source.shift,
            "scale": np.ones(source.columns) if source.scale is None else source.scale,
        }
        self._fixed = encoded(fixed)
        self._key = hashlib.sha256(self._fixed).hexdigest()
        self._cuts = cuts
        everyone = range(len(cuts) - 1)
        counted = [told for _, told in self.round(Recipe(f"{__name__}:counting", {}), everyone)]
        #: How many training rows each partition holds.
        self.counts: Counts = np.array([told["rows"] for told in counted], np.int64)
        #: The mean of the rows' weights, None where they have none.
        self.mean_weight: float | None = None
        if source.weighted:
            total = fold((told["weight"] for told in counted), operator.add)
            self.mean_weight = total / float(self.counts.sum())

    def round(self, task: Recipe, numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield what ``task`` says of each of these partitions, in the order of ``numbers``."""
        asked = encoded(
            {"key": self._key, "fixed": np.frombuffer(self._fixed, np.uint8), "task": task.told()}
        )
        waiting: dict[int, bytes] = {}
        due = iter(numbers)
        expected = next(due, None)
        function = f"{__name__}:{answer_of_rows.__name__}"
        assert isinstance(self._stream, ArrowStream)
        for number, answer in self._work.asked(self._stream, self._cuts, numbers, function, asked):
            waiting[number] = answer
            while expected is not None and expected in waiting:
                yield expected, decoded(waiting.pop(expected))
                expected = next(due, None)


def answer_of_rows(number: int, parameters: bytes) -> bytes:
    """Return what a task says of a partition's training rows; a worker's work."""
    asked = decoded(parameters)
    task: RowsTask = Recipe(**asked["task"]).made
    with np.errstate(all="ignore"), files_named_here():
        return encoded(task(_kept(asked["key"], asked["fixed"], number), number))


_KEPT: dict[tuple[str, int], ArraySource] = {}


def _kept(key: str, fixed: npt.NDArray[np.uint8], number: int) -> ArraySource:
    """Return a partition's rows, laid down where they were not yet; others' are let go of."""
    kept = _KEPT.get((key, number))
    if kept is None:
        for other in [one for one in _KEPT if one[0] != key]:
            _KEPT.pop(other, None)
        kept = _KEPT[key, number] = _laid_down(decoded(fixed.tobytes()), number)
    return kept


def _laid_down(told: dict[str, Any], number: int) -> ArraySource:
    """Return a partition's rows from a file without a name that is as long as they are."""
    prepared, tables = tables_of(told["table"].tobytes(), *told["cuts"][number : number + 2])
    validation = bool(told["validation"])
    parts = [prepared.split(item, validation)[int(validation)] for item in tables]
    where = {"shift": told["shift"], "scale": told["scale"]}
    rows, weighted = sum(part.rows for part in parts), prepared.weight is not None
    moved = (replace(part, **where) for part in parts if part.rows)
    return spill_of(rows, parts[0].columns, parts[0].targets, moved, weighted=weighted).source()


def counting() -> RowsTask:
    """Return the task that counts a partition's rows, and adds up their weights."""
    return lambda rows, number: {
        "rows": rows.rows,
        "weight": 0.0 if rows.weight is None else float(rows.weight.sum()),
    }


_ORDERS: dict[int, tuple[tuple[int, int, int], npt.NDArray[np.uint32]]] = {}


def partition_order(rows: int, seed: int, epoch: int, number: int) -> npt.NDArray[np.uint32]:
    """Return the random order of a partition's rows in one epoch, a pure function of all four.

    The newest one of each partition is kept: all batches of an epoch ask for it.
    """
    asked = (rows, seed, epoch)
    known = _ORDERS.get(number)
    if known is None or known[0] != asked:
        known = _ORDERS[number] = asked, epoch_order(rows, seed, epoch, number + 1)
    return known[1]


class Shares:
    """How many rows of each partition belong to the first batches of an epoch: order ``shares``.

    Every partition's rows, in the random order of the epoch, are spread evenly over it: row ``k``
    of ``n`` lies at the place ``(k + u) / n``, with ``u`` random for partition and epoch. Batches
    are runs of all rows by their places, ties by the partitions' numbers; so each has exactly as
    many rows as it should, and takes of every partition its share (of n of N rows in P partitions
    to within 1 + P n / N rows).

    Parameters
    ----------
    counts : array of int
        Rows of each partition.
    seed, epoch : int
        Of the random places.

    Examples
    --------
    >>> shares = Shares(np.array([6, 3, 0]), seed=0, epoch=0)
    >>> shares.first(0).tolist(), shares.first(3).tolist(), shares.first(9).tolist()
    ([0, 0, 0], [2, 1, 0], [6, 3, 0])
    """

    def __init__(self, counts: Counts, seed: int, epoch: int) -> None:
        self._counts = counts
        drawn = words(stream_key(seed, "blocks", epoch), np.arange(len(counts)))
        self._offsets = ((drawn >> np.uint64(11)).astype(np.float64) + 0.5) / 2.0**53

    def first(self, rows: int) -> Counts:
        """Return how many rows of each partition are among the first ``rows`` of the epoch."""
        if rows >= self._counts.sum():
            return self._counts.copy()
        low, high = 0.0, 2.0  # fewer rows than asked for, at least as many
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            if self._before(middle).sum() < rows:
                low = middle
            else:
                high = middle
        taken, more = (self._before(place) for place in (low, high))
        if rows == 0:
            return np.zeros_like(taken)
        for number in np.flatnonzero(more > taken):  # these lie at one and the same place
            taken[number] += min(more[number] - taken[number], rows - taken.sum())
        return taken

    def _before(self, place: float) -> Counts:
        found = np.floor(place * self._counts - self._offsets) + 1.0
        return np.clip(found, 0.0, self._counts).astype(np.int64)
