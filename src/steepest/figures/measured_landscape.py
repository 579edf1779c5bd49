"""Surfaces of losses that are no quadratic: heights are true losses over the rows.

No closed form tells where the optimum is, so the start and the end of the path are marked, and
parameters that the plane does not show are held at the end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.courses import (
    axes_of,
    inside,
    path_table,
    said_of_paths,
    said_penalty,
    way_out,
)
from steepest.figures.figure import Axis, Contours, Figure, Layer, Line, Panel, Points, Sheet
from steepest.figures.landscapes import contours_of, path_layers, plane_of
from steepest.figures.levels import levels_of, shown_box
from steepest.figures.recorded import Recorded, labels_of, progress_of, provenance_of, way_of
from steepest.figures.row_losses import RowLosses
from steepest.figures.styles import styles_of_methods
from steepest.figures.thinning import sampled_rows
from steepest.objective.landscape import Plane, Surface
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


def surface_of_runs(
    kind: str,
    runs: Sequence[Recorded],
    *,
    plane: str = "parameters",
    names: Sequence[str] = (),
    through: str | None = None,
    language: str = "en",
) -> Figure:
    """Return contours (``kind`` contour) or the surface in space with the paths of runs.

    Raises
    ------
    InputError
        If the runs are not of the same objective over the same rows.
    """
    first, measured = runs[0], _same(runs)
    ground = plane_of(first, plane, names, through)
    must = [run.trace.path[inside(run)] for run in runs]
    must += [run.trace.parameters[None] for run in runs]
    across, along, equal = shown_box(ground, np.concatenate(must))
    count, space = measured.points, kind == "surface"
    made = measured.surface(ground, np.linspace(*across, count), np.linspace(*along, count))
    made = _finite(made)
    layers = _layers(runs, made, ground, space, language)
    labels = labels_of(runs, language)
    rows = [row for run, name in zip(runs, labels, strict=True) for row in _rows(run, ground, name)]
    axes = axes_of(first, ground, language)
    facts = _facts(runs, measured, made, ground, rows, language)
    said = _said(runs, facts, language, space=space)
    title = f"figure_{kind}_title" if ground.places else f"figure_{kind}_plane"
    panel = Panel(
        Axis(axes[0], limits=across),
        Axis(axes[1], limits=along),
        (*layers, *_ends(first, measured, ground, space, language)),
        z=Axis(sentence("figure_axis_loss", {}, language)) if space else None,
        equal=equal and not space,
    )
    return Figure(
        kind=kind,
        title=sentence(title, facts, language),
        panels=(panel,),
        caption=joined(said, language),
        alt=joined(said[:2], language),
        table=path_table(rows, axes, language),
        language=language,
        provenance=provenance_of(runs),
    )


def _layers(
    runs: Sequence[Recorded], made: Surface, ground: Plane, space: bool, language: str
) -> list[Layer]:
    """Return the heights, and the path of each run on them."""
    layers: list[Layer] = [_sheet(made) if space else contours_of(made)]
    styles, labels = styles_of_methods([run.method for run in runs]), labels_of(runs, language)
    across, along = ((float(axis[0]), float(axis[-1])) for axis in (made.first, made.second))
    for run, style, label in zip(runs, styles, labels, strict=True):
        if space:
            layers.append(_course(run, ground, f"{style} path", label))
        else:
            places = ground.coordinates(run.trace.path[inside(run)])
            last = way_out(run, ground, across, along)
            layers += path_layers(places, f"{style} path", label, across, along, last)
    return layers


def _same(runs: Sequence[Recorded]) -> RowLosses:
    """Return the one objective of all runs."""
    measured = next(run.measured for run in runs if run.measured is not None)
    for run in runs:
        if run.measured is not measured:
            raise InputError("figure_other_landscape", run=run.title, first=runs[0].title)
    return measured


def _finite(made: Surface) -> Surface:
    """Return heights without what overflowed: the picture ends at the highest that is finite."""
    known = np.isfinite(made.heights)
    if known.all() or not known.any():
        return made
    top = float(made.heights[known].max())
    return Surface(made.plane, made.first, made.second, np.where(known, made.heights, top))


def _sheet(made: Surface) -> Sheet:
    flat: Contours = contours_of(made)
    return Sheet(flat.x, flat.y, flat.heights, levels_of(made.heights))


def _course(run: Recorded, ground: Plane, style: str, label: str) -> Line:
    """Return the path in space, at its recorded losses."""
    rows = inside(run)
    rows = rows[np.isfinite(run.trace["loss"][rows])]
    x, y = ground.coordinates(run.trace.path[rows]).T
    heights = run.trace["loss"][rows]
    return Line(x, y, heights, style=style, label=label, marks=len(rows) <= 30)


def _ends(
    run: Recorded, measured: RowLosses, ground: Plane, space: bool, language: str
) -> list[Layer]:
    marks: list[Layer] = []
    for style, point in (("start", run.trace.path[0]), ("best", run.trace.parameters)):
        loss = measured.exactly(point)
        place = ground.coordinates(point)
        name = "figure_label_start" if style == "start" else "figure_label_returned"
        label = sentence(name, {"loss": loss}, language)
        height = np.array([loss]) if space else None
        marks.append(Points(place[:1], place[1:], height, style=style, label=label))
    return marks


def _rows(run: Recorded, ground: Plane, label: str) -> list[tuple[Any, ...]]:
    """Return epoch, place, recorded loss, height of the plane there and their gap."""
    assert run.measured is not None
    kept = inside(run)
    kept = kept[np.isfinite(run.trace["loss"][kept])]
    kept = kept[sampled_rows(len(kept), 10)]
    places = ground.coordinates(run.trace.path[kept])
    heights = run.measured.value(ground.at(places[:, 0], places[:, 1]))
    loss, epochs = run.trace["loss"][kept], run.trace["epoch"][kept]
    return [
        (label, float(epochs[i]), *places[i].tolist(), loss[i], heights[i], heights[i] - loss[i])
        for i in range(len(kept))
    ]


def _facts(
    runs: Sequence[Recorded],
    measured: RowLosses,
    made: Surface,
    ground: Plane,
    rows: Sequence[tuple[Any, ...]],
    language: str,
) -> dict[str, Any]:
    run = runs[0]
    axes = axes_of(run, ground, language)
    held = "end"
    return {
        "first": axes[0],
        "second": axes[1],
        "plane": sentence(f"figure_plane_of_{ground.kind}", {}, language)
        if not ground.places
        else "",
        "loss": measured.loss.name,
        "rows": measured.looked_at,
        "count": measured.count,
        "paths": len(runs),
        "way": way_of(run.method, language),
        "start_loss": float(run.trace["loss"][0]),
        "end_loss": run.trace.last("loss"),
        "progress": progress_of(run),
        "lowest": float(np.min(made.heights)),
        "highest": float(np.max(made.heights)),
        "others": int(np.prod(measured.shape)) - 2,
        "held": sentence(f"figure_at_{held}", {}, language),
        "gap": float(max((abs(row[-1]) for row in rows), default=0.0)),
    }


def _said(
    runs: Sequence[Recorded], facts: dict[str, Any], language: str, *, space: bool
) -> list[str]:
    which = "figure_measured_many" if facts["paths"] > 1 else "figure_measured_one"
    said = [sentence(which, facts, language), sentence("figure_measured_rows", facts, language)]
    said += said_of_paths(runs, language, leaving=not space)
    if facts["others"] > 0:
        said.append(sentence("figure_off_plane", facts, language))
    return [*said, *said_penalty(runs, language)]
