"""Classes, weights and files of validation rows stream, too: every bit is that of memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from test_streamed_fit import TINY, mixed, same, write

import steepest
from steepest import FitOptions, InputError
from steepest.data.table_stream import ArrowStream
from steepest.fitting.table_plan import plan_table

ROWS = 40_000


def table(rows: int = ROWS) -> pa.Table:
    """Numbers, a category and holes; classes as text and as numbers; weights with zeros."""
    made = mixed(rows).drop_columns(["day", "flag"])
    y = made.column("y").to_numpy() - 200.0
    kind = np.array(["low", "middle", "high"], object)[np.digitize(y, [1.0, 3.5])]
    weight = np.random.default_rng(8).integers(0, 4, rows) / 2.0
    return (
        made.append_column("kind", pa.array(kind))
        .append_column("late", pa.array(np.where(y > 2.0, "yes", "no")))
        .append_column("rank", pa.array(np.digitize(y, [1.0, 3.5]) * 1.5))
        .append_column("flag", pa.array((y > 2.0).astype(float)))
        .append_column("w", pa.array(weight))
    )


FEATURES = ("x0", "x1", "x2", "color")
CASES: dict[str, dict[str, Any]] = {
    "two-classes": {"target": "late"},
    "three-classes": {"target": "kind"},
    "classes-in-batches": {"target": "kind", "method": "mini-batch", "memory": "3MB", "epochs": 2},
    "numbers-as-classes": {"target": "rank", "loss": "hinge"},
    "zero-and-one": {"target": "flag", "loss": "logistic", "features": ("x1", "x2")},
    "penalty": {"target": "late", "penalty": "elasticnet", "alpha": 0.01},
    "patience": {"target": "late", "patience": 3, "time_ordered": True},
    "weights": {"target": "y", "weight": "w"},
    "weights-given-order": {
        "target": "y", "weight": "w", "method": "mini-batch", "order": "given", "memory": "3MB",
        "epochs": 2,
    },
    "weights-stochastic": {
        "target": "y", "weight": "w", "method": "stochastic", "memory": "3MB", "epochs": 2,
    },
    "weights-of-classes": {"target": "late", "weight": "w", "time_ordered": True},
    "weights-of-numbers": {  # which could be summed as they lie, but for the weights
        "target": "y", "weight": "w", "features": ("x1", "x2"), "missing": "error",
    },
    "classes-of-numbers": {
        "target": "rank", "loss": "softmax", "features": ("x1", "x2"), "missing": "error",
    },
    "hashed": {"target": "late", "weight": "w", "hash_categories": 3, "missing": "mean"},
    "weights-huber": {"target": "y", "weight": "w", "loss": "huber", "validation": 0.0},
}  # fmt: skip


def both(folder: Path, **options: Any) -> tuple[steepest.Run, steepest.Run]:
    asked = {"features": FEATURES, "epochs": 6, "missing": "drop", **options}
    memory = asked.pop("memory", TINY)
    return steepest.fit(folder, **asked), steepest.fit(folder, memory=memory, **asked)


@pytest.mark.parametrize("case", CASES)
def test_classes_and_weights_have_the_bits_of_memory(case: str, tmp_path: Path) -> None:
    kind = "csv" if case in ("three-classes", "weights") else "parquet"
    folder = write(table(), tmp_path / "t", kind, [11, 33_000])
    memory, stream = both(folder, **CASES[case])
    same(memory, stream)
    assert memory.summary["rows"]["train"] < 0.9 * ROWS or "weight" not in CASES[case]


@pytest.mark.parametrize("place", ["memory", "files"])
@pytest.mark.parametrize(
    "options",
    [
        {"target": "y"},
        {"target": "kind", "missing": "mean"},
        {"target": "late", "weight": "w"},
        {"target": "y", "weight": "w", "hash_categories": 3},
        {"target": "flag", "loss": "logistic", "features": ("x1", "x2"), "missing": "error"},
    ],
    ids=["numbers", "classes", "weights", "hashed", "zero-and-one"],
)
def test_validation_rows_of_a_second_file(
    options: dict[str, Any], place: str, tmp_path: Path
) -> None:
    """The second file streams where it is too large, too; its levels have codes of their own."""
    folder = write(table(), tmp_path / "t", "parquet", [11, 33_000])
    other = table(34_000 if place == "files" else 300)
    colors = np.array(["blue", "azure"], object)[
        np.random.default_rng(9).integers(0, 2, other.num_rows)
    ]
    other = other.set_column(other.column_names.index("color"), "color", pa.array(colors))
    write(other, tmp_path / "v", "parquet", [])
    given = {**options, "validation_data": str(tmp_path / "v" / "0.parquet")}
    memory, stream = both(folder, **given, memory=TINY if place == "files" else "2MB")
    same(memory, stream)
    assert memory.summary["rows"]["validation"] > (20_000 if place == "files" else 100)
    if "hash_categories" in options:
        assert stream.model.preparation.names[-3:] == ("color#0", "color#1", "color#2")
    elif "color" in options.get("features", FEATURES):
        assert "levels_unseen" in [one.name for one in stream.story]


def test_buffered_sweeps_count_weights(tmp_path: Path) -> None:
    """Rows of weight 2 in place of two rows: the same mean, and a descent to its optimum."""
    made = table()
    folder = write(made, tmp_path / "t", "parquet", [])
    asked = {"target": "y", "features": ("x1", "x2"), "weight": "w", "validation": 0.0,
             "method": "mini-batch", "epochs": 12, "schedule": "geometric"}  # fmt: skip
    run = steepest.fit(folder, memory="900KB", **asked)
    assert run.summary["order"] == "buffered"
    assert run.summary["train_loss"] == pytest.approx(run.summary["optimum_loss"], rel=1e-4)
    plain = steepest.fit(folder, memory="900KB", **{**asked, "weight": None})
    assert plain.summary["coefficients"] != run.summary["coefficients"]


def refused(folder: Path, **options: Any) -> str:
    said = []
    for memory in (None, TINY):
        with pytest.raises(InputError) as caught:
            steepest.fit(folder, memory=memory, epochs=2, **options)
        said.append(str(caught.value))
    assert said[0] == said[1]
    return said[0]


def test_what_is_refused_is_refused_in_the_same_words(tmp_path: Path) -> None:
    rows = 40_000
    random = np.random.default_rng(10)
    kind = np.array(["a", "b"], object)[random.integers(0, 2, rows)]
    kind[-3:] = "late one"
    weight = np.ones(rows)
    weight[[7, 39_000]] = [-1.0, -2.0]
    columns = {"x": random.normal(size=rows), "kind": kind, "one": ["a"] * rows, "w": weight}
    columns["no"] = np.zeros(rows)
    folder = write(pa.table(columns), tmp_path / "t", "parquet", [9])
    x = {"features": ("x",), "time_ordered": True}
    assert "late one" in refused(folder, target="kind", **x)
    assert "one class" in refused(folder, target="one", **x)
    assert "row 8," in refused(folder, target="kind", weight="w", **x)
    assert "40,000" in refused(folder, target="x", features=("no",), loss="hinge", validation=0.0)
    assert "rows" in refused(folder, target="x", features=("w",), weight="no", validation=0.0)
    assert "'kind'" in refused(folder, target="x", features=("w",), weight="kind")
    write(pa.table({"x": [1.0], "kind": [3.0]}), tmp_path / "v", "parquet", [])
    other = str(tmp_path / "v" / "0.parquet")
    assert "kind" in refused(folder, target="kind", features=("x",), validation_data=other)
    write(pa.table({"x": [1.0], "kind": ["c"]}), tmp_path / "u", "parquet", [])
    other = str(tmp_path / "u" / "0.parquet")
    assert "'c'" in refused(folder, target="kind", features=("x",), validation_data=other)


def test_workers_share_classes_and_weights(tmp_path: Path) -> None:
    folder = write(table(), tmp_path / "t", "parquet", [11, 33_000])
    asked = {"target": "late", "weight": "w", "features": FEATURES, "missing": "drop", "epochs": 3}
    memory, shared = steepest.fit(folder, **asked), steepest.fit(folder, workers=2, **asked)
    np.testing.assert_array_equal(shared.trace.path, memory.trace.path)
    assert shared.summary["train_accuracy"] == memory.summary["train_accuracy"]


@pytest.mark.parametrize(
    "options",
    [
        {"target": "y"},
        {"target": "y", "method": "mini-batch", "batch_size": 512},
        {"target": "late", "weight": "w"},
        {"target": "late", "validation": 0.0},
        {"target": "late", "method": "mini-batch", "batch_size": 512},
        {"target": "kind", "validation_data": True},
        {"target": "y", "validation_data": True},
        {"target": "y", "loss": "huber"},
    ],
    ids=str,
)
def test_the_plan_counts_the_passes(
    options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said before is what a fit is seen to read, file by file."""
    folder = str(write(table(), tmp_path / "t", "parquet", []) / "0.parquet")
    other = str(write(table(34_000), tmp_path / "v", "parquet", []) / "0.parquet")
    made: list[ArrowStream] = []
    begin = ArrowStream.__init__

    def noted(self: ArrowStream, *given: Any) -> None:
        begin(self, *given)
        made.append(self)

    asked = {"features": ("x1", "x2"), "epochs": 60, "tolerance": 0.0, "memory": "1KB", **options}
    if "validation_data" in options:
        asked["validation_data"] = other
    said = plan_table(folder, FitOptions(**{**asked, "target": (asked["target"],)}))
    monkeypatch.setattr(ArrowStream, "__init__", noted)
    run = steepest.fit(folder, **asked)
    assert run.summary["epochs"] == 60 or run.summary["engine"] == "moments"
    seen = {one.paths[0]: one.scans for one in made}
    assert seen[folder] == said.files_read
    assert seen.get(other, 0) == said.beside_read
    assert ("validation_data" in options) == (said.beside_read > 0)
    assert f" {said.files_read}" in said.sentence()
