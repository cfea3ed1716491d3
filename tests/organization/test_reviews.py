"""Reviews: notice outlasts a move, failures are carried along within a role, and who was away is not judged."""

from __future__ import annotations

import numpy as np
import pytest

from sim import ledger, world
from sim.ledger import Ledger
from sim.luck import Luck
from sim.org.actors.reviews import MOST_AWAY_SHARE
from tests.makers.play import plain

STRICT = (
    "opening.teams.reps.seats=10",
    f"+opening.teams.reps.tenure_months={[30] * 10}",
    "levers.quota.usd_per_year.all=1e9",
    "+world.regions.there={}",
)
MOVE = "+levers.transfers.south={role: rep, segment: all, region: here, to_region: there, count: 10, on_date: %s}"
INSIDE = (
    "+opening.teams.leads={role: lead, segment: all, region: here, seats: 1}",
    "+world.roles.lead={duty: sells, exits: {voluntary_per_year: 0}}",
    "+opening.teams.finders={role: finder, region: here, seats: 1}",
    "+world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}}",
    "+world.hiring.recruiting_mean_days.finder=30",
    "+world.hiring.recruiting_mean_days.lead=30",
    "+world.costs.salary_usd_per_year.finder=50000",
    "+world.costs.salary_usd_per_year.lead=120000",
    "+world.hiring.internal.lead={from_role: rep, least_tenure_months: 1, share: 1, search_days: 10}",
    "+levers.requisitions.more={role: lead, segment: all, region: here, count: 2, open_date: %s}",
)


def exits(failed: int) -> str:
    return (
        f"world.roles.rep.exits={{voluntary_per_year: 0, review_floor: 1.0, reviews_failed: {failed}, grace_months: 0}}"
    )


def play(*overrides: str) -> Ledger:
    return world.simulate(plain(*STRICT, *overrides), 12, Luck(1, 0))


def of_the_first_day(book: Ledger) -> np.ndarray:
    reps = book.seats["role"] == book.names.roles.index("rep")
    return book.seats[reps & (book.seats["start_day"] < 0.0)]


def check_all_let_go(book: Ledger) -> None:
    first = of_the_first_day(book)
    assert len(first) == 10
    assert np.all(first["exit_kind"] == ledger.INVOLUNTARY)
    assert np.all((first["end_day"] >= 95.0) & (first["end_day"] <= 125.0))


def test_a_transfer_does_not_cancel_a_dismissal() -> None:
    """Everybody fails on day 90; the transfer of day 94 finds nobody to move."""
    book = play(exits(1), MOVE % "2027-04-05")
    check_all_let_go(book)
    assert not np.any(book.seats["moved_from"] >= 0)


@pytest.mark.parametrize("opens", ["2027-03-26", "2027-04-03"])
def test_nobody_under_notice_goes_up_from_inside(opens: str) -> None:
    """Whether they were found before they failed, or are looked for after."""
    book = play(exits(1), *INSIDE[:-1], INSIDE[-1] % opens)
    check_all_let_go(book)
    planned = book.requisitions[~book.requisitions["backfill"]]
    assert len(planned) == 2
    assert np.all(planned["start_day"] > 120.0)


def test_failures_are_carried_along_within_a_role() -> None:
    """Two failures in a row, on day 90 and 180, with a move between them."""
    book = play(exits(2), MOVE % "2027-04-11")
    moved = book.seats[(book.seats["moved_from"] >= 0)]
    assert len(moved) == 10
    assert np.all(moved["exit_kind"] == ledger.INVOLUNTARY)
    assert np.all((moved["end_day"] >= 185.0) & (moved["end_day"] <= 215.0))


@pytest.mark.parametrize(("kept", "failed"), [(1.0, 10), (0.0, 0)])
def test_tenure_kept_at_a_transfer_counts_towards_grace(kept: float, failed: int) -> None:
    """Moved on day 30, so in the seat for two months on day 90; the ramp run before is worth almost four more."""
    grace = "world.roles.rep.exits={voluntary_per_year: 0, review_floor: 1.0, reviews_failed: 1, grace_months: 5}"
    move = (MOVE % "2027-02-01").replace("count", f"keeps_ramp_share: {kept}, count")
    book = play(grace, move, "world.roles.rep.ramp={kind: linear, months: 4}")
    told = book.decisions["kind"] == ledger.REVIEW_FAILED
    assert np.sum(told & (book.decisions["day"] == 90.0)) == failed


@pytest.mark.slow
def test_who_was_away_for_much_of_the_quarter_is_not_reviewed() -> None:
    book = play(
        exits(1), "opening.teams.reps.seats=60", f"opening.teams.reps.tenure_months={[30] * 60}",
        "+world.roles.rep.time_off={leaves_per_year: 3, leave_mean_days: 60}",
    )  # fmt: skip
    early = book.ramped[book.ramped["month"] < 3]
    away_days = np.bincount(early["spell"], early["away_days"], len(book.seats))[:60]
    failed = book.decisions[(book.decisions["kind"] == ledger.REVIEW_FAILED) & (book.decisions["day"] == 90.0)]
    assert sorted(failed["seat"].tolist()) == np.flatnonzero(away_days <= 90.0 * MOST_AWAY_SHARE).tolist()
    assert 10 < len(failed) < 50
    assert np.any((away_days > 0.0) & (away_days <= 90.0 * MOST_AWAY_SHARE))
    skipped = book.decisions[(book.decisions["kind"] == ledger.REVIEW_SKIPPED) & (book.decisions["day"] == 90.0)]
    assert sorted(skipped["seat"].tolist()) == np.flatnonzero(away_days > 90.0 * MOST_AWAY_SHARE).tolist()
    np.testing.assert_allclose(skipped["value"], away_days[skipped["seat"]])
