"""Learning rates that are known beforehand to be stable: theorem, condition, formula.

Let H be the Hessian of the training loss in training coordinates, L and mu its largest and
smallest nonzero eigenvalue.

Batch descent, constant rate, quadratic loss (exact). Along each eigenvector the way from the
optimum is multiplied by ``1 - rate * curvature`` in every epoch, so descent from any start
converges if and only if ``rate < 2 / L``; the rate with the smallest worst factor is
``2 / (mu + L)``; at ``1 / L`` no direction overshoots (Nesterov, *Lectures on Convex
Optimization*, 2nd ed., 2018, 2.1.5). For other losses ``2 / L`` with a bound L of the
curvature is sufficient.

Mini-batch and stochastic descent, random order (sufficient, proven for batches drawn
independently). With h the Hessian of *half* the squared error, l its largest eigenvalue, m
the smallest batch of an epoch (the last one may be shorter), and R2 the smallest number with
``E[|a|^2 a a'] <= R2 E[a a']`` over the rows a (with the 1 of the intercept), the iterates stay
bounded in mean square for ``rate < 2 / ((m - 1)/m l + R2 / m)`` (Jain, Kakade, Kidambi,
Netrapalli, Sidford, JMLR 18(223), 2018, section 3). A loss with curvature bound c has c times that
Hessian, hence 1/c of that rate: half of it for the squared error.

Given order (sufficient for a quadratic loss). Each update is a contraction, or leaves a
direction alone, if ``rate < 2 / (largest curvature of any batch)``.

Rules with momentum b (``RULES``: heavy ball and Nesterov's; a rate r, v the velocity).

- Batch, quadratic (exact): along a curvature c the roots of ``z^2 - (1 + b - r c) z + b`` (heavy
  ball) or ``z^2 - (1 + b)(1 - r c) z + b (1 - r c)`` (Nesterov) lie inside the unit circle if and
  only if ``r c < 2 (1 + b)`` or ``r c < (2 + 2 b) / (1 + 2 b)``: one leaves it at -1 (Polyak 1964;
  Lessard, Recht, Packard, SIAM J. Optim. 26(1), 2016, proposition 1).
- Batch, convex, curvature at most L (sufficient): ``loss + b/(2 r) |v|^2`` never rises under
  heavy ball for ``r <= 2 (1 - b) / L`` (by the descent lemma), and at Nesterov's lagged point x
  ``loss(x) + L/2 |v|^2`` never rises at ``r <= 1/L`` (Beck and Teboulle, SIAM J. Imaging Sci.
  2(1), 2009, lemma 2.3, taken at the point before).
- Random order (sufficient, batches drawn independently): with Rm = (m - 1)/m l + R2/m, F the
  excess loss, h = r/(1 - b) and ``z = p + b/(1 - b) v`` an update is ``z - h g(p)``, so that
  ``E|z - p*|^2 + 2 h b/(1 - b) F(previous p)`` never rises if ``h <= 2/Rm``: 1 - b times plain
  descent's bound. For Nesterov ``z = p + b^2/(1 - b) v``, F is taken at the lagged point, whose
  next value is at most ``F(p) (1 + r^2 l Rm)`` in the mean, and l <= Rm gives
  ``u + b (1 - b) u^2 <= 2`` for u = h Rm, hence ``(1 - b) 2 / (1 + sqrt(1 + 8 b (1 - b)))`` times
  plain descent's bound.
- Given order (sufficient): with the same z, ``|z - p*|^2 + s/(1 - b)^2 |v|^2`` rises under no
  batch of curvature at most C, at the best s (b, or b^2 for Nesterov), if
  ``r <= 2 (1 - b)^2 / ((1 + b) C)``, for Nesterov ``r <= 2 (1 - b)^2 / ((1 - b + 2 b^2) C)``.

No rate of AdaGrad, RMSProp and Adam is proven stable here.

Penalties. L2 of strength l adds l to every curvature. For random order it adds l to ``(m - 1)/m l +
R2/m`` times c: with h the curvature of a row's loss, ``E[(h + l)^2] <= (c R2 + l)(c E[a a'] + l)``
because ``E[a a'] <= R2``. The proximal step of L1 never lengthens a way, so it leaves every bound
of plain descent as it is. Losses without a curvature bound have no rate of this kind: batch
descent backtracks (``backtracking.py``). For losses without a slope everywhere the first rate is
D / (G sqrt(m)), the one that minimizes the classic bound over one epoch of m updates, D being the
way from the start to the least-squares parameters, which stand for the unknown optimum, and
G >= the root mean square of a subgradient; it then falls geometrically, which for losses made of
planes converges geometrically (Goffin, Math. Programming 13, 1977).

``auto`` takes 1/L for batch descent on a quadratic and half the bound otherwise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.file_source import FileSource
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource, Block, Fill, Source
from steepest.descent.rules import Rule, rule_of
from steepest.objective.losses import Loss
from steepest.objective.penalties import NO_PENALTY, Penalty
from steepest.objective.quadratic import Quadratic, penalized

# Work (rows x rank^2) above which compiled sums on all cores pay for being loaded.
_SMALL_WORK = 5_000_000
# Up to this ratio of lengths along the eigenvectors sums that are whitened afterwards lose no more
# than four digits, as moments by cross products do.
_EVEN = 100.0

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RateBounds:
    """What is known about learning rates before training.

    Attributes
    ----------
    largest_stable : float
        The bound that fits method, batch size, order and update rule; inf where nothing curves,
        NaN for a rule without.
    auto : float
        The rate that ``auto`` takes; NaN for a rule without.
    kind : {"exact", "sufficient", "none"}
        Whether rates above the bound are known to diverge.
    rule : {"batch", "random", "given"}
        Which of the theorems above: that of all rows, of random or of given order.
    largest_curvature, smallest_curvature : float
        L and mu.
    fourth_moment : float
        R2, or the largest curvature of a batch for the given order; NaN for batch descent.
    smallest_batch : int
        m.
    """

    largest_stable: float
    auto: float
    kind: str
    rule: str
    largest_curvature: float
    smallest_curvature: float
    fourth_moment: float
    smallest_batch: int


def rounded_down(rate: float) -> float:
    """Return ``rate`` rounded down to three digits, last bits forgiven.

    >>> rounded_down(0.49999999999999994), rounded_down(0.123987)
    (0.5, 0.123)
    """
    if not math.isfinite(rate) or rate <= 0.0:
        return 1.0
    raised = Decimal(rate) * (1 + Decimal("1e-9"))
    last = Decimal(1).scaleb(raised.adjusted() - 2)
    return float(raised.quantize(last, rounding=ROUND_FLOOR))


def rate_bounds(
    quadratic: Quadratic,
    loss: Loss,
    rows: Source,
    *,
    batch_size: int,
    order: str = "random",
    rule: str | Rule = "plain",
    penalty: Penalty = NO_PENALTY,
    known_moment: float | None = None,
) -> RateBounds:
    """Return the bound on constant learning rates that fits batch size, order and update rule.

    Parameters
    ----------
    quadratic : Quadratic
        Curvature of ``loss`` (or its bound) in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    rows : Source
        Training rows in training coordinates; read once more unless all rows are one batch.
    batch_size : int
        n; all rows or more for batch descent.
    order : {"random", "given"}
        How an epoch walks the rows.
    rule : str or Rule
        A key of ``RULES``, or an entry with another momentum (``rule_of``).
    penalty : Penalty
        Part of the objective.
    known_moment : float, optional
        What :func:`fourth_moment` returned for these rows, to spare the pass over them.

    Examples
    --------
    >>> from steepest import LOSSES, ArraySource, Coordinates, moments_of, quadratic_of
    >>> rows = ArraySource(np.array([[1.0], [2.0], [3.0]]), np.array([[2.0], [4.0], [6.0]]))
    >>> units = Coordinates(np.zeros(1), np.ones(1), intercept=False)
    >>> loss = LOSSES["squared_error"]
    >>> quadratic = quadratic_of(moments_of(rows), loss, units)
    >>> round(rate_bounds(quadratic, loss, rows, batch_size=3).largest_stable, 12)
    0.214285714286
    """
    bowl, c, l2 = penalized(quadratic, penalty.l2), loss.curvature_bound, penalty.l2
    L, mu = bowl.largest_curvature, bowl.smallest_curvature
    stable = rule_of(rule).stable
    by_batch = batch_size >= rows.rows
    smallest = rows.rows if by_batch else rows.rows % batch_size or batch_size
    if stable is None:
        theorem = "batch" if by_batch else order
        return RateBounds(math.nan, math.nan, "none", theorem, L, mu, math.nan, smallest)
    if by_batch:
        quadratic_objective = loss.quadratic and not penalty.l1
        kind = "exact" if quadratic_objective else "sufficient"
        largest = stable.quadratic if quadratic_objective else stable.convex
        auto = rounded_down(_over(1.0 if quadratic_objective else 0.5 * largest, L))
        return RateBounds(_over(largest, L), auto, kind, "batch", L, mu, math.nan, smallest)
    if order == "given":
        steepest = l2 + c * _steepest_batch(rows, batch_size, quadratic.coordinates.intercept)
        bound = stable.given * _over(2.0, steepest)
        auto = rounded_down(0.5 * bound)
        return RateBounds(bound, auto, "sufficient", order, L, mu, steepest, smallest)
    R2 = fourth_moment(quadratic, rows, c) if known_moment is None else known_moment
    return random_order_bounds(
        bowl, loss, R2, rows=rows.rows, batch_size=batch_size, share=stable.random, l2=l2
    )


def random_order_bounds(
    quadratic: Quadratic,
    loss: Loss,
    fourth_moment: float,
    *,
    rows: int,
    batch_size: int,
    share: float = 1.0,
    l2: float = 0.0,
) -> RateBounds:
    """Return the bound for random batches of fewer than all rows, R2 being known.

    Parameters
    ----------
    quadratic, loss
        As for ``rate_bounds``.
    fourth_moment : float
        R2.
    rows, batch_size : int
        Rows of an epoch and of a batch.
    share : float
        Of plain descent's bound, that the update rule is proven stable up to.
    l2 : float
        Strength of the squared penalty, which ``quadratic`` holds.
    """
    L, mu, c = quadratic.largest_curvature, quadratic.smallest_curvature, loss.curvature_bound
    smallest = rows % batch_size or batch_size
    mixed = (smallest - 1) / smallest * max(0.0, L - l2) / c + fourth_moment / smallest
    bound = share * _over(2.0 / c, mixed + l2 / c)
    auto = rounded_down(0.5 * bound)
    return RateBounds(bound, auto, "sufficient", "random", L, mu, fourth_moment, smallest)


def _over(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator > 0.0 else math.inf


def _extended(block: Block, intercept: bool) -> Floats:
    if not intercept:
        return block.X
    return np.concatenate([np.ones((len(block.X), 1)), block.X], axis=1)


def fourth_moment(quadratic: Quadratic, rows: Source, c: float) -> float:
    """Return R2: the largest eigenvalue of E[|a|^2 u u'], with u the whitened rows."""
    rank = quadratic.rank
    if rank == 0:
        return 0.0
    lengths = np.sqrt(quadratic.curvatures[:rank] / c)
    whiten = quadratic.directions[:, :rank] / lengths
    if isinstance(rows, ArraySource | FileSource) and rows.rows * rank**2 > _SMALL_WORK:
        # Rows far from even are whitened one by one; else their sums are, which costs half.
        even = rank == len(whiten) and lengths[0] <= _EVEN * lengths[-1]
        by_row = whiten[:, :0] if even else whiten
        sums = rows.sums(_fourth_fill(rows, by_row), 1 + rank * rank)
        upper = np.triu(sums[1:].reshape(rank, rank))
        moment, weight = upper + np.triu(upper, 1).T, float(sums[0])
        moment = whiten.T @ moment @ whiten if even else moment
    else:
        intercept = quadratic.coordinates.intercept
        whitened = Recipe(f"{__name__}:whitening", {"intercept": intercept})
        total: Floats = rows.total(whitened, whiten, add=np.add)
        moment, weight = total[:-1].reshape(rank, rank), float(total[-1])
    mean_weight = weight / rows.rows
    return float(np.linalg.eigvalsh(moment)[-1]) / (rows.rows * mean_weight**2)


def _fourth_fill(rows: ArraySource | FileSource, whiten: Floats) -> Recipe:
    """Return what adds the compiled sums of R2 over blocks in the table's units."""
    shift = np.zeros(rows.columns) if rows.shift is None else rows.shift
    scale = np.ones(rows.columns) if rows.scale is None else rows.scale
    given = {"shift": shift, "inverse": 1.0 / scale, "whiten": whiten}
    return Recipe(f"{__name__}:made_fourth_fill", given)


def made_fourth_fill(shift: Floats, inverse: Floats, whiten: Floats) -> Fill:
    """Return the kernel of fourth moments, bound to the coordinates of the rows."""
    from steepest.objective.moments_kernel import fourth_block

    def fill(X: Any, y: Any, weight: Floats, sums: Floats) -> None:
        fourth_block(X, weight, shift, inverse, np.ascontiguousarray(whiten), sums)

    return fill


def whitening(intercept: bool) -> Callable[[Block, Floats], Floats]:
    """Return what sums |a|^2 u u' over a block, so that any process can."""
    return partial(_whitened, intercept=intercept)


def _whitened(block: Block, whiten: Floats, *, intercept: bool) -> Floats:
    a = _extended(block, intercept)
    u = a @ whiten
    lengths = (a * a).sum(axis=1)
    count = float(len(a))
    if block.weight is not None:
        lengths = lengths * block.weight**2
        count = float(block.weight.sum())
    return np.concatenate([(u.T @ (u * lengths[:, None])).ravel(), [count]])


def _steepest_batch(rows: Source, size: int, intercept: bool) -> float:
    """Return the largest eigenvalue of any batch's mean of share * a a', in the given order.

    A batch's largest eigenvalue is at most its trace, so batches are looked at in descending
    order of their trace until none can be larger.
    """
    lengths = np.concatenate([_row_lengths(block, intercept) for block in rows.blocks()])
    weight = rows.total(_weight, add=lambda left, right: left + right) / rows.rows
    starts = np.arange(0, rows.rows, size)
    counts = np.diff(np.append(starts, rows.rows))
    traces = np.add.reduceat(lengths, starts) / counts / weight
    if size == 1:
        return float(traces.max())
    order = np.argsort(-traces)
    largest = 0.0
    walked: Iterable[tuple[int, Block]] = enumerate(
        rows.batches(size, seed=0, epoch=0, order="given")
    )
    if isinstance(rows, ArraySource):
        everything = list(rows.batches(size, seed=0, epoch=0, order="given"))
        walked = ((int(number), everything[number]) for number in order)
    for number, block in walked:
        if traces[number] <= largest:
            continue
        a = _extended(block, intercept)
        if block.weight is not None:
            a = a * np.sqrt(block.weight / weight)[:, None]
        gram = a @ a.T if len(a) < a.shape[1] else a.T @ a
        largest = max(largest, float(np.linalg.eigvalsh(gram)[-1]) / len(a))
    return largest


def _row_lengths(block: Block, intercept: bool) -> Floats:
    lengths: Floats = (block.X * block.X).sum(axis=1) + float(intercept)
    return lengths if block.weight is None else np.asarray(lengths * block.weight)


def _weight(block: Block) -> float:
    return float(len(block.X)) if block.weight is None else float(block.weight.sum())


# Least squares on 0 and 1 lie 1 apart, a hinge's margins 2, and its optimum goes further still. Of
# 1, 3, 5, 10, 20 times as far, 5 and 10 end lowest after 100 epochs of mini-batches (iris 0.724
# and 0.721, once as far 0.820; breast cancer 0.067, 0.067, 0.076), of all rows 3 and 5 do.
_MARGINS = 5.0


def falling_rate(quadratic: Quadratic, loss: Loss, start: Floats, *, updates: int) -> float:
    """Return the first rate of a loss without a slope everywhere; see the module's docstring.

    Parameters
    ----------
    quadratic : Quadratic
        Half the squared error of the same rows.
    loss : Loss
        An entry of ``LOSSES`` whose slopes are bounded.
    start : array of shape (P, K)
        Parameters before the first update.
    updates : int
        Of an epoch.
    """
    size = math.sqrt(2.0 * quadratic.scale * float((quadratic.B**2).sum()))
    way = float(np.linalg.norm(quadratic.optimum - start))
    return falling_from(size, way, quadratic.floor, loss, updates=updates)


def falling_from(size: float, way: float, floor: float, loss: Loss, *, updates: int) -> float:
    """Return that rate, from the rows' root mean square length, the way and the loss there."""
    spread = math.sqrt(2.0 * max(0.0, floor))
    reach = way + spread or 1.0
    if loss.task != "numbers":
        reach *= _MARGINS
    return rounded_down(_over(reach, loss.slope_bound * size * math.sqrt(updates)))
