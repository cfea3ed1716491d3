"""Checks of demand that need the whole scenario: which role takes which source's deals."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem, unknown
from sim.scenario.scenario import Scenario


def check_demand(scenario: Scenario) -> Iterator[Problem]:
    """What does not fit together in sources and those who serve them."""
    yield from _takes(scenario)


def _takes(scenario: Scenario) -> Iterator[Problem]:
    """Only sellers take deals, only from sources that exist, and each source has a role that takes it."""
    world = scenario.world
    for name, role in world.roles.items():
        at = ("world", "roles", name, "takes")
        if role.takes and role.duty != "sells":
            yield Problem(at, f"belongs to roles whose duty is sells; the duty of {name} is {role.duty}.")
        for k, source in enumerate(role.takes):
            if source not in world.sources:
                yield unknown((*at, k), source, "source", world.sources)
    sellers = [role for role in world.roles.values() if role.duty == "sells"]
    if not sellers or any(not role.takes for role in sellers):
        return
    for source in world.sources:
        if all(source not in role.takes for role in sellers):
            text = "no role takes its deals: add it to takes of a role that sells, or remove it."
            yield Problem(("world", "sources", source), text)
