"""An answer of the command line, and strict JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


def refuse_constant(text: str) -> None:
    raise AssertionError(f"{text} is not strict JSON")


def strict_json(text: str) -> Any:
    return json.loads(text, parse_constant=refuse_constant)


@dataclass(frozen=True)
class Answer:
    """Exit code and what was written to standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out.count("\n") == 1, "more than one line on standard output"
        return strict_json(self.out)

    @property
    def error(self) -> dict[str, str]:
        found = self.json
        assert set(found) == {"error"}
        assert set(found["error"]) == {"name", "message", "remedy"}
        assert all(isinstance(text, str) and text for text in found["error"].values())
        return found["error"]
