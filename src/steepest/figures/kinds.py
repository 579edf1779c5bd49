"""The table of pictures: name -> what it shows and how it is made from recorded runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from steepest.figures import (
    backpropagation,
    curves,
    fits,
    layers,
    loss_fits,
    network_landscape,
    rates,
    scaling,
    searches,
    sections,
)
from steepest.figures.figure import Figure
from steepest.figures.recorded import Recorded
from steepest.words.errors import InputError


@dataclass(frozen=True)
class Kind:
    """One kind of picture.

    Attributes
    ----------
    about : str
        What it shows.
    make : function
        From runs (``many``) or one run, and options, to a figure.
    options : tuple of str
        What ``make`` can be told.
    many : bool
        Whether several runs share one picture.
    """

    about: str
    make: Callable[..., Figure]
    options: tuple[str, ...] = ()
    many: bool = False


FIGURE_KINDS: dict[str, Kind] = {
    "loss": Kind(
        "training and validation loss",
        curves.loss_curve,
        ("x", "smoothing", "scale"),
        many=True,
    ),
    "gradient": Kind(
        "length of the gradient", curves.gradient_curve, ("x", "smoothing"), many=True
    ),
    "layers": Kind("the gradient in each layer of a network", layers.layer_gradients),
    "backpropagation": Kind(
        "one step of a network unfolded: values, loss, the chain rule back",
        backpropagation.backpropagation,
        ("at",),
    ),
    "comparison": Kind(
        "runs by epoch, update, rows seen and seconds",
        curves.comparison,
        ("smoothing", "scale"),
        many=True,
    ),
    "rates": Kind("predicted losses of several rates", rates.rates_of_run, ("rates", "epochs")),
    "divergence": Kind("a diverged run and its bounces", rates.divergence),
    "contour": Kind(
        "paths on the loss surface",
        network_landscape.contour,
        ("plane", "names", "through"),
        many=True,
    ),
    "surface": Kind(
        "the loss surface in space",
        network_landscape.surface_3d,
        ("plane", "names", "through"),
        many=True,
    ),
    "sections": Kind(
        "cross-sections, tangent and secant", sections.cross_sections, ("names", "at", "step")
    ),
    "steps": Kind(
        "one step of three rates along cross-sections",
        sections.rate_steps,
        ("names", "rates", "at"),
    ),
    "secant-error": Kind(
        "error of the secant against its step", sections.secant_error, ("names", "at")
    ),
    "scaling": Kind(
        "original, badly scaled and standardized features", scaling.scaling, ("steps",), True
    ),
    "regimes": Kind("slow, monotone, oscillating, divergent rates", rates.regimes, ("rate",)),
    "spectrum": Kind("curvatures and a rate's fate along each", rates.spectrum, ("rate",)),
    "search": Kind("loss against the searched value", searches.search_curve),
    "boxes": Kind("shrinking boxes of coarse-to-fine search", searches.search_boxes),
    "fit": Kind("data and model, before and after", loss_fits.data_and_fit, ("target",)),
    "residuals": Kind("errors of the predictions", fits.residuals, ("target",)),
}


def made(kind: str, runs: Sequence[Recorded], language: str = "en", **options: Any) -> Figure:
    """Return the picture called ``kind`` of recorded runs.

    Raises
    ------
    InputError
        If there is no such kind, it takes no such option, or one run only.
    """
    if kind not in FIGURE_KINDS:
        raise InputError("unknown_choice", option="kind", value=kind, known=list(FIGURE_KINDS))
    entry = FIGURE_KINDS[kind]
    given = {name: value for name, value in options.items() if value not in (None, (), [])}
    for name in given:
        if name not in entry.options:
            refused = "figure_option_unknown" if entry.options else "figure_no_options"
            raise InputError(refused, option=name, kind=kind, known=list(entry.options))
    weight = given.get("smoothing", 0.0)
    if not 0.0 <= weight < 1.0:
        raise InputError("smoothing_out_of_range", weight=weight)
    if entry.many:
        return entry.make(list(runs), language=language, **given)
    if len(runs) != 1:
        raise InputError("figure_one_run", kind=kind, count=len(runs))
    return entry.make(runs[0], language=language, **given)
