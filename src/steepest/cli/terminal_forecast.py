"""A forecast on a terminal: the verdict and its reasons in words, then the tables asked for.

Several rates are a table, batch sizes are told to those who draw batches, and the rest, directions
of curvature included, to those who ask for details.
"""

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


def print_forecast(made: Forecast, *, details: bool, language: str, stream: IO[str]) -> None:
    """Print the sentences, the verdict first, and what of the numbers was asked for."""
    console = Console(file=stream, highlight=False)
    answer = made.as_dict(language)
    drawn = made.order == "random" and made.batch_size < made.rows["train"]
    batches = details or drawn
    verdict, *reasons = zip(made.story, answer["sentences"], strict=False)
    print_text(console, verdict[1], style="bold")
    for note, reason in reasons:
        if batches or not note.name.startswith("forecast_batches"):
            print_text(console, "")
            print_text(console, reason)
    if answer["eigenvalues"][0]:
        if details or len(answer["rates"]) > 1:
            _print_rates(console, answer, language)
        if details:
            _print_directions(console, answer, language)
        if batches:
            _print_batch_sizes(console, answer, language)
    print_text(console, "")
    for note in answer["sentences"][len(made.story) :]:
        print_text(console, note, bullet="- ")


def _print_rates(console: Console, answer: Mapping[str, Any], language: str) -> None:
    _heading(console, "forecast_rates_heading", {}, language)
    names = ("rate", "regime", "epochs", "loss", "floor")
    rows = [[_column(name, language, epochs=answer["epochs"]) for name in names]]
    for one in answer["rates"]:
        floor = one["floor"] or {}
        rows.append(
            [
                _short(one["learning_rate"]),
                sentence(f"forecast_regime_{one['regime'].replace(' ', '_')}", {}, language),
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
    if not known or answer["tolerance"] == 0.0:
        return ""
    if answer["schedule"] != "constant" and one["diverges_at_update"] is None:
        return f"> {answer['epochs']:,}"
    return sentence("forecast_word_never", {}, language)


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
        left = _left(one["factor"], answer["learning_rate"] * one["curvature"])
        rows.append([_short(one["curvature"], 4), left, fate, mainly])
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


def _left(factor: float, kept: float) -> str:
    """Return what an update leaves of the way, also where that is nearly all or nothing.

    >>> _left(0.99999999, 1e-8), _left(2e-16, 1.0), _left(0.4, 0.6)
    ('1 - 1e-08', '0', '0.4')
    """
    if 0.0 < kept < 1e-4:
        return f"1 - {kept:.3g}"
    return "0" if factor < 1e-12 else _short(factor, 4)


def _column(name: str, language: str, **facts: object) -> str:
    return sentence(f"forecast_column_{name}", facts, language)


def _short(value: float | None, digits: int = 6) -> str:
    if value is None or math.isnan(value):
        return ""
    return f"{value:.{digits}g}"
