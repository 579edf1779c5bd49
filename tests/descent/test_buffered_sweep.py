"""The buffered order: a permutation of all rows, walked by the kernels as in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import steepest
from steepest import LOSSES, ArraySource, LinearObjective
from steepest.data.row_spill import RowSpill
from steepest.descent.buffered_sweep import BufferedSweepEngine
from steepest.descent.rules import RULES
from steepest.descent.sweep import SweepEngine

RANDOM = np.random.default_rng(0)
ROWS, BLOCK = 1000, 64


def engine(buffer: int, *, size: int = 1, sort: bool = False, **options: Any) -> Any:
    random = np.random.default_rng(1)
    X = random.normal(size=(ROWS, 3))
    y = X @ [[1.0], [-2.0], [0.5]] + 1.0 + random.normal(size=(ROWS, 1))
    if sort:
        order = np.argsort(y[:, 0])
        X, y = X[order], y[order]
    spill = RowSpill(ROWS, 3, 1)
    for start in range(0, ROWS, BLOCK):
        part = slice(start, min(start + BLOCK, ROWS))
        spill.add(X[part], y[part], np.arange(ROWS)[part])
    rows = ArraySource(X, y)
    loss = LOSSES["squared_error"]
    about: dict[str, Any] = {
        "loss": loss,
        "intercept": True,
        "objective": LinearObjective(rows, loss, True),
        "free": False,
        "start": np.zeros((4, 1)),
        "rate": 0.01,
        "batch_size": size,
        "epochs": 3,
        "order": "buffered",
        "seed": 5,
        "compiled": False,
        **options,
    }
    buffered = BufferedSweepEngine(
        rows=spill.source(), spill=spill, move=lambda X: None, buffer_rows=buffer, **about
    )
    return buffered, SweepEngine(rows=rows, **{**about, "order": "given"}), rows


def walked_by(engine: Any, epoch: int) -> Any:
    orders = ((held, held.walk(0, order)) for held, order in engine.fillings(epoch))
    return np.concatenate([held.numbers[walk] for held, walk in orders])


@pytest.mark.parametrize("buffer", [64, 100, 200, 5000])
@pytest.mark.parametrize("epoch", [0, 1])
def test_an_epoch_walks_every_row_once_and_some_blocks_at_a_time(buffer: int, epoch: int) -> None:
    buffered, _, rows = engine(buffer)
    seen = []
    for held, order in buffered.fillings(epoch):
        walk = held.walk(0, order)
        numbers = held.numbers[walk]
        assert len(numbers) <= max(buffer, BLOCK)
        np.testing.assert_array_equal(held.X[walk], rows.X[numbers])
        np.testing.assert_array_equal(held.y[walk], rows.y[numbers])
        seen.append(numbers)
    walked = np.concatenate(seen)
    np.testing.assert_array_equal(np.sort(walked), np.arange(ROWS))
    np.testing.assert_array_equal(walked_by(engine(buffer)[0], epoch), walked)
    other = walked_by(buffered, epoch + 1)
    assert (other != walked).any()
    # Blocks do not come one after the other, nor do the rows of one.
    assert (np.diff(walked) == 1).mean() < 0.1


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("rule", ["plain", "adam"])
@pytest.mark.parametrize("size", [1, 7, 32, 300])
def test_its_updates_are_those_of_rows_laid_in_that_order(
    size: int, rule: str, compiled: bool
) -> None:
    options = {"rule": RULES[rule], "compiled": compiled}
    buffered, plain, rows = engine(200, size=size, **options)
    walked = walked_by(buffered, 0)
    # The same rows laid in the buffered order and walked as they stand.
    laid = ArraySource(rows.X[walked], rows.y[walked])
    reference = SweepEngine(
        **{**{name: getattr(plain, name) for name in SweepEngine.__dataclass_fields__},
           "rows": laid}
    )  # fmt: skip
    after, row = buffered.advance(buffered.begin(), 1)
    wanted, wanted_row = reference.advance(reference.begin(), 1)
    np.testing.assert_allclose(after.parameters, wanted.parameters, rtol=1e-12)
    np.testing.assert_allclose(
        row.columns["running_loss"], wanted_row.columns["running_loss"], rtol=1e-12
    )
    updates = row.updates["update"]
    assert (np.diff(updates) > 0).all()
    assert updates[-1] <= buffered.updates_per_epoch == reference.updates_per_epoch
    if size == 1:
        np.testing.assert_array_equal(row.updates["batch"], walked[updates - 1])
    else:
        np.testing.assert_array_equal(row.updates["batch"], updates - 1)


def test_given_order_is_the_files_own() -> None:
    buffered, plain, _ = engine(100, size=10, order="given")
    after, wanted = (one.advance(one.begin(), 1)[0].parameters for one in (buffered, plain))
    np.testing.assert_allclose(after, wanted, rtol=1e-13)


def spread(buffer: int, *, sort: bool) -> float:
    """Return how far the point after an epoch strays from least squares, over 40 seeds."""
    ends = []
    for seed in range(40):
        buffered, _, rows = engine(buffer, sort=sort, seed=seed, epochs=1, rate=0.005)
        state = buffered.begin()
        for _ in range(3):
            state, _ = buffered.advance(state, 1)
        ends.append(state.parameters[:, 0])
    design = np.column_stack([np.ones(ROWS), rows.X])
    best = np.linalg.lstsq(design, rows.y[:, 0], rcond=None)[0]
    return float(np.mean(np.sum((np.array(ends) - best) ** 2, axis=1)))


def test_what_a_small_buffer_costs_is_what_the_page_says() -> None:
    """Rows without an order lose nothing; sorted rows stray many times as far."""
    full, small = spread(ROWS, sort=False), spread(BLOCK, sort=False)
    assert small < 1.7 * full
    full, small = spread(ROWS, sort=True), spread(BLOCK, sort=True)
    assert small > 3.0 * full
    assert spread(ROWS // 2, sort=True) < 0.7 * small


def test_a_spill_larger_than_memory_is_walked_in_the_named_order(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    X = random.normal(size=(150_000, 2))
    y = X @ [1.0, 2.0] + random.normal(size=150_000)
    table = pa.table({"a": X[:, 0], "b": X[:, 1], "y": y})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=50_000)
    runs = [
        steepest.fit(
            tmp_path / "t.parquet", target="y", method="mini-batch", epochs=3, memory="1MB"
        )
        for _ in range(2)
    ]
    assert runs[0].summary["order"] == "buffered"
    assert "story_spill_buffered" in [note.name for note in runs[0].story]
    np.testing.assert_array_equal(runs[0].trace.path, runs[1].trace.path)
    loss, optimum = runs[0].summary["train_loss"], runs[0].summary["optimum_loss"]
    memory = steepest.fit(tmp_path / "t.parquet", target="y", method="mini-batch", epochs=3)
    assert memory.summary["order"] == "random"
    above = memory.summary["train_loss"] - optimum
    assert 0.0 < loss - optimum < 2.0 * above + 0.01 * optimum
