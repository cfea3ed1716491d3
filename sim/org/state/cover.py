"""Cover: whether people outside the scenario do the work of a duty where nobody has a seat for it.

Where a world has a role with a duty, its work is done by those who sit in its seats, and by nobody where there are
none: a team of zero is no free lunch. A role may say that others do it there, such as an agency; they keep up with the
work until the first of one's own people does some of it. In a world without any such role the duty is nobody's, and
its absence does nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.opening import Team
from sim.scenario.scenario import Scenario


def others_stand_in(scenario: Scenario, duty: str) -> bool:
    """Whether a duty's work goes on without seats: no role has it, or one says that others do it."""
    roles = [role for role in scenario.world.roles.values() if role.duty == duty]
    return not roles or any(role.without_seats == "others" for role in roles)


def opening_teams(scenario: Scenario, duty: str) -> Iterator[Team]:
    """The teams of the first day that have seats for a duty, whether somebody sits there or not."""
    for team in scenario.opening.teams.values():
        if team.seats > 0 and scenario.world.roles[team.role].duty == duty:
            yield team
