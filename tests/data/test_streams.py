"""Tables that stay in their files are the tables that are read: kinds, values, notes, errors."""

from __future__ import annotations

import datetime as dt
import gzip
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest
from test_csv_faults import CASES, Case

from steepest.data import csv_pieces, file_bytes, table_stream
from steepest.data.block_store import BlockStore
from steepest.data.csv_stream import CsvStream
from steepest.data.files import ReadingOptions, read_table, spelled_delimiter
from steepest.data.finding import data_files
from steepest.data.memory_budget import bytes_of, machine_memory, memory_budget, memory_needed
from steepest.data.read_ahead import ahead
from steepest.data.row_roles import AllRows, KeptRows, roles_of
from steepest.data.row_spill import RowSpill
from steepest.data.split import validation_mask
from steepest.data.table import Column, Table
from steepest.data.table_stream import ArrowStream
from steepest.words.errors import FileError, InputError, SteepestError


def streamed(data: Any, columns: list[str] | None = None, **options: str) -> Table:
    """Read a table through a stream, and put its blocks together."""
    name, paths, arrow = data_files(data)
    if arrow:
        stream: ArrowStream | CsvStream = ArrowStream(name, paths, columns)
    else:
        reading = ReadingOptions(
            options.get("encoding"),
            spelled_delimiter(options.get("delimiter")),
            options.get("decimal", "."),
            options.get("bad_rows", "error"),
        )
        stream = CsvStream(name, paths, columns, reading)
    head = stream.head.table
    blocks = list(ahead(stream.blocks()))
    typed = {}
    for key, one in head.columns.items():
        values = np.concatenate([block.columns[key].values for block in blocks])
        typed[key] = Column(key, one.kind, values, one.levels, one.problem)
        absent = values < 0 if one.kind == "text" else np.isnan(values)
        if one.problem is None:
            assert stream.head.missing.get(key, 0) == np.count_nonzero(absent)
    assert sum(block.rows for block in blocks) == head.rows
    return Table(head.name, typed, head.rows, head.notes, head.files, head.skipped)


def same(left: Table, right: Table) -> None:
    assert (left.name, left.rows, left.files, left.skipped) == (
        right.name, right.rows, right.files, right.skipped,
    )  # fmt: skip
    assert [*left.columns] == [*right.columns]
    for one, other in zip(left.columns.values(), right.columns.values(), strict=True):
        assert str(one.problem) == str(other.problem)
        assert one.problem is not None or (one.kind, one.levels) == (other.kind, other.levels)
        if one.problem is None:
            np.testing.assert_array_equal(one.values, other.values)
    assert [(note.name, dict(note.facts)) for note in left.notes] == [
        (note.name, dict(note.facts)) for note in right.notes
    ]


def outcome(function: Any, *arguments: Any, **options: Any) -> Table | SteepestError:
    try:
        made = function(*arguments, **options)
    except SteepestError as error:
        return error
    assert isinstance(made, Table)
    return made


# ---- CSV -----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_every_fault_of_csv_is_told_alike(case: Case, tmp_path: Path) -> None:
    file = tmp_path / f"t{case.suffix}"
    file.write_bytes(case.data)
    read = outcome(read_table, file, **case.options)
    got = outcome(streamed, file, **case.options)
    if isinstance(read, Table):
        assert isinstance(got, Table), got
        same(got, read)
    else:
        assert str(got) == str(read)


# What is said of a file as a whole may be said of a row where the file is seen in pieces.
WHOLE = {
    "header_too_long", "header_too_short", "trailing_delimiter", "preamble", "footnote",
    "second_table", "row_too_short", "row_too_long", "unclosed_quote", "swallowing_quote",
    "csv_unreadable", "line_too_long", "row_over_lines", "quote_character",
}  # fmt: skip


# Whether so many rows are bad that it is the header that does not fit is asked of each piece.
NOT_SKIPPED = {name: case for name, case in CASES.items() if "bad_rows" not in case.options}


@pytest.mark.parametrize("case", NOT_SKIPPED.values(), ids=NOT_SKIPPED.keys())
def test_pieces_of_a_row_or_two_change_nothing(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_pieces, "_PIECE", 1 + len(case.data) // 200)
    monkeypatch.setattr(file_bytes, "_CHUNK", 7 + len(case.data) // 100)
    file = tmp_path / f"t{case.suffix}"
    file.write_bytes(case.data)
    read = outcome(read_table, file, **case.options)
    got = outcome(streamed, file, **case.options)
    if isinstance(read, Table):
        assert isinstance(got, Table), got
        for name, column in read.columns.items():
            other = got.columns[name]
            assert str(other.problem) == str(column.problem)
            if column.problem is None:
                assert (other.kind, other.levels) == (column.kind, column.levels)
                np.testing.assert_array_equal(other.values, column.values)
        assert got.skipped == read.skipped
    else:
        assert isinstance(got, SteepestError)
        assert got.name == read.name or {got.name, read.name} <= WHOLE


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1"] * 500 + ["2.5"], "number"),
        ([""] * 500 + ["7"], "number"),
        (["1"] * 500 + [" 2 "], "number"),
        (["1", "0"] * 250 + ["true"], "number"),
        (["3"] * 100 + ["a", "b"] * 300, "text"),
        (["3"] * 500 + ["a"], "text"),
        (["2020-01-01"] * 500 + ["2020-01-02T10:00"], "date"),
        (["1"] * 500 + ["9007199254740993"], "number"),
        (["1e300"] * 500 + ["inf"], "number"),
    ],
    ids=str,
)
def test_types_are_decided_over_all_pieces_and_files(
    cells: list[str], kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_pieces, "_PIECE", 200)
    monkeypatch.setattr(file_bytes, "_CHUNK", 64)
    for number, part in enumerate((cells[:400], cells[400:])):
        body = "".join(f"{i},{cell}\n" for i, cell in enumerate(part))
        (tmp_path / f"{number}.csv").write_text("i,x\n" + body)
    table, read = streamed(tmp_path), read_table(tmp_path)
    same(table, read)
    assert table.columns["x"].kind == kind or table.columns["x"].problem is not None


def test_compressed_text_is_streamed(tmp_path: Path) -> None:
    body = "x,y\n" + "".join(f"{i},{i * i}\n" for i in range(5000))
    (tmp_path / "t.csv.gz").write_bytes(gzip.compress(body.encode()))
    same(streamed(tmp_path / "t.csv.gz"), read_table(tmp_path / "t.csv.gz"))


def test_quoted_line_ends_survive_any_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "".join(f'"a\n{i % 3}","{i},0"\r\n' for i in range(300)).encode()
    (tmp_path / "t.csv").write_bytes(b"k,v\r\n" + body)
    read = read_table(tmp_path / "t.csv")
    for size in (1, 50, 333):
        monkeypatch.setattr(csv_pieces, "_PIECE", size)
        monkeypatch.setattr(file_bytes, "_CHUNK", max(1, size // 3))
        same(streamed(tmp_path / "t.csv"), read)


# ---- Parquet and Feather -------------------------------------------------------------------

DAY = dt.date(2020, 1, 2)
COLUMNS: dict[str, list[pa.Array]] = {
    "numbers": [pa.array([1, None, 3]), pa.array([0.5, float("nan"), 2.0])],
    "texts": [pa.array(["b", None, "a"]), pa.array(["c", "b", "b"]).dictionary_encode()],
    "dates": [pa.array([DAY, None]), pa.array([dt.datetime(2021, 1, 1, 6)], pa.timestamp("us"))],
    "booleans": [pa.array([True, None]), pa.array([False])],
    "identifier": [pa.array([1, 2]), pa.array([2**53 + 2, 5])],
    "infinite": [pa.array([1.0]), pa.array([2.0, float("inf"), float("inf")])],
    "no-values": [pa.array([None, None]), pa.array([None], pa.float64())],
    "null-then-text": [pa.array([None, None]), pa.array(["a"])],
    "text-without-a-value-then-number": [pa.array([None, None], pa.string()), pa.array([1.0])],
    "kinds-differ": [pa.array(["a"]), pa.array([1.0])],
    "lists": [pa.array([[1], [2]]), pa.array([[3]])],
    "dictionary-of-integers": [pa.array([2**53 + 2, None]).dictionary_encode(), pa.array([4])],
}


@pytest.mark.parametrize("suffix", ["parquet", "feather"])
@pytest.mark.parametrize("name", COLUMNS)
def test_arrow_files_are_the_tables_that_are_read(name: str, suffix: str, tmp_path: Path) -> None:
    for number, cells in enumerate(COLUMNS[name]):
        table = pa.table({"x": cells, "y": pa.array(np.arange(float(len(cells))))})
        path = tmp_path / f"{number}.{suffix}"
        if suffix == "parquet":
            pq.write_table(table, path, row_group_size=2)
        else:
            feather.write_feather(table, str(path), chunksize=2)
    same(streamed(tmp_path), read_table(tmp_path))


def test_a_piece_of_texts_without_a_value_is_missing_among_numbers(tmp_path: Path) -> None:
    for number, cells in enumerate(COLUMNS["text-without-a-value-then-number"]):
        pq.write_table(pa.table({"x": cells}), tmp_path / f"{number}.parquet")
    values = read_table(tmp_path).column("x").values
    np.testing.assert_array_equal(values, [np.nan, np.nan, 1.0])


def test_blocks_are_cut_at_the_grid_whatever_the_files_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_stream, "BLOCK_ROWS", 10)
    random = np.random.default_rng(0)
    cuts = [0, *np.sort(random.integers(0, 95, 6)).tolist(), 95]
    for number, (start, stop) in enumerate(pairwise(cuts)):
        table = pa.table({"x": np.arange(float(start), float(stop))})
        pq.write_table(table, tmp_path / f"{number}.parquet", row_group_size=7)
    name, paths, _ = data_files(tmp_path)
    stream = ArrowStream(name, paths, None)
    assert stream.head.table.rows == 95
    blocks = [block.columns["x"].values.tolist() for block in stream.blocks()]
    assert blocks == [list(map(float, range(i, min(i + 10, 95)))) for i in range(0, 95, 10)]


def write_three(folder: Path) -> list[Path]:
    paths = [folder / f"{number}.parquet" for number in range(3)]
    for number, path in enumerate(paths):
        pq.write_table(pa.table({"x": np.arange(50.0) + number, "y": np.ones(50)}), path)
    return paths


def test_a_damaged_file_among_many_is_named_before_a_row_is_read(tmp_path: Path) -> None:
    paths = write_three(tmp_path)
    paths[1].write_bytes(paths[1].read_bytes()[:-9])
    with pytest.raises(FileError, match=r"1\.parquet") as caught:
        streamed(tmp_path)
    assert caught.value.name == "damaged_file"
    paths[2].write_bytes(b"")
    with pytest.raises(FileError, match=r"2 of 3 files are damaged") as caught:
        streamed(tmp_path)


def test_a_column_that_one_file_lacks_is_an_error(tmp_path: Path) -> None:
    paths = write_three(tmp_path)
    pq.write_table(pa.table({"x": np.ones(3)}), paths[2])
    with pytest.raises(InputError, match=r"2\.parquet.* has no column 'y'"):
        streamed(tmp_path)


@pytest.mark.parametrize("how", ["rows", "time", "gone"])
def test_a_file_that_changes_between_passes_is_noticed(how: str, tmp_path: Path) -> None:
    paths = write_three(tmp_path)
    name, files, _ = data_files(tmp_path)
    stream = ArrowStream(name, files, None)
    assert stream.head.table.rows == 150
    if how == "rows":
        pq.write_table(pa.table({"x": np.zeros(50), "y": np.ones(50)}), paths[1])
    elif how == "time":
        os.utime(paths[1], ns=(1, 1))
    elif how == "gone":
        paths[1].unlink()
    with pytest.raises(FileError, match=r"1\.parquet' has changed") as caught:
        list(stream.blocks())
    assert caught.value.name == "file_changed"


def test_csv_that_changes_while_it_is_parsed_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("x\n1\n2\n")
    stream = CsvStream("t.csv", [str(file)], None, ReadingOptions(None, None, ".", "error"))
    file.write_text("x\n1\n3\n4\n")
    with pytest.raises(FileError, match="has changed"):
        _ = stream.head


# ---- what lies on disk meanwhile -----------------------------------------------------------


def test_a_flipped_bit_in_the_binary_copy_is_noticed() -> None:
    store = BlockStore()
    store.append([np.arange(5.0)])
    store.append([np.arange(5.0)])
    assert store.read(1)[0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    store.file.write([(b"\x01", 43)])
    assert store.read(0)[0].tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]
    with pytest.raises(FileError, match="checksum"):
        store.read(1)


def test_a_flipped_bit_in_a_spill_is_noticed_and_nothing_has_a_name(tmp_path: Path) -> None:
    before = set(os.listdir(os.environ.get("TMPDIR", "/tmp")))
    spill = RowSpill(4, 2, 1)
    X, y = np.arange(8.0).reshape(4, 2), np.arange(4.0).reshape(4, 1)
    spill.add(X[:3], y[:3], np.arange(3))
    spill.add(X[3:], y[3:], np.array([9]))
    named = {name for name in os.listdir(os.environ.get("TMPDIR", "/tmp")) if "steepest-" in name}
    assert not named - before
    rows = spill.source()
    np.testing.assert_array_equal(rows.X, X)
    np.testing.assert_array_equal(rows.y, y)
    assert rows.positions is not None
    assert rows.positions.tolist() == [0, 1, 2, 9]
    spill.file.write([(b"\xff", 8 * 6)])
    np.testing.assert_array_equal(spill.block(0).X, X[:3])
    with pytest.raises(FileError, match="checksum"):
        spill.block(1)


def test_an_error_of_the_reading_thread_reaches_the_reader() -> None:
    def items() -> Any:
        yield 1
        raise InputError("no_data")

    walked = ahead(items())
    assert next(walked) == 1
    with pytest.raises(InputError):
        next(walked)


# ---- who validates -------------------------------------------------------------------------


@pytest.mark.parametrize("time_ordered", [False, True])
@pytest.mark.parametrize("fraction", [0.0, 0.2, 0.5, 0.99])
@pytest.mark.parametrize("rows", [1, 2, 7, 1000, 100_000])
def test_roles_are_the_mask_s(rows: int, fraction: float, time_ordered: bool) -> None:
    random = np.random.default_rng(rows)
    for kept in (np.ones(rows, bool), random.random(rows) < 0.7):
        if not kept.any():
            continue
        positions = np.flatnonzero(kept)
        bits = KeptRows()
        for start in range(0, rows, 333):
            bits.add(kept[start : start + 333])
        walked = AllRows(rows) if kept.all() else bits
        assert walked.rows == len(positions)
        roles = roles_of(walked, len(positions), fraction, 3, time_ordered=time_ordered)
        mask = validation_mask(positions, fraction, 3, time_ordered=time_ordered)
        np.testing.assert_array_equal(roles.validates(positions), mask)
        assert (roles.train, roles.validation) == (int((~mask).sum()), int(mask.sum()))


# ---- sizes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "MB", "-1MB", "512 QB", "0", "1e9", "1,5GB"])
def test_what_names_no_memory_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="512MB"):
        bytes_of(text)


def test_the_budget_is_a_quarter_of_the_machine_s() -> None:
    assert memory_budget(None) == machine_memory() // 4
    assert memory_budget("3kb") == 3000


def test_what_a_table_needs_grows_with_rows_and_columns(tmp_path: Path) -> None:
    paths = list(map(str, write_three(tmp_path)))
    assert memory_needed(paths, None, arrow=True) == 150 * 2 * 32
    assert memory_needed(paths, ["x"], arrow=True) == 150 * 32
    plain, packed = tmp_path / "t.csv", tmp_path / "t.csv.gz"
    plain.write_text("x,y\n" + "1,2\n" * 1000)
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert memory_needed([str(plain)], None, arrow=False) == 6 * 4004
    assert memory_needed([str(packed)], None, arrow=False) == 6 * 4004
