"""Recorded descents on a function: contours and path, curve and path, or values by update."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points, Table
from steepest.figures.landscapes import path_layers
from steepest.figures.thinning import sampled_rows, thinned
from steepest.function_figures.grounds import (
    Box,
    box_round,
    curvatures,
    curve_panel,
    function_of,
    kind_name,
    labels_of,
    mark,
    plane_panel,
    point_text,
    provenance_of,
    runs_away,
    seen,
    several,
    text_of,
    tidy,
)
from steepest.objective.function import FunctionObjective
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_TABLE_ROWS = 10
# Share of the shown range left free on each side of a path in one variable, and of a search.
_MARGIN, _ROOM = 0.35, 0.04


def descent_figure(
    runs: Trace | Sequence[Trace],
    function: FunctionObjective | None = None,
    *,
    box: Box | None = None,
    language: str = "en",
) -> Figure:
    """Return recorded descents on a function, with starts, and ends and what these are.

    Two variables: paths on contours. One: steps on the curve. More: values by update.

    Parameters
    ----------
    runs : Trace or sequence of Trace
        Of ``minimize`` or ``search_function`` on one function, at most five.
    function : FunctionObjective, optional
        Needed where it is no formula.
    box : ((low, high), ...), optional
        What is shown, a pair for each variable; round the paths by default. Not for more than two.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``descent``; its table holds about ten points of each path.

    Raises
    ------
    InputError
        If the runs are of different functions, or of none that is known.

    Examples
    --------
    >>> from steepest import minimize
    >>> shown = descent_figure(minimize("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1))
    >>> shown.panels[0].layers[-1].label
    'saddle: value 0, curvatures -2, 2'
    """
    kept = several(runs)
    objective = function_of(kept, function)
    variables = len(objective.names)
    if box is not None and len(box) != variables:
        raise InputError("starts_shape", variables=variables, shape=(len(box), 2))
    labels = labels_of(kept, language)
    panels = run_panels(kept, objective, labels, box, language)
    facts = {
        "function": text_of(objective),
        "count": len(kept),
        "names": ", ".join(objective.names[:6]),
        "variables": variables,
    }
    names = labels_of(kept, language, starts=False)
    said = [said_of_run(run, name, language) for run, name in zip(kept, names, strict=True)]
    ways = {1: "curve", 2: "contour"}.get(variables, "values")
    opening = sentence(f"figure_descent_{ways}", facts, language)
    return Figure(
        kind="descent",
        title=sentence("figure_descent_title", facts, language),
        panels=panels,
        columns=len(panels),
        caption=joined(said, language),
        alt=joined([opening, *said], language),
        table=path_table(kept, labels, objective, language),
        language=language,
        provenance=provenance_of(kept),
    )


def run_panels(
    runs: Sequence[Trace],
    function: FunctionObjective,
    labels: Sequence[str],
    box: Box | None,
    language: str,
) -> tuple[Panel, ...]:
    """Return contours or the curve with the runs on them, or their values by update."""
    variables = len(function.names)
    if variables > 2:
        return _by_update(runs, labels, language)
    draw = _contour if variables == 2 else _curve
    return (draw(runs, function, labels, box, language),)


def said_of_run(run: Trace, label: str, language: str) -> str:
    """Return how a run went, in one sentence with the curvatures where it ended."""
    found = run.metadata["critical"]
    searched = run.metadata["method"] != "descent"
    count = run.last("evaluations") if searched else run.last("updates")
    facts = {
        "run": label,
        "updates": int(count),
        "first": point_text(list(found["point"]), run.path[0, :, 0].tolist()),
        "start_value": tidy(float(run["loss"][0])),
        "point": point_text(list(found["point"]), found["point"].values()),
        "value": tidy(float(found["value"])),
        "kind": kind_name(found["kind"], language),
        "curvatures": curvatures(found["hessian_eigenvalues"]),
        "ending": sentence(f"figure_ending_{run.ending.name}", {}, language),
    }
    if searched:
        return sentence("figure_searched_run", facts, language)
    if found["kind"] == "not_critical":
        return sentence("figure_descent_run_lost", facts, language)
    return sentence("figure_descent_run", facts, language)


def run_styles(runs: Sequence[Trace]) -> list[str]:
    """Return a class of its own for each run."""
    return [f"run-{number}" for number in range(1, len(runs) + 1)]


def end_of(run: Trace, function: FunctionObjective, language: str) -> Points | None:
    """Return the mark of where a run ended and what is there, none where it ran away."""
    found = run.metadata["critical"]
    if runs_away(run):
        return None
    point = np.array(list(found["point"].values()))
    facts = {
        "kind": kind_name(found["kind"], language),
        "value": tidy(float(found["value"])),
        "curvatures": curvatures(found["hessian_eigenvalues"]),
    }
    label = sentence("figure_label_end", facts, language)
    return mark(function, point, f"end-{found['kind']}", label)


def ends_of(runs: Sequence[Trace], function: FunctionObjective, language: str) -> list[Layer]:
    """Return the marks of all starts and ends; with their numbers where these are one place."""
    marks = []
    for run in runs:
        facts = {"value": tidy(float(run["loss"][0]))}
        label = sentence("figure_label_start_value", facts, language)
        marks.append(mark(function, run.path[0, :, 0], "start", label))
    marks += [one for run in runs if (one := end_of(run, function, language)) is not None]
    places = {
        one.style: {_place(other) for other in marks if other.style == one.style} for one in marks
    }
    kept: dict[str, Points] = {}
    for one in marks:
        if len(places[one.style]) > 1:
            one = replace(one, label=_name(one.style, language))
        kept.setdefault(_place(one), one)
    return list(kept.values())


def _place(one: Points) -> str:
    return f"{one.style} {one.x[0]:.6g} {one.y[0]:.6g}"


def _name(style: str, language: str) -> str:
    if style == "start":
        return sentence("figure_starts", {}, language)
    return kind_name(style.removeprefix("end-"), language)


def _searched(run: Trace) -> Floats | None:
    """Return the points (m, P) that a search evaluated."""
    points = run.updates.get("points")
    return None if points is None else points[..., 0]


def _contour(
    runs: Sequence[Trace],
    function: FunctionObjective,
    labels: Sequence[str],
    box: Box | None,
    language: str,
) -> Panel:
    ways = [seen(run) for run in runs]
    grids = [points for points in map(_searched, runs) if points is not None]
    settled = [run for run in runs if not runs_away(run)]
    ends = [list(run.metadata["critical"]["point"].values()) for run in settled]
    shown, equal = box_round(np.concatenate([*ways, *grids, np.array(ends).reshape(-1, 2)]), box)
    layers: list[Layer] = []
    for run, way, style, label in zip(runs, ways, run_styles(runs), labels, strict=True):
        tried = _searched(run)
        if tried is not None:
            layers.append(Points(tried[:, 0], tried[:, 1], style=f"{style} raw"))
        layers += path_layers(way, f"{style} path", label, shown[0], shown[1])
    layers += ends_of(runs, function, language)
    return plane_panel(function, shown, layers, equal=equal)


def _curve(
    runs: Sequence[Trace],
    function: FunctionObjective,
    labels: Sequence[str],
    box: Box | None,
    language: str,
) -> Panel:
    ways = [seen(run) for run in runs]
    grids = [points for points in map(_searched, runs) if points is not None]
    together = np.concatenate([*ways, *grids])
    low, high = float(together.min()), float(together.max())
    wide = (high - low) or max(1.0, abs(low))
    room = (_ROOM if grids else _MARGIN) * wide
    side = box[0] if box is not None else (low - room, high + room)
    layers: list[Layer] = []
    for run, way, style, label in zip(runs, ways, run_styles(runs), labels, strict=True):
        tried = _searched(run)
        if tried is not None:
            heights = np.asarray(run.updates["losses"])
            layers.append(Points(tried[:, 0], heights, style=style, label=label))
        else:
            heights = np.asarray(function.value(way[:, :, None]))
            layers.append(Line(way[:, 0], heights, style=f"{style} path", label=label, marks=True))
    layers += ends_of(runs, function, language)
    return curve_panel(function, side, layers, language)


def _by_update(runs: Sequence[Trace], labels: Sequence[str], language: str) -> tuple[Panel, ...]:
    """Return the value and the gradient norm by update."""
    panels = []
    for column, name in (("loss", "value"), ("gradient_norm", "gradient_norm")):
        lines = []
        for run, style, label in zip(runs, run_styles(runs), labels, strict=True):
            if column not in run.columns:
                continue
            values = run[column]
            kept = thinned(values)
            count = run["updates" if "updates" in run.columns else "evaluations"]
            lines.append(Line(count[kept], values[kept], style=style, label=label))
        finite = np.concatenate([line.y for line in lines]) if lines else np.zeros(0)
        finite = finite[np.isfinite(finite)]
        log = len(finite) > 0 and bool((finite >= 0.0).all() and (finite > 0.0).any())
        x = Axis(sentence("figure_axis_update", {}, language))
        y = Axis(sentence(f"figure_axis_{name}", {}, language), "log" if log else "linear")
        if lines:
            panels.append(Panel(x, y, tuple(lines)))
    return tuple(panels)


def path_table(
    runs: Sequence[Trace], labels: Sequence[str], function: FunctionObjective, language: str
) -> Table:
    """Return about ten points of each run with their values."""
    rows: list[tuple[Any, ...]] = []
    for run, label in zip(runs, labels, strict=True):
        count = run["updates" if "updates" in run.columns else "evaluations"]
        for i in sampled_rows(len(run), _TABLE_ROWS):
            rows.append((label, int(count[i]), *run.path[i, :, 0].tolist(), run["loss"][i]))
    heads = [sentence(f"figure_column_{name}", {}, language) for name in ("run", "updates")]
    value = sentence("figure_axis_value", {}, language)
    return Table((*heads, *function.names, value), tuple(rows))
