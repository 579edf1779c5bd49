"""The English catalogue, one module for each group of facts it phrases."""

import re

from steepest.words.en import story, tables, training

SENTENCES: dict[str, str] = {**tables.SENTENCES, **training.SENTENCES, **story.SENTENCES}
ERRORS: dict[str, tuple[str, str]] = {**tables.ERRORS, **training.ERRORS, **story.ERRORS}

_ONE = re.compile(
    r"(?<![\d,.])1 (column|epoch|evaluation|file|grid|line|parameter|point|prediction|row|thread|update"
    r"|value)s\b"
)


def polished(text: str) -> str:
    """Return a filled sentence with the singular after 1.

    >>> polished("1 rows, 21 rows, 0.1 points")
    '1 row, 21 rows, 0.1 points'
    """
    return _ONE.sub(r"1 \1", text)
