"""Days and odds of stages from a history, against made-up deals whose stages are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import OPEN
from sim.fit.stage_laws import fit_stage_laws
from tests.makers.known_laws import AS_OF
from tests.makers.known_stages import STAGES, staged_deals

DAYS = np.array([one.mean_days for one in STAGES])
ON = np.array([one.advance for one in STAGES])


@pytest.mark.slow
def test_days_and_odds_of_stages_lie_in_their_ranges():
    """Twenty worlds of three stages: 60 ranges of 80% each of days and of odds."""
    held = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        laws = fit_stage_laws(*staged_deals(rng, 400, 2.0))
        assert laws.names == ("Talks", "Trial", "Offer")
        for drawn, truth in zip(laws.draws(rng, 300), (DAYS, ON), strict=True):
            low, high = np.quantile(drawn, (0.1, 0.9), axis=0)
            held.append((low < truth) & (truth < high))
    share = np.array(held).reshape(20, 2, 3).mean(axis=(0, 2))
    assert share == pytest.approx(0.8, abs=3 * np.sqrt(0.8 * 0.2 / 60))


def test_what_is_still_there_counts_as_cut_off():
    """Short files end most long stays: counted as if they were whole, stages would look quick."""
    rng = np.random.default_rng(3)
    deals, history = staged_deals(rng, 90, 15.0)
    laws = fit_stage_laws(deals, history)
    error = np.sqrt([one[0, 0] for one in laws.covariance]) + laws.sigma_log**2 / np.sqrt(laws.moved_on)
    assert (np.abs(laws.mean_days / DAYS - 1) < 4 * error).all()
    whole = laws.spells.days[(laws.spells.stage == 1) & laws.spells.ended]
    assert whole.mean() < 0.8 * DAYS[1]


def test_a_deal_is_where_it_has_come_furthest():
    plain = fit_stage_laws(*staged_deals(np.random.default_rng(4), 500, 4.0))
    back = fit_stage_laws(*staged_deals(np.random.default_rng(4), 500, 4.0, back=0.4))
    assert back.names == plain.names
    assert back.mean_days == pytest.approx(plain.mean_days, rel=0.1)


def test_a_stage_that_most_skip_is_none_and_one_that_few_skip_takes_no_time_for_them():
    rare = fit_stage_laws(*staged_deals(np.random.default_rng(5), 500, 4.0, skips=0.8))
    assert rare.names == ("Talks", "Offer")
    some = fit_stage_laws(*staged_deals(np.random.default_rng(5), 500, 4.0, skips=0.2))
    assert some.names == ("Talks", "Trial", "Offer")
    assert some.advance[1] == pytest.approx(0.2 + 0.8 * ON[1], abs=0.05)


def test_open_deals_are_in_the_stage_of_their_last_move_forward():
    deals, history = staged_deals(np.random.default_rng(6), 400, 3.0)
    laws = fit_stage_laws(deals, history)
    assert ((laws.now >= 0) == (deals.outcome == OPEN)).all()
    for row in np.flatnonzero(laws.now >= 0)[::10]:
        mine = np.flatnonzero(history.deal == row)[-1]
        assert laws.names[laws.now[row]] == history.stage.names[history.stage.codes[mine]]
        assert laws.since[row] == int(history.entered[mine])


def test_failures_that_are_closed_late_were_worked_on_for_less():
    deals, history = staged_deals(np.random.default_rng(7), 500, 4.0)
    late = np.where(deals.outcome == 2, deals.closed + 30, deals.closed)
    shown = late <= AS_OF
    put_off = replace(
        deals, closed=np.where(shown, late, -1), outcome=np.where(shown, deals.outcome, OPEN).astype(np.int8)
    )
    naive, right = fit_stage_laws(put_off, history), fit_stage_laws(put_off, history).with_losses_later(30)
    assert np.abs(right.mean_days / DAYS - 1).max() < 0.15
    assert naive.mean_days[0] > 1.3 * DAYS[0]


def test_too_little_history_tells_nothing():
    assert fit_stage_laws(*staged_deals(np.random.default_rng(8), 40, 0.5)) is None
    deals, _ = staged_deals(np.random.default_rng(8), 40, 0.5)
    assert fit_stage_laws(deals, None) is None
