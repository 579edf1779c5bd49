"""Compressed rows turned into compressed columns."""

from __future__ import annotations

import numpy as np

from steepest.data.compiled_kernel import compiled


@compiled
def transposed(values, indices, indptr, columns):
    """Return values, rows and beginnings of the columns, rows ascending within each.

    A counting sort: two walks over the entries.
    """
    starts = np.zeros(columns + 1, np.int64)
    for entry in range(indices.shape[0]):
        starts[indices[entry] + 1] += 1
    for column in range(columns):
        starts[column + 1] += starts[column]
    place = starts.copy()
    rows = np.empty(indices.shape[0], np.int32)
    moved = np.empty_like(values)
    for row in range(indptr.shape[0] - 1):
        for entry in range(indptr[row], indptr[row + 1]):
            column = indices[entry]
            moved[place[column]] = values[entry]
            rows[place[column]] = row
            place[column] += 1
    return moved, rows, starts
