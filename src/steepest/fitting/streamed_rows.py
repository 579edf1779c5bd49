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

from steepest.data.csv_stream import CsvStream
from steepest.data.file_source import FileSource, PreparedStream, Sharing
from steepest.data.memory_budget import memory_budget
from steepest.data.preparation import (
    Feature,
    Learning,
    Preparation,
    hashed_notes,
    missing_rows,
    preparation_of,
    unseen_note,
)
from steepest.data.read_ahead import ahead
from steepest.data.row_roles import AllRows, KeptRows, Roles, roles_of
from steepest.data.shared_copy import shared_copy
from steepest.data.table import Note
from steepest.data.table_stream import ArrowStream, Head, TableStream, Tell
from steepest.fitting.options import FitOptions
from steepest.fitting.prepared import (
    PreparedRows,
    checked_features,
    filled_notes,
    refuse_missing,
)
from steepest.objective.moments import Moments, moments_of_both
from steepest.words.errors import InputError


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
    for option, given in (
        ("--weight", options.weight),
        ("--validation-data", options.validation_data),
    ):
        if given is not None:
            raise InputError("not_from_files", option=option)
    columns = None if options.features is None else [*options.features, *options.target]
    if not arrow:
        stream = CsvStream(name, paths, columns, options.reading, tell)
        if sharing is None:
            return _prepared(stream, options, None)
        made = _prepared(shared_copy(stream), options, sharing)
        return replace(
            made, notes=(Note("story_shared_copy", {"rows": made.table.rows}), *made.notes)
        )
    table = ArrowStream(name, paths, columns, tell)
    at_once = _at_once(table, options, sharing)
    return _prepared(table, options, sharing) if at_once is None else at_once


def _at_once(
    stream: ArrowStream, options: FitOptions, sharing: Sharing | None
) -> PreparedRows | None:
    """Return the rows of a table of numbers, moments made by the pass that looks at its values."""
    known = set(stream.wanted)
    asked = {*options.target, *(options.features or ())}
    features = [one for one in options.features or stream.wanted if one not in options.target]
    # Workers sum, but survey nothing: of floats the moments say that none is missing.
    simple = stream.numbers_only if sharing is None else stream.floats_only
    plain = simple and options.missing == "error" and asked <= known
    if not plain or not features or (options.intercept and "intercept" in features):
        return None
    roles = _roles(AllRows(stream.rows), stream.rows, options)
    preparation = Preparation(tuple(Feature(one, "number") for one in features))
    # Missing values go through as such, and are refused once all of them are counted.
    through = Preparation(tuple(Feature(one, "number", fill=math.nan) for one in features))
    scanned: TableStream = stream if stream.floats_only else _Survey(stream)
    surveyed = PreparedStream(scanned, through, options.target, roles, False, sharing)
    with np.errstate(all="ignore"):
        made = moments_of_both(FileSource(surveyed, False), FileSource(surveyed, True))
    if stream.floats_only and all(one is None or np.isfinite(one.R).all() for one in made):
        stream.complete()  # one value that is missing or infinite would show in the moments
    checked_features(stream.head.table, options)
    refuse_missing(stream.head.table, stream.head.missing, options, features)
    prepared = PreparedStream(stream, preparation, options.target, roles, False, sharing)
    return _rows(prepared, stream.head, stream.rows, (), made, options)


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
    features = checked_features(table, options)
    refuse_missing(table, head.missing, options, features)
    names = [*features, *options.target]
    drop = options.missing == "drop" and any(name in head.missing for name in names)
    kept: AllRows | KeptRows = _kept(stream, names) if drop else AllRows(table.rows)
    if not kept.rows:
        raise InputError("all_rows_dropped", file=table.name, rows=table.rows)
    roles = _roles(kept, kept.rows, options)
    if options.intercept and "intercept" in features:
        raise InputError("feature_called_intercept")
    learnt, unseen = _learnt(stream, features, names if drop else [], roles, options)
    preparation = preparation_of(learnt, table.name)
    filled = filled_notes(preparation, head.missing) if options.missing == "mean" else ()
    prepared = PreparedStream(stream, preparation, options.target, roles, drop, sharing)
    notes = (*filled, *hashed_notes(preparation, table), *unseen)
    return _rows(prepared, head, kept.rows, notes, None, options)


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


def _learnt(
    stream: TableStream,
    features: Sequence[str],
    dropping: Sequence[str],
    roles: Roles,
    options: FitOptions,
) -> tuple[list[Feature], list[Note]]:
    """Return the features as the training rows show them, and the levels that only others have."""
    table, fill = stream.head.table, options.missing == "mean"
    columns = [table.column(name) for name in features]
    if not fill and all(column.kind != "text" for column in columns):
        return [Feature(column.name, column.kind) for column in columns], []
    learning = [Learning(column, fill=fill) for column in columns]
    beside = [Learning(column, fill=fill) for column in columns]
    start = 0
    for block in ahead(stream.blocks()):
        rows = np.arange(block.rows)
        if dropping:
            rows = np.flatnonzero(~missing_rows(block, dropping))
        validates = roles.validates(start + rows)
        for learner, chosen in ((learning, rows[~validates]), (beside, rows[validates])):
            for name, one in zip(features, learner, strict=True):
                if len(chosen):
                    one.add(block.columns[name].values[chosen])
        start += block.rows
    learnt, notes = [], []
    for column, own, other in zip(columns, learning, beside, strict=True):
        feature = own.feature(
            table.name, intercept=options.intercept, hashed=options.hash_categories
        )
        learnt.append(feature)
        unseen = np.flatnonzero((own.counts() == 0) & (other.counts() > 0))
        if column.kind == "text" and len(unseen) and not feature.hashed:
            count = int(other.counts()[unseen].sum())
            notes.append(unseen_note(feature, count, [column.levels[code] for code in unseen]))
    return learnt, notes
