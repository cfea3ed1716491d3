"""Time off: hours that vacations take, the long run's share of leaves, and what a leave does to ramp and deals."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.luck import Luck
from tests.makers.play import check_mean, digest, numbers, plain

BUSY = ("world.attention={enabled: true, overload_logit: 0}", "world.sources.self.opportunities_per_month_per_head=2")
LEAVES = "world.roles.rep.time_off={leaves_per_year: 2, leave_mean_days: 60}"
RATE_TIMES_MEAN = 2 * 60 / 365.25


def test_the_share_of_time_on_leave_is_that_of_the_long_run_from_the_first_month_on() -> None:
    """Rate x mean / (1 + rate x mean), whatever the law of its length."""

    def away(book):
        return np.bincount(book.ramped["month"], book.ramped["away_days"], 24)[[0, 5, 11, 17, 23]] / (40 * 30)

    check_mean(numbers(plain(LEAVES, "opening.warm_up_days=60"), 24, 60, away), RATE_TIMES_MEAN / (1 + RATE_TIMES_MEAN))


def test_whoever_is_on_leave_works_no_deal_and_stops_on_the_ramp() -> None:
    plan = plain(
        *BUSY,
        LEAVES,
        "world.roles.rep.ramp={kind: linear, months: 24}",
        f"+opening.teams.reps.tenure_months={[0] * 40}",
    )
    book = world.simulate(plan, 12, Luck(1, 0))
    began = book.decisions[book.decisions["kind"] == ledger.LEAVE_BEGAN]
    works = np.isin(book.moves["kind"], [ledger.CREATED, ledger.ADVANCED, ledger.WIN, ledger.LOSS])
    assert len(began) > 20
    for row in began:
        during = (book.moves["day"] > row["day"]) & (book.moves["day"] < row["day"] + row["value"])
        assert not np.any(works & during & (book.moves["seat"] == row["seat"]))
    # Ramped days follow from days at work alone: day d of work gives d/720, and the curve holds through a leave.
    given, gone = (np.bincount(book.ramped["spell"], book.ramped[name]) for name in ("ramped_days", "away_days"))
    np.testing.assert_allclose(given, (360.0 - gone) ** 2 / 1440.0, atol=1e-3)
    assert np.all(book.seats["end_day"] == ledger.NEVER)


def test_vacations_take_their_days_out_of_the_hours() -> None:
    """Ten days in July and none else, of months of 30 open days: a third of July's hours, at weekly ticks."""
    months = [0.0] * 12
    months[6] = 1.0
    plan = plain(*BUSY, f"world.roles.rep.time_off={{vacation_days_per_year: 10, vacation_by_month: {months}}}")

    def held(scenario):
        rows = world.simulate(scenario, 12, Luck(1, 0)).snapshots
        return rows["value"][rows["quantity"] == ledger.HOURS_HELD]

    hours, usual = held(plan), held(plain(*BUSY))
    others = np.delete(np.arange(12), [6])
    assert 1.0 - hours.sum() / usual.sum() == pytest.approx(10 / 360)
    assert hours[6] / usual[6] == pytest.approx(2 / 3, abs=0.06)
    np.testing.assert_allclose(hours[others] / usual[others], 1.0, atol=0.06)


def test_no_time_off_is_no_change_to_the_byte() -> None:
    none = "world.roles.rep.time_off={vacation_days_per_year: 0, leaves_per_year: 0}"
    exits = "world.roles.rep.exits.voluntary_per_year=0.5"
    assert digest(world.simulate(plain(exits), 12, Luck(1, 0))) == digest(
        world.simulate(plain(exits, none), 12, Luck(1, 0))
    )


def test_whoever_comes_from_a_role_without_leaves_goes_on_leave_like_anybody() -> None:
    """Budgets are spent from the first weekly tick after the move: by the end each has had a leave with one chance."""
    plan = plain(
        LEAVES,
        "+opening.teams.callers={role: caller, segment: all, region: here, seats: 60}",
        "+world.roles.caller={duty: prospects, exits: {voluntary_per_year: 0}}",
        "+world.hiring.recruiting_mean_days.caller=30",
        "+world.costs.salary_usd_per_year.caller=50000",
        "levers.backfill.enabled=false",
        "+levers.transfers.up={role: caller, region: here, to_role: rep, to_segment: all, count: 60,"
        " on_date: 2027-02-01}",
    )
    chance, went = 1.0 - np.exp(-2 * (360.0 - 35.0) / 365.25), 0
    for replication in range(5):
        book = world.simulate(plan, 12, Luck(3, replication))
        moved = book.seats["seat"][book.seats["moved_from"] >= 0]
        assert len(moved) == 60
        began = book.decisions["seat"][book.decisions["kind"] == ledger.LEAVE_BEGAN]
        went += len(np.intersect1d(moved, began))
    assert abs(went - 300 * chance) < 4.0 * np.sqrt(300 * chance * (1.0 - chance))
