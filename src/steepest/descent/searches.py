"""Searches: the loss on a grid of parameters, all at once or coarse to fine.

A grid of n points for each of k parameters costs n^k evaluations, which is why nobody searches
with many weights; what it would cost is said before it is refused. Coarse-to-fine search keeps
the box around the best point of a coarse grid and refines it; it costs (rounds) x n^k, and
finds the minimum only where the best coarse point lies in its valley, as it always does for a
convex loss of one parameter, and as it may not for others.
"""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields

import numpy as np
import numpy.typing as npt

from steepest.descent.interrupt import stop_requests
from steepest.descent.loop import Watch
from steepest.descent.snapshot import Keeper
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
    keeper: Keeper | None = None,
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
    keeper : Keeper, optional
        Where to leave the search, whose epochs are then chunks of 65,536 evaluations, and to take
        it up again.

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
    rounds = rounds if method == "coarse-to-fine" else 1
    found = _begun(base, ranges, keeper)
    name, told = "epochs_used_up", "searched_exhaustive"
    edges: list[str] = []
    while True:
        _search_grid(found, value, base, ranges, points, keeper)
        row = (len(found.rows) + 1, (len(found.rows) + 1) * count, found.best_loss, found.seconds())
        found.rows.append(row)
        found.path.append(found.best[:, None])
        if watch is not None:
            watch({"epoch": float(len(found.rows)), "loss": found.best_loss})
        if target_loss is not None and found.best_loss <= target_loss:
            name, told = "target_loss_reached", "target_loss_reached_by_search"
            break
        edges = _edges(found.best, ranges)
        if method == "exhaustive":
            told = "searched_edge" if edges else told
            break
        told = "searched_coarse_to_fine_edge" if edges else "searched_coarse_to_fine"
        if not found.refine(ranges, points, width) or len(found.rows) == rounds:
            break
    table = np.array(found.rows)
    columns = dict(zip(("epoch", "evaluations", "loss", "seconds"), table.T, strict=True))
    facts = {
        "evaluations": int(table[-1, 1]),
        "rounds": len(found.rows),
        "points": points,
        "count": len(ranges),
        "searched": [f"{one.name} = {found.best[one.place]:.6g}" for one in ranges],
        "loss": found.best_loss,
        "target_loss": target_loss,
        "edges": edges,
        "step": [f"{step:.3g}" for step in (found.highs - found.lows) / (points - 1)],
    }
    ending = Ending(name, told, facts)
    return Trace(columns, np.array(found.path), found.best[:, None], ending, _thinned(found.seen))


@dataclass
class _Found:
    """What a search has come to: its box, its best point, what it has seen of the grid.

    ``done`` points of the grid are evaluated; ``grid_best`` is the best of them.
    """

    lows: Floats
    highs: Floats
    best: Floats
    grid_best: Floats
    best_loss: float = math.inf
    grid_loss: float = math.inf
    done: int = 0
    chunks: int = 0
    rows: list[tuple[float, float, float, float]] = field(default_factory=list)
    path: list[Floats] = field(default_factory=list)
    seen: list[tuple[Floats, Floats]] = field(default_factory=list)
    spent: float = 0.0
    started: float = 0.0

    def seconds(self) -> float:
        """Return how long the search has taken, before and after it was taken up again."""
        return self.spent + time.perf_counter() - self.started

    def refine(self, ranges: Sequence[Range], points: int, width: float) -> bool:
        """Move to the finer grid around the best point; return whether it is worth it."""
        step = (self.highs - self.lows) / (points - 1)
        first = np.array([one.high - one.low for one in ranges])
        if (step <= width * first).all():
            return False
        centre = self.best[[one.place for one in ranges]]
        self.lows = np.maximum([one.low for one in ranges], centre - step)
        self.highs = np.minimum([one.high for one in ranges], centre + step)
        return True


def _begun(base: Floats, ranges: Sequence[Range], keeper: Keeper | None) -> _Found:
    """Return a search at its beginning, or where an earlier process left it."""
    left = None if keeper is None else keeper.load()
    if left is not None:
        return _Found(**left["found"], started=time.perf_counter())
    lows, highs = (np.array([getattr(one, end) for one in ranges]) for end in ("low", "high"))
    point = np.array(base, dtype=np.float64)
    return _Found(lows, highs, point, point, started=time.perf_counter())


def _keep(keeper: Keeper, found: _Found) -> None:
    values = {one.name: getattr(found, one.name) for one in fields(found)}
    values["spent"] = found.seconds()
    del values["started"]
    keeper.save({"found": values, "progress": {"epoch": found.chunks}}, found.chunks)


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


def _search_grid(
    found: _Found,
    value: Callable[[Floats], Floats],
    base: Floats,
    ranges: Sequence[Range],
    points: int,
    keeper: Keeper | None,
) -> None:
    """Evaluate what is left of a grid; a signal is obeyed once the search is kept."""
    total = points ** len(ranges)
    if keeper is None:
        while found.done < total:
            _search_chunk(found, value, base, ranges, points)
    else:
        with stop_requests() as requests:
            while found.done < total and requests.signal is None:
                _search_chunk(found, value, base, ranges, points)
                if requests.signal is not None or keeper.due(found.chunks):
                    _keep(keeper, found)
        if requests.signal is not None:
            signal.raise_signal(requests.signal)
    if found.grid_loss < found.best_loss:
        found.best, found.best_loss = found.grid_best, found.grid_loss
    found.done, found.grid_best, found.grid_loss = 0, np.array(base), math.inf


def _search_chunk(
    found: _Found,
    value: Callable[[Floats], Floats],
    base: Floats,
    ranges: Sequence[Range],
    points: int,
) -> None:
    """Evaluate the next points of the grid."""
    total, shape = points ** len(ranges), (points,) * len(ranges)
    numbers = np.arange(found.done, min(found.done + _CHUNK, total))
    candidates = np.repeat(np.array(base, dtype=np.float64)[None], len(numbers), axis=0)
    indices = np.unravel_index(numbers, shape)
    for one, low, high, index in zip(ranges, found.lows, found.highs, indices, strict=True):
        candidates[:, one.place] = np.linspace(low, high, points)[index]
    losses = value(candidates)
    losses = np.where(np.isnan(losses), np.inf, losses)
    lowest = int(np.argmin(losses))
    if losses[lowest] < found.grid_loss:
        found.grid_best, found.grid_loss = candidates[lowest].copy(), float(losses[lowest])
    rows = np.flatnonzero(numbers % -(-total // _KEPT) == 0)
    found.seen.append((candidates[rows], losses[rows]))
    found.done += len(numbers)
    found.chunks += 1


def _thinned(seen: Sequence[tuple[Floats, Floats]]) -> dict[str, Floats]:
    points = np.concatenate([one[0] for one in seen])
    losses = np.concatenate([one[1] for one in seen])
    every = -(-len(points) // _KEPT)
    return {"points": points[::every, :, None], "losses": losses[::every]}
