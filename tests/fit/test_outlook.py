"""Samples of the months ahead, against worlds whose future is known by their laws."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from sim.crm.opportunities import OPEN, WON
from sim.fit.outlook import outlook
from tests.makers.known_laws import AS_OF, deals, played

WIN, LOSS, A_DAY = 0.004, 0.012, 4.0


@pytest.fixture(scope="module")
def made():
    return played(np.random.default_rng(11), 400, A_DAY, WIN, LOSS, known_from=-300)


@pytest.fixture(scope="module")
def told(made):
    return outlook(made, months=3, draws=400, seed=5)


def truth(made, days):
    """Expected wins of open and of new deals in the first ``days``, by the laws of the made-up world."""
    gone = 1 - np.exp(-(WIN + LOSS) * days)
    still_to_come = np.arange(1, days + 1)
    new = A_DAY * np.sum(1 - np.exp(-(WIN + LOSS) * still_to_come))
    return np.array([np.sum(made.outcome == OPEN) * gone, new]) * WIN / (WIN + LOSS)


def test_wins_of_open_and_new_deals_are_those_of_the_laws(made, told):
    wins = told.samples[:, :, 0]
    days = told.starts[-1] - told.starts[0]
    low, middle, high = np.quantile(wins.sum(axis=1), (0.05, 0.5, 0.95), axis=0)
    expected = truth(made, days)
    # About 300 wins were seen: 6 % of error in the rates, and as much again in the level of the last months.
    assert middle == pytest.approx(expected, rel=0.25)
    assert (low < expected).all()
    assert (expected < high).all()
    assert ((high - low) > 3.29 * np.sqrt(expected)).all()  # more than chance alone: the laws are not known


def test_open_deals_fade_and_new_ones_come(told):
    opened, new = np.moveaxis(told.samples[:, :, 0].mean(axis=0), 1, 0)
    assert opened[0] > 1.3 * opened[1] > 1.3 * opened[2]
    assert new[0] < new[1] < new[2]


def test_bookings_are_wins_times_amounts(told):
    per_win = told.samples[:, :, 1].sum() / told.samples[:, :, 0].sum()
    assert per_win == pytest.approx(1000 * np.exp(0.5**2 / 2), rel=0.12)


def test_the_wins_of_open_deals_add_up_to_their_part(made, told):
    wins = told.wins
    assert (made.outcome[wins.deal] == OPEN).all()
    assert len(np.unique(wins.draw * len(made) + wins.deal)) == len(wins.draw), "a deal is won once at most"
    found = np.zeros(told.samples.shape[:3])
    np.add.at(found[..., 0], (wins.draw, wins.month), 1.0)
    np.add.at(found[..., 1], (wins.draw, wins.month), wins.amount)
    np.testing.assert_allclose(found, told.samples[..., 0], rtol=1e-9)


def test_months_are_those_of_the_calendar(made, told):
    assert [date.fromordinal(int(day)).isoformat() for day in told.starts] == [
        "2018-01-01", "2018-02-01", "2018-03-01", "2018-04-01",
    ]  # fmt: skip
    early = made[made.created <= AS_OF - 10].known_on(AS_OF - 10)
    starts = outlook(early, months=2, draws=20).starts
    assert [date.fromordinal(int(day)).isoformat() for day in starts] == ["2017-12-22", "2018-01-01", "2018-02-01"]


def test_same_seed_same_samples(made, told):
    first, again, other = (outlook(made, draws=60, seed=seed, fits=told.fits).samples for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_known_amounts_of_open_deals_are_taken_as_they_are(made, told):
    known = np.where(made.outcome == OPEN, 7.0, made.amount)
    samples = outlook(replace(made, amount=known), draws=50, fits=told.fits).samples
    assert np.allclose(samples[:, :, 1, 0], 7.0 * samples[:, :, 0, 0])


def test_small_files_say_little_and_do_not_explode():
    """Twelve deals, two of them won: a few more or a few dozen, and no fortune."""
    outcome = np.full(12, OPEN)
    outcome[:2] = WON
    made = deals(np.arange(-60, 0, 5), np.full(12, -3), outcome, np.where(outcome == WON, 1000.0, np.nan),
                 known_from=-60, born_from=-60)  # fmt: skip
    wins, bookings = np.moveaxis(outlook(made, draws=400).samples.sum(axis=(1, 3)), 1, 0)
    low, high = np.quantile(wins, (0.1, 0.9))
    assert high > 3 * low
    assert 2 <= np.median(wins) <= 16  # twelve open and eighteen new ones at 2 in 330 days at risk: 8
    assert high < 40
    assert np.quantile(bookings, 0.95) < 60_000


def test_without_a_win_nothing_is_known_of_bookings():
    made = deals(np.arange(-60, 0, 2), np.zeros(30), np.full(30, OPEN), known_from=-60, born_from=-60)
    samples = outlook(made, months=1, draws=100).samples
    wins, bookings = samples[:, 0, 0], samples[:, 0, 1]
    assert np.isnan(bookings[wins > 0]).all()
    assert (bookings[wins == 0] == 0).all()
    assert wins.mean() < 3


def test_a_single_open_deal_is_no_fortune():
    made = deals([-3], [0], [OPEN], known_from=-10, born_from=-10)
    wins = outlook(made, draws=200).samples[:, :, 0].sum(axis=(1, 2))
    assert np.median(wins) <= 5
