"""Work that a scenario asks for and nobody does, and people and accounts that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from math import floor
from typing import NamedTuple

from sim.scenario.levers import opening_day
from sim.scenario.people import Schedule
from sim.scenario.quota import FixedQuota
from sim.scenario.scenario import Scenario
from sim.spelling import listed


class Place(NamedTuple):
    """Where there are seats of a role, on the first day or later."""

    role: str
    segment: str | None
    region: str | None


def doubts_about_work(scenario: Scenario) -> Iterator[str]:
    """What nobody works on, and what is counted but cannot be."""
    places = _places(scenario)
    duty = {name: role.duty for name, role in scenario.world.roles.items()}
    sellers = [place for place in places if duty.get(place.role) == "sells"]
    yield from _segments_without_sellers(scenario, {place.segment for place in sellers})
    yield from _quotas_of_nobody(scenario, places)
    yield from _deals_without_engineers(scenario, sellers, [p for p in places if duty.get(p.role) == "engineers"])
    yield from _accounts(scenario, sellers)
    yield from _ramps(scenario, {place.role for place in places})
    yield from _early_openings(scenario)


def _places(scenario: Scenario) -> list[Place]:
    levers = scenario.levers
    found = [Place(one.role, one.segment, one.region) for one in scenario.opening.teams.values() if one.seats > 0]
    found += [Place(one.role, one.segment, one.region) for one in levers.requisitions.values() if one.count > 0]
    found += [
        Place(one.to_role or one.role, one.to_segment or one.segment, one.to_region or one.region)
        for one in levers.transfers.values()
    ]
    return list(dict.fromkeys(found))


def _segments_without_sellers(scenario: Scenario, sold: set[str | None]) -> Iterator[str]:
    levers, sources = scenario.levers, scenario.world.sources.values()
    for segment in scenario.world.segments:
        if segment in sold:
            continue
        has = {
            "leads": any(one.by_segment.get(segment, 0.0) > 0.0 for one in sources),
            "a target": levers.target.usd_per_year.get(segment, 0.0) > 0.0,
            "a quota": isinstance(levers.quota, FixedQuota) and segment in levers.quota.usd_per_year,
        }
        given = [what for what, is_given in has.items() if is_given]
        if given:
            yield f"segment {segment} has {', '.join(given)}, but nobody sells there, now or later"


def _quotas_of_nobody(scenario: Scenario, places: list[Place]) -> Iterator[str]:
    quota = scenario.levers.quota
    there = {(place.role, place.segment) for place in places}
    for role, by_segment in quota.role_usd_per_year.items() if isinstance(quota, FixedQuota) else ():
        for segment in by_segment:
            if (role, segment) not in there:
                key = f"levers.quota.role_usd_per_year.{role}.{segment}"
                yield f"{key} changes nothing: there are no seats of role {role} in this segment, now or later"


def _deals_without_engineers(scenario: Scenario, sellers: list[Place], engineers: list[Place]) -> Iterator[str]:
    """Solution engineers serve one region, and one segment there or all."""
    after = scenario.world.engineering.go_without_after_days
    then = "wait for good" if after is None else f"go on without one, at worse odds, after {after:g} days"
    for region in scenario.world.regions:
        alone = [
            segment
            for segment, noun in scenario.world.segments.items()
            if any(stage.needs_se for stage in noun.stages.values())
            and any((place.segment, place.region) == (segment, region) for place in sellers)
            and not any(place.region == region and place.segment in (None, segment) for place in engineers)
        ]
        if alone:
            yield (
                f"region {region} has no seats of solution engineers for {listed(alone)}, where a stage needs one:"
                f" its deals {then}"
            )


def _accounts(scenario: Scenario, sellers: list[Place]) -> Iterator[str]:
    """Accounts that could ever buy, where some are counted: none, fewer than customers, or not counted in a region."""
    world = scenario.world
    for segment, by_region in (world.territory.accounts if world.territory else {}).items():
        at = f"world.territory.accounts.{segment}"
        contracts = world.segments[segment].contracts
        customers = contracts.opening_customers if contracts is not None else {}
        for region in world.regions:
            sold = any((place.segment, place.region) == (segment, region) for place in sellers)
            counted, here = by_region.get(region), customers.get(region, 0.0)
            if counted is None and sold:
                yield f"{at} counts none in {region}, where there are sellers: accounts there are endless"
            elif counted == 0 and sold:
                yield f"{at}.{region} is 0: its sellers find nobody to sell to"
            elif counted is not None and counted < here:
                yield f"{at}.{region} is {counted:,}, fewer than the {here:,.0f} customers of the first day, who count"


def _ramps(scenario: Scenario, used: set[str]) -> Iterator[str]:
    for name, role in scenario.world.roles.items():
        ramp = role.ramp
        if name not in used or not isinstance(ramp, Schedule):
            continue
        months = ramp.step_months * len(ramp.shares)
        if not any(ramp.shares):
            yield f"world.roles.{name}.ramp.shares are all 0: new people do nothing for {months:g} months"
        elif any(later < sooner for sooner, later in zip(ramp.shares, ramp.shares[1:], strict=False)):
            yield f"world.roles.{name}.ramp.shares fall: new people get worse before they are ramped"


def _early_openings(scenario: Scenario) -> Iterator[str]:
    first = scenario.dates.start
    for name, one in scenario.levers.requisitions.items():
        if one.wanted_start is None:
            continue
        opens = floor(opening_day(None, one.wanted_start.toordinal(), one.lead_days, one.shift_days))
        if opens < first.toordinal():
            yield (
                f"levers.requisitions.{name} would open on {date.fromordinal(opens)}, before the first day {first}; it"
                " opens on that day, so people come later than wanted"
            )
