"""Numbers that others computed: NIST's certified ones and those of the lecture notes."""

from __future__ import annotations

import csv
import json
import math
import re
from pathlib import Path
from typing import Any

import pytest

REFERENCE = Path(__file__).parents[1] / "fitting" / "reference"
NIST = json.loads((REFERENCE / "nist.json").read_text())
LECTURE = json.loads((REFERENCE / "lecture.json").read_text())
SHARED = Path(__file__).resolve().parents[3] / "shared"


# ---- NIST --------------------------------------------------------------------------------------


def nist_table(name: str) -> tuple[str, list[str]]:
    """Return CSV text of a data set and its features' names; Pontius is a parabola."""
    rows = NIST[name]["rows"]
    if name == "Pontius":
        rows = [[y, x, x * x] for y, x in rows]
    names = [f"x{i}" for i in range(1, len(rows[0]))]
    lines = [",".join(["y", *names]), *(",".join(map(repr, row)) for row in rows)]
    return "\n".join(lines) + "\n", names


@pytest.mark.parametrize("name", ["Norris", "Pontius", "Longley"])
def test_nist_to_nine_digits(name: str, steepest: Any, table: Any) -> None:
    text, names = nist_table(name)
    options = "--method batch --learning-rate auto --validation 0 --tolerance 1e-15"
    answer = steepest(
        "fit", table(text), "--target", "y", *options.split(), "--epochs", 1_000_000, "--json"
    )
    assert answer.code == 0
    found = [answer.json["intercept"], *(answer.json["coefficients"][one] for one in names)]
    for value, certified in zip(found, NIST[name]["certified"], strict=True):
        correct = -math.log10(max(abs(value - certified) / abs(certified), 1e-17))
        assert correct >= 9.0
    assert answer.json["ending"] in ("converged", "stalled")
    assert answer.json["dependent_columns"] == []


@pytest.mark.skipif(not (SHARED / "data/nist").is_dir(), reason="NIST's own files are not here")
@pytest.mark.parametrize("name", ["Norris", "Pontius", "Longley"])
def test_nist_facts_are_those_of_the_files(name: str) -> None:
    words = (SHARED / "data/nist" / f"{name}.dat").read_text().split()
    numbers = set()
    for word in words:
        try:
            numbers.add(float(word))
        except ValueError:
            continue
    assert {*NIST[name]["certified"], *(v for row in NIST[name]["rows"] for v in row)} <= numbers


# ---- the lecture notes -------------------------------------------------------------------------

PLAIN = "--no-standardize --tolerance 0 --json --quiet"


def fit(steepest: Any, data: str, target: str, options: str) -> dict[str, Any]:
    answer = steepest("fit", data, "--target", target, *f"{options} {PLAIN}".split())
    assert answer.code == 0, answer.err
    return answer.json


@pytest.mark.parametrize("name", ["three-points", "four-points"])
def test_points_by_batch(name: str, steepest: Any) -> None:
    known = LECTURE[name]["batch_run"]
    options = "--no-intercept --start 1 --learning-rate 0.01 --epochs"
    found = fit(steepest, f"example:{name}", "y", f"{options} 100")
    assert found["coefficients"]["x"] == pytest.approx(known["w"], rel=1e-12)
    assert found["updates"] == found["epochs"] == 100
    with open(f"{found['run']}/trace.csv") as file:
        losses = [float(row["loss"]) for row in csv.DictReader(file)]
    assert len(losses) == 101
    small = 1e-12 * known["first_cost"]
    assert losses[0] == pytest.approx(known["first_cost"], rel=1e-12)
    assert losses[99] == pytest.approx(known["last_cost"], rel=0, abs=small)
    assert losses[100] == pytest.approx(found["train_loss"], rel=1e-6)
    assert found["intercept"] == 0.0
    for epochs in (1, 10):
        if f"w_after_{epochs}" in known:
            one = fit(steepest, f"example:{name}", "y", f"{options} {epochs}")
            assert one["coefficients"]["x"] == pytest.approx(known[f"w_after_{epochs}"], rel=1e-12)


@pytest.mark.parametrize("name", ["three-points", "four-points"])
def test_points_one_by_one_in_order(name: str, steepest: Any) -> None:
    known = LECTURE[name]["stochastic_in_order_run"]
    options = "--no-intercept --start 1 --learning-rate 0.01 --method stochastic --order given"
    found = fit(steepest, f"example:{name}", "y", f"{options} --epochs 100")
    assert found["coefficients"]["x"] == pytest.approx(known["w"], rel=1e-12)
    per_epoch = {"three-points": 3, "four-points": 4}[name]
    # Run on until no bit changes any more (tolerance 0).
    assert found["updates"] == found["epochs"] * per_epoch
    assert found["epochs"] == 100 or found["ending"] == "stalled"
    assert found["batch_size"] == 1
    assert found["order"] == "given"
    if "w_after_1" in known:
        one = fit(steepest, f"example:{name}", "y", f"{options} --epochs 1")
        assert one["coefficients"]["x"] == pytest.approx(known["w_after_1"], rel=1e-12)


def test_three_points_predict_four(steepest: Any, table: Any, tmp_path: Path) -> None:
    options = "--no-intercept --start 1 --learning-rate 0.01 --epochs 100 --out run"
    fit(steepest, "example:three-points", "y", options)
    made = steepest("predict", "run", table("x\n4\n"), "--out", "p.csv", "--json", "--quiet")
    assert made.code == 0
    header, value = (tmp_path / "p.csv").read_text().split()
    assert header == "prediction"
    known = LECTURE["three-points"]["batch_run"]["predict4"]
    assert float(value) == pytest.approx(known, rel=1e-12)


def test_two_features_stop_at_the_target_loss(steepest: Any) -> None:
    known = LECTURE["two-features"]["batch_run"]
    found = fit(
        steepest,
        "example:two-features",
        "y",
        "--loss half_squared_error --no-intercept --start 1,1 --learning-rate 0.01 "
        "--target-loss 1e-4 --epochs 10000",
    )
    assert found["ending"] == "target_loss_reached"
    assert found["epochs"] == known["iters"] == 97
    assert list(found["coefficients"].values()) == pytest.approx(known["theta"], rel=1e-12)
    assert found["train_loss"] == pytest.approx(known["final_loss"], rel=1e-9)


START = f"{LECTURE['salary']['b0']},{LECTURE['salary']['w0']}"


@pytest.mark.parametrize("epochs", [1, 100, 1000])
def test_salary_by_hand(epochs: int, steepest: Any) -> None:
    known = LECTURE["salary"]["after"][str(epochs)]
    found = fit(
        steepest,
        "example:salary",
        "salary",
        f"--start={START} --learning-rate 0.1 --epochs {epochs}",
    )
    digits = known["digits"]
    assert found["intercept"] == pytest.approx(known["b"], abs=0.51 * 10**-digits)
    assert found["coefficients"]["years"] == pytest.approx(known["w"], abs=0.51 * 10**-digits)
    assert (found["rows"]["train"], found["rows"]["validation"]) == (80, 20)
    assert found["largest_stable_rate"] == pytest.approx(
        2.0 / LECTURE["salary"]["hessian_eigenvalues"][1], rel=1e-12
    )


def test_salary_optimum_is_in_the_answer(steepest: Any) -> None:
    found = steepest(
        "fit", "example:salary", "--target", "salary", "--json", "--quiet", "--tolerance", "1e-14"
    ).json
    b, w = LECTURE["salary"]["optimum_b_w"]
    assert found["intercept"] == pytest.approx(b, rel=1e-11)
    assert found["coefficients"]["years"] == pytest.approx(w, rel=1e-11)


def test_closing_example(steepest: Any) -> None:
    known = LECTURE["closing"]
    found = fit(
        steepest, "example:closing", "y", f"--start={START} --learning-rate 0.1 --epochs 1000"
    )
    # The start stands in the notes to 8 digits; 1000 epochs shrink what is cut off to nothing.
    assert found["intercept"] == pytest.approx(known["run"]["b"], rel=1e-11)
    assert found["coefficients"]["x"] == pytest.approx(known["run"]["w"], rel=1e-11)
    assert found["intercept"] == pytest.approx(known["printed"]["b"], abs=0.51e-8)
    assert found["coefficients"]["x"] == pytest.approx(known["printed"]["w"], abs=0.51e-8)
    assert found["train_loss"] == pytest.approx(known["run"]["loss_before_last_update"], rel=1e-9)


@pytest.mark.parametrize(("batch", "updates"), [(80, 100), (16, 500), (1, 8000)])
def test_updates_of_100_epochs_of_80_rows(batch: int, updates: int, steepest: Any) -> None:
    assert LECTURE["salary"]["updates"][f"batch_{batch}"] == updates
    found = fit(
        steepest,
        "example:salary",
        "salary",
        f"--method mini-batch --batch-size {batch} --learning-rate 0.01 --epochs 100",
    )
    assert found["updates"] == updates


@pytest.mark.parametrize(
    ("data", "value"),
    [("example:salary-bad", "bad_hessian_eigenvalues"), ("example:salary", "hessian_eigenvalues")],
)
def test_the_bad_feature_has_its_curvature(data: str, value: str, steepest: Any) -> None:
    found = fit(steepest, data, "salary", "--learning-rate 0.001 --epochs 1")
    largest = LECTURE["salary"][value][1]
    assert found["largest_stable_rate"] == pytest.approx(2.0 / largest, rel=1e-10)


def test_exhaustive_search_of_the_notes_surface(steepest: Any) -> None:
    known = LECTURE["salary"]["surface"]
    found = steepest(
        *[
            "fit",
            "example:salary",
            "--target",
            "salary",
            "--method",
            "exhaustive",
            "--points",
            "101",
            "--json",
        ],
        *["--range", "intercept=-2:4", "--range", "years=-1:5"],
    ).json
    assert [found["intercept"], found["coefficients"]["years"]] == pytest.approx(
        known["at_b_w"], abs=1e-12
    )
    assert found["train_loss"] == pytest.approx(known["minimum"], rel=1e-10)
    assert found["evaluations"] == 101 * 101


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared reference is not here")
def test_lecture_facts_are_those_of_the_reference() -> None:
    shared = (SHARED / "reference/lecture_numbers.json").read_text()
    known: list[float] = []

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            for key, inside in value.items():
                if key != "digits":
                    collect(inside)
        elif isinstance(value, list):
            for inside in value:
                collect(inside)
        elif isinstance(value, float):
            known.append(value)

    collect(LECTURE)
    numbers = {float(one) for one in numbers_in(shared)}
    assert len(known) > 25
    assert set(known) <= numbers


def numbers_in(text: str) -> list[str]:
    return re.findall(r"-?\d+\.?\d*(?:[eE][-+]?\d+)?", text)
