"""What a trace proves: its numbers, and what follows from them for a squared error.

With H the Hessian, descent at the rate r multiplies the way from the optimum along a direction of
curvature l by ``1 - r l`` in every update: exactly in batch descent, on the mean over drawings of
independent batches in stochastic descent. A fit keeps the curvatures and how far the run was from
the optimum along each direction (``trace.metadata["facts"]``), and the rest is arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.trace.record import Trace

Floats = npt.NDArray[np.float64]

_MOST_EPOCHS = 1e307


def epochs_until(curvatures: Floats, gaps: Floats, rate: float, limit: float) -> float:
    """Return after how many updates the gradient norm of batch descent is at most ``limit``.

    The least whole n with ``|curvature gap (1 - rate curvature)^n| <= limit`` (the length over all
    directions), inf if there is none.

    Parameters
    ----------
    curvatures, gaps : arrays of shape (r,)
        Of each direction, and how far the descent is from the optimum along it.
    rate : float
        Constant learning rate.
    limit : float
        Norm of the gradient to reach.

    Examples
    --------
    >>> epochs_until(np.array([2.0, 1.0]), np.array([1.0, 1.0]), 0.5, 0.01)
    7.0
    """
    sizes = np.abs(curvatures * gaps)
    if not len(sizes) or float(np.linalg.norm(sizes)) <= limit:
        return 0.0
    with np.errstate(all="ignore"):
        kept = rate * curvatures
        # log |1 - kept|, exact also where kept is far below 1e-16
        shrink = np.where(kept < 1.0, np.log1p(-kept), np.log(np.abs(1.0 - kept)))

    def reached(count: float) -> bool:
        with np.errstate(all="ignore"):
            return float(np.linalg.norm(sizes * np.exp(count * shrink))) <= limit

    least, most = 0.0, 1.0
    while not reached(most):
        if most > _MOST_EPOCHS or (shrink[sizes > limit] >= 0.0).any():
            return math.inf
        least, most = most, 2.0 * most
    while most - least > max(1.0, 1e-15 * most):
        middle = math.floor(0.5 * (least + most)) if most < 2.0**52 else 0.5 * (least + most)
        if reached(middle):
            most = middle
        else:
            least = middle
    return float(most)


@dataclass(frozen=True, eq=False)
class Evidence:
    """The numbers of a trace; what it does not hold is NaN, or an empty array."""

    trace: Trace
    numbers: Mapping[str, Any]

    @staticmethod
    def of(trace: Trace) -> Evidence:
        """Return the evidence of a trace: what was known at its end, of it, and of the rows."""
        about = {key: value for key, value in trace.metadata.items() if key != "facts"}
        return Evidence(trace, {**trace.ending.facts, **about, **trace.metadata.get("facts", {})})

    def number(self, name: str) -> float:
        """Return a number, NaN where the trace does not hold it."""
        value = self.numbers.get(name)
        known = isinstance(value, (int, float)) and not isinstance(value, bool)
        return float(value) if known and value is not None else math.nan

    def array(self, name: str) -> Floats:
        """Return a list of numbers, empty where the trace does not hold it."""
        values = self.numbers.get(name)
        if not isinstance(values, list):
            return np.zeros(0)
        return np.array([math.nan if value is None else value for value in values], dtype=float)

    def names(self, name: str) -> list[str]:
        """Return a list of names, empty where the trace does not hold it."""
        values = self.numbers.get(name)
        return [str(value) for value in values] if isinstance(values, list) else []

    def has(self, *names: str) -> bool:
        """Return whether all these numbers are there and finite."""
        return all(math.isfinite(self.number(name)) for name in names)

    def chosen(self, *names: str) -> dict[str, Any]:
        """Return some of the numbers under their own names."""
        return {name: self.numbers[name] for name in names}

    # ---- how the run descended ------------------------------------------------------------------

    @property
    def ending(self) -> str:
        """The ending's name."""
        return self.trace.ending.name

    @property
    def descends(self) -> bool:
        """Whether the run is a descent, not a search."""
        return self.has("learning_rate", "epochs")

    @property
    def exact(self) -> bool:
        """Whether the loss is the quadratic whose curvatures and optimum the trace holds."""
        return self.numbers.get("exact") is True and bool(self.descents())

    @property
    def constant_rate(self) -> bool:
        """Whether the rate is the same in every epoch."""
        return self.numbers.get("schedule") == "constant"

    @property
    def plain(self) -> bool:
        """Whether an update is the plain step, of which the arithmetic here is true."""
        return str(self.numbers.get("rule", "plain")) == "plain"

    @property
    def batch(self) -> bool:
        """Whether every update looks at all rows."""
        return self.number("batch_size") >= self.number("rows")

    @property
    def per_epoch(self) -> int:
        """Updates of an epoch."""
        return math.ceil(self.number("rows") / self.number("batch_size"))

    def descents(self) -> tuple[Floats, Floats, Floats] | None:
        """Return curvatures and the ways from the optimum at both ends, where they are known."""
        found = tuple(map(self.array, ("curvatures", "gaps_at_start", "gaps_at_end")))
        good = len({len(one) for one in found}) == 1 and all(np.isfinite(o).all() for o in found)
        return (found[0], found[1], found[2]) if good and len(found[0]) else None

    # ---- what is left above the optimum ---------------------------------------------------------

    @property
    def optimum(self) -> float:
        """The least loss that parameters can reach."""
        return self.number("optimum_loss")

    @property
    def rounding(self) -> float:
        """What of a loss is rounding: float64 keeps 16 digits of the loss at zero, squares half."""
        return 1e-14 * self.number("loss_at_zero")

    def excess_at(self, end: str) -> float:
        """Return the loss above the optimum at the ``start`` or the ``end``, from the ways."""
        known = self.descents()
        if known is None:
            return math.nan
        gaps = known[1] if end == "start" else known[2]
        return float(0.5 * (known[0] * gaps * gaps).sum())

    def excess_of_mean(self, updates: float) -> float:
        """Return the loss above the optimum that the mean path has after so many updates."""
        known = self.descents()
        if known is None:
            return math.nan
        curvatures, gaps, _ = known
        with np.errstate(all="ignore"):
            ways = gaps * np.abs(1.0 - self.number("learning_rate") * curvatures) ** updates
            return float(0.5 * (curvatures * ways * ways).sum())

    def recorded(self, *names: str) -> list[Floats]:
        """Return columns at the rows where all of them were evaluated; empty if one never was."""
        if any(name not in self.trace.columns for name in names):
            return [np.zeros(0) for _ in names]
        columns = [self.trace[name] for name in names]
        both = np.isfinite(columns).all(axis=0)
        return [column[both] for column in columns]
