"""Schedules against the formulas that their table states."""

from __future__ import annotations

import numpy as np
import pytest
from plain_descent import FACTORS

from steepest import SCHEDULES
from steepest.descent.schedules import rate_factors


def test_this_file_knows_every_schedule() -> None:
    assert set(FACTORS) == set(SCHEDULES)


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("epochs", [1, 7, 10, 100, 1000])
def test_factors_are_the_formula(name: str, epochs: int) -> None:
    got = rate_factors(name, 0, epochs, epochs)
    wanted = [FACTORS[name](e, epochs) for e in range(epochs)]
    assert got == pytest.approx(wanted, rel=1e-14)
    assert got[0] == 1.0
    assert (got > 0.0).all()
    assert (np.diff(got) <= 0.0).all()


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_stretch_is_the_piece_of_the_whole(name: str) -> None:
    whole = rate_factors(name, 0, 90, 90)
    pieces = [rate_factors(name, first, 30, 90) for first in (0, 30, 60)]
    assert np.concatenate(pieces).tobytes() == whole.tobytes()
