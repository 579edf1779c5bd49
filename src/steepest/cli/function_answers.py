"""What the command line prints of a minimized function: formula, derivatives, ending, point."""

from __future__ import annotations

import sys
from math import isfinite
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.text import Text

from steepest.cli.app import print_json
from steepest.cli.terminal import print_text
from steepest.words.catalogue import sentence

if TYPE_CHECKING:
    from steepest import Basins, Formula, RuleComparison, Trace
    from steepest.cli.function_work import Work

# Derivatives longer than this, or more of them, are left out of what is printed.
_LONGEST, _MOST = 300, 12
# Derivatives as LaTeX writes them, in any language.
_FIRST = r"\partial f / \partial {name} = {text}"
_SECOND = r"\partial^2 f / \partial {name} \partial {other} = {text}"
_STYLES = {"converged": "bold green", "target_loss_reached": "bold green"}
_BAD = ("diverged", "unbounded")


def print_minimum(
    work: Work, formula: Formula | None, *, language: str, as_json: bool, latex: bool = False
) -> None:
    """Print the formula with its derivatives, how it ended and why, and what the point is."""
    console = Console(file=sys.stderr if as_json else sys.stdout, highlight=False)
    if formula is not None:
        for line in _lines(formula, language, latex=latex):
            if latex:  # to be copied: a line stays one
                console.print(Text(line), soft_wrap=True)
            else:
                print_text(console, line)
    _print_end(console, work.trace, language)
    if work.escapes is not None:
        print_text(console, work.escapes.sentence(language), bullet="- ")
    for line in [] if work.rules is None else work.rules.tell(language):
        print_text(console, line, bullet="- ")
    if work.basins is not None:
        _print_basins(console, work.basins, work.trace, language)
    if work.folder is not None:
        facts = {"folder": work.folder}
        print_text(console, sentence("function_saved", facts, language), bullet="- ")
    if work.picture is not None:
        facts = {"out": work.picture, "caption": ""}
        print_text(console, sentence("picture_saved", facts, language))


def _print_end(console: Console, trace: Trace, language: str) -> None:
    from steepest import function_answer

    answer = function_answer(trace, language)
    name = trace.ending.name
    print_text(console, "")
    style = "bold red" if name in _BAD else _STYLES.get(name, "bold")
    print_text(console, str(answer["sentence"]), style=style)
    print_text(console, "")
    kind = sentence(f"point_kind_{answer['kind']}", {}, language)
    shown = [f"{name} = {_number(value):.10g}" for name, value in answer["point"].items()]
    facts = {"value": _number(answer["value"]), "slope": _number(answer["gradient_norm"])}
    line = sentence("function_at", {"point": shown, "kind": kind, **facts}, language)
    print_text(console, line, bullet="- ")
    curvatures = answer["hessian_eigenvalues"]
    listed = [f"{_number(one):.6g}" for one in curvatures[:_MOST]]
    print_text(console, sentence("function_curvatures", {"listed": listed}, language), bullet="- ")
    if trace.metadata.get("automatic_rate") and answer["learning_rate"] is not None:
        rate = {"rate": answer["learning_rate"]}
        print_text(console, sentence("function_rate", rate, language), bullet="- ")


def _print_basins(console: Console, found: Basins, trace: Trace, language: str) -> None:
    """Print where the starts end, the place of most starts first."""
    told = basins_json(found, trace)
    facts = {"starts": told["starts"], "places": len(told["places"])}
    print_text(console, sentence("basins_counted", facts, language), bullet="- ")
    for place in sorted(told["places"], key=lambda one: -one["starts"])[:_MOST]:
        shown = [f"{name} = {value:.6g}" for name, value in place["point"].items()]
        kind = sentence(f"point_kind_{place['kind']}", {}, language)
        facts = {**place, "point": shown, "kind": kind, "count": place["starts"]}
        print_text(console, sentence("basins_place", facts, language), bullet="  - ")
    if told["unsettled"]:
        facts = {"count": told["unsettled"], "most": told["most_updates"]}
        print_text(console, sentence("basins_unsettled", facts, language), bullet="  - ")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _lines(formula: Formula, language: str, *, latex: bool) -> list[str]:
    """Return the formula and its derivatives, a line each, without those that are too many."""
    names, shown = formula.names, formula_json(formula)
    if latex:
        shown = shown["latex"]
    called = dict(zip(names, shown["names"], strict=True))
    facts = {"names": ", ".join(shown["names"]), "text": shown["text"]}
    lines = [sentence("function_heading", facts, language)]
    for name in names[:_MOST] if shown["gradient"] is not None else ():
        facts = {"name": called[name], "text": shown["gradient"][name]}
        lines.append(_FIRST.format(**facts) if latex else _said("gradient", facts, language))
    pairs = [(i, j) for i in range(len(names)) for j in range(i, len(names))]
    if len(pairs) <= _MOST and shown["hessian"] is not None:
        for i, j in pairs:
            first, second = called[names[i]], called[names[j]]
            facts = {"name": first, "other": second, "text": shown["hessian"][i][j]}
            lines.append(_SECOND.format(**facts) if latex else _said("hessian", facts, language))
    lines = [line for line in lines if len(line) <= _LONGEST]
    if shown["hessian"] is None:
        which = "second" if shown["gradient"] is not None else "both"
        lines.append(sentence(f"function_unwritten_{which}", {"count": len(formula)}, language))
    return lines


def _said(what: str, facts: dict[str, str], language: str) -> str:
    return sentence(f"function_{what}", facts, language)


def formula_json(formula: Formula) -> dict[str, Any]:
    """Return a formula and its derivatives as plain text and as LaTeX, None where too long."""
    first, second = formula.written
    return {
        "names": list(formula.names),
        "text": formula.text,
        "gradient": dict(zip(formula.names, formula.gradient_text, strict=True)) if first else None,
        "hessian": [list(row) for row in formula.hessian_text] if second else None,
        "latex": {
            "names": list(formula.names_latex),
            "text": formula.latex,
            "gradient": dict(zip(formula.names, formula.gradient_latex, strict=True))
            if first
            else None,
            "hessian": [list(row) for row in formula.hessian_latex] if second else None,
        },
    }


def basins_json(found: Basins, trace: Trace) -> dict[str, Any]:
    """Return where starts end as JSON values."""
    names = trace.metadata["names"]
    return {
        "starts": len(found.starts),
        "places": [
            {
                "kind": place.kind,
                "point": dict(zip(names, (place.point + 0.0).tolist(), strict=True)),
                "value": place.value if isfinite(place.value) else None,
                "starts": count,
                "share": count / len(found.starts),
            }
            for place, count in zip(found.places, found.counts, strict=True)
        ],
        "unsettled": int((found.which < 0).sum()),
        "most_updates": int(found.updates.max()),
    }


def rules_json(found: RuleComparison) -> list[dict[str, Any]]:
    """Return each rule's best rate and the value it came to, None where every run diverged."""
    best = found.losses.min(axis=1).tolist()
    return [
        {
            "rule": rule,
            "learning_rate": rate if isfinite(rate) else None,
            "value": value if isfinite(value) else None,
            "at_edge": bool(edge),
            "updates": int(found.updates[-1]),
        }
        for rule, rate, value, edge in zip(
            found.rules, found.chosen.tolist(), best, found.at_edge, strict=True
        )
    ]


def print_functions(*, as_json: bool, language: str) -> None:
    """Print the functions of the library with their formulas and sources."""
    from steepest import FUNCTIONS, formula_of

    listed = {
        name: {
            "formula": formula_of(name)[0].text,
            "source": entry.source,
            "starts": [list(one[0]) for one in entry.ends],
            "minima": [list(point) for point, _ in entry.minima],
        }
        for name, entry in FUNCTIONS.items()
    }
    if as_json:
        print_json({"functions": listed})
        return
    console = Console(highlight=False)
    for name, one in listed.items():
        facts = {"name": name, "text": one["formula"], "source": one["source"]}
        print_text(console, sentence("function_named", facts, language))
