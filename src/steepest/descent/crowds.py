"""Many descents at once: from many starts (basins), and under many seeds of noise (escapes).

Every lane does what the function engine does for one run; all lanes advance together in numpy.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import normals_at, stream_key
from steepest.descent.backtracking import ARMIJO, ROUNDING, next_steps
from steepest.descent.checks import (
    check_numbers,
    check_options,
    check_real,
    check_step,
    check_whole,
    finite_numbers,
    start_of_function,
)
from steepest.descent.critical import CriticalPoint, critical_point
from steepest.descent.function_engine import TINY
from steepest.descent.functional import UNBOUNDED, minimize_function, objective_of
from steepest.descent.rules import Rule, rule_of
from steepest.descent.schedules import rate_factors
from steepest.objective.function import FunctionObjective, length, lengths
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Ends nearer to each other than this share of their scale are one place.
_SAME = 1e-4
_Z95 = 1.959963984540054
_DRAWN = 64
_DOUBLINGS = 1100


@dataclass(frozen=True, eq=False)
class Basins:
    """Where descent from many starts ends; see :func:`basins`.

    Attributes
    ----------
    starts, ends : array of shape (S, P)
        First and last points.
    updates : array of shape (S,)
        Updates each start took.
    which : array of shape (S,)
        The number of the place where it ended, -1 where it did not settle (it fell without end,
        left the domain, was held at a kink or a wall, or used up its epochs).
    places : tuple of CriticalPoint
        The places, the lowest first.

    Examples
    --------
    >>> basins("(x - 3)**2", [[0.0], [9.0]]).counts
    (2,)
    """

    starts: Floats
    ends: Floats
    updates: Ints
    which: Ints
    places: tuple[CriticalPoint, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many starts ended at each place."""
        return tuple(int((self.which == i).sum()) for i in range(len(self.places)))


def basins(
    function: str | FunctionObjective,
    starts: npt.ArrayLike,
    *,
    learning_rate: float | str = "auto",
    epochs: int = 10_000,
    tolerance: float = 1e-8,
) -> Basins:
    """Descend from many starts at once and say which valley each one ends in.

    Parameters
    ----------
    function : str or FunctionObjective
        As for ``minimize``.
    starts : array of shape (S, P)
        First points.
    learning_rate : float or "auto"
        As for ``minimize``; a large constant rate can leap from valley to valley.
    epochs : int
        Most updates of each start.
    tolerance : float
        A start has settled when its gradient norm is at most this times the larger of its norms
        at that start and at zero.

    Returns
    -------
    Basins

    Raises
    ------
    InputError
        If the starts do not have one column for each variable, or an option does not fit.

    Examples
    --------
    >>> found = basins("x**4/4 - x**2/2", [[-2.0], [0.5], [2.0]])
    >>> found.which.tolist(), [place.kind for place in found.places]
    ([0, 1, 1], ['minimum', 'minimum'])
    """
    objective, _, _ = objective_of(function)
    check_options(rate=learning_rate)
    check_step(learning_rate, "plain", "constant")
    check_numbers(epochs=epochs, tolerance=tolerance, batch_size=None, seed=0)
    first = finite_numbers("starts", starts)
    variables = len(objective.names)
    if first.ndim != 2 or first.shape[1] != variables:
        raise InputError("starts_shape", variables=variables, shape=first.shape)
    rate = None if learning_rate == "auto" else float(learning_rate)
    with np.errstate(all="ignore"):
        ends, updates, settled = _descended(objective, first, rate, epochs, tolerance)
        which, places = _places(objective, ends, settled)
    return Basins(first, ends, updates, which, places)


def _descended(
    objective: FunctionObjective, starts: Floats, rate: float | None, epochs: int, tolerance: float
) -> tuple[Floats, Ints, npt.NDArray[np.bool_]]:
    x = starts.copy()
    value, gradient = _evaluated(objective, x)
    at_zero = objective.gradient(np.zeros(objective.shape))
    scale = lengths(gradient)
    if np.isfinite(at_zero).all():
        scale = np.maximum(scale, length(at_zero))
    size = np.maximum(1.0, np.abs(value))
    norm = lengths(gradient)
    step = np.minimum(1.0, 1.0 / np.where(norm > 0.0, norm, 1.0))
    least = TINY * step
    updates = np.zeros(len(x), dtype=np.int64)
    exists = np.isfinite(value) & np.isfinite(norm)
    settled = exists & (norm <= tolerance * scale)  # at a pole both may be infinite
    going = exists & ~settled
    for _ in range(epochs):
        lanes = np.flatnonzero(going)
        if not len(lanes):
            break
        if rate is None:
            moved = _backtracked(objective, x, value, gradient, step, least, lanes)
            going[lanes[~moved]] = False
            lanes = lanes[moved]
        else:
            x[lanes] -= rate * gradient[lanes]
            value[lanes], gradient[lanes] = _evaluated(objective, x[lanes])
        updates[lanes] += 1
        norm = lengths(gradient[lanes])
        settled[lanes] = norm <= tolerance * scale[lanes]
        lost = ~np.isfinite(norm) | ~(np.abs(value[lanes]) <= UNBOUNDED * size[lanes])
        going[lanes] = ~settled[lanes] & ~lost
    return x, updates, settled


def _evaluated(objective: FunctionObjective, x: Floats) -> tuple[Floats, Floats]:
    points = x[..., None]
    return np.asarray(objective.value(points)), np.asarray(objective.gradient(points))[..., 0]


def _backtracked(
    objective: FunctionObjective,
    x: Floats,
    value: Floats,
    gradient: Floats,
    step: Floats,
    least: Floats,
    lanes: Ints,
) -> npt.NDArray[np.bool_]:
    """Advance lanes by one accepted step each, in place; return which ones found one."""
    pending = np.arange(len(lanes))
    moved = np.zeros(len(lanes), dtype=bool)
    trial = step[lanes]
    square = (gradient[lanes] ** 2).sum(axis=1)
    for _ in range(_DOUBLINGS):  # on a plateau the last step may be too short to move
        after = x[lanes] - trial[:, None] * gradient[lanes]
        short = (after == x[lanes]).all(axis=1) & (square > 0.0)
        if not short.any():
            break
        trial[short] *= 2.0
    while len(pending):
        own = lanes[pending]
        after = x[own] - trial[pending, None] * gradient[own]
        new_value, new_gradient = _evaluated(objective, after)
        promised = trial[pending] * square[pending]
        falls = new_value <= value[own] - ARMIJO * promised
        lost = promised <= ROUNDING * np.abs(value[own])
        slope = (new_gradient * gradient[own]).sum(axis=1)
        level = new_value <= value[own] + ROUNDING * np.abs(value[own])
        level &= slope >= -(1.0 - 2.0 * ARMIJO) * square[pending]
        fine = np.where(lost, level, falls) & np.isfinite(new_gradient).all(axis=1)
        fine &= np.isfinite(new_value)
        done = own[fine]
        way, change = after[fine] - x[done], new_gradient[fine] - gradient[done]
        step[done] = next_steps(way, change, trial[pending][fine])
        x[done], value[done], gradient[done] = after[fine], new_value[fine], new_gradient[fine]
        moved[pending[fine]] = True
        stuck = (after == x[own]).all(axis=1) | (trial[pending] < least[own])
        pending = pending[~fine & ~stuck]
        trial[pending] *= 0.5
    return moved


def _places(
    objective: FunctionObjective, ends: Floats, settled: npt.NDArray[np.bool_]
) -> tuple[Ints, tuple[CriticalPoint, ...]]:
    """Return the number of each lane's place, and the places, the lowest first."""
    which = np.full(len(ends), -1, dtype=np.int64)
    left = np.flatnonzero(settled)
    found: list[tuple[CriticalPoint, Ints]] = []
    while len(left):
        place = critical_point(objective, ends[left[0]])
        scale = _SAME * max(1.0, length(place.point))
        radius = max(scale, 2.0 * place.moved)
        near = lengths(ends[left] - place.point) <= radius
        near[0] = True
        found.append((place, left[near]))
        left = left[~near]
    found.sort(key=lambda one: one[0].value)
    for number, (_, members) in enumerate(found):
        which[members] = number
    return which, tuple(place for place, _ in found)


@dataclass(frozen=True, eq=False)
class Escapes:
    """How often and when noise drove descent off; see :func:`escapes`.

    Attributes
    ----------
    updates : array of shape (S,)
        Updates until each run had left, -1 for those that stayed.
    share, low, high : float
        Of runs that left, and its 95 % confidence interval (Wilson, 1927).
    facts : dict
        The numbers of the sentence: runs, escaped, median, noise, rate (and whether it was found
        automatically), rule, schedule, epochs, depth, level, and the ending without noise.

    Examples
    --------
    >>> left = escapes("x**2-y**2", [1.0, 0.0], noise=0.1, learning_rate=0.1, epochs=90, runs=9)
    >>> left.facts["escaped"], round(left.low, 3), left.high
    (9, 0.701, 1.0)
    """

    updates: Ints
    share: float
    low: float
    high: float
    facts: dict[str, object]

    def sentence(self, language: str = "en") -> str:
        """Return what was found, in one paragraph."""
        name = "escapes" if self.facts["escaped"] else "escapes_none"
        ending = phrase(f"ending_{self.facts['plain_ending']}")
        said = sentence(name, {**self.facts, "plain_ending": ending}, language)
        if not self.facts["automatic_rate"]:
            return said
        return f"{said} {sentence('escapes_constant', self.facts, language)}"


def escapes(
    function: str | FunctionObjective,
    start: npt.ArrayLike,
    *,
    noise: float,
    learning_rate: float | str = "auto",
    rule: str | Rule = "plain",
    schedule: str = "constant",
    epochs: int = 1000,
    runs: int = 1000,
    seed: int = 0,
    depth: float | None = None,
) -> Escapes:
    """Run noisy descent under many seeds, and count how often it leaves where plain descent ends.

    Run i has the seed ``seed + i`` and is the run that ``minimize`` does with it at that rate.

    Parameters
    ----------
    function : str or FunctionObjective
        As for ``minimize``.
    start : array of shape (P,)
        First point of all runs.
    noise : float
        Standard deviation of the Gaussian noise on each component of the gradient.
    learning_rate : float or "auto"
        A constant rate; ``auto`` takes the last one that backtracking without noise accepts, or
        1/L, L being the largest curvature, where it ends at once.
    rule, schedule
        As for ``minimize``, for a given rate.
    epochs : int
        Updates of each run.
    runs : int
        How many seeds.
    seed : int
        The first of them.
    depth : float, optional
        A run has left when its value is this far below the one at which descent without noise
        ends; by default as far as the start stands above it, or 1 if it does not.

    Returns
    -------
    Escapes

    Raises
    ------
    InputError
        If the noise is not positive, descent without it does not stay anywhere (it is unbounded or
        diverges), or an option does not fit.

    Examples
    --------
    >>> found = escapes("x**2-y**2", [1.0, 0.0], noise=0.1, learning_rate=0.1, epochs=90, runs=20)
    >>> found.facts["plain_ending"], found.share
    ('saddle', 1.0)
    """
    objective, _, _ = objective_of(function)
    check_numbers(epochs=epochs, tolerance=0.0, batch_size=None, seed=seed)
    check_real("noise", noise)
    check_whole("runs", runs)
    if not (math.isfinite(noise) and noise > 0.0):
        raise InputError("function_seeds", seeds=runs)
    if runs < 1:
        raise InputError("option_too_small", option="runs", value=runs, least=1)
    first, chosen = start_of_function(start, objective.names), rule_of(rule)
    plain = minimize_function(
        objective, start=first, learning_rate=learning_rate, rule=chosen, schedule=schedule
    )
    if plain.ending.name in ("unbounded", "diverged"):
        ending, took = phrase(f"ending_{plain.ending.name}"), int(plain.last("updates"))
        raise InputError("escapes_nothing_to_leave", ending=ending, updates=took)
    rate = _rate_after(plain) if learning_rate == "auto" else float(learning_rate)
    level = float(plain.metadata["critical"]["value"])
    above = float(plain["loss"][0]) - level
    wanted = (above if above > 0.0 else 1.0) if depth is None else depth
    seeds = range(seed, seed + runs)
    rates = rate * rate_factors(schedule, 0, epochs, epochs)
    updates = _left(objective, first, rates, chosen, noise, seeds, level - wanted)
    facts: dict[str, Any] = {
        **counted(updates),
        "noise": noise,
        "rate": rate,
        "automatic_rate": learning_rate == "auto",
        "rule": chosen.name,
        "schedule": schedule,
        "epochs": epochs,
        "depth": wanted,
        "level": level,
        "plain_ending": plain.ending.name,
    }
    return Escapes(updates, facts["share"], facts["low"], facts["high"], facts)


def _rate_after(plain: Trace) -> float:
    """Return the last rate that backtracking accepted, 1/L of where it began if it took none."""
    rate = plain.last("rate")
    if not math.isnan(rate):
        return rate
    largest = max(abs(one) for one in plain.metadata["critical"]["hessian_eigenvalues"])
    if not (math.isfinite(largest) and largest > 0.0):
        raise InputError("escapes_need_rate")
    return 1.0 / float(largest)


def _left(
    objective: FunctionObjective,
    start: Floats,
    rates: Floats,
    rule: Rule,
    noise: float,
    seeds: Sequence[int],
    bound: float,
) -> Ints:
    """Return after how many updates the value of each seed's run first fell below ``bound``."""
    keys = np.array([stream_key(one, "noise") for one in seeds], dtype=np.uint64)
    size = len(start)
    x = np.repeat(start[:, 0][None], len(keys), axis=0)
    lanes = np.arange(len(keys))
    left = np.full(len(keys), -1, dtype=np.int64)
    drawn = np.zeros((0, 0))
    memory = rule.begin(x)
    with np.errstate(all="ignore"):
        for update, rate in enumerate(rates.tolist()):
            if update % _DRAWN == 0:
                drawn = normals_at(keys[lanes], update * size, _DRAWN * size)
            place = (update % _DRAWN) * size
            gradient = np.asarray(objective.gradient(x[..., None]))[..., 0]
            noisy = gradient + noise * drawn[:, place : place + size]
            x, memory = rule.apply(x, noisy, memory, rate, update + 1)
            value = np.asarray(objective.value(x[..., None]))
            gone = value < bound
            left[lanes[gone]] = update + 1
            stays = ~gone & np.isfinite(value)
            x, lanes, drawn = x[stays], lanes[stays], drawn[stays]
            memory = tuple(one[stays] for one in memory)
            if not len(lanes):
                break
    return left


def counted(updates: Ints) -> dict[str, Any]:
    """Return how many runs left, their share with its interval, and when half of them had.

    >>> counted(np.array([4, -1, 2]))["escaped"], counted(np.array([4, -1, 2]))["median"]
    (2, 3.0)
    """
    runs, escaped = len(updates), int((updates >= 0).sum())
    low, high = wilson(escaped, runs)
    median = float(np.median(updates[updates >= 0])) if escaped else None
    share = escaped / runs
    return {
        "runs": runs,
        "escaped": escaped,
        "share": share,
        "low": low,
        "high": high,
        "median": median,
    }


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % confidence interval of a share (Wilson, JASA 22 (1927) 209-212).

    >>> [round(bound, 4) for bound in wilson(0, 10)]
    [0.0, 0.2775]
    """
    share, z2 = count / total, _Z95**2
    centre = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z95 * math.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    low = centre - half if count else 0.0
    return max(0.0, low), min(1.0, centre + half) if count < total else 1.0
