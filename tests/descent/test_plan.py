"""The plan: the engine that fits, and its arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from steepest import LOSSES, ArraySource, minimize, sentence
from steepest.descent.plan import plan_of


@pytest.mark.parametrize(
    ("loss", "size", "engine", "reads"),
    [
        ("squared_error", 10_000_000, "moments", 1.0),
        ("logistic", 10_000_000, "pass", 1003.0),
        ("squared_error", 32, "sweep", 1002.0),
        ("logistic", 1, "sweep", 1002.0),
    ],
)
def test_engine_and_reads(loss: str, size: int, engine: str, reads: float) -> None:
    plan = plan_of(
        10_000_000,
        20,
        loss=LOSSES[loss],
        method="batch",
        batch_size=size,
        epochs=1000,
        cores=2,
    )
    assert (plan.engine, plan.reads, plan.threads) == (engine, reads, 2)
    assert plan.compiled
    assert plan.read_bytes == reads * 10_000_000 * 21 * 8
    assert "10,000,000" in plan.sentence()


def test_small_tables_stay_in_numpy() -> None:
    loss = LOSSES["squared_error"]
    plan = plan_of(100, 3, loss=loss, method="stochastic", batch_size=1, epochs=10)
    assert not plan.compiled
    assert plan.threads == 1


def test_every_trace_carries_its_plan() -> None:
    rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    for method in ("batch", "mini-batch", "stochastic"):
        trace = minimize(rows, method=method, epochs=2)
        told = trace.metadata["plan"]
        assert "rows" in sentence(told["phrase"], told["facts"])
