"""A squared error known from its moments: optimum, floor and curvature against numpy."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from steepest import (
    LOSSES,
    ArraySource,
    Coordinates,
    LinearObjective,
    Quadratic,
    moments_of,
    quadratic_of,
    standard_coordinates,
)
from steepest.data import source as source_module

NIST = json.loads((Path(__file__).parents[1] / "reference" / "nist.json").read_text())
CASES = list(product([True, False], [True, False], ["squared_error", "half_squared_error"], [1, 3]))


def known(
    rows: ArraySource, *, intercept: bool, standardize: bool, loss: str = "squared_error"
) -> tuple[Quadratic, Coordinates]:
    moments = moments_of(rows)
    where = standard_coordinates(moments, intercept=intercept, standardize=standardize)
    return quadratic_of(moments, LOSSES[loss], where), where


def design(rows: ArraySource, where: Coordinates) -> np.ndarray:
    seen = (rows.X - where.shift) / where.scale
    return np.concatenate([np.ones((rows.rows, 1)), seen], axis=1) if where.intercept else seen


def random_rows(seed: int, n: int, d: int, targets: int, *, weighted: bool) -> ArraySource:
    random = np.random.default_rng(seed)
    mix = np.eye(d) + 0.5 * random.normal(size=(d, d))
    X = random.normal(size=(n, d)) @ mix * 10.0 ** random.uniform(-1, 1, d)
    X = X + random.normal(size=d)
    y = X @ random.normal(size=(d, targets)) + random.normal(size=(n, targets)) + 3.0
    return ArraySource(X, y, random.uniform(0.2, 3.0, n) if weighted else None)


@given(
    st.integers(0, 10**6),
    st.integers(1, 5),
    st.integers(4, 30),
    st.booleans(),
    st.sampled_from(CASES),
    st.integers(2, 50),
)
@settings(max_examples=120)
def test_optimum_floor_and_curvatures_are_numpys(
    seed: int, d: int, more: int, weighted: bool, case: tuple[bool, bool, str, int], block: int
) -> None:
    intercept, standardize, loss, targets = case
    rows = random_rows(seed, d + more, d, targets, weighted=weighted)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_module, "BLOCK_ROWS", block)
        q, where = known(rows, intercept=intercept, standardize=standardize, loss=loss)
    A = design(rows, where)
    w = np.ones(rows.rows) if rows.weight is None else rows.weight
    root = np.sqrt(w)[:, None]
    condition = np.linalg.cond(root * A)
    assume(condition < 1e4)
    c = LOSSES[loss].curvature_bound

    best, *_ = np.linalg.lstsq(root * A, root * rows.y, rcond=None)
    size = np.abs(best).max()
    assert q.optimum == pytest.approx(best, rel=1e-9, abs=1e-12 * condition * size)
    errors = rows.y - A @ best
    floor = 0.5 * c * float((w[:, None] * errors**2).sum() / w.sum())
    assert q.floor == pytest.approx(floor, rel=1e-9)

    H = c * (A.T * w) @ A / w.sum()
    curvatures = np.linalg.eigvalsh(H)[::-1]
    assert q.curvatures == pytest.approx(curvatures, rel=1e-12, abs=1e-13 * curvatures[0])
    assert q.largest_curvature == pytest.approx(curvatures[0], rel=1e-12)
    assert q.smallest_curvature == pytest.approx(curvatures[-1], rel=1e-6)
    V = q.directions
    assert np.abs(V.T @ V - np.eye(len(H))).max() < 1e-13
    assert np.abs(H @ V - V * q.curvatures).max() < 1e-12 * curvatures[0]
    assert q.rank == len(H)
    assert q.dependent == []


@given(st.integers(0, 10**6), st.booleans(), st.sampled_from(CASES))
@settings(max_examples=60)
def test_value_and_gradient_are_those_by_rows(
    seed: int, weighted: bool, case: tuple[bool, bool, str, int]
) -> None:
    intercept, standardize, loss, targets = case
    rows = random_rows(seed, 25, 4, targets, weighted=weighted)
    q, where = known(rows, intercept=intercept, standardize=standardize, loss=loss)
    seen = rows.in_coordinates(where.shift, where.scale)
    by_rows = LinearObjective(seen, LOSSES[loss], intercept)
    assert q.shape == by_rows.shape
    for p in np.random.default_rng(seed).normal(size=(3, *q.shape)) * 5.0:
        value, gradient = by_rows.value_and_gradient(p)
        assert float(q.value(p)) == pytest.approx(value, rel=1e-10)
        assert q.gradient(p).shape == p.shape
        size = np.abs(gradient).max()
        assert q.gradient(p) == pytest.approx(gradient, rel=1e-10, abs=1e-10 * size)
        way = q.along(p)
        again = q.floor + 0.5 * float((q.curvatures[:, None] * way**2).sum())
        assert float(q.value(p)) == pytest.approx(again, rel=1e-10)
        assert q.at(way) == pytest.approx(p, abs=1e-12 * (1 + np.abs(q.optimum).max()))


def test_values_of_many_points_at_once() -> None:
    q, _ = known(random_rows(0, 20, 3, 2, weighted=True), intercept=True, standardize=True)
    points = np.random.default_rng(0).normal(size=(4, 5, *q.shape))
    values = q.value(points)
    assert values.shape == (4, 5)
    for place in np.ndindex(4, 5):
        assert values[place] == pytest.approx(float(q.value(points[place])), rel=1e-13)


@given(st.integers(0, 10**6), st.booleans())
@settings(max_examples=25)
def test_nothing_lies_below_the_floor(seed: int, intercept: bool) -> None:
    q, _ = known(
        random_rows(seed, 15, 3, 1, weighted=False), intercept=intercept, standardize=False
    )
    steps = np.random.default_rng(seed).normal(size=(200, *q.shape)) * 1e-3
    assert (q.value(q.optimum + steps) >= q.floor * (1 - 1e-12)).all()
    assert float(q.value(q.optimum)) == pytest.approx(q.floor, rel=1e-12)


def nist(name: str) -> tuple[ArraySource, dict[str, list[float]]]:
    facts = NIST[name]
    X = np.array(facts["x"])
    if name == "pontius":
        X = np.concatenate([X, X**2], axis=1)
    return ArraySource(X, np.array(facts["y"])[:, None]), facts


@pytest.mark.parametrize("name", NIST)
@pytest.mark.parametrize("standardize", [True, False])
def test_nist_certified_regressions_to_nine_digits(name: str, standardize: bool) -> None:
    rows, facts = nist(name)
    q, where = known(rows, intercept=True, standardize=standardize)
    coefficients, intercept = where.to_table(q.optimum)
    got = np.concatenate([intercept, coefficients[:, 0]])
    assert got == pytest.approx(facts["coefficients"], rel=1e-9, abs=0.0)
    squares = q.floor * rows.rows
    assert squares == pytest.approx(facts["residual_sum_of_squares"], rel=1e-9)
    assert q.rank == len(got)


def test_longley_keeps_twelve_digits() -> None:
    """The normal equations would keep about six, and a factor of uncentred columns nine."""
    rows, facts = nist("longley")
    q, where = known(rows, intercept=True, standardize=True)
    coefficients, intercept = where.to_table(q.optimum)
    got = np.concatenate([intercept, coefficients[:, 0]])
    assert got == pytest.approx(facts["coefficients"], rel=1e-12, abs=0.0)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("standardize", [True, False])
def test_constant_columns_get_no_part(weighted: bool, standardize: bool) -> None:
    rows = random_rows(1, 30, 3, 1, weighted=weighted)
    X = np.insert(rows.X, 1, 0.1, axis=1)
    wide, where = known(
        ArraySource(X, rows.y, rows.weight), intercept=True, standardize=standardize
    )
    narrow, there = known(rows, intercept=True, standardize=standardize)
    assert wide.floor == pytest.approx(narrow.floor, rel=1e-12)
    coefficients, intercept = where.to_table(wide.optimum)
    wanted, constant = there.to_table(narrow.optimum)
    assert coefficients[1, 0] == 0.0
    assert np.delete(coefficients, 1, axis=0) == pytest.approx(wanted, rel=1e-10)
    assert intercept == pytest.approx(constant, rel=1e-10)
    assert wide.rank == narrow.rank == 4
    assert wide.curvatures == pytest.approx([*narrow.curvatures, 0.0], rel=1e-12)


def test_without_intercept_a_constant_column_is_one() -> None:
    rows = random_rows(1, 30, 2, 1, weighted=True)
    ones = ArraySource(np.insert(rows.X, 0, 1.0, axis=1), rows.y, rows.weight)
    by_column, _ = known(ones, intercept=False, standardize=False)
    by_intercept, _ = known(rows, intercept=True, standardize=False)
    assert by_column.floor == pytest.approx(by_intercept.floor, rel=1e-11)
    assert by_column.optimum == pytest.approx(by_intercept.optimum, rel=1e-9)
    assert by_column.curvatures == pytest.approx(by_intercept.curvatures, rel=1e-10)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize(("n", "d"), [(3, 7), (1, 4), (5, 5), (1, 1), (2, 1)])
def test_more_columns_than_rows_reach_the_rows_with_the_shortest_parameters(
    n: int, d: int, intercept: bool
) -> None:
    random = np.random.default_rng(n * 10 + d)
    rows = ArraySource(random.normal(size=(n, d)), random.normal(size=(n, 2)))
    q, where = known(rows, intercept=intercept, standardize=True)
    A = design(rows, where)
    assert q.rank == np.linalg.matrix_rank(A)
    assert q.optimum == pytest.approx(np.linalg.pinv(A) @ rows.y, rel=1e-9, abs=1e-10)
    H = 2.0 * A.T @ A / n
    wanted = np.sort(np.linalg.eigvalsh(H))[::-1]
    assert q.curvatures == pytest.approx(wanted, abs=1e-12 * wanted[0])
    assert (q.curvatures[q.rank :] == 0.0).all()
    best = float(((A @ np.linalg.pinv(A) @ rows.y - rows.y) ** 2).sum() / n)
    assert q.floor == pytest.approx(best, rel=1e-9, abs=1e-25)
    assert np.isfinite(q.directions).all()
    for one in q.dependent:
        rebuilt = sum(
            f * (np.ones(n) if other < 0 else rows.X[:, other])
            for other, f in zip(one.others, one.factors, strict=True)
        )
        assert rebuilt == pytest.approx(rows.X[:, one.column], rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("intercept", [True, False])
def test_duplicate_columns_share_the_slope_and_leave_the_floor_alone(
    intercept: bool, standardize: bool
) -> None:
    rows = random_rows(4, 30, 3, 2, weighted=True)
    doubled = ArraySource(np.insert(rows.X, 3, rows.X[:, 1], axis=1), rows.y, rows.weight)
    q, where = known(doubled, intercept=intercept, standardize=standardize)
    single, there = known(rows, intercept=intercept, standardize=standardize)
    assert q.floor == pytest.approx(single.floor, rel=1e-10)
    assert q.rank == single.rank
    coefficients, _ = where.to_table(q.optimum)
    wanted, _ = there.to_table(single.optimum)
    assert coefficients[1] == pytest.approx(coefficients[3], rel=1e-9)
    assert coefficients[1] + coefficients[3] == pytest.approx(wanted[1], rel=1e-9)
