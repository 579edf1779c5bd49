"""Compiled twin of ``factor.reduce_into``: Householder reflections on transposed tiles.

A tile holds 256 rows, each column of it lying contiguous, so that every inner loop is a
vector loop over rows and the tile stays in the first cache level (256 rows of 20 columns are
40 kB). ``reassoc`` lets the inner products use several accumulators; it is fixed at
compilation, so the bits do not depend on the run.
"""

from __future__ import annotations

import numba
import numpy as np

TILE_ROWS = 256


@numba.njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"})
def _reduce_tile(R, tile):
    columns, rows = tile.shape
    for j in range(columns):
        v = tile[j]
        size = 0.0
        for i in range(rows):
            size += v[i] * v[i]
        if size == 0.0:
            continue
        alpha = R[j, j]
        beta = -np.copysign(np.sqrt(alpha * alpha + size), alpha)
        tau = (beta - alpha) / beta
        unit = 1.0 / (alpha - beta)
        for i in range(rows):
            v[i] *= unit
        R[j, j] = beta
        for k in range(j + 1, columns):
            other = tile[k]
            inner = 0.0
            for i in range(rows):
                inner += v[i] * other[i]
            step = tau * (R[j, k] + inner)
            R[j, k] -= step
            for i in range(rows):
                other[i] -= step * v[i]


@numba.njit(cache=True, nogil=True)
def reduce_rows(R, rows):
    """Fold ``rows`` (m, q), C-contiguous, into ``R`` (q, q), which changes in place."""
    count, columns = rows.shape
    tile = np.empty((columns, TILE_ROWS))
    for start in range(0, count, TILE_ROWS):
        width = min(TILE_ROWS, count - start)
        for i in range(width):
            for j in range(columns):
                tile[j, i] = rows[start + i, j]
        _reduce_tile(R, tile[:, :width] if width < TILE_ROWS else tile)
