"""The forecast: what is known before training, as one frozen record."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.table import Note
from steepest.descent.moments_engine import MomentsEngine
from steepest.descent.rates import RateBounds
from steepest.forecasting.conditions import Conditioning
from steepest.forecasting.courses import losses_and_norms
from steepest.forecasting.fates import Direction
from steepest.forecasting.rates import Journey, RateForecast
from steepest.forecasting.sampling import Sampling
from steepest.objective.quadratic import Quadratic
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
_CURVE_POINTS = 200


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is known about a descent before it starts.

    Everything is in training coordinates, except where it says otherwise. What is said of batch
    descent on a squared error is exact; ``kind`` says what the largest stable rate is.

    Attributes
    ----------
    names : tuple of str
        Of the parameters; with an intercept it comes first.
    loss, method, order, schedule : str
        What was asked for, ``auto`` resolved.
    batch_size : int
        Rows of an update.
    tolerance : float
        Of the gradient norm, relative to the larger of its norms at the start and at zero.
    kind : {"exact", "sufficient", "bound"}
        Rates above ``bounds.largest_stable`` diverge (exact), or are only not proven stable: by
        theorem for random or given batches (sufficient), by a bound on the curvature of a loss
        that is not quadratic (bound).
    bounds : RateBounds
        Largest stable and automatic rate, L, mu.
    directions : tuple of Direction
        Of curvature, steepest first.
    conditions : Conditioning
        Condition numbers, and the columns behind them.
    dependent_columns : list
        As in the summary of a fit: column, combination.
    rates : tuple of RateForecast
        What happens at each of the rates asked for.
    standardized_epochs : float
        Epochs to the tolerance with standardized features at their own automatic rate; NaN where
        it is not known.
    sampling : Sampling
        What random batches change.
    rows : mapping of str to int
        How many train and validate; from a table also how many were read and dropped.
    story : tuple of Note
        The sentences, the verdict first.
    notes : tuple of Note
        What was done to the rows of a table, and noticed in them.
    journey : Journey
        Start, loss and limits.
    validation : Quadratic or None
        The validation loss, if it is known from moments.

    Examples
    --------
    >>> from steepest import forecast
    >>> seen = forecast("example:salary", target="salary", standardize=False)
    >>> round(seen.bounds.largest_stable, 6), round(seen.best_rate, 6)
    (0.805506, 0.759307)
    >>> seen.rates[0].regime, seen.rates[0].epochs
    ('good', 244.0)
    """

    names: tuple[str, ...]
    loss: str
    method: str
    order: str
    schedule: str
    batch_size: int
    tolerance: float
    standardized: bool
    kind: str
    bounds: RateBounds
    directions: tuple[Direction, ...]
    conditions: Conditioning
    dependent_columns: list[dict[str, Any]]
    rates: tuple[RateForecast, ...]
    standardized_epochs: float
    sampling: Sampling
    rows: Mapping[str, int]
    story: tuple[Note, ...]
    journey: Journey
    validation: Quadratic | None
    notes: tuple[Note, ...] = ()

    @property
    def best_rate(self) -> float:
        """Best constant rate of batch descent, 2/(mu + L); NaN for rows in batches."""
        bounds = self.bounds
        if bounds.rule != "batch":
            return math.nan
        total = bounds.smallest_curvature + bounds.largest_curvature
        return 2.0 / total if total > 0.0 else math.inf

    @property
    def safe_rate(self) -> float:
        """Half the largest stable rate: 1/L for batch descent."""
        return 0.5 * self.bounds.largest_stable

    def curve(self, rate: float, epochs: int | Sequence[int]) -> Mapping[str, Floats]:
        """Return the training curve that batch descent will record, from this start.

        Exact for squared errors: it lies on the recorded curve to 1e-9 of its first loss.

        Parameters
        ----------
        rate : float
            Learning rate (of the first epoch, under a schedule).
        epochs : int or sequence of int
            From epoch 0 to this one, or which ones.

        Returns
        -------
        mapping of str to array
            ``epoch``, ``loss``, ``gradient_norm``, and ``validation_loss`` where there are
            validation rows.

        Raises
        ------
        InputError
            If the loss is not quadratic, so that moments do not give the curve.

        Examples
        --------
        >>> from steepest import forecast
        >>> seen = forecast("example:three-points", target="y", intercept=False, standardize=False)
        >>> seen.curve(0.1, 2)["loss"].round(6).tolist()
        [18.666667, 0.082963, 0.000369]
        """
        journey = self.journey
        if not journey.exact:
            raise InputError("forecast_needs_quadratic", loss=self.loss)
        asked = np.arange(epochs + 1) if isinstance(epochs, int) else np.asarray(epochs, np.int64)
        if len(asked) == 0 or asked.min() < 0 or not rate > 0.0:
            raise InputError("forecast_epochs", rate=rate, epochs=str(epochs))
        if journey.schedule != "constant":
            return self._walked(rate, asked)
        loss, norm, beside = losses_and_norms(
            journey.quadratic, journey.start, rate, asked, self.validation
        )
        columns = {"epoch": asked.astype(float), "loss": loss, "gradient_norm": norm}
        return columns if beside is None else {**columns, "validation_loss": beside}

    def _walked(self, rate: float, epochs: npt.NDArray[np.int64]) -> dict[str, Floats]:
        journey = self.journey
        last = int(epochs.max())
        if last > journey.epochs:  # schedules stretch over the epochs of the whole run
            raise InputError("forecast_epochs_of_schedule", last=last, epochs=journey.epochs)
        engine = MomentsEngine(
            journey.quadratic,
            journey.start,
            rate,
            journey.schedule,
            journey.epochs,
            self.validation,
        )
        state = engine.begin()
        parts = [engine.measure(state).columns]
        while state.epoch < last:
            state, rows = engine.advance(state, min(engine.stretch, last - state.epoch))
            parts.append(rows.columns)
        wanted = [name for name in parts[0] if name not in ("updates", "rate")]
        return {name: np.concatenate([part[name] for part in parts])[epochs] for name in wanted}

    def curves(self) -> Mapping[str, Any]:
        """Return one figure's worth of curves: all rates asked for on one grid of epochs.

        The grid is geometric, from 0 to the epochs asked for. Of batch descent on squared errors.

        Returns
        -------
        mapping
            ``epochs`` (n,), ``rates`` (r,), ``losses`` (r, n), ``gradient_norms`` (r, n),
            ``regimes`` (r names).

        Examples
        --------
        >>> from steepest import forecast
        >>> seen = forecast("example:salary", target="salary", learning_rates=(0.01, 0.4, 1.1))
        >>> figure = seen.curves()
        >>> figure["losses"].shape[0], figure["regimes"]
        (3, ['too low', 'good', 'too high'])
        """
        last = max(1, self.journey.epochs)
        grid = np.unique(np.round(np.geomspace(1, last, min(_CURVE_POINTS, last)))).astype(int)
        epochs = np.concatenate([[0], grid])
        drawn = [self.curve(one.rate, epochs.tolist()) for one in self.rates]
        return {
            "epochs": epochs.astype(float),
            "rates": np.array([one.rate for one in self.rates]),
            "losses": np.array([one["loss"] for one in drawn]),
            "gradient_norms": np.array([one["gradient_norm"] for one in drawn]),
            "regimes": [one.regime for one in self.rates],
        }

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """Return what ``steepest forecast --json`` prints, None where a key does not apply."""
        from steepest.forecasting.answer import answer_of

        return answer_of(self, self.tell(language))

    def tell(self, language: str = "en") -> list[str]:
        """Return the forecast in sentences, the verdict first, what was done to the rows last."""
        told = (*self.story, *self.notes)
        return [sentence(note.name, note.facts, language) for note in told]
