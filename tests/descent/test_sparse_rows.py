"""Sparse rows against the same rows made dense: losses, penalties, rules, batches, orders, weights.

Descents are compared point by point, which no sum of losses can hide.
"""

from __future__ import annotations

import tracemalloc
from itertools import product

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array, csr_matrix, random_array
from test_every_combination import pairwise_rows, refusal

from steepest import LOSSES, ArraySource, Coordinates, InputError, SparseSource, minimize
from steepest.descent import plan
from steepest.objective import sparse_moments, sparse_sums
from steepest.objective.linear import LinearObjective
from steepest.objective.sparse_moments import SparseCurvature

N, D = 90, 11
# What is refused is so of sparse rows too: test_every_combination.py.
PIECES = [
    row
    for row in dict.fromkeys((*row[:6], row[7]) for row in pairwise_rows())
    if not refusal(*row[:5])
]


def cases() -> list[object]:
    """Return the pairwise rows; long are sweeps that bring no rule or kind of kernel anew."""
    seen: set[str] = set()
    made: list[object] = []
    for row in PIECES:
        loss, penalty, rule, size, _, weighted, _ = row
        news = {rule, "weights" if weighted else "", "coupled" if LOSSES[loss].coupled else ""}
        if rule == "plain":  # the kernels of sparse_kernel.py; all others are one
            kind = (
                "lazy" if penalty in ("l1", "elasticnet") else "single" if size == 1 else "scaled"
            )
            news |= {kind, f"{penalty} of {kind}"}
        long = size is not None and news <= seen
        if size is not None:
            seen |= news
        made.append(pytest.param(row, marks=pytest.mark.long) if long else row)
    return made


def both(
    loss: str, *, weighted: bool = False, filled: float = 0.3
) -> tuple[ArraySource, SparseSource]:
    """The same table of few filled entries, with an empty row and an empty column, twice."""
    random = np.random.default_rng(3)
    X = random.normal(size=(N, D)) * (random.random((N, D)) < filled)
    X[17], X[:, 4] = 0.0, 0.0
    score = X @ random.normal(size=D) * 0.5 + 0.3 + 0.6 * random.normal(size=N)
    labels = np.digitize(score, [-0.3, 0.6])
    y = {
        "finite": lambda: score,
        "binary": lambda: (score > 0.2).astype(float),
        "counts": lambda: random.poisson(np.exp(score)).astype(float),
        "positive": lambda: np.exp(score),
        "shares": lambda: np.eye(3)[labels],
    }[LOSSES[loss].domain]()
    weight = random.uniform(0.3, 2.0, N) if weighted else None
    dense = ArraySource(X, y.reshape(N, -1), weight)
    return dense, SparseSource.of(csr_array(X), y.reshape(N, -1), weight)


def scaled() -> Coordinates:
    scale = np.linspace(0.5, 2.0, D)
    scale[7] = np.inf  # taken out, as a constant column is
    return Coordinates(np.zeros(D), scale, True)


@pytest.mark.parametrize("row", cases(), ids=lambda row: "-".join(map(str, row)))
def test_sparse_rows_descend_as_the_same_rows_dense(
    row: tuple[str, str, str, int | None, float | str, bool, str],
) -> None:
    loss, penalty, rule, size, rate, weighted, order = row
    sized = {None: {}, 1: {"method": "stochastic"}, 7: {"method": "mini-batch", "batch_size": 7}}
    dense, sparse = both(loss, weighted=weighted)
    options = {"loss": loss, "penalty": penalty, "alpha": 0.05, "rule": rule, "order": order}
    options |= {"learning_rate": rate, "tolerance": 0.0, "epochs": 6, "seed": 5, **sized[size]}
    options |= {"coordinates": scaled(), "record_all": True}
    a, b = minimize(dense, **options), minimize(sparse, **options)
    np.testing.assert_allclose(b.path, a.path, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(b["loss"], a["loss"], rtol=1e-9)
    assert b.ending.name == a.ending.name
    if size is not None:  # every update, and its gradient
        for name in ("parameters", "gradient", "update", "batch"):
            np.testing.assert_allclose(b.updates[name], a.updates[name], rtol=1e-9, atol=1e-11)
    if penalty == "l1":
        np.testing.assert_array_equal(b.parameters == 0.0, a.parameters == 0.0)


@pytest.mark.parametrize("penalty", ["l1", "elasticnet", "l2"])
@pytest.mark.parametrize("alpha", [0.3, 9.0, 10.0, 11.0, 25.0])
def test_penalties_stronger_than_a_step_are_caught_up_too(penalty: str, alpha: float) -> None:
    loss = "squared_error" if penalty == "l2" else "absolute"  # their kernels are there already
    dense, sparse = both(loss)
    options = {"penalty": penalty, "alpha": alpha, "l1_ratio": 1e-4, "learning_rate": 0.1}
    options |= {"loss": loss, "method": "stochastic", "epochs": 1, "tolerance": 0.0}
    start = np.linspace(-3.0, 3.0, D + 1)[:, None]
    with np.errstate(all="ignore"):
        a, b = (minimize(rows, start=start, **options) for rows in (dense, sparse))
    np.testing.assert_allclose(b.path[-1], a.path[-1], rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("loss", ["squared_error", "logistic", "softmax"])
@pytest.mark.parametrize("weighted", [False, True])
def test_compiled_passes_equal_plain_ones(
    loss: str, weighted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    dense, sparse = both(loss, weighted=weighted)
    where = scaled()
    point = np.random.default_rng(0).normal(size=(D + 1, dense.targets))
    seen = [rows.in_coordinates(where.shift, where.scale) for rows in (dense, sparse)]
    a = LinearObjective(seen[0], LOSSES[loss], True)
    b = LinearObjective(seen[1], LOSSES[loss], True)
    for plain in (10**9, -1):
        monkeypatch.setattr(sparse_sums, "PLAIN_ENTRIES", plain)
        value, gradient = b.value_and_gradient(point)
        assert value == pytest.approx(a.value_and_gradient(point)[0], rel=1e-12)
        assert float(b.value(point)) == value
        np.testing.assert_allclose(gradient, a.gradient(point), rtol=1e-11, atol=1e-13)


def test_bits_of_a_pass_do_not_depend_on_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    X = random_array((70_000, 40), density=0.1, format="csr", rng=np.random.default_rng(0))
    y = np.random.default_rng(1).normal(size=(70_000, 1))
    point = np.linspace(-1.0, 1.0, 41)[:, None]
    found = []
    for cores in (1, 2, 3, 7):
        monkeypatch.setattr(sparse_sums, "available_cores", lambda cores=cores: cores)
        rows = SparseSource.of(X, y)
        found.append(LinearObjective(rows, LOSSES["squared_error"], True).value_and_gradient(point))
    for value, gradient in found[1:]:
        assert value == found[0][0]
        assert (gradient == found[0][1]).all()


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """No moments, as where columns are many; dense rows are walked in numpy."""
    monkeypatch.setattr(sparse_moments, "MOST_MOMENT_COLUMNS", 3)
    monkeypatch.setattr(plan, "PLAIN_UPDATES", 10**18)


@pytest.mark.parametrize("order", ["random", "given"])
@pytest.mark.parametrize(
    ("loss", "size"),
    [
        *((loss, None) for loss in ("squared_error", "logistic", "absolute", "huber")),
        *(("squared_error", 1), ("absolute", 7)),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (("squared_error", 7), ("logistic", 1), ("logistic", 7))
        ),
        *(
            pytest.param(*one, marks=pytest.mark.long)
            for one in (("absolute", 1), ("huber", 1), ("huber", 7))
        ),
    ],
)
def test_auto_without_moments_descends(wide: None, loss: str, size: int | None, order: str) -> None:
    sized = {None: {}, 1: {"method": "stochastic"}, 7: {"method": "mini-batch", "batch_size": 7}}
    dense, sparse = both(loss, weighted=True)
    options = {"loss": loss, "order": order, "epochs": 60, "tolerance": 0.0, **sized[size]}
    if loss == "absolute":  # its kernel with L1 is there already
        options |= {"penalty": "l1", "alpha": 1e-4}
    trace, known = minimize(sparse, **options), minimize(dense, **options)
    loss_then = trace["loss"][~np.isnan(trace["loss"])]
    assert loss_then[-1] < loss_then[0]
    if LOSSES[loss].smooth:  # a sufficient bound is at most the one that moments give
        assert trace.metadata["learning_rate"] <= 1.1 * known.metadata["learning_rate"]
    assert trace.metadata["engine"] == ("pass" if size is None else "sweep")


def test_the_largest_curvature_is_bounded_from_above_and_closely() -> None:
    for intercept, weighted in product((False, True), repeat=2):
        dense, sparse = both("squared_error", weighted=weighted)
        A = np.concatenate([np.ones((N, int(intercept))), dense.X], axis=1)
        share = np.ones(N) if dense.weight is None else dense.weight / dense.weight.mean()
        true = np.linalg.eigvalsh((A * share[:, None]).T @ A / N)[-1]
        assert true <= SparseCurvature(sparse, intercept).largest() <= 1.12 * true


def test_a_divergence_without_moments_names_the_proven_rate(wide: None) -> None:
    _, sparse = both("squared_error")
    trace = minimize(sparse, learning_rate=30.0, method="stochastic")
    assert trace.ending.name == "diverged"
    assert "proven stable for these sparse rows" in trace.ending.sentence()
    bound = float(str(trace.ending.facts["largest_stable_rate"]))
    assert minimize(sparse, learning_rate=bound, epochs=50).ending.name != "diverged"


def test_a_million_columns_stay_sparse() -> None:
    n, d = 1_000, 1_000_000
    random = np.random.default_rng(0)
    columns = random.integers(0, d, size=(n, 20)).ravel()
    X = coo_array((random.normal(size=20 * n), (np.repeat(np.arange(n), 20), columns)), (n, d))
    y = random.normal(size=n)
    tracemalloc.start()
    for options in ({"method": "stochastic", "epochs": 2}, {"epochs": 3}):
        minimize(SparseSource.of(X, y), penalty="l2", alpha=0.01, tolerance=0.0, **options)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 400e6  # dense rows would take 8 GB, a trace keeps 64 MiB of points


def test_what_lies_outside_of_the_matrix_is_refused_before_it_is_read() -> None:
    def broken(**arrays: object) -> csr_matrix:
        X = csr_matrix(np.eye(4))
        for name, value in arrays.items():
            setattr(X, name, value)
        return X

    far, negative = np.array([0, 1, 2, 10**6]), np.array([0, -1, 2, 3])
    for arrays in (
        {"indices": far},
        {"indices": negative},
        {"indptr": np.array([0, 1, 2, 3, 10**6])},
        {"indptr": np.array([0, 3, 2, 3, 4])},
        {"indptr": np.array([0, 1, 2])},
        {"data": np.ones(2)},
        {"data": np.ones(4, dtype=complex)},
    ):
        with pytest.raises(InputError) as caught:
            SparseSource.of(broken(**arrays), np.zeros(4))
        assert caught.value.name == "sparse_arrays_impossible"
    with pytest.raises(InputError):
        SparseSource(np.ones(1), np.array([9]), np.array([0, 1]), 3, np.zeros((1, 1)))


def test_entries_given_twice_count_with_their_sum_and_leave_the_matrix_alone() -> None:
    X = csr_matrix((np.array([1.0, 2.0, 3.0]), np.array([2, 0, 2]), np.array([0, 3, 3])), (2, 3))
    X.data.flags.writeable = False
    rows = SparseSource.of(X, np.zeros(2))
    assert rows.values.tolist() == [2.0, 4.0]
    assert rows.indices.tolist() == [0, 2]
    assert X.nnz == 3
    rows = SparseSource.of(X.astype(np.int32), np.zeros(2))
    assert rows.values.dtype == np.float64


def test_centring_is_refused() -> None:
    _, sparse = both("squared_error")
    with pytest.raises(InputError) as caught:
        minimize(sparse, coordinates=Coordinates(np.ones(D), np.ones(D), True))
    assert caught.value.name == "sparse_not_centred"


def test_notes_say_that_nothing_is_centred_and_what_rules_cost() -> None:
    _, sparse = both("squared_error")
    trace = minimize(sparse, rule="momentum", learning_rate=0.01, method="stochastic", epochs=2)
    assert [one["phrase"] for one in trace.metadata["notes"]] == [
        "sparse_as_they_are",
        "sparse_rule_dense",
    ]
