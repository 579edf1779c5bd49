"""The scikit-learn door for networks: a regressor and a classifier with hidden layers."""

from __future__ import annotations

import signal
import warnings
from numbers import Real
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval, StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from steepest.data.split import validation_mask
from steepest.descent.rules import rule_named
from steepest.estimators import LinearEstimator
from steepest.fitting.arrays import level_outside
from steepest.fitting.dask_rows import answers_dask, fits_dask
from steepest.fitting.networks import Trained, train_network
from steepest.programs.network import ACTIVATIONS
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_GOOD_ENDINGS = ("converged", "target_loss_reached", "stalled")
# Parameters that mean what they mean to linear estimators.
_ALIKE = (
    *("method", "batch_size", "rule", "momentum", "schedule", "max_iter", "tol", "standardize"),
    *("shuffle", "validation_fraction", "random_state"),
)
# Rows up to which batches are all rows: there is nothing to draw.
_FEW_ROWS = 32


class _NetworkEstimator(BaseEstimator):
    """What regressor and classifier share."""

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **{name: LinearEstimator._parameter_constraints[name] for name in _ALIKE},
        "hidden_layer_sizes": ["array-like"],
        "activation": [StrOptions(set(ACTIVATIONS))],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), StrOptions({"auto"})],
    }

    def __init__(
        self,
        *,
        hidden_layer_sizes: Any = (64,),
        activation: str = "tanh",
        method: str = "auto",
        batch_size: int = 32,
        learning_rate: float | str = "auto",
        rule: str = "plain",
        momentum: float = 0.9,
        schedule: str = "constant",
        max_iter: int = 200,
        tol: float | None = 1e-8,
        standardize: bool = True,
        shuffle: bool = True,
        validation_fraction: float = 0.0,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.method = method
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.rule = rule
        self.momentum = momentum
        self.schedule = schedule
        self.max_iter = max_iter
        self.tol = tol
        self.standardize = standardize
        self.shuffle = shuffle
        self.validation_fraction = validation_fraction
        self.random_state = random_state

    def _trained(self, X: Floats, y: Floats, *, loss: str, classes: int = 0) -> None:
        """Train on checked rows, and keep what came of it."""
        seed = self._seed()
        mask = np.zeros(len(X), dtype=np.bool_)
        if self.validation_fraction > 0.0:
            mask = validation_mask(np.arange(len(X)), self.validation_fraction, seed)
            if mask.all():
                raise InputError("no_training_rows", rows=len(X))
        method = self.method
        if method == "auto":
            method = "batch" if (~mask).sum() <= _FEW_ROWS else "mini-batch"
        rate = self.learning_rate if self.learning_rate == "auto" else float(self.learning_rate)
        with np.errstate(all="ignore"):
            made = train_network(
                X[~mask],
                y[~mask],
                hidden=tuple(int(one) for one in np.atleast_1d(self.hidden_layer_sizes)),
                activation=self.activation,
                loss=loss,
                classes=classes,
                standardize=self.standardize,
                validation=(X[mask], y[mask]),
                method=method,
                batch_size=min(self.batch_size, int((~mask).sum()))
                if method == "mini-batch"
                else None,
                order="random" if self.shuffle else "given",
                learning_rate=rate,
                rule=rule_named(self.rule, self.momentum),
                schedule=self.schedule,
                epochs=self.max_iter,
                tolerance=0.0 if self.tol is None else self.tol,
                seed=seed,
            )
        self._keep(made)

    def _keep(self, made: Trained) -> None:
        trace = made.trace
        layers = made.network.split(trace.parameters)
        self.network_, self.scaling_, self.trace_ = made.network, made.scaling, trace
        self.coefs_ = [W for W, _ in layers]
        self.intercepts_ = [b for _, b in layers]
        self.n_iter_ = int(str(trace.ending.facts["epochs"]))
        self.ending_ = trace.ending.name
        self.loss_ = trace.last("loss")
        if self.ending_ == "interrupted":
            signal.raise_signal(signal.Signals[str(trace.ending.facts["signal"])])
        wanted = self.tol is not None or self.ending_ != "epochs_used_up"
        if wanted and self.ending_ not in _GOOD_ENDINGS:
            warnings.warn(trace.ending.sentence(), ConvergenceWarning, stacklevel=level_outside())

    def _scores(self, X: Any) -> Floats:
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return self.network_.scores(self.trace_.parameters, X, self.scaling_)

    def _seed(self) -> int:
        if isinstance(self.random_state, (int, np.integer)):
            return int(self.random_state)
        return int(check_random_state(self.random_state).randint(2**31 - 1))


class GradientDescentNetworkRegressor(RegressorMixin, _NetworkEstimator):
    """A fully connected network for numbers, trained by gradient descent; needs JAX.

    Parameters
    ----------
    hidden_layer_sizes : array-like of int, default=(64,)
        Sizes of the hidden layers; empty for a linear model.
    activation : {"tanh", "relu", "sigmoid"}, default="tanh"
        Of the hidden layers.
    method : {"auto", "batch", "mini-batch", "stochastic"}, default="auto"
        Rows of an update: all, ``batch_size``, or one. ``auto`` is mini-batch.
    batch_size : int, default=32
        Rows of a mini-batch; all rows where there are fewer.
    learning_rate : float or "auto", default="auto"
        ``auto`` is backtracking on each batch, with the rule "plain"; of networks no rate is
        proven stable.
    rule : {"plain", "momentum", "nesterov", "adagrad", "rmsprop", "adam"}, default="plain"
        How an update uses the gradient; rules other than plain need a rate.
    momentum : float, default=0.9
        Of the rules momentum and nesterov, from 0 to below 1; others do not look at it.
    schedule : {"constant", "inverse-time", "step", "cosine", "geometric"}, default="constant"
        How a given rate changes from epoch to epoch.
    max_iter : int, default=200
        Most epochs.
    tol : float or None, default=1e-8
        As for ``GradientDescentRegressor``: by the gradient over all rows, and for batches also
        when the recorded loss has not improved for ten epochs. None runs all epochs.
    standardize : bool, default=True
        Features of mean 0 and deviation 1, and scores that count in deviations of the targets. The
        loss is in the targets' own units.
    shuffle : bool, default=True
        Reshuffle the rows every epoch.
    validation_fraction : float, default=0.0
        Share of rows whose loss is recorded beside and that do not train.
    random_state : int, RandomState instance or None, default=None
        Of start, order and split.

    Attributes
    ----------
    coefs_, intercepts_ : list of arrays
        Weights (in, out) and biases (out,) of each layer, in training coordinates.
    network_, scaling_ : Network, Scaling
        Form of the network, and how it sees features and targets.
    n_iter_ : int
        Epochs run.
    ending_ : str
        Name of the ending; ``trace_.ending.sentence()`` says why and what to do.
    loss_ : float
        Mean squared error over the training rows at the end.
    trace_ : Trace
        The record of the run.
    n_features_in_ : int
        Number of features.
    feature_names_in_ : array of shape (n_features,)
        Names of the features, where X had names.

    See Also
    --------
    sklearn.neural_network.MLPRegressor : Halves the squared error; relu and Adam by default.

    Examples
    --------
    >>> import numpy as np
    >>> from steepest import GradientDescentNetworkRegressor
    >>> X = np.linspace(-1.0, 1.0, 20)[:, None]
    >>> model = GradientDescentNetworkRegressor(hidden_layer_sizes=(8,), random_state=0, tol=None)
    >>> model.fit(X, np.abs(X[:, 0])).score(X, np.abs(X[:, 0])) > 0.9
    True
    """

    @fits_dask
    def fit(self, X: Any, y: Any) -> Self:
        """Fit the network.

        Parameters
        ----------
        X : array-like, Dask array or dataframe of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Targets.

        Raises
        ------
        ValueError
            If an option or the data cannot be used, or JAX is missing.
        """
        self._validate_params()
        X, y = validate_data(self, X, y, dtype=np.float64, multi_output=True, y_numeric=True)
        self._single = y.ndim == 1
        targets = np.asarray(y, dtype=np.float64).reshape(len(y), -1)
        self._trained(X, targets, loss="squared_error")
        return self

    @answers_dask
    def predict(self, X: Any) -> Floats:
        """Return predictions (n_samples,) or (n_samples, n_targets).

        Parameters
        ----------
        X : array-like, Dask array or dataframe of shape (n_samples, n_features)
            Features.
        """
        scores = self._scores(X)
        return scores[:, 0] if self._single else scores

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class GradientDescentNetworkClassifier(ClassifierMixin, _NetworkEstimator):
    """A fully connected network for classes, trained on cross-entropy; needs JAX.

    Parameters
    ----------
    hidden_layer_sizes, activation, method, batch_size, learning_rate, rule, momentum, schedule
        As for ``GradientDescentNetworkRegressor``.
    max_iter, tol, standardize, shuffle, validation_fraction, random_state
        As for ``GradientDescentNetworkRegressor``.

    Attributes
    ----------
    classes_ : array of shape (n_classes,)
        The targets' values, in the order of the scores.
    coefs_, intercepts_, network_, scaling_, n_iter_, ending_, trace_, n_features_in_
        As for ``GradientDescentNetworkRegressor``.
    loss_ : float
        Mean cross-entropy over the training rows at the end.

    See Also
    --------
    sklearn.neural_network.MLPClassifier : One score for two classes; relu and Adam by default.

    Examples
    --------
    >>> import numpy as np
    >>> from steepest import GradientDescentNetworkClassifier
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> model = GradientDescentNetworkClassifier(hidden_layer_sizes=(8,), random_state=0, tol=None)
    >>> model.fit(X, ["same", "other", "other", "same"]).predict(X).tolist()
    ['same', 'other', 'other', 'same']
    """

    @fits_dask
    def fit(self, X: Any, y: Any) -> Self:
        """Fit the network.

        Parameters
        ----------
        X : array-like, Dask array or dataframe of shape (n_samples, n_features)
            Features.
        y : array-like of shape (n_samples,)
            Classes: numbers or texts, at least two.

        Raises
        ------
        ValueError
            If an option or the data cannot be used, or JAX is missing.
        """
        self._validate_params()
        X, y = validate_data(self, X, y, dtype=np.float64)
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError("network_one_class", value=str(self.classes_[0]))
        targets = numbers.astype(np.float64)[:, None]
        self._trained(X, targets, loss="cross_entropy", classes=len(self.classes_))
        return self

    @answers_dask
    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the most probable class of each row.

        Parameters
        ----------
        X : array-like, Dask array or dataframe of shape (n_samples, n_features)
            Features.
        """
        best = self._scores(X).argmax(axis=1)
        return np.asarray(self.classes_[best])

    @answers_dask
    def predict_proba(self, X: Any) -> Floats:
        """Return the probability of each class, shape (n_samples, n_classes).

        Parameters
        ----------
        X : array-like, Dask array or dataframe of shape (n_samples, n_features)
            Features.
        """
        scores = self._scores(X)
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True))
