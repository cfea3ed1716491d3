"""Effective tenure: how far along the ramp a person is, how fast they move along it, and the ramped days they give.

A person's tenure runs at a ``pace``: 1 as a rule, slower where coaching is thin, 0 on leave, and it is set back by a
transfer. It is kept as a straight line from the last change of pace, so that nothing is lost to rounding. It runs on
calendar months from the first day in the seat: whoever ramps in three months has done so on that day three months
later. A day of tenure is an average month's, so that every month adds as many.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from sim.calendar import DAYS_PER_WEEK, Calendar, months_from, months_later
from sim.compiled import compiled
from sim.rules import ramp
from sim.scenario.scenario import Scenario


class Ramps(NamedTuple):
    """Ramped days by tenure, in steps of a thirtieth of a month, and what counts the months of tenure.

    ``curves``: shape (2 x roles, steps): each role's full ramp, then that of those who never ramp. Past the table's end
    productivity stays what it is there.
    """

    curves: np.ndarray
    month_days: float  # of an average month
    step_days: float
    first_ordinal: int
    equal_months: bool


def ramp_table(scenario: Scenario, calendar: Calendar) -> Ramps:
    """The ramps of a scenario's roles."""
    longest = max(ramp.full_after_days(role.ramp, calendar.days_per_month) for role in scenario.world.roles.values())
    step = calendar.days_per_month / 30.0
    tenure = step * np.arange(0.0, np.ceil(longest / step) + 3.0)
    rows = []
    for role in scenario.world.roles.values():
        full = ramp.integral_days(role.ramp, tenure, calendar.days_per_month)
        limit = role.ability.never_ramps_ceiling
        some_never = role.ability.never_ramps_share > 0
        rows += [full, ramp.integral_days(role.ramp, tenure, calendar.days_per_month, limit) if some_never else full]
    return Ramps(np.array(rows), calendar.days_per_month, step, calendar.first_ordinal, calendar.equal_months)


RAMPED_SHARE = 0.95  # who has reached this part of full productivity counts as ramped


def ramped_after_days(ramps: Ramps) -> np.ndarray:
    """Days of tenure after which somebody counts as ramped, by role."""
    shares = np.diff(ramps.curves[::2], axis=1)
    return np.argmax(shares >= RAMPED_SHARE * shares[:, -1:], axis=1) * ramps.step_days


@compiled
def ramped_days(curve, steps):
    """Ramped days up to a tenure, read off one row of the ramp table; within a step the share is constant."""
    if steps <= 0.0:
        return 0.0
    last = len(curve) - 1
    whole = min(int(steps), last - 1)
    return curve[whole] + (curve[whole + 1] - curve[whole]) * (steps - whole)


@compiled
def months_here(ramps, row, day):
    """Calendar months that somebody is in their seat at an instant; negative before they start."""
    return months_from(row["start_day"], day, ramps.first_ordinal, ramps.equal_months)


@compiled
def tenure_at(ramps, row, day):
    """Somebody's effective tenure at an instant, in days of an average month; negative before they start."""
    if row["pace"] == 0.0 or day == row["paced_day"]:
        return row["tenure_days"]
    months = months_here(ramps, row, day) - months_here(ramps, row, row["paced_day"])
    return row["tenure_days"] + row["pace"] * months * ramps.month_days


@compiled
def is_past(row, day, tenure):
    """Whether somebody is clearly beyond a tenure, without counting months: days are at most a week off."""
    return row["tenure_days"] + row["pace"] * (day - row["paced_day"] - DAYS_PER_WEEK) > tenure


@compiled
def ramped_between(ramps, row, day, days):
    """Ramped days that somebody gives from ``day`` on for ``days`` at their present pace."""
    curve = ramps.curves[2 * row["role"] + (1 if row["never_ramps"] else 0)]
    last = len(curve) - 1
    if is_past(row, day, last * ramps.step_days):
        return (curve[last] - curve[last - 1]) / ramps.step_days * days
    return ramped_over(ramps, curve, row["start_day"], tenure_at(ramps, row, day), row["pace"], day, days)


@compiled
def ramped_over(ramps, curve, start, tenure, pace, day, days):
    """Ramped days from an instant on, month of tenure by month: in a long one its days go slower along the ramp.

    Args:
        start: first day in the seat, from which months count. tenure: effective, at ``day``.
    """
    steps, last = tenure / ramps.step_days, len(curve) - 1
    if pace == 0.0 or steps >= last:  # they stay where they are
        whole = min(max(int(steps), 0), last - 1)
        return (curve[whole + 1] - curve[whole]) / ramps.step_days * days
    end, total = day + days, 0.0
    months = months_from(start, day, ramps.first_ordinal, ramps.equal_months)
    while day < end:
        turn = math.floor(months) + 1.0
        until = months_later(start, turn, ramps.first_ordinal, ramps.equal_months)
        if until > end:
            until, turn = end, months_from(start, end, ramps.first_ordinal, ramps.equal_months)
        gained = pace * (turn - months) * ramps.month_days / ramps.step_days
        if gained > 0.0:
            ramped = ramped_days(curve, steps + gained) - ramped_days(curve, steps)
            total += ramped / ramps.step_days * (until - day) / gained
        steps, months, day = steps + gained, turn, until
    return total


@compiled
def fill_usual_ramped(found, ramps, role, start, credited, edges):
    """Fill ramped days between edges by the roles' usual ramps, whatever slowed somebody's own.

    Args:
        found: filled, shape (spells, edges - 1). role, start, credited: of each spell; its tenure begins at the days
            credited. edges: clipped to the spell, shape (spells, edges).
    """
    for i in range(len(found)):
        for k in range(found.shape[1]):
            day, days = edges[i, k], edges[i, k + 1] - edges[i, k]
            found[i, k] = 0.0
            if days > 0.0:
                months = months_from(start[i], day, ramps.first_ordinal, ramps.equal_months)
                tenure = credited[i] + months * ramps.month_days
                found[i, k] = ramped_over(ramps, ramps.curves[2 * role[i]], start[i], tenure, 1.0, day, days)


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
        row["tenure_days"] = tenure_at(ramps, row, day)
        row["paced_day"] = day
        row["pace"] = pace
