"""Lines and tables of a terminal: cut by cells and aligned, whatever the width of characters."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest
from rich.cells import cell_len

from steepest import FitOptions, fit_rates
from steepest.cli.terminal import print_runs
from steepest.cli.wrapping import wrapped

SAMPLE = (
    "经过 29 轮（29 次更新）后收敛：梯度范数为 2.76e-06，不超过起点处与零参数处梯度范数中"
    "较大者 354 的 1e-08 倍。“sched_dep_time”不提供新信息：它等于 100 hour + 1 minute。"
    "请使用 --learning-rate auto（0.0154），并标准化特征！"
)


@pytest.mark.parametrize("width", range(40, 101))
def test_lines_are_cut_by_cells_and_as_chinese_is_set(width: int) -> None:
    lines = wrapped(SAMPLE, width, first="- ", rest="  ")
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(line[2:] for line in lines).replace(" ", "") == SAMPLE.replace(" ", "")
    assert lines[0].startswith("- ")
    for line in lines[1:]:
        assert line[2] not in "，。；：！？、）」”%"
    assert not any(line.rstrip()[-1] in "（「“" for line in lines)
    for word in ("29 轮", "29 次", "2.76e-06", "sched_dep_time", "--learning-rate", "0.0154"):
        assert any(word in line for line in lines)
    # No line could take what begins the next one, but for what must stay together.
    longest = max(cell_len(piece) for piece in ("“sched_dep_time”", "--learning-rate "))
    assert all(cell_len(line) > width - longest - 2 for line in lines[:-1])


@pytest.mark.parametrize("width", [20, 37, 60])
def test_english_is_cut_at_blanks(width: int) -> None:
    text = (
        "Converged after 29 epochs (29 updates): the gradient norm is 2.76e-06, at most 1e-08 of "
        "354, the larger of its norms at the start and at zero parameters."
    )
    expected = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    assert wrapped(text, width) == expected


def test_a_word_wider_than_the_line_stays_whole() -> None:
    assert wrapped("见 /a/very/long/path/to/a/run 中", 12) == [
        "见",
        "/a/very/long/path/to/a/run",
        "中",
    ]
    assert wrapped("", 40) == [""]


@pytest.mark.parametrize("width", [50, 80])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_tables_of_wide_names_are_aligned(
    width: int, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    file = tmp_path / "t.csv"
    rows_of_numbers = "".join(f"{i},{i * i % 7},{2 * i + i * i % 7}\n" for i in range(30))
    file.write_text(f"甲,工作年限（年）,y\n{rows_of_numbers}", encoding="utf-8")
    runs = fit_rates(file, FitOptions(target=("y",), learning_rates=(0.1, 0.01)))
    written = tmp_path / "out.txt"
    with written.open("w", encoding="utf-8") as stream:
        print_runs(runs, language=language, stream=stream)
    lines = written.read_text(encoding="utf-8").splitlines()
    rows = [line for line in lines if line.startswith("  ") and not line.startswith("   ")]
    model = [line for line in rows if re.search(r"^  (intercept|截距|甲|工作)", line)][:3]
    assert len(model) == 3
    assert len({cell_len(line) for line in model}) == 1
    assert all(cell_len(line) <= width for line in lines if line[:2] != "  ")
