"""Update rules on one start and budget, each at its best rate: paths, losses, and the tuning."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from steepest.descent.comparison import RuleComparison
from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points
from steepest.figures.landscapes import path_layers
from steepest.figures.said import table_of
from steepest.figures.thinning import thinned
from steepest.function_figures.descents import ends_of
from steepest.function_figures.grounds import (
    Box,
    box_round,
    function_of,
    plane_panel,
    provenance_of,
    seen,
    several,
    text_of,
    versions,
)
from steepest.objective.function import FunctionObjective
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_MOST = 6
_FAMILY = 3


def rules_figure(
    found: RuleComparison,
    runs: Sequence[Trace] = (),
    function: FunctionObjective | None = None,
    *,
    box: Box | None = None,
    language: str = "en",
) -> Figure:
    """Return update rules compared on one start and budget, each at its own best rate.

    Parameters
    ----------
    found : RuleComparison
        Of :func:`compare_rules`, at most six rules.
    runs : sequence of Trace
        The run of each rule at its chosen rate on a function of two variables, in the order of
        ``found.rules``, for their paths; none for losses alone.
    function : FunctionObjective, optional
        Needed where runs are given and it is no formula.
    box : ((low, high), (low, high)), optional
        What is shown of the function.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``rules``: a row for each three rules beside the first one; paths, the loss by
        update, and the loss at the end by rate, from which the rate was chosen.

    Raises
    ------
    InputError
        If there are more than six rules, or runs that are not theirs.

    Examples
    --------
    >>> from steepest import compare_rules, minimize
    >>> def run(rule, rate):
    ...     how = {"rule": rule, "learning_rate": rate, "epochs": 20, "tolerance": 0.0}
    ...     return minimize("x**2 + 10*y**2", start=[1.0, 1.0], **how)
    >>> found = compare_rules(run, rules=("plain", "momentum"), rates=(0.001, 0.01, 0.05))
    >>> [row[:2] for row in rules_figure(found).table.rows]
    [('plain', 0.05), ('momentum', 0.01)]
    """
    if len(found.rules) > _MOST:
        raise InputError("figure_too_many_runs", count=len(found.rules), most=_MOST)
    kept = several(runs, _MOST) if runs else []
    if kept and [run.metadata.get("rule") for run in kept] != list(found.rules):
        raise InputError("figure_runs_of_rules", rules=list(found.rules), runs=len(kept))
    labels = [_label(found, place, language) for place in range(len(found.rules))]
    objective = function_of(kept, function) if kept else None
    if objective is not None and len(objective.names) != 2:
        raise InputError("figure_two_variables", variables=len(objective.names))
    panels: list[Panel] = []
    for family in _families(len(found.rules)):
        if objective is not None:
            panels.append(_paths(kept, objective, family, labels, box, language))
        panels += [
            _losses(found, family, labels, language),
            _tuning(found, family, labels, language),
        ]
    facts = {
        "function": "" if objective is None else text_of(objective),
        "updates": int(found.updates[-1]),
        "count": len(found.rules),
        "rates": len(found.rates),
        "low": float(found.rates[0]),
        "high": float(found.rates[-1]),
    }
    best = found.losses.min(axis=1)
    rows = [
        (rule, float(found.chosen[i]), float(best[i]), bool(found.at_edge[i]))
        for i, rule in enumerate(found.rules)
    ]
    order = np.argsort(best, kind="stable").tolist()
    told = {**facts, "ends": "; ".join(_end(found, place, language) for place in order)}
    said = [sentence("figure_rules_caption", told, language)]
    edges = [rule for rule, edge in zip(found.rules, found.at_edge, strict=True) if edge]
    if edges:
        said.append(sentence("figure_rules_edge", {**facts, "rules": edges}, language))
    which = "figure_rules_title" if objective is None else "figure_rules_title_of"
    return Figure(
        kind="rules",
        title=sentence(which, facts, language),
        panels=tuple(panels),
        columns=2 if objective is None else 3,
        caption=joined(said, language),
        alt=joined([sentence("figure_rules_alt", facts, language), *said], language),
        table=table_of(("rule", "rate", "loss", "at_edge"), rows, language),
        language=language,
        provenance=provenance_of(kept) if kept else versions(),
    )


def _families(count: int) -> list[list[int]]:
    """Return the rules of each row: the first one, and up to three others.

    >>> _families(6), _families(4), _families(1)
    ([[0, 1, 2], [0, 3, 4, 5]], [[0, 1, 2, 3]], [[0]])
    """
    others = list(range(1, count))
    rows = max(1, -(-len(others) // _FAMILY))
    cuts = [len(others) * i // rows for i in range(rows + 1)]
    return [[0, *others[cuts[i] : cuts[i + 1]]] for i in range(rows)]


def _label(found: RuleComparison, place: int, language: str) -> str:
    facts = {"rule": found.rules[place], "rate": float(found.chosen[place])}
    diverged = np.isnan(found.chosen[place])
    return sentence(
        "figure_label_rule_diverged" if diverged else "figure_label_rule", facts, language
    )


def _end(found: RuleComparison, place: int, language: str) -> str:
    facts = {
        "rule": found.rules[place],
        "rate": float(found.chosen[place]),
        "loss": float(found.losses[place].min()),
    }
    diverged = np.isnan(found.chosen[place])
    name = "figure_label_rule_diverged" if diverged else "figure_rule_end"
    return sentence(name, facts, language)


def _paths(
    runs: Sequence[Trace],
    function: FunctionObjective,
    family: Sequence[int],
    labels: Sequence[str],
    box: Box | None,
    language: str,
) -> Panel:
    shown, equal = box_round(np.concatenate([seen(run) for run in runs]), box)
    layers: list[Layer] = []
    for place in family:
        way = seen(runs[place])
        layers += path_layers(way, f"run-{place + 1} path", labels[place], shown[0], shown[1])
    marks = ends_of([runs[place] for place in family], function, language)
    layers += [one for one in marks if one.style in ("start", "end-minimum")]
    return plane_panel(function, shown, layers, equal=equal)


def _losses(
    found: RuleComparison, family: Sequence[int], labels: Sequence[str], language: str
) -> Panel:
    lines = []
    for place in family:
        known = np.isfinite(found.curves[place])
        updates, curve = found.updates[known], found.curves[place][known]
        kept = thinned(curve)
        lines.append(
            Line(updates[kept], curve[kept], style=f"run-{place + 1}", label=labels[place])
        )
    x = Axis(sentence("figure_axis_update", {}, language))
    return Panel(x, _axis("figure_axis_loss", found.curves, language), tuple(lines))


def _tuning(
    found: RuleComparison, family: Sequence[int], labels: Sequence[str], language: str
) -> Panel:
    """Return the loss at the end against the rate; the chosen one has a mark."""
    layers: list[Layer] = []
    start = float(np.nanmax(found.curves[:, 0]))
    for place in family:
        # what ends above where it began is no candidate, and would flatten all others
        ends = np.where(found.losses[place] <= 2.0 * start, found.losses[place], np.nan)
        style = f"run-{place + 1}"
        layers.append(Line(found.rates, ends, style=style, label=labels[place]))
        best = int(np.argmin(found.losses[place]))
        if np.isfinite(found.losses[place, best]):
            layers.append(Points(found.rates[[best]], ends[[best]], style=f"chosen-{place + 1}"))
    grid = (float(found.rates[0]) / 1.5, float(found.rates[-1]) * 1.5)
    x = Axis(sentence("figure_axis_rate", {}, language), "log", grid)
    ends = found.losses[found.losses <= 2.0 * start]
    return Panel(x, _axis("figure_axis_end_loss", ends, language), tuple(layers))


def _axis(name: str, values: Floats, language: str) -> Axis:
    """Return an axis that holds all known values, logarithmic where they are positive."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    text = sentence(name, {}, language)
    if low > 0.0:
        return Axis(text, "log", (low / 2.0, 2.0 * high))
    room = 0.05 * ((high - low) or 1.0)
    return Axis(text, limits=(low - room, high + room))
