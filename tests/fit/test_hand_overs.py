"""What becomes of leavers' deals is read from two exports as it was made, and as surely as it is told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit, logit

from sim.crm.opportunities import WON
from sim.fit.hand_overs import USUAL_DAYS, USUAL_LOSS, hand_overs, losses, of_stages_left, usual_odds
from sim.fit.hazards import fit_hazards
from tests.makers.leavers import CHANCE, Handing, two_exports

DRAWS = 200
USUAL = float(logit(CHANCE))


def fitted(seed: int, law: Handing, **people):
    """Draws of share, days and loss."""
    rng = np.random.default_rng(seed)
    earlier, later, roster = two_exports(rng, law, **people)
    found = hand_overs(earlier, later, roster)
    share, days = found.waits(rng, DRAWS)
    won = later.outcome[found.closes] == WON
    return np.stack([share, days, losses(rng, won, np.full(len(won), USUAL), share, CHANCE, 1.0)])


def test_shares_days_and_losses_lie_in_their_ranges():
    """Two laws and ten pairs of exports of each: ranges of 80%, and middles that are right on average."""
    for law in (Handing(), Handing(0.6, 30.0, 0.4)):
        truth = np.array([law.share, law.days, law.loss])
        drawn = np.sort([fitted(seed, law) for seed in range(10)], axis=2)
        low, middle, high = drawn[:, :, DRAWS // 10], np.median(drawn, axis=2), drawn[:, :, -DRAWS // 10]
        held = (low <= truth) & (truth <= high)
        assert held.mean() > 0.8 - 3 * np.sqrt(0.8 * 0.2 / 30)
        error = drawn.std(axis=2).mean(axis=0)
        assert (np.abs(middle.mean(axis=0) - truth) < 3 * error / np.sqrt(10)).all(), (middle.mean(axis=0), truth)


def test_waits_that_are_all_alike_are_told_from_those_that_are_not():
    """Where all wait as long, who has gone for longer tells nearly to the day, and ranges are as narrow."""
    law = Handing(0.9, 40.0, alike=True)
    drawn = np.array([fitted(seed, law)[1] for seed in range(6)])
    assert drawn.std(axis=1).mean() < law.days / 4  # an exponential law leaves a third and more
    error = np.median(drawn, axis=1).std(ddof=1) / np.sqrt(len(drawn))
    assert np.median(drawn, axis=1).mean() == pytest.approx(law.days, abs=3 * error + 1.0)


def test_odds_are_held_against_all_closes_of_the_same_age():
    earlier, later, roster = two_exports(np.random.default_rng(3), Handing())
    found = hand_overs(earlier, later, roster)
    usual = usual_odds(later[found.closes], fit_hazards(later))
    assert len(found.closes) > 25
    # Closes of all are thousands; a month's own odds come in, of a month's few hundred closes.
    assert usual.mean() == pytest.approx(USUAL, abs=4 / np.sqrt(CHANCE * (1 - CHANCE) * 300))


def test_where_nothing_was_seen_what_is_thought_is_base_s():
    few = fitted(5, Handing(), leave=1)
    assert np.median(few[1]) == pytest.approx(USUAL_DAYS, rel=0.8)
    rng = np.random.default_rng(1)
    nothing = losses(rng, np.zeros(0, bool), np.zeros(0), np.ones(2000), CHANCE, 1.0)
    assert nothing.mean() == pytest.approx(USUAL_LOSS, abs=4 * USUAL_LOSS / np.sqrt(2000) + 0.01)


def test_a_loss_of_each_stage_left_makes_the_share_won():
    """By hand: stages of 0.5 and 0.8, deals as many in each."""
    chance, slope = of_stages_left(np.array([0.5, 0.8]))
    assert chance == pytest.approx((0.5 * 0.8 + 0.8) / 2)
    assert slope == pytest.approx(((0.5 + 0.2) / (1 - 0.4) + 0.2 / 0.2) / 2)
    step = 1e-4
    moved = expit(logit(np.array([0.5, 0.8])) + step)
    by_stage = [(logit(moved[k:].prod()) - logit(np.array([0.5, 0.8])[k:].prod())) / step for k in range(2)]
    assert slope == pytest.approx(np.mean(by_stage), rel=1e-3)


def test_leavers_alike_but_gone_for_longer_say_more_of_the_days():
    """All of 30 leavers' deals moved: gone for 3 days each they say that days are few, gone for 90 hardly."""
    earlier, later, roster = two_exports(np.random.default_rng(8), Handing(1.0, 0.01))
    found = hand_overs(earlier, later, roster)
    assert (found.at_stake_moved == found.at_stake).all()
    short, long = (
        replace(found, days=np.full(len(found.days), gone)).waits(np.random.default_rng(1), DRAWS)[1]
        for gone in (3.0, 90.0)
    )
    assert np.median(short) < 1.5 < 3.0 < np.median(long)
