"""Displays, the notebook view of a trace, thinning, levels, the plot command, refusals."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array
from shown_cases import HOSTILE

import steepest
from steepest import (
    CrossSectionDisplay,
    DescentPathDisplay,
    GradientDescentClassifier,
    GradientDescentRegressor,
    InputError,
    LossCurveDisplay,
    LossSurfaceDisplay,
    ResidualsDisplay,
    Run,
    figure_of,
    fit,
    forecast,
    smoothed,
    surface_of,
)
from steepest.displays import recorded_estimator
from steepest.figures.curves import Series, _drawn
from steepest.figures.landscapes import function_surface
from steepest.figures.levels import levels_of
from steepest.figures.lines import broken, power_text, width_of
from steepest.figures.rates import Curve, rate_curves
from steepest.figures.thinning import thinned


def test_displays_follow_scikit_learn(runs: dict[str, Run]) -> None:
    for kind in (DescentPathDisplay, LossSurfaceDisplay, CrossSectionDisplay, ResidualsDisplay):
        display = kind.from_run(runs["batch"])
        assert display.figure_ is np.ravel(display.ax_)[0].figure
        assert display._repr_html_().startswith("<figure><svg")
    display = LossCurveDisplay.from_trace(runs["batch"].trace, smoothing=0.5, language="en")
    again = display.plot(ax=LossCurveDisplay.from_trace(runs["batch"].trace).ax_)
    assert again is display
    assert len(display.ax_.lines) > 3  # drawn into the other one's axes


def test_displays_of_an_estimator_show_its_rows() -> None:
    random = np.random.default_rng(1)
    X = random.normal(size=(50, 2))
    y = X @ [1.0, -2.0] + 3.0 + 0.1 * random.normal(size=50)
    model = GradientDescentRegressor(learning_rate=0.1).fit(X, y)
    assert LossCurveDisplay.from_estimator(model).ax_.get_xlabel() == "epoch"
    path = DescentPathDisplay.from_estimator(model, X, y)
    heights = [row[-1] / row[-3] for row in path.figure.table.rows]
    assert path.figure.panels[0].x.label.startswith("intercept")
    assert np.isfinite(heights).all()
    residuals = ResidualsDisplay.from_estimator(model, X, y).figure.panels[0].layers[1]
    assert sorted(residuals.y) == pytest.approx(sorted(model.predict(X) - y), rel=1e-9)
    kept = GradientDescentRegressor(validation_fraction=0.2).fit(X, y)
    with pytest.raises(InputError, match="which ones is not recorded"):
        DescentPathDisplay.from_estimator(kept, X, y)


@pytest.mark.parametrize("loss", ["poisson", "huber", "half_squared_error"])
@pytest.mark.parametrize("penalty", ["none", "l2", "l1"])
def test_pictures_of_an_estimator_are_of_what_it_minimized(loss: str, penalty: str) -> None:
    """Not of the quadratic that bounds the loss, nor of the loss without its penalty."""
    random = np.random.default_rng(2)
    X = random.normal(size=(60, 2))
    y = random.poisson(np.exp(1.0 + X @ [0.5, -0.3])).astype(float)
    model = GradientDescentRegressor(loss=loss, penalty=penalty, alpha=0.3, max_iter=40, tol=None)
    seen = recorded_estimator(model.fit(X, y), X, y)
    for place in (0, 5, -1):
        height = float(seen.ground.value(seen.trace.path[place][None])[0])
        assert height == pytest.approx(seen.trace["loss"][place], rel=1e-9)
    DescentPathDisplay.from_estimator(model, X, y)
    CrossSectionDisplay.from_estimator(model, X, y)


@pytest.mark.parametrize("loss", ["logistic", "softmax", "squared_hinge"])
@pytest.mark.parametrize("classes", [2, 3])
def test_pictures_of_a_classifier(loss: str, classes: int) -> None:
    random = np.random.default_rng(3)
    X = random.normal(size=(90, 2))
    y = np.array(["a", "b", "c"])[(X[:, 0] + random.normal(size=90) > 0) * (classes - 1)]
    y[:5] = "b"
    model = GradientDescentClassifier(loss=loss, alpha=0.1, max_iter=30, tol=None).fit(X, y)
    seen = recorded_estimator(model, X, y)
    assert seen.classes == tuple(sorted(set(y)))
    height = float(seen.ground.value(seen.trace.path[-1][None])[0])
    assert height == pytest.approx(seen.trace["loss"][-1], rel=1e-9)
    assert DescentPathDisplay.from_estimator(model, X, y).figure.caption
    with pytest.raises(InputError, match="dense"):
        DescentPathDisplay.from_estimator(model, csr_array(X), y)


def test_a_trace_shows_itself_in_a_notebook(runs: dict[str, Run]) -> None:
    for name in ("batch", "diverged", "exhaustive", "several"):
        trace = runs[name].trace
        html = trace._repr_html_()
        root = ET.fromstring(html)
        assert trace.ending.sentence() in "".join(root.itertext())
        assert f"{trace['loss'][0]:,.6g}" in html
        assert not root.findall(".//script")
        assert "<script>" not in html
    points = ET.fromstring(runs["batch"].trace._repr_html_()).find(".//polyline").get("points")
    y = [float(pair.split(",")[1]) for pair in points.split()]
    assert y == sorted(y)  # the loss falls: down the page


def test_a_trace_s_ending_cannot_bring_markup() -> None:
    from dataclasses import replace

    from steepest import ArraySource, minimize

    rows = ArraySource(np.array([[1.0], [3.0]]), np.array([[1.0], [2.0]]))
    trace = minimize(rows, learning_rate=9.0, names=["<img src=x onerror=alert(1)>"])
    assert trace.ending.name == "diverged"
    assert "<img" not in trace._repr_html_()
    assert "&lt;img" in replace(trace)._repr_html_()


def test_no_figure_needs_a_run_where_a_trace_will_do(runs: dict[str, Run]) -> None:
    trace = runs["batch"].trace
    assert figure_of(trace, "loss").panels[0].layers
    assert figure_of(trace, "gradient").panels[0].layers
    with pytest.raises(InputError, match="is not kept with"):
        figure_of(trace, "contour")
    with pytest.raises(InputError, match="training rows"):
        figure_of(trace, "loss", x="rows")


@pytest.mark.parametrize(
    ("names", "kind", "options", "words"),
    [
        (("batch",), "pie", {}, "pie"),
        (("batch",), "loss", {"plane": "path"}, "no option 'plane'"),
        (("batch", "bad"), "sections", {}, "one run; 2 are given"),
        (("batch",) * 6, "loss", {}, "6 curves"),
        (("batch", "bad"), "contour", {}, "other rows or in other coordinates"),
        (("batch",), "contour", {"names": ("years", "mass")}, "no parameter 'mass'"),
        (("batch",), "contour", {"names": ("years",)}, "two parameters; 1"),
        (("batch",), "contour", {"plane": "round"}, "round"),
        (("batch",), "sections", {"at": "noon"}, "noon"),
        (("batch",), "divergence", {}, "did not diverge"),
        (("batch",), "search", {}, "no search"),
        (("exhaustive",), "boxes", {}, "no search"),
        (("batch",), "fit", {"target": "mass"}, "no target 'mass'"),
        (("batch",), "loss", {"x": "miles"}, "miles"),
        (("batch",), "loss", {"scale": "cubic"}, "cubic"),
        (("exhaustive",), "gradient", {}, "no recorded gradient_norm"),
    ],
)
def test_what_cannot_be_shown_is_refused(
    runs: dict[str, Run], names: tuple[str, ...], kind: str, options: dict, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        figure_of([runs[name] for name in names], kind, **options)
    assert words in str(caught.value)


# ---- thinning, levels, lines -------------------------------------------------------------------


def test_thinning_keeps_every_peak_and_dip_of_a_long_curve() -> None:
    random = np.random.default_rng(0)
    y = random.normal(size=50_000).cumsum()
    y[30_123], y[40_321] = 1e6, -1e6
    kept = thinned(y)
    assert len(kept) <= 2_002
    assert {0, 30_123, 40_321, 49_999} <= set(kept.tolist())
    edges = np.linspace(0, len(y), 1001).astype(int)
    for low, high in itertools.pairwise(edges):
        inside = y[kept[(kept >= low) & (kept < high)]]
        assert inside.max() == y[low:high].max()
        assert inside.min() == y[low:high].min()


def test_long_curves_are_smoothed_before_they_are_thinned() -> None:
    y = np.random.default_rng(0).random(20_000)
    wanted = smoothed(y, 0.99)
    x, drawn = _drawn(Series(np.arange(20_000.0), wanted))
    assert len(x) <= 2_002
    assert (wanted[x.astype(int)] == drawn).all()


@pytest.mark.parametrize(
    ("low", "high", "floor"),
    [
        (0.01, 25.0, 0.01),
        (162.0, 300.0, 162.0),
        (-5.0, 5.0, -5.0),
        (1e-9, 1e9, 0.0),
        (3.0, 3.0, 3.0),
    ],
)
def test_levels_are_few_inside_and_rising(low: float, high: float, floor: float) -> None:
    levels = levels_of(np.array([[low, high]]), floor)
    assert 1 <= len(levels) <= 12
    assert (np.diff(levels) > 0.0).all()
    assert (levels >= low).all()
    assert (levels <= high).all()
    if floor > 0.0 and high > low:  # evenly spaced in the logarithm of the excess, roughly
        excess = np.log(levels - floor * (high < 30.0 * floor))
        assert np.diff(excess).max() < 3.0 * np.diff(excess).min()


def test_lines_break_between_chinese_letters_and_before_no_comma() -> None:
    lines = broken("损失曲面上的路径，从起点到最优点（条件数）", 14)
    assert "".join(lines) == "损失曲面上的路径，从起点到最优点（条件数）"
    assert max(map(width_of, lines)) <= 16
    assert not any(line.startswith(("，", "）")) or line.endswith("（") for line in lines)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (1e6, "10⁶"), (3e-8, "3·10⁻⁸"), (1234.5, "1,234.5"), (-0.5, "−0.5")],
)
def test_tick_numbers(value: float, text: str) -> None:
    assert power_text(value) == text


# ---- figures from plain numbers ----------------------------------------------------------------


def test_any_function_of_two_numbers_is_drawn(tmp_path: Path) -> None:
    grid = np.linspace(-2.0, 2.0, 41)
    saddle = surface_of(lambda x, y: x**2 - y**2, grid, grid)
    for space in (False, True):
        figure = function_surface(
            saddle,
            title="x² − y²",
            space=space,
            paths=[np.array([[1.0, 0.0, 1.0], [0.5, 0.0, 0.25]])],
        )
        assert "-4" in figure.alt
        figure.save(tmp_path / "a.png")


def test_curves_of_rates_are_taken_from_arrays() -> None:
    epochs = np.arange(5.0)
    curves = [Curve("low", epochs, 0.9**epochs), Curve("very high", epochs, 9.0**epochs)]
    figure = rate_curves(curves, optimum=0.0)
    low, high = figure.panels[0].layers[:2]
    assert low.y.tolist() == (0.9**epochs).tolist()
    assert high.x.tolist() == [0.0, 1.0]  # beyond 20 times the start it has left
    with pytest.raises(InputError, match="6 curves"):
        rate_curves(curves * 3)


def test_a_forecast_is_drawn_as_the_curves_of_its_rates() -> None:
    seen = forecast(
        "example:salary", target="salary", standardize=False, learning_rates=(0.1, 0.8), epochs=50
    )
    first, second, lowest = figure_of(seen).panels[0].layers
    run = fit(
        "example:salary",
        target="salary",
        standardize=False,
        learning_rate=0.1,
        epochs=50,
        tolerance=0.0,
    )
    assert first.y == pytest.approx(run.trace["loss"][first.x.astype(int)], rel=1e-9)
    assert second.label == "0.8: high"
    assert lowest.value == pytest.approx(run.summary["optimum_loss"], rel=1e-12)


# ---- the command -------------------------------------------------------------------------------


def plot(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    source = Path(steepest.__file__).parents[1]
    return subprocess.run(
        [sys.executable, "-m", "steepest", "plot", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(source)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_plot_draws_saved_runs(runs: dict[str, Run], tmp_path: Path) -> None:
    runs["batch"].save(tmp_path / "one")
    runs["stochastic"].save(tmp_path / "two")
    done = plot(tmp_path, "one", "two", "--kind", "contour", "--out", "a.png", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["out"] == "a.png"
    assert told["kind"] == "contour"
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert "Saved a.png" in done.stderr
    refused = plot(tmp_path, "one", "--kind", "boxes", "--out", "b.png")
    assert refused.returncode == 2
    assert "no search" in refused.stderr
    assert not (tmp_path / "b.png").exists()


def test_plot_names_parameters_with_commas(runs: dict[str, Run], tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from steepest.cli.main import app

    runs["several"].save(tmp_path / "run")
    named = f'"{HOSTILE[3]}","{HOSTILE[1]}"'
    arguments = ["plot", str(tmp_path / "run"), "--kind", "sections", "--parameters", named]
    done = CliRunner().invoke(app, [*arguments, "--step", "0.5", "--out", str(tmp_path / "a.svg")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "a.svg").exists()
