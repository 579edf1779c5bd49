"""The commands that train and use a model: fit, plan, predict, show."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from steepest.cli.app import check_language, print_json
from steepest.cli.options import (
    OUTPUT,
    ROWS,
    AsJson,
    BadRows,
    Data,
    Decimal,
    Delimiter,
    Encoding,
    Language,
    Quiet,
    option,
    with_fit_options,
)

if TYPE_CHECKING:
    from steepest import FitOptions, Run, Trace

EXIT_CODES = {"diverged": 3, "unbounded": 3}
SIGNAL_CODES = {"SIGINT": 130, "SIGTERM": 143}


@with_fit_options()
def fit(
    data: Data,
    asked: FitOptions,
    out: Annotated[
        str | None,
        option(OUTPUT, "Run folder; the next free runs/NAME-N by default.", metavar="DIR"),
    ] = None,
    checkpoint: Annotated[
        str | None,
        option(OUTPUT, "Keep the run here from time to time, for steepest resume.", metavar="DIR"),
    ] = None,
    every: Annotated[
        int | None,
        option(OUTPUT, "Epochs after which it is kept; 30 seconds by default.", metavar="N"),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Fit a linear model, or a network, to a table by gradient descent.

    Prints the model in the table's units, how the run ended and why, and leaves a run folder
    for `steepest show` and `steepest predict`.

    steepest fit houses.csv --target price
    steepest fit houses.csv --target price --features rooms,area --learning-rate 0.1,0.01
    steepest fit example:salary --target salary --method stochastic --epochs 20
    steepest fit houses.csv --target price --hidden 16,16 --epochs 200
    """
    from steepest import fit_rates
    from steepest.cli.terminal import Progress

    check_language(lang)
    with Progress(quiet=quiet, language=lang) as progress:
        runs = fit_rates(
            data,
            asked,
            out=out,
            save=True,
            watch=progress.watch,
            stage=progress.stage,
            command=" ".join(["steepest", *sys.argv[1:]]),
            checkpoint=checkpoint,
            every=every,
        )
    _answer(runs, len(asked.learning_rates) > 1, as_json=as_json, quiet=quiet, lang=lang)


def resume(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A checkpoint folder.")],
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Go on with a fit that was cut off, from its last checkpoint, to the same bits.

    The data must be what they were; options are those of the fit.
    """
    from steepest import resume as resumed
    from steepest.cli.terminal import Progress

    check_language(lang)
    with Progress(quiet=quiet, language=lang) as progress:
        runs = resumed(folder, watch=progress.watch, stage=progress.stage)
    _answer(runs, len(runs) > 1, as_json=as_json, quiet=quiet, lang=lang)


def _answer(runs: Sequence[Run], many: bool, *, as_json: bool, quiet: bool, lang: str) -> NoReturn:
    """Print runs as they were asked for, and leave with the largest of their codes."""
    from steepest.cli.terminal import print_runs

    if as_json:
        summaries = [run.answer(lang) for run in runs]
        print_json({"runs": summaries} if many else summaries[0])
    if not quiet:
        print_runs(runs, language=lang, stream=sys.stderr if as_json else sys.stdout)
    raise typer.Exit(max(exit_code(run.trace) for run in runs))


@with_fit_options(
    *("order", "schedule", "tolerance", "target_loss", "patience", "average", "standardize"),
    *("start", "ranges", "points", "time_ordered", "hidden", "activation"),
)
def plan(
    data: Data,
    asked: FitOptions,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Say which engine a fit would run, what it would read how often, and why.

    DATA is read and prepared as for a fit; nothing is trained.
    """
    from steepest import plan_table
    from steepest.cli.terminal import print_line

    check_language(lang)
    made = plan_table(data, asked)
    if as_json:
        print_json({**made.as_dict(), "sentence": made.sentence(lang)})
    elif not quiet:
        print_line(made.sentence(lang), stream=sys.stdout)


def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    data: Data,
    out: Annotated[str, option(OUTPUT, "Where to write: .csv or .parquet.", metavar="FILE")],
    missing: Annotated[
        str,
        option(ROWS, "Rows that miss a feature: refuse, or leave empty.", metavar="error|empty"),
    ] = "error",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    decimal: Decimal = ".",
    bad_rows: BadRows = "error",
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Predict every row of a table with a saved run, one column `prediction` a target.

    Reports the loss where DATA holds the target.
    """
    from steepest import predict as predict_rows
    from steepest.cli.terminal import print_predictions

    check_language(lang)
    made = predict_rows(
        run,
        data,
        out=out,
        missing=missing,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        bad_rows=bad_rows,
    )
    if as_json:
        print_json(dict(made.summary))
    if not quiet:
        print_predictions(made, language=lang, stream=sys.stderr if as_json else sys.stdout)


def show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show a saved run again: the model or the point, the ending, the story."""
    from steepest import load_run
    from steepest.cli.saved_functions import saved_function, show_function
    from steepest.cli.terminal import print_runs

    check_language(lang)
    function = saved_function(run)
    if function is not None:
        show_function(function, run, as_json=as_json, quiet=quiet, language=lang)
        return
    loaded = load_run(run)
    if as_json:
        print_json(loaded.answer(lang))
    if not quiet:
        print_runs([loaded], language=lang, stream=sys.stderr if as_json else sys.stdout)


def exit_code(trace: Trace) -> int:
    """Return the exit code of a trace's ending."""
    if trace.ending.name == "interrupted":
        return SIGNAL_CODES.get(str(trace.ending.facts.get("signal")), 130)
    return EXIT_CODES.get(trace.ending.name, 0)
