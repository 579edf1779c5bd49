"""Every run ends in exactly one way, and the way it says is the way it was."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_descent import FACTORS, design, hessian, loss_at, random_rows, where_of

from steepest import ArraySource, Coordinates, InputError, Trace, minimize
from steepest.descent import plan

POINTS = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
ENGINES = ["moments", "pass"]
SEEDS = st.integers(0, 10**6)
RAW = Coordinates(np.zeros(1), np.ones(1), False)


def gradient_norm(rows: ArraySource, where: Coordinates, p: np.ndarray) -> float:
    A = design(rows, where)
    return float(np.linalg.norm(2.0 * A.T @ (A @ p - rows.y) / rows.rows))


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("far", [0.0, 100.0, "near"])
@pytest.mark.parametrize("tolerance", [1e-3, 1e-8])
def test_converged_at_the_first_epoch_below_the_tolerance(
    engine: str, far: float | str, tolerance: float
) -> None:
    """The scale is the larger of the gradient norms at the start and at zero parameters."""
    rows = random_rows(1, 30, 2)
    where = where_of(rows, intercept=True, standardize=True)
    A = design(rows, where)
    optimum = np.linalg.lstsq(A, rows.y, rcond=None)[0]
    start = optimum + 1e-2 if far == "near" else np.full((3, 1), float(far))
    trace = minimize(
        rows, coordinates=where, start=start, engine=engine, tolerance=tolerance, learning_rate=0.1
    )
    zero, first = (gradient_norm(rows, where, p) for p in (np.zeros((3, 1)), start))
    norms = [gradient_norm(rows, where, p) for p in trace.path]
    limit = tolerance * max(zero, first)
    assert trace.ending.name == "converged"
    assert norms[-1] <= limit * (1 + 1e-6)
    assert all(norm > limit * (1 - 1e-6) for norm in norms[:-1])
    assert trace.ending.facts["gradient_scale"] == pytest.approx(max(zero, first), rel=1e-10)
    assert (far == "near") == (zero > first)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_start_at_the_optimum_has_converged_without_an_update(engine: str) -> None:
    trace = minimize(POINTS, intercept=False, start=[[2.0]], engine=engine)
    assert trace.ending.name == "converged"
    assert trace["updates"].tolist() == [0.0]
    assert trace.ending.sentence()


def test_stochastic_descent_converges_where_all_rows_agree() -> None:
    trace = minimize(POINTS, intercept=False, method="stochastic", epochs=500, tolerance=1e-6)
    assert trace.ending.name == "converged"
    assert gradient_norm(POINTS, RAW, trace.parameters) <= 1e-6 * gradient_norm(
        POINTS, RAW, np.zeros((1, 1))
    )


@pytest.mark.parametrize(
    "options",
    [
        {"engine": "moments", "learning_rate": 0.001, "epochs": 5000},
        {"engine": "pass", "learning_rate": 0.001, "epochs": 5000},
        {"method": "mini-batch", "batch_size": 8, "epochs": 500},
    ],
)
@pytest.mark.parametrize("share", [0.9, 0.3, 0.11])
def test_target_loss_stops_at_the_first_epoch_below(options: dict, share: float) -> None:
    rows = random_rows(2, 40, 2)
    where = where_of(rows, intercept=True, standardize=False)
    first = loss_at(rows, where, "squared_error", np.zeros((3, 1)))
    best = np.linalg.lstsq(design(rows, where), rows.y, rcond=None)[0]
    floor = loss_at(rows, where, "squared_error", best)
    target = floor + share * (first - floor)
    trace = minimize(rows, target_loss=target, **options)
    losses = [loss_at(rows, where, "squared_error", p) for p in trace.path]
    assert trace.ending.name == "target_loss_reached"
    assert losses[-1] <= target
    assert all(loss > target for loss in losses[:-1])
    assert losses[-1] == pytest.approx(
        loss_at(rows, where, "squared_error", trace.parameters), rel=1e-12
    )


def test_target_loss_stops_stochastic_descent_at_a_given_rate_as_soon() -> None:
    options = {"intercept": False, "method": "stochastic", "learning_rate": 0.01, "epochs": 100}
    trace = minimize(POINTS, target_loss=1.0, record_all=True, **options)
    losses = [loss_at(POINTS, RAW, "squared_error", p) for p in trace.path]
    assert trace.ending.name == "target_loss_reached"
    assert losses[-1] <= 1.0
    assert all(loss > 1.0 for loss in losses[:-1])


@pytest.mark.parametrize("epochs", [0, 1, 63, 64, 65, 200])
@pytest.mark.parametrize("options", [{"engine": "moments"}, {"engine": "pass"}, {"size": 4}])
def test_epochs_used_up_after_exactly_as_many(epochs: int, options: dict) -> None:
    settings_ = dict(options)
    if "size" in settings_:
        settings_ = {"method": "mini-batch", "batch_size": settings_["size"]}
    rows = random_rows(3, 10, 2)
    trace = minimize(rows, epochs=epochs, learning_rate=1e-4, tolerance=0.0, **settings_)
    assert trace.ending.name == "epochs_used_up"
    assert trace["epoch"].tolist() == list(range(epochs + 1))
    assert trace["updates"][-1] == epochs * (3 if "size" in options else 1)
    assert len(trace.path) == epochs + 1
    assert math.isfinite(trace["loss"][-1])


@pytest.mark.parametrize("engine", ENGINES)
def test_without_tolerance_batch_descent_runs_on_until_no_bit_changes(engine: str) -> None:
    rows = random_rows(4, 20, 2)
    where = where_of(rows, intercept=True, standardize=True)
    options = {"coordinates": where, "engine": engine, "tolerance": 0.0, "record_all": True}
    trace = minimize(rows, epochs=20_000, **options)
    assert trace.ending.name == "stalled"
    assert "no bit" in trace.ending.sentence()
    if engine == "pass":
        assert np.array_equal(trace.path[-1], trace.path[-2])
    best = np.linalg.lstsq(design(rows, where), rows.y, rcond=None)[0]
    assert trace.parameters == pytest.approx(best, rel=1e-13)
    longer = minimize(rows, epochs=40_000, **options)
    assert longer["epoch"][-1] == trace["epoch"][-1]
    assert np.array_equal(longer.parameters, trace.parameters)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_bit_changes_is_noticed_where_the_optimum_is_zero(engine: str) -> None:
    """The way left shrinks to the smallest number there is, and then stays."""
    rows = ArraySource(POINTS.X, np.zeros((3, 1)))
    trace = minimize(
        rows,
        intercept=False,
        start=[[1.0]],
        learning_rate=0.01,
        tolerance=0.0,
        epochs=20_000,
        engine=engine,
        record_all=True,
    )
    same = int(np.argmax(np.diff(trace.path[:, 0, 0]) == 0.0))
    assert trace.ending.name == "stalled", f"no bit changed after epoch {same}"


def test_stochastic_descent_stalls_when_no_bit_changes() -> None:
    trace = minimize(POINTS, intercept=False, method="stochastic", tolerance=0.0, epochs=5000)
    assert trace.ending.name == "stalled"
    assert np.array_equal(trace.path[-1], trace.path[-2])


def idle_epoch(losses: np.ndarray) -> int | None:
    """The epoch at which 10 epochs have not bettered the best loss by 1e-4 of itself."""
    best, waited = losses[0], 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < best * (1.0 - 1e-4):
            best, waited = losses[epoch], 0
        else:
            waited += 1
        if waited == 10:
            return epoch
    return None


@pytest.mark.parametrize("seed", range(6))
def test_stochastic_descent_that_hovers_stalls_after_ten_idle_epochs(seed: int) -> None:
    rows = random_rows(seed, 40, 2)
    options = {"method": "stochastic", "seed": seed, "epochs": 400}
    trace = minimize(rows, **options)
    watched = minimize(rows, tolerance=0.0, **options)
    assert trace.ending.name == "stalled"
    assert "10 epochs" in trace.ending.sentence()
    assert trace["epoch"][-1] == idle_epoch(watched["loss"])


def test_slow_but_steady_improvement_is_no_stall() -> None:
    """A fall of about 3e-5 an epoch is one of 3e-4 in ten. Both batches hold the same rows."""
    z = np.linalg.qr(np.random.default_rng(0).normal(size=(10, 2)))[0] * math.sqrt(10.0)
    half = ArraySource(z * [1.0, 3e-3], 10.0 * z[:, 1:])
    rows = ArraySource(np.tile(half.X, (2, 1)), np.tile(half.y, (2, 1)))
    options = {
        "method": "mini-batch",
        "batch_size": 10,
        "order": "given",
        "intercept": False,
        "epochs": 200,
    }
    trace = minimize(rows, **options)
    watched = minimize(rows, tolerance=0.0, **options)["loss"]
    falls = 1.0 - watched[10:] / watched[:-10]
    assert 1e-4 < falls.min() <= falls.max() < 1e-3
    assert idle_epoch(watched) is None
    assert trace.ending.name == "epochs_used_up"


def test_stochastic_descent_without_tolerance_never_stalls_by_hovering() -> None:
    trace = minimize(random_rows(0, 40, 2), method="stochastic", epochs=400, tolerance=0.0)
    assert trace.ending.name == "epochs_used_up"


@pytest.mark.parametrize("seed", [3, 8, 27, 28])
@pytest.mark.parametrize("loss", ["logistic", "squared_error"])
def test_descent_whose_recorded_loss_still_falls_has_not_stalled(seed: int, loss: str) -> None:
    """Where the whole loss is evaluated now and then, it must not be measured against the
    running loss of the epochs between."""
    random = np.random.default_rng(seed)
    X = random.normal(size=(30, 10))
    score = X @ random.normal(size=(10, 1)) + 2.0 * random.normal(size=(30, 1))
    rows = ArraySource(X, (score > 0.0).astype(float))
    trace = minimize(
        rows, loss=loss, method="stochastic", learning_rate=0.01, epochs=300, seed=seed
    )
    assert trace.ending.name == "epochs_used_up"


# --- diverged -----------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("factor", [1.01, 1.5, 10.0, 1e6])
@pytest.mark.parametrize("far", [0.0, 30.0, "near"])
def test_divergence_is_named_at_its_first_update_and_the_best_point_is_kept(
    engine: str, factor: float, far: float | str
) -> None:
    """Beyond a thousand times the larger of the losses at the start and at zero parameters."""
    rows = random_rows(5, 20, 2)
    where = where_of(rows, intercept=True, standardize=False)
    optimum = np.linalg.lstsq(design(rows, where), rows.y, rcond=None)[0]
    rate = factor * 2.0 / np.linalg.eigvalsh(hessian(rows, where))[-1]
    start = optimum + 0.01 if far == "near" else np.full((3, 1), float(far))
    trace = minimize(rows, learning_rate=rate, start=start, engine=engine, epochs=20_000)
    losses = np.array([loss_at(rows, where, "squared_error", p) for p in trace.path])
    zero = loss_at(rows, where, "squared_error", np.zeros((3, 1)))
    limit = 1e3 * max(losses[0], zero)
    assert trace.ending.name == "diverged"
    assert losses[-1] > limit
    assert (losses[:-1] <= limit).all()
    assert trace.ending.facts["update"] == len(losses) - 1 == trace.ending.facts["epochs"]
    best = int(np.argmin(losses))
    assert np.array_equal(trace.parameters, trace.path[best])
    assert trace.ending.facts["best_epoch"] == best
    assert trace.ending.facts["best_loss"] == pytest.approx(losses[best], rel=1e-9)
    stable = 2.0 / np.linalg.eigvalsh(hessian(rows, where))[-1]
    assert f"{stable:.6g}" in trace.ending.sentence()


@pytest.mark.parametrize("visits", [10**18, -1])
@pytest.mark.parametrize("size", [1, 3, 7])
@pytest.mark.parametrize("factor", [3.0, 10.0, 100.0])
@pytest.mark.parametrize("order", ["random", "given"])
def test_stochastic_divergence_is_named_at_its_first_update(
    visits: int, size: int, factor: float, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", visits)
    for seed in range(4):
        rows = random_rows(seed, 40, 3)
        where = where_of(rows, intercept=True, standardize=True)
        problem = {
            "coordinates": where,
            "method": "mini-batch",
            "batch_size": size,
            "order": order,
            "seed": seed,
            "epochs": 1000,
        }
        stable = minimize(rows, **{**problem, "epochs": 0}).metadata["largest_stable_rate"]
        trace = minimize(rows, learning_rate=factor * stable, record_all=True, **problem)
        if trace.ending.name != "diverged":
            continue
        points = np.concatenate([trace.updates["parameters"], trace.path[-1:]])
        with np.errstate(all="ignore"):
            losses = np.array([loss_at(rows, where, "squared_error", p) for p in points])
        limit = 1e3 * max(losses[0], loss_at(rows, where, "squared_error", np.zeros((4, 1))))
        updates = -(-40 // size)
        ends = losses[updates::updates]
        in_epoch = int(np.argmax(~(ends <= limit))) * updates  # the first to end beyond
        beyond = np.flatnonzero(~(losses[in_epoch:] <= limit)) + in_epoch
        assert trace.ending.facts["update"] == beyond[0]
        assert f"{stable:.6g}" in trace.ending.sentence()
        known = np.flatnonzero(np.isfinite(trace["loss"]))
        best = known[np.argmin(trace["loss"][known])]
        assert np.array_equal(trace.parameters, trace.path[best])


def test_some_of_these_stochastic_runs_diverge_in_the_middle_of_an_epoch() -> None:
    rows = random_rows(0, 40, 3)
    trace = minimize(rows, method="stochastic", learning_rate=1.0, epochs=100)
    assert trace.ending.name == "diverged"
    assert 1 < trace.ending.facts["update"] < 40


@given(SEEDS, st.integers(1, 4), st.floats(1.02, 1e4), st.sampled_from(["moments", "pass"]))
@settings(max_examples=40)
def test_a_run_that_diverges_is_never_called_converged(
    seed: int, d: int, factor: float, engine: str
) -> None:
    rows = random_rows(seed, 15, d)
    where = where_of(rows, intercept=True, standardize=bool(seed % 2))
    values, vectors = np.linalg.eigh(hessian(rows, where))
    start = np.random.default_rng(seed).normal(size=(d + 1, 1))
    optimum = np.linalg.lstsq(design(rows, where), rows.y, rcond=None)[0]
    assume(abs((vectors[:, -1] @ (start - optimum)).item()) > 1e-3)
    trace = minimize(
        rows,
        coordinates=where,
        start=start,
        learning_rate=factor * 2.0 / values[-1],
        epochs=3000,
        engine=engine,
    )
    assert trace.ending.name == "diverged"
    assert np.isfinite(trace.parameters).all()
    best = loss_at(rows, where, "squared_error", trace.parameters)
    assert best <= trace["loss"][0] * (1 + 1e-12)


@pytest.mark.parametrize("options", [{}, {"engine": "pass"}, {"method": "stochastic"}])
@pytest.mark.parametrize("start", [1e200, math.inf, math.nan])
def test_a_start_without_a_finite_loss_has_diverged_before_the_first_update(
    options: dict, start: float
) -> None:
    """Or it is refused by name, if it is no number itself."""
    try:
        trace = minimize(POINTS, intercept=False, start=[[start]], **options)
    except InputError:
        assert not math.isfinite(start)
        return
    assert trace.ending.name == "diverged"
    assert trace.ending.sentence()


# --- interrupted --------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("options", [{}, {"engine": "pass"}, {"method": "stochastic"}])
def test_a_signal_ends_the_run_cleanly_with_its_trace(
    number: signal.Signals, options: dict
) -> None:
    handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)]
    calls = 0

    def watch(row: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            os.kill(os.getpid(), number)

    trace = minimize(
        POINTS, intercept=False, learning_rate=1e-6, epochs=10**6, watch=watch, **options
    )
    assert trace.ending.name == "interrupted"
    assert number.name in trace.ending.sentence()
    assert calls == 2
    assert len(trace) == trace["epoch"][-1] + 1 > 2
    assert np.array_equal(trace.parameters, trace.path[-1])
    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_a_second_signal_stops_at_once_and_gives_the_handlers_back() -> None:
    before = signal.getsignal(signal.SIGINT)

    def watch(row: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        minimize(POINTS, intercept=False, watch=watch)
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_runs_work_without_signals() -> None:
    found: list[Trace] = []
    thread = threading.Thread(target=lambda: found.append(minimize(POINTS, intercept=False)))
    thread.start()
    thread.join()
    assert found[0].ending.name == "converged"


# --- sentences ----------------------------------------------------------------------------------

NOISY = random_rows(1, 30, 2, 2, weighted=True)
LABELS = random_rows(1, 30, 2, logistic=True)
RUNS: dict[str, Callable[[], Trace]] = {
    "converged": lambda: minimize(NOISY),
    "converged by passes": lambda: minimize(LABELS, loss="logistic", epochs=100_000),
    "target": lambda: minimize(NOISY, target_loss=1e9),
    "used up, batch": lambda: minimize(NOISY, epochs=2),
    "used up, unscaled": lambda: minimize(
        ArraySource(NOISY.X * [1.0, 1e4], NOISY.y), epochs=2, names=["a", "b"]
    ),
    "used up, rate given": lambda: minimize(LABELS, loss="logistic", learning_rate=1.0, epochs=2),
    "used up, no tolerance": lambda: minimize(NOISY, epochs=2, tolerance=0.0),
    "used up, stochastic": lambda: minimize(NOISY, method="stochastic", epochs=2),
    "used up, nothing to do": lambda: minimize(NOISY, epochs=0),
    "stalled still": lambda: minimize(NOISY, tolerance=0.0, epochs=10**5),
    "stalled idle": lambda: minimize(NOISY, method="stochastic"),
    "diverged, batch": lambda: minimize(NOISY, learning_rate=100.0, names=["a", "b"]),
    "diverged, random": lambda: minimize(NOISY, method="stochastic", learning_rate=100.0),
    "diverged, given": lambda: minimize(
        NOISY, method="stochastic", learning_rate=100.0, order="given"
    ),
    "diverged, passes": lambda: minimize(LABELS, loss="logistic", learning_rate=1e7),
    "diverged, sweeps": lambda: minimize(
        LABELS, loss="logistic", method="stochastic", learning_rate=1e7
    ),
    "diverged to inf at once": lambda: minimize(NOISY, learning_rate=1e300),
    "constant feature": lambda: minimize(ArraySource(np.ones((5, 1)), np.arange(5.0)[:, None])),
    "one row": lambda: minimize(ArraySource(np.ones((1, 2)), np.ones((1, 1)))),
    "nothing to fit": lambda: minimize(ArraySource(np.ones((4, 1)), np.zeros((4, 1)))),
}


@pytest.mark.parametrize("name", RUNS)
def test_every_ending_fills_its_sentence(name: str) -> None:
    trace = RUNS[name]()
    sentence = trace.ending.sentence()
    assert sentence
    assert "{" not in sentence
    assert "nan" not in sentence
    assert trace.ending.name in sentence.lower().replace("all ", "").replace(
        " are used up", "_used_up"
    ).replace("target loss reached", "target_loss_reached").replace(
        "2 epochs (", "epochs_used_up ("
    ).replace("0 epochs (", "epochs_used_up (")


def promised(trace: Trace) -> float | None:
    """How many more epochs the sentence says are needed, if it says so."""
    said = "more epochs are needed" in trace.ending.sentence()
    return float(trace.ending.facts["needed"]) if said else None


@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_epochs_said_to_be_needed_are_enough_and_hardly_more(
    seed: int, standardize: bool
) -> None:
    rows = random_rows(seed, 40, 3)
    where = where_of(rows, intercept=True, standardize=standardize)
    short = minimize(rows, coordinates=where, epochs=10)
    more = promised(short)
    assert more is not None
    enough = minimize(rows, coordinates=where, epochs=10 + math.ceil(1.05 * more) + 1)
    few = minimize(rows, coordinates=where, epochs=10 + math.floor(0.8 * more))
    assert (enough.ending.name, few.ending.name) == ("converged", "epochs_used_up")


@pytest.mark.parametrize("schedule", [name for name in FACTORS if name != "constant"])
def test_no_number_of_needed_epochs_is_promised_that_a_falling_rate_does_not_keep(
    schedule: str,
) -> None:
    rows = random_rows(1, 40, 3)
    short = minimize(rows, schedule=schedule, epochs=20)
    more = promised(short)
    if more is not None:
        again = minimize(rows, schedule=schedule, epochs=20 + math.ceil(1.1 * more))
        assert again.ending.name == "converged"


@pytest.mark.parametrize("factor", [1.0, 1.0001, 1.01])
def test_more_epochs_are_not_the_remedy_at_an_unstable_rate(factor: float) -> None:
    trace = minimize(POINTS, intercept=False, learning_rate=factor * 3.0 / 14.0, epochs=20)
    assert trace.ending.name == "epochs_used_up"
    assert trace.ending.facts["largest_stable_rate"] == pytest.approx(3.0 / 14.0, rel=1e-12)
    assert promised(trace) is None


@pytest.mark.parametrize("separable", [True, False])
def test_no_number_of_needed_epochs_is_promised_that_another_loss_does_not_keep(
    separable: bool,
) -> None:
    """The curvature of a logistic loss falls along the way; a bound of it promises too much."""
    rows = random_rows(1, 30, 2, logistic=True)
    if separable:
        rows = ArraySource(np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]]))
    short = minimize(rows, loss="logistic", epochs=20)
    more = promised(short)
    if more is not None:
        again = minimize(rows, loss="logistic", epochs=20 + math.ceil(1.1 * more))
        assert again.ending.name == "converged"
