"""A pass over the blocks of a table's files by workers, each of which reads its own partition.

Partitions are runs of the grid's blocks, cut where the files' row groups end: a function of the
files alone. Answers come back block by block and are put in the order of the blocks, so that
whoever folds them makes the bits of a pass without workers.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import numpy as np

from steepest.data.block_parts import Held
from steepest.data.file_source import FileSource
from steepest.data.finding import shown
from steepest.data.float_blocks import FloatBlock
from steepest.data.preparation import Feature, Preparation
from steepest.data.prepared_stream import PreparedStream
from steepest.data.recipe import Recipe
from steepest.data.row_roles import Roles
from steepest.data.source import BLOCK_ROWS
from steepest.data.table import Table
from steepest.data.table_stream import ArrowStream
from steepest.words.errors import FileError
from steepest.workers.contract import PartitionError, Workers
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

    def asked(
        self,
        stream: ArrowStream,
        cuts: Sequence[int],
        numbers: Sequence[int],
        function: str,
        parameters: bytes,
    ) -> Iterator[tuple[int, bytes]]:
        """Yield what a task says of partitions, as they come; errors name rows and files.

        Parameters
        ----------
        stream, cuts
            The table and where its partitions are cut.
        numbers, function, parameters
            As for ``Workers.map``.
        """
        try:
            yield from self.workers.map(numbers, function, parameters)
        except PartitionError as error:
            raise _named(error, stream, cuts) from None

    def held(self, source: FileSource) -> Held:
        """Return the rows of a source as workers keep them, for rounds of questions."""
        from steepest.data.partition_rows import HeldRows  # which knows this module

        return HeldRows(source, self)

    def answers(self, prepared: PreparedStream, task: Recipe) -> Iterator[Any]:
        """Yield what ``task`` says of each block, in the order of the blocks."""
        stream = prepared.stream
        assert isinstance(stream, ArrowStream)
        table, cuts = told_stream(prepared)
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
        for number, answer in self.asked(stream, cuts, range(len(cuts) - 1), function, asked):
            waiting[number] = answer
            while due in waiting:
                yield from decoded(waiting.pop(due))
                due += 1
                if stream.tell is not None:
                    stream.tell(cuts[due], stream.rows)
        stream.scans += 1


def _named(error: PartitionError, stream: ArrowStream, cuts: Sequence[int]) -> FileError:
    """Return the error with the rows and files of its partitions."""
    runs = [(cuts[number], cuts[number + 1]) for number in error.numbers]
    files = (path for run in runs for path in stream.files_of(*run))
    facts = {**error.facts, "files": [shown(path) for path in dict.fromkeys(files)]}
    if len(runs) > 1 or error.name == "workers_ended_at":
        return FileError(error.name, numbers=[str(one + 1) for one in error.numbers], **facts)
    ((first, stop),) = runs
    return FileError(error.name, number=error.numbers[0] + 1, first=first + 1, last=stop, **facts)


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
    with files_named_here():
        prepared, tables = tables_of(asked["table"].tobytes(), *asked["cuts"][number : number + 2])
        task = Recipe(**asked["task"]).made
        # One core a worker: it reads and computes by turns.
        with np.errstate(all="ignore"):
            return encoded([task(prepared, item) for item in tables])


@contextmanager
def files_named_here() -> Iterator[None]:
    """Say at which worker a file is missing, or not what it was."""
    try:
        yield
    except FileError as error:
        if error.name != "file_changed":
            raise
        worker = f"{socket.gethostname()}:{os.getpid()}"
        raise FileError("file_changed_there", worker=worker, **error.facts) from None


def told_stream(prepared: PreparedStream) -> tuple[bytes, list[int]]:
    """Return a prepared stream as bytes, and where its partitions are cut."""
    stream = prepared.stream
    assert isinstance(stream, ArrowStream)
    return encoded(_told(prepared, stream)), partition_cuts(stream)


def tables_of(
    table: bytes, start: int, stop: int
) -> tuple[PreparedStream, Iterator[tuple[int, Table | FloatBlock]]]:
    """Return a told stream, and the blocks of one of its partitions with their first rows."""
    prepared = _prepared(table)
    return prepared, prepared.between(start, stop)


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
