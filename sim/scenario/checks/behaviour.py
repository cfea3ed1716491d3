"""Checks of behaviour that need the whole scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem
from sim.scenario.scenario import Scenario


def check_behaviour(scenario: Scenario) -> Iterator[Problem]:
    """Tables by role have roles of sellers, and discounts are in order."""
    world = scenario.world
    at, rule = ("world", "behaviour"), world.behaviour
    for path, table in (
        ((*at, "usual_rate"), rule.usual_rate),
        ((*at, "exits", "market_pay_usd_per_year"), rule.exits.market_pay_usd_per_year),
    ):
        for name in table:
            if name in world.roles and world.roles[name].duty != "sells":
                sellers = [role for role, noun in world.roles.items() if noun.duty == "sells"]
                yield Problem(
                    (*path, name),
                    f"is a role that {world.roles[name].duty}; only sellers respond: {', '.join(sellers)}.",
                )
    if rule.timing.least_discount > rule.timing.most_discount:
        least, most = rule.timing.least_discount, rule.timing.most_discount
        text = f"{least:g} is above most_discount {most:g}: no deal could be signed early."
        yield Problem((*at, "timing", "least_discount"), text)
