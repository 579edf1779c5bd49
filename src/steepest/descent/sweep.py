"""Sweep engine: stochastic and mini-batch descent, an epoch at a time.

The order of an epoch is a pure function of (seed, epoch). The loss over all training rows and
its gradient are exact at every epoch where moments are there (they cost O(d^2)); otherwise
they are evaluated at the start, the end, and every 50 epochs, so that recording costs at most
5 % of the run; every epoch records the running loss.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order
from steepest.data.source import ArraySource, available_cores
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.rules import RULES, Rule
from steepest.descent.schedules import rate_factors
from steepest.objective.linear import Objective
from steepest.objective.losses import Loss
from steepest.objective.penalties import NO_PENALTY, Penalty
from steepest.trace.recorder import Stretch, one_row

Floats = npt.NDArray[np.float64]
Kept = tuple[Any, Any, Any, Any, Any]

EVALUATE_EVERY = 50
# Work of naming the update at which a run diverged: evaluations of a row, updates at a time.
_SEARCHED_VISITS = 5_000_000
_SEARCHED_AT_ONCE = 512
# Of single updates; the epochs' own rows take the rest of the 5 % that recording may cost.
_RECORDING_SHARE = 0.02
_NOTHING = (np.zeros(1), None, None, None, None)
UPDATE_POINTS = 10_000
# The mean after epoch t moves by (3 + 1) / (t + 3) of the way to its last point, so that the start
# is forgotten like t^-4 (polynomial-decay averaging: Shamir and Zhang, ICML 2013).
_RECENT = 3.0


# Rows from which the next epoch is shuffled by a second thread during this one: it takes 0.3 to
# 0.4 of the sweep's own time where rows are narrow, and asking a thread up to 0.05 ms.
_SHUFFLED_AHEAD = 100_000


class OrdersAhead:
    """The random orders of the epochs, the next one made by a second thread meanwhile."""

    def __init__(self, rows: int, seed: int) -> None:
        self._rows, self._seed = rows, seed
        self._pool = ThreadPoolExecutor(1)
        self._next: tuple[int, Future[npt.NDArray[np.uint32]]] | None = None

    def of(self, epoch: int, *, last: int) -> npt.NDArray[np.uint32]:
        """Return the order of ``epoch``, and begin with the next one if it is not the last."""
        made, self._next = self._next, None
        if made is not None and made[0] == epoch:
            order = made[1].result()
        else:
            order = epoch_order(self._rows, self._seed, epoch)
        if epoch < last:
            later = self._pool.submit(epoch_order, self._rows, self._seed, epoch + 1)
            self._next = (epoch + 1, later)
        return order


@dataclass(frozen=True, eq=False)
class SweepState:
    """Epochs done, the parameters (P, K) then, the rule's memory (slots, K, P), and the mean."""

    epoch: int
    parameters: Floats
    memory: Floats
    mean: Floats


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
    first : tuple of (float, array), optional
        The objective's value and gradient at the start, if they are known.
    evaluate_every : int
        Every how manyth epoch the loss over all rows is evaluated where it is not free.
    compiled : bool
        Whether to walk rows in compiled code, or in numpy where that is over sooner.
    rule : Rule
        An entry of ``RULES``.
    penalty : Penalty
        Part of every update; L1 by its proximal step.
    average : bool
        Whether points of the trace, and the returned one, are means of the epochs' last points.
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
    compiled: bool = True
    evaluate_every: int = EVALUATE_EVERY
    first: tuple[float, Floats] | None = None
    rule: Rule = RULES["plain"]
    penalty: Penalty = NO_PENALTY
    average: bool = False
    name: str = "sweep"
    stretch: int = 1
    stochastic: bool = True

    @property
    def updates_per_epoch(self) -> int:
        """Updates of an epoch, ceil(N / n)."""
        return -(-self.rows.rows // self.batch_size)

    @cached_property
    def every(self) -> int:
        """Every how manyth update is recorded.

        All where they fit the budget or are asked for, else evenly thinned to it; in compiled
        runs further, so that recording them takes at most 2 % of the time. Measured: a record takes
        about 1,000 ns and 20 ns a column with all that comes after it, a row 5 ns and 0.3 ns a
        column.
        """
        total = self.updates_per_epoch * self.epochs
        if self.kept_updates is None or total <= self.kept_updates:
            return 1
        spacing = -(-total // max(1, self.kept_updates))
        if self.compiled:
            columns = self.rows.columns
            row = (5.0 + 0.3 * columns) * self.batch_size
            spacing = max(spacing, math.ceil((1000.0 + 20.0 * columns) / row / _RECORDING_SHARE))
        return -(-spacing // 4) * 4

    @cached_property
    def _share(self) -> Floats:
        weight = self.rows.weight
        return np.empty(0) if weight is None else np.asarray(weight / weight.mean())

    @property
    def _terms(self) -> tuple[float, float, float]:
        return float(self.loss.extra), float(self.penalty.l1), float(self.penalty.l2)

    def begin(self) -> SweepState:
        """Return the state before the first update; what must be compiled is compiled here.

        The clock has not started yet: loading or compiling code takes up to some seconds, an epoch
        of 10,000 rows 0.1 ms.
        """
        memory = np.zeros((self.rule.slots, *self.start.T.shape))
        state = SweepState(0, self.start, memory, self.start)
        if self.compiled:
            from steepest.data.shuffle_kernel import shuffled

            shuffled(1, np.uint64(0))
            nothing = np.empty(0, dtype=np.uint32)
            kept = (*(np.zeros(1, np.int64),) * 3, *(np.empty((1, *self.start.T.shape)),) * 2)
            parameters = np.array(self.start.T, order="C")
            self._swept(state, nothing, parameters, state.memory.copy(), 0, 0, 0, kept)
        return state

    def parameters(self, state: SweepState) -> Floats:
        """Return the parameters (P, K) of a state."""
        return state.mean if self.average else state.parameters

    def measure(self, state: SweepState) -> Stretch:
        """Return the trace row of ``state`` itself, everything evaluated."""
        return self._row(state, {}, still=False, evaluate=True, updates={})

    def advance(self, state: SweepState, epochs: int) -> tuple[SweepState, Stretch]:
        """Return the state after one epoch and its trace row."""
        rate = self._rate(state)
        after, running, updates = self._run(state, self.updates_per_epoch, record=True)
        still = (after.parameters == state.parameters).all() and (
            after.memory == state.memory
        ).all()
        columns = {"running_loss": np.array([running]), "rate": np.array([rate])}
        evaluate = after.epoch % self.evaluate_every == 0 or after.epoch == self.epochs
        return after, self._row(
            after, columns, still=bool(still), evaluate=evaluate, updates=updates
        )

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``.

        The epoch is run again from its start: where the loss is free, or the rows few, after every
        update; else the epoch is cut in half again and again, and the update found is one after
        which the loss had passed the limit, though it may have done so before for a while.
        """
        many = self.updates_per_epoch
        if self.free or many * self.rows.rows <= _SEARCHED_VISITS:
            parameters, memory = np.array(state.parameters.T, order="C"), state.memory.copy()
            for done in range(0, many, _SEARCHED_AT_ONCE):
                count = min(_SEARCHED_AT_ONCE, many - done)
                points = self._points(state, parameters, memory, done, count)
                over = np.flatnonzero(~(self._losses(points) <= limit))
                if len(over):
                    return done + int(over[0]) + 1
        return self.halved(state, limit)

    def halved(self, state: SweepState, limit: float) -> int:
        """Return an update of the next epoch after which the loss passes ``limit``, by halving."""

        def fine(updates: int) -> bool:
            after, _, _ = self._run(state, updates, record=False)
            return float(self._losses(after.parameters[None])[0]) <= limit

        return first_bad(self.updates_per_epoch, fine)

    def _losses(self, points: Floats) -> Floats:
        with np.errstate(all="ignore"):
            if self.free:
                return np.asarray(self.objective.value(points))
            return np.array([float(self.objective.value(point)) for point in points])

    def _points(
        self, state: SweepState, parameters: Floats, memory: Floats, done: int, count: int
    ) -> Floats:
        """Return the parameters (count, P, K) after each of some updates of an epoch.

        ``parameters`` (K, P) and ``memory``, those after ``done`` updates, go along.
        """
        order = self._order(state.epoch)
        points = np.empty((count, *state.parameters.shape))
        before = state.epoch * self.updates_per_epoch + done
        arguments = (self.loss, self.rows.X, self.rows.y, self._share)
        intercept, rate = int(self.intercept), self._rate(state)
        for i in range(count):
            first = (done + i) * self.batch_size
            part = order[first : first + self.batch_size]
            with np.errstate(all="ignore"):
                sweep_rows(
                    *(*arguments, part, len(part), intercept, rate, self._terms),
                    *(parameters, 1, before + i, 0, _NOTHING, self.rule, memory),
                )
            points[i] = parameters.T
        return points

    def _rate(self, state: SweepState) -> float:
        if self.schedule == "constant":
            return self.rate
        return self.rate * float(rate_factors(self.schedule, state.epoch, 1, self.epochs)[0])

    def _order(self, epoch: int) -> npt.NDArray[np.uint32]:
        rows = self.rows.rows
        if self.order == "given":
            return np.arange(rows, dtype=np.uint32)
        if not self.compiled or rows < _SHUFFLED_AHEAD or available_cores() == 1:
            return epoch_order(rows, self.seed, epoch)
        return self._orders.of(epoch, last=self.epochs - 1)

    @cached_property
    def _orders(self) -> OrdersAhead:
        return OrdersAhead(self.rows.rows, self.seed)

    def _run(
        self, state: SweepState, batches: int, *, record: bool
    ) -> tuple[SweepState, float, dict[str, npt.NDArray[Any]]]:
        done = state.epoch * self.updates_per_epoch
        every = self.every if record and self._recorded(state.epoch) else 0
        parameters = np.array(state.parameters.T, order="C")
        kept = self._room(batches, every)
        memory = state.memory.copy()
        order = self._order(state.epoch)
        total = self._swept(state, order, parameters, memory, batches, done, every, kept)
        running = float(infinite_if_nan(np.array([total / self.rows.rows]))[0])
        after = self._after(state, parameters, memory)
        return after, running, self._updates(kept) if every else {}

    def _after(self, state: SweepState, parameters: Floats, memory: Floats) -> SweepState:
        """Return the state an epoch after ``state``, at parameters (K, P)."""
        point = np.ascontiguousarray(parameters.T)
        mean = point
        if self.average:
            share = (_RECENT + 1.0) / (state.epoch + 1.0 + _RECENT)
            mean = state.mean + share * (point - state.mean)
        return SweepState(state.epoch + 1, point, memory, mean)

    def _recorded(self, epoch: int) -> bool:
        """Return whether single updates of an epoch are recorded."""
        return epoch % -(-self.every // self.updates_per_epoch) == 0

    def _room(self, batches: int, every: int) -> Kept:
        """Return room for the updates that some batches record."""
        room = -(-batches // every) if every else 0
        shape = (room, *self.start.T.shape)
        return (
            np.zeros(1, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(shape),
            np.empty(shape),
        )

    def _updates(self, kept: Kept) -> dict[str, npt.NDArray[Any]]:
        names = ("update", "batch", "parameters", "gradient")
        return dict(zip(names, (kept[1], kept[2], *map(_turned, kept[3:])), strict=True))

    def _swept(
        self,
        state: SweepState,
        order: npt.NDArray[np.uint32],
        parameters: Floats,
        memory: Floats,
        batches: int,
        done: int,
        every: int,
        kept: Kept,
    ) -> float:
        """Change ``parameters`` (K, P) and memory by some updates; return the sum of losses."""
        rows, rate = self.rows, self._rate(state)
        intercept, number = int(self.intercept), self.loss.number
        size, share, terms = self.batch_size, self._share, self._terms
        general = (rows.X, rows.y, share, order, size, intercept, rate, terms)
        tail = (batches, done, every, kept)
        if not self.compiled:
            with np.errstate(all="ignore"):
                return sweep_rows(self.loss, *general, parameters, *tail, self.rule, memory)
        from steepest.descent import sweep_kernel

        if not self.rule.plain:
            return self._ruled(order, rate, parameters, memory, tail)
        if rows.targets > 1 or self.loss.coupled or (size == 1 and self.penalty.l1):
            kernel = sweep_kernel.general_kernel(number)
            return float(kernel(*general, parameters, *tail))
        ahead, y, target = sweep_kernel.rows_ahead(rows.columns), rows.y[:, 0], parameters[0]
        if size == 1:
            single = sweep_kernel.single_kernel(number, rows.columns)
            chosen = order[:batches]
            arguments = (rows.X, y, share, chosen, intercept, rate, terms, target, ahead)
            return float(single(*arguments, *tail[1:]))
        batch = sweep_kernel.batch_kernel(number)
        return float(batch(rows.X, y, *general[2:], target, ahead, *tail))

    def _ruled(
        self,
        order: npt.NDArray[np.uint32],
        rate: float,
        parameters: Floats,
        memory: Floats,
        tail: tuple[int, int, int, Kept],
    ) -> float:
        """Run the compiled sweep of any other rule; the plain one has its own kernels."""
        from steepest.descent import rule_kernel, sweep_kernel

        rows, intercept = self.rows, int(self.intercept)
        kernel = rule_kernel.rule_sweep(self.loss.number, rule_kernel.number_of(self.rule))
        rates = (rate, self.rule.momentum, self._terms)
        general = (rows.X, rows.y, self._share, order, self.batch_size, intercept, *rates)
        ahead = sweep_kernel.rows_ahead(rows.columns)
        return float(kernel(*general, parameters, memory, ahead, *tail))

    def _row(
        self,
        state: SweepState,
        columns: dict[str, Floats],
        *,
        still: bool,
        evaluate: bool,
        updates: dict[str, npt.NDArray[Any]],
    ) -> Stretch:
        p = self.parameters(state)
        columns["epoch"] = np.array([float(state.epoch)])
        columns["updates"] = columns["epoch"] * self.updates_per_epoch
        with np.errstate(all="ignore"):
            if self.free or evaluate:
                known = self.first if state.epoch == 0 else None
                value, gradient = known or self.objective.value_and_gradient(p)
                columns["loss"] = infinite_if_nan(np.array([value]))
                left = self.penalty.residual(p, gradient, self.rate)
                columns["gradient_norm"] = infinite_if_nan(np.array([np.linalg.norm(left)]))
            if self.validation is not None and (self.validation_free or evaluate):
                loss = np.atleast_1d(self.validation.value(p))
                columns["validation_loss"] = infinite_if_nan(loss)
        return one_row(columns, p, still=still, updates=updates)


def first_bad(many: int, fine: Callable[[int], bool]) -> int:
    """Return an update of ``many`` after which it is not fine although it was before.

    >>> first_bad(100, lambda updates: updates < 42)
    42
    """
    good, bad = 0, many
    while bad - good > 1:
        middle = (good + bad) // 2
        good, bad = (middle, bad) if fine(middle) else (good, middle)
    return bad


def sweep_rows(
    loss: Loss,
    X: Floats,
    y: Floats,
    share: Floats,
    order: npt.NDArray[np.uint32],
    size: int,
    intercept: int,
    rate: float,
    terms: tuple[float, float, float],
    parameters: Floats,
    batches: int,
    done: int,
    every: int,
    kept: Kept,
    rule: Rule = RULES["plain"],
    memory: Floats | tuple[()] = (),
) -> float:
    """Run ``batches`` updates in numpy: what every compiled sweep must equal.

    ``terms`` are the loss's own parameter (``loss`` knows it) and the strengths of L1 and L2;
    ``memory`` (slots, K, P) changes with ``parameters`` (K, P); ``done`` updates went before.
    """
    _, l1, l2 = terms
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
        gradient[:, intercept:] += l2 * parameters[:, intercept:]
        if every and batch % every == 0:
            place = int(count[0])
            kept_update[place] = done + batch + 1
            kept_batch[place] = batch if size > 1 else rows[0]
            kept_parameters[place], kept_gradient[place] = parameters, gradient
            count[0] += 1
        numbers = rule.numbers(done + batch + 1)
        parameters[:], after = rule.step(parameters, gradient, tuple(memory), rate, numbers)
        for slot, values in enumerate(after):
            memory[slot][:] = values
        parameters[:, intercept:] -= np.clip(parameters[:, intercept:], -rate * l1, rate * l1)
    return total


def _turned(kept: Floats) -> Floats:
    return np.ascontiguousarray(np.swapaxes(kept, 1, 2))
