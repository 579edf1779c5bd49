"""The recorder: keeps the rows of a run within a memory budget, evenly thinned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.trace.record import COLUMNS

Floats = npt.NDArray[np.float64]

ROWS = 10_000
PATH_BYTES = 64 * 2**20


def row_budget(shape: tuple[int, int]) -> int:
    """Return how many parameter points of ``shape`` a trace keeps."""
    return max(2, min(ROWS, PATH_BYTES // (8 * shape[0] * shape[1])))


@dataclass(frozen=True, eq=False)
class Stretch:
    """What an engine hands back for the epochs it advanced.

    Attributes
    ----------
    columns : mapping of str to array of shape (n,)
        Those of ``COLUMNS`` that the engine knows.
    parameters : function
        From row numbers (m,) of the stretch to parameters (m, P, K).
    still : array of shape (n,)
        Whether the epoch that led here changed no bit, and none will change any more.
    updates : mapping of str to array
        Single updates recorded on the way; see ``Trace``.
    """

    columns: Mapping[str, Floats]
    parameters: Callable[[npt.NDArray[np.int64]], Floats]
    still: npt.NDArray[np.bool_]
    updates: Mapping[str, npt.NDArray[np.float64]]


def one_row(
    columns: Mapping[str, Floats],
    point: Floats,
    *,
    still: bool,
    updates: Mapping[str, npt.NDArray[Any]] | None = None,
) -> Stretch:
    """Return the stretch of a single epoch, at whose end the parameters are ``point`` (P, K)."""
    return Stretch(
        columns,
        lambda rows: np.repeat(point[None], len(rows), axis=0),
        np.array([still]),
        updates or {},
    )


class Recorder:
    """Collects stretches; keeps every ``every``-th epoch, doubling it when the budget is full.

    Row 0 (the start) and the last row given to :meth:`finish` are always kept.
    """

    def __init__(self, shape: tuple[int, int], budget: int | None) -> None:
        self.every = 1
        self.updates: list[Mapping[str, npt.NDArray[np.float64]]] = []
        self._shape = shape
        self._budget = budget
        self._columns: list[Floats] = []
        self._path: list[Floats] = []
        self._kept = 0
        self._last: tuple[Floats, Floats] | None = None

    def add(self, stretch: Stretch) -> None:
        """Record the rows of one stretch."""
        table = self._table(stretch)
        final = np.array([len(table) - 1])
        self._last = (table[final], stretch.parameters(final))
        if len(table) == 1:
            kept = self._last if table[0, 0] % self.every == 0 else None
        else:
            rows = np.flatnonzero(table[:, 0] % self.every == 0)
            kept = (table[rows], stretch.parameters(rows))
        if kept is not None:
            self._columns.append(kept[0])
            self._path.append(kept[1])
            self._kept += len(kept[0])
        if stretch.updates:
            self.updates.append(stretch.updates)
        while self._budget is not None and self._kept > self._budget:
            self._thin()

    def kept(self) -> dict[str, Any]:
        """Return all that was recorded, as plain values; ``restore`` takes it back."""
        if len(self._columns) > 1:
            self._columns = [np.concatenate(self._columns)]
            self._path = [np.concatenate(self._path)]
        return {
            "every": self.every,
            "updates": [dict(one) for one in self.updates],
            "columns": list(self._columns),
            "path": list(self._path),
            "kept": self._kept,
            "last": self._last,
        }

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take back what :meth:`kept` returned."""
        self.every, self.updates = kept["every"], list(kept["updates"])
        self._columns, self._path = list(kept["columns"]), list(kept["path"])
        self._kept, self._last = kept["kept"], kept["last"]

    def finish(self) -> tuple[dict[str, Floats], Floats]:
        """Return the columns and the path (n, P, K)."""
        table, path = np.concatenate(self._columns), np.concatenate(self._path)
        if self._last is not None and table[-1, 0] != self._last[0][0, 0]:
            table = np.concatenate([table, self._last[0]])
            path = np.concatenate([path, self._last[1]])
        columns = {name: table[:, i] for i, name in enumerate(COLUMNS)}
        return {name: c for name, c in columns.items() if not np.isnan(c).all()}, path

    def finished_updates(self) -> dict[str, npt.NDArray[np.float64]]:
        """Return the recorded single updates, joined."""
        if not self.updates:
            return {}
        return {name: np.concatenate([u[name] for u in self.updates]) for name in self.updates[0]}

    def _table(self, stretch: Stretch) -> Floats:
        table = np.full((len(stretch.still), len(COLUMNS)), np.nan)
        for place, name in enumerate(COLUMNS):
            if name in stretch.columns:
                table[:, place] = stretch.columns[name]
        return table

    def _thin(self) -> None:
        self.every *= 2
        table, path = np.concatenate(self._columns), np.concatenate(self._path)
        keep = table[:, 0] % self.every == 0
        self._columns, self._path = [table[keep]], [path[keep]]
        self._kept = int(keep.sum())
