"""docs/functions.md: its code runs, and its numbers are the ones it gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from steepest import FUNCTIONS, escapes, saddle_share

PAGE = (Path(__file__).parents[2] / "docs" / "functions.md").read_text(encoding="utf-8")


def test_code_gives_what_its_comments_say() -> None:
    names: dict = {}
    for text in re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL):
        exec(text, names)
    assert (names["coarse"].last("evaluations"), names["whole"].last("evaluations")) == (143, 201)
    assert round(names["whole"].last("loss"), 3) == -1.719


@pytest.mark.parametrize(("noise", "share"), [(0.001, "49.2 %"), (0.01, "95.4 %"), (0.1, "99.3 %")])
def test_the_table_of_escapes(noise: float, share: str) -> None:
    found = escapes("x**2 - y**2", [1.0, 0.0], noise=noise, learning_rate=0.1, epochs=50)
    line = f"| {noise:g} | {share} | {100 * found.low:.1f} to {100 * found.high:.1f} % |"
    assert f"{100 * found.share:.1f} %" == share
    assert line in PAGE


def test_the_table_of_saddles() -> None:
    (count,) = saddle_share([8])
    row = f"| 8 | {count.found} | {count.minima} | {count.saddles} | {count.maxima} |"
    assert row in PAGE


def test_every_named_function_is_named() -> None:
    assert all(f"`{name}" in PAGE for name in FUNCTIONS)
