"""Functions with a name: what they are, where they come from, and where descent on them ends.

The starts are where ``auto`` (backtracking from there) reaches the documented end; ``critical``
holds critical points that are known in closed form or from the source.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass

from steepest.functions.formula import Formula
from steepest.functions.grammar import FUNCTIONS_OF_ONE
from steepest.words.errors import InputError

Point = tuple[float, ...]


@dataclass(frozen=True)
class NamedFunction:
    """A function of the library.

    Attributes
    ----------
    text : function of one number, giving str
        The formula; the number is the one behind the colon of NAME:NUMBER, or ``number``.
    source : str
        Where it is defined.
    ends : tuple of (start, ending, kind)
        Where descent with ``auto`` ends from documented starts.
    minima : tuple of (point, value)
        Known minima, the lowest first; empty where there is none.
    saddles : tuple of points
        Known saddles.
    number : float or None
        What stands behind the colon when nothing does: variables, or a condition number; None
        where the function takes none.
    whole : bool
        Whether that number is a whole number of variables.

    Examples
    --------
    >>> FUNCTIONS["booth"].minima
    (((1.0, 3.0), 0.0),)
    """

    text: Callable[[float], str]
    source: str
    ends: tuple[tuple[Point, str, str], ...]
    minima: tuple[tuple[Point, float], ...] = ()
    saddles: tuple[Point, ...] = ()
    number: float | None = None
    whole: bool = True

    @property
    def start(self) -> Point:
        """The first documented start."""
        return self.ends[0][0]


def _fixed(text: str) -> Callable[[float], str]:
    return lambda number: text


def _sum(one: str, between: str = " + ") -> Callable[[float], str]:
    """Return the text of a sum over variables x1 ... xn, ``#`` standing for the number."""
    return lambda n: between.join(one.replace("#", str(i)) for i in range(1, int(n) + 1))


def _rosenbrock(n: float) -> str:
    if n == 2:
        return "100*(y - x**2)**2 + (1 - x)**2"
    pairs = range(1, int(n))
    return " + ".join(f"100*(x{i + 1} - x{i}**2)**2 + (1 - x{i})**2" for i in pairs)


def _rastrigin(n: float) -> str:
    return f"{10 * int(n)} + " + _sum("x#**2 - 10*cos(2*pi*x#)")(n)


def _ackley(n: float) -> str:
    squares, waves = _sum("x#**2")(n), _sum("cos(2*pi*x#)")(n)
    return f"-20*exp(-0.2*sqrt(({squares})/{n:g})) - exp(({waves})/{n:g}) + e + 20"


_SURJANOVIC = "Surjanovic & Bingham, Virtual Library of Simulation Experiments (2013)"
_MIN = "minimum"

# Name -> the function. NAME:NUMBER chooses the number of variables, or bowl's condition number.
FUNCTIONS: dict[str, NamedFunction] = {
    "bowl": NamedFunction(
        lambda c: f"(x**2 + {c:.15g}*y**2)/2",
        "Nocedal & Wright, Numerical Optimization, 2nd ed. (2006), section 3.3",
        (((1.0, 1.0), "converged", _MIN), ((-3.0, 2.0), "converged", _MIN)),
        minima=(((0.0, 0.0), 0.0),),
        number=10.0,
        whole=False,
    ),
    "rosenbrock": NamedFunction(
        _rosenbrock,
        "Rosenbrock, The Computer Journal 3 (1960) 175-184",
        (((-1.2, 1.0), "converged", _MIN), ((0.0, 0.0), "converged", _MIN)),
        minima=(((1.0, 1.0), 0.0),),
        number=2.0,
    ),
    "beale": NamedFunction(
        _fixed("(1.5 - x + x*y)**2 + (2.25 - x + x*y**2)**2 + (2.625 - x + x*y**3)**2"),
        "Beale (1958); More, Garbow & Hillstrom, ACM TOMS 7 (1981) 17-41, number 5",
        (((1.0, 1.0), "converged", _MIN), ((0.0, 1.0), "saddle", "saddle")),
        minima=(((3.0, 0.5), 0.0),),
        saddles=((0.0, 1.0),),
    ),
    "himmelblau": NamedFunction(
        _fixed("(x**2 + y - 11)**2 + (x + y**2 - 7)**2"),
        "Himmelblau, Applied Nonlinear Programming (1972)",
        (
            ((0.0, 0.0), "converged", _MIN),
            ((-4.0, 4.0), "converged", _MIN),
            ((-4.0, -4.0), "converged", _MIN),
            ((4.0, -4.0), "converged", _MIN),
        ),
        minima=(
            ((3.0, 2.0), 0.0),
            ((-2.805118086952745, 3.131312518250573), 0.0),
            ((-3.779310253377747, -3.283185991286170), 0.0),
            ((3.584428340330492, -1.848126526964404), 0.0),
        ),
        saddles=((0.0866775, 2.8842547), (3.3851542, 0.0738519), (-3.0730258, -0.0813530)),
    ),
    "booth": NamedFunction(
        _fixed("(x + 2*y - 7)**2 + (2*x + y - 5)**2"),
        _SURJANOVIC,
        (((0.0, 0.0), "converged", _MIN), ((-10.0, 10.0), "converged", _MIN)),
        minima=(((1.0, 3.0), 0.0),),
    ),
    "goldstein-price": NamedFunction(
        _fixed(
            "(1 + (x + y + 1)**2*(19 - 14*x + 3*x**2 - 14*y + 6*x*y + 3*y**2))"
            "*(30 + (2*x - 3*y)**2*(18 - 32*x + 12*x**2 + 48*y - 36*x*y + 27*y**2))"
        ),
        "Goldstein & Price, Mathematics of Computation 25 (1971) 569-574",
        (((0.5, -0.5), "converged", _MIN), ((-0.5, -0.5), "converged", _MIN)),
        minima=(
            ((0.0, -1.0), 3.0),
            ((-0.6, -0.4), 30.0),
            ((1.8, 0.2), 84.0),
            ((1.2, 0.8), 840.0),
        ),
    ),
    "three-hump-camel": NamedFunction(
        _fixed("2*x**2 - 1.05*x**4 + x**6/6 + x*y + y**2"),
        _SURJANOVIC,
        (((0.5, 0.5), "converged", _MIN), ((2.0, -1.0), "converged", _MIN)),
        minima=(
            ((0.0, 0.0), 0.0),
            ((1.747552, -0.873776), 0.2986384),
            ((-1.747552, 0.873776), 0.2986384),
        ),
    ),
    "six-hump-camel": NamedFunction(
        _fixed("(4 - 2.1*x**2 + x**4/3)*x**2 + x*y + (-4 + 4*y**2)*y**2"),
        "Dixon & Szego, Towards Global Optimisation 2 (1978)",
        (((0.5, -0.5), "converged", _MIN), ((0.0, 0.0), "saddle", "saddle")),
        minima=(((0.0898420, -0.7126564), -1.0316285), ((-0.0898420, 0.7126564), -1.0316285)),
        saddles=((0.0, 0.0),),
    ),
    "rastrigin": NamedFunction(
        _rastrigin,
        "Rastrigin, Systems of Extreme Control (1974)",
        (((0.2, -0.3), "converged", _MIN), ((2.2, 0.9), "converged", _MIN)),
        minima=(((0.0, 0.0), 0.0),),
        number=2.0,
    ),
    "ackley": NamedFunction(
        _ackley,
        "Ackley, A Connectionist Machine for Genetic Hillclimbing (1987)",
        (((0.3, -0.2), "stalled", "not_critical"), ((0.0, 0.0), "stalled", "not_critical")),
        minima=(((0.0, 0.0), 0.0),),
        number=2.0,
    ),
    "styblinski-tang": NamedFunction(
        lambda n: f"({_sum('x#**4 - 16*x#**2 + 5*x#')(n)})/2",
        "Styblinski & Tang, Neural Networks 3 (1990) 467-483",
        (((-1.0, -1.0), "converged", _MIN), ((1.0, 1.0), "converged", _MIN)),
        minima=(((-2.903534, -2.903534), -78.3323314),),
        number=2.0,
    ),
    "saddle": NamedFunction(
        _fixed("x**2 - y**2"),
        "Strogatz, Nonlinear Dynamics and Chaos (1994), section 5.1",
        (((1.0, 0.0), "saddle", "saddle"), ((1.0, 0.001), "unbounded", "not_critical")),
        saddles=((0.0, 0.0),),
    ),
    "monkey-saddle": NamedFunction(
        _fixed("x**3 - 3*x*y**2"),
        "Hilbert & Cohn-Vossen, Geometry and the Imagination (1932), section 29",
        (((0.0, 0.0), "degenerate", "degenerate"), ((1.0, 1.0), "unbounded", "not_critical")),
    ),
    "flat-valley": NamedFunction(
        _fixed("x**2 + y**4"),
        "Milnor, Morse Theory (1963), section 2: a degenerate critical point that is a minimum",
        (((1.0, 1.0), "degenerate", "degenerate"), ((0.0, 0.0), "degenerate", "degenerate")),
        minima=(((0.0, 0.0), 0.0),),
    ),
    "two-valleys": NamedFunction(
        _fixed("x**4/4 - x**2/2 + x/10"),
        "Strogatz, Nonlinear Dynamics and Chaos (1994), section 3.6: the imperfect double well",
        (((0.5,), "converged", _MIN), ((-0.5,), "converged", _MIN)),
        minima=(((-1.0466805,), -0.3523861), ((0.9456493,), -0.1526394)),
    ),
    "plateau": NamedFunction(
        _fixed("1 - exp(-x**2)"),
        "the bell curve of Gauss, turned upside down",
        (((1.0,), "converged", _MIN), ((30.0,), "degenerate", "degenerate")),
        minima=(((0.0,), 0.0),),
    ),
    "cubic": NamedFunction(
        _fixed("x**3/3 - x"),
        "Strogatz, Nonlinear Dynamics and Chaos (1994), section 3.1: the saddle-node's potential",
        (
            ((0.0,), "converged", _MIN),
            ((-1.0,), "maximum", "maximum"),
            ((-2.0,), "unbounded", "not_critical"),
        ),
        minima=(((1.0,), -2.0 / 3.0),),
    ),
    "ramp": NamedFunction(
        _fixed("-x"),
        "the simplest function that falls without end",
        (((0.0,), "unbounded", "not_critical"),),
    ),
}

_WORD = re.compile(
    r"(?P<name>[A-Za-z][A-Za-z0-9]*(?:[-_ ][A-Za-z0-9]+)*)(?::(?P<number>[0-9.eE+]+))?"
)


def formula_of(text: str) -> tuple[Formula, NamedFunction | None]:
    """Return the formula that a text is or names, and the entry of the library if it names one.

    Parameters
    ----------
    text : str
        A formula, a key of ``FUNCTIONS`` (``_`` and blanks count as ``-``), or NAME:NUMBER.

    Raises
    ------
    InputError
        If it is none of them; a word that is nearly a name is taken for a slip of the pen.

    Examples
    --------
    >>> formula_of("rosenbrock:3")[0].names, formula_of("bowl:100")[0].text
    (('x1', 'x2', 'x3'), '(x**2 + 100*y**2)/2')
    """
    match = _WORD.fullmatch(text.strip()) if isinstance(text, str) and len(text) < 100 else None
    if match is None:
        return Formula(text), None
    name = re.sub("[_ ]", "-", match["name"].lower())
    if name in FUNCTIONS:
        return _named(name, match["number"])
    near = difflib.get_close_matches(name, FUNCTIONS, 1, 0.75)
    word = len(name) > 2 and name.isalpha() and name not in FUNCTIONS_OF_ONE
    if match["number"] or near or word:
        meant = near or list(FUNCTIONS)
        raise InputError("function_unknown", name=text.strip(), known=meant)
    return Formula(text), None


def _named(name: str, given: str | None) -> tuple[Formula, NamedFunction]:
    entry = FUNCTIONS[name]
    if given is None:
        return Formula(entry.text(entry.number or 0.0)), entry
    if entry.number is None:
        raise InputError("function_takes_no_number", name=name)
    try:
        number = float(given)
    except ValueError:
        number = -1.0
    most = 20.0 if entry.whole else 1e15
    least = 2.0 if name == "rosenbrock" else 1.0
    if not least <= number <= most or (entry.whole and not number.is_integer()):
        facts = {"name": name, "value": given, "least": least, "most": most}
        raise InputError("function_number", **facts)
    return Formula(entry.text(number)), entry


def start_of(entry: NamedFunction, variables: int) -> Point:
    """Return a documented start with so many variables: its numbers in turn."""
    start = entry.start
    return tuple(start[i % len(start)] for i in range(variables))
