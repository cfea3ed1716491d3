"""Checks of demand that need the whole scenario: who takes which deals, who helps to sell, and to which accounts."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem
from sim.scenario.scenario import Scenario
from sim.spelling import listed


def check_demand(scenario: Scenario) -> Iterator[Problem]:
    """What does not fit together in sources and those who serve them."""
    yield from _takes(scenario)
    yield from _engineers(scenario)
    yield from _recarves(scenario)


def _takes(scenario: Scenario) -> Iterator[Problem]:
    """Only sellers take deals, and each source has a role that takes it."""
    world = scenario.world
    for name, role in world.roles.items():
        at = ("world", "roles", name, "takes")
        if role.takes and role.duty != "sells":
            yield Problem(at, f"belongs to roles whose duty is sells; the duty of {name} is {role.duty}.")
    sellers = [role for role in world.roles.values() if role.duty == "sells"]
    if not sellers or any(not role.takes for role in sellers):
        return
    for source in world.sources:
        if all(source not in role.takes for role in sellers):
            text = "no role takes its deals: add it to takes of a role that sells, or remove it."
            yield Problem(("world", "sources", source), text)


def _engineers(scenario: Scenario) -> Iterator[Problem]:
    """Where a stage needs a solution engineer there is such a role; it may have no seats, and then no deal passes."""
    if any(role.duty == "engineers" for role in scenario.world.roles.values()):
        return
    for segment, noun in scenario.world.segments.items():
        for name, stage in noun.stages.items():
            if stage.needs_se:
                at = ("world", "segments", segment, "stages", name, "needs_se")
                yield Problem(at, "needs a role whose duty is engineers; world.roles has none.")


def _recarves(scenario: Scenario) -> Iterator[Problem]:
    """Only counted accounts can be divided anew, from the first day on."""
    world = scenario.world
    for name, one in scenario.levers.recarves.items():
        at = ("levers", "recarves", name)
        counted = world.territory.accounts.get(one.segment, {}) if world.territory else {}
        missing = [region for region in world.regions if region not in counted]
        if one.segment in world.segments and missing:
            text = f"divides accounts, but world.territory.accounts counts none for {one.segment} in {listed(missing)}."
            yield Problem(at, text)
        if one.on_date < scenario.dates.start:
            yield Problem((*at, "on_date"), f"{one.on_date} is before the first day {scenario.dates.start}.")
