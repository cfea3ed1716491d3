"""Checks of pay that need the whole scenario, and what is allowed but probably not meant."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem
from sim.scenario.pay import PERIOD_MONTHS, Plan
from sim.scenario.scenario import Scenario


def check_pay(scenario: Scenario) -> Iterator[Problem]:
    """A pay plan changes where a pay period ends."""
    for place, dated in scenario.levers.pay.named():
        for day in dated.changes:
            before, after = scenario.dates.fiscal_years_around(day)
            if day != before:
                text = "a pay plan changes only where a fiscal year begins, so that no pay period has two."
                at = ("levers", "pay", "roles", *place, str(day))
                yield Problem(at, f"{text} The nearest such days are {before} and {after}.")


def doubts_about_pay(scenario: Scenario, months: int) -> Iterator[str]:
    """What is allowed but probably not meant, over a horizon in months."""
    calendar = scenario.calendar(months)
    first, last = scenario.dates.start, calendar.date_of(calendar.horizon)
    on = _people_on_plans(scenario)
    for name, plan in scenario.levers.pay.plans.items():
        at = f"levers.pay.plans.{name}"
        if name not in on:
            yield f"{at}: no one is on this plan; it changes nothing. Name it in levers.pay.roles, or take it out"
            continue
        sellers = [role for role in on[name] if scenario.world.roles[role].duty == "sells"]
        for part, component in plan.components.items():
            if component.credit == "own" and not sellers:
                yield f"{at}.components.{part}: pays for one's own deals, but nobody on this plan sells"
        if plan.clawback_days > calendar.horizon:
            yield f"{at}.clawback_days: {plan.clawback_days:g} days reach past the run of {calendar.horizon:g} days"
        if plan.draw is not None and plan.draw.usd_per_month * 12 > plan.variable_usd_per_year > 0:
            yield (
                f"{at}.draw.usd_per_month: {plan.draw.usd_per_month:,.0f} a month is more than the target variable of "
                f"{plan.variable_usd_per_year:,.0f} a year"
            )
        yield from _floors_below_long_periods(at, plan)
        yield from _plans_whose_level_moves_nobody(at, plan, sellers, scenario)
        for spiff, one in plan.spiffs.items():
            if one.to_date <= first or one.from_date >= last:
                yield (
                    f"{at}.spiffs.{spiff}: lies outside the run from {first} to {last} and pays nothing. "
                    "Change its from_date and to_date, or run.months"
                )


def _floors_below_long_periods(at: str, plan: Plan) -> Iterator[str]:
    """Draws and guarantees are settled at each quarter's end, when longer periods have paid nothing yet."""
    long = [part for part, component in plan.components.items() if PERIOD_MONTHS[component.period] > 3]
    for floor in ("draw", "guarantee"):
        if long and getattr(plan, floor) is not None:
            yield (
                f"{at}.{floor}: fills up what components of a month or a quarter earn; {', '.join(long)} of a longer"
                " period comes on top and pays nothing back"
            )


def _plans_whose_level_moves_nobody(at: str, plan: Plan, sellers: list[str], scenario: Scenario) -> Iterator[str]:
    """Without a usual rate effort 1 is what the plan itself pays at quota."""
    rule = scenario.world.behaviour
    if rule.responsiveness == 0.0 or not any(part.credit == "own" for part in plan.components.values()):
        return
    for role in sellers:
        if role not in rule.usual_rate:
            yield f"{at}: world.behaviour.usual_rate has no {role}, so only this plan's shape moves them, not its level"


def _people_on_plans(scenario: Scenario) -> dict[str, set[str]]:
    """The roles on each plan of which the scenario has seats, now or later."""
    found: dict[str, set[str]] = {}
    seats = [(team.role, team.segment) for team in scenario.opening.teams.values()]
    seats += [(one.role, one.segment) for one in scenario.levers.requisitions.values()]
    for role, segment in seats:
        dated = scenario.levers.pay.plan_of(role, segment)
        if dated is not None:
            for name in (dated.start, *dated.changes.values()):
                found.setdefault(name, set()).add(role)
    return found
