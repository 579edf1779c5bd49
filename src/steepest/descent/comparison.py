"""Update rules compared fairly: one start, one budget, each rule at the best rate of one grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.descent.rules import RULES
from steepest.trace.record import Trace
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# Four rates a decade. Rates of plain descent are lengths over curvatures, those of Adam lengths:
# one grid has to hold both.
RATES: tuple[float, ...] = tuple(float(f"{10.0 ** (i / 4 - 4):.3g}") for i in range(21))

# Endings after which more updates would change nothing, or nothing for the better.
_OVER = ("diverged", "stalled", "saddle", "maximum", "degenerate", "unbounded")


@dataclass(frozen=True, eq=False)
class RuleComparison:
    """How far each rule came on the same start and budget.

    Attributes
    ----------
    rules : tuple of str
        Keys of ``RULES``, R of them.
    rates : array of shape (G,)
        The grid, ascending.
    losses : array of shape (R, G)
        Loss at the end of every run; inf where it diverged.
    chosen : array of shape (R,)
        The rate with the smallest loss at the end; NaN where every run diverged.
    at_edge : array of shape (R,)
        Whether that is the first or last rate of the grid, so that a better one can lie beyond.
    updates : array of shape (n,)
        Updates done at each recorded epoch.
    curves : array of shape (R, n)
        Loss there, at the chosen rate; NaN where it was not evaluated.

    Examples
    --------
    >>> from steepest import ArraySource, compare_rules, minimize
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> found = compare_rules(
    ...     lambda rule, rate: minimize(
    ...         rows, rule=rule, learning_rate=rate, epochs=30, tolerance=0.0, intercept=False
    ...     ),
    ...     rules=("plain", "adam"),
    ... )
    >>> found.rules, found.curves.shape
    (('plain', 'adam'), (2, 31))
    """

    rules: tuple[str, ...]
    rates: Floats
    losses: Floats
    chosen: Floats
    at_edge: npt.NDArray[np.bool_]
    updates: Floats
    curves: Floats

    def tell(self, language: str = "en") -> list[str]:
        """Return a sentence a rule, the best first."""
        with np.errstate(invalid="ignore"):
            best = self.losses.min(axis=1)
        return [self._said(int(place), language) for place in np.argsort(best, kind="stable")]

    def _said(self, place: int, language: str) -> str:
        facts = {
            "rule": self.rules[place],
            "loss": float(self.losses[place].min()),
            "updates": int(self.updates[-1]),
            "rate": float(self.chosen[place]),
            "count": len(self.rates),
            "low": float(self.rates[0]),
            "high": float(self.rates[-1]),
        }
        if np.isnan(self.chosen[place]):
            return sentence("compared_rule_diverged", facts, language)
        edge = self.at_edge[place]
        return sentence("compared_rule_at_edge" if edge else "compared_rule", facts, language)


def compare_rules(
    run: Callable[[str, float], Trace],
    *,
    rules: Sequence[str] = tuple(RULES),
    rates: Sequence[float] = RATES,
) -> RuleComparison:
    """Run every rule at every rate; return each rule at the rate that came lowest.

    A rule's rates mean something else than another's, so that one rate for all would be no
    comparison: each is tuned over the same grid on the budget on which it is judged.

    Parameters
    ----------
    run : function
        From a rule and a rate to the trace of a run. Start and budget must be those of every
        other run (a tolerance of 0, so that none ends early).
    rules : sequence of str
        Keys of ``RULES``.
    rates : sequence of float
        The grid; by default 21 rates from 1e-4 to 10, four a decade.

    Returns
    -------
    RuleComparison
        The grid, the loss at the end of every run, the chosen rates and their curves.

    Raises
    ------
    InputError
        If nothing is to be compared, or runs differ in start or budget.

    Examples
    --------
    >>> from steepest import ArraySource, minimize
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> found = compare_rules(
    ...     lambda rule, rate: minimize(
    ...         rows, rule=rule, learning_rate=rate, epochs=5, tolerance=0.0, intercept=False
    ...     ),
    ...     rules=("plain", "momentum"),
    ...     rates=(0.01, 0.1, 1.0),
    ... )
    >>> found.chosen.tolist(), found.at_edge.tolist()
    ([0.1, 0.01], [False, True])
    """
    grid = np.sort(np.array(rates, dtype=np.float64))
    possible = np.isfinite(grid).all() and (grid > 0.0).all()
    if not len(rules) or not len(grid) or not possible:
        raise InputError("comparison_empty", rules=len(rules), rates=len(grid))
    traces = [[run(rule, float(rate)) for rate in grid] for rule in rules]
    reference = max((one for row in traces for one in row), key=lambda one: one["updates"][-1])
    for rule, row in zip(rules, traces, strict=True):
        if not all(_fair(trace, reference) for trace in row):
            raise InputError("comparison_unfair", rule=rule)
    losses = np.array([[_end(trace) for trace in row] for row in traces])
    best = losses.argmin(axis=1)
    ends = (best == 0) | (best == len(grid) - 1)
    level = losses.min(axis=1) == losses.max(axis=1)  # no rate is better than another
    diverged = np.isinf(losses.min(axis=1))
    return RuleComparison(
        rules=tuple(rules),
        rates=grid,
        losses=losses,
        chosen=np.where(diverged, np.nan, grid[best]),
        at_edge=~diverged & ends & (~level | (len(grid) == 1)),
        updates=np.asarray(reference["updates"]),
        curves=np.array([_curve(row[b], reference) for row, b in zip(traces, best, strict=True)]),
    )


def _fair(trace: Trace, reference: Trace) -> bool:
    """Whether a run began where the others did and used the same budget, unless it was over."""
    budget = trace["updates"][-1] == reference["updates"][-1]
    over = trace.ending.name in _OVER
    return np.array_equal(trace.path[0], reference.path[0]) and bool(budget or over)


def _end(trace: Trace) -> float:
    return np.inf if trace.ending.name == "diverged" else trace.last("loss")


def _curve(trace: Trace, reference: Trace) -> Floats:
    """Return the loss at the recorded epochs; a run on which nothing changed any more stays."""
    known = dict(zip(trace["updates"].tolist(), trace["loss"].tolist(), strict=True))
    rest = _end(trace)
    last = float(trace["updates"][-1])
    return np.array([known.get(u, rest if u > last else np.nan) for u in reference["updates"]])
