"""Everything a quadratic loss needs of the rows, from one pass over them.

Moments hold the triangular factor R of the rows ``[1, (x - shift) / unit, (y - shift) / unit]``
(each times the square root of its weight). From R follow means, deviations, curvature,
optimum, and the loss at any parameters, in O(d^2) and for any number of rows. Moments of
disjoint rows merge.

``shift`` is the lower median of the first rows and ``unit`` a power of two: a constant column
becomes exactly zero, columns far from zero lose no digits, and multiplying a column by a power
of two changes no bit of what follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.block_sums import ColumnFill
from steepest.data.coordinates import Coordinates
from steepest.data.file_source import FileSource, RowSource, in_one_stream, sums_of_both
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource, Block, Fill, Source, fold
from steepest.objective.factor import compiled_pays, factor_of_products, triangular_factor

Floats = npt.NDArray[np.float64]

_SHIFT_ROWS = 255
_EPSILON = float(np.finfo(np.float64).eps)

# Work (rows x columns^2) below which reflections take a few milliseconds (1,000,000 x 1: 15 ms, and
# 5 ms by cross products).
_SMALL_WORK = 5_000_000
# Condition number of the standardized features up to which cross products, which square it,
# leave 11 of 16 digits: they are 4 to 6 times as fast as reflections.
_MILD_CONDITION = 300.0


@dataclass(frozen=True, eq=False)
class Moments:
    """Triangular factor of [1, X, y] in shifted units; see the module's docstring.

    Attributes
    ----------
    R : array of shape (1 + d + K, 1 + d + K)
        Upper triangular.
    shift, unit : arrays of shape (d + K,)
        Of the features, then of the targets.
    columns : int
        Number of features d.
    weight : float
        Sum of the weights (the number of rows where there are none).
    rows : int
        Number of rows.
    orthogonal : bool
        Whether R was accumulated by reflections, not from cross products.

    Examples
    --------
    >>> from steepest.data.source import ArraySource
    >>> moments_of(ArraySource(np.array([[1.0], [3.0]]), np.array([[0.0], [4.0]]))).weight
    2.0
    """

    R: Floats
    shift: Floats
    unit: Floats
    columns: int
    weight: float
    rows: int
    orthogonal: bool = True

    @property
    def targets(self) -> int:
        """Number of targets K."""
        return len(self.shift) - self.columns

    @property
    def means(self) -> Floats:
        """Weighted means of features and targets, shape (d + K,)."""
        return np.asarray(self.shift + self.unit * (self.R[0, 1:] / self.R[0, 0]))

    @property
    def deviations(self) -> Floats:
        """Population standard deviations of features and targets, shape (d + K,)."""
        spread = np.sqrt((self.R[1:, 1:] ** 2).sum(axis=0) / self.weight)
        return np.asarray(self.unit * spread)

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which features and targets vary by no more than rounding, shape (d + K,)."""
        return np.asarray(self.deviations <= 8.0 * _EPSILON * np.abs(self.means))

    def design(self, coordinates: Coordinates) -> Floats:
        """Return B (1 + d, P): rows in training coordinates, as seen through R.

        ``|B p - t|^2`` plus what no parameters can reach is the sum of squared errors.
        """
        columns = self.columns
        moved = (coordinates.shift - self.shift[:columns]) / self.unit[:columns]
        scale = coordinates.scale / self.unit[:columns]
        top = self.R[: 1 + columns, : 1 + columns]
        slopes = (top[:, 1:] - moved * top[:, :1]) / scale
        return np.concatenate([top[:, :1], slopes], axis=1) if coordinates.intercept else slopes

    def target(self) -> tuple[Floats, Floats]:
        """Return t (1 + d, K) and the unreachable squared lengths (K,), in the target's unit."""
        columns = self.columns
        block = self.R[:, 1 + columns :] * self.unit[columns:]
        block = block + self.shift[columns:] * self.R[:, :1]
        return block[: 1 + columns], (block[1 + columns :] ** 2).sum(axis=0)


def merge(left: Moments, right: Moments, *, compiled: bool) -> Moments:
    """Return the moments of the rows of both, which must share shift and unit."""
    stacked = np.concatenate([left.R, right.R])
    return replace(
        left,
        R=triangular_factor(stacked, compiled=compiled),
        weight=left.weight + right.weight,
        rows=left.rows + right.rows,
    )


def centre(block: Block) -> tuple[Floats, Floats]:
    """Return the (shift, unit) of features and targets to accumulate with, shape (d + K,)."""
    values = np.concatenate([block.X, block.y], axis=1)[:_SHIFT_ROWS]
    middle = (len(values) - 1) // 2
    shift = np.partition(values, middle, axis=0)[middle]
    largest = np.abs(values - shift).max(axis=0)
    largest = np.where(largest > 0.0, largest, np.abs(shift))
    _, exponent = np.frexp(np.where(largest > 0.0, largest, 1.0))
    return shift, np.ldexp(1.0, np.clip(exponent, -1000, 1000))


def _block_moments(block: Block, shift: Floats, unit: Floats, *, compiled: bool) -> Moments:
    columns = block.X.shape[1]
    rows = np.empty((len(block.X), 1 + len(shift)))
    rows[:, 0] = 1.0
    rows[:, 1 : 1 + columns] = (block.X - shift[:columns]) / unit[:columns]
    rows[:, 1 + columns :] = (block.y - shift[columns:]) / unit[columns:]
    weight = float(len(rows))
    if block.weight is not None:
        rows *= np.sqrt(block.weight)[:, None]
        weight = float(block.weight.sum())
    return Moments(
        triangular_factor(rows, compiled=compiled), shift, unit, columns, weight, len(rows)
    )


def moments_of(source: Source) -> Moments:
    """Return the moments of a source's rows from one pass (plus a look at its first block).

    Examples
    --------
    >>> from steepest.data.source import ArraySource
    >>> moments = moments_of(ArraySource(np.array([[1.0], [3.0]]), np.array([[0.0], [4.0]])))
    >>> moments.means.round(12).tolist(), moments.deviations.round(12).tolist()
    ([2.0, 2.0], [1.0, 2.0])
    """
    shift, unit = centre(_first(source))
    width = 1 + source.columns + source.targets
    compiled = compiled_pays(source.rows, width)
    if compiled and isinstance(source, (ArraySource, FileSource)) and source.shift is None:
        return upright(_compiled_moments(source, shift, unit))
    summed: Moments = source.total(
        partial(_block_moments, compiled=compiled),
        shift,
        unit,
        add=partial(merge, compiled=compiled),
    )
    return upright(summed)


def _first(source: Source) -> Block:
    return source.first() if isinstance(source, FileSource) else next(source.blocks())


def upright(moments: Moments) -> Moments:
    """Return the moments with a diagonal of R that is not negative, which makes R unique."""
    signs = np.where(np.diag(moments.R) < 0.0, -1.0, 1.0)
    return replace(moments, R=moments.R * signs[:, None])


def moments_of_both(training: RowSource, validation: RowSource) -> tuple[Moments, Moments | None]:
    """Return the moments of training and validation rows, of files from one scan where possible.

    They are those of :func:`moments_of`, bit for bit.

    Examples
    --------
    >>> from steepest.data.source import ArraySource
    >>> rows = ArraySource(np.array([[1.0], [3.0]]), np.array([[0.0], [4.0]]))
    >>> moments_of_both(rows, rows.take(np.zeros(2, bool)))[1] is None
    True
    """
    # Where no row validates, their sums are asked for at the training rows' centre and are none.
    both = (training, validation if validation.rows else training)
    if not (in_one_stream(training, validation) and all(map(_by_products, both))):
        return moments_of(training), moments_of(validation) if validation.rows else None
    assert isinstance(training, FileSource)
    centres = [centre(_first(one)) for one in both]
    width = 1 + training.columns + training.targets
    fills = [_products(one, *where) for one, where in zip(both, centres, strict=True)]
    columns = None
    if width != 4:  # two features and one target have a kernel of their own
        columns = _column_fill(*map(np.stack, zip(*centres, strict=True)))
    size = 1 + width * width
    made = sums_of_both(training.prepared, (fills[0], fills[1]), size, columns)
    finished: list[Moments] = []
    for one, where, sums in zip(both, centres, made, strict=True):
        if sums is not None:
            moments = _of_products(one, sums, *where)
            finished.append(upright(_by_reflections(one, *where) if moments is None else moments))
    return finished[0], finished[1] if validation.rows else None


def _by_products(source: RowSource) -> bool:
    """Return whether cross products of so many rows are worth a try."""
    width = 1 + source.columns + source.targets
    return source.rows * width * width > _SMALL_WORK


def _compiled_moments(source: RowSource, shift: Floats, unit: Floats) -> Moments:
    """Return moments by compiled kernels: cross products where they are good enough."""
    if _by_products(source):
        width = 1 + source.columns + source.targets
        sums = source.sums(_products(source, shift, unit), 1 + width * width)
        made = _of_products(source, sums, shift, unit)
        if made is not None:
            return made
    return _by_reflections(source, shift, unit)


def _products(source: RowSource, shift: Floats, unit: Floats) -> Fill:
    """Return what adds the cross products of rows; two features and a target have their own."""
    pair = source.columns == 2 and source.targets == 1 and not source.weighted
    return _fill("cross_pair" if pair else "cross_block", shift, unit)


def _of_products(source: RowSource, sums: Floats, shift: Floats, unit: Floats) -> Moments | None:
    """Return moments from cross products, None where too many digits are lost in them."""
    width = 1 + source.columns + source.targets
    R = factor_of_products(sums[1:].reshape(width, width))
    if R is None or not _condition(R, source.columns) <= _MILD_CONDITION:
        return None
    return Moments(R, shift, unit, source.columns, float(sums[0]), source.rows, orthogonal=False)


def _by_reflections(source: RowSource, shift: Floats, unit: Floats) -> Moments:
    parts = factors_of_blocks(source, shift, unit, compiled=True)
    return replace(fold(parts, partial(merge, compiled=True)), rows=source.rows)


def factors_of_blocks(
    source: RowSource, shift: Floats, unit: Floats, *, compiled: bool
) -> Iterator[Moments]:
    """Yield the moments of each block, by reflections; their rows are not counted."""
    if not compiled:
        for block in source.blocks():
            yield _block_moments(block, shift, unit, compiled=False)
        return
    width = 1 + source.columns + source.targets
    for part in source.partial_sums(_fill("factor_block", shift, unit), 1 + width * width):
        R = part[1:].reshape(width, width)
        yield Moments(R, shift, unit, source.columns, float(part[0]), 0)


def _fill(kernel: str, shift: Floats, unit: Floats) -> Recipe:
    given = {"kernel": kernel, "shift": shift, "unit": unit}
    return Recipe(f"{__name__}:made_fill", given)


def _column_fill(shifts: Floats, units: Floats) -> Recipe:
    return Recipe(f"{__name__}:made_column_fill", {"shifts": shifts, "units": units})


def made_fill(kernel: str, shift: Floats, unit: Floats) -> Fill:
    """Return one of the kernels of moments, bound to where it accumulates."""
    from steepest.objective import moments_kernel

    add: Callable[..., None] = getattr(moments_kernel, kernel)

    def fill(X: Any, y: Any, weight: Floats, sums: Floats) -> None:
        add(X, y, weight, shift, unit, sums)

    return fill


def made_column_fill(shifts: Floats, units: Floats) -> ColumnFill:
    """Return the kernel of cross products over columns, bound to where it accumulates."""
    from steepest.objective.moments_kernel import cross_columns

    def fill(starts: Any, bounds: Any, rows: Any, others: Any, *sums: Floats) -> None:
        cross_columns(starts, bounds, rows, others, shifts, units, *sums)

    return fill


def _condition(R: Floats, columns: int) -> float:
    """Return the condition number of the standardized features, inf if one of them is constant."""
    centred = R[1 : 1 + columns, 1 : 1 + columns]
    lengths = np.sqrt((centred**2).sum(axis=0))
    if not (lengths > 0.0).all():
        return np.inf
    singular = np.linalg.svd(centred / lengths, compute_uv=False)
    return float(singular[0] / singular[-1]) if singular[-1] > 0.0 else np.inf


def standard_coordinates(moments: Moments, *, intercept: bool, standardize: bool) -> Coordinates:
    """Return the training coordinates that the moments ask for.

    With an intercept features are centred and scaled by their population standard deviation;
    without one they are scaled only. Features constant on the training rows are taken out
    where there is an intercept (which already says all they can say), and left as they are
    where there is none.

    Examples
    --------
    >>> from steepest.data.source import ArraySource
    >>> rows = ArraySource(np.array([[1.0], [3.0]]), np.array([[0.0], [4.0]]))
    >>> where = standard_coordinates(moments_of(rows), intercept=True, standardize=True)
    >>> where.shift.tolist(), where.scale.round(12).tolist()
    ([2.0], [1.0])
    """
    columns = moments.columns
    means, deviations = moments.means[:columns], moments.deviations[:columns]
    constant = moments.constant[:columns]
    shift = means if standardize and intercept else np.zeros(columns)
    scale = np.where(constant, 1.0, deviations) if standardize else np.ones(columns)
    if intercept:
        shift = np.where(constant, means, shift)
        scale = np.where(constant, np.inf, scale)
    return Coordinates(shift, scale, intercept)
