"""FAULTS 1-C, values and shapes, at the level of tables: a CSV file through ``steepest.fit``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import steepest
from steepest import FileError, InputError, Run

RANDOM = np.random.default_rng(9)
X = RANDOM.normal(size=(30, 2)).round(4)
Y = (X @ [2.0, -1.0] + 4.0 + 0.1 * RANDOM.normal(size=30)).round(4)
Rows = list[list[Any]]


def rows(values: np.ndarray = X, y: np.ndarray = Y) -> Rows:
    return [[*map(repr, row.tolist()), repr(float(t))] for row, t in zip(values, y, strict=True)]


def text(table: Rows, names: list[str] | None = None) -> str:
    header = names or [*(f"x{i}" for i in range(len(table[0]) - 1)), "y"]
    return "\n".join([",".join(header), *(",".join(map(str, row)) for row in table)]) + "\n"


def planted(cell: Any, row: int = 2, column: int = 1, table: Rows | None = None) -> str:
    copy = [list(one) for one in table or rows()]
    copy[row][column] = cell
    return text(copy)


@pytest.fixture
def fit(tmp_path: Path) -> Callable[..., Run]:
    def run(content: str, **options: Any) -> Run:
        file = tmp_path / "table.csv"
        file.write_text(content, encoding="utf-8")
        return steepest.fit(file, **{"target": "y", "validation": 0.0, **options})

    return run


# id -> (CSV text, options, what the message must hold). Lines count from the header, line 1.
REFUSED: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "C54-missing-in-X": (planted(""), {}, ["table.csv", "'x1' 1", "missing"]),
    "C54-nan-in-X": (planted("nan"), {}, ["table.csv", "'x1'", "missing"]),
    "C54-counts": (
        text([[a, "" if i < 4 else b, y] for i, (a, b, y) in enumerate(rows())]),
        {},
        ["'x1' 4", "--missing drop", "--missing mean"],
    ),
    "C55-inf-in-X": (planted("inf"), {}, ["line 4", "'x1'", "'inf'", "no finite number"]),
    "C55-minus-infinity": (planted("-Infinity"), {}, ["line 4", "'x1'", "-Infinity"]),
    "C55-1e400": (planted("1e400"), {}, ["line 4", "'x1'", "1e400"]),
    "C56-missing-in-y": (planted("", column=2), {}, ["'y' 1"]),
    "C56-missing-in-y-mean": (planted("", column=2), {"missing": "mean"}, ["'y' 1", "target"]),
    "C56-inf-in-y": (planted("inf", column=2), {}, ["line 4", "'y'", "inf"]),
    "C58-1e300-in-X": (planted("1e300"), {}, ["'x1'", "too large", "Divide"]),
    "C58-1e200-in-X": (planted("1e200"), {}, ["'x1'", "too large"]),
    "C59-1e300-in-y": (planted("1e300", column=2), {}, ["'y'", "too large", "Divide"]),
    "C60-all-1e308": (text(rows(np.full((30, 1), 1e308))), {}, ["'x0'", "too large"]),
    "C66-zero-rows": ("x0,x1,y\n", {}, ["no", "row"]),
    "C66-all-rows-dropped": (
        "x0,x1,y\n1,,2\n,2,3\n",
        {"missing": "drop"},
        ["2 rows", "misses a value"],
    ),
    "C66-zero-columns": ("y\n1\n2\n3\n", {}, ["no feature"]),
    "C66-empty-column": (
        text([[a, "", y] for a, _, y in rows()]),
        {"missing": "mean"},
        ["'x1'", "no value"],
    ),
    "C67-one-row-for-validation": ("x,y\n1,2\n", {"validation": 0.9}, ["No training row"]),
    "C69-text-among-numbers": (planted("a"), {}, ["line 4", "'x1'", "'a'"]),
    "C69-text-target": (
        text([[a, b, "high" if i % 2 else "low"] for i, (a, b, _) in enumerate(rows())]),
        {"loss": "huber"},
        ["'y'", "text", "numbers"],
    ),
    "C71-complex": (planted("1+2j"), {}, ["line 4", "'x1'", "1+2j"]),
    "C75-a-cell-less": (text(rows()).replace("\n", "\n1,2\n", 1), {}, ["line 2"]),
    "C89-duplicate-names": (text(rows(), ["x0", "x0", "y"]), {}, ["'x0'", "1.", "2."]),
    "C89-names-that-collide": (
        "k,k=a,y\na,1,2\nb,2,3\nb,4,4\na,3,1\n",
        {"intercept": False},
        ["'k=a'"],
    ),
    "D94-a-date": (
        text([[f"2020-01-{i + 1:02}", b, y] for i, (_, b, y) in enumerate(rows())]),
        {},
        ["'x0'", "dates", "--dates days"],
    ),
}


@pytest.mark.parametrize(("content", "options", "parts"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(
    content: str, options: dict[str, Any], parts: list[str], fit: Callable[..., Run]
) -> None:
    with pytest.raises(InputError) as caught:
        fit(content, **options)
    for part in parts:
        assert part in str(caught.value)
    assert caught.value.remedy


# ---- what must come out right ------------------------------------------------------------------

x = X[:, :1]
RIGHT: dict[str, tuple[np.ndarray, list[int]]] = {
    "plain": (X, []),
    "C58-1e100-in-X": (np.column_stack([x, np.where(np.arange(30) == 3, 1e100, X[:, 1])]), []),
    "C61-constant": (np.column_stack([X, np.full(30, 14.62)]), []),
    "C61-small-variation": (np.column_stack([x, 1e8 + np.arange(30) % 2]), []),
    "C63-duplicate-columns": (np.column_stack([x, x]), [1]),
    "C63-three-duplicates": (np.column_stack([x, x, x]), [1, 2]),
    "C64-x-and-x-plus-2": (np.column_stack([x, x + 2.0]), [1]),
    "C64-x-and-minus-3x": (np.column_stack([x, 5.0 - 3.0 * x]), [1]),
    "C64-sum-of-two": (np.column_stack([X, X[:, 0] + X[:, 1]]), [2]),
    "C65-nearly-dependent": (np.column_stack([x, x + 1e-2 * X[:, 1:]]), []),
    "C67-one-row": (X[:1], []),
    "C94-milliseconds": (1.6e12 + 1000.0 * np.arange(30.0)[:, None], []),
}


def least_squares(values: np.ndarray, y: np.ndarray) -> np.ndarray:
    scale = np.maximum(np.abs(values).max(axis=0), 1e-300)
    design = np.column_stack([np.ones(len(values)), values / scale])
    return design @ np.linalg.lstsq(design, y, rcond=1e-11)[0]


@pytest.mark.parametrize(("values", "dependent"), RIGHT.values(), ids=RIGHT.keys())
def test_predictions_are_those_of_least_squares(
    values: np.ndarray, dependent: list[int], fit: Callable[..., Run], tmp_path: Path
) -> None:
    y = Y[: len(values)]
    run = fit(text(rows(values, y)), tolerance=1e-13, epochs=3_000_000, out=tmp_path / "run")
    assert run.ending in ("converged", "stalled")
    expected = least_squares(values, y)
    made = steepest.predict(tmp_path / "run", tmp_path / "table.csv")
    assert made.values[:, 0] == pytest.approx(expected, rel=1e-6, abs=1e-6)
    loss = np.mean((expected - y) ** 2)
    assert run.summary["optimum_loss"] == pytest.approx(loss, rel=1e-6, abs=1e-12)
    assert made.summary["loss"] == pytest.approx(loss, rel=1e-6, abs=1e-12)
    if len(values) > 1:
        named = [one["column"] for one in run.summary["dependent_columns"]]
        assert named == [f"x{column}" for column in dependent]


def combination(run: Run, number: int = 0) -> dict[str, float]:
    found = run.summary["dependent_columns"][number]["combination"]
    return {name: value for name, value in found.items() if abs(value) > 1e-12}


def test_c63_c64_combinations_are_the_true_ones(fit: Callable[..., Run]) -> None:
    assert combination(fit(text(rows(np.column_stack([x, x]))))) == pytest.approx({"x0": 1.0})
    shifted = fit(text(rows(np.column_stack([x, x + 2.0]))))
    assert combination(shifted) == pytest.approx({"intercept": 2.0, "x0": 1.0})
    assert any("'x1' says nothing new" in line for line in shifted.tell())
    turned = fit(text(rows(np.column_stack([x, 5.0 - 3.0 * x]))))
    assert combination(turned) == pytest.approx({"intercept": 5.0, "x0": -3.0})
    third = fit(text(rows(np.column_stack([X, X[:, 0] + X[:, 1]]))))
    assert combination(third) == pytest.approx({"x0": 1.0, "x1": 1.0})


def test_c61_c62_a_constant_is_told_and_has_coefficient_zero(fit: Callable[..., Run]) -> None:
    run = fit(text(rows(np.column_stack([X, np.full(30, 14.62)]))))
    assert run.summary["coefficients"]["x2"] == 0.0
    assert any("Constant" in line and "'x2'" in line for line in run.tell())
    alone = fit(text(rows()))
    assert run.summary["intercept"] == pytest.approx(alone.summary["intercept"], rel=1e-12)


def test_c65_the_condition_number_is_told(fit: Callable[..., Run]) -> None:
    run = fit(text(rows(np.column_stack([x, x + 1e-2 * X[:, 1:]]))), epochs=5)
    told = next(line for line in run.tell() if "condition number" in line)
    values = np.column_stack([x, x + 1e-2 * X[:, 1:]])
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    curvature = 2.0 * np.linalg.eigvalsh(np.cov(scaled.T, bias=True))
    condition = max(2.0, curvature[-1]) / curvature[0]
    assert float(told.rstrip(".").split()[-1]) == pytest.approx(condition, rel=1e-3)
    assert run.ending == "epochs_used_up"


def test_c67_one_row_is_its_own_model(fit: Callable[..., Run]) -> None:
    run = fit("x,y\n3,2\n")
    assert run.summary["coefficients"] == {"x": 0.0}
    assert run.summary["intercept"] == pytest.approx(2.0)


def test_c68_more_columns_than_rows_are_said_not_to_be_unique(fit: Callable[..., Run]) -> None:
    run = fit("a,b,c,y\n1,2,5,3\n2,1,4,5\n", tolerance=1e-12)
    assert run.summary["train_loss"] == pytest.approx(0.0, abs=1e-18)
    assert len(run.summary["dependent_columns"]) == 2


def test_c70_quoted_numbers_are_numbers(fit: Callable[..., Run]) -> None:
    quoted = text([[f'"{a}"', f'"{b}"', f'"{y}"'] for a, b, y in rows()])
    assert fit(quoted).summary["coefficients"] == fit(text(rows())).summary["coefficients"]


def test_c81_a_constant_target(fit: Callable[..., Run]) -> None:
    run = fit(text(rows(X, np.full(30, 3.0))), tolerance=1e-13)
    assert run.summary["train_loss"] == pytest.approx(0.0, abs=1e-18)
    assert run.summary["intercept"] == pytest.approx(3.0)


@pytest.mark.parametrize("unit", [1e-160, 1e-250, 1e-300], ids=str)
@pytest.mark.parametrize("what", ["X", "y"])
def test_c58_c59_tiny_units_are_right_or_refused(
    what: str, unit: float, fit: Callable[..., Run]
) -> None:
    values, y = (X * unit, Y) if what == "X" else (X, Y * unit)
    try:
        run = fit(text(rows(values, y)), tolerance=1e-10)
    except InputError:
        return
    slope = run.summary["coefficients"]["x0"] * (unit if what == "X" else 1.0 / unit)
    assert slope == pytest.approx(fit(text(rows())).summary["coefficients"]["x0"], rel=1e-5)


@pytest.mark.parametrize("start", [(1e300, 1.0, 1.0), (0.0, 1e200, 0.0)], ids=str)
def test_a_start_too_far_away_ends_by_name(start: Any, fit: Callable[..., Run]) -> None:
    try:
        run = fit(text(rows()), start=start)
    except InputError:
        return
    assert run.ending == "diverged"
    assert run.trace.ending.sentence()


# ---- predicting --------------------------------------------------------------------------------


@pytest.fixture
def model(fit: Callable[..., Run], tmp_path: Path) -> Path:
    fit(text(rows()), out=tmp_path / "run")
    return tmp_path / "run"


AT_PREDICT: dict[str, tuple[str, list[str]]] = {
    "C57-missing": ("x0,x1\n1,2\n3,\n", ["'x1'", "1 value", "row 2"]),
    "C57-inf": ("x0,x1\n1,2\n3,inf\n", ["'x1'", "line 3", "inf"]),
    "C76-a-column-less": ("x0\n1\n2\n", ["'x1'"]),
    "C77-other-names": ("x0,x_1\n1,2\n", ["'x1'", "'x_1'"]),
    "C69-texts": ("x0,x1\n1,a\n2,b\n", ["'x1'", "text", "number"]),
    "D94-dates": ("x0,x1\n1,2020-01-01\n2,2020-01-02\n", ["'x1'", "date"]),
}


@pytest.mark.parametrize(("content", "parts"), AT_PREDICT.values(), ids=AT_PREDICT.keys())
def test_refused_at_predict(content: str, parts: list[str], model: Path, tmp_path: Path) -> None:
    (tmp_path / "new.csv").write_text(content)
    with pytest.raises(InputError) as caught:
        steepest.predict(model, tmp_path / "new.csv")
    for part in parts:
        assert part in str(caught.value)
    assert "new.csv" in str(caught.value)


def test_d94_numbers_where_dates_were_learnt(fit: Callable[..., Run], tmp_path: Path) -> None:
    dates = text([[f"2020-01-{i + 1:02}", y] for i, (_, _, y) in enumerate(rows())], ["day", "y"])
    fit(dates, dates="days", out=tmp_path / "dated")
    (tmp_path / "new.csv").write_text("day\n20200101\n20200102\n")
    with pytest.raises(InputError, match="'day'"):
        steepest.predict(tmp_path / "dated", tmp_path / "new.csv")


def test_c77_other_order_is_matched_by_name(model: Path, tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("x0,x1\n1,2\n3,4\n")
    (tmp_path / "two.csv").write_text("z,x1,x0\n9,2,1\n9,4,3\n")
    one, two = (steepest.predict(model, tmp_path / f"{name}.csv") for name in ("one", "two"))
    assert np.array_equal(one.values, two.values)


def test_no_file_is_a_file_error(model: Path) -> None:
    with pytest.raises(FileError, match="nowhere"):
        steepest.predict(model, "nowhere.csv")


def test_errors_leave_no_run_behind(fit: Callable[..., Run], tmp_path: Path) -> None:
    with pytest.raises(InputError):
        fit(planted("inf"), out=tmp_path / "run")
    assert [one.name for one in tmp_path.iterdir()] == ["table.csv"]
