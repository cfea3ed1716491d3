"""Checks of customers that need the whole scenario: where the first day's are, and who serves them."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem, unknown
from sim.scenario.scenario import Scenario


def check_customers(scenario: Scenario) -> Iterator[Problem]:
    """What does not fit together in contracts, expansions and those who serve customers."""
    yield from _regions(scenario)
    yield from _expansions(scenario)
    yield from _accounts(scenario)


def _regions(scenario: Scenario) -> Iterator[Problem]:
    for name, segment in scenario.world.segments.items():
        if segment.contracts is not None:
            at = ("world", "segments", name, "contracts", "opening_customers")
            for region in segment.contracts.opening_customers:
                if region not in scenario.world.regions:
                    yield unknown((*at, region), region, "region", scenario.world.regions)


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
        for segment in role.accounts_per_head:
            if segment not in segments:
                yield unknown((*at, segment), segment, "segment", segments)
        for segment, noun in segments.items():
            if noun.contracts is not None and segment not in role.accounts_per_head:
                yield Problem((*at, segment), f"is missing: people of role {name} serve customers of this segment.")
