"""Local worker processes: results, deaths, hanging tasks, other versions."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import FileError
from steepest.workers import contract
from steepest.workers.contract import PartitionError, TaskError, check_versions, own_versions
from steepest.workers.messages import decoded, encoded
from steepest.workers.processes import LocalWorkers

TABLES = "worker_tables"


@pytest.fixture(scope="module")
def two() -> Iterator[LocalWorkers]:
    workers = LocalWorkers(2)
    yield workers
    workers.close()


def test_every_task_is_done_once(two: LocalWorkers) -> None:
    found = sorted(two.map(range(7), f"{TABLES}:doubled", b"p"))
    assert found == [(number, b"p%d" % (2 * number)) for number in range(7)]


def test_a_round_that_is_left_disturbs_no_other(two: LocalWorkers) -> None:
    for _ in two.map(range(7), f"{TABLES}:doubled", b"left"):
        break
    assert dict(two.map(range(3), f"{TABLES}:doubled", b"")) == {0: b"0", 1: b"2", 2: b"4"}


@pytest.mark.parametrize("moment", ["before", "during"])
def test_a_killed_worker_is_replaced(two: LocalWorkers, moment: str) -> None:
    before = set(two.workers())
    victim = int(two.workers()[0])
    if moment == "before":
        os.kill(victim, signal.SIGKILL)
    found = {}
    for number, result in two.map(range(40), f"{TABLES}:doubled", b""):
        if moment == "during" and number == 5:
            os.kill(victim, signal.SIGKILL)
        found[number] = result
    assert found == {number: b"%d" % (2 * number) for number in range(40)}
    deadline = time.monotonic() + 20.0
    while str(victim) in two.workers() and time.monotonic() < deadline:
        list(two.map(range(4), f"{TABLES}:doubled", b""))
    assert len(set(two.workers()) & before) == 1


@pytest.mark.parametrize("moment", ["computing", "sending"])
def test_a_worker_that_dies_in_a_task_has_it_done_again(
    two: LocalWorkers, tmp_path: Path, moment: str
) -> None:
    before = two.restarts
    asked = f"{moment}|{tmp_path / 'flag'}".encode()
    found = dict(two.map(range(6), f"{TABLES}:dying", asked))
    assert found == {number: bytes([number]) * (1 << 20) for number in range(6)}
    assert two.restarts == before + 1


def test_all_workers_killed_at_once_are_started_anew(two: LocalWorkers) -> None:
    found = {}
    for number, result in two.map(range(30), f"{TABLES}:doubled", b""):
        if number == 7:
            for process in two.workers():
                os.kill(int(process), signal.SIGKILL)
        found[number] = result
    assert found == {number: b"%d" % (2 * number) for number in range(30)}


def test_partitions_stay_with_the_worker_that_did_them(two: LocalWorkers) -> None:
    def doers() -> dict[int, bytes]:
        return dict(two.map(range(8), f"{TABLES}:process", b""))

    list(two.map(range(2), f"{TABLES}:process", b""))
    first = doers()
    assert sum(doers()[number] == first[number] for number in range(8)) >= 6


def test_a_hanging_task_is_done_by_another(tmp_path: Path) -> None:
    workers = LocalWorkers(2, hanging=2.0)
    try:
        flag = str(tmp_path / "flag").encode()
        assert len(dict(workers.map(range(4), f"{TABLES}:hanging", flag))) == 4
        assert workers.restarts == 1
    finally:
        workers.close()


def test_a_stopped_worker_is_replaced() -> None:
    workers = LocalWorkers(2, hanging=2.0)
    try:
        os.kill(int(workers.workers()[1]), signal.SIGSTOP)
        assert len(dict(workers.map(range(9), f"{TABLES}:doubled", b""))) == 9
        assert workers.restarts == 1
    finally:
        workers.close()


def test_a_partition_that_ends_workers_is_named(two: LocalWorkers) -> None:
    with pytest.raises(PartitionError) as caught:
        list(two.map(range(4), f"{TABLES}:ending", b""))
    assert caught.value.name == "partition_ends_workers"
    assert (caught.value.numbers, caught.value.facts) == ((2,), {"workers": 3})
    assert len(dict(two.map(range(4), f"{TABLES}:doubled", b""))) == 4


def test_what_a_task_raises_is_told(two: LocalWorkers) -> None:
    with pytest.raises(TaskError, match="ZeroDivisionError: partition"):
        list(two.map(range(2), f"{TABLES}:failing", b""))


def test_closed_workers_are_gone() -> None:
    workers = LocalWorkers(1)
    (process,) = map(int, workers.workers())
    workers.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_other_versions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = {**own_versions(), "numpy": "1.0.0"}
    with pytest.raises(FileError) as caught:
        check_versions({"a": own_versions(), "b": theirs})
    facts = {"worker": "b", "name": "numpy", "theirs": "1.0.0", "ours": np.__version__}
    assert caught.value.name == "worker_version"
    assert caught.value.facts == facts
    monkeypatch.setattr(contract, "__version__", "0.0.0")
    with pytest.raises(FileError, match=r"0\.0\.0"):
        LocalWorkers(1)


@pytest.mark.parametrize(
    "value",
    [None, True, 3, -0.0, np.inf, "text", [1, [2.5]], {"a": {"mapping": 1, "float": "x"}}],
    ids=repr,
)
def test_messages_hold_plain_values(value: Any) -> None:
    assert decoded(encoded(value)) == value


def test_messages_hold_arrays_and_notice_damage() -> None:
    sent = {"a": np.array([1.0, np.nan, -0.0]), "b": np.zeros((0, 3), np.int64), "c": b"xy"}
    with pytest.raises(TypeError):
        encoded(sent)
    sent["c"] = np.frombuffer(b"xy", np.uint8)
    message = encoded(sent)
    for name, array in decoded(message).items():
        assert array.tobytes() == sent[name].tobytes()
        assert array.shape == sent[name].shape
    for place in (0, 20, len(message) - 1):
        damaged = bytearray(message)
        damaged[place] ^= 1
        with pytest.raises(ValueError, match="checksum"):
            decoded(bytes(damaged))
