"""HTML made of elements; text is escaped by its type, so that no name becomes markup."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from steepest.words.catalogue import visible


class Markup(str):
    """Text that is markup already; any other string is escaped where it is put."""

    __slots__ = ()


Content = str | Iterable["Content"]
_VOID = ("meta", "br", "hr")


def text(content: Content) -> Markup:
    """Return content as markup: strings escaped, control characters shown, markup as it is.

    >>> text(["a < b", Markup("<br>")])
    'a &lt; b<br>'
    """
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(escape(visible(content, longest=None), quote=True))
    return Markup("".join(text(one) for one in content))


def element(tag: str, *content: Content, **attributes: str) -> Markup:
    """Return one element; ``class_`` and ``for_`` lose their underscore, ``_`` becomes ``-``.

    >>> element("p", "1 < 2", class_="note")
    '<p class="note">1 &lt; 2</p>'
    """
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    given = "".join(f' {name}="{text(value)}"' for name, value in names.items())
    if tag in _VOID:
        return Markup(f"<{tag}{given}>")
    return Markup(f"<{tag}{given}>{text(content)}</{tag}>")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, caption: str) -> Markup:
    """Return a table whose first column names its rows; the others are numbers."""
    top = element("tr", [element("th", one, scope="col") for one in head])
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            [element("td", one) for one in row[1:]],
        )
        for row in rows
    ]
    made = element(
        "table",
        element("caption", caption),
        element("thead", top),
        element("tbody", body),
    )
    return element("div", made, class_="scroll", tabindex="0", role="region", aria_label=caption)


def listed(sentences: Iterable[str]) -> Markup:
    """Return sentences as a list."""
    return element("ul", [element("li", one) for one in sentences])
