"""Critical points: whether the gradient is zero near here, and what the Hessian says there.

Where descent ends, the point is not yet critical to the last digit, and the Hessian a little off
may lie: beside the bottom of x^2 + y^4 it says minimum, beside a monkey saddle it says saddle. So
the point is first polished by Newton steps, which must shrink, must not let the gradient grow and
may not lead farther than a stated distance. Then an eigenvalue counts only if the gradient follows
it: along its direction, on both sides, the slope must be what the eigenvalue predicts over
at least a decade of distances. A direction whose eigenvalue does not count decides nothing, and the
values around are asked instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.draws import normals, stream_key
from steepest.descent.checks import finite_numbers
from steepest.objective.function import FunctionObjective, length
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

KINDS = ("minimum", "saddle", "maximum", "degenerate", "not_critical")
# How far polishing may lead, as a share of the larger of 1 and the point's length.
POLISH = 0.1
_STEPS, _SHRINK, _CHANGE = 200, 0.9, 0.7
# A gradient this share of the gradients around is zero up to rounding.
_ZERO = 4 * np.finfo(np.float64).eps
# A gradient that is no smaller than this share of those around belongs to a wall or a kink, where
# an enormous curvature makes Newton steps as short as near a critical point.
_SMALL = 1e-6
# Where gradients around are taken, as shares of the scale: no two of a ratio at which a wave could
# be level twice, and none so far that a steep function is another one there.
_REACHES = 0.1 * np.array([1.0, 0.618034, 0.3178372, 0.1414214])
# At a critical point up to rounding the next Newton step is at most this share of the scale.
_SHORT = 1e-3
_DISTANCES = np.logspace(-8.0, -1.0, 8)
_RADII = (1e-3, 1e-2, 1e-1)
_DIRECTIONS = 128
_SEEN = 64 * np.finfo(np.float64).eps
# Below this float64 loses digits, and products of small numbers vanish.
_LEAST = float(np.finfo(np.float64).tiny)


@dataclass(frozen=True)
class Around:
    """Values around a point: how many directions rise and fall at what distance.

    >>> Around(0.001, 132, 132, 0, 0.0).falling
    0
    """

    distance: float
    directions: int
    rising: int
    falling: int
    deepest: float


@dataclass(frozen=True, eq=False)
class CriticalPoint:
    """What a point is; see :func:`critical_point`.

    Attributes
    ----------
    kind : str
        minimum, saddle, maximum, degenerate (the Hessian decides nothing) or not_critical.
    point : array of shape (P,)
        The polished point, or the given one if that is not near critical.
    value, gradient_norm : float
        The function and the length of its gradient there.
    eigenvalues : array of shape (P,)
        Of the Hessian there, smallest first; NaN where it does not exist.
    moved : float
        How far polishing moved the point.
    steps : int
        Newton steps of the polishing.
    counted : array of shape (P,)
        Which eigenvalues the gradient follows.
    around : Around or None
        The values around a degenerate point.

    Examples
    --------
    >>> from steepest.functions.formula import Formula
    >>> critical_point(Formula("x**2 - y**2"), [1e-9, 0.0]).kind
    'saddle'
    """

    kind: str
    point: Floats
    value: float
    gradient_norm: float
    eigenvalues: Floats
    moved: float
    steps: int
    counted: npt.NDArray[np.bool_]
    around: Around | None = None


def critical_point(
    function: FunctionObjective, point: npt.ArrayLike, *, polish: float = POLISH
) -> CriticalPoint:
    """Say what a point of a function is, after polishing it by Newton steps if it is near critical.

    Parameters
    ----------
    function : FunctionObjective
        A :class:`~steepest.functions.formula.Formula`, or anything with its value, gradient and
        hessian.
    point : array of shape (P,) or (P, 1)
        Where.
    polish : float
        How far the point may be moved, as a share of the larger of 1 and its length; 0 never.

    Returns
    -------
    CriticalPoint
        With ``kind`` not_critical if no critical point was found within that distance.

    Raises
    ------
    InputError
        If the point has another number of variables.

    Examples
    --------
    >>> from steepest.functions.formula import Formula
    >>> found = critical_point(Formula("x**2 + y**4"), [0.0, 1e-3])
    >>> found.kind, found.around.falling
    ('degenerate', 0)
    """
    first = finite_numbers("point", point).reshape(-1, 1)
    if first.shape != function.shape:
        raise InputError("init_shape", name="point", shape=first.shape, wanted=function.shape)
    with np.errstate(all="ignore"):
        polished, steps = _polished(function, first, polish)
        if polished is None:
            return _described(function, first, first, 0, "not_critical")
        return _described(function, polished, first, steps, None)


def _described(
    function: FunctionObjective, point: Floats, first: Floats, steps: int, kind: str | None
) -> CriticalPoint:
    value, gradient = function.value_and_gradient(point)
    hessian = function.hessian(point)
    counted = np.zeros(len(point), dtype=bool)
    eigenvalues = np.full(len(point), np.nan)
    around = None
    if np.isfinite(hessian).all():
        eigenvalues, directions = np.linalg.eigh(hessian)
        eigenvalues = eigenvalues + 0.0  # no negative zero
        if kind is None:
            counted = _counted(function, point, eigenvalues, directions)
            kind = _kind(eigenvalues, counted)
            if kind == "degenerate":
                around = _around(function, point, value, directions)
    return CriticalPoint(
        kind or "not_critical",
        point[:, 0],
        float(value),
        length(gradient),
        eigenvalues,
        float(np.linalg.norm(point - first)),
        steps,
        counted,
        around,
    )


def _kind(eigenvalues: Floats, counted: npt.NDArray[np.bool_]) -> str:
    up, down = (counted & (eigenvalues > 0.0)), (counted & (eigenvalues < 0.0))
    if up.any() and down.any():
        return "saddle"
    if up.all():
        return "minimum"
    return "maximum" if down.all() else "degenerate"


def _polished(
    function: FunctionObjective, first: Floats, polish: float
) -> tuple[Floats | None, int]:
    """Return the critical point that Newton steps lead to from ``first``, None if to none."""
    scale = max(1.0, float(np.linalg.norm(first)))
    point, gradient, before, there = first, function.gradient(first), np.inf, False
    for steps in range(_STEPS + 1):
        norm = length(gradient)
        if norm == 0.0:
            return point, steps
        step, flat, bend = _newton(function.hessian(point), gradient)
        typical = _typical(function, point, scale)
        noise = _ZERO * typical
        way = length(step)
        level = _level(function, point, gradient, flat, noise, scale)
        if not level or not np.isfinite(way):
            return None, steps
        near = way <= 1e-9 * scale and norm <= _SMALL * typical
        there = bool(near or (norm <= noise and way <= _SHORT * scale))
        if way > _SHRINK * before or way <= 1e-16 * scale:
            return (point, steps) if there else (None, steps)
        after = point - step
        slope = function.gradient(after)
        if float(np.linalg.norm(after - first)) > polish * scale:
            return None, steps
        if way > 1e-9 * scale and not _same_valley(function, point, step, bend):
            return None, steps
        if not length(slope) <= norm:
            return (point, steps) if there else (None, steps)
        point, gradient, before = after, slope, way
    return (point, _STEPS) if there else (None, _STEPS)


def _newton(hessian: Floats, gradient: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the Newton step in the directions that curve, and those that do not, as columns.

    And the Hessian's absolute value (P, P), which bends upwards in every direction.
    """
    if not np.isfinite(hessian).all():
        return np.full_like(gradient, np.nan), np.eye(len(hessian)), hessian
    eigenvalues, directions = np.linalg.eigh(hessian)
    largest = float(np.abs(eigenvalues).max())
    curved = np.abs(eigenvalues) > len(hessian) * np.finfo(np.float64).eps * largest
    along = directions.T @ gradient
    step = directions[:, curved] @ (along[curved] / eigenvalues[curved, None])
    bend = directions * np.abs(eigenvalues) @ directions.T
    return np.asarray(step), np.asarray(directions[:, ~curved]), np.asarray(bend)


def _level(
    function: FunctionObjective,
    point: Floats,
    gradient: Floats,
    flat: Floats,
    noise: float,
    scale: float,
) -> bool:
    """Return whether the slope in the directions that do not curve is zero up to rounding.

    Beside a steep direction a gentle slope is as small as rounding and yet a slope: one that is
    all of the gradient must at least be small beside the slopes farther along its own direction.
    """
    slopes = flat.T @ gradient
    rest = length(slopes)
    if rest <= 0.5 * length(gradient):
        return rest <= noise
    way = flat @ (slopes / rest) * scale
    reaches = np.concatenate([_REACHES, -_REACHES])
    farther = np.abs((function.gradient(point + reaches[:, None, None] * way) * way).sum(axis=1))
    most = float(np.max(farther, initial=0.0, where=np.isfinite(farther))) / scale
    return rest <= noise and rest <= _SMALL * most


def _same_valley(function: FunctionObjective, point: Floats, step: Floats, bend: Floats) -> bool:
    """Return whether the curvature along a Newton step stays what it was, up to a share.

    Towards a degenerate point of any order it falls to at least (1 - 1/m)^(m - 1) > 0.36 of itself.
    """
    here = float((step.T @ bend @ step)[0, 0])
    hessians = function.hessian(np.stack([point, point - 0.5 * step, point - step]))
    along = np.einsum("pi,kpq,qi->k", step, hessians, step)
    return bool((np.abs(along[1:] - along[0]) <= _CHANGE * here).all())


def _typical(function: FunctionObjective, point: Floats, scale: float) -> float:
    """Return the largest length of the gradient around, along the axes and one way between."""
    between = np.sqrt(1.0 + np.arange(len(point)))
    ways = np.concatenate([np.eye(len(point)), between[None] / np.linalg.norm(between)])
    moves = scale * np.concatenate([_REACHES, -_REACHES])[:, None, None] * ways
    norms = np.hypot.reduce(np.abs(function.gradient(point + moves[..., None])[..., 0]), axis=-1)
    return float(np.max(norms, initial=0.0, where=np.isfinite(norms)))


def _counted(
    function: FunctionObjective, point: Floats, eigenvalues: Floats, directions: Floats
) -> npt.NDArray[np.bool_]:
    """Return which eigenvalues the slope follows over a decade of distances, on both sides."""
    reach = _DISTANCES * max(1.0, float(np.linalg.norm(point)))
    both = np.concatenate([reach, -reach])
    moves = both[None, :, None] * directions.T[:, None, :]  # (directions, distances, P)
    gradients = function.gradient(point + moves[..., None])[..., 0]
    slopes = np.einsum("dtp,pd->dt", gradients, directions)
    follows = np.abs(slopes / (both * eigenvalues[:, None]) - 1.0) <= 0.5
    each = follows[:, : len(reach)] & follows[:, len(reach) :]
    return np.asarray((each[:, 1:] & each[:, :-1]).any(axis=1))


def _around(function: FunctionObjective, point: Floats, value: float, directions: Floats) -> Around:
    """Return how the values change at the smallest distance at which any change is seen."""
    size = len(point)
    drawn = normals(stream_key(0, "sample"), _DIRECTIONS * size).reshape(_DIRECTIONS, size)
    drawn /= np.linalg.norm(drawn, axis=1, keepdims=True)
    ways = np.concatenate([directions.T, -directions.T, drawn if size > 1 else drawn[:0]])
    scale = max(1.0, float(np.linalg.norm(point)))
    for radius in _RADII:
        change = function.value(point + radius * scale * ways[:, :, None]) - value
        seen = max(_SEEN * abs(value), _LEAST)
        rising, falling = int((change > seen).sum()), int((change < -seen).sum())
        if rising or falling:
            break
    deepest = float(np.min(change, initial=0.0, where=np.isfinite(change)))
    return Around(radius * scale, len(ways), rising, falling, deepest)
