"""A temporary file without a name: nothing is left of it however the process ends."""

from __future__ import annotations

import os
import tempfile
import weakref
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.words.catalogue import phrase
from steepest.words.errors import FileError, reason_of


class NamelessFile:
    """Bytes on disk, written and read at any place; its errors name the folder it lies in.

    Examples
    --------
    >>> file = NamelessFile()
    >>> check = file.write([(b"abc", 0), (b"d", 10)])
    >>> file.read([(3, 0), (1, 10)], check)
    [b'abc', b'd']
    """

    def __init__(self) -> None:
        self.folder = tempfile.gettempdir()
        try:
            self._handle, name = tempfile.mkstemp(prefix="steepest-", dir=self.folder)
        except OSError as error:
            raise FileError("write_failed", file=self.folder, reason=reason_of(error)) from error
        os.unlink(name)
        weakref.finalize(self, os.close, self._handle)

    def write(self, parts: Sequence[tuple[bytes | memoryview, int]]) -> int:
        """Write each part at its place; return the CRC-32 of all of them.

        Raises
        ------
        FileError
            ``write_failed``, such as for want of space.
        """
        check = 0
        try:
            for data, start in parts:
                check = zlib.crc32(data, check)
                left, place = memoryview(data), start
                while left:
                    written = os.pwrite(self._handle, left, place)
                    left, place = left[written:], place + written
        except OSError as error:
            raise FileError("write_failed", file=self.folder, reason=reason_of(error)) from error
        return check

    def read(self, parts: Sequence[tuple[int, int]], check: int) -> list[bytes]:
        """Return as many bytes from each place as asked for, whose CRC-32 must be ``check``.

        Raises
        ------
        FileError
            ``damaged_file`` if it is another.
        """
        found = [os.pread(self._handle, size, start) for size, start in parts]
        got = 0
        for data in found:
            got = zlib.crc32(data, got)
        if got != check:
            reason = phrase("reason_checksum", file=self.folder)
            raise FileError("damaged_file", file=self.folder, reason=reason)
        return found

    def read_into(self, parts: Sequence[tuple[npt.NDArray[Any], int]], check: int) -> None:
        """Fill contiguous arrays from their places; the CRC-32 of all must be ``check``.

        Raises
        ------
        FileError
            ``damaged_file`` if it is another.
        """
        got = 0
        for array, start in parts:
            left, place = memoryview(array.reshape(-1).view(np.uint8).data), start
            while count := os.preadv(self._handle, [left], place) if left else 0:
                left, place = left[count:], place + count
            got = zlib.crc32(array.data, got)
        if got != check:
            reason = phrase("reason_checksum", file=self.folder)
            raise FileError("damaged_file", file=self.folder, reason=reason)

    def mapped(self, size: int) -> npt.NDArray[np.uint8]:
        """Return the first ``size`` bytes as a memory map."""
        if not size:
            return np.zeros(0, np.uint8)
        with os.fdopen(os.dup(self._handle), "rb") as file:
            return np.asarray(np.memmap(file, np.uint8, "r", shape=(size,)))
