"""The plan of a fit to a table: what ``steepest plan`` says, from Python."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from steepest.data.file_source import FileSource, in_one_stream
from steepest.data.partition_work import PartitionWork, partition_cuts
from steepest.data.source import BLOCK_ROWS
from steepest.data.table_stream import ArrowStream
from steepest.descent.checks import BACKTRACKING, batch_rows, checked_penalty
from steepest.descent.plan import Plan, plan_of
from steepest.descent.shared_sweep import shared_plan
from steepest.descent.sweep import EVALUATE_EVERY
from steepest.fitting.classes import with_classes
from steepest.fitting.options import AUTO, SEARCHES, FitOptions, Paths, names_of
from steepest.fitting.prepared import PreparedRows
from steepest.fitting.resolving import check_against_rows, resolved_method
from steepest.fitting.rows import prepare_rows
from steepest.objective.losses import LOSSES
from steepest.words.errors import InputError
from steepest.workers.alone import OwnProcess


def plan_table(data: Paths, options: FitOptions) -> Plan:
    """Return the plan of a fit: which engine, what is read how often, and why.

    Parameters
    ----------
    data : str, path or sequence of them
        As for ``fit``; it is read and prepared, and nothing is trained. Workers that would share
        it are not started or asked: this process reads it.
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
    alone = OwnProcess()
    sharing = None if options.shared is None else PartitionWork(alone)
    rows, options = with_classes(prepare_rows(names_of(data), options, sharing=sharing), options)
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
    plan = _with_files(shared_plan(plan, rows.training, local=options.local), rows, options)
    return _with_workers(plan, rows, options, alone.rounds)


def _with_files(plan: Plan, rows: PreparedRows, options: FitOptions) -> Plan:
    """Return the plan with how often files are read: so far, and by what is to come.

    Backtracking may read more often, since it tries rates; a run that ends sooner reads less.
    """
    training, validation = rows.training, rows.validation
    beside = _validation_reads(plan, rows, options) if validation.rows else 0
    shared = in_one_stream(training, validation)
    if isinstance(validation, FileSource) and validation.rows and not shared:
        looked = validation.prepared.stream.scans + beside + 1
        plan = replace(plan, beside_read=looked)
    if not isinstance(training, FileSource):
        return plan
    laid = training.prepared.laid
    spill = 0 if laid is None else laid.bytes
    scans = training.prepared.stream.scans + _training_reads(plan, rows, options)
    return replace(plan, files_read=scans + beside * shared, spill_bytes=spill)


def _with_workers(plan: Plan, rows: PreparedRows, options: FitOptions, begun: int) -> Plan:
    """Return the plan with what workers read and answer; ``begun``: rounds of the preparation."""
    training = rows.training
    if options.shared is None or not isinstance(training, FileSource):
        return plan
    stream = training.prepared.stream
    assert isinstance(stream, ArrowStream)
    cuts, row = partition_cuts(stream), 8 * len(stream.wanted)
    largest = max(stop - start for start, stop in pairwise(cuts))
    still = plan.files_read - stream.scans
    answers, answer = _answers(plan, rows, options, len(cuts) - 1, -(-stream.rows // BLOCK_ROWS))
    workers = options.workers or 0
    return replace(
        plan,
        workers=workers,
        cluster=options.cluster,
        partitions=len(cuts) - 1,
        partition_rows=largest,
        partition_bytes=largest * row,
        worker_bytes=stream.rows * row // workers if workers else 0,
        rounds=begun + still + _updating_rounds(plan, options),
        answers=answers,
        answer_bytes=answer,
        round_bytes=answers * answer,
    )


def _updating_rounds(plan: Plan, options: FitOptions) -> int:
    """Return in how many rounds updates are made: one a batch, or an epoch of local descent."""
    if plan.engine != "sweep":
        return 0
    return plan.epochs * (1 if options.local else -(-plan.rows // plan.batch_size))


def _answers(
    plan: Plan, rows: PreparedRows, options: FitOptions, partitions: int, blocks: int
) -> tuple[int, int]:
    """Return how many answers the recurring round has, and the bytes of numbers in one."""
    numbers = (plan.columns + int(options.intercept)) * plan.targets
    if plan.engine == "moments":
        kinds = 2 if rows.validation.rows and in_one_stream(rows.training, rows.validation) else 1
        return blocks, 8 * kinds * ((plan.columns + 1 + plan.targets) ** 2 + 1)
    if plan.engine == "pass":
        return blocks, 8 * (2 + numbers)
    if options.local:
        return partitions, 8 * (1 + numbers * (1 + options.update_rule.slots))
    return partitions, 8 * (2 + numbers)


def _measured(plan: Plan, options: FitOptions) -> int:
    """Return how many epochs' losses are computed from the rows."""
    often = plan.engine == "pass" or options.patience or options.target_loss is not None
    return -(-plan.epochs // (1 if often else EVALUATE_EVERY))


def _training_reads(plan: Plan, rows: PreparedRows, options: FitOptions) -> int:
    """Return how often training rows will be read: moments, a sweep's rate and spill, the end.

    Of losses without moments also their targets, the start, epochs, their loss at the end, and
    of classes how many are told rightly and whether all are.
    """
    loss = LOSSES[options.loss]
    rate = plan.engine == "sweep" and options.learning_rates[0] == AUTO
    assert isinstance(rows.training, FileSource)
    laid = rows.training.prepared.laid
    if laid is not None:  # the first pass lays the rows down, all others read that copy
        return int(not laid.complete)
    reads = (rows.moments is None) + rate + (plan.engine == "sweep") + 1
    if loss.quadratic:
        return reads
    checked = not rows.training.prepared.classes
    apart = bool(loss.probabilities) and options.penalty == "none"
    begun = 1 + (options.start != "zero") + (plan.engine == "pass")
    return reads + checked + begun + _measured(plan, options) + 1 + bool(rows.classes) + apart


def _validation_reads(plan: Plan, rows: PreparedRows, options: FitOptions) -> int:
    """Return how often validation rows will be read: targets, losses, at the end."""
    validation = rows.validation
    if isinstance(validation, FileSource) and validation.prepared.laid is not None:
        return 0
    if LOSSES[options.loss].quadratic:  # their moments
        return int(rows.moments is None or not in_one_stream(rows.training, rows.validation))
    checked = isinstance(validation, FileSource) and not validation.prepared.classes
    return (rows.moments is None) + checked + _measured(plan, options) + 2
