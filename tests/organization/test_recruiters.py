"""Recruiters: whose requisitions they work, how many at once, and what a leave, a move or a freeze makes of it."""

from __future__ import annotations

import numpy as np

from sim import world
from sim.ledger import Ledger
from sim.luck import Luck
from tests.makers.play import plain

# A search takes 30 days, nobody declines, and who accepts starts at once. One recruiter here, three there.
DESKS = (
    "+world.regions.there={}",
    "+world.roles.finder={duty: recruits, exits: {voluntary_per_year: 0}, open_requisitions_per_head: 1}",
    "+opening.teams.few={role: finder, region: here, seats: 1, tenure_months: [40]}",
    "+opening.teams.many={role: finder, region: there, seats: 3, tenure_months: [40, 40, 40]}",
    "+world.hiring.recruiting_mean_days.finder=30",
    "+world.costs.salary_usd_per_year.finder=50000",
    *(
        f"+levers.requisitions.{region}={{role: rep, segment: all, region: {region}, count: 3, open_date: 2027-02-01}}"
        for region in ("here", "there")
    ),
)


def taken_up(book: Ledger, region: str) -> list[float]:
    """The days on which a recruiter began with each requisition of a region."""
    rows = book.requisitions
    return np.sort(rows["recruiter_day"][rows["region"] == book.names.regions.index(region)]).tolist()


def play(*overrides: str) -> Ledger:
    return world.simulate(plain(*DESKS, *overrides), 6, Luck(1, 0))


def test_recruiters_work_for_their_own_region_one_search_after_the_other() -> None:
    """All six open on day 30: one recruiter takes 30 days for each of three, three recruiters begin at once."""
    book = play()
    assert taken_up(book, "here") == [30.0, 60.0, 90.0]
    assert taken_up(book, "there") == [30.0, 30.0, 30.0]


def test_a_freeze_lets_what_is_in_work_go_on_and_takes_up_nothing_new() -> None:
    """From day 40 to 100: the first search ends on day 60, the second begins when the freeze ends."""
    book = play("+levers.freezes.spring={from_date: 2027-02-11, to_date: 2027-04-11}")
    assert taken_up(book, "here") == [30.0, 100.0, 130.0]
    rows = book.requisitions[book.requisitions["region"] == 0]
    assert rows["start_day"].min() == 60.0


def test_who_is_in_a_training_takes_up_nothing_until_it_is_over() -> None:
    """The training lasts from day 50 to 75; the search in work ends on day 60, and the next begins on day 75."""
    course = "{role: finder, region: here, on_date: 2027-02-21, days_away: 25}"
    book = play(f"+levers.trainings.course={course}")
    assert taken_up(book, "here") == [30.0, 75.0, 105.0]
    assert taken_up(book, "there") == [30.0, 30.0, 30.0]


def test_a_seat_that_is_left_opens_after_its_approval_and_is_filled_after_the_search() -> None:
    """Left on day 60, approved on day 74, found on day 104, here on day 104."""
    book = play(
        "~levers.requisitions",
        "levers.backfill.approval_days=14",
        "+levers.departures.one={role: rep, on_date: 2027-03-01}",
    )
    (row,) = book.requisitions
    told = tuple(float(row[name]) for name in ("vacated_day", "open_day", "recruiter_day", "accept_day", "start_day"))
    assert told == (60.0, 74.0, 74.0, 104.0, 104.0)
