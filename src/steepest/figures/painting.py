"""One panel of a figure in matplotlib's axes: its layers, axes and legend.

With ``drawing.py`` the only file that imports matplotlib. Every coordinate goes to matplotlib as
it stands in the figure; texts are never formulas.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib import colormaps, font_manager
from matplotlib.colors import LogNorm, Normalize
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from steepest.figures.figure import (
    Axis,
    Band,
    Bars,
    Box,
    Contours,
    Layer,
    Line,
    Panel,
    Points,
    Rule,
    Segment,
    Sheet,
    Text,
)
from steepest.figures.lines import broken, power_text
from steepest.figures.styles import HEIGHTS, Style, style_of

# Tried in this order for what the first font lacks.
FONTS = (
    *("DejaVu Sans", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "PingFang SC"),
    *("Heiti SC", "STHeiti", "Noto Sans CJK JP", "Droid Sans Fallback", "Arial Unicode MS"),
)
# Names of axes in space are broken at this many letters.
_SPACE_LETTERS = 28
CJK = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")


@cache
def installed_fonts() -> tuple[str, ...]:
    """Return those of ``FONTS`` that are installed, in their order."""
    known = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(name for name in FONTS if name in known)


@cache
def letters() -> frozenset[int]:
    """Return the code points that the installed fonts can draw."""
    fonts = (font_manager.get_font(font_manager.findfont(name)) for name in installed_fonts())
    return frozenset(point for font in fonts for point in font.get_charmap())


def legible(text: str) -> str:
    """Return text with letters that no font has as escapes."""
    if text.isascii():
        return text
    known = letters()
    return "".join(
        c if ord(c) in known or CJK.match(c) or c == "\n" else ascii(c)[1:-1] for c in text
    )


def handle(layer: Layer) -> Any:
    """Return what stands for a layer in the legend."""
    style = style_of(layer.style)
    if isinstance(layer, Bars):
        return Patch(facecolor=style.color, alpha=0.5, edgecolor=style.color)
    marked = isinstance(layer, Points) or bool(getattr(layer, "marks", False)) or style.halo
    look = _marker(style) if marked or isinstance(layer, Segment) else {}
    line: Any = "none" if isinstance(layer, Points) else _dash(style)
    size = {**look, "markersize": float(np.clip(style.size, 5.0, 11.0))} if look else {}
    return Line2D([], [], color=style.color, linestyle=line, linewidth=style.width, **size)


def paint(ax: Any, panel: Panel, *, legend: str) -> None:
    """Draw one panel into matplotlib axes."""
    for layer in panel.layers:
        _PAINTERS[type(layer)](ax, layer)
    _axis(ax, "x", panel.x)
    _axis(ax, "y", panel.y)
    if panel.z is not None:
        _axis(ax, "z", panel.z)
        _space(ax, panel)
    elif not any(isinstance(layer, (Contours, Box)) for layer in panel.layers):
        ax.grid(True, color="#DDDDDD", linewidth=0.6)
    if panel.equal:
        ax.set_aspect("equal", adjustable="box")
    heading = "\n".join(part for part in (panel.title, panel.note) if part)
    if heading:
        ax.set_title(legible(heading), loc="left", fontsize=9.5, parse_math=False)
    named = [one for one in panel.layers if one.label and not isinstance(one, Band)]
    if legend == "inside" and named:
        texts = [legible(one.label) for one in named]
        handles = [handle(one) for one in named]
        shown = ax.legend(handles, texts, loc="best", fontsize=8.8, framealpha=0.9)
        for text in shown.get_texts():
            text.set_parse_math(False)


def _axis(ax: Any, name: str, axis: Axis) -> None:
    one = getattr(ax, f"{name}axis")
    getattr(ax, f"set_{name}label")(legible(axis.label), parse_math=False)
    if axis.scale == "log":
        getattr(ax, f"set_{name}scale")("log", nonpositive="mask")
    if axis.limits is not None:
        getattr(ax, f"set_{name}lim")(*axis.limits)
    if axis.ticks:
        one.set_major_locator(FixedLocator([place for place, _ in axis.ticks]))
        names = dict(axis.ticks)
        one.set_major_formatter(FuncFormatter(lambda v, _: names.get(v, "")))
        one.set_minor_locator(NullLocator())
    elif axis.scale == "log":
        _log_ticks(ax, name, one)
    else:
        one.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
        one.set_major_formatter(FuncFormatter(power_text))


def _log_ticks(ax: Any, name: str, one: Any) -> None:
    low, high = sorted(getattr(ax, f"get_{name}lim")())
    decades = np.log10(high / low) if low > 0.0 else 9.0
    subs = (1.0, 2.0, 5.0) if decades < 1.6 else (1.0, 3.0) if decades < 2.6 else (1.0,)
    if decades < 0.5:
        one.set_major_locator(MaxNLocator(5))
    else:
        one.set_major_locator(LogLocator(subs=subs, numticks=9))
    one.set_major_formatter(FuncFormatter(power_text))
    one.set_minor_formatter(FuncFormatter(lambda v, _: ""))


def _space(ax: Any, panel: Panel) -> None:
    """Set the view and the quiet walls of a panel in space.

    The layout does not know where slanted names end: long ones are broken, and the box is made
    smaller by what they take.
    """
    ax.view_init(elev=33.0, azim=-118.0)
    named = [broken(legible(axis.label), _SPACE_LETTERS) for axis in (panel.x, panel.y)]
    most = max(map(len, named))
    ax.set_box_aspect((4.0, 4.0, 2.6), zoom=max(1.02 - 0.12 * (most - 1), 0.6))
    ax.set_xlabel("\n".join(named[0]), parse_math=False)
    ax.set_ylabel("\n".join(named[1]), parse_math=False)
    for one, lines in ((ax.xaxis, named[0]), (ax.yaxis, named[1]), (ax.zaxis, [""])):
        one.labelpad = 8.0 + 7.0 * (len(lines) - 1)
        one.set_pane_color((1.0, 1.0, 1.0, 1.0))
        one.line.set_color("#888888")
        one._axinfo["grid"].update({"color": "#DDDDDD", "linewidth": 0.6})


def _dash(style: Style) -> Any:
    return (0, style.dash) if style.dash else "-"


def _marker(style: Style) -> dict[str, Any]:
    return {
        "marker": style.marker or "",
        "markersize": style.size,
        "markerfacecolor": style.color,
        "markeredgecolor": style.edge,
        "markeredgewidth": 1.4 if style.edge != "#FFFFFF" else 0.7,
    }


def _line(ax: Any, layer: Line) -> None:
    style = style_of(layer.style)
    where = [layer.x, layer.y] if layer.z is None else [layer.x, layer.y, layer.z]
    order = style.order + (20 if layer.z is not None else 0)
    if style.halo:
        rim = {"color": "white", "linewidth": style.width + 2.4, "solid_capstyle": "round"}
        ax.plot(*where, zorder=order - 0.5, **rim)
    ax.plot(
        *where,
        color=style.color,
        linestyle=_dash(style),
        linewidth=style.width,
        alpha=style.alpha,
        zorder=order,
        **(_marker(style) if layer.marks else {}),
    )


def _points(ax: Any, layer: Points) -> None:
    style = style_of(layer.style)
    where = [layer.x, layer.y] if layer.z is None else [layer.x, layer.y, layer.z]
    lift = 20 if layer.z is not None else 0
    ax.plot(
        *where, linestyle="none", alpha=style.alpha, zorder=style.order + lift, **_marker(style)
    )


def _height_colors(count: int) -> npt.NDArray[np.float64]:
    return np.asarray(colormaps[HEIGHTS](np.linspace(0.0, 1.0, count)))


def _contours(ax: Any, layer: Contours) -> None:
    low, high = np.nanmin(layer.heights), np.nanmax(layer.heights)
    levels = layer.levels[(layer.levels > low) & (layer.levels < high)]
    ax.set_xlim(float(layer.x[0]), float(layer.x[-1]))
    ax.set_ylim(float(layer.y[0]), float(layer.y[-1]))
    for side in ("top", "right"):
        ax.spines[side].set_visible(True)
    if not len(levels):
        return
    grid = (layer.x, layer.y, layer.heights)
    colors = _height_colors(len(levels) + 1)
    # the ground is blended with white here, so that no renderer shows seams of transparency
    ground = 1.0 - 0.42 * (1.0 - colors[:, :3])
    ax.contourf(*grid, levels=levels, colors=list(ground), extend="both", zorder=0)
    dark = 0.62 * colors[:, :3]
    lines = ax.contour(*grid, levels=levels, colors=list(dark[1:]), linewidths=0.8, zorder=1)
    # a ring too small for its label goes without
    named = [one for one in levels if (layer.heights < one).mean() > 0.02]
    texts = ax.clabel(lines, named, fmt=lambda v: f"{v:.6g}", fontsize=8.8, inline_spacing=3)
    for text in texts:
        text.set_color("#222222")


def _sheet(ax: Any, layer: Sheet) -> None:
    low, high = float(np.nanmin(layer.heights)), float(np.nanmax(layer.heights))
    wide = low > 0.0 and high > 10.0 * low
    norm = LogNorm(low, high) if wide else Normalize(low, high)
    x, y = np.meshgrid(layer.x, layer.y)
    ax.computed_zorder = False  # the path is on the surface, and must not vanish in it
    ax.plot_surface(
        x,
        y,
        layer.heights,
        cmap=HEIGHTS,
        norm=norm,
        rcount=61,
        ccount=61,
        alpha=0.82,
        linewidth=0.0,
        antialiased=True,
        zorder=1,
    )
    levels = layer.levels[(layer.levels > low) & (layer.levels < high)]
    if len(levels):
        ax.contour(x, y, layer.heights, levels, colors="#FFFFFF", linewidths=0.6, zorder=2)


def _segment(ax: Any, layer: Segment) -> None:
    style = style_of(layer.style)
    if not layer.arrow:
        ends = ([layer.x0, layer.x1], [layer.y0, layer.y1])
        ax.plot(*ends, color=style.color, linestyle=_dash(style), linewidth=style.width)
        return
    ends = ([layer.x0, layer.x1], [layer.y0, layer.y1])
    ax.plot(*ends, color=style.color, linestyle=_dash(style), linewidth=style.width, zorder=4)
    head = {"color": style.color, "linewidth": 0.0, "shrinkA": 0.0, "shrinkB": 5.0}
    look = {"arrowstyle": "-|>,head_width=0.32,head_length=0.62", **head}
    ax.annotate("", xy=(layer.x1, layer.y1), xytext=(layer.x0, layer.y0), arrowprops=look, zorder=4)
    end = {**_marker(style), "markersize": 6.0}
    ax.plot([layer.x1], [layer.y1], linestyle="none", zorder=5, **end)


def _band(ax: Any, layer: Band) -> None:
    style = style_of(layer.style)
    left, right = ax.get_xlim()
    low = left if layer.low is None else layer.low
    high = right if layer.high is None else layer.high
    ax.axvspan(low, high, color=style.color, alpha=style.alpha, linewidth=0.0, zorder=0)
    if layer.label:
        where = {"xycoords": ax.get_xaxis_transform(), "ha": "center", "va": "top"}
        text = legible(layer.label)
        ax.annotate(text, ((low + high) / 2.0, 0.975), fontsize=8.8, color="#333333", **where)


def _text(ax: Any, layer: Text) -> None:
    moved, side = {
        "right": ((6, 0), "left"),
        "left": ((-6, 0), "right"),
        "middle": ((0, 0), "center"),
    }.get(layer.side, ((0, 7), "center"))
    at = (layer.x, 0.97 if layer.y is None else layer.y)
    frame = "data" if layer.y is not None else ax.get_xaxis_transform()
    look = {"fontsize": 8.8, "ha": side, "color": style_of(layer.style).color}
    if layer.side == "middle":
        look |= {"va": "center", "fontsize": 8.6, "linespacing": 1.0}
    ax.annotate(
        legible(layer.text), at, xycoords=frame, xytext=moved, textcoords="offset points", **look
    )


def _rule(ax: Any, layer: Rule) -> None:
    style = style_of(layer.style)
    right_across = ax.axhline if layer.along == "y" else ax.axvline
    right_across(
        layer.value,
        color=style.color,
        linestyle=_dash(style),
        linewidth=style.width,
        zorder=style.order,
    )


def _box(ax: Any, layer: Box) -> None:
    style = style_of(layer.style)
    size = (layer.x1 - layer.x0, layer.y1 - layer.y0)
    frame = Rectangle((layer.x0, layer.y0), *size, fill=False, edgecolor=style.color)
    frame.set(linewidth=style.width, linestyle=_dash(style), zorder=style.order)
    frame.set_path_effects([withStroke(linewidth=style.width + 2.0, foreground="white")])
    ax.add_patch(frame)


def _bars(ax: Any, layer: Bars) -> None:
    style = style_of(layer.style)
    ax.stairs(layer.heights, layer.edges, fill=True, color=style.color, alpha=0.22)
    ax.stairs(layer.heights, layer.edges, color=style.color, linewidth=1.6, linestyle=_dash(style))


_PAINTERS: dict[type[Layer], Any] = {
    Line: _line,
    Points: _points,
    Contours: _contours,
    Sheet: _sheet,
    Segment: _segment,
    Band: _band,
    Text: _text,
    Rule: _rule,
    Box: _box,
    Bars: _bars,
}
