"""The entry point: every error becomes one line, or JSON, and an exit code."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Mapping
from types import FrameType
from typing import NoReturn

import typer

from steepest.cli import functions, picturing, seeing, serving, training
from steepest.cli.app import app, asked_language, print_json
from steepest.cli.help_page import GroupedCommand

COMMANDS = (
    *(training.fit, training.resume, training.plan, seeing.forecast),
    *(training.predict, training.show, picturing.plot, picturing.report),
    functions.minimize,
    serving.lab,
)
for _command in COMMANDS:
    formula = _command is functions.minimize
    app.command(cls=functions.FormulaCommand if formula else GroupedCommand)(_command)


def main() -> NoReturn:
    """Run the command line; every error becomes one line, or JSON, and an exit code."""
    before = signal.getsignal(signal.SIGINT)
    try:
        _run()
    finally:
        signal.signal(signal.SIGINT, before)


def _run() -> NoReturn:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGTERM, _stop)
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # not where it is ignored
        signal.signal(signal.SIGINT, _stop)  # Typer would end a KeyboardInterrupt without a word
    try:
        code = app(standalone_mode=False)
    except StoppedError as stopped:
        name = signal.Signals(stopped.number).name
        _leave(_failed("interrupted", {"signal": name}, code=128 + stopped.number))
    except (KeyboardInterrupt, typer.Abort):
        _leave(_interrupted())
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _leave(0)
    except SystemExit as end:
        if end.code == 130:  # typer turns Ctrl-C into this
            _leave(_interrupted())
        # rich leaves with 1 when its reader has gone; that is no error of ours
        _leave(0 if isinstance(end.__context__, BrokenPipeError) else end.code)
    except Exception as error:
        _leave(_reported(error))
    _leave(code if isinstance(code, int) else 0)


def _interrupted() -> int:
    return _failed("interrupted", {"signal": "SIGINT"}, code=130)


class StoppedError(BaseException):
    """A signal came while no run was there to be ended by it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    raise StoppedError(number)


def _reported(error: Exception) -> int:
    """Return the exit code of an error, after saying what it is; what is a bug is raised."""
    from typer.exceptions import TyperException

    from steepest.words.catalogue import phrase
    from steepest.words.errors import FileError, SteepestError, reason_of

    if isinstance(error, SteepestError):
        return _failed(error.name, error.facts, code=1 if isinstance(error, FileError) else 2)
    if isinstance(error, TyperException):
        if len(sys.argv) == 1:  # the help has been printed
            return 2
        return _failed("usage", _usage(error), code=2)
    if isinstance(error, OSError):
        reason = reason_of(error)
        if error.filename is not None:
            reason = phrase("reason_at", reason=reason, file=os.fsdecode(error.filename))
        return _failed("input_output", {"reason": reason}, code=1)
    if isinstance(error, MemoryError):
        return _failed("memory", {}, code=1)
    raise error


def _usage(error: Exception) -> dict[str, object]:
    """Return the facts of a command line that typer could not read."""
    from steepest.cli.usage import usage

    known = [one.__name__ for one in COMMANDS]
    command = f" {sys.argv[1]}" if sys.argv[1] in known else ""
    text = getattr(error, "format_message", error.__str__)()
    return {"text": usage(str(text)), "command": command}


def _failed(name: str, facts: Mapping[str, object], *, code: int) -> int:
    """Say what is wrong, in the language and the form the arguments ask for."""
    from steepest.cli.terminal import error_lines
    from steepest.words.catalogue import error_text, joined

    language = asked_language(sys.argv[1:])
    message, remedy = error_text(name, facts, language)
    with contextlib.suppress(OSError):  # standard output may be what failed
        if "--json" in sys.argv[1:]:
            print_json({"error": {"name": name, "message": message, "remedy": remedy}})
    with contextlib.suppress(OSError):
        text = f"steepest: {joined([message, remedy], language)}"
        typer.echo(error_lines(text), err=True)
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
