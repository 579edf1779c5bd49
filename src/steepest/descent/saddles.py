"""How many critical points of random functions are saddles, by the number of variables.

The claim that deep learning meets few local minima rests on this share going to one (Bray & Dean,
Phys. Rev. Lett. 98 (2007) 150201; Dauphin et al., NeurIPS 2014). It is measured here as they did:
Newton steps from random starts find critical points of any kind, and the eigenvalues there say of
which. In few variables all points of a small box are found, so that the share is the field's; in
many the points are those that Newton steps find, which is a sample of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from steepest.data.draws import stream_key, words
from steepest.descent.crowds import wilson
from steepest.functions.random_waves import RandomWaves
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]

_STEPS, _LONGEST, _STILL = 60, 0.5, 1e-11
_CRITICAL, _SAME = 1e-9, 1e-5
# Side of the box of starts, by the number of variables: small where all points are to be found.
_SIDE = {1: 12.0, 2: 6.0, 3: 3.0}


@dataclass(frozen=True)
class SaddleCount:
    """Critical points found with one number of variables.

    Attributes
    ----------
    variables, functions : int
        Of each function, and how many there were.
    found, minima, saddles, maxima : int
        Distinct critical points, and of each kind.
    low, high : float
        95 % confidence interval of the share of saddles (Wilson, 1927).

    Examples
    --------
    >>> SaddleCount(2, 10, 40, 9, 20, 11, 0.35, 0.65).share
    0.5
    """

    variables: int
    functions: int
    found: int
    minima: int
    saddles: int
    maxima: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Share of saddles among the points found."""
        return self.saddles / self.found


def saddle_share(
    variables: Sequence[int] = (1, 2, 3, 5, 8, 12),
    *,
    functions: int = 40,
    starts: int = 60,
    seed: int = 0,
) -> tuple[SaddleCount, ...]:
    """Count the kinds of critical points of random functions, for each number of variables.

    Parameters
    ----------
    variables : sequence of int
        Numbers of variables.
    functions : int
        Random functions (:class:`~steepest.functions.random_waves.RandomWaves`) for each of them.
    starts : int
        Random starts of Newton steps on each function.
    seed : int
        Of functions and starts.

    Raises
    ------
    InputError
        If a number is smaller than 1.

    Examples
    --------
    >>> [count.saddles for count in saddle_share([1], functions=2, starts=5)]
    [0]
    """
    for option, value in (("functions", functions), ("starts", starts)):
        if value < 1:
            raise InputError("option_too_small", option=option, value=value, least=1)
    counts = []
    for size in variables:
        if size < 1:
            raise InputError("option_too_small", option="variables", value=size, least=1)
        kinds = np.zeros(3, dtype=np.int64)
        for number in range(functions):
            kinds += _kinds(RandomWaves(size, seed * 1_000_003 + number), starts)
        found = int(kinds.sum())
        minima, saddles, maxima = map(int, kinds)
        low, high = wilson(saddles, max(1, found))
        counts.append(SaddleCount(size, functions, found, minima, saddles, maxima, low, high))
    return tuple(counts)


def _kinds(function: RandomWaves, starts: int) -> npt.NDArray[np.int64]:
    """Return the numbers of minima, saddles and maxima found."""
    size = function.variables
    side = _SIDE.get(size, 4.0)
    drawn = words(stream_key(function.seed, "order", size), np.arange(starts * size))
    x = (drawn / 2.0**64 * side).reshape(starts, size)
    going = np.arange(starts)
    for _ in range(_STEPS):
        step = _newton(function, x[going])
        x[going] -= step
        going = going[np.linalg.norm(step, axis=1) > _STILL]
        if not len(going):
            break
    slopes = np.linalg.norm(function.gradient(x[..., None])[..., 0], axis=1)
    inside = ((x >= 0.0) & (x <= side)).all(axis=1) if size in _SIDE else np.ones(starts, bool)
    x = _distinct(x[(slopes <= _CRITICAL) & inside])
    if not len(x):
        return np.zeros(3, dtype=np.int64)
    positive = (np.linalg.eigvalsh(function.hessian(x[..., None])) > 0.0).sum(axis=1)
    minima, maxima = int((positive == size).sum()), int((positive == 0).sum())
    return np.array([minima, len(x) - minima - maxima, maxima])


def _newton(function: RandomWaves, x: Floats) -> Floats:
    """Return a Newton step of each lane, none longer than half the waves' length."""
    eigenvalues, directions = np.linalg.eigh(function.hessian(x[..., None]))
    gradient = function.gradient(x[..., None])[..., 0]
    along = np.einsum("spd,sp->sd", directions, gradient)
    small = np.where(eigenvalues < 0.0, -1e-9, 1e-9)
    step = np.einsum(
        "spd,sd->sp",
        directions,
        along / np.where(np.abs(eigenvalues) < 1e-9, small, eigenvalues),
    )
    length = np.linalg.norm(step, axis=1, keepdims=True)
    return np.asarray(step * np.minimum(1.0, _LONGEST / np.maximum(length, 1e-300)))


def _distinct(x: Floats) -> Floats:
    kept: list[Floats] = []
    for one in x:
        if all(float(np.abs(one - other).max()) > _SAME for other in kept):
            kept.append(one)
    return np.array(kept).reshape(-1, x.shape[1])
