"""Cross-sections: the loss along one parameter, its tangent and secant, and the steps of a rate."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points, Segment, Table
from steepest.figures.landscapes import plane_of, point_of
from steepest.figures.recorded import Recorded, checked_rates, provenance_of
from steepest.figures.row_losses import RowLosses
from steepest.figures.said import table_of
from steepest.objective.landscape import Differentiable, Secant, cross_section, secant, secants
from steepest.objective.quadratic import Quadratic
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_POINTS = 201
# A secant is drawn if it changes the loss by at least as many rounding errors.
_TOLD = 8.0
# Cross-sections within this ratio of width share both units, so that steepness can be compared.
_ALIKE = 8.0
# A slope below this share of the steepest secant's is 0 but for rounding.
_FLAT = 1e-9
# Steps as multiples of 1 / (the largest curvature shown): small, large, very large. With the
# notes' curvature of 2 these are their rates 0.2, 0.8 and 1.1.
_STEPS = (0.4, 1.6, 2.2)


def places_of(run: Recorded, names: Sequence[str]) -> list[tuple[int, int]]:
    """Return the parameters to cut along: those named, else the two that moved most."""
    if names:
        return [run.place_of(name) for name in names]
    if run.ground.shape[0] < 2:
        return [(0, 0)]
    return list(plane_of(run).places)


def _lowest_along(ground: Quadratic | RowLosses, point: Floats, place: tuple[int, int]) -> float:
    """Return the value of one parameter at which the loss along it, or its parabola, is lowest."""
    slope = float(ground.gradient(point)[place])
    return float(point[place]) - slope / (bend_along(ground, point, place) or math.inf)


def bend_along(ground: Quadratic | RowLosses, point: Floats, place: tuple[int, int]) -> float:
    """Return the second derivative at a point along one parameter."""
    if isinstance(ground, RowLosses):
        return ground.curvature(point, place)
    return curvature_along(ground, place[0])


def curvature_along(quadratic: Quadratic, row: int) -> float:
    """Return the second derivative of a quadratic along one parameter."""
    column = quadratic.B[:, row]
    return float(2.0 * quadratic.scale * (column @ column))


def cross_sections(
    run: Recorded,
    *,
    names: Sequence[str] = (),
    at: str = "start",
    step: float | None = None,
    language: str = "en",
) -> Figure:
    """Return the loss along one or more parameters, with tangent and secant at a point.

    Parameters
    ----------
    run : Recorded
        With its landscape.
    names : sequence of str
        Parameters, at most four; the two that moved most else.
    at : {"start", "end", "optimum"}
        Where the other parameters are fixed and the slopes are taken.
    step : float, optional
        h of the secant; about a quarter of the way to the minimum else.
    language : str
        A key of ``LANGUAGES``.
    """
    ground, point = run.ground, point_of(run, at)
    places = places_of(run, names)[:4]
    panels, rows = [], []
    reaches = [_reach(_lowest_along(ground, point, p), float(point[p])) for p in places]
    alike = max(reaches) < _ALIKE * min(reaches)
    for place, own in zip(places, reaches, strict=True):
        low = _lowest_along(ground, point, place)
        reach = max(reaches) if alike else own
        h = step if step is not None else tidy_step(0.25 * reach)
        found = _checked_secant(run, point, place, h, tidy_step(0.25 * reach), language)
        centred = secant(ground, point, place, h, centred=True)
        panels.append(_section_panel(run, point, place, low, reach, found.step, language))
        name = run.name_of(place, language)
        rows.append(
            (name, float(point[place]), h, found.tangent, found.slope, centred.slope, found.error)
        )
    first = rows[0]
    facts = {
        "at": sentence(f"figure_at_{at}", {}, language),
        "loss": float(ground.value(point)),
        "name": first[0],
        "tangent": first[3],
        "secant": first[4],
        "step": first[2],
        "slopes": "; ".join(f"{row[0]}: {row[3]:.4g}" for row in rows),
        "others": int(np.prod(ground.shape)) - 1,
    }
    heads = ("parameter", "value", "step", "tangent", "secant", "centred", "error")
    return Figure(
        kind="sections",
        title=sentence("figure_sections_title", facts, language),
        panels=same_height(panels) if alike else tuple(panels),
        columns=min(len(panels), 2),
        caption=joined(
            [sentence("figure_sections_caption", facts, language), *_said_rows(ground, language)],
            language,
        ),
        alt=sentence("figure_sections_alt", facts, language),
        table=table_of(heads, rows, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _said_rows(ground: Quadratic | RowLosses, language: str) -> list[str]:
    """Return over how many rows the loss was computed, where not over all."""
    if not isinstance(ground, RowLosses) or ground.looked_at == ground.count:
        return []
    facts = {"rows": ground.looked_at, "count": ground.count}
    return [sentence("figure_sections_rows", facts, language)]


def _reach(one: float, other: float) -> float:
    """Return the distance of two values, or about their own size where they are the same."""
    distance = abs(one - other)
    size = max(abs(one), abs(other)) or 1.0
    return distance if distance > 1e-6 * size else size


def tidy_step(value: float) -> float:
    """Return a number near ``value`` with one or two digits."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0.0 else 1.0
    return float(f"{round(value / power * 10) / 10 * power:.2g}")


def _section_panel(
    run: Recorded,
    point: Floats,
    place: tuple[int, int],
    low: float,
    reach: float,
    h: float,
    language: str,
) -> Panel:
    ground, x0 = run.ground, float(point[place])
    centre = (x0 + low) / 2.0
    limits = (centre - reach, centre + reach)
    return Panel(
        Axis(run.name_of(place, language), limits=limits),
        Axis(sentence("figure_axis_loss", {}, language)),
        slope_layers(ground, point, place, limits, reach, h, language),
    )


def slope_layers(
    objective: Differentiable,
    point: Floats,
    place: tuple[int, int],
    limits: tuple[float, float],
    reach: float,
    h: float,
    language: str,
) -> tuple[Layer, ...]:
    """Return the curve along one parameter with tangent and secant at a point."""
    x0, y0 = float(point[place]), float(objective.value(point))
    cut = cross_section(objective.value, point, place, np.linspace(*limits, _POINTS))
    found = secant(objective, point, place, h)
    far = point.copy()
    far[place] = x0 + h
    y1 = float(objective.value(far))
    ends = np.array([x0 - 0.28 * reach, x0 + 0.55 * reach])
    tangent = {"slope": found.tangent}
    chord = {"slope": found.slope, "step": h}
    return (
        Line(cut.values, cut.losses, style="curve"),
        Line(
            ends,
            y0 + found.tangent * (ends - x0),
            style="tangent",
            label=sentence("figure_label_tangent", tangent, language),
        ),
        Line(
            ends,
            y0 + found.slope * (ends - x0),
            style="secant",
            label=sentence("figure_label_secant", chord, language),
        ),
        Points(np.array([x0, x0 + h]), np.array([y0, y1]), style="secant"),
        Points(np.array([x0]), np.array([y0]), style="start"),
    )


def _checked_secant(
    run: Recorded, point: Floats, place: tuple[int, int], h: float, typical: float, language: str
) -> Secant:
    """Return the secant over h; refuse one that shows rounding instead of a slope."""
    if not 0.0 < h < math.inf:
        raise InputError("figure_bad_secant_step", step=h, typical=typical)
    found = secant(run.ground, point, place, h)
    loss = float(run.ground.value(point))
    change = abs(found.tangent) * h + 0.5 * bend_along(run.ground, point, place) * h * h
    if change < _TOLD * np.finfo(float).eps * loss:
        name = run.name_of(place, language)
        raise InputError("figure_secant_step_lost", step=h, name=name, loss=loss, typical=typical)
    return found


def same_height(panels: Sequence[Panel]) -> tuple[Panel, ...]:
    """Return the panels with one range of losses, so that steepness can be compared."""
    heights = np.concatenate(
        [layer.y for panel in panels for layer in panel.layers if isinstance(layer, Line)]
    )
    curve = np.concatenate(
        [panel.layers[0].y for panel in panels if isinstance(panel.layers[0], Line)]
    )
    top, bottom = float(np.nanmax(curve)), float(np.nanmin(curve))
    room = 0.06 * (top - bottom)
    limits = (max(float(np.nanmin(heights)), bottom - 2.0 * room) - room, top + room)
    return tuple(
        Panel(p.x, Axis(p.y.label, limits=limits), p.layers, p.title, note=p.note) for p in panels
    )


def rate_steps(
    run: Recorded,
    *,
    names: Sequence[str] = (),
    rates: Sequence[float] = (),
    at: str = "start",
    language: str = "en",
) -> Figure:
    """Return one step of a small, a large and a very large rate along each cross-section.

    Each step moves one parameter alone by ``-rate * partial derivative``, an exact point of the
    curve. Along a parabola of curvature c it ends on the other side of the minimum if
    ``rate * c > 1``, and higher than it began if ``rate * c > 2``.
    """
    quadratic, point = run.quadratic, point_of(run, at)
    places = places_of(run, names)[:2]
    steepest = max(curvature_along(quadratic, place[0]) for place in places)
    chosen = checked_rates(rates, quadratic) or [tidy_step(step / steepest) for step in _STEPS]
    panels, rows = [], []
    for place in places:
        panel, part = _steps_panel(run, point, place, chosen, language)
        panels.append(panel)
        rows += part
    climbing = _said_climbs(rows, float(quadratic.value(point)), language)
    facts = {
        "rates": ", ".join(f"{rate:g}" for rate in chosen),
        "loss": float(quadratic.value(point)),
        "curvatures": "; ".join(
            f"{run.name_of(p, language)}: {curvature_along(quadratic, p[0]):.4g}" for p in places
        ),
        "largest": 2.0 / quadratic.largest_curvature,
    }
    heads = ("parameter", "rate", "moved", "value", "loss", "product")
    return Figure(
        kind="steps",
        title=sentence("figure_steps_title", facts, language),
        panels=tuple(panels),
        columns=len(panels),
        caption=joined(
            [
                sentence("figure_steps_caption", facts, language),
                climbing,
                sentence("figure_steps_together", facts, language),
            ],
            language,
        ),
        alt=joined([sentence("figure_steps_alt", facts, language), climbing], language),
        table=table_of(heads, rows, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _said_climbs(rows: Sequence[tuple[Any, ...]], loss: float, language: str) -> str:
    """Return which steps end above ``loss``, by parameter."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row[4] > loss:
            found.setdefault(row[0], []).append(f"{row[1]:g}")
    if not found:
        return sentence("figure_steps_none_climbs", {"count": len(rows)}, language)
    named = [
        sentence(
            "figure_step_climbs" if len(rates) > 1 else "figure_step_climbs_one",
            {"name": name, "rates": rates},
            language,
        )
        for name, rates in found.items()
    ]
    return sentence("figure_steps_climb", {"climbs": "; ".join(named)}, language)


def _steps_panel(
    run: Recorded, point: Floats, place: tuple[int, int], rates: Sequence[float], language: str
) -> tuple[Panel, list[tuple[Any, ...]]]:
    quadratic, x0 = run.quadratic, float(point[place])
    slope = float(quadratic.gradient(point)[place])
    low, curved = _lowest_along(quadratic, point, place), curvature_along(quadratic, place[0])
    ends = [x0 - rate * slope for rate in rates]
    at_ends = cross_section(quadratic.value, point, place, ends).losses
    reach = max(_reach(x, low) for x in (x0, *ends))
    left, right = low - 1.15 * reach, low + 1.15 * reach
    cut = cross_section(quadratic.value, point, place, np.linspace(left, right, _POINTS))
    y0 = float(quadratic.value(point))
    layers: list[Layer] = [Line(cut.values, cut.losses, style="curve")]
    rows: list[tuple[Any, ...]] = []
    for number, (rate, end, loss) in enumerate(zip(rates, ends, at_ends, strict=True), start=1):
        label = sentence("figure_label_step", {"rate": rate, "loss": loss}, language)
        layers.append(Segment(x0, y0, end, float(loss), True, style=f"run-{number}", label=label))
        rows.append((run.name_of(place, language), rate, end - x0, end, float(loss), rate * curved))
    layers.append(Points(np.array([x0]), np.array([y0]), style="start"))
    panel = Panel(
        Axis(run.name_of(place, language), limits=(left, right)),
        Axis(sentence("figure_axis_loss", {}, language)),
        tuple(layers),
        title=sentence("figure_steps_panel", {"curvature": curved}, language),
    )
    return panel, rows


def secant_error(
    run: Recorded, *, names: Sequence[str] = (), at: str = "start", language: str = "en"
) -> Figure:
    """Return the error of the secant's slope against its step, forward and centred, log-log.

    The forward error falls with h to ``h/2 * curvature`` until rounding, of about eps * loss / h,
    takes over; the centred secant of a quadratic has the rounding alone.
    """
    ground, point = run.ground, point_of(run, at)
    place = places_of(run, names)[0]
    found = secant_errors(ground, point, place, language)
    errors = found.errors["secant"]
    best = 0 if np.isnan(errors).all() else int(np.nanargmin(errors))
    facts = {
        "name": run.name_of(place, language),
        "tangent": found.tangent,
        "step": float(found.steps[best]),
        "error": float(np.nan_to_num(errors[best])),
        "curvature": bend_along(ground, point, place),
    }
    return Figure(
        kind="secant-error",
        title=sentence("figure_secant_error_title", facts, language),
        panels=(found.panel,),
        caption=joined(
            [sentence("figure_secant_error_caption", facts, language), *found.said(language)],
            language,
        ),
        alt=sentence("figure_secant_error_alt", facts, language),
        table=found.table(language),
        language=language,
        provenance=provenance_of([run]),
    )


@dataclass(frozen=True, eq=False)
class SecantErrors:
    """Slopes and errors of secants, by their step: relative, absolute where the slope is ``flat``.

    ``slopes`` and ``errors`` have the keys ``secant`` (forward) and ``centred``.
    """

    tangent: float
    steps: Floats
    slopes: Mapping[str, Floats]
    errors: Mapping[str, Floats]
    panel: Panel
    flat: bool = False

    def said(self, language: str) -> list[str]:
        """Return that errors are absolute, where there is no slope to compare them with."""
        if not self.flat:
            return []
        return [sentence("figure_secant_error_flat", {"tangent": self.tangent}, language)]

    def table(self, language: str) -> Table:
        """Return every fourth step."""
        columns = (self.steps, *self.slopes.values(), *self.errors.values())
        rows = [tuple(float(column[i]) for column in columns) for i in range(0, len(self.steps), 4)]
        heads = ("step", "secant", "centred", "error", "error_centred")
        return table_of(heads, rows, language)


def secant_errors(
    objective: Differentiable, point: Floats, place: tuple[int, int], language: str
) -> SecantErrors:
    """Return how far secants of 57 steps are from the derivative along one parameter."""
    unit = max(abs(float(point[place])), 1.0)
    steps = unit * np.logspace(-13.0, 1.0, 57)
    found = {
        "secant": secants(objective, point, place, steps),
        "centred": secants(objective, point, place, steps, centred=True),
    }
    tangent = found["secant"][0].tangent
    steepest = max((abs(one.slope) for one in found["secant"]), default=0.0)
    flat = not abs(tangent) > _FLAT * steepest
    size = 1.0 if flat else abs(tangent)
    layers: list[Layer] = []
    errors, slopes = {}, {}
    for style, own in found.items():
        error = np.array([one.error / size for one in own])
        errors[style] = np.where(error > 0.0, error, np.nan)
        slopes[style] = np.array([one.slope for one in own])
        label = sentence(f"figure_label_{style}_error", {}, language)
        layers.append(Line(steps, errors[style], style=style, label=label, marks=True))
    panel = Panel(
        Axis(sentence("figure_axis_step", {}, language), "log"),
        Axis(
            sentence("figure_axis_error_flat" if flat else "figure_axis_error", {}, language), "log"
        ),
        tuple(layers),
    )
    return SecantErrors(tangent, steps, slopes, errors, panel, flat)
