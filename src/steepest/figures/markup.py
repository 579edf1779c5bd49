"""A drawn SVG made fit for a page: its own ids, its description, fonts that a browser knows."""

from __future__ import annotations

import hashlib
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from steepest.figures.figure import Figure

SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def embedded(svg: str, figure: Figure, fonts: Sequence[str]) -> str:
    """Return one ``<svg>`` element: no header, ids that no other picture has, alt text.

    Parameters
    ----------
    svg : str
        As matplotlib wrote it.
    figure : Figure
        Whose alt text and title it gets.
    fonts : sequence of str
        Families to try, in order.
    """
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", _LINK)
    root = ET.fromstring(svg)
    for one in root.findall(f"{{{SVG}}}metadata"):
        root.remove(one)
    mark = _mark(figure)
    families = ", ".join(f"'{name}'" for name in fonts) + ", sans-serif"
    for element in root.iter():
        for name, value in element.attrib.items():
            element.set(name, _own(name, value, mark))
        style = element.get("style", "")
        if "font" in style:
            element.set("style", _with_fonts(style, families))
    _describe(root, figure, mark)
    return ET.tostring(root, encoding="unicode")


def standalone(svg: str, figure: Figure, fonts: Sequence[str]) -> str:
    """Return a whole SVG file."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{embedded(svg, figure, fonts)}\n'


def _mark(figure: Figure) -> str:
    text = json.dumps(figure.as_dict(), sort_keys=True, allow_nan=False)
    return "f" + hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:10]


def _own(name: str, value: str, mark: str) -> str:
    if name == "id":
        return f"{mark}-{value}"
    if name == f"{{{_LINK}}}href" and value.startswith("#"):
        return f"#{mark}-{value[1:]}"
    return _REFERENCE.sub(rf"url(#{mark}-\1)", value)


def _with_fonts(style: str, families: str) -> str:
    """Return a style whose text names every family that may be there."""
    kept = [part.strip() for part in style.split(";") if part.strip()]
    changed = []
    for part in kept:
        name, _, value = part.partition(":")
        if name.strip() == "font":
            before = re.match(r"\s*((?:[\w.]+\s+)*?[\d.]+px)\s", value)
            changed.append(f"font: {before.group(1) if before else '10px'} {families}")
        elif name.strip() == "font-family":
            changed.append(f"font-family: {families}")
        else:
            changed.append(part)
    return "; ".join(changed)


def _describe(root: ET.Element, figure: Figure, mark: str) -> None:
    root.set("role", "img")
    root.set("aria-labelledby", f"{mark}-title {mark}-desc")
    root.set("lang", figure.language)
    for place, (name, text) in enumerate((("title", figure.title), ("desc", figure.alt))):
        element = ET.Element(f"{{{SVG}}}{name}", {"id": f"{mark}-{name}"})
        element.text = text
        root.insert(place, element)
