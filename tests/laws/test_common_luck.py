"""Plans are compared under the same luck: what a plan does not touch stays the same, to the byte."""

from __future__ import annotations

import numpy as np
import pytest

from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.scenario.load import load
from tests.makers.play import digest

LUCK = Luck(3, 5)
NEW = "{role: ae, segment: smb, region: east, count: 5, open_date: %s}"


@pytest.mark.slow
def test_a_requisition_after_the_horizon_changes_no_byte() -> None:
    late = load("base", ["+levers.requisitions.late=" + NEW % "2029-06-01"])
    assert digest(world.simulate(load("base"), 24, LUCK)) == digest(world.simulate(late, 24, LUCK))


@pytest.mark.slow
def test_a_requisition_in_one_region_leaves_the_other_region_alone() -> None:
    """Its people, and its self-sourced deals; routing, recruiters and coverage are regional."""
    plain, more = load("base"), load("base", ["+levers.requisitions.more=" + NEW % "2027-02-01"])
    a, b = world.simulate(plain, 24, LUCK), world.simulate(more, 24, LUCK)
    west = a.names.regions.index("west")
    own = a.names.sources.index("self")
    assert len(b.seats) > len(a.seats)
    assert people(a, west) == people(b, west)
    assert found(a, west, own) == found(b, west, own)
    east = a.names.regions.index("east")
    assert found(a, east, own) != found(b, east, own)


def people(book: Ledger, region: int) -> list[tuple]:
    rows = book.seats[book.seats["region"] == region]
    return [
        (book.names.seats[row["seat"]], row["holder"], row["start_day"], row["end_day"], row["ability"]) for row in rows
    ]


def found(book: Ledger, region: int, source: int) -> list[tuple]:
    rows = book.deals[(book.deals["region"] == region) & (book.deals["source"] == source)]
    return sorted((r["created_day"], r["amount_usd"], r["closed_day"], r["state"]) for r in rows)


def test_compared_plans_are_identical_until_their_first_differing_event() -> None:
    a = world.simulate(load("base"), 24, LUCK)
    b = world.simulate(load("base", ["levers.requisitions.q2_smb.shift_days=-60"]), 24, LUCK)
    change = load("base").calendar(24).day_of(load("base").levers.requisitions["q2_smb"].open_date) - 60
    for name, day in (("moves", "day"), ("credits", "day"), ("seats", "start_day")):
        first, second = (getattr(book, name) for book in (a, b))
        before = np.sum(first[day] < change)
        assert before > 20
        for field in first.dtype.names:
            if field != "end_day" and field != "exit_kind":
                assert np.array_equal(first[field][:before], second[field][:before]), (name, field)
    assert digest(a, ("moves",)) != digest(b, ("moves",))


def test_the_opening_does_not_depend_on_later_levers() -> None:
    plans = [load("base"), load("hire_early"), load("base", ["levers.orphans.policy=least_loaded"])]
    openings = [world.prepare(plan, 24, LUCK) for plan in plans]
    for other in openings[1:]:
        assert np.array_equal(openings[0].roster, other.roster)
        count = openings[0].state.count[0]
        for field in ("entity", "seat", "stage", "amount_usd", "created_day", "clock_end"):
            first = openings[0].state.deals[field][:count]
            assert np.array_equal(first, other.state.deals[field][:count])


def test_a_shared_opening_gives_the_same_ledger_as_one_made_anew() -> None:
    plan = load("hire_early")
    shared = world.prepare(load("base"), 24, LUCK)
    assert digest(world.simulate(plan, 24, LUCK, shared)) == digest(world.simulate(plan, 24, LUCK))
    assert digest(world.simulate(plan, 24, LUCK, shared)) == digest(world.simulate(plan, 24, LUCK, shared))


@pytest.mark.slow
def test_the_month_after_the_opening_shows_no_dip() -> None:
    """Levers constant, everything on: the first quarter's bookings are those of the third year's, within error."""
    steady = load("base", ["~levers.requisitions", "levers.coverage.target_ratio=null", "levers.quota.kind=per_rep"])
    quarters = []
    for r in range(60):
        book = world.simulate(steady, 24, Luck(9, r))
        quarters.append(np.bincount((book.credits["day"] // 182.625).astype(int), book.credits["amount_usd"], 4)[:4])
    sample = np.array(quarters)
    dip = sample[:, 0] - sample[:, 1:].mean(axis=1)
    assert abs(dip.mean()) < max(4 * dip.std(ddof=1) / len(dip) ** 0.5, 0.03 * sample.mean())
