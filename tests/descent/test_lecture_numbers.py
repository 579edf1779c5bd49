"""What the lecture notes print, and what their code gives when it is run, to the last digit.

Printed numbers are compared to the digits printed, parameters of runs to 1e-12 of themselves,
losses of runs to 1e-12 of the first loss.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import (
    LOSSES,
    ArraySource,
    Coordinates,
    LinearObjective,
    Quadratic,
    Trace,
    example,
    minimize,
    moments_of,
    quadratic_of,
    standard_coordinates,
)

FACTS = json.loads((Path(__file__).parents[1] / "reference" / "lecture.json").read_text())
SALARY = FACTS["salary"]
PARAMETERS = {"rel": 1e-12, "abs": 0.0}


def training(name: str) -> ArraySource:
    table = example(name)
    return ArraySource(table.X, table.y[:, None]).take(~table.validation)


def own_units(*, intercept: bool) -> Coordinates:
    return Coordinates(np.zeros(1), np.ones(1), intercept)


def points(name: str, engine: str, **options: Any) -> Trace:
    return minimize(
        training(name),
        intercept=False,
        start=[[1.0]],
        learning_rate=0.01,
        epochs=100,
        tolerance=0.0,
        engine=engine,
        record_all=True,
        **options,
    )


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_three_points_by_batch_descent(engine: str) -> None:
    facts, trace = FACTS["three_points"]["batch"], points("three-points", engine)
    w = trace.path[:, 0, 0]
    assert w[1] == pytest.approx(facts["w_after_1"], **PARAMETERS)
    assert w[10] == pytest.approx(facts["w_after_10"], **PARAMETERS)
    assert w[100] == pytest.approx(facts["w"], **PARAMETERS)
    assert 4.0 * trace.parameters[0, 0] == pytest.approx(facts["predict4"], **PARAMETERS)
    first = facts["first_cost"]
    assert trace["loss"][0] == pytest.approx(first, rel=1e-12)
    # The notes print each epoch's cost before its update.
    assert trace["loss"][99] == pytest.approx(facts["last_cost"], abs=1e-12 * first)


def test_three_points_by_stochastic_descent_in_the_given_order() -> None:
    facts = FACTS["three_points"]["stochastic"]
    trace = points("three-points", "sweep", method="stochastic", order="given")
    w = trace.path[:, 0, 0]
    assert w[1] == pytest.approx(facts["w_after_1"], **PARAMETERS)
    assert w[100] == pytest.approx(facts["w"], **PARAMETERS)
    assert 4.0 * trace.parameters[0, 0] == pytest.approx(facts["predict4"], **PARAMETERS)
    first = facts["last_sample_loss_after_1"]
    assert (3.0 * w[1] - 6.0) ** 2 == pytest.approx(first, rel=1e-12)
    assert (3.0 * w[100] - 6.0) ** 2 == pytest.approx(facts["last"], abs=1e-12 * first)


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_four_points_by_batch_descent(engine: str) -> None:
    facts, trace = FACTS["four_points"]["batch"], points("four-points", engine)
    assert trace.parameters[0, 0] == pytest.approx(facts["w"], **PARAMETERS)
    first = facts["first_cost"]
    assert trace["loss"][0] == pytest.approx(first, rel=1e-12)
    near = [abs(loss - facts["last_cost"]) for loss in trace["loss"][99:]]
    assert min(near) <= 1e-12 * first


def test_four_points_by_stochastic_descent_in_the_given_order() -> None:
    facts, rows = FACTS["four_points"]["stochastic"], training("four-points")
    trace = points("four-points", "sweep", method="stochastic", order="given")
    assert trace.parameters[0, 0] == pytest.approx(facts["w"], **PARAMETERS)
    before = trace.updates["parameters"][:, 0, 0]
    after = np.append(before[1:], trace.parameters[0, 0])
    chosen = trace.updates["batch"].astype(int)
    epochs = int(trace["epoch"][-1])
    assert chosen.tolist() == [0, 1, 2, 3] * epochs
    losses = (after * rows.X[chosen, 0] - rows.y[chosen, 0]) ** 2
    means = losses.reshape(epochs, 4).mean(axis=1)
    assert means[0] == pytest.approx(facts["first"], rel=1e-12)
    # Before its hundred epochs are over no bit changes any more, so the last mean stays.
    assert trace.ending.name == "stalled"
    assert means[-1] == pytest.approx(facts["last"], abs=1e-12 * facts["first"])


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_two_features_reach_the_target_loss_after_as_many_updates(engine: str) -> None:
    facts = FACTS["two_features"]
    trace = minimize(
        training("two-features"),
        loss="half_squared_error",
        intercept=False,
        start=[[1.0], [1.0]],
        learning_rate=0.01,
        epochs=10_000,
        target_loss=1e-4,
        engine=engine,
    )
    assert trace.ending.name == "target_loss_reached"
    assert trace["updates"][-1] == facts["iters"]
    assert trace.parameters[:, 0] == pytest.approx(facts["theta"], **PARAMETERS)
    first = trace["loss"][0]
    assert trace["loss"][-1] == pytest.approx(facts["final_loss"], abs=1e-12 * first)


def test_two_features_have_their_minimum_at_three_and_four() -> None:
    where = Coordinates(np.zeros(2), np.ones(2), False)
    found = quadratic_of(moments_of(training("two-features")), LOSSES["half_squared_error"], where)
    assert found.optimum[:, 0] == pytest.approx([3.0, 4.0], rel=1e-12)
    assert found.floor == pytest.approx(0.0, abs=1e-25)


# --- salary -------------------------------------------------------------------------------------


def drawn_start() -> np.ndarray:
    random = np.random.RandomState(42)
    return np.array([random.randn(1), random.randn(1)])


def salary(epochs: int, engine: str = "moments", name: str = "salary") -> Trace:
    return minimize(
        training(name),
        start=drawn_start(),
        learning_rate=0.1,
        epochs=epochs,
        tolerance=0.0,
        engine=engine,
    )


def printed_as(value: float, printed: float) -> bool:
    digits = len(repr(printed).split(".")[1])
    return round(value, digits) == printed


@pytest.mark.parametrize("by", ["moments", "rows"])
def test_salary_starts_at_the_printed_loss_and_gradient(by: str) -> None:
    printed, rows, start = SALARY["printed"], training("salary"), drawn_start()
    assert printed_as(start[0, 0], printed["b0"])
    assert printed_as(start[1, 0], printed["w0"])
    objective: Quadratic | LinearObjective
    if by == "moments":
        objective = quadratic_of(
            moments_of(rows), LOSSES["squared_error"], own_units(intercept=True)
        )
    else:
        objective = LinearObjective(rows, LOSSES["squared_error"], True)
    assert float(objective.value(start)) == pytest.approx(printed["initial_loss"], rel=1e-12)
    gradient = objective.gradient(start)[:, 0]
    assert gradient[0] == pytest.approx(printed["b_gradient"], rel=1e-12)
    assert gradient[1] == pytest.approx(printed["w_gradient"], rel=1e-12)


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_salary_descends_as_printed_and_as_run(engine: str) -> None:
    printed, run, trace = SALARY["printed"], SALARY["run"], salary(1000, engine)
    path = trace.path[:, :, 0]
    assert printed_as(path[1, 0], printed["b_after_1"])
    assert printed_as(path[1, 1], printed["w_after_1"])
    assert path[100] == pytest.approx([run["b_after_100"], run["w_after_100"]], **PARAMETERS)
    assert printed_as(path[1000, 0], printed["after_1000_epochs"]["b"])
    assert printed_as(path[1000, 1], printed["after_1000_epochs"]["w"])
    # The reference gives 12 digits of b.
    assert path[1000, 0] == pytest.approx(run["b_after_1000"], rel=5e-12)
    assert path[1000, 1] == pytest.approx(run["w_after_1000"], **PARAMETERS)
    first = printed["initial_loss"]
    before = run["loss_before_last_update"]
    assert trace["loss"][999] == pytest.approx(before, abs=1e-12 * first)
    assert np.array_equal(trace.parameters[:, 0], path[1000])


@pytest.mark.parametrize("engine", ["moments", "pass"])
def test_the_closing_example_descends_as_printed_and_as_run(engine: str) -> None:
    facts, trace = FACTS["closing"], salary(1000, engine, "closing")
    b, w = trace.parameters[:, 0]
    assert printed_as(b, facts["printed"]["b"])
    assert printed_as(w, facts["printed"]["w"])
    assert b == pytest.approx(facts["run"]["b"], **PARAMETERS)
    assert w == pytest.approx(facts["run"]["w"], **PARAMETERS)
    before = facts["run"]["loss_before_last_update"]
    assert trace["loss"][999] == pytest.approx(before, abs=1e-12 * trace["loss"][0])


def known(name: str, *, standardize: bool) -> tuple[Quadratic, Coordinates]:
    moments = moments_of(training(name))
    where = standard_coordinates(moments, intercept=True, standardize=standardize)
    return quadratic_of(moments, LOSSES["squared_error"], where), where


def test_salary_has_its_optimum_and_curvature() -> None:
    run, (found, _) = SALARY["run"], known("salary", standardize=False)
    assert found.optimum[:, 0] == pytest.approx(run["optimum_b_w"], **PARAMETERS)
    assert found.curvatures[::-1] == pytest.approx(run["hessian_eigenvalues"], rel=1e-12)


def test_the_bad_feature_has_its_curvature() -> None:
    found, _ = known("salary-bad", standardize=False)
    assert found.curvatures[::-1] == pytest.approx(
        FACTS["bad_feature"]["run"]["hessian_eigs"], rel=1e-12
    )


@pytest.mark.parametrize("name", ["salary", "salary-bad"])
def test_standardized_features_are_those_of_the_notes(name: str) -> None:
    facts, (found, where) = FACTS["standardized"], known(name, standardize=True)
    unit = 10.0 if name == "salary-bad" else 1.0
    assert where.shift[0] == pytest.approx(unit * facts["run"]["mean"], rel=1e-12)
    assert where.scale[0] == pytest.approx(unit * facts["run"]["std"], rel=1e-12)
    assert found.curvatures == pytest.approx(facts["run"]["hessian_eigs"], rel=1e-14)
    seen = (example(name).X[:, 0] - where.shift) / where.scale
    assert seen[:5] == pytest.approx(facts["run"]["train_first5"], rel=1e-12)
    assert seen[80:85] == pytest.approx(facts["run"]["val_first5"], rel=1e-12)
    assert np.round(seen[:5], 8).tolist() == facts["printed"]["train_first5"]
    assert np.round(seen[80:85], 8).tolist() == facts["printed"]["validation_first5"]


@pytest.mark.parametrize("size", [80, 16, 1])
def test_a_hundred_epochs_are_as_many_updates_as_the_notes_count(size: int) -> None:
    facts, rows = SALARY["updates"], training("salary")
    assert rows.rows == facts["training_rows"]
    trace = minimize(
        rows,
        method="mini-batch",
        batch_size=size,
        learning_rate=0.1,
        epochs=facts["epochs"],
        tolerance=0.0,
        record_all=True,
    )
    assert trace["updates"][-1] == facts[f"batch_{size}"]
    if size < 80:
        assert len(trace.updates["update"]) == facts[f"batch_{size}"]
