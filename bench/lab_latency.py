"""From input to paint while the learning rate is dragged, in headless Chromium.

    python bench/lab_latency.py                                       the salary data
    python bench/lab_latency.py FLIGHTS.csv --target air_time ...     an own table

Every input event waits for the frame in which its answer is drawn; what is printed are the
quantiles over the inputs, and from the command to the first complete picture. Starts
`steepest lab` itself; needs playwright and a chromium on the PATH.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from playwright.sync_api import sync_playwright

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
STEPS = 150
STATES: dict[str, dict[str, object]] = {
    "as started": {},
    "standardized": {"standardize": True},
    "mini-batch 32": {"batch": 32, "epochs": 50},
    "stochastic": {"batch": 1, "epochs": 50},
}
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


def measured(page: Any, state: dict[str, object]) -> str:
    """Return a row: quantiles of input to paint, of server and drawing."""
    page.evaluate("state => __lab.change(state)", state)
    settled(page)
    times = page.evaluate(DRAG, STEPS)
    settled(page)
    paint, server, drawing = (list(one) for one in zip(*times, strict=True))
    told = [quantile(paint, 0.5), quantile(paint, 0.95), max(paint)]
    told += [quantile(server, 0.95), quantile(drawing, 0.95)]
    return " ".join(f"{one:9.1f}" for one in told)


def main(arguments: Sequence[str]) -> None:
    """Print a table in milliseconds."""
    began = time.perf_counter()
    server, address = started(arguments)
    try:
        with sync_playwright() as driver:
            program = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))))
            browser = driver.chromium.launch(executable_path=program, args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(address)
            settled(page)
            print(
                f"command to first picture, browser's start included: "
                f"{time.perf_counter() - began:.2f} s, of which the page "
                f"{page.evaluate('__lab.firstPaint') / 1000:.2f} s"
            )
            print(f"{'ms':16}{'median':>10}{'p95':>10}{'worst':>10}{'server':>10}{'drawing':>10}")
            for name, state in STATES.items():
                print(f"{name:16}{measured(page, state)}")
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
