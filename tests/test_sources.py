"""Sources: who takes which deals."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger
from sim.scenario.errors import ScenarioError
from sim.scenario.scenario import Scenario
from tests.play import digest, ledgers, plain

WEB = "world.sources.web={kind: inbound, leads_per_month: {all: 60}}"


def two_roles(*overrides: str, reps: str = "", farmers: str = "") -> Scenario:
    """Reps and farmers in one cell, people leaving, leads from the web and found in spare hours."""
    return plain(
        WEB,
        "opening.teams.farmers={role: farmer, segment: all, region: here, seats: 6}",
        "opening.teams.reps.seats=6",
        f"world.roles.farmer={{duty: sells, takes: [{farmers}]}}",
        f"world.roles.rep.takes=[{reps}]",
        "world.roles.rep.exits.voluntary_per_year=1",
        "world.hiring.recruiting_mean_days.farmer=30",
        "world.costs.salary_usd_per_year.farmer=100000",
        *overrides,
    )


@pytest.mark.parametrize("routing", ["race", "round_robin", "least_loaded"])
def test_a_role_takes_only_its_sources(routing: str) -> None:
    """Leads, what is found in spare hours, the first day's deals and what leavers leave: all by source."""
    policy = routing if routing != "round_robin" else "race"
    plan = two_roles(
        f"levers.routing={routing}", f"levers.orphans.policy={policy}", reps="web", farmers="self, web"
    )  # fmt: skip
    for book in ledgers(plan, 12, 2):
        names = book.names
        mine = book.deals["created_day"] < ledger.NEVER
        by_rep = np.isin(book.deals["seat"], book.seats["seat"][book.seats["role"] == names.roles.index("rep")])
        own = book.deals["source"] == names.sources.index("self")
        assert np.sum(mine & own) > 100
        assert not np.any(mine & own & by_rep)
        assert np.any(mine & ~own & by_rep & (book.deals["reassigned"] > 0))
        assert np.any(mine & ~own & ~by_rep)


def test_all_sources_named_is_as_none_named() -> None:
    for a, b in zip(ledgers(two_roles(), 6, 2), ledgers(two_roles(reps="web, self"), 6, 2), strict=True):
        assert digest(a) == digest(b)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("world.roles.rep.takes=[wep]", 'world.roles.rep.takes[0]: "wep" is no source. Did you mean "web"?'),
        ("world.roles.rep.takes=[web]", "world.sources.self: no role takes its deals"),
        ("world.roles.other={duty: supports, takes: [web]}", "belongs to roles whose duty is sells"),
    ],
)
def test_takes_that_cannot_be_are_refused(change: str, said: str) -> None:
    with pytest.raises(ScenarioError) as error:
        plain(WEB, change)
    assert said in str(error.value)
