"""Optima on three real tables: those of scipy and scikit-learn, for every loss of the table.

The objective is written here as textbooks have it: the table of losses does not judge itself.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.optimize import linprog
from scipy.optimize import minimize as minimize_by_scipy
from scipy.special import log_expit, logsumexp
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import Lasso, LogisticRegression, PoissonRegressor
from sklearn.preprocessing import StandardScaler

from steepest import LOSSES, PENALTIES, ArraySource, LinearObjective, minimize
from steepest.objective.penalties import penalty_of

TABLES = {"diabetes": load_diabetes, "breast cancer": load_breast_cancer, "wine": load_wine}
SMOOTH = [name for name, loss in LOSSES.items() if loss.smooth]
KINKED = [name for name, loss in LOSSES.items() if not loss.smooth]
ALPHA = 0.01
DELTA = 1.35


def huber(r: np.ndarray) -> np.ndarray:
    size = np.abs(r)
    return np.where(size <= DELTA, size**2 / 2.0, DELTA * (size - DELTA / 2.0))


# Value of a row's loss, from scores (n, K) and targets (n, K); constants of the target included.
TEXTBOOK = {
    "squared_error": lambda s, y: ((s - y) ** 2).sum(axis=1),
    "half_squared_error": lambda s, y: ((s - y) ** 2).sum(axis=1) / 2.0,
    "huber": lambda s, y: huber(s - y).sum(axis=1),
    "logistic": lambda s, y: -(y * log_expit(s) + (1.0 - y) * log_expit(-s)).sum(axis=1),
    "softmax": lambda s, y: logsumexp(s, axis=1) - (s * y).sum(axis=1),
    # minus the log of the Poisson density, less that at the best mean
    "poisson": lambda s, y: (np.exp(s) - y * s - (y - y * np.log(np.where(y > 0, y, 1.0)))).sum(
        axis=1
    ),
    "gamma": lambda s, y: (s + y * np.exp(-s) - 1.0 - np.log(y)).sum(axis=1),
    "squared_hinge": lambda s, y: (np.maximum(0.0, 1.0 - (2.0 * y - 1.0) * s) ** 2).sum(axis=1),
}
# Derivatives by the scores, written apart.
BY_SCORE = {
    "squared_error": lambda s, y: 2.0 * (s - y),
    "half_squared_error": lambda s, y: s - y,
    "huber": lambda s, y: np.clip(s - y, -DELTA, DELTA),
    "logistic": lambda s, y: np.exp(log_expit(s)) - y,
    "softmax": lambda s, y: np.exp(s - logsumexp(s, axis=1, keepdims=True)) - y,
    "poisson": lambda s, y: np.exp(s) - y,
    "gamma": lambda s, y: 1.0 - y * np.exp(-s),
    "squared_hinge": lambda s, y: (
        -2.0 * (2.0 * y - 1.0) * np.maximum(0.0, 1.0 - (2.0 * y - 1.0) * s)
    ),
}


@cache
def table(name: str, loss: str) -> tuple[np.ndarray, np.ndarray]:
    """Standardized features, and targets (n, K) of the loss's domain made of the table's own."""
    X, y = TABLES[name](return_X_y=True)
    X, y = StandardScaler().fit_transform(X), y.astype(float)
    labels = np.digitize(y, np.quantile(y, [0.3, 0.7])) if name == "diabetes" else y.astype(int)
    score = y / 50.0 if name == "diabetes" else X[:, 0] + y
    made = {
        "finite": lambda: score,
        "binary": lambda: (labels > 0).astype(float),
        "counts": lambda: np.round(np.exp(score / 2.0)),
        "positive": lambda: np.exp(score / 2.0),
        "shares": lambda: np.eye(labels.max() + 1)[labels],
    }[LOSSES[loss].domain]()
    return X, made.reshape(len(X), -1)


def optimum(X: np.ndarray, y: np.ndarray, loss: str) -> tuple[float, np.ndarray]:
    """By scipy's trust-region Newton on the textbook's objective; the Hessian by differences."""
    A = np.hstack([np.ones((len(X), 1)), X])
    free = np.ones((A.shape[1], y.shape[1]))
    free[0] = 0.0

    def both(w: np.ndarray) -> tuple[float, np.ndarray]:
        w = w.reshape(free.shape)
        scores = A @ w
        value = TEXTBOOK[loss](scores, y).mean() + 0.5 * ALPHA * (free * w * w).sum()
        return value, (A.T @ BY_SCORE[loss](scores, y) / len(A) + ALPHA * free * w).ravel()

    options = {"ftol": 0.0, "gtol": 1e-12, "maxiter": 10_000, "maxcor": 50}
    with np.errstate(over="ignore"):
        start = np.zeros(free.size)
        found = minimize_by_scipy(both, start, jac=True, method="L-BFGS-B", options=options)
    return float(found.fun), found.x.reshape(free.shape)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("loss", SMOOTH)
def test_smooth_losses_with_l2_reach_the_optimum(loss: str, name: str) -> None:
    X, y = table(name, loss)
    value, where = optimum(X, y, loss)
    options: dict[str, Any] = {"penalty": "l2", "alpha": ALPHA, "epochs": 50_000}
    rate = "auto" if LOSSES[loss].quadratic else "backtracking"
    trace = minimize(ArraySource(X, y), loss=loss, learning_rate=rate, tolerance=1e-9, **options)
    assert trace.ending.name == "converged"
    assert trace["loss"][-1] == pytest.approx(value, rel=1e-8)
    difference = trace.parameters - where
    if loss == "softmax":  # intercepts have no penalty: only their differences are determined
        difference[0] -= difference[0].mean()
    assert np.abs(difference).max() <= 1e-5 * np.abs(where).max()


def test_the_oracle_is_scikit_learn_s_where_it_has_the_loss() -> None:
    X, y = table("diabetes", "poisson")
    _, where = optimum(X, y, "poisson")
    theirs = PoissonRegressor(alpha=ALPHA, tol=1e-12, max_iter=10_000, solver="newton-cholesky")
    assert where[1:, 0] == pytest.approx(theirs.fit(X, y[:, 0]).coef_, rel=1e-6, abs=1e-8)
    X, y = table("wine", "softmax")
    _, where = optimum(X, y, "softmax")
    theirs = LogisticRegression(C=1.0 / (ALPHA * len(X)), tol=1e-12, max_iter=10_000)
    theirs.fit(X, y.argmax(axis=1))
    assert pytest.approx(theirs.coef_, abs=1e-5) == where[1:].T


@pytest.mark.parametrize("name", ["diabetes", "breast cancer"])
@pytest.mark.parametrize("alpha", [0.01, 0.05])
def test_l1_logistic_has_the_support_and_objective_of_saga(name: str, alpha: float) -> None:
    X, y = table(name, "logistic")
    theirs = LogisticRegression(
        C=1.0 / (alpha * len(X)), l1_ratio=1.0, solver="saga", tol=1e-10, max_iter=100_000
    ).fit(X, y[:, 0])
    options: dict[str, Any] = {"penalty": "l1", "alpha": alpha, "epochs": 50_000}
    rows = ArraySource(X, y)
    trace = minimize(rows, loss="logistic", learning_rate="backtracking", tolerance=1e-9, **options)
    mine = trace.parameters
    w = np.concatenate([theirs.intercept_, theirs.coef_[0]])[:, None]
    assert ((mine[1:] == 0.0) == (w[1:] == 0.0)).all()
    assert 0 < (mine[1:] == 0.0).sum() < len(mine) - 1
    objective = [
        TEXTBOOK["logistic"](p[0] + X @ p[1:], y).mean() + alpha * np.abs(p[1:]).sum()
        for p in (mine, w)
    ]
    assert objective[0] == pytest.approx(objective[1], rel=1e-6)
    assert trace["loss"][-1] == pytest.approx(objective[0], rel=1e-12)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("alpha", [0.02, 0.2])
def test_l1_squared_has_the_support_and_objective_of_the_lasso(name: str, alpha: float) -> None:
    X, y = table(name, "half_squared_error")
    theirs = Lasso(alpha=alpha, tol=1e-14, max_iter=10**6).fit(X, y[:, 0])
    options: dict[str, Any] = {"penalty": "l1", "alpha": alpha, "epochs": 50_000}
    trace = minimize(ArraySource(X, y), loss="half_squared_error", tolerance=1e-9, **options)
    mine = trace.parameters[1:, 0]
    assert ((mine == 0.0) == (theirs.coef_ == 0.0)).all()
    assert 0 < (mine == 0.0).sum() < len(mine)
    assert mine == pytest.approx(theirs.coef_, abs=1e-6)
    errors = y[:, 0] - theirs.predict(X)
    objective = 0.5 * (errors**2).mean() + alpha * np.abs(theirs.coef_).sum()
    assert trace["loss"][-1] == pytest.approx(objective, rel=1e-6)


def exact_minimum(X: np.ndarray, y: np.ndarray, loss: str) -> float:
    """Of a loss made of planes: a linear program."""
    n = len(X)
    A = np.hstack([np.ones((n, 1)), X])
    d = A.shape[1]
    if loss == "hinge":  # slack >= 1 - sign * score
        sign = 2.0 * y - 1.0
        found = linprog(
            np.concatenate([np.zeros(d), np.full(n, 1.0 / n)]),
            A_ub=np.hstack([-sign * A, -np.eye(n)]),
            b_ub=-np.ones(n),
            bounds=[(None, None)] * d + [(0, None)] * n,
        )
        return float(found.fun)
    share = 0.5 if loss == "quantile" else 1.0
    found = linprog(
        np.concatenate([np.zeros(d), np.full(2 * n, share / n)]),
        A_eq=np.hstack([A, np.eye(n), -np.eye(n)]),
        b_eq=y[:, 0],
        bounds=[(None, None)] * d + [(0, None)] * (2 * n),
    )
    return float(found.fun)


@pytest.mark.parametrize("loss", KINKED)
def test_losses_with_kinks_come_near_the_linear_program(loss: str) -> None:
    """Which is all that is claimed of them: their runs never say that they converged."""
    X, y = table("diabetes", loss)
    best = exact_minimum(X, y, loss)
    trace = minimize(ArraySource(X, y), loss=loss, epochs=10_000)
    assert trace.ending.phrase == "epochs_used_up_kinks"
    assert best * (1.0 - 1e-9) <= trace["loss"][-1] <= best * 1.001


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("intercept", [True, False])
def test_the_gradient_of_every_objective_is_its_derivative(
    loss: str, penalty: str, intercept: bool
) -> None:
    """Central differences of fourth order over loss, penalty and rows together; 1e-7 relative."""
    X, y = table("wine", loss)
    rows = ArraySource(X[:40] * 0.3, y[:40], np.linspace(0.5, 2.0, 40))
    strength = penalty_of(penalty, 0.3, 0.4, intercept=intercept)
    objective = LinearObjective(rows, LOSSES[loss], intercept, strength)
    w = np.random.default_rng(4).normal(size=objective.shape) * 0.4
    gradient = objective.value_and_gradient(w)[1].copy()
    gradient[int(intercept) :] += strength.l1 * np.sign(w[int(intercept) :])
    h, made = 1e-4, np.empty(w.shape)
    for place in np.ndindex(*w.shape):
        values = []
        for step in (-2, -1, 1, 2):
            moved = w.copy()
            moved[place] += step * h
            values.append(float(objective.value(moved)))
        made[place] = (values[0] - 8 * values[1] + 8 * values[2] - values[3]) / (12 * h)
    assert np.linalg.norm(gradient - made) <= 1e-7 * np.linalg.norm(gradient)
    assert math.isfinite(objective.value(w))
