"""--lang: every answer, ending, story and error in the language asked for, and set as it is set."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from answers import Answer
from rich.cells import cell_len
from test_json_contract import CSV, ERRORS, FITS, WRONG_OPTIONS

from steepest.cli.app import asked_language
from steepest.cli.terminal import print_runs
from steepest.cli.wrapping import wrapped

CHINESE = ("--lang", "zh-CN")
HAN = re.compile("[\u4e00-\u9fff]")
# What stays Latin in a Chinese answer, and why.
KEPT = {
    "the program, and its commands to type": "steepest show fit plan predict help",
    "methods": "batch mini stochastic exhaustive coarse fine auto",
    "engines": "moments pass sweep numpy",
    "schedules and orders": "constant inverse time step cosine random given",
    "other values of options": "zero error skip drop mean empty days tab",
    "losses": "squared_error half_squared_error",
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
OPTIONS = "loss method order schedule missing dates epochs seed batch_size start logistic"

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
    "text-target": b"a,b\n1,x\n2,z\n",
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


# ---- lines and columns -------------------------------------------------------------------------

SAMPLE = (
    "经过 29 轮（29 次更新）后收敛：梯度范数为 2.76e-06，不超过起点处与零参数处梯度范数中"
    "较大者 354 的 1e-08 倍。“sched_dep_time”不提供新信息：它等于 100 hour + 1 minute。"
    "请使用 --learning-rate auto（0.0154），并标准化特征！"
)


@pytest.mark.parametrize("width", range(40, 101))
def test_lines_are_cut_by_cells_and_as_chinese_is_set(width: int) -> None:
    lines = wrapped(SAMPLE, width, first="- ", rest="  ")
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(line[2:] for line in lines).replace(" ", "") == SAMPLE.replace(" ", "")
    assert lines[0].startswith("- ")
    for line in lines[1:]:
        assert line[2] not in "，。；：！？、）」”%"
    assert not any(line.rstrip()[-1] in "（「“" for line in lines)
    for word in ("29 轮", "29 次", "2.76e-06", "sched_dep_time", "--learning-rate", "0.0154"):
        assert any(word in line for line in lines)
    # No line could take what begins the next one, but for what must stay together.
    longest = max(cell_len(piece) for piece in ("“sched_dep_time”", "--learning-rate "))
    assert all(cell_len(line) > width - longest - 2 for line in lines[:-1])


@pytest.mark.parametrize("width", [20, 37, 60])
def test_english_is_cut_at_blanks(width: int) -> None:
    import textwrap

    text = (
        "Converged after 29 epochs (29 updates): the gradient norm is 2.76e-06, at most 1e-08 of "
        "354, the larger of its norms at the start and at zero parameters."
    )
    expected = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    assert wrapped(text, width) == expected


def test_a_word_wider_than_the_line_stays_whole() -> None:
    assert wrapped("见 /a/very/long/path/to/a/run 中", 12) == [
        "见",
        "/a/very/long/path/to/a/run",
        "中",
    ]
    assert wrapped("", 40) == [""]


@pytest.mark.parametrize("width", [50, 80])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_tables_of_wide_names_are_aligned(
    width: int, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from steepest import FitOptions, fit_rates

    monkeypatch.setenv("COLUMNS", str(width))
    file = tmp_path / "t.csv"
    file.write_text(NOISY.replace("b b", "工作年限（年）"), encoding="utf-8")
    runs = fit_rates(file, FitOptions(target=("y",), learning_rates=(0.1, 0.01)))
    written = tmp_path / "out.txt"
    with written.open("w", encoding="utf-8") as stream:
        print_runs(runs, language=language, stream=stream)
    lines = written.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("  ") and not line.startswith("   ")]
    model = [line for line in rows if re.search(r"^  (intercept|截距|甲|工作)", line)][:3]
    assert len(model) == 3
    assert len({cell_len(line) for line in model}) == 1
    assert all(cell_len(line) <= width for line in lines if line not in rows)
