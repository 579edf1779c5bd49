"""The grammar of formulas: a tokenizer and a recursive descent of our own; nothing is executed.

::

    sum     = product { ("+" | "-") product }
    product = signed { ("*" | "/") signed }
    signed  = ("-" | "+") signed | power
    power   = atom [ ("**" | "^") signed ]          x**y**z is x**(y**z), -x**2 is -(x**2)
    atom    = number | name | function "(" sum ")" | "(" sum ")"

``^`` is a power, as on paper. There is no ``max`` or ``min``: max(a, b) is (a + b + abs(a - b))/2.
Names are ASCII letters, digits and underscores; ``pi`` and ``e`` are the constants. What the text
may cost is limited before anything is computed from it: length, depth and variables here,
and the exact numbers that differentiating would make in :func:`_weigh`.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

from steepest.functions.tree import Node, names_of, plain
from steepest.words.errors import InputError

LENGTH = 5_000
DEPTH = 40
VARIABLES = 50
NAME = 24
DIGITS = 40
# Largest size of a number, and of what a part without variables gives.
LARGEST = 1e100
# Largest exponent, of powers within powers taken together.
DEGREE = 200
# Bits of the exact numbers that multiplying out could make.
_BITS = 20_000

CONSTANTS = {"pi": math.pi, "e": math.e}
FUNCTIONS_OF_ONE = (
    *("exp", "log", "sqrt", "abs"),
    *("sin", "cos", "tan", "asin", "acos", "atan"),
    *("sinh", "cosh", "tanh"),
)
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>\*\*|[-+*/^()])"
)
# Signs of print and of other keyboards, and how a formula writes them.
_INSTEAD = {
    **dict(zip("²³⁴", ("**2", "**3", "**4"), strict=True)),
    **dict(zip("−–×·÷π√", ("-", "-", "*", "*", "/", "pi", "sqrt(...)"), strict=True)),
    **dict(zip("（）＋－＊／＾", "()+-*/^", strict=True)),
}
_NUMBER = re.compile(r"(?P<digits>[0-9.]+)(?:[eE](?P<exponent>[+-]?[0-9]+))?")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text: what it is, how it reads, and its column from 1."""

    kind: str
    text: str
    column: int


def parse(text: str) -> Node:
    """Return the tree of a formula.

    Raises
    ------
    InputError
        If the text is no formula or would cost too much, with the column and the remedy.

    Examples
    --------
    >>> parse("-x**2").kind, parse("2*x^2 - 1").below[1].kind
    ('negative', 'negative')
    """
    if not isinstance(text, str):
        raise InputError("formula_no_text", kind=type(text).__name__)
    if len(text) > LENGTH:
        raise InputError("formula_too_long", length=len(text), most=LENGTH)
    tokens = _tokens(text)
    if not tokens:
        raise InputError("formula_empty")
    reader = _Reader(tokens, len(text) + 1)
    tree = reader.sum(0)
    if reader.at < len(tokens):
        raise reader.surprise()
    _limit(tree)
    return tree


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _strange(text, place)
        kind = str(match.lastgroup)
        if kind != "space":
            found.append(Token(kind, match.group(), place + 1))
        place = match.end()
    return found


def _strange(text: str, place: int) -> InputError:
    """Return the error of a character that no formula holds."""
    character, column = text[place], place + 1
    name = unicodedata.name(character, f"U+{ord(character):04X}")
    if character in _INSTEAD:
        instead = _INSTEAD[character]
        facts = {"character": character, "name": name, "column": column}
        return InputError("formula_instead", **facts, instead=instead)
    if ord(character) > 127:
        return InputError("formula_not_ascii", character=character, name=name, column=column)
    if character == "." and place and (text[place - 1].isalnum() or text[place - 1] in "_)"):
        return InputError("formula_attribute", column=column)
    if character == "|":
        return InputError("formula_bars", column=column)
    if character == ",":
        return InputError("formula_comma", column=column)
    return InputError("formula_character", character=character, name=name, column=column)


class _Reader:
    """Reads tokens from left to right; one method for each line of the grammar."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self.tokens = tokens
        self.at = 0
        self.end = end

    @property
    def column(self) -> int:
        """The column of the next token."""
        return self.tokens[self.at].column if self.at < len(self.tokens) else self.end

    def next(self, *texts: str) -> Token | None:
        """Return the next token and go past it if it is one of these signs."""
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.kind == "sign" and token.text in texts:
                self.at += 1
                return token
        return None

    def sum(self, depth: int) -> Node:
        column = self.column
        terms = [self.product(depth)]
        while sign := self.next("+", "-"):
            term = self.product(depth)
            if sign.text == "-":
                term = Node("negative", None, (term,), sign.column)
            terms.append(term)
        return terms[0] if len(terms) == 1 else Node("sum", None, tuple(terms), column)

    def product(self, depth: int) -> Node:
        column = self.column
        factors, signs = [self.signed(depth)], [1]
        while sign := self.next("*", "/"):
            factors.append(self.signed(depth))
            signs.append(1 if sign.text == "*" else -1)
        if len(factors) == 1:
            return factors[0]
        return Node("product", tuple(signs), tuple(factors), column)

    def signed(self, depth: int) -> Node:
        self._check(depth)
        sign = self.next("-", "+")
        if sign is None:
            return self.power(depth)
        inside = self.signed(depth + 1)
        if sign.text == "+":
            return inside
        return Node("negative", None, (inside,), sign.column)

    def power(self, depth: int) -> Node:
        column = self.column
        base = self.atom(depth)
        if self.next("**", "^"):
            return Node("power", None, (base, self.signed(depth + 1)), column)
        return base

    def atom(self, depth: int) -> Node:
        if opened := self.next("("):
            return self._closed(depth, opened)
        if self.at >= len(self.tokens):
            raise InputError("formula_ends", column=self.end)
        token = self.tokens[self.at]
        if token.kind == "number":
            self.at += 1
            return Node("number", _fraction(token), (), token.column)
        if token.kind == "name":
            self.at += 1
            return self._named(token, depth)
        raise self.surprise()

    def _named(self, token: Token, depth: int) -> Node:
        if len(token.text) > NAME:
            raise InputError("formula_name_long", name=token.text, column=token.column, most=NAME)
        called = self.next("(")
        if token.text in FUNCTIONS_OF_ONE:
            if called is None:
                raise InputError("formula_no_argument", name=token.text, column=token.column)
            return Node("call", token.text, (self._closed(depth, called),), token.column)
        if called is not None:
            known = list(FUNCTIONS_OF_ONE)
            name, column = token.text, token.column
            raise InputError("formula_function", name=name, column=column, known=known)
        if token.text in CONSTANTS:
            return Node("constant", token.text, (), token.column)
        if token.text.startswith("_") or token.text in _RESERVED:
            raise InputError("formula_name", name=token.text, column=token.column)
        return Node("name", token.text, (), token.column)

    def _closed(self, depth: int, opened: Token) -> Node:
        self._check(depth)
        inside = self.sum(depth + 1)
        if self.next(")") is None:
            if self.at < len(self.tokens):
                raise self.surprise()
            raise InputError("formula_open", column=opened.column)
        return inside

    def _check(self, depth: int) -> None:
        if depth > DEPTH:
            raise InputError("formula_too_deep", column=self.column, most=DEPTH)

    def surprise(self) -> InputError:
        """Return the error of a token that cannot stand where it stands."""
        token = self.tokens[self.at]
        before = self.tokens[self.at - 1] if self.at else None
        begins = token.kind in ("name", "number") or token.text == "("
        if begins and before is not None and (before.kind != "sign" or before.text == ")"):
            both = {"before": before.text, "after": token.text}
            return InputError("formula_no_sign", **both, column=token.column)
        return InputError("formula_surprise", text=token.text, column=token.column)


# Words of programming languages: a variable of that name is a mistake or an attack.
_RESERVED = frozenset(
    [
        "lambda",
        "if",
        "else",
        "for",
        "while",
        "import",
        "from",
        "def",
        "class",
        "return",
        "and",
        "or",
        "not",
        "in",
        "is",
        "None",
        "True",
        "False",
        "nan",
        "inf",
    ]
)


def _fraction(token: Token) -> Fraction:
    match = _NUMBER.fullmatch(token.text)
    digits, exponent = (match["digits"], match["exponent"]) if match else (token.text, None)
    if len(token.text) > DIGITS:
        facts = {"count": len(token.text), "most": DIGITS}
        raise InputError("formula_digits", **facts, column=token.column)
    power = int(exponent or 0) if len(exponent or "") <= 5 else 99_999
    if abs(power) <= 200:
        value = Fraction(digits) * Fraction(10) ** power
        if value == 0 or 1 / LARGEST <= value <= LARGEST:
            return value
    raise InputError("formula_number", text=token.text, column=token.column, most=LARGEST)


def _limit(tree: Node) -> None:
    """Refuse a tree that would cost too much, or a part of it that is no finite number."""
    names = names_of(tree)
    if len(names) > VARIABLES:
        raise InputError("formula_variables", count=len(names), most=VARIABLES)
    _weigh(tree)


@dataclass(frozen=True, slots=True)
class _Weight:
    """What a part may cost: degree in its variables, bits of its numbers, value if it is fixed."""

    degree: float
    bits: float
    fixed: float | None


def _weigh(node: Node) -> _Weight:
    below = [_weigh(one) for one in node.below]
    degree, bits = _cost(node, below)
    fixed = _fixed(node, [one.fixed for one in below])
    if fixed is not None and not (math.isfinite(fixed) and abs(fixed) <= LARGEST):
        raise InputError("formula_fixed", **_place(node), most=LARGEST)
    if degree > DEGREE:
        raise InputError("formula_degree", **_place(node), degree=float(degree), most=DEGREE)
    if bits > _BITS:
        raise InputError("formula_exact", **_place(node))
    return _Weight(degree, bits, fixed)


def _place(node: Node) -> dict[str, object]:
    """Return where a part stands and how it reads."""
    return {"part": plain(node), "column": node.column}


def _cost(node: Node, below: list[_Weight]) -> tuple[float, float]:
    if node.kind == "number":
        return 0.0, node.value.numerator.bit_length() + node.value.denominator.bit_length()
    if node.kind == "call" and node.value == "sqrt":
        return below[0].degree, below[0].bits  # a square root's square has all of them again
    if node.kind in ("name", "constant", "call"):
        return float(node.kind != "constant"), 1.0
    if node.kind == "negative":
        return below[0].degree, below[0].bits
    if node.kind == "sum":
        return max(one.degree for one in below), sum(one.bits for one in below)
    if node.kind == "product":
        return sum(one.degree for one in below), sum(one.bits for one in below)
    base, exponent = below
    if exponent.fixed is None:
        return max(1.0, exponent.degree, base.degree), base.bits + exponent.bits
    size = abs(exponent.fixed)
    if base.fixed is None and size > DEGREE:
        return size, 0.0
    return size * base.degree, max(1.0, size) * base.bits


def _fixed(node: Node, below: list[float | None]) -> float | None:
    """Return the value of a part without variables, None of one with, NaN where there is none."""
    known = [one for one in below if one is not None]
    if node.kind == "name" or len(known) < len(below):
        if node.kind == "product":
            divided = [one for one, sign in zip(below, node.value, strict=True) if sign < 0]
            return math.nan if 0.0 in divided else None
        return None
    try:
        return _value(node, known)
    except (ArithmeticError, ValueError):
        return math.nan


def _value(node: Node, below: list[float]) -> float:
    if node.kind == "number":
        return float(node.value)
    if node.kind == "constant":
        return CONSTANTS[node.value]
    if node.kind == "negative":
        return -below[0]
    if node.kind == "sum":
        return math.fsum(below)
    if node.kind == "product":
        value = below[0]
        for one, sign in zip(below[1:], node.value[1:], strict=True):
            value = value * one if sign > 0 else value / one
        return value
    if node.kind == "power":
        result = below[0] ** below[1]
        return math.nan if isinstance(result, complex) else float(result)
    function = math.fabs if node.value == "abs" else getattr(math, node.value)
    return float(function(below[0]))
