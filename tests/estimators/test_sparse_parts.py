"""``partial_fit`` on sparse rows: the iterates of dense rows, moments of any cut, nothing dense."""

from __future__ import annotations

import pickle
import tracemalloc
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy.sparse import coo_array, csc_array, csr_array, csr_matrix
from sklearn.base import clone

from steepest import GradientDescentClassifier, GradientDescentRegressor, InputError, sentence
from steepest.data import sparse_source
from steepest.objective.running_moments import RunningMoments

N, D = 160, 9
CUTS = [64, 128]
DENSE, FORMATS = [np.asarray] * 3, [csr_array, csc_array, csr_matrix]


def table() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Few filled entries; an empty row, an empty column, and one that comes with a later call."""
    random = np.random.default_rng(4)
    X = random.normal(size=(N, D)) * (random.random((N, D)) < 0.3)
    X[:, 1:3] *= [3.0, 0.1]
    X[40], X[:, 5], X[:64, 7] = 0.0, 0.0, 0.0
    y = (X / [1.0, 3.0, 0.1, 1, 1, 1, 1, 1, 1]) @ np.linspace(-1.0, 1.0, D) + 0.4
    return X, y + 0.1 * random.normal(size=N), random.integers(0, 3, N).astype(float)


X, Y, WEIGHT = table()


def in_parts(
    estimator: Any, layouts: list[Any], y: Any = Y, cuts: list[int] = CUTS, **given: Any
) -> Any:
    """Three calls, each with rows laid out in its own way."""
    for layout, (start, stop) in zip(layouts, pairwise([0, *cuts, N]), strict=True):
        part = slice(start, stop)
        weight = given.get("weight")
        more = {} if weight is None else {"sample_weight": weight[part]}
        more |= {name: one for name, one in given.items() if name == "classes"}
        estimator.partial_fit(layout(X[part]), y[part], **more)
    return estimator


def assert_same(one: Any, other: Any, *, within: float = 1e-12) -> None:
    assert one.coef_ == pytest.approx(other.coef_, rel=within, abs=within)
    assert one.intercept_ == pytest.approx(other.intercept_, rel=within, abs=within)


# Each is a kernel: of single rows, of batches, with L1 caught up, of rules with memory.
WALKS: list[dict[str, Any]] = [
    {"method": "stochastic", "penalty": "l2"},
    {"method": "mini-batch", "penalty": "l2", "average": True},
    {"method": "mini-batch", "penalty": "elasticnet"},
    {"method": "mini-batch", "penalty": "l2", "rule": "momentum"},
]


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: "-".join(map(str, walk.values())))
@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_walk_over_sparse_rows_is_that_over_dense_ones(
    walk: dict[str, Any], scaled: bool, weighted: bool
) -> None:
    model = GradientDescentRegressor(
        **walk, batch_size=8, alpha=0.05, learning_rate=0.005, schedule="inverse-time"
    ).set_params(standardize=scaled, fit_intercept=not scaled)
    y = np.stack([Y, 1.0 - Y], axis=1) if walk["penalty"] == "elasticnet" else Y
    weight = WEIGHT if weighted else None
    dense = in_parts(clone(model), DENSE, y, weight=weight)
    sparse = in_parts(clone(model), FORMATS, y, weight=weight)
    assert_same(sparse, dense)
    assert sparse.t_ == dense.t_
    for name in ("running_loss", "rate"):
        assert sparse.trace_[name][1:] == pytest.approx(dense.trace_[name][1:], rel=1e-11)
    assert sparse.trace_.path == pytest.approx(dense.trace_.path, rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: "-".join(map(str, walk.values())))
def test_cuts_between_batches_change_no_more_than_rounding(walk: dict[str, Any]) -> None:
    model = GradientDescentRegressor(**walk, batch_size=8, alpha=0.05, learning_rate=0.005)
    model.set_params(standardize=False, average=False)
    whole = clone(model).partial_fit(csr_array(X), Y)
    for cuts in (CUTS, [8, 24]):
        assert_same(in_parts(clone(model), FORMATS, cuts=cuts), whole)
    unpenalized = clone(model).set_params(penalty="none")
    bits = clone(unpenalized).partial_fit(csr_array(X), Y)
    parts = in_parts(clone(unpenalized), FORMATS)
    assert (parts.coef_ == bits.coef_).all()
    assert parts.intercept_ == bits.intercept_


def test_the_first_call_scales_and_a_column_that_comes_late_is_trained() -> None:
    model = GradientDescentRegressor(method="stochastic", learning_rate=0.005)
    found = in_parts(clone(model), FORMATS)
    assert found.coef_[7] != 0.0
    assert found.coef_[5] == 0.0
    deviation = X[:64].std(axis=0)
    scale = np.where(deviation == 0.0, 1.0, deviation)
    by_hand = clone(model).set_params(standardize=False)
    for start, stop in pairwise([0, *CUTS, N]):
        by_hand.partial_fit(csr_array(X[start:stop] / scale), Y[start:stop])
    assert found.coef_ == pytest.approx(by_hand.coef_ / scale, rel=1e-10)
    note = found.trace_.metadata["notes"][0]
    assert note["phrase"] == "sparse_scaled"
    assert "not centred" in sentence(note["phrase"], note["facts"])


@pytest.mark.parametrize("loss", [pytest.param("logistic", marks=pytest.mark.long), "softmax"])
def test_classes_of_sparse_rows(loss: str) -> None:
    labels = np.digitize(Y, [0.0, 0.9])
    model = GradientDescentClassifier(loss=loss, learning_rate=0.05, standardize=False)
    dense = in_parts(clone(model), DENSE, labels, classes=[0, 1, 2])
    sparse = in_parts(clone(model), FORMATS, labels, classes=[0, 1, 2])
    assert_same(sparse, dense)
    assert (sparse.predict(csr_array(X)) == dense.predict(X)).all()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dense pieces of 8 rows, so that few rows are many blocks."""
    monkeypatch.setattr(sparse_source, "_PIECE_BYTES", 8 * D * 8)


@pytest.mark.usefixtures("small_pieces")
@pytest.mark.parametrize("penalty", ["none", "l2", "elasticnet"])
def test_squares_end_where_one_fit_ends_and_any_cut_has_the_same_bits(penalty: str) -> None:
    model = GradientDescentRegressor(penalty=penalty, alpha=0.1)
    first = in_parts(clone(model), FORMATS, weight=WEIGHT)
    for cuts in ([71, 72], [50, 137]):
        other = in_parts(clone(model), FORMATS, cuts=cuts, weight=WEIGHT)
        assert (other.coef_ == first.coef_).all()
    fitted = clone(model).fit(csr_array(X), Y, WEIGHT)
    assert_same(first, fitted, within=1e-9)
    assert first.ending_ == fitted.ending_ == "converged"
    assert first.trace_.metadata["notes"][0]["phrase"] == "sparse_scaled"
    if penalty == "none":
        root = np.sqrt(WEIGHT)[:, None]
        exact = np.linalg.lstsq(root * np.c_[np.ones(N), X], root[:, 0] * Y, rcond=None)[0]
        assert first.coef_ == pytest.approx(exact[1:], abs=1e-6)


@pytest.mark.usefixtures("small_pieces")
def test_moments_of_sparse_rows_keep_no_more_than_a_piece() -> None:
    running = RunningMoments()
    for start in range(0, N, 50):
        part = slice(start, start + 50)
        running = running.with_rows(csr_array(X[part]), Y[part, None], None)
        assert running.rest is not None
        assert running.rest.rows < 8
    dense = RunningMoments().with_rows(X, Y[:, None], None).moments()
    made = running.moments()
    assert made.rows == dense.rows == N
    assert made.means == pytest.approx(dense.means, rel=1e-12, abs=1e-13)
    assert made.deviations == pytest.approx(dense.deviations, rel=1e-12)


@pytest.mark.parametrize("options", [{}, {"method": "stochastic", "learning_rate": 0.005}])
def test_dense_rows_may_follow_sparse_ones(options: dict[str, Any]) -> None:
    model = GradientDescentRegressor(penalty="l2", alpha=0.01, **options)
    alike = in_parts(clone(model), FORMATS)
    mixed = in_parts(clone(model), [csr_array, np.asarray, csc_array])
    assert_same(mixed, alike)


def test_sparse_rows_may_follow_dense_ones_that_are_not_centred() -> None:
    layouts = [np.asarray, csr_array, csc_array]
    walk = {"method": "mini-batch", "batch_size": 8, "learning_rate": 0.005}
    for options in ({"standardize": False}, {"fit_intercept": False}):
        model = GradientDescentRegressor(**walk, **options)
        assert_same(in_parts(clone(model), layouts), in_parts(clone(model), DENSE))
    squares = GradientDescentRegressor()  # moments see any coordinates
    mixed, dense = in_parts(clone(squares), layouts), in_parts(clone(squares), DENSE)
    assert (mixed.coef_ == dense.coef_).all()
    assert "notes" not in mixed.trace_.metadata


def test_centred_rows_cannot_be_followed_by_sparse_ones_in_a_walk() -> None:
    model = GradientDescentRegressor(method="stochastic", learning_rate=0.005)
    model.partial_fit(X[:64], Y[:64])
    at, updates = model.coef_.copy(), model.t_
    with pytest.raises(InputError, match="Begin with sparse rows") as caught:
        model.partial_fit(csr_array(X[64:]), Y[64:])
    assert caught.value.name == "partial_sparse_centred"
    assert (model.coef_ == at).all()
    assert model.partial_fit(X[64:], Y[64:]).t_ == updates + N - 64


def test_a_fit_of_sparse_rows_goes_on_by_its_moments() -> None:
    model = GradientDescentRegressor(penalty="l2", alpha=0.1)
    begun = clone(model).fit(csr_array(X[:90]), Y[:90])
    begun.partial_fit(csr_array(X[90:]), Y[90:])
    assert_same(begun, clone(model).fit(csr_array(X), Y), within=1e-9)


def wide(rows: int, columns: int) -> tuple[csr_array, np.ndarray]:
    random = np.random.default_rng(1)
    places = random.integers(0, columns, size=20 * rows)
    entries = (random.normal(size=20 * rows), (np.repeat(np.arange(rows), 20), places))
    return coo_array(entries, (rows, columns)).tocsr(), random.normal(size=rows)


def test_many_columns_are_walked_by_auto_and_refused_by_batch() -> None:
    S, y = wide(400, 1_500)
    model = GradientDescentRegressor(penalty="l2", alpha=0.01).partial_fit(S[:200], y[:200])
    assert model.trace_.metadata["method"] == "mini-batch"
    before = model.trace_["running_loss"][-1]
    for _ in range(40):  # rows whose columns the first call hardly saw: no divergence
        model.partial_fit(S, y)
    assert model.trace_["running_loss"][-1] < before
    model.partial_fit(S[:9].toarray(), y[:9])  # auto stays what it was
    assert model.t_ == 7 + 40 * 13 + 1
    with pytest.raises(InputError) as caught:
        GradientDescentRegressor(method="batch").partial_fit(S, y)
    assert caught.value.name == "partial_sparse_columns"


def test_a_million_columns_stay_sparse_in_every_call() -> None:
    S, y = wide(1_000, 1_000_000)
    model = GradientDescentRegressor(method="stochastic", penalty="l2", alpha=1e-3)
    tracemalloc.start()
    for start in range(0, 1_000, 250):
        model.partial_fit(S[start : start + 250], y[start : start + 250])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 300e6  # 250 dense rows would take 2 GB
    assert model.ending_ == "epochs_used_up"


def test_a_model_saved_between_sparse_calls_goes_on_to_the_same_bits() -> None:
    for options in ({}, {"method": "mini-batch", "learning_rate": 0.01}):
        model = GradientDescentRegressor(**options)
        once = in_parts(clone(model), FORMATS)
        saved = clone(model).partial_fit(csr_array(X[:64]), Y[:64])
        saved.partial_fit(csc_array(X[64:128]), Y[64:128])
        again = pickle.loads(pickle.dumps(saved)).partial_fit(csr_matrix(X[128:]), Y[128:])
        assert (again.coef_ == once.coef_).all()
