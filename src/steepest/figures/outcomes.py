"""A map of outcomes: where descent stands after the same work, over rate and batch size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steepest.figures.figure import Axis, Figure, Layer, Panel, Points
from steepest.figures.said import table_of
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence

# A run has arrived when this share of the way down is left.
ARRIVED = 0.01
_STYLES = {
    "arrived": "converges",
    "under_way": "crawls",
    "no_lower": "oscillates",
    "diverged": "diverges",
}


@dataclass(frozen=True)
class Outcome:
    """One run of the map.

    Attributes
    ----------
    rate, batch
        Learning rate, and rows of an update.
    name : str
        ``arrived``, ``under_way``, ``no_lower`` (than at the start), ``diverged``.
    left : float
        Share of the way from the first loss to the optimum's that is left.
    loss : float
        At the end.
    ending : str
        How the run ended.
    """

    rate: float
    batch: int
    name: str
    left: float
    loss: float
    ending: str


def outcome_of(trace: Trace, optimum: float) -> Outcome:
    """Return where a run stands at its end.

    Parameters
    ----------
    trace : Trace
        Of a descent on rows.
    optimum : float
        The lowest loss there is.
    """
    first, last = float(trace["loss"][0]), trace.last("loss")
    way = first - optimum
    left = (last - optimum) / way if way > 0.0 else 0.0
    name = "arrived" if left <= ARRIVED else "under_way" if left < 1.0 else "no_lower"
    if trace.ending.name == "diverged" or not np.isfinite(last):
        name, left = "diverged", np.inf
    about = trace.metadata
    rate, batch = float(about["learning_rate"]), int(about["batch_size"])
    return Outcome(rate, batch, name, float(left), float(last), trace.ending.name)


def outcome_map(
    outcomes: Sequence[Outcome],
    *,
    epochs: int,
    bounds: Sequence[tuple[float, int]] = (),
    language: str = "en",
) -> Figure:
    """Return a map of runs that differ in rate and batch size only.

    Parameters
    ----------
    outcomes : sequence of Outcome
        In any order.
    epochs : int
        Most passes over the training rows that each was given.
    bounds : sequence of (rate, batch)
        Largest rate proven stable for each batch size.
    language : str
        A key of ``LANGUAGES``.
    """
    sizes = sorted({one.batch for one in outcomes})
    height = {size: float(place) for place, size in enumerate(sizes)}
    layers: list[Layer] = []
    for name, style in _STYLES.items():
        mine = [one for one in outcomes if one.name == name]
        if mine:
            x, y = np.array([(one.rate, height[one.batch]) for one in mine]).T
            label = sentence(f"figure_outcome_{name}", {"count": len(mine)}, language)
            layers.append(Points(x, y, style=style, label=label))
    if bounds:
        x, y = np.array([(rate, height[size]) for rate, size in bounds]).T
        label = sentence("figure_outcome_bound", {}, language)
        layers.append(Points(x, y, style="range", label=label))
    best = min(outcomes, key=lambda one: one.loss if np.isfinite(one.loss) else np.inf)
    facts = {
        "count": len(outcomes),
        "epochs": epochs,
        "arrived": sum(one.name == "arrived" for one in outcomes),
        "diverged": sum(one.name == "diverged" for one in outcomes),
        "rate": best.rate,
        "batch": best.batch,
        "loss": best.loss,
        "share": 100.0 * ARRIVED,
    }
    rows = tuple(
        (one.rate, one.batch, sentence(f"figure_outcome_{one.name}_one", {}, language), one.loss)
        for one in sorted(outcomes, key=lambda one: (one.batch, one.rate))
    )
    said = sentence("figure_outcomes_caption", facts, language)
    ticks = tuple((place, f"{size:,}") for size, place in height.items())
    limits = (-0.5, len(sizes) - 0.5)
    return Figure(
        kind="outcomes",
        title=sentence("figure_outcomes_title", facts, language),
        panels=(
            Panel(
                Axis(sentence("figure_axis_rate", {}, language), "log"),
                Axis(sentence("figure_axis_batch", {}, language), limits=limits, ticks=ticks),
                tuple(layers),
            ),
        ),
        caption=said,
        alt=joined([sentence("figure_outcomes_alt", facts, language), said], language),
        table=table_of(("rate", "batch", "outcome", "loss"), rows, language),
        language=language,
    )
