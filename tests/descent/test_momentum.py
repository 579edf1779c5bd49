"""Another momentum than 0.9: every engine takes the papers' updates with it, and bounds follow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_descent import random_rows

from steepest import FitOptions, GradientDescentRegressor, InputError, fit, minimize, rule_of
from steepest.descent import plan
from steepest.descent.rules import factors

B, RATE, EPOCHS = 0.35, 0.02, 6


def by_hand(rule: str, gradient, start: np.ndarray, steps: int, b: float = B) -> np.ndarray:
    """Polyak 1964 and Nesterov 1983 in their two-point forms, another writing than the table's."""
    x = before = np.array(start, dtype=float)
    for _ in range(steps):
        if rule == "momentum":
            x, before = x - RATE * gradient(x) + b * (x - before), x
        else:
            after = x - RATE * gradient(x)
            x, before = after + b * (after - before), after
    return x


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
@pytest.mark.parametrize("engine", ["moments", "pass", "sweep", "compiled"])
def test_every_engine_of_rows_takes_it(
    monkeypatch: pytest.MonkeyPatch, rule: str, engine: str
) -> None:
    monkeypatch.setattr(plan, "PLAIN_UPDATES", -1 if engine == "compiled" else 10**18)
    rows = random_rows(3, 15, 3, 1)
    A = np.column_stack([np.ones(15), rows.X])

    def gradient(w: np.ndarray) -> np.ndarray:
        return 2.0 / 15 * A.T @ (A @ w - rows.y)

    trace = minimize(
        rows,
        rule=rule,
        momentum=B,
        learning_rate=RATE,
        epochs=EPOCHS,
        tolerance=0.0,
        method="mini-batch",
        batch_size=15,
        engine=engine.replace("compiled", "sweep"),
    )
    wanted = by_hand(rule, gradient, np.zeros((4, 1)), EPOCHS)
    assert trace.parameters == pytest.approx(wanted, rel=1e-10)
    assert trace.metadata["rule"] == rule
    assert trace.metadata["hyperparameters"] == {"momentum": B}


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
def test_formulas_and_programs_take_it(rule: str) -> None:
    def slope(x: np.ndarray) -> np.ndarray:
        return np.array([[2.0], [20.0]]) * x

    options = {"rule": rule, "momentum": B, "learning_rate": RATE, "epochs": EPOCHS}
    options |= {"start": np.array([1.0, -2.0]), "tolerance": 0.0}
    wanted = by_hand(rule, slope, np.array([[1.0], [-2.0]]), EPOCHS)
    for function in ("x**2 + 10*y**2", lambda p: p[0] ** 2 + 10.0 * p[1] ** 2):
        found = minimize(function, **options).parameters
        assert found == pytest.approx(wanted, rel=1e-12)


def test_a_program_compiles_each_momentum_anew() -> None:
    def distance(p, rows):
        return ((rows - p) ** 2).mean()

    data = np.linspace(-1.0, 3.0, 8)
    ends = [
        minimize(
            distance,
            start=0.0,
            data=data,
            method="mini-batch",
            batch_size=4,
            order="given",
            rule="momentum",
            momentum=b,
            learning_rate=RATE,
            epochs=3,
            tolerance=0.0,
        ).parameters[0, 0]
        for b in (0.0, 0.5)
    ]
    for b, end in zip((0.0, 0.5), ends, strict=True):
        x = v = 0.0
        for batch in [*data.reshape(2, 4)] * 3:
            v = b * v - RATE * 2.0 * (x - batch.mean())
            x += v
        assert end == pytest.approx(x, rel=1e-12)


@pytest.mark.parametrize("rule", ["momentum", "nesterov"])
@given(st.floats(0.0, 0.99), st.floats(1e-3, 1e3))
@settings(max_examples=60, deadline=None)
def test_the_exact_bound_is_sharp_at_every_momentum(rule: str, b: float, L: float) -> None:
    chosen = rule_of(rule, b)
    limit = chosen.stable.quadratic / L
    assert factors(chosen, 0.999 * limit, [L])[0] < 1.0
    assert factors(chosen, 1.001 * limit, [L])[0] > 1.0


def test_momentum_zero_is_plain_descent() -> None:
    rows = random_rows(5, 20, 2, 1)
    options = {"learning_rate": RATE, "epochs": 9, "tolerance": 0.0, "method": "stochastic"}
    plain = minimize(rows, **options)
    for rule in ("momentum", "nesterov"):
        found = minimize(rows, rule=rule, momentum=0.0, **options)
        assert found.parameters == pytest.approx(plain.parameters, rel=1e-12)
    assert rule_of("momentum", 0.0).stable == rule_of("plain").stable


@pytest.mark.parametrize("momentum", [1.0, -0.1, float("nan"), float("inf"), True, "0.5"])
def test_impossible_momenta_are_refused(momentum: object) -> None:
    with pytest.raises(InputError, match="from 0 to below 1"):
        minimize("x**2", start=[1.0], rule="momentum", momentum=momentum, learning_rate=0.1)


def test_rules_without_momentum_refuse_one() -> None:
    with pytest.raises(InputError, match="plain has no momentum"):
        minimize("x**2", start=[1.0], momentum=0.5, learning_rate=0.1)
    with pytest.raises(InputError, match="--momentum"):
        FitOptions(("y",), method="exhaustive", rule="momentum", momentum=0.5).checked()


def test_doors_hand_it_on(tmp_path: Path) -> None:
    x, y = [1.0, 2.0, 3.0, 4.0], [2.0, 4.1, 5.9, 8.0]
    table = tmp_path / "four.csv"
    table.write_text("x,y\n" + "".join(f"{a},{b}\n" for a, b in zip(x, y, strict=True)))
    asked = {"rule": "momentum", "learning_rate": 0.1, "epochs": 3, "tolerance": 0.0}
    run = fit(table, target="y", momentum=B, validation=0.0, **asked)
    assert run.summary["momentum"] == B
    one = GradientDescentRegressor(
        rule="momentum", momentum=B, learning_rate=0.1, max_iter=3, tol=None
    ).fit(np.array(x)[:, None], y)
    assert one.coef_[0] == pytest.approx(run.summary["coefficients"]["x"], rel=1e-12)
    other = fit(table, target="y", validation=0.0, **asked)
    assert other.summary["momentum"] == 0.9
    assert other.summary["coefficients"]["x"] != run.summary["coefficients"]["x"]
