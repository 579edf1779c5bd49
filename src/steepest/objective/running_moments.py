"""Moments of rows that come part by part: any cut of the rows gives the same bits.

The grid of blocks lies over the rows' positions, counted from the first row ever given. Blocks that
are whole are folded into a few triangular factors; the rows of the unfinished one (32,767 at most)
are kept as they are, and with them the choice of where to centre is made anew until it is settled.

Sparse rows are made dense a few megabytes at a time. Where they came first, blocks are no larger
than that, so that little is kept; later rows of either kind are cut by the same grid.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.source import BLOCK_ROWS, ArraySource, Folding
from steepest.data.sparse_source import dense_rows, is_sparse
from steepest.objective.factor import compiled_pays
from steepest.objective.moments import (
    Moments,
    centre,
    factors_of_blocks,
    merge,
    moments_of,
    upright,
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RunningMoments:
    """What is known of the rows so far; :meth:`with_rows` returns what is known after more.

    Attributes
    ----------
    given : int
        Rows given so far, those of weight 0 too: the position of the next one.
    counted : int
        Rows of whole blocks that have weight.
    folded : tuple of (int, Moments)
        Of whole blocks: the sums that wait in the tree, each with its level.
    rest : ArraySource or None
        Rows of the unfinished block.
    before : Moments or None
        Of rows that came before all others and are not in the grid.
    small : int or None
        Rows of a block where the first ones were sparse, a power of two; None for the grid's own.

    Examples
    --------
    >>> X, y = np.arange(8.0).reshape(4, 2) ** 2, np.ones((4, 1))
    >>> first = RunningMoments().with_rows(X[:1], y[:1], None)
    >>> both = first.with_rows(X[1:], y[1:], None).moments()
    >>> (both.R == RunningMoments().with_rows(X, y, None).moments().R).all(), both.rows
    (np.True_, 4)
    """

    given: int = 0
    counted: int = 0
    folded: tuple[tuple[int, Moments], ...] = ()
    rest: ArraySource | None = None
    before: Moments | None = None
    small: int | None = None

    def with_rows(self, X: Any, y: Floats, weight: Floats | None) -> RunningMoments:
        """Return what is known after rows X (m, d) of either kind, y (m, K), weight (m,)."""
        rows, columns = X.shape
        known, sparse = self, is_sparse(X)
        if sparse and not self.given:
            known = replace(self, small=dense_rows(columns))
        step = (known.small or dense_rows(columns)) if sparse or known.small else max(rows, 1)
        for start in range(0, rows, step):
            part = slice(start, start + step)
            dense = X[part].toarray() if sparse else X[part]
            known = known._with_dense(dense, y[part], None if weight is None else weight[part])
        return known

    def _with_dense(self, X: Floats, y: Floats, weight: Floats | None) -> RunningMoments:
        fresh = ArraySource(
            np.array(X, dtype=np.float64, order="C"),
            np.array(y, dtype=np.float64, order="C"),
            None if weight is None else np.array(weight, dtype=np.float64),
            np.arange(self.given, self.given + len(X)),
        )
        if weight is not None:
            fresh = fresh.take(np.asarray(weight) > 0.0)
        given = self.given + len(X)
        rows = fresh if self.rest is None else _joined(self.rest, fresh)
        size = self.small or BLOCK_ROWS
        whole = int(np.searchsorted(_positions(rows), given // size * size))
        if not whole:
            return replace(self, given=given, rest=rows)
        mask = np.arange(rows.rows) < whole
        return self._with_blocks(rows.take(mask), given, rows.take(~mask))

    def moments(self) -> Moments:
        """Return the moments of all rows so far; there must be one with weight."""
        rows = 0 if self.rest is None else self.rest.rows
        if not self.folded and self.before is None:
            assert self.rest is not None
            return moments_of(self.rest)
        many = compiled_pays(rows, len(self._centre(self.rest)[0]) + 1) or bool(self.folded)
        folding = self._folding()
        if self.rest is not None and rows:
            for part in factors_of_blocks(self.rest, *self._centre(self.rest), compiled=many):
                folding.add(part)
        parts = [] if self.before is None else [self.before]
        if self.folded or rows:
            parts.append(folding.total())
        total = parts[0] if len(parts) == 1 else merge(*parts, compiled=many)
        counted = self.counted + rows + (0 if self.before is None else self.before.rows)
        return replace(upright(total), rows=counted, orthogonal=True)

    def _with_blocks(self, whole: ArraySource, given: int, rest: ArraySource) -> RunningMoments:
        folding = self._folding()
        for part in factors_of_blocks(whole, *self._centre(whole), compiled=True):
            folding.add(part)
        return replace(
            self,
            given=given,
            counted=self.counted + whole.rows,
            folded=folding.waiting(),
            rest=rest,
        )

    def _folding(self) -> Folding[Moments]:
        return Folding(partial(merge, compiled=True), self.folded)

    def _centre(self, rows: ArraySource | None) -> tuple[Floats, Floats]:
        """Return where to accumulate: settled by the first rows of the first block."""
        settled = self.before or (self.folded[0][1] if self.folded else None)
        if settled is not None:
            return settled.shift, settled.unit
        assert rows is not None
        return centre(next(rows.blocks()))


def _positions(rows: ArraySource) -> npt.NDArray[np.int64]:
    assert rows.positions is not None
    return rows.positions


def _joined(left: ArraySource, right: ArraySource) -> ArraySource:
    weight = None
    if left.weight is not None or right.weight is not None:
        both = [np.ones(one.rows) if one.weight is None else one.weight for one in (left, right)]
        weight = np.concatenate(both)
    return ArraySource(
        np.concatenate([left.X, right.X]),
        np.concatenate([left.y, right.y]),
        weight,
        np.concatenate([_positions(left), _positions(right)]),
    )
