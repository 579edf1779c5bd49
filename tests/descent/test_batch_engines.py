"""Batch descent: both engines against gradient descent written as a loop over rows."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_descent import FACTORS, descend_plainly, design, hessian, loss_at, random_rows, where_of

from steepest import InputError, Trace, minimize
from steepest.data import source as source_module

CASES = list(product(["moments", "pass"], FACTORS, [True, False], [True, False]))
EPOCHS = 40


@pytest.mark.parametrize(("engine", "schedule", "standardize", "intercept"), CASES)
@pytest.mark.parametrize(("targets", "weighted"), [(1, False), (3, True)])
def test_every_epoch_equals_row_by_row_gradient_descent(
    engine: str, schedule: str, standardize: bool, intercept: bool, targets: int, weighted: bool
) -> None:
    rows = random_rows(1, 14, 3, targets, weighted=weighted)
    where = where_of(rows, intercept=intercept, standardize=standardize)
    start = np.random.default_rng(2).normal(size=(3 + intercept, targets))
    rate = 0.9 / np.linalg.eigvalsh(hessian(rows, where))[-1]
    rates = [rate * FACTORS[schedule](e, EPOCHS) for e in range(EPOCHS)]
    wanted, _ = descend_plainly(rows, where, start, rates, size=rows.rows)
    trace = minimize(
        rows,
        intercept=intercept,
        coordinates=where,
        learning_rate=rate,
        schedule=schedule,
        epochs=EPOCHS,
        tolerance=0.0,
        start=start,
        engine=engine,
    )
    assert trace.metadata["engine"] == engine
    assert trace["epoch"].tolist() == list(range(EPOCHS + 1))
    assert trace["rate"][1:] == pytest.approx(rates, rel=1e-14)
    assert trace.path == pytest.approx(wanted, rel=1e-10, abs=1e-10 * np.abs(wanted).max())
    assert np.array_equal(trace.path[0], start)
    assert np.array_equal(trace.parameters, trace.path[-1])


@pytest.mark.parametrize("engine", ["moments", "pass"])
@pytest.mark.parametrize("schedule", FACTORS)
def test_long_runs_keep_to_their_schedule_from_stretch_to_stretch(
    engine: str, schedule: str
) -> None:
    rows, epochs = random_rows(2, 5, 1), 300
    where = where_of(rows, intercept=True, standardize=True)
    rates = [0.05 * FACTORS[schedule](e, epochs) for e in range(epochs)]
    wanted, _ = descend_plainly(rows, where, np.ones((2, 1)), rates, size=5)
    options = {"epochs": epochs, "learning_rate": 0.05, "schedule": schedule, "engine": engine}
    trace = run(rows, coordinates=where, start=np.ones((2, 1)), **options)
    assert trace["rate"][1:] == pytest.approx(rates, rel=1e-14)
    assert trace.path == pytest.approx(wanted, rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("engine", ["moments", "pass"])
@pytest.mark.parametrize("loss", ["squared_error", "half_squared_error"])
def test_value_and_gradient_of_a_row_belong_to_that_rows_parameters(engine: str, loss: str) -> None:
    rows = random_rows(3, 30, 3, 2, weighted=True)
    beside = random_rows(4, 11, 3, 2, weighted=True)
    where = where_of(rows, intercept=True, standardize=True)
    trace = minimize(
        rows, loss=loss, coordinates=where, validation=beside, epochs=30, engine=engine
    )
    A, c = design(rows, where), {"squared_error": 2.0, "half_squared_error": 1.0}[loss]
    assert rows.weight is not None
    for i, p in enumerate(trace.path):
        assert trace["loss"][i] == pytest.approx(loss_at(rows, where, loss, p), rel=1e-10)
        slopes = c * (A @ p - rows.y) * rows.weight[:, None] / rows.weight.sum()
        norm = float(np.linalg.norm(A.T @ slopes))
        assert trace["gradient_norm"][i] == pytest.approx(norm, rel=1e-7, abs=1e-12)
        validation = loss_at(beside, where, loss, p)
        assert trace["validation_loss"][i] == pytest.approx(validation, rel=1e-10)


def test_logistic_passes_equal_the_plain_loop() -> None:
    rows = random_rows(5, 20, 2, 2, weighted=True, logistic=True)
    where = where_of(rows, intercept=True, standardize=True)
    start = np.full((3, 2), 0.3)
    wanted, _ = descend_plainly(rows, where, start, [1.5] * 30, size=20, loss="logistic")
    trace = minimize(
        rows, loss="logistic", coordinates=where, learning_rate=1.5, epochs=30, start=start
    )
    assert trace.metadata["engine"] == "pass"
    assert trace.path == pytest.approx(wanted, rel=1e-11, abs=1e-12)
    assert trace["loss"][-1] == pytest.approx(loss_at(rows, where, "logistic", wanted[-1]))


def run(rows: object, **options: object) -> Trace:
    return minimize(rows, tolerance=0.0, **{"epochs": 50, **options})


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_weight_two_is_the_row_twice_and_weight_zero_its_absence(engine: str) -> None:
    plain = random_rows(6, 20, 3)
    times = np.random.default_rng(0).integers(0, 4, 20)
    source = type(plain)
    weighted = source(plain.X, plain.y, times.astype(float))
    repeated = source(np.repeat(plain.X, times, axis=0), np.repeat(plain.y, times, axis=0))
    paths = [run(rows, engine=engine, learning_rate=0.01).path for rows in (weighted, repeated)]
    assert paths[0] == pytest.approx(paths[1], rel=1e-10, abs=1e-11)


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_repeated_runs_give_the_same_bits(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_module, "BLOCK_ROWS", 16)
    rows = random_rows(7, 100, 4, weighted=True)
    one, two = (run(rows, engine=engine) for _ in range(2))
    assert one.path.tobytes() == two.path.tobytes()
    assert one["loss"].tobytes() == two["loss"].tobytes()


@pytest.mark.parametrize("schedule", ["constant", "inverse-time"])
def test_a_longer_run_begins_as_the_shorter_one_where_the_rate_does(schedule: str) -> None:
    rows = random_rows(8, 30, 3)
    short, long = (run(rows, epochs=e, schedule=schedule) for e in (150, 400))
    assert np.array_equal(short.path, long.path[:151])


def test_rows_in_any_order_descend_alike() -> None:
    rows = random_rows(9, 60, 3, weighted=True)
    order = np.random.default_rng(0).permutation(60)
    assert rows.weight is not None
    moved = type(rows)(rows.X[order], rows.y[order], rows.weight[order])
    one, two = run(rows), run(moved)
    assert one.metadata["learning_rate"] == two.metadata["learning_rate"]
    assert one.path == pytest.approx(two.path, rel=1e-10, abs=1e-11)


@given(
    st.integers(0, 10**6),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["squared_error", "half_squared_error", "logistic"]),
)
@settings(max_examples=60)
def test_auto_batch_descent_never_rises(
    seed: int, d: int, intercept: bool, standardize: bool, loss: str
) -> None:
    rows = random_rows(seed, 25, d, weighted=bool(seed % 2), logistic=loss == "logistic")
    where = where_of(rows, intercept=intercept, standardize=standardize)
    start = 3.0 * np.random.default_rng(seed).normal(size=(d + intercept, 1))
    trace = run(rows, loss=loss, intercept=intercept, coordinates=where, start=start, epochs=200)
    losses = trace["loss"]
    assert (np.diff(losses) <= 1e-12 * losses[:-1]).all()
    assert trace.ending.name in ("epochs_used_up", "stalled")


def test_batch_descent_reaches_the_closed_form_optimum() -> None:
    rows = random_rows(10, 50, 4, 2, weighted=True)
    where = where_of(rows, intercept=True, standardize=True)
    assert rows.weight is not None
    root = np.sqrt(rows.weight)[:, None]
    wanted, *_ = np.linalg.lstsq(root * design(rows, where), root * rows.y, rcond=None)
    for engine in ("moments", "pass"):
        trace = minimize(rows, coordinates=where, engine=engine, tolerance=1e-10, epochs=100_000)
        assert trace.ending.name == "converged"
        assert trace.parameters == pytest.approx(wanted, rel=1e-7)


def test_the_moments_engine_refuses_other_losses_by_name() -> None:
    with pytest.raises(InputError) as caught:
        minimize(random_rows(0, 9, 1, logistic=True), loss="logistic", engine="moments")
    assert caught.value.name == "engine_needs_quadratic_loss"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"loss": "cubic"}, "unknown_choice"),
        ({"method": "newton"}, "unknown_choice"),
        ({"order": "sorted"}, "unknown_choice"),
        ({"schedule": "warm"}, "unknown_choice"),
        ({"learning_rate": 0.0}, "rate_not_positive"),
        ({"learning_rate": math.inf}, "rate_not_positive"),
        ({"learning_rate": "fast"}, "rate_not_positive"),
        ({"batch_size": 3}, "batch_size_of_batch"),
        ({"method": "stochastic", "batch_size": 2}, "batch_size_of_stochastic"),
        ({"method": "mini-batch", "batch_size": 10}, "batch_larger_than_rows"),
    ],
)
def test_options_that_do_not_fit_are_refused_by_name(options: dict, name: str) -> None:
    with pytest.raises(InputError) as caught:
        minimize(random_rows(0, 9, 1), **options)
    assert caught.value.name == name
    assert caught.value.message
    assert caught.value.remedy


@pytest.mark.parametrize(
    "options",
    [
        {"method": "exhaustive"},
        {"method": "coarse-to-fine"},
        {"engine": "bogus"},
        {"method": "mini-batch", "batch_size": 0},
        {"method": "mini-batch", "batch_size": -3},
        {"start": [1.0, 2.0, 3.0, 4.0]},
        {"epochs": -1},
        {"tolerance": -1.0},
        {"tolerance": math.nan},
    ],
)
def test_options_that_mean_nothing_here_are_refused_and_not_run_as_something_else(
    options: dict,
) -> None:
    with pytest.raises(InputError):
        minimize(random_rows(0, 9, 1), **{"epochs": 3, **options})


@pytest.mark.parametrize("kind", [np.float32, np.float64, np.int64, int])
def test_a_rate_may_be_any_kind_of_number(kind: type) -> None:
    trace = minimize(random_rows(0, 9, 1), learning_rate=kind(1), epochs=1)
    assert trace.metadata["learning_rate"] == 1.0
