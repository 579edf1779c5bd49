"""The limit of batch descent, and what ``auto`` promises, on random tables."""

from __future__ import annotations

import numpy as np
import pytest
from forecast_tables import problem_of, random_table, seen
from hypothesis import given, settings
from hypothesis import strategies as st

from steepest import Trace, minimize
from steepest.descent.problem import Problem


def run(problem: Problem, rate: float | str, **options: object) -> Trace:
    given_options = {"epochs": 1000, "tolerance": 0.0, **options}
    return minimize(problem.rows, problem=problem, learning_rate=rate, **given_options)


def limit_holds(seed: int, columns: int, standardize: bool, intercept: bool) -> None:
    """A run at 0.99 of the limit does not diverge in 1,000 epochs, at 1.01 it does.

    1.01 grows by 1.02 an epoch: from a start along the steepest direction the loss is 1e17 times
    the first after 1,000 epochs.
    """
    rows = random_table(seed, 15 + seed % 40, columns)
    problem = problem_of(rows, standardize=standardize, intercept=intercept)
    quadratic = problem.quadratic
    assert quadratic is not None
    random = np.random.default_rng(seed)
    away = random.normal(size=quadratic.shape)
    start = quadratic.optimum + away + 3.0 * quadratic.directions[:, :1]
    limit = seen(problem, start=start).bounds.largest_stable
    below = run(problem, 0.99 * limit, start=start)
    assert below.ending.name in ("epochs_used_up", "stalled")
    assert below["loss"].max() <= below["loss"][0] * (1.0 + 1e-12)
    above = seen(problem, start=start, learning_rates=[1.01 * limit]).rates[0]
    trace = run(problem, 1.01 * limit, start=start, epochs=2000)
    assert trace.ending.name == "diverged"
    assert above.bad_update == pytest.approx(float(trace.ending.facts["update"]), abs=1.0)


CASES = (st.integers(0, 10**6), st.integers(1, 6), st.booleans(), st.booleans())


@given(*CASES)
@settings(max_examples=60, deadline=None)
def test_the_limit_of_batch_descent(seed: int, columns: int, std: bool, intercept: bool) -> None:
    limit_holds(seed, columns, std, intercept)


@pytest.mark.long
@given(*CASES)
@settings(max_examples=1000, deadline=None)
def test_the_limit_on_a_thousand_tables(
    seed: int, columns: int, std: bool, intercept: bool
) -> None:
    limit_holds(seed, columns, std, intercept)


def auto_is_stable(seed: int, rows: int, size: int, order: str, epochs: int) -> None:
    problem = problem_of(random_table(seed, rows, 1 + seed % 4), standardize=bool(seed % 3))
    trace = run(
        problem,
        "auto",
        method="mini-batch",
        batch_size=size,
        order=order,
        seed=seed,
        epochs=epochs,
    )
    # It may hover above a start near the optimum (heavy tails, one row a batch: 15 times the
    # first loss was seen), and never passes 1,000 times that loss, which would be `diverged`.
    assert trace.ending.name in ("epochs_used_up", "stalled")


@given(st.integers(0, 10**6), st.integers(2, 60), st.data(), st.sampled_from(["random", "given"]))
@settings(max_examples=30, deadline=None)
def test_auto_never_diverges(seed: int, rows: int, data: st.DataObject, order: str) -> None:
    auto_is_stable(seed, rows, data.draw(st.integers(1, rows)), order, epochs=1000)


@pytest.mark.long
@given(st.integers(0, 10**6), st.integers(2, 60), st.data(), st.sampled_from(["random", "given"]))
@settings(max_examples=1000, deadline=None)
def test_auto_never_diverges_on_a_thousand_tables(
    seed: int, rows: int, data: st.DataObject, order: str
) -> None:
    auto_is_stable(seed, rows, data.draw(st.integers(1, rows)), order, epochs=1000)


@pytest.mark.parametrize("order", ["random", "given"])
@pytest.mark.parametrize(("rows", "size"), [(81, 80), (1001, 1000)])
def test_a_last_batch_of_one_row_is_stable_too(rows: int, size: int, order: str) -> None:
    for seed in range(3):
        auto_is_stable(seed, rows, size, order, epochs=1500)


@pytest.mark.parametrize(("rows", "size"), [(81, 80), (1001, 1000)])
def test_the_last_batch_of_one_row_is_what_the_forecast_goes_by(rows: int, size: int) -> None:
    problem = problem_of(random_table(1, rows, 2))
    short = seen(problem, method="mini-batch", batch_size=size)
    single = seen(problem, method="stochastic", batch_size=1)
    assert short.bounds.smallest_batch == 1
    assert short.bounds.largest_stable == pytest.approx(single.bounds.largest_stable, rel=1e-12)
    assert short.kind == "sufficient"
