"""What the command line draws on a terminal: live progress, the model, the ending, the story."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console
from rich.live import Live
from rich.text import Text

from steepest.cli.wrapping import wrapped
from steepest.words.catalogue import sentence, visible

if TYPE_CHECKING:
    from steepest.fitting.predict import Predictions
    from steepest.fitting.run import Run

_SHOWN_COEFFICIENTS = 40
_REDRAW_SECONDS = 0.1
_NARROWEST, _WIDEST = 40, 100
_GOOD_ENDINGS = ("converged", "target_loss_reached")
_BAD_ENDINGS = ("diverged", "unbounded")
_SEVERITY_STYLES = {"critical": "red", "warning": "yellow", "advice": "", "good": "green"}


class Progress:
    """One live line on standard error: what is being done, and how far it is.

    On a terminal the line is redrawn ten times a second; elsewhere each stage is one line.
    """

    def __init__(self, *, quiet: bool, language: str) -> None:
        self._language = language
        self._console = Console(file=sys.stderr, quiet=quiet)
        self._live: Live | None = None
        self._epochs = 0
        self._drawn = 0.0

    def __enter__(self) -> Progress:
        if self._console.is_terminal and not self._console.quiet:
            self._live = Live(console=self._console, transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def stage(self, name: str, facts: Mapping[str, object]) -> None:
        """Show the beginning of a stage."""
        self._epochs = int(str(facts.get("epochs", 0)))
        text = sentence(f"progress_{name}", facts, self._language)
        if self._live is None:
            self._console.print(Text(text), soft_wrap=True)
        else:
            self._live.update(Text(f"{text} …", style="cyan"), refresh=True)

    def watch(self, row: Mapping[str, float]) -> None:
        """Show the newest trace row, at most ten times a second."""
        now = time.monotonic()
        if self._live is None or now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        loss = row.get("loss", float("nan"))
        loss = row.get("running_loss", loss) if loss != loss else loss
        facts = {"epoch": int(row["epoch"]), "epochs": self._epochs, "loss": loss}
        text = sentence("progress_epoch", facts, self._language)
        self._live.update(Text(text, style="cyan"), refresh=True)


def print_runs(runs: Sequence[Run], *, language: str, stream: IO[str]) -> None:
    """Print each run; several runs are followed by a table that compares them."""
    console = Console(file=stream, highlight=False)
    for run in runs:
        _print_run(console, run, language)
    if len(runs) > 1:
        print_aligned(console, _comparison(runs, language))


def _print_run(console: Console, run: Run, language: str) -> None:
    summary = run.summary
    facts = {"target": list(run.model.targets), "method": summary["method"]}
    print_text(console, sentence("model_heading", {**facts, "engine": summary["engine"]}, language))
    print_aligned(console, _model_rows(run, language))
    style = "red" if run.ending in _BAD_ENDINGS else "green" if run.ending in _GOOD_ENDINGS else ""
    print_text(console, "")
    print_text(console, run.trace.ending.sentence(language), style=f"bold {style}".strip())
    print_text(console, "")
    for line in run.tell(language):
        print_text(console, line, bullet="- ")
    _print_findings(console, run, language)
    if run.folder is not None:
        print_text(console, "")
        print_text(console, sentence("saved", {"folder": str(run.folder)}, language))


def _print_findings(console: Console, run: Run, language: str) -> None:
    """Print what the run's trace proves, the most urgent first; nothing where nothing was found."""
    found = run.findings
    if not found:
        return
    print_text(console, "")
    print_text(console, sentence("findings_heading", {"count": len(found)}, language), style="bold")
    for finding in found:
        style = _SEVERITY_STYLES[finding.severity]
        print_text(console, finding.sentence(language), bullet="- ", style=style)


def print_line(text: str, *, stream: IO[str]) -> None:
    """Print a text in lines of the terminal's width."""
    print_text(Console(file=stream, highlight=False), text)


def error_lines(text: str) -> str:
    """Return an error as standard error takes it: one line, cut to the width of a terminal."""
    console = Console(file=sys.stderr)
    return "\n".join(wrapped(text, _width(console))) if console.is_terminal else text


def print_text(console: Console, text: str, *, style: str = "", bullet: str = "") -> None:
    """Print text in lines of the terminal's width; what follows a bullet is indented."""
    lines = wrapped(text, _width(console), first=bullet, rest=" " * len(bullet))
    console.print(Text("\n".join(lines), style=style), soft_wrap=True)


def _width(console: Console) -> int:
    return max(_NARROWEST, min(console.width, _WIDEST))


def print_aligned(
    console: Console, rows: Sequence[Sequence[str]], *, left: Sequence[int] = (0,)
) -> None:
    """Print rows of cells: some columns, the first else, to the left, the others to the right."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(cell_len(row[i]) for row in shown) for i in range(len(shown[0]))]
    for row in shown:
        cells = []
        for i, (cell, width) in enumerate(zip(row, widths, strict=True)):
            blanks = " " * (width - cell_len(cell))
            cells.append(cell + blanks if i in left else blanks + cell)
        console.print(Text("  " + "  ".join(cells).rstrip()), soft_wrap=True)


def _model_rows(run: Run, language: str) -> list[list[str]]:
    """Return the model as rows of cells, least squares beside it where there is one target."""
    from steepest import LinearModel

    model, optimum = run.model, run.about.get("optimum")
    if not isinstance(model, LinearModel):
        return _layer_rows(run.summary["network"], language)
    beside = optimum is not None and len(model.columns) == 1
    heads = list(model.columns)
    if beside:
        heads = [sentence("descent", {}, language), sentence("least_squares", {}, language)]
    rows = [["", *heads]]
    if model.fit_intercept:
        values = [*model.intercept, *(optimum["intercept"] if beside and optimum else [])]
        rows.append([sentence("intercept", {}, language), *(f"{value:.8g}" for value in values)])
    names = model.preparation.names
    for i, name in enumerate(names[:_SHOWN_COEFFICIENTS]):
        values = [*model.coefficients[i]]
        values += optimum["coefficients"][i] if beside and optimum else []
        rows.append([name, *(f"{value:.8g}" for value in values)])
    if len(names) > _SHOWN_COEFFICIENTS:
        count = len(names) - _SHOWN_COEFFICIENTS
        more = sentence("more_coefficients", {"count": count}, language)
        rows.append([more, *("" for _ in heads)])
    return rows


def _layer_rows(network: Mapping[str, Any], language: str) -> list[list[str]]:
    """Return a network as rows of cells, one a layer: its sizes, parameters, activation."""
    names = ("layer", "from", "to", "parameters", "activation")
    rows = [[sentence(f"network_heading_{name}", {}, language) for name in names]]
    none = sentence("network_no_activation", {}, language)
    last = len(network["sizes"]) - 1
    for layer, (before, after) in enumerate(pairwise(network["sizes"]), start=1):
        activation = none if layer == last else network["activation"]
        count = (before + 1) * after
        rows.append([str(layer), f"{before:,}", f"{after:,}", f"{count:,}", activation])
    return rows


def _comparison(runs: Sequence[Run], language: str) -> list[list[str]]:
    heads = ("rate", "ending", "epochs", "train_loss", "validation_loss")
    rows = [[sentence(f"heading_{head}", {}, language) for head in heads]]
    for run in runs:
        summary = run.summary
        rows.append(
            [
                _short(summary["learning_rate"]),
                sentence(f"ending_{run.ending}", {}, language),
                f"{summary['epochs']:,}",
                _short(summary["train_loss"]),
                _short(summary["validation_loss"]),
            ]
        )
    return rows


def _short(value: Any) -> str:
    return "" if value is None else f"{value:.6g}"


def print_predictions(made: Predictions, *, language: str, stream: IO[str]) -> None:
    """Print where predictions went, and the loss where the target is known."""
    console = Console(file=stream, highlight=False)
    summary = made.summary
    print_text(console, sentence("predicted", summary, language))
    if summary["empty"]:
        print_text(console, sentence("predicted_empty", summary, language))
    if summary["loss"] is not None:
        print_text(console, sentence("predicted_loss", summary, language))
    for note in made.notes:
        print_text(console, sentence(note.name, note.facts, language), bullet="- ")
