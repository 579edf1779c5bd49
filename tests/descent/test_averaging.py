"""Averaging: the mean it says it is, and what it is for."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import ArraySource, GradientDescentRegressor, InputError, minimize
from steepest.descent import plan

random = np.random.default_rng(5)
X = random.normal(size=(500, 4))
ROWS = ArraySource(X, X @ np.ones((4, 1)) + random.normal(size=(500, 1)))
STOCHASTIC = {"method": "stochastic", "learning_rate": 0.02, "tolerance": 0.0, "epochs": 60}


@pytest.mark.parametrize("compiled", [True, False])
def test_points_are_means_of_the_epochs_last_points(
    compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mean after epoch t weighs epoch e by (e+1)(e+2)(e+3) over their sum (eta = 3)."""
    monkeypatch.setattr(plan, "PLAIN_UPDATES", -1 if compiled else 10**18)
    plain = minimize(ROWS, record_all=True, **STOCHASTIC).path[1:]
    trace = minimize(ROWS, record_all=True, average=True, **STOCHASTIC)
    e = np.arange(60.0)
    weights = (e + 1.0) * (e + 2.0) * (e + 3.0)
    for t in (1, 2, 17, 60):
        wanted = (plain[:t] * weights[:t, None, None]).sum(axis=0) / weights[:t].sum()
        assert trace.path[t] == pytest.approx(wanted, rel=1e-9)
    assert trace.parameters.tolist() == trace.path[-1].tolist()
    ones = np.c_[np.ones(500), X]
    errors = ones @ trace.parameters - ROWS.y
    assert trace["loss"][-1] == pytest.approx((errors**2).mean(), rel=1e-10)


def test_most_of_the_noise_of_a_constant_rate_is_taken_out() -> None:
    floor = minimize(ROWS).last("loss")
    noisy = [minimize(ROWS, seed=seed, **STOCHASTIC).last("loss") - floor for seed in range(5)]
    mean = [
        minimize(ROWS, seed=seed, average=True, **STOCHASTIC).last("loss") - floor
        for seed in range(5)
    ]
    assert np.mean(mean) < 0.2 * np.mean(noisy)
    assert min(mean) >= 0.0


def test_batch_descent_has_nothing_to_average() -> None:
    with pytest.raises(InputError) as caught:
        minimize(ROWS, average=True)
    assert caught.value.name == "average_of_batches"
    both = [
        GradientDescentRegressor(average=one).fit(X, ROWS.y[:, 0]).coef_ for one in (False, True)
    ]
    assert both[0].tolist() == both[1].tolist()
