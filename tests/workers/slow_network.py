"""A network that is slow, falls silent or breaks: a forwarding process between two others."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import Event, Thread


class Network:
    """Forwards connections to a port of this machine, through a port of its own.

    ``delay``: seconds for which each piece is held back; ``breaks_after``: bytes after which every
    connection is cut, for good; ``silent``: forwards nothing more and closes nothing.
    """

    def __init__(self, port: int, *, delay: float = 0.0, breaks_after: int | None = None) -> None:
        self._target, self._delay, self._left = port, delay, breaks_after
        self.silent, self._ended = Event(), Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.address = f"tcp://127.0.0.1:{self._listening.getsockname()[1]}"
        self.forwarded = 0
        Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> Network:
        return self

    def __exit__(self, *error: object) -> None:
        self.cut()

    def cut(self) -> None:
        """Cut every connection, and take no others."""
        self._ended.set()
        for one in (self._listening, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._ended.is_set():
                near, _ = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._open += [near, far]
                for pair in ((near, far), (far, near)):
                    Thread(target=self._forward, args=pair, daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(1 << 16):
                time.sleep(self._delay)
                while self.silent.is_set() and not self._ended.is_set():
                    time.sleep(0.05)
                self.forwarded += len(piece)
                if self._left is not None and self.forwarded > self._left:
                    self.cut()
                    return
                sink.sendall(piece)
        for one in (source, sink):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
