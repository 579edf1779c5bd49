"""Gradient descent that tells the truth.

::

    files, arrays            losses                   methods, rates
         |                      |                           |
       Source ---blocks--> Objective ---value, gradient--> minimize ---rows--> Trace
                               |                                                 |
                            forecast                          fit, estimators, command line

The names below are the public ones; they are loaded when they are first used, so that
``import steepest`` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

# Public name -> the module that holds it.
_PUBLIC = {
    "ArraySource": "steepest.data.source",
    "Coordinates": "steepest.data.coordinates",
    "ENDINGS": "steepest.trace.endings",
    "EXAMPLES": "steepest.data.examples",
    "FileError": "steepest.words.errors",
    "FitOptions": "steepest.fitting.options",
    "Forecast": "steepest.forecasting.record",
    "GradientDescentRegressor": "steepest.estimators",
    "InputError": "steepest.words.errors",
    "LANGUAGES": "steepest.words.catalogue",
    "LOSSES": "steepest.objective.losses",
    "LinearModel": "steepest.fitting.model",
    "LinearObjective": "steepest.objective.linear",
    "METHODS": "steepest.descent.checks",
    "Moments": "steepest.objective.moments",
    "Quadratic": "steepest.objective.quadratic",
    "RULES": "steepest.descent.rules",
    "Range": "steepest.descent.searches",
    "Run": "steepest.fitting.run",
    "Rule": "steepest.descent.rules",
    "RuleComparison": "steepest.descent.comparison",
    "SCHEDULES": "steepest.descent.schedules",
    "SteepestError": "steepest.words.errors",
    "Table": "steepest.data.table",
    "Trace": "steepest.trace.record",
    "compare_rules": "steepest.descent.comparison",
    "example": "steepest.data.examples",
    "fit": "steepest.fitting.table_fit",
    "fit_rates": "steepest.fitting.table_fit",
    "forecast": "steepest.fitting.table_forecast",
    "load_run": "steepest.fitting.run",
    "load_trace": "steepest.trace.record",
    "minimize": "steepest.descent.minimize",
    "moments_of": "steepest.objective.moments",
    "plan_table": "steepest.fitting.table_fit",
    "predict": "steepest.fitting.predict",
    "quadratic_of": "steepest.objective.quadratic",
    "rate_bounds": "steepest.descent.rates",
    "read_table": "steepest.data.files",
    "search": "steepest.descent.searches",
    "sentence": "steepest.words.catalogue",
    "smoothed": "steepest.trace.smoothing",
    "standard_coordinates": "steepest.objective.moments",
    "validation_mask": "steepest.data.split",
}

__all__ = [
    "ENDINGS",
    "EXAMPLES",
    "LANGUAGES",
    "LOSSES",
    "METHODS",
    "RULES",
    "SCHEDULES",
    "ArraySource",
    "Coordinates",
    "FileError",
    "FitOptions",
    "Forecast",
    "GradientDescentRegressor",
    "InputError",
    "LinearModel",
    "LinearObjective",
    "Moments",
    "Quadratic",
    "Range",
    "Rule",
    "RuleComparison",
    "Run",
    "SteepestError",
    "Table",
    "Trace",
    "__version__",
    "compare_rules",
    "example",
    "fit",
    "fit_rates",
    "forecast",
    "load_run",
    "load_trace",
    "minimize",
    "moments_of",
    "plan_table",
    "predict",
    "quadratic_of",
    "rate_bounds",
    "read_table",
    "search",
    "sentence",
    "smoothed",
    "standard_coordinates",
    "validation_mask",
]

if TYPE_CHECKING:
    from steepest.data.coordinates import Coordinates
    from steepest.data.examples import EXAMPLES, example
    from steepest.data.files import read_table
    from steepest.data.source import ArraySource
    from steepest.data.split import validation_mask
    from steepest.data.table import Table
    from steepest.descent.checks import METHODS
    from steepest.descent.comparison import RuleComparison, compare_rules
    from steepest.descent.minimize import minimize
    from steepest.descent.rates import rate_bounds
    from steepest.descent.rules import RULES, Rule
    from steepest.descent.schedules import SCHEDULES
    from steepest.descent.searches import Range, search
    from steepest.estimators import GradientDescentRegressor
    from steepest.fitting.model import LinearModel
    from steepest.fitting.options import FitOptions
    from steepest.fitting.predict import predict
    from steepest.fitting.run import Run, load_run
    from steepest.fitting.table_fit import fit, fit_rates, plan_table
    from steepest.fitting.table_forecast import forecast
    from steepest.forecasting.record import Forecast
    from steepest.objective.linear import LinearObjective
    from steepest.objective.losses import LOSSES
    from steepest.objective.moments import Moments, moments_of, standard_coordinates
    from steepest.objective.quadratic import Quadratic, quadratic_of
    from steepest.trace.endings import ENDINGS
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
