"""``partial_fit`` over loss, penalty, rule, batch, rate, weights: sparse parts equal dense ones.

All pairs of values; the long form takes every combination of them.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning
from test_every_combination import FACTORS, pairwise_rows
from test_sparse_rows import both

from steepest import LOSSES, GradientDescentClassifier, GradientDescentRegressor, InputError

NAMES = ("loss", "penalty", "rule", "size", "rate", "weighted")
PAIRS = [row for row in dict.fromkeys(row[:6] for row in pairwise_rows()) if row[3] is not None]
# The kernels of these are compiled for test_sparse_rows.py and test_partial_fit.py.
SHORT = [row for row in PAIRS if row[0] in ("squared_error", "absolute")]


def outcome(loss: str, options: dict[str, Any], X: Any, y: Any, weight: Any) -> Any:
    """Two calls, the second of rows laid out densely; coefficients or the name of the refusal."""
    kind = GradientDescentRegressor
    more: dict[str, Any] = {}
    if LOSSES[loss].task != "numbers":
        kind, more = GradientDescentClassifier, {"classes": np.unique(y)}
    model = kind(loss=loss, alpha=0.05, standardize=False, **options)
    for part in (slice(0, 49), slice(49, None)):
        share = {} if weight is None else {"sample_weight": weight[part]}
        try:
            model.partial_fit(X[part], y[part], **more, **share)
        except (InputError, ConvergenceWarning) as refused:
            return getattr(refused, "name", "diverged")
    return np.append(np.ravel(model.coef_), model.intercept_)


def check(loss: str, penalty: str, rule: str, size: int, rate: Any, weighted: bool) -> str:
    dense, _ = both(loss, weighted=weighted)
    y = dense.y.argmax(axis=1) if LOSSES[loss].domain == "shares" else dense.y[:, 0]
    options = {"penalty": penalty, "rule": rule, "learning_rate": rate, "batch_size": size}
    options["method"] = "stochastic" if size == 1 else "mini-batch"
    if rate == 0.01:
        options["learning_rate"] = 0.001
    known = outcome(loss, options, dense.X, y, dense.weight)
    found = outcome(loss, options, csr_array(dense.X), y, dense.weight)
    if isinstance(known, str):
        assert found == known
        return known
    np.testing.assert_allclose(found, known, rtol=1e-9, atol=1e-11)
    return ""


@pytest.mark.parametrize("row", SHORT, ids=lambda row: "-".join(map(str, row)))
def test_pairs_of_parts_are_those_of_dense_rows(row: tuple[Any, ...]) -> None:
    assert check(*row) != "diverged"


@pytest.mark.long
@pytest.mark.parametrize("loss", LOSSES)
def test_all_parts_are_those_of_dense_rows(loss: str) -> None:
    factors = [FACTORS[name] for name in NAMES[1:]]
    for row in product(*factors):
        if row[2] is not None:
            assert check(loss, *row) != "diverged"
