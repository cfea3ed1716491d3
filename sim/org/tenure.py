"""Effective tenure: how far along the ramp a person is, how fast they move along it, and the ramped days they give.

A person's tenure runs at a ``pace``: 1 as a rule, slower where coaching is thin, 0 on leave, and it is set back by a
transfer. It is kept as a straight line from the last change of pace, so that nothing is lost to rounding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim import ledger
from sim.calendar import Calendar
from sim.compiled import compiled
from sim.rules import ramp
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.org.organization import Organization


def ramp_table(scenario: Scenario, calendar: Calendar) -> np.ndarray:
    """Ramped days by whole days of tenure; shape (2 x roles, days): full ramp, then those who never ramp.

    Past the table's end productivity stays what it is there.
    """
    longest = max(ramp.full_after_days(role.ramp, calendar.days_per_month) for role in scenario.world.roles.values())
    tenure = np.arange(0.0, np.ceil(longest) + 3.0)
    rows = []
    for role in scenario.world.roles.values():
        full = ramp.integral_days(role.ramp, tenure, calendar.days_per_month)
        limit = role.ability.never_ramps_ceiling
        some_never = role.ability.never_ramps_share > 0
        rows += [full, ramp.integral_days(role.ramp, tenure, calendar.days_per_month, limit) if some_never else full]
    return np.array(rows)


RAMPED_SHARE = 0.95  # who has reached this part of full productivity counts as ramped


def ramped_after_days(ramps: np.ndarray) -> np.ndarray:
    """Whole days of tenure after which somebody counts as ramped, by role."""
    shares = np.diff(ramps[::2], axis=1)
    return np.argmax(shares >= RAMPED_SHARE * shares[:, -1:], axis=1).astype(float)


@compiled
def ramped_days(curve, tenure):
    """Ramped days up to a tenure, read off one row of the ramp table; between whole days the share is constant."""
    if tenure <= 0.0:
        return 0.0
    last = len(curve) - 1
    whole = min(int(tenure), last - 1)
    return curve[whole] + (curve[whole + 1] - curve[whole]) * (tenure - whole)


@compiled
def tenure_at(row, day):
    """Somebody's effective tenure at an instant, in days; negative before they start."""
    return row["tenure_days"] + row["pace"] * (day - row["paced_day"])


@compiled
def ramped_between(ramps, row, day, days):
    """Ramped days that somebody gives from ``day`` on for ``days`` at their present pace."""
    curve = ramps[2 * row["role"] + (1 if row["never_ramps"] else 0)]
    tenure = tenure_at(row, day)
    pace = row["pace"]
    if pace == 0.0:  # they stay where they are
        whole = min(max(int(tenure), 0), len(curve) - 2)
        return (curve[whole + 1] - curve[whole]) * days
    return (ramped_days(curve, tenure + pace * days) - ramped_days(curve, tenure)) / pace


@compiled
def count_days(roster, i, ramps, day):
    """Count the ramped days, or those away, of whoever sits in seat i up to an instant."""
    row = roster[i]
    days = day - row["counted_day"]
    if days <= 0.0:
        return
    if row["away"]:
        row["away_days"] += days
    else:
        row["ramped_days"] += ramped_between(ramps, row, row["counted_day"], days)
    row["counted_day"] = day


@compiled
def take_days(rows, roster, ramps, day, month):
    """Move everybody's days up to an instant into ledger rows of a month; answers how many rows that took."""
    count = 0
    for i in range(len(roster)):
        person = roster[i]
        if person["held"]:
            count_days(roster, i, ramps, day)
            if person["ramped_days"] != 0.0 or person["away_days"] != 0.0:
                row = rows[count]
                row["spell"], row["month"] = person["spell"], month
                row["ramped_days"], row["away_days"] = person["ramped_days"], person["away_days"]
                count += 1
        person["ramped_days"] = person["away_days"] = 0.0
    return count


@compiled
def set_pace(roster, i, ramps, day, pace):
    """Whoever sits in seat i moves along the ramp at another pace from an instant on."""
    row = roster[i]
    if pace != row["pace"]:
        count_days(roster, i, ramps, day)
        row["tenure_days"] = tenure_at(row, day)
        row["paced_day"] = day
        row["pace"] = pace


def write_leaver(org: Organization, i: int, day: float) -> None:
    """Write what whoever leaves seat i gave in the month that is not closed yet."""
    count_days(org.roster, i, org.week.ramps, day)
    row = org.roster[i]
    if row["ramped_days"] != 0.0 or row["away_days"] != 0.0:
        org.ramped.add(row["spell"], org.open_month, row["ramped_days"], row["away_days"])
    row["ramped_days"] = row["away_days"] = 0.0


def write_month(org: Organization, end: float) -> None:
    """Write what everybody here gave in the month that closes."""
    rows = np.zeros(len(org.roster), ledger.RAMPED)
    count = take_days(rows, org.roster, org.week.ramps, end, org.open_month)
    org.ramped.extend(rows[:count])
