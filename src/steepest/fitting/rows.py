"""Rows of a fit: read, told apart into training and validation, and turned into numbers.

The order matters: rows are dropped, then split, and only then is anything learnt (categories,
means, constant columns), from the training rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.examples import example
from steepest.data.files import read_table
from steepest.data.preparation import (
    Preparation,
    learn_preparation,
    missing_counts,
    missing_rows,
    table_of_example,
)
from steepest.data.source import ArraySource
from steepest.data.split import validation_mask
from steepest.data.table import Note, Table, counted, listed
from steepest.fitting.options import FitOptions, is_example
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PreparedRows:
    """Training and validation rows in the table's units, and how they came to be.

    Attributes
    ----------
    table : Table
        The table as read.
    preparation : Preparation
        How its columns become the design's.
    training, validation : ArraySource
        X (n, d), y (n, K).
    dropped : int
        Rows left out for missing values.
    own_split : bool
        Whether the validation rows are the lecture notes' own.
    notes : tuple of Note
        What must be told.
    """

    table: Table
    preparation: Preparation
    training: ArraySource
    validation: ArraySource
    dropped: int
    own_split: bool
    notes: tuple[Note, ...]


def read_data(
    data: Sequence[str], options: FitOptions
) -> tuple[Table, npt.NDArray[np.bool_] | None]:
    """Return the table that DATA names and, for the notes' own, which rows validate."""
    if is_example(data):
        own = example(data[0])
        table = table_of_example(data[0], own.X, own.y, own.features, own.target)
        return table, own.validation
    columns = None
    if options.features is not None:
        columns = [*options.features, *options.target]
    table = read_table(
        data,
        columns=columns,
        encoding=options.encoding,
        delimiter=options.delimiter,
        decimal=options.decimal,
        bad_rows="skip" if options.bad_rows == "skip" else "error",
    )
    return table, None


def prepare_rows(data: Sequence[str], options: FitOptions) -> PreparedRows:
    """Read DATA and return its rows as a fit needs them.

    Raises
    ------
    InputError
        Naming the file, column or row that cannot be used, and the remedy.
    """
    return prepared(*read_data(data, options), options)


def prepared(table: Table, own: npt.NDArray[np.bool_] | None, options: FitOptions) -> PreparedRows:
    """Return a table's rows as a fit needs them; ``own`` says which validate, where it knows."""
    if not table.rows:
        raise InputError("no_rows", file=table.name)
    features = _features(table, options)
    _check_dates(table, [*features, *options.target], options)
    for name in options.target:
        if table.column(name).kind == "text" and not (options.hidden and len(options.target) == 1):
            raise InputError("text_target", file=table.name, column=name)
    rows = _kept(table, features, options)
    fraction = options.validation if options.validation is not None else 0.2
    own_split = own is not None and options.validation is None
    if own is not None and options.validation is None:
        mask = own[rows]
    else:
        mask = validation_mask(rows, fraction, options.seed, time_ordered=options.time_ordered)
    if mask.all():
        raise InputError("no_training_rows", rows=len(rows))
    if options.intercept and "intercept" in features:
        raise InputError("feature_called_intercept")
    preparation = learn_preparation(
        table,
        features,
        rows[~mask],
        intercept=options.intercept,
        fill=options.missing == "mean",
    )
    filled = _filled_notes(table, preparation) if options.missing == "mean" else ()
    training, first = _source(table, preparation, options.target, rows[~mask])
    validation, second = _source(table, preparation, options.target, rows[mask])
    return PreparedRows(
        table,
        preparation,
        training,
        validation,
        table.rows - len(rows),
        own_split,
        (*table.notes, *filled, *first, *second),
    )


def _features(table: Table, options: FitOptions) -> list[str]:
    for name in (*options.target, *(options.features or ())):
        if name not in table.columns:
            table.column(name)
    if options.features is not None:
        return list(options.features)
    return [name for name in table.columns if name not in options.target]


def _check_dates(table: Table, names: Sequence[str], options: FitOptions) -> None:
    dates = [name for name in names if table.column(name).kind == "date"]
    if dates and options.dates == "error":
        raise InputError("dates_refused", file=table.name, columns=listed(dates))


def _kept(table: Table, features: Sequence[str], options: FitOptions) -> npt.NDArray[np.int64]:
    """Return the positions of the rows that remain, after missing values are dealt with."""
    names = [*features, *options.target]
    if options.missing == "error":
        counts = missing_counts(table, names)
        if counts:
            told = counted(counts)
            raise InputError("missing_values", file=table.name, counts=told, rows=table.rows)
        return np.arange(table.rows)
    if options.missing == "mean":
        counts = missing_counts(table, options.target)
        if counts:
            raise InputError("missing_targets", file=table.name, counts=counted(counts))
        return np.arange(table.rows)
    rows = np.flatnonzero(~missing_rows(table, names))
    if not len(rows):
        raise InputError("all_rows_dropped", file=table.name, rows=table.rows)
    return rows


def _filled_notes(table: Table, preparation: Preparation) -> tuple[Note, ...]:
    """Return what is said of each feature that misses values and is filled in."""
    counts = missing_counts(table, [one.column for one in preparation.features])
    return tuple(
        Note(
            "story_filled_level" if one.kind == "text" else "story_filled",
            {"column": one.column, "count": counts[one.column], "value": one.fill},
        )
        for one in preparation.features
        if one.column in counts
    )


def _source(
    table: Table, preparation: Preparation, target: Sequence[str], rows: npt.NDArray[np.int64]
) -> tuple[ArraySource, tuple[Note, ...]]:
    X, notes = preparation.design(table, rows)
    y = np.stack([table.column(name).values[rows] for name in target], axis=1)
    return ArraySource(X, y, positions=rows), notes
