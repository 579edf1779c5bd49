"""How a trace shows itself in a notebook: the ending, a few numbers, a small curve; plain HTML."""

from __future__ import annotations

import math
from collections.abc import Mapping
from html import escape
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.trace.endings import Ending
from steepest.words.catalogue import sentence

Floats = npt.NDArray[np.float64]
_WIDTH, _HEIGHT, _ROOM = 320.0, 110.0, 6.0
_POINTS = 300
_CELL = "padding:1px 10px 1px 0;text-align:"


def trace_html(
    columns: Mapping[str, Floats], ending: Ending, metadata: Mapping[str, Any], language: str = "en"
) -> str:
    """Return a fragment of HTML: no script, no outside source, names from data escaped."""
    facts = {"method": str(metadata.get("method", "?")), "epochs": int(columns["epoch"][-1])}
    heading = escape(sentence("trace_heading", facts, language))
    told = escape(ending.sentence(language))
    shown = f"{_table(columns)}{_curve(columns, language)}"
    return f"<div><p><b>{heading}</b></p><p>{told}</p>{shown}</div>"


def _table(columns: Mapping[str, Floats]) -> str:
    """Return the first and the last recorded row, the names of the columns at their head."""
    head = "".join(f'<th scope="col" style="{_CELL}right">{escape(name)}</th>' for name in columns)
    count = len(columns["epoch"])
    rows = "".join(
        "<tr>" + "".join(_cell(float(column[row])) for column in columns.values()) + "</tr>"
        for row in sorted({0, count - 1})
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _cell(value: float) -> str:
    text = "" if math.isnan(value) else f"{value:,.6g}"
    return f'<td style="{_CELL}right">{text}</td>'


def _curve(columns: Mapping[str, Floats], language: str) -> str:
    """Return the loss over the epochs as a small SVG, logarithmic where it is positive."""
    loss = columns.get("loss", np.empty(0))
    seen = np.flatnonzero(np.isfinite(loss))
    if len(seen) < 2:
        return ""
    seen = seen[np.unique(np.linspace(0, len(seen) - 1, _POINTS).astype(int))]
    heights = loss[seen]
    facts = {"first": float(heights[0]), "last": float(heights[-1])}
    heights = np.log(heights) if (heights > 0.0).all() else heights
    x = _spread(columns["epoch"][seen], _WIDTH)
    y = _HEIGHT - _spread(heights, _HEIGHT)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    label = escape(sentence("trace_curve_alt", facts, language))
    return (
        f'<svg role="img" aria-label="{label}" width="{_WIDTH:.0f}" height="{_HEIGHT:.0f}" '
        f'viewBox="0 0 {_WIDTH:.0f} {_HEIGHT:.0f}"><title>{label}</title>'
        f'<rect width="100%" height="100%" fill="white" stroke="#888"/>'
        f'<polyline points="{points}" fill="none" stroke="#0072B2" stroke-width="1.8"/></svg>'
    )


def _spread(values: Floats, width: float) -> Floats:
    """Return values moved into a width, with some room on both sides."""
    low, high = float(values.min()), float(values.max())
    share = (values - low) / (high - low) if high > low else np.full(len(values), 0.5)
    return np.asarray(_ROOM + share * (width - 2.0 * _ROOM))
