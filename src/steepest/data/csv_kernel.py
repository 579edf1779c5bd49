"""Compiled reading of rows that hold nothing but plain numbers.

A cell's digits make a whole number m and a power of ten. Where m is at most 2^53 and the power at
most 10^22, both are float64 without rounding, and so is their quotient or product after one
(Clinger 1990). Otherwise m / 10^k is made in twice the precision (Dekker 1971) with an error below
2^-100 of it, and accepted if that cannot change how it rounds. So every number that is read is the
float64 nearest to its text; whatever is not surely so, or no plain number, ends the reading.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from steepest.data.compiled_kernel import compiled

_EXACT = 22
_MOST = 280
_LARGEST = 2.0**53
#: 10^k as the sum of two float64.
POWERS = np.array([[float(10**k), float(10**k - int(float(10**k)))] for k in range(_MOST + 1)])
# From 10^18 on another digit may not fit 64 bits.
_FULL = np.uint64(10**18)


def _byte_at(typingctx, address, index):
    """Return the byte at some place from an address on."""

    def codegen(context, builder, signature, args):
        pointer = builder.inttoptr(args[0], ir.IntType(8).as_pointer())
        return builder.load(builder.gep(pointer, [args[1]]))

    return types.uint8(types.int64, types.int64), codegen


byte_at: Callable[..., int] = intrinsic(_byte_at)


@compiled
def _two_products(a, b):
    """Return a b as the sum of two float64, without rounding."""
    product = a * b
    t = 134217729.0 * a
    a1 = t - (t - a)
    t = 134217729.0 * b
    b1 = t - (t - b)
    a2, b2 = a - a1, b - b1
    return product, a2 * b2 - (((product - a1 * b1) - a2 * b1) - a1 * b2)


@compiled
def nearest(digits, power, powers):
    """Return the float64 nearest to digits 10^power, -1 where that is not sure."""
    if digits <= np.uint64(1 << 53) and -_EXACT <= power <= _EXACT:
        whole = np.float64(np.int64(digits))
        if power < 0:
            return whole / powers[-power, 0]
        return whole * powers[power, 0]
    if power > 0 or power < -_MOST or digits == np.uint64(0):
        return -1.0
    high = np.float64(digits)
    low = np.float64(np.int64(digits - np.uint64(high)))
    ten, rest = powers[-power, 0], powers[-power, 1]
    quotient = high / ten
    product, error = _two_products(quotient, ten)
    more = (((high - product) - error) - quotient * rest + low) / ten
    margin = quotient * 2.0**-100
    value = quotient + (more + margin)
    return value if value == quotient + (more - margin) else -1.0


@compiled
def read_numbers(address, stop, delimiter, places, powers, out):
    """Read rows of plain numbers; return how many there are, -1 if there is anything else.

    address of the text, of ``stop`` bytes that end with a row; places (columns,) where each
    column goes, -1 where it is not wanted; out (wanted, most rows). An empty cell is NaN.
    """
    address = np.int64(address)
    columns = places.shape[0]
    at, row = 0, 0
    while at < stop:
        for column in range(columns):
            place = places[column]
            if place < 0:
                byte = byte_at(address, at)
                while at < stop and byte != delimiter and byte != 10 and byte != 13:
                    if byte == 34 or byte >= 127 or byte == 0:
                        return -1
                    at += 1
                    byte = byte_at(address, at)
            else:
                begin = at
                byte = byte_at(address, at)
                negative = byte == 45
                if negative:
                    at += 1
                    byte = byte_at(address, at)
                digits, power, seen = np.uint64(0), 0, 0
                while 48 <= byte <= 57:
                    if digits >= _FULL:
                        return -1
                    digits = digits * np.uint64(10) + np.uint64(byte - 48)
                    seen += 1
                    at += 1
                    byte = byte_at(address, at)
                if byte == 46:
                    at += 1
                    first = at
                    byte = byte_at(address, at)
                    while 48 <= byte <= 57:
                        if digits >= _FULL:
                            return -1
                        digits = digits * np.uint64(10) + np.uint64(byte - 48)
                        at += 1
                        byte = byte_at(address, at)
                    power = first - at
                    seen -= power
                if seen == 0:
                    if at > begin or columns == 1:
                        return -1
                    out[place, row] = np.nan
                else:
                    if byte == 101 or byte == 69:
                        at += 1
                        byte = byte_at(address, at)
                        down = byte == 45
                        if down or byte == 43:
                            at += 1
                            byte = byte_at(address, at)
                        first, tens = at, 0
                        while 48 <= byte <= 57 and at < first + 4:
                            tens = 10 * tens + (byte - 48)
                            at += 1
                            byte = byte_at(address, at)
                        if at == first:
                            return -1
                        power += -tens if down else tens
                    value = nearest(digits, power, powers)
                    if not 0.0 <= value < _LARGEST:
                        return -1
                    out[place, row] = -value if negative else value
            if column < columns - 1:
                if at >= stop or byte != delimiter:
                    return -1
                at += 1
        if at < stop:
            if byte == 13:
                at += 1
                byte = byte_at(address, at)
            if byte != 10:
                return -1
            at += 1
        row += 1
    return row
