"""Program engine: descent on a program, by batches in compiled epochs or by all rows at once.

An epoch of batches is one compiled call (``programs/forms.py``); an update on all rows, or on a
function without rows, is one or more compiled evaluations and the update rule in numpy.

Without a given rate the step is found by backtracking. On all rows that is algorithm 3.1 of
Nocedal and Wright (2006): halve the step until the value falls by at least c times what the slope
promises (Armijo, 1966); where the fall is lost in the value's rounding, the condition is put in
terms of the gradient (Hager and Zhang, SIAM J. Optim. 16 (2005), "approximate Wolfe"). On batches
it is the search of Vaswani et al. (2019) on each batch's own value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order
from steepest.data.source import available_cores
from steepest.descent.backtracking import ARMIJO, ROUNDING, next_step, turned
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.rules import RULES, Rule
from steepest.descent.schedules import rate_factors
from steepest.descent.sweep import EVALUATE_EVERY, OrdersAhead, first_bad
from steepest.programs.compiling import float64
from steepest.programs.program import Program
from steepest.trace.recorder import Stretch, one_row

Floats = npt.NDArray[np.float64]

_HALVINGS = 200
_SHUFFLED_AHEAD = 20_000
# Single updates are kept where all of them fit and parameters are few: of 3,500 parameters keeping
# every point and gradient took longer than the epoch itself.
_KEPT_UPDATES, _KEPT_PARAMETERS = 10_000, 100
_POINTS_BYTES = 2**29
# Evaluations of a row spent on naming the update at which a run diverged.
_SEARCHED_VISITS = 20_000_000


@dataclass(frozen=True, eq=False)
class ProgramState:
    """Epochs done, parameters (P, 1), memory, step, evaluations; value and gradient if known.

    In a sweep ``leaves`` and ``memory`` are arrays of JAX, which nothing changes.
    """

    epoch: int
    flat: Floats
    memory: Any
    step: float
    evaluations: float
    leaves: Any = None
    known: tuple[float, Floats] | None = None


@dataclass(frozen=True, eq=False)
class ProgramEngine:
    """Advances descent on a program; see the module's docstring.

    Parameters
    ----------
    program : Program
        What is minimized.
    start : array of shape (P, 1)
        Parameters before the first update.
    constant_rate : float or None
        The learning rate, None for backtracking.
    rule : Rule
        An entry of ``RULES``; backtracking goes with ``plain`` only.
    batch_size : int
        Rows of an update; 0 for a function without rows.
    order, seed, schedule, epochs
        As for ``SweepEngine``.
    validation : Program, optional
        The same function over the validation rows.
    evaluate_every : int
        Every how manyth epoch of a sweep the loss over all rows is evaluated.
    first : tuple of (float, array), optional
        Value and gradient at the start, if they are known.
    """

    program: Program
    start: Floats
    constant_rate: float | None
    rule: Rule = RULES["plain"]
    batch_size: int = 0
    order: str = "random"
    seed: int = 0
    schedule: str = "constant"
    epochs: int = 1000
    validation: Program | None = None
    evaluate_every: int = EVALUATE_EVERY
    first: tuple[float, Floats] | None = None
    name: str = "program"
    stretch: int = 1

    @property
    def stochastic(self) -> bool:
        """Whether updates look at some of the rows only."""
        return 0 < self.batch_size < self.program.rows

    @property
    def updates_per_epoch(self) -> int:
        """Updates of an epoch, ceil(N / n)."""
        return -(-self.program.rows // self.batch_size) if self.stochastic else 1

    @property
    def rate(self) -> float:
        """The constant rate, NaN for backtracking."""
        return np.nan if self.constant_rate is None else self.constant_rate

    @cached_property
    def keeps(self) -> bool:
        """Whether every single update is recorded."""
        total = self.updates_per_epoch * self.epochs
        return total <= _KEPT_UPDATES and len(self.start) <= _KEPT_PARAMETERS

    def prepare(self) -> None:
        """Compile what the run will call, so that no epoch is timed with it."""
        if self.stochastic:
            with float64():
                self._sweep(self.keeps).prepared(*self._arguments(self.begin()))

    def begin(self) -> ProgramState:
        """Return the state before the first update."""
        value, gradient = self.first or self.program.value_and_gradient(self.start)
        norm = float(np.linalg.norm(gradient))
        step = min(1.0, 1.0 / norm) if norm > 0.0 else 1.0
        if not self.stochastic:
            memory: Any = self.rule.begin(self.start)
            return ProgramState(0, self.start, memory, step, 1.0, None, (value, gradient))
        leaves, memory = self.program.arrays(self.start, self.rule.slots)
        return ProgramState(0, self.start, memory, step, 1.0, leaves, (value, gradient))

    def parameters(self, state: ProgramState) -> Floats:
        """Return the parameters (P, 1) of a state."""
        return state.flat

    def measure(self, state: ProgramState) -> Stretch:
        """Return the trace row of ``state`` itself, everything evaluated."""
        return self._row(state, {}, still=False, evaluate=True, updates={})

    def advance(self, state: ProgramState, epochs: int) -> tuple[ProgramState, Stretch]:
        """Return the state after one epoch and its trace row."""
        if self.stochastic:
            return self._swept(state)
        after, rate = self._updated(state)
        kept = zip((after.flat, *after.memory), (state.flat, *state.memory), strict=True)
        still = all((new == old).all() for new, old in kept)
        return after, self._row(
            after, {"rate": np.array([rate])}, still=still, evaluate=True, updates={}
        )

    def bad_update(self, state: ProgramState, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``.

        Where looking at all of them would take too long, one is found by halving the epoch.
        """
        many = self.updates_per_epoch
        if many == 1 or many * len(state.flat) * 16 > _POINTS_BYTES:
            return many
        with float64():
            found = self._sweep(True)(*self._arguments(state))
            points = np.asarray(found[5][0])[1:, :, None]
            points = np.concatenate([points, self.program.tree.flat(found[0])[None]])
        if many * self.program.rows <= _SEARCHED_VISITS:
            over = np.flatnonzero(~(np.asarray(self.program.value(points)) <= limit))
            return int(over[0]) + 1 if len(over) else many
        return first_bad(many, lambda done: float(self.program.value(points[done - 1])) <= limit)

    # ---- all rows in an update --------------------------------------------------------------

    def _updated(self, state: ProgramState) -> tuple[ProgramState, float]:
        assert state.known is not None
        value, gradient = state.known
        if self.constant_rate is None:
            found = backtracked(
                self.program.value_and_gradient, state.flat, value, gradient, state.step
            )
            count = state.evaluations + found.tries
            after = ProgramState(
                *(state.epoch + 1, found.point, (), found.next_step, count, None),
                (found.value, found.gradient),
            )
            return after, found.step
        rate, epoch = self._rate(state), state.epoch + 1
        point, memory = self.rule.apply(state.flat, gradient, state.memory, rate, epoch)
        known = self.program.value_and_gradient(point)
        count = state.evaluations + 1.0
        return ProgramState(epoch, point, memory, state.step, count, None, known), rate

    def _rate(self, state: ProgramState) -> float:
        factor = rate_factors(self.schedule, state.epoch, 1, self.epochs)[0]
        return state.step if self.constant_rate is None else self.constant_rate * float(factor)

    # ---- batches ----------------------------------------------------------------------------

    def _sweep(self, keep: bool) -> Any:
        search = self.constant_rate is None
        return self.program.forms.sweep(self.rule, self.batch_size, search=search, keep=keep)

    def _arguments(self, state: ProgramState) -> tuple[Any, ...]:
        done = np.float64(state.epoch * self.updates_per_epoch)
        rate = np.float64(self._rate(state))
        order = self._order(state.epoch).astype(np.int32)
        return state.leaves, state.memory, done, rate, order, self.program.data

    def _order(self, epoch: int) -> npt.NDArray[Any]:
        rows = self.program.rows
        if self.order == "given":
            return np.arange(rows)
        if rows < _SHUFFLED_AHEAD or available_cores() == 1:
            return epoch_order(rows, self.seed, epoch)
        return self._orders.of(epoch, last=self.epochs - 1)

    @cached_property
    def _orders(self) -> OrdersAhead:
        return OrdersAhead(self.program.rows, self.seed)

    def _swept(self, state: ProgramState) -> tuple[ProgramState, Stretch]:
        with float64():
            found = self._sweep(self.keeps)(*self._arguments(state))
            leaves, memory, rate, tries, total, kept = found
            flat = self.program.tree.flat(leaves)
        count = state.evaluations + float(tries)
        after = ProgramState(state.epoch + 1, flat, memory, float(rate), count, leaves)
        running = infinite_if_nan(np.array([float(total) / self.program.rows]))
        columns = {"running_loss": running, "rate": np.array([float(rate)])}
        still = not self.rule.slots and bool((flat == state.flat).all())
        evaluate = after.epoch % self.evaluate_every == 0 or still  # the last one by the loop
        updates = self._kept(state, kept) if self.keeps else {}
        return after, self._row(after, columns, still=still, evaluate=evaluate, updates=updates)

    def _kept(self, state: ProgramState, kept: Any) -> dict[str, npt.NDArray[Any]]:
        """Return the single updates of an epoch as a trace keeps them."""
        many = self.updates_per_epoch
        numbers = np.arange(many)
        batches = numbers if self.batch_size > 1 else self._order(state.epoch)[:many]
        return {
            "update": state.epoch * many + numbers + 1,
            "batch": batches.astype(np.int64),
            "parameters": np.asarray(kept[0])[:, :, None],
            "gradient": np.asarray(kept[1])[:, :, None],
        }

    def _row(
        self,
        state: ProgramState,
        columns: dict[str, Floats],
        *,
        still: bool,
        evaluate: bool,
        updates: dict[str, npt.NDArray[Any]],
    ) -> Stretch:
        columns["epoch"] = np.array([float(state.epoch)])
        columns["updates"] = columns["epoch"] * self.updates_per_epoch
        columns["evaluations"] = np.array([state.evaluations])
        if evaluate:
            value, gradient = state.known or self.program.value_and_gradient(state.flat)
            columns["loss"] = infinite_if_nan(np.array([value]))
            columns["gradient_norm"] = infinite_if_nan(np.array([np.linalg.norm(gradient)]))
            if self.validation is not None:
                loss = np.array([float(self.validation.value(state.flat))])
                columns["validation_loss"] = infinite_if_nan(loss)
        return one_row(columns, state.flat, still=still, updates=updates)


@dataclass(frozen=True, eq=False)
class Backtracked:
    """An accepted step: where it leads, value and gradient there, and what to try next."""

    point: Floats
    value: float
    gradient: Floats
    step: float
    next_step: float
    tries: float


def backtracked(
    evaluate: Callable[[Floats], tuple[float, Floats]],
    point: Floats,
    value: float,
    gradient: Floats,
    step: float,
) -> Backtracked:
    """Return the first step down the gradient that lowers a function enough.

    Where no step that changes a bit does, the point is returned as it is.
    """
    square = float((gradient * gradient).sum())
    for tries in range(1, _HALVINGS):
        after = point - step * gradient
        if (after == point).all():
            break
        with np.errstate(all="ignore"):
            found, slope = evaluate(after)
            if _lower(value, gradient, found, slope, step * square):
                longer = next_step(after - point, slope - gradient, step)
                return Backtracked(after, found, slope, step, longer, float(tries))
        step *= 0.5
    return Backtracked(point, value, gradient, 0.0, step, float(tries))


def _lower(value: float, gradient: Floats, found: float, slope: Floats, promised: float) -> bool:
    """Return whether a step is accepted: by the value, or where that is rounding by the slope."""
    if not (np.isfinite(found) and np.isfinite(slope).all()):
        return False
    if found <= value - ARMIJO * promised:
        return True
    if promised > ROUNDING * abs(value) or found > value + ROUNDING * abs(value):
        return False
    return not turned(slope, gradient)
