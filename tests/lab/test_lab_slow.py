"""The slow and the impatient: connections that trickle, pages that close, work nobody wants."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from served import Served

from steepest import fit
from steepest.lab import answers, application, gate, serving
from steepest.lab.application import Lab
from steepest.lab.states import State
from steepest.lab.tables import Tables
from steepest.lab.work import UnwantedError, Work, Works


@dataclass
class Quick:
    """A lab in this process, whose clocks run fast."""

    lab: Lab
    entry: gate.Pass
    server: serving.Closing

    @property
    def head(self) -> str:
        host = f"Host: 127.0.0.1:{self.entry.port}\r\n"
        cookie = f"Cookie: {self.entry.cookie_name}={self.entry.cookie}\r\n"
        origin = f"Origin: http://127.0.0.1:{self.entry.port}\r\nX-Lab: {self.entry.change}\r\n"
        return f"{host}{cookie}{origin}Content-Type: application/json\r\n"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.entry.port), 5.0)

    def status(self, path: str, body: dict[str, object]) -> int:
        with self.send(path, body) as connection:
            connection.settimeout(20.0)
            return int(connection.recv(100).split(b" ")[1])

    def send(self, path: str, body: dict[str, object]) -> socket.socket:
        content = json.dumps(body).encode()
        connection = self.connect()
        length = f"Content-Length: {len(content)}\r\n"
        connection.sendall(f"POST {path} HTTP/1.1\r\n{self.head}{length}\r\n".encode() + content)
        return connection


@pytest.fixture(scope="module", autouse=True)
def compiled() -> None:
    """Compile before the clocks run: a run is not looked at while its first stretch is made."""
    fit("example:salary", target="salary", batch_size=1, epochs=1_000, tolerance=0.0)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[Quick]:
    monkeypatch.setattr(serving, "_HEADER_SECONDS", 0.4)
    monkeypatch.setattr(gate, "BODY_SECONDS", 0.4)
    sockets = serving.listening("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    entry = gate.Pass(hosts=serving.hosts_of("127.0.0.1", port), port=port)
    lab = Lab(Tables(), State(), entry.change)
    server = serving._server(gate.Gate(lab.application(), entry))
    thread = threading.Thread(target=server.run, args=(sockets,))
    thread.start()
    yield Quick(lab, entry, server)
    lab.close()
    server.should_exit = True
    thread.join(10.0)
    assert not thread.is_alive()


def closed_after(connection: socket.socket, *, within: float, until: bytes = b"") -> bytes:
    """Return what came before the other side closed the connection."""
    connection.settimeout(within)
    parts = []
    try:
        while part := connection.recv(65_536):
            parts.append(part)
            if until and until in part:
                break
    except ConnectionError:
        pass
    return b"".join(parts)


def test_a_silent_connection_is_cut_off(quick: Quick) -> None:
    with quick.connect() as connection:
        assert closed_after(connection, within=3.0) == b""


def test_a_header_that_trickles_is_cut_off(quick: Quick) -> None:
    started = time.monotonic()
    with quick.connect() as connection:
        letters = iter(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n" * 100)
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < started + 4.0:
                connection.sendall(bytes([next(letters)]))
                time.sleep(0.05)
    assert time.monotonic() < started + 4.0, "it goes on listening"


def test_so_is_the_second_header_of_a_connection(quick: Quick) -> None:
    with quick.connect() as connection:
        connection.sendall(f"GET /nothing HTTP/1.1\r\n{quick.head}\r\n".encode())
        connection.settimeout(3.0)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 404")
        connection.sendall(b"GET / HT")
        closed_after(connection, within=3.0)


def test_a_body_that_trickles_is_refused(quick: Quick) -> None:
    with quick.connect() as connection:
        opening = f"POST /api/run HTTP/1.1\r\n{quick.head}Content-Length: 100\r\n\r\n"
        connection.sendall(opening.encode() + b"{")
        assert closed_after(connection, within=3.0).startswith(b"HTTP/1.1 408")


LONG = {"data": "salary", "batch": 1, "epochs": 100_000, "tolerance": 0, "rate": 0.01}


def started_work(quick: Quick, count: int = 1) -> None:
    deadline = time.monotonic() + 5.0
    while quick.lab.works.running < count and time.monotonic() < deadline:
        time.sleep(0.01)
    assert quick.lab.works.running >= count


def ended_work(quick: Quick, *, within: float) -> None:
    started = time.monotonic()
    while quick.lab.works.running and time.monotonic() < started + within:
        time.sleep(0.01)
    assert not quick.lab.works.running


def test_a_closed_page_frees_its_work(quick: Quick) -> None:
    with quick.send("/api/run", {"state": LONG, "sequence": 1}):
        started_work(quick)
        time.sleep(0.2)
    ended_work(quick, within=3.0)


def test_the_newest_request_of_a_page_wins(quick: Quick) -> None:
    with quick.send("/api/run", {"state": LONG, "sequence": 1, "page": "a"}) as first:
        started_work(quick)
        assert quick.status("/api/run", {"state": {}, "sequence": 2, "page": "a"}) == 200
        assert first.recv(100).startswith(b"HTTP/1.1 409")
    assert quick.status("/api/run", {"state": {}, "sequence": 1, "page": "a"}) == 409


def test_cancel_ends_work(quick: Quick) -> None:
    with quick.send("/api/run", {"state": LONG, "sequence": 7, "page": "b"}):
        started_work(quick)
        with quick.send("/api/cancel", {"sequence": 7, "page": "b"}) as cancel:
            assert cancel.recv(100).startswith(b"HTTP/1.1 200")
        ended_work(quick, within=3.0)


def test_two_pages_do_not_disturb_each_other(quick: Quick) -> None:
    assert quick.status("/api/run", {"state": {}, "sequence": 9, "page": "a"}) == 200
    assert quick.status("/api/run", {"state": {}, "sequence": 1, "page": "b"}) == 200


def test_a_fault_of_ours_tells_no_secrets(
    quick: Quick, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*arguments: object) -> bytes:
        raise RuntimeError("/home/someone/secret.csv")

    monkeypatch.setattr(application, "run_answer", broken)
    with quick.send("/api/run", {"state": {}, "sequence": 1}) as connection:
        told = closed_after(connection, within=5.0, until=b"}}")
    assert told.startswith(b"HTTP/1.1 500")
    assert b"lab_failed" in told
    for secret in (b"secret", b"RuntimeError", b"Traceback", b"File"):
        assert secret not in told
    deadline = time.monotonic() + 5.0
    while "secret.csv" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "secret.csv" in caplog.text  # who runs it is told
    assert quick.entry.token not in caplog.text
    assert quick.status("/api/cancel", {}) == 200


def test_a_page_that_leaves_half_way_is_no_fault(
    quick: Quick, caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing on the terminal: a traceback there would read as one of ours."""
    with quick.connect() as connection:
        opening = f"POST /api/run HTTP/1.1\r\n{quick.head}Content-Length: 100\r\n\r\n"
        connection.sendall(opening.encode() + b"{")
        time.sleep(0.1)
    time.sleep(0.2)
    assert quick.status("/api/cancel", {}) == 200
    assert "Traceback" not in caplog.text
    assert "Exception" not in caplog.text


def test_a_thousand_states_are_refused_unread(
    quick: Quick, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*arguments: object) -> None:
        raise AssertionError

    monkeypatch.setattr(answers, "read_state", read)
    assert quick.status("/api/compare", {"states": [{}] * 1_000}) == 422


def test_work_that_takes_too_long_is_ended() -> None:
    with pytest.raises(UnwantedError, match="lab_too_long"):
        Work(longest=-1.0).look()


def test_old_sequences_are_not_begun() -> None:
    works = Works()
    works.newest("a", 5)
    with pytest.raises(UnwantedError, match="lab_superseded"):
        works.newest("a", 4)
    works.close()


def test_a_port_in_use_is_left_alone(tmp_path) -> None:
    """The next free one is taken, and nothing is ever sent to who holds the first."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        other.settimeout(0.2)
        port = other.getsockname()[1]
        lab = Served(port=port)
        try:
            assert lab.port != port
            assert any(str(port) in line and str(lab.port) in line for line in lab.printed)
            with pytest.raises(TimeoutError):
                other.accept()
        finally:
            assert lab.stop() == 143
        assert lab.token not in "".join(lab.printed[:-3])


def test_another_host_warns_and_still_asks_for_the_token() -> None:
    lab = Served("--host", "0.0.0.0")
    try:
        assert any("not encrypted" in line for line in lab.printed)
        request = f"GET /api/menu HTTP/1.1\r\nHost: 127.0.0.1:{lab.port}\r\n\r\n"
        assert lab.status(request.encode()) == 403
        evil = f"GET / HTTP/1.1\r\nHost: evil:{lab.port}\r\nCookie: {lab.cookie}\r\n\r\n"
        assert lab.status(evil.encode()) == 421
    finally:
        lab.stop()
