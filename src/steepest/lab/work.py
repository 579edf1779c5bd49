"""Work of pages: a few threads, the newest request of a page wins, and what nobody waits for ends.

Compiled sweeps and linear algebra let go of the interpreter's lock, so that the server answers
while they run. A run looks after every stretch whether it is still wanted.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
THREADS, MOST_WAITING, MOST_PAGES = 2, 16, 100
LONGEST_SECONDS = 60.0


class UnwantedError(Exception):
    """The work is not wanted any more; ``reason`` names the error that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Work:
    """One request's work, which may be called off."""

    def __init__(self, sequence: int = 0, longest: float = LONGEST_SECONDS) -> None:
        self.sequence = sequence
        self._reason = ""
        self._until = time.monotonic() + longest

    def call_off(self, reason: str) -> None:
        """Let it end at its next look."""
        self._reason = self._reason or reason

    def look(self, row: Mapping[str, float] | None = None) -> None:
        """Raise UnwantedError if it was called off or takes too long; a run's ``watch``."""
        if self._reason:
            raise UnwantedError(self._reason)
        if time.monotonic() > self._until:
            raise UnwantedError("lab_too_long")


class Works:
    """What is being done for all pages."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, "steepest-lab")
        self._lock = threading.Lock()
        self._newest: dict[str, Work] = {}
        self._all: set[Work] = set()

    @property
    def running(self) -> int:
        """How many pieces of work are waiting or being done."""
        return len(self._all)

    def newest(self, page: str, sequence: int) -> Work:
        """Return the work of a page's newest request; what it did before is called off."""
        work = Work(sequence)
        with self._lock:
            before = self._newest.get(page)
            if before is not None and before.sequence > sequence:
                raise UnwantedError("lab_superseded")
            if before is not None:
                before.call_off("lab_superseded")
            self._newest.pop(page, None)
            self._newest[page] = work
            while len(self._newest) > MOST_PAGES:
                self._newest.pop(next(iter(self._newest)))
        return work

    def cancel(self, page: str, sequence: int) -> None:
        """Call off a page's work up to a sequence number."""
        with self._lock:
            work = self._newest.get(page)
        if work is not None and work.sequence <= sequence:
            work.call_off("lab_superseded")

    def close(self) -> None:
        """Call everything off."""
        for work in list(self._all):
            work.call_off("lab_closed")
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def do(self, work: Work, call: Callable[[], T], gone: Coroutine[Any, Any, None]) -> T:
        """Return what ``call`` returns, done in a thread; called off when the page is ``gone``."""
        if self.running >= MOST_WAITING:
            raise UnwantedError("lab_busy")
        self._all.add(work)

        def wanted() -> T:
            work.look()
            return call()

        try:
            job = asyncio.get_running_loop().run_in_executor(self._pool, wanted)
        except RuntimeError:  # the server closes: no thread takes work any more
            gone.close()
            raise UnwantedError("lab_closed") from None
        leaving = asyncio.create_task(gone)
        both: list[asyncio.Future[Any]] = [job, leaving]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not job.done():
                work.call_off("lab_superseded")
            return await job
        except asyncio.CancelledError:  # the server closes and waits no longer
            work.call_off("lab_closed")
            raise UnwantedError("lab_closed") from None
        finally:
            leaving.cancel()
            self._all.discard(work)
