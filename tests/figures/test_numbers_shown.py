"""Every kind of figure shows the right numbers, found here by another way than the figure's."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from shown_cases import START

from steepest import Run, example, figure_of
from steepest.figures.figure import Box, Contours, Figure, Layer, Line, Points, Rule, Segment, Sheet

FACTS = json.loads((Path(__file__).parents[1] / "reference" / "lecture.json").read_text())
SALARY = FACTS["salary"]
CLOSE = {"rel": 1e-12, "abs": 0.0}
TABLE = example("salary")
X, Y = TABLE.X[~TABLE.validation, 0], TABLE.y[~TABLE.validation]


def mse(b: Any, w: Any) -> Any:
    errors = np.asarray(b)[..., None] + np.asarray(w)[..., None] * X - Y
    return (errors**2).mean(axis=-1)


def layers(figure: Figure, kind: type[Layer], panel: int = 0) -> list[Any]:
    return [layer for layer in figure.panels[panel].layers if isinstance(layer, kind)]


def styled(figure: Figure, style: str, panel: int = 0) -> Any:
    (layer,) = [one for one in figure.panels[panel].layers if one.style == style]
    return layer


def test_loss_curve_is_the_recorded_one(runs: dict[str, Run]) -> None:
    trace = runs["batch"].trace
    figure = figure_of(runs["batch"], "loss")
    line = styled(figure, "training")
    assert line.x.tolist() == trace["epoch"].tolist()
    assert line.y.tolist() == trace["loss"].tolist()
    assert line.y[0] == pytest.approx(SALARY["printed"]["initial_loss"], **CLOSE)
    assert styled(figure, "validation").y.tolist() == trace["validation_loss"].tolist()
    assert styled(figure, "reference").value == pytest.approx(mse(*np.polyfit(X, Y, 1)[::-1]))
    assert figure.panels[0].y.scale == "log"


@pytest.mark.parametrize(
    ("x", "unit"), [("epoch", 1.0), ("update", 80.0), ("rows", 80.0)], ids=["epoch", "update", "r"]
)
def test_axis_counts_epochs_updates_and_rows(runs: dict[str, Run], x: str, unit: float) -> None:
    line = styled(figure_of(runs["stochastic"], "loss", x=x), "training")
    assert line.x[:4].tolist() == [0.0, unit, 2.0 * unit, 3.0 * unit]


def test_smoothed_curve_is_that_of_pandas_with_the_raw_one_behind(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["stochastic"], "loss", smoothing=0.9)
    loss = runs["stochastic"].trace["loss"]
    wanted = pd.Series(loss).ewm(alpha=0.1, adjust=True, ignore_na=True).mean()
    assert styled(figure, "training").y == pytest.approx(wanted.to_numpy(), rel=1e-9)
    assert styled(figure, "training raw").y.tolist() == loss.tolist()
    assert "about the last 10 points (half-life 6.6)" in figure.caption


def test_diverged_run_has_finite_axes_and_its_first_bad_update(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["diverged"], "divergence")
    facts = runs["diverged"].trace.ending.facts
    bad, limit = styled(figure, "bad"), styled(figure, "limit")
    assert limit.value == facts["loss_limit"]
    assert bad.x.tolist() == [facts["update"]]  # batch descent: an epoch is an update
    assert bad.y[0] > limit.value
    assert (styled(figure, "training").y[:-1] <= limit.value).all()
    # bounces: each is |1 - rate L| times as far from the optimum as the one before
    steps = styled(figure, "diverges", panel=1).x
    L = FACTS["bad_feature"]["run"]["hessian_eigs"][1]
    assert steps[1:] / steps[:-1] == pytest.approx(1.0 - 0.04 * L, rel=1e-9)


def test_several_runs_keep_their_method_s_look_in_every_view(runs: dict[str, Run]) -> None:
    three = [runs[name] for name in ("batch", "mini-batch", "stochastic")]
    for kind in ("loss", "gradient", "comparison", "contour"):
        figure = figure_of(three, kind)
        named = {layer.label: layer.style for layer in layers(figure, Line) if layer.label}
        assert {style.split()[0]: label for label, style in named.items()} == {
            "batch": "batch",
            "mini-batch": "mini-batch",
            "stochastic": "stochastic",
        }


def test_comparison_counts_four_things(runs: dict[str, Run]) -> None:
    three = [runs[name] for name in ("batch", "mini-batch", "stochastic")]
    figure = figure_of(three, "comparison")
    ends = [[line.x[-1] for line in layers(figure, Line, panel)] for panel in range(3)]
    updates = SALARY["updates"]
    assert ends[0] == [100.0, 100.0, 100.0]
    assert ends[1] == [updates["batch_80"], updates["batch_16"], updates["batch_1"]]
    assert ends[2] == [8000.0, 8000.0, 8000.0]
    for row, run in zip(figure.table.rows, three, strict=True):
        assert row[4] == run.trace["loss"][-1]


def test_predicted_curves_are_those_of_row_by_row_descent(runs: dict[str, Run]) -> None:
    rates = (0.1, 0.7, 0.82)
    figure = figure_of(runs["batch"], "rates", rates=rates, epochs=20)
    for rate, line in zip(rates, layers(figure, Line), strict=True):
        b, w = START
        for loss in line.y:
            assert loss == pytest.approx(mse(b, w), rel=1e-10)
            errors = b + w * X - Y
            b, w = b - rate * 2.0 * errors.mean(), w - rate * 2.0 * (errors * X).mean()


@pytest.mark.parametrize("kind", ["contour", "surface"])
def test_surface_is_the_mean_squared_error_and_the_path_lies_on_it(
    runs: dict[str, Run], kind: str
) -> None:
    run = runs["batch"]
    figure = figure_of(run, kind)
    (ground,) = layers(figure, Contours if kind == "contour" else Sheet)
    b, w = np.meshgrid(ground.x, ground.y)
    assert ground.heights == pytest.approx(mse(b, w), rel=1e-11)
    path = next(one for one in layers(figure, Line) if one.style == "batch path")
    assert np.column_stack([path.x, path.y]).tolist() == run.trace.path[:, :, 0].tolist()
    # D11: heights of the path equal the recorded losses
    gaps = [row[-1] / row[-3] for row in figure.table.rows]
    assert np.abs(gaps).max() < 1e-12
    if kind == "surface":
        assert path.z.tolist() == run.trace["loss"].tolist()
    optimum = styled(figure, "optimum")
    wanted = SALARY["run"]["optimum_b_w"]
    assert [optimum.x[0], optimum.y[0]] == pytest.approx(wanted, rel=1e-12)
    assert [styled(figure, "start").x[0], styled(figure, "start").y[0]] == list(START)


def test_more_parameters_print_the_gap_to_the_plane(runs: dict[str, Run]) -> None:
    run = runs["several"]
    figure = figure_of(run, "contour", names=("plain", "intercept"), through="end")
    end = run.trace.parameters
    for _, epoch, x, y, loss, height, gap in figure.table.rows:
        row = int(np.flatnonzero(run.trace["epoch"] == epoch)[0])
        assert loss == run.trace["loss"][row]
        point = end.copy()
        names = run.model.preparation.names
        point[1 + names.index("plain")], point[0] = x, y
        assert run.trace.path[row][0, 0] == y
        assert height == pytest.approx(float(run.landscape.training.value(point)), rel=1e-12)
        assert gap == height - loss
    widest = max(abs(row[-1]) for row in figure.table.rows)
    assert f"by up to {widest:.4g}" in figure.caption


def test_cross_sections_show_both_slopes(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "sections", step=0.12)
    secants = SALARY["run"]["secant_step_0.12"]
    for panel, name in enumerate(("b", "w")):
        curve = styled(figure, "curve", panel)
        b, w = (curve.x, START[1]) if name == "b" else (START[0], curve.x)
        assert curve.y == pytest.approx(mse(*np.broadcast_arrays(b, w)), rel=1e-11)
        for style, slope in (
            ("tangent", SALARY["printed"][f"{name}_gradient"]),
            ("secant", secants[name]),
        ):
            line = next(one for one in layers(figure, Line, panel) if one.style == style)
            assert np.diff(line.y) / np.diff(line.x) == pytest.approx(slope, rel=1e-9)
            assert f"{slope:.4g}" in line.label


def test_steps_of_the_lecture_s_three_rates(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "steps")  # 0.2, 0.8 and 1.1 by themselves
    facts = SALARY["rates_to_explain"]
    for panel, name in enumerate(("b", "w")):
        for arrow, rate in zip(layers(figure, Segment, panel), ("0.2", "0.8", "1.1"), strict=True):
            assert arrow.x1 - arrow.x0 == pytest.approx(facts[rate][f"{name}_step"], rel=1e-11)
            assert arrow.y1 == pytest.approx(facts[rate][f"loss_after_{name}_step"], **CLOSE)
            assert arrow.y0 == pytest.approx(facts["initial_loss"], **CLOSE)
    assert "the rate 1.1 along intercept" in figure.caption
    assert f"{facts['largest_stable_rate']:.4g}" in figure.caption


def test_secant_error_falls_with_half_the_curvature(runs: dict[str, Run]) -> None:
    line = styled(figure_of(runs["batch"], "secant-error"), "secant")
    large = line.x > 1e-4
    slope = -SALARY["printed"]["b_gradient"]
    assert line.y[large] == pytest.approx(line.x[large] * 2.0 / 2.0 / slope, rel=1e-4)


def test_scaling_prints_condition_numbers_and_takes_equal_steps(runs: dict[str, Run]) -> None:
    three = [runs[name] for name in ("batch", "bad", "standardized")]
    figure = figure_of(three, "scaling", steps=7)
    pairs = [
        SALARY["run"]["hessian_eigenvalues"],
        FACTS["bad_feature"]["run"]["hessian_eigs"],
        FACTS["standardized"]["run"]["hessian_eigs"],
    ]
    for panel, (row, (mu, L)) in enumerate(zip(figure.table.rows, pairs, strict=True)):
        assert row[1] == pytest.approx(L / mu, rel=1e-9)
        assert row[4] == pytest.approx(2.0 / (mu + L), rel=1e-9)
        assert f"{L / mu:.4g}" in figure.panels[panel].note
        assert len(layers(figure, Line, panel)[0].x) == 8
    # standardized by the best rate: one step to the optimum
    assert figure.table.rows[2][-1] == pytest.approx(0.008044657695492985, rel=1e-9)


def test_scaling_of_one_run_shows_both_coordinates(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "scaling")
    conditions = [row[1] for row in figure.table.rows]
    mu, L = SALARY["run"]["hessian_eigenvalues"]
    assert conditions == pytest.approx([L / mu, 1.0], rel=1e-9)
    starts = [next(p for p in layers(figure, Points, k) if p.style == "start") for k in (0, 1)]
    mean, deviation = (FACTS["standardized"]["run"][name] for name in ("mean", "std"))
    b, w = START
    assert [starts[0].x[0], starts[0].y[0]] == pytest.approx([b, w], rel=1e-12)
    assert [starts[1].x[0], starts[1].y[0]] == pytest.approx(
        [b + w * mean, w * deviation], rel=1e-10
    )


def test_regimes_mark_the_three_rates(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "regimes")
    facts = SALARY["rates_to_explain"]
    marks = [point.x[0] for point in layers(figure, Points)]
    L = SALARY["run"]["hessian_eigenvalues"][1]
    wanted = [1.0 / L, facts["best_rate"], facts["largest_stable_rate"]]
    assert marks == pytest.approx(wanted, rel=1e-9)
    curve = styled(figure, "curve")
    at = np.interp(wanted[2], curve.x, curve.y)
    assert at == pytest.approx(1.0, rel=1e-9)
    assert curve.x[np.argmin(curve.y)] == pytest.approx(facts["best_rate"], rel=1e-9)
    assert [rule.value for rule in layers(figure, Rule) if rule.along == "x"] == [0.1]


def test_spectrum_sorts_directions_by_their_fate(runs: dict[str, Run]) -> None:
    mu, L = SALARY["run"]["hessian_eigenvalues"]
    fates = {1.0 / L - 0.1: "converges", 1.5 / L: "oscillates", 2.1 / L: "diverges"}
    for rate, fate in fates.items():
        figure = figure_of(runs["batch"], "spectrum", rate=rate)
        assert styled(figure, fate).y.tolist()[0] == pytest.approx(L, rel=1e-9)
        assert [row[1] for row in figure.table.rows] == pytest.approx([L, mu], rel=1e-9)
        assert [row[2] for row in figure.table.rows] == pytest.approx(
            [abs(1.0 - rate * L), abs(1.0 - rate * mu)], rel=1e-9
        )


def test_exhaustive_search_curve_is_the_loss_at_each_value(runs: dict[str, Run]) -> None:
    line = layers(figure_of(runs["exhaustive"], "search"), Line)[0]
    assert line.x == pytest.approx(np.linspace(0.0, 4.0, 41), abs=1e-12)
    wanted = (14.0 / 3.0) * (line.x - 2.0) ** 2  # y = 2 x at 1, 2, 3
    assert line.y == pytest.approx(wanted, rel=1e-9, abs=1e-12)


def test_boxes_shrink_to_a_grid_step_on_both_sides_of_the_best(runs: dict[str, Run]) -> None:
    run = runs["coarse-to-fine"]
    figure = figure_of(run, "boxes")
    boxes = layers(figure, Box)
    assert [boxes[0].x0, boxes[0].x1, boxes[0].y0, boxes[0].y1] == pytest.approx([-2, 4, -1, 5])
    for box, after in itertools.pairwise(boxes):
        assert after.x1 - after.x0 <= (box.x1 - box.x0) / 5.0 + 1e-12
    b, w = np.meshgrid(np.linspace(-2, 4, 11), np.linspace(-1, 5, 11))
    lowest = np.unravel_index(mse(b, w).argmin(), b.shape)
    assert (boxes[1].x0 + boxes[1].x1) / 2.0 == pytest.approx(b[lowest])
    assert (boxes[1].y0 + boxes[1].y1) / 2.0 == pytest.approx(w[lowest])
    assert len(figure.table.rows) == 13


def test_lines_before_and_after(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "fit")
    after, before = styled(figure, "after"), styled(figure, "before")
    facts = SALARY["run"]
    wanted = facts["b_after_100"] + facts["w_after_100"] * after.x
    assert after.y == pytest.approx(wanted, rel=1e-11)
    assert before.y == pytest.approx(START[0] + START[1] * before.x, rel=1e-12)
    shown = next(p for p in layers(figure, Points) if p.style.startswith("training"))
    assert sorted(zip(shown.x.tolist(), shown.y.tolist(), strict=True)) == sorted(
        zip(X.tolist(), Y.tolist(), strict=True)
    )


def test_residuals_are_predictions_minus_targets(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "residuals")
    facts = SALARY["run"]
    guessed = facts["b_after_100"] + facts["w_after_100"] * X
    shown = next(p for p in layers(figure, Points) if p.style.startswith("training"))
    assert sorted(shown.x) == pytest.approx(sorted(guessed), rel=1e-11)
    assert sorted(shown.y) == pytest.approx(sorted(guessed - Y), rel=1e-9)
    count, mean, deviation = figure.table.rows[0][1:4]
    assert count == 80
    assert mean == pytest.approx((guessed - Y).mean(), rel=1e-9)
    assert deviation == pytest.approx((guessed - Y).std(), rel=1e-9)
    shares = figure.panels[1].layers[0]
    assert shares.heights.sum() == pytest.approx(1.0)
