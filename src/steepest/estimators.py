"""The scikit-learn door: what linear estimators share, and the regressor."""

from __future__ import annotations

import signal
import warnings
from dataclasses import replace
from numbers import Integral, Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from steepest.data.source import ArraySource
from steepest.data.sparse_source import SparseSource, is_sparse
from steepest.data.split import validation_mask
from steepest.descent.checks import BACKTRACKING, checked_penalty, loss_of
from steepest.descent.minimize import minimize
from steepest.descent.problem import Problem
from steepest.descent.rules import RULES, rule_named
from steepest.descent.schedules import SCHEDULES
from steepest.fitting.arrays import (
    ColumnNames,
    beside_of,
    check_finite,
    check_kinds,
    level_outside,
    rows_of,
    start_of,
    validation_pair,
)
from steepest.fitting.dask_rows import answers_dask, fits_dask
from steepest.fitting.partial import WALKED, Partial
from steepest.fitting.problem import linear_problem
from steepest.objective.losses import LOSSES, Loss
from steepest.objective.moments import Moments
from steepest.objective.penalties import PENALTIES, Penalty
from steepest.partial_estimators import PartialRegressor, checked_targets
from steepest.trace.record import Trace
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Rows = ArraySource | SparseSource

_GOOD_ENDINGS = ("converged", "target_loss_reached", "stalled", "early_stopped")
_IDLE = ("stalled_idle", "stalled_cycle", "converged_far", "separable")
REGRESSION = [name for name, loss in LOSSES.items() if loss.task == "numbers"]


class LinearEstimator(BaseEstimator):
    """What regressor and classifier share: options, rows, training."""

    # sklearn.utils._param_validation: what each parameter may be, checked by fit.
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "penalty": [StrOptions(set(PENALTIES))],
        "alpha": [Interval(Real, 0, None, closed="left")],
        "l1_ratio": [Interval(Real, 0, 1, closed="both")],
        "method": [StrOptions({"auto", "batch", "mini-batch", "stochastic"})],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [
            Interval(Real, 0, None, closed="neither"),
            StrOptions({"auto", BACKTRACKING}),
        ],
        "rule": [StrOptions(set(RULES))],
        "momentum": [Interval(Real, 0, 1, closed="left")],
        "schedule": [StrOptions(set(SCHEDULES))],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, 1, closed="left"), None],
        "standardize": ["boolean"],
        "fit_intercept": ["boolean"],
        "shuffle": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "average": ["boolean"],
        "early_stopping": ["boolean"],
        "n_iter_no_change": [Interval(Integral, 1, None, closed="left")],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
    }
    _partial: Partial | None = None
    _moments: Moments | None = None
    t_: int

    def _features(self, X: Any, *, reset: bool) -> Any:
        check_kinds(X, "X")
        return validate_data(
            self, X, dtype="numeric", accept_sparse="csr", reset=reset, ensure_all_finite=False
        )

    def _loss(self) -> Loss:
        """Return the entry of the table, with its own parameter where the estimator has one."""
        loss = LOSSES[self.loss]
        own = getattr(self, str(loss.parameter), None)
        return loss_of(self.loss, None if own is None else float(own))

    def _trained(
        self,
        X: Any,
        y: Floats,
        weight: Any,
        first: tuple[Any, Any],
        *,
        single: bool,
        beside: Rows | None = None,
        watch: Any = None,
    ) -> Problem:
        """Train on rows as they are and targets (n, K); keep what came of it."""
        names, seed = self._names(), self._seed()
        training, validation = self._rows(X, y, weight, seed)
        validation = validation if beside is None else beside_of(beside, training.targets)

        def check() -> None:
            check_finite(X, "X", names, type(self).__name__)
            check_finite(y if not single else y[:, 0], "y", None, type(self).__name__)

        if validation.rows:
            check()  # moments of the training rows say nothing of these
        method = "batch" if self.method == "auto" else self.method
        problem = self._problem(training, validation, names, method, check)
        self._descended(training, problem, first, single=single, watch=watch, check=check)
        self._partial, self._moments = None, problem.moments if problem.free else None
        return problem

    def _descended(
        self,
        training: Rows,
        problem: Problem,
        first: tuple[Any, Any],
        *,
        single: bool,
        watch: Any = None,
        check: Any = None,
    ) -> None:
        """Minimize over rows, or over what was made of them; keep what came of it."""
        method = "batch" if self.method == "auto" else self.method
        rate, names, seed = self.learning_rate, self._names(), self._seed()
        try:
            trace = minimize(
                training,
                method=method,
                batch_size=min(self.batch_size, training.rows) if method == "mini-batch" else None,
                order="random" if self.shuffle else "given",
                learning_rate=rate if isinstance(rate, str) else float(rate),
                rule=rule_named(self.rule, self.momentum),
                schedule=self.schedule,
                epochs=self.max_iter,
                tolerance=0.0 if self.tol is None else self.tol,
                start=start_of(problem, single, *self._first(first)),
                seed=seed,
                names=names,
                problem=problem,
                patience=self.n_iter_no_change if self.early_stopping else 0,
                average=self.average and method != "batch",
                watch=watch,
            )
        except InputError as error:
            if error.name == "rows_not_finite" and check is not None:
                check()  # says which
            raise
        self._keep(problem, trace, single=single)

    def _first(self, first: tuple[Any, Any]) -> tuple[Any, Any]:
        """Return where to start, in table units."""
        if self.warm_start and hasattr(self, "coef_") and first[0] is None:
            return self._last_point()
        return first

    def _last_point(self) -> tuple[Any, Any]:
        return self.coef_, self.intercept_ if self.fit_intercept else None

    def _problem(
        self,
        training: Rows,
        validation: Rows,
        names: ColumnNames,
        method: str,
        check: Any,
        made: Any = None,
    ) -> Problem:
        problem = linear_problem(
            training,
            validation,
            loss=self.loss,
            intercept=self.fit_intercept,
            standardize=self.standardize,
            names=(*names, *(f"target {k}" for k in range(training.targets))),
            moments=method == "batch" or self.learning_rate == "auto",
            made=made,
            check=check,
        )
        return replace(problem, loss=self._loss(), penalty=self._penalty())

    def _penalty(self) -> Penalty:
        return checked_penalty(
            self.penalty, self.alpha, self.l1_ratio, intercept=self.fit_intercept
        )

    def _names(self) -> ColumnNames:
        return ColumnNames(self.n_features_in_, getattr(self, "feature_names_in_", None))

    def _seed(self) -> int:
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _rows(self, X: Any, y: Floats, weight: Any, seed: int) -> tuple[Rows, Rows]:
        rows = rows_of(X, y, weight)
        if weight is not None and (weight == 0.0).any():
            if not weight.any():
                raise InputError("all_weights_zero")
            rows = rows.take(weight > 0.0)
        if self.validation_fraction == 0.0:
            return rows, replace(rows, weight=None).take(np.zeros(rows.rows, dtype=np.bool_))
        positions = np.arange(rows.rows) if rows.positions is None else rows.positions
        mask = validation_mask(positions, self.validation_fraction, seed)
        if mask.all():
            raise InputError("no_training_rows", rows=rows.rows)
        return (rows.take(~mask) if mask.any() else rows), rows.take(mask)

    def _beside(self, given: Any, targets: Any) -> Rows:
        """Return the caller's own validation rows."""
        features, labels = validation_pair(given)
        X = self._features(features, reset=False)
        check_finite(X, "X", self._names(), type(self).__name__)
        check_consistent_length(X, labels)
        made = np.asarray(targets(labels), dtype=np.float64)
        check_finite(made, "y", None, type(self).__name__)
        return rows_of(X, made.reshape(len(made), -1))

    def _weights(self, sample_weight: Any, X: Any) -> Floats | None:
        if sample_weight is None:
            return None
        return np.asarray(
            _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        )

    def _keep(self, problem: Problem, trace: Trace, *, single: bool) -> None:
        coefficients, intercept = problem.coordinates.to_table(trace.parameters)
        self.coef_ = coefficients[:, 0] if single else np.ascontiguousarray(coefficients.T)
        self.intercept_ = float(intercept[0]) if single else intercept
        self.n_iter_ = int(str(trace.ending.facts["epochs"]))
        self.trace_ = trace
        self.ending_ = trace.ending.name
        known = problem.quadratic is not None and problem.loss.quadratic
        self.optimum_loss_ = problem.quadratic.floor if known and problem.quadratic else None
        if self.ending_ == "interrupted":
            signal.raise_signal(signal.Signals[str(trace.ending.facts["signal"])])
        idle = trace.ending.phrase.startswith(_IDLE)
        wanted = self.tol is not None or self.ending_ != "epochs_used_up"
        wanted &= trace.ending.phrase != WALKED
        if wanted and (idle or self.ending_ not in _GOOD_ENDINGS):
            warnings.warn(trace.ending.sentence(), ConvergenceWarning, stacklevel=level_outside())

    def _scores(self, X: Any) -> Floats:
        check_is_fitted(self)
        X = self._features(X, reset=False)
        check_finite(X, "X", self._names(), type(self).__name__)
        values = X if is_sparse(X) else np.asarray(X, dtype=np.float64)
        return np.asarray(values @ self.coef_.T + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        return tags


class GradientDescentRegressor(PartialRegressor, RegressorMixin, LinearEstimator):
    """Linear regression by gradient descent that knows which rates converge.

    Parameters
    ----------
    loss : str, default="squared_error"
        A key of ``LOSSES`` that predicts numbers: squared_error, half_squared_error, absolute,
        huber, quantile, poisson, gamma. ``squared_error`` is the mean of
        ``(prediction - target)^2``. scikit-learn's ``SGDRegressor`` calls *half* of that
        ``squared_error``: a rate there corresponds to half that rate here, an ``alpha`` there to
        twice that ``alpha`` here.
    penalty : {"none", "l2", "l1", "elasticnet"}, default="none"
        Added to the mean loss, ``alpha`` times; half the squared norm for l2. The intercept is
        not penalized; with ``standardize`` the coefficients of standardized features are.
    alpha : float, default=0.0001
        Strength of the penalty.
    l1_ratio : float, default=0.15
        Share of l1 in an elasticnet.
    epsilon : float, default=1.35
        Of the loss huber: the error, in the unit of y, from which it counts linearly.
    quantile : float, default=0.5
        Of the loss quantile.
    method : {"auto", "batch", "mini-batch", "stochastic"}, default="auto"
        Rows of an update: all, ``batch_size``, or one. ``auto`` is batch.
    batch_size : int, default=32
        Rows of a mini-batch; all rows where there are fewer. Other methods do not look at it.
    learning_rate : float, "auto" or "backtracking", default="auto"
        In training coordinates. ``auto`` is proven stable: 1/L for batch descent, half the bound of
        Jain et al. (2018) otherwise; see ``rule``. For poisson and gamma it is ``backtracking``
        (batch descent whose every step is tested), for absolute and quantile it falls.
    rule : {"plain", "momentum", "nesterov", "adagrad", "rmsprop", "adam"}, default="plain"
        How an update uses the gradient and those before it (``RULES``). For momentum and
        nesterov ``learning_rate="auto"`` is proven stable too; the last three need a number.
    momentum : float, default=0.9
        Of the rules momentum and nesterov, from 0 to below 1; others do not look at it.
    schedule : {"constant", "inverse-time", "step", "cosine", "geometric"}, default="constant"
        How the rate changes from epoch to epoch.
    max_iter : int, default=1000
        Most epochs.
    tol : float or None, default=1e-8
        Converged when the norm of the gradient over all training rows is at most this times
        the larger of its norms at the start and at zero. None runs all epochs.
    standardize : bool, default=True
        Descend in standardized features (scaled only where there is no intercept). Coefficients
        are in the units of X all the same.
    fit_intercept : bool, default=True
        Whether the model has an intercept.
    shuffle : bool, default=True
        Reshuffle the rows every epoch (mini-batch and stochastic).
    average : bool, default=False
        Coefficients are means of the epochs' last points, late ones weighing more (mini-batch and
        stochastic; batch descent does not look at it).
    validation_fraction : float, default=0.0
        Share of rows whose loss is recorded beside and that do not train.
    early_stopping : bool, default=False
        Stop when the validation loss has not improved for ``n_iter_no_change`` epochs, and keep
        the parameters where it was lowest; needs validation rows.
    n_iter_no_change : int, default=5
        See ``early_stopping``.
    warm_start : bool, default=False
        Start from the last fit's coefficients.
    random_state : int, RandomState instance or None, default=None
        Of order and split. An int is the same seed as the command line's.

    Attributes
    ----------
    coef_ : array of shape (n_features,) or (n_targets, n_features)
        In the units of X.
    intercept_ : float or array of shape (n_targets,)
        In the units of y.
    n_iter_ : int
        Epochs run.
    ending_ : str
        Name of the ending; ``trace_.ending.sentence()`` says why and what to do.
    trace_ : Trace
        The record of the run; ``diagnose(trace_)`` says what it proves about rate and data.
    optimum_loss_ : float
        Loss of the closed-form least squares on the training rows; None for other losses.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : array of shape (n_features,)
        Names of the features, where X had names.

    See Also
    --------
    sklearn.linear_model.SGDRegressor : Stochastic descent only; does not report divergence.

    Examples
    --------
    >>> import numpy as np
    >>> from steepest import GradientDescentRegressor
    >>> X = np.array([[1.0], [2.0], [3.0]])
    >>> model = GradientDescentRegressor().fit(X, [2.0, 4.0, 6.0])
    >>> model.ending_, model.predict([[4.0]]).round(6).tolist()
    ('converged', [8.0])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LinearEstimator._parameter_constraints,
        "loss": [StrOptions(set(REGRESSION))],
        "epsilon": [Interval(Real, 0, None, closed="neither")],
        "quantile": [Interval(Real, 0, 1, closed="neither")],
    }

    def __init__(
        self,
        *,
        loss: str = "squared_error",
        penalty: str = "none",
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        epsilon: float = 1.35,
        quantile: float = 0.5,
        method: str = "auto",
        batch_size: int = 32,
        learning_rate: float | str = "auto",
        rule: str = "plain",
        momentum: float = 0.9,
        schedule: str = "constant",
        max_iter: int = 1000,
        tol: float | None = 1e-8,
        standardize: bool = True,
        fit_intercept: bool = True,
        shuffle: bool = True,
        average: bool = False,
        validation_fraction: float = 0.0,
        early_stopping: bool = False,
        n_iter_no_change: int = 5,
        warm_start: bool = False,
        random_state: Any = None,
    ) -> None:
        self.loss = loss
        self.penalty = penalty
        self.alpha = alpha
        self.l1_ratio = l1_ratio
        self.epsilon = epsilon
        self.quantile = quantile
        self.method = method
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.rule = rule
        self.momentum = momentum
        self.schedule = schedule
        self.max_iter = max_iter
        self.tol = tol
        self.standardize = standardize
        self.fit_intercept = fit_intercept
        self.shuffle = shuffle
        self.average = average
        self.validation_fraction = validation_fraction
        self.early_stopping = early_stopping
        self.n_iter_no_change = n_iter_no_change
        self.warm_start = warm_start
        self.random_state = random_state

    @fits_dask
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        coef_init: Any = None,
        intercept_init: Any = None,
        *,
        validation: Any = None,
        watch: Any = None,
    ) -> Self:
        """Fit the model.

        Parameters
        ----------
        X : array-like, sparse matrix, Dask array or dataframe of shape (n_samples, n_features)
            Features. Dask's partitions are computed into a temporary file, two at a time.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        sample_weight : array-like of shape (n_samples,), optional
            Weight 2 is the row twice, weight 0 the row absent. Stochastic and mini-batch
            descent take one longer update of it, not two: only their optimum is the same.
        coef_init, intercept_init : array-like, optional
            Where to start, shaped as ``coef_`` and ``intercept_``; zero by default.
        validation : tuple (X, y), optional
            Rows that validate, in place of a ``validation_fraction``.
        watch : function, optional
            Called with the newest trace row (a mapping of column to number) after every stretch.

        Returns
        -------
        GradientDescentRegressor
            The estimator itself.

        Raises
        ------
        ValueError
            If an option or the data cannot be used; the message names column and row.
        """
        self._validate_params()
        check_kinds(X, "X")
        check_kinds(y, "y")
        if y is None:
            validate_data(self, X, y)  # says that a target is needed
        X = self._features(X, reset=True)
        y = checked_targets(self, y)
        check_consistent_length(X, y)
        weight, single = self._weights(sample_weight, X), y.ndim == 1
        first = (coef_init, intercept_init)
        beside = None if validation is None else self._beside(validation, np.asarray)
        targets = y.reshape(len(y), -1)
        self._trained(X, targets, weight, first, single=single, beside=beside, watch=watch)
        return self

    @answers_dask
    def predict(self, X: Any) -> Floats:
        """Return predictions (n_samples,) or (n_samples, n_targets).

        Parameters
        ----------
        X : array-like, sparse matrix, Dask array or dataframe of shape (n_samples, n_features)
            Features, with the names and in the order they were fitted with. Of Dask's the answer
            is a Dask array, computed block by block.
        """
        return np.asarray(self._loss().predicted(self._scores(X)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output = True
        tags.target_tags.multi_output = True
        return tags
