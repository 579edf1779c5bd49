"""Runs of functions that were saved: shown and drawn again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from steepest.cli.app import print_json

if TYPE_CHECKING:
    from steepest import Figure, Formula, Trace

KINDS = ("descent", "curvature", "search")


def run_picture(trace: Trace, language: str) -> Figure:
    """Return the picture of one recorded run or search."""
    from steepest import descent_figure, searches_figure

    searched = trace.metadata["method"] != "descent" and len(trace.metadata["names"]) <= 2
    return (searches_figure if searched else descent_figure)(trace, language=language)


def saved_function(folder: str) -> Trace | None:
    """Return the run of a function that a folder holds, None if it holds something else."""
    from steepest import load_trace

    place = Path(folder)
    if (place / "run.json").exists() or not (place / "trace.json").exists():
        return None
    trace = load_trace(place)
    return trace if "critical" in trace.metadata else None


def saved_functions(folders: Sequence[str]) -> list[Trace]:
    """Return the runs of functions that all of these folders hold; none if they hold fits."""
    from steepest import InputError

    found = [saved_function(one) for one in folders]
    kept = [one for one in found if one is not None]
    if kept and len(kept) < len(found):
        raise InputError("functions_beside_fits", functions=len(kept), fits=len(found) - len(kept))
    return kept


def show_function(trace: Trace, folder: str, *, as_json: bool, quiet: bool, language: str) -> None:
    """Show a saved run of a function as minimize showed it."""
    from steepest.cli.function_answers import print_minimum
    from steepest.cli.function_work import Work

    work, formula = Work(trace, folder=folder), _formula(trace)
    if as_json:
        print_json(work.answer(formula, language))
    if not quiet:
        print_minimum(work, formula, language=language, as_json=as_json)


def saved_picture(
    traces: Sequence[Trace], kind: str, options: Mapping[str, Any], language: str
) -> Figure:
    """Return the picture of saved runs of functions."""
    from steepest import InputError, curvature_figure, descent_figure, searches_figure

    if kind not in KINDS:
        raise InputError("unknown_choice", option="kind", value=kind, known=list(KINDS))
    for name, value in options.items():
        if value is not None:
            flag = {"names": "parameters", "rate": "rates"}.get(name, name)
            raise InputError("figure_no_options", option=f"--{flag}", kind=kind, known=[])
    if kind == "curvature":
        if len(traces) > 1:
            raise InputError("figure_too_many_runs", count=len(traces), most=1)
        return curvature_figure(traces[0], language=language)
    if kind == "search":
        return searches_figure(traces, language=language)
    if len(traces) == 1:
        return run_picture(traces[0], language)
    return descent_figure(traces, language=language)


def _formula(trace: Trace) -> Formula | None:
    """Return the formula of a run, None of a program's."""
    from steepest import Formula, InputError

    try:
        return Formula(trace.metadata["function"], tuple(trace.metadata["names"]))
    except InputError:
        return None
