"""Tables larger than memory: speed of the passes, resident memory, CSV, stochastic epochs.

    python bench/stream.py                    all of it, to bench/results/DATE-streams.json and .md
    python bench/stream.py --only csv         one part of it: parquet, csv or stochastic
    python bench/stream.py --gigabytes 1      smaller tables

`make bench-stream` is the first form: about five minutes and 11 GB of disk on a quiet machine of
two cores. Every number is the median of three processes, contestants in turn. A process fits a
small table first, so that compiled code is loaded, and tells its own seconds and its largest
resident memory. Tables are made from seeds in a temporary folder, which is removed.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv

HERE = Path(__file__).resolve().parent
COLUMNS, FILE_ROWS, GROUP_ROWS = 20, 1_000_000, 250_000
RUNS, CSV_MEGABYTES = 3, 500.0

Row = tuple[str, str]


def values_of(number: int, count: int) -> dict[str, np.ndarray]:
    """Return the columns of a file, seeded by its number."""
    random = np.random.default_rng(number)
    X = random.standard_normal((count, COLUMNS))
    y = X @ np.linspace(-1.0, 1.0, COLUMNS) + 3.0 + random.standard_normal(count)
    return {f"x{j}": X[:, j].copy() for j in range(COLUMNS)} | {"y": y}


def write(folder: Path, gigabytes: float) -> Path:
    """Write Parquet files of a million rows each, of so many bytes of numbers in all."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, number = int(gigabytes * 1e9 / 8 / (COLUMNS + 1)), 0
    while rows > 0:
        count = min(rows, FILE_ROWS)
        path = folder / f"{number:04}.parquet"
        pq.write_table(pa.table(values_of(number, count)), path, row_group_size=GROUP_ROWS)
        rows, number = rows - count, number + 1
    return folder


def linked(whole: Path, part: Path, files: int) -> Path:
    """Return a folder of the first files of another."""
    part.mkdir()
    for path in sorted(whole.iterdir())[:files]:
        os.link(path, part / path.name)
    return part


START = """
import glob, json, resource, sys, time
folder, small, memory = sys.argv[1:4]
"""
TAIL = """
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([seconds, peak]))
"""
SCAN = """
import pyarrow.parquet as pq
start = time.perf_counter()
for path in sorted(glob.glob(folder + '/*.parquet')):
    for batch in pq.ParquetFile(path, pre_buffer=False).iter_batches(batch_size=131072):
        pass
seconds = [time.perf_counter() - start]
"""
MOMENTS = """
from steepest import FitOptions
from steepest.fitting.rows import prepare_rows
options = FitOptions(target=('y',), memory=memory)
prepare_rows([small], FitOptions(target=('y',), memory='1MB'))
start = time.perf_counter()
assert prepare_rows([folder], options).moments is not None
seconds = [time.perf_counter() - start]
"""
FIT = """
import steepest
asked = {'target': 'y', 'tolerance': 0.0}
steepest.fit(small, memory='1MB', epochs=2, **asked)
start = time.perf_counter()
steepest.fit(folder, memory=memory, epochs=EPOCHS, **asked)
seconds = [time.perf_counter() - start]
"""
# The seconds until each epoch has ended, the passes before the first one counted in.
SWEEP = """
import steepest
asked = {'target': 'y', 'tolerance': 0.0, 'method': 'stochastic', 'validation': 0.0,
         'learning_rate': 0.001}
steepest.fit(small, memory='1MB', epochs=2, **asked)
ends, start = [], time.perf_counter()
run = steepest.fit(folder, memory=memory, epochs=4, **asked,
                   watch=lambda row: ends.append(time.perf_counter() - start))
told = run.trace['seconds'].tolist()
begun = ends[-1] - told[-1]
seconds = [begun + told[1]] + [told[i + 1] - told[i] for i in range(1, len(told) - 1)]
"""
PARTIAL = """
import numpy as np, pyarrow.parquet as pq
from sklearn.linear_model import SGDRegressor
start = time.perf_counter()
model = SGDRegressor(penalty=None, learning_rate='constant', eta0=0.002)
for path in sorted(glob.glob(folder + '/*.parquet')):
    for batch in pq.ParquetFile(path).iter_batches(batch_size=32768):
        rows = np.stack([column.to_numpy() for column in batch.columns], axis=1)
        model.partial_fit(rows[:, :-1], rows[:, -1])
seconds = [time.perf_counter() - start]
"""
# The same with standardized features, as `steepest` trains by default: two loops over the files.
STANDARDIZED = """
import numpy as np, pyarrow.parquet as pq
from sklearn.linear_model import SGDRegressor
from sklearn.preprocessing import StandardScaler
def batches():
    for path in sorted(glob.glob(folder + '/*.parquet')):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=32768):
            yield np.stack([column.to_numpy() for column in batch.columns], axis=1)
start = time.perf_counter()
scaler = StandardScaler()
for rows in batches():
    scaler.partial_fit(rows[:, :-1])
model = SGDRegressor(penalty=None, learning_rate='constant', eta0=0.002)
for rows in batches():
    model.partial_fit(scaler.transform(rows[:, :-1]), rows[:, -1])
seconds = [time.perf_counter() - start]
"""
POLARS = """
import polars
start = time.perf_counter()
polars.read_csv(folder)
seconds = [time.perf_counter() - start]
"""
ARROW_CSV = """
from pyarrow import csv
start = time.perf_counter()
csv.read_csv(folder)
seconds = [time.perf_counter() - start]
"""


def measured(code: str, *arguments: str) -> tuple[list[float], float]:
    """Return the seconds and the peak resident MiB of a piece of code in its own process."""
    command = [sys.executable, "-c", START + code + TAIL, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seconds, memory = json.loads(done.stdout.splitlines()[-1])
    return seconds, memory


def compared(contestants: dict[str, tuple[str, ...]]) -> dict[str, dict[str, object]]:
    """Run contestants in turn; return the median times and the largest memory of each."""
    found: dict[str, list[tuple[list[float], float]]] = {name: [] for name in contestants}
    for _ in range(RUNS):
        for name, (code, *arguments) in contestants.items():
            found[name].append(measured(code, *arguments))
    return {
        name: {
            "seconds": [
                statistics.median(times) for times in zip(*(one[0] for one in runs), strict=True)
            ],
            "resident_mib": max(one[1] for one in runs),
        }
        for name, runs in found.items()
    }


def times(made: dict[str, dict[str, object]], name: str) -> list[float]:
    """Return a contestant's seconds."""
    seconds = made[name]["seconds"]
    assert isinstance(seconds, list)
    return seconds


def first(made: dict[str, dict[str, object]], name: str) -> float:
    """Return the first of a contestant's seconds."""
    return times(made, name)[0]


def parquet(place: Path, gigabytes: float) -> tuple[dict[str, object], list[Row]]:
    """Measure a scan, moments and whole fits of the large table, and memory from 1 to 16 parts."""
    small = str(write(place / "small", 0.01))
    whole = write(place / "whole", gigabytes)
    one = FIT.replace("EPOCHS", "1000")
    table = (str(whole), small, "512MB")
    made = compared(
        {"scan": (SCAN, *table), "moments": (MOMENTS, *table), "fit": (one, *table),
         "fit, 1 epoch": (FIT.replace("EPOCHS", "1"), *table)}
    )  # fmt: skip
    share = first(made, "scan") / first(made, "moments")
    rows = [
        ("moments: share of the speed of pyarrow's bare scan (at least 70 %)", f"{share:.0%}"),
        ("scan, moments, fit of 1,000 epochs, of 1 epoch (s)",
         ", ".join(f"{first(made, name):.2f}" for name in made)),
    ]  # fmt: skip
    files, peaks = len(list(whole.iterdir())), []
    for parts in (16, 4, 1):
        part = linked(whole, place / f"part-{parts}", max(1, files // parts))
        peaks.append(measured(one, str(part), small, "256MB")[1])
    rows.append(
        ("resident memory of a fit at 1/16, 1/4 and all of it, --memory 256MB (MiB; at most 1,024"
         ", within 10 %)", ", ".join(f"{peak:.0f}" for peak in peaks))
    )  # fmt: skip
    return {"gigabytes": gigabytes, **made, "resident_mib_by_size": peaks}, rows


def csv(place: Path, gigabytes: float) -> tuple[dict[str, object], list[Row]]:
    """Measure a CSV file from file to model beside bare reads of it."""
    small, file = str(write(place / "small-too", 0.01)), place / "table.csv"
    megabytes = CSV_MEGABYTES * min(1.0, gigabytes / 8.0)
    count = int(megabytes * 1e6 / 8.5 / (COLUMNS + 1))
    table = {name: values.round(5) for name, values in values_of(0, count).items()}
    arrow_csv.write_csv(pa.table(table), file)
    one = FIT.replace("EPOCHS", "1000")
    warm = small + "/warm.csv"
    arrow_csv.write_csv(pa.table(table).slice(0, 60_000), warm)
    contestants = {
        "fit from files": (one, str(file), warm, "64MB"),
        "fit in memory": (one, str(file), warm, "64GB"),
        "pyarrow": (ARROW_CSV, str(file), "", ""),
    }
    if find_spec("polars") is None:
        print("polars: missing", file=sys.stderr)
    else:
        contestants["polars"] = (POLARS, str(file), "", "")
    made = compared(contestants)
    size = file.stat().st_size / 1e6
    rows = [(f"CSV of {size:.0f} MB (s): {name}", f"{first(made, name):.2f}") for name in made]
    if "polars" in made:
        ratio = first(made, "fit from files") / first(made, "polars")
        rows.append(("CSV, file to model: times polars' bare read (at most 2)", f"{ratio:.2f}"))
    return {"bytes": file.stat().st_size, **made}, rows


def stochastic(place: Path, gigabytes: float) -> tuple[dict[str, object], list[Row]]:
    """Measure stochastic epochs from files beside scikit-learn's partial_fit and memory."""
    small = str(write(place / "small-three", 0.01))
    table = str(write(place / "rows", 0.5 * min(1.0, gigabytes / 8.0)))
    made = compared(
        {"partial_fit": (PARTIAL, table, small, ""),
         "standardized": (STANDARDIZED, table, small, ""), "held": (SWEEP, table, small, "1GB"),
         "buffered": (SWEEP, table, small, "256MB"), "memory": (SWEEP, table, small, "64GB")}
    )  # fmt: skip
    later = {name: statistics.median(times(made, name)[1:]) for name in list(made)[2:]}
    bare, base = first(made, "partial_fit"), first(made, "standardized")
    rows = [
        ("scikit-learn's partial_fit over batches, bare and with its StandardScaler (s)",
         f"{bare:.2f}, {base:.2f}")
    ]  # fmt: skip
    for name in ("held", "buffered"):
        ahead = f"{base / first(made, name):.2f} ({bare / first(made, name):.2f})"
        rows += [
            (f"first standardized epoch, {name} rows, all that comes before counted in: times as "
             "fast as partial_fit of standardized batches (at least 2), and of bare ones", ahead),
            (f"later epochs, {name} rows: times the epoch in memory (at most 3)",
             f"{later[name] / later['memory']:.2f}"),
        ]  # fmt: skip
    return {**made, "later": later}, rows


PARTS: dict[str, Callable[[Path, float], tuple[dict[str, object], list[Row]]]] = {
    "parquet": parquet,
    "csv": csv,
    "stochastic": stochastic,
}


def text_of(rows: list[Row], gigabytes: float) -> str:
    """Return the results as a page."""
    load = os.getloadavg()[0]
    lines = [
        "# Tables larger than memory",
        "",
        f"{gigabytes:g} GB of float64 in {COLUMNS + 1} columns, {os.cpu_count()} cores, load "
        f"{load:.1f} at the end; medians of {RUNS} processes, contestants in turn "
        "(`make bench-stream`).",
        "",
        "| what | measured |",
        "|---|---|",
        *(f"| {what} | {told} |" for what, told in rows),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", choices=list(PARTS))
    parser.add_argument("--gigabytes", type=float, default=8.0)
    parser.add_argument("--out", type=Path, default=HERE / "results")
    asked = parser.parse_args()
    found: dict[str, object] = {}
    rows: list[Row] = []
    for name, part in PARTS.items():
        if asked.only in (None, name):
            with tempfile.TemporaryDirectory(prefix="steepest-bench-") as place:
                found[name], more = part(Path(place), asked.gigabytes)
            rows += more
            print(*(f"{what}: {told}" for what, told in more), sep="\n", flush=True)
    if asked.only is None:
        path = asked.out / f"{datetime.date.today()}-streams"
        path.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n")
        path.with_suffix(".md").write_text(text_of(rows, asked.gigabytes))


if __name__ == "__main__":
    main()
