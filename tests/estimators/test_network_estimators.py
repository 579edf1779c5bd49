"""Networks as estimators: scikit-learn's own checks, and what they promise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_digits, load_iris
from sklearn.model_selection import cross_val_score, train_test_split
from sklearn.utils.estimator_checks import parametrize_with_checks

from steepest import GradientDescentNetworkClassifier, GradientDescentNetworkRegressor

pytest.importorskip("jax", reason="networks need JAX: pip install 'steepest[autodiff]'")

# Every check fits tables of its own shape, and every shape is compiled anew: small networks, few
# epochs. Without a tolerance a run that uses its epochs up does not warn.
SMALL = {"hidden_layer_sizes": (8,), "max_iter": 60, "tol": None, "random_state": 0}


@parametrize_with_checks(
    [
        GradientDescentNetworkRegressor(**SMALL, method="batch"),
        GradientDescentNetworkClassifier(**SMALL, method="batch"),
    ]
)
def test_check_of_networks(estimator: Any, check: Any) -> None:
    check(clone(estimator))


@pytest.mark.long
@parametrize_with_checks(
    [GradientDescentNetworkRegressor(**SMALL), GradientDescentNetworkClassifier(**SMALL)]
)
def test_check_of_networks_in_batches(estimator: Any, check: Any) -> None:
    check(clone(estimator))


def test_iris() -> None:
    X, y = load_iris(return_X_y=True)
    model = GradientDescentNetworkClassifier(hidden_layer_sizes=(8,), max_iter=50, tol=None)
    assert cross_val_score(model.set_params(random_state=0), X, y, cv=3).mean() > 0.9


def test_digits_on_one_split() -> None:
    """The mean over ten splits is bench/digits.py's."""
    X, y = load_digits(return_X_y=True)
    rows = train_test_split(X, y, test_size=0.25, random_state=0, stratify=y)
    model = GradientDescentNetworkClassifier(max_iter=15, tol=None, random_state=0)
    assert model.fit(rows[0], rows[2]).score(rows[1], rows[3]) > 0.95
    shares = model.predict_proba(rows[1])
    assert np.allclose(shares.sum(axis=1), 1.0)
    assert (model.classes_[shares.argmax(axis=1)] == model.predict(rows[1])).all()


def test_the_same_seed_gives_the_same_bits() -> None:
    X = np.random.default_rng(0).normal(size=(100, 3))
    y = X[:, 0] * X[:, 1]
    fits = [GradientDescentNetworkRegressor(**SMALL).fit(X, y).predict(X) for _ in range(2)]
    assert (fits[0] == fits[1]).all()


def test_large_targets_are_learnt_like_small_ones() -> None:
    """Scores count in deviations of the target: its unit changes nothing but the loss's."""
    X = np.random.default_rng(1).uniform(-2.0, 2.0, size=(200, 1))
    y = np.sin(2.0 * X[:, 0])
    options = {**SMALL, "rule": "adam", "learning_rate": 0.02}
    small = GradientDescentNetworkRegressor(**options).fit(X, y)
    large = GradientDescentNetworkRegressor(**options).fit(X, 1e5 * y + 3e6)
    assert small.score(X, y) > 0.9
    assert large.score(X, 1e5 * y + 3e6) == pytest.approx(small.score(X, y), abs=1e-3)
    assert large.loss_ == pytest.approx(1e10 * small.loss_, rel=1e-2)


def test_validation_rows_and_bad_values() -> None:
    X = np.random.default_rng(2).normal(size=(60, 2))
    model = GradientDescentNetworkRegressor(**SMALL, validation_fraction=0.25).fit(X, X[:, 0])
    facts = model.trace_.metadata["facts"]
    assert (facts["rows"], facts["validation_rows"]) == (45, 15)
    assert np.isfinite(model.trace_.last("validation_loss"))
    with pytest.raises(ValueError, match="NaN"):
        model.fit(np.where(X > 2.0, np.nan, X), X[:, 0])
    with pytest.raises(ValueError, match="only one class"):
        GradientDescentNetworkClassifier().fit(X, np.ones(60))
