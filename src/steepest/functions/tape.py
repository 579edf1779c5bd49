"""Evaluation: trees become one list of operations, done in order by numpy; nothing is compiled.

Equal parts, of one tree or of several, are computed once. The same list serves single points
and stacks of them, real and complex numbers (which the complex-step derivative of the tests
needs). Powers with a whole exponent are repeated products, so that negative bases are exact.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.functions.grammar import CONSTANTS, DEGREE
from steepest.functions.tree import Node, holds_names, without_abs

Floats = npt.NDArray[np.float64]
# What to do, and with which earlier results (the second is -1 where there is one).
Step = tuple[Callable[..., Any], int, int]
# The same by name, for those who derive it: name, operands, exponent of a whole power.
Operation = tuple[str, tuple[int, ...], int]


def sign(x: Any) -> Any:
    """Return the slope of abs(x), which at 0 does not exist."""
    return np.where(np.real(x) == 0.0, np.nan, np.sign(np.real(x)))


def whole_power(x: Any, exponent: int) -> Any:
    """Return a whole power as repeated products."""
    result, square, left = None, x, abs(exponent)
    while left:
        if left & 1:
            result = square if result is None else result * square
        left >>= 1
        if left:
            square = square * square
    if result is None:
        return np.ones_like(x)
    return result if exponent > 0 else 1.0 / result


_CALLS: dict[str, Callable[[Any], Any]] = {
    **{name: getattr(np, name) for name in ("exp", "log", "sqrt", "abs", "sin", "cos", "tan")},
    **{name: getattr(np, name) for name in ("sinh", "cosh", "tanh")},
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sign": sign,
}


class Tape:
    """The operations that give the values of some trees at a point or a stack of points.

    >>> x = Node("name", "x")
    >>> [float(v) for v in Tape([Node("power", None, (x, x))], ["x"])(np.array([3.0]))]
    [27.0]
    """

    def __init__(self, trees: Sequence[Node], names: Sequence[str]) -> None:
        self._first: list[Any] = [None] * len(names)
        self._steps: list[Step | None] = [None] * len(names)
        self._known: dict[tuple[Any, ...], int] = {("name", n): i for i, n in enumerate(names)}
        self._variables = len(names)
        self.keys: list[Operation | None] = [None] * len(names)
        self.roots = [self._place(tree) for tree in trees]

    def __call__(self, points: npt.NDArray[Any]) -> list[Any]:
        """Return the trees' values at points of shape (..., P), each of shape (...) or ()."""
        slots = self.slots(points)
        return [slots[root] for root in self.roots]

    def slots(self, points: npt.NDArray[Any]) -> list[Any]:
        """Return the variables, the fixed numbers, and the result of every operation."""
        slots = list(self._first)
        for i in range(self._variables):
            slots[i] = points[..., i]
        for place, step in enumerate(self._steps):
            if step is not None:
                do, a, b = step
                slots[place] = do(slots[a]) if b < 0 else do(slots[a], slots[b])
        return slots

    def __len__(self) -> int:
        return sum(step is not None for step in self._steps)

    def _add(self, key: tuple[Any, ...], value: Any, step: Step | None) -> int:
        if key not in self._known:
            self._known[key] = len(self._first)
            self._first.append(value)
            self._steps.append(step)
            self.keys.append(None if step is None else _operation(key, step))
        return self._known[key]

    def _two(self, name: str, a: int, b: int) -> int:
        return self._add((name, a, b), None, (getattr(operator, name), a, b))

    def _fixed(self, value: float) -> int:
        return self._add(("number", value), np.float64(value), None)

    def _place(self, node: Node) -> int:
        """Return where the value of a tree will stand."""
        if node.kind == "number":
            return self._fixed(float(node.value))
        if node.kind == "constant":
            return self._fixed(CONSTANTS[node.value])
        if node.kind == "name":
            return self._known[("name", node.value)]
        if node.kind == "power":
            return self._power(*node.below)
        below = [self._place(one) for one in node.below]
        if node.kind == "negative":
            return self._add(("neg", below[0]), None, (operator.neg, below[0], -1))
        if node.kind == "call":
            return self._add((node.value, below[0]), None, (_CALLS[node.value], below[0], -1))
        result = below[0]
        for i, one in enumerate(below[1:], 1):
            if node.kind == "product":
                result = self._two("mul" if node.value[i] > 0 else "truediv", result, one)
            elif node.below[i].kind == "negative":
                result = self._two("sub", result, self._place(node.below[i].below[0]))
            else:
                result = self._two("add", result, one)
        return result

    def _power(self, base: Node, exponent: Node) -> int:
        a = self._place(without_abs(base, exponent))
        if not holds_names(exponent):
            with np.errstate(all="ignore"):
                size = float(Tape([exponent], [])(np.zeros(0))[0])
            if size.is_integer() and abs(size) <= 2 * DEGREE:
                whole = partial(whole_power, exponent=int(size))
                return self._add(("whole", a, int(size)), None, (whole, a, -1))
            if math.isclose(abs(size), 0.5, rel_tol=0.0):
                root = self._add(("sqrt", a), None, (np.sqrt, a, -1))
                return root if size > 0 else self._two("truediv", self._fixed(1.0), root)
        b = self._place(exponent)
        return self._add(("power", a, b), None, (np.power, a, b))


def _operation(key: tuple[Any, ...], step: Step) -> Operation:
    """Return an operation by name."""
    if key[0] == "whole":
        return "whole", (step[1],), int(key[2])
    return str(key[0]), (step[1],) if step[2] < 0 else step[1:], 0
