"""Tables larger than memory: speed of the first pass, memory, and the later ones.

    python bench/stream.py write FOLDER --gigabytes 8       a seeded Parquet table of that size
    python bench/stream.py measure FOLDER --memory 512MB    scan, moments, resident memory
    python bench/stream.py csv FILE --megabytes 800         CSV end to end beside bare reads

Every number is the median of three runs in processes of their own, contestants in turn.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np

COLUMNS, FILE_ROWS, GROUP_ROWS = 20, 1_000_000, 250_000
RUNS = 3


def rows_of(gigabytes: float) -> int:
    """Return how many rows of numbers take so much."""
    return int(gigabytes * 1e9 / 8 / (COLUMNS + 1))


def write(folder: Path, gigabytes: float) -> None:
    """Write files of a million rows each, every one seeded by its number."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    rows, number = rows_of(gigabytes), 0
    while rows > 0:
        count = min(rows, FILE_ROWS)
        random = np.random.default_rng(number)
        X = random.standard_normal((count, COLUMNS))
        y = X @ np.linspace(-1.0, 1.0, COLUMNS) + 3.0 + random.standard_normal(count)
        columns = {f"x{j}": X[:, j].copy() for j in range(COLUMNS)} | {"y": y}
        path = folder / f"{number:04}.parquet"
        pq.write_table(pa.table(columns), path, row_group_size=GROUP_ROWS)
        rows, number = rows - count, number + 1


SCAN = """
import sys, time, glob
import pyarrow.parquet as pq
start = time.perf_counter()
rows = 0
for path in sorted(glob.glob(sys.argv[1] + '/*.parquet')):
    for batch in pq.ParquetFile(path, pre_buffer=False).iter_batches(batch_size=131072):
        rows += batch.num_rows
seconds = time.perf_counter() - start
"""
MOMENTS = """
import sys, time
from steepest import FitOptions
from steepest.fitting.rows import prepare_rows
options = FitOptions(target=('y',), memory=sys.argv[2])
prepare_rows([sys.argv[1] + '/0000.parquet'], options)  # compiled code is loaded
start = time.perf_counter()
rows = prepare_rows([sys.argv[1]], options)
assert rows.moments is not None
seconds = time.perf_counter() - start
"""
FIT = """
import sys, time, steepest
steepest.fit('example:salary', target='salary')
start = time.perf_counter()
run = steepest.fit(sys.argv[1], target='y', memory=sys.argv[2], epochs=1000, tolerance=0.0)
seconds = time.perf_counter() - start
"""
SWEEP = """
import sys, time, steepest
start = time.perf_counter()
run = steepest.fit(sys.argv[1], target='y', memory=sys.argv[2], method='mini-batch', epochs=3,
                   tolerance=0.0)
seconds = time.perf_counter() - start
print(run.summary['order'], run.trace['seconds'].tolist(), file=sys.stderr)
"""
POLARS = """
import sys, time
import polars
start = time.perf_counter()
polars.read_csv(sys.argv[1])
seconds = time.perf_counter() - start
"""
TAIL = """
import resource
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measured(code: str, *arguments: str) -> tuple[float, float]:
    """Return seconds and peak resident MiB of a piece of code in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", code + TAIL, *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    seconds, memory = done.stdout.split()
    return float(seconds), float(memory)


def compared(contestants: dict[str, tuple[str, ...]]) -> dict[str, dict[str, float]]:
    """Run contestants in turn; return the median time and the largest memory of each."""
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in contestants}
    for _ in range(RUNS):
        for name, (code, *arguments) in contestants.items():
            found[name].append(measured(code, *arguments))
    return {
        name: {
            "seconds": statistics.median(one[0] for one in runs),
            "resident_mib": max(one[1] for one in runs),
        }
        for name, runs in found.items()
    }


def measure(folder: Path, memory: str) -> dict[str, object]:
    """Compare a bare scan, the moments and a whole fit of 1,000 epochs."""
    size = sum(file.stat().st_size for file in folder.glob("*.parquet"))
    place = str(folder)
    made = compared(
        {"scan": (SCAN, place), "moments": (MOMENTS, place, memory), "fit": (FIT, place, memory)}
    )
    share = made["scan"]["seconds"] / made["moments"]["seconds"]
    return {"bytes": size, "memory": memory, "moments_share_of_scan_speed": share, **made}


def csv(file: Path, megabytes: float) -> dict[str, object]:
    """Compare a fit of a CSV file with a bare read of it, where polars is installed."""
    import pyarrow as pa
    from pyarrow import csv as arrow

    if not file.exists():
        rows = int(megabytes * 1e6 / 8.5 / (COLUMNS + 1))
        random = np.random.default_rng(0)
        values = random.standard_normal((rows, COLUMNS + 1)).round(5)
        names = [*(f"x{j}" for j in range(COLUMNS)), "y"]
        table = pa.table({name: values[:, j].copy() for j, name in enumerate(names)})
        arrow.write_csv(table, file)
    place, size = str(file), file.stat().st_size
    contestants = {"fit": (FIT, place, "64MB"), "fit_in_memory": (FIT, place, "64GB")}
    if find_spec("polars") is None:
        print("polars: missing", file=sys.stderr)
    else:
        contestants["polars"] = (POLARS, place)
    return {"bytes": size, **compared(contestants)}


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["write", "measure", "csv", "sweep"])
    parser.add_argument("place", type=Path)
    parser.add_argument("--gigabytes", type=float, default=8.0)
    parser.add_argument("--megabytes", type=float, default=800.0)
    parser.add_argument("--memory", default="512MB")
    asked = parser.parse_args()
    if asked.what == "write":
        write(asked.place, asked.gigabytes)
    elif asked.what == "measure":
        print(json.dumps(measure(asked.place, asked.memory), indent=1))
    elif asked.what == "sweep":
        print(measured(SWEEP, str(asked.place), asked.memory))
    else:
        print(json.dumps(csv(asked.place, asked.megabytes), indent=1))


if __name__ == "__main__":
    main()
