"""True mini-batches at a saddle: all rows, which stay, beside batches, which leave; how often."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.batch_crowds import BatchEscapes
from steepest.figures.figure import Figure, Layer, Panel, Points
from steepest.figures.landscapes import path_layers
from steepest.figures.said import table_of
from steepest.figures.styles import MOST_RUNS
from steepest.function_figures.grounds import (
    Box,
    box_round,
    plane_panel,
    several,
    tidy,
    versions,
)
from steepest.function_figures.noise import share_lines, share_panel, share_row
from steepest.objective.function import FunctionObjective
from steepest.trace.record import Trace
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


def batch_escapes_figure(
    found: BatchEscapes | Sequence[BatchEscapes],
    runs: Trace | Sequence[Trace],
    function: FunctionObjective,
    *,
    box: Box | None = None,
    language: str = "en",
) -> Figure:
    """Return recorded runs on all rows and on batches, and the share of runs that left by update.

    Parameters
    ----------
    found : BatchEscapes or sequence of BatchEscapes
        Of :func:`batch_escapes`, one for each batch size, at most five.
    runs : Trace or sequence of Trace
        Of ``minimize`` on the same function, rows and start, at most five.
    function : FunctionObjective
        The function over all rows, of two parameters: ``program_of(function, start, data)``.
    box : ((low, high), (low, high)), optional
        What is shown of it; round the paths by default.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``batch_escapes``; its table holds share, confidence interval and median updates.

    Raises
    ------
    InputError
        If there is nothing to show, too much, or the function has not two parameters.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> from steepest import batch_escapes, minimize, program_of
    >>> def unexplained(w, rows):  # mean squared distance from the line along w
    ...     return jnp.mean(((rows - (rows @ w)[:, None] * w) ** 2).sum(axis=1))
    >>> rows = np.array([[3.0, 1.0], [-3.0, 1.0], [2.0, 2.0], [-2.0, 2.0]])
    >>> program = program_of(unexplained, [0.0, 0.3], rows)
    >>> counts = batch_escapes(program, None, None, learning_rate=0.01, runs=20)
    >>> shown = batch_escapes_figure(counts, minimize(program, learning_rate=0.01), program)
    >>> shown.table.rows[0][:4]
    (1, 20, 20, 100.0)
    """
    kept = several(runs)
    counts = [found] if isinstance(found, BatchEscapes) else list(found)
    if not 1 <= len(counts) <= MOST_RUNS:
        raise InputError("figure_too_many_runs", count=len(counts), most=MOST_RUNS)
    if len(function.names) != 2:
        raise InputError("starts_shape", variables=len(function.names), shape=(2,))
    first = counts[0].facts
    facts: dict[str, Any] = {
        **first,
        "function": str(kept[0].metadata["function"]),
        "shares": "; ".join(_said(one, language) for one in counts),
        "level": tidy(float(str(first["level"]))),
        "plain": sentence(f"figure_ending_{first['plain_ending']}", {}, language),
        "count": len(kept),
    }
    heads = ("batch_size", "runs", "left", "share", "share_low", "share_high", "median")
    said = sentence("figure_batch_escapes_caption", facts, language)
    return Figure(
        kind="batch_escapes",
        title=sentence("figure_batch_escapes_title", facts, language),
        panels=(_paths(kept, function, box, language), _shares(counts, kept, language)),
        columns=2,
        caption=said,
        alt=joined([sentence("figure_batch_escapes_alt", facts, language), said], language),
        table=table_of(heads, [share_row(one, "batch_size") for one in counts], language),
        language=language,
        provenance={**versions(), "escapes": [dict(one.facts) for one in counts]},
    )


def _said(one: BatchEscapes, language: str) -> str:
    shares = {"share": 100.0 * one.share, "low": 100.0 * one.low, "high": 100.0 * one.high}
    which = "figure_batch_share" if one.facts["escaped"] else "figure_batch_none"
    return sentence(which, {**one.facts, **shares}, language)


def _way(run: Trace) -> Floats:
    """Return the points (n, 2) of a run: every update if they were kept, else every epoch."""
    points = run.path[..., 0]
    if "parameters" in run.updates:
        points = np.concatenate([run.updates["parameters"][..., 0], points[-1:]])
    return points[np.isfinite(points).all(axis=1)]


def _paths(
    runs: Sequence[Trace], function: FunctionObjective, box: Box | None, language: str
) -> Panel:
    ways = [_way(run) for run in runs]
    shown, equal = box_round(np.concatenate(ways), box)
    layers: list[Layer] = []
    for place, (run, way) in enumerate(zip(runs, ways, strict=True), start=1):
        about, rows = run.metadata, run.metadata["facts"]["rows"]
        facts = {"size": about["batch_size"], "seed": about["seed"], "rows": rows}
        name = "figure_all_rows" if about["method"] == "batch" else "figure_batch_run"
        label = sentence(name, facts, language)
        layers += path_layers(way, f"run-{place} path", label, shown[0], shown[1])
        ended = run.metadata.get("critical", {}).get("kind")
        if ended:
            label = sentence(f"point_kind_{ended}", {}, language)
            layers.append(Points(way[-1:, 0], way[-1:, 1], style=f"end-{ended}", label=label))
    start = sentence("figure_network_start", {}, language)
    layers.append(Points(ways[0][:1, 0], ways[0][:1, 1], style="start", label=start))
    return plane_panel(function, shown, layers, equal=equal)


def _shares(counts: Sequence[BatchEscapes], runs: Sequence[Trace], language: str) -> Panel:
    """Return the share that has left by update; a batch size looks as its first path does."""
    sizes = [None if run.metadata["method"] == "batch" else _size(run) for run in runs]
    free = iter(sorted(range(1, 7), key=lambda number: number <= len(runs)))
    last = max(int(one.updates.max(initial=0)) for one in counts)
    most = max(float(str(one.facts["total_updates"])) for one in counts)
    end = min(1.1 * last, most) if last > 0 else most  # beyond, the shares are level
    layers: list[Layer] = []
    for one in counts:
        size = one.facts["batch_size"]
        place = sizes.index(size) + 1 if size in sizes else next(free)
        label = sentence("figure_batch_label", {"size": size}, language)
        layers += share_lines(one, f"run-{place}", label, end)
    stays = sentence("figure_all_rows_stay", {}, language)
    return share_panel(layers, stays, language, end)


def _size(run: Trace) -> Any:
    return run.metadata["batch_size"]
