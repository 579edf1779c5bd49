"""Rules compared on one start and budget, each at the best rate of the grid."""

from __future__ import annotations

import numpy as np
import pytest
from papers import PAPERS
from plain_descent import random_rows

from steepest import RULES, InputError, Trace, compare_rules, minimize
from steepest.descent.comparison import RATES

ROWS = random_rows(1, 40, 3)
GRID = (0.001, 0.01, 0.1)


def run(rule: str, rate: float, **options: object) -> Trace:
    settings = {"epochs": 40, "tolerance": 0.0, **options}
    return minimize(ROWS, rule=rule, learning_rate=rate, **settings)


def test_chosen_rates_are_the_best_of_the_grid() -> None:
    """A bowl of curvatures 1 and 30, every rule by its paper's transcription."""
    rows_of = np.diag([1.0, np.sqrt(30.0)]) * np.sqrt(2.0)
    from steepest import ArraySource

    rows = ArraySource(rows_of, np.zeros((2, 1)))
    settings = {"loss": "half_squared_error", "intercept": False, "tolerance": 0.0}

    def bowl(rule: str, rate: float) -> Trace:
        start = [[2.0], [1.0]]
        given = {"epochs": 25, "start": start, **settings}
        return minimize(rows, rule=rule, learning_rate=rate, **given)

    found = compare_rules(bowl)
    curvatures = np.array([1.0, 30.0])
    for place, rule in enumerate(found.rules):
        ends = []
        for rate in found.rates:
            paper = PAPERS[rule](np.array([2.0, 1.0]))
            for _ in range(25):
                paper.update(curvatures * paper.point, rate)
            ends.append(0.5 * (curvatures * paper.point**2).sum())
        best = int(np.argmin(ends))
        assert found.chosen[place] == found.rates[best]
        assert found.losses[place, best] == pytest.approx(ends[best], rel=1e-9, abs=1e-14)
        assert found.curves[place, -1] == found.losses[place, best]
        assert found.curves[place, 0] == pytest.approx(17.0)
    assert found.updates.tolist() == list(range(26))
    assert found.rules == tuple(RULES)


def test_the_grid_is_four_rates_a_decade() -> None:
    assert (RATES[0], RATES[4], RATES[-1], len(RATES)) == (1e-4, 1e-3, 10.0, 21)


def test_edges_and_divergence_are_told() -> None:
    found = compare_rules(run, rules=("adam", "plain", "momentum"), rates=(100.0, 0.001, 1e5))
    assert found.rates.tolist() == [0.001, 100.0, 1e5]
    assert found.at_edge.tolist() == [True, True, True]
    assert np.isinf(found.losses[1, 1:]).all()
    said = "\n".join(found.tell())
    assert said.count("at the edge of the 3 rates from 0.001 to 1e+05") == 3
    none = compare_rules(run, rules=("plain",), rates=(1e4, 1e5))
    assert np.isnan(none.chosen[0])
    assert none.tell() == ["plain: diverged at every one of 2 rates from 1e+04 to 1e+05."]


def test_sentences_come_best_first() -> None:
    found = compare_rules(run, rates=GRID)
    ends = [line.partition(": loss ")[2].partition(" ")[0] for line in found.tell()]
    assert [float(end) for end in ends] == sorted(float(end) for end in ends)


def test_a_shorter_budget_or_another_start_is_refused() -> None:
    def longer(rule: str, rate: float) -> Trace:
        return run(rule, rate, epochs=50 if rule == "adam" else 40)

    def elsewhere(rule: str, rate: float) -> Trace:
        return run(rule, rate, start=np.full((4, 1), 0.5 if rule == "adam" else 0.0))

    for unfair in (longer, elsewhere):
        with pytest.raises(InputError, match="share start and budget"):
            compare_rules(unfair, rules=("plain", "adam"), rates=(0.001,))


@pytest.mark.parametrize(
    ("rules", "rates"), [((), (0.1,)), (("plain",), ()), (("plain",), (0.1, -1.0))]
)
def test_nothing_to_compare_is_refused(rules: tuple[str, ...], rates: tuple[float, ...]) -> None:
    with pytest.raises(InputError, match="nothing to compare"):
        compare_rules(run, rules=rules, rates=rates)
