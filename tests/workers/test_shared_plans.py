"""The plan of a fit with workers: its rounds, partitions and sizes are those of the fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worker_tables import COLUMNS, written

import steepest
from steepest import FitOptions, plan_table
from steepest.fitting import sharing
from steepest.workers.alone import OwnProcess
from steepest.workers.messages import decoded


class Seen(OwnProcess):
    """Tasks done here; what their answers hold is noted, round by round."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[int]] = []

    def map(
        self, numbers: Sequence[int], function: str, parameters: bytes
    ) -> Iterator[tuple[int, bytes]]:
        sizes: list[int] = []
        for number, answer in super().map(numbers, function, parameters):
            told = decoded(answer)
            sizes += [numbers_in(one) for one in (told if isinstance(told, list) else [told])]
            yield number, answer
        self.found.append(sizes)


def numbers_in(told: Any) -> int:
    """Return the bytes of the floats and arrays in an answer."""
    if isinstance(told, np.ndarray):
        return told.nbytes
    if isinstance(told, dict):
        return sum(map(numbers_in, told.values()))
    if isinstance(told, (list, tuple)):
        return sum(map(numbers_in, told))
    return 8 if isinstance(told, float) else 0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("plans") / "t")


RUNS: tuple[dict[str, Any], ...] = (
    {},
    {"validation": 0.0, "penalty": "l2"},
    {"loss": "huber", "epochs": 3},
    {"loss": "huber", "epochs": 3, "learning_rate": 0.1, "validation": 0.0, "intercept": False},
    {"method": "mini-batch", "batch_size": 9_000, "epochs": 2},
    {"method": "mini-batch", "batch_size": 9_000, "epochs": 2, "loss": "huber", "rule": "momentum"},
    {"method": "mini-batch", "batch_size": 99, "local": True, "epochs": 2, "rule": "momentum"},
)


@pytest.mark.parametrize("options", RUNS, ids=str)
def test_what_is_said_is_what_is_seen(
    options: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"workers": 2, "tolerance": 0.0, **options}
    rate = asked.pop("learning_rate", "auto")
    said = plan_table(folder, FitOptions(target=("y",), learning_rates=(rate,), **asked))
    seen = Seen()
    monkeypatch.setattr(sharing, "open_workers", lambda count, address: seen)
    run = steepest.fit(folder, target="y", learning_rate=rate, **asked)
    assert run.summary["workers"]["partitions"] == said.partitions
    assert len(seen.found) == said.rounds
    assert [said.answer_bytes] * said.answers in seen.found
    told = said.sentence()
    for number in (said.rounds, said.partition_bytes, said.answer_bytes, said.worker_bytes):
        assert f"{number:,}" in told


def test_partitions_and_shares_of_workers(folder: Path) -> None:
    for workers in (1, 3):
        said = plan_table(folder, FitOptions(target=("y",), workers=workers))
        assert said.partition_bytes == 8 * (COLUMNS + 1) * said.partition_rows
        assert said.worker_bytes == 350_001 * 8 * (COLUMNS + 1) // workers
        assert said.partitions * said.partition_rows >= 350_001
        assert 32_768 <= said.partition_rows < 3 * 32_768


def test_a_plan_asks_no_cluster(folder: Path) -> None:
    said = plan_table(folder, FitOptions(target=("y",), cluster="tcp://127.0.0.1:1"))
    assert said.cluster == "tcp://127.0.0.1:1"
    assert "tcp://127.0.0.1:1" in said.sentence()
    assert "tcp://127.0.0.1:1" in said.sentence("zh-CN")
    alone = plan_table(folder, FitOptions(target=("y",)))
    assert (alone.partitions, alone.rounds) == (0, 0)
    assert [kind for kind, _ in groupby((alone.engine, said.engine))] == ["moments"]
