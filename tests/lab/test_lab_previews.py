"""Previews are the beginning of the run that is asked for, and say how much of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from steepest import FitOptions
from steepest.descent.plan import PLAIN_UPDATES
from steepest.lab import previews
from steepest.lab.previews import PREVIEW_UPDATES, PREVIEW_VISITS, Extent, extent
from steepest.lab.runs import Runs
from steepest.lab.states import State
from steepest.lab.tables import Tables
from steepest.lab.work import Work

ROWS = 4_000


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    generator = np.random.default_rng(5)
    x = generator.normal(size=(ROWS, 2)) * (1.0, 3.0)
    y = x @ (1.0, -0.5) + 2.0 + generator.normal(size=ROWS)
    file: Path = tmp_path_factory.mktemp("data") / "many.csv"
    lines = [f"{a!r},{b!r},{c!r}" for (a, b), c in zip(x.tolist(), y.tolist(), strict=True)]
    file.write_text("a,b,y\n" + "\n".join(lines) + "\n")
    tables = Tables()
    tables.add([str(file)], ["y"])
    return Runs(tables)


@pytest.mark.parametrize("order", ["random", "given"])
@pytest.mark.parametrize("rule", ["plain", "momentum"])
def test_a_part_is_the_beginning_of_the_run(
    runs: Runs, monkeypatch: pytest.MonkeyPatch, order: str, rule: str
) -> None:
    """Its updates are the run's own, on the same rows in the same order, to the last bit."""
    asked = State(data="many", batch=7, order=order, rule=rule, rate=0.02, epochs=3, seed=4)
    state, _ = runs.definite(asked)
    whole = runs.made(state, Work())
    monkeypatch.setattr(previews, "PREVIEW_UPDATES", 100)
    part = runs.made(state, Work(), preview=True)
    assert part.shortened is not None
    taken = part.shortened.facts["rows"]
    count = taken // 7
    assert 50 < count < 457
    assert part.shortened.facts["of"] == whole.bench.rows.training.rows
    mine, all_ = part.trace.updates, whole.trace.updates
    np.testing.assert_array_equal(mine["update"], all_["update"][:count])
    np.testing.assert_array_equal(mine["parameters"], all_["parameters"][:count])
    np.testing.assert_array_equal(part.trace.parameters, all_["parameters"][count])
    loss = float(whole.bench.problem.quadratic.value(part.trace.parameters))
    assert part.trace.last("loss") == pytest.approx(loss, rel=1e-12)
    assert part.trace.last("epoch") == taken / whole.bench.rows.training.rows
    for name in ("order", "largest_stable_rate", "batch_size", "learning_rate"):
        assert part.trace.metadata[name] == whole.trace.metadata[name]


def test_parts_of_another_seed_are_others(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "PREVIEW_UPDATES", 100)
    state, _ = runs.definite(State(data="many", batch=7, rate=0.02, validation=0.0))
    ends = [
        runs.made(replace(state, seed=seed, rate=rate), Work(), preview=True).trace.parameters
        for seed, rate in ((1, 0.02), (2, 0.02), (1, 0.02), (1, 0.03))
    ]
    assert (ends[0] != ends[1]).all()
    assert (ends[0] == ends[2]).all()
    assert (ends[0] != ends[3]).all()


@pytest.mark.parametrize("rows", [80, 10_000, 261_877, 5_000_000])
@pytest.mark.parametrize("batch", [1, 2, 32, 1_000, 100_000])
@pytest.mark.parametrize("columns", [1, 7, 100])
def test_no_preview_costs_much(rows: int, batch: int, columns: int) -> None:
    """Either compiled and few looks at rows, or few updates and few numbers gathered."""
    options = FitOptions(target=("y",), batch_size=batch, epochs=1_000)
    made = extent(options, rows, columns)
    if batch >= rows:
        assert made == Extent(1_000, rows, rows)
        return
    assert 1 <= made.epochs <= 1_000
    assert made.whole or (made.epochs == 1 and made.rows >= 2 * batch)
    visits = made.rows * made.epochs
    work = (-(-made.rows // batch) + made.rows * (columns + 1) // 1_600) * made.epochs
    least = 2 + 2 * batch * (columns + 1) / 1_600
    assert visits <= PREVIEW_VISITS or work <= max(PREVIEW_UPDATES + 1, least)
    if visits <= PREVIEW_VISITS and work > max(PREVIEW_UPDATES + 1, least):
        assert work > PLAIN_UPDATES  # the plan compiles
