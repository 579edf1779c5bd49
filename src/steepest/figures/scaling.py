"""What scaling does: one model's loss in several coordinates, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.courses import axes_of, ends_of
from steepest.figures.figure import Axis, Figure, Layer, Panel
from steepest.figures.landscapes import (
    GRID,
    contours_of,
    mirrored,
    movement,
    path_layers,
    plane_of,
    two_largest,
)
from steepest.figures.levels import shown_box
from steepest.figures.recorded import Recorded, checked, provenance_of
from steepest.figures.said import table_of
from steepest.objective.landscape import parameter_plane, surface
from steepest.objective.quadratic import Quadratic
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


def scaling(
    runs: Sequence[Recorded],
    *,
    steps: int = 10,
    titles: Sequence[str] = (),
    language: str = "en",
) -> Figure:
    """Return the contours of the same model in several coordinates, side by side.

    Each panel shows as many steps of batch descent, at that panel's own best constant rate
    2/(mu + L), from its own run's start: start runs at the same model to compare them.

    Parameters
    ----------
    runs : sequence of Recorded
        At most four, of two or more parameters each; their landscapes are compared.
    steps : int
        Updates drawn in each panel.
    titles : sequence of str
        A heading for each panel.
    language : str
        A key of ``LANGUAGES``.
    """
    if steps < 1:
        raise InputError("option_too_small", option="steps", value=steps, least=1)
    kept = checked(runs)
    places = _places(kept, steps)
    panels = []
    rows: list[tuple[Any, ...]] = []
    heads = list(titles) or [_coordinates_title(run, language) for run in kept]
    for run, head in zip(kept, heads, strict=True):
        quadratic = run.quadratic
        path, rate = best_steps(quadratic, run.trace.path[0], steps)
        ground = plane_of(run) if places is None else parameter_plane(quadratic.optimum, *places)
        bowl = np.concatenate([path, mirrored(path, quadratic)])
        across, along, equal = shown_box(ground, bowl)
        made = surface(quadratic, ground, np.linspace(*across, GRID), np.linspace(*along, GRID))
        mu = quadratic.smallest_curvature
        end = float(quadratic.value(path[-1]))
        facts = {"condition": quadratic.condition, "rate": rate, "steps": steps, "loss": end}
        layers: list[Layer] = [contours_of(made, quadratic.floor)]
        layers += path_layers(ground.coordinates(path), "batch path", "", across, along)
        layers += ends_of(run, ground, path[0], language)
        layers = [replace(layer, label="") for layer in layers]
        names = axes_of(run, ground, language)
        panels.append(
            Panel(
                Axis(names[0], limits=across),
                Axis(names[1], limits=along),
                tuple(layers),
                title=head,
                equal=equal,
                note=sentence("figure_scaling_note", facts, language),
            )
        )
        rows.append((head, quadratic.condition, quadratic.largest_curvature, mu, rate, steps, end))
    said = "; ".join(f"{row[0]}: {row[1]:.4g}" for row in rows)
    told = {"conditions": said, "steps": steps, "count": len(kept)}
    columns = ("coordinates", "condition", "largest", "smallest", "rate", "steps", "loss")
    return Figure(
        kind="scaling",
        title=sentence("figure_scaling_title", told, language),
        panels=tuple(panels),
        columns=len(panels),
        caption=sentence("figure_scaling_caption", told, language),
        alt=sentence("figure_scaling_alt", told, language),
        table=table_of(columns, rows, language),
        language=language,
        provenance=provenance_of(kept),
    )


def _places(runs: Sequence[Recorded], steps: int) -> tuple[int, int] | None:
    """Return the two parameters that every panel shows: those whose moves are worth most loss.

    None where the runs have different parameters, or fewer than two.
    """
    if len({run.names for run in runs}) > 1 or runs[0].quadratic.shape[0] < 2:
        return None
    worth = []
    for run in runs:
        path, _ = best_steps(run.quadratic, run.trace.path[0], steps)
        worth.append(movement(replace(run, trace=replace(run.trace, path=path))))
    return two_largest(np.sum(worth, axis=0))


def best_steps(quadratic: Quadratic, start: Floats, steps: int) -> tuple[Floats, float]:
    """Return the path (steps + 1, P, K) of batch descent at its best constant rate, and the rate.

    Along each direction of curvature a step is one multiplication by ``1 - rate * curvature``.
    """
    rate = 2.0 / (quadratic.largest_curvature + quadratic.smallest_curvature)
    factors = (1.0 - rate * quadratic.curvatures)[None, :, None]
    powers = factors ** np.arange(steps + 1)[:, None, None]
    return quadratic.at(powers * quadratic.along(start)), rate


def _coordinates_title(run: Recorded, language: str) -> str:
    phrase = "figure_standardized" if run.standardized else "figure_own_units"
    return sentence(phrase, {"title": run.title}, language)
