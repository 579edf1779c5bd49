"""A figure as plain data: panels, axes, layers, and what stands beside it in words and numbers.

Coordinates are those of the data, never of a canvas; style classes are names (``styles.py``),
never colours. A page, a report and a file draw the same figure. Numbers that are not finite are
held as NaN and written as null.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from steepest.trace.record import strict

Floats = npt.NDArray[np.float64]
FORMAT = 1


def numbers(values: npt.ArrayLike) -> Floats:
    """Return values as float64, what is not finite as NaN.

    >>> numbers([1, float("inf")]).tolist()
    [1.0, nan]
    """
    array = np.array(values, dtype=np.float64)
    array[~np.isfinite(array)] = np.nan
    return array


@dataclass(frozen=True, eq=False)
class Layer:
    """One thing drawn in a panel; ``style`` names its classes, ``label`` its legend entry."""

    kind: ClassVar[str] = ""
    arrays: ClassVar[tuple[str, ...]] = ()
    style: str = field(default="", kw_only=True)
    label: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        for name in self.arrays:
            value = getattr(self, name)
            object.__setattr__(self, name, None if value is None else numbers(value))

    def as_dict(self, array: Callable[[Floats], Any] = strict) -> dict[str, Any]:
        """Return strict JSON values; what stands for an array ``array`` says."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        told = {
            name: array(value) if isinstance(value, np.ndarray) else strict(value)
            for name, value in values.items()
        }
        return {"kind": self.kind, **told}


@dataclass(frozen=True, eq=False)
class Line(Layer):
    """A polyline through (x, y), or (x, y, z); ``marks`` puts a marker on each point."""

    kind: ClassVar[str] = "line"
    arrays: ClassVar[tuple[str, ...]] = ("x", "y", "z")
    x: Floats
    y: Floats
    z: Floats | None = None
    marks: bool = False


@dataclass(frozen=True, eq=False)
class Points(Layer):
    """Markers at (x, y), or (x, y, z)."""

    kind: ClassVar[str] = "points"
    arrays: ClassVar[tuple[str, ...]] = ("x", "y", "z")
    x: Floats
    y: Floats
    z: Floats | None = None


@dataclass(frozen=True, eq=False)
class Contours(Layer):
    """Heights (n, m) over y (n,) and x (m,), as labelled level lines over a filled ground."""

    kind: ClassVar[str] = "contours"
    arrays: ClassVar[tuple[str, ...]] = ("x", "y", "heights", "levels")
    x: Floats
    y: Floats
    heights: Floats
    levels: Floats


@dataclass(frozen=True, eq=False)
class Sheet(Layer):
    """Heights (n, m) over y (n,) and x (m,), as a surface in space."""

    kind: ClassVar[str] = "sheet"
    arrays: ClassVar[tuple[str, ...]] = ("x", "y", "heights", "levels")
    x: Floats
    y: Floats
    heights: Floats
    levels: Floats


@dataclass(frozen=True, eq=False)
class Segment(Layer):
    """From (x0, y0) to (x1, y1), with or without an arrow head."""

    kind: ClassVar[str] = "segment"
    x0: float
    y0: float
    x1: float
    y1: float
    arrow: bool = False


@dataclass(frozen=True, eq=False)
class Band(Layer):
    """The range of x from ``low`` to ``high``, over the whole height of the panel."""

    kind: ClassVar[str] = "band"
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class Text(Layer):
    """Words at (x, y); ``side`` says where they stand from the point; y None: at the top."""

    kind: ClassVar[str] = "text"
    x: float
    y: float | None
    text: str
    side: str = "right"


@dataclass(frozen=True, eq=False)
class Rule(Layer):
    """A line right across the panel at ``value`` of the axis ``along`` ("x" or "y")."""

    kind: ClassVar[str] = "rule"
    value: float
    along: str = "y"


@dataclass(frozen=True, eq=False)
class Box(Layer):
    """A rectangle from (x0, y0) to (x1, y1)."""

    kind: ClassVar[str] = "box"
    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, eq=False)
class Bars(Layer):
    """Heights (n,) over the edges (n + 1,): a histogram."""

    kind: ClassVar[str] = "bars"
    arrays: ClassVar[tuple[str, ...]] = ("edges", "heights")
    edges: Floats
    heights: Floats


LAYERS: dict[str, type[Layer]] = {
    one.kind: one for one in (Line, Points, Contours, Sheet, Segment, Band, Text, Rule, Box, Bars)
}


@dataclass(frozen=True)
class Axis:
    """Label with unit, scale ("linear" or "log"), limits, and named ticks if not by numbers."""

    label: str
    scale: str = "linear"
    limits: tuple[float, float] | None = None
    ticks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Panel:
    """One coordinate system: its axes, its layers from back to front, one unit for both if equal.

    ``note`` is printed inside, where it hides least.
    """

    x: Axis
    y: Axis
    layers: tuple[Layer, ...]
    title: str = ""
    z: Axis | None = None
    equal: bool = False
    note: str = ""


@dataclass(frozen=True)
class Table:
    """The figure's numbers in words' place: column names and rows of numbers and names."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure as plain data.

    Attributes
    ----------
    kind : str
        A key of ``FIGURE_KINDS``, or what the function that made it says.
    title, caption, alt : str
        The heading; what it shows and by which numbers; the same for who cannot see it.
    panels : tuple of Panel
        Laid out row by row, ``columns`` side by side.
    table : Table
        The numbers a reader would read off it.
    provenance : mapping
        Seed, versions, fingerprint of the data.

    Examples
    --------
    >>> from steepest import fit, figure_of
    >>> shown = figure_of(fit("example:salary", target="salary", epochs=5), "loss")
    >>> Figure.from_dict(shown.as_dict()).as_dict() == shown.as_dict()
    True
    """

    kind: str
    title: str
    panels: tuple[Panel, ...]
    caption: str
    alt: str
    table: Table
    columns: int = 1
    language: str = "en"
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self, array: Callable[[Floats], Any] = strict) -> dict[str, Any]:
        """Return strict JSON values: what is not finite is None.

        ``array`` says what stands for an array, for a page that takes them as bytes.
        """
        return {
            "format": FORMAT,
            "kind": self.kind,
            "title": self.title,
            "caption": self.caption,
            "alt": self.alt,
            "language": self.language,
            "columns": self.columns,
            "panels": [_panel_dict(panel, array) for panel in self.panels],
            "table": strict({"columns": self.table.columns, "rows": self.table.rows}),
            "provenance": strict(self.provenance),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Figure:
        """Return the figure that ``as_dict`` wrote.

        Raises
        ------
        ValueError, LookupError, TypeError
            If the values are of another format.
        """
        if values["format"] != FORMAT:
            raise ValueError(f"figure format {values['format']!r} is not known")
        table = values["table"]
        return cls(
            kind=values["kind"],
            title=values["title"],
            panels=tuple(_panel(one) for one in values["panels"]),
            caption=values["caption"],
            alt=values["alt"],
            table=Table(tuple(table["columns"]), tuple(tuple(row) for row in table["rows"])),
            columns=values["columns"],
            language=values["language"],
            provenance=values["provenance"],
        )

    def draw(self, axes: Any = None, *, caption: bool = False) -> Any:
        """Return the figure drawn by matplotlib; into given axes, one for each panel, if any."""
        from steepest.figures.drawing import draw

        return draw(self, axes, caption=caption)

    def save(self, path: str | os.PathLike[str], *, caption: bool = True, dots: int = 150) -> Path:
        """Write the figure as PNG (``dots`` per inch), SVG or PDF, by the suffix of ``path``."""
        from steepest.figures.drawing import save

        return save(self, path, caption=caption, dots=dots)

    def svg(self, *, caption: bool = False, mark: str = "") -> str:
        """Return the figure as one ``<svg>`` element for a page; ``mark`` parts equal pictures."""
        from steepest.figures.drawing import svg_text

        return svg_text(self, caption=caption, mark=mark)

    def _repr_html_(self) -> str:
        """Return what a notebook shows: the picture and its caption."""
        return f"<figure>{self.svg()}<figcaption>{escape(self.caption)}</figcaption></figure>"


def _panel_dict(panel: Panel, array: Callable[[Floats], Any]) -> dict[str, Any]:
    return {
        "x": _axis_dict(panel.x),
        "y": _axis_dict(panel.y),
        "z": None if panel.z is None else _axis_dict(panel.z),
        "title": panel.title,
        "equal": panel.equal,
        "note": panel.note,
        "layers": [layer.as_dict(array) for layer in panel.layers],
    }


def _axis_dict(axis: Axis) -> dict[str, Any]:
    return {one.name: strict(getattr(axis, one.name)) for one in fields(axis)}


def _panel(values: Mapping[str, Any]) -> Panel:
    return Panel(
        x=_axis(values["x"]),
        y=_axis(values["y"]),
        z=None if values["z"] is None else _axis(values["z"]),
        title=values["title"],
        equal=values["equal"],
        note=values["note"],
        layers=tuple(_layer(one) for one in values["layers"]),
    )


def _axis(values: Mapping[str, Any]) -> Axis:
    limits = values["limits"]
    return Axis(
        values["label"],
        values["scale"],
        None if limits is None else (limits[0], limits[1]),
        tuple((place, name) for place, name in values["ticks"]),
    )


def _layer(values: Mapping[str, Any]) -> Layer:
    kind = LAYERS[values["kind"]]
    given = {name: value for name, value in values.items() if name != "kind"}
    return kind(**given)
