"""Compiled accumulation of moments: cross products and Householder reflections.

Rows are seen as ``[1, (x - shift) / unit, (y - shift) / unit]``, each times the square root of its
weight, some hundreds at a time in a transposed tile (each column contiguous, the tile inside the
first or second cache level), so that every inner loop is a vector loop over rows.

- ``cross_block`` adds the tile's inner products: q^2 / 2 multiplications a row.
- ``factor_block`` folds the tile into a triangular factor by Householder reflections
  (``factor.reduce_into`` is the plain form): 2 q^2 a row, and keeps the condition number
  unsquared.
- ``cross_pair`` is ``cross_block`` for two features and one target: with every sum in a register
  of its own rows are loaded interleaved and vectorized over (20,000,000 x 2: a quarter of the
  tile's time; sums in small arrays, for any width, are not kept in registers and gain nothing).

``reassoc`` lets sums use several accumulators; the order is fixed at compilation, so the bits do
not depend on the run.
"""

from __future__ import annotations

import numpy as np

from steepest.data.compiled_kernel import compiled, fast
from steepest.data.gather_kernel import number_at

# Values in a tile: 32 kB of narrow rows, so that the sums at the end of each inner loop do not
# outweigh it; at least 256 rows.
_TILE_VALUES = 4096


@fast
def _reduce_tile(R, tile, rows):
    columns = tile.shape[0]
    for j in range(columns):
        v = tile[j, :rows]
        size = 0.0
        for i in range(rows):
            size += v[i] * v[i]
        if size == 0.0:
            continue
        alpha = R[j, j]
        beta = -np.copysign(np.sqrt(alpha * alpha + size), alpha)
        tau = (beta - alpha) / beta
        unit = 1.0 / (alpha - beta)  # the reflection's vector is (1, unit * v)
        R[j, j] = beta
        for k in range(j + 1, columns):
            other = tile[k, :rows]
            inner = 0.0
            for i in range(rows):
                inner += v[i] * other[i]
            step = tau * (R[j, k] + unit * inner)
            R[j, k] -= step
            step *= unit
            for i in range(rows):
                other[i] -= step * v[i]


@fast
def _fill_tile(tile, X, y, weight, shift, inverse, start, rows):
    """Write rows ``start`` to ``start + rows`` into the tile; return the sum of their weights."""
    columns, targets = X.shape[1], y.shape[1]
    total = float(rows)
    if weight.size:
        total = 0.0
        for i in range(rows):
            total += weight[start + i]
            tile[0, i] = np.sqrt(weight[start + i])
    else:
        for i in range(rows):
            tile[0, i] = 1.0
    for i in range(rows):
        x, root = X[start + i], tile[0, i]
        for j in range(columns):
            tile[1 + j, i] = (x[j] - shift[j]) * inverse[j] * root
        for k in range(targets):
            place = columns + k
            tile[1 + place, i] = (y[start + i, k] - shift[place]) * inverse[place] * root
    return total


@compiled
def factor_block(X, y, weight, shift, unit, sums):
    """Fold a block of rows into the upper triangular ``sums[1:]`` (q, q); add their weight.

    X (m, d), y (m, K), weight (m,) or empty, shift and unit (d + K,), sums (1 + q^2,).
    """
    width = 1 + X.shape[1] + y.shape[1]
    R = sums[1:].reshape((width, width))
    inverse = 1.0 / unit  # exact: units are powers of two
    height = max(256, _TILE_VALUES // width)
    tile = np.empty((width, height))
    for start in range(0, X.shape[0], height):
        rows = min(height, X.shape[0] - start)
        sums[0] += _fill_tile(tile, X, y, weight, shift, inverse, start, rows)
        _reduce_tile(R, tile, rows)


@compiled
def reduce_rows(R, rows):
    """Fold ``rows`` (m, q), C-contiguous, into the upper triangular ``R`` (q, q)."""
    count, columns = rows.shape
    height = max(256, _TILE_VALUES // columns)
    tile = np.empty((columns, height))
    for start in range(0, count, height):
        width = min(height, count - start)
        for i in range(width):
            for j in range(columns):
                tile[j, i] = rows[start + i, j]
        _reduce_tile(R, tile, width)


@fast
def _add_square(G, tile, j, k, rows):
    """Add the products of columns j to j + 3 with columns k to k + 3: 16 sums for 8 loads."""
    a0, a1, a2, a3 = tile[j, :rows], tile[j + 1, :rows], tile[j + 2, :rows], tile[j + 3, :rows]
    b0, b1, b2, b3 = tile[k, :rows], tile[k + 1, :rows], tile[k + 2, :rows], tile[k + 3, :rows]
    s00 = s01 = s02 = s03 = s10 = s11 = s12 = s13 = 0.0
    s20 = s21 = s22 = s23 = s30 = s31 = s32 = s33 = 0.0
    for i in range(rows):
        x0, x1, x2, x3 = a0[i], a1[i], a2[i], a3[i]
        y0, y1, y2, y3 = b0[i], b1[i], b2[i], b3[i]
        s00, s01, s02, s03 = s00 + x0 * y0, s01 + x0 * y1, s02 + x0 * y2, s03 + x0 * y3
        s10, s11, s12, s13 = s10 + x1 * y0, s11 + x1 * y1, s12 + x1 * y2, s13 + x1 * y3
        s20, s21, s22, s23 = s20 + x2 * y0, s21 + x2 * y1, s22 + x2 * y2, s23 + x2 * y3
        s30, s31, s32, s33 = s30 + x3 * y0, s31 + x3 * y1, s32 + x3 * y2, s33 + x3 * y3
    for row, sums in enumerate(
        ((s00, s01, s02, s03), (s10, s11, s12, s13), (s20, s21, s22, s23), (s30, s31, s32, s33))
    ):
        for column, value in enumerate(sums):
            G[j + row, k + column] += value


@fast
def _add_strip(G, tile, j, k, rows):
    """Add the products of columns j to j + 3 with column k."""
    a0, a1, a2, a3 = tile[j, :rows], tile[j + 1, :rows], tile[j + 2, :rows], tile[j + 3, :rows]
    b = tile[k, :rows]
    s0 = s1 = s2 = s3 = 0.0
    for i in range(rows):
        y = b[i]
        s0, s1, s2, s3 = s0 + a0[i] * y, s1 + a1[i] * y, s2 + a2[i] * y, s3 + a3[i] * y
    G[j, k] += s0
    G[j + 1, k] += s1
    G[j + 2, k] += s2
    G[j + 3, k] += s3


@fast
def _add_products(G, tile, rows):
    """Add the inner products of a tile's rows to the upper triangle of ``G``.

    Squares on the diagonal also add to the lower one, of which nothing is read.
    """
    width = tile.shape[0]
    whole = width // 4 * 4
    for j in range(0, whole, 4):
        for k in range(j, whole, 4):
            _add_square(G, tile, j, k, rows)
        for k in range(whole, width):
            _add_strip(G, tile, j, k, rows)
    for j in range(whole, width):
        a = tile[j, :rows]
        for k in range(j, width):
            b = tile[k, :rows]
            total = 0.0
            for i in range(rows):
                total += a[i] * b[i]
            G[j, k] += total


@fast
def cross_block(X, y, weight, shift, unit, sums):
    """Add a block's inner products to the upper triangle of ``sums[1:]`` (q, q), and its weight.

    Shapes as for ``factor_block``.
    """
    width = 1 + X.shape[1] + y.shape[1]
    G = sums[1:].reshape((width, width))
    inverse = 1.0 / unit  # exact: units are powers of two
    height = max(256, _TILE_VALUES // width)
    tile = np.empty((width, height))
    for start in range(0, X.shape[0], height):
        rows = min(height, X.shape[0] - start)
        sums[0] += _fill_tile(tile, X, y, weight, shift, inverse, start, rows)
        _add_products(G, tile, rows)


@fast
def cross_columns(starts, bounds, chosen, others, shifts, units, sums, other_sums):
    """Do what ``cross_block`` does for two kinds of rows of columns that lie each by itself.

    Tiles of both kinds come in the order in which they end, so that each number comes from memory
    once. starts (segments, d + K) and bounds (segments + 1,) as of a ``FloatBlock``, chosen (m,)
    and others (n,) the numbers of the rows, ascending, shifts and units (2, d + K).
    """
    columns = starts.shape[1]
    width = 1 + columns
    inverses = 1.0 / units
    height = max(256, _TILE_VALUES // width)
    tile = np.empty((width, height))
    tile[0] = 1.0
    done = np.zeros(2, np.int64)
    while done[0] < chosen.shape[0] or done[1] < others.shape[0]:
        stops = min(done[0] + height, chosen.shape[0]), min(done[1] + height, others.shape[0])
        later = done[1] == others.shape[0]
        if not later and done[0] < chosen.shape[0]:
            later = chosen[stops[0] - 1] < others[stops[1] - 1]
        kind = 0 if later else 1
        rows_of = chosen if later else others
        total = sums if later else other_sums
        start, rows = done[kind], stops[kind] - done[kind]
        # The loops stand here, where the tile is known to be no other array: else they would be
        # no vector loops.
        segment, filled = 0, 0
        while filled < rows:
            while rows_of[start + filled] >= bounds[segment + 1]:
                segment += 1
            some = rows_of[start + filled : start + rows]
            count = np.searchsorted(some, bounds[segment + 1])
            for j in range(columns):
                address, h, c = np.int64(starts[segment, j]), shifts[kind, j], inverses[kind, j]
                out = tile[1 + j, filled : filled + count]
                for i in range(count):
                    out[i] = (number_at(address, np.int64(some[i])) - h) * c
            filled += count
        _add_products(total[1:].reshape((width, width)), tile, rows)
        total[0] += rows
        done[kind] += rows


@fast
def cross_pair(X, y, weight, shift, unit, sums):
    """Do what ``cross_block`` does for two features and one target, ``weight`` being empty."""
    x, target = X.reshape(-1), y.reshape(-1)
    h0, h1, h2 = shift[0], shift[1], shift[2]
    c0, c1, c2 = 1.0 / unit[0], 1.0 / unit[1], 1.0 / unit[2]
    s0, s1, s2, g00, g01, g11, g02, g12, g22 = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(target.shape[0]):
        x0 = (x[2 * i] - h0) * c0
        x1 = (x[2 * i + 1] - h1) * c1
        t = (target[i] - h2) * c2
        s0 += x0
        s1 += x1
        s2 += t
        g00 += x0 * x0
        g01 += x0 * x1
        g11 += x1 * x1
        g02 += x0 * t
        g12 += x1 * t
        g22 += t * t
    G = sums[1:].reshape((4, 4))
    sums[0] += target.shape[0]
    G[0, 0] += target.shape[0]
    G[0, 1] += s0
    G[0, 2] += s1
    G[0, 3] += s2
    G[1, 1] += g00
    G[1, 2] += g01
    G[2, 2] += g11
    G[1, 3] += g02
    G[2, 3] += g12
    G[3, 3] += g22


@fast
def fourth_block(X, weight, shift, inverse, whiten, sums):
    """Add w^2 |a|^2 u u' of a block's rows to the upper triangle of ``sums[1:]``, and its weight.

    a is the row (1, (x - shift) inverse), without the 1 where ``whiten`` (P, r) has no row for it,
    u = a whiten, or a itself where ``whiten`` has no column; sums (1 + r^2,) or (1 + P^2,).
    """
    columns, rank = X.shape[1], whiten.shape[1]
    first = 1 + columns - whiten.shape[0]
    width = rank if rank else whiten.shape[0]
    G = sums[1:].reshape((width, width))
    height = max(256, _TILE_VALUES // (1 + columns))
    none = np.empty((X.shape[0], 0))
    tile, white = np.empty((1 + columns, height)), np.empty((rank, height))
    length = np.empty(height)
    for start in range(0, X.shape[0], height):
        rows = min(height, X.shape[0] - start)
        sums[0] += _fill_tile(tile, X, none, weight, shift, inverse, start, rows)
        length[:rows] = 0.0
        for j in range(first, 1 + columns):
            a = tile[j, :rows]
            for i in range(rows):
                length[i] += a[i] * a[i]
        for i in range(rows):
            length[i] = np.sqrt(length[i])
        if rank:
            _whiten_tile(tile[first:], whiten, white, rows)
            _scale_tile(white, length, rows)
            _add_products(G, white, rows)
        else:
            _scale_tile(tile[first:], length, rows)
            _add_products(G, tile[first:], rows)


@fast
def _whiten_tile(tile, whiten, white, rows):
    for k in range(whiten.shape[1]):
        u = white[k, :rows]
        u[:] = 0.0
        for j in range(whiten.shape[0]):
            a, factor = tile[j, :rows], whiten[j, k]
            for i in range(rows):
                u[i] += factor * a[i]


@fast
def _scale_tile(tile, length, rows):
    for k in range(tile.shape[0]):
        u = tile[k, :rows]
        for i in range(rows):
            u[i] *= length[i]
