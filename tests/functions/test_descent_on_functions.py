"""Descent on functions: where it ends from the documented starts, and what each ending says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_formulas import TEXTS

from steepest import (
    FUNCTIONS,
    RULES,
    Formula,
    InputError,
    Trace,
    escapes,
    function_answer,
    load_trace,
    minimize,
    save_trace,
)

KINDS = ("minimum", "saddle", "maximum", "degenerate", "not_critical")
ENDS = [(name, *end) for name, entry in FUNCTIONS.items() for end in entry.ends]


def kind(trace: Trace) -> str:
    return str(trace.metadata["critical"]["kind"])


@pytest.mark.parametrize(("name", "start", "ending", "what"), ENDS)
def test_named_functions_reach_their_documented_end(
    name: str, start: tuple[float, ...], ending: str, what: str
) -> None:
    trace = minimize(name, start=start)
    assert (trace.ending.name, kind(trace)) == (ending, what)
    minima = FUNCTIONS[name].minima
    if what == "minimum" and name != "rastrigin":
        point = list(trace.metadata["critical"]["point"].values())
        if name == "styblinski-tang" and start == (1.0, 1.0):  # the valley of 2 (Newton by hand)
            minima = (((2.7468027709908, 2.7468027709908), -50.0588933),)
        nearest = min(minima, key=lambda one: math.dist(one[0], point))
        assert point == pytest.approx(list(nearest[0]), abs=2e-6)
        assert trace.last("loss") == pytest.approx(nearest[1], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("condition", ["1", "1e3", "1e6", "1e10"])
def test_bowls_of_any_condition_reach_their_minimum(condition: str) -> None:
    trace = minimize(f"bowl:{condition}", start=(-3.0, 2.0))
    assert (trace.ending.name, kind(trace)) == ("converged", "minimum")
    assert max(map(abs, trace.metadata["critical"]["point"].values())) < 1e-9


def test_plain_descent_on_the_saddle() -> None:
    stays = minimize("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1)
    falls = minimize("x**2 - y**2", start=[1.0, 1e-3], learning_rate=0.1)
    assert (stays.ending.name, falls.ending.name) == ("saddle", "unbounded")
    # x is multiplied by 0.8 in every update, y by 1.2: both counts follow.
    assert stays.last("updates") == math.ceil(math.log(1e-8) / math.log(0.8))
    need = math.log(math.sqrt(1e30) / 1e-3) / math.log(1.2)
    assert falls.last("updates") == math.ceil(need)
    assert falls.path[10, :, 0] == pytest.approx([0.8**10, 1e-3 * 1.2**10], rel=1e-13)


@pytest.mark.parametrize("rate", [0.1, "auto"])
@pytest.mark.parametrize(
    ("text", "start", "ending"),
    [
        ("x**2 - y**2", [0.0, 0.0], "saddle"),
        ("x*y", [0.0, 0.0], "saddle"),
        ("-x**2 - 3*y**2", [0.0, 0.0], "maximum"),
        ("x**3 - 3*x*y**2", [0.0, 0.0], "degenerate"),
        ("x**3", [0.0], "degenerate"),
        ("x**2 + y**2", [0.0, 0.0], "converged"),
    ],
)
def test_an_exact_start_on_a_critical_point(
    text: str, start: list[float], ending: str, rate: float | str
) -> None:
    for tolerance in (1e-8, 0.0):
        trace = minimize(text, start=start, learning_rate=rate, tolerance=tolerance)
        expected = "stalled" if ending == "converged" and tolerance == 0.0 else ending
        assert trace.ending.name == expected
        assert trace.last("updates") <= 1


@pytest.mark.parametrize(
    ("text", "start", "rate", "ending"),
    [
        ("x**3 - 3*x*y**2", [1.0, 0.0], 0.1, "degenerate"),
        ("x**2 + y**4", [1.0, 1.0], "auto", "degenerate"),
        ("(x - 2)**2 + (y - 3)**4 + 7", [1.0, 1.0], "auto", "degenerate"),
        ("y**4 - 4*y**3 + 6*y**2 - 4*y + 1", [0.3], "auto", "degenerate"),
        ("1e-6*y**2 + y**4", [0.7], "auto", "converged"),
        ("(x*y - 1)**2", [3.0, 1.0], "auto", "degenerate"),
        ("1 - exp(-x**2)", [30.0], "auto", "degenerate"),
        ("exp(-x)", [0.0], "auto", "converged"),
        ("-log(x)", [1.0], "auto", "unbounded"),
        ("-sqrt(x)", [1.0], "auto", "unbounded"),
        ("-exp(x)", [1.0], 0.1, "unbounded"),
        ("x**3", [-1.0], 0.1, "unbounded"),
        ("x", [0.0], 0.1, "epochs_used_up"),
        ("x**4", [3.0], 1.0, "diverged"),
        ("x*log(x)", [1.0], 2.0, "diverged"),
        ("x**2 + 1e14*(y - 3)**2", [3.0, 1.0], "auto", "converged"),
        ("abs(x)", [3.0], "auto", "stalled"),
        ("sqrt(x**2 + y**2)", [3.0, 1.0], "auto", "stalled"),
        ("x**2 - 10", [5.0], "auto", "converged"),
    ],
)
def test_endings(text: str, start: list[float], rate: float | str, ending: str) -> None:
    trace = minimize(text, start=start, learning_rate=rate)
    assert trace.ending.name == ending
    said = trace.ending.sentence()
    assert any(digit in said for digit in "123456789")
    if ending in ("unbounded", "diverged", "stalled", "epochs_used_up"):
        assert kind(trace) == "not_critical"


@pytest.mark.parametrize(
    ("text", "start", "phrase"),
    [
        ("x**2 + y**4", [1.0, 1.0], "function_degenerate_rises"),
        ("x**3", [0.0], "function_degenerate_falls"),
        ("x**3 - 3*x*y**2", [0.0, 0.0], "function_degenerate_falls"),
        ("1 - exp(-x**2)", [30.0], "function_degenerate_flat"),
        ("abs(x)", [3.0], "function_kink"),
        ("ackley", [0.3, -0.2], "function_kink"),
        ("ackley", [0.0, 0.0], "function_no_gradient"),
        ("-log(x)", [1.0], "function_runs_away"),
        ("asin(x) + 2*x**2", [0.3], "function_converged_minimum"),
        ("asin(x) + x", [-0.5], "function_wall"),
        ("1/x", [-1.0], "function_wall"),
        ("sqrt(x) + x", [1.0], "function_wall"),
        ("x/y", [-1.4, 1.6], "function_wall"),
        ("x*log(x)", [1.0], "function_converged_minimum"),
    ],
)
def test_the_sentence_says_what_is_true(text: str, start: list[float], phrase: str) -> None:
    assert minimize(text, start=start).ending.phrase == phrase


def test_a_constant_rate_too_small_to_move() -> None:
    trace = minimize("1e-20*x", start=[1.0], learning_rate=0.1)
    assert trace.ending.phrase == "function_stalled_constant"


def test_a_divisor_that_is_zero_everywhere() -> None:
    with pytest.raises(InputError) as refused:
        minimize("x/(y - y)", start=[1.0, 1.0])
    assert refused.value.name == "formula_nowhere"


def test_a_plateau_is_left_by_growing_steps() -> None:
    # At 6 the slope is 3e-15: a first step of 1 would not change a bit.
    assert kind(minimize("1 - exp(-x**2)", start=[6.0])) == "minimum"
    assert kind(minimize("1000 - exp(-x**2)", start=[5.0])) == "minimum"


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["auto", 0.1]), st.floats(-3.0, 3.0))
def test_every_formula_ends_with_a_sentence(text: str, rate: float | str, start: float) -> None:
    try:
        formula = Formula(text)
        trace = minimize(
            formula, start=[start] * len(formula.names), learning_rate=rate, epochs=200
        )
    except InputError:
        return
    assert "{" not in trace.ending.sentence()
    assert function_answer(trace)["kind"] in KINDS
    if rate == "auto":
        loss = trace["loss"]
        assert (np.diff(loss) <= 1e-12 * np.abs(loss[:-1])).all()


def test_a_straight_slope_is_said_to_go_on() -> None:
    trace = minimize("x + y**2", start=[0.0, 1.0], learning_rate=0.1, epochs=500)
    assert trace.ending.phrase == "function_epochs_falling"


def test_an_early_small_gradient_on_a_slope_is_not_taken_for_the_end() -> None:
    # 1e-8 of the gradient at this start is 0.2 and more: met anywhere in Rosenbrock's valley.
    trace = minimize("rosenbrock", start=[60.0, -40.0])
    assert (trace.ending.name, kind(trace)) == ("converged", "minimum")
    assert list(trace.metadata["critical"]["point"].values()) == pytest.approx([1.0, 1.0], abs=1e-8)


@pytest.mark.parametrize("text", ["goldstein-price", "rosenbrock", "six-hump-camel", "x**2 - 1000"])
def test_backtracking_never_rises(text: str) -> None:
    start = [7.0] if text == "x**2 - 1000" else [0.7, -0.6]
    loss = minimize(text, start=start, record_all=True)["loss"]
    assert (np.diff(loss) <= 1e-12 * np.abs(loss[:-1])).all()


def test_backtracking_refuses_the_outside() -> None:
    trace = minimize("x - log(x) + sqrt(x)", start=[100.0])
    assert trace.ending.name == "converged"
    root = trace.metadata["critical"]["point"]["x"]
    assert 1.0 - 1.0 / root + 0.5 / math.sqrt(root) == pytest.approx(0.0, abs=1e-12)
    assert (trace.path > 0.0).all()


def test_backtracking_obeys_armijo_and_counts_evaluations() -> None:
    class Counted(Formula):
        asked = 0

        def value(self, parameters):
            self.asked += parameters.ndim == 2
            return super().value(parameters)

    rosenbrock = Counted("100*(y - x**2)**2 + (1 - x)**2")
    trace = minimize(rosenbrock, start=[-1.2, 1.0], epochs=50)
    assert trace.last("evaluations") == rosenbrock.asked + 1  # the start's is the first
    falls, norms = -np.diff(trace["loss"]), trace["gradient_norm"][:-1]
    assert (falls >= 1e-4 * trace["rate"][1:] * norms**2).all()
    steps = np.linalg.norm(np.diff(trace.path[:, :, 0], axis=0), axis=1)
    assert steps == pytest.approx(trace["rate"][1:] * norms, rel=1e-9)


def test_constant_rates_are_hand_computed() -> None:
    trace = minimize("(x - 3)**2", start=[0.0], learning_rate=0.25, epochs=4, tolerance=0.0)
    assert trace.path[:, 0, 0].tolist() == [0.0, 1.5, 2.25, 2.625, 2.8125]
    assert trace["loss"].tolist() == [9.0, 2.25, 0.5625, 0.140625, 0.03515625]
    assert trace["evaluations"].tolist() == [1, 2, 3, 4, 5]
    falling = minimize("x", start=[0.0], learning_rate=1.0, epochs=4, schedule="inverse-time")
    assert falling["rate"][1:].tolist() == [1.0, 0.5, 1 / 3, 0.25]


@pytest.mark.parametrize("rule", [name for name in RULES if name != "plain"])
def test_every_update_rule_descends_on_functions(rule: str) -> None:
    trace = minimize("bowl", start=[1.0, 1.0], rule=rule, learning_rate=0.05, epochs=20_000)
    assert trace.last("loss") < 1e-6
    assert trace.metadata["rule"] == rule
    with pytest.raises(InputError):
        minimize("bowl", rule=rule)


def test_momentum_is_hand_computed() -> None:
    trace = minimize("x**2/2", start=[1.0], rule="momentum", learning_rate=0.5, epochs=3)
    # velocity: -0.5, then 0.9 (-0.5) - 0.5 0.5 = -0.7, then 0.9 (-0.7) - 0.5 (-0.2) = -0.53
    assert trace.path[:, 0, 0] == pytest.approx([1.0, 0.5, -0.2, -0.73], rel=1e-14)


def test_target_loss_watch_and_epochs() -> None:
    seen: list[float] = []
    trace = minimize(
        "x**2", start=[1.0], learning_rate=0.1, target_loss=0.1, watch=lambda row: seen.append(1)
    )
    assert trace.ending.name == "target_loss_reached"
    assert trace.last("loss") <= 0.1 < trace["loss"][-2]
    assert seen
    assert len(minimize("x**2", start=[1.0], learning_rate=1e-3, epochs=7)) == 8


def test_the_start_is_the_documented_one_or_zero() -> None:
    assert minimize("himmelblau", epochs=0).path[0, :, 0].tolist() == [0.0, 0.0]
    assert minimize("rosenbrock:3", epochs=0).path[0, :, 0].tolist() == [-1.2, 1.0, -1.2]
    assert minimize("(x - 1)**2", epochs=0).path[0, :, 0].tolist() == [0.0]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"start": [0.0, 1.0]}, "start_numbers"),
        ({"start": [math.nan]}, "init_not_finite"),
        ({"start": [-1.0]}, "start_outside_domain"),
        ({"learning_rate": 0.0}, "rate_not_positive"),
        ({"learning_rate": "fast"}, "rate_not_positive"),
        ({"learning_rate": "backtracking"}, "rate_not_positive"),
        ({"schedule": "cosine"}, "schedule_needs_rate"),
        ({"noise": -1.0}, "noise_negative"),
        ({"noise": math.inf}, "noise_negative"),
        ({"epochs": -1}, "option_too_small"),
        ({"tolerance": 2.0}, "tolerance_out_of_range"),
        ({"method": "stochastic"}, "option_of_rows"),
        ({"intercept": False}, "option_of_rows"),
        ({"engine": "pass"}, "option_of_rows"),
    ],
)
def test_options_that_do_not_fit(arguments: dict, name: str) -> None:
    with pytest.raises(InputError) as refused:
        minimize("x*log(x)", **{"start": [1.0], **arguments})
    assert refused.value.name == name


def test_what_is_no_function() -> None:
    with pytest.raises(InputError) as refused:
        minimize(3.0)
    assert refused.value.name == "not_minimizable"


def test_the_answer_has_all_keys_and_is_strict() -> None:
    answer = function_answer(minimize("ackley", start=[0.0, 0.0]))
    assert list(answer) == [
        *("ending", "sentence", "kind", "point", "value", "gradient_norm", "hessian_eigenvalues"),
        *("updates", "evaluations", "learning_rate", "method", "seed", "seconds"),
    ]
    assert answer["gradient_norm"] is None
    assert answer["hessian_eigenvalues"] == [None, None]
    assert answer["point"] == {"x1": 0.0, "x2": 0.0}


def test_a_trace_is_saved_whole(tmp_path) -> None:
    trace = minimize("x**2 - y**2", start=[1.0, 0.0], learning_rate=0.1)
    loaded = load_trace(save_trace(trace, tmp_path / "run"))
    assert loaded.ending.sentence() == trace.ending.sentence()
    assert (loaded.path == trace.path).all()
    assert loaded.metadata["critical"]["kind"] == "saddle"
    with pytest.raises(InputError):
        save_trace(trace, tmp_path / "run")


# ---- noise -------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bits() -> None:
    options = {"start": [1.0, 0.0], "learning_rate": 0.1, "noise": 0.01, "epochs": 300}
    first, again, other = (minimize("x**2 - y**2", seed=seed, **options) for seed in (3, 3, 4))
    assert (first.path == again.path).all()
    assert not (first.path == other.path[: len(first)]).all()


def test_noise_has_the_mean_and_deviation_asked_for() -> None:
    trace = minimize("0*x + y", start=[0.0, 0.0], learning_rate=1.0, noise=0.5, epochs=20_000,
                     record_all=True)  # fmt: skip
    drawn = -np.diff(trace.path[:, 0, 0])
    assert abs(drawn.mean()) < 4.0 * 0.5 / math.sqrt(20_000)
    assert drawn.std() == pytest.approx(0.5, rel=4.0 / math.sqrt(40_000))
    assert abs(np.corrcoef(drawn[1:], drawn[:-1])[0, 1]) < 4.0 / math.sqrt(20_000)


@pytest.mark.parametrize(("noise", "epochs"), [(0.01, 40), (0.01, 60), (1e-4, 60), (0.1, 25)])
def test_escapes_are_as_often_as_theory_says(noise: float, epochs: int) -> None:
    """From (1, 0) on x^2 - y^2 at rate r, y_k is normal with variance r^2 s^2 sum (1 + 2r)^2j."""
    rate, runs = 0.1, 1000
    found = escapes("x**2 - y**2", [1.0, 0.0], noise=noise, learning_rate=rate, epochs=epochs)
    growth = (1.0 + 2.0 * rate) ** 2
    deviation = rate * noise * math.sqrt((growth**epochs - 1.0) / (growth - 1.0))
    # Left means y^2 > 1 + x^2, and x has shrunk to nothing; once outside, |y| keeps growing.
    expected = math.erfc(1.0 / deviation / math.sqrt(2.0))
    spread = math.sqrt(expected * (1.0 - expected) / runs)
    assert abs(found.share - expected) <= 4.0 * spread + 3.0 / runs
    assert found.low <= found.share <= found.high
    assert found.facts["plain_ending"] == "saddle"
    assert (found.updates >= 0).sum() == found.facts["escaped"]


def test_a_run_of_the_crowd_is_the_run_of_its_seed() -> None:
    found = escapes("x**2 - y**2", [1.0, 0.0], noise=0.01, learning_rate=0.1, epochs=80, runs=5)
    for seed in range(5):
        trace = minimize(
            "x**2 - y**2", start=[1.0, 0.0], noise=0.01, learning_rate=0.1, epochs=80, seed=seed
        )
        below = np.flatnonzero(trace["loss"] < -1.0)
        assert found.updates[seed] == (trace["updates"][below[0]] if len(below) else -1)


def test_noise_does_not_escape_a_minimum() -> None:
    found = escapes("x**2 + y**2", [1.0, 0.0], noise=0.01, learning_rate=0.1, epochs=200, runs=100)
    assert (found.share, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(0.03699, abs=1e-4)  # z^2/(n + z^2)
    assert "none of the runs left" in found.sentence()


def test_escapes_from_an_exact_start_take_a_rate_from_the_curvature() -> None:
    found = escapes("3*x**2 - 2*y**2", [0.0, 0.0], noise=0.01, epochs=60, runs=50)
    assert found.facts["rate"] == 1.0 / 6.0
    assert found.share == 1.0
    with pytest.raises(InputError) as refused:
        escapes("x**3", [0.0], noise=0.01)
    assert refused.value.name == "escapes_need_rate"


def test_escapes_need_noise() -> None:
    with pytest.raises(InputError):
        escapes("x**2 - y**2", [1.0, 0.0], noise=0.0)
    # From beside the ridge plain descent runs away by itself: noise has nothing to drive it off.
    with pytest.raises(InputError, match="unbounded after 228 updates"):
        escapes("x**2 - y**2", [1.0, 0.001], noise=0.01, learning_rate=0.1)
    with pytest.raises(InputError, match="diverged"):
        escapes("x**2", [1.0], noise=0.01, learning_rate=3.0)
