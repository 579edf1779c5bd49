"""Rows of a stream as a source: prepared block by block, never all of them in memory.

The blocks are those of :class:`steepest.data.source.ArraySource`: the same grid, the same pieces,
the same tree, so that every sum has the same bits. A second thread reads ahead by a few blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from steepest.data.block_parts import Held, table_of, targets_of
from steepest.data.block_sums import BlockTask, ColumnFill, block_sums, both_sums, told_fill
from steepest.data.float_blocks import FloatBlock, lying_columns
from steepest.data.preparation import Preparation, missing_rows
from steepest.data.read_ahead import ahead, in_order
from steepest.data.recipe import Recipe
from steepest.data.row_roles import Roles
from steepest.data.row_spill import RowSpill, spill_of
from steepest.data.source import (
    BLOCK_ROWS,
    ArraySource,
    Block,
    Fill,
    Folding,
    available_cores,
    fold,
    piece_rows,
)
from steepest.data.span_pass import answers_of_spans
from steepest.data.sparse_source import SparseSource
from steepest.data.table import Table
from steepest.data.table_stream import ArrowStream, TableStream

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
T = TypeVar("T")

# Numbers of a block that are gathered in numpy before compiled code is loaded.
_PLAIN_NUMBERS = 50_000

Pair = tuple[ArraySource, ArraySource]


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
        return self.stream.cuts(BLOCK_ROWS * min(max(blocks // (8 * workers), 2), 32), grid=1)

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
        return in_order(lambda item: self.split(item, validation), self.tables(), None)

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

    def split(self, item: tuple[int, Table | FloatBlock], validation: bool | None = None) -> Pair:
        """Return the training and the validation rows of one block."""
        start, block = item
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

    def summable(self, block: Table | FloatBlock) -> FloatBlock | None:
        """Return a block whose columns' sums may be made as they lie, None if they may not."""
        if self.drop or not self._as_read or not self._let_through:
            return None
        if not self._same_kinds(block):
            return None
        return _lying(block, self.names)


def _lying(block: Table | FloatBlock, names: Sequence[str]) -> FloatBlock | None:
    return block if isinstance(block, FloatBlock) else lying_columns(block, names)


@dataclass(frozen=True, eq=False)
class FileSource:
    """The training or the validation rows of a stream; see the module's docstring.

    Parameters
    ----------
    prepared : PreparedStream
        Where the rows come from.
    validation : bool
        Which of both these are.
    shift, scale : arrays of shape (d,), optional
        Training coordinates: a block's features are ``(x - shift) / scale``.
    budget : int, optional
        Bytes that a sweep may hold of the rows; any number where it is None.
    """

    prepared: PreparedStream
    validation: bool
    shift: Floats | None = None
    scale: Floats | None = None
    budget: int | None = None
    weight: None = None

    @property
    def rows(self) -> int:
        """Number of rows."""
        roles, absent = self.prepared.roles, self.prepared.absent
        return roles.validation - absent[1] if self.validation else roles.train - absent[0]

    @property
    def columns(self) -> int:
        """Number of features d."""
        return len(self.prepared.preparation.names)

    @property
    def targets(self) -> int:
        """Number of targets K."""
        return self.prepared.targets

    @property
    def weighted(self) -> bool:
        """Whether rows have weights."""
        return self.prepared.weight is not None

    def in_coordinates(self, shift: Floats, scale: Floats) -> FileSource:
        """Return the same rows seen as ``(x - shift) / scale``; as they are if that is all."""
        if not shift.any() and (scale == 1.0).all():
            return replace(self, shift=None, scale=None)
        return replace(self, shift=shift, scale=scale)

    def spilled(self) -> RowSpill:
        """Return the rows in training coordinates, laid down for random access."""
        return spill_of(self.rows, self.columns, self.targets, self.parts(), weighted=self.weighted)

    @property
    def fits(self) -> bool:
        """Whether all rows may be held at once."""
        return self.budget is None or self.spill_bytes <= self.budget

    @property
    def spill_bytes(self) -> int:
        """Size of the rows laid down for random access."""
        return 8 * self.rows * (self.columns + self.targets + 1 + self.weighted)

    @property
    def buffer_rows(self) -> int:
        """How many rows a buffer of half the budget holds, at least a block."""
        budget = self.spill_bytes if self.budget is None else self.budget
        return max(BLOCK_ROWS, budget // 2 * self.rows // self.spill_bytes)

    def gathered(self) -> ArraySource:
        """Return the rows in training coordinates as a memory map of their spill."""
        return self.spilled().source()

    def parts(self) -> Iterator[ArraySource]:
        """Yield the rows block by block, with their positions; blocks without any are left out."""
        for both in self.prepared.parts(self.validation):
            part = both[int(self.validation)]
            if part.rows:
                yield replace(part, shift=self.shift, scale=self.scale)

    def blocks(self) -> Iterator[Block]:
        """Yield all rows in their order, cut at the fixed grid."""
        for part in self.parts():
            yield from part.blocks()

    def first(self) -> Block:
        """Return the first of :meth:`blocks`, reading no row before or after it if it can."""
        stream = self.prepared.stream
        if isinstance(stream, ArrowStream):
            since = self.prepared.roles.since if self.validation else None
            for start in range((since or 0) // BLOCK_ROWS * BLOCK_ROWS, stream.rows, BLOCK_ROWS):
                for item in self.prepared.between(start, start + BLOCK_ROWS):
                    both = self.prepared.split(item, self.validation)
                    part = both[int(self.validation)]
                    if part.rows:
                        return next(replace(part, shift=self.shift, scale=self.scale).blocks())
        return next(self.blocks())

    def batches(
        self, size: int, *, seed: int, epoch: int, order: str = "random"
    ) -> Iterator[Block]:
        """Yield one epoch in batches of ``size`` rows as they stand; the last may be shorter.

        A random order needs the rows in a spill (:mod:`steepest.data.row_spill`).
        """
        if order != "given":
            raise ValueError("rows of files are walked at random from a spill")
        left: Block | None = None
        for block in self.blocks():
            joined = block if left is None else _both(left, block)
            full = len(joined.X) // size * size
            for start in range(0, full, size):
                yield _cut(joined, start, start + size)
            left = _cut(joined, full, len(joined.X)) if full < len(joined.X) else None
        if left is not None:
            yield left

    def total(self, partial: Callable[..., T], *parameters: Any, add: Callable[[T, T], T]) -> T:
        """Return the fold of ``partial(block, *parameters)`` over all blocks.

        Workers share what is a recipe; anything else is done here.
        """
        if self.prepared.sharing is not None and isinstance(partial, Recipe):
            where = {"shift": self.shift, "scale": self.scale, "validation": self.validation}
            given = {**where, "partial": partial.told(), "parameters": list(parameters)}
            asked = Recipe(f"{block_sums.__module__}:told_partial", given)
            answers = self.prepared.answers(asked)
            said: Iterator[T] = (one["said"] for one in answers if one is not None)
            return fold(said, add)
        return fold((partial(block, *parameters) for block in self.blocks()), add)

    def sums(self, fill: Fill, width: int, *, threads: int | None = None) -> Floats:
        """Return the fold over all blocks of what a compiled ``fill`` adds for each, (width,).

        As ``ArraySource.sums``, bit for bit.
        """
        size = piece_rows(self.columns, 8)
        return fold(self._sums_of_blocks(fill, width, size, threads), np.add)

    def partial_sums(
        self, fill: Fill, width: int, *, threads: int | None = None
    ) -> Iterator[Floats]:
        """Yield what a compiled ``fill`` adds for each block, (width,)."""
        return self._sums_of_blocks(fill, width, BLOCK_ROWS, threads)

    def _sums_of_blocks(
        self, fill: Fill, width: int, size: int, threads: int | None
    ) -> Iterator[Floats]:
        prepared = self.prepared
        if prepared.sharing is None:
            made = prepared.answers(block_sums(self.validation, fill, width, size), threads)
        else:
            given = {"validation": self.validation, "width": width, "size": size}
            asked = Recipe(f"{block_sums.__module__}:told_sums", {**given, "fill": told_fill(fill)})
            made = prepared.answers(asked)
        return (sums for sums in made if sums is not None)


#: Where the rows of a linear model may come from: tables, and what estimators are given.
RowSource = ArraySource | FileSource
AnyRows = RowSource | SparseSource


def in_one_stream(training: RowSource, validation: RowSource) -> bool:
    """Return whether one scan of files gives both."""
    if not (isinstance(training, FileSource) and isinstance(validation, FileSource)):
        return False
    return training.prepared is validation.prepared


def parts_of_both(training: RowSource, validation: RowSource) -> Iterator[tuple[ArraySource, bool]]:
    """Yield all rows part by part, each with whether it validates; files are read once."""
    if isinstance(training, FileSource) and in_one_stream(training, validation):
        for both in training.prepared.parts():
            yield from ((part, bool(k)) for k, part in enumerate(both) if part.rows)
        return
    for validates, rows in ((False, training), (True, validation)):
        for part in rows.parts():
            yield part, validates


def sums_of_both(
    prepared: PreparedStream,
    fills: tuple[Fill, Fill],
    width: int,
    column_fill: ColumnFill | None = None,
) -> tuple[Floats, Floats | None]:
    """Return the sums over the training and over the validation rows, from one scan.

    Parameters
    ----------
    prepared : PreparedStream
        The rows.
    fills : pair of functions
        For the training and for the validation rows; see ``FileSource.sums``.
    width : int
        How many sums.
    column_fill : function, optional
        Both from addresses of columns and numbers of rows, for tables of numbers alone.
    """
    size = piece_rows(len(prepared.preparation.names), 8)
    foldings = Folding[Floats](np.add), Folding[Floats](np.add)
    if prepared.sharing is None:
        answers = prepared.answers(both_sums(fills, column_fill, width, size))
    else:
        told = None if column_fill is None else told_fill(column_fill)
        given = {"fills": [told_fill(one) for one in fills], "column_fill": told}
        asked = {**given, "width": width, "size": size}
        answers = prepared.answers(Recipe(f"{both_sums.__module__}:told_both_sums", asked))
    for made in answers:
        for folding, sums in zip(foldings, made, strict=True):
            if sums is not None:
                folding.add(sums)
    return foldings[0].total(), foldings[1].total() if prepared.roles.validation else None


def _both(left: Block, right: Block) -> Block:
    weight = None
    if left.weight is not None and right.weight is not None:
        weight = np.concatenate([left.weight, right.weight])
    return Block(np.concatenate([left.X, right.X]), np.concatenate([left.y, right.y]), weight)


def _cut(block: Block, start: int, stop: int) -> Block:
    weight = None if block.weight is None else block.weight[start:stop]
    return Block(block.X[start:stop], block.y[start:stop], weight)
