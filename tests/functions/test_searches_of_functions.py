"""Searches of functions, and the valleys that many starts end in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest import FUNCTIONS, InputError, basins, function_answer, minimize, search_function

# A narrow deep valley at 3.3 beside a wide shallow one at -2.
PLANTED = "(x + 2)**2/100 - 2*exp(-(x - 3.3)**2/0.01)"


def test_coarse_to_fine_misses_a_planted_valley_that_the_whole_grid_finds() -> None:
    ranges = {"x": (-5.0, 5.0)}
    coarse = search_function(PLANTED, ranges, method="coarse-to-fine", points=11)
    whole = search_function(PLANTED, ranges, method="exhaustive", points=201)
    assert coarse.parameters[0, 0] == pytest.approx(-2.0, abs=1e-6)
    assert whole.parameters[0, 0] == pytest.approx(3.3, abs=0.03)
    assert whole.last("loss") < -1.5 < coarse.last("loss") == pytest.approx(0.0, abs=1e-9)
    assert coarse.last("evaluations") < whole.last("evaluations")
    finer = search_function(PLANTED, ranges, method="coarse-to-fine", points=101)
    assert finer.parameters[0, 0] == pytest.approx(3.3, abs=0.03)
    assert "missed" in coarse.ending.sentence()
    # Descent ends in the valley it starts above.
    for start, end in ((-1.0, -2.0), (3.2, 3.3)):
        assert minimize(PLANTED, start=[start]).parameters[0, 0] == pytest.approx(end, abs=0.01)


@pytest.mark.parametrize("variables", [1, 2, 3])
@pytest.mark.parametrize("points", [5, 9])
def test_evaluations_grow_with_the_power_of_the_variables(variables: int, points: int) -> None:
    name = f"styblinski-tang:{variables}"
    ranges = {f"x{i + 1}": (-5.0, 5.0) for i in range(variables)}
    whole = search_function(name, ranges, method="exhaustive", points=points)
    assert whole.last("evaluations") == points**variables
    rounds = search_function(name, ranges, method="coarse-to-fine", points=points)
    assert rounds["evaluations"].tolist() == [
        (i + 1) * points**variables for i in range(len(rounds))
    ]


def test_a_search_of_many_variables_is_refused_with_its_cost() -> None:
    ranges = {f"x{i + 1}": (-5.0, 5.0) for i in range(10)}
    with pytest.raises(InputError, match=r"11\^10 = 2.59e\+10") as refused:
        search_function("rastrigin:10", ranges, method="coarse-to-fine")
    assert refused.value.name == "search_too_large"


def test_the_found_point_stays_on_the_grid_and_is_judged() -> None:
    off = function_answer(search_function("(x - 0.05)**2", {"x": (-5.0, 5.0)}, points=11))
    assert (off["point"], off["kind"]) == ({"x": 0.0}, "not_critical")
    assert off["gradient_norm"] == pytest.approx(0.1)
    on = function_answer(search_function("(x - 1)**2", {"x": (-5.0, 5.0)}, points=11))
    assert (on["point"], on["kind"], on["evaluations"]) == ({"x": 1.0}, "minimum", 11)
    assert (on["updates"], on["learning_rate"], on["method"]) == (None, None, "exhaustive")
    flat = search_function("x**2 + y**4", {"y": (-1.0, 1.0)}, points=11, start=[0.0, 0.5])
    assert function_answer(flat)["kind"] == "degenerate"


def test_variables_without_a_range_stay() -> None:
    found = search_function("(x - 1)**2 + y", {"x": (0.0, 4.0)}, points=5, start=[9.0, -3.0])
    assert found.parameters[:, 0].tolist() == [1.0, -3.0]


def test_points_outside_the_domain_are_passed_over() -> None:
    found = search_function("x*log(x)", {"x": (-1.0, 1.0)}, points=201)
    assert found.parameters[0, 0] == pytest.approx(math.exp(-1.0), abs=0.005)
    with pytest.raises(InputError, match="no finite value"):
        search_function("log(x)", {"x": (-3.0, -1.0)})


@pytest.mark.parametrize(
    ("ranges", "name"),
    [
        ({}, "search_needs_range"),
        ({"z": (0.0, 1.0)}, "range_unknown"),
        ({"x": (1.0, 0.0)}, "range_empty"),
        ({"x": (0.0, math.inf)}, "range_empty"),
    ],
)
def test_ranges_that_do_not_fit(ranges: dict, name: str) -> None:
    with pytest.raises(InputError) as refused:
        search_function("x**2", ranges)
    assert refused.value.name == name


# ---- basins ------------------------------------------------------------------------------------


def grid(low: float, high: float, count: int) -> np.ndarray:
    axis = np.linspace(low, high, count)
    return np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)


@pytest.mark.parametrize("rate", ["auto", 0.005])
def test_every_start_ends_in_one_of_the_four_valleys(rate: float | str) -> None:
    found = basins("himmelblau", grid(-5.0, 5.0, 20), learning_rate=rate)
    assert [place.kind for place in found.places] == ["minimum"] * 4
    known = np.array(sorted(point for point, _ in FUNCTIONS["himmelblau"].minima))
    ends = np.array(sorted(tuple(place.point) for place in found.places))
    assert ends == pytest.approx(known, abs=1e-6)
    assert (found.which >= 0).all()
    assert sum(found.counts) == 400


@pytest.mark.parametrize("rate", ["auto", 0.05])
def test_a_lane_is_the_run_of_its_start(rate: float | str) -> None:
    starts = np.random.default_rng(0).uniform(-1.5, 1.5, (12, 2))
    found = basins("x**4 - x**2 + y**2*(1 + x**2)", starts, learning_rate=rate)
    for start, end, updates in zip(starts, found.ends, found.updates, strict=True):
        trace = minimize("x**4 - x**2 + y**2*(1 + x**2)", start=start, learning_rate=rate)
        assert updates == trace.last("updates")
        assert end == pytest.approx(trace.path[-1, :, 0], abs=1e-12)


def test_which_valley_depends_on_the_rate_and_on_the_start() -> None:
    """On x^4/4 - x^2/2 the small rates keep to their side; a large one leaps over the hill."""
    starts = np.linspace(0.1, 2.0, 20)[:, None]
    small = basins("x**4/4 - x**2/2", starts, learning_rate=0.05)
    large = basins("x**4/4 - x**2/2", starts, learning_rate=0.6)
    assert [float(p.point[0]) for p in small.places] == pytest.approx([1.0], abs=1e-6)
    assert {round(float(p.point[0])) for p in large.places} == {-1, 1}
    # A first step beyond zero decides: x - r (x^3 - x) < 0, so x > sqrt(1 + 1/r).
    beyond = starts[:, 0] > math.sqrt(1.0 + 1.0 / 0.6)
    left = large.ends[:, 0] < 0.0
    assert left[beyond].any()
    assert not left[starts[:, 0] < 1.0].any()


def test_lanes_that_settle_nowhere_are_said_to() -> None:
    found = basins("x**3/3 - x", [[-2.0], [0.5], [-1.0], [5.0]])
    assert found.which.tolist() == [-1, 0, 1, 0]
    assert [place.kind for place in found.places] == ["minimum", "maximum"]
    outside = basins("x*log(x)", [[-1.0], [2.0]])
    assert outside.which.tolist() == [-1, 0]


def test_starts_must_fit() -> None:
    with pytest.raises(InputError, match="shape"):
        basins("x*y", [[1.0]])
