"""A week's numbers of all seats, as arrays: ramp, hours, sourcing, a prospector's output, and who leaves."""

from __future__ import annotations

from typing import Protocol, TypeVar

import numpy as np

from sim.calendar import DAYS_PER_WEEK, Calendar, months_from, months_later
from sim.compiled import compiled
from sim.org.state.coaching import Coaching
from sim.org.state.conditions import Conditions
from sim.org.state.contagion import Contagion
from sim.org.state.duties import DUTIES, SELLS
from sim.org.state.tenure import ramp_table, ramped_after_days, ramped_between
from sim.org.state.time_off import Vacations
from sim.rules.people import exit_weight, voluntary_hazard
from sim.rules.stay import days_until_spent, spent_by, stay_table
from sim.scenario.scenario import Scenario

ROLE = np.dtype([
    ("duty", "i4"), ("hours", "f8"), ("rate_per_hour", "f8"),  # self-sourced deals a working day, an hour a week spare
    ("voluntary", "f8"), ("hump", "f8"),  # exits a day
    ("hump_center", "f8"), ("hump_width", "f8"),
    ("contagion", "f8"), ("first_year", "f8"),
    ("month_days", "f8"), ("first_ordinal", "i8"), ("equal_months", "?"),  # of the calendar, for months of tenure
    ("has_law", "?"),  # of how long people stay, in place of "voluntary"
    ("present", "f8"), ("leaves", "f8"),  # part of the hours left by vacations this week; long leaves begun a day
], align=True)  # fmt: skip


def role_table(scenario: Scenario, calendar: Calendar) -> np.ndarray:
    """What the tick needs of each role; shape (roles,)."""
    rows = np.zeros(len(scenario.world.roles), ROLE)
    sources = scenario.world.sources.items()
    for row, role in zip(rows, scenario.world.roles.values(), strict=True):
        row["duty"] = DUTIES[role.duty]
        row["hours"] = role.selling_hours_per_week
        if role.duty == "sells":
            monthly = sum(source.finds_per_seller for name, source in sources if not role.takes or name in role.takes)
            row["rate_per_hour"] = monthly / calendar.working_days_per_month / role.selling_hours_per_week
        row["has_law"] = role.exits.stay is not None
        row["voluntary"] = 0.0 if row["has_law"] else role.exits.voluntary_per_year / calendar.days_per_year
        row["hump"] = role.exits.hump_per_year / calendar.days_per_year if role.duty == "sells" else 0.0
        row["hump_center"], row["hump_width"] = role.exits.hump_center, role.exits.hump_width
        row["contagion"], row["first_year"] = role.exits.contagion, role.exits.first_year_multiplier
        row["month_days"], row["first_ordinal"] = calendar.days_per_month, calendar.first_ordinal
        row["equal_months"] = calendar.equal_months
        row["present"], row["leaves"] = 1.0, role.time_off.leaves_per_year / calendar.days_per_year
    return rows


@compiled
def mean_ramp(ramps, row, day, days):
    """A person's average productive share from ``day`` on for ``days``."""
    return ramped_between(ramps, row, day, days) / days


@compiled
def exit_per_day(roles, row, day, share_left):
    """Somebody's voluntary exit hazard a day; attainment not known yet counts as on quota."""
    role = roles[row["role"]]
    quota = row["quota_usd"][0] + row["quota_usd"][1]
    attainment = 1.0
    if quota > 0.0:
        attainment = (row["sold_usd"][0] + row["sold_usd"][1]) / quota
    return voluntary_hazard(
        role["voluntary"], role["hump"], role["hump_center"], role["hump_width"], attainment,
        first_year_weight(role, row, day), role["contagion"], share_left,
    )  # fmt: skip


@compiled
def first_year_weight(role, row, day):
    """By what the hazard is multiplied until the anniversary of somebody's first day in the organization."""
    if role["first_year"] == 1.0 or day - row["joined_day"] > 366.0:
        return 1.0
    anniversary = months_later(row["joined_day"], 12.0, role["first_ordinal"], role["equal_months"])
    return role["first_year"] if day < anniversary else 1.0


@compiled
def law_weight(role, row, day, share_left):
    """By what the hazard of a law of how long people stay is multiplied for somebody."""
    return exit_weight(first_year_weight(role, row, day), role["contagion"], share_left)


@compiled
def law_age(role, row, day):
    """The time since somebody joined in calendar months, as days of an average one: so laws of stays are tabled."""
    return role["month_days"] * months_from(row["joined_day"], day, role["first_ordinal"], role["equal_months"])


@compiled
def spend_exit_budget(roles, stays, row, day, until, left, share_left, market, pay, uncoached):
    """Spend somebody's exit budget over the ``left`` days up to an instant; answers when they leave, or never.

    A law of how long people stay spends its own hazard over the time since they joined, and is multiplied alike.

    Args:
        stays: of ``stay_table``. share_left: part of the team that left lately. market, pay, uncoached: multipliers.
    """
    hazard = exit_per_day(roles, row, day, share_left) * market * pay * uncoached
    role, budget, leaves = roles[row["role"]], row["exit_budget"], np.inf
    if role["has_law"]:
        weight = law_weight(role, row, day, share_left) * market * pay * uncoached
        curve, since = stays[row["role"]], law_age(role, row, until - left)
        aged = law_age(role, row, until) - since
        spent = hazard * left + weight * (spent_by(curve, since + aged) - spent_by(curve, since))
        if spent >= budget:
            slower = left / aged if aged > 0.0 else 1.0
            leaves = until - left + slower * days_until_spent(curve, since, weight, hazard * slower, budget, aged)
    else:
        spent = hazard * left
        if spent >= budget:
            leaves = until - left + max(budget, 0.0) / hazard
    row["exit_budget"] = budget - spent
    return leaves


@compiled
def fill_exit_rates(day, roster, roles, stays, left_lately, team_size, uncoached_exits, exits, pay_exits, rates):
    """Everybody's voluntary exit hazard a day, as ``refresh`` spends it; nobody resigns while on leave."""
    for i in range(len(roster)):
        row = roster[i]
        rates[i] = 0.0
        if row["held"] and not row["away"]:
            team, role, curve = row["team"], roles[row["role"]], stays[row["role"]]
            gone = left_lately[team] / max(team_size[team], 1.0)
            rate = exit_per_day(roles, row, day, gone)
            if role["has_law"]:
                since = law_age(role, row, day)
                rate += law_weight(role, row, day, gone) * (spent_by(curve, since + 1.0) - spent_by(curve, since))
            rates[i] = rate * exits[i] * pay_exits[i] * uncoached_exits[team]


@compiled
def refresh(
    day, days, roster, roles, ramps, stays, left_lately, team_size, odds_lost, uncoached_exits, exits, pay_exits,
    sourcing, hours, rate_per_hour, output, logit, exit_day, leave_day,
):  # fmt: skip
    """Fill the arrays of one week, by seat.

    Args:
        left_lately: exits by team in the time that counts as late. team_size: see ``Contagion``.
        odds_lost, uncoached_exits: by team, the log-odds a stage lost to thin coaching, and what it multiplies the
            exit hazard by.
        exits, pay_exits: multipliers of the exit hazard, from the market and from pay.
        sourcing: the market's multiplier of self-sourced deals.
        hours: selling hours a week. rate_per_hour: see ``ROLE``. output: a prospector's part of full output.
        logit: log-odds of a seller, a stage.
        exit_day: the day within these ``days`` on which somebody leaves, NEVER for the rest; leave_day: the same
            for long leaves. Budgets are spent here, once for each day at work.
    """
    for i in range(len(roster)):
        row = roster[i]
        hours[i], rate_per_hour[i], output[i], logit[i], exit_day[i] = 0.0, 0.0, 0.0, 0.0, np.inf
        leave_day[i] = np.inf
        if not row["held"]:
            continue
        role = roles[row["role"]]
        productive = 0.0
        if row["back_day"] <= day:
            productive = mean_ramp(ramps, row, day, days) * row["volume"] * role["present"]
        output[i] = productive
        team = row["team"]
        logit[i] = row["logit"] - odds_lost[team]
        if role["duty"] == SELLS:
            hours[i] = role["hours"] * productive
            rate_per_hour[i] = role["rate_per_hour"] * sourcing[i]
        left = days if row["spent_day"] <= day else day + days - row["spent_day"]
        if row["away"] or left <= 0.0:
            continue
        row["spent_day"] = day + days
        gone = left_lately[team] / max(team_size[team], 1.0)
        exit_day[i] = spend_exit_budget(
            roles, stays, row, day, day + days, left, gone, exits[i], pay_exits[i], uncoached_exits[team]
        )
        if role["leaves"] > 0.0:
            if role["leaves"] * left >= row["leave_budget"]:
                leave_day[i] = day + days - left + max(row["leave_budget"], 0.0) / role["leaves"]
            row["leave_budget"] -= role["leaves"] * left


class Adjuster(Protocol):
    """Whoever changes the week's arrays after they are filled: pay behaviour, what people have learned."""

    def adjust_all(self, day: float) -> None:
        """The week begins."""

    def adjust_one(self, i: int, day: float) -> None:
        """Whoever sits in seat i comes, or comes back, within the week."""


OneAdjuster = TypeVar("OneAdjuster", bound=Adjuster)


class Week:
    """The arrays of the current week, by seat. Adjusters act on them in the order in which they registered."""

    def __init__(self, scenario: Scenario, calendar: Calendar, roster: np.ndarray, conditions: Conditions):
        self.exits, self.sourcing, self.ramp = conditions.exits, conditions.sourcing, conditions.ramp
        self._ramp_moves = any(shock.acts_on == "ramp" for shock in scenario.world.shocks.values())
        self.roles = role_table(scenario, calendar)
        self.ramps = ramp_table(scenario, calendar)
        self.stays = stay_table(list(scenario.world.roles.values()), calendar.days_per_month)
        self.ramped_after_days = ramped_after_days(self.ramps)
        self.coaching = Coaching(scenario, roster, self.ramps)
        self.vacations = Vacations(scenario, calendar)
        self.contagion = Contagion(scenario, roster)
        self.adjusters: list[Adjuster] = []
        self._next_tick = 0.0
        seats = len(roster)
        self.pay_exits = np.ones(seats)  # what pay against the market does to the exit hazard
        self.hours, self.rate_per_hour = np.zeros(seats), np.zeros(seats)
        self.output, self.logit = np.zeros(seats), np.zeros(seats)
        self.exit_day, self.leave_day = np.full(seats, np.inf), np.full(seats, np.inf)

    def begin(self, roster: np.ndarray, day: float) -> None:
        """Set everybody's arrays for the week to come, adjusted."""
        self._next_tick = day + DAYS_PER_WEEK
        self.contagion.count_exits(day)
        self.refresh(roster, day)
        for adjuster in self.adjusters:
            adjuster.adjust_all(day)

    def join(self, roster: np.ndarray, i: int, day: float) -> None:
        """Set the arrays of whoever comes to seat i, or comes back, for the rest of the week, adjusted."""
        if self._refresh_one(roster, i, day):
            for adjuster in self.adjusters:
                adjuster.adjust_one(i, day)

    def clear(self, i: int) -> None:
        """Nobody is at work in seat i for the rest of the week."""
        self.hours[i] = self.rate_per_hour[i] = self.output[i] = 0.0

    def adjuster(self, kind: type[OneAdjuster]) -> OneAdjuster:
        """The adjuster of a kind; one that has not registered is an error."""
        return next(one for one in self.adjusters if isinstance(one, kind))

    def refresh(self, roster: np.ndarray, day: float, days: float = DAYS_PER_WEEK) -> None:
        """Set everybody's arrays for the days to come, as they are before anybody adjusts them."""
        self.contagion.count_people(roster, day)
        if self.coaching.acts or self._ramp_moves:
            self.coaching.tick(roster, day, self.ramp)
        if self.vacations.acts:
            self.vacations.fill(self.roles["present"], day, days)
        refresh(
            day, days, roster, self.roles, self.ramps, self.stays, self.contagion.left, self.contagion.team_size,
            self.coaching.odds_lost, self.coaching.exits, self.exits, self.pay_exits, self.sourcing, self.hours,
            self.rate_per_hour, self.output, self.logit, self.exit_day, self.leave_day,
        )  # fmt: skip

    def pace(self, roster: np.ndarray, i: int) -> float:
        """How fast whoever sits in seat i moves along the ramp."""
        return float(self.coaching.pace[roster[i]["team"]] * self.ramp[i])

    def exit_rates(self, roster: np.ndarray, day: float) -> np.ndarray:
        """Everybody's voluntary exit hazard a day, by seat."""
        rates = np.zeros(len(roster))
        fill_exit_rates(
            day, roster, self.roles, self.stays, self.contagion.left, self.contagion.team_size, self.coaching.exits,
            self.exits, self.pay_exits, rates,
        )  # fmt: skip
        return rates

    def _refresh_one(self, roster: np.ndarray, i: int, day: float) -> bool:
        """Set the arrays of somebody who comes, or comes back, for the rest of the week; answers whether.

        Nobody leaves before their first weekly tick.

        Who starts in the very instant of a tick, before it, is left to it.
        """
        rest = self._next_tick - day
        if rest <= 0.0:
            return False
        row = roster[i : i + 1]
        one = [
            array[i : i + 1]
            for array in (
                self.exits, self.pay_exits, self.sourcing, self.hours, self.rate_per_hour, self.output, self.logit,
                self.exit_day, self.leave_day,
            )
        ]  # fmt: skip
        refresh(
            day, rest, row, self.roles, self.ramps, self.stays, self.contagion.left, self.contagion.team_size,
            self.coaching.odds_lost, self.coaching.exits, *one,
        )  # fmt: skip
        return True
