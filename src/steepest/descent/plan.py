"""The plan: which engine runs, on how many threads, what is read how often, and why.

A plan is a function of rows, columns, targets, method, loss and epochs; it chooses among ways that
give the same iterates and never changes the mathematics.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from steepest.data.source import BLOCK_ROWS, available_cores
from steepest.descent.rules import Rule, rule_of
from steepest.objective.factor import compiled_pays
from steepest.objective.linear import PLAIN_NUMBERS
from steepest.objective.losses import Loss
from steepest.objective.penalties import NO_PENALTY, Penalty
from steepest.words.catalogue import joined, sentence

# Updates in plain numpy, 10 us each and another 10 us for 1,600 numbers that they gather: 0.02 s
# at most, where loading numba takes 0.3 s once and every run after that 0.001 s.
PLAIN_UPDATES = 2_000
_NUMBERS_OF_AN_UPDATE = 1_600


@dataclass(frozen=True)
class Plan:
    """How a run is carried out.

    Attributes
    ----------
    engine : {"moments", "pass", "sweep"}
        What advances.
    method : str
        The method after ``auto`` is resolved.
    compiled : bool
        Whether row loops are compiled, or plain numpy is over sooner.
    threads : int
        Threads that read rows in passes; sweeps walk them on one.
    rows, columns, targets, batch_size, epochs : int
        The sizes it was made for.
    reads : float
        How many times all training rows are read: passes beforehand and epochs that walk rows.
    read_bytes : float
        Bytes read in all (8 a number).
    operations : float
        Multiplications, roughly.
    reason : str
        Name of the sentence that says why.
    rule : str
        The update rule, a key of ``RULES``.
    momentum : float or None
        Of the rule, where it has one.
    files_read : int
        How many times the files are read where the table stays in them, else 0.
    spill_bytes : int
        Bytes laid down in a temporary file for sweeps over such a table.
    beside_read : int
        How many times a file of validation rows is read where it is too large for memory.
    workers : int
        Processes of this machine that are asked for.
    cluster : str or None
        Address of the scheduler whose workers are asked for.
    partitions, partition_rows, partition_bytes, worker_bytes : int
        How the files are cut for workers, the largest part, and what each of ``workers`` reads in
        a pass over the files, on average.
    rounds : int
        How often all of them, or those of a batch, are asked.
    answers, answer_bytes, round_bytes : int
        Of the round that recurs: its answers, the sums in one of them, and those in all.
    """

    engine: str
    method: str
    compiled: bool
    threads: int
    rows: int
    columns: int
    targets: int
    batch_size: int
    epochs: int
    reads: float
    read_bytes: float
    operations: float
    reason: str
    rule: str = "plain"
    momentum: float | None = None
    files_read: int = 0
    spill_bytes: int = 0
    beside_read: int = 0
    workers: int = 0
    cluster: str | None = None
    partitions: int = 0
    partition_rows: int = 0
    partition_bytes: int = 0
    worker_bytes: int = 0
    rounds: int = 0
    answers: int = 0
    answer_bytes: int = 0
    round_bytes: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return dict(vars(self))

    def sentence(self, language: str = "en") -> str:
        """Return what will be read how often, and why."""
        told = [sentence(self.reason, vars(self), language)]
        if self.files_read:
            told.append(sentence("plan_streamed", vars(self), language))
        if self.beside_read:
            told.append(sentence("plan_beside", vars(self), language))
        if self.spill_bytes:
            kept = "plan_kept" if self.partitions else "plan_spilled"
            told.append(sentence(kept, vars(self), language))
        if self.partitions:
            who = "plan_by_workers" if self.cluster is None else "plan_by_cluster"
            told += [sentence(one, vars(self), language) for one in (who, "plan_rounds")]
        if self.rule != "plain":
            entry = rule_of(self.rule, self.momentum)
            facts = {"rule": self.rule, "formula": entry.formula, "slots": entry.slots}
            told.append(sentence("plan_rule", facts, language))
        return joined(told, language)


def plan_of(
    rows: int,
    columns: int,
    *,
    targets: int = 1,
    loss: Loss,
    method: str,
    batch_size: int,
    epochs: int,
    automatic_rate: bool = True,
    rule: str | Rule = "plain",
    cores: int | None = None,
    penalty: Penalty = NO_PENALTY,
    tested: bool = False,
) -> Plan:
    """Return the plan for training rows of this size.

    Parameters
    ----------
    rows, columns, targets : int
        Training rows, features, targets.
    loss : Loss
        An entry of ``LOSSES``.
    method : str
        The method, ``auto`` resolved.
    batch_size : int
        Rows of an update.
    epochs : int
        Most epochs of the run.
    automatic_rate : bool
        Whether the rate is chosen from the data, which costs passes beforehand.
    rule : str or Rule
        A key of ``RULES``, or an entry; it changes no engine.
    cores : int, optional
        Cores of the machine; those this process may use by default.
    penalty : Penalty
        Part of the objective.
    tested : bool
        Whether the rate is found by backtracking.

    Examples
    --------
    >>> from steepest.objective.losses import LOSSES
    >>> plan = plan_of(1_000_000, 50, loss=LOSSES["squared_error"], method="batch",
    ...                batch_size=1_000_000, epochs=1000)
    >>> plan.engine, plan.reads
    ('moments', 1.0)
    """
    width = columns + 1 + targets
    threads = min(cores or available_cores(), -(-rows // BLOCK_ROWS))
    walk = 2.0 * rows * (columns + 1) * targets
    sizes: dict[str, Any] = {
        "method": method,
        "threads": threads,
        "rows": rows,
        "columns": columns,
        "targets": targets,
        "batch_size": min(batch_size, rows),
        "epochs": epochs,
        "rule": rule_of(rule).name,
        "momentum": rule_of(rule).hyperparameters.get("momentum"),
    }
    if batch_size >= rows and loss.quadratic and not (penalty.l1 or tested):
        reads = 1.0
        operations = 2.0 * rows * width**2 + epochs * (columns + 1.0) ** 2 * targets
        compiled = compiled_pays(rows, width)
        engine, reason = "moments", "plan_moments"
    elif batch_size >= rows and loss.quadratic:
        reads, compiled = 1.0, compiled_pays(rows, width)
        operations = 2.0 * rows * width**2 + epochs * (columns + 1.0) ** 2 * targets
        engine, reason = "pass", "plan_pass_moments"
    elif batch_size >= rows:
        reads = epochs + 2.0 + automatic_rate
        operations = walk * reads
        compiled = rows * (columns + 1) * targets > PLAIN_NUMBERS
        engine, reason = "pass", "plan_pass"
    else:
        reads = epochs + 2.0 * automatic_rate
        operations = walk * epochs + automatic_rate * 4.0 * rows * width**2
        gathered = rows * (columns + 1) // _NUMBERS_OF_AN_UPDATE
        compiled = (-(-rows // batch_size) + gathered) * epochs > PLAIN_UPDATES
        engine = "sweep"
        reason = "plan_sweep" if compiled else "plan_sweep_plain"
    return Plan(
        engine=engine,
        compiled=compiled,
        reads=reads,
        read_bytes=8.0 * reads * rows * (columns + targets),
        operations=operations,
        reason=reason,
        **sizes,
    )
