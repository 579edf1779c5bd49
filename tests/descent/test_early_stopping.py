"""Early stopping: at the epoch the contract says, with the parameters of the lowest loss."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import (
    ArraySource,
    GradientDescentClassifier,
    GradientDescentRegressor,
    InputError,
    minimize,
)
from steepest.descent.loop import IMPROVEMENT

random = np.random.default_rng(3)
X = random.normal(size=(40, 25))
Y = X[:, :1] + 2.0 * random.normal(size=(40, 1))
BESIDE = random.normal(size=(300, 25))
ROWS = ArraySource(X, Y)
VALIDATION = ArraySource(BESIDE, BESIDE[:, :1] + 2.0 * random.normal(size=(300, 1)))


def stop_by_hand(losses: np.ndarray, patience: int) -> tuple[int, int]:
    """Return the epoch at which patience ends, and that of the last improvement."""
    lowest, at, idle = losses[0], 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < lowest * (1.0 - IMPROVEMENT):
            lowest, at, idle = losses[epoch], epoch, 0
        else:
            idle += 1
        if idle == patience:
            return epoch, at
    return len(losses) - 1, at


@pytest.mark.parametrize("patience", [1, 4, 20])
@pytest.mark.parametrize(
    "way",
    [
        {},  # moments, in stretches of many epochs
        {"engine": "pass"},
        {"learning_rate": "backtracking"},
        {"method": "mini-batch"},
        {"method": "stochastic", "learning_rate": 0.001},
        {"loss": "huber"},
    ],
    ids=str,
)
def test_it_stops_where_the_whole_run_shows_it(patience: int, way: dict) -> None:
    options = {"validation": VALIDATION, "tolerance": 0.0, "epochs": 400, **way}
    whole = minimize(ROWS, record_all=True, patience=400, **options)
    trace = minimize(ROWS, record_all=True, patience=patience, **options)
    epoch, best = stop_by_hand(whole["validation_loss"], patience)
    assert trace.ending.name == "early_stopped"
    assert (trace["epoch"][-1], trace.ending.facts["best_epoch"]) == (epoch, best)
    assert trace.parameters == pytest.approx(whole.path[best], rel=1e-12, abs=1e-14)
    assert trace.ending.facts["best_loss"] == pytest.approx(whole["validation_loss"][best])
    assert f"after epoch {best:,}" in trace.ending.sentence()


def test_patience_needs_validation_rows() -> None:
    with pytest.raises(InputError) as caught:
        minimize(ROWS, patience=3)
    assert caught.value.name == "patience_without_rows"


def test_estimators_take_their_own_rows_and_keep_the_best() -> None:
    seen: list[float] = []
    model = GradientDescentRegressor(early_stopping=True, tol=None)
    pair = (VALIDATION.X, VALIDATION.y[:, 0])
    model.fit(X, Y[:, 0], validation=pair, watch=lambda row: seen.append(row["epoch"]))
    assert model.ending_ == "early_stopped"
    assert seen[-1] == model.n_iter_
    errors = model.predict(VALIDATION.X) - VALIDATION.y[:, 0]
    assert (errors**2).mean() == pytest.approx(model.trace_["validation_loss"].min(), rel=1e-3)
    labels = np.where(Y[:, 0] > 0.0, "up", "down")
    classes = GradientDescentClassifier(early_stopping=True)
    classes.fit(
        X, labels, validation=(VALIDATION.X, np.where(VALIDATION.y[:, 0] > 0, "up", "down"))
    )
    assert classes.ending_ == "early_stopped"
    with pytest.raises(InputError, match="'sideways'"):
        classes.fit(X, labels, validation=(X, ["sideways"] * 40))
