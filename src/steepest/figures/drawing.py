"""Draw a figure with matplotlib: to PNG, SVG, PDF, and into a notebook's axes.

The only file that imports matplotlib, and only its objects: no pyplot, no backend to choose, so it
draws the same on a server without a screen. Column names are text, never formulas. What is above
and below the panels (title, legend, caption) is laid out here, line by line, so that nothing
overlaps; the panels share what is left.
"""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

from steepest.data.writing import StrPath, atomic_file
from steepest.figures.figure import Band, Contours, Figure
from steepest.figures.lines import broken, texts_of, width_of
from steepest.figures.markup import embedded, standalone
from steepest.figures.painting import CJK, FONTS, handle, installed_fonts, legible, letters, paint
from steepest.words.errors import InputError

SUFFIXES = (".png", ".svg", ".pdf")
DOTS = 150
_LINE, _TITLE_LINE = 0.185, 0.30
# Width and height of a panel in inches, by how many stand side by side.
_PANELS = {1: (7.2, 4.3), 2: (5.0, 3.9), 3: (4.2, 3.8), 4: (3.7, 3.5)}
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "steepest",
    "pdf.fonttype": 42,
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#444444",
    "axes.axisbelow": True,
    "text.parse_math": False,
    "axes.unicode_minus": True,
}
# matplotlib's settings are global to the process; one figure at a time is drawn under ours.
_LOCK = threading.RLock()


def draw(figure: Figure, axes: Any = None, *, caption: bool = False) -> Any:
    """Return the matplotlib figure of a figure.

    Parameters
    ----------
    figure : Figure
        What to draw.
    axes : matplotlib axes or sequence of them, optional
        Draw into these, one for each panel, instead of a new figure.
    caption : bool
        Whether to print the caption below.

    Raises
    ------
    InputError
        If its words need letters that no installed font has, or the axes are too few.
    """
    with _settings():
        return _drawn(figure, axes, caption, checked=True)


def save(figure: Figure, path: StrPath, *, caption: bool = True, dots: int = DOTS) -> Path:
    """Write a figure as PNG, SVG or PDF, by the suffix, whole or not at all. Return its path.

    The same figure gives the same bytes: no time stands in the file. A file that exists is
    replaced.

    Parameters
    ----------
    figure : Figure
        What to draw.
    path : path
        Where to write.
    caption : bool
        Whether to print the caption below.
    dots : int
        Dots per inch of a PNG.

    Raises
    ------
    InputError
        If the suffix is another one, or no installed font has the letters (PNG and PDF; in an
        SVG text stays text, and the reader's fonts are used).
    FileError
        If the file cannot be written.
    """
    place = Path(path)
    suffix = place.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError("bad_picture_suffix", file=str(path), known=list(SUFFIXES))
    if suffix == ".svg":
        content = standalone(_svg(figure, caption), figure, FONTS).encode()
    else:
        content = _bytes(figure, suffix[1:], caption, dots)
    with atomic_file(place) as temporary:
        temporary.write_bytes(content)
    return place


def svg_text(figure: Figure, *, caption: bool = False, mark: str = "") -> str:
    """Return the figure as one ``<svg>`` element for a page; its ids belong to it alone."""
    return embedded(_svg(figure, caption), figure, FONTS, mark)


def _bytes(figure: Figure, kind: str, caption: bool, dots: int) -> bytes:
    with _settings():
        canvas = _drawn(figure, None, caption, checked=True)
        stamps: dict[str, None] = {"CreationDate": None} if kind == "pdf" else {"Software": None}
        held = io.BytesIO()
        canvas.savefig(held, format=kind, dpi=dots, metadata=stamps)
    return held.getvalue()


def _svg(figure: Figure, caption: bool) -> str:
    with _settings(), warnings.catch_warnings():
        # letters that no font here has: the reader's will do
        warnings.filterwarnings("ignore", "Glyph")
        canvas = _drawn(figure, None, caption, checked=False)
        held = io.StringIO()
        canvas.savefig(held, format="svg", metadata={"Date": None})
    return held.getvalue()


@contextmanager
def _settings() -> Iterator[None]:
    with _LOCK, rc_context({**_SETTINGS, "font.family": list(installed_fonts())}):
        yield


def _check_letters(figure: Figure, caption: bool) -> None:
    text = "".join(texts_of(figure, caption=caption))
    missing = sorted({letter for letter in text if ord(letter) not in letters()} - {"\n"})
    if any(CJK.match(letter) for letter in missing):
        raise InputError(
            "figure_font_missing", letters="".join(missing[:6]), fonts=list(FONTS[1:9])
        )


def _drawn(figure: Figure, axes: Any, caption: bool, *, checked: bool) -> Any:
    if checked:
        _check_letters(figure, caption)
    if axes is not None:
        places = list(np.ravel(np.array(axes, dtype=object)))
        if len(places) != len(figure.panels):
            raise InputError("figure_axes_count", panels=len(figure.panels), axes=len(places))
        for place, panel in zip(places, figure.panels, strict=True):
            paint(place, panel, legend="inside")
        return places[0].figure
    return _page(figure, caption)


def _page(figure: Figure, caption: bool) -> Any:
    columns = max(1, min(figure.columns, len(figure.panels)))
    rows = -(-len(figure.panels) // columns)
    width, height = _panel_size(figure, columns)
    width *= columns
    shared = _shared_legend(figure)
    title = broken(figure.title, width * 8.6)
    below = broken(figure.caption, width * 14.2) if caption else []
    labels = [legible(label) for label, _ in shared]
    across = _legend_columns(labels, width)
    legend_rows = -(-len(labels) // across)
    foot = 0.10 + _LINE * len(below) + (0.06 if below else 0.0)
    bottom = foot + (0.235 * legend_rows + 0.08 if labels else 0.0)
    top = _TITLE_LINE * len(title) + 0.12
    whole = rows * height + bottom + top
    canvas = Canvas(figsize=(width, whole), layout="constrained", facecolor="white")
    FigureCanvasAgg(canvas)
    engine: Any = canvas.get_layout_engine()
    if engine is not None:
        box = (0.0, bottom / whole, 1.0, 1.0 - (bottom + top) / whole)
        engine.set(rect=box, w_pad=0.08, h_pad=0.06, wspace=0.03, hspace=0.04)
    edge = 0.12 / width
    for number, panel in enumerate(figure.panels):
        space = {"projection": "3d"} if panel.z is not None else {}
        ax = canvas.add_subplot(rows, columns, number + 1, **space)
        paint(ax, panel, legend="no" if shared else "inside")
    _say(canvas, edge, 1.0 - 0.08 / whole, title, size=12.5, weight="bold", va="top")
    _say(canvas, edge, 0.08 / whole, below, size=8.5, color="#333333", va="bottom")
    if labels:
        canvas.legend(
            [handle for _, handle in shared],
            labels,
            loc="lower left",
            bbox_to_anchor=(edge * 0.4, foot / whole),
            ncols=across,
            frameon=False,
            fontsize=8.8,
            handlelength=2.6,
            columnspacing=1.6,
            borderpad=0.2,
        )
    return canvas


def _say(canvas: Any, x: float, y: float, lines: Sequence[str], **style: Any) -> None:
    if lines:
        text = legible("\n".join(lines))
        canvas.text(x, y, text, ha="left", linespacing=1.3, parse_math=False, **style)


def _panel_size(figure: Figure, columns: int) -> tuple[float, float]:
    width, height = _PANELS[min(columns, 4)]
    first = figure.panels[0]
    if first.z is not None:
        return width, 5.4
    if any(isinstance(layer, Contours) for layer in first.layers):
        height = 5.4 if columns == 1 else width * 0.92
    if len(figure.panels) > columns:
        height *= 0.86
    return width, height


def _shared_legend(figure: Figure) -> list[tuple[str, Any]]:
    """Return the legend below all panels, nothing where a class means something else in each."""
    found: dict[str, Any] = {}
    meaning: dict[str, str] = {}
    for panel in figure.panels:
        for layer in panel.layers:
            if not layer.label or isinstance(layer, Band):
                continue
            if meaning.setdefault(f"{layer.kind} {layer.style}", layer.label) != layer.label:
                return []
            found.setdefault(layer.label, handle(layer))
    return list(found.items())


def _legend_columns(labels: Sequence[str], width: float) -> int:
    widest = max((width_of(label) for label in labels), default=1)
    return max(1, min(len(labels) or 1, int(width / (widest * 0.068 + 0.62))))
