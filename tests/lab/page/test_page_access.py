"""Everybody can use it: keyboard alone, screen readers, small windows, colours told apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
STATIC = Path(__file__).parents[3] / "src" / "steepest" / "lab" / "static"


def violations(lab: Any) -> list[str]:
    found = axe.Axe().run(lab.page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {[n['target'] for n in one['nodes'][:3]]}" for one in found]


@pytest.mark.parametrize(
    ("language", "theme", "tab"),
    [
        ("en", "light", "step"),
        ("en", "dark", "slopes"),
        ("zh-CN", "light", "surface"),
        ("zh-CN", "dark", "scaling"),
    ],
)
def test_axe_finds_nothing(lab: Any, language: str, theme: str, tab: str) -> None:
    lab.go(f"data=salary&epochs=50&lang={language}&theme={theme}&tab={tab}")
    lab("document.getElementById('closer').scrollIntoView()")
    lab.settle()
    assert lab("document.documentElement.lang") == language
    assert violations(lab) == []


@pytest.mark.parametrize("dialog", ["choose-data", "keep"])
def test_axe_finds_nothing_in_dialogs(lab: Any, dialog: str) -> None:
    lab.at()
    lab.page.click(f"#{dialog}")
    assert violations(lab) == []
    lab.page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "zoom"), [(320, 1), (1280, 4)])
def test_the_page_needs_no_sideways_scrolling(
    open_page: Callable[..., Any], width: int, zoom: int
) -> None:
    """At 400 % zoom a window of 1280 px has 320 CSS px (WCAG 2.2, 1.4.10)."""
    lab = open_page(width=width // zoom, height=720 // zoom, device_scale_factor=zoom).go()
    for tab in ("scaling", "slopes", "step", "rates", "compare", "sweep", "search"):
        lab.change(tab=tab)
        wide = lab("[document.documentElement.scrollWidth, innerWidth]")
        assert wide[0] <= wide[1], tab
    lab.page.click("#choose-data")
    assert lab("document.documentElement.scrollWidth <= innerWidth")


def test_a_narrow_page_begins_with_verdict_rate_and_contour(open_page: Callable[..., Any]) -> None:
    """All else is folded, and nothing is lost: what a wide page has can be opened here, too."""
    wide = open_page(width=1440, height=900).go("data=salary")
    narrow = open_page(width=320, height=740).go("data=salary")
    ids = "[...document.querySelectorAll('[id]')].map(one => one.id).filter(id => !/\\d/.test(id))"
    assert set(narrow(ids)) == set(wide(ids))
    assert narrow("document.documentElement.scrollHeight") < 2_500
    for place in ("#verdict", "#rate-slider", "[data-view=contour] svg"):
        box = narrow(f"document.querySelector({place!r}).getBoundingClientRect().toJSON()")
        assert box["bottom"] < 740, place
    for at in range(narrow("document.querySelectorAll('main > details, details.fold').length")):
        narrow(
            """at => { const all = document.querySelectorAll('main > details, details.fold');
            if (!all[at].open) all[at].querySelector('summary').click(); }""",
            at,
        )
    narrow.settle()
    hidden = """[...document.querySelectorAll('button, input, select')]
      .filter(one => one.checkVisibility()).length"""
    assert narrow(hidden) >= wide(hidden)
    narrow.until("document.querySelectorAll('[data-view=contour_other] path').length > 0")
    narrow.sized(1440, 900).settle()
    order = "[...document.querySelectorAll('#first [data-view]')].map(one => one.dataset.view)"
    assert narrow(order) == wide(order)
    assert narrow.console == []


def test_targets_are_large_enough(lab: Any) -> None:
    """24 by 24 CSS pixels (WCAG 2.2, 2.5.8), text inside a sentence apart."""
    lab.go()
    small = lab(
        """[...document.querySelectorAll('button, select, input, summary, [role=tab]')]
        .filter(one => one.checkVisibility({visibilityProperty: true}))
        .filter(one => !one.matches('.skip, .in-text'))
        .map(one => [one.id || one.className || one.textContent, one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 23.9 && box.width && box.height > 0 || box.width < 23.9)
        .map(([name, box]) => `${name} ${box.width}x${box.height}`)
        .filter(name => !/\\.\\d+x1$/.test(name))"""
    )
    assert [one for one in small if "checkbox" not in one] == []


def press(lab: Any, *keys: str) -> None:
    for key in keys:
        lab.page.keyboard.press(key)


def tab_to(lab: Any, selector: str, most: int = 120) -> None:
    """Reach an element by the Tab key alone."""
    for _ in range(most):
        if lab(f"document.activeElement.matches({selector!r})"):
            return
        press(lab, "Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_whole_task_by_keyboard(lab: Any, own_folder: Path, tmp_path: Path) -> None:
    """Own table, largest stable rate, with and without standardization, export: no pointer."""
    lab.go()
    lab("document.body.focus()")
    tab_to(lab, "#choose-data")
    press(lab, "Enter")
    tab_to(lab, "dialog details summary")
    press(lab, "Enter")
    lab.page.wait_for_selector("dialog .files button")
    tab_to(lab, "dialog .files button")
    press(lab, "Enter")
    lab.page.wait_for_selector("dialog .features")
    tab_to(lab, "dialog select")
    press(lab, "End")
    tab_to(lab, "dialog button.main")
    press(lab, "Enter")
    lab.settle()
    assert lab("__lab.state.target") == ["price"]
    assert lab("__lab.answer.numbers.rows.train") == 48
    # the largest stable rate is one of the marks below the track, and typing beyond it diverges
    tab_to(lab, ".mark:last-child")
    press(lab, "Enter")
    lab.settle()
    largest = lab("__lab.answer.numbers.largest_stable_rate")
    assert lab("__lab.answer.numbers.learning_rate") == pytest.approx(largest, rel=1e-4)
    tab_to(lab, "#rate-slider", 200)
    press(lab, "End")
    lab.settle()
    assert lab("__lab.answer.verdict.ending") == "diverged"
    tab_to(lab, "#rate-box", 200)
    press(lab, "Control+a")
    lab.page.keyboard.type(str(largest / 2))
    press(lab, "Enter", "Tab")
    lab.settle()
    assert lab("__lab.answer.verdict.ending") in ("converged", "epochs_used_up")
    # with and without standardization, kept side by side
    tab_to(lab, "#keep-run", 200)
    press(lab, "Enter")
    standardized = lab("__lab.answer.numbers.condition_number")
    tab_to(lab, "input[role=switch][data-state=standardize]", 200)
    press(lab, "Space")
    lab.settle()
    assert lab("__lab.state.standardize") is False
    assert lab("__lab.answer.numbers.condition_number") > 10 * standardized
    # and out again
    tab_to(lab, "#keep", 200)
    press(lab, "Enter")
    tab_to(lab, "dialog [data-export='contour.svg']")
    with lab.page.expect_download() as waited:
        press(lab, "Enter")
    saved = tmp_path / "contour.svg"
    waited.value.save_as(saved)
    assert "<svg" in saved.read_text()


def test_the_start_moves_by_arrow_keys_and_by_number(lab: Any) -> None:
    lab.go("data=salary&standardize=false&epochs=50")
    lab("document.querySelector('.start-handle').focus()")
    before = lab("__lab.answer.start_point")
    press(lab, "ArrowRight", "ArrowRight", "ArrowUp")
    lab.settle()
    after = lab("__lab.answer.start_point")
    width, height = (
        lab(f"(l => l[1] - l[0])(__lab.drawn('contour')[0].limits.{along})") for along in "xy"
    )
    assert after[0] - before[0] == pytest.approx(0.02 * width, rel=0.05)
    assert after[1] - before[1] == pytest.approx(0.01 * height, rel=0.05)
    lab.page.fill(".starts input >> nth=0", "1.5")
    press(lab, "Enter", "Tab")
    lab.settle()
    assert lab("__lab.answer.parameters[0].start") == 1.5


def test_space_turns_by_keyboard(lab: Any) -> None:
    lab.go("tab=surface")
    lab("document.querySelector('.plot.space').focus()")
    lab.settle()
    script = "document.querySelector('.view-surface canvas').dataset.azimuth"
    before = float(lab(script))
    press(lab, "ArrowRight", "ArrowRight")
    lab.settle()
    assert float(lab(script)) == before + 20.0
    # not blank: many colours
    colours = lab(
        """(canvas => { const data = canvas.getContext('2d')
          .getImageData(0, 0, canvas.width, canvas.height).data;
          const seen = new Set(); for (let i = 0; i < data.length; i += 4) seen.add(data[i] * 65536
          + data[i + 1] * 256 + data[i + 2]); return seen.size; })
        (document.querySelector('.view-surface canvas'))"""
    )
    assert colours > 50


def test_values_are_read_by_keyboard(lab: Any) -> None:
    lab.go("data=salary&standardize=false&epochs=50")
    lab("document.querySelector('[data-view=loss] .plot').focus()")
    press(lab, "ArrowRight", "ArrowRight")
    line = lab("__lab.figures.loss.panels[0].layers[0]")
    read = lab("document.querySelector('[data-view=loss] .readout').textContent")
    number = float(re.findall(r"[\d.]+", read)[-1])
    assert number == pytest.approx(line["y"][1], rel=1e-5)


# ---- colours -----------------------------------------------------------------------------------

# Viénot, Brettel, Mollon (1999), "Digital video colourmaps for checking the legibility of displays
# by dichromats": linear RGB in, linear RGB out.
DEFICIENCIES = {
    "protanopia": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deuteranopia": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def linear(color: str) -> list[float]:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab_of(rgb: list[float]) -> tuple[float, float, float]:
    """CIE L*a*b* of linear sRGB (D65)."""
    rows = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    white = (0.9505, 1.0, 1.089)
    f = [
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (
            max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True))) / w
            for row, w in zip(rows, white, strict=True)
        )
    ]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def tones(theme: str) -> dict[str, str]:
    style = (STATIC / "style.css").read_text()
    block = style.split(':root[data-theme="dark"]')[1 if theme == "dark" else 0].split("}")[0]
    return dict(re.findall(r"--c-(\w+): (#[0-9a-f]{6})", block))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("sight", [*DEFICIENCIES, "usual"])
def test_five_runs_can_be_told_apart(theme: str, sight: str) -> None:
    """By colour, or else by dash and marker both; never by colour alone."""
    source = (STATIC / "styles.js").read_text()
    kinds = re.findall(r'\["(\w+)", \[([\d., ]*)\], "(.+?)"\],', source.split("const SIXTH")[0])
    assert len(kinds) == 5
    seen = {}
    for color, dash, marker in kinds:
        rgb = linear(tones(theme)[color])
        if sight in DEFICIENCIES:
            rgb = [sum(a * b for a, b in zip(row, rgb, strict=True)) for row in DEFICIENCIES[sight]]
        seen[color] = (lab_of(rgb), dash, marker)
    for one, other in itertools.combinations(seen, 2):
        far = sum((a - b) ** 2 for a, b in zip(seen[one][0], seen[other][0], strict=True)) ** 0.5
        assert seen[one][1] != seen[other][1]
        assert seen[one][2] != seen[other][2]
        assert far > 9.0, (one, other, far)


def luminance(color: str) -> float:
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(color), strict=True))


@pytest.mark.parametrize(("theme", "ground"), [("light", "#ffffff"), ("dark", "#1a2027")])
def test_lines_stand_out_from_their_ground(theme: str, ground: str) -> None:
    """3:1 (WCAG 2.2, 1.4.11)."""
    for name, color in tones(theme).items():
        if name == "white":
            continue
        light, dark = sorted((luminance(color), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3.0, name
