"""Dated departures and transfers: who goes, on what terms, what becomes of the seat, and what they bring along."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import NEVER, Ledger
from sim.luck import Luck
from sim.scenario.load import load
from tests.makers.play import digest, plain
from tests.makers.published import whole

TWO_ROLES = (
    "opening.teams.reps.seats=10",
    "+opening.teams.reps.tenure_months=[10, 20, 30, 40, 50, 60, 70, 80, 90, 100]",
    "world.roles.rep.ramp={kind: schedule, step_months: 3, shares: [0.0, 0.25, 0.5]}",
    "+world.regions.there={}",
    "levers.target.usd_per_year.all=1000000",
)


def play(*overrides: str, months: int = 12) -> Ledger:
    return world.simulate(plain(*TWO_ROLES, *overrides), months, Luck(1, 0))


def test_a_layoff_pays_severance_and_closes_the_seats() -> None:
    cut = "{share: 0.3, on_date: 2027-04-01, who: shortest_tenure, severance_weeks: 13, seat: close}"
    book = play("+levers.departures.cut=" + cut)
    gone = book.seats[book.seats["exit_kind"] == ledger.DATED]
    assert gone["seat"].tolist() == [0, 1, 2]
    assert np.all(gone["end_day"] == 90.0)
    assert np.all(gone["seat_closed"])
    assert len(book.requisitions) == 0
    severance = book.payments[book.payments["kind"] == ledger.SEVERANCE]
    assert severance["amount_usd"].tolist() == [25_000.0] * 3  # a quarter of the yearly salary
    assert np.all(severance["month"] == 3)
    plan = plain(*TWO_ROLES, "+levers.departures.cut=" + cut)
    assert whole(plan, 12, book, "vacancy_days", "total") == 0.0
    backfilled = play("+levers.departures.cut=" + cut.replace("close", "backfill"))
    assert len(backfilled.requisitions) == 3


@pytest.mark.parametrize(
    ("who", "seats"), [("longest_tenure", [9, 8]), ("shortest_tenure", [0, 1]), ("top_sellers", None)]
)
def test_who_leaves(who: str, seats: list[int] | None) -> None:
    book = play(f"+levers.departures.two={{on_date: 2027-08-15, count: 2, who: {who}}}")
    gone = book.seats["seat"][book.seats["exit_kind"] == ledger.DATED]
    if seats is None:  # those with the best attainment in the first two quarters
        known = book.quotas[book.quotas["quarter"] < 2]
        sold = np.bincount(known["seat"], known["attained_usd"]) / np.bincount(known["seat"], known["quota_usd"])
        seats = np.argsort(-sold, kind="stable")[:2].tolist()
    assert sorted(gone.tolist()) == sorted(seats)


def test_before_the_first_close_ability_stands_for_sales() -> None:
    able = (
        "world.roles.rep.ability.sigma_log=0.5",
        "+levers.departures.one={on_date: 2027-01-20, who: bottom_sellers}",
    )
    book = play(*able)
    first = book.seats[book.seats["start_day"] < 0.0]
    assert first["exit_kind"][np.argmin(first["ability"])] == ledger.DATED


MOVE = "+levers.transfers.south={role: rep, segment: all, region: here, to_region: there, on_date: 2027-03-01, count: 2"


def test_who_moves_stays_the_same_person_and_starts_again_on_the_ramp() -> None:
    book = play(MOVE + ", keeps_ramp_share: 0.5}", "world.roles.rep.ability.sigma_log=0.5")
    arrived = np.flatnonzero(book.seats["moved_from"] >= 0)
    before = book.seats[book.seats["moved_from"][arrived]]
    assert before["seat"].tolist() == [9, 8]
    assert np.all(before["exit_kind"] == ledger.MOVED)
    assert np.array_equal(before["ability"], book.seats["ability"][arrived])
    assert np.all(book.seats["credited_days"][arrived] == 135.0)  # half of nine months of ramp
    given = book.ramped[np.isin(book.ramped["spell"], arrived)]
    # From 135 days of tenure on: 45 days at 0.25, 90 at one half, then all of it.
    assert given["ramped_days"].sum() == pytest.approx(2 * (45 * 0.25 + 90 * 0.5 + (300 - 135)))
    quota = book.quotas[book.quotas["seat"] >= 10]
    relieved = quota["quota_usd"].sum() / quota["full_usd"][0] * 90.0
    assert relieved == pytest.approx(given["ramped_days"].sum(), abs=0.01)
    orphaned = book.moves[(book.moves["kind"] == ledger.ORPHAN) & (book.moves["day"] == 60.0)]
    assert set(orphaned["seat"].tolist()) == {8, 9}
    assert sum(book.requisitions["backfill"]) == 2


def test_a_transfer_is_neither_a_hire_nor_an_exit() -> None:
    plan = plain(*TWO_ROLES, MOVE + ", old_seat: close}")
    book = world.simulate(plan, 12, Luck(1, 0))
    for measure, expected in (("transfers", 2.0), ("hires", 0.0), ("attrition_rate", 0.0), ("heads", 10.0)):
        assert whole(plan, 12, book, measure, "total") == pytest.approx(expected), measure
    assert np.sum(book.seats["end_day"] == NEVER) == 10


@pytest.mark.slow
def test_a_transfer_that_is_dated_later_changes_nothing_before() -> None:
    """Nor does one after the horizon change a byte."""
    move = "+levers.transfers.up={role: ae, region: east, segment: smb, to_segment: enterprise, on_date: %s}"
    base, late, soon = (
        world.simulate(load("base", more), 12, Luck(3, 5))
        for more in ([], [move % "2029-01-01"], [move % "2027-06-02"])
    )
    assert digest(base) == digest(late)
    change = load("base").calendar(12).day_of(load("base").dates.start.replace(month=6, day=2))
    for name, day in (("moves", "day"), ("credits", "day")):
        first, second = (getattr(book, name) for book in (base, soon))
        count = int(np.argmax(first[day] >= change))  # slips are written later than they happened
        assert count > 100
        assert first[:count].tobytes() == second[:count].tobytes(), name
    assert digest(base, ("moves",)) != digest(soon, ("moves",))
