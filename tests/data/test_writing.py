"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from steepest.data import writing
from steepest.data.files import read_table
from steepest.data.writing import atomic_file, atomic_folder, write_predictions
from steepest.words.errors import FileError, InputError

NUMBERS = np.array([0.1, 1e-300, -1 / 3, 5e-324, 1.7976931348623157e308, -0.0, 12345678901234567.0])


def test_predictions_round_trip_exactly(tmp_path: Path) -> None:
    for name in ("p.csv", "p.parquet"):
        write_predictions(tmp_path / name, NUMBERS, ["price"])
        read = read_table([tmp_path / name]).column("price").values
        assert read.tobytes() == NUMBERS.tobytes()


def test_two_targets_and_mode(tmp_path: Path) -> None:
    write_predictions(tmp_path / "p.csv", np.array([[1.0, 2.0], [3.0, 4.0]]), ["a", "b"])
    assert (tmp_path / "p.csv").read_text() == "a,b\n1.0,2.0\n3.0,4.0\n"
    assert stat.S_IMODE((tmp_path / "p.csv").stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="2 columns of predictions, 1 names"):
        write_predictions(tmp_path / "p.csv", np.ones((3, 2)), ["a"])


HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\0x", 'a"b', "a,b", "a\nb", '="x",y']


def test_names_are_no_formulas(tmp_path: Path) -> None:
    write_predictions(tmp_path / "p.csv", np.ones((1, len(HOSTILE))), HOSTILE)
    with open(tmp_path / "p.csv", newline="", encoding="utf-8") as stream:
        header, row = list(csv.reader(stream))
    assert all(not name.startswith(("=", "+", "-", "@", "\t", "\r", "\0")) for name in header)
    assert [name.removeprefix("'") for name in header] == HOSTILE
    assert header[7:10] == HOSTILE[7:10]
    assert len(row) == len(HOSTILE)
    write_predictions(tmp_path / "p.parquet", np.ones((1, len(HOSTILE))), HOSTILE)
    assert pq.read_schema(tmp_path / "p.parquet").names == HOSTILE


def test_other_suffix(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"neither \.csv nor \.parquet"):
        write_predictions(tmp_path / "p.xlsx", NUMBERS, ["a"])
    assert list(tmp_path.iterdir()) == []


def failing(real: Callable[..., object], at: int, *, once: bool = False) -> Callable[..., object]:
    """Return ``real``, but failing at its ``at``-th call, or from it on."""
    calls = 0

    def call(*given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == at or (calls > at and not once):
            raise OSError(28, "No space left on device")
        return real(*given, **named)

    return call


FAULTS = [
    ("tempfile", "mkstemp", 1),
    ("os", "close", 1),
    ("os", "open", 1),
    ("os", "fsync", 1),
    ("os", "replace", 1),
]


@pytest.mark.parametrize(("module", "function", "at"), FAULTS)
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_fault_leaves_the_old_file(
    module: str, function: str, at: int, suffix: str, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / f"p{suffix}"
    write_predictions(path, NUMBERS, ["old"])
    before = path.read_bytes()
    owner = getattr(writing, module)
    with monkeypatch.context() as patch:
        patch.setattr(owner, function, failing(getattr(owner, function), at))
        with pytest.raises(FileError, match="cannot be written: No space left") as caught:
            write_predictions(path, NUMBERS[:2], ["new"])
    assert caught.value.name == "write_failed"
    assert f"p{suffix}" in caught.value.message
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_in_the_last_step_leaves_a_whole_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "p.csv"
    write_predictions(path, NUMBERS, ["old"])
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing(os.fsync, 2))
        with pytest.raises(FileError):
            write_predictions(path, NUMBERS[:1], ["new"])
    assert path.read_text() == "new\n0.1\n"
    assert list(tmp_path.iterdir()) == [path]


def write_half(path: Path, error: Exception) -> None:
    with atomic_file(path) as temporary:
        temporary.write_text("half")
        raise error


def test_a_fault_while_writing(tmp_path: Path) -> None:
    path = tmp_path / "model.json"
    path.write_text("old")
    with pytest.raises(FileError, match="No space"):
        write_half(path, OSError(28, "No space left on device"))
    # A fault of the caller is passed on as it is.
    with pytest.raises(KeyError):
        write_half(path, KeyError("name"))
    with pytest.raises(FileError, match="no file"):
        write_half(path, FileError("file_not_found", file="other"))
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_no_such_folder_and_target_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"there is no folder '.*none'\. Make that folder"):
        write_predictions(tmp_path / "none" / "p.csv", NUMBERS, ["a"])
    (tmp_path / "p.csv").mkdir()
    with pytest.raises(FileError, match="directory"):
        write_predictions(tmp_path / "p.csv", NUMBERS, ["a"])
    assert [path.name for path in tmp_path.iterdir()] == ["p.csv"]


def test_folder_whole_or_not_at_all(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with atomic_folder(run) as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "trace.json").write_text("{}")
        assert not run.exists()
    assert (run / "inner" / "trace.json").read_text() == "{}"
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == [run]


def write_folder(path: Path) -> None:
    with atomic_folder(path) as folder:
        (folder / "x").write_text("")


def test_folder_that_exists(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write_folder(tmp_path / "empty")
    assert (tmp_path / "empty" / "x").exists()
    (tmp_path / "file").write_text("")
    for taken in ("empty", "file"):
        with pytest.raises(InputError, match="already exists") as caught:
            write_folder(tmp_path / taken)
        assert caught.value.name == "folder_exists"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["empty", "file"]


FOLDER_FAULTS = [
    ("tempfile", "mkdtemp", 1, False),
    # Once: without any file handle left the temporary folder cannot be emptied either.
    ("os", "open", 1, True),
    ("os", "fsync", 1, False),
    ("os", "fsync", 2, False),
    ("os", "rename", 1, False),
]


@pytest.mark.parametrize(("module", "function", "at", "once"), FOLDER_FAULTS)
def test_folder_faults_leave_nothing(
    module: str, function: str, at: int, once: bool, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    owner = getattr(writing, module)
    with monkeypatch.context() as patch:
        patch.setattr(owner, function, failing(getattr(owner, function), at, once=once))
        with pytest.raises(FileError, match="No space"):
            write_folder(tmp_path / "run")
    assert list(tmp_path.iterdir()) == []
