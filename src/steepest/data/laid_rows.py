"""The rows of a stream laid down row after row by the first pass over it, for all later ones.

Sweeps walk rows at random, which columns of files do not allow. The pass that makes the moments
lays down what it reads, training and validation rows apart and in the table's units; every later
pass (losses, the bound of a sweep's rate, the sweeps, the last look) reads that copy, which costs
a tenth of decoding Parquet once more.

A block lies where its first row's position says, so that threads lay blocks down in any order.
The rows of the other kind are a hole in the file, which takes no space on disk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from steepest.data.row_spill import RowSpill
from steepest.data.source import BLOCK_ROWS, ArraySource

Laid = tuple[int, int, int]
Pair = tuple[ArraySource, ArraySource]


@dataclass(frozen=True)
class LaidBlock:
    """A block of the grid that was laid down: its number and how many rows were read of it."""

    number: int
    rows: int


class LaidRows:
    """The training and the validation rows of a stream, block by block.

    Parameters
    ----------
    rows : int
        How many rows the stream has.
    columns, targets : int
        Numbers in a row.
    weighted : bool
        Whether rows have weights.

    Examples
    --------
    >>> import numpy as np
    >>> from dataclasses import replace
    >>> laid = LaidRows(2, 1, 1, weighted=False)
    >>> row = ArraySource(np.ones((1, 1)), np.zeros((1, 1)), positions=np.array([1]))
    >>> laid.begin()
    >>> laid.note(laid.lay(0, (row, replace(row, positions=np.array([0])))))
    >>> laid.finish()
    >>> laid.pair(LaidBlock(0, 2))[0].positions.tolist()
    [1]
    """

    def __init__(self, rows: int, columns: int, targets: int, *, weighted: bool) -> None:
        self.rows, self.columns, self.targets = rows, columns, targets
        self.weighted, self.complete = weighted, False

    def with_targets(self, targets: int) -> LaidRows:
        """Return where the same rows with other targets will be laid down."""
        return LaidRows(self.rows, self.columns, targets, weighted=self.weighted)

    @property
    def bytes(self) -> int:
        """How many bytes all rows take on disk."""
        return 8 * self.rows * (self.columns + self.targets + 1 + self.weighted)

    def begin(self) -> None:
        """Begin, or begin anew after a pass that did not come to its end."""
        widths = (self.rows, self.columns, self.targets)
        first, second = (RowSpill(*widths, weighted=self.weighted) for _ in range(2))
        self._spills = first, second

    def lay(self, start: int, both: Pair) -> tuple[Laid, Laid]:
        """Lay down both kinds of rows of the block at a position; any thread may.

        Raises
        ------
        FileError
            ``write_failed``, such as for want of space.
        """
        training, validation = (
            spill.lay(start, part.X, part.y, _positions(part), part.weight)
            for spill, part in zip(self._spills, both, strict=True)
        )
        return training, validation

    def note(self, laid: tuple[Laid, Laid]) -> None:
        """Count the next block, in their order."""
        for spill, one in zip(self._spills, laid, strict=True):
            spill.note(one)

    def finish(self) -> None:
        """Say that every block was laid down."""
        self.complete = True

    @property
    def training(self) -> RowSpill:
        """The training rows."""
        return self._spills[0]

    def items(self) -> Iterator[tuple[int, LaidBlock]]:
        """Yield the blocks, each with the position of its first row."""
        for number in range(self.training.blocks):
            start = number * BLOCK_ROWS
            yield start, LaidBlock(number, min(BLOCK_ROWS, self.rows - start))

    def pair(self, block: LaidBlock, validation: bool | None = None) -> Pair:
        """Return the training and the validation rows of a block, as ``PreparedStream.split``."""
        first, second = (
            spill.empty()
            if validation is not None and validation != kind
            else spill.block(block.number)
            for kind, spill in enumerate(self._spills)
        )
        return first, second


def laid_by(
    laid: LaidRows, answers: Callable[[Callable[..., Any]], Iterator[Any]], task: Callable[..., Any]
) -> Iterator[Any]:
    """Yield what a task says of each block, in their order, while the blocks are laid down.

    Parameters
    ----------
    laid : LaidRows
        Where to.
    answers : function
        Asks a task of every block.
    task : function
        Of (prepared stream, (position, block)).
    """

    def laying(prepared: Any, item: tuple[int, Any]) -> tuple[Any, tuple[Laid, Laid]]:
        return task(prepared, item), laid.lay(item[0], prepared.split(item))

    laid.begin()
    for said, places in answers(laying):
        laid.note(places)
        yield said
    laid.finish()


def _positions(part: ArraySource) -> Any:
    assert part.positions is not None
    return part.positions
