"""Stochastic and mini-batch descent: compiled, plain, and written as a loop over rows."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from plain_descent import (
    FACTORS,
    descend_plainly,
    design,
    gradient_of,
    loss_at,
    random_rows,
    shares,
    where_of,
)

from steepest import LOSSES, ArraySource, Trace, minimize
from steepest.data.draws import epoch_order
from steepest.descent import plan, sweep

N = 17
CASES = list(
    product(
        [1, 2, 3, 7, N],
        ["random", "given"],
        [("squared_error", 1), ("half_squared_error", 3), ("logistic", 2)],
        [True, False],
    )
)


@pytest.fixture(params=["plain", "compiled"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", -1 if request.param == "compiled" else 10**18)
    return request.param


def run(rows: ArraySource, size: int, **options: object) -> Trace:
    settings = {"engine": "sweep", "tolerance": 0.0, "record_all": True, "learning_rate": 0.02}
    return minimize(rows, method="mini-batch", batch_size=size, **{**settings, **options})


@pytest.mark.parametrize(("size", "order", "loss", "weighted"), CASES)
@pytest.mark.parametrize("intercept", [True, False])
def test_updates_equal_a_hand_written_loop(
    kernel: str,
    size: int,
    order: str,
    loss: tuple[str, int],
    weighted: bool,
    intercept: bool,
) -> None:
    name, targets = loss
    rows = random_rows(1, N, 3, targets, weighted=weighted, logistic=name == "logistic")
    where = where_of(rows, intercept=intercept, standardize=True)
    start = np.random.default_rng(0).normal(size=(3 + intercept, targets))
    epochs = 4
    wanted, running = descend_plainly(
        rows, where, start, [0.02] * epochs, size=size, order=order, seed=5, loss=name
    )
    trace = run(
        rows,
        size,
        loss=name,
        order=order,
        seed=5,
        epochs=epochs,
        intercept=intercept,
        coordinates=where,
        start=start,
    )
    per_epoch = -(-N // size)
    assert trace["updates"].tolist() == [e * per_epoch for e in range(epochs + 1)]
    assert trace.path == pytest.approx(wanted[::per_epoch], rel=1e-12, abs=1e-12)
    assert trace.updates["parameters"] == pytest.approx(wanted[:-1], rel=1e-12, abs=1e-12)
    assert trace["running_loss"][1:] == pytest.approx(running, rel=1e-12)
    assert np.isnan(trace["running_loss"][0])


@pytest.mark.parametrize(("size", "order", "loss", "weighted"), CASES)
def test_the_compiled_sweep_equals_the_plain_one(
    size: int,
    order: str,
    loss: tuple[str, int],
    weighted: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, targets = loss
    rows = random_rows(2, N, 4, targets, weighted=weighted, logistic=name == "logistic")
    for record_all in (True, False):
        found = []
        for visits in (10**18, -1):
            monkeypatch.setattr(plan, "PLAIN_UPDATES", visits)
            monkeypatch.setattr("steepest.descent.engines.UPDATE_POINTS", 5)
            options = {"loss": name, "order": order, "epochs": 30, "learning_rate": 0.01}
            found.append(run(rows, size, record_all=record_all, **options))
            assert record_all or len(found[-1].updates["update"]) <= 5
        plain, compiled = found
        # compiled runs are thinned further: what both kept is the same
        mine, theirs = (one.updates["update"] for one in (compiled, plain))
        common, here, there = np.intersect1d(mine, theirs, return_indices=True)
        assert len(common) >= 1
        assert not record_all or mine.tolist() == theirs.tolist()
        for key in ("parameters", "gradient", "batch"):
            got, want = compiled.updates[key][here], plain.updates[key][there]
            assert got == pytest.approx(want, rel=1e-12, abs=1e-12 * np.abs(want).max())
        assert compiled.path == pytest.approx(plain.path, rel=1e-12, abs=1e-12)
        running = plain["running_loss"][1:]
        assert compiled["running_loss"][1:] == pytest.approx(running, rel=1e-12)


@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("loss", ["squared_error", "logistic"])
def test_recorded_updates_hold_the_parameters_their_gradient_belongs_to(
    kernel: str, size: int, loss: str
) -> None:
    rows = random_rows(3, N, 3, 2, weighted=True, logistic=loss == "logistic")
    where = where_of(rows, intercept=True, standardize=True)
    trace = run(rows, size, loss=loss, epochs=3, seed=9, coordinates=where)
    A, share, per_epoch = design(rows, where), shares(rows), -(-N // size)
    updates = trace.updates
    assert updates["update"].tolist() == list(range(1, 3 * per_epoch + 1))
    after = np.concatenate([updates["parameters"][1:], trace.parameters[None]])
    for i, p in enumerate(updates["parameters"]):
        epoch, batch = divmod(i, per_epoch)
        chosen = epoch_order(N, 9, epoch)[batch * size : (batch + 1) * size].tolist()
        assert updates["batch"][i] == (chosen[0] if size == 1 else batch)
        _, gradient = gradient_of(A, rows.y, share, loss, p, chosen)
        assert updates["gradient"][i] == pytest.approx(gradient, rel=1e-11, abs=1e-12)
        step = p - 0.02 * updates["gradient"][i]
        assert after[i] == pytest.approx(step, rel=1e-14, abs=1e-15)


def test_same_seed_same_bits_and_another_seed_others(kernel: str) -> None:
    rows = random_rows(4, 50, 3, weighted=True)
    for size in (1, 8):
        one, two = (run(rows, size, seed=3, epochs=20) for _ in range(2))
        assert one.path.tobytes() == two.path.tobytes()
        assert one["running_loss"].tobytes() == two["running_loss"].tobytes()
        assert not np.array_equal(one.parameters, run(rows, size, seed=4, epochs=20).parameters)


def test_an_epochs_order_does_not_depend_on_how_many_epochs_are_run(kernel: str) -> None:
    rows = random_rows(5, 20, 2)
    short, long = (run(rows, 1, epochs=e) for e in (3, 9))
    assert short.updates["batch"].tolist() == long.updates["batch"][:60].tolist()
    assert np.array_equal(short.path, long.path[:4])
    orders = long.updates["batch"].reshape(9, 20)
    assert len({tuple(order) for order in orders.tolist()}) == 9
    assert all(sorted(order) == list(range(20)) for order in orders.tolist())


def test_what_is_recorded_changes_no_bit_of_the_run(
    kernel: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = random_rows(6, 40, 5, weighted=True)
    for size in (1, 3):
        whole = run(rows, size, epochs=25)
        for kept in (7, 50, 10_000):
            monkeypatch.setattr("steepest.descent.engines.UPDATE_POINTS", kept)
            thinned = run(rows, size, epochs=25, record_all=False)
            assert len(thinned.updates["update"]) <= kept
            assert thinned.path.tobytes() == whole.path.tobytes()
            assert thinned["running_loss"].tobytes() == whole["running_loss"].tobytes()


def test_updates_are_evenly_thinned_within_their_budget(kernel: str) -> None:
    rows = random_rows(7, 500, 1)
    trace = run(rows, 1, epochs=50, record_all=False, learning_rate=0.001)
    assert trace["updates"][-1] == 25_000
    kept = trace.updates["update"]
    assert len(kept) <= 10_000
    # compiled rows take nanoseconds, and recording is to cost them 2 % at the most
    assert len(kept) > (5_000 if kernel == "plain" else 2)
    assert kept[0] == 1
    assert len(set(np.diff(kept))) == 1


def test_squared_errors_are_evaluated_at_every_epoch_and_others_at_some() -> None:
    rows = random_rows(8, 30, 2)
    exact = run(rows, 4, epochs=50, learning_rate="auto")
    where = where_of(rows, intercept=True, standardize=False)
    for i, p in enumerate(exact.path):
        wanted = loss_at(rows, where, "squared_error", p)
        assert exact["loss"][i] == pytest.approx(wanted, rel=1e-8)
    rows = random_rows(8, 30, 2, logistic=True)
    where = where_of(rows, intercept=True, standardize=False)
    some = run(rows, 4, epochs=50, loss="logistic", validation=rows)
    known = np.flatnonzero(~np.isnan(some["loss"]))
    assert known.tolist() == [0, 50]
    for i in known:
        wanted = loss_at(rows, where, "logistic", some.path[i])
        assert some["loss"][i] == pytest.approx(wanted, rel=1e-12)
        assert some["validation_loss"][i] == pytest.approx(wanted, rel=1e-12)
    assert np.isfinite(some["running_loss"][1:]).all()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16, 20])
def test_an_epoch_is_ceil_n_over_batch_updates(size: int) -> None:
    trace = run(random_rows(9, 20, 2), size, epochs=6)
    assert trace["updates"][-1] == 6 * -(-20 // size)


def test_sweep_with_one_batch_of_all_rows_is_batch_descent(kernel: str) -> None:
    rows = random_rows(10, 20, 3, 2, weighted=True)
    sweeps = run(rows, 20, epochs=30, learning_rate=0.01, order="given")
    batch = minimize(rows, epochs=30, learning_rate=0.01, tolerance=0.0)
    assert sweeps.path == pytest.approx(batch.path, rel=1e-11, abs=1e-11)


def test_stochastic_is_mini_batch_of_one() -> None:
    rows = random_rows(11, 20, 2)
    one = minimize(rows, method="stochastic", epochs=5, tolerance=0.0)
    two = minimize(rows, method="mini-batch", batch_size=1, epochs=5, tolerance=0.0)
    assert one.path.tobytes() == two.path.tobytes()


@pytest.mark.parametrize("schedule", ["inverse-time", "step", "cosine"])
def test_scheduled_sweeps_equal_the_plain_loop(kernel: str, schedule: str) -> None:
    rows = random_rows(12, N, 2)
    where = where_of(rows, intercept=True, standardize=False)
    rates = [0.01 * FACTORS[schedule](e, 20) for e in range(20)]
    wanted, _ = descend_plainly(rows, where, np.zeros((3, 1)), rates, size=3, order="random")
    trace = run(rows, 3, epochs=20, learning_rate=0.01, schedule=schedule)
    assert trace.path == pytest.approx(wanted[::6], rel=1e-11, abs=1e-12)
    assert trace["rate"][1:] == pytest.approx(rates, rel=1e-14)


def test_orders_made_ahead_are_those_of_their_epochs(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = sweep.OrdersAhead(5_000, seed=3)
    for epoch in (0, 1, 2, 2, 1, 7, 8, 9):  # an epoch that is run again, and one left out
        assert np.array_equal(ahead.of(epoch, last=9), epoch_order(5_000, 3, epoch))


def test_shuffling_ahead_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    rows = ArraySource(random.normal(size=(3_000, 3)), random.normal(size=(3_000, 1)))
    monkeypatch.setattr(plan, "PLAIN_UPDATES", 0)
    monkeypatch.setattr(sweep, "available_cores", lambda: 2)
    paths = []
    for least in (10**9, 1):
        monkeypatch.setattr(sweep, "_SHUFFLED_AHEAD", least)
        trace = minimize(
            rows, method="stochastic", learning_rate=0.01, epochs=4, tolerance=0.0, seed=5
        )
        paths.append(trace.path.tobytes())
    assert paths[0] == paths[1]


def test_nothing_is_compiled_while_the_clock_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """``begin`` has called every kernel that ``advance`` calls, with the same types."""
    from steepest.descent import sweep_kernel

    random = np.random.default_rng(0)
    monkeypatch.setattr(plan, "PLAIN_UPDATES", 0)
    for size, targets in ((1, 1), (7, 1), (7, 2)):
        rows = ArraySource(random.normal(size=(50, 3)), random.normal(size=(50, targets)))
        engine = sweep.SweepEngine(
            rows, LOSSES["squared_error"], True, None, True, np.zeros((4, targets)), 0.01, size
        )
        kernel = (
            sweep_kernel.general_kernel(0)
            if targets > 1
            else sweep_kernel.single_kernel(0, 3)
            if size == 1
            else sweep_kernel.batch_kernel(0)
        )
        state = engine.begin()
        known = set(kernel.signatures)
        assert known
        after, _, _ = engine._run(state, engine.updates_per_epoch, record=True)
        assert set(kernel.signatures) == known
        assert not np.array_equal(after.parameters, state.parameters)
