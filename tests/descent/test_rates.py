"""Learning rates known beforehand: exact for batch descent, proven sufficient for the rest."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from plain_descent import BOUNDED, design, hessian, random_rows, shares, where_of

from steepest import (
    LOSSES,
    ArraySource,
    Coordinates,
    minimize,
    moments_of,
    quadratic_of,
    rate_bounds,
)
from steepest.descent.rates import RateBounds, rounded_down

SEEDS = st.integers(0, 10**6)


def bounds_of(
    rows: ArraySource,
    where: Coordinates,
    size: int,
    *,
    order: str = "random",
    loss: str = "squared_error",
) -> RateBounds:
    quadratic = quadratic_of(moments_of(rows), LOSSES[loss], where)
    seen = rows.in_coordinates(where.shift, where.scale)
    return rate_bounds(quadratic, LOSSES[loss], seen, batch_size=size, order=order)


@given(SEEDS, st.integers(1, 5), st.booleans(), st.booleans(), st.booleans())
@settings(max_examples=40)
def test_two_over_l_is_exact_for_batch_descent(
    seed: int, d: int, intercept: bool, standardize: bool, weighted: bool
) -> None:
    """A thousandth below it thousands of epochs never rise, a thousandth above they diverge."""
    rows = random_rows(seed, 20, d, weighted=weighted)
    where = where_of(rows, intercept=intercept, standardize=standardize)
    L = np.linalg.eigvalsh(hessian(rows, where))[-1]
    start = np.random.default_rng(seed).normal(size=(d + intercept, 1)) * 5.0
    options = {"intercept": intercept, "coordinates": where, "start": start, "tolerance": 0.0}
    below = minimize(rows, learning_rate=0.999 * 2 / L, epochs=5000, record_all=True, **options)
    assert below.ending.name in ("epochs_used_up", "stalled")
    assert below["loss"].max() <= below["loss"][0] * (1 + 1e-12)
    above = minimize(rows, learning_rate=1.001 * 2 / L, epochs=50_000, **options)
    assert above.ending.name == "diverged"
    assert above.metadata["largest_stable_rate"] == pytest.approx(2 / L, rel=1e-11)
    assert above.metadata["bound_kind"] == "exact"


def test_two_over_l_is_exact_for_passes_too() -> None:
    rows = random_rows(1, 20, 3)
    where = where_of(rows, intercept=True, standardize=True)
    L = np.linalg.eigvalsh(hessian(rows, where))[-1]
    for factor, wanted in ((0.999, "epochs_used_up"), (1.005, "diverged")):
        trace = minimize(
            rows,
            coordinates=where,
            engine="pass",
            learning_rate=factor * 2 / L,
            epochs=3000,
            tolerance=0.0,
        )
        assert trace.ending.name == wanted


ROUNDED = {
    0.5: 0.5,
    0.49999999999999994: 0.5,
    0.4999999999: 0.5,
    0.49999999: 0.499,
    0.123987: 0.123,
    0.1239999999999: 0.124,
    1.0: 1.0,
    0.9999999999: 1.0,
    9.999: 9.99,
    12345.0: 12300.0,
    3.14159e-7: 3.14e-7,
    2.0 / 3.0: 0.666,
    1e-12: 1e-12,
    7e22: 7e22,
}


@pytest.mark.parametrize(("rate", "wanted"), ROUNDED.items())
def test_auto_rounds_down_to_three_digits_and_forgives_last_bits(
    rate: float, wanted: float
) -> None:
    assert rounded_down(rate) == wanted


@given(st.floats(1e-300, 1e300))
@example(1e-300)
def test_rounded_rates_have_three_digits_and_are_never_above(rate: float) -> None:
    got = rounded_down(rate)
    assert float(f"{got:.2e}") == got
    assert got <= rate * (1 + 1.1e-9)
    assert got > rate * (1 - 0.0101)


@pytest.mark.parametrize("rate", [1e-308, 3e-306, 1.7e308])
def test_rates_at_the_ends_of_float64_are_rounded_too(rate: float) -> None:
    assert rounded_down(rate) == pytest.approx(rate, rel=0.0101)


@given(SEEDS, st.booleans())
@settings(max_examples=30)
def test_auto_is_a_half_for_one_standardized_feature(seed: int, weighted: bool) -> None:
    rows = random_rows(seed, 30, 1, weighted=weighted)
    where = where_of(rows, intercept=True, standardize=True)
    assert bounds_of(rows, where, 30).auto == 0.5
    assert bounds_of(rows, where, 30, loss="half_squared_error").auto == 1.0
    assert bounds_of(rows, where, 30, loss="logistic").auto == 4.0


@given(SEEDS, st.integers(1, 5), st.sampled_from(["squared_error", "half_squared_error"]))
@settings(max_examples=30)
def test_auto_of_batch_descent_is_one_over_l_rounded(seed: int, d: int, loss: str) -> None:
    rows = random_rows(seed, 25, d)
    where = where_of(rows, intercept=True, standardize=False)
    curvatures = np.linalg.eigvalsh(hessian(rows, where, LOSSES[loss].curvature_bound))
    found = bounds_of(rows, where, 25, loss=loss)
    assert found.auto == rounded_down(1.0 / curvatures[-1])
    assert found.largest_stable == pytest.approx(2.0 / curvatures[-1], rel=1e-11)
    assert found.largest_curvature == pytest.approx(curvatures[-1], rel=1e-11)
    assert found.smallest_curvature == pytest.approx(curvatures[0], rel=1e-8)
    assert (found.rule, found.kind, found.smallest_batch) == ("batch", "exact", 25)


def jain_bound(rows: ArraySource, where: Coordinates, size: int, c: float) -> float:
    """2 / (((m-1)/m) L + R2/m) / c from its definition, by a generalized eigenvalue."""
    A, share, n = design(rows, where), shares(rows), rows.rows
    m = n % size or size
    half = (A.T * share) @ A / n
    fourth = (A.T * (share**2 * (A * A).sum(axis=1))) @ A / n
    values, vectors = np.linalg.eigh(half)
    kept = values > 1e-12 * values[-1]
    root = vectors[:, kept] / np.sqrt(values[kept])
    R2 = np.linalg.eigvalsh(root.T @ fourth @ root)[-1]
    return float(2.0 / ((m - 1) / m * values[-1] + R2 / m) / c)


@given(
    SEEDS,
    st.integers(1, 4),
    st.integers(1, 30),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.sampled_from(BOUNDED),
)
@settings(max_examples=80)
def test_the_random_order_bound_is_that_of_its_definition(
    seed: int, d: int, size: int, intercept: bool, standardize: bool, weighted: bool, loss: str
) -> None:
    rows = random_rows(seed, 31, d, weighted=weighted, logistic=LOSSES[loss].domain == "binary")
    where = where_of(rows, intercept=intercept, standardize=standardize)
    found = bounds_of(rows, where, size, loss=loss)
    wanted = jain_bound(rows, where, size, LOSSES[loss].curvature_bound)
    assert found.largest_stable == pytest.approx(wanted, rel=1e-9)
    assert found.auto == rounded_down(0.5 * found.largest_stable)
    assert found.smallest_batch == (31 % size or size)
    assert (found.rule, found.kind) == ("random", "sufficient")


@pytest.mark.parametrize(("n", "size", "short"), [(81, 80, 1), (1001, 1000, 1), (80, 20, 20)])
def test_a_short_last_batch_governs_the_bound(n: int, size: int, short: int) -> None:
    """Planted: 81 rows in batches of 80 end with a batch of one row, as stochastic descent has."""
    rows = random_rows(n, n, 2)
    where = where_of(rows, intercept=True, standardize=True)
    found = bounds_of(rows, where, size)
    assert found.smallest_batch == short
    assert found.largest_stable == pytest.approx(jain_bound(rows, where, size, 2.0), rel=1e-9)
    if short == 1:
        alone = bounds_of(rows, where, 1).largest_stable
        assert found.largest_stable == pytest.approx(alone, rel=1e-12)


def test_the_intercepts_one_belongs_to_the_row() -> None:
    """x = -1 and 1: rows (1, x) have squared length 2, without the intercept 1."""
    rows = ArraySource(np.array([[-1.0], [1.0]]), np.zeros((2, 1)))
    where = {b: Coordinates(np.zeros(1), np.ones(1), b) for b in (True, False)}
    assert bounds_of(rows, where[True], 1).largest_stable == pytest.approx(0.5, rel=1e-14)
    assert bounds_of(rows, where[False], 1).largest_stable == pytest.approx(1.0, rel=1e-14)
    for intercept, steepest in ((True, 2.0), (False, 1.0)):
        found = bounds_of(rows, where[intercept], 1, order="given")
        assert found.largest_stable == pytest.approx(1.0 / steepest, rel=1e-14)


@pytest.mark.parametrize("order", ["random", "given"])
def test_dependent_columns_leave_the_bound_finite_and_right(order: str) -> None:
    rows = random_rows(3, 20, 2)
    X = np.column_stack([rows.X, rows.X[:, 0], np.full(20, 4.0)])
    wide = ArraySource(X, rows.y)
    where = where_of(wide, intercept=True, standardize=True)
    found = bounds_of(wide, where, 3, order=order)
    wanted = jain_bound if order == "random" else given_bound
    assert found.largest_stable == pytest.approx(wanted(wide, where, 3, 2.0), rel=1e-9)


def given_bound(rows: ArraySource, where: Coordinates, size: int, c: float) -> float:
    """2 / the largest curvature of any batch, looking at all of them."""
    A, share = design(rows, where), shares(rows)
    cuts = [*range(0, rows.rows, size), rows.rows]
    steepest = [
        np.linalg.eigvalsh(c * (A[i:j].T * share[i:j]) @ A[i:j] / (j - i))[-1]
        for i, j in pairwise(cuts)
    ]
    return float(2.0 / max(steepest))


@given(
    SEEDS,
    st.integers(1, 6),
    st.integers(1, 30),
    st.booleans(),
    st.booleans(),
    st.sampled_from(BOUNDED),
)
@settings(max_examples=80)
def test_the_given_order_bound_is_that_of_its_steepest_batch(
    seed: int, d: int, size: int, intercept: bool, weighted: bool, loss: str
) -> None:
    rows = random_rows(seed, 31, d, weighted=weighted, logistic=LOSSES[loss].domain == "binary")
    where = where_of(rows, intercept=intercept, standardize=bool(seed % 2))
    found = bounds_of(rows, where, size, order="given", loss=loss)
    wanted = given_bound(rows, where, size, LOSSES[loss].curvature_bound)
    assert found.largest_stable == pytest.approx(wanted, rel=1e-10)
    assert found.auto == rounded_down(0.5 * found.largest_stable)
    assert found.rule == "given"


def test_a_given_order_just_above_a_planted_batchs_bound_diverges() -> None:
    """All rows alike: then the sufficient bound of the given order is exact."""
    rows = ArraySource(np.ones((8, 1)), np.full((8, 1), 2.0))
    for factor, wanted in ((0.98, "epochs_used_up"), (1.02, "diverged")):
        trace = minimize(
            rows,
            intercept=False,
            method="mini-batch",
            batch_size=2,
            order="given",
            learning_rate=factor * 1.0,
            epochs=100,
            tolerance=0.0,
        )
        assert trace.ending.name == wanted


@given(
    SEEDS,
    st.integers(1, 4),
    st.integers(1, 25),
    st.sampled_from(["random", "given"]),
    st.booleans(),
    st.sampled_from(BOUNDED),
    st.integers(0, 100),
)
@settings(max_examples=60, deadline=None)  # every loss compiles its kernels once
def test_auto_never_diverges(
    seed: int, d: int, size: int, order: str, standardize: bool, loss: str, far: int
) -> None:
    """Whatever the batch size and order, and with a row a hundred times as far as the others."""
    rows = random_rows(
        seed, 25, d, weighted=bool(seed % 2), logistic=LOSSES[loss].domain == "binary"
    )
    X = rows.X.copy()
    X[seed % 25] *= 1.0 + far
    rows = ArraySource(X, rows.y, rows.weight)
    where = where_of(rows, intercept=True, standardize=standardize)
    trace = minimize(
        rows,
        loss=loss,
        coordinates=where,
        method="mini-batch",
        batch_size=size,
        order=order,
        seed=seed,
        epochs=60,
        tolerance=0.0,
    )
    assert trace.ending.name in ("epochs_used_up", "stalled")
    assert trace.last("loss") <= 100.0 * trace["loss"][0]


def test_nothing_that_curves_leaves_every_rate_stable() -> None:
    rows = ArraySource(np.zeros((5, 1)), np.ones((5, 1)))
    where = Coordinates(np.zeros(1), np.ones(1), False)
    found = bounds_of(rows, where, 5)
    assert math.isinf(found.largest_stable)
    assert found.auto > 0.0
    assert math.isfinite(found.auto)


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_the_fourth_moment_of_many_rows_is_the_definition_s(
    intercept: bool, weighted: bool, kind: type
) -> None:
    """R2 as the largest generalized eigenvalue of E[|a|^2 a a'] and E[a a'], by compiled sums."""
    random = np.random.default_rng(5)
    X = random.standard_t(9, (60_000, 11)).astype(kind) * np.arange(1, 12, dtype=kind) + kind(3)
    weight = random.integers(1, 4, len(X)).astype(float) if weighted else None
    rows = ArraySource(X, random.normal(size=(len(X), 1)), weight)
    where = where_of(rows, intercept=intercept, standardize=True)
    found = bounds_of(rows, where, 1)
    a = (X.astype(float) - where.shift) / where.scale
    if intercept:
        a = np.column_stack([np.ones(len(a)), a])
    w = np.ones(len(a)) if weight is None else weight / weight.mean()
    second = (a * w[:, None]).T @ a / len(a)
    fourth = (a * (w * w * (a * a).sum(axis=1))[:, None]).T @ a / len(a)
    expected = np.linalg.eigvals(np.linalg.solve(second, fourth)).real.max()
    assert found.fourth_moment == pytest.approx(expected, rel=1e-9)
