"""What is measured: sizes, contestants, how equal their work must be, and what is asked for."""

import statistics
import subprocess
import sys
import tempfile

import sparse_rows

_TWO = [{"threads": 1}, {"threads": 2}]


def _stochastic(rows, columns, asked, quick):
    return {
        "name": f"stochastic descent, {rows:,} x {columns}, 5 epochs",
        "case": {"rows": rows, "columns": columns, "rate": 0.02 / columns, "epochs": 5},
        "quick": {"rows": quick, "epochs": 3},
        "contestants": [("steepest_descent", {}), ("sklearn_descent", {})],
        # another random order hovers at a slightly different loss
        "equal": {"updates": 0.0, "loss": 0.05},
        "demands": [("steepest_descent", "sklearn_descent", "faster", asked)],
    }


def _further(rows, columns, asked, quick):
    """Return the same by the epoch: the difference of a fit of 15 epochs and one of 5."""
    return {
        **_stochastic(rows, columns, asked, quick),
        "name": f"10 further stochastic epochs, {rows:,} x {columns}",
        "quick": None,
        "contestants": [("steepest_further", {}), ("sklearn_further", {})],
        "demands": [("steepest_further", "sklearn_further", "faster", asked)],
    }


def _minibatch(size, torch_asked):
    return {
        "name": f"mini-batch descent of {size}, 200,000 x 20, 10 epochs",
        "case": {
            "rows": 200_000,
            "columns": 20,
            "method": "mini-batch",
            "batch_size": size,
            "rate": 0.005,
            "epochs": 10,
        },
        "quick": {"rows": 50_000, "epochs": 3},
        "contestants": [
            ("steepest_descent", {}),
            *(("torch_descent", one) for one in _TWO),
            ("jax_descent", {}),
        ],
        # JAX leaves out the shorter last batch, as `lax.scan` needs equal ones
        "equal": {"updates": 0.002, "loss": 0.02},
        "demands": [
            ("steepest_descent", "torch_descent", "faster", torch_asked),
            ("steepest_descent", "jax_descent", "faster", 20),
        ],
    }


def _gradient(rows, columns, dtype, asked):
    return {
        "name": f"one gradient, {rows:,} x {columns}, {dtype}",
        "case": {"rows": rows, "columns": columns, "dtype": dtype},
        "quick": {"rows": rows // 5} if dtype == "float64" else None,
        "contestants": [
            ("read_once", {}),
            ("steepest_gradient", {}),
            ("numpy_gradient", {}),
            *(("torch_gradient", one) for one in _TWO),
            ("jax_gradient", {}),
        ],
        "equal": {"norm": 1e-9 if dtype == "float64" else 2e-3},
        "demands": [
            ("steepest_gradient", "read_once", "share", asked),
            ("steepest_gradient", "numpy_gradient", "faster", 1),
            ("steepest_gradient", "torch_gradient", "faster", 1),
            ("steepest_gradient", "jax_gradient", "faster", 1),
        ],
        "repeats": 15,
    }


def _network(dtype):
    rivals = [
        ("torch_network", {"engine": how, "threads": threads})
        for how in ("loader", "autograd", "by hand")
        for threads in (1, 2)
    ]
    return {
        "name": f"one epoch of a 64-32-1 network, 100,000 x 20, mini-batch 128, {dtype}",
        "case": {
            "rows": 100_000,
            "columns": 20,
            "hidden": [64, 32],
            "batch_size": 128,
            "rate": 0.01,
            "epochs": 1,
            "dtype": dtype,
        },
        "quick": {"rows": 30_000} if dtype == "float32" else None,
        "contestants": [("steepest_network", {}), *rivals],
        # another random order ends at a slightly different loss
        "equal": {"updates": 0.0, "loss": 0.02},
        "demands": [
            ("steepest_network", "torch_network[loader]", "faster", 10),
            ("steepest_network", "torch_network[by hand]", "faster", 2),
        ],
        "repeats": 9,
    }


def _classes(rows, columns, asked, quick):
    return {
        "name": f"stochastic logistic regression with L2, {rows:,} x {columns}, 5 epochs",
        "case": {"rows": rows, "columns": columns, "rate": 0.02 / columns, "epochs": 5},
        "quick": {"rows": quick, "epochs": 3},
        "contestants": [("steepest_classes", {}), ("sklearn_classes", {})],
        # another random order hovers at a slightly different loss
        "equal": {"updates": 0.0, "value": 0.02},
        "demands": [("steepest_classes", "sklearn_classes", "faster", asked)],
    }


def _further_classes(rows, columns, asked, quick):
    return {
        **_classes(rows, columns, asked, quick),
        "name": f"10 further stochastic logistic epochs, {rows:,} x {columns}",
        "contestants": [("steepest_classes_further", {}), ("sklearn_classes_further", {})],
        "demands": [("steepest_classes_further", "sklearn_classes_further", "faster", asked)],
    }


def _narrow_classes(rows, columns, quick):
    """Return epochs over the same rows as float32 and as float64: half the bytes, no slower."""
    return {
        "name": f"stochastic logistic epochs of float32 rows, {rows:,} x {columns}",
        "case": {"rows": rows, "columns": columns, "rate": 0.02 / columns, "epochs": 5},
        "quick": {"rows": quick, "epochs": 3},
        "contestants": [
            ("steepest_classes", {"dtype": "float32"}),
            ("steepest_classes_wide", {"dtype": "float32"}),
        ],
        "equal": {"updates": 0.0, "value": 1e-6},
        "demands": [("steepest_classes", "steepest_classes_wide", "share", 1.1)],
    }


_LOGISTIC = [
    {
        "name": "logistic loss and gradient, 1,000,000 x 50",
        "case": {"rows": 1_000_000, "columns": 50},
        "quick": {"rows": 200_000},
        "contestants": [
            ("read_once", {}),
            ("steepest_logistic_gradient", {}),
            ("sklearn_logistic_gradient", {}),
            ("jax_logistic_gradient", {}),
        ],
        "equal": {"value": 1e-9, "norm": 1e-9},
        "demands": [
            ("steepest_logistic_gradient", "sklearn_logistic_gradient", "faster", 3),
            ("steepest_logistic_gradient", "jax_logistic_gradient", "faster", 4),
        ],
        "repeats": 15,
    },
    _classes(200_000, 100, 5, 50_000),
    _classes(500_000, 10, 5, 200_000),
    _further_classes(200_000, 100, 5, 50_000),
    _further_classes(500_000, 10, 5, 200_000),
    _narrow_classes(200_000, 100, 50_000),
    {
        "name": "logistic regression with L2 to 1e-6 of the optimum, 500,000 x 30",
        "case": {
            "rows": 500_000,
            "columns": 30,
            "tol": 3e-4,
            "tols": {"lbfgs": 1e-4, "saga": 5e-4},
        },
        "quick": {"rows": 100_000},
        "contestants": [
            ("steepest_optimum", {}),
            ("sklearn_optimum", {"solver": "lbfgs"}),
            ("sklearn_optimum", {"solver": "saga"}),
        ],
        "equal": {"value": 1e-6},
        "demands": [("steepest_optimum", "sklearn_optimum", "faster", 1)],
    },
]


WORKS = [
    *_LOGISTIC,
    *sparse_rows.WORKS,
    _network("float32"),
    _network("float64"),
    _stochastic(2_000_000, 2, 8, 400_000),
    _stochastic(500_000, 10, 8, 200_000),
    _stochastic(200_000, 100, 7, 50_000),
    _stochastic(50_000, 1000, 5, 10_000),
    _further(200_000, 100, 7, 50_000),
    _further(50_000, 1000, 5, 10_000),
    {
        **_stochastic(10_000, 20, 2, 10_000),
        "name": "whole stochastic fit, 10,000 x 20, 5 epochs",
        "repeats": 51,
    },
    _minibatch(32, 10),
    _minibatch(256, 5),
    _gradient(1_500_000, 100, "float64", 1.25),
    _gradient(4_000_000, 20, "float64", 1.25),
    _gradient(20_000_000, 2, "float64", 2),
    _gradient(1_500_000, 100, "float32", 1.4),
    _gradient(4_000_000, 20, "float32", 1.4),
    _gradient(20_000_000, 2, "float32", 2),
    {
        "name": "1,000 epochs of batch descent, 20,000,000 x 2, against one numpy gradient",
        "case": {"rows": 20_000_000, "columns": 2, "rate": 0.01, "epochs": 1000},
        "quick": {"rows": 4_000_000},
        "contestants": [
            ("steepest_batch", {}),
            ("steepest_batch_orthogonal", {}),
            ("steepest_batch_estimator", {}),
            ("numpy_gradient", {}),
        ],
        "equal": {"updates": 0.0, "loss": 1e-10},
        "demands": [
            ("steepest_batch", "numpy_gradient", "share", 1),
            ("steepest_batch_estimator", "numpy_gradient", "share", 1.5),
            ("steepest_batch_orthogonal", "numpy_gradient", "share", 2),
        ],
        "repeats": 15,
    },
    {
        "name": "1,000 epochs of batch descent, 1,000,000 x 50",
        "case": {"rows": 1_000_000, "columns": 50, "rate": 0.01, "epochs": 1000},
        "quick": {"rows": 100_000, "epochs": 300},
        "contestants": [("steepest_batch", {}), ("steepest_batch", {"engine": "pass"})],
        "equal": {"updates": 0.0, "loss": 1e-10},
        "demands": [("steepest_batch", "steepest_batch[pass]", "faster", 50)],
        "repeats": 3,
    },
    {
        "name": "recording the trace, 200,000 x 20, 50 epochs",
        "case": {"rows": 200_000, "columns": 20, "rate": 0.001, "epochs": 50},
        "quick": {"epochs": 20},
        "contestants": [("recorded_sweep", {}), ("bare_sweep", {})],
        "equal": {"updates": 0.0, "loss": 1e-9},
        "demands": [("recorded_sweep", "bare_sweep", "share", 1.05)],
        "repeats": 15,
    },
    {
        "name": "a 101 x 101 loss surface, 1,000,000 rows",
        "case": {"rows": 1_000_000, "columns": 1},
        "quick": {"rows": 50_000},
        "contestants": [("steepest_surface", {}), ("notes_surface", {})],
        "equal": {"mean": 1e-10, "corner": 1e-10},
        "demands": [("steepest_surface", "notes_surface", "faster", 3000)],
        "repeats": 3,
    },
]

_TINY = """
import time; started = time.perf_counter()
import numpy as np
from steepest import ArraySource, minimize
X = np.random.default_rng(0).normal(size=(100, 3))
minimize(ArraySource(X, X.sum(axis=1)[:, None]), epochs=100)
import sys
print(time.perf_counter() - started, "numba" in sys.modules)
"""
_COMPILED = """
import time; started = time.perf_counter()
import numpy as np
from steepest import ArraySource, minimize
X = np.random.default_rng(0).normal(size=(20_000, 3))
minimize(ArraySource(X, X.sum(axis=1)[:, None]), method="stochastic", epochs=5, learning_rate=0.01)
print(time.perf_counter() - started)
"""
_ESTIMATOR = """
import time
import sklearn.base, sklearn.utils.validation
started = time.perf_counter()
from steepest import GradientDescentRegressor
print(time.perf_counter() - started)
"""


def _run(program, environment=None):
    import os

    answer = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **(environment or {})},
    )
    return answer.stdout.split()


def _median(program, runs=7):
    return statistics.median(float(_run(program)[0]) for _ in range(runs))


def startup():
    """Return the start-up times, each the median of fresh processes."""
    _run(_COMPILED)
    with tempfile.TemporaryDirectory() as folder:
        cold = float(_run(_COMPILED, {"NUMBA_CACHE_DIR": folder})[0])
    loaded = _run(_TINY)[1]
    return [
        {
            "what": f"the functional core fits a 100 x 3 array (numba loaded: {loaded})",
            "seconds": _median(_TINY),
            "asked": "under 0.3, without numba",
        },
        {
            "what": "first compiled run, warm cache",
            "seconds": _median(_COMPILED),
            "asked": "under 0.7",
        },
        {"what": "first compiled run, cold cache", "seconds": cold, "asked": "under 5"},
        {
            "what": "the estimator, beyond importing scikit-learn",
            "seconds": _median(_ESTIMATOR),
            "asked": "under 0.1",
        },
    ]
