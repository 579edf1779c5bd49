"""Fits by workers have the bits of fits without them, however many, in whatever order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from worker_tables import COLUMNS, Shuffled, written

import steepest
from steepest import FileError, FitOptions, InputError, Run
from steepest.data.partition_work import PartitionWork, partition_cuts
from steepest.data.recipe import Recipe
from steepest.data.table_stream import ArrowStream
from steepest.fitting.landscape import RowSample
from steepest.fitting.last_look import last_look
from steepest.fitting.prepared import PreparedRows
from steepest.fitting.rows import prepare_rows
from steepest.objective.linear import LinearObjective
from steepest.objective.losses import LOSSES
from steepest.workers.processes import LocalWorkers


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("shared") / "t")


@pytest.fixture(scope="module")
def alone(folder: Path) -> Run:
    return steepest.fit(folder, target="y", memory="1KB")


class Killing(LocalWorkers):
    """Workers, two of which are killed; a third death of one partition would stop the run."""

    kills = 0

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        for place, told in enumerate(super().map(numbers, function, parameters)):
            if place % 3 == 1 and self.kills < 2:
                os.kill(int(self.workers()[self.kills % 2]), signal.SIGKILL)
                self.kills += 1
            yield told


def same(run: Run, alone: Run) -> None:
    np.testing.assert_array_equal(run.trace.parameters, alone.trace.parameters)
    np.testing.assert_array_equal(run.trace.path, alone.trace.path)
    for name, column in alone.trace.columns.items():
        if name != "seconds":
            np.testing.assert_array_equal(run.trace.columns[name], column)
    assert run.trace.metadata == alone.trace.metadata
    assert "largest_row" in run.trace.metadata["facts"]
    for field in fields(RowSample):
        kept = (getattr(one.landscape.sample, field.name) for one in (run, alone))
        np.testing.assert_array_equal(*kept)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_any_number_of_workers_makes_the_same_bits(folder: Path, alone: Run, count: int) -> None:
    run = steepest.fit(folder, target="y", workers=count)
    same(run, alone)
    found = run.summary["workers"]
    assert (found["kind"], found["count"], found["partitions"]) == ("processes", count, 11)
    assert "story_workers" in [one.name for one in run.story]


def rows_of(folder: Path, workers: Any, **options: Any) -> PreparedRows:
    asked = FitOptions(target=("y",), memory="1KB", **options)
    sharing = None if workers is None else PartitionWork(workers)
    return prepare_rows([str(folder)], asked, sharing=sharing)


def test_the_order_of_arrival_changes_no_bit(folder: Path) -> None:
    wanted = rows_of(folder, None).moments
    for seed in range(3):
        workers = Shuffled(seed)
        made = rows_of(folder, workers).moments
        assert workers.asked == 11
        for one, other in zip(made or (), wanted or (), strict=True):
            assert one is not None
            assert other is not None
            assert one.R.tobytes() == other.R.tobytes()


@pytest.mark.parametrize("loss", ["logistic", "half_squared_error"])
def test_passes_by_workers_have_the_bits_of_passes_without(folder: Path, loss: str) -> None:
    point = np.linspace(-0.5, 0.5, COLUMNS + 1)[:, None]
    shift, scale = np.linspace(0.0, 1.0, COLUMNS), np.linspace(1.0, 3.0, COLUMNS)
    made = []
    for workers in (None, Shuffled(1)):
        for source in (rows_of(folder, workers).training, rows_of(folder, workers).validation):
            objective = LinearObjective(
                source.in_coordinates(shift, scale), LOSSES[loss], intercept=True
            )
            value, gradient = objective.value_and_gradient(point)
            made.append((value, gradient.tobytes()))
    assert made[:2] == made[2:]


def test_killed_workers_change_no_bit(folder: Path, alone: Run) -> None:
    workers = Killing(2)
    try:
        made = rows_of(folder, workers).moments
    finally:
        workers.close()
    wanted = rows_of(folder, None).moments
    assert made is not None
    assert wanted is not None
    assert made[0].R.tobytes() == wanted[0].R.tobytes()
    assert workers.kills == 2


@pytest.mark.parametrize("options", [{"time_ordered": True}, {"validation": 0.0}], ids=str)
def test_splits_that_leave_blocks_empty(folder: Path, options: dict[str, Any]) -> None:
    same(
        steepest.fit(folder, target="y", workers=2, **options),
        steepest.fit(folder, target="y", memory="1KB", **options),
    )


@pytest.mark.parametrize("kind", ["feather", "parquet"])
def test_categories_and_holes(tmp_path: Path, kind: str) -> None:
    random, rows = np.random.default_rng(3), 80_000
    x = np.where(random.random(rows) < 0.01, np.nan, random.normal(size=rows))
    color = np.array(["red", "green", "blue"], object)[random.integers(0, 3, rows)]
    table = pa.table(
        {"x": pa.array(x, from_pandas=True), "color": color, "n": random.integers(0, 9, rows),
         **{f"z{i}": random.normal(size=rows) for i in range(6)}, "y": random.normal(size=rows)}
    )  # fmt: skip
    path = tmp_path / f"t.{kind}"
    if kind == "feather":
        feather.write_feather(table, str(path), chunksize=9_999)
    else:
        pq.write_table(table, path, row_group_size=9_999)
    for missing in ("drop", "mean"):
        asked = {"target": "y", "missing": missing}
        same(steepest.fit(path, workers=2, **asked), steepest.fit(path, memory="1KB", **asked))


def test_partitions_are_cut_on_the_grid_and_cover_all_rows(folder: Path) -> None:
    stream = ArrowStream("t", sorted(map(str, folder.iterdir())), None)
    cuts = partition_cuts(stream)
    assert cuts[0] == 0
    assert cuts[-1] == 350_001
    assert all(cut % 32_768 == 0 for cut in cuts[:-1])
    assert cuts == sorted(set(cuts))


def test_a_file_that_changes_is_noticed_by_the_worker(folder: Path, tmp_path: Path) -> None:
    copy = written(tmp_path / "t", (150_000,))
    workers = LocalWorkers(1)
    try:
        rows = rows_of(copy, workers)
        written(tmp_path / "other", (140_000,))
        os.replace(tmp_path / "other" / "0.parquet", copy / "0.parquet")
        with pytest.raises(FileError, match=r"0\.parquet missing, or not as it was"):
            rows.training.sums(
                Recipe(
                    "steepest.objective.moments:made_fill",
                    {"kernel": "cross_block", "shift": np.zeros(8), "unit": np.ones(8)},
                ),
                82,
            )
    finally:
        workers.close()


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"workers": 2, "method": "stochastic"}, "workers_sequential"),
        ({"cluster": "tcp://127.0.0.1:1", "batch_size": 1}, "workers_sequential"),
        ({"workers": 2, "method": "mini-batch", "order": "given"}, "workers_order"),
        ({"workers": 2, "batch_size": 9, "time_ordered": True}, "workers_order"),
        ({"method": "stochastic", "local": True}, "local_without_workers"),
        ({"workers": 2, "method": "batch", "local": True}, "local_of_batches"),
        (
            {"workers": 2, "method": "stochastic", "local": True, "penalty": "l1"},
            "local_without_l1",
        ),
        ({"workers": 2, "cluster": "tcp://127.0.0.1:1"}, "workers_and_cluster"),
        ({"workers": 0}, "option_too_small"),
        ({"cluster": "127.0.0.1:8786"}, "cluster_address"),
        ({"workers": 2, "hidden": (3,)}, "workers_network"),
    ],
    ids=str,
)
def test_what_workers_cannot_share_is_refused(options: dict[str, Any], name: str) -> None:
    with pytest.raises(InputError) as caught:
        steepest.fit("nowhere.parquet", target="y", **options)
    assert caught.value.name == name


def test_text_that_other_machines_cannot_see_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("x,y\n1,2\n2,3\n", encoding="utf-8")
    asked = FitOptions(target=("y",), cluster="tcp://127.0.0.1:1")
    with pytest.raises(InputError) as caught:
        prepare_rows([str(tmp_path / "t.csv")], asked, sharing=PartitionWork(Shuffled(0)))
    assert caught.value.name == "workers_files"
    with pytest.raises(InputError) as caught:
        steepest.fit("example:salary", target="salary", workers=1)
    assert caught.value.name == "workers_files"


def test_text_is_parsed_once_and_shared(tmp_path: Path) -> None:
    random, rows = np.random.default_rng(6), 90_000
    color = np.array(["red", "green", "blue", ""])[random.integers(0, 4, rows)]
    table = {
        "x": random.normal(size=rows).round(4),
        "color": color,
        "n": random.integers(0, 9, rows),
    }
    table["y"] = table["x"] * 2.0 + table["n"] + random.normal(size=rows).round(4)
    header = ",".join(table)
    for number, part in enumerate((slice(0, 50_000), slice(50_000, rows))):
        lines = [
            ",".join(map(str, row)) for row in zip(*(c[part] for c in table.values()), strict=True)
        ]
        (tmp_path / f"{number}.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")
    asked = {"target": "y", "missing": "drop"}
    run = steepest.fit(tmp_path, workers=2, **asked)
    same(run, steepest.fit(tmp_path, memory="1KB", **asked))
    assert "story_shared_copy" in [one.name for one in run.story]
    names = [one["file"] for one in run.about["fingerprint"]]
    assert names == ["0.csv", "1.csv"]


@pytest.mark.parametrize("heavy", [False, True])
def test_a_share_of_the_errors_is_enough_or_all_are_sent(tmp_path: Path, heavy: bool) -> None:
    """Errors that are large in one block alone are more than the share that each block sends."""
    random, rows = np.random.default_rng(8), 100_000
    x = random.normal(size=rows)
    y = x + random.normal(size=rows)
    if heavy:
        y[3_000:5_000] += 50.0
    path = tmp_path / "t.parquet"
    columns = {"x": x, **{f"z{i}": random.normal(size=rows) for i in range(6)}, "y": y}
    pq.write_table(pa.table(columns), path, row_group_size=32_768)
    run = steepest.fit(path, target="y", workers=2, validation=0.0)
    same(run, steepest.fit(path, target="y", memory="1KB", validation=0.0))
    workers = Shuffled(0)
    shared = rows_of(path, workers, validation=0.0)
    workers.asked = 0
    last_look(shared, np.ones((7, 1)), np.zeros(1), 0)
    partitions = len(partition_cuts(shared.training.prepared.stream)) - 1
    assert workers.asked == partitions * (2 if heavy else 1)
