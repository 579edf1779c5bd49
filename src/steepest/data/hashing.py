"""Feature hashing: a category of very many levels in a fixed number of columns.

Weinberger, Dasgupta, Langford, Smola, Attenberg, *Feature hashing for large scale multitask
learning*, ICML 2009: a level adds a sign to one column; sign and column are functions of its text
alone, so inner products are unbiased over the choice of the function. Levels that meet in a column
are told apart by their signs at best.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

#: Columns that one category may be spread over: rows stay dense.
MOST_COLUMNS = 65_536


def hashed_levels(
    levels: Sequence[str], columns: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return the column and the sign of each level.

    The function is BLAKE2b of the text in UTF-8, 8 bytes read as a little-endian number: its lowest
    bit is the sign (0 for +1), the rest modulo ``columns`` the column. It is the same in every
    process, version and machine.

    Examples
    --------
    >>> places, signs = hashed_levels(["Berlin", "Paris"], 8)
    >>> places.tolist(), signs.tolist()
    ([1, 5], [1.0, -1.0])
    """
    texts = (level.encode("utf-8", "surrogatepass") for level in levels)
    drawn = b"".join(blake2b(text, digest_size=8).digest() for text in texts)
    numbers = np.frombuffer(drawn, dtype="<u8")
    places = (numbers >> np.uint64(1)) % np.uint64(columns)
    return places.astype(np.int64), np.where(numbers & np.uint64(1), -1.0, 1.0)


def expected_meetings(levels: int, columns: int) -> float:
    """Return how many of so many levels are expected to share their column with another one.

    Examples
    --------
    >>> round(expected_meetings(2, 4), 12)
    0.5
    """
    alone = (1.0 - 1.0 / columns) ** (levels - 1)
    return levels * (1.0 - alone)
