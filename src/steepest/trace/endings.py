"""Endings: every run ends in exactly one named way, with the numbers that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from steepest.words.catalogue import sentence

# Name -> (what it means, whether the best recorded point is returned instead of the last).
ENDINGS: dict[str, tuple[str, bool]] = {
    "converged": ("the gradient norm is at most the tolerance times its scale", False),
    "target_loss_reached": ("the training loss is at most the one asked for", False),
    "epochs_used_up": ("as many epochs as allowed have been run", False),
    "stalled": ("nothing improves any more although the gradient is not small enough", False),
    "early_stopped": ("the validation loss stopped improving", True),
    "diverged": ("the loss is not finite, or 1000 times that of the start", True),
    "unbounded": ("the function falls without end", True),
    "saddle": ("a critical point with curvature of both signs", False),
    "maximum": ("a critical point with negative curvature only", False),
    "degenerate": ("a critical point whose curvature decides nothing", False),
    "interrupted": ("a person or the system stopped the run", False),
}


@dataclass(frozen=True)
class Ending:
    """How a run ended.

    Attributes
    ----------
    name : str
        A key of ``ENDINGS``.
    phrase : str
        The sentence's name in the catalogue.
    facts : mapping
        The numbers the sentence is filled with.
    """

    name: str
    phrase: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: str = "en") -> str:
        """Return the proof and the remedy as one or two sentences."""
        return sentence(self.phrase, self.facts, language)
