"""What the pictures show untouched, and where numbers are marked in them."""

from __future__ import annotations

from typing import Any

import pytest

from steepest import fit

RAW = "data=salary&standardize=false&epochs=400&rate=0.3"


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (768, 1024), (320, 700)])
def test_every_open_view_is_drawn_untouched(lab: Any, width: int, height: int) -> None:
    """Also those below the window: a page that is printed or photographed has no empty frames."""
    lab.sized(width, height).go(RAW)
    drawn = lab(
        """[...document.querySelectorAll('.view')].filter(one => one.checkVisibility())
        .map(one => [one.dataset.view, one.querySelectorAll('path.course').length])"""
    )
    names = [name for name, _ in drawn]
    assert {"fit", "contour", "loss"} <= set(names)
    assert ("contour_other" in names) == (width > 768)  # closer looks are folded on narrow pages
    assert [name for name, lines in drawn if lines == 0] == []


@pytest.mark.parametrize("width", [1440, 320])
def test_every_band_of_the_track_is_named(lab: Any, width: int) -> None:
    lab.sized(width, 800).go(RAW)
    seen = set(
        lab(
            """[...document.querySelectorAll('.band, .band-names li')]
            .filter(one => one.textContent && one.scrollWidth <= one.clientWidth + 1)
            .map(one => one.textContent)"""
        )
    )
    assert seen == {"too slow", "no overshoot", "overshoots, still converges", "diverges"}


def test_on_a_phone_rate_and_contour_are_seen_together(lab: Any) -> None:
    lab.sized(320, 640).go(RAW)
    lab("document.querySelector('[data-view=contour] svg').scrollIntoView({ block: 'center' })")
    slider, contour = lab(
        """['#rate-slider', '[data-view=contour] svg'].map(one =>
        (box => [box.top, box.bottom])(document.querySelector(one).getBoundingClientRect()))"""
    )
    assert 0 <= slider[0] < slider[1] <= contour[0] < contour[1] <= 640
    settings = "document.getElementById('side')"
    before = f"{settings}.compareDocumentPosition(document.getElementById('first'))"
    assert lab(before) == 2  # Node.DOCUMENT_POSITION_PRECEDING: pictures come first


@pytest.mark.parametrize(
    ("number", "view", "layer"),
    [
        ("start", "contour", "start"),
        ("end", "contour", None),
        ("optimum_loss", "contour", "optimum"),
        ("learning_rate", "regimes", None),
        ("largest_stable_rate", "regimes", "diverges"),
        ("train_loss", "loss", None),
    ],
)
def test_numbers_are_marked_in_their_picture(
    lab: Any, number: str, view: str, layer: str | None
) -> None:
    """The ring lies where the layer, the end of the path or the rate is, back from its pixels."""
    lab.at(RAW)
    lab.page.click(f"[data-number={number}] button")
    lab.settle()
    lab.until(f"document.querySelectorAll('[data-view={view}] .found').length > 0")
    assert lab("document.querySelectorAll('.found').length") >= 1
    x, y = lab(
        """view => { const ring = document.querySelector(`[data-view=${view}] .found circle`);
        const { scales } = __lab.drawn(view)[0];
        return ['x', 'y'].map(to => scales[to].back(+ring.getAttribute(`c${to}`))); }""",
        view,
    )
    run = fit("example:salary", target="salary", standardize=False, epochs=400, learning_rate=0.3)
    if layer:
        point = lab(
            """([view, style]) => { const layer = __lab.figures[view].panels[0].layers
            .find(one => one.kind === 'points' && one.style.split(' ')[0] === style);
            return [layer.x[0], layer.y[0]]; }""",
            [view, layer],
        )
    elif number == "end":
        told = run.summary
        point = [told["intercept"], told["coefficients"]["years"]]
    elif number == "train_loss":
        point = [run.summary["epochs"], run.summary["train_loss"]]
    else:
        point = [0.3, None]
    assert x == pytest.approx(point[0], rel=1e-6, abs=1e-9)
    assert point[1] is None or y == pytest.approx(point[1], rel=1e-6, abs=1e-9)


def test_both_condition_numbers_are_told(lab: Any) -> None:
    lab.at(RAW)
    here, other = (lab(f"__lab.answer.numbers.condition_{name}") for name in ("number", "other"))
    lab.change(standardize=True)
    assert lab("__lab.answer.numbers.condition_number") == pytest.approx(other, rel=1e-9)
    assert lab("__lab.answer.numbers.condition_other") == pytest.approx(here, rel=1e-9)


def test_ranges_and_points_of_a_search_are_controls(lab: Any) -> None:
    lab.go("data=salary&tab=search")
    lab.page.fill(".ranges input >> nth=2", "-3")
    assert lab("__lab.state.ranges") is None or lab("__lab.state.ranges") == []
    lab.page.fill(".ranges input >> nth=3", "5")
    lab.page.keyboard.press("Tab")
    lab.settle()
    assert lab("__lab.answer.state.ranges") == ["years=-3.0:5.0"]
    limits = lab("(x => [x[0], x[x.length - 1]])(__lab.figures.search.panels[0].layers[0].x)")
    assert limits == [-3, 5]
    lab.change(points=11)
    assert lab("__lab.figures.search.panels[0].layers[0].x.length") == 11
    # a link holds them
    lab.go(lab("location.hash.slice(1)"))
    assert lab("__lab.answer.state.ranges") == ["years=-3.0:5.0"]
    assert lab("[...document.querySelectorAll('.ranges input')].map(one => one.value)") == [
        *("", "", "-3", "5")
    ]


def test_a_formula_has_slopes_surface_and_curvature(lab: Any) -> None:
    lab.go("data=formula&formula=rosenbrock&tab=slopes&at=end")
    assert lab("['sections', 'secant_error', 'curvature'].every(v => __lab.figures[v])")
    assert lab("__lab.answer.notices") == []
    assert "?" not in lab("__lab.figures.loss.title")
    lab.change(h=0.5)
    assert lab("__lab.figures.sections.panels[0].layers.some(l => /0\\.5/.test(l.label))")
    lab.change(tab="surface")
    assert lab("__lab.figures.surface.panels[0].z !== null")


def test_divergence_is_shown_of_runs_that_diverged_alone(lab: Any) -> None:
    """Of others there is nothing to show, and no sentence about options of a command line."""
    shown = "document.querySelector('.view-divergence').checkVisibility()"
    lab.go("data=salary&rate=0.5&tab=rates")
    assert not lab(shown)
    lab.change(rate=1.1)
    assert lab(shown)
    assert lab("__lab.figures.divergence.kind") == "divergence"
    lab.change(rate=0.5)
    assert not lab(shown)
    assert "--kind" not in lab("document.getElementById('main').innerText")


@pytest.mark.parametrize(
    ("state", "fact", "view"),
    [
        ("data=salary", "gradient_norm", "gradient"),
        ("data=salary", "epochs", "loss"),
        ("data=salary&rate=3", "largest_stable_rate", "regimes"),
        ("data=salary&rate=3", "update", "loss"),
        ("data=formula&formula=x^2-y^2&start=1,0&rate=0.1&epochs=9", "updates", "loss"),
    ],
)
def test_numbers_of_the_verdict_lead_to_their_place(
    lab: Any, state: str, fact: str, view: str
) -> None:
    """By keyboard: the picture is opened, takes the focus, and a ring stands in it."""
    lab.go(state)
    lab(f"document.querySelector('#verdict [data-fact={fact}]').focus()")
    lab.page.keyboard.press("Enter")
    lab.settle()
    assert lab("document.activeElement.closest('[data-view]').dataset.view") == view
    lab.until(f"document.querySelectorAll('[data-view={view}] .found').length > 0")
    said = lab(f"document.querySelector('[data-view={view}] .readout').textContent")
    assert any(letter.isdigit() for letter in said)


def test_numbers_of_findings_lead_to_their_place(lab: Any) -> None:
    lab.go("data=salary-bad&standardize=false")
    for at in range(lab("document.querySelectorAll('#finding-list [data-fact]').length")):
        button = f"document.querySelectorAll('#finding-list [data-fact]')[{at}]"
        lab(f"{button}.click()")
        lab.settle()
        lab.until("document.querySelectorAll('.found').length > 0")
        assert lab("document.activeElement.closest('[data-view]') !== null")
