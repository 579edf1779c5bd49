"""The table of penalties: values, derivatives, proximal steps, and what they leave alone."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from steepest import ArraySource, Coordinates, LinearObjective, moments_of, quadratic_of
from steepest.objective.losses import LOSSES
from steepest.objective.penalties import PENALTIES, penalty_of
from steepest.objective.quadratic import PenalizedQuadratic, penalized

CASES = list(product(PENALTIES, [True, False]))


def by_hand(name: str, alpha: float, ratio: float, w: np.ndarray) -> float:
    """As scikit-learn's SGDRegressor documents them."""
    one, two = np.abs(w).sum(), 0.5 * (w**2).sum()
    mixed = (1.0 - ratio) * two + ratio * one
    return alpha * {"none": 0.0, "l2": two, "l1": one, "elasticnet": mixed}[name]


@pytest.mark.parametrize(("name", "intercept"), CASES)
def test_value_is_scikit_learn_s_and_the_intercept_is_free(name: str, intercept: bool) -> None:
    w = np.random.default_rng(0).normal(size=(4, 3))
    penalty = penalty_of(name, 0.3, 0.4, intercept=intercept)
    wanted = by_hand(name, 0.3, 0.4, w[int(intercept) :])
    assert float(penalty.value(w)) == pytest.approx(wanted, rel=1e-14, abs=1e-300)
    assert penalty.value(np.stack([w, 2 * w])).shape == (2,)
    assert bool(penalty) == (name != "none")


@pytest.mark.parametrize(("name", "intercept"), CASES)
def test_gradient_and_shrinking_are_those_of_the_value(name: str, intercept: bool) -> None:
    """Central differences of the smooth part; the prox by minimizing its definition."""
    random = np.random.default_rng(1)
    w, rate, h = random.normal(size=(3, 2)), 0.7, 1e-6
    penalty = penalty_of(name, 0.3, 0.4, intercept=intercept)
    gradient, shrunk = penalty.gradient(w), penalty.shrunk(w, rate)
    assert w.tolist() == np.random.default_rng(1).normal(size=(3, 2)).tolist()
    for place in np.ndindex(*w.shape):
        free = intercept and place[0] == 0
        up, down = w.copy(), w.copy()
        up[place] += h
        down[place] -= h
        slope = float(penalty.value(up) - penalty.value(down)) / (2 * h)
        sign = 0.0 if free else penalty.l1 * np.sign(w[place])
        assert gradient[place] + sign == pytest.approx(slope, rel=1e-7, abs=1e-9)
        strength = 0.0 if free else penalty.l1
        found = minimize_scalar(
            lambda v, place=place, strength=strength: (
                strength * abs(v) + (v - w[place]) ** 2 / (2 * rate)
            ),
            bracket=(-3.0, 3.0),
            tol=1e-12,
        )
        assert shrunk[place] == pytest.approx(found.x, abs=1e-6)


def test_the_residual_is_zero_exactly_at_the_optimum() -> None:
    """Of 1/2 (w - 3)^2 + |w|: at w = 2; and of 1/2 (w - 0.5)^2 + |w|: at 0."""
    penalty = penalty_of("l1", 1.0, 0.15, intercept=False)
    for target, best in ((3.0, 2.0), (0.5, 0.0)):
        for rate in (0.1, 1.0):
            at = penalty.residual(np.array([[best]]), np.array([[best - target]]), rate)
            assert abs(float(at[0, 0])) < 1e-14
            off = penalty.residual(
                np.array([[best + 0.1]]), np.array([[best + 0.1 - target]]), rate
            )
            assert abs(float(off[0, 0])) > 0.05


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("targets", [1, 2])
def test_a_penalized_quadratic_is_ridge_regression(intercept: bool, targets: int) -> None:
    random = np.random.default_rng(2)
    X, y = random.normal(size=(30, 4)), random.normal(size=(30, targets))
    X[:, 3] = X[:, 2]  # dependent columns: only the penalty makes the optimum one
    rows, l2 = ArraySource(X, y, random.uniform(0.5, 2.0, 30)), 0.3
    own = Coordinates(np.zeros(4), np.ones(4), intercept=intercept)
    loss = LOSSES["squared_error"]
    plain = quadratic_of(moments_of(rows), loss, own)
    bowl, penalty = penalized(plain, l2), penalty_of("l2", l2, 0.0, intercept=intercept)
    objective = LinearObjective(rows, loss, intercept, penalty)
    other = PenalizedQuadratic(plain, penalty)
    p = random.normal(size=bowl.shape)
    value, gradient = objective.value_and_gradient(p)
    for one in (bowl, other):
        assert float(one.value(p)) == pytest.approx(value, rel=1e-12)
        assert one.gradient(p) == pytest.approx(gradient, rel=1e-11, abs=1e-12)
    A = np.concatenate([np.ones((30, 1)), X], axis=1) if intercept else X
    share = rows.weight / rows.weight.sum()
    ridge = l2 * np.eye(A.shape[1])
    ridge[0, 0] *= not intercept
    H = 2.0 * (A.T * share) @ A + ridge
    assert bowl.optimum == pytest.approx(np.linalg.solve(H, 2.0 * (A.T * share) @ y), rel=1e-9)
    assert bowl.curvatures == pytest.approx(np.sort(np.linalg.eigvalsh(H))[::-1], rel=1e-10)
    assert float(bowl.value(bowl.optimum)) == pytest.approx(bowl.floor, rel=1e-12)
