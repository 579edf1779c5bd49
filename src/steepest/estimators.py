"""The scikit-learn door: gradient descent as an estimator."""

from __future__ import annotations

import datetime
import signal
import warnings
from numbers import Integral, Real
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array, check_consistent_length, check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from steepest.data.source import ArraySource
from steepest.data.split import validation_mask
from steepest.descent.minimize import minimize
from steepest.descent.problem import Problem
from steepest.descent.rules import RULES
from steepest.descent.schedules import SCHEDULES
from steepest.fitting.problem import linear_problem
from steepest.objective.losses import LOSSES
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_KINDS: dict[type, str] = {
    str: "text",
    np.str_: "text",
    bytes: "text",
    datetime.datetime: "dates",
    datetime.date: "dates",
    np.datetime64: "dates",
}
_GOOD_ENDINGS = ("converged", "target_loss_reached", "stalled")


class GradientDescentRegressor(RegressorMixin, BaseEstimator):
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
        Rows of a mini-batch; all rows where there are fewer. Other methods do not look at it.
    learning_rate : float or "auto", default="auto"
        In training coordinates. ``auto`` is proven stable: 1/L for batch descent, half the bound of
        Jain et al. (2018) otherwise; see ``rule``.
    rule : {"plain", "momentum", "nesterov", "adagrad", "rmsprop", "adam"}, default="plain"
        How an update uses the gradient and those before it (``RULES``). For momentum and
        nesterov ``learning_rate="auto"`` is proven stable too; the last three need a number.
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
        The record of the run; ``diagnose(trace_)`` says what it proves about rate and data.
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

    # sklearn.utils._param_validation: what each parameter may be, checked by fit.
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "loss": [StrOptions({name for name, loss in LOSSES.items() if loss.quadratic})],
        "method": [StrOptions({"auto", "batch", "mini-batch", "stochastic"})],
        "batch_size": [Interval(Integral, 1, None, closed="left")],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), StrOptions({"auto"})],
        "rule": [StrOptions(set(RULES))],
        "schedule": [StrOptions(set(SCHEDULES))],
        "max_iter": [Interval(Integral, 1, None, closed="left")],
        "tol": [Interval(Real, 0, 1, closed="left"), None],
        "standardize": ["boolean"],
        "fit_intercept": ["boolean"],
        "shuffle": ["boolean"],
        "validation_fraction": [Interval(Real, 0, 1, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        *,
        loss: str = "squared_error",
        method: str = "auto",
        batch_size: int = 32,
        learning_rate: float | str = "auto",
        rule: str = "plain",
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
        self.rule = rule
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
        self._validate_params()
        _check_kinds(X, "X")
        _check_kinds(y, "y")
        if y is None:
            validate_data(self, X, y)  # says that a target is needed
        X = validate_data(self, X, dtype="numeric", ensure_all_finite=False)
        y = check_array(
            y,
            dtype="numeric",
            ensure_2d=False,
            ensure_all_finite=False,
            input_name="y",
            estimator=self,
        )
        check_consistent_length(X, y)
        names = self._names()
        seed = self._seed()
        training, validation = self._rows(X, y, sample_weight, seed)

        def check() -> None:
            _check_finite(X, "X", names, type(self).__name__)
            _check_finite(y, "y", None, type(self).__name__)

        if validation.rows:
            check()  # moments of the training rows say nothing of these
        method = "batch" if self.method == "auto" else self.method
        problem = linear_problem(
            training,
            validation,
            loss=self.loss,
            intercept=self.fit_intercept,
            standardize=self.standardize,
            names=(*names, *(f"target {k}" for k in range(training.targets))),
            moments=method == "batch" or self.learning_rate == "auto",
            check=check,
        )
        start = _start(problem, y.ndim == 1, coef_init, intercept_init)
        rate = self.learning_rate if self.learning_rate == "auto" else float(self.learning_rate)
        try:
            trace = minimize(
                training,
                loss=self.loss,
                intercept=self.fit_intercept,
                method=method,
                batch_size=min(self.batch_size, training.rows) if method == "mini-batch" else None,
                order="random" if self.shuffle else "given",
                learning_rate=rate,
                rule=self.rule,
                schedule=self.schedule,
                epochs=self.max_iter,
                tolerance=0.0 if self.tol is None else self.tol,
                start=start,
                seed=seed,
                names=names,
                problem=problem,
            )
        except InputError as error:
            if error.name == "rows_not_finite":
                check()  # says which
            raise
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

    def _seed(self) -> int:
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))

    def _names(self) -> list[str]:
        if hasattr(self, "feature_names_in_"):
            return [str(name) for name in self.feature_names_in_]
        return [f"x{i}" for i in range(self.n_features_in_)]

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
        if self.validation_fraction == 0.0:
            return rows, ArraySource(rows.X[:0], rows.y[:0])
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
        idle = trace.ending.phrase.startswith(("stalled_idle", "stalled_cycle", "converged_far"))
        wanted = self.tol is not None or self.ending_ != "epochs_used_up"
        if wanted and (idle or self.ending_ not in _GOOD_ENDINGS):
            warnings.warn(trace.ending.sentence(), ConvergenceWarning, stacklevel=3)


def _check_kinds(values: Any, what: str) -> None:
    """Refuse dates and text, also text that looks like numbers, by column."""
    if hasattr(values, "toarray") or not hasattr(values, "__array__"):
        return
    kinds = {getattr(kind, "kind", "?") for kind in np.atleast_1d(getattr(values, "dtypes", "?"))}
    if kinds <= set("fiub"):
        return
    array = values if isinstance(values, np.ndarray) else np.asarray(values)
    if array.dtype.kind in "fiub" or array.ndim not in (1, 2):
        return
    names = list(getattr(values, "columns", range(array.shape[-1])))
    for place in range(1 if array.ndim == 1 else array.shape[1]):
        column = array if array.ndim == 1 else array[:, place]
        bad = "dates" if column.dtype.kind in "mM" else "text" if column.dtype.kind in "US" else ""
        if column.dtype.kind == "O":
            bad = next((_KINDS[type(one)] for one in column if type(one) in _KINDS), "")
        if bad:
            inside = phrase("column_of_input", column=str(names[place]), what=what)
            value = next((one for one in column if type(one) in _KINDS), column[0])
            raise InputError(
                "not_numeric",
                column=what if array.ndim == 1 else inside,
                kind=phrase(f"input_{bad}"),
                what=phrase(f"single_{bad}"),
                value=repr(str(value)),
            )


def _check_finite(values: Any, what: str, names: list[str] | None, estimator: str) -> None:
    """Refuse NaN and infinity, naming the first row and column."""
    if not np.issubdtype(values.dtype, np.floating):
        return
    bad = ~np.isfinite(values.reshape(len(values), -1))
    if not bad.any():
        return
    row, column = (int(place) for place in np.argwhere(bad)[0])
    value = values.reshape(len(values), -1)[row, column]
    too_large = phrase("input_infinite", dtype=str(values.dtype))
    raise InputError(
        "not_finite_input",
        what=what,
        kind="NaN" if np.isnan(value) else too_large,
        place=phrase("place_row", row=row)
        if names is None
        else phrase("place_cell", row=row, column=names[column]),
        count=int(bad.sum()),
        estimator=estimator,
    )


def _start(problem: Problem, single: bool, coef_init: Any, intercept_init: Any) -> Floats:
    where, targets = problem.coordinates, problem.rows.targets
    for name, given in (("coef_init", coef_init), ("intercept_init", intercept_init)):
        if given is not None and not np.isfinite(np.asarray(given, dtype=np.float64)).all():
            raise InputError("init_not_finite", name=name)
    if intercept_init is not None and not where.intercept:
        raise InputError("init_without_intercept")
    shape = (len(where.shift), targets)
    coefficients, intercept = np.zeros(shape), np.zeros(targets)
    if coef_init is not None:
        given = np.asarray(coef_init, dtype=np.float64)
        wanted = (shape[0],) if single else shape[::-1]
        if given.shape not in (wanted, shape[::-1]):
            raise InputError(
                "init_shape", name="coef_init", shape=str(given.shape), wanted=str(wanted)
            )
        coefficients = given.reshape(targets, shape[0]).T
    if intercept_init is not None:
        given = np.asarray(intercept_init, dtype=np.float64)
        if given.size != targets:
            raise InputError(
                "init_shape",
                name="intercept_init",
                shape=str(given.shape),
                wanted=str((targets,)),
            )
        intercept = given.reshape(targets)
    return where.from_table(coefficients, intercept)
