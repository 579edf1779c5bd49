"""Parts of blocks, and how rows of partitions that others keep are asked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from steepest.data.float_blocks import FloatBlock
from steepest.data.laid_rows import LaidBlock
from steepest.data.recipe import Recipe
from steepest.data.table import Table

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]
AnyBlock = Table | FloatBlock | LaidBlock


class Held(Protocol):
    """Rows of partitions, kept by others."""

    #: How many rows each partition holds.
    counts: Positions
    #: The mean of the rows' weights, None where they have none.
    mean_weight: float | None

    def round(self, task: Recipe, numbers: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yield what ``task`` says of each of these partitions, in the order of ``numbers``."""


def targets_of(table: Table, rows: Positions, names: Sequence[str]) -> Floats:
    """Return the targets of some rows."""
    return np.stack([table.column(name).values[rows] for name in names], axis=1, dtype=np.float64)


def table_of(block: AnyBlock) -> Table:
    """Return a block that was read as a table."""
    assert not isinstance(block, LaidBlock)
    return block.table() if isinstance(block, FloatBlock) else block
