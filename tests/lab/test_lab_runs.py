"""What a page is told equals what a fit gives; and a state is repeated by its own snippets."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from served import Served, array

from steepest import EXAMPLES, LANGUAGES, figure_of, fit, minimize
from steepest.descent.plan import PLAIN_UPDATES
from steepest.lab.cards import CARDS
from steepest.lab.phrases import paged
from steepest.lab.previews import PREVIEW_EPOCHS
from steepest.lab.states import State, read_state
from steepest.lab.wire import Packing, unpacked

ROUGH: dict[str, Any] = {"data": "salary", "standardize": False, "epochs": 40}
# What of an answer depends on the clock or the folder.
PASSING = ("seconds", "run", "findings", "sentence", "network")
STATES: tuple[dict[str, Any], ...] = (
    {**ROUGH, "rate": 3.0},
    {**ROUGH, "batch": 8, "rate": 0.05, "order": "given", "rule": "momentum"},
    {"data": "salary", "method": "exhaustive", "points": 11},
    {},
    ROUGH,
    {**ROUGH, "batch": 1, "order": "given", "schedule": "cosine"},
    {"data": "two-features", "features": "x1", "start": "1.5,-2", "loss": "half_squared_error"},
    {"data": "two-features", "rule": "adam", "rate": 0.1, "intercept": False},
    {"data": "closing", "validation": 0.3, "seed": 7, "tolerance": 1e-3},
    {"data": "salary-bad", "method": "coarse-to-fine", "epochs": 6, "start": "random"},
)
FUNCTION_STATES: tuple[dict[str, Any], ...] = (
    {"data": "formula", "formula": "himmelblau"},
    {"data": "formula", "formula": "-x**2 + y**2", "start": [0.5, 1.0], "rate": 0.1, "epochs": 30},
    {"data": "formula", "formula": "bowl:50", "rate": 0.01, "rule": "momentum", "seed": 2},
    {"data": "formula", "formula": "two-valleys", "rate": 0.1, "noise": 0.5, "seed": 4},
    {"data": "formula", "formula": "x**2 + 3*y**2", "method": "exhaustive", "points": 21},
)


def test_numbers_are_those_of_a_fit(served: Served) -> None:
    told, _ = served.run({**ROUGH, "rate": 0.3})
    run = fit("example:salary", target="salary", learning_rate=0.3, epochs=40, standardize=False)
    wanted = {k: v for k, v in run.answer().items() if k not in PASSING}
    assert {k: told["numbers"][k] for k in wanted} == wanted
    assert told["verdict"]["sentence"] == paged(run.answer()["sentence"], "en")
    assert [one["name"] for one in told["findings"]] == [one.name for one in run.findings]


def some(states: tuple[dict[str, Any], ...], count: int) -> list[Any]:
    """Return the first states as they are, and the others for the long run."""
    rest = [pytest.param(state, marks=pytest.mark.long) for state in states[count:]]
    return [*states[:count], *rest]


@pytest.mark.parametrize("state", some(STATES, 3), ids=str)
def test_the_snippets_repeat_a_run_on_rows(served: Served, state: dict, tmp_path) -> None:
    told, _ = served.run(state)
    numbers = {k: v for k, v in told["numbers"].items() if k not in PASSING}
    command = shlex.split(told["snippet"]["shell"])
    assert command[:2] == ["steepest", "fit"]
    printed = run([sys.executable, "-m", *command, "--json", "--quiet"], tmp_path, (0, 3))
    answer = json.loads(printed)
    assert {k: answer[k] for k in numbers if k in answer} == {
        k: numbers[k] for k in numbers if k in answer
    }
    names: dict[str, Any] = {}
    exec(
        compile(told["snippet"]["python"].replace("print(", "answer = ("), "snippet", "exec"), names
    )
    assert {k: names["answer"][k] for k in numbers if k in names["answer"]} == {
        k: numbers[k] for k in numbers if k in names["answer"]
    }


@pytest.mark.parametrize("state", some(FUNCTION_STATES, 2), ids=str)
def test_the_snippets_repeat_a_run_on_a_function(served: Served, state: dict, tmp_path) -> None:
    told, _ = served.run(state)
    numbers = {k: v for k, v in told["numbers"].items() if k not in PASSING}
    command = shlex.split(told["snippet"]["shell"])
    printed = run([sys.executable, "-m", *command, "--json", "--quiet"], tmp_path, (0, 3))
    answer = json.loads(printed)
    assert {k: answer[k] for k in numbers} == numbers
    names: dict[str, Any] = {}
    exec(
        compile(told["snippet"]["python"].replace("print(", "answer = ("), "snippet", "exec"), names
    )
    assert {k: names["answer"][k] for k in numbers} == numbers


def told_by(python: str) -> dict[str, Any]:
    """Return what the lines of a snippet would print."""
    names: dict[str, Any] = {}
    exec(compile(python.replace("print(", "answer = ("), "snippet", "exec"), names)
    return dict(names["answer"])


def run(command: list[str], place: Any, codes: tuple[int, ...]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=place, timeout=60, check=False
    )
    assert done.returncode in codes, done.stderr
    return done.stdout


def test_figures_are_those_of_the_project(served: Served) -> None:
    """Arrays of an answer are the figure's own numbers, to the last bit."""
    told, data = served.run({**ROUGH, "rate": 0.3}, ["contour", "loss"])
    run = fit("example:salary", target="salary", learning_rate=0.3, epochs=40, standardize=False)
    for view, shown in told["figures"].items():
        wanted = figure_of(run, view)
        assert shown["title"] == wanted.title
        for panel, own in zip(shown["panels"], wanted.panels, strict=True):
            for layer, mine in zip(panel["layers"], own.layers, strict=True):
                for name in mine.arrays:
                    if layer[name] is not None:
                        np.testing.assert_array_equal(array(layer[name], data), getattr(mine, name))


def test_a_surface_is_sent_once(served: Served) -> None:
    told, data = served.run(ROUGH, ["contour"])
    heights = told["figures"]["contour"]["panels"][0]["layers"][0]["heights"]
    again, more = served.run(ROUGH, ["contour"], have=[heights["key"]])
    kept = again["figures"]["contour"]["panels"][0]["layers"][0]["heights"]
    assert kept == {"$kept": heights["key"]}
    assert len(more) < len(data) / 5


def test_a_preview_says_what_it_leaves_out(served: Served) -> None:
    state = {**ROUGH, "batch": 1, "epochs": 100_000, "tolerance": 0}
    told, _ = served.run({**state, "rate": 0.01}, ["loss"], stage="preview")
    assert told["shortened"]
    assert told["numbers"]["epochs"] == PREVIEW_EPOCHS
    few, _ = served.run({**state, "epochs": 20, "rate": 0.01}, ["loss"], stage="preview")
    assert few["numbers"]["updates"] <= PLAIN_UPDATES
    assert told["findings"] is None
    assert told["snippet"] is None


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_everything_is_told_in_the_pages_language(served: Served, language: str) -> None:
    told, _ = served.run({**ROUGH, "rate": 9.0, "lang": language, "epochs": -1}, ["loss"])
    run = fit("example:salary", target="salary", learning_rate=9.0, epochs=1, standardize=False)
    assert told["verdict"]["sentence"] == paged(run.answer(language)["sentence"], language)
    assert len(told["notices"]) == 1
    assert told["figures"]["loss"]["language"] == language
    refused = served.post("/api/run", {"state": {"data": "none", "lang": language}}).json()
    assert "none" in refused["error"]["message"]
    assert ("没有" in refused["error"]["message"]) == (language == "zh-CN")


def test_one_step_by_hand_is_the_runs_own_step(served: Served) -> None:
    """Checked against finite differences of the loss, and the recorded next point."""
    told, _ = served.run({**ROUGH, "rate": 0.25, "step": 3})
    run = fit("example:salary", target="salary", learning_rate=0.25, epochs=40, standardize=False)
    step, loss = told["steps"], run.landscape.training.value
    for place, one in enumerate(step["parameters"]):
        assert one["before"] == run.trace.path[3, place, 0]
        assert one["after"] == run.trace.path[4, place, 0]
        assert one["after"] == pytest.approx(one["before"] - 0.25 * one["gradient"], rel=1e-12)
        ahead, behind = run.trace.path[3].copy(), run.trace.path[3].copy()
        ahead[place] += 1e-6
        behind[place] -= 1e-6
        slope = (float(loss(ahead)) - float(loss(behind))) / 2e-6
        assert one["gradient"] == pytest.approx(slope, rel=1e-6)
    assert (step["number"], step["last"]) == (3, 39)
    errors = step["rows"]["error"]
    guessed = np.array(step["rows"]["prediction"]) - np.array(step["rows"]["target"])
    np.testing.assert_allclose(errors, guessed, rtol=1e-12)


def test_a_step_of_one_row_is_that_rows_gradient(served: Served) -> None:
    """The slope of (w0 + w1 x - y)^2, by hand."""
    told, _ = served.run({**ROUGH, "batch": 1, "order": "given", "rate": 0.1, "step": 2})
    step = told["steps"]
    x, y = step["rows"]["x"][2][0], step["rows"]["target"][2]
    before = [one["before"] for one in step["parameters"]]
    error = before[0] + before[1] * x - y
    assert step["batch"] == 2
    wanted = [2.0 * error, 2.0 * error * x]
    assert [one["gradient"] for one in step["parameters"]] == pytest.approx(wanted, rel=1e-12)


def test_the_track_stands_where_theory_says(served: Served) -> None:
    """A hair below 2/L converges, a hair above diverges; slow is what the epochs do not cover."""
    told, _ = served.run({**ROUGH, "epochs": 2_000})
    marks = {one["name"]: one["value"] for one in told["regimes"]["marks"]}
    L, mu = told["numbers"]["L"], told["numbers"]["mu"]
    assert marks == {"safe": 1 / L, "best": 2 / (mu + L), "largest": 2 / L}
    bands = told["regimes"]["bands"]
    assert [one["name"] for one in bands] == ["slow", "monotone", "oscillating", "divergent"]
    assert all(a["high"] == b["low"] for a, b in pairwise(bands))
    wanted = {
        marks["largest"] * 0.99: "converged",
        marks["largest"] * 1.01: "diverged",
        bands[0]["high"] * 0.8: "epochs_used_up",
        bands[0]["high"] * 1.2: "converged",
    }
    for rate, ending in wanted.items():
        assert (
            served.run({**ROUGH, "epochs": 2_000, "rate": rate})[0]["verdict"]["ending"] == ending
        )


def test_the_other_scaling_keeps_start_and_share_of_the_rate(served: Served) -> None:
    told, _ = served.run({**ROUGH, "rate": 0.2}, ["contour_other"])
    assert "contour_other" in told["figures"]
    share = 0.2 / told["numbers"]["largest_stable_rate"]
    other, _ = served.run({**ROUGH, "standardize": True})
    run = fit(
        "example:salary",
        target="salary",
        learning_rate=share * other["numbers"]["largest_stable_rate"],
        epochs=40,
    )
    assert told["figures"]["contour_other"]["caption"] == figure_of(run, "contour").caption


def test_the_map_agrees_with_single_runs(served: Served) -> None:
    body = {"state": ROUGH, "rates": [0.05, 2.0], "batch_sizes": [1, 80]}
    header, _ = unpacked(served.post("/api/sweep", body).content)
    shown = header["figures"]["sweep"]
    for rate, batch, outcome, loss in shown["table"]["rows"]:
        told, _ = served.run({**ROUGH, "rate": rate, "batch": batch})
        assert (outcome == "diverged") == (told["verdict"]["ending"] == "diverged")
        if outcome != "diverged":
            assert loss == pytest.approx(told["numbers"]["train_loss"], rel=1e-9)
    assert len(shown["table"]["rows"]) == 4


def test_five_runs_share_axes_and_six_do_not(served: Served) -> None:
    states = [{**ROUGH, "rate": rate} for rate in (0.1, 0.2, 0.3, 0.4, 0.5)]
    header, _ = unpacked(served.post("/api/compare", {"states": states, "x": "rows"}).content)
    assert set(header["figures"]) == {"loss", "contour"}
    assert [one["numbers"]["learning_rate"] for one in header["runs"]] == [0.1, 0.2, 0.3, 0.4, 0.5]
    too_many = served.post("/api/compare", {"states": [*states, ROUGH]})
    assert too_many.status_code == 422


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_functions_have_surface_slopes_and_errors(served: Served, language: str) -> None:
    state = {"data": "formula", "formula": "x**3 + y**2", "start": [2.0, 1.0], "rate": 0.01}
    views = ["surface", "sections", "secant_error", "curvature"]
    told, data = served.run({**state, "h": 0.5, "lang": language}, views)
    assert set(told["figures"]) == set(views)
    assert [row[3] for row in told["figures"]["sections"]["table"]["rows"]] == [12.0, 2.0]
    sheet = told["figures"]["surface"]["panels"][0]["layers"][0]
    x, y = np.meshgrid(array(sheet["x"], data), array(sheet["y"], data))
    np.testing.assert_allclose(array(sheet["heights"], data), x**3 + y**2, rtol=1e-12, atol=1e-9)


def test_functions_are_minimized_and_compared(served: Served) -> None:
    state = {"data": "formula", "formula": "x**2 - y**2", "start": [1.0, 0.0], "rate": 0.1}
    told, _ = served.run(state, ["contour", "sections", "loss"])
    trace = minimize("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1, epochs=100)
    assert told["verdict"]["ending"] == trace.ending.name == "saddle"
    assert set(told["figures"]) == {"contour", "sections", "loss"}
    states = [state, {**state, "start": [1.0, 1e-6]}]
    header, _ = unpacked(served.post("/api/compare", {"states": states}).content)
    assert [one["verdict"]["ending"] for one in header["runs"]] == ["saddle", "epochs_used_up"]


@pytest.mark.parametrize("name", list(CARDS))
def test_every_card_shows_its_picture(served: Served, name: str) -> None:
    card = next(one for one in served.menu["cards"] if one["id"] == name)
    told, _ = served.run({**served.menu["state"], **card["state"]}, [card["view"]])
    assert list(told["figures"]) == [card["view"]]
    assert not told["notices"]
    if card["compare"]:
        states = [{**card["state"], **change} for change in card["compare"]]
        assert served.post("/api/compare", {"states": states}).status_code == 200


def test_the_menu_holds_every_table_and_a_story(served: Served) -> None:
    assert [one["id"] for one in served.menu["tables"]][: len(EXAMPLES)] == list(EXAMPLES)
    told, _ = served.run(served.menu["state"], ["fit", "contour", "loss"])
    assert set(told["figures"]) == {"fit", "contour", "loss"}
    assert told["verdict"]["sentence"]


HOSTILE: tuple[dict[str, Any], ...] = (
    {"rate": -1},
    {"rate": "1e999"},
    {"rate": []},
    {"epochs": 1e99},
    {"batch": 0},
    {"batch": 10**9},
    {"start": [1] * 900},
    {"start": "1,nan"},
    {"features": {"a": 1}},
    {"target": ["no"]},
    {"plane": ["no", "such"]},
    {"method": "__import__('os')"},
    {"rule": "adam"},
    {"lang": "xx"},
    {"data": "../../etc/passwd"},
    {"data": "formula", "formula": "9**9**9*x"},
    {"data": "formula", "formula": "__import__('os').system('x')"},
    {"data": "formula", "formula": "(" * 1000 + "x"},
    {"data": "formula", "formula": ""},
    {"data": "formula", "rate": "auto", "rule": "adam"},
    {"h": 1e-12, "data": "salary"},
    {"unknown": 1},
)


@pytest.mark.parametrize("state", HOSTILE, ids=str)
def test_no_state_brings_the_server_down(served: Served, state: dict[str, Any]) -> None:
    views = ["fit", "contour", "loss", "sections", "search"]
    answer = served.post("/api/run", {"state": state, "views": views})
    assert answer.status_code in (200, 422)
    assert "Traceback" not in answer.text
    if answer.status_code == 422:
        told = answer.json()["error"]
        assert told["message"]
        assert told["remedy"]


def test_a_state_survives_the_journey() -> None:
    state, notices = read_state({"rate": "0.25", "batch": "16", "plane": "a,b", "start": "1,2"})
    assert not notices
    assert (state.rate, state.batch, state.plane, state.start) == (0.25, 16, ("a", "b"), (1.0, 2.0))
    again, notices = read_state(json.loads(json.dumps(state.as_dict())))
    assert (again, notices) == (state, [])
    assert read_state({})[0] == State()


def test_arrays_travel_aligned_and_exact() -> None:
    packing = Packing()
    values = np.array([[1.0, np.nan], [np.inf, -0.0]])
    body = packing.body({"name": "标", "a": packing.array(values), "b": packing.array(np.ones(3))})
    header, data = unpacked(body)
    assert (len(body) - len(data)) % 8 == 0
    np.testing.assert_array_equal(array(header["a"], data), values)
    np.testing.assert_array_equal(array(header["b"], data), np.ones(3))
