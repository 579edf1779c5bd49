"""Compiled code on disk: two processes that compile at once never get each other's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import pytest
from numba.core.caching import IndexDataCacheFile

from steepest.data.compiled_kernel import fast


def times(number: int) -> Any:
    """A kernel that knows a number, as those of losses and rules do."""

    @fast
    def kernel(x):
        return number * x

    return kernel


def test_code_written_between_another_ones_index_and_data_stays_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numba.config, "CACHE_DIR", str(tmp_path))
    write, read = IndexDataCacheFile._save_data, IndexDataCacheFile._load_index
    found: list[float] = []

    def interrupted(self: Any, name: str, data: Any) -> None:
        if not found:  # the other process: it had read the index before this one changed it
            found.append(0.0)
            monkeypatch.setattr(IndexDataCacheFile, "_load_index", lambda self: {})
            found.append(times(7)(10.0))
            monkeypatch.setattr(IndexDataCacheFile, "_load_index", read)
        write(self, name, data)

    monkeypatch.setattr(IndexDataCacheFile, "_save_data", interrupted)
    found.append(times(3)(10.0))
    assert found[1:] == [70.0, 30.0]
    assert [times(number)(10.0) for number in (7, 3)] == [70.0, 30.0]
    again = times(3)
    assert again(10.0) == 30.0
    assert sum(again.stats.cache_hits.values()) == 1  # the cache still serves
