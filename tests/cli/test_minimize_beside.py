"""What minimize does beside one run: LaTeX, all rules, basins, and runs that were kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from answers import Answer
from test_minimize_command import CALLS, KEYS

from steepest import FUNCTIONS, RULES, Formula, minimize

Steepest = Callable[..., Answer]
BASINS = ["himmelblau", "--basins", "--range", "x=-5:5", "--range", "y=-5:5", "--points", "15"]
BESIDE = {
    "basins": BASINS,
    "rules": ["x**2 + 10*y**2", "--start", "1,1", "--rule", "all", "--epochs", "20"],
    "seeds": [*CALLS["noise"], "--seeds", "5"],
}


@pytest.mark.parametrize("call", BESIDE)
def test_every_key_is_there_whatever_is_asked(steepest: Steepest, call: str) -> None:
    answer = steepest("minimize", *BESIDE[call], "--json", "--quiet")
    assert answer.code == 0
    assert set(answer.json) == KEYS
    name = {"basins": "basins", "rules": "rules", "seeds": "escapes"}[call]
    assert answer.json[name]
    others = {"basins", "rules", "escapes"} - {name}
    assert all(answer.json[one] is None for one in others)
    assert steepest("minimize", *BESIDE[call], "--lang", "zh-CN").out.count("。") > 1


def test_the_formula_is_answered_as_text_and_as_latex(steepest: Steepest) -> None:
    told = steepest("minimize", "x1**2*y/3 + sqrt(y)", "--start", "1,1", "--json").json["formula"]
    formula = Formula("x1**2*y/3 + sqrt(y)")
    assert told["gradient"] == dict(zip(formula.names, formula.gradient_text, strict=True))
    assert told["latex"]["gradient"]["x1"] == r"\frac{2 x_{1} y}{3}"
    point = np.array([[1.5], [2.5]])
    first = Formula(told["gradient"]["x1"], formula.names).value(point)
    assert float(first) == pytest.approx(float(formula.gradient(point)[0, 0]))
    printed = steepest("minimize", "x1**2*y/3 + sqrt(y)", "--start", "1,1", "--latex").out
    assert r"\partial f / \partial x_{1} = \frac{2 x_{1} y}{3}" in printed


def test_basins_on_the_command_line_are_those_of_himmelblau(steepest: Steepest) -> None:
    told = steepest("minimize", *BASINS, "--json").json["basins"]
    assert told["starts"] == 225
    assert sum(place["starts"] for place in told["places"]) + told["unsettled"] == 225
    minima = [(one["point"]["x"], one["point"]["y"]) for one in told["places"]]
    known = [point for point, _ in FUNCTIONS["himmelblau"].minima]
    reached = [m for m in minima if min(np.hypot(m[0] - a, m[1] - b) for a, b in known) < 1e-6]
    assert len(reached) == 4


def test_each_rule_is_judged_at_its_best_rate(steepest: Steepest) -> None:
    told = steepest("minimize", *BESIDE["rules"], "--json").json
    assert {one["rule"] for one in told["rules"]} == set(RULES)
    for one in told["rules"]:
        again = minimize(
            "x**2 + 10*y**2",
            start=[1.0, 1.0],
            rule=one["rule"],
            learning_rate=one["learning_rate"],
            epochs=20,
            tolerance=0.0,
        )
        assert again.last("loss") == one["value"]
    best = min(told["rules"], key=lambda one: one["value"])
    assert (told["rule"], told["learning_rate"]) == (best["rule"], best["learning_rate"])


@pytest.mark.parametrize("call", [*CALLS, *BESIDE])
def test_a_kept_run_is_shown_as_it_was(steepest: Steepest, tmp_path: Path, call: str) -> None:
    words = {**CALLS, **BESIDE}[call]
    first = steepest("minimize", *words, "--out", "kept", "--json", "--quiet").json
    again = steepest("show", "kept", "--json", "--quiet").json
    beside = {"escapes", "basins", "rules"}  # what was asked beside the run is not kept
    assert {k: v for k, v in again.items() if k not in beside} == {
        k: v for k, v in first.items() if k not in beside
    }
    assert steepest("show", "kept").out.startswith("f(")
    assert "Saved" in steepest("plot", "kept", "--out", "kept.svg").out
    assert b"<path" in (tmp_path / "kept.svg").read_bytes()


def test_two_kept_runs_share_a_picture(steepest: Steepest, tmp_path: Path) -> None:
    for i, start in enumerate(("0,0", "-4,4")):
        steepest("minimize", "himmelblau", "--start", start, "--out", f"run{i}")
    assert steepest("plot", "run0", "run1", "--out", "both.svg").code == 0
    figure = json.loads(steepest("plot", "run0", "run1", "--out", "both.svg", "--json").out)
    assert figure["kind"] == "descent"
    assert steepest("plot", "run0", "--kind", "curvature", "--out", "c.svg").code == 0


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["report", "kept"], "function_no_report"),
        (["plot", "kept", "--kind", "loss", "--out", "x.png"], "unknown_choice"),
        (["plot", "kept", "--rates", "1", "--out", "x.png"], "figure_no_options"),
        (["predict", "kept", "example:salary", "--out", "p.csv"], "run_of_function"),
        (["minimize", *BASINS, "--noise", "1"], "option_beside"),
        (["minimize", *BASINS[:4]], "basins_need_ranges"),
        (["minimize", *BASINS[:-1], "999"], "basins_too_many"),
        (["minimize", *BASINS[:-1], "1"], "option_too_small"),
        (["minimize", "x", "--basins", "--range", "y=0:1"], "range_unknown"),
        (["minimize", "x", "--basins", "--range", "x=1:0"], "range_empty"),
        (["minimize", "x", "--rule", "all", "--learning-rate", "1"], "option_beside"),
    ],
    ids=str,
)
def test_refusals_name_what_to_do(steepest: Steepest, arguments: list[str], name: str) -> None:
    steepest("minimize", "x**2", "--start", "1", "--out", "kept")
    answer = steepest(*arguments, "--json")
    assert answer.code in (1, 2)
    assert answer.error["name"] == name
    assert steepest(*arguments, "--lang", "zh-CN").err.count("\n") == 1
