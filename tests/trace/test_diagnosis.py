"""Findings about rate and course: each planted condition gives its own, with its numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from planted_rows import (
    PLAIN,
    ROUND,
    altered,
    epochs_of_descent,
    hessian,
    least_squares,
    names,
    noisy,
    only,
    orthonormal,
    problems,
    sweep,
)

from steepest import ArraySource, Trace, diagnose, minimize
from steepest.trace.evidence import epochs_until

# ---- the rate ------------------------------------------------------------------------------------


def test_rate_too_small_counts_the_epochs_that_plain_descent_takes() -> None:
    found = only(minimize(PLAIN, learning_rate=0.02, epochs=100), "rate_too_small")
    done = epochs_of_descent(PLAIN, 0.02, 1e-8)
    assert found.facts["epochs_needed"] == pytest.approx(done - 100, abs=1)
    assert found.facts["epochs_at_best"] == pytest.approx(
        epochs_of_descent(PLAIN, 0.8, 1e-8), abs=1
    )
    assert found.facts["best_rate"] == pytest.approx(0.8, rel=1e-9)
    assert f"{found.facts['epochs_needed']:,.6g} more" in found.sentence()


def test_finding_and_ending_give_the_same_number_of_epochs() -> None:
    trace = minimize(PLAIN, learning_rate=0.003, epochs=100)
    (found,) = diagnose(trace)
    assert trace.ending.facts["needed"] == found.facts["epochs_needed"]


@pytest.mark.parametrize(("overshoot", "small"), [(0.499, True), (0.501, False)])
def test_too_small_is_below_half_of_the_safe_rate(overshoot: float, small: bool) -> None:
    trace = minimize(PLAIN, learning_rate=overshoot / 2.0, epochs=10)
    assert ("rate_too_small" in names(trace)) == small


def test_a_small_rate_that_arrives_is_no_problem() -> None:
    assert not problems(minimize(PLAIN, learning_rate=0.1, epochs=10_000))


def test_a_small_rate_without_tolerance_is_told_only_while_something_is_left() -> None:
    short = minimize(PLAIN, learning_rate=0.02, epochs=20, tolerance=0)
    assert only(short, "rate_too_small").facts["tolerance"] == 1e-8
    long = minimize(PLAIN, learning_rate=0.02, epochs=1200, tolerance=0)
    assert names(long) == {"more_epochs_useless"}


def slowest(rate: float) -> float:
    return math.log(1e-8) / math.log(max(abs(1.0 - 2.0 * rate), abs(1.0 - 0.5 * rate)))


def test_rate_near_its_best() -> None:
    found = only(minimize(PLAIN, learning_rate=0.8), "rate_near_best")
    assert found.severity == "good"
    assert found.facts["slowest"] == pytest.approx(slowest(0.8), rel=1e-9)
    assert found.facts["best_rate"] == pytest.approx(
        2.0 / np.linalg.eigvalsh(hessian(PLAIN))[[0, -1]].sum()
    )


@pytest.mark.parametrize("rate", [0.55, 0.6, 0.69, 0.71, 0.75, 0.84, 0.86, 0.88, 0.9])
def test_near_the_best_is_a_quarter_more_epochs(rate: float) -> None:
    near = slowest(rate) <= 1.25 * slowest(0.8)
    found = names(minimize(PLAIN, learning_rate=rate))
    assert ("rate_near_best" in found) == near
    assert not ("rate_near_best" in found and "oscillating" in found)


def test_oscillating_throws_every_step_back() -> None:
    trace = minimize(PLAIN, learning_rate=0.98, epochs=200)
    found = only(trace, "oscillating")
    assert found.phrase == "found_oscillating"
    assert found.facts["factor"] == pytest.approx(0.96, abs=1e-9)
    steps = np.diff(trace.path[:, :, 0], axis=0)
    assert ((steps[20:-1] * steps[21:]).sum(axis=1) < 0.0).all()
    assert found.facts["slowest"] == pytest.approx(math.log(1e-8) / math.log(0.96), rel=1e-6)


@pytest.mark.parametrize(("overshoot", "large"), [(1.49, False), (1.51, True)])
def test_too_large_is_beyond_one_and_a_half_of_the_safe_rate(overshoot: float, large: bool) -> None:
    trace = minimize(ROUND, learning_rate=overshoot / 2.0, epochs=50)
    assert ("oscillating" in names(trace)) == large


def test_what_swings_must_be_what_is_left() -> None:
    trace = minimize(PLAIN, learning_rate=0.98, epochs=200)
    gaps = [0.0, 0.0, 1.0]  # all along the direction of curvature 1/2, which does not overshoot
    assert "oscillating" in names(trace)
    assert "oscillating" not in names(altered(trace, gaps_at_end=gaps))


def test_oscillating_without_end_at_the_largest_stable_rate() -> None:
    found = only(minimize(PLAIN, learning_rate=1.0, epochs=300), "oscillating")
    assert found.phrase == "found_oscillating_forever"
    assert found.facts["factor"] == pytest.approx(1.0, abs=1e-9)


@pytest.mark.parametrize("rate", [1.02, 1.5, 40.0])
def test_diverged_names_direction_factor_and_first_bad_update(rate: float) -> None:
    trace = minimize(PLAIN, learning_rate=rate, epochs=3000, names=["wide", "narrow"])
    found = only(trace, "diverged")
    assert names(trace) == {"diverged"}
    assert found.phrase == "found_diverged_exactly"
    H, best = hessian(PLAIN), least_squares(PLAIN)[0]
    assert found.facts["largest_stable_rate"] == pytest.approx(2.0 / np.linalg.eigvalsh(H)[-1])
    assert found.facts["factor"] == pytest.approx(abs(1.0 - 2.0 * rate), rel=1e-9)
    assert found.facts["direction"] in ("intercept", "wide")
    A, p, update = np.c_[np.ones(200), PLAIN.X], np.zeros((3, 1)), 0
    limit = 1e3 * float((PLAIN.y**2).mean())
    while float(((A @ p - PLAIN.y) ** 2).mean()) <= limit:
        p, update = p - rate * H @ (p - best), update + 1
    assert found.facts["update"] == update


@pytest.mark.parametrize(
    "options", [{"method": "stochastic"}, {"method": "mini-batch", "order": "given"}], ids=str
)
def test_diverged_in_batches_says_only_what_is_proven(options: dict[str, str]) -> None:
    found = only(minimize(PLAIN, learning_rate=5.0, **options), "diverged")
    assert found.phrase == "found_diverged_beyond_proof"
    assert found.facts["update"] >= 1


def test_diverged_at_the_start() -> None:
    trace = minimize(PLAIN, start=np.full((3, 1), 1e200), learning_rate=0.1)
    assert only(trace, "diverged").phrase == "found_diverged_at_start"


# ---- where the run stands ------------------------------------------------------------------------


def mean_loss(trace: Trace, rows: ArraySource, share: float) -> float:
    """Return the mean loss over the epochs from a share of the run on, from the path."""
    A = np.c_[np.ones(rows.rows), rows.X]
    points = trace.path[trace["epoch"] >= share * trace["epoch"][-1]]
    return float(np.mean([((A @ point - rows.y) ** 2).mean() for point in points]))


@pytest.mark.parametrize("method", ["stochastic", "mini-batch"])
def test_noise_floor_is_the_mean_loss_of_the_last_epochs(method: str) -> None:
    rows = noisy(orthonormal(1000, 3))
    rate = "auto" if method == "stochastic" else 0.4
    trace = sweep(rows, method=method, epochs=40, learning_rate=rate, tolerance=0)
    found = only(trace, "noise_floor")
    floor = least_squares(rows)[1]
    assert found.facts["optimum_loss"] == pytest.approx(floor, rel=1e-9)
    assert found.facts["excess"] == pytest.approx(mean_loss(trace, rows, 0.5) - floor, rel=0.03)
    assert found.facts["relative"] > 0.01


def test_the_way_left_is_the_mean_path_s() -> None:
    rows = noisy(orthonormal(400, 2))
    trace = sweep(rows, learning_rate=0.0002, epochs=3)
    found = only(trace, "rate_too_small")
    assert found.phrase == "found_rate_too_small_of_sweep"
    H, best = hessian(rows), least_squares(rows)[0]
    way = np.linalg.matrix_power(np.eye(3) - 0.0002 * H, 1200) @ -best
    left = 0.5 * float((way.T @ H @ way)[0, 0])
    assert found.facts["way_left"] == pytest.approx(left, rel=1e-6)
    more = int(found.facts["epochs_needed"])
    for epochs, reached in ((3 + more, True), (2 + more - 1, False)):
        way = np.linalg.matrix_power(np.eye(3) - 0.0002 * H, 400 * epochs) @ -best
        assert (0.5 * float((way.T @ H @ way)[0, 0]) <= found.facts["slack"]) == reached


@pytest.mark.parametrize(("relative", "hovers"), [(0.009, False), (0.011, True)])
def test_hovering_is_a_hundredth_of_the_least_loss(relative: float, hovers: bool) -> None:
    trace = minimize(noisy(orthonormal(400, 2)), method="stochastic", epochs=20, tolerance=0)
    floor = trace.metadata["facts"]["optimum_loss"]
    loss = np.where(trace["epoch"] == 0, trace["loss"], (1.0 + relative) * floor)
    trace = replace(trace, columns={**trace.columns, "loss": loss})
    assert ("noise_floor" in names(trace)) == hovers


@pytest.mark.parametrize(("last", "hovers"), [(0.49, False), (0.51, True)])
def test_a_loss_that_halves_does_not_hover(last: float, hovers: bool) -> None:
    trace = minimize(noisy(orthonormal(400, 2)), method="stochastic", epochs=20, tolerance=0)
    floor = trace.metadata["facts"]["optimum_loss"]
    excess = np.where(trace["epoch"] < 15, 0.4, 0.4 * last)
    trace = replace(trace, columns={**trace.columns, "loss": floor * (1.0 + excess)})
    assert ("noise_floor" in names(trace)) == hovers


def test_a_falling_schedule_or_no_noise_does_not_hover() -> None:
    rows = noisy(orthonormal(1000, 3))
    for schedule in ("inverse-time", "cosine"):
        trace = minimize(rows, method="stochastic", epochs=40, schedule=schedule, tolerance=0)
        assert not problems(trace)
    assert not problems(minimize(noisy(rows.X, noise=0.0), method="stochastic", epochs=40))


def test_optimum_at_start() -> None:
    best, loss = least_squares(PLAIN)
    for tolerance in (1e-8, 0.0):
        trace = minimize(PLAIN, start=best, tolerance=tolerance, epochs=50, learning_rate=0.8)
        assert names(trace) == {"optimum_at_start"}
        (found,) = diagnose(trace)
        assert found.facts["first_loss"] == pytest.approx(loss, rel=1e-12)
    assert "optimum_at_start" not in names(minimize(PLAIN, start=best + 0.01))


def test_more_epochs_useless_from_the_epoch_it_names() -> None:
    trace = minimize(PLAIN, learning_rate=0.4, epochs=300, tolerance=0)
    found = only(trace, "more_epochs_useless")
    floor = least_squares(PLAIN)[1]
    within = np.flatnonzero(trace["loss"] - floor <= 1e-6 * floor)
    assert found.facts["epoch"] == within[0]
    assert found.severity == "good"


@pytest.mark.parametrize(("relative", "useless"), [(0.9e-6, True), (1.1e-6, False)])
def test_useless_is_a_millionth_of_the_least_loss(relative: float, useless: bool) -> None:
    trace = minimize(PLAIN, learning_rate=0.4, epochs=300, tolerance=0)
    facts = trace.metadata["facts"]
    gap = math.sqrt(2.0 * relative * facts["optimum_loss"] / facts["curvatures"][0])
    assert ("more_epochs_useless" in names(altered(trace, gaps_at_end=[gap, 0.0, 0.0]))) == useless


def overfitting() -> tuple[ArraySource, ArraySource]:
    random = np.random.default_rng(3)
    X = random.normal(size=(60, 40))
    y = X[:, :1] + 2.0 * random.normal(size=(60, 1))
    V = random.normal(size=(2000, 40))
    return ArraySource(X, y), ArraySource(V, V[:, :1] + 2.0 * random.normal(size=(2000, 1)))


def test_validation_loss_rising_from_the_epoch_of_its_minimum() -> None:
    training, validation = overfitting()
    trace = minimize(training, validation=validation, epochs=400)
    found = next(one for one in diagnose(trace) if one.name == "validation_loss_rising")
    A = np.c_[np.ones(2000), validation.X]
    losses = [float(((A @ point - validation.y) ** 2).mean()) for point in trace.path]
    best = int(np.argmin(losses))
    assert found.facts["epoch"] == best < 300
    assert found.facts["relative"] == pytest.approx(losses[-1] / losses[best] - 1.0, rel=1e-6)
    stopped = minimize(training, validation=validation, epochs=best)
    assert "validation_loss_rising" not in names(stopped)


@pytest.mark.parametrize(
    ("rise", "rows", "rising"),
    [
        (0.0099, 10**6, False),
        (0.0101, 10**6, True),
        (2.9 * math.sqrt(2.0 / 100), 100, False),
        (3.1 * math.sqrt(2.0 / 100), 100, True),
        (9.0, 9, False),
    ],
)
def test_a_rise_is_a_hundredth_and_two_deviations(rise: float, rows: int, rising: bool) -> None:
    trace = minimize(PLAIN, validation=PLAIN, epochs=20, learning_rate=0.3, tolerance=0)
    course = 1.0 + rise * np.linspace(0.0, 1.0, len(trace))
    trace = replace(trace, columns={**trace.columns, "validation_loss": course})
    trace = altered(trace, validation_rows=rows)
    assert ("validation_loss_rising" in names(trace)) == rising
    columns = {**trace.columns, "loss": trace["loss"][::-1]}  # both rise: no overfitting
    assert "validation_loss_rising" not in names(replace(trace, columns=columns))
    if rows > 9:
        sure = altered(trace, validation_rise_error=rise / 3.1)
        assert ("validation_loss_rising" in names(sure)) == (rise > 0.01)
        assert "validation_loss_rising" not in names(
            altered(trace, validation_rise_error=rise / 2.9)
        )


def test_noise_of_single_epochs_is_no_rise() -> None:
    """One epoch's validation loss lies far below the others by chance."""
    rows = noisy(orthonormal(400, 2))
    trace = minimize(rows, validation=rows, method="stochastic", epochs=100, tolerance=0)
    noise = 1.0 + 0.2 * np.random.default_rng(0).normal(size=len(trace))
    noise[30] = 0.1
    falling = np.linspace(2.0, 1.0, len(trace))
    columns = {**trace.columns, "validation_loss": noise, "loss": falling}
    trace = altered(replace(trace, columns=columns), validation_rows=10**6)
    assert "validation_loss_rising" not in names(trace)
    columns["validation_loss"] = noise + np.linspace(0.0, 1.0, len(trace))
    assert "validation_loss_rising" in names(replace(trace, columns=columns))


def test_rows_in_order_and_shuffled() -> None:
    """Only a fit knows the order of its rows (tests/fitting); here the fact is put in."""
    rows = noisy(np.sort(orthonormal(400, 1), axis=0))
    trace = minimize(rows, method="stochastic", order="given", epochs=30, tolerance=0)
    assert problems(trace) == {"noise_floor"}  # the order is not known to be at fault
    facts = {"serial_column": "x", "serial_lag": 1}
    for correlation, found in ((0.49, "noise_floor"), (0.51, "sorted_rows")):
        known = altered(trace, serial_correlation=correlation, **facts)
        assert only(known, found).severity == "warning"
    shuffled = minimize(rows, method="stochastic", epochs=30, tolerance=0)
    assert problems(altered(shuffled, serial_correlation=0.9, **facts)) == {"noise_floor"}
    few = altered(trace, serial_correlation=0.7, rows=16, **facts)  # 3 / sqrt(16) = 0.75
    assert "sorted_rows" not in names(few)


@pytest.mark.parametrize("seed", range(20))
def test_epochs_until_are_those_of_a_loop(seed: int) -> None:
    random = np.random.default_rng(seed)
    curvatures, gaps = random.uniform(0.01, 2.0, 4), random.normal(size=4)
    rate, limit = random.uniform(0.01, 0.99), 10.0 ** random.uniform(-9, 0)
    count, way = 0, gaps.copy()
    while np.linalg.norm(curvatures * way) > limit:
        way, count = way * (1.0 - rate * curvatures), count + 1
    assert epochs_until(curvatures, gaps, rate, limit) == pytest.approx(count, abs=1)
    assert epochs_until(curvatures, gaps, 2.001 / curvatures.max(), 1e-9) == math.inf
