"""What a point is: by its Hessian, unless that misleads."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest import Formula, InputError, critical_point, saddle_share
from steepest.functions.random_waves import RandomWaves


@pytest.mark.parametrize(
    ("text", "point", "kind"),
    [
        ("x**2 + 2*y**2", [1e-3, 1e-3], "minimum"),
        ("-x**2 - 2*y**2", [1e-3, 1e-3], "maximum"),
        ("x*y", [1e-3, -2e-3], "saddle"),
        ("x**2 - 1e-9*y**2", [1e-4, 1e-2], "saddle"),
        ("x**2 + 1e-9*y**2", [1e-4, 1e-2], "minimum"),
        ("1e-30*(x**2 + y**2)", [1e-3, 0.0], "minimum"),
        ("1e30*(x**2 + y**2)", [1e-3, 0.0], "minimum"),
        ("x**2 + y**2 + 1e9", [1e-3, 0.0], "minimum"),
        ("(x - 1e6)**2 + (y + 1e6)**2", [1e6, -1e6], "minimum"),
        ("cos(x)", [3.2], "minimum"),
        ("cos(x)", [0.05], "maximum"),
        # Misled by the Hessian of a point near by:
        ("x**2 + y**4", [0.0, 1e-3], "degenerate"),
        ("x**2 - y**4", [0.0, 1e-3], "degenerate"),
        ("x**3 - 3*x*y**2", [1e-4, 0.0], "degenerate"),
        ("x**3 - 3*x*y**2", [0.0, 1e-4], "degenerate"),
        ("x**3 - 3*x*y**2", [7e-5, -3e-5], "degenerate"),
        ("x**2 + y**3", [0.0, 1e-4], "degenerate"),
        ("(x - 1)**6", [1.02], "degenerate"),
        ("exp(x)*y**2", [1.0, 0.0], "degenerate"),
        # Not critical at all:
        ("x**2 + y", [0.0, 0.0], "not_critical"),
        ("exp(x)", [-10.0], "not_critical"),
        ("exp(x)", [-19.0], "not_critical"),
        ("x + 1e-9*x**2", [0.0], "not_critical"),
        ("abs(x)", [1e-9], "not_critical"),
        ("sqrt(x**2 + y**2)", [1e-9, 0.0], "not_critical"),
        ("log(x)", [1e-6], "not_critical"),
        ("x**2", [1.0], "not_critical"),
    ],
)
def test_kinds(text: str, point: list[float], kind: str) -> None:
    assert critical_point(Formula(text), point).kind == kind


def test_scaling_the_variables_changes_no_kind() -> None:
    for scale in (1e-3, 1.0, 1e3):
        formula = Formula(f"(x/{scale})**2 - (y/{scale})**2 + (x/{scale})**3")
        assert critical_point(formula, [1e-5 * scale, 0.0]).kind == "saddle"


def test_polishing_says_how_far_and_stays_near() -> None:
    found = critical_point(Formula("sin(x)"), [-math.pi / 2 + 0.01])
    assert found.kind == "minimum"
    assert found.moved == pytest.approx(0.01, rel=1e-6)
    assert found.point[0] == pytest.approx(-math.pi / 2, abs=1e-12)
    assert critical_point(Formula("sin(x)"), [-1.0]).kind == "not_critical"  # 0.57 away
    exact = critical_point(Formula("sin(x)"), [-math.pi / 2 + 0.01], polish=0.0)
    assert (exact.kind, exact.moved) == ("not_critical", 0.0)


def test_polishing_never_leads_to_another_valley() -> None:
    # Valleys 0.0314 apart, nearer than the polish may lead.
    formula = Formula("cos(200*x)/4000 + x**2/2")
    kinds = set()
    for start in np.linspace(-0.2, 0.2, 401):
        found = critical_point(formula, [start])
        kinds.add(found.kind)
        if found.kind != "not_critical":
            assert found.moved < 0.0158
    assert kinds == {"minimum", "maximum", "not_critical"}


def test_evidence_of_degenerate_points() -> None:
    rises = critical_point(Formula("x**2 + y**4"), [0.0, 0.0]).around
    assert (rises.falling, rises.rising) == (0, rises.directions)
    monkey = critical_point(Formula("x**3 - 3*x*y**2"), [0.0, 0.0]).around
    assert 0.3 < monkey.falling / monkey.directions < 0.7
    assert monkey.deepest == pytest.approx(-(monkey.distance**3), rel=0.02)
    hidden = critical_point(Formula("x**2 - y**4"), [0.0, 0.0]).around
    assert hidden.falling >= 2  # along the axis only
    flat = critical_point(Formula("1 - exp(-x**2)"), [30.0]).around
    assert (flat.rising, flat.falling) == (0, 0)


def test_the_point_must_fit() -> None:
    with pytest.raises(InputError):
        critical_point(Formula("x*y"), [1.0])


# ---- the share of saddles ----------------------------------------------------------------------


def test_random_waves_have_the_derivatives_they_claim() -> None:
    waves = RandomWaves(4, seed=7, waves=50)
    points = np.random.default_rng(0).normal(size=(30, 4, 1))
    steps = 1e-100j * np.eye(4)[:, :, None]
    slopes = np.stack([waves.value(points + step).imag / 1e-100 for step in steps], axis=-1)
    assert waves.gradient(points)[..., 0] == pytest.approx(slopes, rel=1e-10, abs=1e-12)
    second = [waves.gradient(points + step)[..., 0].imag / 1e-100 for step in steps]
    assert waves.hessian(points) == pytest.approx(np.stack(second, -1), rel=1e-10, abs=1e-12)


def test_random_waves_have_unit_variance_and_known_correlation() -> None:
    pairs = [(RandomWaves(2, seed=s, waves=200), s) for s in range(400)]
    there = np.array([[[0.0], [0.0]], [[1.0], [0.0]]])
    values = np.array([waves.value(there) for waves, _ in pairs])
    assert values.std(axis=0) == pytest.approx([1.0, 1.0], abs=0.15)
    assert np.corrcoef(values.T)[0, 1] == pytest.approx(math.exp(-0.5), abs=0.12)


def test_the_share_of_saddles_is_the_theory_s_where_there_is_one() -> None:
    one, two = saddle_share([1, 2], functions=15, starts=80)
    assert one.saddles == 0
    assert abs(one.minima - one.maxima) <= one.functions  # they alternate
    assert two.low <= 0.5 <= two.high  # Longuet-Higgins (1957)
    assert two.found > 100


@pytest.mark.long
def test_the_share_of_saddles_in_three_variables() -> None:
    (three,) = saddle_share([3], functions=60, starts=200)
    assert three.low <= (29.0 + 6.0 * math.sqrt(6.0)) / 58.0 <= three.high  # Bardeen et al. (1986)


def test_saddles_outnumber_all_else_with_more_variables() -> None:
    few, more, many = saddle_share([2, 4, 8], functions=10, starts=40)
    assert few.high < more.low  # intervals of 95 % that do not meet
    assert more.high < many.low
    assert many.share > 0.97
    again = saddle_share([4], functions=10, starts=40)[0]
    assert again == more
