"""Effective tenure: it runs at a pace, and the ramped days that are counted are the exact integral of the ramp."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim import world
from sim.calendar import Calendar
from sim.luck import Luck
from sim.org.state.roster import ROSTER
from sim.org.state.tenure import count_days, ramp_table, set_pace, tenure_at
from sim.rules import ramp
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.makers.play import plain

LINEAR = plain("world.roles.rep.ramp={kind: linear, months: 4}")  # of 30 days each


def newcomer(day: float) -> np.ndarray:
    roster = np.zeros(1, ROSTER)
    roster["held"], roster["pace"] = True, 1.0
    roster["start_day"] = roster["paced_day"] = roster["counted_day"] = day
    return roster


NO_LEAVES = [f"world.roles.{role}.time_off.leaves_per_year=0" for role in ("ae", "am", "sdr")]


@pytest.mark.slow
def test_each_month_counts_the_integral_of_the_ramp() -> None:
    plan = load("base", ["world.roles.manager.coaching.ramp_loss_share=0", *NO_LEAVES])
    book = world.simulate(plan, 24, Luck(1, 0))
    total = np.bincount(book.ramped["spell"], book.ramped["ramped_days"], len(book.seats))
    hired = book.seats["start_day"] >= 0.0
    np.testing.assert_allclose(total[hired], integrals(plan, book.seats[hired], 24), rtol=0, atol=0.05)


def integrals(plan: Scenario, spells: np.ndarray, months: int) -> np.ndarray:
    """Ramped days of each spell within the run, day by day, from its calendar months of tenure."""
    calendar, roles, found = plan.calendar(months), list(plan.world.roles.values()), np.zeros(len(spells))
    for i, spell in enumerate(spells):
        start, end = float(spell["start_day"]), min(float(spell["end_day"]), calendar.horizon)
        edges = np.append(np.arange(start, end), end)
        tenure = calendar.months_between(start, edges)
        area = ramp.integral_days(roles[spell["role"]].ramp, tenure, 1.0, spell["ramp_ceiling"])
        found[i] = np.sum(np.diff(area) / np.diff(tenure) * np.diff(edges))
    return found


def test_a_ramp_ends_on_the_day_of_the_month_on_which_it_began() -> None:
    """No share in the first three months from 30 November 2027, to the last of February 2028; then all of it."""
    ramp_of = "world.roles.rep.ramp={kind: schedule, step_months: 1, shares: [0, 0, 0]}"
    calendar = Calendar(date(2027, 1, 1), 24)
    start, full, end = (calendar.day_of(date(*day)) for day in ((2027, 11, 30), (2028, 2, 29), (2028, 3, 10)))
    roster, ramps = newcomer(start), ramp_table(plain(ramp_of), calendar)
    count_days(roster, 0, ramps, full)
    assert roster["ramped_days"][0] == pytest.approx(0.0, abs=1e-9)
    count_days(roster, 0, ramps, end)
    assert roster["ramped_days"][0] == pytest.approx(end - full)


def test_a_slower_pace_counts_more_days_at_each_share() -> None:
    """At half the pace a ramp of 120 days takes 240; then the same person runs on at pace 1."""
    ramps = ramp_table(LINEAR, LINEAR.calendar(12))
    roster = newcomer(10.0)
    set_pace(roster, 0, ramps, 10.0, 0.5)
    set_pace(roster, 0, ramps, 130.0, 1.0)
    assert tenure_at(ramps, roster[0], 130.0) == pytest.approx(60.0)
    assert roster["ramped_days"][0] == pytest.approx(120.0 * 0.25)  # from a share of 0 to one half
    count_days(roster, 0, ramps, 210.0)
    assert roster["ramped_days"][0] == pytest.approx(30.0 + 60.0 * 0.75 + 20.0)


def test_who_stands_still_stays_productive_and_who_is_away_gives_nothing() -> None:
    ramps = ramp_table(LINEAR, LINEAR.calendar(12))
    roster = newcomer(0.0)
    set_pace(roster, 0, ramps, 60.0, 0.0)
    before = roster["ramped_days"][0]
    count_days(roster, 0, ramps, 100.0)
    assert roster["ramped_days"][0] - before == pytest.approx(40.0 * 0.5, rel=0.02)  # of the day's own share
    roster["away"] = True
    count_days(roster, 0, ramps, 130.0)
    assert roster["away_days"][0] == 30.0
    assert roster["ramped_days"][0] - before == pytest.approx(20.0, rel=0.02)
