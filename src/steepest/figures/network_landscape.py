"""The loss around a network's path: on the plane of the path's two principal directions.

Of squared errors the surfaces of ``landscapes.py`` are drawn, of other losses those of
``measured_landscape.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures import landscapes
from steepest.figures.courses import path_table
from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points, Sheet
from steepest.figures.landscapes import contours_of, path_layers
from steepest.figures.levels import levels_of
from steepest.figures.measured_landscape import surface_of_runs
from steepest.figures.recorded import Recorded, checked, labels_of, progress_of, provenance_of
from steepest.figures.styles import styles_of_methods
from steepest.figures.thinning import sampled_rows
from steepest.programs.landscape import PathLandscape, around_path
from steepest.programs.network import Network
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

GRID, SHEET = 51, 41
_DRAWN_POINTS = 200
# A path is drawn up to this multiple of the loss at its start, as surfaces of other runs are.
_LEFT = 4.0
# Multiplications spent on the heights of one picture, about 5 s; fewer rows where it takes more.
_WORK, _FEWEST_ROWS = 4e10, 50


def contour(runs: Sequence[Recorded], *, language: str = "en", **options: Any) -> Figure:
    """Return contours with paths; of a network, around its path (one run, no other plane)."""
    if any(run.measured for run in runs):
        return surface_of_runs("contour", checked(runs), language=language, **options)
    if not any(run.network for run in runs):
        return landscapes.contour(runs, language=language, **options)
    return _around(_checked(runs, "contour", options), "contour", language)


def surface_3d(runs: Sequence[Recorded], *, language: str = "en", **options: Any) -> Figure:
    """Return the surface in space; of a network, around its path (one run, no other plane)."""
    if any(run.measured for run in runs):
        return surface_of_runs("surface", checked(runs), language=language, **options)
    if not any(run.network for run in runs):
        return landscapes.surface_3d(runs, language=language, **options)
    return _around(_checked(runs, "surface", options), "surface", language)


def _checked(runs: Sequence[Recorded], kind: str, options: dict[str, Any]) -> Recorded:
    """Return the one run, if nothing is asked that a network's surface does not have."""
    if len(runs) != 1:
        raise InputError("figure_one_run", kind=kind, count=len(runs))
    wanted = {"plane": "path", "through": "end", "names": None}
    for name, value in options.items():
        if value not in (None, (), [], wanted[name]):
            raise InputError("figure_network_plane", value=str(value))
    return runs[0]


def _around(run: Recorded, kind: str, language: str) -> Figure:
    network, X, y = run.layered
    points = GRID if kind == "contour" else SHEET
    rows = _afforded(network, points, len(X))
    chosen = np.linspace(0, len(X) - 1, rows).round().astype(int)

    def value(stack: Floats) -> Floats:
        return network.values(stack, X[chosen], y[chosen], run.scaling)

    kept, heights = _inside(run, value)
    path = run.trace.path[: kept[-1] + 1]
    around = around_path(value, path, run.trace["loss"][: kept[-1] + 1], points=points)
    panel = _flat(run, around, kept, language)
    if kind == "surface":
        panel = _space(run, around, panel, kept, heights, language)
    nearest = around.surface.plane
    assert nearest is not None
    seen = value(nearest.at(*around.path[kept].T))
    facts = _facts(run, around, kept, heights, seen, rows)
    return Figure(
        kind=kind,
        title=sentence(f"figure_{kind}_plane", {"plane": _plane(language)}, language),
        panels=(panel,),
        caption=joined(_said(facts, language), language),
        alt=sentence("figure_network_surface_alt", facts, language),
        table=path_table(
            _rows(run, around, kept, heights, seen, language), _axes(around, language), language
        ),
        language=language,
        provenance=provenance_of([run]),
    )


def _afforded(network: Network, points: int, rows: int) -> int:
    """Return how many of the rows are looked at: all, unless that would take minutes."""
    return min(rows, max(_FEWEST_ROWS, int(_WORK / (points**2 * network.parameters))))


def _inside(run: Recorded, value: Any) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the rows of the trace that are drawn, and their losses: up to where it left."""
    gone = np.flatnonzero(~np.isfinite(run.trace.path).all(axis=(1, 2)))
    last = int(gone[0]) if len(gone) else len(run.trace.path)
    kept = np.unique(np.linspace(0, max(last - 1, 0), _DRAWN_POINTS).round()).astype(np.int64)
    heights = value(run.trace.path[kept])
    with np.errstate(invalid="ignore"):
        left = np.flatnonzero(~(heights <= (_LEFT * heights[0] if heights[0] > 0.0 else np.inf)))
    end = int(left[0]) if len(left) else len(heights)
    return kept[: max(end, 1)], heights[: max(end, 1)]


def _plane(language: str) -> str:
    return sentence("figure_plane_of_path", {}, language)


def _axes(around: PathLandscape, language: str) -> tuple[str, str]:
    first, second = (
        sentence(f"figure_axis_path_{number}", {"share": 100.0 * share}, language)
        for number, share in enumerate(around.explained, start=1)
    )
    return first, second


def _flat(
    run: Recorded, around: PathLandscape, kept: npt.NDArray[np.int64], language: str
) -> Panel:
    made, names = around.surface, _axes(around, language)
    across, along = ((float(axis[0]), float(axis[-1])) for axis in (made.first, made.second))
    places = around.path[kept]
    style, label = styles_of_methods([run.method])[0], labels_of([run], language)[0]
    layers: list[Layer] = [
        contours_of(made),
        *path_layers(places, f"{style} path", label, across, along),
        *_ends(places, None, language),
    ]
    wide, high = across[1] - across[0], along[1] - along[0]
    return Panel(
        Axis(names[0], limits=across),
        Axis(names[1], limits=along),
        tuple(layers),
        equal=min(wide, high) > 0.25 * max(wide, high),
    )


def _ends(places: Floats, heights: Floats | None, language: str) -> list[Layer]:
    """Return the marks of start and end."""
    marks: list[Layer] = []
    for style, row in (("start", 0), ("best", -1)):
        name = "figure_network_start" if style == "start" else "figure_network_end"
        height = None if heights is None else heights[[row]]
        x, y = places[[row], 0], places[[row], 1]
        marks.append(Points(x, y, height, style=style, label=sentence(name, {}, language)))
    return marks


def _space(
    run: Recorded,
    around: PathLandscape,
    flat: Panel,
    kept: npt.NDArray[np.int64],
    heights: Floats,
    language: str,
) -> Panel:
    """Return the same in space, the path at its own losses over the rows of the surface."""
    made, places = around.surface, around.path[kept]
    style, label = styles_of_methods([run.method])[0], labels_of([run], language)[0]
    layers: tuple[Layer, ...] = (
        Sheet(made.first, made.second, made.heights, levels_of(made.heights)),
        Line(
            *(places[:, 0], places[:, 1], heights),
            style=f"{style} path",
            label=label,
            marks=len(kept) <= 30,
        ),
        *_ends(places, heights, language),
    )
    return Panel(flat.x, flat.y, layers, z=Axis(sentence("figure_axis_loss", {}, language)))


def _facts(
    run: Recorded,
    around: PathLandscape,
    kept: npt.NDArray[np.int64],
    heights: Floats,
    seen: Floats,
    rows: int,
) -> dict[str, Any]:
    return {
        "first": 100.0 * around.explained[0],
        "second": 100.0 * around.explained[1],
        "both": 100.0 * sum(around.explained),
        "distance": float(around.distances.max()),
        "way": float(np.linalg.norm(run.trace.path[0] - run.trace.path[kept[-1]])),
        "gap": float(np.abs(seen - heights).max()),
        "parameters": len(run.trace.parameters),
        "start_loss": float(heights[0]),
        "end_loss": float(heights[-1]),
        "lowest": float(np.nanmin(around.surface.heights)),
        "highest": float(np.nanmax(around.surface.heights)),
        "rows": rows,
        "count": rows if run.count is None else run.count,
        "progress": progress_of(run),
        "shown": int(run.trace["epoch"][kept[-1]]),
        "epochs": int(run.trace["epoch"][-1]),
        "factor": _LEFT,
    }


def _said(facts: dict[str, Any], language: str) -> list[str]:
    said = [sentence("figure_network_surface_caption", facts, language)]
    if facts["shown"] < facts["epochs"]:
        said.append(sentence("figure_network_path_cut", facts, language))
    return said


def _rows(
    run: Recorded,
    around: PathLandscape,
    kept: npt.NDArray[np.int64],
    heights: Floats,
    seen: Floats,
    language: str,
) -> list[tuple[Any, ...]]:
    """Return the table: epoch, place, loss over the rows, height of the plane there, and gap."""
    label = labels_of([run], language)[0]
    return [
        (
            *(label, float(run.trace["epoch"][kept[i]]), *around.path[kept[i]].tolist()),
            *(float(heights[i]), float(seen[i]), float(seen[i] - heights[i])),
        )
        for i in sampled_rows(len(kept), 10)
    ]
