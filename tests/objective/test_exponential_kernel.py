"""The compiled exponential and logarithms against wider numbers over the whole range of float64."""

import re

import numba
import numpy as np
import pytest

from steepest.objective.exponential_kernel import exponential, logarithm, logarithm_1p

WIDE = np.longdouble
WIDER = pytest.mark.skipif(
    np.finfo(WIDE).nmant < 63, reason="this machine's long double has no more digits than float64"
)
TINY = 2.2250738585072014e-308
RANDOM = np.random.default_rng(0)


@numba.njit
def _each(function, numbers, found):
    for i in range(numbers.shape[0]):
        found[i] = function(numbers[i])


def _found(function, numbers):
    found = np.empty_like(numbers)
    _each(function, numbers, found)
    return found


def _units(found, numbers, wide):
    """Return the largest error in units of the last place."""
    with np.errstate(all="ignore"):
        true = wide(numbers.astype(WIDE))
        spacing = np.spacing(np.abs(true.astype(np.float64))).astype(WIDE)
        return float((np.abs(found.astype(WIDE) - true) / spacing).max())


@WIDER
def test_exponential_is_within_two_units_of_the_last_place():
    spread = 10.0 ** RANDOM.uniform(-20.0, 2.8, 100_000)
    numbers = np.concatenate([RANDOM.uniform(-708.0, 709.7, 300_000), spread, -spread])
    assert _units(_found(exponential, numbers), numbers, np.exp) < 1.5


@WIDER
def test_exponential_goes_down_through_the_numbers_below_the_normal_ones():
    numbers = RANDOM.uniform(-745.1, -708.0, 100_000)
    assert _units(_found(exponential, numbers), numbers, np.exp) < 1.5


@WIDER
def test_logarithm_is_within_two_units_of_the_last_place():
    spread = 10.0 ** RANDOM.uniform(-323.0, 308.0, 300_000)
    numbers = np.concatenate([spread, RANDOM.uniform(0.5, 2.0, 300_000), [TINY, 5e-324, 1.7e308]])
    assert _units(_found(logarithm, numbers), numbers, np.log) < 1.5


@WIDER
def test_logarithm_of_one_and_a_little_is_within_two_units_of_the_last_place():
    spread = 10.0 ** RANDOM.uniform(-323.0, 0.0, 300_000)
    middle = np.sqrt(2.0) - 1.0 + np.arange(-50, 51) * 2.0**-54
    numbers = np.concatenate([spread, RANDOM.uniform(0.0, 1.0, 300_000), middle, [0.0, 1.0]])
    assert _units(_found(logarithm_1p, numbers), numbers, np.log1p) < 1.5


@pytest.mark.parametrize(
    ("function", "plain", "numbers"),
    [
        (exponential, np.exp, [0.0, -0.0, 1e4, -1e4, 1e308, -1e308, np.inf, -np.inf, np.nan]),
        (exponential, np.exp, [709.782712893384, 709.7827128933841, -745.1332191019412, -745.2]),
        (logarithm, np.log, [0.0, -0.0, -1.0, -np.inf, np.inf, np.nan, 1.0]),
        (logarithm_1p, np.log1p, [0.0, np.nan]),
    ],
)
def test_ends_of_the_range_are_those_of_numpy(function, plain, numbers):
    with np.errstate(all="ignore"):
        np.testing.assert_array_equal(_found(function, np.array(numbers)), plain(numbers))


@pytest.mark.parametrize("function", [exponential, logarithm, logarithm_1p])
def test_a_loop_over_them_is_vectorized(function):
    each = numba.njit(_each.py_func)
    each(function, np.ones(1), np.ones(1))
    (code,) = each.inspect_llvm().values()
    assert re.search(r"fmul contract <\d+ x double>", code), "scalar"
