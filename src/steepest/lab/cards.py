"""Cards: what is often believed of descent, and the state of the page that corrects it.

A card changes some keys of the state, shows one view, and may keep other runs beside (``compare``:
changes of the same state). Its words are the page's: ``lab_card_ID_title``, ``lab_card_ID_text``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

State = Mapping[str, Any]


@dataclass(frozen=True)
class Card:
    """A state that corrects a belief.

    Attributes
    ----------
    state : mapping
        The keys it sets; all others go back to what they are at first.
    view : str
        What to look at.
    compare : sequence of mapping
        Runs to keep beside: changes of the same state.
    """

    state: State
    view: str
    compare: Sequence[State] = field(default_factory=tuple)


_STEEP: State = {"data": "salary-bad", "standardize": False, "epochs": 40}
_ROWS: State = {"data": "salary", "standardize": False, "epochs": 20, "order": "random"}

CARDS: Mapping[str, Card] = {
    # The negative gradient points to the minimum.
    "direction": Card({**_STEEP, "rate": 0.02, "step": 0}, "contour"),
    # Descent always zigzags, and its steps are at right angles.
    "zigzag": Card({**_STEEP, "rate": 0.028}, "contour", ({}, {"rate": 0.01}, {"rate": 0.003})),
    # The gradient climbs on the surface.
    "plane": Card({**_STEEP, "rate": 0.02}, "surface"),
    # Infinity and NaN are a bug of the program.
    "diverges": Card(
        {"data": "salary", "standardize": True, "rate": 1.05, "epochs": 60}, "divergence"
    ),
    # A smaller rate is always safer.
    "small": Card(
        {"data": "salary", "standardize": True, "rate": 0.001, "epochs": 100},
        "regimes",
        ({"rate": 0.3}, {"rate": 0.01}, {"rate": 0.001}),
    ),
    # Scaling only matters for accuracy.
    "scaling": Card({**_STEEP, "rate": "auto", "epochs": 100}, "contour_other"),
    # Linear regression can get stuck in a local minimum.
    "stuck": Card({"data": "two-features", "standardize": True, "epochs": 100}, "spectrum"),
    # Where the gradient is zero there is a minimum.
    "saddle": Card(
        {
            "data": "formula",
            "formula": "x**2 - y**2",
            "start": [1.0, 0.0],
            "rate": 0.1,
            "at": "end",
        },
        "sections",
        ({}, {"start": [1.0, 1e-6]}),
    ),
    # The loss of stochastic descent must fall at every step.
    "noise": Card({**_ROWS, "batch": 1, "rate": 0.3}, "loss", ({}, {"batch": 8}, {"batch": "all"})),
    # Noise gets descent out of any valley.
    "escape": Card(
        {"data": "formula", "formula": "two-valleys", "start": [0.5], "rate": 0.1, "noise": 0.3},
        "contour",
        ({"noise": 0.0}, {}, {"noise": 2.0}),
    ),
    # Epoch, update and batch are the same.
    "epoch": Card(
        {**_ROWS, "batch": 20, "rate": 0.2, "x": "update"}, "loss", ({}, {"batch": "all"})
    ),
    # The smoothed curve is the loss.
    "smoothed": Card({**_ROWS, "batch": 1, "rate": 0.3, "smoothing": 0.9}, "loss"),
    # A smaller step gives a better slope.
    "secant": Card({"data": "salary", "standardize": True, "h": 1e-10}, "secant_error"),
    # One lucky path proves a method better.
    "lucky": Card(
        {**_ROWS, "batch": 1, "rate": 0.3, "epochs": 3},
        "loss",
        ({"seed": 0}, {"seed": 1}, {"seed": 2}, {"seed": 3}, {"seed": 4}),
    ),
    # A picture shows the landscape.
    "landscape": Card(
        {"data": "two-features", "standardize": False, "plane": ["x1", "x2"]}, "contour"
    ),
    # The suggested rate is the truth.
    "suggested": Card({"data": "salary", "standardize": False, "rate": "auto"}, "regimes"),
}
