"""Rows of a fit: read, told apart into training and validation, and turned into numbers.

The order matters: rows are dropped, then split, and only then is anything learnt (categories,
means, constant columns), from the training rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

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
from steepest.data.table import Column, Note, Table, counted, listed
from steepest.fitting.options import FitOptions, is_example
from steepest.objective.losses import LOSSES
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
        columns = [*options.features, *options.target, *_weight(options)]
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
    table, own = read_data(data, options)
    if not table.rows:
        raise InputError("no_rows", file=table.name)
    features = _features(table, options)
    _check_dates(table, [*features, *options.target], options)
    for name in options.target:
        if table.column(name).kind == "text" and not _may_be_text(options):
            raise InputError("text_target", file=table.name, column=name)
    rows = _kept(table, features, options)
    fraction = options.validation if options.validation is not None else 0.2
    fraction = 0.0 if options.validation_data is not None else fraction
    own_split = own is not None and options.validation is None and not options.validation_data
    if own is not None and own_split:
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
    training, first = _source(table, preparation, options, rows[~mask])
    if options.validation_data is None:
        validation, second = _source(table, preparation, options, rows[mask])
    else:
        validation, second = _other_rows(preparation, table, options)
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
    for name in (*options.target, *(options.features or ()), *_weight(options)):
        if name not in table.columns:
            table.column(name)
    if options.features is not None:
        return list(options.features)
    used = (*options.target, *_weight(options))
    return [name for name in table.columns if name not in used]


def _check_dates(table: Table, names: Sequence[str], options: FitOptions) -> None:
    dates = [name for name in names if table.column(name).kind == "date"]
    if dates and options.dates == "error":
        raise InputError("dates_refused", file=table.name, columns=listed(dates))


def _kept(table: Table, features: Sequence[str], options: FitOptions) -> npt.NDArray[np.int64]:
    """Return the positions of the rows that remain, after missing values are dealt with."""
    names = [*features, *options.target, *_weight(options)]
    if options.missing == "error":
        counts = missing_counts(table, names)
        if counts:
            told = counted(counts)
            raise InputError("missing_values", file=table.name, counts=told, rows=table.rows)
        return np.arange(table.rows)
    if options.missing == "mean":
        counts = missing_counts(table, [*options.target, *_weight(options)])
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
    table: Table, preparation: Preparation, options: FitOptions, rows: npt.NDArray[np.int64]
) -> tuple[ArraySource, tuple[Note, ...]]:
    X, notes = preparation.design(table, rows)
    y = np.stack([table.column(name).values[rows] for name in options.target], axis=1)
    if options.weight is None:
        return ArraySource(X, y, positions=rows), notes
    weight = np.asarray(table.column(options.weight).values[rows], dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0.0)))
    if len(bad):
        place, value = int(rows[bad[0]]) + 1, float(weight[bad[0]])
        raise InputError("weight_negative", column=options.weight, row=place, value=str(value))
    source = ArraySource(X, y, weight, rows)
    return (source if (weight > 0.0).all() else source.take(weight > 0.0)), notes


def _other_rows(
    preparation: Preparation, table: Table, options: FitOptions
) -> tuple[ArraySource, tuple[Note, ...]]:
    """Return the rows of the file of validation rows, prepared by what the training rows taught."""
    assert options.validation_data is not None
    other, _ = read_data([options.validation_data], replace(options, features=None))
    names = [one.column for one in preparation.features]
    _check_dates(other, [*names, *options.target], options)
    rows = _kept(other, names, options)
    source, notes = _source(other, preparation, options, rows)
    for k, name in enumerate(options.target):
        if table.column(name).kind == "text":
            source.y[:, k] = _same_codes(table.column(name), other.column(name), source.y[:, k])
    return source, notes


def _same_codes(known: Column, other: Column, codes: Floats) -> Floats:
    """Return the codes that one table's texts have in the other; beyond them where unknown."""
    places = {text: float(place) for place, text in enumerate(known.levels)}
    unknown = [text for text in other.levels if text not in places]
    if unknown:
        raise InputError(
            "class_not_trained", value=unknown[0], column=known.name, known=list(known.levels)
        )
    return np.array([places[other.levels[int(code)]] for code in codes])


def _weight(options: FitOptions) -> tuple[str, ...]:
    return () if options.weight is None else (options.weight,)


def _may_be_text(options: FitOptions) -> bool:
    """Return whether the target may be classes: of a network, or of losses that predict them."""
    if len(options.target) > 1:
        return False
    if options.hidden or options.loss == "squared_error":
        return True
    return options.loss in LOSSES and LOSSES[options.loss].task != "numbers"
