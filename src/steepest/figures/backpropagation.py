"""One step of a network unfolded: values forward, the loss, the chain rule's factors back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.figure import Axis, Box, Figure, Layer, Line, Panel, Segment, Text
from steepest.figures.recorded import Recorded, provenance_of
from steepest.figures.said import table_of
from steepest.programs.network import Part, Unfolding, unfold
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

# Of deeper networks the first two layers and the last three are drawn; the table has them all.
_FIRST, _LAST = 2, 3
# Heights at which the diagram's rows stand, and how far a cell reaches round its middle.
_OUTPUT, _SUM, _LOSS, _FACTOR, _GRADIENT = 4.0, 3.0, 2.5, 2.0, 1.0
_WIDE, _HIGH = 0.41, 0.31


def backpropagation(run: Recorded, *, at: str | None = None, language: str = "en") -> Figure:
    """Return one step of a network's run unfolded, over the training rows kept with it.

    Above, every array of the step with its shape and length, and what it is made from; below, the
    root mean square of each layer's numbers.

    Parameters
    ----------
    run : Recorded
        Of a network.
    at : {"start", "end"}, optional
        At the first parameters (the default), or at those returned.
    language : str
        A key of ``LANGUAGES``.

    Raises
    ------
    InputError
        If the run is no network's, or there is no such point.
    """
    place = at or "start"
    if place not in ("start", "end"):
        raise InputError("unknown_choice", option="point", value=place, known=["start", "end"])
    network, X, y = run.layered
    parameters = run.trace.path[0] if place == "start" else run.trace.parameters
    seen = unfold(network, parameters, X, y, run.scaling)
    facts = _facts(run, seen, parameters, place, language)
    told = [sentence("figure_backpropagation_caption", facts, language)]
    if facts["gap"] is not None:
        told.append(sentence("figure_backpropagation_proof", facts, language))
    if len(_shown(seen)) < len(seen.layers):
        told.append(sentence("figure_backpropagation_left_out", facts, language))
    heads = ("part", "made_of", "shape", "length", "layer_gradient")
    return Figure(
        kind="backpropagation",
        title=sentence("figure_backpropagation_title", facts, language),
        panels=(_diagram(seen, language), _by_layer(seen, language)),
        caption=joined(told, language),
        alt=sentence("figure_backpropagation_alt", facts, language),
        table=table_of(heads, list(_rows(seen)), language),
        language=language,
        provenance=provenance_of([run]),
    )


def _facts(
    run: Recorded, seen: Unfolding, parameters: Floats, place: str, language: str
) -> dict[str, Any]:
    network, X, _ = run.layered
    layers = list(seen.layers)
    return {
        "sizes": list(network.sizes),
        "layers": len(layers),
        "activation": network.activation,
        "loss": seen.loss,
        "rows": len(X),
        "count": len(X) if run.count is None else run.count,
        "where": sentence(f"figure_at_{place}", {}, language),
        "last": _rms(seen.of("dL/dz", layers[-1])),
        "first": _rms(seen.of("dL/dz", 1)),
        "gap": _gap(run, seen, parameters, len(X)),
        "shown": len(_shown(seen)),
    }


def _gap(run: Recorded, seen: Unfolding, parameters: Floats, rows: int) -> float | None:
    """Return how far layers' gradients are from those recorded at this point, relatively.

    Nothing where the recorded ones are of other rows or of another point.
    """
    facts = run.trace.metadata.get("facts", {})
    if rows != run.count or not facts.get("layer_gradients"):
        return None
    for place, row in ((0, 0), (-1, len(run.trace) - 1)):
        if facts["layer_epochs"][place] != run.trace["epoch"][row]:
            continue
        if (run.trace.path[row] == parameters).all():
            recorded = np.array(facts["layer_gradients"][place])
            ours = np.array([_gradient_rms(seen, layer) for layer in seen.layers])
            return float((np.abs(ours - recorded) / np.where(recorded > 0, recorded, 1.0)).max())
    return None


def _rms(values: Floats) -> float:
    return float(np.sqrt(np.mean(values * values)))


def _gradient_rms(seen: Unfolding, layer: int) -> float:
    """Return the root mean square over weights and biases of a layer, as traces record it."""
    parts = [seen.of("dL/dW", layer).ravel(), seen.of("dL/db", layer).ravel()]
    return _rms(np.concatenate(parts))


def _rows(seen: Unfolding) -> Iterator[tuple[Any, ...]]:
    """Yield the table: every part in the order in which it is computed, the loss between."""
    for part in seen.forward:
        yield _row(part)
    yield "L", "", "1", seen.loss, seen.loss
    for part in seen.backward:
        yield _row(part)


def _row(part: Part) -> tuple[Any, ...]:
    length = float(np.linalg.norm(part.values))
    return part.name, part.formula, _shape(part.values), length, _rms(part.values)


def _shape(values: Floats) -> str:
    return "x".join(map(str, values.shape))


def _shown(seen: Unfolding) -> list[int]:
    layers = list(seen.layers)
    if len(layers) <= _FIRST + _LAST:
        return layers
    return [*layers[:_FIRST], *layers[-_LAST:]]


def _diagram(seen: Unfolding, language: str) -> Panel:
    """Return the step as boxes with arrows: forward to the right, back to the left."""
    shown = _shown(seen)
    columns = {layer: float(place) for place, layer in enumerate(shown, start=1)}
    end = len(shown) + 1.25
    layers: list[Layer] = [*_cell(0.0, _OUTPUT, "forward", _named(seen, "a", 0))]
    for layer, x in columns.items():
        layers += _forward(seen, layer, x, broken=layer - 1 not in (0, *columns))
        layers += _backward(seen, layer, x, broken=layer - 1 not in (0, *columns))
    layers += _cell(end, _LOSS, "curve", ["L", "1", f"{seen.loss:.3g}"])
    layers.append(_arrow("forward", end - 1.25, _SUM, end, _LOSS))
    layers.append(_arrow("backward", end, _LOSS, end - 1.25, _FACTOR))
    names = [
        (0.0, sentence("figure_backpropagation_input", {}, language)),
        *((x, sentence("figure_layer", {"layer": n}, language)) for n, x in columns.items()),
        (end, sentence("figure_axis_loss", {}, language)),
    ]
    sides = [
        (height, sentence(f"figure_backpropagation_{name}", {}, language))
        for height, name in (
            *((_OUTPUT, "output"), (_SUM, "sum")),
            *((_FACTOR, "factor"), (_GRADIENT, "gradient")),
        )
    ]
    return Panel(
        Axis(
            sentence("figure_backpropagation_forward", {}, language),
            limits=(-0.5, end + 0.5),
            ticks=tuple(names),
        ),
        Axis(
            sentence("figure_backpropagation_backward", {}, language),
            limits=(0.0, 4.45),
            ticks=tuple(sides),
        ),
        tuple(layers),
    )


def _named(seen: Unfolding, symbol: str, layer: int) -> list[str]:
    values = seen.of(symbol, layer)
    return [f"{symbol}{layer}", _shape(values), f"{np.linalg.norm(values):.3g}"]


def _forward(seen: Unfolding, layer: int, x: float, *, broken: bool) -> Iterator[Layer]:
    """Yield the forward values of a layer: its sum, and its output unless it is the last."""
    yield from _cell(x, _SUM, "forward", _named(seen, "z", layer))
    yield _arrow("reference" if broken else "forward", x - 1, _OUTPUT, x, _SUM)
    if layer < seen.layers[-1]:
        yield from _cell(x, _OUTPUT, "forward", _named(seen, "a", layer))
        yield _arrow("forward", x, _SUM, x, _OUTPUT)


def _backward(seen: Unfolding, layer: int, x: float, *, broken: bool) -> Iterator[Layer]:
    """Yield the factor of a layer, what it gives the layer before, and the layer's gradient."""
    yield from _cell(x, _FACTOR, "backward", _named(seen, "dL/dz", layer))
    yield from _cell(x, _GRADIENT, "backward", _named(seen, "dL/dW", layer))
    yield from _cell(x, _GRADIENT - 2.0 * _HIGH, "backward", _named(seen, "dL/db", layer))
    yield _arrow("backward", x, _FACTOR, x, _GRADIENT)
    if layer > 1:
        yield _arrow("reference" if broken else "backward", x, _FACTOR, x - 1, _FACTOR)


def _cell(x: float, y: float, style: str, lines: list[str]) -> list[Layer]:
    """Return a frame with lines of text."""
    frame = Box(x - _WIDE, y - _HIGH, x + _WIDE, y + _HIGH, style=style)
    return [frame, Text(x, y, "\n".join(lines), side="middle")]


def _arrow(style: str, x0: float, y0: float, x1: float, y1: float) -> Segment:
    """Return an arrow from the frame of one cell to the frame of another."""
    (dx, dy), room = (x1 - x0, y1 - y0), (_WIDE, _HIGH)
    # leave and enter where the line between the middles crosses the frames
    share = min(
        *(side / abs(way) for side, way in zip(room, (dx, dy), strict=True) if way),
        0.5,
    )
    ends = (x0 + share * dx, y0 + share * dy, x1 - share * dx, y1 - share * dy)
    return Segment(*ends, style=style, arrow=True)


def _by_layer(seen: Unfolding, language: str) -> Panel:
    """Return the root mean square of outputs, factors and gradients, by layer."""
    numbers = np.array(seen.layers, dtype=float)
    curves = {
        "sum": [_rms(seen.of("z", layer)) for layer in seen.layers],
        "factor": [_rms(seen.of("dL/dz", layer)) for layer in seen.layers],
        "gradient": [_gradient_rms(seen, layer) for layer in seen.layers],
    }
    lines = tuple(
        Line(
            numbers,
            np.where(np.array(values) > 0.0, values, np.nan),
            style=f"run-{place}",
            label=sentence(f"figure_backpropagation_{name}", {}, language),
            marks=True,
        )
        for place, (name, values) in enumerate(curves.items(), start=1)
    )
    ticks = tuple((float(n), f"{n:.0f}") for n in numbers) if len(numbers) <= 12 else ()
    return Panel(
        Axis(sentence("figure_column_layer", {}, language), ticks=ticks),
        Axis(sentence("figure_backpropagation_axis", {}, language), scale="log"),
        lines,
    )
