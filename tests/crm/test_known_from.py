"""Since when a file can be trusted, on made-up deals: two a day for two years, closed after 10 to 69 days."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from sim.crm.known_from import bulk_days, closes_known_from, day_of_export, first_day, starts_empty
from sim.crm.opportunities import NONE

START = date(2021, 1, 1).toordinal()
DAYS = 730


def steady() -> tuple[np.ndarray, np.ndarray]:
    """Creation and close, every deal closed."""
    created = START + np.arange(2 * DAYS) // 2
    return created, created + np.random.default_rng(1).integers(10, 70, len(created))


def with_closes(day: date, count: int, age: int) -> tuple[np.ndarray, np.ndarray]:
    """The same, and so many deals of an age that close on one day."""
    created, closed = steady()
    crowd = np.full(count, day.toordinal())
    return np.r_[created, crowd - age], np.r_[closed, crowd]


MIDDLE = date(2022, 3, 9)  # a Wednesday


def test_usual_days_are_no_mass_edits():
    assert bulk_days(*steady()) == []
    assert bulk_days(np.zeros(0, np.int64), np.zeros(0, np.int64)) == []


@pytest.mark.parametrize(
    ("count", "age", "found"),
    [
        (120, 40, True),  # a flood of deals of the usual age
        (30, 40, False),  # a busy day
        (30, 200, True),  # a busy day that closes what lay about
        (15, 200, False),  # too few to tell
        (120, 25, False),  # a flood of deals of a month at most is selling
        (120, 0, False),  # orders entered late, all on one day
    ],
)
def test_mass_edits_are_crowds_of_deals_that_are_not_fresh(count, age, found):
    assert bulk_days(*with_closes(MIDDLE, count, age)) == [MIDDLE.toordinal()] * found


def test_quarter_ends_are_no_mass_edits():
    created, closed = steady()
    for end in (date(2021, 9, 30), date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30)):
        crowd = np.full(60, end.toordinal())
        created, closed = np.r_[created, crowd - 45], np.r_[closed, crowd]
    assert bulk_days(created, closed) == []


def test_closes_are_known_from_the_day_after_the_whole_base_was_touched():
    created, closed = with_closes(MIDDLE, 600, 40)
    bulk = bulk_days(created, closed)
    assert closes_known_from(created, closed, bulk)[:2] == (MIDDLE.toordinal() + 1, START)
    created, closed = with_closes(MIDDLE, 120, 40)
    assert closes_known_from(created, closed, bulk_days(created, closed)) == (START, START, "")


def test_closes_that_are_missing_are_told_from_a_young_pipeline():
    created, closed = steady()
    assert closes_known_from(created, closed, []) == (START, START, "")  # none in the first 10 days: too young
    first = START + 100
    known = closed >= first
    since, born, why = closes_known_from(created[known], closed[known], [])
    assert (since, born) == (first, first)
    assert "no close is recorded before" in why


def test_open_deals_alone_tell_nothing():
    created, _ = steady()
    assert closes_known_from(created, np.full(len(created), NONE), []) == (START, START, "")


def test_single_days_far_from_all_others_are_slips_of_the_pen():
    created, _ = steady()
    assert day_of_export(np.r_[created, START + 30_000], created) == created.max()
    assert first_day(np.r_[created, START - 5000]) == START
    many = np.r_[created, np.full(100, START + 30_000)]  # a fifteenth of all is no slip
    assert day_of_export(many, created) == START + 30_000


def test_close_dates_left_in_the_future_do_not_move_the_day_of_the_export():
    created, closed = steady()
    last = int(created.max())
    past = closed[closed <= last + 2]  # two days that brought no deal
    assert day_of_export(created, np.r_[past, last + 40]) == last + 2
    assert day_of_export(created, np.r_[past, np.full(99, last + 40)]) == last + 40  # deals of some years alone
    seldom = START + np.arange(30) * 20  # a deal in twenty days: a close a month later is to be believed
    assert day_of_export(seldom, np.array([seldom[-1] + 40])) == seldom[-1] + 40


def test_a_pipeline_that_begins_at_its_usual_level_starts_empty():
    created, _ = steady()
    assert starts_empty(created, START, START + DAYS)
    assert not starts_empty(created, START, START + 100)  # too short to tell
    assert not starts_empty(np.r_[created, START - 50], START, START + DAYS)
    growing = START + np.repeat(np.arange(DAYS), np.arange(DAYS) // 100)
    assert not starts_empty(growing, START, START + DAYS)
