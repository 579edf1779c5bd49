"""Rows are walked block by block on a grid of positions, and summed in one fixed tree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steepest import ArraySource
from steepest.data import source as module
from steepest.data.source import Block, fold

ROW_COUNTS = st.integers(1, 300)


def table(rows: int, columns: int = 3, targets: int = 2, *, seed: int = 0) -> ArraySource:
    random = np.random.default_rng(seed)
    return ArraySource(
        random.normal(size=(rows, columns)),
        random.normal(size=(rows, targets)),
        random.uniform(0.5, 2.0, rows),
    )


def halves(parts: list[str]) -> str:
    """The binary counter's tree, said recursively: the largest power of two goes left."""
    if len(parts) == 1:
        return parts[0]
    left = 1 << ((len(parts) - 1).bit_length() - 1)
    return f"({halves(parts[:left])}{halves(parts[left:])})"


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 100])
def test_fold_adds_in_one_tree_that_depends_on_the_count_alone(count: int) -> None:
    parts = [f"<{i}>" for i in range(count)]
    assert fold(iter(parts), lambda a, b: f"({a}{b})") == halves(parts)


def test_fold_keeps_order_and_never_more_than_log_many_sums() -> None:
    alive = most = 0

    class Sum:
        def __init__(self, words: list[int]) -> None:
            nonlocal alive, most
            alive += 1
            most = max(most, alive)
            self.words = words

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    total = fold((Sum([i]) for i in range(1000)), lambda a, b: Sum(a.words + b.words))
    assert total.words == list(range(1000))
    assert most <= 16


def test_fold_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no rows"):
        fold([], lambda a, b: a + b)


@given(ROW_COUNTS, st.integers(1, 40))
def test_blocks_cover_every_row_once_and_in_order(rows: int, size: int) -> None:
    source = table(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_ROWS", size)
        blocks = list(source.blocks())
    assert [len(b.X) for b in blocks[:-1]] == [size] * (len(blocks) - 1)
    assert np.array_equal(np.concatenate([b.X for b in blocks]), source.X)
    assert np.array_equal(np.concatenate([b.y for b in blocks]), source.y)
    assert np.array_equal(np.concatenate([b.weight for b in blocks]), source.weight)


@given(st.integers(0, 10_000), ROW_COUNTS, st.integers(1, 40))
def test_dropping_rows_keeps_the_cuts_of_the_grid(seed: int, rows: int, size: int) -> None:
    source = table(rows)
    kept = np.random.default_rng(seed).random(rows) < 0.6
    kept[seed % rows] = True
    remaining = source.take(kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "BLOCK_ROWS", size)
        blocks = list(remaining.blocks())
    positions = np.flatnonzero(kept)
    wanted = [positions[positions // size == cell] for cell in np.unique(positions // size)]
    assert len(blocks) == len(wanted)
    for block, rows_of_cell in zip(blocks, wanted, strict=True):
        assert np.array_equal(block.X, source.X[rows_of_cell])


def test_the_grid_without_positions_is_that_of_positions_from_zero() -> None:
    rows = 2 * module.BLOCK_ROWS + 1
    plain = ArraySource(np.arange(rows, dtype=float)[:, None], np.zeros((rows, 1)))
    placed = plain.take(np.ones(rows, dtype=bool))
    assert [len(b.X) for b in plain.blocks()] == [len(b.X) for b in placed.blocks()]
    assert [len(b.X) for b in plain.blocks()] == [module.BLOCK_ROWS, module.BLOCK_ROWS, 1]


@pytest.mark.parametrize("last", [4095, 4096, 8191, 8192])
def test_a_single_row_at_the_edge_of_the_grid_is_not_lost(last: int) -> None:
    source = ArraySource(np.ones((2, 1)), np.ones((2, 1)), positions=np.array([0, last]))
    assert sum(len(b.X) for b in source.blocks()) == 2


@given(ROW_COUNTS, st.integers(1, 320), st.sampled_from(["random", "given"]), st.integers(0, 50))
def test_batches_cover_every_row_once_and_the_last_may_be_shorter(
    rows: int, size: int, order: str, epoch: int
) -> None:
    source = table(rows)
    batches = list(source.batches(size, seed=3, epoch=epoch, order=order))
    assert [len(b.X) for b in batches] == [min(size, rows - s) for s in range(0, rows, size)]
    walked = np.concatenate([np.column_stack([b.X, b.y, b.weight]) for b in batches])
    whole = np.column_stack([source.X, source.y, source.weight])
    if order == "random":
        walked, whole = (m[np.lexsort(m.T)] for m in (walked, whole))
    assert np.array_equal(walked, whole)


def test_random_batches_are_a_pure_function_of_seed_and_epoch() -> None:
    source = table(50)

    def walk(seed: int, epoch: int) -> np.ndarray:
        return np.concatenate([b.X for b in source.batches(7, seed=seed, epoch=epoch)])

    first = walk(1, 4)
    walk(1, 5)
    assert np.array_equal(first, walk(1, 4))
    assert not np.array_equal(first, walk(1, 5))
    assert not np.array_equal(first, walk(2, 4))


def strided(a: np.ndarray) -> np.ndarray:
    wide = np.zeros((2 * len(a), 3 * a.shape[1]))
    wide[::2, 1::3] = a
    return wide[::2, 1::3]


def backwards(a: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(a[::-1])[::-1]


def frozen(a: np.ndarray) -> np.ndarray:
    copy = a.copy()
    copy.flags.writeable = False
    return copy


FORMS = {
    "fortran": np.asfortranarray,
    "strided": strided,
    "negative strides": backwards,
    "big-endian": lambda a: a.astype(">f8"),
    "read-only": frozen,
    "float32": lambda a: a.astype(np.float32),
    "int64": lambda a: a.astype(np.int64),
    "int16": lambda a: a.astype(np.int16),
    "uint8": lambda a: a.astype(np.uint8),
    "object": lambda a: a.astype(int).astype(object),
}


def whole_numbers(rows: int, columns: int) -> np.ndarray:
    """Small whole numbers, which every dtype below holds exactly."""
    return np.random.default_rng(5).integers(0, 200, (rows, columns)).astype(float)


def same_rows(source: ArraySource, X: np.ndarray, y: np.ndarray) -> None:
    plain = ArraySource(X, y)
    walks = (
        (source.blocks(), plain.blocks()),
        (source.batches(16, seed=0, epoch=1), plain.batches(16, seed=0, epoch=1)),
    )
    for mine, wanted in walks:
        for block, other in zip(mine, wanted, strict=True):
            for got, want in ((block.X, other.X), (block.y, other.y)):
                assert got.dtype == np.float64
                assert got.dtype.isnative
                assert got.flags.c_contiguous
                assert got.tobytes() == want.tobytes()


@pytest.mark.parametrize("form", FORMS)
def test_any_layout_and_dtype_gives_the_same_blocks_as_contiguous_float64(form: str) -> None:
    X, y = whole_numbers(50, 3), whole_numbers(50, 2)
    same_rows(ArraySource(FORMS[form](X), FORMS[form](y)), X, y)


def test_a_memory_map_gives_the_same_blocks(tmp_path: Path) -> None:
    X, y = whole_numbers(50, 3), whole_numbers(50, 2)
    np.save(tmp_path / "x.npy", X)
    same_rows(ArraySource(np.load(tmp_path / "x.npy", mmap_mode="r"), y), X, y)


def test_walking_never_changes_the_arrays() -> None:
    source = table(100).in_coordinates(np.ones(3), np.full(3, 2.0))
    before = source.X.copy(), source.y.copy()
    list(source.blocks())
    list(source.batches(9, seed=0, epoch=0))
    source.gathered()
    assert np.array_equal(source.X, before[0])
    assert np.array_equal(source.y, before[1])


def test_coordinates_are_applied_to_blocks_batches_and_gathered_rows_alike() -> None:
    shift, scale = np.array([1.0, -2.0, 0.0]), np.array([2.0, 0.5, np.inf])
    source = table(30).in_coordinates(shift, scale)
    wanted = (source.X - shift) / scale
    assert (wanted[:, 2] == 0.0).all()
    assert np.array_equal(np.concatenate([b.X for b in source.blocks()]), wanted)
    given_order = source.batches(7, seed=0, epoch=0, order="given")
    assert np.array_equal(np.concatenate([b.X for b in given_order]), wanted)
    gathered = source.gathered()
    assert np.array_equal(gathered.X, wanted)
    assert np.array_equal(np.concatenate([b.X for b in gathered.blocks()]), wanted)


def test_total_adds_over_blocks_in_the_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BLOCK_ROWS", 2)
    source = ArraySource(np.arange(7.0)[:, None], np.zeros((7, 1)))

    def name(block: Block, end: str) -> str:
        return "".join(f"{int(v)}" for v in block.X[:, 0]) + end

    assert source.total(name, "|", add=lambda a, b: f"({a}{b})") == "((01|23|)(45|6|))"


@pytest.mark.parametrize(
    ("X", "y"),
    [((3,), (3, 1)), ((3, 1), (3,)), ((3, 1), (4, 1)), ((3, 1, 1), (3, 1))],
)
def test_wrong_shapes_are_refused(X: tuple[int, ...], y: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must have shape"):
        ArraySource(np.ones(X), np.ones(y))
