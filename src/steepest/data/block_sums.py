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

# (where columns lie (segments, d + K), bounds (segments + 1,), numbers of rows (m,), sums (w,)):
# adds these rows' sums; see ``float_blocks.FloatBlock``.
ColumnFill = Callable[[Positions, Positions, Positions, Floats], None]
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
    column_fills: Sequence[dict[str, Any]] | None,
    width: int,
    size: int,
) -> BlockTask:
    """Return :func:`both_sums` where the fills are told."""
    first, second = (Recipe(**one) for one in fills)
    columns = None
    if column_fills is not None:
        columns = Recipe(**column_fills[0]), Recipe(**column_fills[1])
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
    column_fills: tuple[ColumnFill, ColumnFill] | None,
    width: int,
    size: int,
) -> BlockTask:
    """Return what makes the sums of both kinds of rows of a block."""

    def task(prepared: PreparedStream, item: tuple[int, Table | FloatBlock]) -> list[Floats | None]:
        start, block = item
        lying = None if column_fills is None else prepared.summable(block)
        if column_fills is not None and lying is not None:
            told = zip(prepared.roles.told_apart(start, block.rows), column_fills, strict=True)
            starts = lying.addresses(prepared.names)
            return [
                _column_sums(starts, lying.bounds, chosen, start, fill, width, size)
                if len(chosen)
                else None
                for chosen, fill in told
            ]
        return [
            _block_sums(part, fill, width, size) if part.rows else None
            for part, fill in zip(prepared.split(item), fills, strict=True)
        ]

    return task


def _column_sums(
    starts: Positions,
    bounds: Positions,
    rows: Positions,
    start: int,
    fill: ColumnFill,
    width: int,
    size: int,
) -> Floats:
    """Return what ``_block_sums`` would of the same rows."""
    cuts = list(pairwise(grid_cuts(start + rows, size)))
    parts = np.zeros((len(cuts), width))
    for number, (first, stop) in enumerate(cuts):
        fill(starts, bounds, rows[first:stop], parts[number])
    return folded(parts)


def _block_sums(part: ArraySource, fill: Fill, width: int, size: int) -> Floats:
    """Return what ``fill`` adds for the rows of one block, in pieces of ``size`` positions."""
    assert part.positions is not None
    cuts = list(pairwise(grid_cuts(part.positions, size)))
    parts = np.zeros((len(cuts), width))
    for number, (start, stop) in enumerate(cuts):
        weight = np.empty(0) if part.weight is None else part.weight[start:stop]
        fill(part.X[start:stop], part.y[start:stop], weight, parts[number])
    return folded(parts)
