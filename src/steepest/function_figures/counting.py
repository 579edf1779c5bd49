"""The share of saddles among critical points of random functions, by the number of variables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from steepest.descent.crowds import wilson
from steepest.descent.saddles import SaddleCount
from steepest.figures.figure import Axis, Figure, Layer, Line, Panel, Points, Segment
from steepest.figures.said import table_of
from steepest.function_figures.grounds import versions
from steepest.words.catalogue import joined, sentence
from steepest.words.errors import InputError

# Share of saddles of the Gaussian random field: Longuet-Higgins (1957); Bardeen et al. (1986).
THEORY = ((1.0, 0.0), (2.0, 0.5), (3.0, (29.0 + 6.0 * 6.0**0.5) / 58.0))


def saddle_share_figure(counts: Sequence[SaddleCount], *, language: str = "en") -> Figure:
    """Return the shares of saddles and minima among critical points by the number of variables.

    Parameters
    ----------
    counts : sequence of SaddleCount
        Of :func:`saddle_share`.
    language : str
        A key of ``LANGUAGES``.

    Returns
    -------
    Figure
        Of kind ``saddles``: left the share of saddles with its 95 % confidence interval, and what
        theory says for one to three variables; right that of minima, logarithmic.

    Raises
    ------
    InputError
        If nothing was counted.

    Examples
    --------
    >>> from steepest import saddle_share
    >>> shown = saddle_share_figure(saddle_share([1, 2], functions=3, starts=8))
    >>> [row[0] for row in shown.table.rows]
    [1, 2]
    """
    known = [one for one in counts if one.found]
    if not known:
        raise InputError("figure_nothing_counted", counts=len(counts))
    rows = []
    for one in known:
        low, high = wilson(one.minima, one.found)
        shares = (one.share, one.low, one.high, one.minima / one.found, low, high)
        rows.append((one.variables, one.found, one.minima, one.saddles, one.maxima, *shares))
    first, last = rows[0], rows[-1]
    facts = {
        "functions": known[0].functions,
        "found": sum(one.found for one in known),
        "least": first[0],
        "most": last[0],
        "first_share": 100.0 * first[5],
        "share": 100.0 * last[5],
        "low": 100.0 * last[6],
        "high": 100.0 * last[7],
        "minima": last[2],
        "minima_high": 100.0 * last[10],
        "last_found": last[1],
    }
    said = sentence("figure_saddles_caption", facts, language)
    heads = ("variables", "found", "minima", "saddles", "maxima")
    more = ("share_saddles", "low", "high", "share_minima", "low", "high")
    return Figure(
        kind="saddles",
        title=sentence("figure_saddles_title", facts, language),
        panels=(_panel(rows, 5, "saddles", language), _panel(rows, 8, "minima", language)),
        columns=2,
        caption=said,
        alt=joined([sentence("figure_saddles_alt", facts, language), said], language),
        table=table_of((*heads, *more), rows, language),
        language=language,
        provenance=versions(),
    )


def _panel(rows: Sequence[tuple[float, ...]], place: int, name: str, language: str) -> Panel:
    """Return a share with its interval; ``place`` is its column, the bounds are the next two."""
    log = name == "minima"
    table = np.array([[row[0], *row[place : place + 3]] for row in rows], dtype=float)
    x, share = table[:, 0], 100.0 * table[:, 1]
    low, high = 100.0 * table[:, 2], 100.0 * table[:, 3]
    # a share of zero has no place on a logarithmic axis: its interval reaches from below
    bottom = 0.5 * float(high.min()) if log else 0.0
    layers: list[Layer] = [
        Segment(a, max(b, bottom), a, c, style=f"{name} light")
        for a, b, c in zip(x.tolist(), low.tolist(), high.tolist(), strict=True)
    ]
    drawn = np.where(share > 0.0, share, np.nan) if log else share
    label = sentence(f"figure_label_{name}", {}, language)
    layers.append(Line(x, drawn, style=name, label=label, marks=True))
    if not log:
        known = np.array([one for one in THEORY if one[0] in x.tolist()]).reshape(-1, 2)
        label = sentence("figure_label_theory", {}, language)
        layers.append(Points(known[:, 0], 100.0 * known[:, 1], style="theory", label=label))
    limits = (bottom, 130.0) if log else (-4.0, 104.0)
    return Panel(
        Axis(
            sentence("figure_axis_variables", {}, language),
            ticks=tuple((float(size), f"{size:g}") for size in x.tolist()),
        ),
        Axis(
            sentence(f"figure_axis_share_{name}", {}, language), "log" if log else "linear", limits
        ),
        tuple(layers),
    )
