"""A fit that was cut off goes on to the bits of one that was not; a damaged folder is refused."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import steepest
from steepest import FileError, InputError, Run
from steepest.descent import searches
from steepest.descent.snapshot import packed, unpacked
from steepest.fitting.checkpoint import Checkpoint
from steepest.fitting.model import checksum

RANDOM = np.random.default_rng(6)
ROWS = 3_000


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    X = RANDOM.normal(size=(ROWS, 3))
    y = X @ [1.0, 2.0, -1.0] + RANDOM.normal(size=ROWS)
    path = tmp_path_factory.mktemp("data") / "t.parquet"
    kind = np.array(["low", "middle", "high"])[np.digitize(y, [-1.0, 1.0])]
    columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": y, "kind": kind}
    pq.write_table(pa.table(columns), path)
    return path


class CrashedError(Exception):
    """Stands for the death of the process."""


def untimed(about: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in about.items() if name != "compilation_seconds"}


def same(left: Run, right: Run) -> None:
    for name, column in left.trace.columns.items():
        if name != "seconds":
            np.testing.assert_array_equal(right.trace.columns[name], column)
    assert set(left.trace.updates) == set(right.trace.updates)
    for name, values in left.trace.updates.items():
        np.testing.assert_array_equal(right.trace.updates[name], values)
    np.testing.assert_array_equal(left.trace.path, right.trace.path)
    np.testing.assert_array_equal(left.trace.parameters, right.trace.parameters)
    assert left.trace.ending == right.trace.ending
    timed = ("compilation_seconds",)
    about = [
        {k: v for k, v in one.trace.metadata.items() if k not in timed} for one in (left, right)
    ]
    assert about[0] == about[1]
    summaries = [{**one.summary, "seconds": 0, "run": ""} for one in (left, right)]
    if left.summary["network"] is not None:
        for one in summaries:
            one["network"] = untimed(one["network"])
        assert [one.name for one in left.story] == [one.name for one in right.story]
    else:
        assert left.story == right.story
    assert summaries[0] == summaries[1]


CASES: dict[str, dict[str, Any]] = {
    "batch": {"tolerance": 0.0, "epochs": 700, "learning_rate": 0.01},
    "batch-momentum": {"rule": "momentum", "epochs": 700, "learning_rate": 0.001},
    "batch-adam": {"rule": "adam", "learning_rate": 0.01, "epochs": 700, "tolerance": 0.0},
    "mini-batch": {"method": "mini-batch", "epochs": 30, "tolerance": 0.0},
    "mini-batch-adam": {
        "method": "mini-batch", "epochs": 30, "rule": "adam", "learning_rate": 0.01,
        "tolerance": 0.0, "schedule": "cosine",
    },
    "stochastic": {"method": "stochastic", "epochs": 25, "tolerance": 0.0},
    "stalling": {"method": "stochastic", "epochs": 60},
    "diverging-late": {"learning_rate": 1.03, "epochs": 900, "tolerance": 0.0},
    "streamed-batch": {"epochs": 700, "learning_rate": 0.01, "memory": "1KB"},
    "streamed-buffered": {"method": "mini-batch", "epochs": 30, "memory": "1KB",
                          "tolerance": 0.0},
    "streamed-mapped": {"method": "stochastic", "epochs": 30, "memory": "150KB",
                        "tolerance": 0.0},
}  # fmt: skip


NETWORKS: dict[str, dict[str, Any]] = {
    "network": {"hidden": (4,), "epochs": 30, "tolerance": 0.0},
    "network-adam": {
        "hidden": (4, 3), "epochs": 30, "rule": "adam", "learning_rate": 0.01, "tolerance": 0.0,
        "activation": "relu",
    },
    "network-batch": {"hidden": (4,), "method": "batch", "epochs": 30, "tolerance": 0.0},
    "network-of-classes": {"hidden": (4,), "target": "kind", "epochs": 30, "tolerance": 0.0},
}  # fmt: skip
RANGES = (("a", -3.0, 3.0), ("b", -3.0, 3.0), ("c", -3.0, 3.0))
SEARCHES: dict[str, dict[str, Any]] = {
    "exhaustive": {"method": "exhaustive", "ranges": RANGES, "points": 101},
    "coarse-to-fine": {"method": "coarse-to-fine", "ranges": RANGES, "points": 51, "epochs": 6},
}


# These go the same ways in a few seconds; the others are run with the long tests.
SHORT = ("batch", "mini-batch", "stochastic", "diverging-late", "streamed-buffered")
LONG = [name for name in CASES if name not in SHORT]


@pytest.mark.parametrize(
    "case", [*SHORT, *(pytest.param(name, marks=pytest.mark.long) for name in LONG)]
)
def test_every_method_goes_on_to_the_same_bits(case: str, table: Path, tmp_path: Path) -> None:
    options = {"target": "y", "features": ("a", "b", "c"), **CASES[case]}
    whole = steepest.fit(table, **options)
    deaths = 0

    def crash(row: Mapping[str, float]) -> None:
        nonlocal deaths
        if row["epoch"] >= (6, 13, 20, 300, 500)[deaths]:
            deaths += 1
            raise CrashedError

    run = None
    try:
        steepest.fit(table, **options, checkpoint=tmp_path / "kept", every=1, watch=crash)
    except CrashedError:
        while run is None and deaths < 5:
            try:
                run = steepest.resume(tmp_path / "kept", watch=crash)[0]
            except CrashedError:
                continue
    assert deaths >= 1
    same(whole, run or steepest.resume(tmp_path / "kept")[0])


@pytest.mark.parametrize(
    "case",
    ["network", "network-of-classes", *(
        pytest.param(name, marks=pytest.mark.long) for name in ("network-adam", "network-batch")
    )],
)  # fmt: skip
def test_networks_go_on_to_the_same_bits(case: str, table: Path, tmp_path: Path) -> None:
    pytest.importorskip("jax", reason="networks need JAX: pip install 'steepest[autodiff]'")
    options = {"target": "y", "features": ("a", "b", "c"), **NETWORKS[case]}
    whole = steepest.fit(table, **options)
    deaths = 0

    def crash(row: Mapping[str, float]) -> None:
        nonlocal deaths
        if row["epoch"] == (7, 22)[deaths]:
            deaths += 1
            raise CrashedError

    with pytest.raises(CrashedError):
        steepest.fit(table, **options, checkpoint=tmp_path / "kept", every=3, watch=crash)
    with pytest.raises(CrashedError):
        steepest.resume(tmp_path / "kept", watch=crash)
    epochs: list[float] = []
    run = steepest.resume(tmp_path / "kept", watch=lambda row: epochs.append(row["epoch"]))[0]
    assert epochs[0] == 22.0  # it went on from epoch 21, and did not begin anew
    same(whole, run)


@pytest.mark.parametrize("case", SEARCHES)
def test_searches_go_on_to_the_same_bits(
    case: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"target": "y", "features": ("a", "b", "c"), **SEARCHES[case]}
    whole = steepest.fit(table, **options)
    chunks, deaths = 0, [9, 5]
    evaluate = searches._search_chunk

    def dying(*arguments: Any) -> None:
        nonlocal chunks
        chunks += 1
        if deaths and chunks > deaths[0]:
            deaths.pop(0)
            raise CrashedError
        evaluate(*arguments)

    monkeypatch.setattr(searches, "_search_chunk", dying)
    with pytest.raises(CrashedError):
        steepest.fit(table, **options, checkpoint=tmp_path / "kept", every=1)
    chunks = 0
    with pytest.raises(CrashedError):
        steepest.resume(tmp_path / "kept")
    chunks = 0
    run = steepest.resume(tmp_path / "kept")[0]
    # 101^3 and 6 times 51^3 points, 65,536 at a time: nothing was evaluated twice
    assert chunks == {"exhaustive": 16, "coarse-to-fine": 6 * 3}[case] - 9 - 5
    same(whole, run)


def test_a_signal_keeps_a_search(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"target": "y", "features": ("a", "b", "c"), **SEARCHES["exhaustive"]}
    evaluate = searches._search_chunk

    def signalled(*arguments: Any) -> None:
        evaluate(*arguments)
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(searches, "_search_chunk", signalled)
    with pytest.raises(KeyboardInterrupt):
        steepest.fit(table, **options, checkpoint=tmp_path / "kept")
    monkeypatch.setattr(searches, "_search_chunk", evaluate)
    same(steepest.fit(table, **options), steepest.resume(tmp_path / "kept")[0])


def test_keeping_changes_no_bit(table: Path, tmp_path: Path) -> None:
    options: dict[str, Any] = {"target": "y", "method": "mini-batch", "epochs": 12}
    whole = steepest.fit(table, **options)
    for every in (1, 5, None):
        same(whole, steepest.fit(table, **options, checkpoint=tmp_path / str(every), every=every))
    assert (tmp_path / "5" / "state-0.bin").exists()


def test_several_rates_and_a_run_folder(table: Path, tmp_path: Path) -> None:
    options = steepest.FitOptions(
        target=("y",), method="mini-batch", epochs=8, learning_rates=(0.01, 0.02), tolerance=0.0
    )
    whole = steepest.fit_rates(table, options)
    rows = 0

    def crash(row: Mapping[str, float]) -> None:
        nonlocal rows
        rows += 1
        if rows == 13:  # in the middle of the second rate
            raise CrashedError

    with pytest.raises(CrashedError):
        steepest.fit_rates(
            table, options, watch=crash, checkpoint=tmp_path / "kept", every=2, out=tmp_path / "run"
        )
    runs = steepest.resume(tmp_path / "kept")
    assert [run.folder for run in runs] == [tmp_path / "run" / f"rate-{r}" for r in (0.01, 0.02)]
    for left, right in zip(whole, runs, strict=True):
        np.testing.assert_array_equal(left.trace.path, right.trace.path)
    again = steepest.resume(tmp_path / "kept")  # what has ended is loaded
    assert [run.summary["train_loss"] for run in again] == [
        run.summary["train_loss"] for run in runs
    ]


# ---- refused -------------------------------------------------------------------------------


@pytest.fixture
def kept(table: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "t.parquet"
    copy.write_bytes(table.read_bytes())
    steepest.fit(
        copy, target="y", method="mini-batch", epochs=5, checkpoint=tmp_path / "kept", every=1
    )
    return tmp_path / "kept"


def refused(folder: Path, name: str) -> str:
    with pytest.raises(FileError) as caught:
        steepest.resume(folder)
    assert caught.value.name == name
    return str(caught.value)


def test_a_folder_in_use_is_refused(kept: Path) -> None:
    first = Checkpoint(kept)
    first.take_up()
    try:
        refused(kept, "checkpoint_locked")
    finally:
        first.close()
    assert steepest.resume(kept)


def test_a_folder_of_another_fit_is_refused(kept: Path, table: Path) -> None:
    with pytest.raises(FileError, match="steepest resume") as caught:
        steepest.fit(table, target="y", checkpoint=kept)
    assert caught.value.name == "checkpoint_taken"


def test_data_that_changed_are_refused_by_name(kept: Path, tmp_path: Path) -> None:
    other = pq.read_table(tmp_path / "t.parquet").slice(1)
    pq.write_table(other, tmp_path / "t.parquet")
    assert "t.parquet" in refused(kept, "checkpoint_data")


@pytest.mark.parametrize("place", [0, 30, 90, 2000, -1])
def test_a_flipped_bit_of_the_state_is_refused(place: int, kept: Path) -> None:
    data = bytearray((kept / "state-0.bin").read_bytes())
    data[place] ^= 4
    (kept / "state-0.bin").write_bytes(data)
    assert "state-0.bin" in refused(kept, "checkpoint_unreadable")


def test_a_cut_state_is_refused_and_a_missing_one_begins_anew(kept: Path) -> None:
    state = kept / "state-0.bin"
    state.write_bytes(state.read_bytes()[:-7])
    refused(kept, "checkpoint_unreadable")
    state.unlink()
    assert steepest.resume(kept)[0].summary["epochs"] == 5


def test_a_changed_plan_and_another_version_are_refused(kept: Path) -> None:
    plan = json.loads((kept / "plan.json").read_text())
    plan["options"]["epochs"] = 6
    (kept / "plan.json").write_text(json.dumps(plan))
    assert "plan.json" in refused(kept, "checkpoint_unreadable")
    plan["versions"]["numpy"] = "1.0"
    plan["checksum"] = checksum(plan)
    (kept / "plan.json").write_text(json.dumps(plan))
    assert "numpy 1.0" in refused(kept, "checkpoint_version")
    (kept / "plan.json").write_text("{")
    refused(kept, "checkpoint_unreadable")
    (kept / "plan.json").unlink()
    assert "Begin the fit again" in refused(kept, "checkpoint_not_begun")
    refused(kept / "elsewhere", "checkpoint_absent")


def test_every_needs_a_folder_and_a_number_from_one(table: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="--checkpoint"):
        steepest.fit(table, target="y", every=3)
    with pytest.raises(InputError, match="every"):
        steepest.fit(table, target="y", every=0, checkpoint=tmp_path / "kept")


def test_packing_keeps_every_bit() -> None:
    values = {
        "floats": [0.1, float("inf"), -0.0, 5e-324], "none": None, "flag": True, "text": "é",
        "pair": (np.arange(3.0), 7), "deep": {"a": {"b": [np.array([[1, 2]], np.int64)]}},
    }  # fmt: skip
    back = unpacked(packed(values))
    assert repr(back) == repr(values)
    assert np.isnan(unpacked(packed({"x": float("nan")}))["x"])
    with pytest.raises(TypeError):
        packed({"x": object()})


# ---- kill -9 -------------------------------------------------------------------------------

CHILD = """
import sys, steepest
table, kept, out, begin = sys.argv[1:]
options = dict(target='y', method='mini-batch', epochs=400, tolerance=0.0, batch_size=8)
print('ready', flush=True)
if begin == 'fit':
    steepest.fit(table, checkpoint=kept, every=1, out=out, **options)
else:
    steepest.resume(kept)
"""


def child(table: Path, kept: Path, out: Path, begin: str) -> subprocess.Popen[str]:
    arguments = [sys.executable, "-c", CHILD, str(table), str(kept), str(out), begin]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def killed_until_done(table: Path, tmp_path: Path, kills: int, seed: int) -> int:
    """Kill the run at random moments, resume it until it ends; return how often it was killed."""
    kept, out = tmp_path / f"kept-{seed}", tmp_path / f"run-{seed}"
    moments, killed = random.Random(seed), 0
    while not (out / "run.json").exists():
        begin = "resume" if (kept / "plan.json").exists() else "fit"
        with child(table, kept, out, begin) as process:
            assert process.stdout is not None
            process.stdout.readline()
            if killed < kills:
                time.sleep(moments.uniform(0.0, 1.5))
                if process.poll() is None:
                    process.send_signal(signal.SIGKILL)
                    killed += 1
            process.wait()
        assert process.returncode in (0, -signal.SIGKILL)
    whole = steepest.fit(
        table, target="y", method="mini-batch", epochs=400, tolerance=0.0, batch_size=8
    )
    run = steepest.load_run(out)
    np.testing.assert_array_equal(run.trace.path, whole.trace.path)
    np.testing.assert_array_equal(run.trace["loss"], whole.trace["loss"])
    assert run.summary["coefficients"] == whole.summary["coefficients"]
    return killed


def test_killed_at_random_moments_it_ends_in_the_same_bits(table: Path, tmp_path: Path) -> None:
    assert killed_until_done(table, tmp_path, 3, 0) > 0


KILLS = Path(__file__).parents[2] / "bench" / "kills.py"


def sweep(*arguments: str) -> str:
    command = [sys.executable, str(KILLS), "--out", "-", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.long
@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")
def test_it_may_die_at_every_instrumented_point() -> None:
    said = sweep("--cases", "streamed-buffered", "--kills", "2", "--most", "2")
    assert "2 random kills" in said


@pytest.mark.long
def test_killed_300_times() -> None:
    assert "300 kills" in sweep()
