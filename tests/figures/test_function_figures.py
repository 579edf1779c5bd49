"""Figures of functions show planted truth: closed forms, finite differences, own descents."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import (
    Figure,
    InputError,
    RandomWaves,
    Trace,
    basins,
    basins_figure,
    compare_rules,
    curvature_figure,
    descent_figure,
    escapes,
    escapes_figure,
    minimize,
    rules_figure,
    saddle_share,
    saddle_share_figure,
    search_cost_figure,
    search_function,
    searches_figure,
    secant_error_figure,
    slopes_figure,
    surface_figure,
    valleys_figure,
)
from steepest.figures.figure import Contours, Layer, Line, Points, Segment

SADDLE = "x**2 - y**2"
HOW = {"learning_rate": 0.1}
PLANTED = "(x + 2)**2/100 - 2*exp(-(x - 3.3)**2/0.01)"
DOUBLE = "x**4/4 - x**2/2"  # minima at -1 and 1, a hill at 0


def layers(figure: Figure, kind: type[Layer], panel: int = 0) -> list[Any]:
    return [one for one in figure.panels[panel].layers if isinstance(one, kind)]


def styled(figure: Figure, style: str, panel: int = 0) -> Any:
    (layer,) = [one for one in figure.panels[panel].layers if one.style == style]
    return layer


def still() -> Trace:
    return minimize(SADDLE, start=[1.0, 0.0], **HOW)


# ---- recorded descents -------------------------------------------------------------------------


def test_a_path_on_contours_is_that_of_the_closed_form() -> None:
    figure = descent_figure([still(), minimize(SADDLE, start=[1.0, 1e-3], **HOW)])
    stays, leaves = layers(figure, Line)
    k = np.arange(len(stays.x))
    assert stays.x == pytest.approx(0.8**k, rel=1e-12)
    assert not stays.y.any()
    assert leaves.y == pytest.approx(1e-3 * 1.2 ** np.arange(len(leaves.y)), rel=1e-12)
    assert 1.0 < leaves.y[-1] < 3.0, "the way out is cut where it leaves the picture"
    (ground,) = layers(figure, Contours)
    x, y = np.meshgrid(ground.x, ground.y)
    assert ground.heights == pytest.approx(x**2 - y**2, rel=1e-12, abs=1e-12)
    end = styled(figure, "end-saddle")
    assert (end.x.tolist(), end.y.tolist()) == ([0.0], [0.0])
    assert end.label == "saddle: value 0, curvatures -2, 2"
    assert "83 updates" in figure.caption
    assert "unbounded after 228 updates" in figure.caption


@pytest.mark.parametrize(
    ("text", "start", "style"),
    [
        ("(x - 1)**2 + 3*y**2", [0.0, 1.0], "end-minimum"),
        ("-x**2 - y**2", [0.0, 0.0], "end-maximum"),
        ("x**2 + y**4", [0.0, 0.0], "end-degenerate"),
    ],
)
def test_an_end_is_marked_as_what_it_is(text: str, start: list[float], style: str) -> None:
    run = minimize(text, start=start)
    mark = styled(descent_figure(run), style)
    assert [mark.x[0], mark.y[0]] == pytest.approx(run.parameters[:, 0].tolist(), abs=1e-6)


def test_steps_lie_on_the_curve_of_one_variable() -> None:
    figure = descent_figure([minimize(DOUBLE, start=[x], **HOW) for x in (0.5, -0.5)])
    for line in layers(figure, Line):
        assert line.y == pytest.approx(line.x**4 / 4 - line.x**2 / 2, rel=1e-12, abs=1e-15)
    ends = [one for one in layers(figure, Points) if one.style == "end-minimum"]
    assert sorted(one.x[0] for one in ends) == pytest.approx([-1.0, 1.0], abs=1e-9)


def test_more_variables_are_shown_by_update() -> None:
    run = minimize("x**2 + 2*y**2 + 3*z**2", start=[1.0, 1.0, 1.0], **HOW)
    figure = descent_figure(run)
    (value,) = layers(figure, Line)
    k = value.x
    exact = 0.8 ** (2 * k) + 2 * 0.6 ** (2 * k) + 3 * 0.4 ** (2 * k)
    assert value.y == pytest.approx(exact, rel=1e-9)
    (norm,) = layers(figure, Line, 1)
    assert norm.y[0] == pytest.approx(math.sqrt(4 + 16 + 36))


def test_sections_at_a_saddle_bend_up_and_down() -> None:
    # one quadratic in turned coordinates: curvatures -4 and 6 along (1, -1) and (1, 1)
    figure = curvature_figure(minimize("(x**2 + y**2)/2 + 5*x*y", start=[0.0, 0.0]))
    for panel, curvature in enumerate((-4.0, 6.0)):
        cut, bend = layers(figure, Line, panel)
        assert cut.y == pytest.approx(curvature * cut.x**2 / 2, abs=1e-12)
        assert bend.y == pytest.approx(cut.y, abs=1e-12)
    assert [one.title.split(":")[1] for one in figure.panels] == [
        " falls to both sides",
        " rises to both sides",
    ]
    assert figure.panels[0].y.limits == figure.panels[1].y.limits


def test_a_section_shows_the_function_and_not_its_curvature() -> None:
    figure = curvature_figure(minimize("x**2 - x**3", start=[0.1]))
    cut, bend = layers(figure, Line)
    assert cut.y == pytest.approx(cut.x**2 - cut.x**3, abs=1e-9)
    assert bend.y == pytest.approx(cut.x**2, abs=1e-9)
    step = cut.x[1] - cut.x[0]
    at = len(cut.x) // 2
    second = (cut.y[at - 1] - 2 * cut.y[at] + cut.y[at + 1]) / step**2
    assert second == pytest.approx(figure.table.rows[0][0], rel=1e-6)


# ---- valleys -----------------------------------------------------------------------------------


def test_the_map_gives_each_start_the_minimum_on_its_side() -> None:
    # x**4/4 - x**2/2 + y**2: descent never crosses the ridge x = 0, on which the saddle lies
    axis = np.linspace(-1.5, 1.5, 7)
    starts = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    figure = basins_figure(basins(f"{DOUBLE} + y**2", starts), f"{DOUBLE} + y**2")
    by_place = {row[0]: (row[1], row[-1]) for row in figure.table.rows}
    assert by_place["x = -1, y = 0"] == ("minimum", 21)
    assert by_place["x = 1, y = 0"] == ("minimum", 21)
    assert by_place["x = 0, y = 0"] == ("saddle", 7)
    for points in layers(figure, Points):
        if points.style.startswith("basin"):
            side = 1.0 if "x = 1" in points.label else -1.0 if "x = -1" in points.label else 0.0
            assert set(np.sign(points.x)) == {side}


def own_valley(x: float, rate: float) -> int:
    """Return the valley (0 left, 1 right, -1 none) by plain Python."""
    for _ in range(10_000):
        x -= rate * (x**3 - x + 0.1)
    return -1 if abs(x**3 - x + 0.1) > 1e-6 else int(x > 0.0)


def test_valleys_by_start_and_rate_are_those_of_own_descents() -> None:
    rates, starts = (0.1, 0.6, 1.0), np.linspace(-1.7, 1.7, 18)[:, None]
    found = [basins("two-valleys", starts, learning_rate=rate) for rate in rates]
    figure = valleys_figure(found, rates, "two-valleys")
    names = {0: "basin-1", 1: "basin-2", -1: "basin-lost"}
    for valley, style in names.items():
        wanted = {
            (x, rate) for rate in rates for x in starts[:, 0] if own_valley(x, rate) == valley
        }
        shown = styled(figure, style, 1)
        assert set(zip(shown.x.tolist(), shown.y.tolist(), strict=True)) == wanted
    assert "0.8747, 1.189" in figure.caption
    roots = np.sort(np.roots([1.0, 0.0, -1.0, 0.1]))
    assert [f"{2 / (3 * r * r - 1):.4g}" for r in (roots[0], roots[2])] == ["0.8747", "1.189"]


# ---- noise -------------------------------------------------------------------------------------


def test_the_share_that_left_is_that_of_recorded_runs() -> None:
    found = escapes(SADDLE, [1.0, 0.0], noise=0.1, epochs=60, runs=40, **HOW)
    noisy = minimize(SADDLE, start=[1.0, 0.0], noise=0.1, epochs=60, **HOW)
    figure = escapes_figure(found, [still(), noisy])
    left = []
    for seed in range(40):
        run = minimize(SADDLE, start=[1.0, 0.0], noise=0.1, seed=seed, epochs=60, **HOW)
        below = np.flatnonzero(run["loss"] < -1.0)
        left.append(below[0] if len(below) else np.inf)
    share = styled(figure, "run-2", 1)
    wanted = [100.0 * np.mean(np.array(left) <= update) for update in share.x]
    assert share.y == pytest.approx(wanted)
    low, high = (one.y / 100.0 for one in layers(figure, Line, 1) if one.style == "run-2 raw")
    # Wilson's bounds are where the observed share lies 1.96 standard errors from the bound
    p = share.y / 100.0
    for bound in (low, high):
        inside = (p > 0.0) & (p < 1.0)
        error = np.sqrt(bound * (1.0 - bound) / 40)
        assert np.abs(p - bound)[inside] == pytest.approx(1.959963984540054 * error[inside])
    assert not layers(figure, Line)[0].y.any(), "without noise it stays on the ridge"


# ---- searches ----------------------------------------------------------------------------------


def test_the_planted_valley_is_missed_by_the_coarse_grid() -> None:
    ranges = {"x": (-5.0, 5.0)}
    coarse = search_function(PLANTED, ranges, method="coarse-to-fine")
    whole = search_function(PLANTED, ranges, points=201)
    figure = searches_figure([coarse, whole])
    inside = []
    for panel in range(2):
        (curve,) = layers(figure, Line, panel)
        assert curve.y.min() < -1.7, "the curve shows the valley itself"
        tried = styled(figure, "run-1", panel)
        exact = (tried.x + 2) ** 2 / 100 - 2 * np.exp(-((tried.x - 3.3) ** 2) / 0.01)
        assert tried.y == pytest.approx(exact, rel=1e-12, abs=1e-15)
        inside.append(int((np.abs(tried.x - 3.3) < 0.2).sum()))
    assert inside == [0, 7]
    assert [row[1] for row in figure.table.rows] == [143, 201]


def test_a_grid_costs_a_power_of_the_number_of_variables() -> None:
    runs = []
    for count in (1, 2, 3):
        names = [f"x{i}" for i in range(1, count + 1)]
        text = " + ".join(f"({name} - 1)**2" for name in names)
        runs.append(search_function(text, dict.fromkeys(names, (-2.0, 2.0)), points=7))
        runs.append(minimize(text, start=[0.0] * count, learning_rate=0.5))
    figure = search_cost_figure(runs)
    assert styled(figure, "exhaustive").y.tolist() == [7.0, 49.0, 343.0]
    # at the rate 1/curvature one step leads to the minimum
    assert styled(figure, "batch").y.tolist() == [2.0, 2.0, 2.0]


# ---- saddles -----------------------------------------------------------------------------------


def test_shares_of_saddles_and_their_intervals() -> None:
    counts = saddle_share([1, 2, 3], functions=6, starts=40)
    figure = saddle_share_figure(counts)
    line = styled(figure, "saddles")
    assert line.x.tolist() == [1.0, 2.0, 3.0]
    assert line.y[0] == 0.0, "in one variable none is possible"
    theory = styled(figure, "theory")
    assert theory.y == pytest.approx([0.0, 50.0, 75.34], abs=0.005)
    bars = layers(figure, Segment)
    for one, bar, expected in zip(counts[1:], bars[1:], theory.y[1:], strict=True):
        assert bar.y0 < 100.0 * one.saddles / one.found < bar.y1
        wide = bar.y1 - bar.y0
        assert bar.y0 - wide / 2 < expected < bar.y1 + wide / 2


def test_minima_of_one_variable_are_counted_right() -> None:
    # all minima of the same functions on [0, 12], by signs of the derivative on a fine grid
    x = np.linspace(0.0, 12.0, 24_001)[:, None, None]
    minima = 0
    for number in range(4):
        slope = RandomWaves(1, number).gradient(x)[:, 0, 0]
        minima += int(((slope[:-1] < 0.0) & (slope[1:] > 0.0)).sum())
    row = saddle_share_figure(saddle_share([1], functions=4, starts=400)).table.rows[0]
    assert row[2] == minima


# ---- rules -------------------------------------------------------------------------------------


def bowl_run(rule: str, rate: float) -> Trace:
    how = {"rule": rule, "learning_rate": rate, "epochs": 30, "tolerance": 0.0}
    return minimize("x**2/2 + 10*y**2", start=[1.0, 1.0], **how)


def test_rules_are_shown_at_the_best_rate_of_the_grid() -> None:
    rates = (0.001, 0.01, 0.03, 0.09, 0.3)
    found = compare_rules(bowl_run, rules=("plain", "momentum"), rates=rates)
    chosen = [bowl_run(*one) for one in zip(found.rules, found.chosen, strict=True)]
    figure = rules_figure(found, chosen)

    def plain_end(rate: float) -> float:
        return ((1 - rate) ** 60) / 2 + 10 * (1 - 20 * rate) ** 60

    ends = [plain_end(rate) for rate in rates]
    best = rates[int(np.argmin(ends))]
    assert figure.table.rows[0][:2] == ("plain", best)
    assert figure.table.rows[0][2] == pytest.approx(min(ends), rel=1e-9)
    tuned = styled(figure, "run-1", 2)
    assert tuned.y[:4] == pytest.approx(ends[:4], rel=1e-9)
    assert math.isnan(tuned.y[4]), "what diverged is not drawn"
    (path,) = [one for one in layers(figure, Line) if one.style == "run-1 path"]
    assert path.x == pytest.approx((1 - best) ** np.arange(31.0), rel=1e-9)
    # heavy ball by hand (Polyak 1964): v = 0.9 v + g, x = x - r v
    x, v, losses = np.ones(2), np.zeros(2), []
    for _ in range(31):
        losses.append(x[0] ** 2 / 2 + 10 * x[1] ** 2)
        v = 0.9 * v + np.array([1.0, 20.0]) * x
        x = x - found.chosen[1] * v
    assert styled(figure, "run-2", 1).y == pytest.approx(losses, rel=1e-9)


# ---- all of them -------------------------------------------------------------------------------


def all_figures(language: str) -> list[Figure]:
    starts = np.array([[-1.0], [0.5], [1.7]])
    rates = (0.1, 0.9)
    valleys = [basins("two-valleys", starts, learning_rate=rate) for rate in rates]
    grid = search_function(SADDLE, {"x": (-1.0, 1.0), "y": (-1.0, 1.0)}, points=5)
    found = escapes(SADDLE, [1.0, 0.0], noise=0.1, epochs=40, runs=9, **HOW)
    weak = escapes(SADDLE, [1.0, 0.0], noise=1e-9, epochs=9, runs=9, **HOW)
    rules = compare_rules(bowl_run, rates=(0.01, 0.05))
    return [
        descent_figure([still(), grid], language=language),
        descent_figure(minimize("two-valleys"), language=language),
        descent_figure(minimize("rosenbrock:3"), language=language),
        curvature_figure(still(), language=language),
        basins_figure(valleys[0], "two-valleys", language=language),
        basins_figure(basins(SADDLE, [[1.0, 0.0], [1.0, 1.0]]), SADDLE, language=language),
        valleys_figure(valleys, rates, "two-valleys", language=language),
        escapes_figure([found, weak], still(), language=language),
        searches_figure(grid, language=language),
        search_cost_figure([grid, still()], language=language),
        saddle_share_figure(saddle_share([2], functions=2, starts=9), language=language),
        rules_figure(rules, language=language),
        surface_figure(still(), language=language),
        slopes_figure(still(), language=language),
        secant_error_figure(minimize("exp(x) - x", start=[1.0]), language=language),
    ]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_figure_is_plain_data_that_speaks_and_is_drawn(language: str, tmp_path: Path) -> None:
    for number, figure in enumerate(all_figures(language)):
        text = json.dumps(figure.as_dict(), allow_nan=False)
        assert Figure.from_dict(json.loads(text)).as_dict() == json.loads(text)
        assert figure.language == language
        assert any(letter.isdigit() for letter in figure.alt)
        assert any(letter.isdigit() for letter in figure.caption)
        assert not re.search(r"\b\w( +\w){5}\b", f"{figure.caption} {figure.alt}")
        assert {len(row) for row in figure.table.rows} == {len(figure.table.columns)}
        assert figure.provenance["versions"]["numpy"]
        assert figure.save(tmp_path / f"{number}.svg").stat().st_size > 5_000
        if language != "en":
            assert any("\u4e00" <= letter <= "\u9fff" for letter in figure.title)


def test_what_cannot_be_shown_is_refused() -> None:
    other = minimize("x**2", start=[1.0])
    with pytest.raises(InputError, match="different functions"):
        descent_figure([still(), other])
    with pytest.raises(InputError, match="one variable; this one has 2"):
        valleys_figure([], (), SADDLE)
    with pytest.raises(InputError, match="no second derivatives"):
        curvature_figure(minimize("ackley", start=[0.0, 0.0]))
    with pytest.raises(InputError, match="it takes 1 to 5"):
        descent_figure([other] * 6)


# ---- the page and the command ------------------------------------------------------------------


def test_the_page_s_numbers_of_valleys() -> None:
    page = (Path(__file__).parents[2] / "docs" / "functions.md").read_text(encoding="utf-8")
    ends = [
        minimize("two-valleys", start=[1.7], learning_rate=rate).metadata["critical"]["point"]["x"]
        for rate in (0.1, 0.6)
    ]
    assert f"higher valley at {ends[0]:.4f}" in page
    assert f"lower one at {ends[1]:.4f}" in page
    for name in ("saddle", "basins", "valleys", "escapes", "rules", "planted-valley"):
        assert f"(gallery/{name}.png)" in page
        assert (Path(__file__).parents[2] / "docs" / "gallery" / f"{name}.png").exists()


@pytest.mark.long
def test_the_page_s_numbers_of_rules_and_costs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "functions.md").read_text(encoding="utf-8")

    def run(rule: str, rate: float) -> Trace:
        return minimize("rosenbrock", rule=rule, learning_rate=rate, epochs=400, tolerance=0.0)

    found = compare_rules(run)
    ends = dict(zip(found.rules, found.losses.min(axis=1).tolist(), strict=True))
    assert min(ends, key=lambda rule: ends[rule]) == "momentum"
    assert f"{ends['momentum']:.4g} at the rate 0.00316" in page
    assert f"({ends['plain']:.4g} at 0.00316)" in page
    for count in (6, 20):
        assert f"{int(minimize(f'rosenbrock:{count}').last('evaluations')):,}" in page
