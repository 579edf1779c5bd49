"""Who may import whom, which outside library lives where, and what a bare import costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from house_sources import FILES, PACKAGE, imports, module_name

import steepest

ROOMS = {
    "words": set(),
    "workers": {"words"},
    "data": {"words", "workers"},
    "trace": {"words"},
    "objective": {"data", "words"},
    "programs": {"data", "objective", "trace", "words"},
    "functions": {"data", "objective", "words"},
    "descent": {"data", "functions", "objective", "programs", "trace", "words"},
    "forecasting": {"data", "objective", "descent", "words"},
    "fitting": {
        *("data", "objective", "descent", "forecasting", "programs", "trace", "words", "workers"),
    },
    "figures": {"data", "objective", "programs", "trace", "words"},
    "function_figures": {"descent", "figures", "functions", "objective", "trace", "words"},
    "reporting": {
        *("data", "descent", "fitting", "forecasting", "figures", "displays", "trace", "words"),
        *("functions", "function_figures"),
    },
    "displays": {"data", "objective", "trace", "forecasting", "fitting", "figures", "words"},
    "estimators": {
        *("data", "objective", "descent", "forecasting", "trace", "fitting", "words"),
        "partial_estimators",
    },
    "class_estimators": {"estimators", "partial_estimators", "fitting", "objective", "words"},
    "partial_estimators": {
        *("data", "descent", "objective", "fitting", "words", "estimators", "class_estimators"),
    },
    "network_estimators": {
        "data",
        "descent",
        "estimators",
        "fitting",
        "programs",
        "trace",
        "words",
    },
}
DOORS = {
    "cli": {"words"},
    "lab": {
        *("data", "descent", "fitting", "forecasting", "figures", "displays", "trace", "words"),
    },
    "__main__": {"cli"},
}
# Outside library -> where it may be imported.
HOMES = {
    "numba": lambda file: file.name.endswith("_kernel.py"),
    "llvmlite": lambda file: file.name.endswith("_kernel.py"),
    "sklearn": lambda file: file.name.endswith("estimators.py"),
    "pyarrow": lambda file: file.parent.name == "data",
    "rich": lambda file: file.parent.name == "cli",
    "typer": lambda file: file.parent.name == "cli",
    "click": lambda file: file.parent.name == "cli",
    "matplotlib": lambda file: file.name in ("drawing.py", "painting.py"),
    "mpl_toolkits": lambda file: file.name in ("drawing.py", "painting.py"),
    "dask": lambda file: file.name == "cluster.py",
    "distributed": lambda file: file.name == "cluster.py",
    "starlette": lambda file: file.parent.name == "lab",
    "uvicorn": lambda file: file.parent.name == "lab",
    "jax": lambda file: file.parent.name == "programs",
    "sympy": lambda file: file.name == "symbolic.py",
    "scipy": lambda file: False,
    "pandas": lambda file: False,
    "polars": lambda file: False,
}


def room_of(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def modules_of(name: str, attribute: str | None) -> str:
    """Return the module that ``from name import attribute`` reaches."""
    if attribute is None:
        return name
    inside = PACKAGE.parent.joinpath(*name.split("."), attribute)
    is_module = inside.with_suffix(".py").exists() or inside.is_dir()
    return f"{name}.{attribute}" if is_module else name


def test_rooms_keep_their_doors() -> None:
    found = {module_name(file): wrong_doors(file) for file in FILES}
    assert not {name: wrong for name, wrong in found.items() if wrong}


def wrong_doors(file: Path) -> list[str]:
    here = room_of(module_name(file))
    wrong = []
    for name, attribute, line in imports(file, runtime=here in DOORS):
        if name.split(".")[0] != "steepest":
            continue
        there = room_of(modules_of(name, attribute))
        if there == "":  # a public name, or the version
            allowed = here in DOORS or attribute == "__version__"
        else:
            allowed = there == here or there in {**ROOMS, **DOORS}.get(here, set())
        if file.name == "__init__.py" and not here:
            allowed = True  # the list of public names
        if not allowed:
            wrong.append(f"line {line}: {name} {attribute or ''}")
    return wrong


def test_every_room_is_known() -> None:
    rooms = {room_of(module_name(file)) for file in FILES} - {""}
    assert rooms == set(ROOMS) | set(DOORS)


def test_outside_libraries_stay_at_home() -> None:
    wrong = [
        f"{module_name(file)}, line {line}: {name}"
        for file in FILES
        for name, _, line in imports(file)
        if not HOMES.get(name.split(".")[0], lambda file: True)(file)
    ]
    assert not wrong


def test_nothing_else_is_imported() -> None:
    known = {"steepest", "numpy", *HOMES, *sys.stdlib_module_names}
    wrong = [
        f"{module_name(file)}, line {line}: {name}"
        for file in FILES
        for name, _, line in imports(file)
        if name.split(".")[0] not in known
    ]
    assert not wrong


def test_import_costs_next_to_nothing() -> None:
    code = "import sys, steepest; print(*sorted(sys.modules))"
    loaded = run_python(code).split()
    heavy = {
        *("jax", "numba", "sklearn", "pyarrow", "rich", "typer", "scipy", "pandas", "llvmlite"),
        *("sympy", "starlette", "uvicorn"),
    }
    assert not heavy & set(loaded)


def test_table_fit_needs_no_scikit_learn() -> None:
    code = (
        "import sys, steepest; steepest.fit('example:salary', target='salary'); "
        "print(*sorted(sys.modules))"
    )
    assert not {"jax", "sklearn", "rich", "typer"} & set(run_python(code).split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["fit", "--help"], ["predict", "-h"], ["minimize", "-h"]], ids=str
)
def test_help_does_not_load_numpy(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['steepest', *{arguments}]\n"
        "from steepest.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        "print('LOADED', *sorted(sys.modules))"
    )
    loaded = run_python(code).split("LOADED")[1].split()
    assert not {"numpy", "numba", "pyarrow", "sklearn"} & set(loaded)


def test_no_network_on_import_and_fit() -> None:
    code = (
        "import sys\n"
        "def hook(event, arguments):\n"
        "    if event in ('socket.connect', 'socket.getaddrinfo', 'socket.bind'):\n"
        "        raise SystemExit('network: ' + event)\n"
        "sys.addaudithook(hook)\n"
        "import steepest\n"
        "for name in steepest.__all__:\n    getattr(steepest, name)\n"
        "print(steepest.fit('example:salary', target='salary').ending)"
    )
    assert run_python(code).strip() == "converged"


def run_python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_package_under_test_is_ours() -> None:
    assert Path(steepest.__file__).parent == PACKAGE
