"""A problem: training rows in training coordinates, and all that follows from them and the loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from steepest.data.coordinates import Coordinates
from steepest.data.file_source import FileSource, RowSource
from steepest.data.source import Block
from steepest.descent.rates import RateBounds, fourth_moment, rate_bounds
from steepest.descent.rules import RULES
from steepest.objective.linear import LinearObjective, Objective
from steepest.objective.losses import LOSSES, Loss
from steepest.objective.moments import Moments, moments_of
from steepest.objective.quadratic import Quadratic, quadratic_of
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError


@dataclass(frozen=True, eq=False)
class Problem:
    """Training rows in training coordinates, and all that follows from them and the loss.

    Attributes
    ----------
    rows : ArraySource or FileSource
        Training rows in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    coordinates : Coordinates
        Which coordinates these are.
    quadratic : Quadratic or None
        The loss itself if it is quadratic, else a quadratic that curves nowhere less.
    validation : ArraySource, FileSource or None
        Validation rows in the same coordinates.
    moments : Moments or None
        Of the training rows, in the table's units; the quadratic comes from them.
    beside : Moments or None
        Of the validation rows, in the table's units, where they came with those.
    """

    rows: RowSource
    loss: Loss
    coordinates: Coordinates
    quadratic: Quadratic | None = None
    validation: RowSource | None = None
    moments: Moments | None = None
    beside: Moments | None = None

    @property
    def exact(self) -> bool:
        """Whether moments give the loss of the training rows exactly."""
        return self.quadratic is not None and self.loss.quadratic

    def objective(self) -> Objective:
        """Return the loss over the training rows, from moments where they are there."""
        if self.exact and self.quadratic is not None:
            return self.quadratic
        return self.by_rows()

    def by_rows(self) -> LinearObjective:
        """Return the loss over the training rows, by passes over them."""
        return LinearObjective(self.rows, self.loss, self.coordinates.intercept)

    def with_moments(self, moments: Moments | None = None) -> Problem:
        """Return the problem with its quadratic; rows that are not finite are refused."""
        if self.quadratic is not None:
            return self
        if moments is None:
            with np.errstate(all="ignore"):
                moments = moments_of(replace(self.rows, shift=None, scale=None))
            if not np.isfinite(moments.R).all():
                raise InputError("rows_not_finite")
        quadratic = quadratic_of(moments, self.loss, self.coordinates)
        return replace(self, quadratic=quadratic, moments=moments)

    @cached_property
    def validation_moments(self) -> Moments | None:
        """Moments of the validation rows in the table's units, None where there are none."""
        if self.validation is None or self.validation.rows == 0:
            return None
        if self.beside is not None:
            return self.beside
        return moments_of(replace(self.validation, shift=None, scale=None))

    def validation_objective(self) -> Objective | None:
        """Return the loss over the validation rows, if there are any."""
        if self.validation is None or self.validation.rows == 0:
            return None
        if self.exact and self.validation_moments is not None:
            return quadratic_of(self.validation_moments, self.loss, self.coordinates)
        return LinearObjective(self.validation, self.loss, self.coordinates.intercept)

    def bounds(self, batch_size: int, order: str, rule: str = "plain") -> RateBounds | None:
        """Return what is known about rates, None without the quadratic."""
        if self.quadratic is None:
            return None
        random = order == "random" and batch_size < self.rows.rows
        return rate_bounds(
            self.quadratic,
            self.loss,
            self.rows,
            batch_size=batch_size,
            order=order,
            rule=rule,
            known_moment=self._moment if random and RULES[rule].stable is not None else None,
        )

    @cached_property
    def _moment(self) -> float:
        """R2 of the bound for random batches: one pass over the rows, whatever their size."""
        assert self.quadratic is not None
        return fourth_moment(self.quadratic, self.rows, self.loss.curvature_bound)

    def without_zero_weights(self) -> Problem:
        """Return the problem without rows of weight 0, which are as if they were absent."""
        if isinstance(self.rows, FileSource):
            return self
        weight = self.rows.weight
        if weight is None or (weight != 0.0).all():
            return self
        return replace(self, rows=self.rows.take(weight != 0.0))

    def check_rows(self) -> None:
        """Raise InputError if there is nothing to fit."""
        rows = self.rows
        if rows.weight is not None and not (
            np.isfinite(rows.weight).all() and (rows.weight >= 0.0).all()
        ):
            raise InputError("weights_not_possible")
        if rows.rows == 0 or (rows.weight is not None and not rows.weight.any()):
            raise InputError("nothing_to_fit", what=phrase("what_rows"))
        if self.coordinates.parameters == 0:
            raise InputError("nothing_to_fit", what=phrase("what_parameters"))
        if not self.loss.quadratic:
            wrong = rows.total(self._wrong_targets, add=_either)
            if wrong is not None:
                name = next(name for name, one in LOSSES.items() if one is self.loss)
                raise InputError(
                    "invalid_targets",
                    loss=name,
                    targets=phrase(self.loss.targets),
                    value=wrong,
                )

    def _wrong_targets(self, block: Block) -> float | None:
        wrong = block.y[~self.loss.valid(block.y)]
        return float(wrong[0]) if wrong.size else None


def _either(left: float | None, right: float | None) -> float | None:
    return right if left is None else left
