"""Networks fitted to tables: prepared rows, the run folder, predict, show, report, the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import (
    FileError,
    FitOptions,
    InputError,
    Network,
    Scaling,
    figure_of,
    fit,
    load_run,
    predict,
    read_table,
    report,
    unfold,
)

pytest.importorskip("jax", reason="networks need JAX: pip install 'steepest[autodiff]'")

RANDOM = np.random.default_rng(3)
A, B = RANDOM.uniform(-1.0, 1.0, size=(2, 120))
Y = np.round(A * B, 6)
KIND = np.where(A * B > 0.0, "same", "other")
CITY = np.array(["rome", "oslo", "rome"])[np.arange(120) % 3]


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> str:
    file = tmp_path_factory.mktemp("tables") / "signs.csv"
    rows = zip(A, B, CITY, Y, KIND, strict=True)
    lines = [f"{a},{b},{city},{y},{kind}" for a, b, city, y, kind in rows]
    file.write_text("\n".join(["a,b,city,y,kind", *lines, ""]))
    return str(file)


def network(table: str, **options: Any) -> Any:
    given = {"target": "y", "features": ["a", "b", "city"], "hidden": (12,), "epochs": 150}
    return fit(table, **{**given, **options})


@pytest.fixture(scope="module")
def numbers(table: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return network(table, out=tmp_path_factory.mktemp("runs") / "numbers")


@pytest.fixture(scope="module")
def classes(table: str, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return network(table, target="kind", out=tmp_path_factory.mktemp("runs") / "classes")


def test_a_product_is_learnt_that_no_plane_fits(table: str, numbers: Any) -> None:
    plane = fit(table, target="y", features=["a", "b", "city"])
    assert numbers.summary["train_loss"] < 0.2 * plane.summary["optimum_loss"]
    assert numbers.summary["validation_loss"] < 0.5 * plane.summary["validation_loss"]


def test_the_saved_model_is_the_trained_one(table: str, numbers: Any) -> None:
    """Prediction by hand from the arrays in the folder."""
    folder = Path(numbers.folder)
    held = {file.stem: np.load(file) for file in folder.glob("*.npy")}
    X = np.column_stack([A, B, CITY == "oslo"])
    hidden = np.tanh((X - held["shift"]) * held["factor"] @ held["weights_1"] + held["biases_1"])
    wanted = held["center"] + held["spread"] * (hidden @ held["weights_2"] + held["biases_2"])
    made = predict(folder, table)
    assert np.allclose(made.values, wanted, atol=1e-12)
    assert made.summary["loss"] == pytest.approx(np.mean((wanted[:, 0] - Y) ** 2))


def test_summary_and_loaded_run(table: str, numbers: Any, classes: Any) -> None:
    for run in (numbers, classes):
        loaded = load_run(run.folder)
        assert loaded.answer() == {**run.answer(), "findings": loaded.answer()["findings"]}
        assert loaded.tell("zh-CN") == run.tell("zh-CN")
        made = unfold(
            loaded.model.network,
            loaded.model.parameters,
            loaded.model.preparation.design(read_table([table]), np.arange(5))[0],
            np.zeros((5, loaded.model.network.sizes[-1] if loaded is numbers else 1)),
            loaded.model.scaling,
        )
        assert made.gradient.shape == loaded.model.parameters.shape
    about = classes.summary["network"]
    assert about["classes"] == ["other", "same"]
    assert about["train_accuracy"] > 0.9
    assert numbers.summary["network"]["sizes"] == [3, 12, 1]
    assert numbers.summary["method"] == "mini-batch"


def test_classes_are_predicted_as_probabilities(table: str, classes: Any, tmp_path: Path) -> None:
    out = tmp_path / "p.csv"
    made = predict(classes.folder, table, out=out)
    assert out.read_text().splitlines()[0] == "probability_other,probability_same"
    assert np.allclose(made.values.sum(axis=1), 1.0)
    truth = (KIND == "same").astype(int)
    assert (made.values.argmax(axis=1) == truth).mean() > 0.85
    wanted = -np.log(made.values[np.arange(120), truth]).mean()
    assert made.summary["loss"] == pytest.approx(wanted)


def test_numbers_as_classes(table: str) -> None:
    run = network(table, target="kind", validation=0.0)
    assert run.summary["validation_loss"] is None
    digits = fit("example:salary", target="salary", hidden=(2,), loss="cross_entropy", epochs=2)
    assert digits.summary["loss"] == "cross_entropy"
    assert all(float(one) for one in digits.summary["network"]["classes"])


def test_a_missing_class_has_no_loss_whatever_the_classes_are_called(tmp_path: Path) -> None:
    file = tmp_path / "kinds.csv"
    names = np.where(A > 0.0, "None", "some")
    names[0] = ""
    lines = [f"{a},{kind}" for a, kind in zip(A, names, strict=True)]
    file.write_text("\n".join(["a,kind", *lines]), encoding="utf-8")
    more = {"loss": "cross_entropy", "missing": "drop", "epochs": 2}
    run = fit(str(file), target="kind", hidden=(2,), **more)
    rows = read_table(str(file))
    losses = run.model.losses(run.model.predict(rows)[0], rows)
    assert np.isnan(losses[0])
    assert np.isfinite(losses[1:]).all()


def test_report_and_pictures_leave_out_what_needs_a_quadratic(numbers: Any, classes: Any) -> None:
    page = report([numbers, classes])
    assert "</html>" in page
    alone = report(numbers, language="zh-CN")
    assert "激活函数" in alone
    assert 'id="forecast"' not in alone
    assert 'id="landscape"' in alone
    assert "反向传播" in alone
    assert figure_of(numbers, "loss").panels
    for kind in ("sections", "steps", "rates", "regimes", "spectrum", "scaling"):
        with pytest.raises(InputError) as caught:
            figure_of(numbers, kind)
        assert caught.value.name == "figure_not_of_network"


def test_damage_is_refused(table: str, tmp_path: Path) -> None:
    run = network(table, epochs=1, out=tmp_path / "run")
    file = Path(run.folder) / "weights_1.npy"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(FileError):
        load_run(run.folder)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"hidden": (0,)}, "hidden_too_small"),
        ({"activation": "step"}, "unknown_choice"),
        ({"hidden": (), "activation": "relu"}, "activation_of_network"),
        ({"method": "exhaustive"}, "option_of_descent"),
        ({"intercept": False}, "option_not_of_network"),
        ({"rule": "adam"}, "rule_needs_rate"),
        ({"loss": "poisson"}, "unknown_choice"),
        ({"hidden": (), "loss": "cross_entropy"}, "unknown_choice"),
        ({"hidden": (), "target": "kind", "loss": "huber"}, "text_target"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_refused(table: str, options: dict[str, Any], name: str) -> None:
    with pytest.raises(InputError) as caught:
        network(table, **options)
    assert caught.value.name == name


def test_two_targets_and_every_activation() -> None:
    for activation in ("relu", "sigmoid"):
        run = fit(
            "example:two-features", target="y", hidden=(3, 2), activation=activation, epochs=3
        )
        assert run.model.network == Network((2, 3, 2, 1), activation)
    assert FitOptions(target=("y",), hidden=(3,)).checked().hidden == (3,)
    assert isinstance(run.model.scaling, Scaling)


def test_the_command(table: str, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    from steepest.cli.main import main

    words = ["steepest", "fit", table, "--target", "kind", "--hidden", "4", "--epochs", "3"]
    monkeypatch.chdir(Path(table).parent)
    monkeypatch.setattr("sys.argv", [*words, "--json", "--quiet"])
    with pytest.raises(SystemExit) as caught:
        main()
    assert not caught.value.code
    answer = json.loads(capsys.readouterr().out)
    assert answer["network"]["sizes"] == [4, 4, 2]
    assert answer["coefficients"] is None
    assert answer["loss"] == "cross_entropy"
