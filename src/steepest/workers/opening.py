"""The one place where workers are chosen."""

from __future__ import annotations

from steepest.workers.cluster import ClusterWorkers
from steepest.workers.contract import Workers
from steepest.workers.processes import LocalWorkers


def open_workers(count: int | None, address: str | None) -> Workers | None:
    """Return the workers that are asked for, None where there are none.

    Parameters
    ----------
    count : int or None
        Processes of this machine.
    address : str or None
        Of the scheduler of a Dask cluster.

    Raises
    ------
    FileError
        If they cannot be started or reached, or run other versions.

    Examples
    --------
    >>> open_workers(None, None) is None
    True
    """
    if address is not None:
        return ClusterWorkers(address)
    return None if count is None else LocalWorkers(count)
