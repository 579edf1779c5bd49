"""What writing out the derivatives of a tree would cost, counted before anything is derived.

The derivative of a product of k factors is k products, the second one k squared; chains do the
same at every level. ``derivative_parts`` follows those rules without making a single term: it
counts the parts (nodes) of all first derivatives, one for each variable, and of all second ones,
one for each pair, as the product and chain rules write them before like terms are gathered.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce

from steepest.functions.tree import Node

# Parts that one factor or sign of a rule adds.
_RULE = 3.0


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of a tree, of all its first derivatives, of all its second ones; its variables."""

    size: float
    first: float
    second: float
    names: frozenset[str]


def derivative_parts(tree: Node) -> tuple[float, float]:
    """Return about how many parts all first and all second derivatives of a tree have.

    Examples
    --------
    >>> from steepest.functions.grammar import parse
    >>> derivative_parts(parse("x"))
    (1.0, 0.0)
    >>> heavy = derivative_parts(parse("*".join(f"(x{i} + 1)" for i in range(50))))
    >>> 5e3 < heavy[0] < 2e4, 2e5 < heavy[1] < 2e6
    (True, True)
    """
    parts = _parts(tree)
    return parts.first, parts.second


def _parts(node: Node) -> _Parts:
    if node.kind == "name":
        return _Parts(1.0, 1.0, 0.0, frozenset([node.value]))
    if not node.below:
        return _Parts(1.0, 0.0, 0.0, frozenset())
    below = [_parts(one) for one in node.below]
    names = reduce(frozenset.union, (one.names for one in below))
    size = 1.0 + sum(one.size for one in below)
    if node.kind in ("sum", "negative"):
        first, second = sum(one.first for one in below), sum(one.second for one in below)
        return _Parts(size, first, second, names)
    own = size + _RULE  # what stands beside each derivative of a part
    ways = [float(len(one.names)) for one in below]
    first = sum(own * way + one.first for way, one in zip(ways, below, strict=True))
    second = 0.0
    whole, slopes = sum(ways), sum(one.first for one in below)
    for way, one in zip(ways, below, strict=True):
        # the second derivative of the part itself, and its first beside the first of every part
        second += own * way * way + one.second
        second += own * way * whole + one.first * whole + way * slopes
    return _Parts(size, first, second, names)
