"""Findings of fits to tables: planted through CSV files, saved with the run, told at the end."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from typer.testing import CliRunner

from steepest import (
    EXAMPLES,
    FINDINGS,
    LANGUAGES,
    Finding,
    Run,
    diagnose,
    fit,
    forecast,
    load_run,
)
from steepest.cli.main import app
from steepest.fitting.facts import error_facts, order_facts

Floats = npt.NDArray[np.float64]
PROBLEMS = {name for name, (kind, _) in FINDINGS.items() if kind in ("critical", "warning")}


@pytest.fixture
def table(tmp_path: Path) -> Any:
    def write(**columns: Any) -> str:
        rows = zip(*(np.asarray(column).tolist() for column in columns.values()), strict=True)
        lines = [",".join(columns), *(",".join(map(repr, row)) for row in rows)]
        file = tmp_path / "table.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return str(file)

    return write


def problems(run: Run) -> set[str]:
    return {finding.name for finding in run.findings} & PROBLEMS


def only(run: Run, name: str) -> Finding:
    kinds = {finding.name: finding for finding in run.findings}
    assert set(kinds) & PROBLEMS | {name} == {name}, sorted(kinds)
    if name in PROBLEMS:
        assert problems(run) == {name}
    return kinds[name]


def gaussian(rows: int = 300, seed: int = 0) -> dict[str, Floats]:
    random = np.random.default_rng(seed)
    a, b, noise = random.normal(size=(3, rows))
    return {"a": a, "b": b, "y": 2.0 * a - b + 1.0 + noise}


# ---- healthy tables ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "stochastic", "schedule": "inverse-time"},
        {"method": "mini-batch", "batch_size": 2, "schedule": "inverse-time"},
        {"loss": "half_squared_error"},
        {"validation": 0.0},
    ],
    ids=str,
)
def test_the_notes_tables_have_no_problem(name: str, options: dict[str, Any]) -> None:
    target = "salary" if "salary" in name else "y"
    assert not problems(fit(f"example:{name}", target=target, **options))


@pytest.mark.parametrize("method", ["exhaustive", "coarse-to-fine"])
def test_a_search_has_no_problem(method: str) -> None:
    run = fit("example:salary", target="salary", method=method, ranges=(("years", -1.0, 5.0),))
    assert run.findings == []


def test_a_search_does_not_mind_unscaled_features() -> None:
    ranges = (("years", -1.0, 5.0),)
    options = {"target": "salary", "standardize": False}
    search = fit("example:salary-bad", method="exhaustive", ranges=ranges, **options)
    assert search.findings == []
    assert problems(fit("example:salary-bad", **options)) == {"unscaled_features"}


@pytest.mark.parametrize("seed", range(12))
def test_gaussian_tables_have_no_problem(table: Any, seed: int) -> None:
    file = table(**gaussian(seed=seed))
    for options in ({}, {"time_ordered": True}, {"missing": "mean", "seed": seed}):
        assert not problems(fit(file, target="y", **options))
    run = fit(file, target="y", method="mini-batch", schedule="inverse-time", seed=seed)
    assert not problems(run)
    assert not problems(fit(file, target=("y", "b")))


# ---- planted conditions --------------------------------------------------------------------------


def test_outliers_are_named_by_their_row(table: Any) -> None:
    columns = gaussian(400)
    columns["y"][[11, 250]] += [300.0, -200.0]
    run = fit(table(**columns), target="y", validation=0.0)
    found = only(run, "outliers")
    A = np.c_[np.ones(400), columns["a"], columns["b"]]
    squares = (A @ np.linalg.lstsq(A, columns["y"])[0] - columns["y"]) ** 2
    assert found.facts["top_rows"] == 4
    assert found.facts["top_share"] == pytest.approx(np.sort(squares)[-4:].sum() / squares.sum())
    assert found.facts["largest_row"] == 12
    assert found.facts["largest_residual"] == pytest.approx(math.sqrt(squares[11] / squares.mean()))


def test_a_diverged_run_says_nothing_of_rows(table: Any) -> None:
    columns = gaussian(400)
    columns["y"][11] += 300.0
    run = fit(table(**columns), target="y", validation=0.0, learning_rate=1.5)
    assert run.trace.metadata["facts"]["top_share"] > 0.5
    assert problems(run) == {"diverged"}


@pytest.mark.parametrize(("size", "dominates"), [(8.0, False), (12.0, True)])
def test_outliers_must_carry_half(table: Any, size: float, dominates: bool) -> None:
    """One percent of rows of error s beside errors 1: a share of s^2 / (s^2 + 99)."""
    columns = gaussian(1000)
    error = np.where(np.arange(1000) % 100 == 7, size, 1.0) * np.where(np.arange(1000) % 2, 1, -1)
    error[7::200] *= -1.0
    columns["y"] = columns["a"] + error
    run = fit(table(**columns), target="y", validation=0.0)
    assert ("outliers" in problems(run)) == dominates
    share = run.trace.metadata["facts"]["top_share"]
    assert share == pytest.approx(size**2 / (size**2 + 99.0), abs=0.03)


def test_large_errors_count_in_the_table_s_rows(table: Any) -> None:
    """Row numbers are those of the table as read, before rows are dropped and split."""
    columns = gaussian(400)
    columns["y"][333] += 500.0
    columns["a"] = [float("nan") if i in (3, 50) else float(v) for i, v in enumerate(columns["a"])]
    file = table(**columns)
    Path(file).write_text(Path(file).read_text().replace("nan", ""), encoding="utf-8")
    for seed in range(4):
        run = fit(file, target="y", missing="drop", seed=seed)
        if run.trace.metadata["facts"]["largest_row"] == 334:
            assert only(run, "outliers")
            return
    raise AssertionError("the row always validates")


def test_sorted_rows_in_the_given_order(table: Any) -> None:
    columns = gaussian(400)
    order = np.argsort(columns["a"])
    columns = {name: column[order] for name, column in columns.items()}
    file = table(**columns)
    options = {"target": "y", "validation": 0.0, "method": "stochastic", "tolerance": 0.0}
    run = fit(file, order="given", epochs=20, **options)
    found = only(run, "sorted_rows")
    a = columns["a"] - columns["a"].mean()
    assert found.facts["column"] == "a"
    assert found.facts["correlation"] == pytest.approx((a[:-1] * a[1:]).sum() / (a * a).sum())
    shuffled = fit(file, order="random", epochs=20, **options)
    assert "sorted_rows" not in problems(shuffled)
    assert "serial_correlation" not in shuffled.trace.metadata["facts"]


def test_rows_in_no_order_are_not_called_sorted(table: Any) -> None:
    run = fit(
        table(**gaussian(400)),
        target="y",
        method="stochastic",
        order="given",
        epochs=20,
        tolerance=0.0,
    )
    assert problems(run) == {"noise_floor"}


def test_rows_are_compared_a_batch_apart() -> None:
    from steepest import ArraySource

    x = np.repeat(np.random.default_rng(0).normal(size=100), 4)  # alike for four rows
    rows = ArraySource(x[:, None], np.zeros((400, 1)))
    near, far = order_facts(rows, 1, ("x", "y")), order_facts(rows, 4, ("x", "y"))
    assert near["serial_correlation"] == pytest.approx(0.75, abs=0.1)
    assert abs(far["serial_correlation"]) < 0.3
    assert order_facts(ArraySource(x[:3, None], np.zeros((3, 1))), 1, ("x", "y")) == {}
    flat = ArraySource(np.full((50, 1), 0.1), np.full((50, 1), 0.1))
    assert order_facts(flat, 1, ("x", "y"))["serial_correlation"] == 0.0


def test_errors_that_are_rounding_say_nothing_of_rows() -> None:
    from steepest import ArraySource

    x = np.random.default_rng(0).normal(size=(100, 1))
    rows = ArraySource(x, 3.0 * x + 1e-12)
    assert error_facts(rows, np.array([[3.0]]), np.zeros(1)) == {}
    assert error_facts(rows, np.array([[np.inf]]), np.zeros(1)) == {}


def test_validation_loss_rising(table: Any) -> None:
    random = np.random.default_rng(3)
    X = random.normal(size=(240, 45))
    y = X[:, 0] + 2.0 * random.normal(size=240)
    columns = {f"x{j}": X[:, j] for j in range(45)}
    run = fit(table(**columns, y=y), target="y", validation=0.75, epochs=3000)
    found = only(run, "validation_loss_rising")
    mask = run.summary["rows"]["validation"]
    assert (mask, found.facts["rows"]) == (180, 180)
    curve = run.trace["validation_loss"]
    assert found.facts["epoch"] == int(np.argmin(curve))
    assert found.facts["relative"] > 3.0 * found.facts["standard_error"]
    stopped = fit(table(**columns, y=y), target="y", validation=0.75, epochs=found.facts["epoch"])
    assert stopped.summary["validation_loss"] == pytest.approx(found.facts["best"], rel=1e-12)
    assert "validation_loss_rising" not in problems(stopped)


def test_the_rise_s_error_is_that_of_the_paired_differences(table: Any) -> None:
    columns = gaussian(60)
    run = fit(table(**columns), target="y", validation=0.5, learning_rate=0.2, epochs=40)
    curve = run.trace["validation_loss"]
    best, facts = int(np.argmin(curve)), run.trace.metadata["facts"]
    if best == len(curve) - 1:
        assert "validation_rise_error" not in facts
        return
    from steepest import validation_mask

    rows = validation_mask(np.arange(60), 0.5, 0)
    about = run.trace.metadata["coordinates"]
    Z = (np.c_[columns["a"], columns["b"]] - about["shift"]) / about["scale"]
    A = np.c_[np.ones(60), Z][rows]
    then, now = (
        (A @ run.trace.path[i][:, 0] - columns["y"][rows]) ** 2 for i in (best, len(curve) - 1)
    )
    error = np.std(now - then, ddof=1) / math.sqrt(rows.sum()) / then.mean()
    assert facts["validation_rise_error"] == pytest.approx(error, rel=1e-6)


PLANTED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "rate_too_small": ({}, {"learning_rate": 0.001, "epochs": 50}),
    "oscillating": ({}, {"learning_rate": 0.93}),
    "diverged": ({}, {"learning_rate": 1.5}),
    "noise_floor": ({}, {"method": "stochastic"}),
    "rate_too_large": ({}, {"method": "stochastic", "learning_rate": 0.2}),
    "schedule_cut_short": ({}, {"method": "stochastic", "schedule": "cosine"}),
    "unscaled_features": (
        {"a": np.linspace(0.0, 1e4, 300)},
        {"standardize": False, "epochs": 10},
    ),
    "collinear_features": ({"b": None}, {}),
    "dependent_features": ({"c": None}, {}),
    "constant_features": ({"c": np.full(300, 7.5)}, {}),
    "constant_target": ({"y": np.full(300, 7.5)}, {}),
    "more_epochs_useless": ({}, {"tolerance": 0.0}),
    "rate_near_best": ({}, {"learning_rate": 0.5}),
    "optimum_at_start": ({}, {"start": None}),
}


def planted(name: str, table: Any) -> Run:
    columns, (change, options) = gaussian(), PLANTED[name]
    columns.update(change)
    if name == "collinear_features":
        columns["b"] = columns["a"] + 0.1 * np.random.default_rng(9).normal(size=300)
    if name == "dependent_features":
        columns["c"] = columns["a"] + 2.0 * columns["b"]
    columns["y"] = columns.pop("y")
    file, options = table(**columns), {"target": "y", "epochs": 3000, **options}
    if name == "optimum_at_start":
        best = fit(file, target="y").about["optimum"]
        options["start"] = (best["intercept"][0], *(row[0] for row in best["coefficients"]))
    return fit(file, **options)


@pytest.mark.parametrize("name", PLANTED)
def test_each_planted_condition_gives_exactly_its_finding(name: str, table: Any) -> None:
    found = only(planted(name, table), name)
    for language in LANGUAGES:
        text = found.sentence(language)
        assert "{" not in text
        assert "nan" not in text


@pytest.mark.parametrize("name", [*PLANTED, "outliers"])
def test_findings_are_the_same_after_loading(name: str, table: Any, tmp_path: Path) -> None:
    if name == "outliers":
        columns = gaussian()
        columns["y"][5] = 1e4
        run = fit(table(**columns), target="y", validation=0.0)
    else:
        run = planted(name, table)
    assert name in {finding.name for finding in run.findings}
    loaded = load_run(run.save(tmp_path / "run"))
    assert loaded.findings == [
        Finding(one.name, one.phrase, dict(one.facts)) for one in run.findings
    ]
    assert loaded.summary["findings"] == run.summary["findings"]
    assert diagnose(loaded.trace) == loaded.findings
    saved = json.loads((tmp_path / "run" / "run.json").read_text(encoding="utf-8"))
    assert saved["summary"]["findings"] == run.summary["findings"]
    keys = {"name", "severity", "facts", "sentence"}
    assert all(set(one) == keys for one in saved["summary"]["findings"])


def test_loading_believes_the_trace_not_what_was_said(tmp_path: Path) -> None:
    run = fit("example:salary", target="salary", learning_rate=0.01, epochs=50)
    said = replace(run, summary={**run.summary, "findings": []})
    assert load_run(said.save(tmp_path / "run")).summary["findings"] == run.summary["findings"]


def test_every_finding_is_planted_somewhere() -> None:
    here = {*PLANTED, "outliers", "sorted_rows", "validation_loss_rising"}
    networks = {"vanishing_gradients"}  # tests/programs/test_network.py
    assert here | networks == set(FINDINGS)


def test_a_rate_beyond_the_mean_square_limit_is_no_noise_floor(table: Any) -> None:
    """The limit is that of the forecast, whose tests simulate it; the remedy is auto."""
    run = planted("rate_too_large", table)
    (found,) = [one for one in run.findings if one.name == "rate_too_large"]
    rate, proven = 0.2, run.trace.metadata["largest_stable_rate"]
    assert found.facts["times"] == pytest.approx(rate / proven)
    assert rate > proven
    known = forecast(table(**gaussian()), target="y", method="stochastic", learning_rates=0.2)
    assert found.facts["limit"] == pytest.approx(known.sampling.exact_limit(1), rel=1e-6)
    assert found.facts["limit"] < rate
    assert known.rates[0].regime == "too high"
    for text in (found.sentence(), run.trace.ending.sentence()):
        assert "--learning-rate auto" in text
        assert "schedule" not in text
    stable = fit(table(**gaussian()), target="y", method="stochastic", learning_rate=0.1)
    assert "mean_square_limit" not in stable.trace.metadata["facts"]


def test_the_remedy_for_a_rise_from_the_start_is_one_the_program_takes(table: Any) -> None:
    columns = {name: column[:60] for name, column in gaussian().items()}
    columns["y"][45:] = -50.0 * columns["a"][45:]  # the last rows, which validate
    run = fit(table(**columns), target="y", time_ordered=True, validation=0.25)
    (found,) = [one for one in run.findings if one.name == "validation_loss_rising"]
    assert found.facts["epoch"] == 0
    for language in LANGUAGES:
        assert "--epochs" not in found.sentence(language)


def test_the_hovering_level_is_one_number(table: Any) -> None:
    """The ending says what the last loss is; only the finding says about what it hovers."""
    run = planted("noise_floor", table)
    (found,) = [one for one in run.findings if one.name == "noise_floor"]
    loss, epochs = run.trace["loss"], run.trace["epoch"]
    late = loss[epochs >= 0.5 * epochs[-1]].mean()
    assert found.facts["level"] == pytest.approx(late, rel=0.02)
    assert found.facts["level"] - found.facts["excess"] == pytest.approx(
        run.summary["optimum_loss"]
    )
    assert "hovers" not in run.trace.ending.sentence()
    assert "0% of that is way still to go" in found.sentence()
    for text in (found.sentence(), run.trace.ending.sentence()):
        assert "--tolerance 0" in text


def test_a_schedule_that_fell_was_not_cut_short(table: Any) -> None:
    options = {"target": "y", "method": "stochastic", "schedule": "cosine"}
    short = planted("schedule_cut_short", table)
    (found,) = problems(short)
    assert (short.ending, found) == ("stalled", "schedule_cut_short")
    assert short.findings[0].facts["rate_share"] > 0.99
    whole = fit(table(**gaussian()), tolerance=0.0, epochs=100, **options)
    assert not problems(whole)
    assert whole.summary["train_loss"] < 1.01 * whole.summary["optimum_loss"]


def test_exact_combinations_are_not_called_near_ones(table: Any) -> None:
    """More columns than rows: what the others explain of one depends on which are left out."""
    random = np.random.default_rng(0)
    columns = {f"f{j}": random.normal(size=20) for j in range(30)}
    columns["y"] = columns["f0"] + random.normal(size=20)
    run = fit(table(**columns), target="y", validation=0.2)
    assert "collinear_features" not in problems(run)
    assert "dependent_features" in {one.name for one in run.findings}


# ---- where they are told -------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_fit_and_show_tell_them_after_the_story(
    table: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    file = table(**gaussian())
    arguments = ["fit", file, "--target", "y", "--learning-rate", "0.001", "--out", "run"]
    runner = CliRunner()
    told = runner.invoke(app, [*arguments, "--lang", language])
    assert told.exit_code == 0
    again = runner.invoke(app, ["show", "run", "--lang", language])
    (found,) = load_run("run").findings
    for answer in (told, again):
        text = "".join(answer.stdout.split())
        assert "".join(found.sentence(language).split()) in text
        assert text.index("".join(load_run("run").tell(language)[-1].split())) < text.index(
            "".join(found.sentence(language).split())
        )
    shown = runner.invoke(app, ["show", "run", "--json", "--quiet", "--lang", language])
    answer = json.loads(shown.stdout)
    assert answer["findings"] == [found.as_dict(language)]
    assert answer["sentence"] == load_run("run").trace.ending.sentence(language)
