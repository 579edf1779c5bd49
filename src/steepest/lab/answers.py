"""What a page is told of a state: the run, its numbers, verdict and findings, and its pictures."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from weakref import WeakKeyDictionary

from steepest import Figure, InputError, report
from steepest.data.table import Note
from steepest.lab.function_runs import VIEWS, FunctionMade, FunctionRuns
from steepest.lab.function_runs import compared as compared_functions
from steepest.lab.links import linked
from steepest.lab.maps import compared, rate_map
from steepest.lab.menu import MOST_COMPARED
from steepest.lab.phrases import paged, paged_parts, phrase_of_page
from steepest.lab.places import places
from steepest.lab.runs import Made, Runs
from steepest.lab.snippets import snippet_of_function, snippet_of_table
from steepest.lab.states import State, read_state
from steepest.lab.steps import step_of_function, step_of_table
from steepest.lab.tracks import numbers_of_rates, track
from steepest.lab.views import PLAIN, figure
from steepest.lab.wire import Packing
from steepest.lab.work import Work
from steepest.trace.endings import ENDINGS
from steepest.trace.record import strict
from steepest.words.catalogue import joined, sentence

FULL, PREVIEW = "full", "preview"
MOST_VIEWS = 24
_GOOD = ("converged", "target_loss_reached")


@dataclass(frozen=True)
class Makers:
    """Who makes runs: on rows, and on functions."""

    tables: Runs
    functions: FunctionRuns

    def understood(self, given: Mapping[str, Any]) -> tuple[State, list[Note]]:
        """Return the complete state that a page asks for, and what had to be changed."""
        state, notices = read_state(given)
        makers: Runs | FunctionRuns = self.functions if state.of_formula else self.tables
        state, more = makers.definite(state)
        return state, [*notices, *more]

    def made(self, state: State, work: Work, *, preview: bool = False) -> Made | FunctionMade:
        """Return the run of a definite state."""
        if state.of_formula:
            return self.functions.made(state, work, preview=preview)
        return self.tables.made(state, work, preview=preview)

    def figure(self, view: str, made: Made | FunctionMade, work: Work) -> Figure:
        """Return a view of a run; KeyError if there is no such view."""
        language = made.state.lang
        if isinstance(made, Made):
            return figure(view, made, self.tables, work, language)
        if view not in VIEWS and (view in PLAIN or view in ("contour_other", "search")):
            raise InputError("lab_view_of_rows", view=view)
        return VIEWS[view](made, work, language)


def run_answer(body: Mapping[str, Any], makers: Makers, work: Work) -> bytes:
    """Return the body that answers ``/api/run``."""
    started = time.perf_counter()
    state, notices = makers.understood(body["state"])
    stage = PREVIEW if body["stage"] == PREVIEW else FULL
    packing = Packing(body["have"])
    made = makers.made(state, work, preview=stage == PREVIEW)
    told = told_of(made, full=stage == FULL)
    figures, missing, unknown = drawn(body["views"], made, makers, work)
    if unknown:
        notices.append(Note("lab_unknown_view", {"views": unknown}))
    header = {
        "sequence": body["sequence"],
        "stage": stage,
        "state": state.as_dict(),
        "notices": [
            paged(sentence(one.name, one.facts, state.lang), state.lang) for one in notices
        ],
        **told,
        "figures": {
            view: {**one.as_dict(packing.array), "mark": mark_of(one)}
            for view, one in figures.items()
        },
        "missing": missing,
        "seconds": time.perf_counter() - started,
    }
    return packing.body(strict(header))


_MARKS: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()
_NUMBERS = itertools.count(1)
_HERE = secrets.token_hex(4)


def mark_of(figure: Figure) -> str:
    """Return what tells this very figure from all others: a page that shows it draws nothing."""
    return _MARKS.setdefault(figure, f"{_HERE}-{next(_NUMBERS)}")


def told_of(made: Made | FunctionMade, *, full: bool) -> dict[str, Any]:
    """Return what is said of a run beside its pictures; findings and snippets of full ones only."""
    note = made.shortened
    told: dict[str, Any] = {"verdict": verdict_of(made), "shortened": note is not None}
    told["preview"] = note and sentence(note.name, note.facts, made.state.lang)
    if isinstance(made, FunctionMade):
        told |= {"numbers": made.numbers(made.state.lang), "regimes": None}
        told |= {"steps": step_of_function(made), "findings": [] if full else None}
        told |= places(made, told["steps"])
        return {**told, "snippet": snippet_of_function(made) if full else None}
    told |= {"numbers": {**_numbers(made), **numbers_of_rates(made)}, "regimes": track(made)}
    told |= {"steps": step_of_table(made), "findings": findings_of(made) if full else None}
    told |= places(made, told["steps"])
    return {**told, "snippet": snippet_of_table(made) if full else None}


def verdict_of(made: Made | FunctionMade) -> dict[str, Any]:
    """Return how the run ended, in one sentence."""
    ending, language = made.trace.ending, made.state.lang
    phrase = phrase_of_page(ending.phrase)
    parts = linked(phrase, ending.facts, language, pictured(made))
    told = paged_parts(parts, language)
    return {
        "ending": ending.name,
        "sentence": "".join(one["text"] for one in told),
        "parts": told,
        "good": ending.name in _GOOD,
        "failed": ENDINGS[ending.name][1],
    }


# Views of which numbers are told: of all runs, of runs on rows, of squared errors.
_SHOWN = {"loss", "contour"}
_SHOWN_OF_ROWS = {"fit", "gradient", "contour_other"}
_SHOWN_OF_SQUARES = {"regimes", "residuals"}


def pictured(made: Made | FunctionMade) -> frozenset[str]:
    """Return the views in which numbers of a run can be looked up."""
    if isinstance(made, FunctionMade):
        return frozenset(_SHOWN)
    if made.state.searched:
        return frozenset({"fit"})
    closed = _SHOWN_OF_SQUARES if made.bench.bowl is not None else set()
    return frozenset({*_SHOWN, *_SHOWN_OF_ROWS, *closed})


def _numbers(made: Made) -> dict[str, Any]:
    left_out = ("sentence", "findings", "network", "run")
    return {key: value for key, value in made.summary.items() if key not in left_out}


# Finding -> the view that shows it.
_SHOWN_IN = {
    "outliers": "residuals",
    "constant_target": "fit",
    "validation_loss_rising": "loss",
    "noise_floor": "loss",
    "sorted_rows": "loss",
    "unscaled_features": "contour_other",
    "collinear_features": "contour",
    "dependent_features": "contour",
    "constant_features": "fit",
    "oscillating": "contour",
    "diverged": "regimes",
    "rate_too_small": "regimes",
    "rate_near_best": "regimes",
}


def findings_of(made: Made) -> list[dict[str, Any]]:
    """Return what the run's trace proves, each with the view that shows it."""
    shown, language = pictured(made), made.state.lang
    told = []
    for one in made.run.findings:
        linked_parts = linked(one.phrase, one.facts, language, shown, one.name)
        parts = paged_parts(linked_parts, language)
        said = {"sentence": "".join(piece["text"] for piece in parts), "parts": parts}
        told.append({**one.as_dict(language), "view": _SHOWN_IN.get(one.name, "loss"), **said})
    return told


def drawn(
    views: Sequence[str], made: Made | FunctionMade, makers: Makers, work: Work
) -> tuple[dict[str, Figure], dict[str, str], list[str]]:
    """Return figures by view, why others cannot be drawn, and views that are not known."""
    figures, missing, unknown = {}, {}, []
    for view in views[:MOST_VIEWS]:
        work.look()
        try:
            figures[view] = makers.figure(view, made, work)
        except InputError as error:
            language = made.state.lang
            missing[view] = paged(joined(error.in_language(language), language), language)
        except KeyError:
            unknown.append(view)
    return figures, missing, unknown


def map_answer(body: Mapping[str, Any], makers: Makers, work: Work) -> bytes:
    """Return the body that answers ``/api/sweep``."""
    state, _ = makers.understood(body["state"])
    if state.of_formula:
        raise InputError("lab_view_of_rows", view="sweep")
    packing = Packing(body["have"])
    shown = rate_map(state, makers.tables, work, body["rates"], body["batch_sizes"])
    header = {"sequence": body["sequence"], "figures": {"sweep": shown.as_dict(packing.array)}}
    return packing.body(strict(header))


def compare_answer(body: Mapping[str, Any], makers: Makers, work: Work) -> bytes:
    """Return the body that answers ``/api/compare``: up to five runs on the same axes."""
    packing = Packing(body["have"])
    figures, missing, made, _ = compared_states(body, makers, work)
    header = {
        "sequence": body["sequence"],
        "runs": [{"state": one.state.as_dict(), **told_of(one, full=False)} for one in made],
        "figures": {view: one.as_dict(packing.array) for view, one in figures.items()},
        "missing": missing,
    }
    return packing.body(strict(header))


def compared_states(
    body: Mapping[str, Any], makers: Makers, work: Work
) -> tuple[dict[str, Figure], Mapping[str, str], list[Made | FunctionMade], str]:
    """Return figures of several states' runs, what is missing, the runs and the language."""
    count = len(body["states"])
    if not 1 <= count <= MOST_COMPARED:
        raise InputError("figure_too_many_runs", count=count, most=MOST_COMPARED)
    states = [makers.understood(one)[0] for one in body["states"]]
    language = states[0].lang
    states = [replace(one, x=body["x"], lang=language) for one in states]
    made = [makers.made(one, work) for one in states]
    rows = [one for one in made if isinstance(one, Made)]
    functions = [one for one in made if isinstance(one, FunctionMade)]
    if rows and functions:
        raise InputError("lab_compare_alike")
    if functions:
        return compared_functions(functions, language), {}, made, language
    figures, missing = compared(rows, body["x"], language)
    return figures, missing, made, language


def picture(body: Mapping[str, Any], makers: Makers, work: Work) -> Figure:
    """Return the figure of one view, of the map, or of compared runs, to be exported."""
    if body["view"] == "compare":
        return compared_states(body, makers, work)[0]["loss"]
    state, _ = makers.understood(body["state"])
    if body["view"] == "sweep":
        return rate_map(state, makers.tables, work, body["rates"], body["batch_sizes"])
    try:
        return makers.figure(body["view"], makers.made(state, work), work)
    except KeyError:
        raise InputError("lab_no_view", view=body["view"]) from None


def report_answer(body: Mapping[str, Any], makers: Makers, work: Work) -> bytes:
    """Return the report of a state's run as one page that opens offline."""
    state, _ = makers.understood(body["state"])
    made = makers.made(state, work)
    if not isinstance(made, Made):
        raise InputError("lab_report_of_rows")
    return report(made.run, language=state.lang).encode("utf-8", "backslashreplace")
