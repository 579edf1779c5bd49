"""The landscape of an objective: its surface over a plane, cross-sections, and secants.

A plane is a point and two directions of parameter space. On it a quadratic known from moments is
``scale * (|B (point + a d1 + b d2) - t|^2 + unreachable)``: the triangular factor of the three
columns ``[B d1, B d2, B point - t]`` turns the square into three squares a grid point, whatever
the table's size, and nothing is expanded that would cancel near the minimum.

Directions along a path are those of Li, Xu, Taylor, Studer and Goldstein, *Visualizing the Loss
Landscape of Neural Nets* (NeurIPS 2018), section 7: principal directions of the way still to go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from steepest.objective.quadratic import Quadratic
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Place = int | tuple[int, int]


class Differentiable(Protocol):
    """The two functions of an objective that slopes need."""

    def value(self, parameters: Floats) -> Floats:
        """Return the objective at parameters of shape (P, K)."""

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters of shape (P, K), in their shape."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane through parameter space, spanned by two orthonormal directions.

    Attributes
    ----------
    origin : array of shape (P, K)
        The point with coordinates (0, 0).
    directions : array of shape (2, P, K)
        Orthonormal.
    kind : {"parameters", "curvature", "path"}
        Two parameters; steepest and flattest curvature; principal directions of a path.
    places : tuple of (row, column)
        For ``parameters``, which two; empty else.
    measures : tuple of float
        For ``curvature`` the two curvatures, for ``path`` the explained shares; empty else.

    Examples
    --------
    >>> plane = parameter_plane(np.array([[1.0], [2.0], [3.0]]), 0, 2)
    >>> plane.at(5.0, 7.0).ravel().tolist()
    [5.0, 2.0, 7.0]
    >>> plane.coordinates(np.array([[5.0], [9.0], [7.0]])).tolist()
    [5.0, 7.0]
    """

    origin: Floats
    directions: Floats
    kind: str
    places: tuple[tuple[int, int], ...] = ()
    measures: tuple[float, ...] = ()

    def at(self, first: npt.ArrayLike, second: npt.ArrayLike) -> Floats:
        """Return the parameters (..., P, K) at coordinates of shape (...)."""
        a, b = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
        if self.places:  # exact also where the rest of the point is huge
            points = np.broadcast_to(self.origin, (*a.shape, *self.origin.shape)).copy()
            points[..., self.places[0][0], self.places[0][1]] = a
            points[..., self.places[1][0], self.places[1][1]] = b
            return points
        moved = a[..., None, None] * self.directions[0] + b[..., None, None] * self.directions[1]
        return np.asarray(self.origin + moved)

    def coordinates(self, parameters: Floats) -> Floats:
        """Return the coordinates (..., 2) of the points nearest to parameters (..., P, K)."""
        if self.places:
            return np.stack([parameters[..., p, k] for p, k in self.places], axis=-1)
        return np.asarray(np.einsum("...pk,ipk->...i", parameters - self.origin, self.directions))

    def distance(self, parameters: Floats) -> Floats:
        """Return how far parameters (..., P, K) lie from the plane, shape (...)."""
        nearest = self.at(*np.moveaxis(self.coordinates(parameters), -1, 0))
        return np.asarray(np.sqrt(((parameters - nearest) ** 2).sum(axis=(-2, -1))))


@dataclass(frozen=True, eq=False)
class Surface:
    """Heights (n, m) of an objective over a plane: second coordinate (n,), first (m,)."""

    plane: Plane | None
    first: Floats
    second: Floats
    heights: Floats


@dataclass(frozen=True, eq=False)
class Section:
    """A cut through an objective: ``losses`` (n,) at ``values`` (n,) of one parameter."""

    place: tuple[int, int]
    values: Floats
    losses: Floats


@dataclass(frozen=True)
class Secant:
    """The slope over a finite step beside the derivative.

    Attributes
    ----------
    step : float
        As asked for; the one taken is the difference of the two floating-point arguments.
    slope : float
        Change of the loss divided by the step.
    change : float
        Change of the loss, over the forward step (over both for the centred one).
    tangent : float
        The analytic partial derivative.
    """

    step: float
    slope: float
    change: float
    tangent: float

    @property
    def error(self) -> float:
        """The slope's distance from the derivative."""
        return abs(self.slope - self.tangent)


def parameter_plane(point: npt.ArrayLike, first: Place, second: Place) -> Plane:
    """Return the plane of two parameters; the others stay as they are in ``point``.

    Parameters
    ----------
    point : array of shape (P, K)
        Any point of the plane.
    first, second : int or (int, int)
        Row (and column, 0 if left out) of the two parameters.

    Raises
    ------
    InputError
        If they are the same.

    Examples
    --------
    >>> parameter_plane(np.zeros((2, 1)), 0, 1).kind
    'parameters'
    """
    base = np.array(point, dtype=np.float64)
    places = (_place(first), _place(second))
    if places[0] == places[1]:
        raise InputError("plane_needs_two", parameters=base.size)
    directions = np.zeros((2, *base.shape))
    for number, place in enumerate(places):
        base[place] = 0.0
        directions[(number, *place)] = 1.0
    return Plane(base, directions, "parameters", places)


def curvature_plane(quadratic: Quadratic, point: npt.ArrayLike, target: int = 0) -> Plane:
    """Return the plane through ``point`` along the steepest and the flattest curvature.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates, moments_of, quadratic_of
    >>> rows = ArraySource(np.array([[1.0], [2.0], [4.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> own = Coordinates(np.zeros(1), np.ones(1), intercept=True)
    >>> bowl = quadratic_of(moments_of(rows), LOSSES["squared_error"], own)
    >>> steep, flat = curvature_plane(bowl, bowl.optimum).measures
    >>> steep > flat > 0.0
    True
    """
    flattest = max(quadratic.rank - 1, 1)
    if quadratic.shape[0] < 2:
        raise InputError("plane_needs_two", parameters=quadratic.shape[0])
    directions = np.zeros((2, *quadratic.shape))
    for number, place in enumerate((0, flattest)):
        directions[number, :, target] = _signed(quadratic.directions[:, place])
    pair = (float(quadratic.curvatures[0]), float(quadratic.curvatures[flattest]))
    return Plane(np.array(point, dtype=np.float64), directions, "curvature", measures=pair)


def path_plane(path: Floats) -> Plane:
    """Return the plane through a path's end along its two principal directions.

    Parameters
    ----------
    path : array of shape (n, P, K)
        Finite points; the last one is the end.

    Returns
    -------
    Plane
        ``measures`` holds the share of the squared way to the end along each direction.

    Examples
    --------
    >>> way = np.array([[[4.0], [1.0], [0.0]], [[2.0], [0.5], [0.0]], [[0.0], [0.0], [0.0]]])
    >>> [round(share, 6) for share in path_plane(way).measures]
    [1.0, 0.0]
    """
    shape = path.shape[1:]
    if shape[0] * shape[1] < 2:
        raise InputError("plane_needs_two", parameters=shape[0] * shape[1])
    way = (path - path[-1]).reshape(len(path), -1)
    _, lengths, V = np.linalg.svd(way, full_matrices=False)
    if len(V) < 2 or lengths[1] <= 1e-12 * lengths[0]:
        V, lengths = _completed(V[0], lengths[0] > 0.0), np.array([lengths[0], 0.0])
    total = float((lengths**2).sum()) or 1.0
    shares = (float(lengths[0] ** 2) / total, float(lengths[1] ** 2) / total)
    directions = np.stack([_signed(row) for row in V[:2]]).reshape(2, *shape)
    return Plane(path[-1].copy(), directions, "path", measures=shares)


def _completed(direction: Floats, known: bool) -> Floats:
    """Return ``direction`` and one at a right angle to it."""
    first = direction if known else np.eye(len(direction))[0]
    second = np.eye(len(first))[int(np.argmin(np.abs(first)))]
    second = second - first * float(first @ second)
    return np.stack([first, second / np.linalg.norm(second)])


def _signed(direction: Floats) -> Floats:
    """Return the direction whose largest component is positive."""
    return np.asarray(direction * np.sign(direction[int(np.argmax(np.abs(direction)))] or 1.0))


def _place(place: Place) -> tuple[int, int]:
    return (place, 0) if isinstance(place, int) else (place[0], place[1])


def surface(
    objective: Quadratic | Callable[[Floats], Floats],
    plane: Plane,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
) -> Surface:
    """Return the heights of an objective over a plane.

    Parameters
    ----------
    objective : Quadratic, or function from parameters (..., P, K) to values (...)
        A quadratic costs three squares a grid point, whatever the number of rows and columns.
    plane : Plane
        Where to look.
    first, second : arrays of shape (m,), (n,)
        Coordinates on the plane.

    Returns
    -------
    Surface
        ``heights`` of shape (n, m).

    Examples
    --------
    >>> bowl = surface(lambda p: (p**2).sum(axis=(-2, -1)),
    ...                parameter_plane(np.zeros((2, 1)), 0, 1), [0.0, 1.0], [0.0, 2.0])
    >>> bowl.heights.tolist()
    [[0.0, 1.0], [4.0, 5.0]]
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    if isinstance(objective, Quadratic):
        return Surface(plane, a, b, _heights(objective, plane, a, b))
    grid = plane.at(*np.meshgrid(a, b))
    return Surface(plane, a, b, np.asarray(objective(grid), dtype=np.float64))


def _heights(quadratic: Quadratic, plane: Plane, a: Floats, b: Floats) -> Floats:
    columns = [quadratic.B @ direction for direction in plane.directions]
    columns.append(quadratic.B @ plane.origin - quadratic.t)
    flat = np.stack([column.ravel() for column in columns], axis=1)
    R = np.asarray(np.linalg.qr(np.concatenate([flat, np.zeros((3, 3))]))[1])
    across, along = a[None, :], b[:, None]
    squares = (R[0, 0] * across + R[0, 1] * along + R[0, 2]) ** 2
    squares += (R[1, 1] * along + R[1, 2]) ** 2
    squares += R[2, 2] ** 2 + quadratic.unreachable.sum()
    return np.asarray(quadratic.scale * squares)


def surface_of(
    function: Callable[[Floats, Floats], Floats], first: npt.ArrayLike, second: npt.ArrayLike
) -> Surface:
    """Return the heights of any function of two numbers.

    Parameters
    ----------
    function : function
        From two arrays of one shape to their values.
    first, second : arrays of shape (m,), (n,)
        Its arguments.

    Examples
    --------
    >>> surface_of(lambda x, y: x**2 - y**2, [0.0, 1.0], [0.0, 2.0]).heights.tolist()
    [[0.0, 1.0], [-4.0, -3.0]]
    """
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    return Surface(None, a, b, np.asarray(function(*np.meshgrid(a, b)), dtype=np.float64))


def cross_section(
    value: Callable[[Floats], Floats], point: npt.ArrayLike, place: Place, values: npt.ArrayLike
) -> Section:
    """Return the loss along one parameter, the others fixed at ``point``.

    Parameters
    ----------
    value : function
        From parameters (n, P, K) to values (n,).
    point : array of shape (P, K)
        Where the other parameters are held.
    place : int or (int, int)
        Row (and column) of the parameter.
    values : array of shape (n,)
        Its values.

    Examples
    --------
    >>> cut = cross_section(lambda p: (p**2).sum(axis=(-2, -1)), [[1.0], [2.0]], 1, [0.0, 3.0])
    >>> cut.losses.tolist()
    [1.0, 10.0]
    """
    numbers = np.asarray(values, dtype=np.float64)
    base = np.array(point, dtype=np.float64)
    points = np.broadcast_to(base, (len(numbers), *base.shape)).copy()
    points[(slice(None), *_place(place))] = numbers
    return Section(_place(place), numbers, np.asarray(value(points), dtype=np.float64))


def secant(
    objective: Differentiable,
    point: npt.ArrayLike,
    place: Place,
    step: float,
    *,
    centred: bool = False,
) -> Secant:
    """Return the slope over a step along one parameter, beside the analytic derivative.

    Both ends are exact points, on no grid. Forward: ``(f(p + h) - f(p)) / h``, with an error of
    h/2 times the curvature; centred: ``(f(p + h) - f(p - h)) / 2h``, exact for a quadratic but
    for rounding, which grows as eps f / h (Nocedal and Wright, *Numerical Optimization*, 8.1).

    Parameters
    ----------
    objective : Quadratic or any with ``value`` and ``gradient``
        What is differentiated.
    point : array of shape (P, K)
        Where.
    place : int or (int, int)
        Row (and column) of the parameter.
    step : float
        h; not zero.
    centred : bool
        Whether to step to both sides.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates, moments_of, quadratic_of
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> own = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> bowl = quadratic_of(moments_of(rows), LOSSES["squared_error"], own)
    >>> found = secant(bowl, [[1.0]], 0, 0.12)
    >>> round(found.slope, 6), round(found.tangent, 6)
    (-8.773333, -9.333333)
    """
    return secants(objective, point, place, [step], centred=centred)[0]


def secants(
    objective: Differentiable,
    point: npt.ArrayLike,
    place: Place,
    steps: Sequence[float] | Floats,
    *,
    centred: bool = False,
) -> list[Secant]:
    """Return the secants of several steps: their errors against h; see :func:`secant`.

    Parameters
    ----------
    objective, point, place, centred
        As for :func:`secant`.
    steps : sequence of float
        Each h.

    Raises
    ------
    InputError
        If a step is zero, or too small to change the parameter.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates, moments_of, quadratic_of
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> own = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> bowl = quadratic_of(moments_of(rows), LOSSES["squared_error"], own)
    >>> [round(one.error, 6) for one in secants(bowl, [[1.0]], 0, [0.3, 0.03])]
    [1.4, 0.14]
    """
    base: Floats = np.array(point, dtype=np.float64)
    where = _place(place)
    tangent = float(objective.gradient(base)[where])
    found = []
    for step in steps:
        low, high = base.copy(), base.copy()
        high[where] += step
        low[where] -= step if centred else 0.0
        width = float(high[where] - low[where])
        if width == 0.0:
            raise InputError("secant_step_vanishes", step=float(step), value=float(base[where]))
        change = float(objective.value(high)) - float(objective.value(low))
        found.append(Secant(float(step), change / width, change, tangent))
    return found
