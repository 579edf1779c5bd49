"""Losses, penalties and classes on the page: a fit's own numbers, and true heights."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from steepest import LANGUAGES, LOSSES, ArraySource, Coordinates, fit
from steepest.cli.main import app
from steepest.figures.row_losses import MOST_SCORES, row_losses
from steepest.lab.answers import Makers, map_answer, run_answer, told_of
from steepest.lab.function_runs import FunctionRuns
from steepest.lab.menu import menu
from steepest.lab.previews import PREVIEW_PASSES, extent
from steepest.lab.runs import Made, Runs
from steepest.lab.states import State, read_state
from steepest.lab.tables import Tables
from steepest.lab.wire import unpacked
from steepest.lab.work import Work
from steepest.objective.landscape import parameter_plane
from steepest.objective.penalties import penalty_of

COLUMNS = ["a", "b", "c"]
CLOCK = ("seconds", "run", "findings", "sentence", "network")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> str:
    generator = np.random.default_rng(7)
    X = generator.normal(size=(160, 3)) * (1.0, 3.0, 0.5)
    z = X @ (1.0, -0.5, 1.0) + generator.logistic(size=160)
    lines = [
        f"{a:.6f},{b:.6f},{c:.6f},{y:.5f},{'yes' if y > 0 else 'no'},{int(y > 0)},"
        f"{['low', 'mid', 'high'][int(np.clip((y + 2) // 1.5, 0, 2))]},{int(np.exp(min(y, 3)))},"
        f"{np.exp(y / 3):.5f}"
        for (a, b, c), y in zip(X.tolist(), z.tolist(), strict=True)
    ]
    place: Path = tmp_path_factory.mktemp("losses") / "many.csv"
    place.write_text("a,b,c,y,sure,bit,kind,count,size\n" + "\n".join(lines) + "\n")
    return str(place)


@pytest.fixture(scope="module")
def makers(file: str) -> Makers:
    tables = Tables()
    tables.add([file], ["y"], COLUMNS)
    return Makers(Runs(tables), FunctionRuns())


def asked(**state: Any) -> dict[str, Any]:
    return {"data": "many", "epochs": 30, **state}


def made(makers: Makers, **state: Any) -> Made:
    found = makers.made(makers.understood(asked(**state))[0], Work())
    assert isinstance(found, Made)
    return found


def answered(makers: Makers, views: list[str], **state: Any) -> tuple[dict[str, Any], bytes]:
    body = {"stage": "full", "have": [], "sequence": 0, "views": views, "state": asked(**state)}
    return unpacked(run_answer(body, makers, Work()))


STATES: tuple[dict[str, Any], ...] = (
    {"target": ["sure"]},
    {"target": ["kind"], "penalty": "l2", "alpha": 0.02},
    {"target": ["bit"], "loss": "squared_hinge", "batch": 16},
    {"target": ["y"], "loss": "huber", "loss_parameter": 0.4, "features": ["a"]},
    {"target": ["y"], "loss": "quantile", "loss_parameter": 0.8},
    {"target": ["y"], "loss": "absolute", "penalty": "l1", "alpha": 0.05},
    {"target": ["count"], "loss": "poisson"},
    {"target": ["size"], "loss": "gamma", "standardize": False},
    {"target": ["y"], "penalty": "elasticnet", "alpha": 0.3, "l1_ratio": 0.5},
    {"target": ["y"], "penalty": "l2", "alpha": 0.1, "rule": "nesterov"},
    {"target": ["sure"], "start": [0.5, 1.0, -1.0, 2.0]},
    {"target": ["kind"], "start": [float(k) / 10 for k in range(12)]},
)


@pytest.mark.parametrize("state", STATES, ids=str)
def test_the_page_the_command_and_python_give_the_same_numbers(
    makers: Makers, state: dict[str, Any], tmp_path: Path
) -> None:
    told = told_of(made(makers, **state), full=True)
    numbers = {k: v for k, v in told["numbers"].items() if k not in CLOCK}
    names: dict[str, Any] = {}
    exec(compile(told["snippet"]["python"].replace("print(", "answer = ("), "own", "exec"), names)
    known = [key for key in numbers if key in names["answer"]]
    assert len(known) > 20
    assert {key: names["answer"][key] for key in known} == {key: numbers[key] for key in known}
    command = shlex.split(told["snippet"]["shell"])
    out = ["--json", "--quiet", "--out", str(tmp_path / "run")]
    printed = CliRunner().invoke(app, [*command[1:], *out])
    assert printed.exit_code in (0, 3), printed.output
    answer = json.loads(printed.stdout)
    assert {key: answer[key] for key in known} == {key: numbers[key] for key in known}


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_picture_is_there_or_says_why_not(
    makers: Makers, state: dict[str, Any], language: str
) -> None:
    views = ["fit", "contour", "surface", "sections", "secant_error", "loss", "contour_other"]
    told, _ = answered(makers, [*views, "regimes", "search", "residuals"], **state, lang=language)
    assert set(views) <= set(told["figures"])
    closed = made(makers, **state).bench.bowl is not None
    assert ("regimes" in told["figures"]) == closed
    assert (told["numbers"]["L"] is not None) == closed
    assert all(told["missing"].values())
    assert ("residuals" in told["figures"]) == (state["target"][0] not in ("sure", "bit", "kind"))


def test_heights_are_true_losses_over_all_rows(makers: Makers) -> None:
    """The logistic loss by its definition, on the picture's own grid; paths lie on it."""
    found = made(makers, target=["bit"], loss="logistic", features=["a"], validation=0.0)
    told, data = answered(
        makers, ["contour"], target=["bit"], loss="logistic", features=["a"], validation=0.0
    )
    shown = told["figures"]["contour"]
    ground = shown["panels"][0]["layers"][0]
    w0, w1, heights = (np.frombuffer(data, "<f8", *span(ground[n])) for n in ("x", "y", "heights"))
    heights = heights.reshape(len(w1), len(w0))
    table = found.held.table
    x, y = (np.asarray(table.column(name).values, float) for name in ("a", "bit"))
    z = (x - x.mean()) / x.std()
    for i, j in ((0, 0), (3, 17), (20, 5), (len(w1) - 1, len(w0) - 1)):
        score = w0[j] + w1[i] * z
        wanted = np.mean(np.logaddexp(0.0, score) - y * score)
        assert heights[i, j] == pytest.approx(wanted, rel=1e-12)
    for _, _, _, _, loss, height, gap in shown["table"]["rows"]:
        assert height == pytest.approx(loss, rel=1e-12)
        assert abs(gap) < 1e-12


def span(told: dict[str, Any]) -> tuple[int, int]:
    offset, shape = told["$array"]
    return int(np.prod(shape)), offset


@pytest.mark.parametrize("name", list(LOSSES))
def test_slopes_of_the_ground_are_its_derivatives(name: str) -> None:
    """Against finite differences; heights of a plane against those of single points."""
    generator = np.random.default_rng(3)
    loss, K = LOSSES[name], 3 if LOSSES[name].coupled else 1
    X = generator.normal(size=(40, 2))
    y = generator.uniform(0.5, 2.0, size=(40, K))
    if loss.task != "numbers":
        y = np.eye(max(K, 2))[generator.integers(0, max(K, 2), 40)][:, -K:]
    own = Coordinates(np.zeros(2), np.ones(2), intercept=True)
    penalty = penalty_of("l2", 0.3, 0.0, intercept=True)
    ground = row_losses(ArraySource(X, y), loss, penalty, own)
    point = generator.normal(size=(3, K)) * 0.3
    slope = ground.gradient(point)
    for place in np.ndindex(point.shape):
        step = np.zeros_like(point)
        step[place] = 1e-6
        ends = ground.value(np.stack([point - step, point + step]))
        assert slope[place] == pytest.approx((ends[1] - ends[0]) / 2e-6, rel=1e-4, abs=1e-6)
        step *= 1e2
        bend = (ground.gradient(point + step) - ground.gradient(point - step))[place] / 2e-4
        if loss.smooth and name not in ("huber", "squared_hinge"):
            found = ground.curvature(point, (place[0], place[1]))
            assert found == pytest.approx(bend, rel=1e-4)
    plane = parameter_plane(point, (0, 0), (2, K - 1))
    a, b = np.linspace(-1, 1, 5), np.linspace(-2, 2, 4)
    wanted = ground.value(plane.at(*np.meshgrid(a, b)))
    np.testing.assert_allclose(ground.surface(plane, a, b).heights, wanted, rtol=1e-12)


def test_of_many_rows_a_sample_is_looked_at_and_said(tmp_path: Path) -> None:
    """Heights come from some rows and say so; losses of single points from all of them."""
    generator = np.random.default_rng(1)
    x, noise = generator.normal(size=(2, 9_000))
    lines = [f"{a:.4f},{int(a + n > 0)}" for a, n in zip(x.tolist(), noise.tolist(), strict=True)]
    file = tmp_path / "long.csv"
    file.write_text("x,y\n" + "\n".join(lines) + "\n")
    tables = Tables()
    tables.add([str(file)], ["y"])
    own = Makers(Runs(tables), FunctionRuns())
    state = own.understood({"data": "long", "loss": "logistic", "epochs": 20})[0]
    found = own.made(state, Work())
    assert isinstance(found, Made)
    assert found.bench.measured.looked_at <= MOST_SCORES
    caption = own.figure("contour", found, Work()).caption
    assert "2,500 of the 7,200 training rows" in caption
    exact = found.bench.problem.loss_at(found.trace.parameters)
    assert found.recorded.loss_at(found.trace.parameters) == pytest.approx(exact, rel=1e-12)
    rough = float(found.bench.measured.value(found.trace.parameters))
    assert abs(rough / exact - 1.0) > 1e-6


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ({"target": ["count"], "loss": "poisson"}, "tested"),
        ({"target": ["count"], "loss": "poisson", "rate": 0.01}, None),
        ({"target": ["y"], "loss": "absolute"}, "falling"),
        ({"target": ["sure"]}, None),
    ],
    ids=str,
)
def test_a_rate_that_is_not_one_number_is_called_so(
    makers: Makers, state: dict[str, Any], kind: str | None
) -> None:
    found = made(makers, **state)
    assert told_of(found, full=False)["numbers"]["rate_kind"] == kind
    rates = found.trace["rate"][1:]
    constant = len(set(rates[np.isfinite(rates)].tolist())) <= 1
    assert constant == (kind is None)


def test_margins_count_the_rows_that_are_right(makers: Makers) -> None:
    for target in ("sure", "kind"):
        found = made(makers, target=[target], validation=0.0)
        caption = makers.figure("fit", found, Work()).caption
        share = 100.0 * found.summary["train_accuracy"]
        assert f"({share:.3g} %)" in caption


def test_a_ridge_is_a_quadratic_of_its_own(makers: Makers) -> None:
    """Its largest stable rate is exact: a hair below it converges, a hair above it diverges."""
    ridge = {"target": ["y"], "penalty": "l2", "alpha": 2.0, "epochs": 3_000}
    told = told_of(made(makers, **ridge), full=False)
    limit = 2.0 / told["numbers"]["L"]
    assert told["numbers"]["largest_stable_rate"] == pytest.approx(limit, rel=1e-9)
    assert made(makers, **ridge, rate=limit * 0.99).trace.ending.name == "converged"
    assert made(makers, **ridge, rate=limit * 1.01).trace.ending.name == "diverged"
    run = fit(
        made(makers, **ridge).held.data[0],
        target="y",
        features=COLUMNS,
        penalty="l2",
        alpha=2.0,
        epochs=3_000,
    )
    assert told["numbers"]["objective"] == run.summary["objective"]


def test_what_cannot_be_is_said_and_replaced() -> None:
    for given, kept in (
        ({"loss_parameter": 2.0}, None),
        ({"loss": "quantile", "loss_parameter": 1.5}, None),
        ({"loss": "huber", "loss_parameter": -1.0}, 1e-12),
        ({"loss": "huber", "loss_parameter": 1.5}, 1.5),
    ):
        state, notes = read_state(given)
        assert state.loss_parameter == kept
        assert bool(notes) == (kept != 1.5)
    assert [one.name for one in read_state({"penalty": "l3", "alpha": -1})[1]] == [
        "lab_ignored",
        "lab_clamped",
    ]


def test_the_menu_names_losses_and_their_parameters() -> None:
    told = menu(Tables(), "", State())
    assert told["losses"] == list(LOSSES)
    assert set(told["loss_parameters"]) == {"huber", "quantile"}
    assert told["penalties"] == ["none", "l2", "l1", "elasticnet"]


def test_a_map_of_a_loss_measures_from_the_lowest_run(makers: Makers) -> None:
    state = asked(target=["sure"], epochs=20)
    body = {"state": state, "have": [], "sequence": 1, "rates": [0.01, 2.0], "batch_sizes": [128]}
    header, _ = unpacked(map_answer(body, makers, Work()))
    outcomes = {row[0]: row[2] for row in header["figures"]["sweep"]["table"]["rows"]}
    assert outcomes == {0.01: "under way", 2.0: "arrived"}


def test_a_preview_of_passes_is_short(makers: Makers) -> None:
    found = makers.understood(asked(target=["sure"], epochs=50_000))[0]
    shown = makers.made(found, Work(), preview=True)
    assert shown.shortened is not None
    assert 10 <= shown.trace.last("epoch") <= PREVIEW_PASSES
    options = replace(made(makers, target=["sure"]).options, epochs=1_000)
    assert extent(options, 10**7, 10, passes=True).epochs == 1


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_momentum_is_the_runs_own(makers: Makers, rule: str) -> None:
    """A fit's numbers, the bound of its own momentum, and the formula of the step by hand."""
    state = {"target": ["y"], "rule": rule, "momentum": 0.5, "standardize": False}
    found = made(makers, **state)
    told = told_of(found, full=True)
    path = found.held.data[0]
    run = fit(
        path, target="y", features=COLUMNS, rule=rule, momentum=0.5, epochs=30, standardize=False
    )
    np.testing.assert_array_equal(found.trace.path, run.trace.path)
    usual = told_of(made(makers, **{**state, "momentum": None}), full=False)["numbers"]
    share = told["numbers"]["largest_stable_rate"] / usual["largest_stable_rate"]
    wanted = 1.5 / 1.9 if rule == "momentum" else (3.0 / 2.0) / (3.8 / 2.8)
    assert share == pytest.approx(wanted, rel=1e-12)
    assert "0.5 v" in told["steps"]["formula"]
    assert "--momentum 0.5" in told["snippet"]["shell"]
    body = {"state": asked(**state), "have": [], "sequence": 1, "rates": [0.1], "batch_sizes": []}
    assert map_answer(body, makers, Work())


def test_a_momentum_that_a_rule_has_not_is_said() -> None:
    for given, kept, name in (
        ({"momentum": 0.5}, None, "lab_ignored"),
        ({"rule": "adam", "rate": 0.1, "momentum": 0.5}, None, "lab_ignored"),
        ({"rule": "momentum", "momentum": 1.0}, 0.9999, "lab_clamped"),
        ({"rule": "nesterov", "momentum": ""}, None, ""),
        ({"rule": "momentum", "momentum": "0.25"}, 0.25, ""),
    ):
        state, notes = read_state(given)
        assert (state.momentum, "".join(one.name for one in notes)) == (kept, name)


def test_momentum_of_a_formula(makers: Makers) -> None:
    state = {"data": "formula", "formula": "x**2 + 9*y**2", "start": [1.0, 1.0], "rate": 0.05}
    asked_for = {**state, "rule": "momentum", "momentum": 0.3, "epochs": 25}
    found = makers.made(makers.understood(asked_for)[0], Work())
    names: dict[str, Any] = {}
    python = told_of(found, full=True)["snippet"]["python"].replace("print(", "answer = (")
    exec(compile(python, "own", "exec"), names)
    assert "momentum=0.3" in python
    numbers = found.numbers("en")
    known = set(numbers) - {"seconds"}
    assert {key: names["answer"][key] for key in known} == {key: numbers[key] for key in known}
