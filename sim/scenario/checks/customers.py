"""Checks of customers that need the whole scenario: who asks for more, and who serves them."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem
from sim.scenario.scenario import Scenario


def check_customers(scenario: Scenario) -> Iterator[Problem]:
    """What does not fit together in contracts, expansions and those who serve customers."""
    yield from _expansions(scenario)
    yield from _accounts(scenario)


def _expansions(scenario: Scenario) -> Iterator[Problem]:
    """Only customers ask for more."""
    if any(segment.contracts is not None for segment in scenario.world.segments.values()):
        return
    for name, source in scenario.world.sources.items():
        if source.of_customers:
            text = "is of kind expansion, but no segment has contracts: nobody is kept as a customer who could expand."
            yield Problem(("world", "sources", name), text)


def _accounts(scenario: Scenario) -> Iterator[Problem]:
    """Whoever serves customers serves a number of them, and nobody else does."""
    segments = scenario.world.segments
    for name, role in scenario.world.roles.items():
        at = ("world", "roles", name, "accounts_per_head")
        if role.duty != "serves":
            if role.accounts_per_head:
                yield Problem(at, f"belongs to roles whose duty is serves; the duty of {name} is {role.duty}.")
            continue
        for segment, noun in segments.items():
            if noun.contracts is not None and segment not in role.accounts_per_head:
                yield Problem((*at, segment), f"is missing: people of role {name} serve customers of this segment.")
