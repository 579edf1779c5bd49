"""Forecast against what happened: what moments foretell of a saved run, beside its trace."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from steepest.fitting.run import Run
from steepest.forecasting.courses import epochs_to_gradient, limits_of, losses_and_norms


@dataclass(frozen=True)
class Expected:
    """What was foretold of a run of batch descent, and what it recorded.

    Attributes
    ----------
    epochs, ran : float
        To the tolerance, foretold (inf: never), and as run.
    last, recorded : float
        The loss of the last recorded epoch, foretold and recorded.
    gap : float
        Largest distance between foretold and recorded curve, relative to the first loss.
    """

    epochs: float
    ran: float
    last: float
    recorded: float
    gap: float


def expected(run: Run) -> Expected | None:
    """Return what moments foretell; None where they do not give the path exactly.

    That is: batch descent at one constant rate on a squared error.
    """
    held, summary = run.landscape, run.summary
    options = run.about.get("options", {})
    plain = summary["method"] == "batch" and options.get("schedule", "constant") == "constant"
    if held is None or not plain:
        return None
    quadratic, rate, start = held.training, float(summary["learning_rate"]), run.trace.path[0]
    tolerance = float(options.get("tolerance", 0.0))
    epochs = run.trace["epoch"]
    with np.errstate(all="ignore"):
        loss, _, _ = losses_and_norms(quadratic, start, rate, epochs.astype(np.int64), None)
        recorded = run.trace["loss"]
        both = np.isfinite(loss) & np.isfinite(recorded)
        gap = float(np.abs(loss - recorded)[both].max() / max(recorded[0], 1e-300))
        limit = limits_of(quadratic, start, tolerance).gradient
        needed = epochs_to_gradient(quadratic, start, rate, limit) if tolerance else math.inf
    return Expected(needed, float(epochs[-1]), float(loss[-1]), float(recorded[-1]), gap)
