"""One server and one browser for all tests of the page; left out where no browser exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="no browser driver: playwright")

FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
SIZE = {"width": 1440, "height": 900}
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
TABLE = "rooms,area,price\n" + "".join(
    f"{1 + k % 5},{30 + 7 * k % 90},{100 + 11 * (k % 5) + 3 * (7 * k % 90) + (k * 37 % 13)}\n"
    for k in range(60)
)


@pytest.fixture(scope="session")
def chromium() -> str:
    for name in NAMES:
        if found := shutil.which(name):
            return found
    pytest.skip(f"no browser on this machine: none of {', '.join(NAMES)} is on the PATH")


@pytest.fixture(scope="session")
def own_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    (folder / "homes.csv").write_text(TABLE)
    return folder


@pytest.fixture(scope="session")
def address(own_folder: Path) -> Iterator[str]:
    """The address with its token, of a server of its own process, as a user starts it."""
    command = [sys.executable, "-m", "steepest", "lab", "--no-browser", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--root", str(own_folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stderr is not None
    # whatever it writes later is read, so that it never waits for us
    errors: list[str] = []
    reader = threading.Thread(target=lambda: errors.extend(server.stderr), daemon=True)
    reader.start()
    for line in server.stdout:
        if found := re.search(r"http://\S+", line):
            break
    else:
        raise AssertionError(f"no address was printed: {''.join(errors)}")
    rest = threading.Thread(target=lambda: list(server.stdout), daemon=True)
    rest.start()
    yield found[0]
    server.terminate()
    server.wait(10)
    reader.join(5)
    rest.join(5)
    server.stdout.close()
    server.stderr.close()


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        made = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield made
        made.close()


class Opened:
    """A page, what its console said and what it asked for."""

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.opened = ("not opened", "")
        self.console: list[str] = []
        self.requests: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.on("response", self._answered)
        page.on("request", lambda request: self.requests.append(request.url))

    def _answered(self, response: Any) -> None:
        if response.status >= 400:
            self.console.append(f"{response.status} {response.url}")

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.console.append(f"{message.text} {message.location.get('url')}")

    def go(self, state: str = "") -> Opened:
        """Open the page at a state; a new document, not only a new hash."""
        self.page.goto("about:blank")
        self.page.goto(self.address + (f"#{state}" if state else ""))
        self.settle()
        self.opened = (state, self.page.evaluate("location.hash"))
        return self

    def at(self, state: str = "") -> Opened:
        """Open the page at a state unless it stands there: for tests that change nothing."""
        if self.opened[0] == state and self.page.evaluate("location.hash") == self.opened[1]:
            return self
        return self.go(state)

    def sized(self, width: int, height: int) -> Opened:
        """Give the window another size; what is opened next is laid out for it."""
        self.page.set_viewport_size({"width": width, "height": height})
        self.opened = ("another size", "")
        return self

    def settle(self) -> Opened:
        """Wait until nothing is asked for any more and everything is drawn."""
        quiet = "!!window.__lab && !window.__lab.busy"
        self.until(f"{quiet} && new Promise(requestAnimationFrame).then(() => {quiet})")
        return self

    def until(self, script: str, seconds: float = 60.0) -> None:
        """Wait for a state, however long a busy machine takes to reach it."""
        last = time.monotonic() + seconds
        while not self.page.evaluate(script):
            assert time.monotonic() < last, f"never came true: {script}"
            self.page.wait_for_timeout(15)

    def __call__(self, script: str, *given: Any) -> Any:
        return self.page.evaluate(script, *given)

    def change(self, **state: Any) -> Opened:
        """Set the state as a control would."""
        self.page.evaluate("state => window.__lab.change(state)", state)
        return self.settle()


@pytest.fixture(scope="session")
def open_page(browser: Any, address: str) -> Iterator[Callable[..., Opened]]:
    contexts = []

    def make(**options: Any) -> Opened:
        size = {side: options.pop(side, length) for side, length in SIZE.items()}
        context = browser.new_context(viewport=size, **options)
        contexts.append(context)
        return Opened(context.new_page(), address)

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def shared(open_page: Callable[..., Opened]) -> Opened:
    """A page for tests that set it to what they need; its console must stay empty throughout."""
    return open_page(accept_downloads=True)


@pytest.fixture
def lab(shared: Opened) -> Iterator[Opened]:
    """A page that is still to be opened: ``lab.go(state)``."""
    shared.console.clear()
    yield shared
    assert shared.console == []
    if shared.page.viewport_size != SIZE:
        shared.sized(**SIZE)
