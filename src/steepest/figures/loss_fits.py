"""Rows beside a linear model of another loss than squared errors: curves, and margins of classes.

The margin of a row is its own class's score minus the best other one's (of two classes with one
score: the score, or its negative); where it is positive the row is on its class's side.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures import fits
from steepest.figures.courses import said_of_returned
from steepest.figures.figure import Axis, Bars, Figure, Layer, Line, Panel, Points, Rule, Table
from steepest.figures.recorded import Recorded, Rows, progress_of, provenance_of, short, way_of
from steepest.figures.said import table_of
from steepest.words.catalogue import joined, sentence

Floats = npt.NDArray[np.float64]


def data_and_fit(run: Recorded, *, target: str | None = None, language: str = "en") -> Figure:
    """Return the rows with the model before and after; of several features or classes, margins.

    Of squared errors and networks: ``fits.data_and_fit``.
    """
    if run.measured is None:
        return fits.data_and_fit(run, target=target, language=language)
    rows, count = fits.rows_of(run), len(run.targets)
    k = 0 if target is None or target not in run.targets else run.targets.index(target)
    one = rows.features.shape[1] == 1
    if run.classes and (count > 1 or not one):
        kind, panels = "margins", _margins(run, rows, language)
    elif one:
        kind, panels = "curve", _curves(run, rows, k, language)
    else:
        kind, panels = "predictions", fits.predicted_panels(run, rows, k, language)
    facts = _facts(run, rows)
    accuracy = [sentence("figure_loss_fit_accuracy", facts, language)] if run.classes else []
    said = [sentence(f"figure_loss_fit_{kind}", facts, language), *accuracy]
    kept = said_of_returned(run, way_of(run.method, language), language)
    return Figure(
        kind="fit",
        title=sentence(f"figure_loss_fit_{kind}_title", facts, language),
        panels=panels,
        columns=len(panels),
        caption=joined([*said, *kept], language),
        alt=joined(said, language),
        table=_table(run, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _facts(run: Recorded, rows: Rows) -> dict[str, Any]:
    validation = rows.validation
    facts = {
        "target": short(str(run.provenance.get("target", run.targets[0]))),
        "feature": short(run.names[-1]),
        "loss": run.measured.loss.name if run.measured else "",
        "first": float(run.loss_at(run.trace.path[0])),
        "last": float(run.loss_at(run.trace.parameters)),
        "training": int((~validation).sum()),
        "validation": int(validation.sum()),
        "progress": progress_of(run),
    }
    if run.classes:
        right = margins_of(run, rows, run.trace.parameters) > 0.0
        facts["right"] = int(right[~validation].sum())
        facts["share"] = 100.0 * float(right[~validation].mean())
    return facts


def margins_of(run: Recorded, rows: Rows, parameters: Floats) -> Floats:
    """Return each row's margin (m,)."""
    scores, y = run.scores(parameters, rows.features), rows.targets
    if scores.shape[1] == 1:
        return np.asarray((2.0 * y[:, 0] - 1.0) * scores[:, 0])
    own = np.where(y == 1.0, scores, -np.inf).max(axis=1)
    others = np.where(y == 1.0, -np.inf, scores).max(axis=1)
    return np.asarray(own - others)


def _margins(run: Recorded, rows: Rows, language: str) -> tuple[Panel, ...]:
    margins = margins_of(run, rows, run.trace.parameters)
    edges = np.histogram_bin_edges(margins, bins=min(30, max(8, round(len(margins) ** 0.5))))
    layers: list[Layer] = [Rule(0.0, along="x", style="reference")]
    for style, flag in fits.GROUPS:
        mine = rows.validation == flag
        if mine.any():
            label = sentence(f"figure_rows_{style}", {"count": int(mine.sum())}, language)
            heights = np.histogram(margins[mine], edges)[0] / mine.sum()
            layers.append(Bars(edges, heights, style=style, label=label))
    axes = (sentence(f"figure_axis_{name}", {}, language) for name in ("margin", "share"))
    across, along = axes
    return (Panel(Axis(across), Axis(along), tuple(layers)),)


def _curves(run: Recorded, rows: Rows, k: int, language: str) -> tuple[Panel, ...]:
    x = rows.features[:, 0]
    low, high = float(x.min()), float(x.max())
    room = 0.04 * ((high - low) or 1.0)
    ends = np.linspace(low - room, high + room, fits.CURVE)
    layers: list[Layer] = []
    for style, flag in fits.GROUPS:
        mine = rows.validation == flag
        if mine.any():
            label = sentence(f"figure_rows_{style}", {"count": int(mine.sum())}, language)
            look = fits.look(style, mine)
            layers.append(Points(x[mine], rows.targets[mine, k], style=look, label=label))
    for style, name, parameters in fits.models_of(run):
        y = run.predicted(parameters, ends[:, None])[:, k]
        label = sentence(name, {"loss": float(run.loss_at(parameters))}, language)
        layers.append(Line(ends, np.where(np.isfinite(y), y, np.nan), style=style, label=label))
    return (Panel(Axis(short(run.names[-1])), Axis(_height(run, k, language)), tuple(layers)),)


def _height(run: Recorded, k: int, language: str) -> str:
    """Return what stands at the vertical axis: a target, or a class and what is said of it."""
    if not run.classes:
        return short(run.targets[k])
    assert run.measured is not None
    name = "figure_axis_probability" if run.measured.loss.probabilities else "figure_axis_score"
    return sentence(name, {"name": short(run.classes[-1])}, language)


def _table(run: Recorded, language: str) -> Table:
    """Return the parameters before and after, in the table's units."""
    where = run.ground.coordinates
    columns = []
    for parameters in (run.trace.path[0], run.trace.parameters):
        coefficients, intercept = where.to_table(parameters)
        first = [intercept[None]] if where.intercept else []
        columns.append(np.concatenate([*first, coefficients]))
    rows = tuple(
        (name if len(run.targets) == 1 else f"{name}:{of}", *(c[p, k].item() for c in columns))
        for p, name in enumerate(run.names)
        for k, of in enumerate(run.targets)
    )
    return table_of(("parameter", "before", "after"), rows[:40], language)
