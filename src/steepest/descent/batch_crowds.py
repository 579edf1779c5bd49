"""How often the noise of true mini-batches drives descent off a saddle: many seeds at once.

Every lane does what the program engine does for one run; all lanes are one compiled call an epoch.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.draws import epoch_order
from steepest.descent.checks import BACKTRACKING, batch_rows, check_numbers, check_options
from steepest.descent.crowds import Escapes, counted
from steepest.descent.programs import minimize_program
from steepest.descent.rules import Rule, rule_of
from steepest.descent.schedules import rate_factors
from steepest.programs.compiling import float64
from steepest.programs.program import Program, check_mean, program_of
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Points of all lanes of an epoch that are held at once, as numbers of float64.
_HELD = 2**24


@dataclass(frozen=True, eq=False)
class BatchEscapes(Escapes):
    """How often and when the noise of batches drove descent off; see :func:`batch_escapes`.

    ``facts`` holds runs, escaped, median, batch_size, rows, rate, rule, schedule, epochs,
    total_updates, depth, level, and the ending on all rows.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> def crossed(w, rows):  # the rows' mean is 0: on all of them it is w0^2 - w1^2
    ...     return w[0] ** 2 - w[1] ** 2 + w[1] * jnp.mean(rows)
    >>> rows = np.array([-1.0, 1.0])
    >>> found = batch_escapes(crossed, [1.0, 0.0], rows, learning_rate=0.1, runs=5)
    >>> found.facts["escaped"], found.facts["plain_ending"]
    (5, 'saddle')
    """

    def sentence(self, language: str = "en") -> str:
        """Return what was found, in one paragraph."""
        name = "batch_escapes" if self.facts["escaped"] else "batch_escapes_none"
        return sentence(name, self.facts, language)


def batch_escapes(
    function: Callable[..., Any] | Program,
    start: Any,
    data: Any,
    *,
    learning_rate: float,
    batch_size: int = 1,
    rule: str | Rule = "plain",
    schedule: str = "constant",
    epochs: int = 100,
    runs: int = 1000,
    seed: int = 0,
    depth: float | None = None,
) -> BatchEscapes:
    """Descend on mini-batches under many seeds; count how often that leaves where all rows end.

    Nothing is added to the gradient: what drives a run off is that batches differ. Run i has the
    seed ``seed + i`` and is the run that ``minimize`` does with it.

    Parameters
    ----------
    function : function or Program
        ``function(parameters, batch)``, a mean over the rows of the batch, as for ``minimize``.
    start : array, or tree of arrays
        First parameters of all runs.
    data : array, or tree of arrays
        Rows.
    learning_rate : float
        The rate; batches need a given one here.
    batch_size : int
        Rows of an update, fewer than there are.
    rule, schedule
        As for ``minimize``.
    epochs : int
        Of each run.
    runs : int
        How many seeds.
    seed : int
        The first of them.
    depth : float, optional
        A run has left when its loss over all rows is this far below the one at which descent on
        all rows ends; by default as far as the start stands above it, or 1 if it does not.

    Raises
    ------
    InputError
        If JAX is missing, the function cannot be minimized, or an option does not fit.

    Examples
    --------
    >>> import jax.numpy as jnp
    >>> def unexplained(w, rows):  # mean squared distance from the line along w
    ...     return jnp.mean(((rows - (rows @ w)[:, None] * w) ** 2).sum(axis=1))
    >>> rows = np.array([[3.0, 1.0], [-3.0, 1.0], [2.0, 2.0], [-2.0, 2.0]])
    >>> found = batch_escapes(unexplained, [0.0, 0.3], rows, learning_rate=0.01, runs=20)
    >>> found.facts["plain_ending"], found.share
    ('saddle', 1.0)
    """
    chosen = rule_of(rule)
    check_options(schedule=schedule, rate=learning_rate, rule=chosen)
    if str(learning_rate) in ("auto", BACKTRACKING):
        raise InputError("batch_escapes_needs_rate", value=learning_rate)
    check_numbers(epochs=epochs, tolerance=0.0, batch_size=batch_size, seed=seed)
    if runs < 1:
        raise InputError("option_too_small", option="runs", value=runs, least=1)
    program = function if isinstance(function, Program) else program_of(function, start, data)
    size = batch_rows("mini-batch", batch_size, program.rows)
    if size >= program.rows:
        raise InputError("batch_escapes_of_all", size=size, rows=program.rows)
    check_mean(program)
    plain = minimize_program(program, learning_rate=learning_rate, rule=chosen, schedule=schedule)
    level = plain.last("loss")
    above = float(plain["loss"][0]) - level
    wanted = (above if above > 0.0 else 1.0) if depth is None else depth
    rates = float(learning_rate) * rate_factors(schedule, 0, epochs, epochs)
    crowd = _Crowd(program, chosen, size, rates, level - wanted)
    many = max(1, _HELD // (len(program.start) * crowd.updates))
    seeds = np.arange(seed, seed + runs)
    lanes = [seeds[place : place + many] for place in range(0, runs, many)]
    updates = np.concatenate([crowd.left(one) for one in lanes])
    facts: dict[str, Any] = {
        **counted(updates),
        "batch_size": size,
        "rows": program.rows,
        "rate": float(learning_rate),
        "rule": chosen.name,
        "schedule": schedule,
        "epochs": epochs,
        "total_updates": epochs * crowd.updates,
        "depth": wanted,
        "level": level,
        "plain_ending": plain.ending.name,
        "plain_updates": int(plain.last("updates")),
    }
    return BatchEscapes(updates, facts["share"], facts["low"], facts["high"], facts)


@dataclass(frozen=True, eq=False)
class _Crowd:
    """Runs of one program side by side, each with an order of its own."""

    program: Program
    rule: Rule
    size: int
    rates: Floats
    bound: float

    @property
    def updates(self) -> int:
        """Of an epoch."""
        return -(-self.program.rows // self.size)

    def left(self, seeds: Ints) -> Ints:
        """Return after how many updates the value of each seed's run first fell below the bound.

        Lanes that have left run on, so that the compiled call keeps its shape.
        """
        program, rule = self.program, self.rule
        sweep = program.forms.crowd(rule, self.size)
        leaves, memory = program.arrays(program.start, rule.slots)
        lanes = [_repeated(one, len(seeds)) for one in (leaves, memory)]
        left = np.full(len(seeds), -1, dtype=np.int64)
        for epoch, rate in enumerate(self.rates.tolist()):
            orders = np.stack([epoch_order(program.rows, int(one), epoch) for one in seeds])
            done = np.float64(epoch * self.updates)
            with float64():
                found = sweep(*lanes, done, np.float64(rate), orders.astype(np.int32), program.data)
            lanes = list(found[:2])
            below = self._below(np.asarray(found[2]))
            fresh = (left < 0) & below.any(axis=1)
            left[fresh] = epoch * self.updates + below[fresh].argmax(axis=1) + 1
            if (left >= 0).all():
                break
        return left

    def _below(self, points: Floats) -> npt.NDArray[np.bool_]:
        """Return after which updates (S, U) the points (S, U, P) lie below the bound."""
        values = self.program.value(points[..., None])
        return np.asarray(values < self.bound)


def _repeated(tree: Any, count: int) -> Any:
    """Return a tuple of arrays (or of such tuples) with a first axis of equal lanes."""
    if isinstance(tree, tuple):
        return tuple(_repeated(one, count) for one in tree)
    return np.repeat(np.asarray(tree)[None], count, axis=0)
