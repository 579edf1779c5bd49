"""How much memory a fit may take: what was asked for, else a quarter of the machine's."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from steepest.data.arrow_files import open_arrow
from steepest.data.finding import COMPRESSED_SUFFIXES, shown
from steepest.words.errors import FileError, InputError

_UNITS = {"": 1, "B": 1}
_UNITS |= {f"{mark}B": 1000**power for power, mark in enumerate("KMGT", start=1)}
_UNITS |= {f"{mark}IB": 1024**power for power, mark in enumerate("KMGT", start=1)}
_SIZE = re.compile(r"\s*([0-9]+\.?[0-9]*)\s*([A-Za-z]*)\s*")
# Limits that a container sets, where there are any.
_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_SHARE = 4
_COPIES_OF_NUMBERS, _COPIES_OF_TEXT = 4, 6
# Tables of numbers as text shrink to about a third.
_SHRINKS = 3


def bytes_of(text: str) -> int:
    """Return the number of bytes that a text such as ``512MB``, ``2GiB`` or ``1000000`` names.

    Raises
    ------
    InputError
        If it names none.

    Examples
    --------
    >>> bytes_of("512MB"), bytes_of("1.5 GiB"), bytes_of("4096")
    (512000000, 1610612736, 4096)
    """
    found = _SIZE.fullmatch(text)
    unit = _UNITS.get(found.group(2).upper()) if found else None
    if found is None or unit is None or float(found.group(1)) * unit < 1.0:
        raise InputError("bad_memory", value=text)
    return int(float(found.group(1)) * unit)


def machine_memory() -> int:
    """Return the machine's memory in bytes, or the container's limit where that is less."""
    sizes = []
    if hasattr(os, "sysconf"):
        sizes.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in _LIMITS:
        try:
            with open(path, encoding="ascii") as stream:
                text = stream.read().strip()
        except OSError:
            continue
        if text.isdigit():
            sizes.append(int(text))
    return min(sizes, default=2**32)


def memory_budget(text: str | None) -> int:
    """Return the bytes that a fit may take: those asked for, else a quarter of the machine's."""
    return machine_memory() // _SHARE if text is None else bytes_of(text)


def memory_needed(paths: Sequence[str], columns: Sequence[str] | None, *, arrow: bool) -> int:
    """Return about how many bytes a fit in memory would take, from sizes and footers alone.

    Parameters
    ----------
    paths : sequence of str
        Files.
    columns : sequence of str or None
        Those that would be read; None: all.
    arrow : bool
        Whether they are Parquet or Feather files, else CSV text.

    Notes
    -----
    A number is held as it is read, as a column, in the design and gathered for sweeps: 32 bytes.
    Text is held as bytes and as cells, and its numbers as above: six times its size.
    """
    if not arrow:
        return sum(map(_text_bytes, paths)) * _COPIES_OF_TEXT
    return sum(_numbers_in(path, columns) for path in paths) * 8 * _COPIES_OF_NUMBERS


def _text_bytes(path: str) -> int:
    size = os.path.getsize(path)
    if not path.lower().endswith(COMPRESSED_SUFFIXES):
        return size
    # The end of a .gz file tells the size of its text, modulo 2^32 and of its last member only.
    with open(path, "rb") as stream:
        stream.seek(max(0, size - 4))
        told = int.from_bytes(stream.read(4), "little")
    return max(told if path.lower().endswith(".gz") else 0, _SHRINKS * size)


def _numbers_in(path: str, columns: Sequence[str] | None) -> int:
    """Return how many numbers a file holds; 0 where it cannot be read, which is told later."""
    try:
        opened = open_arrow(path, shown(path))
    except (FileError, OSError):
        return 0
    opened.close()
    return opened.rows * (len(opened.schema.names) if columns is None else len(columns))
