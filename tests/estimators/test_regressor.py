"""The estimator's own promises: scikit-learn's tools, shapes, starts, weights, endings, seeds."""

from __future__ import annotations

import inspect
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.multioutput import MultiOutputRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from steepest import ENDINGS, GradientDescentRegressor, InputError

RANDOM = np.random.default_rng(11)
X = RANDOM.normal(size=(60, 3)) * [1.0, 10.0, 0.1] + [0.0, 5.0, 1.0]
Y = X @ [2.0, -0.3, 7.0] + 1.5 + 0.2 * RANDOM.normal(size=60)
BOTH = np.column_stack([Y, 3.0 - X[:, 1]])
QUIET = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")


def exact(values: Any = X, y: Any = Y, **options: Any) -> GradientDescentRegressor:
    return GradientDescentRegressor(tol=1e-13, max_iter=100_000, **options).fit(values, y)


# ---- scikit-learn's tools ----------------------------------------------------------------------


def test_defaults_reach_least_squares() -> None:
    model = GradientDescentRegressor().fit(X, Y)
    reference = LinearRegression().fit(X, Y)
    assert model.ending_ == "converged"
    assert model.coef_ == pytest.approx(reference.coef_, rel=1e-5)
    assert model.intercept_ == pytest.approx(reference.intercept_, rel=1e-5)
    assert isinstance(model.intercept_, float)


def test_clone_copies_the_options_and_nothing_learnt() -> None:
    model = exact(learning_rate=0.1, loss="half_squared_error")
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert not hasattr(copy, "coef_")


def test_pipeline() -> None:
    line = make_pipeline(PolynomialFeatures(2, include_bias=False), StandardScaler(), exact())
    reference = make_pipeline(PolynomialFeatures(2), LinearRegression()).fit(X, Y)
    assert line.fit(X, Y).predict(X) == pytest.approx(reference.predict(X), rel=1e-6)


def test_grid_search_finds_the_planted_rate() -> None:
    rates = [1e-6, 0.3]
    search = GridSearchCV(GradientDescentRegressor(max_iter=50), {"learning_rate": rates}, cv=3)
    with pytest.warns(ConvergenceWarning):
        search.fit(X, Y)
    assert search.best_params_ == {"learning_rate": 0.3}


@pytest.mark.parametrize("rate", [np.float64(0.1), np.float32(0.1), 0.1, 1], ids=repr)
def test_numpy_s_numbers_are_learning_rates(rate: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        assert GradientDescentRegressor(learning_rate=rate, max_iter=3).fit(X, Y).n_iter_ == 3


def test_cross_validation_scores_like_least_squares() -> None:
    ours = cross_val_score(exact(), X, Y, cv=5)
    assert ours == pytest.approx(cross_val_score(LinearRegression(), X, Y, cv=5), rel=1e-8)


def test_parallel_jobs() -> None:
    assert len(cross_val_score(GradientDescentRegressor(), X, Y, cv=2, n_jobs=2)) == 2


@pytest.mark.parametrize("method", ["batch", "stochastic"])
@QUIET
def test_pickling_keeps_everything(method: str) -> None:
    model = GradientDescentRegressor(method=method, max_iter=5, random_state=0).fit(X, Y)
    copy = pickle.loads(pickle.dumps(model))
    assert np.array_equal(copy.predict(X), model.predict(X))
    assert copy.trace_.ending.sentence() == model.trace_.ending.sentence()
    assert copy.ending_ == model.ending_


def test_errors_pickle_for_parallel_jobs() -> None:
    with pytest.raises(InputError) as caught:
        GradientDescentRegressor().fit(np.full((3, 1), np.nan), [1.0, 2.0, 3.0])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (copy.name, str(copy)) == (caught.value.name, str(caught.value))


# ---- shapes and names --------------------------------------------------------------------------


def test_one_target_shapes() -> None:
    model = exact()
    assert model.coef_.shape == (3,)
    assert model.predict(X).shape == (60,)
    assert model.n_features_in_ == 3


@pytest.mark.parametrize("method", ["auto", "mini-batch", "stochastic"])
@QUIET
def test_several_targets_shapes(method: str) -> None:
    model = GradientDescentRegressor(method=method, random_state=0, max_iter=4).fit(X, BOTH)
    assert model.coef_.shape == (2, 3)
    assert model.intercept_.shape == (2,)
    assert model.predict(X).shape == (60, 2)


def test_several_targets_are_those_of_each_alone() -> None:
    together = exact(X, BOTH)
    apart = MultiOutputRegressor(exact()).fit(X, BOTH)
    for k, alone in enumerate(apart.estimators_):
        assert together.coef_[k] == pytest.approx(alone.coef_, rel=1e-8)
    losses = [alone.optimum_loss_ for alone in apart.estimators_]
    assert together.optimum_loss_ == pytest.approx(sum(losses), rel=1e-9)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame], ids=["pandas", "polars"])
def test_names_are_kept_and_checked(kind: Any) -> None:
    table = kind({"area": X[:, 0], "rooms": X[:, 1], "age": X[:, 2]})
    model = exact(table)
    assert model.feature_names_in_.tolist() == ["area", "rooms", "age"]
    assert model.predict(table) == pytest.approx(exact().predict(X), rel=1e-12)
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)


def test_names_stand_in_the_sentence_of_a_divergence() -> None:
    table = pd.DataFrame(X, columns=["area", "rooms", "age"])
    with pytest.warns(ConvergenceWarning, match="'rooms'"):
        GradientDescentRegressor(standardize=False, learning_rate=1.0).fit(table, Y)


@pytest.mark.parametrize("kind", ["float32", "int64"])
def test_integers_and_float32_are_taken(kind: str) -> None:
    values = np.round(10.0 * X).astype(kind)
    assert exact(values).predict(values) == pytest.approx(
        LinearRegression().fit(values.astype(float), Y).predict(values.astype(float)), rel=1e-7
    )


# ---- starts ------------------------------------------------------------------------------------


@pytest.mark.parametrize("standardize", [True, False])
def test_a_start_is_in_the_table_s_units(standardize: bool) -> None:
    """A step of nearly no length stays where it began."""
    still = GradientDescentRegressor(
        learning_rate=1e-14, max_iter=1, tol=None, standardize=standardize
    )
    model = still.fit(X, Y, coef_init=[1.0, 2.0, 3.0], intercept_init=4.0)
    assert model.coef_ == pytest.approx([1.0, 2.0, 3.0], rel=1e-9)
    assert model.intercept_ == pytest.approx(4.0, rel=1e-9)


def test_a_start_of_several_targets_is_shaped_as_the_answer() -> None:
    coefficients = np.arange(6.0).reshape(2, 3) + 1.0
    still = GradientDescentRegressor(learning_rate=1e-14, max_iter=1, tol=None)
    model = still.fit(X, BOTH, coef_init=coefficients, intercept_init=[1.0, 2.0])
    assert model.coef_ == pytest.approx(coefficients, rel=1e-9)
    assert model.intercept_ == pytest.approx([1.0, 2.0], rel=1e-9)


def test_starting_at_the_end_ends_at_once() -> None:
    model = exact()
    again = GradientDescentRegressor(tol=1e-10).fit(
        X, Y, coef_init=model.coef_, intercept_init=model.intercept_
    )
    assert (again.ending_, again.n_iter_) == ("converged", 0)
    assert again.coef_ == pytest.approx(model.coef_, rel=1e-12)


@pytest.mark.parametrize(
    ("start", "part"),
    [
        ({"coef_init": [1.0, 2.0]}, "coef_init"),
        ({"coef_init": np.ones((3, 3))}, "coef_init"),
        ({"intercept_init": [1.0, 2.0]}, "intercept_init"),
        ({"coef_init": [1.0, np.nan, 2.0]}, "coef_init"),
        ({"intercept_init": np.inf}, "intercept_init"),
    ],
    ids=["short", "square", "two-intercepts", "nan", "inf"],
)
def test_a_start_that_cannot_be(start: dict[str, Any], part: str) -> None:
    with pytest.raises(ValueError, match=part):
        GradientDescentRegressor().fit(X, Y, **start)


def test_a_start_too_far_away_is_a_named_ending_or_error() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = GradientDescentRegressor().fit(X, Y, coef_init=[1e300, 0.0, 0.0])
        except ValueError as error:
            text = str(error)
        else:
            text = model.trace_.ending.sentence()
            assert model.ending_ == "diverged"
    assert text


# ---- weights -----------------------------------------------------------------------------------

WEIGHTS = RANDOM.integers(0, 4, 60).astype(float)


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("fit_intercept", [True, False])
def test_weight_2_is_the_row_twice_and_0_the_row_absent(
    standardize: bool, fit_intercept: bool
) -> None:
    options = {"standardize": standardize, "fit_intercept": fit_intercept, "tol": None}
    options |= {"max_iter": 20, "learning_rate": 1e-3}
    repeated = np.repeat(np.arange(60), WEIGHTS.astype(int))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        weighted = GradientDescentRegressor(**options).fit(X, Y, sample_weight=WEIGHTS)
        plain = GradientDescentRegressor(**options).fit(X[repeated], Y[repeated])
    assert weighted.coef_ == pytest.approx(plain.coef_, rel=1e-10)
    assert weighted.intercept_ == pytest.approx(plain.intercept_, rel=1e-10, abs=1e-12)
    assert weighted.optimum_loss_ == pytest.approx(plain.optimum_loss_, rel=1e-9)


@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
@QUIET
def test_weight_0_is_the_row_absent_for_those_who_walk_too(method: str) -> None:
    kept = WEIGHTS > 0.0
    walking = GradientDescentRegressor(
        method=method, shuffle=False, max_iter=4, tol=None, batch_size=8
    )
    weighted = clone(walking).fit(X, Y, sample_weight=kept.astype(float))
    plain = clone(walking).fit(X[kept], Y[kept])
    assert weighted.coef_ == pytest.approx(plain.coef_, rel=1e-10)
    facts = [model.trace_.ending.facts["updates"] for model in (weighted, plain)]
    assert facts[0] == facts[1]


@given(st.integers(-40, 40))
@settings(max_examples=10, deadline=None)
def test_weights_count_by_their_ratios(power: int) -> None:
    one = GradientDescentRegressor(max_iter=500).fit(X, Y, sample_weight=WEIGHTS)
    other = GradientDescentRegressor(max_iter=500).fit(X, Y, sample_weight=WEIGHTS * 2.0**power)
    assert one.coef_ == pytest.approx(other.coef_, rel=1e-9)
    assert one.optimum_loss_ == pytest.approx(other.optimum_loss_, rel=1e-9)


def test_weights_of_one_change_nothing() -> None:
    assert exact().coef_ == pytest.approx(
        exact().fit(X, Y, sample_weight=np.ones(60)).coef_, rel=1e-12
    )


# ---- laws of least squares by descent ----------------------------------------------------------


@given(st.integers(-8, 8), st.floats(-50.0, 50.0), st.randoms())
@settings(max_examples=15, deadline=None)
def test_laws_of_order_scale_and_offset(power: int, offset: float, random: Any) -> None:
    order = list(range(60))
    random.shuffle(order)
    model, plain = exact(X[order] * 2.0**power, Y[order] + offset), exact()
    assert model.coef_ * 2.0**power == pytest.approx(plain.coef_, rel=1e-8)
    assert model.intercept_ - offset == pytest.approx(plain.intercept_, rel=1e-7, abs=1e-7)


def test_columns_may_stand_in_any_order() -> None:
    assert exact(X[:, [2, 0, 1]]).coef_ == pytest.approx(exact().coef_[[2, 0, 1]], rel=1e-9)


def test_half_the_error_has_half_the_loss_and_twice_the_rate() -> None:
    whole, half = exact(), exact(loss="half_squared_error")
    assert half.optimum_loss_ == pytest.approx(whole.optimum_loss_ / 2.0, rel=1e-12)
    bounds = [one.trace_.metadata["largest_stable_rate"] for one in (whole, half)]
    assert bounds[1] == pytest.approx(2.0 * bounds[0], rel=1e-12)


# ---- endings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
@QUIET
def test_tol_none_runs_all_epochs(method: str) -> None:
    model = GradientDescentRegressor(method=method, tol=None, max_iter=25, random_state=0)
    assert model.fit(X, Y).n_iter_ == 25
    assert model.ending_ == "epochs_used_up"


def test_tol_none_used_up_is_no_warning() -> None:
    GradientDescentRegressor(tol=None, max_iter=3).fit(X, Y)


@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_used_up_epochs_warn_with_our_sentence(method: str) -> None:
    model = GradientDescentRegressor(method=method, max_iter=2, random_state=0)
    with pytest.warns(ConvergenceWarning) as caught:
        model.fit(X, Y)
    assert str(caught[0].message) == model.trace_.ending.sentence()
    assert "Used up 2 epochs" in str(caught[0].message)
    assert caught[0].filename == __file__


@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
@pytest.mark.parametrize("rate", [3.0, 1e3, 1e300], ids=str)
def test_a_divergence_is_told_and_never_called_convergence(method: str, rate: float) -> None:
    model = GradientDescentRegressor(method=method, learning_rate=rate, random_state=0)
    with pytest.warns(ConvergenceWarning, match="Diverged at update") as caught:
        model.fit(X, Y)
    assert model.ending_ == "diverged"
    text = str(caught[0].message)
    assert f"{model.trace_.metadata['largest_stable_rate']:.6g}" in text
    assert np.isfinite(model.coef_).all()
    at_start = np.mean(Y**2)
    assert np.mean((model.predict(X) - Y) ** 2) <= at_start * (1.0 + 1e-9)


@pytest.mark.parametrize("rate", [1e-6, 1e-12, 1e-17, 1e-300], ids=str)
def test_a_rate_too_small_is_told_with_the_epochs_it_would_take(rate: float) -> None:
    """FAULTS 92. Along a direction of curvature c, n epochs multiply the gradient by (1-rc)^n."""
    model = GradientDescentRegressor(learning_rate=rate, max_iter=10)
    with pytest.warns(ConvergenceWarning, match="more epochs are needed") as caught:
        model.fit(X, Y)
    text = str(caught[0].message)
    told = float(text.partition("about ")[2].partition(" more epochs")[0].replace(",", ""))
    mu = model.trace_.metadata["smallest_curvature"]
    assert told == pytest.approx(-np.log(1e-8) / (rate * mu), rel=0.5)


@QUIET
@pytest.mark.parametrize("rate", [0.01, 0.4, 0.7, 2.0, 50.0])
@pytest.mark.parametrize("method", ["batch", "stochastic"])
def test_every_ending_is_one_of_the_table(method: str, rate: float) -> None:
    model = GradientDescentRegressor(
        method=method, learning_rate=rate, max_iter=20, random_state=0
    ).fit(X, Y)
    assert model.ending_ in ENDINGS
    assert model.ending_ == model.trace_.ending.name
    if model.ending_ == "converged":
        assert model.coef_ == pytest.approx(LinearRegression().fit(X, Y).coef_, rel=1e-4)


# ---- validation and seeds ----------------------------------------------------------------------


def test_validation_rows_do_not_train() -> None:
    model = exact(validation_fraction=0.25, random_state=4)
    assert np.isfinite(model.trace_["validation_loss"]).any()
    from steepest import validation_mask

    kept = ~validation_mask(np.arange(60), 0.25, 4)
    assert kept.sum() == 45
    assert model.coef_ == pytest.approx(exact(X[kept], Y[kept]).coef_, rel=1e-9)
    held = np.mean((model.predict(X[~kept]) - Y[~kept]) ** 2)
    assert model.trace_.last("validation_loss") == pytest.approx(held, rel=1e-9)


@QUIET
def test_seeds_in_every_form() -> None:
    def coefficients(state: Any, **options: Any) -> np.ndarray:
        model = GradientDescentRegressor(
            method="stochastic", max_iter=3, random_state=state, **options
        )
        return model.fit(X, Y).coef_

    assert np.array_equal(coefficients(3), coefficients(np.int64(3)))
    assert not np.array_equal(coefficients(3), coefficients(4))
    legacy = np.random.RandomState
    assert np.array_equal(coefficients(legacy(3)), coefficients(legacy(3)))
    assert not np.array_equal(coefficients(None), coefficients(None))
    given = {"shuffle": False}
    assert np.array_equal(coefficients(3, **given), coefficients(4, **given))
    with pytest.raises(ValueError, match="random_state"):
        coefficients("three")


# ---- options -----------------------------------------------------------------------------------

OPTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "D91-rate-0": ({"learning_rate": 0}, "'learning_rate' parameter"),
    "D91-rate-negative": ({"learning_rate": -0.1}, "'learning_rate' parameter"),
    "rate-nan": ({"learning_rate": np.nan}, "'learning_rate' parameter"),
    "rate-inf": ({"learning_rate": np.inf}, "'learning_rate' parameter"),
    "rate-word": ({"learning_rate": "fast"}, "'learning_rate' parameter"),
    "rate-none": ({"learning_rate": None}, "'learning_rate' parameter"),
    "loss": ({"loss": "hinge"}, "'half_squared_error'"),
    "loss-of-classes": ({"loss": "logistic"}, "'half_squared_error'"),
    "method": ({"method": "sgd"}, "'method' parameter .*'mini-batch'"),
    "method-search": ({"method": "exhaustive"}, "'method' parameter .*'mini-batch'"),
    "schedule": ({"schedule": "linear"}, "'schedule' parameter .*'inverse-time'"),
    "epochs-0": ({"max_iter": 0}, "max_iter"),
    "epochs-half": ({"max_iter": 1.5}, "max_iter"),
    "epochs-word": ({"max_iter": "many"}, "max_iter"),
    "tol-negative": ({"tol": -1e-3}, "tol"),
    "tol-1": ({"tol": 1.0}, "tol"),
    "tol-nan": ({"tol": np.nan}, "tol"),
    "tol-word": ({"tol": "small"}, "tol"),
    "batch-0": ({"batch_size": 0}, "batch_size"),
    "batch-none": ({"batch_size": None}, "batch_size"),
    "validation-1": ({"validation_fraction": 1.0}, "validation"),
    "validation-negative": ({"validation_fraction": -0.1}, "validation"),
    "validation-word": ({"validation_fraction": "some"}, "validation"),
    "seed-negative": ({"random_state": -1}, "[Ss]eed|random_state"),
}


@pytest.mark.parametrize(("option", "part"), OPTIONS.values(), ids=OPTIONS.keys())
def test_options_are_checked_when_fitting_and_named(option: dict[str, Any], part: str) -> None:
    model = GradientDescentRegressor(**option)  # never in __init__
    with pytest.raises((ValueError, TypeError), match=part):
        model.fit(X, Y)


def test_the_docstring_describes_every_parameter_and_attribute() -> None:
    text = inspect.getdoc(GradientDescentRegressor) or ""
    parameters = text.partition("Parameters\n")[2].partition("Attributes\n")[0]
    for name, value in GradientDescentRegressor().get_params().items():
        line = next(one for one in parameters.splitlines() if one.startswith(f"{name} : "))
        shown = f'"{value}"' if isinstance(value, str) else repr(value).replace("e-0", "e-")
        assert line.endswith(f"default={shown}")
    attributes = text.partition("Attributes\n")[2].partition("See Also\n")[0]
    described = {one.split(" : ")[0] for one in attributes.splitlines() if " : " in one}
    learnt = {name for name in vars(exact(pd.DataFrame(X, columns=list("abc")))) if name[-1] == "_"}
    assert learnt <= described
    for name in ("fit", "predict"):
        method = getattr(GradientDescentRegressor, name)
        documented = inspect.getdoc(method) or ""
        assert all(
            one in documented for one in inspect.signature(method).parameters if one != "self"
        )


def test_the_docstring_warns_of_the_other_meaning_of_squared_error() -> None:
    text = inspect.getdoc(GradientDescentRegressor) or ""
    assert "SGDRegressor" in text
    assert "half" in text
