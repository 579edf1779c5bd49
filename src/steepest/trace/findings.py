"""Findings: the named conditions a diagnosis can claim, each with the numbers that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from steepest.words.catalogue import sentence

# What a finding asks of its reader, the most urgent first. The first two are problems.
SEVERITIES = {
    "critical": "the result is of no use as it stands",
    "warning": "the model, or the time spent on it, is worse than it need be",
    "advice": "nothing was lost, but something can be made simpler",
    "good": "good news",
}

# Name -> (severity, what it means), in the order in which they are told.
FINDINGS: dict[str, tuple[str, str]] = {
    "diverged": ("critical", "the rate is too large: some direction grows with every update"),
    "rate_too_large": ("critical", "stochastic updates at this rate lead away from the minimum"),
    "constant_target": ("warning", "a target has one value only, so nothing can be learnt"),
    "oscillating": ("warning", "what is left swings across the minimum and hardly shrinks"),
    "rate_too_small": ("warning", "no direction is walked at half the speed that is safe"),
    "sorted_rows": ("warning", "neighbouring rows are alike and are walked as they stand"),
    "schedule_cut_short": ("warning", "the run stalled before its schedule lowered the rate"),
    "noise_floor": ("warning", "single batches disagree, and the loss hovers above its minimum"),
    "validation_loss_rising": ("warning", "the validation loss has passed its minimum"),
    "unscaled_features": ("warning", "features of different size make the descent slow"),
    "collinear_features": ("warning", "a feature is nearly a combination of the others"),
    "vanishing_gradients": ("warning", "the first layer of a network hardly learns"),
    "outliers": ("warning", "few rows carry most of the squared error"),
    "dependent_features": ("advice", "a feature is exactly a combination of the others"),
    "constant_features": ("advice", "a feature has one value only"),
    "optimum_at_start": ("good", "the descent began where it was to end"),
    "more_epochs_useless": ("good", "the loss is at its minimum; more epochs change nothing"),
    "rate_near_best": ("good", "no constant rate would be much faster"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that a diagnosis found.

    Attributes
    ----------
    name : str
        A key of ``FINDINGS``.
    phrase : str
        The sentence's name in the catalogue.
    facts : mapping
        The numbers that prove it; names of columns are as in the table.

    Examples
    --------
    >>> from steepest import fit
    >>> run = fit("example:salary", target="salary", learning_rate=0.01, epochs=50)
    >>> [(finding.name, finding.severity) for finding in run.findings]
    [('rate_too_small', 'warning')]
    """

    name: str
    phrase: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> str:
        """A key of ``SEVERITIES``; ``critical`` and ``warning`` are problems."""
        return FINDINGS[self.name][0]

    @property
    def problem(self) -> bool:
        """Whether something should be done about it."""
        return self.severity in ("critical", "warning")

    def sentence(self, language: str = "en") -> str:
        """Return what was found with its numbers, then what to do."""
        return sentence(self.phrase, self.facts, language)

    def as_dict(self, language: str = "en") -> dict[str, Any]:
        """Return name, severity, facts and sentence as JSON values."""
        return {
            "name": self.name,
            "severity": self.severity,
            "facts": dict(self.facts),
            "sentence": self.sentence(language),
        }
