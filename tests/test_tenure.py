"""Effective tenure: it runs at a pace, and the ramped days that are counted are the exact integral of the ramp."""

from __future__ import annotations

import numpy as np
import pytest

from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.roster import ROSTER
from sim.org.tenure import count_days, ramp_table, set_pace, tenure_at
from sim.rules import ramp
from sim.scenario.load import load
from sim.scenario.scenario import Scenario
from tests.play import plain

LINEAR = plain("world.roles.rep.ramp={kind: linear, months: 4}")  # of 30 days each


def newcomer(day: float) -> np.ndarray:
    roster = np.zeros(1, ROSTER)
    roster["held"], roster["pace"] = True, 1.0
    roster["paced_day"] = roster["counted_day"] = day
    return roster


NO_LEAVES = [f"world.roles.{role}.time_off.leaves_per_year=0" for role in ("ae", "am", "sdr")]


def test_each_month_counts_the_integral_of_the_ramp() -> None:
    plan = load("base", ["world.roles.manager.coaching.ramp_loss_share=0", *NO_LEAVES])
    book = world.simulate(plan, 24, Luck(1, 0))
    total = np.bincount(book.ramped["spell"], book.ramped["ramped_days"], len(book.seats))
    np.testing.assert_allclose(total, integrals(plan, book, 24), rtol=0, atol=0.2)


def integrals(plan: Scenario, book: Ledger, months: int) -> np.ndarray:
    """Ramped days of each spell within the run, from its dates; a step inside a day may be off a little."""
    calendar = plan.calendar(months)
    tenures = np.array([np.maximum(book.seats["start_day"], 0.0), np.minimum(book.seats["end_day"], calendar.horizon)])
    tenures -= book.seats["start_day"]
    days = np.zeros(len(book.seats))
    for code, role in enumerate(plan.world.roles.values()):
        mine = book.seats["role"] == code
        ceiling = book.seats["ramp_ceiling"][mine]
        until = [ramp.integral_days(role.ramp, at[mine], calendar.days_per_month, ceiling) for at in tenures]
        days[mine] = until[1] - until[0]
    return days


def test_a_slower_pace_counts_more_days_at_each_share() -> None:
    """At half the pace a ramp of 120 days takes 240; then the same person runs on at pace 1."""
    ramps = ramp_table(LINEAR, LINEAR.calendar(12))
    roster = newcomer(10.0)
    set_pace(roster, 0, ramps, 10.0, 0.5)
    set_pace(roster, 0, ramps, 130.0, 1.0)
    assert tenure_at(roster[0], 130.0) == pytest.approx(60.0)
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
