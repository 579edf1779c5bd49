"""Where things are on the contour: start, end, the step shown by hand, and what a drag there means.

A picture's axes are the coordinates of the descent, a start is in the table's units; between them
lies an affine map, which the page gets as three lists of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest import InputError, formula_of
from steepest.figures.landscapes import plane_of
from steepest.lab.function_runs import FunctionMade
from steepest.lab.runs import Made, parameters_of
from steepest.lab.views import shown_names

Floats = npt.NDArray[np.float64]
_NOWHERE: Mapping[str, Any] = {"drag": None, "start_point": None, "end_point": None}


def places(made: Made | FunctionMade, steps: dict[str, Any] | None) -> dict[str, Any]:
    """Return names, parameters, places on the contour; ``steps`` gets its step's ends there."""
    names = _names(made)
    if made.state.searched:
        return {"names": names, "parameters": [], **_NOWHERE}
    if isinstance(made, FunctionMade):
        return {"names": names, **_of_function(made, steps)}
    return {"names": names, "parameters": _parameters(made), **_on_plane(made, steps)}


def _names(made: Made | FunctionMade) -> list[str]:
    """Return the names by which ranges of a search and planes are chosen."""
    if isinstance(made, FunctionMade):
        return list(formula_of(made.state.formula)[0].names)
    return list(parameters_of(made.bench))


def _flat(made: Made, point: Floats) -> Floats:
    """Return parameters of the descent as a list in the table's units, as a start is given.

    Those of one target, intercept first, then those of the next.
    """
    coefficients, intercept = made.bench.problem.coordinates.to_table(point)
    first = [intercept[None]] if made.options.intercept else []
    return np.concatenate([*first, coefficients]).T.ravel()


def _parameters(made: Made) -> list[dict[str, Any]]:
    names = made.recorded.names
    targets = made.recorded.targets
    told = [name if len(targets) == 1 else f"{name} ({of})" for of in targets for name in names]
    start, end = _flat(made, made.trace.path[0]), _flat(made, made.trace.parameters)
    return [
        {"name": name, "start": float(a), "end": float(b)}
        for name, a, b in zip(told, start, end, strict=True)
    ]


def _on_plane(made: Made, steps: dict[str, Any] | None) -> dict[str, Any]:
    try:
        plane = plane_of(made.recorded, names=shown_names(made))
    except InputError:  # one parameter has no plane
        return dict(_NOWHERE)
    start = made.trace.path[0]
    origin, across, along = (_flat(made, one) for one in _corners(start, plane))
    if steps is not None:
        _place_step(steps, [p * start.shape[1] + k for p, k in plane.places])
    return {
        "drag": {
            "origin": origin.tolist(),
            "across": (across - origin).tolist(),
            "along": (along - origin).tolist(),
        },
        "start_point": plane.coordinates(start).tolist(),
        "end_point": plane.coordinates(made.trace.parameters).tolist(),
    }


def _corners(start: Floats, plane: Any) -> list[Floats]:
    """Return the start moved to (0, 0), (1, 0), (0, 1) of a plane, its other parameters kept."""
    corners = []
    for x, y in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)):
        point = start.copy()
        point[plane.places[0]], point[plane.places[1]] = x, y
        corners.append(point)
    return corners


def _place_step(steps: dict[str, Any], rows: list[int]) -> None:
    told = steps["parameters"]
    if max(rows) < len(told):
        steps["from"] = [told[row]["before"] for row in rows]
        steps["to"] = [told[row]["after"] for row in rows]


def _of_function(made: FunctionMade, steps: dict[str, Any] | None) -> dict[str, Any]:
    formula, _ = formula_of(made.state.formula)
    start, end = made.trace.path[0].ravel(), made.trace.parameters.ravel()
    parameters = [
        {"name": name, "start": float(a), "end": float(b)}
        for name, a, b in zip(formula.names, start, end, strict=True)
    ]
    if len(parameters) != 2:
        return {"parameters": parameters, **_NOWHERE}
    if steps is not None:
        _place_step(steps, [0, 1])
    drag = {"origin": [0.0, 0.0], "across": [1.0, 0.0], "along": [0.0, 1.0]}
    ends = {"start_point": start.tolist(), "end_point": end.tolist()}
    return {"parameters": parameters, "drag": drag, **ends}
