"""The last look at all rows of a fit: their errors, and a sample of them, from one pass."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from steepest.data.block_sums import BlockTask
from steepest.data.file_source import FileSource, PreparedStream, in_one_stream, parts_of_both
from steepest.data.float_blocks import FloatBlock
from steepest.data.recipe import Recipe
from steepest.data.source import ArraySource
from steepest.data.table import Table
from steepest.fitting.facts import ErrorFacts, errors_seen
from steepest.fitting.landscape import RowSample, Sample, row_sample
from steepest.fitting.prepared import PreparedRows

Floats = npt.NDArray[np.float64]


def last_look(
    rows: PreparedRows, coefficients: Floats, intercept: Floats, seed: int
) -> tuple[ErrorFacts, RowSample]:
    """Return the facts of the errors of the training rows, and a sample of all rows.

    Parameters
    ----------
    rows : PreparedRows
        In the table's units.
    coefficients, intercept : arrays of shape (d, K), (K,)
        The returned model, in the table's units.
    seed : int
        The run's.
    """
    sources = (rows.training, rows.validation)
    errors = ErrorFacts(coefficients, intercept, rows.training.rows)
    samples = [Sample(one.columns, one.targets, seed) for one in sources]
    training = rows.training
    if isinstance(training, FileSource):
        given = {"coefficients": coefficients, "intercept": intercept, "seed": seed}
        for both in training.prepared.answers(Recipe(f"{__name__}:look_at_block", given)):
            for sample, seen in zip(samples, both, strict=True):
                if seen is not None:
                    sample.add(ArraySource(seen["X"], seen["y"], positions=seen["positions"]))
                    if seen["errors"] is not None:
                        errors.add_seen(*seen["errors"])
        for part in () if in_one_stream(*sources) else rows.validation.parts():
            samples[1].add(part)
        return errors, row_sample(*samples)
    with np.errstate(all="ignore"):
        for part, validation in parts_of_both(*sources):
            samples[validation].add(part)
            if not validation:
                errors.add(part)
    return errors, row_sample(*samples)


def look_at_block(coefficients: Floats, intercept: Floats, seed: int) -> BlockTask:
    """Return what a worker tells of a block: the errors' sums and sizes, and a sample."""

    def told(part: ArraySource, validation: bool) -> dict[str, Any] | None:
        if not part.rows:
            return None
        sample = Sample(part.columns, part.targets, seed)
        sample.add(part)
        order = np.argsort(sample.positions)
        return {
            "X": sample.features[order],
            "y": sample.targets[order],
            "positions": sample.positions[order],
            "errors": None if validation else errors_seen(part, coefficients, intercept),
        }

    def look(
        prepared: PreparedStream, item: tuple[int, Table | FloatBlock]
    ) -> list[dict[str, Any] | None]:
        training, validation = prepared.split(item)
        return [told(training, False), told(validation, True)]

    return look
