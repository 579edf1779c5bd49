"""The heads of a figure's table, named from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from steepest.figures.figure import Table
from steepest.words.catalogue import sentence


def table_of(columns: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> Table:
    """Return a table whose columns are named in a language.

    >>> table_of(("epoch", "loss"), [(0, 2.5)], "en").columns
    ('epoch', 'loss')
    """
    names = (sentence(f"figure_column_{name}", {}, language) for name in columns)
    return Table(tuple(names), tuple(tuple(row) for row in rows))
