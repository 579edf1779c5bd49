"""Workers that are processes of this machine, each with pipes of its own.

A process that ends, or holds a task too long, is started anew, and its task is done again.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, Queue
from threading import Thread
from typing import Any

import numpy as np

from steepest.words.errors import FileError
from steepest.workers.contract import (
    ATTEMPTS,
    PartitionError,
    TaskError,
    check_versions,
    deadline,
)
from steepest.workers.serving import error_of, read_message, write_message

_SERVE = "from steepest.workers.serving import serve; serve()"
# Libraries with threads of their own leave the cores to the other workers.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
# How often, in seconds, tasks are looked at that might hang, and how long a start may take.
_LOOK = 1.0
_START = 120.0


@dataclass(eq=False)
class _Worker:
    """One process, what it is doing (round and number), since when, and which round it knows."""

    place: int
    process: subprocess.Popen[bytes]
    versions: dict[str, str] = field(default_factory=dict)
    task: tuple[int, int] | None = None
    since: float = field(default_factory=time.monotonic)
    knows: int | None = None


class LocalWorkers:
    """Processes of this machine; see :class:`steepest.workers.contract.Workers`.

    Parameters
    ----------
    count : int
        How many.
    hanging : float, optional
        Seconds after which a task is taken from its worker; by default 20 times the longest.
    """

    def __init__(self, count: int, *, hanging: float | None = None) -> None:
        self._hanging, self._round, self.restarts = hanging, 0, 0
        self._unborn = 0  # starts in a row of processes that ended before they said a word
        self._heard: Queue[tuple[_Worker, Any]] = Queue()
        self._owners: dict[int, int] = {}  # who did a partition last, and may keep its rows
        self._workers = [self._started(place) for place in range(count)]
        try:
            while not all(one.versions for one in self._workers):
                self._await_start()
            check_versions(self.versions())
        except BaseException:
            self.close()
            raise

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        """See :class:`steepest.workers.contract.Workers`."""
        self._round += 1
        round_ = _Round(self._round, function, parameters)
        round_.share_out(numbers, self._owners, len(self._workers))
        try:
            while round_.left:
                self._hand_out(round_)
                told = self._next(round_)
                if told is not None:
                    yield told
        finally:
            self._let_go(self._round)

    def cancel(self) -> None:
        """See :class:`steepest.workers.contract.Workers`."""
        self._let_go(self._round)

    def workers(self) -> list[str]:
        """Return the process numbers."""
        return [str(one.process.pid) for one in self._workers]

    def versions(self) -> dict[str, dict[str, str]]:
        """See :class:`steepest.workers.contract.Workers`."""
        return {str(one.process.pid): one.versions for one in self._workers}

    def close(self) -> None:
        """End the processes."""
        for worker in self._workers:
            _end(worker.process)
        self._workers = []

    def _started(self, place: int) -> _Worker:
        environment = {**os.environ, **dict.fromkeys(_ONE_THREAD, "1")}
        environment["PYTHONPATH"] = os.pathsep.join(one for one in sys.path if one)
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            # Ctrl-C is the driver's: it ends its workers itself.
            start_new_session=True,
        )
        worker = _Worker(place, process)
        Thread(target=self._listen, args=(worker,), daemon=True).start()
        return worker

    def _listen(self, worker: _Worker) -> None:
        """Pass on what a worker says, and at last that it is gone."""
        stream = worker.process.stdout
        assert stream is not None
        with suppress(OSError, ValueError):  # cut off in the middle: as if it had ended
            while (said := read_message(stream)) is not None:
                self._heard.put((worker, said))
        self._heard.put((worker, None))

    def _await_start(self) -> None:
        """Wait until a worker says that it is there."""
        try:
            worker, said = self._heard.get(timeout=_START)
        except Empty:
            raise FileError("worker_start", seconds=_START) from None
        if said is None:
            raise FileError("worker_start", seconds=time.monotonic() - worker.since)
        worker.versions = said["versions"]

    def _hand_out(self, round_: _Round) -> None:
        for worker in self._workers:
            if worker.task is not None or not worker.versions:
                continue
            number = round_.next_of(worker.place)
            if number is None:
                continue
            self._owners[number] = worker.place
            worker.task, worker.since = (round_.number, number), time.monotonic()
            asked: dict[str, Any] = {"round": round_.number, "number": number}
            if worker.knows != round_.number:  # what all tasks of a round have in common
                asked |= {"function": round_.function, "parameters": round_.parameters}
                worker.knows = round_.number
            assert worker.process.stdin is not None
            with suppress(OSError):  # it has ended, which its listener is about to say
                write_message(worker.process.stdin, asked)

    def _next(self, round_: _Round) -> tuple[int, bytes] | None:
        """Return the next result, None if something else happened."""
        try:
            worker, said = self._heard.get(timeout=_LOOK)
        except Empty:
            self._end_hanging(round_)
            return None
        if said is None:
            self._replace(worker, round_)
            return None
        if "versions" in said:
            worker.versions, self._unborn = said["versions"], 0
            return None
        took, worker.task = time.monotonic() - worker.since, None
        if said["round"] != round_.number or said["number"] not in round_.left:
            return None
        round_.longest = max(round_.longest, took)
        if "error" in said:
            raise error_of(said["error"])
        if "failed" in said:
            raise TaskError(said["failed"])
        round_.left.discard(said["number"])
        return said["number"], said["result"].tobytes()

    def _end_hanging(self, round_: _Round) -> None:
        limit = self._hanging or deadline(round_.longest)
        for worker in self._workers:
            lasts = time.monotonic() - worker.since
            if lasts > limit if worker.task is not None else lasts > _START and not worker.versions:
                worker.process.kill()  # its listener says that it is gone

    def _replace(self, worker: _Worker, round_: _Round) -> None:
        """Start a worker anew, and do its task again."""
        if self._workers[worker.place] is not worker:
            return
        _end(worker.process)
        self.restarts += 1
        self._workers[worker.place] = self._started(worker.place)
        if worker.task is not None:
            number = worker.task[1]
            if worker.task[0] == round_.number and number in round_.left:
                tries = round_.attempts[number] = round_.attempts.get(number, 0) + 1
                if tries == ATTEMPTS:
                    raise PartitionError("partition_ends_workers", number, workers=tries)
                round_.again(number)
        elif not worker.versions:
            self._unborn += 1
            if self._unborn == ATTEMPTS:
                raise FileError("worker_start", seconds=time.monotonic() - worker.since)

    def _let_go(self, number: int) -> None:
        """Forget a round: what is still computed for it is not waited for."""
        self._round = max(self._round, number)


@dataclass(eq=False)
class _Round:
    """The tasks of one map: which wait for whom, which are not done, how often each was tried.

    A partition waits for the worker that did it last, which may keep its rows; another one takes
    it only where that one has more than it waiting.
    """

    number: int
    function: str
    sent: bytes
    longest: float = 0.0
    attempts: dict[int, int] = field(default_factory=dict)
    left: set[int] = field(default_factory=set)
    _free: deque[int] = field(default_factory=deque)
    _own: list[deque[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.parameters = np.frombuffer(self.sent, np.uint8)

    def share_out(self, numbers: Sequence[int], owners: Mapping[int, int], places: int) -> None:
        """Let partitions wait for their workers, or for anyone."""
        self.left = set(numbers)
        self._own = [deque() for _ in range(places)]
        for number in numbers:
            place = owners.get(number)
            (self._free if place is None else self._own[place]).append(number)

    def next_of(self, place: int) -> int | None:
        """Return what a worker does next, None if it has nothing to do."""
        for queue in (self._own[place], self._free):
            if queue:
                return queue.popleft()
        most = max(self._own, key=len)
        return most.pop() if len(most) > 1 else None

    def again(self, number: int) -> None:
        """Let a partition wait for anyone, before all others."""
        self._free.appendleft(number)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process that has nothing to lose, and let go of its pipes."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        with suppress(OSError):  # what was still to be sent to it
            if stream is not None:
                stream.close()
