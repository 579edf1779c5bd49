"""The library: each function is the one of its source, and has the points that are known of it."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from steepest import FUNCTIONS, InputError, critical_point, formula_of

Numbers = np.ndarray

# Written anew from the sources, value by value.
DEFINITIONS: dict[str, Callable[..., Numbers]] = {
    "bowl:1000": lambda x, y: 0.5 * (x * x + 1000.0 * y * y),
    "rosenbrock": lambda x, y: 100.0 * np.square(y - x * x) + np.square(1.0 - x),
    "rosenbrock:3": lambda x, y, z: (
        100.0 * np.square(y - x * x)
        + np.square(1.0 - x)
        + 100.0 * np.square(z - y * y)
        + np.square(1.0 - y)
    ),
    "beale": lambda x, y: sum(
        np.square(c - x * (1.0 - y**i)) for i, c in ((1, 1.5), (2, 2.25), (3, 2.625))
    ),
    "himmelblau": lambda x, y: np.square(x * x + y - 11.0) + np.square(x + y * y - 7.0),
    "booth": lambda x, y: 74.0 - 38.0 * y - 34.0 * x + 5.0 * y * y + 8.0 * x * y + 5.0 * x * x,
    "three-hump-camel": lambda x, y: 2 * x**2 - 1.05 * x**4 + x**6 / 6.0 + x * y + y**2,
    "six-hump-camel": lambda x, y: 4 * x**2 - 2.1 * x**4 + x**6 / 3 + x * y - 4 * y**2 + 4 * y**4,
    "rastrigin": lambda *x: sum(10.0 + v * v - 10.0 * np.cos(2.0 * math.pi * v) for v in x),
    "ackley": lambda x, y: (
        20.0
        + math.e
        - 20.0 * np.exp(-0.2 * np.hypot(x, y) / math.sqrt(2.0))
        - np.exp(0.5 * (np.cos(2.0 * math.pi * x) + np.cos(2.0 * math.pi * y)))
    ),
    "styblinski-tang:3": lambda *x: sum(0.5 * (v**4 - 16.0 * v**2 + 5.0 * v) for v in x),
    "saddle": lambda x, y: (x - y) * (x + y),
    "monkey-saddle": lambda x, y: ((x + 1j * y) ** 3).real,
    "flat-valley": lambda x, y: x * x + (y * y) ** 2,
    "plateau": lambda x: -np.expm1(-x * x),
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_values_are_those_of_the_source(name: str) -> None:
    formula, _ = formula_of(name)
    points = np.random.default_rng(0).uniform(-2.0, 2.0, (200, len(formula.names)))
    expected = DEFINITIONS[name](*points.T)
    assert formula.value(points[..., None]) == pytest.approx(expected, rel=1e-12, abs=1e-12)


def test_goldstein_price_has_its_published_values() -> None:
    formula, entry = formula_of("goldstein-price")
    for point, value in entry.minima:  # Goldstein & Price (1971): 3, 30, 84 and 840
        assert float(formula.value(np.array(point)[:, None])) == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in ("ackley",)])
def test_known_minima_and_saddles(name: str) -> None:
    formula, entry = formula_of(name)
    for point, value in entry.minima:
        if name == "flat-valley":
            continue  # its minimum is degenerate
        found = critical_point(formula, point)
        assert (found.kind, found.moved < 1e-5) == ("minimum", True)
        assert found.value == pytest.approx(value, rel=1e-6, abs=1e-12)
    for point in entry.saddles:
        found = critical_point(formula, point)
        assert (found.kind, found.moved < 1e-5) == ("saddle", True)


def test_the_two_valleys_are_the_roots_of_their_cubic() -> None:
    roots = np.sort(np.roots([1.0, 0.0, -1.0, 0.1]).real)
    minima = sorted(point[0] for point, _ in FUNCTIONS["two-valleys"].minima)
    assert minima == pytest.approx(roots[[0, 2]], abs=1e-6)


@pytest.mark.parametrize("condition", [1.0, 10.0, 1e6, 1e12])
def test_bowls_have_the_condition_number_asked_for(condition: float) -> None:
    formula, _ = formula_of(f"bowl:{condition:g}")
    curvatures = critical_point(formula, [0.0, 0.0]).eigenvalues
    assert curvatures[1] / curvatures[0] == condition


@pytest.mark.parametrize("text", ["Himmelblau", "goldstein_price", " six hump camel ", "ACKLEY:5"])
def test_names_are_taken_as_people_write_them(text: str) -> None:
    assert formula_of(text)[1] is not None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("himmelbleu", "function_unknown"),
        ("goldstien-price", "function_unknown"),
        ("sphere", "function_unknown"),
        ("nothing:3", "function_unknown"),
        ("himmelblau:3", "function_takes_no_number"),
        ("rosenbrock:1", "function_number"),
        ("rosenbrock:2.5", "function_number"),
        ("rastrigin:1000", "function_number"),
        ("bowl:0", "function_number"),
        ("bowl:1e99", "function_number"),
        ("bowl:1e1e1", "function_number"),
    ],
)
def test_slips_are_refused(text: str, name: str) -> None:
    with pytest.raises(InputError) as refused:
        formula_of(text)
    assert refused.value.name == name


def test_a_short_name_is_a_variable() -> None:
    assert formula_of("x")[0].names == ("x",)
    assert formula_of("x1-y")[0].names == ("x1", "y")
