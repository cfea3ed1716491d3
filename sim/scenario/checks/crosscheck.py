"""Checks that need the whole scenario: names, dates that must fit, and roles that are complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from sim.scenario.checks.behaviour import check_behaviour
from sim.scenario.checks.customers import check_customers
from sim.scenario.checks.demand import check_demand
from sim.scenario.checks.limits import check_limits
from sim.scenario.checks.names import check_names
from sim.scenario.checks.pay import check_pay
from sim.scenario.checks.people import check_people
from sim.scenario.checks.triggers import check_triggers
from sim.scenario.errors import Path, Problem
from sim.scenario.people import Role
from sim.scenario.scenario import UNALLOCATED, Scenario
from sim.spelling import listed


def crosscheck(scenario: Scenario) -> list[Problem]:
    """What does not fit together, in the order of the file. Empty for a sound scenario."""
    too_large = list(check_limits(scenario))
    if too_large:
        return too_large
    return [
        *check_names(scenario),
        *check_people(scenario),
        *_requisition_dates(scenario),
        *check_triggers(scenario),
        *_names_kept_free(scenario),
        *_kinds_of_sources(scenario),
        *check_demand(scenario),
        *check_customers(scenario),
        *_pushed_sources(scenario),
        *check_pay(scenario),
        *check_behaviour(scenario),
        *_roles_are_complete(scenario),
        *_regions_without_recruiters(scenario),
        *_quota_without_opening_seats(scenario),
    ]


def _requisition_dates(scenario: Scenario) -> Iterator[Problem]:
    """A plan starts on the first day: what should have been opened before then is in the opening's teams."""
    first = scenario.dates.start
    for name, one in scenario.levers.requisitions.items():
        key = "open_date" if one.open_date else "wanted_start"
        given = one.open_date or one.wanted_start
        if given is None:
            continue  # it waits for a trigger
        at = ("levers", "requisitions", name)
        if given < first:
            yield Problem((*at, key), f"{given} is before the scenario's first day {first}.")
        elif given + timedelta(days=one.shift_days) < first:
            most = (first - given).days
            text = f"{one.shift_days:g} moves {key} {given} to before the first day {first}; the least is {most}."
            yield Problem((*at, "shift_days"), text)


def _names_kept_free(scenario: Scenario) -> Iterator[Problem]:
    """Tables have a row of that name beside those of segments, regions and roles."""
    for what in ("segments", "regions", "roles"):
        if UNALLOCATED in getattr(scenario.world, what):
            text = f"is the name of the row for what belongs to none of the {what}; choose another one."
            yield Problem(("world", what, UNALLOCATED), text)


def _kinds_of_sources(scenario: Scenario) -> Iterator[Problem]:
    """Prospectors work for one outbound source, sellers' spare hours go to one source, and so do customers' wishes."""
    first: dict[str, str] = {}
    for name, source in scenario.world.sources.items():
        if source.only_one and first.setdefault(source.kind, name) != name:
            text = (
                f'"{name}" is a second source of kind {source.kind}, after "{first[source.kind]}"; '
                "one of this kind is supported, and any number of kinds inbound and partner."
            )
            yield Problem(("world", "sources", name), text)


def _pushed_sources(scenario: Scenario) -> Iterator[Problem]:
    """Only a source with a program can be pushed: sellers' own finds and customers' wishes have none."""
    levers, sources = scenario.levers, scenario.world.sources
    programs = [name for name, source in sources.items() if source.has_program]
    tables: list[tuple[Path, Iterable[str]]] = [
        (("levers", "coverage", "filled_by"), levers.coverage.filled_by),
        (("levers", "relative_spend"), levers.relative_spend),
    ]
    for path, given in tables:
        for name in given:
            if name in sources and name not in programs:
                text = f'"{name}" is of kind {sources[name].kind} and has no program to spend on; choose from '
                text += f"{listed(programs)}."
                yield Problem((*path, name), text)


def _roles_are_complete(scenario: Scenario) -> Iterator[Problem]:
    """Every role in use can be hired, is paid and, where it sells, has a target and a quota."""
    levers, world = scenario.levers, scenario.world
    used = {team.role for team in scenario.opening.teams.values()} & set(world.roles)
    used |= {requisition.role for requisition in levers.requisitions.values()} & set(world.roles)
    used |= {transfer.to_role or transfer.role for transfer in levers.transfers.values()} & set(world.roles)
    for role in sorted(used):
        if role not in world.hiring.recruiting_mean_days:
            yield Problem(
                ("world", "hiring", "recruiting_mean_days", role), f'is missing: people of role "{role}" are hired.'
            )
        if role not in world.costs.salary_usd_per_year:
            yield Problem(("world", "costs", "salary_usd_per_year", role), f'is missing: role "{role}" is in use.')
    selling = [role for role in used if world.roles[role].duty == "sells"]
    sold = {one.segment for one in scenario.opening.teams.values() if one.role in selling}
    sold |= {one.segment for one in levers.requisitions.values() if one.role in selling}
    sold |= {one.to_segment or one.segment for one in levers.transfers.values() if (one.to_role or one.role) in selling}
    for segment in sorted(name for name in sold if name in world.segments):
        if segment not in levers.target.usd_per_year:
            yield Problem(
                ("levers", "target", "usd_per_year", segment), "is missing: there are sellers in this segment."
            )
        if levers.quota.kind == "per_rep" and segment not in levers.quota.usd_per_year:
            yield Problem(
                ("levers", "quota", "usd_per_year", segment), "is missing: there are sellers in this segment."
            )
    if levers.requisitions and not (_has(world.roles, "recruits", scenario) or _others_recruit(world.roles)):
        yield Problem(("levers", "requisitions"), "nobody recruits: opening.teams has no role whose duty is recruits.")


def _regions_without_recruiters(scenario: Scenario) -> Iterator[Problem]:
    """Recruiters serve their own region. Where some region has any, each that hires needs some, or others who do it."""
    duty = {name: role.duty for name, role in scenario.world.roles.items()}
    teams = [team for team in scenario.opening.teams.values() if team.seats > 0]
    staffed = list(dict.fromkeys(team.region for team in teams if duty.get(team.role) == "recruits"))
    if not staffed or _others_recruit(scenario.world.roles):
        return
    reasons = {
        one.region: f'for requisition "{name}"'
        for name, one in reversed(scenario.levers.requisitions.items())
        if one.count > 0 and duty.get(one.role) != "recruits"  # recruiters are found by the leaders
    }
    backfill = scenario.levers.backfill.enabled
    if backfill.start or any(backfill.changes.values()):
        for team in teams:
            reasons.setdefault(team.region, "to backfill its seats")
        for name, one in scenario.levers.transfers.items():
            region = one.to_region or one.region
            if region is not None:
                reasons.setdefault(region, f'to backfill the seats of transfer "{name}"')
    for region in scenario.world.regions:
        if region in reasons and region not in staffed:
            text = (
                f'region "{region}" hires {reasons[region]} but has no recruiter seats. Recruiters serve one region; '
                f"there are some in {listed(staffed)}. Where an agency or leaders recruit, "
                "let the recruiters' role say without_seats: others."
            )
            yield Problem(("opening", "teams"), text)


def _quota_without_opening_seats(scenario: Scenario) -> Iterator[Problem]:
    """A target that is split over the opening's seats needs a seat, or each hire would carry all of it."""
    levers, world = scenario.levers, scenario.world
    if levers.quota.kind != "from_target" or levers.quota.resplit_on_hire:
        return
    sellers = {name for name, role in world.roles.items() if role.duty == "sells"}
    opening = {one.segment for one in scenario.opening.teams.values() if one.seats > 0 and one.role in sellers}
    hired = {one.segment for one in levers.requisitions.values() if one.count > 0 and one.role in sellers}
    for segment in world.segments:
        if segment in hired - opening and levers.target.usd_per_year.get(segment, 0.0) > 0:
            text = (
                f'false splits a target over the opening\'s selling seats; segment "{segment}" has none, only '
                "requisitions. Give it a team with seats, or write true."
            )
            yield Problem(("levers", "quota", "resplit_on_hire"), text)


def _has(roles: Mapping[str, Role], duty: str, scenario: Scenario) -> bool:
    teams = scenario.opening.teams.values()
    return any(team.seats > 0 and team.role in roles and roles[team.role].duty == duty for team in teams)


def _others_recruit(roles: Mapping[str, Role]) -> bool:
    return any(role.duty == "recruits" and role.without_seats == "others" for role in roles.values())
