"""The tables that contestants work on, seeded, and the loss computed the same way for everybody."""

import numpy as np


def table(case):
    """Return X (n, d) and y (n,) of a case, seeded, in its dtype."""
    random = np.random.default_rng(case.get("seed", 0))
    dtype = np.dtype(case.get("dtype", "float64"))
    draw = random.standard_normal if case.get("normal", True) else random.random
    X = draw((case["rows"], case["columns"]), dtype=dtype)
    weights = random.standard_normal(case["columns"]).astype(dtype)
    return X, X @ weights + random.standard_normal(case["rows"], dtype=dtype)


def loss_of(X, y, coefficients, intercept):
    """Return the mean squared error, computed the same way for everybody."""
    sums = 0.0
    for start in range(0, len(X), 65_536):
        part = slice(start, start + 65_536)
        sums += float(((X[part] @ coefficients + intercept - y[part]) ** 2).sum())
    return sums / len(X)
