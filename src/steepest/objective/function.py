"""The contract of a function that is minimized itself, not as a mean over rows.

- Parameters have shape (P, 1), stacks of them (..., P, 1); ``names`` has P entries.
- ``value`` of (..., P, 1) has shape (...); ``gradient`` has the parameters' shape; ``hessian`` has
  shape (..., P, P) and is symmetric.
- Where the function or a derivative does not exist the number is NaN or inf; nothing is raised.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from steepest.objective.linear import Objective

Floats = npt.NDArray[np.float64]


@runtime_checkable
class FunctionObjective(Objective, Protocol):
    """See the module's docstring."""

    @property
    def names(self) -> tuple[str, ...]:
        """The variables' names."""

    def hessian(self, parameters: Floats) -> Floats:
        """Return the second derivatives at parameters (..., P, 1), shape (..., P, P)."""


def length(vector: npt.NDArray[np.float64]) -> float:
    """Return the length of a vector (P, 1), also where its squares overflow or vanish.

    >>> length(np.array([[1e200], [0.0]]))
    1e+200
    """
    with np.errstate(over="ignore", under="ignore"):
        plain = float(np.linalg.norm(vector))
    if 1e-150 < plain < np.inf:
        return plain
    largest = float(np.abs(vector).max(initial=0.0))
    if not 0.0 < largest < np.inf:
        return plain if np.isnan(largest) else largest
    return largest * float(np.linalg.norm(vector / largest))


def lengths(vectors: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the length of each row of (S, P), as :func:`length` does.

    >>> lengths(np.array([[3.0, 4.0], [1e200, 0.0]])).tolist()
    [5.0, 1e+200]
    """
    with np.errstate(over="ignore", under="ignore"):
        plain = np.linalg.norm(vectors, axis=1)
    odd = ~((plain > 1e-150) & (plain < np.inf))
    if odd.any():
        plain[odd] = [length(one) for one in vectors[odd]]
    return np.asarray(plain)
