"""Kill -9 at random moments and at every instrumented point: resumed runs must be identical.

    python bench/kills.py                       300 random kills and every point; some minutes
    python bench/kills.py --kills 12 --cases mini-batch,streamed-buffered --out -

Every case is run once undisturbed. Then, for each point (before and after each fsync, replace and
rename, before, in the middle of and after each write, before and after each stretch of the descent
or chunk of a search, in each reduction over blocks), a process runs the same fit and dies there by
SIGKILL; and processes are killed at random moments, up to five times a run. What is left is resumed
until it ends, at last by a process of its own (``python -m steepest resume``), and the SHA-256 of
the final weights, of all losses, of the path and of the recorded updates is compared. The result is
written to ``bench/results/DATE-kills.md``; the exit code is 1 if any run differs.

Processes are forked from one that has loaded everything, so that a run takes a tenth of a second
and kills hit the run and not the imports; networks load JAX in each process of their own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

Options = dict[str, Any]
ROWS = 40_000
# Calls of one kind that are died at, spread evenly where there are more (--most); of networks a
# quarter of that, since each of their processes loads JAX and compiles.
MOST_OF_A_KIND = 16
MOST_DEATHS = 5

_SWEEP: Options = {"method": "mini-batch", "epochs": 12, "batch_size": 64, "tolerance": 0.0}
CASES: dict[str, Options] = {
    "batch": {"epochs": 3_000, "tolerance": 0.0, "learning_rate": 0.01},
    "batch-adam": {"epochs": 2_000, "rule": "adam", "learning_rate": 0.01, "tolerance": 0.0},
    "backtracking": {"loss": "poisson", "target": "count", "epochs": 12, "tolerance": 0.0},
    "mini-batch": _SWEEP,
    "mini-batch-adam": {**_SWEEP, "rule": "adam", "learning_rate": 0.01, "schedule": "cosine"},
    "stochastic": {**_SWEEP, "method": "stochastic", "batch_size": None, "epochs": 8},
    "coarse-to-fine": {
        "method": "coarse-to-fine", "points": 51, "epochs": 6,
        "ranges": (("a", -3.0, 3.0), ("b", -3.0, 3.0), ("c", -3.0, 3.0)),
    },
    "logistic": {"target": "kind", "loss": "logistic", "epochs": 12, "tolerance": 0.0},
    "streamed-batch": {"epochs": 3_000, "tolerance": 0.0, "learning_rate": 0.01, "memory": "1KB"},
    "streamed-buffered": {**_SWEEP, "memory": "1KB"},
    "streamed-classes": {"target": "kind", "loss": "hinge", "weight": "count", "epochs": 12,
                         "tolerance": 0.0, "memory": "1KB"},
    "streamed-mapped": {**_SWEEP, "memory": "2MB"},
    "network": {"hidden": (4,), "epochs": 6, "batch_size": 512, "tolerance": 0.0},
}  # fmt: skip


def table(folder: Path) -> str:
    """Write the table; return its path."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    random_ = np.random.default_rng(6)
    X = random_.normal(size=(ROWS, 3))
    y = X @ [1.0, 2.0, -1.0] + random_.normal(size=ROWS)
    columns = {"a": X[:, 0], "b": X[:, 1], "c": X[:, 2], "y": y}
    columns["kind"] = (y > 0.0).astype(np.float64)
    columns["count"] = random_.poisson(np.exp(0.3 * X[:, 0])).astype(np.float64)
    pq.write_table(pa.table(columns), folder / "table.parquet", row_group_size=10_000)
    return str(folder / "table.parquet")


class Case:
    """One case: how it is begun, resumed and compared."""

    def __init__(self, name: str, data: str, folder: Path) -> None:
        self.name, self.folder = name, folder / name
        self.folder.mkdir()
        options = {"target": "y", "features": ("a", "b", "c"), **CASES[name]}
        self._data, self._options, self._runs = data, options, 0
        self._log = folder / "log"

    def place(self) -> Path:
        """Return a folder for one more run."""
        self._runs += 1
        place = self.folder / str(self._runs)
        place.mkdir()
        return place

    def run(self, place: Path) -> None:
        """Begin or resume the fit in this process."""
        import steepest

        if (place / "kept" / "plan.json").exists():
            steepest.resume(place / "kept")
        else:
            out, kept = place / "run", place / "kept"
            every = 1 if self._options.get("method") or self._options.get("hidden") else 200
            every = 1 if self._options["epochs"] < 100 else every
            steepest.fit(self._data, out=out, checkpoint=kept, every=every, **self._options)

    def forked(self, place: Path, before: Callable[[], None] | None = None) -> int:
        """Run in a process of its own; return its number."""
        sys.stdout.flush()
        child = os.fork()
        if child:
            return child
        code = 1
        try:
            log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            if before is not None:
                before()
            self.run(place)
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def finish(self, place: Path, *, command: bool = False) -> None:
        """Resume until the end, by the command in a fresh process if asked to."""
        if command and (place / "kept" / "plan.json").exists():
            words = [sys.executable, "-m", "steepest", "resume", str(place / "kept"), "--quiet"]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            if done.returncode:
                raise SystemExit(f"{self.name}: resume failed\n{done.stderr}")
            return
        _, status = os.waitpid(self.forked(place), 0)
        if status:
            raise SystemExit(f"{self.name}: resume failed\n{self._log.read_text()[-3000:]}")

    def digest(self, place: Path) -> str:
        """Return the SHA-256 of weights, losses, path and recorded updates."""
        import steepest

        run = steepest.load_run(place / "run")
        left = [one.name for one in (place / "kept").iterdir() if one.name.startswith(".")]
        if left:
            raise SystemExit(f"{self.name}: {left} left behind")
        made = hashlib.sha256(run.ending.encode())
        columns = {k: v for k, v in run.trace.columns.items() if k != "seconds"}
        returned = {"path": run.trace.path, "parameters": run.trace.parameters}
        for name, values in (columns | returned | dict(run.trace.updates)).items():
            made.update(name.encode() + np.ascontiguousarray(values).tobytes())
        for file in sorted((place / "run").glob("*.npy")):
            made.update(file.read_bytes())
        return made.hexdigest()


# ---- instrumented points ---------------------------------------------------------------------


class Points:
    """Counts calls of instrumented functions; dies at one of them."""

    def __init__(self, kind: str = "", number: int = 0) -> None:
        self.counts: Counter[str] = Counter()
        self._at = (kind, number)

    def reach(self, kind: str) -> bool:
        """Count a point; return whether to die there."""
        self.counts[kind] += 1
        return self._at == (kind, self.counts[kind])

    def here(self, kind: str) -> None:
        """Die here if this is the point."""
        if self.reach(kind):
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, owner: Any, name: str, label: str) -> None:
        """Make points of the call and the return of a function."""
        plain = getattr(owner, name)

        def instrumented(*arguments: Any, **given: Any) -> Any:
            self.here(f"before {label}")
            made = plain(*arguments, **given)
            self.here(f"after {label}")
            return made

        setattr(owner, name, instrumented)

    def install(self) -> None:
        """Instrument this process."""
        from steepest.data import source
        from steepest.descent import (
            backtracking_engine,
            buffered_sweep,
            moments_engine,
            pass_engine,
            rule_moments,
            searches,
            sweep,
        )

        for name in ("fsync", "replace", "rename"):
            self.around(os, name, name)
        write = Path.write_bytes

        def writing(path: Path, data: bytes) -> int:
            self.here("before a write")
            if self.reach("in a write"):
                with path.open("wb") as file:
                    file.write(data[: len(data) // 2])
                os.kill(os.getpid(), signal.SIGKILL)
            made = write(path, data)
            self.here("after a write")
            return made

        mock.patch.object(Path, "write_bytes", writing).start()
        for owner in (
            moments_engine.MomentsEngine, rule_moments.RuleMomentsEngine, pass_engine.PassEngine,
            backtracking_engine.BacktrackingEngine, sweep.SweepEngine,
        ):  # fmt: skip
            self.around(owner, "advance", "a stretch")
        self.around(buffered_sweep.BufferedSweepEngine, "_walk", "a filling of the buffer")
        self.around(searches, "_search_chunk", "a chunk of the search")
        self.around(source.Folding, "add", "an addition of blocks")


def points_of(case: Case, most: int) -> list[tuple[str, int]]:
    """Return the points of a case, from a run that writes its counts down."""
    place = case.place()
    points = Points()

    def before() -> None:
        points.install()
        out, leave = place / "counts", os._exit

        def leaving(code: int) -> None:
            out.write_text("\n".join(f"{count} {kind}" for kind, count in points.counts.items()))
            leave(code)

        mock.patch.object(os, "_exit", leaving).start()

    os.waitpid(case.forked(place, before), 0)
    made: list[tuple[str, int]] = []
    for line in (place / "counts").read_text().splitlines():
        count, kind = line.split(" ", 1)
        share = 4 if "hidden" in CASES[case.name] else 1
        spread = np.linspace(1, int(count), min(int(count), max(1, most // share)))
        made += [(kind, int(number)) for number in spread.round()]
    return made


# ---- the sweep -------------------------------------------------------------------------------


@contextmanager
def reporting(name: str) -> Iterator[dict[str, Any]]:
    """Time a case, and say how it went."""
    started = time.perf_counter()
    found: dict[str, Any] = {"name": name, "points": 0, "kills": 0, "runs": 0, "same": 0}
    yield found
    found["seconds"] = time.perf_counter() - started
    print("{name}: {points} points, {kills} random kills, {same} of {runs} runs identical,"
          " {seconds:.0f} s".format(**found), flush=True)  # fmt: skip


def swept(case: Case, kills: int, moments: random.Random, *, most: int) -> dict[str, Any]:
    """Kill a case's runs; return the counts."""
    with reporting(case.name) as found:
        whole = case.place()
        started = time.perf_counter()
        case.finish(whole)
        lasts = time.perf_counter() - started
        wanted = case.digest(whole)
        for kind, number in points_of(case, most) if most else []:
            place = case.place()
            child = case.forked(place, lambda at=(kind, number): Points(*at).install())
            _, status = os.waitpid(child, 0)
            if not os.WIFSIGNALED(status):
                raise SystemExit(f"{case.name}: {kind} {number} was not reached")
            case.finish(place)
            found["points"] += 1
            _count(found, case.digest(place) == wanted, f"{kind} {number}")
        while found["kills"] < kills:
            place, deaths, done = case.place(), 0, False
            while deaths < min(MOST_DEATHS, kills - found["kills"]) and not done:
                child = case.forked(place)
                time.sleep(moments.uniform(0.0, lasts))
                os.kill(child, signal.SIGKILL)
                _, status = os.waitpid(child, 0)
                done = not os.WIFSIGNALED(status)
                deaths += not done
                found["kills"] += not done
            case.finish(place, command=True)
            _count(found, case.digest(place) == wanted, f"random kills, run {found['runs']}")
    return found


def _count(found: dict[str, Any], same: bool, what: str) -> None:
    found["runs"] += 1
    found["same"] += same
    if not same:
        print(f"{found['name']}: differs after {what}", flush=True)


def written(results: list[dict[str, Any]], seconds: float, seed: int) -> str:
    """Return the report."""
    import pyarrow

    import steepest

    total = {
        name: sum(one[name] for one in results) for name in ("points", "kills", "runs", "same")
    }
    lines = [
        "# Kill -9 sweep",
        "",
        f"`python bench/kills.py` (seed {seed}), {date.today()}, {seconds / 60:.0f} minutes on "
        f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}, numpy "
        f"{np.__version__}, pyarrow {pyarrow.__version__}, steepest {steepest.__version__}.",
        "",
        f"{total['kills']} kills at random moments (up to {MOST_DEATHS} of one run, the last "
        f"resume in a process of its own) and {total['points']} runs that died at an instrumented "
        "point (before and after fsync, replace and rename, before, in and after writes, before "
        "and after stretches and chunks, in reductions over blocks): "
        f"**{total['same']} of {total['runs']} resumed runs are identical** to the undisturbed one "
        "in the SHA-256 of weights, losses, path and recorded updates.",
        "",
        "| case | random kills | instrumented points | runs | identical | s |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    lines += [
        "| {name} | {kills} | {points} | {runs} | {same} | {seconds:.0f} |".format(**one)
        for one in results
    ]
    return "\n".join([*lines, ""])


def main() -> int:
    """Run the sweep and write its result."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    asked.add_argument("--kills", type=int, default=300, help="random kills in all")
    asked.add_argument("--cases", default=",".join(CASES), help="which, separated by commas")
    asked.add_argument("--most", type=int, default=MOST_OF_A_KIND, help="points of a kind")
    asked.add_argument("--seed", type=int, default=0)
    place = Path(__file__).parent / "results" / f"{date.today()}-kills.md"
    asked.add_argument("--out", default=str(place), help="file of the result, - for none")
    given = asked.parse_args()
    names = given.cases.split(",")
    moments, started = random.Random(given.seed), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        data = table(Path(folder))
        cases = [Case(name, data, Path(folder)) for name in names]
        for case in cases:
            if "hidden" not in CASES[case.name]:  # JAX does not survive a fork
                case.run(case.place())
        shares = [given.kills * (i + 1) // len(cases) - given.kills * i // len(cases)
                  for i in range(len(cases))]  # fmt: skip
        results = [
            swept(case, share, moments, most=given.most)
            for case, share in zip(cases, shares, strict=True)
        ]
    text = written(results, time.perf_counter() - started, given.seed)
    if given.out != "-":
        Path(given.out).write_text(text, encoding="utf-8")
    print(text)
    return int(any(one["same"] < one["runs"] for one in results))


if __name__ == "__main__":
    sys.exit(main())
