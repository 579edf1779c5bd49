"""Rows beside the model: data and line before and after, predictions, residuals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.courses import said_of_returned
from steepest.figures.figure import Axis, Bars, Figure, Layer, Line, Panel, Points, Rule, Table
from steepest.figures.recorded import Recorded, Rows, progress_of, provenance_of, short, way_of
from steepest.figures.said import table_of
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
# More points than these are drawn smaller.
_MANY = 300
# Points of the curve that a network draws through the rows of one feature.
CURVE = 201
GROUPS = (("training", False), ("validation", True))


def rows_of(run: Recorded) -> Rows:
    """Return the rows kept with a run, or refuse what a picture cannot show of it."""
    if run.classes and run.measured is None:
        raise InputError("figure_not_of_classes", run=run.title)
    if run.rows is None or (run.training is None and run.network is None and not run.measured):
        raise InputError("figure_needs_landscape", run=run.title)
    return run.rows


def look(style: str, mine: npt.NDArray[np.bool_]) -> str:
    """Return the class of a cloud of points: small and light if there are many."""
    return f"{style} light" if mine.sum() > _MANY else f"{style} cloud"


def _target(run: Recorded, target: str | None) -> int:
    if target is None:
        return 0
    if target not in run.targets:
        raise InputError("figure_target_unknown", name=target, known=list(run.targets))
    return run.targets.index(target)


def data_and_fit(run: Recorded, *, target: str | None = None, language: str = "en") -> Figure:
    """Return the rows with the line before and after, or predictions beside what was observed.

    With one feature: data, the line of the start and that of the returned parameters. With more:
    the prediction of each row against its target, before and after.
    """
    rows, k = rows_of(run), _target(run, target)
    one = rows.features.shape[1] == 1
    panels = _lines(run, rows, k, language) if one else predicted_panels(run, rows, k, language)
    facts = _fit_facts(run, rows, k)
    kind = "figure_fit" if one else "figure_predicted"
    kind = f"{kind}_search" if run.searched else kind
    kind = "figure_network_fit" if run.network is not None else kind
    kept = said_of_returned(run, way_of(run.method, language), language)
    return Figure(
        kind="fit",
        title=sentence(f"{kind}_title", facts, language),
        panels=panels,
        columns=len(panels),
        caption=joined([sentence(f"{kind}_caption", facts, language), *kept], language),
        alt=sentence(f"{kind}_alt", facts, language),
        table=_fit_table(run, language),
        language=language,
        provenance=provenance_of([run]),
    )


def models_of(run: Recorded) -> list[tuple[str, str, Floats]]:
    """Return style, label and parameters of the models shown: a search on one grid has one."""
    names = ("first_grid", "found_model") if run.searched else ("before", "after")
    both = (run.trace.path[0], run.trace.parameters)
    shown = [
        (style, f"figure_label_{name}", point)
        for style, name, point in zip(("before", "after"), names, both, strict=True)
    ]
    return shown[1:] if run.searched and len(run.trace) == 1 else shown


def _lines(run: Recorded, rows: Rows, k: int, language: str) -> tuple[Panel, ...]:
    x = rows.features[:, 0]
    ends = np.array([x.min(), x.max()])
    room = 0.04 * (float(ends[1] - ends[0]) or 1.0)
    ends = ends + np.array([-room, room])
    if run.network is not None:
        ends = np.linspace(ends[0], ends[1], CURVE)
    layers: list[Layer] = []
    for style, flag in GROUPS:
        mine = rows.validation == flag
        if mine.any():
            label = sentence(f"figure_rows_{style}", {"count": int(mine.sum())}, language)
            layers.append(
                Points(x[mine], rows.targets[mine, k], style=look(style, mine), label=label)
            )
    for style, phrase, parameters in models_of(run):
        y = run.predicted(parameters, ends[:, None])[:, k]
        loss = float(run.loss_at(parameters))
        label = sentence(phrase, {"loss": loss}, language)
        layers.append(Line(ends, y, style=style, label=label))
    feature = run.names[-1]
    return (Panel(Axis(short(feature)), Axis(short(run.targets[k])), tuple(layers)),)


def predicted_panels(run: Recorded, rows: Rows, k: int, language: str) -> tuple[Panel, ...]:
    """Return what was observed against what is predicted, for each model shown."""
    panels = []
    for _, phrase, parameters in models_of(run):
        guessed, seen = run.predicted(parameters, rows.features)[:, k], rows.targets[:, k]
        both = np.concatenate([seen, guessed])
        ends = np.array([both.min(), both.max()])
        layers: list[Layer] = [Line(ends, ends, style="reference")]
        for style, flag in GROUPS:
            mine = rows.validation == flag
            if mine.any():
                label = sentence(f"figure_rows_{style}", {"count": int(mine.sum())}, language)
                layers.append(
                    Points(guessed[mine], seen[mine], style=look(style, mine), label=label)
                )
        loss = {"loss": float(run.loss_at(parameters))}
        facts = {"target": short(run.targets[k])}
        panels.append(
            Panel(
                Axis(sentence("figure_axis_predicted", facts, language)),
                Axis(sentence("figure_axis_observed", facts, language)),
                tuple(layers),
                title=sentence(phrase, loss, language),
            )
        )
    return tuple(panels)


def _fit_facts(run: Recorded, rows: Rows, k: int) -> dict[str, Any]:
    validation = rows.validation
    return {
        "target": short(run.targets[k]),
        "feature": short(run.names[-1]),
        "first": float(run.loss_at(run.trace.path[0])),
        "last": float(run.loss_at(run.trace.parameters)),
        "optimum": None if run.network is not None else run.quadratic.floor,
        "count": int((~validation).sum()) if run.count is None else run.count,
        "training": int((~validation).sum()),
        "validation": int(validation.sum()),
        "progress": progress_of(run),
        "evaluations": run.trace.last("evaluations"),
    }


def _fit_table(run: Recorded, language: str) -> Table:
    if run.network is not None:
        return _network_table(run, language)
    heads = ("parameter", "before", "after", "optimum")
    where = run.quadratic.coordinates
    columns = []
    for parameters in (run.trace.path[0], run.trace.parameters, run.quadratic.optimum):
        coefficients, intercept = where.to_table(parameters)
        first = [intercept[None]] if where.intercept else []
        columns.append(np.concatenate([*first, coefficients]))
    rows = tuple(
        (name if len(run.targets) == 1 else f"{name}:{target}", *(c[p, k].item() for c in columns))
        for p, name in enumerate(run.names)
        for k, target in enumerate(run.targets)
    )
    return table_of(heads, rows[:40], language)


def _network_table(run: Recorded, language: str) -> Table:
    """Return the training loss before and after: thousands of weights say nothing."""
    losses = [float(run.loss_at(point)) for point in (run.trace.path[0], run.trace.parameters)]
    count = len(run.layered[1])
    named = sentence("figure_rows_training", {"count": count}, language)
    return table_of(("rows", "before", "after"), [(named, *losses)], language)


def residuals(run: Recorded, *, target: str | None = None, language: str = "en") -> Figure:
    """Return prediction minus target against the prediction, and how the errors are spread."""
    rows, k = rows_of(run), _target(run, target)
    if run.classes and run.measured is not None:
        raise InputError("figure_errors_of_numbers", loss=run.measured.loss.name)
    guessed = run.predicted(run.trace.parameters, rows.features)[:, k]
    errors = guessed - rows.targets[:, k]
    layers: list[Layer] = [Rule(0.0, style="reference")]
    parts: list[Layer] = []
    table = []
    edges = np.histogram_bin_edges(errors, bins=min(30, max(8, round(len(errors) ** 0.5))))
    for style, flag in GROUPS:
        mine = rows.validation == flag
        if not mine.any():
            continue
        label = sentence(f"figure_rows_{style}", {"count": int(mine.sum())}, language)
        layers.append(Points(guessed[mine], errors[mine], style=look(style, mine), label=label))
        # shares, so that groups of different size can be compared
        counts = np.histogram(errors[mine], edges)[0] / mine.sum()
        parts.append(Bars(edges, counts, style=style, label=label))
        table.append((label, int(mine.sum()), *_spread(errors[mine])))
    facts = {
        "target": short(run.targets[k]),
        "mean": float(errors[~rows.validation].mean()),
        "deviation": float(errors[~rows.validation].std()),
        "largest": float(np.abs(errors).max()),
        "count": len(errors),
    }
    predicted = sentence("figure_axis_predicted", facts, language)
    error = sentence("figure_axis_residual", facts, language)
    heads = ("rows", "count", "mean", "deviation", "low", "high")
    return Figure(
        kind="residuals",
        title=sentence("figure_residuals_title", facts, language),
        panels=(
            Panel(Axis(predicted), Axis(error), tuple(layers)),
            Panel(Axis(error), Axis(sentence("figure_axis_share", {}, language)), tuple(parts)),
        ),
        columns=2,
        caption=sentence(
            "figure_residuals_caption" if run.training is not None else "figure_network_residuals",
            facts,
            language,
        ),
        alt=sentence("figure_residuals_alt", facts, language),
        table=table_of(heads, table, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _spread(errors: Floats) -> tuple[float, float, float, float]:
    return float(errors.mean()), float(errors.std()), float(errors.min()), float(errors.max())
