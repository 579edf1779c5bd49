"""The scikit-learn door: gradient descent as an estimator."""

from __future__ import annotations

import signal
import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from steepest.data.source import ArraySource
from steepest.data.split import validation_mask
from steepest.descent.minimize import Problem, check_options, minimize
from steepest.fitting.problem import linear_problem
from steepest.objective.losses import LOSSES
from steepest.trace.record import Trace
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_GOOD_ENDINGS = ("converged", "target_loss_reached", "stalled")
_METHODS = ("auto", "batch", "mini-batch", "stochastic")


class GradientDescentRegressor(RegressorMixin, BaseEstimator):  # type: ignore[misc]
    """Linear regression by gradient descent that knows which rates converge.

    Parameters
    ----------
    loss : {"squared_error", "half_squared_error"}, default="squared_error"
        ``squared_error`` is the mean of ``(prediction - target)^2``. scikit-learn's
        ``SGDRegressor`` calls *half* of that ``squared_error``: a rate there corresponds to half
        that rate here.
    method : {"auto", "batch", "mini-batch", "stochastic"}, default="auto"
        Rows of an update: all, ``batch_size``, or one. ``auto`` is batch.
    batch_size : int, default=32
        Rows of a mini-batch, at most all rows. Other methods do not look at it.
    learning_rate : float or "auto", default="auto"
        In training coordinates. ``auto`` is proven stable: 1/L for batch descent, half the bound of
        Jain et al. (2018) otherwise.
    schedule : {"constant", "inverse-time", "step", "cosine"}, default="constant"
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
    validation_fraction : float, default=0.0
        Share of rows whose loss is recorded beside and that do not train.
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
        The record of the run.
    optimum_loss_ : float
        Loss of the closed-form least squares on the training rows.
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

    def __init__(
        self,
        *,
        loss: str = "squared_error",
        method: str = "auto",
        batch_size: int = 32,
        learning_rate: float | str = "auto",
        schedule: str = "constant",
        max_iter: int = 1000,
        tol: float | None = 1e-8,
        standardize: bool = True,
        fit_intercept: bool = True,
        shuffle: bool = True,
        validation_fraction: float = 0.0,
        random_state: Any = None,
    ) -> None:
        self.loss = loss
        self.method = method
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.schedule = schedule
        self.max_iter = max_iter
        self.tol = tol
        self.standardize = standardize
        self.fit_intercept = fit_intercept
        self.shuffle = shuffle
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        coef_init: Any = None,
        intercept_init: Any = None,
    ) -> GradientDescentRegressor:
        """Fit the model.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.
        sample_weight : array-like of shape (n_samples,), optional
            Weight 2 is the row twice, weight 0 the row absent.
        coef_init, intercept_init : array-like, optional
            Where to start, shaped as ``coef_`` and ``intercept_``; zero by default.

        Returns
        -------
        GradientDescentRegressor
            The estimator itself.

        Raises
        ------
        ValueError
            If an option or the data cannot be used; the message names column and row.
        """
        self._check_options()
        X, y = validate_data(
            self,
            X,
            y,
            dtype="numeric",
            multi_output=True,
            y_numeric=True,
            ensure_all_finite=False,
        )
        names = self._names()
        _check_finite(X, "X", names, type(self).__name__)
        _check_finite(y, "y", None, type(self).__name__)
        seed = self._seed()
        training, validation = self._rows(X, y, sample_weight, seed)
        problem = linear_problem(
            training,
            validation,
            loss=self.loss,
            intercept=self.fit_intercept,
            standardize=self.standardize,
            names=(*names, *(f"target {k}" for k in range(training.targets))),
        )
        start = _start(problem, y.ndim == 1, coef_init, intercept_init)
        method = "batch" if self.method == "auto" else self.method
        trace = minimize(
            training,
            loss=self.loss,
            intercept=self.fit_intercept,
            method=method,
            batch_size=min(self.batch_size, training.rows) if method == "mini-batch" else None,
            order="random" if self.shuffle else "given",
            learning_rate=self.learning_rate,
            schedule=self.schedule,
            epochs=self.max_iter,
            tolerance=0.0 if self.tol is None else self.tol,
            start=start,
            seed=seed,
            names=names,
            problem=problem,
        )
        self._keep(problem, trace, single=y.ndim == 1)
        return self

    def predict(self, X: Any) -> Floats:
        """Return predictions (n_samples,) or (n_samples, n_targets).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Features, with the names and in the order they were fitted with.
        """
        check_is_fitted(self)
        X = validate_data(self, X, dtype="numeric", reset=False, ensure_all_finite=False)
        _check_finite(X, "X", self._names(), type(self).__name__)
        return np.asarray(np.asarray(X, dtype=np.float64) @ self.coef_.T + self.intercept_)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.single_output = True
        tags.target_tags.multi_output = True
        return tags

    def _check_options(self) -> None:
        if self.method not in _METHODS:
            known = ", ".join(_METHODS)
            raise InputError("unknown_choice", option="method", value=self.method, known=known)
        check_options(
            loss=self.loss,
            method="batch",
            order="random",
            schedule=self.schedule,
            rate=self.learning_rate,
        )
        if not LOSSES[self.loss].quadratic:
            known = ", ".join(name for name, loss in LOSSES.items() if loss.quadratic)
            raise InputError("unknown_choice", option="loss", value=self.loss, known=known)
        for option in ("max_iter", "batch_size"):
            if getattr(self, option) < 1:
                value = getattr(self, option)
                raise InputError("option_too_small", option=option, value=value, least=1)
        if self.tol is not None and not 0.0 <= self.tol < 1.0:
            raise InputError("tolerance_out_of_range", value=self.tol)
        if not 0.0 <= self.validation_fraction < 1.0:
            raise InputError("validation_out_of_range", value=self.validation_fraction)

    def _seed(self) -> int:
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _names(self) -> list[str]:
        if hasattr(self, "feature_names_in_"):
            return [str(name) for name in self.feature_names_in_]
        return [f"feature {i}" for i in range(self.n_features_in_)]

    def _rows(
        self, X: Any, y: Any, sample_weight: Any, seed: int
    ) -> tuple[ArraySource, ArraySource]:
        weight = None
        if sample_weight is not None:
            weight = _check_sample_weight(
                sample_weight, X, dtype=np.float64, ensure_non_negative=True
            )
        rows = ArraySource(X, y.reshape(len(y), -1), weight)
        if weight is not None and (weight == 0.0).any():
            if not weight.any():
                raise InputError("all_weights_zero")
            rows = rows.take(weight > 0.0)
        positions = np.arange(rows.rows) if rows.positions is None else rows.positions
        mask = validation_mask(positions, self.validation_fraction, seed)
        if mask.all():
            raise InputError("no_training_rows", rows=rows.rows)
        return (rows.take(~mask) if mask.any() else rows), rows.take(mask)

    def _keep(self, problem: Problem, trace: Trace, *, single: bool) -> None:
        coefficients, intercept = problem.coordinates.to_table(trace.parameters)
        self.coef_ = coefficients[:, 0] if single else np.ascontiguousarray(coefficients.T)
        self.intercept_ = float(intercept[0]) if single else intercept
        self.n_iter_ = int(str(trace.ending.facts["epochs"]))
        self.trace_ = trace
        self.ending_ = trace.ending.name
        self.optimum_loss_ = None if problem.quadratic is None else problem.quadratic.floor
        if self.ending_ == "interrupted":
            signal.raise_signal(signal.Signals[str(trace.ending.facts["signal"])])
        idle = trace.ending.phrase.startswith("stalled_idle")
        wanted = self.tol is not None or self.ending_ != "epochs_used_up"
        if wanted and (idle or self.ending_ not in _GOOD_ENDINGS):
            warnings.warn(trace.ending.sentence(), ConvergenceWarning, stacklevel=3)


def _check_finite(values: Any, what: str, names: list[str] | None, estimator: str) -> None:
    """Refuse NaN and infinity, naming the first row and column."""
    if not np.issubdtype(values.dtype, np.floating):
        return
    bad = ~np.isfinite(values.reshape(len(values), -1))
    if not bad.any():
        return
    row, column = (int(place) for place in np.argwhere(bad)[0])
    value = values.reshape(len(values), -1)[row, column]
    kind = "NaN" if np.isnan(value) else f"infinity or a value too large for {values.dtype}"
    place = f"row {row}" if names is None else f"row {row}, column '{names[column]}'"
    raise InputError(
        "not_finite_input",
        what=what,
        kind=kind,
        place=place,
        count=int(bad.sum()),
        estimator=estimator,
    )


def _start(problem: Problem, single: bool, coef_init: Any, intercept_init: Any) -> Floats:
    where, targets = problem.coordinates, problem.rows.targets
    shape = (len(where.shift), targets)
    coefficients, intercept = np.zeros(shape), np.zeros(targets)
    if coef_init is not None:
        given = np.asarray(coef_init, dtype=np.float64)
        wanted = (shape[0],) if single else shape[::-1]
        if given.shape not in (wanted, shape[::-1]):
            raise InputError("init_shape", name="coef_init", shape=given.shape, wanted=wanted)
        coefficients = given.reshape(targets, shape[0]).T
    if intercept_init is not None:
        given = np.asarray(intercept_init, dtype=np.float64)
        if given.size != targets:
            raise InputError(
                "init_shape", name="intercept_init", shape=given.shape, wanted=(targets,)
            )
        intercept = given.reshape(targets)
    return where.from_table(coefficients, intercept)
