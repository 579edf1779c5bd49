"""The forecast as a whole: what it says of odd tables, other losses, several rates, in JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from forecast_tables import problem_of, random_table, seen
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import ArraySource, Forecast, InputError, fit, forecast

REQUIRED = {
    "largest_stable_rate",
    "best_rate",
    "safe_rate",
    "eigenvalues",
    "condition_number",
    "condition_number_standardized",
    "dependent_columns",
    "epochs_to_tolerance",
    "directions",
    "optimum_loss",
}


def strict(made: Forecast) -> dict[str, Any]:
    answer = json.loads(json.dumps(made.as_dict(), allow_nan=False))
    assert set(answer) >= REQUIRED
    assert all("nan" not in text and "inf," not in text for text in answer["sentences"])
    return dict(answer)


WALKS: list[dict[str, Any]] = [
    {},
    {"method": "stochastic", "batch_size": 1},
    {"method": "mini-batch", "batch_size": 4},
    {"method": "mini-batch", "batch_size": 4, "order": "given"},
    {"schedule": "cosine", "epochs": 50},
    {"tolerance": 0.0},
]


@pytest.mark.parametrize("walk", WALKS, ids=str)
@pytest.mark.parametrize("rate", [1e-9, 1e-3, "auto", 0.9, 1e3, 1e300])
def test_every_key_is_always_there(walk: dict[str, Any], rate: float | str) -> None:
    made = seen(problem_of(random_table(1, 30, 2)), learning_rates=[rate, "auto"], **walk)
    answer = strict(made)
    assert set(answer) == set(strict(seen(problem_of(random_table(1, 30, 2)))))
    assert [set(one) for one in answer["rates"]] == [set(answer["rates"][0])] * 2
    assert len(answer["directions"]) == len(answer["eigenvalues"]) == 3
    assert answer["sentences"][0].startswith("Use a learning rate of")


ODD = {
    "one row": (np.array([[2.0, 3.0]]), np.array([[1.0]])),
    "two rows": (np.array([[2.0], [3.0]]), np.array([[1.0], [5.0]])),
    "constant column": (np.column_stack([np.arange(9.0), np.ones(9)]), np.arange(9.0)[:, None]),
    "constant target": (np.arange(9.0)[:, None], np.full((9, 1), 4.0)),
    "all zero": (np.zeros((4, 2)), np.zeros((4, 1))),
    "more columns than rows": (np.random.default_rng(0).normal(size=(4, 9)), np.ones((4, 1))),
    "twice the same": (np.repeat(np.arange(9.0)[:, None], 2, axis=1), np.arange(9.0)[:, None]),
    "two targets": (np.arange(9.0)[:, None], np.random.default_rng(0).normal(size=(9, 2))),
    "huge and tiny": (np.array([[1e9, 1e-9], [2e9, 3e-9], [-1e9, 5e-9]]), np.ones((3, 1))),
}


@pytest.mark.parametrize("walk", WALKS[:4], ids=str)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("name", ODD)
def test_odd_tables_have_a_forecast(
    name: str, standardize: bool, intercept: bool, walk: dict[str, Any]
) -> None:
    X, y = ODD[name]
    size = walk.get("batch_size", len(X))
    walk = {**walk, "batch_size": min(size, len(X))}
    problem = problem_of(ArraySource(X, y), standardize=standardize, intercept=intercept)
    made = seen(problem, standardized=standardize, learning_rates=["auto", 0.1], **walk)
    answer = strict(made)
    assert made.journey.quadratic.rank == sum(value > 0.0 for value in answer["eigenvalues"])
    if name == "all zero" and not intercept:
        assert answer["sentences"][0].startswith("No column changes")
    assert len(made.tell()) == len(answer["sentences"])


def test_a_loss_that_is_not_quadratic_has_bounds_and_says_so() -> None:
    """Logistic: curvature at most a quarter, so the bound is 8 / the largest eigenvalue of A."""
    rows = random_table(2, 60, 2)
    y = (rows.y > np.median(rows.y)).astype(float)
    problem = problem_of(ArraySource(rows.X, y), loss="logistic")
    made = seen(problem, loss="logistic", learning_rates=["auto", 100.0])
    answer = strict(made)
    assert answer["kind"] == "bound"
    assert answer["optimum_loss"] is None
    assert answer["epochs_to_tolerance"] is None
    assert [one.regime for one in made.rates] == ["good", "unproven"]
    A = np.column_stack([np.ones(60), (rows.X - rows.X.mean(0)) / rows.X.std(0)])
    top = np.linalg.eigvalsh(A.T @ A / 60)[-1]
    assert answer["largest_stable_rate"] == pytest.approx(8.0 / top, rel=1e-9)
    assert "This is a bound" in made.tell()[0]
    with pytest.raises(InputError, match="logistic"):
        made.curve(0.1, 10)


@pytest.mark.parametrize(("rate", "epochs"), [(0.0, 5), (-1.0, 5), (0.1, [-1]), (0.1, [])])
def test_curves_that_cannot_be(rate: float, epochs: Any) -> None:
    made = forecast("example:salary", target="salary")
    with pytest.raises(InputError):
        made.curve(rate, epochs)


def test_a_schedule_does_not_reach_beyond_its_run() -> None:
    made = forecast("example:salary", target="salary", schedule="cosine", epochs=10)
    assert len(made.curve(0.1, 10)["loss"]) == 11
    with pytest.raises(InputError, match="10 epochs"):
        made.curve(0.1, 11)


def test_searches_have_no_forecast() -> None:
    with pytest.raises(InputError, match="exhaustive"):
        forecast("example:salary", target="salary", method="exhaustive", ranges=(("years", 0, 1),))


def salary(**options: Any) -> Forecast:
    return forecast("example:salary", target="salary", standardize=False, **options)


def test_too_few_epochs_are_said_with_what_they_leave() -> None:
    """Also where the rate itself is good; the loss left is that of the descent."""
    for rate, word in ((0.02, "too low"), ("auto", "good"), (0.8, "high")):
        made = salary(learning_rates=rate, epochs=5)
        one = made.rates[0]
        assert one.regime == word
        assert one.epochs > 5
        said = made.tell()[1]
        assert f"is {word}" in said
        assert "too few" in said
        same = {"standardize": False, "learning_rate": rate, "epochs": 5}
        run = fit("example:salary", target="salary", **same)
        above = run.trace["loss"][-1] - run.summary["optimum_loss"]
        assert f"still {above:.3g} above its minimum" in said
        assert "too few" not in salary(learning_rates=rate, epochs=10_000).tell()[1]


def test_the_best_rate_is_told_only_where_it_is_faster() -> None:
    """From a start along the steepest direction alone 1/L arrives at once, 2/(mu + L) does not."""
    problem = problem_of(random_table(1, 60, 2))
    quadratic = problem.quadratic
    assert quadratic is not None
    one = quadratic.optimum + quadratic.directions[:, :1]
    every = quadratic.optimum + quadratic.directions.sum(axis=1, keepdims=True)
    for start, faster in ((one, False), (every, True)):
        made = seen(problem, start=start)
        assert any(text.startswith("Faster still") for text in made.tell()) == faster


def test_a_falling_schedule_is_not_told_as_a_constant_rate() -> None:
    rows = random_table(1, 60, 2)
    limit = seen(problem_of(rows)).bounds.largest_stable
    falls = {"schedule": "inverse-time", "learning_rates": [1.7 * limit, 1e6 * limit]}
    made = seen(problem_of(rows), **falls)
    assert [one.regime for one in made.rates] == ["high", "too high"]
    assert "Kept constant, any rate above" in made.tell()[0]
    assert "high, 1.7 of the largest that is stable if kept" in made.tell()[1]
    walk = {"method": "stochastic", "batch_size": 1, **falls}
    assert "grows without end" not in " ".join(seen(problem_of(rows), **walk).tell())


def test_a_rate_beyond_the_mean_square_limit_is_too_high() -> None:
    problem = problem_of(random_table(1, 60, 2))
    limit = seen(problem).sampling.exact_limit(1)
    proven = seen(problem, batch_size=1).bounds.largest_stable
    rates = [0.5 * (proven + limit), 1.01 * limit]
    made = seen(problem, method="stochastic", batch_size=1, learning_rates=rates)
    assert [one.regime for one in made.rates] == ["unproven", "too high"]
    assert "is too high" in " ".join(made.tell())


def test_a_given_order_is_promised_nothing_of_random_ones() -> None:
    walk = {"method": "stochastic", "batch_size": 1, "order": "given"}
    (said,) = [
        text
        for text in seen(problem_of(random_table(1, 60, 2)), **walk).tell()
        if "one row in an update" in text
    ]
    assert said.startswith("In random order (--order random) one row in an update would")


def test_standardizing_is_not_sold_by_rates_that_it_lowers() -> None:
    """Small columns allow larger rates as they are, and only make the descent slow."""
    X = np.random.default_rng(0).normal(size=(200, 2)) * [0.01, 1.0]
    X[:, 1] += 0.9 * 100.0 * X[:, 0]
    rows = ArraySource(X, X[:, :1])
    for standardize in (True, False):
        made = seen(problem_of(rows, standardize=standardize), standardized=standardize)
        conditions = made.conditions
        for text in made.tell():
            if "tandardiz" in text and conditions.raw_limit >= conditions.standardized_limit:
                assert "no rate above" not in text
                assert "are stable" not in text
    small = ArraySource(X * [1.0, 0.01], X[:, :1])
    made = seen(problem_of(small))
    assert made.conditions.raw_limit > made.conditions.standardized_limit
    (said,) = [text for text in made.tell() if text.startswith("Standardizing pays")]
    assert "no rate above" not in said


def test_each_floor_says_whether_it_is_exact() -> None:
    made = seen(problem_of(random_table(1, 30, 2)), method="stochastic", batch_size=1)
    answer = strict(made)
    floor = answer["rates"][0]["floor"]
    assert (floor["reshuffled_kind"], floor["independent_kind"]) == ("approximate", "exact")
    assert "kind" not in floor
    kinds = {one["batch_size"]: one["floor_kind"] for one in answer["batch_sizes"]}
    assert kinds == {size: "exact" if size == 30 else "approximate" for size in kinds}
    assert {one["floor_independent_kind"] for one in answer["batch_sizes"]} == {"exact"}


def test_the_proportion_is_not_promised_of_short_last_batches() -> None:
    """Of 33 rows in batches of 4 the last holds one, and allows no more than one row does."""
    sampling = seen(problem_of(random_table(1, 33, 2))).sampling
    assert sampling.bound(4) == sampling.bound(1)
    walk = {"method": "mini-batch", "batch_size": 4}
    said = " ".join(seen(problem_of(random_table(1, 33, 2)), **walk).tell())
    assert "does not divide 33, the last batch is shorter" in said


# ---- the story of a fit ------------------------------------------------------------------------


def forecast_line(**options: Any) -> str:
    run = fit("example:salary-bad", target="salary", standardize=False, **options)
    (line,) = [text for text in run.tell() if text.startswith("Forecast")]
    return line


def test_a_fit_says_what_was_forecast_beside_what_happened() -> None:
    run = fit("example:salary-bad", target="salary", standardize=False, epochs=20_000)
    made = forecast("example:salary-bad", target="salary", standardize=False, epochs=20_000)
    line = forecast_line(epochs=20_000)
    assert f"{made.rates[0].epochs:,.0f} epochs to the tolerance" in line
    assert f"it took {run.summary['epochs']:,}" in line
    assert abs(made.rates[0].epochs - run.summary["epochs"]) <= 1
    late = forecast_line(epochs=50)
    assert f"{made.rates[0].epochs:,.0f} epochs" in late
    assert "50 were run" in late
    assert "at update 8" in forecast_line(learning_rate=0.04)
    batches = forecast_line(method="stochastic", epochs=3)
    assert f"about {made.sampling.enough:,} rows" in batches


@given(st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_every_sentence_can_be_said(seed: int) -> None:
    """Random tables, rates and walks: sentences are filled, the verdict is first."""
    random = np.random.default_rng(seed)
    rows = random_table(seed, int(random.integers(2, 40)), int(random.integers(1, 5)))
    walk = WALKS[seed % 4]
    walk = {**walk, "batch_size": min(walk.get("batch_size", rows.rows), rows.rows)}
    rates = (10.0 ** random.uniform(-12, 3, 4)).tolist()
    standardize = bool(seed % 2)
    problem = problem_of(rows, standardize=standardize)
    made = seen(problem, learning_rates=rates, standardized=standardize, **walk)
    for text in made.tell():
        assert "nan" not in text.split()
        assert text.endswith(".")
    for one in made.rates:
        assert one.regime in ("too low", "good", "high", "too high", "unproven")
        assert math.isnan(one.epochs) or one.epochs >= 0.0
