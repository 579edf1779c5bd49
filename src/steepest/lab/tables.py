"""The tables of a session: the notes', those given at the start, chosen below the root, uploaded.

Paths from a page are never joined: every part must be the name of an entry that the folder has,
and a link leads nowhere. An upload is read at once from a file of random name and then removed.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest import EXAMPLES, FileError, InputError, Table, read_table
from steepest.data.examples import PREFIX, example
from steepest.data.finding import ARROW_SUFFIXES, COMPRESSED_SUFFIXES, CSV_SUFFIXES
from steepest.data.preparation import table_of_example
from steepest.data.table import Column
from steepest.words.catalogue import visible

_PLAIN = (*CSV_SUFFIXES, *ARROW_SUFFIXES)
SUFFIXES = (*_PLAIN, *(f"{a}{b}" for a in CSV_SUFFIXES for b in COMPRESSED_SUFFIXES))
MOST_ENTRIES, MOST_TABLES = 1_000, 20
_DEEPEST = 32


@dataclass(frozen=True, eq=False)
class Held:
    """A table that a page may choose.

    Attributes
    ----------
    name : str
        Its name in a state and in an address.
    table : Table
        As read.
    own : array of bool, optional
        The validation rows that it brings.
    data : tuple of str
        What ``steepest fit`` is given for it.
    target, features : tuple of str
        What is predicted unless a state says so; no features: all other columns.
    reading : mapping
        How its text is read where that is not as usual: ``delimiter``, ``decimal``.
    """

    name: str
    table: Table
    own: npt.NDArray[np.bool_] | None
    data: tuple[str, ...]
    target: tuple[str, ...]
    features: tuple[str, ...] = ()
    reading: Mapping[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return what a menu says about it."""
        columns = self.table.columns
        return {
            "id": self.name,
            "title": visible(self.table.name),
            "rows": self.table.rows,
            "columns": [{"name": n, "kind": c.kind} for n, c in columns.items()],
            "target": list(self.target),
            "features": list(self.features) or [n for n in columns if n not in self.target],
            "own": self.data[0].startswith(PREFIX),
        }


class Tables:
    """All tables of a session, and the folder below which files may be chosen."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = None if root is None else root.resolve()
        self._lock = threading.Lock()
        self._held: dict[str, Held] = {}
        self.hidden = [] if self.root is None else [f"{self.root}{os.sep}", str(self.root)]

    def __iter__(self) -> Iterator[Held]:
        for name in EXAMPLES:
            yield self[name]
        yield from list(self._held.values())

    def __getitem__(self, name: str) -> Held:
        if name in EXAMPLES:
            return _example(name)
        if name not in self._held:
            raise InputError("lab_unknown_table", table=name, known=[*EXAMPLES, *self._held])
        return self._held[name]

    def __contains__(self, name: str) -> bool:
        return name in EXAMPLES or name in self._held

    def add(
        self,
        paths: Sequence[str],
        target: Sequence[str] = (),
        features: Sequence[str] = (),
        *,
        called: str | None = None,
        reading: Mapping[str, str] | None = None,
    ) -> Held:
        """Read files and keep them as one table."""
        reading = reading or {}
        table = read_table(
            list(paths),
            delimiter=reading.get("delimiter"),
            decimal=reading.get("decimal", "."),
        )
        _refuse_decimal_sign(table)
        if called is not None:  # an upload lies in a file of random name
            table = _called(table, paths[0], called)
        for column in (*target, *features):
            table.column(column)
        guessed = tuple(target) or _guess(table)
        data = (called,) if called is not None else tuple(paths)
        with self._lock:
            if len(self._held) >= MOST_TABLES:
                raise InputError("lab_too_many_tables", most=MOST_TABLES)
            name = self._free_name(Path(called or paths[0]).name)
            held = Held(name, table, None, data, guessed, tuple(features), reading)
            self._held[name] = held
        return held

    def _free_name(self, file: str) -> str:
        stem = re.sub(r"[^A-Za-z0-9_-]+", "-", file.split(".")[0])[:40].strip("-") or "table"
        number, name = 1, stem
        while name in self or name == "formula":
            number += 1
            name = f"{stem}-{number}"
        return name

    def upload(self, name: str, content: bytes, reading: Mapping[str, str] | None = None) -> Held:
        """Read an uploaded file; its own name only says how it is written."""
        suffix = next(
            (one for one in sorted(SUFFIXES, key=len, reverse=True) if name.lower().endswith(one)),
            None,
        )
        if suffix is None:
            raise InputError("lab_no_data_file", file=visible(name), known=list(SUFFIXES))
        shown = re.sub(r"[^\w.() -]+", "_", name.rpartition("/")[2].rpartition("\\")[2])[-80:]
        with tempfile.TemporaryDirectory(prefix="steepest-") as folder:
            handle, path = tempfile.mkstemp(suffix=suffix, dir=folder)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            self.hidden.append(path)
            try:
                return self.add([path], called=shown, reading=reading)
            except (InputError, FileError) as error:
                raise type(error)(error.name, **_renamed(error.facts, path, shown)) from None
            finally:
                self.hidden.remove(path)

    def open(
        self,
        path: str,
        target: Sequence[str] = (),
        features: Sequence[str] = (),
        reading: Mapping[str, str] | None = None,
    ) -> Held:
        """Read a file below the root."""
        place = self._below_root(path)
        if not place.is_file() or not place.name.lower().endswith(SUFFIXES):
            raise InputError("lab_no_data_file", file=visible(path), known=list(SUFFIXES))
        return self.add([str(place)], target, features, reading=reading)

    def listing(self, folder: str) -> dict[str, Any]:
        """Return the folders and data files in a folder below the root."""
        place = self._below_root(folder)
        if not place.is_dir():
            raise InputError("lab_no_folder", folder=visible(folder))
        folders, files = [], []
        with os.scandir(place) as entries:
            for entry in sorted(entries, key=lambda one: one.name)[:MOST_ENTRIES]:
                if entry.name.startswith(".") or entry.is_symlink():
                    continue
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.name)
                elif entry.name.lower().endswith(SUFFIXES):
                    files.append({"name": entry.name, "bytes": entry.stat().st_size})
        return {"folder": folder, "folders": folders, "files": files}

    def _below_root(self, path: str) -> Path:
        if self.root is None:
            raise InputError("lab_no_root")
        parts = path.split("/") if path else []
        place = self.root
        for part in parts[:_DEEPEST]:
            place = _entry(place, part, path)
        if len(parts) > _DEEPEST:
            raise InputError("lab_no_folder", folder=visible(path))
        return place


def _entry(folder: Path, name: str, path: str) -> Path:
    """Return the entry of a folder that has this very name and is no link."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name == name and not name.startswith(".") and not entry.is_symlink():
                    return Path(entry.path)
    except NotADirectoryError:
        pass
    raise InputError("lab_no_folder", folder=visible(path))


def _guess(table: Table) -> tuple[str, ...]:
    """Return the last column of numbers, which mostly is what is predicted."""
    kinds = [name for name, column in table.columns.items() if column.kind == "number"]
    return tuple(kinds[-1:])


def _refuse_decimal_sign(table: Table) -> None:
    """Refuse at once what reading the file once more mends: other problems wait for their use."""
    for column in table.columns.values():
        if column.problem is not None and column.problem.name == "decimal_sign":
            raise InputError("decimal_sign", **column.problem.facts)


def _called(table: Table, path: str, name: str) -> Table:
    """Return an uploaded table under its own name, also in what is said of it later."""

    def mended(column: Column) -> Column:
        if column.problem is None:
            return column
        facts = _renamed(column.problem.facts, path, name)
        return replace(column, problem=InputError(column.problem.name, **facts))

    columns = {each: mended(column) for each, column in table.columns.items()}
    notes = tuple(replace(one, facts=_renamed(one.facts, path, name)) for one in table.notes)
    return replace(table, name=name, columns=columns, notes=notes)


def _renamed(facts: Any, path: str, name: str) -> Any:
    """Return facts with the name that a person gave in place of a temporary path."""
    if isinstance(facts, str):
        return facts.replace(path, name).replace(Path(path).name, name)
    if isinstance(facts, (list, tuple)):
        return [_renamed(one, path, name) for one in facts]
    if hasattr(facts, "items"):
        return {key: _renamed(value, path, name) for key, value in facts.items()}
    return facts


def _example(name: str) -> Held:
    own = example(name)
    data = f"{PREFIX}{name}"
    table = table_of_example(data, own.X, own.y, own.features, own.target)
    return Held(name, table, own.validation, (data,), (own.target,))
