"""Dask collections as tables: the bits of numpy's arrays, whatever the partitions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import steepest
from steepest import FileError, InputError
from steepest.data.dask_tables import is_dask, laid_down

dask = pytest.importorskip("dask", reason="needs the extra: steepest[cluster]")
da = pytest.importorskip("dask.array")

ROWS = 70_001


@pytest.fixture(scope="module")
def arrays() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(4)
    X = random.normal(size=(ROWS, 3)) * [1.0, 20.0, 0.1] + [0.0, 7.0, 1.0]
    return X, X @ [1.0, -2.0, 3.0] + random.normal(size=ROWS)


@pytest.fixture(scope="module")
def alone(arrays: tuple[np.ndarray, np.ndarray], tmp_path_factory: pytest.TempPathFactory) -> Any:
    X, y = arrays
    path = tmp_path_factory.mktemp("dask") / "t.parquet"
    table = pa.table({**{f"x{i}": X[:, i] for i in range(3)}, "y": y})
    pq.write_table(table, path)
    return steepest.fit(path, target="y")


def same(run: Any, alone: Any) -> None:
    assert run.trace.parameters.tobytes() == alone.trace.parameters.tobytes()
    np.testing.assert_array_equal(run.trace["validation_loss"], alone.trace["validation_loss"])
    assert run.summary["coefficients"] == alone.summary["coefficients"]


@pytest.fixture(params=["synchronous", "threads", "cluster"])
def scheduler(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param != "cluster":
        with dask.config.set(scheduler=request.param):
            yield request.param
        return
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield request.param


def test_arrays_have_the_bits_of_numpy(
    arrays: tuple[np.ndarray, np.ndarray], alone: Any, scheduler: str
) -> None:
    X, y = arrays
    for chunk in (9_999, 40_000):
        pair = da.from_array(X, chunks=(chunk, 2)), da.from_array(y, chunks=chunk)
        same(steepest.fit(pair, target="y"), alone)
        same(steepest.fit(pair, target="y", memory="1KB"), alone)


def test_delayed_tables_have_the_bits_of_numpy(
    arrays: tuple[np.ndarray, np.ndarray], alone: Any
) -> None:
    X, y = arrays

    @dask.delayed
    def part(start: int, stop: int, kind: str) -> Any:
        columns = {**{f"x{i}": X[start:stop, i] for i in range(3)}, "y": y[start:stop]}
        return {"frame": pd.DataFrame, "arrow": pa.table, "mapping": dict}[kind](columns)

    parts = [part(0, 30_000, "frame"), part(30_000, 30_000, "arrow"), part(30_000, ROWS, "mapping")]
    same(steepest.fit(parts, target="y"), alone)
    same(steepest.fit(parts, target="y", workers=2), alone)


def test_dataframes_bring_their_categories(tmp_path: Path) -> None:
    dd = pytest.importorskip("dask.dataframe")
    random = np.random.default_rng(1)
    colors = np.array(["red", "blue", "sea"])[np.arange(900) % 3]
    numbers = {name: random.normal(size=900) for name in ("x", "y")}
    frame = pd.DataFrame({"color": colors, **numbers})
    frame.to_parquet(tmp_path / "t.parquet")
    run = steepest.fit(dd.from_pandas(frame, npartitions=4), target="y")
    same(run, steepest.fit(tmp_path / "t.parquet", target="y"))
    assert any("color" in name for name in run.summary["coefficients"])


def test_partitions_are_computed_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    alive, most = 0, 0

    class Part:
        __dask_graph__ = None

        def compute(self) -> dict[str, np.ndarray]:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            return {"x": np.arange(5.0), "y": np.arange(5.0)}

    import pyarrow.feather as feather

    write = feather.write_feather

    def written(*arguments: Any, **options: Any) -> None:
        nonlocal alive
        alive -= 1
        write(*arguments, **options)

    monkeypatch.setattr(feather, "write_feather", written)
    with laid_down([Part() for _ in range(20)], ["y"]) as paths:
        assert [Path(path).name for path in paths[:2]] == ["partition-1.arrow", "partition-2.arrow"]
        folder = Path(paths[0]).parent
    assert not folder.exists()
    assert 1 <= most <= 4


def test_what_is_no_table_is_refused() -> None:
    pair = da.ones((6, 2), chunks=(3, 2)), da.ones(6, chunks=2)
    cases = (
        (da.ones((6, 2), chunks=3), "dask_kind"),
        ([dask.delayed(3)], "dask_partition"),
        (pair, "dask_shapes"),
        ((pair[0], da.ones((6, 2), chunks=3)), "dask_shapes"),
    )
    for data, name in cases:
        assert is_dask(data)
        with pytest.raises(InputError) as caught:
            steepest.fit(data, target="y")
        assert caught.value.name == name


def test_columns_that_differ_between_partitions_are_named() -> None:
    parts = [dask.delayed(dict)(x=[1.0, 2.0], y=[1.0, 3.0]), dask.delayed(dict)(x=[1.0], z=[2.0])]
    with pytest.raises(InputError, match=r"partition-2\.arrow"):
        steepest.fit(parts, target="y")


class StoppedError(Exception):
    """The process ends here."""


def stopping_at(epoch: int) -> Any:
    def stop(row: Any) -> None:
        if row["epoch"] == epoch:
            raise StoppedError

    return stop


@pytest.mark.parametrize("workers", [None, 2])
def test_a_kept_run_of_a_collection_is_resumed_without_dask(
    arrays: tuple[np.ndarray, np.ndarray], tmp_path: Path, workers: int | None
) -> None:
    X, y = arrays
    pair = da.from_array(X, chunks=(9_999, 2)), da.from_array(y, chunks=9_999)
    asked: dict[str, Any] = {"target": "y", "loss": "huber", "epochs": 6, "tolerance": 0.0}
    asked["workers"] = workers
    whole = steepest.fit(pair, **asked)
    kept = tmp_path / "kept"
    with pytest.raises(StoppedError):
        steepest.fit(pair, **asked, checkpoint=kept, every=1, watch=stopping_at(4))
    assert len(list((kept / "rows").iterdir())) == 8
    with pytest.raises(FileError) as caught:
        steepest.fit(pair, **asked, checkpoint=kept)
    assert caught.value.name == "checkpoint_taken"
    assert len(list((kept / "rows").iterdir())) == 8  # its rows are untouched
    epochs: list[float] = []
    (run,) = steepest.resume(kept, watch=lambda row: epochs.append(row["epoch"]))
    assert epochs[0] >= 4.0
    np.testing.assert_array_equal(run.trace.path, whole.trace.path)
    file = kept / "rows" / "partition-3.arrow"
    file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(FileError):
        steepest.resume(kept)


def test_partitions_that_fail_leave_no_rows_in_a_checkpoint(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    good = dask.delayed(dict)(x=np.arange(9.0), y=np.arange(9.0))
    with pytest.raises(InputError) as caught:
        steepest.fit([good, dask.delayed(3)], target="y", checkpoint=kept)
    assert caught.value.name == "dask_partition"
    assert not (kept / "rows").exists()
    (kept / "rows").mkdir()
    (kept / "rows" / "partition-9.arrow").write_bytes(b"of a process that was killed")
    steepest.fit([good, good], target="y", checkpoint=kept)
    names = sorted(one.name for one in (kept / "rows").iterdir())
    assert names == ["partition-1.arrow", "partition-2.arrow"]
