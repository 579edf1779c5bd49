"""The salary table of the notes: what they print and what their code gives, known beforehand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from steepest import Forecast, forecast

FACTS = json.loads((Path(__file__).parents[1] / "reference" / "lecture.json").read_text())
RATES = FACTS["rates_to_explain"]
NAMES = ("0.2", "0.8", "1.1")
EXACT = {"rel": 1e-12, "abs": 0.0}


def salary(**options: Any) -> Forecast:
    """The notes' start is drawn as they draw it; intercept first."""
    random = np.random.RandomState(42)
    start = (float(random.randn(1)[0]), float(random.randn(1)[0]))
    rates = tuple(float(name) for name in NAMES)
    return forecast(
        "example:salary",
        target="salary",
        standardize=False,
        learning_rates=rates,
        start=start,
        **options,
    )


def test_rates_and_curvatures_are_those_of_the_notes() -> None:
    seen, run = salary(), FACTS["salary"]["run"]
    answer = seen.as_dict()
    assert answer["eigenvalues"][::-1] == pytest.approx(run["hessian_eigenvalues"], **EXACT)
    assert answer["largest_stable_rate"] == pytest.approx(RATES["largest_stable_rate"], **EXACT)
    assert answer["best_rate"] == pytest.approx(RATES["best_rate"], **EXACT)
    assert answer["safe_rate"] == pytest.approx(RATES["largest_stable_rate"] / 2.0, **EXACT)
    low, high = run["hessian_eigenvalues"]
    assert answer["condition_number"] == pytest.approx(high / low, **EXACT)
    assert answer["condition_number_standardized"] == pytest.approx(1.0, **EXACT)
    assert answer["start_loss"] == pytest.approx(RATES["initial_loss"], **EXACT)
    before_last = FACTS["salary"]["run"]["loss_before_last_update"]
    assert answer["optimum_loss"] == pytest.approx(before_last, abs=1e-12 * RATES["initial_loss"])


@pytest.mark.parametrize("name", NAMES)
def test_a_step_along_each_cross_section(name: str) -> None:
    one = salary().as_dict()["rates"][NAMES.index(name)]
    b, w = one["steps"]
    assert (b["parameter"], w["parameter"]) == ("intercept", "years")
    for step, letter in ((b, "b"), (w, "w")):
        assert step["step"] == pytest.approx(RATES[name][f"{letter}_step"], **EXACT)
        assert step["loss"] == pytest.approx(RATES[name][f"loss_after_{letter}_step"], **EXACT)
        assert step["curvature"] == pytest.approx(RATES[f"curvature_{letter}"], **EXACT)


def test_two_rates_mirror_each_other_along_b_and_the_third_climbs() -> None:
    small, large, very_large = salary().as_dict()["rates"]
    b = [one["steps"][0] for one in (small, large, very_large)]
    assert b[0]["loss"] == pytest.approx(b[1]["loss"], **EXACT)
    assert [step["fate"] for step in b] == ["converges", "oscillates", "diverges"]
    w = [one["steps"][1] for one in (small, large, very_large)]
    assert b[2]["loss"] > RATES["initial_loss"] > w[2]["loss"]
    assert [step["fate"] for step in w] == ["converges"] * 3


def test_in_both_parameters_together_the_second_is_still_just_stable() -> None:
    small, large, very_large = salary().rates
    assert [one.regime for one in salary().rates] == ["too low", "high", "too high"]
    assert large.factors[0] == pytest.approx(abs(1.0 - 0.8 * 2.4829117901621593), rel=1e-11)
    assert 0.98 < large.factors[0] < 1.0
    assert np.isfinite(large.epochs)
    assert np.isinf(very_large.epochs)
    assert small.fates == ("converges", "converges")
    assert large.fates == ("oscillates", "converges")
    assert very_large.fates == ("diverges", "converges")


def test_the_bad_feature_is_named_and_the_gain_of_standardizing_it() -> None:
    seen = forecast("example:salary-bad", target="salary", standardize=False)
    low, high = FACTS["bad_feature"]["run"]["hessian_eigs"]
    answer = seen.as_dict()
    assert answer["eigenvalues"][::-1] == pytest.approx([low, high], rel=1e-12)
    assert answer["condition_number_raw"] == pytest.approx(high / low, rel=1e-12)
    assert answer["condition_number_standardized"] == pytest.approx(1.0, rel=1e-12)
    blame = answer["units_to_blame"]
    assert blame["largest"]["column"] == "years"
    assert blame["steepest"]["years"] > 0.97
    assert blame["largest_stable_rate_standardized"] == pytest.approx(1.0, rel=1e-12)
    words = " ".join(seen.tell())
    assert "Standardize the features" in words
    assert "'years'" in words
