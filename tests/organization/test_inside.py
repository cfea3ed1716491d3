"""Seats filled from inside: who is ready goes up, their seat is opened again, and nobody counts as a hire."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import NEVER, Ledger
from sim.luck import Luck
from sim.scenario.load import load
from tests.makers.play import digest, plain
from tests.makers.published import whole

CAREERS = (
    "opening.teams.reps.seats=5",
    "+opening.teams.callers={role: caller, segment: all, region: here, seats: 4, tenure_months: [2, 20, 30, 40]}",
    "+world.roles.caller={duty: prospects, exits: {voluntary_per_year: 0}}",
    "+opening.teams.finders={role: finder, region: here, seats: 2}",
    "+world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}}",
    "+world.hiring.recruiting_mean_days.finder=30",
    "+world.costs.salary_usd_per_year.finder=50000",
    "+world.hiring.recruiting_mean_days.caller=25",
    "+world.costs.salary_usd_per_year.caller=50000",
    "+world.hiring.internal.rep={from_role: caller, least_tenure_months: 14, share: 1, search_days: 10}",
    "+levers.requisitions.more={role: rep, segment: all, region: here, count: 4, open_date: 2027-02-01}",
)


def play(*overrides: str) -> Ledger:
    return world.simulate(plain(*CAREERS, *overrides), 12, Luck(1, 0))


def test_who_is_ready_goes_up_and_the_rest_are_found_outside() -> None:
    book = play()
    rows = book.requisitions
    up = np.flatnonzero(book.seats["moved_from"] >= 0)
    assert book.seats["seat"][book.seats["moved_from"][up]].tolist() == [8, 7, 6]  # longest first; one is not ready
    planned = rows[~rows["backfill"]]
    np.testing.assert_allclose(planned["start_day"], [40.0, 40.0, 40.0, 60.0])  # opened on day 30
    assert rows["backfill"].sum() == 3
    assert np.all(rows["vacated_day"][rows["backfill"]] == 40.0)
    plan = plain(*CAREERS)
    assert whole(plan, 12, book, "hires", "total") == 4.0
    assert whole(plan, 12, book, "transfers", "total") == 3.0
    assert whole(plan, 12, book, "days_to_accept", "total") == (30 + 3 * 25) / 4
    assert np.sum(book.decisions["kind"] == ledger.FILLED_INSIDE) == 3


def test_whoever_leaves_meanwhile_is_looked_for_outside() -> None:
    gone = "+levers.departures.gone={role: caller, on_date: 2027-02-05, who: longest_tenure}"
    book = play(gone)
    planned = book.requisitions[~book.requisitions["backfill"]]
    np.testing.assert_allclose(np.sort(planned["start_day"]), [40.0, 40.0, 60.0, 70.0])


def test_tenure_is_asked_for_in_the_seat_that_they_come_from() -> None:
    """Who joined 50 months ago and moved here on day 15 is not ready on day 30; who is here for 20 months is."""
    book = play(
        "opening.teams.callers={role: caller, segment: all, region: here, seats: 1, tenure_months: [20]}",
        "+world.regions.there={}",
        "+opening.teams.finders_there={role: finder, region: there, seats: 1}",
        "+opening.teams.far={role: caller, segment: all, region: there, seats: 1, tenure_months: [50]}",
        "+levers.transfers.home={role: caller, segment: all, region: there, to_region: here, on_date: 2027-01-16}",
    )
    up = book.seats[(book.seats["moved_from"] >= 0) & (book.seats["role"] == book.names.roles.index("rep"))]
    before = book.seats[up["moved_from"]]
    assert before["start_day"].tolist() == [-600.0]


def test_a_share_of_nothing_changes_no_byte() -> None:
    assert digest(play("world.hiring.internal.rep.share=0")) == digest(play("~world.hiring.internal"))


@pytest.mark.slow
def test_filling_every_seat_30_days_later_never_raises_ramped_days() -> None:
    """In no replication and on no day: backfill and exits off, and coaching does not bind."""
    roles = load("base").world.roles
    calm = ["levers.backfill.enabled=false", "opening.vacant_share=0"]
    calm += [
        f"world.roles.{role}.exits.{rate}=0"
        for role in roles
        for rate in ("voluntary_per_year", "hump_per_year", "review_floor")
    ]
    calm += [f"world.hiring.internal.{name}.share=0" for name in load("base").world.hiring.internal]
    calm += [f"world.roles.{name}.coaching.ramp_loss_share=0" for name, role in roles.items() if role.manages]
    names = load("base").levers.requisitions
    late = [f"levers.requisitions.{name}.shift_days=30" for name in names]
    plans = [load("base", more) for more in (calm, calm + late)]
    for replication in range(12):
        first, second = (np.cumsum(by_month(world.simulate(plan, 24, Luck(7, replication)))) for plan in plans)
        assert np.all(second <= first + 1e-6)
        assert second[-1] < first[-1] - 100.0


def by_month(book: Ledger) -> np.ndarray:
    sells = [book.names.roles.index(name) for name in ("ae", "am")]
    mine = np.isin(book.seats["role"][book.ramped["spell"]], sells)
    assert np.all(book.seats["end_day"] == NEVER)
    return np.bincount(book.ramped["month"][mine], book.ramped["ramped_days"][mine], 24)
