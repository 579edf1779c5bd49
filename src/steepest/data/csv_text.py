"""CSV text to cells: the bytes checked, the header read, the rows parsed by pyarrow.

The layout of a file (where each row starts, how many cells it has, on which line it stands) is
worked out only when a row must be named or left out: see :mod:`steepest.data.csv_layout`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from steepest.data.column_types import MISSING
from steepest.data.csv_layout import LONGEST_ROW, Layout, find_fault, lines_before
from steepest.data.table import Note
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa

# Larger blocks than pyarrow's 1 MiB: measured 1.5 to 2 times as fast on 30 MB and two cores.
_BLOCK = 4 << 20
# pyarrow addresses the cells of one block with 32-bit offsets.
_LARGEST_BLOCK = 2**31 - 1
_SHOWN_LINES = 5
_OTHER_DELIMITERS = ",;\t|"
# The longer marks first: UTF-32's begins with UTF-16's.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Searching copies nothing, where stripping would copy the whole file.
_NOT_LINE_END = re.compile(rb"[^\r\n]")
_DATA_CELL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|\d{4}-\d\d-\d\d([T ].*)?")


@dataclass(eq=False)
class CsvText:
    """One CSV file whose header has been read; :meth:`cells` parses its rows.

    Attributes
    ----------
    file : str
        What to call the file in messages.
    data : bytes
        Its text as UTF-8 without byte order mark.
    delimiter : str
        The one character between cells.
    names : tuple of str
        The header's names, blanks removed, empty ones replaced by ``column_<position>``.
    body : int
        Offset in bytes of what follows the header.
    notes : list of Note
        What was done or noticed.
    skipped : int
        Rows left out by :meth:`cells`.
    """

    file: str
    data: bytes
    delimiter: str
    names: tuple[str, ...] = ()
    body: int = 0
    notes: list[Note] = field(default_factory=list)
    skipped: int = 0

    @cached_property
    def layout(self) -> Layout:
        """Where the rows stand, worked out when first asked for."""
        return Layout.of(self.data, self.delimiter)

    def line(self, row: int) -> int:
        """Return the physical line (from 1) on which a parsed row begins."""
        fits = self.layout.counts == len(self.names)
        fits[0] = False
        return int(self.layout.lines[fits.nonzero()[0][row]])

    def cells(
        self,
        wanted: Sequence[str],
        *,
        skip_bad_rows: bool = False,
        numbers: Collection[str] = (),
    ) -> pa.Table:
        """Parse the wanted columns as texts, null where a cell is one of ``MISSING``.

        Parameters
        ----------
        wanted : sequence of str
            Names out of ``self.names``.
        skip_bad_rows : bool
            Leave out rows with too few or too many cells instead of raising.
        numbers : collection of str
            Columns to parse as float64 at once, if all of their cells are numbers.

        Raises
        ------
        InputError
            Named after what is wrong with the first row that does not fit.
        """
        import pyarrow as pa

        try:
            table = self._parse(self.data, self.body, wanted, numbers=numbers)
        except pa.ArrowInvalid as error:
            if numbers:
                return self.cells(wanted, skip_bad_rows=skip_bad_rows)
            reason = str(error)
        else:
            self._look_for_lost_lines(table.num_rows)
            return table
        fault = find_fault(self.layout, self.file, self.names)
        if fault is None:
            return self._parse_in_one_block(wanted, reason)
        if not skip_bad_rows or fault.name not in _ROW_FAULTS:
            raise fault
        return self._parse_good_rows(wanted, fault)

    def _parse(
        self,
        data: bytes,
        body: int,
        wanted: Sequence[str],
        block: int = 0,
        numbers: Collection[str] = (),
    ) -> pa.Table:
        import pyarrow as pa
        from pyarrow import csv

        quoted = data.find(b'"', body) >= 0
        # apache/arrow#51368: a CR LF inside quotes that meets the edge of a block loses its LF,
        # so that files with both are parsed in one block.
        whole = min(len(data), _LARGEST_BLOCK) if quoted and b"\r\n" in data else 0
        return csv.read_csv(
            pa.BufferReader(pa.py_buffer(data).slice(body)),
            read_options=csv.ReadOptions(
                column_names=self.names, block_size=max(_BLOCK, whole, block)
            ),
            parse_options=csv.ParseOptions(delimiter=self.delimiter, newlines_in_values=quoted),
            convert_options=csv.ConvertOptions(
                check_utf8=False,  # checked for the whole file before
                column_types={
                    name: pa.float64() if name in numbers else pa.string() for name in wanted
                },
                include_columns=list(wanted),
                null_values=MISSING,
                strings_can_be_null=True,
            ),
        )

    def _look_for_lost_lines(self, rows: int) -> None:
        """Ask why there are fewer rows than lines: quoted line ends, or empty lines."""
        quoted = self.data.find(b'"', self.body) >= 0
        if not quoted and len(self.names) > 1:
            # An empty line cannot be mistaken for a row with a missing value.
            return
        end = len(self.data.rstrip(b"\r\n"))
        lines = 1 + lines_before(self.data, end) - lines_before(self.data, self.body)
        if lines <= rows:
            return
        fault = find_fault(self.layout, self.file, self.names) if quoted else None
        if fault is not None:
            raise fault
        if not quoted:
            self.notes.append(Note("empty_lines", {"file": self.file, "count": lines - rows}))

    def _parse_in_one_block(self, wanted: Sequence[str], reason: str) -> pa.Table:
        """Parse again without block edges: some row was longer than a block."""
        import pyarrow as pa

        layout = self.layout
        longest = int((layout.ends - layout.starts).argmax())
        length = int(layout.ends[longest] - layout.starts[longest])
        if length > LONGEST_ROW:
            line = int(layout.lines[longest])
            raise InputError("line_too_long", file=self.file, line=line, length=length)
        block = min(len(self.data) + 1, _LARGEST_BLOCK)
        try:
            return self._parse(self.data, self.body, wanted, block)
        except pa.ArrowInvalid:
            raise InputError("csv_unreadable", file=self.file, reason=reason) from None

    def _parse_good_rows(self, wanted: Sequence[str], fault: InputError) -> pa.Table:
        layout = self.layout
        fits = layout.counts == len(self.names)
        fits[0] = True
        bad = (~fits).nonzero()[0]
        if len(bad) * 2 > len(fits):
            raise fault
        pieces, begin = [], self.body
        for row in bad:
            pieces.append(self.data[begin : layout.starts[row]])
            begin = layout.next_starts[row]
        pieces.append(self.data[begin:])
        self.skipped = len(bad)
        lines: list[object] = layout.lines[bad[:_SHOWN_LINES]].tolist()
        more = ["..."] if len(bad) > _SHOWN_LINES else []
        facts = {"file": self.file, "count": len(bad), "lines": lines + more}
        self.notes.append(Note("rows_skipped", facts))
        return self._parse(b"".join(pieces), 0, wanted)


# What one row can have wrong while the rest of the file stands.
_ROW_FAULTS = {"row_too_short", "row_too_long", "row_over_lines", "footnote"}


def open_csv(data: bytes, file: str, *, delimiter: str, encoding: str | None) -> CsvText:
    r"""Check the bytes of a CSV file and read its header.

    Parameters
    ----------
    data : bytes
        The file's content, decompressed.
    file : str
        What to call it in messages.
    delimiter : str
        The one character between cells.
    encoding : str or None
        As known to Python; None is UTF-8, with or without byte order mark.

    Raises
    ------
    InputError
        For bytes that are no text, no header, a header that cannot be the table's, no rows.

    Examples
    --------
    >>> open_csv(b"a,b\n1,2\n", "t.csv", delimiter=",", encoding=None).names
    ('a', 'b')
    """
    data = _utf8(data, file, encoding)
    if _NOT_LINE_END.search(data) is None:
        raise InputError("empty_file", file=file, bytes=len(data))
    text = CsvText(file, data, delimiter)
    _read_header(text)
    return text


def _utf8(data: bytes, file: str, encoding: str | None) -> bytes:
    if encoding is not None:
        data = _decoded(data, file, encoding).encode()
    else:
        for mark, name in _BYTE_ORDER_MARKS:
            if data.startswith(mark):
                raise InputError("other_encoding", file=file, encoding=name)
    data = data.removeprefix(codecs.BOM_UTF8)
    _refuse_nul(data, file)
    if encoding is None and not data.isascii():
        _check_utf8(data, file)
    return data


def _decoded(data: bytes, file: str, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise InputError("unknown_encoding", encoding=encoding) from None
    except UnicodeDecodeError as error:
        raise undecodable(data, file, error.start, encoding) from None


def _check_utf8(data: bytes, file: str) -> None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        raise undecodable(data, file, error.start, "utf-8") from None


def undecodable(data: bytes, file: str, at: int, encoding: str) -> InputError:
    """Return the error of a byte that is no text, and the encoding it may be of."""
    line = 1 + lines_before(data, at)
    # In Latin-1, 0x80 to 0x9f are control characters: such a byte comes from Windows.
    windows = re.search(rb"[\x80-\x9f]", data) is not None
    proposed = "cp1252" if windows and encoding == "utf-8" else "latin-1"
    return InputError(
        "undecodable_byte", file=file, line=line, byte=f"0x{data[at]:02x}", encoding=encoding,
        proposed=proposed,
    )  # fmt: skip


def _refuse_nul(data: bytes, file: str) -> None:
    at = data.find(b"\0")
    if at < 0:
        return
    # Every other byte 0: UTF-16 without a byte order mark.
    start = data[:1000]
    if start.count(0) * 3 > len(start):
        little = start[1::2].count(0) > start[::2].count(0)
        encoding = "utf-16-le" if little else "utf-16-be"
        raise InputError("other_encoding", file=file, encoding=encoding)
    raise InputError("nul_byte", file=file, line=1 + lines_before(data, at))


def _read_header(text: CsvText) -> None:
    data, file = text.data, text.file
    first = _NOT_LINE_END.search(data)
    start = first.start() if first else 0
    cells, quoted, text.body = _first_record(text, start)
    _refuse_other_delimiter(text, cells, quoted)
    stripped = [cell.strip() for cell in cells]
    if all(_DATA_CELL.fullmatch(cell) for cell in stripped):
        raise InputError("no_header", file=file, line=1 + lines_before(data, start),
                         value=stripped[0])  # fmt: skip
    if all(len(cell) > 1 and cell[0] == cell[-1] == "'" for cell in stripped):
        raise InputError("single_quoted_header", file=file, value=stripped[0])
    text.names = _names(text, cells)
    if _NOT_LINE_END.search(data, text.body) is None:
        raise InputError("no_rows", file=file)
    _refuse_repeated_header(text, data[start : text.body].rstrip(b"\r\n"))


def _first_record(text: CsvText, start: int) -> tuple[list[str], bool, int]:
    """Return the header's cells, whether any was quoted, and where the next line starts."""
    mark = re.escape(text.delimiter.encode())
    cell = re.compile(
        rb'(?:"([^"]*(?:""[^"]*)*)"([^%b\r\n]*)|([^%b\r\n]*))(\r\n|\r|\n|%b|\Z)'
        % (mark, mark, mark)
    )
    cells, quoted, at = [], False, start
    while found := cell.match(text.data, at):
        inner, after, plain, end = found.groups()
        if plain is not None and plain.startswith(b'"'):
            line = 1 + lines_before(text.data, at)
            raise InputError("unclosed_quote", file=text.file, line=line)
        quoted = quoted or inner is not None
        whole = plain if inner is None else inner.replace(b'""', b'"') + after
        cells.append(whole.decode())
        at = found.end()
        if end != text.delimiter.encode():
            break
    return cells, quoted, at


def _refuse_other_delimiter(text: CsvText, cells: list[str], quoted: bool) -> None:
    if len(cells) > 1 or quoted:
        return
    counts = {mark: cells[0].count(mark) for mark in _OTHER_DELIMITERS}
    mark = max(counts, key=lambda mark: counts[mark])
    if counts[mark]:
        option = "'\\t'" if mark == "\t" else f"'{mark}'"
        raise InputError(
            "other_delimiter", file=text.file, header=cells[0], delimiter=_shown(text.delimiter),
            found=_shown(mark), option=option,
        )  # fmt: skip


def _shown(delimiter: str) -> object:
    if delimiter in "\t ":
        return phrase("delimiter_tab" if delimiter == "\t" else "delimiter_blank")
    return phrase("delimiter_shown", delimiter=delimiter)


def _names(text: CsvText, cells: list[str]) -> tuple[str, ...]:
    names: list[str] = []
    first: dict[str, int] = {}
    for position, cell in enumerate(cells, start=1):
        name = cell.strip() or f"column_{position}"
        if not cell.strip():
            facts = {"file": text.file, "position": position, "name": name}
            text.notes.append(Note("column_named", facts))
        elif cell != name:
            text.notes.append(Note("name_stripped", {"file": text.file, "name": name}))
        if name in first:
            raise InputError(
                "duplicate_column", file=text.file, column=name, first=first[name],
                second=position,
            )  # fmt: skip
        first[name] = position
        names.append(name)
    return tuple(names)


def _refuse_repeated_header(text: CsvText, header: bytes) -> None:
    # With one column a text equal to its header may well be a value.
    if len(text.names) == 1:
        return
    at = text.body
    while (at := text.data.find(header, at)) >= 0:
        end = at + len(header)
        if text.data[at - 1 : at] in (b"\r", b"\n") and text.data[end : end + 1] in b"\r\n":
            line = 1 + lines_before(text.data, at)
            raise InputError("repeated_header", file=text.file, line=line)
        at = end
