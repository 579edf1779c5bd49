"""Smoothing is the debiased exponentially weighted mean that pandas computes."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import smoothed

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.sampled_from([math.nan, math.inf, -math.inf]))
CURVES = st.lists(NUMBERS, max_size=60)
WEIGHTS = st.one_of(st.just(0.0), st.floats(0.001, 0.999), st.sampled_from([0.5, 0.9, 0.99]))


@given(CURVES, WEIGHTS)
@settings(max_examples=100)
def test_finite_points_are_those_of_pandas_and_others_pass_through(
    curve: list[float], weight: float
) -> None:
    got = smoothed(curve, weight)
    values = np.array(curve, dtype=float)
    finite = np.isfinite(values)
    series = pd.Series(np.where(finite, values, np.nan), dtype=float)
    wanted = series.ewm(alpha=1.0 - weight, adjust=True, ignore_na=True).mean().to_numpy()
    size = np.abs(values[finite]).max(initial=0.0)
    assert got.shape == values.shape
    assert got[finite] == pytest.approx(wanted[finite], rel=1e-9, abs=max(1e-9 * size, 1e-300))
    assert np.array_equal(got[~finite], values[~finite], equal_nan=True)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=25), st.floats(0.01, 0.99))
@settings(max_examples=50)
def test_each_point_is_its_formula(curve: list[float], w: float) -> None:
    got = smoothed(curve, w)
    for n in range(1, len(curve) + 1):
        total = sum(w ** (n - i) * curve[i - 1] for i in range(1, n + 1))
        wanted = (1.0 - w) * total / (1.0 - w**n)
        assert got[n - 1] == pytest.approx(wanted, rel=1e-9, abs=1e-9)


@given(CURVES, WEIGHTS, st.integers(0, 60))
@settings(max_examples=50)
def test_the_smoothed_beginning_is_the_beginning_of_the_smoothed_curve(
    curve: list[float], weight: float, cut: int
) -> None:
    assert np.array_equal(smoothed(curve[:cut], weight), smoothed(curve, weight)[:cut], True)


@given(CURVES)
def test_weight_zero_is_the_curve_itself(curve: list[float]) -> None:
    assert np.array_equal(smoothed(curve), np.array(curve, dtype=float), equal_nan=True)


@given(st.floats(-1e6, 1e6), WEIGHTS)
def test_a_constant_stays_constant_from_the_first_point(value: float, weight: float) -> None:
    assert smoothed([value] * 50, weight) == pytest.approx([value] * 50, rel=1e-9)


def test_a_smoothed_curve_stays_within_its_bounds_for_long_runs() -> None:
    curve = np.random.default_rng(0).random(50_000)
    got = smoothed(curve, 0.999)
    assert got.min() >= 0.0
    assert got.max() <= 1.0
    assert got[-1] == pytest.approx(0.5, abs=0.05)


def test_the_curve_given_is_left_alone() -> None:
    curve = np.array([1.0, 2.0, 3.0])
    smoothed(curve, 0.5)
    assert curve.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize("weight", [-0.1, 1.0, 1.5, math.nan])
def test_weights_outside_zero_to_one_are_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="at least 0 and less than 1"):
        smoothed([1.0], weight)


def test_a_table_is_no_curve() -> None:
    with pytest.raises(ValueError, match="shape"):
        smoothed([[1.0, 2.0]], 0.5)
