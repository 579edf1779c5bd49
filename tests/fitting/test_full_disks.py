"""A disk that is really full, of 4 MB: checkpoints, rows laid down, run folders, partitions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import steepest

# A namespace of its own, in which nobody else sees the file system and which ends with the process.
MOUNTED = 'mount -t tmpfs -o size=4m tmpfs "$1" && shift && exec "$@"'


def inside(place: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    place.mkdir(exist_ok=True)
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", MOUNTED, "sh", str(place), *command],
        capture_output=True, text=True, check=False, timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
    )  # fmt: skip


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare, to mount a file system of its own")
    tried = inside(tmp_path / "disk", "true")
    if tried.returncode:
        pytest.skip(f"no file system of its own may be mounted here: {tried.stderr.strip()}")
    return tmp_path / "disk"


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(2)
    X = random.normal(size=(150_000, 4))
    columns = {f"x{i}": X[:, i] for i in range(4)}
    y = X @ [1.0, 2.0, 3.0, 4.0] + random.normal(size=150_000)
    path = tmp_path_factory.mktemp("data") / "t.parquet"
    pq.write_table(pa.table({**columns, "y": y}), path)
    return path


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


KEPT = """
import json, os, sys, steepest
table, disk = sys.argv[1:]
asked = dict(target="y", method="mini-batch", batch_size=5000, epochs=5, tolerance=0.0)
def fill(row):
    if row["epoch"] == 3:
        with open(f"{disk}/filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass
told = {}
try:
    steepest.fit(table, checkpoint=f"{disk}/kept", every=1, watch=fill, **asked)
except steepest.FileError as error:
    told |= {"name": error.name, "text": str(error)}
told["files"] = sorted(os.listdir(f"{disk}/kept"))
os.unlink(f"{disk}/filler")
epochs = []
run = steepest.resume(f"{disk}/kept", watch=lambda row: epochs.append(row["epoch"]))[0]
told |= {"epochs": epochs, "parameters": run.trace.parameters.tobytes().hex()}
print(json.dumps(told))
"""


def test_a_full_disk_keeps_the_last_checkpoint(table: Path, disk: Path) -> None:
    told = answer(inside(disk, sys.executable, "-c", KEPT, str(table), str(disk)))
    assert told["name"] == "write_failed"
    assert "No space left on device" in told["text"]
    assert told["files"] == ["lock", "plan.json", "state-0.bin"]
    assert told["epochs"] == [3.0, 4.0, 5.0]
    whole = steepest.fit(
        table, target="y", method="mini-batch", batch_size=5000, epochs=5, tolerance=0.0
    )
    assert told["parameters"] == whole.trace.parameters.tobytes().hex()


SPILLED = """
import json, os, sys, steepest
table, disk, kind = sys.argv[1:]
asked = dict(target="y", epochs=2, tolerance=0.0)
told = {}
def attempt():
    if kind == "spill":
        steepest.fit(table, method="mini-batch", batch_size=5000, memory="1KB", **asked)
    elif kind == "run":
        with open(f"{disk}/filler", "wb") as filler:
            filler.truncate(0); filler.write(bytes((4 << 20) - 8192))
        steepest.fit(table, out=f"{disk}/run", **asked)
    else:
        import dask.dataframe as dd
        frame = dd.read_parquet(table)
        if kind == "dask":
            steepest.fit(frame, **asked)
        else:
            steepest.GradientDescentRegressor().fit(frame[["x0", "x1", "x2", "x3"]], frame["y"])
try:
    attempt()
except steepest.FileError as error:
    told |= {"name": error.name, "text": str(error)}
told["left"] = sorted(set(os.listdir(disk)) - {"filler"})
space = os.statvfs(disk)
told["used"] = (space.f_blocks - space.f_bfree) * space.f_frsize
print(json.dumps(told))
"""


@pytest.mark.parametrize("kind", ["spill", "run", "dask", "estimator"])
def test_a_full_disk_is_named_and_nothing_is_left(kind: str, table: Path, disk: Path) -> None:
    """Rows that are laid down for sweeps, a run folder, and the partitions of Dask."""
    if kind in ("dask", "estimator"):
        pytest.importorskip("dask.dataframe", reason="needs the extra: steepest[cluster]")
    command = [sys.executable, "-c", SPILLED, str(table), str(disk), kind]
    told = answer(inside(disk, *command, TMPDIR=str(disk)))
    assert told["name"] == "write_failed"
    assert "No space left on device" in told["text"]
    assert str(disk) in told["text"]
    assert told["left"] == []
    assert told["used"] <= (4 << 20 if kind == "run" else 0)
