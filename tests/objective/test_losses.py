"""Every loss of the table: its derivatives, its bound, its limits, and its compiled twin."""

from __future__ import annotations

import cmath
import math
import warnings

import numba
import numpy as np
import pytest
from scipy.optimize import check_grad
from scipy.special import xlogy
from sklearn._loss import (
    HalfBinomialLoss,
    HalfGammaLoss,
    HalfMultinomialLoss,
    HalfPoissonLoss,
    HalfSquaredError,
    HuberLoss,
    PinballLoss,
)
from sklearn.metrics import mean_gamma_deviance, mean_poisson_deviance

from steepest import LOSSES
from steepest.objective.loss_kernel import loss_slope, loss_value, row_loss

SCORES = np.array([-30.0, -5.0, -1.0, -0.3, -1e-9, 0.0, 1e-9, 0.2, 0.7, 1.0, 4.0, 30.0])
EXTREME = np.array([-1e300, -1e4, -745.0, -40.0, 40.0, 745.0, 1e4, 1e300])
TARGETS = {
    "finite": [-3.0, 0.05, 0.5, 7.0],
    "binary": [0.0, 1.0],
    "counts": [0.0, 1.0, 2.5, 40.0],
    "positive": [1e-3, 1.0, 2.5, 40.0],
}
APART = [name for name, loss in LOSSES.items() if not loss.coupled]

E, Q = LOSSES["huber"].extra, LOSSES["quantile"].extra


def _huber(s: complex, t: float) -> complex:
    r = s - t if s.real >= t else t - s
    return r * r / 2 if r.real <= E else E * (r - E / 2)


def _hinge(s: complex, t: float) -> complex:
    margin = s if t == 1.0 else -s
    return 1 - margin if margin.real < 1 else 0j


# What each loss is, written for complex scores, in the form of a textbook.
TEXTBOOK = {
    "squared_error": lambda s, t: (s - t) ** 2,
    "half_squared_error": lambda s, t: (s - t) ** 2 / 2,
    "absolute": lambda s, t: s - t if s.real >= t else t - s,
    "huber": _huber,
    "quantile": lambda s, t: (1 - Q) * (s - t) if s.real >= t else Q * (t - s),
    "logistic": lambda s, t: cmath.log(1 + cmath.exp(s)) - t * s,
    "poisson": lambda s, t: cmath.exp(s) - t * s - t + xlogy(t, t),
    "gamma": lambda s, t: t * cmath.exp(-s) - 1 - math.log(t) + s,
    "hinge": _hinge,
    "squared_hinge": lambda s, t: _hinge(s, t) ** 2,
}
# Their slopes, where those have a slope again.
SLOPES = {
    "squared_error": lambda s, t: 2 * (s - t),
    "half_squared_error": lambda s, t: s - t,
    "absolute": lambda s, t: 1 + 0j,
    "huber": lambda s, t: s - t if abs(s.real - t) <= E else 1 + 0j,
    "quantile": lambda s, t: 1 + 0j,
    "logistic": lambda s, t: 1 / (1 + cmath.exp(-s)) - t,
    "poisson": lambda s, t: cmath.exp(s) - t,
    "gamma": lambda s, t: 1 - t * cmath.exp(-s),
    "hinge": lambda s, t: 1 + 0j,
    "squared_hinge": lambda s, t: (2 if t == 1.0 else -2) * (-_hinge(s, t)),
}


def targets(name: str) -> list[float]:
    return TARGETS[LOSSES[name].domain]


def test_this_file_knows_every_loss_of_the_table() -> None:
    assert set(APART) == set(TEXTBOOK) == set(SLOPES)
    assert [LOSSES[name].name for name in LOSSES] == list(LOSSES)
    assert sorted(loss.number for loss in LOSSES.values()) == list(range(len(LOSSES)))
    assert [name for name in LOSSES if not LOSSES[name].smooth] == ["absolute", "quantile", "hinge"]


@pytest.mark.parametrize("name", APART)
def test_value_is_the_textbooks(name: str) -> None:
    for target in targets(name):
        for score in SCORES:
            wanted = TEXTBOOK[name](complex(score), target).real
            got = LOSSES[name].value(score, target)
            assert got == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("name", APART)
def test_slope_and_curvature_are_derivatives_by_complex_step(name: str) -> None:
    h = 1e-30
    for target in targets(name):
        for score in SCORES:
            slope = TEXTBOOK[name](complex(score, h), target).imag / h
            curvature = SLOPES[name](complex(score, h), target).imag / h
            assert LOSSES[name].slope(score, target) == pytest.approx(slope, rel=1e-12, abs=1e-13)
            got = LOSSES[name].curvature(score, target)
            assert got == pytest.approx(curvature, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("name", APART)
def test_slope_and_curvature_are_central_differences_of_the_table_itself(name: str) -> None:
    loss, h = LOSSES[name], 1e-5
    for target in targets(name):
        kinks = {"hinge": [1.0, -1.0], "squared_hinge": [1.0, -1.0]}
        edges = [target, target - E, target + E, *kinks.get(name, [])]
        scores = np.array([s for s in SCORES if min(abs(s - edge) for edge in edges) > 2 * h])
        scores = scores[np.abs(scores) < 10.0]  # cancellation, not the derivative, decides beyond
        above, below = scores + h, scores - h
        slope = (loss.value(above, target) - loss.value(below, target)) / (2 * h)
        curvature = (loss.slope(above, target) - loss.slope(below, target)) / (2 * h)
        assert loss.slope(scores, target) == pytest.approx(slope, rel=1e-7, abs=1e-7)
        assert loss.curvature(scores, target) == pytest.approx(curvature, rel=1e-7, abs=1e-7)


@pytest.mark.parametrize("name", APART)
def test_no_score_gives_a_nan_or_a_warning(name: str) -> None:
    loss = LOSSES[name]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for target in targets(name):
            for function in (loss.value, loss.slope, loss.curvature):
                got = function(EXTREME[1:-1], target)
                assert not np.isnan(got).any()
                assert np.isfinite(got).all() or name in ("poisson", "gamma")
    with np.errstate(over="ignore"):
        for target in targets(name):
            assert not np.isnan(loss.value(EXTREME, target)).any()


def test_an_exponential_link_that_overflows_is_infinite() -> None:
    assert LOSSES["poisson"].value(1e4, 3.0) == math.inf
    assert LOSSES["poisson"].slope(1e4, 3.0) == math.inf
    assert LOSSES["gamma"].value(-1e4, 3.0) == math.inf
    assert LOSSES["gamma"].slope(-1e4, 3.0) == -math.inf
    assert LOSSES["poisson"].predicted(np.array([1e4, 0.0])).tolist() == [math.inf, 1.0]


def test_logistic_keeps_its_digits_in_both_tails() -> None:
    loss = LOSSES["logistic"]
    for score in (40.0, 700.0):
        assert loss.value(score, 1.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.value(-score, 0.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.value(score, 0.0) == pytest.approx(score, rel=1e-15)
        assert loss.slope(-score, 0.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.curvature(-score, 0.0) == pytest.approx(math.exp(-score), rel=1e-12)
        assert loss.curvature(score, 0.0) == pytest.approx(math.exp(-score), rel=1e-6, abs=1e-15)


@pytest.mark.parametrize("name", APART)
def test_curvature_bound_holds_and_is_reached(name: str) -> None:
    loss = LOSSES[name]
    scores = np.concatenate([SCORES, EXTREME[1:-1], np.linspace(-10, 10, 2001)])
    curvature = np.concatenate([loss.curvature(scores, t) for t in targets(name)])
    assert (curvature >= 0.0).all()
    if not loss.bounded:
        assert not loss.smooth or curvature.max() > 1e300
        assert not loss.quadratic
        return
    assert (curvature <= loss.curvature_bound * (1 + 1e-15)).all()
    assert curvature.max() == pytest.approx(loss.curvature_bound, rel=1e-9)
    assert loss.quadratic == bool((curvature == loss.curvature_bound).all())


@pytest.mark.parametrize("name", ["absolute", "quantile", "hinge"])
def test_slopes_without_smoothness_are_bounded_and_are_subgradients(name: str) -> None:
    for loss in (LOSSES[name], LOSSES[name].with_parameter(0.9)):
        points = np.linspace(-4, 4, 41)
        for target in targets(name):
            values, slopes = loss.value(points, target), loss.slope(points, target)
            assert np.abs(slopes).max() <= loss.slope_bound
            lines = values[:, None] + slopes[:, None] * (points[None, :] - points[:, None])
            assert (lines <= values[None, :] + 1e-12).all()


@pytest.mark.parametrize("name", APART)
def test_functions_are_elementwise(name: str) -> None:
    loss = LOSSES[name]
    scores = np.array([[-2.0, 0.5], [3.0, 0.0], [1.0, -1.0]])
    target = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 0.0]]) + (loss.domain == "positive")
    for function in (loss.value, loss.slope, loss.curvature):
        whole = function(scores, target)
        assert whole.shape == scores.shape
        for place in np.ndindex(*scores.shape):
            assert whole[place] == pytest.approx(function(scores[place], target[place]), rel=1e-15)


@pytest.mark.parametrize(
    ("name", "theirs", "extra"),
    [
        ("half_squared_error", HalfSquaredError(), None),
        ("huber", HuberLoss(quantile=0.5, delta=0.7), 0.7),
        ("quantile", PinballLoss(quantile=0.8), 0.8),
        ("logistic", HalfBinomialLoss(), None),
        ("poisson", HalfPoissonLoss(), None),
        ("gamma", HalfGammaLoss(), None),
    ],
)
def test_losses_are_scikit_learn_s_own(name: str, theirs: object, extra: float | None) -> None:
    """Up to what depends on the target alone; slopes exactly."""
    random = np.random.default_rng(0)
    scores = random.normal(size=50)
    target = random.integers(0, 2, 50).astype(float) + (name == "gamma")
    loss = LOSSES[name] if extra is None else LOSSES[name].with_parameter(extra)
    values, slopes = theirs.loss_gradient(target, scores)
    assert loss.slope(scores, target) == pytest.approx(slopes, rel=1e-10, abs=1e-12)
    gaps = loss.value(scores, target) - values
    for one in (0.0, 1.0, 2.0):
        same = gaps[target == one]
        assert same.size == 0 or np.ptp(same) < 1e-12


def test_poisson_and_gamma_are_half_the_deviance() -> None:
    random = np.random.default_rng(1)
    scores, counts = random.normal(size=40), random.poisson(2.0, 40).astype(float)
    mine = 2.0 * LOSSES["poisson"].value(scores, counts).mean()
    assert mine == pytest.approx(mean_poisson_deviance(counts, np.exp(scores)), rel=1e-12)
    mine = 2.0 * LOSSES["gamma"].value(scores, counts + 0.5).mean()
    assert mine == pytest.approx(mean_gamma_deviance(counts + 0.5, np.exp(scores)), rel=1e-12)


def test_softmax_is_scikit_learn_s_and_its_slopes_are_differences() -> None:
    random = np.random.default_rng(2)
    scores, labels = random.normal(size=(30, 4)) * 3.0, random.integers(0, 4, 30)
    hot, loss = np.eye(4)[labels], LOSSES["softmax"]
    values, slopes = HalfMultinomialLoss(n_classes=4).loss_gradient(labels.astype(float), scores)
    assert loss.value(scores, hot).sum(axis=1) == pytest.approx(values, rel=1e-12)
    assert loss.slope(scores, hot) == pytest.approx(slopes, rel=1e-10, abs=1e-14)
    for row in range(3):
        gap = check_grad(
            lambda s, row=row: loss.value(s, hot[row]).sum(),
            lambda s, row=row: loss.slope(s, hot[row]),
            scores[row],
        )
        assert gap < 1e-6
    shares = loss.predicted(scores)
    assert shares.sum(axis=1) == pytest.approx(np.ones(30), rel=1e-15)
    for p in shares:
        assert np.linalg.eigvalsh(np.diag(p) - np.outer(p, p))[-1] <= loss.curvature_bound
    far = np.array([[1e4, -1e4, 0.0, 1e4]])
    assert not np.isnan(loss.value(far, hot[:1])).any()
    assert np.isfinite(loss.slope(far, hot[:1])).all()


def _probe(number: int):
    """A kernel that holds one loss, as the sweeps and passes do."""

    @numba.njit
    def probe(scores, target, extra):
        out = np.empty((2, scores.size))
        for i in range(scores.size):
            out[0, i] = loss_value(number, scores[i], target, extra)
            out[1, i] = loss_slope(number, scores[i], target, extra)
        return out

    return probe


@pytest.mark.parametrize("name", APART)
def test_the_compiled_loss_is_the_tables(name: str) -> None:
    scores = np.concatenate([SCORES, EXTREME[1:-1]])
    probe = _probe(LOSSES[name].number)
    for loss in (LOSSES[name], LOSSES[name].with_parameter(0.3)):
        for target in targets(name):
            values, slopes = probe(scores, target, loss.extra)
            assert values == pytest.approx(loss.value(scores, target), rel=1e-13, abs=1e-14)
            assert slopes == pytest.approx(loss.slope(scores, target), rel=1e-13, abs=1e-14)


@pytest.mark.parametrize("name", ["softmax", "gamma"])
def test_a_compiled_row_is_the_tables(name: str) -> None:
    number, loss = LOSSES[name].number, LOSSES[name]

    @numba.njit
    def row(scores, target, slopes):
        return row_loss(number, scores, target, 0.0, slopes)

    for scores in (np.array([0.3, -2.0, 5.0]), np.array([700.0, -1e3, 0.0])):
        target, slopes = np.array([0.25, 0.25, 0.5]), np.empty(3)
        value = row(scores, target, slopes)
        assert value == pytest.approx(loss.value(scores, target).sum(), rel=1e-13)
        assert slopes == pytest.approx(loss.slope(scores, target), rel=1e-13, abs=1e-15)


def test_valid_targets() -> None:
    numbers = np.array([0.0, 1.0, 0.5, -1.0, np.nan, np.inf])
    wanted = {
        "finite": [True, True, True, True, False, False],
        "binary": [True, True, *[False] * 4],
        "counts": [True, True, True, *[False] * 3],
        "positive": [False, True, True, *[False] * 3],
        "shares": [True, True, True, *[False] * 3],
    }
    for loss in LOSSES.values():
        assert loss.valid(numbers).tolist() == wanted[loss.domain]
