"""Rows without an optimum: no run on them converges, and what proves it is said."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from steepest import GradientDescentClassifier, GradientDescentRegressor, minimize
from steepest.data.source import ArraySource

BACK: dict[str, Any] = {"learning_rate": "backtracking", "epochs": 5000}


def rows(X: Any, y: Any) -> ArraySource:
    return ArraySource(np.array(X, dtype=float), np.array(y, dtype=float))


def test_separated_classes_never_converge() -> None:
    X = np.random.default_rng(0).normal(size=(60, 3))
    given = rows(X, (X @ [[1.0], [2.0], [-1.0]] > 0.0))
    for more in ({}, {"penalty": "l2", "alpha": 0.0}):
        trace = minimize(given, loss="logistic", **BACK, **more)
        assert (trace.ending.name, trace.ending.phrase) == ("degenerate", "separable")
    trace = minimize(given, loss="logistic", rule="adam", learning_rate=0.1, epochs=500)
    assert trace.ending.phrase == "separable"


@pytest.mark.parametrize("loss", ["logistic", "softmax"])
def test_classes_separated_in_part_are_named(loss: str) -> None:
    """Albert and Anderson's quasi-separation: the row x = 1 can be had for nothing."""
    y = np.array([[0.0], [1.0], [1.0], [1.0]])
    targets = y if loss == "logistic" else np.hstack([1.0 - y, y])
    trace = minimize(rows([[0.0], [0.0], [1.0], [1.0]], targets), loss=loss, **BACK)
    assert (trace.ending.name, trace.ending.phrase) == ("degenerate", "separable_partly")
    assert trace.ending.facts["falling"] == 2
    y[3] = 0.0
    targets = y if loss == "logistic" else np.hstack([1.0 - y, y])
    apart = minimize(rows([[0.0], [0.0], [1.0], [1.0]], targets), loss=loss, **BACK)
    assert apart.ending.phrase == "converged"


def test_a_class_apart_from_the_rest_is_named_among_several() -> None:
    y = np.eye(3)[[0, 0, 1, 2, 1, 2]]
    given = rows([[-5.0], [-4.0], [1.0], [1.0], [2.0], [2.0]], y)
    trace = minimize(given, loss="logistic", **BACK)
    assert trace.ending.phrase == "separable_partly"
    assert trace.ending.facts["falling"] == 6


@pytest.mark.parametrize("group", [False, True])
def test_counts_that_are_all_zero_have_no_optimum(group: bool) -> None:
    x = np.repeat([0.0, 1.0], 10)
    y = np.where(x == 0.0, 0, np.arange(20) % 4 if group else 0)
    trace = minimize(rows(x[:, None], y[:, None]), loss="poisson", epochs=5000)
    assert trace.ending.phrase == "separable_partly"
    assert trace.ending.name != "converged"
    assert trace.ending.facts["falling"] == (10 if group else 20)
    y[0] = 1
    held = minimize(rows(x[:, None], y[:, None]), loss="poisson", epochs=5000)
    assert held.ending.name == ("converged" if group else trace.ending.name)


def test_losses_of_numbers_are_never_said_to_fall_without_end() -> None:
    random = np.random.default_rng(1)
    X, big = random.normal(size=(50, 2)), 1e6 * random.normal(size=(50, 1))
    for loss, y in (("huber", big), ("squared_error", big)):
        trace = minimize(rows(X, y), loss=loss, epochs=200)
        assert trace.ending.phrase != "separable_partly"


def test_remedies_of_losses_with_kinks_and_without_bound_can_be_taken() -> None:
    X = np.random.default_rng(2).normal(size=(80, 2))
    y = (X[:, :1] + 0.5 * X[:, 1:] + np.random.default_rng(3).normal(size=(80, 1)) > 0.0) * 1.0
    held = minimize(rows(X, y), loss="hinge", learning_rate=0.1, epochs=50)
    said = held.ending.sentence()
    for part in ("0.1 all the time", "--schedule geometric", "auto"):
        assert part in said
    wild = minimize(rows(X, y), loss="hinge", learning_rate=1e6, epochs=50)
    assert wild.ending.phrase == "diverged_kinks"
    assert "geometrically" in wild.ending.sentence()
    assert "every step" not in wild.ending.sentence()
    counts = rows(100.0 * X, 5.0 * y)
    batches = {"loss": "poisson", "method": "mini-batch", "learning_rate": 5.0}
    wild = minimize(counts, epochs=20, **batches)
    assert wild.ending.phrase == "diverged_no_bound_smaller"
    assert "--method batch" in wild.ending.sentence()


def test_partial_fit_names_what_works_for_counts() -> None:
    X = np.random.default_rng(4).normal(size=(40, 2))
    with pytest.raises(ValueError, match="partial_fit keeps no rows") as refused:
        GradientDescentRegressor(loss="poisson").partial_fit(X, np.ones(40))
    assert "0.01" in str(refused.value)
    GradientDescentRegressor(loss="poisson", learning_rate=0.01).partial_fit(X, np.ones(40))
    y = X[:, 0] > 0.0
    with pytest.warns(UserWarning, match="no optimum"):
        made = GradientDescentClassifier(penalty="none", learning_rate="backtracking").fit(X, y)
    assert made.ending_ == "degenerate"
