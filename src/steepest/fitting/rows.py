"""Rows of a fit: read, told apart into training and validation, and turned into numbers.

The order matters: rows are dropped, then split, and only then is anything learnt (categories,
means, constant columns), from the training rows alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steepest.data.files import interruptible
from steepest.data.finding import data_files
from steepest.data.memory_budget import memory_budget, memory_needed
from steepest.data.preparation import learn_preparation, missing_counts, shared_notes
from steepest.data.prepared_stream import Sharing
from steepest.data.split import validation_mask
from steepest.data.table import Note, Table
from steepest.data.table_stream import ArrowStream, Tell
from steepest.fitting.options import AUTO, FitOptions, is_example
from steepest.fitting.prepared import (
    PreparedArrays,
    PreparedRows,
    checked_features,
    filled_notes,
)
from steepest.fitting.streamed_rows import streamed_rows
from steepest.fitting.table_rows import columns_of, kept_rows, other_rows, read_data, source_of
from steepest.words.errors import InputError

# Bytes in memory from which a table whose moments are all that is needed is summed as it is read:
# 0.5 GB of float64 (four times that in memory) took 1.1 to 4.9 s from memory, 0.6 s so.
_WORTH_STREAMING = 256 << 20


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
        need = memory_needed(paths, columns_of(options), arrow=arrow)
        budget = memory_budget(options.memory)
        if options.cluster is not None and not arrow:  # its workers may not see our copy
            raise InputError("workers_files", option=options.shared, file=name)
        once = arrow and need > _WORTH_STREAMING and _read_once(name, paths, options)
        if need > budget or sharing is not None or once:
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


def _read_once(name: str, paths: Sequence[str], options: FitOptions) -> bool:
    """Return whether a fit needs nothing but moments of a table of numbers, to the same bits."""
    asked = options.memory is None and not options.hidden and options.squares
    batch = options.method in (AUTO, "batch") and options.batch_size is None
    if not (asked and batch):
        return False
    return ArrowStream(name, paths, columns_of(options)).numbers_only


def prepared(
    table: Table, own: npt.NDArray[np.bool_] | None, options: FitOptions
) -> PreparedArrays:
    """Return a table's rows as a fit needs them; ``own`` says which validate, where it knows."""
    if not table.rows:
        raise InputError("no_rows", file=table.name)
    features = checked_features(table, options)
    rows = kept_rows(table, features, options)
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
        pooled=options.pool_categories,
    )
    filled: tuple[Note, ...] = ()
    if options.missing == "mean":
        filled = filled_notes(preparation, missing_counts(table, features))
    training, first = source_of(table, preparation, options, rows[~mask])
    if options.validation_data is None:
        validation, second = source_of(table, preparation, options, rows[mask])
    else:
        validation, second = other_rows(preparation, table, options)
    return PreparedArrays(
        table,
        preparation,
        training,
        validation,
        table.rows - len(rows),
        own_split,
        (*table.notes, *filled, *shared_notes(preparation, table), *first, *second),
    )
