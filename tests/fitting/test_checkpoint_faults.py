"""FAULTS of checkpoints, line by line: disks, torn files, clocks, rights, two trainers, signals."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from test_checkpoints import same

import steepest
from permissions import on_linux, run_obeying
from steepest import FileError
from steepest.descent.snapshot import unpacked
from steepest.fitting.model import checksum

OPTIONS: dict[str, Any] = {
    "target": "y", "method": "mini-batch", "epochs": 5, "tolerance": 0.0, "batch_size": 16,
}  # fmt: skip


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(2)
    X = random.normal(size=(300, 2))
    y = X @ [2.0, -1.0] + random.normal(size=300)
    path = tmp_path_factory.mktemp("data") / "t.csv"
    path.write_text("a,b,y\n" + "".join(f"{a},{b},{c}\n" for (a, b), c in zip(X, y, strict=True)))
    return path


@pytest.fixture(scope="module")
def whole(table: Path) -> steepest.Run:
    return steepest.fit(table, **OPTIONS)


def whole_state(folder: Path) -> None:
    """What lies in a checkpoint folder can be read to its last byte, and nothing is left over."""
    names = {one.name for one in folder.iterdir()}
    assert names <= {"lock", "plan.json", "state-0.bin"}, names
    if "state-0.bin" in names:
        unpacked((folder / "state-0.bin").read_bytes()[len(b"steepest state 1\n") + 64 :])


class Faulty:
    """Calls of the system, counted over all of them, the ``n``-th of which fails."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, fail_at: int, code: int, *, on: bool):
        self.calls, self._at, self._code, self._on = 0, fail_at, code, on
        for owner, name in (
            (os, "fsync"), (os, "replace"), (tempfile, "mkstemp"), (Path, "write_bytes"),
        ):  # fmt: skip
            monkeypatch.setattr(owner, name, self._around(getattr(owner, name)))

    def _around(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **given: Any) -> Any:
            self.calls += 1
            if self.calls == self._at or (self._on and self.calls > self._at):
                raise OSError(self._code, os.strerror(self._code))
            return plain(*arguments, **given)

        return called


@pytest.mark.parametrize("on", [False, True], ids=["once", "from-then-on"])
def test_the_nth_call_of_the_disk_fails(
    on: bool, table: Path, whole: steepest.Run, tmp_path: Path
) -> None:
    """ENOSPC, EIO and EACCES by turns: an error by name, the old state whole, no temporary file."""
    names: list[str] = []
    for number in range(1, 100):
        kept, code = tmp_path / str(number), (errno.ENOSPC, errno.EIO, errno.EACCES)[number % 3]
        with pytest.MonkeyPatch.context() as patch:
            Faulty(patch, number, code, on=on)
            try:
                same(whole, steepest.fit(table, **OPTIONS, checkpoint=kept, every=1))
                break
            except FileError as error:
                names.append(error.name)
        whole_state(kept)
        if (kept / "plan.json").exists():
            same(whole, steepest.resume(kept)[0])
        else:
            same(whole, steepest.fit(table, **OPTIONS, checkpoint=kept))
    # at least five calls of the plan, and of each of the four states
    assert len(names) >= 5 * 5
    assert set(names) == {"write_failed"}


CHILD = """
import resource, sys, steepest
table, kept, limit = sys.argv[1:]
def full(row):
    if row['epoch'] == 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
steepest.fit(table, checkpoint=kept, every=1, watch=full, target='y', method='mini-batch', epochs=5,
             tolerance=0.0, batch_size=16)
"""


def test_a_disk_that_is_full_for_real(table: Path, whole: steepest.Run, tmp_path: Path) -> None:
    """From epoch 3 on no file may grow beyond 2,000 bytes; the state of epoch 2 stays."""
    kept = tmp_path / "kept"
    command = [sys.executable, "-c", CHILD, str(table), str(kept), "2000"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "File too large" in done.stderr.splitlines()[-1]
    whole_state(kept)
    epochs: list[float] = []
    run = steepest.resume(kept, watch=lambda row: epochs.append(row["epoch"]))[0]
    assert epochs == [3.0, 4.0, 5.0]
    same(whole, run)
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def begun(table: Path, folder: Path, **options: Any) -> Path:
    """Return the checkpoint folder of a fit that was interrupted at epoch 2."""

    def stop(row: Mapping[str, float]) -> None:
        if row["epoch"] == 2.0:
            signal.raise_signal(signal.SIGTERM)

    asked = {**OPTIONS, "checkpoint": folder, "watch": stop, **options}
    assert steepest.fit(table, **asked).ending == "interrupted"
    return folder


def test_a_signal_keeps_the_run_whatever_every_says(
    table: Path, whole: steepest.Run, tmp_path: Path
) -> None:
    kept = begun(table, tmp_path / "kept", every=1000)
    epochs: list[float] = []
    same(whole, steepest.resume(kept, watch=lambda row: epochs.append(row["epoch"]))[0])
    assert epochs[0] == 3.0


def test_what_a_killed_process_left_half_written_is_cleared(
    table: Path, whole: steepest.Run, tmp_path: Path
) -> None:
    kept = begun(table, tmp_path / "kept")
    (kept / ".steepest-torn").write_bytes((kept / "state-0.bin").read_bytes()[:100])
    same(whole, steepest.resume(kept)[0])
    whole_state(kept)


def test_a_clock_that_jumps_changes_nothing(
    table: Path, whole: steepest.Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Backwards by a year with every look at it, file times in the future."""
    times = iter(range(2_000_000_000, 0, -31_536_000))
    kept = begun(table, tmp_path / "kept")
    for file in kept.iterdir():
        os.utime(file, (4e9, 4e9))
    monkeypatch.setattr(time, "time", lambda: float(next(times)))
    same(whole, steepest.resume(kept)[0])


def changed_plan(kept: Path, change: Callable[[dict[str, Any]], None]) -> None:
    plan = json.loads((kept / "plan.json").read_text())
    change(plan)
    del plan["checksum"]
    plan["checksum"] = checksum(plan)
    (kept / "plan.json").write_text(json.dumps(plan))


def test_other_versions_say_so_before_anything_else(table: Path, tmp_path: Path) -> None:
    """An older version has fewer options and a newer one more: the version is what is named."""
    kept = begun(table, tmp_path / "kept")

    def older(plan: dict[str, Any]) -> None:
        plan["versions"]["steepest"] = "0.0.9"
        del plan["options"]["memory"]

    changed_plan(kept, older)
    with pytest.raises(FileError, match=r"steepest 0\.0\.9") as caught:
        steepest.resume(kept)
    assert caught.value.name == "checkpoint_version"
    changed_plan(kept, lambda plan: plan["versions"].update(steepest=steepest.__version__))
    changed_plan(kept, lambda plan: plan.update(format=99))
    with pytest.raises(FileError) as caught:
        steepest.resume(kept)
    assert caught.value.name == "checkpoint_unreadable"


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04", b"steepest state 1\n", b"\x80\x04pickle", b"steepest state 2\n"]
)
def test_a_foreign_state_is_refused(content: bytes, table: Path, tmp_path: Path) -> None:
    kept = begun(table, tmp_path / "kept")
    (kept / "state-0.bin").write_bytes(content)
    with pytest.raises(FileError, match=r"state-0\.bin") as caught:
        steepest.resume(kept)
    assert caught.value.name == "checkpoint_unreadable"


def test_two_trainers_in_two_processes(table: Path, tmp_path: Path) -> None:
    """The lock is the system's: it ends with its process, also by kill -9."""
    kept = begun(table, tmp_path / "kept")
    code = (
        "import sys, time; from steepest.fitting.checkpoint import Checkpoint\n"
        "held = Checkpoint(sys.argv[1]); held.take_up(); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(kept)], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        try:
            for attempt in (
                lambda: steepest.resume(kept),
                lambda: steepest.fit(table, **OPTIONS, checkpoint=kept),
            ):
                with pytest.raises(FileError) as caught:
                    attempt()
                assert caught.value.name == "checkpoint_locked"
        finally:
            other.kill()
    assert steepest.resume(kept)


def test_a_second_file_that_changed_is_noticed(table: Path, tmp_path: Path) -> None:
    """The rows of --validation-data are pinned, too; its name holds from any folder."""
    other = tmp_path / "v.csv"
    other.write_text("a,b,y\n1,2,3\n2,3,5\n")
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        kept = begun(table, tmp_path / "kept", validation_data="v.csv")
    finally:
        os.chdir(before)
    assert steepest.resume(kept)[0].summary["rows"]["validation"] == 2
    other.write_text("a,b,y\n1,2,3\n2,3,6\n")
    with pytest.raises(FileError, match=r"v\.csv") as caught:
        steepest.resume(kept)
    assert caught.value.name == "checkpoint_data"


def test_a_file_that_is_missing_or_new_is_named(table: Path, tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in range(3):
        shutil.copy(table, folder / f"{number}{table.suffix}")
    kept = begun(folder, tmp_path / "kept")
    held = (folder / f"1{table.suffix}").read_bytes()
    (folder / f"1{table.suffix}").unlink()
    with pytest.raises(FileError, match=rf"'1{table.suffix}' was among") as caught:
        steepest.resume(kept)
    assert caught.value.name == "checkpoint_gone"
    for name in (f"1{table.suffix}", f"9{table.suffix}"):
        (folder / name).write_bytes(held)
    with pytest.raises(FileError, match=r"3 files .* 4 now") as caught:
        steepest.resume(kept)
    assert caught.value.name == "checkpoint_files"


@on_linux
def test_a_read_only_folder(table: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    kept.chmod(0o555)
    words = [sys.executable, "-m", "steepest"]
    fit = [*words, "fit", str(table), "--target", "y", "--checkpoint", str(kept), "--json"]
    done = run_obeying(fit, cwd=tmp_path)
    kept.chmod(0o755)
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["name"] == "write_failed"
    assert "kept" in error["message"]
    assert not any(kept.iterdir())
    assert not (tmp_path / "runs").exists()
    begun(table, kept)
    kept.chmod(0o555)
    done = run_obeying([*words, "resume", str(kept), "--json"], cwd=tmp_path)
    kept.chmod(0o755)
    assert done.returncode == 0, done.stderr  # nothing was to be written in its 30 seconds
