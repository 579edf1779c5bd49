"""What searches of one model cost by the number of its parameters, beside descent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Table
from steepest.figures.recorded import Recorded, provenance_of
from steepest.words.catalogue import joined, sentence

_STYLES = {"exhaustive": "exhaustive", "coarse-to-fine": "coarse-to-fine", "descent": "batch"}


@dataclass(frozen=True)
class Cost:
    """What one way to the lowest loss of some parameters takes.

    Attributes
    ----------
    method : {"exhaustive", "coarse-to-fine", "descent"}
        Of descent the gradient is evaluated.
    parameters : int
        How many are free; the others are held at the optimum.
    evaluations : float
        Counted, whether it was run or not.
    loss : float, optional
        That it found; None where it is too much to be run.
    """

    method: str
    parameters: int
    evaluations: float
    loss: float | None


def search_costs(
    run: Recorded, costs: Sequence[Cost], *, parameters: int, most: int, language: str = "en"
) -> Figure:
    """Return evaluations against the number of parameters; thin where a search is only counted.

    Parameters
    ----------
    run : Recorded
        With its landscape.
    costs : sequence of Cost
        By method and number of parameters.
    parameters : int
        How many the model has; the picture may end before.
    most : int
        Evaluations beyond which a search was not run.
    language : str
        A key of ``LANGUAGES``.
    """
    layers: list[Layer] = []
    said = []
    for method, style in _STYLES.items():
        own = sorted((one for one in costs if one.method == method), key=lambda c: c.parameters)
        if not own:
            continue
        done = [one for one in own if one.loss is not None]
        name = sentence(f"figure_method_{method.replace('-', '_')}", {}, language)
        layers.append(_line(done, style, name))
        if len(done) < len(own):
            layers.append(_line([*done[-1:], *own[len(done) :]], f"{style} light", ""))
        said.append(_told(own, name, done[-1] if done else None, language))
    count = max(one.parameters for one in costs)
    facts = {
        "parameters": parameters,
        "shown": count,
        "most": most,
        "floor": run.quadratic.floor,
        "runs": "; ".join(said),
    }
    caption = [sentence("figure_costs_caption", facts, language)]
    if any(one.loss is None for one in costs):
        caption.append(sentence("figure_costs_counted", facts, language))
    ticks = tuple((float(k), f"{k}") for k in range(1, count + 1))
    heads = ("run", "parameters", "evaluations", "loss")
    rows = tuple(
        (
            sentence(f"figure_method_{one.method.replace('-', '_')}", {}, language),
            one.parameters,
            one.evaluations,
            one.loss,
        )
        for one in costs
    )
    return Figure(
        kind="search-cost",
        title=sentence("figure_costs_title", facts, language),
        panels=(
            Panel(
                Axis(sentence("figure_axis_parameters", {}, language), ticks=ticks),
                Axis(sentence("figure_axis_evaluations", {}, language), "log"),
                tuple(layers),
            ),
        ),
        caption=joined(caption, language),
        alt=joined([sentence("figure_costs_alt", facts, language), *caption], language),
        table=Table(tuple(sentence(f"figure_column_{name}", {}, language) for name in heads), rows),
        language=language,
        provenance=provenance_of([run]),
    )


def _line(costs: Sequence[Cost], style: str, label: str) -> Line:
    x = np.array([one.parameters for one in costs], dtype=float)
    return Line(
        x, np.array([one.evaluations for one in costs]), style=style, label=label, marks=True
    )


def _told(own: Sequence[Cost], name: str, last: Cost | None, language: str) -> str:
    """Return what a method takes for one and for the most parameters, and what it found."""
    facts = {
        "run": name,
        "first": own[0].evaluations,
        "most": own[-1].parameters,
        "last": own[-1].evaluations,
        "done": last.parameters if last else 0,
        "loss": last.loss if last else None,
    }
    which = "figure_costs_of" if last else "figure_costs_of_none"
    return sentence(which, facts, language)
