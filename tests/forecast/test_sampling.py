"""Stable rates by batch size, the end of linear speed-up, floors: simulated on planted tables."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from forecast_tables import design, hovering, problem_of, random_table, seen

from steepest import ArraySource
from steepest.descent.problem import Problem
from steepest.forecasting.sampling import Floor, Sampling, sampling_of


@cache
def planted(seed: int, rows: int, columns: int, loss: str = "squared_error") -> Problem:
    return problem_of(random_table(seed, rows, columns), loss=loss)


def sampling(problem: Problem) -> Sampling:
    assert problem.quadratic is not None
    return sampling_of(problem.quadratic, problem.loss, problem.rows)


def stationary(problem: Problem, rate: float, size: int) -> float:
    """The floor of independent batches from the contract's words alone: iterate the covariance."""
    assert problem.quadratic is not None
    A, y = design(problem)
    n, g = len(A), problem.loss.curvature_bound * rate
    e = (A @ problem.quadratic.optimum - y)[:, 0]
    M = A.T @ A / n
    noise = (A.T * e**2) @ A / n
    S = np.zeros_like(M)
    for _ in range(20_000):
        spread = (A.T * ((A @ S) * A).sum(axis=1)) @ A / n
        mixed = (size - 1) / size * M @ S @ M + spread / size
        S_next = S - g * (M @ S + S @ M) + g * g * mixed + g * g / size * noise
        if np.abs(S_next - S).max() <= 1e-13 * np.abs(S_next).max():
            break
        S = S_next
    return 0.5 * problem.loss.curvature_bound * float(np.trace(M @ S))


@pytest.mark.parametrize("loss", ["squared_error", "half_squared_error"])
@pytest.mark.parametrize("size", [1, 7, 20])
@pytest.mark.parametrize("share", [0.9, 0.5, 0.1])
def test_the_exact_floor_is_the_fixed_point_of_its_definition(
    share: float, size: int, loss: str
) -> None:
    problem = planted(1, 40, 3, loss)
    known = sampling(problem)
    rate = share * known.bound(size)
    floor = known.floor(rate, size)
    assert floor.kind == "exact"
    assert floor.independent == pytest.approx(stationary(problem, rate, size), rel=1e-6)
    assert floor.low <= floor.independent <= floor.high


def test_weights_count_as_rows_do() -> None:
    """Rows of weight 2 beside rows twice: the mean gradient and its noise differ by the share."""
    rows = random_table(2, 30, 2)
    doubled = ArraySource(rows.X, rows.y, np.full(30, 2.0))
    one, two = sampling(problem_of(rows)), sampling(problem_of(doubled))
    assert two.fourth_moment == pytest.approx(one.fourth_moment, rel=1e-12)
    assert two.noise == pytest.approx(one.noise, rel=1e-10, abs=1e-12)
    assert two.kurtosis == pytest.approx(one.kurtosis, rel=1e-12)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("size", "share"), [(1, 0.5), (1, 0.05), (8, 0.5), (20, 0.2)])
def test_independent_batches_hover_at_the_exact_floor(seed: int, size: int, share: float) -> None:
    problem = planted(seed, 40, 2)
    known = sampling(problem)
    rate = share * known.bound(size)
    epochs = math.ceil(6.0 * size / (share * 40)) * 12 + 30
    mean, error = hovering(
        problem, rate, size, draws="independent", seed=seed, epochs=epochs, chains=200
    )
    floor = known.floor(rate, size)
    assert abs(mean - floor.independent) <= 4.0 * error + 0.02 * floor.independent
    assert error < 0.1 * floor.independent


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("rows", "size", "share"),
    [(40, 1, 0.5), (40, 1, 0.05), (40, 8, 0.5), (40, 8, 0.1), (81, 80, 0.5), (41, 8, 0.3)],
)
def test_reshuffled_rows_hover_about_where_is_said(
    seed: int, rows: int, size: int, share: float
) -> None:
    """An approximation: within 40 %, on tables of few rows with heavy noise, short batches too."""
    problem = planted(seed, rows, 2)
    known = sampling(problem)
    rate = share * known.bound(size)
    floor = known.floor(rate, size)
    mean, error = hovering(
        problem, rate, size, draws="reshuffled", seed=seed, epochs=400, chains=60
    )
    assert error < 0.1 * mean
    assert abs(math.log(floor.reshuffled / mean)) < math.log(1.4)


def test_reshuffling_at_small_rates_is_far_below_independent_batches() -> None:
    problem = planted(4, 40, 2)
    known = sampling(problem)
    rate = 0.01 * known.bound(1)
    floor = known.floor(rate, 1)
    ends, _ = hovering(problem, rate, 1, draws="reshuffled", seed=4, epochs=800, chains=40)
    assert floor.reshuffled < 0.2 * floor.independent
    assert ends < 0.2 * floor.independent


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("size", [1, 8])
def test_the_estimate_without_fourth_moments_is_near_the_exact_floor(seed: int, size: int) -> None:
    known = sampling(planted(seed, 200, 4))
    traces = replace(known, products=None)
    for share in (0.5, 0.1):
        rate = share * known.bound(size)
        exact, near = known.floor(rate, size), traces.floor(rate, size)
        assert (near.kind, exact.kind) == ("approximate", "exact")
        assert near.independent == pytest.approx(exact.independent, rel=0.35 * share + 0.02)
        assert (near.low, near.high) == (exact.low, exact.high)


# ---- stable rates ------------------------------------------------------------------------------


def spectral_radius(problem: Problem, rate: float, size: int) -> float:
    """Of one update of the covariance with independent batches, written as a Kronecker sum."""
    A, _ = design(problem)
    n, g = len(A), problem.loss.curvature_bound * rate
    M, one = A.T @ A / n, np.eye(A.shape[1])
    products = np.einsum("ni,nj->nij", A, A).reshape(n, -1)
    fourth = products.T @ products / n
    fourth = fourth.reshape(*M.shape, *M.shape).transpose(0, 2, 1, 3).reshape(M.size, M.size)
    mixed = (size - 1) / size * np.kron(M, M) + fourth / size
    update = np.kron(one, one) - g * (np.kron(M, one) + np.kron(one, M)) + g * g * mixed
    return float(np.abs(np.linalg.eigvals(update)).max())


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 4, 20])
def test_the_mean_square_limit_is_where_the_spectral_radius_is_one(seed: int, size: int) -> None:
    problem = planted(seed, 40, 3)
    known = sampling(problem)
    limit = known.exact_limit(size)
    assert spectral_radius(problem, limit, size) == pytest.approx(1.0, abs=1e-9)
    assert spectral_radius(problem, 0.99 * limit, size) < 1.0
    assert spectral_radius(problem, 1.01 * limit, size) > 1.0
    assert known.bound(size) <= limit * (1.0 + 1e-12)
    assert known.floor(1.001 * limit, size).independent == math.inf


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("size", [1, 4, 10])
def test_below_the_bound_nothing_explodes_and_far_above_it_does(seed: int, size: int) -> None:
    problem = planted(seed, 40, 2)
    known = sampling(problem)
    for draws in ("independent", "reshuffled"):
        low, _ = hovering(
            problem, 0.95 * known.bound(size), size, draws=draws, seed=seed, epochs=100, chains=20
        )
        assert low < 1e3 * known.floor(0.5 * known.bound(size), size).independent
        with np.errstate(all="ignore"):
            rate = 5.0 * known.exact_limit(size)
            high, _ = hovering(problem, rate, size, draws=draws, seed=seed, epochs=100, chains=20)
        assert not high < 1e6 * low


def test_at_the_end_of_linear_speed_up_the_bound_is_half_of_all_rows() -> None:
    """At m = 1 + R2/L both terms are equal, so the bound is 1/l m/(m-1), all rows' 2/l."""
    known = sampling(planted(5, 4000, 3))
    top, R2 = float(known.eigenvalues[0]), known.fourth_moment
    m = 1.0 + R2 / top
    assert known.enough == math.ceil(m)
    assert (m - 1.0) / m * top == pytest.approx(R2 / m, rel=1e-12)
    assert known.bound(4000) == pytest.approx(1.0 / top, rel=1e-12)  # 2 / (c l), c = 2
    for size in (1, 2, 4):
        if 2 * size < known.enough:  # in proportion: doubling gives at least 4/3
            assert known.bound(2 * size) > 4.0 / 3.0 * known.bound(size)
    for size in (8 * known.enough,):
        if 4000 % size == 0 and 4000 % (2 * size) == 0:
            assert known.bound(2 * size) < 1.1 * known.bound(size)


def rows_to_a_millionth(problem: Problem, known: Sampling, size: int, seed: int) -> float:
    """Rows looked at until the excess is 1e-6 of the start's, at half the bound, no noise."""
    A, _ = design(problem)
    random = np.random.default_rng(seed)
    c, n, rate = problem.loss.curvature_bound, len(A), 0.5 * known.bound(size)
    H = A.T @ A / n
    way = np.ones((10, A.shape[1]))
    first, done = float(((way @ H) * way).sum()), 0
    while float(((way @ H) * way).sum()) > 1e-6 * first:
        a = A[random.integers(0, n, (10, size))]
        way = way - rate * c / size * np.einsum("cip,ci->cp", a, np.einsum("cip,cp->ci", a, way))
        done += size
    return done


@pytest.mark.parametrize("seed", [1, 2])
def test_beyond_the_end_of_linear_speed_up_larger_batches_cost_more_rows(seed: int) -> None:
    """Simulated: up to it a batch of twice the rows is nearly twice as good, beyond it is not."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(2**13, 24))
    problem = problem_of(ArraySource(X, np.zeros((2**13, 1))))
    known = sampling(problem)
    assert 16 <= known.enough <= 48
    cost = {m: rows_to_a_millionth(problem, known, m, seed) for m in (1, 4, 16, 128, 512)}
    assert cost[4] < 1.3 * cost[1]
    assert cost[16] < 2.0 * cost[1]
    assert cost[128] > 2.0 * cost[4]
    assert cost[512] > 2.0 * cost[128]  # four times the rows an update, and hardly fewer updates


def test_no_noise_no_floor_and_all_rows_no_floor() -> None:
    rows = random_table(6, 30, 2)
    exact = problem_of(ArraySource(rows.X, rows.X @ np.array([[2.0], [3.0]]) + 1.0))
    made = seen(exact, method="stochastic", batch_size=1)
    (one,) = made.rates
    assert one.floor is not None
    assert one.floor.independent <= 1e-20 * made.journey.limits.loss
    assert "will not hover" in " ".join(made.tell())
    assert sampling(planted(1, 40, 2)).floor(0.1, 40) == Floor(0.0, 0.0, "exact", 0.0, 0.0)


def test_the_first_forecast_epoch_at_the_floor_is_about_the_recorded_one() -> None:
    from steepest import minimize

    problem = planted(7, 400, 2)
    made = seen(problem, method="stochastic", batch_size=1, learning_rates=[0.002])
    (one,) = made.rates
    assert one.floor is not None
    assert problem.quadratic is not None
    last = []
    arrivals = []
    for seed in range(5):
        trace = minimize(
            problem.rows,
            problem=problem,
            method="stochastic",
            learning_rate=0.002,
            epochs=200,
            tolerance=0.0,
            seed=seed,
        )
        excess = trace["loss"] - problem.quadratic.floor
        last.append(excess[100:].mean())
        arrivals.append(int(np.flatnonzero(excess <= 2.0 * one.floor.reshuffled)[0]))
    assert np.mean(last) == pytest.approx(one.floor.reshuffled, rel=0.4)
    assert abs(np.mean(arrivals) - one.epochs_to_floor) <= 3.0
