"""Searches: the loss against the searched value, and the boxes of coarse-to-fine search."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Box, Figure, Layer, Line, Panel, Points, Table
from steepest.figures.landscapes import GRID, contours_of
from steepest.figures.recorded import INTERCEPT, Recorded, provenance_of, short
from steepest.figures.said import table_of
from steepest.objective.landscape import parameter_plane, surface
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_BOXES = 8
# A box is drawn only where it can be told from a point.
_SMALLEST = 2e-3


def _table_points(run: Recorded) -> tuple[Floats, Floats]:
    """Return the evaluated points (m, P) in the table's units and their losses (m,)."""
    if "points" not in run.trace.updates or run.training is None:
        raise InputError("figure_not_searched", run=run.title, method=run.method)
    return in_table(run, run.trace.updates["points"]), run.trace.updates["losses"]


def in_table(run: Recorded, points: Floats) -> Floats:
    """Return points (..., P, 1) of training coordinates as (..., P) in the table's units."""
    where = run.quadratic.coordinates
    coefficients, intercept = where.to_table(points)
    first = [intercept[..., None, :]] if where.intercept else []
    return np.asarray(np.concatenate([*first, coefficients], axis=-2)[..., 0])


def from_table(run: Recorded, points: Floats) -> Floats:
    """Return points (..., P) of the table's units in training coordinates (..., P, 1)."""
    where = run.quadratic.coordinates
    offset = int(where.intercept)
    slopes = points[..., offset:, None]
    first = points[..., 0, None] if offset else np.zeros((*points.shape[:-1], 1))
    return where.from_table(slopes, first)


def named(run: Recorded, place: int, language: str) -> str:
    """Return the name of a parameter in the table's units, the constant in the reader's words."""
    name = run.names[place]
    if name == INTERCEPT and place == 0 and run.quadratic.coordinates.intercept:
        return sentence("figure_intercept", {}, language)
    return sentence("figure_parameter", {"name": short(name), "target": ""}, language)


def _searched(points: Floats) -> list[int]:
    """Return which parameters were searched; coordinates carry rounding of the others."""
    spread = points.max(axis=0) - points.min(axis=0)
    size = np.abs(points).max(axis=0)
    noise = np.maximum(1e-9 * size, 1e-13 * size.max(initial=0.0))
    return np.flatnonzero(spread > noise).tolist()


def search_curve(run: Recorded, *, language: str = "en") -> Figure:
    """Return the loss of every evaluated value of one parameter, and the best one.

    With several searched parameters the curve of each is the lowest loss among the points that
    share its value.
    """
    points, losses = _table_points(run)
    best = in_table(run, run.trace.parameters)
    lowest = float(np.min(losses))
    panels, rows = [], []
    for place in _searched(points)[:4]:
        # the values went through training coordinates: those of one grid line differ by rounding
        size = float(np.abs(points[:, place]).max()) or 1.0
        values, which = np.unique(np.round(points[:, place] / size, 12), return_inverse=True)
        values = values * size
        heights = np.full(len(values), np.inf)
        np.minimum.at(heights, which, losses)
        name = named(run, place, language)
        facts = {"value": float(best[place]), "loss": lowest}
        label = sentence("figure_label_found", facts, language)
        layers: list[Layer] = [
            Line(values, heights, style=run.method, marks=len(values) <= 60),
            Points(best[[place]], np.array([lowest]), style="optimum", label=label),
        ]
        panels.append(
            Panel(
                Axis(name),
                Axis(sentence("figure_axis_loss", {}, language)),
                tuple(layers),
            )
        )
        rows.append((name, float(values[0]), float(values[-1]), len(values), float(best[place])))
    facts_all = {
        "evaluations": int(run.trace.last("evaluations")),
        "count": len(rows),
        "found": "; ".join(f"{row[0]} = {row[4]:.6g}" for row in rows),
        "loss": lowest,
    }
    said = [sentence("figure_search_caption", facts_all, language)]
    if len(rows) > 1:
        said.append(sentence("figure_search_others", facts_all, language))
    heads = ("parameter", "low", "high", "values", "best")
    return Figure(
        kind="search",
        title=sentence("figure_search_title", facts_all, language),
        panels=tuple(panels),
        columns=min(len(panels), 2),
        caption=joined(said, language),
        alt=sentence("figure_search_alt", facts_all, language),
        table=table_of(heads, rows, language),
        language=language,
        provenance=provenance_of([run]),
    )


def boxes_of(run: Recorded) -> tuple[list[int], Floats]:
    """Return the searched parameters and the box of every round, (rounds, parameters, 2).

    The first box is that of the first grid's points; each later one reaches a grid step to both
    sides of the best point so far, within the first.
    """
    points, _ = _table_points(run)
    searched = _searched(points)
    per_round = int(run.trace["evaluations"][0])
    every = -(-int(run.trace.last("evaluations")) // len(points))
    first = points[: max(per_round // every, 1)][:, searched]
    lows, highs = first.min(axis=0), first.max(axis=0)
    count = round(per_round ** (1.0 / len(searched)))
    path = in_table(run, run.trace.path)[:, searched]
    boxes = [np.stack([lows, highs], axis=1)]
    bottom, top = lows, highs
    for best in path[:-1]:
        step = (highs - lows) / (count - 1)
        lows, highs = np.maximum(bottom, best - step), np.minimum(top, best + step)
        boxes.append(np.stack([lows, highs], axis=1))
    return searched, np.array(boxes)


def search_boxes(run: Recorded, *, language: str = "en") -> Figure:
    """Return the shrinking boxes of a coarse-to-fine search, whole and seen more closely.

    Two searched parameters are drawn over the loss surface in the table's units; one is drawn as
    a range for each round.
    """
    searched, boxes = boxes_of(run)
    if run.method != "coarse-to-fine" or len(searched) > 2:
        raise InputError("figure_not_searched", run=run.title, method=run.method)
    names = [named(run, place, language) for place in searched]
    rounds = len(boxes)
    if len(searched) == 2:
        near = min(2, rounds - 1)
        panels = tuple(_box_panel(run, searched, boxes, row, language) for row in (0, near))
    else:
        panels = (_range_panel(run, boxes, searched[0], language),)
    widths = (boxes[:, :, 1] - boxes[:, :, 0]).max(axis=1)
    facts = {
        "rounds": rounds,
        "first": float(widths[0]),
        "last": float(widths[-1]),
        "evaluations": int(run.trace.last("evaluations")),
        "loss": run.trace.last("loss"),
        "names": ", ".join(names),
    }
    columns = [sentence("figure_column_round", {}, language)]
    columns += [f"{name} {mark}" for name in names for mark in ("≥", "≤")]
    columns.append(sentence("figure_column_loss", {}, language))
    rows = tuple(
        (i + 1, *boxes[i].ravel().tolist(), float(run.trace["loss"][i])) for i in range(rounds)
    )
    return Figure(
        kind="boxes",
        title=sentence("figure_boxes_title", facts, language),
        panels=panels,
        columns=len(panels),
        caption=sentence("figure_boxes_caption", facts, language),
        alt=sentence("figure_boxes_alt", facts, language),
        table=Table(tuple(columns), rows),
        language=language,
        provenance=provenance_of([run]),
    )


def _box_panel(run: Recorded, searched: list[int], boxes: Floats, row: int, language: str) -> Panel:
    (x0, x1), (y0, y1) = boxes[row]
    room = 0.04
    across = (x0 - room * (x1 - x0), x1 + room * (x1 - x0))
    along = (y0 - room * (y1 - y0), y1 + room * (y1 - y0))
    base = in_table(run, run.trace.parameters)
    plane = parameter_plane(base[:, None], searched[0], searched[1])
    made = surface(
        lambda points: run.quadratic.value(from_table(run, points[..., 0])),
        plane,
        np.linspace(*across, GRID),
        np.linspace(*along, GRID),
    )
    layers: list[Layer] = [contours_of(made, run.quadratic.floor)]
    width = (x1 - x0, y1 - y0)
    shown = [
        box
        for box in boxes[row : row + _BOXES]
        if box[0, 1] - box[0, 0] > _SMALLEST * width[0] * 5
        and box[1, 1] - box[1, 0] > _SMALLEST * width[1] * 5
    ]
    layers += [Box(b[0, 0], b[1, 0], b[0, 1], b[1, 1], style="box") for b in shown]
    best = in_table(run, run.trace.path)[row : row + len(shown)][:, searched]
    label = sentence("figure_label_best_points", {}, language)
    layers.append(Points(best[:, 0], best[:, 1], style="best", label=label))
    optimum = in_table(run, run.quadratic.optimum)[searched]
    facts = {"loss": run.quadratic.floor}
    label = sentence("figure_label_optimum", facts, language)
    layers.append(Points(optimum[:1], optimum[1:], style="optimum", label=label))
    return Panel(
        Axis(named(run, searched[0], language), limits=across),
        Axis(named(run, searched[1], language), limits=along),
        tuple(layers),
        title=sentence("figure_boxes_panel", {"round": row + 1}, language),
    )


def _range_panel(run: Recorded, boxes: Floats, place: int, language: str) -> Panel:
    wide = boxes[:, 0, 1] - boxes[:, 0, 0]
    boxes = boxes[wide > _SMALLEST * wide[0]]
    rounds = np.arange(1.0, len(boxes) + 1.0)
    layers: list[Layer] = []
    for number, box in zip(rounds, boxes, strict=True):
        ends = np.array([box[0, 0], box[0, 1]])
        layers.append(Line(ends, np.array([number, number]), style="range", marks=True))
    best = in_table(run, run.trace.path)[: len(boxes)]
    found = best[:, place]
    label = sentence("figure_label_best_points", {}, language)
    layers.append(Points(found, rounds, style="best", label=label))
    return Panel(
        Axis(named(run, place, language)),
        Axis(
            sentence("figure_axis_round", {}, language),
            limits=(len(boxes) + 0.6, 0.4),
            ticks=tuple((float(r), f"{r:g}") for r in rounds) if len(rounds) <= 20 else (),
        ),
        tuple(layers),
    )
