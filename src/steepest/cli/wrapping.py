"""Lines of a terminal's width, in cells: Chinese characters take two and need no blank between."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

# What must not begin a line, and what must not end one.
_CLOSING = frozenset("，。；：！？、）」』》〉】”’…,.;:!?)]}%")
_OPENING = frozenset("（「『《〈【“‘([{")


def wrapped(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Return lines of at most ``width`` cells; a word that is wider has a line of its own.

    Parameters
    ----------
    text : str
        Words with blanks between, or Chinese: lines break at blanks and beside wide characters,
        but never before closing punctuation, after an opening mark or between a number and its
        measure word.
    width : int
        Cells of a line.
    first, rest : str
        What stands before the first line and before each of the others.

    Examples
    --------
    >>> wrapped("梯度范数为 2.76e-06，已经收敛。", 18)
    ['梯度范数为', '2.76e-06，已经收', '敛。']
    """
    lines, line, used = [], first, cell_len(first)
    begun = False
    for piece in _pieces(text):
        cells = cell_len(piece.rstrip())
        if begun and used + cells > width:
            lines.append(line.rstrip())
            line, used = rest, cell_len(rest)
        line, used, begun = line + piece, used + cell_len(piece), True
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """Yield what stays on one line, with the blanks that follow it."""
    begin = 0
    for place in range(1, len(text)):
        if _breaks(text[max(0, place - 2) : place], text[place]):
            yield text[begin:place]
            begin = place
    if text[begin:]:
        yield text[begin:]


def _breaks(before: str, after: str) -> bool:
    """Return whether a line may end between the (two) characters before and the one after."""
    if after == " " or after in _CLOSING:
        return False
    if before[-1] == " ":  # 29 轮 stays together
        return not (before[0].isdigit() and cell_len(after) == 2)
    beside_wide = cell_len(before[-1]) == 2 or cell_len(after) == 2
    return beside_wide and before[-1] not in _OPENING
