"""Ends that were once misread: smooth valleys, mere slopes, kinks that are hit, noisy ends."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest import Trace, basins, minimize


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
