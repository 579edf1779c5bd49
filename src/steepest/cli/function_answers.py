"""What the command line prints of a minimized function: formula, derivatives, ending, point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console

from steepest.cli.app import print_json
from steepest.cli.terminal import print_text
from steepest.words.catalogue import sentence

if TYPE_CHECKING:
    from steepest import Escapes, Formula, Trace

# Derivatives longer than this, or more of them, are left out of what is printed.
_LONGEST, _MOST = 300, 12
_STYLES = {"converged": "bold green", "target_loss_reached": "bold green"}
_BAD = ("diverged", "unbounded")


def print_minimum(
    trace: Trace,
    answer: Mapping[str, Any],
    formula: Formula,
    left: Escapes | None,
    *,
    language: str,
    stream: IO[str],
    folder: str | None,
) -> None:
    """Print the formula with its derivatives, how it ended and why, and what the point is."""
    console = Console(file=stream, highlight=False)
    for line in _lines(formula, language):
        print_text(console, line)
    name = trace.ending.name
    print_text(console, "")
    style = "bold red" if name in _BAD else _STYLES.get(name, "bold")
    print_text(console, str(answer["sentence"]), style=style)
    print_text(console, "")
    kind = sentence(f"point_kind_{answer['kind']}", {}, language)
    shown = [f"{name} = {value:.10g}" for name, value in answer["point"].items()]
    facts = {"value": _number(answer["value"]), "slope": _number(answer["gradient_norm"])}
    line = sentence("function_at", {"point": shown, "kind": kind, **facts}, language)
    print_text(console, line, bullet="- ")
    curvatures = answer["hessian_eigenvalues"]
    listed = [f"{_number(one):.6g}" for one in curvatures[:_MOST]]
    print_text(console, sentence("function_curvatures", {"listed": listed}, language), bullet="- ")
    if trace.metadata.get("automatic_rate") and answer["learning_rate"] is not None:
        rate = {"rate": answer["learning_rate"]}
        print_text(console, sentence("function_rate", rate, language), bullet="- ")
    if left is not None:
        print_text(console, left.sentence(language), bullet="- ")
    if folder is not None:
        print_text(console, sentence("function_saved", {"folder": folder}, language), bullet="- ")


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _lines(formula: Formula, language: str) -> list[str]:
    names = formula.names
    facts = {"names": ", ".join(names), "text": formula.text}
    lines = [sentence("function_heading", facts, language)]
    for name, text in zip(names[:_MOST], formula.gradient_text, strict=False):
        lines.append(sentence("function_gradient", {"name": name, "text": text}, language))
    pairs = [(i, j) for i in range(len(names)) for j in range(i, len(names))]
    if len(pairs) <= _MOST:
        rows = formula.hessian_text
        for i, j in pairs:
            facts = {"name": names[i], "other": names[j], "text": rows[i][j]}
            lines.append(sentence("function_hessian", facts, language))
    return [line for line in lines if len(line) <= _LONGEST]


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
