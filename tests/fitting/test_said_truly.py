"""What a run says must be true: endings, stories and refusals that strangers found wanting."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning

from steepest import (
    LOSSES,
    ArraySource,
    FileError,
    FitOptions,
    GradientDescentRegressor,
    InputError,
    fit,
    fit_rates,
    load_run,
    minimize,
    predict,
)


def written(folder: Path, name: str, columns: dict[str, list]) -> str:
    rows = zip(*columns.values(), strict=True)
    text = ",".join(columns) + "\n" + "\n".join(",".join(map(str, row)) for row in rows) + "\n"
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return str(file)


def milliseconds(folder: Path) -> str:
    steps = np.arange(200)
    noise = np.random.default_rng(0).normal(size=200)
    a = [1_600_000_000_000 + 1000 * int(i) for i in steps]
    return written(folder, "ms.csv", {"a": a, "y": (2.0 * steps + noise).tolist()})


def test_convergence_far_above_least_squares_is_not_sold_as_done(tmp_path: Path) -> None:
    run = fit(milliseconds(tmp_path), target="y", validation=0.0, standardize=False)
    assert run.ending == "converged"
    assert run.summary["train_loss"] > 2.0 * run.summary["optimum_loss"]
    assert "least squares reaches" in run.summary["sentence"]
    assert "Standardize" in run.summary["sentence"]
    well = fit(milliseconds(tmp_path), target="y", validation=0.0)
    assert well.summary["train_loss"] == pytest.approx(well.summary["optimum_loss"], rel=1e-9)
    assert "least squares reaches" not in well.summary["sentence"]


def test_the_estimator_warns_of_it() -> None:
    x = 1.6e9 + 60.0 * np.arange(300.0)
    with pytest.warns(ConvergenceWarning, match="least squares reaches"):
        GradientDescentRegressor(standardize=False).fit(x[:, None], np.arange(300.0))


@pytest.mark.parametrize("schedule", ["step", "cosine", "inverse-time"])
def test_a_stall_gives_the_rate_of_its_epoch(schedule: str) -> None:
    random = np.random.default_rng(1)
    X = random.normal(size=(2000, 3))
    y = X @ [1.0, 2.0, 3.0] + random.normal(size=2000)
    rows = ArraySource(X, y[:, None])
    trace = minimize(rows, method="stochastic", schedule=schedule, epochs=300)
    assert trace.ending.name == "stalled"
    assert f"{trace['rate'][-1]:.3g}" in trace.ending.sentence()


def test_a_falling_schedule_is_not_judged_by_its_first_rate() -> None:
    """At 1.5 times the largest stable rate, which inverse-time leaves after its first epoch."""
    options = {"target": "salary", "schedule": "inverse-time", "epochs": 300, "standardize": False}
    run = fit("example:salary", learning_rate=1.2, **options)
    assert run.ending == "epochs_used_up"
    said = run.trace.ending.sentence()
    assert "every update" not in said
    assert "more would not help" not in said
    assert f"{run.trace['rate'][-1]:.3g}, 0.33% of the first" in said
    assert f"{run.trace['loss'][-1] - run.summary['optimum_loss']:.2g} above least" in said
    assert any("at a constant rate batch descent converges below" in text for text in run.tell())
    far = fit("example:salary", learning_rate=1e6, **options)
    assert far.ending == "diverged"
    for text in (far.trace.ending.sentence(), far.findings[0].sentence()):
        assert "every update" not in text
        assert "stable if kept" in text


def test_prediction_never_destroys_its_input(tmp_path: Path) -> None:
    data = written(tmp_path, "d.csv", {"x": [1, 2, 3], "y": [2, 4, 6]})
    fit(data, target="y", validation=0.0, out=tmp_path / "run")
    before = Path(data).read_bytes()
    with pytest.raises(InputError, match="destroy"):
        predict(tmp_path / "run", data, out=data)
    assert Path(data).read_bytes() == before


def test_empty_predictions_are_empty_cells(tmp_path: Path) -> None:
    data = written(tmp_path, "d.csv", {"x": [1, 2, 3], "y": [2, 4, 6]})
    fit(data, target="y", validation=0.0, out=tmp_path / "run")
    holes = written(tmp_path, "holes.csv", {"x": [1, "NA", 3]})
    with pytest.raises(InputError, match="--missing empty"):
        predict(tmp_path / "run", holes, out=tmp_path / "p.csv")
    predict(tmp_path / "run", holes, out=tmp_path / "p.csv", missing="empty")
    # quoted, since readers skip lines that hold nothing
    assert (tmp_path / "p.csv").read_text().splitlines()[2] == '""'


def test_logistic_loss_refuses_targets_it_has_no_value_for() -> None:
    X = np.arange(6.0)[:, None]
    for bad in (5.0, -1.0, 0.5):
        y = np.where(np.arange(6) > 2, bad, 0.0)[:, None]
        with pytest.raises(InputError, match="0 or 1"):
            minimize(ArraySource(X, y), loss="logistic", epochs=3)


def test_a_diverged_run_names_the_limit_it_passed(tmp_path: Path) -> None:
    run = fit(
        "example:salary-bad",
        target="salary",
        standardize=False,
        learning_rate=0.04,
        start=(1.02, 0.19),
    )
    assert run.ending == "diverged"
    limit = 1e3 * max(run.trace["loss"][0], np.mean(np.square(_salaries())))
    assert f"{limit:.4g}" in run.summary["sentence"]
    assert any("exploded" in line for line in run.tell())


def _salaries() -> np.ndarray:
    from steepest import example

    own = example("salary-bad")
    return own.y[~own.validation]


def test_a_search_that_ends_at_an_edge_says_widen() -> None:
    edge = fit(
        "example:salary", target="salary", method="exhaustive", ranges=(("intercept", 0.0, 1.0),)
    )
    assert "widen" in edge.summary["sentence"]
    inside = fit(
        "example:salary", target="salary", method="exhaustive", ranges=(("intercept", 0.0, 5.0),)
    )
    assert "narrow" in inside.summary["sentence"]


def test_what_is_filled_in_is_said_and_nothing_else(tmp_path: Path) -> None:
    columns = {
        "a": [1, "NA", 3, 4, 5, 6],
        "b": [1, 2, 3, 5, 8, 13],
        "c": ["u", "u", "NA", "v", "u", "v"],
        "y": [1, 2, 3, 4, 5, 7],
    }
    data = written(tmp_path, "holes.csv", columns)
    told = fit(data, target="y", missing="mean", validation=0.0).tell()
    filled = [line for line in told if "filled" in line]
    assert len(filled) == 2
    assert any("'a' misses 1 value" in line and "3.8" in line for line in filled)
    assert any("'c' misses 1 value" in line and "'u'" in line for line in filled)


def test_each_target_has_its_own_typical_error(tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=50)
    y, z = 2.0 * x + random.normal(size=50), 1e3 * (x + random.normal(size=50))
    data = written(tmp_path, "two.csv", {"x": x.tolist(), "y": y.tolist(), "z": z.tolist()})
    run = fit(data, target=["y", "z"], validation=0.0)
    line = next(line for line in run.tell() if "typical error" in line)
    design = np.c_[np.ones(50), x]
    for name, target in (("y", y), ("z", z)):
        rest = target - design @ np.linalg.lstsq(design, target, rcond=None)[0]
        assert f"{np.sqrt(np.mean(rest**2)):.4g} in units of {name}" in line


def test_a_feature_called_intercept_is_refused_beside_the_constant(tmp_path: Path) -> None:
    data = written(tmp_path, "i.csv", {"intercept": [1, 2, 3, 5], "y": [2, 4, 6, 9]})
    with pytest.raises(InputError, match="called 'intercept'"):
        fit(data, target="y")
    assert fit(data, target="y", intercept=False).ending == "converged"


def test_scales_that_no_sum_can_hold_are_refused_unstandardized(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    X = random.normal(size=(40, 2)) * [1e20, 1e-20]
    data = written(
        tmp_path,
        "far.csv",
        {
            "large": X[:, 0].tolist(),
            "small": X[:, 1].tolist(),
            "y": random.normal(size=40).tolist(),
        },
    )
    with pytest.raises(InputError, match=r"'large' and 'small'"):
        fit(data, target="y", standardize=False)
    well = fit(data, target="y", validation=0.0)
    assert well.summary["train_loss"] == pytest.approx(well.summary["optimum_loss"], rel=1e-9)


def test_a_folder_of_several_runs_names_them(tmp_path: Path) -> None:
    options = FitOptions(target=("y",), learning_rates=(0.1, 0.2), intercept=False)
    fit_rates("example:three-points", options, out=tmp_path / "rates")
    with pytest.raises(FileError, match=r"rate-0\.1, rate-0\.2"):
        load_run(tmp_path / "rates")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("method", ["batch", "mini-batch", "stochastic"])
def test_weight_0_is_absence_everywhere(loss: str, method: str) -> None:
    random = np.random.default_rng(4)
    X, y = random.normal(size=(30, 2)), random.integers(0, 2, size=(30, 1)).astype(float)
    weight = np.where(np.arange(30) % 3 == 0, 0.0, 1.0)
    y += LOSSES[loss].domain == "positive"
    options = {"loss": loss, "method": method, "epochs": 5, "tolerance": 0.0}
    if LOSSES[loss].smooth and not LOSSES[loss].bounded and method != "batch":
        options["learning_rate"] = 0.01  # auto is refused
    rows = ArraySource(X, y, weight)
    kept = ArraySource(X[weight > 0], y[weight > 0], weight[weight > 0])
    one, other = (minimize(source, **options) for source in (rows, kept))
    assert one.ending.facts["updates"] == other.ending.facts["updates"]
    assert one.parameters == pytest.approx(other.parameters, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("weight", [-1.0, np.nan, np.inf])
def test_impossible_weights_are_refused(weight: float) -> None:
    weights = np.ones(3)
    weights[1] = weight
    with pytest.raises(InputError, match="not negative"):
        minimize(ArraySource(np.ones((3, 1)), np.ones((3, 1)), weights))


def test_names_fit_the_features() -> None:
    with pytest.raises(InputError, match="2 names"):
        minimize(ArraySource(np.ones((3, 1)), np.ones((3, 1))), names=["a", "b"])
