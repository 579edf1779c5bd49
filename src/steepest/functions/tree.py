"""The tree of a formula, and how it is written: as plain text, which the grammar reads, and LaTeX.

A node has a kind, what it holds, and the nodes below it:

========  ==================================  ==========================================
kind      value                               below
========  ==================================  ==========================================
number    an exact ``Fraction``               nothing
constant  ``pi`` or ``e``                     nothing
name      the variable's name                 nothing
negative  nothing                             one
sum       nothing                             two or more (a difference adds a negative)
product   +1 (times) or -1 (divided by) each  two or more, the first of them times
power     nothing                             base and exponent
call      the function's name                 one
========  ==================================  ==========================================
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a formula's tree; see the module's docstring."""

    kind: str
    value: Any = None
    below: tuple[Node, ...] = ()
    # Column of the text at which this part begins; two trees are equal wherever they stood.
    column: int = field(default=0, compare=False)


def number(value: int | Fraction) -> Node:
    """Return the node of a number that is not negative, exactly."""
    return Node("number", Fraction(value))


def nodes_of(node: Node) -> Iterator[Node]:
    """Yield every node, the ones below before the one above."""
    for one in node.below:
        yield from nodes_of(one)
    yield node


def names_of(node: Node) -> tuple[str, ...]:
    """Return the variables in the order in which they first occur."""
    found = (one.value for one in nodes_of(node) if one.kind == "name")
    return tuple(dict.fromkeys(found))


def holds_names(node: Node) -> bool:
    """Return whether a variable occurs."""
    return any(one.kind == "name" for one in nodes_of(node))


def without_abs(base: Node, exponent: Node) -> Node:
    """Return the base of a power without its abs where an even exponent makes that superfluous.

    The gradient of abs(x)**2 exists at 0, although that of abs(x) does not.
    """
    even = exponent.kind == "number" and exponent.value % 2 == 0 and exponent.value > 0
    return base.below[0] if even and base.kind == "call" and base.value == "abs" else base


# How tightly each kind holds together in writing.
_TIGHT = {"sum": 1, "product": 2, "negative": 3, "power": 4}


def plain(node: Node) -> str:
    """Return the text of a formula; reading it gives the same tree again.

    >>> plain(Node("power", None, (Node("negative", None, (Node("name", "x"),)), number(2))))
    '(-x)**2'
    """
    if node.kind == "number":
        return _digits(node.value)
    if node.kind in ("name", "constant"):
        return str(node.value)
    if node.kind == "call":
        return f"{node.value}({plain(node.below[0])})"
    if node.kind == "negative":
        return "-" + _inside(node.below[0], 3)
    if node.kind == "power":
        base, exponent = node.below
        return f"{_inside(base, 5)}**{_exponent(exponent)}"
    if node.kind == "sum":
        return _signed([(plain_term(one), sign) for one, sign in _terms(node)])
    parts = [_inside(node.below[0], 3)]
    for one, sign in zip(node.below[1:], node.value[1:], strict=True):
        parts.append(f"{'*' if sign > 0 else '/'}{_inside(one, 3)}")
    return "".join(parts)


def _terms(node: Node) -> list[tuple[Node, int]]:
    """Return the terms of a sum, those after the first with the sign before them."""
    first, *rest = node.below
    return [
        (first, 1),
        *((one.below[0], -1) if one.kind == "negative" else (one, 1) for one in rest),
    ]


def plain_term(node: Node) -> str:
    """Return a term of a sum in plain text."""
    return f"({plain(node)})" if node.kind == "sum" else plain(node)


def _signed(terms: list[tuple[str, int]]) -> str:
    text = terms[0][0]
    for one, sign in terms[1:]:
        shown = f"({one})" if one.startswith("-") else one
        text += f" {'+' if sign > 0 else '-'} {shown}"
    return text


def _inside(node: Node, least: int) -> str:
    text = plain(node)
    return text if _TIGHT.get(node.kind, 9) >= least else f"({text})"


def _exponent(node: Node) -> str:
    if node.kind == "negative" and node.below[0].kind in ("number", "name", "constant", "call"):
        return plain(node)
    return _inside(node, 4)


def _digits(value: Fraction) -> str:
    """Return the decimal digits of a number that has finitely many."""
    if value.denominator == 1 and value < 10**15:
        return str(value.numerator)
    twos = value.denominator
    scale = 0
    while twos % 10 == 0:
        twos, scale = twos // 10, scale + 1
    while twos % 2 == 0 or twos % 5 == 0:
        twos, scale = (twos // 2 if twos % 2 == 0 else twos // 5), scale + 1
    digits = value.numerator * 10**scale // value.denominator
    sign, figures, _ = Decimal(digits).as_tuple()
    tidy = Decimal((sign, figures, -scale))
    text = str(tidy.normalize(_wide())) if digits else "0"
    return text.lower().replace("e+", "e")


def _wide() -> Any:
    from decimal import Context

    return Context(prec=20_000, Emax=999_999, Emin=-999_999)


def latex(node: Node) -> str:
    r"""Return a formula as LaTeX.

    >>> latex(Node("call", "sqrt", (Node("name", "x1"),)))
    '\\sqrt{x_{1}}'
    """
    if node.kind == "number":
        mantissa, _, exponent = _digits(node.value).partition("e")
        return rf"{mantissa} \cdot 10^{{{exponent}}}" if exponent else mantissa
    if node.kind == "constant":
        return r"\pi" if node.value == "pi" else str(node.value)
    if node.kind == "name":
        return _latex_name(node.value)
    if node.kind == "call":
        return _latex_call(node)
    if node.kind == "negative":
        return "-" + _latex_inside(node.below[0], 3)
    if node.kind == "power":
        return f"{_latex_inside(node.below[0], 5)}^{{{latex(node.below[1])}}}"
    if node.kind == "sum":
        parts = [
            (rf"\left({latex(one)}\right)" if one.kind == "sum" else latex(one), sign)
            for one, sign in _terms(node)
        ]
        return _signed(parts)
    return _latex_product(node)


def _latex_product(node: Node) -> str:
    signs = list(zip(node.below, node.value, strict=True))
    above = [one for one, sign in signs if sign > 0]
    under = [one for one, sign in signs if sign < 0]
    if not under:
        return _latex_factors(above)
    return rf"\frac{{{_latex_factors(above)}}}{{{_latex_factors(under)}}}"


def _latex_factors(factors: list[Node]) -> str:
    if len(factors) == 1:
        return latex(factors[0])
    text = ""
    for place, one in enumerate(factors):
        written = _latex_inside(one, 3 if place == 0 else 4)
        text += rf" \cdot {written}" if text and written[0].isdigit() else f" {written}"
    return text.strip()


def _latex_inside(node: Node, least: int) -> str:
    text = latex(node)
    return text if _TIGHT.get(node.kind, 9) >= least else rf"\left({text}\right)"


def _latex_name(name: str) -> str:
    letters = name.rstrip("0123456789").rstrip("_")
    digits = name[len(letters) :].lstrip("_")
    body = letters if len(letters) == 1 else rf"\mathrm{{{letters.replace('_', chr(92) + '_')}}}"
    return f"{body}_{{{digits}}}" if digits else body


_LATEX_CALLS = {
    "asin": r"\arcsin",
    "acos": r"\arccos",
    "atan": r"\arctan",
    "sign": r"\operatorname{sign}",
}


def _latex_call(node: Node) -> str:
    inside = latex(node.below[0])
    if node.value == "sqrt":
        return rf"\sqrt{{{inside}}}"
    if node.value == "abs":
        return rf"\left|{inside}\right|"
    name = _LATEX_CALLS.get(node.value, "\\" + node.value)
    return rf"{name}\left({inside}\right)"
