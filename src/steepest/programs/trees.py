"""Trees of arrays and their flat form: where every number of a tree stands in one vector.

Parameters in traces are (P, 1): the arrays of the tree one after the other, each row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.programs.compiling import jax_module
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """The shape of a tree of arrays.

    Attributes
    ----------
    structure : PyTreeDef
        JAX's own description, which two trees of one form share.
    names : tuple of str
        Of the arrays; a lone array is called ``p``.
    shapes : tuple of (tuple of int)
        Of the arrays.
    dtype : str
        float64, or float32 if every array is.
    """

    structure: Any
    names: tuple[str, ...]
    shapes: tuple[tuple[int, ...], ...]
    dtype: str

    @property
    def sizes(self) -> tuple[int, ...]:
        """How many numbers each array holds."""
        return tuple(int(np.prod(shape, dtype=np.int64)) for shape in self.shapes)

    @property
    def size(self) -> int:
        """How many numbers all arrays hold: P."""
        return sum(self.sizes)

    @property
    def places(self) -> tuple[int, ...]:
        """Where each array begins in the flat form, and where the last one ends."""
        return tuple(np.concatenate([[0], np.cumsum(self.sizes)]).astype(int).tolist())

    def split(self, flat: Any) -> tuple[Any, ...]:
        """Return the arrays of a flat form (P,), of numpy or JAX."""
        parts = [flat[low:high] for low, high in pairwise(self.places)]
        return tuple(
            part.reshape(shape).astype(self.dtype)
            for part, shape in zip(parts, self.shapes, strict=True)
        )

    def whole(self, leaves: Sequence[Any]) -> Any:
        """Return the tree of these arrays."""
        return jax_module().tree.unflatten(self.structure, list(leaves))

    def flat(self, leaves: Sequence[Any]) -> Floats:
        """Return arrays as parameters (P, 1) of numpy."""
        parts = [np.asarray(one, dtype=np.float64).ravel() for one in leaves]
        return np.concatenate(parts)[:, None] if parts else np.zeros((0, 1))

    def name_of(self, place: int) -> str:
        """Return what the number at one place is called, such as ``w[0,3]``.

        >>> tree_of(np.zeros((2, 3)))[0].name_of(4)
        'p[1,1]'
        """
        array = int(np.searchsorted(self.places, place, side="right")) - 1
        shape = self.shapes[array]
        if not shape:
            return self.names[array]
        index = np.unravel_index(place - self.places[array], shape)
        return f"{self.names[array]}[{','.join(str(int(i)) for i in index)}]"


def tree_of(start: Any) -> tuple[Tree, Floats]:
    """Return the form of a tree of arrays, and its numbers (P, 1).

    Parameters
    ----------
    start : array, or tree of them
        A list or tuple of numbers is one array; dicts, tuples and lists of arrays are trees.

    Raises
    ------
    InputError
        If an array is empty, or holds whole, complex or not finite numbers, or no numbers.

    Examples
    --------
    >>> tree, flat = tree_of({"w": np.ones((2, 1)), "b": np.zeros(2)})
    >>> tree.names, flat.ravel().tolist()
    (('b', 'w'), [0.0, 0.0, 1.0, 1.0])
    """
    if isinstance(start, (list, tuple)) and all(isinstance(v, (int, float)) for v in start):
        start = np.asarray(start)
    keyed, structure = jax_module().tree_util.tree_flatten_with_path(start)
    names = tuple(_name(path) for path, _ in keyed)
    leaves = [_checked(name, value) for name, (_, value) in zip(names, keyed, strict=True)]
    if not leaves:
        raise InputError("program_no_parameters")
    narrow = all(one.dtype == np.float32 for one in leaves)
    shapes = tuple(one.shape for one in leaves)
    tree = Tree(structure, names, shapes, "float32" if narrow else "float64")
    return tree, tree.flat(leaves)


def _checked(name: str, value: Any) -> npt.NDArray[Any]:
    """Return one array of parameters, or say what is wrong with it."""
    array = np.asarray(value)
    if array.dtype.kind in "iub":
        raise InputError("program_integer_parameters", name=name, dtype=str(array.dtype))
    if array.dtype.kind == "c":
        raise InputError("program_complex_parameters", name=name)
    if array.dtype.kind != "f" or not array.size:
        raise InputError("program_bad_parameters", name=name, dtype=str(array.dtype))
    bad = np.argwhere(~np.isfinite(np.atleast_1d(array)))
    if len(bad):
        raise InputError("init_not_finite", name=name)
    return array


def _name(path: Sequence[Any]) -> str:
    """Return the name of an array in a tree, from JAX's path to it."""
    kinds = ("key", "idx", "name")  # of a dict, a list or tuple, a class
    found = [[getattr(key, kind) for kind in kinds if hasattr(key, kind)] for key in path]
    return ".".join(str(one[0]) for one in found if one) or "p"
