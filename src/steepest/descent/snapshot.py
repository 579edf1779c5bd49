"""What a run has come to, as plain arrays: its state, its record and what the loop remembers.

Everything that a resumed run needs besides its data and its options is here, to the last bit:
randomness is a pure function of seed and epoch, and moments are made again from the rows.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

# The states that can be kept, and the modules of this room that define them, loaded where one
# is met; nothing else is ever made from a file.
STATES: Mapping[str, str] = {
    "MomentsState": "moments_engine",
    "RuleMomentsState": "rule_moments",
    "PassState": "pass_engine",
    "SweepState": "sweep",
    "TestedState": "backtracking_engine",
    "ProgramState": "program_engine",
}
_TREE = "tree"


class Keeper(Protocol):
    """Where a loop leaves what it has come to."""

    def load(self) -> dict[str, Any] | None:
        """Return what was left by an earlier process, None if nothing was."""

    def due(self, epoch: int) -> bool:
        """Return whether it is time to leave what has come to be after ``epoch`` epochs."""

    def save(self, values: Mapping[str, Any], epoch: int) -> None:
        """Leave it, whole or not at all."""


def packed(values: Mapping[str, Any]) -> bytes:
    """Return values as bytes: numbers, texts, arrays, states, and lists and mappings of them.

    Raises
    ------
    TypeError
        If one is of another type.

    Examples
    --------
    >>> unpacked(packed({"epoch": 3, "loss": float("inf"), "path": [np.ones(2)]}))
    {'epoch': 3, 'loss': inf, 'path': [array([1., 1.])]}
    """
    arrays: list[npt.NDArray[Any]] = []
    tree = json.dumps(_packed(values, arrays))
    stream = io.BytesIO()
    held = {f"array_{number}": array for number, array in enumerate(arrays)}
    np.savez(stream, allow_pickle=False, **{_TREE: np.array(tree)}, **held)
    return stream.getvalue()


def unpacked(data: bytes) -> dict[str, Any]:
    """Return the values of :func:`packed`.

    Raises
    ------
    ValueError, LookupError, TypeError
        If they cannot be read.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        arrays = [held[f"array_{number}"] for number in range(len(held.files) - 1)]
        made = _unpacked(json.loads(str(held[_TREE])), arrays)
    if not isinstance(made, dict):
        raise ValueError("it holds no mapping")
    return made


def _packed(value: Any, arrays: list[npt.NDArray[Any]]) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": float(value).hex()}
    if hasattr(value, "__array__") and not isinstance(value, np.generic):
        arrays.append(np.asarray(value))  # of numpy, or of JAX
        return {"array": len(arrays) - 1}
    if type(value).__name__ in STATES and is_dataclass(value):
        held = {one.name: _packed(getattr(value, one.name), arrays) for one in fields(value)}
        return {"state": type(value).__name__, "fields": held}
    if isinstance(value, tuple):
        return {"tuple": [_packed(one, arrays) for one in value]}
    if isinstance(value, list):
        return [_packed(one, arrays) for one in value]
    if isinstance(value, Mapping):
        return {"mapping": {str(name): _packed(one, arrays) for name, one in value.items()}}
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _unpacked(value: Any, arrays: list[npt.NDArray[Any]]) -> Any:
    if isinstance(value, list):
        return [_unpacked(one, arrays) for one in value]
    if not isinstance(value, dict):
        return value
    if "float" in value:
        return float.fromhex(value["float"])
    if "array" in value:
        return arrays[value["array"]]
    if "tuple" in value:
        return tuple(_unpacked(one, arrays) for one in value["tuple"])
    if "state" in value:
        held = {name: _unpacked(one, arrays) for name, one in value["fields"].items()}
        module = import_module(f"{__package__}.{STATES[value['state']]}")
        return getattr(module, value["state"])(**held)
    return {name: _unpacked(one, arrays) for name, one in value["mapping"].items()}
