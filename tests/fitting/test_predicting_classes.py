"""Predictions of classes that no training row had, and data that is no file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import steepest
from steepest import InputError


def test_rows_of_unknown_classes_are_counted_and_named(tmp_path: Path) -> None:
    text = "x,c\n" + "\n".join(f"{i % 7},{'ab'[i % 2]}" for i in range(40))
    (tmp_path / "seen.csv").write_text(text)
    (tmp_path / "unseen.csv").write_text("x,c\n1,a\n2,d\n3,d\n4,e\n")
    run = steepest.fit(
        tmp_path / "seen.csv", target="c", loss="logistic", epochs=5, out=tmp_path / "run"
    )
    assert run.folder is not None
    made = steepest.predict(run.folder, tmp_path / "unseen.csv")
    assert made.summary["scored"] == 1
    (note,) = [one for one in made.notes if one.name == "classes_unseen"]
    assert note.facts["count"] == 3
    assert "d" in str(note.facts["classes"])
    assert "e" in str(note.facts["classes"])
    known = steepest.predict(run.folder, tmp_path / "seen.csv")
    assert not [one for one in known.notes if one.name == "classes_unseen"]


def test_data_in_memory_is_refused_with_a_way() -> None:
    for given in (np.ones((3, 2)), 3, [np.ones(3)]):
        with pytest.raises(InputError) as caught:
            steepest.fit(given, target="y")
        assert caught.value.name == "data_in_memory"
        assert "GradientDescentRegressor" in str(caught.value)
