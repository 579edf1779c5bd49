"""Every loss of the table: its derivatives, its bound, its limits, and its compiled twin."""

from __future__ import annotations

import cmath
import math

import numba
import numpy as np
import pytest

from steepest import LOSSES
from steepest.objective.loss_kernel import loss_slope, loss_value

SCORES = np.array([-30.0, -5.0, -1.0, -0.3, -1e-9, 0.0, 1e-9, 0.2, 0.7, 1.0, 4.0, 30.0])
EXTREME = np.array([-1e4, -745.0, -40.0, 40.0, 745.0, 1e4])
TARGETS = {"logistic": [0.0, 1.0]}

# What each loss is, written for complex scores, in the form of a textbook.
TEXTBOOK = {
    "squared_error": lambda s, t: (s - t) ** 2,
    "half_squared_error": lambda s, t: (s - t) ** 2 / 2,
    "logistic": lambda s, t: cmath.log(1 + cmath.exp(s)) - t * s,
}
SLOPES = {
    "squared_error": lambda s, t: 2 * (s - t),
    "half_squared_error": lambda s, t: s - t,
    "logistic": lambda s, t: 1 / (1 + cmath.exp(-s)) - t,
}


def targets(name: str) -> list[float]:
    return TARGETS.get(name, [-3.0, 0.0, 0.5, 7.0])


def test_this_file_knows_every_loss_of_the_table() -> None:
    assert set(LOSSES) == set(TEXTBOOK) == set(SLOPES)
    assert sorted(loss.number for loss in LOSSES.values()) == list(range(len(LOSSES)))


@pytest.mark.parametrize("name", LOSSES)
def test_value_is_the_textbooks(name: str) -> None:
    for target in targets(name):
        for score in SCORES:
            wanted = TEXTBOOK[name](complex(score), target).real
            got = LOSSES[name].value(score, target)
            assert got == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", LOSSES)
def test_slope_and_curvature_are_derivatives_by_complex_step(name: str) -> None:
    h = 1e-30
    for target in targets(name):
        for score in SCORES:
            slope = TEXTBOOK[name](complex(score, h), target).imag / h
            curvature = SLOPES[name](complex(score, h), target).imag / h
            assert LOSSES[name].slope(score, target) == pytest.approx(slope, rel=1e-12, abs=1e-13)
            got = LOSSES[name].curvature(score, target)
            assert got == pytest.approx(curvature, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", LOSSES)
def test_slope_and_curvature_are_central_differences_of_the_table_itself(name: str) -> None:
    loss, h = LOSSES[name], 1e-5
    for target in targets(name):
        above, below = SCORES + h, SCORES - h
        slope = (loss.value(above, target) - loss.value(below, target)) / (2 * h)
        curvature = (loss.slope(above, target) - loss.slope(below, target)) / (2 * h)
        assert loss.slope(SCORES, target) == pytest.approx(slope, rel=1e-6, abs=1e-7)
        assert loss.curvature(SCORES, target) == pytest.approx(curvature, rel=1e-6, abs=1e-7)


@pytest.mark.parametrize("name", LOSSES)
def test_nothing_overflows_at_extreme_scores(name: str) -> None:
    loss = LOSSES[name]
    for target in targets(name):
        for function in (loss.value, loss.slope, loss.curvature):
            assert np.isfinite(function(EXTREME, target)).all()


def test_logistic_keeps_its_digits_in_both_tails() -> None:
    loss = LOSSES["logistic"]
    for score in (40.0, 700.0):
        assert loss.value(score, 1.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.value(-score, 0.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.value(score, 0.0) == pytest.approx(score, rel=1e-15)
        assert loss.slope(-score, 0.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.curvature(-score, 0.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.curvature(score, 0.0) == pytest.approx(math.exp(-score), rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("name", LOSSES)
def test_curvature_bound_holds_and_is_reached(name: str) -> None:
    loss = LOSSES[name]
    scores = np.concatenate([SCORES, EXTREME, np.linspace(-10, 10, 2001)])
    curvature = np.concatenate([loss.curvature(scores, t) for t in targets(name)])
    assert (curvature >= 0.0).all()
    assert (curvature <= loss.curvature_bound * (1 + 1e-15)).all()
    assert curvature.max() == pytest.approx(loss.curvature_bound, rel=1e-9)
    assert loss.quadratic == bool((curvature == loss.curvature_bound).all())


@pytest.mark.parametrize("name", LOSSES)
def test_functions_are_elementwise(name: str) -> None:
    loss = LOSSES[name]
    scores = np.array([[-2.0, 0.5], [3.0, 0.0], [1.0, -1.0]])
    target = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    for function in (loss.value, loss.slope, loss.curvature):
        whole = function(scores, target)
        assert whole.shape == scores.shape
        for place in np.ndindex(*scores.shape):
            assert whole[place] == pytest.approx(function(scores[place], target[place]), rel=1e-15)


@numba.njit
def _compiled(number: int, scores: np.ndarray, target: float) -> np.ndarray:
    out = np.empty((2, scores.size))
    for i in range(scores.size):
        out[0, i] = loss_value(number, scores[i], target)
        out[1, i] = loss_slope(number, scores[i], target)
    return out


@pytest.mark.parametrize("name", LOSSES)
def test_the_compiled_loss_is_the_tables(name: str) -> None:
    loss, scores = LOSSES[name], np.concatenate([SCORES, EXTREME])
    for target in targets(name):
        values, slopes = _compiled(loss.number, scores, target)
        assert values == pytest.approx(loss.value(scores, target), rel=1e-14, abs=1e-300)
        assert slopes == pytest.approx(loss.slope(scores, target), rel=1e-14, abs=1e-300)


def test_valid_targets() -> None:
    numbers = np.array([0.0, 1.0, 0.5, -1.0, np.nan, np.inf])
    for name in ("squared_error", "half_squared_error"):
        assert LOSSES[name].valid(numbers).tolist() == [True, True, True, True, False, False]
    assert LOSSES["logistic"].valid(numbers).tolist() == [True, True, *[False] * 4]
