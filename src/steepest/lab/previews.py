"""What runs while something is dragged: fewer epochs, or the first updates of one.

The first updates of an epoch are those of the whole run, on the same rows in the same order: the
rows that they take are gathered once and then walked as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from steepest import FitOptions, LinearObjective, Trace
from steepest.data.draws import epoch_order
from steepest.data.source import ArraySource
from steepest.data.table import Note
from steepest.descent.plan import PLAIN_UPDATES
from steepest.descent.problem import Problem
from steepest.descent.rates import RateBounds
from steepest.descent.rules import Rule, rule_of
from steepest.fitting.prepared import PreparedArrays
from steepest.fitting.table_fit import trained
from steepest.lab.states import SEARCHES
from steepest.lab.work import Work

# Stochastic runs take at most so many looks at rows, and so many epochs, of a compiled sweep; or
# updates, where the plan sweeps in plain numpy. Each is about 25 ms.
PREVIEW_VISITS, PREVIEW_EPOCHS, PREVIEW_UPDATES = 400_000, 1_000, 1_500
# Passes of batch descent where moments do not say the loss; numbers read that cost as much again.
PREVIEW_PASSES, _PASSED = 200, 4_000
# Numbers gathered for an update that cost as much again as the update (descent/plan.py).
_NUMBERS = 1_600
# Rows from which the order and the gathering take more than 2 ms.
_MANY = 50_000


@dataclass(frozen=True)
class Extent:
    """How much of a run is made: ``epochs``, of ``rows`` of the ``of`` training rows."""

    epochs: int
    rows: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether epochs take all rows."""
        return self.rows == self.of

    @property
    def gathered_once(self) -> bool:
        """Whether its rows are worth keeping: one epoch, and gathering them is what it costs."""
        return self.epochs == 1 and (self.rows < self.of or self.rows > _MANY)

    def note(self, asked: int) -> Note | None:
        """Return what a page is told of it, nothing where a run is complete."""
        if not self.whole:
            return Note("lab_preview_rows", {"rows": self.rows, "of": self.of, "epochs": asked})
        if self.epochs < asked:
            return Note("lab_preview_epochs", {"epochs": self.epochs, "of": asked})
        return None


def extent(options: FitOptions, rows: int, columns: int, *, passes: bool = False) -> Extent:
    """Return how much of a run is made while something is dragged.

    ``passes`` says that an epoch of batch descent reads all rows, since moments do not give it.
    """
    epochs = options.epochs
    size = options.batch_size
    if passes and (size is None or size >= rows):
        one = 1.0 + rows * (columns + 1) / _PASSED
        return Extent(max(1, min(epochs, int(PREVIEW_PASSES / one))), rows, rows)
    if size is None or size >= rows or options.method in SEARCHES:
        return Extent(epochs, rows, rows)
    wide = columns + 1

    def units(count: int) -> int:
        return -(-count // size) + count * wide // _NUMBERS

    most = min(epochs, max(1, min(PREVIEW_EPOCHS, PREVIEW_VISITS // rows)))
    fewer = PREVIEW_VISITS // size * size
    if units(rows) * most > PLAIN_UPDATES and rows <= PREVIEW_VISITS:
        return Extent(most, rows, rows)
    if rows > PREVIEW_VISITS and units(fewer) > PLAIN_UPDATES:
        return Extent(1, fewer, rows)
    if units(rows) <= PREVIEW_UPDATES:
        return Extent(min(most, PREVIEW_UPDATES // units(rows)), rows, rows)
    updates = max(2, int(PREVIEW_UPDATES / (1.0 + size * wide / _NUMBERS)))
    return Extent(1, min(rows, updates * size), rows)


@dataclass(frozen=True, eq=False)
class Part(Problem):
    """The rows of an epoch's first updates as they are walked; all else is of all rows."""

    whole: Problem | None = None
    walk: str = "random"
    known: dict[tuple[int, str, float], RateBounds | None] = field(default_factory=dict)

    def by_rows(self) -> LinearObjective:
        """Return the objective over all training rows."""
        assert self.whole is not None
        return self.whole.by_rows()

    def bounds(self, batch_size: int, order: str, rule: str | Rule = "plain") -> RateBounds | None:
        """Return what is known about rates on all rows, computed once."""
        chosen = rule_of(rule)
        key = (batch_size, chosen.name, chosen.momentum)
        if key not in self.known:
            assert self.whole is not None
            self.known[key] = self.whole.bounds(batch_size, self.walk, rule)
        return self.known[key]


def part_of(problem: Problem, options: FitOptions, rows: int) -> Part:
    """Return the first ``rows`` rows that the first epoch of a run walks, gathered."""
    source = problem.rows
    assert isinstance(source, ArraySource)  # a session's tables are in memory
    if options.walk == "random":
        chosen: Any = epoch_order(source.rows, options.seed, 0)[:rows].astype(np.intp)
    else:
        chosen = slice(rows)
    taken = replace(source, X=source.X[chosen], y=source.y[chosen], positions=None)
    kept = {name: getattr(problem, name) for name in Problem.__dataclass_fields__}
    return Part(**{**kept, "rows": taken.gathered()}, whole=problem, walk=options.walk)


def trained_part(part: Part, rows: PreparedArrays, options: FitOptions, work: Work) -> Trace:
    """Return the first updates of a run, its epochs counted in rows of the whole table."""
    given = replace(options, order="given", epochs=1)
    trace = trained(part, rows, given, work.look)
    assert part.whole is not None
    share = part.rows.rows / part.whole.rows.rows
    columns = {**trace.columns, "epoch": trace.columns["epoch"] * share}
    return replace(trace, columns=columns, metadata={**trace.metadata, "order": options.walk})
