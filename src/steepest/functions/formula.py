"""A formula: its text, its derivatives, and their numbers."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.functions.cost import derivative_parts
from steepest.functions.grammar import parse
from steepest.functions.sweeps import Sweeps
from steepest.functions.symbolic import Derivatives
from steepest.functions.tape import Tape
from steepest.functions.tree import Node, latex, names_of, plain
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# Parts of all first and of all second derivatives up to which they are written out, counted
# beforehand: SymPy takes about a second for that many.
WRITTEN_GRADIENT, WRITTEN_HESSIAN = 6_000, 30_000
# What SymPy cannot work out although the numbers exist.
_UNWRITTEN = ("formula_nested", "formula_coefficient")


class Formula:
    """A function of some variables, given by a text.

    Satisfies the contract of objectives (``objective/function.py``): parameters have shape
    (P, 1), stacks of them (..., P, 1), in the order of ``names``.

    Parameters
    ----------
    text : str
        Numbers, names, ``+ - * / ** ^``, round brackets, ``exp log sqrt abs sin cos tan asin acos
        atan sinh cosh tanh``, ``pi`` and ``e``. Nothing in it is executed.
    names : sequence of str, optional
        The variables in the order of the parameters; sorted by letters, then by number, by default.

    Attributes
    ----------
    text : str
        The formula as plain text; reading it gives the same formula.
    names : tuple of str
        The variables.

    Raises
    ------
    InputError
        If the text is no formula, costs too much, or has no variable; of the texts of derivatives
        too long to be written out, which have numbers all the same.

    Examples
    --------
    >>> saddle = Formula("x^2 - y^2")
    >>> saddle.text, saddle.gradient_text, saddle.latex
    ('x**2 - y**2', ('2*x', '-2*y'), 'x^{2} - y^{2}')
    >>> point = np.array([[1.0], [2.0]])
    >>> float(saddle.value(point)), saddle.gradient(point).ravel().tolist()
    (-3.0, [2.0, -4.0])
    >>> saddle.hessian(point).tolist()
    [[2.0, 0.0], [0.0, -2.0]]
    """

    def __init__(self, text: str, names: tuple[str, ...] | None = None) -> None:
        self._tree = parse(text)
        found = names_of(self._tree)
        self.names = tuple(names) if names is not None else tuple(sorted(found, key=_by_number))
        if not self.names:
            raise InputError("formula_no_variable", text=text)
        if len(set(self.names)) != len(self.names) or not set(found) <= set(self.names):
            raise InputError("formula_names", given=list(self.names), known=list(found))
        self.text = plain(self._tree)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        """Return the number of operations that its value takes."""
        return len(self._value_tape)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Formula):
            return NotImplemented
        return (self._tree, self.names) == (other._tree, other.names)

    def __hash__(self) -> int:
        return hash((self._tree, self.names))

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, 1) of the parameters."""
        return len(self.names), 1

    @property
    def latex(self) -> str:
        """The formula as LaTeX."""
        return latex(self._tree)

    @property
    def names_latex(self) -> tuple[str, ...]:
        """The variables as LaTeX."""
        return tuple(latex(Node("name", name)) for name in self.names)

    @property
    def gradient_text(self) -> tuple[str, ...]:
        """The first derivatives as plain text, one for each variable."""
        return tuple(plain(one) for one in self._gradient_trees)

    @property
    def gradient_latex(self) -> tuple[str, ...]:
        """The first derivatives as LaTeX, one for each variable."""
        return tuple(latex(one) for one in self._gradient_trees)

    @property
    def hessian_text(self) -> tuple[tuple[str, ...], ...]:
        """The second derivatives as plain text, P rows of P."""
        return tuple(tuple(plain(one) for one in row) for row in self._hessian_trees)

    @property
    def hessian_latex(self) -> tuple[tuple[str, ...], ...]:
        """The second derivatives as LaTeX, P rows of P."""
        return tuple(tuple(latex(one) for one in row) for row in self._hessian_trees)

    def value(self, parameters: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the function at parameters of shape (..., P, 1), shape (...)."""
        points = parameters[..., 0]
        with np.errstate(all="ignore"):
            (value,) = self._value_tape(points)
        return np.array(np.broadcast_to(value, points.shape[:-1]))

    def gradient(self, parameters: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the first derivatives at parameters of shape (..., P, 1), in their shape."""
        points = parameters[..., 0]
        with np.errstate(all="ignore"):
            if self._first is None:
                return self._sweeps.gradient(points)[..., None]
            return _stacked(self._gradient_tape(points), points)[..., None]

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both at parameters of shape (P, 1), the gradient in their shape."""
        points = parameters[..., 0]
        with np.errstate(all="ignore"):
            if self._first is None:
                known, slope = self._sweeps.value_and_gradient(points)
                return float(known), np.array(slope, dtype=np.float64)[:, None]
            value, *first = self._both_tape(points)
        return float(value), np.array(first, dtype=np.float64)[:, None]

    def hessian(self, parameters: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return the second derivatives at parameters of shape (..., P, 1), shape (..., P, P)."""
        points, size = parameters[..., 0], len(self.names)
        with np.errstate(all="ignore"):
            if self._second is None:
                return self._sweeps.hessian(points)
            flat = _stacked(self._hessian_tape(points), points)
        return flat.reshape(*points.shape[:-1], size, size)

    @property
    def written(self) -> tuple[bool, bool]:
        """Whether gradient and Hessian are written out; if not, sweeps give their numbers."""
        return self._first is not None, self._second is not None

    @cached_property
    def _parts(self) -> tuple[float, float]:
        return derivative_parts(self._tree)

    @cached_property
    def _first(self) -> Derivatives | None:
        if self._parts[0] > WRITTEN_GRADIENT:
            return None
        try:
            return Derivatives(self._tree, self.names)
        except InputError as error:
            if error.name in _UNWRITTEN:
                return None
            raise

    @cached_property
    def _second(self) -> list[list[Node]] | None:
        if self._first is None or self._parts[1] > WRITTEN_HESSIAN:
            return None
        try:
            return self._first.hessian()
        except InputError as error:
            if error.name in _UNWRITTEN:
                return None
            raise

    @property
    def _gradient_trees(self) -> list[Node]:
        if self._first is None:
            raise InputError("formula_too_heavy", count=self._parts[0], most=WRITTEN_GRADIENT)
        return self._first.gradient

    @property
    def _hessian_trees(self) -> list[list[Node]]:
        if self._second is None:
            raise InputError("formula_too_heavy", count=self._parts[1], most=WRITTEN_HESSIAN)
        return self._second

    @cached_property
    def _sweeps(self) -> Sweeps:
        return Sweeps(self._tree, self.names)

    @cached_property
    def _value_tape(self) -> Tape:
        return Tape([self._tree], self.names)

    @cached_property
    def _gradient_tape(self) -> Tape:
        return Tape(self._gradient_trees, self.names)

    @cached_property
    def _both_tape(self) -> Tape:
        return Tape([self._tree, *self._gradient_trees], self.names)

    @cached_property
    def _hessian_tape(self) -> Tape:
        return Tape([one for row in self._hessian_trees for one in row], self.names)


def _stacked(values: list[Any], points: npt.NDArray[Any]) -> npt.NDArray[Any]:
    shape = points.shape[:-1]
    return np.stack([np.broadcast_to(one, shape) for one in values], axis=-1)


def _by_number(name: str) -> tuple[str, int, str]:
    """Return the key that sorts x2 before x10."""
    letters = name.rstrip("0123456789")
    digits = name[len(letters) :]
    return letters, int(digits or 0), name
