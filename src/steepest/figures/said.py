"""What is said beside a figure, put together from the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from steepest.figures.figure import Table
from steepest.words.catalogue import LANGUAGES, sentence


def table_of(columns: Sequence[str], rows: Iterable[Sequence[Any]], language: str) -> Table:
    """Return a table whose columns are named in a language.

    >>> table_of(("epoch", "loss"), [(0, 2.5)], "en").columns
    ('epoch', 'loss')
    """
    names = (sentence(f"figure_column_{name}", {}, language) for name in columns)
    return Table(tuple(names), tuple(tuple(row) for row in rows))


def joined(sentences: Sequence[str], language: str) -> str:
    """Return sentences in a row, with what a language puts between them."""
    between = getattr(LANGUAGES[language], "BETWEEN_SENTENCES", " ")
    return str(between).join(sentences)
