"""Files that must be, whenever they are read, what they were when they were first seen."""

from __future__ import annotations

from steepest.data.arrow_files import ArrowFile, open_arrow, stamp_of
from steepest.data.finding import shown
from steepest.words.errors import FileError


class Unchanged:
    """An opened file that must be, before and after it is read, what it was at first."""

    def __init__(self, path: str, stamp: tuple[int, int, str], columns: int) -> None:
        self._path, self._stamp, self._columns = path, stamp, columns

    def __enter__(self) -> ArrowFile:
        self._check()
        self._opened = open_arrow(self._path, shown(self._path), self._columns)
        return self._opened

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._opened.close()
        if kind is None:
            self._check()

    def _check(self) -> None:
        check_unchanged(self._path, self._stamp)


def check_unchanged(path: str, stamp: tuple[int, int, str]) -> None:
    """Raise FileError ``file_changed`` if a file is not what it was when ``stamp`` was taken."""
    try:
        same = stamp_of(path) == stamp
    except OSError:
        same = False
    if not same:
        raise FileError("file_changed", file=shown(path))
