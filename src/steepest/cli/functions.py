"""The command that minimizes a formula or a named function: minimize."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from steepest.cli.app import check_language, number, numbers, print_json, ranges_of
from steepest.cli.help_page import GroupedCommand
from steepest.cli.options import (
    HOW,
    OUTPUT,
    SEARCH,
    AsJson,
    Language,
    Momentum,
    Quiet,
    Seed,
    option,
)
from steepest.cli.training import exit_code

WHAT = "What to minimize"


class FormulaCommand(GroupedCommand):
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
            "How an update uses the gradient: plain, momentum, nesterov, adagrad, rmsprop, adam; "
            "all compares them, each at its own best rate (400 updates by default).",
            metavar="NAME",
        ),
    ] = "plain",
    momentum: Momentum = None,
    schedule: Annotated[
        str,
        option(
            HOW,
            "How a constant rate falls: constant, inverse-time, step, cosine, geometric.",
            metavar="NAME",
        ),
    ] = "constant",
    epochs: Annotated[
        int | None, option(HOW, "Most updates; 100,000 by default.", metavar="N")
    ] = None,
    tolerance: Annotated[
        float | None,
        option(
            HOW,
            "Converged when the gradient norm is at most this share of its first, 1e-8 by "
            "default; 0: run on.",
            metavar="X",
        ),
    ] = None,
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
        option(
            SEARCH,
            "Of a searched variable, or of the starts of --basins.",
            name="--range",
            metavar="NAME=LOW:HIGH,...",
        ),
    ] = None,
    points: Annotated[
        int | None,
        option(
            SEARCH,
            "Grid points of each variable with a range; by default 101, 11 or (starts) 41.",
            metavar="N",
        ),
    ] = None,
    basins: Annotated[
        bool,
        option(
            SEARCH,
            "Descend from a grid of starts in the ranges, and say where each one ends.",
            name="--basins",
        ),
    ] = False,
    out: Annotated[
        str | None,
        option(OUTPUT, "Folder for the recorded run, for show and plot.", metavar="DIR"),
    ] = None,
    plot: Annotated[
        str | None,
        option(
            OUTPUT,
            "Picture of the run: .png, .svg or .pdf (replaced). Paths or curve for one or two "
            "variables, values by update for more; with --seeds how often noise drives it off, "
            "with --basins where starts end, with --rule all the rules.",
            metavar="FILE",
        ),
    ] = None,
    latex: Annotated[
        bool,
        option(OUTPUT, "Formula, gradient and Hessian as LaTeX (--json has both).", name="--latex"),
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Minimize a formula or a named function, and say what the point is where descent ends.

    A minimum, a saddle, a maximum, a degenerate point or none: the curvatures there prove it.

    steepest minimize "x**2 - y**2" --start 1,0.001 --learning-rate 0.1
    steepest minimize himmelblau --start 0,0
    steepest minimize "-x**2 + x**4" --method exhaustive --range x=-2:2
    steepest minimize himmelblau --basins --range x=-5:5,y=-5:5 --plot basins.svg
    steepest minimize rosenbrock --rule all --plot rules.svg
    """
    from steepest import InputError, formula_of
    from steepest.cli.function_answers import print_functions, print_minimum
    from steepest.cli.function_work import EPOCHS, TOLERANCE, Asked, done

    check_language(lang)
    if listed or function is None:
        if function is None and not listed:
            raise InputError("function_missing")
        print_functions(as_json=as_json, language=lang)
        return
    formula, _ = formula_of(function)
    asked = Asked(
        function=function,
        names=formula.names,
        start=None if start is None else numbers(start, "--start"),
        method=method,
        rate="auto" if learning_rate == "auto" else number(learning_rate, "--learning-rate"),
        rule=rule,
        momentum=momentum,
        schedule=schedule,
        epochs=EPOCHS if epochs is None else epochs,
        tolerance=TOLERANCE if tolerance is None else tolerance,
        given=tuple(
            name
            for name, there in (("--epochs", epochs), ("--tolerance", tolerance))
            if there is not None
        ),
        target_loss=target_loss,
        noise=noise,
        seeds=seeds,
        seed=seed,
        ranges=bounds_of(ranges or []),
        points=points,
        basins=basins,
    )
    work = done(asked, out=out, plot=plot, quiet=quiet, language=lang)
    if as_json:
        print_json(work.answer(formula, lang))
    if not quiet:
        print_minimum(work, formula, language=lang, as_json=as_json, latex=latex)
    raise typer.Exit(exit_code(work.trace))


def bounds_of(ranges: list[str]) -> dict[str, tuple[float, float]]:
    """Return the ranges by name, each given once."""
    from steepest import InputError

    found = ranges_of(ranges)
    names = [name for name, _, _ in found]
    for name in names:
        if names.count(name) > 1:
            raise InputError("range_twice", name=name, count=names.count(name))
    return {name: (low, high) for name, low, high in found}
