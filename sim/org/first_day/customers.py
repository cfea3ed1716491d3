"""The customers of the first day: how many a scenario has in each cell."""

from __future__ import annotations

from sim.luck import entity
from sim.pipeline.engine import Pipeline
from sim.scenario.customers import Contracts
from sim.scenario.scenario import Scenario


def customers_by_cell(scenario: Scenario) -> list[tuple[str, int]]:
    """Name and number of the customers of each cell on the first day."""
    counts = []
    for segment, noun in scenario.world.segments.items():
        rule: Contracts | None = noun.contracts
        given = rule.opening_customers if rule else {}
        counts += [(f"{segment}/{region}", round(given.get(region, 0.0))) for region in scenario.world.regions]
    return counts


def place_customers(scenario: Scenario, pipeline: Pipeline, day: float) -> None:
    """Put the customers of the first day in place, so that their expansions can be under way by then."""
    for cell, (name, count) in enumerate(customers_by_cell(scenario)):
        if count > 0:
            pipeline.seed_customers(day, entity(f"customers {name}"), cell, count)
