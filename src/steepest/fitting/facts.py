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
from steepest.data.file_source import RowSource
from steepest.data.source import ArraySource, Folding, fold
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
    training: RowSource,
    names: Sequence[str],
    errors: ErrorFacts,
    rise: RiseFacts,
    *,
    walked: int | None,
    squares: bool,
) -> dict[str, Any]:
    """Return all that a diagnosis needs of the rows, as JSON values.

    Parameters
    ----------
    training : ArraySource or FileSource
        Rows in the table's units.
    names : sequence of str
        Of the features, then of the targets.
    errors, rise : ErrorFacts, RiseFacts
        What the last look has shown.
    walked : int or None
        Batch size, where rows are walked as they stand.
    squares : bool
        Whether the loss is squared errors: of others nothing is said of large ones.
    """
    facts = {**errors.facts(), **rise.facts()} if squares else {}
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


class ErrorFacts:
    """Which part of the squared error few rows carry, gathered block by block.

    Parameters
    ----------
    coefficients, intercept : arrays of shape (d, K), (K,)
        The returned model, in the table's units.
    rows : int
        How many training rows there are.
    """

    def __init__(self, coefficients: Floats, intercept: Floats, rows: int) -> None:
        self._coefficients, self._intercept, self._rows = coefficients, intercept, rows
        self._total = Folding[float](_plus)
        self._size = Folding[float](_plus)
        self._largest = np.zeros(0)
        self._kept = max(1, math.ceil(_TOP * rows))
        self._worst, self._place = -1.0, 0

    def add(self, part: ArraySource) -> None:
        """Look at some training rows in the table's units."""
        self.add_seen(*errors_seen(part, self._coefficients, self._intercept))

    def add_seen(
        self, squares: Floats, total: float, size: float, worst: float, place: int
    ) -> None:
        """Take over what :func:`errors_seen` has seen of some rows, in their order."""
        self._total.add(total)
        self._size.add(size)
        if worst > self._worst:
            self._worst, self._place = worst, place
        if len(self._largest) >= self._kept:
            squares = squares[squares > self._largest.min()]
        if len(squares):
            self._largest = _largest(np.concatenate([self._largest, squares]), self._kept)

    @property
    def least_kept(self) -> float:
        """The least of the errors kept as the largest; below all where some are missing."""
        return float(self._largest.min()) if len(self._largest) >= self._kept else -math.inf

    def facts(self) -> dict[str, Any]:
        """Return the facts as JSON values; see :func:`error_facts`."""
        total, size = self._total.total(), self._size.total()
        if not math.isfinite(total) or not total > _ROUNDING**2 * size:
            return {}
        few = max(1, math.ceil(_TOP_FEW * self._rows))
        largest = np.sort(self._largest)[::-1]
        return {
            "top_rows": self._kept,
            "top_share": float(largest.sum()) / total,
            "top_few_rows": few,
            "top_few_share": float(largest[:few].sum()) / total,
            "largest_residual": math.sqrt(self._worst * self._rows / total),
            "largest_row": self._place + 1,
            "loss_there": self._worst,
        }


def errors_seen(
    part: ArraySource, coefficients: Floats, intercept: Floats
) -> tuple[Floats, float, float, float, int]:
    """Return the squared errors of rows, their sum, that of the targets' squares, the worst row."""
    assert part.positions is not None
    with np.errstate(all="ignore"):
        squares = _squares(part, coefficients, intercept)
        total, size = float(squares.sum()), float(np.einsum("ik,ik->", part.y, part.y))
    row = int(np.argmax(squares))
    return squares, total, size, float(squares[row]), int(part.positions[row])


def _plus(left: float, right: float) -> float:
    return left + right


def _largest(values: Floats, count: int) -> Floats:
    if len(values) <= count:
        return values
    return np.asarray(np.partition(values, len(values) - count)[-count:])


def _squares(part: ArraySource, coefficients: Floats, intercept: Floats) -> Floats:
    """Return the squared error of every row, summed over targets."""
    errors = np.einsum("ij,jk->ik", part.X, coefficients) + intercept - part.y
    return np.asarray(np.einsum("ik,ik->i", errors, errors))


def error_facts(rows: RowSource, coefficients: Floats, intercept: Floats) -> dict[str, Any]:
    """Return which part of the squared error few rows carry, as JSON values.

    Parameters
    ----------
    rows : ArraySource or FileSource
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
    errors = ErrorFacts(coefficients, intercept, rows.rows)
    for part in rows.parts():
        errors.add(part)
    return errors.facts()


#: Coefficients (d, K) and intercept (K,) in the table's units.
Linear = tuple[Floats, Floats]
#: How many rows, and of the difference of their squared errors under two models the mean and the
#: sum of squared deviations, and the sum of the errors under the first.
RiseSums = tuple[float, float, float, float]


def least_model(rows: RowSource, trace: Trace, where: Coordinates) -> Linear | None:
    """Return the recorded model of least validation loss, None where none is less than the last.

    Parameters
    ----------
    rows : ArraySource or FileSource
        Validation rows.
    trace : Trace
        Of the run.
    where : Coordinates
        Training coordinates.
    """
    losses = trace.columns.get("validation_loss", np.zeros(0))
    known = np.flatnonzero(np.isfinite(losses))
    if rows.rows < 2 or not len(known):
        return None
    best = int(known[np.argmin(losses[known])])
    if best == known[-1] or not losses[best] > 0.0:
        return None
    return where.to_table(trace.path[best])


def rise_sums(part: ArraySource, least: Linear, last: Linear) -> RiseSums:
    """Return what some validation rows say of a rise of their squared errors between two models."""
    before, after = _squares(part, *least), _squares(part, *last)
    rise = after - before
    mean = float(rise.mean())
    return len(rise), mean, float(((rise - mean) ** 2).sum()), float(before.sum())


class RiseFacts:
    """How sure it is that the validation loss has risen above its minimum."""

    def __init__(self) -> None:
        self._sums = Folding[RiseSums](_merged)
        self._any = False

    def add(self, sums: RiseSums) -> None:
        """Add what the next rows say."""
        self._sums.add(sums)
        self._any = True

    def facts(self) -> dict[str, Any]:
        """Return ``validation_rise_error`` as a JSON value, nothing where nothing was added.

        The standard error of the mean difference, row by row, of the squared errors at the last
        point and at the recorded one of least validation loss, as a share of that loss.
        """
        if not self._any:
            return {}
        count, _, squares, total = self._sums.total()
        error = math.sqrt(squares / (count - 1.0)) / math.sqrt(count)
        return {"validation_rise_error": error / (total / count)}


def _merged(left: RiseSums, right: RiseSums) -> RiseSums:
    """Return count, mean, squared deviations and sum of both (Chan, Golub, LeVeque 1983)."""
    n, m = left[0], right[0]
    apart = right[1] - left[1]
    mean = left[1] + apart * m / (n + m)
    return n + m, mean, left[2] + right[2] + apart * apart * n * m / (n + m), left[3] + right[3]


def order_facts(rows: RowSource, batch_size: int, columns: Sequence[str]) -> dict[str, Any]:
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
    found = _correlations(rows, batch_size)
    place = int(np.argmax(found))
    return {
        "serial_column": columns[place],
        "serial_correlation": found[place],
        "serial_lag": batch_size,
    }


def _correlations(rows: RowSource, lag: int) -> list[float]:
    """Return every column's autocorrelation at a lag (Box and Jenkins), 0 for constant columns."""
    means = fold((_values(part).sum(axis=0) for part in rows.parts()), np.add) / rows.rows
    sizes, products = Folding[Floats](np.add), Folding[Floats](np.add)
    before = np.zeros((0, len(means)))
    with np.errstate(all="ignore"):
        for part in rows.parts():
            centred = _values(part) - means
            sizes.add((centred * centred).sum(axis=0))
            joined = np.concatenate([before, centred])
            reach = max(0, len(joined) - lag)
            products.add((joined[:reach] * joined[lag:]).sum(axis=0))
            before = joined[reach:]
        size, product = sizes.total(), products.total()
        varies = size > rows.rows * (8.0 * _EPSILON * means) ** 2
        return [float(one) for one in np.where(varies, product / np.where(varies, size, 1.0), 0.0)]


def _values(part: ArraySource) -> Floats:
    return np.concatenate([part.X, part.y], axis=1).astype(np.float64)
