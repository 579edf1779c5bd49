"""Cross-sections through a critical point along the directions of its curvature."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points
from steepest.figures.said import table_of
from steepest.function_figures.grounds import (
    curvatures,
    function_of,
    kind_name,
    point_text,
    provenance_of,
    text_of,
    tidy,
)
from steepest.objective.function import FunctionObjective
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_MOST = 4
_POINTS = 201
_TABLE = (-1.0, -0.5, 0.5, 1.0)


def curvature_figure(
    run: Trace,
    function: FunctionObjective | None = None,
    *,
    reach: float = 1.0,
    language: str = "en",
) -> Figure:
    """Return cross-sections through the point where a run ended, along each curvature.

    At a saddle one bends up and another down; beside each stands the parabola that its eigenvalue
    of the Hessian predicts.

    Parameters
    ----------
    run : Trace
        Of ``minimize`` on a function.
    function : FunctionObjective, optional
        Needed where it is no formula.
    reach : float
        How far to both sides.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``curvature``; with more than four variables the two lowest and the two highest
        curvatures. One scale for all panels.

    Raises
    ------
    InputError
        If the run is of no function that is known, or the Hessian does not exist at its end.

    Examples
    --------
    >>> from steepest import minimize
    >>> shown = curvature_figure(minimize("x**2 - y**2", start=[1.0, 0.0]))
    >>> [panel.title for panel in shown.panels]
    ['curvature -2: falls to both sides', 'curvature 2: rises to both sides']
    """
    objective = function_of([run], function)
    found = run.metadata["critical"]
    point = np.array(list(found["point"].values()))
    hessian = objective.hessian(point[:, None])
    if not np.isfinite(hessian).all():
        raise InputError("figure_no_curvature", point=point_text(list(found["point"]), point))
    eigenvalues, directions = np.linalg.eigh(hessian)
    variables = len(point)
    shown = list(range(variables))
    if variables > _MOST:
        shown = [0, 1, variables - 2, variables - 1]
    t = np.linspace(-reach, reach, _POINTS)
    value = float(objective.value(point[:, None]))
    cuts = [_cut(objective, point, directions[:, i], t) for i in shown]
    bends = [value + 0.5 * eigenvalues[i] * t**2 for i in shown]
    limits = _limits([*cuts, *bends])
    panels, rows = [], []
    for i, cut, bend in zip(shown, cuts, bends, strict=True):
        way = _signed(directions[:, i])
        panels.append(_panel(t, cut, bend, float(eigenvalues[i]), value, limits, language))
        for share in _TABLE:
            at = int(np.argmin(np.abs(t - share * reach)))
            text = point_text(list(found["point"]), way.tolist())
            rows.append(
                (float(eigenvalues[i]), text, float(t[at]), float(cut[at]), float(bend[at]))
            )
    facts = {
        "function": text_of(objective),
        "kind": kind_name(found["kind"], language),
        "point": point_text(list(found["point"]), point.tolist()),
        "value": tidy(value),
        "curvatures": curvatures(eigenvalues.tolist()),
        "falling": int((eigenvalues < 0.0).sum()),
        "variables": variables,
        "slope": float(found["gradient_norm"]),
        "shown": len(shown),
        "reach": reach,
    }
    said = sentence("figure_curvature_caption", facts, language)
    return Figure(
        kind="curvature",
        title=sentence("figure_curvature_title", facts, language),
        panels=tuple(panels),
        columns=min(2, len(panels)),
        caption=said,
        alt=joined([sentence("figure_curvature_alt", facts, language), said], language),
        table=table_of(("curvature", "direction", "moved", "value", "parabola"), rows, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _cut(function: FunctionObjective, point: Floats, way: Floats, t: Floats) -> Floats:
    points = point + t[:, None] * _signed(way)
    with np.errstate(all="ignore"):
        return np.asarray(function.value(points[..., None]), dtype=np.float64)


def _signed(way: Floats) -> Floats:
    """Return the direction whose largest component is positive."""
    return np.asarray(way * np.sign(way[int(np.argmax(np.abs(way)))] or 1.0))


def _limits(curves: list[Floats]) -> tuple[float, float]:
    known = np.concatenate(curves)
    known = known[np.isfinite(known)]
    low, high = float(known.min()), float(known.max())
    room = 0.06 * ((high - low) or 1.0)
    return low - room, high + room


def _panel(
    t: Floats,
    cut: Floats,
    bend: Floats,
    eigenvalue: float,
    value: float,
    limits: tuple[float, float],
    language: str,
) -> Panel:
    middle = np.isfinite(cut)
    # what the function does there, not what the curvature promises
    ends = cut[middle][[0, -1]] - value if middle.any() else np.zeros(2)
    fate = "falls" if (ends < 0.0).all() else "rises" if (ends > 0.0).all() else "mixed"
    layers: list[Layer] = [
        Line(t, cut, style="after", label=sentence("figure_label_section", {}, language)),
        Line(t, bend, style="before", label=sentence("figure_label_parabola", {}, language)),
        Points(
            np.zeros(1),
            np.array([value]),
            style="start",
            label=sentence("figure_label_point", {"value": tidy(value)}, language),
        ),
    ]
    facts = {"curvature": eigenvalue}
    return Panel(
        Axis(sentence("figure_axis_along", {}, language)),
        Axis(sentence("figure_axis_value", {}, language), limits=limits),
        tuple(layers),
        title=sentence(f"figure_section_{fate}", facts, language),
    )
