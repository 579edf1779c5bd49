"""The gate: every request that does not prove itself is refused, and the server goes on."""

from __future__ import annotations

import json
import re
import socket
import sys
import time
from collections import deque
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest
from served import Served, error_of

import steepest
from steepest.lab import gate
from steepest.lab.application import static_files

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE")
PATHS = ("/", "/static/index.html", "/api/menu", "/api/run", "/favicon.ico", "/api/none", "/docs")
HOSTILE_HOSTS = (
    "evil.example",
    "127.0.0.1",
    "127.0.0.1:1",
    "localhost.:PORT",
    "localhost:PORT.evil.example",
    "evil.example#localhost:PORT",
    "localhost:PORT/",
    "localhost:PORT?",
    "localhost:PORT#",
    "user@localhost:PORT",
    "localhost:PORT@evil.example",
    "[::1]",
    "0.0.0.0:PORT",
    "LOCALHOST:PORT\t.evil",
    "127.1:PORT",
    "2130706433:PORT",
    "",
)


@pytest.fixture
def stranger(served: Served) -> httpx.Client:
    with httpx.Client(base_url=served.base, timeout=20.0) as client:
        yield client


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("path", PATHS)
def test_without_the_token_every_route_is_closed(
    stranger: httpx.Client, method: str, path: str
) -> None:
    answer = stranger.request(method, path)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_static_files_and_errors_need_the_token_too(stranger: httpx.Client) -> None:
    for path in ("/static/nothing.js", "/nothing", "/api/export"):
        assert stranger.get(path).status_code == 403


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "%00", "é"])
def test_a_wrong_token_opens_nothing(stranger: httpx.Client, token: str) -> None:
    answer = stranger.get("/", params={"token": token})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers


def test_two_tokens_are_none(stranger: httpx.Client, served: Served) -> None:
    assert stranger.get(f"/?token={served.token}&token=x").status_code == 403


def test_the_token_becomes_a_cookie_and_leaves_the_address(
    stranger: httpx.Client, served: Served
) -> None:
    assert len(served.token) >= 43  # 256 bits
    answer = stranger.get(served.address)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    cookie = answer.headers["set-cookie"]
    assert served.token not in cookie
    parts = {part.strip() for part in cookie.split(";")[1:]}
    assert parts == {"HttpOnly", "SameSite=Strict", "Path=/"}  # no Domain: of this host alone
    assert f"-{served.port}=" in cookie
    page = stranger.get("/")
    assert page.status_code == 200
    assert served.token not in page.text
    assert served.token not in stranger.get("/api/menu").text


def test_from_another_site_the_browser_itself_goes_on(
    stranger: httpx.Client, served: Served
) -> None:
    """A redirect would not bring the strict cookie along."""
    answer = stranger.get(served.address, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200
    assert "refresh" in answer.text
    assert served.token not in answer.text


@pytest.mark.parametrize("value", ["x", "", "TOKEN", "{cookie}x", "{cookie}; {name}={cookie}"])
def test_a_wrong_cookie_opens_nothing(served: Served, stranger: httpx.Client, value: str) -> None:
    name, _, own = served.cookie.partition("=")
    told = value.replace("TOKEN", served.token).replace("{cookie}", own).replace("{name}", name)
    assert stranger.get("/", headers={"Cookie": f"{name}={told}"}).status_code == 403
    assert stranger.get("/", headers={"Cookie": f"{name}={own}"}).status_code == 200


def test_a_ticket_opens_once_and_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = gate.Pass(hosts=("127.0.0.1:1",), port=1)
    ticket = entry.ticket()
    assert entry.opens(ticket)
    assert not entry.opens(ticket)
    late = entry.ticket()
    now = time.monotonic()
    monkeypatch.setattr(gate.time, "monotonic", lambda: now + gate.TICKET_SECONDS + 1.0)
    assert not entry.opens(late)
    assert entry.opens(entry.token)
    for secret in (entry.token, entry.cookie, entry.change, ticket):
        assert secret not in repr(entry)


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def compared(one: bytes, other: bytes) -> bool:
        seen.append((one, other))
        return True

    monkeypatch.setattr(gate.secrets, "compare_digest", compared)
    assert gate.same("a", "b")
    assert seen == [(b"a", b"b")]


def test_a_person_without_the_token_is_told_what_to_do(stranger: httpx.Client) -> None:
    answer = stranger.get("/")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "steepest lab" in answer.text
    assert "令牌" in answer.text


@pytest.mark.parametrize("path", ["/api/menu/", "/api/run/", "/static", "/static/", "/api"])
def test_nearly_a_path_is_none(served: Served, path: str) -> None:
    answer = served.client.get(path)
    assert answer.status_code == 404
    assert "location" not in answer.headers


LOADED = re.compile(
    r"(?:src|href|from|import|url|fetch)[\s=(]{1,3}[\"'`]?(?:https?:)?//", re.IGNORECASE
)


def test_the_page_asks_nobody_else() -> None:
    """Nothing in any file of the page is loaded from another server."""
    for path, (file, _) in static_files().items():
        if file.suffix not in (".txt", ".woff2"):
            assert not LOADED.findall(file.read_text(encoding="utf-8")), path
    assert LOADED.findall('<script src="https://cdn.example/d3.js">')


def test_the_token_opens_the_front_door_only(stranger: httpx.Client, served: Served) -> None:
    assert stranger.get(f"/api/menu?token={served.token}").status_code == 403
    assert stranger.post(f"/?token={served.token}").status_code == 403


@pytest.mark.parametrize("host", HOSTILE_HOSTS)
def test_other_hosts_are_refused(served: Served, host: str) -> None:
    named = host.replace("PORT", str(served.port))
    request = f"GET / HTTP/1.1\r\nHost: {named}\r\nCookie: {served.cookie}\r\n\r\n"
    assert served.status(request.encode("latin-1")) in (400, 421)


def test_missing_and_doubled_hosts_are_refused(served: Served) -> None:
    own = f"Host: 127.0.0.1:{served.port}\r\n"
    cookie = f"Cookie: {served.cookie}\r\n"
    assert served.status(f"GET / HTTP/1.1\r\n{own}{cookie}\r\n".encode()) == 200
    assert served.status(f"GET / HTTP/1.1\r\n{cookie}\r\n".encode()) == 400
    assert served.status(f"GET / HTTP/1.0\r\n{cookie}\r\n".encode()) == 400
    assert served.status(f"GET / HTTP/1.1\r\n{own}{own}{cookie}\r\n".encode()) == 400
    evil = "Host: evil.example\r\n"
    assert served.status(f"GET / HTTP/1.1\r\n{own}{evil}{cookie}\r\n".encode()) == 400


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::1]"])
def test_own_hosts_are_welcome(served: Served, name: str) -> None:
    request = f"GET / HTTP/1.1\r\nHost: {name}:{served.port}\r\nCookie: {served.cookie}\r\n\r\n"
    assert served.status(request.encode()) == 200


def test_forwarded_hosts_count_for_nothing(served: Served, stranger: httpx.Client) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": f"127.0.0.1:{served.port}"}
    answer = stranger.get("/", headers={**headers, "Cookie": served.cookie})
    assert answer.status_code == 421


@pytest.mark.parametrize("method", [m for m in METHODS if m not in ("GET", "HEAD")])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://evil.example"},
        {"Origin": "https://127.0.0.1:PORT"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1:PORT.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://127.0.0.1:PORT", "Sec-Fetch-Site": "cross-site"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
    ids=str,
)
def test_changes_come_from_our_own_page(
    served: Served, stranger: httpx.Client, method: str, headers: dict[str, str]
) -> None:
    sent = {name: value.replace("PORT", str(served.port)) for name, value in headers.items()}
    sent |= {"Cookie": served.cookie, "X-Lab": served.menu["token"]}
    answer = stranger.request(method, "/api/cancel", headers=sent, json={})
    assert answer.status_code == 403
    assert error_of(answer) == "lab_other_origin" if method != "HEAD" else True


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"])
def test_other_methods_are_refused_even_to_our_own_page(served: Served, method: str) -> None:
    answer = served.client.request(method, "/api/run", headers=served.headers, json={})
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_a_page_of_another_site_reads_nothing(served: Served, stranger: httpx.Client) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"Cookie": served.cookie, "Sec-Fetch-Site": site}
        assert stranger.get("/api/menu", headers=headers).status_code == 403


def test_a_change_needs_the_pages_own_secret(served: Served) -> None:
    own = {"Origin": served.base}
    for headers in (own, {**own, "X-Lab": ""}, {**own, "X-Lab": served.token}):
        answer = served.client.post("/api/cancel", json={}, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "", "*/*"])
def test_only_json_is_json(served: Served, kind: str) -> None:
    headers = {**served.headers, "Content-Type": kind}
    answer = served.client.post("/api/cancel", content=b"{}", headers=headers)
    assert answer.status_code == 415


def test_nothing_changes_by_get(served: Served) -> None:
    for path in ("/api/run", "/api/cancel", "/api/open", "/api/upload", "/api/export"):
        assert served.client.get(path).status_code == 405


WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


@pytest.mark.parametrize("path", ["/", "/api/menu", "/nothing", "/api/run"])
@pytest.mark.parametrize("known", [True, False])
def test_every_answer_is_fenced(
    served: Served, stranger: httpx.Client, path: str, known: bool
) -> None:
    headers = (served.client if known else stranger).get(path).headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    assert {name: headers[name] for name in WANTED} == WANTED
    assert not [name for name in headers if name.startswith("access-control")]
    assert "server" not in headers


CLIMBING = (
    "/static/../serving.py",
    "/static/%2e%2e/serving.py",
    "/static/%2e%2e%2fserving.py",
    "/static/..%5cserving.py",
    "/static/..\\serving.py",
    "//static/index.html",
    "/static//etc/passwd",
    "/static/index.html%00.js",
    "/static/C:/windows/win.ini",
    "/\\\\host\\share",
    "/static/index.html/..",
    "/static/./../gate.py",
    "http://127.0.0.1:PORT/",
    "http://evil.example/",
    "*",
    "/static/index.html#x",
)


@pytest.mark.parametrize("path", CLIMBING)
def test_paths_are_names_in_a_table(served: Served, path: str) -> None:
    named = path.replace("PORT", str(served.port))
    own = f"Host: 127.0.0.1:{served.port}\r\nCookie: {served.cookie}\r\n"
    answer = served.raw(f"GET {named} HTTP/1.1\r\n{own}\r\n".encode("latin-1"))
    assert int(answer.split(b" ")[1]) == 400  # before any route is looked for
    assert b"import " not in answer


def test_large_headers_and_bodies_are_refused(served: Served) -> None:
    own = f"Host: 127.0.0.1:{served.port}\r\nCookie: {served.cookie}\r\n"
    large = f"GET / HTTP/1.1\r\n{own}X-Large: {'x' * (10 << 20)}\r\n\r\n".encode()
    assert served.status(large) in (0, 400, 431)
    head = f"POST /api/run HTTP/1.1\r\n{own}Origin: {served.base}\r\nX-Lab: {served.menu['token']}"
    kind = "Content-Type: application/json"
    announced = f"{head}\r\n{kind}\r\nContent-Length: 1073741824\r\n\r\n".encode()
    assert served.status(announced) == 413
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    endless = f"{head}\r\n{kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + chunk * 5
    assert served.status(endless, whole=False) == 413
    assert served.client.get("/api/menu").status_code == 200


def test_deep_and_broken_json_is_refused(served: Served) -> None:
    deep = b'{"state":' + b"[" * 50_000 + b"]" * 50_000 + b"}"
    for body in (deep, b"{", b"[]", b"1", b"\xff", b'{"state":{"rate":NaN}}', b'{"state":[]}'):
        answer = served.client.post(
            "/api/run", content=body, headers={**served.headers, "Content-Type": "application/json"}
        )
        assert answer.status_code == 422, body[:20]
        assert error_of(answer) == "lab_no_json"


def test_upgrades_are_no_way_round(served: Served) -> None:
    own = f"Host: 127.0.0.1:{served.port}\r\nOrigin: {served.base}\r\n"
    upgrade = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    assert served.status(f"GET / HTTP/1.1\r\n{own}{upgrade}{key}\r\n".encode()) == 403


def test_only_the_loopback_answers(served: Served) -> None:
    """Other addresses of this machine refuse the connection."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as seeking:
        try:
            seeking.connect(("192.0.2.1", 9))  # nothing is sent
        except OSError:
            pytest.skip("this machine has no address but the loopback's")
        own = seeking.getsockname()[0]
    if own.startswith("127."):
        pytest.skip("this machine has no address but the loopback's")
    with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
        socket.create_connection((own, served.port), 2.0)


def test_many_connections_do_not_stop_it(served: Served) -> None:
    held = []
    try:
        for _ in range(400):
            try:
                held.append(socket.create_connection(("127.0.0.1", served.port), 2.0))
            except OSError:
                break
    finally:
        for one in held:
            one.close()
    deadline = time.monotonic() + 10.0
    while time.monotonic() < deadline:
        try:
            if served.client.get("/api/menu").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("it does not answer any more")


@pytest.mark.parametrize("count", [2_000, pytest.param(10_000, marks=pytest.mark.long)])
def test_a_flood_of_connections_does_not_stop_it(count: int) -> None:
    """A page that is open goes on being answered; the server holds few of them and all end."""
    resource = pytest.importorskip("resource")
    lab = Served()
    # as a browser does, it keeps its connection
    kept = httpx.Limits(keepalive_expiry=25.0)
    page = httpx.Client(base_url=lab.base, cookies=lab.client.cookies, limits=kept)
    assert page.get("/api/menu").status_code == 200
    held: deque[socket.socket] = deque()
    room = min(count // 2, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 200)
    most, answered = 0, 0
    try:
        for number in range(count):
            with suppress(OSError):
                held.append(socket.create_connection(("127.0.0.1", lab.port), 2.0))
            if len(held) > room:
                held.popleft().close()
            if (number + 1) % (count // 10) == 0:
                answered += lab.client.get("/api/menu").status_code == 200
                most = max(most, open_files(lab.process.pid))
        assert answered == 10
        assert 0 <= most <= 1_000  # the usual limit of a process is 1,024
        for one in held:
            one.close()
        fresh = httpx.Client(base_url=lab.base, cookies=lab.client.cookies)
        deadline = time.monotonic() + 10.0
        while not responds(fresh):
            assert time.monotonic() < deadline, "a new page is not answered any more"
            time.sleep(0.05)
        fresh.close()
        page.close()
    finally:
        for one in held:
            one.close()
        assert lab.stop() == 143
    assert "Traceback" not in "".join(lab.printed)


def open_files(process: int) -> int:
    """Return how many files a process has open, 0 where the system does not say."""
    place = Path(f"/proc/{process}/fd")
    return len(list(place.iterdir())) if place.is_dir() else 0


def responds(client: httpx.Client) -> bool:
    with suppress(httpx.TransportError):
        return client.get("/api/menu").status_code == 200
    return False


def test_refusals_tell_no_secrets(served: Served, stranger: httpx.Client) -> None:
    told = stranger.get("/api/menu").text + json.dumps(dict(stranger.get("/x").headers))
    for secret in (served.token, served.menu["token"], "steepest/lab", "Traceback", "starlette"):
        assert secret not in told
    assert not re.search("python|uvicorn", told.lower())
    for place in (str(Path(steepest.__file__).parent), sys.prefix, sys.base_prefix):
        assert place not in told
