"""Contestants that walk sparse rows: stochastic epochs with L2, with and without more columns."""

import numpy as np
from scipy.sparse import csr_matrix

L2 = 1e-4


def sparse_table(case, columns=None):
    """Return X (n, d) with ``filled`` entries a row at random places, and y (n,), seeded."""
    random = np.random.default_rng(0)
    rows, filled, columns = case["rows"], case["filled"], columns or case["columns"]
    places = np.sort(random.integers(0, columns, size=(rows, filled)), axis=1).ravel()
    values = random.standard_normal(rows * filled)
    starts = np.arange(0, rows * filled + 1, filled)
    X = csr_matrix((values, places, starts), (rows, columns))
    X.sum_duplicates()
    y = X @ (random.standard_normal(columns) * (random.random(columns) < 0.3))
    return X, y + random.standard_normal(rows)


def _value(X, y, model, loss):
    scores = X @ np.ravel(model.coef_) + np.ravel(model.intercept_)[0]
    if loss == "logistic":
        return float((np.logaddexp(0.0, scores) - y * scores).mean())
    return float(((scores - y) ** 2).mean())


def _steepest(X, y, case):
    from steepest import GradientDescentClassifier, GradientDescentRegressor

    logistic = case["loss"] == "logistic"
    kind = GradientDescentClassifier if logistic else GradientDescentRegressor
    y = (y > 0.0).astype(float) if logistic else y

    def work():
        model = kind(
            loss="logistic" if logistic else "half_squared_error",
            penalty="l2",
            alpha=L2,
            method="stochastic",
            learning_rate=case["rate"],
            max_iter=case["epochs"],
            tol=None,
            standardize=False,
            random_state=0,
        ).fit(X, y)
        updates = model.trace_.ending.facts["updates"]
        return lambda: {"value": _value(X, y, model, case["loss"]), "updates": updates}

    return work


def steepest_sparse(case):
    """Run stochastic descent through our estimators."""
    return _steepest(*sparse_table(case), case)


def steepest_sparse_wide(case):
    """Run the same on ten times the columns, as many entries being filled."""
    return _steepest(*sparse_table(case, 10 * case["columns"]), case)


def sklearn_sparse(case):
    """Run scikit-learn's SGDRegressor or SGDClassifier on the same objective at the same rate."""
    from sklearn.linear_model import SGDClassifier, SGDRegressor

    X, y = sparse_table(case)
    logistic = case["loss"] == "logistic"
    y = (y > 0.0).astype(float) if logistic else y
    options = {"loss": "log_loss"} if logistic else {}

    def work():
        model = (SGDClassifier if logistic else SGDRegressor)(
            **options,
            penalty="l2",
            alpha=L2,
            learning_rate="constant",
            eta0=case["rate"],
            max_iter=case["epochs"],
            tol=None,
            random_state=0,
        ).fit(X, y)
        value, updates = _value(X, y, model, case["loss"]), int(model.t_ - 1)
        return lambda: {"value": value, "updates": updates}

    return work


def _epochs(loss):
    return {
        "name": f"sparse stochastic descent, 100,000 x 50,000, 0.1 % filled, l2, {loss}, 20 epochs",
        "case": {
            "rows": 100_000,
            "columns": 50_000,
            "filled": 50,
            "loss": loss,
            "rate": 0.001,
            "epochs": 20,
        },
        "quick": {"rows": 20_000, "epochs": 10},
        "contestants": [("steepest_sparse", {}), ("sklearn_sparse", {})],
        # another random order ends at a slightly different loss
        "equal": {"updates": 0.0, "value": 0.02},
        "demands": [("steepest_sparse", "sklearn_sparse", "faster", 2)],
    }


WORKS = [
    _epochs("half_squared_error"),
    _epochs("logistic"),
    {
        **_epochs("half_squared_error"),
        "name": "the same sparse descent on ten times the columns",
        "quick": None,
        "contestants": [("steepest_sparse_wide", {}), ("steepest_sparse", {})],
        "equal": {"updates": 0.0},
        "demands": [("steepest_sparse_wide", "steepest_sparse", "share", 1.5)],
    },
]
