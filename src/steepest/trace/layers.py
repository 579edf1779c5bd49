"""The part of a diagnosis that is about the layers of a network."""

from __future__ import annotations

import numpy as np

from steepest.trace.evidence import Evidence
from steepest.trace.findings import Finding

# One rate moves all layers. Where the first layer's gradient is this share of the last one's, it
# needs the 1,000 epochs that a run has by default for what the last one does in one.
VANISHED = 1e-3


def of_layers(e: Evidence) -> list[Finding]:
    """Return what is found in the gradients of a network's layers; nothing of other runs.

    The median over the recorded points is judged: a point at which the last layer happens to be
    done proves nothing.
    """
    norms = e.numbers.get("layer_gradients")
    if not isinstance(norms, list) or not norms or len(norms[0]) < 2:
        return []
    table = np.array(norms, dtype=float)
    first, last = table[:, 0], table[:, -1]
    known = np.isfinite(table).all(axis=1) & (last > 0.0)
    if not known.any():
        return []
    shares = first[known] / last[known]
    share = float(np.median(shares))
    if share > VANISHED:
        return []
    nearest = int(np.argmin(np.abs(shares - share)))
    facts = {
        "share": share,
        "first": float(first[known][nearest]),
        "last": float(last[known][nearest]),
        "layers": table.shape[1],
        "looks": int(known.sum()),
        "activation": str(e.numbers.get("activation")),
    }
    return [Finding("vanishing_gradients", "found_vanishing_gradients", facts)]
