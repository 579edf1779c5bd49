"""The gradient in each layer of a network along a run: what back-propagation brings where."""

from __future__ import annotations

import numpy as np

from steepest.figures.figure import Axis, Figure, Line, Panel
from steepest.figures.recorded import Recorded, provenance_of
from steepest.figures.said import table_of
from steepest.figures.styles import MOST_RUNS
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError


def layer_gradients(run: Recorded, *, language: str = "en") -> Figure:
    """Return the root mean square of the gradient in each layer, over the recorded epochs.

    Of more than five layers the first four and the last are drawn; the table has them all.

    Raises
    ------
    InputError
        If the run is no network's.
    """
    facts = run.trace.metadata.get("facts", {})
    if not facts.get("layer_gradients"):
        raise InputError("figure_needs_network", run=run.title)
    epochs = np.array(facts["layer_epochs"], dtype=float)
    norms = np.array(facts["layer_gradients"], dtype=float)
    last = norms.shape[1]
    shown = list(range(last)) if last <= MOST_RUNS else [*range(MOST_RUNS - 1), last - 1]
    lines = tuple(
        Line(
            epochs,
            np.where(norms[:, layer] > 0.0, norms[:, layer], np.nan),
            style=f"run-{place}",
            label=sentence("figure_layer", {"layer": layer + 1}, language),
        )
        for place, layer in enumerate(shown, start=1)
    )
    shares = norms[:, 0] / np.where(norms[:, -1] > 0.0, norms[:, -1], np.nan)
    told = {
        "layers": last,
        "activation": str(facts["activation"]),
        "first": float(norms[-1, 0]),
        "last": float(norms[-1, -1]),
        "share": float(np.nanmedian(shares)) if np.isfinite(shares).any() else float("nan"),
        "looks": len(epochs),
    }
    rows = [
        (int(epoch), layer + 1, float(norms[place, layer]))
        for place, epoch in enumerate(epochs)
        for layer in range(last)
    ]
    return Figure(
        kind="layers",
        title=sentence("figure_layers_title", told, language),
        panels=(
            Panel(
                Axis(sentence("figure_column_epoch", {}, language)),
                Axis(sentence("figure_layers_axis", {}, language), scale="log"),
                lines,
            ),
        ),
        caption=sentence("figure_layers_caption", told, language),
        alt=sentence("figure_layers_alt", told, language),
        table=table_of(("epoch", "layer", "layer_gradient"), rows, language),
        language=language,
        provenance=provenance_of([run]),
    )
