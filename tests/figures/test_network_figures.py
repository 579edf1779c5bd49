"""Pictures of networks: back-propagation unfolded, true heights, predictions; from saved runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import (
    Figure,
    InputError,
    Run,
    figure_of,
    fit,
    load_run,
    network_program,
    predict,
)
from steepest.cli.main import main
from steepest.figures.figure import Box, Contours, Line, Segment, Sheet, Text

pytest.importorskip("jax", reason="networks need JAX: pip install 'steepest[autodiff]'")

RANDOM = np.random.default_rng(11)


def written(file: Path, rows: int) -> str:
    X = RANDOM.uniform(-1.0, 1.0, size=(rows, 2))
    y = X[:, 0] * X[:, 1] * 40.0 + 1000.0
    kind = np.where(y > 1000.0, "over", "under")
    lines = [f"{a},{b},{t},{k}" for (a, b), t, k in zip(X, y, kind, strict=True)]
    file.write_text("\n".join(["a,b,y,kind", *lines, ""]))
    return str(file)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    place = tmp_path_factory.mktemp("tables")
    return {"few": written(place / "few.csv", 160), "many": written(place / "many.csv", 1400)}


@pytest.fixture(scope="module")
def saved(tables: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    place = tmp_path_factory.mktemp("saved")
    how: dict[str, Any] = {"features": ["a", "b"], "hidden": (5, 4), "epochs": 30}
    made = {
        "numbers": fit(tables["few"], target="y", out=place / "numbers", **how),
        "classes": fit(tables["few"], target="kind", out=place / "classes", **how),
        "many": fit(tables["many"], target="y", out=place / "many", **how),
    }
    return {name: load_run(run.folder) for name, run in made.items()}


def rows_of(run: Run) -> tuple[Any, Any]:
    """Return the training rows that a loaded run keeps."""
    assert run.sample is not None
    mine = ~run.sample.validation
    return run.sample.features[mine], run.sample.targets[mine]


def lengths(figure: Figure) -> dict[str, tuple[str, float]]:
    return {row[0]: (row[2], row[3]) for row in figure.table.rows}


# ---- back-propagation --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["numbers", "classes", "many"])
@pytest.mark.parametrize("at", ["start", "end"])
def test_unfolded_lengths_are_those_of_automatic_differentiation(
    saved: dict[str, Run], name: str, at: str
) -> None:
    run = saved[name]
    network, scaling = run.model.network, run.model.scaling
    X, y = rows_of(run)
    point = run.trace.path[0] if at == "start" else run.trace.parameters
    program = network_program(network, (X, y), start=point, scaling=scaling)
    value, gradient = program.value_and_gradient(point)
    found = lengths(figure_of(run, "backpropagation", at=at))
    assert found["L"] == ("1", pytest.approx(value, rel=1e-12))
    for layer, (W, b) in enumerate(network.split(gradient), start=1):
        shape = "x".join(map(str, W.shape))
        assert found[f"dL/dW{layer}"] == (shape, pytest.approx(np.linalg.norm(W), rel=1e-9))
        assert found[f"dL/db{layer}"] == (str(len(b)), pytest.approx(np.linalg.norm(b), rel=1e-9))
        assert found[f"dL/dz{layer}"][0] == f"{len(X)}x{len(b)}"


def test_unfolded_lengths_are_those_of_finite_differences(saved: dict[str, Run]) -> None:
    run = saved["numbers"]
    network, scaling, point = run.model.network, run.model.scaling, run.trace.path[0]
    X, y = rows_of(run)
    step, slopes = 1e-5, np.zeros(len(point))
    for place in range(len(point)):
        move = np.zeros_like(point)
        move[place] = step
        ends = [network.value(point + sign * move, X, y, scaling) for sign in (1.0, -1.0)]
        slopes[place] = (ends[0] - ends[1]) / (2.0 * step)
    found = lengths(figure_of(run, "backpropagation"))
    for layer, (W, b) in enumerate(network.split(slopes), start=1):
        assert found[f"dL/dW{layer}"][1] == pytest.approx(np.linalg.norm(W), rel=1e-6)
        assert found[f"dL/db{layer}"][1] == pytest.approx(np.linalg.norm(b), rel=1e-6)


def test_the_diagram_says_what_the_table_says(saved: dict[str, Run]) -> None:
    figure = figure_of(saved["numbers"], "backpropagation")
    layers = figure.panels[0].layers
    cells = {one.text.split("\n")[0]: one for one in layers if isinstance(one, Text)}
    found = lengths(figure)
    assert set(cells) == set(found)
    for name, (shape, length) in found.items():
        _, shown, size = cells[name].text.split("\n")
        assert shown == shape
        assert float(size) == pytest.approx(length, rel=6e-3)
    frames = [one for one in layers if isinstance(one, Box)]
    assert len(frames) == len(cells)
    # forward runs to the right, back to the left, no arrow begins or ends inside a frame
    arrows = [one for one in layers if isinstance(one, Segment)]
    assert all(one.x1 >= one.x0 for one in arrows if one.style == "forward")
    assert all(one.x1 <= one.x0 for one in arrows if one.style == "backward")
    for arrow in arrows:
        for x, y in ((arrow.x0, arrow.y0), (arrow.x1, arrow.y1)):
            inside = [
                f.x0 + 1e-9 < x < f.x1 - 1e-9 and f.y0 + 1e-9 < y < f.y1 - 1e-9 for f in frames
            ]
            assert not any(inside)


def test_the_recorded_gradient_is_claimed_only_of_the_same_rows(saved: dict[str, Run]) -> None:
    assert "automatic differentiation" in figure_of(saved["numbers"], "backpropagation").caption
    caption = figure_of(saved["many"], "backpropagation").caption
    assert "automatic differentiation" not in caption
    assert "1,000 of 1,120 training rows" in caption


def test_of_deep_networks_five_layers_are_drawn_and_all_told(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["classes"], "backpropagation")
    assert "5 of 8 layers" in figure.caption
    assert {f"dL/dW{layer}" for layer in range(1, 9)} <= set(lengths(figure))
    ticks = [name for _, name in figure.panels[0].x.ticks]
    assert ticks == ["input", *(f"layer {n}" for n in (1, 2, 6, 7, 8)), "loss"]
    broken = [one for one in figure.panels[0].layers if one.style == "reference"]
    assert len(broken) == 2


# ---- the loss around the path ------------------------------------------------------------------


@pytest.mark.parametrize("name", ["numbers", "classes", "many"])
def test_heights_are_losses_over_the_rows_kept(saved: dict[str, Run], name: str) -> None:
    run = saved[name]
    figure = figure_of(run, "contour")
    (ground,) = [one for one in figure.panels[0].layers if isinstance(one, Contours)]
    X, y = rows_of(run)
    path = run.trace.path[..., 0]
    # the plane again, by the eigenvectors of the way's cross products
    way = path - path[-1]
    values, vectors = np.linalg.eigh(way.T @ way)
    directions = vectors[:, ::-1][:, :2].T
    directions *= np.sign(directions[[0, 1], np.abs(directions).argmax(axis=1)])[:, None]
    for row, column in ((0, 0), (20, 31), (50, 50)):
        point = path[-1] + ground.x[column] * directions[0] + ground.y[row] * directions[1]
        wanted = run.model.network.value(point[:, None], X, y, run.model.scaling)
        assert ground.heights[row, column] == pytest.approx(wanted, rel=1e-8)
    shares = values[::-1][:2] / values.sum()
    assert f"it shows {100 * shares.sum():.3g} %" in figure.caption
    off = way - way @ directions.T @ directions
    assert f"at most {np.linalg.norm(off, axis=1).max():.3g}" in figure.caption
    read = run.summary["rows"]["train"]
    assert f"{len(X):,} of {read:,} training rows" in figure.caption


def test_the_path_in_space_has_its_own_losses(saved: dict[str, Run]) -> None:
    run = saved["numbers"]
    figure = figure_of(run, "surface")
    assert any(isinstance(one, Sheet) for one in figure.panels[0].layers)
    (line,) = [one for one in figure.panels[0].layers if isinstance(one, Line)]
    X, y = rows_of(run)
    wanted = [run.model.network.value(p, X, y, run.model.scaling) for p in run.trace.path]
    assert line.z is not None
    assert np.allclose(line.z, wanted, rtol=1e-10)


def test_a_diverged_path_is_cut_where_it_leaves(tables: dict[str, str]) -> None:
    run = fit(
        tables["few"], target="y", features=["a", "b"], hidden=(4,), learning_rate=0.1, epochs=50
    )
    assert run.ending == "diverged"
    figure = figure_of(run, "contour")
    assert "The path is drawn to epoch" in figure.caption
    figure.draw()


# ---- rows --------------------------------------------------------------------------------------


def test_predictions_are_those_of_predict(saved: dict[str, Run], tables: dict[str, str]) -> None:
    run = saved["numbers"]
    made = predict(run.folder, tables["few"]).values[:, 0]
    figure = figure_of(run, "fit")
    shown = np.concatenate(
        [one.x for one in figure.panels[1].layers if hasattr(one, "marks") is False]
    )
    assert np.allclose(np.sort(shown), np.sort(made))
    assert run.summary["train_loss"] == pytest.approx(float(figure.table.rows[0][2]), rel=1e-12)


def test_one_feature_gives_a_curve(tables: dict[str, str]) -> None:
    run = fit(tables["few"], target="y", features=["a"], hidden=(4,), epochs=5)
    curves = [one for one in figure_of(run, "fit").panels[0].layers if isinstance(one, Line)]
    after = curves[-1]
    wanted = run.model.predicted(after.x[:, None])[:, 0]
    assert np.allclose(after.y, wanted)
    assert np.abs(np.diff(after.y, 2)).max() > 1e-6  # it bends


# ---- what is refused, and the command -----------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "name"),
    [
        ("contour", {"plane": "parameters"}, "figure_network_plane"),
        ("surface", {"names": ("a", "b")}, "figure_network_plane"),
        ("contour", {"through": "start"}, "figure_network_plane"),
        ("backpropagation", {"at": "optimum"}, "unknown_choice"),
        ("sections", {}, "figure_not_of_network"),
    ],
)
def test_what_a_network_has_not_is_refused(
    saved: dict[str, Run], kind: str, options: dict[str, Any], name: str
) -> None:
    with pytest.raises(InputError) as caught:
        figure_of(saved["numbers"], kind, **options)
    assert caught.value.name == name


def test_of_others_too(saved: dict[str, Run], runs: dict[str, Run]) -> None:
    for kind in ("backpropagation", "layers"):
        with pytest.raises(InputError, match="no network"):
            figure_of(runs["batch"], kind)
    for kind in ("fit", "residuals"):
        with pytest.raises(InputError, match="probabilities of classes"):
            figure_of(saved["classes"], kind)
    for pair in (["numbers", "numbers"], ["many", "numbers"]):
        with pytest.raises(InputError) as caught:
            figure_of([saved[one] for one in pair], "contour")
        assert caught.value.name == "figure_one_run"


def test_the_command_draws_them(
    saved: dict[str, Run], tmp_path: Path, monkeypatch: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    for kind, said in (("backpropagation", "链式法则"), ("contour", "真实损失")):
        out = tmp_path / f"{kind}.svg"
        words = ["plot", str(saved["numbers"].folder), "--kind", kind, "--out", str(out)]
        monkeypatch.setattr("sys.argv", ["steepest", *words, "--lang", "zh-CN"])
        with pytest.raises(SystemExit) as caught:
            main()
        assert not caught.value.code
        assert out.exists()
        assert said in capsys.readouterr().out
