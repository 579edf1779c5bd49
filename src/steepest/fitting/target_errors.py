"""Targets that a loss has no value for, told by file, column and row."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from steepest.data.table import Column, Table
from steepest.fitting.options import FitOptions
from steepest.words.errors import InputError


def of_table(error: InputError, table: Table, options: FitOptions) -> InputError:
    """Return the error of an impossible target as one of the file and column it stands in.

    Any other error comes back as it is.
    """
    if error.name not in ("invalid_targets", "invalid_validation_targets"):
        return error
    file, facts = table.name, dict(error.facts)
    if error.name == "invalid_validation_targets" and options.validation_data is not None:
        file = Path(options.validation_data).name
    place, target = (int(str(facts[name])) for name in ("row", "target"))
    told = {name: facts[name] for name in ("loss", "targets", "value")}
    column = options.target[min(target, len(options.target) - 1)]
    return InputError("invalid_targets_of_table", **told, file=file, column=column, row=place + 1)


def text_target(table: Table, column: Column, loss: str) -> InputError:
    """Return the error of a target of text under a loss of numbers, with the first text."""
    codes = np.asarray(column.values)
    row, value = -1, ""  # a stream's table holds no rows: it looks for the first one
    if len(rows := np.flatnonzero(codes >= 0)):
        row, value = int(rows[0]), column.levels[int(codes[rows[0]])]
    facts = {"file": table.name, "column": column.name, "loss": loss}
    return InputError("text_target", **facts, value=value, row=row + 1)
