"""One lab for all tests that do not need one of their own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from served import Served


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    lab = Served()
    yield lab
    assert lab.stop() == 143
    assert "Traceback" not in "".join(lab.printed)
