"""Searches: the loss on a grid of parameters, all at once or coarse to fine.

A grid of n points for each of k parameters costs n^k evaluations, which is why nobody searches
with many weights; what it would cost is said before it is refused. Coarse-to-fine search keeps
the box around the best point of a coarse grid and refines it; it costs (rounds) x n^k, and
finds the minimum only where the best coarse point lies in its valley, as it always does for a
convex loss of one parameter, and as it may not for others.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.loop import Watch
from steepest.trace.endings import Ending
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

MOST_EVALUATIONS = 10_000_000
POINTS = {"exhaustive": 101, "coarse-to-fine": 11}
_CHUNK = 65_536
_KEPT = 10_000
# A person's idea of an evaluation a second, for the arithmetic of a refusal.
_EVALUATIONS_A_SECOND = 1e6


@dataclass(frozen=True)
class Range:
    """One searched parameter: its place among the table-unit parameters, and its bounds.

    >>> Range("w", 0, -1.0, 1.0).high
    1.0
    """

    name: str
    place: int
    low: float
    high: float


def search(
    value: Callable[[Floats], Floats],
    base: Floats,
    ranges: Sequence[Range],
    *,
    method: str,
    points: int,
    rounds: int = 1000,
    width: float = 1e-9,
    target_loss: float | None = None,
    watch: Watch | None = None,
) -> Trace:
    """Search a grid for the smallest value.

    Parameters
    ----------
    value : function
        From parameters (m, p) to their values (m,).
    base : array of shape (p,)
        Where the parameters without a range are held.
    ranges : sequence of Range
        The searched parameters.
    method : {"exhaustive", "coarse-to-fine"}
        One grid, or ever finer ones.
    points : int
        Grid points for each searched parameter, both ends included.
    rounds : int
        Most grids of a coarse-to-fine search.
    width : float
        It ends when a grid step is at most this share of the first box.
    target_loss : float, optional
        It ends when the best value is at most this.
    watch : function, optional
        Called with the newest trace row after every grid.

    Returns
    -------
    Trace
        One row a grid: ``epoch`` (round), ``evaluations``, ``loss`` (the best so far); the path
        holds the best point (n, p, 1); ``updates`` hold the evaluated ``points`` (m, p, 1) and
        their ``losses`` (m,), evenly thinned beyond 10,000.

    Raises
    ------
    InputError
        If there is no range, or the grid has more than 10,000,000 points.

    Examples
    --------
    >>> trace = search(lambda w: (w[:, 0] - 2.0) ** 2, np.zeros(1), [Range("w", 0, 0.0, 4.0)],
    ...                method="exhaustive", points=5)
    >>> float(trace.parameters[0, 0]), trace.columns["evaluations"].tolist()
    (2.0, [5.0])
    """
    count = check_grid(len(ranges), points, method)
    lows = np.array([one.low for one in ranges])
    highs = np.array([one.high for one in ranges])
    first = highs - lows
    best, best_loss = np.array(base, dtype=np.float64), math.inf
    rows: list[tuple[float, float, float, float]] = []
    path: list[Floats] = []
    seen: list[tuple[Floats, Floats]] = []
    started = time.perf_counter()
    name, told = "epochs_used_up", "searched_exhaustive"
    edges: list[str] = []
    for number in range(1, (rounds if method == "coarse-to-fine" else 1) + 1):
        found, loss, evaluated = _grid(value, base, ranges, lows, highs, points)
        seen.append(evaluated)
        if loss < best_loss:
            best, best_loss = found, loss
        rows.append((number, number * count, best_loss, time.perf_counter() - started))
        path.append(best[:, None])
        if watch is not None:
            watch({"epoch": float(number), "loss": best_loss})
        if target_loss is not None and best_loss <= target_loss:
            name, told = "target_loss_reached", "target_loss_reached_by_search"
            break
        edges = _edges(best, ranges)
        if method == "exhaustive":
            told = "searched_edge" if edges else told
            break
        told = "searched_coarse_to_fine_edge" if edges else "searched_coarse_to_fine"
        step = (highs - lows) / (points - 1)
        if (step <= width * first).all():
            break
        centre = best[[one.place for one in ranges]]
        lows = np.maximum([one.low for one in ranges], centre - step)
        highs = np.minimum([one.high for one in ranges], centre + step)
    table = np.array(rows)
    columns = dict(zip(("epoch", "evaluations", "loss", "seconds"), table.T, strict=True))
    facts = {
        "evaluations": int(table[-1, 1]),
        "rounds": len(rows),
        "points": points,
        "count": len(ranges),
        "searched": [f"{one.name} = {best[one.place]:.6g}" for one in ranges],
        "loss": best_loss,
        "target_loss": target_loss,
        "edges": edges,
        "step": [
            f"{(high - low) / (points - 1):.3g}" for low, high in zip(lows, highs, strict=True)
        ],
    }
    updates = _thinned(seen)
    return Trace(columns, np.array(path), best[:, None], Ending(name, told, facts), updates)


def _edges(best: Floats, ranges: Sequence[Range]) -> list[str]:
    """Return the names of the parameters whose best value is an end of their range."""
    return [one.name for one in ranges if best[one.place] in (one.low, one.high)]


def check_grid(parameters: int, points: int, method: str) -> int:
    """Return the evaluations of one grid, or refuse it with the arithmetic."""
    least = 4 if method == "coarse-to-fine" else 2
    if points < least:
        raise InputError("too_few_points", points=points, least=least, method=method)
    if parameters == 0:
        raise InputError("search_needs_range", method=method)
    count: int = points**parameters
    if count > MOST_EVALUATIONS:
        duration = _duration(count / _EVALUATIONS_A_SECOND)
        raise InputError(
            "search_too_large",
            points=points,
            parameters=parameters,
            evaluations=float(count),
            duration=duration,
            most=MOST_EVALUATIONS,
        )
    return count


def _duration(seconds: float) -> object:
    for unit, size in (("years", 3.156e7), ("days", 86_400.0), ("hours", 3_600.0)):
        if seconds >= size:
            return phrase(f"duration_{unit}", amount=seconds / size)
    return phrase("duration_seconds", amount=seconds)


def _grid(
    value: Callable[[Floats], Floats],
    base: Floats,
    ranges: Sequence[Range],
    lows: Floats,
    highs: Floats,
    points: int,
) -> tuple[Floats, float, tuple[Floats, Floats]]:
    axes = [np.linspace(low, high, points) for low, high in zip(lows, highs, strict=True)]
    places = [one.place for one in ranges]
    best, best_loss = np.array(base), math.inf
    kept: list[tuple[Floats, Floats]] = []
    every = -(-(points ** len(ranges)) // _KEPT)
    shape = (points,) * len(ranges)
    for done in range(0, points ** len(ranges), _CHUNK):
        numbers = np.arange(done, min(done + _CHUNK, points ** len(ranges)))
        candidates = np.repeat(np.array(base, dtype=np.float64)[None], len(numbers), axis=0)
        for place, axis, index in zip(places, axes, np.unravel_index(numbers, shape), strict=True):
            candidates[:, place] = axis[index]
        losses = value(candidates)
        losses = np.where(np.isnan(losses), np.inf, losses)
        lowest = int(np.argmin(losses))
        if losses[lowest] < best_loss:
            best, best_loss = candidates[lowest].copy(), float(losses[lowest])
        rows = np.flatnonzero(numbers % every == 0)
        kept.append((candidates[rows], losses[rows]))
    return (
        best,
        best_loss,
        (
            np.concatenate([one[0] for one in kept]),
            np.concatenate([one[1] for one in kept]),
        ),
    )


def _thinned(seen: Sequence[tuple[Floats, Floats]]) -> dict[str, Floats]:
    points = np.concatenate([one[0] for one in seen])
    losses = np.concatenate([one[1] for one in seen])
    every = -(-len(points) // _KEPT)
    return {"points": points[::every, :, None], "losses": losses[::every]}
