"""No workers at all: tasks are done here, one after the other, for plans that ask nobody."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from steepest.workers.contract import called, own_versions


class OwnProcess:
    """The driver itself in the place of workers; see :class:`steepest.workers.contract.Workers`.

    Examples
    --------
    >>> workers = OwnProcess()
    >>> workers.workers() == list(workers.versions())
    True
    """

    def __init__(self) -> None:
        #: How often tasks were asked for.
        self.rounds = 0

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        """See :class:`steepest.workers.contract.Workers`."""
        self.rounds += 1
        for number in numbers:
            yield number, called(function, number, parameters)

    def cancel(self) -> None:
        """Nothing is under way between two tasks."""

    def workers(self) -> list[str]:
        """Return the number of this process."""
        return [str(os.getpid())]

    def versions(self) -> dict[str, dict[str, str]]:
        """See :class:`steepest.workers.contract.Workers`."""
        return {one: own_versions() for one in self.workers()}

    def close(self) -> None:
        """There is nobody to end."""
