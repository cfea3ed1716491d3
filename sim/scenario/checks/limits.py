"""Limits: how large an organization may be, said before any memory is taken for it."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Path, Problem
from sim.scenario.scenario import Scenario

MOST_SEATS = 5_000
MOST_LEADS_PER_MONTH = 50_000
MOST_CUSTOMERS = 200_000
MOST_NAMES = 50  # segments, regions, roles
MOST_CELLS = 400
MOST_PLANS = 1_000  # requisitions, departures, transfers, trainings, freezes, recarves, triggers, shocks


def check_limits(scenario: Scenario) -> Iterator[Problem]:
    """What is more than is played in sensible time. The limits stand in docs/model.md."""
    yield from _names(scenario)
    seats = sum(team.seats for team in scenario.opening.teams.values())
    new = sum(one.count for one in scenario.levers.requisitions.values())
    if seats + new > MOST_SEATS:
        at = ("opening", "teams") if seats > MOST_SEATS else ("levers", "requisitions")
        text = f"{seats:,} seats on the first day and {new:,} requisitions are more than the {MOST_SEATS:,} allowed."
        yield Problem(at, text)
    customers = _customers(scenario)
    if customers > MOST_CUSTOMERS:
        text = f"opening_customers add up to {customers:,.0f}; at most {MOST_CUSTOMERS:,} are allowed."
        yield Problem(("world", "segments"), text)
    leads = leads_per_month(scenario)
    if leads > MOST_LEADS_PER_MONTH:
        text = f"they bring up to {leads:,.0f} leads and finds a month; at most {MOST_LEADS_PER_MONTH:,} are allowed."
        yield Problem(("world", "sources"), text)


def _names(scenario: Scenario) -> Iterator[Problem]:
    world, levers = scenario.world, scenario.levers
    counted: list[tuple[Path, int, int]] = [
        (("world", name), len(getattr(world, name)), MOST_NAMES) for name in ("segments", "regions", "roles")
    ]
    plans = ("requisitions", "departures", "transfers", "trainings", "freezes", "recarves", "triggers")
    counted += [(("levers", name), len(getattr(levers, name)), MOST_PLANS) for name in plans]
    counted.append((("world", "shocks"), len(world.shocks), MOST_PLANS))
    counted.append((("opening", "teams"), len(scenario.opening.teams), MOST_PLANS))
    for path, count, most in counted:
        if count > most:
            yield Problem(path, f"has {count:,} names; at most {most:,} are allowed.")
    cells = len(world.segments) * len(world.regions)
    if cells > MOST_CELLS:
        yield Problem(("world", "regions"), f"{cells:,} pairs of segment and region; at most {MOST_CELLS} are allowed.")


def _customers(scenario: Scenario) -> float:
    terms = [segment.contracts for segment in scenario.world.segments.values()]
    return sum(sum(one.opening_customers.values()) for one in terms if one is not None)


def leads_per_month(scenario: Scenario) -> float:
    """Leads, finds and wishes of the strongest month, before market and shocks: every seat filled, every hour spare."""
    leads = 0.0
    for name, source in scenario.world.sources.items():
        by_month, by_month_of_quarter = source.season
        come = sum(source.by_segment.values()) * max(by_month) * max(by_month_of_quarter)
        come += source.leads_per_prospector * _seats_of(scenario, "prospects")
        leads += come * source.qualified_share * _push(scenario, name, source.response)
        leads += source.finds_per_seller * _seats_of(scenario, "sells")
        leads += source.wishes_per_customer * _customers(scenario) / 12.0
    return leads


def _seats_of(scenario: Scenario, duty: str) -> int:
    """Seats of a duty that there ever are, apart from those of transfers."""
    roles = [name for name, role in scenario.world.roles.items() if role.duty == duty]
    here = sum(team.seats for team in scenario.opening.teams.values() if team.role in roles)
    return here + sum(one.count for one in scenario.levers.requisitions.values() if one.role in roles)


def _push(scenario: Scenario, source: str, exponent: float) -> float:
    """By what spend and the coverage policy may multiply a source's leads at most."""
    spend = scenario.levers.relative_spend.get(source)
    level = 1.0 if spend is None else max(spend.start, *spend.changes.values(), 0.0)
    return float(level**exponent * scenario.levers.coverage.filled_by.get(source, 1.0))
