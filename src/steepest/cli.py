"""The command line: options in, public functions called, answers printed. No logic of its own."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import signal
import sys
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from steepest.cli_options import (
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
    Seed,
    Target,
    Validation,
    option,
)

if TYPE_CHECKING:
    from steepest import Run

EXIT_CODES = {"diverged": 3, "unbounded": 3}
SIGNAL_CODES = {"SIGINT": 130, "SIGTERM": 143}

app = typer.Typer(
    name="steepest",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
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


@app.command()
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
    from steepest.terminal import Progress, print_runs

    _check_language(lang)
    options = FitOptions(
        target=_names(target),
        features=None if features is None else _names(features),
        loss=loss,
        method=method,
        batch_size=batch_size,
        order=order,
        learning_rates=_rates(learning_rate),
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
        ranges=tuple(_range(one) for one in ranges or ()),
        points=points,
        start=_start(start),
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
        _print_json({"runs": summaries} if many else summaries[0])
    if not quiet:
        print_runs(runs, language=lang, stream=sys.stderr if as_json else sys.stdout)
    raise typer.Exit(max(exit_code(run) for run in runs))


@app.command()
def plan(
    data: Data,
    target: Target,
    features: Features = None,
    loss: LossName = "squared_error",
    intercept: Intercept = True,
    method: Method = "auto",
    batch_size: BatchSize = None,
    learning_rate: LearningRate = "auto",
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

    _check_language(lang)
    options = FitOptions(
        target=_names(target),
        features=None if features is None else _names(features),
        loss=loss,
        intercept=intercept,
        method=method,
        batch_size=batch_size,
        learning_rates=_rates(learning_rate),
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
        _print_json({**made.as_dict(), "sentence": made.sentence(lang)})
    elif not quiet:
        typer.echo(made.sentence(lang))


@app.command()
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
    from steepest.terminal import print_predictions

    _check_language(lang)
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
        _print_json(dict(made.summary))
    if not quiet:
        print_predictions(made, language=lang, stream=sys.stderr if as_json else sys.stdout)


@app.command()
def show(
    run: Annotated[str, typer.Argument(metavar="RUN", help="A run folder.")],
    seed: Annotated[int, typer.Option(hidden=True)] = 0,
    as_json: AsJson = False,
    quiet: Quiet = False,
    lang: Language = "en",
) -> None:
    """Show a saved run again: the model, the ending, the story."""
    from steepest import load_run
    from steepest.terminal import print_runs

    _check_language(lang)
    loaded = load_run(run)
    if as_json:
        _print_json(dict(loaded.summary))
    if not quiet:
        print_runs([loaded], language=lang, stream=sys.stderr if as_json else sys.stdout)


def exit_code(run: Run) -> int:
    """Return the exit code of a run's ending."""
    if run.ending == "interrupted":
        return SIGNAL_CODES.get(str(run.trace.ending.facts.get("signal")), 130)
    return EXIT_CODES.get(run.ending, 0)


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
        command = f" {sys.argv[1]}" if sys.argv[1] in ("fit", "plan", "predict", "show") else ""
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
            _print_json({"error": {"name": name, "message": message, "remedy": remedy}})
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


def _print_json(value: dict[str, Any]) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, allow_nan=False))


def _check_language(language: str) -> None:
    from steepest import LANGUAGES

    if language not in LANGUAGES:
        raise typer.BadParameter(
            f"'{language}' is not among the languages so far: {', '.join(LANGUAGES)}.",
            param_hint="--lang",
        )


def _names(text: str) -> tuple[str, ...]:
    """Split a list of names at commas; a name that holds a comma is quoted as in CSV."""
    try:
        row = next(csv.reader([text], skipinitialspace=True, strict=True), [])
    except csv.Error as error:
        raise typer.BadParameter(f"'{text}' is no list of names: {error}.") from None
    return tuple(name.strip() for name in row if name.strip())


def _numbers(text: str, option: str) -> tuple[float, ...]:
    return tuple(_number(one, option) for one in text.split(","))


def _number(text: str, option: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise typer.BadParameter(f"'{text}' is not a number.", param_hint=option) from None


def _rates(text: str) -> tuple[float | str, ...]:
    return tuple(
        "auto" if one.strip() == "auto" else _number(one, "--learning-rate")
        for one in text.split(",")
    )


def _start(text: str) -> str | tuple[float, ...]:
    return text if text in ("zero", "random") else _numbers(text, "--start")


def _range(text: str) -> tuple[str, float, float]:
    name, equals, bounds = text.rpartition("=")
    low, colon, high = bounds.partition(":")
    if not (name and equals and colon):
        raise typer.BadParameter(f"'{text}' is not NAME=LOW:HIGH.", param_hint="--range")
    return name, _number(low, "--range"), _number(high, "--range")
