"""The trace: what was recorded of a run, as named columns, and how it is kept on disk.

A trace is written as ``trace.json`` (what it is and how the run ended), ``trace.csv`` (a row
for each recorded epoch) and plain ``.npy`` arrays (the parameter path), all readable without
this library.
"""

from __future__ import annotations

import csv
import json
import math
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.trace.endings import ENDINGS, Ending
from steepest.words.errors import DamageError, FileError, reason_unreadable

Floats = npt.NDArray[np.float64]

# Column -> what it means. A value that was not evaluated is NaN; one that is not finite is inf.
COLUMNS: dict[str, str] = {
    "epoch": "epochs done; row 0 is the start, before the first update",
    "updates": "updates done",
    "evaluations": "evaluations of the loss so far, of a search",
    "loss": "objective over all training rows, at this row's parameters",
    "running_loss": "mean over the epoch of each row's loss just before the update it took part in",
    "validation_loss": "loss over the validation rows, at this row's parameters",
    "gradient_norm": "length of the objective's gradient over all training rows",
    "rate": "learning rate of the epoch that led here",
    "seconds": "time spent descending so far; recording is not counted",
}
FORMAT = 1


@dataclass(frozen=True, eq=False)
class Trace:
    """What happened in one run.

    Attributes
    ----------
    columns : mapping of str to array of shape (n,)
        See ``COLUMNS``; one entry a recorded epoch.
    path : array of shape (n, P, K)
        Parameters at the same epochs, in training coordinates.
    updates : mapping of str to array
        ``update`` (m,), ``batch`` (m,), ``parameters`` (m, P, K), ``gradient`` (m, P, K):
        single updates, each with the parameters it started from, the batch (its number in the
        epoch; with batch size 1 the row's number among the training rows) and that batch's
        gradient there. Empty where every update is an epoch.
    parameters : array of shape (P, K)
        What the run returned, in training coordinates.
    ending : Ending
        How it ended.
    metadata : mapping
        JSON values: method, engine, rate, seed, thinning, coordinates.

    Examples
    --------
    >>> from steepest import ArraySource, minimize
    >>> import numpy as np
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> trace = minimize(rows, intercept=False, learning_rate=0.01, epochs=3)
    >>> trace.columns["epoch"].tolist()
    [0.0, 1.0, 2.0, 3.0]
    """

    columns: Mapping[str, Floats]
    path: Floats
    parameters: Floats
    ending: Ending
    updates: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.columns["epoch"])

    def __getitem__(self, column: str) -> Floats:
        return self.columns[column]

    def last(self, column: str) -> float:
        """Return the last evaluated number of a column, NaN if it never was."""
        if column not in self.columns:
            return float("nan")
        known = self.columns[column][~np.isnan(self.columns[column])]
        return float(known[-1]) if len(known) else float("nan")

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        from steepest.trace.notebook import trace_html

        return trace_html(self.columns, self.ending, self.metadata)

    def save(self, folder: Path) -> None:
        """Write the trace into an existing folder.

        Raises
        ------
        OSError
            If a file cannot be written.
        """
        about = {
            "format": FORMAT,
            "columns": {name: COLUMNS[name] for name in self.columns},
            "rows": len(self),
            "ending": self.ending.name,
            "sentence": self.ending.sentence(),
            "phrase": self.ending.phrase,
            "facts": dict(self.ending.facts),
            "metadata": dict(self.metadata),
        }
        text = json.dumps(strict(about), indent=1, ensure_ascii=False, allow_nan=False)
        (folder / "trace.json").write_bytes(f"{text}\n".encode("utf-8", "backslashreplace"))
        with (folder / "trace.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(self.columns)
            for row in zip(*(column.tolist() for column in self.columns.values()), strict=True):
                writer.writerow(["" if value != value else repr(value) for value in row])
        np.save(folder / "path.npy", self.path, allow_pickle=False)
        np.save(folder / "returned.npy", self.parameters, allow_pickle=False)
        for name, array in self.updates.items():
            np.save(folder / f"updates_{name}.npy", array, allow_pickle=False)


def load_trace(folder: str | Path) -> Trace:
    """Return the trace that was saved in ``folder``.

    Raises
    ------
    FileError
        If a file is missing, damaged or of an unknown format.

    Examples
    --------
    >>> import tempfile
    >>> from steepest import fit
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     saved = fit("example:salary", target="salary", out=f"{folder}/run")
    ...     load_trace(saved.folder)["epoch"].tolist()
    [0.0, 1.0]
    """
    place = Path(folder)
    try:
        about = json.loads((place / "trace.json").read_text(encoding="utf-8"))
        if about["format"] != FORMAT:
            raise DamageError("reason_format", file="trace.json")
        if about["ending"] not in ENDINGS:
            raise DamageError("reason_value", field="ending", value=repr(about["ending"]))
        columns = _read_columns(place / "trace.csv", list(about["columns"]), about["rows"])
        arrays = {file.stem: _read_array(file) for file in sorted(place.glob("*.npy"))}
        shape = arrays["returned"].shape
        if len(shape) != 2 or arrays["path"].shape != (about["rows"], *shape):
            raise DamageError("reason_path")
        return Trace(
            columns=columns,
            path=arrays["path"],
            parameters=arrays["returned"],
            ending=Ending(about["ending"], about["phrase"], about["facts"]),
            updates={
                name.removeprefix("updates_"): array
                for name, array in arrays.items()
                if name.startswith("updates_")
            },
            metadata=about["metadata"],
        )
    except _UNREADABLE as error:
        raise FileError(
            "trace_unreadable", folder=str(folder), reason=reason_unreadable(error)
        ) from error


# What json, csv and numpy's array format raise on damaged files.
_UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, RecursionError, csv.Error),
    *(SyntaxError, tokenize.TokenError, MemoryError),
)


def _read_columns(file: Path, names: list[str], count: int) -> dict[str, Floats]:
    text = file.read_text(encoding="utf-8")
    header, *rows = csv.reader(text.splitlines())
    if header != names or len(rows) != count or not text.endswith("\n"):
        raise DamageError("reason_other_rows", file=file.name, count=count, names=names)
    if any(len(row) != len(header) for row in rows):
        raise DamageError("reason_row", file=file.name)
    table = np.array([[float(v) if v else np.nan for v in row] for row in rows])
    return {name: table[:, i] for i, name in enumerate(header)}


def _read_array(file: Path) -> npt.NDArray[Any]:
    """Return a plain array; nothing but numpy's own array format is read."""
    with file.open("rb") as opened:
        array: npt.NDArray[Any] = np.lib.format.read_array(opened, allow_pickle=False)
        if opened.read(1):
            raise DamageError("reason_longer", file=file.name)
    return array


_PLAIN = frozenset((str, int, bool, type(None)))


def strict(value: Any) -> Any:
    """Return ``value`` as strict JSON allows it: numbers that are not finite become None."""
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if kind in _PLAIN:  # most of what there is; the page's answers pass through here in each frame
        return value
    if isinstance(value, Mapping):
        return {str(key): strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [strict(item) for item in value]
    if isinstance(value, np.ndarray):
        return strict(value.tolist())
    if isinstance(value, np.generic):
        return strict(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value
