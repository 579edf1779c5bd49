"""Workers measured and tried: speed of two, overhead of a round, and what happens when they die.

``python bench/workers.py --speed`` measures (let nothing else run), ``--deaths`` tries every way in
which a worker can end, for a minute each where it goes on; ``--out FILE`` writes what was found.
"""

from __future__ import annotations

import argparse
import os
import platform
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from steepest import FitOptions
from steepest.data.partition_work import PartitionWork
from steepest.fitting.rows import prepare_rows
from steepest.fitting.table_fit import linear_of
from steepest.workers.processes import LocalWorkers

CLASSES, COLUMNS = 8, 24
REPEATS = 7


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


def passes(folder: Path, workers: LocalWorkers, seconds: float, every: int = 1) -> list[bytes]:
    """Return the gradients of as many passes as fit some seconds, at least two."""
    options = FitOptions(target=("y",), features=("x0", "x1", "x2"), validation=0.0)
    rows = prepare_rows([str(folder)], options, sharing=PartitionWork(workers))
    objective = linear_of(rows, options).by_rows()
    found: list[bytes] = []
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(found) < 2:
        found.append(objective.value_and_gradient(np.ones((4, 1)))[1].tobytes())
    return found


def deaths(folder: Path, seconds: float) -> Iterator[str]:
    """Yield lines about workers that are killed or stopped while passes go on."""
    calm = LocalWorkers(2)
    wanted = passes(folder, calm, 0.0)[0]
    calm.close()
    cases: Sequence[tuple[str, float, Sequence[int], signal.Signals]] = (
        ("one killed every 2 s", 2.0, (0,), signal.SIGKILL),
        ("all killed every 5 s", 5.0, (0, 1), signal.SIGKILL),
        ("one stopped every 10 s", 10.0, (0,), signal.SIGSTOP),
    )
    for name, pause, places, sent in cases:
        workers = LocalWorkers(2, hanging=3.0)
        ended = Event()

        def disturb(
            workers: LocalWorkers = workers,
            ended: Event = ended,
            places: Sequence[int] = places,
            sent: signal.Signals = sent,
            pause: float = pause,
        ) -> None:
            while not ended.wait(pause):
                for place in places:
                    os.kill(int(workers.workers()[place]), sent)

        thread = Thread(target=disturb)
        thread.start()
        try:
            found = passes(folder, workers, seconds)
        finally:
            ended.set()
            thread.join()
            workers.close()
        same = all(one == wanted for one in found)
        told = f"{len(found)} passes, {workers.restarts} workers started anew"
        yield f"{name} for {seconds:.0f} s: {told}, {'same bits' if same else 'OTHER BITS'}"
        assert same


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
    if asked.out is not None:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text("\n".join(f"- {line}" for line in lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
