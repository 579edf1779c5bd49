"""Rare levels of a category in one column, against tables whose levels were merged by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from steepest import InputError, fit, load_run, predict

RANDOM = np.random.default_rng(0)
# Frequencies fall, so that the most frequent levels are known; the rare ones are many.
SHOPS = [f"shop-{int(k)}" for k in RANDOM.geometric(0.03, size=3000)]
X = RANDOM.normal(size=3000)
Y = 2.0 * X + np.array([int(one[5:]) % 7 for one in SHOPS]) + RANDOM.normal(size=3000)


def written(folder: Path, shops: list[str], name: str = "shops.csv") -> str:
    rows = zip(X, shops, Y, strict=True)
    text = "".join(f"{x:.6f},{shop},{y:.6f}\n" for x, shop, y in rows)
    (folder / name).write_text("x,shop,y\n" + text, encoding="utf-8")
    return str(folder / name)


def frequent(count: int) -> list[str]:
    """Return the most frequent levels, those that came first before others as frequent."""
    levels = list(dict.fromkeys(SHOPS))
    counts = Counter(SHOPS)
    return sorted(levels, key=lambda one: -counts[one])[:count]


@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("count", [1, 2, 12])
def test_pooling_is_merging_levels_by_hand(count: int, intercept: bool, tmp_path: Path) -> None:
    kept = frequent(count)
    assert Counter(SHOPS)[kept[-1]] > Counter(SHOPS)[frequent(count + 1)[-1]]  # no tie decides
    merged = written(tmp_path, [one if one in kept else "rare" for one in SHOPS], "merged.csv")
    files, made = (written(tmp_path, SHOPS), merged), []
    for file, pool in zip(files, (count, None), strict=True):
        folder = tmp_path / f"run-{pool}"
        options = {"validation": 0, "intercept": intercept, "epochs": 20_000, "out": folder}
        run = fit(file, target="y", pool_categories=pool, **options)
        assert run.ending == "converged"
        made.append(predict(folder, file).values[:, 0])  # the base may be another level
    names = load_run(tmp_path / f"run-{count}").model.preparation.names
    assert (len(names), names[-1]) == (1 + count + 1 - intercept, "shop#pooled")
    assert made[0] == pytest.approx(made[1], abs=1e-5)


def test_new_levels_of_a_saved_model_are_pooled(tmp_path: Path) -> None:
    file = written(tmp_path, SHOPS)
    run = fit(file, target="y", pool_categories=12, out=tmp_path / "run", epochs=200)
    told = [note for note in run.story if note.name == "story_pooled"]
    assert told[0].facts["own"] == 12
    assert told[0].facts["rest"] == len(set(SHOPS)) - 12
    base = told[0].facts["base"]
    other = tmp_path / "new.csv"
    other.write_text(f"x,shop\n0,never seen\n0,{base}\n0,shop-199\n", encoding="utf-8")
    model = load_run(tmp_path / "run").model
    made = predict(tmp_path / "run", str(other)).values[:, 0] - model.intercept[0]
    own = dict(zip(model.preparation.names, model.coefficients[:, 0], strict=True))
    assert made == pytest.approx([own["shop#pooled"], 0.0, own["shop#pooled"]], abs=1e-12)
    assert own["shop#pooled"] != 0.0


def test_files_that_stay_in_place_give_the_bits_of_memory(tmp_path: Path) -> None:
    options = {"target": "y", "pool_categories": 9, "epochs": 100}
    file = written(tmp_path, SHOPS)
    inside, streamed = fit(file, **options), fit(file, memory="50KB", **options)
    assert inside.model.preparation == streamed.model.preparation
    assert (inside.model.coefficients == streamed.model.coefficients).all()
    both = [
        [note for note in run.story if note.name == "story_pooled"] for run in (inside, streamed)
    ]
    assert both[0] == both[1] != []


def test_more_than_a_thousand_levels_and_columns_of_few(tmp_path: Path) -> None:
    many = [f"s{i % 1500}" for i in range(3000)]
    file = written(tmp_path, many)
    with pytest.raises(InputError) as caught:
        fit(file, target="y")
    assert caught.value.name == "too_many_levels"
    assert "--pool-categories" in str(caught.value)
    run = fit(file, target="y", pool_categories=100, epochs=5)
    assert len(run.model.preparation.names) == 1 + 99 + 1
    few = written(tmp_path, [f"s{i % 7}" for i in range(3000)], "few.csv")
    plain, asked = (fit(few, target="y", **o) for o in ({}, {"pool_categories": 7}))
    assert (plain.model.coefficients == asked.model.coefficients).all()
    assert plain.model.preparation == asked.model.preparation


@pytest.mark.parametrize("missing", ["drop", "mean"])
def test_missing_levels_are_dropped_or_the_most_frequent_one(missing: str, tmp_path: Path) -> None:
    shops = ["" if i == 5 else one for i, one in enumerate(SHOPS)]
    file = written(tmp_path, shops)
    run = fit(file, target="y", pool_categories=3, missing=missing, epochs=5)
    assert run.summary["rows"]["dropped"] == (missing == "drop")


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"pool_categories": 0}, "pool_levels_impossible"),
        ({"pool_categories": 1001}, "pool_levels_impossible"),
        ({"pool_categories": 5, "hash_categories": 5}, "pooled_and_hashed"),
    ],
)
def test_what_is_impossible(options: dict[str, int], name: str) -> None:
    with pytest.raises(InputError) as caught:
        fit("example:salary", target="salary", **options)
    assert caught.value.name == name
