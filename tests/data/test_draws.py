"""Random numbers are a pure function of (seed, purpose, epoch, number)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from steepest.data import draws
from steepest.data.draws import PURPOSES, epoch_order, normals, stream_key, words

WORD = (1 << 64) - 1

# The first outputs of SplitMix64 seeded with 1234567, as published with its test programs.
SPLITMIX = [
    6457827717110365317,
    3203168211198807973,
    9817491932198370423,
    4593380528125082431,
    16408922859458223821,
]


def splitmix(state: int) -> int:
    """SplitMix64's output function in plain integers (state already advanced)."""
    z = state & WORD
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
    return z ^ (z >> 31)


def shuffle(rows: int, key: int) -> list[int]:
    """Fisher and Yates from the top, each place taking the word of its own number."""
    order = list(range(rows))
    for last in range(rows - 1, 0, -1):
        high = splitmix(key + (last + 1) * 0x9E3779B97F4A7C15) >> 32
        chosen = high * (last + 1) >> 32
        order[last], order[chosen] = order[chosen], order[last]
    return order


def test_words_are_those_of_splitmix64() -> None:
    assert words(1234567, np.arange(5)).tolist() == SPLITMIX


def test_words_can_be_read_at_any_place_and_in_any_shape() -> None:
    assert words(1234567, [[4, 2], [0, 0]]).tolist() == [
        [SPLITMIX[4], SPLITMIX[2]],
        [SPLITMIX[0], SPLITMIX[0]],
    ]


def test_words_of_a_single_number() -> None:
    assert int(words(1234567, 3)) == SPLITMIX[3]


def test_words_of_different_numbers_never_tie() -> None:
    assert len(np.unique(words(99, np.arange(200_000)))) == 200_000


def test_every_seed_purpose_and_epoch_has_its_own_stream() -> None:
    keys = [stream_key(s, p, e) for s in range(20) for p in PURPOSES for e in range(50)]
    assert len(set(keys)) == len(keys)
    assert all(0 <= key <= WORD for key in keys)


@pytest.mark.parametrize("seed", [0, 2**32, 2**63, 2**64 - 1])
def test_large_seeds_are_accepted(seed: int) -> None:
    assert sorted(epoch_order(10, seed, 0).tolist()) == list(range(10))


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 10, 255, 256, 1999, 2000, 2001, 5000])
def test_the_plain_and_the_compiled_shuffle_agree(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed, epoch in ((0, 0), (7, 3)):
        wanted = shuffle(rows, stream_key(seed, "order", epoch))
        monkeypatch.setattr(draws, "_PLAIN_SHUFFLE_ROWS", rows)
        plain = epoch_order(rows, seed, epoch)
        monkeypatch.setattr(draws, "_PLAIN_SHUFFLE_ROWS", -1)
        compiled = epoch_order(rows, seed, epoch)
        assert plain.dtype == compiled.dtype == np.uint32
        assert plain.tolist() == compiled.tolist() == wanted


def test_an_epoch_is_independent_of_the_epochs_drawn_before() -> None:
    alone = epoch_order(100, 5, 9)
    for epoch in range(9):
        epoch_order(100, 5, epoch)
    assert np.array_equal(alone, epoch_order(100, 5, 9))
    assert len({tuple(epoch_order(100, 5, epoch)) for epoch in range(30)}) == 30


def chi_square_is_plausible(counts: np.ndarray) -> bool:
    """Within 4 standard deviations of the mean of a chi-square (fixed seeds: never flaky)."""
    expected = counts.sum() / counts.size
    statistic = float(((counts - expected) ** 2 / expected).sum())
    freedom = counts.size - 1
    return abs(statistic - freedom) < 4.0 * math.sqrt(2.0 * freedom)


def test_all_orders_of_four_rows_are_equally_likely() -> None:
    weights = np.array([64, 16, 4, 1])
    drawn = [int(epoch_order(4, 1, epoch) @ weights) for epoch in range(12_000)]
    _, counts = np.unique(drawn, return_counts=True)
    assert len(counts) == 24
    assert chi_square_is_plausible(counts)


def test_every_row_is_equally_likely_at_every_place() -> None:
    counts = np.zeros((10, 10))
    for seed in range(4000):
        counts[np.arange(10), epoch_order(10, seed, 0)] += 1
    for place in counts:
        assert chi_square_is_plausible(place)


def test_the_chi_square_notices_a_naive_shuffle() -> None:
    """The planted fault: exchanging with any place, which favours some orders."""
    random = np.random.default_rng(0)
    seen: dict[tuple[int, ...], int] = {}
    for _ in range(12_000):
        order = list(range(4))
        for i in range(4):
            j = int(random.integers(4))
            order[i], order[j] = order[j], order[i]
        seen[tuple(order)] = seen.get(tuple(order), 0) + 1
    assert not chi_square_is_plausible(np.array(list(seen.values())))


def test_normal_numbers_have_the_normal_distribution() -> None:
    x = np.sort(normals(stream_key(3, "start"), 20_000))
    cdf = np.array([0.5 * math.erfc(-v / math.sqrt(2.0)) for v in x])
    gap = np.abs(cdf - (np.arange(len(x)) + 0.5) / len(x)).max()
    assert gap < 1.63 / math.sqrt(len(x))  # Kolmogorov and Smirnov, 1 %
    assert abs(np.corrcoef(normals(5, 5000), normals(6, 5000))[0, 1]) < 0.05
    assert np.isfinite(x).all()
