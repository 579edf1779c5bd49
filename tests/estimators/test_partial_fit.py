"""``partial_fit``: how rows are cut does not matter, and what cannot be is refused by name."""

from __future__ import annotations

import pickle
import warnings
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import Lasso, LinearRegression, LogisticRegression, Ridge

from steepest import (
    LOSSES,
    PENALTIES,
    RULES,
    ArraySource,
    GradientDescentClassifier,
    GradientDescentRegressor,
    InputError,
    minimize,
    moments_of,
)
from steepest.data import source
from steepest.descent import plan
from steepest.objective import running_moments
from steepest.objective.running_moments import RunningMoments

CUTS = [[], [1], [1, 2, 3], [64, 128], [5, 64, 70, 199]]
# Of a sweep whose bits do not depend on the first call's rows.
OWN_UNITS = {"learning_rate": 0.01, "standardize": False}


def table(rows: int = 200, *, weighted: bool = False) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(5)
    X = random.normal(size=(rows, 3)) * [1.0, 5.0, 0.2] + [0.0, 30.0, 1.0]
    y = X @ [1.0, -0.5, 3.0] + random.normal(size=rows)
    weight = random.integers(0, 3, rows).astype(float) if weighted else None
    if weight is not None:
        weight[0] = weight[-1] = 1.0  # of calls with one row
    return X, y, weight


def in_parts(estimator: Any, X: Any, y: Any, weight: Any, cuts: list[int], **first: Any) -> Any:
    ends = [0, *cuts, len(X)]
    for start, stop in pairwise(ends):
        part = slice(start, stop)
        given = {} if weight is None else {"sample_weight": weight[part]}
        estimator.partial_fit(X[part], y[part], **given, **first)
    return estimator


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grid of 64 positions, so that small tables have many blocks."""
    for module in (source, running_moments):
        monkeypatch.setattr(module, "BLOCK_ROWS", 64)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("cuts", CUTS[1:])
def test_any_cut_gives_the_same_moments(cuts: list[int], weighted: bool) -> None:
    X, y, weight = table(weighted=weighted)
    whole = RunningMoments().with_rows(X, y[:, None], weight).moments()
    running, ends = RunningMoments(), [0, *cuts, len(X)]
    for start, stop in pairwise(ends):
        part = slice(start, stop)
        share = None if weight is None else weight[part]
        running = running.with_rows(X[part], y[part, None], share)
        running.moments()  # asking changes nothing
    made = running.moments()
    assert (made.R == whole.R).all()
    assert (made.shift == whole.shift).all()
    assert (made.weight, made.rows) == (whole.weight, whole.rows)
    rows = ArraySource(X, y[:, None], weight)
    rows = rows if weight is None else rows.take(weight > 0.0)
    direct = moments_of(rows)
    assert pytest.approx(direct.R, rel=1e-12, abs=1e-12) == made.R
    assert made.rows == direct.rows


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("cuts", CUTS)
@pytest.mark.parametrize("penalty", ["none", "l2", "elasticnet"])
def test_calls_on_squares_end_in_the_bits_of_one_fit(
    cuts: list[int], penalty: str, weighted: bool
) -> None:
    X, y, weight = table(weighted=weighted)
    model = GradientDescentRegressor(penalty=penalty, alpha=0.1)
    fitted = clone(model).fit(X, y, weight)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # of one row little can be said
        in_parts(model, X, y, weight, cuts)
    assert (model.coef_ == fitted.coef_).all()
    assert model.intercept_ == fitted.intercept_
    assert model.n_iter_ == fitted.n_iter_
    assert model.ending_ == "converged"


def test_calls_on_squares_are_least_squares_of_all_rows() -> None:
    X, y, _ = table()
    both = np.stack([y, 2.0 * y - X[:, 0]], axis=1)
    model = in_parts(GradientDescentRegressor(), X, both, None, [7, 90])
    assert model.coef_ == pytest.approx(LinearRegression().fit(X, both).coef_, rel=1e-6)
    lasso = GradientDescentRegressor(
        loss="half_squared_error", penalty="l1", alpha=0.2, standardize=False, max_iter=50_000
    )
    centred = X - X.mean(axis=0)
    in_parts(lasso, centred, y, None, [120])
    theirs = Lasso(alpha=0.2, tol=1e-12, max_iter=10**6).fit(centred, y)
    assert ((lasso.coef_ == 0.0) == (theirs.coef_ == 0.0)).all()
    assert lasso.coef_ == pytest.approx(theirs.coef_, abs=1e-6)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("weighted", [False, True])
def test_rows_after_a_fit_are_added_to_its_rows(weighted: bool) -> None:
    X, y, weight = table(weighted=weighted)
    ridge = GradientDescentRegressor(penalty="l2", alpha=0.3, loss="half_squared_error")
    model = clone(ridge).fit(X[:90], y[:90], None if weight is None else weight[:90])
    in_parts(model, X[90:], y[90:], None if weight is None else weight[90:], [3, 70])
    whole = clone(ridge).fit(X, y, weight)
    assert model.coef_ == pytest.approx(whole.coef_, rel=1e-9)
    X1 = (X - np.average(X, axis=0, weights=weight)) / np.sqrt(
        np.average((X - np.average(X, axis=0, weights=weight)) ** 2, axis=0, weights=weight)
    )
    total = len(X) if weight is None else weight.sum()
    theirs = Ridge(alpha=0.3 * total).fit(X1, y, weight)
    assert (whole.coef_ * (X[0] - X[1])).sum() == pytest.approx(
        (theirs.coef_ * (X1[0] - X1[1])).sum(), rel=1e-7
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(
    "rule",  # momentum and adam have one slot and two, and numbers of their own for each update
    [
        pytest.param(name, marks=() if name in ("plain", "momentum", "adam") else pytest.mark.long)
        for name in RULES
    ],
)
@pytest.mark.parametrize("size", [1, 8])
def test_a_walk_has_the_bits_of_one_call_wherever_it_is_cut(
    rule: str, size: int, weighted: bool
) -> None:
    X, y, _ = table()
    weight = np.random.default_rng(1).uniform(0.5, 2.0, len(X)) if weighted else None
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = GradientDescentRegressor(method="mini-batch", batch_size=size, rule=rule, **OWN_UNITS)
    whole = in_parts(clone(model), X, y, weight, [])
    for cuts in ([8], [8, 16, 24], [40, 128]):
        parts = in_parts(clone(model), X, y, weight, [cut + (size == 1) for cut in cuts])
        assert (parts.coef_ == whole.coef_).all()
        assert parts.intercept_ == whole.intercept_
        assert parts.t_ == whole.t_ == -(-len(X) // size)


# Every loss compiles a kernel; test_sweep_kernels holds the others to the table too.
SHORT = ("squared_error", "hinge")


@pytest.mark.parametrize(
    "loss",
    [
        pytest.param(name, marks=() if name in SHORT else pytest.mark.long)
        for name, one in LOSSES.items()
        if one.task != "classes"
    ],
)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_repeated_calls_are_the_epochs_of_a_fit_in_given_order(
    loss: str, penalty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", 10**18)
    X, y, _ = table(60)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    entry = LOSSES[loss]
    kind = GradientDescentRegressor if entry.task == "numbers" else GradientDescentClassifier
    y = {"binary": y > np.median(y), "finite": y}.get(entry.domain, np.round(np.exp(y / 20.0)) + 1)
    options = {"loss": loss, "penalty": penalty, "method": "mini-batch", "batch_size": 7}
    options |= {"schedule": "inverse-time", "max_iter": 5, "standardize": False, "alpha": 0.05}
    options |= {"learning_rate": 0.02, "tol": None, "shuffle": False}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        whole = kind(**options).fit(X, y)
    parts = kind(**options)
    named = {} if entry.task == "numbers" else {"classes": [False, True]}
    for _ in range(5):
        parts.partial_fit(X, y, **named)
    assert parts.coef_ == pytest.approx(whole.coef_, rel=1e-11)
    assert parts.intercept_ == pytest.approx(whole.intercept_, rel=1e-11)
    assert parts.trace_["running_loss"][1:] == pytest.approx(
        whole.trace_["running_loss"][1:], rel=1e-11
    )
    assert parts.trace_["rate"][1:] == pytest.approx(whole.trace_["rate"][1:])


def test_a_stream_of_classes_comes_near_the_optimum() -> None:
    random = np.random.default_rng(3)
    X = random.normal(size=(20_000, 3)) * [1.0, 10.0, 0.1] + [0.0, 100.0, 0.0]
    scores = (X - [0.0, 100.0, 0.0]) @ [1.0, 0.1, -5.0]
    y = np.where(random.uniform(size=len(X)) < 1.0 / (1.0 + np.exp(-scores)), "yes", "no")
    model = GradientDescentClassifier(penalty="none", average=True, schedule="inverse-time")
    for start in range(0, len(X), 1000):
        rows = slice(start, start + 1000)
        model.partial_fit(X[rows], y[rows], classes=["yes", "no"])
    theirs = LogisticRegression(C=np.inf, max_iter=1000).fit((X - X.mean(0)) / X.std(0), y)
    assert model.coef_[0] * X.std(0) == pytest.approx(theirs.coef_[0], abs=0.05)
    assert model.classes_.tolist() == ["no", "yes"]
    assert len(model.trace_) == 21


@pytest.mark.parametrize(
    ("loss", "classes"),
    [
        ("logistic", ["a", "b"]),
        ("softmax", ["a", "b"]),
        ("softmax", ["a", "b", "c"]),
        pytest.param("logistic", ["a", "b", "c"], marks=pytest.mark.long),
    ],
)
def test_one_class_in_a_call_is_no_matter(loss: str, classes: list[str]) -> None:
    X, y, _ = table(90)
    y = np.array(classes)[np.digitize(y, np.quantile(y, [0.3, 0.6])[: len(classes) - 1])]
    order = np.argsort(y, kind="stable")
    model = GradientDescentClassifier(loss=loss, class_weight={"a": 2.0})
    model.partial_fit(X[order[:20]], y[order[:20]], classes=classes)
    for start in range(20, 90, 10):
        model.partial_fit(X[order[start : start + 10]], y[order[start : start + 10]])
    assert model.coef_.shape == (1 if len(classes) == 2 else 3, 3)
    assert set(model.predict(X)) <= set(classes)
    weighted = 2.0 * (y == "a") + (y != "a")
    same = GradientDescentClassifier(loss=loss)
    same.partial_fit(X[order[:20]], y[order[:20]], classes=classes, sample_weight=np.full(20, 2.0))
    for start in range(20, 90, 10):
        rows = order[start : start + 10]
        same.partial_fit(X[rows], y[rows], sample_weight=weighted[rows])
    assert (same.coef_ == model.coef_).all()


def test_after_a_fit_a_walk_goes_on_from_its_coefficients() -> None:
    X, y, _ = table()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = GradientDescentRegressor(method="stochastic", tol=None, max_iter=3, **OWN_UNITS)
    model.fit(X[:100], y[:100])
    first = np.append(model.intercept_, model.coef_)[:, None]
    model.partial_fit(X[100:], y[100:])
    rows = ArraySource(X[100:], y[100:, None])
    options = {"method": "stochastic", "order": "given", "learning_rate": 0.01, "epochs": 1}
    theirs = minimize(rows, start=first, tolerance=0.0, **options)
    assert model.coef_ == pytest.approx(theirs.parameters[1:, 0], rel=1e-12)
    model.fit(X, y).partial_fit(X, y)  # a fit forgets the calls before
    assert model.t_ == len(X)


def test_a_model_saved_between_calls_goes_on_to_the_same_bits() -> None:
    X, y, _ = table()
    for model in (
        GradientDescentRegressor(),
        GradientDescentRegressor(method="mini-batch", rule="adam", **OWN_UNITS),
    ):
        once = in_parts(clone(model), X, y, None, [64, 128])
        saved = in_parts(clone(model), X[:128], y[:128], None, [64])
        again = pickle.loads(pickle.dumps(saved)).partial_fit(X[128:], y[128:])
        assert (again.coef_ == once.coef_).all()


def test_rates_may_change_between_calls_and_a_new_rule_begins_anew() -> None:
    X, y, _ = table()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = GradientDescentRegressor(method="stochastic", **OWN_UNITS).partial_fit(X, y)
    at = model.coef_.copy()
    model.set_params(learning_rate=1e-9).partial_fit(X, y)
    assert model.coef_ == pytest.approx(at, rel=1e-5)
    model.set_params(rule="adam", learning_rate=0.01).partial_fit(X, y)
    assert model.trace_["rate"][-1] == 0.01
    model.set_params(rule="plain", learning_rate="auto").partial_fit(X, y)
    assert model.coef_ == pytest.approx([1.0, -2.5, 0.6], abs=0.5)


def test_divergence_keeps_what_was_there_before_and_says_why() -> None:
    X, y, _ = table()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = GradientDescentRegressor(method="stochastic", **OWN_UNITS).partial_fit(X, y)
    at, updates = model.coef_.copy(), model.t_
    with pytest.warns(ConvergenceWarning, match="Diverged in call 2"):
        model.partial_fit(1e6 * X, y)
    assert model.ending_ == "diverged"
    assert (model.coef_ == at).all()
    assert model.t_ == updates
    assert "学习率" in model.trace_.ending.sentence("zh-CN")
    model.partial_fit(X, y)
    assert model.ending_ == "epochs_used_up"
    assert model.n_iter_ == 2


def test_a_first_call_of_one_row_and_of_zeros_is_a_beginning() -> None:
    X, y, _ = table()
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    model = GradientDescentRegressor(method="stochastic", learning_rate=0.01)
    model.partial_fit(X[:1], [0.0])
    assert model.coef_.tolist() == [0.0, 0.0, 0.0]
    for _ in range(5):
        model.partial_fit(X, y)
    assert model.coef_ == pytest.approx([1.0, -2.5, 0.6], abs=0.5)


@pytest.mark.parametrize(
    ("options", "then", "name"),
    [
        ({"loss": "huber", "method": "batch"}, {}, "partial_batch"),
        ({"early_stopping": True}, {}, "partial_validation"),
        ({"validation_fraction": 0.1}, {}, "partial_validation"),
        ({"loss": "poisson"}, {}, "invalid_targets"),
        ({"loss": "huber", "learning_rate": "backtracking"}, {}, "backtracking_of_batch"),
        ({"loss": "huber", "rule": "adam"}, {}, "rule_without_auto"),
        ({}, {"loss": "half_squared_error"}, "partial_changed"),
        ({}, {"fit_intercept": False}, "partial_changed"),
        ({}, {"standardize": False}, "partial_changed"),
        ({}, {"method": "stochastic"}, "partial_changed"),
    ],
)
def test_what_cannot_be_is_refused_by_name(options: dict, then: dict, name: str) -> None:
    X, y, _ = table()
    model = GradientDescentRegressor(**options)
    with pytest.raises(InputError) as caught:
        model.partial_fit(X, y).set_params(**then).partial_fit(X, y)
    assert caught.value.name == name


def test_a_refused_call_changes_nothing() -> None:
    X, y, _ = table()
    for model in (GradientDescentRegressor(), GradientDescentRegressor(method="mini-batch")):
        model.partial_fit(X[:64], y[:64])
        wrong = X[64:].copy()
        wrong[5, 1] = np.nan
        with pytest.raises(InputError) as caught:
            model.partial_fit(wrong, y[64:])
        assert caught.value.name == "not_finite_input"
        with pytest.raises(InputError) as caught:
            model.partial_fit(X[64:], np.stack([y[64:], y[64:]], axis=1))
        assert caught.value.name == "partial_changed"
        with pytest.raises(ValueError, match=r"[Ww]eight"):
            model.partial_fit(X[64:], y[64:], sample_weight=np.zeros(len(X) - 64))
        model.partial_fit(X[64:], y[64:])
        once = in_parts(clone(model), X, y, None, [64])
        assert (model.coef_ == once.coef_).all()


def test_rows_of_a_fit_without_moments_are_not_forgotten_silently() -> None:
    X, y, _ = table()
    model = GradientDescentRegressor(method="stochastic", max_iter=2, tol=None, **OWN_UNITS)
    model.set_params(learning_rate=1e-4).fit(X, y).set_params(method="batch")
    with pytest.raises(InputError) as caught:
        model.partial_fit(X, y)
    assert caught.value.name == "partial_after_fit"


@pytest.mark.parametrize(
    ("calls", "name"),
    [
        ([(["a", "b"], None)], "partial_classes_first"),
        ([(["a", "b"], ["a"])], "partial_one_class"),
        ([(["a", "c"], ["a", "b"])], "partial_class_unknown"),
        ([(["a", "b"], ["a", "b"]), (["a", "c"], None)], "partial_class_unknown"),
        ([(["a", "b"], ["a", "b"]), (["a", "b"], ["a", "b", "c"])], "partial_classes_changed"),
    ],
)
def test_classes_are_named_once_and_for_all(calls: list, name: str) -> None:
    model, X = GradientDescentClassifier(), [[0.0], [1.0]]
    for y, classes in calls[:-1]:
        model.partial_fit(X, y, classes=classes)
    with pytest.raises(InputError) as caught:
        model.partial_fit(X, calls[-1][0], classes=calls[-1][1])
    assert caught.value.name == name


def test_balanced_weights_are_of_all_rows_at_once() -> None:
    with pytest.raises(InputError) as caught:
        GradientDescentClassifier(class_weight="balanced").partial_fit(
            [[0.0], [1.0]], ["a", "b"], classes=["a", "b"]
        )
    assert caught.value.name == "partial_balanced"
