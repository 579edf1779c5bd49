"""What pictures of functions share: the function of a run, its heights, marks of start and end."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Contours, Layer, Line, Panel, Points, Rule
from steepest.figures.landscapes import contours_of
from steepest.figures.levels import shown_box
from steepest.figures.recorded import short
from steepest.figures.styles import MOST_RUNS
from steepest.functions.formula import Formula
from steepest.objective.function import FunctionObjective
from steepest.objective.landscape import parameter_plane, surface
from steepest.trace.record import Trace
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Box = tuple[tuple[float, float], ...]

GRID = 121
# Points of a curve in one variable: a valley a thousandth as wide as the picture is seen.
CURVE = 4001
# Of a run that runs away this many times the start's size is still shown; without a critical point
# it counts as one when it ends more than so many times as far out.
_FAR, _AWAY = 2.5, 20.0
_LOST = ("unbounded", "diverged")
_LONGEST_FORMULA = 60
_MOST_CURVATURES = 6


def several(runs: Trace | Sequence[Trace], most: int = MOST_RUNS) -> list[Trace]:
    """Return the runs as a list, or refuse more than can be told apart."""
    kept = [runs] if isinstance(runs, Trace) else list(runs)
    if not 1 <= len(kept) <= most:
        raise InputError("figure_too_many_runs", count=len(kept), most=most)
    return kept


def function_of(runs: Sequence[Trace], function: FunctionObjective | None) -> FunctionObjective:
    """Return the function that all runs descended on.

    Raises
    ------
    InputError
        If a run is not one of a formula and no function is given, or runs are of several.
    """
    texts = {str(run.metadata.get("function", "")) for run in runs}
    if len(texts) > 1:
        raise InputError("figure_other_function", functions=sorted(short(one) for one in texts))
    if function is not None:
        return function
    text = texts.pop()
    if not text:
        raise InputError("figure_needs_function")
    try:
        return _formula(text, tuple(runs[0].metadata["names"]))
    except InputError:  # the name of a program
        raise InputError("figure_needs_function") from None


@lru_cache(maxsize=32)
def _formula(text: str, names: tuple[str, ...]) -> Formula:
    """Return a formula, its derivatives kept: a Hessian costs 10 ms, pictures ask again."""
    return Formula(text, names)


def text_of(function: FunctionObjective) -> str:
    """Return what a function is called in a picture."""
    text = function.text if isinstance(function, Formula) else type(function).__name__
    return short(text, _LONGEST_FORMULA)


def runs_away(run: Trace) -> bool:
    """Return whether a run ended far out where nothing holds it."""
    if run.ending.name in _LOST:
        return True
    points = run.path[..., 0]
    way = float(np.abs(points[-1] - points[0]).max())
    return run.metadata["critical"]["kind"] == "not_critical" and way > _AWAY * _size(points[0])


def seen(run: Trace) -> Floats:
    """Return the points (n, P) of a run that are worth showing: before it runs away."""
    points = run.path[..., 0]
    if not runs_away(run):
        return points[np.isfinite(points).all(axis=1)]
    with np.errstate(invalid="ignore"):
        near = np.abs(points - points[0]).max(axis=1) <= _FAR * _size(points[0])
    gone = np.flatnonzero(~near)
    if not len(gone) or (gone[0] < 2 and run.ending.name not in _LOST):
        return points
    return points[: gone[0]]


def _size(start: Floats) -> float:
    return max(0.5, float(np.abs(start).max()))


def box_round(points: Floats, box: Box | None) -> tuple[Box, bool]:
    """Return the limits of each of two axes, and whether one unit fits both."""
    if box is not None:
        sides = sorted(high - low for low, high in box)
        return box, sides[0] > 0.25 * sides[-1]
    across, along, equal = shown_box(parameter_plane(np.zeros((2, 1)), 0, 1), points[..., None])
    return (across, along), equal


def ground(function: FunctionObjective, box: Box) -> Contours:
    """Return the contours of a function of two variables over a box."""
    axes = [np.linspace(*side, GRID) for side in box]
    plane = parameter_plane(np.zeros((2, 1)), 0, 1)
    with np.errstate(all="ignore"):
        made = surface(lambda many: np.asarray(function.value(many)), plane, *axes)
    made.heights[~np.isfinite(made.heights)] = np.nan
    return contours_of(made)


def curve_of(function: FunctionObjective, low: float, high: float) -> Line:
    """Return the curve of a function of one variable."""
    x = np.linspace(low, high, CURVE)
    with np.errstate(all="ignore"):
        return Line(x, np.asarray(function.value(x[:, None, None])), style="curve")


def plane_panel(
    function: FunctionObjective, box: Box, layers: Iterable[Layer], *, equal: bool, title: str = ""
) -> Panel:
    """Return a panel of the function's contours with layers on them."""
    (across, along), names = box, [short(name) for name in function.names]
    return Panel(
        Axis(names[0], limits=across),
        Axis(names[1], limits=along),
        (ground(function, box), *layers),
        title=title,
        equal=equal,
    )


def curve_panel(
    function: FunctionObjective, side: tuple[float, float], layers: Iterable[Layer], language: str
) -> Panel:
    """Return a panel of the curve of a function of one variable with layers on it."""
    return Panel(
        Axis(short(function.names[0]), limits=side),
        Axis(sentence("figure_axis_value", {}, language)),
        (curve_of(function, *side), *layers),
    )


def mark(function: FunctionObjective, point: Floats, style: str, label: str) -> Points:
    """Return a marker at a point of one or two variables."""
    if len(point) > 1:
        return Points(point[:1], point[1:2], style=style, label=label)
    return Points(point, np.atleast_1d(function.value(point[:, None])), style=style, label=label)


def vertical(x: float) -> Rule:
    """Return a thin upright line."""
    return Rule(x, along="x", style="reference")


def kind_name(kind: str, language: str) -> str:
    """Return what a critical point is, in a word or two."""
    return sentence(f"point_kind_{kind}", {}, language)


def curvatures(values: Iterable[float]) -> str:
    """Return eigenvalues as text, the first and last where there are many.

    >>> curvatures([-2.0, 2.0]), curvatures(range(9))
    ('-2, 2', '0, 1, 2, …, 6, 7, 8')
    """
    texts = [f"{math.nan if value is None else value:.4g}" for value in values]
    if len(texts) > _MOST_CURVATURES:
        texts = [*texts[:3], "…", *texts[-3:]]
    return ", ".join(texts)


def tidy(value: float) -> float:
    """Return a number to be printed: 0 for what is smaller than 1e-12.

    >>> tidy(-1e-17), tidy(0.5)
    (0.0, 0.5)
    """
    return 0.0 if abs(value) < 1e-12 else value


def point_text(names: Sequence[str], point: Iterable[float]) -> str:
    """Return a point as ``x = 1, y = 2``.

    >>> point_text(("x", "y"), [1.0, -1e-17])
    'x = 1, y = 0'
    """
    parts = [f"{short(n)} = {tidy(v):.5g}" for n, v in zip(names, point, strict=True)]
    return ", ".join([*parts[:2], "…"] if len(parts) > 4 else parts)


def labels_of(runs: Sequence[Trace], language: str, *, starts: bool = True) -> list[str]:
    """Return a name for each run: its rule and rate, and what else parts it from the others."""
    abouts = [run.metadata for run in runs]

    def differs(name: str) -> bool:
        return len({about.get(name) for about in abouts}) > 1

    start = starts and len({run.path[0].tobytes() for run in runs}) > 1
    labels = []
    for run, about in zip(runs, abouts, strict=True):
        parts = [_method(about, language)]
        if about["learning_rate"] is not None:
            parts.append(_rate(about, language))
        if differs("noise"):
            parts.append(sentence("figure_of_noise", {"noise": about["noise"]}, language))
        if differs("seed"):
            parts.append(sentence("figure_of_seed", {"seed": about["seed"]}, language))
        if start and about["method"] == "descent":
            from_there = point_text(about["names"], run.path[0, :, 0].tolist())
            parts.append(sentence("figure_from", {"point": from_there}, language))
        labels.append(", ".join(parts))
    return labels


def _method(about: Any, language: str) -> str:
    if about["method"] != "descent":
        return sentence(f"figure_method_{about['method'].replace('-', '_')}", {}, language)
    plain = about["rule"] == "plain"
    return sentence("figure_plain", {}, language) if plain else str(about["rule"])


def _rate(about: Any, language: str) -> str:
    if about["automatic_rate"] or math.isnan(about["learning_rate"]):
        return sentence("figure_backtracking", {}, language)
    return sentence("figure_label_rate", {"rate": about["learning_rate"]}, language)


def provenance_of(runs: Sequence[Trace]) -> dict[str, Any]:
    """Return what made the runs: function, start, rule, rate, noise, seed, versions."""
    kept = [
        {
            "function": run.metadata.get("function"),
            "start": run.path[0].ravel().tolist(),
            **{
                name: run.metadata.get(name)
                for name in ("method", "rule", "learning_rate", "noise", "seed")
            },
        }
        for run in runs
    ]
    return {**versions(), **(kept[0] if len(kept) == 1 else {"runs": kept})}


def versions() -> dict[str, Any]:
    """Return the versions of what computed a picture."""
    from steepest import __version__

    return {"steepest": __version__, "versions": {"numpy": np.__version__}}
