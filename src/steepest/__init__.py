"""Gradient descent that tells the truth.

::

    files, arrays            losses                   methods, rates
         |                      |                           |
       Source ---blocks--> Objective ---value, gradient--> minimize ---rows--> Trace
                               |                                                 |
                     forecast, landscape ---------- figures -------------------- +
                                                       |                         |
                                                   displays    fit, estimators, command line

The names below are the public ones; they are loaded when they are first used, so that
``import steepest`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Public name -> the module that holds it.
_PUBLIC = {
    "ACTIVATIONS": "steepest.programs.network",
    "ArraySource": "steepest.data.source",
    "Basins": "steepest.descent.crowds",
    "BatchEscapes": "steepest.descent.batch_crowds",
    "Coordinates": "steepest.data.coordinates",
    "CriticalPoint": "steepest.descent.critical",
    "CrossSectionDisplay": "steepest.displays",
    "DescentPathDisplay": "steepest.displays",
    "ENDINGS": "steepest.trace.endings",
    "EXAMPLES": "steepest.data.examples",
    "Escapes": "steepest.descent.crowds",
    "FIGURE_KINDS": "steepest.figures.kinds",
    "FINDINGS": "steepest.trace.findings",
    "FUNCTIONS": "steepest.functions.library",
    "Figure": "steepest.figures.figure",
    "FileError": "steepest.words.errors",
    "Finding": "steepest.trace.findings",
    "FitOptions": "steepest.fitting.options",
    "Forecast": "steepest.forecasting.record",
    "Formula": "steepest.functions.formula",
    "GradientDescentClassifier": "steepest.class_estimators",
    "GradientDescentNetworkClassifier": "steepest.network_estimators",
    "GradientDescentNetworkRegressor": "steepest.network_estimators",
    "GradientDescentRegressor": "steepest.estimators",
    "InputError": "steepest.words.errors",
    "LANGUAGES": "steepest.words.catalogue",
    "LOSSES": "steepest.objective.losses",
    "LinearModel": "steepest.fitting.model",
    "LinearObjective": "steepest.objective.linear",
    "LossCurveDisplay": "steepest.displays",
    "LossSurfaceDisplay": "steepest.displays",
    "METHODS": "steepest.descent.checks",
    "Moments": "steepest.objective.moments",
    "NamedFunction": "steepest.functions.library",
    "Network": "steepest.programs.network",
    "NetworkModel": "steepest.fitting.network_model",
    "PENALTIES": "steepest.objective.penalties",
    "PathLandscape": "steepest.programs.landscape",
    "Plane": "steepest.objective.landscape",
    "Program": "steepest.programs.program",
    "Quadratic": "steepest.objective.quadratic",
    "RULES": "steepest.descent.rules",
    "RandomWaves": "steepest.functions.random_waves",
    "Range": "steepest.descent.searches",
    "ResidualsDisplay": "steepest.displays",
    "Rule": "steepest.descent.rules",
    "RuleComparison": "steepest.descent.comparison",
    "Run": "steepest.fitting.run",
    "SCHEDULES": "steepest.descent.schedules",
    "SaddleCount": "steepest.descent.saddles",
    "Scaling": "steepest.programs.network",
    "SparseSource": "steepest.data.sparse_source",
    "SteepestError": "steepest.words.errors",
    "Table": "steepest.data.table",
    "Trace": "steepest.trace.record",
    "Unfolding": "steepest.programs.network",
    "basins": "steepest.descent.crowds",
    "basins_figure": "steepest.function_figures.valleys",
    "batch_escapes": "steepest.descent.batch_crowds",
    "batch_escapes_figure": "steepest.function_figures.batch_noise",
    "compare_rules": "steepest.descent.comparison",
    "critical_point": "steepest.descent.critical",
    "cross_section": "steepest.objective.landscape",
    "curvature_figure": "steepest.function_figures.sections",
    "curvature_plane": "steepest.objective.landscape",
    "descent_figure": "steepest.function_figures.descents",
    "diagnose": "steepest.trace.diagnosis",
    "escapes": "steepest.descent.crowds",
    "escapes_figure": "steepest.function_figures.noise",
    "example": "steepest.data.examples",
    "figure_of": "steepest.displays",
    "fit": "steepest.fitting.table_fit",
    "fit_rates": "steepest.fitting.table_fit",
    "forecast": "steepest.fitting.table_forecast",
    "formula_of": "steepest.functions.library",
    "function_answer": "steepest.descent.functional",
    "load_run": "steepest.fitting.run",
    "load_trace": "steepest.trace.record",
    "minimize": "steepest.descent.minimize",
    "moments_of": "steepest.objective.moments",
    "network_program": "steepest.programs.training",
    "open_lab": "steepest.lab.serving",
    "parameter_plane": "steepest.objective.landscape",
    "path_landscape": "steepest.programs.landscape",
    "path_plane": "steepest.objective.landscape",
    "plan_table": "steepest.fitting.table_plan",
    "predict": "steepest.fitting.predict",
    "program_of": "steepest.programs.program",
    "quadratic_of": "steepest.objective.quadratic",
    "rate_bounds": "steepest.descent.rates",
    "read_table": "steepest.data.files",
    "report": "steepest.reporting.making",
    "resume": "steepest.fitting.resuming",
    "rule_of": "steepest.descent.rules",
    "rules_figure": "steepest.function_figures.rules",
    "saddle_share": "steepest.descent.saddles",
    "saddle_share_figure": "steepest.function_figures.counting",
    "save_trace": "steepest.descent.functional",
    "search": "steepest.descent.searches",
    "search_cost_figure": "steepest.function_figures.searching",
    "search_function": "steepest.descent.function_search",
    "searches_figure": "steepest.function_figures.searching",
    "secant": "steepest.objective.landscape",
    "secant_error_figure": "steepest.function_figures.slopes",
    "secants": "steepest.objective.landscape",
    "sentence": "steepest.words.catalogue",
    "slopes_figure": "steepest.function_figures.slopes",
    "smoothed": "steepest.trace.smoothing",
    "standard_coordinates": "steepest.objective.moments",
    "surface": "steepest.objective.landscape",
    "surface_figure": "steepest.function_figures.slopes",
    "surface_of": "steepest.objective.landscape",
    "unfold": "steepest.programs.network",
    "validation_mask": "steepest.data.split",
    "valleys_figure": "steepest.function_figures.valleys",
}

__all__ = [
    "ACTIVATIONS",
    "ENDINGS",
    "EXAMPLES",
    "FIGURE_KINDS",
    "FINDINGS",
    "FUNCTIONS",
    "LANGUAGES",
    "LOSSES",
    "METHODS",
    "PENALTIES",
    "RULES",
    "SCHEDULES",
    "ArraySource",
    "Basins",
    "BatchEscapes",
    "Coordinates",
    "CriticalPoint",
    "CrossSectionDisplay",
    "DescentPathDisplay",
    "Escapes",
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
    "LinearModel",
    "LinearObjective",
    "LossCurveDisplay",
    "LossSurfaceDisplay",
    "Moments",
    "NamedFunction",
    "Network",
    "NetworkModel",
    "PathLandscape",
    "Plane",
    "Program",
    "Quadratic",
    "RandomWaves",
    "Range",
    "ResidualsDisplay",
    "Rule",
    "RuleComparison",
    "Run",
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

if TYPE_CHECKING:
    from steepest.class_estimators import GradientDescentClassifier
    from steepest.data.coordinates import Coordinates
    from steepest.data.examples import EXAMPLES, example
    from steepest.data.files import read_table
    from steepest.data.source import ArraySource
    from steepest.data.sparse_source import SparseSource
    from steepest.data.split import validation_mask
    from steepest.data.table import Table
    from steepest.descent.batch_crowds import BatchEscapes, batch_escapes
    from steepest.descent.checks import METHODS
    from steepest.descent.comparison import RuleComparison, compare_rules
    from steepest.descent.critical import CriticalPoint, critical_point
    from steepest.descent.crowds import Basins, Escapes, basins, escapes
    from steepest.descent.function_search import search_function
    from steepest.descent.functional import function_answer, save_trace
    from steepest.descent.minimize import minimize
    from steepest.descent.rates import rate_bounds
    from steepest.descent.rules import RULES, Rule, rule_of
    from steepest.descent.saddles import SaddleCount, saddle_share
    from steepest.descent.schedules import SCHEDULES
    from steepest.descent.searches import Range, search
    from steepest.displays import (
        CrossSectionDisplay,
        DescentPathDisplay,
        LossCurveDisplay,
        LossSurfaceDisplay,
        ResidualsDisplay,
        figure_of,
    )
    from steepest.estimators import GradientDescentRegressor
    from steepest.figures.figure import Figure
    from steepest.figures.kinds import FIGURE_KINDS
    from steepest.fitting.model import LinearModel
    from steepest.fitting.network_model import NetworkModel
    from steepest.fitting.options import FitOptions
    from steepest.fitting.predict import predict
    from steepest.fitting.resuming import resume
    from steepest.fitting.run import Run, load_run
    from steepest.fitting.table_fit import fit, fit_rates
    from steepest.fitting.table_forecast import forecast
    from steepest.fitting.table_plan import plan_table
    from steepest.forecasting.record import Forecast
    from steepest.function_figures.batch_noise import batch_escapes_figure
    from steepest.function_figures.counting import saddle_share_figure
    from steepest.function_figures.descents import descent_figure
    from steepest.function_figures.noise import escapes_figure
    from steepest.function_figures.rules import rules_figure
    from steepest.function_figures.searching import search_cost_figure, searches_figure
    from steepest.function_figures.sections import curvature_figure
    from steepest.function_figures.slopes import (
        secant_error_figure,
        slopes_figure,
        surface_figure,
    )
    from steepest.function_figures.valleys import basins_figure, valleys_figure
    from steepest.functions.formula import Formula
    from steepest.functions.library import FUNCTIONS, NamedFunction, formula_of
    from steepest.functions.random_waves import RandomWaves
    from steepest.lab.serving import open_lab
    from steepest.network_estimators import (
        GradientDescentNetworkClassifier,
        GradientDescentNetworkRegressor,
    )
    from steepest.objective.landscape import (
        Plane,
        cross_section,
        curvature_plane,
        parameter_plane,
        path_plane,
        secant,
        secants,
        surface,
        surface_of,
    )
    from steepest.objective.linear import LinearObjective
    from steepest.objective.losses import LOSSES
    from steepest.objective.moments import Moments, moments_of, standard_coordinates
    from steepest.objective.penalties import PENALTIES
    from steepest.objective.quadratic import Quadratic, quadratic_of
    from steepest.programs.landscape import PathLandscape, path_landscape
    from steepest.programs.network import ACTIVATIONS, Network, Scaling, Unfolding, unfold
    from steepest.programs.program import Program, program_of
    from steepest.programs.training import network_program
    from steepest.reporting.making import report
    from steepest.trace.diagnosis import diagnose
    from steepest.trace.endings import ENDINGS
    from steepest.trace.findings import FINDINGS, Finding
    from steepest.trace.record import Trace, load_trace
    from steepest.trace.smoothing import smoothed
    from steepest.words.catalogue import LANGUAGES, sentence
    from steepest.words.errors import FileError, InputError, SteepestError


def __getattr__(name: str) -> Any:
    if name not in _PUBLIC:
        raise AttributeError(f"module 'steepest' has no attribute {name!r}")
    value = getattr(import_module(_PUBLIC[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
