"""What a page is told names its own controls: its reader has no command line before him."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import import_module

import pytest
from served import Served

from steepest.lab.phrases import CONTROLS, paged
from steepest.lab.states import LABELS, READERS, read_state
from steepest.words.catalogue import sentence

STATES = [
    {"data": "salary", "standardize": False, "rate": 0.4, "epochs": 60},
    {"data": "salary", "standardize": False, "rate": 0.9},
    {"data": "salary", "rate": 3},
    {"data": "salary", "rate": 1e-4},
    {"data": "salary-bad", "standardize": False, "rate": 0.028, "epochs": 40},
    {"data": "salary", "batch": 4, "rate": 0.3, "epochs": 60},
    {"data": "salary", "batch": 1, "order": "given", "rate": 0.2, "epochs": 60},
    {"data": "salary", "rule": "momentum", "rate": 9, "epochs": 60},
    {"data": "salary", "loss": "huber", "penalty": "l1", "alpha": 0.1, "epochs": 3},
    {"data": "formula", "formula": "rosenbrock", "start": [-1, 1], "rate": 0.0005, "epochs": 20},
    {"data": "formula", "formula": "bowl", "start": [3, 1], "rate": 5, "epochs": 20},
]
LANGUAGES = ("en", "zh-CN")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    made = Served()
    yield made
    made.stop()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_option_of_a_command_is_said_of_a_run(served: Served, language: str) -> None:
    for state in STATES:
        told, _ = served.run({**state, "lang": language})
        parts = [told["verdict"], *(told["findings"] or [])]
        said = ["".join(piece["text"] for piece in one["parts"]) for one in parts]
        assert said[0] == told["verdict"]["sentence"]
        for text in [*said, *told["notices"]]:
            assert "--" not in text, state
            assert "max_iter" not in text, state


def test_a_refusal_names_controls(served: Served) -> None:
    state = {"data": "salary", "loss": "logistic", "lang": "en"}
    error = served.post("/api/run", {"state": state, "stage": "full"}).json()["error"]
    assert error["remedy"]
    assert "--" not in error["message"] + error["remedy"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("group", ["findings", "training", "rules", "losses", "functions"])
def test_every_option_with_a_control_is_replaced(group: str, language: str) -> None:
    place = {"en": "en", "zh-CN": "zh_cn"}[language]
    words = import_module(f"steepest.words.{place}.{group}")
    options = re.compile(rf"--({'|'.join(CONTROLS)})\b")
    texts = [*words.SENTENCES.values(), *(one for pair in words.ERRORS.values() for one in pair)]
    assert any(options.search(one) for one in texts)
    for text in texts:
        assert not options.search(paged(text, language)), text


def test_values_are_called_as_the_page_calls_them() -> None:
    said = paged("Use --order random, or --method batch with --tolerance 0.", "en")
    assert said == "Use “Order of rows” random, or “Batch size” all rows with “Tolerance” 0."
    assert paged("请使用 --learning-rate auto（0.5）。", "zh-CN") == "请使用“学习率”自动（0.5）。"
    assert paged("the direction 'intercept' (1)", "zh-CN") == "the direction '截距' (1)"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", READERS)
def test_a_notice_calls_a_value_by_the_label_of_its_control(key: str, language: str) -> None:
    _, (note,) = read_state({key: object()})
    said = sentence(note.name, note.facts, language)
    label = sentence(LABELS.get(key, f"lab_{key}"), {}, language)
    assert f"“{label}”" in said
    assert not re.search(rf"\b{key}\b", said.replace(label, ""))
