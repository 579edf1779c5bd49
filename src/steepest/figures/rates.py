"""Learning rates: predicted curves, a diverging run, the regimes, the spectrum of curvatures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.figures.curves import loss_curve
from steepest.figures.figure import Axis, Band, Figure, Layer, Line, Panel, Points, Rule
from steepest.figures.recorded import Recorded, checked_rates, provenance_of, short
from steepest.figures.said import table_of
from steepest.objective.quadratic import Quadratic
from steepest.words.catalogue import joined, phrase, sentence
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]
# A predicted curve leaves the picture at this multiple of the loss at its start.
_LEFT = 20.0
# A direction crawls if it keeps more than this share of its error in every epoch.
_CRAWLS = 0.99
# A share of a direction, in %, from which on a second parameter is named.
_LITTLE = 5.0
# Up to as many epochs each one is drawn; more stand over a logarithmic axis.
_ONE_BY_ONE, _MOST_EPOCHS = 1_000, 1_000_000_000


@dataclass(frozen=True, eq=False)
class Curve:
    """A predicted course: a name, epochs (n,) and losses (n,)."""

    label: str
    epochs: Floats
    losses: Floats


def predicted_loss(
    quadratic: Quadratic, start: Floats, rate: float, epochs: npt.NDArray[np.float64]
) -> Floats:
    """Return the losses (n,) of batch descent after ``epochs`` (n,), in closed form.

    ``floor + 1/2 sum curvature_i (1 - rate curvature_i)^(2 n) c_i^2``: no step is iterated.
    """
    along = (quadratic.along(start) ** 2).sum(axis=1)
    factors = (1.0 - rate * quadratic.curvatures) ** 2
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        powers = factors[None, :] ** epochs[:, None]
        return np.asarray(quadratic.floor + 0.5 * (powers * (quadratic.curvatures * along)).sum(1))


def rate_curves(
    curves: Sequence[Curve],
    *,
    optimum: float | None = None,
    provenance: dict[str, Any] | None = None,
    far: bool = False,
    language: str = "en",
) -> Figure:
    """Return predicted losses of up to five rates over the epochs.

    Parameters
    ----------
    curves : sequence of Curve
        Label, epochs and losses of each.
    optimum : float, optional
        The lowest loss there is.
    provenance : mapping, optional
        Where the curves came from.
    far : bool
        Whether the epochs stand over a logarithmic axis.
    language : str
        A key of ``LANGUAGES``.
    """
    if not 1 <= len(curves) <= 5:
        raise InputError("figure_too_many_runs", count=len(curves), most=5)
    first = float(curves[0].losses[0])
    layers: list[Layer] = []
    for number, one in enumerate(curves, start=1):
        kept = np.isfinite(one.losses) & (one.losses <= _LEFT * first)
        end = int(np.argmin(kept)) if not kept.all() else len(kept)
        seen = slice(0, max(end, 1))
        layers.append(
            Line(
                one.epochs[seen],
                one.losses[seen],
                style=f"run-{number}",
                label=one.label,
                marks=len(one.epochs) <= 40,
            )
        )
    lowest = min(float(np.nanmin(one.losses)) for one in curves)
    if optimum is not None:
        label = sentence("figure_label_optimum", {"loss": optimum}, language)
        layers.append(Rule(optimum, style="reference", label=label))
    log = lowest > 0.0 and first > 30.0 * lowest
    ends = [
        phrase("figure_rate_end", label=one.label, loss=float(one.losses[-1])) for one in curves
    ]
    facts = {"count": len(curves), "ends": ends, "epochs": int(curves[0].epochs[-1])}
    facts_of_start = {**facts, "loss": first}
    said = [sentence("figure_rates_caption", facts_of_start, language)]
    said += [sentence("figure_rates_log", facts, language)] if far else []
    heads = ("rate", "epoch", "loss")
    return Figure(
        kind="rates",
        title=sentence("figure_rates_title", facts, language),
        panels=(
            Panel(
                Axis(sentence("figure_axis_epoch", {}, language), "log" if far else "linear"),
                Axis(sentence("figure_axis_loss", {}, language), "log" if log else "linear"),
                tuple(layers),
            ),
        ),
        caption=joined(said, language),
        alt=sentence("figure_rates_alt", facts_of_start, language),
        table=table_of(
            heads,
            tuple((one.label, float(one.epochs[-1]), float(one.losses[-1])) for one in curves),
            language,
        ),
        language=language,
        provenance=provenance or {},
    )


def rates_of_run(
    run: Recorded, *, rates: Sequence[float] = (), epochs: int = 30, language: str = "en"
) -> Figure:
    """Return what batch descent would do from the run's start at several rates.

    At most 1,000 epochs are drawn one by one; of more, some, over a logarithmic axis. Unless rates
    are given: low (0.1/L), safe (1/L), best (2/(mu + L)) and very high (2.04/L).
    """
    quadratic = run.quadratic
    number = _shown_epochs(epochs)
    rates = checked_rates(rates, quadratic)
    L, mu = quadratic.largest_curvature, quadratic.smallest_curvature
    names = {"low": 0.1 / L, "safe": 1.0 / L, "best": 2.0 / (mu + L), "very_high": 2.04 / L}
    if names["best"] - names["safe"] < 0.05 * names["safe"]:
        del names["best"]
    pairs = [(sentence("figure_label_rate", {"rate": rate}, language), rate) for rate in rates]
    pairs = pairs or [
        (sentence(f"figure_rate_{name}", {"rate": rate}, language), rate)
        for name, rate in names.items()
    ]
    curves = [
        Curve(label, number, predicted_loss(quadratic, run.trace.path[0], rate, number))
        for label, rate in pairs
    ]
    return rate_curves(
        curves,
        optimum=quadratic.floor,
        provenance=provenance_of([run]),
        far=epochs > _ONE_BY_ONE,
        language=language,
    )


def _shown_epochs(epochs: int) -> Floats:
    if epochs < 1:
        raise InputError("option_too_small", option="epochs", value=epochs, least=1)
    if epochs > _MOST_EPOCHS:
        raise InputError("figure_too_many_epochs", epochs=epochs, most=_MOST_EPOCHS)
    if epochs <= _ONE_BY_ONE:
        return np.arange(epochs + 1.0)
    return np.unique(np.append(np.geomspace(1.0, epochs, 400).round(), 0.0))


def divergence(run: Recorded, *, language: str = "en") -> Figure:
    """Return a diverged run: its loss on finite axes, and its bounces across the steepest valley.

    The second panel is the loss along the direction of largest curvature (the others where the
    run began), with the run's own steps projected on it.
    """
    if run.trace.ending.name != "diverged":
        raise InputError("figure_not_diverged", run=run.title, ending=run.trace.ending.name)
    curve = loss_curve([run], scale="log", language=language)
    facts = run.trace.ending.facts
    told = {
        "update": int(str(facts["update"])),
        "rate": run.rate or 0.0,
        "limit": float(str(facts["loss_limit"])),
        "first": float(run.trace["loss"][0]),
    }
    panels = [curve.panels[0]]
    said = [sentence("figure_diverged_alt", told, language)]
    if run.training is not None and run.plain_rate is not None:
        panel, more = _bounces(run, language)
        panels.append(panel)
        said.append(sentence("figure_bounces_caption", more, language))
    return Figure(
        kind="divergence",
        title=sentence("figure_divergence_title", told, language),
        panels=tuple(panels),
        columns=2,
        caption=joined(said, language),
        alt=joined(said, language),
        table=curve.table,
        language=language,
        provenance=provenance_of([run]),
    )


def _bounces(run: Recorded, language: str) -> tuple[Panel, dict[str, Any]]:
    quadratic = run.quadratic
    curvature = quadratic.largest_curvature
    steps = np.array([quadratic.along(point)[0, 0] for point in run.trace.path])
    start = steps[0] or 1.0
    seen = np.isfinite(steps) & (np.abs(steps) <= 8.0 * abs(start))
    seen[:2] = np.isfinite(steps[:2])  # the first bounce, however far
    steps = steps[: int(np.argmin(seen)) if not seen.all() else len(seen)]
    rest = float(quadratic.value(run.trace.path[0])) - 0.5 * curvature * start**2
    reach = 1.15 * float(np.abs(steps).max(initial=abs(start)))
    ground = np.linspace(-reach, reach, 201)
    layers: list[Layer] = [
        Line(ground, rest + 0.5 * curvature * ground**2, style="curve"),
        Line(steps, rest + 0.5 * curvature * steps**2, style="limit light", marks=False),
        Points(steps, rest + 0.5 * curvature * steps**2, style="diverges"),
        Points(steps[:1], rest + 0.5 * curvature * steps[:1] ** 2, style="start"),
    ]
    facts = {
        "factor": abs(1.0 - (run.rate or 0.0) * curvature),
        "curvature": curvature,
        "rate": run.rate or 0.0,
        "largest": 2.0 / curvature,
    }
    panel = Panel(
        Axis(sentence("figure_axis_steepest", {}, language), limits=(-reach, reach)),
        Axis(sentence("figure_axis_loss", {}, language)),
        tuple(layers),
        note=sentence("figure_bounces_note", facts, language),
    )
    return panel, facts


def fate(rate: float, curvature: float) -> str:
    """Return what becomes of a direction: crawls, converges, oscillates or diverges.

    >>> fate(0.5, 1.0), fate(1.5, 1.0), fate(2.5, 1.0), fate(0.001, 1.0)
    ('converges', 'oscillates', 'diverges', 'crawls')
    """
    factor = 1.0 - rate * curvature
    if abs(factor) >= 1.0 and curvature > 0.0:
        return "diverges"
    if factor < 0.0:
        return "oscillates"
    return "crawls" if factor > _CRAWLS else "converges"


def spectrum(run: Recorded, *, rate: float | None = None, language: str = "en") -> Figure:
    """Return the curvatures of the training loss, and what a rate does along each of them."""
    quadratic = run.quadratic
    rate = checked_rates([rate], quadratic)[0] if rate is not None else run.plain_rate
    rate = rate or 1.0 / quadratic.largest_curvature
    curvatures = quadratic.curvatures[: quadratic.rank]
    fates = [fate(rate, float(one)) for one in curvatures]
    number = np.arange(1.0, quadratic.rank + 1.0)
    layers: list[Layer] = []
    for value, style in ((1.0 / rate, "reference"), (2.0 / rate, "limit")):
        name = "inverse" if style == "reference" else "twice"
        label = sentence(f"figure_label_curvature_{name}", {"curvature": value}, language)
        layers.append(Rule(value, style=style, label=label))
    for name in ("diverges", "oscillates", "converges", "crawls"):
        chosen = np.array([one == name for one in fates])
        if chosen.any():
            size = {"count": int(chosen.sum())}
            label = sentence(f"figure_fate_{name}", size, language)
            layers.append(Points(number[chosen], curvatures[chosen], style=name, label=label))
    condition = quadratic.condition
    worst = float(np.abs(1.0 - rate * curvatures).max())
    facts: dict[str, Any] = {
        "rate": rate,
        "count": quadratic.rank,
        "largest": quadratic.largest_curvature,
        "smallest": quadratic.smallest_curvature,
        "condition": condition,
        "worst": worst,
        "zero": quadratic.shape[0] - quadratic.rank,
    }
    mostly = _mostly(run, language)
    about = {"steep": mostly[0], "flat": mostly[-1]}
    said = [
        sentence("figure_spectrum_caption", facts, language),
        sentence("figure_spectrum_names", about, language),
        _pace(rate, curvatures, language),
    ]
    if facts["zero"]:
        said.append(sentence("figure_spectrum_zero", facts, language))
    heads = ("direction", "curvature", "factor", "fate", "mostly")
    ends = [sentence(f"figure_is_{end}", {}, language) for end in fates]
    rows = tuple(
        (i, float(one), abs(1.0 - rate * float(one)), end, names)
        for i, (one, end, names) in enumerate(zip(curvatures, ends, mostly, strict=True), start=1)
    )
    ticks = tuple((float(i), str(i)) for i in range(1, quadratic.rank + 1))
    return Figure(
        kind="spectrum",
        title=sentence("figure_spectrum_title", facts, language),
        panels=(
            Panel(
                Axis(
                    sentence("figure_axis_direction", {}, language),
                    limits=(0.4, quadratic.rank + 0.6),
                    ticks=ticks if quadratic.rank <= 20 else (),
                ),
                Axis(sentence("figure_axis_curvature", {}, language), "log"),
                tuple(layers),
            ),
        ),
        caption=joined(said, language),
        alt=sentence("figure_spectrum_alt", facts, language),
        table=table_of(heads, rows[:40], language),
        language=language,
        provenance=provenance_of([run]),
    )


def _mostly(run: Recorded, language: str) -> list[str]:
    """Return the parameters that each direction of curvature is mostly along, at most two."""
    quadratic = run.quadratic
    told = []
    for direction in quadratic.directions.T[: quadratic.rank]:
        shares = 100.0 * direction**2
        order = np.argsort(-shares, kind="stable").tolist()
        most = [order[0], *(p for p in order[1:2] if shares[p] >= _LITTLE)]
        named = [{"name": short(run.names[p]), "share": float(shares[p])} for p in most]
        told.append(", ".join(sentence("figure_share", one, language) for one in named))
    return told


def _pace(rate: float, curvatures: Floats, language: str) -> str:
    """Return what a rate does to the slowest or the growing error."""
    worst = float(np.abs(1.0 - rate * curvatures).max())
    # exact also where the factor is 1 to all digits
    gain = float(np.minimum(rate * curvatures, 2.0 - rate * curvatures).min())
    facts = {"rate": rate, "factor": worst, "gain": 100.0 * gain}
    return sentence("figure_pace_stable" if gain > 0.0 else "figure_pace_unstable", facts, language)


def regimes(run: Recorded, *, rate: float | None = None, language: str = "en") -> Figure:
    """Return the worst factor per epoch at every rate: slow, monotone, oscillating, divergent.

    1/L, 2/(mu + L) and 2/L are marked, and the run's own rate.
    """
    quadratic = run.quadratic
    L, mu = quadratic.largest_curvature, quadratic.smallest_curvature
    rate = checked_rates([rate], quadratic)[0] if rate is not None else run.plain_rate
    marks = {"safe": 1.0 / L, "best": 2.0 / (mu + L), "largest": 2.0 / L}
    top = 1.25 * marks["largest"]
    shown = rate is not None and 0.02 * marks["safe"] < rate < 2.0 * marks["largest"]
    top = max(top, 1.1 * rate) if shown and rate is not None else top
    rates = np.unique(np.concatenate([np.linspace(0.0, top, 240), list(marks.values())]))
    curvatures = quadratic.curvatures[: quadratic.rank]
    worst = np.abs(1.0 - rates[:, None] * curvatures).max(axis=1)
    names = ("monotone", "oscillating", "divergent")
    edges = (0.0, marks["safe"], marks["largest"], top)
    layers: list[Layer] = [
        Band(
            edges[i],
            edges[i + 1],
            style=f"regime-{name}",
            label=sentence(f"figure_regime_{name}", {}, language),
        )
        for i, name in enumerate(names)
    ]
    layers += [
        Line(rates, worst, style="curve"),
        Rule(1.0, style="limit"),
    ]
    for (name, value), style in zip(
        marks.items(), ("converges", "optimum", "diverges"), strict=True
    ):
        height = float(np.abs(1.0 - value * curvatures).max())
        label = sentence(f"figure_label_{name}_rate", {"rate": value}, language)
        layers.append(Points(np.array([value]), np.array([height]), style=style, label=label))
    if shown and rate is not None:
        label = sentence("figure_label_own_rate", {"rate": rate}, language)
        layers.append(Rule(rate, "x", style="reference", label=label))
    facts = {**marks, "condition": L / mu, "rate": rate or 0.0, "L": L, "mu": mu}
    facts["gain"] = 100.0 * 2.0 * mu / (L + mu)
    said = [sentence("figure_regimes_caption", facts, language)]
    if rate is not None:
        said.append(_pace(rate, curvatures, language))
    heads = ("rate", "factor")
    rows = tuple((v, float(np.abs(1.0 - v * curvatures).max())) for v in marks.values())
    return Figure(
        kind="regimes",
        title=sentence("figure_regimes_title", facts, language),
        panels=(
            Panel(
                Axis(sentence("figure_axis_rate", {}, language), limits=(0.0, top)),
                Axis(
                    sentence("figure_axis_factor", {}, language),
                    limits=(0.0, 1.08 * float(worst.max())),
                ),
                tuple(layers),
            ),
        ),
        caption=joined(said, language),
        alt=sentence("figure_regimes_alt", facts, language),
        table=table_of(heads, rows, language),
        language=language,
        provenance=provenance_of([run]),
    )
