"""What it costs to search 1, 2, ... of a table's own parameters, and what descent takes instead."""

from __future__ import annotations

from collections.abc import Hashable

import numpy as np
import numpy.typing as npt

from steepest import Figure, InputError
from steepest.descent.searches import Range, search
from steepest.figures.recorded import INTERCEPT
from steepest.figures.search_costs import Cost, search_costs
from steepest.figures.searches import from_table, in_table
from steepest.lab.grids import affordable, evaluations, ranges_of, round_range
from steepest.lab.runs import Made
from steepest.lab.states import SEARCHES
from steepest.lab.work import Work

Floats = npt.NDArray[np.float64]
# Evaluations beyond which one search of the picture is counted, not run: all take about 0.3 s.
MOST_RUN = 300_000
# The same while something is dragged.
PREVIEW_RUN = 20_000
_MOST_SHOWN = 12
_USUAL_TOLERANCE, _MOST_EPOCHS = 1e-8, 2**50


def costs_of(made: Made, work: Work) -> list[Cost]:
    """Return what searches and descent take for the first 1, 2, ... parameters of a model.

    The others are held at the optimum, so that all have the same lowest loss. Searches evaluate
    the loss from moments; descent at 1/L is followed in closed form.

    Raises
    ------
    InputError
        If the model has several targets.
    """
    if len(made.options.target) > 1:
        raise InputError("search_one_target", count=len(made.options.target))
    run, quadratic = made.recorded, made.recorded.quadratic
    best = in_table(run, quadratic.optimum)
    ranges = parameter_ranges(made)
    found: list[Cost] = []
    for count in range(1, min(len(best), _MOST_SHOWN) + 1):
        for method in SEARCHES:
            points = made.state.points or affordable(method, 1, None)
            points = max(points, 4)
            wanted = float(evaluations(method, points, count))
            if wanted > _most_run(made):
                found.append(Cost(method, count, wanted, None))
                continue
            work.look()
            trace = search(
                lambda many: quadratic.value(from_table(run, many)),
                best,
                ranges[:count],
                method=method,
                points=points,
            )
            found.append(Cost(method, count, trace.last("evaluations"), trace.last("loss")))
        found.append(_descent(made, count))
    return found


def _most_run(made: Made) -> int:
    return PREVIEW_RUN if made.preview else MOST_RUN


def parameter_ranges(made: Made) -> list[Range]:
    """Return a range for every parameter: the state's own, or round numbers round what is known."""
    run = made.recorded
    best = in_table(run, run.quadratic.optimum)
    names = run.names
    given = ranges_of(made.state)
    start = made.state.start if isinstance(made.state.start, tuple) else (0.0,) * len(names)
    return [
        Range(name, place, *given.get(name, round_range(float(best[place]), start[place])))
        for place, name in enumerate(names)
    ]


def _descent(made: Made, count: int) -> Cost:
    """Return the gradients that batch descent at 1/L evaluates until it has converged."""
    quadratic = made.recorded.quadratic
    B = quadratic.B[:, :count]
    curvatures, V = np.linalg.eigh(2.0 * quadratic.scale * (B.T @ B))
    curvatures = np.maximum(curvatures, 0.0)
    best = quadratic.optimum[:count, 0]
    state = made.state
    start = made.trace.path[0][:count, 0] if not state.searched else np.zeros(count)
    gaps = V.T @ (start - best)
    scale = max(
        float(np.linalg.norm(curvatures * gaps)), float(np.linalg.norm(curvatures * (V.T @ best)))
    )
    shrink = 1.0 - curvatures / (curvatures[-1] or 1.0)
    aim = (state.tolerance or _USUAL_TOLERANCE) * scale

    def left(epochs: int) -> float:
        return float(np.linalg.norm(curvatures * gaps * shrink ** float(epochs)))

    low, high = 0, 1
    while left(high) > aim and high < _MOST_EPOCHS:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if left(middle) <= aim else (middle, high)
    epochs = 0 if left(0) <= aim else high
    height = 0.5 * float((curvatures * (gaps * shrink ** float(epochs)) ** 2).sum())
    return Cost("descent", count, float(epochs + 1), quadratic.floor + height)


def cost_key(made: Made, language: str) -> Hashable:
    """Return what the costs of a run depend on: nothing that only its own rate changes."""
    state = made.state
    asked = (state.start, state.points, state.ranges, state.tolerance, state.seed, state.searched)
    return ("costs", id(made.bench), *asked, made.preview and PREVIEW_RUN, language)


def cost_figure(made: Made, work: Work, language: str) -> Figure:
    """Return the picture of these costs."""
    known = costs_of(made, work)
    names = made.recorded.names
    assert names[:1] == (INTERCEPT,) or not made.options.intercept
    return search_costs(
        made.recorded, known, parameters=len(names), most=_most_run(made), language=language
    )
