"""Mini-batch and stochastic descent whose rows lie with workers, partition by partition.

Two engines, both with numbers that depend on the partitions (a function of the files alone) and
never on who does them, how many there are, or in what order answers come:

- ``shares``: synchronous mini-batches. Every batch takes of each partition its share of rows
  (:class:`steepest.data.partition_rows.Shares`), the partitions' gradient sums are folded in their
  order, in one fixed tree, and one update follows. It is mini-batch descent on another random
  order: stratified by partitions.
- ``local``: in every epoch each partition descends over its own rows from the shared parameters,
  one batch after the other, and the parameters' mean, weighted by rows, begins the next epoch
  (averaging once: Zinkevich, Weimer, Smola, Li, NIPS 2010; again and again, "local SGD": Stich,
  ICLR 2019; the memory of a rule is averaged alike: Yu, Jin, Yang, ICML 2019). It is another
  method: an epoch brings the parameters as far as a sweep over one partition does, with the noise
  of the mean of all, and what it settles at is the optimum only as far as partitions are alike or
  rates fall. With L1 it is refused: the mean of sparse points is not sparse (Yuan, Zaheer, Reddi,
  "Federated composite optimization", ICML 2021), and averaging duals instead is another method.

Rows' weights scale their gradients, divided by the mean weight of all rows, as in any sweep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from steepest.data.block_parts import Held
from steepest.data.file_source import AnyRows, FileSource
from steepest.data.partition_rows import RowsTask, Shares, partition_order
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource, Folding, fold
from steepest.descent.moments_engine import infinite_if_nan
from steepest.descent.plan import Plan
from steepest.descent.problem import Problem
from steepest.descent.rules import rule_named
from steepest.descent.sweep import SweepEngine, SweepState
from steepest.objective.linear import LinearObjective, made_fill
from steepest.objective.losses import LOSSES
from steepest.objective.penalties import Penalty
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Updates = dict[str, npt.NDArray[Any]]


@dataclass(frozen=True, eq=False, kw_only=True)
class SharedBatchEngine(SweepEngine):
    """Synchronous mini-batches; see the module's docstring.

    Parameters
    ----------
    held : Held
        The training rows in training coordinates; of ``rows`` only the sizes are used.
    """

    held: Held
    name: str = "shares"

    def begin(self) -> SweepState:
        """Return the state before the first update."""
        return _begun(self)

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return an update after which the loss passes ``limit``; a pass of workers a look."""
        return self.halved(state, limit)

    def _run(
        self, state: SweepState, batches: int, *, record: bool
    ) -> tuple[SweepState, float, Updates]:
        parameters, memory = np.array(state.parameters.T, order="C"), state.memory.copy()
        done, rate = state.epoch * self.updates_per_epoch, self._rate(state)
        shares = Shares(self.held.counts, self.seed, state.epoch)
        low, losses, mean = shares.first(0), Folding[float](_plus), self.held.mean_weight or 1.0
        for batch in range(batches):
            high = shares.first((batch + 1) * self.batch_size)
            summed = self._sums(parameters, state.epoch, low, high)
            losses.add(float(summed[0]))
            gradient = summed[2:].reshape(parameters.shape) / (mean * float((high - low).sum()))
            self._update(parameters, memory, gradient, rate, done + batch)
            low = high
        total = losses.total() / (mean * self.rows.rows)
        running = float(infinite_if_nan(np.array([total]))[0])
        return self._after(state, parameters, memory), running, {}

    def _sums(
        self, parameters: Floats, epoch: int, low: npt.NDArray[Any], high: npt.NDArray[Any]
    ) -> Floats:
        """Return loss, weight and gradient sums of the rows of one batch."""
        weighted = self.held.mean_weight is not None
        fill = {
            "loss": self.loss.number, "extra": self.loss.extra, "weighted": weighted,
            "shift": np.zeros(self.rows.columns), "parameters": parameters,
            "offset": int(self.intercept),
        }  # fmt: skip
        given = {"seed": self.seed, "epoch": epoch, "low": low, "high": high, "fill": fill}
        taking = [int(number) for number in np.flatnonzero(high > low)]
        told = self.held.round(Recipe(f"{__name__}:batch_sums", given), taking)
        return fold((sums for _, sums in told), np.add)

    def _update(
        self, parameters: Floats, memory: Floats, gradient: Floats, rate: float, done: int
    ) -> None:
        """Change parameters (K, P) and memory by one update, as ``sweep_rows`` does."""
        intercept, (_, l1, l2) = int(self.intercept), self._terms
        gradient[:, intercept:] += l2 * parameters[:, intercept:]
        parameters[:], after = self.rule.apply(parameters, gradient, tuple(memory), rate, done + 1)
        for slot, values in enumerate(after):
            memory[slot][:] = values
        parameters[:, intercept:] -= np.clip(parameters[:, intercept:], -rate * l1, rate * l1)


@dataclass(frozen=True, eq=False, kw_only=True)
class LocalSweepEngine(SweepEngine):
    """Local descent with averaged parameters; see the module's docstring.

    Parameters
    ----------
    held : Held
        The training rows in training coordinates; of ``rows`` only the sizes are used.
    """

    held: Held
    name: str = "local"

    @cached_property
    def _taking(self) -> list[int]:
        """The partitions that hold training rows."""
        return [int(number) for number in np.flatnonzero(self.held.counts)]

    @property
    def updates_per_epoch(self) -> int:
        """Updates of an epoch, those of all partitions together."""
        return int((-(-self.held.counts // self.batch_size)).sum())

    def begin(self) -> SweepState:
        """Return the state before the first update."""
        return _begun(self)

    def bad_update(self, state: SweepState, limit: float) -> int:
        """Return the last update of the epoch: what lies between its ends is nobody's point."""
        return self.updates_per_epoch

    def _run(
        self, state: SweepState, batches: int, *, record: bool
    ) -> tuple[SweepState, float, Updates]:
        given = {
            "loss": self.loss.name, "extra": self.loss.extra, "intercept": self.intercept,
            "l2": self.penalty.l2, "rule": self.rule.name, "momentum": self.rule.momentum,
            "rate": self._rate(state), "batch_size": self.batch_size, "order": self.order,
            "seed": self.seed, "epoch": state.epoch, "compiled": self.compiled,
            "parameters": state.parameters, "memory": state.memory,
            "mean_weight": self.held.mean_weight,
        }  # fmt: skip
        means, losses = Folding[Floats](np.add), Folding[float](_plus)
        for number, told in self.held.round(Recipe(f"{__name__}:local_epoch", given), self._taking):
            share = float(self.held.counts[number])
            means.add(share * np.concatenate([told["parameters"][None], told["memory"]]))
            losses.add(told["losses"])
        made = means.total() / float(self.rows.rows)
        running = float(infinite_if_nan(np.array([losses.total() / self.rows.rows]))[0])
        return self._after(state, made[0], made[1:]), running, {}


def is_shared(rows: AnyRows) -> TypeGuard[FileSource]:
    """Return whether workers share the passes over these rows."""
    return isinstance(rows, FileSource) and rows.prepared.sharing is not None


def held_rows(rows: AnyRows) -> Held | None:
    """Return the rows as workers keep them, None where there are no workers."""
    if not is_shared(rows) or rows.prepared.sharing is None:
        return None
    return rows.prepared.sharing.held(rows)


def shared_plan(plan: Plan, rows: AnyRows, *, local: bool) -> Plan:
    """Return the plan, with the reason of an engine whose rows lie with workers."""
    if plan.engine != "sweep" or not is_shared(rows):
        return plan
    return replace(plan, reason="plan_local" if local else "plan_shares")


def check_local(problem: Problem, *, by_batch: bool) -> None:
    """Refuse, by name, local descent where it cannot be."""
    if not is_shared(problem.rows):
        raise InputError("local_without_workers")
    if by_batch:
        raise InputError("local_of_batches")
    if problem.penalty.l1:
        raise InputError("local_without_l1")


def partition_facts(engine: object) -> dict[str, Any]:
    """Return, for a run's metadata, how the rows of an engine of this module are partitioned."""
    if not isinstance(engine, (SharedBatchEngine, LocalSweepEngine)):
        return {}
    counts = engine.held.counts
    filled = counts[counts > 0]
    return {
        "partitions": len(counts),
        "partition_rows": [int(filled.min()), int(filled.max())],
    }


def _begun(engine: SweepEngine) -> SweepState:
    memory = np.zeros((engine.rule.slots, *engine.start.T.shape))
    return SweepState(0, engine.start, memory, engine.start)


def _plus(left: float, right: float) -> float:
    return left + right


def batch_sums(
    seed: int,
    epoch: int,
    low: npt.NDArray[np.int64],
    high: npt.NDArray[np.int64],
    fill: dict[str, Any],
) -> RowsTask:
    """Return what sums loss, weight and gradient over a partition's share of one batch."""
    add, width = made_fill(**fill), 2 + fill["parameters"].size

    def task(rows: ArraySource, number: int) -> Floats:
        order = partition_order(rows.rows, seed, epoch, number)
        chosen = order[low[number] : high[number]]
        sums = np.zeros(width)
        weight = np.empty(0) if rows.weight is None else rows.weight[chosen]
        add(np.asarray(rows.X)[chosen], np.asarray(rows.y)[chosen], weight, sums)
        return sums

    return task


def local_epoch(
    *,
    loss: str,
    extra: float,
    intercept: bool,
    l2: float,
    rule: str,
    momentum: float,
    rate: float,
    batch_size: int,
    order: str,
    seed: int,
    epoch: int,
    compiled: bool,
    parameters: Floats,
    memory: Floats,
    mean_weight: float | None,
) -> RowsTask:
    """Return what descends over a partition's rows, from shared parameters and memory."""
    known = LOSSES[loss]
    chosen = known.with_parameter(extra) if known.parameter else known

    def task(rows: ArraySource, number: int) -> dict[str, Any]:
        engine = _PartitionSweep(
            rows=rows,
            loss=chosen,
            intercept=intercept,
            objective=LinearObjective(rows, chosen, intercept),
            free=False,
            start=parameters,
            rate=rate,
            batch_size=batch_size,
            order=order,
            seed=seed,
            penalty=Penalty(l2=l2, intercept=intercept),
            rule=rule_named(rule, momentum),
            compiled=compiled,
            number=number,
            mean_weight=mean_weight,
        )
        state = SweepState(epoch, parameters, memory, parameters)
        return engine.swept(state)

    return task


@dataclass(frozen=True, eq=False, kw_only=True)
class _PartitionSweep(SweepEngine):
    """The sweep over one partition's rows, in an order of its own."""

    number: int
    mean_weight: float | None

    @cached_property
    def _share(self) -> Floats:
        weight = self.rows.weight
        return np.empty(0) if weight is None else np.asarray(weight / self.mean_weight)

    def swept(self, state: SweepState) -> dict[str, Any]:
        """Return parameters (K, P) and memory after an epoch, and the sum of the rows' losses."""
        after, running, _ = self._run(state, self.updates_per_epoch, record=False)
        point = np.ascontiguousarray(after.parameters.T)
        return {"parameters": point, "memory": after.memory, "losses": running * self.rows.rows}

    def _order(self, epoch: int) -> npt.NDArray[np.uint32]:
        if self.order == "given":
            return np.arange(self.rows.rows, dtype=np.uint32)
        return partition_order(self.rows.rows, self.seed, epoch, self.number)
