"""The binary body of an answer: a header of JSON, then all its arrays as float64.

Four bytes (little-endian) give the length of the header, which is padded so that the arrays begin
at a multiple of 8. In the header an array is ``{"$array": [offset, shape]}``; a large one carries
a key, and comes as ``{"$kept": key}`` to a page that holds it already: a surface that a drag of
the rate does not change is not sent again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_LARGE = 1_000


class Packing:
    """Arrays on their way into one body."""

    def __init__(self, have: Collection[str] = ()) -> None:
        self._have = frozenset(have)
        self._parts: list[bytes] = []
        self._size = 0

    def array(self, values: Floats) -> dict[str, Any]:
        """Return what stands for an array in the header."""
        content = np.ascontiguousarray(values, dtype="<f8").tobytes()
        told: dict[str, Any] = {"$array": [self._size, list(values.shape)]}
        if values.size >= _LARGE:
            key = hashlib.blake2b(content, digest_size=12).hexdigest()
            if key in self._have:
                return {"$kept": key}
            told["key"] = key
        self._parts.append(content)
        self._size += len(content)
        return told

    def body(self, header: dict[str, Any]) -> bytes:
        """Return the whole body."""
        text = json.dumps(header, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        content = text.encode("utf-8", "backslashreplace")
        content += b" " * (-(4 + len(content)) % 8)
        return b"".join([len(content).to_bytes(4, "little"), content, *self._parts])


def unpacked(body: bytes) -> tuple[dict[str, Any], bytes]:
    """Return the header and the bytes of the arrays, as a page reads them.

    >>> packing = Packing()
    >>> place = packing.array(np.array([1.0, 2.0]))
    >>> header, data = unpacked(packing.body({"x": place}))
    >>> header["x"], np.frombuffer(data, "<f8").tolist()
    ({'$array': [0, [2]]}, [1.0, 2.0])
    """
    length = int.from_bytes(body[:4], "little")
    return json.loads(body[4 : 4 + length]), body[4 + length :]
