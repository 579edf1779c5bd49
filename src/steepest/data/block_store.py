"""A store of blocks of columns on disk: written once, checked whenever they are read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.nameless_file import NamelessFile

Column = npt.NDArray[Any]


class BlockStore:
    """Blocks of equally long columns, each read back as it was written.

    Examples
    --------
    >>> store = BlockStore()
    >>> store.append([np.arange(3.0), np.array([7, 8, 9], np.int32)])
    >>> [column.tolist() for column in store.read(0)]
    [[0.0, 1.0, 2.0], [7, 8, 9]]
    """

    def __init__(self) -> None:
        self.file = NamelessFile()
        self.bytes = 0
        # Of each block: the place, size and kind of every column, and the checksum of all.
        self._blocks: list[tuple[list[tuple[int, int]], list[str], int]] = []

    def __len__(self) -> int:
        return len(self._blocks)

    def append(self, columns: Sequence[Column]) -> None:
        """Write one more block.

        Raises
        ------
        FileError
            ``write_failed``, such as for want of space.
        """
        parts, places = [], []
        for column in columns:
            data = np.ascontiguousarray(column).view(np.uint8).data
            parts.append((data, self.bytes))
            places.append((data.nbytes, self.bytes))
            self.bytes += data.nbytes
        check = self.file.write(parts)
        self._blocks.append((places, [column.dtype.str for column in columns], check))

    def read(self, number: int) -> list[Column]:
        """Return the columns of a block.

        Raises
        ------
        FileError
            ``damaged_file`` if they are not those that were written.
        """
        places, kinds, check = self._blocks[number]
        found = self.file.read(places, check)
        return [np.frombuffer(data, kind) for data, kind in zip(found, kinds, strict=True)]
