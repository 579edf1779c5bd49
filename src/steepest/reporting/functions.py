"""The page of a kept run of a function: verdict, point, derivatives, pictures, how to repeat it."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from steepest.descent.functional import function_answer
from steepest.figures.figure import Figure
from steepest.function_figures.descents import descent_figure
from steepest.function_figures.searching import searches_figure
from steepest.function_figures.sections import curvature_figure
from steepest.functions.formula import Formula
from steepest.reporting import parts
from steepest.reporting.markup import Content, Markup, element, listed, table, text
from steepest.reporting.page import page, section
from steepest.trace.record import Trace, load_trace
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

# Texts of derivatives on the page: how many, and how long each.
_MOST, _LONGEST = 40, 1_000
# Coordinates of a point that a line can hold.
_FEW = 6


def function_run(place: str | os.PathLike[str]) -> Trace | None:
    """Return the run of a function that a folder holds, None if it holds something else."""
    folder = Path(place)
    if (folder / "run.json").exists() or not (folder / "trace.json").exists():
        return None
    trace = load_trace(folder)
    return trace if "critical" in trace.metadata else None


def report_of_function(trace: Trace, language: str) -> Markup:
    """Return the page of one run of a function."""
    formula = _formula(trace)
    title = _heading(trace, formula, language)
    answer = function_answer(trace, language)
    kind = {**dict.fromkeys(parts.GOOD, " good"), **dict.fromkeys(parts.BAD, " bad")}
    said = element("p", element("strong", answer["sentence"]))
    content: list[Content] = [
        element("h1", title),
        element("p", _about(trace, language), class_="soft"),
        element("div", said, class_=f"verdict{kind.get(trace.ending.name, '')}"),
        section("point", parts.said("point", language), _point(trace, language)),
    ]
    if formula is not None:
        names = ("derivatives", "curves", "again")
        inside = (_derivatives(formula, language), _pictures(trace, language), _again(trace))
        for name, part in zip(names, inside, strict=True):
            content.append(section(name, parts.said(name, language), part))  # none if it is empty
    return page(title, content, language=language)


def _formula(trace: Trace) -> Formula | None:
    """Return the formula of a run, None of a program's."""
    try:
        return Formula(trace.metadata["function"], tuple(trace.metadata["names"]))
    except InputError:
        return None


def _heading(trace: Trace, formula: Formula | None, language: str) -> str:
    if formula is None:
        return str(trace.metadata["function"])
    facts = {"names": ", ".join(formula.names), "text": formula.text}
    return sentence("function_heading", facts, language)


def _about(trace: Trace, language: str) -> str:
    about = trace.metadata
    if about["method"] != "descent":
        facts = {"method": about["method"], "evaluations": int(trace.last("evaluations"))}
        return parts.said("function_search", language, **facts)
    facts = {name: about[name] for name in ("rule", "schedule", "noise", "seed")}
    facts |= {name: int(trace.last(name)) for name in ("updates", "evaluations")}
    return parts.said("function_descent", language, **facts)


def _point(trace: Trace, language: str) -> Markup:
    """Return the point and what proves its kind."""
    found = trace.metadata["critical"]
    kind = sentence(f"point_kind_{found['kind']}", {}, language)
    head = [parts.said("parameter", language), kind]
    rows = [[name, parts.number(value)] for name, value in found["point"].items()]
    facts = {"value": found["value"], "slope": found["gradient_norm"], "kind": kind}
    point = [f"{name} = {parts.number(value)}" for name, value in found["point"].items()]
    listing = [parts.number(one) for one in found["hessian_eigenvalues"]]
    lines = [
        sentence("function_at", {"point": point, **facts}, language),
        sentence("function_curvatures", {"listed": listing}, language),
    ]
    if len(rows) <= _FEW:
        return listed(lines)
    return Markup(listed(lines) + table(head, rows, caption=parts.said("point", language)))


def _derivatives(formula: Formula, language: str) -> Markup:
    """Return gradient and Hessian, without texts that nobody would read."""
    try:
        first, second = formula.gradient_text, formula.hessian_text
    except InputError:  # too long to be written out
        return Markup("")
    names = formula.names
    lines = [
        sentence("function_gradient", {"name": name, "text": one}, language)
        for name, one in zip(names, first, strict=True)
        if len(one) <= _LONGEST
    ]
    for row, name in enumerate(names):
        for column, other in list(enumerate(names))[row:]:
            told = {"name": name, "other": other, "text": second[row][column]}
            if len(told["text"]) <= _LONGEST:
                lines.append(sentence("function_hessian", told, language))
    shown = [Markup(f"{text(line)}\n") for line in lines[:_MOST]]
    return element("pre", element("code", *shown), tabindex="0")


def _pictures(trace: Trace, language: str) -> Markup:
    drawn: list[Figure] = []
    searched = trace.metadata["method"] != "descent" and len(trace.metadata["names"]) <= 2
    drawn.append((searches_figure if searched else descent_figure)(trace, language=language))
    if trace.metadata["critical"]["kind"] != "not_critical":
        drawn.append(curvature_figure(trace, language=language))
    shown = [parts.picture(one, language, f"{one.kind}-") for one in drawn]
    return element("div", *shown, class_="gallery")


def _again(trace: Trace) -> Markup:
    """Return the command that does this run again, nothing where the run does not tell all of it.

    A schedule depends on the updates that were allowed, which a run that ended early does not hold.
    """
    about, facts = trace.metadata, trace.ending.facts
    all_used = trace.ending.name == "epochs_used_up"
    if about.get("schedule", "constant") != "constant" and not all_used:
        return Markup("")
    start = ",".join(map(repr, trace.path[0].ravel().tolist()))
    words = ["steepest", "minimize", about["function"], f"--start={start}"]
    if about["method"] != "descent":
        words += ["--method", about["method"], "--points", str(facts["points"])]
        ranges = ",".join(
            f"{k}={low:.17g}:{high:.17g}" for k, (low, high) in about["ranges"].items()
        )
        words += ["--range", ranges]
    else:
        rate = "auto" if about["automatic_rate"] else repr(about["learning_rate"])
        words += ["--learning-rate", rate, "--rule", about["rule"], "--schedule", about["schedule"]]
        if "momentum" in about["hyperparameters"]:
            words += ["--momentum", repr(about["hyperparameters"]["momentum"])]
        words += ["--tolerance", repr(facts["tolerance"])]
        if about["noise"]:
            words += ["--noise", repr(about["noise"]), "--seed", str(about["seed"])]
        if trace.ending.name in ("epochs_used_up", "interrupted"):
            words += ["--epochs", str(int(trace.last("updates")))]
    if facts.get("target_loss") is not None:
        words += ["--target-loss", repr(facts["target_loss"])]
    return element("pre", element("code", shlex.join(words)), tabindex="0")
