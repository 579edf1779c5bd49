"""The scikit-learn door for rows that come part by part."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import numpy.typing as npt
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import column_or_1d

from steepest.data.sparse_source import is_sparse
from steepest.descent.rules import WITH_MOMENTUM, rule_of
from steepest.fitting.arrays import check_finite, check_kinds, rows_of, start_of
from steepest.fitting.partial import (
    Partial,
    PartialOptions,
    Rows,
    check_unchanged,
    counted_rows,
    notes_of,
    too_wide,
    walked,
    without_shift,
)
from steepest.objective.moments import Moments
from steepest.objective.running_moments import RunningMoments
from steepest.objective.sparse_moments import MOST_MOMENT_COLUMNS
from steepest.words.errors import InputError

if TYPE_CHECKING:
    from steepest.class_estimators import GradientDescentClassifier
    from steepest.estimators import LinearEstimator

Floats = npt.NDArray[np.float64]


class PartialRegressor:
    """A regressor that takes its rows part by part."""

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Train on more rows, which are not kept.

        Squared errors by batch descent: moments of all rows so far (those of ``fit`` too) are kept,
        and each call ends where ``fit`` of all these rows would, however they were cut.
        Everything else (``auto`` is mini-batch there) walks the rows once in their order and goes
        on from the last call: calls of whole batches give the bits of one call. Coordinates
        of ``standardize`` and an ``auto`` rate come from the first call's rows, so let them be
        many; weights are taken as they are; to a ``schedule`` a call is an epoch of ``max_iter``.

        Sparse rows stay sparse and are scaled, not centred; dense ones may follow and are seen
        alike (sparse ones that follow centred rows are refused in walks). A walk costs the
        filled entries and each call the columns once, where penalties are brought up to date: cuts
        then change rounding. Moments of sparse rows cost the columns squared a row and go up to
        1,000 columns, beyond which an ``auto`` method is mini-batch, and an ``auto`` rate falls for
        calls whose rows ask for it.

        Parameters
        ----------
        X, y, sample_weight
            As for ``fit``.

        Returns
        -------
        GradientDescentRegressor
            The estimator itself; ``t_`` counts updates.

        Raises
        ------
        ValueError
            As ``fit``, or if what cannot change between calls did.
        """
        partial_numbers(cast(Any, self), X, y, sample_weight)
        return self


def partial_numbers(estimator: LinearEstimator, X: Any, y: Any, sample_weight: Any) -> None:
    """Train a regressor on more rows."""
    estimator._validate_params()
    check_kinds(X, "X")
    check_kinds(y, "y")
    X = estimator._features(X, reset=not hasattr(estimator, "coef_"))
    y = checked_targets(estimator, y)
    check_consistent_length(X, y)
    weight, single = estimator._weights(sample_weight, X), y.ndim == 1
    train_on(estimator, X, y.reshape(len(y), -1), weight, single=single)


def checked_targets(estimator: LinearEstimator, y: Any) -> npt.NDArray[Any]:
    """Return targets as numbers, in scikit-learn's words where they are none."""
    return np.asarray(
        check_array(
            y,
            dtype="numeric",
            ensure_2d=False,
            ensure_all_finite=False,
            input_name="y",
            estimator=estimator,
        )
    )


def partial_classes(
    estimator: GradientDescentClassifier, X: Any, y: Any, classes: Any, sample_weight: Any
) -> None:
    """Train a classifier on more rows."""
    estimator._validate_params()
    check_kinds(X, "X")
    X = estimator._features(X, reset=not hasattr(estimator, "coef_"))
    y = column_or_1d(y, warn=True)
    check_consistent_length(X, y)
    check_classification_targets(y)
    known = named_classes(estimator, classes)
    if estimator.class_weight == "balanced":
        raise InputError("partial_balanced")
    unseen = np.setdiff1d(y, known)
    if len(unseen):
        told = [str(one) for one in known]
        raise InputError("partial_class_unknown", value=str(unseen[0]), known=told)
    estimator.classes_ = known
    weight = estimator._weights(sample_weight, X)
    weight = estimator._class_weights(y, np.searchsorted(known, y), weight)
    train_on(estimator, X, estimator._encoded(y), weight, single=False)
    estimator._uncoupled()


def named_classes(estimator: GradientDescentClassifier, classes: Any) -> npt.NDArray[Any]:
    """Return the classes of all calls, sorted."""
    before = getattr(estimator, "classes_", None) if hasattr(estimator, "coef_") else None
    if classes is None:
        if before is None:
            raise InputError("partial_classes_first")
        return np.asarray(before)
    named = np.unique(np.asarray(classes))
    if before is not None and not np.array_equal(named, before):
        both = {"before": [str(one) for one in before], "now": [str(one) for one in named]}
        raise InputError("partial_classes_changed", **both)
    if len(named) < 2:
        raise InputError("partial_one_class", classes=[str(one) for one in named])
    return named


def train_on(
    estimator: LinearEstimator, X: Any, y: Floats, weight: Floats | None, *, single: bool
) -> None:
    """Go on training with rows as they are and targets (n, K); keep what came of it."""
    name = type(estimator).__name__
    check_finite(X, "X", estimator._names(), name)
    check_finite(y if not single else y[:, 0], "y", None, name)
    before = estimator._partial or Partial()
    options = _options(estimator, before, X)
    if options.method == "batch" and not options.loss.quadratic:
        raise InputError("partial_batch", loss=options.loss.name)
    for option in ("validation_fraction", "early_stopping"):
        if getattr(estimator, option):
            raise InputError("partial_validation", option=option)
    check_unchanged(before, options, y.shape[1])
    if weight is not None and not weight.any():
        raise InputError("all_weights_zero")
    fixed = {**options.fixed, "targets": y.shape[1]}
    if options.method == "batch":
        if is_sparse(X) and too_wide(X.shape[1]):
            facts = {"columns": X.shape[1], "most": MOST_MOMENT_COLUMNS - 2}
            raise InputError("partial_sparse_columns", **facts)
        running = before.moments or RunningMoments(before=_of_fit(estimator, y.shape[1]))
        running = running.with_rows(X, y, weight)
        _descend_on(estimator, running, rows_of(X, y), single=single)
        estimator._partial = Partial(fixed, moments=running)
        return
    rows = rows_of(X, y, weight)
    rows = rows if weight is None else rows.take(weight > 0.0)
    first = (None, None) if not hasattr(estimator, "coef_") else estimator._last_point()
    walk, problem, trace = walked(
        before.walk, rows, options, lambda problem: start_of(problem, single, *first)
    )
    estimator._partial = Partial(fixed, walk=walk)
    estimator.t_ = walk.updates
    estimator._keep(problem, trace, single=single)


def _options(estimator: LinearEstimator, before: Partial, X: Any) -> PartialOptions:
    loss = estimator._loss()
    wide = is_sparse(X) and too_wide(X.shape[1])
    automatic = "batch" if loss.quadratic and not wide else "mini-batch"
    automatic = before.fixed.get("method", automatic)
    rate = estimator.learning_rate
    momentum = estimator.momentum if estimator.rule in WITH_MOMENTUM else None
    return PartialOptions(
        loss,
        estimator._penalty(),
        method=automatic if estimator.method == "auto" else estimator.method,
        batch_size=estimator.batch_size,
        learning_rate=rate if isinstance(rate, str) else float(rate),
        rule=rule_of(estimator.rule, momentum),
        schedule=estimator.schedule,
        epochs=estimator.max_iter,
        average=estimator.average,
        standardize=estimator.standardize,
        intercept=estimator.fit_intercept,
        names=estimator._names(),
    )


def _of_fit(estimator: LinearEstimator, targets: int) -> Moments | None:
    """Return the moments of the rows that ``fit`` was given, None if it was not called."""
    if not hasattr(estimator, "coef_"):
        return None
    if estimator._moments is None:
        raise InputError("partial_after_fit", method=estimator.method)
    if estimator._moments.targets != targets:
        facts = {"before": str(estimator._moments.targets), "now": str(targets)}
        raise InputError("partial_changed", option="targets", **facts)
    return estimator._moments


def _descend_on(
    estimator: LinearEstimator, running: RunningMoments, rows: Rows, *, single: bool
) -> None:
    moments, notes = running.moments(), {}
    counted = counted_rows(moments.rows, moments.columns, moments.targets)
    nothing = counted_rows(0, moments.columns, moments.targets)
    names, made = estimator._names(), (moments, None)
    problem = estimator._problem(counted, nothing, names, "batch", None, made)
    if running.small is not None:  # the first rows were sparse
        problem = without_shift(problem, moments)
        notes = notes_of(problem, rows, rule_of(estimator.rule))
    estimator._descended(counted, problem, (None, None), single=single)
    trace = estimator.trace_
    estimator.trace_ = replace(trace, metadata={**trace.metadata, **notes})
