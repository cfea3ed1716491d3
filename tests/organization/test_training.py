"""Training: it costs, takes days, and raises odds that fade by half in each half-life."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.luck import Luck
from sim.org.actors import leaves
from sim.org.actors.behaviour import SellerBehaviour
from sim.org.state.time_off import go
from tests.makers.play import digest, plain, run_to, week_of

TALK = (
    "+levers.trainings.talk={role: rep, on_date: 2027-03-01, cost_usd_per_head: 1500.5, days_away: 10,"
    " logit: 0.8, half_life_days: 60}"
)
BUSY = ("world.attention={enabled: true, overload_logit: 0}", "world.sources.self.opportunities_per_month_per_head=2")


@pytest.mark.parametrize("tick", [56.0, 63.0, 119.0, 301.0])
def test_what_was_learned_fades_by_half_in_each_half_life(tick: float) -> None:
    org = week_of(plain(TALK), tick + 1.0)
    expected = 0.8 * 0.5 ** ((tick - 60.0) / 60.0) if tick > 60.0 else 0.0
    np.testing.assert_allclose(org.week.logit, expected)
    np.testing.assert_allclose(org.pipeline.state.seats["logit"], expected)


def test_it_costs_and_takes_days_of_those_who_are_there() -> None:
    plan = plain(*BUSY, TALK)
    book = world.simulate(plan, 12, Luck(1, 0))
    paid = book.payments[book.payments["kind"] == ledger.TRAINING]
    assert paid["amount_usd"].tolist() == [1500.5] * 40
    assert np.all(paid["month"] == 2)
    works = np.isin(book.moves["kind"], [ledger.CREATED, ledger.ADVANCED, ledger.WIN, ledger.LOSS])
    days = book.moves["day"][works]
    assert not np.any((days > 60.0) & (days < 70.0))
    assert np.any((days > 70.0) & (days < 72.0))
    hours = book.snapshots["value"][book.snapshots["quantity"] == ledger.HOURS_HELD]
    assert hours[2] / hours[1] == pytest.approx(2 / 3)
    ramped = np.bincount(book.ramped["month"], book.ramped["ramped_days"])
    np.testing.assert_allclose(ramped, 40 * 30.0)  # who learns is at work


def test_who_comes_later_has_not_learned_it_and_who_moves_has() -> None:
    move = "+levers.transfers.south={role: rep, segment: all, region: here, to_region: there, on_date: 2027-05-01}"
    plan = plain(TALK, "+world.regions.there={}", move)
    org = week_of(plan, 240.0)
    arrived = np.flatnonzero(org.roster["region"] == 1)
    assert org.week.logit[arrived] == pytest.approx(org.week.logit.max())
    newcomer = np.flatnonzero(org.roster["held"] & (org.roster["start_day"] > 60.0) & (org.roster["region"] == 0))
    assert len(newcomer) == 1
    assert org.week.logit[newcomer] == 0.0


def test_a_training_of_no_effect_changes_no_deal() -> None:
    idle = "+levers.trainings.idle={role: rep, on_date: 2027-03-01, days_away: 0}"
    tables = ("moves", "deals", "credits", "payments")
    assert digest(world.simulate(plain(idle), 12, Luck(1, 0)), tables) == digest(
        world.simulate(plain(), 12, Luck(1, 0)), tables
    )


def test_who_moves_within_a_week_keeps_what_they_learned_at_once() -> None:
    """The move is on day 120, between the ticks of 119 and 126."""
    move = "+levers.transfers.south={role: rep, segment: all, region: here, to_region: there, on_date: 2027-05-01}"
    org = week_of(plain(TALK, "+world.regions.there={}", move), 121.0)
    arrived = np.flatnonzero(org.roster["region"] == 1)
    assert len(arrived) == 1
    expected = 0.8 * 0.5 ** ((120.0 - 60.0) / 60.0)
    np.testing.assert_allclose(org.week.logit[arrived], expected)
    np.testing.assert_allclose(org.pipeline.state.seats["logit"][arrived], expected)


def test_who_moves_during_a_training_comes_back_with_it() -> None:
    """The training lasts from day 60 to 72; the move is on day 62, the ticks are on 63, 70 and 77."""
    longer = TALK.replace("days_away: 10", "days_away: 12")
    move = "+levers.transfers.south={role: rep, segment: all, region: here, to_region: there, on_date: 2027-03-03}"
    plan = plain(longer, *BUSY, "+world.regions.there={}", move)
    for day in (62.5, 65.0, 71.0):
        org = week_of(plan, day)
        arrived = org.roster["held"] & (org.roster["region"] == 1)
        assert arrived.sum() == 1
        assert np.all(org.week.hours == 0.0)
    org = week_of(plan, 73.0)
    assert np.all(org.week.hours[org.roster["held"]] > 0.0)
    np.testing.assert_allclose(org.pipeline.state.seats["hours"], org.week.hours)


def test_who_comes_back_within_a_week_works_at_the_effort_they_chose() -> None:
    """Back on day 66, between ticks: hours and odds carry effort and lesson, in the pipeline as in the week."""
    steep = "{commission: {commission_share: 0.1, tiers: [{from_attainment: 0.0, multiplier: 0.5}]}}"
    plan = plain(
        TALK.replace("days_away: 10", "days_away: 6"),
        *BUSY,
        f"levers.pay.plans={{plan: {{components: {steep}}}}}",
        "levers.pay.roles={rep: plan}",
        "world.behaviour.responsiveness=1.0",
        "world.behaviour.usual_rate={rep: 0.1}",
        "world.roles.rep.ability={sigma_log: 0, volume_share: 0.5}",
    )
    org = week_of(plan, 66.5)
    rows = org.week.adjuster(SellerBehaviour).position.rows
    assert np.all(rows["effort"] < 0.97)
    hours = org.roles[0].selling_hours_per_week
    logit = 0.8 * 0.5 ** (6.0 / 60.0) + 0.5 * np.log(rows["effort"]) / rows["answer"]
    for arrays in (org.week.hours, org.pipeline.state.seats["hours"]):
        np.testing.assert_allclose(arrays, hours * rows["effort"] ** 0.5)
    for arrays in (org.week.logit, org.pipeline.state.seats["logit"]):
        np.testing.assert_allclose(arrays, logit)


def test_who_is_on_leave_takes_no_part_and_costs_nothing() -> None:
    """Seat 7 is away from day 57 to 75; the training is on day 60."""
    org = week_of(plain(TALK), 57.0)
    go(org.roster, 7, org.week.ramps, 57.0, 75.0)
    leaves.start(org)
    run_to(org, 121.0)
    paid = org.journal.payments.rows
    paid = paid[paid["kind"] == ledger.TRAINING]
    assert sorted(paid["seat"].tolist()) == [i for i in range(40) if i != 7]
    assert org.week.logit[7] == 0.0
    np.testing.assert_allclose(np.delete(org.week.logit, 7), 0.8 * 0.5 ** ((119.0 - 60.0) / 60.0))
