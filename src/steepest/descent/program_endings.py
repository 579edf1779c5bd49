"""How descent on a program ended: a saddle or maximum it came to, a kink in its way.

Functions without rows and of few parameters are judged as formulas are (``function_endings.py``).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.descent.critical import critical_point
from steepest.descent.function_endings import critical_facts, shown_point
from steepest.programs.program import Program
from steepest.trace.endings import Ending
from steepest.trace.record import Trace, strict

Floats = npt.NDArray[np.float64]

# Second derivatives are looked at of at most so many parameters, and parameters times rows: about
# a second.
CRITICAL = 100
_CRITICAL_WORK = 2_000_000
_SHOWN = 6
# Slopes are taken this far to both sides of the end, as a share of the larger of 1 and its length,
# and at a tenth of it: in a smooth valley their difference shrinks to a tenth, at a kink it lasts.
_REACH, _NEARER, _LASTS = 1e-6, 0.1, 0.5


def judged_program(trace: Trace, program: Program) -> Trace:
    """Return the trace of a run on all rows, told by what it came to; of batches as it is."""
    if trace.metadata["method"] != "batch" or program.tree.dtype != "float64":
        return trace
    if trace.ending.name in ("converged", "stalled"):
        trace = _at_critical_point(trace, program)
    if trace.ending.name in ("stalled", "epochs_used_up"):
        trace = _at_kink(trace, program)
    return trace


def _at_critical_point(trace: Trace, program: Program) -> Trace:
    """Return the trace with its ending called saddle or maximum where the Hessian proves that.

    Not of networks: they draw their starts.
    """
    size = len(program.start)
    small = size <= CRITICAL and size * program.rows <= _CRITICAL_WORK
    if not small or program.network is not None:
        return trace
    found = critical_point(program, trace.parameters)
    about = {**trace.metadata, "critical": strict(critical_facts(found, program.names))}
    ending = trace.ending
    if found.kind in ("saddle", "maximum"):
        facts = {
            **ending.facts,
            "point": shown_point(program.names[:_SHOWN], found.point[:_SHOWN]),
            "slope": found.gradient_norm,
            "least": float(found.eigenvalues[0]),
            "most": float(found.eigenvalues[-1]),
            "negative": int((found.eigenvalues < 0.0).sum()),
            "variables": size,
            "moved": found.moved,
        }
        ending = Ending(found.kind, f"program_{found.kind}", strict(facts))
    return replace(trace, ending=ending, metadata=about)


def _at_kink(trace: Trace, program: Program) -> Trace:
    """Return the trace with a sentence about the kink where it ended, if there is one.

    Four gradients, along the last one: a kink that descent is stuck at lies across its way.
    """
    point = trace.parameters
    found = _kink(program, point)
    if found is None:
        return trace
    facts: dict[str, Any] = {
        **trace.ending.facts,
        **found,
        "point": shown_point(program.names[:_SHOWN], point[:_SHOWN, 0]),
        "updates": int(trace.last("updates")),
        "value": trace.last("loss"),
    }
    phrase = "program_kink_stalled" if trace.ending.name == "stalled" else "program_kink_epochs"
    return replace(trace, ending=Ending(trace.ending.name, phrase, strict(facts)))


def _kink(program: Program, point: Floats) -> dict[str, Any] | None:
    """Return the slopes to both sides of a kink and the parameter it is along most, or None."""
    gradient = program.value_and_gradient(point)[1]
    norm = float(np.linalg.norm(gradient))
    if not (np.isfinite(norm) and norm > 0.0):
        return None
    way, reach = gradient / norm, _REACH * max(1.0, float(np.linalg.norm(point)))
    sides = [_sides(program, point, way, distance) for distance in (reach, _NEARER * reach)]
    before, after = (float((one * way).sum()) for one in sides[0])
    nearer = float(((sides[1][1] - sides[1][0]) * way).sum())
    if not (before < 0.0 < after and nearer >= _LASTS * (after - before)):
        return None
    place = int(np.argmax(np.abs(sides[0][1] - sides[0][0])[:, 0]))
    name = program.tree.name_of(place)
    return {"distance": reach, "name": name, "before": before, "after": after}


def _sides(program: Program, point: Floats, way: Floats, distance: float) -> list[Floats]:
    moves = (-distance * way, distance * way)
    return [program.value_and_gradient(point + move)[1] for move in moves]
