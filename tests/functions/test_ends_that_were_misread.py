"""Ends that were once misread: smooth valleys, mere slopes, kinks that are hit, noisy ends."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest import Trace, basins, escapes, minimize


def kind(trace: Trace) -> str:
    return str(trace.metadata["critical"]["kind"])


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("cos(x)", 1.0, math.pi),
        ("cos(2*x)", 1.0, math.pi / 2),
        ("sin(x)**2", 3.0, math.pi),
        ("exp(-x)*sin(x)**2", 2.5, math.pi),
        ("-cos(2*3.141592653589793*x)", 0.9, 1.0),
    ],
)
def test_minima_of_waves(text: str, start: float, end: float) -> None:
    # Other critical points of a wave lie exactly one or two of its points' distances away.
    trace = minimize(text, start=[start])
    assert (trace.ending.name, kind(trace)) == ("converged", "minimum")
    assert trace.metadata["critical"]["point"]["x"] == pytest.approx(end, abs=1e-12)


@pytest.mark.parametrize("rate", ["auto", 0.1])
def test_a_start_on_the_saddle_of_waves(rate: float | str) -> None:
    trace = minimize("cos(x) + cos(y)", start=[0.0, math.pi], learning_rate=rate)
    assert (trace.ending.name, kind(trace)) == ("saddle", "saddle")


def test_all_valleys_of_a_wave_are_minima() -> None:
    found = basins("cos(x)", np.linspace(-10.0, 10.0, 41)[:, None])
    minima = [place.point[0] for place in found.places if place.kind == "minimum"]
    assert len(minima) == 6  # -5 pi to 5 pi, the outermost by leaps
    assert {round(one / math.pi) % 2 for one in minima} == {1}
    assert {place.kind for place in found.places} <= {"minimum", "maximum"}


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("x**2 + 1e-3*exp(-y)", [1.0, 0.0], "auto"),
        ("exp(-x) + y**2", [0.0, 1.0], 0.5),
        ("x**12 + y**2", [1.5, 1.0], "auto"),
    ],
)
def test_a_smooth_valley_is_no_kink(text: str, start: list[float], rate: float | str) -> None:
    trace = minimize(text, start=start, learning_rate=rate, epochs=3000)
    assert "kink" not in trace.ending.phrase


def test_a_crawl_along_a_kink_is_still_said() -> None:
    trace = minimize("abs(x) + 1e-3*(y - 5)**2", start=[1.0, 0.0], epochs=300)
    assert trace.ending.phrase in ("function_epochs_kink", "function_kink")


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("exp(-x)", 0.0, "auto"),
        ("exp(x)", 0.0, "auto"),
        ("1/(1 + exp(-x))", 0.0, "auto"),
        ("exp(-x**2)", 1.0, "auto"),
        ("1/(1 + x**20)", 1.0, "auto"),
        ("-exp(-x**2)", 8.0, 0.1),
        ("log(1 + exp(-x))", 0.0, "auto"),
    ],
)
def test_a_slope_without_a_critical_point_has_none(
    text: str, start: float, rate: float | str
) -> None:
    trace = minimize(text, start=[start], learning_rate=rate)
    assert kind(trace) == "not_critical"
    assert trace.ending.name in ("converged", "stalled")
    assert "as far as that shows a minimum" not in trace.ending.sentence()


@pytest.mark.parametrize("power", [20, 50, 100, 200])
def test_a_very_flat_minimum_is_no_steep_slope(power: int) -> None:
    trace = minimize(f"(x/10)**{power}", start=[12.0])
    assert trace.metadata["critical"]["gradient_norm"] < 1e-100
    assert trace.ending.phrase in ("function_degenerate_rises", "function_stalled")
    assert abs(trace.metadata["critical"]["point"]["x"]) < 0.5


@pytest.mark.parametrize(
    ("text", "start"), [("1e16*x**2 + y**2", [1.0, 1.0]), ("x**2 + 1e-16*y**2", [0.3, 7.0])]
)
def test_a_gentle_slope_beside_a_steep_one_is_followed(text: str, start: list[float]) -> None:
    trace = minimize(text, start=start)
    assert kind(trace) == "minimum"
    assert list(trace.metadata["critical"]["point"].values()) == pytest.approx([0, 0], abs=1e-12)


def test_a_gentle_way_down_beside_a_steep_slope_is_followed() -> None:
    assert minimize("x**2 - 1e-20*y**2", start=[1.0, 1.0]).ending.name == "unbounded"


def test_hitting_a_kink_is_no_divergence() -> None:
    trace = minimize("abs(x)", start=[1.0], learning_rate=0.5)
    assert trace.ending.phrase == "function_no_gradient"
    assert trace.path[-1, 0, 0] == 0.0
    assert trace.last("loss") == 0.0
    falling = minimize(
        "abs(x) + y**2", start=[1.0, 1.0], learning_rate=0.3, schedule="inverse-time", epochs=9999
    )
    assert falling.ending.name != "diverged"


def test_a_noisy_run_ends_where_it_is() -> None:
    trace = minimize("x**2", start=[1.0], learning_rate=0.1, noise=0.01, epochs=100)
    found = trace.metadata["critical"]
    assert found["point"]["x"] == trace.path[-1, 0, 0] != 0.0
    assert found["value"] == trace.last("loss")


@pytest.mark.parametrize("start", [500.0, -500.0])
def test_a_gradient_whose_square_overflows_is_one(start: float) -> None:
    trace = minimize("cosh(x)", start=[start])
    assert kind(trace) == "minimum"
    assert trace["gradient_norm"][0] == pytest.approx(math.exp(500.0) / 2.0, rel=1e-12)


def test_a_level_end_is_not_called_no_minimum() -> None:
    trace = minimize("(x + abs(x))/2", start=[1.0])  # 0 is the lowest value there is
    assert trace.ending.phrase == "function_degenerate_flat"
    assert "no minimum" not in trace.ending.sentence()


@pytest.mark.parametrize("text", ["(x + y)**2", "(x*y - 1)**2"])
def test_the_floor_of_a_valley_is_not_called_slow(text: str) -> None:
    trace = minimize(text, start=[3.0, 1.0])
    assert trace.ending.phrase == "function_degenerate_rises"
    assert trace.last("updates") < 20
    assert "crawls" not in trace.ending.sentence()


@pytest.mark.parametrize(
    ("rule", "schedule"), [("momentum", "constant"), ("adam", "constant"), ("plain", "cosine")]
)
def test_a_crowd_takes_rule_and_schedule_of_its_runs(rule: str, schedule: str) -> None:
    how = {"learning_rate": 0.1, "rule": rule, "schedule": schedule, "epochs": 50, "noise": 0.01}
    found = escapes("x**2 - y**2", [1.0, 0.0], runs=6, **how)
    for seed in range(6):
        trace = minimize("x**2 - y**2", start=[1.0, 0.0], seed=seed, record_all=True, **how)
        below = np.flatnonzero(trace["loss"] < found.facts["level"] - found.facts["depth"])
        assert found.updates[seed] == (trace["updates"][below[0]] if len(below) else -1)


def test_a_crowd_at_auto_says_that_its_rate_is_constant() -> None:
    how = {"noise": 0.01, "epochs": 30, "runs": 3}
    assert "backtracks" in escapes("x**2 - y**2", [1.0, 0.0], **how).sentence()
    given = escapes("x**2 - y**2", [1.0, 0.0], learning_rate=0.1, **how)
    assert "backtracks" not in given.sentence()
