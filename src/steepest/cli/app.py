"""The application that every command joins, and how its options' texts are read."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Annotated, Any

import typer

from steepest.cli.help_page import Commands

app = typer.Typer(
    cls=Commands,
    name="steepest",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    help="Gradient descent that tells the truth.\n\nFit a linear model to a table, see how the "
    "training went, and trust every number in it.",
)


@app.callback(invoke_without_command=True)
def _about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from steepest import __version__

        typer.echo(f"steepest {__version__}")
        raise typer.Exit


def asked_language(arguments: Sequence[str]) -> str:
    """Return the language that the arguments ask for, English if it is none of the catalogue's.

    Read from the bare arguments, since errors are told before any option is parsed.
    """
    from steepest.words.catalogue import LANGUAGES

    asked = [value for name, value in pairwise(arguments) if name == "--lang"]
    asked += [one.partition("=")[2] for one in arguments if one.startswith("--lang=")]
    return next((one for one in reversed(asked) if one in LANGUAGES), "en")


def print_json(value: Mapping[str, Any]) -> None:
    """Print one strict JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def check_language(language: str) -> None:
    """Refuse a language that the catalogue does not have."""
    from steepest import LANGUAGES, InputError

    if language not in LANGUAGES:
        raise InputError("unknown_language", language=language, known=list(LANGUAGES))


def names(text: str, option: str) -> tuple[str, ...]:
    """Split a list of names at commas; a name that holds a comma is quoted as in CSV."""
    try:
        row = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error:
        from steepest import InputError

        raise InputError("no_list_of_names", option=option, text=text) from None
    return tuple(name.strip() for name in row if name.strip())


def numbers(text: str, option: str) -> tuple[float, ...]:
    """Return the numbers of a list."""
    return tuple(number(one, option) for one in text.split(","))


def number(text: str, option: str) -> float:
    """Return the number that a text is."""
    try:
        return float(text)
    except ValueError:
        from steepest import InputError

        raise InputError("no_number", option=option, text=text) from None


def sizes(text: str, option: str) -> tuple[int, ...]:
    """Return the whole numbers of a list."""
    try:
        return tuple(int(one) for one in text.split(","))
    except ValueError:
        from steepest import InputError

        raise InputError("no_sizes", option=option, text=text) from None


def rates(text: str) -> tuple[float | str, ...]:
    """Return learning rates: numbers, ``auto`` or ``backtracking``."""
    words = ("auto", "backtracking")
    return tuple(
        one.strip() if one.strip() in words else number(one, "--learning-rate")
        for one in text.split(",")
    )


def start_point(text: str) -> str | tuple[float, ...]:
    """Return the start: a word, or numbers in the table's units."""
    return text if text in ("zero", "random") else numbers(text, "--start")


def ranges_of(texts: Sequence[str]) -> tuple[tuple[str, float, float], ...]:
    """Return the ranges of repeated options, each a list separated by commas.

    A name that holds a comma is quoted as in CSV: ``"a,b"=0:1``.
    """
    found = [next(csv.reader([text], skipinitialspace=True), []) or [text] for text in texts]
    return tuple(_one_range(one.strip()) for row in found for one in row)


def _one_range(text: str) -> tuple[str, float, float]:
    """Return name, low and high of NAME=LOW:HIGH."""
    name, equals, bounds = text.rpartition("=")
    low, colon, high = bounds.partition(":")
    if not (name and equals and colon):
        from steepest import InputError

        raise InputError("no_range", text=text)
    return name, number(low, "--range"), number(high, "--range")
