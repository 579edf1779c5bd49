"""What a run that used up its updates advises: true of the rule, the schedule and the rate."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest import RULES, ArraySource, Trace, minimize
from steepest.trace.hovering import hovers

QUADRATIC = "x**2 + 10*y**2"
OTHERS = tuple(name for name in RULES if name != "plain")


def said(trace: Trace) -> str:
    return trace.ending.sentence("en")


@pytest.mark.parametrize("rate", [1e-6, 1e-5, 1e-4])
def test_a_slow_quadratic_is_not_said_to_have_no_lower_bound(rate: float) -> None:
    trace = minimize(QUADRATIC, start=[3.0, 1.0], learning_rate=rate, epochs=200)
    assert "lower bound" not in said(trace)
    assert trace.ending.name == "epochs_used_up"
    if rate == 1e-6:
        assert trace.ending.phrase == "function_epochs_slow"
        # g'Hg / g'g in closed form, and the parabola's bottom |g| / c away.
        x, y = trace.parameters.ravel()
        slope = np.array([2 * x, 20 * y])
        along = (2 * slope[0] ** 2 + 20 * slope[1] ** 2) / (slope @ slope)
        assert trace.ending.facts["along"] == pytest.approx(along, rel=1e-12)
        ahead = np.linalg.norm(slope) / along
        assert trace.ending.facts["ahead"] == pytest.approx(ahead, rel=1e-12)


@pytest.mark.parametrize("rate", [0.9999, 0.99999])
def test_a_rate_just_below_the_largest_stable_one_is_not_said_to_be_small(rate: float) -> None:
    trace = minimize("x**2", start=[1.0], learning_rate=rate, epochs=100)
    assert trace.ending.phrase == "function_epochs_leaps"
    assert "Use a smaller --learning-rate, such as 0.5" in said(trace)
    # Every update multiplies x by 1 - 2 r: the next step is 2 r |x| long, the bottom |x| away.
    size = abs((1.0 - 2.0 * rate) ** 100)
    assert float(str(trace.ending.facts["ahead"])) == pytest.approx(size, rel=1e-9)
    assert f"the next step would be {2.0 * rate * size:.2g} long" in said(trace)


def test_a_swing_that_comes_back_between_records_still_has_its_step() -> None:
    # Every tenth point is recorded, and x = 1, -1, 1, ... is 1 at each of them.
    trace = minimize("x**2", start=[1.0], learning_rate=1.0, epochs=20_000)
    assert trace.ending.phrase == "function_epochs_hovers"
    assert "2 long" in said(trace)
    assert "0 long" not in said(trace)


@pytest.mark.parametrize(("text", "told"), [("x**2", "(2)"), ("-3*x**2", "(-6)")])
def test_one_curvature_is_no_span_and_zero_has_no_sign(text: str, told: str) -> None:
    trace = minimize(text, start=[0.0])
    assert told in said(trace)
    assert "Polished" not in said(trace)
    assert math.copysign(1.0, trace.metadata["critical"]["value"]) == 1.0


@pytest.mark.parametrize("text", ["-x", "y**2 - x", "-x**2"])
def test_a_slope_that_does_not_curve_up_may_have_none(text: str) -> None:
    start = [1.0] if "y" not in text else [0.0, 1e-9]
    trace = minimize(text, start=start, learning_rate=1e-4, epochs=400)
    assert trace.ending.phrase == "function_epochs_falling"
    assert float(str(trace.ending.facts["along"])) <= 1e-12


@pytest.mark.parametrize("rule", OTHERS)
@pytest.mark.parametrize("text", [QUADRATIC, "abs(x) + abs(y)", "exp(-x) + y**2"])
@pytest.mark.parametrize("schedule", ["constant", "cosine", "inverse-time"])
def test_no_rule_but_plain_is_sent_to_auto(rule: str, text: str, schedule: str) -> None:
    how = {"rule": rule, "schedule": schedule, "learning_rate": 1e-3, "epochs": 60}
    trace = minimize(text, start=[3.0, 1.0], **how)
    assert trace.ending.name == "epochs_used_up"
    assert "auto" not in said(trace)
    assert rule in said(trace)
    if schedule != "constant":
        assert "Allow more" not in said(trace)
        assert f"{trace.last('rate'):.3g}" in said(trace)


@pytest.mark.parametrize("rule", ["adam", "rmsprop", "plain"])
def test_steps_that_do_not_shrink_hover(rule: str) -> None:
    trace = minimize("abs(x)", start=[3.03], rule=rule, learning_rate=0.1, epochs=500)
    assert trace.ending.phrase == "function_epochs_hovers"
    half = trace["loss"][250:]
    assert f"{half.min():.6g} and {half.max():.6g}" in said(trace)
    assert "More updates at this rate do the same" in said(trace)
    longer = minimize("abs(x)", start=[3.03], rule=rule, learning_rate=0.1, epochs=1000)
    assert longer["loss"][500:].min() > 0.5 * half.min() - 1e-12  # and so it is
    settled = minimize(  # what the sentence advises does settle lower
        "abs(x)", start=[3.03], rule=rule, learning_rate=0.1, epochs=500, schedule="cosine"
    )
    assert settled.last("loss") < 0.1 * half.max()


def test_momentum_that_swings_less_and_less_does_not_hover() -> None:
    trace = minimize(QUADRATIC, start=[3.0, 1.0], rule="momentum", learning_rate=0.1, epochs=80)
    assert (np.diff(trace["loss"]) > 0.0).any()
    assert not hovers(trace)
    assert trace.ending.phrase != "function_epochs_hovers"


@pytest.mark.parametrize("rule", OTHERS)
def test_a_rule_that_diverged_is_not_sent_to_auto(rule: str) -> None:
    trace = minimize("x**4", start=[3.0], rule=rule, learning_rate=1e4, epochs=50)
    assert trace.ending.name == "diverged"
    assert "auto" not in said(trace)


def test_noise_advises_what_can_be_passed() -> None:
    automatic = minimize("x**2", start=[3.0], noise=0.1, epochs=40)
    assert automatic.ending.phrase == "function_noise_epochs_automatic"
    falls = minimize(
        "x**2", start=[3.0], noise=0.1, learning_rate=0.1, epochs=40, schedule="cosine"
    )
    assert falls.ending.phrase == "function_noise_epochs_falling"


_BATCHES = {"method": "mini-batch", "batch_size": 4, "tolerance": 0.0, "epochs": 2000}


@pytest.mark.parametrize(
    ("how", "phrase"),
    [
        ({"learning_rate": 1e-3}, "epochs_used_up_rule"),
        ({"learning_rate": 0.1, "schedule": "cosine"}, "epochs_used_up_rule_falling"),
        ({"learning_rate": 1.0, **_BATCHES}, "epochs_used_up_rule_hovers"),
    ],
)
def test_linear_models_under_rules_without_a_proven_rate(how: dict, phrase: str) -> None:
    x = np.linspace(-1.0, 1.0, 21)[:, None]
    rows = ArraySource(x, 3.0 * x + np.sin(9.0 * x))
    trace = minimize(rows, rule="rmsprop", **{"epochs": 120, "tolerance": 1e-14, **how})
    assert trace.ending.phrase == phrase
    assert "llow more" not in said(trace) or phrase == "epochs_used_up_rule"
    assert trace.ending.sentence("zh-CN")
