"""A pass over the blocks of a table's files by workers, each of which reads its own partition.

Partitions are runs of the grid's blocks, cut where the files' row groups end: a function of the
files alone. Answers come back block by block and are put in the order of the blocks, so that
whoever folds them makes the bits of a pass without workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np

from steepest.data.file_source import PreparedStream
from steepest.data.preparation import Feature, Preparation
from steepest.data.recipe import Recipe
from steepest.data.row_roles import Roles
from steepest.data.source import BLOCK_ROWS
from steepest.data.table_stream import ArrowStream
from steepest.workers.contract import Workers
from steepest.workers.messages import decoded, encoded

# A partition holds about so many bytes of numbers, and a table at least so many partitions,
# if its row groups allow it: enough for every worker, and few enough for one driver.
_PARTITION_BYTES, _PARTITIONS = 64 << 20, 64


class PartitionWork:
    """Passes over a stream's blocks, shared among workers.

    Parameters
    ----------
    workers : Workers
        Who does the work.
    """

    def __init__(self, workers: Workers) -> None:
        self.workers = workers

    def answers(self, prepared: PreparedStream, task: Recipe) -> Iterator[Any]:
        """Yield what ``task`` says of each block, in the order of the blocks."""
        stream = prepared.stream
        assert isinstance(stream, ArrowStream)
        cuts = partition_cuts(stream)
        table = encoded(_told(prepared, stream))
        asked = encoded(
            {
                "table": np.frombuffer(table, np.uint8),
                "cuts": cuts,
                "task": task.told(),
            }
        )
        function = f"{__name__}:{answer_of_partition.__name__}"
        waiting: dict[int, bytes] = {}
        due = 0
        for number, answer in self.workers.map(range(len(cuts) - 1), function, asked):
            waiting[number] = answer
            while due in waiting:
                yield from decoded(waiting.pop(due))
                due += 1
                if stream.tell is not None:
                    stream.tell(cuts[due], stream.rows)
        stream.scans += 1


def partition_cuts(stream: ArrowStream) -> list[int]:
    """Return the rows at which partitions begin, and the number of rows.

    Parameters
    ----------
    stream : ArrowStream
        The table.
    """
    block = BLOCK_ROWS * 8 * len(stream.wanted)
    blocks = min(_PARTITION_BYTES // block, -(-stream.rows // BLOCK_ROWS) // _PARTITIONS)
    return stream.cuts(max(1, blocks) * BLOCK_ROWS)


def answer_of_partition(number: int, parameters: bytes) -> bytes:
    """Return what a task says of each block of one partition; a worker's work."""
    asked = decoded(parameters)
    prepared = _prepared(asked["table"].tobytes())
    start, stop = asked["cuts"][number : number + 2]
    task = Recipe(**asked["task"]).made
    # One core a worker: it reads and computes by turns.
    with np.errstate(all="ignore"):
        return encoded([task(prepared, item) for item in prepared.between(start, stop)])


@lru_cache(maxsize=2)
def _prepared(table: bytes) -> PreparedStream:
    """Return a table as the driver sees it, opened once."""
    told = decoded(table)
    features = tuple(Feature(**{**one, "levels": tuple(one["levels"])}) for one in told["features"])
    roles = Roles(**told["roles"])
    stream = ArrowStream.again(told["stream"])
    return PreparedStream(
        stream, Preparation(features), told["target"], roles, told["drop"], weight=told["weight"],
        absent=tuple(told["absent"]), codes=tuple(told["codes"]), classes=tuple(told["classes"]),
    )  # fmt: skip


def _told(prepared: PreparedStream, stream: ArrowStream) -> dict[str, Any]:
    """Return a prepared stream as plain values."""
    return {
        "stream": stream.told(),
        "features": [asdict(one) for one in prepared.preparation.features],
        "target": list(prepared.target),
        "roles": asdict(prepared.roles),
        "drop": prepared.drop,
        "weight": prepared.weight,
        "absent": prepared.absent,
        "codes": prepared.codes,
        "classes": prepared.classes,
    }
