"""Spans that threads read and sum: the bits of memory, and every fault of a file told by name."""

from __future__ import annotations

import math
import os
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from steepest import FitOptions
from steepest.data import prepared_stream
from steepest.data.block_sums import block_sums
from steepest.data.file_source import FileSource
from steepest.data.float_blocks import FloatBlock
from steepest.data.preparation import Feature, Preparation
from steepest.data.prepared_stream import PreparedStream
from steepest.data.row_roles import AllRows, Roles, roles_of
from steepest.data.source import BLOCK_ROWS, ArraySource
from steepest.data.table_stream import ArrowStream
from steepest.fitting.rows import prepare_rows
from steepest.objective import moments
from steepest.words.errors import FileError

ROWS = 230_000  # eight blocks of the grid, the last one short
MANY = tuple("abcdefghijk")  # so wide that moments are sums of columns as they lie
CUTS = [1, 32_768, 61_003, 180_007]


def table() -> pa.Table:
    random = np.random.default_rng(7)
    X = random.normal(size=(ROWS, len(MANY)))
    y = X @ np.linspace(-1.0, 1.0, len(MANY)) + random.normal(size=ROWS)
    whole = random.integers(-9, 9, ROWS)
    return pa.table({**{name: X[:, j] for j, name in enumerate(MANY)}, "n": whole, "y": y})


def write(made: pa.Table, folder: Path, group: int = 7_001, **options: bool) -> list[str]:
    folder.mkdir()
    paths = []
    for number, (start, stop) in enumerate(pairwise([0, *CUTS, ROWS])):
        paths.append(str(folder / f"{number}.parquet"))
        part = made.slice(start, stop - start)
        if number % 2:  # the same columns in another order
            part = part.select(part.column_names[::-1])
        pq.write_table(part, paths[-1], row_group_size=group, **options)
    return paths


def rows_of(paths: list[str]) -> PreparedStream:
    stream = ArrowStream("t", paths, ["a", "b", "c", "y"])
    features = tuple(Feature(name, "number") for name in "abc")
    roles = roles_of(AllRows(stream.rows), stream.rows, 0.2, 0, time_ordered=False)
    return PreparedStream(stream, Preparation(features), ("y",), roles, False)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("group", [7_001, 40_000])
@pytest.mark.parametrize("columns", [MANY, (*MANY, "n"), ("a", "b")], ids=len)
@pytest.mark.parametrize("validation", [0.2, 0.0])
def test_spans_cut_anywhere_have_the_bits_of_memory(
    threads: int,
    group: int,
    columns: tuple[str, ...],
    validation: float,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepared_stream, "available_cores", lambda: threads)
    write(table(), tmp_path / "t", group)
    asked = {"target": ("y",), "features": columns, "validation": validation}
    memory = prepare_rows([str(tmp_path / "t")], FitOptions(**asked))
    stream = prepare_rows([str(tmp_path / "t")], FitOptions(**asked, memory="1KB"))
    made = moments.moments_of_both(memory.training, memory.validation)
    assert stream.moments is not None
    assert isinstance(stream.training, FileSource)
    for one, other in zip(made, stream.moments, strict=True):
        assert (one is None) == (other is None) == (validation == 0.0 and one is not made[0])
        if one is not None and other is not None:
            np.testing.assert_array_equal(one.R, other.R)
    twice = len(columns) == 2 and validation > 0.0  # too few numbers validate
    assert stream.training.prepared.stream.scans == 1 + twice

    def fill(X: np.ndarray, y: np.ndarray, weight: np.ndarray, sums: np.ndarray) -> None:
        sums[0] += (X * y).sum()
        sums[1] += len(X)

    expected = memory.training.sums(fill, 2)
    np.testing.assert_array_equal(stream.training.sums(fill, 2, threads=threads), expected)


def test_blocks_as_they_lie_hold_the_rows_of_the_files(tmp_path: Path) -> None:
    made = table()
    prepared = rows_of(write(made, tmp_path / "t"))
    done = 0
    for start, block in prepared.between(BLOCK_ROWS + 17, ROWS):
        assert isinstance(block, FloatBlock)
        assert start == BLOCK_ROWS + 17 + done
        for name, column in block.table().columns.items():
            expected = made.column(name).slice(start, block.rows).to_numpy()
            np.testing.assert_array_equal(column.values, expected)
        done += block.rows
    assert start + block.rows == ROWS


@pytest.mark.parametrize(
    "change",
    [
        {"target": ("y",), "weight": "count"},
        {"target": ("count",), "classes": (1.0, 4.0)},
        {"target": ("count",), "codes": tuple(np.sqrt(np.arange(11.0)))},
        {"target": ("y",), "roles": Roles(0, ROWS, since=0)},
    ],
    ids=["weights", "classes", "codes", "second-file"],
)
def test_rows_that_count_otherwise_are_not_taken_as_they_lie(
    change: dict[str, Any], tmp_path: Path
) -> None:
    made = table()
    k = np.abs(made.column("n").to_numpy()) + 1.0
    paths = write(made.append_column("count", pa.array(k)), tmp_path / "t")
    stream = ArrowStream("t", paths, [*MANY, "count", "y"])
    features = tuple(Feature(name, "number", fill=math.nan) for name in MANY)
    roles = roles_of(AllRows(ROWS), ROWS, 0.2, 0, time_ordered=False)
    asked: dict[str, Any] = {"roles": roles, "drop": False, **change}
    prepared = PreparedStream(stream, Preparation(features), **asked)
    assert not any(isinstance(one, FloatBlock) for _, one in prepared.between(0, BLOCK_ROWS))
    y = made.column("y").to_numpy()[:, None]
    if "classes" in change:
        y = (k[:, None] == change["classes"]).astype(float)
    elif "codes" in change:
        y = np.sqrt(k)[:, None]
    X = np.stack([made.column(name).to_numpy() for name in MANY], axis=1)
    rows = ArraySource(X, y, k if "weight" in change else None)
    validates = prepared.roles.validates(np.arange(ROWS))
    for kind in {False, True} if (~validates).any() else {True}:
        expected = moments.moments_of(rows.take(validates == kind))
        one = moments.moments_of(FileSource(prepared, kind))
        np.testing.assert_array_equal(one.R, expected.R)
        assert one.weight == expected.weight
    if (~validates).any():
        both = moments.moments_of_both(FileSource(prepared, False), FileSource(prepared, True))
        np.testing.assert_array_equal(both[0].R, moments.moments_of(rows.take(~validates)).R)


def look(prepared: PreparedStream) -> list[object]:
    def fill(X: np.ndarray, y: np.ndarray, weight: np.ndarray, sums: np.ndarray) -> None:
        sums[0] += X.sum()

    return list(prepared.answers(block_sums(False, fill, 1, BLOCK_ROWS), 2))


def test_a_file_that_changes_after_it_was_opened_is_named(tmp_path: Path) -> None:
    paths = write(table(), tmp_path / "t")
    prepared = rows_of(paths)
    assert len(look(prepared)) == 8
    os.utime(paths[3], ns=(1, 1))
    with pytest.raises(FileError, match=r"3\.parquet") as caught:
        look(prepared)
    assert caught.value.name == "file_changed"


def test_a_flipped_bit_in_a_page_with_a_checksum_is_noticed(tmp_path: Path) -> None:
    paths = write(table(), tmp_path / "t", write_page_checksum=True, use_dictionary=False)
    about = pq.ParquetFile(paths[4]).metadata.row_group(3).column(1)
    place = about.data_page_offset + about.total_compressed_size - 100
    content = bytearray(Path(paths[4]).read_bytes())
    content[place] ^= 1
    Path(paths[4]).write_bytes(content)
    with pytest.raises(FileError, match=r"4\.parquet") as caught:
        look(rows_of(paths))
    assert caught.value.name == "damaged_file"
