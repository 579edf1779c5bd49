"""The options of the command line, each written once, in the groups that `--help` shows."""

from __future__ import annotations

from typing import Annotated, Any

import typer

WHAT, HOW, SEARCH = "What to fit", "How to descend", "Searches"
ROWS, READING, OUTPUT = "Rows", "Reading files", "Output"


def option(panel: str, text: str, *, name: str | None = None, metavar: str | None = None) -> Any:
    """Return a Typer option that stands in the group ``panel``."""
    names = [] if name is None else [name]
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=panel)


Data = Annotated[
    list[str],
    typer.Argument(
        metavar="DATA...",
        help="CSV (.csv .tsv .txt, also .gz or .zip) or Parquet files, a folder, a quoted pattern, "
        "or one of the lecture notes' tables: example:three-points, four-points, two-features, "
        "salary, salary-bad, closing.",
    ),
]
Encoding = Annotated[
    str | None, option(READING, "Of text files, such as latin-1; UTF-8 else.", metavar="E")
]
Delimiter = Annotated[
    str | None, option(READING, "Between values, such as ';'; a comma else.", metavar="C")
]
Decimal = Annotated[str, option(READING, "Decimal sign of numbers.", metavar=".|,")]
BadRows = Annotated[str, option(READING, "Rows that do not fit the header.", metavar="error|skip")]
AsJson = Annotated[
    bool, option(OUTPUT, "One JSON object on standard output, errors too.", name="--json")
]
Quiet = Annotated[bool, option(OUTPUT, "No progress and no prose.", name="--quiet")]
Language = Annotated[str, option(OUTPUT, "Language of sentences.", metavar="en")]


Target = Annotated[str, option(WHAT, "Columns to predict.", metavar="NAMES")]
Features = Annotated[
    str | None, option(WHAT, "Columns to predict from; all others else.", metavar="NAMES")
]
LossName = Annotated[
    str,
    option(
        WHAT,
        "squared_error, the mean of the squared errors, or half_squared_error.",
        metavar="NAME",
    ),
]
Intercept = Annotated[bool, option(WHAT, "Whether the model has a constant.")]
Method = Annotated[
    str,
    option(
        HOW,
        "batch, mini-batch or stochastic descent (all rows, a few, or one in an update), or a "
        "search: exhaustive, coarse-to-fine. auto is batch.",
        metavar="NAME",
    ),
]
BatchSize = Annotated[int | None, option(HOW, "Rows of a mini-batch; 32 else.", metavar="N")]
LearningRate = Annotated[
    str,
    option(
        HOW,
        "auto is proven stable; several rates are several runs compared.",
        metavar="auto|RATE[,RATE...]",
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
Epochs = Annotated[int, option(HOW, "Most passes over the training rows.", metavar="N")]
Validation = Annotated[
    float | None,
    option(ROWS, "Share of rows that validate; 0.2 else (examples bring theirs).", metavar="F"),
]
Missing = Annotated[
    str,
    option(ROWS, "Missing values: refuse, drop their rows, or fill in.", metavar="error|drop|mean"),
]
Dates = Annotated[
    str, option(ROWS, "Dates: refuse, or days since 1970-01-01.", metavar="error|days")
]
Seed = Annotated[int, option(HOW, "Of everything random.", metavar="N")]
