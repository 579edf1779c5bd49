"""The map of endings: every run is reached by pointer and by keyboard, and sets the page."""

from __future__ import annotations

from typing import Any


def drawn(lab: Any) -> list[list[Any]]:
    lab.go("data=salary&epochs=20&tab=sweep")
    lab("document.querySelector('[data-word=sweep_go]').click()")
    lab.until("document.querySelectorAll('.map-cell').length > 0")
    rows = lab("__lab.swept.rows")
    assert len(rows) == lab("document.querySelectorAll('.map-cell').length")
    return list(rows)


def test_a_click_on_a_run_of_the_map_sets_rate_and_batch(lab: Any) -> None:
    rows = drawn(lab)
    at = len(rows) // 2
    cell = lab.page.locator(".map-cell").nth(at)
    # the button lies on the very point that is drawn
    off = lab(
        """at => { const { panel, drawn, plot } = __lab.swept;
        const box = document.querySelectorAll('.map-cell')[at].getBoundingClientRect();
        const own = plot.getBoundingClientRect();
        const points = panel.layers.filter(l => l.kind === 'points' && l.style !== 'range')
          .flatMap(l => [...l.x].map((x, i) => [drawn.scales.x(x), drawn.scales.y(l.y[i])]));
        const [x, y] = [box.x + box.width / 2 - own.x, box.y + box.height / 2 - own.y];
        return Math.min(...points.map(([a, b]) => Math.hypot(a - x, b - y))); }""",
        at,
    )
    assert off < 1.0
    cell.click()
    lab.settle()
    name = cell.get_attribute("aria-label")
    rate, batch = lab("[__lab.state.rate, __lab.state.batch]")
    assert f"{rate:g}" in name
    assert f"batch size {batch}" in name
    assert lab("__lab.answer.numbers.learning_rate") == rate


def test_the_map_by_keyboard(lab: Any) -> None:
    rows = drawn(lab)
    sizes = len({row[1] for row in rows})
    across = len(rows) // sizes
    lab("document.querySelector('.map-cell[tabindex=\"0\"]').focus()")
    place = "[...document.querySelectorAll('.map-cell')].indexOf(document.activeElement)"
    assert lab(place) == 0
    steps = {"ArrowLeft": 0, "ArrowRight": 1, "ArrowUp": 1 + across, "ArrowDown": 1}
    for key, wanted in steps.items():
        lab.page.keyboard.press(key)
        assert lab(place) == wanted
    lab.page.keyboard.press("Enter")
    lab.settle()
    assert lab("__lab.state.rate") == lab("Number(__lab.swept.rows[1][0])")
    assert lab("__lab.state.batch") == 1
    assert lab(place) == 1
    assert lab("document.querySelectorAll('.map-cell[tabindex=\"0\"]').length") == 1


def test_whoever_waits_for_a_map_is_told_why(lab: Any) -> None:
    lab.go("data=salary&epochs=20&tab=sweep")
    held: list[Any] = []
    lab.page.route("**/api/sweep", lambda route: held.append(route))
    lab("document.querySelector('[data-word=sweep_go]').click()")
    said = "[...document.querySelectorAll('p.soft')].some(one => one.textContent.includes('{}'))"
    lab.until(said.format("Working"))
    lab.until(said.format("about 5 seconds"))
    held[0].continue_()
    lab.page.unroute("**/api/sweep")
    lab.until("document.querySelectorAll('.map-cell').length > 0")
    assert not lab(said.format("about 5 seconds"))
