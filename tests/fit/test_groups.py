"""Owners and segments: what is their own, what is chance, and samples that add up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import OPEN, WON, Named
from sim.fit.groups import fit_groups
from sim.fit.hazards import fit_hazards
from sim.fit.one_by_one import win_days
from sim.fit.outlook import fit_laws, outlook
from tests.makers.known_laws import Rep, sold_by

REPS, DAYS = 24, 300
LOSS = 0.012


def a_team(rng, apart, price=0.0):
    """Sellers whose pace of winning differs by ``apart`` (of its logarithm), and prices by ``price``."""
    wins = 0.006 * np.exp(apart * rng.standard_normal(REPS))
    volumes = 0.15 * np.exp(0.8 * rng.standard_normal(REPS))
    prices = 1000 * np.exp(price * rng.standard_normal(REPS))
    return [Rep(a_day, win, LOSS, cash) for a_day, win, cash in zip(volumes, wins, prices, strict=True)]


@pytest.fixture(scope="module")
def worlds():
    """Three teams that differ much, their files, and what was fitted."""
    made = []
    for seed in range(3):
        rng = np.random.default_rng(40 + seed)
        team = a_team(rng, 0.7, 0.6)
        deals = sold_by(rng, DAYS, team, known_from=-200)
        made.append((team, deals, fit_groups(deals, "owner", fit_hazards(deals))))
    return made


def odds(team):
    """The share of closes that are wins, by rep."""
    return np.array([rep.win / (rep.win + rep.loss) for rep in team])


def test_odds_known_by_the_maker_lie_in_the_intervals(worlds):
    held = []
    for team, _, groups in worlds:
        drawn = groups.odds.draws(np.random.default_rng(1), 1000)[:, :REPS]
        low, high = np.quantile(drawn, (0.1, 0.9), axis=0)
        held += list((low < odds(team)) & (odds(team) < high))
    assert len(held) == 72
    assert 0.80 - 3 * 0.047 < np.mean(held) < 0.80 + 3 * 0.047


def test_pooled_odds_err_less_than_raw_ones_and_less_than_one_for_all(worlds):
    errors = np.zeros(3)
    for team, deals, groups in worlds:
        won, closed = (
            np.bincount(deals.owner.codes[rows], minlength=REPS)
            for rows in (deals.outcome == WON, deals.outcome != OPEN)
        )
        guesses = groups.odds.point(), won / np.maximum(closed, 1), np.full(REPS, won.sum() / closed.sum())
        errors += [np.mean((guess - odds(team)) ** 2) for guess in guesses]
    assert errors[0] < 0.9 * errors[1]
    assert errors[0] < 0.5 * errors[2]


def test_pace_is_held_against_the_ages_of_a_reps_own_deals():
    """Half of the deals close within days, half take months, so that young deals close faster. One of twelve has young
    deals alone, for she came late; another has slow ones alone.
    """
    quick, slow = [Rep(0.3, 0.05, 0.1) for _ in range(12)], [Rep(0.3, 0.002, 0.004) for _ in range(12)]
    quick[0], slow[0] = replace(quick[0], a_day=1.0, start=-40), replace(slow[0], a_day=1.0, start=-40)
    quick[1] = slow[1]
    deals = sold_by(np.random.default_rng(2), DAYS, quick + slow)
    owner = Named((deals.owner.codes % 12).astype(np.int32), deals.owner.names[:12])
    deals = replace(deals, owner=owner)
    groups = fit_groups(deals, "owner", fit_hazards(deals))
    age = np.where(deals.outcome == OPEN, deals.as_of, deals.closed) - deals.created + 0.5
    closes, days = (np.bincount(owner.codes, one, 12) for one in (deals.outcome != OPEN, age))
    rate = closes / days
    pace = groups.pace.point()
    assert rate[0] / rate[2:].mean() > 2  # as it looks without ages
    assert pace[0] / pace[2:].mean() == pytest.approx(1.0, abs=0.3)  # some 40 closes
    assert pace[1] / pace[2:].mean() < 0.7
    drawn = groups.factors(np.random.default_rng(3), 2000)
    usual = groups.odds.point() / groups.odds.expected
    assert np.allclose(drawn[:, 0, :12].mean(axis=0), pace * usual, rtol=0.1)


def test_the_earlier_of_win_and_loss_counts_within_a_day_too():
    rows = np.repeat([0, 1], 20_000)
    factors = np.ones((2, len(rows)))
    factors[0, 10_000:20_000] = 3.0
    hazards = np.array([[[0.6, 0.6], [0.0, 0.4]], [[0.3, 0.3], [0.0, 0.0]]])
    day = win_days(hazards, rows, factors, np.random.default_rng(4))
    for deals, win, loss in ((slice(0, 10_000), 0.6, 0.3), (slice(10_000, 20_000), 1.8, 0.3)):
        first = win / (win + loss) * (1 - np.exp(-win - loss))
        second = np.exp(-win - loss) * first
        shares = np.bincount(day[deals], minlength=3) / 10_000
        assert shares == pytest.approx([first, second, 1 - first - second], abs=0.018)  # 3.6 standard errors
    shares = np.bincount(day[20_000:], minlength=3) / 20_000
    assert shares == pytest.approx([0, 1 - np.exp(-0.4), np.exp(-0.4)], abs=0.013)


def test_reps_who_are_alike_are_taken_for_one():
    deals = sold_by(np.random.default_rng(3), DAYS, [Rep(0.4, 0.006, LOSS)] * REPS)
    groups = fit_groups(deals, "owner", fit_hazards(deals))
    won, closed = (
        np.bincount(deals.owner.codes[rows], minlength=REPS) for rows in (deals.outcome == WON, deals.outcome != OPEN)
    )
    assert np.std(groups.odds.point()) < 0.3 * np.std(won / closed)
    assert np.std(groups.pace.point()) < 0.05
    assert groups.amounts.shift() < 0.2


@pytest.mark.slow
def test_amounts_go_to_those_who_sell_large_deals(worlds):
    team, deals, _ = worlds[0]
    wins, money = outlook(deals, 3, draws=300, by="owner").by_group[..., :REPS].sum(axis=(0, 1, 3))
    each = np.log(money / wins)
    assert np.corrcoef(each, np.log([rep.price for rep in team]))[0, 1] > 0.85
    assert 0.3 < np.std(each) < 0.7  # 0.6 is true; those of few wins lean on all
    assert money.sum() / wins.sum() == pytest.approx(np.nanmean(deals.amount), rel=0.2)


def test_shares_of_new_deals_are_those_of_the_reps_who_are_there():
    team = [Rep(0.2, 0.006, LOSS), Rep(0.8, 0.006, LOSS), Rep(0.5, 0.006, LOSS), Rep(0.5, 0.006, LOSS, end=-90)]
    deals = sold_by(np.random.default_rng(4), DAYS, team)
    volume = fit_groups(deals, "owner", fit_hazards(deals)).volume
    shares = volume.draws(np.random.default_rng(5), 1000, 3)
    low, high = np.quantile(shares, (0.05, 0.95), axis=0)
    truth = np.array([0.2, 0.8, 0.5]) / 1.5
    assert (low[:, :3] < truth).all()
    assert (truth < high[:, :3]).all()
    assert (high - low)[0, :3].max() < 0.3
    assert shares[:, :, 3].mean() < 0.03  # silent for a quarter
    assert 0 < shares[:, :, 4].mean() < 0.05  # nobody yet
    assert np.allclose(shares.sum(axis=2), 1.0)
    known = fit_groups(deals, "owner", fit_hazards(deals), left=["rep 02"]).volume
    assert known.point()[2] == 0
    assert known.draws(np.random.default_rng(5), 50, 3)[:, :, 2].max() == 0


def test_a_team_with_newcomers_expects_more_of_them():
    team = [Rep(0.5, 0.006, LOSS, start=-40 * place) for place in range(1, 8)]
    deals = sold_by(np.random.default_rng(6), DAYS, team)
    groups = fit_groups(deals, "owner", fit_hazards(deals))
    new = groups.volume.draws(np.random.default_rng(5), 1000, 3)[:, :, -1].mean(axis=0)
    assert groups.names[-1] == "nobody yet"
    assert 0.01 < new[0] < new[1] < new[2] < 0.4


def test_groups_add_up_to_the_total_of_every_draw(worlds):
    _, deals, _ = worlds[0]
    nameless = replace(
        deals, owner=Named(np.where(np.arange(len(deals)) % 9 == 0, -1, deals.owner.codes), deals.owner.names)
    )
    told = outlook(nameless, 2, draws=120, by="owner")
    assert told.groups.names == (*deals.owner.names, "not known", "nobody yet")
    assert told.by_group.shape == (120, 2, 2, 2, REPS + 2)
    assert np.array_equal(told.by_group.sum(axis=-1), told.samples)
    assert told.by_group[..., REPS].sum() > 0
    again = outlook(nameless, 2, draws=120, by="owner", fits=told.fits)  # and the same for the same seed
    assert np.array_equal(told.by_group, again.by_group)


@pytest.mark.slow
def test_a_column_that_says_nothing_does_not_bend_the_total(worlds):
    """By a segment that is tossed, the total is that of the plain outlook."""
    _, deals, _ = worlds[0]
    tossed = Named(np.random.default_rng(8).integers(0, 3, len(deals)).astype(np.int32), ("a", "b", "c"))
    deals = replace(deals, segment=tossed)
    fits = fit_laws(deals)
    plain, split = (outlook(deals, draws=300, fits=fits, by=by).samples.sum(axis=1) for by in ("", "segment"))
    spread = plain.std(axis=0)
    assert (
        abs(plain.mean(axis=0) - split.mean(axis=0)) < 3.5 * spread * np.sqrt(2 / 300) + 0.03 * plain.mean(axis=0)
    ).all()
    assert np.allclose(split.std(axis=0) / spread, 1.0, atol=0.2)


@pytest.mark.slow
def test_wins_to_come_by_rep_are_those_of_the_laws(worlds):
    team, deals, _ = worlds[1]
    told = outlook(deals, 3, draws=300, by="owner")
    wins = told.by_group[:, :, 0].sum(axis=(1, 2))[:, :REPS]
    days = 90
    expected = []
    for place, rep in enumerate(team):
        both = rep.win + rep.loss
        opened = np.sum((deals.owner.codes == place) & (deals.outcome == OPEN))
        come = opened * (1 - np.exp(-both * days)) + rep.a_day * np.sum(1 - np.exp(-both * np.arange(1, days + 1)))
        expected.append(come * rep.win / both)
    low, high = np.quantile(wins, (0.1, 0.9), axis=0)
    # Samples have the chance of the wins themselves on top of what is not known: they hold what is expected more often.
    assert np.mean((low <= expected) & (np.array(expected) <= high)) > 0.8
    assert np.corrcoef(wins.mean(axis=0), expected)[0, 1] > 0.9
    each = np.bincount(deals.owner.codes[told.wins.deal], minlength=REPS) / 300
    assert np.allclose(each, told.by_group[:, :, 0, 0].sum(axis=1).mean(axis=0)[:REPS])


def test_columns_that_cannot_be_told_are_refused(worlds):
    _, deals, _ = worlds[0]
    hazards = fit_hazards(deals)
    with pytest.raises(ValueError, match="by is 'account'; allowed are owner, segment, product"):
        fit_groups(deals, "account", hazards)
    with pytest.raises(ValueError, match="no deal has a name of its product"):
        fit_groups(deals, "product", hazards)
    late = Named(np.where(deals.outcome == OPEN, -1, deals.owner.codes), deals.owner.names)
    with pytest.raises(ValueError, match="known at their close only"):
        fit_groups(replace(deals, owner=late), "owner", hazards)
