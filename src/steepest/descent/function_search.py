"""Searches of a function: its value on a grid of points, all at once or coarse to fine."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from numbers import Real

import numpy as np
import numpy.typing as npt

from steepest.descent.checks import check_target, check_whole, start_of_function
from steepest.descent.critical import critical_point
from steepest.descent.function_endings import critical_facts
from steepest.descent.functional import objective_of
from steepest.descent.loop import Watch
from steepest.descent.searches import POINTS, Range, search
from steepest.objective.function import FunctionObjective
from steepest.trace.endings import Ending
from steepest.trace.record import Trace
from steepest.words.errors import InputError

# A point found by a search is called critical if Newton steps move it by no more than this share.
_NEAR = 1e-6


def search_function(
    function: str | FunctionObjective,
    ranges: Mapping[str, tuple[float, float]],
    *,
    method: str = "exhaustive",
    points: int | None = None,
    start: npt.ArrayLike | None = None,
    target_loss: float | None = None,
    watch: Watch | None = None,
) -> Trace:
    """Search a grid of points for a function's smallest value.

    Parameters
    ----------
    function : str or FunctionObjective
        As for ``minimize``.
    ranges : mapping of name to (low, high)
        The variables that are searched; the others stay at the start.
    method : {"exhaustive", "coarse-to-fine"}
        One grid, or ever finer ones around the best point, which can miss a narrow valley.
    points : int, optional
        Grid points of each variable; 101 or 11 by default. A grid of n points for each of k
        variables costs n^k evaluations.
    start : array of shape (P,), optional
        Where the variables without a range stay.
    target_loss : float, optional
        End when the best value is at most this.
    watch : function, optional
        Called with the newest trace row after every grid.

    Returns
    -------
    Trace
        As of :func:`search`; ``metadata["critical"]`` says what the point found is, which is not
        polished: it stays on the grid.

    Raises
    ------
    InputError
        If a name or range does not fit, or the grid is too large.

    Examples
    --------
    >>> trace = search_function("(x - 1)**2", {"x": (-5.0, 5.0)}, points=11)
    >>> float(trace.parameters[0, 0]), int(trace.last("evaluations"))
    (1.0, 11)
    """
    objective, text, documented = objective_of(function)
    if method not in POINTS:
        known = list(POINTS)
        raise InputError("unknown_choice", option="method", value=method, known=known)
    check_target(target_loss)
    if points is not None:
        check_whole("points", points)
    base = start_of_function(documented if start is None else start, objective.names)
    trace = search(
        lambda many: np.asarray(objective.value(many[..., None])),
        base[:, 0],
        _ranges(ranges, objective),
        method=method,
        points=POINTS[method] if points is None else points,
        target_loss=target_loss,
        watch=watch,
    )
    if not math.isfinite(trace.last("loss")):
        raise InputError("search_outside_domain", evaluations=int(trace.last("evaluations")))
    here = critical_point(objective, trace.parameters, polish=0.0)
    near = critical_point(objective, trace.parameters, polish=_NEAR)
    found = replace(here, kind=near.kind, counted=near.counted, around=near.around)
    critical = critical_facts(found, objective.names)
    about = {
        "method": method,
        "learning_rate": None,
        "noise": 0.0,
        "seed": 0,
        "function": text,
        "names": list(objective.names),
        "ranges": {name: list(bounds) for name, bounds in ranges.items()},
        "critical": critical,
    }
    facts = {**trace.ending.facts, "slope": found.gradient_norm}
    phrase = f"function_{trace.ending.phrase}"
    return replace(trace, ending=Ending(trace.ending.name, phrase, facts), metadata=about)


def _ranges(
    ranges: Mapping[str, tuple[float, float]], objective: FunctionObjective
) -> tuple[Range, ...]:
    """Return the searched variables with their places."""
    made = []
    for name, bounds in _pairs(ranges):
        low, high = bounds
        if name not in objective.names:
            raise InputError("range_unknown", name=name, known=list(objective.names))
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise InputError("range_empty", name=name, low=low, high=high)
        if not math.isfinite(high - low):
            raise InputError("range_too_wide", name=name, low=low, high=high)
        made.append(Range(name, objective.names.index(name), low, high))
    return tuple(made)


def _pairs(ranges: object) -> list[tuple[str, tuple[float, float]]]:
    """Return names with low and high, or refuse what is no mapping to pairs of numbers."""
    if not isinstance(ranges, Mapping):
        raise InputError("ranges_no_mapping", kind=type(ranges).__name__)
    made = []
    for name, bounds in ranges.items():
        pair = bounds if isinstance(bounds, (tuple, list)) and len(bounds) == 2 else ()
        if not pair or not all(isinstance(one, Real) for one in pair):
            raise InputError("range_no_pair", name=str(name))
        made.append((str(name), (float(pair[0]), float(pair[1]))))
    return made
