"""Loss x penalty x rule x batch size x rate x layout, pairwise: all descend or are refused.

The long form walks all 76,032 combinations: ``make test-combinations``, 33 minutes of processor
time, so a quarter of an hour on two cores.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import numpy as np
import pytest
from scipy.sparse import csr_array
from test_every_loss import optimum_of, table

from steepest import LOSSES, PENALTIES, RULES, ArraySource, InputError, SparseSource, minimize
from steepest.descent import plan

FACTORS: dict[str, list[object]] = {
    "loss": list(LOSSES),
    "penalty": list(PENALTIES),
    "rule": list(RULES),
    "size": [None, 1, 7],
    "rate": ["auto", "backtracking", 0.01],
    "weighted": [False, True],
    "dtype": ["float64", "float32", "columns", "csr"],
    "order": ["random", "given"],
}
ALPHA = 0.05


def pairwise_rows() -> list[tuple[object, ...]]:
    """Rows that hold every pair of values of any two factors, chosen greedily."""
    names = list(FACTORS)
    open_pairs = {
        (a, x, b, y)
        for a, b in combinations(range(len(names)), 2)
        for x, y in product(range(len(FACTORS[names[a]])), range(len(FACTORS[names[b]])))
    }
    random, rows = np.random.default_rng(0), []
    while open_pairs:
        best: tuple[int, ...] = ()
        most = -1
        first = sorted(open_pairs)[0]
        for _ in range(30):
            row = [int(random.integers(len(FACTORS[name]))) for name in names]
            row[first[0]], row[first[2]] = first[1], first[3]
            pairs = combinations(range(len(names)), 2)
            gained = sum((a, row[a], b, row[b]) in open_pairs for a, b in pairs)
            if gained > most:
                best, most = tuple(row), gained
        open_pairs -= {(a, best[a], b, best[b]) for a, b in combinations(range(len(names)), 2)}
        rows.append(tuple(FACTORS[name][k] for name, k in zip(names, best, strict=True)))
    return rows


def refusal(loss: str, penalty: str, rule: str, size: int | None, rate: object) -> str:
    """The name of the refusal that is due, empty where all go together."""
    entry, memory = LOSSES[loss], RULES[rule].slots > 0
    if rate == "auto" and RULES[rule].stable is None:
        return "rule_without_auto"
    if penalty in ("l1", "elasticnet") and memory:
        return "rule_without_prox"
    if rate == "backtracking" and not entry.smooth:
        return "backtracking_needs_slopes"
    tested = rate == "backtracking" or (rate == "auto" and entry.smooth and not entry.bounded)
    if tested and size is not None:
        return "backtracking_of_batch" if rate == "backtracking" else "auto_without_bound"
    return "backtracking_of_plain" if tested and memory else ""


def laid_out(rows: ArraySource, dtype: str) -> ArraySource | SparseSource:
    if dtype == "csr":
        return SparseSource.of(csr_array(rows.X), rows.y, rows.weight)
    X = np.asfortranarray(rows.X) if dtype == "columns" else rows.X.astype(dtype)
    return ArraySource(X, rows.y, rows.weight)


def check(
    loss: str,
    penalty: str,
    rule: str,
    size: int | None,
    rate: float | str,
    weighted: bool,
    dtype: str,
    order: str,
) -> None:
    rows = table(loss, weighted=weighted)
    sized = {None: {}, 1: {"method": "stochastic"}, 7: {"method": "mini-batch", "batch_size": 7}}
    options = {"loss": loss, "penalty": penalty, "alpha": ALPHA, "rule": rule, "order": order}
    endless = LOSSES[loss].smooth and not LOSSES[loss].bounded
    if rate == 0.01 and (endless or (size == 1 and RULES[rule].slots)):
        rate = 0.001  # single rows run away, or hover above the start, at 0.01 under momentum
    options |= {"learning_rate": rate, "tolerance": 0.0, "epochs": 200, **sized[size]}
    due = refusal(loss, penalty, rule, size, rate)
    if due:
        with pytest.raises(InputError) as caught:
            minimize(laid_out(rows, dtype), **options)
        assert caught.value.name == due
        return
    trace = minimize(laid_out(rows, dtype), **options)
    assert trace.ending.name in ("epochs_used_up", "stalled")
    assert trace.ending.sentence()
    known = trace["loss"][~np.isnan(trace["loss"])]  # sweeps evaluate the objective at times
    assert np.isfinite(known).all()
    assert known[-1] < known[0]
    if penalty != "l2" or not LOSSES[loss].smooth:
        return
    value, _ = optimum_of(rows, loss, ALPHA)
    below = 1e-5 if dtype == "float32" else 1e-9  # of rounded features
    assert trace["loss"][-1] >= value * (1.0 - below)
    if rate == "backtracking":
        assert trace["loss"][-1] == pytest.approx(value, rel=1e-5)


def every() -> Iterator[tuple[object, ...]]:
    return product(*FACTORS.values())


@pytest.mark.parametrize("row", pairwise_rows(), ids=lambda row: "-".join(map(str, row)))
def test_pairs_descend_or_are_refused(
    row: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", 10**18)
    check(*row)


@pytest.mark.long
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("compiled", [False, True])
def test_everything_descends_or_is_refused(
    loss: str, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", -1 if compiled else 10**18)
    for row in every():
        if row[0] == loss:
            check(*row)
