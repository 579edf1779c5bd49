"""The report: one safe page whose every number is the run's, for every kind of run."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import steepest
from steepest import FileError, InputError, Run, report
from steepest.reporting.expected import expected
from steepest.reporting.markup import Markup, element, text

ALLOWED_TAGS = {
    *("html", "head", "meta", "title", "style", "body", "main", "section", "h1", "h2", "p", "div"),
    *("strong", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure"),
    *("figcaption", "details", "summary", "pre", "code"),
    *("svg", "g", "path", "defs", "use", "text", "clippath", "rect", "desc", "tspan", "image"),
}
# FAULTS 19: what a column's name may try.
HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "javascript:alert(1)",
    "a\u2028b",
    "\u202eevil",
    "</style><style>*{display:none}",
    "]]><svg onload=alert(1)>",
    "&lt;b&gt;",
    "\x1b[31mred",
]


class Page(HTMLParser):
    """The page as a browser takes it apart."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if "style" not in self._inside:
            self.text.append(data)

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.text))


def fit(tmp_path: Path, **options: Any) -> Run:
    random = np.random.default_rng(0)
    x, z = random.normal(size=(2, 120))
    y = 1.0 + 2.0 * x - 3.0 * z + 0.1 * random.normal(size=120)
    file = tmp_path / "table.csv"
    lines = [
        f"{a!r},{b!r},{c!r}" for a, b, c in zip(x.tolist(), z.tolist(), y.tolist(), strict=True)
    ]
    file.write_text("x,z,y\n" + "\n".join(lines))
    return steepest.fit(file, target="y", **options)


KINDS: dict[str, dict[str, Any]] = {
    "batch": {},
    "diverged": {"learning_rate": 1.3},
    "epochs used up": {"learning_rate": 0.001, "epochs": 5},
    "stochastic": {"method": "stochastic", "epochs": 4},
    "mini-batch": {"method": "mini-batch", "batch_size": 16, "epochs": 4, "schedule": "cosine"},
    "exhaustive": {"method": "exhaustive", "ranges": (("x", 0.0, 4.0),), "points": 5},
    "coarse-to-fine": {
        "method": "coarse-to-fine",
        "ranges": (("x", 0.0, 4.0), ("z", -5.0, 0.0)),
        "epochs": 4,
    },
    "one feature": {"features": ("x",), "intercept": False},
    "several targets": {"target": ("y", "z"), "features": ("x",)},
    "no validation": {"validation": 0.0},
}


TOLD = [*((kind, "en") for kind in KINDS), ("batch", "zh-CN"), ("exhaustive", "zh-CN")]


@pytest.mark.parametrize(("kind", "language"), TOLD)
def test_every_kind_of_run_is_told(kind: str, language: str, tmp_path: Path) -> None:
    options = dict(KINDS[kind])
    if "target" in options:
        fit(tmp_path)
        run = steepest.fit(tmp_path / "table.csv", **options)
    else:
        run = fit(tmp_path, **options)
    page = Page(report(run, language=language))
    assert {tag for tag, _ in page.tags} <= ALLOWED_TAGS
    assert page.tags[0] == ("html", {"lang": language})
    assert re.sub(r"\s+", " ", run.trace.ending.sentence(language)) in page.words
    for note in run.tell(language):
        assert re.sub(r"\s+", " ", note) in page.words
    for value in run.model.coefficients.ravel():
        assert f"{value:.8g}" in page.words
    assert f"{run.summary['optimum_loss']:.8g}" in page.words
    for finding in run.findings:
        assert re.sub(r"\s+", " ", finding.sentence(language)) in page.words


def test_the_page_needs_nothing_and_runs_nothing(tmp_path: Path) -> None:
    made = report(fit(tmp_path))
    page = Page(made)
    policy = next(given for tag, given in page.tags if given.get("http-equiv"))
    assert "default-src 'none'" in str(policy["content"])
    assert "script" not in str(policy["content"])
    for tag, given in page.tags:
        assert not any(name.startswith("on") for name in given), (tag, given)
        for name in ("src", "href", "xlink:href", "action", "data"):
            assert str(given.get(name, "#")).startswith("#"), (tag, given)
    outside = set(re.findall(r"https?://[^\s\"'<>]+", made))
    assert all(one.startswith("http://www.w3.org/") for one in outside)  # names, not addresses
    assert "url(http" not in made
    assert len(made.encode()) < 2_000_000


def test_ids_are_unique_and_names_lead_somewhere(tmp_path: Path) -> None:
    first, second = fit(tmp_path), fit(tmp_path, method="stochastic", epochs=3)
    page = Page(report([first, second]))
    ids = [given["id"] for _, given in page.tags if "id" in given]
    assert len(ids) == len(set(ids))
    known = set(ids)
    for _, given in page.tags:
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(str(given.get(name) or "").split()) <= known
        for name in ("href", "xlink:href"):
            if name in given:
                assert str(given[name])[1:] in known
    pictures = [given for tag, given in page.tags if tag == "svg"]
    assert pictures
    assert all(given.get("role") == "img" for given in pictures)


def test_no_name_becomes_markup(tmp_path: Path) -> None:
    """All hostile names at once as columns, and each of two as the table's own name."""
    quoted = ['"' + name.replace('"', '""') + '"' for name in HOSTILE]
    random = np.random.default_rng(0)
    X = random.normal(size=(60, len(HOSTILE)))
    lines = [",".join(map(repr, [*row, sum(row)])) for row in X.tolist()]
    file = tmp_path / "a<b>&'.csv"
    file.write_text(",".join([*quoted, "y"]) + "\n" + "\n".join(lines), encoding="utf-8")
    page = Page(report(steepest.fit(file, target="y", epochs=20)))
    assert {tag for tag, _ in page.tags} <= ALLOWED_TAGS
    for _, given in page.tags:
        assert not any(attribute.startswith("on") for attribute in given)
    assert not re.search("[\x00-\x08\x0b-\x1f\u2028\u202e]", page.words)
    styles = sum(tag == "style" for tag, _ in page.tags)
    assert styles == 1 + sum(tag == "svg" for tag, _ in page.tags)
    for name in ("<img src=x onerror=alert(1)>", "&lt;b&gt;", "\\x1b[31mred"):
        assert name in page.words


def test_several_runs_are_compared_first(tmp_path: Path) -> None:
    runs = [fit(tmp_path, learning_rate=rate, epochs=30) for rate in (0.01, 0.3)]
    page = Page(report(runs))
    for run in runs:
        assert f"{run.summary['train_loss']:.8g}" in page.words
    first_table = next(given for tag, given in page.tags if tag == "div" and "aria-label" in given)
    assert first_table["aria-label"] == "Runs side by side"
    with pytest.raises(InputError, match="1 to 5"):
        report([runs[0]] * 6)
    with pytest.raises(InputError, match="1 to 5"):
        report([])


def test_five_runs_stay_under_two_megabytes(tmp_path: Path) -> None:
    rates = (0.01, 0.02, 0.03, 0.04, 0.05)
    options = {"method": "stochastic", "epochs": 1000, "tolerance": 0.0, "missing": "error"}
    fit(tmp_path)
    asked = steepest.FitOptions(target=("y",), learning_rates=rates, **options)
    steepest.fit_rates(tmp_path / "table.csv", asked, out=tmp_path / "runs")
    page = report(tmp_path / "runs")  # a folder of several runs is all of them
    assert len(page.encode()) < 2_000_000
    words = Page(page).words
    assert "Of 5 runs" in words
    assert "diverged: 0" in words


def test_options_stand_line_by_line(tmp_path: Path) -> None:
    page = report(fit(tmp_path))
    assert "\n &quot;target&quot;: [\n" in page
    assert "\\n" not in Page(page).words


def test_the_page_says_which_rate_to_use(tmp_path: Path) -> None:
    batch, sweep = fit(tmp_path), fit(tmp_path, method="stochastic", epochs=2)
    for run, promise in ((batch, "the run diverges"), (sweep, "it is proven not to blow up")):
        words = Page(report(run)).words
        assert "to use on these rows" in words
        assert f"{run.trace.metadata['auto_rate']:g} (--learning-rate auto)" in words
        assert f"{run.summary['largest_stable_rate']:.4g}" in words
        assert promise in words


def test_saved_and_loaded_runs_give_the_same_page(tmp_path: Path) -> None:
    run = fit(tmp_path, out=tmp_path / "run")
    assert run.folder is not None
    page = report(run.folder, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page
    assert page == report(steepest.load_run(run.folder))
    with pytest.raises(FileError):
        report(tmp_path / "nowhere")
    with pytest.raises(FileError):
        report(run, tmp_path / "no" / "such" / "folder.html")


def test_forecast_lies_on_what_happened(tmp_path: Path) -> None:
    run = fit(tmp_path)
    found = expected(run)
    assert found is not None
    assert found.gap < 1e-12
    assert abs(found.epochs - run.summary["epochs"]) <= 1
    diverged = expected(fit(tmp_path, learning_rate=1.3))
    assert diverged is not None
    assert diverged.epochs == np.inf
    assert expected(fit(tmp_path, method="stochastic", epochs=2)) is None
    assert expected(fit(tmp_path, schedule="cosine", epochs=20)) is None


def test_text_is_escaped_by_its_type() -> None:
    assert text("<b>") == "&lt;b&gt;"
    assert text(Markup("<b>")) == "<b>"
    assert element("p", "<", Markup("<br>"), class_='"') == '<p class="&quot;">&lt;<br></p>'
