"""scikit-learn's own checks of an estimator; none is expected to fail for batch descent.

Stochastic and mini-batch descent pass all of them but one: rows with weight 2 and rows that
stand there twice are walked in different random orders, so their fits differ in the last digits
that the check asks for (CONTRACT 1 promises equality for objective, moments and batch paths).
"""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from steepest import GradientDescentClassifier, GradientDescentRegressor

# Stochastic descent at a constant rate hovers, and says so with a warning: it needs the falling
# rate to settle within the few digits that some checks ask for.
SETTLING = {"schedule": "inverse-time", "random_state": 0}
BATCH = [
    GradientDescentRegressor(),
    GradientDescentRegressor(loss="half_squared_error", standardize=False),
    GradientDescentRegressor(fit_intercept=False),
    # Its batches of 32 hold all rows of the check of sample weights, which makes it batch descent.
    GradientDescentRegressor(method="mini-batch", **SETTLING),
    GradientDescentRegressor(loss="huber", penalty="elasticnet"),
    GradientDescentClassifier(),
    GradientDescentClassifier(loss="softmax"),
    GradientDescentClassifier(loss="squared_hinge", penalty="l1"),
]
WALKING = [
    GradientDescentRegressor(method="mini-batch", batch_size=7, **SETTLING),
    GradientDescentRegressor(method="stochastic", **SETTLING),
]
ORDERS_DIFFER = {
    f"check_sample_weight_equivalence_on_{layout}_data": "rows are walked one by one"
    for layout in ("dense", "sparse")
}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(BATCH)
def test_check_of_batch_descent(estimator: Any, check: Any) -> None:
    check(clone(estimator))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@parametrize_with_checks(WALKING, expected_failed_checks=lambda estimator: ORDERS_DIFFER)
def test_check_of_stochastic_descent(estimator: Any, check: Any) -> None:
    check(clone(estimator))


@pytest.mark.parametrize("estimator", [GradientDescentRegressor(), GradientDescentClassifier()])
def test_the_defaults_have_no_known_failures(estimator: Any) -> None:
    from sklearn.utils.estimator_checks import check_estimator

    with pytest.warns() as caught:
        results = check_estimator(estimator, on_skip=None, on_fail=None)
    assert caught
    failed = [one["check_name"] for one in results if one["status"] not in ("passed", "skipped")]
    assert not failed
    assert len(results) > 50
