"""The step that backtracking tries first: one run's and a crowd's are the same."""

from __future__ import annotations

import numpy as np
import pytest

from steepest.descent.backtracking import GROWTH, LEAP, next_step, next_steps


def test_a_crowd_tries_what_each_of_its_runs_would() -> None:
    drawn = np.random.default_rng(3)
    way, change = drawn.normal(size=(2, 200, 3))
    way[:9] = 0.0  # a step that changes no bit
    change[9:18] = way[9:18] * 1e-9  # hardly curved: the leap is bounded
    step = drawn.uniform(0.01, 2.0, size=200)
    alone = [next_step(*one) for one in zip(way, change, step.tolist(), strict=True)]
    assert next_steps(way, change, step).tolist() == alone
    assert alone[:9] == step[:9].tolist()
    assert alone[9:18] == (LEAP * step[9:18]).tolist()


@pytest.mark.parametrize("curvature", [0.5, 3.0])
def test_on_a_parabola_it_is_the_step_to_the_bottom(curvature: float) -> None:
    way = np.array([0.25])
    assert next_step(way, curvature * way, 1.0) == pytest.approx(1.0 / curvature, rel=1e-15)
    assert next_step(way, -curvature * way, 1.0) == GROWTH
