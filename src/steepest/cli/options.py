"""The options of the command line, each written once, in the groups that `--help` shows."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

import typer

from steepest.cli.app import names, ranges_of, rates, sizes, start_point

if TYPE_CHECKING:
    from steepest import FitOptions

WHAT, HOW, SEARCH = "What to fit", "How to descend", "Searches"
ROWS, READING, SHARED, OUTPUT = "Rows", "Reading files", "Workers", "Output"


def option(panel: str, text: str, *, name: str | None = None, metavar: str | None = None) -> Any:
    """Return a Typer option that stands in the group ``panel``."""
    names = [] if name is None else [name]
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=panel)


Data = Annotated[
    list[str],
    typer.Argument(
        metavar="DATA...",
        help="CSV (.csv .tsv .txt, also .gz or .zip), Parquet or Feather files, a folder, a quoted "
        "pattern, or one of the lecture notes' tables: example:three-points, four-points, "
        "two-features, salary, salary-bad, closing.",
    ),
]
Encoding = Annotated[
    str | None, option(READING, "Of text files, such as latin-1; UTF-8 by default.", metavar="E")
]
Delimiter = Annotated[
    str | None, option(READING, "Between values, such as ';'; a comma by default.", metavar="C")
]
Decimal = Annotated[str, option(READING, "Decimal sign of numbers.", metavar=".|,")]
BadRows = Annotated[str, option(READING, "Rows that do not fit the header.", metavar="error|skip")]
Memory = Annotated[
    str | None,
    option(
        READING,
        "What a fit may take, such as 512MB; larger tables stay in their files, and where rows are "
        "beyond it, sweeps mix sorted rows less (docs/large_tables.md). By default a quarter of "
        "the machine's memory.",
        metavar="SIZE",
    ),
]
WorkerCount = Annotated[
    int | None,
    option(
        SHARED,
        "Processes that share the passes over Parquet or Feather files.",
        name="--workers",
        metavar="N",
    ),
]
Cluster = Annotated[
    str | None,
    option(
        SHARED,
        "Share them among the workers of a Dask cluster, such as tcp://10.0.0.7:8786.",
        metavar="ADDRESS",
    ),
]
Unencrypted = Annotated[
    bool,
    option(
        SHARED,
        "Reach a cluster beyond this machine without TLS, where nobody else can.",
        name="--unencrypted",
    ),
]
Local = Annotated[
    bool,
    option(
        SHARED,
        "With workers: partitions descend over their own rows and are averaged after every epoch.",
        name="--local",
    ),
]
AsJson = Annotated[
    bool, option(OUTPUT, "One JSON object on standard output, errors too.", name="--json")
]
Quiet = Annotated[bool, option(OUTPUT, "No progress and no prose.", name="--quiet")]
Language = Annotated[str, option(OUTPUT, "Language of sentences.", metavar="en|zh-CN")]


Target = Annotated[str, option(WHAT, "Columns to predict.", metavar="NAMES")]
Features = Annotated[
    str | None, option(WHAT, "Columns to predict from; all others by default.", metavar="NAMES")
]
LossName = Annotated[
    str,
    option(
        WHAT,
        "squared_error (the mean of the squared errors), half_squared_error, absolute, huber, "
        "quantile, poisson, gamma; of classes logistic, softmax, hinge, squared_hinge (text gets "
        "logistic or softmax by itself); of networks also cross_entropy.",
        metavar="NAME",
    ),
]
LossParameter = Annotated[
    float | None,
    option(WHAT, "Huber's epsilon (1.35 by default), or the quantile (0.5).", metavar="X"),
]
PenaltyName = Annotated[
    str,
    option(
        WHAT, "Added to the mean loss: none, l2, l1, elasticnet.", metavar="NAME", name="--penalty"
    ),
]
Alpha = Annotated[float, option(WHAT, "Strength of the penalty.", metavar="X")]
L1Ratio = Annotated[
    float, option(WHAT, "Share of l1 in an elasticnet.", metavar="X", name="--l1-ratio")
]
Weight = Annotated[str | None, option(ROWS, "Column of the rows' weights.", metavar="COLUMN")]
ValidationData = Annotated[
    str | None,
    option(ROWS, "File whose rows validate.", metavar="FILE", name="--validation-data"),
]
Hidden = Annotated[
    str | None,
    option(
        WHAT, "Fit a network with hidden layers of these sizes, such as 16,16.", metavar="SIZES"
    ),
]
ActivationName = Annotated[
    str, option(WHAT, "Of the hidden layers.", metavar="tanh|relu|sigmoid", name="--activation")
]
Intercept = Annotated[bool, option(WHAT, "Whether the model has a constant.")]
Method = Annotated[
    str,
    option(
        HOW,
        "batch, mini-batch or stochastic descent (all rows, a few, or one in an update), or a "
        "search: exhaustive, coarse-to-fine. auto is batch, of networks mini-batch.",
        metavar="NAME",
    ),
]
BatchSize = Annotated[int | None, option(HOW, "Rows of a mini-batch; 32 by default.", metavar="N")]
LearningRate = Annotated[
    str,
    option(
        HOW,
        "A number, backtracking, or auto: proven stable, or backtracking where nothing is "
        "(poisson, gamma, networks), or falling (absolute, quantile, hinge). Several rates are "
        "several runs compared.",
        metavar="RATE[,RATE...]",
    ),
]
Rule = Annotated[
    str,
    option(
        HOW,
        "How an update uses the gradients: plain, momentum, nesterov, adagrad, rmsprop, adam (the "
        "last three need a --learning-rate).",
        metavar="NAME",
    ),
]
Momentum = Annotated[
    float | None,
    option(HOW, "Of momentum and nesterov, 0 to below 1; 0.9 by default.", metavar="B"),
]
Order = Annotated[
    str, option(HOW, "Reshuffled every epoch, or as the rows stand.", metavar="random|given")
]
Schedule = Annotated[
    str,
    option(
        HOW,
        "How the rate falls from epoch to epoch: constant, inverse-time, step, cosine, geometric.",
        metavar="NAME",
    ),
]
Tolerance = Annotated[
    float,
    option(
        HOW,
        "Converged when the gradient norm is at most this share of its first; 0: run on.",
        metavar="X",
    ),
]
TargetLoss = Annotated[
    float | None, option(HOW, "Stop when the training loss is at most this.", metavar="X")
]
Patience = Annotated[
    int,
    option(
        HOW,
        "Stop when the validation loss has not improved for so many epochs; 0: never.",
        metavar="N",
    ),
]
Average = Annotated[
    bool,
    option(HOW, "Return the mean of the epochs' last points (random batches).", name="--average"),
]
Standardize = Annotated[bool, option(HOW, "Descend in features of mean 0 and deviation 1.")]
Start = Annotated[
    str,
    option(
        HOW,
        "First parameters, in the table's units, constant first.",
        metavar="zero|random|V,V,...",
    ),
]
Ranges = Annotated[
    list[str] | None,
    option(
        SEARCH,
        "Of a searched parameter, in the table's units; the constant is intercept.",
        name="--range",
        metavar="NAME=LOW:HIGH,...",
    ),
]
Points = Annotated[
    int | None,
    option(SEARCH, "Grid points of each searched parameter; 101 or 11 by default.", metavar="N"),
]
TimeOrdered = Annotated[
    bool, option(ROWS, "Validate on the last rows and do not shuffle.", name="--time-ordered")
]
Epochs = Annotated[int, option(HOW, "Most passes over the training rows.", metavar="N")]
Validation = Annotated[
    float | None,
    option(
        ROWS, "Share of rows that validate; 0.2 by default (examples bring theirs).", metavar="F"
    ),
]
Missing = Annotated[
    str,
    option(ROWS, "Missing values: refuse, drop their rows, or fill in.", metavar="error|drop|mean"),
]
Dates = Annotated[
    str, option(ROWS, "Dates: refuse, or days since 1970-01-01.", metavar="error|days")
]
HashCategories = Annotated[
    int | None,
    option(
        ROWS,
        "Text columns of more than N levels become N columns by a signed hash; without it more "
        "than 1,000 are refused.",
        name="--hash-categories",
        metavar="N",
    ),
]
PoolCategories = Annotated[
    int | None,
    option(
        ROWS,
        "Of text columns of more than N levels the N most frequent ones are told apart; "
        "all others share one column.",
        name="--pool-categories",
        metavar="N",
    ),
]
Seed = Annotated[int, option(HOW, "Of everything random.", metavar="N")]


# Field of FitOptions -> (its option, its default), in the order of the contract.
FIT: dict[str, tuple[Any, Any]] = {
    "target": (Target, inspect.Parameter.empty),
    "features": (Features, None),
    "loss": (LossName, "squared_error"),
    "loss_parameter": (LossParameter, None),
    "penalty": (PenaltyName, "none"),
    "alpha": (Alpha, 0.0001),
    "l1_ratio": (L1Ratio, 0.15),
    "intercept": (Intercept, True),
    "hidden": (Hidden, None),
    "activation": (ActivationName, "tanh"),
    "method": (Method, "auto"),
    "batch_size": (BatchSize, None),
    "order": (Order, "random"),
    "learning_rate": (LearningRate, "auto"),
    "rule": (Rule, "plain"),
    "momentum": (Momentum, None),
    "schedule": (Schedule, "constant"),
    "epochs": (Epochs, 1000),
    "tolerance": (Tolerance, 1e-8),
    "target_loss": (TargetLoss, None),
    "patience": (Patience, 0),
    "average": (Average, False),
    "standardize": (Standardize, True),
    "start": (Start, "zero"),
    "seed": (Seed, 0),
    "ranges": (Ranges, None),
    "points": (Points, None),
    "weight": (Weight, None),
    "validation": (Validation, None),
    "validation_data": (ValidationData, None),
    "time_ordered": (TimeOrdered, False),
    "missing": (Missing, "error"),
    "dates": (Dates, "error"),
    "hash_categories": (HashCategories, None),
    "pool_categories": (PoolCategories, None),
    "encoding": (Encoding, None),
    "delimiter": (Delimiter, None),
    "decimal": (Decimal, "."),
    "bad_rows": (BadRows, "error"),
    "memory": (Memory, None),
    "workers": (WorkerCount, None),
    "cluster": (Cluster, None),
    "local": (Local, False),
    "unencrypted": (Unencrypted, False),
}
Command = Callable[..., None]


def with_fit_options(*without: str) -> Callable[[Command], Command]:
    """Give a command the options of ``fit`` but those named, gathered as its argument ``asked``."""
    fields = {name: one for name, one in FIT.items() if name not in without}

    def decorate(command: Command) -> Command:
        hints = get_type_hints(command, None, {"FitOptions": object}, include_extras=True)
        given = inspect.signature(command).parameters

        @functools.wraps(command)
        def run(**values: Any) -> None:
            texts = {name: values.pop(name) for name in fields}
            command(asked=_asked(texts), **values)

        parameters = [
            one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[name])
            for name, one in given.items()
            if name != "asked"
        ]
        options = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
            )
            for name, (annotation, default) in fields.items()
        ]
        signature = inspect.Signature([*parameters[:1], *options, *parameters[1:]])
        vars(run)["__signature__"] = signature  # what typer reads
        run.__annotations__ = {one.name: one.annotation for one in signature.parameters.values()}
        return run

    return decorate


def _asked(texts: dict[str, Any]) -> FitOptions:
    """Return options from what was typed."""
    from steepest import FitOptions

    features, ranges = texts.pop("features"), texts.pop("ranges", None)
    hidden = texts.pop("hidden", None)
    return FitOptions(
        target=names(texts.pop("target"), "--target"),
        features=None if features is None else names(features, "--features"),
        learning_rates=rates(texts.pop("learning_rate")),
        ranges=ranges_of(ranges or ()),
        start=start_point(texts.pop("start", "zero")),
        hidden=() if hidden is None else sizes(hidden, "--hidden"),
        **texts,
    )
