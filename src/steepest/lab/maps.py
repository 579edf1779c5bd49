"""What takes several runs: the map of rates and batch sizes, and runs compared on the same axes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from steepest import Figure, InputError, Trace, figure_of
from steepest.figures.outcomes import outcome_map, outcome_of
from steepest.fitting.resolving import check_against_rows
from steepest.fitting.table_fit import trained
from steepest.lab.runs import Bench, Made, Runs, options_of
from steepest.lab.states import State
from steepest.lab.work import Work

# Looks at rows that a whole map may take: a few seconds.
VISITS = 40_000_000
MOST_RATES, MOST_SIZES = 16, 8
_FEWEST_EPOCHS, _MOST_EPOCHS = 3, 50


def rate_map(
    state: State, runs: Runs, work: Work, rates: Sequence[float], sizes: Sequence[int]
) -> Figure:
    """Return where runs end that differ from a definite state in rate and batch size only."""
    if state.searched:
        raise InputError("lab_map_of_descent", method=state.method)
    bench = runs.bench(state)
    count = bench.rows.training.rows
    batches = [n for n in sizes if 1 <= n <= count] or _sizes(count)
    chosen = list(rates) or _rates(state, bench, batches)
    cells = len(chosen) * len(batches[:MOST_SIZES])
    most = min(state.epochs, _MOST_EPOCHS)
    epochs = max(_FEWEST_EPOCHS, min(most, VISITS // max(1, cells * count)))
    epochs = min(epochs, state.epochs)
    traces, bounds = [], []
    for size in batches[:MOST_SIZES]:
        batch: int | str = "all" if size == count else size
        bound = _bound(replace(state, batch=batch), bench, size)
        bounds += [(bound, size)] if np.isfinite(bound) else []
        for rate in chosen[:MOST_RATES]:
            work.look()
            cell = replace(state, batch=batch, rate=rate, epochs=epochs)
            traces.append(_trace(cell, bench, work))
    lowest = bench.bowl.floor if bench.bowl else _lowest(traces)
    outcomes = [outcome_of(trace, lowest) for trace in traces]
    return outcome_map(outcomes, epochs=epochs, bounds=bounds, language=state.lang)


def _trace(state: State, bench: Bench, work: Work) -> Trace:
    options = options_of(state).checked()
    check_against_rows(options, bench.rows)
    return trained(bench.problem, bench.rows, options, work.look)


def _lowest(traces: Sequence[Trace]) -> float:
    """Return the lowest loss that any run reached: of losses whose optimum no formula tells."""
    with np.errstate(invalid="ignore"):
        return float(np.nanmin([np.nanmin(trace["loss"]) for trace in traces]))


def _bound(state: State, bench: Bench, size: int) -> float:
    options = options_of(state)
    found = bench.problem.bounds(size, options.walk, options.update_rule)
    return float("nan") if found is None else float(found.largest_stable)


def _sizes(count: int) -> list[int]:
    """Return about six batch sizes from one row to all."""
    return sorted({round(one) for one in np.geomspace(1, count, 6)})


def _rates(state: State, bench: Bench, sizes: Sequence[int]) -> list[float]:
    """Return rates from far below the lowest bound to beyond the highest, of two digits."""
    found = [_bound(replace(state, batch="all"), bench, size) for size in (sizes[0], sizes[-1])]
    known = [one for one in found if np.isfinite(one)] or [2.0 * (bench.unit or 0.5)]
    ends = np.geomspace(min(known) / 20.0, 2.0 * max(known), 12)
    return [float(f"{one:.2g}") for one in ends]


def compared(
    made: Sequence[Made], x: str, language: str
) -> tuple[dict[str, Figure], Mapping[str, str]]:
    """Return the figures of several runs, and why one cannot be drawn."""
    runs = [one.recorded for one in made]
    figures: dict[str, Figure] = {}
    missing: dict[str, str] = {}
    options: dict[str, dict[str, Any]] = {
        "loss": {"x": x, "smoothing": made[0].state.smoothing},
        "contour": {},
    }
    for view, given in options.items():
        try:
            figures[view] = figure_of(runs, view, language=language, **given)
        except InputError as error:
            missing[view] = error.in_language(language)[0]
    return figures, missing
