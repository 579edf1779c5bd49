"""Random tables written as CSV read back equal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from steepest.data.column_types import MISSING
from steepest.data.files import read_table
from steepest.words.catalogue import sentence

# A blank round a text is not kept, and a text from the list of missing values is missing.
letters = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\0")
texts = st.text(letters, min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text not in MISSING and not _looks_otherwise(text)
)
numbers = st.floats(allow_nan=False, allow_infinity=False, width=64)


def _looks_otherwise(text: str) -> bool:
    """Tell whether a text could be taken for a number, a date or a boolean."""
    return any(mark.isdigit() for mark in text) or text.lower().lstrip("+-") in (
        "inf", "infinity", "nan", "true", "false",
    )  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> list[tuple[str, list[object]]]:
    rows = draw(st.integers(1, 20))
    columns = []
    for index in range(draw(st.integers(2, 5))):
        cells = draw(st.sampled_from([numbers, texts]))
        # The text in the first row settles the kind, whatever the others are.
        column = draw(st.lists(st.one_of(cells, cells, st.none()), min_size=rows, max_size=rows))
        column[0] = draw(cells)
        columns.append((f"c{index}", column))
    return columns


def written(columns: list[tuple[str, list[object]]], end: str, delimiter: str) -> bytes:
    cells = [[name, *column] for name, column in columns]
    rows = [
        delimiter.join(_cell(cell, delimiter) for cell in row) for row in zip(*cells, strict=True)
    ]
    return (end.join(rows) + end).encode()


def _cell(cell: object, delimiter: str) -> str:
    text = "" if cell is None else str(cell)
    if any(mark in text for mark in (delimiter, '"', "\r", "\n")):
        return '"' + text.replace('"', '""') + '"'
    return text


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    columns=tables(),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
)
def test_round_trip(
    columns: list[tuple[str, list[object]]], end: str, delimiter: str, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(written(columns, end, delimiter))
    table = read_table([path], delimiter=delimiter)
    assert list(table.columns) == [name for name, _ in columns]
    for name, cells in columns:
        column = table.columns[name]
        if isinstance(cells[0], float):
            expected = [np.nan if cell is None else cell for cell in cells]
            np.testing.assert_array_equal(column.values, np.array(expected, np.float64))
        else:
            assert column.kind == "text"
            assert list(column.levels) == sorted({cell for cell in cells if cell is not None})
            found = [column.levels[code] if code >= 0 else None for code in column.values]
            assert found == cells


@pytest.mark.parametrize("text", ["NA", "null", "n/a", "#N/A", " ", "NaN", "-nan"])
def test_missing_values(text: str, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f'a,b,c\n1,x,1\n{text},{text},2\n"{text} ",{text},3\n')
    table = read_table([path])
    np.testing.assert_array_equal(table.column("a").values, [1, np.nan, np.nan])
    assert table.column("b").values.tolist() == [0, -1, -1]
    note = table.notes[-1]
    assert sentence(note.name, note.facts) == "Missing values among 3 rows: 'a' 2, 'b' 2."
