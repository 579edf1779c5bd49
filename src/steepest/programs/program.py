"""A program: a differentiable function of a tree of arrays, with rows of data or without.

It keeps the contract of a function that is minimized itself: parameters (P, 1) and stacks of them
(..., P, 1), ``value`` (...), ``gradient`` of the parameters' shape, ``hessian`` (..., P, P).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.programs.compiling import float64, jax_module
from steepest.programs.forms import EVALUATED_ROWS, Forms, forms_of
from steepest.programs.network import Network
from steepest.programs.trees import Tree, tree_of
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_SHOWN = 6
# Errors of JAX about values that it does not know while it follows a function.
_OF_JAX = ("Tracer", "Concretization", "NonConcrete", "UnexpectedTracer")
_ADDRESS = re.compile(r"0x[0-9a-f]+|id=\d+")
# A function is a mean over rows if parts of these sizes give the whole to this share.
_MEAN = 1e-6
_PARTS = (40, 24)
# One-sided slopes at these distances tell a kink: of a smooth function their difference shrinks
# with the distance, here to a tenth.
_FAR, _NEAR = 1e-4, 1e-5
_KINK = 1e-3
_LOOKED_THROUGH = 100


@dataclass(frozen=True, eq=False)
class Program:
    """A function of a tree of arrays, ready to be minimized; made by :func:`program_of`.

    Attributes
    ----------
    forms : Forms
        Its compiled forms.
    tree : Tree
        The form of its parameters.
    label : str
        How it is called.
    start : array of shape (P, 1)
        The parameters it was given.
    data : tuple
        Nothing, or the rows (a tree of arrays of n rows each) and what is fixed beside them.
    rows : int
        How many rows; 0 without data.
    in_parts : bool
        Whether values over all rows are summed up from parts of them.
    compiled_before : float
        Seconds that compiling had taken before the program was made.
    network : Network or None
        The network that it is, if it is one.

    Examples
    --------
    >>> bowl = program_of(lambda p: (p * p).sum(), [3.0])
    >>> bowl.value(np.array([[[1.0]], [[2.0]]])).tolist(), bowl.hessian(bowl.start).tolist()
    ([1.0, 4.0], [[2.0]])
    """

    forms: Forms
    tree: Tree
    label: str
    start: Floats
    data: tuple[Any, ...] = field(default=(), repr=False)
    rows: int = 0
    in_parts: bool = False
    compiled_before: float = 0.0
    network: Network | None = None

    @property
    def compilation_seconds(self) -> float:
        """What compiling has taken since the program was made."""
        return self.forms.seconds - self.compiled_before

    @property
    def shape(self) -> tuple[int, int]:
        """Shape of the parameters, (P, 1)."""
        return self.tree.size, 1

    @property
    def names(self) -> tuple[str, ...]:
        """Of the P parameters."""
        return tuple(self.tree.name_of(place) for place in range(self.tree.size))

    def value(self, parameters: Floats) -> Any:
        """Return the function at parameters (..., P, 1), shape (...)."""
        points = np.asarray(parameters, dtype=np.float64)
        flat = points.reshape(-1, self.tree.size)
        with float64():
            if self.in_parts:
                each = [float(self.forms.value_in_parts(one, self.data)) for one in flat]
                found: Any = np.array(each)
            else:
                found = self.forms.values(_filled_up(flat), self.data)
        values = np.array(found, dtype=np.float64)[: len(flat)].reshape(points.shape[:-2])
        return values if points.ndim > 2 else float(values)

    def gradient(self, parameters: Floats) -> Floats:
        """Return the gradient at parameters (..., P, 1), of their shape."""
        points = np.asarray(parameters, dtype=np.float64)
        flat = points.reshape(-1, self.tree.size)
        if self.in_parts or len(flat) == 1:
            found: Any = np.array([self.value_and_gradient(one[:, None])[1] for one in flat])
        else:
            with float64():
                found = self.forms.gradients(_filled_up(flat), self.data)
        return np.array(found, dtype=np.float64)[: len(flat)].reshape(points.shape)

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both at parameters (P, 1)."""
        flat = np.asarray(parameters, dtype=np.float64)[:, 0]
        form = self.forms.in_parts if self.in_parts else self.forms.at_point
        with float64():
            value, gradient = form(flat, self.data)
            return float(value), np.array(gradient, dtype=np.float64)[:, None]

    def hessian(self, parameters: Floats) -> Floats:
        """Return the second derivatives at parameters (..., P, 1), shape (..., P, P)."""
        points = np.asarray(parameters, dtype=np.float64)
        flat = points.reshape(-1, self.tree.size)
        with float64():
            found = np.array(self.forms.hessians(_filled_up(flat), self.data), dtype=np.float64)
        return found[: len(flat)].reshape(*points.shape[:-2], *found.shape[1:])

    def tree_at(self, parameters: Floats) -> Any:
        """Return parameters (P, 1) as the tree of arrays (of numpy) they were given as."""
        return self.tree.whole(self.tree.split(np.asarray(parameters)[:, 0]))

    def arrays(self, parameters: Floats, slots: int) -> tuple[Any, Any]:
        """Return parameters (P, 1) as arrays of JAX, and ``slots`` times zeros of their shapes."""
        numpy = jax_module().numpy
        with float64():
            leaves = self.tree.split(numpy.asarray(parameters[:, 0]))
            zeros = tuple(numpy.zeros_like(one) for one in leaves)
        return leaves, (zeros,) * slots

    def on(self, rows: Any) -> Program:
        """Return the same function over other rows."""
        data = (_rows_of(rows), *self.data[1:])
        count = int(jax_module().tree.leaves(data[0])[0].shape[0])
        return replace(
            self, data=data, rows=count, in_parts=self.in_parts and count > EVALUATED_ROWS
        )


def _filled_up(points: Floats) -> Floats:
    """Return points (n, P) with the last one repeated up to a power of two.

    Every number of points is compiled anew: stacks that shrink point by point would take minutes.
    """
    room = 1 << max(0, len(points) - 1).bit_length()
    return np.concatenate([points, np.repeat(points[-1:], room - len(points), axis=0)])


def program_of(
    function: Callable[..., Any],
    start: Any,
    data: Any = None,
    *,
    fixed: tuple[Any, ...] = (),
    mean: bool = False,
) -> Program:
    """Return a program: a function, the form of its parameters, and its data if it has any.

    Parameters
    ----------
    function : function
        ``function(parameters)``, or ``function(parameters, batch)`` with data: JAX-differentiable,
        returning one real number. With data it is a mean over the rows of the batch (plus
        anything that does not depend on them).
    start : array, or tree of arrays, of floats
        Where it is checked: the function and its gradient must be finite there. Arrays of float32
        throughout are descended in float32, all others in float64.
    data : array, or tree of arrays, optional
        Rows: every array has the same first axis.
    fixed : tuple
        Further arguments after the batch, the same for every batch.
    mean : bool
        Whether it is known to be a mean over rows, and need not be checked.

    Raises
    ------
    InputError
        If JAX is not installed, or the function cannot be minimized from there: the message names
        the function, the parameter, and the point.

    Examples
    --------
    >>> bowl = program_of(lambda p: (p ** 2).sum(), [3.0, 4.0])
    >>> bowl.value_and_gradient(bowl.start)[0], bowl.names
    (25.0, ('p[0]', 'p[1]'))
    """
    jax_module()
    label = getattr(function, "__name__", type(function).__name__)
    with float64():
        tree, flat = tree_of(start)
        rows: tuple[Any, ...] = ()
        count = 0
        if data is not None:
            rows = (_rows_of(data), *fixed)
            count = int(jax_module().tree.leaves(rows[0])[0].shape[0])
        forms = forms_of(function, tree, batched=data is not None)
        in_parts = mean and count > EVALUATED_ROWS
        made = Program(forms, tree, label, flat, rows, count, in_parts, forms.seconds)
        _check_form(made, pure=mean)
        _check_point(made)
    return made


def _rows_of(data: Any) -> Any:
    """Return data as arrays of JAX with equally many rows."""
    jax = jax_module()
    with float64():
        tree = jax.tree.map(jax.numpy.asarray, data)
        counts = [one.shape[0] if one.ndim else 0 for one in jax.tree.leaves(tree)]
    if not counts or min(counts) != max(counts) or not min(counts):
        raise InputError("program_data_rows", counts=sorted(set(counts)))
    return tree


def shown_at(tree: Tree, flat: Floats) -> str:
    """Return a point as text, the first six numbers of it."""
    shown = [f"{tree.name_of(i)} = {flat[i, 0]:.6g}" for i in range(min(_SHOWN, len(flat)))]
    return ", ".join([*shown, *(["…"] if len(flat) > _SHOWN else [])])


def _check_form(program: Program, *, pure: bool) -> None:
    """Refuse a function that JAX cannot follow, or that does not return one real number.

    ``pure`` ones are known to do the same in every call; others are followed twice.
    """
    jax = jax_module()
    first, shown, result = _followed(program)
    if result.shape != ():
        shapes = [str(tuple(result.shape))]
        raise InputError("program_not_scalar", function=program.label, shapes=shapes)
    point = shown_at(program.tree, program.start)
    if jax.numpy.issubdtype(result.dtype, jax.numpy.complexfloating):
        raise InputError("program_complex", function=program.label, point=point)
    if not jax.numpy.issubdtype(result.dtype, jax.numpy.floating):
        raise InputError("program_not_real", function=program.label, dtype=str(result.dtype))
    if pure:
        return
    second, again, _ = _followed(program)
    same = len(first) == len(second) and all(
        np.array_equal(one, other, equal_nan=True)
        for one, other in zip(first, second, strict=True)
        if one is not other
    )
    if shown != again or not same:
        raise InputError("program_not_pure", function=program.label, point=point)


def _followed(program: Program) -> tuple[Any, str, Any]:
    """Return the arrays a function holds, what it computes as JAX sees it, and its result's form.

    Traced anew in every call; addresses in memory are left out of the text.
    """
    jax = jax_module()
    leaves = program.tree.split(program.start[:, 0])

    def called(leaves: Any, data: Any) -> Any:
        found = program.forms.scalar(leaves, data)
        kinds = [_kind(one) for one in jax.tree.leaves(found)]
        if len(kinds) != 1 or not kinds[0].startswith("("):
            raise InputError("program_not_scalar", function=program.label, shapes=kinds or ["None"])
        return jax.tree.leaves(found)[0]

    try:
        traced, result = jax.make_jaxpr(called, return_shape=True)(leaves, program.data)
    except InputError:
        raise
    except Exception as error:  # whatever the function itself raises when JAX follows it
        raise _not_followed(program, error) from error
    return traced.consts, _ADDRESS.sub("", str(traced)), result


def _kind(value: Any) -> str:
    """Return the shape of a number or array, the type of anything else."""
    if isinstance(value, (bool, int, float, complex)):
        return "()"
    shape = getattr(value, "shape", None)
    return type(value).__name__ if shape is None else str(tuple(shape))


def _not_followed(program: Program, error: Exception) -> InputError:
    """Return what is wrong: the function's own mistake, or what JAX cannot follow."""
    kind, lines = type(error).__name__, str(error).strip().splitlines()
    text = lines[0].rstrip(".") if lines else kind
    facts = {"function": program.label, "kind": kind, "text": text}
    if kind.startswith(_OF_JAX):
        return InputError("program_not_followed", **facts)
    shapes = [
        f"{name} {shape}"
        for name, shape in zip(program.tree.names, program.tree.shapes, strict=True)
    ]
    if program.rows:
        return InputError("program_raises_with_rows", **facts, shapes=shapes[:_SHOWN])
    return InputError("program_raises", **facts, shapes=shapes[:_SHOWN])


def _check_point(program: Program) -> None:
    """Refuse a start at which the function or a derivative does not exist."""
    value, gradient = program.value_and_gradient(program.start)
    facts = {"function": program.label, "point": shown_at(program.tree, program.start)}
    if not np.isfinite(value):
        raise InputError("program_not_finite", value=value, **facts)
    bad = np.flatnonzero(~np.isfinite(gradient[:, 0]))
    if len(bad):
        name = program.tree.name_of(int(bad[0]))
        slope = float(gradient[bad[0], 0])
        raise InputError("program_no_gradient", name=name, slope=slope, count=len(bad), **facts)
    if not program.rows and program.tree.size <= _LOOKED_THROUGH:
        _check_kinks(program, value, facts)


def _check_kinks(program: Program, value: float, facts: dict[str, Any]) -> None:
    """Refuse a start at which slopes from the two sides disagree, however near one looks."""
    if program.tree.dtype != "float64":
        return
    start = program.start[:, 0]
    steps = np.maximum(1.0, np.abs(start))
    far, near = (_slopes(program, value, distance * steps) for distance in (_FAR, _NEAR))
    jump, wider = near[1] - near[0], far[1] - far[0]
    scale = np.maximum(np.abs(near).max(axis=0), 1e-3 * max(1.0, abs(value)))
    with np.errstate(all="ignore"):
        kinked = (np.abs(jump) > 0.5 * np.abs(wider)) & (np.abs(jump) > _KINK * scale)
    if kinked.any():
        place = int(np.argmax(kinked))
        name = program.tree.name_of(place)
        sides = {"before": float(near[0, place]), "after": float(near[1, place])}
        raise InputError("program_kink", name=name, **sides, **facts)


def _slopes(program: Program, value: float, steps: Floats) -> Floats:
    """Return the slope to the left and to the right along every parameter, shape (2, P)."""
    moves = np.concatenate([-np.diag(steps), np.diag(steps)])
    values = np.asarray(program.value((program.start[:, 0] + moves)[..., None]))
    return np.stack([value - values[: len(steps)], values[len(steps) :] - value]) / steps


def check_mean(program: Program) -> None:
    """Refuse a function of data that is no mean over its rows, at the start.

    Raises
    ------
    InputError
        If the values of two parts of the rows do not make that of both together: batches would
        then minimize something else.
    """
    jax = jax_module()
    cut, parts = 0, 0.0
    with float64():
        leaves = program.tree.split(program.start[:, 0])
        for size in (min(one, program.rows // 2) for one in _PARTS):
            rows = jax.tree.map(lambda one, a=cut, n=size: one[a : a + n], program.data[0])
            parts += size * float(program.forms.scalar(leaves, (rows, *program.data[1:])))
            cut += size
        seen = jax.tree.map(lambda one: one[:cut], program.data[0])
        whole = float(program.forms.scalar(leaves, (seen, *program.data[1:])))
    if not abs(parts / cut - whole) <= _MEAN * max(abs(whole), abs(parts / cut)):
        raise InputError(
            "program_not_a_mean", function=program.label, rows=cut, whole=whole, mean=parts / cut
        )
