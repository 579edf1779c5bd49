"""What the driver and its workers say to each other: plain values and arrays, as bytes.

A message is a checksum, the length of a JSON text, the text, and the bytes of its arrays. Nothing
that is read from it is executed.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

_HEAD = struct.Struct("<IQ")


def encoded(value: Any) -> bytes:
    """Return plain values (None, numbers, texts, lists, mappings, arrays) as bytes.

    Examples
    --------
    >>> decoded(encoded({"rows": 3, "sums": np.array([1.5, np.inf])}))["sums"].tolist()
    [1.5, inf]
    """
    arrays: list[npt.NDArray[Any]] = []
    text = json.dumps(_encoded(value, arrays)).encode()
    body = b"".join([text, *(np.ascontiguousarray(one).tobytes() for one in arrays)])
    return _HEAD.pack(zlib.crc32(body), len(text)) + body


def decoded(message: bytes) -> Any:
    """Return the values of a message; tuples have become lists.

    Raises
    ------
    ValueError
        If the message was changed on its way.
    """
    checksum, length = _HEAD.unpack_from(message)
    body = memoryview(message)[_HEAD.size :]
    if zlib.crc32(body) != checksum:
        raise ValueError("checksum")
    return _Decoding(body[length:]).value(json.loads(bytes(body[:length])))


def _encoded(value: Any, arrays: list[npt.NDArray[Any]]) -> Any:
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return {"float": float(value).hex()}
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub":
        arrays.append(value)
        return {"dtype": value.dtype.str, "shape": value.shape}
    if isinstance(value, (list, tuple)):
        return [_encoded(one, arrays) for one in value]
    if isinstance(value, Mapping):
        return {"mapping": {str(name): _encoded(one, arrays) for name, one in value.items()}}
    raise TypeError(f"{type(value).__name__} is no plain value")


class _Decoding:
    """Arrays are taken from the bytes in the order in which the text names them."""

    def __init__(self, rest: memoryview) -> None:
        self._rest, self._place = rest, 0

    def value(self, told: Any) -> Any:
        if isinstance(told, list):
            return [self.value(one) for one in told]
        if not isinstance(told, dict):
            return told
        if "mapping" in told:
            return {name: self.value(one) for name, one in told["mapping"].items()}
        if "float" in told:
            return float.fromhex(told["float"])
        kind, shape = np.dtype(told["dtype"]), tuple(told["shape"])
        start, self._place = self._place, self._place + kind.itemsize * math.prod(shape)
        return np.frombuffer(self._rest[start : self._place], kind).reshape(shape).copy()
