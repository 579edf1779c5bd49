"""Rows of tables in memory as sources: read, kept or dropped, weighted, and of a second file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steepest.data.examples import example
from steepest.data.files import read_table
from steepest.data.preparation import (
    Preparation,
    missing_counts,
    missing_rows,
    table_of_example,
)
from steepest.data.source import ArraySource
from steepest.data.table import Column, Note, Table
from steepest.fitting.options import FitOptions, is_example
from steepest.fitting.prepared import check_dates, refuse_missing, weight_of
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
        columns=columns_of(options),
        encoding=options.encoding,
        delimiter=options.delimiter,
        decimal=options.decimal,
        bad_rows="skip" if options.bad_rows == "skip" else "error",
    )
    return table, None


def columns_of(options: FitOptions) -> list[str] | None:
    """Return the columns that are asked for, None for all."""
    if options.features is None:
        return None
    return [*options.features, *options.target, *weight_of(options)]


def kept_rows(table: Table, features: Sequence[str], options: FitOptions) -> npt.NDArray[np.int64]:
    """Return the positions of the rows that remain, after missing values are dealt with."""
    names = [*features, *options.target, *weight_of(options)]
    refuse_missing(table, missing_counts(table, names), options, features)
    if options.missing != "drop":
        return np.arange(table.rows)
    rows = np.flatnonzero(~missing_rows(table, names))
    if not len(rows):
        raise InputError("all_rows_dropped", file=table.name, rows=table.rows)
    return rows


def source_of(
    table: Table, preparation: Preparation, options: FitOptions, rows: npt.NDArray[np.int64]
) -> tuple[ArraySource, tuple[Note, ...]]:
    """Return the chosen rows prepared as numbers, without those of weight 0, and what is told."""
    X, notes = preparation.design(table, rows)
    y = np.stack([table.column(name).values[rows] for name in options.target], axis=1)
    if options.weight is None:
        return ArraySource(X, y, positions=rows), notes
    column = table.column(options.weight)
    check_weight(column)
    weight = np.asarray(column.values[rows], dtype=np.float64)
    bad = np.flatnonzero(~(np.isfinite(weight) & (weight >= 0.0)))
    if len(bad):
        place, value = int(rows[bad[0]]) + 1, float(weight[bad[0]])
        raise InputError("weight_negative", column=options.weight, row=place, value=str(value))
    source = ArraySource(X, y, weight, rows)
    told = absent_notes(options.weight, int((weight == 0.0).sum()))
    return (source.take(weight > 0.0) if told else source), (*notes, *told)


def check_weight(column: Column) -> None:
    """Refuse weights that are no numbers."""
    if column.kind != "number":
        kind = phrase(f"values_{column.kind}")
        raise InputError("weight_no_number", column=column.name, kind=kind)


def absent_notes(column: str | None, count: int) -> tuple[Note, ...]:
    """Return what is said of rows of weight 0, nothing where there are none."""
    return (Note("story_weight_zero", {"column": column, "count": count}),) if count else ()


def other_rows(
    preparation: Preparation, table: Table, options: FitOptions
) -> tuple[ArraySource, tuple[Note, ...]]:
    """Return the rows of the file of validation rows, prepared by what the training rows taught."""
    assert options.validation_data is not None
    other, _ = read_data([options.validation_data], replace(options, features=None))
    names = [one.column for one in preparation.features]
    check_dates(other, [*names, *options.target], options)
    rows = kept_rows(other, names, options)
    source, notes = source_of(other, preparation, options, rows)
    check_kinds(table, other, options.target)
    for k, name in enumerate(options.target):
        if table.column(name).kind == "text":
            codes = same_codes(table.column(name), other.column(name))
            source.y[:, k] = codes[source.y[:, k].astype(np.int64)]
    return source, notes


def check_kinds(table: Table, other: Table, names: Sequence[str]) -> None:
    """Refuse columns of the validation rows that are of another kind than the training rows'."""
    for name in names:
        learnt, kind = table.column(name).kind, other.column(name).kind
        if learnt != kind:
            raise InputError(
                "column_of_other_kind", file=other.name, column=name,
                kind=phrase(f"values_{kind}"), learnt=phrase(f"values_{learnt}"),
            )  # fmt: skip


def same_codes(known: Column, other: Column) -> Floats:
    """Return which code each of the other column's texts has in the known one."""
    places = {text: float(place) for place, text in enumerate(known.levels)}
    unknown = [text for text in other.levels if text not in places]
    if unknown:
        raise InputError(
            "class_not_trained", value=unknown[0], column=known.name, known=list(known.levels)
        )
    return np.array([places[text] for text in other.levels])
