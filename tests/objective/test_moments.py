"""Moments: what one pass keeps of the rows, against numpy on the rows themselves."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import LOSSES, ArraySource, moments_of, quadratic_of, standard_coordinates
from steepest.data import source as source_module
from steepest.objective import factor
from steepest.objective.factor import triangular_factor
from steepest.objective.moments import merge

SEEDS = st.integers(0, 10**6)


def random_rows(
    seed: int, rows: int, columns: int, targets: int = 1, *, weighted: bool = False
) -> ArraySource:
    """Columns of very different sizes and offsets, as real tables have them."""
    random = np.random.default_rng(seed)
    size = 10.0 ** random.uniform(-6, 6, columns)
    offset = size * random.normal(size=columns) * 10.0 ** random.integers(-2, 3, columns)
    y = random.normal(size=(rows, targets)) * 10.0 ** random.uniform(-3, 3, targets) + 1.0
    weight = random.uniform(0.1, 4.0, rows) if weighted else None
    return ArraySource(random.normal(size=(rows, columns)) * size + offset, y, weight)


def columns_of(rows: ArraySource) -> np.ndarray:
    return np.concatenate([rows.X, rows.y], axis=1)


@given(SEEDS, st.integers(2, 60), st.integers(1, 6), st.integers(1, 3), st.booleans())
@settings(max_examples=60)
def test_means_and_deviations_are_numpys(
    seed: int, n: int, d: int, targets: int, weighted: bool
) -> None:
    rows = random_rows(seed, n, d, targets, weighted=weighted)
    values, moments = columns_of(rows), moments_of(rows)
    means = np.average(values, axis=0, weights=rows.weight)
    spread = np.sqrt(np.average((values - means) ** 2, axis=0, weights=rows.weight))
    assert moments.means == pytest.approx(means, rel=1e-13, abs=1e-13 * np.abs(values).max())
    assert np.abs(moments.deviations / spread - 1.0).max() < 1e-9
    total = n if rows.weight is None else rows.weight.sum()
    assert moments.weight == pytest.approx(total, rel=1e-14)
    assert (moments.rows, moments.columns, moments.targets) == (n, d, targets)


def test_deviations_keep_their_digits_far_from_zero() -> None:
    """1e9, 1e9 + 1, 1e9 + 2: the sum of squares minus the squared mean would have no digit."""
    x = 1e9 + np.array([0.0, 1.0, 2.0, 3.0, 4.0])
    moments = moments_of(ArraySource(x[:, None], np.zeros((5, 1))))
    assert moments.deviations[0] == pytest.approx(np.sqrt(2.0), rel=1e-14)
    assert moments.means[0] == 1e9 + 2.0


@pytest.mark.parametrize("size", [1e-250, 1e-160, 1e160, 1e250])
def test_sizes_whose_squares_are_no_numbers_do_no_harm(size: float) -> None:
    x = size * np.array([1.0, 2.0, 4.0, 5.0])
    moments = moments_of(ArraySource(x[:, None], np.ones((4, 1))))
    assert moments.means[0] == pytest.approx(3.0 * size, rel=1e-14)
    assert moments.deviations[0] == pytest.approx(np.sqrt(2.5) * size, rel=1e-14)
    assert moments.constant.tolist() == [False, True]


@pytest.mark.parametrize("compiled", [False, True])
def test_the_factor_holds_the_rows_inner_products(compiled: bool) -> None:
    rows = np.random.default_rng(0).normal(size=(700, 6))
    before = rows.copy()
    R = triangular_factor(rows, compiled=compiled)
    assert np.array_equal(rows, before)
    assert np.array_equal(R, np.triu(R))
    gram = R.T @ R
    assert gram == pytest.approx(rows.T @ rows, rel=1e-12, abs=1e-11)


@pytest.mark.parametrize("shape", [(1, 4), (3, 5), (255, 3), (256, 3), (257, 3), (1000, 8)])
def test_the_plain_and_the_compiled_factor_agree(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(1).normal(size=shape)
    rows[:, 1] = 0.0
    plain = triangular_factor(rows, compiled=False)
    compiled = triangular_factor(rows, compiled=True)
    assert plain.T @ plain == pytest.approx(rows.T @ rows, rel=1e-12, abs=1e-12)
    assert np.abs(plain) == pytest.approx(np.abs(compiled), rel=1e-9, abs=1e-12)


def test_plain_and_compiled_moments_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = random_rows(3, 9000, 4, 2, weighted=True)
    found = []
    for work in (10**18, -1):
        monkeypatch.setattr(factor, "_PLAIN_WORK", work)
        found.append(moments_of(rows))
    plain, compiled = found
    assert compiled.means == pytest.approx(plain.means, rel=1e-13)
    assert compiled.deviations == pytest.approx(plain.deviations, rel=1e-11)
    size = np.abs(plain.R).max()
    assert np.abs(compiled.R - plain.R).max() < 1e-11 * size


def same(left: object, right: object, rows: ArraySource) -> None:
    """Two moments say the same about means, deviations, curvature and floor."""
    a, b = left, right
    size = np.abs(columns_of(rows)).max(axis=0)
    assert (np.abs(a.means - b.means) <= 1e-13 * size).all()
    assert a.deviations == pytest.approx(b.deviations, rel=1e-9)
    assert a.weight == pytest.approx(b.weight, rel=1e-14)
    quadratics = [
        quadratic_of(
            m,
            LOSSES["squared_error"],
            standard_coordinates(b, intercept=True, standardize=True),
        )
        for m in (a, b)
    ]
    L = quadratics[1].largest_curvature
    assert quadratics[0].curvatures == pytest.approx(quadratics[1].curvatures, abs=1e-11 * L)
    assert quadratics[0].floor == pytest.approx(quadratics[1].floor, rel=1e-10)


@given(SEEDS, st.integers(1, 15), st.booleans())
@settings(max_examples=40)
def test_any_cut_into_blocks_merges_to_the_same(seed: int, size: int, weighted: bool) -> None:
    rows = random_rows(seed, 40, 3, 2, weighted=weighted)
    whole = moments_of(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_module, "BLOCK_ROWS", size)
        cut = moments_of(rows)
    assert cut.rows == whole.rows
    same(cut, whole, rows)


def test_moments_of_parts_merge_to_those_of_the_whole() -> None:
    """Blocks share one shift and unit, so a part is the whole with the other rows left out."""
    rows = random_rows(8, 100, 3, weighted=True)
    parts = []
    for cut in (slice(0, 30), slice(30, 100)):
        weight = np.zeros(100)
        assert rows.weight is not None
        weight[cut] = rows.weight[cut]
        parts.append(moments_of(ArraySource(rows.X, rows.y, weight)))
    same(merge(*parts, compiled=False), moments_of(rows), rows)


@pytest.mark.parametrize("weighted", [False, True])
def test_weight_two_is_the_row_twice_and_weight_zero_is_its_absence(weighted: bool) -> None:
    rows = random_rows(2, 30, 3, 2)
    times = np.random.default_rng(4).integers(0, 4, 30)
    factor_ = 0.125 if weighted else 1.0
    repeated = ArraySource(
        np.repeat(rows.X, times, axis=0),
        np.repeat(rows.y, times, axis=0),
        np.full(times.sum(), factor_),
    )
    same(
        moments_of(ArraySource(rows.X, rows.y, factor_ * times)),
        moments_of(repeated),
        rows,
    )


@given(SEEDS, st.integers(-40, 40), st.integers(1, 20))
@settings(max_examples=40)
def test_a_column_times_a_power_of_two_changes_no_bit(seed: int, power: int, size: int) -> None:
    rows = random_rows(seed, 37, 3)
    scaled = rows.X.copy()
    scaled[:, 1] *= 2.0**power
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_module, "BLOCK_ROWS", size)
        for X in (rows.X, scaled):
            moments = moments_of(ArraySource(X, rows.y))
            where = standard_coordinates(moments, intercept=True, standardize=True)
            found.append(quadratic_of(moments, LOSSES["squared_error"], where))
    assert found[0].floor == found[1].floor
    assert found[0].curvatures.tobytes() == found[1].curvatures.tobytes()
    assert found[0].optimum.tobytes() == found[1].optimum.tobytes()


@pytest.mark.parametrize("value", [0.0, 0.1, -7.0, 1e-300, 1e12, 1 / 3])
def test_a_constant_column_is_exactly_constant(value: float) -> None:
    X = np.random.default_rng(0).normal(size=(1000, 2))
    X[:, 1] = value
    moments = moments_of(ArraySource(X, np.zeros((1000, 1)), np.linspace(1, 2, 1000)))
    assert moments.constant.tolist() == [False, True, True]
    assert moments.means[1] == value
    assert moments.deviations[1] == 0.0


@pytest.mark.parametrize("offset", [0.0, 1.0, 1e6, 1e9])
def test_a_column_that_varies_a_little_is_not_called_constant(offset: float) -> None:
    x = offset + np.where(np.arange(100) == 50, 1e-3, 0.0)
    assert not moments_of(ArraySource(x[:, None], np.zeros((100, 1)))).constant[0]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("standardize", [True, False])
def test_standard_coordinates(intercept: bool, standardize: bool) -> None:
    rows = random_rows(6, 50, 3)
    X = rows.X.copy()
    X[:, 1] = 4.5
    moments = moments_of(ArraySource(X, rows.y))
    where = standard_coordinates(moments, intercept=intercept, standardize=standardize)
    means, spread = X.mean(axis=0), X.std(axis=0)
    shift = means if intercept and standardize else np.zeros(3)
    scale = spread if standardize else np.ones(3)
    if intercept:
        shift = np.where([False, True, False], 4.5, shift)
        scale = np.where([False, True, False], np.inf, scale)
    else:
        scale = np.where([False, True, False], 1.0, scale)
    assert where.intercept == intercept
    assert where.shift == pytest.approx(shift, rel=1e-12)
    assert where.scale == pytest.approx(scale, rel=1e-10)


def test_coordinates_and_table_units_are_two_names_of_one_prediction() -> None:
    rows = random_rows(9, 20, 4, 2)
    for intercept in (True, False):
        where = standard_coordinates(moments_of(rows), intercept=intercept, standardize=True)
        p = np.random.default_rng(2).normal(size=(4 + intercept, 2))
        coefficients, constant = where.to_table(p)
        seen = (rows.X - where.shift) / where.scale
        scores = seen @ p[int(intercept) :] + (p[0] if intercept else 0.0)
        size = np.abs(rows.X * coefficients[:, 0]).max() + np.abs(constant).max()
        assert rows.X @ coefficients + constant == pytest.approx(scores, rel=1e-9, abs=1e-12 * size)
        assert where.from_table(coefficients, constant) == pytest.approx(p, abs=1e-12 * size)


def test_one_row() -> None:
    moments = moments_of(ArraySource(np.array([[3.0, -1.0]]), np.array([[7.0]])))
    assert moments.means.tolist() == [3.0, -1.0, 7.0]
    assert moments.deviations.tolist() == [0.0, 0.0, 0.0]
    assert moments.constant.all()
