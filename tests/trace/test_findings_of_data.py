"""Findings about features and targets, and all findings together: none contradicts another."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from planted_rows import (
    PLAIN,
    altered,
    hessian,
    least_squares,
    names,
    noisy,
    only,
    orthonormal,
    problems,
    sweep,
)

from steepest import (
    FINDINGS,
    LANGUAGES,
    ArraySource,
    Finding,
    GradientDescentRegressor,
    diagnose,
    load_trace,
    minimize,
)
from steepest.trace.findings import SEVERITIES
from steepest.words.en import findings as english
from steepest.words.zh_cn import findings as chinese

RATE = {"diverged", "oscillating", "rate_too_small", "rate_near_best"}
PLACE = {"noise_floor", "sorted_rows", "more_epochs_useless", "optimum_at_start"}


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
    assert found.facts["columns"] == "'x2'"


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
