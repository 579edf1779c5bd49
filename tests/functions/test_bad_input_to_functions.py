"""What is no point, no number and no range is refused by name, never by Python."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import (
    Formula,
    InputError,
    basins,
    critical_point,
    escapes,
    minimize,
    search_function,
)

SQUARE = Formula("x**2")
STARTS = [[1, 2, 3], "abc", ["a"], float("nan"), [np.inf], [1j], [[1], [2, 3]], {"x": 1}, object()]
CALLS = {
    "minimize": lambda start: minimize("x**2", start=start),
    "basins": lambda start: basins("x**2", start),
    "escapes": lambda start: escapes("x**2", start, noise=0.1, learning_rate=0.1, epochs=3, runs=3),
    "critical_point": lambda start: critical_point(SQUARE, start),
    "search_function": lambda start: search_function("x**2", {"x": (0.0, 1.0)}, start=start),
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "start", STARTS, ids=lambda one: "an object" if type(one) is object else repr(one)
)
def test_bad_starts(call: str, start: object) -> None:
    with pytest.raises(InputError) as refused:
        CALLS[call](start)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("option", "value"),
    [
        *[("epochs", one) for one in (2.5, "3", None.__class__, True)],
        *[("noise", one) for one in ("a", None, [1.0])],
        *[("tolerance", one) for one in ("a", None)],
        *[("seed", one) for one in (1.5, "a")],
        *[("target_loss", one) for one in ("a", [1.0])],
        *[("learning_rate", one) for one in ("fast", -1.0, True)],
    ],
    ids=str,
)
def test_bad_options(option: str, value: object) -> None:
    with pytest.raises(InputError):
        minimize("x**2", start=[1.0], **{option: value})


@pytest.mark.parametrize("method", ["exhaustive", "coarse-to-fine"])
@pytest.mark.parametrize(
    ("ranges", "name"),
    [
        ({"x": (-1e308, 1e308)}, "range_too_wide"),
        ({"x": ("a", 1)}, "range_no_pair"),
        ({"x": 3}, "range_no_pair"),
        ({"x": (1, 2, 3)}, "range_no_pair"),
        ([("x", 1)], "ranges_no_mapping"),
        ({"x": (1.0, 0.0)}, "range_empty"),
    ],
    ids=str,
)
def test_bad_ranges(method: str, ranges: object, name: str) -> None:
    with pytest.raises(InputError) as refused:
        search_function("x**2", ranges, method=method)
    assert refused.value.name == name


def test_points_are_a_whole_number() -> None:
    with pytest.raises(InputError) as refused:
        search_function("x**2", {"x": (0.0, 1.0)}, points=1.5)
    assert refused.value.name == "option_not_whole"


def test_starts_far_out_are_descended_from_without_overflow() -> None:
    found = basins("sqrt(1 + x**2)", [[1e200], [3.0]], epochs=3000)  # warnings are errors here
    assert found.which[1] == 0


def test_a_start_on_a_pole_settles_nowhere() -> None:
    found = basins("log(x) + 1/x", [[0.0], [2.0]])
    assert found.which.tolist() == [-1, 0]
    assert found.places[0].point == pytest.approx([1.0])


@pytest.mark.parametrize("text", ["(x**2)**(1/3)", "sqrt(abs(x))", "(x**2)**(1/3) + y**2"])
def test_a_cusp_is_no_wall(text: str) -> None:
    trace = minimize(text, start=np.ones(len(Formula(text).names)))
    assert trace.ending.phrase == "function_cusp"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [("abs(x)", "kink"), ("log(abs(x))", "wall"), ("-1/abs(x)", "wall"), ("sqrt(x)", "wall")],
)
def test_kinks_and_walls_are_no_cusps(text: str, phrase: str) -> None:
    assert minimize(text, start=[1.0]).ending.phrase == f"function_{phrase}"


def test_noise_names_the_ending_without_it_in_the_reader_s_language() -> None:
    left = escapes("x**2-y**2", [1.0, 0.0], noise=0.1, learning_rate=0.1, epochs=60, runs=9)
    assert "鞍点" in left.sentence("zh-CN")
    assert "saddle" not in left.sentence("zh-CN")
