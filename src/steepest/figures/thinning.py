"""Fewer points for a drawing, with every peak and dip kept."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
DRAWN = 2_000


def thinned(y: Floats, most: int = DRAWN) -> npt.NDArray[np.int64]:
    """Return which points of a curve to draw: the lowest and highest of each stretch.

    Parameters
    ----------
    y : array of shape (n,)
        The curve; smooth it first, on all its points.
    most : int
        About how many points to keep; the first and the last always are.

    Examples
    --------
    >>> thinned(np.array([0.0, 5.0, 1.0, 2.0, -3.0, 0.5]), most=4).tolist()
    [0, 1, 3, 4, 5]
    """
    count = len(y)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, max(most // 2, 1) + 1).astype(np.int64)
    kept = [0, count - 1]
    for low, high in pairwise(edges):
        piece = y[low:high]
        if np.isfinite(piece).any():
            kept += [low + int(np.nanargmin(piece)), low + int(np.nanargmax(piece))]
        gaps = np.flatnonzero(np.isnan(piece))
        if len(gaps):
            kept.append(low + int(gaps[0]))
    return np.unique(np.array(kept, dtype=np.int64))


def sampled_rows(count: int, most: int = 12) -> list[int]:
    """Return about ``most`` row numbers, dense at the beginning, the last one among them.

    >>> sampled_rows(5), sampled_rows(1000, 5)
    ([0, 1, 2, 3, 4], [0, 1, 10, 100, 999])
    """
    if count <= most:
        return list(range(count))
    steps = np.geomspace(1.0, count - 1.0, most - 1).round().astype(int)
    return sorted({0, *steps.tolist(), count - 1})
