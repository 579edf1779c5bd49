"""Condition numbers told apart into units and collinearity, and the columns to blame."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from forecast_tables import design, problem_of, random_table, seen
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import LOSSES, ArraySource, moments_of, quadratic_of, standard_coordinates


def condition_of(X: np.ndarray) -> float:
    values = np.linalg.eigvalsh(X.T @ X)
    return float(values[-1] / values[0])


@given(st.integers(0, 10**6), st.integers(1, 5), st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_condition_numbers_are_those_of_their_definition(
    seed: int, columns: int, intercept: bool, standardize: bool
) -> None:
    rows = random_table(seed, 40, columns)
    problem = problem_of(rows, standardize=standardize, intercept=intercept)
    found = seen(problem, standardized=standardize).conditions
    own = np.concatenate([np.ones((40, 1)), rows.X], axis=1) if intercept else rows.X
    assert found.raw == pytest.approx(condition_of(own), rel=1e-6)
    lengths = np.sqrt((own**2).mean(axis=0))
    assert found.scaled == pytest.approx(condition_of(own / lengths), rel=1e-6)
    centred = (rows.X - rows.X.mean(axis=0) * intercept) / rows.X.std(axis=0)
    standard = np.concatenate([np.ones((40, 1)), centred], axis=1) if intercept else centred
    assert found.standardized == pytest.approx(condition_of(standard), rel=1e-6)
    largest = np.linalg.eigvalsh(2.0 * own.T @ own / 40)[-1]
    assert found.raw_limit == pytest.approx(2.0 / largest, rel=1e-9)
    assert list(found.sizes.values()) == pytest.approx(lengths, rel=1e-9)


@given(st.integers(0, 10**6), st.booleans(), st.booleans())
@settings(max_examples=30, deadline=None)
def test_a_loss_seen_in_other_coordinates_is_the_same_loss(
    seed: int, intercept: bool, back: bool
) -> None:
    """One quadratic is moved; the other is made from the moments of the rows anew."""
    rows = random_table(seed, 30, 3)
    X = np.column_stack([rows.X, np.full(30, 3.5), rows.X[:, 0] - 2.0 * rows.X[:, 1]])
    moments = moments_of(ArraySource(X, rows.y))
    here, there = (
        standard_coordinates(moments, intercept=intercept, standardize=one)
        for one in (back, not back)
    )
    moved = quadratic_of(moments, LOSSES["squared_error"], here).seen_in(there)
    anew = quadratic_of(moments, LOSSES["squared_error"], there)
    top = anew.largest_curvature
    assert moved.curvatures == pytest.approx(anew.curvatures, rel=1e-9, abs=1e-12 * top)
    assert moved.rank == anew.rank
    point = np.random.default_rng(seed).normal(size=anew.shape)
    assert float(moved.value(point)) == pytest.approx(float(anew.value(point)), rel=1e-9)
    assert float(moved.value(moved.optimum)) == pytest.approx(anew.floor, rel=1e-9)


@given(st.integers(0, 10**6), st.integers(2, 5), st.booleans())
@settings(max_examples=30, deadline=None)
def test_variance_inflation_is_what_the_other_columns_explain(
    seed: int, columns: int, intercept: bool
) -> None:
    """1 / (1 - R^2) of each column regressed on the others."""
    rows = random_table(seed, 40, columns)
    found = seen(problem_of(rows, intercept=intercept)).conditions.inflation
    for j in range(columns):
        others = np.delete(rows.X, j, axis=1)
        if intercept:
            others = np.column_stack([np.ones(40), others])
        rest = rows.X[:, j] - others @ np.linalg.lstsq(others, rows.X[:, j], rcond=None)[0]
        middle = rows.X[:, j].mean() * intercept
        total = ((rows.X[:, j] - middle) ** 2).sum()
        assert found[f"x{j}"] == pytest.approx(total / (rest**2).sum(), rel=1e-6)


def test_a_column_in_small_units_is_blamed_and_standardizing_removes_it() -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 3)) * [1.0, 5000.0, 1.0]
    rows = ArraySource(X, X[:, :1] + random.normal(size=(300, 1)))
    made = seen(problem_of(rows, standardize=False), standardized=False)
    found = made.conditions
    assert found.largest == "x1"
    assert found.steepest.keys() == {"x1"}
    assert found.units > 1e7
    assert found.standardized < 2.0
    assert found.near == ()
    words = " ".join(made.tell())
    assert "Standardize the features" in words
    assert "'x1' is of size" in words
    well = " ".join(seen(problem_of(rows)).tell())
    assert "Standardizing pays" in well
    assert "Standardize the features" not in well


def test_columns_alike_are_no_trouble() -> None:
    rows = ArraySource(np.random.default_rng(0).normal(size=(400, 3)), np.ones((400, 1)))
    words = " ".join(seen(problem_of(rows, standardize=False), standardized=False).tell())
    assert "Units are no trouble" in words


def test_an_offset_is_told_apart_from_collinearity() -> None:
    """Years as numbers: no scaling helps, centring does."""
    years = np.arange(1960.0, 2020.0)
    rows = ArraySource(years[:, None], years[:, None] * 2.0)
    found = seen(problem_of(rows, standardize=False), standardized=False).conditions
    assert found.standardized == pytest.approx(1.0, rel=1e-9)
    assert found.scaled > 1e4
    assert found.near == ()


def test_a_planted_near_dependence_is_named_and_no_other() -> None:
    random = np.random.default_rng(1)
    X = random.normal(size=(500, 5))
    X[:, 3] = X[:, 0] + X[:, 1] + 0.01 * random.normal(size=500)
    made = seen(problem_of(ArraySource(X, X[:, :1])))
    (near,) = made.conditions.near
    assert near.columns.keys() == {"x0", "x1", "x3"}
    assert all(share > 0.99 for share in near.columns.values())
    A, _ = design(problem_of(ArraySource(X, X[:, :1])))
    singular = np.linalg.svd(A[:, 1:], compute_uv=False)
    assert near.index == pytest.approx(singular[0] / singular[-1], rel=1e-9)
    words = [text for text in made.tell() if "almost determine each other" in text]
    assert len(words) == 1
    for name in near.columns:
        assert f"'{name}'" in words[0]


def test_two_near_dependences_are_two() -> None:
    random = np.random.default_rng(2)
    X = random.normal(size=(500, 4))
    X[:, 1] = X[:, 0] + 0.001 * random.normal(size=500)
    X[:, 3] = X[:, 2] + 0.03 * random.normal(size=500)
    near = seen(problem_of(ArraySource(X, X[:, :1]))).conditions.near
    assert [set(one.columns) for one in near] == [{"x0", "x1"}, {"x2", "x3"}]


def test_longley_has_its_published_variance_inflation() -> None:
    """As printed in regression texts for these data: 135.53 1788.51 33.62 3.59 399.15 758.98."""
    facts = json.loads((Path(__file__).parents[1] / "reference" / "nist.json").read_text())
    rows = ArraySource(np.array(facts["longley"]["x"]), np.array(facts["longley"]["y"])[:, None])
    made = seen(problem_of(rows))
    found = list(made.conditions.inflation.values())
    published = [135.53, 1788.51, 33.62, 3.59, 399.15, 758.98]
    assert [round(value, 2) for value in found] == published


def test_more_columns_than_rows_are_slow_only_where_the_curvature_says_so() -> None:
    """The condition index is the root of the condition number of what curves."""
    X = np.random.default_rng(4).normal(size=(12, 30))
    made = seen(problem_of(ArraySource(X, X[:, :1])))
    assert len(made.dependent_columns) == 30 - 11
    centred = (X - X.mean(axis=0)) / X.std(axis=0)
    singular = np.linalg.svd(centred, compute_uv=False)[:11]
    assert singular[0] / singular[-1] < 10.0
    assert made.conditions.near == ()
    assert "almost determine" not in " ".join(made.tell())


def test_a_near_dependence_beside_an_exact_one_is_found_whatever_stands_first() -> None:
    random = np.random.default_rng(5)
    a, b = random.normal(size=(2, 400))
    near = a + 1e-3 * random.normal(size=400)
    for columns in ([a, b, 2.0 * a, near], [2.0 * a, near, b, a]):
        made = seen(problem_of(ArraySource(np.column_stack(columns), a[:, None])))
        (found,) = made.conditions.near
        assert f"x{3 if columns[0] is a else 1}" in found.columns
        assert f"x{1 if columns[0] is a else 2}" not in found.columns
        assert all(text.count("nan") == 0 for text in made.tell())


def test_exactly_dependent_columns_are_listed_and_left_out_of_inflation() -> None:
    rows = random_table(3, 50, 2)
    X = np.column_stack([rows.X, 3.0 * rows.X[:, 0] - rows.X[:, 1], np.full(50, 7.0)])
    made = seen(problem_of(ArraySource(X, rows.y)))
    assert [one["column"] for one in made.dependent_columns] == ["x2"]
    assert made.conditions.inflation == {}  # each of the three is one of the other two
    assert made.rates[0].fates.count("flat") == 2
    assert "'x2' says nothing new" in " ".join(made.tell())
