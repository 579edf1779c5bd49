"""The command that draws: plot."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from steepest.cli.app import check_language, names, numbers, print_json
from steepest.cli.options import OUTPUT, AsJson, Language, Quiet, option

SHOWN, DETAIL = "What to show", "How to show it"


def plot(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run folders, at most five.")],
    out: Annotated[
        str, option(OUTPUT, "Where to write: .png, .svg or .pdf (replaced).", metavar="FILE")
    ],
    kind: Annotated[
        str | None,
        option(
            SHOWN,
            "Of fits: loss (the default), gradient, layers, backpropagation, comparison, rates, "
            "divergence, contour, surface, sections, steps, secant-error, scaling, regimes, "
            "spectrum, search, boxes, fit, residuals. Of functions: descent (the default), "
            "curvature, search.",
            metavar="NAME",
        ),
    ] = None,
    parameters: Annotated[
        str | None,
        option(SHOWN, "Of surfaces and sections; by default those that moved most.", metavar="A,B"),
    ] = None,
    target: Annotated[
        str | None, option(SHOWN, "Of fit and residuals; the first by default.", metavar="NAME")
    ] = None,
    plane: Annotated[
        str | None,
        option(SHOWN, "Of surfaces.", metavar="parameters|curvature|path"),
    ] = None,
    at: Annotated[
        str | None,
        option(
            SHOWN,
            "Where the other parameters are held: by default the start for sections, the optimum "
            "for surfaces. Of backpropagation the point: by default the start.",
            metavar="start|end|optimum",
        ),
    ] = None,
    rates: Annotated[
        str | None, option(SHOWN, "Of steps, rates; of regimes, spectrum one.", metavar="RATE,...")
    ] = None,
    epochs: Annotated[int | None, option(SHOWN, "Of rates; 30 by default.", metavar="N")] = None,
    step: Annotated[float | None, option(SHOWN, "h of the secant.", metavar="H")] = None,
    steps: Annotated[int | None, option(SHOWN, "Of scaling; 10 by default.", metavar="N")] = None,
    x: Annotated[
        str | None, option(DETAIL, "What the axis counts.", metavar="epoch|update|rows|seconds")
    ] = None,
    smoothing: Annotated[
        float | None,
        option(DETAIL, "Weight of the past, 0 to 1; 0 is the raw curve.", metavar="W"),
    ] = None,
    scale: Annotated[str | None, option(DETAIL, "Of the loss.", metavar="auto|linear|log")] = None,
    caption: Annotated[bool, option(DETAIL, "Print the caption below the picture.")] = True,
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Draw saved runs: curves, surfaces, cross-sections, rates, data and residuals.

    With `--json` the figure is printed as plain data: layers, alt text, table, provenance.

    steepest plot runs/houses-1 --out loss.png
    steepest plot runs/a runs/b --kind contour --parameters rooms,area --out paths.svg
    """
    from steepest import figure_of, load_run
    from steepest.cli.saved_functions import saved_functions, saved_picture

    check_language(lang)
    functions = saved_functions(runs)
    kind = kind or ("descent" if functions else "loss")
    options: dict[str, Any] = {
        "names": None if parameters is None else names(parameters, "--parameters"),
        "target": target,
        "plane": plane,
        "through" if kind in ("contour", "surface") else "at": at,
        "epochs": epochs,
        "step": step,
        "steps": steps,
        "x": x,
        "smoothing": smoothing,
        "scale": scale,
    }
    if rates is not None:
        options |= _rates(kind, numbers(rates, "--rates"))
    if functions:
        made = saved_picture(functions, kind, options, lang)
    else:
        _check_options(kind, options)
        made = figure_of([load_run(one) for one in runs], kind, language=lang, **options)
    place = made.save(out, caption=caption)
    if as_json:
        print_json({**made.as_dict(), "out": str(place)})
    if not quiet:
        _say(made.caption, str(place), lang, as_json=as_json)


def _rates(kind: str, given: tuple[float, ...]) -> dict[str, Any]:
    from steepest import InputError

    if kind not in ("regimes", "spectrum"):
        return {"rates": given}
    if len(given) > 1:
        raise InputError("figure_one_rate", kind=kind, count=len(given))
    return {"rate": given[0]}


def _check_options(kind: str, options: dict[str, Any]) -> None:
    """Refuse options that the kind does not have, by the names they have on the command line."""
    from steepest import FIGURE_KINDS, InputError

    entry = FIGURE_KINDS.get(kind)
    for given, value in options.items() if entry is not None else ():
        if entry is not None and value is not None and given not in entry.options:
            known = list(dict.fromkeys(_flag(one) for one in entry.options))
            name = "figure_option_unknown" if known else "figure_no_options"
            raise InputError(name, option=_flag(given), kind=kind, known=known)


def _flag(option: str) -> str:
    """Return what an option of a picture is called here."""
    called = {"names": "parameters", "through": "at", "rate": "rates"}
    return f"--{called.get(option, option)}"


def _say(caption: str, place: str, language: str, *, as_json: bool) -> None:
    from steepest import sentence

    facts = {"out": place, "caption": ""}
    typer.echo(f"{sentence('picture_saved', facts, language)}{caption}", err=as_json)
    sys.stdout.flush()


def report(
    runs: Annotated[list[str], typer.Argument(metavar="RUN...", help="Run folders, at most five.")],
    out: Annotated[
        str, option(OUTPUT, "The page to write (replaced if it is there).", metavar="FILE.html")
    ] = "report.html",
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Write one page about saved runs: verdict, data, model, pictures, forecast, how to repeat.

    The page is one file that opens offline in any browser. Several runs are compared first.

      steepest report runs/houses-1
      steepest report runs/a runs/b --out compared.html
    """
    from steepest import report as report_of
    from steepest import sentence

    check_language(lang)
    made = report_of(runs, out, lang)
    facts = {"out": out, "count": len(runs), "bytes": len(made.encode())}
    said = sentence("reported", facts, lang)
    if as_json:
        print_json({"out": out, "runs": runs, "bytes": facts["bytes"], "sentence": said})
    if not quiet:
        typer.echo(said, err=as_json)
