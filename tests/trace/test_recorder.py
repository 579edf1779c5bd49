"""What is recorded keeps within its budget: evenly thinned, first and last row kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import ArraySource, Trace, minimize
from steepest.trace import recorder
from steepest.trace.recorder import Recorder, Stretch, row_budget

RANDOM = np.random.default_rng(0)
ROWS = ArraySource(RANDOM.normal(size=(10, 2)), RANDOM.normal(size=(10, 1)))


def run(epochs: int, *, record_all: bool = False, **options: object) -> Trace:
    settings_ = {"learning_rate": 1e-7, "tolerance": 0.0, **options}
    return minimize(ROWS, epochs=epochs, record_all=record_all, **settings_)


@pytest.mark.parametrize("epochs", [9_999, 10_000, 10_001, 25_001, 70_000])
def test_long_runs_are_thinned_evenly_and_keep_first_and_last(epochs: int) -> None:
    thinned, whole = run(epochs), run(epochs, record_all=True)
    seen, every = thinned["epoch"], thinned.metadata["recorded_every"]
    assert whole["epoch"].tolist() == list(range(epochs + 1))
    assert whole.metadata["recorded_every"] == 1
    assert len(thinned) <= 10_001
    assert len(thinned) >= min(epochs, 5_000)
    assert seen[0] == 0.0
    assert seen[-1] == epochs
    assert (np.diff(seen)[:-1] == every).all()
    assert 0 < seen[-1] - seen[-2] <= every
    rows = seen.astype(int)
    assert np.array_equal(thinned.path, whole.path[rows])
    for column in ("loss", "gradient_norm", "updates"):
        assert np.array_equal(thinned[column], whole[column][rows])
    assert np.array_equal(thinned.parameters, whole.parameters)


@pytest.mark.parametrize("options", [{"engine": "pass"}, {"method": "mini-batch", "batch_size": 4}])
@pytest.mark.parametrize("budget", [2, 5, 16, 33])
def test_every_engine_is_thinned_alike(
    options: dict, budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = run(100, **options)
    monkeypatch.setattr(recorder, "ROWS", budget)
    thinned = run(100, **options)
    rows = thinned["epoch"].astype(int)
    assert len(rows) <= budget + 1
    assert (rows[0], rows[-1]) == (0, 100)
    assert len(set(np.diff(rows)[:-1])) <= 1
    assert np.array_equal(thinned.path, whole.path[rows])
    assert np.array_equal(thinned["loss"], whole["loss"][rows], equal_nan=True)


def test_wide_models_keep_fewer_points_of_their_path() -> None:
    assert row_budget((2, 1)) == 10_000
    assert row_budget((1000, 10)) * 1000 * 10 * 8 <= 64 * 2**20
    assert row_budget((10**6, 1000)) == 2


def stretch(first: int, count: int) -> Stretch:
    epoch = np.arange(first, first + count, dtype=float)
    return Stretch(
        {"epoch": epoch, "loss": epoch**2},
        lambda rows: epoch[rows][:, None, None],
        np.zeros(count, dtype=bool),
        {},
    )


@given(st.lists(st.integers(1, 300), max_size=30), st.integers(2, 50))
@settings(max_examples=80)
def test_how_a_run_is_cut_into_stretches_does_not_change_what_is_kept(
    lengths: list[int], budget: int
) -> None:
    cut, whole, total = Recorder((1, 1), budget), Recorder((1, 1), budget), sum(lengths)
    for one in (cut, whole):
        one.add(stretch(0, 1))
    done = 1
    for length in lengths:
        cut.add(stretch(done, length))
        done += length
    if total:
        whole.add(stretch(1, total))
    found, path = cut.finish()
    wanted, _ = whole.finish()
    assert cut.every == whole.every
    assert found["epoch"].tolist() == wanted["epoch"].tolist()
    assert (found["epoch"][0], found["epoch"][-1]) == (0.0, float(total))
    assert np.array_equal(path[:, 0, 0], found["epoch"])
    assert np.array_equal(found["loss"], found["epoch"] ** 2)
    assert len(path) <= budget + 1


def test_columns_that_were_never_evaluated_are_left_out() -> None:
    one = Recorder((1, 1), None)
    one.add(stretch(0, 3))
    columns, _ = one.finish()
    assert set(columns) == {"epoch", "loss"}


def test_the_clock_only_goes_forward_and_watch_sees_every_stretch() -> None:
    seen: list[float] = []
    trace = run(1000, watch=lambda row: seen.append(row["epoch"]))
    assert trace["seconds"][0] == 0.0
    assert (np.diff(trace["seconds"]) >= 0.0).all()
    assert seen[-1] == 1000.0
    assert (np.diff(seen) > 0.0).all()
