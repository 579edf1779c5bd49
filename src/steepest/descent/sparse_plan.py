"""The plan for sparse rows: what is walked is their filled entries."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from steepest.data.source import available_cores
from steepest.data.sparse_source import PLAIN_ENTRIES, SparseSource
from steepest.descent.plan import Plan
from steepest.descent.rules import Rule
from steepest.words.catalogue import phrase


def sparse_plan(plan: Plan, rows: SparseSource, *, quadratic: bool) -> Plan:
    """Return the plan of dense rows made into that of sparse ones.

    Parameters
    ----------
    plan : Plan
        For as many rows and columns.
    rows : SparseSource
        Training rows.
    quadratic : bool
        Whether moments gave the quadratic of the loss.
    """
    walk = rows.filled + rows.rows
    made = replace(
        plan,
        read_bytes=plan.reads * (12.0 * rows.filled + 8.0 * rows.rows * (1 + rows.targets)),
        operations=2.0 * plan.reads * walk * rows.targets,
        threads=available_cores() if rows.filled > PLAIN_ENTRIES else 1,
    )
    if plan.engine == "sweep":
        return replace(made, compiled=True, threads=1, reason="plan_sweep")
    if quadratic:
        return made
    return replace(made, engine="pass", reason="plan_pass", compiled=rows.filled > PLAIN_ENTRIES)


def sparse_notes(engine: str, rows: SparseSource, rule: Rule) -> list[dict[str, Any]]:
    """Return what must be told of a run over sparse rows in training coordinates, as phrases."""
    facts = {"rows": rows.rows, "columns": rows.columns, "filled": rows.filled}
    notes = [phrase("sparse_scaled" if rows.scale is not None else "sparse_as_they_are", **facts)]
    if engine == "sweep" and not rule.plain:
        row = rows.filled / rows.rows
        notes.append(phrase("sparse_rule_dense", rule=rule.name, columns=rows.columns, row=row))
    return notes
