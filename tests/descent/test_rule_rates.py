"""Stable rates of the rules: sharp on quadratics, never beaten where only sufficient."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import PAPERS
from plain_descent import design, hessian, random_rows, shares, where_of

from steepest import LOSSES, RULES, ArraySource, InputError, minimize, moments_of, quadratic_of
from steepest.descent.rates import RateBounds, rate_bounds

B = 0.9
SEEDS = st.integers(0, 2**32 - 1)
FREE = [name for name, rule in RULES.items() if rule.stable is None]
BOUND = [name for name in RULES if name not in FREE]
WITH_MEMORY = [name for name in BOUND if name != "plain"]


def bounds_of(rows: ArraySource, where: object, size: int, rule: str, **options: str) -> RateBounds:
    loss = LOSSES[options.pop("loss", "squared_error")]
    quadratic = quadratic_of(moments_of(rows), loss, where)
    moved = rows.in_coordinates(where.shift, where.scale)
    return rate_bounds(quadratic, loss, moved, batch_size=size, rule=rule, **options)


def one_update(rule: str, H: np.ndarray, rate: float) -> np.ndarray:
    """The matrix of an update on (p, v), from the papers' two-line forms."""
    one, zero = np.eye(len(H)), np.zeros_like(H)
    if rule == "plain":
        return np.block([[one - rate * H, zero], [zero, zero]])
    if rule == "momentum":
        return np.block([[one - rate * H, B * one], [-rate * H, B * one]])
    return np.block([[one - (1 + B) * rate * H, B * B * one], [-rate * H, B * one]])


def radius(matrix: np.ndarray) -> float:
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def test_the_contract_s_formulas() -> None:
    stable = {name: RULES[name].stable for name in BOUND}
    assert stable["plain"].quadratic == 2.0
    assert stable["momentum"].quadratic == pytest.approx(2 * (1 + B))
    assert stable["nesterov"].quadratic == pytest.approx((2 + 2 * B) / (1 + 2 * B))
    assert FREE == ["adagrad", "rmsprop", "adam"]


@pytest.mark.parametrize("rule", BOUND)
@given(SEEDS, st.integers(1, 4))
@settings(max_examples=15, deadline=None)
def test_on_quadratics_the_bound_is_sharp(rule: str, seed: int, d: int) -> None:
    rows = random_rows(seed, 20, d)
    where = where_of(rows, intercept=True, standardize=True)
    bound = bounds_of(rows, where, 20, rule)
    assert bound.kind == "exact"
    assert radius(one_update(rule, hessian(rows, where), 0.99 * bound.largest_stable)) < 1.0
    assert radius(one_update(rule, hessian(rows, where), 1.01 * bound.largest_stable)) > 1.0
    for factor, endings in ((0.99, {"epochs_used_up", "stalled"}), (1.01, {"diverged"})):
        rate = factor * bound.largest_stable
        trace = minimize(
            rows, coordinates=where, rule=rule, learning_rate=rate, epochs=2000, tolerance=0.0
        )
        assert trace.ending.name in endings, trace.ending.sentence()
        assert np.isfinite(trace.parameters).all()


@pytest.mark.parametrize("rule", BOUND)
def test_auto_is_below_the_bound_and_converges(rule: str) -> None:
    rows = random_rows(4, 30, 3)
    trace = minimize(rows, rule=rule, epochs=30_000)
    L = trace.metadata["largest_curvature"]
    assert trace.metadata["learning_rate"] == pytest.approx(1.0 / L, rel=0.0101)
    assert trace.ending.name == "converged"


@pytest.mark.parametrize("rule", BOUND)
@pytest.mark.parametrize("size", [1, 2])
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_random_batches_below_the_bound_stay_bounded_in_mean_square(
    rule: str, size: int, seed: int
) -> None:
    """The map of E[s s'] over all equally likely batches, drawn independently."""
    rows = random_rows(seed, 4, 2)
    where = where_of(rows, intercept=False, standardize=True)
    A = design(rows, where)
    bound = bounds_of(rows, where, size, rule, loss="half_squared_error")
    assert (bound.kind, bound.rule) == ("sufficient", "random")
    moments = np.zeros((16, 16))
    batches = list(product(range(4), repeat=size))
    for batch in batches:
        H = A[list(batch)].T @ A[list(batch)] / size
        M = one_update(rule, H, 0.999 * bound.largest_stable)
        moments += np.kron(M, M) / len(batches)
    assert radius(moments) <= 1.0 + 1e-9
    assert bound.auto <= 0.5 * bound.largest_stable * (1 + 1e-8)


@pytest.mark.parametrize("rule", BOUND)
@pytest.mark.parametrize("size", [1, 3])
@given(seed=SEEDS, weighted=st.booleans())
@settings(max_examples=15, deadline=None)
def test_given_order_below_the_bound_contracts(
    rule: str, size: int, seed: int, weighted: bool
) -> None:
    rows = random_rows(seed, 8, 2, weighted=weighted)
    where = where_of(rows, intercept=True, standardize=True)
    A, share = design(rows, where), shares(rows)
    bound = bounds_of(rows, where, size, rule, order="given")
    epoch = np.eye(6)
    for first in range(0, 8, size):
        a, s = A[first : first + size], share[first : first + size]
        H = 2.0 * (a.T * s) @ a / len(a)
        epoch = one_update(rule, H, 0.999 * bound.largest_stable) @ epoch
    assert radius(epoch) <= 1.0 + 1e-9


@pytest.mark.parametrize("rule", WITH_MEMORY)
def test_on_convex_losses_the_energy_never_rises_at_the_bound(rule: str) -> None:
    """Targets that the features say nothing of: scores stay near 0, where curvature is largest."""
    random = np.random.default_rng(2)
    X, y = random.normal(size=(40, 3)), random.integers(0, 2, size=(40, 1)).astype(float)
    rows = ArraySource(X, y)
    where = where_of(rows, intercept=True, standardize=True)
    bound = bounds_of(rows, where, 40, rule, loss="logistic")
    rate = bound.largest_stable
    trace = minimize(
        rows,
        loss="logistic",
        coordinates=where,
        rule=rule,
        learning_rate=rate,
        epochs=400,
        tolerance=0.0,
        start=np.full((4, 1), 0.5),
    )
    from steepest import LinearObjective

    objective = LinearObjective(
        rows.in_coordinates(where.shift, where.scale), LOSSES["logistic"], intercept=True
    )
    if rule == "momentum":
        points, weight = trace.path, B / (2 * rate)
    else:  # the lagged points x+ = y - rate f'(y)
        steps = [y - rate * objective.gradient(y) for y in trace.path]
        points, weight = np.array([trace.path[0], *steps]), 0.5 * bound.largest_curvature
    values = np.array([float(objective.value(point)) for point in points])
    moves = (np.diff(points, axis=0) ** 2).sum(axis=(1, 2))
    energy = values[1:] + weight * moves
    assert (np.diff(energy) <= 1e-12 * energy[:-1]).all()
    assert energy[-1] < energy[0]


@pytest.mark.parametrize("rule", FREE)
def test_where_no_rate_is_proven_auto_is_refused_with_a_remedy(rule: str) -> None:
    rows = random_rows(1, 20, 2)
    for method in ("batch", "mini-batch", "stochastic"):
        with pytest.raises(InputError, match=f"{RULES[rule].usual_rate:g} is where") as caught:
            minimize(rows, rule=rule, method=method)
        assert caught.value.name == "rule_without_auto"
    found = bounds_of(rows, where_of(rows, intercept=True, standardize=True), 20, rule)
    assert np.isnan(found.largest_stable)
    assert found.kind == "none"


def test_unknown_rules_are_refused() -> None:
    with pytest.raises(InputError, match="plain, momentum, nesterov, adagrad, rmsprop, adam"):
        minimize(random_rows(1, 20, 2), rule="nadam")


@pytest.mark.parametrize("rule", WITH_MEMORY)
@pytest.mark.parametrize("rate", [0.02, 0.1, "auto"])
def test_the_epochs_still_needed_are_about_those_needed(rule: str, rate: float | str) -> None:
    rows = random_rows(6, 40, 3)
    where = where_of(rows, intercept=True, standardize=True)
    settings = {"coordinates": where, "rule": rule, "learning_rate": rate, "tolerance": 1e-10}
    for done in (20, 60):
        early = minimize(rows, epochs=done, **settings)
        if early.ending.name == "converged":
            continue
        whole = minimize(rows, epochs=100_000, **settings)
        needed = early.ending.facts["needed"]
        assert early.ending.phrase == "epochs_used_up_batch"
        rest = whole["epoch"][-1] - done
        assert abs(needed - rest) <= 0.15 * rest + 12


@pytest.mark.parametrize("rule", FREE)
def test_of_rules_without_a_bound_no_epochs_are_foretold(rule: str) -> None:
    rows = random_rows(6, 40, 3)
    trace = minimize(rows, rule=rule, learning_rate=0.001, epochs=20)
    assert trace.ending.phrase == "epochs_used_up_rule"
    assert np.isinf(trace.ending.facts["needed"])
    assert np.isnan(trace.metadata["largest_stable_rate"])


DIVERGING = [
    ("momentum", "batch", 0.5, "diverged_rule_exact", "largest stable rate of the rule momentum"),
    ("nesterov", "batch", 0.5, "diverged_rule_exact", "largest stable rate of the rule nesterov"),
    ("momentum", "stochastic", 5.0, "diverged_rule_proven", "proven stable for the rule momentum"),
    ("nesterov", "mini-batch", 9.0, "diverged_rule_proven", "proven stable for the rule nesterov"),
    ("adam", "batch", 1e6, "diverged_rule_unproven", "of the rule adam no rate is proven stable"),
    ("rmsprop", "stochastic", 1e6, "diverged_rule_unproven", "of the rule rmsprop no rate"),
]


@pytest.mark.parametrize(("rule", "method", "rate", "phrase", "said"), DIVERGING)
@pytest.mark.parametrize("standardize", [True, False])
def test_divergence_is_explained_for_the_rule_that_ran(
    rule: str, method: str, rate: float, phrase: str, said: str, standardize: bool
) -> None:
    rows = random_rows(3, 40, 3)
    where = where_of(rows, intercept=True, standardize=standardize)
    trace = minimize(
        rows, coordinates=where, rule=rule, method=method, learning_rate=rate * 10, epochs=500
    )
    assert trace.ending.name == "diverged"
    assert trace.ending.phrase == (phrase if standardize else f"{phrase}_unscaled")
    assert said in trace.ending.sentence()
    if phrase != "diverged_rule_unproven":
        facts = trace.ending.facts
        assert facts["times"] > 1.0
        assert facts["times"] == pytest.approx(rate * 10 / facts["largest_stable_rate"])
    if phrase == "diverged_rule_exact":
        H = hessian(rows, where)
        wanted = radius(one_update(rule, H, rate * 10))
        assert trace.ending.facts["factor"] == pytest.approx(wanted, rel=1e-9)


def test_a_rate_just_too_large_is_said_to_be_so_when_the_epochs_are_used_up() -> None:
    rows = random_rows(5, 30, 1)
    where = where_of(rows, intercept=False, standardize=True)
    bound = bounds_of(rows, where, 30, "momentum").largest_stable
    trace = minimize(
        rows,
        coordinates=where,
        intercept=False,
        rule="momentum",
        learning_rate=1.0001 * bound,
        epochs=50,
    )
    assert trace.ending.phrase == "epochs_used_up_rule_unstable"
    assert "rule momentum" in trace.ending.sentence()


def test_transcriptions_diverge_at_the_same_rates() -> None:
    """The bounds of the table, seen in the papers' own forms on a scalar of curvature 3."""
    for rule in BOUND:
        for factor, stable in ((0.99, True), (1.01, False)):
            paper = PAPERS[rule](np.ones(1))
            for _ in range(4000):
                paper.update(3.0 * paper.point, factor * RULES[rule].stable.quadratic / 3.0)
            assert (abs(float(paper.point[0])) < 1.0) == stable
