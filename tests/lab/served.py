"""The lab as a process of its own, and requests to it: by httpx, or byte by byte."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import numpy as np

import steepest
from steepest.lab.wire import unpacked

SOURCES = Path(steepest.__file__).parents[1]


class Served:
    """``steepest lab`` without a browser, at any free port unless told."""

    def __init__(self, *arguments: str, cwd: Path | None = None, port: int = 0) -> None:
        command = [sys.executable, "-m", "steepest", "lab", "--no-browser", f"--port={port}"]
        environment = {**os.environ, "PYTHONPATH": str(SOURCES)}
        self.process = subprocess.Popen(
            [*command, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=cwd,
            env=environment,
        )
        self.printed: list[str] = []
        self.address = self._address()
        self.base = self.address.partition("/?")[0]
        self.port = urlsplit(self.base).port or 0
        self.token = self.address.partition("token=")[2]
        self.client = httpx.Client(base_url=self.base, timeout=60.0)
        self.sequence = 0
        answer = self.client.get(self.address)
        assert answer.status_code == 303, answer.text
        self.menu: dict[str, Any] = self.client.get("/api/menu").json()
        self.headers = {"X-Lab": self.menu["token"], "Origin": self.base}

    def _address(self) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed.append(line)
            if line.startswith("http://"):
                return line.strip()
        assert self.process.stderr is not None
        raise AssertionError(self.process.stderr.read())

    def post(self, path: str, body: Mapping[str, Any], **headers: str) -> httpx.Response:
        """Send JSON as a page does, numbered."""
        self.sequence += 1
        body = {"sequence": self.sequence, **body}
        return self.client.post(path, json=body, headers={**self.headers, **headers})

    def run(
        self, state: Mapping[str, Any], views: Sequence[str] = (), **more: Any
    ) -> tuple[dict[str, Any], bytes]:
        """Return header and data of a run."""
        answer = self.post("/api/run", {"state": state, "views": list(views), **more})
        assert answer.status_code == 200, answer.text
        return unpacked(answer.content)

    def raw(self, request: bytes, *, whole: bool = True) -> bytes:
        """Return what comes back for these very bytes; more may follow if they are not whole."""
        with socket.create_connection(("127.0.0.1", self.port), 5.0) as connection:
            connection.sendall(request)
            if whole:
                connection.shutdown(socket.SHUT_WR)
            parts = []
            while part := connection.recv(65_536):
                parts.append(part)
        return b"".join(parts)

    def status(self, request: bytes, *, whole: bool = True) -> int:
        """Return the status for these very bytes; 0 if the connection is just closed."""
        try:
            answer = self.raw(request, whole=whole)
        except OSError:
            return 0
        return int(answer.split(b" ")[1]) if answer else 0

    @property
    def cookie(self) -> str:
        """The header of a page that has shown the token."""
        return "; ".join(f"{one.name}={one.value}" for one in self.client.cookies.jar)

    def stop(self) -> int:
        """End it as Ctrl-C does not: by SIGTERM. Return its exit code."""
        self.client.close()
        self.process.terminate()
        try:
            out, err = self.process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        self.printed += [out, err]
        return self.process.returncode


def array(told: Mapping[str, Any], data: bytes) -> np.ndarray:
    """Return an array of an answer."""
    offset, shape = told["$array"]
    count = int(np.prod(shape))
    return np.frombuffer(data, "<f8", count, offset).reshape(shape)


def error_of(answer: httpx.Response) -> str:
    """Return the name of the error that was answered."""
    return str(json.loads(answer.content)["error"]["name"])
