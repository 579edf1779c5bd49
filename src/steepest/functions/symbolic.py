"""Differentiation by SymPy, the only place that knows it; it is loaded when first needed.

SymPy never reads text here: it gets sums, products and powers of plain symbols, whose size the
grammar has limited. Functions stand for themselves (``_opaque``) with their derivative, and so do
pi, e and every part without variables that is not a plain number: SymPy would otherwise set out
to evaluate them exactly, which for exp(99999999*log(3)) has 47 million digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from fractions import Fraction
from functools import cache
from typing import Any, cast

from steepest.functions.tree import Node, holds_names, number, without_abs
from steepest.words.errors import InputError

# A divisor beyond this is no float64; the number is then written whole.
_LARGEST_DIVISOR = 10**300

# Function -> its derivative at u, as a function of (sympy, the functions, u).
_SLOPES: dict[str, Callable[[Any, dict[str, Any], Any], Any]] = {
    "exp": lambda s, f, u: f["exp"](u),
    "log": lambda s, f, u: 1 / u,
    "abs": lambda s, f, u: f["sign"](u),
    "sign": lambda s, f, u: s.Integer(0),
    "sin": lambda s, f, u: f["cos"](u),
    "cos": lambda s, f, u: -f["sin"](u),
    "tan": lambda s, f, u: 1 + f["tan"](u) ** 2,
    "asin": lambda s, f, u: (1 - u**2) ** s.Rational(-1, 2),
    "acos": lambda s, f, u: -((1 - u**2) ** s.Rational(-1, 2)),
    "atan": lambda s, f, u: 1 / (1 + u**2),
    "sinh": lambda s, f, u: f["cosh"](u),
    "cosh": lambda s, f, u: f["sinh"](u),
    "tanh": lambda s, f, u: 1 - f["tanh"](u) ** 2,
}


@cache
def _opaque() -> dict[str, Any]:
    """Return SymPy functions that evaluate nothing and know their derivatives."""
    import sympy

    made: dict[str, Any] = {}
    for name, slope in _SLOPES.items():
        made[name] = type(
            name, (sympy.Function,), {"nargs": 1, "fdiff": _fdiff(sympy, made, slope)}
        )
    made["power"] = type("power", (sympy.Function,), {"nargs": 2, "fdiff": _fdiff_power(made)})
    return made


def _fdiff(sympy: Any, made: dict[str, Any], slope: Callable[..., Any]) -> Callable[..., Any]:
    def fdiff(self: Any, argindex: int = 1) -> Any:
        return slope(sympy, made, self.args[0])

    return fdiff


def _fdiff_power(made: dict[str, Any]) -> Callable[..., Any]:
    def fdiff(self: Any, argindex: int = 1) -> Any:
        base, exponent = self.args
        if argindex == 1:
            return exponent * made["power"](base, exponent - 1)
        return made["log"](base) * self

    return fdiff


def _not_multiplied_out() -> AbstractContextManager[Any]:
    """Keep SymPy from writing 200*(y - x**2) as 200*y - 200*x**2, which costs digits."""
    from sympy.core.parameters import distribute

    return cast(AbstractContextManager[Any], distribute(False))


@contextmanager
def _within_the_stack() -> Iterator[None]:
    """Refuse what SymPy would nest deeper than Python's stack reaches."""
    try:
        yield
    except RecursionError:
        raise InputError("formula_nested") from None


class Derivatives:
    """The gradient and the Hessian of a tree, as trees.

    >>> from steepest.functions.grammar import parse
    >>> from steepest.functions.tree import plain
    >>> [plain(one) for one in Derivatives(parse("x**2*y"), ["x", "y"]).gradient]
    ['2*x*y', 'x**2']
    """

    def __init__(self, tree: Node, names: Sequence[str]) -> None:
        import sympy

        self._sympy = sympy
        self._symbols = {name: sympy.Symbol(name) for name in names}
        self._back: dict[Any, Node] = {}
        self._fixed: dict[Node, Any] = {}
        self._trees: dict[Any, Node] = {}
        with _within_the_stack():
            with _not_multiplied_out():
                whole = self._there(tree)
                self._first = [sympy.diff(whole, one) for one in self._symbols.values()]
            self.gradient = [self._here(one) for one in self._first]

    def hessian(self) -> list[list[Node]]:
        """Return the second derivatives; the matrix is symmetric by construction."""
        with _within_the_stack():
            return self._second()

    def _second(self) -> list[list[Node]]:
        symbols = list(self._symbols.values())
        rows: list[list[Node]] = []
        for i, one in enumerate(self._first):
            with _not_multiplied_out():
                second = [self._sympy.diff(one, symbol) for symbol in symbols[i:]]
            below = [self._here(each) for each in second]
            rows.append([*(rows[j][i] for j in range(i)), *below])
        return rows

    def _there(self, node: Node) -> Any:
        """Return a tree as SymPy's expression."""
        sympy = self._sympy
        if node.kind == "number":
            return sympy.Rational(node.value.numerator, node.value.denominator)
        if node.kind == "name":
            return self._symbols[node.value]
        if node.kind in ("constant", "call") and not holds_names(node):
            return self._stand_in(node)
        if node.kind == "power":
            return self._power(node)
        below = [self._there(one) for one in node.below]
        if node.kind == "call" and node.value == "sqrt":
            return below[0] ** sympy.Rational(1, 2)
        if node.kind == "call":
            return _opaque()[node.value](*below)
        if node.kind == "negative":
            return -below[0]
        if node.kind == "sum":
            return sympy.Add(*below)
        factors = [u if sign > 0 else 1 / u for u, sign in zip(below, node.value, strict=True)]
        return sympy.Mul(*factors)

    def _power(self, node: Node) -> Any:
        base, exponent = node.below
        base = without_abs(base, exponent)
        if holds_names(exponent):
            return _opaque()["power"](self._there(base), self._there(exponent))
        power = self._there(exponent)
        plain_base = holds_names(base) or power.is_Integer
        if power.is_Rational and abs(power.q) < 1000 and plain_base:
            return self._there(base) ** power
        if holds_names(base):
            return _opaque()["power"](self._there(base), power)
        return self._stand_in(node)

    def _stand_in(self, node: Node) -> Any:
        if node not in self._fixed:
            symbol = self._sympy.Dummy(f"c{len(self._fixed)}")
            self._fixed[node] = symbol
            self._back[symbol] = node
        return self._fixed[node]

    def _here(self, expression: Any) -> Node:
        """Return SymPy's expression as a tree; equal parts become one and the same."""
        if expression not in self._trees:
            self._trees[expression] = self._made(expression)
        return self._trees[expression]

    def _made(self, expression: Any) -> Node:
        if expression.is_Symbol:
            return self._back.get(expression) or Node("name", expression.name)
        if expression.is_Rational:
            return _rational(Fraction(int(expression.p), int(expression.q)))
        if expression.is_infinite or expression is self._sympy.nan:
            raise InputError("formula_nowhere")  # SymPy found that it divides by zero
        if expression.is_Add:
            return _sum([self._here(one) for one in self._ordered(expression)])
        if expression.is_Mul:
            return self._product(expression)
        if expression.is_Pow:
            return self._raised(*expression.args)
        below = tuple(self._here(one) for one in expression.args)
        name = type(expression).__name__
        return Node("power", None, below) if name == "power" else Node("call", name, below)

    def _ordered(self, expression: Any) -> list[Any]:
        """Return the terms of a sum, highest powers first, as one writes them."""
        return list(expression.as_ordered_terms())

    def _raised(self, base: Any, exponent: Any) -> Node:
        if exponent.is_Rational and exponent < 0:
            under = self._here(base) if exponent == -1 else self._raised(base, -exponent)
            return Node("product", (1, -1), (number(1), under))
        if exponent == self._sympy.Rational(1, 2):
            return Node("call", "sqrt", (self._here(base),))
        return Node("power", None, (self._here(base), self._here(exponent)))

    def _product(self, expression: Any) -> Node:
        number_in_front, rest = expression.as_coeff_mul()
        above, under = [], []
        for one in rest:
            base, exponent = one.as_base_exp()
            if exponent.is_Rational and exponent < 0:
                under.append(self._here(base ** (-exponent)))
            else:
                above.append(self._here(one))
        above.sort(key=holds_names)
        front = _handy(Fraction(int(number_in_front.p), int(number_in_front.q)))
        size = abs(front)
        if _decimal(size):
            above[:0] = [number(size)] if size != 1 or not above else []
        else:
            above[:0] = [number(size.numerator)] if size.numerator != 1 or not above else []
            under.append(number(size.denominator))
        parts = (*above, *under)
        signs = (1,) * len(above) + (-1,) * len(under)
        if front < 0:
            parts = (Node("negative", None, parts[:1]), *parts[1:])
        return parts[0] if len(parts) == 1 else Node("product", signs, parts)


def _handy(value: Fraction) -> Fraction:
    """Return a number with digits beyond float64's rounded to it."""
    if max(abs(value.numerator), value.denominator) < 10**15:
        return value
    try:
        return Fraction(repr(float(value)))
    except OverflowError:
        raise InputError("formula_coefficient", digits=len(str(abs(value.numerator)))) from None


def _decimal(value: Fraction) -> bool:
    """Return whether a number has few decimal digits."""
    left = value.denominator
    if left > _LARGEST_DIVISOR:
        return True  # rounded to float64's digits before, which are decimal
    for prime in (2, 5):
        while left % prime == 0:
            left //= prime
    return left == 1 and value.denominator < 10**15


def _rational(value: Fraction) -> Node:
    value = _handy(value)
    size = abs(value)
    if _decimal(size):
        made = number(size)
    else:
        made = Node("product", (1, -1), (number(size.numerator), number(size.denominator)))
    return made if value >= 0 else Node("negative", None, (made,))


def _sum(terms: list[Node]) -> Node:
    """Return a sum; one that begins with a minus sign is turned so that it does not."""
    terms = [_minus_in_front(one) for one in terms]
    first = next((i for i, one in enumerate(terms) if one.kind != "negative"), 0)
    return Node("sum", None, (terms[first], *terms[:first], *terms[first + 1 :]))


def _minus_in_front(node: Node) -> Node:
    """Return (-a)*b as -(a*b), which a sum writes as a difference."""
    if node.kind != "product" or node.below[0].kind != "negative":
        return node
    inside = Node("product", node.value, (node.below[0].below[0], *node.below[1:]))
    if inside.below[0] == number(1) and len(inside.below) > 1 and inside.value[1] > 0:
        inside = Node("product", inside.value[1:], inside.below[1:])
    return Node("negative", None, (inside,))
