"""Surfaces: contours with paths, the surface in space, scaled and unscaled side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.courses import (
    axes_of,
    ends_of,
    facts_of,
    inside,
    path_rows,
    path_table,
    said_gap,
    said_of_paths,
    said_of_valley,
    said_penalty,
    way_out,
)
from steepest.figures.figure import Axis, Contours, Figure, Layer, Line, Panel, Points, Sheet, Table
from steepest.figures.levels import levels_of, shown_box
from steepest.figures.recorded import Recorded, checked, labels_of, provenance_of
from steepest.figures.styles import styles_of_methods
from steepest.figures.thinning import thinned
from steepest.objective.landscape import (
    Plane,
    Surface,
    curvature_plane,
    parameter_plane,
    path_plane,
    surface,
)
from steepest.objective.quadratic import Quadratic
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
GRID = 101
SHEET = 61
PLANES = ("parameters", "curvature", "path")
_DRAWN_POINTS = 1_500
# Marks on a path keep this distance, as a share of the panel.
_MARK = 0.022


def plane_of(
    run: Recorded,
    plane: str = "parameters",
    names: Sequence[str] = (),
    through: str | None = None,
) -> Plane:
    """Return the plane of a run's picture.

    Parameters
    ----------
    run : Recorded
        Its path and landscape.
    plane : {"parameters", "curvature", "path"}
        Two parameters (those that moved most unless named); steepest and flattest curvature;
        principal directions of the path.
    names : sequence of str
        Two parameters.
    through : {"optimum", "start", "end"}, optional
        The point at which all other parameters are held, the optimum else; a path's plane goes
        through its end.
    """
    if plane not in PLANES:
        raise InputError("unknown_choice", option="plane", value=plane, known=list(PLANES))
    if names and plane != "parameters":
        raise InputError("figure_plane_has_no_names", plane=plane)
    if plane == "path" and through not in (None, "end"):
        raise InputError("figure_path_plane_ends", point=through)
    shape = run.ground.shape
    if shape[0] < 2:
        raise InputError("plane_needs_two", parameters=shape[0])
    point = point_of(run, through or held_at(run))
    if plane == "curvature":
        return curvature_plane(run.quadratic, point)
    if plane == "path":
        path = run.trace.path[inside(run)]
        return path_plane(np.concatenate([path, run.trace.parameters[None]]))
    if names:
        if len(names) != 2:
            raise InputError("figure_two_parameters", count=len(names))
        return parameter_plane(point, run.place_of(names[0]), run.place_of(names[1]))
    return parameter_plane(point, *two_largest(movement(run)))


def movement(run: Recorded) -> Floats:
    """Return how far each parameter (P,) moved, as the square root of the loss that it is worth.

    A parameter of large curvature hardly moves in its own unit and is all there is to see:
    distances times the root of the curvature do not depend on units. Where nothing moved it is
    the way to the optimum.
    """
    path = run.trace.path[inside(run)]
    moved = np.abs(path - path[0]).max(axis=0)[:, 0]
    if run.measured is not None:
        end = run.trace.parameters
        bends = [run.measured.curvature(end, (row, 0)) for row in range(len(end))]
        worth = np.sqrt(bends) if min(bends) > 0.0 else np.ones(len(end))
        return np.asarray(worth * moved)
    quadratic = run.quadratic
    worth = np.sqrt(quadratic.scale * (quadratic.B**2).sum(axis=0))
    left = np.abs(path[0] - quadratic.optimum)[:, 0]
    return np.asarray(worth * (moved if (worth * moved).max() > 0.0 else left))


def two_largest(moved: Floats) -> tuple[int, int]:
    """Return the rows of the two largest entries, in their order."""
    first, second = sorted(np.argsort(-moved, kind="stable")[:2].tolist())
    return int(first), int(second)


def held_at(run: Recorded) -> str:
    """Return where parameters are held that a plane does not show: the optimum, if it is known."""
    return "optimum" if run.measured is None else "end"


def point_of(run: Recorded, at: str) -> Floats:
    """Return the parameters at the start, at the end (those returned) or at the optimum."""
    if at == "optimum":
        return run.quadratic.optimum
    if at not in ("start", "end"):
        raise InputError(
            "unknown_choice", option="point", value=at, known=["start", "end", "optimum"]
        )
    return run.trace.path[0] if at == "start" else run.trace.parameters


def contour(
    runs: Sequence[Recorded],
    *,
    plane: str = "parameters",
    names: Sequence[str] = (),
    through: str | None = None,
    language: str = "en",
) -> Figure:
    """Return the contours of the training loss with up to five paths, start and optimum.

    All runs are drawn on the first one's landscape, so they must have been fitted on the same
    rows in the same coordinates.
    """
    kept = checked(runs)
    _check_same(kept)
    first = kept[0]
    ground = plane_of(first, plane, names, through)
    held = "end" if plane == "path" else through or "optimum"
    panel, table, gap = _contour_panel(kept, ground, language)
    facts = facts_of(kept, ground, gap, held, language)
    which = "many" if len(kept) > 1 else "search" if first.searched else "one"
    cut = said_of_paths(kept, language, leaving=True)
    said = [
        sentence(f"figure_contour_{which}_caption", facts, language),
        *cut,
        *said_of_valley(first.quadratic, ground, language),
        *said_gap(facts, language),
        *said_penalty(kept, language),
    ]
    alt = joined([sentence(f"figure_contour_{which}_alt", facts, language), *cut], language)
    return Figure(
        kind="contour",
        title=sentence(
            "figure_contour_title" if ground.places else "figure_contour_plane", facts, language
        ),
        panels=(panel,),
        caption=joined(said, language),
        alt=alt,
        table=table,
        language=language,
        provenance=provenance_of(kept),
    )


def _check_same(runs: Sequence[Recorded]) -> None:
    first = runs[0].quadratic
    for run in runs[1:]:
        other = run.quadratic
        if other.shape != first.shape or not (
            np.allclose(other.optimum, first.optimum, rtol=1e-9, atol=1e-12)
            and np.allclose(other.curvatures, first.curvatures, rtol=1e-9)
        ):
            raise InputError("figure_other_landscape", run=run.title, first=runs[0].title)


def _contour_panel(
    runs: Sequence[Recorded], ground: Plane, language: str
) -> tuple[Panel, Table, float]:
    first = runs[0]
    seen = [run.trace.path[inside(run)] for run in runs]
    must = np.concatenate([*seen, first.quadratic.optimum[None]])
    across, along, equal = shown_box(ground, must)
    made = surface(first.quadratic, ground, np.linspace(*across, GRID), np.linspace(*along, GRID))
    layers: list[Layer] = [contours_of(made, _lowest(first.quadratic, ground, made))]
    styles, labels = styles_of_methods([run.method for run in runs]), labels_of(runs, language)
    rows: list[tuple[Any, ...]] = []
    gap = 0.0
    for run, path, style, label in zip(runs, seen, styles, labels, strict=True):
        places = ground.coordinates(path)
        last = way_out(run, ground, across, along)
        layers += path_layers(places, f"{style} path", label, across, along, last)
        part, widest = path_rows(run, ground, len(path), label)
        rows += part
        gap = max(gap, widest)
    layers += ends_of(first, ground, seen[0][0], language)
    names = axes_of(first, ground, language)
    panel = Panel(
        Axis(names[0], limits=across), Axis(names[1], limits=along), tuple(layers), equal=equal
    )
    return panel, path_table(rows, names, language), gap


def path_layers(
    places: Floats,
    style: str,
    label: str,
    across: tuple[float, float],
    along: tuple[float, float],
    leaving: Floats | None = None,
) -> list[Layer]:
    """Return the path, and marks on it where they do not hide each other.

    The line goes on to the place ``leaving`` (2,), where the path leaves the picture.
    """
    kept = np.unique(np.concatenate([thinned(places[:, axis], _DRAWN_POINTS) for axis in (0, 1)]))
    drawn = places[kept] if leaving is None else np.concatenate([places[kept], leaving[None]])
    x, y = drawn.T
    unit = np.array([across[1] - across[0], along[1] - along[0]])
    marked = places[_apart(places / unit)]
    return [
        Line(x, y, style=style, label=label),
        Points(marked[:, 0], marked[:, 1], style=style),
    ]


def _apart(places: Floats) -> list[int]:
    """Return rows that lie at least a mark's width from the last one chosen, at most 100."""
    chosen: list[int] = []
    for row in range(min(len(places), 5_000)):
        if not chosen or np.hypot(*(places[row] - places[chosen[-1]])) > _MARK:
            chosen.append(row)
    return chosen[:100]


def contours_of(made: Surface, lowest: float | None = None) -> Contours:
    """Return the contour layer of a surface."""
    return Contours(made.first, made.second, made.heights, levels_of(made.heights, lowest))


def _lowest(quadratic: Quadratic, ground: Plane, made: Surface) -> float:
    """Return the loss at the optimum if the plane goes through it, else the lowest height."""
    distance = float(ground.distance(quadratic.optimum))
    size = float(np.abs(quadratic.optimum).max()) or 1.0
    return quadratic.floor if distance <= 1e-9 * size else float(np.nanmin(made.heights))


def surface_3d(
    runs: Sequence[Recorded],
    *,
    plane: str = "parameters",
    names: Sequence[str] = (),
    through: str | None = None,
    language: str = "en",
) -> Figure:
    """Return the training loss over a plane as a surface in space, with the paths on it."""
    kept = checked(runs)
    _check_same(kept)
    first = kept[0]
    ground = plane_of(first, plane, names, through)
    held = "end" if plane == "path" else through or "optimum"
    flat, table, gap = _contour_panel(kept, ground, language)
    seen = [run.trace.path[inside(run)] for run in kept]
    bowl = np.concatenate([*seen, *(mirrored(path, first.quadratic) for path in seen)])
    across, along, _ = shown_box(ground, bowl)
    made = surface(first.quadratic, ground, np.linspace(*across, SHEET), np.linspace(*along, SHEET))
    level = levels_of(made.heights, first.quadratic.floor)
    layers: list[Layer] = [Sheet(made.first, made.second, made.heights, level)]
    styles = styles_of_methods([run.method for run in kept])
    for run, style, label in zip(kept, styles, labels_of(kept, language), strict=True):
        rows = inside(run)
        x, y = ground.coordinates(run.trace.path[rows]).T
        layers.append(
            Line(
                x,
                y,
                run.trace["loss"][rows],
                style=f"{style} path",
                label=label,
                marks=len(rows) <= 30,
            )
        )
    layers += ends_of(first, ground, first.trace.path[0], language, z=True)
    facts = facts_of(kept, ground, gap, held, language)
    which = "many" if len(kept) > 1 else "search" if first.searched else "one"
    cut = said_of_paths(kept, language)
    caption = sentence(f"figure_surface_{which}_caption", facts, language)
    alt = sentence(f"figure_surface_{which}_alt", facts, language)
    loss = Axis(sentence("figure_axis_loss", {}, language))
    return Figure(
        kind="surface",
        title=sentence(
            "figure_surface_title" if ground.places else "figure_surface_plane", facts, language
        ),
        panels=(
            Panel(
                Axis(flat.x.label, limits=across),
                Axis(flat.y.label, limits=along),
                tuple(layers),
                z=loss,
            ),
        ),
        caption=joined([caption, *cut, *said_gap(facts, language)], language),
        alt=joined([alt, *cut], language),
        table=table,
        language=language,
        provenance=provenance_of(kept),
    )


def function_surface(
    made: Surface,
    *,
    title: str,
    names: tuple[str, str] = ("x", "y"),
    space: bool = False,
    paths: Sequence[Floats] = (),
    language: str = "en",
) -> Figure:
    """Return the surface of any function of two numbers, flat or in space.

    Parameters
    ----------
    made : Surface
        From :func:`steepest.objective.landscape.surface_of`.
    title : str
        Its name.
    names : (str, str)
        Of its two arguments.
    space : bool
        In space instead of as contours.
    paths : sequence of arrays (n, 3)
        Points and heights on the way of a descent.
    language : str
        A key of ``LANGUAGES``.
    """
    low = np.unravel_index(int(np.nanargmin(made.heights)), made.heights.shape)
    facts = {
        "title": title,
        "first": names[0],
        "second": names[1],
        "lowest": float(made.heights[low]),
        "highest": float(np.nanmax(made.heights)),
        "at_first": float(made.first[low[1]]),
        "at_second": float(made.second[low[0]]),
    }
    flat = contours_of(made)
    ground: Layer = Sheet(flat.x, flat.y, flat.heights, flat.levels) if space else flat
    lines = [
        Line(
            p[:, 0],
            p[:, 1],
            p[:, 2] if space else None,
            style=f"run-{i} path",
            marks=len(p) <= 120,
        )
        for i, p in enumerate(paths, start=1)
    ]
    limits = [(float(axis[0]), float(axis[-1])) for axis in (made.first, made.second)]
    panel = Panel(
        Axis(names[0], limits=limits[0]),
        Axis(names[1], limits=limits[1]),
        (ground, *lines),
        z=Axis(sentence("figure_axis_value", {}, language)) if space else None,
    )
    heads = (*names, sentence("figure_axis_value", {}, language))
    return Figure(
        kind="surface" if space else "contour",
        title=sentence("figure_function_title", facts, language),
        panels=(panel,),
        caption=sentence("figure_function_caption", facts, language),
        alt=sentence("figure_function_alt", facts, language),
        table=Table(heads, ((facts["at_first"], facts["at_second"], facts["lowest"]),)),
        language=language,
        provenance={},
    )


def mirrored(path: Floats, quadratic: Quadratic) -> Floats:
    """Return the start mirrored about the optimum, so that the valley is seen on both sides."""
    return np.stack([2.0 * quadratic.optimum - path[0], quadratic.optimum])
