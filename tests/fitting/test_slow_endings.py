"""Runs that used up their epochs tell how far they are from their tolerance, and what helps."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning

from steepest import GradientDescentClassifier


@pytest.mark.parametrize("penalty", ["none", "l2"])
def test_the_distance_and_the_last_tenth_are_true_and_backtracking_helps(penalty: str) -> None:
    X, y = load_breast_cancer(return_X_y=True)
    model = GradientDescentClassifier(penalty=penalty, alpha=0.001)
    with pytest.warns(ConvergenceWarning, match="Take --learning-rate backtracking"):
        model.fit(X, y)
    facts, loss = model.trace_.ending.facts, model.trace_["loss"]
    said = model.trace_.ending.sentence()
    asked = 1e-8 * max(model.trace_["gradient_norm"][0], float(str(facts["gradient_scale"])))
    assert f"{model.trace_['gradient_norm'][-1] / asked:.3g} times" in said
    assert f"over the last 100 the {'objective' if penalty == 'l2' else 'loss'} fell by " in said
    assert f"{1.0 - loss[-1] / loss[-101]:.2%} to {loss[-1]:.6g}" in said
    assert "backtracking" in model.trace_.ending.sentence("zh-CN")
    if penalty == "l2":
        model.set_params(learning_rate="backtracking").fit(X, y)
        assert model.ending_ == "converged"
        assert model.n_iter_ < 200


def test_classes_far_out_are_told_of_the_penalty_which_helps() -> None:
    X, y = load_iris(return_X_y=True)
    options = {"loss": "softmax", "learning_rate": "backtracking", "max_iter": 300}
    model = GradientDescentClassifier(penalty="none", **options)
    with pytest.warns(ConvergenceWarning, match="Take --penalty l2"):
        model.fit(X, y)
    length = np.linalg.norm(model.trace_.parameters)
    assert f"grown to a length of {length:.4g}" in model.trace_.ending.sentence()
    assert model.set_params(penalty="l2", alpha=0.001).fit(X, y).ending_ == "converged"
