"""Reports of runs that tell several classes apart: a model column for every class."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import steepest
from steepest import report


@pytest.fixture(scope="module")
def classes_of_three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    random = np.random.default_rng(0)
    x, z = random.normal(size=(2, 90))
    names = np.array(["oak", "elm", "ash"])[np.argmax([x, z, -x - z], axis=0)]
    file = tmp_path_factory.mktemp("classes") / "trees.csv"
    lines = [
        f"{a!r},{b!r},{c}" for a, b, c in zip(x.tolist(), z.tolist(), names.tolist(), strict=True)
    ]
    file.write_text("x,z,tree\n" + "\n".join(lines))
    return file


@pytest.mark.parametrize("loss", ["softmax", "logistic", "hinge"])
def test_a_report_of_several_classes_names_each(classes_of_three: Path, loss: str) -> None:
    run = steepest.fit(classes_of_three, target="tree", loss=loss, epochs=20)
    for language, caption in (("en", "Parameters of {}"), ("zh-CN", "{} 的参数")):
        page = report(run, language=language)
        for k, name in enumerate(("ash", "elm", "oak")):
            assert caption.format(name) in page
            assert f"{run.model.coefficients[0, k]:.8g}" in page


def test_a_run_without_a_known_stable_rate_says_so(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("a,n\n" + "".join(f"{k / 9},{k % 4}\n" for k in range(40)))
    run = steepest.fit(path, target="n", loss="poisson", learning_rate=50.0)
    assert run.ending == "diverged"
    figure = steepest.figure_of(run, "loss")
    assert "no rate is known to be stable" in figure.caption
    assert "nan" not in figure.caption
