"""Rows of a CSV file that hold nothing but plain numbers, read by compiled code.

Whatever is no plain number (quotes, blanks, words, other spellings of nothing, rows of another
length) is left to pyarrow and to the errors that name it: :func:`plain_numbers` returns None.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from steepest.data.source import available_cores

Floats = npt.NDArray[np.float64]

# Text below which loading compiled code costs more than it saves; it is left to pyarrow.
_LEAST = 4 << 20


def plain_numbers(
    data: bytes, body: int, names: Sequence[str], wanted: Sequence[str], delimiter: str
) -> list[Floats] | None:
    r"""Return parts (wanted, rows) of the columns, NaN for empty cells; None if there is more.

    Parameters
    ----------
    data : bytes
        Whole rows from ``body`` on.
    body : int
        Where they begin.
    names : sequence of str
        The columns of the text.
    wanted : sequence of str
        Those to return.
    delimiter : str
        The one character between cells.

    Examples
    --------
    >>> text = b"x,y\n" + b"1.5,2\n-3e-1,\n" * 500_000
    >>> plain_numbers(text, 4, ["x", "y"], ["x", "y"], ",")[0][:, :2]
    array([[ 1.5, -0.3],
           [ 2. ,  nan]])
    >>> plain_numbers(text + b"red,1\n", 4, ["x", "y"], ["x", "y"], ",")
    """
    from steepest.data.csv_kernel import POWERS, read_numbers

    if len(data) - body < _LEAST or not 0 < ord(delimiter) < 127:
        return None
    places = np.full(len(names), -1)
    for place, name in enumerate(wanted):
        places[list(names).index(name)] = place
    text = np.frombuffer(data, np.uint8)
    cuts = _cuts(data, body, available_cores())

    def read(part: tuple[int, int]) -> Floats | None:
        start, stop = part
        # A row has a byte for each of its cells at least.
        out = np.empty((len(wanted), (stop - start) // len(names) + 1))
        address = text.ctypes.data + start
        rows = read_numbers(address, stop - start, ord(delimiter), places, POWERS, out)
        return None if rows < 0 else out[:, :rows]

    with ThreadPoolExecutor(len(cuts) - 1) as pool:
        parts = list(pool.map(read, pairwise(cuts)))
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return known


def _cuts(data: bytes, body: int, parts: int) -> list[int]:
    """Return where about equal parts of the text begin, each after a line's end."""
    cuts = [body]
    for part in range(1, parts):
        place = data.find(b"\n", max(body + (len(data) - body) * part // parts, cuts[-1])) + 1
        if place > cuts[-1]:
            cuts.append(place)
    return [*cuts, len(data)] if cuts[-1] < len(data) or len(cuts) == 1 else cuts
