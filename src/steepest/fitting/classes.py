"""Targets that are classes: their names, which loss they get, and the columns of 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from steepest.data.block_parts import AnyBlock
from steepest.data.block_sums import BlockTask
from steepest.data.file_source import FileSource, RowSource, in_one_stream
from steepest.data.prepared_stream import PreparedStream
from steepest.data.recipe import Recipe
from steepest.fitting.options import FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.objective.losses import LOSSES
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

MOST_CLASSES = 1_000
# Distinct numbers of a target that are counted before it is refused for having too many.
_MOST_VALUES = 1_000_000


def with_classes(rows: PreparedRows, options: FitOptions) -> tuple[PreparedRows, FitOptions]:
    """Return rows whose targets are 0 and 1 with their classes, and the loss resolved.

    A target of text with the loss ``squared_error`` gets ``logistic`` where it has two classes and
    ``softmax`` where it has more. Two classes take one column, the second class being 1, but for
    losses whose scores belong together; more take a column each. Classes are those of the training
    rows, in order; rows of numbers to predict come back as they are.

    Raises
    ------
    InputError
        If there is one class only, there are too many, or a validation row has another one.
    """
    column = rows.table.column(options.target[0])
    text = column.kind == "text"
    if options.hidden or (LOSSES[options.loss].task == "numbers" and not text):
        return rows, options
    if len(options.target) > 1:
        raise InputError("classes_of_one_target", targets=list(options.target))
    values, beside = _distinct(rows)
    names = tuple(column.levels[int(one)] if text else f"{one:.17g}" for one in values)
    if len(values) < 2:
        raise InputError("one_class", classes=list(names), rows=rows.training.rows)
    most = min(MOST_CLASSES, max(2, rows.training.rows // 2))
    if len(values) > most:
        facts = {"column": column.name, "count": len(values), "rows": rows.training.rows}
        raise InputError("class_count", **facts, most=most)
    unseen = np.setdiff1d(beside, values)
    if len(unseen):
        name = column.levels[int(unseen[0])] if text else f"{unseen[0]:.17g}"
        raise InputError("class_not_trained", value=name, column=column.name, known=list(names))
    if LOSSES[options.loss].task == "numbers":
        options = replace(options, loss="logistic" if len(values) == 2 else "softmax")
    one_column = len(values) == 2 and not LOSSES[options.loss].coupled
    if one_column and values.tolist() == [0.0, 1.0] and not text:
        return replace(rows, classes=names), options  # they are 0 and 1 as they stand
    return _encoded(replace(rows, classes=names), values[1:] if one_column else values), options


def _distinct(rows: PreparedRows) -> tuple[Floats, Floats]:
    """Return the distinct targets of the training and of the validation rows."""
    training, validation = rows.training, rows.validation
    if in_one_stream(training, validation):
        assert isinstance(training, FileSource)
        return _seen(training.prepared)
    both = []
    for place, source in enumerate((training, validation)):
        if isinstance(source, FileSource):
            both.append(_seen(source.prepared)[place])
        else:
            both.append(np.unique(source.y[:, 0]))
    return both[0], both[1]


def _seen(prepared: PreparedStream) -> tuple[Floats, Floats]:
    """Return the distinct targets of both kinds of rows of files, from one pass over them."""
    found = [np.zeros(0), np.zeros(0)]
    if prepared.laid is not None and not prepared.laid.complete:
        prepared = replace(prepared, laid=None)  # classes may get columns of their own
    for both in prepared.answers(Recipe(f"{__name__}:targets_of_block", {})):
        found = [np.union1d(old, new) for old, new in zip(found, both, strict=True)]
        if len(found[0]) > _MOST_VALUES:
            break  # no classes, however many more there are
    return found[0], found[1]


def targets_of_block() -> BlockTask:
    """Return what tells the distinct targets of a block, of training and of validation rows."""

    def seen(prepared: PreparedStream, item: tuple[int, AnyBlock]) -> list[Floats]:
        return [np.unique(part.y[:, 0]) for part in prepared.split(item)]

    return seen


def _encoded(rows: PreparedRows, values: Floats) -> PreparedRows:
    """Return rows with a column of 0 and 1 for each value; moments are to be made again."""
    training, validation = rows.training, rows.validation
    first = _encoded_source(training, values)
    second = _encoded_source(validation, values)
    if in_one_stream(training, validation):
        assert isinstance(first, FileSource)
        second = replace(first, validation=True)
    return replace(rows, training=first, validation=second, moments=None)


def _encoded_source(source: RowSource, values: Floats) -> RowSource:
    if isinstance(source, FileSource):
        prepared = source.prepared
        laid = None if prepared.laid is None else prepared.laid.with_targets(len(values))
        classes = tuple(values.tolist())
        return replace(source, prepared=replace(prepared, classes=classes, laid=laid))
    return replace(source, y=(source.y == values[None, :]).astype(np.float64))


def scored(options: FitOptions, classes: Sequence[str], columns: int) -> tuple[str, ...]:
    """Return what each column of scores is called: a target, or a class."""
    return tuple(classes) if columns > 1 and classes else options.target
