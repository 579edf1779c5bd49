"""A real Dask cluster on loopback: the same bits, also after one of its workers was killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from worker_tables import written

import steepest
from steepest import FileError, FitOptions
from steepest.data.partition_work import PartitionWork
from steepest.fitting.rows import prepare_rows
from steepest.workers.cluster import ClusterWorkers
from steepest.workers.contract import PartitionError

distributed = pytest.importorskip("distributed", reason="needs the extra: steepest[cluster]")

TABLES = "worker_tables"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0"
    ) as cluster:
        yield cluster.scheduler_address


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("cluster") / "t")


def test_a_cluster_makes_the_same_bits(address: str, folder: Path) -> None:
    alone = steepest.fit(folder, target="y", memory="1KB")
    run = steepest.fit(folder, target="y", cluster=address)
    np.testing.assert_array_equal(run.trace.parameters, alone.trace.parameters)
    np.testing.assert_array_equal(run.trace.path, alone.trace.path)
    found = run.summary["workers"]
    assert found == {"kind": "cluster", "address": address, "count": 2, "partitions": 11}
    assert "story_cluster" in [one.name for one in run.story]


def test_a_killed_worker_changes_no_bit(address: str, folder: Path) -> None:
    asked = FitOptions(target=("y",), memory="1KB")
    wanted = prepare_rows([str(folder)], asked).moments
    workers = ClusterWorkers(address)

    def killing(*arguments: object) -> Iterator[tuple[int, bytes]]:
        for place, told in enumerate(ClusterWorkers.map(workers, *arguments)):
            if place == 2:
                os.kill(next(iter(workers.processes().values())), signal.SIGKILL)
            yield told

    try:
        before = set(workers.processes().values())
        sharing = PartitionWork(workers)
        workers.map = killing
        made = prepare_rows([str(folder)], asked, sharing=sharing).moments
        deadline = time.monotonic() + 20.0
        while len(workers.workers()) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert len(set(workers.processes().values()) & before) == 1
    finally:
        workers.close()
    assert made is not None
    assert wanted is not None
    assert made[0].R.tobytes() == wanted[0].R.tobytes()


@pytest.mark.parametrize("pause", [0.0, 0.5])
def test_a_stopped_worker_has_its_task_done_by_another(address: str, pause: float) -> None:
    workers = ClusterWorkers(address, hanging=2.0)
    victim = next(iter(workers.processes().values()))
    found: dict[int, bytes] = {}
    try:
        for place, (number, result) in enumerate(workers.map(range(24), f"{TABLES}:doubled", b"")):
            if place == 0:
                time.sleep(pause)  # long enough for results that it does not hand over any more
                os.kill(victim, signal.SIGSTOP)
            found[number] = result
    finally:
        os.kill(victim, signal.SIGCONT)
        workers.close()
    assert found == {number: b"%d" % (2 * number) for number in range(24)}


def test_a_worker_that_dies_in_a_task_has_it_done_again(address: str, tmp_path: Path) -> None:
    workers = ClusterWorkers(address)
    try:
        asked = f"computing|{tmp_path / 'flag'}".encode()
        found = dict(workers.map(range(6), f"{TABLES}:dying", asked))
    finally:
        workers.close()
    assert (tmp_path / "flag").exists()
    assert found == {number: bytes([number]) * (1 << 20) for number in range(6)}


def test_a_partition_that_ends_workers_is_named(address: str) -> None:
    workers = ClusterWorkers(address)
    try:
        with pytest.raises(PartitionError) as caught:
            list(workers.map(range(12), f"{TABLES}:ending", b""))
        # Dask's nannies give up at times, and all at once: then it is among those that are named
        assert caught.value.name in ("partition_ends_workers", "workers_ended_at")
        assert 2 in caught.value.numbers
    finally:
        workers.close()


def started(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", *arguments, "--no-dashboard"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}
    return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)


def test_a_scheduler_that_dies_ends_the_run_with_a_name(tmp_path: Path) -> None:
    file = tmp_path / "scheduler.json"
    place = ("--scheduler-file", str(file))
    scheduler = started(
        "distributed.cli.dask_scheduler", *place, "--host", "127.0.0.1", "--port", "0"
    )
    deadline = time.monotonic() + 30.0
    while not file.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    worker = started("distributed.cli.dask_worker", *place, "--nthreads", "1")
    try:
        workers = ClusterWorkers(json.loads(file.read_text())["address"])
        since = time.monotonic()
        results = workers.map(range(500), f"{TABLES}:slow", b"")
        next(results)
        scheduler.kill()
        with pytest.raises(FileError) as caught:
            list(results)
        assert caught.value.name == "cluster_lost"
        assert time.monotonic() - since < 60.0
        workers.close()
    finally:
        for process in (scheduler, worker):
            process.kill()
            process.wait()


def test_what_is_no_scheduler_is_refused() -> None:
    with pytest.raises(FileError) as caught:
        ClusterWorkers("tcp://127.0.0.1:1", patience=1.0)
    assert caught.value.name == "cluster_unreachable"


def test_a_cluster_without_workers_is_refused() -> None:
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as cluster,
        pytest.raises(FileError) as caught,
    ):
        ClusterWorkers(cluster.scheduler_address, alone=1.0)
    assert caught.value.name == "cluster_without_workers"
