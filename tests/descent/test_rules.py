"""The table of update rules against the papers: by hand, and against transcriptions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from papers import PAPERS, Nesterov, Sutskever

from steepest import RULES
from steepest.descent.rules import factors

# Parameter 1, gradients 2 and then -1, rate 0.1: after the first and the second update.
BY_HAND = {
    "plain": (0.8, 0.9),
    # v = -0.2, then 0.9 * -0.2 + 0.1 = -0.08
    "momentum": (0.8, 0.72),
    # 1 + 0.9 * -0.2 - 0.2 = 0.62, then 0.62 + 0.9 * -0.08 + 0.1
    "nesterov": (0.62, 0.648),
    # s = 4 and 5
    "adagrad": (1.0 - 0.1 * 2.0 / 2.0, 0.9 + 0.1 / np.sqrt(5.0)),
    # s = 0.4, then 0.36 + 0.1
    "rmsprop": (1.0 - 0.2 / np.sqrt(0.4), 1.0 - 0.2 / np.sqrt(0.4) + 0.1 / np.sqrt(0.46)),
    # m = 0.2 / 0.1 = 2, s = 4; then m = (0.18 - 0.1) / 0.19, s = (0.003996 + 0.001) / 0.001999
    "adam": (0.9, 0.9 - 0.1 * (0.08 / 0.19) / np.sqrt(0.004996 / 0.001999)),
}


def test_every_rule_is_worked_by_hand_and_transcribed() -> None:
    assert set(BY_HAND) == set(RULES) == set(PAPERS)


@pytest.mark.parametrize("name", RULES)
def test_two_updates_by_hand(name: str) -> None:
    rule, point = RULES[name], 1.0
    memory = rule.begin(point)
    for update, (gradient, wanted) in enumerate(zip((2.0, -1.0), BY_HAND[name], strict=True), 1):
        point, memory = rule.apply(point, gradient, memory, 0.1, update)
        assert float(point) == pytest.approx(wanted, rel=3e-8)  # the epsilons


@pytest.mark.parametrize("name", RULES)
@given(seed=st.integers(0, 2**32 - 1), updates=st.integers(1, 40))
@settings(max_examples=20)
def test_rules_are_those_of_the_papers(name: str, seed: int, updates: int) -> None:
    random = np.random.default_rng(seed)
    start = random.normal(size=(3, 2))
    paper, rule = PAPERS[name](start), RULES[name]
    point, memory = start, rule.begin(start)
    for update in range(1, updates + 1):
        gradient, rate = random.normal(size=(3, 2)) + point, random.uniform(0.001, 0.1)
        point, memory = rule.apply(point, gradient, memory, rate, update)
        paper.update(gradient, rate)
        assert point == pytest.approx(paper.point, rel=1e-11, abs=1e-11)
    assert len(memory) == rule.slots


def test_nesterov_of_1983_and_of_2013_take_their_gradients_at_the_same_points() -> None:
    random = np.random.default_rng(0)
    old, new = Nesterov(np.ones(3)), Sutskever(np.ones(3))
    for _ in range(30):
        gradient = random.normal(size=3) + old.point
        for one in (old, new):
            one.update(gradient, 0.03)
        assert new.point == pytest.approx(old.point, rel=1e-12)


@pytest.mark.parametrize("name", RULES)
def test_nothing_that_is_given_is_changed(name: str) -> None:
    rule, point, gradient = RULES[name], np.ones(4), np.full(4, 2.0)
    memory = rule.begin(point)
    first = rule.apply(point, gradient, memory, 0.1, 1)
    again = rule.apply(point, gradient, memory, 0.1, 1)
    assert point.tolist() == [1.0] * 4
    assert gradient.tolist() == [2.0] * 4
    assert all(not slot.any() for slot in memory)
    assert first[0].tolist() == again[0].tolist()


@pytest.mark.parametrize("name", RULES)
def test_where_the_gradient_is_zero_nothing_moves(name: str) -> None:
    rule, zero = RULES[name], np.zeros(2)
    point, memory = rule.apply(np.ones(2), zero, rule.begin(zero), 0.1, 1)
    assert point.tolist() == [1.0, 1.0]
    assert all(not slot.any() for slot in memory)


@pytest.mark.parametrize("name", RULES)
def test_origin_and_rotation_change_nothing_where_the_table_says_so(name: str) -> None:
    random = np.random.default_rng(1)
    rule, gradients = RULES[name], random.normal(size=(6, 3))
    turn = np.linalg.qr(random.normal(size=(3, 3)))[0]
    here, moved, turned = np.zeros(3), np.full(3, 5.0), np.zeros(3)
    memories = [rule.begin(here)] * 3
    for update, g in enumerate(gradients, 1):
        here, memories[0] = rule.apply(here, g, memories[0], 0.1, update)
        moved, memories[1] = rule.apply(moved, g, memories[1], 0.1, update)
        turned, memories[2] = rule.apply(turned, turn @ g, memories[2], 0.1, update)
    assert moved - 5.0 == pytest.approx(here, abs=1e-14)
    assert np.allclose(turned, turn @ here, atol=1e-12) == rule.linear


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.linear])
@given(relative=st.floats(1e-3, 5.0))
@settings(max_examples=40)
def test_factors_are_what_long_descent_shows(name: str, relative: float) -> None:
    """|way|^(1/n) after many updates along one curvature, whatever the memory began with."""
    rule, steps = RULES[name], 4000
    way, memory, size = 1.0, tuple(0.37 for _ in range(rule.slots)), 0.0
    for update in range(1, steps + 1):
        way, memory = rule.apply(way, 2.0 * way, memory, relative / 2.0, update)
        length = float(np.hypot(way, memory[0] if memory else 0.0))
        if length == 0.0:
            return
        size += np.log(length)
        way, memory = way / length, tuple(one / length for one in memory)
    found = float(factors(rule, relative / 2.0, [2.0])[0])
    assert found == pytest.approx(np.exp(size / steps), rel=5e-3)
