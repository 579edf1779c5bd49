"""Runs that the pictures show, each fitted once."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from shown_cases import HOSTILE, START

from steepest import Run, fit


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    own = {"target": "salary", "standardize": False, "start": START, "tolerance": 0.0}
    table = hostile_table(tmp_path_factory.mktemp("table") / "hostile.csv")
    return {
        "batch": fit("example:salary", learning_rate=0.1, epochs=100, **own),
        "mini-batch": fit(
            "example:salary",
            learning_rate=0.1,
            epochs=100,
            method="mini-batch",
            batch_size=16,
            **own,
        ),
        "stochastic": fit(
            "example:salary", learning_rate=0.1, epochs=100, method="stochastic", **own
        ),
        "diverged": fit("example:salary-bad", learning_rate=0.04, epochs=50, **own),
        "bad": fit("example:salary-bad", epochs=50, **own),
        "standardized": fit("example:salary", target="salary", epochs=50),
        "exhaustive": fit(
            "example:three-points",
            target="y",
            intercept=False,
            method="exhaustive",
            ranges=(("x", 0.0, 4.0),),
            points=41,
        ),
        "coarse-to-fine": fit(
            "example:salary",
            target="salary",
            method="coarse-to-fine",
            ranges=(("intercept", -2.0, 4.0), ("years", -1.0, 5.0)),
        ),
        "several": fit(str(table), target="y", learning_rate=0.05, epochs=40),
        "network": fit(str(table), target="y", hidden=(4, 3), epochs=30),
        "classes": fit(
            "example:salary",
            target="salary",
            loss="cross_entropy",
            hidden=(3,) * 7,
            epochs=10,
            validation=0.0,
        ),
        "two targets": fit(
            str(table), target=["y", "z"], features=HOSTILE, learning_rate=0.05, epochs=20
        ),
    }


def hostile_table(file: Path) -> Path:
    random = np.random.default_rng(3)
    X = random.normal(size=(300, 4)) * [1.0, 10.0, 0.1, 3.0] + [0.0, 100.0, 2.0, 0.0]
    y = X @ [1.0, 0.2, 3.0, -1.0] + random.normal(size=300)
    with file.open("w", newline="", encoding="utf-8") as opened:
        writer = csv.writer(opened)
        writer.writerow([*HOSTILE, "y", "z"])
        writer.writerows(np.column_stack([X, y, 2.0 * y + X[:, 0]]).tolist())
    return file
