"""`fit --rule`: the JSON, the help, the exit codes."""

from __future__ import annotations

from typing import Any

import pytest

from steepest import RULES


@pytest.mark.parametrize("rule", RULES)
def test_fit_and_plan_take_every_rule(rule: str, steepest: Any) -> None:
    words = ("example:salary", "--target", "salary", "--rule", rule, "--learning-rate", "0.01")
    answer = steepest("fit", *words, "--epochs", 50, "--json")
    assert answer.code == 0
    assert answer.json["rule"] == rule
    assert (answer.json["largest_stable_rate"] is None) == (RULES[rule].stable is None)
    assert steepest("plan", *words, "--json").json["engine"] == "moments"


def test_the_help_names_every_rule(steepest: Any) -> None:
    text = " ".join(steepest("fit", "--help").out.split())
    assert "--rule" in text
    for rule in RULES:
        assert rule in text


def test_rules_without_a_proven_rate_need_one(steepest: Any) -> None:
    answer = steepest("fit", "example:salary", "--target", "salary", "--rule", "adam", "--json")
    assert answer.code == 2
    assert answer.json["error"]["name"] == "rule_without_auto"
    assert "0.001" in answer.json["error"]["remedy"]
    assert steepest("fit", "example:salary", "--target", "salary", "--rule", "sgd").code == 2
