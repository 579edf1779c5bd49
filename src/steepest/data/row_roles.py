"""Which rows of a stream train and which validate, without a mask of all of them.

The rows with the smallest seeded keys validate, exactly ``round(fraction * n)`` of them
(:mod:`steepest.data.split`): once the largest of those keys is known, a row's place follows from
its own position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.draws import stream_key, words
from steepest.data.source import BLOCK_ROWS

Positions = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Keys are counted by their first 16 bits; then only those of one such group are sorted.
_GROUP_BITS = 16
# Few enough that their memory is handed out again and again instead of fetched from the system.
_AT_ONCE = 4 * BLOCK_ROWS


@dataclass(frozen=True)
class Roles:
    """The rule by which a row validates.

    Attributes
    ----------
    train, validation : int
        How many rows train and validate.
    key : int
        Of the stream of keys.
    largest : int or None
        The largest key that validates; None where rows are in time order, or none validates.
    since : int
        The position from which on rows validate, where they are in time order.
    """

    train: int
    validation: int
    key: int = 0
    largest: int | None = None
    since: int | None = None

    def validates(self, positions: Positions) -> Mask:
        """Return which of the rows at these positions validate."""
        if self.since is not None:
            return np.asarray(positions >= self.since)
        if self.largest is None:
            return np.zeros(len(positions), np.bool_)
        return np.asarray(words(self.key, positions) <= np.uint64(self.largest))

    def told_apart(self, start: int, rows: int) -> tuple[Positions, Positions]:
        """Return which of so many rows from position ``start`` on train, and which validate."""
        if self.largest is None or rows < BLOCK_ROWS // 2:
            validates = self.validates(np.arange(start, start + rows))
            return np.flatnonzero(~validates), np.flatnonzero(validates)
        from steepest.data.gather_kernel import told_apart

        training, validation = np.empty(rows, np.int64), np.empty(rows, np.int64)
        key, largest = np.uint64(self.key), np.uint64(self.largest)
        train = told_apart(key, largest, start, training, validation)
        return training[:train], validation[: rows - train]


class AllRows:
    """The positions 0 .. rows - 1, some at a time."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def __iter__(self) -> Iterator[Positions]:
        for start in range(0, self.rows, _AT_ONCE):
            yield np.arange(start, min(start + _AT_ONCE, self.rows))


class KeptRows:
    """The positions that remain after dropping, one bit for each row as read.

    Examples
    --------
    >>> kept = KeptRows()
    >>> kept.add(np.array([True, False, True]))
    >>> [part.tolist() for part in kept]
    [[0, 2]]
    """

    def __init__(self) -> None:
        self.rows = 0
        self._bits: list[tuple[int, npt.NDArray[np.uint8]]] = []

    def add(self, kept: Mask) -> None:
        """Add the next rows."""
        self._bits.append((len(kept), np.packbits(kept)))
        self.rows += int(np.count_nonzero(kept))

    def __iter__(self) -> Iterator[Positions]:
        start = 0
        for count, bits in self._bits:
            yield start + np.flatnonzero(np.unpackbits(bits, count=count))
            start += count


def roles_of(
    kept: Iterable[Positions], rows: int, fraction: float, seed: int, *, time_ordered: bool
) -> Roles:
    """Return the roles of the rows that remain, the same as ``validation_mask`` gives them.

    Parameters
    ----------
    kept : iterable of arrays
        The positions that remain, ascending; walked twice.
    rows : int
        How many there are.
    fraction, seed, time_ordered
        As for ``validation_mask``.

    Examples
    --------
    >>> roles = roles_of(AllRows(10), 10, 0.2, 0, time_ordered=False)
    >>> int(roles.validates(np.arange(10)).sum())
    2
    """
    count = round(fraction * rows)
    if count == 0:
        return Roles(rows, 0)
    if time_ordered:
        return Roles(rows - count, count, since=_position_of(kept, rows - count))
    key = stream_key(seed, "split")
    return Roles(rows - count, count, key, _smallest_key(kept, key, count))


def _position_of(kept: Iterable[Positions], number: int) -> int:
    """Return the position of one of the remaining rows, counted from 0."""
    for part in kept:
        if number < len(part):
            return int(part[number])
        number -= len(part)
    raise ValueError("there are not that many rows")


def _smallest_key(kept: Iterable[Positions], key: int, count: int) -> int:
    """Return the ``count``-th smallest key, by counting groups and sorting one of them."""
    sizes = np.zeros(1 << _GROUP_BITS, np.int64)
    for part in kept:
        _count_groups(key, part, sizes)
    ends = np.cumsum(sizes)
    group = int(np.searchsorted(ends, count))
    before = int(ends[group] - sizes[group])
    inside = [_keys_in_group(key, part, group) for part in kept]
    return int(np.sort(np.concatenate(inside))[count - before - 1])


def _count_groups(key: int, positions: Positions, sizes: npt.NDArray[np.int64]) -> None:
    """Add how many rows have keys that begin with each group's bits."""
    if len(positions) < BLOCK_ROWS // 2:
        groups = words(key, positions) >> np.uint64(64 - _GROUP_BITS)
        sizes += np.bincount(groups.astype(np.int64), minlength=len(sizes))
        return
    from steepest.data.gather_kernel import count_groups

    count_groups(np.uint64(key), positions, np.uint64(64 - _GROUP_BITS), sizes)


def _keys_in_group(key: int, positions: Positions, group: int) -> npt.NDArray[np.uint64]:
    """Return the keys that begin with a group's bits."""
    shift = np.uint64(64 - _GROUP_BITS)
    if len(positions) < BLOCK_ROWS // 2:
        keys = words(key, positions)
        return np.asarray(keys[(keys >> shift) == np.uint64(group)])
    from steepest.data.gather_kernel import keys_in_group

    found = np.empty(len(positions), np.uint64)
    count = keys_in_group(np.uint64(key), positions, shift, np.uint64(group), found)
    return found[:count].copy()  # a view would keep all of it: 8 bytes a row of the table
