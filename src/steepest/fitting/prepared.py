"""What a fit needs of its rows, wherever they lie, and which columns it refuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from steepest.data.file_source import RowSource
from steepest.data.preparation import Preparation
from steepest.data.source import ArraySource
from steepest.data.table import Note, Table, counted, listed
from steepest.fitting.options import FitOptions
from steepest.objective.losses import LOSSES
from steepest.objective.moments import Moments
from steepest.words.errors import InputError


@dataclass(frozen=True, eq=False)
class PreparedRows:
    """Training and validation rows in the table's units, and how they came to be.

    Attributes
    ----------
    table : Table
        The table as read; of a stream without its values.
    preparation : Preparation
        How its columns become the design's.
    training, validation : ArraySource or FileSource
        X (n, d), y (n, K).
    dropped : int
        Rows left out for missing values.
    own_split : bool
        Whether the validation rows are the lecture notes' own.
    notes : tuple of Note
        What must be told.
    moments : tuple of Moments or None
        Of training and validation rows, where the first pass over a stream gave them.
    classes : tuple of str
        Of a target that is classes; its columns are 0 and 1 then.
    """

    table: Table
    preparation: Preparation
    training: RowSource
    validation: RowSource
    dropped: int
    own_split: bool
    notes: tuple[Note, ...]
    moments: tuple[Moments, Moments | None] | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class PreparedArrays(PreparedRows):
    """The same of rows that are all in memory."""

    training: ArraySource
    validation: ArraySource


def checked_features(table: Table, options: FitOptions) -> list[str]:
    """Return the features that are asked for, after columns are refused that cannot be used.

    Raises
    ------
    InputError
        Naming the column and the remedy.
    """
    features = _features(table, options)
    check_dates(table, [*features, *options.target], options)
    for name in options.target:
        if table.column(name).kind == "text" and not _may_be_text(options):
            raise InputError("text_target", file=table.name, column=name)
    return features


def refuse_missing(
    table: Table, counts: Mapping[str, int], options: FitOptions, features: Sequence[str]
) -> None:
    """Refuse missing values where nothing is to be done about them.

    Parameters
    ----------
    table : Table
        Its name and rows are told.
    counts : mapping of str to int
        How many rows miss each column.
    options : FitOptions
        What is asked for.
    features : sequence of str
        Columns to predict from.
    """
    always = [*options.target, *weight_of(options)]
    names = always if options.missing == "mean" else [*features, *always]
    found = {name: counts[name] for name in names if name in counts}
    if not found or options.missing == "drop":
        return
    told = counted(found)
    if options.missing == "mean":
        raise InputError("missing_targets", file=table.name, counts=told)
    raise InputError("missing_values", file=table.name, counts=told, rows=table.rows)


def _features(table: Table, options: FitOptions) -> list[str]:
    for name in (*options.target, *(options.features or ()), *weight_of(options)):
        if name not in table.columns:
            table.column(name)
    if options.features is not None:
        return list(options.features)
    used = (*options.target, *weight_of(options))
    return [name for name in table.columns if name not in used]


def check_dates(table: Table, names: Sequence[str], options: FitOptions) -> None:
    """Refuse dates where nothing is to be done about them."""
    dates = [name for name in names if table.column(name).kind == "date"]
    if dates and options.dates == "error":
        raise InputError("dates_refused", file=table.name, columns=listed(dates))


def weight_of(options: FitOptions) -> tuple[str, ...]:
    """Return the column of weights, if there is one."""
    return () if options.weight is None else (options.weight,)


def _may_be_text(options: FitOptions) -> bool:
    """Return whether the target may be classes: of a network, or of losses that predict them."""
    if len(options.target) > 1:
        return False
    if options.hidden or options.loss == "squared_error":
        return True
    return options.loss in LOSSES and LOSSES[options.loss].task != "numbers"


def filled_notes(preparation: Preparation, counts: Mapping[str, int]) -> tuple[Note, ...]:
    """Return what is said of each feature that misses values and is filled in."""
    return tuple(
        Note(
            "story_filled_level" if one.kind == "text" else "story_filled",
            {"column": one.column, "count": counts[one.column], "value": one.fill},
        )
        for one in preparation.features
        if one.column in counts
    )
