"""Rows of a stream as a source: prepared block by block, never all of them in memory.

The blocks are those of :class:`steepest.data.source.ArraySource`: the same grid, the same pieces,
the same tree, so that every sum has the same bits. A second thread reads ahead by a few blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from steepest.data.block_sums import ColumnFill, block_sums, both_sums, told_fill
from steepest.data.prepared_stream import PreparedStream
from steepest.data.read_ahead import in_order
from steepest.data.recipe import Recipe
from steepest.data.source import (
    BLOCK_ROWS,
    ArraySource,
    Block,
    Fill,
    Folding,
    fold,
    piece_rows,
)
from steepest.data.sparse_source import SparseSource
from steepest.data.table_stream import ArrowStream

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
T = TypeVar("T")


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
        """Return the rows in training coordinates, read from where they are laid down."""
        spill = self.prepared.laid_down().training
        X, y = np.empty((self.rows, self.columns)), np.empty((self.rows, self.targets))
        weight = np.empty(self.rows if self.weighted else 0)
        cuts = np.cumsum([0, *map(spill.block_rows, range(spill.blocks))]).tolist()

        def read(number: int) -> None:
            part = slice(cuts[number], cuts[number + 1])
            spill.read_block(number, X[part], y[part], weight[part])
            self.move(X[part])

        for _ in in_order(read, iter(range(spill.blocks)), None):
            pass
        return ArraySource(X, y, weight if self.weighted else None)

    def move(self, X: Floats) -> None:
        """Take features (m, d) from the table's units to training coordinates, in place."""
        if self.shift is not None and self.scale is not None:
            X -= self.shift
            X /= self.scale

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
        laid = self.prepared.laid
        if isinstance(stream, ArrowStream) and not (laid is not None and laid.complete):
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
