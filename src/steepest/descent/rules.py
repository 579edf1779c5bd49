"""Update rules: one elementwise function each, written once and used by every engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def plain(parameter: Any, gradient: Any, rate: Any) -> Any:
    """Return the parameter one step down the gradient: ``parameter - rate * gradient``."""
    return parameter - rate * gradient


RULES: dict[str, Callable[[Any, Any, Any], Any]] = {"plain": plain}
