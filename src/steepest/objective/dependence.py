"""Which columns are exact linear combinations of columns before them, and of which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
# Rounding of the data and of the factor: a multiple of eps for each column that takes part.
_SAFETY = 16.0
# |R_jj| is at most the distance of column j from the independent columns before it, so a column
# with a large one needs no closer look (a QR of all columns before it).
_SUSPICIOUS = 1e-6


@dataclass(frozen=True)
class Dependence:
    """Column ``column`` equals the sum of ``factors[i]`` times column ``others[i]``."""

    column: int
    others: tuple[int, ...]
    factors: tuple[float, ...]


def dependent_columns(R: Floats, lengths: Floats) -> list[Dependence]:
    """Return the columns of a triangular factor that add nothing to those before them.

    Parameters
    ----------
    R : array of shape (p, p)
        Upper triangular factor of the columns, in their order.
    lengths : array of shape (p,)
        Length of each column before any centring: rounding errors of the data are
        proportional to it.

    Notes
    -----
    A column is dependent when what is left of it after projection on the earlier independent
    ones is no longer than the rounding error of the combination that gives it:
    ``16 p eps (length + sum |factor| length of the others)``. Nothing is truncated by a fixed
    condition number: an ill-conditioned but independent table stays as it is.
    """
    columns = R.shape[1]
    kept: list[int] = []
    found: list[Dependence] = []
    for j in range(columns):
        if abs(R[j, j]) > _SUSPICIOUS * lengths[j]:
            kept.append(j)
            continue
        column = R[:, j]
        factors = _solve(R[:, kept], column)
        rest = float(np.linalg.norm(column - (R[:, kept] * factors).sum(axis=1)))
        size = lengths[j] + float((np.abs(factors) * lengths[kept]).sum())
        if rest > _SAFETY * columns * _EPSILON * size:
            kept.append(j)
            continue
        used = [i for i, f in enumerate(factors) if abs(f) * lengths[kept[i]] > 1e-9 * size]
        found.append(
            Dependence(j, tuple(kept[i] for i in used), tuple(tidy(factors[i]) for i in used))
        )
    return found


def _solve(columns: Floats, column: Floats) -> Floats:
    if columns.shape[1] == 0:
        return np.zeros(0)
    basis, triangle = np.linalg.qr(columns)
    return np.asarray(np.linalg.solve(triangle, basis.T @ column))


def tidy(factor: float) -> float:
    """Return the short decimal that the factor is but for rounding, or the factor itself."""
    short = float(f"{factor:.9g}")
    return short if abs(factor - short) <= 1e-11 * abs(factor) else float(factor)
