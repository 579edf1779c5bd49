"""Which columns are exact combinations of earlier ones, by name and factor; and which are not."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import LOSSES, ArraySource, Quadratic, moments_of, quadratic_of, standard_coordinates

NIST = json.loads((Path(__file__).parents[1] / "reference" / "nist.json").read_text())
N = 50


def known(X: np.ndarray, *, intercept: bool = True, standardize: bool = True) -> Quadratic:
    moments = moments_of(ArraySource(X, X[:, :1] * 0.5 + 1.0))
    where = standard_coordinates(moments, intercept=intercept, standardize=standardize)
    return quadratic_of(moments, LOSSES["squared_error"], where)


def named(X: np.ndarray, *, intercept: bool = True) -> list[tuple[int, dict[int, float]]]:
    """Dependent columns as (column, {other: factor}); -1 is the constant."""
    found = known(X, intercept=intercept).dependent
    return [(one.column, dict(zip(one.others, one.factors, strict=True))) for one in found]


def drawn(columns: int, seed: int = 0) -> list[np.ndarray]:
    return list(np.random.default_rng(seed).normal(size=(columns, N)) * 3.0 + 5.0)


a, b, c = drawn(3)
hours, minutes = np.random.default_rng(1).integers(0, 24, N), np.arange(N) * 7 % 60
level = np.arange(N) % 3
WITH_INTERCEPT = {
    "the same column twice": ([a, b, a], [(2, {0: 1.0})]),
    "the first column thrice": ([a, a, a, b], [(1, {0: 1.0}), (2, {0: 1.0})]),
    "shifted by two": ([a, a + 2.0], [(1, {0: 1.0, -1: 2.0})]),
    "celsius and fahrenheit": ([a, b, 1.8 * a + 32.0], [(2, {0: 1.8, -1: 32.0})]),
    "a clock's time": (
        [hours, minutes, 100 * hours + minutes],
        [(2, {0: 100.0, 1: 1.0})],
    ),
    "all levels of a category": (
        [level == 0, level == 1, level == 2],
        [(2, {0: -1.0, 1: -1.0, -1: 1.0})],
    ),
    "a difference": ([a, b, c, a - b], [(3, {0: 1.0, 1: -1.0})]),
    "tiny units": ([1e-9 * a, b, 1e9 * a], [(2, {0: 1e18})]),
    "after a dependent column": ([a, a, b, a + b], [(1, {0: 1.0}), (3, {0: 1.0, 2: 1.0})]),
    "years far from zero": (
        [2000.0 + np.arange(N), b, 4001.0 + 2.0 * np.arange(N)],
        [(2, {0: 2.0, -1: 1.0})],
    ),
}


@pytest.mark.parametrize("case", WITH_INTERCEPT)
def test_the_exact_combination_is_named(case: str) -> None:
    columns, wanted = WITH_INTERCEPT[case]
    found = named(np.column_stack(columns).astype(float))
    assert [column for column, _ in found] == [column for column, _ in wanted]
    for (_, got), (_, want) in zip(found, wanted, strict=True):
        assert set(got) == set(want)
        for other, factor in want.items():
            assert got[other] == pytest.approx(factor, rel=1e-9)


def test_short_factors_are_given_without_rounding_errors() -> None:
    assert named(np.column_stack([hours, minutes, 100.0 * hours + minutes])) == [
        (2, {0: 100.0, 1: 1.0})
    ]
    assert named(np.column_stack([a, a + 2.0])) == [(1, {0: 1.0, -1: 2.0})]


def test_without_intercept_a_shift_is_no_dependence_and_a_multiple_is() -> None:
    assert named(np.column_stack([a, a + 2.0]), intercept=False) == []
    assert named(np.column_stack([a, 2.0 * a]), intercept=False) == [(1, {0: 2.0})]
    assert named(np.column_stack([np.ones(N), a, a + 2.0]), intercept=False) == [
        (2, {0: 2.0, 1: 1.0})
    ]


@given(st.integers(0, 10**6), st.integers(2, 5), st.integers(1, 3), st.booleans())
@settings(max_examples=60)
def test_planted_combinations_are_found_wherever_they_stand(
    seed: int, independent: int, planted: int, intercept: bool
) -> None:
    random = np.random.default_rng(seed)
    columns = [random.normal(size=N) * 10.0 ** random.uniform(-3, 3) for _ in range(independent)]
    basis = np.column_stack(columns)
    for _ in range(planted):
        factors = random.integers(-5, 6, independent) / np.abs(basis).max(axis=0)
        factors[0] = 3.0 / np.abs(basis[:, 0]).max()
        columns.append(basis @ factors + (7.0 if intercept else 0.0))
    X = np.column_stack(columns)[:, random.permutation(independent + planted)]
    q = known(X, intercept=intercept)
    assert len(q.dependent) == planted
    assert q.rank == independent + intercept
    taken = [one.column for one in q.dependent]
    for one in q.dependent:
        assert all(other < one.column and other not in taken for other in one.others)
        rebuilt = np.zeros(N)
        for other, factor in zip(one.others, one.factors, strict=True):
            rebuilt += factor * (1.0 if other < 0 else X[:, other])
        assert np.abs(rebuilt - X[:, one.column]).max() < 1e-9 * np.abs(X[:, one.column]).max()


@pytest.mark.parametrize("degree", range(1, 9))
@pytest.mark.parametrize("intercept", [True, False])
def test_polynomials_are_ill_conditioned_but_independent(degree: int, intercept: bool) -> None:
    x = np.arange(21.0)
    q = known(np.column_stack([x**k for k in range(1, degree + 1)]), intercept=intercept)
    assert q.dependent == []
    assert q.rank == degree + intercept
    assert q.smallest_curvature > 0.0


@pytest.mark.parametrize("standardize", [True, False])
def test_longley_is_ill_conditioned_but_independent(standardize: bool) -> None:
    q = known(np.array(NIST["longley"]["x"]), standardize=standardize)
    assert q.dependent == []
    assert q.rank == 7


@pytest.mark.parametrize("size", [1e-3, 1e-5, 1e-7, 1e-9])
@pytest.mark.parametrize("offset", [0.0, 100.0])
def test_a_nearly_equal_column_is_not_called_dependent(size: float, offset: float) -> None:
    noise = np.random.default_rng(7).normal(size=N)
    assert named(np.column_stack([a + offset, b, a + offset + size * noise])) == []


def test_constant_columns_are_no_dependence() -> None:
    assert named(np.column_stack([a, np.full(N, 3.0), b])) == []
