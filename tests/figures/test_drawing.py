"""What matplotlib draws has the figure's coordinates, in every kind, size and file."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from shown_cases import CASES, HOSTILE, NAMES

from steepest import FIGURE_KINDS, Figure, InputError, Run, figure_of
from steepest.figures import drawing, painting
from steepest.figures.figure import Box, Contours, Line, Points, Segment, Sheet
from steepest.figures.styles import METHODS, STYLES

SVG = "{http://www.w3.org/2000/svg}"


def made(runs: dict[str, Run], case: tuple) -> Figure:
    kind, names, options = case
    return figure_of([runs[name] for name in names], kind, **options)


def test_every_kind_is_drawn_here() -> None:
    assert {kind for kind, _, _ in CASES} == set(FIGURE_KINDS)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_figures_are_strict_json_and_come_back_the_same(runs: dict[str, Run], case: tuple) -> None:
    figure = made(runs, case)
    text = json.dumps(figure.as_dict(), allow_nan=False)
    assert Figure.from_dict(json.loads(text)).as_dict() == json.loads(text)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_words_and_numbers_stand_beside_every_figure(runs: dict[str, Run], case: tuple) -> None:
    figure = made(runs, case)
    assert figure.title
    assert re.search(r"\d", figure.alt)
    assert re.search(r"\d", figure.caption)
    assert figure.table.rows
    assert {len(row) for row in figure.table.rows} == {len(figure.table.columns)}
    assert figure.provenance["steepest"]
    for panel in figure.panels:
        assert panel.x.label
        assert panel.y.label
    runs_told = figure.provenance.get("runs", [figure.provenance])
    assert all(one["seed"] == 0 and one["versions"]["numpy"] for one in runs_told)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_drawn_coordinates_are_the_figure_s(runs: dict[str, Run], case: tuple) -> None:
    figure = made(runs, case)
    canvas = figure.draw()
    assert len(canvas.axes) == len(figure.panels)
    for panel, ax in zip(figure.panels, canvas.axes, strict=True):
        drawn = [lines_of(line, panel.z is not None) for line in ax.lines]
        for layer in panel.layers:
            if isinstance(layer, (Line, Points)):
                wanted = [one for one in (layer.x, layer.y, layer.z) if one is not None]
                assert any(same(wanted, one) for one in drawn), layer.style
            elif isinstance(layer, Segment):
                wanted = [np.array([layer.x0, layer.x1]), np.array([layer.y0, layer.y1])]
                assert any(same(wanted, one) for one in drawn)
            elif isinstance(layer, Box):
                corners = [
                    [*patch.get_xy(), patch.get_width(), patch.get_height()] for patch in ax.patches
                ]
                size = [layer.x0, layer.y0, layer.x1 - layer.x0, layer.y1 - layer.y0]
                assert size in corners
        for axis, name in ((panel.x, "x"), (panel.y, "y")):
            if axis.limits is not None:
                shown = getattr(ax, f"get_{name}lim")()
                assert shown == pytest.approx(axis.limits, rel=1e-9)
            assert getattr(ax, f"get_{name}scale")() == axis.scale


def lines_of(line: object, space: bool) -> list[np.ndarray]:
    got = line.get_data_3d() if space else line.get_data()
    return [np.ma.getdata(np.asarray(one, dtype=float)) for one in got]


def same(wanted: list[np.ndarray], got: list[np.ndarray]) -> bool:
    return len(wanted) == len(got) and all(
        np.array_equal(a, b, equal_nan=True) for a, b in zip(wanted, got, strict=True)
    )


def test_drawn_contours_lie_at_the_levels(runs: dict[str, Run]) -> None:
    figure = made(runs, ("contour", ("batch",), {}))
    (layer,) = [one for one in figure.panels[0].layers if isinstance(one, Contours)]
    ax = figure.draw().axes[0]
    quadratic = runs["batch"].landscape.training
    lines = [one for one in ax.collections if not one.get_array().size or not one.filled]
    drawn = [one for one in ax.collections if not getattr(one, "filled", True)]
    assert lines
    for level, path in zip(drawn[0].levels, drawn[0].get_paths(), strict=True):
        points = path.vertices[np.isfinite(path.vertices).all(axis=1)]
        heights = quadratic.value(points[:, :, None])
        assert level in layer.levels
        assert heights == pytest.approx(level, rel=0.05, abs=0.01)


@pytest.mark.parametrize(
    ("suffix", "case"), [(".png", CASES[0]), (".svg", CASES[8]), (".pdf", CASES[16])], ids=str
)
def test_files_are_written_whole_and_always_the_same(
    runs: dict[str, Run], suffix: str, case: tuple, tmp_path: Path
) -> None:
    figure = made(runs, case)
    one, other = figure.save(tmp_path / f"a{suffix}"), figure.save(tmp_path / f"b{suffix}")
    assert one.read_bytes() == other.read_bytes()
    marks = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    assert one.read_bytes().startswith(marks[suffix])
    assert one.read_bytes() == figure.save(one).read_bytes()  # replaced
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"a{suffix}", f"b{suffix}"]


@pytest.mark.long
@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_kind_draws_to_every_file(runs: dict[str, Run], case: tuple, tmp_path: Path) -> None:
    for suffix in drawing.SUFFIXES:
        made(runs, case).save(tmp_path / f"a{suffix}", caption=suffix != ".svg")


@pytest.mark.parametrize("inches", [(2.2, 1.8), (14.0, 9.0)], ids=["small", "large"])
@pytest.mark.parametrize("case", CASES[1::5], ids=NAMES[1::5])
def test_pictures_fit_small_and_large_canvases(
    runs: dict[str, Run], case: tuple, inches: tuple[float, float]
) -> None:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    figure = made(runs, case)
    canvas = Canvas(figsize=inches)
    FigureCanvasAgg(canvas)
    axes = [
        canvas.add_subplot(1, len(figure.panels), i, projection="3d" if panel.z else None)
        for i, panel in enumerate(figure.panels, start=1)
    ]
    assert figure.draw(axes) is canvas
    canvas.canvas.draw()


def test_other_suffixes_and_too_few_axes_are_refused(runs: dict[str, Run], tmp_path: Path) -> None:
    figure = made(runs, ("sections", ("batch",), {}))
    with pytest.raises(InputError, match=r"\.png, \.svg, \.pdf"):
        figure.save(tmp_path / "a.jpg")
    assert not list(tmp_path.iterdir())
    with pytest.raises(InputError, match="2 panels, and 1 axes"):
        figure.draw(figure_of(runs["batch"], "loss").draw().axes)


# ---- SVG ---------------------------------------------------------------------------------------


def test_svg_escapes_hostile_names_and_stays_a_picture(runs: dict[str, Run]) -> None:
    figure = made(runs, ("contour", ("several",), {"names": HOSTILE[:2]}))
    svg = figure.svg()
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert "\u202e" not in svg
    root = ET.fromstring(svg)
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert not names & {"script", "foreignObject", "image", "a", "metadata"}
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    texts = " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))
    assert "<script>" in texts  # as text
    assert r"\frac" in texts  # no formula
    assert root.get("role") == "img"
    assert root.find(f"{SVG}desc").text == figure.alt


def test_svg_of_two_pictures_share_no_id_and_every_reference_is_met(runs: dict[str, Run]) -> None:
    found = []
    for case in (("contour", ("batch",), {}), ("loss", ("batch",), {})):
        root = ET.fromstring(made(runs, case).svg())
        own = [element.get("id") for element in root.iter() if element.get("id")]
        assert len(own) == len(set(own))
        text = ET.tostring(root, encoding="unicode")
        used = set(re.findall(r"url\(#([^)]+)\)", text)) | set(re.findall(r'href="#([^"]+)"', text))
        assert used <= set(own)
        found.append(set(own))
    assert not found[0] & found[1]


def test_svg_text_stays_text_with_fonts_for_chinese(runs: dict[str, Run]) -> None:
    root = ET.fromstring(made(runs, ("loss", ("batch",), {})).svg())
    texts = list(root.iter(f"{SVG}text"))
    assert len(texts) > 10
    assert all("'Microsoft YaHei'" in one.get("style", "") for one in texts)
    assert all("'PingFang SC'" in one.get("style", "") for one in texts)
    sizes = [float(re.search(r"([\d.]+)px", one.get("style")).group(1)) for one in texts]
    assert min(sizes) >= 7.0


# ---- letters -----------------------------------------------------------------------------------


def test_letters_without_a_font_are_refused_where_they_would_be_empty_boxes(
    runs: dict[str, Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from dataclasses import replace

    figure = replace(figure_of(runs["batch"], "loss"), title="损失 of salary")
    latin = frozenset(range(0x250)) | {0x2212, 0x2192, 0x2019}
    monkeypatch.setattr(painting, "letters", lambda: latin)
    monkeypatch.setattr(drawing, "letters", lambda: latin)
    with pytest.raises(InputError, match="No installed font has the letters") as caught:
        figure.save(tmp_path / "a.png")
    assert "Noto Sans CJK SC" in caught.value.remedy
    figure.save(tmp_path / "a.svg")
    assert "损失 of salary" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_single_letters_without_a_font_are_shown_as_escapes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(painting, "letters", lambda: frozenset(range(0x250)))
    assert painting.legible("a \U0001f600 b") == "a \\U0001f600 b"


@pytest.mark.skipif(
    not set("损失训练") <= {chr(point) for point in painting.letters()},
    reason="no font with Chinese letters is installed",
)
def test_chinese_is_drawn_where_a_font_has_it(runs: dict[str, Run], tmp_path: Path) -> None:
    from dataclasses import replace

    figure = replace(figure_of(runs["batch"], "loss"), title="训练损失")
    assert figure.save(tmp_path / "a.png").stat().st_size > 10_000


# ---- looks -------------------------------------------------------------------------------------


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", [*METHODS, *(f"run-{i}" for i in range(1, 6)), "validation"])
def test_lines_have_contrast_on_white(name: str) -> None:
    assert 1.05 / (luminance(STYLES[name].color) + 0.05) >= 3.0


@pytest.mark.parametrize("group", [METHODS, tuple(f"run-{i}" for i in range(1, 6))])
def test_nothing_is_told_by_colour_alone(group: tuple[str, ...]) -> None:
    assert len({STYLES[name].dash for name in group}) == 5
    assert len({STYLES[name].marker for name in group}) == 5
    assert len({STYLES[name].color for name in group}) == 5


def test_heights_become_lighter_monotonously() -> None:
    colors = painting._height_colors(64)[:, :3]
    light = [luminance("#" + "".join(f"{round(255 * c):02x}" for c in rgb)) for rgb in colors]
    assert (np.diff(light) > 0.0).all()


def test_a_sheet_is_drawn_over_its_grid(runs: dict[str, Run]) -> None:
    figure = made(runs, ("surface", ("batch",), {}))
    (sheet,) = [one for one in figure.panels[0].layers if isinstance(one, Sheet)]
    ax = figure.draw().axes[0]
    low, high = ax.get_zlim()
    assert low <= np.nanmin(sheet.heights)
    assert high >= np.nanmax(sheet.heights)
