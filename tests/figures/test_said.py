"""What pictures say is true of what they show; what cannot be shown is refused."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from shown_cases import CASES, NAMES
from sklearn.exceptions import ConvergenceWarning
from typer.testing import CliRunner

from steepest import FileError, GradientDescentRegressor, InputError, Run, figure_of, fit
from steepest.cli.main import app
from steepest.displays import recorded, recorded_estimator
from steepest.figures.figure import Line, Points
from steepest.figures.rates import predicted_loss
from steepest.figures.recorded import Recorded, labels_of
from steepest.reporting.page import page

SVG = "{http://www.w3.org/2000/svg}"


def table(file: Path, columns: dict[str, np.ndarray]) -> str:
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow(columns)
        writer.writerows(np.column_stack(list(columns.values())).tolist())
    return str(file)


@pytest.fixture(scope="module")
def own_units(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A table whose column 'huge' makes descent slow: it alone is learnt."""
    random = np.random.default_rng(0)
    tiny, huge, plain = random.normal(size=(3, 200)) * [[1e-3], [1e3], [1.0]]
    y = 5.0 + 3e-3 * huge + plain + 1e2 * tiny + 0.1 * random.normal(size=200)
    made = {"tiny": tiny, "plain": plain, "huge": huge, "y": y}
    file = table(tmp_path_factory.mktemp("own") / "own.csv", made)
    return fit(file, target="y", standardize=False, epochs=200)


# ---- ends --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["contour", "surface"])
def test_a_diverged_path_ends_where_it_was_recorded_to_end(runs: dict[str, Run], kind: str) -> None:
    trace = runs["diverged"].trace
    figure = figure_of(runs["diverged"], kind)
    end, epochs = trace["loss"][-1], int(trace["epoch"][-1])
    assert end > 1e3 * trace["loss"][0]
    drawn = int(np.argmax(trace["loss"] > 4.0 * trace["loss"][0])) - 1
    kept = int(np.flatnonzero((trace.path == trace.parameters).all(axis=(1, 2)))[-1])
    assert kept < epochs
    for text, digits in ((figure.caption, ".6g"), (figure.alt, ".4g")):
        assert f"{end:{digits}}" in text
        assert f"the epochs 0 to {drawn} of {epochs} are drawn" in text
        assert f"those of epoch {kept} of {epochs}" in text
        assert f"with a loss of {trace['loss'][kept]:.6g}" in text
    path = next(one for one in figure.panels[0].layers if isinstance(one, Line))
    way_out = kind == "contour"  # which the frame ends; a surface has none
    assert len(path.x) == drawn + 1 + way_out
    assert (f"epoch {drawn + 1}" in figure.caption) == way_out


def test_a_converged_path_leaves_nothing_out(runs: dict[str, Run]) -> None:
    for kind in ("contour", "surface", "fit"):
        said = figure_of(runs["batch"], kind)
        assert "left out" not in said.caption + said.alt
        assert "returned parameters of" not in said.caption + said.alt


def test_the_fit_of_a_diverged_run_says_whose_loss_it_shows(runs: dict[str, Run]) -> None:
    run = runs["diverged"]
    last = float(run.landscape.training.value(run.trace.parameters))
    caption = figure_of(run, "fit").caption
    assert f"{last:.6g}" in caption
    assert "returned parameters of batch descent are those of epoch" in caption


# ---- planes ------------------------------------------------------------------------------------


def curved(run: Run, rows: tuple[int, int]) -> np.ndarray:
    """Return the curvatures within the plane of two parameters, from differences of the loss."""
    quadratic, base = run.landscape.training, run.landscape.training.optimum

    def loss(a: float, b: float) -> float:
        point = base.copy()
        point[rows[0]], point[rows[1]] = point[rows[0]] + a, point[rows[1]] + b
        return float(quadratic.value(point))

    h, middle = 1e-2, loss(0.0, 0.0)
    aa = (loss(h, 0.0) - 2.0 * middle + loss(-h, 0.0)) / h**2
    bb = (loss(0.0, h) - 2.0 * middle + loss(0.0, -h)) / h**2
    ab = (loss(h, h) - loss(h, -h) - loss(-h, h) + loss(-h, -h)) / (4.0 * h**2)
    return np.linalg.eigvalsh(np.array([[aa, ab], [ab, bb]]))


def test_the_caption_tells_the_curvatures_of_the_plane_that_is_shown(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    a, noise, c = random.normal(size=(3, 300))
    b = a + 0.2 * noise
    made = {"a": a, "b": b, "c": c, "y": a + b + c}
    run = fit(table(tmp_path / "t.csv", made), target="y", learning_rate=0.1, epochs=30)
    names = ("intercept", *run.model.preparation.names)
    for pair in (("a", "b"), ("a", "intercept")):
        low, high = curved(run, (names.index(pair[0]), names.index(pair[1])))
        caption = figure_of(run, "contour", names=pair).caption
        quadratic = run.landscape.training
        whole = quadratic.largest_curvature / quadratic.smallest_curvature
        assert f"all 4 directions with curvature, is {whole:.4g}" in caption
        if pair[1] == "b":
            assert f"the valley curves {high / low:.3g} times as much across as along" in caption
        else:  # level lines are round
            assert high / low < 1.05
            assert f"the largest curvature is {high / low:.3f} times the smallest" in caption
            assert "valley" not in caption


def test_an_endless_trough_is_called_one(tmp_path: Path) -> None:
    made = {"same": np.full(30, 3.0), "y": np.arange(30.0)}
    run = fit(table(tmp_path / "t.csv", made), target="y", standardize=False, epochs=20)
    caption = figure_of(run, "contour").caption
    # of (b - y)^2 it is 2; a constant column is not trained beside an intercept
    assert "curvature is 2 in one direction and 0 across it" in caption
    assert "1 times" not in caption


def test_the_default_plane_shows_the_column_to_blame(own_units: Run) -> None:
    figure = figure_of(own_units, "contour")
    assert "huge" in (figure.panels[0].x.label, figure.panels[0].y.label)
    path = next(one for one in figure.panels[0].layers if isinstance(one, Line))
    start = next(one for one in figure.panels[0].layers if isinstance(one, Points))
    low, high = figure.panels[0].y.limits
    assert np.ptp(path.y) > 0.05 * (high - low)  # the path can be seen
    assert start.style


def test_scaling_shows_the_same_parameters_in_every_panel(own_units: Run) -> None:
    figure = figure_of(own_units, "scaling")
    shown = [
        [axis.label.split(",")[0].split(" (")[0] for axis in (panel.x, panel.y)]
        for panel in figure.panels
    ]
    assert shown[0] == shown[1]
    assert "huge" in shown[0]


# ---- searches ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "kinds"),
    [("coarse-to-fine", ("loss", "contour", "surface", "fit")), ("exhaustive", ("loss", "fit"))],
)
def test_searches_are_not_told_as_descents(
    runs: dict[str, Run], name: str, kinds: tuple[str, ...]
) -> None:
    run = runs[name]
    for kind in kinds:
        figure = figure_of(run, kind)
        labels = [layer.label for panel in figure.panels for layer in panel.layers]
        axes = [axis.label for panel in figure.panels for axis in (panel.x, panel.y)]
        told = " ".join([figure.title, figure.caption, figure.alt, *labels, *axes])
        assert not re.search(r"descent|epoch|before|\bstart\b|\bnan\b", told), told
    grids = len(run.trace)
    told = figure_of(run, "loss").caption
    assert f"{run.trace.last('evaluations'):,.0f} evaluations" in told
    assert f"after {grids} grid{'s' * (grids > 1)}" in told


def test_no_validation_rows_no_validation_loss(runs: dict[str, Run], tmp_path: Path) -> None:
    made = {"x": np.arange(9.0), "y": np.arange(9.0) ** 2}
    run = fit(table(tmp_path / "t.csv", made), target="y", validation=0.0, epochs=5)
    assert "alidation" not in figure_of(run, "loss").alt
    last = runs["several"].trace.last("validation_loss")
    assert f"validation loss ends at {last:.4g}" in figure_of(runs["several"], "loss").alt


# ---- labels and lists --------------------------------------------------------------------------


def test_only_mini_batches_are_named_by_their_size(runs: dict[str, Run]) -> None:
    shown = [recorded(runs[name]) for name in ("batch", "mini-batch", "stochastic", "diverged")]
    assert labels_of(shown[:3], "en") == ["batch", "mini-batch", "stochastic"]
    assert labels_of(shown, "en") == [
        *("batch, rate 0.1", "mini-batch, rate 0.1", "stochastic, rate 0.1", "batch, rate 0.04"),
    ]


def test_equal_runs_end_equally(runs: dict[str, Run]) -> None:
    twice = [runs["batch"], runs["batch"]]
    last = runs["batch"].trace.last("loss")
    for kind in ("loss", "comparison"):
        figure = figure_of(twice, kind)
        assert f"All 2 end with the same loss, {last:.6g}" in figure.caption
        assert "same loss" in figure.alt
        assert "highest" not in figure.caption + figure.alt
    labels = labels_of([recorded(one) for one in twice], "en")
    assert all(re.match(r"\d\. \w", label) for label in labels)


def test_steps_that_climb_are_named_by_rate_and_parameter(runs: dict[str, Run]) -> None:
    # along each standardized parameter the curvature is 2: a step climbs beyond the rate 1
    figure = figure_of(runs["several"], "steps", rates=(0.1, 1.3, 1.6), names=("plain",))
    climbs = "Steps that end higher than they began: the rates 1.3, 1.6 along plain"
    assert climbs in figure.caption
    assert climbs in figure.alt
    figure = figure_of(runs["several"], "steps", rates=(0.1, 0.9), names=("plain",))
    assert "None of the 2 steps shown ends higher" in figure.caption


def test_spectrum_names_the_columns_of_its_directions(own_units: Run) -> None:
    figure = figure_of(own_units, "spectrum")
    mostly = [row[-1] for row in figure.table.rows]
    # curvature is twice the mean square of a column: 1e6, 1 and 1, 1e-6
    assert mostly[0].startswith("huge (100 %)")
    assert mostly[-1].startswith("tiny (100 %)")
    assert "The largest curvature is mostly along huge (100 %)" in figure.caption
    assert "the smallest along tiny (100 %)" in figure.caption


# ---- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "options", "words"),
    [
        ("loss", {"smoothing": 1.0}, "less than 1; got 1"),
        ("gradient", {"smoothing": -1.0}, "at least 0 and less than 1; got -1"),
        ("comparison", {"smoothing": float("nan")}, "got nan"),
        ("steps", {"rates": (-1.0, 5.0)}, "rate -1 cannot be shown"),
        ("steps", {"rates": (0.0,)}, "rate 0 cannot be shown"),
        ("steps", {"rates": (float("nan"),)}, "rate nan cannot be shown"),
        ("steps", {"rates": (1e300,)}, "rate 1e+300 cannot be shown"),
        ("rates", {"rates": (1e300,)}, "rate 1e+300 cannot be shown"),
        ("spectrum", {"rate": -0.1}, "rate -0.1 cannot be shown"),
        ("regimes", {"rate": float("inf")}, "rate inf cannot be shown"),
        ("rates", {"epochs": 0}, "epochs must be at least 1; got 0"),
        ("scaling", {"steps": 0}, "steps must be at least 1; got 0"),
        ("sections", {"step": 1e-300}, "no number so close"),
        ("sections", {"step": 1e-15}, "less than float64 can tell"),
        ("sections", {"step": 0.0}, "finite number above 0; got 0"),
        ("sections", {"step": float("inf")}, "finite number above 0; got inf"),
        ("contour", {"plane": "curvature", "names": ("years", "intercept")}, "is another one"),
        ("contour", {"plane": "path", "through": "start"}, "cannot go through 'start'"),
        ("divergence", {"rate": 1.0}, "nor any other"),
    ],
)
def test_senseless_options_are_refused(
    runs: dict[str, Run], kind: str, options: dict, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        figure_of(runs["batch"], kind, **options)
    assert words in str(caught.value)


def test_a_million_epochs_are_seen_over_a_logarithmic_axis(runs: dict[str, Run]) -> None:
    figure = figure_of(runs["batch"], "rates", epochs=1_000_000)
    assert figure.panels[0].x.scale == "log"
    assert "logarithmic" in figure.caption
    line = figure.panels[0].layers[0]
    assert len(line.x) < 1_000
    assert line.x[-1] == 1_000_000
    quadratic, start = runs["batch"].landscape.training, runs["batch"].trace.path[0]
    again = predicted_loss(quadratic, start, 0.1, np.arange(101.0))
    assert again == pytest.approx(runs["batch"].trace["loss"], rel=1e-9)
    assert figure_of(runs["batch"], "rates", epochs=1_000).panels[0].x.scale == "linear"


@pytest.mark.parametrize(
    ("arguments", "refusal", "words"),
    [
        (("--smoothing", "1", "--json"), InputError, "less than 1; got 1"),
        (("--kind", "loss", "--parameters", "a,b"), InputError, "no option '--parameters'"),
        (
            ("--kind", "contour", "--step", "1"),
            InputError,
            "are --plane, --parameters, --at",
        ),
        (("--kind", "sections", "--plane", "path"), InputError, "are --parameters, --at, --step"),
        (("--kind", "divergence", "--step", "1"), InputError, "no option '--step', nor any other"),
        (("--kind", "spectrum", "--rates", "0.1,0.2"), InputError, "shows one rate; 2 are given"),
        (("--out", "missing/a.png"), FileError, "there is no folder 'missing'"),
    ],
)
def test_the_command_refuses_in_its_own_words(
    runs: dict[str, Run],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    refusal: type[Exception],
    words: str,
) -> None:
    runs["batch"].save(tmp_path / "run")
    monkeypatch.chdir(tmp_path)
    place = () if "--out" in arguments else ("--out", "a.png")
    error = CliRunner().invoke(app, ["plot", "run", *arguments, *place]).exception
    assert isinstance(error, refusal)
    assert words in str(error)
    assert not (tmp_path / "a.png").exists()


# ---- looks -------------------------------------------------------------------------------------

LONG = "average_income_of_the_household_per_year", "number_of_rooms_per_dwelling_and_floor"


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_long_names_in_space_stay_off_the_legend(tmp_path: Path, language: str) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(200, 2))
    made = {LONG[0]: X[:, 0], LONG[1]: X[:, 1], "y": X @ [3.0, -5.0]}
    run = fit(table(tmp_path / "t.csv", made), target="y", epochs=20)
    canvas = figure_of(run, "surface", names=LONG, language=language).draw(caption=False)
    canvas.canvas.draw()
    drawn = canvas.canvas.get_renderer()
    legend = canvas.legends[0].get_window_extent(drawn)
    for axis in (canvas.axes[0].xaxis, canvas.axes[0].yaxis):
        name = axis.label.get_window_extent(drawn)
        assert name.y0 >= legend.y1
        assert name.x0 >= 0.0
        assert name.x1 <= canvas.bbox.x1


@pytest.mark.parametrize("case", CASES[::3], ids=NAMES[::3])
def test_picture_text_in_a_page_is_large_enough(runs: dict[str, Run], case: tuple) -> None:
    kind, names, options = case
    root = ET.fromstring(figure_of([runs[name] for name in names], kind, **options).svg())
    wide = float(root.get("viewBox").split()[2])
    least = float(re.fullmatch(r"--legible: (\d+)px", root.get("style"))[1])
    texts = [one.get("style") for one in root.iter(f"{SVG}text")]
    sizes = [float(re.search(r"([\d.]+)px", style)[1]) for style in texts]
    assert min(sizes) * least / wide >= 10.0  # CSS px
    assert least <= 640.0 or wide > 520.0  # one panel fits half a desktop's page


def test_a_page_keeps_pictures_that_wide_and_says_that_they_scroll() -> None:
    style = str(page("title", "", language="en"))
    assert "min-width: var(--legible" in style
    assert re.search(r"\.picture::before \{[^}]*position: sticky", style)


def diverged(loss: str, rate: float) -> Recorded:
    """Return a run thrown out by its first steps; its heights come from moments, or from rows."""
    X, y = np.arange(1.0, 9.0)[:, None], np.array([3.0, 5.5, 6.5, 9.0, 11.5, 12.5, 15.0, 17.5])
    options = {"loss": loss, "standardize": False, "learning_rate": rate, "max_iter": 50}
    with pytest.warns(ConvergenceWarning):
        model = GradientDescentRegressor(**options).fit(X, y)
    return recorded_estimator(model, X, y)


@pytest.mark.parametrize("loss", ["squared_error", "huber"])
@pytest.mark.parametrize("rate", [0.06, 30.0])
def test_a_step_that_leaves_the_contour_is_drawn_to_its_frame(loss: str, rate: float) -> None:
    run = diverged(loss, rate * (1.0 if loss == "squared_error" else 500.0))
    shown = figure_of(run, "contour")
    (panel,) = shown.panels
    (line,) = (one for one in panel.layers if isinstance(one, Line))
    path = run.trace.path[:, :, 0]
    count = len(line.x) - 1
    end = np.array([line.x[-1], line.y[-1]])
    edges = np.array([panel.x.limits, panel.y.limits])
    assert np.isclose(edges, end[:, None], rtol=1e-12, atol=0.0).any()
    assert (edges[:, 0] <= end).all()
    assert (end <= edges[:, 1]).all()
    (a, b), (c, d) = path[count] - path[count - 1], end - path[count - 1]
    assert a * c + b * d > 0.0
    assert abs(a * d - b * c) <= 1e-9 * np.hypot(a, b) * np.hypot(c, d)
    assert f"epoch {count} leads" in shown.caption
