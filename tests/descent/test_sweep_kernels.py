"""The fast sweeps equal the plain loop for every width, loss, weight and batch size."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import LOSSES
from steepest.descent.sweep import sweep_rows
from steepest.descent.sweep_kernel import batch_kernel, general_kernel, rows_ahead, single_kernel

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
@pytest.mark.parametrize("loss", ["squared_error", "logistic"])
@pytest.mark.parametrize(
    ("intercept", "weighted", "l1", "l2"),
    [(1, True, 0.0, 0.0), (0, False, 0.0, 0.7), (1, False, 0.2, 0.7)],
)
def test_fast_sweeps_equal_the_plain_one(
    columns: int, size: int, loss: str, intercept: int, weighted: bool, l1: float, l2: float
) -> None:
    random = np.random.default_rng(columns + size)
    X = random.normal(size=(ROWS, columns))
    y = random.integers(0, 2, size=(ROWS, 1)).astype(float)
    share = random.uniform(0.5, 1.5, size=ROWS) if weighted else np.empty(0)
    order = random.permutation(ROWS).astype(np.uint32)
    rate, many, entry = 0.3 / columns, -(-ROWS // size), LOSSES[loss]
    start = random.normal(size=(1, columns + intercept)) / columns
    plain, general, quick = start.copy(), start.copy(), start.copy()
    terms = (entry.extra, l1, l2)
    head = (X, y, share, order, size, intercept, rate, terms)
    kept, fast_kept = room(many, columns + intercept), room(many, columns + intercept)
    total = sweep_rows(entry, *head, plain, many, 0, 1, kept)
    found = general_kernel(entry.number)(*head, general, many, 0, 0, nothing())
    assert found == pytest.approx(total, rel=1e-11)
    assert np.allclose(general, plain, rtol=0.0, atol=1e-12)
    ahead = rows_ahead(columns)
    if size == 1 and l1:
        return  # walked by the general kernel
    if size == 1:
        kernel = single_kernel(entry.number, columns)
        rest = (order, intercept, rate, terms, quick[0], ahead, 0, 1, fast_kept)
        found = kernel(X, y[:, 0], share, *rest)
    else:
        kernel = batch_kernel(entry.number)
        rest = (order, size, intercept, rate, terms, quick[0], ahead, many, 0, 1, fast_kept)
        found = kernel(X, y[:, 0], share, *rest)
    assert found == pytest.approx(total, rel=1e-11)
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
        rest = (order, 1, 0.1 / columns, (0.0, 0.0, 0.0), parameters, 8, 0, one, kept)
        single_kernel(0, columns)(X, y, np.empty(0), *rest)
        assert kept[0][0] == (0 if one == 0 else -(-ROWS // one))
        ends.add(parameters.tobytes())
    assert len(ends) == 1


@pytest.mark.parametrize("loss", LOSSES)
def test_the_general_sweep_walks_every_loss(loss: str) -> None:
    random, entry = np.random.default_rng(3), LOSSES[loss]
    X, columns = random.normal(size=(ROWS, 4)), 4
    y = np.eye(3)[random.integers(0, 3, ROWS)] + (entry.domain == "positive")
    order, share = random.permutation(ROWS).astype(np.uint32), random.uniform(0.5, 1.5, ROWS)
    plain = random.normal(size=(3, columns + 1)) / columns
    compiled = plain.copy()
    terms = (entry.extra, 0.05, 0.1)
    head = (X, y, share, order, 5, 1, 0.03, terms)
    total = sweep_rows(entry, *head, plain, 9, 0, 0, nothing())
    found = general_kernel(entry.number)(*head, compiled, 9, 0, 0, nothing())
    assert found == pytest.approx(total, rel=1e-11)
    assert np.allclose(compiled, plain, rtol=0.0, atol=1e-12)
    assert (plain == 0.0).any() == (compiled == 0.0).any()
