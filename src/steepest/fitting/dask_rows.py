"""Dask's collections as an estimator's rows: computed part by part, answered part by part.

Nothing of Dask is imported. Features are laid down row after row in a temporary file without a
name, and the estimator trains on a memory map of it as on any array: same types, same bits.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from functools import partial, wraps
from inspect import signature
from itertools import chain
from typing import Any, ParamSpec, TypeVar

import numpy as np
import numpy.typing as npt

from steepest.data.dask_tables import is_dask
from steepest.data.nameless_file import NamelessFile
from steepest.data.read_ahead import in_order
from steepest.fitting.arrays import check_kinds
from steepest.words.errors import InputError

P = ParamSpec("P")
T = TypeVar("T")

_NUMBERS = "fiub"
# Partitions that are computed at the same time.
_AT_ONCE = 2
# What a linear estimator predicts without, and workers need not be sent.
_OF_TRAINING = ("trace_", "_partial", "_moments")


def fits_dask(fit: Callable[P, T]) -> Callable[P, T]:
    """Let an estimator's ``fit`` take Dask collections wherever it takes arrays."""
    known = signature(fit)

    @wraps(fit)
    def fitted(*given: P.args, **named: P.kwargs) -> T:
        values = [*given, *named.values()]
        if not any(is_dask(one) for one in values if not isinstance(one, (str, bytes))):
            return fit(*given, **named)
        bound = known.bind(*given, **named)
        bound.args[0]._validate_params()  # before anything is computed
        for name, value in bound.arguments.items():
            if isinstance(value, (tuple, list)) and is_dask(value):
                pair = zip(value, ("X", "y"), strict=False)
                bound.arguments[name] = tuple(laid_out(one, what) for one, what in pair)
            elif is_dask(value):
                bound.arguments[name] = laid_out(value, name)
        return fit(*bound.args, **bound.kwargs)

    return fitted


def answers_dask(answer: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Let an estimator's ``predict`` answer a Dask collection by one, block by block."""

    @wraps(answer)
    def answered(self: Any, X: Any) -> Any:
        return _by_blocks(partial(answer, _light(self)), X) if is_dask(X) else answer(self, X)

    return answered


def laid_out(values: Any, what: str) -> Any:
    """Return the rows of a Dask collection: numbers of one column in memory, tables in a file.

    Parameters
    ----------
    values : Dask array, dataframe or series
        Of one or two dimensions; chunks of rows may be of unknown lengths.
    what : str
        How errors call it.

    Returns
    -------
    array or frame
        A frame where the collection has named columns, over the same memory map.

    Raises
    ------
    InputError
        If it is no such collection, or a partition does not hold numbers of the kind it says.
    """
    dimensions = getattr(values, "ndim", 0) if hasattr(type(values), "to_delayed") else 0
    if dimensions not in (1, 2):
        raise InputError("dask_kind_of_rows", what=what, type=type(values).__name__)
    if dimensions == 1:
        return np.concatenate([np.asarray(one) for one in _computed(values)])
    made = _mapped(values, what)
    return _like(values, made) if _has_names(values) else made


def _mapped(values: Any, what: str) -> npt.NDArray[Any]:
    """Return a table's rows as a memory map of a file that grows partition by partition."""
    parts = _computed(values)
    first = next(parts)  # of a frame the kinds of columns that were read are those that count
    columns, kind = int(values.shape[1]), _kind_of(values)
    file, size = NamelessFile(), 0
    for number, part in enumerate(chain([first], parts)):
        rows = _numbers(part, kind, what, number)
        file.write([(rows.reshape(-1).view(np.uint8).data, size)])
        size += rows.nbytes
    return file.mapped(size).view(kind).reshape(-1, columns)


def _computed(values: Any) -> Iterator[Any]:
    """Yield the partitions in their order, a few computed at the same time."""
    if getattr(values, "ndim", 1) == 2 and not _has_names(values):
        values = values.rechunk({1: -1}) if len(values.chunks[1]) > 1 else values
    parts = np.ravel(np.array(values.to_delayed(), dtype=object))
    yield from in_order(lambda part: part.compute(), iter(parts), _AT_ONCE)


def _kind_of(values: Any) -> np.dtype[Any]:
    """Return the type that numpy would give the whole collection, float64 where it is no number."""
    kinds = list(values.dtypes) if _has_names(values) else [values.dtype]
    if all(isinstance(one, np.dtype) and one.kind in _NUMBERS for one in kinds) and kinds:
        return np.result_type(*kinds)
    return np.dtype(np.float64)


def _numbers(part: Any, kind: np.dtype[Any], what: str, number: int) -> npt.NDArray[Any]:
    """Return a partition's rows as numbers of the collection's type."""
    check_kinds(part, what)
    if not hasattr(part, "__array__"):
        raise InputError("dask_part", what=what, number=number + 1, got=type(part).__name__,
                         said=str(kind))  # fmt: skip
    own = getattr(part, "dtype", None)
    if isinstance(own, np.dtype) and own.kind in _NUMBERS and not np.can_cast(own, kind, "safe"):
        raise InputError("dask_part", what=what, number=number + 1, got=str(own), said=str(kind))
    made = part.astype(kind)
    return np.ascontiguousarray(made if isinstance(made, np.ndarray) else np.asarray(made))


def _by_blocks(answer: Callable[[Any], Any], X: Any) -> Any:
    """Return the answer to a collection as one, computed when it is asked for.

    A row of zeros is asked about first: what would be refused is refused now, and says what the
    answer looks like.
    """
    if getattr(X, "ndim", 0) != 2 or not hasattr(type(X), "to_delayed"):
        raise InputError("dask_kind_of_rows", what="X", type=type(X).__name__)
    row = np.zeros((1, int(X.shape[1])))
    like = np.asarray(answer(_like(X, row) if _has_names(X) else row))
    if _has_names(X):
        return X.map_partitions(_filled(answer, like), meta=like[:0])
    X = X.rechunk({1: -1}) if len(X.chunks[1]) > 1 else X
    if like.ndim == 1:
        return X.map_blocks(_filled(answer, like), drop_axis=1, meta=like[:0], dtype=like.dtype)
    chunks = (X.chunks[0], (like.shape[1],))
    return X.map_blocks(_filled(answer, like), chunks=chunks, meta=like[:0], dtype=like.dtype)


def _filled(answer: Callable[[Any], Any], like: npt.NDArray[Any]) -> Callable[[Any], Any]:
    """Return what answers blocks, also those without a row."""
    return partial(_answer_of_block, answer, like[:0])


def _answer_of_block(answer: Callable[[Any], Any], nothing: Any, block: Any) -> Any:
    return answer(block) if len(block) else nothing


def _light(estimator: Any) -> Any:
    """Return an estimator that predicts the same and weighs less."""
    light = copy.copy(estimator)
    for name in _OF_TRAINING if hasattr(light, "coef_") else ():
        vars(light).pop(name, None)
    return light


def _has_names(values: Any) -> bool:
    return hasattr(type(values), "columns")


def _like(values: Any, rows: npt.NDArray[Any]) -> Any:
    """Return rows as a frame of the collection's own kind, without a copy."""
    return type(values._meta)(rows, columns=values.columns, copy=False)
