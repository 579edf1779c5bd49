"""Findings: each planted condition gives its finding, with numbers computed here again."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from steepest import (
    FINDINGS,
    LANGUAGES,
    LOSSES,
    ArraySource,
    Finding,
    GradientDescentRegressor,
    Trace,
    diagnose,
    load_trace,
    minimize,
)
from steepest.data.coordinates import identity
from steepest.descent.problem import Problem
from steepest.trace.evidence import epochs_until
from steepest.trace.findings import SEVERITIES
from steepest.words.en import findings as english
from steepest.words.zh_cn import findings as chinese

Floats = npt.NDArray[np.float64]
PROBLEMS = {name for name, (kind, _) in FINDINGS.items() if kind in ("critical", "warning")}
RATE = {"diverged", "oscillating", "rate_too_small", "rate_near_best"}
PLACE = {"noise_floor", "sorted_rows", "more_epochs_useless", "optimum_at_start"}


def orthonormal(rows: int, columns: int, seed: int = 0) -> Floats:
    """Return columns of mean 0, deviation 1 and no correlation."""
    X = np.random.default_rng(seed).normal(size=(rows, columns))
    return np.linalg.qr(X - X.mean(axis=0))[0] * math.sqrt(rows)


def noisy(X: Floats, noise: float = 1.0, seed: int = 1) -> ArraySource:
    random = np.random.default_rng(seed)
    y = X.sum(axis=1) + 1.0 + noise * random.normal(size=len(X))
    return ArraySource(X, y[:, None])


def hessian(rows: ArraySource) -> Floats:
    A = np.c_[np.ones(rows.rows), rows.X]
    return 2.0 * A.T @ A / rows.rows


def least_squares(rows: ArraySource) -> tuple[Floats, float]:
    A = np.c_[np.ones(rows.rows), rows.X]
    best = np.linalg.lstsq(A, rows.y)[0]
    return best, float(((A @ best - rows.y) ** 2).mean())


def epochs_of_descent(rows: ArraySource, rate: float, tolerance: float) -> int:
    """Count the epochs of plain descent from zero until its gradient is small."""
    A = np.c_[np.ones(rows.rows), rows.X]
    H, g = hessian(rows), -2.0 * A.T @ rows.y / rows.rows
    p, scale, epochs = np.zeros((A.shape[1], 1)), np.linalg.norm(g), 0
    while np.linalg.norm(H @ p + g) > tolerance * scale:
        p, epochs = p - rate * (H @ p + g), epochs + 1
    return epochs


def sweep(rows: ArraySource, **options: object) -> Trace:
    """Descend stochastically with moments, as a fit does, whatever the rate."""
    units = identity(rows.columns, intercept=True)
    problem = Problem(rows, LOSSES["squared_error"], units).with_moments()
    return minimize(rows, problem=problem, **{"method": "stochastic", **options})


def names(trace: Trace) -> set[str]:
    return {finding.name for finding in diagnose(trace)}


def problems(trace: Trace) -> set[str]:
    return names(trace) & PROBLEMS


def only(trace: Trace, name: str) -> Finding:
    """Return the finding of this name, which is the only problem (or the only one at all)."""
    kinds = {finding.name: finding for finding in diagnose(trace)}
    rest = set(kinds) & PROBLEMS if name in PROBLEMS else set(kinds) & PROBLEMS | {name}
    assert rest == {name}, f"{sorted(kinds)}: {trace.ending.sentence()}"
    return kinds[name]


def altered(trace: Trace, **facts: object) -> Trace:
    """Return the trace with other facts."""
    return replace(
        trace, metadata={**trace.metadata, "facts": {**trace.metadata["facts"], **facts}}
    )


# Curvatures 2 (intercept), 2, 1/2: L = 2, mu = 1/2, best 0.8, largest stable 1.
PLAIN = noisy(orthonormal(200, 2) * [1.0, 0.5])
# Curvatures 2 and 2: every direction is alike.
ROUND = noisy(orthonormal(200, 1))


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


# ---- features and target -------------------------------------------------------------------------


def test_unscaled_features_have_the_condition_numbers_of_their_columns() -> None:
    rows = noisy(orthonormal(300, 2) * [50.0, 1.0])
    trace = minimize(rows, epochs=10_000, names=["large", "small"])
    found = only(trace, "unscaled_features")
    assert found.phrase == "found_unscaled"
    assert found.facts["condition"] == pytest.approx(np.linalg.cond(hessian(rows)), rel=1e-9)
    assert found.facts["condition_standardized"] == pytest.approx(1.0, rel=1e-9)
    assert (found.facts["wide"], found.facts["ratio"]) == ("large", pytest.approx(50.0))
    away = noisy(orthonormal(300, 2) + np.array([30.0, 0.0]))
    found = only(minimize(away, epochs=100_000, names=["far", "near"]), "unscaled_features")
    assert (found.phrase, found.facts["far_column"]) == ("found_uncentred", "far")
    assert found.facts["deviations_away"] == pytest.approx(30.0)
    both = noisy(orthonormal(300, 2) * [50.0, 1.0] + np.array([40.0, 4.0]))
    found = only(minimize(both, epochs=10, names=["large", "small"]), "unscaled_features")
    assert (found.facts["wide"], found.facts["ratio"]) == ("large", pytest.approx(50.0))
    through = minimize(both, intercept=False, epochs=10, names=["large", "small"])
    found = only(through, "unscaled_features")
    assert found.phrase == "found_unscaled_through_zero"
    lengths = np.sqrt((both.X**2).mean(axis=0))
    assert found.facts["ratio"] == pytest.approx(lengths[0] / lengths[1])
    condition = np.linalg.cond(both.X / lengths) ** 2
    assert found.facts["condition_standardized"] == pytest.approx(condition, rel=1e-9)


def test_standardized_condition_counts_the_intercept_beside_twins() -> None:
    """Two equal columns have the eigenvalue 2 and none but the intercept's 1 beside it."""
    x = orthonormal(100, 1)
    facts = minimize(noisy(np.c_[x, x] * 20.0)).metadata["facts"]
    assert facts["condition_standardized"] == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("condition", "standardized", "claimed"),
    [(99.0, 1.0, False), (101.0, 1.0, True), (1000.0, 99.0, True), (1000.0, 101.0, False)],
)
def test_unscaled_is_a_condition_that_standardizing_mends(
    condition: float, standardized: float, claimed: bool
) -> None:
    trace = minimize(PLAIN)
    trace = altered(trace, condition=condition, condition_standardized=standardized)
    assert ("unscaled_features" in names(trace)) == claimed


def correlated(correlation: float) -> ArraySource:
    u, v, w = orthonormal(300, 3).T
    return noisy(np.stack([u, correlation * u + math.sqrt(1 - correlation**2) * v, w], axis=1))


@pytest.mark.parametrize(("inflation", "claimed"), [(9.9, False), (10.1, True), (1e6, True)])
def test_collinear_is_a_variance_inflation_of_ten(inflation: float, claimed: bool) -> None:
    """Two columns of correlation c have the factor 1 / (1 - c^2)."""
    rows = correlated(math.sqrt(1.0 - 1.0 / inflation))
    trace = minimize(rows, names=["a", "b", "c"], epochs=10)
    assert ("collinear_features" in names(trace)) == claimed
    if claimed:
        found = only(trace, "collinear_features")
        assert found.facts["inflation"] == pytest.approx(inflation, rel=1e-6)
        assert {found.facts["column"], found.facts["partner"]} == {"a", "b"}
        assert found.facts["count"] == 2


def test_inflation_is_that_of_a_regression_on_the_other_columns() -> None:
    random = np.random.default_rng(5)
    X = random.normal(size=(80, 5)) @ random.normal(size=(5, 5)) + 3.0
    inflation = minimize(noisy(X)).metadata["facts"]["inflation"]
    for j in range(5):
        A = np.c_[np.ones(80), np.delete(X, j, axis=1)]
        rest = X[:, j] - A @ np.linalg.lstsq(A, X[:, j])[0]
        assert inflation[j] == pytest.approx(X[:, j].var() / (rest**2).mean(), rel=1e-8)


def test_exactly_dependent_features_are_advice() -> None:
    X = orthonormal(100, 2)
    rows = noisy(np.c_[X, X @ [2.0, 3.0]])
    trace = minimize(rows, names=["a", "b", "c"])
    assert only(trace, "dependent_features").facts["columns"] == "'c'"
    assert "collinear_features" not in names(trace)


def test_constant_target_and_features() -> None:
    X = orthonormal(100, 2)
    flat = ArraySource(X, np.full((100, 1), 0.1))
    found = only(minimize(flat), "constant_target")
    assert found.facts["value"] == pytest.approx(0.1)
    assert found.facts["rows"] == 100
    zero = ArraySource(X, np.zeros((100, 1)))
    assert names(minimize(zero)) == {"constant_target"}  # not: the optimum was reached already
    nearly = np.full((100, 1), 0.1)
    nearly[0] += 1e-9
    assert not problems(minimize(ArraySource(X, nearly)))
    model = GradientDescentRegressor().fit(np.c_[X, np.full(100, 7.0)], X.sum(axis=1))
    found = only(model.trace_, "constant_features")
    assert found.facts["columns"] == "'feature 2'"


def test_outliers_need_half_of_the_squared_error_and_enough_rows() -> None:
    facts = {"top_rows": 2, "largest_residual": 9.0, "largest_row": 7, "loss_there": 3.0}
    trace = minimize(PLAIN)
    for share, claimed in ((0.49, False), (0.51, True)):
        assert ("outliers" in names(altered(trace, top_share=share, **facts))) == claimed
    for rows, claimed in ((32, False), (33, True)):  # three parameters
        known = altered(trace, top_share=0.9, rows=rows, **facts)
        assert ("outliers" in names(known)) == claimed


# ---- all together --------------------------------------------------------------------------------


def test_facts_give_the_recorded_losses() -> None:
    for method in ("batch", "stochastic"):
        trace = minimize(PLAIN, method=method, epochs=7)
        facts = trace.metadata["facts"]
        curvatures = np.array(facts["curvatures"])
        assert curvatures == pytest.approx(np.linalg.eigvalsh(hessian(PLAIN))[::-1], rel=1e-9)
        for end, place in (("gaps_at_start", 0), ("gaps_at_end", -1)):
            above = 0.5 * (curvatures * np.square(facts[end])).sum()
            assert facts["optimum_loss"] + above == pytest.approx(trace["loss"][place], rel=1e-9)
        assert facts["optimum_loss"] == pytest.approx(least_squares(PLAIN)[1], rel=1e-9)
        assert facts["loss_at_zero"] == pytest.approx((PLAIN.y**2).mean(), rel=1e-12)


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


HEALTHY = {
    "batch": {},
    "batch, near the best rate": {"learning_rate": 0.4},
    "mini-batch, falling": {"method": "mini-batch", "batch_size": 16, "schedule": "inverse-time"},
    "stochastic, falling": {"method": "stochastic", "schedule": "inverse-time"},
    "cosine": {"method": "stochastic", "schedule": "cosine", "tolerance": 0.0, "epochs": 30},
    "given order, falling": {"method": "mini-batch", "order": "given", "schedule": "inverse-time"},
    "half": {"loss": "half_squared_error"},
    "target loss": {"target_loss": 1e9},
}


@pytest.mark.parametrize("options", HEALTHY.values(), ids=HEALTHY)
def test_healthy_runs_have_no_problem(options: dict[str, object]) -> None:
    for seed in range(40):
        random = np.random.default_rng(seed)
        columns = int(random.integers(1, 6))
        X = random.normal(size=(int(random.integers(60, 300)), columns))
        y = X @ random.normal(size=(columns, 1)) + random.normal(size=(len(X), 1))
        parts = ArraySource(X[20:], y[20:]), ArraySource(X[:20], y[:20])
        trace = minimize(parts[0], **{"epochs": 2000, "seed": seed, **options}, validation=parts[1])
        assert not problems(trace), (seed, [one.sentence() for one in diagnose(trace)])


@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_findings_never_contradict_each_other(method: str, tmp_path) -> None:
    for seed in range(60 if method == "batch" else 25):
        random = np.random.default_rng(seed)
        columns = int(random.integers(1, 5))
        X = random.normal(size=(80, columns)) * 10.0 ** random.uniform(-1, 1, columns)
        y = X @ random.normal(size=(columns, 1)) + random.normal(size=(80, 1))
        rate = float(10.0 ** random.uniform(-4, 0.5))
        tolerance = float(random.choice([0.0, 1e-8]))
        rows = ArraySource(X, y)
        trace = sweep(rows, method=method, learning_rate=rate, tolerance=tolerance, epochs=40)
        found = diagnose(trace)
        kinds = {one.name for one in found}
        assert len(kinds) == len(found)
        assert len(kinds & RATE) <= 1
        assert len(kinds & PLACE) <= 1
        assert not ("diverged" in kinds and kinds & PLACE)
        assert not ("rate_too_small" in kinds and kinds & {*PLACE, "validation_loss_rising"})
        places = [list(SEVERITIES).index(one.severity) for one in found]
        assert places == sorted(places)
        for one in found:
            check_words(one)
        folder = tmp_path / f"{seed}"
        folder.mkdir()
        trace.save(folder)
        assert [one.sentence() for one in diagnose(load_trace(folder))] == [
            one.sentence() for one in found
        ]


def check_words(finding: Finding) -> None:
    texts = [finding.sentence(language) for language in LANGUAGES]
    texts += [
        table.SENTENCES[finding.phrase].format(**finding.facts) for table in (english, chinese)
    ]
    for text in texts:
        assert not {"{", "nan", "inf"} & {*text, *text.lower().replace(",", " ").split()}, text
        assert any(letter.isdigit() for letter in text)


def test_logistic_runs_are_diagnosed_by_what_they_know() -> None:
    labels = (PLAIN.y > 1.0).astype(float)
    rows = ArraySource(PLAIN.X * [100.0, 1.0], labels)
    trace = minimize(rows, loss="logistic", epochs=50, validation=rows)
    assert names(trace) == {"unscaled_features"}
    assert not names(minimize(ArraySource(PLAIN.X, labels), loss="logistic", learning_rate=0.1))


def test_a_trace_without_facts_claims_nothing_that_needs_them() -> None:
    trace = minimize(PLAIN, learning_rate=0.02, epochs=100)
    bare = {key: value for key, value in trace.metadata.items() if key != "facts"}
    assert diagnose(replace(trace, metadata=bare)) == []


def test_the_table_is_told_in_order_of_severity() -> None:
    order = [list(SEVERITIES).index(severity) for severity, _ in FINDINGS.values()]
    assert order == sorted(order)
    assert set(english.SENTENCES) == set(chinese.SENTENCES)
