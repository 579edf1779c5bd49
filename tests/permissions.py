"""Commands whose process obeys permissions, also where the tests are run by root."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

# Run by root, permissions do not count: the child gives up the right to override them.
WITHOUT_OVERRIDE = (
    "import ctypes, os, sys\n"
    "libc = ctypes.CDLL(None, use_errno=True)\n"
    "for right in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER\n"
    "    if libc.prctl(24, right, 0, 0, 0):\n"
    "        sys.exit(77)\n"
    "os.execv(sys.argv[1], sys.argv[1:])"
)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="permissions are tested on Linux")


def run_obeying(command: Sequence[str], **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command that may not override permissions."""
    if os.geteuid() == 0:
        command = [sys.executable, "-c", WITHOUT_OVERRIDE, *command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode == 77:
        pytest.skip("root cannot give up its rights here")
    return done
