"""Runs of a page on functions: formulas, the library's by name."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from steepest import (
    Figure,
    NamedFunction,
    Trace,
    curvature_figure,
    descent_figure,
    figure_of,
    formula_of,
    function_answer,
    minimize,
    search_cost_figure,
    search_function,
    searches_figure,
    secant_error_figure,
    slopes_figure,
    surface_figure,
)
from steepest.data.table import Note
from steepest.lab.grids import PREVIEW_SEARCHED, affordable, chosen, fitting, ranges_of
from steepest.lab.runs import Cache
from steepest.lab.states import SEARCHES, State
from steepest.lab.work import Work

# Backtracking takes what it needs; a constant rate is shown for as many updates as a page can draw.
MOST_UPDATES, PREVIEW_UPDATES = 20_000, 1_000
_SEARCHED_VARIABLES = 3
_COST_POINTS, _COST_VARIABLES = 11, 5
_KEPT = 24
# The keys of a state on which the numbers of a run on a function depend.
_OWN = (
    *("formula", "method", "rate", "rule", "momentum", "schedule", "epochs", "tolerance", "start"),
    *("seed", "noise", "points", "ranges", "plane"),
)


@dataclass(frozen=True, eq=False)
class FunctionMade:
    """A run on a function.

    Attributes
    ----------
    preview : bool
        Whether something is being dragged.
    beside : Cache
        Searches and what they cost, which a drag of the rate leaves as they are.
    """

    state: State
    trace: Trace
    seconds: float
    shortened: Note | None = None
    preview: bool = False
    beside: Cache = field(default_factory=lambda: Cache(_KEPT))

    def numbers(self, language: str) -> dict[str, Any]:
        """Return what ``steepest minimize --json`` answers, but for the sentence."""
        told = function_answer(self.trace, language)
        return {key: value for key, value in told.items() if key != "sentence"}


class FunctionRuns:
    """Runs on functions, the newest kept."""

    def __init__(self) -> None:
        self._runs, self._beside = Cache(_KEPT), Cache(_KEPT)

    def definite(self, state: State) -> tuple[State, list[Note]]:
        """Return the state with a start that its formula's variables take."""
        formula, entry = formula_of(state.formula)
        count = len(formula.names)
        searched = count if count <= _SEARCHED_VARIABLES else 2
        state, notes = fitting(state, formula.names, searched)
        if isinstance(state.start, tuple) and len(state.start) == count:
            return state, notes
        start = _documented(entry, count)
        if not isinstance(state.start, tuple):
            return replace(state, start=start), notes
        facts = {"given": len(state.start), "wanted": count}
        return replace(state, start=start), [*notes, Note("lab_start_of_function", facts)]

    def made(self, state: State, work: Work, *, preview: bool = False) -> FunctionMade:
        """Return the run of a definite state."""
        key = tuple(getattr(state, name) for name in _OWN)
        kept = self._runs.get((key, preview), lambda: _made(state, work, preview))
        return replace(kept, state=state, preview=preview, beside=self._beside)


def _documented(entry: NamedFunction | None, count: int) -> tuple[float, ...]:
    if entry is None:
        return (1.0,) * count
    return tuple(float(entry.start[i % len(entry.start)]) for i in range(count))


def _made(state: State, work: Work, preview: bool) -> FunctionMade:
    started = time.perf_counter()
    if state.searched:
        trace = searched(state, state.method, work)
        return FunctionMade(state, trace, time.perf_counter() - started)
    most = PREVIEW_UPDATES if preview else MOST_UPDATES
    trace = minimize(
        state.formula,
        start=state.start,
        learning_rate=state.rate,
        rule=state.rule,
        momentum=state.momentum,
        schedule=state.schedule,
        epochs=min(state.epochs, most),
        tolerance=state.tolerance,
        noise=state.noise,
        seed=state.seed,
        watch=work.look,
    )
    short = state.epochs > most and trace.last("updates") >= most
    note = Note("lab_preview_updates", {"updates": most, "of": state.epochs}) if short else None
    return FunctionMade(state, trace, time.perf_counter() - started, note)


def searched(state: State, method: str, work: Work) -> Trace:
    """Return a search of a definite state's formula around its start."""
    ranges = function_ranges(state)
    return search_function(
        state.formula,
        ranges,
        method=method,
        points=affordable(method, len(ranges), state.points),
        start=state.start,
        watch=work.look,
    )


def function_ranges(state: State) -> dict[str, tuple[float, float]]:
    """Return the ranges of a search: the state's, else as far as the start's size to both sides.

    Of up to three variables all are searched, of more those of the plane or the first two; the
    others stay at the start.
    """
    formula, _ = formula_of(state.formula)
    given = ranges_of(state)
    if given:
        return {name: given[name] for name in chosen(given, formula.names)}
    assert isinstance(state.start, tuple)
    reach = float(f"{2.0 * max(1.0, *map(abs, state.start)):.3g}")
    names = list(formula.names)
    if len(names) > _SEARCHED_VARIABLES:
        names = [name for name in state.plane if name in names][:2] or names[:2]
    return dict.fromkeys(names, (-reach, reach))


def _beside(made: FunctionMade, work: Work) -> list[Trace]:
    """Return the descent and both searches of a formula."""
    descent = made if not made.state.searched else _made(_descending(made.state), work, False)
    return [descent.trace, *(_search(made, method, work) for method in SEARCHES)]


# What a search does not depend on.
_OF_DESCENT: Mapping[str, Any] = {
    "method": "descent",
    "rate": "auto",
    "rule": "plain",
    "momentum": None,
    "schedule": "constant",
    "epochs": 1,
    "tolerance": 0.0,
    "noise": 0.0,
    "seed": 0,
}


def _search(made: FunctionMade, method: str, work: Work) -> Trace:
    """Return a search around the run's start; made while something is dragged only if short."""
    state = replace(made.state, **_OF_DESCENT)
    key = (method, *(getattr(state, name) for name in _OWN))
    if made.preview and not made.beside.holds(key):
        points = affordable(method, len(function_ranges(state)), state.points, PREVIEW_SEARCHED)
        state = replace(state, points=points)
        key = (method, *(getattr(state, name) for name in _OWN))
    return made.beside.get(key, lambda: searched(state, method, work))


def _descending(state: State) -> State:
    return replace(
        state, method="descent", rate="auto", rule="plain", momentum=None, schedule="constant"
    )


def cost_runs(work: Work) -> list[Trace]:
    """Return searches and descents on one family of functions of 1, 2, ... variables."""
    runs: list[Trace] = []
    for count in range(1, _COST_VARIABLES + 1):
        text = " + ".join(f"x{i}**2" for i in range(1, count + 1))
        ranges = {f"x{i}": (-1.0, 1.0) for i in range(1, count + 1)}
        work.look()
        for method in SEARCHES:
            points = _COST_POINTS
            runs.append(search_function(text, ranges, method=method, points=points))
        runs.append(minimize(text, start=np.full(count, 0.7), learning_rate=0.1))
    return runs


Maker = Callable[[FunctionMade, Work, str], Figure]
VIEWS: Mapping[str, Maker] = {
    "contour": lambda made, work, language: descent_figure(made.trace, language=language),
    "surface": lambda made, work, language: surface_figure(
        made.trace, names=made.state.plane, language=language
    ),
    "sections": lambda made, work, language: slopes_figure(
        made.trace, step=made.state.h, language=language, **_slope(made.state)
    ),
    "secant_error": lambda made, work, language: secant_error_figure(
        made.trace, language=language, **_slope(made.state)
    ),
    "curvature": lambda made, work, language: curvature_figure(made.trace, language=language),
    "loss": lambda made, work, language: figure_of(
        made.trace, "loss", language=language, **_curve(made.state)
    ),
    "gradient": lambda made, work, language: figure_of(
        made.trace, "gradient", language=language, **_curve(made.state)
    ),
    "search": lambda made, work, language: searches_figure(_beside(made, work), language=language),
    "search_cost": lambda made, work, language: search_cost_figure(
        made.beside.get("costs", lambda: cost_runs(work)), language=language
    ),
}


def _slope(state: State) -> dict[str, Any]:
    """Return where slopes are taken: a function has no optimum but what a run finds."""
    return {"names": state.plane, "at": "start" if state.at == "start" else "end"}


def _curve(state: State) -> dict[str, Any]:
    return {"x": "update" if state.x == "rows" else state.x, "smoothing": state.smoothing}


def compared(runs: Sequence[FunctionMade], language: str) -> dict[str, Figure]:
    """Return the figures of several runs on one function."""
    traces = [made.trace for made in runs]
    curve = _curve(runs[0].state)
    return {
        "contour": descent_figure(traces, language=language),
        "loss": figure_of(traces, "loss", language=language, **curve),
    }
