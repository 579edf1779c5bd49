"""``compiled``: numba's njit with its disk cache, wherever the package and the home are read-only.

numba keeps compiled code beside the module or in the user's cache folder and refuses to decorate
where it can write to neither ("no locator available"); a temporary folder serves then, for this
process alone.

numba numbers the entries of a function's cache. Two processes that compile at once (workers, tests)
read the same index and take the same number for different code, and the code that is written last
is then found under the other's name: a later process ran the loss or rule of another kernel. Here
entries are named by their key, and written before the index that tells of them, so that the worst
that a race can do is to forget one.
"""

from __future__ import annotations

import hashlib
import tempfile
from functools import partial
from typing import Any

import numba
from numba.core.caching import IndexDataCacheFile
from numba.core.serialize import dumps

FAST = frozenset({"reassoc", "contract", "nsz"})


def _probe():
    return 0


try:
    numba.njit(cache=True)(_probe)
except RuntimeError:
    vars(numba.config)["CACHE_DIR"] = tempfile.mkdtemp(prefix="steepest-")


class KeyedFile(IndexDataCacheFile):
    """The cache of one function whose entries are named by their keys."""

    def save(self, key, data):
        """Keep ``data`` under ``key``."""
        digest = hashlib.sha256(dumps(key)).digest()
        name = self._data_name(int.from_bytes(digest[:12], "big"))
        self._save_data(name, data)
        self._save_index({**self._load_index(), key: name})


def _cached(function=None, **options):
    """Return a function compiled by numba, its cache being a ``KeyedFile``."""
    if function is None:
        return partial(_cached, **options)
    dispatcher = numba.njit(cache=True, nogil=True, **options)(function)
    file = getattr(getattr(dispatcher, "_cache", None), "_cache_file", None)
    if type(file) is IndexDataCacheFile:
        file.__class__ = KeyedFile
    return dispatcher


# Compiled code runs without the interpreter's lock and is kept on disk. FAST lets sums use
# several accumulators; their order is fixed at compilation, so that bits do not depend on a run.
compiled: Any = _cached
# Division gives infinity or NaN as numpy's does: a test for 0 would stop vectorization.
fast: Any = partial(_cached, error_model="numpy", fastmath=set(FAST))
