"""CONTRIBUTING's worked examples, put where it says: one entry each, and all trains with it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from house_sources import PACKAGE
from scipy.optimize import minimize

ROOT = PACKAGE.parent.parent
BLOCKS = re.findall(r"```python\n(.*?)```", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.S)
RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 2))
Y = X @ [1.0, -2.0] + 0.5 + RANDOM.normal(size=50)

PROGRAM = """
import json, sys
import numpy as np
from scipy.sparse import csr_array
import steepest
from steepest import ArraySource, GradientDescentRegressor, SparseSource, minimize
from steepest.descent import plan

X, y = (np.array(one) for one in json.load(sys.stdin))
rows, told = ArraySource(X, y[:, None]), {}
for name, fewest in (("plain", 10**18), ("compiled", -1)):
    plan.PLAIN_UPDATES = fewest
    swept = minimize(rows, loss="logcosh", method="stochastic", schedule="inverse-time",
                     epochs=300, tolerance=0.0)
    told[name] = swept.parameters.ravel().tolist()
    ruled = minimize(rows, rule="signum", method="mini-batch", batch_size=10, learning_rate=0.05,
                     schedule="cosine", epochs=200, tolerance=0.0)
    told[name + " signum"] = ruled.parameters.ravel().tolist()
    told[name + " signs"] = minimize(
        rows, rule="signs", method="mini-batch", batch_size=10, learning_rate=0.01, epochs=20,
        tolerance=0.0).parameters.ravel().tolist()
    sparse = SparseSource.of(csr_array(X), y[:, None])
    told[name + " sparse signs"] = minimize(
        sparse, rule="signs", method="mini-batch", batch_size=10, learning_rate=0.01, epochs=20,
        tolerance=0.0).parameters.ravel().tolist()
told["moments signs"] = minimize(
    rows, rule="signs", learning_rate=0.01, epochs=7, tolerance=0.0).parameters.ravel().tolist()
batch = minimize(rows, loss="logcosh", tolerance=1e-10, epochs=10_000)
told["batch"] = batch.parameters.ravel().tolist()
told["ending"] = [batch.ending.name, batch.ending.sentence("zh-CN")]
model = GradientDescentRegressor(loss="half_squared_error", penalty="halves", alpha=0.2,
                                 standardize=False, tol=1e-10).fit(X, y)
told["halves"] = model.coef_.tolist()
told["file"] = steepest.__file__
print(json.dumps(told))
"""

# A rule without memory that is not plain descent: no engine may take it for that.
SIGNS = """
def signs(parameter, gradient, memory, rate, numbers):
    return parameter - rate * np.sign(gradient), memory
"""
SIGNS_ENTRY = """
    "signs": Rule("signs", signs, slots=0, hyperparameters={}, linear=False, stable=None,
                  usual_rate=0.01, formula="p - r sign(g)", source="-"),
"""


def inserted(file: Path, table: str, functions: str, entry: str) -> None:
    """Put functions before a table, and an entry at its end, where readers of the page would."""
    text = file.read_text("utf-8")
    start = re.search(rf"^{table}\b.*?[({{]$", text, re.M).start()
    end = start + re.search(r"^[)}]$", text[start:], re.M).start()
    file.write_text(
        text[:start] + functions + "\n\n" + text[start:end] + entry + "\n" + text[end:], "utf-8"
    )


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources with the three examples in their places."""
    place = tmp_path_factory.mktemp("contributed")
    ignored = shutil.ignore_patterns("__pycache__")
    package = Path(shutil.copytree(PACKAGE, place / "steepest", ignore=ignored))
    (loss,) = (one for one in BLOCKS if "logcosh_value" in one)
    functions, _, entry = loss.partition("\n\n\nLoss(")
    inserted(package / "objective/losses.py", "_TABLE", functions, f"Loss({entry.rstrip()},")
    (penalty,) = (one for one in BLOCKS if "halves" in one)
    inserted(package / "objective/penalties.py", "PENALTIES", "", penalty.rstrip())
    (rule,) = (one for one in BLOCKS if "def signum" in one)
    functions, _, entry = rule.partition('\n\n\n"signum"')
    inserted(package / "descent/rules.py", "RULES", functions, f'"signum"{entry.rstrip()}')
    inserted(package / "descent/rules.py", "RULES", SIGNS, SIGNS_ENTRY)
    return place


def run(extended: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    cache = str(extended / "cache")
    environment = {**os.environ, "PYTHONPATH": str(extended), "NUMBA_CACHE_DIR": cache}
    return subprocess.run(
        [sys.executable, *arguments], input=given, env=environment, capture_output=True, text=True
    )


def test_one_entry_each_is_trained_with_by_all_engines(extended: Path) -> None:
    done = run(extended, "-c", PROGRAM, given=json.dumps([X.tolist(), Y.tolist()]))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["file"].startswith(str(extended))

    def logcosh(w: np.ndarray) -> float:
        return np.log(np.cosh(w[0] + X @ w[1:] - Y)).mean()

    best = minimize(logcosh, np.zeros(3), tol=1e-12).x
    assert told["ending"][0] == "converged"
    assert told["batch"] == pytest.approx(best, abs=1e-6)
    for engine in ("plain", "compiled"):
        assert told[engine] == pytest.approx(best, abs=0.05)
        squares = np.linalg.lstsq(np.c_[np.ones(50), X], Y, rcond=None)[0]
        assert told[f"{engine} signum"] == pytest.approx(squares, abs=0.05)
    assert told["plain"] == pytest.approx(told["compiled"], rel=1e-9)

    assert told["plain signs"] == pytest.approx(told["compiled signs"], rel=1e-9)
    assert told["compiled sparse signs"] == pytest.approx(told["compiled signs"], rel=1e-9)
    assert told["moments signs"] == pytest.approx([0.07, 0.07, -0.07], rel=1e-12)

    def halves(w: np.ndarray) -> float:
        errors = w[0] + X @ w[1:] - Y
        return 0.5 * (errors**2).mean() + 0.1 * np.abs(w[1:]).sum() + 0.05 * (w[1:] ** 2).sum()

    nearest = minimize(halves, np.zeros(3), method="Nelder-Mead", tol=1e-12).x
    assert told["halves"] == pytest.approx(nearest[1:], abs=1e-5)


def test_the_command_line_takes_them(extended: Path, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("a,b,y\n" + "".join(f"{a},{b},{y}\n" for (a, b), y in zip(X, Y, strict=True)))
    asked = ["-m", "steepest", "fit", str(file), "--target", "y", "--out", str(tmp_path / "run")]
    done = run(extended, *asked, "--loss", "logcosh", "--penalty", "halves", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["loss"], told["ending"]) == ("logcosh", "converged")


def test_estimators_hold_no_ladder_of_kinds() -> None:
    """What a loss, a penalty or a rule is, its table says: no estimator asks for a type of ours."""
    for file in PACKAGE.glob("*estimators.py"):
        text = file.read_text("utf-8")
        for kinds in re.findall(r"isinstance\([^,]+, *(\([^)]*\)|[\w.]+)\)", text):
            assert set(re.findall(r"\w+", kinds)) <= {"int", "str", "np", "integer"}, file.name
        assert not re.search(r"\b(if|elif) .*\b(loss|rule|penalty)\b *==", text), file.name
