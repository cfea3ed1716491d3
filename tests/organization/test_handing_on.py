"""Handing on: what a leaver leaves waits for its own delay, and customers whom nobody has find a seller."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.pipeline.engine import Pipeline
from sim.scenario.load import load
from tests.makers.play import WORLDS, plain

NEW_REGION = (
    "+world.regions.there={}",
    "+world.segments.all.contracts.opening_customers.there=40",
    "+levers.requisitions.first={role: rep, segment: all, region: there, count: 2, open_date: 2027-02-01}",
    "+opening.teams.finders={role: finder, region: here, seats: 1}",
    "+opening.teams.finders_there={role: finder, region: there, seats: 1}",
    "+world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}}",
    "+world.hiring.recruiting_mean_days.finder=30",
    "+world.costs.salary_usd_per_year.finder=50000",
)
ALL_VACANT = ("~opening.teams.reps.tenure_months", "opening.vacant_share=1")


@pytest.mark.parametrize("policy", ["race", "wait_for_backfill"])
@pytest.mark.parametrize("opening", [NEW_REGION, ALL_VACANT])
def test_customers_of_a_cell_without_anybody_find_a_seller_when_somebody_comes(
    opening: tuple[str, ...], policy: str
) -> None:
    plan = load(str(WORLDS / "customers.yaml"), (*opening, f"levers.orphans.policy={policy}"))
    book = world.simulate(plan, 12, Luck(1, 0))
    nobodys = opening_terms_of_nobody(book)
    still = nobodys[book.customers["left_day"][nobodys] == ledger.NEVER]
    assert len(nobodys) >= 40
    assert len(still) > 20
    holders = set(zip(book.seats["seat"].tolist(), book.seats["holder"].tolist(), strict=True))
    of = set(zip(book.customers["seat"][still].tolist(), book.customers["holder"][still].tolist(), strict=True))
    assert of <= holders


def opening_terms_of_nobody(book: Ledger) -> np.ndarray:
    terms = book.contracts[book.contracts["kind"] == ledger.OPENING_TERM]
    return terms["customer"][terms["seat"] < 0]


def test_each_leavers_deals_wait_for_their_own_delay() -> None:
    """One seat. The first leaves on day 30, the second is there from 60 to 63, the third comes on 93."""
    plan = plain(
        "opening.teams.reps.seats=1",
        "world.sources.self.opportunities_per_month_per_head=60",
        "levers.orphans.delay_days=40",
        "+levers.departures.first={role: rep, on_date: 2027-02-01}",
        "+levers.departures.second={role: rep, on_date: 2027-03-04}",
    )
    moves = world.simulate(plan, 6, Luck(1, 0)).moves
    for left, handed_on in ((30.0, 30.0 + 40.0 + 4 * 7.0), (63.0, 63.0 + 40.0)):
        lost = moves["deal"][(moves["kind"] == ledger.ORPHAN) & (moves["day"] == left)]
        found = moves[(moves["kind"] == ledger.REASSIGNED) & np.isin(moves["deal"], lost)]
        assert len(found) > 0
        np.testing.assert_array_equal(found["day"], handed_on)


@pytest.mark.parametrize("policy", ["race", "wait_for_backfill"])
def test_nobody_looks_for_a_taker_where_none_will_come(policy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[int] = []
    count_left = Pipeline.count_left
    monkeypatch.setattr(Pipeline, "count_left", lambda self, i, holder: looked.append(i) or count_left(self, i, holder))
    plan = plain(
        "opening.teams.reps.seats=3",
        "levers.backfill.enabled=false",
        f"levers.orphans.policy={policy}",
        "+levers.departures.all={role: rep, on_date: 2027-02-01, count: 3}",
    )
    world.simulate(plan, 12, Luck(1, 0))
    assert 3 <= len(looked) <= 6
