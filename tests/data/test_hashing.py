"""Hashed categories: a fixed function of the text, and what it does to a fit."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pytest

from steepest import InputError, fit, load_run, predict
from steepest.data.hashing import expected_meetings, hashed_levels


def test_the_hash_is_the_documented_one_in_every_process() -> None:
    """Worked by hand for one level; a process with another seed of Python's own hash agrees."""
    number = int.from_bytes(blake2b("Köln".encode(), digest_size=8).digest(), "little")
    places, signs = hashed_levels(["Köln"], 100)
    assert places.tolist() == [(number >> 1) % 100]
    assert signs.tolist() == [-1.0 if number & 1 else 1.0]
    program = (
        "from steepest.data.hashing import hashed_levels;"
        "print([v.tolist() for v in hashed_levels(['a', 'b', 'Köln'], 1000)])"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-X", "utf8", "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout) == [
            one.tolist() for one in hashed_levels(["a", "b", "Köln"], 1000)
        ]


def test_columns_and_signs_are_even_and_meetings_as_expected() -> None:
    places, signs = hashed_levels([str(i) for i in range(20_000)], 64)
    counts = np.bincount(places, minlength=64)
    assert ((counts - 312.5) ** 2 / 312.5).sum() < 64 + 4 * np.sqrt(128)  # chi-squared, 63 degrees
    assert abs(signs.mean()) < 4 / np.sqrt(20_000)
    few, _ = hashed_levels([str(i) for i in range(500)], 2000)
    shared = (np.bincount(few)[few] > 1).sum()
    assert shared == pytest.approx(expected_meetings(500, 2000), abs=4 * np.sqrt(500 * 0.22))
    assert expected_meetings(3, 1) == 3.0


def table(folder: Path, levels: int = 3000, rows: int = 6000) -> Path:
    random = np.random.default_rng(0)
    shop = random.permutation(np.arange(rows) % levels)
    x = random.normal(size=rows)
    y = 2.0 * x + random.normal(size=rows)
    lines = [f"{x[i]:.6f},shop-{shop[i]},{y[i]:.6f}" for i in range(rows)]
    file = folder / "shops.csv"
    file.write_text("x,shop,y\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_many_levels_are_refused_with_the_remedy_or_hashed_on_request(tmp_path: Path) -> None:
    file = table(tmp_path)
    with pytest.raises(InputError) as caught:
        fit(str(file), target="y")
    assert caught.value.name == "too_many_levels"
    assert "--hash-categories" in str(caught.value)
    run = fit(str(file), target="y", hash_categories=64, out=tmp_path / "run")
    names = run.model.preparation.names
    assert names == ("x", *(f"shop#{i}" for i in range(64)))
    assert run.ending == "converged"
    assert run.summary["coefficients"]["x"] == pytest.approx(2.0, abs=0.06)
    told = [note for note in run.story if note.name == "story_hashed"]
    assert told[0].facts["levels"] == 3000
    assert told[0].facts["shared"] == pytest.approx(3000.0)


def test_a_saved_model_hashes_levels_that_it_has_never_seen(tmp_path: Path) -> None:
    fit(str(table(tmp_path)), target="y", hash_categories=64, out=tmp_path / "run")
    other = tmp_path / "new.csv"
    other.write_text("x,shop\n0.5,shop-7\n0.5,never seen\n", encoding="utf-8")
    model = load_run(tmp_path / "run").model
    made = predict(tmp_path / "run", str(other)).values[:, 0]
    places, signs = hashed_levels(["shop-7", "never seen"], 64)
    own = model.coefficients[1:, 0]
    by_hand = 0.5 * model.coefficients[0, 0] + signs * own[places] + model.intercept[0]
    assert made == pytest.approx(by_hand, rel=1e-12)


def test_columns_of_few_levels_keep_columns_of_their_own(tmp_path: Path) -> None:
    """And so the option changes no bit where there is nothing to hash."""
    file = table(tmp_path, levels=20, rows=400)
    plain, asked = fit(str(file), target="y"), fit(str(file), target="y", hash_categories=20)
    assert (plain.model.coefficients == asked.model.coefficients).all()
    fewer = fit(str(file), target="y", hash_categories=19)
    assert fewer.model.preparation.names[1] == "shop#0"


def test_files_that_stay_in_place_give_the_bits_of_memory(tmp_path: Path) -> None:
    file = table(tmp_path)
    options = {"target": "y", "hash_categories": 32}
    inside, streamed = fit(str(file), **options), fit(str(file), memory="100KB", **options)
    assert (inside.model.coefficients == streamed.model.coefficients).all()
    assert (inside.model.intercept == streamed.model.intercept).all()


@pytest.mark.parametrize("missing", ["error", "drop", "mean"])
def test_missing_levels_of_a_hashed_column(missing: str, tmp_path: Path) -> None:
    file = table(tmp_path, levels=40, rows=400)
    text = file.read_text(encoding="utf-8").splitlines()
    text[5] = text[5].split(",")[0] + ",," + text[5].split(",")[2]
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    if missing == "error":
        with pytest.raises(InputError) as caught:
            fit(str(file), target="y", hash_categories=8)
        assert caught.value.name == "missing_values"
        return
    run = fit(str(file), target="y", hash_categories=8, missing=missing)
    assert run.summary["rows"]["dropped"] == (missing == "drop")


@pytest.mark.parametrize("columns", [0, -1, 65_537])
def test_impossible_numbers_of_columns_are_refused(columns: int, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        fit("example:salary", target="salary", hash_categories=columns)
    assert caught.value.name == "hash_columns_impossible"
