"""Contestants that fit two classes: one gradient, stochastic epochs, time to the optimum."""

import time
import warnings

import numpy as np
from tables import table

L2 = 1e-4


def labelled(case):
    """Return X (n, d), y (n,) of 0 and 1 that a noisy plane parts, and parameters to look at."""
    X, y = table(case)
    signs = (y > 0.0).astype(X.dtype)
    return X, signs, np.linspace(-1.0, 1.0, X.shape[1]).astype(X.dtype) / X.shape[1]


def objective_at(X, y, coefficients, intercept, l2=L2):
    """Return mean logistic loss and penalty, computed the same way for everybody."""
    scores = X @ coefficients + intercept
    loss = float((np.logaddexp(0.0, scores) - y * scores).mean())
    return loss + 0.5 * l2 * float(coefficients @ coefficients)


def steepest_logistic_gradient(case):
    """Return loss and gradient by our fused pass."""
    from steepest import LOSSES, ArraySource, LinearObjective

    X, y, w = labelled(case)
    objective = LinearObjective(ArraySource(X, y[:, None]), LOSSES["logistic"], False)

    def work():
        value, gradient = objective.value_and_gradient(w[:, None])
        return lambda: {"value": value, "norm": float(np.linalg.norm(gradient))}

    return work


def sklearn_logistic_gradient(case):
    """Return both by scikit-learn's own loss module, on two threads."""
    from sklearn._loss import HalfBinomialLoss
    from sklearn.linear_model._linear_loss import LinearModelLoss

    X, y, w = labelled(case)
    loss = LinearModelLoss(base_loss=HalfBinomialLoss(), fit_intercept=False)

    def work():
        value, gradient = loss.loss_gradient(w, X, y, n_threads=2)
        return lambda: {"value": float(value), "norm": float(np.linalg.norm(gradient))}

    return work


def jax_logistic_gradient(case):
    """Return both by JAX's compiled value-and-gradient."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    X, y, w = (jnp.asarray(one) for one in labelled(case))

    def loss(w, X, y):
        scores = X @ w
        return (jnp.logaddexp(0.0, scores) - y * scores).mean()

    both = jax.jit(jax.value_and_grad(loss))

    def work():
        value, gradient = both(w, X, y)
        gradient.block_until_ready()
        return lambda: {"value": float(value), "norm": float(jnp.linalg.norm(gradient))}

    return work


def steepest_classes(case):
    """Run stochastic descent through our classifier."""
    from steepest import GradientDescentClassifier

    X, y, _ = labelled(case)
    if case.get("wide"):
        X = X.astype("float64")

    def work():
        model = GradientDescentClassifier(
            alpha=L2,
            method="stochastic",
            learning_rate=case["rate"],
            max_iter=case["epochs"],
            tol=None,
            standardize=False,
            random_state=0,
        ).fit(X, y)
        updates = model.trace_.ending.facts["updates"]
        numbers = (X, y, model.coef_[0], model.intercept_[0])
        return lambda: {"value": objective_at(*numbers), "updates": updates}

    return work


def steepest_classes_wide(case):
    """Run the same on the same rows as float64."""
    return steepest_classes({**case, "wide": True})


def sklearn_classes(case):
    """Run scikit-learn's SGDClassifier on the same objective at the same rate."""
    from sklearn.linear_model import SGDClassifier

    X, y, _ = labelled(case)

    def work():
        model = SGDClassifier(
            loss="log_loss",
            alpha=L2,
            learning_rate="constant",
            eta0=case["rate"],
            max_iter=case["epochs"],
            tol=None,
            random_state=0,
        ).fit(X, y)
        numbers = (X, y, model.coef_[0], model.intercept_[0])
        return lambda: {"value": objective_at(*numbers), "updates": int(model.t_ - 1)}

    return work


def steepest_classes_further(case):
    """Time 10 further epochs: a whole fit of 15 less one of 5, without what a fit does once."""
    return further(steepest_classes, case)


def sklearn_classes_further(case):
    """Time 10 further epochs of SGDClassifier in the same way."""
    return further(sklearn_classes, case)


def further(contestant, case):
    """Return the work of a contestant's epochs 6 to 15."""
    short, long = (contestant({**case, "epochs": count}) for count in (5, 15))

    def work():
        started = time.perf_counter()
        short()
        once = time.perf_counter() - started
        check = long()
        return lambda: {**check(), "take_off": 2.0 * once}

    return work


def steepest_optimum(case):
    """Go to the optimum by tested steps, until the objective is within 1e-6 of it."""
    from steepest import GradientDescentClassifier

    X, y, _ = labelled(case)

    def work():
        model = GradientDescentClassifier(
            alpha=L2, learning_rate="backtracking", tol=case["tol"], standardize=False
        ).fit(X, y)
        return lambda: {"value": objective_at(X, y, model.coef_[0], model.intercept_[0])}

    return work


def sklearn_optimum(case):
    """Do the same by one of scikit-learn's solvers, stopped where it is as near."""
    from sklearn.linear_model import LogisticRegression

    X, y, _ = labelled(case)

    def work():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = LogisticRegression(
                C=1.0 / (L2 * len(X)),
                solver=case["solver"],
                tol=case["tols"][case["solver"]],
                max_iter=1000,
            ).fit(X, y)
        return lambda: {"value": objective_at(X, y, model.coef_[0], model.intercept_[0])}

    return work
