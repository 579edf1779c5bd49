"""The public names: one sorted list, each of them importable, documented and with an example."""

from __future__ import annotations

import inspect

import pytest

import steepest

PUBLIC = [
    "ACTIVATIONS",
    "ArraySource",
    "Basins",
    "BatchEscapes",
    "Coordinates",
    "CriticalPoint",
    "CrossSectionDisplay",
    "DescentPathDisplay",
    "ENDINGS",
    "EXAMPLES",
    "Escapes",
    "FIGURE_KINDS",
    "FINDINGS",
    "FUNCTIONS",
    "Figure",
    "FileError",
    "Finding",
    "FitOptions",
    "Forecast",
    "Formula",
    "GradientDescentClassifier",
    "GradientDescentNetworkClassifier",
    "GradientDescentNetworkRegressor",
    "GradientDescentRegressor",
    "InputError",
    "LANGUAGES",
    "LOSSES",
    "LinearModel",
    "LinearObjective",
    "LossCurveDisplay",
    "LossSurfaceDisplay",
    "METHODS",
    "Moments",
    "NamedFunction",
    "Network",
    "NetworkModel",
    "PENALTIES",
    "PathLandscape",
    "Plane",
    "Program",
    "Quadratic",
    "RULES",
    "RandomWaves",
    "Range",
    "ResidualsDisplay",
    "Rule",
    "RuleComparison",
    "Run",
    "SCHEDULES",
    "SaddleCount",
    "Scaling",
    "SparseSource",
    "SteepestError",
    "Table",
    "Trace",
    "Unfolding",
    "__version__",
    "basins",
    "basins_figure",
    "batch_escapes",
    "batch_escapes_figure",
    "compare_rules",
    "critical_point",
    "cross_section",
    "curvature_figure",
    "curvature_plane",
    "descent_figure",
    "diagnose",
    "escapes",
    "escapes_figure",
    "example",
    "figure_of",
    "fit",
    "fit_rates",
    "forecast",
    "formula_of",
    "function_answer",
    "load_run",
    "load_trace",
    "minimize",
    "moments_of",
    "network_program",
    "open_lab",
    "parameter_plane",
    "path_landscape",
    "path_plane",
    "plan_table",
    "predict",
    "program_of",
    "quadratic_of",
    "rate_bounds",
    "read_table",
    "report",
    "resume",
    "rule_of",
    "rules_figure",
    "saddle_share",
    "saddle_share_figure",
    "save_trace",
    "search",
    "search_cost_figure",
    "search_function",
    "searches_figure",
    "secant",
    "secant_error_figure",
    "secants",
    "sentence",
    "slopes_figure",
    "smoothed",
    "standard_coordinates",
    "surface",
    "surface_figure",
    "surface_of",
    "unfold",
    "validation_mask",
    "valleys_figure",
]
DOCUMENTED = [name for name in PUBLIC if inspect.isroutine(getattr(steepest, name))]
CLASSES = [name for name in PUBLIC if inspect.isclass(getattr(steepest, name))]


def test_the_list_is_this_one() -> None:
    assert sorted(steepest.__all__) == PUBLIC
    assert len(set(steepest.__all__)) == len(steepest.__all__)


def test_the_table_of_modules_is_the_list() -> None:
    assert {*steepest._PUBLIC, "__version__"} == set(PUBLIC)
    assert list(steepest._PUBLIC) == sorted(steepest._PUBLIC)


def test_dir_and_star() -> None:
    assert sorted(dir(steepest)) == PUBLIC
    names: dict[str, object] = {}
    exec("from steepest import *", names)
    assert set(PUBLIC) <= set(names)


@pytest.mark.parametrize("name", PUBLIC)
def test_importable(name: str) -> None:
    assert getattr(steepest, name) is not None


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'gradient'"):
        _ = steepest.gradient


@pytest.mark.parametrize("name", [*DOCUMENTED, *CLASSES])
def test_documented_with_an_example(name: str) -> None:
    documentation = inspect.getdoc(getattr(steepest, name)) or ""
    assert documentation
    thing = getattr(steepest, name)
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return  # the base class shows how errors look
    examples = [line for line in documentation.splitlines() if line.startswith(">>> ")]
    run = [line for line in examples if "doctest: +SKIP" not in line]
    assert run, f"{name} has no example that runs"


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_parameter_is_described(name: str) -> None:
    documentation = inspect.getdoc(getattr(steepest, name)) or ""
    section = documentation.partition("Parameters\n----")[2]
    if not section:
        return  # one sentence is enough for plain parameters
    named = {
        part.strip().lstrip("*")
        for line in section.splitlines()
        if not line.startswith(" ")
        for part in line.partition(" : ")[0].split(",")
    }
    signature = inspect.signature(getattr(steepest, name))
    assert set(signature.parameters) <= named


@pytest.mark.parametrize("name", CLASSES)
def test_public_methods_are_documented(name: str) -> None:
    thing = getattr(steepest, name)
    own = {key: value for key, value in vars(thing).items() if not key.startswith("_")}
    bare = [
        key
        for key, value in own.items()
        if (inspect.isroutine(value) or isinstance(value, property)) and not inspect.getdoc(value)
    ]
    assert not bare


def test_version_is_the_distribution_s() -> None:
    from importlib.metadata import version

    assert steepest.__version__ == version("steepest")
