"""Smoothing of a recorded curve: the debiased exponentially weighted mean."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def smoothed(values: npt.ArrayLike, weight: float = 0.0) -> npt.NDArray[np.float64]:
    """Return the exponentially weighted mean of a curve.

    ``s_n = (1 - w) sum_i w^(n-i) y_i / (1 - w^n)``, so that the first points are not pulled
    towards zero. About the last ``1 / (1 - w)`` points are averaged; the half-life is
    ``log(0.5) / log(w)`` points. Points that are not finite pass through and do not age the
    weights. Equals ``pandas.Series.ewm(alpha=1 - w, adjust=True, ignore_na=True).mean()`` at
    the finite points. Smooth the whole curve before thinning it for a drawing: the smoothed
    curve of a beginning is the beginning of the smoothed curve.

    Parameters
    ----------
    values : array of shape (n,)
        The curve, point by point.
    weight : float
        0 (the raw curve) up to, but less than, 1.

    Raises
    ------
    ValueError
        If the weight lies outside [0, 1) or the curve is not one-dimensional.

    Examples
    --------
    >>> smoothed([0.0, 1.0], 0.5).round(4).tolist()
    [0.0, 0.6667]
    """
    curve = np.asarray(values, dtype=np.float64)
    if curve.ndim != 1:
        raise ValueError(f"a curve has shape (n,); got {curve.shape}")
    if not 0.0 <= weight < 1.0:
        raise ValueError(f"the smoothing weight must be at least 0 and less than 1; got {weight}")
    result = curve.copy()
    mean, share = 0.0, 1.0
    for i in np.flatnonzero(np.isfinite(curve)):
        mean = weight * mean + (1.0 - weight) * curve[i]
        share *= weight
        result[i] = mean / (1.0 - share)
    return result
