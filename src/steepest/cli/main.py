"""The entry point: every error becomes one line, or JSON, and an exit code."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from steepest.cli import picturing, seeing, training
from steepest.cli.app import app, print_json

COMMANDS = (
    training.fit,
    training.plan,
    seeing.forecast,
    training.predict,
    training.show,
    picturing.plot,
    picturing.report,
)
for _command in COMMANDS:
    app.command()(_command)


def main() -> NoReturn:
    """Run the command line; every error becomes one line, or JSON, and an exit code."""
    as_json = "--json" in sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _terminate)
    try:
        code = app(standalone_mode=False)
    except Terminated:
        facts = ("interrupted", "Terminated before training began.", "Nothing was written.")
        _leave(_failed(*facts, as_json=as_json, code=143))
    except (KeyboardInterrupt, typer.Abort):
        _leave(_interrupted(as_json=as_json))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)
    except SystemExit as end:
        if end.code == 130:  # typer turns Ctrl-C into this
            _leave(_interrupted(as_json=as_json))
        # rich leaves with 1 when its reader has gone; that is no error of ours
        _leave(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except Exception as error:
        _leave(_reported(error, as_json=as_json))
    _leave(code if isinstance(code, int) else 0)


def _interrupted(*, as_json: bool) -> int:
    facts = ("interrupted", "Interrupted before training began.", "Nothing was written.")
    return _failed(*facts, as_json=as_json, code=130)


class Terminated(BaseException):
    """SIGTERM came while no run was there to be ended by it."""


def _terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated


def _reported(error: Exception, *, as_json: bool) -> int:
    """Return the exit code of an error, after saying what it is; what is a bug is raised."""
    from typer.exceptions import TyperException

    from steepest.words.errors import FileError, SteepestError

    if isinstance(error, SteepestError):
        facts = (error.name, error.message, error.remedy)
        code = 1 if isinstance(error, FileError) else 2
        return _failed(*facts, as_json=as_json, code=code)
    if isinstance(error, TyperException):
        if len(sys.argv) == 1:  # the help has been printed
            return 2
        known = [one.__name__ for one in COMMANDS]
        command = f" {sys.argv[1]}" if sys.argv[1] in known else ""
        text = _usage(error).rstrip(".") + "."
        remedy = f"See `steepest{command} --help`."
        return _failed("usage", text, remedy, as_json=as_json, code=2)
    if isinstance(error, OSError):
        remedy = "Check the place and its free space."
        return _failed("input_output", str(error), remedy, as_json=as_json, code=1)
    if isinstance(error, MemoryError):
        text = "There is not enough memory."
        return _failed("memory", text, "Use fewer rows or columns.", as_json=as_json, code=1)
    raise error


def _usage(error: Exception) -> str:
    text = getattr(error, "format_message", error.__str__)()
    return str(text)


def _failed(name: str, message: str, remedy: str, *, as_json: bool, code: int) -> int:
    with contextlib.suppress(OSError):  # standard output may be what failed
        if as_json:
            print_json({"error": {"name": name, "message": message, "remedy": remedy}})
    with contextlib.suppress(OSError):
        typer.echo(f"steepest: {message} {remedy}".rstrip(), err=True)
    return code


def _leave(code: int | str | None) -> NoReturn:
    """End the process; what standard output still holds is written, or dropped if it cannot be."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = code or 1
    sys.exit(code)
