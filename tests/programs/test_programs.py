"""Programs: what is minimized is a function of arrays; the same loop, trace, endings, orders."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from steepest import ArraySource, InputError, basins, load_trace, minimize, program_of
from steepest.data.draws import epoch_order
from steepest.descent.rules import RULES

jax = pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
jnp = jax.numpy

RANDOM = np.random.default_rng(7)
X = RANDOM.normal(size=(203, 3))
Y = X @ [1.0, -2.0, 0.5] + 0.1 * RANDOM.normal(size=203)


def bowl(p: Any) -> Any:
    return ((p - 3.0) ** 2).sum()


def squared_error(w: Any, batch: Any) -> Any:
    rows, y = batch
    return jnp.mean((rows @ w - y) ** 2)


def rosenbrock(p: Any) -> Any:
    return (1.0 - p[0]) ** 2 + 100.0 * (p[1] - p[0] ** 2) ** 2


# ---- the same iterates as the linear engines ---------------------------------------------------


@pytest.mark.parametrize("rule", list(RULES))
@pytest.mark.parametrize(
    "how",
    [
        {"method": "batch"},
        {"method": "mini-batch", "batch_size": 20},  # 203 rows: the last batch has 3
        {"method": "mini-batch", "batch_size": 29},  # no rest
        {"method": "stochastic"},
        {"method": "mini-batch", "batch_size": 20, "order": "given"},
        {"method": "mini-batch", "batch_size": 20, "schedule": "inverse-time"},
    ],
    ids=lambda how: "-".join(map(str, how.values())),
)
def test_a_program_walks_the_path_of_the_linear_engines(rule: str, how: dict[str, Any]) -> None:
    common = {"rule": rule, "learning_rate": 0.01, "epochs": 4, "tolerance": 0.0, "seed": 5, **how}
    ours = minimize(squared_error, start=np.zeros(3), data=(X, Y), **common)
    theirs = minimize(ArraySource(X, Y[:, None]), intercept=False, **common)
    assert np.abs(ours.path - theirs.path).max() < 1e-12
    for column in ("epoch", "updates", "rate", "loss", "gradient_norm"):
        known = np.isfinite(theirs[column]) & np.isfinite(ours[column])
        assert known.any()
        assert np.allclose(ours[column][known], theirs[column][known], rtol=1e-10)
    if "running_loss" in theirs.columns:
        assert np.allclose(ours["running_loss"][1:], theirs["running_loss"][1:], rtol=1e-10)
        for name in ("update", "batch", "parameters", "gradient"):
            assert np.allclose(ours.updates[name], theirs.updates[name], rtol=1e-9, atol=1e-12)


def test_one_epoch_by_hand() -> None:
    trace = minimize(
        squared_error,
        start=np.zeros(3),
        data=(X, Y),
        method="mini-batch",
        batch_size=50,
        learning_rate=0.05,
        epochs=1,
        seed=3,
    )
    w, order = np.zeros(3), epoch_order(203, 3, 0)
    for first in range(0, 203, 50):
        rows = order[first : first + 50]
        w -= 0.05 * 2.0 * X[rows].T @ (X[rows] @ w - Y[rows]) / len(rows)
    assert np.allclose(trace.parameters[:, 0], w, atol=1e-14)


def test_same_seed_same_bits_and_another_seed_another_path() -> None:
    runs = [
        minimize(
            squared_error,
            start=np.zeros(3),
            data=(X, Y),
            method="mini-batch",
            batch_size=20,
            epochs=3,
            seed=seed,
        )
        for seed in (1, 1, 2)
    ]
    assert (runs[0].path == runs[1].path).all()
    assert (runs[0].path[1] != runs[2].path[1]).any()


# ---- trees, dtypes -----------------------------------------------------------------------------


def test_a_tree_of_arrays() -> None:
    def loss(tree: Any, batch: Any) -> Any:
        rows, y = batch["X"], batch["y"]
        return jnp.mean((rows @ tree["w"] + tree["b"][0] - y) ** 2)

    start = {"w": np.zeros(3), "b": (np.array(0.0),)}
    trace = minimize(loss, start=start, data={"X": X, "y": Y + 4.0}, epochs=500)
    design = np.column_stack([np.ones(203), X])
    wanted = np.linalg.lstsq(design, Y + 4.0, rcond=None)[0]
    assert trace.ending.name == "converged"
    assert np.allclose(trace.parameters[:, 0], wanted, atol=1e-7)
    assert trace.metadata["tree"] == [{"name": "b.0", "shape": []}, {"name": "w", "shape": [3]}]
    program = program_of(loss, start, {"X": X, "y": Y})
    assert program.names == ("b.0", "w[0]", "w[1]", "w[2]")
    tree = program.tree_at(trace.parameters)
    assert np.allclose(tree["w"], wanted[1:], atol=1e-7)


def test_nobody_s_settings_are_touched() -> None:
    before = jnp.ones(2).dtype
    minimize(bowl, start=[1.0, 2.0])
    assert jnp.ones(2).dtype == before == np.float32
    assert not jax.config.jax_enable_x64


def test_float32_is_float32_where_every_array_is() -> None:
    seen = []

    def loss(p: Any) -> Any:
        seen.append(p.dtype)
        return (p**2).sum()

    minimize(loss, start=np.ones(2, np.float32), epochs=1)
    assert set(seen) == {np.dtype(np.float32)}
    seen.clear()
    minimize(loss, start=np.ones(2), epochs=1)
    assert set(seen) == {np.dtype(np.float64)}


# ---- derivatives -------------------------------------------------------------------------------


def test_derivatives_are_rosenbrock_s() -> None:
    program = program_of(rosenbrock, [-1.2, 1.0])
    x, y = points = RANDOM.normal(size=(2, 50))
    stack = points.T[..., None]
    slope = np.stack([-2.0 * (1.0 - x) - 400.0 * x * (y - x**2), 200.0 * (y - x**2)], axis=1)
    assert np.allclose(program.value(stack), (1 - x) ** 2 + 100 * (y - x**2) ** 2, rtol=1e-13)
    assert np.allclose(program.gradient(stack)[..., 0], slope, rtol=1e-11, atol=1e-11)
    hessian = program.hessian(stack)
    assert np.allclose(hessian[:, 0, 0], 2.0 - 400.0 * (y - 3.0 * x**2), rtol=1e-11)
    assert np.allclose(hessian[:, 0, 1], -400.0 * x)
    assert np.allclose(hessian[:, 1, 1], 200.0)


def test_values_over_many_rows_are_summed_from_parts() -> None:
    rows = RANDOM.normal(size=(2000, 3))
    y = rows.sum(axis=1) + 1.0
    whole = program_of(squared_error, np.ones(3), (rows, y))
    parts = program_of(squared_error, np.ones(3), (rows, y), mean=True)
    assert parts.in_parts
    assert not whole.in_parts
    point = RANDOM.normal(size=(3, 1))
    for one, other in zip(
        whole.value_and_gradient(point), parts.value_and_gradient(point), strict=True
    ):
        assert np.allclose(one, other, rtol=1e-13)


# ---- auto ---------------------------------------------------------------------------------------


def test_backtracking_finds_rosenbrock_s_minimum() -> None:
    trace = minimize(rosenbrock, start=[-1.2, 1.0], epochs=20_000)
    assert trace.ending.name == "converged"
    assert np.allclose(trace.parameters[:, 0], 1.0, atol=1e-5)
    assert (np.diff(trace["loss"]) <= 1e-14).all()
    assert trace.metadata["automatic_rate"] is True


def test_backtracking_on_batches_obeys_its_condition() -> None:
    """Replay in numpy: every step lowers its own batch by half of what the slope promises."""
    trace = minimize(
        squared_error,
        start=np.zeros(3),
        data=(X, Y),
        method="mini-batch",
        batch_size=20,
        epochs=3,
        tolerance=0.0,
        seed=2,
    )
    points = [*trace.updates["parameters"][..., 0], trace.parameters[:, 0]]
    gradients = trace.updates["gradient"][..., 0]
    steps = [
        float(((points[i] - points[i + 1]) @ gradients[i]) / (gradients[i] @ gradients[i]))
        for i in range(len(gradients))
    ]
    for i, (update, step) in enumerate(zip(trace.updates["update"], steps, strict=True)):
        epoch, batch = divmod(int(update) - 1, 11)
        rows = epoch_order(203, 2, epoch)[20 * batch : 20 * (batch + 1)]
        loss = [np.mean((X[rows] @ point - Y[rows]) ** 2) for point in (points[i], points[i + 1])]
        square = float(gradients[i] @ gradients[i])
        assert loss[1] <= loss[0] - 0.5 * step * square + 1e-15
        grown = steps[i] / steps[i - 1] if i else 1.0
        assert grown <= 2.0 ** (20 / 203) * (1 + 1e-9)


def test_backtracking_on_batches_converges_where_one_point_fits_all() -> None:
    trace = minimize(
        squared_error,
        start=np.zeros(3),
        data=(X, X @ [1.0, -2.0, 0.5]),
        method="mini-batch",
        batch_size=20,
        epochs=200,
    )
    assert trace.ending.name == "converged"
    assert np.allclose(trace.parameters[:, 0], [1.0, -2.0, 0.5], atol=1e-6)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"rule": "adam"}, "rule_needs_rate"),
        ({"schedule": "cosine"}, "schedule_needs_rate"),
        ({"method": "stochastic"}, "program_method_needs_data"),
        ({"start": None}, "program_needs_start"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(options: dict[str, Any], name: str) -> None:
    with pytest.raises(InputError) as caught:
        minimize(bowl, **{"start": [1.0], **options})
    assert caught.value.name == name


# ---- endings -----------------------------------------------------------------------------------


def test_divergence_names_the_update() -> None:
    trace = minimize(bowl, start=[4.0], learning_rate=1.05, epochs=500)
    # the distance grows by 1.1 an update; 1000 times the larger of 1 and the loss at zero, 9
    factor = 1.1 ** (2 * np.arange(1, 500))
    assert trace.ending.name == "diverged"
    assert trace.ending.facts["update"] == int(np.argmax(factor > 9e3)) + 1
    assert "the rate 1.05" in trace.ending.sentence()


def test_divergence_on_batches_names_the_update() -> None:
    trace = minimize(
        squared_error,
        start=np.zeros(3),
        data=(X, Y),
        method="mini-batch",
        batch_size=20,
        learning_rate=2.0,
        order="given",
        epochs=50,
    )
    limit = 1e3 * np.mean(Y**2)
    w, update = np.zeros(3), 0
    while np.mean((X @ w - Y) ** 2) <= limit:
        rows = np.arange(203)[20 * (update % 11) : 20 * (update % 11 + 1)]
        w -= 2.0 * 2.0 * X[rows].T @ (X[rows] @ w - Y[rows]) / len(rows)
        update += 1
    assert trace.ending.name == "diverged"
    assert trace.ending.facts["update"] == update


def test_target_loss_and_epochs() -> None:
    trace = minimize(bowl, start=[9.0], learning_rate=0.01, target_loss=1.0)
    assert trace.ending.name == "target_loss_reached"
    assert minimize(bowl, start=[9.0], learning_rate=1e-4, epochs=3).ending.name == "epochs_used_up"
    assert minimize(bowl, start=[3.0]).ending.facts["epochs"] == 0


def test_validation_rows_are_looked_at_and_the_trace_can_be_kept(tmp_path: Any) -> None:
    trace = minimize(
        squared_error, start=np.zeros(3), data=(X[:100], Y[:100]), validation=(X[100:], Y[100:])
    )
    w = trace.parameters[:, 0]
    assert trace["validation_loss"][-1] == pytest.approx(np.mean((X[100:] @ w - Y[100:]) ** 2))
    trace.save(tmp_path)
    loaded = load_trace(tmp_path)
    assert (loaded.path == trace.path).all()
    assert loaded.ending.sentence("zh-CN") == trace.ending.sentence("zh-CN")


def test_watch_is_told() -> None:
    seen: list[float] = []
    rows = np.zeros((5, 1))
    minimize(
        lambda p, batch: ((p - 3.0 + batch[0]) ** 2).sum(),
        start=[9.0],
        data=rows,
        learning_rate=0.1,
        epochs=4,
        watch=lambda row: seen.append(row["loss"]),
    )
    assert np.allclose(seen, 36.0 * 0.8 ** (2 * np.arange(1, 5)))


@pytest.mark.parametrize(
    ("start", "ending"),
    [([1.0, 0.0], "saddle"), ([1.0, 1e-3], "unbounded"), ([3.0, 0.0], "saddle")],
)
def test_a_saddle_is_called_one(start: list[float], ending: str) -> None:
    trace = minimize(lambda p: p[0] ** 2 - p[1] ** 2, start=start, learning_rate=0.1)
    assert trace.ending.name == ending
    if ending == "saddle":
        assert np.allclose(trace.metadata["critical"]["hessian_eigenvalues"], [-2.0, 2.0])


def test_noise_drives_a_program_off_its_saddle() -> None:
    def saddle(p: Any) -> Any:
        return p[0] ** 2 - p[1] ** 2

    formula = minimize("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1, noise=0.1, epochs=60)
    trace = minimize(saddle, start=[1.0, 0.0], learning_rate=0.1, noise=0.1, epochs=60)
    assert np.allclose(trace.path, formula.path, rtol=1e-9, atol=1e-12)
    with pytest.raises(InputError, match="Noise"):
        minimize(squared_error, start=np.zeros(3), data=(X, Y), noise=0.1)


def test_many_starts_at_once_show_the_basins() -> None:
    """x^4/4 - x^2/2: minima at -1 and 1, and from 0 on a slope of zero."""
    starts = np.linspace(-2.0, 2.0, 40)[:, None]
    found = basins(program_of(lambda p: (p**4 / 4 - p**2 / 2).sum(), [0.5]), starts)
    assert np.allclose(sorted(place.point[0] for place in found.places), [-1.0, 1.0], atol=1e-6)
    ends = np.array([found.places[i].point[0] for i in found.which])
    assert (np.sign(ends) == np.sign(starts[:, 0])).all()


# ---- what cannot be minimized ------------------------------------------------------------------

NOT_MINIMIZED = {
    "not a scalar": (lambda p: p**2, [1.0, 2.0], "program_not_scalar", "(2,)"),
    "two results": (lambda p: (p.sum(), p.sum()), [1.0], "program_not_scalar", "()"),
    "complex": (lambda p: (p * 1j).sum(), [1.0, 2.0], "program_complex", "p[1] = 2"),
    "whole number": (lambda p: p.sum().astype(int), [1.0], "program_not_real", "int"),
    "nan": (lambda p: jnp.log(p).sum(), [-1.0], "program_not_finite", "p[0] = -1"),
    "infinite": (lambda p: 1.0 / p.sum(), [0.0], "program_not_finite", "inf"),
    "root at zero": (lambda p: jnp.sqrt(p).sum(), [4.0, 0.0], "program_no_gradient", "'p[1]'"),
    "kink": (lambda p: jnp.abs(p).sum(), [4.0, 0.0], "program_kink", "'p[1]'"),
    "kink of a maximum": (
        lambda p: jnp.maximum(p[0], 2.0 * p[0]) + p[1] ** 2,
        [0.0, 1.0],
        "program_kink",
        "1 before and 2 after",
    ),
    "python float": (lambda p: float(p[0]), [1.0], "program_not_followed", "Concretization"),
    "python if": (lambda p: p[0] if p[0] > 0 else -p[0], [1.0], "program_not_followed", "Bool"),
    "whole parameters": (bowl, [1, 2], "program_integer_parameters", "int64"),
    "boolean parameters": (bowl, np.array([True]), "program_integer_parameters", "bool"),
    "complex parameters": (bowl, np.array([1j]), "program_complex_parameters", "'p'"),
    "text": (bowl, np.array(["a"]), "program_bad_parameters", "<U1"),
    "no parameter": (bowl, {}, "program_no_parameters", "no array"),
    "empty": (bowl, np.zeros((0, 3)), "program_bad_parameters", "empty"),
    "nan parameter": (bowl, [np.nan], "init_not_finite", "p"),
    "name of a tree": (
        lambda t: t["a"].sum() + jnp.sqrt(t["b"]["c"]).sum(),
        {"a": np.ones(2), "b": {"c": np.zeros(2)}},
        "program_no_gradient",
        "'b.c[0]'",
    ),
}


@pytest.mark.parametrize("case", NOT_MINIMIZED.values(), ids=NOT_MINIMIZED.keys())
def test_what_cannot_be_minimized_is_named_with_its_point(case: Any) -> None:
    function, start, name, part = case
    with pytest.raises(InputError) as caught:
        minimize(function, start=start)
    assert caught.value.name == name
    assert part in caught.value.message


@pytest.mark.parametrize(
    "function", [bowl, rosenbrock, lambda p: jnp.abs(p - 1e-3).sum(), lambda p: 1e9 * (p**4).sum()]
)
def test_smooth_starts_are_not_called_kinks(function: Any) -> None:
    for point in RANDOM.normal(size=(5, 2)):
        program_of(function, point)


def test_a_sum_over_rows_is_refused_for_batches() -> None:
    def total(w: Any, batch: Any) -> Any:
        return ((batch[0] @ w - batch[1]) ** 2).sum()

    with pytest.raises(InputError, match="no mean over rows"):
        minimize(total, start=np.zeros(3), data=(X, Y), method="stochastic")
    assert minimize(total, start=np.zeros(3), data=(X, Y)).ending.name == "converged"


def test_a_penalty_beside_the_mean_is_a_mean() -> None:
    def ridge(w: Any, batch: Any) -> Any:
        return squared_error(w, batch) + 0.1 * (w**2).sum()

    trace = minimize(ridge, start=np.zeros(3), data=(X, Y), epochs=500)
    wanted = np.linalg.solve(X.T @ X / 203 + 0.1 * np.eye(3), X.T @ Y / 203)
    assert np.allclose(trace.parameters[:, 0], wanted, atol=1e-7)
    minimize(ridge, start=np.zeros(3), data=(X, Y), method="stochastic", epochs=1)


def test_rows_must_match() -> None:
    with pytest.raises(InputError) as caught:
        minimize(squared_error, start=np.zeros(3), data=(X, Y[:-1]))
    assert caught.value.facts["counts"] == [202, 203]


def test_compilation_is_shown_and_not_counted_and_done_once() -> None:
    def fresh(w: Any, batch: Any) -> Any:
        return squared_error(w, batch) + 0.0 * w.sum()

    how = {"start": np.zeros(3), "data": (X, Y), "method": "mini-batch", "epochs": 2}
    first, second = (minimize(fresh, **how) for _ in range(2))
    assert first.metadata["compilation_seconds"] > 0.01
    assert first.last("seconds") < 0.5 * first.metadata["compilation_seconds"]
    assert second.metadata["compilation_seconds"] == 0.0


def test_without_jax_one_line_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['jax'] = None\n"
        "import steepest\n"
        "try:\n    steepest.minimize(lambda p: p.sum(), start=[1.0])\n"
        "except steepest.InputError as error:\n    print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert "pip install 'steepest[autodiff]'" in done.stdout
    assert done.stdout.count("\n") == 1
