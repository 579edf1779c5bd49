"""The loss of a program around the path of its descent, along the path's principal directions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.objective.landscape import Surface, path_plane, surface
from steepest.programs.program import Program
from steepest.trace.record import Trace
from steepest.words.catalogue import sentence

Floats = npt.NDArray[np.float64]

_MARGIN = 0.25


@dataclass(frozen=True, eq=False)
class PathLandscape:
    """The losses on the plane of a path's two principal directions; see :func:`path_landscape`.

    Attributes
    ----------
    surface : Surface
        Heights (n, n): true losses over all rows at the points of the plane.
    path : array of shape (m, 2)
        The path's points as the plane sees them.
    losses : array of shape (m,)
        The losses recorded there; NaN where none was.
    distances : array of shape (m,)
        How far each point is from the plane: its loss is not the surface's there.
    explained : tuple of float
        Shares of the squared way to the end along both directions.

    Examples
    --------
    >>> from steepest import minimize, program_of
    >>> bowl = program_of(lambda p: (p * p).sum(), [3.0, 4.0])
    >>> seen = path_landscape(bowl, minimize(bowl), points=3)
    >>> seen.path.shape[1], [round(share, 6) for share in seen.explained]
    (2, [1.0, 0.0])
    """

    surface: Surface
    path: Floats
    losses: Floats
    distances: Floats
    explained: tuple[float, float]

    def sentence(self, language: str = "en") -> str:
        """Return how much of the path the plane shows, and how far the path leaves it."""
        way = float(np.hypot(*(self.path[0] - self.path[-1])))
        facts = {
            "first": self.explained[0],
            "second": self.explained[1],
            "both": sum(self.explained),
            "distance": float(self.distances.max()),
            "way": way,
            "lowest": float(np.nanmin(self.surface.heights)),
            "highest": float(np.nanmax(self.surface.heights)),
        }
        return sentence("path_landscape", facts, language)


def path_landscape(program: Program, trace: Trace, *, points: int = 41) -> PathLandscape:
    """Return the loss of a program on the plane that shows most of a path.

    Parameters
    ----------
    program : Program
        What was minimized; of a network ``network_program``.
    trace : Trace
        Of its descent.
    points : int
        Of the grid, along each direction; every one is an evaluation over all rows.

    Examples
    --------
    >>> from steepest import minimize, program_of
    >>> bowl = program_of(lambda p: (p * p).sum() + p[0] ** 2, [3.0, 4.0])
    >>> seen = path_landscape(bowl, minimize(bowl, learning_rate=0.1), points=5)
    >>> seen.surface.heights.shape, round(sum(seen.explained), 9)
    ((5, 5), 1.0)
    """
    kept = np.isfinite(trace.path).all(axis=(1, 2))
    return around_path(program.value, trace.path[kept], trace["loss"][kept], points=points)


def around_path(
    value: Callable[[Floats], Any], path: Floats, losses: Floats, *, points: int
) -> PathLandscape:
    """Return the landscape of a function of stacks (..., P, 1) around a path (m, P, 1).

    Parameters
    ----------
    value : function
        Of stacks of parameters; its values are the heights.
    path : array of shape (m, P, 1)
        Finite points; the plane goes through the last one.
    losses : array of shape (m,)
        Those recorded there; NaN where none was.
    points : int
        Of the grid, along each direction.
    """
    plane = path_plane(path)
    seen = plane.coordinates(path)
    low, high = seen.min(axis=0), seen.max(axis=0)
    wide = _MARGIN * max(float((high - low).max()), 1e-12)
    axes = [np.linspace(low[i] - wide, high[i] + wide, points) for i in range(2)]
    heights = surface(lambda at: np.asarray(value(at)), plane, *axes)
    shares = (float(plane.measures[0]), float(plane.measures[1]))
    return PathLandscape(heights, seen, losses, plane.distance(path), shares)
