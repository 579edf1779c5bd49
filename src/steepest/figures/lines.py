"""Text of figures: its width, its lines, its numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from steepest.figures.figure import Figure

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
# No line ends with the first of these, or begins with the second.
_OPENING = "（《「『"
_CLOSING = "，。、；：！？）》」』,.;:!?)"


def width_of(text: str) -> int:
    """Return how many letters' room a text takes; a Chinese one takes that of two.

    >>> width_of("loss"), width_of("损失")
    (4, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def broken(text: str, room: float) -> list[str]:
    """Return a text in lines of at most ``room`` letters; Chinese may break between any two.

    >>> broken("one two three", 8), broken("梯度下降的路径", 8)
    (['one two', 'three'], ['梯度下降', '的路径'])
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width_of(line + piece.rstrip()) > room and piece not in _CLOSING:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Yield words with the blank behind them, wide letters one by one."""
    word = ""
    for letter in text:
        wide = unicodedata.east_asian_width(letter) in "WF"
        if letter in _OPENING:
            if word:
                yield word
            word = letter
        elif wide and word and word[-1] in _OPENING:
            yield word + letter
            word = ""
        elif wide:
            if word:
                yield word
            yield letter
            word = ""
        else:
            word += letter
            if letter == " ":
                yield word
                word = ""
    if word:
        yield word


def power_text(value: float, _: object = None) -> str:
    """Return a tick's number: plain, or as a power of ten.

    >>> power_text(0.01), power_text(1e-7), power_text(250000.0), power_text(-2.5)
    ('0.01', '10⁻⁷', '250,000', '−2.5')
    """
    size = abs(value)
    if size < 1e-300:
        return "0"
    text = f"{size:,.6g}" if size < 1e6 else f"{size:.6g}"
    if 1e-4 <= size < 1e6:
        if "e" in text:  # :,g turns to powers from six digits on
            text = f"{size:,.0f}"
        return f"−{text}" if value < 0.0 else text
    digits, _, exponent = f"{size:.3e}".partition("e")
    digits = digits.rstrip("0").rstrip(".")
    power = f"10{str(int(exponent)).translate(_RAISED)}"
    text = power if digits == "1" else f"{digits}·{power}"
    return f"−{text}" if value < 0.0 else text


def texts_of(figure: Figure, *, caption: bool) -> Iterator[str]:
    """Yield every text that a drawing of the figure shows."""
    yield figure.title
    if caption:
        yield figure.caption
    for panel in figure.panels:
        yield from (panel.title, panel.note, panel.x.label, panel.y.label)
        yield panel.z.label if panel.z is not None else ""
        for axis in (panel.x, panel.y):
            yield from (name for _, name in axis.ticks)
        for layer in panel.layers:
            yield layer.label
            yield getattr(layer, "text", "")
