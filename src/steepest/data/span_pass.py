"""A pass over a table of numbers by threads, each of which reads and sums spans of its own.

So no block changes hands between threads, and what is read is summed while it is in the cache.
Spans end where groups of the files do, since groups are read from their beginning on; a block
that two spans share is done when both are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from threading import Event
from typing import TYPE_CHECKING, Any

import numpy as np

from steepest.data.block_sums import BlockTask
from steepest.data.float_blocks import FloatBlock
from steepest.data.read_ahead import in_order
from steepest.data.source import BLOCK_ROWS
from steepest.data.table_stream import ArrowStream

if TYPE_CHECKING:
    from steepest.data.prepared_stream import PreparedStream


@dataclass(frozen=True, eq=False)
class Span:
    """What a task says of the blocks of some rows, and the parts of blocks at their ends.

    Attributes
    ----------
    start, stop : int
        The positions of its rows.
    head, tail : FloatBlock or None
        The rows before the first line of the grid and after the last one, if there are any.
    answers : list
        Of the blocks between.
    """

    start: int
    stop: int
    head: FloatBlock | None
    tail: FloatBlock | None
    answers: list[Any]

    @classmethod
    def of(
        cls, prepared: PreparedStream, task: BlockTask, bounds: tuple[int, int], stopped: Event
    ) -> Span:
        """Return a span of a table of numbers, or some of it where ``stopped`` is set."""
        head = tail = None
        answers: list[Any] = []
        with np.errstate(all="ignore"):
            for start, block in prepared.between(*bounds):
                assert isinstance(block, FloatBlock)
                if stopped.is_set():
                    break
                if start % BLOCK_ROWS:
                    head = block
                elif block.rows < BLOCK_ROWS:
                    tail = block
                else:
                    answers.append(task(prepared, (start, block)))
        return cls(*bounds, head, tail, answers)


def answers_of_spans(
    prepared: PreparedStream, task: BlockTask, cuts: Sequence[int], workers: int
) -> Iterator[Any]:
    """Yield what a task says of each block, in their order.

    Parameters
    ----------
    prepared : PreparedStream
        Rows of a table of numbers.
    task : BlockTask
        What to ask of each block.
    cuts : sequence of int
        The positions at which spans begin, and the number of rows.
    workers : int
        How many threads.
    """
    stream = prepared.stream
    assert isinstance(stream, ArrowStream)
    stopped = Event()

    def of_span(bounds: tuple[int, int]) -> Span:
        return Span.of(prepared, task, bounds, stopped)

    left: FloatBlock | None = None
    try:
        for span in in_order(of_span, pairwise(cuts), workers):
            if span.head is not None:
                assert left is not None
                yield task(prepared, (span.start - left.rows, left.followed_by(span.head)))
            yield from span.answers
            left = span.tail
            if stream.tell is not None:
                stream.tell(span.stop, stream.rows)
        if left is not None:
            yield task(prepared, (stream.rows - left.rows, left))
    finally:
        stopped.set()
    stream.scans += 1
