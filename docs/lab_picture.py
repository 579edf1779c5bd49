"""The picture of the lab that README shows: the page as it opens. Needs playwright and a chromium."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PLACE = Path(__file__).parent / "lab.png"


def main() -> None:
    """Start a lab, open it, and save what is seen."""
    command = [sys.executable, "-m", "steepest", "lab", "--no-browser", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        address = next(found[0] for line in server.stdout if (found := re.search(r"http\S+", line)))
        with sync_playwright() as driver:
            program = shutil.which("chromium")
            browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1360, "height": 800})
            page.goto(address)
            while not page.evaluate("!!window.__lab && !__lab.busy"):
                page.wait_for_timeout(50)
            page.screenshot(path=PLACE)
            browser.close()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
