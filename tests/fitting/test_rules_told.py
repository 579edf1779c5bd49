"""Fits under update rules: what is said of them is true of the rule that ran."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from steepest import (
    RULES,
    FitOptions,
    GradientDescentRegressor,
    InputError,
    diagnose,
    figure_of,
    fit,
    forecast,
    load_run,
    plan_table,
)

WITH_MEMORY = [name for name, rule in RULES.items() if rule.slots]
FREE = [name for name, rule in RULES.items() if rule.stable is None]
# Findings whose arithmetic is plain descent's: none may be claimed of another rule.
OF_PLAIN = {"oscillating", "rate_too_small", "noise_floor", "sorted_rows", "rate_near_best"}
RATES = {"adagrad": 1.0, "rmsprop": 0.01, "adam": 0.3}


def fitted(rule: str, **options: object) -> object:
    given = {"learning_rate": RATES.get(rule, "auto"), "epochs": 3000, **options}
    return fit("example:salary", target="salary", rule=rule, **given)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_the_story_names_the_rule_and_only_what_is_proven_of_it(rule: str, method: str) -> None:
    size = 2 if method == "mini-batch" else None
    run = fitted(rule, method=method, batch_size=size, epochs=200)
    said = " ".join(run.tell())
    assert run.summary["rule"] == rule
    stable = RULES[rule].stable
    assert (f"under the rule {rule}" in said) == (rule != "plain")
    assert ("no rate is proven stable" in said) == (stable is None)
    assert ("2/(mu + L)" in said) == (rule == "plain" and method == "batch")
    assert (run.summary["largest_stable_rate"] is None) == (stable is None)
    if rule != "plain":
        assert not OF_PLAIN & {finding.name for finding in diagnose(run.trace)}


@pytest.mark.parametrize("rule", ["momentum", "adam"])
def test_neither_story_nor_figures_tell_of_another_rule_what_is_plain_descent_s(rule: str) -> None:
    for rate, ending in ((0.1, "converged"), (1e6, "diverged")):
        plain = fit("example:salary", target="salary", learning_rate=min(rate, 10.0))
        run = fitted(rule, learning_rate=rate, epochs=30_000)
        assert (plain.ending, run.ending) == (ending, ending)
        assert any(note.name.startswith("story_forecast") for note in plain.story)
        assert not any(note.name.startswith("story_forecast") for note in run.story)
    assert [len(figure_of(one, "divergence").panels) for one in (plain, run)] == [2, 1]
    L = run.trace.metadata["largest_curvature"]
    assert f"{1 / L:.3g}" in figure_of(run, "spectrum").caption
    assert "1e+06" not in figure_of(run, "regimes").caption


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adagrad", "adam"])
def test_batch_descent_ends_at_least_squares(rule: str) -> None:
    summary = fitted(rule).summary
    assert summary["train_loss"] == pytest.approx(summary["optimum_loss"], rel=1e-9)


@pytest.mark.parametrize("rule", WITH_MEMORY)
def test_runs_are_saved_with_their_rule(rule: str, tmp_path: Path) -> None:
    run = fitted(rule, epochs=20, out=tmp_path / "run")
    loaded = load_run(tmp_path / "run")
    assert loaded.summary["rule"] == rule
    assert loaded.trace.metadata["hyperparameters"] == dict(RULES[rule].hyperparameters)
    assert loaded.tell() == run.tell()


@pytest.mark.parametrize("rule", WITH_MEMORY)
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_rate_too_large_is_found_for_the_rule(rule: str, language: str) -> None:
    run = fitted(rule, learning_rate=1e6, epochs=300)
    assert run.ending == "diverged" or rule == "adagrad"
    for finding in run.findings:
        said = finding.sentence(language)
        if finding.name == "diverged":
            assert rule in said
            assert ("auto" in said) == (RULES[rule].stable is not None)


def test_impossible_combinations_are_refused() -> None:
    for rule in FREE:
        with pytest.raises(InputError, match="auto cannot choose one"):
            FitOptions(target=("y",), rule=rule).checked()
    with pytest.raises(InputError, match="--rule belongs to gradient descent"):
        FitOptions(
            target=("y",), rule="momentum", method="exhaustive", ranges=(("x", 0.0, 1.0),)
        ).checked()
    with pytest.raises(InputError, match="Only plain descent is forecast"):
        forecast("example:salary", target="salary", rule="momentum")


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adagrad", "adam"])
def test_the_estimator_takes_rules(rule: str) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(60, 3)) * [1.0, 10.0, 0.1] + 5.0
    y = X @ [1.0, -2.0, 3.0] + random.normal(size=60)
    model = GradientDescentRegressor(
        rule=rule, learning_rate=RATES.get(rule, "auto"), max_iter=20_000, tol=1e-9
    ).fit(X, y)
    A = np.concatenate([np.ones((60, 1)), X], axis=1)
    wanted = np.linalg.lstsq(A, y, rcond=None)[0]
    assert model.coef_ == pytest.approx(wanted[1:], rel=1e-5)
    assert model.trace_.metadata["rule"] == rule


def test_the_estimator_refuses_a_rate_that_nothing_proves() -> None:
    with pytest.raises(ValueError, match=r"0\.001 is where one usually begins \(Kingma"):
        GradientDescentRegressor(rule="adam").fit(np.eye(4), np.arange(4.0))
    with pytest.raises(ValueError, match="The 'rule' parameter"):
        GradientDescentRegressor(rule="nadam").fit(np.eye(4), np.arange(4.0))


@pytest.mark.parametrize(("rule", "factor"), [("momentum", 3.8), ("nesterov", 3.8 / 2.8)])
def test_a_forecast_of_another_rule_is_refused_with_its_bound(rule: str, factor: float) -> None:
    with pytest.raises(InputError) as refused:
        forecast("example:salary", target="salary", rule=rule)
    assert refused.value.name == "rule_only_exact"
    # CONTRACT 3: heavy ball 2(1 + beta)/L, Nesterov (2 + 2 beta)/((1 + 2 beta) L); L is 2 here
    assert refused.value.facts["largest"] == pytest.approx(factor / 2.0, rel=1e-9)


def test_a_plan_names_the_rule() -> None:
    options = FitOptions(target=("salary",), rule="adam", learning_rates=(0.1,))
    made = plan_table("example:salary", options)
    assert made.as_dict()["rule"] == "adam"
    assert "the rule adam" in made.sentence()
    assert "adam" in made.sentence("zh-CN")
    plain = plan_table("example:salary", FitOptions(target=("salary",)))
    assert (plain.rule, "rule" in plain.sentence()) == ("plain", False)
