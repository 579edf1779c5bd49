"""A table as read: named columns of numbers, texts or dates, and what the reader must be told."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from steepest.words.catalogue import phrase
from steepest.words.errors import InputError


@dataclass(frozen=True)
class Note:
    """Something done or noticed while reading: a sentence's ``name`` and the ``facts`` in it.

    ``steepest.words.catalogue.sentence(note.name, note.facts)`` is the text.
    """

    name: str
    facts: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table, row by row.

    Attributes
    ----------
    name : str
        Its name in the header, blanks around it removed.
    kind : {"number", "text", "date"}
        Booleans are numbers, 0 and 1.
    values : numpy.ndarray
        Number: float64, NaN where missing. Date: float64 days since 1970-01-01 (the fraction is
        the time of day), NaN where missing. Text: int32 codes into ``levels``, -1 where missing.
    levels : tuple of str
        The distinct texts, sorted by code point; empty unless the kind is text.
    problem : InputError or None
        Why the column cannot be used as it is; :meth:`Table.column` raises it.
    """

    name: str
    kind: Literal["number", "text", "date"]
    values: np.ndarray
    levels: tuple[str, ...] = ()
    problem: InputError | None = None


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of equal length, read from one or several files.

    Attributes
    ----------
    name : str
        What to call the table in messages: a file name, or ``"folder/a.csv (+2)"``.
    columns : mapping of str to Column
        In the order of the header.
    rows : int
        Number of rows read; a row's position is its number among them, from 0.
    notes : tuple of Note
        What was done or noticed.
    files : tuple of str
        The paths that were read, in order.
    skipped : int
        Rows left out because their cells did not fit the header.

    Examples
    --------
    >>> price = Column("price", "number", np.array([1.5, 2.0]))
    >>> Table("a.csv", {"price": price}, 2, (), ("a.csv",), 0).rows
    2
    """

    name: str
    columns: Mapping[str, Column]
    rows: int
    notes: tuple[Note, ...]
    files: tuple[str, ...]
    skipped: int

    def column(self, name: str) -> Column:
        """Return the column called ``name``, if it can be used.

        Raises
        ------
        InputError
            ``unknown_column``, or the column's own problem.

        Examples
        --------
        >>> import numpy as np
        >>> price = Column("price", "number", np.array([1.5, 2.0]))
        >>> Table("a.csv", {"price": price}, 2, (), ("a.csv",), 0).column("price").kind
        'number'
        """
        column = self.columns.get(name)
        if column is None:
            raise unknown_column(self.name, name, tuple(self.columns))
        if column.problem is not None:
            # A fresh copy: one exception object raised twice would grow its traceback.
            raise InputError(column.problem.name, **column.problem.facts)
        return column


def unknown_column(table: str, name: str, names: Sequence[str]) -> InputError:
    """Return the error for a name that no column has, the most similar names first.

    >>> unknown_column("a.csv", "prise", ["rooms", "price"]).facts["known"]
    ['price', 'rooms']
    """
    lowered = {known.lower(): known for known in reversed(names)}
    close = [lowered[key] for key in difflib.get_close_matches(name.lower(), list(lowered), n=3)]
    ordered = close + [known for known in names if known not in close]
    return InputError("unknown_column", file=table, column=name, known=listed(ordered))


def listed(names: Sequence[str]) -> list[str]:
    """Return names as a fact: the catalogue quotes them, and cuts a long list short.

    >>> listed(("a", "b"))
    ['a', 'b']
    """
    return list(names)


def counted(counts: Mapping[str, int]) -> list[object]:
    """Return names with their counts as a fact.

    >>> counted({"a": 1})
    [{'phrase': 'count_of', 'facts': {'name': 'a', 'count': 1}}]
    """
    return [phrase("count_of", name=name, count=count) for name, count in counts.items()]
