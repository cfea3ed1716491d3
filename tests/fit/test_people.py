"""Exits by tenure, ramps and hand-overs, against made-up people whose laws are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.crm.opportunities import LOST, NONE, OPEN, WON, Named
from sim.evidence.published.ramp import ramp_cost
from sim.fit.exits import fit_exits, known_by
from sim.fit.hand_overs import hand_overs
from sim.fit.ramp import fit_ramp, middle, months_lost, months_to, rep_months
from tests.makers.known_laws import AS_OF, Rep, deals, sold_by
from tests.makers.known_people import people, work_of

EARLY, LATE = 0.002, 0.0006  # a day: half leave in the first year, one in five a year after it
CURVE = np.array([0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.85, 0.95, 1.0])
LOST_MONTHS = float(np.sum(1 - CURVE))


def crew(seed, days=2000, a_day=0.3, log_days=700):
    return people(np.random.default_rng(seed), days, a_day, EARLY, LATE, log_days)


@pytest.mark.slow
def test_exits_by_tenure_are_those_of_the_laws_though_the_roster_begins_late():
    held = []
    for seed in range(12):
        fitted = fit_exits(crew(seed), AS_OF)
        assert abs(fitted.known_from - (AS_OF - 700)) < 40
        staying = fitted.staying(np.random.default_rng(1), 400, np.array([365, 730, 1460]))
        low, high = np.quantile(staying, (0.1, 0.9), axis=0)
        truth = np.exp(-EARLY * 365 - LATE * np.array([0, 365, 1095]))
        held += list((low < truth) & (truth < high))
    assert len(held) == 36
    assert np.mean(held) > 0.8 - 0.25  # those of one crew hang together: three errors of 12 crews and a half
    # Who counted everybody from the start on would take the survivors for proof that few leave.
    naive = fit_exits(crew(0), AS_OF, known_from=AS_OF - 2000)
    year = naive.staying(np.random.default_rng(1), 400, np.array([365]))
    assert np.quantile(year, 0.1) > np.exp(-EARLY * 365) + 0.02


@pytest.mark.slow
def test_exits_ahead_hold_what_came():
    """Eight crews cut half a year before their rosters end; the people there then, and not those hired later."""
    held, middles, came = [], [], []
    for seed in range(8):
        roster, cut = crew(seed, a_day=0.6), AS_OF - 184
        then = known_by(roster, cut)
        assert (then.end <= cut).all()
        assert len(then.owner) < len(roster.owner)
        samples = fit_exits(then, cut, 6).ahead(np.random.default_rng(3), 300, then, cut)
        assert samples.shape == (300, 6)
        there = (roster.start <= cut) & ((roster.end == NONE) | (roster.end > cut))
        gone = np.sum(there & (roster.end > cut) & (roster.end <= AS_OF))
        low, high = np.quantile(samples.sum(axis=1), (0.05, 0.95))
        held.append(low <= gone <= high)
        middles.append(np.median(samples.sum(axis=1)))
        came.append(gone)
    assert np.mean(held) >= 0.7
    assert np.sum(middles) == pytest.approx(np.sum(came), rel=0.15)  # 400 exits or so


def test_people_without_a_start_are_counted_and_a_list_of_those_there_says_nothing():
    roster = crew(1)
    unknown = replace(roster, start=np.where(np.arange(len(roster.owner)) % 10 == 0, NONE, roster.start))
    assert fit_exits(unknown, AS_OF).undated == -(-len(roster.owner) // 10)
    with pytest.raises(ValueError, match="nobody on the roster has left"):
        fit_exits(replace(roster, end=np.full(len(roster.owner), NONE)), AS_OF)
    with pytest.raises(ValueError, match="has a start"):
        fit_exits(replace(roster, start=np.full(len(roster.owner), NONE)), AS_OF)


@pytest.mark.slow
def test_months_lost_by_a_ramp_lie_in_the_intervals():
    held = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        roster = people(rng, 1500, 0.08, 0.0012, 0.0007, 540)
        ramp = fit_ramp(work_of(rng, roster, CURVE, 3.0, 0.6, 540))
        low, _, high = middle(months_lost(ramp.draws(rng, 300)))
        held.append(low < LOST_MONTHS < high)
    assert np.mean(held) > 0.8 - 3 * 0.12
    curves = ramp.draws(rng, 300)
    assert (np.diff(curves, axis=1) >= 0).all()
    assert (curves[:, -1] == 1).all()
    assert abs(np.median(months_to(curves, 0.5)) - 4) <= 1


@pytest.mark.slow
def test_units_of_money_do_not_matter_and_a_wild_spread_widens():
    rng = np.random.default_rng(5)
    roster = people(rng, 1500, 0.15, 0.0012, 0.0007, 540)
    work = work_of(rng, roster, CURVE, 3.0, 0.6, 540)
    plain, cash = (
        fit_ramp(one).draws(np.random.default_rng(1), 200) for one in (work, replace(work, done=work.done * 1e5))
    )
    assert np.allclose(plain, cash, atol=0.02)
    wild = replace(work, done=work.done * np.exp(1.5 * rng.standard_normal(len(work.done))))
    low, _, high = middle(months_lost(plain))
    wild_low, _, wild_high = middle(months_lost(fit_ramp(wild).draws(np.random.default_rng(1), 200)))
    assert wild_high - wild_low > 1.5 * (high - low)


@pytest.mark.slow
def test_a_ramp_is_told_against_ones_own_level_and_the_months():
    """Those who do little leave soon, so that who is there long was better from the start; and the last months, which
    most newcomers were there in, were poor ones for all.
    """
    rng = np.random.default_rng(8)
    roster = people(rng, 1500, 0.2, 0.0012, 0.0007, 540)
    work = work_of(rng, roster, CURVE, 6.0, 0.3, 540)
    stays = np.where(roster.end == NONE, 10**6, roster.end - roster.start)
    kept = np.where((stays < 300)[work.who], 0.35, 1.0)
    sifted = replace(work, done=rng.binomial(work.done.astype(int), kept).astype(float))
    assert middle(months_lost(fit_ramp(sifted).draws(rng, 200)))[1] == pytest.approx(LOST_MONTHS, abs=0.6)
    kept = ((roster.start > AS_OF - 250) | (roster.start < AS_OF - 900))[work.who]
    who, tenure, month, there, done = (one[kept] for one in (work.who, work.tenure, work.month, work.there, work.done))
    poor = replace(
        work, who=who, tenure=tenure, month=month, there=there, done=done * np.where(month > 10, 0.4, 1.0)
    )  # fmt: skip
    assert middle(months_lost(fit_ramp(poor).draws(rng, 200)))[1] == pytest.approx(LOST_MONTHS, abs=0.6)


def test_wild_months_of_people_who_are_alike_are_not_taken_for_talent():
    rng = np.random.default_rng(9)
    work = work_of(rng, people(rng, 1500, 0.2, 0.0012, 0.0007, 540), CURVE, 3.0, 0.0, 540)
    wild = fit_ramp(replace(work, done=work.done * np.exp(1.2 * rng.standard_normal(len(work.done)))))
    assert wild.alike**-0.5 < 0.25


def test_a_ramp_that_cannot_be_seen_is_the_published_one_and_says_so():
    rng = np.random.default_rng(6)
    old = people(rng, 1500, 0.05, 0.0012, 0.0007, 540)
    old = replace(old, start=old.start - 400)
    ramp = fit_ramp(work_of(rng, old, CURVE, 3.0, 0.6, 300))
    assert "in their first 6 months were seen" in ramp.why_not
    with pytest.raises(ValueError, match="in their first 6 months"):
        ramp.draws(rng, 10)
    cost = ramp_cost(ramp)
    assert (cost.low, cost.typical, cost.high, cost.own) == (5.0, 5.5, 5.7, False)
    assert "cannot be told" in cost.said
    assert "Bridge Group" in cost.said
    idle = fit_ramp(work_of(rng, people(rng, 1500, 0.2, 0.0012, 0.0007, 540), CURVE, 0.0, 0.6, 540))
    assert "nothing was done" in idle.why_not
    seen = ramp_cost(fit_ramp(work_of(rng, people(rng, 1500, 0.3, 0.0012, 0.0007, 540), CURVE, 3.0, 0.3, 540)))
    assert seen.own
    assert seen.low < LOST_MONTHS < seen.high
    assert f"costs {seen.typical:.1f} months" in seen.said


def test_rep_months_count_what_everybody_did_while_there():
    deals_of = sold_by(np.random.default_rng(7), 300, [Rep(0.5, 0.006, 0.012), Rep(0.5, 0.006, 0.012, start=-100)])
    nobody = Named.nobody(3)
    roster = people(np.random.default_rng(7), 10, 0.5, EARLY, LATE)
    roster = replace(
        roster, owner=("rep 00", "rep 01", "sells nothing"), start=AS_OF + np.array([-500, -100, -45]),
        end=np.array([NONE, NONE, AS_OF - 10]), role=nobody, segment=nobody, region=nobody,
    )  # fmt: skip
    first = AS_OF - 200
    work = rep_months(roster, deals_of, "created", first)
    days = np.array([31 if month != 1 else 30 for month in range(12)])
    assert work.there[work.who == 0].sum() == pytest.approx(201 / 30.6, abs=0.2)
    assert work.tenure[work.who == 1].tolist() == [0, 1, 2, 3]
    assert work.there[work.who == 2].sum() == pytest.approx(35 / days.mean(), abs=0.1)
    for who in range(2):
        mine = (deals_of.owner.codes == who) & (deals_of.created >= first)
        assert work.done[work.who == who].sum() == mine.sum()
    wins = rep_months(roster, deals_of, "wins", first)
    assert wins.done.sum() == np.sum((deals_of.outcome == WON) & (deals_of.closed >= first))
    with pytest.raises(ValueError, match="allowed are wins, created"):
        rep_months(roster, deals_of, "calls", first)


def test_hand_overs_are_read_from_two_exports():
    """Ten deals of one who left between the exports: four moved (two closed, one of them won), three closed in time,
    two left behind, one missing; and those of somebody who stayed.
    """
    n = 14
    created = np.full(n, -100)
    earlier = replace(
        deals(created, np.zeros(n), np.full(n, OPEN)),
        owner=Named(np.array([0] * 10 + [1] * 4, np.int32), ("gone", "stays")),
    ).known_on(AS_OF - 60)
    outcome = np.array([WON, LOST, OPEN, OPEN, WON, WON, LOST, OPEN, LOST, OPEN, WON, OPEN, OPEN, OPEN])
    closed = np.array([-5, -5, 0, 0, -40, -41, -45, 0, -5, 0, -3, 0, 0, 0])
    later = replace(
        deals(created, closed, outcome), owner=Named(np.array([1] * 4 + [0] * 6 + [1] * 4, np.int32), ("gone", "stays"))
    )
    kept = np.arange(n) != 9
    nobody = Named.nobody(2)
    roster = replace(
        people(np.random.default_rng(7), 10, 0.5, EARLY, LATE), owner=("gone", "stays"),
        start=np.full(2, AS_OF - 900), end=np.array([AS_OF - 30, NONE]), role=nobody, segment=nobody, region=nobody,
    )  # fmt: skip
    found = hand_overs(earlier, later[kept], roster)
    assert (found.people, found.deals, found.missing) == (1, 9, 1)
    assert (found.moved, found.moved_closed, found.moved_won) == (4, 2, 1)
    assert (found.closed_before, found.left_behind) == (3, 2)
    assert (found.gone, found.left_closed) == (1, 1)
    assert (found.days.tolist(), found.at_stake.tolist(), found.at_stake_moved.tolist()) == ([31], [5], [4])
    assert set(later.ids[kept][found.closes]) == {"d0", "d1", "d8"}
    with pytest.raises(ValueError, match="an earlier and a later export"):
        hand_overs(later, later, roster)
