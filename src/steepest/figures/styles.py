"""Style classes: what a name looks like, the same in every view.

Colours are those of Okabe and Ito (2008) that keep a contrast of 3:1 on white; beside the colour
every class has a dash and a marker of its own, so that nothing is told by colour alone. Heights
are cividis (Nunez, Anderton and Renslow, 2018, doi 10.1371/journal.pone.0199239), whose lightness
is monotone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
PURPLE, BLACK, GREY = "#CC79A7", "#000000", "#6B6B6B"
WHITE = "#FFFFFF"
HEIGHTS = "cividis"
MOST_RUNS = 5


@dataclass(frozen=True)
class Style:
    """Colour, dash pattern (on, off, ... in line widths; () is solid), marker and weight.

    ``edge`` is the colour round a marker, ``halo`` a white rim that parts a line from the heights.
    """

    color: str = BLACK
    dash: tuple[float, ...] = ()
    marker: str = "o"
    width: float = 1.8
    size: float = 4.0
    alpha: float = 1.0
    edge: str = WHITE
    halo: bool = False
    order: int = 3


_KINDS = (
    Style(BLUE, (), "o"),
    Style(GREEN, (5.0, 1.6), "s"),
    Style(VERMILLION, (1.4, 1.2), "^"),
    Style(PURPLE, (6.0, 1.6, 1.4, 1.6), "D"),
    Style(BLACK, (8.0, 2.4), "v"),
)
_SIXTH = Style(GREY, (2.6, 1.0), "P", size=5.0)
METHODS = ("batch", "mini-batch", "stochastic", "exhaustive", "coarse-to-fine")

# Class -> how it looks.
STYLES: dict[str, Style] = {
    **dict(zip(METHODS, _KINDS, strict=True)),
    **{f"run-{number}": style for number, style in enumerate(_KINDS, start=1)},
    "training": Style(BLUE, (), "o", size=5.0),
    "validation": Style(PURPLE, (6.0, 1.6, 1.4, 1.6), "D", size=5.0),
    "reference": Style(GREY, (2.0, 2.0), "", width=1.2, order=2),
    "limit": Style(VERMILLION, (6.0, 2.0), "", width=1.3, order=2),
    "start": Style(WHITE, (), "o", size=8.0, edge=BLACK, order=6),
    "optimum": Style(BLACK, (), "*", size=14.0, order=7),
    "bad": Style(VERMILLION, (), "X", size=10.0, order=6),
    "curve": Style(BLACK, (), "", width=1.8),
    "tangent": Style(BLUE, (), "", width=1.8, order=4),
    "secant": Style(VERMILLION, (5.0, 1.6), "o", width=1.8, size=6.0, order=5),
    "centred": Style(GREEN, (1.4, 1.2), "s", width=1.8, size=5.0, order=4),
    "before": Style(GREY, (5.0, 2.0), "", width=1.8),
    "after": Style(BLUE, (), "", width=2.2, order=4),
    "best": Style(VERMILLION, (), "P", size=7.0, order=6),
    "range": Style(GREY, (), "|", width=2.4, size=12.0, edge=GREY),
    "box": Style(BLACK, (), "", width=1.4, order=4),
    "crawls": Style(PURPLE, (), "D", size=8.0),
    "converges": Style(BLUE, (), "o", size=8.5),
    "oscillates": Style(GREEN, (5.0, 1.6), "s", size=8.0),
    "diverges": Style(VERMILLION, (1.4, 1.2), "^", size=9.0),
    "text": Style(BLACK),
    "forward": Style(BLUE, (), "", width=1.3),
    "backward": Style(VERMILLION, (5.0, 1.6), "", width=1.3),
    "run-6": _SIXTH,
    **{
        f"chosen-{i}": replace(kind, size=9.0, edge=BLACK, order=6)
        for i, kind in enumerate((*_KINDS, _SIXTH), start=1)
    },
    **{
        f"basin-{i}": Style(kind.color, (), kind.marker, size=4.6, width=0.0)
        for i, kind in enumerate(_KINDS, start=1)
    },
    "saddles": Style(VERMILLION, (1.4, 1.2), "X", size=8.0, order=4),
    "minima": Style(BLUE, (), "*", size=11.0, order=4),
    "theory": Style(WHITE, (), "o", size=11.0, edge=BLACK, order=2),
    "basin-settled": Style(GREY, (), "P", size=4.6, width=0.0),
    "basin-lost": Style(GREY, (), "x", size=4.6, width=0.0, edge=GREY),
    "end-minimum": Style(BLACK, (), "*", size=14.0, order=7),
    "end-saddle": Style(VERMILLION, (), "X", size=11.0, edge=BLACK, order=7),
    "end-maximum": Style(PURPLE, (), "^", size=11.0, edge=BLACK, order=7),
    "end-degenerate": Style(GREEN, (), "D", size=9.0, edge=BLACK, order=7),
    "end-not_critical": Style(GREY, (), "h", size=9.0, edge=BLACK, order=7),
    "regime-monotone": Style(BLUE, alpha=0.10),
    "regime-oscillating": Style(GREEN, alpha=0.12),
    "regime-divergent": Style(VERMILLION, alpha=0.14),
}


def style_of(classes: str) -> Style:
    """Return how ``classes`` look: a name of ``STYLES``, then words that change it.

    ``raw`` is faint and thin, ``path`` has a halo, ``light`` is thin, ``cloud`` lets
    through what is behind.

    >>> style_of("batch raw").alpha < style_of("batch").alpha
    True
    """
    names = classes.split()
    style = STYLES.get(names[0], Style()) if names else Style()
    for name in names[1:]:
        if name == "raw":
            style = replace(style, alpha=0.3, width=1.0, dash=(), order=2)
        elif name == "path":
            style = replace(style, halo=True, order=5)
        elif name == "cloud":
            style = replace(style, alpha=0.75)
        elif name == "light":
            style = replace(style, alpha=0.55, width=1.0, size=3.0)
    return style


def styles_of_methods(methods: list[str]) -> list[str]:
    """Return a class for each run: its method's where these differ, else one of its own.

    >>> styles_of_methods(["batch", "stochastic"]), styles_of_methods(["batch", "batch"])
    (['batch', 'stochastic'], ['run-1', 'run-2'])
    """
    if len(set(methods)) == len(methods) and set(methods) <= set(METHODS):
        return list(methods)
    return [f"run-{number}" for number in range(1, len(methods) + 1)]
