"""The command line called in this process, and its answer."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer

from steepest.cli.main import main

Steepest = Callable[..., Answer]


@pytest.fixture
def steepest(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> Steepest:
    """Return a function that runs ``steepest ARGUMENTS`` in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Answer:
        monkeypatch.setattr(sys, "argv", ["steepest", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main()
        written = capfd.readouterr()
        code = end.value.code
        return Answer(code if isinstance(code, int) else 0 if code is None else 1, *written)

    return run


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., str]:
    """Return a function that writes a CSV file and returns its path."""

    def write(text: str, name: str = "table.csv") -> str:
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return str(file)

    return write
