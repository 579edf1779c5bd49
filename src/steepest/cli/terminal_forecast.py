"""A forecast on a terminal: the verdict and its reasons in words, then small tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, Any

from rich.console import Console

from steepest.cli.terminal import print_aligned, print_text
from steepest.words.catalogue import sentence

if TYPE_CHECKING:
    from steepest import Forecast

# Of many directions the steepest and the flattest are shown.
_SHOWN_STEEPEST, _SHOWN_FLATTEST = 4, 4


def print_forecast(made: Forecast, *, language: str, stream: IO[str]) -> None:
    """Print the sentences, the verdict first, and what the numbers are."""
    console = Console(file=stream, highlight=False)
    answer = made.as_dict(language)
    verdict, *reasons = answer["sentences"][: len(made.story)]
    print_text(console, verdict, style="bold")
    for reason in reasons:
        print_text(console, "")
        print_text(console, reason)
    if answer["eigenvalues"][0]:
        _print_rates(console, answer, language)
        _print_directions(console, answer, language)
        _print_batch_sizes(console, answer, language)
    print_text(console, "")
    for note in answer["sentences"][len(made.story) :]:
        print_text(console, note, bullet="- ")


def _print_rates(console: Console, answer: Mapping[str, Any], language: str) -> None:
    _heading(console, "forecast_rates_heading", {"epochs": answer["epochs"]}, language)
    names = ("rate", "regime", "factor", "epochs", "loss", "floor")
    rows = [[_column(name, language) for name in names]]
    for one in answer["rates"]:
        floor = one["floor"] or {}
        rows.append(
            [
                _short(one["learning_rate"]),
                sentence(f"forecast_regime_{one['regime'].replace(' ', '_')}", {}, language),
                _short(one["slowest_factor"]),
                _epochs(answer, one, language),
                _short(one["loss_after"]),
                _short(floor.get("reshuffled"), 3),
            ]
        )
    _print_filled(console, rows)


def _epochs(answer: Mapping[str, Any], one: Mapping[str, Any], language: str) -> str:
    needed = one["epochs_to_tolerance"]
    if needed is not None:
        return f"{needed:,.0f}"
    known = answer["optimum_loss"] is not None and answer["batch_size"] == answer["rows"]["train"]
    return sentence("forecast_word_never", {}, language) if known else ""


def _print_directions(console: Console, answer: Mapping[str, Any], language: str) -> None:
    _heading(console, "forecast_directions_heading", {"rate": answer["learning_rate"]}, language)
    names = ("curvature", "factor", "fate", "mainly")
    rows = [[_column(name, language) for name in names]]
    directions = answer["directions"]
    hidden = len(directions) - _SHOWN_STEEPEST - _SHOWN_FLATTEST
    for place, one in enumerate(directions):
        if hidden > 1 and _SHOWN_STEEPEST <= place < _SHOWN_STEEPEST + hidden:
            if place == _SHOWN_STEEPEST:
                more = sentence("forecast_more_directions", {"count": hidden}, language)
                rows.append([more, "", "", ""])
            continue
        mainly = ", ".join(f"{name} {share:.2f}" for name, share in one["columns"].items())
        fate = sentence(f"forecast_fate_{one['fate']}", {}, language)
        rows.append([_short(one["curvature"]), _short(one["factor"]), fate, mainly])
    print_aligned(console, rows, left=(0, 3))


def _print_batch_sizes(console: Console, answer: Mapping[str, Any], language: str) -> None:
    if answer["rows"]["train"] < 2:
        return
    _heading(console, "forecast_batches_heading", {}, language)
    names = ("batch", "smallest", "limit", "floor")
    rows = [[_column(name, language) for name in names]]
    for one in answer["batch_sizes"]:
        size, limit = one["batch_size"], one["largest_stable_rate"]
        smallest = f"{one['smallest_batch']:,}"
        rows.append([f"{size:,}", smallest, _short(limit, 4), _short(one["floor"], 3)])
    _print_filled(console, rows)


def _heading(console: Console, name: str, facts: Mapping[str, object], language: str) -> None:
    print_text(console, "")
    print_text(console, sentence(name, facts, language))


def _print_filled(console: Console, rows: list[list[str]]) -> None:
    """Print rows without the columns that no row fills."""
    kept = [i for i in range(len(rows[0])) if any(row[i] for row in rows[1:])]
    print_aligned(console, [[row[i] for i in kept] for row in rows])


def _column(name: str, language: str) -> str:
    return sentence(f"forecast_column_{name}", {}, language)


def _short(value: float | None, digits: int = 6) -> str:
    if value is None or math.isnan(value):
        return ""
    return f"{value:.{digits}g}"
