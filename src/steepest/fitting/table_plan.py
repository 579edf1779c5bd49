"""The plan of a fit to a table: what ``steepest plan`` says, from Python."""

from __future__ import annotations

import os
from dataclasses import replace

from steepest.data.file_source import FileSource
from steepest.descent.checks import BACKTRACKING, batch_rows, checked_penalty
from steepest.descent.plan import Plan, plan_of
from steepest.fitting.classes import with_classes
from steepest.fitting.options import AUTO, SEARCHES, FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.fitting.resolving import check_against_rows, resolved_method
from steepest.fitting.rows import prepare_rows
from steepest.fitting.table_fit import Paths
from steepest.objective.losses import LOSSES
from steepest.words.errors import InputError


def plan_table(data: Paths, options: FitOptions) -> Plan:
    """Return the plan of a fit: which engine, what is read how often, and why.

    Parameters
    ----------
    data : str, path or sequence of them
        As for ``fit``; it is read and prepared, and nothing is trained.
    options : FitOptions
        What would be asked for.

    Raises
    ------
    InputError, FileError
        As for ``fit``.

    Examples
    --------
    >>> from steepest import FitOptions
    >>> plan_table("example:salary", FitOptions(target=("salary",))).engine
    'moments'
    """
    options.checked()
    if options.method in SEARCHES:
        raise InputError("method_is_search", method=options.method)
    if options.hidden:
        raise InputError("network_not_foreseen")
    names = [os.fspath(one) for one in ([data] if isinstance(data, (str, os.PathLike)) else data)]
    rows, options = with_classes(prepare_rows(names, options), options)
    check_against_rows(options, rows)
    method, count = resolved_method(options, rows.training.rows), rows.training.rows
    plan = plan_of(
        count,
        rows.training.columns,
        targets=rows.training.targets,
        loss=LOSSES[options.loss],
        method=method,
        batch_size=batch_rows(method, options.batch_size, count),
        epochs=options.epochs,
        automatic_rate=options.learning_rates[0] == AUTO,
        rule=options.update_rule,
        penalty=checked_penalty(options.penalty, options.alpha, options.l1_ratio, intercept=True),
        tested=options.learning_rates[0] == BACKTRACKING,
    )
    return _with_files(plan, rows)


def _with_files(plan: Plan, rows: PreparedRows) -> Plan:
    """Return the plan with how often files are read: so far, and by what is to come.

    To come are the moments where they were not made yet, the sweeps' bound on the rate and their
    spill, the epochs of passes, and the last look at every row.
    """
    source = rows.training
    if not isinstance(source, FileSource):
        return plan
    sweep = plan.engine == "sweep"
    epochs = plan.epochs + 2 if plan.engine == "pass" else 0
    to_come = (rows.moments is None) + 2 * sweep + epochs + 1
    spill = source.spill_bytes if sweep else 0
    scans = source.prepared.stream.scans + to_come
    return replace(plan, files_read=scans, spill_bytes=spill)
