"""Exponential and logarithms that compile to plain arithmetic, so that loops over them vectorize.

A call of the C library stops LLVM from vectorizing a loop: 1,000,000 times ``log1p(exp(-|s|))``
take 13.3 ms so and 0.9 ms with these (one core, AVX-512;
the latter the sum of two loops measured apart). The loss table says ``exp``, ``log`` and
``log1p`` (``losses.py``); in compiled code they are these, in numpy numpy's own.

- ``exp(x) = 2^k exp(r)``, k the whole number nearest to x / log 2; ``r`` is exact to twice the
  digits because log 2 is split in two (Cody, Waite 1980), the polynomial is the Chebyshev one of
  degree 11 (relative error 1.3e-17), and 2^k is made of bits, in two factors for results below the
  normal numbers.
- ``log(x) = k log 2 + log(1 + f)`` with ``1 + f`` between sqrt(1/2) and sqrt(2), and
  ``log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2))``, ``s = f / (2 + f)`` (the form of FreeBSD's libm);
  R has degree 7 (9.2e-18). ``log1p`` is for numbers from 0 to 1, where one halving is enough.

All are within 1.1 units in the last place (tests/objective/test_exponential_kernel.py). Sums must
not be rearranged here, so these functions are compiled without the kernels' freedom to do so.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic, overload

from steepest.objective import losses

_exact: Any = numba.njit(error_model="numpy", nogil=True, fastmath={"contract"}, forceinline=True)
_INLINED: Any = {"forceinline": True}  # LLVM thinks them too long, and a call stops vectorization

_PER_LOG2 = 1.4426950408889634
_HIGH, _LOW = 0.6931471803691238, 1.9082149292705877e-10  # log 2, the first with 32 bits
_HALF_ROOT = 0.7071067811865476
_BIAS, _BITS = 1023, 52
_E = (
    0.5000000000000001,
    0.16666666666666669,
    0.04166666666662413,
    0.008333333333330062,
    0.0013888888917213717,
    0.00019841269863053618,
    2.4801521295954376e-05,
    2.7557268459997064e-06,
    2.7620088445409746e-07,
    2.510038549551032e-08,
)
_G = (
    0.666666666666667,
    0.3999999999989889,
    0.28571428626253836,
    0.22222211089379496,
    0.1818289243253687,
    0.15331611722055008,
    0.14617807153417325,
)


def _as_float(typingctx, bits):
    """Return the float64 that these 64 bits are."""
    signature = types.float64(types.int64)

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.DoubleType())

    return signature, codegen


def _as_bits(typingctx, number):
    """Return the 64 bits of a float64."""
    signature = types.int64(types.float64)

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.IntType(64))

    return signature, codegen


as_float: Callable[..., float] = intrinsic(_as_float)
as_bits: Callable[..., int] = intrinsic(_as_bits)


@_exact
def exponential(x):
    """Return e^x: 0 and infinity beyond the range of float64, NaN for NaN."""
    z = x if x > -746.0 else -746.0
    z = z if z < 710.0 else 710.0
    k = np.floor(z * _PER_LOG2 + 0.5)
    r = (z - k * _HIGH) - k * _LOW
    s = r * r
    q = s * s
    low = (_E[0] + _E[1] * r) + s * (_E[2] + _E[3] * r)
    high = (_E[4] + _E[5] * r) + s * (_E[6] + _E[7] * r)
    e = 1.0 + (r + s * (low + q * (high + q * (_E[8] + _E[9] * r))))
    n = np.int64(np.int32(k))
    half = n >> 1
    e = e * as_float((half + _BIAS) << _BITS) * as_float((n - half + _BIAS) << _BITS)
    return e if x == x else x


@_exact
def _log_of(k, f):
    """Return k log 2 + log(1 + f), 1 + f between sqrt(1/2) and sqrt(2)."""
    h = 0.5 * f * f
    s = f / (2.0 + f)
    z = s * s
    q = z * z
    high = (_G[2] + z * _G[3]) + q * ((_G[4] + z * _G[5]) + q * _G[6])
    tail = z * ((_G[0] + z * _G[1]) + q * high)
    return k * _HIGH - ((h - (s * (h + tail) + k * _LOW)) - f)


@_exact
def logarithm(x):
    """Return log(x): -infinity at 0, NaN below and for NaN."""
    small = x < 2.2250738585072014e-308
    z = x * 18014398509481984.0 if small else x  # 2^54: no number is below the normal ones
    bits = as_bits(z) - as_bits(_HALF_ROOT)
    n = bits >> _BITS
    f = as_float(as_bits(z) - (n << _BITS)) - 1.0
    k = np.float64(np.int32(n)) - (54.0 if small else 0.0)
    found = _log_of(k, f)
    found = found if x < np.inf else x
    found = found if x != 0.0 else -np.inf
    return found if x >= 0.0 else np.nan


@_exact
def logarithm_1p(x):
    """Return log(1 + x) for x from 0 to 1; NaN for NaN."""
    large = x > 0.41421356237309503
    f = 0.5 * (x - 1.0) if large else x
    return _log_of(1.0 if large else 0.0, f)


@overload(losses.exp, jit_options=_INLINED)
def _compiled_exp(x):
    return lambda x: exponential(x)


@overload(losses.log, jit_options=_INLINED)
def _compiled_log(x):
    return lambda x: logarithm(x)


@overload(losses.log1p, jit_options=_INLINED)
def _compiled_log1p(x):
    return lambda x: logarithm_1p(x)
