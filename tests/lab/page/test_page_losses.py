"""Losses, penalties and the momentum are chosen on the page; what has no closed form says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

ROWS = "x,y,kind\n" + "".join(
    f"{k / 10},{(k % 7) / 3 + k / 20},{'big' if (k * 7) % 11 + k > 30 else 'small'}\n"
    for k in range(50)
)


def field(lab: Any, name: str, value: str) -> None:
    lab(
        """([name, value]) => { const input = document.querySelector(`[data-state=${name}]`);
        input.value = value; input.dispatchEvent(new Event('change', { bubbles: true })); }""",
        [name, value],
    )
    lab.settle()


def seen(lab: Any, name: str) -> bool:
    return bool(lab(f"document.querySelector('.field-{name}').checkVisibility()"))


def test_loss_and_penalty_are_chosen_and_kept_in_the_address(lab: Any) -> None:
    lab.go("data=salary")
    assert not any(seen(lab, name) for name in ("loss_parameter", "alpha", "l1_ratio", "momentum"))
    field(lab, "loss", "huber")
    assert seen(lab, "loss_parameter")
    field(lab, "loss_parameter", "0.3")
    field(lab, "penalty", "elasticnet")
    field(lab, "alpha", "0.02")
    field(lab, "l1_ratio", "0.4")
    numbers = lab("__lab.answer.numbers")
    assert [numbers[key] for key in ("loss", "loss_parameter", "penalty", "alpha", "l1_ratio")] == [
        *("huber", 0.3, "elasticnet", 0.02, 0.4)
    ]
    assert lab("['fit', 'contour', 'loss'].every(name => __lab.figures[name])")
    note = lab("document.getElementById('tabs-note').textContent")
    assert "Huber" in note
    assert not lab("document.getElementById('tab-rates').checkVisibility()")
    address = lab("location.hash.slice(1)")
    lab.go(address)
    again = lab("__lab.answer.numbers")
    assert again["objective"] == numbers["objective"]
    # a parameter of one loss is none of another's
    field(lab, "loss", "quantile")
    assert lab("__lab.answer.notices") == []
    assert lab("__lab.answer.numbers.loss_parameter") == 0.5
    field(lab, "loss", "squared_error")
    field(lab, "penalty", "l2")
    assert lab("document.getElementById('tab-rates').checkVisibility()")
    assert lab("document.getElementById('tabs-note').textContent") == ""


@pytest.mark.parametrize(("rule", "seen_"), [("momentum", True), ("adam", False)])
def test_the_momentum_is_there_where_the_rule_has_one(lab: Any, rule: str, seen_: bool) -> None:
    lab.go("data=salary")
    field(lab, "rule", rule)
    assert seen(lab, "momentum") == seen_
    if not seen_:
        return
    field(lab, "momentum", "0.5")
    assert lab("__lab.answer.numbers.hyperparameters.momentum") == 0.5
    assert "momentum=0.5" in lab("location.hash")
    field(lab, "rule", "plain")
    assert lab("__lab.answer.notices") == []
    assert "momentum" not in lab("location.hash")


def test_classes_of_an_own_table(lab: Any, tmp_path: Path) -> None:
    """A target of text is chosen in the dialog; the loss follows, and rows are counted."""
    file = tmp_path / "kinds.csv"
    file.write_text(ROWS)
    lab.go()
    lab.page.click("#choose-data")
    lab.page.set_input_files("dialog input[type=file]", str(file))
    lab.page.wait_for_selector("dialog .features")
    lab.page.select_option("dialog select", "kind")
    lab.page.click("dialog button.main")
    lab.settle()
    assert lab("__lab.answer.numbers.loss") == "logistic"
    assert lab("document.querySelector('[data-state=loss]').value") == "logistic"
    share = lab("__lab.answer.numbers.train_accuracy")
    shown = lab("document.querySelector('[data-number=train_accuracy]').textContent")
    assert float(shown.removesuffix(" %")) == pytest.approx(100 * share, rel=1e-3)
    assert lab("__lab.figures.fit && __lab.figures.contour && true")
    lab("document.getElementById('rate-slider').focus()")
    for _ in range(3):
        lab.page.keyboard.press("ArrowRight")
    lab.settle()
    assert lab("__lab.error") is None


def test_a_lasso_tells_its_own_step(lab: Any) -> None:
    """What is said leads from the recorded point before to the one after."""
    lab.go("data=salary&penalty=l1&alpha=0.1&rate=0.2&tab=step&step=2")
    lab("document.getElementById('closer').scrollIntoView()")
    lab.settle()
    steps = lab("__lab.answer.steps")
    one = steps["parameters"][1]
    moved = one["before"] - 0.2 * one["gradient"]
    assert one["after"] == pytest.approx(moved - 0.02, rel=1e-9)
    assert "0.02" in lab("document.querySelector('.by-hand').textContent")


def test_the_constant_is_named_in_the_readers_words(lab: Any) -> None:
    lab.go("data=salary&lang=zh-CN")
    labels = "[...document.querySelectorAll('.starts label')].map(one => one.textContent)"
    assert lab(labels) == ["截距", "years"]
    lab.page.select_option("#lang", "en")
    lab.settle()
    assert lab(labels) == ["intercept", "years"]


def test_names_of_classes_stay_text(lab: Any) -> None:
    """Classes come from data: markup, quotes and letters that turn the line stay what they are."""
    evil = ["</script><img src=x onerror=window.__evil=1>", "\u202ejavascript:alert(1)"]
    rows = "".join(f'{k / 5},"{evil[int(k * 7 % 11 > 4)]}"\n' for k in range(60))
    lab.go()
    lab.page.click("#choose-data")
    file = {"name": "kinds.csv", "mimeType": "text/csv", "buffer": f"x,kind\n{rows}".encode()}
    lab.page.set_input_files("dialog input[type=file]", file)
    lab.page.wait_for_selector("dialog .features")
    lab.page.select_option("dialog select", "kind")
    lab.page.click("dialog button.main")
    lab.settle()
    assert lab("__lab.answer.numbers.classes.length") == 2
    assert lab("window.__evil") is None
    assert lab("document.querySelectorAll('main img, main script').length") == 0
    label = lab("__lab.figures.fit.panels[0].y.label")
    assert "javascript" in label or "<img" in label or "</script>" in label
    assert "\u202e" not in label
