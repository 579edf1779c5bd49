"""How the page behaves: first story, words, state, requests, weight, newest wins."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

STATIC = Path(__file__).parents[3] / "src" / "steepest" / "lab" / "static"


def test_untouched_it_tells_a_finished_story(open_page: Callable[..., Any]) -> None:
    lab = open_page().go()
    assert lab("__lab.answer.verdict.ending") == "converged"
    assert lab("['fit', 'contour', 'loss'].every(v => __lab.figures[v])")
    assert lab("document.querySelectorAll('#first path.course').length") >= 4
    verdict = lab("document.getElementById('verdict').textContent")
    assert verdict.endswith(".")
    assert len(verdict) > 40
    # generous: tests share the machine; bench/lab_latency.py measures
    assert lab("__lab.firstPaint") < 10_000
    own = urlsplit(lab.address).netloc
    assert {urlsplit(url).netloc for url in lab.requests if not url.startswith("about:")} == {own}
    assert lab.console == []


def test_the_page_is_light() -> None:
    files = [file for file in STATIC.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) <= 700_000
    for file in files:
        text = file.read_text()
        assert file.suffix != ".js" or "d3-" in file.name or "innerHTML" not in text
        if "d3-" not in file.name:
            places = text.replace("http://www.w3.org/2000/svg", "")
            assert "http://" not in places, file.name
            assert "https://" not in places, file.name
            assert len(text.splitlines()) <= 500, file.name


def test_no_word_is_missing(lab: Any) -> None:
    """In English; that both languages hold the same names is a test of the catalogue."""
    lab.go()
    for tab in lab("[...document.querySelectorAll('[role=tab]')].map(t => t.id.slice(4))"):
        lab.change(tab=tab)
        lab("document.getElementById('closer').scrollIntoView()")
        lab.settle()
    for name in lab("__lab.menu.cards.map(card => card.id)"):
        lab(f"document.querySelector('[data-card={name}] button').click()")
        lab.settle()
        assert lab("__lab.error") is None, name
        assert "?" not in lab("document.getElementById('lesson').textContent"), name
    for dialog in ("choose-data", "keep"):
        lab.page.click(f"#{dialog}")
        lab.page.keyboard.press("Escape")
    assert lab("__lab.missingWords()") == []


def test_the_language_changes_on_the_page(lab: Any) -> None:
    lab.go()
    lab.page.select_option("#lang", "zh-CN")
    lab.settle()
    assert lab("document.documentElement.lang") == "zh-CN"
    assert lab("document.querySelector('[data-view=loss] h2').textContent").startswith("salary 的")
    left = lab(
        """[...document.querySelectorAll('[data-word]')].map(one => one.textContent)
        .filter(text => text && !/[\\u4e00-\\u9fff]/.test(text))"""
    )
    assert left == []


def test_the_address_holds_the_whole_state(lab: Any) -> None:
    lab.go("data=salary&standardize=false")
    lab.change(rate=0.31, batch=16, epochs=33, seed=5, start=[0.5, -1])
    numbers = lab("__lab.answer.numbers")
    address = lab("location.hash.slice(1)")
    lab.go(address)
    again = lab("__lab.answer.numbers")
    for name in ("train_loss", "validation_loss", "coefficients", "intercept", "updates"):
        assert again[name] == numbers[name]


def test_nonsense_in_the_address_is_said_and_survived(lab: Any) -> None:
    lab.go("rate=-3&epochs=0&batch=no&colour=red&%E0%A4%A&start=1,2,3,4,5")
    assert lab("__lab.error") is None
    assert lab("__lab.answer.numbers.epochs") == 1
    told = lab("document.getElementById('notices').textContent")
    assert all(f"“{label}”" in told for label in ("Learning rate", "Epochs", "Batch size"))


def test_undo_and_reset(lab: Any) -> None:
    lab.go()
    first = lab("__lab.answer.numbers.train_loss")
    lab.change(rate=0.01)
    lab.change(rate=0.02)
    lab.page.click("#undo")
    lab.settle()
    assert lab("__lab.answer.numbers.learning_rate") == 0.01
    lab.page.click("#reset")
    lab.settle()
    assert lab("__lab.answer.numbers.train_loss") == first
    lab.page.click("#undo")
    lab.settle()
    assert lab("__lab.answer.numbers.learning_rate") == 0.01


def test_the_newest_wins_and_labels_keep_up(lab: Any) -> None:
    """Sixty rates in a burst: what is drawn at last is the last one, and labels say so always."""
    lab.go("data=salary&standardize=false&epochs=200")
    asked = len([url for url in lab.requests if url.endswith("/api/run")])
    stale = lab(
        """async () => {
          const slider = document.getElementById('rate-slider');
          const { powerText } = await import('./static/numbers.js');
          let stale = 0;
          for (let at = 300; at < 360; at += 1) {
            slider.value = String(at);
            slider.dispatchEvent(new Event('input', { bubbles: true }));
            await new Promise(requestAnimationFrame);
            const label = document.getElementById('rate-value').textContent;
            if (label !== powerText(__lab.answer.numbers.learning_rate, 4)) stale += 1;
          }
          slider.dispatchEvent(new Event('change', { bubbles: true }));
          return stale; }"""
    )
    lab.settle()
    assert stale == 0
    assert lab("__lab.answer.numbers.learning_rate") == lab("__lab.state.rate")
    assert lab("document.getElementById('undo').disabled") is False
    sent = len([url for url in lab.requests if url.endswith("/api/run")]) - asked
    assert 2 <= sent <= 62


def test_kept_surfaces_are_not_sent_again(lab: Any) -> None:
    """Standardized, the path of any rate up to 1/L lies within the same box."""
    lab.go("data=salary&epochs=100&tab=rows&rate=0.2")
    sizes: list[int] = []
    for rate in (0.21, 0.22):
        with lab.page.expect_response("**/api/run") as waited:
            lab.change(rate=rate)
        sizes.append(len(waited.value.body()))
    # the heights alone of the figure of a file
    first = lab("__lab.figures.contour.panels[0].layers[0].heights.values.length")
    assert first > 1_000
    assert sizes[-1] < first * 8


def test_kept_runs_are_compared(lab: Any) -> None:
    lab.go("data=salary&standardize=false&epochs=60")
    for rate in (0.1, 0.3, 0.7):
        lab.change(rate=rate)
        lab.page.click("#keep-run")
    lab.change(tab="compare")
    lab.until("(__lab.compared || []).length === 3")
    assert lab("document.querySelectorAll('[data-view=compare_loss] path.course').length") >= 3


def test_text_from_data_stays_text(lab: Any) -> None:
    """A file whose names are markup: nothing of it runs, all of it is seen."""
    lab.go()
    evil = "<img src=x onerror=window.__evil=1>"
    table = f"{evil},b\n" + "".join(f"{k},{2 * k + k % 3}\n" for k in range(30))
    lab.page.click("#choose-data")
    name = "<b>x</b>.csv"
    lab.page.set_input_files(
        "dialog input[type=file]",
        {"name": name, "mimeType": "text/csv", "buffer": table.encode()},
    )
    lab.page.wait_for_selector("dialog .features")
    lab.page.select_option("dialog select", "b")
    lab.page.click("dialog button.main >> nth=0")
    lab.settle()
    assert lab("window.__evil") is None
    assert lab("document.querySelectorAll('main img').length") == 0
    # long names are cut, not changed
    assert "<img src=x" in lab("document.querySelector('[data-view=fit] h2').textContent")


def test_from_rows_to_a_formula_and_back(lab: Any) -> None:
    lab.go("data=salary&epochs=20")
    lab.change(data="formula", formula="(x - 1)^2 + 4*(y - 2)^2", start=[0, 0], rate=0.05)
    assert lab("__lab.answer.verdict.ending") == "epochs_used_up"
    assert lab("__lab.answer.parameters.map(one => one.name)") == ["x", "y"]
    assert not lab("document.querySelector('[data-view=fit]').checkVisibility()")
    lab.change(data="salary", start="zero", rate="auto")
    assert lab("document.querySelector('[data-view=fit]').checkVisibility()")
    assert lab("__lab.figures.fit.kind") == "fit"


def test_a_formula_that_cannot_be_is_refused_with_a_remedy(lab: Any) -> None:
    lab.go("data=formula&formula=__import__('os')")
    assert lab("document.getElementById('verdict').dataset.ending") == "refused"
    assert len(lab("document.getElementById('verdict').textContent")) > 40
    # what a browser writes about an answer of 422 is no fault of the page
    lab.console.clear()
    lab.change(data="salary", formula="bowl", start="zero")
    assert lab("__lab.error") is None
    assert lab("__lab.figures.fit.kind") == "fit"
