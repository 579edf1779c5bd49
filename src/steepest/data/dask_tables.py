"""Dask's collections as tables: partitions are computed once and laid down as files.

Nothing of Dask is imported: a collection computes its own partitions, with the scheduler that is
set for it (threads, processes, a cluster). A few partitions are in memory at a time; what follows
is a fit of files, whose bits do not depend on how the rows were partitioned.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from steepest.data.read_ahead import in_order
from steepest.data.writing import atomic_file
from steepest.words.errors import FileError, InputError, SteepestError, reason_of

if TYPE_CHECKING:
    import pyarrow as pa

# Partitions that are computed at the same time.
_AT_ONCE = 2


def is_dask(data: object) -> bool:
    """Return whether ``data`` is a Dask collection, or a list of them.

    Examples
    --------
    >>> is_dask("table.csv"), is_dask(["a.parquet", "b.parquet"])
    (False, False)
    """
    if isinstance(data, (list, tuple)):
        return len(data) > 0 and all(hasattr(one, "__dask_graph__") for one in data)
    return hasattr(data, "__dask_graph__")


class Partitions:
    """Dask collections as partitions, each of which becomes a file.

    Parameters
    ----------
    data : Dask dataframe, pair of Dask arrays, or sequence of delayed tables
        A pair (X, y) of shapes (n, d) and (n,) or (n, K), columns ``x0``, ``x1``, ...; delayed
        tables are frames (of pandas, polars, Arrow) or mappings of name to values.
    target : sequence of str
        Names of the columns of y.

    Raises
    ------
    InputError
        If it is something else, or arrays do not go together.
    """

    def __init__(self, data: Any, target: Sequence[str]) -> None:
        self._parts = _partitions(data, target)

    def files(self, folder: Path) -> list[str]:
        """Return the files that the partitions become in a folder, in their order."""
        return [str(folder / f"partition-{i + 1}.arrow") for i in range(len(self._parts))]

    def lay_down(self, folder: Path) -> None:
        """Write the files, each whole or not at all, a few partitions computed at a time.

        Raises
        ------
        InputError
            If a partition is no table.
        FileError
            ``write_failed``, such as for want of space.
        """
        computed = in_order(_computed, iter(self._parts), _AT_ONCE)
        for number, (table, file) in enumerate(zip(computed, self.files(folder), strict=True)):
            if table is None:
                kind = type(self._parts[number].compute()).__name__
                raise InputError("dask_partition", number=number + 1, type=kind)
            _write(table, Path(file))

    def lay_down_anew(self, folder: Path) -> None:
        """Write the files into a folder that may hold some of an earlier try; none if one fails."""
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir()
            self.lay_down(folder)
        except BaseException as error:
            shutil.rmtree(folder, ignore_errors=True)
            if not isinstance(error, OSError) or isinstance(error, SteepestError):
                raise
            facts = {"file": str(folder), "reason": reason_of(error)}
            raise FileError("write_failed", **facts) from error


@contextmanager
def laid_down(data: Any, target: Sequence[str]) -> Iterator[list[str]]:
    """Yield temporary files that hold the :class:`Partitions` of Dask collections."""
    parts = Partitions(data, target)
    with tempfile.TemporaryDirectory(prefix="steepest-") as folder:
        parts.lay_down(Path(folder))
        yield parts.files(Path(folder))


def _partitions(data: Any, target: Sequence[str]) -> list[Any]:
    """Return what computes each partition."""
    if isinstance(data, (list, tuple)):
        # of a delayed object every name is an attribute; of its type only what it is
        arrays = [hasattr(type(one), "chunks") for one in data]
        if len(data) == 2 and all(arrays):
            return _of_arrays(data[0], data[1], target)
        if not any(arrays) and not any(hasattr(type(one), "to_delayed") for one in data):
            return list(data)
    elif hasattr(type(data), "to_delayed") and hasattr(type(data), "columns"):
        return list(data.to_delayed())
    raise InputError("dask_kind", type=type(data).__name__)


class _Rows:
    """Rows of two arrays, computed together."""

    def __init__(self, X: Any, y: Any, target: Sequence[str]) -> None:
        self._X, self._y, self._target = X, y, target

    def compute(self) -> dict[str, np.ndarray]:
        """Return the columns."""
        X, y = np.asarray(self._X.compute()), np.asarray(self._y.compute())
        y = y[:, None] if y.ndim == 1 else y
        if len(X) != len(y) or y.shape[1] != len(self._target):
            facts = {"X": str(X.shape), "y": str(y.shape), "targets": list(self._target)}
            raise InputError("dask_shapes", **facts)
        columns = {f"x{i}": X[:, i] for i in range(X.shape[1])}
        return columns | {name: y[:, i] for i, name in enumerate(self._target)}


def _of_arrays(X: Any, y: Any, target: Sequence[str]) -> list[Any]:
    """Return the partitions of two arrays: the chunks of X, every one with all of its columns."""
    if X.ndim != 2 or y.ndim not in (1, 2) or len(X.chunks[0]) != len(y.chunks[0]):
        facts = {"X": str(X.shape), "y": str(y.shape), "targets": list(target)}
        raise InputError("dask_shapes", **facts)
    whole = X.rechunk({1: -1}).to_delayed()[:, 0]
    beside = y.to_delayed() if y.ndim == 1 else y.rechunk({1: -1}).to_delayed()[:, 0]
    return [_Rows(one, other, target) for one, other in zip(whole, beside, strict=True)]


def _computed(part: Any) -> pa.Table | None:
    """Return a partition as a table, None if it is none."""
    import pyarrow as pa

    made = part.compute()
    if isinstance(made, pa.Table):
        return made
    if isinstance(made, Mapping):
        return pa.table({str(name): np.asarray(values) for name, values in made.items()})
    if hasattr(made, "to_arrow"):
        return made.to_arrow()
    if hasattr(made, "columns") and hasattr(made, "to_numpy"):
        return pa.Table.from_pandas(made, preserve_index=False)
    return None


def _write(table: pa.Table, path: Path) -> None:
    import pyarrow.feather as feather

    with atomic_file(path) as place:
        feather.write_feather(table, str(place), compression="uncompressed")
