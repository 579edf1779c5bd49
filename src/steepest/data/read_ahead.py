"""Work done ahead of who asks for it, by other threads, and handed over in its order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from threading import Event, Thread
from typing import TypeVar

from steepest.data.source import available_cores

T = TypeVar("T")
S = TypeVar("S")

_AHEAD = 4


def in_order(function: Callable[[S], T], items: Iterator[S], threads: int | None) -> Iterator[T]:
    """Yield ``function(item)`` of all items in their order, some computed ahead by threads."""
    workers = threads or available_cores()
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        for item in items:
            waiting.append(pool.submit(function, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


class _End:
    """What the reading thread hands over last: the error it met, if any."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


def ahead(items: Iterator[T], count: int = _AHEAD) -> Iterator[T]:
    """Yield items that a second thread makes a few ahead; its errors come where it met them."""
    queue: Queue[T | _End] = Queue(count)
    stopped = Event()

    def read() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                queue.put(item)
                if stopped.is_set():
                    break
        except BaseException as met:
            error = met
        queue.put(_End(error))

    reader = Thread(target=read, daemon=True)
    reader.start()
    try:
        while not isinstance(item := queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
    finally:
        stopped.set()
        while reader.is_alive():
            if not queue.empty():
                queue.get()
            reader.join(0.001)
