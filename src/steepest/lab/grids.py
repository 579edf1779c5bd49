"""What searches go through: the ranges that a state names, and points that can be afforded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from steepest.data.table import Note
from steepest.descent.searches import POINTS
from steepest.lab.states import State

# Evaluations that a search of the page may take in all: about half a second.
MOST_SEARCHED = 2_000_000
# The same while something is dragged: about 10 ms.
PREVIEW_SEARCHED = 20_000
_LEAST = {"exhaustive": 2, "coarse-to-fine": 4}
# A coarse-to-fine search ends when a grid step is this share of the first box.
_WIDTH = 1e-9
Ranges = dict[str, tuple[float, float]]


def ranges_of(state: State) -> Ranges:
    """Return low and high by name, as the state has them.

    >>> ranges_of(State(ranges=("a=b=-1.0:2.5",)))
    {'a=b': (-1.0, 2.5)}
    """
    made = {}
    for text in state.ranges:
        name, _, bounds = text.rpartition("=")
        low, _, high = bounds.partition(":")
        made[name] = (float(low), float(high))
    return made


def rounds_of(method: str, points: int) -> int:
    """Return how many grids a search takes.

    >>> rounds_of("exhaustive", 101), rounds_of("coarse-to-fine", 11)
    (1, 13)
    """
    if method == "exhaustive":
        return 1
    shrunk = math.log(_WIDTH * (points - 1)) / math.log(2.0 / (points - 1))
    return 1 + max(0, math.ceil(shrunk))


def evaluations(method: str, points: int, parameters: int) -> int:
    """Return the evaluations of a whole search."""
    return rounds_of(method, points) * int(points**parameters)


def affordable(method: str, parameters: int, points: int | None, most: int = MOST_SEARCHED) -> int:
    """Return the points wanted, or the most with which a search stays within ``most`` evaluations.

    >>> affordable("exhaustive", 2, None), affordable("exhaustive", 4, None)
    (101, 37)
    """
    count = max(_LEAST[method], POINTS[method] if points is None else points)
    while count > _LEAST[method] and evaluations(method, count, parameters) > most:
        count -= 1
    return count


def most_parameters(method: str) -> int:
    """Return how many parameters a search can take at all.

    >>> most_parameters("exhaustive"), most_parameters("coarse-to-fine")
    (20, 7)
    """
    count = 1
    while evaluations(method, _LEAST[method], count + 1) <= MOST_SEARCHED:
        count += 1
    return count


def fitting(state: State, names: Sequence[str], searched: int) -> tuple[State, list[Note]]:
    """Return the state with ranges of parameters that there are, and points that are affordable.

    ``searched`` is the number of parameters that are searched where no range is named.
    """
    notes: list[Note] = []
    given = ranges_of(state)
    kept = [text for text, name in zip(state.ranges, given, strict=True) if name in names]
    lost = [name for name in given if name not in names]
    if lost:
        notes.append(Note("lab_no_range", {"names": lost, "known": list(names)[:20]}))
    if not state.searched:
        return replace(state, ranges=tuple(kept)), notes
    most = most_parameters(state.method)
    if len(kept) > most:
        cut = {"count": len(kept), "kept": most, "most": MOST_SEARCHED}
        notes.append(Note("lab_ranges_cut", cut))
    state = replace(state, ranges=tuple(kept[:most]))
    count = len(state.ranges) or searched
    wanted = POINTS[state.method] if state.points is None else state.points
    points = affordable(state.method, count, state.points)
    if points != wanted:
        facts = {
            "points": wanted,
            "parameters": count,
            "evaluations": float(evaluations(state.method, max(wanted, 4), count)),
            "kept": points,
            "most": MOST_SEARCHED,
        }
        notes.append(Note("lab_points", facts))
        state = replace(state, points=points)
    return state, notes


def round_range(one: float, other: float) -> tuple[float, float]:
    """Return round numbers that hold two values with room: what one would try, not knowing better.

    >>> round_range(0.0, 2.5), round_range(3.0, 3.0)
    ((-2.0, 4.0), (1.0, 5.0))
    """
    low, high = sorted((one, other))
    way = (high - low) or abs(low) or 1.0
    low, high = low - 0.5 * way, high + 0.5 * way
    unit = 10.0 ** math.floor(math.log10(high - low))
    ends = (math.floor(low / unit) * unit, math.ceil(high / unit) * unit)
    return float(f"{ends[0]:.12g}"), float(f"{ends[1]:.12g}")


def chosen(given: Mapping[str, tuple[float, float]], names: Sequence[str]) -> list[str]:
    """Return the names that have a range, in the model's order."""
    return [name for name in names if name in given]
