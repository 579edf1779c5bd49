"""``compiled``: numba's njit with its disk cache, wherever the package and the home are read-only.

numba keeps compiled code beside the module or in the user's cache folder and refuses to decorate
where it can write to neither ("no locator available"); a temporary folder serves then, for this
process alone.
"""

from __future__ import annotations

import tempfile
from functools import partial
from typing import Any

import numba

FAST = frozenset({"reassoc", "contract", "nsz"})


def _probe():
    return 0


try:
    numba.njit(cache=True)(_probe)
except RuntimeError:
    vars(numba.config)["CACHE_DIR"] = tempfile.mkdtemp(prefix="steepest-")

# Compiled code runs without the interpreter's lock and is kept on disk. FAST lets sums use
# several accumulators; their order is fixed at compilation, so that bits do not depend on a run.
compiled: Any = partial(numba.njit, cache=True, nogil=True)
# Division gives infinity or NaN as numpy's does: a test for 0 would stop vectorization.
fast: Any = partial(numba.njit, cache=True, nogil=True, error_model="numpy", fastmath=set(FAST))
