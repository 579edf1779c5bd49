"""Facts of the rows that a diagnosis reads: large errors, and how rows resemble their neighbours.

One pass over the training rows at the returned parameters; a second one over their order only
where rows are walked as they stand, one over the validation rows only where their loss has risen,
one for the mean-square limit only where a stochastic rate is beyond what is proven.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.data.source import ArraySource
from steepest.descent.problem import Problem
from steepest.forecasting.sampling import sampling_of
from steepest.trace.record import Trace

Floats = npt.NDArray[np.float64]

# Shares of the rows whose part of the squared error is kept.
_TOP, _TOP_FEW = 0.01, 0.001
_EPSILON = float(np.finfo(np.float64).eps)
# Errors below this share of the targets' size are rounding, and say nothing of rows.
_ROUNDING = 1e-7


def row_facts(
    training: ArraySource,
    validation: ArraySource,
    trace: Trace,
    where: Coordinates,
    names: Sequence[str],
    *,
    walked: int | None,
    squares: bool = True,
) -> dict[str, Any]:
    """Return all that a diagnosis needs of the rows, as JSON values.

    Parameters
    ----------
    training, validation : ArraySource
        Rows in the table's units.
    trace : Trace
        Of the run.
    where : Coordinates
        Training coordinates.
    names : sequence of str
        Of the features, then of the targets.
    walked : int or None
        Batch size, where rows are walked as they stand.
    squares : bool
        Whether the loss is squared errors: of others nothing is said of large ones.
    """
    facts: dict[str, Any] = {}
    if squares:
        facts = error_facts(training, *where.to_table(trace.parameters))
        facts |= validation_facts(validation, trace, where)
    if walked is not None and walked < training.rows:
        facts |= order_facts(training, walked, names)
    return facts


def limit_facts(problem: Problem, trace: Trace) -> dict[str, Any]:
    """Return the rate from which on random batches grow in mean square, where it was passed.

    Parameters
    ----------
    problem : Problem
        In training coordinates.
    trace : Trace
        Of the run.

    Returns
    -------
    dict
        ``mean_square_limit``, exact for batches drawn independently; nothing for rates proven
        stable, or where fourth moments are not affordable.
    """
    about, quadratic = trace.metadata, problem.quadratic
    random = about.get("bound") == "random" and about.get("rule") == "plain"
    if quadratic is None or not (random and problem.exact):
        return {}
    if not about["learning_rate"] > about["largest_stable_rate"]:
        return {}
    with np.errstate(all="ignore"):
        sampling = sampling_of(quadratic, problem.loss, problem.rows)
        limit = sampling.exact_limit(int(about["batch_size"]))
    return {"mean_square_limit": limit} if math.isfinite(limit) else {}


def error_facts(rows: ArraySource, coefficients: Floats, intercept: Floats) -> dict[str, Any]:
    """Return which part of the squared error few rows carry, as JSON values.

    Parameters
    ----------
    rows : ArraySource
        Training rows in the table's units.
    coefficients, intercept : arrays of shape (d, K), (K,)
        The returned model, in the table's units.

    Returns
    -------
    dict
        ``top_rows`` (1 % of the rows, at least one) and ``top_share`` (their part of the sum of
        squared errors), ``top_few_rows`` and ``top_few_share`` (0.1 %), ``largest_residual``
        (the largest error by the root mean square of all), ``largest_row`` (its number in the
        table, from 1), ``loss_there`` (that row's squared error); nothing where the errors are
        rounding.

    Examples
    --------
    >>> rows = ArraySource(np.zeros((4, 1)), np.array([[0.0], [1.0], [0.0], [3.0]]))
    >>> error_facts(rows, np.zeros((1, 1)), np.zeros(1))["top_share"]
    0.9
    """
    with np.errstate(all="ignore"):
        errors = np.einsum("ij,jk->ik", rows.X, coefficients) + intercept - rows.y
        squares = np.einsum("ik,ik->i", errors, errors)
        total, size = float(squares.sum()), float(np.einsum("ik,ik->", rows.y, rows.y))
    if not math.isfinite(total) or not total > _ROUNDING**2 * size:
        return {}
    row = int(np.argmax(squares))
    top, share = _share(squares, total, _TOP)
    few, share_of_few = _share(squares, total, _TOP_FEW)
    return {
        "top_rows": top,
        "top_share": share,
        "top_few_rows": few,
        "top_few_share": share_of_few,
        "largest_residual": math.sqrt(float(squares[row]) * rows.rows / total),
        "largest_row": (row if rows.positions is None else int(rows.positions[row])) + 1,
        "loss_there": float(squares[row]),
    }


def _share(squares: Floats, total: float, share: float) -> tuple[int, float]:
    count = max(1, math.ceil(share * len(squares)))
    largest = np.partition(squares, len(squares) - count)[-count:]
    return count, float(largest.sum()) / total


def validation_facts(rows: ArraySource, trace: Trace, where: Coordinates) -> dict[str, Any]:
    """Return how sure it is that the validation loss has risen above its minimum.

    Parameters
    ----------
    rows : ArraySource
        Validation rows in the table's units.
    trace : Trace
        Of the run.
    where : Coordinates
        Training coordinates.

    Returns
    -------
    dict
        ``validation_rise_error``: standard error of the mean difference, row by row, of the squared
        errors at the last point and at the recorded one of the least validation loss, as a share
        of that loss; nothing where the last is the least, or is not known.
    """
    losses = trace.columns.get("validation_loss", np.zeros(0))
    known = np.flatnonzero(np.isfinite(losses))
    if rows.rows < 2 or not len(known):
        return {}
    best = int(known[np.argmin(losses[known])])
    if best == known[-1] or not losses[best] > 0.0:
        return {}
    squares = []
    for place in (best, int(known[-1])):
        coefficients, intercept = where.to_table(trace.path[place])
        errors = np.einsum("ij,jk->ik", rows.X, coefficients) + intercept - rows.y
        squares.append(np.einsum("ik,ik->i", errors, errors))
    error = float(np.std(squares[1] - squares[0], ddof=1)) / math.sqrt(rows.rows)
    return {"validation_rise_error": error / float(squares[0].mean())}


def order_facts(rows: ArraySource, batch_size: int, columns: Sequence[str]) -> dict[str, Any]:
    """Return how much rows resemble those a batch later, in the order they stand in.

    Parameters
    ----------
    rows : ArraySource
        Training rows.
    batch_size : int
        How far apart rows are compared: those of one batch are averaged anyway.
    columns : sequence of str
        Names of the features, then of the targets.

    Returns
    -------
    dict
        ``serial_column`` (the feature or target of the largest correlation), ``serial_correlation``
        and ``serial_lag``; nothing with less than three rows to compare.

    Examples
    --------
    >>> rows = ArraySource(np.arange(9.0)[:, None], np.ones((9, 1)))
    >>> round(order_facts(rows, 1, ("x", "y"))["serial_correlation"], 3)
    0.667
    """
    if rows.rows - batch_size < 3:
        return {}
    found = [_correlation(rows.X[:, j], batch_size) for j in range(rows.columns)]
    found += [_correlation(rows.y[:, k], batch_size) for k in range(rows.targets)]
    place = int(np.argmax(found))
    return {
        "serial_column": columns[place],
        "serial_correlation": found[place],
        "serial_lag": batch_size,
    }


def _correlation(values: npt.NDArray[Any], lag: int) -> float:
    """Return the autocorrelation at a lag (Box and Jenkins), 0 for a constant column."""
    with np.errstate(all="ignore"):
        centred = values.astype(np.float64)
        mean = float(centred.mean())
        centred -= mean
        size = float((centred * centred).sum())
        if not size > len(values) * (8.0 * _EPSILON * mean) ** 2:
            return 0.0
        return float((centred[:-lag] * centred[lag:]).sum()) / size
