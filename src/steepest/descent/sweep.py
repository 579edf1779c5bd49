"""Sweep engine: stochastic and mini-batch descent, an epoch at a time.

The order of an epoch is a pure function of (seed, epoch). The loss over all training rows and
its gradient are exact at every epoch where moments are there (they cost O(d^2)); otherwise
they are evaluated at the start, the end, and every 20 epochs, so that recording costs at most
5 % of the run; every epoch records the running loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order
from steepest.data.source import ArraySource
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.rules import plain
from steepest.descent.schedules import rate_factors
from steepest.objective.linear import Objective
from steepest.objective.losses import Loss
from steepest.trace.recorder import Stretch

Floats = npt.NDArray[np.float64]
Kept = tuple[Any, Any, Any, Any, Any]

EVALUATE_EVERY = 20
UPDATE_POINTS = 10_000
# Visits of a row (10 us each in numpy) below which the run is over before numba is loaded.
_PLAIN_VISITS = 40_000


@dataclass(frozen=True, eq=False)
class SweepState:
    """Epochs done and the parameters (P, K) then."""

    epoch: int
    parameters: Floats


@dataclass(frozen=True, eq=False)
class SweepEngine:
    """Advances stochastic and mini-batch descent; see the module's docstring.

    Parameters
    ----------
    rows : ArraySource
        Training rows, gathered in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    intercept : bool
        Whether row 0 of the parameters is the intercept.
    objective : Objective
        The loss over all training rows.
    free : bool
        Whether that objective comes from moments and costs nothing.
    validation : Objective, optional
        The loss over the validation rows.
    batch_size : int
        Rows of a batch; the last batch of an epoch may be shorter.
    order : {"random", "given"}
        Reshuffled every epoch, or as the rows stand.
    kept_updates : int or None
        How many single updates to record (None: all).
    """

    rows: ArraySource
    loss: Loss
    intercept: bool
    objective: Objective
    free: bool
    start: Floats
    rate: float
    batch_size: int = 1
    order: str = "random"
    seed: int = 0
    schedule: str = "constant"
    epochs: int = 1000
    validation: Objective | None = None
    validation_free: bool = False
    kept_updates: int | None = UPDATE_POINTS
    name: str = "sweep"
    stretch: int = 1
    stochastic: bool = True

    @property
    def updates_per_epoch(self) -> int:
        """Updates of an epoch, ceil(N / n)."""
        return -(-self.rows.rows // self.batch_size)

    @cached_property
    def every(self) -> int:
        """Every how manyth update is recorded."""
        total = self.updates_per_epoch * self.epochs
        return 1 if self.kept_updates is None else -(-total // max(1, self.kept_updates))

    @cached_property
    def _share(self) -> Floats:
        weight = self.rows.weight
        return np.empty(0) if weight is None else np.asarray(weight / weight.mean())

    @cached_property
    def _compiled(self) -> bool:
        return self.rows.rows * self.epochs > _PLAIN_VISITS

    def begin(self) -> SweepState:
        """Return the state before the first update."""
        return SweepState(0, self.start)

    def parameters(self, state: SweepState) -> Floats:
        """Return the parameters (P, K) of a state."""
        return state.parameters

    def measure(self, state: SweepState) -> Stretch:
        """Return the trace row of ``state`` itself, everything evaluated."""
        return self._row(state, {}, still=False, evaluate=True, updates={})

    def advance(self, state: SweepState, epochs: int) -> tuple[SweepState, Stretch]:
        """Return the state after one epoch and its trace row."""
        rate = self._rate(state)
        parameters, running, updates = self._run(state, self.updates_per_epoch, record=True)
        after = SweepState(state.epoch + 1, parameters)
        still = bool((parameters == state.parameters).all())
        columns = {"running_loss": np.array([running]), "rate": np.array([rate])}
        evaluate = after.epoch % EVALUATE_EVERY == 0 or after.epoch == self.epochs
        return after, self._row(after, columns, still=still, evaluate=evaluate, updates=updates)

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``.

        The epoch is run again from its start, cut in half again and again.
        """
        good, bad = 0, self.updates_per_epoch
        while bad - good > 1:
            middle = (good + bad) // 2
            parameters, _, _ = self._run(state, middle, record=False)
            with np.errstate(all="ignore"):
                value = float(self.objective.value(parameters))
            if np.isfinite(value) and value <= limit:
                good = middle
            else:
                bad = middle
        return bad

    def _rate(self, state: SweepState) -> float:
        return self.rate * float(rate_factors(self.schedule, state.epoch, 1, self.epochs)[0])

    def _order(self, epoch: int) -> npt.NDArray[np.uint32]:
        if self.order == "given":
            return np.arange(self.rows.rows, dtype=np.uint32)
        return epoch_order(self.rows.rows, self.seed, epoch)

    def _run(
        self, state: SweepState, batches: int, *, record: bool
    ) -> tuple[Floats, float, dict[str, npt.NDArray[Any]]]:
        done = state.epoch * self.updates_per_epoch
        every = self.every if record else 0
        room = -(-(done + batches) // every) - -(-done // every) if every else 0
        parameters = np.array(state.parameters.T, order="C")
        kept: Kept = (
            np.zeros(1, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty((room, *parameters.shape)),
            np.empty((room, *parameters.shape)),
        )
        arguments = (
            *(self.rows.X, self.rows.y, self._share, self._order(state.epoch)),
            *(self.batch_size, int(self.intercept), self.loss.number, self._rate(state)),
            *(parameters, batches, done, every, kept),
        )
        if self._compiled:
            from steepest.descent.sweep_kernel import sweep

            total = sweep(*arguments)
        else:
            with np.errstate(all="ignore"):
                total = sweep_rows(self.loss, *arguments)
        names = ("update", "batch", "parameters", "gradient")
        updates = dict(zip(names, (kept[1], kept[2], *map(_turned, kept[3:])), strict=True))
        running = float(infinite_if_nan(np.array([total / self.rows.rows]))[0])
        return np.ascontiguousarray(parameters.T), running, updates if room else {}

    def _row(
        self,
        state: SweepState,
        columns: dict[str, Floats],
        *,
        still: bool,
        evaluate: bool,
        updates: dict[str, npt.NDArray[Any]],
    ) -> Stretch:
        p = state.parameters
        columns["epoch"] = np.array([float(state.epoch)])
        columns["updates"] = columns["epoch"] * self.updates_per_epoch
        with np.errstate(all="ignore"):
            if self.free or evaluate:
                columns["loss"] = infinite_if_nan(np.atleast_1d(self.objective.value(p)))
                norm = np.linalg.norm(self.objective.gradient(p))
                columns["gradient_norm"] = infinite_if_nan(np.atleast_1d(norm))
            if self.validation is not None and (self.validation_free or evaluate):
                value = np.atleast_1d(self.validation.value(p))
                columns["validation_loss"] = infinite_if_nan(value)
        return Stretch(
            columns, lambda rows: np.repeat(p[None], len(rows), axis=0), np.array([still]), updates
        )


def sweep_rows(
    loss: Loss,
    X: Floats,
    y: Floats,
    share: Floats,
    order: npt.NDArray[np.uint32],
    size: int,
    intercept: int,
    number: int,
    rate: float,
    parameters: Floats,
    batches: int,
    done: int,
    every: int,
    kept: Kept,
) -> float:
    """Run ``batches`` updates in numpy; the plain version of ``sweep_kernel.sweep``."""
    count, kept_update, kept_batch, kept_parameters, kept_gradient = kept
    total = 0.0
    for batch in range(batches):
        rows = order[batch * size : (batch + 1) * size]
        x = X[rows]
        scores = np.einsum("ij,kj->ik", x, parameters[:, intercept:])
        if intercept:
            scores = scores + parameters[:, 0]
        values, slopes = loss.value(scores, y[rows]), loss.slope(scores, y[rows])
        if share.size:
            values, slopes = values * share[rows, None], slopes * share[rows, None]
        total += float(values.sum())
        gradient = np.einsum("ik,ij->kj", slopes, x) / len(rows)
        if intercept:
            gradient = np.concatenate([slopes.mean(axis=0)[:, None], gradient], axis=1)
        if every and (done + batch) % every == 0:
            place = int(count[0])
            kept_update[place] = done + batch + 1
            kept_batch[place] = batch if size > 1 else rows[0]
            kept_parameters[place], kept_gradient[place] = parameters, gradient
            count[0] += 1
        parameters[:] = plain(parameters, gradient, rate)
    return total


def _turned(kept: Floats) -> Floats:
    return np.ascontiguousarray(np.swapaxes(kept, 1, 2))
