"""The lecture notes' tables, against their own recipe and the numbers they print."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from steepest import EXAMPLES, InputError, example

FACTS = json.loads((Path(__file__).parents[1] / "reference" / "lecture.json").read_text())


def as_generated(name: str) -> tuple[np.ndarray, np.ndarray]:
    """x and y in the order in which the notes draw them, before they are shuffled."""
    table = example(name)
    x, y = np.empty(100), np.empty(100)
    x[table.order], y[table.order] = table.X[:, 0], table.y
    return x, y


def test_salary_is_drawn_as_printed() -> None:
    printed = FACTS["salary"]["printed"]
    x, y = as_generated("salary")
    assert np.round(x[:5], 8).tolist() == printed["x_first5"]
    assert np.round(y[:5], 8).tolist() == printed["y_first5"]


def test_bad_salary_is_ten_times_x_with_the_same_rows() -> None:
    facts = FACTS["bad_feature"]
    table = example("salary-bad")
    x, _ = as_generated("salary-bad")
    assert np.round(x[:5], 8).tolist() == facts["printed"]["bad_x_first5"]
    assert np.round(table.X[:5, 0], 8).tolist() == facts["printed"]["bad_x_train_first5"]
    assert x[:5] == pytest.approx(facts["run"]["bad_x_first5"], rel=1e-15)
    assert table.X[:5, 0] == pytest.approx(facts["run"]["bad_train_first5"], rel=1e-15)
    assert table.X[80:85, 0] == pytest.approx(facts["run"]["bad_val_first5"], rel=1e-15)


LINES = {"salary": (1.0, 2.0, 1.0), "salary-bad": (1.0, 0.2, 10.0), "closing": (0.5, -3.0, 1.0)}


@pytest.mark.parametrize(("name", "line"), LINES.items())
def test_points_lie_near_their_line_with_the_notes_noise(
    name: str, line: tuple[float, float, float]
) -> None:
    intercept, slope, unit = line
    random = np.random.RandomState(42)
    x = random.rand(100, 1)[:, 0]
    noise = 0.1 * random.randn(100, 1)[:, 0]
    got_x, got_y = as_generated(name)
    assert np.array_equal(got_x, x * unit)
    assert got_y - intercept - slope * got_x == pytest.approx(noise, abs=1e-14)
    assert np.abs(noise).max() < 0.3


@pytest.mark.parametrize("name", LINES)
def test_the_first_eighty_rows_train_and_the_last_twenty_validate(name: str) -> None:
    table = example(name)
    assert table.validation.tolist() == [False] * 80 + [True] * 20
    assert sorted(table.order.tolist()) == list(range(100))


def test_cells_run_out_of_order_print_what_the_notes_print() -> None:
    """Both numbers come from other shuffles than the one that the notes go on with."""
    facts = FACTS["salary"]
    x, _ = as_generated("salary")
    random = np.random.RandomState(42)
    b, w = random.randn(1), random.randn(1)
    order = np.arange(100)
    random.shuffle(order)
    assert np.round(x[order[:5]], 8).tolist() == facts["x_train_first5"]
    random = np.random.RandomState(42)
    random.rand(100, 1), random.randn(100, 1)
    random.shuffle(np.arange(100))
    again = np.arange(100)
    random.shuffle(again)
    assert np.round(b + w * x[again[:5]], 8).tolist() == facts["y_hat_first5"]


@pytest.mark.parametrize(
    ("name", "X", "y"),
    [
        ("three-points", [[1], [2], [3]], [2, 4, 6]),
        ("four-points", [[1], [2], [3], [4]], [2, 4, 6, 8]),
        ("two-features", [[1, 4], [2, 5], [5, 1], [4, 2]], [19, 26, 19, 20]),
    ],
)
def test_small_tables_are_the_notes_own(name: str, X: list[list[int]], y: list[int]) -> None:
    table = example(name)
    assert table.X.tolist() == X
    assert table.y.tolist() == y
    assert not table.validation.any()


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_table_is_whole_and_the_same_every_time(name: str) -> None:
    table, again = example(name), example(f"example:{name}")
    n, d = table.X.shape
    assert table.y.shape == table.order.shape == table.validation.shape == (n,)
    assert len(table.features) == d
    assert table.X.dtype == table.y.dtype == np.float64
    assert np.array_equal(table.X, again.X)
    assert np.array_equal(table.y, again.y)


def test_global_random_state_is_left_alone() -> None:
    np.random.seed(1)
    wanted = np.random.rand()
    np.random.seed(1)
    example("salary")
    assert np.random.rand() == wanted


def test_an_unknown_table_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="three-points") as caught:
        example("example:threepoints")
    assert caught.value.name == "unknown_example"
