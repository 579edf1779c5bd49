"""A problem: training rows in training coordinates, and all that follows from them and the loss."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.block_sums import BlockTask
from steepest.data.coordinates import Coordinates
from steepest.data.file_source import AnyRows, FileSource
from steepest.data.prepared_stream import PreparedStream
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource
from steepest.data.sparse_source import SparseSource
from steepest.descent.rates import RateBounds, fourth_moment, rate_bounds
from steepest.descent.rules import Rule, rule_of
from steepest.objective.linear import LinearObjective, Objective
from steepest.objective.losses import LOSSES, Loss
from steepest.objective.moments import Moments, moments_of
from steepest.objective.penalties import NO_PENALTY, Penalty
from steepest.objective.quadratic import PenalizedQuadratic, Quadratic, penalized, quadratic_of
from steepest.objective.sparse_moments import sparse_moments
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Problem:
    """Training rows in training coordinates, and all that follows from them and the loss.

    Attributes
    ----------
    rows : ArraySource, FileSource or SparseSource
        Training rows in training coordinates.
    loss : Loss
        An entry of ``LOSSES``.
    coordinates : Coordinates
        Which coordinates these are.
    quadratic : Quadratic or None
        The loss itself if it is quadratic, else a quadratic that curves nowhere less; None where
        moments were not made or the loss has no curvature bound.
    validation : ArraySource, FileSource, SparseSource or None
        Validation rows in the same coordinates.
    moments : Moments or None
        Of the training rows, in the table's units; the quadratic comes from them.
    beside : Moments or None
        Of the validation rows, in the table's units, where they came with those.
    penalty : Penalty
        Added to the loss; none by default.
    """

    rows: AnyRows
    loss: Loss
    coordinates: Coordinates
    quadratic: Quadratic | None = None
    validation: AnyRows | None = None
    moments: Moments | None = None
    beside: Moments | None = None
    penalty: Penalty = NO_PENALTY

    @property
    def exact(self) -> bool:
        """Whether moments give the objective over the training rows exactly, as a quadratic."""
        return self.quadratic is not None and self.loss.quadratic and not self.penalty

    @property
    def free(self) -> bool:
        """Whether the objective comes from moments, so that evaluating it costs no pass."""
        return self.quadratic is not None and self.loss.quadratic

    @cached_property
    def bowl(self) -> Quadratic | None:
        """The quadratic of loss and smooth penalty: what descends, or what curves nowhere less."""
        return None if self.quadratic is None else penalized(self.quadratic, self.penalty.l2)

    def objective(self) -> Objective:
        """Return the objective over the training rows, from moments where they are there."""
        if self.quadratic is None or self.bowl is None or not self.loss.quadratic:
            return self.by_rows()
        if self.penalty.l1:
            return PenalizedQuadratic(self.quadratic, self.penalty)
        return self.bowl

    def by_rows(self) -> LinearObjective:
        """Return the objective over the training rows, by passes over them."""
        return LinearObjective(self.rows, self.loss, self.coordinates.intercept, self.penalty)

    def loss_at(self, parameters: Floats) -> float:
        """Return the loss without penalty at parameters (P, K)."""
        if self.quadratic is not None and self.loss.quadratic:
            return float(self.quadratic.value(parameters))
        with np.errstate(all="ignore"):
            return float(replace(self.by_rows(), penalty=NO_PENALTY).value(parameters))

    def with_moments(self, moments: Moments | None = None) -> Problem:
        """Return the problem with its quadratic; rows that are not finite are refused.

        Of sparse rows with too many columns there are no moments.
        """
        if self.moments is not None:
            return self
        if moments is None:
            with np.errstate(all="ignore"):
                moments = _moments_of(self.rows)
            if moments is None:
                return self
            if not np.isfinite(moments.R).all():
                raise InputError("rows_not_finite")
        if not self.loss.bounded:
            return replace(self, moments=moments)
        quadratic = quadratic_of(moments, self.loss, self.coordinates)
        return replace(self, quadratic=quadratic, moments=moments)

    @cached_property
    def validation_moments(self) -> Moments | None:
        """Moments of the validation rows in the table's units, None where there are none."""
        if self.validation is None or self.validation.rows == 0:
            return None
        if self.beside is not None:
            return self.beside
        return _moments_of(self.validation)

    def validation_objective(self) -> Objective | None:
        """Return the loss over the validation rows, if there are any."""
        if self.validation is None or self.validation.rows == 0:
            return None
        if self.free and self.validation_moments is not None:
            return quadratic_of(self.validation_moments, self.loss, self.coordinates)
        return LinearObjective(self.validation, self.loss, self.coordinates.intercept)

    def bounds(self, batch_size: int, order: str, rule: str | Rule = "plain") -> RateBounds | None:
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
            known_moment=self._moment if random and rule_of(rule).stable is not None else None,
            penalty=self.penalty,
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
        self._check_targets(rows, "invalid_targets")
        if self.validation is not None and self.validation.rows:
            self._check_targets(self.validation, "invalid_validation_targets")

    def _check_targets(self, rows: AnyRows, error: str) -> None:
        """Refuse targets that the loss has no value for."""
        encoded = isinstance(rows, FileSource) and rows.prepared.classes
        if self.loss.quadratic or encoded:
            return
        if isinstance(rows, FileSource):
            given = {"loss": self.loss.name, "validation": rows.validation}
            answers = rows.prepared.answers(Recipe(f"{__name__}:wrong_targets", given))
            wrong = next((one for one in answers if one is not None), None)
        else:
            wrong = wrong_target(rows, self.loss)
        if wrong is None:
            return
        row, target, value = wrong
        several = rows.targets > 1 and not self.loss.coupled
        place = phrase("place_row", row=row)
        if several:
            place = phrase("place_target", row=row, target=target)
        facts = {"loss": self.loss.name, "targets": phrase(self.loss.targets), "value": value}
        raise InputError(error, **facts, row=row, target=target, place=place)


def wrong_target(rows: ArraySource | SparseSource, loss: Loss) -> tuple[int, int, float] | None:
    """Return the first target that a loss has no value for: its row as read, number and value."""
    wrong = np.argwhere(~loss.valid(rows.y))
    if not len(wrong):
        return None
    row, target = (int(place) for place in wrong[0])
    position = row if rows.positions is None else int(rows.positions[row])
    return position, target, float(rows.y[row, target])


def wrong_targets(loss: str, validation: bool) -> BlockTask:
    """Return what finds the first impossible target of a block of files, in any process."""

    def wrong(prepared: PreparedStream, item: Any) -> tuple[int, int, float] | None:
        return wrong_target(prepared.split(item)[int(validation)], LOSSES[loss])

    return wrong


def _moments_of(rows: AnyRows) -> Moments | None:
    """Return the moments of rows in the table's units, None of sparse rows with many columns."""
    if isinstance(rows, SparseSource):
        return sparse_moments(rows.in_table_units())
    return moments_of(replace(rows, shift=None, scale=None))
