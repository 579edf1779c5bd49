"""Every engine takes the updates of every rule that the papers describe, memory and all."""

from __future__ import annotations

import signal
from collections.abc import Mapping

import numpy as np
import pytest
from papers import PAPERS
from plain_descent import FACTORS, design, gradient_of, random_rows, shares, where_of

from steepest import LOSSES, RULES, ArraySource, Trace, minimize
from steepest.data.draws import epoch_order
from steepest.descent import plan
from steepest.descent.pass_engine import PassEngine, PassState
from steepest.descent.rule_kernel import number_of, rule_sweep
from steepest.descent.rule_moments import RuleMomentsEngine, RuleMomentsState
from steepest.descent.sweep import SweepEngine, SweepState, sweep_rows
from steepest.descent.sweep_kernel import rows_ahead
from steepest.fitting.problem import linear_problem

N, RATE = 17, 0.02
WITH_MEMORY = [name for name, rule in RULES.items() if rule.slots]


@pytest.fixture(params=["plain", "compiled"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", -1 if request.param == "compiled" else 10**18)
    return request.param


def descend_by_the_paper(
    rows: ArraySource, start: np.ndarray, rates: list[float], *, rule: str, size: int, loss: str
) -> np.ndarray:
    """The parameters at every epoch, from the transcription and one row's gradient at a time."""
    where = where_of(rows, intercept=True, standardize=True)
    A, share, paper = design(rows, where), shares(rows), PAPERS[rule](start)
    path = [paper.point]
    for epoch, rate in enumerate(rates):
        walk = epoch_order(rows.rows, 5, epoch).tolist()
        for first in range(0, rows.rows, size):
            chosen = walk[first : first + size]
            _, gradient = gradient_of(A, rows.y, share, loss, paper.point, chosen)
            paper.update(gradient, rate)
        path.append(paper.point)
    return np.array(path)


def run(rows: ArraySource, rule: str, **options: object) -> Trace:
    where = where_of(rows, intercept=True, standardize=True)
    given = {"learning_rate": RATE, "tolerance": 0.0, "seed": 5, "record_all": True, **options}
    return minimize(rows, rule=rule, coordinates=where, **given)


@pytest.mark.parametrize("rule", WITH_MEMORY)
@pytest.mark.parametrize("size", [1, 3, N])
@pytest.mark.parametrize(
    ("loss", "targets", "weighted"), [("squared_error", 2, True), ("logistic", 1, False)]
)
def test_sweeps_take_the_papers_updates(
    kernel: str, rule: str, size: int, loss: str, targets: int, weighted: bool
) -> None:
    rows = random_rows(1, N, 3, targets, weighted=weighted, logistic=loss == "logistic")
    start = np.random.default_rng(0).normal(size=(4, targets))
    wanted = descend_by_the_paper(rows, start, [RATE] * 4, rule=rule, size=size, loss=loss)
    settings = {"loss": loss, "epochs": 4, "start": start, "engine": "sweep"}
    trace = run(rows, rule, method="mini-batch", batch_size=size, **settings)
    assert trace.path == pytest.approx(wanted, rel=1e-8, abs=1e-8)
    per_epoch = -(-N // size)
    assert trace.updates["update"].tolist() == list(range(1, 4 * per_epoch + 1))
    assert np.array_equal(trace.updates["parameters"][::per_epoch], trace.path[:-1])


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("schedule", FACTORS)
def test_moments_passes_and_the_paper_agree(rule: str, schedule: str) -> None:
    rows = random_rows(2, N, 3, 2, weighted=True)
    start = np.random.default_rng(1).normal(size=(4, 2))
    rates = [RATE * FACTORS[schedule](e, 60) for e in range(60)]
    wanted = descend_by_the_paper(rows, start, rates, rule=rule, size=N, loss="squared_error")
    settings = {"epochs": 60, "start": start, "schedule": schedule}
    moments, passes = run(rows, rule, **settings), run(rows, rule, engine="pass", **settings)
    assert (moments.metadata["engine"], passes.metadata["engine"]) == ("moments", "pass")
    for trace in (moments, passes):
        assert trace.path == pytest.approx(wanted, rel=1e-8, abs=1e-8)
        assert trace["rate"][1:] == pytest.approx(rates)
    for column in ("loss", "gradient_norm"):
        assert moments[column] == pytest.approx(passes[column], rel=1e-8, abs=1e-9)
    assert moments.parameters == pytest.approx(moments.path[-1], abs=1e-14)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("size", [1, 4, 43])
@pytest.mark.parametrize("columns", [2, 65])
@pytest.mark.parametrize(("loss", "targets"), [("logistic", 1), ("squared_error", 3)])
def test_compiled_sweeps_equal_the_plain_one(
    rule: str, size: int, columns: int, loss: str, targets: int
) -> None:
    random, entry, chosen = np.random.default_rng(columns + size), LOSSES[loss], RULES[rule]
    X = random.normal(size=(43, columns))
    y = random.integers(0, 2, size=(43, targets)).astype(float)
    share, order = random.uniform(0.5, 1.5, size=43), random.permutation(43).astype(np.uint32)
    many, rate = -(-43 // size), 0.3 / columns
    start = random.normal(size=(targets, columns + 1)) / columns
    states = [(start.copy(), np.zeros((chosen.slots, *start.shape))) for _ in range(2)]
    rooms = [room(many, start.shape) for _ in range(2)]
    head = (X, y, share, order, size, 1)
    for epoch in range(2):
        for kept in rooms:
            kept[0][:] = 0
        done = epoch * many
        tail = (many, done, 1)
        terms = (entry.extra, 0.0, 0.3)
        plainly = (*head, rate, terms, states[0][0], *tail, rooms[0], chosen, states[0][1])
        total = sweep_rows(entry, *plainly)
        sweeping = rule_sweep(entry.number, number_of(chosen))
        found = sweeping(
            *head, rate, chosen.momentum, terms, *states[1], rows_ahead(columns), *tail, rooms[1]
        )
        assert found == pytest.approx(total, rel=1e-10)
        for got, wanted in zip((*states[1], *rooms[1]), (*states[0], *rooms[0]), strict=True):
            assert np.allclose(got, wanted, rtol=1e-9, atol=1e-10)


def room(updates: int, shape: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    numbers = np.zeros(updates, np.int64)
    points = np.zeros((updates, *shape))
    return (np.zeros(1, np.int64), numbers, numbers.copy(), points, points.copy())


@pytest.mark.parametrize("rule", WITH_MEMORY)
@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_same_seed_same_bits_and_recording_changes_none(
    kernel: str, rule: str, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = random_rows(3, 40, 3, weighted=True)
    one, two = (run(rows, rule, method=method, epochs=12) for _ in range(2))
    assert one.path.tobytes() == two.path.tobytes()
    monkeypatch.setattr("steepest.descent.engines.UPDATE_POINTS", 20)
    few = run(rows, rule, method=method, epochs=12, record_all=False)
    assert few.path.tobytes() == one.path.tobytes()


@pytest.mark.parametrize("rule", RULES)
def test_traces_name_the_rule_and_its_hyperparameters(rule: str) -> None:
    about = run(random_rows(3, 20, 2), rule, epochs=1).metadata
    assert about["rule"] == rule
    assert about["hyperparameters"] == dict(RULES[rule].hyperparameters)


def test_one_rule_in_one_epoch_longer_runs_are_continued_not_begun_again(kernel: str) -> None:
    rows = random_rows(4, 20, 2)
    for rule in WITH_MEMORY:
        for options in ({}, {"engine": "pass"}, {"method": "stochastic"}):
            short, long = (run(rows, rule, epochs=e, **options) for e in (3, 90))
            assert np.allclose(short.path, long.path[:4], rtol=1e-14, atol=1e-15)


def test_a_point_at_which_only_the_memory_changed_is_not_the_end() -> None:
    """Velocity and gradient cancel for one update: 0.9 v = r g."""
    rows = ArraySource(np.array([[1.0], [1.0]]), np.array([[0.0], [0.0]]))
    problem = linear_problem(
        rows,
        ArraySource(rows.X[:0], rows.y[:0]),
        loss="half_squared_error",
        intercept=False,
        standardize=False,
        names=("x", "y"),
    )
    start = np.array([[1.0]])  # loss w^2 / 2: the gradient is w
    rule, velocity = RULES["momentum"], np.array([[0.45 / 0.9]])
    passes = PassEngine(problem.by_rows(), start, 0.45, rule=rule)
    state = PassState(0, start, 0.5, start, (velocity,))
    after, row = passes.advance(state, 1)
    assert after.parameters == pytest.approx(start, abs=1e-15)
    assert not row.still[0]
    assert passes.advance(PassState(0, 0 * start, 0.0, 0 * start, (0 * start,)), 1)[1].still[0]

    sweep = SweepEngine(
        rows=rows,
        loss=problem.loss,
        intercept=False,
        objective=problem.objective(),
        free=True,
        start=start,
        rate=0.45,
        batch_size=2,
        rule=rule,
        compiled=False,
    )
    done, row = sweep.advance(SweepState(0, start, velocity[None], start), 1)
    assert done.parameters == pytest.approx(start, abs=1e-15)
    assert not row.still[0]
    assert sweep.advance(SweepState(0, 0 * start, 0 * velocity[None], 0 * start), 1)[1].still[0]

    assert problem.quadratic is not None
    curvature = problem.quadratic.largest_curvature
    moments = RuleMomentsEngine(problem.quadratic, start, 0.5 / curvature, rule=rule)
    moving = RuleMomentsState(0, np.array([[-1.8]]), (np.array([[1.0]]),))
    passed, row = moments.advance(moving, 1)  # through the optimum, and on
    assert passed.along[0, 0] == 0.0
    assert not row.still[0]
    resting = RuleMomentsState(0, 0 * start, (0 * start,))
    assert moments.advance(resting, 1)[1].still[0]


@pytest.mark.parametrize("rule", WITH_MEMORY)
@pytest.mark.parametrize("engine", ["moments", "pass", "sweep"])
def test_a_start_at_the_optimum_stays_there(rule: str, engine: str) -> None:
    rows = ArraySource(np.array([[1.0], [-1.0]]), np.array([[3.0], [-3.0]]))
    settings = {"intercept": False, "start": [[3.0]], "learning_rate": 0.1, "tolerance": 0.0}
    method = "mini-batch" if engine == "sweep" else "batch"
    trace = minimize(rows, rule=rule, engine=engine, method=method, **settings)
    assert trace.ending.name == "stalled"
    assert trace.parameters.tolist() == [[3.0]]


@pytest.mark.parametrize("rule", ["momentum", "nesterov", "rmsprop", "adam"])
@pytest.mark.parametrize("size", [1, 4])
def test_the_update_that_diverged_is_named(kernel: str, rule: str, size: int) -> None:
    """Against the losses of all recorded updates: the first over the limit in its epoch."""
    rows = random_rows(7, 30, 2)
    rate = {"rmsprop": 40.0, "adam": 22.0}.get(rule, 1.5)  # Adam's in a later epoch
    settings = {"method": "mini-batch", "batch_size": size, "learning_rate": rate}
    trace = run(rows, rule, epochs=400, **settings)
    facts, per_epoch = trace.ending.facts, -(-30 // size)
    assert trace.ending.name == "diverged"
    A = design(rows, where_of(rows, intercept=True, standardize=True))
    points = np.concatenate([trace.updates["parameters"], trace.path[-1:]])
    with np.errstate(all="ignore"):
        losses = ((np.einsum("ij,njk->nik", A, points) - rows.y) ** 2).mean(axis=1)[:, 0]
    over = ~(losses <= facts["loss_limit"])
    before = (facts["update"] - 1) // per_epoch * per_epoch
    assert not over[before]
    assert facts["update"] == before + 1 + int(np.argmax(over[before + 1 :]))


@pytest.mark.parametrize("rule", WITH_MEMORY)
def test_a_target_loss_ends_the_run_at_its_first_epoch(rule: str) -> None:
    rows = random_rows(8, 30, 2)
    whole = run(rows, rule, epochs=200)
    goal = float(whole["loss"][37])
    trace = run(rows, rule, epochs=200, target_loss=goal * (1 + 1e-9))
    first = int(np.flatnonzero(whole["loss"] <= goal * (1 + 1e-9))[0])
    assert trace.ending.name == "target_loss_reached"
    assert trace["epoch"][-1] == first
    assert trace.parameters == pytest.approx(whole.path[first], rel=1e-12)


@pytest.mark.parametrize("rule", WITH_MEMORY)
@pytest.mark.parametrize("method", ["batch", "stochastic"])
def test_an_interrupted_run_is_the_beginning_of_the_whole_one(rule: str, method: str) -> None:
    rows = random_rows(9, 30, 2)

    def stop(row: Mapping[str, float]) -> None:
        if row["epoch"] >= 3:
            signal.raise_signal(signal.SIGINT)

    settings = {"method": method, "epochs": 200}
    trace, whole = run(rows, rule, watch=stop, **settings), run(rows, rule, **settings)
    assert trace.ending.name == "interrupted"
    assert trace.path == pytest.approx(whole.path[: len(trace)], rel=1e-14)
