"""Every line of FAULTS 1-A, one case each: it works and says what it did, or stops by name."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from steepest.data import csv_text
from steepest.data.files import read_table
from steepest.data.table import Column, Table
from steepest.words.catalogue import sentence
from steepest.words.errors import InputError, SteepestError

GZIPPED = gzip.compress(b"a,b\n" + b"1,2\n" * 1000)
NAN = float("nan")


@dataclass
class Case:
    """A file and what must come of it: values of columns, notes, or an error and its words."""

    data: bytes
    error: str = ""
    says: tuple[str, ...] = ()
    column: str = ""  # the error comes only when this column is used
    values: dict[str, list[object]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    options: dict[str, str] = field(default_factory=dict)
    suffix: str = ".csv"
    skipped: int = 0


def stop(data: bytes, error: str, *says: str, column: str = "", **more: object) -> Case:
    suffix = str(more.pop("suffix", ".csv"))
    options = {key: str(value) for key, value in more.items()}
    return Case(data, error, says, column, suffix=suffix, options=options)


def work(
    data: bytes,
    values: dict[str, list[object]],
    *notes: str,
    suffix: str = ".csv",
    skipped: int = 0,
    **options: str,
) -> Case:
    return Case(
        data, values=values, notes=notes, suffix=suffix, skipped=skipped, options=dict(options)
    )


CASES = {
    "A01-utf8-bom": work(b"\xef\xbb\xbfa,b\n1,2\n", {"a": [1.0], "b": [2.0]}),
    "A02-utf16-undeclared": stop(
        "a,b\n1,2\n".encode("utf-16"), "other_encoding", "--encoding utf-16"
    ),
    "A02-utf16-no-bom": stop(
        "a,b\n1,2\n".encode("utf-16-le"), "other_encoding", "--encoding utf-16-le"
    ),
    "A02-utf32": stop("a,b\n1,2\n".encode("utf-32"), "other_encoding", "--encoding utf-32"),
    "A02-utf16-declared": work(
        "a,b\n1,ü\n".encode("utf-16"), {"a": [1.0], "b": ["ü"]}, encoding="utf-16"
    ),
    "A03-latin1-cell": stop(
        b"a,b\n1,x\n2,M\xfcller\n", "undecodable_byte", "line 3", "0xfc", "--encoding latin-1"
    ),
    "A03-windows-cell": stop(b"a,b\r1,\x93x\x94\r", "undecodable_byte", "line 2", "cp1252"),
    "A03-latin1-declared": work(
        b"a,b\n1,M\xfcller\n", {"a": [1.0], "b": ["Müller"]}, encoding="latin-1"
    ),
    "A03-encoding-unknown": stop(b"a\n1\n", "unknown_encoding", "klingon", encoding="klingon"),
    "A04-latin1-header": stop(b"a,\xfcb\n1,x\n", "undecodable_byte", "line 1", "0xfc"),
    "A05-row-too-short": stop(
        b"a,b,c\n1,2,3\n4,5\n6,7,8\n", "row_too_short", "line 3", "2 cells", "--bad-rows skip"
    ),
    "A05-row-too-short-skipped": work(
        b"a,b,c\n1,2,3\n4,5\n6,x,8\n",
        {"a": [1.0, 6.0], "c": [3.0, 8.0]},
        "rows_skipped",
        skipped=1,
        bad_rows="skip",
    ),
    "A05-row-too-short-quoted-lines": stop(
        b'a,b\n"1\n2",3\n\n4\n5,6\n', "row_too_short", "line 5"
    ),
    "A06-row-too-long": stop(
        b"a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n", "row_too_long", "line 3", "4 cells", "--bad-rows skip"
    ),
    "A06-row-too-long-skipped": work(
        b"a,b\n1,2,3\n3,4\n5,6\n6,7,8\n7,8",
        {"a": [3.0, 5.0, 7.0]},
        "rows_skipped",
        skipped=2,
        bad_rows="skip",
    ),
    "A06-most-rows-bad": stop(b"a,b\n1,2\n1\n2\n3\n4,5,6\n", "row_too_short", bad_rows="skip"),
    "A07-trailing-delimiter": stop(
        b"a,b\n1,2,\n3,4,\n", "trailing_delimiter", "every row ends in a ','"
    ),
    "A07-header-too-short": stop(b"a,b\nr,1,2\ns,3,4\n", "header_too_short", "names 2 columns"),
    "A07-header-too-long": stop(b"a,b,c\n1,2\n3,4\n", "header_too_long", "names 3 columns"),
    "A08-quoted-newline": work(b'a,b\n"x\ny",2\nz,3\n', {"a": ["x\ny", "z"], "b": [2.0, 3.0]}),
    "A10-unclosed-quote": stop(b'a,b\nx,1\n"x,1\ny,2\n', "unclosed_quote", "line 3"),
    "A10-unclosed-quote-in-header": stop(b'a,"b\n1,2\n', "unclosed_quote", "line 1"),
    "A10-unclosed-quote-meets-next": stop(
        b'a,b\nx,1\n"x,1\ny,2\n"z",3\n', "swallowing_quote", "line 3", "line 5"
    ),
    "A10-row-over-lines": stop(b'a,b\nx,1\n"x,1\ny",2,3\n', "row_over_lines", "line 3", "line 4"),
    "A10-swallowed-size-capped": stop(
        b'a,b\nx,1\n"' + b"y,2\n" * 300_000 + b'",3\n', "swallowing_quote", "line 3"
    ),
    "A11-empty-file": stop(b"", "empty_file", "0 bytes"),
    "A12-only-newlines": stop(b"\n\r\n\r", "empty_file", "4 bytes"),
    "A13-header-only": stop(b"a,b\n\n", "no_rows", "no data rows"),
    "A13-no-header": stop(b"1,2\n3,4\n", "no_header", "line 1"),
    "A14-duplicate-names": stop(b"a,b,a\n1,2,3\n", "duplicate_column", "'a'", "1.", "3."),
    "A15-empty-name": work(
        b"a,,\n1,2,3\n",
        {"a": [1.0], "column_2": [2.0], "column_3": [3.0]},
        "column_named",
        "column_named",
    ),
    "A16-nul-byte": stop(b"a,b\n1,2\n1,\x002\n", "nul_byte", "line 3"),
    "A17-mixed-line-ends": work(b"a,b\r\n1,2\r3,4\n5,6", {"a": [1.0, 3.0, 5.0]}),
    "A18-type-changes-late": work(b"a\n" + b"1\n" * 600_000 + b"2.5\n", {}),
    "A18-text-late": stop(
        b"a,b\n" + b"1,1\n" * 600_000 + b"x,1\n",
        "mixed_column",
        "line 600002",
        "'a'",
        "'x'",
        column="a",
    ),
    "A19-empty-first": work(b"a,b\n" + b",1\n" * 300_000 + b"2,1\n", {}, "missing_values"),
    "A19-all-empty": work(b"a,b\n1,\n2, \n", {"b": [NAN, NAN]}, "all_missing"),
    "A20-blank-cell": work(b"a,b\n1,x\n ,y\n", {"a": [1.0, NAN]}, "missing_values"),
    "A21-int64-overflow": work(b"a\n9223372036854775808\n1\n", {"a": [2.0**63, 1]}, "identifier"),
    "A22-last-digit-lost": work(b"a\n9007199254740993\n1.5\n", {"a": [2.0**53, 1.5]}, "identifier"),
    "A23-1e400": stop(
        b"a,b\n1,1\n1e400,1\n-1e400,1\n", "not_finite", "line 3", "'1e400'", ": 2", column="a"
    ),
    "A24-inf": stop(b"a,b\n1,1\n inf,1\n", "not_finite", "line 3", "'inf'", column="a"),
    "A24-nan-and-NA": work(
        b"a,b,c\nnan,NA,NA\n1,2,x\n N/A ,NULL,\n",
        {"a": [NAN, 1.0, NAN], "b": [NAN, 2.0, NAN], "c": [None, "x", None]},
        "missing_values",
    ),
    "A25-decimal-comma": stop(
        b"a;b\n1,5;2\n2,25;3\n", "decimal_sign", "line 2", "'1,5'", "--decimal ','",
        column="a", delimiter=";",
    ),
    "A25-decimal-comma-declared": work(
        b"a;b\n1,5;2\n-,25;3\n1e3;NA\n",
        {"a": [1.5, -0.25, 1000.0], "b": [2.0, 3.0, NAN]},
        "missing_values",
        delimiter=";",
        decimal=",",
    ),
    "A25-decimal-point-declared-comma": stop(
        b"a;b\n1.5;2\n2,5;3\n", "decimal_sign", "line 2", "'1.5'", "--decimal '.'",
        column="a", delimiter=";", decimal=",",
    ),
    "A26-thousands": stop(
        b'a,b\n1,1\n"1,234",2\n', "thousands_separator", "line 3", "'1,234'", column="a"
    ),
    "A26-spaced-thousands": stop(b"a\n1\n1 234\n", "thousands_separator", "line 3", column="a"),
    "A26-number-with-sign": stop(b"a\n$5\n$6.50\n", "number_with_sign", "line 2", column="a"),
    "A27-spaces-round-numbers": work(
        b" a ,b\n 1 , 2\n3\t,+4\n", {"a": [1.0, 3.0], "b": [2.0, 4.0]}, "name_stripped"
    ),
    "A28-booleans": work(
        b"a,b\ntrue,1\n1,2\nFALSE,3\n,0\n",
        {"a": [1.0, 1.0, 0.0, NAN]},
        "booleans",
        "missing_values",
    ),
    "A29-no-such-date": stop(
        b"a,b\n2020-01-01,1\n2020-13-01,2\n", "unclear_date", "line 3", "2020-13-01", column="a"
    ),
    "A29-ambiguous-date": stop(
        b"a,b\n01/02/2020,1\n", "unclear_date", "line 2", "01/02/2020", column="a"
    ),
    "A29-date": work(
        b"a,b\n1970-01-02,1\n1970-01-01T12:00:00.0000001,2\n,3\n",
        {"a": [1.0, 0.5, NAN]},
        "missing_values",
    ),
    "A29-date-with-zone": work(b"a\n1970-01-02T00:00:00Z\n1970-01-01 13:00+01:00\n",
                               {"a": [1.0, 0.5]}),
    "A29-some-with-zone": stop(
        b"a\n2020-01-01T00:00:00Z\n2020-01-01T00:00\n", "mixed_time_zones", "line 3", column="a"
    ),
    "A30-line-longer-than-block": work(
        b"a,b\n" + b"x" * 9_000_000 + b",1\ny,2\n", {"a": ["x" * 9_000_000, "y"]}
    ),
    "A31-truncated-gz": stop(
        GZIPPED[:-12], "damaged_archive", "table.csv.gz", suffix=".csv.gz"
    ),
    "A31-no-gz": stop(b"a,b\n1,2\n", "damaged_archive", "table.csv.gz", suffix=".csv.gz"),
    "A32-multi-member-gz": work(
        gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"), {"a": [1.0, 3.0]}, suffix=".csv.gz"
    ),
    "A33-hostile-names": work(
        b"<img src=x onerror=alert(1)>,=cmd|' /C calc'!A0\n1,2\n",
        {"<img src=x onerror=alert(1)>": [1.0], "=cmd|' /C calc'!A0": [2.0]},
    ),
    "A34-preamble": stop(b"Report\nx1,x2,x3\n1,2,3\n4,5,6\n", "preamble", "line 2"),
    "A34-footnote": stop(b"a,b\n1,2\n3,4\nSource: us\n", "footnote", "line 4", "Source: us"),
    "A34-footnote-skipped": work(
        b"a,b\n1,2\n3,4\nSource: us\n", {"a": [1.0, 3.0]}, "rows_skipped", skipped=1,
        bad_rows="skip",
    ),
    "A34-second-table": stop(b"a,b\n1,2\n3,4\nc,d,e\n1,2,3\n", "second_table", "line 4"),
    "A34-repeated-header": stop(b"a,b\n1,2\na,b\n3,4\n", "repeated_header", "line 3"),
    "A34-other-quote": stop(b"a,b\nx,1\n'x, y',2\n", "quote_character", "line 3"),
    "A34-other-quote-in-header": stop(b"'a','b'\n'x','1'\n", "single_quoted_header", "'a'"),
    "A34-other-quote-in-column": stop(
        b"a,b\n'1',2\n'2',3\n", "single_quoted_column", "line 2", column="a"
    ),
    "A34-pipe": stop(b"a|b\n1|2\n", "other_delimiter", "--delimiter '|'"),
    "A34-tab": stop(b"a\tb\n1\t2\n", "other_delimiter", "--delimiter '\\t'"),
    "A34-tab-declared": work(b"a\tb\n1\t2\n", {"b": [2.0]}, delimiter="\\t"),
    "A34-tsv": work(b"a\tb\n1\t2\n", {"b": [2.0]}, suffix=".tsv"),
    "A35-semicolon": stop(b"a;b;c\n1;2;3\n", "other_delimiter", "';'", "--delimiter ';'"),
    "A35-semicolon-and-commas": stop(b"a;b\n1,5;2\n2,5;3\n", "other_delimiter", "';'"),
    "A35-comma-in-tsv": stop(b"a,b\n1,2\n", "other_delimiter", "','", suffix=".tsv"),
}  # fmt: skip


def plain(table: Table, name: str) -> list[object]:
    """Return a column as Python values."""
    column = table.column(name)
    if column.kind == "text":
        return [column.levels[code] if code >= 0 else None for code in column.values]
    return list(column.values.tolist())


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_fault(case: Case, tmp_path: Path) -> None:
    path = tmp_path / f"table{case.suffix}"
    path.write_bytes(case.data)
    if case.error and not case.column:
        with pytest.raises(SteepestError) as caught:
            read_table([path], **case.options)
    elif case.error:
        table = read_table([path], **case.options)
        with pytest.raises(InputError) as caught:
            table.column(case.column)
    else:
        _check_table(read_table([path], **case.options), case)
        return
    assert caught.value.name == case.error
    shown = str(caught.value)
    assert "table" in shown or case.error in ("unknown_encoding",)
    for words in (*case.says, *([f"'{case.column}'"] if case.column else [])):
        assert words in shown


def _check_table(table: Table, case: Case) -> None:
    for name, expected in case.values.items():
        found = plain(table, name)
        assert len(found) == len(expected) == table.rows
        for one, other in zip(found, expected, strict=True):
            assert one == other or (one != one and other != other)
    assert tuple(note.name for note in table.notes) == case.notes
    assert all(sentence(note.name, note.facts) for note in table.notes)
    assert table.skipped == case.skipped


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a09_crlf_inside_quotes_over_a_block_edge(shift: int, tmp_path: Path) -> None:
    # apache/arrow#51368: pyarrow loses the LF if the CR is the last byte of a block.
    before = b"x,1\n" * (csv_text._BLOCK // 4 - 25)
    filler = b"p" * (csv_text._BLOCK - len(before) - len(b'"left\r') + shift)
    path = tmp_path / "table.csv"
    body = before + b'"' + filler + b'left\r\nright",1\n' + b"y,2\n" * 10_000
    path.write_bytes(b"a,b\n" + body)
    assert read_table([path]).column("a").levels[0] == filler.decode() + "left\r\nright"


def test_a08_quoted_newlines_over_many_blocks(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n" + b'"left\nri,ght",1\n' * 600_000)
    table = read_table([path])
    assert table.column("a").levels == ("left\nri,ght",)
    assert table.rows == 600_000


def test_a18_types_are_decided_over_all_rows(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n" + b"1,\n" * 600_000 + b"2.5,x\n")
    table = read_table([path])
    assert table.column("a").values[-1] == 2.5
    assert table.column("b").levels == ("x",)


def test_a05_skipped_lines_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b\n1,2\n3\n4,5\n6,7,8\n9,x\n9,1\n")
    table = read_table([path], bad_rows="skip")
    facts = table.notes[0].facts
    assert (facts["count"], facts["lines"]) == (2, [3, 5])
    # Lines in messages still count the rows that were left out.
    assert table.columns["b"].problem is not None
    assert "line 6" in str(table.columns["b"].problem)


def test_messages_name_the_line_whatever_ends_lines(tmp_path: Path) -> None:
    for end in (b"\n", b"\r", b"\r\n"):
        path = tmp_path / "table.csv"
        path.write_bytes(end.join([b"", b"a,b", b"1,2", b"", b'"3",4', b"?,6", b"7,8"]))
        with pytest.raises(InputError, match="line 6"):
            read_table([path]).column("a")


def test_only_the_columns_asked_for_are_judged(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b,c\n1,2,x\n?,3,y\n4,5,z\n")
    table = read_table([path], columns=["c", "b"])
    assert list(table.columns) == ["b", "c"]
    assert table.rows == 3
    with pytest.raises(InputError, match="no column 'prise'") as caught:
        read_table([path], columns=["prise"])
    assert caught.value.name == "unknown_column"


def test_close_matches_come_first() -> None:
    names = ("rooms", "area", "Price")
    columns = {name: Column(name, "number", np.zeros(1)) for name in names}
    table = Table("t.csv", columns, 1, (), (), 0)
    with pytest.raises(InputError) as caught:
        table.column("price")
    assert "its columns are 'Price', 'rooms', 'area'." in caught.value.message


def _mutations() -> dict[str, bytes]:
    """Pieces of dirt, each of them one line of section 1-A, to be put in pairs into a file."""
    return {
        "short": b"1\n", "long": b"1,2,3,4\n", "quote": b'"1,2,3\n', "closed": b'"1\r\n",2,3\n',
        "nul": b"1,\0,3\n", "latin": b"\xfc,2,3\n", "blank": b" , ,\n", "empty": b"\n\n",
        "cr": b"7,8,9\r", "inf": b"inf,1e400,nan\n", "comma": b'"1,5","1,234",x\n',
        "date": b"2020-01-01,01/02/2020,12:30\n", "true": b"true,1,false\n",
        "big": b"9007199254740993,9223372036854775808,1e308\n", "header": b"a,b,c\n",
        "text": b"x,<script>,=cmd|\n", "bom": b"\xef\xbb\xbf1,2,3\n", "single": b"'1,2',3,4\n",
        "inner": b'1"2,"3"4,"5""6"\n', "wide": b"x" * 5_000_000 + b",2,3\n",
    }  # fmt: skip


@pytest.mark.parametrize("first", _mutations())
def test_pairs_of_faults_never_crash(first: str, tmp_path: Path) -> None:
    dirt = _mutations()
    for second in dirt:
        path = tmp_path / "table.csv"
        path.write_bytes(b"a,b,c\n1,2,3\n" + dirt[first] + b"4,5,6\n" + dirt[second] + b"7,8,9\n")
        for bad_rows in ("error", "skip"):
            try:
                table = read_table([path], bad_rows=bad_rows)
            except SteepestError:
                continue
            # Whatever was between, the clean rows are there in their order.
            assert all(len(column.values) == table.rows for column in table.columns.values())
            first_cells = [_as_text(table, row) for row in range(table.rows)]
            assert [cell for cell in first_cells if cell in ("1", "4", "7")][:1] == ["1"]
            assert first_cells[-1] == "7"


def _as_text(table: Table, row: int) -> str:
    column = table.columns["a"]
    value = column.values[row]
    if column.kind == "text":
        return column.levels[int(value)] if value >= 0 else ""
    return f"{value:g}" if np.isfinite(value) else ""
