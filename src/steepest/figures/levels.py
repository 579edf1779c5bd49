"""Contour levels at numbers a person would choose, and the part of a plane worth showing."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from steepest.objective.landscape import Plane

Floats = npt.NDArray[np.float64]
_MOST = 9
# Share of the shown box left free on each side of what must be seen.
_MARGIN = 0.18


def levels_of(heights: Floats, lowest: float | None = None) -> Floats:
    """Return contour levels, evenly spaced in the logarithm of the loss or of its excess.

    Parameters
    ----------
    heights : array of shape (n, m)
        Of the shown part of the surface.
    lowest : float, optional
        The minimum; the lowest of the heights where it is not known.

    Examples
    --------
    >>> levels_of(np.array([[0.012, 25.0]])).tolist()
    [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0]
    """
    finite = heights[np.isfinite(heights)]
    low, high = (float(finite.min()), float(finite.max())) if len(finite) else (0.0, 1.0)
    floor = low if lowest is None else min(lowest, low)
    if not high > low:
        return np.array([low])
    chosen = _chosen(low, high, floor)
    return chosen if len(chosen) > 1 else np.linspace(low, high, 5)[1:-1]


def _chosen(low: float, high: float, floor: float) -> Floats:
    if floor < 0.0:
        return _even(low, high)
    if floor > 0.0 and high > 30.0 * floor:
        return _round_numbers(max(low, floor * 1.2), high)
    excess = _round_numbers(max(low - floor, (high - floor) * 2e-3), high - floor)
    tidy = [round(floor + e, 1 - math.floor(math.log10(e))) for e in excess.tolist()]
    return np.unique([level for level in tidy if low < level < high])


def _even(low: float, high: float) -> Floats:
    step = _round_up((high - low) / _MOST)
    return np.asarray(step * np.arange(math.ceil(low / step), math.floor(high / step) + 1.0))


def _round_up(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= value * (1 - 1e-9))


def _round_numbers(low: float, high: float) -> Floats:
    """Return numbers of the series 1-2-5 between low and high, or of a coarser one."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for series in ((1, 2, 5), (1, 3), (1,)):
        # the decimal text is the nearest float64: 0.02, not 2 * 0.01
        chosen = np.array([float(f"{m}e{power}") for power in powers for m in series])
        chosen = chosen[(chosen > low) & (chosen < high)]
        if len(chosen) <= _MOST + 1:
            return chosen
    return np.asarray(chosen[:: -(-len(chosen) // _MOST)])


def shown_box(
    plane: Plane, must: Floats, *, equal: bool = True
) -> tuple[tuple[float, float], tuple[float, float], bool]:
    """Return the limits of both axes round what must be seen, and whether one unit fits both.

    Parameters
    ----------
    plane : Plane
        Where it lies.
    must : array of shape (n, P, K)
        Points that must be inside.
    equal : bool
        Whether to ask for one unit; refused where one side is more than four times the other.
    """
    seen = plane.coordinates(must)
    seen = seen[np.isfinite(seen).all(axis=1)]
    low, high = seen.min(axis=0), seen.max(axis=0)
    width = high - low
    whole = float(width.max()) or max(1.0, float(np.abs(low).max()))
    even = bool(equal and width.min() > 0.25 * whole) or bool(equal and width.min() == 0.0)
    width = np.maximum(width, whole if even else np.where(width > 0.0, width, 0.3 * whole))
    centre, half = (low + high) / 2.0, width * (0.5 + _MARGIN)
    first, second = ((float(c - h), float(c + h)) for c, h in zip(centre, half, strict=True))
    return first, second, even
