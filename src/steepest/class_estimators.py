"""The scikit-learn door for classes: a linear classifier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Self, TypeVar

import numpy as np
import numpy.typing as npt
from sklearn.base import ClassifierMixin
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import validate_data

from steepest.estimators import LinearEstimator
from steepest.fitting.arrays import check_kinds
from steepest.fitting.dask_rows import answers_dask, fits_dask
from steepest.objective.losses import LOSSES
from steepest.partial_estimators import partial_classes
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Method = TypeVar("Method", bound=Callable[..., Any])

CLASSIFICATION = [name for name, loss in LOSSES.items() if loss.task != "numbers"]


def _has_probabilities(estimator: GradientDescentClassifier) -> bool:
    return LOSSES[estimator.loss].probabilities


def available(method: Method) -> Method:
    """Return a method that is there only where the loss gives probabilities."""
    made: Method = available_if(_has_probabilities)(method)
    return made


class GradientDescentClassifier(ClassifierMixin, LinearEstimator):
    """Linear classification by gradient descent that knows which rates converge.

    Parameters
    ----------
    loss : str, default="logistic"
        A key of ``LOSSES`` that predicts classes: logistic, hinge and squared_hinge (of more than
        two classes each against the rest), softmax (all classes at once). scikit-learn's
        ``SGDClassifier`` calls logistic ``log_loss``.
    penalty : {"none", "l2", "l1", "elasticnet"}, default="l2"
        As for ``GradientDescentRegressor``. Without one, classes that a plane separates have no
        optimum.
    alpha : float, default=0.0001
        Strength of the penalty.
    l1_ratio : float, default=0.15
        Share of l1 in an elasticnet.
    class_weight : dict, "balanced" or None, default=None
        Weights of the classes, times the sample weights; ``balanced`` gives each class the same.
    method, batch_size, learning_rate, rule, momentum, schedule, max_iter, tol, standardize
        As for ``GradientDescentRegressor``; for hinge the rate falls under ``auto``.
    fit_intercept, shuffle, average, validation_fraction, early_stopping, n_iter_no_change
        As for ``GradientDescentRegressor``.
    warm_start : bool, default=False
        As for ``GradientDescentRegressor``.
    random_state : int, RandomState instance or None, default=None
        As for ``GradientDescentRegressor``.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        The classes, sorted.
    coef_ : array of shape (1, n_features) or (n_classes, n_features)
        In the units of X; of two classes for the second one.
    intercept_ : array of shape (1,) or (n_classes,)
        In scores.
    n_iter_, ending_, trace_, n_features_in_, feature_names_in_
        As for ``GradientDescentRegressor``.

    See Also
    --------
    sklearn.linear_model.SGDClassifier : Stochastic descent only; does not report divergence.

    Examples
    --------
    >>> from steepest import GradientDescentClassifier
    >>> X = [[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]]
    >>> model = GradientDescentClassifier(alpha=0.1).fit(X, ["no", "no", "yes", "no", "yes", "yes"])
    >>> model.predict([[0.5], [4.5]]).tolist(), model.predict_proba([[2.5]]).round(3).tolist()
    (['no', 'yes'], [[0.5, 0.5]])
    """

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **LinearEstimator._parameter_constraints,
        "loss": [StrOptions(set(CLASSIFICATION))],
        "class_weight": [StrOptions({"balanced"}), dict, None],
    }

    def __init__(
        self,
        *,
        loss: str = "logistic",
        penalty: str = "l2",
        alpha: float = 0.0001,
        l1_ratio: float = 0.15,
        class_weight: Mapping[Any, float] | str | None = None,
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
        self.class_weight = class_weight
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
        y : array-like of shape (n_samples,)
            Classes, as numbers, text or booleans.
        sample_weight : array-like of shape (n_samples,), optional
            Weight 2 is the row twice, weight 0 the row absent. Stochastic and mini-batch
            descent take one longer update of it, not two: only their optimum is the same.
        coef_init, intercept_init : array-like, optional
            Where to start, shaped as ``coef_`` and ``intercept_``; zero by default.
        validation : tuple (X, y), optional
            Rows that validate, in place of a ``validation_fraction``; their classes must train.
        watch : function, optional
            Called with the newest trace row (a mapping of column to number) after every stretch.

        Returns
        -------
        GradientDescentClassifier
            The estimator itself.

        Raises
        ------
        ValueError
            If an option or the data cannot be used, or y holds one class only.
        """
        self._validate_params()
        check_kinds(X, "X")
        X, y = validate_data(
            self, X, y, dtype="numeric", accept_sparse="csr", ensure_all_finite=False
        )
        check_classification_targets(y)
        weight = self._weights(sample_weight, X)
        self.classes_, codes = np.unique(y, return_inverse=True)
        self._refuse_one_class(codes, weight)
        weight = self._class_weights(y, codes, weight)
        self._refuse_one_class(codes, weight)

        def encoded(labels: Any) -> Floats:
            labels = np.asarray(labels)
            unseen = np.setdiff1d(labels, self.classes_)
            if len(unseen):
                known = [str(one) for one in self.classes_]
                raise InputError("class_not_trained", value=str(unseen[0]), column="y", known=known)
            return self._encoded(labels)

        beside = None if validation is None else self._beside(validation, encoded)
        first = (coef_init, intercept_init)
        if self._halved and (first[0] is not None or first[1] is not None):
            first = _halves(first)
        self._trained(X, encoded(y), weight, first, single=False, beside=beside, watch=watch)
        self._uncoupled()
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Train on more rows, which are not kept; see ``GradientDescentRegressor.partial_fit``.

        Parameters
        ----------
        X, y, sample_weight
            As for ``fit``; a call may hold one class only.
        classes : array-like of shape (n_classes,), optional
            Every class that will ever come; needed in the first call.

        Returns
        -------
        GradientDescentClassifier
            The estimator itself; ``t_`` counts updates.

        Raises
        ------
        ValueError
            As ``fit``, or if a class was not named, or ``class_weight`` is ``balanced``.
        """
        partial_classes(self, X, y, classes, sample_weight)
        return self

    @property
    def _halved(self) -> bool:
        """Whether two classes have scores of their own, of which only the difference is known."""
        return len(self.classes_) == 2 and LOSSES[self.loss].coupled

    def _last_point(self) -> tuple[Any, Any]:
        last = super()._last_point()
        return _halves(last) if self._halved else last

    def _encoded(self, labels: Any) -> Floats:
        """Return which class each label is, of two classes whether it is the second one."""
        one = len(self.classes_) == 2 and not self._halved
        used = self.classes_[1:] if one else self.classes_
        return np.asarray(np.asarray(labels)[:, None] == used[None, :], dtype=np.float64)

    def _uncoupled(self) -> None:
        if self._halved:
            intercepts = np.asarray(self.intercept_)
            self.coef_ = self.coef_[1:] - self.coef_[:1]
            self.intercept_ = intercepts[1:] - intercepts[:1]

    @answers_dask
    def decision_function(self, X: Any) -> Floats:
        """Return scores (n_samples,) of two classes, above 0 for the second, or of each class.

        Parameters
        ----------
        X : array-like, sparse matrix, Dask array or dataframe of shape (n_samples, n_features)
            Features; of Dask's the answer is a Dask array, computed block by block.
        """
        scores = self._scores(X)
        return scores[:, 0] if len(self.classes_) == 2 else scores

    @answers_dask
    def predict(self, X: Any) -> Any:
        """Return classes (n_samples,).

        Parameters
        ----------
        X : array-like, sparse matrix, Dask array or dataframe of shape (n_samples, n_features)
            Features; of Dask's the answer is a Dask array, computed block by block.
        """
        scores = self.decision_function(X)
        codes = (scores > 0.0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[codes]

    @available
    @answers_dask
    def predict_proba(self, X: Any) -> Floats:
        """Return probabilities (n_samples, n_classes); of logistic and softmax only.

        Of more than two classes, each against the rest, the probabilities are divided by their sum.

        Parameters
        ----------
        X : array-like, sparse matrix, Dask array or dataframe of shape (n_samples, n_features)
            Features; of Dask's the answer is a Dask array, computed block by block.
        """
        scores = self.decision_function(X)
        if scores.ndim == 1:
            second = LOSSES["logistic"].predicted(scores)
            first = LOSSES["logistic"].predicted(-scores)
            return np.stack([first, second], axis=1)
        each = LOSSES[self.loss].predicted(scores)
        total = each.sum(axis=1, keepdims=True)
        return np.where(total > 0.0, each / np.maximum(total, 5e-324), 1.0 / len(self.classes_))

    def _refuse_one_class(self, codes: npt.NDArray[np.intp], weight: Floats | None) -> None:
        present = codes if weight is None else codes[weight > 0.0]
        if len(np.unique(present)) < 2:
            known = [str(one) for one in self.classes_[np.unique(present)]]
            raise InputError("one_class", classes=known, rows=len(present))

    def _class_weights(
        self, y: Any, codes: npt.NDArray[np.intp], weight: Floats | None
    ) -> Floats | None:
        if self.class_weight is None:
            return weight
        each = compute_class_weight(
            self.class_weight, classes=self.classes_, y=y, sample_weight=weight
        )
        bad = np.flatnonzero(~(np.isfinite(each) & (each >= 0.0)))
        if len(bad):
            facts = {"value": float(each[bad[0]]), "label": str(self.classes_[bad[0]])}
            raise InputError("class_weight_impossible", **facts)
        return np.asarray(each[codes] * (1.0 if weight is None else weight))


def _halves(first: tuple[Any, Any]) -> tuple[Any, Any]:
    """Return two rows of each whose difference is the one given."""
    rows = [None if one is None else np.asarray(one, dtype=np.float64) for one in first]
    parts = [None if one is None else np.concatenate([-0.5 * one, 0.5 * one]) for one in rows]
    return parts[0], parts[1]
