"""The errors of the whole library: each has a name, a message and a remedy from the catalogue."""

from __future__ import annotations

import errno
import json
from collections.abc import Mapping
from pathlib import Path

from steepest.words.catalogue import LANGUAGES, error_text, joined, phrase


class SteepestError(Exception):
    """An error with a ``name``, the ``facts`` that prove it, a ``message`` and a ``remedy``.

    >>> error = InputError("unknown_column", column="prise", file="a.csv", known=["price"])
    >>> error.name
    'unknown_column'
    """

    def __init__(self, name: str, /, **facts: object) -> None:
        self.name = name
        self.facts: Mapping[str, object] = facts
        self.message, self.remedy = error_text(name, facts)
        super().__init__(joined([self.message, self.remedy]))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.name, dict(self.facts))

    def in_language(self, language: str) -> tuple[str, str]:
        """Return (message, remedy) in another language of the catalogue."""
        return error_text(self.name, self.facts, language)


class InputError(SteepestError, ValueError):
    """What was asked for, or the data it was asked of, cannot be used (exit code 2)."""


class FileError(SteepestError, OSError):
    """A file could not be read or written (exit code 1)."""


class DamageError(ValueError):
    """What is wrong with a part of a saved run: the ``reason`` of the error it becomes."""

    def __init__(self, name: str, /, **facts: object) -> None:
        self.reason = phrase(name, **facts)
        super().__init__(name, facts)


def reason_of(error: Exception) -> object:
    """Return why something failed, as a fact: a phrase where the catalogue has one.

    Texts of the system and of other libraries that the catalogue does not have stay as they are.
    """
    if isinstance(error, DamageError):
        return error.reason
    if isinstance(error, json.JSONDecodeError):
        return phrase("reason_no_json", line=error.lineno)
    if isinstance(error, KeyError) and error.args:
        return phrase("reason_field_missing", field=str(error.args[0]))
    if isinstance(error, OSError):
        name = f"system_{errno.errorcode.get(error.errno or 0, '').lower()}"
        if name in LANGUAGES["en"].SENTENCES:
            return phrase(name)
        return error.strerror or str(error)
    return str(error)


def reason_unreadable(error: Exception) -> object:
    """Return why a saved part could not be read, naming the file that is not there."""
    if isinstance(error, FileNotFoundError) and error.filename is not None:
        return phrase("reason_not_there", file=Path(str(error.filename)).name)
    return reason_of(error)


def _rebuild(kind: type[SteepestError], name: str, facts: dict[str, object]) -> SteepestError:
    return kind(name, **facts)
