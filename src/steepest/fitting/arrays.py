"""Arrays as they are given to estimators: what cannot be used is refused, by column and row."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.dask_tables import is_dask
from steepest.data.source import ArraySource
from steepest.data.sparse_source import SparseSource, check_matrix, is_sparse
from steepest.descent.problem import Problem
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_KINDS: dict[type, str] = {
    str: "text",
    np.str_: "text",
    bytes: "text",
    datetime.datetime: "dates",
    datetime.date: "dates",
    np.datetime64: "dates",
}


class ColumnNames(Sequence[str]):
    """Names of features, those of columns without one made when asked for: there may be millions.

    Examples
    --------
    >>> list(ColumnNames(2)), ColumnNames(1, ["age"])[0]
    (['x0', 'x1'], 'age')
    """

    def __init__(self, count: int, given: Any = None) -> None:
        self._count, self._given = count, given

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(self._count))]
        if not 0 <= place < self._count:
            raise IndexError(place)
        return f"x{place}" if self._given is None else str(self._given[place])


def check_kinds(values: Any, what: str) -> None:
    """Refuse dates and text, also text that looks like numbers, by column.

    Of a sparse matrix that its own arrays point outside of it, before anything reads them; a Dask
    collection as a whole, which reading would bring into memory.
    """
    if is_dask(values):
        raise InputError("dask_in_memory", type=type(values).__name__)
    if is_sparse(values):
        check_matrix(values)
        return
    if not hasattr(values, "__array__"):
        return
    kinds = {getattr(kind, "kind", "?") for kind in np.atleast_1d(getattr(values, "dtypes", "?"))}
    if kinds <= set("fiub"):
        return
    array = values if isinstance(values, np.ndarray) else np.asarray(values)
    if array.dtype.kind in "fiub" or array.ndim not in (1, 2):
        return
    names = list(getattr(values, "columns", range(array.shape[-1])))
    for place in range(1 if array.ndim == 1 else array.shape[1]):
        column = array if array.ndim == 1 else array[:, place]
        bad = "dates" if column.dtype.kind in "mM" else "text" if column.dtype.kind in "US" else ""
        if column.dtype.kind == "O":
            bad = next((_KINDS[type(one)] for one in column if type(one) in _KINDS), "")
        if bad:
            inside = phrase("column_of_input", column=str(names[place]), what=what)
            value = next((one for one in column if type(one) in _KINDS), column[0])
            raise InputError(
                "not_numeric",
                column=what if array.ndim == 1 else inside,
                kind=phrase(f"input_{bad}"),
                what=phrase(f"single_{bad}"),
                value=repr(str(value)),
            )


def check_finite(values: Any, what: str, names: Sequence[str] | None, estimator: str) -> None:
    """Refuse NaN and infinity, naming the first row and column."""
    if is_sparse(values):
        _check_finite_entries(values, what, names, estimator)
        return
    if not np.issubdtype(values.dtype, np.floating):
        return
    bad = ~np.isfinite(values.reshape(len(values), -1))
    if not bad.any():
        return
    row, column = (int(place) for place in np.argwhere(bad)[0])
    value = values.reshape(len(values), -1)[row, column]
    place = (
        phrase("place_row", row=row)
        if names is None
        else phrase("place_cell", row=row, column=names[column])
    )
    _refuse_not_finite(value, what, place, int(bad.sum()), estimator)


def _check_finite_entries(
    entries: Any, what: str, names: Sequence[str] | None, estimator: str
) -> None:
    """Refuse the same among the filled entries of a sparse matrix."""
    if not np.issubdtype(entries.dtype, np.floating):
        return
    if np.isfinite(entries.data).all():
        return
    entries = entries.tocoo()
    bad = np.flatnonzero(~np.isfinite(entries.data))
    if len(bad):
        row, column = int(entries.row[bad[0]]), int(entries.col[bad[0]])
        name = f"x{column}" if names is None else names[column]
        place = phrase("place_cell", row=row, column=name)
        _refuse_not_finite(entries.data[bad[0]], what, place, len(bad), estimator)


def _refuse_not_finite(
    value: Any, what: str, place: dict[str, object], count: int, estimator: str
) -> None:
    too_large = phrase("input_infinite", dtype=str(value.dtype))
    raise InputError(
        "not_finite_input",
        what=what,
        kind="NaN" if np.isnan(value) else too_large,
        place=place,
        count=count,
        estimator=estimator,
    )


def rows_of(X: Any, y: Floats, weight: Floats | None = None) -> ArraySource | SparseSource:
    """Return arrays, or a sparse matrix and its targets, as rows."""
    return SparseSource.of(X, y, weight) if is_sparse(X) else ArraySource(X, y, weight)


def start_of(problem: Problem, single: bool, coef_init: Any, intercept_init: Any) -> Floats:
    """Return the first parameters (P, K), in training coordinates, of those in table units."""
    where, targets = problem.coordinates, problem.rows.targets
    for name, given in (("coef_init", coef_init), ("intercept_init", intercept_init)):
        if given is not None and not np.isfinite(np.asarray(given, dtype=np.float64)).all():
            raise InputError("init_not_finite", name=name)
    if intercept_init is not None and not where.intercept:
        raise InputError("init_without_intercept")
    shape = (len(where.shift), targets)
    coefficients, intercept = np.zeros(shape), np.zeros(targets)
    if coef_init is not None:
        given = np.asarray(coef_init, dtype=np.float64)
        wanted = (shape[0],) if single else shape[::-1]
        if given.shape not in (wanted, shape[::-1]):
            raise InputError(
                "init_shape", name="coef_init", shape=str(given.shape), wanted=str(wanted)
            )
        coefficients = given.reshape(targets, shape[0]).T
    if intercept_init is not None:
        given = np.asarray(intercept_init, dtype=np.float64)
        if given.size != targets:
            raise InputError(
                "init_shape",
                name="intercept_init",
                shape=str(given.shape),
                wanted=str((targets,)),
            )
        intercept = given.reshape(targets)
    return where.from_table(coefficients, intercept)


def level_outside() -> int:
    """Return the stack level of the line outside this package that led here, for warnings."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals["__name__"].startswith("steepest."):
        frame, level = frame.f_back, level + 1
    return level


def validation_pair(given: Any) -> tuple[Any, Any]:
    """Return the caller's own validation rows as features and targets."""
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        count = len(given) if hasattr(given, "__len__") else 1
        raise InputError("validation_not_pair", got=type(given).__name__, count=count)
    return given[0], given[1]


def beside_of(beside: ArraySource | SparseSource, targets: int) -> ArraySource | SparseSource:
    """Return validation rows that have as many targets as the training rows."""
    if beside.targets != targets:
        raise InputError("validation_targets_differ", count=beside.targets, needed=targets)
    return beside
