"""Compiled gathering of columns into rows, and the keys that tell training from validation rows.

A block's columns lie where Arrow put them, each contiguous; they are read by their addresses, row
by row, which streams from all of them at once and writes rows in their order.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from steepest.data.compiled_kernel import compiled


def _number_at(typingctx, address, index):
    """Return the float64 with some number from an address on."""

    def codegen(context, builder, signature, args):
        pointer = builder.inttoptr(args[0], ir.DoubleType().as_pointer())
        return builder.load(builder.gep(pointer, [args[1]]))

    return types.float64(types.int64, types.int64), codegen


number_at: Callable[..., float] = intrinsic(_number_at)


@compiled
def gather(addresses, rows, out):
    """Write column j's number at rows[i] to out[i, j]; return whether one of them is NaN."""
    columns = addresses.shape[0]
    missing = False
    for i in range(rows.shape[0]):
        row = np.int64(rows[i])
        for j in range(columns):
            value = number_at(np.int64(addresses[j]), row)
            missing |= value != value
            out[i, j] = value
    return missing


@compiled
def keys_at(key, positions, out):
    """Do what ``draws.words`` does."""
    for i in range(positions.shape[0]):
        word = key + (np.uint64(positions[i]) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        out[i] = word ^ (word >> np.uint64(31))
