"""FAULTS 1-C, values and shapes, for arrays and frames: refused by name, or right."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from steepest import GradientDescentRegressor, InputError

Floats = np.ndarray
RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(40, 3))
TRUE = np.array([2.0, -1.0, 0.5])
Y = X @ TRUE + 4.0 + 0.1 * RANDOM.normal(size=40)
NAMES = ["area", "rooms", "age"]


def planted(values: Floats, value: Any, row: int = 2, column: int = 1) -> Floats:
    copy = np.array(values)
    copy[(row, column) if copy.ndim == 2 else row] = value
    return copy


def frame(values: Floats = X, names: list[str] = NAMES) -> pd.DataFrame:
    return pd.DataFrame(values, columns=names)


def polars_frame(values: Floats = X, names: list[str] = NAMES) -> pl.DataFrame:
    return pl.DataFrame(values, schema=names)


def fitted(values: Any = X, y: Any = Y, **options: Any) -> GradientDescentRegressor:
    return GradientDescentRegressor(**options).fit(values, y)


def least_squares(values: Floats, y: Floats = Y) -> Floats:
    """Return the predictions of least squares with an intercept, of smallest norm."""
    design = np.column_stack([np.ones(len(values)), np.asarray(values, dtype=float)])
    scale = np.abs(design).max(axis=0)
    scale[scale == 0.0] = 1.0
    return design @ (np.linalg.lstsq(design / scale, y, rcond=1e-11)[0] / scale[:, None].T[0])


def dates(values: int = 40) -> pd.DatetimeIndex:
    return pd.date_range("2020-01-01", periods=values)


# id -> (what is tried, what the message must hold).
REFUSED: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "C54-nan-in-X": (
        lambda: fitted(planted(X, np.nan)),
        ["GradientDescentRegressor", "NaN", "row 2", "column 'x1'", "leave such rows out"],
    ),
    "C54-nan-in-X-pandas": (lambda: fitted(frame(planted(X, np.nan))), ["row 2", "'rooms'", "NaN"]),
    "C54-nan-in-X-polars": (
        lambda: fitted(polars_frame(planted(X, np.nan))),
        ["row 2", "'rooms'", "NaN"],
    ),
    "C54-null-in-X-polars": (
        lambda: fitted(polars_frame().with_columns(pl.col("age").replace(X[3, 2], None))),
        ["row 3", "'age'", "NaN"],
    ),
    "C54-NA-in-X-pandas": (
        lambda: fitted(frame().assign(rooms=pd.array([1, None] * 20, dtype="Int64"))),
        ["row 1", "'rooms'", "NaN"],
    ),
    "C54-None-in-objects": (
        lambda: fitted(planted(X.astype(object), None)),
        ["row 2", "column 'x1'"],
    ),
    "C54-NaT-in-X": (
        lambda: fitted(pd.DataFrame({"day": [pd.NaT, *dates()[1:]]})),
        ["day"],
    ),
    "C54-count": (
        lambda: fitted(planted(planted(X, np.nan), np.nan, row=7)),
        ["2 such values", "row 2"],
    ),
    "C55-inf-in-X": (
        lambda: fitted(planted(X, np.inf)),
        ["infinity", "row 2", "column 'x1'", "GradientDescentRegressor"],
    ),
    "C55-minus-inf-in-X": (lambda: fitted(planted(X, -np.inf)), ["infinity", "row 2"]),
    "C55-float32-inf": (lambda: fitted(planted(X.astype("f4"), np.inf)), ["float32", "row 2"]),
    "C56-nan-in-y": (
        lambda: fitted(X, planted(Y, np.nan, row=3)),
        ["GradientDescentRegressor", "Input y", "NaN", "row 3"],
    ),
    "C56-inf-in-y": (lambda: fitted(X, planted(Y, np.inf, row=3)), ["Input y", "inf", "row 3"]),
    "C56-nan-in-y-of-two-targets": (
        lambda: fitted(X, planted(np.column_stack([Y, Y]), np.nan, row=3)),
        ["Input y", "NaN", "row 3"],
    ),
    "C57-nan-at-predict": (
        lambda: fitted().predict(planted(X, np.nan)),
        ["GradientDescentRegressor", "NaN", "row 2", "column 'x1'"],
    ),
    "C57-nan-at-predict-pandas": (
        lambda: fitted(frame()).predict(frame(planted(X, np.nan))),
        ["row 2", "'rooms'"],
    ),
    "C57-inf-at-predict": (lambda: fitted().predict(planted(X, np.inf)), ["infinity", "row 2"]),
    "C58-1e300-in-X": (lambda: fitted(planted(X, 1e300)), ["'x1'", "too large", "Divide"]),
    "C58-1e300-in-X-pandas": (lambda: fitted(frame(planted(X, 1e300))), ["'rooms'", "too large"]),
    "C58-longdouble": (
        lambda: fitted(planted(X.astype(np.longdouble), np.longdouble("1e400"))),
        ["'x1'", "too large"],
    ),
    "C59-1e300-in-y": (lambda: fitted(X, planted(Y, 1e300)), ["target", "too large", "Divide"]),
    "C60-all-1e300": (lambda: fitted(X * 1e300), ["'x0'", "too large"]),
    "C60-all-1e308": (lambda: fitted(np.full((40, 1), 1e308)), ["'x0'", "too large"]),
    "C66-zero-rows": (
        lambda: fitted(X[:0], Y[:0]),
        ["Found array with 0 sample(s)", "GradientDescentRegressor"],
    ),
    "C66-zero-columns": (lambda: fitted(X[:, :0]), ["Found array with 0 feature(s)"]),
    "C69-strings": (
        lambda: fitted(np.array([["a", 1]] * 40, dtype=object)),
        ["could not convert string to float: 'a'"],
    ),
    "C69-strings-pandas": (
        lambda: fitted(frame().assign(rooms="a")),
        ["could not convert string to float: 'a'"],
    ),
    "C70-numeric-strings": (lambda: fitted(X.astype(str)), ["numeric"]),
    "C70-numeric-string-objects": (lambda: fitted(X.astype(str).astype(object)), ["numeric"]),
    "C70-numeric-strings-pandas": (lambda: fitted(frame().astype(str)), ["numeric"]),
    "C70-numeric-strings-polars": (lambda: fitted(polars_frame(X.astype(str))), ["numeric"]),
    "C70-numeric-strings-in-y": (lambda: fitted(X, Y.astype(str)), ["numeric"]),
    "C71-complex-X": (lambda: fitted(X + 1j), ["Complex data not supported"]),
    "C71-complex-y": (lambda: fitted(X, Y + 1j), ["Complex data not supported"]),
    "C72-one-dimension": (lambda: fitted(X[:, 0]), ["Expected 2D array, got 1D array"]),
    "C73-three-dimensions": (lambda: fitted(X[None]), ["dim 3"]),
    "C73-three-dimensions-of-y": (lambda: fitted(X, np.ones((40, 2, 2))), ["dim 3"]),
    "C75-lengths": (
        lambda: fitted(X, Y[:-1]),
        ["inconsistent numbers of samples", "40", "39"],
    ),
    "C76-columns-at-predict": (
        lambda: fitted().predict(X[:, :2]),
        ["X has 2 features", "expecting 3"],
    ),
    "C77-order-of-names-at-predict": (
        lambda: fitted(frame()).predict(frame()[["rooms", "area", "age"]]),
        ["same order"],
    ),
    "C77-other-names-at-predict": (
        lambda: fitted(frame()).predict(frame(names=["area", "rooms", "years"])),
        ["years", "age"],
    ),
    "C77-order-of-names-at-predict-polars": (
        lambda: fitted(polars_frame()).predict(polars_frame()[["rooms", "area", "age"]]),
        ["same order"],
    ),
    "C79-negative-weight": (
        lambda: GradientDescentRegressor().fit(X, Y, sample_weight=planted(np.ones(40), -1.0)),
        ["Negative", "sample_weight"],
    ),
    "C79-nan-weight": (
        lambda: GradientDescentRegressor().fit(X, Y, sample_weight=planted(np.ones(40), np.nan)),
        ["sample_weight", "NaN"],
    ),
    "C79-inf-weight": (
        lambda: GradientDescentRegressor().fit(X, Y, sample_weight=planted(np.ones(40), np.inf)),
        ["sample_weight", "inf"],
    ),
    "C80-zero-weights": (
        lambda: GradientDescentRegressor().fit(X, Y, sample_weight=np.zeros(40)),
        ["weight", "zero"],
    ),
    "C80-length-of-weights": (
        lambda: GradientDescentRegressor().fit(X, Y, sample_weight=np.ones(39)),
        ["sample_weight", "39", "40"],
    ),
    "C89-mixed-names": (
        lambda: fitted(frame(names=["area", 1, 2])),
        ["Feature names", "str"],
    ),
    "dates-in-X": (lambda: fitted(pd.DataFrame({"day": dates()})), ["day"]),
    "dates-in-X-polars": (lambda: fitted(pl.DataFrame({"day": dates().to_numpy()})), ["day"]),
    "dates-in-y": (lambda: fitted(X, dates().to_numpy()), ["y"]),
}


@pytest.mark.parametrize(("attempt", "parts"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(attempt: Callable[[], Any], parts: list[str]) -> None:
    with pytest.raises((ValueError, TypeError)) as caught:
        attempt()
    for part in parts:
        assert part in str(caught.value)


def test_errors_of_ours_are_value_errors_with_a_remedy() -> None:
    with pytest.raises(ValueError, match="row 2") as caught:
        fitted(planted(X, np.nan))
    assert isinstance(caught.value, InputError)
    assert caught.value.name == "not_finite_input"
    assert caught.value.remedy


def test_a_refused_fit_leaves_no_old_answer_as_new() -> None:
    model = fitted()
    with pytest.raises(InputError):
        model.fit(planted(X, np.nan), Y)
    assert np.allclose(model.coef_, TRUE, atol=0.2)


# ---- what must come out right ------------------------------------------------------------------

x = X[:, :1]
TILTED = x + 1e-2 * X[:, 1:2]
RIGHT: dict[str, Floats] = {
    "plain": X,
    "C58-1e100-in-X": planted(X, 1e100),
    "C58-columns-of-1e140": X * 1e140,
    "C58-columns-of-1e-140": X * 1e-140,
    "C61-constant": np.column_stack([X, np.full(40, 14.62)]),
    "C61-constant-zero": np.column_stack([X, np.zeros(40)]),
    "C61-all-constant": np.full((40, 2), 14.62),
    "C61-small-variation": np.column_stack([x, 1e8 + np.arange(40) % 2]),
    "C61-tiny-variation": np.column_stack([x, 1.0 + 1e-8 * X[:, 1]]),
    "C63-duplicate-columns": np.column_stack([x, x]),
    "C63-three-duplicates": np.column_stack([x, x, x]),
    "C64-x-and-x-plus-2": np.column_stack([x, x + 2.0]),
    "C64-x-and-minus-3x": np.column_stack([x, 5.0 - 3.0 * x]),
    "C64-sum-of-two": np.column_stack([X, X[:, 0] + X[:, 1]]),
    "C65-nearly-dependent": np.column_stack([x, TILTED]),
    "C67-one-row": X[:1],
    "C68-more-columns-than-rows": X[:2],
    "C93-offset": X + 1e6,
    "C94-milliseconds": 1.6e12 + 1000.0 * np.arange(40.0)[:, None],
}


@pytest.mark.parametrize("method", ["auto", "batch"])
@pytest.mark.parametrize("values", RIGHT.values(), ids=RIGHT.keys())
def test_predictions_are_those_of_least_squares(values: Floats, method: str) -> None:
    y = Y[: len(values)]
    options: dict[str, Any] = {"method": method, "tol": 1e-13, "max_iter": 3_000_000}
    model = fitted(values, y, **options)
    assert model.ending_ in ("converged", "stalled")
    expected = least_squares(values, y)
    assert np.allclose(model.predict(values), expected, rtol=1e-6, atol=1e-6)
    assert np.mean((expected - y) ** 2) == pytest.approx(model.optimum_loss_, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("fit_intercept", [True, False])
def test_c61_c62_a_constant_has_coefficient_zero_and_changes_nothing(fit_intercept: bool) -> None:
    if not fit_intercept:
        assert fitted(np.ones((40, 1)), fit_intercept=False).coef_ == pytest.approx([Y.mean()])
        return
    model = fitted(np.column_stack([X, np.full(40, 14.62)]))
    assert model.coef_[3] == 0.0
    assert model.coef_[:3] == pytest.approx(fitted().coef_, rel=1e-12)
    assert model.intercept_ == pytest.approx(fitted().intercept_, rel=1e-12)


def test_c61_a_long_constant_is_constant() -> None:
    """The mean of 14.62, summed 10^5 times, is not 14.62 to the last bit (scikit-learn#17794)."""
    many = np.column_stack([np.arange(100_000.0) % 7.0, np.full(100_000, 14.62)])
    y = many[:, 0] * 3.0 + 1.0
    model = fitted(many, y)
    assert model.coef_ == pytest.approx([3.0, 0.0], abs=1e-7)
    assert model.coef_[1] == 0.0


def test_c63_duplicates_share_evenly() -> None:
    alone = fitted(x, tol=1e-13)
    twice = fitted(np.column_stack([x, x]), tol=1e-13)
    assert twice.coef_ == pytest.approx([alone.coef_[0] / 2] * 2, rel=1e-9)


def test_c65_a_full_rank_table_is_never_truncated() -> None:
    """Used-up epochs are said; the closed form beside uses all directions."""
    values = np.column_stack([x, x + 1e-7 * X[:, 1:2]])
    with pytest.warns(match="Used up 100 epochs") as caught:
        model = fitted(values, max_iter=100)
    assert "condition number" in str(caught[0].message) or "more epochs" in str(caught[0].message)
    both = np.column_stack([X[:, 0], X[:, 1]])  # spans the same
    loss = np.mean((least_squares(both) - Y) ** 2)
    assert model.optimum_loss_ == pytest.approx(loss, rel=1e-6)
    assert model.ending_ == "epochs_used_up"


def test_c67_one_row_predicts_it() -> None:
    model = fitted(X[:1], Y[:1])
    assert model.coef_.tolist() == [0.0, 0.0, 0.0]
    assert model.predict(X[:1]) == pytest.approx(Y[:1])


def test_c68_more_columns_than_rows_interpolates() -> None:
    assert fitted(X[:2], Y[:2], tol=1e-12).predict(X[:2]) == pytest.approx(Y[:2], rel=1e-9)


def test_c74_y_as_a_column_keeps_its_shape() -> None:
    model = fitted(X, Y[:, None])
    assert model.coef_.shape == (1, 3)
    assert model.intercept_.shape == (1,)
    assert model.predict(X).shape == (40, 1)


@pytest.mark.parametrize("dtype", ["float16", "float32", "int8", "int64", "uint8", "bool", ">f4"])
def test_c78_every_number_type_is_computed_in_float64(dtype: str) -> None:
    values = (10.0 * X).astype(dtype) if dtype != "uint8" else np.abs(10.0 * X).astype(dtype)
    model = fitted(values)
    exact = fitted(np.asarray(values, dtype=np.float64))
    assert model.coef_.dtype == np.float64
    assert np.array_equal(model.coef_, exact.coef_)
    assert model.intercept_ == exact.intercept_


def test_c78_many_float32_rows_with_an_offset() -> None:
    """scikit-learn#33032: sums of float32 lose the slope."""
    random = np.random.default_rng(1)
    values = random.normal(1e4, 1.0, size=(300_000, 2)).astype(np.float32)
    y = values.astype(np.float64) @ [1.0, 2.0]
    assert fitted(values, y, tol=1e-12).coef_ == pytest.approx([1.0, 2.0], rel=1e-7)


def test_c81_a_constant_target() -> None:
    model = fitted(X, np.full(40, 3.0), tol=1e-13)
    assert model.predict(X) == pytest.approx(np.full(40, 3.0), rel=1e-9)
    assert model.ending_ in ("converged", "stalled")
    assert np.isfinite(model.score(X, np.full(40, 3.0)))
    assert fitted(X, np.zeros(40)).score(X, np.zeros(40)) == 1.0


TINY = {"1e-160": 1e-160, "1e-250": 1e-250, "1e-300": 1e-300}


@pytest.mark.parametrize("unit", TINY.values(), ids=TINY.keys())
@pytest.mark.parametrize("what", ["X", "y"])
def test_c58_c59_tiny_units_are_right_or_refused(what: str, unit: float) -> None:
    """Squares of such numbers vanish in float64; a model of zeros must not claim convergence."""
    values, y = (X * unit, Y) if what == "X" else (X, Y * unit)
    try:
        model = fitted(values, y, tol=1e-10)
    except InputError:
        return
    shown = model.predict(values) / (unit if what == "y" else 1.0)
    assert shown == pytest.approx(least_squares(X), rel=1e-6)


def test_c58_denormal_column_is_right_or_refused() -> None:
    values = np.column_stack([x, 5e-324 * (np.arange(40) % 2)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            model = fitted(values)
    except InputError:
        return
    assert np.isfinite(model.coef_).all()
    assert np.isfinite(model.predict(values)).all()


# ---- C88: how arrays lie in memory -------------------------------------------------------------


def memory_map(folder: Path) -> Floats:
    file = folder / "x.npy"
    np.save(file, X)
    return np.load(file, mmap_mode="r")


def read_only(folder: Path) -> Floats:
    copy = X.copy()
    copy.flags.writeable = False
    return copy


LAYOUTS: dict[str, Callable[[Path], Any]] = {
    "C88-strided": lambda folder: np.repeat(np.repeat(X, 2, axis=0), 3, axis=1)[::2, ::3],
    "C88-fortran": lambda folder: np.asfortranarray(X),
    "C88-read-only": read_only,
    "C88-memmap": memory_map,
    "C88-big-endian": lambda folder: X.astype(">f8"),
    "C88-negative-stride": lambda folder: X[::-1].copy()[::-1],
    "C88-negative-column-stride": lambda folder: X[:, ::-1].copy()[:, ::-1],
    "C88-list": lambda folder: X.tolist(),
    "C88-pandas": lambda folder: frame(),
    "C88-polars": lambda folder: polars_frame(),
}


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_layout_changes_no_bit(layout: Callable, method: str, tmp_path: Path) -> None:
    options = {"method": method, "random_state": 3, "max_iter": 5, "batch_size": 8}
    values = layout(tmp_path)
    model, plain = fitted(values, **options), fitted(X, **options)
    assert np.array_equal(model.coef_, plain.coef_)
    assert model.intercept_ == plain.intercept_
    assert np.allclose(model.predict(values), plain.predict(X), rtol=1e-14)


def test_c88_input_is_never_written_to() -> None:
    values, y, weight = X.copy(), Y.copy(), np.ones(40)
    GradientDescentRegressor(method="stochastic", max_iter=2, tol=None).fit(values, y, weight)
    assert np.array_equal(values, X)
    assert np.array_equal(y, Y)
    assert (weight == 1.0).all()


# ---- C89: names of columns ---------------------------------------------------------------------


def test_c89_duplicate_names_are_refused_or_kept_by_position() -> None:
    try:
        model = fitted(frame(names=["area", "area", "age"]))
    except ValueError:  # pandas' or narwhals' own, which names them
        return
    assert np.array_equal(model.coef_, fitted().coef_)


def test_c89_numbers_as_names_are_no_names() -> None:
    model = fitted(pd.DataFrame(X))
    assert not hasattr(model, "feature_names_in_")
    assert np.array_equal(model.coef_, fitted().coef_)


def test_c89_hostile_names_reach_no_terminal() -> None:
    hostile = ["\x1b[31mred", "a\nb", "<img onerror=x>"]
    with pytest.raises(InputError) as caught:
        fitted(frame(planted(X, np.nan, column=0), names=hostile))
    assert "\x1b" not in str(caught.value)
    assert "\\x1b[31mred" in str(caught.value)
