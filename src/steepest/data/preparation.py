"""From a table to numbers: which columns, what is filled in, which categories.

Everything here is learnt from the training rows alone and then applied to any rows: the most
frequent level of a category (which gets no column of its own where there is an intercept, so
that the columns stay independent) and the values filled in for missing ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.hashing import expected_meetings, hashed_levels
from steepest.data.source import Folding, grid_cuts
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
    hashed : int
        Text: how many columns all levels share by a signed hash; 0: each has its own.
    """

    column: str
    kind: str
    levels: tuple[str, ...] = ()
    base: str | None = None
    fill: float | str | None = None
    hashed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Names of its columns in the design."""
        if self.kind != "text":
            return (self.column,)
        if self.hashed:
            return tuple(f"{self.column}#{place}" for place in range(self.hashed))
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
            if feature.hashed:
                _hashed(table, feature, column, rows, block)
            elif feature.kind == "text":
                notes += _indicators(table, feature, column, rows, block)
            else:
                block[:, 0] = _filled(table, feature, column.values[rows])
            place += width
        return design, tuple(notes)


def learn_preparation(
    table: Table,
    features: Sequence[str],
    rows: Rows,
    *,
    intercept: bool,
    fill: bool,
    hashed: int | None = None,
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
    hashed : int, optional
        Categories of more levels than this become so many columns by a signed hash.

    Raises
    ------
    InputError
        If a column has more than 1,000 levels, or no value in the training rows.
    """
    learnt = []
    cuts = grid_cuts(rows)
    for name in features:
        learning = Learning(table.column(name), fill=fill)
        values = table.column(name).values[rows]
        for start, stop in pairwise(cuts):
            learning.add(values[start:stop])
        learnt.append(learning.feature(table.name, intercept=intercept, hashed=hashed))
    return preparation_of(learnt, table.name)


def preparation_of(learnt: Sequence[Feature], file: str) -> Preparation:
    """Return features as a preparation, if their columns have names of their own.

    Raises
    ------
    InputError
        ``feature_names_collide`` or ``no_features``.
    """
    preparation = Preparation(tuple(learnt))
    names = preparation.names
    twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
    if twice is not None:
        raise InputError("feature_names_collide", name=twice)
    if not names:
        raise InputError("no_features", file=file)
    return preparation


class Learning:
    """What the training rows say of one column, block by block; it makes a :class:`Feature`.

    The mean is folded over the grid's blocks, so that files give the bits that memory gives.
    """

    def __init__(self, column: Column, *, fill: bool) -> None:
        self._column, self._fill = column, fill
        self._sum = Folding[float](lambda left, right: left + right)
        self._counts = np.zeros(len(column.levels), np.int64)
        self._known = 0

    def add(self, values: npt.NDArray[Any]) -> None:
        """Add the training rows of the next block that has any."""
        if self._column.kind == "text":
            self._counts += np.bincount(values[values >= 0], minlength=len(self._counts))
            self._known = int(self._counts.sum())
            return
        known = values[~np.isnan(values)]
        self._known += len(known)
        if self._fill:
            self._sum.add(float(known.sum()))

    def counts(self) -> npt.NDArray[np.int64]:
        """Return how often each level came."""
        return self._counts

    def feature(self, file: str, *, intercept: bool, hashed: int | None = None) -> Feature:
        """Return what was learnt; ``intercept`` and ``hashed`` as for ``learn_preparation``.

        Raises
        ------
        InputError
            ``column_empty`` or ``too_many_levels``.
        """
        name, levels = self._column.name, self._column.levels
        if not self._known:
            raise InputError("column_empty", file=file, column=name)
        if self._column.kind != "text":
            mean = self._sum.total() / self._known if self._fill else None
            return Feature(name, self._column.kind, fill=mean)
        base = int(np.argmax(self._counts))
        if hashed is not None and len(levels) > min(hashed, MOST_LEVELS):
            fill = levels[base] if self._fill else None
            return Feature(name, "text", fill=fill, hashed=hashed)
        if len(levels) > MOST_LEVELS:
            raise InputError(
                "too_many_levels", file=file, column=name, count=len(levels), most=MOST_LEVELS
            )
        present = [code for code in np.flatnonzero(self._counts) if code != base or not intercept]
        return Feature(
            name,
            "text",
            tuple(levels[code] for code in present),
            levels[base] if intercept else None,
            levels[base] if self._fill else None,
        )


def _empty(column: Column) -> bool:
    """Return whether a column has no value at all, so that its kind says nothing."""
    return column.kind == "number" and bool(np.isnan(column.values).all())


def _filled(table: Table, feature: Feature, values: Floats) -> Floats:
    missing = np.isnan(values)
    if not missing.any():
        return values
    _check_filled(table, feature, missing)
    return np.where(missing, float(feature.fill or 0.0), values)


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
        _check_filled(table, feature, missing)
        known[-1] = places.get(str(feature.fill), -1)
    block[:] = 0.0
    chosen = known[codes]
    hit = np.flatnonzero(chosen >= 0)
    block[hit, chosen[hit]] = 1.0
    count = int(unseen[codes].sum())
    if not count:
        return []
    levels = [column.levels[code] for code in np.unique(codes[unseen[codes]])]
    return [unseen_note(feature, count, levels)]


def _hashed(table: Table, feature: Feature, column: Column, rows: Rows, block: Floats) -> None:
    """Fill in the signs of the rows' levels, each in its column; no level is unknown."""
    codes = column.values[rows] if column.kind == "text" else np.full(len(rows), -1)
    present, inside = np.unique(codes, return_inverse=True)
    if len(present) and present[0] < 0:
        _check_filled(table, feature, codes < 0)
    texts = [str(feature.fill) if code < 0 else column.levels[code] for code in present]
    places, signs = hashed_levels(texts, feature.hashed)
    block[:] = 0.0
    block[np.arange(len(rows)), places[inside]] = signs[inside]


def _check_filled(table: Table, feature: Feature, missing: npt.NDArray[np.bool_]) -> None:
    """Refuse missing values that nothing stands in for, naming the first row."""
    if feature.fill is None:
        raise InputError(
            "missing_in_rows",
            file=table.name,
            column=feature.column,
            count=int(missing.sum()),
            row=int(np.argmax(missing)) + 1,
        )


def hashed_notes(preparation: Preparation, table: Table) -> tuple[Note, ...]:
    """Return what is said of each category whose levels share columns."""
    notes = []
    for one in preparation.features:
        if one.hashed:
            levels = len(table.column(one.column).levels)
            shared = expected_meetings(levels, one.hashed)
            facts = {"column": one.column, "levels": levels, "columns": one.hashed}
            notes.append(Note("story_hashed", {**facts, "shared": shared}))
    return tuple(notes)


def unseen_note(feature: Feature, count: int, levels: Sequence[str]) -> Note:
    """Return what is said of rows whose levels no training row has."""
    facts = {
        "column": feature.column, "count": count, "levels": listed(levels), "base": feature.base
    }  # fmt: skip
    return Note("levels_unseen" if feature.base is not None else "levels_unseen_all", facts)


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
