"""The gate before every route: what does not prove itself is refused, whatever its path.

Decided on the raw path, before routing, in this order: the host it was sent to, the form of the
path, where it came from, the token. A page proves itself by a cookie that only this process gave
out, in exchange for the token in the address that was printed; a change by a second secret that
only a page of ours can read. The token holds as long as the process; a browser that we open gets
one that works once, since other users of the machine can read its command line.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from steepest import LANGUAGES
from steepest.words.catalogue import error_text, joined

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

READS, CHANGES = ("GET", "HEAD"), ("POST",)
UPLOAD = "/api/upload"
BODY_BYTES, UPLOAD_BYTES = 256 << 10, 100 << 20
# A body of a page on the same machine takes milliseconds; one that trickles in is cut off.
BODY_SECONDS, UPLOAD_SECONDS = 10.0, 120.0
TICKET_SECONDS = 60.0
_PATH = re.compile(r"/[A-Za-z0-9._/-]*")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}
# A page on which the browser itself goes on to the address without the token: after a click in
# another site's page a redirect would not bring the cookie along.
_ONWARD = b'<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">'


@dataclass(frozen=True)
class Pass:
    """The secrets of one process, and where it listens.

    Attributes
    ----------
    hosts : collection of str
        What the Host header may say, with the port.
    port : int
        Part of the cookie's name: cookies do not know ports.
    token, cookie, change : str
        In the printed address; in the browser; in the page, for requests that change something.
    tickets : dict
        Tokens that open the page once, and until when.
    """

    hosts: Collection[str]
    port: int
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    change: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    tickets: dict[str, float] = field(default_factory=dict, repr=False)

    def ticket(self) -> str:
        """Return a token that opens the page once, soon."""
        made = secrets.token_urlsafe(32)
        self.tickets[made] = time.monotonic() + TICKET_SECONDS
        return made

    def opens(self, token: str) -> bool:
        """Return whether a token opens the page; a ticket is used up by it."""
        for ticket in list(self.tickets):
            if same(token, ticket):
                return self.tickets.pop(ticket) > time.monotonic()
        return same(token, self.token)

    @property
    def cookie_name(self) -> str:
        """Without the prefix ``__Host-``, which browsers keep for https."""
        return f"steepest-lab-{self.port}"


class RefusalError(Exception):
    """A request that goes no further."""

    def __init__(self, status: int, name: str) -> None:
        super().__init__(name)
        self.status, self.name = status, name


def same(given: str, secret: str) -> bool:
    """Return whether two secrets are the same, in a time that does not tell how alike they are."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), secret.encode())


class Gate:
    """An ASGI application before another one; see the module's docstring."""

    def __init__(self, app: App, entry: Pass) -> None:
        self._app = app
        self._entry = entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on what has proved itself."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        guarded = _with_headers(send)
        try:
            if scope["type"] != "http":
                raise RefusalError(403, "lab_not_allowed")
            if await self._welcomed(scope, guarded):
                return
            self._check(scope)
            limited = _limited(scope, receive)
            await self._app(scope, limited, guarded)
        except RefusalError as refusal:
            if scope["type"] == "http":
                await _refuse(scope, guarded, refusal)

    async def _welcomed(self, scope: Scope, send: Send) -> bool:
        """Exchange the token of the printed address for the cookie."""
        self._check_host(scope)
        _check_path(scope)
        query = scope.get("query_string", b"")
        if scope["raw_path"] != b"/" or not query or scope["method"] != "GET":
            return False
        tokens = [v for k, v in parse_qsl(query.decode("latin-1")) if k == "token"]
        if len(tokens) != 1 or not self._entry.opens(tokens[0]):
            raise RefusalError(403, "lab_no_token")
        entry = self._entry
        cookie = f"{entry.cookie_name}={entry.cookie}; HttpOnly; SameSite=Strict; Path=/"
        headers = {"set-cookie": cookie, "content-type": "text/html; charset=utf-8"}
        direct = _one(scope, b"sec-fetch-site") in ("", "none", "same-origin")
        if direct:
            await answer(send, 303, b"", {**headers, "location": "/"})
        else:
            await answer(send, 200, _ONWARD, headers)
        return True

    def _check(self, scope: Scope) -> None:
        method = scope["method"]
        site = _one(scope, b"sec-fetch-site")
        if method not in READS:
            self._check_origin(scope, site)
        elif site not in ("", "none", "same-origin"):
            raise RefusalError(403, "lab_other_origin")
        if not same(_cookie(scope, self._entry.cookie_name), self._entry.cookie):
            raise RefusalError(403, "lab_no_token")
        if method not in (*READS, *CHANGES):
            raise RefusalError(405, "lab_not_allowed")
        if method in CHANGES:
            self._check_change(scope)

    def _check_host(self, scope: Scope) -> None:
        hosts = _all(scope, b"host")
        if len(hosts) != 1:
            raise RefusalError(400, "lab_wrong_host")
        if hosts[0] not in self._entry.hosts:
            raise RefusalError(421, "lab_wrong_host")

    def _check_origin(self, scope: Scope, site: str) -> None:
        """Demand the same origin, judged by our own list and never by the Host header."""
        origins = _all(scope, b"origin")
        own = len(origins) == 1 and origins[0] in {f"http://{h}" for h in self._entry.hosts}
        if origins and not own:
            raise RefusalError(403, "lab_other_origin")
        if site not in ("", "same-origin") or not (own or site == "same-origin"):
            raise RefusalError(403, "lab_other_origin")

    def _check_change(self, scope: Scope) -> None:
        if not same(_one(scope, b"x-lab"), self._entry.change):
            raise RefusalError(403, "lab_no_token")
        upload = scope["raw_path"] == UPLOAD.encode()
        kind = _one(scope, b"content-type").partition(";")[0].strip().lower()
        if kind != ("application/octet-stream" if upload else "application/json"):
            raise RefusalError(415, "lab_wrong_type")
        length = _one(scope, b"content-length")
        if length and not (length.isdecimal() and len(length) < 16):
            raise RefusalError(400, "lab_no_json")
        if length and int(length) > _most(scope):
            raise RefusalError(413, "lab_too_large")


def _all(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _one(scope: Scope, name: bytes) -> str:
    values = _all(scope, name)
    return values[0] if len(values) == 1 else ", ".join(values)


def _cookie(scope: Scope, name: str) -> str:
    """Return a cookie's value, empty if it is not there exactly once."""
    pairs = [part.strip().partition("=") for part in _one(scope, b"cookie").split(";")]
    found = [value for key, _, value in pairs if key == name]
    return found[0] if len(found) == 1 else ""


def _check_path(scope: Scope) -> None:
    """Refuse what no path of ours is made of: escapes, dots that climb, double slashes."""
    path = scope.get("raw_path", b"").decode("latin-1")
    if not _PATH.fullmatch(path) or ".." in path or "//" in path:
        raise RefusalError(400, "lab_no_path")


def _most(scope: Scope) -> int:
    return UPLOAD_BYTES if scope["raw_path"] == UPLOAD.encode() else BODY_BYTES


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Return a ``receive`` that ends bodies which are too large or too slow."""
    upload = scope["raw_path"] == UPLOAD.encode()
    until = asyncio.get_running_loop().time() + (UPLOAD_SECONDS if upload else BODY_SECONDS)
    size, done = 0, False

    async def limited() -> Message:
        nonlocal size, done
        if done:  # now it waits for the connection's end, however long the answer takes
            return await receive()
        left = until - asyncio.get_running_loop().time()
        try:
            message = await asyncio.wait_for(receive(), max(left, 0.0))
        except TimeoutError:
            raise RefusalError(408, "lab_too_slow") from None
        size += len(message.get("body", b""))
        done = not message.get("more_body", False)
        if size > _most(scope):
            raise RefusalError(413, "lab_too_large")
        return message

    return limited


def _with_headers(send: Send) -> Send:
    extra = [(key.encode(), value.encode()) for key, value in HEADERS.items()]

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            own = {key for key, _ in extra}
            headers = [(k, v) for k, v in message.get("headers", []) if k.lower() not in own]
            message["headers"] = [*headers, *extra]
        await send(message)

    return guarded


async def _refuse(scope: Scope, send: Send, refusal: RefusalError) -> None:
    """Say why not: to a person at the front door in words, to a page as JSON."""
    texts = {language: error_text(refusal.name, {}, language) for language in LANGUAGES}
    if scope.get("raw_path") == b"/" and scope["method"] == "GET":
        lines = [joined(text, language) for language, text in texts.items()]
        plain = {"content-type": "text/plain; charset=utf-8"}
        await answer(send, refusal.status, "\n\n".join(lines).encode(), plain)
        return
    message, remedy = texts["en"]
    told = {"error": {"name": refusal.name, "message": message, "remedy": remedy}}
    await answer(send, refusal.status, json.dumps(told, ensure_ascii=False).encode())


async def answer(
    send: Send, status: int, body: bytes, headers: dict[str, str] | None = None
) -> None:
    """Send one whole answer; a connection whose request was not read to its end is closed."""
    told = {"content-type": "application/json", "content-length": str(len(body)), **(headers or {})}
    if status >= 400:
        told["connection"] = "close"
    pairs = [(key.encode(), value.encode("latin-1")) for key, value in told.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
