"""Draw every kind of figure from recorded runs, and write docs/gallery.md: `make gallery`.

The lecture notes' own tables, seeds and rates; the same pictures every time but for the seconds of
the comparison, which are measured.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import numpy as np
from function_gallery import function_pictures

from steepest import Run, figure_of, fit, surface_of
from steepest.figures.figure import Figure
from steepest.figures.landscapes import function_surface

DOCS = Path(__file__).parent
FOLDER = DOCS / "gallery"
START = (0.4967141530112327, -0.13826430117118466)  # RandomState(42).randn(2), as in the notes
FITS = "steepest fit example:salary --target salary --no-standardize --start 0.49671415,-0.1382643"
# Name -> runs, kind, options, and the sentence that says why one would look at it.
PICTURES: dict[str, tuple[tuple[str, ...], str, dict[str, object], str]] = {
    "loss": (("batch",), "loss", {}, "How a run went: training and validation loss."),
    "loss-smoothed": (
        ("stochastic",),
        "loss",
        {"smoothing": 0.9},
        "A noisy curve smoothed, with the window stated and the raw curve behind it.",
    ),
    "comparison": (
        ("batch", "mini-batch", "stochastic"),
        "comparison",
        {},
        "What is fast depends on what is counted.",
    ),
    "gradient": (
        ("batch", "mini-batch", "stochastic"),
        "gradient",
        {},
        "Stochastic descent hovers: its gradient does not go to zero.",
    ),
    "layers": (
        ("network",),
        "layers",
        {},
        "Back-propagation layer by layer: through sigmoids the gradient fades on its way back.",
    ),
    "backpropagation": (
        ("network",),
        "backpropagation",
        {},
        "One step unfolded: values forward, the loss, and the chain rule's factors back to the first layer.",
    ),
    "network-landscape": (
        ("ring",),
        "contour",
        {},
        "The loss around a trained network, on the plane that shows most of its path.",
    ),
    "network-fit": (
        ("curve",),
        "fit",
        {},
        "A network of one feature bends where a line cannot.",
    ),
    "rates": (
        ("batch",),
        "rates",
        {},
        "The well-known picture of low, good and very high rates, computed before training.",
    ),
    "divergence": (
        ("diverged",),
        "divergence",
        {},
        "Why a run explodes: each step lands farther out on the other side.",
    ),
    "contour": (("batch",), "contour", {}, "The way down, seen from above."),
    "paths": (
        ("batch", "mini-batch", "stochastic"),
        "contour",
        {},
        "Batch, mini-batch and stochastic descent from the same start, one point an epoch.",
    ),
    "surface": (("batch", "stochastic"), "surface", {}, "The same surface in space."),
    "plane-of-path": (
        ("features",),
        "contour",
        {"plane": "path"},
        "Five parameters: the plane that holds most of the path, with the share it explains.",
    ),
    "sections": (
        ("batch",),
        "sections",
        {"step": 0.6},
        "Cut through the surface: tangent (the gradient) and secant (its finite step).",
    ),
    "steps": (("batch",), "steps", {}, "A small, a large and a very large rate, one step each."),
    "secant-error": (
        ("batch",),
        "secant-error",
        {},
        "A smaller step is better only until rounding takes over.",
    ),
    "scaling": (
        ("batch", "bad", "standardized"),
        "scaling",
        {},
        "The notes' features: original, badly scaled, standardized.",
    ),
    "regimes": (("batch",), "regimes", {}, "Slow, fast, unstable: the whole axis of rates."),
    "spectrum": (
        ("features",),
        "spectrum",
        {},
        "Each direction of curvature has its own fate at a given rate.",
    ),
    "search": (
        ("exhaustive",),
        "search",
        {},
        "Before gradients: try every value, take the lowest.",
    ),
    "boxes": (("coarse-to-fine",), "boxes", {}, "Search in ever smaller boxes."),
    "fit": (("batch",), "fit", {}, "Data and line, before and after."),
    "predicted": (
        ("features",),
        "fit",
        {},
        "With several features: predicted beside observed, before and after.",
    ),
    "residuals": (("features",), "residuals", {}, "What the model does not explain."),
    "loss-zh": (
        ("batch",),
        "loss",
        {"language": "zh-CN"},
        "Every figure speaks simplified Chinese too (--lang zh-CN).",
    ),
}
COMMANDS = {
    "batch": f"{FITS} --learning-rate 0.1 --epochs 100 --tolerance 0",
    "mini-batch": f"{FITS} --learning-rate 0.1 --epochs 100 --tolerance 0 --method mini-batch "
    "--batch-size 16",
    "stochastic": f"{FITS} --learning-rate 0.1 --epochs 100 --tolerance 0 --method stochastic",
    "diverged": f"{FITS} --learning-rate 0.04 --epochs 50".replace("salary --t", "salary-bad --t"),
    "bad": "steepest fit example:salary-bad --target salary --no-standardize "
    "--start 0.49671415,-0.01382643 --epochs 100",
    "standardized": FITS.replace("--no-standardize ", ""),
    "features": "steepest fit houses.csv --target price --learning-rate 0.1 --epochs 60",
    "network": "steepest fit houses.csv --target price --hidden 8,8,8,8 --activation sigmoid "
    "--rule adam --learning-rate 0.01 --epochs 200",
    "ring": "steepest fit ring.csv --target place --hidden 16 --epochs 100",
    "curve": "steepest fit waves.csv --target y --hidden 12 --rule adam --learning-rate 0.02 "
    "--epochs 300",
    "exhaustive": "steepest fit example:three-points --target y --no-intercept "
    "--method exhaustive --range x=0:4",
    "coarse-to-fine": "steepest fit example:salary --target salary --method coarse-to-fine "
    "--range intercept=-2:4 --range years=-1:5",
}


def recorded_runs(folder: Path) -> dict[str, Run]:
    """Return the runs of COMMANDS."""
    own = {"target": "salary", "standardize": False, "start": START}
    course = {**own, "learning_rate": 0.1, "epochs": 100, "tolerance": 0.0}
    salary = "example:salary"
    return {
        "batch": fit(salary, **course),
        "mini-batch": fit(salary, method="mini-batch", batch_size=16, **course),
        "stochastic": fit(salary, method="stochastic", **course),
        "diverged": fit("example:salary-bad", learning_rate=0.04, epochs=50, **own),
        # the same line in each: ten times the feature is a tenth of the slope
        "bad": fit(
            "example:salary-bad", epochs=100, **{**own, "start": (START[0], START[1] / 10.0)}
        ),
        "standardized": fit(salary, target="salary", start=START),
        "features": fit(
            str(houses(folder / "houses.csv")), target="price", learning_rate=0.1, epochs=60
        ),
        "network": fit(
            str(houses(folder / "houses.csv")),
            target="price",
            hidden=(8, 8, 8, 8),
            activation="sigmoid",
            rule="adam",
            learning_rate=0.01,
            epochs=200,
        ),
        "ring": fit(str(ring(folder / "ring.csv")), target="place", hidden=(16,), epochs=100),
        "curve": fit(
            str(waves(folder / "waves.csv")),
            target="y",
            hidden=(12,),
            rule="adam",
            learning_rate=0.02,
            epochs=300,
        ),
        "exhaustive": fit(
            "example:three-points",
            target="y",
            intercept=False,
            method="exhaustive",
            ranges=(("x", 0.0, 4.0),),
        ),
        "coarse-to-fine": fit(
            salary,
            target="salary",
            method="coarse-to-fine",
            ranges=(("intercept", -2.0, 4.0), ("years", -1.0, 5.0)),
        ),
    }


def houses(file: Path) -> Path:
    """Write a small made-up table of four features, two of them related."""
    random = np.random.default_rng(5)
    area = random.uniform(40.0, 180.0, 400)
    rooms = np.round(area / 28.0 + random.normal(0.0, 0.7, 400)).clip(1.0)
    age, distance = random.uniform(0.0, 90.0, 400), random.gamma(2.0, 4.0, 400)
    price = 30 + 2.4 * area + 9 * rooms - 0.6 * age - 4 * distance + random.normal(0, 22, 400)
    table = np.column_stack([area, rooms, age, distance, price])
    head = "area,rooms,age,distance,price"
    np.savetxt(file, table, "%.4f", ",", header=head, comments="")
    return file


def ring(file: Path) -> Path:
    """Write points inside and outside a circle: two classes that no line parts."""
    points = np.random.default_rng(6).uniform(-1.0, 1.0, size=(500, 2))
    places = np.where(np.hypot(*points.T) > 0.7, "outside", "inside")
    rows = [f"{a:.4f},{b:.4f},{place}" for (a, b), place in zip(points, places, strict=True)]
    file.write_text("\n".join(["a,b,place", *rows, ""]))
    return file


def waves(file: Path) -> Path:
    """Write a wave with noise: one feature, and no line."""
    random = np.random.default_rng(7)
    x = random.uniform(-3.0, 3.0, 250)
    table = np.column_stack([x, np.sin(2.0 * x) + 0.4 * x + random.normal(0.0, 0.2, 250)])
    np.savetxt(file, table, "%.4f", ",", header="x,y", comments="")
    return file


def saddle() -> Figure:
    """Return a function's surface with two ways down from its ridge."""
    grid = np.linspace(-1.6, 1.6, 81)
    made = surface_of(lambda x, y: x**2 - y**2 + 0.25 * y**4, grid, grid)
    ways = []
    for y in (0.0, 1e-2):
        x, points = 1.4, []
        for _ in range(60):
            points.append((x, y, x**2 - y**2 + 0.25 * y**4))
            x, y = x - 0.1 * 2.0 * x, y - 0.1 * (y**3 - 2.0 * y)
        ways.append(np.array(points))
    return function_surface(made, title="x² − y² + y⁴/4", space=True, paths=ways)


def command(names: tuple[str, ...], kind: str, options: dict[str, object], file: str) -> str:
    """Return the command that draws a picture."""
    given = "".join(
        f" --{'lang' if name == 'language' else name} {value}" for name, value in options.items()
    )
    return f"steepest plot {' '.join(f'runs/{name}' for name in names)} --kind {kind}{given} --out {file}"


def main() -> None:
    """Draw everything anew."""
    from steepest import LANGUAGES

    if FOLDER.exists():
        shutil.rmtree(FOLDER)
    FOLDER.mkdir()
    lines = [
        "# Gallery",
        "",
        "Every kind of figure, drawn from recorded runs by `make gallery` (docs/make_gallery.py). Each",
        "picture is plain data first; what stands below it is its own alt text.",
    ]
    with tempfile.TemporaryDirectory() as folder:
        runs = recorded_runs(Path(folder))
    for name, (names, kind, options, why) in PICTURES.items():
        if options.get("language", "en") not in LANGUAGES:
            continue
        figure = figure_of([runs[one] for one in names], kind, **options)
        lines += _entry(name, figure, why, command(names, kind, options, f"{name}.png"))
    lines += _entry(
        "function",
        saddle(),
        "Any function of two numbers: a ridge that looks like a minimum from one side.",
        "steepest.figures.landscapes.function_surface(surface_of(f, x, y), title=..., space=True)",
    )
    for name, figure, why, made_by in function_pictures():
        lines += _entry(name, figure, why, made_by)
    lines += ["", "## The runs", "", "```console"]
    lines += [f"$ {text} --out runs/{name}" for name, text in COMMANDS.items()]
    lines += [
        "```",
        "",
        "`houses.csv`, `ring.csv` and `waves.csv` are made up in docs/make_gallery.py.",
    ]
    (DOCS / "gallery.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(list(FOLDER.iterdir()))} pictures, {size / 1e6:.2f} MB", file=sys.stderr)


def _entry(name: str, figure: Figure, why: str, made_by: str) -> list[str]:
    figure.save(FOLDER / f"{name}.png", dots=110)
    alt = figure.alt.replace("[", "(").replace("]", ")")
    return [
        "",
        f"## {figure.title}",
        "",
        why,
        "",
        f"![{alt}](gallery/{name}.png)",
        "",
        f"*{figure.alt}*",
        "",
        f"`{made_by}`",
    ]


if __name__ == "__main__":
    main()
