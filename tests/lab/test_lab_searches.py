"""Ranges and points of searches, and what searching a table's own parameters costs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from steepest import LANGUAGES, fit
from steepest.lab import function_runs
from steepest.lab.answers import Makers, run_answer
from steepest.lab.costs import MOST_RUN, PREVIEW_RUN
from steepest.lab.function_runs import FunctionRuns
from steepest.lab.grids import (
    MOST_SEARCHED,
    PREVIEW_SEARCHED,
    affordable,
    evaluations,
    most_parameters,
    rounds_of,
)
from steepest.lab.runs import Runs
from steepest.lab.states import State, read_state
from steepest.lab.tables import Tables
from steepest.lab.wire import unpacked
from steepest.lab.work import Work


@pytest.fixture(scope="module")
def makers() -> Makers:
    return Makers(Runs(Tables()), FunctionRuns())


def made(makers: Makers, **state: Any) -> Any:
    definite, notes = makers.understood(state)
    return makers.made(definite, Work()), [one.name for one in notes]


def test_a_search_goes_through_the_ranges_of_the_state(makers: Makers) -> None:
    """The grid's own points, and what `fit` finds on it."""
    given = ["x2=0:4", "intercept=-1:1", "x1=-2:2"]
    found, notes = made(
        makers, data="two-features", method="exhaustive", ranges=given, points=5, standardize=False
    )
    assert notes == []
    assert found.options.ranges == (("intercept", -1.0, 1.0), ("x1", -2.0, 2.0), ("x2", 0.0, 4.0))
    run = fit(
        "example:two-features",
        target=list(found.options.target),
        method="exhaustive",
        ranges=found.options.ranges,
        points=5,
        standardize=False,
    )
    assert found.trace.last("evaluations") == 125
    assert found.trace.last("loss") == run.trace.last("loss")


def test_ranges_that_cannot_be_are_left_out_and_said(makers: Makers) -> None:
    for bad in (["x1=2:1"], ["x1"], ["x1=1"], ["=1:2"], ["x1=nan:2"], ["x1=1:2:3"], [1], {"a": 1}):
        state, notes = read_state({"ranges": bad})
        assert (state.ranges, [one.name for one in notes]) in (
            ((), ["lab_ignored"]),
            ((), ["lab_clamped"]),
        )
    _, notes = made(makers, data="salary", method="exhaustive", ranges=["no=0:1"])
    assert notes == ["lab_no_range"]
    state, notes = read_state({"ranges": "a=b=-1:2,c=0:1,c=0:3"})
    assert (state.ranges, notes) == (("a=b=-1.0:2.0", "c=0.0:3.0"), [])
    assert read_state(state.as_dict())[0] == state


def test_points_are_cut_to_what_can_be_afforded(makers: Makers) -> None:
    ranges = [f"x{i}=0:2" for i in range(1, 5)]
    found, notes = made(
        makers, data="formula", formula="rosenbrock:4", method="coarse-to-fine", ranges=ranges
    )
    assert notes == []  # 13 grids of 11^4
    assert found.trace.last("evaluations") == 13 * 11**4
    state, notes = makers.understood({**found.state.as_dict(), "points": 101})
    assert [one.name for one in notes] == ["lab_points"]
    assert evaluations("coarse-to-fine", state.points, 4) <= MOST_SEARCHED


@pytest.mark.parametrize("method", ["exhaustive", "coarse-to-fine"])
def test_what_a_search_takes_is_counted_right(makers: Makers, method: str) -> None:
    for points in (4, 5, 11, 30):
        found, _ = made(
            makers, data="salary", method=method, points=points, epochs=1_000, standardize=False
        )
        assert found.trace.last("evaluations") == evaluations(method, points, 2)
        assert len(found.trace) == rounds_of(method, points)
    most = most_parameters(method)
    assert evaluations(method, affordable(method, most, None), most) <= MOST_SEARCHED
    for count in range(1, most):
        points = affordable(method, count, 1_001)
        assert evaluations(method, points, count) <= MOST_SEARCHED
        assert points == 1_001 or evaluations(method, points + 1, count) > MOST_SEARCHED


def test_costs_of_the_own_table_are_those_of_runs(makers: Makers) -> None:
    """With all parameters free: the searches' and the descent's own counts and losses."""
    run, _ = made(makers, data="two-features", standardize=True, epochs=5_000)
    shown = makers.figure("search_cost", run, Work())
    rows = {(row[0], row[1]): row[2:] for row in shown.table.rows}
    assert rows["exhaustive search", 3] == (101.0**3, None)
    assert MOST_RUN < 101**3
    evaluated, loss = rows["gradient descent", 3]
    assert evaluated == run.trace.last("epoch") + 1
    assert loss == pytest.approx(run.trace.last("loss"), abs=1e-12)
    ranges = ["intercept=-3:5", "x1=-3:5", "x2=-3:5"]
    own, _ = made(makers, **{**run.state.as_dict(), "ranges": ranges})
    shown = makers.figure("search_cost", own, Work())
    state = replace(own.state, method="coarse-to-fine", epochs=1_000)
    found = makers.made(state, Work())
    row = next(r for r in shown.table.rows if r[:2] == ("coarse-to-fine search", 3))
    assert row[2] == found.trace.last("evaluations")
    assert row[3] == pytest.approx(found.trace.last("loss"), rel=1e-9)


def test_no_default_range_has_the_optimum_in_its_middle(makers: Makers) -> None:
    """Round numbers: a grid that happens to hold the answer would prove nothing."""
    run, _ = made(makers, data="salary", method="exhaustive", standardize=False)
    assert run.trace.last("loss") > 1.001 * run.bench.problem.quadratic.floor
    assert State().ranges == ()


def test_a_drag_of_the_rate_searches_nothing_anew(makers: Makers) -> None:
    """Pictures of searches stay the very same; while a start is dragged they take fewer points."""
    work, whole = Work(), {"data": "two-features", "epochs": 30}
    views = ("search", "boxes", "search_cost")

    def figures(preview: bool, **more: Any) -> list[Any]:
        state, _ = makers.understood({**whole, **more})
        one = makers.made(state, work, preview=preview)
        return [makers.figure(view, one, work) for view in views]

    full = figures(False, rate=0.1)
    dragged = figures(True, rate=0.2)
    assert all(a is b for a, b in zip(full, dragged, strict=True))
    moved = figures(True, start=[1.0, 2.0, 3.0])
    rows = [row for row in moved[2].table.rows if row[3] is not None and "search" in row[0]]
    assert max(row[2] for row in rows) <= PREVIEW_RUN
    counts = [row[3] for row in moved[0].table.rows]
    assert counts[0] ** len(counts) <= PREVIEW_SEARCHED
    again = figures(False, start=[1.0, 2.0, 3.0])
    assert [row[3] for row in again[0].table.rows] == [101] * len(counts)


def test_a_drag_of_the_rate_on_a_formula_searches_nothing_anew(makers: Makers) -> None:
    def made_of(rate: float, *, preview: bool) -> Any:
        state, _ = makers.understood(
            {"data": "formula", "formula": "beale", "rate": rate, "epochs": 50}
        )
        one = makers.made(state, Work(), preview=preview)
        return function_runs._beside(one, Work())[1:]

    full, dragged = made_of(1e-3, preview=False), made_of(2e-3, preview=True)
    assert all(a is b for a, b in zip(full, dragged, strict=True))


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_axes_of_searches_are_in_the_readers_words(makers: Makers, language: str) -> None:
    state, _ = makers.understood({"data": "salary", "standardize": False, "lang": language})
    found = makers.made(state, Work())
    for view in ("search", "boxes"):
        panels = makers.figure(view, found, Work()).panels
        names = {axis.label for panel in panels for axis in (panel.x, panel.y)}
        assert ("intercept" in names) == (language == "en")
        assert ("截距" in names) == (language == "zh-CN")


def test_an_error_beside_no_slope_is_absolute(makers: Makers) -> None:
    """At the optimum a relative error says nothing; elsewhere it is what it was."""
    for at, flat in (("optimum", True), ("start", False)):
        state, _ = makers.understood({"data": "salary", "at": at})
        shown = makers.figure("secant_error", makers.made(state, Work()), Work())
        assert ("absolute" in shown.panels[0].y.label) == flat
        assert ("absolute" in shown.caption) == flat
        largest = max(float(np.nanmax(layer.y)) for layer in shown.panels[0].layers)
        assert largest < 1e3
    state, _ = makers.understood({"data": "formula", "formula": "x^2+y^2", "start": [0.0, 1.0]})
    shown = makers.figure("secant_error", makers.made(state, Work()), Work())
    assert "absolute" in shown.panels[0].y.label


def test_a_figure_keeps_its_mark_and_no_other_has_it(makers: Makers) -> None:
    def marks(stage: str, **more: Any) -> dict[str, str]:
        state = {"data": "two-features", "epochs": 30, **more}
        body = {"stage": stage, "have": [], "sequence": 0, "state": state}
        header, _ = unpacked(
            run_answer({**body, "views": ["search", "search_cost", "loss"]}, makers, Work())
        )
        return {view: one["mark"] for view, one in header["figures"].items()}

    full, dragged = marks("full"), marks("preview", rate=0.011)
    assert full["search"] == dragged["search"]
    assert full["search_cost"] == dragged["search_cost"]
    assert full["loss"] != dragged["loss"]
    assert full["search"] != marks("full", points=9)["search"]
