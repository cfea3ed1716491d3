"""Time off: vacations as an average out of everybody's hours, and long leaves of one person at a time.

Whoever is on leave gives no hours; their ramp stands still, their deals wait and their seat counts as held.
"""

from __future__ import annotations

import numpy as np

from sim.calendar import Calendar
from sim.luck import LEAVE, OPENING_LEAVE, Luck, fill_uniforms, to_exponential, uniforms
from sim.org.state.tenure import Ramps, count_days, set_pace
from sim.scenario.scenario import Scenario


class Vacations:
    """What vacations leave of everybody's hours, by role and month of the year."""

    def __init__(self, scenario: Scenario, calendar: Calendar):
        self._calendar = calendar
        rules = [role.time_off for role in scenario.world.roles.values()]
        self.acts = any(rule.vacation_days_per_year > 0.0 for rule in rules)
        days = np.array([np.multiply(rule.vacation_by_month, rule.vacation_days_per_year) for rule in rules])
        self._present = 1.0 - days / calendar.working_days_per_month
        self._filled_for: int | None = None

    def fill(self, present: np.ndarray, day: float, days: float) -> None:
        """Write the part of the hours left in the days from ``day`` on, by role; always into the same array.

        A week over a month's end takes its days.
        """
        first, last = self._calendar.month_number(day), self._calendar.month_number(day + days - 1.0)
        if first != last:
            months = [self._of_year(self._calendar.month_number(day + k)) for k in range(round(days))]
            present[:], self._filled_for = self._present[:, months].mean(axis=1), None
        elif first != self._filled_for:
            present[:], self._filled_for = self._present[:, self._of_year(first)], first

    def _of_year(self, month: int) -> int:
        return int(self._calendar.month_of_year(month))


def next_leave(luck: Luck, row: np.void) -> tuple[float, float]:
    """The unit exponentials of somebody's next leave: the budget until it begins, and how long it lasts."""
    begins, lasts, _, _ = uniforms(luck, LEAVE, row["person"], int(row["leaves"]))
    return to_exponential(begins), to_exponential(lasts)


def go(roster: np.ndarray, i: int, ramps: Ramps, day: float, back_day: float) -> None:
    """Whoever holds seat i is on leave from now on until a day."""
    count_days(roster, i, ramps, day)
    set_pace(roster, i, ramps, day, 0.0)
    roster[i]["away"], roster[i]["back_day"] = True, back_day


def come_back(roster: np.ndarray, i: int, ramps: Ramps, day: float, pace: float, luck: Luck) -> None:
    """Whoever holds seat i is back at work, and goes on where they stopped."""
    count_days(roster, i, ramps, day)
    row = roster[i]
    row["away"], row["back_day"] = False, -np.inf
    set_pace(roster, i, ramps, day, pace)
    row["leaves"] += 1
    row["leave_budget"] = next_leave(luck, row)[0]


def away_at_first(
    roster: np.ndarray, ramps: Ramps, day: float, scenario: Scenario, calendar: Calendar, luck: Luck
) -> None:
    """When the history begins, the long run's part of the people are on leave."""
    rules = [role.time_off for role in scenario.world.roles.values()]
    chances = np.empty(len(roster))
    fill_uniforms(chances, roster["person"].copy(), OPENING_LEAVE, 0, *luck.key)
    away = chances < np.array([rule.leave_share(calendar.days_per_year) for rule in rules])[roster["role"]]
    for i in np.flatnonzero(roster["held"] & away):
        row = roster[i]
        _, lasts, _, _ = uniforms(luck, OPENING_LEAVE, row["person"])
        go(roster, int(i), ramps, day, day + to_exponential(lasts) * rules[row["role"]].leave_mean_days)
