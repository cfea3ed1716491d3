"""Reviews: at a quarter's end, whoever stayed far below quota for too long is let go."""

from __future__ import annotations

import numpy as np

from sim import ledger
from sim.luck import EXIT_NOTICE, REVIEW_HELD, fill_uniforms, uniforms
from sim.org.actors.leaving import leave_on
from sim.org.state.organization import Organization
from sim.rules.attainment import attainment

MOST_AWAY_SHARE = 1.0 / 3.0  # of a quarter on long leave, beyond which nobody is judged by it


def review(org: Organization, quarter: int, rows: np.ndarray, table: np.ndarray) -> None:
    """Let go whoever failed too many quarterly reviews in a row. Who was away for long is not reviewed.

    Args:
        rows, table: what ``close_quarter`` gave back. Nobody is judged by a quarter that a run cut short.
    """
    calendar = org.calendar
    months = np.flatnonzero(calendar.quarter_of_month == quarter)
    if len(months) < 3:
        return
    start, day = float(calendar.month_starts[months[0]]), float(calendar.month_starts[months[-1] + 1])
    here = org.journal.seats.rows["end_day"][rows] == ledger.NEVER
    away = away_days(org, rows[here], start)
    spells, table = org.journal.seats.rows[rows][here], table[here]
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
        org.decide(ledger.REVIEW_SKIPPED, int(seats[k]), float(away[k]), "long leave")
    due &= ~long_away
    due &= reviews_held(org, seats, due, quarter)
    failed = due & (reached < floor)
    roster["failed_reviews"][seats[due & ~failed]] = 0
    roster["failed_reviews"][seats[failed]] += 1
    for k in np.flatnonzero(failed & (roster["failed_reviews"][seats] >= limit)):
        let_go(org, int(seats[k]), float(reached[k]), day)


def away_days(org: Organization, spells: np.ndarray, since: float) -> np.ndarray:
    """Days that the people of some spells were on long leave since a month's start, in the seat before included."""
    rows = org.journal.ramped.rows
    rows = rows[np.searchsorted(rows["month"], org.calendar.month_of(since)) :]
    by_spell = np.bincount(rows["spell"], rows["away_days"], len(org.journal.seats))
    before = org.journal.seats.rows["moved_from"][spells]
    return by_spell[spells] + np.where(before >= 0, by_spell[before], 0.0)


def reviews_held(org: Organization, seats: np.ndarray, due: np.ndarray, quarter: int) -> np.ndarray:
    """Whether each review that is due takes place: where coaching is thin, with its level as the chance."""
    people = org.roster[seats]
    level = org.week.coaching.level[people["team"]]
    drawn = np.empty(len(seats))
    fill_uniforms(drawn, people["person"].copy(), REVIEW_HELD, quarter, *org.luck.key)
    missed = due & (drawn >= level)
    for k in np.flatnonzero(missed):
        org.decide(ledger.REVIEW_MISSED, int(seats[k]), float(level[k]), "managers had no time")
    return ~missed


def let_go(org: Organization, i: int, reached: float, day: float) -> None:
    """Whoever holds seat i leaves after a notice of one to five weeks."""
    person = org.roster[i]
    notice = 5.0 + 30.0 * uniforms(org.luck, EXIT_NOTICE, person["entity"])[0]
    org.decide(ledger.REVIEW_FAILED, i, reached, "reviews failed in a row")
    person["notice"], person["leaves_day"] = True, day + notice
    leave_on(org, i, day + notice, ledger.INVOLUNTARY)


def start_notices(org: Organization) -> None:
    """Date the exits of those who were told before the first day that they are let go."""
    for i in np.flatnonzero(org.roster["held"] & org.roster["notice"]):
        leave_on(org, int(i), float(org.roster[i]["leaves_day"]), ledger.INVOLUNTARY)
