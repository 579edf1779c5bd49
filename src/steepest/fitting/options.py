"""The options of a fit: one table of them, checked before any file is opened."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass

from steepest.data.examples import PREFIX
from steepest.data.files import ReadingOptions, spelled_delimiter
from steepest.data.hashing import MOST_COLUMNS
from steepest.data.memory_budget import memory_budget
from steepest.data.preparation import MOST_LEVELS
from steepest.descent.checks import (
    check_numbers,
    check_options,
    check_step,
    checked_penalty,
    loss_of,
)
from steepest.descent.rules import Rule, rule_of
from steepest.descent.searches import POINTS, check_grid
from steepest.objective.losses import LOSSES
from steepest.programs.network import ACTIVATIONS, NETWORK_LOSSES
from steepest.words.errors import InputError
from steepest.workers.address import check_address

SEARCHES = tuple(POINTS)
AUTO = "auto"
Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


@dataclass(frozen=True)
class FitOptions:
    """What a person asks of a fit; the names and defaults are those of the command line.

    Attributes
    ----------
    target : tuple of str
        Columns to predict.
    features : tuple of str or None
        Columns to predict from; None: all others.
    learning_rates : tuple of (float or "auto")
        Several rates are several runs on the same prepared rows.
    ranges : tuple of (str, float, float)
        Name, low, high of each searched parameter, in the table's units.
    start : "zero", "random" or tuple of float
        In the table's units, intercept first.
    loss_parameter : float or None
        Huber's ``epsilon`` or the ``quantile``.
    penalty, alpha, l1_ratio
        As for ``minimize``.
    momentum : float or None
        Of the rules momentum and nesterov; None: 0.9.
    average : bool
        Whether the result is the mean of the epochs' last points (random batches).
    patience : int
        Epochs without improvement of the validation loss after which to stop; 0: never.
    weight : str or None
        Column with the rows' weights; no feature then.
    validation_data : str or None
        File whose rows validate, in place of a share of DATA.
    hash_categories : int or None
        Text columns of more levels than this become so many columns by a signed hash.
    pool_categories : int or None
        Of text columns of more levels than this, so many keep a level of their own, those of most
        training rows; all others share one column.
    hidden : tuple of int
        Sizes of the hidden layers of a network; none: a linear model.
    activation : str
        Of the hidden layers, a key of ``ACTIVATIONS``.
    memory : str or None
        What the fit may take, such as ``512MB``; a larger table stays in its files. By default a
        quarter of the machine's memory. Mini-batch and stochastic descent over rows beyond it walk
        them in the order ``buffered``: blocks at random, shuffled half a budget at a time. On rows
        in no order it is as good as full shuffles (measured: a mean square distance from the
        optimum of 0.017 to 0.020 beside 0.021), on rows sorted by the target far from it (0.11 to
        0.18 beside 0.017): shuffle sorted files once beforehand.
    workers : int or None
        Processes of this machine that share the passes over a table's files.
    cluster : str or None
        Address of a Dask scheduler whose workers share them, such as ``tls://10.0.0.7:8786``.
    unencrypted : bool
        Whether a scheduler beyond this machine may be reached by ``tcp://``, without TLS.
    local : bool
        Whether partitions descend over their own rows and are averaged after every epoch.

    Examples
    --------
    >>> FitOptions(target=("price",), method="stochastic").checked().epochs
    1000
    """

    target: tuple[str, ...]
    features: tuple[str, ...] | None = None
    loss: str = "squared_error"
    loss_parameter: float | None = None
    penalty: str = "none"
    alpha: float = 0.0001
    l1_ratio: float = 0.15
    weight: str | None = None
    method: str = AUTO
    batch_size: int | None = None
    order: str = "random"
    learning_rates: tuple[float | str, ...] = (AUTO,)
    rule: str = "plain"
    momentum: float | None = None
    schedule: str = "constant"
    epochs: int = 1000
    tolerance: float = 1e-8
    target_loss: float | None = None
    patience: int = 0
    average: bool = False
    standardize: bool = True
    intercept: bool = True
    validation: float | None = None
    validation_data: str | None = None
    time_ordered: bool = False
    missing: str = "error"
    dates: str = "error"
    hash_categories: int | None = None
    pool_categories: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str = "."
    bad_rows: str = "error"
    ranges: tuple[tuple[str, float, float], ...] = ()
    points: int | None = None
    start: str | tuple[float, ...] = "zero"
    seed: int = 0
    hidden: tuple[int, ...] = ()
    activation: str = "tanh"
    record_all: bool = False
    memory: str | None = None
    workers: int | None = None
    cluster: str | None = None
    local: bool = False
    unencrypted: bool = False

    @property
    def update_rule(self) -> Rule:
        """The update rule with its momentum."""
        return rule_of(self.rule, self.momentum)

    def checked(self) -> FitOptions:
        """Return the options themselves, if every one is possible.

        Raises
        ------
        InputError
            Naming the option, its value and the remedy.
        """
        check_options(
            loss="squared_error" if self.hidden else self.loss,
            method="batch" if self.method == AUTO else self.method,
            order=self.order,
            schedule=self.schedule,
            rule=self.update_rule,
        )
        if self.hidden and self.loss not in NETWORK_LOSSES:
            known = list(NETWORK_LOSSES)
            raise InputError("unknown_choice", option="loss", value=self.loss, known=known)
        tested = self.method in SEARCHES or self.hidden
        for rate in self.learning_rates:
            check_options(rate=rate, rule="plain" if tested else self.update_rule)
        rates = self.learning_rates
        twice = next((rate for i, rate in enumerate(rates) if rate in rates[:i]), None)
        if twice is not None:
            raise InputError("rate_twice", value=str(twice))
        _ = self.reading, memory_budget(self.memory)
        self._check_numbers()
        self._check_choices()
        self._check_names()
        self._check_network()
        self._check_search()
        self._check_loss()
        self._check_workers()
        return self

    @property
    def shared(self) -> str | None:
        """The option that asks for workers, None if none does."""
        if self.cluster is not None:
            return "--cluster"
        return None if self.workers is None else "--workers"

    @property
    def reading(self) -> ReadingOptions:
        """How the text of CSV files is to be understood."""
        delimiter = spelled_delimiter(self.delimiter)
        return ReadingOptions(self.encoding, delimiter, self.decimal, self.bad_rows)

    @property
    def squares(self) -> bool:
        """Whether moments say everything: squared errors without penalty."""
        return not self.hidden and LOSSES[self.loss].quadratic and self.penalty == "none"

    def _check_loss(self) -> None:
        """Refuse, before any file is opened, losses and penalties that are impossible."""
        checked_penalty(self.penalty, self.alpha, self.l1_ratio, intercept=self.intercept)
        if self.patience < 0:
            raise InputError("option_too_small", option="patience", value=self.patience, least=0)
        if self.average and (self.hidden or self.method in SEARCHES):
            method = "--hidden" if self.hidden else self.method
            raise InputError("option_of_descent", option="--average", method=method)
        if self.patience and (self.hidden or self.method in SEARCHES):
            method = "--hidden" if self.hidden else self.method
            raise InputError("option_of_descent", option="--patience", method=method)
        if self.validation_data is not None and (self.validation or self.time_ordered):
            raise InputError("validation_twice")
        named = (self.weight, self.validation_data, self.loss_parameter)
        if self.hidden:
            given = [one for one in named if one is not None]
            if given or self.penalty != "none":
                raise InputError(
                    "option_not_of_network", option="penalty" if not given else given[0]
                )
            return
        loss_of(self.loss, self.loss_parameter)
        if self.method in SEARCHES and not self.squares:
            raise InputError("search_of_squares", method=self.method)
        if self.weight is not None and self.weight in (*self.target, *(self.features or ())):
            raise InputError("weight_among_others", column=self.weight)

    @property
    def walk(self) -> str:
        """The order in which rows are walked: as given for tables in time order."""
        return "given" if self.time_ordered else self.order

    def _check_numbers(self) -> None:
        if self.epochs < 1:
            raise InputError("option_too_small", option="epochs", value=self.epochs, least=1)
        check_numbers(
            epochs=self.epochs,
            tolerance=self.tolerance,
            batch_size=self.batch_size,
            seed=self.seed,
        )
        hashed = self.hash_categories
        if hashed is not None and not 1 <= hashed <= MOST_COLUMNS:
            raise InputError("hash_columns_impossible", value=hashed, most=MOST_COLUMNS)
        pooled = self.pool_categories
        if pooled is not None and not 1 <= pooled <= MOST_LEVELS:
            raise InputError("pool_levels_impossible", value=pooled, most=MOST_LEVELS)
        if pooled is not None and hashed is not None:
            raise InputError("pooled_and_hashed", pooled=pooled, hashed=hashed)
        if self.target_loss is not None and not self.target_loss >= 0.0:
            raise InputError("target_loss_negative", value=self.target_loss)
        if self.validation is not None and not 0.0 <= self.validation < 1.0:
            raise InputError("validation_out_of_range", value=self.validation)
        if isinstance(self.start, tuple) and not all(map(math.isfinite, self.start)):
            raise InputError("start_not_finite")

    def _check_choices(self) -> None:
        choices = (
            ("missing", self.missing, ("error", "drop", "mean")),
            ("dates", self.dates, ("error", "days")),
        )
        for option, value, known in choices:
            if value not in known:
                raise InputError("unknown_choice", option=option, value=value, known=list(known))
        if isinstance(self.start, str) and self.start not in ("zero", "random"):
            starts = ["zero", "random", "V,V,..."]
            raise InputError("unknown_choice", option="start", value=self.start, known=starts)
        if self.method == "stochastic" and self.batch_size not in (None, 1):
            raise InputError("batch_size_of_stochastic", size=self.batch_size)
        if self.method in SEARCHES and self.batch_size is not None:
            raise InputError("option_of_descent", option="--batch-size", method=self.method)
        if self.method in SEARCHES and self.order != "random":
            raise InputError("option_of_descent", option="--order", method=self.method)
        if self.method in SEARCHES and self.schedule != "constant":
            raise InputError("option_of_descent", option="--schedule", method=self.method)
        if self.method in SEARCHES and self.momentum is not None:
            raise InputError("option_of_descent", option="--momentum", method=self.method)
        if self.method in SEARCHES and self.rule != "plain":
            raise InputError("option_of_descent", option="--rule", method=self.method)
        if self.method in SEARCHES and self.learning_rates != (AUTO,):
            raise InputError("option_of_descent", option="--learning-rate", method=self.method)

    def _check_network(self) -> None:
        """Refuse what a network does not have, before any file is opened."""
        if not self.hidden:
            if self.activation != "tanh":
                raise InputError("activation_of_network", activation=self.activation)
            return
        if min(self.hidden) < 1:
            raise InputError("hidden_too_small", value=min(self.hidden))
        if self.activation not in ACTIVATIONS:
            known = list(ACTIVATIONS)
            raise InputError(
                "unknown_choice", option="activation", value=self.activation, known=known
            )
        if self.method in SEARCHES:
            raise InputError("option_of_descent", option="--hidden", method=self.method)
        if not self.intercept or isinstance(self.start, tuple):
            raise InputError(
                "option_not_of_network", option="start" if self.intercept else "intercept"
            )
        for rate in self.learning_rates:
            check_step(rate, self.update_rule, self.schedule)
        if len(self.target) > 1 and self.loss == "cross_entropy":
            raise InputError("network_one_class_target", targets=list(self.target))

    def _check_workers(self) -> None:
        """Refuse what workers cannot share, before any file is opened."""
        if self.shared is None:
            if self.local:
                raise InputError("local_without_workers")
            if self.unencrypted:
                raise InputError("unencrypted_without_cluster")
            return
        if self.workers is not None and self.cluster is not None:
            address = self.cluster
            raise InputError("workers_and_cluster", count=self.workers, address=address)
        if self.workers is not None and self.workers < 1:
            raise InputError("option_too_small", option="workers", value=self.workers, least=1)
        if self.cluster is not None:
            check_address(self.cluster, unencrypted=self.unencrypted)
        if self.hidden:
            raise InputError("workers_network", option=self.shared)
        if self.local:
            if self.method in SEARCHES or self.method == "batch":
                raise InputError("local_of_batches")
            if self.penalty in ("l1", "elasticnet"):
                raise InputError("local_without_l1")
        elif self.method == "stochastic" or (self.method == AUTO and self.batch_size == 1):
            raise InputError("workers_sequential", method="stochastic", option=self.shared)
        elif self.walk == "given" and (self.method == "mini-batch" or self.batch_size):
            raise InputError("workers_order", option=self.shared)

    def _check_names(self) -> None:
        if not self.target:
            raise InputError("no_target")
        for option, names in (("--target", self.target), ("--features", self.features or ())):
            twice = next((name for i, name in enumerate(names) if name in names[:i]), None)
            if twice is not None:
                raise InputError("named_twice", option=option, column=twice)
        both = next((name for name in self.target if name in (self.features or ())), None)
        if both is not None:
            raise InputError("target_among_features", column=both)
        if self.features is not None and not self.features:
            raise InputError("no_feature_named")

    def _check_search(self) -> None:
        if self.method not in SEARCHES:
            if self.ranges or self.points is not None:
                option = "--range" if self.ranges else "--points"
                raise InputError("option_of_search", option=option)
            return
        names = [name for name, _, _ in self.ranges]
        for name, low, high in self.ranges:
            if names.count(name) > 1:
                raise InputError("range_twice", name=name, count=names.count(name))
            if not (math.isfinite(low) and math.isfinite(high) and low < high):
                raise InputError("range_empty", name=name, low=low, high=high)
        check_grid(len(self.ranges), self.points or POINTS[self.method], self.method)
        if len(self.target) > 1:
            raise InputError("search_one_target", count=len(self.target))


def is_example(data: Sequence[str]) -> bool:
    """Return whether DATA names one of the lecture notes' tables.

    Raises
    ------
    InputError
        If an example is named beside other data.
    """
    named = [str(one).startswith(PREFIX) for one in data]
    if any(named) and len(data) > 1:
        raise InputError("example_alone", data=list(map(str, data)))
    return any(named)


def texts_of(names: str | Sequence[str]) -> tuple[str, ...]:
    """Return one name or several as a tuple."""
    return (names,) if isinstance(names, str) else tuple(names)


def names_of(data: Paths) -> list[str]:
    """Return one path or several as texts; a frame or an array is refused."""
    if isinstance(data, (str, os.PathLike)):
        return [os.fspath(data)]
    table = hasattr(data, "shape") or not hasattr(data, "__iter__")
    if table or not all(isinstance(one, (str, os.PathLike)) for one in data):
        raise InputError("data_in_memory", kind=type(data).__name__)
    return [os.fspath(one) for one in data]
