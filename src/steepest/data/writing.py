"""Writing files and folders so that they are there whole or not at all, and predictions.

What is written goes to a temporary sibling first, reaches the disk (fsync) and takes its name in
one step; an error on the way leaves what stood there before, and no temporary file.
"""

from __future__ import annotations

import contextlib
import csv
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from steepest.words.errors import FileError, InputError, reason_of

StrPath = str | os.PathLike[str]

# Spreadsheets take a cell that begins with one of these for a formula (OWASP ASVS 1.2.10).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0")


@contextmanager
def atomic_file(path: StrPath) -> Iterator[Path]:
    """Give a temporary path beside ``path`` that takes its name when the block ends well.

    Parameters
    ----------
    path : path
        The file to write (mode 0600); it is replaced if it exists.

    Yields
    ------
    pathlib.Path
        Where to write; the file exists and is empty.

    Raises
    ------
    FileError
        ``folder_missing`` if the folder is not there; ``write_failed`` for any other error of the
        operating system, also those of the block. The old file is then unchanged and the temporary
        one gone.

    Examples
    --------
    >>> with atomic_file("model.json") as temporary:  # doctest: +SKIP
    ...     temporary.write_text("{}")
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".steepest-")
        temporary = Path(name)
        os.close(handle)
        yield temporary
        _sync(temporary)
        os.replace(temporary, target)
        temporary = None
        _sync(target.parent)
    except FileError:
        raise
    except OSError as error:
        raise _write_failed(target, error) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def atomic_folder(path: StrPath) -> Iterator[Path]:
    """Give a temporary folder beside ``path`` that takes its name when the block ends well.

    Parameters
    ----------
    path : path
        The folder to make (mode 0700), and the folders above it if they are not there. It must
        not exist, or be an empty folder.

    Yields
    ------
    pathlib.Path
        The empty folder to write into.

    Raises
    ------
    InputError
        ``folder_exists`` if ``path`` is a file or a folder that is not empty.
    FileError
        ``write_failed`` for any error of the operating system, also those of the block.

    Examples
    --------
    >>> with atomic_folder("run") as folder:  # doctest: +SKIP
    ...     (folder / "trace.json").write_text("{}")
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        refuse_taken(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(dir=target.parent, prefix=".steepest-"))
        yield temporary
        _sync_all(temporary)
        # rename replaces an empty folder, but fails on one that was filled meanwhile.
        os.rename(temporary, target)
        temporary = None
        _sync(target.parent)
    except FileError:
        raise
    except OSError as error:
        raise _write_failed(target, error) from error
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)


def write_predictions(path: StrPath, predictions: np.ndarray, names: Sequence[str]) -> None:
    """Write predictions as CSV or Parquet, by the suffix of ``path``, whole or not at all.

    Every number in the CSV file is the shortest text that reads back as the same float64; a
    name that a spreadsheet would take for a formula gets a leading ``'``.

    Parameters
    ----------
    path : path
        Ends in ``.csv`` or ``.parquet``.
    predictions : numpy.ndarray
        Shape (n,) or (n, K), in the target's units.
    names : sequence of str
        One name for each of the K columns.

    Raises
    ------
    InputError
        ``bad_output_suffix``.
    FileError
        ``write_failed``.
    ValueError
        If the number of names is not K.

    Examples
    --------
    >>> write_predictions("out.csv", np.array([1.5, 2.0]), ["price"])  # doctest: +SKIP
    """
    columns = np.asarray(predictions, np.float64)
    columns = columns.reshape(len(columns), -1)
    if columns.shape[1] != len(names):
        raise ValueError(f"{columns.shape[1]} columns of predictions, {len(names)} names")
    suffix = Path(path).suffix.lower()
    if suffix not in (".csv", ".parquet"):
        raise InputError("bad_output_suffix", file=_shown(Path(path)))
    with atomic_file(path) as temporary:
        if suffix == ".csv":
            _write_csv(temporary, columns, names)
        else:
            _write_parquet(temporary, columns, names)


def _write_csv(path: Path, columns: np.ndarray, names: Sequence[str]) -> None:
    with open(path, "w", encoding="utf-8", newline="") as stream:
        stream.write(",".join(_header_cell(name) for name in names) + "\n")
        # float's repr is the shortest text that reads back the same; NaN is an empty cell.
        rows = ([repr(v) if v == v else "" for v in row] for row in columns.tolist())
        csv.writer(stream, lineterminator="\n").writerows(rows)


def _header_cell(name: str) -> str:
    plain = f"'{name}" if name.startswith(_FORMULA_STARTS) else name
    # By hand (RFC 4180): csv does not quote a lone CR before Python 3.13.
    if any(mark in plain for mark in ',"\r\n'):
        return '"' + plain.replace('"', '""') + '"'
    return plain


def _write_parquet(path: Path, columns: np.ndarray, names: Sequence[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Contiguous copies, one for each column (arrow reads strided ones slowly); NaN becomes null.
    arrays = [pa.array(np.ascontiguousarray(column), from_pandas=True) for column in columns.T]
    pq.write_table(pa.table(arrays, names=list(names)), path, write_page_checksum=True)


def refuse_taken(target: Path) -> None:
    """Raise InputError ``folder_exists`` if ``target`` is a file or a folder that is not empty."""
    if not os.path.lexists(target):
        return
    if not target.is_dir() or any(target.iterdir()):
        raise InputError("folder_exists", file=_shown(target))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_all(folder: Path) -> None:
    # Children before their folder: its entries point to them.
    for inside, _, files in os.walk(folder, topdown=False):
        for name in files:
            _sync(Path(inside) / name)
        _sync(Path(inside))


def _shown(path: Path) -> str:
    return str(path).encode("utf-8", "backslashreplace").decode()


def _write_failed(target: Path, error: OSError) -> FileError:
    folder = target.parent
    if isinstance(error, FileNotFoundError) and not os.path.isdir(folder):
        return FileError("folder_missing", file=_shown(target), folder=_shown(folder))
    return FileError("write_failed", file=_shown(target), reason=reason_of(error))
