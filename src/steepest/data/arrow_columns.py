"""Parquet and Feather files to columns, by a written table of what each type of Arrow becomes.

=============================================  ==============================================
type in the file                               column
=============================================  ==============================================
integers, floats (16, 32, 64 bits), decimals   number (float64); an integer beyond 2**53 is
                                               noted as a likely identifier
booleans                                       number, 0 and 1, noted
strings, large strings, string views           text, as they stand (blanks kept)
dictionaries                                   as the type of their values
dates, timestamps with or without time zone    date (days since 1970-01-01, in UTC if zoned)
null                                           number, all missing, noted
lists, structs, maps, binary, times of day,    a problem, raised when the column is used
durations, anything else
=============================================  ==============================================

Null is missing, and NaN is missing in floats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from steepest.data.arrow_files import ArrowFile
from steepest.data.column_types import LARGEST_EXACT_INTEGER
from steepest.data.float_blocks import numbers
from steepest.data.table import Column, Note
from steepest.words.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

#: Per day, by the unit of a timestamp.
_UNITS_PER_DAY = {"s": 86_400, "ms": 86_400e3, "us": 86_400e6, "ns": 86_400e9}

Converted = tuple[Literal["number", "text", "date"], np.ndarray, tuple[str, ...]]


def arrow_columns(opened: ArrowFile, wanted: Sequence[str]) -> tuple[list[Column], list[Note]]:
    """Read and convert the wanted columns of one file.

    Parameters
    ----------
    opened : ArrowFile
        A Parquet or Feather file.
    wanted : sequence of str
        Names of columns in the file's schema.

    Raises
    ------
    FileError
        ``damaged_file`` if a page cannot be read or its checksum is wrong.
    """
    schema, file = opened.schema, opened.file
    flat = [name for name in wanted if converter(schema.field(name).type) is not None]
    cells = opened.read(flat)
    columns: list[Column] = []
    notes: list[Note] = []
    for name in wanted:
        kind = schema.field(name).type
        if name not in flat:
            problem = InputError("unusable_type", file=file, column=name, type=str(kind))
            missing = np.full(opened.rows, np.nan)
            columns.append(Column(name, "number", missing, problem=problem))
            continue
        column, said = _column(name, cells.column(name), file)
        columns.append(column)
        notes.extend(said)
    return columns, notes


def _column(name: str, cells: pa.ChunkedArray, file: str) -> tuple[Column, list[Note]]:
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(cells.type) and not is_text(cells.type.value_type):
        cells = cells.cast(cells.type.value_type)
    convert = converter(cells.type)
    if convert is None:
        raise AssertionError(f"no conversion for {cells.type}")
    kind, values, levels = convert(cells)
    notes = []
    if kind != "text" and bool(np.isnan(values).all()):
        notes.append(Note("all_missing", {"column": name}))
    elif types.is_boolean(cells.type):
        notes.append(Note("booleans", {"column": name, "spelled": ["true", "false"]}))
    elif types.is_integer(cells.type) or types.is_decimal(cells.type):
        notes.extend(identifier_note(name, cells, values))
    return Column(name, kind, values, levels, _not_finite(name, kind, values, file)), notes


def _not_finite(name: str, kind: str, values: np.ndarray, file: str) -> InputError | None:
    if kind != "number":
        return None
    rows = np.flatnonzero(np.isinf(values))
    if not len(rows):
        return None
    first = int(rows[0])
    return InputError(
        "not_finite_row", file=file, row=first + 1, column=name, value=str(values[first]),
        count=len(rows),
    )  # fmt: skip


def identifier_note(name: str, cells: pa.ChunkedArray, values: np.ndarray) -> list[Note]:
    """Return a note if a column of integers holds one that float64 does not."""
    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero(np.abs(values) >= LARGEST_EXACT_INTEGER)
    for row in rows:
        value = cells[int(row)].as_py()
        if value == int(value):
            return [Note("identifier", {"column": name, "value": str(value)})]
    return []


def is_text(kind: pa.DataType) -> bool:
    """Return whether a type is one of texts."""
    import pyarrow as pa

    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def converter(kind: pa.DataType) -> Callable[[pa.ChunkedArray], Converted] | None:
    """Return the conversion for a type, None if it has no place in a column."""
    import pyarrow as pa

    types = pa.types
    if types.is_dictionary(kind):
        return _texts if is_text(kind.value_type) else converter(kind.value_type)
    if is_text(kind):
        return _texts
    if types.is_date(kind) or types.is_timestamp(kind):
        return _dates
    is_number = types.is_integer(kind) or types.is_floating(kind) or types.is_decimal(kind)
    return _numbers if is_number or types.is_boolean(kind) or types.is_null(kind) else None


def _numbers(cells: pa.ChunkedArray) -> Converted:
    return "number", numbers(cells), ()


def _dates(cells: pa.ChunkedArray) -> Converted:
    import pyarrow as pa
    import pyarrow.compute as pc

    types = pa.types
    if types.is_date(cells.type):
        cells = pc.cast(cells, pa.timestamp("ms"))
    per_day = _UNITS_PER_DAY[cells.type.unit]
    counts = pc.cast(pc.cast(cells, pa.int64()), pa.float64(), safe=False)
    return "date", np.asarray(counts.to_numpy(), np.float64) / per_day, ()


def _texts(cells: pa.ChunkedArray) -> Converted:
    import pyarrow as pa
    import pyarrow.compute as pc

    # Through plain strings, so that the row groups' different dictionaries become one.
    encoded = pc.cast(cells, pa.large_string()).combine_chunks().dictionary_encode()
    used = pc.cast(encoded.dictionary, pa.large_string())
    order = pc.sort_indices(used).to_numpy()
    ranks = np.full(len(order) + 1, -1, np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    codes = ranks[encoded.indices.fill_null(-1).to_numpy()]
    return "text", codes, tuple(used.take(order).to_pylist())
