"""Randomness as a pure function of (seed, purpose, epoch, number): nothing to save, nothing hidden.

The numbers are those of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014) read at any place of the
stream: ``mix(key + (number + 1) * GOLDEN)``. ``mix`` is a bijection of 64-bit words, so the
keys of different numbers never tie.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

UInts = npt.NDArray[np.uint64]

GOLDEN = 0x9E3779B97F4A7C15
_WORD = (1 << 64) - 1
PURPOSES = {"split": 1, "order": 2, "start": 3, "sample": 4, "noise": 5, "blocks": 6}

# Below this many rows a shuffle in plain Python is faster than loading the compiled one
# (numba's import alone costs about 0.25 s).
_PLAIN_SHUFFLE_ROWS = 2_000


def _mix_word(word: int) -> int:
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & _WORD
    return word ^ (word >> 31)


def stream_key(seed: int, purpose: str, epoch: int = 0) -> int:
    """Return the 64-bit key of one stream of random words.

    Parameters
    ----------
    seed : int
        Any whole number from 0 up.
    purpose : {"split", "order", "start", "sample", "noise"}
        What the words are for, so that one seed serves independent purposes.
    epoch : int
        The epoch, for what is drawn anew every epoch.

    Examples
    --------
    >>> stream_key(0, "order", 1) == stream_key(0, "order", 1) != stream_key(0, "order", 2)
    True
    """
    key = _mix_word((seed + GOLDEN) & _WORD)
    key = _mix_word((key + PURPOSES[purpose] * GOLDEN) & _WORD)
    return _mix_word((key + epoch * GOLDEN) & _WORD)


def words(key: int, numbers: npt.ArrayLike) -> UInts:
    """Return the random 64-bit words of ``key`` at the places ``numbers`` (any shape)."""
    shape = np.shape(numbers)
    places = np.atleast_1d(np.asarray(numbers, dtype=np.uint64)) + np.uint64(1)
    return _mixed(np.uint64(key) + places * np.uint64(GOLDEN)).reshape(shape)


def _mixed(word: UInts) -> UInts:
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(word ^ (word >> np.uint64(31)), dtype=np.uint64)


def normals(key: int, count: int) -> npt.NDArray[np.float64]:
    """Return ``count`` standard normal numbers of the stream ``key`` (Box and Muller, 1958)."""
    uniform = ((words(key, np.arange(2 * count)) >> np.uint64(11)).astype(np.float64) + 0.5) / 2**53
    radius = np.sqrt(-2.0 * np.log(uniform[:count]))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform[count:]))


def normals_at(keys: npt.ArrayLike, first: int, count: int) -> npt.NDArray[np.float64]:
    """Return standard normal numbers ``first`` to ``first + count`` of several streams.

    A pure function of key and place: reading on gives what one long reading would have given.

    Parameters
    ----------
    keys : array of shape (S,)
        Of :func:`stream_key`.
    first, count : int
        Which numbers of each stream, counted from 0.

    Returns
    -------
    array of shape (S, count)
    """
    places = 2 * np.arange(first, first + count, dtype=np.uint64) + np.uint64(1)
    streams = np.asarray(keys, dtype=np.uint64)[:, None]
    uniform = [
        ((_mixed(streams + (places + one) * np.uint64(GOLDEN)) >> np.uint64(11)) + 0.5) / 2**53
        for one in (np.uint64(0), np.uint64(1))
    ]
    radius = np.sqrt(-2.0 * np.log(uniform[0]))
    return np.asarray(radius * np.cos(2.0 * np.pi * uniform[1]))


def permutation(count: int, seed: int, epoch: int) -> list[int]:
    """Return the random order in which the blocks of a spill come in one epoch.

    Examples
    --------
    >>> sorted(permutation(4, seed=0, epoch=2))
    [0, 1, 2, 3]
    """
    keys = words(stream_key(seed, "blocks", epoch), np.arange(count))
    return [int(block) for block in np.argsort(keys)]


def epoch_order(rows: int, seed: int, epoch: int, part: int = 0) -> npt.NDArray[np.uint32]:
    """Return the random order of ``rows`` rows in one epoch (Fisher and Yates).

    A pure function of (rows, seed, epoch) and, of rows that come in parts, the part. Shape
    (rows,), every number from 0 to rows - 1 once.

    Examples
    --------
    >>> sorted(epoch_order(5, seed=0, epoch=3).tolist())
    [0, 1, 2, 3, 4]
    """
    key = stream_key(seed, "order", epoch)
    if part:
        key = _mix_word((key + part * GOLDEN) & _WORD)
    if rows > _PLAIN_SHUFFLE_ROWS:
        from steepest.data.shuffle_kernel import shuffled

        return np.asarray(shuffled(rows, np.uint64(key)))
    order = list(range(rows))
    high = (words(key, np.arange(rows)) >> np.uint64(32)).tolist()
    for last in range(rows - 1, 0, -1):
        chosen = (high[last] * (last + 1)) >> 32
        order[last], order[chosen] = order[chosen], order[last]
    return np.array(order, dtype=np.uint32)
