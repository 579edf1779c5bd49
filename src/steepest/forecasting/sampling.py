"""What random batches change: stable rates by batch size, where larger ones stop paying, the floor.

Let a row be a (with the intercept's 1), A = E[a a'] with eigenvalues l_i, e a row's error at the
optimum, c the curvature of the loss (2 for squared error), g = c * rate, m rows in a batch, n rows
in all. Means are over the training rows; a row of weight w counts as sqrt(w) a, sqrt(w) e.

Stable rates. Sufficient: ``g < 2 / ((m-1)/m L + R2/m)`` (``descent/rates.py``). The two terms are
equal at ``m = 1 + R2/L``: up to there doubling the batch nearly doubles the rate, beyond it hardly
(Jain, Kakade, Kidambi, Netrapalli, Sidford, JMLR 18(223), 2018, section 3.1, the end of linear
speed-up). Exact, for batches drawn independently: the covariance S of the way from the optimum
goes to ``S - g (A S + S A) + g^2 T(S)`` with ``T(S) = (m-1)/m A S A + E[a a'S a a']/m``, which
shrinks if and only if ``g`` times the largest eigenvalue of T relative to ``S -> A S + S A`` is
below 1 (Defossez and Bach, AISTATS 2015).

Floor. At a constant rate the loss hovers above its minimum by ``c/2 tr(A S)``, S the fixed point
of ``g (A S + S A) = g^2 T(S) + g^2/m E[e^2 a a']``. Its trace gives, for independent batches,

    g c/(4m) E[e^2 |a|^2]  <=  floor  <=  the same / (1 - rate / bound),

since T is positive and ``tr T(S) <= ((m-1)/m L + R2/m) tr(A S)``. The fixed point itself is solved
for where fourth moments are affordable (exact), else estimated with an S that is the same in all
directions.

Reshuffling draws without replacement: within an epoch the noise sums to zero. A sum of rows with
coefficients k over a random permutation has variance ``n/(n-1) (sum k^2 - (sum k)^2/n)`` of one
row's (Cochran, *Sampling Techniques*, 3rd ed., 1977, section 2.4); with the coefficients
``g/m_b (1 - g l_i)^(batches after b)`` of the rows of batch b that is the floor at the ends of
epochs along direction i to leading order. What products of noise and way add to it is taken from
independent batches: an approximation. At small rates it is far lower than for independent
batches (Mishchenko, Khaled, Richtarik, NeurIPS 2020); at the end of an epoch whose last batch is
short it is higher.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from steepest.data.source import Block, Source
from steepest.descent.rates import random_order_bounds
from steepest.objective.losses import Loss
from steepest.objective.quadratic import Quadratic

Floats = npt.NDArray[np.float64]

# Fourth moments are made where that costs at most this many multiplications, and the equations
# of the fixed point have at most this many unknowns.
_MOST_PRODUCTS, _MOST_UNKNOWNS = 2e9, 500
_UNSTABLE = 1.0 - 1e-9


@dataclass(frozen=True)
class Floor:
    """How far above the minimum the loss hovers at a constant rate with random batches.

    Attributes
    ----------
    reshuffled : float
        At the ends of epochs, rows reshuffled every epoch: what training shows (approximate).
    independent : float
        For batches drawn independently; inf where their mean square grows without end.
    kind : {"exact", "approximate"}
        Of ``independent``.
    low, high : float
        Proven to enclose it; high is inf from the sufficient bound on.
    """

    reshuffled: float
    independent: float
    kind: str
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Sampling:
    """Moments of the rows that decide what random batches do; see the module's docstring.

    Attributes
    ----------
    rows : int
        n.
    curvature : float
        c.
    eigenvalues : array of shape (r,)
        l_i, those of A that are not zero, descending.
    fourth_moment : float
        R2, the smallest number with E[a'a a a'] <= R2 A.
    noise : array of shape (r, r)
        E[e^2 a a'] in the directions of curvature, summed over targets; NaN for losses other than
        squared errors, of whose noise moments say nothing.
    kurtosis : float
        E[(a'a)^2] / E[a'a].
    products : array of shape (s, s), s = r (r + 1)/2, or None
        E[z_i z_j z_k z_l] of the rows' parts z along the directions, i <= j and k <= l.
    quadratic, loss
        What they belong to.
    """

    rows: int
    curvature: float
    eigenvalues: Floats
    fourth_moment: float
    noise: Floats
    kurtosis: float
    products: Floats | None
    quadratic: Quadratic
    loss: Loss

    @property
    def enough(self) -> int:
        """The batch size beyond which the stable rate hardly grows, 1 + R2/L, at most n."""
        if not len(self.eigenvalues):
            return 1
        return min(self.rows, math.ceil(1.0 + self.fourth_moment / float(self.eigenvalues[0])))

    def bound(self, batch_size: int) -> float:
        """Return the sufficient bound on rates with batches of this size, last one included."""
        if batch_size >= self.rows:
            return _over(2.0 / self.curvature, self.quadratic.largest_curvature / self.curvature)
        return random_order_bounds(
            self.quadratic,
            self.loss,
            self.fourth_moment,
            rows=self.rows,
            batch_size=batch_size,
        ).largest_stable

    def exact_limit(self, batch_size: int) -> float:
        """Return the rate from which on the mean square of independent batches grows.

        Exact for batches of ``batch_size`` rows each; NaN where fourth moments are not affordable.
        """
        if self.products is None or not len(self.eigenvalues):
            return math.nan
        double, both, spread = self._equations(batch_size)
        root = 1.0 / np.sqrt(both)
        # T is symmetric where each pair i < j is counted twice, as the length of a matrix does
        sized = np.sqrt(double)
        symmetric = spread * (sized[:, None] / sized[None, :]) * (root[:, None] * root[None, :])
        largest = float(np.linalg.eigvalsh(0.5 * (symmetric + symmetric.T))[-1])
        return _over(1.0 / self.curvature, largest)

    def floor(self, rate: float, batch_size: int) -> Floor:
        """Return the floor at a constant rate, NaN where moments do not say it."""
        g, m, c = self.curvature * rate, batch_size, self.curvature
        if m >= self.rows or not len(self.eigenvalues):
            return Floor(0.0, 0.0, "exact", 0.0, 0.0)
        low = float(g * c / (4.0 * m) * np.trace(self.noise))
        mixed = (m - 1) / m * float(self.eigenvalues[0]) + self.fourth_moment / m
        room = 1.0 - 0.5 * g * mixed
        high = low / room if room > 0.0 else math.inf
        leading = self._leading(g, m)
        sizes = self._fixed_point(g, m) if self.products is not None else self._estimated(g, m)
        kind = "exact" if self.products is not None else "approximate"
        if sizes is None:
            return Floor(math.inf, math.inf, kind, low, high)
        independent = 0.5 * c * float((self.eigenvalues * sizes).sum())
        with np.errstate(divide="ignore", invalid="ignore"):
            added = np.where(leading > 0.0, sizes / leading, 1.0)
        ends = self._reshuffled(g, m) * added
        reshuffled = 0.5 * c * float((self.eigenvalues * ends).sum())
        return Floor(reshuffled, independent, kind, low, high)

    def _leading(self, g: float, m: int) -> Floats:
        """Return the variances along the directions without products of noise and way."""
        kept = g * self.eigenvalues
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(g * np.diag(self.noise) / (m * self.eigenvalues * (2.0 - kept)))

    def _fixed_point(self, g: float, m: int) -> Floats | None:
        """Return the stationary variances along the directions, None where there are none."""
        if not g < self.curvature * self.exact_limit(m) * _UNSTABLE:
            return None
        rank = len(self.eigenvalues)
        _, both, spread = self._equations(m)
        i, j = np.triu_indices(rank)
        solved = np.linalg.solve(np.diag(both) - g * spread, g / m * self.noise[i, j])
        return np.asarray(solved[i == j])

    def _estimated(self, g: float, m: int) -> Floats | None:
        """Return about the same from traces alone, exact if all variances are equal."""
        spread = (m - 1) / m * float((self.eigenvalues**2).sum() / self.eigenvalues.sum())
        room = 1.0 - 0.5 * g * (spread + self.kurtosis / m)
        if room <= 0.0 or g * float(self.eigenvalues[0]) >= 2.0:
            return None
        leading = g * np.diag(self.noise) / (2.0 * m * self.eigenvalues)
        return np.asarray(leading / room)

    def _equations(self, m: int) -> tuple[Floats, Floats, Floats]:
        """Return multiplicities, the diagonal of S -> A S + S A, and T, on pairs i <= j."""
        assert self.products is not None
        i, j = np.triu_indices(len(self.eigenvalues))
        left, right = self.eigenvalues[i], self.eigenvalues[j]
        double = np.where(i == j, 1.0, 2.0)
        spread = self.products * double / m
        spread[np.diag_indices(len(i))] += (m - 1) / m * left * right
        return double, left + right, spread

    def _reshuffled(self, g: float, m: int) -> Floats:
        """Return variances at the ends of epochs to leading order, the last batch included."""
        n, last = self.rows, self.rows % m
        whole = n // m
        shift = 1 if last else 0
        kept = g * self.eigenvalues
        with np.errstate(divide="ignore", invalid="ignore"):
            log = np.where(kept < 1.0, np.log1p(-np.minimum(kept, 1.0)), np.log(np.abs(kept - 1.0)))
            # sums of powers of 1 - kept over the whole batches, the last of which is followed by
            # the short one
            first = np.where(kept == 1.0, 1.0 - shift, (1.0 - kept) ** shift)
            twice = first**2 * np.expm1(2.0 * whole * log) / np.expm1(2.0 * log)
            turned = np.where(kept < 1.0, -np.expm1(whole * log), 1.0 - (1.0 - kept) ** whole)
            squares = g * g * (twice / m + (1.0 / last if last else 0.0))
            sums = g * (first * turned / kept + shift)
            spread = np.maximum(squares - sums * sums / n, 0.0) * (n / max(1, n - 1))
            left = -np.expm1(2.0 * (whole + shift) * log)
            return np.asarray(np.diag(self.noise) * spread / left)


def sampling_of(quadratic: Quadratic, loss: Loss, rows: Source) -> Sampling:
    """Return what random batches of these rows do, from one pass over them.

    Parameters
    ----------
    quadratic : Quadratic
        Curvature of ``loss`` (or its bound) in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    rows : Source
        Training rows in training coordinates.
    """
    c, n, rank = loss.curvature_bound, rows.rows, quadratic.rank
    eigenvalues = quadratic.curvatures[:rank] / c
    pairs = rank * (rank + 1) // 2
    affordable = pairs <= _MOST_UNKNOWNS and float(n) * pairs**2 <= _MOST_PRODUCTS
    mean_weight = 0.5 * c / quadratic.scale / n
    sums = rows.total(
        partial(
            _row_sums,
            intercept=quadratic.coordinates.intercept,
            mean_weight=mean_weight,
            affordable=affordable,
        ),
        quadratic.directions[:, :rank],
        quadratic.optimum,
        add=_added,
    )
    fourth, noise, lengths, squares, products = (one / n for one in sums)
    whiten = 1.0 / np.sqrt(eigenvalues)
    whitened = fourth * whiten[:, None] * whiten[None, :]
    R2 = float(np.linalg.eigvalsh(whitened)[-1]) if rank else 0.0
    return Sampling(
        rows=n,
        curvature=c,
        eigenvalues=eigenvalues,
        fourth_moment=R2,
        noise=noise if loss.quadratic else np.full_like(noise, np.nan),
        kurtosis=_over(float(squares), float(lengths)),
        products=products if affordable else None,
        quadratic=quadratic,
        loss=loss,
    )


Sums = tuple[Floats, Floats, Floats, Floats, Floats]


def _row_sums(
    block: Block,
    directions: Floats,
    optimum: Floats,
    *,
    intercept: bool,
    mean_weight: float,
    affordable: bool,
) -> Sums:
    a = block.X
    if intercept:
        a = np.concatenate([np.ones((len(a), 1)), a], axis=1)
    errors = a @ optimum - block.y
    z = a @ directions
    if block.weight is not None:
        share = np.sqrt(block.weight / mean_weight)[:, None]
        errors, z = errors * share, z * share
    lengths = (z * z).sum(axis=1)
    squares = (errors * errors).sum(axis=1)
    i, j = np.triu_indices(z.shape[1])
    pairs = z[:, i] * z[:, j] if affordable else np.zeros((0, 0))
    return (
        z.T @ (z * lengths[:, None]),
        z.T @ (z * squares[:, None]),
        np.asarray(lengths.sum()),
        np.asarray((lengths * lengths).sum()),
        pairs.T @ pairs,
    )


def _added(left: Sums, right: Sums) -> Sums:
    added = [one + other for one, other in zip(left, right, strict=True)]
    return added[0], added[1], added[2], added[3], added[4]


def _over(numerator: float, denominator: float) -> float:
    return numerator / denominator if denominator > 0.0 else math.inf
