"""Which valley each start ends in: on the plane, on the line, and against the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.critical import CriticalPoint
from steepest.descent.crowds import Basins
from steepest.descent.functional import objective_of
from steepest.figures.figure import Axis, Figure, Layer, Panel, Points, Table
from steepest.figures.recorded import short
from steepest.figures.said import table_of
from steepest.figures.styles import MOST_RUNS
from steepest.function_figures.grounds import (
    Box,
    curvatures,
    curve_panel,
    kind_name,
    mark,
    plane_panel,
    point_text,
    text_of,
    tidy,
    versions,
)
from steepest.objective.function import FunctionObjective
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# Places nearer to each other than this, in different counts, are one.
_SAME = 1e-3


def basins_figure(
    found: Basins, function: str | FunctionObjective, *, language: str = "en"
) -> Figure:
    """Return the map of which place descent from each start ends in.

    Parameters
    ----------
    found : Basins
        Of :func:`basins` on a function of one or two variables.
    function : str or FunctionObjective
        The same function.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``basins``: each start with the colour and marker of its place; the five places
        that most starts reach have one of their own.

    Raises
    ------
    InputError
        If the function has more than two variables.

    Examples
    --------
    >>> from steepest import basins
    >>> found = basins("two-valleys", [[-1.5], [-0.2], [0.4], [1.5]])
    >>> [row[-1] for row in basins_figure(found, "two-valleys").table.rows]
    [2, 2]
    """
    objective, _, _ = objective_of(function)
    variables = len(objective.names)
    if variables > 2 or found.starts.shape[1] != variables:
        raise InputError("figure_two_variables", variables=variables)
    order = _order(found.counts)
    layers = _starts(objective, found, order, language)
    for number in order[:MOST_RUNS]:
        place = found.places[number]
        layers.append(mark(objective, place.point, f"end-{place.kind}", ""))
    low, high = found.starts.min(axis=0), found.starts.max(axis=0)
    room = 0.03 * np.where(high > low, high - low, 1.0)
    box: Box = tuple((float(a), float(b)) for a, b in zip(low - room, high + room, strict=True))
    if variables == 2:
        sides = sorted(high - low)
        panel = plane_panel(objective, box, layers, equal=bool(sides[0] > 0.25 * sides[1]))
    else:
        panel = curve_panel(objective, box[0], layers, language)
    lost = int((found.which < 0).sum())
    facts = {
        "function": text_of(objective),
        "starts": len(found.starts),
        "count": len(found.places),
        "lost": lost,
        "names": ", ".join(objective.names),
        "ends": "; ".join(_share(found, number, objective, language) for number in order[:6]),
    }
    said = [sentence("figure_basins_caption", facts, language)]
    if lost:
        said.append(sentence("figure_basins_lost", facts, language))
    return Figure(
        kind="basins",
        title=sentence("figure_basins_title", facts, language),
        panels=(panel,),
        caption=joined(said, language),
        alt=joined([sentence("figure_basins_alt", facts, language), *said], language),
        table=table_of(
            ("end", "what", "value", "curvatures", "starts"),
            [_row(found.places[i], found.counts[i], objective, language) for i in order],
            language,
        ),
        language=language,
        provenance={**versions(), "function": text_of(objective)},
    )


def _order(counts: Sequence[int]) -> list[int]:
    """Return the numbers of the places, those of most starts first."""
    return sorted(range(len(counts)), key=lambda number: (-counts[number], number))


def _row(
    place: CriticalPoint, count: int, function: FunctionObjective, language: str
) -> tuple[Any, ...]:
    where = point_text(function.names, place.point.tolist())
    listed = curvatures(place.eigenvalues.tolist())
    return where, kind_name(place.kind, language), place.value, listed, count


def _share(found: Basins, number: int, function: FunctionObjective, language: str) -> str:
    place = found.places[number]
    facts = {
        "point": point_text(function.names, place.point.tolist()),
        "kind": kind_name(place.kind, language),
        "value": tidy(place.value),
        "count": found.counts[number],
        "share": 100.0 * found.counts[number] / len(found.starts),
    }
    return sentence("figure_basin_share", facts, language)


def _starts(
    function: FunctionObjective, found: Basins, order: Sequence[int], language: str
) -> list[Layer]:
    """Return the starts, in the colour and marker of the place where each ended."""
    layers: list[Layer] = []
    heights = found.starts[:, -1]
    if found.starts.shape[1] == 1:
        heights = np.asarray(function.value(found.starts[..., None]))
    shown = {number: f"basin-{i}" for i, number in enumerate(order[:MOST_RUNS], start=1)}
    others = np.ones(len(found.starts), dtype=bool)
    for number, style in shown.items():
        here = found.which == number
        others &= ~here
        label = _label(found.places[number], function, language)
        layers.append(Points(found.starts[here, 0], heights[here], style=style, label=label))
    for name, here in (("settled", others & (found.which >= 0)), ("lost", found.which < 0)):
        if here.any():
            label = sentence(f"figure_label_{name}", {"count": int(here.sum())}, language)
            points = (found.starts[here, 0], heights[here])
            layers.append(Points(*points, style=f"basin-{name}", label=label))
    return layers


def _label(place: CriticalPoint, function: FunctionObjective, language: str) -> str:
    facts = {
        "kind": kind_name(place.kind, language),
        "point": point_text(function.names, place.point.tolist()),
        "value": tidy(place.value),
    }
    return sentence("figure_label_place", facts, language)


def valleys_figure(
    found: Sequence[Basins],
    rates: Sequence[float],
    function: str | FunctionObjective,
    *,
    language: str = "en",
) -> Figure:
    """Return which valley descent ends in, by start and learning rate, under the curve.

    Parameters
    ----------
    found : sequence of Basins
        Of :func:`basins` on a function of one variable, one for each rate.
    rates : sequence of float
        The constant learning rates.
    function : str or FunctionObjective
        The same function.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``valleys``; its table counts, for each rate, the starts that end in each valley.

    Raises
    ------
    InputError
        If the function has several variables, or rates and counts differ in number.

    Examples
    --------
    >>> from steepest import basins
    >>> rates = (0.1, 0.8)
    >>> found = [basins("two-valleys", [[-1.0], [1.6]], learning_rate=rate) for rate in rates]
    >>> valleys_figure(found, rates, "two-valleys").table.rows
    ((0.1, 1, 1, 0), (0.8, 2, 0, 0))
    """
    objective, _, _ = objective_of(function)
    if len(objective.names) != 1:
        raise InputError("figure_one_variable", variables=len(objective.names))
    if len(found) != len(rates) or not found:
        raise InputError("figure_rates_of_basins", counts=len(found), rates=len(rates))
    places, which = _together(found)
    starts = np.concatenate([one.starts[:, 0] for one in found])
    at = np.concatenate([np.full(len(one.starts), r) for one, r in zip(found, rates, strict=True)])
    room = 0.02 * float(np.ptp(starts) or 1.0)
    side = (float(starts.min()) - room, float(starts.max()) + room)
    labels = [_label(place, objective, language) for place in places]
    marks: list[Layer] = [
        mark(objective, place.point, f"end-{place.kind}", "") for place in places[:MOST_RUNS]
    ]
    below = Panel(
        Axis(
            sentence("figure_axis_start", {"name": short(objective.names[0])}, language),
            "linear",
            side,
        ),
        Axis(sentence("figure_axis_rate", {}, language)),
        _by_rate(starts, at, which, labels, language),
    )
    heads = [
        sentence("figure_column_rate", {}, language),
        *labels,
        sentence("figure_unsettled", {}, language),
    ]
    numbers = [*range(len(places)), -1]
    rows = [(r, *(int((which[at == r] == i).sum()) for i in numbers)) for r in rates]
    limits = [2.0 / float(one.eigenvalues[0]) for one in places if one.eigenvalues[0] > 0.0]
    facts = {
        "function": text_of(objective),
        "starts": len(found[0].starts),
        "rates": len(rates),
        "low": float(min(rates)),
        "high": float(max(rates)),
        "places": "; ".join(labels[:MOST_RUNS]),
        "limits": ", ".join(f"{limit:.4g}" for limit in limits[:MOST_RUNS]),
        "first": " / ".join(f"{count:,}" for count in rows[0][1:]),
        "last": " / ".join(f"{count:,}" for count in rows[-1][1:]),
        "from_rate": float(rates[0]),
        "to_rate": float(rates[-1]),
    }
    said = sentence("figure_valleys_caption", facts, language)
    return Figure(
        kind="valleys",
        title=sentence("figure_valleys_title", facts, language),
        panels=(curve_panel(objective, side, marks, language), below),
        caption=said,
        alt=joined([sentence("figure_valleys_alt", facts, language), said], language),
        table=Table(tuple(heads), tuple(rows)),
        language=language,
        provenance={**versions(), "function": text_of(objective)},
    )


def _by_rate(
    starts: Floats, rates: Floats, which: Ints, labels: Sequence[str], language: str
) -> tuple[Layer, ...]:
    """Return the starts at their rates, in the colour and marker of the place of each."""
    groups = [(f"basin-{i + 1}", which == i, label) for i, label in enumerate(labels[:MOST_RUNS])]
    for name, here in (("settled", which >= MOST_RUNS), ("lost", which < 0)):
        facts = {"count": int(here.sum())}
        groups.append((f"basin-{name}", here, sentence(f"figure_label_{name}", facts, language)))
    return tuple(
        Points(starts[here], rates[here], style=style, label=label)
        for style, here, label in groups
        if here.any()
    )


def _together(found: Sequence[Basins]) -> tuple[list[CriticalPoint], Ints]:
    """Return the places of all counts, the lowest first, and the number of each start's place."""
    places: list[CriticalPoint] = []
    for one in found:
        for place in one.places:
            if all(float(np.abs(place.point - other.point).max()) > _SAME for other in places):
                places.append(place)
    places.sort(key=lambda place: place.value)
    numbers = []
    for one in found:
        own = np.array(
            [
                next(
                    i
                    for i, other in enumerate(places)
                    if float(np.abs(place.point - other.point).max()) <= _SAME
                )
                for place in one.places
            ]
            + [-1],
            dtype=np.int64,
        )
        numbers.append(own[one.which])
    return places, np.concatenate(numbers)
