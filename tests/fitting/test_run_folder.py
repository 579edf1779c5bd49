"""The run folder: whole or not there, the same bits again, refused when anything was changed."""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import steepest
from steepest import FileError, InputError

ALWAYS = {
    "model.json",
    "coefficients.npy",
    "intercept.npy",
    "run.json",
    "trace.json",
    "trace.csv",
    "path.npy",
    "returned.npy",
    "landscape.npz",
}
ROWS = "k,x,y\n" + "".join(f"{'pqr'[i % 3]},{i},{3 * i + (i * 7) % 5}\n" for i in range(60))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    file = tmp_path / "table.csv"
    file.write_text(ROWS)
    return file


def saved(data: Path, folder: Path, **options: Any) -> Path:
    steepest.fit(data, target="y", out=folder, **options)
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    return saved(data, tmp_path / "run")


METHODS = {
    "batch": {},
    "mini-batch": {"method": "mini-batch", "batch_size": 7, "epochs": 6},
    "stochastic": {"method": "stochastic", "epochs": 6},
    "random-start": {"start": "random"},
    "coarse-to-fine": {"method": "coarse-to-fine", "ranges": (("x", 0.0, 9.0),)},
}


# ---- whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", METHODS.values(), ids=METHODS.keys())
def test_everything_is_there(options: dict[str, Any], data: Path, tmp_path: Path) -> None:
    folder = saved(data, tmp_path / "run", **options)
    names = {file.name for file in folder.iterdir()}
    assert names >= ALWAYS
    assert all(name.startswith("updates_") for name in names - ALWAYS)
    loaded = steepest.load_run(folder)
    first = steepest.fit(data, target="y", **options)
    assert np.array_equal(loaded.model.coefficients, first.model.coefficients)
    assert loaded.tell() == first.tell()
    assert loaded.trace.ending.sentence() == first.trace.ending.sentence()
    for name, column in first.trace.columns.items():
        if name != "seconds":
            assert np.array_equal(loaded.trace.columns[name], column, equal_nan=True)
    assert np.array_equal(loaded.trace.path, first.trace.path)


def test_modes_are_private(run: Path) -> None:
    assert run.stat().st_mode & 0o777 == 0o700


def test_it_is_readable_without_us(run: Path) -> None:
    model = json.loads((run / "model.json").read_text())
    weights = np.load(run / "coefficients.npy", allow_pickle=False)
    assert model["targets"] == ["y"]
    assert [one["column"] for one in model["features"]] == ["k", "x"]
    assert weights.shape == (3, 1)
    assert weights.dtype == "<f8"
    digest = hashlib.sha256((run / "coefficients.npy").read_bytes()).hexdigest()
    assert model["arrays"]["coefficients"]["sha256"] == digest
    about = json.loads((run / "run.json").read_text())["about"]
    print_ = about["fingerprint"][0]
    assert print_["sha256"] == hashlib.sha256(ROWS.encode()).hexdigest()
    assert set(about["versions"]) >= {"steepest", "python", "numpy"}


@pytest.mark.parametrize("options", METHODS.values(), ids=METHODS.keys())
def test_same_seed_same_bits(options: dict[str, Any], data: Path, tmp_path: Path) -> None:
    one, two = (saved(data, tmp_path / name, **options) for name in ("one", "two"))
    names = sorted(file.name for file in one.iterdir())
    assert names == sorted(file.name for file in two.iterdir())
    for name in names:
        if name.endswith(".npy") or name == "model.json":
            assert (one / name).read_bytes() == (two / name).read_bytes(), name
    assert without_seconds(one / "trace.csv") == without_seconds(two / "trace.csv")


def test_same_bits_in_another_process(data: Path, tmp_path: Path) -> None:
    options = METHODS["mini-batch"]
    one = saved(data, tmp_path / "one", **options)
    code = f"import steepest; steepest.fit({str(data)!r}, target='y', out='two', **{options!r})"
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "7"}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    for name in ("coefficients.npy", "intercept.npy", "path.npy"):
        assert (one / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_another_seed_gives_other_bits(data: Path, tmp_path: Path) -> None:
    one, two = (saved(data, tmp_path / str(seed), seed=seed) for seed in (0, 1))
    assert (one / "coefficients.npy").read_bytes() != (two / "coefficients.npy").read_bytes()


def without_seconds(file: Path) -> list[dict[str, str]]:
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    return [{key: value for key, value in row.items() if key != "seconds"} for row in rows]


# ---- or not there ------------------------------------------------------------------------------


def test_an_existing_folder_is_refused_before_training(data: Path, run: Path) -> None:
    before = {file.name: file.read_bytes() for file in run.iterdir()}
    seen: list[object] = []
    with pytest.raises(InputError, match="already exists"):
        steepest.fit(data, target="y", out=run, watch=seen.append)
    assert not seen
    assert {file.name: file.read_bytes() for file in run.iterdir()} == before


def test_an_empty_folder_may_be_there(data: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (saved(data, tmp_path / "empty") / "model.json").is_file()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EACCES], ids=["full", "io", "no"])
@pytest.mark.parametrize("number", range(1, 12))
def test_e100_a_failing_sync_or_write_leaves_nothing(
    number: int, code: int, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The N-th fsync or rename fails; whatever was there before stays, and nothing else."""
    count = 0

    def failing(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count == number:
                raise OSError(code, os.strerror(code))
            return real(*arguments, **more)

        return call

    for name in ("fsync", "rename", "replace"):
        monkeypatch.setattr(os, name, failing(getattr(os, name)))
    failed: FileError | None = None
    try:
        saved(data, tmp_path / "run")
    except FileError as error:
        failed = error
    assert (failed is None) == (count < number)
    if failed is not None:
        assert failed.name == "write_failed"
        assert os.strerror(code) in str(failed)
    # Only the very last sync, of the folder above, comes after the rename.
    assert complete(tmp_path / "run") if (tmp_path / "run").exists() else failed is not None
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".steepest")]


def complete(folder: Path) -> bool:
    return bool(steepest.load_run(folder).tell())


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_e100_a_disk_full_at_any_file(
    name: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = io.open

    def full(file: Any, *arguments: Any, **more: Any) -> Any:
        mode = arguments[0] if arguments else more.get("mode", "r")
        if str(file).endswith(name) and "w" in mode:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(file, *arguments, **more)

    monkeypatch.setattr(io, "open", full)
    monkeypatch.setattr("builtins.open", full)
    with pytest.raises(FileError, match="No space left"):
        saved(data, tmp_path / "run")
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]


# ---- changed, cut, foreign, newer --------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(ALWAYS))
@pytest.mark.parametrize("share", [0.0, 0.3, 0.5, 0.9, 0.999])
def test_e101_any_flipped_byte_is_refused(name: str, share: float, run: Path) -> None:
    """The model is checked by sums; the trace's and the summary's facts, too, must not lie."""
    file = run / name
    content = bytearray(file.read_bytes())
    place = min(int(share * len(content)), len(content) - 2)
    content[place] ^= 0x01
    file.write_bytes(bytes(content))
    with pytest.raises(FileError):
        steepest.load_run(run)


@pytest.mark.parametrize("name", sorted(ALWAYS))
@pytest.mark.parametrize("rest", [0, 1, 10, -1])
def test_e101_truncated_files_are_refused(name: str, rest: int, run: Path) -> None:
    content = (run / name).read_bytes()
    (run / name).write_bytes(content[:rest] if rest >= 0 else content[: len(content) // 2])
    with pytest.raises(FileError, match="cannot be read"):
        steepest.load_run(run)


@pytest.mark.parametrize("name", sorted(ALWAYS))
def test_e101_missing_files_are_named(name: str, run: Path) -> None:
    (run / name).unlink()
    with pytest.raises(FileError) as caught:
        steepest.load_run(run)
    assert name in str(caught.value) or name.removesuffix(".npy") in str(caught.value)


def rewritten(run: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change model.json and make its checksum fit again, as someone who knows how would."""
    from steepest.fitting.model import checksum

    file = run / "model.json"
    about = json.loads(file.read_text())
    change(about)
    about["checksum"] = checksum(about)
    file.write_text(json.dumps(about))


CHANGES: dict[str, Callable[[dict[str, Any]], None]] = {
    "newer-format": lambda about: about.update(format=2),
    "older-format": lambda about: about.update(format=0),
    "other-kind": lambda about: about.update(kind="forest"),
    "unknown-field": lambda about: about.update(code="print(1)"),
    "no-targets": lambda about: about.update(targets=[]),
    "one-target-more": lambda about: about["targets"].append("z"),
    "one-feature-less": lambda about: about["features"].pop(),
    "a-level-more": lambda about: about["features"][0]["levels"].append("zz"),
    "unknown-kind-of-feature": lambda about: about["features"][1].update(kind="image"),
    "unknown-loss": lambda about: about.update(loss="os.system"),
    "huge-targets": lambda about: about.update(targets=["y"] * 10**6),
    "targets-no-list": lambda about: about.update(targets="y"),
    "features-no-list": lambda about: about.update(features=3),
    "arrays-empty": lambda about: about.update(arrays={}),
    "other-array-sum": lambda about: about["arrays"]["coefficients"].update(sha256="0" * 64),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_e101_foreign_models_are_refused(change: Callable[..., None], run: Path) -> None:
    rewritten(run, change)
    with pytest.raises(FileError, match="cannot be read"):
        steepest.load_run(run)


def test_the_rewriting_itself_is_accepted(run: Path) -> None:
    rewritten(run, lambda about: None)
    assert steepest.load_run(run).tell()


ARRAYS: dict[str, Any] = {
    "other-shape": np.zeros((2, 1)),
    "float32": np.zeros((3, 1), dtype=np.float32),
    "big-endian": np.zeros((3, 1), dtype=">f8"),
    "nan": np.full((3, 1), np.nan),
    "objects": np.array([[print], [1], [2]], dtype=object),
}


@pytest.mark.parametrize("array", ARRAYS.values(), ids=ARRAYS.keys())
def test_e101_foreign_arrays_are_refused_though_their_sums_fit(array: Any, run: Path) -> None:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=True)
    (run / "coefficients.npy").write_bytes(buffer.getvalue())
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    rewritten(run, lambda about: about["arrays"]["coefficients"].update(sha256=digest))
    with pytest.raises(FileError, match="cannot be read"):
        steepest.load_run(run)


def test_a_header_that_asks_for_everything_is_refused(run: Path) -> None:
    """FAULTS 3, 26: 10^18 rows in the header, no memory asked for."""
    file = run / "path.npy"
    content = file.read_bytes()
    start, end = content.index(b"'shape': ("), content.index(b")", content.index(b"'shape': ("))
    shape = b"'shape': (1000000000000000000, 4, 1"
    grown = content[:start] + shape + content[end:]
    extra = len(grown) - len(content)
    newline = grown.index(b"\n")
    file.write_bytes(grown[: newline - extra] + grown[newline:])
    with pytest.raises(FileError, match="cannot be read"):
        steepest.load_run(run)


def test_deep_json_is_refused(run: Path) -> None:
    for name in ("model.json", "run.json", "trace.json"):
        content = (run / name).read_bytes()
        (run / name).write_text("[" * 100_000 + "]" * 100_000)
        with pytest.raises(FileError, match="cannot be read"):
            steepest.load_run(run)
        (run / name).write_bytes(content)


def test_loading_runs_no_code(run: Path) -> None:
    """FAULTS 3, 24 and 28: an audit hook sees what loading and predicting do."""
    code = (
        "import sys, steepest\n"
        "steepest.load_run(sys.argv[1]).tell()  # imports done\n"
        "forbidden = ('pickle.find_class', 'exec', 'compile', 'os.system', 'subprocess.Popen',\n"
        "             'socket.connect', 'import', 'ctypes.dlopen', 'code.__new__')\n"
        "def hook(event, arguments):\n"
        "    if event in forbidden:\n"
        "        print('FORBIDDEN', event, str(arguments)[:100])\n"
        "sys.addaudithook(hook)\n"
        "run = steepest.load_run(sys.argv[1])\n"
        "run.tell(); run.trace.ending.sentence()\n"
        "print('done')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(run)], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    # numpy reads a header of .npy files by ast.literal_eval, which compiles without running.
    kept = [line for line in lines if not line.startswith("FORBIDDEN compile")]
    assert kept == ["done"]
