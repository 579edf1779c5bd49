"""Batches at a saddle: all rows stay, batches leave where they differ across the way, else not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from steepest import (
    InputError,
    batch_escapes,
    batch_escapes_figure,
    minimize,
    program_of,
)
from steepest.data.draws import epoch_order
from steepest.descent.crowds import wilson
from steepest.figures.figure import Line

jax = pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
jnp = jax.numpy

# Whole numbers and their mirror images: the two columns are uncorrelated exactly, so that on all
# rows the gradient across the second axis is exactly zero. Principal directions: the axes.
CORNERS = np.array([[3, 1], [2, 2], [4, 1], [1, 2], [3, 2], [2, 1], [4, 2], [3, 1]], dtype=float)
ROWS = np.concatenate([CORNERS, CORNERS * [1.0, -1.0], CORNERS * [-1.0, 1.0], -CORNERS])
LARGE, SMALL = (CORNERS**2).mean(axis=0)  # 8.5 and 2.5
START, RATE = [0.0, 0.3], 0.005


def unexplained(w: Any, rows: Any) -> Any:
    """Mean squared distance of rows from their image along w: least along the first direction."""
    C = rows.T @ rows / rows.shape[0]
    return jnp.trace(C) - 2.0 * w @ C @ w + (w @ w) * (w @ C @ w)


def loss_at(w: np.ndarray, rows: np.ndarray) -> float:
    return float(((rows - (rows @ w)[:, None] * w) ** 2).sum(axis=1).mean())


def gradient_at(w: np.ndarray, rows: np.ndarray) -> np.ndarray:
    C = rows.T @ rows / len(rows)
    return -4.0 * C @ w + 2.0 * (w @ C @ w) * w + 2.0 * (w @ w) * C @ w


def test_all_rows_come_to_the_saddle_and_it_is_called_one() -> None:
    """Curvatures by hand: 4 SMALL along the second direction, 2 (SMALL - LARGE) across it."""
    trace = minimize(unexplained, start=START, data=ROWS, learning_rate=RATE)
    assert trace.ending.name == "saddle"
    assert (trace.path[:, 0] == 0.0).all()
    assert trace["loss"][-1] == pytest.approx(LARGE)
    wanted = [2.0 * (SMALL - LARGE), 8.0 * SMALL]
    assert np.allclose(trace.metadata["critical"]["hessian_eigenvalues"], wanted, rtol=1e-6)
    assert "1 of 2 curvatures are negative" in trace.ending.sentence()
    assert "鞍点" in trace.ending.sentence("zh-CN")
    aside = minimize(unexplained, start=[1e-3, 0.3], data=ROWS, learning_rate=RATE)
    assert aside.ending.name == "converged"
    assert aside["loss"][-1] == pytest.approx(SMALL)


def test_a_maximum_is_called_one() -> None:
    trace = minimize(unexplained, start=[0.0, 0.0], data=ROWS)
    assert trace.ending.name == "maximum"


def simulated(seed: int, size: int, epochs: int, bound: float) -> int:
    """Return the update after which one run, written by hand, first falls below the bound."""
    w, update = np.array(START), 0
    for epoch in range(epochs):
        order = epoch_order(len(ROWS), seed, epoch)
        for first in range(0, len(ROWS), size):
            w = w - RATE * gradient_at(w, ROWS[order[first : first + size]])
            update += 1
            if loss_at(w, ROWS) < bound:
                return update
    return -1


@pytest.mark.parametrize("size", [1, 4, 12])  # 32 rows: 12 leaves a batch of 8
def test_every_lane_is_the_run_done_by_hand(size: int) -> None:
    found = batch_escapes(
        *(unexplained, START, ROWS),
        learning_rate=RATE,
        batch_size=size,
        epochs=40,
        runs=30,
        seed=7,
    )
    bound = LARGE - float(str(found.facts["depth"]))
    wanted = [simulated(7 + run, size, 40, bound) for run in range(30)]
    # a lane that passes the bound by a last bit may do so an update apart
    assert (np.abs(found.updates - wanted) <= 1).all()
    assert (found.updates == wanted).mean() > 0.9
    assert found.facts["plain_ending"] == "saddle"
    assert (found.low, found.high) == wilson(int((np.array(wanted) >= 0).sum()), 30)


def test_lanes_are_runs_of_minimize() -> None:
    found = batch_escapes(
        unexplained, START, ROWS, learning_rate=RATE, batch_size=4, rule="momentum", runs=3
    )
    bound = LARGE - float(str(found.facts["depth"]))
    for run, left in enumerate(found.updates):
        trace = minimize(
            *(unexplained,),
            start=START,
            data=ROWS,
            method="mini-batch",
            batch_size=4,
            learning_rate=RATE,
            rule="momentum",
            epochs=20,
            tolerance=0.0,
            seed=run,
        )
        losses = [loss_at(w, ROWS) for w in trace.updates["parameters"][1:, :, 0]]
        assert int(np.argmax(np.array(losses) < bound)) + 1 == left


def test_smaller_batches_leave_sooner_and_all_leave() -> None:
    medians = []
    for size in (1, 4, 16):
        found = batch_escapes(
            unexplained, START, ROWS, learning_rate=RATE, batch_size=size, epochs=100, runs=100
        )
        assert found.share == 1.0
        assert "(saddle, after" in found.sentence()
        medians.append(float(str(found.facts["median"])))
    assert medians[0] < medians[1] < medians[2]


def product(w: Any, batch: Any) -> Any:
    """Return the mean squared error of y = w0 w1 x."""
    x, y = batch
    return jnp.mean((w[0] * w[1] * x - y) ** 2)


def test_batches_that_do_not_differ_across_the_way_never_leave() -> None:
    """y = a b x from (1, -1): each batch's gradient is some number times (b, a), on the ridge."""
    x = np.random.default_rng(2).normal(size=40)
    data = (x, 2.0 * x + np.random.default_rng(3).normal(size=40))
    found = batch_escapes(
        product, [1.0, -1.0], data, learning_rate=0.05, batch_size=1, epochs=50, runs=100
    )
    assert found.facts["plain_ending"] == "saddle"
    assert (found.updates == -1).all()
    assert found.share == found.low == 0.0
    assert "none of the runs left" in found.sentence()
    assert "没有一次" in found.sentence("zh-CN")
    aside = batch_escapes(
        *(product, [1.0, -0.9], data),
        learning_rate=0.05,
        batch_size=1,
        epochs=50,
        runs=100,
        depth=-1.0,
    )
    assert aside.share == 1.0


def test_the_figure() -> None:
    program = program_of(unexplained, START, ROWS)
    found = [
        batch_escapes(program, None, None, learning_rate=RATE, batch_size=n, epochs=60, runs=50)
        for n in (1, 8)
    ]
    how: dict[str, Any] = {"learning_rate": RATE, "epochs": 60, "tolerance": 0.0}
    runs = [
        minimize(program, **how),
        minimize(program, method="mini-batch", batch_size=8, seed=1, **how),
    ]
    figure = batch_escapes_figure(found, runs, program)
    assert [row[:3] for row in figure.table.rows] == [
        (one.facts["batch_size"], 50, one.facts["escaped"]) for one in found
    ]
    lines = [one for one in figure.panels[1].layers if isinstance(one, Line)]
    labels = {one.label: one for one in lines if one.label}
    for one, label in zip(found, ("batches of 1", "batches of 8"), strict=True):
        line = labels[label]
        wanted = [100.0 * ((one.updates >= 0) & (one.updates <= at)).mean() for at in line.x]
        assert np.allclose(line.y, wanted)
    ways = [one for one in figure.panels[0].layers if isinstance(one, Line)]
    assert (ways[0].x == 0.0).all()
    assert len(ways[1].x) == 60 * 4 + 1
    figure.draw()
    assert "saddle" in figure.caption
    assert "鞍点" in batch_escapes_figure(found, runs, program, language="zh-CN").caption


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"batch_size": 32}, "batch_escapes_of_all"),
        ({"runs": 0}, "option_too_small"),
        ({"rule": "none"}, "unknown_choice"),
        ({"learning_rate": -1.0}, "rate_not_positive"),
        ({"learning_rate": "auto"}, "batch_escapes_needs_rate"),
        ({"learning_rate": "backtracking"}, "batch_escapes_needs_rate"),
    ],
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], name: str) -> None:
    with pytest.raises(InputError) as caught:
        batch_escapes(*(unexplained, START, ROWS), **{"learning_rate": RATE, **options})
    assert caught.value.name == name
