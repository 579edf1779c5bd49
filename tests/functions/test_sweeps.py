"""Sweeps over a tape give what written-out derivatives give; the count before it bounds them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from random_formulas import TEXTS

from steepest import FUNCTIONS, Formula, InputError, formula_of, minimize
from steepest.functions.cost import derivative_parts
from steepest.functions.grammar import parse
from steepest.functions.sweeps import Sweeps
from steepest.functions.tree import nodes_of

ALL_CALLS = (
    "x**y + sin(x*y)*tan(x)/cosh(y) + asin(x/3)*acos(y/3)*atan(x)*tanh(y)*sinh(x)*log(x)*sqrt(y)"
    "*exp(-x) + x**2.5 + 2**x + x/y - abs(x - y) + x**-3 + y*y*x + (x*y)**0 + x**1 + cos(x)**-2"
)


def swept(formula: Formula) -> Sweeps:
    return Sweeps(parse(formula.text), formula.names)


@pytest.mark.parametrize("text", [*FUNCTIONS, "ackley:3", "rosenbrock:4", ALL_CALLS])
def test_sweeps_equal_written_out_derivatives(text: str) -> None:
    formula, _ = formula_of(text)
    assert formula.written == (True, True)
    points = np.random.default_rng(0).uniform(0.1, 2.0, (200, len(formula.names)))
    first, second = formula.gradient(points[..., None])[..., 0], formula.hessian(points[..., None])
    sweeps = swept(formula)
    size = (
        np.abs(first).max(axis=1, keepdims=True) + np.abs(formula.value(points[..., None]))[:, None]
    )
    assert np.abs(sweeps.gradient(points) - first).max(axis=1) == pytest.approx(
        0.0, abs=1e-12 * float(size.max())
    )
    found = sweeps.hessian(points)
    assert np.abs(found - second).max() <= 1e-11 * (1.0 + np.abs(second).max())


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_sweeps_equal_them_on_random_formulas(text: str) -> None:
    try:
        formula = Formula(text)
        first = formula.gradient(np.full(formula.shape, 0.7))[:, 0]
    except InputError:
        return
    point = np.full(len(formula.names), 0.7)
    with np.errstate(all="ignore"):
        found = swept(formula).gradient(point)
    known = np.isfinite(first) & np.isfinite(found) & (np.abs(first) < 1e6)
    assert found[known] == pytest.approx(first[known], rel=1e-7, abs=1e-7)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_the_count_bounds_what_is_written(text: str) -> None:
    try:
        formula = Formula(text)
        first = sum(sum(1 for _ in nodes_of(parse(one))) for one in formula.gradient_text[:9])
    except InputError:  # sign() is no function of formulas, and some have no derivative
        return
    assert first <= 8.0 * derivative_parts(parse(formula.text))[0] + 30.0


def test_descent_on_a_heavy_product_ends_where_it_should() -> None:
    bowl = "+".join(f"(x{i} - {i}/100)**2" for i in range(1, 21))
    product = "*".join(f"(1 + (x{i} - {i}/100)**2)" for i in range(1, 21))
    assert Formula(product).written == (True, False)
    ends = np.arange(1.0, 21.0) / 100.0
    trace = minimize(f"{product} + {bowl}", start=ends + 0.2)
    assert trace.ending.name == "converged"
    assert trace.parameters.ravel() == pytest.approx(ends, abs=1e-6)
    assert trace.metadata["critical"]["hessian_eigenvalues"] == pytest.approx([4.0] * 20, rel=1e-6)


@pytest.mark.parametrize("text", ["abs(x)**2", "abs(x)^4 + 1", "abs(x - 0)**2*y**2 + y**2"])
def test_an_even_power_of_abs_has_its_gradient_at_zero(text: str) -> None:
    formula = Formula(text)
    assert np.isfinite(formula.gradient(np.zeros(formula.shape))).all()
    assert np.isfinite(swept(formula).hessian(np.zeros(len(formula.names)))).all()
    assert (
        minimize(text, start=np.zeros(len(formula.names))).ending.phrase != "function_no_gradient"
    )
