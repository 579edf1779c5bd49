"""Write the README's table of losses from ``LOSSES``: ``python docs/make_losses.py``.

tests/objective/test_readme_losses.py fails where the README is not what this makes.
"""

from __future__ import annotations

from pathlib import Path

from steepest import LOSSES

README = Path(__file__).resolve().parent.parent / "README.md"
BEGIN, END = "<!-- losses: made by docs/make_losses.py -->", "<!-- end of losses -->"
_TARGETS = {
    "finite": "numbers",
    "binary": "two classes",
    "counts": "numbers from 0 on",
    "positive": "numbers above 0",
    "shares": "classes",
}


def rate_of(loss) -> str:
    """Return what ``auto`` takes for a loss."""
    if loss.bounded:
        return f"proven: its curvature is at most {loss.curvature_bound:g}"
    return "every step tested (batch)" if loss.smooth else "falls geometrically"


def table() -> str:
    """Return the table as Markdown."""
    lines = [
        "| loss | of score s and target y, r = s - y | targets | `auto` |",
        "|---|---|---|---|",
    ]
    for name, loss in LOSSES.items():
        formula = loss.formula.replace("|", r"\|")
        lines.append(f"| `{name}` | {formula} | {_TARGETS[loss.domain]} | {rate_of(loss)} |")
    return "\n".join(lines)


def made(text: str) -> str:
    """Return the README's text with the table in its place."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(made(README.read_text(encoding="utf-8")), encoding="utf-8")
