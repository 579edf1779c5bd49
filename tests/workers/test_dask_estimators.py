"""Estimators that are given Dask collections: the bits of numpy, answers block by block."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from steepest import (
    GradientDescentClassifier,
    GradientDescentNetworkRegressor,
    GradientDescentRegressor,
    InputError,
)
from steepest.fitting import dask_rows
from steepest.fitting.dask_rows import laid_out

dask = pytest.importorskip("dask", reason="needs the extra: steepest[cluster]")
da = pytest.importorskip("dask.array")
dd = pytest.importorskip("dask.dataframe")

ROWS = 40_001
random = np.random.default_rng(4)
X = random.normal(size=(ROWS, 3)) * [1.0, 20.0, 0.1] + [0.0, 7.0, 1.0]
Y = X @ [1.0, -2.0, 3.0] + random.normal(size=ROWS)
LABELS = np.array(["low", "high"])[(Y > 0).astype(int)]
WEIGHT = random.integers(0, 3, ROWS).astype(float)


def chunked(values: np.ndarray, rows: int) -> Any:
    return da.from_array(values, chunks=(rows, 2)[: values.ndim])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"penalty": "l2", "alpha": 0.01},
        {"loss": "huber", "learning_rate": 0.1, "max_iter": 5, "tol": None},
        {"method": "mini-batch", "batch_size": 500, "max_iter": 2, "tol": None},
    ],
)
@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64])
def test_arrays_have_the_bits_of_numpy(options: dict[str, Any], kind: type) -> None:
    rows = X.astype(kind)
    alone = GradientDescentRegressor(**options, random_state=1).fit(rows, Y, WEIGHT)
    model = GradientDescentRegressor(**options, random_state=1)
    model.fit(chunked(rows, 9_999), chunked(Y, 7_000), sample_weight=chunked(WEIGHT, ROWS))
    assert model.coef_.tobytes() == alone.coef_.tobytes()
    assert model.intercept_ == alone.intercept_


def test_dataframes_bring_names_and_nullable_numbers() -> None:
    frame = pd.DataFrame(X, columns=list("abc"))
    frame["b"] = frame["b"].round().astype("Int64")
    parts = dd.from_pandas(frame, npartitions=5)
    alone = GradientDescentRegressor().fit(frame, Y)
    model = GradientDescentRegressor().fit(parts, dd.from_pandas(pd.Series(Y), npartitions=3))
    assert model.coef_.tobytes() == alone.coef_.tobytes()
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(model.predict(parts).compute(), alone.predict(frame), rtol=1e-13)
    with pytest.raises(ValueError, match="order"):
        model.predict(parts[["b", "a", "c"]])


def test_chunks_of_unknown_lengths_and_validation_rows() -> None:
    frame = dd.from_pandas(pd.DataFrame(X), npartitions=4)
    beside = X[:500], Y[:500]
    alone = GradientDescentRegressor().fit(X, Y, validation=beside)
    model = GradientDescentRegressor()
    model.fit(frame.values, Y, validation=tuple(chunked(one, 99) for one in beside))
    assert model.coef_.tobytes() == alone.coef_.tobytes()
    assert model.trace_.last("validation_loss") == alone.trace_.last("validation_loss")
    assert len(model.predict(frame.values).compute()) == ROWS


def test_classes_are_answered_block_by_block() -> None:
    alone = GradientDescentClassifier(tol=None, max_iter=20).fit(X, LABELS)
    model = GradientDescentClassifier(tol=None, max_iter=20).fit(
        chunked(X, 9_999), chunked(LABELS, ROWS)
    )
    assert model.coef_.tobytes() == alone.coef_.tobytes()
    asked = chunked(X, 7_000)
    np.testing.assert_array_equal(model.predict(asked).compute(), alone.predict(X))
    for name in ("decision_function", "predict_proba"):
        found = getattr(model, name)(asked)
        assert isinstance(found, da.Array)
        assert found.shape == getattr(alone, name)(X).shape
        np.testing.assert_allclose(found.compute(), getattr(alone, name)(X), rtol=1e-12)
    assert model.score(asked, chunked(LABELS, ROWS)) == alone.score(X, LABELS)


def counting(done: list[int]) -> Callable[[Any], Any]:
    def counted(block: np.ndarray) -> np.ndarray:
        done.append(len(block))
        return block

    return counted


def test_predicting_computes_nothing_until_asked_and_sends_little() -> None:
    model = GradientDescentRegressor().fit(X, Y)
    done: list[int] = []
    lazy = model.predict(da.from_array(X, chunks=(9_000, 3)).map_blocks(counting(done), meta=X[:0]))
    assert done == []
    assert len(lazy.compute(scheduler="synchronous")) == ROWS
    assert sum(done) == ROWS
    assert hasattr(model, "trace_")
    assert len(pickle.dumps(dask_rows._light(model))) < len(pickle.dumps(model)) / 4


def test_features_lie_in_a_file_and_few_partitions_in_memory() -> None:
    alive, most = set(), 0

    def made(block_info: Any = None) -> np.ndarray:
        nonlocal most
        number = block_info[None]["chunk-location"][0]
        alive.add(number)
        most = max(most, len(alive))
        return np.full((100, 2), float(number))

    numbers, written = dask_rows._numbers, []

    def counted(*given: Any) -> np.ndarray:
        written.append(given[3])
        alive.discard(given[3])
        return numbers(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dask_rows, "_numbers", counted)
        chunks = ((100,) * 20, (2,))
        rows = laid_out(da.map_blocks(made, chunks=chunks, dtype=float, meta=np.empty((0, 0))), "X")
    assert written == list(range(20))
    assert 1 <= most <= 4
    below = rows
    while isinstance(below, np.ndarray) and not isinstance(below, np.memmap):
        below = below.base
    assert isinstance(below, np.memmap)
    np.testing.assert_array_equal(rows[::100, 0], np.arange(20.0))


def test_what_cannot_be_rows_is_refused_by_name() -> None:
    rows, y = chunked(X, 9_999), chunked(Y, 9_999)
    wrong = da.from_array(X.astype(np.int64), chunks=(9_999, 3))
    wrong = wrong.map_blocks(lambda one: one + 0.5, meta=np.empty((0, 0), np.int64))
    text = dd.from_pandas(pd.DataFrame({"a": Y, "t": LABELS}), npartitions=2)
    cases: list[tuple[Callable[[], object], str]] = [
        (lambda: GradientDescentRegressor().fit(dask.delayed(3), Y), "dask_kind_of_rows"),
        (lambda: GradientDescentRegressor().fit(da.ones((2, 2, 2)), Y), "dask_kind_of_rows"),
        (lambda: GradientDescentRegressor().fit(wrong, y), "dask_part"),
        (lambda: GradientDescentRegressor().fit(text, Y), "not_numeric"),
        (lambda: GradientDescentRegressor().fit(da.where(rows > 40.0, np.nan, rows), y),
         "not_finite_input"),
        (lambda: GradientDescentRegressor().partial_fit(rows, y), "dask_in_memory"),
        (lambda: GradientDescentRegressor().fit(X, Y).predict(y), "dask_kind_of_rows"),
    ]  # fmt: skip
    for given, name in cases:
        with pytest.raises(InputError) as caught:
            given()
        assert caught.value.name == name
    with pytest.raises(ValueError, match="2 features"):
        GradientDescentRegressor().fit(X, Y).predict(da.ones((4, 2)))


def test_options_are_looked_at_before_anything_is_computed() -> None:
    done: list[int] = []
    rows = da.from_array(X, chunks=(9_000, 3)).map_blocks(counting(done), meta=X[:0])
    with pytest.raises(ValueError, match="alpha"):
        GradientDescentRegressor(alpha=-1).fit(rows, Y)
    assert done == []


def test_networks_take_them_too() -> None:
    pytest.importorskip("jax", reason="needs the extra: steepest[autodiff]")
    options = {"hidden_layer_sizes": (3,), "max_iter": 2, "random_state": 0, "tol": None}
    alone = GradientDescentNetworkRegressor(**options).fit(X[:900], Y[:900])
    model = GradientDescentNetworkRegressor(**options)
    model.fit(chunked(X[:900], 250), chunked(Y[:900], 250))
    assert model.coefs_[0].tobytes() == alone.coefs_[0].tobytes()
    found = model.predict(chunked(X, 9_999))
    np.testing.assert_allclose(found.compute(), alone.predict(X), rtol=1e-12)
