"""Runs of a page's state: the options of a fit, its rows prepared once, its trace kept a while."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar, cast

import numpy as np

from steepest import FitOptions, Quadratic, Run, Trace
from steepest.data.source import ArraySource
from steepest.data.table import Note
from steepest.descent.problem import Problem
from steepest.descent.searches import POINTS
from steepest.figures.recorded import INTERCEPT, Recorded, Rows
from steepest.figures.row_losses import RowLosses, row_losses
from steepest.fitting.classes import scored, with_classes
from steepest.fitting.landscape import sampled
from steepest.fitting.prepared import PreparedArrays, checked_features
from steepest.fitting.resolving import check_against_rows
from steepest.fitting.rows import prepared
from steepest.fitting.run import fingerprint
from steepest.fitting.summary import least_squares, summary_of
from steepest.fitting.table_fit import about_run, linear_of, run_of, trained
from steepest.forecasting.conditions import views_of
from steepest.lab.grids import affordable, chosen, fitting, ranges_of, round_range
from steepest.lab.previews import Extent, Part, extent, part_of, trained_part
from steepest.lab.states import State, label_of
from steepest.lab.tables import Held, Tables
from steepest.lab.work import Work

T = TypeVar("T")
_KEPT_ROWS, _KEPT_RUNS, _KEPT_PARTS = 6, 12, 3
# Numbers of a part that are kept: 64 MB.
_MOST_KEPT = 8_000_000
# Of the keys of a state, those on which no number of its run depends.
_SHOWN_ONLY = ("lang", "theme", "smoothing", "plane", "h", "at", "step", "x")


class Cache:
    """The newest results of some calls; what two threads ask for is made once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Entry] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the result of ``key``, made if it is not kept; a failure is not kept."""
        with self._lock:
            entry = self._kept.setdefault(key, _Entry())
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        with entry.making:
            if not entry.made:
                entry.made.append(make())
        return cast(T, entry.made[0])

    def holds(self, key: Hashable) -> bool:
        """Return whether the result of ``key`` is kept."""
        with self._lock:
            entry = self._kept.get(key)
        return entry is not None and bool(entry.made)


class _Entry:
    """A result, in a list once there is one, and the lock of who makes it."""

    def __init__(self) -> None:
        self.making = threading.Lock()
        self.made: list[Any] = []


@dataclass(frozen=True, eq=False)
class Bench:
    """Rows made ready for fits: what does not depend on rates, epochs, batches."""

    rows: PreparedArrays
    problem: Problem
    sample: Rows
    loss: str

    @cached_property
    def validation(self) -> Quadratic | None:
        """The validation loss at any parameters, where moments give it."""
        found = self.problem.validation_objective()
        return found if isinstance(found, Quadratic) else None

    @cached_property
    def bowl(self) -> Quadratic | None:
        """What is minimized, where it is a quadratic: squared errors, and an l2 penalty."""
        squares = self.problem.free and not self.problem.penalty.l1
        return self.problem.bowl if squares else None

    @cached_property
    def measured(self) -> RowLosses | None:
        """What is minimized, where only the rows tell it."""
        problem = self.problem
        if self.bowl is not None:
            return None
        assert isinstance(problem.rows, ArraySource)  # a session's tables are in memory
        squares = problem.quadratic if problem.free else None
        kind = (problem.loss, problem.penalty, problem.coordinates)
        return row_losses(problem.rows, *kind, squares, problem.objective().value)

    @cached_property
    def sketch(self) -> RowLosses | None:
        """The same over a few rows, for what is shown while something is dragged."""
        return self.measured and self.measured.sketched()

    @cached_property
    def unit(self) -> float | None:
        """1/L of what is minimized, or of half the squared error where no curvature is known."""
        bowl = self.problem.bowl or least_squares(self.problem)
        return 1.0 / bowl.largest_curvature if bowl.largest_curvature else None

    @cached_property
    def conditions(self) -> dict[bool, float]:
        """The condition numbers L/mu with features standardized, and as they are."""
        quadratic = self.problem.quadratic
        if quadratic is None or not self.problem.exact:
            return {}
        weight = 0.5 * self.problem.loss.curvature_bound / quadratic.scale
        views = views_of(quadratic, weight)
        return {True: views.standardized.condition, False: views.raw.condition}


@dataclass(frozen=True, eq=False)
class Made:
    """A run of a state.

    Attributes
    ----------
    state : State
        What was asked for, names of columns made definite.
    options : FitOptions
        The same in the words of a fit.
    shortened : Note, optional
        How much less a preview ran.
    preview : bool
        Whether it is one.
    """

    state: State
    options: FitOptions
    held: Held
    bench: Bench
    trace: Trace
    seconds: float
    shortened: Note | None
    preview: bool = False

    @cached_property
    def recorded(self) -> Recorded:
        """What pictures need of it."""
        rows, options, bench = self.bench.rows, self.options, self.bench
        return Recorded(
            trace=self.trace,
            names=(*((INTERCEPT,) if options.intercept else ()), *rows.preparation.names),
            targets=scored(options, rows.classes, rows.training.targets),
            training=bench.bowl,
            validation=bench.validation,
            rows=bench.sample,
            count=rows.training.rows,
            standardized=options.standardize,
            title=", ".join(self.held.data),
            provenance={
                "seed": options.seed,
                "data": list(self.held.data),
                "target": ", ".join(options.target),
            },
            classes=rows.classes,
            measured=bench.sketch if self.preview else bench.measured,
        )

    @cached_property
    def summary(self) -> dict[str, Any]:
        """The keys that ``steepest fit --json`` prints, but for the findings."""
        coefficients, intercept = self.bench.problem.coordinates.to_table(self.trace.parameters)
        return summary_of(
            self.bench.problem,
            self.bench.rows,
            self.options,
            self.trace,
            coefficients,
            intercept,
            self.seconds,
            diagnosed=False,
        )

    @cached_property
    def run(self) -> Run:
        """The run as a fit returns it: with what its rows say, and its story."""
        prints = fingerprint(self.bench.rows.table.files)
        about = about_run(self.held.data, self.options, None, prints, self.bench.rows)
        with np.errstate(over="ignore", invalid="ignore"):
            return run_of(
                self.bench.problem, self.bench.rows, self.options, self.trace, about, self.seconds
            )


class Runs:
    """Runs on the tables of a session."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._rows, self._benches = Cache(_KEPT_ROWS), Cache(_KEPT_ROWS)
        self._runs, self._parts_kept = Cache(_KEPT_RUNS), Cache(_KEPT_PARTS)
        # Pictures that a drag of the rate leaves as they are.
        self.pictures = Cache(_KEPT_RUNS)

    def definite(self, state: State) -> tuple[State, list[Note]]:
        """Return the state with columns that its table has."""
        held = self.tables[state.data]
        known, notices = held.table.columns, []
        lost = [name for name in (*state.target, *state.features) if name not in known]
        if lost:
            notices.append(Note("lab_no_column", {"columns": lost, "table": held.table.name}))
        target = tuple(name for name in state.target if name in known) or held.target
        features = tuple(n for n in state.features if n in known and n not in target)
        state = replace(state, target=target, features=features or held.features)
        state = replace(state, loss=self.bench(state).loss)
        return self._fitting(state, notices), notices

    def _fitting(self, state: State, notices: list[Note]) -> State:
        """Return the state with a batch and a start that fit its rows."""
        bench = self.bench(state)
        count = bench.rows.training.rows
        if state.batch != "all" and int(state.batch) >= count:
            if int(state.batch) > count:
                facts = {"label": label_of("batch"), "kept": count, "low": 1, "high": count}
                notices.append(Note("lab_clamped", facts))
            state = replace(state, batch="all")
        wanted = bench.problem.coordinates.parameters * bench.rows.training.targets
        if isinstance(state.start, tuple) and len(state.start) != wanted:
            notices.append(Note("lab_start", {"given": len(state.start), "wanted": wanted}))
            state = replace(state, start="zero")
        names = parameters_of(bench)
        state, more = fitting(state, names, min(2, len(names)))
        notices += more
        return state

    def bench(self, state: State) -> Bench:
        """Return the rows of a definite state, with their moments."""
        options = options_of(state)
        seed = state.seed if self._drawn(state) else 0
        columns = (state.data, state.target, state.features, state.intercept)
        shape = (*columns, state.validation, seed, state.missing, state.dates)
        held = self.tables[state.data]
        rows = self._rows.get(shape, lambda: prepared(held.table, held.own, options))

        def make() -> Bench:
            checked_features(held.table, replace(options, method="auto", points=None).checked())
            named, given = with_classes(rows, options)
            assert isinstance(named, PreparedArrays)
            sample = sampled(named.training, named.validation, options.seed)
            shown = Rows(sample.features, sample.targets, sample.validation)
            problem = linear_of(named, given)
            problem.check_rows()
            return Bench(named, problem.with_moments(), shown, given.loss)

        loss = (state.loss, state.loss_parameter, state.standardize)
        penalty = (state.penalty, state.alpha, state.l1_ratio)
        return self._benches.get((shape, loss, penalty), make)

    def _drawn(self, state: State) -> bool:
        """Whether the validation rows depend on the seed."""
        return self.tables[state.data].own is None or state.validation is not None

    def made(self, state: State, work: Work, *, preview: bool = False) -> Made:
        """Return the run of a definite state."""
        key = _key(state)
        kept = self._runs.get((key, preview), lambda: self._made(state, work, preview))
        return kept if kept.state == state else replace(kept, state=state)

    def known(self, state: State) -> bool:
        """Return whether the whole run of a definite state is kept."""
        return self._runs.holds((_key(state), False))

    def _made(self, state: State, work: Work, preview: bool) -> Made:
        bench = self.bench(state)
        options = options_of(state)
        if state.searched:
            ranges = searched_ranges(state, bench)
            points = affordable(state.method, len(ranges), state.points)
            usual = state.points is None and points == POINTS[state.method]
            options = replace(options, ranges=ranges, points=None if usual else points)
        options = options.checked()
        check_against_rows(options, bench.rows)
        work.look()
        count, columns = bench.rows.training.rows, bench.rows.training.columns
        made = Extent(options.epochs, count, count)
        if preview:
            made = extent(options, count, columns, passes=not bench.problem.free)
        asked = replace(options, epochs=made.epochs)
        started = time.perf_counter()
        if made.gathered_once and preview:
            trace = trained_part(self._part(bench, asked, made), bench.rows, asked, work)
        else:
            trace = trained(bench.problem, bench.rows, asked, work.look)
        seconds = time.perf_counter() - started
        note = made.note(options.epochs)
        held = self.tables[state.data]
        return Made(state, asked, held, bench, trace, seconds, note, preview)

    def _part(self, bench: Bench, options: FitOptions, made: Extent) -> Part:
        """Return the rows that a preview walks, kept unless they are many."""

        def make() -> tuple[Bench, Part]:
            return bench, part_of(bench.problem, options, made.rows)

        if made.rows * bench.rows.training.columns > _MOST_KEPT:
            return make()[1]
        key = (id(bench), options.seed, options.walk, made.rows)  # the entry keeps its bench alive
        return self._parts_kept.get(key, make)[1]


def _key(state: State) -> Hashable:
    """Return what a run's numbers depend on."""
    return tuple((k, v) for k, v in vars(state).items() if k not in _SHOWN_ONLY)


def options_of(state: State) -> FitOptions:
    """Return the options of a fit that a definite state of a table asks for."""
    searched = state.searched
    return FitOptions(
        target=state.target,
        features=state.features or None,
        loss=state.loss,
        loss_parameter=state.loss_parameter,
        penalty=state.penalty,
        alpha=state.alpha,
        l1_ratio=state.l1_ratio,
        method=state.method if searched else "auto",
        batch_size=None if searched or state.batch == "all" else int(state.batch),
        order="random" if searched else state.order,
        learning_rates=("auto",) if searched else (state.rate,),
        rule="plain" if searched else state.rule,
        momentum=None if searched else state.momentum,
        schedule="constant" if searched else state.schedule,
        epochs=state.epochs,
        tolerance=state.tolerance,
        standardize=state.standardize,
        intercept=state.intercept,
        validation=state.validation,
        missing=state.missing,
        dates=state.dates,
        start=state.start,
        seed=state.seed,
        points=state.points if searched else None,
    )


def searched_ranges(state: State, bench: Bench) -> tuple[tuple[str, float, float], ...]:
    """Return what a search goes through, in the table's units.

    The ranges that the state names; else those of its plane or the first two parameters, in round
    numbers that hold the start and the optimum.
    """
    quadratic, where = least_squares(bench.problem), bench.problem.coordinates
    names = parameters_of(bench)
    given = ranges_of(state)
    if given:
        return tuple((name, *given[name]) for name in chosen(given, names))
    coefficients, constant = where.to_table(quadratic.optimum)
    best = np.concatenate([constant[None], coefficients])[1 - int(where.intercept) :, 0]
    start = state.start if isinstance(state.start, tuple) else (0.0,) * len(names)
    wanted = [name for name in state.plane if name in names] or list(names[:2])
    places = [names.index(name) for name in wanted[:2]]
    return tuple((names[i], *round_range(float(best[i]), start[i])) for i in places)


def parameters_of(bench: Bench) -> tuple[str, ...]:
    """Return the names of a model's parameters, the intercept first where there is one."""
    first = (INTERCEPT,) if bench.problem.coordinates.intercept else ()
    return (*first, *bench.rows.preparation.names)
