"""Formulas: derivatives against the complex step, the texts, the contract of objectives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest import FUNCTIONS, Formula, InputError, formula_of
from steepest.functions.grammar import parse
from steepest.objective.function import FunctionObjective

POINTS = 1000
# The complex step needs a function that continues into the complex plane; none of these has abs.
NAMES = list(FUNCTIONS)


def box(formula: Formula, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.uniform(-2.0, 2.0, (POINTS, len(formula.names), 1))


def complex_step(function, points: np.ndarray) -> np.ndarray:
    """Return the derivatives (Squire & Trapp, SIAM Review 40 (1998) 110-112), variable last."""
    size = points.shape[-2]
    steps = 1e-100j * np.eye(size)[:, :, None]
    return np.stack([function(points + step).imag / 1e-100 for step in steps], axis=-1)


@pytest.mark.parametrize("name", NAMES)
def test_gradients_are_the_complex_step_s(name: str) -> None:
    formula, _ = formula_of(name)
    points = box(formula, 1)
    expected = complex_step(formula.value, points)
    error = np.linalg.norm(formula.gradient(points)[..., 0] - expected, axis=-1)
    assert (error <= 1e-12 * np.linalg.norm(expected, axis=-1)).all()


@pytest.mark.parametrize("name", NAMES)
def test_hessians_are_the_complex_step_s(name: str) -> None:
    formula, _ = formula_of(name)
    points = box(formula, 2)
    expected = complex_step(lambda at: formula.gradient(at)[..., 0], points)
    hessian = formula.hessian(points)
    size = np.abs(expected).max(axis=(-2, -1), keepdims=True)
    assert (np.abs(hessian - expected) <= 1e-8 * size).all()
    assert (hessian == np.swapaxes(hessian, -1, -2)).all()


@pytest.mark.parametrize(
    "text",
    [
        "x**x + y**(x/2)",
        "sqrt(x*y) + (x*y)**0.3",
        "log(x)*asin(x/9) + acos(y/9)*atan(x)",
        "sinh(x)*cosh(y) - tanh(x*y)*tan(y/9)",
        "exp(-x**2/y) + x/3/y - 1/(7*x)",
        "2**x*3**-y + pi**x*e**y",
    ],
)
def test_every_function_s_derivative(text: str) -> None:
    formula = Formula(text)
    points = np.abs(box(formula, 3)) + 0.1
    expected = complex_step(formula.value, points)
    assert formula.gradient(points)[..., 0] == pytest.approx(expected, rel=1e-11, abs=1e-12)
    second = complex_step(lambda at: formula.gradient(at)[..., 0], points)
    assert formula.hessian(points) == pytest.approx(second, rel=1e-9, abs=1e-10)


def test_abs_has_no_slope_at_its_kink() -> None:
    formula = Formula("abs(x)")
    slopes = formula.gradient(np.array([[[-2.0]], [[0.0]], [[3.0]]]))[:, 0, 0]
    assert slopes[[0, 2]].tolist() == [-1.0, 1.0]
    assert math.isnan(slopes[1])


def test_stacks_give_what_points_give() -> None:
    formula = Formula("exp(x)*sin(y) + 3")
    points = box(formula, 4)[:20].reshape(4, 5, 2, 1)
    assert formula.value(points).shape == (4, 5)
    assert formula.gradient(points).shape == (4, 5, 2, 1)
    assert formula.hessian(points).shape == (4, 5, 2, 2)
    value, slope = formula.value_and_gradient(points[1, 2])
    assert value == pytest.approx(formula.value(points)[1, 2], rel=1e-15)
    assert slope == pytest.approx(formula.gradient(points)[1, 2], rel=1e-15)
    assert isinstance(formula, FunctionObjective)


def test_a_constant_derivative_has_the_stack_s_shape() -> None:
    formula = Formula("2*x - y")
    assert formula.gradient(np.zeros((7, 2, 1))).shape == (7, 2, 1)
    assert formula.hessian(np.zeros((2, 1))).tolist() == [[0.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "ackley"])
def test_derivatives_are_written_so_that_they_can_be_read(name: str) -> None:
    formula, _ = formula_of(name)
    points = box(formula, 5)[:50]
    for place, text in enumerate(formula.gradient_text):
        again = Formula(text, formula.names) if parse(text) else None
        assert again is not None
        assert again.value(points) == pytest.approx(formula.gradient(points)[:, place, 0], rel=1e-9)
    for i, row in enumerate(formula.hessian_text):
        for j, text in enumerate(row):
            again = Formula(text, formula.names)
            expected = formula.hessian(points)[:, i, j]
            assert again.value(points) == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "plain", "latex"),
    [
        ("x^2-y^2", "x**2 - y**2", "x^{2} - y^{2}"),
        ("(x+1)/(2*y)", "(x + 1)/(2*y)", r"\frac{x + 1}{2 y}"),
        ("sqrt(x1)*abs(x10)", "sqrt(x1)*abs(x10)", r"\sqrt{x_{1}} \left|x_{10}\right|"),
        ("2*3*x", "2*3*x", r"2 \cdot 3 x"),
        ("exp(-x)**2", "exp(-x)**2", r"\exp\left(-x\right)^{2}"),
        ("1e50*x", "1e50*x", r"1 \cdot 10^{50} x"),
        ("0.125*rate_2", "0.125*rate_2", r"0.125 \mathrm{rate}_{2}"),
        ("x - -y", "x - (-y)", "x - (-y)"),
    ],
)
def test_texts(text: str, plain: str, latex: str) -> None:
    formula = Formula(text)
    assert formula.text == plain
    assert formula.latex == latex
    assert Formula(plain) == formula


def test_derivatives_in_words() -> None:
    formula = Formula("100*(y - x**2)**2 + (1 - x)**2")
    assert formula.gradient_text[1] == "200*(y - x**2)"
    assert formula.hessian_text[1] == ("-400*x", "200")
    assert formula.gradient_latex[1] == r"200 \left(y - x^{2}\right)"
    assert formula.hessian_latex[1] == ("-400 x", "200")


def test_names_are_sorted_by_number_or_as_given() -> None:
    assert Formula("x10 + x2 + a").names == ("a", "x2", "x10")
    swapped = Formula("x - y", ("y", "x"))
    assert float(swapped.value(np.array([[1.0], [5.0]]))) == 4.0
    with pytest.raises(InputError, match="do not fit"):
        Formula("x - y", ("x", "x"))
    with pytest.raises(InputError, match="do not fit"):
        Formula("x - y", ("x",))


def test_the_same_text_gives_the_same_bits() -> None:
    points = box(Formula("x"), 6)
    first, again = (Formula("exp(sin(x)) - x**3/7") for _ in range(2))
    assert (first.gradient(points) == again.gradient(points)).all()
    assert hash(first) == hash(again)
    assert first == again != Formula("x")


def test_a_coefficient_near_the_end_of_float64() -> None:
    formula = Formula("0.5**1000*z")
    slope = float(formula.gradient(np.array([[1.0]]))[0, 0])
    assert slope == pytest.approx(2.0**-1000, rel=1e-14)


def test_nesting_beyond_the_stack_is_refused() -> None:
    formula = Formula("1/(1 + x*" * 38 + "y" + ")" * 38)
    with pytest.raises(InputError) as refused:
        _ = formula.hessian_text
    assert refused.value.name in ("formula_nested", "formula_too_heavy")
