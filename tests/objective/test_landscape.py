"""Surfaces, cross-sections and secants against the lecture notes' numbers and sums of rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from steepest import (
    LOSSES,
    ArraySource,
    Coordinates,
    InputError,
    LinearObjective,
    Quadratic,
    cross_section,
    curvature_plane,
    example,
    moments_of,
    parameter_plane,
    path_plane,
    quadratic_of,
    secant,
    secants,
    surface,
    surface_of,
)

FACTS = json.loads((Path(__file__).parents[1] / "reference" / "lecture.json").read_text())
SALARY = FACTS["salary"]
START = np.array([[0.4967141530112327], [-0.13826430117118466]])  # RandomState(42).randn(2)
CLOSE = {"rel": 1e-12, "abs": 0.0}


def own_units(columns: int, *, intercept: bool = True) -> Coordinates:
    return Coordinates(np.zeros(columns), np.ones(columns), intercept)


def salary() -> Quadratic:
    table = example("salary")
    rows = ArraySource(table.X, table.y[:, None]).take(~table.validation)
    return quadratic_of(moments_of(rows), LOSSES["squared_error"], own_units(1))


def random_rows(seed: int, n: int = 60, d: int = 5, targets: int = 1) -> tuple[np.ndarray, ...]:
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, d)) * random.uniform(0.1, 10.0, d) + random.normal(size=d)
    return X, random.normal(size=(n, targets)) + X[:, :1]


def random_quadratic(seed: int, d: int = 5, targets: int = 1) -> Quadratic:
    source = ArraySource(*random_rows(seed, d=d, targets=targets))
    return quadratic_of(moments_of(source), LOSSES["squared_error"], own_units(d))


def test_salary_surface_is_the_lecture_s() -> None:
    facts = SALARY["surface"]
    made = surface(
        salary(), parameter_plane(START, 0, 1), np.linspace(*facts["b"]), np.linspace(*facts["w"])
    )
    heights = made.heights
    corners = [heights[0, 0], heights[0, -1], heights[-1, 0], heights[-1, -1]]
    assert corners == pytest.approx(np.ravel(facts["corners"]).tolist(), **CLOSE)
    assert heights.min() == pytest.approx(facts["minimum"], **CLOSE)
    row, column = np.unravel_index(heights.argmin(), heights.shape)
    assert [made.first[column], made.second[row]] == pytest.approx(facts["at_b_w"], rel=1e-12)


def test_salary_slices_have_their_lowest_points_where_the_lecture_s_have() -> None:
    facts, quadratic = SALARY["surface"], salary()
    b, w = np.linspace(*facts["b"]), np.linspace(*facts["w"])
    along_w = cross_section(quadratic.value, [[facts["slice_at_b"]], [0.0]], 1, w)
    along_b = cross_section(quadratic.value, [[0.0], [facts["slice_at_w"]]], 0, b)
    assert w[along_w.losses.argmin()] == pytest.approx(facts["best_w_at_slice"], rel=1e-12)
    assert b[along_b.losses.argmin()] == pytest.approx(facts["best_b_at_slice"], rel=1e-12)


@pytest.mark.parametrize(("place", "name"), [(0, "b"), (1, "w")])
def test_salary_secants_are_the_lecture_s(place: int, name: str) -> None:
    facts = SALARY["run"]["secant_step_0.12"]
    found = secant(salary(), START, place, 0.12)
    assert found.slope == pytest.approx(facts[name], **CLOSE)
    assert found.change == pytest.approx(facts[f"loss_change_{name}"], **CLOSE)
    assert found.tangent == pytest.approx(SALARY["printed"][f"{name}_gradient"], rel=1e-12)
    assert found.error == pytest.approx(abs(facts[name] - found.tangent))


@pytest.mark.parametrize("rate", ["0.2", "0.8", "1.1"])
def test_salary_steps_of_the_rates_to_explain(rate: str) -> None:
    facts, quadratic = SALARY["rates_to_explain"][rate], salary()
    slopes = quadratic.gradient(START)
    for place, name in ((0, "b"), (1, "w")):
        step = -float(rate) * float(slopes[place, 0])
        end = [float(START[place, 0]) + step]
        reached = cross_section(quadratic.value, START, place, end).losses[0]
        assert step == pytest.approx(facts[f"{name}_step"], **CLOSE)
        assert reached == pytest.approx(facts[f"loss_after_{name}_step"], **CLOSE)


@pytest.mark.parametrize("targets", [1, 3])
def test_heights_are_the_mean_squared_errors_of_the_rows(targets: int) -> None:
    X, y = random_rows(1, targets=targets)
    quadratic = random_quadratic(1, targets=targets)
    point = np.random.default_rng(2).normal(size=quadratic.shape)
    made = surface(quadratic, parameter_plane(point, 2, (0, targets - 1)), [-1.0, 2.5], [0.3, 4.0])
    design = np.concatenate([np.ones((len(X), 1)), X], axis=1)
    for j, second in enumerate(made.second):
        for i, first in enumerate(made.first):
            p = point.copy()
            p[2, 0], p[0, targets - 1] = first, second
            wanted = ((design @ p - y) ** 2).mean(axis=0).sum()
            assert made.heights[j, i] == pytest.approx(wanted, rel=1e-11)


@pytest.mark.parametrize("seed", range(3))
def test_fast_surface_is_the_quadratic_s_own_value(seed: int) -> None:
    quadratic = random_quadratic(seed)
    path = quadratic.optimum + np.random.default_rng(seed).normal(size=(7, *quadratic.shape))
    for plane in (
        parameter_plane(path[0], 1, 4),
        curvature_plane(quadratic, path[0]),
        path_plane(path),
    ):
        a, b = np.linspace(-3.0, 2.0, 9), np.linspace(-1.0, 5.0, 7)
        fast = surface(quadratic, plane, a, b).heights
        slow = surface(quadratic.value, plane, a, b).heights
        assert fast.shape == (7, 9)
        assert fast == pytest.approx(slow, rel=1e-12)


def test_no_digits_are_lost_beside_the_minimum_of_a_narrow_valley() -> None:
    # heights of 1e8 across and 1e-10 along the valley: an expanded square would cancel
    X = np.array([[1e4, 1e4 + 1e-3], [2e4, 2e4 - 1e-3], [3e4, 3e4 + 2e-3], [-1e4, -1e4]])
    source = ArraySource(X, (X @ [1.0, 2.0])[:, None])
    quadratic = quadratic_of(
        moments_of(source), LOSSES["squared_error"], own_units(2, intercept=False)
    )
    plane = parameter_plane(quadratic.optimum, 0, 1)
    steps = np.linspace(-1e-3, 1e-3, 5)
    a = float(quadratic.optimum[0, 0]) + steps
    b = float(quadratic.optimum[1, 0]) - steps
    heights = surface(quadratic, plane, a, b).heights
    wanted = quadratic.value(plane.at(*np.meshgrid(a, b)))
    assert heights == pytest.approx(wanted, rel=1e-9, abs=1e-15)


def test_path_heights_equal_recorded_losses() -> None:
    from steepest import minimize

    table = example("salary")
    rows = ArraySource(table.X, table.y[:, None]).take(~table.validation)
    trace = minimize(rows, start=START, learning_rate=0.1, epochs=200, tolerance=0.0)
    plane = parameter_plane(trace.parameters, 0, 1)
    places = plane.coordinates(trace.path)
    assert (plane.distance(trace.path) == 0.0).all()
    heights = [surface(salary(), plane, [x], [y]).heights[0, 0] for x, y in places]
    assert heights == pytest.approx(trace["loss"].tolist(), **CLOSE)


def test_plane_of_parameters_is_exact_beside_huge_ones() -> None:
    point = np.array([[1e300], [0.1], [0.2]])
    plane = parameter_plane(point, 1, 2)
    assert plane.at(0.1, 0.2).tolist() == point.tolist()
    assert plane.coordinates(point).tolist() == [0.1, 0.2]
    assert float(plane.distance(point)) == 0.0


def test_plane_of_curvature_has_the_hessian_s_ends() -> None:
    X, _ = random_rows(4)
    quadratic = random_quadratic(4)
    plane = curvature_plane(quadratic, quadratic.optimum)
    design = np.concatenate([np.ones((len(X), 1)), X], axis=1)
    hessian = 2.0 * design.T @ design / len(X)
    values, vectors = np.linalg.eigh(hessian)
    assert plane.measures == pytest.approx((values[-1], values[0]), rel=1e-9)
    for direction, vector in zip(plane.directions, (vectors[:, -1], vectors[:, 0]), strict=True):
        assert abs(float(direction[:, 0] @ vector)) == pytest.approx(1.0, rel=1e-9)
    # along each direction the loss is a parabola of that curvature
    rise = surface(quadratic, plane, [0.0, 1.0], [0.0, 1.0]).heights - quadratic.floor
    assert rise[0, 1] == pytest.approx(values[-1] / 2.0, rel=1e-9)
    assert rise[1, 0] == pytest.approx(values[0] / 2.0, rel=1e-9)


def test_plane_of_a_path_holds_its_principal_directions() -> None:
    random = np.random.default_rng(5)
    path = np.cumsum(random.normal(size=(30, 6, 2)) * [[3.0, 1.0]], axis=0)
    plane = path_plane(path)
    way = (path - path[-1]).reshape(30, 12)
    values, vectors = np.linalg.eigh(way.T @ way)
    assert plane.measures == pytest.approx(values[::-1][:2] / values.sum(), rel=1e-9)
    for direction, vector in zip(plane.directions, vectors.T[::-1], strict=False):
        assert abs(float(direction.ravel() @ vector)) == pytest.approx(1.0, rel=1e-9)
    gap = plane.distance(path) ** 2
    assert gap.sum() == pytest.approx(values[:-2].sum(), rel=1e-9)


@pytest.mark.parametrize("path", [np.zeros((4, 3, 1)), np.arange(12.0).reshape(4, 3, 1)])
def test_plane_of_a_path_without_two_directions_is_completed(path: np.ndarray) -> None:
    plane = path_plane(path)
    flat = plane.directions.reshape(2, -1)
    assert flat @ flat.T == pytest.approx(np.eye(2), abs=1e-12)
    assert plane.distance(path) == pytest.approx(0.0, abs=1e-9)


def test_secant_errs_by_half_the_curvature_and_centred_does_not() -> None:
    X, _ = random_rows(6)
    quadratic = random_quadratic(6)
    point = quadratic.optimum + 1.0
    design = np.concatenate([np.ones((len(X), 1)), X], axis=1)
    for place in range(quadratic.shape[0]):
        curvature = 2.0 * (design[:, place] ** 2).mean()
        forward = secant(quadratic, point, place, 0.5)
        centred = secant(quadratic, point, place, 0.5, centred=True)
        assert forward.slope - forward.tangent == pytest.approx(0.25 * curvature, rel=1e-9)
        assert centred.slope == pytest.approx(centred.tangent, rel=1e-10)


def test_secant_error_is_a_v_and_small_at_good_steps() -> None:
    steps = np.logspace(-13, 1, 29)
    found = secants(salary(), START, 0, steps)
    errors = np.array([one.error / abs(one.tangent) for one in found])
    lowest = int(errors.argmin())
    assert 1e-9 < steps[lowest] < 1e-6
    assert errors[lowest] < 1e-6  # D10
    assert errors[-1] == pytest.approx(10.0 / 3.044811379650508, rel=1e-6)
    assert errors[0] > 1e3 * errors[lowest]


def test_secant_of_rows_agrees_with_secant_of_moments() -> None:
    X, y = random_rows(7)
    by_rows = LinearObjective(ArraySource(X, y), LOSSES["squared_error"], True)
    point = np.ones((6, 1))
    one, other = secant(by_rows, point, 3, 0.1), secant(random_quadratic(7), point, 3, 0.1)
    assert one.slope == pytest.approx(other.slope, rel=1e-10)


def test_any_function_of_two_numbers_has_a_surface() -> None:
    x, y = np.linspace(-2.0, 2.0, 5), np.linspace(-1.0, 1.0, 3)
    made = surface_of(lambda a, b: a**2 - b**2, x, y)
    assert made.heights.tolist() == [[a * a - b * b for a in x] for b in y]


def test_what_is_no_plane_is_refused() -> None:
    with pytest.raises(InputError, match="two different parameters"):
        parameter_plane(np.zeros((3, 1)), 1, (1, 0))
    with pytest.raises(InputError, match="two different parameters"):
        path_plane(np.zeros((3, 1, 1)))
    with pytest.raises(InputError, match="float64 has no number so close"):
        secant(salary(), [[1e20], [0.0]], 0, 1e-3)
