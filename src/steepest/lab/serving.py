"""The door of the page: sockets of our own, one address with its token, a browser, an end."""

from __future__ import annotations

import errno
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from steepest import LANGUAGES, FileError, InputError
from steepest.fitting.options import names_of
from steepest.lab.application import Lab
from steepest.lab.gate import Gate, Pass
from steepest.lab.states import State
from steepest.lab.tables import Tables
from steepest.words.catalogue import sentence
from steepest.words.errors import reason_of

LOOPBACK = ("127.0.0.1", "localhost", "::1")
# In none of the usual lists of ports.
PORT = 8737
_TRIES = 20
_HEADER_BYTES, _HEADER_SECONDS = 32 << 10, 10.0
# A browser holds six for every page.
_CONNECTIONS = 200
# Connections that are taken up at once before any is looked at: they hold files for that long.
_WAITING = 256
Say = Callable[[str], None]


class Door(H11Protocol):
    """Cuts off who is slow to say what he wants, and the many."""

    def connection_made(self, transport: Any) -> None:
        """Start the clock of the first request."""
        super().connection_made(transport)
        self._clock = self.loop.call_later(_HEADER_SECONDS, transport.abort)
        if len(self.connections) > _CONNECTIONS:
            transport.abort()

    def data_received(self, data: bytes) -> None:
        """Read; from the first byte of a header on the clock runs until its last."""
        answered = self.cycle
        idle = answered is None or answered.response_complete
        super().data_received(data)
        if self.cycle is not answered:
            self._clock.cancel()
        elif idle and answered is not None and self._clock.cancelled():
            self._clock = self.loop.call_later(_HEADER_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._clock.cancel()
        super().connection_lost(exc)


class Closing(uvicorn.Server):
    """Ends with the first signal and says which, instead of raising it once more."""

    ended_by: str | None = None
    call_off: Callable[[], None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop serving at Ctrl-C and SIGTERM; outside the main thread Python brings none."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self.handle_exit) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Remember the signal, call off all work and stop."""
        self.ended_by = signal.Signals(sig).name
        if self.call_off is not None:
            self.call_off()
        super().handle_exit(sig, frame)


def open_lab(
    data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    *,
    target: str | Sequence[str] = (),
    features: Sequence[str] = (),
    missing: str = "error",
    host: str = "127.0.0.1",
    port: int = PORT,
    browser: bool = True,
    language: str = "en",
    root: str | os.PathLike[str] | None = None,
    say: Say = print,
) -> str | None:
    """Serve the page on which one takes hold of gradient descent, until Ctrl-C.

    Parameters
    ----------
    data : str, path or sequence of them, optional
        What the page shows first, as for ``fit``: a table of the notes (``example:...``), files;
        the salary table else.
    target, features : str or sequence of str
        Columns to predict, and to predict from.
    missing : {"error", "drop", "mean"}
        What to do with missing values.
    host : str
        Where to listen. Another address than the loopback's is reached by the whole network.
    port : int
        The next free one is taken if it is in use.
    browser : bool
        Whether to open the browser.
    language : str
        A key of ``LANGUAGES``.
    root : path, optional
        A folder below which the page may choose files; none else.
    say : function
        Called with every line for the person who started it.

    Returns
    -------
    str or None
        Name of the signal that ended it.

    Raises
    ------
    InputError
        If data or an option cannot be used.
    FileError
        If data cannot be read, or no port can be listened at.

    Examples
    --------
    >>> open_lab(port=70_000)
    Traceback (most recent call last):
    steepest.words.errors.InputError: 70000 is no port. Choose one of 0 to 65535 with --port.
    """
    if language not in LANGUAGES:
        raise InputError("unknown_language", language=language, known=list(LANGUAGES))
    if not 0 <= port <= 65_535:
        raise InputError("lab_bad_port", port=port)
    tables = Tables(_root(root))
    first = replace(_first(tables, data, target, features), missing=missing, lang=language)
    sockets = listening(host, port)
    bound = int(sockets[0].getsockname()[1])
    entry = Pass(hosts=hosts_of(host, bound), port=bound)
    lab = Lab(tables, first, entry.change)
    address = address_of(host, bound)
    if host not in LOOPBACK:
        say(sentence("lab_open_to_all", {"host": host}, language))
    if bound != port and port:
        say(sentence("lab_other_port", {"port": port, "other": bound}, language))
    say(sentence("lab_address", {}, language))
    say(f"{address}/?token={entry.token}")
    say(sentence("lab_leave", {}, language))
    if browser and _has_screen():
        opened = (f"{address}/?token={entry.ticket()}",)
        threading.Thread(target=webbrowser.open, args=opened, daemon=True).start()
    threading.Thread(target=lab.warm, daemon=True).start()
    server = _server(Gate(lab.application(), entry))
    server.call_off = lab.close
    try:
        server.run(sockets)
    finally:
        lab.close()
    return server.ended_by


def _has_screen() -> bool:
    """Return whether a browser can show itself; one in the terminal would take our place."""
    told = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    return sys.platform in ("win32", "darwin") or any(os.environ.get(name) for name in told)


def _root(root: str | os.PathLike[str] | None) -> Path | None:
    if root is None:
        return None
    if not Path(root).is_dir():
        raise InputError("lab_no_folder", folder=os.fspath(root))
    return Path(root)


def _first(
    tables: Tables,
    data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None,
    target: str | Sequence[str],
    features: Sequence[str],
) -> State:
    """Return the state that a page begins with."""
    targets = (target,) if isinstance(target, str) else tuple(target)
    chosen = State(target=targets, features=tuple(features))
    if data is None:
        # Its one feature as it stands: standardized the bowl is round and one step is all there is.
        return replace(chosen, standardize=False, epochs=1000)
    paths = names_of(data)
    if len(paths) == 1 and paths[0].startswith("example:"):
        return replace(chosen, data=tables[paths[0].removeprefix("example:")].name)
    return replace(chosen, data=tables.add(paths, targets, features).name)


def _server(app: Any) -> Closing:
    config = uvicorn.Config(
        app,
        http=Door,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        # the door refuses what is new, long before open pages would be told to wait
        limit_concurrency=5 * _CONNECTIONS,
        backlog=_WAITING,
        h11_max_incomplete_event_size=_HEADER_BYTES,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=2,
    )
    return Closing(config)


def listening(host: str, port: int) -> list[socket.socket]:
    """Return listening sockets of our own, at the first free port from ``port`` on.

    On the loopback both families listen at one port, so that no other program can take the place
    that a browser may try first.
    """
    tried = [*range(port, min(port + _TRIES, 65_536)), 0] if port else [0] * _TRIES
    failed: OSError | None = None
    for number in tried:
        try:
            return _bound(host, number)
        except OSError as error:
            failed = error
            if error.errno != errno.EADDRINUSE:
                break
    assert failed is not None
    raise FileError("lab_cannot_listen", host=host, port=port, reason=reason_of(failed))


def _bound(host: str, port: int) -> list[socket.socket]:
    if host not in LOOPBACK:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return [_socket(family, host, port)]
    first = _socket(socket.AF_INET, "127.0.0.1", port)
    try:
        return [first, _socket(socket.AF_INET6, "::1", first.getsockname()[1])]
    except OSError as error:
        if error.errno in (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL):
            return [first]
        first.close()
        raise


def _socket(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    # TCP named outright: only then asyncio sets TCP_NODELAY, without which the end of every answer
    # waits 40 ms for the reader's acknowledgement
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        # On Windows SO_REUSEADDR would let another program listen at the same port.
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)
        made.setsockopt(socket.SOL_SOCKET, exclusive or socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind((host, port))
        made.listen(_CONNECTIONS)
    except OSError:
        made.close()
        raise
    return made


def hosts_of(host: str, port: int) -> frozenset[str]:
    """Return what the Host header of a browser at this address may say."""
    names = {"127.0.0.1", "localhost", "[::1]"}
    if host not in LOOPBACK:
        names.add(f"[{host}]" if ":" in host else host)
    if host in ("0.0.0.0", "::"):
        names |= {socket.gethostname(), *_own_addresses()}
    return frozenset(f"{name}:{port}" for name in names)


def _own_addresses() -> set[str]:
    """Return the addresses that this machine's name stands for."""
    try:
        found = socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_STREAM)
    except OSError:
        return set()
    addresses = {str(one[4][0]).partition("%")[0] for one in found}
    return {f"[{one}]" if ":" in one else one for one in addresses}


def address_of(host: str, port: int) -> str:
    """Return the address to open in a browser on this machine."""
    shown = "127.0.0.1" if host in (*LOOPBACK, "0.0.0.0", "::") else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
