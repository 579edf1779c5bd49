"""Mini-batches of shares and local descent: the batches, the numbers, the bits, the quality."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from worker_tables import Shuffled, written

import steepest
from steepest import FitOptions, Trace
from steepest.data.draws import stream_key, words
from steepest.data.partition_rows import HeldRows, Shares, partition_order
from steepest.data.partition_work import PartitionWork, partition_cuts
from steepest.data.prepared_stream import PreparedStream
from steepest.data.recipe import Recipe
from steepest.fitting.rows import prepare_rows
from steepest.fitting.table_fit import linear_of, trained
from steepest.workers.processes import LocalWorkers

ROWS = (60_000, 50_001, 30_000)
PARTITIONS = 5
SHARES = {"method": "mini-batch", "batch_size": 4_001, "epochs": 2}
LOCAL = {"method": "mini-batch", "batch_size": 32, "epochs": 3, "local": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("descent") / "t", ROWS)


def descended(folder: Path, workers: Any, **options: Any) -> Trace:
    asked = FitOptions(target=("y",), memory="1KB", **options)
    rows = prepare_rows([str(folder)], asked, sharing=PartitionWork(workers))
    return trained(linear_of(rows, asked), rows, asked)


class KilledTwice(LocalWorkers):
    """Workers, one of which is killed in the second and in the fourth round."""

    rounds, killed = 0, 0

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        self.rounds += 1
        for place, told in enumerate(super().map(numbers, function, parameters)):
            if place == 1 and self.rounds in (4, 6):
                os.kill(int(self.workers()[0]), signal.SIGKILL)
                self.killed += 1
            yield told


def batches_by_places(counts: Sequence[int], seed: int, epoch: int) -> list[int]:
    """Return the partition of every row of an epoch, from all places, sorted."""
    drawn = words(stream_key(seed, "blocks", epoch), np.arange(len(counts)))
    offsets = ((drawn >> np.uint64(11)) + 0.5) / 2**53
    places = [
        ((row + offsets[number]) / count, number)
        for number, count in enumerate(counts)
        for row in range(count)
    ]
    return [number for _, number in sorted(places)]


@pytest.mark.parametrize("counts", [(7, 7, 7), (40, 1, 0, 13), (5,), (1, 1, 1, 1, 60)], ids=str)
def test_shares_are_runs_of_all_rows_by_their_places(counts: tuple[int, ...]) -> None:
    for epoch in range(5):
        order = batches_by_places(counts, 3, epoch)
        shares = Shares(np.array(counts), 3, epoch)
        for rows in range(len(order) + 1):
            wanted = np.bincount(np.array(order[:rows], np.int64), minlength=len(counts))
            np.testing.assert_array_equal(shares.first(rows), wanted)
            even = rows * np.array(counts) / len(order)
            # a place is off by a row of each partition at most
            bound = 1.0 + len(counts) * np.array(counts) / len(order)
            assert (np.abs(wanted - even) <= bound).all()


def test_batches_have_exactly_the_rows_they_should() -> None:
    shares = Shares(np.array([1_000_003, 17, 999_999, 5]), 1, 2)
    before = np.zeros(4, np.int64)
    for rows in range(4096, 2_000_024, 4096):
        now = shares.first(rows)
        assert now.sum() == rows
        assert (now >= before).all()
        before = now


def partitions(folder: Path, options: dict[str, Any]) -> tuple[list[np.ndarray], Any]:
    """Return design (with the intercept's 1) and target of each partition, by other means."""
    asked = FitOptions(target=("y",), **{**options, "local": False})
    rows = prepare_rows([str(folder)], asked)
    problem = linear_of(rows, asked)
    shared = prepare_rows([str(folder)], asked, sharing=PartitionWork(Shuffled(0)))
    cuts = partition_cuts(shared.training.prepared.stream)
    X = problem.rows.gathered().X
    design = np.concatenate([np.ones((len(X), 1)), X, problem.rows.y], axis=1)
    where = np.searchsorted(problem.rows.positions, cuts)
    return [design[first:stop] for first, stop in pairwise(where)], problem


def gradient(rows: np.ndarray, w: np.ndarray) -> np.ndarray:
    x, y = rows[:, :-1], rows[:, -1]
    return 2.0 * x.T @ (x @ w - y) / len(rows)


def test_batches_of_shares_descend_as_the_formula_says(folder: Path) -> None:
    parts, _ = partitions(folder, SHARES)
    trace = descended(folder, Shuffled(0), learning_rates=(0.05,), **SHARES)
    w, counts = np.zeros(8), [len(part) for part in parts]
    rows = sum(counts)
    for epoch in range(2):
        order = np.array(batches_by_places(counts, 0, epoch))
        walks = [partition_order(len(part), 0, epoch, i) for i, part in enumerate(parts)]
        taken = np.zeros(len(parts), np.int64)
        for start in range(0, rows, 4_001):
            share = np.bincount(order[start : start + 4_001], minlength=len(parts))
            batch = np.concatenate(
                [
                    part[walk[first : first + many]]
                    for part, walk, first, many in zip(parts, walks, taken, share, strict=True)
                ]
            )
            taken += share
            w = w - 0.05 * gradient(batch, w)
    np.testing.assert_allclose(trace.parameters[:, 0], w, rtol=0, atol=1e-10)
    assert trace.metadata["order"] == "shares"
    assert trace["updates"][-1] == 2 * -(-rows // 4_001)


def test_local_descent_averages_what_every_partition_comes_to(folder: Path) -> None:
    parts, _ = partitions(folder, LOCAL)
    trace = descended(folder, Shuffled(0), learning_rates=(0.01,), **{**LOCAL, "epochs": 1})
    ends = []
    for number, part in enumerate(parts):
        w, walk = np.zeros(8), partition_order(len(part), 0, 0, number)
        for start in range(0, len(part), 32):
            w = w - 0.01 * gradient(part[walk[start : start + 32]], w)
        ends.append(w)
    wanted = np.average(ends, axis=0, weights=[len(part) for part in parts])
    np.testing.assert_allclose(trace.parameters[:, 0], wanted, rtol=0, atol=1e-10)
    assert trace["updates"][-1] == sum(-(-len(part) // 32) for part in parts)
    assert trace.metadata["engine"] == "local"


@pytest.mark.parametrize(
    "options", [SHARES, {**LOCAL, "rule": "momentum"}], ids=["shares", "local"]
)
def test_bits_depend_neither_on_workers_nor_on_arrival_nor_on_deaths(
    folder: Path, options: dict[str, Any]
) -> None:
    runs = [descended(folder, Shuffled(seed), **options) for seed in range(2)]
    runs += [
        steepest.fit(folder, target="y", workers=count, **options).trace for count in (1, 2, 3, 4)
    ]
    workers = KilledTwice(2)
    try:
        runs.append(descended(folder, workers, **options))
    finally:
        workers.close()
    assert workers.killed == 2
    assert workers.restarts >= 1  # the last round may end before the second death is heard of
    for run in runs[1:]:
        assert run.parameters.tobytes() == runs[0].parameters.tobytes()
        for name in ("loss", "running_loss", "validation_loss"):
            np.testing.assert_array_equal(run[name], runs[0][name])


def test_both_come_close_to_the_optimum(folder: Path) -> None:
    for options, within in ((SHARES, 1e-3), (LOCAL, 1e-3)):
        asked = {**options, "epochs": 20, "schedule": "geometric", "tolerance": 0.0}
        run = steepest.fit(folder, target="y", workers=2, **asked)
        best = run.summary["optimum_loss"]
        assert run.summary["train_loss"] <= best * (1.0 + within)


def test_partitions_that_differ_pull_local_descent_away_from_the_optimum(tmp_path: Path) -> None:
    """What the story says of it: rates that fall bring it nearer, a constant one does not."""
    random = np.random.default_rng(2)
    rows = 32_768 * 2
    x = np.concatenate([random.normal(size=rows) * 3.0, random.normal(size=rows) * 0.3])
    slope = np.concatenate([np.full(rows, 1.0), np.full(rows, 5.0)])
    table = pa.table({"x": x, "y": slope * x + random.normal(size=2 * rows)})
    pq.write_table(table, tmp_path / "t.parquet", row_group_size=32_768)
    losses = {}
    for schedule in ("constant", "geometric"):
        run = steepest.fit(
            tmp_path / "t.parquet", target="y", workers=1, validation=0.0, method="mini-batch",
            batch_size=256, local=True, epochs=30, tolerance=0.0, schedule=schedule,
        )  # fmt: skip
        losses[schedule] = run.summary["train_loss"] / run.summary["optimum_loss"] - 1.0
    assert losses["constant"] > 0.05
    assert losses["geometric"] < losses["constant"] / 3.0


@pytest.mark.parametrize("options", [SHARES, LOCAL], ids=["shares", "local"])
def test_the_story_tells_what_was_done(folder: Path, options: dict[str, Any]) -> None:
    run = steepest.fit(folder, target="y", workers=2, **options)
    name = "story_local" if options.get("local") else "story_shares"
    note = next(one for one in run.story if one.name == name)
    assert note.facts["partitions"] == PARTITIONS
    assert run.summary["engine"] == name.removeprefix("story_")
    for language in ("en", "zh-CN"):
        assert any(f"{PARTITIONS}" in line for line in run.tell(language))


@pytest.fixture(scope="module")
def weighted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place, random = tmp_path_factory.mktemp("weighted"), np.random.default_rng(2)
    for number, rows in enumerate((40_000, 30_001)):
        X = random.normal(size=(rows, 3)) + np.array([0.0, 5.0, number])
        columns = {f"x{i}": X[:, i] for i in range(3)}
        columns |= {
            "w": random.integers(0, 4, rows) / 2.0,
            "y": X.sum(1) + random.normal(size=rows),
        }
        pq.write_table(pa.table(columns), place / f"{number}.parquet", row_group_size=10_000)
    return place


@pytest.mark.parametrize("local", [False, True], ids=["shares", "local"])
def test_weights_of_rows_scale_their_gradients(weighted: Path, local: bool) -> None:
    size = 64 if local else 2_000
    options = {"method": "mini-batch", "batch_size": size, "weight": "w", "epochs": 1}
    parts, problem = partitions(weighted, options)
    weight = problem.rows.gathered().weight
    cuts = np.cumsum([0, *map(len, parts)])
    shares = [weight[a:b] / weight.mean() for a, b in pairwise(cuts)]
    assert len(parts) > 1
    trace = descended(weighted, Shuffled(0), learning_rates=(0.01,), local=local, **options)
    walks = [partition_order(len(part), 0, 0, i) for i, part in enumerate(parts)]

    def step(w: np.ndarray, rows: np.ndarray, share: np.ndarray) -> np.ndarray:
        x, y = rows[:, :-1], rows[:, -1]
        return w - 0.01 * 2.0 * x.T @ (share * (x @ w - y)) / len(rows)

    if local:
        ends = []
        for part, share, walk in zip(parts, shares, walks, strict=True):
            w = np.zeros(4)
            for start in range(0, len(part), size):
                batch = walk[start : start + size]
                w = step(w, part[batch], share[batch])
            ends.append(w)
        w = np.average(ends, axis=0, weights=[len(part) for part in parts])
    else:
        w, order = np.zeros(4), np.array(batches_by_places([len(one) for one in parts], 0, 0))
        taken = np.zeros(len(parts), np.int64)
        for start in range(0, len(order), size):
            many = np.bincount(order[start : start + size], minlength=len(parts))
            chosen = [walk[a : a + n] for walk, a, n in zip(walks, taken, many, strict=True)]
            taken += many
            rows = np.concatenate([part[one] for part, one in zip(parts, chosen, strict=True)])
            share = np.concatenate([one[it] for one, it in zip(shares, chosen, strict=True)])
            w = step(w, rows, share)
    np.testing.assert_allclose(trace.parameters[:, 0], w, rtol=0, atol=1e-10)


@pytest.mark.parametrize("local", [False, True], ids=["shares", "local"])
def test_weights_that_are_all_equal_change_nothing_but_rounding(
    weighted: Path, tmp_path: Path, local: bool
) -> None:
    table = pq.read_table(weighted).drop_columns(["w"])
    options = {"method": "mini-batch", "batch_size": 1_000, "epochs": 3, "local": local}
    for name, weight in (("none", None), ("three", 3.0)):
        made = table
        if weight is not None:
            made = table.append_column("w", pa.array(np.full(len(table), weight)))
        (tmp_path / name).mkdir()
        pq.write_table(made, tmp_path / name / "t.parquet", row_group_size=40_000)
    plain = descended(tmp_path / "none", Shuffled(0), **options)
    same = descended(tmp_path / "three", Shuffled(1), weight="w", **options)
    np.testing.assert_allclose(same.parameters, plain.parameters, rtol=1e-12)
    np.testing.assert_allclose(same["running_loss"], plain["running_loss"], rtol=1e-12)


def test_weighted_bits_do_not_depend_on_workers(weighted: Path) -> None:
    options = {"method": "mini-batch", "batch_size": 5_000, "weight": "w", "epochs": 2}
    for local in (False, True):
        found = [descended(weighted, Shuffled(seed), local=local, **options) for seed in (0, 1)]
        assert found[0].parameters.tobytes() == found[1].parameters.tobytes()
        workers = LocalWorkers(2)
        try:
            shared = descended(weighted, workers, local=local, **options)
        finally:
            workers.close()
        assert shared.parameters.tobytes() == found[0].parameters.tobytes()


@pytest.mark.parametrize("options", [SHARES, LOCAL], ids=["shares", "local"])
def test_a_resumed_run_has_the_bits_of_the_whole_one(
    folder: Path, tmp_path: Path, options: dict[str, Any]
) -> None:
    class StoppedError(Exception):
        pass

    seen: list[Any] = []

    def stop(row: Any) -> None:
        seen.append(row)
        if len(seen) == 2:
            raise StoppedError

    asked = {"target": "y", "workers": 2, **options, "epochs": 3}
    whole = steepest.fit(folder, **asked)
    first = {"checkpoint": tmp_path / "kept", "every": 1, "out": tmp_path / "run"}
    with pytest.raises(StoppedError):
        steepest.fit(folder, **asked, **first, watch=stop)
    (run,) = steepest.resume(tmp_path / "kept")
    assert run.trace.parameters.tobytes() == whole.trace.parameters.tobytes()
    np.testing.assert_array_equal(run.trace["running_loss"], whole.trace["running_loss"])


def test_rows_are_read_once_however_many_rounds(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = FitOptions(target=("y",), **SHARES)
    work = PartitionWork(Shuffled(0))
    rows = prepare_rows([str(folder)], asked, sharing=work).training.in_coordinates(
        np.ones(7), np.full(7, 2.0)
    )
    held = HeldRows(rows, work)
    assert held.counts.sum() == rows.rows
    monkeypatch.setattr(PreparedStream, "between", None)  # whoever reads files again fails
    everyone = list(range(PARTITIONS))
    asking = Recipe("steepest.data.partition_rows:counting", {})
    for numbers in (everyone, everyone[::-1], [3]):
        told = list(held.round(asking, numbers))
        counted = [(number, one["rows"]) for number, one in told]
        assert counted == [(number, held.counts[number]) for number in numbers]
    with pytest.raises(TypeError):  # other coordinates are other rows
        HeldRows(rows.in_coordinates(np.zeros(7), np.full(7, 3.0)), work)
