"""The fast sweeps equal the plain loop for every width, loss, weight and batch size."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import LOSSES
from steepest.descent.sweep import sweep_rows
from steepest.descent.sweep_kernel import batch_kernel, rows_ahead, single_kernel, sweep

ROWS = 43


def nothing() -> tuple:
    empty = np.empty(0, np.int64)
    return (np.zeros(1, np.int64), empty, empty, np.empty((0, 1, 1)), np.empty((0, 1, 1)))


def room(updates: int, width: int) -> tuple:
    numbers = np.empty(updates, np.int64)
    points = np.empty((updates, 1, width))
    return (np.zeros(1, np.int64), numbers, numbers.copy(), points, points.copy())


@pytest.mark.parametrize("columns", [1, 2, 3, 8, 63, 64, 65, 130])
@pytest.mark.parametrize("size", [1, 2, 5, 8, 43])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("intercept", "weighted"), [(1, True), (0, False)])
def test_fast_sweeps_equal_the_plain_one(
    columns: int, size: int, loss: str, intercept: int, weighted: bool
) -> None:
    random = np.random.default_rng(columns + size)
    X = random.normal(size=(ROWS, columns))
    y = random.integers(0, 2, size=(ROWS, 1)).astype(float)
    share = random.uniform(0.5, 1.5, size=ROWS) if weighted else np.empty(0)
    order = random.permutation(ROWS).astype(np.uint32)
    rate, many, entry = 0.3 / columns, -(-ROWS // size), LOSSES[loss]
    start = random.normal(size=(1, columns + intercept)) / columns
    plain, general, quick = start.copy(), start.copy(), start.copy()
    head = (X, y, share, order, size, intercept, entry.number, rate)
    kept, fast_kept = room(many, columns + intercept), room(many, columns + intercept)
    total = sweep_rows(entry, *head, plain, many, 0, 1, kept)
    assert sweep(*head, general, many, 0, 0, nothing()) == pytest.approx(total, rel=1e-11)
    ahead = rows_ahead(columns)
    if size == 1:
        kernel = single_kernel(entry.number, columns)
        rest = (order, intercept, rate, quick[0], ahead, 0, 1, fast_kept)
        found = kernel(X, y[:, 0], share, *rest)
    else:
        kernel = batch_kernel(entry.number)
        rest = (order, size, intercept, rate, quick[0], ahead, many, 0, 1, fast_kept)
        found = kernel(X, y[:, 0], share, *rest)
    assert found == pytest.approx(total, rel=1e-11)
    assert np.allclose(general, plain, rtol=0.0, atol=1e-12)
    assert np.allclose(quick, plain, rtol=0.0, atol=1e-12)
    for mine, wanted in zip(fast_kept, kept, strict=True):
        assert np.allclose(mine, wanted, rtol=0.0, atol=1e-11)


@pytest.mark.parametrize("columns", [2, 100])
@pytest.mark.parametrize("every", [0, 4, 20])
def test_what_is_kept_changes_no_bit(columns: int, every: int) -> None:
    random = np.random.default_rng(0)
    X, y = random.normal(size=(ROWS, columns)), random.normal(size=ROWS)
    order = np.arange(ROWS, dtype=np.uint32)
    ends = set()
    for one in (every, 1):
        parameters = np.zeros(columns + 1)
        kept = room(ROWS, columns + 1)
        rest = (order, 1, 0.1 / columns, parameters, 8, 0, one, kept)
        single_kernel(0, columns)(X, y, np.empty(0), *rest)
        assert kept[0][0] == (0 if one == 0 else -(-ROWS // one))
        ends.add(parameters.tobytes())
    assert len(ends) == 1
