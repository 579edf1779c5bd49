"""The objective of a linear model, against plain loops, differences and other libraries."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn._loss import HalfBinomialLoss
from sklearn.metrics import log_loss, mean_squared_error

from steepest import LOSSES, ArraySource, LinearObjective
from steepest.data import source as source_module
from steepest.objective import linear

# Every kernel of two losses; of the others the one that walks several targets.
OFTEN = ["squared_error", "logistic"]
CASES = [
    *product(OFTEN, [True, False], [1, 3], [True, False]),
    *product([name for name in LOSSES if name not in OFTEN], [True, False], [3], [True]),
]


def rows_of(
    loss: str, targets: int, *, weighted: bool, rows: int = 11, columns: int = 3, seed: int = 0
) -> ArraySource:
    random = np.random.default_rng(seed)
    y = random.normal(size=(rows, targets)) * 2.0
    y = {
        "finite": lambda: y,
        "binary": lambda: (y > 0.3).astype(float),
        "counts": lambda: np.floor(np.abs(y)),
        "positive": lambda: np.abs(y) + 0.1,
        "shares": lambda: np.eye(targets)[random.integers(0, targets, rows)],
    }[LOSSES[loss].domain]()
    weight = random.uniform(0.2, 3.0, rows) if weighted else None
    return ArraySource(random.normal(size=(rows, columns)) + 0.5, y, weight)


def parameters_of(objective: LinearObjective, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=objective.shape)


def by_loops(objective: LinearObjective, p: np.ndarray) -> tuple[float, np.ndarray]:
    """Value and gradient as the contract's words say them, one number at a time."""
    rows, total, weights = objective.source, 0.0, 0.0
    gradient = np.zeros(p.shape)
    for i in range(rows.rows):
        a = [1.0, *rows.X[i]] if objective.intercept else list(rows.X[i])
        weight = 1.0 if rows.weight is None else rows.weight[i]
        weights += weight
        scores = np.array([sum(a[j] * p[j, k] for j in range(len(a))) for k in range(rows.targets)])
        total += weight * objective.loss.value(scores, rows.y[i]).sum()
        slopes = weight * objective.loss.slope(scores, rows.y[i])
        for k in range(rows.targets):
            for j in range(len(a)):
                gradient[j, k] += slopes[k] * a[j]
    return total / weights, gradient / weights


@pytest.fixture(params=["numpy", "compiled"])
def partials(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Force the block's numpy or compiled function, whatever the size of the table."""
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", -1 if request.param == "compiled" else 10**18)
    return request.param


@pytest.mark.usefixtures("partials")
@pytest.mark.parametrize(("loss", "intercept", "targets", "weighted"), CASES)
def test_value_and_gradient_equal_plain_loops(
    loss: str, intercept: bool, targets: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_module, "BLOCK_ROWS", 4)
    rows = rows_of(loss, targets, weighted=weighted)
    objective = LinearObjective(rows, LOSSES[loss], intercept)
    p = parameters_of(objective)
    value, gradient = by_loops(objective, p)
    assert gradient.shape == p.shape == objective.shape == (3 + intercept, targets)
    got = objective.gradient(p)
    assert got.shape == p.shape
    assert float(objective.value(p)) == pytest.approx(value, rel=1e-13)
    assert got == pytest.approx(gradient, rel=1e-12, abs=1e-13)
    both = objective.value_and_gradient(p)
    assert both[0] == float(objective.value(p))
    assert np.array_equal(both[1], got)


@pytest.mark.usefixtures("partials")
@pytest.mark.parametrize(("loss", "intercept", "targets", "weighted"), CASES)
def test_gradient_is_the_central_difference_of_the_value(
    loss: str, intercept: bool, targets: int, weighted: bool
) -> None:
    objective = LinearObjective(rows_of(loss, targets, weighted=weighted), LOSSES[loss], intercept)
    p, h = parameters_of(objective), 1e-5
    gradient = objective.gradient(p)
    for place in np.ndindex(*p.shape):
        up, down = p.copy(), p.copy()
        up[place] += h
        down[place] -= h
        slope = (float(objective.value(up)) - float(objective.value(down))) / (2 * h)
        assert gradient[place] == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(("loss", "intercept", "targets", "weighted"), CASES)
def test_numpy_and_compiled_agree_on_a_larger_table(
    loss: str, intercept: bool, targets: int, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = rows_of(loss, targets, weighted=weighted, rows=9001, columns=5)
    objective = LinearObjective(rows, LOSSES[loss], intercept)
    p = parameters_of(objective)
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", 10**18)
    plain = objective.value_and_gradient(p)
    monkeypatch.setattr(linear, "PLAIN_NUMBERS", -1)
    compiled = objective.value_and_gradient(p)
    assert compiled[0] == pytest.approx(plain[0], rel=1e-12)
    assert compiled[1] == pytest.approx(plain[1], rel=1e-11, abs=1e-13)


def test_large_tables_take_the_compiled_pass_and_keep_their_bits() -> None:
    rows = rows_of("squared_error", 1, weighted=True, rows=60_000, columns=4)
    objective = LinearObjective(rows, LOSSES["squared_error"], True)
    p = parameters_of(objective)
    errors = p[0, 0] + rows.X @ p[1:, 0] - rows.y[:, 0]
    assert rows.weight is not None
    wanted = float((rows.weight * errors**2).sum() / rows.weight.sum())
    values = {float(objective.value(p)) for _ in range(3)}
    assert len(values) == 1
    assert values.pop() == pytest.approx(wanted, rel=1e-12)


def same(left: LinearObjective, right: LinearObjective) -> None:
    p = parameters_of(left, seed=9)
    assert float(left.value(p)) == pytest.approx(float(right.value(p)), rel=1e-12)
    assert left.gradient(p) == pytest.approx(right.gradient(p), rel=1e-12, abs=1e-12)


@pytest.mark.usefixtures("partials")
@pytest.mark.parametrize("loss", [*OFTEN, "softmax"])
@pytest.mark.parametrize("targets", [1, 2])
def test_weight_two_is_the_row_twice_and_weight_zero_is_its_absence(
    loss: str, targets: int
) -> None:
    plain = rows_of(loss, targets, weighted=False)
    times = np.array([1, 2, 0, 3, 1, 0, 1, 2, 1, 0, 1])
    weighted = ArraySource(plain.X, plain.y, times.astype(float))
    repeated = ArraySource(np.repeat(plain.X, times, axis=0), np.repeat(plain.y, times, axis=0))
    same(
        LinearObjective(weighted, LOSSES[loss], True), LinearObjective(repeated, LOSSES[loss], True)
    )


@pytest.mark.usefixtures("partials")
@pytest.mark.parametrize("loss", [*OFTEN, "softmax"])
def test_the_order_of_rows_and_the_size_of_all_weights_do_not_matter(loss: str) -> None:
    rows = rows_of(loss, 2, weighted=True, rows=500)
    assert rows.weight is not None
    order = np.random.default_rng(3).permutation(500)
    moved = ArraySource(rows.X[order], rows.y[order], 1e-3 * rows.weight[order])
    same(LinearObjective(rows, LOSSES[loss], True), LinearObjective(moved, LOSSES[loss], True))


@given(st.integers(0, 10**6), st.integers(1, 12), st.sampled_from(sorted(LOSSES)))
@settings(max_examples=40)
def test_the_cut_into_blocks_does_not_matter(seed: int, size: int, loss: str) -> None:
    rows = rows_of(loss, 2, weighted=True, rows=23, seed=seed)
    objective = LinearObjective(rows, LOSSES[loss], True)
    p = parameters_of(objective, seed)
    whole = objective.value_and_gradient(p)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_module, "BLOCK_ROWS", size)
        cut = objective.value_and_gradient(p)
    assert cut[0] == pytest.approx(whole[0], rel=1e-13)
    assert cut[1] == pytest.approx(whole[1], rel=1e-11, abs=1e-13)


def test_targets_add_up() -> None:
    rows = rows_of("squared_error", 3, weighted=True)
    whole = LinearObjective(rows, LOSSES["squared_error"], True)
    p = parameters_of(whole)
    parts = [
        LinearObjective(
            ArraySource(rows.X, rows.y[:, k : k + 1], rows.weight), LOSSES["squared_error"], True
        )
        for k in range(3)
    ]
    values = [float(part.value(p[:, k : k + 1])) for k, part in enumerate(parts)]
    assert float(whole.value(p)) == pytest.approx(sum(values), rel=1e-13)
    columns = [part.gradient(p[:, k : k + 1]) for k, part in enumerate(parts)]
    assert whole.gradient(p) == pytest.approx(np.concatenate(columns, axis=1), rel=1e-12)


def test_logistic_on_two_separable_points_has_its_closed_form() -> None:
    """x = -1 labelled 0 and x = 1 labelled 1, no intercept: log(1 + e^-w), -1 / (1 + e^w)."""
    rows = ArraySource(np.array([[-1.0], [1.0]]), np.array([[0.0], [1.0]]))
    objective = LinearObjective(rows, LOSSES["logistic"], False)
    for w in (-700.0, -3.0, 0.0, 0.5, 2.0, 30.0, 700.0):
        p = np.array([[w]])
        assert float(objective.value(p)) == pytest.approx(
            max(-w, 0.0) + math.log1p(math.exp(-abs(w))), rel=1e-14
        )
        slope = -math.exp(-w) / (1 + math.exp(-w)) if w >= 0 else -1.0 / (1.0 + math.exp(w))
        assert objective.gradient(p)[0, 0] == pytest.approx(slope, rel=1e-12)


@pytest.mark.usefixtures("partials")
def test_logistic_agrees_with_scikit_learn() -> None:
    rows = rows_of("logistic", 1, weighted=True, rows=300)
    objective = LinearObjective(rows, LOSSES["logistic"], True)
    p = parameters_of(objective)
    scores = p[0, 0] + rows.X @ p[1:, 0]
    y, weight = rows.y[:, 0], rows.weight
    assert weight is not None
    wanted = log_loss(y, 1.0 / (1.0 + np.exp(-scores)), sample_weight=weight)
    assert float(objective.value(p)) == pytest.approx(wanted, rel=1e-12)
    losses, slopes = HalfBinomialLoss().loss_gradient(y, scores, weight)
    assert float(objective.value(p)) == pytest.approx(losses.sum() / weight.sum(), rel=1e-12)
    gradient = np.concatenate([[slopes.sum()], rows.X.T @ slopes]) / weight.sum()
    assert objective.gradient(p)[:, 0] == pytest.approx(gradient, rel=1e-11)


def test_squared_error_is_the_mean_of_the_squared_errors_as_scikit_learn_has_it() -> None:
    rows = rows_of("squared_error", 2, weighted=True)
    objective = LinearObjective(rows, LOSSES["squared_error"], True)
    p = parameters_of(objective)
    each = mean_squared_error(
        rows.y, p[0] + rows.X @ p[1:], sample_weight=rows.weight, multioutput="raw_values"
    )
    assert float(objective.value(p)) == pytest.approx(float(each.sum()), rel=1e-13)
    half = LinearObjective(rows, LOSSES["half_squared_error"], True)
    assert float(half.value(p)) == pytest.approx(float(each.sum()) / 2, rel=1e-13)


def test_rows_are_seen_in_their_coordinates() -> None:
    rows = rows_of("squared_error", 2, weighted=True)
    shift, scale = np.array([1.0, -2.0, 0.5]), np.array([2.0, 0.1, 30.0])
    seen = ArraySource((rows.X - shift) / scale, rows.y, rows.weight)
    same(
        LinearObjective(rows.in_coordinates(shift, scale), LOSSES["squared_error"], True),
        LinearObjective(seen, LOSSES["squared_error"], True),
    )
