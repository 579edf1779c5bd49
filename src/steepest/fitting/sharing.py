"""The workers of a fit: opened before its rows are read, told of, and let go of when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from steepest.data.file_source import FileSource
from steepest.data.partition_work import PartitionWork, partition_cuts
from steepest.data.table import Note
from steepest.data.table_stream import ArrowStream
from steepest.fitting.options import FitOptions
from steepest.fitting.prepared import PreparedRows
from steepest.workers.opening import open_workers


@contextmanager
def shared(options: FitOptions) -> Iterator[PartitionWork | None]:
    """Yield who shares the passes of a fit, None where nobody is asked for.

    Parameters
    ----------
    options : FitOptions
        What is asked for.
    """
    workers = open_workers(options.workers, options.cluster)
    if workers is None:
        yield None
        return
    try:
        yield PartitionWork(workers)
    finally:
        workers.close()


def with_workers_told(rows: PreparedRows, options: FitOptions) -> PreparedRows:
    """Return the rows with a note of who sums over them."""
    found = workers_of(rows, options)
    if not found:
        return rows
    name = "story_workers" if options.cluster is None else "story_cluster"
    facts = {one: found[one] for one in ("count", "partitions")}
    return replace(rows, notes=(*rows.notes, Note(name, {**facts, "address": options.cluster})))


def workers_of(rows: PreparedRows, options: FitOptions) -> dict[str, Any]:
    """Return who sums over rows, as JSON values; nothing where this process does."""
    source = rows.training
    if not isinstance(source, FileSource):
        return {}
    sharing, stream = source.prepared.sharing, source.prepared.stream
    if not isinstance(sharing, PartitionWork) or not isinstance(stream, ArrowStream):
        return {}
    return {
        "kind": "processes" if options.cluster is None else "cluster",
        "address": options.cluster,
        "count": len(sharing.workers.workers()),
        "partitions": len(partition_cuts(stream)) - 1,
    }
