"""The pictures of a page: each view's name, and how the project's own makers draw it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from steepest import FIGURE_KINDS, RULES, Figure, figure_of
from steepest.lab.costs import cost_figure, cost_key
from steepest.lab.grids import PREVIEW_SEARCHED, affordable
from steepest.lab.runs import Made, Runs, options_of, searched_ranges
from steepest.lab.states import State
from steepest.lab.work import Work

# Grids of a coarse-to-fine search beside a descent: more cannot be told apart.
_GRIDS = 12
# What only a descent has, as a search beside it keeps it.
_OF_DESCENT: Mapping[str, Any] = {
    "batch": "all",
    "order": "random",
    "rate": "auto",
    "schedule": "constant",
    "rule": "plain",
    "momentum": None,
}
Options = Callable[[State], dict[str, Any]]


def _nothing(state: State) -> dict[str, Any]:
    return {}


# Kind of figure -> the options that a state gives it.
OPTIONS: Mapping[str, Options] = {
    "contour": lambda state: {"names": state.plane},
    "surface": lambda state: {"names": state.plane},
    "sections": lambda state: {"names": state.plane, "at": state.at, "step": state.h},
    "steps": lambda state: {"names": state.plane, "at": state.at},
    "secant-error": lambda state: {"names": state.plane[:1], "at": state.at},
    "loss": lambda state: {"x": state.x, "smoothing": state.smoothing},
    "gradient": lambda state: {"x": state.x, "smoothing": state.smoothing},
}
# Views that are one figure of one run, by their kind.
PLAIN = {kind.replace("-", "_"): kind for kind in FIGURE_KINDS if kind != "scaling"}
# Pictures of a search, which a descent has done beside it.
_SEARCHED = {"search": "exhaustive", "boxes": "coarse-to-fine"}


def figure(view: str, made: Made, runs: Runs, work: Work, language: str) -> Figure:
    """Return the picture of a view.

    Raises
    ------
    InputError
        If the run lacks what the picture shows.
    KeyError
        If there is no such view.
    """
    if view == "search_cost":
        whole = replace(made, preview=False)
        shown = whole if runs.pictures.holds(cost_key(whole, language)) else made
        return runs.pictures.get(
            cost_key(shown, language), lambda: (shown, cost_figure(shown, work, language))
        )[1]
    if view == "contour_other":
        made, view = other_scaling(made, runs, work), "contour"
    kind = PLAIN[view]
    if kind in _SEARCHED:
        found = searched(made, kind, runs, work)
        key = (id(found.trace), kind, language)  # the entry keeps the trace alive
        drawn = runs.pictures.get(
            key, lambda: (found.trace, figure_of(found.recorded, kind, language=language))
        )
        return drawn[1]
    options = OPTIONS.get(kind, _nothing)(_shown(made))
    return figure_of(made.recorded, kind, language=language, **options)


def searched(made: Made, kind: str, runs: Runs, work: Work) -> Made:
    """Return the search that a picture shows: the run itself, or one on the same rows.

    It depends on nothing that only a descent has, so that a drag of the rate does not repeat it;
    while something else is dragged it takes fewer points.
    """
    if made.state.searched and (kind == "search" or made.state.method == _SEARCHED[kind]):
        return made
    epochs = min(made.state.epochs, _GRIDS)
    state = replace(made.state, method=_SEARCHED[kind], epochs=epochs, **_OF_DESCENT)
    if made.preview and not runs.known(state):
        count = len(searched_ranges(state, made.bench))
        points = affordable(state.method, count, state.points, PREVIEW_SEARCHED)
        return runs.made(replace(state, points=points), work)
    return runs.made(state, work)


def _shown(made: Made) -> State:
    """Return the state with a plane of parameters that the run has."""
    known = made.recorded.names
    if all(name in known for name in made.state.plane):
        return made.state
    return replace(made.state, plane=())


def shown_names(made: Made) -> tuple[str, ...]:
    """Return the two parameters that pictures of a run show; none: those that moved most."""
    return _shown(made).plane


def other_scaling(made: Made, runs: Runs, work: Work) -> Made:
    """Return the run from the same start with standardization the other way round.

    Its rate is the same share of what is stable there, since the same number would mean another
    thing.
    """
    state = replace(made.state, standardize=not made.state.standardize)
    largest = made.trace.metadata.get("largest_stable_rate")
    if state.rate != "auto" and largest and RULES[state.rule].stable is not None:
        size = int(made.trace.metadata["batch_size"])
        options = options_of(state)
        bounds = runs.bench(state).problem.bounds(size, options.walk, options.update_rule)
        if bounds is not None:
            state = replace(state, rate=float(state.rate) / largest * bounds.largest_stable)
    return runs.made(state, work, preview=made.preview)
