"""The change of variables between the table's units and the coordinates of the descent.

A feature x of the table is seen by the descent as ``z = (x - shift) / scale``. Parameters have
shape (P, K): one column a target; with an intercept the first row holds it (P = d + 1), else
P = d. A feature that is constant on the training rows has ``scale = inf``: it is 0 in training
coordinates, and its coefficient is 0 in the table's units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coordinates:
    """Training coordinates.

    Attributes
    ----------
    shift, scale : arrays of shape (d,)
        ``z = (x - shift) / scale``; without an intercept every shift is 0, since centring
        would change the model.
    intercept : bool
        Whether the first row of the parameters is the intercept.

    Examples
    --------
    >>> standard = Coordinates(np.array([2.0]), np.array([4.0]), intercept=True)
    >>> coefficients, intercept = standard.to_table(np.array([[1.0], [8.0]]))
    >>> coefficients.tolist(), intercept.tolist()
    ([[2.0]], [-3.0])
    """

    shift: Floats
    scale: Floats
    intercept: bool

    @property
    def parameters(self) -> int:
        """Number of parameters of each target, P."""
        return len(self.shift) + self.intercept

    def to_table(self, parameters: Floats) -> tuple[Floats, Floats]:
        """Return coefficients (..., d, K) and intercepts (..., K) in the table's units."""
        slopes = parameters[..., int(self.intercept) :, :]
        coefficients = slopes / self.scale[:, None]
        if not self.intercept:
            return coefficients, np.zeros_like(parameters[..., 0, :])
        moved = (coefficients * self.shift[:, None]).sum(axis=-2)
        return coefficients, parameters[..., 0, :] - moved

    def from_table(self, coefficients: Floats, intercept: Floats) -> Floats:
        """Return parameters (..., P, K) from coefficients (..., d, K) and intercepts (..., K)."""
        finite = np.where(np.isfinite(self.scale), self.scale, 0.0)
        slopes = coefficients * finite[:, None]
        if not self.intercept:
            return slopes
        moved = (coefficients * self.shift[:, None]).sum(axis=-2)
        first = (intercept + moved)[..., None, :]
        return np.concatenate([first, slopes], axis=-2)


def identity(columns: int, *, intercept: bool) -> Coordinates:
    """Return the table's own units as coordinates."""
    return Coordinates(np.zeros(columns), np.ones(columns), intercept)
