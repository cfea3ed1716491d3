"""People who still ramp add what they do beyond the last quarter; in a company that only replaces leavers, nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.calendar import DAYS_PER_MONTH
from sim.crm.opportunities import NONE
from sim.evidence.forecast.hires import hiring
from sim.fit.hazards import fit_hazards
from sim.fit.ramp import TENURED, fit_ramp
from sim.fit.ramping import LEVEL_DAYS, Ramping, at_work
from tests.makers.hired import RAMP_MONTHS, crew
from tests.makers.known_laws import AS_OF, Rep
from tests.makers.known_people import people, work_of

CURVE = np.minimum((np.arange(TENURED + 1) + 0.5) / RAMP_MONTHS, 1.0)[None]
DAYS = np.arange(AS_OF + 1, AS_OF + 361)
ALIKE = np.ones(1)
LEAVE = 0.001  # a day


def ramping(start, end=None, leave=0.0) -> Ramping:
    start = np.asarray(start)
    end = np.full(len(start), AS_OF + 9999) if end is None else np.asarray(end)
    return Ramping(AS_OF + start, end, np.zeros(len(start), np.int64), leave, AS_OF)


def test_a_newcomer_adds_the_share_by_then_less_that_of_the_last_quarter():
    """By hand, day by day: one of ten months, one of a month, and one of long ago."""
    found = ramping([-300, -30, -3000]).more(CURVE, DAYS, ALIKE)[0]
    line = lambda day: CURVE[0, int(min(max(day, 0) / DAYS_PER_MONTH, TENURED))] * (day >= 0)  # noqa: E731
    of_late = [np.mean([line(day - start) for day in range(1 - LEVEL_DAYS, 1)]) for start in (-300, -30)]
    for ahead in (1, 90, 360):
        by_hand = line(ahead + 300) + line(ahead + 30) - sum(of_late)
        assert found[ahead - 1] == pytest.approx(by_hand, abs=1e-9)
    assert found[-1] == pytest.approx(2 - sum(of_late))
    each = dict(enumerate(gap[0, -1] for _, gap in ramping([-300, -30, -3000]).gaps(CURVE, DAYS)))
    assert each == pytest.approx({0: 1 - of_late[0], 1: 1 - of_late[1]})


def test_where_leavers_are_replaced_and_no_more_nothing_is_added():
    """The placebo: a thousand seats of one law, filled again on the next day. Without leavers it would be a tenth."""
    rng = np.random.default_rng(1)
    start, end = [], []
    for _ in range(1000):
        day = -4000
        while day <= 0:
            leaves = day + 1 + int(rng.exponential(1 / LEAVE))
            start.append(day)
            end.append(AS_OF + leaves)
            day = leaves
    there = np.array(end) > AS_OF + 1 - LEVEL_DAYS
    seats = ramping(np.array(start)[there], np.array(end)[there], LEAVE)
    # A seat's share has a spread of 0.25 and is nearly another one's after a quarter: 1000 seats, four errors.
    assert seats.more(CURVE, DAYS, ALIKE).max() < 4 * 0.25 * np.sqrt(1000) / 2
    assert replace(seats, leave=0.0).more(CURVE, DAYS, ALIKE).max() > 4 * 4 * 0.25 * np.sqrt(1000) / 2


def test_who_joined_lately_makes_up_for_what_a_level_does_not_know():
    """Ten reps and twelve who came in the last four months: deals of the year ahead, of three companies."""
    a_day, came, level, said = 0.25, 0.0, 0.0, 0.0
    starts = [-110 + 9 * place for place in range(12)]
    hazards = None
    for seed in range(3):
        rng = np.random.default_rng(seed)
        reps = [Rep(a_day, 0.012, 0.03)] * 10 + [Rep(a_day, 0.012, 0.03, start=start) for start in starts]
        deals, roster = crew(rng, 700, reps)
        hazards = hazards or fit_hazards(deals, 12)  # of how deals close nothing is asked here
        found = hiring(deals, roster, None, hazards, 12, trend=0.0)
        assert (found.heads, found.ramping) == (0, 12)
        month = np.minimum((DAYS - AS_OF - 1) // 31, 11)
        said += found.newcomers.created(rng, 200, DAYS, month, np.ones(7)).sum(axis=(1, 2)).mean()
        level += np.sum(deals.created > AS_OF - LEVEL_DAYS) * len(DAYS) / LEVEL_DAYS
        shares = [at_work(CURVE, DAYS - AS_OF - start).sum() for start in starts]
        came += a_day * (10 * len(DAYS) + sum(shares))
    # The level is of 250 deals a quarter, four times, and what a ramped rep does of 900 deals and ten reps.
    error = np.sqrt(3 * 16 * 250 + (came - level) ** 2 / 3 * (1 / 900 + 0.02 / 10))
    assert level + said == pytest.approx(came, abs=4 * error)
    assert level < came - 8 * error


def test_months_of_tenure_that_nobody_was_seen_in_are_on_a_straight_line():
    """Newcomers of the last three months beside people of years: what lies between would be flat, and then a step."""
    rng = np.random.default_rng(4)
    roster = people(rng, 1500, 1.5, 0.0005, 0.0005)
    tenure = AS_OF - roster.start
    kept = (tenure < 100) | (tenure > 900)
    roster = replace(roster[kept], end=np.full(int(kept.sum()), NONE))
    ramp = fit_ramp(work_of(rng, roster, CURVE[0], 6.0, 0.1, 240))
    assert not ramp.why_not
    curve = ramp.draws(rng, 100).mean(axis=0)
    assert curve[7] == pytest.approx(CURVE[0, 7], abs=0.12)
    assert 0.35 < curve[5] < curve[7] < 0.9
