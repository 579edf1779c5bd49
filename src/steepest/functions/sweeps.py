"""Derivatives by sweeps over a tape, exact to rounding, where writing them out would be too long.

A forward sweep computes every operation's value, a sweep back the slope of the result in each of
them (the adjoints): the chain rule from the last operation to the first, at a few times the cost
of the value (Griewank & Walther, *Evaluating Derivatives*, 2nd ed., 2008, chapters 3 and 5). For
the Hessian both sweeps also carry the change along every variable, P times as much.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.functions.tape import Tape, sign, whole_power
from steepest.functions.tree import Node

Floats = npt.NDArray[np.float64]
Partials = tuple[Any, ...]

# Name -> slope and curvature at x, given also the value y.
_CALLS: dict[str, Callable[[Any, Any], tuple[Any, Any]]] = {
    "neg": lambda x, y: (-1.0, 0.0),
    "exp": lambda x, y: (y, y),
    "log": lambda x, y: (1.0 / x, -1.0 / (x * x)),
    "sqrt": lambda x, y: (0.5 / y, -0.25 / (x * y)),
    "abs": lambda x, y: (sign(x), 0.0 * sign(x)),
    "sin": lambda x, y: (np.cos(x), -y),
    "cos": lambda x, y: (-np.sin(x), -y),
    "tan": lambda x, y: (1.0 + y * y, 2.0 * y * (1.0 + y * y)),
    "asin": lambda x, y: ((1.0 - x * x) ** -0.5, x * (1.0 - x * x) ** -1.5),
    "acos": lambda x, y: (-((1.0 - x * x) ** -0.5), -x * (1.0 - x * x) ** -1.5),
    "atan": lambda x, y: (1.0 / (1.0 + x * x), -2.0 * x / (1.0 + x * x) ** 2),
    "sinh": lambda x, y: (np.cosh(x), y),
    "cosh": lambda x, y: (np.sinh(x), y),
    "tanh": lambda x, y: (1.0 - y * y, -2.0 * y * (1.0 - y * y)),
}
# Slopes in both operands, then the curvatures (first twice, mixed, second twice).
_PAIRS: dict[str, Callable[[Any, Any, Any], Partials]] = {
    "add": lambda a, b, y: (1.0, 1.0, 0.0, 0.0, 0.0),
    "sub": lambda a, b, y: (1.0, -1.0, 0.0, 0.0, 0.0),
    "mul": lambda a, b, y: (b, a, 0.0, 1.0, 0.0),
    "truediv": lambda a, b, y: (1.0 / b, -y / b, 0.0, -1.0 / (b * b), 2.0 * y / (b * b)),
    "power": lambda a, b, y: (
        b * a ** (b - 1.0),
        np.log(a) * y,
        b * (b - 1.0) * a ** (b - 2.0),
        a ** (b - 1.0) * (1.0 + b * np.log(a)),
        np.log(a) ** 2 * y,
    ),
}


def _whole(x: Any, exponent: int) -> tuple[Any, Any]:
    first = exponent * whole_power(x, exponent - 1) if exponent else 0.0
    twice = exponent * (exponent - 1)
    return first, twice * whole_power(x, exponent - 2) if twice else 0.0


class Sweeps:
    """The first and second derivatives of one tree at a point or a stack of points.

    >>> from steepest.functions.grammar import parse
    >>> sweeps = Sweeps(parse("x**2*y"), ["x", "y"])
    >>> sweeps.gradient(np.array([3.0, 2.0])).tolist()
    [12.0, 9.0]
    >>> sweeps.hessian(np.array([3.0, 2.0])).tolist()
    [[4.0, 6.0], [6.0, 0.0]]
    """

    def __init__(self, tree: Node, names: Sequence[str]) -> None:
        self._tape = Tape([tree], names)
        self._size = len(names)
        self._moves = self._moving()

    def _moving(self) -> list[bool]:
        """Return which slots depend on a variable."""
        moves = [place < self._size for place in range(len(self._tape.keys))]
        for place, operation in enumerate(self._tape.keys):
            if place >= self._size and operation is not None:
                moves[place] = any(moves[one] for one in operation[1])
        return moves

    def gradient(self, points: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the first derivatives at points of shape (..., P), in their shape."""
        return self.value_and_gradient(points)[1]

    def value_and_gradient(
        self, points: npt.NDArray[Any]
    ) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return the tree's value (...) and its first derivatives (..., P)."""
        values = self._tape.slots(points)
        adjoints = self._back(values)
        shape = points.shape[:-1]
        slopes = [np.broadcast_to(one, shape) for one in adjoints[: self._size]]
        value = np.broadcast_to(values[self._tape.roots[0]], shape)
        return value, np.stack(slopes, axis=-1)

    def hessian(self, points: Floats) -> Floats:
        """Return the second derivatives at points of shape (..., P), shape (..., P, P)."""
        values = self._tape.slots(points)
        adjoints, changes = self._back(values), self._changes(values)
        turned: list[Any] = [0.0] * len(values)
        for place in reversed(range(self._size, len(values))):
            operation = self._tape.keys[place]
            if operation is None or not self._moves[place]:
                continue
            operands = [one for one in dict.fromkeys(operation[1]) if self._moves[one]]
            first, second = self._partials(place, values)
            for one in operands:
                bend: Any = 0.0
                for other in operands:
                    bend = bend + _wide(second[one, other]) * changes[other]
                turned[one] = turned[one] + turned[place] * _wide(first[one])
                turned[one] = turned[one] + _wide(adjoints[place]) * bend
        shape = (*points.shape[:-1], self._size)
        rows = [np.broadcast_to(one, shape) for one in turned[: self._size]]
        whole = np.stack(rows, axis=-2)
        return np.asarray(0.5 * (whole + np.swapaxes(whole, -1, -2)))

    def _back(self, values: list[Any]) -> list[Any]:
        """Return the slope of the result in every slot."""
        adjoints: list[Any] = [0.0] * len(values)
        adjoints[self._tape.roots[0]] = 1.0
        for place in reversed(range(self._size, len(values))):
            if self._tape.keys[place] is None or not self._moves[place]:
                continue
            for one, slope in self._partials(place, values)[0].items():
                adjoints[one] = adjoints[one] + adjoints[place] * slope
        return adjoints

    def _changes(self, values: list[Any]) -> list[Any]:
        """Return how every slot changes along each variable, the variables as last axis."""
        changes: list[Any] = [0.0] * len(values)
        for place in range(self._size):
            changes[place] = np.eye(self._size)[place]
        for place in range(self._size, len(values)):
            if self._tape.keys[place] is not None and self._moves[place]:
                slopes = self._partials(place, values)[0]
                changes[place] = sum(_wide(d) * changes[one] for one, d in slopes.items())
        return changes

    def _partials(
        self, place: int, values: list[Any]
    ) -> tuple[dict[int, Any], dict[tuple[int, int], Any]]:
        """Return an operation's slopes and curvatures in the operands that vary."""
        operation = self._tape.keys[place]
        assert operation is not None
        name, operands, exponent = operation
        y = values[place]
        if len(operands) == 1:
            (a,) = operands
            x = values[a]
            slope, bend = _whole(x, exponent) if name == "whole" else _CALLS[name](x, y)
            return {a: slope}, {(a, a): bend}
        a, b = operands
        pa, pb, paa, pab, pbb = _PAIRS[name](values[a], values[b], y)
        if a == b:
            return {a: pa + pb}, {(a, a): paa + 2.0 * pab + pbb}
        first, second = {}, {(a, b): pab, (b, a): pab}
        if self._moves[a]:
            first[a], second[a, a] = pa, paa
        if self._moves[b]:
            first[b], second[b, b] = pb, pbb
        return first, second


def _wide(value: Any) -> Any:
    """Return a number for each point with room for the variables behind."""
    return np.asarray(value)[..., None]
