"""Reviews: at a quarter's end, whoever stayed far below quota for too long is let go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import ledger
from sim.luck import EXIT_NOTICE, REVIEW_HELD, fill_uniforms, uniforms
from sim.org.actors.leaving import leave_on
from sim.rules.attainment import attainment

if TYPE_CHECKING:
    from sim.org.state.organization import Organization

MOST_AWAY_SHARE = 1.0 / 3.0  # of a quarter on long leave, beyond which nobody is judged by it


def review(org: Organization, rows: np.ndarray, table: np.ndarray, start: float, day: float) -> None:
    """Let go whoever failed too many quarterly reviews in a row. Who was away for long is not reviewed."""
    here = org.seats.rows["end_day"][rows] == ledger.NEVER
    away = away_days(org, rows[here], start)
    spells, table = org.seats.rows[rows][here], table[here]
    seats, roster = spells["seat"], org.roster
    reached = attainment(table["attained_usd"], table["quota_usd"])
    tenure_months = org.calendar.months_between(spells["start_day"], day)
    tenure_months += spells["credited_days"] / org.calendar.days_per_month
    rules = [role.exits for role in org.roles]
    floor, months, limit = (
        np.array([getattr(rule, name) for rule in rules])[spells["role"]]
        for name in ("review_floor", "grace_months", "reviews_failed")
    )
    due = (floor > 0) & (tenure_months >= months)
    long_away = away > MOST_AWAY_SHARE * (day - start)
    for k in np.flatnonzero(due & long_away):
        place = (int(seats[k]), spells["segment"][k], spells["region"][k])
        org.decide(ledger.REVIEW_SKIPPED, *place, float(away[k]), "long leave")
    due &= ~long_away
    due &= reviews_held(org, seats, due, int(table["quarter"][0]) if len(table) else 0)
    failed = due & (reached < floor)
    roster["failed_reviews"][seats[due & ~failed]] = 0
    roster["failed_reviews"][seats[failed]] += 1
    for k in np.flatnonzero(failed & (roster["failed_reviews"][seats] >= limit)):
        let_go(org, int(seats[k]), float(reached[k]), day)


def away_days(org: Organization, spells: np.ndarray, since: float) -> np.ndarray:
    """Days that the people of some spells were on long leave since a month's start, in the seat before included."""
    rows = org.ramped.rows
    rows = rows[np.searchsorted(rows["month"], org.calendar.month_of(since)) :]
    by_spell = np.bincount(rows["spell"], rows["away_days"], len(org.seats))
    before = org.seats.rows["moved_from"][spells]
    return by_spell[spells] + np.where(before >= 0, by_spell[before], 0.0)


def reviews_held(org: Organization, seats: np.ndarray, due: np.ndarray, quarter: int) -> np.ndarray:
    """Whether each review that is due takes place: where coaching is thin, with its level as the chance."""
    people = org.roster[seats]
    level = org.week.coaching.level[people["team"]]
    drawn = np.empty(len(seats))
    fill_uniforms(drawn, people["person"].copy(), REVIEW_HELD, quarter, *org.luck.key)
    missed = due & (drawn >= level)
    for k in np.flatnonzero(missed):
        place = (int(seats[k]), people["segment"][k], people["region"][k])
        org.decide(ledger.REVIEW_MISSED, *place, float(level[k]), "managers had no time")
    return ~missed


def let_go(org: Organization, i: int, reached: float, day: float) -> None:
    """Whoever holds seat i leaves after a notice of one to five weeks."""
    person = org.roster[i]
    notice = 5.0 + 30.0 * uniforms(org.luck, EXIT_NOTICE, person["entity"])[0]
    org.decide(ledger.REVIEW_FAILED, i, person["segment"], person["region"], reached, "reviews failed in a row")
    person["notice"], person["leaves_day"] = True, day + notice
    leave_on(org, i, day + notice, ledger.INVOLUNTARY)


def date_notices(org: Organization) -> None:
    """Date the exits of those who were told before the first day that they are let go."""
    for i in np.flatnonzero(org.roster["held"] & org.roster["notice"]):
        leave_on(org, int(i), float(org.roster[i]["leaves_day"]), ledger.INVOLUNTARY)
