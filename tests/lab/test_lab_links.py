"""Numbers in sentences lead to pictures: no word is lost, and every place is drawn."""

from __future__ import annotations

from typing import Any

import pytest

from steepest import LANGUAGES
from steepest.lab.answers import Makers, findings_of, pictured, verdict_of
from steepest.lab.function_runs import FunctionRuns
from steepest.lab.links import PLACES, linked
from steepest.lab.runs import Made, Runs
from steepest.lab.tables import Tables
from steepest.lab.work import Work
from steepest.words.catalogue import pieces, sentence

STATES: tuple[dict[str, Any], ...] = (
    {"data": "salary"},
    {"data": "salary", "rate": 3.0},
    {"data": "salary-bad", "standardize": False, "rate": 1e-9},
    {"data": "salary", "batch": 1, "epochs": 60, "seed": 3},
    {"data": "salary", "loss": "huber", "epochs": 3},
    {"data": "two-features", "method": "exhaustive", "points": 5},
    {"data": "formula", "formula": "x**2 - y**2", "start": [1.0, 0.0], "rate": 0.1},
    {"data": "formula", "formula": "x**4 - y", "start": [1.0, 0.0], "rate": 0.1},
)


@pytest.fixture(scope="module")
def makers() -> Makers:
    return Makers(Runs(Tables()), FunctionRuns())


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_parts_are_the_sentence_and_lead_somewhere(
    makers: Makers, state: dict[str, Any], language: str
) -> None:
    definite, _ = makers.understood({**state, "lang": language})
    made = makers.made(definite, Work())
    told = [verdict_of(made), *(findings_of(made) if isinstance(made, Made) else [])]
    views = pictured(made)
    for one in told:
        assert "".join(part["text"] for part in one["parts"]) == one["sentence"]
        for part in one["parts"]:
            if "view" in part:
                assert part["view"] in views
                assert any(letter.isdigit() for letter in part["text"])
    if not definite.searched:
        assert sum("view" in part for part in told[0]["parts"]) >= 1
    for view in {part["view"] for one in told for part in one["parts"] if "view" in part}:
        makers.figure(view, made, Work())


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_pieces_keep_the_singular(language: str) -> None:
    facts = {"updates": 1, "of": 21}
    told = pieces("lab_preview_updates", facts, language)
    assert "".join(text for text, _ in told) == sentence("lab_preview_updates", facts, language)
    assert {fact: text for text, fact in told if fact} == {"updates": "1", "of": "21"}
    told = pieces("story_loss", {"loss": "logistic"}, language)
    assert {fact for _, fact in told} == {None}


def test_a_number_without_its_picture_is_only_text() -> None:
    facts = {"updates": 10, "of": 20}
    assert linked("lab_preview_updates", facts, "en", frozenset()) == [
        {"text": sentence("lab_preview_updates", facts)}
    ]
    assert "updates" in PLACES
