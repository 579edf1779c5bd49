"""Rows of a fit: read, told apart into training and validation, and turned into numbers.

The order matters: rows are dropped, then split, and only then is anything learnt (categories,
means, constant columns), from the training rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steepest.data.examples import example
from steepest.data.file_source import Sharing
from steepest.data.files import interruptible, read_table
from steepest.data.finding import data_files
from steepest.data.memory_budget import memory_budget, memory_needed
from steepest.data.preparation import (
    Preparation,
    hashed_notes,
    learn_preparation,
    missing_counts,
    missing_rows,
    table_of_example,
)
from steepest.data.source import ArraySource
from steepest.data.split import validation_mask
from steepest.data.table import Column, Note, Table
from steepest.data.table_stream import Tell
from steepest.fitting.options import FitOptions, is_example
from steepest.fitting.prepared import (
    PreparedArrays,
    PreparedRows,
    check_dates,
    checked_features,
    filled_notes,
    refuse_missing,
    weight_of,
)
from steepest.fitting.streamed_rows import streamed_rows
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


def read_data(
    data: Sequence[str], options: FitOptions
) -> tuple[Table, npt.NDArray[np.bool_] | None]:
    """Return the table that DATA names and, for the notes' own, which rows validate."""
    if is_example(data):
        own = example(data[0])
        table = table_of_example(data[0], own.X, own.y, own.features, own.target)
        return table, own.validation
    table = read_table(
        data,
        columns=_columns(options),
        encoding=options.encoding,
        delimiter=options.delimiter,
        decimal=options.decimal,
        bad_rows="skip" if options.bad_rows == "skip" else "error",
    )
    return table, None


def _columns(options: FitOptions) -> list[str] | None:
    """Return the columns that are asked for, None for all."""
    if options.features is None:
        return None
    return [*options.features, *options.target, *weight_of(options)]


def prepare_rows(
    data: Sequence[str],
    options: FitOptions,
    *,
    tell: Tell | None = None,
    sharing: Sharing | None = None,
) -> PreparedRows:
    """Read DATA and return its rows as a fit needs them, in memory if they fit the budget.

    Parameters
    ----------
    data : sequence of str
        As for ``fit``.
    options : FitOptions
        What is asked for.
    tell : function, optional
        Called with rows read and rows in all (0: not known) while a stream is read.
    sharing : Sharing, optional
        Workers that share the passes over files; the rows then stay there.

    Raises
    ------
    InputError
        Naming the file, column or row that cannot be used, and the remedy.
    """
    if not is_example(data):
        name, paths, arrow = data_files(data)
        need = memory_needed(paths, _columns(options), arrow=arrow)
        budget = memory_budget(options.memory)
        if options.cluster is not None and not arrow:  # its workers may not see our copy
            raise InputError("workers_files", option=options.shared, file=name)
        if need > budget or sharing is not None:
            sizes = {"need": need / 1e6, "budget": budget / 1e6}
            if options.hidden:
                raise InputError("network_in_memory", file=name, **sizes)
            with interruptible():
                made = streamed_rows(name, paths, options, arrow=arrow, tell=tell, sharing=sharing)
            said = [Note("story_streamed", sizes)] if need > budget else []
            return replace(made, notes=(*said, *made.notes))
    if sharing is not None:
        raise InputError("workers_files", option=options.shared, file=data[0])
    return prepared(*read_data(data, options), options)


def prepared(
    table: Table, own: npt.NDArray[np.bool_] | None, options: FitOptions
) -> PreparedArrays:
    """Return a table's rows as a fit needs them; ``own`` says which validate, where it knows."""
    if not table.rows:
        raise InputError("no_rows", file=table.name)
    features = checked_features(table, options)
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
        hashed=options.hash_categories,
    )
    filled: tuple[Note, ...] = ()
    if options.missing == "mean":
        filled = filled_notes(preparation, missing_counts(table, features))
    training, first = _source(table, preparation, options, rows[~mask])
    if options.validation_data is None:
        validation, second = _source(table, preparation, options, rows[mask])
    else:
        validation, second = _other_rows(preparation, table, options)
    return PreparedArrays(
        table,
        preparation,
        training,
        validation,
        table.rows - len(rows),
        own_split,
        (*table.notes, *filled, *hashed_notes(preparation, table), *first, *second),
    )


def _kept(table: Table, features: Sequence[str], options: FitOptions) -> npt.NDArray[np.int64]:
    """Return the positions of the rows that remain, after missing values are dealt with."""
    names = [*features, *options.target, *weight_of(options)]
    refuse_missing(table, missing_counts(table, names), options, features)
    if options.missing != "drop":
        return np.arange(table.rows)
    rows = np.flatnonzero(~missing_rows(table, names))
    if not len(rows):
        raise InputError("all_rows_dropped", file=table.name, rows=table.rows)
    return rows


def _source(
    table: Table, preparation: Preparation, options: FitOptions, rows: npt.NDArray[np.int64]
) -> tuple[ArraySource, tuple[Note, ...]]:
    X, notes = preparation.design(table, rows)
    y = np.stack([table.column(name).values[rows] for name in options.target], axis=1)
    if options.weight is None:
        return ArraySource(X, y, positions=rows), notes
    column = table.column(options.weight)
    if column.kind != "number":
        raise InputError(
            "weight_no_number", column=options.weight, kind=phrase(f"values_{column.kind}")
        )
    weight = np.asarray(column.values[rows], dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0.0)))
    if len(bad):
        place, value = int(rows[bad[0]]) + 1, float(weight[bad[0]])
        raise InputError("weight_negative", column=options.weight, row=place, value=str(value))
    source = ArraySource(X, y, weight, rows)
    absent = int((weight == 0.0).sum())
    if not absent:
        return source, notes
    told = Note("story_weight_zero", {"column": options.weight, "count": absent})
    return source.take(weight > 0.0), (*notes, told)


def _other_rows(
    preparation: Preparation, table: Table, options: FitOptions
) -> tuple[ArraySource, tuple[Note, ...]]:
    """Return the rows of the file of validation rows, prepared by what the training rows taught."""
    assert options.validation_data is not None
    other, _ = read_data([options.validation_data], replace(options, features=None))
    names = [one.column for one in preparation.features]
    check_dates(other, [*names, *options.target], options)
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
