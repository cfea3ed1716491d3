"""What a scenario allows but probably does not mean. Commands print it as warnings, and the report repeats it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np

from sim.calendar import Calendar
from sim.scenario.checks.pay import doubts_about_pay
from sim.scenario.checks.people import OTHERS_MAY_DO
from sim.scenario.checks.triggers import doubts_about_triggers
from sim.scenario.checks.unserved import doubts_about_work
from sim.scenario.levers import Requisition
from sim.scenario.load import ScenarioSource
from sim.scenario.opening import Team
from sim.scenario.people import Exits
from sim.scenario.quantities import Dated
from sim.scenario.scenario import Scenario
from sim.scenario.shocks import Points
from sim.scenario.staffing import Departure, Transfer
from sim.spelling import listed

LEAVE_UNLESS_GIVEN: float = Exits().voluntary_per_year


def doubts(source: ScenarioSource, months: int) -> Iterator[str]:
    """What is allowed but probably not meant."""
    used = {reference.name for reference in source.references}
    for name in source.uncertainties:
        if name not in used:
            yield f"no number refers to the uncertainty {name}; it changes nothing"
    if not source.has_own_question:
        yield "the file has no question of its own; it shows the one of the scenario that it builds on"
    yield from _doubtful_kind(source)
    scenario = source.at_central()
    yield from doubts_about_pay(scenario, months)
    calendar = scenario.calendar(months)
    first, last = scenario.dates.start, calendar.date_of(calendar.horizon)
    for key, dated in _dated(scenario):
        for day in dated.changes:
            if not first < day < last:
                yield f"{key} changes on {day}, outside the run from {first} to {last}"
    for name, one in scenario.levers.requisitions.items():
        wanted = one.open_date or one.wanted_start
        if wanted is not None and wanted >= last:
            yield f"levers.requisitions.{name} comes on {wanted}, after the run's end {last}"
    yield from doubts_about_triggers(scenario, last)
    for key, day in _on_dates(scenario):
        if not first <= day < last:
            yield f"{key} is dated {day}, outside the run from {first} to {last}; it changes nothing"
    for key, begins, ends in _spans(scenario):
        if begins >= last or ends <= first:
            yield f"{key} acts from {begins}, outside the run from {first} to {last}; it changes nothing"
    yield from _late_judgments(scenario, calendar)
    yield from _more_than_there_are(scenario)
    yield from _work_that_nobody_does(scenario)
    yield from doubts_about_work(scenario)
    yield from _silent_defaults(source)


def _silent_defaults(source: ScenarioSource) -> Iterator[str]:
    """What a company of its own gets unless it says otherwise, where that decides much."""
    scenario = source.at_central()
    if scenario.levers.pay.plans and not source.is_given(("world", "behaviour", "responsiveness")):
        yield (
            "world.behaviour.responsiveness is not given, so it is 0: nobody answers to their pay, and pay plans differ"
            " in cost alone (base: 0.5)"
        )
    roster = scenario.opening.has_file("roster")
    teams = [team for team in scenario.opening.teams.values() if team.seats > 0 and team.tenure_months is None]
    roles = dict.fromkeys(team.role for team in teams if not source.is_given(("world", "roles", team.role, "exits")))
    if roles and not roster:
        yield (
            f"world.roles does not say who leaves of {listed(roles)}: {LEAVE_UNLESS_GIVEN:g} a year do, so that on the"
            f" first day they have been there {1 / LEAVE_UNLESS_GIVEN:.1f} years on average, some of them"
            " three times as long; give exits, or a team's tenure_months"
        )


def _doubtful_kind(source: ScenarioSource) -> Iterator[str]:
    """A kind that comes from what a file builds on and does not fit what the file itself changes."""
    own = source.origin.documents[-1].raw
    if len(source.origin.documents) == 1 or "kind" in own or ("kind",) in source.origin.overridden:
        return
    decides, befalls = "levers" in own, "world" in own or "uncertainties" in own
    if source.kind == "plan" and befalls and not decides and "opening" not in own:
        yield "it changes the world and no lever, but is taken for a plan; kind: weather keeps it out of the choice"
    if source.kind == "weather" and decides and not befalls:
        yield "it changes levers, and is taken for weather as what it builds on is; kind: plan lets it compete"


def _late_judgments(scenario: Scenario, calendar: Calendar) -> Iterator[str]:
    quarters = {calendar.date_of(calendar.month_starts[m]) for m in np.flatnonzero(calendar.fiscal_month % 3 == 0)}
    for segment, dollars in scenario.levers.judgment_usd_per_quarter.items():
        for day in dollars.changes:
            if scenario.dates.start < day and day not in quarters:
                key = f"levers.judgment_usd_per_quarter.{segment}"
                yield f"{key} changes on {day}, inside a fiscal quarter; a quarter has the value of its first day"


def _work_that_nobody_does(scenario: Scenario) -> Iterator[str]:
    """Roles that stand behind others and have no seat on the first day."""
    seated = {team.role for team in scenario.opening.teams.values() if team.seats > 0}
    for name, role in scenario.world.roles.items():
        if role.duty in OTHERS_MAY_DO and role.without_seats == "nobody" and name not in seated:
            yield (
                f"role {name} has no seats on the first day, so nobody {role.duty} in its place; where an agency or"
                f" leaders do, let world.roles.{name} say without_seats: others"
            )


def _more_than_there_are(scenario: Scenario) -> Iterator[str]:
    """Departures and transfers of more people than all seats that there ever are could hold."""
    levers = scenario.levers
    for kind in ("departures", "transfers"):
        for name, plan in getattr(levers, kind).items():
            seats = sum(team.seats for team in scenario.opening.teams.values() if _is_meant(plan, team))
            seats += sum(one.count for one in levers.requisitions.values() if _is_meant(plan, one))
            if plan.count is not None and plan.count > seats:
                yield f"levers.{kind}.{name}.count is {plan.count}, but there are at most {seats} such people"


def _is_meant(plan: Departure | Transfer, place: Team | Requisition) -> bool:
    return all(getattr(plan, name) in (None, getattr(place, name)) for name in ("role", "segment", "region"))


def _on_dates(scenario: Scenario) -> Iterator[tuple[str, date]]:
    """What happens on one date."""
    for kind in ("departures", "transfers", "trainings", "recarves"):
        for name, one in getattr(scenario.levers, kind).items():
            yield f"levers.{kind}.{name}", one.on_date


def _spans(scenario: Scenario) -> Iterator[tuple[str, date, date]]:
    """What acts for a while: its first day, and the first day without it."""
    for name, freeze in scenario.levers.freezes.items():
        if freeze.from_date is not None and freeze.to_date is not None:
            yield f"levers.freezes.{name}", freeze.from_date, freeze.to_date
    for name, shock in scenario.world.shocks.items():
        if isinstance(shock, Points):
            yield f"world.shocks.{name}", min(shock.strengths), date.max
        else:
            yield f"world.shocks.{name}", shock.from_date, shock.to_date or date.max


def _dated(scenario: Scenario) -> Iterator[tuple[str, Dated]]:
    levers = scenario.levers
    yield "levers.backfill.enabled", levers.backfill.enabled
    yield "levers.quota.multiplier", levers.quota.multiplier
    for segment, dollars in levers.judgment_usd_per_quarter.items():
        yield f"levers.judgment_usd_per_quarter.{segment}", dollars
    if levers.coverage.target_ratio is not None:
        yield "levers.coverage.target_ratio", levers.coverage.target_ratio
    for source, spend in levers.relative_spend.items():
        yield f"levers.relative_spend.{source}", spend
    for place, plan in levers.pay.named():
        yield ".".join(("levers.pay.roles", *place)), plan
