"""A function in space, and along one variable: tangent, secant, and how far the secant errs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points, Sheet
from steepest.figures.levels import levels_of
from steepest.figures.said import table_of
from steepest.figures.sections import same_height, secant_errors, slope_layers, tidy_step
from steepest.figures.thinning import thinned
from steepest.function_figures.descents import path_table, run_styles, said_of_run
from steepest.function_figures.grounds import (
    box_round,
    function_of,
    labels_of,
    provenance_of,
    runs_away,
    seen,
    several,
    text_of,
    tidy,
)
from steepest.objective.function import FunctionObjective
from steepest.objective.landscape import Secant, parameter_plane, secant, surface
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
SHEET = 61
_MOST_SECTIONS = 4
_MARGIN = 0.35
# A section is shown over at least this share of the widest one.
_NARROWEST = 0.05
# A secant is drawn if it changes the value by at least as many rounding errors.
_TOLD = 8.0
PLACES = ("start", "end")


def surface_figure(
    runs: Trace | Sequence[Trace],
    function: FunctionObjective | None = None,
    *,
    names: Sequence[str] = (),
    language: str = "en",
) -> Figure:
    """Return the surface of a function in space, with recorded descents on it.

    Parameters
    ----------
    runs : Trace or sequence of Trace
        Of ``minimize`` or ``search_function`` on one function, at most five.
    function : FunctionObjective, optional
        Needed where it is no formula.
    names : sequence of str
        Two variables; of more, those that moved most by default, the others held at the first
        run's end.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``surface``; a path is drawn at the values of its own points.

    Raises
    ------
    InputError
        If the function has one variable only, or the runs are of different functions.

    Examples
    --------
    >>> from steepest import minimize
    >>> shown = surface_figure(minimize("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1))
    >>> [layer.kind for layer in shown.panels[0].layers]
    ['sheet', 'line', 'points', 'points']
    """
    kept = several(runs)
    objective = function_of(kept, function)
    ways = [seen(run) for run in kept]
    first, second = _two(objective, np.concatenate(ways), names)
    end = ways[0][-1]
    (across, along), _ = box_round(np.concatenate(ways)[:, [first, second]], None)
    plane = parameter_plane(end[:, None], first, second)
    with np.errstate(all="ignore"):
        made = surface(
            lambda many: np.asarray(objective.value(many)),
            plane,
            np.linspace(*across, SHEET),
            np.linspace(*along, SHEET),
        )
        heights = [np.asarray(objective.value(way[..., None])) for way in ways]
        flat = [plane.at(way[:, first], way[:, second]) for way in ways]
        gap = max(
            float(np.nanmax(np.abs(np.asarray(objective.value(on)) - own)))
            for on, own in zip(flat, heights, strict=True)
        )
    made.heights[~np.isfinite(made.heights)] = np.nan
    if np.isnan(made.heights).all():
        raise InputError("figure_no_value", function=text_of(objective))
    layers: list[Layer] = [Sheet(made.first, made.second, made.heights, levels_of(made.heights))]
    labels = labels_of(kept, language)
    for style, label, way, z in zip(run_styles(kept), labels, ways, heights, strict=True):
        rows = thinned(z)
        x, y = way[rows, first], way[rows, second]
        layers.append(
            Line(x, y, z[rows], style=f"{style} path", label=label, marks=len(rows) <= 30)
        )
    layers += _ends(kept, ways, heights, (first, second), language)
    variables = [objective.names[first], objective.names[second]]
    facts = {
        "function": text_of(objective),
        "first": variables[0],
        "second": variables[1],
        "lowest": tidy(float(np.nanmin(made.heights))),
        "highest": float(np.nanmax(made.heights)),
        "others": len(objective.names) - 2,
        "gap": gap,
    }
    said = [sentence("figure_surface_of_function", facts, language)]
    if facts["others"]:
        said.append(sentence("figure_surface_held", facts, language))
    told = labels_of(kept, language, starts=False)
    said += [said_of_run(run, name, language) for run, name in zip(kept, told, strict=True)]
    return Figure(
        kind="surface",
        title=sentence("figure_descent_title", facts, language),
        panels=(
            Panel(
                Axis(variables[0], limits=across),
                Axis(variables[1], limits=along),
                tuple(layers),
                z=Axis(sentence("figure_axis_value", {}, language)),
            ),
        ),
        caption=joined(said, language),
        alt=joined([sentence("figure_surface_function_alt", facts, language), *said], language),
        table=path_table(kept, labels, objective, language),
        language=language,
        provenance=provenance_of(kept),
    )


def _two(function: FunctionObjective, points: Floats, names: Sequence[str]) -> tuple[int, int]:
    """Return the variables shown: those named, else the two that moved most."""
    if len(function.names) < 2:
        raise InputError("plane_needs_two", parameters=1)
    known = [name for name in names if name in function.names][:2]
    if len(known) == 2:
        return function.names.index(known[0]), function.names.index(known[1])
    moved = np.argsort(-np.ptp(points, axis=0), kind="stable")[:2]
    low, high = sorted(int(one) for one in moved)
    return low, high


def _ends(
    runs: Sequence[Trace],
    ways: Sequence[Floats],
    heights: Sequence[Floats],
    places: tuple[int, int],
    language: str,
) -> list[Layer]:
    """Return marks of starts and of the ends of runs that did not run away."""
    marks: dict[tuple[Any, ...], Layer] = {}
    for run, way, z in zip(runs, ways, heights, strict=True):
        kind = run.metadata["critical"]["kind"]
        ends = [("start", 0)] if runs_away(run) else [("start", 0), (f"end-{kind}", -1)]
        for style, row in ends:
            at = (*(float(way[row, place]) for place in places), float(z[row]))
            name = "figure_starts" if style == "start" else f"point_kind_{kind}"
            label = "" if any(key[0] == style for key in marks) else sentence(name, {}, language)
            point = [np.array([one]) for one in at]
            marks.setdefault((style, *at), Points(*point, style=style, label=label))
    return list(marks.values())


def slopes_figure(
    run: Trace,
    function: FunctionObjective | None = None,
    *,
    names: Sequence[str] = (),
    at: str = "start",
    step: float | None = None,
    language: str = "en",
) -> Figure:
    """Return a function along each variable, with tangent and secant at a point of a run.

    Parameters
    ----------
    run : Trace
        Of ``minimize`` or ``search_function`` on a function.
    function : FunctionObjective, optional
        Needed where it is no formula.
    names : sequence of str
        Variables, at most four; the first ones by default.
    at : {"start", "end"}
        Where the other variables are held and the slopes are taken.
    step : float, optional
        h of the secant; about an eighth of what is shown by default.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``sections``; its table holds derivative, forward and centred secant.

    Raises
    ------
    InputError
        If the step is not above 0, is lost in rounding, or leaves the function's domain.

    Examples
    --------
    >>> from steepest import minimize
    >>> run = minimize("x**2 + 3*y**2", start=[1.0, 1.0])
    >>> shown = slopes_figure(run, step=0.5)
    >>> [(row[0], row[3], row[4]) for row in shown.table.rows]
    [('x', 2.0, 2.5), ('y', 6.0, 7.5)]
    """
    objective, point = _there(run, function, at)
    way = seen(run)
    shown = _sections(objective, names)
    wide = np.maximum(np.ptp(way, axis=0), _NARROWEST * np.ptp(way, axis=0).max())
    wide = np.where(wide > 0.0, wide, np.maximum(np.abs(point[:, 0]), 1.0))
    panels, rows = [], []
    with np.errstate(all="ignore"):
        for place in shown:
            h = tidy_step(0.25 * float(wide[place])) if step is None else step
            found = _checked(objective, point, place, h, tidy_step(0.25 * float(wide[place])))
            centred = secant(objective, point, place, h, centred=True)
            low, high = float(way[:, place].min()), float(way[:, place].max())
            x = float(point[place, 0])
            room = _MARGIN * float(wide[place])
            limits = (min(low, x) - room, max(high, x) + room)
            reach = 0.5 * (limits[1] - limits[0])
            layers = slope_layers(objective, point, (place, 0), limits, reach, h, language)
            value = Axis(sentence("figure_axis_value", {}, language))
            panels.append(Panel(Axis(objective.names[place], limits=limits), value, layers))
            slopes = (found.tangent, found.slope, centred.slope, found.error)
            rows.append((objective.names[place], x, h, *slopes))
        value_here = float(objective.value(point))
    first = rows[0]
    facts = {
        "function": text_of(objective),
        "at": sentence(f"figure_there_{at}", {}, language),
        "value": tidy(value_here),
        "name": first[0],
        "tangent": tidy(first[3]),
        "secant": tidy(first[4]),
        "step": first[2],
        "error": tidy(first[6]),
        "slopes": "; ".join(f"{row[0]}: {tidy(row[3]):.4g}" for row in rows),
    }
    said = sentence("figure_slopes_caption", facts, language)
    heads = ("parameter", "value", "step", "tangent", "secant", "centred", "error")
    return Figure(
        kind="sections",
        title=sentence("figure_sections_title", facts, language),
        panels=same_height(panels) if len(panels) > 1 else tuple(panels),
        columns=min(len(panels), 2),
        caption=said,
        alt=joined([sentence("figure_slopes_alt", facts, language), said], language),
        table=table_of(heads, rows, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _there(
    run: Trace, function: FunctionObjective | None, at: str
) -> tuple[FunctionObjective, Floats]:
    if at not in PLACES:
        raise InputError("unknown_choice", option="at", value=at, known=list(PLACES))
    way = seen(run)
    return function_of([run], function), way[0 if at == "start" else -1][:, None].copy()


def _sections(function: FunctionObjective, names: Sequence[str]) -> list[int]:
    known = [function.names.index(name) for name in names if name in function.names]
    return (known or list(range(len(function.names))))[:_MOST_SECTIONS]


def _checked(
    function: FunctionObjective, point: Floats, place: int, h: float, typical: float
) -> Secant:
    """Return the secant over h; refuse one that shows rounding, or has no far end."""
    if not 0.0 < h < float("inf"):
        raise InputError("figure_bad_secant_step", step=h, typical=typical)
    found = secant(function, point, place, h)
    name, value = function.names[place], float(function.value(point))
    if not np.isfinite(found.slope):
        raise InputError("figure_secant_outside", name=name, value=float(point[place, 0]) + h)
    bend = float(np.asarray(function.hessian(point))[place, place])
    change = abs(found.tangent) * h + 0.5 * abs(bend) * h * h
    if 0.0 < change < _TOLD * np.finfo(float).eps * abs(value):  # a flat function loses nothing
        raise InputError("figure_secant_step_lost", step=h, name=name, loss=value, typical=typical)
    return found


def secant_error_figure(
    run: Trace,
    function: FunctionObjective | None = None,
    *,
    names: Sequence[str] = (),
    at: str = "start",
    language: str = "en",
) -> Figure:
    """Return the error of a secant's slope against its step, forward and centred, log-log.

    The forward error falls with h as h/2 times the second derivative, the centred one as h^2/6
    times the third, until rounding takes over (Nocedal and Wright, *Numerical Optimization*, 8.1).

    Parameters
    ----------
    run : Trace
        Of ``minimize`` or ``search_function`` on a function.
    function : FunctionObjective, optional
        Needed where it is no formula.
    names : sequence of str
        The variable (the first one named); the first of the function by default.
    at : {"start", "end"}
        Where.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``secant-error``; errors are relative where the derivative is not 0.

    Raises
    ------
    InputError
        If no secant there has a value.

    Examples
    --------
    >>> from steepest import minimize
    >>> shown = secant_error_figure(minimize("exp(x) - x", start=[1.0]))
    >>> [layer.style for layer in shown.panels[0].layers]
    ['secant', 'centred']
    """
    objective, point = _there(run, function, at)
    place = _sections(objective, names)[0]
    name = objective.names[place]
    with np.errstate(all="ignore"):
        found = secant_errors(objective, point, (place, 0), language)
        bend = float(np.asarray(objective.hessian(point))[place, place])
    facts: dict[str, Any] = {
        "name": name,
        "value": float(point[place, 0]),
        "tangent": tidy(found.tangent),
        "curvature": tidy(bend),
    }
    for style, error in found.errors.items():
        if not np.isfinite(found.slopes[style]).any():
            raise InputError("figure_secant_outside", name=name, value=float(point[place, 0]))
        exact = np.isnan(error).all()  # what is not drawn has no error
        best = 0 if exact else int(np.nanargmin(error))
        least = 0.0 if exact else float(error[best])
        facts |= {f"{style}_step": float(found.steps[best]), f"{style}_error": least}
    said = [sentence("figure_errors_caption", facts, language), *found.said(language)]
    return Figure(
        kind="secant-error",
        title=sentence("figure_secant_error_title", facts, language),
        panels=(found.panel,),
        caption=joined(said, language),
        alt=joined([sentence("figure_errors_alt", facts, language), *said], language),
        table=found.table(language),
        language=language,
        provenance=provenance_of([run]),
    )
