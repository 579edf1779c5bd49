"""The functional core's front: rows and a loss in, a trace out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates, identity
from steepest.data.source import ArraySource
from steepest.descent.loop import Engine, Stopping, Watch, descend
from steepest.descent.moments_engine import MomentsEngine
from steepest.descent.pass_engine import PassEngine
from steepest.descent.rates import RateBounds, rate_bounds
from steepest.descent.schedules import SCHEDULES
from steepest.descent.sweep import UPDATE_POINTS, SweepEngine
from steepest.objective.linear import LinearObjective, Objective
from steepest.objective.losses import LOSSES, Loss
from steepest.objective.moments import Moments, moments_of
from steepest.objective.quadratic import Quadratic, quadratic_of
from steepest.trace.record import Trace
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# Name -> what it does, in words. The searches are in ``searches.py``.
METHODS: dict[str, str] = {
    "batch": "all training rows in every update",
    "mini-batch": "a few rows in every update",
    "stochastic": "one row in every update",
    "exhaustive": "the loss at every point of a grid",
    "coarse-to-fine": "a coarse grid, then a finer one around its best point, and so on",
}


# Condition number of unscaled features from which standardizing them is the remedy.
_HARSH_CONDITION = 100.0


@dataclass(frozen=True, eq=False)
class Problem:
    """Training rows in training coordinates, and all that follows from them and the loss.

    Attributes
    ----------
    rows : ArraySource
        Training rows in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    coordinates : Coordinates
        Which coordinates these are.
    quadratic : Quadratic or None
        The loss itself if it is quadratic, else a quadratic that curves nowhere less.
    validation : ArraySource or None
        Validation rows in the same coordinates.
    """

    rows: ArraySource
    loss: Loss
    coordinates: Coordinates
    quadratic: Quadratic | None = None
    validation: ArraySource | None = None

    @property
    def exact(self) -> bool:
        """Whether moments give the loss of the training rows exactly."""
        return self.quadratic is not None and self.loss.quadratic

    def objective(self) -> Objective:
        """Return the loss over the training rows, from moments where they are there."""
        if self.exact and self.quadratic is not None:
            return self.quadratic
        return self.by_rows()

    def by_rows(self) -> LinearObjective:
        """Return the loss over the training rows, by passes over them."""
        return LinearObjective(self.rows, self.loss, self.coordinates.intercept)

    def with_moments(self, moments: Moments | None = None) -> Problem:
        """Return the problem with its quadratic."""
        if self.quadratic is not None:
            return self
        if moments is None:
            moments = moments_of(replace(self.rows, shift=None, scale=None))
        return replace(self, quadratic=quadratic_of(moments, self.loss, self.coordinates))

    def validation_objective(self) -> Objective | None:
        """Return the loss over the validation rows, if there are any."""
        if self.validation is None or self.validation.rows == 0:
            return None
        if self.exact:
            moments = moments_of(replace(self.validation, shift=None, scale=None))
            return quadratic_of(moments, self.loss, self.coordinates)
        return LinearObjective(self.validation, self.loss, self.coordinates.intercept)


def minimize(
    rows: ArraySource,
    *,
    loss: str = "squared_error",
    intercept: bool = True,
    coordinates: Coordinates | None = None,
    validation: ArraySource | None = None,
    method: str = "batch",
    batch_size: int | None = None,
    order: str = "random",
    learning_rate: float | str = "auto",
    schedule: str = "constant",
    epochs: int = 1000,
    tolerance: float = 1e-8,
    target_loss: float | None = None,
    start: npt.ArrayLike | None = None,
    seed: int = 0,
    names: Sequence[str] | None = None,
    problem: Problem | None = None,
    engine: str | None = None,
    record_all: bool = False,
    watch: Watch | None = None,
) -> Trace:
    """Minimize the mean loss of a linear model over rows by gradient descent.

    Parameters
    ----------
    rows : ArraySource
        Training rows in the table's units: X (n, d), y (n, K).
    loss : str
        A key of ``LOSSES``.
    intercept : bool
        Whether the model has an intercept (row 0 of the parameters).
    coordinates : Coordinates, optional
        Training coordinates in which to descend; the table's own units by default. Learning
        rate, start, gradient, path and the returned parameters are in these.
    validation : ArraySource, optional
        Rows whose loss is recorded beside.
    method : {"batch", "mini-batch", "stochastic"}
        How many rows each update looks at.
    batch_size : int, optional
        Rows of a mini-batch, 32 by default.
    order : {"random", "given"}
        Reshuffled every epoch (a pure function of seed and epoch), or as the rows stand.
    learning_rate : float or "auto"
        ``auto`` is proven stable; see ``descent/rates.py``.
    schedule : str
        A key of ``SCHEDULES``.
    epochs : int
        Most epochs to run.
    tolerance : float
        Converged when the gradient norm is at most this times the larger of its norms at the
        start and at zero parameters; 0 runs on until no bit changes.
    target_loss : float, optional
        Stop as soon as the training loss is at most this.
    start : array of shape (P, K), optional
        Parameters before the first update; zero by default.
    seed : int
        Of the random order.
    names : sequence of str, optional
        Of the features, for sentences.
    problem : Problem, optional
        What has been computed already, in place of rows, loss, coordinates and validation.
    engine : {"moments", "pass", "sweep"}, optional
        By default moments for batch descent on a quadratic loss, passes for other losses,
        sweeps for the rest.
    record_all : bool
        Record every epoch and every update, whatever memory it takes.
    watch : function, optional
        Called with the newest trace row (a mapping of column to number) after every stretch.

    Returns
    -------
    Trace
        The record of the run; ``trace.ending.name`` says how it ended.

    Raises
    ------
    InputError
        If an option is unknown or does not fit the rows.

    Examples
    --------
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> trace = minimize(rows, intercept=False, start=[[1.0]], learning_rate=0.01, epochs=100)
    >>> round(float(trace.parameters[0, 0]), 9), trace.ending.name
    (1.99994444, 'epochs_used_up')
    """
    check_options(loss=loss, method=method, order=order, schedule=schedule, rate=learning_rate)
    if problem is None:
        where = coordinates or identity(rows.columns, intercept=intercept)
        problem = Problem(
            rows.in_coordinates(where.shift, where.scale),
            LOSSES[loss],
            where,
            validation=validation and validation.in_coordinates(where.shift, where.scale),
        )
    size = batch_rows(method, batch_size, problem.rows.rows)
    by_batch = size >= problem.rows.rows
    if (by_batch and problem.loss.quadratic) or learning_rate == "auto":
        problem = problem.with_moments()
    bounds = _bounds(problem, size, order)
    rate = float(learning_rate) if bounds is None or learning_rate != "auto" else bounds.auto
    shape = problem.by_rows().shape
    first = np.zeros(shape) if start is None else np.array(start, dtype=np.float64).reshape(shape)
    kind = engine or ("sweep" if not by_batch else "moments" if problem.exact else "pass")
    runner = _engine(
        kind, problem, first, rate, schedule, epochs, size, order, seed, record_all=record_all
    )
    stopping = _stopping(problem.objective(), first, tolerance, target_loss)
    trace = descend(runner, stopping, watch=watch, record_all=record_all)
    about = {
        "method": method,
        "batch_size": min(size, problem.rows.rows),
        "order": order,
        "schedule": schedule,
        "learning_rate": rate,
        "seed": seed,
    }
    trace = replace(trace, metadata={**about, **trace.metadata})
    return _explained(trace, problem, size, order, bounds, names)


def check_options(*, loss: str, method: str, order: str, schedule: str, rate: float | str) -> None:
    """Raise InputError if an option's value is not one of its table's."""
    tables: tuple[tuple[str, str, Sequence[str]], ...] = (
        ("loss", loss, list(LOSSES)),
        ("method", method, list(METHODS)),
        ("order", order, ["random", "given"]),
        ("schedule", schedule, list(SCHEDULES)),
    )
    for option, value, known in tables:
        if value not in known:
            raise InputError("unknown_choice", option=option, value=value, known=", ".join(known))
    if rate != "auto" and not (
        isinstance(rate, (int, float)) and math.isfinite(rate) and rate > 0.0
    ):
        raise InputError("rate_not_positive", value=str(rate))


def batch_rows(method: str, batch_size: int | None, rows: int) -> int:
    """Return the rows of a batch for a method, checked against the number of rows."""
    if method == "batch":
        wanted = rows if batch_size is None else batch_size
        if wanted != rows:
            raise InputError("batch_size_of_batch", size=batch_size, rows=rows)
        return rows
    if method == "stochastic":
        if batch_size not in (None, 1):
            raise InputError("batch_size_of_stochastic", size=batch_size)
        return 1
    size = min(32, rows) if batch_size is None else batch_size
    if size > rows:
        raise InputError("batch_larger_than_rows", size=size, rows=rows)
    return size


def _bounds(problem: Problem, size: int, order: str) -> RateBounds | None:
    if problem.quadratic is None:
        return None
    return rate_bounds(problem.quadratic, problem.loss, problem.rows, batch_size=size, order=order)


def _engine(
    kind: str,
    problem: Problem,
    start: Floats,
    rate: float,
    schedule: str,
    epochs: int,
    size: int,
    order: str,
    seed: int,
    *,
    record_all: bool,
) -> Engine:
    validation = problem.validation_objective()
    if kind == "moments":
        if problem.quadratic is None or not problem.exact:
            raise InputError("engine_needs_quadratic_loss", engine=kind)
        beside = validation if isinstance(validation, Quadratic) else None
        return MomentsEngine(problem.quadratic, start, rate, schedule, epochs, beside)
    if kind == "pass":
        rows = replace(problem, rows=problem.rows.gathered())
        return PassEngine(rows.by_rows(), start, rate, schedule, epochs, validation)
    return SweepEngine(
        rows=problem.rows.gathered(),
        loss=problem.loss,
        intercept=problem.coordinates.intercept,
        objective=problem.objective(),
        free=problem.exact,
        start=start,
        rate=rate,
        batch_size=size,
        order=order,
        seed=seed,
        schedule=schedule,
        epochs=epochs,
        validation=validation,
        validation_free=isinstance(validation, Quadratic),
        kept_updates=None if record_all else min(UPDATE_POINTS, _update_budget(start)),
    )


def _update_budget(start: Floats) -> int:
    """Return how many single updates fit 64 MiB with their gradients."""
    return max(2, 2**26 // (16 * max(1, start.size)))


def _stopping(
    objective: Objective, start: Floats, tolerance: float, target_loss: float | None
) -> Stopping:
    zero = np.zeros_like(start)
    with np.errstate(all="ignore"):
        norms = [float(np.linalg.norm(objective.gradient(point))) for point in (start, zero)]
        losses = [float(objective.value(point)) for point in (start, zero)]
    return Stopping(tolerance, target_loss, max(norms), max(losses))


def _explained(
    trace: Trace,
    problem: Problem,
    size: int,
    order: str,
    bounds: RateBounds | None,
    names: Sequence[str] | None,
) -> Trace:
    """Return the trace with what is known about rates among its metadata and ending's facts."""
    if trace.ending.phrase == "stalled_idle" and trace.metadata["schedule"] != "constant":
        trace = replace(trace, ending=replace(trace.ending, phrase="stalled_idle_falling"))
    if trace.ending.name == "diverged" and bounds is None:
        problem = problem.with_moments()
        bounds = _bounds(problem, size, order)
    if bounds is None or problem.quadratic is None:
        phrase = trace.ending.phrase
        ending = replace(
            trace.ending, phrase=f"{phrase}_by_rows" if phrase == "diverged" else phrase
        )
        return replace(trace, ending=ending)
    facts: dict[str, Any] = {
        "largest_stable_rate": bounds.largest_stable,
        "auto_rate": bounds.auto,
        "largest_curvature": bounds.largest_curvature,
        "smallest_curvature": bounds.smallest_curvature,
        "smallest_batch": bounds.smallest_batch,
        "fourth_moment": bounds.fourth_moment,
        "bound": bounds.rule,
        "bound_kind": bounds.kind,
    }
    phrase = trace.ending.phrase
    if trace.ending.name == "diverged":
        phrase = f"diverged_{bounds.rule}"
    steepest, share = _steepest(problem.quadratic, names)
    rate = float(trace.metadata["learning_rate"])
    seen = {
        **facts,
        "direction": steepest,
        "direction_share": share,
        "factor": abs(1.0 - rate * bounds.largest_curvature),
        "times": rate / bounds.largest_stable if bounds.largest_stable > 0.0 else math.inf,
        "condition": bounds.largest_curvature / bounds.smallest_curvature
        if bounds.smallest_curvature > 0.0
        else math.inf,
        "needed": _needed(trace, problem.quadratic, rate),
    }
    if phrase == "epochs_used_up" and bounds.rule == "batch" and math.isfinite(seen["needed"]):
        unscaled = bool((problem.coordinates.scale == 1.0).any())
        harsh = unscaled and seen["condition"] > _HARSH_CONDITION
        phrase = "epochs_used_up_unscaled" if harsh else "epochs_used_up_batch"
    ending = replace(trace.ending, phrase=phrase, facts={**trace.ending.facts, **seen})
    return replace(trace, ending=ending, metadata={**trace.metadata, **facts})


def _steepest(quadratic: Quadratic, names: Sequence[str] | None) -> tuple[str, float]:
    """Return which parameter the direction of largest curvature is mostly along, and its share."""
    direction = np.abs(quadratic.directions[:, 0]) if quadratic.directions.size else np.zeros(1)
    place = int(np.argmax(direction))
    offset = int(quadratic.coordinates.intercept)
    if offset and place == 0:
        return "intercept", float(direction[0] ** 2)
    feature = place - offset
    return (names[feature] if names else f"feature {feature}"), float(direction[place] ** 2)


def _needed(trace: Trace, quadratic: Quadratic, rate: float) -> float:
    """Return about how many more epochs batch descent needs to meet its tolerance."""
    tolerance, scale = trace.ending.facts["tolerance"], trace.ending.facts["gradient_scale"]
    if not tolerance or quadratic.rank == 0:
        return math.inf
    curvatures = quadratic.curvatures[: quadratic.rank]
    gradient = np.abs(curvatures[:, None] * quadratic.along(trace.parameters)[: quadratic.rank])
    sizes = np.sqrt((gradient**2).sum(axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        epochs = np.log(float(tolerance) * float(scale) / sizes) / np.log(  # type: ignore[arg-type]
            np.abs(1.0 - rate * curvatures)
        )
    worst = np.nanmax(np.where(sizes > 0.0, epochs, 0.0))
    return float(np.ceil(max(0.0, worst)))
