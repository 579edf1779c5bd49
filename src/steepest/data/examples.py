"""The lecture notes' own tables, generated from their seeds: ``example:NAME``.

Each brings its own training and validation rows. The salary tables are drawn from numpy's
legacy ``RandomState(42)``, whose stream numpy has frozen for good.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
PREFIX = "example:"


@dataclass(frozen=True, eq=False)
class Example:
    """A small table: X (n, d), y (n,), its names, and which rows validate (n,)."""

    name: str
    X: Floats
    y: Floats
    features: tuple[str, ...]
    target: str
    order: npt.NDArray[np.int64]
    validation: npt.NDArray[np.bool_]


def _points(name: str, rows: int) -> Example:
    x = np.arange(1.0, rows + 1.0)
    return Example(
        name, x[:, None], 2.0 * x, ("x",), "y", np.arange(rows), np.zeros(rows, dtype=np.bool_)
    )


def _two_features(name: str) -> Example:
    X = np.array([[1.0, 4.0], [2.0, 5.0], [5.0, 1.0], [4.0, 2.0]])
    y = np.array([19.0, 26.0, 19.0, 20.0])
    return Example(name, X, y, ("x1", "x2"), "y", np.arange(4), np.zeros(4, dtype=np.bool_))


def _line(
    name: str, intercept: float, slope: float, unit: float, names: tuple[str, str]
) -> Example:
    """100 points near a line; x in [0, unit]; the rows stand in the notes' shuffled order.

    The notes shuffle the row numbers, train on the first 80 and validate on the last 20.
    """
    random = np.random.RandomState(42)
    x = random.rand(100, 1)
    noise = 0.1 * random.randn(100, 1)
    y = intercept + slope * (x * unit) + noise
    order = np.arange(100)
    random.shuffle(order)
    validation = np.arange(100) >= 80
    return Example(name, x[order] * unit, y[order, 0], names[:1], names[1], order, validation)


EXAMPLES = {
    "three-points": lambda: _points("three-points", 3),
    "four-points": lambda: _points("four-points", 4),
    "two-features": lambda: _two_features("two-features"),
    "salary": lambda: _line("salary", 1.0, 2.0, 1.0, ("years", "salary")),
    "salary-bad": lambda: _line("salary-bad", 1.0, 0.2, 10.0, ("years", "salary")),
    "closing": lambda: _line("closing", 0.5, -3.0, 1.0, ("x", "y")),
}


def example(name: str) -> Example:
    """Return the lecture notes' table called ``name`` (with or without ``example:``).

    Rows stand in the order in which the notes train on them; ``order`` gives each row's number
    in the order in which it was generated.

    Raises
    ------
    InputError
        If there is no such table.

    Examples
    --------
    >>> example("three-points").y.tolist()
    [2.0, 4.0, 6.0]
    """
    key = name.removeprefix(PREFIX)
    if key not in EXAMPLES:
        raise InputError("unknown_example", example=key, known=list(EXAMPLES))
    return EXAMPLES[key]()
