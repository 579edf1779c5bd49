"""The landscape kept with a run: the same bits again, and what pictures need of the rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import steepest

TABLE = "x,z,y\n" + "".join(f"{i % 97},{(i * 7) % 31},{3 * i % 101}\n" for i in range(4_000))


@pytest.fixture
def run(tmp_path: Path) -> steepest.Run:
    file = tmp_path / "table.csv"
    file.write_text(TABLE)
    return steepest.fit(file, target="y", out=tmp_path / "run")


def test_losses_are_those_of_the_run(run: steepest.Run) -> None:
    landscape = run.landscape
    assert landscape is not None
    assert landscape.validation is not None
    at = run.trace.parameters
    assert float(landscape.training.value(at)) == run.summary["train_loss"]
    assert float(landscape.validation.value(at)) == run.summary["validation_loss"]
    heights = landscape.training.value(run.trace.path)
    np.testing.assert_allclose(heights, run.trace["loss"], rtol=1e-12)


def test_loaded_landscape_has_the_same_bits(run: steepest.Run) -> None:
    assert run.folder is not None
    loaded = steepest.load_run(run.folder).landscape
    assert loaded is not None
    assert run.landscape is not None
    for name in ("training", "validation"):
        first, second = getattr(run.landscape, name), getattr(loaded, name)
        assert np.array_equal(first.optimum, second.optimum)
        assert np.array_equal(first.curvatures, second.curvatures)
    assert np.array_equal(run.landscape.sample.features, loaded.sample.features)


def test_sample_holds_rows_of_the_table(run: steepest.Run) -> None:
    assert run.landscape is not None
    sample = run.landscape.sample
    assert (~sample.validation).sum() == 1_000
    assert sample.validation.sum() == 800
    assert (np.diff(sample.position) > 0).all()
    i = sample.position
    np.testing.assert_array_equal(sample.features, np.stack([i % 97, (i * 7) % 31], axis=1))
    np.testing.assert_array_equal(sample.targets[:, 0], 3 * i % 101)


def test_damaged_landscape_is_refused(run: steepest.Run) -> None:
    assert run.folder is not None
    file = run.folder / "landscape.npz"
    held = bytearray(file.read_bytes())
    held[len(held) // 2] ^= 1
    file.write_bytes(held)
    with pytest.raises(steepest.FileError, match=r"landscape\.npz"):
        steepest.load_run(run.folder)


def test_wide_runs_are_saved_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("steepest.fitting.landscape.WIDEST", 1)
    file = tmp_path / "table.csv"
    file.write_text(TABLE)
    run = steepest.fit(file, target="y", out=tmp_path / "run")
    assert run.landscape is None
    assert run.folder is not None
    assert steepest.load_run(run.folder).landscape is None
