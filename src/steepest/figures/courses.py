"""The course of a path over a surface: which part is drawn, its table, its ends, what is said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Layer, Points, Table
from steepest.figures.recorded import Recorded, labels_of, progress_of, way_of
from steepest.figures.thinning import sampled_rows
from steepest.objective.landscape import Plane
from steepest.objective.quadratic import Quadratic
from steepest.words.catalogue import sentence

Floats = npt.NDArray[np.float64]
# A path is drawn up to this multiple of the loss at its start; beyond it has left the picture.
_LEFT = 4.0
# Singular values below this share of the largest are rounding: no curvature.
_FLAT = 1e-13
# Below this ratio of curvatures level lines look round.
_ROUND = 1.05


def inside(run: Recorded) -> npt.NDArray[np.int64]:
    """Return the rows of the trace whose point is finite and not far above the start."""
    points = run.trace.path
    with np.errstate(all="ignore"):
        heights = _heights(run, points)
    limit = _LEFT * heights[0] if heights[0] > 0.0 else np.inf
    known = np.isfinite(heights) & (heights <= limit)
    end = int(np.argmin(known)) if not known.all() else len(known)
    return np.arange(max(end, 1))


def way_out(
    run: Recorded, ground: Plane, across: tuple[float, float], along: tuple[float, float]
) -> Floats | None:
    """Return where the first step that is left out meets the frame, (2,), None if none leaves."""
    last = int(inside(run)[-1])
    two = ground.coordinates(run.trace.path[last : last + 2])
    if len(two) < 2 or not np.isfinite(two).all():
        return None
    here, step = two[0], two[1] - two[0]
    edge = np.where(step > 0.0, [across[1], along[1]], [across[0], along[0]])
    with np.errstate(all="ignore"):
        reach = np.where(step == 0.0, np.inf, (edge - here) / step)
    return np.asarray(here + min(1.0, float(reach.min())) * step)


def _heights(run: Recorded, points: Floats) -> Floats:
    """Return the objective along a path; where only rows tell it, the last one recorded."""
    if run.measured is None:
        return run.quadratic.value(points)
    known = np.isfinite(points).all(axis=(1, 2))
    last = np.maximum.accumulate(np.where(np.isnan(run.trace["loss"]), 0, np.arange(len(points))))
    return np.where(known, run.trace["loss"][last], np.inf)


def axes_of(run: Recorded, plane: Plane, language: str) -> tuple[str, str]:
    """Return the labels of a plane's two axes."""
    if plane.kind == "parameters":
        first, second = (run.name_of(place, language) for place in plane.places)
        return first, second
    labels = []
    for number, measure in enumerate(plane.measures):
        phrase = f"figure_axis_{plane.kind}_{number + 1}"
        labels.append(sentence(phrase, {"measure": measure, "share": 100.0 * measure}, language))
    return labels[0], labels[1]


def ends_of(
    run: Recorded, ground: Plane, start: Floats, language: str, z: bool = False
) -> list[Layer]:
    """Return the marks of start and optimum, each with its loss."""
    quadratic = run.quadratic
    layers: list[Layer] = []
    first = "figure_label_first_grid" if run.searched else "figure_label_start"
    for style, phrase, point in (
        ("start", first, start),
        ("optimum", "figure_label_optimum", quadratic.optimum),
    ):
        a, b = ground.coordinates(point)
        loss = float(quadratic.value(point))
        label = sentence(phrase, {"loss": loss}, language)
        height = np.array([loss]) if z else None
        layers.append(Points(np.array([a]), np.array([b]), height, style=style, label=label))
    return layers


def path_rows(
    run: Recorded, ground: Plane, count: int, label: str
) -> tuple[list[tuple[Any, ...]], float]:
    """Return table rows of a path, and the widest gap between its losses and the plane's."""
    path, loss = run.trace.path[:count], run.trace["loss"][:count]
    places = ground.coordinates(path)
    heights = run.quadratic.value(ground.at(places[:, 0], places[:, 1]))
    gaps = heights - loss
    rows = [
        (label, float(run.trace["epoch"][i]), *places[i].tolist(), loss[i], heights[i], gaps[i])
        for i in sampled_rows(count, 10)
    ]
    known = np.abs(gaps[np.isfinite(gaps)])
    return rows, float(known.max(initial=0.0))


def path_table(rows: list[tuple[Any, ...]], names: tuple[str, str], language: str) -> Table:
    """Return the table beside a surface."""
    heads = ("run", "epoch", "", "", "loss", "height", "gap")
    columns = [sentence(f"figure_column_{name}", {}, language) if name else "" for name in heads]
    columns[2:4] = names
    return Table(tuple(columns), tuple(tuple(row) for row in rows))


def facts_of(
    runs: Sequence[Recorded], ground: Plane, gap: float, held: str, language: str
) -> dict[str, Any]:
    """Return the numbers that tell the paths; those of one path are the first run's."""
    run = runs[0]
    quadratic = run.quadratic
    names = axes_of(run, ground, language)
    ends = "; ".join(
        f"{label}: {one.trace.last('loss'):.4g}"
        for one, label in zip(runs, labels_of(runs, language), strict=True)
    )
    return {
        "first": names[0],
        "second": names[1],
        "others": int(np.prod(quadratic.shape)) - 2,
        "start_loss": float(quadratic.value(run.trace.path[0])),
        "end_loss": run.trace.last("loss"),
        "optimum_loss": quadratic.floor,
        "progress": progress_of(run),
        "gap": gap,
        "way": way_of(run.method, language),
        "plane": sentence(f"figure_plane_of_{ground.kind}", {}, language)
        if not ground.places
        else "",
        "held": sentence(f"figure_at_{held}", {}, language),
        "off": float(ground.distance(quadratic.optimum)),
        "count": len(runs),
        "ends": ends,
    }


def said_gap(facts: dict[str, Any], language: str) -> list[str]:
    """Return what to say of the parameters that the plane does not show."""
    if not facts["others"]:
        return []
    said = [sentence("figure_off_plane", facts, language)]
    if facts["off"] > 1e-9:
        said.append(sentence("figure_optimum_off", facts, language))
    return said


def said_of_valley(quadratic: Quadratic, ground: Plane, language: str) -> list[str]:
    """Return how the shown plane curves, and the condition number where it is another one's."""
    steepest, flattest = plane_curvatures(quadratic, ground)
    mu = quadratic.smallest_curvature
    facts = {
        "ratio": steepest / flattest if flattest else 0.0,
        "largest": steepest,
        "rank": quadratic.rank,
        "condition": quadratic.largest_curvature / mu if mu else 0.0,
    }
    whole = int(np.prod(quadratic.shape)) == 2
    if not flattest:
        name = "figure_valley_trough"
    elif facts["ratio"] < _ROUND:
        name = "figure_valley_round"
    else:
        name = "figure_valley_whole" if whole else "figure_valley"
    said = [sentence(name, facts, language)]
    if not whole and mu:
        said.append(sentence("figure_condition", facts, language))
    return said


def plane_curvatures(quadratic: Quadratic, ground: Plane) -> tuple[float, float]:
    """Return the largest and smallest curvature within a plane, 0 where there is none."""
    seen = np.einsum("ip,apk->aik", quadratic.B, ground.directions).reshape(2, -1)
    lengths = np.linalg.svd(seen, compute_uv=False)
    lengths[lengths <= _FLAT * lengths[0]] = 0.0
    largest, smallest = 2.0 * quadratic.scale * lengths**2
    return float(largest), float(smallest)


def said_of_paths(runs: Sequence[Recorded], language: str, *, leaving: bool = False) -> list[str]:
    """Return which epochs are left out of the picture, and which ones the models are of.

    ``leaving`` says that lines go on to the frame (:func:`way_out`).
    """
    said = []
    names = [way_of(run.method, language) for run in runs]
    names = labels_of(runs, language) if len(runs) > 1 else names
    for run, label in zip(runs, names, strict=True):
        epochs = run.trace["epoch"]
        end = int(inside(run)[-1])
        facts = {"label": label, "shown": int(epochs[end]), "epochs": int(epochs[-1])}
        if end < len(epochs) - 1:
            said.append(sentence("figure_path_cut", {**facts, "factor": _LEFT}, language))
            later = {"label": label, "next": int(epochs[end + 1])}
            if leaving and np.isfinite(run.trace.path[end + 1]).all():
                said.append(sentence("figure_path_leaves", later, language))
        said += said_of_returned(run, label, language)
    return said


def said_of_returned(run: Recorded, label: str, language: str) -> list[str]:
    """Return which epoch the returned parameters are of, where it is not the last one."""
    path, kept, epochs = run.trace.path, run.trace.parameters, run.trace["epoch"]
    with np.errstate(all="ignore"):
        away = np.abs(path - kept).max(axis=(1, 2))
    near = np.flatnonzero(away <= 1e-12 * float(np.abs(kept).max()))
    if not len(near) or near[-1] == len(epochs) - 1:
        return []
    facts = {
        "label": label,
        "kept": int(epochs[near[-1]]),
        "epochs": int(epochs[-1]),
        "kept_loss": float(run.loss_at(kept)),
    }
    return [sentence("figure_path_kept", facts, language)]


def said_penalty(runs: Sequence[Recorded], language: str) -> list[str]:
    """Return that curves and surfaces of training hold the penalty, where there is one."""
    for run in runs:
        facts = {name: float(run.trace.metadata.get(name, 0.0)) for name in ("l1", "l2")}
        if any(facts.values()):
            return [sentence("figure_penalty", facts, language)]
    return []
