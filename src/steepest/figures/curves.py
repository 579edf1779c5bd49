"""Curves over the course of runs: loss, gradient norm, runs compared, rates predicted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.courses import said_penalty
from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points, Rule, Table
from steepest.figures.recorded import (
    Recorded,
    checked,
    labels_of,
    progress_of,
    provenance_of,
    short,
    way_of,
)
from steepest.figures.said import table_of
from steepest.figures.styles import styles_of_methods
from steepest.figures.thinning import sampled_rows, thinned
from steepest.trace.smoothing import smoothed
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# What the horizontal axis may count.
PROGRESS = ("epoch", "update", "rows", "seconds")
# A curve that spans more than this ratio is drawn over a logarithmic axis.
_WIDE = 30.0
# Runs whose updates or seconds differ by more than this factor share a logarithmic axis.
_FAR = 8.0


@dataclass(frozen=True, eq=False)
class Series:
    """One column of a trace against what its axis counts; only where it was evaluated."""

    x: Floats
    y: Floats


def progress(run: Recorded, by: str) -> Floats:
    """Return what has been done at each recorded epoch: epochs, updates, rows or seconds."""
    columns = run.trace.columns
    if by == "update":
        return columns["updates"] if "updates" in columns else columns["evaluations"]
    if by == "rows":
        if run.count is None:
            raise InputError("figure_rows_unknown", run=run.title)
        return columns["epoch"] * run.count
    if by not in PROGRESS:
        raise InputError("unknown_choice", option="x", value=by, known=list(PROGRESS))
    return columns[by]


def series(run: Recorded, column: str, by: str = "epoch") -> Series:
    """Return a column where it was evaluated, empty where it never was."""
    values = run.trace.columns.get(column, np.empty(0))
    if not len(values):
        return Series(np.empty(0), np.empty(0))
    known = ~np.isnan(values)
    return Series(progress(run, by)[known], values[known])


def loss_curve(
    runs: Sequence[Recorded],
    *,
    x: str = "epoch",
    smoothing: float = 0.0,
    scale: str = "auto",
    language: str = "en",
) -> Figure:
    """Return the loss of one run (training and validation), or of up to five (side by side).

    The smoothed curve is the debiased exponentially weighted mean of *all* recorded points; only
    then are points left out for the drawing. The raw curve stays faint behind it.
    """
    kept = checked(runs)
    if len(kept) == 1:
        return _loss_of_one(kept[0], x, smoothing, scale, language)
    names = [
        name
        for name in ("loss", "validation_loss")
        if any(len(series(run, name).y) for run in kept)
    ]
    panels = [_panel_of_many(kept, name, x, smoothing, scale, language) for name in names]
    facts = {"count": len(kept), **_best(kept, language)}
    which = "figure_loss_alike" if facts["best_loss"] == facts["worst_loss"] else "figure_loss_many"
    return Figure(
        kind="loss",
        title=sentence("figure_loss_many_title", facts, language),
        panels=tuple(panels),
        columns=len(panels),
        caption=joined(
            [
                sentence(f"{which}_caption", facts, language),
                *said_penalty(kept, language),
                *_said_smoothing(smoothing, language),
            ],
            language,
        ),
        alt=sentence(f"{which}_alt", facts, language),
        table=_table_of_many(kept, language),
        language=language,
        provenance=provenance_of(kept),
    )


def _loss_of_one(run: Recorded, x: str, smoothing: float, scale: str, language: str) -> Figure:
    layers: list[Layer] = []
    drawn = []
    for column, style in (("loss", "training"), ("validation_loss", "validation")):
        one = series(run, column, x)
        if len(one.y):
            name = "axis_value" if _of_function(run) else f"label_{column}"
            label = sentence(f"figure_{name}", {}, language)
            layers += _curve(one, smoothing, style, label)
            drawn.append(one.y)
    running = series(run, "running_loss", x)
    if len(running.y) > 2 * len(series(run, "loss").y):
        label = sentence("figure_label_running_loss", {}, language)
        layers.insert(0, Line(*_drawn(running), style="reference", label=label))
    floor = None if run.training is None else run.training.floor
    log = _is_log(drawn, scale)
    if floor is not None and (floor > 0.0 or not log) and run.trace.ending.name != "diverged":
        label = sentence("figure_label_optimum", {"loss": floor}, language)
        layers.append(Rule(floor, style="reference", label=label))
    layers += _bad_update(run, x, language)
    facts = _course(run, language)
    height = "value" if _of_function(run) else "loss"
    which = "loss_search" if run.searched else height
    said = [sentence(f"figure_{which}_caption", facts, language)]
    told = [sentence(f"figure_{which}_alt", facts, language)]
    if np.isfinite(facts["validation"]):
        said.append(sentence("figure_loss_validation", facts, language))
        told.append(sentence("figure_loss_validation_alt", facts, language))
    if run.trace.ending.name == "diverged":
        about = _divergence(run)
        known = about["largest"] is not None and np.isfinite(about["largest"])
        name = "figure_diverged_caption" if known else "figure_diverged_unbounded_caption"
        said.append(sentence(name, about, language))
    said += [*said_penalty([run], language), *_said_smoothing(smoothing, language)]
    return Figure(
        kind="loss",
        title=sentence(f"figure_{which}_title", facts, language),
        panels=(
            Panel(
                Axis(sentence(f"figure_axis_{_counted([run], x)}", {}, language)),
                Axis(sentence(f"figure_axis_{height}", {}, language), "log" if log else "linear"),
                tuple(layers),
            ),
        ),
        caption=joined(said, language),
        alt=joined(told, language),
        table=_table_of_one(run, language),
        language=language,
        provenance=provenance_of([run]),
    )


def _of_function(run: Recorded) -> bool:
    """Whether a formula was minimized: no rows, no targets, a value in place of a loss."""
    return "function" in run.trace.metadata


def _minimized(run: Recorded) -> str:
    if run.classes and "target" in run.provenance:
        return str(run.provenance["target"])
    return ", ".join(run.targets) or str(run.trace.metadata.get("function", "?"))


def _counted(runs: Sequence[Recorded], x: str) -> str:
    """Return the name of what the axis counts: a search has grids and evaluations."""
    searched = {"epoch": "round", "update": "evaluation"}
    return searched.get(x, x) if all(run.searched for run in runs) else x


def _curve(one: Series, smoothing: float, style: str, label: str) -> list[Layer]:
    """Return the curve, or the raw one faint behind the smoothed one."""
    marks = len(one.y) <= 40
    if smoothing == 0.0:
        return [Line(*_drawn(one), style=style, label=label, marks=marks)]
    smooth = Series(one.x, smoothed(one.y, smoothing))
    return [
        Line(*_drawn(one), style=f"{style} raw"),
        Line(*_drawn(smooth), style=style, label=label),
    ]


def _drawn(one: Series) -> tuple[Floats, Floats]:
    kept = thinned(np.where(np.isfinite(one.y), one.y, np.nan))
    return one.x[kept], one.y[kept]


def _is_log(curves: Sequence[Floats], scale: str) -> bool:
    if scale not in ("auto", "linear", "log"):
        known = ["auto", "linear", "log"]
        raise InputError("unknown_choice", option="scale", value=scale, known=known)
    every = np.concatenate(list(curves)) if curves else np.empty(0)
    positive = every[np.isfinite(every) & (every > 0.0)]
    if scale != "auto":
        return scale == "log" and len(positive) > 0
    return len(positive) > 0 and bool(positive.max() > _WIDE * positive.min())


def _said_smoothing(smoothing: float, language: str) -> list[str]:
    if smoothing == 0.0:
        return []
    facts = {
        "weight": smoothing,
        "window": 1.0 / (1.0 - smoothing),
        "half_life": math.log(0.5) / math.log(smoothing),
    }
    return [sentence("figure_smoothing", facts, language)]


def _bad_update(run: Recorded, x: str, language: str) -> list[Layer]:
    """Return the limit a diverged run passed, and a mark where it first did."""
    if run.trace.ending.name != "diverged":
        return []
    facts = run.trace.ending.facts
    layers: list[Layer] = []
    limit = float(str(facts["loss_limit"]))
    label = sentence("figure_label_limit", {"loss": limit}, language)
    layers.append(Rule(limit, style="limit", label=label))
    loss = run.trace.columns["loss"]
    bad = np.flatnonzero(~(loss <= limit) & ~np.isnan(loss))
    if len(bad) and "update" in facts:
        row = int(bad[0])
        height = float(loss[row]) if math.isfinite(loss[row]) else limit
        mark = sentence("figure_label_bad", {"update": facts["update"]}, language)
        where = progress(run, x)[[row]]
        layers.append(Points(where, np.array([height]), style="bad", label=mark))
    return layers


def _divergence(run: Recorded) -> dict[str, Any]:
    facts = run.trace.ending.facts
    return {
        "update": facts["update"],
        "loss_limit": facts["loss_limit"],
        "rate": run.rate,
        "largest": run.trace.metadata.get("largest_stable_rate"),
    }


def _course(run: Recorded, language: str) -> dict[str, Any]:
    """Return the numbers that tell one run's course."""
    loss = run.trace["loss"]
    known = loss[~np.isnan(loss)]
    return {
        "way": way_of(run.method, language),
        "progress": progress_of(run),
        "evaluations": run.trace.last("evaluations"),
        "target": short(_minimized(run)),
        "epochs": int(run.trace["epoch"][-1]),
        "first": float(known[0]),
        "last": float(known[-1]),
        "lowest": float(np.nanmin(known)),
        "validation": run.trace.last("validation_loss"),
        "norm": run.trace.last("gradient_norm"),
        "norm_first": float(run.trace.columns.get("gradient_norm", np.array([np.nan]))[0]),
        "ending": sentence(f"figure_ending_{run.trace.ending.name}", {}, language),
        "rate": run.rate if run.rate is not None else math.nan,
    }


def _best(runs: Sequence[Recorded], language: str) -> dict[str, Any]:
    """Return which run ended lowest, and where it and the highest one ended."""
    last = [run.trace.last("loss") for run in runs]
    order = np.argsort(np.where(np.isfinite(last), last, np.inf), kind="stable")
    labels = labels_of(runs, language)
    best, worst = int(order[0]), int(order[-1])
    return {
        "best": labels[best],
        "best_loss": last[best],
        "worst": labels[worst],
        "worst_loss": last[worst],
        "labels": "; ".join(labels),
    }


def _panel_of_many(
    runs: Sequence[Recorded], column: str, x: str, smoothing: float, scale: str, language: str
) -> Panel:
    styles = styles_of_methods([run.method for run in runs])
    layers: list[Layer] = []
    drawn = []
    for run, style, label in zip(runs, styles, labels_of(runs, language), strict=True):
        one = series(run, column, x)
        if len(one.y):
            layers += _curve(one, smoothing, style, label)
            layers += [
                layer
                for layer in (_bad_update(run, x, language) if column == "loss" else [])
                if isinstance(layer, Points)
            ]
            drawn.append(one.y)
    log = _is_log(drawn, scale)
    ends = [float(progress(run, x)[-1]) for run in runs]
    far = x != "epoch" and max(ends) > _FAR * min(ends) > 0.0
    name = "training_loss" if column == "loss" else column
    return Panel(
        Axis(
            sentence(f"figure_axis_{_counted(runs, x)}", {}, language), "log" if far else "linear"
        ),
        Axis(sentence(f"figure_axis_{name}", {}, language), "log" if log else "linear"),
        tuple(layers),
    )


def gradient_curve(
    runs: Sequence[Recorded], *, x: str = "epoch", smoothing: float = 0.0, language: str = "en"
) -> Figure:
    """Return the length of the gradient over all training rows, with each run's tolerance."""
    kept = checked(runs)
    panel = _panel_of_many(kept, "gradient_norm", x, smoothing, "auto", language)
    layers = list(panel.layers)
    if not layers:
        raise InputError("figure_column_missing", column="gradient_norm", run=kept[0].title)
    facts = _course(kept[0], language)
    ending = kept[0].trace.ending.facts
    tolerance, scale = ending.get("tolerance"), ending.get("gradient_scale")
    told = {"count": len(kept), "ends": _ends(kept, "gradient_norm", language)}
    said = [
        sentence("figure_gradient_caption", facts, language)
        if len(kept) == 1
        else sentence("figure_gradient_many_caption", told, language)
    ]
    if len(kept) == 1 and tolerance and scale:
        limit = float(str(tolerance)) * float(str(scale))
        about = {"tolerance": tolerance, "limit": limit}
        layers.append(
            Rule(limit, style="limit", label=sentence("figure_label_tolerance", about, language))
        )
        said.append(sentence("figure_gradient_tolerance", about, language))
    said += _said_smoothing(smoothing, language)
    return Figure(
        kind="gradient",
        title=sentence(
            f"figure_gradient_title_{'many' if len(kept) > 1 else 'one'}",
            {"count": len(kept), "way": facts["way"]},
            language,
        ),
        panels=(Panel(panel.x, panel.y, tuple(layers)),),
        caption=joined(said, language),
        alt=sentence("figure_gradient_alt", facts, language)
        if len(kept) == 1
        else sentence("figure_gradient_many_alt", told, language),
        table=_table_of_many(kept, language),
        language=language,
        provenance=provenance_of(kept),
    )


def _ends(runs: Sequence[Recorded], column: str, language: str) -> str:
    """Return each run's last number of a column, by its name."""
    labels = labels_of(runs, language)
    return "; ".join(
        f"{label}: {run.trace.last(column):.4g}" for run, label in zip(runs, labels, strict=True)
    )


def comparison(
    runs: Sequence[Recorded], *, smoothing: float = 0.0, scale: str = "auto", language: str = "en"
) -> Figure:
    """Return the training loss of up to five runs by epoch, update, rows seen and seconds."""
    kept = checked(runs)
    counted = [by for by in PROGRESS if by != "rows" or all(run.count for run in kept)]
    panels = [_panel_of_many(kept, "loss", by, smoothing, scale, language) for by in counted]
    facts = {"count": len(kept), **_best(kept, language)}
    alike = facts["best_loss"] == facts["worst_loss"]
    return Figure(
        kind="comparison",
        title=sentence("figure_comparison_title", facts, language),
        panels=tuple(panels),
        columns=2,
        caption=joined(
            [
                sentence("figure_comparison_caption", facts, language),
                sentence(f"figure_{'alike' if alike else 'lowest'}_at_end", facts, language),
                *(
                    [sentence("figure_log_progress", {"factor": _FAR}, language)]
                    if any(panel.x.scale == "log" for panel in panels)
                    else []
                ),
                *_said_smoothing(smoothing, language),
            ],
            language,
        ),
        alt=sentence(f"figure_loss_{'alike' if alike else 'many'}_alt", facts, language),
        table=_table_of_many(kept, language),
        language=language,
        provenance=provenance_of(kept),
    )


def _table_of_one(run: Recorded, language: str) -> Table:
    names = [
        name
        for name in ("epoch", "updates", "loss", "validation_loss", "gradient_norm")
        if name in run.trace.columns
    ]
    rows = sampled_rows(len(run.trace))
    values = (tuple(float(run.trace[name][row]) for name in names) for row in rows)
    return table_of(names, values, language)


def _table_of_many(runs: Sequence[Recorded], language: str) -> Table:
    names = ("run", "epoch", "updates", "seconds", "loss", "validation_loss", "gradient_norm")
    rows = tuple(
        (label, *(run.trace.last(name) for name in names[1:]))
        for run, label in zip(runs, labels_of(runs, language), strict=True)
    )
    return table_of(names, rows, language)
