"""The last look at all rows of a fit: their errors, and a sample of them, from one pass."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.block_parts import AnyBlock
from steepest.data.block_sums import BlockTask
from steepest.data.file_source import FileSource, in_one_stream, parts_of_both
from steepest.data.prepared_stream import PreparedStream
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource
from steepest.fitting.facts import ErrorFacts, Linear, RiseFacts, errors_seen, rise_sums
from steepest.fitting.landscape import RowSample, Sample, row_sample
from steepest.fitting.prepared import PreparedRows

Floats = npt.NDArray[np.float64]
# Of each block's errors workers tell this share, the largest: three times what counts over all.
_SENT = 0.03


def last_look(
    rows: PreparedRows,
    coefficients: Floats,
    intercept: Floats,
    seed: int,
    least: Linear | None = None,
) -> tuple[ErrorFacts, RiseFacts, RowSample]:
    """Return the facts of the errors of training and validation rows, and a sample of all rows.

    Parameters
    ----------
    rows : PreparedRows
        In the table's units.
    coefficients, intercept : arrays of shape (d, K), (K,)
        The returned model, in the table's units.
    seed : int
        The run's.
    least : pair of arrays, optional
        The recorded model with which validation rows are compared (``facts.least_model``).
    """
    training = rows.training
    if isinstance(training, FileSource):
        model = {"coefficients": coefficients, "intercept": intercept, "seed": seed}
        model["least"] = None if least is None else list(least)
        if training.prepared.sharing is not None:
            errors, rise, sample, enough = _look_by_blocks(rows, model, _SENT)
            if enough:
                return errors, rise, sample
        return _look_by_blocks(rows, model, 1.0)[:3]
    sources = (rows.training, rows.validation)
    errors = ErrorFacts(coefficients, intercept, rows.training.rows)
    rise = RiseFacts()
    samples = [Sample(one.columns, one.targets, seed) for one in sources]
    with np.errstate(all="ignore"):
        for part, validation in parts_of_both(*sources):
            samples[validation].add(part)
            if not validation:
                errors.add(part)
            elif least is not None:
                rise.add(rise_sums(part, least, (coefficients, intercept)))
    return errors, rise, row_sample(*samples)


def _look_by_blocks(
    rows: PreparedRows, model: dict[str, Any], share: float
) -> tuple[ErrorFacts, RiseFacts, RowSample, bool]:
    """Return errors, rise and sample as blocks tell them, and whether they told enough.

    Of each block the tasks tell the ``share`` of largest errors. That is enough unless one that was
    left out is larger than the least of those that count over the whole table.
    """
    training = rows.training
    assert isinstance(training, FileSource)
    errors = ErrorFacts(model["coefficients"], model["intercept"], training.rows)
    sources = (training, rows.validation)
    samples = [Sample(one.columns, one.targets, model["seed"]) for one in sources]
    left_out, rise = -1.0, RiseFacts()
    asked = Recipe(f"{__name__}:look_at_block", {**model, "share": share})
    for both in training.prepared.answers(asked):
        for sample, seen in zip(samples, both, strict=True):
            if seen is None:
                continue
            sample.add(ArraySource(seen["X"], seen["y"], positions=seen["positions"]))
            if seen["errors"] is not None:
                errors.add_seen(*seen["errors"])
                left_out = max(left_out, seen["left_out"])
            if seen["rise"] is not None:
                rise.add(tuple(seen["rise"]))
    for part in () if in_one_stream(*sources) else rows.validation.parts():
        samples[1].add(part)
        if model["least"] is not None:
            rise.add(rise_sums(part, model["least"], (model["coefficients"], model["intercept"])))
    return errors, rise, row_sample(*samples), left_out <= errors.least_kept


def look_at_block(
    coefficients: Floats,
    intercept: Floats,
    seed: int,
    least: Linear | None,
    share: float = 1.0,
) -> BlockTask:
    """Return what a worker tells of a block: sums of errors and rise, the largest, a sample."""

    def told(part: ArraySource, validation: bool) -> dict[str, Any] | None:
        if not part.rows:
            return None
        sample = Sample(part.columns, part.targets, seed)
        sample.add(part)
        order = np.argsort(sample.positions)
        seen, left_out = None, -1.0
        if not validation:
            squares, *sums = errors_seen(part, coefficients, intercept)
            first = len(squares) - math.ceil(share * len(squares))
            squares = np.partition(squares, first - 1) if first else squares
            seen, left_out = (squares[first:], *sums), float(squares[first - 1]) if first else -1.0
        return {
            "X": sample.features[order],
            "y": sample.targets[order],
            "positions": sample.positions[order],
            "errors": seen,
            "left_out": left_out,
            "rise": rise_sums(part, least, (coefficients, intercept))
            if validation and least is not None
            else None,
        }

    def look(prepared: PreparedStream, item: tuple[int, AnyBlock]) -> list[dict[str, Any] | None]:
        training, validation = prepared.split(item)
        return [told(training, False), told(validation, True)]

    return look
