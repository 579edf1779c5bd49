"""The one loop: it owns stretches, the clock, stopping and endings; engines own the arithmetic."""

from __future__ import annotations

import math
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from steepest.descent.interrupt import stop_requests
from steepest.descent.snapshot import Keeper
from steepest.trace.endings import ENDINGS, Ending
from steepest.trace.record import Trace
from steepest.trace.recorder import Recorder, Stretch, row_budget

Floats = npt.NDArray[np.float64]
Watch = Callable[[Mapping[str, float]], None]

# A run whose loss is this many times the larger of the losses at the start and at zero
# parameters has diverged.
DIVERGENCE = 1e3
# Stochastic descent has stalled when this many epochs bring no relative improvement of ...
PATIENCE, IMPROVEMENT = 10, 1e-4
_FIRST_STRETCH = 64


class Engine(Protocol):
    """Advances a stretch of epochs; never prints, times or stops. States are never changed."""

    @property
    def name(self) -> str:
        """Its name in traces."""

    @property
    def epochs(self) -> int:
        """Most epochs of the run."""

    @property
    def rate(self) -> float:
        """Learning rate."""

    @property
    def start(self) -> Floats:
        """Parameters (P, K) before the first update."""

    @property
    def stochastic(self) -> bool:
        """Whether updates look at some of the rows only."""

    @property
    def stretch(self) -> int:
        """Most epochs of one advance."""

    @property
    def updates_per_epoch(self) -> int:
        """Updates of one epoch."""

    def begin(self) -> Any:
        """Return the state before the first update."""

    def parameters(self, state: Any) -> Floats:
        """Return the parameters (P, K) of a state."""

    def measure(self, state: Any) -> Stretch:
        """Return the trace row of a state, everything evaluated."""

    def advance(self, state: Any, epochs: int) -> tuple[Any, Stretch]:
        """Return the state after ``epochs`` epochs and the trace rows on the way."""

    def bad_update(self, state: Any, limit: float) -> int:
        """Return the first update of the next epoch after which the loss passes ``limit``."""


@dataclass(frozen=True)
class Stopping:
    """When to stop.

    Attributes
    ----------
    tolerance : float
        Converged when the gradient norm is at most this times ``gradient_scale``; 0: never.
    target_loss : float or None
        Stop when the training loss is at most this.
    gradient_scale, loss_scale : float
        The larger of the gradient norms, and of the losses, at the start and at zero.
    floor : float
        A value below this is called falling without end; losses of rows never are.
    patience : int
        Stop early when the validation loss has not improved by 1e-4 of itself for so many
        evaluations; 0: never.
    """

    tolerance: float
    target_loss: float | None
    gradient_scale: float
    loss_scale: float
    floor: float = -math.inf
    patience: int = 0

    @property
    def limit(self) -> float:
        """The loss above which a run has diverged."""
        return DIVERGENCE * self.loss_scale


@dataclass
class _Progress:
    """What the loop remembers from stretch to stretch."""

    state: Any
    epoch: int = 0
    seconds: float = 0.0
    best_loss: float = math.inf
    best_epoch: int = 0
    best_from: tuple[Any, int] | None = None
    good: tuple[Any, int] | None = None
    series: str = ""
    reference: float = math.inf
    idle: int = 0
    lowest: float = math.inf
    lowest_epoch: int = 0
    lowest_from: tuple[Any, int] | None = None
    risen: int = 0
    facts: dict[str, object] = field(default_factory=dict)


def descend(
    engine: Engine,
    stopping: Stopping,
    *,
    watch: Watch | None = None,
    record_all: bool = False,
    keeper: Keeper | None = None,
) -> Trace:
    """Run an engine until one of the endings; return the trace.

    Parameters
    ----------
    engine : Engine
        What advances; its ``epochs`` are the most that are run.
    stopping : Stopping
        When to stop before.
    watch : function, optional
        Called after every stretch with the newest trace row.
    record_all : bool
        Keep every epoch's row, whatever memory it takes.
    keeper : Keeper, optional
        Where to leave the run between stretches, and where to take it up again.
    """
    # a signal while code is loaded or compiled ends the run too, at its start
    with stop_requests() as requests:
        progress = _Progress(engine.begin())
        shape = (engine.start.shape[0], engine.start.shape[1])
        recorder = Recorder(shape, None if record_all else row_budget(shape))
        length, ending = _FIRST_STRETCH, None
        left = None if keeper is None else keeper.load()
        if left is not None:
            progress, length = _Progress(**left["progress"]), left["length"]
            recorder.restore(left["recorder"])
        else:
            ending = _begun(engine, stopping, progress, recorder)
        while ending is None and progress.epoch < engine.epochs:
            if requests.signal is not None:
                _keep(keeper, progress, recorder, length)
                ending = ("interrupted", {"signal": signal.Signals(requests.signal).name})
                break
            ending = _stretch(engine, stopping, progress, recorder, length, watch)
            length = min(2 * length, engine.stretch)
            if keeper is not None and ending is None and keeper.due(progress.epoch):
                _keep(keeper, progress, recorder, length)
    if ending is None:
        ending = ("epochs_used_up", {})
    return _finished(engine, stopping, progress, recorder, *ending)


def _begun(
    engine: Engine, stopping: Stopping, progress: _Progress, recorder: Recorder
) -> tuple[str, dict[str, object]] | None:
    """Record the start; return the ending that it already brings, if any."""
    first = engine.measure(progress.state)
    _note(progress, first, 0)
    ending, _ = _judge(engine, stopping, progress, first)
    if ending is not None and ending[0] == "diverged":
        ending = ("diverged", {"variant": "start", "update": 0})
    _record(recorder, first, progress, 0.0)
    return ending


def _keep(keeper: Keeper | None, progress: _Progress, recorder: Recorder, length: int) -> None:
    if keeper is None:
        return
    values = {one.name: getattr(progress, one.name) for one in fields(progress)}
    left = {"progress": values, "recorder": recorder.kept(), "length": length}
    keeper.save(left, progress.epoch)


def _stretch(
    engine: Engine,
    stopping: Stopping,
    progress: _Progress,
    recorder: Recorder,
    length: int,
    watch: Watch | None,
) -> tuple[str, dict[str, object]] | None:
    """Advance once, judge every row, record those up to the ending."""
    before = progress.state
    epochs = min(length, engine.stretch, engine.epochs - progress.epoch)
    started = time.perf_counter()
    state, rows = engine.advance(before, epochs)
    seconds = time.perf_counter() - started
    ending, used = _judge(engine, stopping, progress, rows)
    if used < epochs:
        state, rows = engine.advance(before, used)
        seconds *= used / epochs
    if ending is not None or progress.epoch + used == engine.epochs:
        rows = _evaluated(engine, state, rows)
    if ending is None and progress.epoch + used == engine.epochs:
        ending, _ = _judge(engine, stopping, progress, rows, final=True)
    _note(progress, rows, used)
    _record(recorder, rows, progress, seconds)
    if ending is not None and ending[0] == "diverged":
        ending[1]["update"] = _first_bad(engine, stopping, progress, used)
    progress.state, progress.epoch = state, progress.epoch + used
    if not math.isnan(_at(rows, "loss", -1)):
        progress.good = (state, progress.epoch)
    if watch is not None:
        watch({name: float(column[-1]) for name, column in rows.columns.items()})
    return ending


def _evaluated(engine: Engine, state: Any, rows: Stretch) -> Stretch:
    """Return the last row with everything evaluated, for engines that do so only at times."""
    if len(rows.still) != 1 or not math.isnan(_at(rows, "loss", -1)):
        return rows
    measured = engine.measure(state)
    columns = {**rows.columns, **measured.columns}
    return Stretch(columns, rows.parameters, rows.still, rows.updates)


def _column(rows: Stretch, name: str) -> Floats:
    return rows.columns.get(name, np.full(len(rows.still), np.nan))


def _judge(
    engine: Engine, stopping: Stopping, progress: _Progress, rows: Stretch, *, final: bool = False
) -> tuple[tuple[str, dict[str, object]] | None, int]:
    """Return the ending that a row of the stretch brings, and how many epochs lead to it."""
    count = len(rows.still)
    early = count if final or not stopping.patience else _risen(stopping, progress, rows)
    for row in [0] if count == 1 else _suspects(stopping, rows):
        name = _verdict(stopping, rows, int(row))
        if name is not None and row <= early:
            return (name, {"variant": "still"} if name == "stalled" else {}), int(row) + 1
    if early < count:
        return ("early_stopped", {"patience": stopping.patience}), early + 1
    if engine.stochastic and stopping.tolerance > 0.0 and not final:
        if not progress.series:
            progress.series = "running_loss" if math.isnan(_at(rows, "loss", -1)) else "loss"
        if _idle(progress, _at(rows, progress.series, -1)):
            return ("stalled", {"variant": "idle"}), count
    return None, count


def _verdict(stopping: Stopping, rows: Stretch, row: int) -> str | None:
    """Return the name of the ending that one row brings, if any; the order of tests counts."""
    loss, running = _at(rows, "loss", row), _at(rows, "running_loss", row)
    judged = running if math.isnan(loss) else loss
    if judged < stopping.floor:
        return "unbounded"
    if judged > stopping.limit or math.isinf(loss) or math.isinf(running):
        return "diverged"
    small = stopping.tolerance * stopping.gradient_scale
    if stopping.tolerance > 0.0 and _at(rows, "gradient_norm", row) <= small:
        return "converged"
    if stopping.target_loss is not None and loss <= stopping.target_loss:
        return "target_loss_reached"
    return "stalled" if rows.still[row] else None


def _suspects(stopping: Stopping, rows: Stretch) -> npt.NDArray[np.int64]:
    """Return the rows of a long stretch that may bring an ending, in order."""
    loss = _column(rows, "loss")
    least = -math.inf if stopping.target_loss is None else stopping.target_loss
    with np.errstate(invalid="ignore"):
        odd = ~(loss <= stopping.limit) | (loss <= least) | (loss < stopping.floor) | rows.still
        small = stopping.tolerance * stopping.gradient_scale
        odd |= _column(rows, "gradient_norm") <= small
    return np.flatnonzero(odd)


def _at(rows: Stretch, name: str, row: int) -> float:
    """Return one number of a stretch, NaN where the engine does not know the column."""
    return float(rows.columns[name][row]) if name in rows.columns else math.nan


def _idle(progress: _Progress, loss: float) -> bool:
    if math.isnan(loss):
        return False
    if loss < progress.reference * (1.0 - IMPROVEMENT) or math.isinf(progress.reference):
        progress.reference, progress.idle = loss, 0
    else:
        progress.idle += 1
    return progress.idle >= PATIENCE


def _risen(stopping: Stopping, progress: _Progress, rows: Stretch) -> int:
    """Return the row at which patience with the validation loss ends, their number if at none."""
    for row, loss in enumerate(_column(rows, "validation_loss")):
        if math.isnan(loss):
            continue
        if loss < progress.lowest * (1.0 - IMPROVEMENT) or math.isinf(progress.lowest):
            progress.lowest, progress.risen = float(loss), 0
            progress.lowest_epoch = int(rows.columns["epoch"][row])
            progress.lowest_from = (progress.state, progress.lowest_epoch - progress.epoch)
        else:
            progress.risen += 1
        if progress.risen >= stopping.patience:
            return row
    return len(rows.still)


def _note(progress: _Progress, rows: Stretch, used: int) -> None:
    """Remember where the best evaluated loss so far was."""
    loss = _column(rows, "loss")
    row = int(np.argmin(np.where(np.isfinite(loss), loss, np.inf))) if len(loss) > 1 else 0
    if math.isfinite(loss[row]) and loss[row] < progress.best_loss:
        progress.best_loss = float(loss[row])
        progress.best_epoch = int(rows.columns["epoch"][row])
        progress.best_from = (progress.state, row + 1 if used else 0)


def _record(recorder: Recorder, rows: Stretch, progress: _Progress, seconds: float) -> None:
    count = len(rows.still)
    share = np.ones(1) if count == 1 else np.arange(1, count + 1) / count
    columns = {**rows.columns, "seconds": progress.seconds + seconds * share}
    progress.seconds += seconds
    recorder.add(Stretch(columns, rows.parameters, rows.still, rows.updates))


def _first_bad(engine: Engine, stopping: Stopping, progress: _Progress, used: int) -> int:
    """Return the number of the first update after which the loss passes the limit.

    Epochs whose loss was not evaluated are gone through again from the last one whose was.
    """
    last = progress.epoch + used
    state, epoch = progress.good or (engine.begin(), 0)
    if used > 1:
        state, epoch = engine.advance(progress.state, used - 1)[0], last - 1
    while epoch < last - 1:
        after = engine.advance(state, 1)[0]
        loss = float(_column(engine.measure(after), "loss")[-1])
        if not loss <= stopping.limit:
            break
        state, epoch = after, epoch + 1
    return epoch * engine.updates_per_epoch + engine.bad_update(state, stopping.limit)


def _finished(
    engine: Engine,
    stopping: Stopping,
    progress: _Progress,
    recorder: Recorder,
    name: str,
    facts: dict[str, object],
) -> Trace:
    columns, path = recorder.finish()
    parameters = engine.parameters(progress.state)
    if name == "early_stopped":  # by the validation loss, not by the training loss
        progress.best_loss, progress.best_epoch = progress.lowest, progress.lowest_epoch
        progress.best_from = progress.lowest_from
    if ENDINGS[name][1] and progress.best_from is not None:
        state, epochs = progress.best_from
        best = engine.advance(state, epochs)[0] if epochs else state
        parameters = engine.parameters(best)
    trace = Trace(columns, path, parameters, Ending(name, name), recorder.finished_updates())
    phrase = f"{name}_{facts.pop('variant')}" if "variant" in facts else name
    facts |= {
        "epochs": progress.epoch,
        "updates": progress.epoch * engine.updates_per_epoch,
        "rate": engine.rate,
        "first_loss": float(trace["loss"][0]),
        "loss": trace.last("loss"),
        "best_loss": progress.best_loss,
        "best_epoch": progress.best_epoch,
        "gradient_norm": trace.last("gradient_norm"),
        "gradient_scale": stopping.gradient_scale,
        "tolerance": stopping.tolerance,
        "target_loss": stopping.target_loss,
        "loss_limit": stopping.limit,
    }
    metadata = {"engine": engine.name, "recorded_every": recorder.every}
    return Trace(columns, path, parameters, Ending(name, phrase, facts), trace.updates, metadata)
