"""Every loss and penalty reaches its optimum, by every way there is, and says what it cannot."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize as minimize_by_scipy
from sklearn.linear_model import ElasticNet, Lasso, QuantileRegressor, Ridge

from steepest import LOSSES, ArraySource, InputError, LinearObjective, minimize
from steepest.descent import plan
from steepest.objective.penalties import penalty_of

N, D = 60, 4
SMOOTH = [name for name, loss in LOSSES.items() if loss.smooth]


def table(loss: str, *, weighted: bool = False, seed: int = 0) -> ArraySource:
    """Standardized features and targets of the loss's domain that they explain in part."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(N, D)) @ (np.eye(D) + 0.3 * random.normal(size=(D, D)))
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    score = X @ random.normal(size=D) * 0.5 + 0.3 + 0.6 * random.normal(size=N)
    labels = np.digitize(score, [-0.3, 0.6])
    y = {
        "finite": lambda: score,
        "binary": lambda: (score > 0.2).astype(float),
        "counts": lambda: random.poisson(np.exp(score)).astype(float),
        "positive": lambda: np.exp(score),
        "shares": lambda: np.eye(3)[labels],
    }[LOSSES[loss].domain]()
    weight = random.uniform(0.3, 2.0, N) if weighted else None
    return ArraySource(X, y.reshape(N, -1), weight)


def optimum_of(rows: ArraySource, loss: str, l2: float) -> tuple[float, np.ndarray]:
    """By scipy's L-BFGS on the same objective."""
    penalty = penalty_of("l2", l2, 0.0, intercept=True)
    objective = LinearObjective(rows, LOSSES[loss], True, penalty)

    def both(w: np.ndarray) -> tuple[float, np.ndarray]:
        value, gradient = objective.value_and_gradient(w.reshape(objective.shape))
        return value, gradient.ravel()

    start = np.zeros(math.prod(objective.shape))
    options = {"ftol": 0.0, "gtol": 1e-11, "maxiter": 5000}
    with np.errstate(over="ignore"):
        found = minimize_by_scipy(both, start, jac=True, method="L-BFGS-B", options=options)
    return float(found.fun), found.x.reshape(objective.shape)


@pytest.mark.parametrize("loss", SMOOTH)
@pytest.mark.parametrize("rate", ["auto", "backtracking"])
@pytest.mark.parametrize("weighted", [True, False])
def test_smooth_losses_with_l2_reach_the_optimum_of_scipy(
    loss: str, rate: str, weighted: bool
) -> None:
    rows = table(loss, weighted=weighted)
    options = {"penalty": "l2", "alpha": 0.05, "tolerance": 1e-9, "epochs": 20_000}
    trace = minimize(rows, loss=loss, learning_rate=rate, **options)
    assert trace.ending.name == "converged"
    value, where = optimum_of(rows, loss, 0.05)
    assert trace["loss"][-1] == pytest.approx(value, rel=1e-10)
    assert trace.parameters == pytest.approx(where, rel=1e-5, abs=1e-6)
    assert np.diff(trace["loss"]).max() <= 1e-12 * trace["loss"][0]
    proven = rate == "auto" and LOSSES[loss].bounded
    assert trace.metadata["rate_choice"] == ("proven" if proven else "backtracking")


@pytest.mark.parametrize("penalty", ["l1", "elasticnet"])
@pytest.mark.parametrize("rate", ["auto", "backtracking"])
@pytest.mark.parametrize("standardized", [True, False])
def test_l1_is_the_lasso_with_exact_zeros(penalty: str, rate: str, standardized: bool) -> None:
    rows = table("half_squared_error")
    if not standardized:
        rows = ArraySource(rows.X * [1.0, 3.0, 0.5, 1.0], rows.y)
    ratio = 1.0 if penalty == "l1" else 0.6
    theirs = ElasticNet(alpha=0.2, l1_ratio=ratio, tol=1e-14, max_iter=10**6)
    theirs.fit(rows.X, rows.y[:, 0])
    options = {"penalty": penalty, "alpha": 0.2, "l1_ratio": 0.6, "learning_rate": rate}
    trace = minimize(rows, loss="half_squared_error", tolerance=1e-10, epochs=50_000, **options)
    w = trace.parameters[1:, 0]
    assert trace.ending.name == "converged"
    assert ((w == 0.0) == (theirs.coef_ == 0.0)).all()
    assert penalty == "elasticnet" or 0 < (w == 0.0).sum() < len(w)
    assert w == pytest.approx(theirs.coef_, abs=1e-7)
    assert trace.parameters[0, 0] == pytest.approx(theirs.intercept_, abs=1e-7)


def test_ridge_takes_moments_and_equals_the_passes() -> None:
    rows = table("half_squared_error", weighted=True)
    options = {"loss": "half_squared_error", "penalty": "l2", "alpha": 0.3, "tolerance": 0.0}
    by_moments = minimize(rows, epochs=50, **options)
    by_passes = minimize(rows, epochs=50, engine="pass", **options)
    assert by_moments.metadata["engine"] == "moments"
    assert by_moments.path == pytest.approx(by_passes.path, rel=1e-11, abs=1e-13)
    assert by_moments["loss"] == pytest.approx(by_passes["loss"], rel=1e-12)
    theirs = Ridge(alpha=0.3 * rows.weight.sum()).fit(rows.X, rows.y[:, 0], rows.weight)
    end = minimize(rows, **{**options, "tolerance": 1e-12}).parameters[1:, 0]
    assert end == pytest.approx(theirs.coef_, rel=1e-9)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("size", [1, 7])
def test_sweeps_with_penalties_settle_at_the_lasso(
    size: int, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", -1 if compiled else 10**18)
    rows = table("half_squared_error")
    theirs = Lasso(alpha=0.2, tol=1e-14).fit(rows.X, rows.y[:, 0])
    options = {"penalty": "l1", "alpha": 0.2, "schedule": "inverse-time", "tolerance": 0.0}
    method = "stochastic" if size == 1 else "mini-batch"
    sized = {} if size == 1 else {"batch_size": size}
    trace = minimize(rows, loss="half_squared_error", method=method, epochs=300, **sized, **options)
    w = trace.parameters[1:, 0]
    assert w == pytest.approx(theirs.coef_, abs=0.02)
    residual = trace["gradient_norm"][-1]
    assert residual < 0.05 * trace["gradient_norm"][0]


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "adam", "adagrad", "rmsprop"])
@pytest.mark.parametrize("method", ["batch", "mini-batch"])
def test_every_rule_takes_l2_into_the_gradient(rule: str, method: str) -> None:
    rows = table("logistic")
    value, _ = optimum_of(rows, "logistic", 0.1)
    rate = 0.5 if rule == "adagrad" else 0.03
    options = {"rule": rule, "learning_rate": rate, "schedule": "step", "tolerance": 0.0}
    trace = minimize(
        rows, loss="logistic", penalty="l2", alpha=0.1, method=method, epochs=1500, **options
    )
    assert trace.last("loss") == pytest.approx(value, rel=1e-4)


@pytest.mark.parametrize("method", ["batch", "stochastic"])
@pytest.mark.parametrize("quantile", [0.5, 0.8])
def test_losses_with_kinks_fall_geometrically_and_never_converge(
    method: str, quantile: float
) -> None:
    rows = table("quantile")
    theirs = QuantileRegressor(quantile=quantile, alpha=0.0).fit(rows.X, rows.y[:, 0])
    above = rows.y[:, 0] - theirs.predict(rows.X)
    best = np.maximum(quantile * above, (quantile - 1.0) * above).mean()
    trace = minimize(rows, loss="quantile", loss_parameter=quantile, method=method, epochs=2000)
    assert trace.ending.phrase == "epochs_used_up_kinks"
    assert trace.metadata["schedule"] == "geometric"
    assert best * (1 - 1e-12) <= trace["loss"][-1] <= best * 1.02
    assert "quantile" in trace.ending.sentence()
    at_once = minimize(rows, loss="absolute", epochs=3, tolerance=0.999)
    assert at_once.ending.name == "epochs_used_up"


def test_an_overflow_is_refused_as_a_step_and_diverges_at_a_constant_rate() -> None:
    rows = ArraySource(np.array([[0.0], [100.0]]), np.array([[1.0], [3.0]]))
    trace = minimize(rows, loss="poisson", epochs=2000)
    assert trace.ending.name == "converged"
    assert np.isfinite(trace["loss"]).all()
    assert trace["evaluations"][-1] > len(trace)  # some were refused
    wild = minimize(rows, loss="poisson", learning_rate=10.0)
    assert wild.ending.phrase == "diverged_no_bound"
    assert "poisson" in wild.ending.sentence()
    assert "--learning-rate auto" in wild.ending.sentence()


def test_separable_classes_are_named_with_the_remedy() -> None:
    X = np.array([[-2.0], [-1.0], [1.0], [2.0]])
    y = np.array([[0.0], [0.0], [1.0], [1.0]])
    trace = minimize(ArraySource(X, y), loss="logistic", epochs=500)
    assert trace.ending.phrase == "separable"
    assert "--penalty l2" in trace.ending.sentence()
    classes = ArraySource(X, np.hstack([1 - y, y]))
    assert minimize(classes, loss="softmax", epochs=500).ending.phrase == "separable"
    with_penalty = minimize(ArraySource(X, y), loss="logistic", penalty="l2", alpha=0.1)
    assert with_penalty.ending.phrase == "converged"
    y[0] = 1.0
    assert minimize(ArraySource(X, y), loss="logistic").ending.phrase == "converged"


@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_softmax_of_two_classes_is_logistic_of_their_difference(method: str) -> None:
    """With half the strength of the penalty, since two equal halves carry the difference."""
    rows = table("logistic")
    both = ArraySource(rows.X, np.hstack([1 - rows.y, rows.y]))
    options = {"method": method, "schedule": "inverse-time", "epochs": 300, "tolerance": 0.0}
    if method == "batch":
        options = {"tolerance": 1e-9, "epochs": 20_000}
    one = minimize(rows, loss="logistic", penalty="l2", alpha=0.05, **options)
    two = minimize(both, loss="softmax", penalty="l2", alpha=0.1, **options)
    difference = two.parameters[:, 1] - two.parameters[:, 0]
    exact = 1e-6 if method == "batch" else 0.05
    assert difference == pytest.approx(one.parameters[:, 0], abs=exact)
    assert two.last("loss") == pytest.approx(one.last("loss"), rel=exact)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"penalty": "l3"}, "unknown_choice"),
        ({"alpha": -1.0}, "penalty_impossible"),
        ({"penalty": "elasticnet", "l1_ratio": 1.5}, "penalty_impossible"),
        ({"penalty": "l1", "rule": "momentum"}, "rule_without_prox"),
        ({"loss": "logistic", "loss_parameter": 1.0}, "loss_without_parameter"),
        ({"loss": "quantile", "loss_parameter": 1.0}, "loss_parameter_impossible"),
        ({"loss": "huber", "loss_parameter": -1.0}, "loss_parameter_impossible"),
        ({"loss": "hinge", "learning_rate": "backtracking"}, "backtracking_needs_slopes"),
        ({"loss": "poisson", "method": "stochastic"}, "auto_without_bound"),
        (
            {"loss": "poisson", "method": "stochastic", "learning_rate": "backtracking"},
            "backtracking_of_batch",
        ),
        ({"loss": "gamma", "rule": "momentum"}, "backtracking_of_plain"),
        ({"loss": "gamma", "schedule": "step"}, "backtracking_without_schedule"),
        ({"loss": "gamma"}, "invalid_targets"),
    ],
)
def test_what_does_not_go_together_is_refused_by_name(options: dict, name: str) -> None:
    rows = table("logistic")
    if options.get("loss") == "gamma" and len(options) > 1:
        rows = table("gamma")
    with pytest.raises(InputError) as caught:
        minimize(rows, **options)
    assert caught.value.name == name
