"""The numbers of the page are those of the library, from its data and its drawing."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from matplotlib.ticker import LogLocator, MaxNLocator

from steepest import Figure, figure_of, fit
from steepest.figures.painting import power_text
from steepest.figures.styles import STYLES, style_of
from steepest.lab.phrases import paged

# Address of a state -> the same run's options.
STATES = {
    "raw": (
        "data=salary&standardize=false&epochs=400&rate=0.3",
        {"standardize": False, "epochs": 400, "learning_rate": 0.3},
    ),
    "sgd": (
        "data=salary&batch=1&epochs=7&rate=0.02&seed=3",
        {"batch_size": 1, "epochs": 7, "learning_rate": 0.02, "seed": 3},
    ),
    "diverged": ("data=salary&rate=1.05&epochs=500", {"learning_rate": 1.05, "epochs": 500}),
}
LOSSES = ("train_loss", "validation_loss", "optimum_loss")


def fitted(state: str) -> Any:
    return fit("example:salary", target="salary", **STATES[state][1])


@pytest.mark.parametrize("state", STATES)
def test_a_link_gives_the_numbers_of_the_library(lab: Any, state: str) -> None:
    lab.at(STATES[state][0])
    told = lab("__lab.answer.numbers")
    summary = fitted(state).summary
    for name in (
        "learning_rate",
        "epochs",
        "updates",
        "train_loss",
        "validation_loss",
        "optimum_loss",
    ):
        assert told[name] == summary[name], name
    assert told["coefficients"] == summary["coefficients"]
    assert lab("__lab.answer.verdict.sentence") == paged(summary["sentence"], "en")
    assert lab("document.getElementById('verdict').textContent").endswith(
        paged(summary["sentence"], "en")
    )


def revived(lab: Any, view: str) -> dict[str, Any]:
    """Return a figure as the page holds it, typed arrays as lists."""
    script = """view => JSON.stringify(__lab.figures[view], (key, value) => {
      if (value && value.shape) return Array.from({length: value.shape[0]}, (_, i) =>
        Array.from(value.values.subarray(i * value.shape[1], (i + 1) * value.shape[1])));
      return ArrayBuffer.isView(value) ? Array.from(value) : value; })"""
    return dict(json.loads(lab(script, view)))


@pytest.mark.parametrize("view", ["fit", "contour", "loss"])
def test_figures_hold_the_coordinates_of_the_library(lab: Any, view: str) -> None:
    lab.at(STATES["raw"][0])
    shown = Figure.from_dict(revived(lab, view))
    expected = figure_of(fitted("raw"), view)
    assert shown.alt == expected.alt
    for ours, theirs in zip(shown.panels, expected.panels, strict=True):
        assert [(one.kind, one.style, one.label) for one in ours.layers] == [
            (one.kind, one.style, one.label) for one in theirs.layers
        ]
        for one, other in zip(ours.layers, theirs.layers, strict=True):
            for name in one.arrays:
                if getattr(other, name) is not None:
                    np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_drawn_pixels_lead_back_to_the_data(lab: Any) -> None:
    lab.at(STATES["raw"][0])
    path = lab("document.querySelector('[data-view=contour] path.course').getAttribute('d')")
    drawn = np.array([[float(v) for v in pair.split(",")] for pair in re.split("[ML]", path)[1:]])
    back = lab(
        """points => { const { scales } = __lab.drawn('contour')[0];
        return points.map(([x, y]) => [scales.x.back(x), scales.y.back(y)]); }""",
        drawn.tolist(),
    )
    layers = revived(lab, "contour")["panels"][0]["layers"]
    line = next(one for one in layers if one["kind"] == "line")
    limits = lab("__lab.drawn('contour')[0].limits")
    # a hundredth of a pixel is what the drawing is rounded to
    frame = lab("__lab.drawn('contour')[0].frame.width")
    off = (limits["x"][1] - limits["x"][0]) / frame * 0.011
    np.testing.assert_allclose(np.array(back)[:, 0], line["x"], atol=off)
    np.testing.assert_allclose(np.array(back)[:, 1], line["y"], atol=off)


@pytest.mark.parametrize("view", ["fit", "contour", "loss", "regimes", "spectrum", "residuals"])
def test_ticks_and_limits_are_those_of_files(lab: Any, view: str) -> None:
    """matplotlib chooses the ticks of the same figure; the page must choose them, too."""
    lab.at(STATES["raw"][0])
    figure = figure_of(fitted("raw"), view)
    canvas = figure.draw()
    canvas.draw_without_rendering()
    found = lab(
        """async ([panels]) => { const { limitsOf } = await import('./static/panel.js');
        const { ticksOf } = await import('./static/ticks.js');
        return panels.map(panel => ['x', 'y'].map(along => { const limits = limitsOf(panel, along);
          return [limits, ticksOf(panel[along], ...limits).map(one => one[0])]; })); }""",
        [figure.as_dict()["panels"]],
    )
    for ax, axes in zip(canvas.axes, found, strict=True):
        for along, (limits, ticks) in zip("xy", axes, strict=True):
            low, high = getattr(ax, f"get_{along}lim")()
            np.testing.assert_allclose(limits, (low, high), rtol=1e-9, atol=1e-12)
            theirs = getattr(ax, f"{along}axis").get_majorticklocs()
            inside = [
                one for one in theirs if low - 1e-9 * abs(low) <= one <= high + 1e-9 * abs(high)
            ]
            np.testing.assert_allclose(ticks, inside, rtol=1e-9, atol=1e-12 * (high - low))


def test_ticks_of_many_axes_are_those_of_matplotlib(lab: Any) -> None:
    lab.at(STATES["raw"][0])
    random = np.random.default_rng(0)
    low = random.normal(size=300) * 10.0 ** random.integers(-6, 7, 300)
    high = low + np.abs(low) * 10.0 ** random.uniform(-1.5, 2.0, 300)
    steep = 10.0 ** random.uniform(-9.0, 3.0, 100)
    logs = np.stack([steep, steep * 10.0 ** random.uniform(0.55, 14.0, 100)], axis=1)
    script = """async ([lines, logs]) => {
      const { linearTicks, logTicks } = await import('./static/ticks.js');
      return [lines.map(ends => linearTicks(...ends)), logs.map(ends => logTicks(...ends))]; }"""
    found, powers = lab(script, [np.stack([low, high], axis=1).tolist(), logs.tolist()])
    locator = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10])
    for ticks, a, b in zip(found, low, high, strict=True):
        theirs = locator.tick_values(a, b)
        inside = theirs[(theirs >= a - 1e-9 * (b - a)) & (theirs <= b + 1e-9 * (b - a))]
        np.testing.assert_allclose(ticks, inside, atol=1e-9 * (b - a))
    for ticks, (a, b) in zip(powers, logs, strict=True):
        decades = np.log10(b / a)
        subs = (1.0, 2.0, 5.0) if decades < 1.6 else (1.0, 3.0) if decades < 2.6 else (1.0,)
        theirs = LogLocator(subs=subs, numticks=9).tick_values(a, b)
        inside = theirs[(theirs >= a) & (theirs <= b)]
        if len(inside) > 1:  # else matplotlib counts the pixels of its canvas
            np.testing.assert_allclose(ticks, inside, rtol=1e-9)


def test_numbers_of_ticks_are_written_as_in_files(lab: Any) -> None:
    lab.at(STATES["raw"][0])
    values = [0.0, 1.0, 0.01, 1e-7, 250000.0, -2.5, 1e6, 3.5e8, 0.00012, 123456.0, 2.5e-5, -1e-12]
    script = """async values => { const { powerText } = await import('./static/numbers.js');
      return values.map(one => powerText(one)); }"""
    assert lab(script, values) == [power_text(one) for one in values]


def test_styles_are_those_of_files(lab: Any) -> None:
    lab.at(STATES["raw"][0])
    script = """async () => { const { STYLES, styleOf } = await import('./static/styles.js');
      return Object.fromEntries(Object.keys(STYLES).map(name => [name, styleOf(name)])); }"""
    page = lab(script)
    assert set(page) == set(STYLES)
    by_color: dict[str, set[str]] = {}
    for name in STYLES:
        ours, theirs = page[name], style_of(name)
        assert tuple(ours["dash"]) == theirs.dash, name
        assert (ours["marker"], ours["width"], ours["size"], ours["alpha"]) == (
            theirs.marker,
            theirs.width,
            theirs.size,
            theirs.alpha,
        ), name
        by_color.setdefault(theirs.color, set()).add(ours["color"])
    # one name for each colour
    assert all(len(names) == 1 for names in by_color.values())
    assert len({next(iter(names)) for names in by_color.values()}) == len(by_color)
