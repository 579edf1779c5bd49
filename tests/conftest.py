"""Compiled code that is older than any source file is thrown away before the tests.

numba's disk cache looks at the file of a kernel alone: an edited loss or update rule would
otherwise go on in its old form.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import steepest


def pytest_configure() -> None:
    package = Path(steepest.__file__).parent
    newest = max(file.stat().st_mtime for file in package.rglob("*.py"))
    for cached in package.rglob("__pycache__/*.nb[ic]"):
        with suppress(FileNotFoundError):  # another process of this run took it away
            if cached.stat().st_mtime < newest:
                cached.unlink()
