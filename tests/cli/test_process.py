"""FAULTS 1-E: signals, pipes, full and read-only disks, odd surroundings, in real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from answers import strict_json

from permissions import on_linux, run_obeying

ROWS = "x,z,y\n" + "".join(f"{i},{(i * i) % 17},{3 * i + (i * 7) % 5}\n" for i in range(200))
COMMAND = [sys.executable, "-m", "steepest"]
FIT = [*COMMAND, "fit", "table.csv", "--target", "y"]
# Stochastic, with a tolerance of 0 it runs on for all its epochs.
ENDLESS = [*FIT, "--method", "stochastic", "--tolerance", "0", "--epochs", "100000000"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "table.csv").write_text(ROWS)
    return tmp_path


def run(command: list[str] | str, place: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    shell = isinstance(command, str)
    return subprocess.run(
        ["bash", "-c", command] if shell else command,
        cwd=place,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        **more,
    )


# ---- signals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "code", "name"),
    [(signal.SIGINT, 130, "SIGINT"), (signal.SIGTERM, 143, "SIGTERM")],
    ids=["SIGINT", "SIGTERM"],
)
def test_a_signal_ends_a_run_with_its_trace(number: int, code: int, name: str, place: Path) -> None:
    folder = ""
    for seconds in (0.7, 3.0, 10.0):  # a busy machine takes long from the first word to epoch 1
        folder = f"run-{seconds}"
        code_found, out, err = signalled(number, seconds, folder, place)
        assert code_found == code, err
        found = strict_json(out)
        if found.get("epochs"):
            break
    assert found["ending"] == "interrupted"
    assert name in found["sentence"]
    assert found["epochs"] > 0
    shown = run([*COMMAND, "show", folder, "--json"], place)
    assert strict_json(shown.stdout) == found
    assert (place / folder / "trace.csv").read_text().count("\n") > 1


def signalled(number: int, seconds: float, folder: str, place: Path) -> tuple[int, str, str]:
    """Return exit code and streams of a fit that is sent a signal some seconds after it began."""
    child = subprocess.Popen(
        [*ENDLESS, "--json", "--out", folder],
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stderr is not None
    for line in child.stderr:
        if line.startswith("descending"):
            break
    time.sleep(seconds)
    child.send_signal(number)
    out, err = child.communicate(timeout=60)
    return child.returncode, out, err


def test_sigkill_leaves_no_half_folder(place: Path) -> None:
    child = subprocess.Popen(
        [*ENDLESS, "--quiet", "--out", "run"], cwd=place, stderr=subprocess.PIPE
    )
    time.sleep(1.2)
    child.kill()
    child.communicate(timeout=30)
    assert child.returncode == -signal.SIGKILL
    assert not (place / "run").exists()


# ---- pipes and streams -------------------------------------------------------------------------


@pytest.mark.parametrize("options", ["", "--json"], ids=["prose", "json"])
def test_e102_broken_pipe(options: str, place: Path) -> None:
    command = " ".join(FIT)
    done = run(f"{command} {options} --out run | head -c 1; echo ' '${{PIPESTATUS[0]}}", place)
    assert done.stdout.split()[-1] == "0"
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
    assert (place / "run" / "model.json").is_file()


def test_e102_help_into_a_closed_pipe(place: Path) -> None:
    done = run(f"{' '.join(COMMAND)} fit --help | head -1; echo ${{PIPESTATUS[0]}}", place)
    assert done.stdout.split()[-1] == "0"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_e102_closed_streams(closed: str, place: Path) -> None:
    done = run(f"{' '.join(FIT)} --out run {closed}", place)
    assert done.returncode == 0, done.stderr
    assert (place / "run" / "model.json").is_file()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("options", ["", "--json"], ids=["prose", "json"])
def test_e100_full_standard_output(options: str, place: Path) -> None:
    done = run(f"{' '.join(FIT)} {options} --out run >/dev/full", place)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "No space left" in done.stderr


# ---- disks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("parent", ["/proc", "/dev/null/inside"])
def test_e100_a_place_that_cannot_be_written(parent: str, place: Path) -> None:
    if not Path("/proc/self").exists():
        pytest.skip("there is no /proc")
    done = run([*FIT, "--out", f"{parent}/run", "--json"], place)
    assert done.returncode == 1, done.stderr
    error = strict_json(done.stdout)["error"]
    assert error["name"] == "write_failed"
    assert f"{parent}/run" in error["message"]
    assert error["remedy"]


@on_linux
def test_e101_read_only_folder_and_home(place: Path) -> None:
    place.chmod(0o555)
    environment = {**os.environ, "HOME": str(place), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = run_obeying([*FIT, "--json"], cwd=place, env=environment)
    finally:
        place.chmod(0o755)
    assert done.returncode == 1, done.stderr
    error = strict_json(done.stdout)["error"]
    assert error["name"] == "write_failed"
    assert "runs" in error["message"]
    assert [one.name for one in place.iterdir()] == ["table.csv"]


@pytest.mark.parametrize(
    "variables",
    [
        {"HOME": "/nonexistent"},
        {"HOME": "/proc", "XDG_CACHE_HOME": "/proc"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "xx_XX.nothing"},
        {"PYTHONIOENCODING": "ascii"},
        {"TERM": "dumb"},
        {"COLUMNS": "5"},
        {"FORCE_COLOR": "1"},
    ],
    ids=str,
)
def test_e101_odd_surroundings(variables: dict[str, str], place: Path) -> None:
    (place / "wörld.csv").write_text(ROWS.replace("z", "größe 大"), encoding="utf-8")
    command = [*COMMAND, "fit", "wörld.csv", "--target", "y", "--out", "run"]
    done = run(command, place, env={**os.environ, **variables}, errors="replace")
    assert done.returncode == 0, done.stderr
    assert (place / "run" / "model.json").is_file()


@pytest.mark.parametrize(
    "name",
    ["two words.csv", "line\nbreak.csv", "-dash.csv", "x" * 250 + ".csv", "\x1b[31mred.csv"],
    ids=["blank", "newline", "dash", "255", "escape"],
)
def test_e101_odd_file_names(name: str, place: Path) -> None:
    (place / name).write_text(ROWS)
    done = run([*COMMAND, "fit", f"./{name}", "--target", "y"], place)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert len(list((place / "runs").iterdir())) == 1


def test_e101_file_name_that_is_no_text(place: Path) -> None:
    name = os.fsencode(str(place)) + b"/bad\xff.csv"
    with open(name, "w") as file:
        file.write(ROWS)
    done = subprocess.run(
        [*COMMAND, "fit", name, "--target", "y", "--json", "--out", "run"],
        cwd=place,
        capture_output=True,
        timeout=60,
        check=False,
    )
    found = strict_json(done.stdout.decode())
    assert done.returncode == 0 or set(found) == {"error"}, done.stderr
    assert b"Traceback" not in done.stderr


def test_e102_little_memory_is_a_message(place: Path) -> None:
    wide = ",".join(f"c{i}" for i in range(20_000))
    line = ",".join("1.5" for _ in range(20_000))
    (place / "wide.csv").write_text(f"{wide}\n{line}\n{line}\n{line}\n")
    done = run(f"ulimit -v 3000000; {' '.join(COMMAND)} fit wide.csv --target c0 --json", place)
    assert done.returncode in (0, 1, 2), done.stderr[-300:]
    assert "Traceback" not in done.stderr
    strict_json(done.stdout)


# ---- hostile names -----------------------------------------------------------------------------

HOSTILE = {
    "markup": "[bold red]x[/bold red]",
    "markup-broken": "[/nothing",
    "html": "<img src=x onerror=alert(1)>",
    "formula": "=cmd|' /C calc'!A0",
    "escape": "\x1b]0;owned\x07\x1b[31m",
    "c1": "\x9b31mred",
    "rtl": "abc\u202edcba",
    "separator": "a\u2028b",
    "braces": "{loss} {0} %s",
    "newline": "two\nlines",
    "carriage": "over\rwritten",
    "emoji": ":smile: link[link=file:///]",
}


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("what", ["feature", "target", "level", "missing"])
def test_hostile_names_never_reach_the_terminal(
    name: str, what: str, steepest: Any, place: Path
) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    rows = "".join(f"{i},{i * i},{2 * i}\n" for i in range(8))
    texts = {
        "feature": f"{quoted},b,y\n{rows}",
        "target": f"a,b,{quoted}\n{rows}",
        "level": f"k,b,y\n{quoted},1,2\nq,2,3\nq,3,5\n{quoted},4,4\nq,5,7\n",
        "missing": f"{quoted},b,y\n,1,2\n1,2,3\n2,3,4\n",
    }
    (place / "hostile.csv").write_text(texts[what], encoding="utf-8", newline="")
    target = quoted if what == "target" else "y"
    answer = steepest("fit", "hostile.csv", "--target", target, "--out", "run", "--validation", 0)
    refused = what == "missing"
    assert answer.code == (2 if refused else 0), answer.err
    check_clean(answer.out + answer.err)
    if not refused:
        check_clean(steepest("show", "run").out)
        again = steepest("show", "run", "--json", "--quiet")
        assert strict_json(again.out)["ending"]
        if name.startswith("["):
            assert name.split("]")[0] in answer.out


def check_clean(text: str) -> None:
    raw = [c for c in text if (ord(c) < 32 and c != "\n") or 127 <= ord(c) < 160]
    raw += [c for c in text if "\u2028" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"]
    assert not raw
    assert not any(line.startswith(("lines", "written")) for line in text.splitlines())


def test_a_name_of_a_megabyte(steepest: Any, place: Path) -> None:
    (place / "long.csv").write_text("x" * 1_000_000 + ",y\n1,2\n2,4\n3,5\n4,9\n")
    answer = steepest("fit", "long.csv", "--target", "y", "--validation", 0)
    if answer.code == 0:
        assert len(answer.out) < 20_000
    else:
        assert answer.code == 2
    assert len(answer.err) < 5_000


def test_formulas_in_predicted_headers_are_disarmed(steepest: Any, place: Path) -> None:
    (place / "f.csv").write_text('x,"=1+1",z\n1,2,3\n2,4,5\n3,6,8\n')
    steepest("fit", "f.csv", "--target", '"=1+1",z', "--out", "run", "--quiet")
    steepest("predict", "run", "f.csv", "--out", "p.csv", "--quiet")
    for name in (place / "p.csv").read_text().splitlines()[0].split(","):
        assert not name.strip('"').startswith(("=", "+", "-", "@"))
