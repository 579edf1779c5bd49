"""Rows of float32 are walked as they are: no float64 copy of them, and the numbers of float64."""

import tracemalloc

import numpy as np
import pytest

from steepest import (
    ArraySource,
    GradientDescentClassifier,
    GradientDescentRegressor,
    minimize,
)

ROWS, COLUMNS = 400_000, 24


def _table(rows=ROWS, columns=COLUMNS, offset=0.0):
    random = np.random.default_rng(0)
    X = random.standard_normal((rows, columns), dtype=np.float32) + np.float32(offset)
    noise = random.standard_normal(rows)
    y = (X.astype(np.float64) - offset) @ np.linspace(-1.0, 1.0, columns) + noise
    return X, y[:, None]


def _peak(work):
    """Return the most memory that work takes beyond what stood before, once it is compiled."""
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("method", ["stochastic", "mini-batch"])
@pytest.mark.parametrize("rule", ["plain", "momentum"])
def test_sweeps_over_float32_take_no_float64_copy(method, rule):
    X, y = _table()
    given = {"method": method, "rule": rule, "learning_rate": 1e-3, "epochs": 2}
    taken = _peak(lambda: minimize(ArraySource(X, y), **given))
    assert taken < X.nbytes, "float32 rows need no copy at all here, only blocks and orders"


@pytest.mark.parametrize("kind", [GradientDescentRegressor, GradientDescentClassifier])
def test_estimators_standardize_float32_without_a_float64_copy(kind):
    X, y = _table()
    target = y[:, 0] if kind is GradientDescentRegressor else (y[:, 0] > 0.0).astype(np.int64)
    model = kind(method="stochastic", learning_rate=1e-3, max_iter=2, tol=None)
    taken = _peak(lambda: model.fit(X, target))
    assert taken < 2 * X.nbytes, "one float32 copy in training coordinates, and blocks"
    assert model.coef_.dtype == np.float64


@pytest.mark.parametrize("loss", ["squared_error", "huber", "poisson"])
@pytest.mark.parametrize("size", [1, 32])
@pytest.mark.parametrize("rule", ["plain", "momentum"])
def test_numbers_are_those_of_float64_where_nothing_is_rounded(loss, size, rule):
    X, y = _table(rows=5_003)
    y = np.abs(np.round(y)) if loss == "poisson" else y
    method = "stochastic" if size == 1 else "mini-batch"
    given = {"method": method, "batch_size": size, "rule": rule, "loss": loss}
    given |= {"learning_rate": 1e-3, "epochs": 3, "tolerance": 0.0}
    narrow = minimize(ArraySource(X, y), **given)
    wide = minimize(ArraySource(X.astype(np.float64), y), **given)
    np.testing.assert_allclose(narrow.parameters, wide.parameters, rtol=0.0, atol=1e-12)
    assert narrow.parameters.dtype == np.float64


def test_standardized_float32_differs_from_float64_by_one_rounding():
    X, y = _table(rows=20_000, offset=1000.0)
    given = {"method": "stochastic", "learning_rate": 1e-3, "max_iter": 3, "tol": None}
    narrow = GradientDescentRegressor(random_state=0, **given).fit(X, y[:, 0])
    wide = GradientDescentRegressor(random_state=0, **given).fit(X.astype(np.float64), y[:, 0])
    np.testing.assert_allclose(narrow.coef_, wide.coef_, rtol=0.0, atol=1e-7)
    assert not np.array_equal(narrow.coef_, wide.coef_)  # one of them was rounded
