"""Forecast a descent on a table: what ``steepest forecast`` does, from Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from steepest.descent.checks import batch_rows
from steepest.descent.problem import Problem
from steepest.fitting.classes import with_classes
from steepest.fitting.options import AUTO, SEARCHES, FitOptions, Paths, names_of, texts_of
from steepest.fitting.resolving import check_against_rows, first_parameters, resolved_method
from steepest.fitting.rows import prepare_rows
from steepest.fitting.story import told_of_rows
from steepest.fitting.table_fit import Stage, linear_of
from steepest.forecasting.making import forecast_of
from steepest.forecasting.record import Forecast
from steepest.words.errors import InputError


def forecast(
    data: Paths,
    *,
    target: str | Sequence[str],
    features: Sequence[str] | None = None,
    learning_rates: float | str | Sequence[float | str] = AUTO,
    stage: Stage | None = None,
    **options: Any,
) -> Forecast:
    """Forecast a descent on a table, without training: two passes over the training rows.

    Parameters
    ----------
    data : str, path or sequence of them
        As for ``fit``.
    target : str or sequence of str
        Columns to predict.
    features : sequence of str, optional
        Columns to predict from; all others by default.
    learning_rates : float, "auto", or sequence of them
        The rates to look at.
    stage : function, optional
        Called with the name of every stage and its facts, for progress.
    **options
        The other fields of ``FitOptions``, as for ``fit``: method, batch_size, order, schedule,
        epochs, tolerance, standardize, intercept, start, validation, missing, ...

    Returns
    -------
    Forecast
        Exact for batch descent on squared errors; every bound says what it is. Rates, curvatures
        and losses are in training coordinates, epochs are passes over the training rows.

    Raises
    ------
    InputError
        If an option or the data cannot be used, or the method is a search.
    FileError
        If a file cannot be read.

    Notes
    -----
    Nocedal and Wright, *Numerical Optimization*, 2nd ed., section 3.3, for batch descent; Jain,
    Kakade, Kidambi, Netrapalli, Sidford, JMLR 18(223), 2018, for random batches; Belsley, Kuh and
    Welsch, *Regression Diagnostics*, 1980, for collinearity.

    Examples
    --------
    >>> seen = forecast("example:salary", target="salary", learning_rates=(0.2, 0.8, 1.1),
    ...                 standardize=False)
    >>> [one.regime for one in seen.rates]
    ['too low', 'high', 'too high']
    """
    asked = FitOptions(
        target=texts_of(target),
        features=None if features is None else tuple(features),
        learning_rates=(learning_rates,)
        if isinstance(learning_rates, (str, float, int))
        else tuple(learning_rates),
        **options,
    ).checked()
    if asked.method in SEARCHES:
        raise InputError("method_is_search", method=asked.method)
    if asked.hidden:
        raise InputError("network_not_foreseen")
    if not asked.squares:
        raise InputError("forecast_of_squares", loss=asked.loss, penalty=asked.penalty)
    names = names_of(data)
    tell: Stage = stage or (lambda name, facts: None)
    tell("reading", {"data": names})
    rows, asked = with_classes(prepare_rows(names, asked), asked)
    if rows.classes:
        raise InputError("forecast_of_squares", loss=asked.loss, penalty=asked.penalty)
    tell("moments", {"rows": rows.training.rows, "columns": rows.training.columns})
    check_against_rows(asked, rows)
    problem = linear_of(rows, asked)
    method = resolved_method(asked, rows.training.rows)
    size = batch_rows(method, asked.batch_size, rows.training.rows)
    if asked.rule != "plain":
        raise _only_bounds(problem, asked, size)
    made = forecast_of(
        problem,
        loss=asked.loss,
        names=rows.preparation.names,
        learning_rates=asked.learning_rates,
        method=method,
        batch_size=size,
        order=asked.walk,
        schedule=asked.schedule,
        epochs=asked.epochs,
        tolerance=asked.tolerance,
        start=first_parameters(asked, problem.coordinates, rows.training.targets),
        standardized=asked.standardize,
    )
    counts = {"read": rows.table.rows, "dropped": rows.dropped, **made.rows}
    return replace(made, rows=counts, notes=told_of_rows(problem, rows, asked))


def _only_bounds(problem: Problem, asked: FitOptions, size: int) -> InputError:
    """Return the refusal of another rule, with its largest stable rate on these rows."""
    if asked.update_rule.stable is None:
        return InputError("rule_not_forecast", rule=asked.rule)
    bounds = problem.with_moments().bounds(size, asked.walk, asked.update_rule)
    if bounds is None:
        return InputError("rule_not_forecast", rule=asked.rule)
    name = "rule_only_exact" if bounds.kind == "exact" else "rule_only_proven"
    facts = {"largest": bounds.largest_stable, "auto": bounds.auto, "batch_size": size}
    return InputError(name, rule=asked.rule, **facts)
