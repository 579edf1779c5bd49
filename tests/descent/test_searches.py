"""Grid searches: what they cost, what they find, and what they may miss."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import InputError, Trace, load_trace
from steepest.descent.searches import MOST_EVALUATIONS, POINTS, Range, search

Value = Callable[[np.ndarray], np.ndarray]


def counting(value: Value) -> tuple[Value, list[int]]:
    sizes: list[int] = []

    def counted(points: np.ndarray) -> np.ndarray:
        sizes.append(len(points))
        return value(points)

    return counted, sizes


def bowl(points: np.ndarray) -> np.ndarray:
    a, b = points[:, 0] - 0.3, points[:, 1] + 1.1
    return a * a + 0.5 * a * b + 2.0 * b * b + 0.25


LINE = [Range("w", 0, -4.0, 6.0)]
PLANE = [Range("w", 0, -2.0, 2.0), Range("v", 1, -3.0, 1.5)]


@pytest.mark.parametrize("points", [2, 3, 10, 101])
@pytest.mark.parametrize("ranges", [PLANE[:1], PLANE])
def test_an_exhaustive_search_costs_n_to_the_k_and_finds_the_best_grid_point(
    points: int, ranges: list[Range]
) -> None:
    value, sizes = counting(bowl)
    base = np.array([9.0, 0.7])
    trace = search(value, base, ranges, method="exhaustive", points=points)
    axes = [[r.low + (r.high - r.low) * i / (points - 1) for i in range(points)] for r in ranges]
    best = min(
        (float(bowl(np.array([[*place, *base[len(ranges) :]]]))[0]), place)
        for place in product(*axes)
    )
    assert sum(sizes) == points ** len(ranges) == trace["evaluations"][-1]
    assert trace.ending.facts["evaluations"] == points ** len(ranges)
    assert trace.parameters[: len(ranges), 0] == pytest.approx(best[1], abs=1e-12)
    assert trace.parameters[len(ranges) :, 0].tolist() == base[len(ranges) :].tolist()
    assert trace["loss"][-1] == pytest.approx(best[0], rel=1e-12)
    assert trace["epoch"].tolist() == [1.0]


def test_a_grid_holds_both_ends_and_even_steps() -> None:
    trace = search(lambda p: p[:, 0], np.zeros(1), LINE, method="exhaustive", points=6)
    assert sorted(trace.updates["points"][:, 0, 0]) == pytest.approx([-4, -2, 0, 2, 4, 6])
    assert trace.parameters[0, 0] == -4.0
    assert "steps of 2" in trace.ending.sentence()


@pytest.mark.parametrize("points", [4, 5, 11, 40])
@pytest.mark.parametrize("ranges", [PLANE[:1], PLANE])
def test_coarse_to_fine_costs_n_to_the_k_a_round(points: int, ranges: list[Range]) -> None:
    value, sizes = counting(bowl)
    trace = search(value, np.zeros(2), ranges, method="coarse-to-fine", points=points)
    rounds, grid = len(trace), points ** len(ranges)
    assert sum(sizes) == rounds * grid
    assert trace["evaluations"].tolist() == [grid * (i + 1) for i in range(rounds)]
    assert trace.ending.facts["rounds"] == rounds
    assert (np.diff(trace["loss"]) <= 0.0).all()


@given(
    st.floats(-4.0, 6.0),
    st.integers(4, 20),
    st.sampled_from([1.0, 1.5, 2.0, 4.0]),
    st.floats(0.05, 20.0),
)
@settings(max_examples=60)
def test_coarse_to_fine_finds_every_convex_minimum_of_one_parameter(
    minimum: float, points: int, power: float, steeper: float
) -> None:
    def value(p: np.ndarray) -> np.ndarray:
        way = p[:, 0] - minimum
        return np.where(way > 0.0, steeper, 1.0) * np.abs(way) ** power

    trace = search(value, np.zeros(1), LINE, method="coarse-to-fine", points=points)
    assert trace["loss"][-1] <= steeper * (1e-7 ** min(power, 2.0)) + (1e-8) ** power
    if power <= 2.0:
        assert trace.parameters[0, 0] == pytest.approx(minimum, abs=1e-7)


@pytest.mark.parametrize("points", [6, 11, 21])
def test_coarse_to_fine_finds_the_minimum_of_a_bowl(points: int) -> None:
    trace = search(bowl, np.zeros(2), PLANE, method="coarse-to-fine", points=points)
    assert trace.parameters[:, 0] == pytest.approx([0.3, -1.1], abs=1e-6)
    assert trace["loss"][-1] == pytest.approx(0.25, abs=1e-12)


def test_coarse_to_fine_misses_a_narrow_valley_between_coarse_points() -> None:
    """The planted valley: deeper, but no point of the first grid (steps of 1) falls into it."""

    def valleys(p: np.ndarray) -> np.ndarray:
        w = p[:, 0]
        return 1.0 + 0.1 * (w + 2.0) ** 2 - 5.0 * np.exp(-(((w - 4.5) / 0.05) ** 2))

    missed = search(valleys, np.zeros(1), LINE, method="coarse-to-fine", points=11)
    assert missed.parameters[0, 0] == pytest.approx(-2.0, abs=1e-6)
    assert missed["loss"][-1] == pytest.approx(1.0)
    assert "cut the true minimum off" in missed.ending.sentence()
    found = search(valleys, np.zeros(1), LINE, method="exhaustive", points=1001)
    assert found.parameters[0, 0] == pytest.approx(4.5, abs=0.01)
    assert found["loss"][-1] < 0.5


def test_a_narrower_box_never_leaves_the_first_one() -> None:
    seen: list[float] = []

    def value(p: np.ndarray) -> np.ndarray:
        seen.extend(p[:, 0].tolist())
        return -p[:, 0]

    trace = search(value, np.zeros(1), LINE, method="coarse-to-fine", points=5)
    assert max(seen) <= 6.0
    assert min(seen) >= -4.0
    assert trace.parameters[0, 0] == 6.0


@pytest.mark.parametrize("method", ["exhaustive", "coarse-to-fine"])
def test_target_loss_stops_the_search(method: str) -> None:
    trace = search(bowl, np.zeros(2), PLANE, method=method, points=21, target_loss=0.4)
    assert trace.ending.name == "target_loss_reached"
    assert trace["loss"][-1] <= 0.4
    assert (trace["loss"][:-1] > 0.4).all()
    assert f"{trace['evaluations'][-1]:,.0f} evaluations" in trace.ending.sentence()
    on = search(bowl, np.zeros(2), PLANE, method=method, points=21, target_loss=0.1)
    assert on.ending.name == "epochs_used_up"


@pytest.mark.parametrize(
    ("parameters", "points"), [(4, 101), (8, 11), (24, 2), (1, MOST_EVALUATIONS + 1)]
)
def test_a_grid_too_large_is_refused_with_its_arithmetic(parameters: int, points: int) -> None:
    ranges = [Range(f"w{i}", i, 0.0, 1.0) for i in range(parameters)]
    value, sizes = counting(bowl)
    with pytest.raises(InputError) as caught:
        search(value, np.zeros(parameters), ranges, method="exhaustive", points=points)
    assert sizes == []
    error, count = caught.value, points**parameters
    assert error.name == "search_too_large"
    assert f"{points}^{parameters}" in error.message
    assert f"{count:.3g}" in error.message
    units = {"seconds": 1.0, "hours": 3600.0, "days": 86400.0, "years": 365.25 * 86400.0}
    amount, unit = re.search(r"\((\S+) (\w+) at a million a second\)", error.message).groups()
    assert float(amount) * units[unit] == pytest.approx(count / 1e6, rel=6e-3)


@pytest.mark.parametrize(
    ("ranges", "points", "method", "name"),
    [
        ([], 5, "exhaustive", "search_needs_range"),
        (LINE, 1, "exhaustive", "too_few_points"),
        (LINE, 3, "coarse-to-fine", "too_few_points"),
    ],
)
def test_searches_that_cannot_work_are_refused(
    ranges: list[Range], points: int, method: str, name: str
) -> None:
    with pytest.raises(InputError) as caught:
        search(bowl, np.zeros(2), ranges, method=method, points=points)
    assert caught.value.name == name


def test_points_without_a_number_are_never_the_best() -> None:
    def value(p: np.ndarray) -> np.ndarray:
        return np.where(p[:, 0] < 0.0, np.nan, (p[:, 0] - 2.0) ** 2)

    trace = search(value, np.zeros(1), LINE, method="exhaustive", points=11)
    assert trace.parameters[0, 0] == pytest.approx(2.0)
    assert trace["loss"][-1] == pytest.approx(0.0)


def test_evaluated_points_are_kept_evenly_and_hold_their_losses() -> None:
    trace = search(bowl, np.zeros(2), PLANE, method="exhaustive", points=301)
    points, losses = trace.updates["points"], trace.updates["losses"]
    assert points.shape == (len(losses), 2, 1)
    assert 5_000 <= len(losses) <= 10_000
    assert losses == pytest.approx(bowl(points[:, :, 0]), rel=1e-14)
    few = search(bowl, np.zeros(2), PLANE, method="exhaustive", points=50)
    assert len(few.updates["losses"]) == 2500


def test_a_search_larger_than_a_chunk_is_the_search_of_all() -> None:
    trace = search(bowl, np.zeros(2), PLANE, method="exhaustive", points=401)
    axes = np.meshgrid(np.linspace(-2, 2, 401), np.linspace(-3, 1.5, 401), indexing="ij")
    grid = np.stack([axis.ravel() for axis in axes], axis=1)
    assert np.array_equal(trace.parameters[:, 0], grid[np.argmin(bowl(grid))])


def test_every_round_is_watched_and_the_trace_is_kept(tmp_path: Path) -> None:
    seen: list[dict[str, float]] = []
    trace = search(
        bowl, np.zeros(2), PLANE, method="coarse-to-fine", points=6, watch=lambda r: seen.append(r)
    )
    assert [row["loss"] for row in seen] == trace["loss"].tolist()
    trace.save(tmp_path)
    again: Trace = load_trace(tmp_path)
    assert again.ending.sentence() == trace.ending.sentence()
    assert np.array_equal(again.path, trace.path)


def test_default_grids_are_affordable_for_a_line() -> None:
    assert POINTS["exhaustive"] ** 2 <= MOST_EVALUATIONS
    assert POINTS["coarse-to-fine"] ** 2 <= MOST_EVALUATIONS
    assert math.isfinite(sum(POINTS.values()))
