"""One catalogue of sentences, keyed by name and filled with the facts that make each one true.

A language is a package beside this file with the same tables as ``en``: ``SENTENCES``
(name -> template) and ``ERRORS`` (name -> (message, remedy)), and how it joins lists and
sentences. Templates are ``str.format`` strings; numbers are given their format by the template
(``{loss:.6g}``).

Facts are free of language, so that one record can be told in any of them. A fact is a number, a
name, a :func:`phrase` (another sentence of the catalogue), or a list of these. Two formats are the
catalogue's own: ``{names:plain}`` is a list without quotes, ``{epochs:count}`` a number of things
that may be too large to be written out.
"""

from __future__ import annotations

import math
import re
import string
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

_PACKAGES = {"en": "steepest.words.en", "zh-CN": "steepest.words.zh_cn"}


class _Languages(Mapping[str, ModuleType]):
    """Code of a language -> its package, imported when first used."""

    def __getitem__(self, code: str) -> ModuleType:
        return import_module(_PACKAGES[code])

    def __iter__(self) -> Iterator[str]:
        return iter(_PACKAGES)

    def __len__(self) -> int:
        return len(_PACKAGES)


LANGUAGES: Mapping[str, ModuleType] = _Languages()

# Terminal escapes and other control characters in names taken from data must not reach a
# terminal; line breaks inside a name would forge lines of their own.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LONGEST_FACT = 300
_SHOWN_OF_LIST = 20
# From here on a count is rounded: nobody reads 30 digits.
_LONG_COUNT = 1e12


def visible(text: str, *, longest: int | None = _LONGEST_FACT) -> str:
    r"""Return ``text`` with control characters shown as escapes, cut to ``longest`` letters.

    >>> visible("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    shown = _CONTROL.sub(lambda match: ascii(match.group())[1:-1], text)
    if longest is None or len(shown) <= longest:
        return shown
    return shown[: longest - 1] + "…"


def phrase(name: str, /, **facts: object) -> dict[str, object]:
    """Return a fact that is itself a sentence of the catalogue, told in the reader's language.

    >>> error_text("damaged_archive", {"file": "a.gz", "reason": phrase("reason_empty")})[0]
    "'a.gz' cannot be decompressed: it is empty (0 bytes)."
    """
    return {"phrase": name, "facts": facts}


def fill(template: str, facts: Mapping[str, object], language: str = "en") -> str:
    """Fill a template with facts, text facts made :func:`visible` first.

    None (a number that is not finite, kept as JSON) is filled in as NaN.
    """
    filled = _Template(language).vformat(template, (), facts)
    return str(LANGUAGES[language].polished(filled))


class _Template(string.Formatter):
    """``str.format`` that knows phrases, lists and counts."""

    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Mapping):
            return sentence(value["phrase"], value["facts"], self.language)
        if isinstance(value, (list, tuple)):
            return self._listed(value, quoted=format_spec != "plain")
        if isinstance(value, str):
            return visible(value)
        number = math.nan if value is None else value
        if format_spec == "count":
            format_spec = ".2g" if abs(number) >= _LONG_COUNT else ",.0f"
        return format(number, "" if format_spec == "plain" else format_spec)

    def _listed(self, facts: Sequence[Any], *, quoted: bool) -> str:
        """Return facts with commas between them, a long list cut short."""
        words = LANGUAGES[self.language]
        opening, closing = words.QUOTES if quoted else ("", "")
        shown: list[str] = []
        for fact in facts[:_SHOWN_OF_LIST]:
            text = self.format_field(fact, "")
            shown.append(f"{opening}{text}{closing}" if isinstance(fact, str) else text)
            if sum(map(len, shown)) > _LONGEST_FACT:
                break
        rest = len(facts) - len(shown)
        more = sentence("list_more", {"rest": rest}, self.language) if rest else ""
        return str(words.COMMA.join(shown)) + more


def sentence(name: str, facts: Mapping[str, object], language: str = "en") -> str:
    """Return the sentence called ``name`` filled with ``facts``.

    Raises
    ------
    KeyError
        If the catalogue has no such sentence, or the facts lack one of its fields.

    Examples
    --------
    >>> sentence("progress_reading", {"data": ["houses.csv"]})
    'reading houses.csv'
    >>> sentence("progress_reading", {"data": ["houses.csv"]}, "zh-CN")
    '正在读取 houses.csv'
    """
    return fill(LANGUAGES[language].SENTENCES[name], facts, language)


def error_text(name: str, facts: Mapping[str, object], language: str = "en") -> tuple[str, str]:
    """Return (message, remedy) of the error called ``name``."""
    message, remedy = LANGUAGES[language].ERRORS[name]
    return fill(message, facts, language), fill(remedy, facts, language)


def joined(sentences: list[str] | tuple[str, ...], language: str = "en") -> str:
    """Return sentences one after the other, as the language sets them.

    A text would be a sequence of sentences too, one a letter: it is no list.

    >>> joined(["One.", "Two."]), joined(["一。", "二。"], "zh-CN")
    ('One. Two.', '一。二。')
    """
    return str(LANGUAGES[language].BETWEEN_SENTENCES.join(one for one in sentences if one))


def pieces(
    name: str, facts: Mapping[str, object], language: str = "en"
) -> list[tuple[str, str | None]]:
    """Return a filled sentence in pieces: its numbers with the name of their fact, text with None.

    >>> pieces("lab_preview_updates", {"updates": 10, "of": 1})[:2]
    [('Shown are the first ', None), ('10', 'updates')]
    """
    words, made = LANGUAGES[language], _Template(language)
    found: list[tuple[str, str | None]] = []
    filled = told = ""
    for literal, field, spec, _ in made.parse(words.SENTENCES[name]):
        for text, fact in ((literal, None), _numbered(made, field, spec or "", facts)):
            filled += text
            # polishing may shorten what stands before
            whole = str(words.polished(filled))
            found.append((whole[len(told) :], fact))
            told = whole
    return [one for one in found if one[0]]


def _numbered(
    made: _Template, field: str | None, spec: str, facts: Mapping[str, object]
) -> tuple[str, str | None]:
    """Return a filled field, and its name if it is a number."""
    if field is None:
        return "", None
    value = facts[field]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return made.format_field(value, spec), field if number else None
