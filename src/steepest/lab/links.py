"""Where the numbers of a sentence stand in a picture: each a view, and a place in it.

The page finds the place in the figure's own layers (``static/spots.js``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from steepest.words.catalogue import pieces

Place = tuple[str, str]
# Fact -> view and place, whatever says it.
PLACES: Mapping[str, Place] = {
    **dict.fromkeys(("rate", "learning_rate", "times", "factor"), ("regimes", "rate")),
    **dict.fromkeys(("largest_stable_rate", "proven", "limit"), ("regimes", "largest")),
    **dict.fromkeys(("best_rate", "slowest_at_best", "epochs_at_best"), ("regimes", "best")),
    **dict.fromkeys(("loss", "level", "excess", "training", "value"), ("loss", "end")),
    **dict.fromkeys(("epochs", "updates"), ("loss", "end")),
    **dict.fromkeys(("first", "first_loss"), ("loss", "start")),
    **dict.fromkeys(("best_loss", "best_epoch"), ("loss", "lowest")),
    **dict.fromkeys(("optimum_loss",), ("loss", "optimum")),
    **dict.fromkeys(("loss_limit", "update"), ("loss", "bad")),
    **dict.fromkeys(("gradient_norm",), ("gradient", "end")),
    **dict.fromkeys(("gradient_scale",), ("gradient", "start")),
    **dict.fromkeys(("condition", "ratio"), ("contour", "end")),
    **dict.fromkeys(("condition_standardized",), ("contour_other", "end")),
    **dict.fromkeys(("top_rows", "top_share", "largest_row"), ("residuals", "largest")),
    **dict.fromkeys(("largest_residual",), ("residuals", "largest")),
}
# The same for what a finding means otherwise: finding -> fact -> view and place.
_OF_FINDINGS: Mapping[str, Mapping[str, Place]] = {
    "validation_loss_rising": {
        **dict.fromkeys(("best", "epoch"), ("loss", "validation_lowest")),
        **dict.fromkeys(("last", "epochs", "relative"), ("loss", "validation")),
    },
    "constant_target": {"value": ("fit", "end")},
}


def linked(
    phrase: str,
    facts: Mapping[str, Any],
    language: str,
    views: frozenset[str],
    finding: str = "",
) -> list[dict[str, Any]]:
    """Return a sentence in pieces; a number that ``views`` show carries its view and place."""
    known = {**PLACES, **_OF_FINDINGS.get(finding, {})}
    told: list[dict[str, Any]] = []
    for text, fact in pieces(phrase, facts, language):
        view, place = known.get(fact or "", ("", ""))
        if view in views:
            told.append({"text": text, "fact": fact, "view": view, "place": place})
        elif told and "view" not in told[-1]:
            told[-1]["text"] += text
        else:
            told.append({"text": text})
    return told
