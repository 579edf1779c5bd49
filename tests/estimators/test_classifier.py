"""The classifier against scikit-learn's own, and what it refuses."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from steepest import LOSSES, GradientDescentClassifier, GradientDescentRegressor, InputError

X2, Y2 = load_breast_cancer(return_X_y=True)
X3, Y3 = load_iris(return_X_y=True)
Z2, Z3 = (StandardScaler().fit_transform(X) for X in (X2, X3))
ALPHA = 0.01
EXACT = {"learning_rate": "backtracking", "tol": 1e-10, "max_iter": 20_000, "alpha": ALPHA}


def theirs(rows: int) -> LogisticRegression:
    return LogisticRegression(C=1.0 / (ALPHA * rows), tol=1e-12, max_iter=10_000)


def test_two_classes_are_scikit_learn_s_logistic_regression() -> None:
    wanted = theirs(len(Z2)).fit(Z2, Y2)
    model = GradientDescentClassifier(**EXACT).fit(X2, np.where(Y2, "benign", "malign"))
    assert model.ending_ == "converged"
    assert model.classes_.tolist() == ["benign", "malign"]
    assert model.coef_.shape == (1, 30)
    assert -model.coef_[0] * X2.std(axis=0) == pytest.approx(wanted.coef_[0], rel=1e-5, abs=1e-6)
    mine = model.predict_proba(X2)
    assert mine[:, ::-1] == pytest.approx(wanted.predict_proba(Z2), abs=1e-6)
    assert mine.sum(axis=1) == pytest.approx(np.ones(len(X2)), rel=1e-15)
    assert (model.predict(X2) == np.where(wanted.predict(Z2), "benign", "malign")).all()
    assert ((model.decision_function(X2) > 0) == (model.predict(X2) == "malign")).all()


def test_softmax_is_scikit_learn_s_multinomial_regression() -> None:
    wanted = theirs(len(Z3)).fit(Z3, Y3)
    model = GradientDescentClassifier(loss="softmax", **EXACT).fit(X3, Y3)
    assert model.predict_proba(X3) == pytest.approx(wanted.predict_proba(Z3), abs=1e-5)
    assert model.decision_function(X3).shape == (150, 3)


def test_softmax_of_two_classes_has_one_row_of_coefficients() -> None:
    one = GradientDescentClassifier(**EXACT).fit(X2, Y2)
    two = GradientDescentClassifier(loss="softmax", **{**EXACT, "alpha": 2 * ALPHA}).fit(X2, Y2)
    assert two.coef_.shape == one.coef_.shape
    assert two.predict_proba(X2) == pytest.approx(one.predict_proba(X2), abs=1e-5)


def test_each_class_against_the_rest_is_scikit_learn_s() -> None:
    wanted = OneVsRestClassifier(theirs(len(Z3))).fit(Z3, Y3)
    model = GradientDescentClassifier(**EXACT).fit(X3, Y3)
    assert model.coef_.shape == (3, 4)
    assert model.predict_proba(X3) == pytest.approx(wanted.predict_proba(Z3), abs=1e-5)


def test_squared_hinge_is_linear_svc_s() -> None:
    """LinearSVC penalizes the intercept unless its column is scaled far up; here there is none."""
    svc = LinearSVC(C=0.5 / (ALPHA * len(Z2)), tol=1e-12, max_iter=10**6, fit_intercept=False)
    wanted = svc.fit(Z2, Y2)
    options = {**EXACT, "alpha": 2 * ALPHA, "fit_intercept": False, "standardize": False}
    model = GradientDescentClassifier(loss="squared_hinge", **options).fit(Z2, Y2)
    assert model.coef_ == pytest.approx(wanted.coef_, rel=1e-3, abs=1e-4)
    assert not hasattr(model, "predict_proba")


@pytest.mark.parametrize("loss", [name for name, loss in LOSSES.items() if loss.task != "numbers"])
@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_every_loss_and_method_classifies(loss: str, method: str) -> None:
    options = {"method": method, "max_iter": 100, "random_state": 0, "tol": None}
    model = GradientDescentClassifier(loss=loss, alpha=0.01, **options).fit(X3, Y3)
    assert model.score(X3, Y3) > 0.9
    assert model.trace_.metadata["loss"] == loss


def test_class_weights_are_sample_weights() -> None:
    rare = np.concatenate([np.flatnonzero(Y2 == 1), np.flatnonzero(Y2 == 0)[:40]])
    X, y = X2[rare], Y2[rare]
    balanced = GradientDescentClassifier(class_weight="balanced", **EXACT).fit(X, y)
    weight = np.where(y == 1, len(y) / (2 * (y == 1).sum()), len(y) / (2 * (y == 0).sum()))
    by_rows = GradientDescentClassifier(**EXACT).fit(X, y, sample_weight=weight)
    assert balanced.coef_ == pytest.approx(by_rows.coef_, rel=1e-6)
    named = GradientDescentClassifier(class_weight={0: 3.0, 1: 1.0}, **EXACT).fit(X, y)
    repeated = np.repeat(np.arange(len(y)), np.where(y == 0, 3, 1))
    twice = GradientDescentClassifier(**EXACT).fit(X[repeated], y[repeated])
    assert named.coef_ == pytest.approx(twice.coef_, rel=1e-5)


def test_digits_are_learnt() -> None:
    X, y = load_digits(return_X_y=True)
    model = GradientDescentClassifier(loss="softmax", **EXACT).fit(X[:1200], y[:1200])
    assert model.ending_ == "converged"
    assert model.score(X[1200:], y[1200:]) > 0.9


def test_one_class_is_refused_with_its_name() -> None:
    with pytest.raises(InputError, match="one class only, 'spam'"):
        GradientDescentClassifier().fit(X3, ["spam"] * 150)
    weight = (Y2 == 1).astype(float)
    with pytest.raises(InputError) as caught:
        GradientDescentClassifier().fit(X2, Y2, sample_weight=weight)
    assert caught.value.name == "one_class"


def test_separable_classes_warn_without_penalty() -> None:
    with pytest.warns(ConvergenceWarning, match="--penalty l2"):
        GradientDescentClassifier(penalty="none", max_iter=200).fit(X3[:100], Y3[:100])


def test_a_warm_start_goes_on_where_the_last_fit_ended() -> None:
    options = {"alpha": ALPHA, "tol": None}
    whole = GradientDescentClassifier(max_iter=40, **options).fit(X2, Y2)
    half = GradientDescentClassifier(max_iter=20, warm_start=True, **options).fit(X2, Y2)
    assert half.fit(X2, Y2).coef_ == pytest.approx(whole.coef_, rel=1e-9)
    fresh = clone(half).fit(X2, Y2)
    assert not np.allclose(fresh.coef_, whole.coef_, rtol=1e-3)
    softmax = GradientDescentClassifier(loss="softmax", warm_start=True, max_iter=50, **options)
    first = softmax.fit(X2, Y2).trace_["loss"][-1]
    assert softmax.fit(X2, Y2).trace_["loss"][0] == pytest.approx(first, rel=1e-9)


def test_the_regressor_predicts_through_the_link() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 3))
    y = random.poisson(np.exp(X @ [0.3, -0.2, 0.5] + 1.0)).astype(float)
    model = GradientDescentRegressor(loss="poisson").fit(X, y)
    assert model.ending_ == "converged"
    assert model.coef_ == pytest.approx([0.3, -0.2, 0.5], abs=0.1)
    assert model.predict(X).mean() == pytest.approx(y.mean(), rel=1e-6)
    assert (model.predict(X) > 0.0).all()
    quantile = GradientDescentRegressor(loss="quantile", quantile=0.9, tol=None).fit(X, y)
    assert (y <= quantile.predict(X) + 1e-3).mean() == pytest.approx(0.9, abs=0.03)
    huber = GradientDescentRegressor(loss="huber", epsilon=0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert huber.fit(X, y).ending_ == "converged"
    assert huber.trace_.metadata["loss_parameter"] == 0.5


def test_targets_outside_the_domain_are_named_with_the_remedy() -> None:
    with pytest.raises(InputError, match="numbers from 0 on; y has -1 in row 1"):
        GradientDescentRegressor(loss="poisson").fit([[1.0], [2.0]], [1.0, -1.0])


def remedy(
    model: GradientDescentClassifier | GradientDescentRegressor, X: object, y: object
) -> str:
    """Return how a run that has used up its epochs ends."""
    with pytest.warns(ConvergenceWarning) as told:
        model.fit(X, y)
    assert model.ending_ == "epochs_used_up"
    return str(told[0].message)


@pytest.mark.parametrize("penalty", ["none", "l2"])
def test_used_up_epochs_name_backtracking_where_it_can_be_taken(penalty: str) -> None:
    X, Y = X3[50:], Y3[50:]  # the first class is apart from these two: no optimum at all
    short = {"max_iter": 3, "penalty": penalty}
    for loss in ("logistic", "softmax", "squared_hinge"):
        model = GradientDescentClassifier(loss=loss, **short)
        assert "--learning-rate backtracking" in remedy(model, X, Y)
        model.set_params(learning_rate="backtracking")
        assert "backtracking" not in remedy(model, X, Y)  # it has just been taken
        for other in ({"method": "stochastic"}, {"schedule": "cosine"}, {"rule": "nesterov"}):
            model = GradientDescentClassifier(loss=loss, **short, **other)
            assert "backtracking" not in remedy(model, X, Y)  # fit would refuse it
    huber = GradientDescentRegressor(loss="huber", **short)
    assert "--learning-rate backtracking" in remedy(huber, X, Y)


@pytest.mark.parametrize("bad", [-1.0, np.nan, np.inf])
def test_impossible_class_weights_are_refused(bad: float) -> None:
    with pytest.raises(InputError) as caught:
        GradientDescentClassifier(class_weight={0: 1.0, 1: bad, 2: 1.0}).fit(X3, Y3)
    assert caught.value.name == "class_weight_impossible"
    assert caught.value.facts["label"] == "1"


def test_validation_rows_that_cannot_be_used() -> None:
    y = np.abs(X3[:, 0])
    for validation, name in (
        ((X3, y, y), "validation_not_pair"),
        (X3, "validation_not_pair"),
        ((X3, np.stack([y, y], axis=1)), "validation_targets_differ"),
        ((X3, y - 6.0), "invalid_validation_targets"),
    ):
        with pytest.raises(InputError) as caught:
            GradientDescentRegressor(loss="poisson").fit(X3, y, validation=validation)
        assert caught.value.name == name
    with pytest.raises(InputError, match="NaN"):
        GradientDescentRegressor().fit(X3, y, validation=(X3, np.where(y > 7.0, np.nan, y)))


def test_a_class_weight_of_zero_may_not_leave_one_class() -> None:
    with pytest.raises(InputError) as caught:
        GradientDescentClassifier(class_weight={50: 0.0, 51: 1.0}).fit(X3[:4], [50, 51, 50, 51])
    assert caught.value.name == "one_class"
    assert caught.value.facts["classes"] == ["51"]
