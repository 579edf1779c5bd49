"""Fits of tables with other losses: classes, penalties, weights, validation files, predictions."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression, PoissonRegressor
from sklearn.preprocessing import StandardScaler

from steepest import FitOptions, InputError, fit, forecast, load_run, plan_table, predict

IRIS = load_iris()
NAMES = ["sl", "sw", "pl", "pw"]
LABELS = IRIS.target_names[IRIS.target]
EXACT = {"learning_rate": "backtracking", "tolerance": 1e-10, "epochs": 20_000, "validation": 0.0}


def write(path: Path, head: list[str], rows: object) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(head)
        writer.writerows(rows)
    return str(path)


@pytest.fixture
def iris(tmp_path: Path) -> str:
    rows = [[*x, label] for x, label in zip(IRIS.data, LABELS, strict=True)]
    return write(tmp_path / "iris.csv", [*NAMES, "species"], rows)


@pytest.fixture
def two(tmp_path: Path) -> str:
    rows = [[*x, y] for x, y in zip(IRIS.data, LABELS, strict=True) if y != "setosa"]
    return write(tmp_path / "two.csv", [*NAMES, "species"], rows)


def theirs(X: np.ndarray, y: np.ndarray, alpha: float) -> np.ndarray:
    Z = StandardScaler().fit_transform(X)
    model = LogisticRegression(C=1.0 / (alpha * len(X)), tol=1e-12, max_iter=10_000)
    return model.fit(Z, y).predict_proba(Z)


def test_text_becomes_classes_and_predictions_their_probabilities(
    iris: str, tmp_path: Path
) -> None:
    run = fit(iris, target="species", penalty="l2", alpha=0.01, out=tmp_path / "run", **EXACT)
    assert run.ending == "converged"
    assert run.summary["loss"] == "softmax"
    assert run.summary["classes"] == ["setosa", "versicolor", "virginica"]
    assert run.summary["optimum_loss"] is None
    assert set(run.summary["coefficients"]) == set(run.summary["classes"])
    made = predict(tmp_path / "run", iris, out=tmp_path / "p.csv")
    assert made.values == pytest.approx(theirs(IRIS.data, IRIS.target, 0.01), abs=1e-5)
    head = (tmp_path / "p.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == "probability_setosa,probability_versicolor,probability_virginica"
    own = made.values[np.arange(150), IRIS.target]
    assert made.summary["loss"] == pytest.approx(-np.log(own).mean(), rel=1e-9)
    assert made.summary["loss"] == pytest.approx(run.summary["train_loss"], rel=1e-9)
    assert run.summary["objective"] > run.summary["train_loss"]
    accuracy = (made.values.argmax(axis=1) == IRIS.target).mean()
    assert run.summary["train_accuracy"] == pytest.approx(accuracy)
    again = load_run(tmp_path / "run")
    assert again.model.classes == run.model.classes
    assert again.tell() == run.tell()


def test_two_classes_have_one_column_of_coefficients(two: str, tmp_path: Path) -> None:
    run = fit(two, target="species", penalty="l2", alpha=0.01, out=tmp_path / "run", **EXACT)
    assert run.summary["loss"] == "logistic"
    assert set(run.summary["coefficients"]) == set(NAMES)
    kept = LABELS != "setosa"
    wanted = theirs(IRIS.data[kept], LABELS[kept], 0.01)
    made = predict(tmp_path / "run", two)
    assert made.values == pytest.approx(wanted, abs=1e-5)
    assert any("Scores above 0 mean virginica" in line for line in run.tell())
    assert all("squared" not in line and "Least squares" not in line for line in run.tell())
    hinge = fit(two, target="species", loss="hinge", epochs=50)
    assert hinge.model.outputs == ("score_virginica",)
    assert "kinks" in hinge.trace.ending.sentence()


def test_counts_multiply_and_their_predictions_are_positive(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    X = random.normal(size=(300, 2))
    y = random.poisson(np.exp(X @ [0.4, -0.3] + 1.0))
    rows = [[*x, n] for x, n in zip(X, y, strict=True)]
    file = write(tmp_path / "n.csv", ["a", "b", "n"], rows)
    run = fit(file, target="n", loss="poisson", validation=0.0, out=tmp_path / "run")
    wanted = PoissonRegressor(alpha=0.0, tol=1e-12, max_iter=1000).fit(X, y)
    coefficients = [run.summary["coefficients"][name] for name in ("a", "b")]
    assert coefficients == pytest.approx(wanted.coef_, rel=1e-5)
    made = predict(tmp_path / "run", file)
    assert made.values[:, 0] == pytest.approx(wanted.predict(X), rel=1e-5)
    assert made.summary["loss"] == pytest.approx(run.summary["train_loss"], rel=1e-9)
    assert any("exp(score)" in line for line in run.tell())
    assert any("backtracking" in line for line in run.tell())
    assert run.landscape is None


def test_a_weight_is_the_row_as_often(two: str, tmp_path: Path) -> None:
    kept = LABELS != "setosa"
    times = np.arange(kept.sum()) % 3
    rows = [[*x, y] for x, y in zip(IRIS.data[kept], LABELS[kept], strict=True)]
    weighted = [[*row, n] for row, n in zip(rows, times, strict=True)]
    repeated = [row for row, n in zip(rows, times, strict=True) for _ in range(n)]
    first = write(tmp_path / "w.csv", [*NAMES, "species", "w"], weighted)
    second = write(tmp_path / "r.csv", [*NAMES, "species"], repeated)
    options = {"target": "species", "penalty": "l2", "alpha": 0.05, **EXACT}
    one, other = fit(first, weight="w", **options), fit(second, **options)
    assert one.model.coefficients == pytest.approx(other.model.coefficients, rel=1e-6)
    assert one.model.preparation.names == tuple(NAMES)
    bad = write(tmp_path / "b.csv", [*NAMES, "species", "w"], [[*rows[0], -1], *weighted[1:]])
    with pytest.raises(InputError) as caught:
        fit(bad, weight="w", **options)
    assert (caught.value.name, caught.value.facts["row"]) == ("weight_negative", 1)
    told = [note.facts["count"] for note in one.story if note.name == "story_weight_zero"]
    assert told == [(times == 0).sum()]
    with pytest.raises(InputError) as caught:
        fit(first, target="w", weight="species")
    assert caught.value.name == "weight_no_number"


def test_validation_rows_of_their_own_file(two: str, tmp_path: Path) -> None:
    kept = LABELS != "setosa"
    rows = [[*x, y] for x, y in zip(IRIS.data[kept], LABELS[kept], strict=True)]
    train = write(tmp_path / "t.csv", [*NAMES, "species"], rows[::2])
    beside = write(tmp_path / "v.csv", ["extra", *NAMES, "species"], [[1, *r] for r in rows[1::2]])
    options = {"target": "species", "penalty": "l2", "alpha": 0.01}
    run = fit(train, validation_data=beside, out=tmp_path / "run", **options)
    assert run.summary["rows"] == {"read": 50, "dropped": 0, "train": 50, "validation": 50}
    made = predict(tmp_path / "run", beside)
    assert run.summary["validation_loss"] == pytest.approx(made.summary["loss"], rel=1e-9)
    assert any("file of their own" in line for line in run.tell())
    strange = write(tmp_path / "s.csv", [*NAMES, "species"], [[1, 1, 1, 1, "tulip"]])
    with pytest.raises(InputError) as caught:
        fit(train, validation_data=strange, **options)
    assert caught.value.name == "class_not_trained"


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"target": ("species", "sl")}, "text_target"),
        ({"loss": "huber"}, "text_target"),
        ({"loss": "cubic"}, "unknown_choice"),
        ({"penalty": "l3"}, "unknown_choice"),
        ({"weight": "sl", "features": ("sl", "sw")}, "weight_among_others"),
        ({"weight": "nothing"}, "unknown_column"),
        ({"validation_data": "v.csv", "validation": 0.2}, "validation_twice"),
        ({"method": "exhaustive", "loss": "huber", "target": ("sl",)}, "search_of_squares"),
    ],
)
def test_what_cannot_be_fitted_is_refused_by_name(iris: str, options: dict, name: str) -> None:
    given = {"target": ("species",), **options}
    if name == "search_of_squares":
        given["ranges"] = (("sw", 0.0, 1.0),)
    with pytest.raises(InputError) as caught:
        fit(iris, **given)
    assert caught.value.name == name


def test_one_class_and_separable_classes_are_named(iris: str, tmp_path: Path) -> None:
    rows = [[*x, "setosa"] for x in IRIS.data[:50]]
    alone = write(tmp_path / "one.csv", [*NAMES, "species"], rows)
    with pytest.raises(InputError, match="one class only, 'setosa'"):
        fit(alone, target="species")
    first = write(
        tmp_path / "sep.csv",
        [*NAMES, "species"],
        [[*x, y] for x, y in zip(IRIS.data[:100], LABELS[:100], strict=True)],
    )
    run = fit(first, target="species", epochs=100)
    assert run.trace.ending.phrase == "separable"


def test_a_text_of_its_own_in_every_row_is_no_class(iris: str, tmp_path: Path) -> None:
    rows = [[*x, f"flower {i}"] for i, x in enumerate(IRIS.data)]
    named = write(tmp_path / "named.csv", [*NAMES, "species"], rows)
    with pytest.raises(InputError, match="too many to be classes"):
        fit(named, target="species")
    with pytest.raises(InputError, match="too many to be classes"):
        fit(named, target="species", memory="1B")


def test_forecasts_are_refused_and_plans_are_made(two: str) -> None:
    with pytest.raises(InputError) as caught:
        forecast(two, target="species")
    assert caught.value.name == "forecast_of_squares"
    assert plan_table(two, FitOptions(target=("species",))).engine == "pass"
    ridge = FitOptions(target=("sl",), features=("sw",), penalty="l2")
    assert plan_table(two, ridge).engine == "moments"


def test_ridge_says_what_is_least_squares_and_what_is_the_objective(two: str) -> None:
    run = fit(two, target="sl", features=["sw", "pl"], penalty="l2", alpha=0.5, validation=0.0)
    assert run.summary["engine"] == "moments"
    assert run.summary["objective"] > run.summary["train_loss"] > run.summary["optimum_loss"]
    assert json.dumps(run.summary)
    assert run.landscape is None
