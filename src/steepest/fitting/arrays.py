"""Arrays as they are given to estimators: what cannot be used is refused, by column and row."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.dask_tables import is_dask
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


def check_kinds(values: Any, what: str) -> None:
    """Refuse dates and text, also text that looks like numbers, by column; Dask as a whole."""
    if is_dask(values):
        raise InputError("dask_in_memory", type=type(values).__name__)
    if hasattr(values, "toarray") or not hasattr(values, "__array__"):
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


def check_finite(values: Any, what: str, names: list[str] | None, estimator: str) -> None:
    """Refuse NaN and infinity, naming the first row and column."""
    if not np.issubdtype(values.dtype, np.floating):
        return
    bad = ~np.isfinite(values.reshape(len(values), -1))
    if not bad.any():
        return
    row, column = (int(place) for place in np.argwhere(bad)[0])
    value = values.reshape(len(values), -1)[row, column]
    too_large = phrase("input_infinite", dtype=str(values.dtype))
    raise InputError(
        "not_finite_input",
        what=what,
        kind="NaN" if np.isnan(value) else too_large,
        place=phrase("place_row", row=row)
        if names is None
        else phrase("place_cell", row=row, column=names[column]),
        count=int(bad.sum()),
        estimator=estimator,
    )


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
