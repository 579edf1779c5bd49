"""What minimize does beside one run: LaTeX, all rules, basins, and runs that were kept."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from html import escape, unescape
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


def test_ranges_are_a_list_or_an_option_repeated(steepest: Steepest) -> None:
    listed = ["himmelblau", "--basins", "--range", "x=-5:5, y=-5:5", "--points", "15"]
    assert (
        steepest("minimize", *listed, "--json").json["basins"]
        == (steepest("minimize", *BASINS, "--json").json["basins"])
    )


def test_a_column_whose_name_holds_a_comma_is_quoted_in_a_range(
    steepest: Steepest, table: Callable[..., str]
) -> None:
    data = table('"a,b",y\n1,2\n2,4\n3,6\n')
    how = ["--target", "y", "--method", "exhaustive", "--points", "5", "--validation", "0"]
    told = steepest("fit", data, *how, "--range", '"a,b"=0:4,intercept=0:1', "--json").json
    assert told["coefficients"] == {"a,b": 2.0}


def test_of_starts_that_settle_nowhere_the_longest_run_is_told(steepest: Steepest) -> None:
    call = ["-x**2", "--basins", "--range", "x=1:2", "--points", "2", "--learning-rate", "0.5"]
    answer = steepest("minimize", *call)
    # |x| doubles in every update, from 1: the first value below -1e30 comes with 2^50.
    assert "the longest took 50" in " ".join(answer.out.split())


def test_starts_held_at_a_kink_are_not_said_to_run_away(steepest: Steepest) -> None:
    answer = steepest("minimize", "abs(x)", "--basins", "--range", "x=0.3:0.5", "--points", "3")
    assert "3 starts settled nowhere" in answer.out
    assert "held at a kink" in " ".join(answer.out.split())


def test_a_fit_takes_one_range_for_each_name(steepest: Steepest) -> None:
    how = ["--target", "y", "--no-intercept", "--method", "exhaustive", "--points", "5"]
    twice = steepest("fit", "example:three-points", *how, "--range", "x=0:4,x=0:2", "--json")
    assert twice.code == 2
    assert twice.json["error"]["name"] == "range_twice"


@pytest.mark.parametrize("method", ["exhaustive", "coarse-to-fine"])
def test_a_minimum_inside_the_last_step_is_not_said_to_be_beyond(
    steepest: Steepest, table: Callable[..., str], method: str
) -> None:
    data = table("x,y\n1,3.9\n2,7.8\n3,11.7\n")
    how = ["--target", "y", "--no-intercept", "--no-standardize", "--validation", "0"]
    grid = ["--method", method, "--range", "x=0:4", "--points", "5"]
    told = steepest("fit", data, *how, *grid, "--json").json
    if method == "exhaustive":  # the best of 0, 1, 2, 3, 4 is 4, and the minimum is at 3.9
        assert told["coefficients"] == {"x": 4.0}
        assert "can be beyond" in told["sentence"]
    else:
        assert told["coefficients"]["x"] == pytest.approx(3.9, abs=1e-6)
        assert "edge" not in told["sentence"]


def test_coarse_to_fine_says_when_it_is_held_by_the_range(steepest: Steepest) -> None:
    grid = ["--method", "coarse-to-fine", "--range", "x=0:0.1"]
    told = steepest("minimize", "x**4 - x**2", *grid, "--json").json
    assert told["point"] == {"x": 0.1}  # the minimum is at 1/sqrt(2)
    assert "at the edge of the range of x" in told["sentence"]


def test_no_better_rate_is_promised_where_all_rates_came_to_the_same(steepest: Steepest) -> None:
    start = ["x**2 + y**2", "--start", "0,0", "--rule", "all", "--epochs", "5"]
    assert "can lie beyond" not in " ".join(steepest("minimize", *start).out.split())
    slope = ["-x", "--rule", "all", "--epochs", "5"]
    assert "can lie beyond" in " ".join(steepest("minimize", *slope).out.split())


def test_a_map_that_cannot_be_drawn_is_refused_beforehand(steepest: Steepest) -> None:
    ranges = ",".join(f"x{i}=-1:1" for i in (1, 2, 3, 4))
    call = ["rosenbrock:4", "--basins", "--range", ranges, "--points", "17"]  # 83,521 starts
    answer = steepest("minimize", *call, "--plot", "map.png", "--json")
    assert answer.json["error"]["name"] == "figure_two_variables"


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


@pytest.mark.parametrize("call", CALLS)
def test_the_report_of_a_kept_run_tells_it_and_how_to_repeat_it(
    steepest: Steepest, tmp_path: Path, call: str
) -> None:
    first = steepest("minimize", *CALLS[call], "--out", "kept", "--json", "--quiet").json
    assert steepest("report", "kept", "--out", "page.html", "--quiet").code == 0
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert escape(first["sentence"]) in page
    assert "<svg" in page
    assert "<script" not in page
    assert first["kind"] != "saddle" or "saddle" in page
    command = unescape(page.rsplit("<code>", 1)[1].split("</code>")[0])
    again = steepest(*shlex.split(command)[1:], "--json", "--quiet").json
    for name in ("ending", "sentence", "kind", "point", "value", "evaluations"):
        assert again[name] == first[name]


def test_runs_of_functions_are_reported_one_by_one(steepest: Steepest, tmp_path: Path) -> None:
    steepest("minimize", "cubic", "--out", "kept", "--quiet")
    both = steepest("report", "kept", "kept", "--json")
    assert both.code == 2
    assert both.json["error"]["name"] == "report_of_functions"
    assert steepest("report", "kept", "--lang", "zh-CN", "--quiet").code == 0
    assert "导数" in (tmp_path / "report.html").read_text(encoding="utf-8")


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
