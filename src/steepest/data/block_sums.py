"""Sums over the rows of one block, made in this process or by workers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from steepest.data.float_blocks import FloatBlock
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource, Fill, folded, grid_cuts
from steepest.data.table import Table

if TYPE_CHECKING:
    from steepest.data.file_source import PreparedStream

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

# (where columns lie (segments, d + K), bounds (segments + 1,), numbers of training rows (m,) and of
# validation rows (n,), sums of each (w,)): adds these rows' sums; see ``float_blocks.FloatBlock``.
ColumnFill = Callable[[Positions, Positions, Positions, Positions, Floats, Floats], None]
# (rows, (position of the block's first row, block)): what it says of the block.
BlockTask = Callable[["PreparedStream", tuple[int, Table | FloatBlock]], Any]


def told_fill(fill: Fill | ColumnFill) -> dict[str, Any]:
    """Return as plain values a fill that workers can make, which is a :class:`Recipe`."""
    assert isinstance(fill, Recipe)
    return fill.told()


def told_sums(validation: bool, fill: dict[str, Any], width: int, size: int) -> BlockTask:
    """Return :func:`block_sums` where the fill is told."""
    return block_sums(validation, Recipe(**fill), width, size)


def told_both_sums(
    fills: Sequence[dict[str, Any]],
    column_fill: dict[str, Any] | None,
    width: int,
    size: int,
) -> BlockTask:
    """Return :func:`both_sums` where the fills are told."""
    first, second = (Recipe(**one) for one in fills)
    columns = None if column_fill is None else Recipe(**column_fill)
    return both_sums((first, second), columns, width, size)


def told_partial(
    partial: dict[str, Any],
    parameters: Sequence[Any],
    validation: bool,
    shift: Floats | None,
    scale: Floats | None,
) -> BlockTask:
    """Return what a told function says of the training or validation rows of a block."""
    function = Recipe(**partial)

    def task(
        prepared: PreparedStream, item: tuple[int, Table | FloatBlock]
    ) -> dict[str, Any] | None:
        part = prepared.split(item, validation)[int(validation)]
        if not part.rows:
            return None
        (block,) = replace(part, shift=shift, scale=scale).blocks()
        return {"said": function(block, *parameters)}

    return task


def block_sums(validation: bool, fill: Fill, width: int, size: int) -> BlockTask:
    """Return what makes the sums of the training or validation rows of a block."""

    def task(prepared: PreparedStream, item: tuple[int, Table | FloatBlock]) -> Floats | None:
        part = prepared.split(item, validation)[int(validation)]
        return _block_sums(part, fill, width, size) if part.rows else None

    return task


def both_sums(
    fills: tuple[Fill, Fill],
    column_fill: ColumnFill | None,
    width: int,
    size: int,
) -> BlockTask:
    """Return what makes the sums of both kinds of rows of a block."""

    def task(prepared: PreparedStream, item: tuple[int, Table | FloatBlock]) -> list[Floats | None]:
        start, block = item
        lying = None if column_fill is None else prepared.summable(block)
        if column_fill is not None and lying is not None:
            both = prepared.roles.told_apart(start, block.rows)
            return _column_sums(lying, prepared.names, both, start, column_fill, width, size)
        return [
            _block_sums(part, fill, width, size) if part.rows else None
            for part, fill in zip(prepared.split(item), fills, strict=True)
        ]

    return task


def _column_sums(
    block: FloatBlock,
    names: Sequence[str],
    both: tuple[Positions, Positions],
    start: int,
    fill: ColumnFill,
    width: int,
    size: int,
) -> list[Floats | None]:
    """Return what ``_block_sums`` would of the same rows of both kinds."""
    starts = block.addresses(names)
    grid = np.arange(-(start % size), block.rows + size, size)
    cuts = [np.searchsorted(rows, grid).tolist() for rows in both]
    parts = np.zeros((2, len(grid) - 1, width))
    for number, bounds in enumerate(zip(*map(pairwise, cuts), strict=True)):
        train, validate = (rows[slice(*one)] for rows, one in zip(both, bounds, strict=True))
        fill(starts, block.bounds, train, validate, parts[0, number], parts[1, number])
    return [
        folded(sums[np.diff(cut) > 0]) if len(rows) else None
        for rows, cut, sums in zip(both, cuts, parts, strict=True)
    ]


def _block_sums(part: ArraySource, fill: Fill, width: int, size: int) -> Floats:
    """Return what ``fill`` adds for the rows of one block, in pieces of ``size`` positions."""
    assert part.positions is not None
    cuts = list(pairwise(grid_cuts(part.positions, size)))
    parts = np.zeros((len(cuts), width))
    for number, (start, stop) in enumerate(cuts):
        weight = np.empty(0) if part.weight is None else part.weight[start:stop]
        fill(part.X[start:stop], part.y[start:stop], weight, parts[number])
    return folded(parts)
