"""A stream's rows as numbers, told apart into training and validation rows, block by block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from steepest.data.block_parts import AnyBlock, Held, table_of, targets_of
from steepest.data.block_sums import BlockTask
from steepest.data.float_blocks import FloatBlock, lying_columns
from steepest.data.laid_rows import LaidBlock, LaidRows, Pair, laid_by
from steepest.data.preparation import Preparation, missing_rows
from steepest.data.read_ahead import ahead, in_order
from steepest.data.recipe import Recipe
from steepest.data.row_roles import Roles
from steepest.data.source import BLOCK_ROWS, ArraySource, available_cores
from steepest.data.span_pass import answers_of_spans
from steepest.data.table import Table
from steepest.data.table_stream import ArrowStream, TableStream

if TYPE_CHECKING:
    from steepest.data.file_source import FileSource

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

# Numbers of a block that numpy gathers and moves before compiled code is loaded for it.
_PLAIN_NUMBERS = 50_000


class Sharing(Protocol):
    """Who shares the passes over a stream, where it is not this process alone."""

    def answers(self, prepared: PreparedStream, task: Recipe) -> Iterator[Any]:
        """Yield what ``task`` says of each block, in the order of the blocks."""

    def held(self, source: FileSource) -> Held:
        """Return the rows of a source as those who share keep them, for rounds of questions."""


@dataclass(frozen=True, eq=False)
class PreparedStream:
    """A stream's rows as numbers, told apart into training and validation.

    Attributes
    ----------
    stream : TableStream
        The table.
    preparation : Preparation
        How its columns become the design's.
    target : sequence of str
        Columns to predict.
    roles : Roles
        Which rows validate.
    drop : bool
        Whether rows that miss a value are left out.
    sharing : Sharing, optional
        Workers that do the passes which sum over blocks.
    weight : str, optional
        Column of the rows' weights; those of weight 0 are left out.
    absent : pair of int
        How many training and validation rows have the weight 0.
    codes : sequence of float
        What the codes of a target of text are in the table of the training rows, where that is
        another one.
    classes : sequence of float
        Values of the target that have a column of 0 and 1 each, where it is classes.
    laid : LaidRows, optional
        Where the first pass lays down the rows, and the others find them.
    """

    stream: TableStream
    preparation: Preparation
    target: Sequence[str]
    roles: Roles
    drop: bool
    sharing: Sharing | None = None
    weight: str | None = None
    absent: tuple[int, int] = (0, 0)
    codes: tuple[float, ...] = ()
    classes: tuple[float, ...] = ()
    laid: LaidRows | None = None

    @property
    def targets(self) -> int:
        """Number of targets K, or of the classes that have a column."""
        return len(self.classes or self.target)

    @property
    def used(self) -> list[str]:
        """The columns without which a row cannot be used."""
        weight = [] if self.weight is None else [self.weight]
        return [*(one.column for one in self.preparation.features), *self.target, *weight]

    def answers(self, task: BlockTask, threads: int | None = None) -> Iterator[Any]:
        """Yield what a task says of each block, in their order.

        Parameters
        ----------
        task : BlockTask
            A ``Recipe`` where workers share the pass.
        threads : int, optional
            Threads of this process; its cores by default.
        """
        if self.sharing is not None:
            assert isinstance(task, Recipe)
            return self.sharing.answers(self, task)
        if self.laid is None:
            return self._answers(task, threads)
        if self.laid.complete:
            return in_order(lambda item: task(self, item), self.laid.items(), threads)
        return laid_by(self.laid, lambda both: self._answers(both, threads), task)

    def _answers(self, task: BlockTask, threads: int | None = None) -> Iterator[Any]:
        workers = threads or available_cores()
        if workers > 1 and self._plain and len(cuts := self._cuts(workers)) > 2:
            return answers_of_spans(self, task, cuts, workers)
        return in_order(lambda item: task(self, item), self.tables(), threads)

    @property
    def _plain(self) -> bool:
        """Whether blocks may be taken as they lie."""
        if not isinstance(self.stream, ArrowStream) or self.drop or not self._as_read:
            return False
        return self.stream.numbers_only and self.roles.train > 0  # a second file has none

    @property
    def _as_read(self) -> bool:
        """Whether targets are what the files say, and every row counts once."""
        return self.weight is None and not self.codes and not self.classes

    def _cuts(self, workers: int) -> list[int]:
        """Return where the spans begin that threads read and sum, each its own."""
        assert isinstance(self.stream, ArrowStream)
        blocks = self.stream.rows // BLOCK_ROWS
        # What a span says of its blocks waits for its turn: few blocks keep that small.
        return self.stream.cuts(BLOCK_ROWS * min(max(blocks // (8 * workers), 2), 8), grid=1)

    def between(self, start: int, stop: int) -> Iterator[tuple[int, Table | FloatBlock]]:
        """Yield the blocks from one position to another, with that of the first row of each."""
        stream = self.stream
        assert isinstance(stream, ArrowStream)
        blocks: Iterator[Table | FloatBlock]
        blocks = stream.float_blocks(start, stop) if self._plain else stream.between(start, stop)
        for block in blocks:
            yield start, block
            start += block.rows

    def parts(self, validation: bool | None = None) -> Iterator[Pair]:
        """Yield the training and the validation rows of every block, in the table's units.

        Where ``validation`` says which of both are wanted, the others are left empty.
        """
        if self.laid is None or self.sharing is not None:
            return in_order(lambda item: self.split(item, validation), self.tables(), None)
        return self.answers(lambda prepared, item: prepared.split(item, validation))

    def laid_down(self) -> LaidRows:
        """Return the rows laid down, by a pass of its own if there was none so far."""
        assert self.laid is not None
        if not self.laid.complete:
            for _ in self.answers(lambda prepared, item: None):
                pass
        return self.laid

    def tables(self) -> Iterator[tuple[int, Table | FloatBlock]]:
        """Yield the blocks as they are read, with the position of the first row of each."""
        start = 0
        for block in ahead(self._read()):
            yield start, block
            start += block.rows

    def _read(self) -> Iterator[Table | FloatBlock]:
        stream = self.stream
        if not isinstance(stream, ArrowStream) or not self._plain:
            yield from stream.blocks()
            return
        done = 0
        for block in stream.float_blocks(0, stream.rows, threads=True):
            done += block.rows
            if stream.tell is not None:
                stream.tell(done, stream.rows)
            yield block
        stream.scans += 1

    def split(self, item: tuple[int, AnyBlock], validation: bool | None = None) -> Pair:
        """Return the training and the validation rows of one block."""
        start, block = item
        if isinstance(block, LaidBlock):
            assert self.laid is not None
            return self.laid.pair(block, validation)
        if self.drop or any(self.absent):
            rows = self._kept(table_of(block))
            validates = self.roles.validates(start + rows)
            train, validate = rows[~validates], rows[validates]
        else:
            train, validate = self.roles.told_apart(start, block.rows)
        return (
            self._part(block, train[:0] if validation is True else train, start),
            self._part(block, train[:0] if validation is False else validate, start),
        )

    def _kept(self, table: Table) -> Positions:
        """Return which rows of a block are left, without holes and weights of 0."""
        rows = np.arange(table.rows)
        if self.drop:
            rows = np.flatnonzero(~missing_rows(table, self.used))
        return rows[self._weights(table, rows) > 0.0] if any(self.absent) else rows

    def _part(self, block: Table | FloatBlock, rows: Positions, start: int) -> ArraySource:
        made = self._gathered(block, rows)
        if made is None:
            table = table_of(block)
            X, _ = self.preparation.design(table, rows)
            made = X, targets_of(table, rows, self.target)
        X, y = made
        if self.codes:
            y = np.array(self.codes)[y.astype(np.int64)]
        if self.classes:
            y = (y == np.array(self.classes)).astype(np.float64)
        weight = None if self.weight is None else self._weights(table_of(block), rows)
        return ArraySource(X, y, weight, start + rows)

    def _weights(self, table: Table, rows: Positions) -> Floats:
        assert self.weight is not None
        return np.asarray(table.column(self.weight).values[rows], dtype=np.float64)

    def _gathered(self, block: Table | FloatBlock, rows: Positions) -> tuple[Floats, Floats] | None:
        """Return features that are nothing but numbers, and targets; None if not, or few."""
        features = [one.column for one in self.preparation.features]
        lying = None
        if len(rows) * len(features) >= _PLAIN_NUMBERS and self._same_kinds(block):
            lying = _lying(block, features)
        if lying is None:
            return None
        from steepest.data.gather_kernel import gather

        X, y = np.empty((len(rows), len(features))), np.empty((len(rows), len(self.target)))
        missing = gather(lying.addresses(features), lying.bounds, rows, X)
        if isinstance(block, FloatBlock):
            gather(block.addresses(self.target), block.bounds, rows, y)
        else:
            y[:] = targets_of(block, rows, self.target)
        return None if missing and not self._let_through else (X, y)

    def _same_kinds(self, block: Table | FloatBlock) -> bool:
        """Return whether each feature is of the kind that it had when it was learnt."""
        if isinstance(block, FloatBlock):
            return all(one.kind == "number" for one in self.preparation.features)
        return all(one.kind == block.columns[one.column].kind for one in self.preparation.features)

    @property
    def names(self) -> list[str]:
        """The columns of features, then those of targets."""
        return [*(one.column for one in self.preparation.features), *self.target]

    @property
    def _let_through(self) -> bool:
        """Whether missing values are left as they are."""
        fills = [one.fill for one in self.preparation.features]
        return all(fill is not None and fill != fill for fill in fills)

    def summable(self, block: AnyBlock) -> FloatBlock | None:
        """Return a block whose columns' sums may be made as they lie, None if they may not."""
        if self.drop or not self._as_read or not self._let_through:
            return None
        if isinstance(block, LaidBlock):
            return None
        if not self._same_kinds(block):
            return None
        return _lying(block, self.names)


def _lying(block: Table | FloatBlock, names: Sequence[str]) -> FloatBlock | None:
    return block if isinstance(block, FloatBlock) else lying_columns(block, names)
