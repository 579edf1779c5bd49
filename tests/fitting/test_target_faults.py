"""Targets outside of the loss's domain: file, column and row are named, and what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from steepest import GradientDescentRegressor, InputError, fit

ROWS = 40


def table(folder: Path, name: str = "t.csv", **columns: object) -> Path:
    """Forty good rows, but for what is given: column -> (row from 0, value)."""
    random = np.random.default_rng(0)
    texts = {
        "x": [f"{one:.6g}" for one in random.normal(size=ROWS)],
        "n": [str(one) for one in random.integers(1, 9, ROWS)],
        "m": [str(one) for one in random.integers(1, 9, ROWS)],
    }
    for column, (row, value) in columns.items():
        texts[column][row] = str(value)
    lines = [",".join(texts), *(",".join(row) for row in zip(*texts.values(), strict=True))]
    path = folder / name
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.mark.parametrize(
    ("loss", "value", "must"), [("poisson", -2, "from 0 on"), ("gamma", 0, "above 0")]
)
@pytest.mark.parametrize("memory", [None, "1"])
@pytest.mark.parametrize("targets", [["n"], ["m", "n"]])
def test_a_row_of_a_table_is_named(
    tmp_path: Path, loss: str, value: int, must: str, memory: str | None, targets: list[str]
) -> None:
    path = table(tmp_path, n=(16, value))
    options = {} if memory is None else {"memory": memory}
    with pytest.raises(InputError) as caught:
        fit(path, target=targets, features=["x"], loss=loss, **options)
    assert caught.value.name == "invalid_targets_of_table"
    said = f"{must}; column 'n' of t.csv has {value} in row 17"
    assert said in caught.value.message
    assert "--loss squared_error" in caught.value.remedy
    assert "第 17 行" in caught.value.in_language("zh-CN")[0]


def test_rows_left_out_and_validation_rows_are_counted_as_read(tmp_path: Path) -> None:
    path = table(tmp_path, x=(3, ""), n=(16, -1))
    with pytest.raises(InputError, match=r"column 'n' of t.csv has -1 in row 17\."):
        fit(path, target="n", features=["x"], loss="poisson", missing="drop", validation=0.5)
    other = table(tmp_path, "later.csv", n=(30, -1))
    good = table(tmp_path, "good.csv")
    for memory in ({}, {"memory": "1"}):
        given = {"validation_data": str(other), **memory}
        with pytest.raises(InputError, match=r"column 'n' of later.csv has -1 in row 31\."):
            fit(good, target="n", features=["x"], loss="poisson", **given)


@pytest.mark.parametrize("memory", [None, "1"])
def test_text_under_a_loss_of_numbers_is_named(tmp_path: Path, memory: str | None) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        "x,n\n1,\n" + "".join(f"{k},{'many' if k % 2 else 'few'}\n" for k in range(1, 30))
    )
    options = {"missing": "drop", **({} if memory is None else {"memory": memory})}
    for loss in ("huber", "poisson"):
        with pytest.raises(InputError) as caught:
            fit(path, target="n", features=["x"], loss=loss, **options)
        assert caught.value.name == "text_target"
        assert "target 'n' of t.csv holds text ('many' in row 2)" in caught.value.message
        assert f"loss {loss} predicts numbers" in caught.value.message
        assert "--loss logistic" in caught.value.remedy


def test_arrays_name_the_row_and_of_several_targets_the_target() -> None:
    X, y = np.eye(6), np.arange(6.0)
    y[4] = -3.0
    several = np.stack([np.ones(6), y], axis=1)
    for features in (X, csr_array(X)):
        for targets, place in ((y, "y has -3 in row 4"), (several, "-3 in row 4, target 1")):
            model = GradientDescentRegressor(loss="poisson", standardize=False)
            with pytest.raises(InputError, match=place) as caught:
                model.fit(features, targets)
            assert caught.value.name == "invalid_targets"
        with pytest.raises(InputError, match="validation rows have -3 in row 4"):
            model.fit(features, np.ones(6), validation=(features, y))
    weight = np.array([0.0, 1, 1, 1, 1, 1])
    with pytest.raises(InputError, match="row 4"):
        GradientDescentRegressor(loss="poisson").fit(X, y, weight)
