"""The benchmark: every piece of work, all contestants in turn, medians, ratios, equal work checked.

`make bench` runs it all, `make bench-quick` a smaller form in about two minutes. Results go to
bench/results/DATE.json and DATE.md. Each contestant is a process of its own; a run asks each of
them once, in turn, so that a slower minute of the machine is slower for all.
"""

import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import growth  # beside this file, which Python puts on the path
import limits
from works import WORKS, startup

HERE = Path(__file__).resolve().parent


class Contestant:
    """One contestant's process."""

    def __init__(self, name, case):
        self.name = name
        if "engine" in case:
            self.name = f"{name}[{case['engine']}]"
        if "threads" in case:
            self.name = f"{self.name} ({case['threads']} threads)"
        self.seconds, self.check = [], {}
        arguments = [sys.executable, str(HERE / "contestants.py"), name, json.dumps(case)]
        self.process = subprocess.Popen(
            arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ready(self):
        """Wait for the end of the warm-up."""
        return self.process.stdout.readline().strip() == "ready"

    def run(self):
        """Ask for one piece of work."""
        self.process.stdin.write("go\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        self.seconds.append(answer["seconds"])
        self.check = answer["check"]

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def measured(work, case, *, repeats, quick):
    """Return the rows of one piece of work: median, spread and check of each contestant."""
    contestants = []
    for name, extra in work["contestants"]:
        if quick and extra.get("threads") == 1:
            continue  # the quick form tries one count of threads, all cores
        one = Contestant(name, {**case, **extra})
        if one.ready():
            contestants.append(one)
        else:
            print(f"    {one.name}: missing", flush=True)
    for _ in range(repeats):
        for one in contestants:
            time.sleep(0.1)  # threads of the one before spin for a while when their work is done
            one.run()
    for one in contestants:
        one.close()
    return [
        {
            "contestant": one.name,
            "median": statistics.median(one.seconds),
            "smallest": min(one.seconds),
            "largest": max(one.seconds),
            "check": one.check,
        }
        for one in contestants
    ]


def equal(rows, tolerances):
    """Return whether all contestants that report a number agree on it."""
    for key, tolerance in tolerances.items():
        values = [row["check"][key] for row in rows if key in row["check"]]
        if values and max(values) - min(values) > tolerance * max(map(abs, values)):
            return False
    return True


def ratios(work, rows):
    """Return the ratio of each demand: how it reads, what was reached, what was asked."""
    medians = {row["contestant"].split(" (")[0]: row["median"] for row in reversed(rows)}
    for row in rows:  # of several thread counts the best one counts
        name = row["contestant"].split(" (")[0]
        medians[name] = min(medians[name], row["median"])
    found = []
    for ours, theirs, kind, asked in work["demands"]:
        if ours not in medians or theirs not in medians:
            found.append({"against": theirs, "ratio": None, "asked": asked, "kind": kind})
            continue
        mine, other = medians[ours], medians[theirs]
        ratio = other / mine if kind == "faster" else mine / other
        met = ratio >= asked if kind == "faster" else ratio <= asked
        found.append(
            {
                "ours": ours,
                "against": theirs,
                "ratio": ratio,
                "asked": asked,
                "kind": kind,
                "met": met,
            }
        )
    return found


def about():
    """Return machine and versions."""
    names = ("steepest", "numpy", "numba", "scikit-learn", "torch", "jax")
    versions = {}
    for name in names:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            versions[name] = "missing"
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="minutes"),
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "versions": versions,
    }


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor()


def markdown(results):
    """Return the results as a table."""
    head = results["about"]
    lines = [
        f"# Benchmark of {head['date']}",
        "",
        f"{head['processor']}, {head['cores']} cores, Python {head['python']}; "
        + ", ".join(f"{name} {number}" for name, number in head["versions"].items())
        + (". Quick form: smaller tables." if results["quick"] else "."),
        "",
        "Medians of runs in turn; every contestant in a process of its own, warmed up.",
        "",
        "| work | contestant | median | smallest to largest | equal work |",
        "|---|---|---|---|---|",
    ]
    for work in results["works"]:
        for row in work["rows"]:
            lines.append(
                f"| {work['name']} | {row['contestant']} | {_time(row['median'])} | "
                f"{_time(row['smallest'])} to {_time(row['largest'])} | "
                f"{'yes' if work['equal'] else 'NO'} |"
            )
    lines += ["", "| work | against | ratio | asked | met |", "|---|---|---|---|---|"]
    for work in results["works"]:
        for one in work["ratios"]:
            sign = "at least" if one["kind"] == "faster" else "at most"
            ratio = "missing" if one["ratio"] is None else f"{one['ratio']:.3g} x"
            met = "" if one["ratio"] is None else "yes" if one["met"] else "NO"
            ours = f" ({one['ours']})" if one.get("ours") else ""
            asked = f"{sign} {one['asked']} x"
            lines.append(f"| {work['name']}{ours} | {one['against']} | {ratio} | {asked} | {met} |")
    lines += ["", "| start-up | seconds | asked |", "|---|---|---|"]
    lines += [
        f"| {one['what']} | {one['seconds']:.3f} | {one['asked']} |" for one in results["startup"]
    ]
    if results["limits"]:
        lines += limits.markdown(results["limits"])
        lines += limits.profile_markdown(results["profile"])
    if results["growth"]:
        lines += growth.markdown(results["growth"], f"{results['name']}-growth.png")
    return "\n".join(lines) + "\n"


def _time(seconds):
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("us", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def main():
    """Run what was asked for and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller tables, about two minutes")
    parser.add_argument("--only", help="only works whose name holds this text")
    parser.add_argument("--without", help="leave out works whose name holds this text")
    parser.add_argument("--repeats", type=int, help="runs of each contestant")
    options = parser.parse_args()
    results = {"about": about(), "quick": options.quick, "works": []}
    for work in WORKS:
        if options.only and options.only not in work["name"]:
            continue
        if options.without and options.without in work["name"]:
            continue
        if options.quick and work.get("quick") is None:
            continue
        case = {**work["case"], **(work.get("quick", {}) if options.quick else {})}
        repeats = options.repeats or (3 if options.quick else work.get("repeats", 7))
        print(f"{work['name']} {case}", flush=True)
        rows = measured(work, case, repeats=repeats, quick=options.quick)
        entry = {
            "name": work["name"],
            "case": case,
            "rows": rows,
            "equal": equal(rows, work["equal"]),
            "ratios": ratios(work, rows),
        }
        for row in rows:
            print(f"    {row['contestant']}: {_time(row['median'])} {row['check']}", flush=True)
        for one in entry["ratios"]:
            print(f"    {one}", flush=True)
        results["works"].append(entry)
    results["startup"] = [] if options.only else startup()
    results["limits"], results["profile"], results["growth"] = [], [], []
    name = results["about"]["date"][:10] + ("-quick" if options.quick else "")
    results["name"] = name
    if options.only:
        print(markdown(results))
        return
    folder = HERE / "results"
    folder.mkdir(exist_ok=True)
    results["limits"] = limits.limits(quick=options.quick)
    results["profile"] = limits.profile(quick=options.quick)
    if not options.quick:
        results["growth"] = growth.growth(quick=False)
        growth.draw(results["growth"], folder / f"{name}-growth.png")
    (folder / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n")
    (folder / f"{name}.md").write_text(markdown(results))
    print(f"written to {folder / name}.md")


if __name__ == "__main__":
    main()
