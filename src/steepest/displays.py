"""Pictures of runs, traces and estimators, in scikit-learn's Display convention.

``figure_of`` makes any picture as plain data; a display is one picture with ``plot(ax=None)``,
``figure_`` and ``ax_``, and shows itself in a notebook.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Self

import numpy as np

from steepest.data.source import ArraySource
from steepest.data.sparse_source import is_sparse
from steepest.figures.figure import Figure
from steepest.figures.kinds import made
from steepest.figures.rates import Curve, rate_curves
from steepest.figures.recorded import INTERCEPT, Recorded, Rows, recorded_trace
from steepest.figures.row_losses import RowLosses, row_losses
from steepest.figures.styles import MOST_RUNS
from steepest.fitting.landscape import sampled
from steepest.fitting.model import LinearModel
from steepest.fitting.problem import linear_problem
from steepest.fitting.run import Run
from steepest.forecasting.record import Forecast
from steepest.objective.losses import LOSSES
from steepest.objective.moments import standard_coordinates
from steepest.objective.quadratic import quadratic_of
from steepest.trace.record import Trace
from steepest.words.catalogue import phrase, sentence
from steepest.words.errors import InputError

_CURVE_POINTS = 200
Shown = Run | Trace | Recorded


def figure_of(
    runs: Shown | Sequence[Shown] | Forecast,
    kind: str = "loss",
    *,
    language: str = "en",
    **options: Any,
) -> Figure:
    """Return a picture of one or several runs, as plain data.

    Parameters
    ----------
    runs : Run, Trace, sequence of them, or Forecast
        What is shown. A trace alone has curves; surfaces, sections and rows need a run. A forecast
        has the predicted curves of its rates, whatever ``kind`` says.
    kind : str
        A key of ``FIGURE_KINDS``.
    language : str
        A key of ``LANGUAGES``.
    **options
        Those of the kind: ``FIGURE_KINDS[kind].options``.

    Returns
    -------
    Figure
        With ``save(path)``, ``svg()``, ``draw()``, ``as_dict()``.

    Raises
    ------
    InputError
        If the kind or an option is unknown, or the runs lack what it needs.

    Examples
    --------
    >>> from steepest import fit
    >>> run = fit("example:salary", target="salary", epochs=5, learning_rate=0.1)
    >>> figure = figure_of(run, "contour")
    >>> figure.kind, [panel.equal for panel in figure.panels]
    ('contour', [True])
    """
    if isinstance(runs, Forecast):
        return _of_forecast(runs, language)
    several = [runs] if isinstance(runs, (Run, Trace, Recorded)) else list(runs)
    if kind == "scaling" and len(several) == 1 and isinstance(several[0], Run):
        return made(kind, _both_scalings(several[0]), language, **options)
    return made(kind, [recorded(one) for one in several], language, **options)


def _of_forecast(seen: Forecast, language: str) -> Figure:
    """Return the predicted curves of at most the first five rates of a forecast."""
    end = _shown_epochs(seen)
    epochs = np.unique(np.round(np.linspace(0, end, min(end, _CURVE_POINTS) + 1))).astype(int)
    curves = []
    for one in seen.rates[:MOST_RUNS]:
        regime = phrase(f"forecast_regime_{one.regime.replace(' ', '_')}")
        facts = {"rate": one.rate, "regime": regime}
        label = sentence("figure_label_rate_regime", facts, language)
        losses = seen.curve(one.rate, epochs.tolist())["loss"]
        curves.append(Curve(label, epochs.astype(float), losses))
    return rate_curves(curves, optimum=seen.journey.quadratic.floor, language=language)


def _shown_epochs(seen: Forecast) -> int:
    """Return the epochs worth drawing: half as many again as the slowest rate that arrives.

    It has arrived when a hundredth of the way down is left; beyond, curves are level.
    """
    drawn, floor = seen.curves(), seen.journey.quadratic.floor
    arrivals = []
    for losses, regime in zip(drawn["losses"], drawn["regimes"], strict=True):
        near = losses - floor <= 0.01 * (losses[0] - floor)
        if regime != "too high":
            arrivals.append(drawn["epochs"][np.argmax(near) if near.any() else -1])
    last = int(drawn["epochs"][-1])
    return max(1, min(last, max(10, math.ceil(1.5 * max(arrivals, default=10.0)))))


def _both_scalings(run: Run) -> list[Recorded]:
    """Return a run in the table's own units and standardized, from the same start."""
    shown, held = recorded(run), run.landscape
    if held is None:
        return [shown]
    where = held.coordinates
    kept = []
    for standardize in (False, True):
        new = standard_coordinates(held.moments, intercept=where.intercept, standardize=standardize)
        quadratic = quadratic_of(held.moments, LOSSES[held.loss], new)
        path = new.from_table(*where.to_table(run.trace.path))
        trace = replace(run.trace, path=path)
        kept.append(replace(shown, trace=trace, training=quadratic, standardized=standardize))
    return kept


def recorded(shown: Shown) -> Recorded:
    """Return what pictures need of a run or a trace."""
    if isinstance(shown, Recorded):
        return shown
    if isinstance(shown, Trace):
        return recorded_trace(shown)
    held = shown.landscape
    model = shown.model
    names = tuple(model.preparation.names)
    layered: dict[str, Any] = {}
    targets = tuple(model.targets)
    if isinstance(model, LinearModel):
        targets = model.columns
        names = (*((INTERCEPT,) if model.fit_intercept else ()), *names)
    else:
        layered = {"network": model.network, "scaling": model.scaling, "classes": model.classes}
    sample = shown.sample if held is None else held.sample
    options = shown.about.get("options", {})
    return Recorded(
        trace=shown.trace,
        names=names,
        targets=targets,
        training=None if held is None else held.training,
        validation=None if held is None else held.validation,
        rows=None if sample is None else Rows(sample.features, sample.targets, sample.validation),
        count=shown.summary["rows"]["train"],
        standardized=bool(shown.summary["standardized"]),
        title=str(shown.folder or ", ".join(shown.about.get("data", ()))),
        provenance={
            "seed": shown.summary["seed"],
            "data": shown.about.get("data"),
            "fingerprint": shown.about.get("fingerprint"),
            "versions": shown.about.get("versions"),
            "target": options.get("target"),
        },
        **layered,
    )


def recorded_estimator(estimator: Any, X: Any, y: Any) -> Recorded:
    """Return what pictures need of a fitted estimator and the rows it was fitted on.

    Raises
    ------
    InputError
        If a part of the rows validated, since which they were is not kept, or rows are sparse.
    """
    if estimator.validation_fraction:
        raise InputError("display_needs_all_rows", fraction=estimator.validation_fraction)
    if is_sparse(X):
        raise InputError("display_needs_dense_rows", rows=X.shape[0], columns=X.shape[1])
    values = np.asarray(X, dtype=np.float64)
    classes = tuple(str(one) for one in getattr(estimator, "classes_", ()))
    targets = estimator._encoded(y) if classes else np.asarray(y, dtype=np.float64)
    names = [str(one) for one in getattr(X, "columns", range(values.shape[1]))]
    if not hasattr(X, "columns"):
        names = [f"feature {name}" for name in names]
    rows = ArraySource(values, targets.reshape(len(targets), -1))
    none = ArraySource(rows.X[:0], rows.y[:0])
    target_names: tuple[str, ...] = ("target",)
    if rows.targets > 1:
        target_names = classes or tuple(f"target {k}" for k in range(rows.targets))
    problem = linear_problem(
        rows,
        none,
        loss=estimator.loss,
        intercept=estimator.fit_intercept,
        standardize=estimator.standardize,
        names=(*names, *target_names),
    )
    problem = replace(problem, loss=estimator._loss(), penalty=estimator._penalty())
    bowl = problem.bowl if problem.free and not problem.penalty.l1 else None
    sample = sampled(rows, none, 0)
    offset = (INTERCEPT,) if estimator.fit_intercept else ()
    return Recorded(
        trace=estimator.trace_,
        names=(*offset, *names),
        targets=target_names,
        training=bowl,
        measured=None if bowl is not None else _measured(problem),
        classes=classes,
        rows=Rows(sample.features, sample.targets, sample.validation),
        count=rows.rows,
        standardized=estimator.standardize,
        title=type(estimator).__name__,
        provenance={"seed": estimator.trace_.metadata.get("seed")},
    )


def _measured(problem: Any) -> RowLosses:
    """Return what is minimized by looking at the rows, where no quadratic is it."""
    assert isinstance(problem.rows, ArraySource)  # sparse rows are refused before
    kind = (problem.loss, problem.penalty, problem.coordinates)
    squares = problem.quadratic if problem.free else None
    return row_losses(problem.rows, *kind, squares, problem.objective().value)


class _Display:
    """One picture with ``plot``; ``figure_`` and ``ax_`` are there after it."""

    kind: ClassVar[str] = ""

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        self.figure_: Any = None
        self.ax_: Any = None

    def plot(self, ax: Any = None) -> Self:
        """Draw into ``ax`` (one for each panel), or into a new matplotlib figure.

        Parameters
        ----------
        ax : matplotlib axes or sequence of them, optional
            Where to draw.
        """
        self.figure_ = self.figure.draw(ax)
        if ax is None:
            drawn = self.figure_.axes
            ax = drawn[0] if len(drawn) == 1 else np.array(drawn, dtype=object)
        self.ax_ = ax
        return self

    def _repr_html_(self) -> str:
        """Return what a notebook shows."""
        return self.figure._repr_html_()

    @classmethod
    def from_run(cls, runs: Shown | Sequence[Shown], **options: Any) -> Self:
        """Return the display of one or several runs.

        Parameters
        ----------
        runs : Run or sequence of Run
            What is shown.
        **options
            Those of ``figure_of`` for this kind of picture, and ``language``.
        """
        return cls(figure_of(runs, cls.kind, **options)).plot()


class _FromEstimator(_Display):
    @classmethod
    def from_estimator(cls, estimator: Any, X: Any, y: Any, **options: Any) -> Self:
        """Return the display of a fitted estimator.

        Parameters
        ----------
        estimator : GradientDescentRegressor
            Fitted, without validation rows.
        X, y : arrays
            The rows it was fitted on.
        **options
            As for ``from_run``.
        """
        return cls.from_run(recorded_estimator(estimator, X, y), **options)


class LossCurveDisplay(_Display):
    """The loss of one run, training and validation, or of up to five.

    Attributes
    ----------
    figure : Figure
        As plain data.
    figure_ : matplotlib Figure
        After ``plot``.
    ax_ : matplotlib axes
        After ``plot``; an array of them where there are several panels.

    Examples
    --------
    >>> from steepest import LossCurveDisplay, fit
    >>> run = fit("example:salary", target="salary", epochs=5, learning_rate=0.1)
    >>> display = LossCurveDisplay.from_trace(run.trace)
    >>> display.ax_.get_ylabel()
    'loss'
    """

    kind: ClassVar[str] = "loss"

    @classmethod
    def from_trace(cls, trace: Trace | Sequence[Trace], **options: Any) -> Self:
        """Return the display of one or several traces.

        Parameters
        ----------
        trace : Trace or sequence of Trace
            What is shown.
        **options
            ``x``, ``smoothing``, ``scale``, ``language``.
        """
        return cls.from_run(trace, **options)

    @classmethod
    def from_estimator(cls, estimator: Any, **options: Any) -> Self:
        """Return the display of a fitted estimator's trace.

        Parameters
        ----------
        estimator : GradientDescentRegressor
            Fitted.
        **options
            As for ``from_trace``.
        """
        return cls.from_run(estimator.trace_, **options)


class DescentPathDisplay(_FromEstimator):
    """Contours of the loss with the path, the start and the optimum.

    Attributes
    ----------
    figure : Figure
        As plain data.
    figure_ : matplotlib Figure
        After ``plot``.
    ax_ : matplotlib axes
        After ``plot``.

    Examples
    --------
    >>> import numpy as np
    >>> from steepest import DescentPathDisplay, GradientDescentRegressor
    >>> X, y = np.array([[1.0], [2.0], [4.0]]), np.array([2.0, 3.0, 6.0])
    >>> model = GradientDescentRegressor(learning_rate=0.1).fit(X, y)
    >>> display = DescentPathDisplay.from_estimator(model, X, y)
    >>> display.ax_.get_xlabel()
    'intercept (at the features’ means)'
    """

    kind: ClassVar[str] = "contour"


class LossSurfaceDisplay(_FromEstimator):
    """The loss surface in space, with the path on it.

    Attributes
    ----------
    figure : Figure
        As plain data.
    figure_ : matplotlib Figure
        After ``plot``.
    ax_ : matplotlib axes
        After ``plot``.

    Examples
    --------
    >>> from steepest import LossSurfaceDisplay, fit
    >>> run = fit("example:salary", target="salary", epochs=5, learning_rate=0.1)
    >>> LossSurfaceDisplay.from_run(run).ax_.name
    '3d'
    """

    kind: ClassVar[str] = "surface"


class CrossSectionDisplay(_FromEstimator):
    """The loss along single parameters, with tangent and secant.

    Attributes
    ----------
    figure : Figure
        As plain data.
    figure_ : matplotlib Figure
        After ``plot``.
    ax_ : array of matplotlib axes
        After ``plot``.

    Examples
    --------
    >>> from steepest import CrossSectionDisplay, fit
    >>> run = fit("example:salary", target="salary", epochs=5, learning_rate=0.1)
    >>> len(CrossSectionDisplay.from_run(run, step=0.12).ax_)
    2
    """

    kind: ClassVar[str] = "sections"


class ResidualsDisplay(_FromEstimator):
    """Prediction minus target against the prediction, and how the errors are spread.

    Attributes
    ----------
    figure : Figure
        As plain data.
    figure_ : matplotlib Figure
        After ``plot``.
    ax_ : array of matplotlib axes
        After ``plot``.

    Examples
    --------
    >>> from steepest import ResidualsDisplay, fit
    >>> run = fit("example:salary", target="salary", epochs=5, learning_rate=0.1)
    >>> len(ResidualsDisplay.from_run(run).ax_)
    2
    """

    kind: ClassVar[str] = "residuals"
