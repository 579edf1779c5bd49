"""A function by the name of its maker and what that is given, so that any process makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import Any


@dataclass(frozen=True, eq=False)
class Recipe:
    """A function that is made where it is called.

    Parameters
    ----------
    maker : str
        ``"module:name"``, of this library, of a function that returns the function.
    given : mapping
        Its arguments, plain values and arrays, by their names.

    Examples
    --------
    >>> Recipe("steepest.data.source:piece_rows", {"columns": 4, "itemsize": 8}).made
    32768
    """

    maker: str
    given: Mapping[str, Any]

    @cached_property
    def made(self) -> Callable[..., Any]:
        """What the maker makes."""
        module, _, name = self.maker.partition(":")
        if module.split(".")[0] != "steepest":
            raise ValueError(module)
        made: Callable[..., Any] = getattr(import_module(module), name)(**self.given)
        return made

    def __call__(self, *arguments: Any) -> Any:
        """Call it."""
        return self.made(*arguments)

    def told(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"maker": self.maker, "given": dict(self.given)}
