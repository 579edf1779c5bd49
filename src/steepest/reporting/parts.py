"""The parts of a report, each a function of one run (or several) and the language."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from steepest.data.table import Note
from steepest.displays import figure_of
from steepest.figures.figure import Figure
from steepest.fitting.model import LinearModel
from steepest.fitting.network_model import NetworkModel
from steepest.fitting.run import Run
from steepest.reporting.markup import Content, Markup, element, listed, table, text
from steepest.words.catalogue import sentence

GOOD = ("converged", "target_loss_reached")
BAD = ("diverged", "unbounded")
# The story's sentences from the first of these on are about the descent, not about the rows.
_DESCENT = ("story_curvature", "story_rate", "story_schedule", "story_course", "story_search")
_MOST_COEFFICIENTS, _MOST_SHOWN_ROWS = 200, 40
# Points of width up to which a picture is drawn beside another one.
_NARROW = 560.0
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) [\d.]+"')


def said(name: str, language: str, /, **facts: object) -> str:
    """Return a sentence of the report."""
    return sentence(f"report_{name}", facts, language)


def number(value: float | None) -> str:
    """Return a number for a table, empty if there is none."""
    return "" if value is None or not math.isfinite(value) else f"{value:.8g}"


def verdict(run: Run, language: str) -> Markup:
    """Return how the run ended and what it reached."""
    summary = run.summary
    facts = {"loss": summary["train_loss"], "optimum": summary["optimum_loss"]}
    lines = [element("p", element("strong", run.trace.ending.sentence(language)))]
    known = facts["loss"] is not None and facts["optimum"] is not None
    if known:
        lines.append(element("p", said("reached", language, **facts)))
    if summary["validation_loss"] is not None:
        rows, value = summary["rows"]["validation"], summary["validation_loss"]
        lines.append(element("p", said("validation", language, value=value, rows=rows)))
    lines += [element("p", one) for one in _rate_to_use(run, language)]
    kind = "good" if run.ending in GOOD else "bad" if run.ending in BAD else ""
    return element("div", *lines, class_=f"verdict {kind}".strip())


def _rate_to_use(run: Run, language: str) -> list[str]:
    """Return which learning rate to use on these rows, where a bound is known."""
    about = run.trace.metadata
    largest, automatic = run.summary["largest_stable_rate"], about.get("auto_rate")
    if largest is None or automatic is None:
        return []
    exact = about.get("bound_kind") == "exact"
    facts = {"auto": automatic, "largest": largest, "rate": run.summary["learning_rate"]}
    return [said("rate_exact" if exact else "rate_sufficient", language, **facts)]


def findings(run: Run, language: str) -> Markup:
    """Return what the diagnosis found, each with its numbers and what to do."""
    found = run.findings
    if not found:
        return element("p", said("no_findings", language))
    items = [element("li", one.sentence(language), class_=one.severity) for one in found]
    return element("ul", *items, class_="findings")


def rows_and_preparation(run: Run, language: str) -> Markup:
    """Return what became of the rows before training."""
    return _told(_story(run)[0], language)


def course(run: Run, language: str) -> Markup:
    """Return what is told of rate, course and optimum."""
    return _told(_story(run)[1], language)


def _story(run: Run) -> tuple[list[Note], list[Note]]:
    """Return the story's notes about the rows, and those about the descent."""
    for place, note in enumerate(run.story):
        if note.name.startswith(_DESCENT):
            return list(run.story[:place]), list(run.story[place:])
    return list(run.story), []


def _told(notes: Sequence[Note], language: str) -> Markup:
    return listed(sentence(note.name, note.facts, language) for note in notes)


def model(run: Run, language: str) -> Markup:
    """Return the model in the table's units, the closed-form optimum beside it."""
    if isinstance(run.model, NetworkModel):
        return _layers(run.model, language)
    optimum = run.about.get("optimum")
    parts = [_coefficients(run.model, k, optimum, language) for k in range(len(run.model.columns))]
    return Markup("".join(parts))


def _layers(model: NetworkModel, language: str) -> Markup:
    """Return a network as a table of its layers."""
    names = ("layer", "from", "to", "parameters", "activation")
    head = [sentence(f"network_heading_{name}", {}, language) for name in names]
    network, rows = model.network, []
    for layer, (before, after) in enumerate(pairwise(network.sizes), start=1):
        last = layer == network.layers
        activation = sentence("network_no_activation", {}, language) if last else network.activation
        rows.append(
            [str(layer), f"{before:,}", f"{after:,}", f"{(before + 1) * after:,}", activation]
        )
    return table(head, rows, caption=said("model_of", language, target=list(model.targets)))


def _coefficients(
    fitted: LinearModel, k: int, optimum: Mapping[str, Any] | None, language: str
) -> Markup:
    names = list(fitted.preparation.names)
    values = [float(value) for value in fitted.coefficients[:, k]]
    best = None if optimum is None else [float(row[k]) for row in optimum["coefficients"]]
    if fitted.fit_intercept:
        names, values = ["intercept", *names], [float(fitted.intercept[k]), *values]
        best = None if best is None or optimum is None else [float(optimum["intercept"][k]), *best]
    head = [said("parameter", language), said("fitted", language)]
    rows = [[name, number(value)] for name, value in zip(names, values, strict=True)]
    if best is not None:
        head += [said("least_squares", language), said("difference", language)]
        for row, value, other in zip(rows, values, best, strict=True):
            row += [number(other), f"{value - other:.2g}"]
    left = len(rows) - _MOST_COEFFICIENTS
    caption = said("model_of", language, target=fitted.columns[k])
    made = [table(head, rows[:_MOST_COEFFICIENTS], caption=caption)]
    if left > 0:
        made.append(element("p", said("more_coefficients", language, count=left)))
    return Markup("".join(made))


def picture(figure: Figure, language: str, mark: str) -> Markup:
    """Return a figure with its caption and, folded, the numbers in it."""
    rows = figure.table.rows[:_MOST_SHOWN_ROWS]
    cells = [[_cell(value) for value in row] for row in rows]
    numbers = table(list(figure.table.columns), cells, caption=figure.title) if cells else ""
    folded = element("details", element("summary", said("numbers", language)), numbers)
    drawn = figure.svg(mark=mark)
    box = _VIEW_BOX.search(drawn)
    wide = box is None or float(box[1]) > _NARROW
    return element(
        "figure",
        element("div", Markup(drawn), class_="picture"),
        element("figcaption", figure.caption),
        folded if numbers else "",
        class_="wide" if wide else "narrow",
    )


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return "" if value is None else f"{value:,}" if isinstance(value, int) else str(value)


def pictures(
    runs: Run | Sequence[Run], kinds: Sequence[str], language: str, mark: str = ""
) -> Markup:
    """Return the figures of these kinds, two beside each other where they are narrow.

    ``mark`` parts the ids of equal pictures on one page.
    """
    drawn = [picture(figure_of(runs, kind, language=language), language, mark) for kind in kinds]
    return element("div", *drawn, class_="gallery") if drawn else Markup("")


def reproduce(run: Run, language: str) -> list[Content]:
    """Return command, seed, versions and the data's fingerprint."""
    about = run.about
    versions = ", ".join(f"{name} {one}" for name, one in about.get("versions", {}).items())
    prints = [
        [one["file"], f"{one['bytes']:,}", one["sha256"]] for one in about.get("fingerprint", ())
    ]
    head = [said("file", language), said("bytes", language), "SHA-256"]
    command = about.get("command") or _python(run)
    return [
        element("p", said("reproduce", language, seed=run.summary["seed"], versions=versions)),
        element("pre", element("code", command), tabindex="0"),
        table(head, prints, caption=said("fingerprint", language)) if prints else "",
        element(
            "details",
            element("summary", said("options", language)),
            element("pre", element("code", *_lines(about.get("options", {}))), tabindex="0"),
        ),
    ]


def _lines(options: Mapping[str, Any]) -> list[Markup]:
    """Return options as JSON, a line for each; text of its own would lose its line breaks."""
    lines = json.dumps(options, indent=1, ensure_ascii=False).split("\n")
    return [Markup(f"{text(line)}\n") for line in lines]


def _python(run: Run) -> str:
    """Return the call of ``fit_rates`` that made a run which no command made."""
    given = {**run.about.get("options", {})}
    return f"steepest.fit_rates({list(run.about.get('data', ()))!r}, FitOptions(**{given!r}))"
