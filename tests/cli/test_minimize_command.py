"""The command `steepest minimize`: its JSON, its words, its exit codes, formulas with a minus."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest
from answers import Answer, strict_json

from steepest import FUNCTIONS, load_trace

Steepest = Callable[..., Answer]
KEYS = {
    *("ending", "sentence", "kind", "point", "value", "gradient_norm", "hessian_eigenvalues"),
    *("updates", "evaluations", "learning_rate", "method", "seed", "seconds"),
    # beyond those of the issue
    *("rule", "schedule", "noise", "formula", "escapes", "basins", "rules", "run", "picture"),
}
CALLS = {
    "minimum": ["himmelblau"],
    "saddle": ["x**2 - y**2", "--start", "1,0", "--learning-rate", "0.1"],
    "unbounded": ["x**2 - y**2", "--start", "1,0.001", "--learning-rate", "0.1"],
    "maximum": ["-x**2"],
    "degenerate": ["flat-valley"],
    "kink": ["ackley"],
    "no-gradient": ["ackley", "--start", "0,0"],
    "diverged": ["x**4", "--start", "3", "--learning-rate", "1"],
    "outside": ["x*log(x)", "--start", "1", "--learning-rate", "2"],
    "epochs": ["rosenbrock", "--epochs", "3"],
    "noise": ["x**2", "--noise", "0.1", "--learning-rate", "0.1", "--epochs", "50"],
    "exhaustive": ["x**2", "--method", "exhaustive", "--range", "x=-5:5", "--points", "11"],
    "coarse-to-fine": ["x**2-x", "--method", "coarse-to-fine", "--range", "x=-5:5"],
    "target": ["x**2", "--start", "3", "--target-loss", "1"],
    "momentum": ["x**2", "--start=3", "--rule=momentum", "--momentum=0.5", "--learning-rate=0.1"],
}
CODES = {"unbounded": 3, "diverged": 3, "outside": 3}


@pytest.mark.parametrize("call", CALLS)
def test_json_has_every_key_and_the_exit_code_is_the_contract_s(
    steepest: Steepest, call: str
) -> None:
    answer = steepest("minimize", *CALLS[call], "--json", "--quiet")
    assert answer.code == CODES.get(call, 0)
    assert set(answer.json) == KEYS
    assert answer.err == ""
    assert answer.json["kind"] in ("minimum", "saddle", "maximum", "degenerate", "not_critical")
    assert all(isinstance(name, str) for name in answer.json["point"])


@pytest.mark.parametrize("call", CALLS)
def test_words_for_people(steepest: Steepest, call: str) -> None:
    answer = steepest("minimize", *CALLS[call])
    assert answer.out.startswith("f(")
    assert "nan" not in answer.out.lower() or call == "no-gradient"
    assert "{" not in answer.out
    assert answer.err == ""


def test_the_saddle_and_the_abyss(steepest: Steepest) -> None:
    stays = steepest("minimize", *CALLS["saddle"], "--json", "--quiet").json
    assert (stays["ending"], stays["kind"], stays["updates"]) == ("saddle", "saddle", 83)
    assert stays["point"] == {"x": 0.0, "y": 0.0}
    assert stays["hessian_eigenvalues"] == [-2.0, 2.0]
    falls = steepest("minimize", *CALLS["unbounded"], "--json", "--quiet").json
    assert (falls["ending"], falls["kind"]) == ("unbounded", "not_critical")
    assert falls["learning_rate"] == 0.1


@pytest.mark.parametrize(
    "arguments",
    [
        ["-x**2 + x**4", "--start", "0.1"],
        ["--start", "0.1", "-x**2 + x**4"],
        ["--json", "-x**2 + x**4", "--start", "0.1", "--quiet"],
        ["--start=0.1", "-x**2 + x**4"],
        ["--start", "0.1", "--", "-x**2 + x**4"],
        ["-(x**2) + x**4", "--start", "-0.1"],
    ],
    ids=str,
)
def test_a_formula_may_begin_with_a_minus_sign(steepest: Steepest, arguments: list[str]) -> None:
    extra = [] if "--" in arguments else ["--json"]
    answer = steepest("minimize", *arguments, *extra)
    assert answer.code == 0
    if extra:
        assert abs(answer.json["point"]["x"]) == pytest.approx(math.sqrt(0.5))


@pytest.mark.parametrize("text", ["-tanh(x)", "-h", "-cosh(h)"])
def test_letters_of_a_formula_are_no_options(steepest: Steepest, text: str) -> None:
    answer = steepest("minimize", text)
    if text == "-h":
        assert "FORMULA|NAME" in answer.out
    else:
        assert answer.out.startswith("f(")


def test_formula_gradient_and_hessian_are_shown(steepest: Steepest) -> None:
    out = steepest("minimize", "x**2*y - y**2").out
    assert "f(x, y) = x**2*y - y**2" in out
    assert "df/dx = 2*x*y" in out
    assert "d2f/dxdx = 2*y" in out
    assert "curvatures" in out


def test_many_seeds_are_counted(steepest: Steepest) -> None:
    answer = steepest(
        *("minimize", "x**2 - y**2", "--start", "1,0", "--learning-rate", "0.1"),
        *("--noise", "0.01", "--seeds", "200", "--epochs", "60", "--json"),
    )
    left = answer.json["escapes"]
    assert set(answer.json) == KEYS
    assert left["runs"] == 200
    assert left["low"] <= left["share"] <= left["high"]
    assert left["plain_ending"] == "saddle"
    assert "Wilson" in answer.err


def test_seeds_that_all_stay_are_strict_json_too(steepest: Steepest) -> None:
    answer = steepest(
        *("minimize", "x**2", "--start", "1", "--learning-rate", "0.1", "--json"),
        *("--noise", "0.01", "--seeds", "20", "--epochs", "60"),
    )
    assert answer.json["escapes"]["median"] is None
    assert answer.json["escapes"]["share"] == 0.0


def test_the_library_is_listed(steepest: Steepest) -> None:
    out = steepest("minimize", "--list").out
    assert all(f"{name}: " in out for name in FUNCTIONS)
    listed = steepest("minimize", "--list", "--json").json["functions"]
    assert list(listed) == list(FUNCTIONS)


def test_a_run_is_kept(steepest: Steepest, tmp_path: Path) -> None:
    steepest("minimize", "himmelblau", "--out", "kept")
    assert load_trace(tmp_path / "kept").metadata["critical"]["kind"] == "minimum"
    again = steepest("minimize", "himmelblau", "--out", "kept", "--json")
    assert again.code == 2
    assert again.error


@pytest.mark.parametrize(
    "call",
    [
        "himmelblau",
        "two-valleys",
        "rosenbrock:3",
        "saddle --start 1,0 --learning-rate 0.1 --noise 0.1 --seeds 9 --epochs 40",
        "saddle --start 1,0 --noise 0.1 --seeds 9 --epochs 40",
        "two-valleys --method exhaustive --range x=-2:2",
        "rosenbrock:3 --method coarse-to-fine --range x1=-2:2",
        "ramp",
    ],
)
def test_a_run_is_drawn(steepest: Steepest, tmp_path: Path, call: str) -> None:
    answer = steepest("minimize", *call.split(), "--plot", "run.svg")
    assert "Saved run.svg" in answer.out
    assert b"<path" in (tmp_path / "run.svg").read_bytes()
    assert strict_json(steepest("minimize", *call.split(), "--plot", "run.png", "--json").out)
    assert (tmp_path / "run.png").read_bytes()[1:4] == b"PNG"


_SEARCH = ["x**2", "--method", "exhaustive", "--range", "x=0:1"]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["__import__('os').system('id')"], "formula_character"),
        (["9**9**9*x"], "formula_fixed"),
        (["himmelbleu"], "function_unknown"),
        (["x**2", "--start", "1,2"], "start_numbers"),
        (["x**2", "--target-loss", "nan"], "target_no_number"),
        ([*_SEARCH, "--epochs", "5"], "option_of_descent"),
        ([*_SEARCH, "--tolerance", "0.1"], "option_of_descent"),
        ([*_SEARCH, "--range", "x=0:2"], "range_twice"),
        (["x**2", "--method", "exhaustive", "--range", "x=0:1,x=0:2"], "range_twice"),
        (["x**2", "--method", "exhaustive", "--range", "x=0:1,"], "no_range"),
        (["x**2", "--method", "exhaustive", "--range", ""], "no_range"),
        (["log(x)"], "start_outside_domain"),
        (["x**2", "--seeds", "5"], "function_seeds"),
        (["x**2", "--schedule", "cosine"], "schedule_needs_rate"),
        (["x**2", "--method", "exhaustive"], "search_needs_range"),
        (["x**2", "--method", "exhaustive", "--range", "y=0:1"], "range_unknown"),
        (
            ["x**2", "--method", "exhaustive", "--range", "x=0:1", "--noise", "1"],
            "option_of_descent",
        ),
        (["x**2", "--method", "stochastic"], "unknown_choice"),
        (["x**2", "--points", "5"], "option_of_search"),
        (["x**2", "--start", "a"], "no_number"),
        (["x**2", "--learning-rate", "fast"], "no_number"),
        (["x**2", "--learning-rate", "-1"], "rate_not_positive"),
        ([], "function_missing"),
    ],
    ids=str,
)
def test_refusals(steepest: Steepest, arguments: list[str], name: str) -> None:
    answer = steepest("minimize", *arguments, "--json")
    assert answer.code == 2
    assert answer.error["name"] == name
    plain = steepest("minimize", *arguments)
    assert plain.code == 2
    assert plain.err.count("\n") == 1


@pytest.mark.parametrize("call", CALLS)
def test_words_in_chinese(steepest: Steepest, call: str) -> None:
    answer = steepest("minimize", *CALLS[call], "--lang", "zh-CN")
    assert "。" in answer.out
    assert " the " not in answer.out
    refused = steepest("minimize", "x.y", "--lang", "zh-CN")
    assert refused.err.startswith("steepest: 第 2 列：")


def test_the_same_seed_gives_the_same_answer(steepest: Steepest) -> None:
    call = [*CALLS["noise"], "--seed", "7", "--json", "--quiet"]
    first, again = (steepest("minimize", *call).json for _ in range(2))
    first.pop("seconds"), again.pop("seconds")
    assert first == again


def test_a_formula_may_begin_with_a_minus_and_a_blank(steepest: Steepest) -> None:
    answer = steepest("minimize", "- x**2 + x**4", "--start", "1", "--json")
    assert answer.code == 0
    assert "minimum" in answer.out


def test_the_start_says_how_many_numbers_are_needed(steepest: Steepest) -> None:
    assert "2 numbers" in steepest("minimize", "x**2", "--start", "1,2").err
