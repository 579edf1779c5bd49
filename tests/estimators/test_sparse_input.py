"""Estimators on scipy.sparse input: every format, bad input, and the same rows made dense."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.preprocessing import StandardScaler

from steepest import GradientDescentClassifier, GradientDescentRegressor, InputError, sentence

N, D = 150, 8
FORMATS = ["csr", "csc", "coo", "lil", "dok", "bsr"]
RANDOM = np.random.default_rng(0)
DENSE = RANDOM.normal(size=(N, D)) * (RANDOM.random((N, D)) < 0.4)
Y = DENSE @ RANDOM.normal(size=D) + 0.5 + 0.1 * RANDOM.normal(size=N)


def features(kind: str = "csr", *, array: bool = True) -> Any:
    made = sparse.csr_array(DENSE) if array else sparse.csr_matrix(DENSE)
    return made.asformat(kind)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("array", [True, False])
def test_every_format_gives_the_model_of_the_dense_rows(kind: str, array: bool) -> None:
    model = GradientDescentRegressor(standardize=False)
    dense, found = clone(model).fit(DENSE, Y), clone(model).fit(features(kind, array=array), Y)
    np.testing.assert_allclose(found.coef_, dense.coef_, rtol=1e-10)
    assert found.ending_ == dense.ending_ == "converged"
    np.testing.assert_allclose(found.predict(features(kind)), dense.predict(DENSE), rtol=1e-10)
    assert found.score(features(kind), Y) > 0.9


def test_standardized_features_are_divided_and_not_centred() -> None:
    options = {"method": "mini-batch", "learning_rate": 0.05, "max_iter": 3, "tol": None}
    scaler = StandardScaler(with_mean=False).fit(DENSE)
    by_hand = GradientDescentRegressor(standardize=False, random_state=0, **options)
    by_hand.fit(scaler.transform(DENSE), Y)
    found = GradientDescentRegressor(random_state=0, **options).fit(features(), Y)
    np.testing.assert_allclose(found.coef_, by_hand.coef_ / scaler.scale_, rtol=1e-9)
    assert found.intercept_ == pytest.approx(by_hand.intercept_, rel=1e-9)
    note = found.trace_.metadata["notes"][0]
    assert note["phrase"] == "sparse_scaled"
    assert "not centred" in sentence(note["phrase"], note["facts"])
    assert "不中心化" in sentence(note["phrase"], note["facts"], "zh-CN")


def test_batch_descent_meets_the_optimum_of_least_squares_with_and_without_centring() -> None:
    exact = np.linalg.lstsq(np.c_[np.ones(N), DENSE], Y, rcond=None)[0]
    for standardize in (True, False):
        model = GradientDescentRegressor(standardize=standardize, tol=1e-10, max_iter=20_000)
        model.fit(features(), Y)
        np.testing.assert_allclose(model.coef_, exact[1:], rtol=1e-7)


def test_weights_targets_validation_and_warm_starts_work_as_on_dense_rows() -> None:
    weight = np.random.default_rng(1).integers(0, 3, N).astype(float)
    several = np.c_[Y, -2.0 * Y + 1.0]
    options = {"method": "mini-batch", "learning_rate": 0.02, "max_iter": 4, "tol": None}
    options |= {"standardize": False, "random_state": 3, "validation_fraction": 0.2}
    pair = []
    for X in (DENSE, features()):
        model = GradientDescentRegressor(warm_start=True, penalty="elasticnet", **options)
        model.fit(X, several, weight).fit(X, several, weight)
        pair.append(model)
    np.testing.assert_allclose(pair[1].coef_, pair[0].coef_, rtol=1e-9, atol=1e-13)
    beside = [one.trace_["validation_loss"] for one in pair]
    np.testing.assert_allclose(beside[1], beside[0], rtol=1e-9)
    mixed = GradientDescentRegressor(standardize=False, max_iter=3, tol=None)
    mixed.fit(features(), Y, validation=(DENSE[:20], Y[:20]))
    known = clone(mixed).fit(DENSE, Y, validation=(DENSE[:20], Y[:20]))
    assert mixed.trace_.last("validation_loss") == pytest.approx(
        known.trace_.last("validation_loss"), rel=1e-9
    )


@pytest.mark.parametrize("loss", ["logistic", "softmax", "hinge", "squared_hinge"])
def test_classifiers_take_sparse_rows(loss: str) -> None:
    labels = np.digitize(Y, [-0.3, 0.9])
    model = GradientDescentClassifier(
        loss=loss, method="stochastic", learning_rate=0.02, max_iter=3, tol=None, random_state=0
    ).set_params(standardize=False)
    dense, found = clone(model).fit(DENSE, labels), clone(model).fit(features(), labels)
    np.testing.assert_allclose(found.coef_, dense.coef_, rtol=1e-8, atol=1e-12)
    assert (found.predict(features("csc")) == dense.predict(DENSE)).all()


def test_explicit_zeros_constant_and_empty_columns_change_nothing() -> None:
    X = np.c_[DENSE, np.zeros(N), np.full(N, 3.0)]
    stored = sparse.csr_array(X + (X == 0.0))
    stored.data[(X == 0.0).ravel()] = 0.0  # every entry stored, most of them zero
    for standardize in (False, True):
        model = GradientDescentRegressor(standardize=standardize, max_iter=5, tol=None)
        a, b = (clone(model).fit(one, Y) for one in (stored, sparse.csr_array(X)))
        np.testing.assert_allclose(a.coef_, b.coef_, rtol=1e-10)
        assert (b.coef_[-2:] == 0.0).all()


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_entries_that_are_not_finite_are_named(value: float) -> None:
    X = features()
    X.data[5] = value
    row = int(np.searchsorted(X.indptr, 5, "right")) - 1
    place = f"row {row}, column 'x{X.indices[5]}'"
    with pytest.raises(InputError) as caught:
        GradientDescentRegressor(method="stochastic", learning_rate=0.1).fit(X, Y)
    assert caught.value.name == "not_finite_input"
    assert place in str(caught.value)
    model = GradientDescentRegressor(max_iter=2, tol=None).fit(features(), Y)
    with pytest.raises(InputError):
        model.predict(X)


def test_impossible_arrays_are_refused_in_fit_and_predict() -> None:
    for kind in ("csr", "csc"):
        X = features(kind, array=False)
        X.indices = X.indices.copy()
        X.indices[3] = 10**7
        with pytest.raises(InputError) as caught:
            GradientDescentRegressor().fit(X, Y)
        assert caught.value.name == "sparse_arrays_impossible"
        model = GradientDescentRegressor(max_iter=2, tol=None).fit(DENSE, Y)
        with pytest.raises(InputError):
            model.predict(X)


def test_types_of_entries_and_indices_and_memory_that_cannot_be_written() -> None:
    base = GradientDescentRegressor(standardize=False, max_iter=4, tol=None)
    whole = sparse.csr_array(np.round(3.0 * DENSE))
    known = clone(base).fit(whole.toarray(), Y).coef_
    for X in (whole, whole.astype(np.int64), whole.astype(np.float32), whole.astype(np.int8)):
        X = X.copy()
        X.indices, X.indptr = X.indices.astype(np.int64), X.indptr.astype(np.int64)
        for part in (X.data, X.indices, X.indptr):
            part.flags.writeable = False
        np.testing.assert_allclose(clone(base).fit(X, Y).coef_, known, rtol=1e-6)
    swapped = sparse.csr_array((whole.data[::-1].copy(), whole.indices, whole.indptr), whole.shape)
    assert not np.allclose(clone(base).fit(swapped, Y).coef_, known)
    with pytest.raises(InputError):
        clone(base).fit(whole.astype(complex), Y)


def test_centred_rows_cannot_be_validated_on_sparse_ones() -> None:
    model = GradientDescentRegressor(max_iter=2, tol=None)
    with pytest.raises(InputError) as caught:
        model.fit(DENSE, Y, validation=(features(), Y))
    assert caught.value.name == "sparse_not_centred"
