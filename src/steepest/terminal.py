"""What the command line draws on a terminal: live progress, the model, the ending, the story."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from steepest.words.catalogue import sentence, visible

if TYPE_CHECKING:
    from steepest.fitting.predict import Predictions
    from steepest.fitting.run import Run

_SHOWN_COEFFICIENTS = 40
_REDRAW_SECONDS = 0.1
_ENDING_STYLES = {"converged": "bold green", "target_loss_reached": "bold green"}
_BAD_ENDINGS = ("diverged", "unbounded")


class Progress:
    """One live line on standard error: what is being done, and how far it is.

    On a terminal the line is redrawn ten times a second; elsewhere each stage is one line.
    """

    def __init__(self, *, quiet: bool) -> None:
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
        text = sentence(f"progress_{name}", facts)
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
        self._live.update(Text(sentence("progress_epoch", facts), style="cyan"), refresh=True)


def print_runs(runs: Sequence[Run], *, language: str, stream: IO[str]) -> None:
    """Print each run; several runs are followed by a table that compares them."""
    console = Console(file=stream, highlight=False)
    for run in runs:
        _print_run(console, run, language)
    if len(runs) > 1:
        console.print(_comparison(runs, language))


def _print_run(console: Console, run: Run, language: str) -> None:
    summary = run.summary
    heading = f"{', '.join(run.model.targets)} ~ {summary['method']}, {summary['engine']} engine"
    console.print(Text(heading, style="bold"))
    console.print(Padding(_model_table(run, language), (0, 0, 1, 2)))
    style = "bold red" if run.ending in _BAD_ENDINGS else _ENDING_STYLES.get(run.ending, "bold")
    console.print(Text(run.trace.ending.sentence(language), style=style))
    console.print()
    for line in run.tell(language):
        console.print(Padding(Text(f"- {line}"), (0, 0, 0, 0)))
    if run.folder is not None:
        console.print(Text(sentence("saved", {"folder": str(run.folder)}, language)))


def _model_table(run: Run, language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("")
    for target in run.model.targets:
        table.add_column(Text(visible(target)), justify="right")
    if run.model.fit_intercept:
        table.add_row("intercept", *(f"{value:.8g}" for value in run.model.intercept))
    names = run.model.preparation.names
    for name, row in zip(names[:_SHOWN_COEFFICIENTS], run.model.coefficients, strict=False):
        table.add_row(Text(visible(name)), *(f"{value:.8g}" for value in row))
    if len(names) > _SHOWN_COEFFICIENTS:
        more = sentence("more_coefficients", {"count": len(names) - _SHOWN_COEFFICIENTS}, language)
        table.add_row(more)
    return table


def _comparison(runs: Sequence[Run], language: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("rate", "ending", "epochs", "training loss", "validation loss"):
        table.add_column(name, justify="left" if name == "ending" else "right")
    for run in runs:
        summary = run.summary
        table.add_row(
            _short(summary["learning_rate"]),
            run.ending,
            f"{summary['epochs']:,}",
            _short(summary["train_loss"]),
            _short(summary["validation_loss"]),
        )
    return table


def _short(value: Any) -> str:
    return "" if value is None else f"{value:.6g}"


def print_predictions(made: Predictions, *, language: str, stream: IO[str]) -> None:
    """Print where predictions went, and the loss where the target is known."""
    console = Console(file=stream, highlight=False)
    summary = made.summary
    console.print(Text(sentence("predicted", summary, language)))
    if summary["empty"]:
        console.print(Text(sentence("predicted_empty", summary, language)))
    if summary["loss"] is not None:
        console.print(Text(sentence("predicted_loss", summary, language)))
    for note in made.notes:
        console.print(Text(f"- {sentence(note.name, note.facts, language)}"))
