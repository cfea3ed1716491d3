"""Checks of the market that need the whole scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.scenario.errors import Problem, unknown
from sim.scenario.scenario import Scenario


def check_market(scenario: Scenario) -> Iterator[Problem]:
    """Shocks act on segments, regions, sources and roles that exist."""
    world = scenario.world
    for name, shock in world.shocks.items():
        for what, names in (
            ("segment", world.segments), ("region", world.regions), ("source", world.sources), ("role", world.roles),
        ):  # fmt: skip
            given = getattr(shock, what)
            if given is not None and given not in names:
                yield unknown(("world", "shocks", name, what), given, what, names)
