"""A fit of files that stay on disk has the bits of a fit in memory, whatever the files are."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from test_table_faults import REFUSED

import steepest
from steepest import FitOptions, InputError, Run
from steepest.data.file_source import FileSource, sums_of_both
from steepest.data.source import ArraySource
from steepest.fitting import rows as fitting_rows
from steepest.fitting.prepared import PreparedRows
from steepest.fitting.rows import prepare_rows

TINY = "1KB"
ROWS = 70_000  # three blocks of the grid


def numbers(rows: int = ROWS) -> pa.Table:
    random = np.random.default_rng(4)
    X = random.normal(size=(rows, 4)).round(4) * [1.0, 50.0, 0.01, 1.0] + [0.0, 1e4, 0.0, 3.0]
    y = (X @ [1.0, 0.02, -30.0, 0.0] + 2.0 + random.normal(size=rows)).round(3)
    return pa.table({**{f"x{i}": X[:, i] for i in range(4)}, "y": y})


def mixed(rows: int = 40_000) -> pa.Table:
    """Categories, dates, booleans, holes; level "rare" stands in one row."""
    table, random = numbers(rows), np.random.default_rng(5)
    levels = np.array(["red", "green", "blue", "violet"], object)[random.integers(0, 4, rows)]
    levels[17] = "rare"
    holes = random.random(rows) < 0.01
    x0 = np.where(holes, np.nan, table.column("x0").to_numpy())
    return (
        table.set_column(0, "x0", pa.array(x0, from_pandas=True))
        .append_column("color", pa.array(levels, mask=random.random(rows) < 0.01))
        .append_column("day", pa.array(np.arange(rows) // 100, pa.int32()).cast(pa.date32()))
        .append_column("flag", pa.array(random.random(rows) < 0.3))
    )


def write(table: pa.Table, folder: Path, kind: str, cuts: list[int]) -> Path:
    folder.mkdir(exist_ok=True)
    for number, (start, stop) in enumerate(pairwise([0, *cuts, table.num_rows])):
        part, path = table.slice(start, stop - start), folder / f"{number}.{kind}"
        if kind == "parquet":
            pq.write_table(part, path, row_group_size=9_999)
        elif kind == "feather":
            feather.write_feather(part, str(path))
        else:
            csv.write_csv(part, path)
        if kind == "csv.gz":
            path.write_bytes(gzip.compress(path.read_bytes(), 1))
    return folder


def same(memory: Run, stream: Run) -> None:
    """Every bit of model, trace, summary and kept landscape, and every sentence of the story."""
    for name, column in memory.trace.columns.items():
        if name != "seconds":
            np.testing.assert_array_equal(stream.trace.columns[name], column)
    np.testing.assert_array_equal(stream.trace.path, memory.trace.path)
    for name, values in memory.trace.updates.items():
        np.testing.assert_array_equal(stream.trace.updates[name], values)
    assert stream.trace.metadata == memory.trace.metadata
    summaries = [{**run.summary, "seconds": 0.0} for run in (memory, stream)]
    if memory.trace.ending.phrase == "separable_partly":  # proven of rows in memory alone
        for summary in summaries:
            del summary["sentence"]
    else:
        assert stream.trace.ending == memory.trace.ending
    assert stream.model.preparation == memory.model.preparation
    np.testing.assert_array_equal(stream.trace.parameters, memory.trace.parameters)
    assert summaries[0] == summaries[1]
    assert "story_streamed" in [one.name for one in stream.story]
    more = ("story_streamed", "story_spill_held")
    assert [one for one in stream.story if one.name not in more] == list(memory.story)
    if memory.landscape is None:  # of losses whose moments do not tell everything
        assert stream.landscape is None
        return
    assert stream.landscape is not None
    for name in ("features", "targets", "validation", "position"):
        np.testing.assert_array_equal(
            getattr(stream.landscape.sample, name), getattr(memory.landscape.sample, name)
        )
    for one, other in (
        (memory.landscape.moments, stream.landscape.moments),
        (memory.landscape.validation_moments, stream.landscape.validation_moments),
    ):
        if one is not None:
            assert other is not None
            np.testing.assert_array_equal(other.R, one.R)


Both = Callable[..., tuple[Run, Run]]


@pytest.fixture
def both(tmp_path: Path) -> Both:
    def run(table: pa.Table, kind: str, cuts: list[int], **options: Any) -> tuple[Run, Run]:
        folder = write(table, tmp_path / "table", kind, cuts)
        asked = {"target": "y", "epochs": 50, **options}
        memory = asked.pop("memory", TINY)
        return steepest.fit(folder, **asked), steepest.fit(folder, memory=memory, **asked)

    return run


@pytest.mark.parametrize("kind", ["parquet", "feather", "csv", "csv.gz"])
@pytest.mark.parametrize("cuts", [[], [1], [32_768], [5, 30_000, 32_769, 69_999]], ids=str)
def test_files_of_any_kind_cut_anywhere_give_the_bits_of_memory(
    kind: str, cuts: list[int], both: Both
) -> None:
    same(*both(numbers(), kind, cuts))


CASES: dict[str, dict[str, Any]] = {
    "drop": {"missing": "drop"},
    "mean": {"missing": "mean"},
    "drop-time-ordered": {"missing": "drop", "time_ordered": True},
    "mean-no-intercept": {"missing": "mean", "intercept": False},
    "no-validation": {"missing": "mean", "validation": 0.0},
    "own-units": {"missing": "drop", "standardize": False, "features": ("x0", "color")},
}


@pytest.mark.parametrize("kind", ["parquet", "csv"])
@pytest.mark.parametrize("case", CASES)
def test_categories_dates_and_holes_are_learnt_alike(case: str, kind: str, both: Both) -> None:
    same(*both(mixed(), kind, [9, 33_000], dates="days", **CASES[case]))


OPTIONS: dict[str, dict[str, Any]] = {
    "momentum": {"rule": "momentum"},
    "adam": {"rule": "adam", "learning_rate": 0.1},
    "half": {"loss": "half_squared_error", "schedule": "cosine"},
    "diverging": {"learning_rate": 3.0},
    "too-slow": {"learning_rate": 1e-3, "validation": 0.5},
    "no-intercept": {"intercept": False},
    "two-targets": {"target": ("y", "x3")},
    "search": {"method": "exhaustive", "ranges": (("x0", 0.0, 2.0),), "points": 5, "epochs": 1},
    "mini-batch": {"method": "mini-batch", "epochs": 3, "memory": "2MB"},
    "stochastic": {"method": "stochastic", "epochs": 2, "seed": 3, "memory": "2MB"},
    "given": {"method": "mini-batch", "order": "given", "epochs": 2, "memory": "2MB"},
}


@pytest.mark.parametrize("case", OPTIONS)
def test_every_method_gives_the_bits_of_memory(case: str, both: Both) -> None:
    same(*both(numbers(40_000), "parquet", [11], **OPTIONS[case]))


def test_collinear_rows_are_accumulated_by_reflections_alike(both: Both) -> None:
    table = numbers()
    near = table.column("x0").to_numpy() * (1 + 1e-4 * np.random.default_rng(6).normal(size=ROWS))
    memory, stream = both(table.append_column("near", pa.array(near)), "parquet", [7])
    assert memory.landscape is not None
    assert memory.landscape.moments.orthogonal
    same(memory, stream)


@pytest.mark.parametrize(("content", "options", "parts"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_in_memory_is_refused_in_files(
    content: str, options: dict[str, Any], parts: list[str], tmp_path: Path
) -> None:
    (tmp_path / "table.csv").write_text(content, encoding="utf-8")
    said = []
    for memory in (None, "1B"):
        asked = {"target": "y", "validation": 0.0, "memory": memory, **options}
        with pytest.raises(InputError) as caught:
            steepest.fit(tmp_path / "table.csv", **asked)
        said.append(str(caught.value))
    assert said[0] == said[1]


def plain(folder: Path, **options: Any) -> PreparedRows:
    return prepare_rows([str(folder)], FitOptions(target=("y",), memory=TINY, **options))


@pytest.mark.parametrize("value", [None, float("nan"), float("inf")])
def test_a_bad_value_in_the_last_row_of_many_is_refused(value: Any, tmp_path: Path) -> None:
    values = np.arange(40_000.0).tolist()
    values[-1] = value
    table = pa.table({"x": pa.array(values, pa.float64()), "y": np.arange(40_000.0) % 7})
    write(table, tmp_path / "t", "parquet", [100])
    with pytest.raises(InputError) as caught:
        plain(tmp_path / "t")
    said = str(caught.value)
    with pytest.raises(InputError) as caught:
        prepare_rows([str(tmp_path / "t")], FitOptions(target=("y",)))
    assert said == str(caught.value)


def test_networks_and_sizes_are_refused_by_name(tmp_path: Path) -> None:
    write(numbers(100), tmp_path / "t", "parquet", [])
    with pytest.raises(InputError, match="--memory") as caught:
        steepest.fit(tmp_path / "t", target="y", hidden=(2,), memory=TINY)
    assert caught.value.name == "network_in_memory"
    with pytest.raises(InputError, match="512MB"):
        FitOptions(target=("y",), memory="lots").checked()


def test_one_scan_serves_training_and_validation_rows(tmp_path: Path) -> None:
    write(numbers(), tmp_path / "t", "parquet", [40_000])
    rows = plain(tmp_path / "t")
    assert isinstance(rows.training, FileSource)
    assert rows.moments is not None

    def count(X: Any, y: Any, weight: Any, sums: Any) -> None:
        sums[0] += len(X)
        sums[1] += X.sum()

    training, validation = sums_of_both(rows.training.prepared, (count, count), 2)
    assert validation is not None
    assert (training[0], validation[0]) == (56_000, 14_000)
    np.testing.assert_array_equal(training, rows.training.sums(count, 2))
    for threads in (1, 3):
        np.testing.assert_array_equal(rows.training.sums(count, 2, threads=threads), training)


def test_a_pass_over_files_is_a_pass_over_memory(tmp_path: Path) -> None:
    """Batch descent without a quadratic: every epoch reads the files once."""
    table = numbers()
    label = (table.column("y").to_numpy() > 2.0).astype(float)
    write(table.set_column(4, "y", pa.array(label)), tmp_path / "t", "parquet", [3])
    traces = []
    for memory in (None, TINY):
        rows = prepare_rows(
            [str(tmp_path / "t")], FitOptions(target=("y",), memory=memory, validation=0.1)
        )
        where = steepest.standard_coordinates(
            steepest.moments_of(rows.training), intercept=True, standardize=True
        )
        traces.append(
            steepest.minimize(
                rows.training, loss="logistic", coordinates=where, epochs=4,
                validation=rows.validation,
            )
        )  # fmt: skip
    assert traces[0].metadata["engine"] == "pass"
    np.testing.assert_array_equal(traces[0].path, traces[1].path)
    for name in ("loss", "validation_loss", "gradient_norm"):
        np.testing.assert_array_equal(traces[0][name], traces[1][name])


def test_large_tables_of_numbers_are_summed_as_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(50_000, 3))
    columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": X.sum(axis=1) + 1.0}
    pq.write_table(pa.table(columns), tmp_path / "t.parquet")
    text = ["high" if one > 0 else "low" for one in columns["y"]]
    pq.write_table(pa.table({**columns, "y": text}), tmp_path / "classes.parquet")
    monkeypatch.setattr(fitting_rows, "_WORTH_STREAMING", 0)
    asked = FitOptions(target=("y",))
    made = prepare_rows([str(tmp_path / "t.parquet")], asked)
    assert isinstance(made.training, FileSource)
    for other in (
        {"memory": "1GB"}, {"method": "stochastic"}, {"batch_size": 32}, {"penalty": "l2"},
        {"loss": "huber"},
    ):  # fmt: skip
        given = FitOptions(**{"target": ("y",), **other})
        kept = prepare_rows([str(tmp_path / "t.parquet")], given)
        assert isinstance(kept.training, ArraySource), other
    # Classes would be read once an epoch.
    kept = prepare_rows([str(tmp_path / "classes.parquet")], asked)
    assert isinstance(kept.training, ArraySource)
    streamed = steepest.fit(tmp_path / "t.parquet", target="y", epochs=9)
    held = steepest.fit(tmp_path / "t.parquet", target="y", epochs=9, memory="1GB")
    np.testing.assert_array_equal(streamed.trace.path, held.trace.path)
