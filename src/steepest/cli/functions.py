"""The command that minimizes a formula or a named function: minimize."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from steepest.cli.app import check_language, number, numbers, one_range, print_json
from steepest.cli.options import (
    HOW,
    OUTPUT,
    SEARCH,
    WHAT,
    AsJson,
    Language,
    Quiet,
    Seed,
    option,
)
from steepest.cli.training import EXIT_CODES, SIGNAL_CODES

if TYPE_CHECKING:
    from pathlib import Path

    from steepest import Escapes, Trace

# Updates of each of many seeds.
_MOST_NOISY = 10_000
_EPOCHS, _TOLERANCE = 100_000, 1e-8
_SEARCHES = ("exhaustive", "coarse-to-fine")


class FormulaCommand(TyperCommand):
    """A command whose first argument may begin with a minus sign, as formulas do."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put such an argument behind ``--``, where it is not taken for an option."""
        takes_value = {
            name
            for param in self.params
            for name in param.opts
            if name.startswith("-") and not getattr(param, "is_flag", False)
        }
        for place, text in enumerate(args):
            if text == "--":
                break
            minus = text.startswith("-") and text != "-h"
            option = text.startswith("--") and text[2:3].isalpha()
            value = place > 0 and args[place - 1] in takes_value
            if minus and len(text) > 1 and not option and not value:
                rest = [*args[:place], *args[place + 1 :]]
                return super().parse_args(ctx, [*rest, "--", text])
        return super().parse_args(ctx, args)


def minimize(
    function: Annotated[
        str | None,
        typer.Argument(
            metavar="FORMULA|NAME",
            show_default=False,
            help="A formula such as 'x**2 - y**2' (numbers, names, + - * / **, brackets, exp log "
            "sqrt abs sin cos tan asin acos atan sinh cosh tanh, pi, e), or a function of the "
            "library: bowl[:CONDITION], rosenbrock[:VARIABLES], himmelblau ... (--list shows all).",
        ),
    ] = None,
    listed: Annotated[
        bool, option(WHAT, "Show the functions of the library.", name="--list")
    ] = False,
    start: Annotated[
        str | None,
        option(
            HOW,
            "First point, in the order of the names; zero, or the documented one of a name.",
            metavar="V,V,...",
        ),
    ] = None,
    method: Annotated[
        str,
        option(
            HOW,
            "descent, or a search: exhaustive, coarse-to-fine.",
            metavar="NAME",
        ),
    ] = "descent",
    learning_rate: Annotated[
        str, option(HOW, "auto is backtracking; else a constant rate.", metavar="auto|RATE")
    ] = "auto",
    rule: Annotated[
        str,
        option(
            HOW,
            "How an update uses the gradient: plain, momentum, nesterov, adagrad, rmsprop, adam.",
            metavar="NAME",
        ),
    ] = "plain",
    schedule: Annotated[
        str,
        option(
            HOW,
            "How a constant rate falls: constant, inverse-time, step, cosine, geometric.",
            metavar="NAME",
        ),
    ] = "constant",
    epochs: Annotated[int, option(HOW, "Most updates.", metavar="N")] = _EPOCHS,
    tolerance: Annotated[
        float,
        option(
            HOW,
            "Converged when the gradient norm is at most this share of its first; 0: run on.",
            metavar="X",
        ),
    ] = _TOLERANCE,
    target_loss: Annotated[
        float | None, option(HOW, "Stop when the value is at most this.", metavar="X")
    ] = None,
    noise: Annotated[
        float, option(HOW, "Standard deviation of noise on the gradient.", metavar="S")
    ] = 0.0,
    seeds: Annotated[
        int,
        option(HOW, "How many seeds of noise to run: how often does it leave?", metavar="N"),
    ] = 1,
    seed: Seed = 0,
    ranges: Annotated[
        list[str] | None,
        option(SEARCH, "Of a searched variable.", name="--range", metavar="NAME=LOW:HIGH"),
    ] = None,
    points: Annotated[
        int | None,
        option(SEARCH, "Grid points of each searched variable; 101 or 11 else.", metavar="N"),
    ] = None,
    out: Annotated[
        str | None, option(OUTPUT, "Folder for the recorded run; none else.", metavar="DIR")
    ] = None,
    plot: Annotated[
        str | None,
        option(
            OUTPUT,
            "Picture of the run: .png, .svg or .pdf (replaced). Paths or curve for one or two "
            "variables, values by update for more; with --seeds how often noise drives it off.",
            metavar="FILE",
        ),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Minimize a formula or a named function, and say what the point is where descent ends.

    A minimum, a saddle, a maximum, a degenerate point or none: the curvatures there prove it.

    steepest minimize "x**2 - y**2" --start 1,0.001 --learning-rate 0.1

    steepest minimize himmelblau --start 0,0

    steepest minimize "-x**2 + x**4" --method exhaustive --range x=-2:2
    """
    import steepest
    from steepest.cli.function_answers import print_functions, print_minimum
    from steepest.cli.terminal import Progress

    check_language(lang)
    stream = sys.stderr if as_json else sys.stdout
    if listed or function is None:
        if function is None and not listed:
            raise steepest.InputError("function_missing")
        print_functions(as_json=as_json, language=lang)
        return
    formula, _ = steepest.formula_of(function)
    given = None if start is None else numbers(start, "--start")
    rate: float | str = "auto"
    if learning_rate != "auto":
        rate = number(learning_rate, "--learning-rate")
    if method in _SEARCHES:
        _refuse(method, noise, seeds, rule, schedule, learning_rate, epochs, tolerance)
        bounds = _bounds(ranges or [])
        trace = steepest.search_function(
            function, bounds, method=method, points=points, start=given, target_loss=target_loss
        )
    else:
        _check_descent(method, searched=bool(ranges) or points is not None)
        if seeds != 1 and noise <= 0.0:
            raise steepest.InputError("function_seeds", seeds=seeds)
        with Progress(quiet=quiet or not sys.stderr.isatty(), language=lang) as progress:
            progress.stage("descending", {"rate": learning_rate, "epochs": epochs})
            trace = steepest.minimize(
                function,
                start=given,
                learning_rate=rate,
                rule=rule,
                schedule=schedule,
                epochs=epochs,
                tolerance=tolerance,
                target_loss=target_loss,
                noise=noise,
                seed=seed,
                watch=progress.watch,
            )
    left = None
    if seeds != 1:
        left = steepest.escapes(
            function,
            trace.path[0, :, 0],
            noise=noise,
            learning_rate=rate,
            rule=rule,
            schedule=schedule,
            epochs=min(epochs, _MOST_NOISY),
            runs=seeds,
            seed=seed,
        )
    if out is not None:
        steepest.save_trace(trace, out)
    drawn = None if plot is None else _draw(trace, left, plot, lang)
    answer = steepest.function_answer(trace, lang)
    if as_json:
        print_json({**answer, **({} if left is None else {"escapes": dict(left.facts)})})
    if not quiet:
        print_minimum(trace, answer, formula, left, language=lang, stream=stream, folder=out)
        if drawn is not None:
            facts = {"out": str(drawn), "caption": ""}
            typer.echo(steepest.sentence("picture_saved", facts, lang), err=as_json)
    raise typer.Exit(exit_code(trace))


def _draw(trace: Trace, left: Escapes | None, file: str, language: str) -> Path:
    """Write the picture of a run and return its path."""
    from steepest import descent_figure, escapes_figure, minimize, searches_figure

    searched = trace.metadata["method"] != "descent" and len(trace.metadata["names"]) <= 2
    if left is not None:
        rate, updates = trace.metadata["learning_rate"], int(trace.last("updates"))
        beside: dict[str, Any] = {"learning_rate": rate, "epochs": max(1, updates)}
        if trace.metadata["automatic_rate"]:
            beside["learning_rate"] = "auto"
        calm = minimize(trace.metadata["function"], start=trace.path[0], **beside)
        figure = escapes_figure(left, [calm, trace], language=language)
    else:
        draw = searches_figure if searched else descent_figure
        figure = draw(trace, language=language)
    return figure.save(file)


def _bounds(ranges: list[str]) -> dict[str, tuple[float, float]]:
    """Return the searched ranges by name, each given once."""
    from steepest import InputError

    found = [one_range(text) for text in ranges]
    names = [name for name, _, _ in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError("range_twice", name=name, count=names.count(name))
    return {name: (low, high) for name, low, high in found}


def _check_descent(method: str, *, searched: bool) -> None:
    """Refuse an unknown method, and options of a search beside descent."""
    from steepest import InputError

    if method not in ("descent", "auto"):
        known = ["descent", *_SEARCHES]
        raise InputError("unknown_choice", option="method", value=method, known=known)
    if searched:
        raise InputError("option_of_search", option="--range")


def _refuse(
    method: str,
    noise: float,
    seeds: int,
    rule: str,
    schedule: str,
    learning_rate: str,
    epochs: int,
    tolerance: float,
) -> None:
    """Refuse options of descent beside a search."""
    from steepest import InputError

    given = {
        "--noise": noise != 0.0,
        "--seeds": seeds != 1,
        "--rule": rule != "plain",
        "--schedule": schedule != "constant",
        "--learning-rate": learning_rate != "auto",
        "--epochs": epochs != _EPOCHS,
        "--tolerance": tolerance != _TOLERANCE,
    }
    for name, there in given.items():
        if there:
            raise InputError("option_of_descent", option=name, method=method)


def exit_code(trace: Trace) -> int:
    """Return the exit code of a trace's ending."""
    if trace.ending.name == "interrupted":
        return SIGNAL_CODES.get(str(trace.ending.facts.get("signal")), 130)
    return EXIT_CODES.get(trace.ending.name, 0)
