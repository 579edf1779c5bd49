"""One catalogue of sentences, keyed by name and filled with the facts that make each one true.

A language is a package beside this file with the same two tables as ``en``: ``SENTENCES``
(name -> template) and ``ERRORS`` (name -> (message, remedy)). Templates are ``str.format``
strings; numbers are given their format by the template (``{loss:.6g}``).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from types import ModuleType

from steepest.words import en

LANGUAGES: dict[str, ModuleType] = {"en": en}

# Terminal escapes and other control characters in names taken from data must not reach a
# terminal; line breaks inside a name would forge lines of their own.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_FACT = 300


def visible(text: str, *, longest: int | None = _LONGEST_FACT) -> str:
    r"""Return ``text`` with control characters shown as escapes and its length capped at ``longest``.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    shown = _CONTROL.sub(lambda match: ascii(match.group())[1:-1], text)
    if longest is None or len(shown) <= longest:
        return shown
    return shown[: longest - 1] + "…"


def fill(template: str, facts: Mapping[str, object], language: str = "en") -> str:
    """Fill a template with facts, text facts made :func:`visible` first.

    None (a number that is not finite, kept as JSON) is filled in as NaN.
    """
    safe = {key: _printable(fact) for key, fact in facts.items()}
    return str(LANGUAGES[language].polished(template.format(**safe)))


def _printable(fact: object) -> object:
    if fact is None:
        return math.nan
    return visible(fact) if isinstance(fact, str) else fact


def sentence(name: str, facts: Mapping[str, object], language: str = "en") -> str:
    """Return the sentence called ``name`` filled with ``facts``.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence, or the facts lack one of its fields.

    Examples
    --------
    >>> sentence("progress_reading", {"data": "houses.csv"})
    'reading houses.csv'
    """
    return fill(LANGUAGES[language].SENTENCES[name], facts, language)


def error_text(name: str, facts: Mapping[str, object], language: str = "en") -> tuple[str, str]:
    """Return (message, remedy) of the error called ``name``."""
    message, remedy = LANGUAGES[language].ERRORS[name]
    return fill(message, facts, language), fill(remedy, facts, language)
