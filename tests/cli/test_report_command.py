"""``steepest report``: writes the page, says so, and refuses what it cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from answers import Answer

Steepest = Callable[..., Answer]


def test_report_is_written_and_said(steepest: Steepest, tmp_path: Path) -> None:
    for place, rate in (("a", 0.1), ("b", 0.9)):
        fitted = ("fit", "example:salary", "--target", "salary", "--no-standardize", "--quiet")
        steepest(*fitted, "--learning-rate", rate, "--epochs", 40, "--out", place)
    said = steepest("report", "a", "b", "--out", "page.html")
    assert said.code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert f"{len(page.encode()):,} bytes" in said.out
    assert "Diverged at update" in page
    answer = steepest("report", "a", "--json", "--quiet").json
    assert answer["out"] == "report.html"
    assert (tmp_path / "report.html").stat().st_size == answer["bytes"]


def test_report_of_what_is_no_run_is_refused(steepest: Steepest) -> None:
    answer = steepest("report", "nowhere", "--json", "--quiet")
    assert answer.code == 1
    assert answer.error["name"] == "run_unreadable"
    too_many = steepest("report", *"abcdef", "--json", "--quiet")
    assert too_many.code == 2
    assert too_many.error["name"] == "report_runs"
