"""--lang: every answer, ending, story and error in the language asked for, and set as it is set."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from answers import Answer
from test_json_contract import CSV, ERRORS, FITS, WRONG_OPTIONS

from steepest import (
    ArraySource,
    GradientDescentRegressor,
    SteepestError,
    minimize,
    read_table,
)
from steepest.cli.app import asked_language

CHINESE = ("--lang", "zh-CN")
HAN = re.compile("[\u4e00-\u9fff]")
# What stays Latin in a Chinese answer, and why.
KEPT = {
    "the program, and its commands to type": "steepest show fit plan predict help",
    "methods": "batch mini stochastic exhaustive coarse fine auto",
    "engines": "moments pass sweep numpy",
    "schedules and orders": "constant inverse time step cosine geometric random given",
    "other values of options": "zero error skip drop mean empty days tab",
    "losses": "squared_error half_squared_error logistic absolute huber quantile poisson gamma "
    "hinge squared_hinge softmax",
    "penalties": "none elasticnet",
    "file formats": "CSV Parquet csv tsv txt zip parquet JSON",
    "encodings": "UTF utf latin cp1252 NUL float64",
    "files of a run": "json model run runs path npy trace returned",
    "numbers": "nan inf",
    "signals": "SIGINT SIGTERM",
    "the constant": "intercept",
    "places in --range and --start": "NAME LOW HIGH",
    "the command line's own placeholder": "DATA",
    "Python": "max_iter search",
    "the lecture notes' tables": "example three points four two features salary bad closing",
}
WORDS = {word for words in KEPT.values() for word in words.split()}


LATIN = re.compile(r"[A-Za-z][A-Za-z_0-9]{2,}")


def english(text: str, *names: str) -> set[str]:
    """Return the Latin words of a text that are no names, options or numbers."""
    known = {word for name in names for word in LATIN.findall(name)}
    return set(LATIN.findall(re.sub(r"--[a-z-]+", " ", text))) - WORDS - known


def assert_chinese(answer: Answer, *names: str) -> None:
    said = answer.out + answer.err
    assert HAN.search(said)
    assert english(said, *names) == set()
    begins = {line.strip()[:1] for line in said.splitlines()}
    assert not begins & set("，。；：！？、）」”")


# ---- every ending, every story -----------------------------------------------------------------

RANDOM = np.random.default_rng(4)
PLAIN = RANDOM.normal(size=(60, 3)).round(3)


def table_of(columns: dict[str, Any]) -> str:
    rows = zip(*columns.values(), strict=True)
    return "\n".join([",".join(columns), *(",".join(map(str, row)) for row in rows)]) + "\n"


NOISY = table_of({"甲": PLAIN[:, 0], "b b": PLAIN[:, 1], "y": (PLAIN @ [1, 2, 3]).round(3)})
HARSH = table_of({"w": PLAIN[:, 0] * 1e4, "v": PLAIN[:, 1], "y": (PLAIN @ [1, 2, 3]).round(3)})
RICH = table_of(
    {
        "flag": ["true", "false"] * 30,
        "city": ["Köln", "Rom", "Rom"] * 20,
        "day": [f"2020-01-{1 + i % 28:02}" for i in range(60)],
        "a": ["" if i < 3 else value for i, value in enumerate(PLAIN[:, 0])],
        "twice": (2 * PLAIN[:, 1]).round(3),
        "once": PLAIN[:, 1],
        "same": [5] * 60,
        "code": [9007199254740993 + i for i in range(60)],
        "y": PLAIN[:, 2],
    }
)
# id -> (table, options, exit code, the ending)
RUNS: dict[str, tuple[str, str, int, str]] = {
    "converged": (NOISY, "", 0, "converged"),
    "two-targets": (NOISY, "--target y,甲", 0, "converged"),
    "target": (NOISY, "--target-loss 100", 0, "target_loss_reached"),
    "epochs": (NOISY, "--epochs 2 --learning-rate 0.01", 0, "epochs_used_up"),
    "epochs-unscaled": (HARSH, "--no-standardize --epochs 20", 0, "epochs_used_up"),
    "unstable": (NOISY, "--learning-rate 1.0000001 --epochs 3 --validation 0", 0, "epochs_used_up"),
    "still": (NOISY, "--tolerance 0 --epochs 5000 --learning-rate 0.4", 0, "stalled"),
    "idle": (NOISY, "--method stochastic --epochs 300", 0, "stalled"),
    "idle-falling": (NOISY, "--method stochastic --schedule step --epochs 3000", 0, "stalled"),
    "cycle": (NOISY, "--method mini-batch --order given --epochs 5000", 0, "stalled"),
    "far": (HARSH, "--no-standardize --tolerance 1e-3 --epochs 100000", 0, "converged"),
    "diverged": (NOISY, "--learning-rate 3", 3, "diverged"),
    "diverged-unscaled": (HARSH, "--learning-rate 0.9 --no-standardize", 3, "diverged"),
    "diverged-random": (NOISY, "--learning-rate 9 --method stochastic", 3, "diverged"),
    "diverged-random-unscaled": (
        HARSH,
        "--learning-rate 9 --method stochastic --no-standardize",
        3,
        "diverged",
    ),
    "diverged-given": (NOISY, "--learning-rate 9 --method stochastic --order given", 3, "diverged"),
    "diverged-start": (NOISY, "--start 1e300,1,1", 3, "diverged"),
    "schedule": (NOISY, "--schedule cosine --epochs 50", 0, "converged"),
    "time-ordered": (NOISY, "--time-ordered", 0, "converged"),
    "scaled": (NOISY, "--no-intercept", 0, "converged"),
    "grid": (NOISY, "--method exhaustive --range y=0:1", 2, ""),
    "search": (NOISY, "--method exhaustive --range 甲=-9:9 --range intercept=-9:9", 0, ""),
    "edge": (NOISY, "--method exhaustive --range 甲=-9:-8 --points 5", 0, ""),
    "fine": (NOISY, "--method coarse-to-fine --range 甲=-9:9", 0, ""),
    "search-target": (NOISY, "--method exhaustive --range 甲=-9:9 --target-loss 999", 0, ""),
    "rich": (RICH, "--missing drop --dates days", 0, ""),
    "rich-filled": (RICH, "--missing mean --dates days --no-intercept", 0, ""),
    "several": (NOISY, "--learning-rate 0.1,0.01,3", 3, ""),
    "given-order": (NOISY, "--method mini-batch --batch-size 7 --order given --epochs 4", 0, ""),
}
NAMES = ("flag city Köln Rom day twice once same code false true table rate",)


@pytest.mark.parametrize(("text", "options", "code", "ending"), RUNS.values(), ids=RUNS.keys())
def test_a_run_is_told_in_chinese(
    text: str, options: str, code: int, ending: str, steepest: Any, table: Any
) -> None:
    file = table(text)
    target = () if "--target " in options else ("--target", "y")
    answer = steepest("fit", file, *target, *options.split(), "--out", "a-run", *CHINESE)
    assert answer.code == code, answer.out + answer.err
    assert_chinese(answer, file, "a-run", *NAMES)
    if ending:
        shown = steepest("show", "a-run", *CHINESE, "--json")
        assert shown.json["ending"] == ending
        assert HAN.search(shown.json["sentence"])
        assert_chinese(steepest("show", "a-run", *CHINESE), "a-run", *NAMES)


def test_an_interrupted_run_is_told_in_chinese(
    steepest: Any, table: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []

    def stop(*given: Any) -> None:
        if not stopped:
            stopped.append(1)
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr("steepest.cli.terminal.Progress.watch", stop)
    options = ["--method", "stochastic", "--tolerance", 0, "--epochs", 100_000, "--out", "r"]
    file = table(NOISY)
    answer = steepest("fit", file, "--target", "y", *options, *CHINESE)
    assert answer.code == 130
    assert "被 SIGINT 中断" in answer.out
    assert_chinese(answer, file)


@pytest.mark.parametrize("options", FITS.values(), ids=FITS.keys())
def test_json_speaks_the_language_too(options: str, steepest: Any, table: Any) -> None:
    file = table(CSV)
    chosen = ("--target", "y", *options.split(), "--json")
    ours = steepest("fit", file, *chosen, "--out", "en").json
    theirs = steepest("fit", file, *chosen, "--out", "zh", *CHINESE).json
    assert HAN.search(theirs["sentence"])
    assert english(theirs["sentence"]) == set()
    for finding, told in zip(ours["findings"], theirs["findings"], strict=True):
        assert english(told.pop("sentence")) == set()
        del finding["sentence"]
    for key in ("sentence", "run", "seconds"):
        del ours[key], theirs[key]
    assert theirs == ours


@pytest.mark.parametrize(
    "options", ["", "--method stochastic --epochs 9", "--method stochastic --epochs 99999"]
)
def test_a_plan_is_told_in_chinese(options: str, steepest: Any, table: Any) -> None:
    answer = steepest("plan", table(CSV), "--target", "y", *options.split(), *CHINESE)
    assert answer.code == 0
    assert_chinese(answer)
    found = steepest("plan", table(CSV), "--target", "y", *options.split(), "--json", *CHINESE)
    assert found.json["sentence"].replace(" ", "") == re.sub(r"\s", "", answer.out)


def test_predictions_are_told_in_chinese(steepest: Any, table: Any) -> None:
    rich = table("city,a,y\nRom,1,2\nKöln,2,3\nRom,3,5\n")
    assert steepest("fit", rich, "--target", "y", "--validation", 0, "--out", "r").code == 0
    new = table("city,a,y\nOslo,1,2\nRom,,3\nRom,3,5\n", "new.csv")
    answer = steepest("predict", "r", new, "--out", "p.csv", "--missing", "empty", *CHINESE)
    assert answer.code == 0
    assert "Oslo" in answer.out
    assert_chinese(answer, "city", "Oslo", "Rom")


# Names of options as they are in Python.
OPTIONS = "loss method order schedule missing dates epochs seed batch_size start l1_ratio"

# ---- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("command", "code", "part"), ERRORS.values(), ids=ERRORS.keys())
def test_errors_are_told_in_chinese(
    command: str, code: int, part: str, steepest: Any, table: Any, tmp_path: Path
) -> None:
    table(CSV)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "of.txt").write_text("things")
    if "--lang" in command:
        return  # nothing is known of the language
    answer = steepest(*command.split(), *CHINESE)
    assert answer.code == code
    assert_chinese(answer, command, OPTIONS)
    if code != 3:
        error = steepest(*command.split(), "--json", *CHINESE).error
        assert answer.err.splitlines()[-1] == f"steepest: {error['message']}{error['remedy']}"
        assert steepest(*command.split(), "--json").error["name"] == error["name"]


@pytest.mark.parametrize(("option", "part"), WRONG_OPTIONS.values(), ids=WRONG_OPTIONS.keys())
def test_wrong_options_are_told_in_chinese(
    option: str, part: str, steepest: Any, tmp_path: Path
) -> None:
    (tmp_path / "here").write_text("a file")
    target = () if "--target " in option else ("--target", "y")
    answer = steepest("fit", "no.csv", *target, *option.split(), *CHINESE)
    assert answer.code == 2
    assert_chinese(answer, option, OPTIONS)


FAULTY = {
    "short-row": b"a,b\n1,2\n3\n",
    "long-row": b"a,b\n1,2\n3,4,5\n6,7\n",
    "over-lines": b'a,b\nx,1\n"x,1\ny",2,3\n',
    "unclosed": b'a,b\nx,1\n"x,1\ny,2\n',
    "swallowed": b'a,b\nx,1\n"x,1\ny,2\n"z",3\n',
    "other-quote": b"a,b\nx,1\n'x, y',2\n",
    "other-quotes": b"'a','b'\n'x','1'\n",
    "quoted-column": b"a,b\n'1',2\n'2',3\n",
    "trailing": b"a,b\n1,2,\n3,4,\n",
    "short-header": b"a,b\n1,1,2\n2,3,4\n",
    "long-header": b"a,b,c\n1,2\n3,4\n",
    "title": b"T\nx1,x2,x3\n1,2,3\n4,5,6\n",
    "no-header": b"1,2\n3,4\n",
    "header-alone": b"a,b\n\n",
    "header-twice": b"a,b\n1,2\na,b\n3,4\n",
    "two-tables": b"a,b\n1,2\n3,4\nc,d,e\n1,2,3\n",
    "footnote": b"a,b\n1,2\n3,4\n(c)\n",
    "names-twice": b"a,b,a\n1,2,3\n",
    "empty": b"",
    "utf-16": "a,b\n1,2\n".encode("utf-16"),
    "latin": b"a,b\n1,x\n2,\xfc\n",
    "nul": b"a,b\n1,2\n1,\x002\n",
    "semicolon": b"a;b\n1;2\n",
    "tab": b"a\tb\n1\t2\n",
    "infinite": b"a,b\n1,1\n inf,1\n",
    "mixed": b"a,b\n1,1\n2,1\nx,2\n",
    "thousands": b'a,b\n1,1\n"1,234",2\n',
    "comma": b'a,b\n"1,5",2\n"2,25",3\n',
    "signs": b"a,b\n$5,1\n$6.50,2\n",
    "dates": b"a,b\n01/02/2020,1\n",
    "zones": b"a,b\n2020-01-01T00:00:00Z,1\n2020-01-01T00:00,2\n",
    "real-dates": b"a,b\n2020-01-01,1\n2020-01-02,2\n",
    "missing": b"a,b\n,1\n1,2\n",
    "missing-target": b"a,b\n1,\n1,2\n",
    "one-class": b"a,b\n1,x\n2,x\n",
    "too-large": b"a,b\n1e300,1\n1,2\n",
    "too-small": b"a,b\n1e-300,1\n2e-300,2\n",
    "one-row": b"a,b\n1,2\n",
    "no-feature": b"b\n1\n2\n",
    "parquet": b"PAR1",
    "constant-name": b"intercept,b\n1,2\n2,3\n",
}


@pytest.mark.parametrize("data", FAULTY.values(), ids=FAULTY.keys())
def test_faults_of_files_are_told_in_chinese(data: bytes, steepest: Any, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    options = ["--target", "b", "--validation", "0.9" if data == FAULTY["one-row"] else "0"]
    answer = steepest("fit", "t.csv", *options, *CHINESE)
    assert answer.code == 2, answer.out
    assert_chinese(answer, "2020-12-31T23:59:59", "2020-01-01T00:00", "0xfc")


BROKEN = {
    "other-start": ("t.csv.gz", b"a,b\n1,2\n"),
    "nothing": ("t.csv.gz", b""),
    "no-parquet": ("t.parquet", b""),
    "suffix": ("t.xlsx", b"a"),
}


@pytest.mark.parametrize(("name", "data"), BROKEN.values(), ids=BROKEN.keys())
def test_broken_files_are_told_in_chinese(
    name: str, data: bytes, steepest: Any, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    answer = steepest("fit", name, "--target", "b", *CHINESE)
    assert answer.code in (1, 2)
    assert_chinese(answer, name, ".xlsx", ".gz")


DAMAGE = {
    "format": ("model.json", lambda text: text.replace('"kind": "linear"', '"kind": "cubic"')),
    "no-json": ("model.json", lambda text: text[:90]),
    "no-json-run": ("run.json", lambda text: text[:90]),
    "changed": ("run.json", lambda text: text.replace('"rows"', '"rowz"')),
    "trace": ("trace.csv", lambda text: text + "1,2\n"),
}


@pytest.mark.parametrize(("name", "damaged"), DAMAGE.values(), ids=DAMAGE.keys())
def test_damaged_runs_are_told_in_chinese(
    name: str, damaged: Any, steepest: Any, tmp_path: Path
) -> None:
    assert steepest("fit", "example:salary", "--target", "salary", "--out", "r").code == 0
    file = tmp_path / "r" / name
    file.write_text(damaged(file.read_text()))
    answer = steepest("show", "r", *CHINESE)
    assert answer.code == 1
    assert_chinese(answer)
    file.unlink()
    missing = steepest("show", "r", *CHINESE)
    assert name in missing.err
    assert_chinese(missing)


def several(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)


def refuse(folder: Path, kind: str) -> None:
    """Do what Python refuses and the command line cannot ask for in one line."""
    X, y = PLAIN[:, :2], PLAIN[:, 2]
    several(folder, p="a,b\n1,2\n", q="a,b\nx,2\n", r="a,c\n1,2\n")
    rows, model = ArraySource(X, y[:, None]), GradientDescentRegressor()
    if kind == "kinds":
        read_table([folder / "p.csv", folder / "r.csv"])
    elif kind == "pattern":
        read_table([folder / "*.txt"])
    elif kind == "nan":
        model.fit(np.where(X[3, 1] == X, np.nan, X), y)
    elif kind == "infinite":
        model.fit(X, np.where(y == y[0], np.inf, y))
    elif kind == "text":
        model.fit(np.array([["a", "b"], ["c", "d"]], dtype=object), y[:2])
    elif kind == "dates":
        model.fit(np.array([["2020-01-01"], ["2020-01-02"]], dtype="datetime64[D]"), y[:2])
    elif kind == "shape":
        model.fit(X, y, coef_init=[1.0, 2.0, 3.0])
    elif kind == "start":
        minimize(rows, start=[1.0])
    elif kind == "targets":
        minimize(rows, loss="logistic")
    elif kind == "engine":
        minimize(rows, engine="rocket")
    elif kind == "nothing":
        minimize(ArraySource(X[:0], y[:0, None]))
    elif kind == "names":
        minimize(rows, names=["a"])
    elif kind == "method":
        minimize(rows, method="exhaustive")


REFUSALS = (
    *("kinds", "pattern", "nan", "infinite", "text", "dates", "shape", "start", "targets"),
    *("engine", "nothing", "names", "method"),
)


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_python_refuses_is_told_in_chinese(kind: str, tmp_path: Path) -> None:
    with pytest.raises(SteepestError) as caught:
        refuse(tmp_path, kind)
    said = "".join(caught.value.in_language("zh-CN"))
    names = [
        str(tmp_path),
        "rocket",
        "logistic",
        "engine",
        "coef_init",
        "start",
        "sklearn",
        "impute",
    ]
    python = "steepest.search astype float GradientDescentRegressor NaN float64"
    assert english(said, *names, python) == set()


@pytest.mark.parametrize("command", ["fit t.csv --target y", "plan t.csv --target y", "show r",
                                     "predict r t.csv --out p.csv"])  # fmt: skip
@pytest.mark.parametrize("language", ["zh", "zh-cn", "de", ""])
def test_an_unknown_language_names_the_known_ones(
    command: str, language: str, steepest: Any
) -> None:
    answer = steepest(*command.split(), f"--lang={language}", "--json")
    assert answer.code == 2
    assert answer.error["name"] == "unknown_language"
    assert "en, zh-CN" in answer.error["message"]


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ("fit --lang zh-CN", "zh-CN"),
        ("fit --lang=zh-CN", "zh-CN"),
        ("fit", "en"),
        ("fit --lang", "en"),
        ("fit --lang tlh", "en"),
        ("fit --lang en --lang zh-CN", "zh-CN"),
        ("fit --language zh-CN", "en"),
    ],
)
def test_the_language_is_found_before_options_are_read(arguments: str, language: str) -> None:
    assert asked_language(arguments.split()) == language
