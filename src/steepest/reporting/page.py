"""The page: one self-contained file that opens offline and needs no script."""

from __future__ import annotations

from steepest.reporting.markup import Content, Markup, element, text

# No script, no request of any kind; styles stand in the page (the pictures carry their own).
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

# Contrast at least 7:1 for text; tables and pictures scroll inside their own box, the page does not
# (WCAG 2.2, 1.4.10 Reflow at 320 px). A picture is as wide as its smallest text needs to be read
# (--legible, which it says itself); an arrow shows where that is wider than its box.
_STYLE = """
:root { color-scheme: light; --ink: #1b1f24; --soft: #4a525c; --line: #c9d1d9; --blue: #0b5394; }
* { box-sizing: border-box; }
body { margin: 0; background: #f5f6f8; color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", "Noto Sans", "Noto Sans CJK SC",
    "PingFang SC", "Microsoft YaHei", sans-serif; }
main { max-width: 82rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .3rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .8rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p, li { max-width: 48rem; overflow-wrap: anywhere; }
a { color: var(--blue); }
.verdict { background: #fff; border: 1px solid var(--line); border-left: .5rem solid #5b6570;
  padding: .8rem 1rem; font-size: 1.1rem; }
.verdict.good { border-left-color: #00734f; }
.verdict.bad { border-left-color: #b3261e; }
.verdict p { margin: .3rem 0; }
.soft { color: var(--soft); }
.findings { list-style: none; padding: 0; }
.findings li { background: #fff; border: 1px solid var(--line); border-left: .5rem solid #5b6570;
  padding: .5rem .8rem; margin: .4rem 0; }
.findings li.good { border-left-color: #00734f; }
.findings li.warning { border-left-color: #8a5a00; }
.findings li.critical { border-left-color: #b3261e; }
.gallery { display: grid; gap: 1rem; margin: 1rem 0; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 38.7rem), 1fr)); }
.gallery .wide { grid-column: 1 / -1; }
figure { margin: 0; padding: .8rem; min-width: 0; background: #fff; border: 1px solid var(--line); }
figure svg { display: block; width: 100%; height: auto; max-width: 100%; }
.picture { overflow-x: auto; }
.picture svg { min-width: var(--legible, 22rem); }
.narrow .picture svg { max-width: 42rem; }
.wide .picture svg { max-width: 66rem; }
.picture::before { display: none; position: sticky; left: 0; width: max-content;
  color: var(--soft); content: "\\2194\\FE0E"; content: "\\2194\\FE0E" / ""; }
@media (max-width: 41rem) { .narrow .picture::before { display: block; } }
@media (max-width: 68rem) { .wide .picture::before { display: block; } }
figcaption { color: var(--soft); font-size: .95rem; max-width: 48rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; background: #fff; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .95rem; padding: .2rem 0; }
th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: right;
  white-space: nowrap; }
th { background: #eef1f4; font-weight: 600; }
tbody th, thead th:first-child { text-align: left; }
summary { cursor: pointer; color: var(--blue); padding: .3rem 0; min-height: 1.75rem; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; }
pre { overflow-x: auto; background: #fff; border: 1px solid var(--line); padding: .6rem .8rem; }
code { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: .92rem; }
nav ul { padding-left: 1.2rem; }
@media print { .picture svg { min-width: 0; } .picture::before { display: none !important; }
  body { background: #fff; } main { max-width: none; }
  figure, .verdict { break-inside: avoid; }
  details > * { display: block; } }
"""


def page(title: str, content: Content, *, language: str) -> Markup:
    """Return the whole file."""
    head = element(
        "head",
        element("meta", charset="utf-8"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        element("style", Markup(_STYLE)),
    )
    body = element("body", element("main", content))
    return Markup(f"<!DOCTYPE html>\n{element('html', head, body, lang=language)}\n")


def section(name: str, heading: str, *content: Content) -> Markup:
    """Return a section with its heading, which a link can name; nothing if it is empty."""
    if not text(content):
        return Markup("")
    return element("section", element("h2", heading, id=name), *content, aria_labelledby=name)
