"""Which rows train and which validate: decided before anything else is learnt from the data."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from steepest.data.draws import stream_key, words


def validation_mask(
    positions: npt.NDArray[np.int64], fraction: float, seed: int, *, time_ordered: bool = False
) -> npt.NDArray[np.bool_]:
    """Return which rows validate.

    Parameters
    ----------
    positions : array of shape (n,)
        Each row's number in the table as read, ascending.
    fraction : float
        Share of the n rows; exactly ``round(fraction * n)`` rows validate.
    seed : int
        The rows with the smallest seeded keys of their position validate, so that arrays,
        files and workers split alike.
    time_ordered : bool
        Take the last rows instead, for tables in time order.

    Examples
    --------
    >>> int(validation_mask(np.arange(10), 0.2, seed=0).sum())
    2
    """
    rows = len(positions)
    count = round(fraction * rows)
    mask = np.zeros(rows, dtype=np.bool_)
    if count == 0:
        return mask
    if time_ordered:
        mask[rows - count :] = True
        return mask
    keys = words(stream_key(seed, "split"), positions)
    mask[np.argpartition(keys, count - 1)[:count]] = True
    return mask
