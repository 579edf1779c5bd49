"""Programs as users write them: mistakes named in one line, kinks where a run ends."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import InputError, descent_figure, minimize, program_of, report, save_trace

jax = pytest.importorskip("jax", reason="programs need JAX: pip install 'steepest[autodiff]'")
jnp = jax.numpy

RANDOM = np.random.default_rng(5)
X = RANDOM.normal(size=(101, 3))
Y = X @ [1.0, -2.0, 0.5] + RANDOM.standard_t(1.5, size=101)
COUNTED: list[int] = []


def counting(p: Any) -> Any:
    COUNTED.append(1)
    return (p**2).sum() * len(COUNTED)


def drawing(p: Any) -> Any:
    return (p**2).sum() + RANDOM.normal()


def held(p: Any) -> Any:
    return (p * RANDOM.normal(size=2)).sum() ** 2


def assigning(p: Any) -> Any:
    p[0] = 1.0
    return p.sum()


def looping(p: Any) -> Any:
    while p[0] > 0:
        p = p - 1
    return p.sum()


def own_mistake(p: Any) -> Any:
    raise ValueError("two\nlines")


def nothing(p: Any) -> None:
    p.sum()


MISTAKES: dict[str, tuple[Any, str, str]] = {
    "counter": (counting, "program_not_pure", "p[0] = 1, p[1] = 2"),
    "random number": (drawing, "program_not_pure", "'drawing'"),
    "random array": (held, "program_not_pure", "'held'"),
    "numpy": (lambda p: np.sum(np.sin(p)), "program_not_followed", "TracerArray"),
    "math": (lambda p: math.sin(p[0]), "program_not_followed", "Concretization"),
    "while": (looping, "program_not_followed", "TracerBool"),
    "in place": (assigning, "program_raises", "immutable"),
    "key of an array": (lambda p: p["w"].sum(), "program_raises", "TypeError"),
    "own error": (own_mistake, "program_raises", "ValueError: two."),
    "no argument": (lambda: 1.0, "program_raises", "0 positional arguments"),
    "nothing": (nothing, "program_not_scalar", "returns None"),
    "text": (lambda p: "x", "program_not_scalar", "returns str"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_named_in_one_line(name: str) -> None:
    function, error, part = MISTAKES[name]
    with pytest.raises(InputError) as caught:
        minimize(function, start=[1.0, 2.0])
    assert caught.value.name == error
    assert part in caught.value.message
    assert "\n" not in str(caught.value)
    assert "forms.py" not in str(caught.value)


def test_the_remedy_names_the_shapes() -> None:
    with pytest.raises(InputError) as caught:
        minimize(
            lambda w, batch: jnp.mean(batch @ w), start={"a": np.ones(2)}, data=np.ones((4, 3))
        )
    assert caught.value.name == "program_raises_with_rows"
    assert "f(parameters, batch), the parameters being a (2,)" in str(caught.value)


def test_what_only_looks_impure_is_not_refused(capsys: pytest.CaptureFixture[str]) -> None:
    weights = np.array([1.0, np.nan])

    def printing(p: Any) -> Any:
        print("called")
        return (p**2).sum() + jnp.where(jnp.isnan(weights), 0.0, weights).sum()

    assert minimize(printing, start=[1.0, 2.0]).ending.name == "converged"
    assert "called" in capsys.readouterr().out
    softened = jax.jit(
        lambda p: jax.nn.softplus(p).sum() + jax.nn.relu(p - 9.0).sum() + (p**2).sum()
    )
    assert minimize(softened, start=[1.0, 2.0]).ending.name == "converged"


# ---- kinks where a run ends --------------------------------------------------------------------


def absolute(w: Any, batch: Any) -> Any:
    return jnp.abs(batch[0] @ w - batch[1]).mean()


def test_descent_that_crawls_along_a_kink_says_so() -> None:
    """Least absolute errors: a row's error is zero there, and its sign changes across the point."""
    trace = minimize(absolute, start=np.zeros(3), data=(X, Y), epochs=400)
    assert "kink" in trace.ending.phrase
    assert "折点" in trace.ending.sentence("zh-CN")
    errors = np.abs(X @ trace.parameters[:, 0] - Y)
    assert errors.min() < trace.ending.facts["distance"] * np.linalg.norm(X, axis=1).max()
    assert trace.ending.facts["before"] < 0.0 < trace.ending.facts["after"]


def test_a_kink_is_found_by_name_among_many_parameters() -> None:
    """A bowl in 120 parameters with a kink at 0 in one: the others end at 1."""
    wanted = np.ones(120)
    wanted[77] = 0.0

    def bowl(p: Any) -> Any:
        return ((p - 1.0) ** 2).sum() + 3.0 * jnp.abs(p[77])

    trace = minimize(bowl, start=np.full(120, 0.3), epochs=3000)
    assert trace.ending.phrase in ("program_kink_stalled", "program_kink_epochs")
    assert trace.ending.facts["name"] == "p[77]"
    assert trace.parameters[:, 0] == pytest.approx(wanted, abs=1e-2)
    # slopes of the kink: -2 - 3 before, -2 + 3 after, along the way that is taken
    assert trace.ending.facts["after"] - trace.ending.facts["before"] == pytest.approx(6.0, rel=0.1)


@pytest.mark.parametrize("function", [absolute, lambda w, b: jnp.mean((b[0] @ w - b[1]) ** 2)])
def test_smooth_ends_and_far_kinks_are_not_called_kinks(function: Any) -> None:
    trace = minimize(function, start=np.zeros(3), data=(X, Y), learning_rate=1e-3, epochs=5)
    assert trace.ending.phrase == "epochs_used_up"


# ---- without the extra -------------------------------------------------------------------------

DOORS = {
    "function": "steepest.minimize(lambda p: p.sum(), start=[1.0])",
    "program_of": "steepest.program_of(lambda p: p.sum(), [1.0])",
    "network": "steepest.minimize(steepest.Network((1, 1)), data=([[1.0]], [1.0]))",
    "fit": "steepest.fit('example:salary', target='salary', hidden=(3,))",
    "batches": "steepest.batch_escapes(lambda p, b: p.sum(), [1.0], [[1.0]], learning_rate=1.0)",
    "estimator": "steepest.GradientDescentNetworkRegressor().fit([[1.0], [2.0]], [1.0, 2.0])",
}


def test_without_jax_every_door_says_in_one_line_what_to_install() -> None:
    calls = "".join(
        f"try:\n    {call}\nexcept steepest.InputError as error:\n    print({name!r}, error)\n"
        for name, call in DOORS.items()
    )
    code = f"import sys; sys.modules['jax'] = None\nimport steepest\n{calls}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(DOORS)
    assert all("pip install 'steepest[autodiff]'" in line for line in lines)


def test_a_kept_run_of_a_program_is_reported_without_pictures(tmp_path: Path) -> None:
    def bowl(p: Any) -> Any:
        return (p[0] - 1.0) ** 2 + p[1] ** 2

    trace = minimize(bowl, start=[0.0, 2.0])
    page = report(save_trace(trace, tmp_path / "kept"))
    assert "bowl" in page
    assert "<svg" not in page
    with pytest.raises(InputError, match="Pass the function"):
        descent_figure(trace)
    drawn = descent_figure(trace, program_of(bowl, [0.0, 0.0]))
    assert drawn.kind == "descent"
