"""Tables and a task for the tests of workers."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steepest.workers import serving
from steepest.workers.contract import called
from steepest.workers.messages import encoded

COLUMNS = 7  # so that moments of both kinds of rows are made by one pass


def written(folder: Path, counts: tuple[int, ...] = (150_000, 130_001, 70_000)) -> Path:
    """Write files whose row groups do not lie on the grid of blocks."""
    random = np.random.default_rng(5)
    folder.mkdir()
    for number, rows in enumerate(counts):
        X = random.normal(size=(rows, COLUMNS)) * [1, 10, 0.1, 1, 1, 1, 1] + [0, 100, 0, 0, 3, 0, 0]
        y = X @ np.arange(1.0, COLUMNS + 1.0) + random.normal(size=rows)
        columns = {**{f"x{i}": X[:, i] for i in range(COLUMNS)}, "y": y}
        pq.write_table(pa.table(columns), folder / f"{number}.parquet", row_group_size=20_000)
    return folder


def doubled(number: int, parameters: bytes) -> bytes:
    """Return the number twice, as text, after the parameters."""
    return parameters + str(2 * number).encode()


def dying(number: int, parameters: bytes) -> bytes:
    """Die once in partition 2: at its start, at its end, or halfway through telling the result."""
    moment, _, flag = parameters.decode().partition("|")
    result = np.full(1 << 20, number, np.uint8).tobytes()
    if number != 2 or Path(flag).exists():
        return result
    Path(flag).touch()
    if moment == "sending":
        serving.write_message = _half_written
        return result
    os.kill(os.getpid(), signal.SIGKILL)
    return result


def _half_written(stream: IO[bytes], value: Any) -> None:
    message = encoded(value)
    stream.write(len(message).to_bytes(8, "little") + message[: len(message) // 2])
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def process(number: int, parameters: bytes) -> bytes:
    """Return who does this, after a while."""
    time.sleep(0.02)
    return str(os.getpid()).encode()


def slow(number: int, parameters: bytes) -> bytes:
    """Take a while."""
    time.sleep(0.1)
    return b"done"


def hanging(number: int, parameters: bytes) -> bytes:
    """Hang the first time that partition 1 is done, and work the second time."""
    flag = Path(parameters.decode())
    if number == 1 and not flag.exists():
        flag.touch()
        time.sleep(600.0)
    return b"done"


def ending(number: int, parameters: bytes) -> bytes:
    """End every worker that does partition 2."""
    if number == 2:
        os._exit(9)
    return b"done"


def failing(number: int, parameters: bytes) -> bytes:
    """Fail as code does that is wrong."""
    raise ZeroDivisionError(f"partition {number}")


class Shuffled:
    """Workers that answer in an order of their own, in this process."""

    def __init__(self, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self.asked = 0

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        self.asked += len(numbers)
        for number in self._random.permutation(numbers):
            yield int(number), called(function, int(number), parameters)

    def cancel(self) -> None: ...

    def workers(self) -> list[str]:
        return ["self"]

    def versions(self) -> dict[str, dict[str, str]]:
        return {}

    def close(self) -> None: ...
