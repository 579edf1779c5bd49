"""The errors of the whole library: each has a name, a message and a remedy from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping

from steepest.words.catalogue import error_text


class SteepestError(Exception):
    """An error with a ``name``, the ``facts`` that prove it, a ``message`` and a ``remedy``.

    >>> error = InputError("unknown_column", column="prise", file="a.csv", known="'price'")
    >>> error.name
    'unknown_column'
    """

    def __init__(self, name: str, /, **facts: object) -> None:
        self.name = name
        self.facts: Mapping[str, object] = facts
        self.message, self.remedy = error_text(name, facts)
        super().__init__(f"{self.message} {self.remedy}".strip())

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.name, dict(self.facts))

    def in_language(self, language: str) -> tuple[str, str]:
        """Return (message, remedy) in another language of the catalogue."""
        return error_text(self.name, self.facts, language)


class InputError(SteepestError, ValueError):
    """What was asked for, or the data it was asked of, cannot be used (exit code 2)."""


class FileError(SteepestError, OSError):
    """A file could not be read or written (exit code 1)."""


def _rebuild(kind: type[SteepestError], name: str, facts: dict[str, object]) -> SteepestError:
    return kind(name, **facts)
