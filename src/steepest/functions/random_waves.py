"""Random functions of any number of variables: sums of many random plane waves.

``f(x) = sqrt(2 / M) sum_j cos(w_j . x + phase_j)`` with standard normal wave vectors ``w_j`` tends,
as M grows, to the Gaussian random field with covariance ``exp(-|x - y|^2 / 2)``, whose critical
points are known: in two variables half of them are saddles (Longuet-Higgins, Phil. Trans. A 249
(1957) 321-387), in three the share is (29 + 6 sqrt 6) / 58 = 0.7534 (Bardeen, Bond, Kaiser &
Szalay, ApJ 304 (1986) 15-61, equation 4.11).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from steepest.data.draws import normals, stream_key, words

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RandomWaves:
    """A random function, a pure function of (variables, seed, waves).

    Parameters
    ----------
    variables : int
        P.
    seed : int
        Which one.
    waves : int
        M.

    Examples
    --------
    >>> waves = RandomWaves(3, seed=0)
    >>> waves.gradient(np.zeros((3, 1))).shape, waves.hessian(np.zeros((3, 1))).shape
    ((3, 1), (3, 3))
    """

    variables: int
    seed: int = 0
    waves: int = 400

    @property
    def names(self) -> tuple[str, ...]:
        """x1, x2, ..."""
        return tuple(f"x{i + 1}" for i in range(self.variables))

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (P, 1) of the parameters."""
        return self.variables, 1

    def value(self, parameters: Floats) -> Floats:
        """Return the function at parameters (..., P, 1), shape (...)."""
        return np.asarray(self._height * np.cos(self._angles(parameters)).sum(axis=-1))

    def gradient(self, parameters: Floats) -> Floats:
        """Return the first derivatives at parameters (..., P, 1), in their shape."""
        slopes = -self._height * np.sin(self._angles(parameters))
        return np.asarray(slopes @ self._vectors)[..., None]

    def value_and_gradient(self, parameters: Floats) -> tuple[float, Floats]:
        """Return both at parameters (P, 1)."""
        return float(self.value(parameters)), self.gradient(parameters)

    def hessian(self, parameters: Floats) -> Floats:
        """Return the second derivatives at parameters (..., P, 1), shape (..., P, P)."""
        weights = -self._height * np.cos(self._angles(parameters))
        weighted = weights[..., None] * self._vectors
        return np.asarray(np.swapaxes(weighted, -1, -2) @ self._vectors)

    def _angles(self, parameters: Floats) -> Floats:
        return np.asarray(parameters[..., 0] @ self._vectors.T + self._phases)

    @property
    def _height(self) -> float:
        return float(np.sqrt(2.0 / self.waves))

    @cached_property
    def _vectors(self) -> Floats:
        key = stream_key(self.seed, "sample", self.variables)
        return normals(key, self.waves * self.variables).reshape(self.waves, self.variables)

    @cached_property
    def _phases(self) -> Floats:
        drawn = words(stream_key(self.seed, "start", self.variables), np.arange(self.waves))
        return np.asarray(drawn / 2.0**64 * 2.0 * np.pi)
