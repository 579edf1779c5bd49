"""Workers of a Dask cluster that runs already, found by the address of its scheduler.

Of Dask only what has been stable for years is used (Client, submit, wait). Every task has a name
of its own and may run twice; a task that takes too long is asked for once more.
"""

from __future__ import annotations

import errno
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, partial
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

import numpy as np

from steepest.words.errors import FileError, InputError, SteepestError, reason_of
from steepest.workers.contract import (
    ATTEMPTS,
    LEAST_DEADLINE,
    PartitionError,
    TaskError,
    called,
    check_versions,
    deadline,
    own_versions,
)
from steepest.workers.messages import decoded, encoded
from steepest.workers.serving import error_of, told

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")

# Seconds: to reach the scheduler, between two looks, without a single worker, without any work, to
# say goodbye to a scheduler that may be gone, and for an answer before it is asked who is left.
_CONNECT, _LOOK, _ALONE, _IDLE, _GOODBYE, _SOON = 20.0, 1.0, 60.0, 5.0, 5.0, 2.0
# Tasks handed out at a time for each worker: one to do, and some to go on with.
_AHEAD = 3


def task(function: str, number: int, parameters: bytes) -> bytes:
    """Do a task on a worker; errors of the catalogue come back as plain values."""
    from distributed import get_worker

    try:
        result = np.frombuffer(called(function, number, parameters), np.uint8)
        about = {"worker": get_worker().address, "versions": known_versions()}
        return encoded({"result": result, **about})
    except SteepestError as error:
        return encoded({"error": told(error)})


@cache
def known_versions() -> dict[str, str]:
    """Return this process's versions, looked up once."""
    return own_versions()


class _SilentError(Exception):
    """Somebody has not answered in time."""


def within(seconds: float, ask: Callable[[], T]) -> T:
    """Return what ``ask`` returns or raises, in some seconds at the most.

    Dask waits for ever where a network forwards nothing and closes nothing, and where whoever
    holds the port is no scheduler and says no word.
    """
    heard: SimpleQueue[tuple[list[T], BaseException | None]] = SimpleQueue()

    def asking() -> None:
        try:
            heard.put(([ask()], None))
        except BaseException as error:
            heard.put(([], error))

    Thread(target=asking, daemon=True).start()
    try:
        answers, error = heard.get(timeout=seconds)
    except Empty:
        raise _SilentError from None
    if error is not None:
        raise error
    return answers[0]


class ClusterWorkers:
    """Workers of a Dask cluster; see :class:`steepest.workers.contract.Workers`.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://127.0.0.1:8786``.
    alone : float
        Seconds to wait for a worker where there is none.
    patience : float
        Seconds to wait for the scheduler, and for each of its answers.
    hanging : float, optional
        Seconds after which a task is asked of another worker; by default 20 times the longest.
    """

    def __init__(
        self,
        address: str,
        *,
        alone: float = _ALONE,
        patience: float = _CONNECT,
        hanging: float | None = None,
    ) -> None:
        try:
            from distributed import Client, Security
        except ImportError:
            raise InputError("cluster_not_installed") from None
        self._address, self._alone, self._run = address, alone, uuid4().hex[:12]
        self._hanging, self._patience, self._round = hanging, patience, 0
        self._open: dict[Future, tuple[int, float]] = {}
        self._owners: dict[int, str] = {}  # who did a partition last, and may keep its rows
        # certificates are those of Dask's own configuration
        security = Security(require_encryption=True) if address.startswith("tls:") else None
        known = {"timeout": patience, "set_as_default": False, "security": security}
        try:
            self._client: Client = within(2.0 * patience, lambda: Client(address, **known))
        except _SilentError:
            raise _unreachable(
                address, OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
            ) from None
        except (OSError, ValueError, RuntimeError) as error:
            raise _unreachable(address, error) from None
        try:
            self._await_workers()
            found = self.versions()
            check_versions(found)
            self._checked = set(found)
        except BaseException as error:
            self.close()
            if not isinstance(error, OSError) or isinstance(error, SteepestError):
                raise
            raise _unreachable(address, error) from None

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        """See :class:`steepest.workers.contract.Workers`."""
        self._round += 1
        round_ = _Round(deque(numbers), function, parameters)
        try:
            while round_.left:
                yield from self._step(round_)
        finally:
            self.cancel()

    def _step(self, round_: _Round) -> list[tuple[int, bytes]]:
        """Hand out what there is room for, and return what is done by now."""
        from distributed import CancelledError

        try:
            self._hand_out(round_)
            return self._results(round_)
        except (SteepestError, TaskError, PartitionError):
            raise
        except (OSError, RuntimeError, CancelledError) as error:  # Dask's, without a scheduler
            if isinstance(error, TimeoutError) and self._client.status == "running":
                return []  # slow, not gone: the next step asks again
            raise self._lost(min(round_.left)) from None

    def _lost(self, number: int) -> FileError:
        return FileError("cluster_lost", address=self._address, number=number + 1)

    def cancel(self) -> None:
        """See :class:`steepest.workers.contract.Workers`."""
        if self._client.status == "running":
            self._client.cancel(list(self._open))
        self._open.clear()

    def workers(self) -> list[str]:
        """Return the workers' addresses."""
        return sorted(self._answered(lambda: self._client.scheduler_info(n_workers=-1))["workers"])

    def versions(self) -> dict[str, dict[str, str]]:
        """See :class:`steepest.workers.contract.Workers`."""
        return dict(self._answered(lambda: self._client.run(own_versions)))

    def processes(self) -> dict[str, int]:
        """Return the number of each worker's process on its machine."""
        return dict(self._answered(lambda: self._client.run(os.getpid)))

    def close(self) -> None:
        """Let go of the cluster, which goes on."""
        with suppress(TimeoutError):
            self._client.close(timeout=_GOODBYE)

    def _answered(self, ask: Callable[[], T], more: float = 0.0) -> T:
        """Return what the cluster answers, or give up after a while."""
        try:
            return within(self._patience + more, ask)
        except _SilentError:
            if self._client.status != "running":  # it has noticed, and seeks the scheduler in vain
                raise ConnectionError from None
            facts = {"address": self._address, "seconds": self._patience + more}
            raise FileError("cluster_silent", **facts) from None

    def _await_workers(self) -> None:
        waiting = partial(self._client.wait_for_workers, 1, timeout=self._alone)
        try:
            self._answered(waiting, self._alone)
        except TimeoutError:
            raise self._without_workers() from None

    def _without_workers(self) -> FileError:
        return FileError("cluster_without_workers", address=self._address, seconds=self._alone)

    def _hand_out(self, round_: _Round) -> None:
        if round_.suspects and not self._open:
            number = round_.suspects.popleft()
            round_.alone.add(number)
            self._ask(round_, number, anywhere=True)
        if round_.suspects or round_.alone & round_.left:
            return  # whoever ends a worker now is that one, and no neighbour
        room = _AHEAD * max(1, len(self.workers())) - len(self._open)
        while round_.waiting and room > 0:
            self._ask(round_, round_.waiting.popleft())
            room -= 1

    def _ask(self, round_: _Round, number: int, *, anywhere: bool = False) -> None:
        tries = round_.attempts[number] = round_.attempts.get(number, 0) + 1
        wanted = None if anywhere else self._wanted(round_, number, tries)
        future = self._client.submit(
            task, round_.function, number, round_.parameters,
            key=f"{self._run}-{self._round}-{number}-{tries}", retries=ATTEMPTS - 1, pure=True,
            workers=wanted, allow_other_workers=wanted is not None,
        )  # fmt: skip
        self._open[future] = number, time.monotonic()

    def _wanted(self, round_: _Round, number: int, tries: int) -> list[str] | None:
        """Return the workers to do a task: who may keep its rows; later, who has not tried."""
        owner = self._owners.get(number)
        if tries == 1 and owner not in round_.silent:
            return [owner] if owner is not None else None
        return sorted(set(self._others_than(number)) - round_.silent) or None

    def _results(self, round_: _Round) -> list[tuple[int, bytes]]:
        """Return what is done by now, after a while at the most."""
        from distributed import wait

        try:
            with self._client.as_current():
                done = wait(list(self._open), timeout=_LOOK, return_when="FIRST_COMPLETED").done
        except TimeoutError:
            self._look(round_)
            return []
        found = []
        for future in done:
            number, since = self._open[future]
            try:
                result = self._result(round_, future, number)
            except _SilentError:  # whoever has done the others is gone, too
                break
            if result is not None:
                del self._open[future]
                round_.longest = max(round_.longest, time.monotonic() - since)
                round_.left.discard(number)
                found.append((number, result))
        if found:
            round_.alone_since = None
        else:
            self._look(round_)
        return found

    def _result(self, round_: _Round, future: Future, number: int) -> bytes | None:
        """Return a result; None if there is none (yet), or no need for it."""
        if number not in round_.left:
            del self._open[future]
            return None
        if future.status == "error":
            self._suspected(round_, future, number)
            return None
        if future.status == "cancelled":
            raise self._lost(number)
        if future.status != "finished":  # its worker died with it: it is made again
            return None
        try:
            said = decoded(self._handed_over(future))
        except TimeoutError:
            if not self.workers():
                raise _SilentError from None
            self._elsewhere(round_, future, number)
            return None
        if "error" in said:
            raise error_of(said["error"])
        if said["worker"] not in self._checked:  # it has come since the run began
            check_versions({said["worker"]: said["versions"]})
            self._checked.add(said["worker"])
        self._owners[number] = said["worker"]
        return bytes(said["result"].tobytes())

    def _handed_over(self, future: Future) -> bytes:
        """Return what a worker has done; raise TimeoutError soon if no worker is left to say it."""
        limit = self._hanging or LEAST_DEADLINE
        with suppress(TimeoutError):
            return bytes(future.result(timeout=min(limit, _SOON)))
        return bytes(future.result(timeout=limit if self.workers() else 0.0))

    def _elsewhere(self, round_: _Round, future: Future, number: int) -> None:
        """Ask another worker for what one has done and does not hand over."""
        if round_.attempts[number] >= ATTEMPTS:
            seconds = self._hanging or LEAST_DEADLINE
            raise PartitionError("partition_hangs", number, workers=ATTEMPTS, seconds=seconds)
        for holders in self._answered(lambda: self._client.who_has([future])).values():
            round_.silent.update(holders)
        del self._open[future]
        self._ask(round_, number)

    def _others_than(self, number: int) -> list[str]:
        """Return the workers that are not at a partition already."""
        keys = {future.key for future, (other, _) in self._open.items() if other == number}
        at = {worker for worker, doing in self._processing().items() if keys & set(doing)}
        return sorted(set(self.workers()) - at)

    def _processing(self) -> dict[str, Sequence[str]]:
        """Return the tasks at each worker."""
        return dict(self._answered(self._client.processing))

    def _suspected(self, round_: _Round, future: Future, number: int) -> None:
        """Have a task done once more, alone, where workers died that it was waiting at, or in.

        Dask counts the death of a worker against every task that waits there.
        """
        from distributed import KilledWorker

        error = future.exception(timeout=_CONNECT)
        if not isinstance(error, KilledWorker):
            raise TaskError(str(error))
        if number in round_.alone:
            raise PartitionError("partition_ends_workers", number, workers=ATTEMPTS)
        del self._open[future]
        round_.suspects.append(number)

    def _look(self, round_: _Round) -> None:
        """Give up without workers; ask again for what takes too long."""
        if self._client.status != "running":
            raise self._lost(min(round_.left))
        now = time.monotonic()
        if self.workers():
            round_.alone_since = None
        elif round_.alone_since is None:
            round_.alone_since = now
        elif now - round_.alone_since > self._alone:
            raise self._abandoned(round_)
        self._ask_anywhere(round_, now)
        limit = self._hanging or deadline(round_.longest)
        for number in sorted(round_.left):
            asked = [since for other, since in self._open.values() if other == number]
            if not asked or now - max(asked) <= limit:
                continue
            if len(asked) == ATTEMPTS:
                raise PartitionError("partition_hangs", number, workers=ATTEMPTS, seconds=limit)
            self._ask(round_, number)

    def _abandoned(self, round_: _Round) -> Exception:
        """Return the error of a round whose workers are gone: at which partitions they ended."""
        for number in round_.alone & round_.left:  # the last of them died in it, or before it
            return PartitionError("partition_ends_workers", number, workers=ATTEMPTS)
        asked = {number for number, _ in self._open.values()} | set(round_.suspects)
        if asked & round_.left:
            at = sorted(asked & round_.left)
            return PartitionError("workers_ended_at", *at, seconds=self._alone)
        return self._without_workers()

    def _ask_anywhere(self, round_: _Round, now: float) -> None:
        """Ask again for what waits while no worker works.

        Dask lets a task wait for a worker that is gone, where none was left for a moment,
        even though others may do it.
        """
        late = [item for item in self._open.items() if now - item[1][1] > _IDLE]
        if not late or not self.workers() or any(self._client.processing().values()):
            return
        for future, (number, _) in late:
            del self._open[future]
            self._ask(round_, number, anywhere=True)


def _unreachable(address: str, error: Exception) -> FileError:
    return FileError("cluster_unreachable", address=address, reason=reason_of(error))


class _Round:
    """The tasks of one map: which wait, which are not done yet, how often each was asked for."""

    def __init__(self, waiting: deque[int], function: str, parameters: bytes) -> None:
        self.waiting, self.left = waiting, set(waiting)
        self.function, self.parameters = function, parameters
        self.longest = 0.0
        self.alone_since: float | None = None
        self.attempts: dict[int, int] = {}
        # tasks at whose workers death came and went, those done alone since, and workers that
        # do not hand over what they have done
        self.suspects: deque[int] = deque()
        self.alone: set[int] = set()
        self.silent: set[str] = set()
