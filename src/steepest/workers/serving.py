"""What a local worker runs: tasks from its standard input, results to its standard output."""

from __future__ import annotations

import os
import signal
import struct
import sys
import traceback
from typing import IO, Any

from steepest.words.errors import FileError, InputError, SteepestError
from steepest.workers.contract import called, own_versions
from steepest.workers.messages import decoded, encoded

_LENGTH = struct.Struct("<Q")


def write_message(stream: IO[bytes], value: Any) -> None:
    """Write plain values, their length first."""
    message = encoded(value)
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def read_message(stream: IO[bytes]) -> Any:
    """Return the next values; None where the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    message = stream.read(length)
    return decoded(message) if len(message) == length else None


def serve() -> None:
    """Answer tasks until the driver closes the pipe, or dies."""
    incoming, outgoing = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends the driver, and so the pipe
    try:
        write_message(outgoing, {"versions": own_versions()})
        known: dict[str, Any] = {}  # function and parameters of the round
        while (asked := read_message(incoming)) is not None:
            known |= asked
            write_message(outgoing, _answer(known))
    except BrokenPipeError:  # the driver has died: there is nobody to tell
        os._exit(0)


def _answer(asked: Any) -> dict[str, Any]:
    about = {"round": asked["round"], "number": asked["number"]}
    try:
        result = called(asked["function"], asked["number"], asked["parameters"].tobytes())
    except SteepestError as error:
        return {**about, "error": told(error)}
    except Exception:
        return {**about, "failed": traceback.format_exc()}
    return {**about, "result": array_of(result)}


def array_of(data: bytes) -> Any:
    """Return bytes as the array that a message carries."""
    import numpy as np

    return np.frombuffer(data, np.uint8)


def told(error: SteepestError) -> dict[str, Any]:
    """Return an error of the catalogue as plain values."""
    kind = "file" if isinstance(error, FileError) else "input"
    return {"kind": kind, "name": error.name, "facts": dict(error.facts)}


def error_of(said: dict[str, Any]) -> SteepestError:
    """Return the error that :func:`told` has told."""
    kind = FileError if said["kind"] == "file" else InputError
    return kind(said["name"], **said["facts"])
