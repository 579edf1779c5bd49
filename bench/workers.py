"""Workers measured and tried: speed of two, overhead of a round, and what happens when they die.

``python bench/workers.py --speed`` measures (let nothing else run), ``--deaths`` tries every way in
which a worker can end, for a minute each, and writes ``bench/results/DATE-deaths.md``, or another
page that ``--out`` names.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event, Thread, Timer
from typing import IO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steepest import FitOptions
from steepest.data.partition_work import PartitionWork
from steepest.fitting.rows import prepare_rows
from steepest.fitting.table_fit import linear_of
from steepest.workers import serving
from steepest.workers.contract import called
from steepest.workers.messages import decoded, encoded
from steepest.workers.processes import LocalWorkers

CLASSES, COLUMNS = 8, 24
REPEATS = 7
# Seconds after which a task hangs here, and in which the task of a worker that ended is done again.
HANGING, STARTING = 3.0, 5.0
MOMENTS = ("before", "in", "after", "answering")
Disturbing = Callable[[LocalWorkers, Path], None]


def written(folder: Path, rows: int) -> Path:
    """Write a table of ``COLUMNS`` features, a target and a class, in 8 files."""
    random = np.random.default_rng(7)
    folder.mkdir(parents=True)
    for number in range(8):
        X = random.normal(size=(rows // 8, COLUMNS))
        scores = X[:, :CLASSES] + random.gumbel(size=(rows // 8, CLASSES))
        columns = {f"x{i}": X[:, i] for i in range(COLUMNS)}
        columns["y"] = X @ np.arange(1.0, COLUMNS + 1.0) + random.normal(size=rows // 8)
        hot = np.argmax(scores, axis=1)[:, None] == np.arange(CLASSES)
        columns |= {f"c{i}": hot[:, i].astype(np.float64) for i in range(CLASSES)}
        file = folder / f"{number}.parquet"
        pq.write_table(pa.table(columns), file, row_group_size=32_768, compression="none")
    return folder


def nothing(number: int, parameters: bytes) -> bytes:
    """Do nothing: what a round costs by itself."""
    return b""


def empty_round(workers: LocalWorkers) -> None:
    """Ask about 64 partitions, and be told nothing."""
    for _ in workers.map(range(64), f"{Path(__file__).stem}:{nothing.__name__}", b""):
        pass


def timed(work: Callable[[], object]) -> float:
    """Return the least seconds of some repeats, the first one left out."""
    found = []
    for _ in range(REPEATS + 1):
        started = time.perf_counter()
        work()
        found.append(time.perf_counter() - started)
    return min(found[1:])


def speed(folder: Path) -> Iterator[str]:
    """Yield lines about passes by one and by two workers, each of one thread."""
    targets = tuple(f"c{i}" for i in range(CLASSES))
    features = tuple(f"x{i}" for i in range(COLUMNS))
    options = FitOptions(target=targets, features=features, validation=0.0, loss="softmax")
    point = np.linspace(-0.5, 0.5, (COLUMNS + 1) * CLASSES).reshape(COLUMNS + 1, CLASSES)
    seconds, answers, empty = {}, {}, {}
    for count in (1, 2):
        workers = LocalWorkers(count)
        try:
            rows = prepare_rows([str(folder)], options, sharing=PartitionWork(workers))
            objective = linear_of(rows, options).by_rows()
            answers[count] = objective.value_and_gradient(point)[1].tobytes()
            seconds[count] = timed(partial(objective.value_and_gradient, point))
            empty[count] = timed(partial(empty_round, workers))
        finally:
            workers.close()
    assert answers[1] == answers[2]
    yield f"softmax gradient, {CLASSES} classes, {COLUMNS} columns: one worker {seconds[1]:.3f} s"
    yield f"two workers {seconds[2]:.3f} s: {seconds[1] / seconds[2]:.2f} times as fast, same bits"
    yield f"an empty round of 64 partitions: {1e3 * empty[2]:.1f} ms with two workers"


class Mortal(LocalWorkers):
    """Workers of which one dies at a moment of a task whenever a flag is put up."""

    def __init__(self, moment: str, flag: Path) -> None:
        super().__init__(2, hanging=HANGING)
        self._wrapping = {"moment": moment, "flag": str(flag)}

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        """Hand out the same tasks, each told when to die."""
        asked = {**self._wrapping, "function": function}
        asked["parameters"] = np.frombuffer(parameters, np.uint8)
        yield from super().map(numbers, f"{Path(__file__).stem}:{dying.__name__}", encoded(asked))


def dying(number: int, parameters: bytes) -> bytes:
    """Do a task, and die before, in or after it if the flag is up; whoever dies takes it down."""
    asked = decoded(parameters)

    def die(moment: str) -> None:
        if asked["moment"] == moment:
            with suppress(FileNotFoundError):
                os.unlink(asked["flag"])
                os.kill(os.getpid(), signal.SIGKILL)

    die("before")
    timer = Timer(0.005, die, ("in",))
    timer.start()
    result = called(asked["function"], number, asked["parameters"].tobytes())
    timer.join()
    die("after")
    if asked["moment"] == "answering" and Path(asked["flag"]).exists():
        serving.write_message = _half_written
        os.unlink(asked["flag"])
    return result


def _half_written(stream: IO[bytes], value: object) -> None:
    message = encoded(value)
    stream.write(len(message).to_bytes(8, "little") + message[: len(message) // 2])
    stream.flush()
    os.kill(os.getpid(), signal.SIGKILL)


def passes(folder: Path, workers: LocalWorkers, seconds: float) -> tuple[list[bytes], list[float]]:
    """Return the gradients of as many passes as fit some seconds, and how long each took."""
    options = FitOptions(target=("y",), features=("x0", "x1", "x2"), validation=0.0)
    rows = prepare_rows([str(folder)], options, sharing=PartitionWork(workers))
    objective = linear_of(rows, options).by_rows()
    found: list[bytes] = []
    took: list[float] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(found) < 2:
        since = time.monotonic()
        found.append(objective.value_and_gradient(np.ones((4, 1)))[1].tobytes())
        took.append(time.monotonic() - since)
    return found, took


def put_up(workers: LocalWorkers, flag: Path) -> None:
    """Let the next worker that comes by die."""
    flag.touch()


def killed(sent: signal.Signals, places: Sequence[int]) -> Disturbing:
    """Return what sends a signal to workers."""

    def disturb(workers: LocalWorkers, flag: Path) -> None:
        for place in places:
            os.kill(int(workers.workers()[place]), sent)

    return disturb


def deaths(folder: Path, seconds: float) -> Iterator[str]:
    """Yield rows of a table about workers that are killed or stopped while passes go on.

    A pass may take what one takes in peace, and the deadline of each disturbance in it.
    """
    calm = LocalWorkers(2)
    (wanted, *_), took = passes(folder, calm, 2.0)
    calm.close()
    took = took[1:]  # the first one loads compiled code
    yield f"a pass in peace takes {max(took):.3f} s at the most"
    yield (
        f"deadlines: that, and {STARTING:.0f} s for each disturbance in a pass, "
        f"{HANGING + STARTING:.0f} s where a worker is stopped"
    )
    yield "| what happens | outcome | passes | deaths | longest pass, s | deadline, s |"
    yield "|---|---|---|---|---|---|"
    flag = folder.parent / "flag"
    cases: list[tuple[str, str, float, float, float, Disturbing]] = [
        ("one killed, wherever it is", "", seconds, 2.0, STARTING, killed(signal.SIGKILL, (0,))),
        ("all killed", "", seconds, 5.0, STARTING, killed(signal.SIGKILL, (0, 1))),
        ("one stopped", "", seconds, 10.0, HANGING + STARTING, killed(signal.SIGSTOP, (0,))),
    ]
    for moment in MOMENTS:
        named = f"one killed {moment} a task" if moment != "answering" else "one killed answering"
        cases.append((named, moment, seconds / 4.0, 2.0, STARTING, put_up))
    for name, moment, lasts, pause, deadline, disturb in cases:
        workers = Mortal(moment, flag)
        ended = Event()

        def disturbing(
            workers: LocalWorkers = workers,
            ended: Event = ended,
            pause: float = pause,
            disturb: Disturbing = disturb,
        ) -> None:
            while not ended.wait(pause):
                disturb(workers, flag)

        thread = Thread(target=disturbing)
        thread.start()
        try:
            found, each = passes(folder, workers, lasts)
        finally:
            ended.set()
            thread.join()
            flag.unlink(missing_ok=True)
            workers.close()
        same = all(one == wanted for one in found)
        limit = max(took) + deadline * max(1.0, np.ceil((max(each) - max(took)) / pause))
        told = "same bits" if same else "OTHER BITS"
        yield (
            f"| {name}, every {pause:.0f} s for {lasts:.0f} s | {told} | {len(found):,} | "
            f"{workers.restarts} | {max(each):.2f} | {limit:.1f} |"
        )
        assert same
        assert workers.restarts or lasts < 2.0 * pause
        assert max(each) <= limit


def page(lines: Sequence[str]) -> str:
    """Return what was found as a page: tables as they are, all else as a list."""
    told = [line if line.startswith("|") else f"- {line}" for line in lines]
    first = next((i for i, line in enumerate(told) if line.startswith("|")), len(told))
    head = f"# `{' '.join(['python', *sys.argv])}`, {datetime.date.today()}"
    return "\n".join([head, "", *told[:first], "", *told[first:]]).rstrip() + "\n"


def main() -> None:
    """Measure, try, print, and write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--deaths", action="store_true")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each kind of death")
    parser.add_argument("--rows", type=int, default=262_144)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    lines = [f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"]
    lines.append(f"load average at the start: {os.getloadavg()[0]:.2f}; {asked.rows:,} rows")
    print(*lines, sep="\n")
    with tempfile.TemporaryDirectory() as place:
        folder = written(Path(place) / "t", asked.rows)
        parts = ([speed(folder)] if asked.speed else []) + (
            [deaths(folder, asked.seconds)] if asked.deaths else []
        )
        for line in (line for part in parts for line in part):
            print(line, flush=True)
            lines.append(line)
    if asked.out is None and asked.deaths:
        asked.out = Path(__file__).parent / "results" / f"{datetime.date.today()}-deaths.md"
    if asked.out is not None:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(page(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
