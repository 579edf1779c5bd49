"""What options mean once the rows are known: the method, the start, and what does not fit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from steepest.data.coordinates import Coordinates
from steepest.data.draws import normals, stream_key
from steepest.descent.checks import batch_rows
from steepest.fitting.options import AUTO, SEARCHES, FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.words.catalogue import phrase
from steepest.words.errors import InputError

Floats = npt.NDArray[np.float64]


def check_against_rows(options: FitOptions, rows: PreparedRows) -> None:
    """Refuse, before training, what does not fit the rows."""
    if not rows.training.rows:  # all of them have the weight 0
        raise InputError("nothing_to_fit", what=phrase("what_rows"))
    if options.method in SEARCHES:
        known = (*(("intercept",) if options.intercept else ()), *rows.preparation.names)
        for name, _, _ in options.ranges:
            if name not in known:
                raise InputError("range_unknown", name=name, known=list(known))
    elif options.batch_size is not None or options.method != AUTO:
        method = resolved_method(options, rows.training.rows)
        batch_rows(method, options.batch_size, rows.training.rows)
    if isinstance(options.start, tuple):
        wanted = (rows.training.columns + options.intercept) * rows.training.targets
        if len(options.start) != wanted:
            order = [*(("intercept",) if options.intercept else ()), *rows.preparation.names]
            raise InputError("start_length", count=len(options.start), wanted=wanted, order=order)


def resolved_method(options: FitOptions, rows: int) -> str:
    """Return the method, ``auto`` decided by the batch size."""
    if options.method != AUTO:
        return options.method
    if options.batch_size is None:
        return "batch"
    return "stochastic" if options.batch_size == 1 and rows > 1 else "mini-batch"


def first_parameters(options: FitOptions, where: Coordinates, targets: int) -> Floats:
    """Return the parameters (P, K) before the first update, in training coordinates."""
    shape = (where.parameters, targets)
    if options.start == "random":
        drawn = normals(stream_key(options.seed, "start"), shape[0] * shape[1])
        return drawn.reshape(shape)
    if isinstance(options.start, tuple):
        given = np.array(options.start).reshape(targets, shape[0]).T
        offset = int(where.intercept)
        first = given[0] if offset else np.zeros(targets)
        return where.from_table(given[offset:], first)
    return np.zeros(shape)
