"""What knowing is worth, on the linear normal case with a closed form, and on noise, which is worth nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr

from sim.decide.assumptions.before_choosing import BeforeChoosing, Unknown
from sim.results import knowing
from sim.results.estimates import Estimate
from sim.results.gap import Gap
from sim.results.knowing import Worth, worth_of_knowing
from sim.show import before_choosing as words


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(knowing, "RESAMPLES", 200)


def in_closed_form(mean: float, slope: float) -> float:
    """Of two plans that differ by a normal line: the unit normal loss, as in Raiffa and Schlaifer (1961)."""
    ahead = abs(mean / slope)
    density = math.exp(-(ahead**2) / 2) / math.sqrt(2 * math.pi)
    return abs(slope) * (density - ahead * float(ndtr(-ahead)))


def played(mean: float, slope: float, noise: float, draws: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    x = random.normal(size=draws)
    return (mean + slope * x + noise * random.normal(size=draws))[:, None], x


@pytest.mark.parametrize(("mean", "slope"), [(0.5, 1.0), (-1.0, 2.0), (1.0, -1.0)])
def test_a_normal_line_is_worth_its_unit_normal_loss(mean: float, slope: float) -> None:
    differences, x = played(mean, slope, 0.5, 2000, 1)
    found = worth_of_knowing(differences, x, np.arange(2000))
    assert found.clear
    assert found.estimate.mean == pytest.approx(in_closed_form(mean, slope), rel=0.1)
    assert found.estimate.low <= in_closed_form(mean, slope) <= found.estimate.high


def test_noise_alone_is_told_about_once_in_twenty() -> None:
    told = sum(worth_of_knowing(*played(0.2, 0.0, 3.0, 60, seed), np.arange(60)).clear for seed in range(40))
    assert told <= 6, "the chance of more is 1 in 70 where it is once in twenty"


def test_the_range_holds_the_closed_form_where_noise_is_three_times_the_line() -> None:
    true = in_closed_form(1.0, 1.0)
    found = [worth_of_knowing(*played(1.0, 1.0, 3.0, 100, seed), np.arange(100)).estimate for seed in range(30)]
    assert sum(one.low <= true <= one.high for one in found) >= 25


def test_what_shares_a_draw_is_one_observation() -> None:
    differences, x = played(0.5, 1.0, 0.5, 100, 3)
    alone = worth_of_knowing(differences, x, np.arange(100))
    twice = worth_of_knowing(np.repeat(differences, 2, axis=0), np.repeat(x, 2), np.repeat(np.arange(100), 2))
    assert twice == alone


def test_a_plan_that_is_always_better_leaves_nothing_to_know() -> None:
    differences, x = played(100.0, 1.0, 0.5, 200, 4)
    found = worth_of_knowing(differences, x, np.arange(200))
    assert found.estimate.mean == pytest.approx(0.0, abs=1e-9)
    assert not found.clear


def test_nothing_that_varies_is_worth_nothing() -> None:
    assert worth_of_knowing(np.ones((40, 1)), np.ones(40), np.arange(40)).estimate.high == 0.0


def test_the_answer_does_not_sell_what_noise_reaches() -> None:
    level = Gap(1.0, -2e6, 2e6, -1.0, 1.0, 0.5, 0.5, 0.5)
    sold = Unknown("win_odds", Worth(Estimate(2e6, 1e6, 3e6), 1.9e6))
    from_nothing = Unknown("renewal", Worth(Estimate(2e6, 0.0, 5e6), 1e6))
    noise = Unknown("attrition", Worth(Estimate(2e6, 0.0, 4e6), 2e6))
    said = words.answer(BeforeChoosing(("a", "b"), "b", "a", level, "value", 200, 24, (sold, from_nothing, noise)))
    assert said[0].startswith("B and a cannot be told apart by value")
    assert "Knowing win odds is worth at most $2.0M ($1.0M to $3.0M) before you choose" in said[0]
    assert "attrition" not in said[0]
    assert (
        said[1]
        == "Not told from nothing: knowing renewal (hardly more than $5.0M) and attrition (hardly more than $4.0M)."
    )
