"""A drawn SVG made fit for a page: its own ids, its description, fonts that a browser knows."""

from __future__ import annotations

import hashlib
import json
import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from steepest.figures.figure import Figure

SVG = "http://www.w3.org/2000/svg"
_LINK = "http://www.w3.org/1999/xlink"
_NUMBERS = ("d", "x", "y")
_LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
_SHAPES = {f"{{{SVG}}}use", f"{{{SVG}}}path"}
# Of CSS 2 and SVG: what an element takes from its parent. Opacity is not among them.
_INHERITED = {
    *("fill", "fill-opacity", "fill-rule", "stroke", "stroke-dasharray", "stroke-dashoffset"),
    *("stroke-linecap", "stroke-linejoin", "stroke-miterlimit", "stroke-opacity", "stroke-width"),
}
_SIZE = re.compile(r"([\d.]+)px")
# CSS pixels below which a picture's text is no longer read with ease.
_LEAST_TEXT = 10.0
_REFERENCE = re.compile(r"url\(#([^)]+)\)")


def embedded(svg: str, figure: Figure, fonts: Sequence[str], mark: str = "") -> str:
    """Return one ``<svg>`` element: no header, ids that no other picture has, alt text.

    Parameters
    ----------
    svg : str
        As matplotlib wrote it.
    figure : Figure
        Whose alt text and title it gets.
    fonts : sequence of str
        Families to try, in order.
    mark : str
        What parts its ids from those of the same picture elsewhere on the page.
    """
    ET.register_namespace("", SVG)
    ET.register_namespace("xlink", _LINK)
    root = ET.fromstring(svg)
    for one in root.findall(f"{{{SVG}}}metadata"):
        root.remove(one)
    _slim(root)
    mark = _mark(figure) + mark
    families = ", ".join(f"'{name}'" for name in fonts) + ", sans-serif"
    # numbers in the order of the page: matplotlib's own ids hold addresses of this process
    ids = [str(one.get("id")) for one in root.iter() if one.get("id")]
    places = {name: str(number) for number, name in enumerate(dict.fromkeys(ids))}
    for element in root.iter():
        for name, value in element.attrib.items():
            element.set(name, _own(name, value, mark, places))
        style = element.get("style", "")
        if "font" in style:
            element.set("style", _with_fonts(style, families))
    _describe(root, figure, mark)
    _tell_width(root)
    return ET.tostring(root, encoding="unicode")


def _tell_width(root: ET.Element) -> None:
    """Name the width from which on the smallest text can be read; a page may keep to it."""
    sizes = [
        float(found[1])
        for one in root.iter(f"{{{SVG}}}text")
        if (found := _SIZE.search(one.get("style", "")))
    ]
    wide = float(root.get("viewBox", "0 0 0 0").split()[2])
    if sizes and wide:
        root.set("style", f"--legible: {math.ceil(wide * _LEAST_TEXT / min(sizes))}px")


def standalone(svg: str, figure: Figure, fonts: Sequence[str]) -> str:
    """Return a whole SVG file."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{embedded(svg, figure, fonts)}\n'


def _slim(root: ET.Element) -> None:
    """Make an SVG a third of its size: short numbers, and said once what equal shapes share.

    2,000 points and a surface of 3,600 facets took 1.6 MB of a page as matplotlib writes them.
    """
    for element in root.iter():
        for name in _NUMBERS:
            if name in element.attrib:
                element.set(name, _LONG.sub(_shortened, element.attrib[name]))
        shapes = [one for one in element if one.tag != f"{{{SVG}}}defs"]
        if len(shapes) > 1 and {one.tag for one in shapes} <= _SHAPES:
            _share(element, shapes)


def _shortened(match: re.Match[str]) -> str:
    return f"{float(match[0]):.2f}".rstrip("0").rstrip(".")


def _share(parent: ET.Element, shapes: Sequence[ET.Element]) -> None:
    """Move what all shapes say of themselves and would inherit to their parent."""
    styles = [_declarations(one.get("style", "")) for one in shapes]
    shared = [
        (name, value)
        for name, value in styles[0].items()
        if name in _INHERITED and all(style.get(name) == value for style in styles)
    ]
    own = _declarations(parent.get("style", ""))
    for shape, style in zip(shapes, styles, strict=True):
        kept = {name: value for name, value in style.items() if (name, value) not in shared}
        _set_style(shape, kept)
    _set_style(parent, {**own, **dict(shared)})
    clips = {shape.get("clip-path") for shape in shapes}
    if len(clips) == 1 and None not in clips and "clip-path" not in parent.attrib:
        parent.set("clip-path", str(clips.pop()))
        for shape in shapes:
            del shape.attrib["clip-path"]


def _declarations(style: str) -> dict[str, str]:
    parts = (part.partition(":") for part in style.split(";") if part.strip())
    return {name.strip(): value.strip() for name, _, value in parts}


def _set_style(element: ET.Element, style: Mapping[str, str]) -> None:
    if style:
        element.set("style", "; ".join(f"{name}: {value}" for name, value in style.items()))
    else:
        element.attrib.pop("style", None)


def _mark(figure: Figure) -> str:
    text = json.dumps(figure.as_dict(), sort_keys=True, allow_nan=False)
    return "f" + hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:10]


def _own(name: str, value: str, mark: str, places: Mapping[str, str]) -> str:
    if name == "id":
        return f"{mark}-{places[value]}"
    if name == f"{{{_LINK}}}href" and value.startswith("#"):
        return f"#{mark}-{places[value[1:]]}"
    return _REFERENCE.sub(lambda match: f"url(#{mark}-{places[match[1]]})", value)


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
