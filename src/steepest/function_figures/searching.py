"""Searches of functions: a valley between the grid's points, and what a whole grid costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from steepest.figures.figure import Axis, Figure, Layer, Line, Panel
from steepest.figures.said import table_of
from steepest.function_figures.descents import run_panels
from steepest.function_figures.grounds import (
    Box,
    function_of,
    labels_of,
    point_text,
    provenance_of,
    several,
    text_of,
    tidy,
)
from steepest.objective.function import FunctionObjective
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

_MOST_PANELS = 4
_MOST_COSTS = 60
_STYLES = {"descent": "batch", "exhaustive": "exhaustive", "coarse-to-fine": "coarse-to-fine"}


def searches_figure(
    runs: Trace | Sequence[Trace],
    function: FunctionObjective | None = None,
    *,
    box: Box | None = None,
    language: str = "en",
) -> Figure:
    """Return searches and descents on one function side by side: every point that was evaluated.

    A search that misses a valley narrower than its grid is seen to step over it.

    Parameters
    ----------
    runs : Trace or sequence of Trace
        Of ``search_function`` or ``minimize`` on one function of one or two variables, at most
        four.
    function : FunctionObjective, optional
        Needed where it is no formula.
    box : ((low, high), ...), optional
        What is shown, a pair for each variable.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``searches``, a panel for each run.

    Raises
    ------
    InputError
        If the runs are of different functions, or of one of more variables.

    Examples
    --------
    >>> from steepest import search_function
    >>> valley = "(x + 2)**2/100 - 2*exp(-(x - 3.3)**2/0.01)"
    >>> searched = search_function(valley, {"x": (-5.0, 5.0)}, method="coarse-to-fine")
    >>> searches_figure(searched).table.rows
    (('coarse-to-fine search', 143, 'x = -2', 0.0),)
    """
    kept = several(runs, _MOST_PANELS)
    objective = function_of(kept, function)
    if len(objective.names) > 2:
        raise InputError("figure_two_variables", variables=len(objective.names))
    labels = labels_of(kept, language)
    panels, rows = [], []
    for run, label in zip(kept, labels, strict=True):
        (panel,) = run_panels([run], objective, [label], box, language)
        point = point_text(objective.names, run.parameters[:, 0].tolist())
        value = tidy(float(objective.value(run.parameters)))
        facts = {"run": label, "count": int(run.last("evaluations")), "value": value}
        title = sentence("figure_searches_panel", facts, language)
        layers = tuple(replace(layer, label="") for layer in panel.layers)
        panels.append(replace(panel, layers=layers, title=title))
        rows.append((label, int(run.last("evaluations")), point, value))
    told = {
        "function": text_of(objective),
        "runs": "; ".join(
            sentence(
                "figure_searches_run",
                {"run": row[0], "count": row[1], "point": row[2], "value": row[3]},
                language,
            )
            for row in rows
        ),
        "best": min(row[3] for row in rows),
    }
    said = sentence("figure_searches_caption", told, language)
    return Figure(
        kind="searches",
        title=sentence("figure_searches_title", told, language),
        panels=tuple(panels),
        columns=min(2, len(panels)),
        caption=said,
        alt=joined([sentence("figure_searches_alt", told, language), said], language),
        table=table_of(("run", "evaluations", "best", "value"), rows, language),
        language=language,
        provenance=provenance_of(kept),
    )


def search_cost_figure(runs: Sequence[Trace], *, language: str = "en") -> Figure:
    """Return the evaluations of searches and descents against the number of variables.

    Parameters
    ----------
    runs : sequence of Trace
        Of ``search_function`` and ``minimize`` on functions of several numbers of variables.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``search-cost``; its table holds evaluations and value of each run.

    Raises
    ------
    InputError
        If there is no run, or more than sixty.

    Examples
    --------
    >>> from steepest import minimize, search_function
    >>> bowl = "x1**2 + x2**2"
    >>> grid = search_function(bowl, {"x1": (-1.0, 1.0), "x2": (-1.0, 1.0)}, points=11)
    >>> shown = search_cost_figure([grid, minimize(bowl, start=[1.0, 1.0])])
    >>> [row[:3] for row in shown.table.rows]
    [('exhaustive search', 2, 121), ('gradient descent', 2, 3)]
    """
    if not 1 <= len(runs) <= _MOST_COSTS:
        raise InputError("figure_too_many_runs", count=len(runs), most=_MOST_COSTS)
    groups: dict[str, list[Trace]] = {}
    for run in sorted(runs, key=lambda run: len(run.metadata["names"])):
        groups.setdefault(str(run.metadata["method"]), []).append(run)
    layers: list[Layer] = []
    rows: list[tuple[str, int, int, float]] = []
    for method in sorted(groups, key=lambda one: list(_STYLES).index(one), reverse=True):
        label = _method(method, language)
        variables = [len(run.metadata["names"]) for run in groups[method]]
        counts = [int(run.last("evaluations")) for run in groups[method]]
        x, y = np.array(variables, dtype=float), np.array(counts, dtype=float)
        layers.append(Line(x, y, style=_STYLES[method], label=label, marks=True))
        for run, size, count in zip(groups[method], variables, counts, strict=True):
            rows.append((label, size, count, tidy(float(run.metadata["critical"]["value"]))))
    most = max(row[1] for row in rows)
    facts = {
        "ends": "; ".join(
            _cost(rows, label, language) for label in dict.fromkeys(r[0] for r in rows)
        ),
        "variables": most,
    }
    said = sentence("figure_cost_caption", facts, language)
    ticks = tuple((float(size), f"{size}") for size in sorted({row[1] for row in rows}))
    panel = Panel(
        Axis(sentence("figure_axis_variables", {}, language), ticks=ticks if most <= 20 else ()),
        Axis(sentence("figure_axis_evaluations", {}, language), "log"),
        tuple(layers),
    )
    return Figure(
        kind="search-cost",
        title=sentence("figure_cost_title", facts, language),
        panels=(panel,),
        caption=said,
        alt=joined([sentence("figure_cost_alt", facts, language), said], language),
        table=table_of(("run", "variables", "evaluations", "value"), rows, language),
        language=language,
        provenance=provenance_of(runs),
    )


def _method(method: str, language: str) -> str:
    if method == "descent":
        return sentence("figure_method_descent", {}, language)
    return sentence(f"figure_method_{method.replace('-', '_')}", {}, language)


def _cost(rows: Sequence[tuple[str, int, int, float]], label: str, language: str) -> str:
    """Return what a method takes for its fewest and its most variables."""
    own = [row for row in rows if row[0] == label]
    facts = {
        "run": label,
        "first": own[0][1],
        "first_count": own[0][2],
        "last": own[-1][1],
        "last_count": own[-1][2],
        "value": own[-1][3],
    }
    return sentence("figure_cost_of", facts, language)
