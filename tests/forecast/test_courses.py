"""Predicted curves and epochs against what training records."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from forecast_tables import problem_of, random_table, seen
from hypothesis import example, given, settings
from hypothesis import strategies as st

from steepest import ArraySource, Trace, fit, forecast, minimize
from steepest.descent.problem import Problem

SEEDS = st.integers(0, 10**6)


def trained(problem: Problem, **options: Any) -> Trace:
    return minimize(problem.rows, problem=problem, record_all=True, **options)


def within(predicted: float, measured: float) -> bool:
    return abs(predicted - measured) <= max(1.0, 0.02 * measured)


@pytest.mark.parametrize("engine", ["moments", "pass"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9, 0.999, 1.01])
def test_the_predicted_curve_is_the_recorded_one(share: float, engine: str) -> None:
    problem = problem_of(random_table(5, 60, 3), standardize=False)
    made = seen(problem, standardized=False)
    rate = share * made.bounds.largest_stable
    trace = trained(problem, learning_rate=rate, epochs=300, tolerance=0.0, engine=engine)
    curve = made.curve(rate, [int(epoch) for epoch in trace["epoch"]])
    first = trace["loss"][0]
    # A diverging curve is compared relative to where it has got to.
    size = np.maximum(first, trace["loss"])
    assert (np.abs(curve["loss"] - trace["loss"]) <= 1e-9 * size).all()
    norm = np.maximum(trace["gradient_norm"][0], trace["gradient_norm"])
    known = ~np.isnan(trace["gradient_norm"])
    gap = np.abs(curve["gradient_norm"] - trace["gradient_norm"])[known]
    assert (gap <= 1e-9 * norm[known]).all()


@pytest.mark.parametrize("schedule", ["constant", "inverse-time", "step", "cosine"])
def test_curves_with_validation_start_and_schedule_lie_on_the_fit_s(schedule: str) -> None:
    options: dict[str, Any] = {
        "target": "salary",
        "standardize": False,
        "start": (3.0, -2.0),
        "schedule": schedule,
        "epochs": 120,
        "tolerance": 1e-9,
    }
    run = fit("example:salary", learning_rate=0.7, **options)
    made = forecast("example:salary", learning_rates=0.7, **options)
    curve = made.curve(0.7, [int(epoch) for epoch in run.trace["epoch"]])
    for name in ("loss", "gradient_norm", "validation_loss"):
        scale = np.nanmax(run.trace[name])
        assert curve[name] == pytest.approx(run.trace[name], abs=1e-9 * scale)
    predicted = made.rates[0].epochs
    if run.ending == "converged":
        assert within(predicted, run.summary["epochs"])
    else:
        assert math.isinf(predicted) or predicted > run.summary["epochs"]


@given(SEEDS, st.integers(1, 4), st.floats(0.01, 0.995), st.booleans(), st.integers(1, 3))
@settings(max_examples=60, deadline=None)
@example(0, 1, 0.5, True, 1)
def test_epochs_to_tolerance_are_those_measured(
    seed: int, columns: int, share: float, standardize: bool, targets: int
) -> None:
    rows = random_table(seed, 40, columns)
    y = np.concatenate([rows.y * (k + 1) + k for k in range(targets)], axis=1)
    problem = problem_of(ArraySource(rows.X, y), standardize=standardize)
    start = np.random.default_rng(seed).normal(size=(columns + 1, targets))
    tolerance = 10.0 ** -float(seed % 9 + 1)
    made = seen(problem, start=start, tolerance=tolerance, standardized=standardize)
    rate = share * made.bounds.largest_stable
    one = seen(problem, learning_rates=[rate], start=start, tolerance=tolerance).rates[0]
    most = 200_000
    trace = minimize(
        problem.rows,
        problem=problem,
        learning_rate=rate,
        start=start,
        tolerance=tolerance,
        epochs=most,
    )
    if trace.ending.name == "converged":
        assert within(one.epochs, trace["epoch"][-1])
    else:
        assert trace.ending.name == "epochs_used_up"
        assert one.epochs > most


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_the_update_at_which_a_run_diverges_is_the_one_predicted(engine: str) -> None:
    problem = problem_of(random_table(3, 50, 3))
    limit = seen(problem).bounds.largest_stable
    for share in (1.02, 1.3, 2.0, 1e4):
        one = seen(problem, learning_rates=[share * limit]).rates[0]
        trace = minimize(
            problem.rows,
            problem=problem,
            learning_rate=share * limit,
            epochs=5000,
            tolerance=0.0,
            engine=engine,
        )
        assert trace.ending.name == "diverged"
        assert within(one.bad_update, trace.ending.facts["update"])
        assert math.isinf(one.epochs)
        assert one.regime == "too high"


def test_a_start_that_meets_the_tolerance_needs_no_epoch() -> None:
    problem = problem_of(random_table(4, 30, 2))
    assert problem.quadratic is not None
    made = seen(problem, start=problem.quadratic.optimum, learning_rates=[1e9, 0.1])
    assert [one.epochs for one in made.rates] == [0.0, 0.0]
    assert "no epoch is needed" in " ".join(made.tell())


def test_a_rate_too_high_along_a_direction_that_the_start_rests_along() -> None:
    """Converges in exact arithmetic: only rounding would start the growth."""
    X = np.array([[1.0, 2.0], [-1.0, 2.0], [1.0, -2.0], [-1.0, -2.0]])
    rows = ArraySource(X, 3.0 * X[:, :1])
    problem = problem_of(rows, standardize=False, intercept=False)
    made = seen(problem, learning_rates=[0.3], standardized=False)  # curvatures 8 and 2
    assert problem.quadratic is not None
    assert problem.quadratic.curvatures == pytest.approx([8.0, 2.0])
    (one,) = made.rates
    assert one.regime == "too high"
    assert one.fates == ("diverges", "converges")
    assert "do not count on it" in " ".join(made.tell())


def test_never_is_said_where_the_epochs_are_out_of_reach() -> None:
    problem = problem_of(random_table(6, 40, 2))
    one = seen(problem, learning_rates=[1e-18]).rates[0]
    assert math.isinf(one.epochs)
    assert set(one.fates) == {"crawls"}
    far = seen(problem, learning_rates=[1e-12]).rates[0].epochs
    near = seen(problem, learning_rates=[1e-6]).rates[0].epochs
    assert far == pytest.approx(1e6 * near, rel=1e-4)
    assert math.isinf(seen(problem, tolerance=0.0).rates[0].epochs)


def test_crawling_is_less_than_a_hundredth_of_the_way() -> None:
    rows = ArraySource(np.array([[1.0], [-1.0]]), np.array([[1.0], [-1.0]]))
    problem = problem_of(rows, standardize=False, intercept=False)  # curvature 2
    for rate, word in ((0.00499, "crawls"), (0.00501, "converges"), (0.51, "oscillates")):
        assert seen(problem, learning_rates=[rate]).rates[0].fates == (word,)
    slow = seen(problem, learning_rates=[0.00499], tolerance=0.1).rates[0].epochs
    assert slow > 229.0


def test_curves_of_several_rates_are_one_figure() -> None:
    made = forecast("example:salary", target="salary", learning_rates=(0.01, 0.4, 1.02), epochs=500)
    figure = made.curves()
    assert figure["epochs"][0] == 0.0
    assert figure["epochs"][-1] == 500.0
    assert figure["losses"].shape == (3, len(figure["epochs"]))
    low, good, high = figure["losses"]
    floor = made.journey.quadratic.floor
    assert low[-1] - floor < low[0] - floor
    assert good[-1] == pytest.approx(floor, rel=1e-12)
    assert high[-1] > 1e3 * high[0]
    ratios = np.diff(np.log(figure["epochs"][1:]))
    assert ratios[-1] < 0.05
