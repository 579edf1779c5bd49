"""Where the rows of a CSV text stand, and what is wrong with the ones that do not fit.

Only messages and left-out rows need this, so that it may be slower than the parser; it follows
the same rules as pyarrow's: a quote opens a cell only at its beginning, ``""`` inside quotes is
one quote, empty lines are no rows, and CR, LF and CR LF each end a line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from steepest.words.errors import InputError

#: Longest row that is read, in bytes.
LONGEST_ROW = 1 << 28
#: Longest cell over several lines that is read, in bytes: more is a quote that was not closed.
LONGEST_QUOTED = 1 << 20

_CR, _LF = 13, 10
_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(frozen=True, eq=False)
class Layout:
    """The rows of a text that are not empty lines, the header included.

    Attributes
    ----------
    data : bytes
    delimiter : str
    starts, ends : numpy.ndarray of int64
        Offsets of each row, its line end excluded.
    next_starts : numpy.ndarray of int64
        Where the following line starts.
    counts : numpy.ndarray of int64
        Number of cells of each row.
    lines : numpy.ndarray of int64
        The physical line, from 1, on which each row begins.
    unclosed : int or None
        Offset of a quote that is never closed.
    swallowing : tuple of int or None
        Offsets of the quotes round a cell that runs over line ends and is either longer than
        ``LONGEST_QUOTED`` or followed by more text: very likely an unclosed quote that met the
        opening quote of a later cell.
    """

    data: bytes
    delimiter: str
    starts: np.ndarray
    ends: np.ndarray
    next_starts: np.ndarray
    counts: np.ndarray
    lines: np.ndarray
    unclosed: int | None
    swallowing: tuple[int, int] | None

    @classmethod
    def of(cls, data: bytes, delimiter: str) -> Layout:
        r"""Find the rows of ``data``.

        >>> Layout.of(b'a,b\n"1\n2",3\n4,5\n', ",").lines
        array([1, 2, 4])
        """
        buffer = np.frombuffer(data, np.uint8)
        line_ends = _line_ends(buffer)
        marks = np.flatnonzero(buffer == ord(delimiter))
        opened, closed, unclosed, swallowing = _quoted(data, delimiter)
        row_ends = line_ends[~_inside(line_ends, opened, closed)]
        marks = marks[~_inside(marks, opened, closed)]
        starts = np.concatenate([[0], row_ends + 1])
        next_starts = np.append(row_ends + 1, len(data))
        ends = np.append(row_ends, len(data))
        # The CR of a CR LF belongs to the line end as well.
        before = buffer[np.maximum(ends - 1, 0)]
        ends = ends - ((ends > starts) & (ends < len(data)) & (before == _CR))
        counts = np.searchsorted(marks, ends) - np.searchsorted(marks, starts) + 1
        lines = 1 + np.searchsorted(line_ends, starts)
        kept = ends > starts
        return cls(
            data, delimiter, starts[kept], ends[kept], next_starts[kept], counts[kept],
            lines[kept], unclosed, swallowing,
        )  # fmt: skip

    def row(self, index: int) -> bytes:
        """Return the bytes of one row."""
        return self.data[self.starts[index] : self.ends[index]]


def lines_before(data: bytes, offset: int) -> int:
    r"""Return how many lines end before ``offset``.

    >>> lines_before(b"a\r\nb\rc", 5)
    2
    """
    if data.find(b"\r", 0, offset) < 0:
        return data.count(b"\n", 0, offset)
    return (
        data.count(b"\n", 0, offset) + data.count(b"\r", 0, offset) - data.count(b"\r\n", 0, offset)
    )


def last_row_end(data: bytes, delimiter: str) -> int:
    r"""Return where the last row that surely ends in ``data`` ends, 0 if none does.

    Text may follow: a CR at the very end may be half of a CR LF, and an open quote may go on.

    >>> last_row_end(b'a,b\n1,"x\ny', ",")
    4
    """
    stop = len(data) - data.endswith(b"\r")
    end = max(data.rfind(b"\n", 0, stop), data.rfind(b"\r", 0, stop)) + 1
    quote = data.rfind(b'"')
    if quote < 0:
        return end
    if quote < end:
        # What follows the last quote's line is plain, if no quote is open there.
        line = min(at for at in (data.find(b"\n", quote), data.find(b"\r", quote), end) if at >= 0)
        if _quoted(data[:line], delimiter)[2] is None:
            return end
    ends = _line_ends(np.frombuffer(data, np.uint8, stop))
    opened, closed, unclosed, _ = _quoted(data, delimiter)
    ends = ends[~_inside(ends, opened, closed)]
    if unclosed is not None:
        ends = ends[ends < unclosed]
    return int(ends[-1]) + 1 if len(ends) else 0


def _line_ends(buffer: np.ndarray) -> np.ndarray:
    ends = buffer == _LF
    lone = buffer == _CR
    lone[:-1] &= ~ends[1:]
    found: np.ndarray = np.flatnonzero(ends | lone)
    return found


_Quotes = tuple[np.ndarray, np.ndarray, int | None, tuple[int, int] | None]


def _quoted(data: bytes, delimiter: str) -> _Quotes:
    """Return the offsets of opening and closing quotes, and what ``Layout`` says of bad ones."""
    opened: list[int] = []
    closed: list[int] = []
    unclosed = swallowing = None
    mark = delimiter.encode()
    cell = re.compile(rb'(?:\A|(?<=[%b\r\n]))"[^"]*(?:""[^"]*)*("?)' % re.escape(mark))
    for found in cell.finditer(data):
        start, end = found.span()
        if not found.group(1):
            unclosed = start
            break
        opened.append(start)
        closed.append(end - 1)
        loose = data[end : end + 1] not in (mark, b"\r", b"\n", b"")
        if swallowing is None and (loose or end - start > LONGEST_QUOTED):
            over_lines = b"\n" in (text := found.group()) or b"\r" in text
            swallowing = (start, end - 1) if over_lines else None
    return np.array(opened, np.int64), np.array(closed, np.int64), unclosed, swallowing


def _inside(offsets: np.ndarray, opened: np.ndarray, closed: np.ndarray) -> np.ndarray:
    if not len(opened):
        return np.zeros(len(offsets), bool)
    last = np.searchsorted(opened, offsets) - 1
    inside: np.ndarray = (last >= 0) & (offsets < closed[np.maximum(last, 0)])
    return inside


def find_fault(layout: Layout, file: str, names: tuple[str, ...]) -> InputError | None:
    """Return the error that best says why the rows do not fit the header, None if they do.

    Parameters
    ----------
    layout : Layout
        Of the file.
    file : str
        What to call the file in messages.
    names : tuple of str
        The header's names.
    """
    if layout.unclosed is not None:
        line = 1 + lines_before(layout.data, layout.unclosed)
        return InputError("unclosed_quote", file=file, line=line)
    if layout.swallowing is not None:
        line, last = (1 + lines_before(layout.data, offset) for offset in layout.swallowing)
        return InputError("swallowing_quote", file=file, line=line, last=last)
    counts = layout.counts[1:]
    bad = np.flatnonzero(counts != len(names)) + 1
    if not len(bad):
        return None
    return (
        _fault_of_header(layout, file, len(names))
        or _fault_of_quotes(layout, file, int(bad[0]), len(names))
        or _fault_of_tail(layout, file, bad)
        or _fault_of_row(layout, file, int(bad[0]), len(names))
    )


def _fault_of_header(layout: Layout, file: str, expected: int) -> InputError | None:
    """Recognize that it is the first line that differs from all others."""
    counts = layout.counts[1:]
    values, numbers = np.unique(counts, return_counts=True)
    usual = int(values[numbers.argmax()])
    if usual == expected or 2 * int(numbers.max()) <= len(counts):
        return None
    facts = {"file": file, "expected": expected, "count": usual}
    wide = 1 + int(np.flatnonzero(counts == usual)[0])
    is_title = usual > expected and not _has_number(layout, wide)
    if is_title and any(_has_number(layout, row) for row in range(wide + 1, len(counts) + 1)):
        # The line of names comes later: what stands above it is a title.
        return InputError("preamble", line=int(layout.lines[wide]), **facts)
    if (counts != usual).any():
        return None
    if usual == expected + 1 and _all_end_with_delimiter(layout):
        return InputError("trailing_delimiter", delimiter=layout.delimiter, **facts)
    return InputError("header_too_short" if usual > expected else "header_too_long", **facts)


def _has_number(layout: Layout, row: int) -> bool:
    cells = layout.row(row).split(layout.delimiter.encode())
    return any(_NUMBER.fullmatch(cell.strip(b' "')) for cell in cells)


def _all_end_with_delimiter(layout: Layout) -> bool:
    last = np.frombuffer(layout.data, np.uint8)[layout.ends[1:] - 1]
    return bool((last == ord(layout.delimiter)).all())


def _fault_of_quotes(layout: Layout, file: str, row: int, expected: int) -> InputError | None:
    """Recognize cells in single quotes, which hold delimiters."""
    text = layout.row(row)
    mark = re.escape(layout.delimiter.encode())
    blanked = re.sub(rb"(?:(?<=%b)|(?<=\A))'[^']*'(?=%b|\Z)" % (mark, mark), b"", text)
    if blanked == text or blanked.count(layout.delimiter.encode()) + 1 != expected:
        return None
    return InputError("quote_character", file=file, line=int(layout.lines[row]))


def _fault_of_tail(layout: Layout, file: str, bad: np.ndarray) -> InputError | None:
    """Recognize that from some line on the file holds something else."""
    is_tail = bad[0] > 1 and len(layout.counts) - bad[0] == len(bad)
    if not is_tail:
        return None
    counts = layout.counts[bad]
    facts = {"file": file, "line": int(layout.lines[bad[0]]), "count": len(bad)}
    if len(bad) <= 5 and (counts == 1).all():
        return InputError("footnote", text=layout.row(int(bad[0])).decode(), **facts)
    if len(bad) > 1 and (counts == counts[0]).all() and counts[0] > 1:
        return InputError("second_table", cells=int(counts[0]), **facts)
    return None


def _fault_of_row(layout: Layout, file: str, row: int, expected: int) -> InputError:
    count = int(layout.counts[row])
    first = int(layout.lines[row])
    over = lines_before(layout.row(row), len(layout.row(row)))
    facts = {"file": file, "line": first, "count": count, "expected": expected}
    if over:
        return InputError("row_over_lines", last=first + over, **facts)
    if count < expected:
        return InputError("row_too_short", **facts)
    return InputError("row_too_long", **facts)
