"""CONTRACT 5: the JSON of every command, its keys, its errors, the exit codes."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from answers import strict_json

KEYS = {
    "ending",
    "sentence",
    "method",
    "engine",
    "loss",
    "loss_parameter",
    "penalty",
    "alpha",
    "l1_ratio",
    "classes",
    "train_accuracy",
    "objective",
    "batch_size",
    "order",
    "rule",
    "momentum",
    "learning_rate",
    "largest_stable_rate",
    "epochs",
    "updates",
    "evaluations",
    "intercept",
    "coefficients",
    "train_loss",
    "validation_loss",
    "optimum_loss",
    "gradient_norm",
    "dependent_columns",
    "findings",
    "standardized",
    "network",
    "rows",
    "seed",
    "run",
    "seconds",
}
# Two features, one of them useless; y = 2 a - b + 1 but for the last digit.
ROWS = [(a, (a * 7) % 5, round(2.0 * a - (a * 7) % 5 + 1.0 + 0.01 * (a % 3), 2)) for a in range(20)]
CSV = "a,b,y\n" + "".join(f"{a},{b},{y}\n" for a, b, y in ROWS)

FITS = {
    "plain": "",
    "no-intercept": "--no-intercept",
    "no-standardize": "--no-standardize",
    "no-validation": "--validation 0",
    "stochastic": "--method stochastic --epochs 5",
    "mini-batch": "--method mini-batch --batch-size 4 --epochs 5",
    "given-order": "--method mini-batch --batch-size 4 --order given --epochs 5",
    "time-ordered": "--time-ordered",
    "half": "--loss half_squared_error",
    "target-loss": "--target-loss 10",
    "random-start": "--start random",
    "cosine": "--schedule cosine --epochs 50",
    "exhaustive": "--method exhaustive --range a=0:4 --points 9",
    "coarse-to-fine": "--method coarse-to-fine --range a=0:4 --range intercept=-3:3",
    "diverged": "--no-standardize --learning-rate 1",
    "diverged-at-once": "--learning-rate 1e300",
    "stochastic-diverged": "--method stochastic --learning-rate 1e6",
    "tiny-rate": "--learning-rate 1e-300 --epochs 3",
    "one-feature": "--features a",
    "two-targets": "--target y,b --features a",
}


@pytest.mark.parametrize("options", FITS.values(), ids=FITS.keys())
def test_every_key_is_always_there(options: str, steepest: Any, table: Any) -> None:
    words = ([] if "--target" in options.split() else ["--target", "y"]) + options.split()
    answer = steepest("fit", table(CSV), *words, "--json")
    found = answer.json
    assert set(found) == KEYS
    assert set(found["rows"]) == {"read", "dropped", "train", "validation"}
    assert isinstance(found["dependent_columns"], list)
    assert found["rows"]["read"] == 20
    diverges = options in (FITS["diverged"], FITS["diverged-at-once"], FITS["stochastic-diverged"])
    assert (found["ending"] == "diverged") == diverges
    assert answer.code == (3 if diverges else 0)
    assert found["sentence"].endswith(".")
    if "exhaustive" in options or "coarse" in options:
        assert found["evaluations"] > 0
        for key in ("batch_size", "order", "learning_rate", "largest_stable_rate", "updates"):
            assert found[key] is None
    else:
        assert found["evaluations"] is None
        assert found["learning_rate"] > 0
        assert found["largest_stable_rate"] > 0
        assert found["updates"] >= found["epochs"] >= 0
    assert found["optimum_loss"] <= found["train_loss"] * (1 + 1e-9)
    assert (found["validation_loss"] is None) == (found["rows"]["validation"] == 0)


def test_the_numbers_belong_together(steepest: Any, table: Any) -> None:
    found = steepest("fit", table(CSV), "--target", "y", "--validation", 0, "--json").json
    b, w = found["intercept"], found["coefficients"]
    loss = sum((b + w["a"] * a_ + w["b"] * b_ - y) ** 2 for a_, b_, y in ROWS) / 20
    assert found["train_loss"] == pytest.approx(loss, rel=1e-9)
    assert found["method"] == "batch"
    assert found["batch_size"] == 20
    assert found["rows"] == {"read": 20, "dropped": 0, "train": 20, "validation": 0}
    assert found["standardized"] is True
    assert found["seed"] == 0
    assert Path(found["run"]).is_dir()


def test_several_targets_are_maps(steepest: Any, table: Any) -> None:
    found = steepest("fit", table(CSV), "--target", "y,b", "--json").json
    assert set(found["intercept"]) == {"y", "b"}
    assert {name: set(inside) for name, inside in found["coefficients"].items()} == {
        "y": {"a"},
        "b": {"a"},
    }


def test_no_intercept_is_zero(steepest: Any, table: Any) -> None:
    found = steepest("fit", table(CSV), "--target", "y", "--no-intercept", "--json").json
    assert found["intercept"] == 0.0


def test_validation_is_a_fifth_by_default(steepest: Any, table: Any) -> None:
    found = steepest("fit", table(CSV), "--target", "y", "--json").json
    assert found["rows"] == {"read": 20, "dropped": 0, "train": 16, "validation": 4}


def test_several_rates_are_several_runs(steepest: Any, table: Any) -> None:
    answer = steepest(
        "fit", table(CSV), "--target", "y", "--learning-rate", "0.01,auto,9", "--json"
    )
    assert set(answer.json) == {"runs"}
    runs = answer.json["runs"]
    assert [set(one) for one in runs] == [KEYS] * 3
    assert [one["learning_rate"] for one in runs][::2] == [0.01, 9.0]
    assert runs[2]["ending"] == "diverged"
    assert answer.code == 3
    assert len({one["run"] for one in runs}) == 3
    assert all(Path(one["run"], "model.json").is_file() for one in runs)


def test_the_same_rate_twice_is_refused_before_training(steepest: Any, table: Any) -> None:
    answer = steepest(
        *["fit", table(CSV), "--target", "y", "--learning-rate", "0.1,0.1", "--out", "runs"],
        "--json",
    )
    assert answer.code == 2
    assert "0.1" in answer.error["message"]
    assert not Path("runs").exists()


def test_show_says_the_same_again(steepest: Any, table: Any) -> None:
    first = steepest("fit", table(CSV), "--target", "y", "--out", "run", "--json").json
    again = steepest("show", "run", "--json").json
    assert again == first
    prose = steepest("show", "run").out
    assert first["sentence"].split()[0] in prose


def test_show_a_diverged_run_exits_well(steepest: Any, table: Any) -> None:
    options = ["--learning-rate", 9, "--out", "run", "--json"]
    first = steepest("fit", table(CSV), "--target", "y", *options)
    assert first.code == 3
    shown = steepest("show", "run", "--json")
    assert shown.json == first.json
    assert shown.code == 0


# ---- errors ------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[str, int, str]] = {
    "no-file": ("fit nowhere.csv --target y", 1, "nowhere.csv"),
    "no-pattern": ("fit nowhere*.csv --target y", 1, "nowhere*.csv"),
    "unknown-target": ("fit table.csv --target yy", 2, "'y'"),
    "unknown-feature": ("fit table.csv --target y --features aa", 2, "'a'"),
    "unknown-example": ("fit example:nothing --target y", 2, "three-points"),
    "example-and-file": ("fit example:salary table.csv --target y", 2, "example:salary"),
    "no-target": ("fit table.csv", 2, "--target"),
    "empty-target": ("fit table.csv --target=", 2, "target"),
    "no-data": ("fit --target y", 2, "DATA"),
    "unknown-option": ("fit table.csv --target y --lerning-rate 1", 2, "--learning-rate"),
    "unknown-command": ("fitt table.csv", 2, "fitt"),
    "not-a-number": ("fit table.csv --target y --epochs many", 2, "--epochs"),
    "not-a-rate": ("fit table.csv --target y --learning-rate fast", 2, "'fast'"),
    "not-a-start": ("fit table.csv --target y --start 1,b", 2, "'b'"),
    "not-a-range": ("fit table.csv --target y --method exhaustive --range a", 2, "NAME=LOW:HIGH"),
    "language": ("fit table.csv --target y --lang tlh", 2, "'tlh'"),
    "batch-too-large": ("fit table.csv --target y --batch-size 17", 2, "16"),
    "start-length": ("fit table.csv --target y --start 1,2", 2, "in this order: intercept, a, b."),
    "range-unknown": (
        "fit table.csv --target y --method exhaustive --range c=0:1",
        2,
        "intercept, a, b",
    ),
    "search-absurd": (
        "fit table.csv --target y --method exhaustive --range a=0:1 --range b=0:1 "
        "--range intercept=0:1 --points 1001",
        2,
        "1001^3",
    ),
    "out-exists": ("fit table.csv --target y --out full", 2, "full"),
    "show-nothing": ("show nowhere", 1, "nowhere"),
    "predict-nothing": ("predict nowhere table.csv --out p.csv", 1, "nowhere"),
    "predict-suffix": ("predict nowhere table.csv --out p.xlsx", 2, "p.xlsx"),
    "predict-no-out": ("predict nowhere table.csv", 2, "--out"),
    "huge-start": ("fit table.csv --target y --start 1e300,1,1", 3, ""),
}


@pytest.mark.parametrize(("command", "code", "part"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_are_json_too(
    command: str, code: int, part: str, steepest: Any, table: Any, tmp_path: Path
) -> None:
    table(CSV)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "of.txt").write_text("things")
    answer = steepest(*command.split(), "--json")
    assert answer.code == code, answer.err
    if code == 3:
        assert answer.json["ending"] == "diverged"
        return
    error = answer.error
    assert part in error["message"] + error["remedy"]
    assert "Traceback" not in answer.err
    assert {one.name for one in tmp_path.iterdir()} == {"table.csv", "full"}


@pytest.mark.parametrize(("command", "code", "part"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_in_prose_are_one_line_on_standard_error(
    command: str, code: int, part: str, steepest: Any, table: Any, tmp_path: Path
) -> None:
    table(CSV)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "of.txt").write_text("things")
    answer = steepest(*command.split(), *(() if "show" in command else ("--quiet",)))
    assert answer.code == code
    if code != 3:
        assert answer.out == ""
        assert len(answer.err.strip().splitlines()) == 1
        assert answer.err.startswith("steepest: ")


# ---- options before files ----------------------------------------------------------------------

WRONG_OPTIONS = {
    "learning-rate": ("--learning-rate=-1", "-1"),
    "learning-rate-0": ("--learning-rate 0", "0"),
    "second-rate": ("--learning-rate 0.1,nan", "nan"),
    "epochs": ("--epochs 0", "epochs"),
    "tolerance": ("--tolerance 2", "tolerance"),
    "target-loss": ("--target-loss=-1", "target loss"),
    "validation": ("--validation 1", "validation"),
    "batch-size": ("--batch-size 0", "batch_size"),
    "stochastic-batch": ("--method stochastic --batch-size 2", "Stochastic"),
    "method": ("--method newton", "coarse-to-fine"),
    "loss": ("--loss cubic", "half_squared_error"),
    "loss-parameter": ("--loss quantile --loss-parameter 2", "quantile"),
    "penalty": ("--penalty l3", "elasticnet"),
    "alpha": ("--penalty l2 --alpha=-1", "alpha"),
    "search-of-another-loss": ("--method exhaustive --range a=0:1 --loss huber", "squared"),
    "validation-twice": ("--validation-data v.csv --validation 0.1", "--validation-data"),
    "order": ("--order backwards", "given"),
    "schedule": ("--schedule linear", "cosine"),
    "missing": ("--missing ignore", "drop"),
    "dates": ("--dates iso", "days"),
    "bad-rows": ("--bad-rows keep", "skip"),
    "encoding": ("--encoding utf-99", "utf-99"),
    "delimiter": ("--delimiter abc", "abc"),
    "decimal": ("--decimal ;", ";"),
    "start": ("--start nan,1", "--start"),
    "start-word": ("--start best", "best"),
    "seed": ("--seed=-1", "seed"),
    "range-without-search": ("--range a=0:1", "--range"),
    "points-without-search": ("--points 5", "--points"),
    "search-without-range": ("--method exhaustive", "range"),
    "range-empty": ("--method exhaustive --range a=1:1", "1"),
    "range-infinite": ("--method exhaustive --range a=0:inf", "inf"),
    "few-points": ("--method exhaustive --range a=0:1 --points 1", "points"),
    "search-with-rate": ("--method exhaustive --range a=0:1 --learning-rate 1", "--learning-rate"),
    "search-with-batch": ("--method exhaustive --range a=0:1 --batch-size 1", "--batch-size"),
    "search-two-targets": ("--target y,z --method exhaustive --range a=0:1", "2"),
    "target-twice": ("--target y,y", "y"),
    "feature-twice": ("--features a,a", "'a'"),
    "target-as-feature": ("--features a,y", "'y'"),
    "no-features": ("--features ,", "feature"),
    "out": ("--out here", "here"),
}


@pytest.mark.parametrize(("option", "part"), WRONG_OPTIONS.values(), ids=WRONG_OPTIONS.keys())
def test_options_are_checked_before_any_file_is_opened(
    option: str, part: str, steepest: Any, tmp_path: Path
) -> None:
    (tmp_path / "here").write_text("a file")
    target = () if "--target " in option else ("--target", "y")
    answer = steepest("fit", "nowhere.csv", *target, *option.split(), "--json")
    assert answer.code == 2
    assert "nowhere.csv" not in answer.error["message"]
    assert part in answer.error["message"] + answer.error["remedy"]


@pytest.mark.parametrize(
    "option", ["--decimal x", "--delimiter abc", "--encoding utf-99", "--bad-rows x", "--missing x"]
)
def test_options_of_predict_are_checked_first(option: str, steepest: Any) -> None:
    answer = steepest("predict", "nowhere", "no.csv", "--out", "p.csv", *option.split(), "--json")
    assert answer.code == 2
    assert "nowhere" not in answer.error["message"]


# ---- what goes where ---------------------------------------------------------------------------


def test_quiet_prints_nothing(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(CSV), "--target", "y", "--quiet", "--out", "run")
    assert (answer.code, answer.out, answer.err) == (0, "", "")
    made = steepest("predict", "run", table(CSV), "--out", "p.csv", "--quiet")
    assert (made.code, made.out, made.err) == (0, "", "")
    shown = steepest("show", "run", "--quiet")
    assert (shown.code, shown.out, shown.err) == (0, "", "")


def test_quiet_json_is_the_answer_alone(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(CSV), "--target", "y", "--quiet", "--json")
    assert set(answer.json) == KEYS
    assert answer.err == ""


def test_json_keeps_prose_on_standard_error(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(CSV), "--target", "y", "--json")
    assert set(answer.json) == KEYS
    words = " ".join(answer.err.split())
    assert answer.json["sentence"] in words
    assert "reading" in words


def test_prose_goes_to_standard_output(steepest: Any, table: Any) -> None:
    answer = steepest("fit", table(CSV), "--target", "y", "--out", "run")
    words = " ".join(answer.out.split())
    for part in ("Converged after", "Least squares", "root mean square", "steepest show run"):
        assert part in words
    assert "Converged" not in answer.err


def test_trace_is_a_table_anyone_can_read(steepest: Any, table: Any) -> None:
    found = steepest("fit", table(CSV), "--target", "y", "--out", "run", "--json").json
    rows = list(csv.DictReader(io.StringIO(Path("run/trace.csv").read_text())))
    assert [int(float(row["epoch"])) for row in rows] == list(range(found["epochs"] + 1))
    assert float(rows[-1]["loss"]) == pytest.approx(found["train_loss"], rel=1e-6)
    about = strict_json(Path("run/trace.json").read_text())
    assert about["ending"] == found["ending"]
    assert set(rows[0]) == set(about["columns"])


def test_help_and_version(steepest: Any) -> None:
    import steepest as package

    assert steepest("--version").out.strip() == f"steepest {package.__version__}"
    for command in ([], ["fit"], ["predict"], ["show"]):
        shown = steepest(*command, "--help")
        assert shown.code == 0
        assert "Usage" in shown.out
    text = steepest("fit", "--help").out
    for option in ("--learning-rate", "--validation", "--missing", "--range", "--out", "--seed"):
        assert option in text
