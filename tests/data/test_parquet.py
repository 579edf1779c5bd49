"""Parquet files: every type by the written table, damage, several files."""

from __future__ import annotations

import datetime as dt
import decimal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steepest.data.files import read_table
from steepest.words.errors import FileError, InputError

NAN = float("nan")
UTC = dt.UTC
DAY = dt.date(1970, 1, 2)
NOON = dt.datetime(1970, 1, 1, 12)

NUMBERS = {
    "int8": pa.array([1, None, -3], pa.int8()),
    "uint64": pa.array([1, None, 3], pa.uint64()),
    "float16": pa.array(np.array([1.5, NAN, -3], np.float16)),
    "float32": pa.array([1.5, None, -3], pa.float32()),
    "float64": pa.array([1.5, NAN, -3], pa.float64()),
    "bool": pa.array([True, None, False]),
    "decimal128": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-3")]),
    "dictionary-of-int": pa.array([7, None, 7]).dictionary_encode(),
}
VALUES = {
    "int8": [1, NAN, -3],
    "uint64": [1, NAN, 3],
    "float16": [1.5, NAN, -3],
    "float32": [1.5, NAN, -3],
    "float64": [1.5, NAN, -3],
    "bool": [1, NAN, 0],
    "decimal128": [1.5, NAN, -3],
    "dictionary-of-int": [7, NAN, 7],
}
DATES = {
    "date32": (pa.array([DAY, None], pa.date32()), 1.0),
    "date64": (pa.array([DAY, None], pa.date64()), 1.0),
    "timestamp-s": (pa.array([NOON, None], pa.timestamp("s")), 0.5),
    "timestamp-ns": (pa.array([NOON, None], pa.timestamp("ns")), 0.5),
    "timestamp-zone": (
        pa.array([NOON.replace(tzinfo=UTC), None], pa.timestamp("us", "Europe/Paris")),
        0.5,
    ),
}
TEXTS = {
    "string": pa.array(["b", None, " a", "b"]),
    "large_string": pa.array(["b", None, " a", "b"], pa.large_string()),
    "dictionary": pa.array(["b", None, " a", "b"]).dictionary_encode(),
}
REFUSED = {
    "list": pa.array([[1], [2]]),
    "struct": pa.array([{"x": 1}, {"x": 2}]),
    "map": pa.array([[("k", 1)], []], pa.map_(pa.string(), pa.int64())),
    "binary": pa.array([b"a", b"b"]),
    "time": pa.array([dt.time(1), dt.time(2)]),
    "duration": pa.array([1, 2], pa.duration("s")),
}


def write(folder: Path, name: str = "t.parquet", **columns: pa.Array) -> Path:
    pq.write_table(pa.table(columns), folder / name, write_page_checksum=True)
    return folder / name


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(name: str, tmp_path: Path) -> None:
    column = read_table([write(tmp_path, x=NUMBERS[name])]).column("x")
    assert column.kind == "number"
    assert column.values.dtype == np.float64
    np.testing.assert_array_equal(column.values, VALUES[name])


@pytest.mark.parametrize("name", DATES)
def test_dates(name: str, tmp_path: Path) -> None:
    cells, days = DATES[name]
    column = read_table([write(tmp_path, x=cells)]).column("x")
    assert column.kind == "date"
    np.testing.assert_array_equal(column.values, [days, NAN])


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str, tmp_path: Path) -> None:
    column = read_table([write(tmp_path, x=TEXTS[name])]).column("x")
    assert column.kind == "text"
    assert column.levels == (" a", "b")
    assert column.values.dtype == np.int32
    assert column.values.tolist() == [1, -1, 0, 1]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_types(name: str, tmp_path: Path) -> None:
    table = read_table([write(tmp_path, x=REFUSED[name], y=pa.array([1, 2]))])
    assert table.column("y").values.tolist() == [1, 2]
    with pytest.raises(InputError, match=r"t\.parquet: column 'x' is of type") as caught:
        table.column("x")
    assert caught.value.name == "unusable_type"


def test_all_null_and_large_integers_are_noted(tmp_path: Path) -> None:
    table = read_table([write(tmp_path, x=pa.nulls(2), y=pa.array([2**53 + 1, 1]))])
    assert [note.name for note in table.notes] == ["all_missing", "identifier"]
    assert table.notes[1].facts["value"] == str(2**53 + 1)
    assert np.isnan(table.column("x").values).all()


def test_infinite_cells_are_a_problem(tmp_path: Path) -> None:
    table = read_table([write(tmp_path, x=pa.array([1.0, np.inf, -np.inf]))])
    with pytest.raises(InputError, match=r"row 2: column 'x' holds inf.*: 2\)"):
        table.column("x")


def test_dictionaries_that_differ_by_row_group_are_one(tmp_path: Path) -> None:
    schema = pa.schema([("x", pa.dictionary(pa.int32(), pa.string()))])
    with pq.ParquetWriter(tmp_path / "t.parquet", schema) as writer:
        for texts in (["b", "c"], ["a", "b"]):
            cells = pa.array(texts).dictionary_encode()
            writer.write_table(pa.table({"x": cells}, schema))
    column = read_table([tmp_path / "t.parquet"]).column("x")
    assert (column.levels, column.values.tolist()) == (("a", "b", "c"), [1, 2, 0, 1])


def test_no_rows(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no data rows"):
        read_table([write(tmp_path, x=pa.array([], pa.float64()))])


def test_duplicate_names(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], ["x", "x"]), path)
    with pytest.raises(InputError, match="two columns called 'x'"):
        read_table([path])


def test_several_files_join_by_name(tmp_path: Path) -> None:
    write(tmp_path, "1.parquet", x=pa.array([1]), y=pa.array(["b"]), z=pa.nulls(1))
    write(tmp_path, "2.parquet", y=pa.array(["a"]), x=pa.array([2.5]), z=pa.array(["q"]))
    table = read_table([tmp_path])
    assert table.column("x").values.tolist() == [1.0, 2.5]
    assert (table.column("y").levels, table.column("y").values.tolist()) == (("a", "b"), [1, 0])
    assert table.column("z").values.tolist() == [-1, 0]


def test_files_of_different_types_are_named(tmp_path: Path) -> None:
    write(tmp_path, "1.parquet", x=pa.array([1]), y=pa.array([1]))
    write(tmp_path, "2.parquet", x=pa.array(["b"]), y=pa.array([2]))
    table = read_table([tmp_path])
    assert table.column("y").values.tolist() == [1, 2]
    with pytest.raises(InputError, match=r"2\.parquet: column 'x' holds texts, but in .*1\.parq"):
        table.column("x")


def test_column_missing_in_one_file(tmp_path: Path) -> None:
    write(tmp_path, "1.parquet", x=pa.array([1]), y=pa.array([1]))
    write(tmp_path, "2.parquet", x=pa.array([1]))
    with pytest.raises(InputError, match=r"2\.parquet has no column 'y', but .*1\.parquet has"):
        read_table([tmp_path])
    assert read_table([tmp_path], columns=["x"]).rows == 2


@pytest.mark.parametrize("content", [b"", b"PAR", b"PAR1" * 20], ids=["0", "3", "no-footer"])
def test_damaged_files_are_named(content: bytes, tmp_path: Path) -> None:
    write(tmp_path, "1.parquet", x=pa.array([1]))
    (tmp_path / "2.parquet").write_bytes(content)
    with pytest.raises(FileError, match=r"2\.parquet' is damaged"):
        read_table([tmp_path])
    (tmp_path / "3.parquet").write_bytes(b"")
    with pytest.raises(FileError, match="2 of 3 files are damaged"):
        read_table([tmp_path])


# In a child process: a crash of the decoder must fail one test and not end them all.
SWEEP = """
import sys
from pathlib import Path
import numpy as np
from steepest.data.files import read_table
from steepest.words.errors import SteepestError

whole, path = Path(sys.argv[1]).read_bytes(), Path(sys.argv[2])
expected = np.arange(50.0)
wrong = []
def look(content, label):
    path.write_bytes(content)
    try:
        table = read_table([path])
        x = table.column("x")
        y = table.column("y")
    except SteepestError:
        return
    same = x.kind == "number" and np.array_equal(x.values, expected)
    if not same or y.levels != ("a", "b"):
        wrong.append(label)
for size in range(len(whole)):
    look(whole[:size], f"cut {size}")
for at in range(len(whole)):
    look(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1:], f"flip {at}")
print(*wrong)
"""


def test_cuts_and_flips_never_crash(tmp_path: Path) -> None:
    path = write(tmp_path, x=pa.array(np.arange(50.0)), y=pa.array(["a", "b"] * 25))
    done = subprocess.run(
        [sys.executable, "-c", SWEEP, path, tmp_path / "bad.parquet"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    wrong = done.stdout.split("flip ")[1:]
    # No cut goes unnoticed. Pages carry checksums; headers and the footer have none, so that a
    # few flips there (a name, a count of rows) can change what is read.
    assert "cut" not in done.stdout
    assert len(wrong) < path.stat().st_size * 0.05
