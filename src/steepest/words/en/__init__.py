"""The English catalogue, one module for each group of facts it phrases."""

import re

from steepest.words.en import (
    figures,
    findings,
    forecast,
    formulas,
    function_figures,
    functions,
    lab,
    lab_server,
    losses,
    partial,
    pictures,
    programs,
    report,
    rules,
    sparse,
    story,
    streams,
    tables,
    training,
    workers,
)

GROUPS = (
    tables,
    training,
    story,
    streams,
    forecast,
    findings,
    figures,
    report,
    rules,
    functions,
    losses,
    partial,
    formulas,
    pictures,
    function_figures,
    programs,
    lab,
    lab_server,
    workers,
    sparse,
)
SENTENCES: dict[str, str] = {
    name: text for group in GROUPS for name, text in group.SENTENCES.items()
}
ERRORS: dict[str, tuple[str, str]] = {
    name: texts for group in GROUPS for name, texts in group.ERRORS.items()
}

#: Between the items of a list, round names in a list, between sentences.
COMMA = ", "
QUOTES = ("'", "'")
BETWEEN_SENTENCES = " "

_ONE = re.compile(
    r"(?<![\d,.])1 (byte|column|direction|epoch|evaluation|feature|file|grid|line|parameter|path|place|point|prediction|row|run"
    r"|start|thread|update|value|variable)s\b"
)


def polished(text: str) -> str:
    """Return a filled sentence with the singular after 1.

    >>> polished("1 rows, 21 rows, 0.1 points, 1 paths")
    '1 row, 21 rows, 0.1 points, 1 path'
    """
    return _ONE.sub(r"1 \1", text)
