"""From a table to numbers: which columns, what is filled in, which categories.

Everything here is learnt from the training rows alone and then applied to any rows: the most
frequent level of a category (which gets no column of its own where there is an intercept, so
that the columns stay independent) and the values filled in for missing ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.table import Column, Note, Table, listed
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

MOST_LEVELS = 1000


@dataclass(frozen=True)
class Feature:
    """How one column of the table becomes one or several numbers.

    Attributes
    ----------
    column : str
        Its name in the table.
    kind : {"number", "date", "text"}
        Dates are days since 1970-01-01.
    levels : tuple of str
        Text: the levels that have a column of their own, in order.
    base : str or None
        Text: the level without one (all its columns are 0).
    fill : float, str or None
        What stands in for a missing value; None where missing values are refused.
    """

    column: str
    kind: str
    levels: tuple[str, ...] = ()
    base: str | None = None
    fill: float | str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns in the design."""
        if self.kind != "text":
            return (self.column,)
        return tuple(f"{self.column}={level}" for level in self.levels)


@dataclass(frozen=True)
class Preparation:
    """How a table's columns become the design's, learnt from training rows."""

    features: tuple[Feature, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the design's columns."""
        return tuple(name for feature in self.features for name in feature.names)

    def design(self, table: Table, rows: Rows) -> tuple[Floats, tuple[Note, ...]]:
        """Return the chosen rows as numbers (m, d), and what must be told.

        Raises
        ------
        InputError
            If a column is missing, of another kind, or has missing values that nothing fills.
        """
        design = np.empty((len(rows), len(self.names)))
        notes: list[Note] = []
        place = 0
        for feature in self.features:
            column = table.column(feature.column)
            if column.kind != feature.kind and not _empty(column):
                raise InputError(
                    "column_of_other_kind",
                    file=table.name,
                    column=column.name,
                    kind=phrase(f"values_{column.kind}"),
                    learnt=phrase(f"values_{feature.kind}"),
                )
            width = len(feature.names)
            block = design[:, place : place + width]
            if feature.kind == "text":
                notes += _indicators(table, feature, column, rows, block)
            else:
                block[:, 0] = _filled(table, feature, column.values[rows])
            place += width
        return design, tuple(notes)


def learn_preparation(
    table: Table, features: Sequence[str], rows: Rows, *, intercept: bool, fill: bool
) -> Preparation:
    """Return the preparation of ``features`` learnt from the training rows ``rows``.

    Parameters
    ----------
    table : Table
        The table as read.
    features : sequence of str
        Columns to use, in order.
    rows : array of int
        Training rows.
    intercept : bool
        Whether the model has one, which makes one level of each category redundant.
    fill : bool
        Whether to fill missing values in: the mean of numbers, the most frequent category.

    Raises
    ------
    InputError
        If a column has more than 1,000 levels, or no value in the training rows.
    """
    learnt = [
        _learnt(table.name, table.column(name), rows, intercept=intercept, fill=fill)
        for name in features
    ]
    preparation = Preparation(tuple(learnt))
    names = preparation.names
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise InputError("feature_names_collide", name=twice)
    if not names:
        raise InputError("no_features", file=table.name)
    return preparation


def _learnt(file: str, column: Column, rows: Rows, *, intercept: bool, fill: bool) -> Feature:
    values = column.values[rows]
    if column.kind != "text":
        known = values[~np.isnan(values)]
        if not len(known):
            raise InputError("column_empty", file=file, column=column.name)
        mean = float(known.mean()) if fill else None
        return Feature(column.name, column.kind, fill=mean)
    counts = np.bincount(values[values >= 0], minlength=len(column.levels))
    if not counts.sum():
        raise InputError("column_empty", file=file, column=column.name)
    if len(column.levels) > MOST_LEVELS:
        raise InputError(
            "too_many_levels",
            file=file,
            column=column.name,
            count=len(column.levels),
            most=MOST_LEVELS,
        )
    base = int(np.argmax(counts))
    present = [code for code in np.flatnonzero(counts) if code != base or not intercept]
    return Feature(
        column.name,
        "text",
        tuple(column.levels[code] for code in present),
        column.levels[base] if intercept else None,
        column.levels[base] if fill else None,
    )


def _empty(column: Column) -> bool:
    """Return whether a column has no value at all, so that its kind says nothing."""
    return column.kind == "number" and bool(np.isnan(column.values).all())


def _filled(table: Table, feature: Feature, values: Floats) -> Floats:
    missing = np.isnan(values)
    if not missing.any():
        return values
    if feature.fill is None:
        raise InputError(
            "missing_in_rows",
            file=table.name,
            column=feature.column,
            count=int(missing.sum()),
            row=int(np.argmax(missing)) + 1,
        )
    return np.where(missing, float(feature.fill), values)


def _indicators(
    table: Table, feature: Feature, column: Column, rows: Rows, block: Floats
) -> list[Note]:
    codes = column.values[rows] if column.kind == "text" else np.full(len(rows), -1)
    places = {level: place for place, level in enumerate(feature.levels)}
    known = np.array([places.get(level, -1) for level in column.levels] + [-1], dtype=np.int64)
    unseen = np.array(
        [level not in places and level != feature.base for level in column.levels] + [False]
    )
    missing = codes < 0
    if missing.any():
        if feature.fill is None:
            raise InputError(
                "missing_in_rows",
                file=table.name,
                column=feature.column,
                count=int(missing.sum()),
                row=int(np.argmax(missing)) + 1,
            )
        known[-1] = places.get(str(feature.fill), -1)
    block[:] = 0.0
    chosen = known[codes]
    hit = np.flatnonzero(chosen >= 0)
    block[hit, chosen[hit]] = 1.0
    count = int(unseen[codes].sum())
    if not count:
        return []
    levels = listed([column.levels[code] for code in np.unique(codes[unseen[codes]])])
    facts = {"column": feature.column, "count": count, "levels": levels, "base": feature.base}
    return [Note("levels_unseen" if feature.base is not None else "levels_unseen_all", facts)]


def missing_counts(table: Table, columns: Sequence[str]) -> dict[str, int]:
    """Return how many rows miss each of ``columns``, those with any."""
    counts = {name: int(missing_rows(table, [name]).sum()) for name in columns}
    return {name: count for name, count in counts.items() if count}


def missing_rows(table: Table, columns: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which rows miss a value in any of ``columns``, shape (rows,)."""
    missing = np.zeros(table.rows, dtype=np.bool_)
    for name in columns:
        column = table.column(name)
        missing |= column.values < 0 if column.kind == "text" else np.isnan(column.values)
    return missing


def table_of_example(
    name: str, X: Floats, y: Floats, features: Sequence[str], target: str
) -> Table:
    """Return arrays as a table of number columns."""
    columns = {
        feature: Column(feature, "number", np.ascontiguousarray(X[:, i]))
        for i, feature in enumerate(features)
    }
    columns[target] = Column(target, "number", np.ascontiguousarray(y))
    return Table(name, columns, len(y), (), (name,), 0)
