"""What a column of CSV cells is: numbers, dates or texts, decided over all of its cells.

A column that is none of them cleanly (numbers with a few words among them, decimal commas, dates
in an ambiguous order) is kept as text together with the error that is raised once it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from steepest.data.table import Column, Note
from steepest.words.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

#: Cells that mean "missing", after blanks round them are removed: pyarrow's own list, written
#: out so that another version of pyarrow cannot change what a table means. Besides these,
#: ``nan`` in any spelling of upper and lower case is missing in a column of numbers.
MISSING = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "N/A", "NA", "NULL", "NaN", "n/a", "nan", "null",
)  # fmt: skip

#: float64 holds every integer up to here; from here on neighbors are rounded to the same number.
LARGEST_EXACT_INTEGER = 2.0**53

#: From the number of a row to the file and the physical line (header = 1) where it stands.
Locate = Callable[[int], tuple[str, int]]

_UNSIGNED = r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_NUMBER = rf"^[+-]?(?:{_UNSIGNED}|(?i:inf|infinity|nan))$"
_INTEGER = r"^\s*[+-]?[0-9]+\s*$"
_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?$"
_SPACED_THOUSANDS = r"^[+-]?[0-9]{1,3}(?:[ '_\x{a0}\x{202f}][0-9]{3})+(?:[.,][0-9]+)?$"
_DECIMAL_COMMA = r"^[+-]?(?:[0-9]*|[0-9]{1,3}(?:\.[0-9]{3})+),[0-9]+(?:[eE][+-]?[0-9]+)?$"
_SIGN = r"[$€£¥%]"
_WITH_SIGN = rf"^(?:[+-]?{_SIGN}\s?[+-]?{_UNSIGNED}|[+-]?{_UNSIGNED}\s?{_SIGN})$"
_ZONE = r"(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"
_TIME = r"[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?"
_ISO_DATE = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:{_TIME}{_ZONE}?)?$"
_ZONED = rf"^.{{10}}{_TIME}{_ZONE}$"
_DATE_LIKE = (
    r"^(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|[0-9]{1,2}[- ][A-Za-z]{3,9}[- ,]+[0-9]{2,4}"
    r"|[A-Za-z]{3,9}\.? [0-9]{1,2},? [0-9]{4})(?:[T ,].*)?$"
)
_SINGLE_QUOTED = r"^'.*'$"
_MICROSECONDS_PER_DAY = 86_400e6


def typed_column(
    name: str, cells: pa.ChunkedArray, decimal: str, locate: Locate
) -> tuple[Column, list[Note]]:
    """Decide what a column is and return it with what must be said about it.

    Parameters
    ----------
    name : str
        The column's name.
    cells : pyarrow.ChunkedArray of string
        The cells as they stand in the file; null for those of :data:`MISSING`.
    decimal : str
        The decimal sign, ``"."`` or ``","``.
    locate : callable
        From a row to its file and line; called only for messages.

    Returns
    -------
    column : Column
        With a ``problem`` if it cannot be used as it is.
    notes : list of Note

    Examples
    --------
    >>> import pyarrow as pa
    >>> column, _ = typed_column("x", pa.chunked_array([["1", " 2 "]]), ".", lambda row: ("", row))
    >>> column.values
    array([1., 2.])
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if decimal == ".":
        # Most columns are clean numbers: one cast of the cells and no second look at them.
        try:
            values = pc.cast(cells, pa.float64()).to_numpy()
        except pa.ArrowInvalid:
            pass
        else:
            return _numbers(name, cells, values, locate)
    return _typed_texts(name, cells, DistinctTexts.of(cells), decimal, locate)


@dataclass(frozen=True)
class DistinctTexts:
    """The distinct texts of a column, blanks removed, and each row's code (-1: missing)."""

    texts: pa.Array
    codes: np.ndarray

    @classmethod
    def of(cls, cells: pa.ChunkedArray) -> DistinctTexts:
        """Return those of cells as they stand."""
        import pyarrow as pa
        import pyarrow.compute as pc

        encoded = cells.dictionary_encode().unify_dictionaries()
        indices = [chunk.indices.fill_null(-1).to_numpy() for chunk in encoded.chunks]
        trimmed = pc.utf8_trim_whitespace(encoded.chunk(0).dictionary)
        missing = pc.is_in(trimmed, value_set=pa.array(MISSING))
        again = pc.if_else(missing, pa.scalar(None, pa.string()), trimmed).dictionary_encode()
        recoded = np.append(again.indices.fill_null(-1).to_numpy(), -1)
        # Code -1 picks the appended last entry, which is -1 again.
        return cls(again.dictionary, recoded[np.concatenate(indices)].astype(np.int32))

    def matching(self, pattern: str) -> np.ndarray:
        """Return which texts match a pattern."""
        import pyarrow.compute as pc

        matches = pc.match_substring_regex(self.texts, pattern)
        found: np.ndarray = matches.to_numpy(zero_copy_only=False).astype(bool)
        return found

    @property
    def present(self) -> int:
        """How many rows are not missing."""
        return int(np.count_nonzero(self.codes >= 0))

    def count_of(self, chosen: np.ndarray) -> int:
        """Return how many rows hold a text that is chosen."""
        return len(self.rows_of(chosen))

    def first_of(self, chosen: np.ndarray) -> tuple[int, str]:
        """Return the first row that holds a text that is chosen, and the text."""
        row = int(self.rows_of(chosen)[0])
        return row, self.texts[int(self.codes[row])].as_py()

    def spread(self, values: np.ndarray) -> np.ndarray:
        """Return one value for each row from one for each distinct text, NaN where missing."""
        spread: np.ndarray = np.append(values.astype(np.float64), np.nan)[self.codes]
        return spread

    def rows_of(self, chosen: np.ndarray) -> np.ndarray:
        """Return the rows that hold a text that is chosen."""
        rows: np.ndarray = np.flatnonzero(np.append(chosen, False)[self.codes])
        return rows

    def share(self, chosen: np.ndarray) -> float:
        """Return the share of the cells that are not missing whose text is chosen."""
        return self.count_of(chosen) / self.present if self.present else 0.0


@dataclass(frozen=True)
class CountedTexts(DistinctTexts):
    """The distinct texts of a stream's column in the order of their first rows.

    ``codes`` are 0, 1, 2, ...: what is decided of "rows" is decided of the texts, each once, and
    ``counts`` and ``rows`` say how many rows hold each and which is the first.
    """

    counts: np.ndarray
    rows: np.ndarray

    @property
    def present(self) -> int:
        """How many rows are not missing."""
        return int(self.counts.sum())

    def count_of(self, chosen: np.ndarray) -> int:
        """Return how many rows hold a text that is chosen."""
        return int(self.counts[chosen].sum())

    def first_of(self, chosen: np.ndarray) -> tuple[int, str]:
        """Return the first row that holds a text that is chosen, and the text."""
        code = int(np.flatnonzero(chosen)[0])
        return int(self.rows[code]), self.texts[code].as_py()


def typed_texts(
    name: str, distinct: CountedTexts, decimal: str, locate: Locate
) -> tuple[Column, list[Note]]:
    """Decide what a column is from its distinct texts; its values are those of the texts.

    Parameters as for :func:`typed_column`.
    """
    import pyarrow as pa

    cells = pa.chunked_array([distinct.texts])
    return _typed_texts(name, cells, distinct, decimal, locate)


def _typed_texts(
    name: str, cells: pa.ChunkedArray, distinct: DistinctTexts, decimal: str, locate: Locate
) -> tuple[Column, list[Note]]:
    plain = _with_point(distinct, decimal)
    numbers = plain.matching(_NUMBER)
    if numbers.all():
        return _numbers(name, cells, plain.spread(_parsed(plain)), locate, distinct)
    if (flags := _booleans(distinct)) is not None:
        spelled = sorted(distinct.texts.to_pylist())
        note = Note("booleans", {"column": name, "spelled": spelled})
        return Column(name, "number", flags), [note]
    if distinct.matching(_ISO_DATE).all():
        days = _days(distinct)
        if days is not None:
            return Column(name, "date", distinct.spread(days)), []
    return _text(name, distinct, _problem(name, distinct, plain, numbers, decimal, locate)), []


def _with_point(distinct: DistinctTexts, decimal: str) -> DistinctTexts:
    """Return the texts with the roles of point and comma swapped if the comma is the sign."""
    if decimal == ".":
        return distinct
    import pyarrow.compute as pc

    texts = distinct.texts
    # No text holds a NUL, which therefore can stand for a point meanwhile.
    for old, new in ((".", "\0"), (",", "."), ("\0", ",")):
        texts = pc.replace_substring(texts, old, new)
    return replace(distinct, texts=texts)


def _parsed(distinct: DistinctTexts) -> np.ndarray:
    import pyarrow as pa
    import pyarrow.compute as pc

    values: np.ndarray = pc.cast(distinct.texts, pa.float64()).to_numpy(zero_copy_only=False)
    return values


def _numbers(
    name: str, cells: pa.ChunkedArray, values: np.ndarray, locate: Locate,
    distinct: DistinctTexts | None = None,
) -> tuple[Column, list[Note]]:  # fmt: skip
    notes = []
    if bool(np.isnan(values).all()):
        notes.append(Note("all_missing", {"column": name}))
    infinite = np.flatnonzero(np.isinf(values))
    problem = None
    if len(infinite):
        row, count = int(infinite[0]), len(infinite)
        value = _cell(cells, row)
        if isinstance(distinct, CountedTexts):
            row, count = int(distinct.rows[row]), int(distinct.counts[infinite].sum())
        file, line = locate(row)
        problem = InputError(
            "not_finite", file=file, line=line, column=name, value=value, count=count
        )
    identifier = identifier_in(cells, values)
    if identifier is not None:
        notes.append(Note("identifier", {"column": name, "value": identifier}))
    return Column(name, "number", values, problem=problem), notes


def identifier_in(cells: pa.ChunkedArray, values: np.ndarray) -> str | None:
    """Return the first integer that float64 may not hold exactly, None if there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    with np.errstate(invalid="ignore"):
        rows = np.flatnonzero((np.abs(values) >= LARGEST_EXACT_INTEGER) & np.isfinite(values))
    if not len(rows):
        return None
    large = cells.take(pa.array(rows))
    integers = large.filter(pc.match_substring_regex(large, _INTEGER))
    return integers[0].as_py().strip() if len(integers) else None


def _cell(cells: pa.ChunkedArray, row: int) -> str:
    return str(cells[row].as_py()).strip()


def _booleans(distinct: DistinctTexts) -> np.ndarray | None:
    meanings = {"true": 1.0, "false": 0.0, "1": 1.0, "0": 0.0}
    # A column of booleans has at most a handful of spellings.
    if len(distinct.texts) > 8:
        return None
    spelled = [text.lower() for text in distinct.texts.to_pylist()]
    if any(text not in meanings for text in spelled):
        return None
    return distinct.spread(np.array([meanings[text] for text in spelled]))


def _days(distinct: DistinctTexts) -> np.ndarray | None:
    """Return days since 1970-01-01, None if a text is no date or only some name a time zone."""
    import pyarrow as pa
    import pyarrow.compute as pc

    zoned = bool(distinct.matching(_ZONED).any())
    # pyarrow refuses more digits than its unit has; nanoseconds would shorten its range of years.
    texts = pc.replace_substring_regex(distinct.texts, r"(\.[0-9]{6})[0-9]+", r"\1")
    unit = pa.timestamp("us", "UTC") if zoned else pa.timestamp("us")
    try:
        microseconds = pc.cast(pc.cast(texts, unit), pa.int64()).to_numpy()
    except pa.ArrowInvalid:
        return None
    days: np.ndarray = microseconds / _MICROSECONDS_PER_DAY
    return days


def _text(name: str, distinct: DistinctTexts, problem: InputError | None) -> Column:
    import pyarrow.compute as pc

    order = pc.sort_indices(distinct.texts).to_numpy()
    ranks = np.full(len(order) + 1, -1, np.int32)
    ranks[order] = np.arange(len(order), dtype=np.int32)
    levels = tuple(distinct.texts.take(order).to_pylist())
    return Column(name, "text", ranks[distinct.codes], levels, problem)


def _problem(
    name: str, distinct: DistinctTexts, plain: DistinctTexts, numbers: np.ndarray, decimal: str,
    locate: Locate,
) -> InputError | None:  # fmt: skip
    """Return why these texts must not be taken as plain texts, None if they may."""
    error, fits = _kind_of_problem(distinct, plain, numbers, decimal)
    if error is None:
        return None
    first, value = distinct.first_of(~fits)
    file, line = locate(first)
    return InputError(
        error, file=file, line=line, column=name, value=value, count=distinct.count_of(~fits),
        present=distinct.present,
        decimal="," if decimal == "." else ".",
    )  # fmt: skip


def _kind_of_problem(
    distinct: DistinctTexts, plain: DistinctTexts, numbers: np.ndarray, decimal: str
) -> tuple[str | None, np.ndarray]:
    """Return the error's name and, for each distinct text, whether it is as it should be."""
    thousands = plain.matching(_THOUSANDS) | plain.matching(_SPACED_THOUSANDS)
    other_sign = plain.matching(_DECIMAL_COMMA)
    if (numbers | thousands | other_sign).all():
        only_thousands = bool((numbers | thousands).all())
        return ("thousands_separator" if only_thousands else "decimal_sign"), numbers
    if (numbers | plain.matching(_WITH_SIGN)).all():
        return "number_with_sign", numbers
    if distinct.share(numbers) >= 0.5:
        return "mixed_column", numbers
    if distinct.matching(_SINGLE_QUOTED).all():
        return "single_quoted_column", np.zeros_like(numbers)
    iso = distinct.matching(_ISO_DATE)
    if distinct.share(iso | distinct.matching(_DATE_LIKE)) >= 0.5:
        return _kind_of_date_problem(distinct, iso)
    return None, numbers


def _kind_of_date_problem(distinct: DistinctTexts, iso: np.ndarray) -> tuple[str, np.ndarray]:
    if not iso.all():
        return "unclear_date", iso
    zoned = distinct.matching(_ZONED)
    real = np.array([_is_date(text) for text in distinct.texts.to_pylist()])
    if not real.all():
        return "unclear_date", real
    return "mixed_time_zones", zoned


def _is_date(text: str) -> bool:
    import pyarrow as pa

    return _days(DistinctTexts(pa.array([text]), np.zeros(1, np.int32))) is not None
