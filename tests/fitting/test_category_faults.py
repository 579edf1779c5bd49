"""FAULTS 82 to 87: classes and categories that are missing, new, too many or empty, line by line.

Each by a table through ``steepest.fit`` and by an estimator, where the line concerns both.
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.exceptions import ConvergenceWarning

from steepest import GradientDescentClassifier, InputError, fit, predict

X = np.array([[-2.0], [-1.0], [1.0], [2.0]])


def csv(folder: Path, text: str, name: str = "t.csv") -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


def rows_of_cities(folder: Path, *, cities: list[str]) -> str:
    lines = [f"{i % 7},{cities[i % len(cities)]},{i % 5}" for i in range(40)]
    return csv(folder, "x,city,y\n" + "\n".join(lines) + "\n")


def test_c82_one_class_only(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fit(csv(tmp_path, "x,kind\n1,a\n2,a\n3,a\n"), target="kind", validation=0.0)
    assert caught.value.name == "one_class"
    assert "'a'" in str(caught.value)
    assert "two classes" in str(caught.value)
    for weight in (None, [0.0, 0.0, 1.0, 1.0]):  # also where the other class has no weight
        y = ["b"] * 4 if weight is None else ["a", "a", "b", "b"]
        with pytest.raises(InputError) as caught:
            GradientDescentClassifier().fit(X, y, weight)
        assert caught.value.facts["classes"] == ["b"]


def test_c83_separable_classes_without_a_penalty(tmp_path: Path) -> None:
    file = csv(tmp_path, "x,kind\n-2,a\n-1,a\n1,b\n2,b\n")
    run = fit(file, target="kind", validation=0.0, epochs=200)
    assert run.trace.ending.phrase == "separable"
    assert "--penalty l2" in run.trace.ending.sentence()
    assert "--penalty l2" in run.trace.ending.sentence("zh-CN")
    with pytest.warns(ConvergenceWarning, match="classes are separated"):
        GradientDescentClassifier(penalty="none", max_iter=200).fit(X, ["a", "a", "b", "b"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        GradientDescentClassifier(penalty="l2", alpha=0.1).fit(X, ["a", "a", "b", "b"])


def test_c84_classes_that_no_training_row_has(tmp_path: Path) -> None:
    file = csv(tmp_path, "x,kind\n-2,a\n-1,a\n1,b\n2,b\n0,a\n")
    other = csv(tmp_path, "x,kind\n1,c\n", "other.csv")
    with pytest.raises(InputError) as caught:
        fit(file, target="kind", penalty="l2", validation_data=other)
    assert (caught.value.name, caught.value.facts["value"]) == ("class_not_trained", "c")
    fit(file, target="kind", penalty="l2", alpha=0.1, validation=0.0, out=tmp_path / "run")
    made = predict(tmp_path / "run", other)
    assert made.values.sum(axis=1) == pytest.approx([1.0])  # predicted, but its loss is not known
    model = GradientDescentClassifier().partial_fit(X, ["a", "a", "b", "b"], classes=["a", "b"])
    with pytest.raises(InputError) as caught:
        model.partial_fit(X, ["a", "a", "b", "c"])
    assert (caught.value.name, caught.value.facts["value"]) == ("partial_class_unknown", "c")
    with pytest.raises(InputError) as caught:
        model.fit(X, ["a", "a", "b", "b"], validation=(X, ["a", "a", "b", "c"]))
    assert caught.value.name == "class_not_trained"


def test_c85_a_category_that_was_never_seen(tmp_path: Path) -> None:
    file = rows_of_cities(tmp_path, cities=["Bonn", "Köln", "Bonn"])
    fit(file, target="y", validation=0.0, out=tmp_path / "run")
    other = csv(tmp_path, "x,city\n3,Bonn\n3,Atlantis\n3,Köln\n", "other.csv")
    made = predict(tmp_path / "run", other)
    assert made.values[1] == made.values[0]  # as the most frequent level, and said so
    assert made.values[1] != made.values[2]
    (note,) = (one for one in made.notes if one.name == "levels_unseen")
    assert (note.facts["count"], note.facts["levels"]) == (1, ["Atlantis"])


def test_c86_a_million_levels_are_refused_at_once_or_hashed_on_request(tmp_path: Path) -> None:
    """Twenty thousand here; the number of columns decides what they cost, not that of levels."""
    lines = [f"{i % 7},id-{i},{i % 5}" for i in range(20_000)]
    file = csv(tmp_path, "x,id,y\n" + "\n".join(lines) + "\n")
    with pytest.raises(InputError) as caught:
        fit(file, target="y")
    assert caught.value.facts["count"] == 20_000
    assert "--hash-categories" in str(caught.value)
    run = fit(file, target="y", hash_categories=16, epochs=50, tolerance=1e-4)
    assert len(run.model.preparation.names) == 17
    assert [one.facts["levels"] for one in run.story if one.name == "story_hashed"] == [20_000]


def test_c87_an_empty_text_is_a_level_where_files_can_tell_it_from_a_missing_one(
    tmp_path: Path,
) -> None:
    """Parquet can; in CSV both are missing, quoted or not, and that is refused until decided."""
    for cell in ('""', ""):
        file = csv(tmp_path, f"x,city,y\n1,{cell},2\n2,Bonn,3\n3,{cell},4\n4,Bonn,5\n")
        with pytest.raises(InputError) as caught:
            fit(file, target="y", validation=0.0)
        assert caught.value.name == "missing_values"
    for cell in ("", None):
        table = {"x": [1.0, 2.0, 3.0, 4.0], "city": [cell, "Bonn"] * 2, "y": [2.0, 3.0, 4.0, 5.5]}
        pq.write_table(pa.table(table), tmp_path / "t.parquet")
        if cell is None:
            with pytest.raises(InputError) as caught:
                fit(str(tmp_path / "t.parquet"), target="y", validation=0.0)
            assert caught.value.name == "missing_values"
            continue
        city = fit(str(tmp_path / "t.parquet"), target="y", validation=0.0).model.preparation
        assert {*city.features[1].levels, city.features[1].base} == {"", "Bonn"}
