"""What a page is told of a state: the run, its numbers, verdict and findings, and its pictures."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from steepest import InputError
from steepest.data.table import Note
from steepest.lab.runs import Made, Runs
from steepest.lab.states import State, read_state
from steepest.lab.tracks import numbers_of_rates, track
from steepest.lab.views import figure
from steepest.lab.wire import Packing
from steepest.lab.work import Work
from steepest.trace.endings import ENDINGS
from steepest.trace.record import strict
from steepest.words.catalogue import joined, sentence

FULL, PREVIEW = "full", "preview"
MOST_VIEWS = 24
_GOOD = ("converged", "target_loss_reached")


def understood(given: Mapping[str, Any], runs: Runs) -> tuple[State, list[Note]]:
    """Return the complete state that a page asks for, and what had to be changed."""
    state, notices = read_state(given)
    if state.of_formula:
        return state, notices
    state, more = runs.definite(state)
    return state, [*notices, *more]


def run_answer(body: Mapping[str, Any], runs: Runs, work: Work) -> bytes:
    """Return the body that answers ``/api/run``."""
    started = time.perf_counter()
    state, notices = understood(body["state"], runs)
    stage = PREVIEW if body.get("stage") == PREVIEW else FULL
    packing = Packing(body["have"])
    told, made = table_answer(state, runs, work, stage)
    figures, missing, unknown = drawn(body["views"], made, runs, work)
    if unknown:
        notices.append(Note("lab_unknown_view", {"views": unknown}))
    header = {
        "sequence": body["sequence"],
        "stage": stage,
        "state": state.as_dict(),
        "notices": [sentence(one.name, one.facts, state.lang) for one in notices],
        **told,
        "figures": {view: one.as_dict(packing.array) for view, one in figures.items()},
        "missing": missing,
        "seconds": time.perf_counter() - started,
    }
    return packing.body(strict(header))


def table_answer(state: State, runs: Runs, work: Work, stage: str) -> tuple[dict[str, Any], Made]:
    """Return what is said of a run on rows."""
    made = runs.made(state, work, preview=stage == PREVIEW)
    told: dict[str, Any] = {
        "verdict": verdict_of(made, state.lang),
        "findings": None if stage == PREVIEW else findings_of(made, state.lang),
        "numbers": {**_numbers(made), **numbers_of_rates(made)},
        "regimes": track(made),
        "shortened": made.shortened,
    }
    return told, made


def verdict_of(made: Made, language: str) -> dict[str, Any]:
    """Return how the run ended, in one sentence."""
    ending = made.trace.ending
    return {
        "ending": ending.name,
        "sentence": ending.sentence(language),
        "good": ending.name in _GOOD,
        "failed": ENDINGS[ending.name][1],
    }


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


def findings_of(made: Made, language: str) -> list[dict[str, Any]]:
    """Return what the run's trace proves, each with the view that shows it."""
    return [
        {**one.as_dict(language), "view": _SHOWN_IN.get(one.name, "loss")}
        for one in made.run.findings
    ]


def drawn(
    views: Sequence[str], made: Made, runs: Runs, work: Work
) -> tuple[dict[str, Any], dict[str, str], list[str]]:
    """Return figures by view, why others cannot be drawn, and views that are not known."""
    figures, missing, unknown = {}, {}, []
    for view in views[:MOST_VIEWS]:
        work.look()
        try:
            figures[view] = figure(view, made, runs, work, made.state.lang)
        except InputError as error:
            missing[view] = joined(error.in_language(made.state.lang), made.state.lang)
        except KeyError:
            unknown.append(view)
    return figures, missing, unknown
