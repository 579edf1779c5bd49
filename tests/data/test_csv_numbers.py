"""Plain numbers read by compiled code are those that Python reads; anything else is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_csv_faults import CASES, Case
from test_streams import NOT_SKIPPED, outcome, same, streamed

from steepest.data import csv_numbers, csv_pieces, file_bytes
from steepest.data.csv_numbers import plain_numbers
from steepest.data.files import read_table
from steepest.data.table import Table


@pytest.fixture(autouse=True)
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of texts of any size."""
    monkeypatch.setattr(csv_numbers, "_LEAST", 0)


def read(text: bytes, columns: int = 1, wanted: str = "") -> list[list[float]] | None:
    names = [f"x{j}" for j in range(columns)]
    parts = plain_numbers(text, 0, names, list(wanted.split()) or names, ",")
    if parts is None:
        return None
    values: list[list[float]] = np.concatenate(parts, axis=1).T.tolist()
    return values


def spelled(random: np.random.Generator) -> str:
    value = random.normal() * 10.0 ** random.uniform(-40, 12)
    form = ["%.17e", "%.18e", "%.15g", "%.3f", "%r", "%.19f", "%.6E"][random.integers(7)]
    return form % float(value)


def test_every_number_is_the_nearest_to_its_text() -> None:
    random = np.random.default_rng(3)
    texts = [spelled(random) for _ in range(20_000)]
    found = {text: read(text.encode() + b"\n") for text in texts}
    told = {text: rows for text, rows in found.items() if rows is not None}
    assert len(told) > 0.85 * len(found)  # the rest has too many digits
    for text, rows in told.items():
        assert rows == [[float(text)]], text


@pytest.mark.parametrize(
    "text",
    [
        "4503599627370497.5", "4503599627370496.5", "4503599627370496.50000000000000001",
        "2251799813685248.25", "2251799813685248.375", "1.00000000000000011102230246251565",
        "0.1", "-0", "-0.0", "5.", ".5", "00012.50", "1e22", "123e-300", "9007199254740991",
        "3e-290", "1e-280", "8.5e-10",
    ],
)  # fmt: skip
def test_numbers_halfway_between_two_are_never_wrong(text: str) -> None:
    got = read(text.encode())
    assert got is None or [str(one) for one in got[0]] == [str(float(text))]


@pytest.mark.parametrize(
    "text",
    [
        b'"1",2\n', b" 1,2\n", b"1 ,2\n", b"+1,2\n", b"1.2.3,4\n", b"1e,2\n", b"-,2\n", b"nan,1\n",
        b"inf,1\n", b"1e400,1\n", b"9007199254740992,1\n", b"1,2,3\n", b"1\n", b"1,2\n\n",
        b"\n1,2\n", b"1,2\n1\n", b"1,2\r3,4\n", b"1,\xc3\xa9\n", b"1,2\x00\n",
        b"0x1,2\n", b"1_0,2\n",
        b"1;2\n",
        b"12345678901234567890,1\n", b"1e-,2\n", b"1,2\n1,2,\n", b".,1\n", b"-.,1\n", b"e5,1\n",
    ],
)  # fmt: skip
def test_anything_else_is_left_to_others(text: bytes) -> None:
    assert read(text, 2) is None
    assert read(b"1,2\n" * 50 + text, 2) is None


CELLS = st.sampled_from(["1", "-2.5", "3e2", "", "0.1", "a", '"7"'])
ROWS = st.lists(st.lists(CELLS, min_size=2, max_size=3), min_size=1, max_size=9)


@settings(max_examples=200, deadline=None)
@given(ROWS, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_rows_are_cut_where_their_text_cuts_them(
    rows: list[list[str]], end: str, last: bool
) -> None:
    text = end.join(",".join(row) for row in rows) + (end if last else "")
    plain = all(len(row) == 2 and not {"a", '"7"'} & set(row) for row in rows)
    got = read(text.encode(), 2)
    if plain:
        expected = [[float(cell or "nan") for cell in row] for row in rows]
        np.testing.assert_array_equal(np.array(got), np.array(expected))
    else:
        assert got is None


def test_columns_that_are_not_wanted_may_hold_words() -> None:
    assert read(b"1,red,2\n3,blue,4\n", 3, "x2 x0") == [[2.0, 1.0], [4.0, 3.0]]
    assert read(b'1,"a,b",2\n', 3, "x2 x0") is None


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_fault_of_csv_is_told_alike(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / f"t{case.suffix}"
    file.write_bytes(case.data)
    found = [outcome(read_table, file, **case.options), outcome(streamed, file, **case.options)]
    if case in NOT_SKIPPED.values():
        monkeypatch.setattr(csv_pieces, "_PIECE", 1 + len(case.data) // 2)
        monkeypatch.setattr(file_bytes, "_CHUNK", 7 + len(case.data) // 3)
        found.append(outcome(streamed, file, **case.options))
    monkeypatch.setattr(csv_numbers, "_LEAST", 1 << 40)
    expected = outcome(read_table, file, **case.options)
    for one in found[:2]:
        if isinstance(expected, Table):
            assert isinstance(one, Table), one
            same(one, expected)
        else:
            assert str(one) == str(expected)
    assert isinstance(found[-1], Table) == isinstance(expected, Table)
