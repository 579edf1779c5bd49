"""The command that serves the page: lab."""

from __future__ import annotations

from typing import Annotated

import typer

from steepest.cli.app import check_language, names
from steepest.cli.options import OUTPUT, ROWS, WHAT, Features, Language, option
from steepest.cli.training import SIGNAL_CODES

SERVER = "The server"


def lab(
    data: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[DATA...]",
            help="What the page shows first: files, a folder, a quoted pattern or one of the "
            "lecture notes' tables; example:salary by default.",
            show_default=False,
        ),
    ] = None,
    target: Annotated[str | None, option(WHAT, "Columns to predict.", metavar="NAMES")] = None,
    features: Features = None,
    missing: Annotated[
        str, option(ROWS, "Rows with missing values.", metavar="error|drop|mean")
    ] = "error",
    host: Annotated[
        str,
        option(
            SERVER, "Where to listen; other addresses open it to the network.", metavar="ADDRESS"
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int, option(SERVER, "The next free one if it is in use; 0: any.", metavar="N")
    ] = 8737,
    browser: Annotated[bool, option(SERVER, "Open the browser.")] = True,
    root: Annotated[
        str | None,
        option(SERVER, "Folder below which the page may choose files.", metavar="DIR"),
    ] = None,
    lang: Language = "en",
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    quiet: Annotated[bool, option(OUTPUT, "Print the address alone.", name="--quiet")] = False,
) -> None:
    """Open the lab: a page in the browser on which one takes hold of gradient descent.

    steepest lab
    steepest lab houses.csv --target price
    """
    check_language(lang)
    from steepest import open_lab

    ended = open_lab(
        data or None,
        target=() if target is None else names(target, "--target"),
        features=() if features is None else names(features, "--features"),
        missing=missing,
        host=host,
        port=port,
        browser=browser,
        language=lang,
        root=root,
        say=_address if quiet else _line,
    )
    raise typer.Exit(SIGNAL_CODES.get(ended or "", 0))


def _line(text: str) -> None:
    """Print one line at once: programs wait for the address."""
    typer.echo(text)


def _address(text: str) -> None:
    if text.startswith("http://"):
        typer.echo(text)
