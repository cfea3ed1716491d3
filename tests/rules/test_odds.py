"""Odds, searches and cents: the smallest rules, against what they are defined by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.rules.amounts import whole_cents
from sim.rules.hiring import days_to_offer
from sim.rules.odds import ability_logit, chance, log_odds, odds_answer


def test_chance_and_log_odds_undo_each_other() -> None:
    for share in (1e-9, 0.2, 0.5, 0.73, 1.0 - 1e-9):
        assert log_odds(share) == pytest.approx(float(np.log(share) - np.log1p(-share)), rel=1e-9)
        assert chance(log_odds(share)) == pytest.approx(share, rel=1e-12)
    assert (log_odds(0.0), log_odds(1.0)) == (-math.inf, math.inf)
    assert (chance(-math.inf), chance(math.inf), chance(0.0)) == (0.0, 1.0, 0.5)
    assert chance(-800.0) >= 0.0, "no overflow on either side"
    assert chance(800.0) == 1.0


def test_a_win_rate_answers_a_small_shift_of_all_stages_as_the_rule_says() -> None:
    shares, shift = (0.5, 0.4, 0.8), 1e-6
    before = math.prod(shares)
    after = math.prod(chance(log_odds(p) + shift) for p in shares)
    assert (after / before - 1.0) / shift == pytest.approx(odds_answer(shares), rel=1e-5)
    assert odds_answer(shares) == pytest.approx(0.5 + 0.6 + 0.2)


def test_what_ability_does_not_do_to_volume_it_does_to_the_odds_of_all_stages() -> None:
    """To first order the win rate of three stages moves by ability^(1 - a)."""
    shares = (0.5, 0.4, 0.8)
    answer = odds_answer(shares)
    for ability, volume in ((1.0001, 0.0), (1.0001, 0.3), (0.9999, 1.0)):
        shift = ability_logit(ability, volume, answer)
        rate = math.prod(chance(log_odds(p) + shift) for p in shares) / math.prod(shares)
        assert rate - 1.0 == pytest.approx(ability ** (1.0 - volume) - 1.0, rel=1e-3, abs=1e-12)
    assert ability_logit(2.0, 0.25, 1.5) == pytest.approx(0.75 * math.log(2.0) / 1.5)
    assert ability_logit(2.0, 0.25, 0.5) == pytest.approx(0.75 * math.log(2.0) / 0.5)
    assert ability_logit(2.0, 0.25, 0.0) == 0.0, "where no stage can fail there is nothing to shift"


def test_a_search_is_lognormal_with_its_mean() -> None:
    """Box and Muller's normal number of two uniform ones; the mean is exact by a grid of both."""
    a, b = 0.3, 0.8
    normal = math.sqrt(-2.0 * math.log(a)) * math.cos(2.0 * math.pi * b)
    assert days_to_offer(30.0, 0.6, a, b) == pytest.approx(30.0 * math.exp(0.6 * normal - 0.18))
    assert days_to_offer(30.0, 0.0, a, b) == 30.0
    grid = (np.arange(600) + 0.5) / 600
    days = [days_to_offer(30.0, 0.6, u, v) for u in grid for v in grid[::12]]
    assert np.mean(days) == pytest.approx(30.0, rel=5e-3)
    assert np.log(days).std() == pytest.approx(0.6, rel=1e-2)
    assert stats.skew(np.log(days)) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize(
    ("usd", "cents"), [(0.0, 0.0), (1.234, 1.23), (1.235000001, 1.24), (1.2349, 1.23), (99.999, 100.0)]
)
def test_amounts_are_rounded_to_the_nearest_cent(usd: float, cents: float) -> None:
    assert whole_cents(usd) == cents
