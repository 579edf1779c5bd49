"""Rows of a fit that stay in their files: the same preparation, split and sums as in memory.

A table of nothing but numbers is read once: that pass looks at every value and makes the moments
as well. Otherwise one pass learns what all columns are, and, where there is something to learn
from the training rows (categories, values to fill in), another one learns it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steepest.data.csv_stream import CsvStream
from steepest.data.file_source import FileSource, RowSource
from steepest.data.finding import data_files
from steepest.data.laid_rows import LaidRows
from steepest.data.memory_budget import memory_budget, memory_needed
from steepest.data.preparation import (
    Feature,
    Learning,
    Preparation,
    missing_rows,
    preparation_of,
    shared_notes,
    unseen_note,
)
from steepest.data.prepared_stream import PreparedStream, Sharing
from steepest.data.read_ahead import ahead
from steepest.data.row_roles import AllRows, KeptRows, Roles, roles_of
from steepest.data.shared_copy import shared_copy
from steepest.data.table import Note, Table
from steepest.data.table_stream import ArrowStream, Head, TableStream, Tell
from steepest.fitting.options import FitOptions
from steepest.fitting.prepared import (
    PreparedRows,
    check_dates,
    checked_features,
    filled_notes,
    refuse_missing,
    weight_of,
)
from steepest.fitting.resolving import resolved_method
from steepest.fitting.table_rows import (
    absent_notes,
    check_kinds,
    check_weight,
    columns_of,
    other_rows,
    same_codes,
)
from steepest.objective.moments import Moments, moments_of_both
from steepest.words.errors import InputError

# Methods that walk rows one by one or a few at a time.
_SWEEPS = ("mini-batch", "stochastic")


def streamed_rows(
    name: str,
    paths: Sequence[str],
    options: FitOptions,
    *,
    arrow: bool,
    tell: Tell | None = None,
    sharing: Sharing | None = None,
) -> PreparedRows:
    """Return the rows of files as a fit needs them, none of them kept in memory.

    Rows that a sweep will walk are laid down by the first pass that tells them apart.

    Parameters
    ----------
    name : str
        What to call the table in messages.
    paths : sequence of str
        Its files.
    options : FitOptions
        What is asked for.
    arrow : bool
        Whether they are Parquet or Feather files, else CSV text.
    tell : function, optional
        As for ``prepare_rows``.
    sharing : Sharing, optional
        Workers that share the passes.

    Raises
    ------
    InputError, FileError
        As for ``prepare_rows``.
    """
    columns = columns_of(options)
    if not arrow:
        text = CsvStream(name, paths, columns, options.reading, tell)
        made: PreparedRows | None = _of_text(text, options, sharing)
    else:
        table = ArrowStream(name, paths, columns, tell)
        made = _at_once(table, options, sharing) or _prepared(table, options, sharing)
    assert made is not None
    if options.validation_data is None:
        return made
    validation, notes = _beside(made, options, tell, sharing)
    return replace(made, validation=validation, notes=(*made.notes, *notes))


def _of_text(stream: CsvStream, options: FitOptions, sharing: Sharing | None) -> PreparedRows:
    """Return the rows of text, which workers read from a binary copy."""
    if sharing is None:
        return _prepared(stream, options, None)
    made = _prepared(shared_copy(stream), options, sharing)
    return replace(made, notes=(Note("story_shared_copy", {"rows": made.table.rows}), *made.notes))


def _at_once(
    stream: ArrowStream, options: FitOptions, sharing: Sharing | None
) -> PreparedRows | None:
    """Return the rows of a table of numbers, moments made by the pass that looks at its values."""
    known = set(stream.wanted)
    asked = {*options.target, *(options.features or ())}
    features = [one for one in options.features or stream.wanted if one not in options.target]
    # Workers sum, but survey nothing: of floats the moments say that none is missing.
    simple = stream.numbers_only if sharing is None else stream.floats_only
    plain = simple and options.missing == "error" and asked <= known and not options.weight
    if not plain or not features or (options.intercept and "intercept" in features):
        return None
    roles = _roles(AllRows(stream.rows), stream.rows, options)
    preparation = Preparation(tuple(Feature(one, "number") for one in features))
    # Missing values go through as such, and are refused once all of them are counted.
    through = Preparation(tuple(Feature(one, "number", fill=math.nan) for one in features))
    scanned: TableStream = stream if stream.floats_only else _Survey(stream)
    laid = _laid(options, roles, stream.rows, len(features), sharing)
    surveyed = PreparedStream(scanned, through, options.target, roles, False, sharing, laid=laid)
    with np.errstate(all="ignore"):
        made = moments_of_both(FileSource(surveyed, False), FileSource(surveyed, True))
    if stream.floats_only and all(one is None or np.isfinite(one.R).all() for one in made):
        stream.complete()  # one value that is missing or infinite would show in the moments
    _checked_features(stream, options)
    refuse_missing(stream.head.table, stream.head.missing, options, features)
    prepared = PreparedStream(stream, preparation, options.target, roles, False, sharing, laid=laid)
    return _rows(prepared, stream.head, stream.rows, (), made, options)


def _laid(
    options: FitOptions, roles: Roles, rows: int, columns: int, sharing: Sharing | None
) -> LaidRows | None:
    """Return where rows are laid down for a sweep, None where none will walk them here."""
    if sharing is not None or resolved_method(options, roles.train) not in _SWEEPS:
        return None
    return LaidRows(rows, columns, len(options.target), weighted=options.weight is not None)


def _checked_features(stream: TableStream, options: FitOptions) -> list[str]:
    """Return the features; of a target of text that is refused the first one is looked for."""
    try:
        return checked_features(stream.head.table, options)
    except InputError as error:
        if error.name != "text_target":
            raise
        row = 0
        for block in stream.blocks():
            column = block.column(str(error.facts["column"]))
            found = np.flatnonzero(column.values >= 0)
            if len(found):
                value = column.levels[int(column.values[found[0]])]
                facts = {**error.facts, "value": value, "row": row + int(found[0]) + 1}
                raise InputError("text_target", **facts) from None
            row += block.rows
        raise


class _Survey:
    """A stream whose blocks are surveyed as they go by."""

    def __init__(self, stream: ArrowStream) -> None:
        self._stream = stream
        self.blocks = lambda: stream.blocks(survey=True)

    @property
    def scans(self) -> int:
        """See :class:`TableStream`."""
        return self._stream.scans

    @property
    def head(self) -> Head:
        """See :class:`TableStream`."""
        return self._stream.head


def _prepared(stream: TableStream, options: FitOptions, sharing: Sharing | None) -> PreparedRows:
    head = stream.head
    table = head.table
    features = _checked_features(stream, options)
    refuse_missing(table, head.missing, options, features)
    names = [*features, *options.target, *weight_of(options)]
    drop = options.missing == "drop" and any(name in head.missing for name in names)
    kept: AllRows | KeptRows = _kept(stream, names) if drop else AllRows(table.rows)
    if not kept.rows:
        raise InputError("all_rows_dropped", file=table.name, rows=table.rows)
    roles = _roles(kept, kept.rows, options)
    if options.intercept and "intercept" in features:
        raise InputError("feature_called_intercept")
    learning = _Pass(table, features, roles, options, names if drop else [])
    learning.over(stream)
    preparation = preparation_of(learning.features(), table.name)
    filled = filled_notes(preparation, head.missing) if options.missing == "mean" else ()
    prepared = PreparedStream(
        stream, preparation, options.target, roles, drop, sharing, options.weight, learning.absent,
        laid=_laid(options, roles, table.rows, len(preparation.names), sharing),
    )  # fmt: skip
    absent = learning.absent_notes()
    notes = (*filled, *shared_notes(preparation, table), *absent[0])
    beside = (*learning.unseen(preparation), *absent[1])
    return _rows(prepared, head, kept.rows, (*notes, *beside), None, options)


def _rows(
    prepared: PreparedStream,
    head: Head,
    kept: int,
    notes: Sequence[Note],
    made: tuple[Moments, Moments | None] | None,
    options: FitOptions,
) -> PreparedRows:
    budget = memory_budget(options.memory)
    return PreparedRows(
        head.table,
        prepared.preparation,
        FileSource(prepared, False, budget=budget),
        FileSource(prepared, True, budget=budget),
        head.table.rows - kept,
        False,
        (*head.table.notes, *notes),
        made,
    )


def _roles(kept: AllRows | KeptRows, rows: int, options: FitOptions) -> Roles:
    fraction = options.validation if options.validation is not None else 0.2
    fraction = 0.0 if options.validation_data is not None else fraction
    roles = roles_of(kept, rows, fraction, options.seed, time_ordered=options.time_ordered)
    if not roles.train:
        raise InputError("no_training_rows", rows=rows)
    return roles


def _kept(stream: TableStream, names: Sequence[str]) -> KeptRows:
    """Return which rows miss no value, from a pass over them."""
    kept = KeptRows()
    for table in ahead(stream.blocks()):
        kept.add(~missing_rows(table, names))
    return kept


class _Pass:
    """What a pass over all rows learns: levels, values to fill in, which weights are 0.

    Parameters
    ----------
    table : Table
        What is known of it, without its rows.
    features : sequence of str
        Columns to predict from.
    roles : Roles
        Which rows validate.
    options : FitOptions
        What is asked for.
    dropping : sequence of str
        Columns of which a missing value drops the row.
    """

    def __init__(
        self,
        table: Table,
        features: Sequence[str],
        roles: Roles,
        options: FitOptions,
        dropping: Sequence[str],
    ) -> None:
        self._table, self._roles, self._options = table, roles, options
        self._dropping = list(dropping)
        self._fill = options.missing == "mean"
        self._columns = [table.column(name) for name in features]
        self._learning = [
            [Learning(column, fill=self._fill) for column in self._columns] for _ in range(2)
        ]
        self._weights = [_Weights(), _Weights()]

    @property
    def needed(self) -> bool:
        """Whether there is anything to learn."""
        text = any(column.kind == "text" for column in self._columns)
        return text or self._fill or self._options.weight is not None

    def over(self, stream: TableStream) -> None:
        """Look at all rows, if there is anything to learn; refuse weights that are negative."""
        if not self.needed:
            return
        if self._options.weight is not None:
            check_weight(self._table.column(self._options.weight))
        start = 0
        for block in ahead(stream.blocks()):
            self._add(block, start)
            start += block.rows
        for one in self._weights:
            if one.first is not None:
                row, value = one.first
                raise InputError(
                    "weight_negative", column=self._options.weight, row=row + 1, value=value
                )

    def _add(self, block: Table, start: int) -> None:
        rows = np.arange(block.rows)
        if self._dropping:
            rows = np.flatnonzero(~missing_rows(block, self._dropping))
        validates = self._roles.validates(start + rows)
        kinds = (rows[~validates], rows[validates])
        for chosen, learning, weights in zip(kinds, self._learning, self._weights, strict=True):
            if not len(chosen):
                continue
            if self._options.weight is not None:
                values = block.column(self._options.weight).values[chosen]
                weights.add(np.asarray(values, dtype=np.float64), start + chosen)
            for column, one in zip(self._columns, learning, strict=True):
                one.add(block.columns[column.name].values[chosen])

    @property
    def absent(self) -> tuple[int, int]:
        """How many training and validation rows have the weight 0."""
        return self._weights[0].zeros, self._weights[1].zeros

    def absent_notes(self) -> tuple[tuple[Note, ...], tuple[Note, ...]]:
        """Return what is said of training and of validation rows of weight 0."""
        column = self._options.weight
        return absent_notes(column, self.absent[0]), absent_notes(column, self.absent[1])

    def features(self) -> list[Feature]:
        """Return the features as the training rows show them."""
        texts = any(column.kind == "text" for column in self._columns)
        if not (self._fill or texts):
            return [Feature(column.name, column.kind) for column in self._columns]
        asked = self._options
        return [
            one.feature(
                self._table.name,
                intercept=asked.intercept,
                hashed=asked.hash_categories,
                pooled=asked.pool_categories,
            )
            for one in self._learning[0]
        ]

    def unseen(self, preparation: Preparation) -> list[Note]:
        """Return what is said of levels that only validation rows have."""
        notes = []
        for column, feature, own, other in zip(
            self._columns, preparation.features, *self._learning, strict=True
        ):
            unseen = np.flatnonzero((own.counts() == 0) & (other.counts() > 0))
            if column.kind == "text" and len(unseen) and not (feature.hashed or feature.pooled):
                count = int(other.counts()[unseen].sum())
                notes.append(unseen_note(feature, count, [column.levels[code] for code in unseen]))
        return notes

    def not_trained(self, preparation: Preparation) -> list[Note]:
        """Return what is said of levels of a second file that no training row has."""
        notes = []
        for column, feature, other in zip(
            self._columns, preparation.features, self._learning[1], strict=True
        ):
            if feature.kind != "text" or feature.hashed or feature.pooled:
                continue
            known = (*feature.levels, feature.base)
            counts = zip(column.levels, other.counts().tolist(), strict=True)
            unseen = {level: count for level, count in counts if count and level not in known}
            if unseen:
                notes.append(unseen_note(feature, sum(unseen.values()), list(unseen)))
        return notes


class _Weights:
    """How many weights are 0, and the first that is none."""

    def __init__(self) -> None:
        self.zeros = 0
        self.first: tuple[int, str] | None = None

    def add(self, values: npt.NDArray[np.float64], positions: npt.NDArray[np.int64]) -> None:
        """Look at the weights of some rows."""
        self.zeros += int(np.count_nonzero(values == 0.0))
        bad = np.flatnonzero(~(np.isfinite(values) & (values >= 0.0)))
        if self.first is None and len(bad):
            self.first = int(positions[bad[0]]), str(float(values[bad[0]]))


def _beside(
    rows: PreparedRows, options: FitOptions, tell: Tell | None, sharing: Sharing | None
) -> tuple[RowSource, tuple[Note, ...]]:
    """Return the rows of the file of validation rows, in memory if they fit the budget."""
    assert options.validation_data is not None
    name, paths, arrow = data_files([options.validation_data])
    features = [one.column for one in rows.preparation.features]
    if memory_needed(paths, None, arrow=arrow) <= memory_budget(options.memory):
        return other_rows(rows.preparation, rows.table, options)
    columns = [*features, *options.target, *weight_of(options)]
    stream: TableStream = (
        ArrowStream(name, paths, columns, tell) if arrow
        else CsvStream(name, paths, columns, options.reading, tell)
    )  # fmt: skip
    other = stream.head.table
    check_dates(other, [*features, *options.target], options)
    check_kinds(rows.table, other, options.target)
    refuse_missing(other, stream.head.missing, options, features)
    drop = options.missing == "drop" and any(one in stream.head.missing for one in columns)
    kept: AllRows | KeptRows = _kept(stream, columns) if drop else AllRows(other.rows)
    if not kept.rows:
        raise InputError("all_rows_dropped", file=other.name, rows=other.rows)
    roles = Roles(0, kept.rows, since=0)
    looking = _Pass(other, features, roles, options, columns if drop else [])
    looking.over(stream)
    codes: tuple[float, ...] = ()
    if rows.table.column(options.target[0]).kind == "text":
        known, own = rows.table.column(options.target[0]), other.column(options.target[0])
        codes = tuple(same_codes(known, own).tolist())
    prepared = PreparedStream(
        stream, rows.preparation, options.target, roles, drop, sharing if arrow else None,
        options.weight, looking.absent, codes,
    )  # fmt: skip
    budget = memory_budget(options.memory)
    notes = (*looking.not_trained(rows.preparation), *looking.absent_notes()[1])
    return FileSource(prepared, True, budget=budget), notes
