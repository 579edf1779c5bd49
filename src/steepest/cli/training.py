"""The commands that train and use a model: fit, plan, predict, show."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from steepest.cli.app import check_language, names, one_range, print_json, rates, start_point
from steepest.cli.options import (
    HOW,
    OUTPUT,
    ROWS,
    SEARCH,
    AsJson,
    BadRows,
    BatchSize,
    Data,
    Dates,
    Decimal,
    Delimiter,
    Encoding,
    Epochs,
    Features,
    Intercept,
    Language,
    LearningRate,
    LossName,
    Method,
    Missing,
    Quiet,
    Rule,
    Seed,
    Target,
    Validation,
    option,
)

if TYPE_CHECKING:
    from steepest import Run

EXIT_CODES = {"diverged": 3, "unbounded": 3}
SIGNAL_CODES = {"SIGINT": 130, "SIGTERM": 143}


def fit(
    data: Data,
    target: Target,
    features: Features = None,
    loss: LossName = "squared_error",
    intercept: Intercept = True,
    method: Method = "auto",
    batch_size: BatchSize = None,
    order: Annotated[
        str,
        option(HOW, "Reshuffled every epoch, or as the rows stand.", metavar="random|given"),
    ] = "random",
    learning_rate: LearningRate = "auto",
    rule: Rule = "plain",
    schedule: Annotated[
        str,
        option(
            HOW,
            "How the rate falls from epoch to epoch: constant, inverse-time, step, cosine.",
            metavar="NAME",
        ),
    ] = "constant",
    epochs: Epochs = 1000,
    tolerance: Annotated[
        float,
        option(
            HOW,
            "Converged when the gradient norm is at most this share of its first; 0: run on.",
            metavar="X",
        ),
    ] = 1e-8,
    target_loss: Annotated[
        float | None, option(HOW, "Stop when the training loss is at most this.", metavar="X")
    ] = None,
    standardize: Annotated[
        bool, option(HOW, "Descend in features of mean 0 and deviation 1.")
    ] = True,
    start: Annotated[
        str,
        option(
            HOW,
            "First parameters, in the table's units, constant first.",
            metavar="zero|random|V,V,...",
        ),
    ] = "zero",
    seed: Seed = 0,
    ranges: Annotated[
        list[str] | None,
        option(
            SEARCH,
            "Of a searched parameter, in the table's units; the constant is intercept.",
            name="--range",
            metavar="NAME=LOW:HIGH",
        ),
    ] = None,
    points: Annotated[
        int | None,
        option(SEARCH, "Grid points of each searched parameter; 101 or 11 else.", metavar="N"),
    ] = None,
    validation: Validation = None,
    time_ordered: Annotated[
        bool,
        option(ROWS, "Validate on the last rows and do not shuffle.", name="--time-ordered"),
    ] = False,
    missing: Missing = "error",
    dates: Dates = "error",
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    decimal: Decimal = ".",
    bad_rows: BadRows = "error",
    out: Annotated[
        str | None,
        option(OUTPUT, "Run folder; the next free runs/NAME-N else.", metavar="DIR"),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Fit a linear model to a table by gradient descent.

    Prints the model in the table's units, how the run ended and why, and leaves a run folder
    for `steepest show` and `steepest predict`.

    steepest fit houses.csv --target price

    steepest fit houses.csv --target price --features rooms,area --learning-rate 0.1,0.01

    steepest fit example:salary --target salary --method stochastic --epochs 20
    """
    from steepest import FitOptions, fit_rates
    from steepest.cli.terminal import Progress, print_runs

    check_language(lang)
    options = FitOptions(
        target=names(target),
        features=None if features is None else names(features),
        loss=loss,
        method=method,
        batch_size=batch_size,
        order=order,
        learning_rates=rates(learning_rate),
        rule=rule,
        schedule=schedule,
        epochs=epochs,
        tolerance=tolerance,
        target_loss=target_loss,
        standardize=standardize,
        intercept=intercept,
        validation=validation,
        time_ordered=time_ordered,
        missing=missing,
        dates=dates,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        bad_rows=bad_rows,
        ranges=tuple(one_range(one) for one in ranges or ()),
        points=points,
        start=start_point(start),
        seed=seed,
    )
    with Progress(quiet=quiet) as progress:
        runs = fit_rates(
            data,
            options,
            out=out,
            save=True,
            watch=progress.watch,
            stage=progress.stage,
            command=" ".join(["steepest", *sys.argv[1:]]),
        )
    if as_json:
        many = len(options.learning_rates) > 1
        summaries = [dict(run.summary) for run in runs]
        print_json({"runs": summaries} if many else summaries[0])
    if not quiet:
        print_runs(runs, language=lang, stream=sys.stderr if as_json else sys.stdout)
    raise typer.Exit(max(exit_code(run) for run in runs))


def plan(
    data: Data,
    target: Target,
    features: Features = None,
    loss: LossName = "squared_error",
    intercept: Intercept = True,
    method: Method = "auto",
    batch_size: BatchSize = None,
    learning_rate: LearningRate = "auto",
    rule: Rule = "plain",
    epochs: Epochs = 1000,
    validation: Validation = None,
    missing: Missing = "error",
    dates: Dates = "error",
    seed: Seed = 0,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    decimal: Decimal = ".",
    bad_rows: BadRows = "error",
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Say which engine a fit would run, what it would read how often, and why.

    DATA is read and prepared as for a fit; nothing is trained.
    """
    from steepest import FitOptions, plan_table

    check_language(lang)
    options = FitOptions(
        target=names(target),
        features=None if features is None else names(features),
        loss=loss,
        intercept=intercept,
        method=method,
        batch_size=batch_size,
        learning_rates=rates(learning_rate),
        rule=rule,
        epochs=epochs,
        validation=validation,
        missing=missing,
        dates=dates,
        seed=seed,
        encoding=encoding,
        delimiter=delimiter,
        decimal=decimal,
        bad_rows=bad_rows,
    )
    made = plan_table(data, options)
    if as_json:
        print_json({**made.as_dict(), "sentence": made.sentence(lang)})
    elif not quiet:
        typer.echo(made.sentence(lang))


def predict(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    data: Data,
    out: Annotated[str, typer.Option(metavar="FILE", help="Where to write: .csv or .parquet.")],
    missing: Annotated[
        str, typer.Option(help="Rows that miss a feature: error, or empty predictions.")
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
    """Show a saved run again: the model, the ending, the story."""
    from steepest import load_run
    from steepest.cli.terminal import print_runs

    check_language(lang)
    loaded = load_run(run)
    if as_json:
        print_json(dict(loaded.summary))
    if not quiet:
        print_runs([loaded], language=lang, stream=sys.stderr if as_json else sys.stdout)


def exit_code(run: Run) -> int:
    """Return the exit code of a run's ending."""
    if run.ending == "interrupted":
        return SIGNAL_CODES.get(str(run.trace.ending.facts.get("signal")), 130)
    return EXIT_CODES.get(run.ending, 0)
