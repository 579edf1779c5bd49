"""A function in space and along one variable, against closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import (
    InputError,
    minimize,
    search_function,
    secant_error_figure,
    slopes_figure,
    surface_figure,
)
from steepest.figures.figure import Line, Points, Sheet


def test_the_surface_is_the_function_and_the_path_lies_on_it() -> None:
    run = minimize("x**2 - x*y + 2*y**2", start=[2.0, 1.0], learning_rate=0.1, epochs=20)
    sheet, path, *ends = surface_figure(run).panels[0].layers
    assert isinstance(sheet, Sheet)
    assert isinstance(path, Line)
    x, y = np.meshgrid(sheet.x, sheet.y)
    np.testing.assert_allclose(sheet.heights, x**2 - x * y + 2 * y**2, rtol=1e-12, atol=1e-12)
    assert path.z is not None
    np.testing.assert_allclose(path.z, run["loss"], rtol=1e-12)
    assert [one.style for one in ends] == ["start", "end-not_critical"]
    assert isinstance(ends[0], Points)
    assert (ends[0].x[0], ends[0].y[0]) == (2.0, 1.0)


def test_of_more_variables_a_plane_is_shown_and_its_gap_told() -> None:
    """The plane goes through the end; the start lies off it by the third square."""
    run = minimize("x**2 + y**2 + z**2", start=[3.0, 2.0, 1.0], learning_rate=0.1, tolerance=1e-9)
    shown = surface_figure(run)
    assert (shown.panels[0].x.label, shown.panels[0].y.label) == ("x", "y")
    assert "by up to 1." in shown.caption
    chosen = surface_figure(run, names=["z", "x"]).panels[0]
    assert (chosen.x.label, chosen.y.label) == ("z", "x")


def test_slopes_are_those_of_calculus() -> None:
    """Of a cubic: derivative 3x^2, forward secant 3x^2 + 3xh + h^2, centred 3x^2 + h^2."""
    run = minimize("x**3 + y**2", start=[2.0, 1.0], learning_rate=0.01, epochs=5)
    (x, y) = slopes_figure(run, step=0.5).table.rows
    assert x[3:] == pytest.approx((12.0, 15.25, 12.25, 3.25), rel=1e-12)
    assert y[3:] == pytest.approx((2.0, 2.5, 2.0, 0.5), rel=1e-12)
    end = slopes_figure(run, at="end", names=["y"]).table.rows
    assert end[0][1] == pytest.approx(0.98**5, rel=1e-12)
    assert end[0][3] == pytest.approx(2.0 * 0.98**5, rel=1e-12)


def test_errors_of_secants_follow_the_next_derivative() -> None:
    """Of exp at 1, relative: h/2 forward and h^2/6 centred."""
    run = minimize("exp(x) + y**2", start=[1.0, 1.0], learning_rate=0.01, epochs=3)
    rows = np.array(secant_error_figure(run).table.rows, dtype=float)
    near = rows[(rows[:, 0] > 1e-4) & (rows[:, 0] < 2e-2)]
    assert len(near) >= 2
    np.testing.assert_allclose(near[:, 3], near[:, 0] / 2.0, rtol=2e-2)
    np.testing.assert_allclose(near[:, 4], near[:, 0] ** 2 / 6.0, rtol=2e-2)


@pytest.mark.parametrize(
    ("step", "name"),
    [(0.0, "figure_bad_secant_step"), (1e-14, "figure_secant_step_lost")],
)
def test_steps_that_show_no_slope_are_refused(step: float, name: str) -> None:
    run = minimize("(x - 1)**2 + 1e6", start=[2.0], learning_rate=0.1, epochs=3)
    with pytest.raises(InputError) as refused:
        slopes_figure(run, step=step)
    assert refused.value.name == name


def test_a_secant_out_of_the_domain_is_refused() -> None:
    run = minimize("-log(1 - x) + x**2", start=[0.5], learning_rate=0.01, epochs=3)
    with pytest.raises(InputError) as refused:
        slopes_figure(run, step=0.6)
    assert refused.value.name == "figure_secant_outside"


def test_flat_functions_and_searches_have_pictures() -> None:
    """Beale's function is constant along x at y = 1; a search may begin at the minimum."""
    assert slopes_figure(minimize("beale", start=[1.0, 1.0], epochs=5)).table.rows[0][3:5] == (0, 0)
    found = search_function("x**2 - y**2", {"x": (-1.0, 1.0), "y": (-1.0, 1.0)}, points=5)
    for draw in (surface_figure, slopes_figure, secant_error_figure):
        assert draw(found).caption
    with pytest.raises(InputError) as refused:
        surface_figure(minimize("x**2", start=[1.0]))
    assert refused.value.name == "plane_needs_two"
