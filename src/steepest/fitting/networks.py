"""Fit a network to a table: the same rows, loop, trace and run folder as a linear model's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.data.table import Note
from steepest.descent.loop import Watch
from steepest.descent.problem import Problem
from steepest.descent.programs import minimize_program
from steepest.descent.snapshot import Keeper
from steepest.fitting.landscape import sampled
from steepest.fitting.network_model import NetworkModel
from steepest.fitting.options import AUTO, FitOptions
from steepest.fitting.prepared import PreparedArrays
from steepest.fitting.run import Run
from steepest.fitting.story import told_of_rows
from steepest.fitting.summary import completed
from steepest.objective.losses import LOSSES
from steepest.programs.network import Network, Scaling
from steepest.programs.training import network_program
from steepest.trace.record import Trace, strict
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_MOST_CLASSES = 1000


def scaling_of(X: Floats, y: Floats | None, *, standardize: bool) -> Scaling:
    """Return how a network sees features and targets, learnt from the training rows.

    Parameters
    ----------
    X : array of shape (n, d)
        Features in the table's units.
    y : array of shape (n, K) or None
        Targets; None where scores are of classes.
    standardize : bool
        Whether to shift and scale: features to mean 0 and deviation 1 (0 if constant), and scores
        to count in deviations of the targets from their means. The loss is in the targets' own
        units all the same.
    """
    width = 0 if y is None else y.shape[1]
    if not standardize:
        d = X.shape[1]
        return Scaling(np.zeros(d), np.ones(d), np.zeros(width), np.ones(width))
    shift, factor = _standard(X)
    if y is None:
        return Scaling(shift, factor, np.zeros(0), np.ones(0))
    center, inverse = _standard(y)
    spread = np.divide(1.0, inverse, out=np.ones_like(inverse), where=inverse > 0.0)
    return Scaling(shift, factor, center, spread)


def _standard(values: Floats) -> tuple[Floats, Floats]:
    """Return means, and one over population deviations, 0 where a column is constant."""
    still = (values == values[:1]).all(axis=0)
    means = np.where(still, values[0], values.mean(axis=0))
    deviations = np.where(still, 0.0, values.std(axis=0))
    return means, np.divide(1.0, deviations, out=np.zeros_like(means), where=deviations > 0.0)


@dataclass(frozen=True, eq=False)
class Trained:
    """A trained network, its scaling, and the record."""

    network: Network
    scaling: Scaling
    trace: Trace


def train_network(
    X: Floats,
    y: Floats,
    *,
    hidden: tuple[int, ...],
    activation: str,
    loss: str,
    classes: int = 0,
    standardize: bool = True,
    validation: tuple[Floats, Floats] | None = None,
    seed: int = 0,
    **options: Any,
) -> Trained:
    """Train a network on rows in the table's units.

    Parameters
    ----------
    X, y : arrays of shape (n, d), (n, K)
        Rows; numbers of classes (n, 1) for cross-entropy.
    hidden : tuple of int
        Sizes of the hidden layers.
    activation, loss : str
        As for ``Network``.
    classes : int
        How many classes, 0 for numbers.
    standardize : bool
        See :func:`scaling_of`.
    validation : tuple of arrays, optional
        Rows whose loss is recorded beside.
    seed : int
        Of start and order.
    **options
        Those of ``minimize``.
    """
    network = Network((X.shape[1], *hidden, classes or y.shape[1]), activation, loss)
    scaling = scaling_of(X, None if classes else y, standardize=standardize)
    if classes:
        scaling = replace(scaling, center=np.zeros(classes), spread=np.ones(classes))
    program = network_program(network, (X, y), seed=seed, scaling=scaling)
    beside = None
    if validation is not None and len(validation[0]):
        beside = network_program(network, validation, start=program.start, scaling=scaling).data[0]
    trace = minimize_program(program, validation=beside, seed=seed, **options)
    return Trained(network, scaling, trace)


def classes_of(
    rows: PreparedArrays, options: FitOptions
) -> tuple[tuple[str, ...], npt.NDArray[Any], str]:
    """Return the classes' names and values (empty where the target is a number), and the loss."""
    column = rows.table.column(options.target[0])
    text = column.kind == "text"
    if not text and options.loss != "cross_entropy":
        return (), np.zeros(0), options.loss
    values = np.unique(np.concatenate([rows.training.y[:, 0], rows.validation.y[:, 0]]))
    if not 2 <= len(values) <= _MOST_CLASSES:
        facts = {"column": column.name, "count": len(values), "most": _MOST_CLASSES}
        raise InputError("network_class_count", **facts)
    names = [column.levels[int(one)] if text else f"{one:.17g}" for one in values]
    return tuple(names), values, "cross_entropy"


def network_run(
    rows: PreparedArrays,
    options: FitOptions,
    about: dict[str, Any],
    *,
    watch: Watch | None,
    started: float,
    keeper: Keeper | None = None,
) -> Run:
    """Return the run of one network fitted to prepared rows.

    Parameters
    ----------
    rows : PreparedArrays
        Training and validation rows.
    options : FitOptions
        With one learning rate.
    about : dict
        What is kept of the circumstances.
    watch : function, optional
        Called with the newest trace row.
    started : float
        When the fit began, by ``time.perf_counter``.
    keeper : Keeper, optional
        Where to leave the run, and to take it up again.
    """
    names, values, loss = classes_of(rows, options)
    targets = [rows.training.y, rows.validation.y]
    if names:
        targets = [np.searchsorted(values, one).astype(np.float64) for one in targets]
    method, size = _method(options, rows.training.rows)
    made = train_network(
        rows.training.X,
        targets[0],
        hidden=options.hidden,
        activation=options.activation,
        loss=loss,
        classes=len(names),
        standardize=options.standardize,
        validation=(rows.validation.X, targets[1]),
        method=method,
        batch_size=size,
        order=options.walk,
        learning_rate=options.learning_rates[0],
        rule=options.update_rule,
        schedule=options.schedule,
        epochs=options.epochs,
        tolerance=options.tolerance,
        target_loss=options.target_loss,
        seed=options.seed,
        record_all=options.record_all,
        watch=watch,
        keeper=keeper,
    )
    kept = {"options": about["options"], "versions": about["versions"]}
    trace = made.trace
    model = NetworkModel(
        *(rows.preparation, options.target, made.network, trace.parameters, made.scaling),
        *(names, kept),
    )
    summary = _summary(rows, options, model, trace, targets, time.perf_counter() - started)
    story = _told(rows, options, model, trace, summary)
    sample = sampled(rows.training, rows.validation, options.seed)
    if names:
        numbers = np.searchsorted(values, sample.targets).astype(np.float64)
        sample = replace(sample, targets=numbers)
    return Run(model, trace, strict(summary), story, about, sample=sample)


def _method(options: FitOptions, rows: int) -> tuple[str, int | None]:
    """Return method and batch size; ``auto`` is mini-batches, all rows where there are few."""
    if options.method != AUTO:
        return options.method, options.batch_size
    if options.batch_size == 1 and rows > 1:
        return "stochastic", None
    return ("batch", None) if rows <= 32 else ("mini-batch", options.batch_size)


def _summary(
    rows: PreparedArrays,
    options: FitOptions,
    model: NetworkModel,
    trace: Trace,
    targets: list[Floats],
    seconds: float,
) -> dict[str, Any]:
    """Return every key of ``fit --json``, None where a value does not apply to a network."""
    about, facts = trace.metadata, trace.ending.facts
    losses = [
        model.network.value(model.parameters, source.X, y, model.scaling) if source.rows else None
        for source, y in zip((rows.training, rows.validation), targets, strict=True)
    ]
    accuracy = [
        _accuracy(model, source.X, y) if model.classes and source.rows else None
        for source, y in zip((rows.training, rows.validation), targets, strict=True)
    ]
    of_model = {
        "loss": model.loss,
        "classes": list(model.classes) or None,
        "train_accuracy": accuracy[0],
        "order": about["order"],
        "epochs": facts["epochs"],
        "updates": facts["updates"],
        "train_loss": losses[0],
        "objective": losses[0],
        "validation_loss": losses[1],
        "gradient_norm": trace.last("gradient_norm"),
        "network": {
            "sizes": list(model.network.sizes),
            "activation": model.network.activation,
            "parameters": model.network.parameters,
            "classes": list(model.classes) or None,
            "train_accuracy": accuracy[0],
            "validation_accuracy": accuracy[1],
            "compilation_seconds": about["compilation_seconds"],
        },
    }
    return completed(of_model, rows, options, trace, seconds)


def _accuracy(model: NetworkModel, X: Floats, y: Floats) -> float:
    """Return the share of rows whose class has the largest score."""
    return float((model.predicted(X).argmax(axis=1) == y[:, 0]).mean())


def _told(
    rows: PreparedArrays,
    options: FitOptions,
    model: NetworkModel,
    trace: Trace,
    summary: Mapping[str, Any],
) -> tuple[Note, ...]:
    """Return the story of a network's fit: rows, form, rate, course."""
    network, about = model.network, trace.metadata
    scale = np.where(model.scaling.factor == 0.0, np.inf, 1.0)
    where = Coordinates(np.zeros_like(scale), scale, intercept=True)
    problem = Problem(rows.training, LOSSES["squared_error"], where)
    facts = {
        "sizes": list(network.sizes),
        "layers": network.layers,
        "activation": network.activation,
        "parameters": network.parameters,
        "first": float(trace["loss"][0]),
        "last": summary["train_loss"],
        "epochs": summary["epochs"],
        "seconds": trace.last("seconds"),
        "compilation": about["compilation_seconds"],
        "rate": about["learning_rate"],
        "rule": about["rule"],
        "size": about["batch_size"],
        "rows": rows.training.rows,
        "target": model.targets[0],
        **summary["network"],
        "classes": len(model.classes),
    }
    start = "story_network_he" if network.activation == "relu" else "story_network_glorot"
    parts = [
        *told_of_rows(problem, rows, options),
        Note("story_network", facts),
        Note(start, facts),
    ]
    if options.standardize:
        parts.append(Note("story_network_scaled", facts))
    if model.classes:
        parts.append(Note("story_network_classes", facts))
    parts.append(
        Note("story_network_searched" if about["automatic_rate"] else "story_network_rate", facts)
    )
    parts.append(Note("story_network_course", facts))
    if summary["validation_loss"] is not None:
        parts.append(Note("story_network_validation", {"value": summary["validation_loss"]}))
    if model.classes:
        beside = summary["network"]["validation_accuracy"]
        name = "story_network_right" if beside is None else "story_network_right_both"
        parts.append(Note(name, facts))
    return tuple(Note(part.name, strict(part.facts)) for part in parts)
