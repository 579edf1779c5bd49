"""Which rows validate is decided by seed and position alone, and their number is exact."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from steepest import validation_mask


@given(
    st.integers(1, 2000),
    st.one_of(st.floats(0.0, 0.99), st.sampled_from([0.1, 0.2, 0.25, 0.5])),
    st.integers(0, 2**40),
    st.booleans(),
)
def test_exactly_round_f_n_rows_validate(n: int, share: float, seed: int, time: bool) -> None:
    mask = validation_mask(np.arange(n), share, seed, time_ordered=time)
    assert mask.dtype == np.bool_
    assert mask.shape == (n,)
    assert int(mask.sum()) == round(share * n)


def ranks(positions: np.ndarray, seed: int) -> list[int]:
    """Positions in the order in which growing shares take them in."""
    n = len(positions)
    taken: list[int] = []
    for count in range(1, n + 1):
        mask = validation_mask(positions, count / n, seed)
        new = set(positions[mask].tolist()) - set(taken)
        assert len(new) == 1, "a larger share must keep the rows of a smaller one"
        taken += new
    return taken


@given(st.integers(0, 1000), st.integers(2, 40))
def test_dropped_rows_leave_the_order_of_the_others_alone(seed: int, n: int) -> None:
    kept = np.flatnonzero(np.random.default_rng(seed).random(n) < 0.7)
    whole = ranks(np.arange(n), seed)
    assert ranks(kept, seed) == [row for row in whole if row in set(kept.tolist())]


def test_rows_split_alike_in_pieces_when_the_share_takes_as_many() -> None:
    whole = validation_mask(np.arange(1000), 0.2, 7)
    chosen = np.flatnonzero(whole)
    again = validation_mask(np.delete(np.arange(1000), chosen[:50]), 150 / 950, 7)
    assert np.array_equal(np.delete(np.arange(1000), chosen[:50])[again], chosen[50:])


def test_time_order_takes_the_last_rows() -> None:
    mask = validation_mask(np.arange(10), 0.3, 0, time_ordered=True)
    assert mask.tolist() == [False] * 7 + [True] * 3


def test_the_same_seed_gives_the_same_rows_and_others_do_not() -> None:
    masks = [validation_mask(np.arange(500), 0.2, seed) for seed in range(20)]
    assert np.array_equal(masks[4], validation_mask(np.arange(500), 0.2, 4))
    assert len({mask.tobytes() for mask in masks}) == 20


def test_every_row_is_as_likely_to_validate() -> None:
    counts = sum(validation_mask(np.arange(50), 0.2, seed).astype(int) for seed in range(3000))
    spread = np.sqrt(3000 * 0.2 * 0.8)
    assert np.abs(counts - 600).max() < 4.0 * spread
    early, late = counts[:25].mean(), counts[25:].mean()
    assert early == pytest.approx(late, rel=0.02)


@pytest.mark.parametrize("time", [True, False])
def test_no_share_is_no_row(time: bool) -> None:
    assert not validation_mask(np.arange(10), 0.0, 0, time_ordered=time).any()
    assert not validation_mask(np.arange(0), 0.5, 0, time_ordered=time).any()
