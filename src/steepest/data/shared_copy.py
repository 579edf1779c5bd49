"""The binary copy of a parsed text table, in a file that other processes here read too."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

import numpy as np

from steepest.data.csv_stream import CsvStream
from steepest.data.source import BLOCK_ROWS
from steepest.data.table import Column, Table
from steepest.data.table_stream import ArrowStream

if TYPE_CHECKING:
    import pyarrow as pa


def shared_copy(stream: CsvStream) -> ArrowStream:
    """Return the same table as a stream of an uncompressed Feather file.

    What its columns are was decided by the parse of all files. The file goes when the stream does.

    Parameters
    ----------
    stream : CsvStream
        Text, parsed here if it was not yet.
    """
    import pyarrow as pa

    head = stream.head  # parses
    folder = tempfile.TemporaryDirectory(prefix="steepest-")
    path = str(Path(folder.name) / "copy.arrow")
    with pa.OSFile(path, "wb") as file:
        writer = None
        for block in stream.blocks():
            batch = _batch(block, stream.wanted)
            writer = writer or pa.ipc.new_file(file, batch.schema)
            writer.write_batch(batch)
        if writer is not None:
            writer.close()
    made = ArrowStream(stream.name, [path], stream.wanted, stream.tell)
    made.take_head(head)
    finalize(made, folder.cleanup)
    made.scans = stream.scans
    return made


def _batch(block: Table, names: list[str]) -> pa.RecordBatch:
    import pyarrow as pa

    assert block.rows <= BLOCK_ROWS
    return pa.record_batch({name: _cells(block.columns[name]) for name in names})


def _cells(column: Column) -> pa.Array:
    """Return numbers and dates as float64, texts as codes of all of the table's levels."""
    import pyarrow as pa

    if column.kind != "text":
        return pa.array(np.asarray(column.values, np.float64))
    codes = pa.array(column.values.astype(np.int32), mask=column.values < 0)
    return pa.DictionaryArray.from_arrays(codes, pa.array(column.levels, pa.string()))
