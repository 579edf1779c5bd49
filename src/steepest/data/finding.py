"""Finding the files that DATA stands for, and what to call them."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence

from steepest.data.arrow_files import FEATHER_SUFFIXES, PARQUET_SUFFIXES
from steepest.data.table import listed
from steepest.words.errors import FileError, InputError, reason_of

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
ARROW_SUFFIXES = (*PARQUET_SUFFIXES, *FEATHER_SUFFIXES)
COMPRESSED_SUFFIXES = (".gz", ".zip")

StrPath = str | os.PathLike[str]


def data_files(data: StrPath | Sequence[StrPath]) -> tuple[str, list[str], bool]:
    """Return what to call the table in messages, its files, and whether they are Arrow's.

    Parameters
    ----------
    data : path or sequence of paths
        Files, folders and patterns.

    Raises
    ------
    InputError
        ``no_data``, ``empty_folder``, ``other_files`` or ``mixed_files``.
    FileError
        ``file_not_found`` or ``empty_pattern``.
    """
    given = [data] if isinstance(data, str | os.PathLike) else list(data)
    paths = [path for item in given for path in _found(os.fspath(item))]
    if not paths:
        raise InputError("no_data")
    kinds = {path: is_arrow(path) for path in paths}
    if len(set(kinds.values())) > 1:
        other = next(path for path in paths if kinds[path] != kinds[paths[0]])
        raise InputError("mixed_files", file=shown(paths[0]), other=shown(other))
    return _table_name(given, paths), paths, kinds[paths[0]]


def shown(path: str) -> str:
    """Return a path as text that can be printed, whatever bytes its name holds."""
    return path.encode("utf-8", "backslashreplace").decode()


def _table_name(given: Sequence[StrPath], paths: Sequence[str]) -> str:
    if len(paths) == 1:
        return shown(os.path.basename(paths[0]))
    folders = {os.path.dirname(path) for path in paths}
    folder = folders.pop() if len(folders) == 1 else os.path.commonpath(map(os.path.abspath, paths))
    first = os.path.join(
        os.path.basename(os.path.abspath(folder)), os.path.relpath(paths[0], folder)
    )
    return f"{shown(first)} (+{len(paths) - 1})"


def _found(path: str) -> list[str]:
    """Return the files that a path, a folder or a pattern stands for."""
    if os.path.isdir(path):
        return _files_in(path)
    if os.path.exists(path):
        return [path]
    if glob.has_magic(path):
        matches = sorted(match for match in glob.glob(path) if not os.path.isdir(match))
        if not matches:
            raise FileError("empty_pattern", file=shown(path))
        return matches
    raise FileError("file_not_found", file=shown(path))


def _files_in(folder: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise read_failed(folder, error) from None
    names = [name for name in names if name != "_SUCCESS" and not name.startswith(".")]
    if not names:
        raise InputError("empty_folder", file=shown(folder))
    other = [name for name in names if not _is_data(os.path.join(folder, name))]
    if other:
        raise InputError("other_files", file=shown(folder), names=listed(other))
    return [os.path.join(folder, name) for name in names]


def _is_data(path: str) -> bool:
    if os.path.isdir(path):
        return False
    return is_arrow(path) or csv_suffix(path) in CSV_SUFFIXES


def is_arrow(path: str) -> bool:
    """Return whether a file is called Parquet or Feather."""
    return path.lower().endswith(ARROW_SUFFIXES)


def csv_suffix(path: str) -> str:
    """Return the suffix that tells the kind of text, that of the compression removed."""
    inner, suffix = os.path.splitext(path.lower())
    if suffix not in COMPRESSED_SUFFIXES:
        return suffix
    inner_suffix = os.path.splitext(inner)[1]
    return inner_suffix if inner_suffix in CSV_SUFFIXES or suffix == ".gz" else ".csv"


def read_failed(path: str, error: OSError) -> FileError:
    """Return the error of a file that the system does not let us read."""
    return FileError("read_failed", file=shown(path), reason=reason_of(error))
