"""Targets that are classes: their names, which loss they get, and the columns of 0 and 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.source import ArraySource
from steepest.fitting.options import FitOptions
from steepest.fitting.prepared import PreparedArrays, PreparedRows
from steepest.objective.losses import LOSSES
from steepest.words.errors import InputError

MOST_CLASSES = 1_000


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
    if not isinstance(rows, PreparedArrays):
        raise InputError("classes_in_memory", column=column.name)
    values = np.unique(rows.training.y[:, 0])
    names = tuple(column.levels[int(one)] if text else f"{one:.17g}" for one in values)
    if len(values) < 2:
        raise InputError("one_class", classes=list(names), rows=rows.training.rows)
    most = min(MOST_CLASSES, max(2, rows.training.rows // 2))
    if len(values) > most:
        facts = {"column": column.name, "count": len(values), "rows": rows.training.rows}
        raise InputError("class_count", **facts, most=most)
    unseen = np.setdiff1d(rows.validation.y[:, 0], values)
    if len(unseen):
        name = column.levels[int(unseen[0])] if text else f"{unseen[0]:.17g}"
        raise InputError("class_not_trained", value=name, column=column.name, known=list(names))
    if LOSSES[options.loss].task == "numbers":
        options = replace(options, loss="logistic" if len(values) == 2 else "softmax")
    one_column = len(values) == 2 and not LOSSES[options.loss].coupled
    sources = [
        _encoded(source, values[1:] if one_column else values)
        for source in (rows.training, rows.validation)
    ]
    encoded = replace(rows, training=sources[0], validation=sources[1], classes=names)
    return encoded, options


def _encoded(source: ArraySource, values: npt.NDArray[Any]) -> ArraySource:
    return replace(source, y=(source.y == values[None, :]).astype(np.float64))


def scored(options: FitOptions, classes: Sequence[str], columns: int) -> tuple[str, ...]:
    """Return what each column of scores is called: a target, or a class."""
    return tuple(classes) if columns > 1 and classes else options.target
