"""The text of a CSV file in pieces that each end with a row, as if each were a file of its own.

Every piece carries the header before its rows, so that all that is known about reading whole files
holds for it; line numbers in its errors and notes are moved to where they belong in the file.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from steepest.data.csv_layout import LONGEST_ROW, last_row_end, lines_before
from steepest.data.csv_numbers import plain_numbers
from steepest.data.csv_text import CsvText, open_csv, undecodable
from steepest.data.file_bytes import byte_pieces
from steepest.data.files import ReadingOptions
from steepest.data.finding import CSV_SUFFIXES, csv_suffix, shown
from steepest.data.table import Note
from steepest.words.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

# Large enough that parsing it keeps all cores busy, small beside the least memory one works in.
_PIECE = 16 << 20
# The first one tells what the columns are.
_FIRST = 4 << 20

Floats = npt.NDArray[np.float64]


@dataclass(eq=False)
class CsvPiece:
    """Some rows of a file.

    Attributes
    ----------
    text : CsvText
        The header and the rows.
    moved : int
        How many lines its lines stand further down in the file.
    first : bool
        Whether it is the file's first piece, whose header is the file's own.
    """

    text: CsvText
    moved: int
    first: bool

    def cells(
        self,
        wanted: Sequence[str],
        *,
        skip_bad_rows: bool = False,
        numbers: Collection[str] = (),
    ) -> pa.Table:
        """Return the cells as ``CsvText.cells`` does."""
        try:
            return self.text.cells(wanted, skip_bad_rows=skip_bad_rows, numbers=numbers)
        except InputError as error:
            raise _moved(error, self.moved) from None

    def line(self, row: int) -> int:
        """Return the line of the file on which a row begins."""
        return self.text.line(row) + self.moved

    @property
    def notes(self) -> list[Note]:
        """What was done or noticed; of the header only in the first piece."""
        of_header = ("column_named", "name_stripped")
        kept = [note for note in self.text.notes if self.first or note.name not in of_header]
        return [_moved_note(note, self.moved) for note in kept]


@dataclass(eq=False)
class PlainPiece:
    """Some rows of a file that hold nothing but plain numbers: the columns (wanted, rows)."""

    columns: Floats


def plain_pieces(
    path: str, reading: ReadingOptions, wanted: Sequence[str]
) -> Iterator[CsvPiece | PlainPiece]:
    """Do what ``csv_pieces`` does; pieces but the first may come as the numbers that they hold."""
    plain = wanted if reading.decimal == "." else ()
    return _pieces(path, reading, plain)


def csv_pieces(path: str, reading: ReadingOptions) -> Iterator[CsvPiece]:
    """Yield the rows of a CSV file piece by piece.

    Parameters
    ----------
    path : str
        The file, compressed or not.
    reading : ReadingOptions
        How its text is to be understood.

    Raises
    ------
    InputError, FileError
        As for reading the whole file.
    """
    for piece in _pieces(path, reading, ()):
        assert isinstance(piece, CsvPiece)
        yield piece


def _pieces(
    path: str, reading: ReadingOptions, plain: Sequence[str]
) -> Iterator[CsvPiece | PlainPiece]:
    """Yield the pieces of a file; those of nothing but ``plain`` numbers as such."""
    suffix, file = csv_suffix(path), shown(path)
    if suffix not in CSV_SUFFIXES:
        raise InputError("unknown_suffix", file=file, suffix=suffix)
    delimiter = reading.delimiter or ("\t" if suffix == ".tsv" else ",")
    header, above, lines = b"", 0, 0
    names: tuple[str, ...] = ()
    held, refused = b"", None
    for piece in _whole_rows(_decoded(path, reading.encoding), delimiter):
        data = held + piece if held else piece
        if header and len(data) < _PIECE and not data.strip(b"\r\n"):
            lines += lines_before(data, len(data))
            continue
        if header and plain:
            numbers = plain_numbers(data, 0, names, plain, delimiter)
            if numbers is not None:
                yield from map(PlainPiece, numbers)
                lines += lines_before(data, len(data))
                held, refused = b"", None
                continue
        try:
            text = open_csv(header + data, file, delimiter=delimiter, encoding=None)
        except InputError as error:
            refused = _moved(error, lines - above if header else 0)
            if header or error.name not in ("empty_file", "no_rows"):
                raise refused from None
            held = data  # rows may follow
            continue
        yield CsvPiece(text, lines - above if header else 0, not header)
        lines += lines_before(data, len(data))
        held, refused = b"", None
        if not header:
            header, names = text.data[: text.body], text.names
            above = lines_before(header, len(header))
    if refused is not None:
        raise refused
    if not header:
        open_csv(b"", file, delimiter=delimiter, encoding=None)


def _decoded(path: str, encoding: str | None) -> Iterator[bytes]:
    """Yield a file's text as UTF-8."""
    if encoding is None:
        yield from byte_pieces(path)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    lines = 0
    for piece in byte_pieces(path):
        try:
            text = decoder.decode(piece).encode()
        except UnicodeDecodeError as error:
            raise _moved(undecodable(piece, shown(path), error.start, encoding), lines) from None
        yield text
        lines += lines_before(text, len(text))
    yield decoder.decode(b"", final=True).encode()


def _whole_rows(pieces: Iterator[bytes], delimiter: str) -> Iterator[bytes]:
    """Yield the same bytes cut after rows, never inside quotes."""
    left, wanted = b"", min(_PIECE, _FIRST)
    for piece in pieces:
        left = left + piece if left else piece
        if len(left) < wanted:
            continue
        end = last_row_end(left, delimiter)
        # Without a row's end in so many bytes the rest is taken as it is, and its fault told.
        if end or len(left) > LONGEST_ROW:
            end = end or len(left)
            yield left[:end]
            left, wanted = left[end:], _PIECE
        else:
            wanted = 2 * len(left)
    if left:
        yield left


def _moved(error: InputError, lines: int) -> InputError:
    """Return an error of a piece with the file's line numbers."""
    facts = dict(error.facts)
    for name in ("line", "last"):
        if name in facts:
            facts[name] = int(str(facts[name])) + lines
    return InputError(error.name, **facts)


def _moved_note(note: Note, lines: int) -> Note:
    told = note.facts.get("lines")
    if not isinstance(told, list):
        return note
    moved = [one + lines if isinstance(one, int) else one for one in told]
    return replace(note, facts={**note.facts, "lines": moved})
