"""Noise at a saddle: plain descent that stays beside noisy paths that leave, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.crowds import Escapes, wilson
from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Rule
from steepest.figures.said import table_of
from steepest.figures.styles import MOST_RUNS
from steepest.function_figures.descents import descent_figure
from steepest.function_figures.grounds import Box, function_of, provenance_of, several, text_of
from steepest.objective.function import FunctionObjective
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_MOST_POINTS = 200


def escapes_figure(
    found: Escapes | Sequence[Escapes],
    runs: Trace | Sequence[Trace],
    function: FunctionObjective | None = None,
    *,
    box: Box | None = None,
    language: str = "en",
) -> Figure:
    """Return recorded runs with and without noise, and the share of runs that left by update.

    Parameters
    ----------
    found : Escapes or sequence of Escapes
        Of :func:`escapes`, one for each level of noise, at most five.
    runs : Trace or sequence of Trace
        Of ``minimize`` on the same function with its noise or without, at most five.
    function : FunctionObjective, optional
        Needed where it is no formula.
    box : ((low, high), ...), optional
        What is shown of the function.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``escapes``; its table holds share, confidence interval and median updates.

    Raises
    ------
    InputError
        If there is nothing to show, or too much.

    Examples
    --------
    >>> from steepest import escapes, minimize
    >>> how = {"start": [1.0, 0.0], "learning_rate": 0.1}
    >>> found = escapes("x**2 - y**2", noise=0.1, epochs=90, runs=20, **how)
    >>> shown = escapes_figure(found, minimize("x**2 - y**2", **how))
    >>> shown.table.rows[0][:4]
    (0.1, 20, 20, 100.0)
    """
    kept = several(runs)
    counts = [found] if isinstance(found, Escapes) else list(found)
    if not 1 <= len(counts) <= MOST_RUNS:
        raise InputError("figure_too_many_runs", count=len(counts), most=MOST_RUNS)
    objective = function_of(kept, function)
    paths = descent_figure(kept, objective, box=box, language=language)
    facts = {
        "function": text_of(objective),
        "shares": "; ".join(_said(one, language) for one in counts),
        "depth": float(_number(counts[0], "depth")),
        "level": float(_number(counts[0], "level")),
        "plain": sentence(f"figure_ending_{counts[0].facts['plain_ending']}", {}, language),
        "rate": float(_number(counts[0], "rate")),
        "count": len(kept),
    }
    heads = ("noise", "runs", "left", "share", "share_low", "share_high", "median")
    said = sentence("figure_escapes_caption", facts, language)
    return Figure(
        kind="escapes",
        title=sentence("figure_escapes_title", facts, language),
        panels=(*paths.panels[:1], _shares(counts, kept, language)),
        columns=2,
        caption=said,
        alt=joined([sentence("figure_escapes_alt", facts, language), said], language),
        table=table_of(heads, [share_row(one, "noise") for one in counts], language),
        language=language,
        provenance={**provenance_of(kept), "escapes": [dict(one.facts) for one in counts]},
    )


def share_row(one: Escapes, level: str) -> tuple[Any, ...]:
    """Return the row of a table: the fact that runs differ in, and how many left."""
    shares = (100.0 * one.share, 100.0 * one.low, 100.0 * one.high)
    return (*(one.facts[name] for name in (level, "runs", "escaped")), *shares, one.facts["median"])


def _number(one: Escapes, name: str) -> float:
    value = one.facts[name]
    assert isinstance(value, (int, float))
    return value


def _said(one: Escapes, language: str) -> str:
    facts = {
        "noise": _number(one, "noise"),
        "runs": int(_number(one, "runs")),
        "share": 100.0 * one.share,
        "low": 100.0 * one.low,
        "high": 100.0 * one.high,
        "epochs": int(_number(one, "epochs")),
        "median": one.facts["median"],
    }
    which = "figure_escape_share" if one.facts["escaped"] else "figure_escape_none"
    return sentence(which, facts, language)


def share_left(one: Escapes, end: float | None = None) -> tuple[Floats, Floats, Floats, Floats]:
    """Return updates (m,) up to ``end``, share of runs that had left, and its 95 % interval.

    >>> from steepest.descent.crowds import escapes
    >>> one = escapes("x**2-y**2", [1.0, 0.0], noise=0.1, learning_rate=0.1, epochs=90, runs=9)
    >>> share_left(one)[1][[0, -1]].tolist()
    [0.0, 1.0]
    """
    runs = len(one.updates)
    most = int(_number(one, "total_updates" if "total_updates" in one.facts else "epochs"))
    most = most if end is None else min(most, int(end))
    at = np.unique(np.linspace(0, most, min(most, _MOST_POINTS) + 1).round())
    left = np.sort(one.updates[one.updates >= 0])
    counts = np.searchsorted(left, at, side="right")
    bounds = np.array([wilson(int(count), runs) for count in counts])
    return at, counts / runs, bounds[:, 0], bounds[:, 1]


def _styles(counts: Sequence[Escapes], runs: Sequence[Trace]) -> list[str]:
    """Return a class for each level of noise: that of the first path with it, else a free one."""
    noises = [run.metadata["noise"] for run in runs]
    free = iter(sorted(range(1, 7), key=lambda number: number <= len(runs)))
    styles = []
    for one in counts:
        noise = _number(one, "noise")
        place = noises.index(noise) + 1 if noise in noises else next(free)
        styles.append(f"run-{place}")
    return styles


def _shares(counts: Sequence[Escapes], runs: Sequence[Trace], language: str) -> Panel:
    layers: list[Layer] = []
    for one, style in zip(counts, _styles(counts, runs), strict=True):
        label = sentence("figure_of_noise", {"noise": _number(one, "noise")}, language)
        layers += share_lines(one, style, label)
    return share_panel(layers, sentence("figure_label_stays", {}, language), language)


def share_lines(one: Escapes, style: str, label: str, end: float | None = None) -> list[Layer]:
    """Return the share that has left by update, and the ends of its interval."""
    at, share, low, high = share_left(one, end)
    bounds = [Line(at, 100.0 * bound, style=f"{style} raw") for bound in (low, high)]
    return [Line(at, 100.0 * share, style=style, label=label), *bounds]


def share_panel(
    layers: Sequence[Layer], stays: str, language: str, end: float | None = None
) -> Panel:
    """Return the panel of shares, with a line at 0 for what ``stays``."""
    limits = None if end is None else (0.0, end)
    return Panel(
        Axis(sentence("figure_axis_update", {}, language), limits=limits),
        Axis(sentence("figure_axis_share_left", {}, language), limits=(-3.0, 103.0)),
        (*layers, Rule(0.0, style="reference", label=stays)),
    )
