"""Compiled passes and moments: equal to numpy, the same bits for any number of threads."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import LOSSES, ArraySource, LinearObjective, moments_of
from steepest.data import source as source_module
from steepest.objective import linear, moments, moments_kernel

ROWS = 3_001


def rows_of(columns: int, dtype: type, *, targets: int = 1, weighted: bool = False) -> ArraySource:
    random = np.random.default_rng(columns)
    X = (random.normal(size=(ROWS, columns)) + 3.0).astype(dtype)
    y = random.integers(0, 2, size=(ROWS, targets)).astype(dtype)
    weight = random.uniform(0.5, 2.0, size=ROWS) if weighted else None
    return ArraySource(X, y, weight)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "BLOCK_ROWS", 700)


@pytest.mark.parametrize("columns", [1, 2, 3, 4, 5, 17, 100])
@pytest.mark.parametrize("loss", ["squared_error", "half_squared_error", "logistic"])
@pytest.mark.parametrize(("targets", "weighted"), [(1, False), (1, True), (3, True)])
def test_compiled_pass_equals_numpy(
    columns: int, loss: str, targets: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(columns, np.float64, targets=targets, weighted=weighted)
    rows = rows.in_coordinates(np.full(columns, 2.5), np.linspace(1.0, 2.0, columns) + 0.5)
    objective = LinearObjective(rows, LOSSES[loss], intercept=True)
    point = np.random.default_rng(1).normal(size=objective.shape) / columns
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", 10**18)
    value, gradient = objective.value_and_gradient(point)
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", -1)
    compiled_value, compiled_gradient = objective.value_and_gradient(point)
    assert compiled_value == pytest.approx(value, rel=1e-12)
    scale = np.abs(gradient).max()
    assert np.allclose(compiled_gradient, gradient, rtol=0.0, atol=1e-12 * scale)


@pytest.mark.parametrize("columns", [2, 5, 17, 100])
def test_float32_rows_are_summed_in_float64(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of(columns, np.float32)
    objective = LinearObjective(rows, LOSSES["squared_error"], intercept=True)
    point = np.random.default_rng(1).normal(size=objective.shape)
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", 10**18)
    value, gradient = objective.value_and_gradient(point)
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", -1)
    compiled_value, compiled_gradient = objective.value_and_gradient(point)
    assert compiled_value == pytest.approx(value, rel=3e-6)
    assert np.allclose(compiled_gradient, gradient, rtol=0.0, atol=3e-6 * np.abs(gradient).max())


KERNELS = [
    (columns, kernel, weighted)
    for columns in (1, 2, 3, 17)
    for kernel in ("cross_block", "factor_block")
    for weighted in (False, True)
]


@pytest.mark.parametrize(("columns", "kernel", "weighted"), [*KERNELS, (2, "cross_pair", False)])
def test_moment_kernels_equal_the_products_of_rows(
    columns: int, kernel: str, weighted: bool
) -> None:
    rows = rows_of(columns, np.float64, weighted=weighted)
    shift, unit = np.full(columns + 1, 2.0), np.full(columns + 1, 0.5)
    width = columns + 2
    A = np.c_[np.ones(ROWS), (np.c_[rows.X, rows.y] - shift) / unit]
    weight = np.ones(ROWS) if rows.weight is None else rows.weight
    wanted = A.T @ (weight[:, None] * A)
    block = getattr(moments_kernel, kernel)
    empty = np.empty(0) if rows.weight is None else rows.weight
    sums = np.zeros(1 + width * width)
    block(rows.X, rows.y, empty, shift, unit, sums)
    found = sums[1:].reshape(width, width)
    found = found.T @ found if kernel == "factor_block" else np.triu(found)
    wanted = wanted if kernel == "factor_block" else np.triu(wanted)
    assert sums[0] == pytest.approx(weight.sum(), rel=1e-13)
    assert np.allclose(found, wanted, rtol=0.0, atol=1e-12 * np.abs(wanted).max())


@pytest.mark.parametrize("columns", [2, 17])
@pytest.mark.parametrize("work", [0, 10**18])
def test_threads_change_no_bit(columns: int, work: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", -1)
    monkeypatch.setattr(moments, "_SMALL_WORK", work)
    monkeypatch.setattr(moments, "compiled_pays", lambda rows, width: True)
    rows = rows_of(columns, np.float64)
    objective = LinearObjective(rows, LOSSES["squared_error"], intercept=True)
    point = np.random.default_rng(1).normal(size=objective.shape)
    seen = set()
    for cores in (1, 2, 3, 7):
        monkeypatch.setattr(source_module, "available_cores", lambda cores=cores: cores)
        value, gradient = objective.value_and_gradient(point)
        seen.add((value, gradient.tobytes(), moments_of(rows).R.tobytes()))
    assert len(seen) == 1


@pytest.mark.parametrize("gaps", [False, True])
def test_pieces_are_added_in_the_tree_of_blocks(
    gaps: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole blocks first, then their tree, so that a worker may add its own blocks' pieces."""
    monkeypatch.setattr(source_module, "BLOCK_ROWS", 512)
    monkeypatch.setattr(source_module, "_PIECE_BYTES", 100 * 8 * 128)
    rows = rows_of(100, np.float64)
    positions = np.arange(ROWS) * 3 + (np.arange(ROWS) > 900) * 5_000 if gaps else None
    rows = ArraySource(rows.X, rows.y, positions=positions)

    def fill(X: np.ndarray, y: np.ndarray, weight: np.ndarray, sums: np.ndarray) -> None:
        sums[:] = X.sum(), y.sum()

    place = np.arange(ROWS) if positions is None else positions
    blocks = []
    for block in np.unique(place // 512):
        inside = place // 512 == block
        pieces = [
            np.array([rows.X[one].sum(), rows.y[one].sum()])
            for piece in np.unique(place[inside] // 128)
            for one in [inside & (place // 128 == piece)]
        ]
        blocks.append(source_module.fold(pieces, np.add))
    wanted = source_module.fold(blocks, np.add)
    for threads in (1, 2, 3):
        assert rows.sums(fill, 2, threads=threads).tobytes() == wanted.tobytes()


def test_cross_products_are_used_only_where_they_keep_their_digits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(moments, "_SMALL_WORK", 0)
    monkeypatch.setattr(moments, "compiled_pays", lambda rows, width: True)
    mild = rows_of(3, np.float64)
    X = mild.X.copy()
    X[:, 2] = X[:, 0] + 1e-4 * X[:, 2]
    harsh = ArraySource(X, mild.y)
    exact = ArraySource(np.c_[X[:, :2], X[:, 0] + X[:, 1]], mild.y)
    assert not moments_of(mild).orthogonal
    assert moments_of(harsh).orthogonal
    assert moments_of(exact).orthogonal
    reference = np.linalg.qr(np.c_[np.ones(ROWS), mild.X, mild.y])[1]
    singular = np.linalg.svd(reference, compute_uv=False)
    made = moments_of(mild)
    assert made.means[:3] == pytest.approx(mild.X.mean(axis=0), rel=1e-13)
    assert made.deviations[:3] == pytest.approx(mild.X.std(axis=0), rel=1e-11)
    assert singular[-1] > 0.0
