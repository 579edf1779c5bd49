"""What ``steepest fit``, ``predict`` and ``show`` do with real tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

RANDOM = np.random.default_rng(2)
LEVELS = ["north"] * 25 + ["south"] * 15 + ["east"] * 10
AREA = RANDOM.uniform(50.0, 200.0, 50).round(1)
EFFECT = {"north": 0.0, "south": 30.0, "east": -12.0}
PRICE = [round(3.0 * a + 100.0 + EFFECT[s], 3) for a, s in zip(AREA, LEVELS, strict=True)]
HOUSES = "area,side,price\n" + "".join(
    f"{a},{s},{p}\n" for a, s, p in zip(AREA, LEVELS, PRICE, strict=True)
)


def fit(steepest: Any, data: str, *options: Any, code: int = 0) -> dict[str, Any]:
    answer = steepest("fit", data, *options, "--json", "--quiet")
    assert answer.code == code, answer.err + answer.out
    return answer.json


# ---- names -------------------------------------------------------------------------------------


def test_names_with_commas_are_quoted(steepest: Any, table: Any) -> None:
    data = table('"size, m2","price, EUR",age\n1,2,9\n2,4.5,7\n3,6,8\n4,8,1\n')
    found = fit(
        steepest, data, "--target", '"price, EUR"', "--features", '"size, m2",age',
        "--validation", 0,
    )  # fmt: skip
    assert set(found["coefficients"]) == {"size, m2", "age"}


def test_an_open_quote_in_a_list_is_refused(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(HOUSES), "--target", '"price', "--json")
    assert answer.code == 2
    assert "price" in answer.error["message"]


def test_features_are_kept_in_the_order_named(steepest: Any, table: Any) -> None:
    data = table("a,b,c,y\n1,5,2,3\n2,1,7,5\n3,3,1,4\n4,4,4,9\n5,1,3,2\n")
    found = fit(steepest, data, "--target", "y", "--features", "c,a", "--validation", 0)
    assert list(found["coefficients"]) == ["c", "a"]


def test_unknown_columns_are_answered_with_the_nearest(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(HOUSES), "--target", "prise", "--json")
    message = answer.error["message"]
    assert message.index("'price'") < message.index("'area'")
    assert "prise" in message
    assert "table.csv" in message


# ---- categories --------------------------------------------------------------------------------


def test_categories_have_a_column_for_all_but_the_most_frequent(steepest: Any, table: Any) -> None:
    found = fit(
        steepest, table(HOUSES), "--target", "price", "--validation", 0, "--tolerance", 1e-13
    )
    assert set(found["coefficients"]) == {"area", "side=south", "side=east"}
    expected = {"area": 3.0, "side=south": 30.0, "side=east": -12.0}
    assert found["coefficients"] == pytest.approx(expected, rel=1e-3)
    assert found["intercept"] == pytest.approx(100.0, rel=1e-3)
    assert found["dependent_columns"] == []


def test_categories_without_an_intercept_have_all_columns(steepest: Any, table: Any) -> None:
    found = fit(
        steepest, table(HOUSES), "--target", "price", "--validation", 0, "--no-intercept",
        "--tolerance", 1e-12, "--epochs", 200_000,
    )  # fmt: skip
    assert set(found["coefficients"]) == {"area", "side=south", "side=east", "side=north"}
    assert found["coefficients"]["side=north"] == pytest.approx(100.0, rel=1e-3)


def test_a_text_target_is_refused_by_losses_of_numbers(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(HOUSES), "--target", "side", "--loss", "huber", "--json")
    assert answer.code == 2
    assert "'side'" in answer.error["message"]


def rows_of_levels(levels: int) -> str:
    return "k,x,y\n" + "".join(f"k{i % levels},{i % 7},{i % 5}\n" for i in range(1100))


@pytest.mark.long
def test_a_thousand_levels_pass(steepest: Any, table: Any) -> None:
    data = table(rows_of_levels(1000))
    found = fit(steepest, data, "--target", "y", "--validation", 0, "--epochs", 1)
    assert len(found["coefficients"]) == 1000


def test_a_thousand_and_one_levels_are_refused(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(rows_of_levels(1001)), "--target", "y", "--json")
    assert answer.code == 2
    assert "1,001" in answer.error["message"]
    assert "'k'" in answer.error["message"]


# ---- missing values and dates ------------------------------------------------------------------

HOLES = "a,b,y\n1,2,3\n,1,5\n3,,4\n,4,8\n5,3,1\n2,2,\n7,1,3\n6,9,2\n"


def test_missing_values_stop_with_a_count_per_column(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(HOLES), "--target", "y", "--json")
    assert answer.code == 2
    for part in ("'a' 2", "'b' 1", "'y' 1", "table.csv"):
        assert part in answer.error["message"]
    assert "--missing drop" in answer.error["remedy"]
    assert "--missing mean" in answer.error["remedy"]


def test_missing_rows_are_dropped_and_counted(steepest: Any, table: Any) -> None:
    found = fit(steepest, table(HOLES), "--target", "y", "--missing", "drop", "--validation", 0)
    assert found["rows"] == {"read": 8, "dropped": 4, "train": 4, "validation": 0}
    whole = "a,b,y\n1,2,3\n5,3,1\n7,1,3\n6,9,2\n"
    alone = fit(steepest, table(whole), "--target", "y", "--validation", 0)
    assert found["coefficients"] == alone["coefficients"]


def test_missing_features_take_the_training_rows_mean(steepest: Any, table: Any) -> None:
    holes = HOLES.replace("2,2,\n", "2,2,6\n")
    options = ("--target", "y", "--missing", "mean", "--validation", 0, "--out", "run")
    found = fit(steepest, table(holes), *options)
    mean_a, mean_b = (1 + 3 + 5 + 2 + 7 + 6) / 6, (2 + 1 + 4 + 3 + 2 + 1 + 9) / 7
    filled = holes.replace("\n,1,5", f"\n{mean_a!r},1,5").replace("\n,4,8", f"\n{mean_a!r},4,8")
    filled = filled.replace("3,,4", f"3,{mean_b!r},4")
    alone = fit(steepest, table(filled), "--target", "y", "--validation", 0)
    assert found["coefficients"] == pytest.approx(alone["coefficients"], rel=1e-9)


def test_a_missing_target_is_never_filled_in(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(HOLES), "--target", "y", "--missing", "mean", "--json")
    assert answer.code == 2
    assert "'y' 1" in answer.error["message"]


def test_what_is_not_used_may_be_missing(steepest: Any, table: Any) -> None:
    data = table("a,b,y\n1,,3\n2,,5\n3,,4\n4,,9\n")
    assert fit(steepest, data, "--target", "y", "--features", "a")["rows"]["dropped"] == 0


DATES = "day,y\n" + "".join(f"2020-01-{d:02},{2.0 * d + 1.0}\n" for d in range(1, 11))


def test_dates_are_refused_by_name(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(DATES), "--target", "y", "--json")
    assert answer.code == 2
    assert "'day'" in answer.error["message"]
    assert "--dates days" in answer.error["remedy"]


def test_dates_as_days(steepest: Any, table: Any) -> None:
    found = fit(
        steepest, table(DATES), "--target", "y", "--dates", "days", "--validation", 0,
        "--tolerance", 1e-14,
    )  # fmt: skip
    assert found["coefficients"]["day"] == pytest.approx(2.0, rel=1e-9)


# ---- order, splits, schedules, starts ----------------------------------------------------------

LONG = "x,y\n" + "".join(f"{i % 10},{3 * (i % 10) + i / 100}\n" for i in range(50))


def test_time_order_validates_on_the_last_rows(steepest: Any, table: Any) -> None:
    options = ("--target", "y", "--time-ordered", "--validation", 0.2)
    found = fit(steepest, table(LONG), *options)
    first = "".join(LONG.splitlines(keepends=True)[:41])
    alone = fit(steepest, table(first), "--target", "y", "--validation", 0)
    assert found["coefficients"] == alone["coefficients"]
    assert found["order"] == "given"


def test_the_seed_decides_the_split(steepest: Any, table: Any) -> None:
    runs = [fit(steepest, table(LONG), "--target", "y", "--seed", seed) for seed in (0, 0, 1)]
    assert runs[0]["coefficients"] == runs[1]["coefficients"]
    assert runs[0]["coefficients"] != runs[2]["coefficients"]


def test_the_given_order_needs_no_seed(steepest: Any, table: Any) -> None:
    options = ("--target", "y", "--validation", 0, "--method", "stochastic", "--epochs", 3)
    given = [
        fit(steepest, table(LONG), *options, "--order", "given", "--seed", seed)["coefficients"]
        for seed in (0, 1)
    ]
    assert given[0] == given[1]
    shuffled = [
        fit(steepest, table(LONG), *options, "--seed", seed)["coefficients"] for seed in (0, 1)
    ]
    assert shuffled[0] != shuffled[1]


@pytest.mark.parametrize("schedule", ["inverse-time", "step", "cosine"])
def test_a_falling_rate_settles_closer_than_a_constant_one(
    schedule: str, steepest: Any, table: Any
) -> None:
    options = ["--target", "y", "--validation", 0, "--method", "stochastic"]
    options += ["--epochs", 60, "--tolerance", 0]
    constant = fit(steepest, table(LONG), *options)
    falling = fit(steepest, table(LONG), *options, "--schedule", schedule)
    above = [one["train_loss"] - one["optimum_loss"] for one in (constant, falling)]
    assert above[1] < 0.5 * above[0]


def test_schedules_stand_in_the_trace(steepest: Any, table: Any) -> None:
    fit(
        steepest, table(LONG), "--target", "y", "--schedule", "step", "--epochs", 20,
        "--tolerance", 0, "--learning-rate", 0.25, "--out", "run",
    )  # fmt: skip
    with open("run/trace.csv") as file:
        rates = [float(row["rate"] or "nan") for row in csv.DictReader(file)]
    assert rates[1:5] == [0.25, 0.25, 0.125, 0.125]


def test_a_start_at_the_optimum_needs_no_epoch(steepest: Any, table: Any) -> None:
    data = table("x,y\n1,3\n2,5\n3,7\n4,9\n")
    found = fit(steepest, data, "--target", "y", "--start", "1,2", "--validation", 0)
    assert (found["ending"], found["epochs"]) == ("converged", 0)


def test_negative_starts_follow_an_equals_sign(steepest: Any, table: Any) -> None:
    data = table("x,y\n1,-3\n2,-5\n3,-7\n4,-9\n")
    found = fit(steepest, data, "--target", "y", "--start=-1,-2", "--validation", 0)
    assert found["epochs"] == 0


def test_random_starts_are_seeded(steepest: Any, table: Any) -> None:
    options = ("--target", "y", "--start", "random", "--epochs", 1, "--learning-rate", 1e-9)
    options += ("--validation", 0)
    one, same, other = (
        fit(steepest, table(LONG), *options, "--seed", seed)["coefficients"] for seed in (5, 5, 6)
    )
    assert one == same
    assert one != other


# ---- predict -----------------------------------------------------------------------------------


@pytest.fixture
def houses(steepest: Any, table: Any) -> str:
    fit(steepest, table(HOUSES), "--target", "price", "--out", "run")
    return "run"


def expected(area: float, side: str) -> float:
    """Return the saved model's prediction, from its JSON summary."""
    summary = json.loads(Path("run/run.json").read_text())["summary"]
    w = summary["coefficients"]
    return summary["intercept"] + w["area"] * area + w.get(f"side={side}", 0.0)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_predictions_as_csv_and_parquet(
    suffix: str, houses: str, steepest: Any, table: Any
) -> None:
    data = table("side,area,extra\nsouth,80,x\nnorth,120.5,y\n", "new.csv")
    made = steepest("predict", houses, data, "--out", f"p.{suffix}", "--json")
    assert made.code == 0
    assert made.json["rows"] == 2
    assert made.json["loss"] is None
    if suffix == "csv":
        with open("p.csv") as file:
            values = [float(row["prediction"]) for row in csv.DictReader(file)]
    else:
        values = pq.read_table("p.parquet")["prediction"].to_pylist()
    assert values == pytest.approx([expected(80, "south"), expected(120.5, "north")], rel=1e-12)


def test_parquet_in_gives_the_model_of_csv_in(houses: str, steepest: Any) -> None:
    columns = {"area": AREA, "side": pa.array(LEVELS).dictionary_encode(), "price": PRICE}
    pq.write_table(pa.table(columns), "houses.parquet")
    found = fit(steepest, "houses.parquet", "--target", "price")
    first = json.loads(Path("run/run.json").read_text())["summary"]
    assert found["coefficients"] == first["coefficients"]
    made = steepest("predict", houses, "houses.parquet", "--out", "p.parquet", "--json")
    assert made.json["rows"] == 50


def test_the_loss_is_reported_where_the_target_is_there(
    houses: str, steepest: Any, table: Any
) -> None:
    made = steepest("predict", houses, table(HOUSES), "--out", "p.csv", "--json").json
    with open("p.csv") as file:
        values = [float(row["prediction"]) for row in csv.DictReader(file)]
    loss = np.mean((np.array(values) - PRICE) ** 2)
    assert made["loss"] == pytest.approx(loss, rel=1e-9)
    assert made["loss_name"] == "squared_error"
    prose = steepest("predict", houses, table(HOUSES), "--out", "q.csv").out
    assert f"{loss:.4g}"[:5] in prose


def test_a_missing_column_is_named(houses: str, steepest: Any, table: Any) -> None:
    made = steepest("predict", houses, table("side\nnorth\n"), "--out", "p.csv", "--json")
    assert made.code == 2
    assert "'area'" in made.error["message"]
    assert not Path("p.csv").exists()


def test_an_unseen_category_is_told(houses: str, steepest: Any, table: Any) -> None:
    made = steepest("predict", houses, table("side,area\nwest,80\n"), "--out", "p.csv")
    assert made.code == 0
    words = " ".join(made.out.split())
    assert "'west'" in words
    assert "'north'" in words
    assert float(Path("p.csv").read_text().split()[1]) == pytest.approx(expected(80, "north"))


def test_missing_values_at_predict(houses: str, steepest: Any, table: Any) -> None:
    data = table("side,area\nnorth,80\nnorth,\n")
    refused = steepest("predict", houses, data, "--out", "p.csv", "--json")
    assert refused.code == 2
    assert "'area'" in refused.error["message"]
    assert "row 2" in refused.error["message"]
    made = steepest("predict", houses, data, "--out", "p.csv", "--missing", "empty", "--json")
    assert made.json["empty"] == 1
    assert Path("p.csv").read_text().splitlines()[2] in ("", '""', "nan", "NaN")


def test_numbers_where_texts_were_learnt(houses: str, steepest: Any, table: Any) -> None:
    made = steepest("predict", houses, table("side,area\n1,80\n"), "--out", "p.csv", "--json")
    assert made.code == 2
    assert "'side'" in made.error["message"]


def test_several_targets_have_a_column_each(steepest: Any, table: Any) -> None:
    data = table("x,y,z\n1,2,3\n2,4,5\n3,6,7\n4,8,9\n5,10,11\n")
    fit(steepest, data, "--target", "y,z", "--out", "both")
    steepest("predict", "both", data, "--out", "p.csv", "--quiet")
    assert Path("p.csv").read_text().splitlines()[0] == "prediction_y,prediction_z"


def test_dependent_columns_are_named_with_their_combination(steepest: Any, table: Any) -> None:
    rows = "".join(
        f"{h},{m},{100 * h + m + 7},{h + m % 3}\n" for h in range(5) for m in (0, 15, 40)
    )
    data = table(f"hour,minute,time,y\n{rows}")
    found = fit(steepest, data, "--target", "y", "--validation", 0)
    assert found["dependent_columns"] == [
        {"column": "time", "combination": pytest.approx({"intercept": 7, "hour": 100, "minute": 1})}
    ]
    answer = steepest("fit", data, "--target", "y", "--validation", 0)
    assert "'time'" in answer.out
    assert "100 hour" in answer.out
