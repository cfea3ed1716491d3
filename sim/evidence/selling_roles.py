"""Which roles of a scenario sell, and which of them most sellers have."""

from __future__ import annotations

from sim.scenario.scenario import Scenario


def selling_roles(scenario: Scenario) -> list[str]:
    """The roles whose duty is to sell, in the scenario's order."""
    return [name for name, role in scenario.world.roles.items() if role.duty == "sells"]


def main_selling_role(scenario: Scenario) -> str:
    """The one of them with most seats on the first day; of equal ones the first."""
    seats = dict.fromkeys(selling_roles(scenario), 0)
    for team in scenario.opening.teams.values():
        if team.role in seats:
            seats[team.role] += team.seats or 0
    return max(seats, key=lambda name: seats[name])
