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
def gather(starts, bounds, rows, out):
    """Write column j's number of block row rows[i] to out[i, j]; return whether one is NaN.

    starts (segments, columns), bounds (segments + 1,): see ``float_blocks.FloatBlock``.
    """
    columns = starts.shape[1]
    missing = False
    segment = 0
    for i in range(rows.shape[0]):
        row = np.int64(rows[i])
        while row >= bounds[segment + 1]:
            segment += 1
        for j in range(columns):
            value = number_at(np.int64(starts[segment, j]), row)
            missing |= value != value
            out[i, j] = value
    return missing


@compiled
def _word(key, position):
    """Return what ``draws.words`` does."""
    word = key + (np.uint64(position) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return word ^ (word >> np.uint64(31))


@compiled
def told_apart(key, largest, start, training, validation):
    """Write the numbers of the rows that train and that validate; return how many train.

    The rows at positions ``start`` to ``start + len(training)`` are told apart by their keys
    (``draws.words``): those with one of at most ``largest`` validate.
    """
    train, validate = 0, 0
    for i in range(training.shape[0]):
        validates = _word(key, start + i) <= largest
        training[train] = i
        validation[validate] = i
        train += not validates
        validate += validates
    return train


@compiled
def count_groups(key, positions, shift, sizes):
    """Add to ``sizes`` how many keys begin with each group's bits, those left by ``shift``."""
    for i in range(positions.shape[0]):
        sizes[_word(key, positions[i]) >> shift] += 1


@compiled
def keys_in_group(key, positions, shift, group, out):
    """Write the keys that begin with a group's bits; return how many there are."""
    found = 0
    for i in range(positions.shape[0]):
        word = _word(key, positions[i])
        out[found] = word
        found += (word >> shift) == group
    return found
