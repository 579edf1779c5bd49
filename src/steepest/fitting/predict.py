"""Predict with a saved run: a table in, a file of predictions out, the loss where it is known."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.examples import example
from steepest.data.files import check_reading, read_table
from steepest.data.preparation import missing_rows, table_of_example
from steepest.data.table import Note, Table, listed
from steepest.data.writing import write_predictions
from steepest.fitting.model import LinearModel
from steepest.fitting.network_model import NetworkModel
from steepest.fitting.options import is_example, names_of
from steepest.fitting.run import load_run
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Predictions:
    """Predictions (rows, K), NaN where a row misses a value; see ``summary`` for the rest."""

    values: Floats
    summary: Mapping[str, Any]
    notes: tuple[Note, ...]


def predict(
    run: str | os.PathLike[str],
    data: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    *,
    out: str | os.PathLike[str] | None = None,
    missing: str = "error",
    **reading: Any,
) -> Predictions:
    """Predict every row of DATA with a saved run.

    Parameters
    ----------
    run : path
        A run folder.
    data : path or sequence of paths
        CSV or Parquet files with the features' columns.
    out : path, optional
        ``.csv`` or ``.parquet`` file to write; one column ``prediction`` (with several
        targets ``prediction_NAME`` for each).
    missing : {"error", "empty"}
        Refuse rows with missing features, or leave their predictions empty.
    **reading
        ``encoding``, ``delimiter``, ``decimal``, ``bad_rows`` as for reading a table.

    Returns
    -------
    Predictions
        Values, and a summary with ``rows``, ``empty``, ``loss``, ``loss_name``, ``out``; the loss
        is None unless DATA holds the target.

    Raises
    ------
    InputError
        If a column is missing or cannot be used.
    FileError
        If the run or DATA cannot be read, or the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from steepest import fit
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = fit("example:three-points", target="y", out=f"{folder}/run")
    ...     predict(f"{folder}/run", "example:three-points").values.round(6).ravel().tolist()
    [2.0, 4.0, 6.0]
    """
    if missing not in ("error", "empty"):
        known = ["error", "empty"]
        raise InputError("unknown_choice", option="missing", value=missing, known=known)
    if out is not None and Path(out).suffix not in (".csv", ".parquet"):
        raise InputError("bad_output_suffix", file=os.fspath(out))
    _refuse_input(out, data)
    check_reading(
        reading.get("encoding"),
        reading.get("delimiter"),
        reading.get("decimal", "."),
        reading.get("bad_rows", "error"),
    )
    model = load_run(os.fspath(run)).model
    table = _read(data, reading)
    columns = [one.column for one in model.preparation.features if one.fill is None]
    empty = missing_rows(table, columns)
    if missing == "error":
        empty[:] = False
    rows = np.flatnonzero(~empty)
    design, notes = model.preparation.design(table, rows)
    values = np.full((table.rows, len(model.outputs)), np.nan)
    values[rows] = model.predicted(design)
    if out is not None:
        write_predictions(Path(out), values, model.outputs)
    losses = model.losses(values, table)
    losses = losses[~np.isnan(losses)]
    loss, scored = (float(losses.mean()) if len(losses) else None), len(losses)
    summary = {
        "rows": table.rows,
        "empty": int(empty.sum()),
        "loss": loss,
        "loss_name": model.loss,
        "scored": scored,
        "targets": list(model.targets),
        "out": None if out is None else os.fspath(out),
    }
    return Predictions(values, summary, (*table.notes, *notes, *_unseen(model, table)))


def _unseen(model: LinearModel | NetworkModel, table: Table) -> tuple[Note, ...]:
    """Return what is said of rows whose class no training row had: no loss is known of them."""
    column = table.columns.get(model.targets[0]) if model.classes else None
    if column is None or column.problem is not None:
        return ()
    if column.kind == "text":
        named = [str(column.levels[code]) for code in column.values if code >= 0]
    else:
        named = [f"{one:.17g}" for one in column.values if not np.isnan(one)]
    others = [one for one in named if one not in model.classes]
    if not others:
        return ()
    facts = {
        "count": len(others),
        "column": model.targets[0],
        "classes": listed(sorted(set(others))),
    }
    return (Note("classes_unseen", facts),)


def _refuse_input(out: Any, data: Any) -> None:
    """Refuse to write over a file that is to be read."""
    given = [data] if isinstance(data, (str, os.PathLike)) else data
    if out is None or not os.path.exists(out):
        return
    for one in given:
        if os.path.exists(one) and os.path.samefile(one, out):
            raise InputError("output_is_input", file=os.fspath(out))


def _read(data: Any, reading: Mapping[str, Any]) -> Table:
    names = names_of(data)
    if is_example(names):
        own = example(names[0])
        return table_of_example(names[0], own.X, own.y, own.features, own.target)
    return read_table(names, **reading)
