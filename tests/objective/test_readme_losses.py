"""The README's table of losses is what the loss table makes."""

from __future__ import annotations

import importlib.util
from pathlib import Path

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "make_losses.py"


def test_the_readme_is_current() -> None:
    spec = importlib.util.spec_from_file_location("make_losses", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    text = script.README.read_text(encoding="utf-8")
    assert script.BEGIN in text
    assert script.made(text) == text
