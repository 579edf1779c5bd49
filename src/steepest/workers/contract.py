"""The interface to workers, and what holds for every kind of them.

A task is a function of this library, found by its name, of a partition's number and of parameters
as bytes; it is pure, so that it may run twice. Results come in any order, each with its number:
whoever adds them up does so in an order of its own.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Protocol

from steepest import __version__
from steepest.words.errors import FileError

#: Workers that one partition may end before it is given up.
ATTEMPTS = 3
#: Seconds after which a task counts as hanging: at least, and as a multiple of the longest yet.
LEAST_DEADLINE, TIMES_LONGEST, FIRST_DEADLINE = 30.0, 20.0, 600.0
_COMPARED = ("numpy", "pyarrow", "numba")


class Workers(Protocol):
    """Processes that do tasks; see the module's docstring."""

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        """Yield the number and the result of each task as they come; to stop early is to cancel.

        Parameters
        ----------
        numbers : sequence of int
            Of the partitions.
        function : str
            ``"module:name"`` of a function of (number, parameters) that returns bytes.
        parameters : bytes
            The same for all tasks.
        """

    def cancel(self) -> None:
        """Let go of the tasks that are not done yet."""

    def workers(self) -> list[str]:
        """Return what names the workers: numbers of processes, addresses."""

    def versions(self) -> dict[str, dict[str, str]]:
        """Return the versions that each worker runs, by its name."""

    def close(self) -> None:
        """End processes that were started for this, and let go of all others."""


class TaskError(RuntimeError):
    """What a task raised that is no error of this library: its traceback as the message."""


class PartitionError(RuntimeError):
    """Partitions that no worker does: one ends them or hangs, or all ended while at some.

    Parameters
    ----------
    name : {"partition_ends_workers", "partition_hangs", "workers_ended_at"}
        Which of them.
    numbers : int
        Of the partitions, from 0; several where it may be any of them.
    facts : numbers
        How many workers tried, how long.
    """

    def __init__(self, name: str, *numbers: int, **facts: float) -> None:
        self.name, self.numbers, self.facts = name, numbers, facts
        super().__init__(name, numbers, facts)


def own_versions() -> dict[str, str]:
    """Return the versions whose difference could change bits.

    Examples
    --------
    >>> own_versions()["steepest"] == __version__
    True
    """
    found = {"steepest": __version__, "python": platform.python_version()}
    for name in _COMPARED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "-"
    return found


def check_versions(theirs: Mapping[str, Mapping[str, str]]) -> None:
    """Refuse workers that run other versions than the driver.

    Raises
    ------
    FileError
        ``worker_version`` with the worker and both versions.
    """
    ours = own_versions()
    for worker, found in theirs.items():
        for name in ("steepest", *_COMPARED):
            if found.get(name) != ours[name]:
                raise FileError(
                    "worker_version", worker=worker, name=name,
                    theirs=str(found.get(name)), ours=ours[name],
                )  # fmt: skip


def called(function: str, number: int, parameters: bytes) -> bytes:
    """Do a task: call the function ``"module:name"``."""
    module, _, name = function.partition(":")
    made: Any = getattr(import_module(module), name)(number, parameters)
    return bytes(made)


def deadline(longest: float) -> float:
    """Return after how many seconds a task hangs, if the longest so far took ``longest``."""
    return max(LEAST_DEADLINE, TIMES_LONGEST * longest) if longest else FIRST_DEADLINE
