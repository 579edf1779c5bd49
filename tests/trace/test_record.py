"""A trace on disk is the trace, and what is not a trace is refused by name."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from steepest import ENDINGS, ArraySource, FileError, Trace, load_trace, minimize
from steepest.trace.endings import Ending
from steepest.trace.record import COLUMNS, strict

RANDOM = np.random.default_rng(0)
ROWS = ArraySource(RANDOM.normal(size=(12, 2)), RANDOM.normal(size=(12, 2)))
LABELS = ArraySource(ROWS.X, (ROWS.y > 0.0).astype(float))
RUNS: dict[str, Callable[[], Trace]] = {
    "batch": lambda: minimize(ROWS, epochs=30),
    "with validation": lambda: minimize(ROWS, validation=ROWS, epochs=30),
    "stochastic": lambda: minimize(ROWS, method="stochastic", epochs=5),
    "logistic mini-batch": lambda: minimize(LABELS, loss="logistic", method="mini-batch"),
    "diverged": lambda: minimize(ROWS, learning_rate=1e6),
    "diverged to infinity": lambda: minimize(ROWS, learning_rate=1e300),
    "stochastic, diverged": lambda: minimize(ROWS, method="stochastic", learning_rate=1e200),
    "no epoch": lambda: minimize(ROWS, epochs=0),
    "one epoch": lambda: minimize(ROWS, epochs=1),
}


def no_constant(token: str) -> float:
    raise AssertionError(f"{token} is no JSON")


@pytest.mark.parametrize("name", RUNS)
def test_a_saved_trace_is_loaded_bit_for_bit(name: str, tmp_path: Path) -> None:
    trace = RUNS[name]()
    trace.save(tmp_path)
    again = load_trace(tmp_path)
    assert list(again.columns) == list(trace.columns)
    for column, values in trace.columns.items():
        assert np.array_equal(again[column], values, equal_nan=True), column
    assert set(again.updates) == set(trace.updates)
    for key, array in [
        ("path", trace.path),
        ("parameters", trace.parameters),
    ]:
        assert getattr(again, key).tobytes() == array.tobytes()
        assert getattr(again, key).shape == array.shape
    for key, array in trace.updates.items():
        assert again.updates[key].tobytes() == array.tobytes()
        assert again.updates[key].dtype == array.dtype
    assert (again.ending.name, again.ending.phrase) == (trace.ending.name, trace.ending.phrase)
    assert again.ending.sentence() == trace.ending.sentence()
    assert again.ending.facts == strict(trace.ending.facts)
    assert again.metadata == strict(trace.metadata)


@pytest.mark.parametrize("name", RUNS)
def test_the_file_is_strict_json_and_readable_without_the_library(
    name: str, tmp_path: Path
) -> None:
    trace = RUNS[name]()
    trace.save(tmp_path)
    text = (tmp_path / "trace.json").read_text(encoding="utf-8")
    about = json.loads(text, parse_constant=no_constant)
    assert about["ending"] == trace.ending.name in ENDINGS
    assert about["sentence"] == trace.ending.sentence()
    assert set(about["columns"]) == set(trace.columns) <= set(COLUMNS)
    table = np.genfromtxt(tmp_path / "trace.csv", delimiter=",", names=True)
    assert np.array_equal(np.atleast_1d(table["epoch"]), trace["epoch"])
    loss = np.atleast_1d(table["loss"])
    assert np.array_equal(loss, trace["loss"], equal_nan=True)
    assert np.load(tmp_path / "path.npy").shape == trace.path.shape


def synthetic(**columns: list[float]) -> Trace:
    table = {"epoch": [0.0, 1.0, 2.0], **columns}
    return Trace(
        {name: np.array(values) for name, values in table.items()},
        np.zeros((3, 1, 1)),
        np.zeros((1, 1)),
        Ending("epochs_used_up", "searched_exhaustive", FACTS),
        metadata={"seen": np.float64(1.5), "list": (1, np.int64(2)), "bad": math.inf},
    )


FACTS = {
    "evaluations": 3,
    "points": 3,
    "count": 1,
    "step": "1",
    "searched": "w = 1",
    "loss": math.nan,
}


def test_numbers_that_are_not_finite_survive_in_the_columns_and_are_null_in_json(
    tmp_path: Path,
) -> None:
    values = [5e-324, math.inf, math.nan]
    trace = synthetic(loss=values, running_loss=[math.nan, -math.inf, 0.1 + 0.2])
    trace.save(tmp_path)
    again = load_trace(tmp_path)
    assert np.array_equal(again["loss"], values, equal_nan=True)
    assert again["running_loss"].tolist()[1:] == [-math.inf, 0.1 + 0.2]
    about = json.loads((tmp_path / "trace.json").read_text(), parse_constant=no_constant)
    assert about["metadata"] == {"seen": 1.5, "list": [1, 2], "bad": None}
    assert about["facts"]["loss"] is None
    assert again.ending.sentence()


def test_the_last_evaluated_number_of_a_column() -> None:
    trace = synthetic(loss=[3.0, 2.0, math.nan], running_loss=[math.nan] * 3)
    assert trace.last("loss") == 2.0
    assert math.isnan(trace.last("running_loss"))
    assert len(trace) == 3


# --- damage -------------------------------------------------------------------------------------

FILES = ["trace.json", "trace.csv", "path.npy", "returned.npy"]
UPDATES = [f"updates_{name}.npy" for name in ("update", "batch", "parameters", "gradient")]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    minimize(ROWS, method="stochastic", epochs=5).save(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(FILES + UPDATES)
    return tmp_path


def refused(folder: Path) -> None:
    with pytest.raises(FileError) as caught:
        load_trace(folder)
    assert caught.value.name == "trace_unreadable"
    assert str(folder) in caught.value.message


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    refused(tmp_path / "nothing")
    refused(tmp_path)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_refused(saved: Path, name: str) -> None:
    (saved / name).unlink()
    refused(saved)


@pytest.mark.parametrize("name", FILES + UPDATES)
def test_an_empty_file_is_refused(saved: Path, name: str) -> None:
    (saved / name).write_bytes(b"")
    refused(saved)


@pytest.mark.parametrize("name", FILES + UPDATES)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(saved: Path, name: str, share: float) -> None:
    content = (saved / name).read_bytes()
    (saved / name).write_bytes(content[: int(share * len(content))])
    refused(saved)


def test_a_table_that_ends_between_two_rows_is_refused(saved: Path) -> None:
    lines = (saved / "trace.csv").read_text().splitlines(keepends=True)
    (saved / "trace.csv").write_text("".join(lines[:-2]))
    refused(saved)


@pytest.mark.parametrize("name", FILES + UPDATES)
@pytest.mark.parametrize("content", [b"\xff\xfe\x00garbage", b"PK\x03\x04 no zip", b"[1, 2]"])
def test_a_file_of_something_else_is_refused(saved: Path, name: str, content: bytes) -> None:
    (saved / name).write_bytes(content)
    refused(saved)


def npz() -> bytes:
    file = io.BytesIO()
    np.savez(file, path=np.zeros((6, 3, 2)))
    return file.getvalue()


def pickled() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([{"a": 1}], dtype=object), allow_pickle=True)
    return file.getvalue()


@pytest.mark.parametrize("content", [npz(), pickled()])
@pytest.mark.parametrize("name", ["path.npy", "returned.npy"])
def test_archives_and_pickles_are_refused(saved: Path, name: str, content: bytes) -> None:
    (saved / name).write_bytes(content)
    refused(saved)


@pytest.mark.parametrize("key", ["format", "ending", "phrase", "facts", "metadata"])
def test_a_missing_entry_is_refused(saved: Path, key: str) -> None:
    about = json.loads((saved / "trace.json").read_text())
    del about[key]
    (saved / "trace.json").write_text(json.dumps(about))
    refused(saved)


@pytest.mark.parametrize(
    "change", [{"format": 2}, {"format": "1"}, {"format": None}, {"ending": "finished"}]
)
def test_an_unknown_format_or_ending_is_refused(saved: Path, change: dict) -> None:
    about = json.loads((saved / "trace.json").read_text())
    (saved / "trace.json").write_text(json.dumps({**about, **change}))
    refused(saved)


@pytest.mark.parametrize("text", ["null", "[]", "3", '"trace"', "{}"])
def test_json_of_another_kind_is_refused(saved: Path, text: str) -> None:
    (saved / "trace.json").write_text(text)
    refused(saved)


@pytest.mark.parametrize("shape", [(5, 3, 2), (7, 3, 2), (6, 4, 2), (6, 6)])
def test_a_path_that_does_not_fit_the_table_is_refused(saved: Path, shape: tuple[int, ...]) -> None:
    np.save(saved / "path.npy", np.zeros(shape))
    refused(saved)


@pytest.mark.parametrize("name", FILES + UPDATES)
def test_any_changed_byte_gives_a_trace_or_a_named_error(saved: Path, name: str) -> None:
    content = (saved / name).read_bytes()
    random = np.random.default_rng(len(name))
    for place in random.integers(0, min(len(content), 400), 60):
        damaged = bytearray(content)
        damaged[place] ^= int(random.integers(1, 256))
        (saved / name).write_bytes(bytes(damaged))
        with suppress(FileError):
            assert load_trace(saved).ending.name in ENDINGS
