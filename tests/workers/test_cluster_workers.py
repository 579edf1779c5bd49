"""A real Dask cluster on loopback: the same bits, also after one of its workers was killed."""

from __future__ import annotations

import os
import signal
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
