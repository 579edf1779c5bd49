"""What befalls a cluster of processes on loopback: networks, versions, files, workers that go."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import numpy as np
import pyarrow as pa
import pytest
from slow_network import Network
from worker_tables import written

import steepest
from steepest import FileError, Run
from steepest.workers.cluster import ClusterWorkers
from steepest.workers.contract import PartitionError

distributed = pytest.importorskip("distributed", reason="needs the extra: steepest[cluster]")

TABLES = "worker_tables"
ENVIRONMENT = {**os.environ, "PYTHONPATH": os.pathsep.join(one for one in sys.path if one)}


def started(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", *arguments, "--no-dashboard"]
    return subprocess.Popen(command, env=ENVIRONMENT, stderr=subprocess.DEVNULL)


class Scheduler:
    """A scheduler of its own, and workers that nobody starts anew."""

    def __init__(self, folder: Path) -> None:
        self._file, self._processes = folder / "scheduler.json", []
        where = ("--scheduler-file", str(self._file), "--host", "127.0.0.1", "--port", "0")
        self._processes.append(started("distributed.cli.dask_scheduler", *where))
        deadline = time.monotonic() + 60.0
        while not self._file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.address: str = json.loads(self._file.read_text())["address"]
        self.port = int(self.address.rsplit(":", 1)[1])

    def worker(self, preload: Path | None = None) -> subprocess.Popen[bytes]:
        also = () if preload is None else ("--preload", str(preload))
        where = ("--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny")
        made = started("distributed.cli.dask_worker", *where, "--host", "127.0.0.1", *also)
        self._processes.append(made)
        return made

    def awaited(self, count: int) -> None:
        with distributed.Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=60)

    def end(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()


@contextmanager
def scheduler(folder: Path, workers: int) -> Iterator[Scheduler]:
    made = Scheduler(folder)
    try:
        for _ in range(workers):
            made.worker()
        if workers:
            made.awaited(workers)
        yield made
    finally:
        made.end()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    with scheduler(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("faults") / "t", (70_000, 60_001))


@pytest.fixture(scope="module")
def alone(folder: Path) -> Run:
    return steepest.fit(folder, target="y", memory="1KB")


def same(run: Run, alone: Run) -> None:
    assert run.trace.parameters.tobytes() == alone.trace.parameters.tobytes()
    np.testing.assert_array_equal(run.trace.path, alone.trace.path)


def outcome(work: Callable[[], Run], alone: Run, seconds: float) -> str:
    """Return the error's name, or "same bits"; either comes within some seconds."""
    since = time.monotonic()
    try:
        same(work(), alone)
        name = "same bits"
    except FileError as error:
        name = error.name
    assert time.monotonic() - since < seconds
    return name


def test_a_slow_network_changes_no_bit(cluster: Scheduler, folder: Path, alone: Run) -> None:
    with Network(cluster.port, delay=0.03) as network:
        same(steepest.fit(folder, target="y", cluster=network.address), alone)
        assert network.forwarded > 10_000


def test_a_network_that_breaks_is_named(cluster: Scheduler) -> None:
    with Network(cluster.port) as network:
        workers = ClusterWorkers(network.address, patience=2.0)
        results = workers.map(range(500), f"{TABLES}:slow", b"")
        next(results)
        since = time.monotonic()
        network.cut()
        with pytest.raises(FileError) as caught:
            list(results)
        workers.close()
    assert caught.value.name == "cluster_lost"
    assert time.monotonic() - since < 30.0


def test_a_network_that_falls_silent_is_named(cluster: Scheduler) -> None:
    """Nothing is forwarded and nothing closed: Dask itself would wait for ever."""
    with Network(cluster.port) as network:
        workers = ClusterWorkers(network.address, patience=2.0)
        results = workers.map(range(500), f"{TABLES}:slow", b"")
        next(results)
        since = time.monotonic()
        network.silent.set()
        with pytest.raises(FileError) as caught:
            list(results)
        workers.close()
    assert caught.value.name == "cluster_silent"
    assert caught.value.facts["seconds"] == 2.0
    assert time.monotonic() - since < 20.0


@pytest.mark.long
@pytest.mark.parametrize("share", np.linspace(0.02, 1.2, 13), ids="{:.2f}".format)
def test_a_network_that_breaks_anywhere(
    cluster: Scheduler, folder: Path, alone: Run, share: float
) -> None:
    with Network(cluster.port) as network:
        steepest.fit(folder, target="y", cluster=network.address)
        total = network.forwarded
    with Network(cluster.port, breaks_after=int(share * total)) as network:
        found = outcome(
            lambda: steepest.fit(folder, target="y", cluster=network.address), alone, 90.0
        )
    assert found in ("cluster_unreachable", "cluster_lost", "same bits")
    same(steepest.fit(folder, target="y", cluster=cluster.address), alone)


@pytest.mark.long
@pytest.mark.parametrize("pause", [0.0, 0.3, 0.6, 1.0, 1.5, 3.0])
def test_a_network_that_falls_silent_anywhere(
    cluster: Scheduler, folder: Path, alone: Run, pause: float
) -> None:
    with Network(cluster.port, delay=0.02) as network:
        timer = Timer(pause, network.silent.set)
        timer.start()
        found = outcome(
            lambda: steepest.fit(folder, target="y", cluster=network.address), alone, 120.0
        )
        timer.cancel()
    assert found in ("cluster_unreachable", "cluster_silent", "cluster_lost", "same bits")


def test_a_port_that_somebody_else_holds_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(FileError) as caught:
            ClusterWorkers(address, patience=1.0)
    assert caught.value.name == "cluster_unreachable"
    assert address in str(caught.value)


def older(folder: Path) -> Path:
    """Return what makes a worker say that it runs another version."""
    preload = folder / "older.py"
    preload.write_text(
        "from steepest.workers import contract\n"
        "own = contract.__dict__.setdefault('plain', contract.own_versions)\n"  # loaded twice
        "def own_versions():\n    return {**own(), 'pyarrow': '23.0.1'}\n"
        "contract.own_versions = own_versions\n"
    )
    return preload


@pytest.mark.parametrize("late", [False, True], ids=["from-the-start", "later"])
def test_a_worker_of_other_versions_is_refused_with_both(late: bool, tmp_path: Path) -> None:
    def joined_by_another(made: Scheduler) -> None:
        results = ClusterWorkers(made.address).map(range(500), f"{TABLES}:slow", b"")
        next(results)
        made.worker(older(tmp_path))
        list(results)

    with scheduler(tmp_path, 1) as made:
        if not late:
            made.worker(older(tmp_path))
            made.awaited(2)
        with pytest.raises(FileError) as caught:
            joined_by_another(made)
    assert caught.value.name == "worker_version"
    facts = caught.value.facts
    assert (facts["name"], facts["theirs"], facts["ours"]) == ("pyarrow", "23.0.1", pa.__version__)
    assert str(facts["worker"]).startswith("tcp://127.0.0.1:")
    for text in ("23.0.1", pa.__version__):
        assert text in str(caught.value)


@pytest.mark.parametrize("fault", ["missing", "changed"])
def test_a_file_that_one_worker_does_not_see_is_named(
    fault: str, folder: Path, tmp_path: Path
) -> None:
    """The other worker sees every file as it was."""
    told = {"missing": "raise FileNotFoundError(2, '', path)", "changed": "return 1, 2, 'other'"}
    preload = tmp_path / "elsewhere.py"
    preload.write_text(
        "from steepest.data import unchanged_file\n"
        "plain = unchanged_file.__dict__.setdefault('plain', unchanged_file.stamp_of)\n"
        "def stamp_of(path):\n"
        f"    if path.endswith('1.parquet'):\n        {told[fault]}\n"
        "    return plain(path)\n"
        "unchanged_file.stamp_of = stamp_of\n"
    )
    with scheduler(tmp_path, 0) as made:
        process = made.worker(preload)
        made.worker()
        made.awaited(2)
        with pytest.raises(FileError) as caught:
            steepest.fit(folder, target="y", cluster=made.address, loss="huber", epochs=50)
    assert caught.value.name == "file_changed_there"
    assert Path(str(caught.value.facts["file"])) == folder / "1.parquet"
    assert str(caught.value.facts["worker"]).endswith(f":{process.pid}")


@contextmanager
def impatient() -> Iterator[None]:
    """Let a cluster without workers be given up after a second."""
    with pytest.MonkeyPatch.context() as patch:
        usual = {"alone": 1.0, "patience": 20.0, "hanging": None}
        patch.setattr(ClusterWorkers.__init__, "__kwdefaults__", usual)
        yield


def test_a_file_that_ends_workers_is_named(folder: Path, tmp_path: Path) -> None:
    """Whoever opens it dies as by a segmentation fault, and nobody starts workers anew."""
    preload = tmp_path / "poison.py"
    preload.write_text(
        "import os\n"
        "from steepest.data import unchanged_file\n"
        "plain = unchanged_file.__dict__.setdefault('plain', unchanged_file.stamp_of)\n"
        "def stamp_of(path):\n"
        "    return os._exit(139) if path.endswith('1.parquet') else plain(path)\n"
        "unchanged_file.stamp_of = stamp_of\n"
    )
    with scheduler(tmp_path, 0) as made:
        made.worker(preload)
        made.worker(preload)
        made.awaited(2)
        with impatient(), pytest.raises(FileError) as caught:
            steepest.fit(folder, target="y", cluster=made.address)
    assert caught.value.name in ("workers_ended_at", "partition_ends_workers")
    assert str(folder / "1.parquet") in caught.value.facts["files"]
    for language in ("en", "zh-CN"):
        assert "1.parquet" in caught.value.in_language(language)[0]


@pytest.mark.long
def test_workers_that_all_end_are_told_with_what_they_were_at(tmp_path: Path) -> None:
    """A poison partition ends both workers, and nobody starts them anew."""
    with scheduler(tmp_path, 2) as made:
        workers = ClusterWorkers(made.address, alone=2.0)
        since = time.monotonic()
        with pytest.raises(PartitionError) as caught:
            list(workers.map(range(12), f"{TABLES}:ending", b""))
        assert time.monotonic() - since < 15.0
        workers.close()
    assert caught.value.name in ("workers_ended_at", "partition_ends_workers")
    assert 2 in caught.value.numbers
    assert len(caught.value.numbers) <= 6


def test_all_workers_gone_leave_a_checkpoint_that_ends_in_the_same_bits(
    folder: Path, tmp_path: Path
) -> None:
    asked = {"target": "y", "loss": "huber", "epochs": 12, "tolerance": 0.0}
    whole = steepest.fit(folder, **asked, memory="1KB")
    with scheduler(tmp_path, 0) as made:
        process = made.worker()
        made.awaited(1)

        def kill(row: object) -> None:
            if row["epoch"] == 5:
                process.kill()

        kept = tmp_path / "kept"
        given = {**asked, "cluster": made.address, "checkpoint": kept, "every": 1, "watch": kill}
        with impatient(), pytest.raises(FileError) as caught:
            steepest.fit(folder, **given)
        assert caught.value.name in ("workers_ended_at", "cluster_without_workers")
        made.worker()
        (run,) = steepest.resume(kept)
        same(run, whole)
        shutil.rmtree(kept)
